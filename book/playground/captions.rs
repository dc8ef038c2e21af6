//! Typed captions: S, D, the fate of every edit with its witness, and where two encoders put the texts.

use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use scotoma::caption::{FeatureMap, Format, Row, Tokenizer};
use scotoma::certificate::{CaptionProblem, Claim, Exact, Input, InputRole, Size, Sparse, TrueOptimal};
use scotoma::encoder::{Built, Problem, build, projection_entry, verify_claims};
use scotoma::exact::Limits;
use scotoma::report::{Code, Diagnostic};
use serde::Deserialize;
use serde_json::{Value, json};

/// The most lines that a page answers at once.
const LINES: usize = 64;
/// The most features that it shows.
const FEATURES: usize = 4096;
/// The true-optimal encoder of the page: into the plane, with entries of at most this size.
const PLANE: (u32, u32) = (2, 9);

/// What a reader typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// What an encoder reads.
    features: FeatureMap,
    /// Training captions, one a line.
    training: String,
    /// A caption and its edit a line, with an arrow between them.
    edits: String,
    /// The seed of the true-optimal encoder.
    seed: u64,
}

/// Everything about the typed captions. Errors: those of reading and building, and [`Code::Undecided`] for too many lines.
pub fn answer(typed: &Typed) -> Result<Value, Diagnostic> {
    let (spec, inputs) = problem(typed)?;
    let problem = Problem::read(&spec, &inputs)?;
    if problem.s().cols() > FEATURES {
        let message = format!("{} features are more than a page can show", problem.s().cols());
        return Err(Diagnostic::new(Code::TooManyFeatures, message).help("the terminal takes as many: scotoma build"));
    }
    let built = build(&problem, &Limits::default())?;
    verify_claims(&problem, &built.claims)?;
    let names = |column: u32| problem.features().index.name(column, &problem.tokens().vocabulary);
    let features: Vec<String> = (0..problem.s().cols() as u32).map(names).collect();
    let rows = |m: &scotoma::matrix::SparseMatrix| -> Vec<Row> { (0..m.rows()).map(|i| m.row(i).collect()).collect() };
    let pairs = &problem.dataset().pairs;
    Ok(json!({
        "features": features,
        "training": (0..problem.s().rows()).map(|row| problem.training_text(row)).collect::<Vec<_>>(),
        "edits": pairs.iter().enumerate().map(|(edit, pair)| json!({
            "caption": pair.caption, "negative": pair.negative, "original": problem.original(edit),
        })).collect::<Vec<_>>(),
        "S": rows(problem.s()),
        "D": rows(problem.d()),
        "ranks": built.ranks,
        "deficit": built.ranks.deficit(),
        "fates": fates(&problem, &built),
        "embeddings": embeddings(&problem, &built, typed.seed),
        "warnings": problem.dataset().said(),
    }))
}

/// The problem that the lines describe, and its inputs. Errors: too many lines, a line without an arrow.
fn problem(typed: &Typed) -> Result<(CaptionProblem, Vec<Vec<u8>>), Diagnostic> {
    let lines = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
    if lines(&typed.training) + lines(&typed.edits) > LINES {
        let message = format!("a page takes {LINES} lines together");
        return Err(Diagnostic::new(Code::Undecided, message).help("the terminal takes as many: scotoma build"));
    }
    let mut inputs = vec![("edits.jsonl", InputRole::Pairs, Format::Jsonl, pairs(&typed.edits)?.into_bytes())];
    if lines(&typed.training) > 0 {
        inputs.push(("training.txt", InputRole::Train, Format::Text, typed.training.clone().into_bytes()));
    }
    let described = inputs.iter().map(|(name, role, format, bytes)| Input {
        name: (*name).to_owned(),
        sha256: scotoma::files::sha256_hex(bytes),
        role: *role,
        format: Some(*format),
    });
    let spec = CaptionProblem {
        inputs: described.collect(),
        columns: Default::default(),
        selected: None,
        tokenizer: Tokenizer::Words,
        features: typed.features,
        encoder: TrueOptimal::Projection { seed: typed.seed, width: PLANE.0, bound: PLANE.1 },
        size: Size { training: 0, edits: 0, features: 0 },
    };
    Ok((spec, inputs.into_iter().map(|(.., bytes)| bytes).collect()))
}

/// `caption -> edited caption` a line, as JSON Lines. Error: a line without an arrow.
fn pairs(text: &str) -> Result<String, Diagnostic> {
    let mut records = String::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let Some((caption, negative)) = line.split_once("->").or_else(|| line.split_once('→')) else {
            let message = format!("line {} of the edits has no arrow", number + 1);
            return Err(Diagnostic::new(Code::DataShape, message).help("write: a caption -> the edited caption"));
        };
        records.push_str(&json!({ "caption": caption.trim(), "negative": negative.trim() }).to_string());
        records.push('\n');
    }
    if records.is_empty() {
        let message = "there is no edit yet";
        return Err(Diagnostic::new(Code::NoCaptions, message).help("write: a caption -> the edited caption"));
    }
    Ok(records)
}

/// The fate of each edit with its witness, by edit.
fn fates(problem: &Problem, built: &Built) -> Vec<Value> {
    let mut fates = vec![Value::Null; problem.d().rows()];
    for claim in &built.claims {
        let Claim::Fates { collapsed, identified, free, readouts } = claim else { continue };
        for edit in collapsed {
            fates[*edit as usize] = json!({ "fate": "collapsed" });
        }
        for found in identified {
            fates[found.edit as usize] = json!({ "fate": "identified", "combination": weights(&found.c) });
        }
        for found in free {
            let readout = readouts.get(found.readout as usize).map(weights);
            fates[found.edit as usize] = json!({ "fate": "free", "readout": readout });
        }
    }
    fates
}

/// Indices with their weights, as a page shows them.
fn weights(sparse: &Sparse) -> Vec<(u32, String)> {
    sparse.iter().map(|(index, Exact(value))| (*index, value.to_string())).collect()
}

/// Where the true-optimal and the blind encoder put every training caption and every edited one, in the plane.
fn embeddings(problem: &Problem, built: &Built, seed: u64) -> Value {
    let width = PLANE.0 as usize;
    let g =
        |feature: u32, at: usize| BigRational::from_integer(projection_entry(seed, PLANE.1, feature, at as u32).into());
    let blind = built.claims.iter().find_map(|claim| match claim {
        Claim::Blind { h, dropped } => Some((h, dropped)),
        _ => None,
    });
    let h = |feature: u32, at: usize| {
        let row = blind.and_then(|(h, _)| h.iter().find(|(known, _)| *known == feature));
        row.map_or_else(BigRational::zero, |(_, row)| row[at].0.clone())
    };
    let place = |row: &[(u32, i64)], entry: &dyn Fn(u32, usize) -> BigRational| -> Vec<f64> {
        let times = |count: i64, value: BigRational| value * BigRational::from_integer(count.into());
        let sum =
            |at: usize| row.iter().map(|(feature, count)| times(*count, entry(*feature, at))).sum::<BigRational>();
        (0..width).map(|at| sum(at).to_f64().unwrap_or(f64::NAN)).collect()
    };
    let training: Vec<_> =
        (0..problem.s().rows()).map(|row| place(&problem.s().row(row).collect::<Row>(), &g)).collect();
    let edited = |entry: &dyn Fn(u32, usize) -> BigRational| -> Vec<_> {
        problem.features().negatives.iter().map(|row| place(row, entry)).collect()
    };
    json!({
        "training": training,
        "optimal": edited(&g),
        "blind": blind.map(|_| edited(&h)),
        "dropped": blind.map(|(_, dropped)| dropped.iter().filter_map(|obstruction| obstruction.edit).collect::<Vec<_>>()),
    })
}
