//! `scotoma edits`: what each hard negative does to its caption.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::Context;
use super::inputs::{self, EncoderArgs, InputArgs};
use crate::caption;
use crate::encoder;
use crate::report::{Diagnostic, Verdict};

/// Show how each hard negative is classified: SWAP, REPLACE, ADD or a composite, with the spans
///
/// A table on standard output, tab-separated with a header; with --json its rows, with what was left out.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma edits swap_att.json
  scotoma edits pairs.jsonl --tokenizer clip --edits composite
  scotoma edits swap_att.json swap_obj.json --meaning")]
pub struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    /// Count the edits of each file by their literal operator and by what they say: swap, replace, add or same,
    /// free of agreement, articles and auxiliaries (a paraphrase that moves words counts as a swap too)
    #[arg(long)]
    meaning: bool,
}

/// How many edits of a file have this literal operator and this one by meaning.
#[derive(Serialize)]
struct Count<'a> {
    file: &'a str,
    operator: String,
    meaning: caption::Meaning,
    edits: usize,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let (spec, _, problem) = inputs::read(&args.inputs, &EncoderArgs::none(), context)?;
    let rows = encoder::edit_rows(&problem, None);
    if args.meaning {
        return counts(&rows, context);
    }
    if context.json() {
        context.print_json(&json!({ "pairs": inputs::pairs_json(&problem, context), "edits": rows }))?;
    } else {
        context.print(encoder::edit_table(&rows)?.trim_end())?;
    }
    let selection = inputs::selection(&spec, &problem);
    if !selection.is_empty() {
        context.talk(&format!("a selection{selection}"));
    }
    Ok(Verdict::Holds)
}

fn counts(rows: &[encoder::EditRow], context: &Context) -> Result<Verdict, Diagnostic> {
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for row in rows {
        let meaning = caption::meaning(row.caption, row.negative);
        let literal = if row.operator.contains('+') { "composite" } else { &row.operator };
        *counts.entry((row.file, literal, meaning)).or_default() += 1;
    }
    let counts = counts.into_iter();
    let counts: Vec<Count> = counts
        .map(|((file, operator, meaning), edits)| Count { file, operator: operator.to_owned(), meaning, edits })
        .collect();
    if context.json() {
        context.print_json(&counts)?;
    } else {
        let line = |c: &Count| format!("\n{}\t{}\t{}\t{}", c.file, c.operator, c.meaning.as_str(), c.edits);
        context.print(&format!("file\toperator\tmeaning\tedits{}", counts.iter().map(line).collect::<String>()))?;
    }
    Ok(Verdict::Holds)
}
