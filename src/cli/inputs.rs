//! What every command over captions is given: the files, how they are read, which edits count, the true-optimal encoder.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde_json::json;

use super::intake::{self, Intake, Shape};
use super::{Context, wordless};
use crate::caption::{self, FeatureMap, Kind, Labeller, Meaning, Operators, Pair, Tokenizer};
use crate::certificate::{CaptionProblem, InputRole, Size, TrueOptimal};
use crate::encoder::{self, Problem};
use crate::import::AllGiven;
use crate::language::closest;
use crate::report::{Code, Diagnostic, plural, quoted};

/// Captions, their edits and what an encoder reads of them.
#[derive(clap::Args, Clone, Debug)]
pub struct InputArgs {
    /// Files of caption pairs; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Further training captions: plain text, COCO captions, or any pair file
    #[arg(long, value_name = "FILE")]
    train: Vec<PathBuf>,
    /// Which edits: all, or a list of the others; rewrite and same with --by meaning alone
    #[arg(long, value_enum, default_value = "all", value_delimiter = ',', value_name = "EDIT")]
    edits: Vec<Which>,
    /// What tells the operator of an edit: its tokens to the letter, or what is said, free of agreement (then also: rewrite, same)
    #[arg(long, value_enum, default_value_t)]
    by: By,
    /// What the encoder reads: bag-of-words, positions, bigrams, ordered-pairs, positional-pairs, whole-caption,
    /// or a .npy file with one row a text
    #[arg(long, default_value = "positions", value_name = "FEATURES")]
    features: Read,
    /// The texts of the rows of a feature matrix: a JSON list, or one a line
    #[arg(long, value_name = "FILE")]
    feature_texts: Option<PathBuf>,
    /// How text is cut
    #[arg(long, value_enum, default_value_t)]
    tokenizer: Tokenizer,
    /// Format of the files of pairs: json, jsonl, tsv, csv, a benchmark (`scotoma import --list`), or a .json file that maps
    /// its fields [default: told by the name and the shape of the file]
    #[arg(long, value_name = "NAME|FILE")]
    format: Option<String>,
    /// Refuse files with pairs that are left out otherwise: a negative that is its caption, a pair that occurs twice
    #[arg(long)]
    strict: bool,
    /// Names of the columns: caption=NAME,negative=NAME,operator=NAME
    #[arg(long)]
    columns: Option<String>,
}

/// What tells the operator of an edit.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum By {
    /// The literal edit of the tokens.
    #[default]
    Letters,
    /// The semantic label.
    Meaning,
}

impl By {
    /// Whether it tells these edits from others.
    fn tells(self, edit: Which) -> bool {
        match self {
            By::Letters => edit.kind().is_some(),
            By::Meaning => edit.meaning().is_some(),
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            By::Letters => "letters",
            By::Meaning => "meaning",
        })
    }
}

impl InputArgs {
    /// Whether files that cannot be read may be read in another way: no format was named, nor that all must be read.
    fn may_be_mended(&self) -> bool {
        !self.strict && self.format.is_none()
    }

    /// Whether a file of pairs is named, for a command that can do without.
    pub(super) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// A file of pairs as it is, read as it looks.
    pub(super) fn of(file: PathBuf) -> InputArgs {
        InputArgs {
            files: vec![file],
            train: Vec::new(),
            edits: vec![Which::All],
            by: By::Letters,
            features: Read::Tokens(FeatureMap::BagOfWords),
            feature_texts: None,
            tokenizer: Tokenizer::Words,
            format: None,
            strict: false,
            columns: None,
        }
    }

    /// The same without further training captions, and the files of these.
    pub(super) fn without_train(&self) -> (InputArgs, Vec<PathBuf>) {
        (InputArgs { train: Vec::new(), ..self.clone() }, self.train.clone())
    }

    /// The same files with other columns.
    pub(super) fn with_columns(&self, columns: &str) -> InputArgs {
        InputArgs { columns: Some(columns.to_owned()), ..self.clone() }
    }

    /// The same inputs under another feature map.
    pub(super) fn with_features(&self, features: FeatureMap) -> InputArgs {
        InputArgs { features: Read::Tokens(features), ..self.clone() }
    }
}

/// What an encoder reads: the features of tokens, or a matrix of the user's.
#[derive(Clone, Debug)]
pub(super) enum Read {
    Tokens(FeatureMap),
    Matrix(PathBuf),
}

impl FromStr for Read {
    type Err = String;

    fn from_str(text: &str) -> Result<Read, String> {
        match text.ends_with(".npy") {
            true => Ok(Read::Matrix(text.into())),
            false => of_tokens(text).map(Read::Tokens),
        }
    }
}

/// The map over tokens of this name. Error: what there is instead.
pub(super) fn of_tokens(name: &str) -> Result<FeatureMap, String> {
    let known = FeatureMap::OF_TOKENS.map(FeatureMap::name);
    FeatureMap::OF_TOKENS.into_iter().find(|map| map.name() == name).ok_or_else(|| {
        let near = closest(name, known.iter().map(|name| (*name).to_owned()));
        let near = near.map_or(String::new(), |near| format!("did you mean {near}? "));
        format!("no feature map is called {}; {near}known: {}", quoted(name), known.join(", "))
    })
}

/// Which edits count.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Swap,
    Replace,
    Add,
    Remove,
    Composite,
    Rewrite,
    Same,
}

impl Which {
    /// The literal operator, if it is one.
    fn kind(self) -> Option<Kind> {
        match self {
            Which::Swap => Some(Kind::Swap),
            Which::Replace => Some(Kind::Replace),
            Which::Add => Some(Kind::Add),
            Which::Remove => Some(Kind::Remove),
            Which::Composite => Some(Kind::Composite),
            Which::All | Which::Rewrite | Which::Same => None,
        }
    }

    /// The operator by what is said, if it is one.
    fn meaning(self) -> Option<Meaning> {
        match self {
            Which::Swap => Some(Meaning::Swap),
            Which::Replace => Some(Meaning::Replace),
            Which::Add => Some(Meaning::Add),
            Which::Remove => Some(Meaning::Remove),
            Which::Rewrite => Some(Meaning::Rewrite),
            Which::Same => Some(Meaning::Same),
            Which::All | Which::Composite => None,
        }
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Which::All => "all",
            Which::Swap => "swap",
            Which::Replace => "replace",
            Which::Add => "add",
            Which::Remove => "remove",
            Which::Composite => "composite",
            Which::Rewrite => "rewrite",
            Which::Same => "same",
        })
    }
}

/// A list as it is named in messages.
fn named(edits: &[Which], between: &str) -> String {
    edits.iter().map(Which::to_string).collect::<Vec<_>>().join(between)
}

/// The atomic edits that are composed.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Atomic {
    Swap,
    Replace,
    Add,
}

/// The operators of a list.
pub(super) fn operators(list: &[Atomic]) -> Operators {
    let has = |edit| list.contains(&edit);
    Operators { swap: has(Atomic::Swap), replace: has(Atomic::Replace), add: has(Atomic::Add) }
}

/// The true-optimal encoder.
#[derive(clap::Args, Debug)]
pub struct EncoderArgs {
    /// The true-optimal embeddings of the training captions (.npy, a row a text) instead of a random projection
    #[arg(long, value_name = "FILE", requires = "embedding_texts")]
    embeddings: Option<PathBuf>,
    /// The texts of the rows of the embeddings: a JSON list, or one a line
    #[arg(long, value_name = "FILE")]
    embedding_texts: Option<PathBuf>,
    /// Dimension of the embedding [default: 4, or all of the embeddings]
    #[arg(long)]
    width: Option<u32>,
    /// Seed of the random projection
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl EncoderArgs {
    /// These embeddings, or else a random projection from the seed.
    pub(super) fn of(embeddings: Option<PathBuf>, embedding_texts: Option<PathBuf>, seed: u64) -> EncoderArgs {
        EncoderArgs { embeddings, embedding_texts, width: None, seed }
    }

    /// For commands whose answer is the same for every true-optimal encoder: the smallest projection.
    pub(super) fn none() -> EncoderArgs {
        EncoderArgs { embeddings: None, embedding_texts: None, width: Some(1), seed: 1 }
    }
}

/// Largest magnitude of an entry of the random projection.
const BOUND: u32 = 9;

/// Reads the inputs that the user named, describes the problem over the edits that the user chose, and reads it.
///
/// The bytes of the inputs come second, in the order of the description, whose sizes are filled in.
pub(super) fn read(
    args: &InputArgs,
    encoder: &EncoderArgs,
    context: &Context,
) -> Result<(CaptionProblem, Vec<Vec<u8>>, Problem), Diagnostic> {
    let (spec, inputs, problem, _) = read_given(args, encoder, context)?;
    Ok((spec, inputs, problem))
}

/// The same with a projection that tells every edit that its features tell.
pub(super) fn read_separated(
    args: &InputArgs,
    encoder: &EncoderArgs,
    context: &Context,
) -> Result<(CaptionProblem, Vec<Vec<u8>>, Problem), Diagnostic> {
    let (spec, inputs, problem) = read(args, encoder, context)?;
    let (spec, problem) = encoder::separate(spec, &inputs, problem, |edit, next| {
        context.talk(&format!("the projection does not separate edit {edit}; trying seed {next}"));
    })?;
    Ok((spec, inputs, problem))
}

/// The description of a problem, the bytes of its inputs, the problem, and the files as their users have them.
pub(super) type ReadGiven = (CaptionProblem, Vec<Vec<u8>>, Problem, AllGiven);

/// The same with the files as the user has them, for what belongs to their records.
pub(super) fn read_given(args: &InputArgs, encoder: &EncoderArgs, context: &Context) -> Result<ReadGiven, Diagnostic> {
    let shape = Shape::named(args.format.as_deref())?;
    match read_as(&shape, args, encoder, context) {
        Err(error) if args.may_be_mended() && intake::of_records(error.code) => {
            // A benchmark in its own shape, or records that say nothing. If it is neither, the first error tells most.
            let columns = args.columns.as_deref().unwrap_or_default().parse().unwrap_or_default();
            read_as(&Shape::Mended(Box::new(columns)), args, encoder, context).map_err(|_| error)
        }
        read => read,
    }
}

fn read_as(shape: &Shape, args: &InputArgs, encoder: &EncoderArgs, context: &Context) -> Result<ReadGiven, Diagnostic> {
    let (mut spec, mut inputs, mut given) = describe(shape, args, encoder, context)?;
    encoder::check_form(&spec)?;
    let read = selected_problem(args, &mut spec, &mut inputs, &mut given, context);
    let problem = read.map_err(|error| {
        given.told(error, |name| {
            let at = spec.inputs.iter().position(|input| input.name == name)?;
            Some((inputs[at].as_slice(), spec.inputs[at].format?))
        })
    })?;
    spec.size = problem.size();
    for remark in caption::remarks(problem.tokens()) {
        context.talk(&format!("remark: {remark}"));
    }
    Ok((spec, inputs, problem, given))
}

/// Reads the inputs and describes the problem with all pairs selected.
fn describe(
    shape: &Shape,
    args: &InputArgs,
    encoder: &EncoderArgs,
    context: &Context,
) -> Result<(CaptionProblem, Vec<Vec<u8>>, AllGiven), Diagnostic> {
    if args.files.iter().chain(&args.train).filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(Diagnostic::new(Code::Usage, "standard input can be read only once"));
    }
    let mut inputs = Intake::default();
    let columns = match (&args.columns, shape) {
        // What was mended has the usual names.
        (None, _) | (_, Shape::Mended(_)) => BTreeMap::new(),
        (Some(text), _) => columns(text)?,
    };
    for (paths, role) in [(&args.files, InputRole::Pairs), (&args.train, InputRole::Train)] {
        for path in intake::expand(paths)? {
            inputs.add_text(&path, role, shape, context)?;
        }
    }
    let features = match &args.features {
        Read::Tokens(map) => *map,
        Read::Matrix(matrix) => {
            let Some(texts) = &args.feature_texts else {
                let message = "a feature matrix needs --feature-texts, the texts of its rows";
                return Err(Diagnostic::new(Code::Usage, message));
            };
            inputs.add(matrix, InputRole::Features)?;
            inputs.add(texts, InputRole::FeatureTexts)?;
            FeatureMap::Matrix
        }
    };
    let encoder = match (&encoder.embeddings, &encoder.embedding_texts) {
        (Some(matrix), Some(texts)) => {
            let bytes = inputs.add(matrix, InputRole::Embeddings)?;
            let (_, columns) =
                crate::export::npy::from_bytes(&matrix.display().to_string(), &bytes)?.rows_and_columns()?;
            inputs.add(texts, InputRole::EmbeddingTexts)?;
            TrueOptimal::Embeddings { width: encoder.width.unwrap_or(columns as u32) }
        }
        _ => TrueOptimal::Projection { seed: encoder.seed, width: encoder.width.unwrap_or(4), bound: BOUND },
    };
    if matches!(encoder, TrueOptimal::Projection { width: 0, .. } | TrueOptimal::Embeddings { width: 0 }) {
        return Err(Diagnostic::new(Code::Usage, "an embedding needs at least one dimension"));
    }
    let size = Size { training: 0, edits: 0, features: 0 };
    let spec = CaptionProblem {
        inputs: inputs.described,
        selected: None,
        columns,
        tokenizer: args.tokenizer,
        features,
        encoder,
        size,
    };
    Ok((spec, inputs.bytes, inputs.given))
}

/// `caption=title,negative=neg_caption` as a map.
fn columns(text: &str) -> Result<BTreeMap<String, String>, Diagnostic> {
    let parsed: caption::Columns = text.parse().map_err(|message: String| Diagnostic::new(Code::Usage, message))?;
    let named =
        [("caption", parsed.caption), ("negative", parsed.negative), ("operator", parsed.operator), ("id", parsed.id)];
    Ok(named.into_iter().filter_map(|(part, name)| Some((part.to_owned(), name?))).collect())
}

/// The columns as the description of a problem has them.
pub(super) fn columns_of(spec: &CaptionProblem) -> Result<caption::Columns, Diagnostic> {
    serde_json::to_value(&spec.columns)
        .and_then(serde_json::from_value)
        .map_err(|e| Diagnostic::new(Code::Usage, format!("the columns cannot be read: {e}")))
}

/// ` (1 of 4 pairs)` where the edits are a selection, said wherever they are counted.
pub(super) fn selection(spec: &CaptionProblem, problem: &Problem) -> String {
    match &spec.selected {
        Some(selected) => format!(" ({} of {})", selected.len(), plural(problem.dataset().total, "pair")),
        None => String::new(),
    }
}

/// How large the problem is, and how it was read: `4 training captions, 1 edit (1 of 4 pairs), 9 features (positions, words)`.
pub(super) fn sizes(spec: &CaptionProblem, problem: &Problem) -> String {
    let size = problem.size();
    format!(
        "{}, {}{}, {} ({}, {})",
        plural(size.training as usize, "training caption"),
        plural(size.edits as usize, "edit"),
        selection(spec, problem),
        plural(size.features as usize, "feature"),
        spec.features,
        spec.tokenizer,
    )
}

/// How many pairs there are, how many of them are the edits, what was left out before, and by which mapping a file was read.
pub(super) fn pairs_json(problem: &Problem, context: &Context) -> serde_json::Value {
    let dataset = problem.dataset();
    json!({
        "of": dataset.total,
        "selected": dataset.pairs.len(),
        "dropped": dataset.dropped,
        "left_out": context.left_out_so_far(),
        "read_by": context.read_by_so_far(),
        "remarks": caption::remarks(problem.tokens()),
    })
}

/// The name of an edit in every record: its number in the certificate, its file there, and its line and identifier in that.
pub(super) fn edit_name(problem: &Problem, edit: usize) -> serde_json::Value {
    let dataset = problem.dataset();
    let pair = &dataset.pairs[edit];
    json!({ "edit": edit, "file": dataset.sources[pair.source].name, "line": pair.line, "id": pair.id })
}

/// The problem over the edits that the user chose; notes the choice in `spec`.
fn selected_problem(
    args: &InputArgs,
    spec: &mut CaptionProblem,
    inputs: &mut Vec<Vec<u8>>,
    given: &mut AllGiven,
    context: &Context,
) -> Result<Problem, Diagnostic> {
    context.doing("reading captions");
    let all = loop {
        match Problem::read(spec, inputs) {
            // Again, since a repetition of what went may come to light.
            Err(error) if error.code == Code::CaptionWithoutToken && !args.strict => {
                wordless::leave_out(spec, inputs, given, error, context)?;
            }
            read => break read?,
        }
    };
    if let (true, Some(error)) = (args.strict, &all.dataset().first_dropped) {
        return Err(error.clone());
    }
    for warning in given.warnings(all.dataset()) {
        context.talk(&format!("warning: {warning}"));
    }
    if args.edits.contains(&Which::All) {
        return Ok(all);
    }
    if let Some(unknown) = args.edits.iter().find(|edit| !args.by.tells(**edit)) {
        let message = format!("no edit is a {unknown} by {}", args.by);
        return Err(Diagnostic::new(Code::Usage, message).help("choose how edits are told apart with --by"));
    }
    match select(args, &all, context) {
        None => Ok(all),
        Some(chosen) if chosen.is_empty() => {
            Err(Diagnostic::new(Code::Usage, format!("no pair is a {} edit", named(&args.edits, " or ")))
                .help("`scotoma edits FILE` shows how each pair is classified"))
        }
        Some(chosen) => {
            // Numbers among the pairs that were read, of which some may have been left out.
            spec.selected = Some(match &spec.selected {
                None => chosen,
                Some(read) => chosen.into_iter().filter_map(|at| read.get(at as usize).copied()).collect(),
            });
            Problem::read(spec, inputs)
        }
    }
}

/// The pairs that have one of the operators asked for, if not all have; says how many the other way of telling would choose.
fn select(args: &InputArgs, all: &Problem, context: &Context) -> Option<Vec<u32>> {
    let pairs = &all.dataset().pairs;
    let operators: BTreeSet<Kind> = args.edits.iter().filter_map(|edit| edit.kind()).collect();
    let meanings: BTreeSet<Meaning> = args.edits.iter().filter_map(|edit| edit.meaning()).collect();
    let by_letters = encoder::select_operators(all, &operators);
    let labeller = Labeller::new();
    let meant = |pair: &Pair| meanings.contains(&labeller.label(&pair.caption, &pair.negative).operator);
    let by_meaning: Vec<u32> =
        pairs.iter().enumerate().filter(|(_, pair)| meant(pair)).map(|(at, _)| at as u32).collect();
    let literally = by_letters.as_ref().map_or(pairs.len(), Vec::len);
    let named = named(&args.edits, ", ");
    match args.by {
        By::Letters => {
            context.talk(&format!("{named}: {literally} by letters; --by meaning would select {}", by_meaning.len()));
            by_letters
        }
        By::Meaning => {
            context.talk(&format!("{named}: {} by meaning; --by letters would select {literally}", by_meaning.len()));
            (by_meaning.len() < pairs.len()).then_some(by_meaning)
        }
    }
}
