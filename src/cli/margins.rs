//! `scotoma margins`: a scorer with a margin between captions and negatives, or the contradiction that forbids one.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use super::inputs::{self, EncoderArgs, InputArgs};
use super::table::table;
use super::{Context, verify};
use crate::certificate::{CaptionProblem, Claim, Exact};
use crate::encoder::{self, Problem};
use crate::mining;
use crate::report::{Code, Diagnostic, Verdict, plural, quoted};

/// Find a scorer that agrees with the encoder on training and puts every negative below its caption, or prove that none does
///
/// A scorer is one number for a text, linear in the features; on the training captions it has to be the first dimension of the
/// true-optimal encoder. With a margin it is what a hinge loss on hard negatives asks for. Status 0: the scorer is in the
/// certificate; 1: a contradiction is (Farkas); 2: the linear program did not come to an answer that stands exactly.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma margins pairs.jsonl                               examples/pairs.jsonl
  scotoma margins swap_att.json --margin 1/2 --json
  scotoma margins replace_att.json --features bag-of-words  opposite replacements: a contradiction of few edits")]
pub struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    encoder: EncoderArgs,
    /// How far a negative has to be below its caption
    #[arg(long, default_value = "1", value_name = "NUMBER", allow_hyphen_values = true)]
    margin: String,
    /// Seconds for the work
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    time: u32,
    /// Folder to write
    #[arg(long, default_value = "scotoma-margins", value_name = "DIR")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let Some(Exact(margin)) = Exact::from_decimal(&args.margin) else {
        return Err(Diagnostic::new(Code::Usage, format!("--margin: {} is not a number", quoted(&args.margin)))
            .help("a margin is a number above 0: 1, 0.5 or 1/2"));
    };
    context.give_time(Some(args.time));
    let (mut spec, inputs, mut problem) = inputs::read(&args.inputs, &args.encoder, context)?;
    let collapsed = leave_collapsed_out(&mut spec, &inputs, &mut problem, context)?;
    let (task, limits) = context.limits("eliminating");
    let claim = mining::margins(&problem, &margin, Duration::from_secs(args.time.into()), &limits)?;
    drop(task);
    context.in_time();
    let certificate = encoder::certificate(&spec, vec![claim])?;
    let (written, verified) = encoder::write_folder(&args.out, certificate.clone(), &spec, &inputs, &problem, &[])?;
    let contradiction = match certificate.claims.as_slice() {
        [Claim::Farkas { z, .. }] => Some(z),
        _ => None,
    };
    let verdict = if contradiction.is_some() { Verdict::DoesNotHold } else { Verdict::Holds };
    let weighted = |(edit, weight): &(u32, Exact)| {
        let mut name = inputs::edit_name(&problem, *edit as usize);
        name["weight"] = json!(weight);
        name
    };
    if context.json() {
        context.print_json(&json!({
            "verdict": verdict,
            "size": spec.size,
            "features": spec.features,
            "margin": Exact(margin),
            "pairs": inputs::pairs_json(&problem, context),
            "collapsed": collapsed,
            "contradiction": contradiction.map(|z| z.iter().map(weighted).collect::<Vec<_>>()),
            "verified": verified.claims,
            "files": written.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
        }))?;
        return Ok(verdict);
    }
    match contradiction {
        None => context.print(&format!(
            "a scorer keeps the margin {margin} on all {} edits{}",
            spec.size.edits,
            inputs::selection(&spec, &problem)
        ))?,
        Some(z) => {
            let mut table = table(["weight", "caption", "negative"]);
            for (edit, weight) in z {
                let pair = &problem.dataset().pairs[*edit as usize];
                table.add_row([weight.0.to_string(), pair.caption.clone(), pair.negative.clone()]);
            }
            context.print(&format!(
                "no scorer keeps the margin {margin}: these edits cancel, up to training captions\n\n{table}"
            ))?;
        }
    }
    verify::print_verified(context, &verified)?;
    context.print(&format!("\nFiles\n  {}", args.out.join("certificate.json").display()))?;
    Ok(verdict)
}

/// Leaves out the edits that do not change the features, which no scorer over them can put anywhere else than their captions,
/// and returns their names. Where there are no others they stay, and are the contradiction.
fn leave_collapsed_out(
    spec: &mut CaptionProblem,
    inputs: &[Vec<u8>],
    problem: &mut Problem,
    context: &Context,
) -> Result<Vec<serde_json::Value>, Diagnostic> {
    let edits = problem.d().rows();
    let (collapsed, others): (Vec<usize>, Vec<usize>) = (0..edits).partition(|&edit| problem.d().row(edit).len() == 0);
    if collapsed.is_empty() || others.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<_> = collapsed.iter().map(|&edit| inputs::edit_name(problem, edit)).collect();
    let first = &problem.dataset().pairs[collapsed[0]];
    let count = plural(collapsed.len(), "edit");
    context.talk(&format!(
        "warning: {count} left out as collapsed: these features see no difference, so no scorer keeps a margin; first {} (line {}) of {}",
        quoted(&first.caption),
        first.line,
        problem.dataset().sources[first.source].name,
    ));
    let number = |edit: usize| spec.selected.as_ref().map_or(edit as u32, |selected| selected[edit]);
    spec.selected = Some(others.into_iter().map(number).collect());
    *problem = Problem::read(spec, inputs)?;
    spec.size = problem.size();
    Ok(names)
}
