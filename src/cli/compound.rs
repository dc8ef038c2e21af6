//! `scotoma compound`: how many hard negatives compositions of edits make, and how few dimensions they have.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use num_bigint::BigUint;
use serde_json::json;

use super::Context;
use crate::caption::{
    self, Category, FeatureMap, Operators, Tagger, Template, Tokenizer, Vocabulary, Word, world_vocabulary, world_words,
};
use crate::exact::Limits;
use crate::export::chart::{Compounding, grouped};
use crate::mining::{Growth, growth};
use crate::report::{Code, Diagnostic, Verdict};
use crate::{encoder, files};

mod blind;
mod certificate;

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
  scotoma compound captions.txt --edits swap,replace                            each caption of a file, a line each
  scotoma compound --caption 'a red cube on a blue sphere' --out DIR            with a certificate for scotoma verify
  scotoma compound --caption 'a b c d e' --slots tokens --svg growth.svg        the chart
  scotoma compound --caption 'a red cube on a blue sphere' --edits swap,replace --features ordered-pairs --blind-at 2
  scotoma compound --caption 'a dog on a red mat' --words cat,big --edits swap,replace --blind-at 2 --train captions.txt")]
pub struct Args {
    /// Captions: one a line, or any file that build reads; - is standard input
    #[arg(value_name = "FILE", required_unless_present = "caption", conflicts_with = "caption")]
    file: Option<PathBuf>,
    /// The caption, instead of a file
    #[arg(long, value_name = "TEXT")]
    caption: Option<String>,
    /// Which edits: a list of swap, replace, add
    #[arg(long, default_value = "swap", value_delimiter = ',')]
    edits: Vec<String>,
    /// What an encoder reads: bag-of-words, positions, bigrams, ordered-pairs, positional-pairs, whole-caption
    #[arg(long, default_value = "positions")]
    features: String,
    /// What the edits move: concepts (objects, attributes, relations, each among its kind) or tokens (any word)
    #[arg(long, default_value = "concepts", value_parser = ["concepts", "tokens"])]
    slots: String,
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

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    context.give_time(args.time);
    let setting = Setting::new(args)?;
    if args.caption.is_none() && (args.svg.is_some() || args.out.is_some()) {
        return Err(Diagnostic::new(Code::Usage, "a chart or a certificate is of one caption")
            .help("name it with --caption instead of a file"));
    }
    if args.caption.is_none() {
        return many(&setting, args, context);
    }
    let (task, limits) = context.limits("composing edits");
    let found = setting.study(&setting.captions[0], args, &limits)?;
    drop(task);
    if let Some(depth) = args.blind_at {
        return blind::run(&found, depth.get(), args, context);
    }
    let mut written = Vec::new();
    if let Some(path) = &args.svg {
        files::write_atomically(path, found.chart().as_bytes())?;
        written.push(path.clone());
    }
    let mut verified = None;
    if let Some(out) = &args.out {
        let (paths, checked) = certificate::write(&found, args, out)?;
        written.extend(paths);
        verified = Some(checked);
    }
    if context.json() {
        let mut report = found.json();
        report["verdict"] = json!(found.verdict());
        report["verified"] = json!(verified);
        report["files"] = json!(written);
        context.print_json(&report)?;
    } else {
        context.print(&found.text())?;
        if let Some(checked) = &verified {
            super::verify::print_verified(context, checked)?;
        }
        if !written.is_empty() {
            let paths: Vec<String> = written.iter().map(|path| format!("  {}", path.display())).collect();
            context.print(&format!("\nFiles\n{}", paths.join("\n")))?;
        }
    }
    Ok(found.verdict())
}

/// The captions of a file, a line each.
fn many(setting: &Setting, args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let captions = &setting.captions[..setting.captions.len().min(args.first)];
    let (task, limits) = context.limits("composing edits");
    let mut studies = Vec::new();
    for caption in captions {
        studies.push(setting.study(caption, args, &limits)?);
    }
    drop(task);
    let open = studies.iter().filter(|study| study.growth.horizon.is_none()).count();
    let verdict = if open == 0 { Verdict::Holds } else { Verdict::Declined };
    if context.json() {
        let studies: Vec<_> = studies.iter().map(Study::json).collect();
        context.print_json(&json!({ "verdict": verdict, "captions": studies }))?;
        return Ok(verdict);
    }
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(["negatives", "rank", "horizon", "caption"]);
    for study in &studies {
        let rank = study.growth.ranks.last().copied().unwrap_or(0).to_string();
        let (rank, horizon) = match study.growth.horizon {
            Some(horizon) => (rank, horizon.to_string()),
            None => (format!("{rank} or more"), "?".to_owned()),
        };
        table.add_row([grouped(&study.growth.counts.total), rank, horizon, study.caption.clone()]);
    }
    context.print(&format!("{}\n\n{table}", setting.sentence()))?;
    if captions.len() < setting.captions.len() {
        context.talk(&format!("the first {} of {} captions; see --first", captions.len(), setting.captions.len()));
    }
    if open > 0 {
        context.talk(&format!(
            "{open} horizons lie beyond a depth of more than {} hard negatives; see --limit",
            args.limit
        ));
    }
    Ok(verdict)
}

/// What is common to all captions of a run.
struct Setting {
    captions: Vec<String>,
    operators: Operators,
    map: FeatureMap,
    tokens: bool,
    tagger: Tagger,
    /// Words by category, the most frequent first.
    offered: BTreeMap<Category, Vec<String>>,
}

impl Setting {
    fn new(args: &Args) -> Result<Setting, Diagnostic> {
        let tagger = Tagger::new();
        let mut setting = Setting {
            captions: Vec::new(),
            operators: operators(&args.edits)?,
            map: feature_map(&args.features)?,
            tokens: args.slots == "tokens",
            tagger,
            offered: BTreeMap::new(),
        };
        match (&args.caption, &args.file) {
            (Some(caption), _) => setting.captions.push(caption.clone()),
            (None, Some(path)) => {
                setting.captions = super::intake::captions(path)?.texts;
                setting.offer_from_captions(args.offer);
            }
            (None, None) => return Err(Diagnostic::new(Code::Usage, "there is no caption")),
        }
        for word in &args.words {
            let text = word.trim().to_lowercase();
            let category = setting.category_of(&text)?;
            setting.offered.entry(category).or_default().push(text);
        }
        Ok(setting)
    }

    /// The category of a word by itself, as it would stand in "the ... thing" or alone.
    fn category_of(&self, text: &str) -> Result<Category, Diagnostic> {
        let kinds = [Category::Noun, Category::Colour, Category::Pattern, Category::Place];
        if let Some(known) = kinds.into_iter().find(|&kind| world_vocabulary(kind).contains(&text)) {
            return Ok(known);
        }
        let before_noun = self.tagger.tag(&format!("a {text} dog"));
        let alone = self.tagger.tag(text);
        let category = match (before_noun.get(1), alone.as_slice()) {
            (Some(before), [alone])
                if !matches!(alone.category, Category::Noun | Category::Nouns) && before.category.describes() =>
            {
                before.category
            }
            (_, [alone]) => alone.category,
            _ => return Err(Diagnostic::new(Code::Usage, format!("{text:?} is not a single word"))),
        };
        if category.concept().is_none() && !self.tokens {
            let message = format!("the word {text:?} names no object, attribute or relation");
            return Err(Diagnostic::new(Code::Usage, message)
                .help("edits of concepts put words in each other's place by kind; --slots tokens takes any word"));
        }
        Ok(category)
    }

    fn offer_from_captions(&mut self, most: usize) {
        let mut counts: BTreeMap<(Category, String), usize> = BTreeMap::new();
        for caption in &self.captions {
            let words = world_words(caption).unwrap_or_else(|| self.tagger.tag(caption));
            for place in caption::concepts(&words) {
                *counts.entry((words[place].category, words[place].text.clone())).or_default() += 1;
            }
        }
        let mut sorted: Vec<_> = counts.into_iter().collect();
        sorted.sort_by(|((_, a), n), ((_, b), m)| m.cmp(n).then(a.cmp(b)));
        for ((category, word), _) in sorted {
            let words = self.offered.entry(category).or_default();
            if words.len() < most {
                words.push(word);
            }
        }
    }

    fn sentence(&self) -> String {
        let names = [("SWAP", self.operators.swap), ("REPLACE", self.operators.replace), ("ADD", self.operators.add)];
        let names: Vec<&str> = names.into_iter().filter(|(_, used)| *used).map(|(name, _)| name).collect();
        let moved = if self.tokens { "tokens" } else { "concepts" };
        format!("{} of {moved}, composed; an encoder that reads {}", names.join(", "), self.map.name())
    }

    fn study(&self, caption: &str, args: &Args, limits: &Limits) -> Result<Study, Diagnostic> {
        let mut vocabulary = Vocabulary::default();
        let limit = caption::Limits::default().tokens_per_text;
        for token in Tokenizer::Words.tokenize(caption, limit)? {
            vocabulary.intern(&token);
        }
        let of_world = world_words(caption).filter(|words| !words.is_empty());
        let known = of_world.is_some();
        let words = of_world.unwrap_or_else(|| self.tagger.tag(caption));
        if words.is_empty() {
            return Err(Diagnostic::new(Code::CaptionWithoutToken, "there is no word in the caption"));
        }
        let offered = |category: Category| -> Vec<String> {
            let of_world = world_vocabulary(category).into_iter().filter(|_| known).map(str::to_owned);
            of_world.chain(self.offered.get(&category).into_iter().flatten().cloned()).collect()
        };
        let uses_words = self.operators.replace || self.operators.add;
        let categories: Vec<Category> = self.offered.keys().copied().chain(words.iter().map(|w| w.category)).collect();
        let all = [Category::Colour, Category::Pattern, Category::Adjective].into_iter().chain(categories);
        all.filter(|_| uses_words).flat_map(offered).for_each(|word| {
            vocabulary.intern(&word);
        });
        let numbers = |words: Vec<String>| words.iter().filter_map(|word| vocabulary.id(word)).collect::<Vec<u32>>();
        let token = |text: &str| vocabulary.id(text).unwrap_or(caption::EMPTY);
        let offers = |category: Category| if uses_words { numbers(offered(category)) } else { Vec::new() };
        let template = if self.tokens {
            let caption = words.iter().map(|word| token(&word.text)).collect();
            let further = self.offered.values().flatten().cloned().collect();
            Template::of_tokens(caption, &numbers(further), self.operators)
        } else {
            Template::of_concepts(&words, &token, &offers, self.operators)
        };
        let growth = growth(&template, self.map, args.limit, limits)?;
        let source = match (self.tokens, known) {
            (true, _) => "every token",
            (false, true) => "known: a caption of the built-in world",
            (false, false) => "found by a part-of-speech tagger",
        };
        Ok(Study {
            caption: caption.to_owned(),
            words,
            vocabulary,
            template,
            growth,
            sentence: self.sentence(),
            source,
            of_world: known,
        })
    }
}

/// The operators by their names.
pub(super) fn operators(names: &[String]) -> Result<Operators, Diagnostic> {
    let mut operators = Operators { swap: false, replace: false, add: false };
    for name in names {
        match name.trim() {
            "swap" => operators.swap = true,
            "replace" => operators.replace = true,
            "add" => operators.add = true,
            other => {
                return Err(super::inputs::unknown_operator(other, &["swap", "replace", "add"]));
            }
        }
    }
    Ok(operators)
}

fn feature_map(name: &str) -> Result<FeatureMap, Diagnostic> {
    let known: Vec<&str> = FeatureMap::OF_TOKENS.iter().map(|map| map.name()).collect();
    let map = encoder::by_name::<FeatureMap>(name, "feature map", &known.join(", "))?;
    match map {
        FeatureMap::Matrix => Err(Diagnostic::new(Code::Usage, "a matrix has no features for edited captions")
            .help(format!("known: {}", known.join(", ")))),
        map => Ok(map),
    }
}

/// One caption and what composition makes of it.
struct Study {
    caption: String,
    words: Vec<Word>,
    vocabulary: Vocabulary,
    template: Template,
    growth: Growth,
    sentence: String,
    source: &'static str,
    /// Whether the caption is one of the built-in world.
    of_world: bool,
}

impl Study {
    fn verdict(&self) -> Verdict {
        if self.growth.horizon.is_some() { Verdict::Holds } else { Verdict::Declined }
    }

    /// The hard negatives up to each depth.
    fn cumulative(&self) -> Vec<BigUint> {
        let mut sum = BigUint::ZERO;
        let by_depth = self.growth.counts.by_depth.iter().flatten();
        by_depth
            .map(|count| {
                sum += count;
                sum.clone()
            })
            .collect()
    }

    fn chart(&self) -> String {
        let negatives = self.cumulative();
        let ranks: Vec<usize> = (1..=negatives.len()).map_while(|depth| self.growth.rank(depth)).collect();
        Compounding {
            head: &self.caption,
            remark: &self.sentence,
            negatives: &negatives,
            ranks: &ranks,
            horizon: self.growth.horizon,
        }
        .svg()
    }

    fn token(&self, id: u32) -> String {
        self.vocabulary.token(id).to_owned()
    }

    /// The text of a filling: the caption with its words changed, in lower case.
    fn spell(&self, filling: &[u32]) -> String {
        self.spelt(filling).join(" ")
    }

    fn spelt(&self, filling: &[u32]) -> Vec<String> {
        self.template.spell(filling).into_iter().map(|token| self.token(token)).collect()
    }

    fn slots(&self) -> Vec<String> {
        let operators = self.template.operators();
        let mut lines = Vec::new();
        for class in self.template.classes() {
            let held: Vec<String> = class.slots.iter().map(|&slot| self.words[slot].text.clone()).collect();
            let others = class.words.iter().filter(|word| !held.contains(&self.token(**word)));
            let others: Vec<String> = others.map(|&word| self.token(word)).collect();
            let or = if operators.replace && !others.is_empty() {
                format!(" (or {})", others.join(", "))
            } else {
                String::new()
            };
            lines.push(format!("{}: {}{or}", class.name, held.join(", ")));
        }
        for site in self.template.sites() {
            let words: Vec<String> = site.words.iter().map(|&word| self.token(word)).collect();
            lines.push(format!("before {}: perhaps {}", self.words[site.before].text, words.join(", ")));
        }
        lines
    }

    fn json(&self) -> serde_json::Value {
        let counts = self.growth.counts.by_depth.as_ref();
        let basis =
            self.growth.basis.iter().map(|(filling, depth)| json!({ "text": self.spell(filling), "depth": depth }));
        json!({
            "caption": self.caption,
            "concepts": self.source,
            "slots": self.slots(),
            "total": self.growth.counts.total.to_string(),
            "negatives_by_depth": counts.map(|counts| counts.iter().map(BigUint::to_string).collect::<Vec<_>>()),
            "rank_up_to_depth": self.growth.ranks,
            "horizon": self.growth.horizon,
            "features": self.growth.features,
            "basis": basis.collect::<Vec<_>>(),
        })
    }

    fn text(&self) -> String {
        let mut table = comfy_table::Table::new();
        table.load_preset(comfy_table::presets::NOTHING);
        table.set_header(["depth", "hard negatives", "up to here", "rank"]);
        let by_depth = self.growth.counts.by_depth.as_deref().unwrap_or_default();
        for ((depth, count), all) in (1..).zip(by_depth).zip(self.cumulative()) {
            let rank = self.growth.rank(depth).map_or("?".to_owned(), |rank| rank.to_string());
            table.add_row([depth.to_string(), grouped(count), grouped(&all), rank]);
        }
        for column in table.column_iter_mut() {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
        let slots: Vec<String> = self.slots().iter().map(|line| format!("  {line}")).collect();
        let unlisted = match self.growth.counts.by_depth {
            Some(_) => String::new(),
            None => "\nToo many words repeat to count them by depth.".to_owned(),
        };
        format!(
            "{}\n{}\n\nSlots ({})\n{}\n\n{table}\n{unlisted}\n{}",
            self.caption,
            self.sentence,
            self.source,
            slots.join("\n"),
            self.conclusion()
        )
    }

    fn conclusion(&self) -> String {
        let total = grouped(&self.growth.counts.total);
        let rank = self.growth.ranks.last().copied().unwrap_or(0);
        match self.growth.horizon {
            None => format!(
                "{total} hard negatives of rank {rank} or more; the horizon lies deeper than the {} depths that were listed (--limit).",
                self.growth.ranks.len()
            ),
            Some(_) if rank == 0 => {
                format!(
                    "{total} hard negatives, and not one of them changes the features: no encoder that reads these sees any."
                )
            }
            Some(horizon) => {
                let shown = self.growth.basis.first().map(|(filling, _)| self.spell(filling)).unwrap_or_default();
                format!(
                    "{total} hard negatives are {rank} linear conditions: an encoder that is right on {rank} of them, such as\n  \
                     {shown}\nis right on all. The horizon is {horizon}: mining deeper adds nothing, which is proved for every depth."
                )
            }
        }
    }
}
