//! `scotoma audit`: a real encoder held against the theory.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::Context;
use super::inputs::{self, EncoderArgs, InputArgs, of_tokens};
use crate::audit::card::{Card, Certified, Decided, Images, Request, card};
use crate::audit::embeddings::{Embeddings, Order, matrix};
use crate::audit::pairs::{self, grouping};
use crate::audit::prompt::{Shift, shift};
use crate::audit::tables::{cautions, tables};
use crate::audit::{images, write};
use crate::caption::FeatureMap;
use crate::certificate::CaptionProblem;
use crate::encoder::{self, Problem};
use crate::exact::Limits;
use crate::import::{AllGiven, AsGiven};
use crate::report::{Code, Diagnostic, Verdict};

/// Hold a real encoder against the theory: a report card with intervals, nulls, pictures and its limits in words
///
/// FILE holds captions with hard negatives, as for `build`; the embeddings are those of your encoder. The certified half (fates,
/// deficit) is about features; the measured half (displacement, what linear features explain, support, alignment, accuracy) is about
/// your encoder; they stand side by side and are never mixed.
#[derive(clap::Args, Debug)]
#[command(mut_arg("files", |files| files.required(false)))]
#[command(after_help = "\
Examples:
  scotoma audit swap_att.json --embeddings emb.npy --embedding-texts texts.json
  scotoma audit pairs.jsonl --embeddings emb.npy --image-embeddings img.npy --group image
  scotoma audit *.json --results right_and_wrong.csv          models without embeddings
  scotoma audit *.json --embeddings before.npy --against after.npy --embedding-texts texts.json
  scotoma audit --prompts plain.npy photo.npy                 how much of a prompt is one constant shift")]
pub struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    /// Embeddings of all captions and negatives, a row a text: .npy or .safetensors, float16, 32 or 64
    #[arg(long, value_name = "FILE")]
    embeddings: Option<PathBuf>,
    /// The texts of the rows, a JSON list or one a line; else rows are the captions, then the negatives
    #[arg(long, value_name = "FILE", requires = "embeddings")]
    embedding_texts: Option<PathBuf>,
    /// Embeddings of the captions of --train, in their order
    #[arg(long, value_name = "FILE", requires_all = ["train", "embeddings"])]
    train_embeddings: Option<PathBuf>,
    /// The texts of the rows of the training embeddings, where these are not in the order of --train
    #[arg(long, value_name = "FILE", requires = "train_embeddings")]
    train_embedding_texts: Option<PathBuf>,
    /// Embeddings of images: a row a pair; or two, of the caption's image and of the negative's, pair after pair
    #[arg(long, value_name = "FILE", requires = "embeddings")]
    image_embeddings: Option<PathBuf>,
    /// Captions that say the same: several an image (COCO), or caption and caption2 (SugarCrepe++)
    #[arg(long, value_name = "FILE", requires = "embeddings")]
    paraphrases: Option<PathBuf>,
    /// Right and wrong of models, pair by pair; or the scores c0_i0, c0_i1, c1_i0, c1_i1 of groups
    #[arg(long, value_name = "FILE")]
    results: Vec<PathBuf>,
    /// The column of the pair files whose rows belong together [default: the image, or else the caption]
    #[arg(long, value_name = "COLUMN")]
    group: Option<String>,
    /// Another encoder's embeddings, with rows as --embeddings
    #[arg(long, value_name = "FILE", requires = "embeddings")]
    against: Option<PathBuf>,
    /// The other encoder's embeddings of the images, an image a pair; its answers are held against those of the first
    #[arg(long, value_name = "FILE", requires_all = ["against", "image_embeddings"])]
    against_image_embeddings: Option<PathBuf>,
    /// Embeddings of the same texts under two prompts, row by row
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    prompts: Vec<PathBuf>,
    /// Feature maps of the ladder
    #[arg(long, value_delimiter = ',', default_value = "bag-of-words,positions,bigrams", value_parser = of_tokens)]
    maps: Vec<FeatureMap>,
    /// All feature maps on the ladder, those over pairs of words too, which are wide
    #[arg(long)]
    all_maps: bool,
    /// The ridge of the ladder and of the support
    #[arg(long, default_value_t = 1.0)]
    lambda: f64,
    /// Distances between embeddings as they are, not scaled to length 1
    #[arg(long)]
    unscaled: bool,
    /// Seconds for the certified half; the measured half goes on without it
    #[arg(long, default_value_t = 120, value_name = "SECONDS")]
    time: u32,
    /// Draws of the bootstrap
    #[arg(long, default_value_t = 1000)]
    draws: usize,
    /// Seed of every random choice
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder to write
    #[arg(long, default_value = "scotoma-audit", value_name = "DIR")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    check(args)?;
    let prompts = match args.prompts.as_slice() {
        [a, b] => Some(prompts(a, b, args)?),
        _ => None,
    };
    if args.inputs.has_files() {
        return pairs(args, prompts.as_ref(), context);
    }
    let Some(found) = prompts else {
        return Err(Diagnostic::new(Code::Usage, "no file of caption pairs is named")
            .help("only --prompts needs none; see scotoma audit --help"));
    };
    if context.json() {
        context.print_json(&json!({ "verdict": Verdict::Holds, "prompts": found }))?;
    } else {
        context.print(&prompt_words(&found))?;
    }
    Ok(Verdict::Holds)
}

fn check(args: &Args) -> Result<(), Diagnostic> {
    let usage = |what: &str| Err(Diagnostic::new(Code::Usage, what));
    match args {
        _ if !(args.lambda.is_finite() && args.lambda > 0.0) => usage("--lambda has to be above 0"),
        _ if !(20..=100_000).contains(&args.draws) => usage("--draws is from 20 to 100000"),
        _ => Ok(()),
    }
}

fn prompts(a: &Path, b: &Path, args: &Args) -> Result<Shift, Diagnostic> {
    let read = |path: &Path| -> Result<_, Diagnostic> {
        let (tensor, sha256) = matrix(path)?;
        let names: Vec<Option<String>> = (0..tensor.shape[0]).map(|row| Some(row.to_string())).collect();
        let shape = tensor.shape.clone();
        let read = Embeddings::new(&path.display().to_string(), sha256, tensor, &names, !args.unscaled)?;
        Ok(crate::export::Tensor { shape, data: read.data().to_vec() })
    };
    shift(&read(a)?, &read(b)?, args.draws, args.seed)
}

fn prompt_words(found: &Shift) -> String {
    let interval = found.interval.map(|[a, b]| format!(" [{a:.3}, {b:.3}]")).unwrap_or_default();
    let null = found.null.map(|null| format!("; null {null:.3}")).unwrap_or_default();
    match found.share {
        Some(share) => format!(
            "one constant shift explains {share:.3}{interval} of what the prompt changes in {} texts, {} dimensions\n\
             (fitted on one half, tested on the other, both ways, seed {}{null})",
            found.n, found.dimensions, found.seed
        ),
        None => format!("{} texts: too few, or nothing changes", found.n),
    }
}

/// The audit of pairs.
fn pairs(args: &Args, prompts: Option<&Shift>, context: &Context) -> Result<Verdict, Diagnostic> {
    let stage = |what: &str| context.talk(&format!("audit: {what}"));
    stage("reading captions, and the fates of their edits");
    let (spec, inputs, problem, given) = inputs::read_given(&args.inputs, &EncoderArgs::none(), context)?;
    let as_given = AsGiven::new(problem.dataset(), &inputs::columns_of(&spec)?, &given)?;
    let grouping = grouping(&problem, &given, args.group.as_deref())?;
    let results = pairs::results(&args.results, &problem, &as_given)?;
    results.remarks.iter().for_each(|remark| context.talk(&format!("warning: {remark}")));
    let read = Read::new(args, &problem, &as_given, &given)?;
    let certified = certify(args, &spec, &inputs, &problem, context)?;
    let mut models = results.models;
    if let (Some(images), Some(texts)) = (&read.images, &read.embeddings) {
        models.extend(images::answers("these embeddings", images, texts, &problem)?);
    }
    if let (Some(images), Some(texts)) = (&read.other_images, &read.against) {
        let answers = images::answers("the other embeddings", images, texts, &problem)?;
        models.push(answers.ok_or_else(|| two_images(args))?);
        if read.images.as_ref().is_some_and(|images| images.of.iter().any(|of| of.len() != 1)) {
            return Err(two_images(args));
        }
    }
    let task = context.task(1000, "auditing");
    let made = card(
        &Request {
            problem: &problem,
            certified,
            groups: &grouping.keys,
            named: grouping.named,
            embeddings: read.embeddings.as_ref(),
            train: read.train.as_ref(),
            against: read.against.as_ref(),
            paraphrases: read.paraphrases.as_deref(),
            images: read.images.as_ref(),
            models: &models,
            scores: results.scores.as_ref(),
            maps: &maps(args),
            lambda: args.lambda,
            draws: args.draws,
            seed: args.seed,
        },
        &stage,
        &|part| task.reach((part * 1000.0) as u64),
    )?;
    drop(task);
    let written = write::folder(&args.out, &made, prompts, &grouping.from)?;
    let files: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
    if context.json() {
        let cautions = cautions(&made);
        context.print_json(&json!({
            "verdict": Verdict::Holds, "card": made, "prompts": prompts, "grouped_by": grouping.from,
            "may_not_claim": cautions, "files": files,
        }))?;
        return Ok(Verdict::Holds);
    }
    context.print(&words(&made, prompts, &grouping.from))?;
    context.print(&format!("\nFiles\n  {}", files.join("\n  ")))?;
    Ok(Verdict::Holds)
}

/// Two encoders are held against each other by whether an image is nearer to its caption: that is said of one image.
fn two_images(args: &Args) -> Diagnostic {
    let file = args.against_image_embeddings.as_ref().map_or(String::new(), |path| path.display().to_string());
    let message = format!("{file}: two encoders are compared by one image a pair, and here are two");
    Diagnostic::new(Code::TensorShape, message).help(
        "give both the images of the captions alone, a row a pair; of groups with two images audit each encoder by itself",
    )
}

fn maps(args: &Args) -> Vec<FeatureMap> {
    match args.all_maps {
        true => FeatureMap::OF_TOKENS.into_iter().filter(|map| *map != FeatureMap::WholeCaption).collect(),
        false => args.maps.clone(),
    }
}

/// What the user's files hold.
struct Read {
    embeddings: Option<Embeddings>,
    train: Option<Embeddings>,
    against: Option<Embeddings>,
    paraphrases: Option<Vec<Vec<String>>>,
    images: Option<Images>,
    other_images: Option<Images>,
}

impl Read {
    fn new(args: &Args, problem: &Problem, as_given: &AsGiven, given: &AllGiven) -> Result<Read, Diagnostic> {
        let scale = !args.unscaled;
        let texts = args.embedding_texts.as_deref();
        let orders = pairs::orders(as_given, problem);
        let of_pairs = |path: &PathBuf| Embeddings::open(path, texts, &orders, scale);
        let train = |path: &PathBuf| {
            Embeddings::open(path, args.train_embedding_texts.as_deref(), &train_orders(problem, given)?, scale)
        };
        let images = |path: &PathBuf| images::open(path, as_given, scale);
        let embeddings = args.embeddings.as_ref().map(of_pairs).transpose()?;
        let train = args.train_embeddings.as_ref().map(train).transpose()?;
        if let (Some(embeddings), Some(train)) = (&embeddings, &train) {
            same_width(embeddings, train)?;
        }
        Ok(Read {
            embeddings,
            train,
            against: args.against.as_ref().map(of_pairs).transpose()?,
            paraphrases: args.paraphrases.as_deref().map(pairs::paraphrases).transpose()?,
            images: args.image_embeddings.as_ref().map(images).transpose()?,
            other_images: args.against_image_embeddings.as_ref().map(images).transpose()?,
        })
    }
}

/// Error: [`Code::TensorShape`] where training embeddings are of another encoder, as their dimensions show.
pub(super) fn same_width(embeddings: &Embeddings, train: &Embeddings) -> Result<(), Diagnostic> {
    let (a, b) = (embeddings.width(), train.width());
    if a == b {
        return Ok(());
    }
    let message = format!("{} has {a} dimensions, and {} has {b}", embeddings.about.file, train.about.file);
    Err(Diagnostic::new(Code::TensorShape, message).help("both have to be of one encoder"))
}

/// The orders that the rows of training embeddings may be in.
pub(super) fn train_orders(problem: &Problem, given: &AllGiven) -> Result<Vec<Order>, Diagnostic> {
    let dataset = problem.dataset();
    let all = given.training(dataset)?;
    let with_text = all.iter().filter(|text| text.is_some()).cloned().collect();
    let different = dataset.train.iter().map(|caption| Some(caption.text.clone())).collect();
    Ok(vec![
        ("the training captions", all),
        ("the training captions, records without one left out", with_text),
        ("the different training captions", different),
    ])
}

/// Limits that end after so many seconds.
pub(super) fn within(seconds: u32) -> Limits {
    let until = Instant::now() + Duration::from_secs(seconds.into());
    Limits { watch: Some(Arc::new(move |_| Instant::now() < until)), ..Limits::default() }
}

/// The certified half, written beside the report and checked from the bytes that were written.
fn certify(
    args: &Args,
    spec: &CaptionProblem,
    inputs: &[Vec<u8>],
    problem: &Problem,
    context: &Context,
) -> Result<Certified, Diagnostic> {
    let (features, tokenizer) = (spec.features, spec.tokenizer);
    let certified = |decided| Certified { features, tokenizer, size: problem.size(), decided };
    let built = match encoder::build(problem, &within(args.time)) {
        Err(why) if why.verdict() == Verdict::Declined => {
            context.talk(&format!("warning: fates undecided within {} s: {}", args.time, why.message));
            encoder::clear_folder(&args.out.join("certificate"))?;
            return Ok(certified(None));
        }
        built => built?,
    };
    let certificate = encoder::certificate(spec, built.claims.clone())?;
    let folder = args.out.join("certificate");
    encoder::write_folder(&folder, certificate, spec, inputs, problem, &[])?;
    Ok(certified(Some(Decided {
        ranks: built.ranks,
        deficit: built.ranks.deficit(),
        fates: built.fates,
        certificate: "certificate/certificate.json".to_owned(),
    })))
}

/// The report for a terminal.
fn words(card: &Card, prompts: Option<&Shift>, grouped_by: &str) -> String {
    let mut text = write::opening(card, grouped_by).join("\n");
    for certified in [false, true] {
        let head = ["MEASURED, of this encoder and these models", "CERTIFIED, of the features"];
        text += &format!("\n\n== {} ==", head[usize::from(certified)]);
        for table in tables(card).iter().filter(|table| table.certified == certified) {
            let mut lines = comfy_table::Table::new();
            lines.load_preset(comfy_table::presets::NOTHING);
            lines.set_header(&table.header);
            for row in &table.rows {
                lines.add_row(row.iter().map(|cell| cell.words()));
            }
            text += &format!("\n\n{}\n{}\n{lines}", table.title, table.notes.join("\n"));
        }
    }
    if let Some(found) = prompts {
        text += &format!("\n\nPrompts\n{}", prompt_words(found));
    }
    text += "\n\nWhat this may not be taken for";
    for caution in cautions(card) {
        text += &format!("\n  {caution}");
    }
    text
}
