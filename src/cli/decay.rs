//! `scotoma experiment ridge`: what a trained ridge encoder moves, against what training supports.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::Context;
use super::inputs::{self, EncoderArgs, InputArgs};
use super::table::table;
use crate::audit::decay::{Decay, decay};
use crate::caption::FeatureMap;
use crate::export::experiment::DecayChart;
use crate::files;
use crate::report::{Diagnostic, Verdict};
use crate::world::{Pair, Reading, World, WorldInputs};

/// What a ridge encoder trained here moves, on captions with a projection or with embeddings, or on the built-in world
#[derive(clap::Args, Debug, Clone)]
#[command(mut_arg("files", |files| files.required(false).help("Files of caption pairs [default: the built-in world]")))]
pub struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    /// The embeddings of the training captions (.npy, a row a text) instead of a random projection
    #[arg(long, value_name = "FILE", requires = "embedding_texts")]
    embeddings: Option<PathBuf>,
    /// The texts of the rows of the embeddings: a JSON list, or one a line
    #[arg(long, value_name = "FILE")]
    embedding_texts: Option<PathBuf>,
    /// The weight decay
    #[arg(long, default_value_t = 1.0, value_parser = positive)]
    lambda: f64,
    /// Draws of the bootstrap
    #[arg(long, default_value_t = 1000)]
    draws: usize,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok(value),
        _ => Err("a number above 0".to_owned()),
    }
}

pub(super) fn run(args: &Args, seed: u64, out: &Path, context: &Context) -> Result<Verdict, Diagnostic> {
    let problem = if args.inputs.has_files() {
        let encoder = EncoderArgs::of(args.embeddings.clone(), args.embedding_texts.clone(), seed);
        inputs::read(&args.inputs, &encoder, context)?.2
    } else {
        let world = World::builtin();
        let pairs: Vec<Pair> = world
            .edited_pairs()
            .into_iter()
            .map(|e| Pair { caption: e.caption, negative: e.negative, operator: e.operator })
            .collect();
        WorldInputs::new(&world, &pairs, Reading::ByPlace)?.problem(FeatureMap::OrderedPairs, None)?.1
    };
    context.talk("ridge: training the encoder");
    let found = decay(&problem, args.lambda, args.draws, seed);
    let path = out.join("ridge.svg");
    let points: Vec<[f64; 2]> = found.edits.iter().map(|(_, share, part)| [*share, *part]).collect();
    files::write_atomically(&path, DecayChart { points: &points, lambda: found.lambda }.svg().as_bytes())?;
    let verdict = match (found.applies(), found.above) {
        (false, _) => Verdict::Declined,
        (true, 0) => Verdict::Holds,
        (true, _) => Verdict::DoesNotHold,
    };
    if context.json() {
        context.print_json(&json!({
            "verdict": verdict, "seed": seed, "ridge": found, "picture": path.display().to_string(),
        }))?;
        return Ok(verdict);
    }
    context.print(&told(&found))?;
    context.print(&format!("seed {seed}; picture: {}", path.display()))?;
    Ok(verdict)
}

fn told(found: &Decay) -> String {
    let mut t = table(["edits", "n", "moved", "95 %"]);
    for (which, name) in ["the less supported half", "the more supported half"].into_iter().enumerate() {
        let n = if which == 0 { found.n / 2 } else { found.n - found.n / 2 };
        let interval = found.intervals[which].map_or_else(String::new, |[a, b]| format!("{a:.4} to {b:.4}"));
        t.add_row([name.to_owned(), n.to_string(), format!("{:.4}", found.moved[which]), interval]);
    }
    let bound = match (found.applies(), found.above) {
        (false, _) => "does not apply: no encoder over these features is optimal".to_owned(),
        (true, 0) => "holds on every one of them".to_owned(),
        (true, n) => format!("does NOT hold on {n} of them"),
    };
    format!(
        "A ridge encoder h with weight decay {} on {} training captions, and {} edits that change a feature.\n\
         |h*d|^2 <= |g|^2 (|d|^2 - phi(d)) {bound} (up to {:.1e}); |g|^2 = {:.4} of an optimum\n\
         that misses the targets on training by {:.1e} of their norm.\nmoved: the sum of |h*d|^2 over that of |g|^2 |d|^2\n{t}",
        found.lambda, found.training, found.n, found.off, found.optimum, found.misses
    )
}
