//! No two files of a crate import each other, directly or through others, and rooms stand in the order that the root names.

use std::path::Path;

use crate::imports::Crate;

/// The roots of all crates, with fewer files than are there.
const ROOTS: [(&str, usize); 5] = [
    ("src/kernel/mod.rs", 8),
    ("src/matrix/mod.rs", 3),
    ("src/exact/mod.rs", 15),
    ("src/check/mod.rs", 40),
    ("src/lib.rs", 120),
];

fn read(root: &str) -> Crate {
    Crate::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root))
}

#[test]
fn no_files_import_each_other() {
    let mut found = String::new();
    for (root, least) in ROOTS {
        let files = read(root);
        assert!(files.len() > least, "{root}: only {} files are read", files.len());
        let arrows = files.arrows();
        assert!(
            arrows.values().map(|targets| targets.len()).sum::<usize>() > least,
            "{root}: hardly an import is read"
        );
        for circle in files.circles() {
            found += &format!("{root}:\n");
            for file in &circle {
                let inside: Vec<_> =
                    arrows[file.as_str()].iter().filter(|&to| circle.iter().any(|c| c == to)).collect();
                found += &format!("  {file} takes from {inside:?}\n");
            }
        }
    }
    assert!(found.is_empty(), "files that import each other:\n{found}");
}

#[test]
fn rooms_use_only_rooms_above_them() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("src/lib.rs");
    let rows = page.lines().filter_map(|line| line.strip_prefix("//! | [`")?.split('`').next());
    let order: Vec<&str> = rows.collect();
    assert!(order.len() > 15, "the table of rooms is not found: {order:?}");
    let room = |file: &str| {
        let name = file.split('/').next().unwrap_or(file).trim_end_matches(".rs").to_owned();
        order.iter().position(|row| *row == name).unwrap_or_else(|| panic!("src/lib.rs does not list the room {name}"))
    };
    let files = read("src/lib.rs");
    for (file, targets) in files.arrows().iter().filter(|(file, _)| !["lib.rs", "main.rs"].contains(file)) {
        for target in targets.iter().filter(|target| **target != "lib.rs") {
            assert!(room(target) <= room(file), "{file} takes from {target}, which src/lib.rs lists below it");
        }
    }
}

#[test]
fn a_circle_is_found() {
    let found = |texts: &[(&str, &str)]| Crate::of(texts).circles();
    let root = ("", "mod a; mod b; mod c;");
    // Straight, by a `use`, in braces, under another name, and by a path in the code.
    let a = ("a", "use crate::b::{self, Beta as B}; pub struct Alpha; fn f() { b::g() }");
    assert_eq!(found(&[root, a, ("b", "pub struct Beta; pub fn g() { super::a::f() }")]), [["a", "b"]]);
    assert_eq!(found(&[root, a, ("b", "pub struct Beta; pub fn g() {}")]), Vec::<Vec<String>>::new());
    // Through a third file, and through the name that another module hands on.
    let b = ("b", "pub use crate::c::Gamma; pub struct Beta; fn g() {}");
    assert_eq!(found(&[root, a, b, ("c", "use crate::a::Alpha; pub struct Gamma;")]), [["a", "b", "c"]]);
    let handed =
        [root, ("a", "use crate::b::Gamma; pub struct Alpha;"), b, ("c", "use super::a::*; pub struct Gamma;")];
    assert_eq!(found(&handed), [["a", "c"]]);
    // A parent that uses its child, and whose own names the child takes; a parent that only hands the child's names on.
    let parent = [("", "mod a; pub use a::Alpha; pub struct Own;"), ("a", "use super::Own; pub struct Alpha;")];
    assert_eq!(found(&parent), [["", "a"]]);
    let hands =
        [("", "mod a; mod b; pub use a::Alpha;"), ("a", "pub struct Alpha;"), ("b", "use super::Alpha; struct B;")];
    assert_eq!(found(&hands), Vec::<Vec<String>>::new());
    // Tests, comments and strings import nothing.
    let quiet = "pub struct Beta; pub fn g() {} // crate::a::f()\n const S: &str = \"crate::a::f\"; const C: char = '\"';\n\
                 #[cfg(test)] mod tests { use crate::a::Alpha; fn t() {} }";
    assert_eq!(found(&[root, a, ("b", quiet)]), Vec::<Vec<String>>::new());
    assert_eq!(found(&[root, a, ("b", &quiet.replace("#[cfg(test)]", ""))]), [["a", "b"]]);
}
