//! `scotoma explain`: a certificate in words, or a proof line by line.

mod theorem;
mod wrap;

use std::path::Path;

use serde_json::json;

use super::Context;
use super::verify::{print_verified, read_and_check};
use crate::encoder::narrate;
use crate::report::{Code, Diagnostic, Verdict};

/// Tell a proof line by line, or what a certificate says: the captions, the edit, the two embeddings, and why
///
/// The proof is checked, or the certificate verified, first; nothing is told of one that does not hold.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma explain swap
  scotoma explain swap --step 2
  scotoma explain my_theorem my.thm my.proof
  scotoma explain scotoma-out/certificate.json")]
pub struct Args {
    /// A shipped theorem, a theorem of the files, or a certificate
    #[arg(value_name = "THEOREM|CERT")]
    target: String,
    /// Files of your own that state and prove the theorem
    #[arg(value_name = "FILE")]
    files: Vec<String>,
    /// One step of the proof alone, with its cofactors
    #[arg(long, value_name = "N", conflicts_with = "inputs")]
    step: Option<usize>,
    /// Folder of the raw inputs [default: `inputs` beside the certificate]
    #[arg(long, value_name = "DIR")]
    inputs: Option<std::path::PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    if let Some(stem) =
        Path::new(&args.target).file_stem().filter(|_| args.target.ends_with(".thm") || args.target.ends_with(".proof"))
    {
        let message = format!("{} states or proves theorems: say which one to explain", args.target);
        let help = format!("scotoma explain {} {}", stem.display(), args.target);
        return Err(Diagnostic::new(Code::Usage, message).help(help));
    }
    let is_path = args.target.contains(['.', '/', '\\']) || args.inputs.is_some();
    if !args.files.is_empty() || args.step.is_some() || !is_path {
        return theorem::run(&args.target, &args.files, args.step, context);
    }
    let (certificate, problem, checked) = read_and_check(Path::new(&args.target), args.inputs.as_deref())?;
    let told = narrate(&problem, &certificate.claims);
    if context.json() {
        context.print_json(&json!({ "verdict": Verdict::Holds, "told": told, "verified": checked }))?;
    } else {
        context.print(&wrap::wrapped(&told.join("\n\n"), wrap::columns()))?;
        print_verified(context, &checked)?;
    }
    Ok(Verdict::Holds)
}
