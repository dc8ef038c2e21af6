//! Two checkers that share no code, `scotoma verify` and `proofs/verify.py`, over certificates of every kind and over
//! mutants of every field of them: they have to end with the same status. A mutant that both accept has to be one of
//! the harmless kinds that are listed here with the reason.

mod case;
#[path = "../common/mod.rs"]
mod common;
mod kinds;
mod shapes;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{expect, python_has, root, scotoma, text, write};
use scotoma::export::{Tensor, npy};
use serde_json::Value;

/// The statuses by the Python checker, one interpreter for all of them.
fn python_statuses(paths: &[PathBuf]) -> Vec<i32> {
    let driver = "import sys; sys.path.insert(0, sys.argv[1]); import verify\n\
                  for path in sys.stdin.read().splitlines():\n    \
                  print(verify.VERDICTS.index(verify.verdict_of(path)[0]))";
    let mut child = Command::new("python3")
        .args(["-B", "-c", driver])
        .arg(root().join("proofs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let list: Vec<&str> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    child.stdin.take().unwrap().write_all(list.join("\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let statuses: Vec<i32> = text(&output.stdout).lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(statuses.len(), paths.len());
    statuses
}

const SWAPS: &str = r#"{"caption": "a red cube on a blue ball", "negative": "a blue cube on a red ball", "operator": "swap"}
{"caption": "a blue cube on a red ball", "negative": "a red cube on a blue ball"}
{"caption": "the cat chases the dog", "negative": "the dog chases the cat"}
{"caption": "the dog sleeps", "negative": "the big dog sleeps"}
{"caption": "the cat sleeps", "negative": "a cat sleeps"}
"#;

/// Builds certificates of every kind into folders below `base`; returns the paths of the certificates.
fn corpus(base: &Path) -> Vec<PathBuf> {
    write(base, "swaps.jsonl", SWAPS);
    write(
        base,
        "object.json",
        r#"{"7": {"filename": "x.jpg", "caption": "A cat, asleep", "negative_caption": "A dog, asleep"}}"#,
    );
    write(
        base,
        "lists.tsv",
        "\ttitle\tneg\n0\tA cat sits.\t['A dog sits.', \"A cat's here\"]\n1\tTwo dogs\t['Two cats']\n",
    );
    write(
        base,
        "quoted.csv",
        "\u{feff}caption, negative\r\n\"a cat, a dog\",\"a dog, a \"\"cat\"\"\"\r\n\r\nthe cat,the dog\r\n",
    );
    write(
        base,
        "opposite.jsonl",
        r#"{"caption": "a red cube", "negative": "a blue cube"}
{"caption": "a blue ball", "negative": "a red ball"}"#,
    );
    write(base, "train.txt", "a cat sleeps\r\n\nthe dog sleeps\na red ball on a blue cube\n");
    write(base, "coco.json", r#"[{"caption": ["the cat", "the dog"], "image": "x"}, "the big cat sleeps", ["a dog"]]"#);
    write(
        base,
        "paraphrases.json",
        r#"[{"caption": "the cat", "caption2": "one cat", "negative_caption": "the dog"}]"#,
    );
    let texts: Vec<String> = SWAPS
        .lines()
        .flat_map(|line| {
            let pair: Value = serde_json::from_str(line).unwrap();
            ["caption", "negative"].map(|key| pair[key].as_str().unwrap().to_owned())
        })
        .collect();
    write(base, "texts.json", serde_json::to_string(&texts).unwrap());
    write(base, "texts.txt", texts.iter().map(|text| format!("  {text}\r\n")).collect::<String>());
    // Rows that depend on the text alone, with exact and inexact fractions.
    let rows = texts.iter().flat_map(|text| {
        [text.len() as f64 / 8.0, text.bytes().fold(0.0, |sum, byte| sum * 0.5 + f64::from(byte)), 1.0]
    });
    write(base, "m.npy", npy::to_bytes(&Tensor::matrix(texts.len(), 3, rows.collect()).unwrap()));
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for map in ["bag-of-words", "positions", "bigrams", "ordered-pairs", "positional-pairs", "whole-caption"] {
        runs.push(vec!["swaps.jsonl", "--features", map, "--train", "train.txt"]);
    }
    let matrix = |texts| vec!["swaps.jsonl", "--features", "m.npy", "--feature-texts", texts];
    runs.extend([
        matrix("texts.json"),
        [matrix("texts.txt"), vec!["--width", "1"]].concat(),
        vec!["swaps.jsonl", "--embeddings", "m.npy", "--embedding-texts", "texts.txt", "--train", "swaps.jsonl"],
        vec!["swaps.jsonl", "--embeddings", "m.npy", "--embedding-texts", "texts.json", "--features", "bag-of-words"],
        vec!["swaps.jsonl", "--edits", "add,replace", "--train", "coco.json", "paraphrases.json", "--seed", "5"],
        vec!["object.json", "swaps.jsonl", "--width", "2"],
        vec!["lists.tsv", "--columns", "caption=title,negative=neg", "--train", "train.txt", "lists.tsv"],
        vec!["quoted.csv", "--train", "paraphrases.json"],
    ]);
    let mut certificates = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        let out = base.join(format!("{number}"));
        let output = scotoma(base, &[&["build"], run.as_slice(), &["--out", out.to_str().unwrap()]].concat());
        assert!(matches!(output.status.code(), Some(0 | 1)), "{run:?}\n{}", text(&output.stderr));
        certificates.push(out.join("certificate.json"));
    }
    // The other commands that write claims about captions: settles, margins, farkas, nearest in both norms; and tokens made
    // elsewhere.
    let others: [&[&str]; 5] = [
        &["mine", "swaps.jsonl", "--budget", "1"],
        &["margins", "object.json"],
        &["margins", "opposite.jsonl", "--features", "bag-of-words"],
        &["nearest", "swaps.jsonl", "--width", "2", "--features", "bigrams"],
        &["build", "swaps.jsonl", "--tokenizer", "spaces", "--train", "train.txt"],
    ];
    for (number, run) in others.iter().enumerate() {
        let out = base.join(format!("other-{number}"));
        let output = scotoma(base, &[run, ["--out", out.to_str().unwrap()].as_slice()].concat());
        assert!(matches!(output.status.code(), Some(0 | 1)), "{run:?}\n{}", text(&output.stderr));
        certificates.push(out.join("certificate.json"));
    }
    certificates
}

/// The kind of a claim that is in none of the certificates would be tested by nothing.
#[test]
fn the_corpus_has_every_kind_of_witness() {
    let dir = tempfile::tempdir().unwrap();
    let all: Vec<Value> =
        corpus(dir.path()).iter().map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()).collect();
    let nonempty = |list: &Value| list.as_array().is_some_and(|list| !list.is_empty());
    let claims = || all.iter().flat_map(|certificate| certificate["claims"].as_array().unwrap());
    for kind in ["collapsed", "identified", "free", "readouts"] {
        assert!(claims().any(|claim| nonempty(&claim["fates"][kind])), "{kind}");
    }
    assert!(claims().any(|claim| nonempty(&claim["blind"]["dropped"])));
    for kind in ["obstructed", "settles", "margins", "farkas", "nearest"] {
        assert!(claims().any(|claim| claim.get(kind).is_some()), "{kind}");
    }
    assert!(claims().any(|claim| nonempty(&claim["nearest"]["n"])));
    assert!(all.iter().any(|certificate| nonempty(&certificate["problem"]["captions"]["selected"])));
}

#[test]
fn both_checkers_accept_what_is_built_and_agree_on_broken_inputs() {
    if !python_has("import sys; assert sys.version_info >= (3, 9)") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let certificates = corpus(dir.path());
    for (path, status) in certificates.iter().zip(python_statuses(&certificates)) {
        expect(dir.path(), &["verify", path.to_str().unwrap()], 0);
        assert_eq!(status, 0, "{}", path.display());
    }
    // Inputs that break the rules of captions, under the hash that the certificate states.
    let broken: [&[u8]; 12] = [
        b"",
        b"{\"caption\": \"a\", \"negative\": \" a \"}",
        b"{\"caption\": \"\", \"negative\": \"a\"}",
        b"{\"caption\": \"...\", \"negative\": \"a\"}",
        b"{\"caption\": \"a\", \"negative\": []}",
        b"{\"caption\": [\"a\", \"b\"], \"negative\": \"c\"}",
        b"{\"caption\": \"a\", \"negative\": \"b\", \"negative_caption\": \"c\"}",
        b"{\"caption\": \"a\", \"caption\": \"b\", \"negative\": \"c\"}",
        b"{\"caption\": \"a\\u0000\", \"negative\": \"c\"}",
        b"{\"caption\": \"\\ud800\", \"negative\": \"c\"}",
        b"{\"caption\": \"a\xff\", \"negative\": \"c\"}",
        b"{\"caption\": NaN, \"negative\": \"c\"}",
    ];
    let certificate = std::fs::read_to_string(&certificates[1]).unwrap();
    let hash = scotoma::files::sha256_hex(SWAPS.as_bytes());
    let mut paths = Vec::new();
    for (number, input) in broken.iter().enumerate() {
        let folder = dir.path().join(format!("broken-{number}"));
        std::fs::create_dir_all(folder.join("inputs")).unwrap();
        std::fs::copy(dir.path().join("train.txt"), folder.join("inputs/train.txt")).unwrap();
        write(&folder, "inputs/swaps.jsonl", input);
        write(&folder, "certificate.json", certificate.replace(&hash, &scotoma::files::sha256_hex(input)));
        paths.push(folder.join("certificate.json"));
    }
    agree(dir.path(), &paths, &|number, status| assert_eq!(status, 3, "{}", text(broken[number])));
}

/// Both checkers end with the same status on every certificate, which `each` is told.
fn agree(folder: &Path, paths: &[PathBuf], each: &dyn Fn(usize, i32)) {
    for (number, (path, python)) in paths.iter().zip(python_statuses(paths)).enumerate() {
        let output = scotoma(folder, &["verify", path.to_str().unwrap()]);
        let status = output.status.code().unwrap();
        assert!(
            status == python,
            "{}: scotoma {status}, verify.py {python}\n{}",
            path.display(),
            text(&output.stdout) + &text(&output.stderr)
        );
        each(number, status);
    }
}

#[test]
fn both_checkers_agree_on_mutants_of_every_field() {
    if !python_has("import sys; assert sys.version_info >= (3, 9)") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let certificates = corpus(dir.path());
    // Bigrams: identified, free and dropped edits; the selection; a matrix; an obstruction; and the other commands'.
    let chosen = [2, 10, 6, 9, 14, 15, 16, 17].map(|number: usize| &certificates[number]);
    let (mut paths, mut what, mut accepted) = (Vec::new(), Vec::new(), 0);
    for path in chosen {
        let original: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let kind = original["claims"][0].as_object().and_then(|claim| claim.keys().next().cloned()).unwrap_or_default();
        for (pointer, mutant, change) in mutants(&original) {
            let name = path.with_file_name(format!("mutant-{}.json", paths.len()));
            std::fs::write(&name, serde_json::to_vec(&mutant).unwrap()).unwrap();
            paths.push(name);
            what.push((kind.clone(), pointer, change));
        }
    }
    assert!(paths.len() > 500, "{} mutants", paths.len());
    let survivors = std::cell::Cell::new(0);
    agree(dir.path(), &paths, &|number, status| {
        let (kind, pointer, change) = &what[number];
        if status == 0 {
            survivors.set(survivors.get() + 1);
            assert!(harmless(kind, pointer, change), "{kind} {pointer}: {change} is accepted");
        } else {
            assert!(status == 1 || status == 3, "{pointer}: {change} ends with {status}");
        }
    });
    accepted += survivors.get();
    eprintln!("{} mutants, {accepted} of them harmless", paths.len());
    assert!(accepted * 20 < paths.len(), "{accepted} of {} mutants are accepted", paths.len());
}

/// Why a mutant may hold: what it says is still true.
fn harmless(kind: &str, pointer: &str, change: &str) -> bool {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    match parts.as_slice() {
        // Fewer claims, the same one twice, or in another order: each is checked by itself.
        ["claims"] => change != "emptied",
        // A readout more, or one that no edit names.
        ["claims", _, "fates", "readouts"] => change == "first repeated",
        // Another readout that is silent on training and sees the same edits, such as a multiple.
        ["claims", _, "fates", "readouts", ..] => true,
        ["claims", _, "fates", "free", _, "readout"] => true,
        // A multiple of a readout, no budget, another edit for the same money, and the mined edits in another order.
        ["claims", _, "settles", "mined", _, "readout", ..] | ["claims", _, "settles", "budget", "chosen", ..] => true,
        ["claims", _, "settles"] => change == "a key dropped",
        ["claims", _, "settles", "mined"] => change == "reversed",
        // Rows of a basis in another order that is a staircase too.
        ["claims", _, "settles", "basis", "rows"] => change == "reversed",
        // Another pivot, or another modulus, that shows the same rows to be independent.
        ["claims", _, "settles", "basis", "rows", _, "1"]
        | ["claims", _, "settles", "basis", "modulus"]
        | ["claims", _, "settles", "mined", _, "pivot"] => true,
        // A smaller margin, another scorer that keeps it, and weights that contradict another margin too.
        ["claims", _, "margins", "margin"] => change == "a fraction",
        ["claims", _, "margins", "scorer", ..] | ["claims", _, "farkas", "margin"] => true,
        ["claims", _, "farkas", "z", _, ..] => true,
        // Fewer single edits; in the largest entry, other weights that bound as tightly.
        ["claims", _, "nearest", "alone"] => change == "first dropped" || change == "emptied",
        ["claims", "1", "nearest", "p" | "q", ..] | ["claims", "1", "nearest", "alone", _, "c", ..] => true,
        // Where the true-optimal encoder does not enter: which edits settle which, and a contradiction between edits alone.
        // A scorer has the first dimension's values only.
        ["problem", "captions", "encoder", "seed" | "bound"] => kind == "settles" || kind == "farkas",
        ["problem", "captions", "encoder", "width"] => {
            change == "plus one" && ["settles", "farkas", "margins"].contains(&kind)
        }
        // A multiple of a relation.
        ["claims", _, "blind", "dropped", _, "s" | "d", ..] | ["claims", _, "obstructed", "by", "s" | "d", ..] => true,
        // The order of inputs with different roles; where training text comes first, nothing else is read.
        // or the same pairs once more, which are dropped.
        ["problem", "captions", "inputs"] => change == "reversed" || change == "first repeated",
        // A name for a part that is not there is a part that is not looked for.
        ["problem", "captions", "columns"] => true,
        _ => false,
    }
}

/// Each value changed in each way: where, the whole certificate, and how.
fn mutants(original: &Value) -> Vec<(String, Value, &'static str)> {
    let mut found = Vec::new();
    for pointer in pointers(original, "") {
        let value = original.pointer(&pointer).unwrap();
        for (change, new) in changes(value) {
            if new != *value {
                let mut mutant = original.clone();
                *mutant.pointer_mut(&pointer).unwrap() = new;
                found.push((pointer.clone(), mutant, change));
            }
        }
    }
    found
}

/// JSON pointers of every value; of long lists the first and the last item stand for the rest.
fn pointers(value: &Value, at: &str) -> Vec<String> {
    let mut found = vec![at.to_owned()];
    match value {
        Value::Object(map) => map.iter().for_each(|(key, item)| found.extend(pointers(item, &format!("{at}/{key}")))),
        Value::Array(list) => {
            let ends = [0, list.len().saturating_sub(1)];
            let ends = if list.len() > 1 { &ends[..] } else { &ends[..list.len()] };
            ends.iter().for_each(|i| found.extend(pointers(&list[*i], &format!("{at}/{i}"))));
        }
        _ => {}
    }
    found
}

fn changes(value: &Value) -> Vec<(&'static str, Value)> {
    let mut found = vec![("null", Value::Null)];
    match value {
        Value::Number(number) => {
            let n = number.as_i64().unwrap_or(0);
            found.extend([("plus one", (n + 1).into()), ("negated", (-n).into()), ("zero", 0.into())]);
            found.extend([("a fraction", "1/2".into()), ("a float", 0.5.into()), ("huge", (1u64 << 60).into())]);
        }
        Value::String(text) => {
            found.extend([("emptied", "".into()), ("longer", format!("{text}0").into()), ("a number", 1.into())]);
            found.extend([
                ("0/0", "0/0".into()),
                ("negated", format!("-{text}").into()),
                ("upper", text.to_uppercase().into()),
            ]);
        }
        Value::Array(list) => {
            let tail = |n: usize| list.iter().skip(n).cloned().collect::<Vec<_>>();
            let repeated = list.iter().chain(list.first()).cloned().collect::<Vec<_>>();
            found.extend([("first dropped", tail(1).into()), ("first repeated", repeated.into())]);
            found.extend([("reversed", list.iter().rev().cloned().collect()), ("emptied", Value::Array(Vec::new()))]);
            found.push(("an object", serde_json::json!({})));
        }
        Value::Object(map) => {
            for key in map.keys() {
                let mut fewer = map.clone();
                fewer.remove(key);
                found.push(("a key dropped", fewer.into()));
            }
            let mut more = map.clone();
            more.insert("more".to_owned(), 1.into());
            found.extend([("a key added", more.into()), ("a list", Value::Array(Vec::new()))]);
        }
        _ => {}
    }
    found
}

#[test]
fn the_python_checker_declines_the_tokenizer_that_it_lacks_and_hands_counterexamples_on() {
    if !python_has("import sys; assert sys.version_info >= (3, 9)") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.jsonl", r#"{"caption": "it's a cat", "negative": "it's a dog"}"#);
    expect(dir.path(), &["build", "a.jsonl", "--tokenizer", "clip", "--out", "out"], 0);
    let counterexample = root().join("proofs/counterexamples/swap.json");
    assert_eq!(python_statuses(&[dir.path().join("out/certificate.json"), counterexample]), [2, 0]);
}

#[test]
fn both_checkers_agree_beyond_the_grammar() {
    let dir = tempfile::tempdir().unwrap();
    shapes::agree_beyond_the_grammar(&corpus(dir.path()));
}

#[test]
fn the_python_checker_is_one_short_file_and_knows_the_statements_of_this_version() {
    let source = std::fs::read_to_string(root().join("proofs/verify.py")).unwrap();
    let page = std::fs::read_to_string(root().join("proofs/CERTIFICATES.md")).unwrap();
    // The claims by the kernel of S took fifty more.
    assert!(source.lines().count() < 550, "{} lines", source.lines().count());
    assert!(source.lines().all(|line| line.chars().count() <= 120), "a line is wide");
    for theorem in [
        "composition_nonidentifiability",
        "deficit_is_least",
        "depth_blindness",
        "least_blinding_change",
        "margins_contradict",
        "mining_suffices",
    ] {
        let hash = scotoma::encoder::statement_of(theorem).unwrap().sha256;
        assert!(source.contains(&hash) && page.contains(&hash), "{theorem} has the hash {hash}");
    }
}
