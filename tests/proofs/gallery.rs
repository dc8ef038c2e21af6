//! The gallery, `examples/proofs`: every theorem there is proved, and its README says of each what is so.

use crate::common;

use std::collections::BTreeMap;

use common::{root, scotoma, text};

/// The rows of the README's table: file, lines.
fn table(readme: &str) -> BTreeMap<String, usize> {
    let rows = readme.lines().filter(|line| line.starts_with("| [`"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let name = cells[1].split('`').nth(1).expect("a name");
        (name.to_owned(), cells[3].parse().expect("a number of lines"))
    })
    .collect()
}

#[test]
fn every_proof_holds_and_is_listed_with_its_lines() {
    let folder = root().join("examples/proofs");
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "proof") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            found.insert(name, std::fs::read_to_string(&path).unwrap().lines().count());
        }
    }
    assert_eq!(table(&readme), found);
    let output = scotoma(&folder, &["check", "--samples", "0", "--json", "."]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let theorems = record["theorems"].as_array().unwrap();
    for theorem in theorems {
        let name = theorem["name"].as_str().unwrap();
        assert_eq!(theorem["verdict"], "holds", "{theorem}");
        assert!(readme.contains(&format!("`{name}`")), "the README does not name {name}");
    }
    assert!(theorems.len() >= 15, "{} theorems", theorems.len());
}
