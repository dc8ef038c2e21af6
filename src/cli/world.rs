//! `scotoma` without a command: the main job, on the built-in world.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use num_rational::BigRational;
use serde_json::json;

use super::Context;
use super::build::certify;
use super::table::table;
use super::verify::print_verified;
use crate::caption::FeatureMap;
use crate::certificate::Claim;
use crate::encoder::{self, Problem};
use crate::report::{Code, Diagnostic, Verdict};
use crate::world::picture::BlindSpot;
use crate::world::{
    HeldOut, Identifiability, Ladder, Operator, Pair, Reading, World, WorldEdit, WorldInputs, free_under, ladder,
};

/// The reading that the true-optimal encoder writes: one coordinate a place, linear in ordered pairs.
const READING: Reading = Reading::ByPlace;
/// The feature map of the encoder that is built: pairs of words in order say who is what, as far as training shows.
const SHOWN: FeatureMap = FeatureMap::OrderedPairs;

/// Runs the main job and writes its files to `out`.
pub fn run(out: &Path, context: &Context) -> Result<Verdict, Diagnostic> {
    let world = World::builtin();
    let job = Job::new(&world)?;
    let identified = Identifiability::of(&world);
    let ladder = job.ladder(context)?;
    let (spec, problem) = job.inputs.problem(SHOWN, Some(Operator::Swap))?;
    let (certificate, built) = certify(&spec, &problem, context)?;
    let example = job.example(&problem, &certificate.claims)?;
    let edits = encoder::edit_table(&encoder::edit_rows(&problem, Some(&built)))?;
    let more = [("edits.tsv", edits.into_bytes()), ("blind-spot.svg", example.picture().svg().into_bytes())];
    let (written, verified) = encoder::write_folder(out, certificate, &spec, job.inputs.inputs(), &problem, &more)?;
    if context.json() {
        let report = json!({
            "verdict": Verdict::Holds,
            "scenes": world.scenes().len(),
            "training_captions": problem.size().training,
            "edits": job.edits.len(),
            "identifiability": identified,
            "fates": ladder.iter().map(|rung| (rung.map.name(), rung.counts(&job.edits))).collect::<BTreeMap<_, _>>(),
            "held_out": HeldOut::ALL.iter().map(|&h| (h.sentence(), free_under(h, &ladder, &job.edits))).collect::<BTreeMap<_, _>>(),
            "ranks": built.ranks,
            "deficit": built.ranks.deficit(),
            "verified": verified,
            "example": example.json(),
            "files": written,
        });
        context.print_json(&report)?;
        return Ok(Verdict::Holds);
    }
    context.print(&job.introduction(&problem))?;
    context.print(&identifiability_text(&identified))?;
    context.print(&ladder_text(&ladder, &job.edits))?;
    context.print(&example.text(built.ranks.deficit()))?;
    print_verified(context, &verified)?;
    context.print(&closing(&written))?;
    Ok(Verdict::Holds)
}

/// The world's edits, and its captions, edits and true-optimal embeddings as raw inputs.
struct Job {
    edits: Vec<WorldEdit>,
    inputs: WorldInputs,
    scenes: usize,
}

impl Job {
    fn new(world: &World) -> Result<Job, Diagnostic> {
        let edits = world.edited_pairs();
        let inputs = WorldInputs::new(world, &edits.iter().map(Pair::from).collect::<Vec<_>>(), READING)?;
        Ok(Job { edits, inputs, scenes: world.scenes().len() })
    }

    /// The fates of all edits under every feature map.
    fn ladder(&self, context: &Context) -> Result<Ladder, Diagnostic> {
        let task = context.task(FeatureMap::OF_TOKENS.len() as u64, "fates by feature map");
        ladder(&self.inputs, || task.step())
    }

    fn introduction(&self, problem: &Problem) -> String {
        let held_out: Vec<String> = HeldOut::ALL.iter().map(|h| format!("  {}", h.sentence())).collect();
        format!(
            "A built-in world: {} scenes of two objects, each with its images and captions; {} captions are training text,\n\
             {} hard negatives are edits of them (SWAP, REPLACE, ADD). In the training text\n{}",
            self.scenes,
            problem.size().training,
            self.edits.len(),
            held_out.join("\n")
        )
    }

    /// A colour SWAP to which the encoder of the `blind` claim is blind, with the embeddings by both encoders.
    fn example<'a>(&'a self, problem: &Problem, claims: &[Claim]) -> Result<Example<'a>, Diagnostic> {
        let missing = || Diagnostic::new(Code::ExactSelfCheck, "the built-in world has no blinded SWAP to show");
        let blind = claims.iter().find_map(|claim| match claim {
            Claim::Blind { dropped, h } => Some((dropped, h)),
            _ => None,
        });
        let (dropped, h) = blind.ok_or_else(missing)?;
        let kept = |edit: &usize| !dropped.iter().any(|o| o.edit == Some(*edit as u32));
        let swaps: Vec<&WorldEdit> = self.edits.iter().filter(|edit| edit.operator == Operator::Swap).collect();
        let number = (0..swaps.len()).find(|e| kept(e) && swaps[*e].slot == "colours").ok_or_else(missing)?;
        let embed = |row: &[(u32, i64)]| encoder::embed(h, READING.width(), row);
        let edit = swaps[number];
        let vectors = |scene| READING.embed(scene).into_iter().map(|v| BigRational::from_integer(v.into())).collect();
        Ok(Example {
            edit,
            optimal: [vectors(&edit.scene), vectors(&edit.edited_scene)],
            blind: [embed(&problem.features().captions[number]), embed(&problem.features().negatives[number])],
        })
    }
}

/// An edit with the embeddings of its caption and its hard negative by both encoders.
struct Example<'a> {
    edit: &'a WorldEdit,
    optimal: [Vec<BigRational>; 2],
    blind: [Vec<BigRational>; 2],
}

impl Example<'_> {
    fn picture(&self) -> BlindSpot<'_> {
        BlindSpot {
            scenes: [&self.edit.scene, &self.edit.edited_scene],
            captions: [&self.edit.caption, &self.edit.negative],
            true_optimal: [&self.optimal[0], &self.optimal[1]],
            pseudo_optimal: [&self.blind[0], &self.blind[1]],
            coordinates: READING.coordinates(),
            remarks: ["tells every scene from every other", "the same on all training captions"],
        }
    }

    fn json(&self) -> serde_json::Value {
        let show = |vectors: &[Vec<BigRational>; 2]| vectors.clone().map(|v| vector_text(&v));
        json!({
            "caption": self.edit.caption,
            "negative": self.edit.negative,
            "true_optimal": show(&self.optimal),
            "pseudo_optimal": show(&self.blind),
        })
    }

    fn text(&self, deficit: usize) -> String {
        let line = |text: &str, g: &[BigRational], h: &[BigRational]| {
            format!("  {text}\n    true-optimal g    {}\n    pseudo-optimal h  {}", vector_text(g), vector_text(h))
        };
        format!(
            "\n3. A pseudo-optimal encoder over {}: right on all training text, blind to SWAP ({deficit} hard negatives would \
             settle it)\n{}\n{}",
            SHOWN.name(),
            line(&self.edit.caption, &self.optimal[0], &self.blind[0]),
            line(&self.edit.negative, &self.optimal[1], &self.blind[1])
        )
    }
}

fn vector_text(vector: &[BigRational]) -> String {
    let entries: Vec<String> = vector.iter().map(BigRational::to_string).collect();
    format!("({})", entries.join(", "))
}

fn identifiability_text(found: &Identifiability) -> String {
    let show = |list: &[(String, bool)]| {
        let lines = list.iter().map(|(name, holds)| format!("  {}  {name}", if *holds { "holds" } else { "FAILS" }));
        lines.collect::<Vec<_>>().join("\n")
    };
    let controls: Vec<String> = found.controls.iter().map(|(what, then)| format!("  {what}:\n    {then}")).collect();
    format!(
        "\n1. What is aligned on the whole world knows the scene and nothing else (block identifiability for any encoders)\n\
         its assumptions, evaluated on every image and caption\n{}\n\
         its conclusion: for one map A of the scene\n{}\n\
         its assumptions are needed\n{}",
        show(&found.assumptions),
        show(&found.conclusion),
        controls.join("\n")
    )
}

fn ladder_text(ladder: &Ladder, edits: &[WorldEdit]) -> String {
    let mut table = table(["feature map", "SWAP", "REPLACE", "ADD"]);
    for rung in ladder {
        let counts = rung.counts(edits);
        let cell = |operator| {
            let [collapsed, identified, free] = counts.get(&operator).copied().unwrap_or_default();
            format!("{collapsed} / {identified} / {free}")
        };
        table.add_row([rung.map.name().to_owned(), cell(Operator::Swap), cell(Operator::Replace), cell(Operator::Add)]);
    }
    let shown = |what: &str, map: &str, find: &dyn Fn(&WorldEdit) -> bool| {
        let edit = edits.iter().find(|edit| find(edit));
        edit.map(|e| format!("\n  {what:<10} {map:<13} {} -> {}", e.caption, e.negative)).unwrap_or_default()
    };
    let swap = |e: &WorldEdit| e.operator == Operator::Swap;
    let free = |e: &WorldEdit| swap(e) && HeldOut::BlueThenRed.covers(&e.edited_scene);
    let held_out = |h: &HeldOut| format!("\n  {:<45} {}", h.sentence(), free_under(*h, ladder, edits).join(", "));
    format!(
        "\n2. What is aligned on training text alone: each edit has one of three fates, by what the encoder may read\n   \
         collapsed: no encoder sees it / identified: every optimal one does / free: an optimal one is blind to it\n\n\
         {table}\n{}{}{}\n\nWhat training leaves out, and the feature maps under which edits into it alone are free{}",
        shown("collapsed", "bag-of-words", &swap),
        shown("identified", "ordered-pairs", &|e| swap(e) && !e.held_out),
        shown("free", "ordered-pairs", &free),
        HeldOut::ALL.iter().map(held_out).collect::<String>()
    )
}

fn closing(written: &[PathBuf]) -> String {
    let files: Vec<String> = written.iter().map(|path| format!("  {}", path.display())).collect();
    let certificate = written.iter().find(|path| path.ends_with("certificate.json"));
    let certificate = certificate.map(|path| path.display().to_string()).unwrap_or_default();
    let picture = written.iter().find(|path| path.extension().is_some_and(|e| e == "svg"));
    let picture = picture.map(|path| path.display().to_string()).unwrap_or_default();
    format!(
        "\nFiles\n{}\n\nNext\n  look at {picture}\n  \
         scotoma verify {certificate}   check it again, from the raw captions\n  \
         scotoma build FILE...   the same for your own captions and hard negatives; scotoma build --help\n  \
         scotoma check           the theorems behind it\n\
         (scotoma is target/release/scotoma, unless you have installed it: cargo install --path .)",
        files.join("\n")
    )
}
