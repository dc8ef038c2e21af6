//! The small world that the corpus is about: one certificate of every kind of claim, all of them true.
//!
//! Under bag-of-words the features are numbered 0 (the constant), a, b, c, d, z, y, x in the first problem, which has every
//! edit, and 0, a, b, c, z, y, x, d in the second, which selects free edits alone.

use std::time::Duration;

use scotoma::encoder::{Problem, projection_entry, statement_of};
use scotoma::exact::Limits;
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
pub const BOUND: u32 = 3;

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
        let change: num_rational::BigRational = delta(feature, dimension).parse().unwrap();
        let base = num_rational::BigRational::from_integer(g(COPIES[problem][feature], dimension).into());
        scotoma::certificate::Exact(base + change)
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
        let change: num_rational::BigRational = found.map_or("0", |(_, _, by)| by).parse().unwrap();
        (change + num_rational::BigRational::from_integer((KERNEL[feature] * by[dimension]).into())).to_string()
    })
}

/// The scorer of the second problem: g's first dimension on old features, z, y and x lower than what they replace by `below`.
pub fn scorer(below: [i64; 3]) -> Value {
    let value =
        |feature: usize| g(COPIES[1][feature], 0) - if (4..7).contains(&feature) { below[feature - 4] } else { 0 };
    (0..8).map(|feature| (feature, value(feature))).filter(|(_, v)| *v != 0).map(|(f, v)| json!([f, v])).collect()
}

/// The true certificate of a kind of claim.
pub fn base(kind: &str) -> Value {
    let body = match kind {
        "fates" => json!({
            "collapsed": [0, 4],
            "identified": [{"edit": 1, "c": [[0, -1], [1, 1]]}, {"edit": 8, "c": [[0, -1], [1, 1]]}],
            "free": [{"edit": 2, "readout": 0}, {"edit": 3, "readout": 1}, {"edit": 5, "readout": 0},
                     {"edit": 6, "readout": 0}, {"edit": 7, "readout": 2}],
            "readouts": [[[5, 1]], [[6, 1]], [[7, 1]]],
        }),
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
        "margins" => json!({"margin": 1, "scorer": scorer([1, 1, 1])}),
        "farkas" => json!({"margin": 100, "z": [[1, 1]], "c": [[0, -1], [1, 1]]}),
        "nearest" | "nearest-entry" => Value::Null,
        _ => panic!("no claim is called {kind}"),
    };
    let theorem = match kind {
        "selective" => "depth_blindness",
        "settles" => "mining_suffices",
        _ => "composition_nonidentifiability",
    };
    let input = |name: &str, role: &str, format: &str, text: &str| json!({"name": name, "sha256": sha256_hex(text.as_bytes()), "role": role, "format": format});
    let free_only = matches!(kind, "selective" | "margins" | "nearest" | "nearest-entry");
    let mut captions = json!({
        "inputs": [input("pairs.jsonl", "pairs", "jsonl", PAIRS), input("train.txt", "train", "text", TRAIN)],
        "tokenizer": "words",
        "features": "bag-of-words",
        "encoder": {"kind": "projection", "seed": seed(), "width": 2, "bound": BOUND},
        "size": {"training": if free_only { 4 } else { 5 }, "edits": if free_only { 4 } else { 9 }, "features": 8},
    });
    if free_only {
        captions["selected"] = json!([2, 3, 5, 7]);
    }
    let claim = if body.is_null() { nearest(&captions, kind == "nearest-entry") } else { json!({kind: body}) };
    json!({
        "scotoma_certificate": 1,
        "statement": statement_of(theorem).unwrap(),
        "problem": {"captions": captions},
        "claims": [claim],
    })
}

/// The least blinding change in one of the norms, as the program finds it: its fractions are no fun by hand.
fn nearest(captions: &Value, entry: bool) -> Value {
    let spec = serde_json::from_value(captions.clone()).unwrap();
    let problem = Problem::read(&spec, &[PAIRS.into(), TRAIN.into()]).unwrap();
    let found = mining::nearest(&problem, 20, Duration::from_secs(60), &Limits::default()).unwrap();
    serde_json::to_value(if entry { found.entry.claim.unwrap() } else { found.claim }).unwrap()
}
