//! What every command over captions is given: the files, how they are read, which edits count, the true-optimal encoder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;

use super::Context;
use crate::caption::{FeatureMap, Format, Tokenizer};
use crate::certificate::{CaptionProblem, Input, InputRole, Size, TrueOptimal};
use crate::encoder::{self, Problem};
use crate::language::closest;
use crate::report::{Code, Diagnostic, plural, quoted};
use crate::{caption, files};

/// Captions, their edits and what an encoder reads of them.
#[derive(clap::Args, Clone, Debug)]
pub struct InputArgs {
    /// Files of caption pairs; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Further training captions: plain text, COCO captions, or any pair file
    #[arg(long, value_name = "FILE")]
    train: Vec<PathBuf>,
    /// Which edits: all, or a list of swap, replace, add, remove, composite
    #[arg(long, default_value = "all", value_delimiter = ',')]
    edits: Vec<String>,
    /// What the encoder reads: bag-of-words, positions, bigrams, ordered-pairs, positional-pairs, whole-caption,
    /// or a .npy file with one row a text
    #[arg(long, default_value = "positions")]
    features: String,
    /// The texts of the rows of a feature matrix: a JSON list, or one a line
    #[arg(long, value_name = "FILE")]
    feature_texts: Option<PathBuf>,
    /// How text is cut
    #[arg(long, value_enum, default_value_t)]
    tokenizer: Tokenizer,
    /// Format of the files of pairs, where the name does not tell
    #[arg(long, value_parser = formats_of_pairs())]
    format: Option<Format>,
    /// Refuse files with pairs that are left out otherwise: a negative that is its caption, a pair that occurs twice
    #[arg(long)]
    strict: bool,
    /// Names of the columns: caption=NAME,negative=NAME,operator=NAME
    #[arg(long)]
    columns: Option<String>,
}

/// The formats that files of pairs have, by name.
fn formats_of_pairs() -> impl clap::builder::TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::OF_PAIRS.map(Format::name))
        .try_map(|name| Format::OF_PAIRS.into_iter().find(|format| format.name() == name).ok_or("no such format"))
}

impl InputArgs {
    /// Whether a file of pairs is named, for a command that can do without.
    pub(super) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// The same inputs under another feature map.
    pub(super) fn with_features(&self, features: &str) -> InputArgs {
        InputArgs { features: features.to_owned(), ..self.clone() }
    }
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
    let (mut spec, inputs) = describe(args, encoder)?;
    encoder::check_form(&spec)?;
    let problem = selected_problem(args, &mut spec, &inputs, context)?;
    spec.size = problem.size();
    Ok((spec, inputs, problem))
}

/// Reads the inputs and describes the problem with all pairs selected.
fn describe(args: &InputArgs, encoder: &EncoderArgs) -> Result<(CaptionProblem, Vec<Vec<u8>>), Diagnostic> {
    if args.files.iter().chain(&args.train).filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(Diagnostic::new(Code::Usage, "standard input can be read only once"));
    }
    let mut inputs = Inputs::default();
    let columns = match &args.columns {
        None => BTreeMap::new(),
        Some(text) => columns(text)?,
    };
    for (paths, role) in [(&args.files, InputRole::Pairs), (&args.train, InputRole::Train)] {
        for path in paths {
            inputs.add_text(path, role, args.format)?;
        }
    }
    let features = if args.features.ends_with(".npy") {
        let Some(texts) = &args.feature_texts else {
            return Err(Diagnostic::new(Code::Usage, "a feature matrix needs --feature-texts, the texts of its rows"));
        };
        inputs.add(Path::new(&args.features), InputRole::Features)?;
        inputs.add(texts, InputRole::FeatureTexts)?;
        FeatureMap::Matrix.name().to_owned()
    } else {
        args.features.clone()
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
        tokenizer: args.tokenizer.name().to_owned(),
        features,
        encoder,
        size,
    };
    Ok((spec, inputs.bytes))
}

/// `caption=title,negative=neg_caption` as a map.
fn columns(text: &str) -> Result<BTreeMap<String, String>, Diagnostic> {
    let parsed: caption::Columns = text.parse().map_err(|message: String| Diagnostic::new(Code::Usage, message))?;
    let named =
        [("caption", parsed.caption), ("negative", parsed.negative), ("operator", parsed.operator), ("id", parsed.id)];
    Ok(named.into_iter().filter_map(|(part, name)| Some((part.to_owned(), name?))).collect())
}

/// The raw inputs as they go beside the certificate.
#[derive(Default)]
struct Inputs {
    described: Vec<Input>,
    bytes: Vec<Vec<u8>>,
}

impl Inputs {
    fn add(&mut self, path: &Path, role: InputRole) -> Result<Vec<u8>, Diagnostic> {
        let stdin = path == Path::new("-");
        let bytes = if stdin {
            files::read_stdin(files::DEFAULT_LIMIT)?
        } else {
            files::read_bytes(path, files::DEFAULT_LIMIT)?
        };
        let base = match path.file_name().and_then(|name| name.to_str()) {
            Some(name) if !stdin => name.to_owned(),
            _ => "stdin".to_owned(),
        };
        let name = self.unused(base);
        let sha256 = files::sha256_hex(&bytes);
        self.described.push(Input { name, sha256, role, format: None });
        self.bytes.push(bytes.clone());
        Ok(bytes)
    }

    fn add_text(&mut self, path: &Path, role: InputRole, format: Option<Format>) -> Result<(), Diagnostic> {
        let bytes = self.add(path, role)?;
        let training = role == InputRole::Train;
        let format = match format {
            // A --format is about the pair files; training files that it does not suit are told by their names.
            Some(format) if !training => format,
            _ => Format::detect(&path.display().to_string(), &String::from_utf8_lossy(&bytes)),
        };
        if let Some(input) = self.described.last_mut() {
            input.format = Some(format.name().to_owned());
        }
        Ok(())
    }

    /// The name, made different from those already there.
    fn unused(&self, base: String) -> String {
        let taken: BTreeSet<&str> = self.described.iter().map(|input| input.name.as_str()).collect();
        if !taken.contains(base.as_str()) {
            return base;
        }
        (2..).map(|n| format!("{n}-{base}")).find(|name| !taken.contains(name.as_str())).unwrap_or(base)
    }
}

/// An operator that there is not, with the one that is probably meant.
pub(super) fn unknown_operator(name: &str, known: &[&str]) -> Diagnostic {
    let near = closest(name, known.iter().map(|name| (*name).to_owned()));
    let near = near.map_or(String::new(), |near| format!("did you mean {near}? "));
    Diagnostic::new(Code::Usage, format!("no edit operator is called {}", quoted(name)))
        .help(format!("{near}known: {}", known.join(", ")))
}

/// ` (1 of 4 pairs)` where the edits are a selection, said wherever they are counted.
pub(super) fn selection(spec: &CaptionProblem, problem: &Problem) -> String {
    match &spec.selected {
        Some(selected) => format!(" ({} of {})", selected.len(), plural(problem.dataset().total, "pair")),
        None => String::new(),
    }
}

/// How many pairs there are, how many of them are the edits, and what was left out before.
pub(super) fn pairs_json(problem: &Problem) -> serde_json::Value {
    let dataset = problem.dataset();
    json!({ "of": dataset.total, "selected": dataset.pairs.len(), "dropped": dataset.dropped })
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
    inputs: &[Vec<u8>],
    context: &Context,
) -> Result<Problem, Diagnostic> {
    context.doing("reading captions");
    let all = Problem::read(spec, inputs)?;
    if let (true, Some(error)) = (args.strict, &all.dataset().first_dropped) {
        return Err(error.clone());
    }
    for warning in &all.dataset().warnings {
        context.talk(&format!("warning: {warning}"));
    }
    let kinds = ["swap", "replace", "add", "remove", "composite"];
    if let Some(unknown) = args.edits.iter().find(|edit| *edit != "all" && !kinds.contains(&edit.as_str())) {
        return Err(unknown_operator(unknown, &["all", "swap", "replace", "add", "remove", "composite"]));
    }
    if args.edits.iter().any(|edit| edit == "all") {
        return Ok(all);
    }
    let operators = args.edits.iter().map(String::as_str).collect();
    match encoder::select_operators(&all, &operators) {
        None => Ok(all),
        Some(chosen) if chosen.is_empty() => {
            Err(Diagnostic::new(Code::Usage, format!("no pair is a {} edit", args.edits.join(" or ")))
                .help("`scotoma edits FILE` shows how each pair is classified"))
        }
        Some(chosen) => {
            spec.selected = Some(chosen);
            Problem::read(spec, inputs)
        }
    }
}
