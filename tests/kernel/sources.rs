//! What the kernel's own text may not contain: it depends on nothing else of this project, on no file, clock or thread,
//! and on no floating-point number.

use std::path::{Path, PathBuf};

/// The Rust files of a room.
fn sources(room: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(room).expect("src/kernel").map(|entry| entry.expect("entry").path());
    entries.filter(|path| path.extension().is_some_and(|ending| ending == "rs")).collect()
}

/// Removes comments and the contents of string literals.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or(""));
    lines.map(|line| line.split('"').step_by(2).collect::<Vec<_>>().join("\"\"") + "\n").collect()
}

#[test]
fn the_kernel_imports_nothing_but_arithmetic() {
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kernel");
    let allowed = [
        "std::collections",
        "std::sync::Arc",
        "std::fmt",
        "std::mem",
        "std::ops::Deref",
        "super",
        "num_rational",
        "num_traits",
        "sha2",
    ];
    let forbidden = [
        "f32",
        "f64",
        "unsafe",
        "panic!",
        "unwrap()",
        "expect(",
        "todo!",
        "unimplemented!",
        "unreachable!",
        "assert",
        "crate::",
        "extern",
        "include",
        "env!",
        "thread",
        "static mut",
        "RefCell",
        "Cell<",
        "Mutex",
        "as u8",
        "as u32",
        "as i",
    ];
    let mut files = 0;
    for path in sources(&room) {
        let text = code(&std::fs::read_to_string(&path).expect("source"));
        files += 1;
        for line in text.lines() {
            let line = line.trim();
            let import = line.strip_prefix("pub use ").or_else(|| line.strip_prefix("use "));
            if let Some(import) = import {
                let own = path.ends_with("mod.rs") && !import.contains("::{") | !import.starts_with("std");
                let fine = own || allowed.iter().any(|start| import.starts_with(start));
                assert!(fine, "{}: use {import}", path.display());
            }
            let foreign = line.contains("std::") && import.is_none();
            assert!(!foreign, "{}: {line}", path.display());
            let allowed_here = line == "#![forbid(unsafe_code)]";
            for word in forbidden {
                assert!(allowed_here || !line.contains(word), "{}: {word} in {line}", path.display());
            }
        }
    }
    assert!(files >= 8, "src/kernel holds {files} files");
}

#[test]
fn the_room_forbids_unsafe_code() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kernel/mod.rs")).expect("mod.rs");
    assert!(text.lines().any(|line| line == "#![forbid(unsafe_code)]"));
}

#[test]
fn the_kernel_stays_small_enough_to_be_read() {
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kernel");
    let (mut lines, mut code) = (0, 0);
    for path in sources(&room) {
        let text = std::fs::read_to_string(path).expect("source");
        lines += text.lines().count();
        code += text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count();
    }
    println!("the kernel: {code} lines of code, {lines} with their documentation");
    assert!(code <= 1_300, "{code} lines of code");
    // What SECURITY.md says; SCOTOMA_UPDATE=1 writes it there.
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("SECURITY.md");
    let Ok(text) = std::fs::read_to_string(&page) else { return };
    let said = format!("The kernel ({},{:03} lines of code", code / 1000, code % 1000);
    let (before, after) = text.split_once("The kernel (").expect("the kernel's size");
    let now = format!("{before}{said}{}", after.split_once(" lines of code").expect("the kernel's size").1);
    if std::env::var_os("SCOTOMA_UPDATE").is_some() {
        std::fs::write(&page, now).expect("SECURITY.md");
    } else {
        assert!(text.contains(&said), "SECURITY.md says another number; SCOTOMA_UPDATE=1 writes {code}");
    }
}
