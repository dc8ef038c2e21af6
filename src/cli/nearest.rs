//! `scotoma nearest`: how far an encoder is from blindness.

use std::path::PathBuf;
use std::time::Duration;

use num_traits::ToPrimitive;
use serde_json::json;

use super::inputs::{self, EncoderArgs, InputArgs};
use super::table::table;
use super::{Context, verify};
use crate::certificate::{CaptionProblem, Exact};
use crate::encoder::{self, GeneralPosition};
use crate::exact::Rational;
use crate::mining::{self, Approximate, Blinding, Bracket, Nearest};
use crate::report::{Code, Diagnostic, Verdict};

/// Find the blind encoder nearest to the true-optimal one: how far an encoder is from blindness
///
/// The least change of the map from features to embeddings that keeps every training caption where it is and makes the
/// encoder blind, to all edits at once and to each alone, in two norms: Frobenius (all entries, squared and summed) and the
/// largest entry (by linear programs, made exact); certified to be the least. With embeddings the change is added to what
/// the embeddings say, whatever encoder they come from. Past --rank the answer is in doubles, with its residual and bounds from
/// below, and without a certificate: status 2.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma nearest pairs.jsonl                                     examples/pairs.jsonl, a random projection
  scotoma nearest pairs.jsonl --embeddings emb.npy --embedding-texts texts.json
  scotoma nearest swap_obj.json                                   past --rank: in doubles, with bounds, status 2")]
pub struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    encoder: EncoderArgs,
    /// The most dimensions of captions and edits together; the digits of the answer grow with them
    #[arg(long, default_value_t = 300, value_name = "NUMBER")]
    rank: usize,
    /// Seconds for the work; what linear programs leave open is bracketed
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
    context.give_time(Some(args.time));
    let (spec, inputs, problem) = inputs::read(&args.inputs, &args.encoder, context)?;
    let (task, limits) = context.limits("eliminating");
    let blinding = Blinding::of(&problem, &limits)?;
    let position = GeneralPosition::of(&problem, &spec, blinding.training_rank());
    let found = match mining::nearest(&blinding, args.rank, Duration::from_secs(args.time.into()), &limits) {
        Err(why) if why.code == Code::ExactLimit => {
            let found = mining::approximate(&blinding, &limits)?;
            drop(task);
            context.in_time();
            return approximate(&found, &why, &spec, position, context);
        }
        found => found?,
    };
    drop(task);
    context.in_time();
    let claims = [Some(&found.claim), found.entry.claim.as_ref().ok()].into_iter().flatten().cloned().collect();
    let certificate = encoder::certificate(&spec, claims)?;
    let (_, verified) = encoder::write_folder(&args.out, certificate, &spec, &inputs, &problem, &[])?;
    let path = args.out.join("certificate.json").display().to_string();
    if context.json() {
        let exact = |value: &Rational| json!({ "squared": Exact(value.clone()), "norm": norm(value) });
        context.print_json(&json!({
            "verdict": Verdict::Holds,
            "size": spec.size,
            "pairs": super::inputs::pairs_json(&problem, context),
            "features": spec.features,
            "general_position": position,
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
    let mut table = table(["distance", "largest entry", "caption", "negative"]);
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
    remark(position, context)?;
    verify::print_verified(context, &verified)?;
    context.print(&format!("\nFiles\n  {path}"))?;
    Ok(Verdict::Holds)
}

/// The answer in doubles.
fn approximate(
    found: &Approximate,
    why: &Diagnostic,
    spec: &CaptionProblem,
    position: Option<GeneralPosition>,
    context: &Context,
) -> Result<Verdict, Diagnostic> {
    let Approximate { dropped, norm, largest_entry, residual, alone } = found;
    if context.json() {
        let why = &why.message;
        context.print_json(&json!({
            "verdict": Verdict::Declined, "reason": why, "size": spec.size, "features": spec.features,
            "general_position": position, "approximate": found,
        }))?;
        return Ok(Verdict::Declined);
    }
    let alone = match alone {
        None => "too many edits for the distance of each alone".to_owned(),
        Some(alone) => {
            let mut known: Vec<f64> = alone.iter().flatten().copied().collect();
            known.sort_by(f64::total_cmp);
            let ends = known.first().zip(known.last());
            ends.map_or("no edit can be blinded alone".to_owned(), |(a, b)| {
                format!("each of {} edits alone is {a:.4} to {b:.4} away", known.len())
            })
        }
    };
    context.print(&format!(
        "in doubles, not certified: {}\n\n\
         a change that blinds {} edits at once ({} others contradict them and are left out), up to a residual of {residual:.1e}\n\
         its Frobenius norm is {:.4}; no change has less than {:.4}\n\
         its largest entry is {:.4}; no change has less than {:.4}\n\
         {alone}",
        why.message,
        spec.size.edits as usize - dropped.len(),
        dropped.len(),
        norm.found,
        norm.at_least,
        largest_entry.found,
        largest_entry.at_least,
    ))?;
    remark(position, context)?;
    Ok(Verdict::Declined)
}

fn remark(position: Option<GeneralPosition>, context: &Context) -> Result<(), Diagnostic> {
    position.map_or(Ok(()), |position| context.print(&format!("\n{}", position.remark())))
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
