//! Labels by meaning against the operators that SugarCrepe's files are named after, and what a label cannot tell.
//!
//!     cargo test --test meaning -- --nocapture     prints the agreement

mod common;

use common::{data, scotoma, text};
use serde_json::Value;

/// The share of the edits of a file that have a label, and how many edits there are.
fn share(folder: &std::path::Path, file: &str, label: &str) -> (f64, u64) {
    let output = scotoma(folder, &["edits", file, "--meaning", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let counts: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let sum = |label: Option<&str>| -> u64 {
        let fits = counts.iter().filter(|count| label.is_none_or(|label| count["meaning"] == label));
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
        // Many rewrite the whole caption around what they add.
        ("add_obj", "add", 0.88),
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
