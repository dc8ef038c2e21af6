//! Hard negatives of real captions: what a strict reader judged, and how many captions have one.
//!
//!     cargo test --test captions negatives:: -- --nocapture     prints both tables

use crate::common;

use std::collections::BTreeMap;

use common::{data, scotoma, text};
use scotoma::audit::stats::wilson;
use serde_json::Value;

/// The stored judgements, recounted: nothing is typed in.
#[test]
fn judged_negatives_are_acceptable() {
    let judged = include_str!("../negatives/judged.jsonl");
    let records: Vec<Value> = judged.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut counts: BTreeMap<(String, String, String), [usize; 3]> = BTreeMap::new();
    for record in &records {
        let text = |key: &str| record[key].as_str().unwrap().to_owned();
        let judgement = text("judgement");
        assert!(
            ["acceptable", "implausible", "may be true", "ungrammatical"].contains(&judgement.as_str()),
            "{record}"
        );
        assert_ne!(text("caption"), text("negative"));
        let [all, acceptable, grammatical] =
            counts.entry((text("reading"), text("source"), text("operator"))).or_default();
        *all += 1;
        *acceptable += usize::from(judgement == "acceptable");
        *grammatical += usize::from(judgement != "ungrammatical");
    }
    println!("reading\tsource\toperator\tread\tacceptable\tinterval\tgrammatical");
    for ((reading, source, operator), [all, acceptable, grammatical]) in &counts {
        let percent = |part: usize| 100.0 * part as f64 / *all as f64;
        let [low, high] = wilson(*acceptable, *all).map(|end| 100.0 * end);
        println!(
            "{reading}\t{source}\t{operator}\t{all}\t{:.0} %\t[{low:.0}, {high:.0}]\t{:.0} %",
            percent(*acceptable),
            percent(*grammatical)
        );
    }
    for (reading, operator, least) in [("second", "swap", 0.85), ("second", "replace", 0.70), ("third", "add", 0.75)] {
        let [all, acceptable, grammatical] = counts[&(reading.to_owned(), "now".to_owned(), operator.to_owned())];
        assert_eq!(all, 100, "{operator}");
        assert!(acceptable as f64 >= least * all as f64, "{operator}");
        assert!(grammatical as f64 >= 0.95 * all as f64, "{operator}");
    }
}

/// How many captions have a negative by each operator.
#[test]
fn yields() {
    if !common::optimised("yields") {
        return;
    }
    let Some(folder) = data("coco_karpathy") else { return };
    let captions = folder.join("coco_test.json");
    let dir = tempfile::tempdir().unwrap();
    // All captions: what goes together is learnt from them, and fewer give less than their share.
    for (operator, least) in [("swap", 0.006), ("replace", 0.40), ("add", 0.28)] {
        let output = scotoma(dir.path(), &["negatives", captions.to_str().unwrap(), "--edits", operator, "--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let (negatives, captions) = (report["negatives"].as_f64().unwrap(), report["captions"].as_f64().unwrap());
        println!("{operator}: {negatives} of {captions} captions, {:.1} %", 100.0 * negatives / captions);
        assert!(negatives >= least * captions, "{operator}");
        // The image of each, and no negative that another caption of it is.
        let records = report["records"].as_array().unwrap();
        assert!(records.iter().all(|record| record["image"].as_str().is_some_and(|image| image.ends_with(".jpg"))));
    }
}

/// Generation and mining in one step: of the same negatives those that training leaves open, the least set first.
#[test]
fn negatives_that_training_does_not_settle() {
    let dir = tempfile::tempdir().unwrap();
    let captions = "a red cube on a blue sphere\na blue cube on a red sphere\na red cube on a red sphere\n\
                    a green cup near a black book\n";
    common::write(dir.path(), "captions.txt", captions);
    let made = |more: &[&str]| -> Value {
        let all = [&["negatives", "captions.txt", "--per-caption", "9", "--json"], more].concat();
        let output = scotoma(dir.path(), &all);
        assert_ne!(output.status.code(), Some(3), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let negatives = |report: &Value| -> Vec<String> {
        let records = report["records"].as_array().unwrap();
        records.iter().map(|record| record["negative"].as_str().unwrap().to_owned()).collect()
    };
    let (all, positions) = (made(&[]), made(&["--hard-for", "positions"]));
    let bag = made(&["--hard-for", "bag-of-words"]);
    let everything = negatives(&all);
    for hard in [&positions, &bag] {
        assert_eq!(hard["made"], all["negatives"]);
        assert!(negatives(hard).iter().all(|text| everything.contains(text)));
        let records = hard["records"].as_array().unwrap();
        let ranks: Vec<Option<u64>> = records.iter().map(|record| record["rank"].as_u64()).collect();
        let (first, rest) = ranks.split_at(hard["least_set"].as_u64().unwrap() as usize);
        assert!(first.iter().zip(1..).all(|(rank, at)| *rank == Some(at)) && rest.iter().all(Option::is_none));
    }
    let wrong = scotoma(dir.path(), &["negatives", "captions.txt", "--hard-for", "postions"]);
    assert_eq!(wrong.status.code(), Some(3), "{}", text(&wrong.stderr));
}
