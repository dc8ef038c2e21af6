//! Labels by meaning against the operators that SugarCrepe's files are named after, and what a label cannot tell.
//!
//!     cargo test --test captions meaning:: -- --nocapture     prints the agreement

use crate::common;

use common::{data, scotoma, text};
use serde_json::Value;

/// The share of the edits of a file that have a label, and how many edits there are.
fn share(folder: &std::path::Path, file: &str, label: &str) -> (f64, u64) {
    let output = scotoma(folder, &["edits", file, "--meaning", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let counts: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let sum = |label: Option<&str>| -> u64 {
        let fits = counts.iter().filter(|count| {
            label.is_none_or(|label| count["meaning"].as_str().unwrap().split(' ').next() == Some(label))
        });
        fits.map(|count| count["edits"].as_u64().unwrap()).sum()
    };
    (sum(Some(label)) as f64 / sum(None) as f64, sum(None))
}

#[test]
fn labels_agree_with_the_operators_that_sugarcrepe_declares() {
    let Some(folder) = data("sugarcrepe") else { return };
    let mut low = Vec::new();
    for (file, label, least) in [
        ("swap_att", "swap", 0.95),
        ("swap_obj", "swap", 0.95),
        ("replace_att", "replace", 0.95),
        ("replace_obj", "replace", 0.95),
        ("replace_rel", "replace", 0.92),
        ("add_att", "add", 0.95),
        ("add_obj", "add", 0.95),
    ] {
        let (share, edits) = share(&folder, &format!("{file}.json"), label);
        println!("{file}: {:.1} % of {edits} are {label} by meaning", 100.0 * share);
        low.extend((share < least).then_some(file));
    }
    assert!(low.is_empty(), "{low:?}");
}

/// SugarCrepe++'s own captions and negatives, and its paraphrases, which mean the same and are labelled all the same: a
/// label names an operator, and not a change of meaning.
#[test]
fn labels_agree_with_sugarcrepe_pp_and_do_not_tell_a_paraphrase() {
    let Some(folder) = data("sugarcrepe_pp") else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut low = Vec::new();
    for (file, label, least) in [
        ("swap_att", "swap", 0.95),
        ("swap_obj", "swap", 0.95),
        ("replace_att", "replace", 0.95),
        ("replace_obj", "replace", 0.95),
        ("replace_rel", "replace", 0.92),
    ] {
        let records: Value =
            serde_json::from_slice(&std::fs::read(folder.join(format!("{file}.json"))).unwrap()).unwrap();
        let lines = |key: &str| -> String {
            let records: Vec<&Value> = match &records {
                Value::Object(map) => map.values().collect(),
                list => list.as_array().unwrap().iter().collect(),
            };
            let apart =
                records.iter().filter(|r| r["caption"].as_str().unwrap().trim() != r[key].as_str().unwrap().trim());
            apart.map(|r| format!("{}\n", serde_json::json!({"caption": r["caption"], "negative": r[key]}))).collect()
        };
        common::write(dir.path(), "negatives.jsonl", lines("negative_caption"));
        common::write(dir.path(), "paraphrases.jsonl", lines("caption2"));
        let (of_negatives, edits) = share(dir.path(), "negatives.jsonl", label);
        let (of_paraphrases, others) = share(dir.path(), "paraphrases.jsonl", label);
        println!(
            "{file}: {:.1} % of {edits} negatives are {label} by meaning, and {:.1} % of {others} paraphrases",
            100.0 * of_negatives,
            100.0 * of_paraphrases
        );
        low.extend((of_negatives < least).then_some(file));
    }
    assert!(low.is_empty(), "{low:?}");
}

#[test]
fn edits_are_selected_by_letters_or_by_meaning() {
    let dir = tempfile::tempdir().unwrap();
    let pairs = [
        ("A red cube on a blue cube.", "A blue cube on a red cube."),
        ("A black cat laying on a white lap top.", "A white cat laying on a black laptop."),
        ("Two giraffes grazing from a tree.", "A giraffe grazing from two trees."),
        ("A wolf hunts the deer.", "The deer hunt the wolf."),
        ("a cat", "a black cat"),
    ];
    let lines: String =
        pairs.iter().map(|(a, b)| format!("{}\n", serde_json::json!({"caption": a, "negative": b}))).collect();
    common::write(dir.path(), "pairs.jsonl", lines);
    let selected = |more: &[&str]| -> (Value, String) {
        let output = scotoma(dir.path(), &[&["edits", "pairs.jsonl", "--json"], more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        (serde_json::from_slice(&output.stdout).unwrap(), text(&output.stderr))
    };
    let (letters, told) = selected(&["--edits", "swap"]);
    assert_eq!(letters["pairs"]["selected"], 1);
    assert!(told.contains("swap: 1 by letters; --by meaning would select 4"), "{told}");
    let (meaning, told) = selected(&["--edits", "swap", "--by", "meaning"]);
    assert_eq!(meaning["pairs"]["selected"], 4);
    assert!(told.contains("swap: 4 by meaning; --by letters would select 1"), "{told}");
    let labels: Vec<&str> =
        meaning["edits"].as_array().unwrap().iter().map(|edit| edit["meaning"].as_str().unwrap()).collect();
    assert_eq!(labels, ["swap attribute", "swap attribute", "swap number", "swap object"]);
    // In every command over pairs; a name that only the other way knows is refused.
    let mined = scotoma(dir.path(), &["mine", "pairs.jsonl", "--edits", "swap", "--by", "meaning"]);
    assert_eq!(mined.status.code(), Some(0), "{}", text(&mined.stderr));
    let wrong = scotoma(dir.path(), &["edits", "pairs.jsonl", "--edits", "rewrite"]);
    assert_eq!(wrong.status.code(), Some(3), "{}", text(&wrong.stderr));
}

#[test]
fn agreement_is_printed_with_the_paraphrases_beside() {
    let Some(folder) = data("sugarcrepe_pp") else { return };
    let output = scotoma(&folder, &["edits", "swap_att.json", "replace_obj.json", "--agreement", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let files: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    for file in &files {
        let number = |value: &Value| value.as_f64().unwrap();
        assert!(number(&file["agree"]) > 0.95 * number(&file["edits"]), "{file}");
        assert!(number(&file["paraphrases"][0]) > 0.0, "{file}");
    }
    assert_eq!(files.len(), 2);
}
