//! The certificate of a caption's compounds: hard negatives as pairs, a mined basis, the others as combinations.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Args, Study};
use crate::certificate::{
    CaptionProblem, Certificate, Input, InputRole, Problem as CertificateProblem, Size, TrueOptimal, VERSION,
};
use crate::cli::verify::Checked;
use crate::encoder::{self, Problem};
use crate::exact::{Limits, Rational};
use crate::files;
use crate::mining::mine;
use crate::report::{Code, Diagnostic};

/// The most pairs that a certificate holds.
const PAIRS: usize = 20_000;

/// Writes the folder of the certificate and checks it as any reader would.
pub(super) fn write(study: &Study, args: &Args, out: &Path) -> Result<(Vec<PathBuf>, Checked), Diagnostic> {
    let (pairs, depths) = pairs(study)?;
    let mut spec = CaptionProblem {
        inputs: vec![Input {
            name: "compounds.jsonl".to_owned(),
            sha256: files::sha256_hex(&pairs),
            role: InputRole::Pairs,
            format: Some("jsonl".to_owned()),
        }],
        columns: BTreeMap::new(),
        selected: None,
        tokenizer: "words".to_owned(),
        features: args.features.clone(),
        encoder: TrueOptimal::Projection { seed: 1, width: 1, bound: 9 },
        size: Size { training: 0, edits: 0, features: 0 },
    };
    let inputs = [pairs];
    let problem = Problem::read(&spec, &inputs)?;
    spec.size = problem.size();
    // With depths as costs, the cheapest basis shows the rank at every depth.
    let mining = mine(problem.s(), problem.d(), Some(&depths), None, &Limits::default())?;
    let certificate = Certificate {
        scotoma_certificate: VERSION,
        statement: encoder::statement_of(mining.claim.theorem().unwrap_or_default())?,
        problem: CertificateProblem::Captions(spec.clone()),
        claims: vec![mining.claim],
    };
    encoder::write_folder(out, &certificate, &spec, &inputs, &problem, &[])
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
