//! `scotoma experiment`: the theory at work on models whose latents are known.

use std::path::PathBuf;

use clap::Subcommand;
use nalgebra::DMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use serde_json::json;

use super::table::table;
use super::{Context, decay, rewording, student};
use crate::exact::Limits;
use crate::export::experiment::{BlockChart, GapChart};
use crate::files;
use crate::report::{Diagnostic, Verdict};
use crate::scm::contrast::{Training, floats, gaussian_latents, r_squared, train};
use crate::scm::linear::{Aligned, LatentBlock, Level, LinearModel, align};
use crate::scm::objective::Similarity;
use crate::world::gap::{GapReport, gaps};
use crate::world::towers::{Scores, Towers};

/// The theory at work on models whose latents are known: numbers, and a picture of each
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    which: Which,
    /// Seed of every random choice
    #[arg(long, global = true, default_value_t = 1)]
    seed: u64,
    /// The folder that the pictures are written to
    #[arg(long, global = true, value_name = "DIR", default_value = "scotoma-experiments")]
    out: PathBuf,
}

#[derive(Subcommand, Debug, Clone)]
enum Which {
    /// Linear latent models: encoders aligned in closed form (exact) and by InfoNCE, and the part of each latent block they carry
    BlockIdentifiability,
    /// InfoNCE, SigLIP and triplet losses of a true-optimal and a pseudo-optimal encoder: the same bits; their scores: not
    Objective,
    /// A constant modality gap between images and texts: what it changes and what it cannot
    Gap,
    /// Optimal text encoders that react to rewordings at will, where training lacks them; where it holds them, none does
    Prompt,
    /// What weight decay cannot see: phi of each edit against what a trained ridge encoder moves
    Ridge(Box<decay::Args>),
    /// Text encoders trained here, on captions with a teacher's embeddings: what fates and support say of what they see
    Student(Box<student::Args>),
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    match &args.which {
        Which::BlockIdentifiability => block_identifiability(args, context),
        Which::Objective => objective(args, context),
        Which::Gap => gap(args, context),
        Which::Prompt => rewording::run(args.seed, &args.out, context),
        Which::Ridge(own) => decay::run(own, args.seed, &args.out, context),
        Which::Student(own) => student::run(own, args.seed, &args.out, context),
    }
}

fn verdict(holds: bool) -> Verdict {
    if holds { Verdict::Holds } else { Verdict::DoesNotHold }
}

/// One model of the experiment, with what was found.
#[derive(Serialize)]
struct Setting {
    level: Level,
    dependence: bool,
    /// Rank of the integer samples of the closed form; diversity holds when it is the number of latents.
    sample_rank: usize,
    latents: usize,
    /// Whether f*I = A*r_inv and g*T = A*r_inv hold exactly in closed form.
    identified: bool,
    /// InfoNCE on the last batch.
    loss: f64,
    blocks: Vec<BlockRow>,
}

/// R^2 of one block.
#[derive(Serialize)]
struct BlockRow {
    block: LatentBlock,
    closed_form: [f64; 2],
    info_nce: [f64; 2],
    from_invariant: f64,
}

/// Dimension of each block, as in the simulation of Daunhawer et al. 2023.
const SIZE: usize = 5;
/// Samples for the R^2, drawn apart from those of training.
const HELD_OUT: usize = 4000;

fn block_identifiability(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let task = context.task(4, "training encoders");
    let mut settings = Vec::new();
    for level in [Level::Sentence, Level::Token] {
        for dependence in [false, true] {
            settings.push(setting(level, dependence, args.seed)?);
            task.step();
        }
    }
    drop(task);
    for s in &settings {
        let rows: Vec<(&str, [f64; 3])> =
            s.blocks.iter().map(|b| (b.block.name(), [b.info_nce[0], b.info_nce[1], b.from_invariant])).collect();
        let chart = BlockChart { head: &format!("What InfoNCE recovers: {}", heading(s)), rows: &rows };
        files::write_atomically(&args.out.join(picture(s)), chart.svg().as_bytes())?;
    }
    let holds = settings.iter().all(|s| s.identified && s.sample_rank == s.latents);
    if context.json() {
        let pictures: Vec<String> = settings.iter().map(picture).collect();
        let record =
            json!({ "verdict": verdict(holds), "seed": args.seed, "settings": settings, "pictures": pictures });
        context.print_json(&record)?;
        return Ok(verdict(holds));
    }
    context.print(&format!(
        "R^2 of each latent block (dimension {SIZE}) from the embeddings of a linear image encoder f and text encoder g, by linear\n\
         regression on {HELD_OUT} fresh samples; seed {}. Last column: from the invariant latents themselves.",
        args.seed
    ))?;
    for s in &settings {
        context.print(&format!("\n{}", setting_text(s)))?;
    }
    context.print(&format!(
        "\nSizes as in the simulation of Daunhawer et al. 2023 (2303.09166). There the generators are invertible neural networks\n\
         and R^2 is that of a nonlinear regression; here generators, encoders and regression are linear, and each modality has a\n\
         dependent block of its own.\npictures: {}/block-identifiability-*.svg",
        args.out.display()
    ))?;
    Ok(verdict(holds))
}

fn heading(s: &Setting) -> String {
    let level = if s.level == Level::Token { "token level" } else { "sentence level" };
    format!("{level}, {} statistical dependence", if s.dependence { "with" } else { "without" })
}

fn picture(s: &Setting) -> String {
    let level = if s.level == Level::Token { "token" } else { "sentence" };
    format!("block-identifiability-{level}-{}.svg", if s.dependence { "dependent" } else { "independent" })
}

fn setting(level: Level, dependence: bool, seed: u64) -> Result<Setting, Diagnostic> {
    let model = LinearModel::random(level, SIZE, dependence, seed);
    let latents = 5 * SIZE;
    let Aligned { f, g, sample_rank, identified, .. } = align(&model, &model.sample(3 * latents, seed + 1))?;
    let trained = train(&model, &Training::usual(seed, SIZE));
    let z = gaussian_latents(&model, HELD_OUT, &mut ChaCha8Rng::seed_from_u64(seed + 2));
    let (x, y) = (floats(&model.image) * &z, floats(&model.text) * &z);
    let block = |b| floats(&model.injection(b)).transpose() * &z;
    let invariant = block(LatentBlock::Invariant);
    let closed = [floats(&f) * &x, floats(&g) * &y];
    let learnt = [&trained.f * &x, &trained.g * &y];
    let row = |b: LatentBlock| {
        let of = |embeddings: &DMatrix<f64>| r_squared(embeddings, &block(b));
        let both = |e: &[DMatrix<f64>; 2]| [of(&e[0]), of(&e[1])];
        BlockRow { block: b, closed_form: both(&closed), info_nce: both(&learnt), from_invariant: of(&invariant) }
    };
    let blocks = LatentBlock::ALL.into_iter().map(row).collect();
    Ok(Setting { level, dependence, sample_rank, latents, identified, loss: trained.loss, blocks })
}

fn setting_text(s: &Setting) -> String {
    let mut t = table(["block", "exact f", "exact g", "InfoNCE f", "InfoNCE g", "invariant"]);
    for b in &s.blocks {
        let values = [b.closed_form[0], b.closed_form[1], b.info_nce[0], b.info_nce[1], b.from_invariant];
        // Below a thousandth the sign is that of rounding.
        let cells = values.map(|v| format!("{:.3}", if v.abs() < 5e-4 { 0.0 } else { v }));
        t.add_row(std::iter::once(b.block.name().to_owned()).chain(cells));
    }
    format!(
        "{}: closed form {}, samples of rank {} of {}\n{t}",
        heading(s),
        if s.identified { "f*I = A*r_inv and g*T = A*r_inv, exactly" } else { "NOT identified" },
        s.sample_rank,
        s.latents
    )
}

fn towers(context: &Context) -> Result<Towers, Diagnostic> {
    let (task, limits): (_, Limits) = context.limits("building the encoders");
    let towers = Towers::build(&limits)?;
    drop(task);
    Ok(towers)
}

fn objective(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    const ENCODERS: usize = 100;
    let towers = towers(context)?;
    let losses = towers.losses();
    let [optimal, pseudo] = towers.scores();
    let mut rng = ChaCha8Rng::seed_from_u64(args.seed);
    let any = towers.scores_with(ENCODERS, || rng.random::<f64>() - 0.5);
    let zero = |s: &Scores| (s.text, s.image, s.group) == (0, 0, 0);
    let holds = losses.iter().all(|loss| loss.same_bits) && zero(&pseudo) && zero(&any);
    if context.json() {
        let record = json!({
            "verdict": verdict(holds), "seed": args.seed, "training_captions": towers.scenes.len(), "losses": losses,
            "scores": { "true_optimal": optimal, "pseudo_optimal": pseudo, "pseudo_optimal_any_images": any },
            "image_encoders": ENCODERS,
        });
        context.print_json(&record)?;
        return Ok(verdict(holds));
    }
    context.print(&format!(
        "Losses on the {} training captions of the built-in world with their images, of the true-optimal text encoder g and of h,\n\
         over ordered pairs of words, blind to {} SWAP edits",
        towers.scenes.len(),
        towers.edits.len()
    ))?;
    let mut t = table(["loss", "similarity", "temperature or margin", "g", "h", "same 64 bits"]);
    for l in &losses {
        let similarity = if l.similarity == Similarity::Raw { "inner product" } else { "cosine" };
        let same = if l.same_bits { "yes" } else { "NO" };
        t.add_row([l.loss, similarity, &l.parameter.to_string(), &l.optimal.to_string(), &l.pseudo.to_string(), same]);
    }
    context.print(&t.to_string())?;
    context.print("\nScores on those edits (a tie is a failure, as Winoground's strict inequalities have it)")?;
    context.print(&scores_table(&[
        ("g", &optimal),
        ("h", &pseudo),
        (&format!("h, with {ENCODERS} random image encoders (seed {})", args.seed), &any),
    ]))?;
    Ok(verdict(holds))
}

fn scores_table(rows: &[(&str, &Scores)]) -> String {
    let mut t = table(["text encoder", "beats its hard negative", "text score", "image score", "group score"]);
    for (name, s) in rows {
        let of = |count: usize| format!("{count} / {}", s.examples);
        t.add_row([(*name).to_owned(), of(s.hard_negative), of(s.text), of(s.image), of(s.group)]);
    }
    t.to_string()
}

/// How far the images are moved.
const GAP: i64 = 4;

fn gap(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let towers = towers(context)?;
    let reports = gaps(&towers, GAP)?;
    let holds = holds(&reports);
    let path = args.out.join("modality-gap.svg");
    if let Some(chart) = chart(&towers) {
        files::write_atomically(&path, chart.svg().as_bytes())?;
    }
    if context.json() {
        context.print_json(
            &json!({ "verdict": verdict(holds), "gaps": reports, "picture": path.display().to_string() }),
        )?;
        return Ok(verdict(holds));
    }
    for r in &reports {
        context.print(&gap_text(r))?;
    }
    context.print(&format!("picture: {}", path.display()))?;
    Ok(verdict(holds))
}

/// What the three theorems say of the two gaps.
fn holds([unseen, seen]: &[GapReport; 2]) -> bool {
    let each = |r: &GapReport| {
        let blind = &r.scores[1];
        r.transferred[0] == r.transferred[1] && (blind.text, blind.image, blind.group) == (0, 0, 0)
    };
    let same_loss = unseen.loss[0].to_bits() == unseen.loss[1].to_bits();
    let invisible = unseen.invisible.is_some() && unseen.invisible == unseen.logits_moved_by;
    invisible && same_loss && unseen.retrieved[0] == unseen.retrieved[1] && [unseen, seen].into_iter().all(each)
}

fn gap_text(r: &GapReport) -> String {
    let seen = match r.invisible {
        Some(k) => format!("c'*g*S = {k}*ones on all texts: gap_invisible applies, every logit moves by {k}"),
        None => "c'*g*S is not constant on the texts: the softmax over texts sees this gap".to_owned(),
    };
    format!(
        "Images moved by {GAP} along {}\n  {seen}\n  InfoNCE at temperature 0.07   {} without, {} with\n  \
         images that find their text   {} without, {} with, of {}\n  gap_transfer                  f*Y1 - h*S1 = c + g*D exactly on {} of {} blind edits\n\
         {}\n",
        r.along,
        r.loss[0],
        r.loss[1],
        r.retrieved[0],
        r.retrieved[1],
        r.images,
        r.transferred[0],
        r.transferred[1],
        scores_table(&[("g, with the gap", &r.scores[0]), ("h, with the gap", &r.scores[1])])
    )
}

/// Across: along g*D of the first blind edit. Up: the constant coordinate, where the gap is.
fn chart(towers: &Towers) -> Option<GapChart> {
    let edit = towers.edits.first()?;
    let [from, to] = &edit.images;
    let meaning: Vec<f64> = from.iter().zip(to).map(|(a, b)| (b - a) as f64).collect();
    let norm = meaning.iter().map(|x| x * x).sum::<f64>().sqrt();
    // A little of the other coordinates spreads the texts that agree along the meaning.
    let across = |v: &[i64]| {
        let own: f64 = v.iter().zip(&meaning).map(|(x, d)| *x as f64 * d).sum::<f64>() / norm;
        let rest: f64 = v.iter().zip(1i32..).map(|(x, n)| *x as f64 / f64::from(7 * n + 5)).sum();
        own + rest
    };
    let mut texts: Vec<f64> = towers.optimal.iter().map(|v| across(v)).collect();
    texts.sort_by(f64::total_cmp);
    texts.dedup();
    let captions = [edit.edit.caption.clone(), edit.edit.negative.clone()];
    Some(GapChart { texts, gap: GAP as f64, edit: [across(from), across(to)], captions })
}
