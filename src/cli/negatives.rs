//! `scotoma negatives`: hard negatives for plain captions.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::Context;
use super::inputs::{Atomic, operators};
use super::intake::{self, Captions};
use crate::caption::{Corpus, Described, Negative, Wanted};
use crate::export::training::{self, Example, TrainingFormat};
use crate::files;
use crate::import::Along;
use crate::report::{Code, Diagnostic, Verdict, plural};

mod hard;

/// Make hard negatives for plain captions: exchange, replace or add their objects, attributes and relations
///
/// SWAP exchanges attributes and numbers, REPLACE puts in what excludes the old or is of its kind, ADD names an attribute or a thing
/// more. Words that come in are those of the captions, from a thousand of them on where the captions have them, too; what another
/// caption of the same image supports is left out. Quotes, hyphens, names and other languages are left alone. The output
/// has a negative a line, with its operator, its depth and the words that each edit touched; build and mine read it. Nobody has looked at the pictures: a negative may be true of one.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma negatives captions.txt                                one negative a caption, JSON Lines
  scotoma negatives captions.txt --per-caption 3 --out negatives.jsonl && scotoma build negatives.jsonl
  scotoma negatives captions.txt --edits swap --depth 2         two exchanges each
  scotoma negatives captions.json --format sugarcrepe           as SugarCrepe's files
  scotoma negatives captions.txt --hard-for positions           what training on the captions leaves open, least set first")]
pub struct Args {
    /// Captions: one a line, or any file that build reads; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Which edits, by turns, a list
    #[arg(long, value_enum, default_value = "swap,replace,add", value_delimiter = ',', value_name = "EDIT")]
    edits: Vec<Atomic>,
    /// Let swap exchange objects, too: most of these are implausible, and few readers would accept them
    #[arg(long)]
    object_swaps: bool,
    /// Only the negatives that training on the captions does not settle under a feature map (its name), or under the map and the
    /// tokenizer of a certificate: first the least set that settles the rest, then those it settles, then the collapsed
    #[arg(long, value_name = "FEATURES|CERT")]
    hard_for: Option<String>,
    /// Seconds for that; without an answer by then the status is 2 [default: no limit]
    #[arg(long, value_name = "SECONDS", requires = "hard_for")]
    time: Option<u32>,
    /// How many edits make one negative, each of other words
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=8))]
    depth: u8,
    /// How many negatives of each caption, where it allows so many
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    per_caption: u16,
    /// Seed of the choices
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The form of the file
    #[arg(long, value_enum, default_value_t = TrainingFormat::Jsonl)]
    format: TrainingFormat,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let operators = operators(&args.edits);
    let Captions { texts, images } = intake::captions(&args.file, context)?;
    let corpus = Corpus::read(described(texts, &images));
    let wanted = Wanted {
        operators,
        object_swaps: args.object_swaps,
        depth: args.depth.into(),
        per_caption: args.per_caption.into(),
        seed: args.seed,
    };
    let task = context.task(corpus.captions().len() as u64, "making negatives");
    let (mut negatives, mut without) = (Vec::new(), 0);
    let found = |negative| negatives.push(negative);
    corpus.negatives(&wanted, found, |count| {
        without += usize::from(count == 0);
        task.step();
    });
    drop(task);
    let made = negatives.len();
    let fates = match &args.hard_for {
        None => Vec::new(),
        Some(reader) => {
            context.give_time(args.time);
            let hard = hard::hard(&negatives, corpus.captions(), &hard::Reader::named(reader)?, context)?;
            let mut all: Vec<Option<Negative>> = negatives.into_iter().map(Some).collect();
            negatives = hard.iter().filter_map(|hard| all[hard.negative].take()).collect();
            hard
        }
    };
    let (captions, foreign) = (corpus.captions().len(), corpus.foreign());
    // Not needed to write, and larger than all that is written.
    drop(corpus);
    let mut by_operator: BTreeMap<String, usize> = BTreeMap::new();
    negatives.iter().for_each(|negative| *by_operator.entry(negative.operator().to_string()).or_default() += 1);
    let numbered = negatives.into_iter().zip(1..);
    let mut examples: Vec<Example> = numbered.map(|(negative, at)| example(at, negative, &images)).collect();
    for (example, hard) in examples.iter_mut().zip(&fates) {
        example.more.insert("fate".to_owned(), json!(hard.fate));
        hard.rank.into_iter().for_each(|rank| {
            example.more.insert("rank".to_owned(), json!(rank));
        });
    }
    let bytes = training::write(&examples, args.format)?;
    match &args.out {
        Some(path) => files::write_atomically(path, &bytes)?,
        None if args.format == TrainingFormat::Webdataset => {
            return Err(Diagnostic::new(Code::Usage, "a shard is written to a file: --out NAME.tar"));
        }
        // In the one object of --json, below.
        None if context.json() => {}
        None => context.print(String::from_utf8_lossy(&bytes).trim_end())?,
    }
    let count = examples.len();
    let verdict = if examples.is_empty() { Verdict::DoesNotHold } else { Verdict::Holds };
    if context.json() {
        let listed = examples.iter().map(training::line);
        context.print_json(&json!({
            "verdict": verdict, "captions": captions, "without_negative": without, "negatives": count,
            "made": made, "hard_for": args.hard_for, "least_set": args.hard_for.as_ref().map(|_| hard::least(&fates)),
            "by_operator": by_operator, "seed": args.seed, "file": args.out,
            "records": args.out.is_none().then(|| listed.collect::<Vec<_>>()),
        }))?;
    }
    if let Some(reader) = &args.hard_for {
        let least = hard::least(&fates);
        let collapsed = fates.iter().filter(|hard| hard.fate == hard::Fate::Collapsed).count();
        context.talk(&format!(
            "under {reader} training settles {} of {}: not written; first stand the {least} that settle {} more, then these, then \
             {collapsed} collapsed",
            made - count,
            plural(made, "negative"),
            count - least - collapsed
        ));
    }
    if foreign > 0 {
        let captions = plural(foreign, "caption");
        context.talk(&format!("left alone, since not in English: {captions}"));
    }
    let kinds: Vec<String> = by_operator.iter().map(|(operator, count)| format!("{count} {operator}")).collect();
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    context.talk(&format!(
        "{} of {}{kinds}, seed {}; {without} without",
        plural(count, "negative"),
        plural(captions, "caption"),
        args.seed
    ));
    Ok(verdict)
}

/// The captions with their images, numbered as they come.
fn described(texts: Vec<String>, images: &HashMap<String, Vec<String>>) -> Vec<Described> {
    let mut numbers = HashMap::new();
    let mut numbered = |text: String| {
        let names = images.get(&text).into_iter().flatten();
        let of = names.map(|name| {
            let next = numbers.len() as u32;
            *numbers.entry(name.clone()).or_insert(next)
        });
        let images = of.collect();
        Described { text, images }
    };
    texts.into_iter().map(&mut numbered).collect()
}

/// A negative as it is written down, with the image of its caption.
fn example(number: usize, negative: Negative, images: &HashMap<String, Vec<String>>) -> Example {
    let said = json!({
        "id": number.to_string(),
        "operator": negative.operator(),
        "depth": negative.edits.len(),
        "edits": negative.edits,
    });
    let along =
        Along { image: images.get(&negative.caption).and_then(|images| images.first()).cloned(), ..Along::default() };
    let Value::Object(more) = said else { return Example::default() };
    Example { caption: negative.caption, negative: negative.text, along, more }
}
