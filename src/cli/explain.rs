//! `scotoma explain`: a certificate in words.

use std::path::PathBuf;

use serde_json::json;

use super::Context;
use super::verify::{print_verified, read_and_check};
use crate::encoder::narrate;
use crate::report::{Diagnostic, Verdict};

/// Tell what a certificate says: the captions, the edit, the two embeddings, and why
///
/// The certificate is verified first; nothing is told of one that does not hold.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma explain scotoma-out/certificate.json")]
pub struct Args {
    /// The certificate
    #[arg(value_name = "CERT")]
    target: PathBuf,
    /// Folder of the raw inputs [default: `inputs` beside the certificate]
    #[arg(long, value_name = "DIR")]
    inputs: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let (certificate, problem, checked) = read_and_check(&args.target, args.inputs.as_deref())?;
    let told = narrate(&problem, &certificate.claims);
    if context.json() {
        context.print_json(&json!({ "verdict": Verdict::Holds, "told": told, "verified": checked }))?;
    } else {
        context.print(&told.join("\n\n"))?;
        print_verified(context, &checked)?;
    }
    Ok(Verdict::Holds)
}
