//! `scotoma nearest`: how far an encoder is from blindness.

use std::path::PathBuf;

use num_traits::ToPrimitive;
use serde_json::json;

use super::inputs::{self, EncoderArgs, InputArgs};
use super::{Context, verify};
use crate::certificate::Exact;
use crate::encoder;
use crate::exact::Rational;
use crate::mining::{self, Nearest};
use crate::report::{Diagnostic, Verdict};

/// Find the blind encoder nearest to the true-optimal one: how far an encoder is from blindness
///
/// The least change (in Frobenius norm) of the map from features to embeddings that keeps every training caption where it is
/// and makes the encoder blind, to all edits at once and to each alone; exact, and certified to be the least. With
/// embeddings the change is added to what the embeddings say, whatever encoder they come from.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma nearest pairs.jsonl                                     examples/pairs.jsonl, a random projection
  scotoma nearest pairs.jsonl --embeddings emb.npy --embedding-texts texts.json
  scotoma nearest swap_obj.json --rank 1000 --width 1             exact fractions of a thousand dimensions take their time")]
pub struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    encoder: EncoderArgs,
    /// The most dimensions of captions and edits together; the digits of the answer grow with them
    #[arg(long, default_value_t = 300, value_name = "NUMBER")]
    rank: usize,
    /// Folder to write
    #[arg(long, default_value = "scotoma-nearest", value_name = "DIR")]
    out: PathBuf,
}

/// How many edits are shown.
const SHOWN: usize = 10;

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let (spec, inputs, problem) = inputs::read(&args.inputs, &args.encoder, context)?;
    let (bar, limits) = context.limits("eliminating");
    let found = mining::nearest(&problem, args.rank, &limits)?;
    bar.finish_and_clear();
    let certificate = encoder::certificate(&spec, vec![found.claim.clone()])?;
    encoder::write_folder(&args.out, &certificate, &spec, &inputs, &problem)?;
    let verified = verify::check_file(&args.out.join("certificate.json"), None)?;
    let path = args.out.join("certificate.json").display().to_string();
    if context.json() {
        let exact = |value: &Rational| json!({ "squared": Exact(value.clone()), "norm": norm(value) });
        context.print_json(&json!({
            "verdict": Verdict::Holds,
            "size": spec.size,
            "features": spec.features,
            "jointly": exact(&found.change),
            "dropped": found.dropped,
            "largest_entry": { "of_this_change": found.entry.0, "of_any_change_at_least": found.entry.1 },
            "alone": found.alone.iter().map(|change| change.as_ref().map(exact)).collect::<Vec<_>>(),
            "verified": verified.claims,
            "files": [path],
        }))?;
        return Ok(Verdict::Holds);
    }
    let mut table = super::table(["distance", "caption", "negative"]);
    let mut order: Vec<(usize, &Rational)> =
        found.alone.iter().enumerate().filter_map(|(edit, change)| Some((edit, change.as_ref()?))).collect();
    order.sort_by(|a, b| a.1.cmp(b.1));
    for (edit, change) in order.iter().take(SHOWN) {
        let pair = &problem.dataset().pairs[*edit];
        table.add_row([format!("{:.4}", norm(change)), pair.caption.clone(), pair.negative.clone()]);
    }
    context.print(&format!(
        "{}\n\nEach edit alone, the nearest first\n{table}",
        summary(&found, spec.size.edits as usize)
    ))?;
    verify::print_verified(context, &verified)?;
    context.print(&format!("\nFiles\n  {path}"))?;
    Ok(Verdict::Holds)
}

fn norm(squared: &Rational) -> f64 {
    squared.to_f64().unwrap_or(f64::INFINITY).sqrt()
}

fn summary(found: &Nearest, edits: usize) -> String {
    let dropped = match found.dropped.len() {
        0 => String::new(),
        n => format!(" ({n} others contradict them and are left out)"),
    };
    format!(
        "the nearest encoder blind to {} edits at once{dropped} is {:.4} away (Frobenius norm)\n\
         its largest change of an entry is {:.4}; no blinding change has a largest below {:.4}",
        edits - found.dropped.len(),
        norm(&found.change),
        found.entry.0,
        found.entry.1
    )
}
