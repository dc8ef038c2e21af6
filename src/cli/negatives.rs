//! `scotoma negatives`: hard negatives for plain captions.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::json;

use super::Context;
use super::compound::{operators, read};
use crate::caption::{Corpus, Negative, Wanted};
use crate::files;
use crate::report::{Diagnostic, Verdict};

/// Make hard negatives for plain captions: exchange, replace or add their objects, attributes and relations
///
/// Words that come in are those of the captions themselves. The output has a negative a line, with its operator, its depth and
/// the words that each edit touched; build and mine read it. Nobody has looked at the pictures: a negative may be true of one.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma negatives captions.txt                                one negative a caption, JSON Lines
  scotoma negatives captions.txt --per-caption 3 --out negatives.jsonl && scotoma build negatives.jsonl
  scotoma negatives captions.txt --edits swap --depth 2         two exchanges each
  scotoma negatives captions.json --format sugarcrepe           as SugarCrepe's files")]
pub struct Args {
    /// Captions: one a line, or any file that build reads; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Which edits, by turns: a list of swap, replace, add
    #[arg(long, default_value = "swap,replace,add", value_delimiter = ',')]
    edits: Vec<String>,
    /// How many edits make one negative, each of other words
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=8))]
    depth: u8,
    /// How many negatives of each caption, where it allows so many
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    per_caption: u16,
    /// Seed of the choices
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// jsonl, or sugarcrepe: one JSON object of records with caption and negative_caption
    #[arg(long, default_value = "jsonl", value_parser = ["jsonl", "sugarcrepe"])]
    format: String,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let operators = operators(&args.edits)?;
    let corpus = Corpus::read(read(&args.file)?);
    let wanted = Wanted { operators, depth: args.depth.into(), per_caption: args.per_caption.into(), seed: args.seed };
    let task = context.task(corpus.captions().len() as u64, "making negatives");
    let (mut negatives, mut without) = (Vec::new(), 0);
    let found = |negative| negatives.push(negative);
    corpus.negatives(&wanted, found, |count| {
        without += usize::from(count == 0);
        task.step();
    });
    drop(task);
    let text = match args.format.as_str() {
        "sugarcrepe" => sugarcrepe(&negatives),
        _ => negatives.iter().enumerate().map(|(number, negative)| line(number + 1, negative)).collect(),
    };
    match &args.out {
        Some(path) => files::write_atomically(path, text.as_bytes())?,
        // In the one object of --json, below.
        None if context.json() => {}
        None => context.print(text.trim_end())?,
    }
    let mut by_operator: BTreeMap<String, usize> = BTreeMap::new();
    negatives.iter().for_each(|negative| *by_operator.entry(negative.operator().to_string()).or_default() += 1);
    let verdict = if negatives.is_empty() { Verdict::DoesNotHold } else { Verdict::Holds };
    let (count, captions) = (negatives.len(), corpus.captions().len());
    if context.json() {
        let listed = negatives.iter().enumerate().map(|(number, negative)| record(number + 1, negative));
        context.print_json(&json!({
            "verdict": verdict, "captions": captions, "without_negative": without, "negatives": count,
            "by_operator": by_operator, "seed": args.seed, "file": args.out,
            "records": args.out.is_none().then(|| listed.collect::<Vec<_>>()),
        }))?;
    }
    let kinds: Vec<String> = by_operator.iter().map(|(operator, count)| format!("{count} {operator}")).collect();
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    context.talk(&format!(
        "{count} negatives of {captions} captions{kinds}, seed {}; {without} captions have none",
        args.seed
    ));
    Ok(verdict)
}

/// A negative as a line of JSON.
fn line(number: usize, negative: &Negative) -> String {
    record(number, negative).to_string() + "\n"
}

fn record(number: usize, negative: &Negative) -> serde_json::Value {
    json!({
        "id": number.to_string(),
        "caption": negative.caption,
        "negative": negative.text,
        "operator": negative.operator(),
        "depth": negative.edits.len(),
        "edits": negative.edits,
    })
}

/// All negatives as one object, as SugarCrepe's files are; the picture's file is not known.
fn sugarcrepe(negatives: &[Negative]) -> String {
    let lines: Vec<String> = negatives
        .iter()
        .enumerate()
        .map(|(number, negative)| {
            let record = json!({ "filename": "", "caption": negative.caption, "negative_caption": negative.text });
            format!("    \"{number}\": {record}")
        })
        .collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}
