//! `scotoma experiment student`: encoders whose training text is known, held against fates and support.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::Context;
use super::audit::{same_width, train_orders, within};
use super::inputs::{self, EncoderArgs, InputArgs};
use super::table::table;
use crate::audit::card::operators;
use crate::audit::classroom::{Held, Report, hold};
use crate::audit::embeddings::Embeddings;
use crate::audit::figure::{By, Sampler, Slice, cut};
use crate::audit::pairs::{grouping, orders};
use crate::audit::stats::Clusters;
use crate::audit::student::{Kind, Training};
use crate::audit::support::log_counts;
use crate::caption::FeatureMap;
use crate::encoder::{self, Fate, Problem};
use crate::export::audit::Accuracy;
use crate::files;
use crate::import::AsGiven;
use crate::report::{Diagnostic, Verdict};

/// Small text encoders trained here on captions with a teacher's embeddings, held against fates and support
#[derive(clap::Args, Debug, Clone)]
pub struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    /// The teacher's embeddings of captions and negatives, a row a text
    #[arg(long, value_name = "FILE", required = true)]
    embeddings: PathBuf,
    /// The texts of their rows; else the captions, then the negatives
    #[arg(long, value_name = "FILE")]
    embedding_texts: Option<PathBuf>,
    /// The teacher's embeddings of the captions of --train, in their order
    #[arg(long, value_name = "FILE", requires = "train")]
    train_embeddings: Option<PathBuf>,
    /// Times that every caption is seen
    #[arg(long, default_value_t = 12)]
    epochs: usize,
    /// Dimension of token vectors
    #[arg(long, default_value_t = 48)]
    width: usize,
    /// Seconds for the fates over each student's features; the rest goes on without them
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    time: u32,
    /// Draws of the bootstrap
    #[arg(long, default_value_t = 1000)]
    draws: usize,
}

/// Runs the experiment.
pub(super) fn run(args: &Args, seed: u64, out: &Path, context: &Context) -> Result<Verdict, Diagnostic> {
    let mut reports = Vec::new();
    for (kind, features) in [(Kind::BagOfWords, FeatureMap::BagOfWords), (Kind::Transformer, FeatureMap::Positions)] {
        reports.push(one(args, kind, features, seed, context)?);
    }
    let path = out.join("student.svg");
    files::write_atomically(&path, picture(&reports).svg().as_bytes())?;
    if context.json() {
        context.print_json(&json!({
            "verdict": Verdict::Holds, "seed": seed, "students": reports, "picture": path.display().to_string(),
        }))?;
        return Ok(Verdict::Holds);
    }
    for report in &reports {
        context.print(&words(report))?;
    }
    context.print(&format!("seed {seed}; picture: {}", path.display()))?;
    Ok(Verdict::Holds)
}

fn one(args: &Args, kind: Kind, features: FeatureMap, seed: u64, context: &Context) -> Result<Report, Diagnostic> {
    let input = args.inputs.with_features(features);
    context.talk(&format!("student: fates and support over {features}"));
    let (spec, _, problem, given) = inputs::read_given(&input, &EncoderArgs::none(), context)?;
    let orders = orders(&AsGiven::new(problem.dataset(), &inputs::columns_of(&spec)?, &given)?, &problem);
    let teacher = Embeddings::open(&args.embeddings, args.embedding_texts.as_deref(), &orders, true)?;
    let further = args.train_embeddings.as_ref();
    let further =
        further.map(|path| Embeddings::open(path, None, &train_orders(&problem, &given)?, true)).transpose()?;
    if let Some(further) = &further {
        same_width(&teacher, further)?;
    }
    let fates = fates(&problem, args.time, context)?;
    let support = log_counts(&problem);
    let operators = operators(&problem);
    let groups = grouping(&problem, &given, None)?;
    let sampler = Sampler::new(Clusters::new(&groups.keys), args.draws, seed);
    let mut slices = vec![Slice { by: By::All, name: "all".to_owned(), rows: (0..operators.len() as u32).collect() }];
    slices.extend(cut(By::Operator, &operators, |name| name.to_string()));
    slices.extend(cut(By::Fate, fates.as_deref().unwrap_or_default(), |fate| format!("{fate:?}").to_lowercase()));
    let held = Held {
        problem: &problem,
        teacher: &teacher,
        train: further.as_ref(),
        fates: fates.as_deref(),
        support: &support,
        operators: &operators,
        slices: &slices,
    };
    let how = Training { width: args.width.max(1), epochs: args.epochs.max(1), batch: 32, rate: 5e-3, seed };
    hold(&held, kind, &how, &sampler, |epoch| context.talk(&format!("student: epoch {epoch} of {}", how.epochs)))
}

/// The fate of each edit; `None`, said aloud, where the time runs out.
fn fates(problem: &Problem, time: u32, context: &Context) -> Result<Option<Vec<Fate>>, Diagnostic> {
    match encoder::fates_of(problem, &within(time)) {
        Err(why) if why.verdict() == Verdict::Declined => {
            context.talk(&format!("warning: fates undecided within {time} s: {}", why.message));
            Ok(None)
        }
        found => found.map(Some),
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::BagOfWords => "a bag of words",
        Kind::Transformer => "a transformer of one layer",
    }
}

fn words(report: &Report) -> String {
    let mut lines = table(["by", "slice", "n", "right"]);
    for (slice, figure) in &report.accuracy {
        lines.add_row([slice.by.name(), &slice.name, &figure.n.to_string(), &figure.words()]);
    }
    format!(
        "{}: {} training captions, loss {:.4}\nright: the student's caption is nearer to the teacher's caption than its negative is; \
         chance .5\nthe student was trained on the captions: a negative with words new to it is easier for that\n{lines}\nbeyond the operator\n  {}\n",
        name(report.kind),
        report.training,
        report.loss,
        report.says.join("\n  ")
    )
}

fn picture(reports: &[Report]) -> Accuracy {
    let line = |report: &Report| {
        let point = |number| {
            let quarter = report.by_support.iter().find(|quarter| quarter.number == number)?;
            let [low, high] = quarter.interval?;
            Some([quarter.accuracy?, low, high])
        };
        (name(report.kind).to_owned(), (1..=4).map(point).collect())
    };
    Accuracy {
        head: "Students: right, by support in training".to_owned(),
        across: "quarters of s, log(1 + count of the rarest feature that the edit brings in), equal ones joined"
            .to_owned(),
        bins: (1..=4).map(|n| format!("quarter {n}")).collect(),
        models: reports.iter().map(line).collect(),
    }
}
