//! `scotoma edits`: what each hard negative does to its caption.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;

use super::Context;
use super::inputs::{self, EncoderArgs, InputArgs};
use crate::audit::stats::wilson;
use crate::caption::{self, Label};
use crate::encoder;
use crate::report::{Code, Diagnostic, Verdict, plural};

/// Show how each hard negative is classified: SWAP, REPLACE, ADD or a composite, with the spans
///
/// A table on standard output: tab-separated with a header and all columns into a file or a pipe, the main columns below each
/// other on a terminal; with --json its rows, with what was left out.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma edits swap_att.json
  scotoma edits pairs.jsonl --tokenizer clip --edits composite
  scotoma edits swap_att.json swap_obj.json --meaning
  scotoma edits pairs.jsonl --edits swap --by meaning           the swaps by what is said, whatever else agreement changes")]
pub struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    /// Count the edits of each file by their literal operator and by what they say: swap, replace, add, remove, rewrite or
    /// same, free of agreement, articles and auxiliaries (a paraphrase that moves words counts as a swap too)
    #[arg(long)]
    meaning: bool,
    /// How often the label by meaning is the operator that a file is named after, with an interval (SugarCrepe's swap_att.json
    /// and the like); the paraphrases of SugarCrepe++ beside, which mean the same: what a label cannot tell
    #[arg(long, conflicts_with = "meaning")]
    agreement: bool,
}

/// How many edits of a file have this literal operator and this one by meaning.
#[derive(Serialize)]
struct Count<'a> {
    file: &'a str,
    operator: String,
    meaning: Label,
    edits: usize,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let (spec, _, problem) = inputs::read(&args.inputs, &EncoderArgs::none(), context)?;
    let rows = encoder::edit_rows(&problem, None);
    if args.meaning {
        return counts(&rows, context);
    }
    if args.agreement {
        return agreement(&rows, args, context);
    }
    if context.json() {
        context.print_json(&json!({ "pairs": inputs::pairs_json(&problem, context), "edits": rows }))?;
    } else {
        let files = rows.iter().any(|row| row.file != rows[0].file);
        let shown = ["file", "id", "operator", "meaning", "declared", "steps", "caption", "negative"];
        context.print_table(&encoder::edit_table(&rows)?, &shown[usize::from(!files)..])?;
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
        let literal = if row.operator.contains('+') { "composite" } else { &row.operator };
        *counts.entry((row.file, literal, row.meaning)).or_default() += 1;
    }
    let counts = counts.into_iter();
    let counts: Vec<Count> = counts
        .map(|((file, operator, meaning), edits)| Count { file, operator: operator.to_owned(), meaning, edits })
        .collect();
    if context.json() {
        context.print_json(&counts)?;
    } else {
        let line = |c: &Count| format!("\n{}\t{}\t{}\t{}", c.file, c.operator, c.meaning, c.edits);
        let lines: String = counts.iter().map(line).collect();
        context.print_table(&format!("file\toperator\tmeaning\tedits{lines}"), &[])?;
    }
    Ok(Verdict::Holds)
}

/// How often the labels of a file are the operator that it is named after.
#[derive(Serialize)]
struct Agreement {
    file: String,
    /// The operator and the subject that the name declares: `swap_att`.
    declared: String,
    edits: usize,
    agree: usize,
    /// Wilson's 95 % interval of the share.
    interval: [f64; 2],
    /// Labels with a subject, and how many of these name the declared one.
    with_subject: usize,
    subject_agrees: usize,
    /// How many paraphrases there are beside, and how many of these have the label that the file is named after.
    paraphrases: Option<[usize; 2]>,
}

/// The operator and the subject that the name of the file declares, or else the record: `swap_att`.
fn declared(row: &encoder::EditRow) -> Option<String> {
    let of_operator = |name: &str| {
        let operator = name.split('_').next().unwrap_or(name);
        caption::Meaning::ALL.iter().any(|known| known.as_str() == operator)
    };
    let stem = row.file.split('.').next().unwrap_or(row.file);
    let stem = stem.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned();
    let told = || row.declared.map(|declared| declared.to_lowercase().replace([' ', '-'], "_"));
    [Some(stem), told()].into_iter().flatten().find(|name| of_operator(name))
}

/// The share of rows by file whose label is what the file is named after.
fn agreement(rows: &[encoder::EditRow], args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let mut found: Vec<Agreement> = Vec::new();
    let mut named: Vec<(&str, String, Vec<&encoder::EditRow>)> = Vec::new();
    for row in rows {
        let Some(declared) = declared(row) else { continue };
        match named.iter_mut().find(|(file, known, _)| *file == row.file && *known == declared) {
            Some((.., of)) => of.push(row),
            None => named.push((row.file, declared, vec![row])),
        }
    }
    let left = rows.len() - named.iter().map(|(.., of)| of.len()).sum::<usize>();
    if left > 0 {
        let message =
            format!("nothing says of {} which operator it is, so that a label could agree", plural(left, "edit"));
        if named.is_empty() {
            let help = "a file is named after its operator (swap_att.json), or its records name one (operator); --meaning counts \
                        the edits of any file";
            return Err(Diagnostic::new(Code::Usage, message).help(help));
        }
        context.talk(&format!("warning: {message}"));
    }
    for (file, stem, run) in named {
        let (operator, subject) = stem.split_once('_').unwrap_or((&stem, ""));
        let agrees = |row: &&&encoder::EditRow| row.meaning.operator.as_str() == operator;
        let agree = run.iter().filter(agrees).count();
        let subjects: Vec<&str> = run.iter().filter_map(|row| Some(row.meaning.subject?.as_str())).collect();
        // SugarCrepe counts numbers among attributes.
        let named = |found: &&&str| {
            !subject.is_empty() && (found.starts_with(subject) || **found == "number" && subject == "att")
        };
        found.push(Agreement {
            file: file.to_owned(),
            declared: stem.clone(),
            edits: run.len(),
            agree,
            interval: wilson(agree, run.len()),
            with_subject: subjects.len(),
            subject_agrees: subjects.iter().filter(named).count(),
            paraphrases: None,
        });
    }
    // SugarCrepe++ has a paraphrase of each caption beside.
    let beside = args.inputs.with_columns("caption=caption,negative=caption2");
    if let Ok((_, _, problem)) =
        inputs::read(&beside, &EncoderArgs::none(), &Context::keeping(false, Arc::new(|_| true)))
    {
        let rows = encoder::edit_rows(&problem, None);
        for file in &mut found {
            let of_file = rows.iter().filter(|row| row.file == file.file);
            let operators: Vec<&str> = of_file.map(|row| row.meaning.operator.as_str()).collect();
            let labelled = operators.iter().filter(|operator| file.declared.starts_with(**operator)).count();
            file.paraphrases = Some([operators.len(), labelled]);
        }
    }
    if context.json() {
        context.print_json(&found)?;
        return Ok(Verdict::Holds);
    }
    let percent = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    let mut lines =
        String::from("file\tedits\tagree %\tinterval\tsubject named\tof these right %\tparaphrases labelled so %");
    for f in &found {
        let beside =
            f.paraphrases.map_or(String::new(), |[of, labelled]| format!("{:.1} of {of}", percent(labelled, of)));
        let [low, high] = f.interval.map(|end| 100.0 * end);
        lines += &format!(
            "\n{}\t{}\t{:.1}\t[{low:.1}, {high:.1}]\t{}\t{:.1}\t{beside}",
            f.file,
            f.edits,
            percent(f.agree, f.edits),
            f.with_subject,
            percent(f.subject_agrees, f.with_subject),
        );
    }
    context.print_table(&lines, &[])?;
    Ok(Verdict::Holds)
}
