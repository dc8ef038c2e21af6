//! `scotoma compound`: how many hard negatives compositions of edits make, and how few dimensions they have.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Context;
use super::inputs::{Atomic, of_tokens, operators};
use super::table::table;
use crate::caption::FeatureMap;
use crate::export::chart::grouped;
use crate::mining::{Described, Setting, certify_compounds};
use crate::report::{Code, Diagnostic, Verdict, quoted};
use crate::world::WorldLexicon;
use crate::{encoder, files};

mod blind;
mod cover;
mod report;

/// Compose SWAP, REPLACE and ADD: how many hard negatives at each depth, of what rank, and how deep mining has to go
///
/// Edits exchange, replace and add single words: the objects, attributes and relations of a caption, each with others of
/// its kind. The number of distinct hard negatives explodes with the depth of composition; the rank of their differences under
/// a feature map does not, and the horizon is the depth beyond which it is proved not to grow. Words of the built-in
/// world are known; in other captions a part-of-speech tagger finds them.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma compound --caption 'a red cube on a blue sphere'                      swaps, positions
  scotoma compound --caption 'a b c d e f g h i j' --slots tokens               3,628,799 hard negatives, rank 81
  scotoma compound --caption 'a dog on a mat' --edits swap,replace,add --words cat,big,under
  scotoma compound --cover 'swap_*.json' 'replace_*.json'                       how deep a benchmark's negatives lie
  scotoma compound captions.txt --edits swap,replace                            each caption of a file, a line each
  scotoma compound --caption 'a red cube on a blue sphere' --out DIR            with a certificate for scotoma verify
  scotoma compound --caption 'a b c d e' --slots tokens --svg growth.svg        the chart
  scotoma compound --caption 'a red cube on a blue sphere' --edits swap,replace --features ordered-pairs --blind-at 2
  scotoma compound --caption 'a dog on a red mat' --words cat,big --edits swap,replace --blind-at 2 --train captions.txt")]
pub struct Args {
    /// Captions: one a line, or any file that build reads; - is standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["caption", "cover"], conflicts_with = "caption")]
    file: Option<PathBuf>,
    /// Which share of the negatives of each benchmark is 1, 2 or 3 edits away from its caption, an edit exchanging, replacing
    /// or adding one concept, agreement aside (a lower bound: concepts are told by tags). A line each; a folder, or a pattern
    /// in quotes, is one benchmark
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = [
        "caption", "file", "edits", "features", "slots", "words", "offer", "first", "limit", "blind_at", "train", "width", "svg",
        "out",
    ])]
    cover: Vec<PathBuf>,
    /// The caption, instead of a file
    #[arg(long, value_name = "TEXT")]
    caption: Option<String>,
    /// Which edits, a list
    #[arg(long, value_enum, default_value = "swap", value_delimiter = ',', value_name = "EDIT")]
    edits: Vec<Atomic>,
    /// What an encoder reads: bag-of-words, positions, bigrams, ordered-pairs, positional-pairs, whole-caption
    #[arg(long, default_value = "positions", value_parser = of_tokens)]
    features: FeatureMap,
    /// What the edits move: concepts (objects, attributes, relations, each among its kind) or tokens (any word)
    #[arg(long, value_enum, default_value = "concepts")]
    slots: Slots,
    /// Further words for REPLACE and ADD
    #[arg(long, value_delimiter = ',', value_name = "WORDS")]
    words: Vec<String>,
    /// How many words of each kind REPLACE and ADD take from the file, the most frequent first
    #[arg(long, default_value_t = 3, value_name = "N")]
    offer: usize,
    /// How many captions of the file are looked at
    #[arg(long, default_value_t = 20, value_name = "N")]
    first: usize,
    /// The most hard negatives of one depth that are listed to find a rank
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    limit: usize,
    /// Build an encoder that tells a chain of edits apart at every depth below K, and is blind at K
    #[arg(long, value_name = "K", requires = "caption", conflicts_with = "svg")]
    blind_at: Option<NonZeroUsize>,
    /// Training captions on which that encoder has to be right [default: those of the built-in world, for its captions]
    #[arg(long, value_name = "FILE", requires = "blind_at")]
    train: Vec<PathBuf>,
    /// Dimension of its embedding
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    width: u32,
    /// Draw hard negatives and rank by depth
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Seconds for the work; without an answer by then the status is 2 [default: no limit]
    #[arg(long, value_name = "SECONDS")]
    time: Option<u32>,
    /// Write a certificate: a basis of the hard negatives, and the others as combinations of it; with --blind-at the
    /// encoder and its certificate [default there: scotoma-out]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// What the edits move.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Slots {
    Concepts,
    Tokens,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    context.give_time(args.time);
    if !args.cover.is_empty() {
        return cover::run(&args.cover, context);
    }
    let (setting, captions) = setting(args, context)?;
    if args.caption.is_none() && (args.svg.is_some() || args.out.is_some()) {
        return Err(Diagnostic::new(Code::Usage, "a chart or a certificate is of one caption")
            .help("name it with --caption instead of a file"));
    }
    if args.caption.is_none() {
        return many(&setting, &captions, args, context);
    }
    let (task, limits) = context.limits("composing edits");
    let found = setting.study(&captions[0], &limits)?;
    drop(task);
    if let Some(depth) = args.blind_at {
        let folder = args.out.as_deref().unwrap_or(Path::new("scotoma-out"));
        let (limit, width) = (args.limit, args.width);
        let wanted = blind::Wanted { depth: depth.get(), limit, width, train: &args.train, folder };
        return blind::run(&found, &wanted, context);
    }
    let mut written = Vec::new();
    if let Some(path) = &args.svg {
        files::write_atomically(path, found.growth.chart(&found.caption, &found.sentence).as_bytes())?;
        written.push(path.clone());
    }
    let mut verified = None;
    if let Some(out) = &args.out {
        let Described { certificate, spec, inputs, problem } = certify_compounds(&found)?;
        let (paths, checked) = encoder::write_folder(out, certificate, &spec, &inputs, &problem, &[])?;
        written.extend(paths);
        verified = Some(checked);
    }
    if context.json() {
        let mut record = report::json(&found);
        record["verdict"] = json!(report::verdict(&found));
        record["verified"] = json!(verified);
        record["files"] = json!(written);
        context.print_json(&record)?;
    } else {
        context.print(&report::text(&found))?;
        if let Some(checked) = &verified {
            super::verify::print_verified(context, checked)?;
        }
        if !written.is_empty() {
            let paths: Vec<String> = written.iter().map(|path| format!("  {}", path.display())).collect();
            context.print(&format!("\nFiles\n{}", paths.join("\n")))?;
        }
    }
    Ok(report::verdict(&found))
}

/// The captions of a file, a line each.
fn many(setting: &Setting, all: &[String], args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let captions = &all[..all.len().min(args.first)];
    let (task, limits) = context.limits("composing edits");
    let mut studies = Vec::new();
    for caption in captions {
        match setting.study(caption, &limits) {
            Err(error) if error.code == Code::CaptionWithoutToken => {
                context.talk(&format!("warning: left out: {}: {}", error.message, quoted(caption)));
            }
            study => studies.push(study?),
        }
    }
    drop(task);
    let open = studies.iter().filter(|study| study.growth.horizon.is_none()).count();
    let verdict = if open == 0 { Verdict::Holds } else { Verdict::Declined };
    if context.json() {
        let studies: Vec<_> = studies.iter().map(report::json).collect();
        context.print_json(&json!({ "verdict": verdict, "captions": studies }))?;
        return Ok(verdict);
    }
    let mut table = table(["negatives", "rank", "horizon", "caption"]);
    for study in &studies {
        let rank = study.growth.ranks.last().copied().unwrap_or(0).to_string();
        let (rank, horizon) = match study.growth.horizon {
            Some(horizon) => (rank, horizon.to_string()),
            None => (format!("{rank} or more"), "?".to_owned()),
        };
        table.add_row([grouped(&study.growth.counts.total), rank, horizon, study.caption.clone()]);
    }
    context.print(&format!("{}\n\n{table}", setting.sentence()))?;
    if captions.len() < all.len() {
        context.talk(&format!("the first {} of {} captions; see --first", captions.len(), all.len()));
    }
    if open > 0 {
        context.talk(&format!(
            "{open} horizons lie beyond a depth of more than {} hard negatives; see --limit",
            args.limit
        ));
    }
    Ok(verdict)
}

/// What the arguments ask for, and the captions.
fn setting(args: &Args, context: &Context) -> Result<(Setting<'static>, Vec<String>), Diagnostic> {
    let tokens = args.slots == Slots::Tokens;
    let mut setting = Setting::new(operators(&args.edits), args.features, tokens, args.limit, &WorldLexicon);
    let captions = match (&args.caption, &args.file) {
        (Some(caption), _) => vec![caption.clone()],
        (None, Some(path)) => {
            let captions = super::intake::captions(path, context)?.texts;
            setting.offer_frequent(&captions, args.offer);
            captions
        }
        (None, None) => return Err(Diagnostic::new(Code::Usage, "there is no caption")),
    };
    setting.offer(&args.words)?;
    Ok((setting, captions))
}
