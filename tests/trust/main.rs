//! What SECURITY.md says is trusted is what the crates that answers rest on really depend on.

mod circles;
mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The crates on which answers rest, in the order of the table.
const TRUSTED: [&str; 3] = ["scotoma-kernel", "scotoma-matrix", "scotoma-check"];

/// Who depends directly on whom, builds and tests left out, with the features that are asked for.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let arguments = ["metadata", "--format-version", "1", "--offline", "--no-deps"];
    let output = Command::new(cargo).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let direct = |package: &serde_json::Value| -> BTreeSet<String> {
        let all = package["dependencies"].as_array().expect("dependencies").iter();
        let normal = all.filter(|dependency| dependency["kind"].is_null() && dependency["optional"] == false);
        normal.map(|dependency| dependency["name"].as_str().expect("name").to_owned()).collect()
    };
    packages.iter().map(|package| (package["name"].as_str().expect("name").to_owned(), direct(package))).collect()
}

#[test]
fn the_table_of_trusted_crates_is_what_cargo_says() {
    let dependencies = dependencies();
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("SECURITY.md")).expect("SECURITY.md");
    for name in TRUSTED {
        let direct: Vec<&str> = dependencies[name].iter().map(String::as_str).collect();
        let row = page.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        let row = row.unwrap_or_else(|| panic!("SECURITY.md has no row for {name}"));
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells[3], direct.join(", "), "the dependencies of {name} in SECURITY.md");
    }
}

#[test]
fn trusted_crates_reach_no_other_crate_of_the_project() {
    let dependencies = dependencies();
    assert!(dependencies.contains_key("scotoma-exact"), "the solver is a crate of its own");
    for name in TRUSTED {
        for used in dependencies[name].iter().filter(|used| used.starts_with("scotoma")) {
            assert!(TRUSTED.contains(&used.as_str()), "{name} depends on {used}");
        }
    }
    assert!(dependencies["scotoma-kernel"].iter().all(|used| !used.starts_with("scotoma")));
}
