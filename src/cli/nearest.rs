//! `scotoma nearest`: how far an encoder is from blindness.

use std::path::PathBuf;
use std::time::Duration;

use num_traits::ToPrimitive;
use serde_json::json;

use super::inputs::{self, EncoderArgs, InputArgs};
use super::{Context, verify};
use crate::certificate::Exact;
use crate::encoder;
use crate::exact::Rational;
use crate::mining::{self, Bracket, Nearest};
use crate::report::{Diagnostic, Verdict};

/// Find the blind encoder nearest to the true-optimal one: how far an encoder is from blindness
///
/// The least change of the map from features to embeddings that keeps every training caption where it is and makes the
/// encoder blind, to all edits at once and to each alone, in two norms: Frobenius (all entries, squared and summed) and the
/// largest entry (by linear programs, made exact); certified to be the least. With embeddings the change is added to what
/// the embeddings say, whatever encoder they come from.
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
    /// Seconds for the linear programs together; what they leave open is bracketed
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    time: u32,
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
    let found = mining::nearest(&problem, args.rank, Duration::from_secs(args.time.into()), &limits)?;
    bar.finish_and_clear();
    let claims = [Some(&found.claim), found.entry.claim.as_ref().ok()].into_iter().flatten().cloned().collect();
    let certificate = encoder::certificate(&spec, claims)?;
    let (_, verified) = encoder::write_folder(&args.out, &certificate, &spec, &inputs, &problem, &[])?;
    let path = args.out.join("certificate.json").display().to_string();
    if context.json() {
        let exact = |value: &Rational| json!({ "squared": Exact(value.clone()), "norm": norm(value) });
        context.print_json(&json!({
            "verdict": Verdict::Holds,
            "size": spec.size,
            "features": spec.features,
            "jointly": exact(&found.change),
            "dropped": found.dropped,
            "alone": found.alone.iter().map(|change| change.as_ref().map(exact)).collect::<Vec<_>>(),
            "largest_entry": {
                "jointly": bracket(&found.entry.change),
                "alone": found.entry.alone.iter().map(|change| change.as_ref().map(bracket)).collect::<Vec<_>>(),
                "undecided": found.entry.claim.as_ref().err().map(|why| &why.message),
            },
            "verified": verified.claims,
            "files": [path],
        }))?;
        return Ok(Verdict::Holds);
    }
    let mut table = super::table(["distance", "largest entry", "caption", "negative"]);
    let both = found.alone.iter().zip(&found.entry.alone).enumerate();
    let mut order: Vec<(usize, &Rational, &Bracket)> =
        both.filter_map(|(edit, (change, entry))| Some((edit, change.as_ref()?, entry.as_ref()?))).collect();
    order.sort_by(|a, b| a.1.cmp(b.1));
    for (edit, change, entry) in order.iter().take(SHOWN) {
        let pair = &problem.dataset().pairs[*edit];
        table.add_row([format!("{:.4}", norm(change)), words(entry), pair.caption.clone(), pair.negative.clone()]);
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

fn bracket(Bracket { exact, least, most }: &Bracket) -> serde_json::Value {
    json!({ "exact": exact.clone().map(Exact), "least": least, "most": most })
}

fn words(bracket: &Bracket) -> String {
    match bracket.exact {
        Some(_) => format!("{:.4}", bracket.least),
        None => format!("{:.4} to {:.4}", bracket.least, bracket.most),
    }
}

fn summary(found: &Nearest, edits: usize) -> String {
    let dropped = match found.dropped.len() {
        0 => String::new(),
        n => format!(" ({n} others contradict them and are left out)"),
    };
    let open = match &found.entry.claim {
        Ok(_) => String::new(),
        Err(why) => format!(" (not certified: {})", why.message),
    };
    format!(
        "the nearest encoder blind to {} edits at once{dropped} is {:.4} away (Frobenius norm)\n\
         the one of least maximal entry changes no entry by more than {}{open}",
        edits - found.dropped.len(),
        norm(&found.change),
        words(&found.entry.change),
    )
}
