//! `scotoma edits`: what each hard negative does to its caption.

use super::Context;
use super::inputs::{self, EncoderArgs, InputArgs};
use crate::encoder;
use crate::report::{Diagnostic, Verdict};

/// Show how each hard negative is classified: SWAP, REPLACE, ADD or a composite, with the spans
///
/// A table on standard output, tab-separated with a header; with --json an array of its rows.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma edits swap_att.json
  scotoma edits pairs.jsonl --tokenizer clip --edits composite")]
pub struct Args {
    #[command(flatten)]
    inputs: InputArgs,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let (_, _, problem) = inputs::read(&args.inputs, &EncoderArgs::none(), context)?;
    let rows = encoder::edit_rows(&problem, None);
    if context.json() {
        context.print_json(&rows)?;
    } else {
        context.print(encoder::edit_table(&rows)?.trim_end())?;
    }
    Ok(Verdict::Holds)
}
