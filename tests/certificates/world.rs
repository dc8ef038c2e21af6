//! The small world that the corpus is about: one certificate of every kind of claim, all of them true.
//!
//! Under bag-of-words the features are numbered 0 (the constant), a, b, c, d, z, y, x in the first problem, which has every
//! edit, and 0, a, b, c, z, y, x, d in the second, which selects free edits alone.
//!
//! The kinds that end in `-matrix` are about the same captions, but features and embeddings are read from matrices of binary
//! fractions: a quarter of the features, some of them three times, and a sixteenth of the embeddings.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use num_rational::BigRational;
use scotoma::certificate::{CaptionProblem, Exact, Input};
use scotoma::encoder::{Problem, projection_entry, statement_of};
use scotoma::exact::Limits;
use scotoma::export::{Tensor, npy};
use scotoma::files::sha256_hex;
use scotoma::mining;
use serde_json::{Value, json};

pub const PAIRS: &str = r#"{"caption": "a b", "negative": "b a"}
{"caption": "a b", "negative": "a c"}
{"caption": "a b", "negative": "a z"}
{"caption": "a c", "negative": "c y"}
{"caption": "b d", "negative": "d b"}
{"caption": "a b", "negative": "z y"}
{"caption": "b d", "negative": "d z"}
{"caption": "a b", "negative": "a x"}
{"caption": "a b", "negative": "c a"}
"#;
pub const TRAIN: &str = "a c\nb c d\nb a\n";
/// The same with one caption changed, and with its words in another order.
pub const OTHER_TRAIN: &str = "a c\nb z d\nb a\n";
pub const SAME_TRAIN: &str = "a c\nd c b\nb a\n";
/// The texts that the rows of the matrices stand for.
const TEXTS: &str = "a b\nb a\na c\na z\nc y\nb d\nd b\nz y\nd z\na x\nc a\nb c d\n";
/// The words of the features in the two problems.
const WORDS: [[&str; 8]; 2] = [["", "a", "b", "c", "d", "z", "y", "x"], ["", "a", "b", "c", "z", "y", "x", "d"]];
pub const BOUND: u32 = 3;

/// How often the matrices have a feature where the words have it once.
fn weight(word: &str) -> i64 {
    if matches!(word, "" | "b" | "z") { 3 } else { 1 }
}

/// The files that the certificates name.
pub fn inputs() -> Vec<(String, Vec<u8>)> {
    let texts = [
        ("pairs.jsonl", PAIRS),
        ("copy.jsonl", PAIRS),
        ("train.txt", TRAIN),
        ("texts.txt", TEXTS),
        ("other.txt", OTHER_TRAIN),
        ("same.txt", SAME_TRAIN),
    ];
    let mut files: Vec<(String, Vec<u8>)> = texts.map(|(name, text)| (name.to_owned(), text.into())).into();
    for (problem, words) in WORDS.iter().enumerate() {
        let count = |text: &str, word: &str| word.is_empty() || text.split(' ').any(|other| other == word);
        let rows: Vec<[i64; 8]> = TEXTS.lines().map(|text| words.map(|word| i64::from(count(text, word)))).collect();
        let embed = |row: &[i64; 8]| [0, 1].map(|e| (0..8).map(|f| row[f] * g(f, e)).sum::<i64>());
        let weighed = rows.iter().flat_map(|row| (0..8).map(|f| row[f] * weight(words[f]))).collect();
        let matrix = |columns: usize, numbers: Vec<i64>, over: f64| {
            let data = numbers.into_iter().map(|number| number as f64 / over).collect();
            npy::to_bytes(&Tensor::matrix(rows.len(), columns, data).unwrap())
        };
        files.push((format!("features-{problem}.npy"), matrix(8, weighed, 4.0)));
        files.push((format!("embeddings-{problem}.npy"), matrix(2, rows.iter().flat_map(embed).collect(), 16.0)));
    }
    files
}

/// The first seed under which no feature that counts is without meaning, and c scores below b.
pub fn seed() -> u64 {
    let good = |seed: &u64| {
        let g = |feature, dimension| projection_entry(*seed, BOUND, feature, dimension);
        (0..8).all(|feature| g(feature, 0) != 0 && g(feature, 1) != 0)
            && g(3, 0) < g(2, 0)
            // No entry of the scorer with the margin 1 is zero.
            && g(1, 0) != 1
            && g(2, 0) != 1
            && g(3, 1) != g(2, 1)
            && (0..8).any(|feature| g(feature, 0) != g(feature, 1))
    };
    (0..).find(good).unwrap_or_default()
}

/// The true-optimal entry of a feature.
pub fn g(feature: usize, dimension: usize) -> i64 {
    projection_entry(seed(), BOUND, feature as u32, dimension as u32)
}

/// Of which old features each feature's row of h is a copy in the two problems: z and x like b, y like a.
const COPIES: [[usize; 8]; 2] = [[0, 1, 2, 3, 4, 2, 1, 2], [0, 1, 2, 3, 2, 1, 2, 7]];

/// h of the problem 0 or 1, changed by `delta` at (feature, dimension).
pub fn table(problem: usize, delta: impl Fn(usize, usize) -> String) -> Value {
    let entry = |feature: usize, dimension: usize| {
        let change: BigRational = delta(feature, dimension).parse().unwrap();
        let base = BigRational::from_integer(g(COPIES[problem][feature], dimension).into());
        Exact(base + change)
    };
    (0..8).map(|feature| json!([feature, [entry(feature, 0), entry(feature, 1)]])).collect()
}

/// h with changes in single entries: (feature, dimension, how much).
pub fn changed(problem: usize, changes: &[(usize, usize, &str)]) -> Value {
    table(problem, |feature, dimension| {
        let found = changes.iter().find(|(f, d, _)| (*f, *d) == (feature, dimension));
        found.map_or("0", |(_, _, by)| by).to_owned()
    })
}

/// A vector over features that training and all edits of the first problem are silent on.
pub const KERNEL: [i64; 8] = [1, -1, 0, 0, -1, 0, -1, 0];

/// h of the first problem moved along the kernel, which no caption and no edit sees.
pub fn moved(problem: usize, by: [i64; 2], changes: &[(usize, usize, &str)]) -> Value {
    table(problem, |feature, dimension| {
        let found = changes.iter().find(|(f, d, _)| (*f, *d) == (feature, dimension));
        let change: BigRational = found.map_or("0", |(_, _, by)| by).parse().unwrap();
        (change + BigRational::from_integer((KERNEL[feature] * by[dimension]).into())).to_string()
    })
}

/// The scorer of the second problem: g's first dimension on old features, z, y and x lower than what they replace by `below`.
pub fn scorer(below: [i64; 3]) -> Value {
    let value =
        |feature: usize| g(COPIES[1][feature], 0) - if (4..7).contains(&feature) { below[feature - 4] } else { 0 };
    (0..8).map(|feature| (feature, value(feature))).filter(|(_, v)| *v != 0).map(|(f, v)| json!([f, v])).collect()
}

/// The scorer, or the rows of an encoder, that says of the matrices what this one says of the words: over 16, the features
/// over 4 and by their weights.
pub fn on_matrix(problem: usize, rows: &Value) -> Value {
    let row = |row: &Value| {
        let over = 4 * weight(WORDS[problem][row[0].as_u64().unwrap() as usize]);
        let number = |value: &Value| {
            let Exact(number) = serde_json::from_value(value.clone()).unwrap();
            json!(Exact(number / BigRational::from_integer(over.into())))
        };
        match &row[1] {
            Value::Array(entries) => json!([row[0], entries.iter().map(number).collect::<Value>()]),
            value => json!([row[0], number(value)]),
        }
    };
    rows.as_array().unwrap().iter().map(row).collect()
}

/// The true certificate of a kind of claim.
pub fn base(kind: &str) -> Value {
    static KNOWN: Mutex<Option<HashMap<String, Value>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap();
    known.get_or_insert_default().entry(kind.to_owned()).or_insert_with(|| built(kind)).clone()
}

fn built(kind: &str) -> Value {
    let matrix = kind.ends_with("-matrix");
    let kind = kind.trim_end_matches("-matrix");
    // A claim in another form: its name is what stands before the dash.
    let name = kind.split('-').next().unwrap_or(kind);
    let mut body = match kind {
        "fates" => json!({
            "collapsed": [0, 4],
            "identified": [{"edit": 1, "c": [[0, -1], [1, 1]]}, {"edit": 8, "c": [[0, -1], [1, 1]]}],
            "free": [{"edit": 2, "readout": 0}, {"edit": 3, "readout": 1}, {"edit": 5, "readout": 0},
                     {"edit": 6, "readout": 0}, {"edit": 7, "readout": 2}],
            "readouts": [[[5, 1]], [[6, 1]], [[7, 1]]],
        }),
        "kernel" => {
            let silent = if matrix { json!([[0, 1], [1, -3], [4, -3]]) } else { json!([[0, 1], [1, -1], [4, -1]]) };
            json!({
                "modulus": 7,
                "basis": [[0, 1], [1, 3], [2, 4], [3, 2]],
                "readouts": [silent, [[5, 1]], [[6, 1]], [[7, 1]]],
                "collapsed": [0, 4], "identified": [1, 8], "free": [2, 3, 5, 6, 7],
                "mined": [[2, 1], [3, 0], [7, 3]],
                "settled": [{"edit": 5, "b": [[2, 1], [3, 1]]}, {"edit": 6, "b": [[2, 1]]}],
            })
        }
        "blind" => json!({
            "dropped": [{"edit": 1, "s": [[0, -1], [1, 1]], "d": [[1, 1]]},
                        {"edit": 8, "s": [[0, -1], [1, 1]], "d": [[8, 1]]}],
            "h": table(0, |_, _| "0".to_owned()),
        }),
        "obstructed" => json!({"by": {"s": [[0, -1], [1, 1]], "d": [[1, 1]]}}),
        "selective" => json!({"blind": [3], "seen": [0, 1, 2], "h": changed(1, &[(4, 0, "1"), (5, 1, "1")])}),
        "settles" => json!({
            "mined": [{"edit": 2, "readout": [[5, 1]]}, {"edit": 3, "readout": [[6, 1]]}, {"edit": 7, "readout": [[7, 1]]}],
            "settled": [{"edit": 0, "c": [], "b": []}, {"edit": 1, "c": [[0, -1], [1, 1]], "b": []},
                        {"edit": 4, "c": [], "b": []}, {"edit": 5, "c": [], "b": [[2, 1], [3, 1]]},
                        {"edit": 6, "c": [], "b": [[2, 1]]}, {"edit": 8, "c": [[0, -1], [1, 1]], "b": []}],
            "costs": [1, 1, 2, 3, 1, 3, 2, 4, 1],
            "budget": {"limit": 4, "chosen": [2], "settled": 6},
        }),
        "settles-basis" => json!({
            "mined": [{"edit": 2, "pivot": 5}, {"edit": 3, "pivot": 6}, {"edit": 7, "pivot": 7}],
            "settled": [{"edit": 0, "c": [], "b": []}, {"edit": 1, "c": [[0, -1], [1, 1]], "b": []},
                        {"edit": 4, "c": [], "b": []}, {"edit": 5, "c": [], "b": [[2, 1], [3, 1]]},
                        {"edit": 6, "c": [], "b": [[2, 1]]}, {"edit": 8, "c": [[0, -1], [1, 1]], "b": []}],
            "basis": {"modulus": 7, "rows": [[0, 1], [1, 3], [2, 4], [3, 2]], "others": [{"caption": 4, "c": [[0, 1]]}]},
        }),
        "margins" => json!({"margin": 1, "scorer": scorer([1, 1, 1])}),
        "farkas" => json!({"margin": 100, "z": [[1, 1]], "c": [[0, -1], [1, 1]]}),
        "nearest" | "nearest-entry" => Value::Null,
        _ => panic!("no claim is called {kind}"),
    };
    let theorem = match kind {
        "selective" => "depth_blindness",
        "kernel" => "silent_readouts_decide",
        "settles" | "settles-basis" => "deficit_is_least",
        "margins" | "farkas" => "margins_contradict",
        "nearest" | "nearest-entry" => "least_blinding_change",
        _ => "composition_nonidentifiability",
    };
    let files = inputs();
    let input = |name: &str, role: &str, format: Option<&str>| {
        let (_, bytes) = files.iter().find(|(file, _)| file == name).unwrap();
        let mut input = json!({"name": name, "sha256": sha256_hex(bytes), "role": role});
        format.into_iter().for_each(|format| input["format"] = json!(format));
        input
    };
    let free_only = matches!(kind, "selective" | "margins") || kind.starts_with("nearest") && !matrix;
    let mut captions = json!({
        "inputs": [input("pairs.jsonl", "pairs", Some("jsonl")), input("train.txt", "train", Some("text"))],
        "tokenizer": "words",
        "features": "bag-of-words",
        "encoder": {"kind": "projection", "seed": seed(), "width": 2, "bound": BOUND},
        "size": {"training": if free_only { 4 } else { 5 }, "edits": if free_only { 4 } else { 9 }, "features": 8},
    });
    if free_only {
        captions["selected"] = json!([2, 3, 5, 7]);
    }
    if matrix {
        let problem = usize::from(free_only);
        captions["features"] = json!("matrix");
        captions["encoder"] = json!({"kind": "embeddings", "width": 2});
        let (features, embeddings) = (format!("features-{problem}.npy"), format!("embeddings-{problem}.npy"));
        let list = captions["inputs"].as_array_mut().unwrap();
        list.extend([(&features[..], "features"), ("texts.txt", "feature-texts")].map(|(n, r)| input(n, r, None)));
        list.extend(
            [(&embeddings[..], "embeddings"), ("texts.txt", "embedding-texts")].map(|(n, r)| input(n, r, None)),
        );
        for key in ["h", "scorer"] {
            if body.get(key).is_some() {
                body[key] = on_matrix(problem, &body[key]);
            }
        }
        if kind == "margins" {
            body["margin"] = json!("1/16");
        }
    }
    let claim = if body.is_null() { nearest(&captions, kind == "nearest-entry") } else { json!({name: body}) };
    json!({
        "scotoma_certificate": if matches!(kind, "kernel" | "settles-basis") { 2 } else { 1 },
        "statement": statement_of(theorem).unwrap(),
        "problem": {"captions": captions},
        "claims": [claim],
    })
}

/// The least blinding change in one of the norms, as the program finds it: its fractions are no fun by hand.
fn nearest(captions: &Value, entry: bool) -> Value {
    let spec: CaptionProblem = serde_json::from_value(captions.clone()).unwrap();
    let files = inputs();
    let bytes = |input: &Input| files.iter().find(|(name, _)| *name == input.name).unwrap().1.clone();
    let problem = Problem::read(&spec, &spec.inputs.iter().map(bytes).collect::<Vec<_>>()).unwrap();
    let blinding = mining::Blinding::of(&problem, &Limits::default()).unwrap();
    let found = mining::nearest(&blinding, 20, Duration::from_secs(60), &Limits::default()).unwrap();
    serde_json::to_value(if entry { found.entry.claim.unwrap() } else { found.claim }).unwrap()
}
