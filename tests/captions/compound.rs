//! `scotoma compound` and `scotoma negatives` as a user types them.

use std::path::Path;
use std::process::{Command, Output};

fn scotoma(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_scotoma")).current_dir(folder).args(arguments).output().unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"))
}

#[test]
fn the_horizon_of_ten_tokens_without_listing_their_orders() {
    let dir = tempfile::tempdir().unwrap();
    let arguments = ["compound", "--caption", "a b c d e f g h i j", "--slots", "tokens", "--svg", "g.svg", "--json"];
    let output = scotoma(dir.path(), &arguments);
    assert_eq!(output.status.code(), Some(0));
    let report = json(&output);
    assert_eq!((&report["total"], &report["horizon"]), (&"3628799".into(), &2.into()));
    assert_eq!(report["rank_up_to_depth"], serde_json::json!([45, 81]));
    assert!(std::fs::read_to_string(dir.path().join("g.svg")).unwrap().contains("3,628,799"));
}

#[test]
fn a_certificate_shows_the_rank_at_every_depth() {
    let dir = tempfile::tempdir().unwrap();
    let arguments = ["compound", "--caption", "a b c d", "--slots", "tokens", "--out", "out", "--json"];
    let output = scotoma(dir.path(), &arguments);
    let settles = &json(&output)["verified"]["claims"][0]["settles"];
    // Six swaps and three of the deeper negatives: the cheapest basis at the price of its depths.
    assert_eq!((&settles["mined"], &settles["settled"], &settles["cost"]), (&9.into(), &14.into(), &12.into()));
    assert_eq!(scotoma(dir.path(), &["verify", "out/certificate.json"]).status.code(), Some(0));
}

#[test]
fn an_encoder_that_is_blind_at_a_depth_on_the_world_and_on_other_captions() {
    let dir = tempfile::tempdir().unwrap();
    let arguments =
        ["compound", "--caption", "a red cube on a blue sphere", "--edits", "swap,replace,add", "--blind-at", "3"];
    let output = scotoma(dir.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("Verified against depth_blindness"));
    std::fs::write(dir.path().join("t.txt"), "A dog on a red mat\nA cat near a dog\nA blue mat\n").unwrap();
    let arguments = [
        "compound",
        "--caption",
        "A dog on a red mat",
        "--edits",
        "swap,replace",
        "--words",
        "horse,green",
        "--blind-at",
        "2",
        "--train",
        "t.txt",
        "--json",
    ];
    let output = scotoma(dir.path(), &arguments);
    let report = json(&output);
    let embedding = |depth: usize| report["chain"][depth]["embedding"].clone();
    assert_eq!((embedding(0) == embedding(2), embedding(0) == embedding(1)), (true, false), "{report}");
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/sugarcrepe/swap_att.json");
    if !real.exists() {
        eprintln!("skipped: SugarCrepe's swap_att.json is not there");
        return;
    }
    let train = real.display().to_string();
    let arguments = [
        "compound",
        "--caption",
        "A man riding a wave on top of a surfboard",
        "--edits",
        "swap,replace",
        "--words",
        "dog,near",
        "--features",
        "bigrams",
        "--blind-at",
        "3",
        "--train",
        &train,
    ];
    assert_eq!(scotoma(dir.path(), &arguments).status.code(), Some(0));
}

#[test]
fn negatives_that_other_commands_read() {
    let dir = tempfile::tempdir().unwrap();
    let captions =
        "A red cube on a blue sphere.\nTwo dogs under a wooden table\n\nA man on a brown horse near an old barn\n";
    std::fs::write(dir.path().join("c.txt"), captions).unwrap();
    for format in ["jsonl", "sugarcrepe"] {
        let name = if format == "jsonl" { "n.jsonl" } else { "n.json" };
        let arguments = ["negatives", "c.txt", "--per-caption", "3", "--format", format, "--out", name];
        let output = scotoma(dir.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("seed 1"));
        assert_eq!(scotoma(dir.path(), &["build", name]).status.code(), Some(0));
    }
    let line = std::fs::read_to_string(dir.path().join("n.jsonl")).unwrap();
    let first: serde_json::Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    assert!(first["depth"] == 1 && first["edits"][0]["spans"][0]["before"].is_object(), "{first}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("bad.txt"), [0xff, 0xfe, 0]).unwrap();
    std::fs::write(dir.path().join("empty.txt"), "\n").unwrap();
    std::fs::write(dir.path().join("odd.txt"), "of the\n!!! ???\n").unwrap();
    let cases: [(&[&str], i32); 13] = [
        (&["compound"], 3),
        (&["compound", "--caption", ""], 3),
        (&["compound", "--caption", "x", "--edits", "shuffle"], 3),
        (&["compound", "--caption", "x y", "--features", "matrix"], 3),
        (&["compound", "--caption", "x y", "--words", "of"], 3),
        (&["compound", "bad.txt"], 3),
        (&["compound", "missing.txt"], 3),
        (&["compound", "--caption", "a b c d e f", "--slots", "tokens", "--limit", "3"], 2),
        (&["compound", "--caption", "a dog", "--blind-at", "1"], 3),
        (&["compound", "--caption", "a red cube on a blue sphere", "--features", "bag-of-words", "--blind-at", "2"], 1),
        (&["negatives", "empty.txt"], 3),
        (&["negatives", "bad.txt"], 3),
        (&["negatives", "odd.txt"], 1),
    ];
    for (arguments, code) in cases {
        let output = scotoma(dir.path(), arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
        assert!(!output.stderr.is_empty() || code == 2, "{arguments:?}");
    }
}
