//! The README as a user follows it: every command in its code blocks runs in a temporary copy, in order, and every number
//! in its text (of two digits or more) is printed by one of them.
//!
//! To add to the README, indent commands by four spaces, one a line, with a comment after `#` if you like. Files of
//! published data sets go by their published names. A command with a placeholder (FILE) is not run.

use crate::common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use common::{SCOTOMA, data, python_has, root, text};

/// A line of a code block, without its comment.
fn commands(readme: &str) -> Vec<String> {
    let block = readme.lines().filter(|line| line.starts_with("    ") && !line.trim().is_empty());
    block.map(|line| line.split(" #").next().unwrap().trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// A shell line that does what the README says, or why it cannot be done here.
fn runnable(command: &str, folder: &Path) -> Result<String, &'static str> {
    if command.contains("FILE") {
        return Err("it has a placeholder");
    }
    if command == "cargo test" {
        return Err("it is what runs now");
    }
    if let Some(arguments) = command.strip_prefix("cargo run --release") {
        return Ok(format!("scotoma {}", arguments.trim_start_matches(" --")));
    }
    if command.starts_with("cargo") || command.starts_with("pip") {
        return Err("it would build or install");
    }
    if command.contains("embed.py") && !python_has("import numpy, safetensors") {
        return Err("it needs numpy and safetensors");
    }
    if command.contains("book/check.py") && !on_path("chromium") {
        return Err("it needs Chromium");
    }
    if command.starts_with("python3") && !python_has("import sys") {
        return Err("it needs python3");
    }
    for (folder_name, there) in
        [("sugarcrepe", "sugarcrepe/"), ("sugarcrepe_pp", "sugarcrepe_pp/"), ("aro_negclip", "valid_neg_clip.tsv")]
    {
        if command.contains(there) {
            let Some(from) = data(folder_name) else { return Err("a data set is absent") };
            match there.strip_suffix('/') {
                Some(name) => copy(&from, &folder.join(name)),
                None => drop(std::fs::copy(from.join(there), folder.join(there)).unwrap()),
            }
        }
    }
    // Files that are named and not made by an earlier command are those of a published data set.
    let named = command.split_whitespace().filter(|word| word.ends_with(".json") && !word.contains(['/', '\'']));
    for name in named.filter(|name| !folder.join(name).exists()) {
        let Some(sugarcrepe) = data("sugarcrepe") else { return Err("a data set is absent") };
        let prefix = name.split('*').next().unwrap_or(name);
        for entry in std::fs::read_dir(sugarcrepe).unwrap().map(Result::unwrap) {
            let file = entry.file_name().into_string().unwrap();
            if file == *name || name.contains('*') && file.starts_with(prefix) && file.ends_with(".json") {
                std::fs::copy(entry.path(), folder.join(file)).unwrap();
            }
        }
    }
    Ok(command.to_owned())
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Numbers of two digits or more in the text outside code, thousands without commas. Names that hold a number, such as
/// `F64` or an article's identifier, are not measurements; seconds and megabytes are, and are others on every machine.
fn numbers(readme: &str) -> BTreeSet<String> {
    let prose: String = readme.lines().filter(|line| !line.starts_with("    ")).collect::<Vec<_>>().join("\n");
    let outside: String = prose.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    let outside = regex::Regex::new(r"arXiv \S+|et al\. \d{4}").unwrap().replace_all(&outside, "").into_owned();
    let outside = regex::Regex::new(r"[\d.]+ (CPU s|s|MB)\b").unwrap().replace_all(&outside, "").into_owned();
    let found = regex::Regex::new(r"(?:^|[\s(|])(\d[\d,.]*\d)").unwrap();
    found.captures_iter(&outside).map(|found| found[1].replace(',', "")).collect()
}

#[test]
fn every_command_runs_and_prints_the_numbers() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    for part in ["book", "examples", "proofs", "theorems"] {
        copy(&root().join(part), &dir.path().join(part));
    }
    let path =
        format!("{}:{}", Path::new(SCOTOMA).parent().unwrap().display(), std::env::var("PATH").unwrap_or_default());
    let (mut printed, mut skipped, mut ran) = (String::new(), 0, 0);
    for command in commands(&readme) {
        let line = match runnable(&command, dir.path()) {
            Ok(line) => line,
            Err(why) => {
                eprintln!("SKIPPED: {command}: {why}");
                skipped += usize::from(why == "a data set is absent" || why.starts_with("it needs"));
                continue;
            }
        };
        let output = Command::new("sh").args(["-c", &line]).current_dir(&dir).env("PATH", &path).output().unwrap();
        // 1 is a finding, not a failure: nothing in the README is unreadable or undecided.
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "{command}\n{}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
        printed += &(text(&output.stdout) + &text(&output.stderr));
        ran += 1;
    }
    assert!(ran >= 4, "only {ran} commands ran");
    if skipped > 0 {
        eprintln!("SKIPPED: the numbers, since {skipped} commands could not run");
        return;
    }
    let shown: BTreeSet<String> =
        regex::Regex::new(r"\d[\d.]*\d").unwrap().find_iter(&printed).map(|found| found.as_str().to_owned()).collect();
    let missing: Vec<String> = numbers(&readme).difference(&shown).cloned().collect();
    assert!(missing.is_empty(), "no command of the README prints {missing:?}");
}

#[test]
fn commands_and_numbers_are_found() {
    let readme = "About 1,234 pairs (12.5 %) in 45.1 CPU s and 127 MB, see `x 99` and arXiv 2510.26302.\n\n    scotoma x  # 77\n    # only 5\n";
    assert_eq!(commands(readme), ["scotoma x"]);
    assert_eq!(numbers(readme).into_iter().collect::<Vec<_>>(), ["12.5", "1234"]);
}
