//! Captions with a hard negative in; a certified encoder that is blind to the edit, or an obstruction, out.
//!
//!     cargo run --example build_from_captions

use scotoma::caption::{FeatureMap, Format, Tokenizer};
use scotoma::certificate::{CaptionProblem, Input, InputRole, Size, TrueOptimal};
use scotoma::encoder::{self, Problem};
use scotoma::exact::Limits;
use scotoma::files::sha256_hex;
use scotoma::report::Diagnostic;

const PAIRS: &str = r#"{"caption": "a cup on a book", "negative": "a book on a cup"}"#;

fn main() -> Result<(), Diagnostic> {
    let inputs = [PAIRS.as_bytes().to_vec()];
    let mut spec = CaptionProblem {
        inputs: vec![Input {
            name: "pairs.jsonl".to_owned(),
            sha256: sha256_hex(&inputs[0]),
            role: InputRole::Pairs,
            format: Some(Format::Jsonl),
        }],
        columns: Default::default(),
        selected: None,
        tokenizer: Tokenizer::Words,
        features: FeatureMap::Positions,
        encoder: TrueOptimal::Projection { seed: 1, width: 4, bound: 9 },
        size: Size { training: 0, edits: 0, features: 0 },
    };
    let problem = Problem::read(&spec, &inputs)?;
    spec.size = problem.size();
    let built = encoder::build(&problem, &Limits::default())?;
    println!("fates {:?}, ranks {:?}", built.fates, built.ranks);
    // Every claim is multiplied out again before it is believed.
    for verified in encoder::verify_claims(&problem, &built.claims)? {
        println!("{verified:?}");
    }
    let certificate = encoder::certificate(&spec, built.claims)?;
    println!("a certificate of {} bytes", certificate.to_bytes()?.len());
    Ok(())
}
