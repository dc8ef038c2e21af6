//! `scotoma verify`: checks a certificate from the raw text, by multiplication.

use std::path::PathBuf;

use serde_json::json;

use super::Context;
use crate::encoder::Verified;
pub use crate::encoder::{Checked, read_and_check};
use crate::model::whole::Refutation;
use crate::report::{Diagnostic, Verdict, plural};
use crate::verify::{Answer, verify_file};

/// Check a certificate: recompute S and D from the raw text it names, and multiply
///
/// Of a counterexample, the statement is evaluated on the matrices, exactly. That may take 50 million products of machine words,
/// a second or two; a statement that takes more is undecided: exit status 2.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The certificate
    #[arg(value_name = "CERT")]
    certificate: PathBuf,
    /// Folder of the raw inputs [default: `inputs` beside the certificate]
    #[arg(long, value_name = "DIR")]
    inputs: Option<PathBuf>,
}

/// The record of `--json` and its version; what it holds is said in `proofs/CERTIFICATES.md`.
const RECORD: (&str, u32) = ("scotoma-verify", 1);

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    context.recorded(RECORD, verify(args, context))
}

fn verify(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let answer = verify_file(&args.certificate, args.inputs.as_deref())?;
    if context.json() {
        context.print_record(RECORD, json!({ "verdict": Verdict::Holds, "verified": answer }))?;
        return Ok(Verdict::Holds);
    }
    match &answer {
        Answer::Captions(checked) => {
            context.print(&format!("{}: holds", args.certificate.display()))?;
            print_verified(context, checked)?;
        }
        Answer::Counterexamples(refuted) => {
            let mut lines =
                format!("{}: holds\n\nVerified against {}, from scratch", args.certificate.display(), refuted.theorem);
            for Refutation::Refutes { without, .. } in &refuted.claims {
                lines += &match without {
                    Some(dropped) => format!("\n  counterexample: without {dropped} the conclusion can fail"),
                    None => "\n  counterexample: the statement is false".to_owned(),
                };
            }
            context.print(&lines)?;
        }
    }
    Ok(Verdict::Holds)
}

/// Says what was checked, a line a claim.
pub fn print_verified(context: &Context, checked: &Checked) -> Result<(), Diagnostic> {
    let hash = checked.sha256.get(..12).unwrap_or(&checked.sha256);
    let selection = match checked.selected_from {
        Some(pairs) => format!("; {} of {} count", checked.size.edits, plural(pairs, "pair")),
        None => String::new(),
    };
    let inputs = checked.inputs.join(", ");
    context.print(&format!("\nVerified against {} ({hash}), from {inputs}{selection}", checked.theorem))?;
    for claim in &checked.claims {
        let line = match claim {
            Verified::Fates { collapsed, identified, free } => {
                format!("fates: {collapsed} collapsed, {identified} identified, {free} free, each by its own witness")
            }
            Verified::Kernel { rank, readouts, collapsed, identified, free, deficit } => format!(
                "kernel of training: rank S = {rank} and {} silent on every caption, which decide all: {collapsed} collapsed, \
                 {identified} identified, {free} free, deficit {deficit}",
                plural(*readouts, "readout")
            ),
            Verified::Blind { blind, seen_by_optimal, dropped } => {
                let seen = match seen_by_optimal {
                    Some(seen) => format!(", {seen} of which the true-optimal encoder sees"),
                    None => String::new(),
                };
                let obstructed = if *dropped == 0 {
                    String::new()
                } else {
                    format!("; {dropped} dropped, each with its obstruction")
                };
                format!(
                    "encoder: h S = g S on {}, h D = 0 on {}{seen}{obstructed}",
                    plural(checked.size.training as usize, "training caption"),
                    plural(*blind, "edit")
                )
            }
            Verified::Obstructed { training: 0, edits } => {
                format!("obstruction: {} with a meaning, of which no readout sees anything", plural(*edits, "edit"))
            }
            Verified::Obstructed { training, edits } => {
                let (training, edits) = (plural(*training, "training caption"), plural(*edits, "edit"));
                format!("obstruction: a relation between {training} and {edits}")
            }
            Verified::Margins { margin, edits } => format!(
                "margins: a scorer equal to the encoder on training puts all {edits} negatives below their captions by {} or more",
                margin.0
            ),
            Verified::Farkas { margin, edits, training } => {
                let (edits, training) = (plural(*edits, "edit"), plural(*training, "training caption"));
                format!("contradiction: {edits} and {training} leave no scorer the margin {}", margin.0)
            }
            Verified::Selective { blind, seen } => format!(
                "encoder: h S = g S on {}, h D = 0 on {}, {} told apart",
                plural(checked.size.training as usize, "training caption"),
                plural(*blind, "edit"),
                plural(*seen, "other")
            ),
            Verified::Nearest { change, blind, alone } => {
                let norm = num_traits::ToPrimitive::to_f64(&change.0).unwrap_or(f64::INFINITY).sqrt();
                format!(
                    "nearest: the least change blind to {} at once has norm {norm:.4}; so for {}",
                    plural(*blind, "edit"),
                    plural(*alone, "single edit")
                )
            }
            Verified::NearestEntry { change, blind, alone } => {
                let largest = num_traits::ToPrimitive::to_f64(&change.0).unwrap_or(f64::INFINITY);
                format!(
                    "nearest: a change blind to {} at once has an entry of {largest:.4} at least, and one has no larger; so for {}",
                    plural(*blind, "edit"),
                    plural(*alone, "single edit")
                )
            }
            Verified::Settles { mined, settled, cost, budget } => {
                let bought = match budget {
                    Some((chosen, settled)) => format!("; the budget buys {chosen}, which settle {settled} edits"),
                    None => String::new(),
                };
                format!(
                    "settled: {mined} mined edits, all needed, at cost {}, determine the other {settled}{bought}",
                    cost.0
                )
            }
        };
        context.print(&format!("  {line}"))?;
    }
    Ok(())
}
