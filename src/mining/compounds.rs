//! The certificate of a caption's compounds: hard negatives as pairs, a mined basis, the others as combinations.

use std::collections::BTreeMap;

use serde_json::json;

use super::settle::mine;
use super::study::Study;
use crate::caption::{Format, Tokenizer};
use crate::certificate::{CaptionProblem, Certificate, Input, InputRole, Size, TrueOptimal};
use crate::encoder::{self, Problem};
use crate::exact::{Limits, Rational};
use crate::files;
use crate::report::{Code, Diagnostic};

/// The most pairs that a certificate holds.
const PAIRS: usize = 20_000;

/// A certificate with what it is about: the problem as described and as read, and the bytes of its inputs.
#[derive(Clone, Debug)]
pub struct Described {
    /// The certificate that the encoder is blind at this depth.
    pub certificate: Certificate,
    /// The problem that the certificate is about.
    pub spec: CaptionProblem,
    /// The bytes of the inputs, in the order of the description.
    pub inputs: Vec<Vec<u8>>,
    /// The problem as read from them.
    pub problem: Problem,
}

/// The hard negatives of a caption as pairs, with their depths as costs: a mined basis, the others as combinations of it.
///
/// Errors: [`Code::NoCaptions`] without a hard negative, [`Code::ExactLimit`] for more than fit a certificate.
pub fn certify_compounds(study: &Study) -> Result<Described, Diagnostic> {
    let (pairs, depths) = pairs(study)?;
    let mut spec = CaptionProblem {
        inputs: vec![Input {
            name: "compounds.jsonl".to_owned(),
            sha256: files::sha256_hex(&pairs),
            role: InputRole::Pairs,
            format: Some(Format::Jsonl),
        }],
        columns: BTreeMap::new(),
        selected: None,
        tokenizer: Tokenizer::Words,
        features: study.map,
        encoder: TrueOptimal::Projection { seed: 1, width: 1, bound: 9 },
        size: Size { training: 0, edits: 0, features: 0 },
    };
    let inputs = vec![pairs];
    let problem = Problem::read(&spec, &inputs)?;
    spec.size = problem.size();
    // With depths as costs, the cheapest basis shows the rank at every depth.
    let mining = mine(problem.s(), problem.d(), Some(&depths), None, &Limits::default())?;
    let certificate = encoder::certificate(&spec, vec![mining.claim])?;
    Ok(Described { certificate, spec, inputs, problem })
}

/// The hard negatives and their depths, depth by depth as far as there is room, and to the horizon at least.
fn pairs(study: &Study) -> Result<(Vec<u8>, Vec<Rational>), Diagnostic> {
    let (mut lines, mut depths) = (String::new(), Vec::new());
    let mut spheres = study.template.spheres();
    let (mut depth, mut room) = (0, PAIRS);
    while spheres.go(room) && !spheres.sphere().is_empty() {
        depth += 1;
        room -= spheres.sphere().len();
        for filling in spheres.sphere() {
            let pair = json!({ "caption": study.spell(&study.template.start()), "negative": study.spell(filling), "depth": depth });
            lines.push_str(&pair.to_string());
            depths.push(Rational::from_integer(depth.into()));
            lines.push('\n');
        }
    }
    if lines.is_empty() {
        return Err(Diagnostic::new(
            Code::NoCaptions,
            "the edits make no hard negative of this caption, or too many at once",
        )
        .help("allow more edits with --edits, or give further --words"));
    }
    if study.growth.horizon.is_none_or(|horizon| depth < horizon) {
        let message = format!("the hard negatives up to the horizon are more than the {PAIRS} of a certificate");
        return Err(Diagnostic::new(Code::ExactLimit, message).help("take a shorter caption, or fewer words"));
    }
    Ok((lines.into_bytes(), depths))
}
