//! `scotoma build`: captions in, a certified blind encoder or an obstruction out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::Context;
use super::verify::print_verified;
use crate::caption::{FeatureMap, Format};
use crate::certificate::{
    CaptionProblem, Certificate, Input, InputRole, Problem as CertificateProblem, Size, TrueOptimal, VERSION,
};
use crate::encoder::{self, Built, Joint, Problem};
use crate::exact::Limits;
use crate::report::{Code, Diagnostic, Verdict};
use crate::{caption, files};

/// Build a text encoder that is perfect on every training caption and blind to the edits, or prove that there is none
///
/// FILE holds captions with their hard negatives: SugarCrepe's JSON as published, JSON Lines with `caption` and
/// `negative`, CSV or TSV with a header line. The captions are the training captions; the negatives are the edits.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma build swap_att.json                             SugarCrepe, positions, a random true-optimal encoder
  scotoma build add_*.json --features bag-of-words        all ADD files together
  scotoma build pairs.jsonl --train captions.txt          further training captions, one a line
  scotoma build pairs.tsv --columns caption=title,negative=neg_caption
  scotoma build pairs.json --embeddings emb.npy --embedding-texts texts.json")]
pub struct Args {
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
    /// How text is cut: words, clip
    #[arg(long, default_value = "words")]
    tokenizer: String,
    /// Format of the files, where the name does not tell: sugarcrepe, json, jsonl, csv, tsv (and karpathy, text for --train)
    #[arg(long)]
    format: Option<String>,
    /// Names of the columns: caption=NAME,negative=NAME,operator=NAME
    #[arg(long)]
    columns: Option<String>,
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
    /// Folder to write
    #[arg(long, default_value = "scotoma-out", value_name = "DIR")]
    out: PathBuf,
}

/// Largest magnitude of an entry of the random projection.
const BOUND: u32 = 9;
/// Seeds tried until the projection separates every edit.
const ATTEMPTS: u64 = 64;

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let (mut spec, inputs) = describe(args)?;
    let problem = selected_problem(args, &mut spec, &inputs, context)?;
    let (spec, problem) = separate(spec, &inputs, problem, context)?;
    let (certificate, built) = certify(&spec, &problem, context)?;
    let written = encoder::write_folder(&args.out, &certificate, &spec, &inputs, &problem)?;
    // The certificate is checked as any reader would, from the bytes that were written.
    let verified = super::verify::check_file(&args.out.join("certificate.json"), None)?;
    let report = Report { spec: &spec, problem: &problem, built: &built };
    if context.json() {
        let files: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
        context.print_json(&report.json(&verified, &files))?;
    } else {
        context.print(&report.text())?;
        print_verified(context, &verified)?;
        let files: Vec<String> = written.iter().map(|path| format!("  {}", path.display())).collect();
        context.print(&format!("\nFiles\n{}", files.join("\n")))?;
    }
    Ok(match built.joint {
        Joint::Blind { .. } => Verdict::Holds,
        Joint::Obstructed => Verdict::DoesNotHold,
    })
}

/// Reads the inputs and describes the problem with all pairs selected.
fn describe(args: &Args) -> Result<(CaptionProblem, Vec<Vec<u8>>), Diagnostic> {
    let mut inputs = Inputs::default();
    let columns = match &args.columns {
        None => BTreeMap::new(),
        Some(text) => columns(text)?,
    };
    for (paths, role) in [(&args.files, InputRole::Pairs), (&args.train, InputRole::Train)] {
        for path in paths {
            inputs.add_text(path, role, args.format.as_deref())?;
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
    let encoder = match (&args.embeddings, &args.embedding_texts) {
        (Some(matrix), Some(texts)) => {
            let bytes = inputs.add(matrix, InputRole::Embeddings)?;
            let (_, columns) =
                crate::export::npy::from_bytes(&matrix.display().to_string(), &bytes)?.rows_and_columns()?;
            inputs.add(texts, InputRole::EmbeddingTexts)?;
            TrueOptimal::Embeddings { width: args.width.unwrap_or(columns as u32) }
        }
        _ => TrueOptimal::Projection { seed: args.seed, width: args.width.unwrap_or(4), bound: BOUND },
    };
    if matches!(encoder, TrueOptimal::Projection { width: 0, .. } | TrueOptimal::Embeddings { width: 0 }) {
        return Err(Diagnostic::new(Code::Usage, "an embedding needs at least one dimension"));
    }
    let size = Size { training: 0, edits: 0, features: 0 };
    let spec = CaptionProblem {
        inputs: inputs.described,
        selected: None,
        columns,
        tokenizer: args.tokenizer.clone(),
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

    fn add_text(&mut self, path: &Path, role: InputRole, format: Option<&str>) -> Result<(), Diagnostic> {
        let bytes = self.add(path, role)?;
        let training = role == InputRole::Train;
        let format = match format {
            // A --format is about the pair files; training files that it does not suit are told by their names.
            Some(name) if !training => encoder::by_name(name, "format", "json, jsonl, tsv, csv")?,
            _ => Format::detect(&path.display().to_string(), &String::from_utf8_lossy(&bytes)),
        };
        if let Some(input) = self.described.last_mut() {
            input.format = serde_json::to_value(format).ok().and_then(|name| name.as_str().map(str::to_owned));
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

/// The problem over the edits that the user chose; notes the choice in `spec`.
fn selected_problem(
    args: &Args,
    spec: &mut CaptionProblem,
    inputs: &[Vec<u8>],
    context: &Context,
) -> Result<Problem, Diagnostic> {
    let all = Problem::read(spec, inputs)?;
    for warning in &all.dataset().warnings {
        context.talk(&format!("warning: {warning}"));
    }
    let kinds = ["swap", "replace", "add", "remove", "composite"];
    if let Some(unknown) = args.edits.iter().find(|edit| *edit != "all" && !kinds.contains(&edit.as_str())) {
        return Err(Diagnostic::new(Code::Usage, format!("no edit operator is called {unknown:?}"))
            .help(format!("known: all, {}", kinds.join(", "))));
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

/// Moves the projection to the next seed until it gives every edit that changes the features a meaning.
fn separate(
    mut spec: CaptionProblem,
    inputs: &[Vec<u8>],
    mut problem: Problem,
    context: &Context,
) -> Result<(CaptionProblem, Problem), Diagnostic> {
    spec.size = problem.size();
    let TrueOptimal::Projection { seed: first, .. } = spec.encoder else { return Ok((spec, problem)) };
    for attempt in 0..ATTEMPTS {
        let blind_spot = match &problem.targets().edits {
            Some(known) => (0..problem.d().rows()).find(|&e| problem.d().row(e).len() > 0 && known.row_is_zero(e)),
            None => None,
        };
        let Some(edit) = blind_spot else { return Ok((spec, problem)) };
        let next = first.wrapping_add(attempt + 1);
        context.talk(&format!("the projection does not separate edit {edit}; trying seed {next}"));
        if let TrueOptimal::Projection { seed, .. } = &mut spec.encoder {
            *seed = next;
        }
        problem = problem.with_encoder(&spec, inputs)?;
    }
    Err(Diagnostic::new(Code::NotSeparating, format!("none of {ATTEMPTS} random projections separates every edit"))
        .help("choose a larger --width"))
}

/// Builds and packs the certificate.
pub(super) fn certify(
    spec: &CaptionProblem,
    problem: &Problem,
    context: &Context,
) -> Result<(Certificate, Built), Diagnostic> {
    let bar = context.progress(0, "eliminating");
    let watched = bar.clone();
    let watch = move |progress: crate::exact::Progress| {
        watched.set_length(progress.total as u64);
        watched.set_position(progress.done as u64);
        watched.set_message(progress.what);
        true
    };
    let limits = Limits { watch: Some(Arc::new(watch)), ..Limits::default() };
    let built = encoder::build(problem, &limits)?;
    bar.finish_and_clear();
    let certificate = Certificate {
        scotoma_certificate: VERSION,
        statement: encoder::statement()?,
        problem: CertificateProblem::Captions(spec.clone()),
        claims: built.claims.clone(),
    };
    Ok((certificate, built))
}

struct Report<'a> {
    spec: &'a CaptionProblem,
    problem: &'a Problem,
    built: &'a Built,
}

impl Report<'_> {
    /// Fates by operator: operator -> (collapsed, identified, free).
    fn by_operator(&self) -> BTreeMap<String, [usize; 3]> {
        let tokens = self.problem.tokens();
        let mut table: BTreeMap<String, [usize; 3]> = BTreeMap::new();
        for (edit, fate) in self.built.fates.iter().enumerate() {
            let operator = caption::classify(&tokens.captions[edit], &tokens.negatives[edit]).operator();
            table.entry(operator.kind().to_owned()).or_default()[*fate as usize] += 1;
        }
        table
    }

    fn text(&self) -> String {
        let size = self.problem.size();
        let ranks = self.built.ranks;
        let mut table = comfy_table::Table::new();
        table.load_preset(comfy_table::presets::NOTHING);
        table.set_header(["operator", "collapsed", "identified", "free"]);
        for (operator, counts) in self.by_operator() {
            table.add_row([operator, counts[0].to_string(), counts[1].to_string(), counts[2].to_string()]);
        }
        let joint = match &self.built.joint {
            Joint::Blind { dropped, .. } if dropped.is_empty() => {
                format!(
                    "one encoder is aligned on all {} training captions and blind to all {} edits",
                    size.training, size.edits
                )
            }
            Joint::Blind { dropped, .. } => format!(
                "no aligned encoder is blind to all {} edits at once; one is blind to {}, and each of the {} others contradicts those",
                size.edits,
                size.edits as usize - dropped.len(),
                dropped.len()
            ),
            Joint::Obstructed => {
                "no encoder over these features has the true-optimal embeddings on the training captions".to_owned()
            }
        };
        let meet = match ranks.meet() {
            0 => String::new(),
            meet => format!("\n  rank D      {}: the edits share {meet} dimensions with training", ranks.edits),
        };
        format!(
            "{} training captions, {} edits, {} features ({}, {})\n\n{table}\n\n  rank S      {}\n  rank [S D]  {}\n  deficit     {}: \
             the least number of hard negatives that settles these edits{meet}\n\n{joint}.",
            size.training,
            size.edits,
            size.features,
            self.spec.features,
            self.spec.tokenizer,
            ranks.training,
            ranks.joint,
            ranks.deficit()
        )
    }

    fn json(&self, verified: &super::verify::Checked, files: &[String]) -> serde_json::Value {
        let (blind, dropped) = match &self.built.joint {
            Joint::Blind { dropped, .. } => {
                let out: BTreeSet<usize> = dropped.iter().copied().collect();
                ((0..self.problem.d().rows()).filter(|edit| !out.contains(edit)).collect(), dropped.clone())
            }
            Joint::Obstructed => (Vec::new(), Vec::new()),
        };
        let id = |edit: &usize| self.problem.dataset().pairs[*edit].id.clone();
        json!({
            "verdict": match self.built.joint { Joint::Blind { .. } => Verdict::Holds, Joint::Obstructed => Verdict::DoesNotHold },
            "size": self.spec.size,
            "features": self.spec.features,
            "tokenizer": self.spec.tokenizer,
            "true_optimal": self.spec.encoder,
            "ranks": self.built.ranks,
            "deficit": self.built.ranks.deficit(),
            "meet": self.built.ranks.meet(),
            "fates_by_operator": self.by_operator(),
            "fates": self.built.fates,
            "blind": blind.iter().map(id).collect::<Vec<_>>(),
            "dropped": dropped.iter().map(id).collect::<Vec<_>>(),
            "verified": verified.claims,
            "files": files,
        })
    }
}
