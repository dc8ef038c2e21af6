//! Linear programs of `margins` and `nearest` with large entries: doubles often cannot settle them, exact steps do.
//!
//! More of them: `SCOTOMA_PROGRAMS=100000 cargo test --test captions linear_programs::`.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use scotoma::caption::{FeatureMap, Format, Tokenizer};
use scotoma::certificate::{CaptionProblem, Claim, Input, InputRole, Size, TrueOptimal};
use scotoma::encoder::{self, Problem};
use scotoma::exact::{Limits, Rational};
use scotoma::mining::{Blinding, margins, nearest};

use crate::common;

/// A matrix of doubles as NumPy writes it.
fn npy(rows: &[Vec<i64>]) -> Vec<u8> {
    let shape = format!("({}, {})", rows.len(), rows.first().map_or(0, Vec::len));
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    let header = format!("{header:117}\n");
    let mut bytes = [b"\x93NUMPY\x01\x00".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes()].concat();
    rows.iter().flatten().for_each(|value| bytes.extend((*value as f64).to_le_bytes()));
    bytes
}

/// Captions and then negatives with these features, and embeddings of all of them.
#[derive(Clone, Debug)]
struct Numbers {
    edits: usize,
    features: Vec<Vec<i64>>,
    embeddings: Vec<Vec<i64>>,
}

impl Numbers {
    fn texts(&self) -> Vec<String> {
        let (captions, negatives) =
            (0..self.edits).map(|at| (format!("caption {at}"), format!("negative {at}"))).unzip();
        let (captions, negatives): (Vec<String>, Vec<String>) = (captions, negatives);
        [captions, negatives].concat()
    }

    /// The input files: pairs, features, their texts, embeddings, their texts.
    fn files(&self) -> [(&'static str, InputRole, Vec<u8>); 5] {
        let texts = self.texts();
        let pair = |at: usize| {
            serde_json::json!({ "caption": texts[at], "negative": texts[self.edits + at] }).to_string() + "\n"
        };
        let list = serde_json::to_vec(&texts).unwrap();
        [
            ("p.jsonl", InputRole::Pairs, (0..self.edits).map(pair).collect::<String>().into_bytes()),
            ("f.npy", InputRole::Features, npy(&self.features)),
            ("ft.json", InputRole::FeatureTexts, list.clone()),
            ("e.npy", InputRole::Embeddings, npy(&self.embeddings)),
            ("et.json", InputRole::EmbeddingTexts, list),
        ]
    }

    fn problem(&self) -> Problem {
        let files = self.files();
        let input = |(name, role, bytes): &(&str, InputRole, Vec<u8>)| Input {
            name: (*name).to_owned(),
            sha256: scotoma::files::sha256_hex(bytes),
            role: *role,
            format: (*role == InputRole::Pairs).then_some(Format::Jsonl),
        };
        let spec = CaptionProblem {
            inputs: files.iter().map(input).collect(),
            columns: BTreeMap::new(),
            selected: None,
            tokenizer: Tokenizer::Words,
            features: FeatureMap::Matrix,
            encoder: TrueOptimal::Embeddings { width: self.embeddings[0].len() as u32 },
            size: Size { training: 0, edits: 0, features: 0 },
        };
        Problem::read(&spec, &files.map(|(_, _, bytes)| bytes)).unwrap()
    }
}

/// Up to 6 edits in up to 5 dimensions, embedded in up to 2, with entries to 2^`bits`: dense, sparse, or nearly in one direction;
/// captions few or all alike, so that the edits have to cancel or to be told apart.
fn numbers() -> impl Strategy<Value = Numbers> {
    let bits = proptest::sample::select(vec![3u32, 12, 20, 30]);
    (1usize..7, 1usize..6, 1usize..3, bits, 0u8..4).prop_flat_map(|(edits, columns, width, bits, kind)| {
        let most = 1i64 << bits;
        let entry = prop_oneof![
            3 => -most..=most,
            1 => Just(0i64),
            1 => -2i64..=2,
            1 => (most - 3)..=most,
        ];
        let row = proptest::collection::vec(entry.clone(), columns);
        let embedding = proptest::collection::vec(proptest::collection::vec(entry, width), 2 * edits);
        (proptest::collection::vec(row, 2 * edits), embedding).prop_map(move |(mut features, mut embeddings)| {
            for edit in 0..edits {
                match kind {
                    // All captions alike.
                    0 => (features[edit], embeddings[edit]) = (features[0].clone(), embeddings[0].clone()),
                    // Captions that say nothing: the edits are the negatives.
                    1 => {
                        features[edit].fill(0);
                        embeddings[edit].fill(0);
                    }
                    // Negatives that are nearly multiples of the first.
                    2 => {
                        let first = features[edits].clone();
                        let factor = 1 - 2 * (edit as i64 % 2);
                        features[edit].fill(0);
                        embeddings[edit].fill(0);
                        let near = |(column, value): (usize, i64)| value * factor + i64::from(column == edit % columns);
                        features[edits + edit] = first.into_iter().enumerate().map(near).collect();
                    }
                    _ => (),
                }
            }
            Numbers { edits, features, embeddings }
        })
    })
}

fn cases(usual: u32) -> ProptestConfig {
    let given = std::env::var("SCOTOMA_PROGRAMS").ok().and_then(|count| count.parse().ok());
    ProptestConfig::with_cases(given.unwrap_or(usual))
}

const TIME: Duration = Duration::from_secs(600);

proptest! {
    #![proptest_config(cases(300))]

    /// A scorer or a contradiction, and the verifier agrees; nothing is left open.
    #[test]
    fn every_margin_is_settled(numbers in numbers()) {
        let problem = numbers.problem();
        match margins(&problem, &Rational::from_integer(1.into()), TIME, &Limits::default()) {
            Ok(claim) => {
                let settled = matches!(claim, Claim::Margins { .. } | Claim::Farkas { .. });
                prop_assert!(settled && encoder::verify_claims(&problem, &[claim]).is_ok());
            }
            // Captions alone may be at odds with their embeddings.
            Err(why) => prop_assert_eq!(why.code.as_str(), "not-aligned"),
        }
    }

    /// The least change in both norms, jointly and alone, all of it exact.
    #[test]
    fn every_distance_is_settled(numbers in numbers()) {
        let problem = numbers.problem();
        let blinding = Blinding::of(&problem, &Limits::default()).unwrap();
        let found = nearest(&blinding, 300, TIME, &Limits::default());
        let found = match found {
            // Products of two rows of 2^62 do not fit: a limit of its own.
            Err(why) => {
                prop_assert_eq!(why.code.as_str(), "exact-entry-too-large");
                return Ok(());
            }
            Ok(found) => found,
        };
        prop_assert!(found.entry.alone.iter().flatten().all(|alone| alone.exact.is_some()));
        prop_assert!(found.entry.claim.is_ok(), "{:?}", found.entry.claim.err());
        prop_assert!(encoder::verify_claims(&problem, &[found.claim, found.entry.claim.unwrap()]).is_ok());
    }
}

/// Two negatives that nearly point away from each other: doubles take them for opposite.
#[test]
fn what_doubles_cannot_tell_apart_is_settled_by_the_commands() {
    let features = vec![vec![0, 0], vec![0, 0], vec![1, 1 << 17], vec![-1, 1 - (1 << 17)]];
    let numbers = Numbers { edits: 2, features, embeddings: vec![vec![0], vec![0], vec![-2], vec![2]] };
    let folder = tempfile::tempdir().unwrap();
    for (name, _, bytes) in numbers.files() {
        common::write(folder.path(), name, bytes);
    }
    let inputs = "p.jsonl --features f.npy --feature-texts ft.json --embeddings e.npy --embedding-texts et.json";
    let run = |command: &str| {
        let arguments: Vec<&str> = [command].into_iter().chain(inputs.split(' ')).chain(["--json"]).collect();
        common::expect(folder.path(), &arguments, 0)
    };
    assert!(run("margins").contains("\"contradiction\": null"));
    let found: serde_json::Value = serde_json::from_str(&run("nearest")).unwrap();
    let alone = found["largest_entry"]["alone"].as_array().unwrap();
    assert!(alone.iter().all(|edit| !edit["exact"].is_null()), "{found}");
}
