//! Prompt sensitivity on the built-in world: the hole seen from its other side (theorem `prompt_sensitivity`).
//!
//! A rewording, `the` for `a` or `atop` for `on`, changes the text and not the scene. Where training has the usual wording alone, the features open
//! directions that it never had, and an optimal encoder may react to them at will; here it reacts at random. Where training has the
//! rewordings, every optimal encoder ignores them (`optimum_ignores_rewording`).

use num_rational::BigRational;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::stats::{Interval, wilson};
use crate::caption::FeatureMap;
use crate::encoder::{self, Problem};
use crate::exact::{Elimination, Limits, Solution};
use crate::matrix::{RightHandSide, SparseMatrix};
use crate::report::Diagnostic;
use crate::world::towers::doubles;
use crate::world::{Operator, Pair, Reading, Scene, World, WorldInputs};

/// The reading that the optimum writes.
const READING: Reading = Reading::ByPlace;
/// The largest entry of a reaction.
const REACTION: i64 = 3;

/// The rewordings under one feature map.
#[derive(Clone, Debug, Serialize)]
pub struct Rewordings {
    /// The feature map in which paraphrases are compared.
    pub features: FeatureMap,
    /// How many rewordings there are.
    pub rewordings: usize,
    /// How many of them change no feature.
    pub collapsed: usize,
    /// Independent directions of rewordings beyond training: where training lacks the rewordings, and where it holds them.
    pub open: [usize; 2],
    /// What an optimal encoder does that reacts at will; absent where no encoder over these features is optimal.
    pub reacts: Option<Reacts>,
}

/// An encoder that is optimal on all captions of the usual wording, and reacts to rewordings at random.
#[derive(Clone, Debug, Serialize)]
pub struct Reacts {
    /// On how many rewordings the reaction is just what was drawn: a basis; the others are combinations of them.
    pub at_will: usize,
    /// How many reworded captions are nearest to the image of their own scene: under the encoder, of all.
    pub found: [usize; 2],
    /// 95 % interval of that share (Wilson).
    pub interval: Interval,
    /// The mean length of a reaction over the mean distance of two scenes.
    pub length: f64,
}

/// The usual wording of each training scene, each of its rewordings, and the scene.
fn reworded(world: &World) -> Vec<(Pair, Scene)> {
    let all = world.training_pairs();
    let mut pairs: Vec<(Pair, Scene)> = Vec::new();
    let mut usual: Option<(Scene, String)> = None;
    for (scene, _, text) in all {
        match &usual {
            Some((known, caption)) if *known == scene => {
                let pair = Pair { caption: caption.clone(), negative: text, operator: Operator::Replace };
                pairs.push((pair, scene));
            }
            _ => usual = Some((scene, text)),
        }
    }
    pairs
}

/// The rewordings of the built-in world under every feature map; reactions are drawn from the seed.
///
/// Errors: those of [`Problem::read`] and [`Elimination::new`].
pub fn rewordings(seed: u64, limits: &Limits) -> Result<Vec<Rewordings>, Diagnostic> {
    let world = World::builtin();
    let reworded = reworded(&world);
    let pairs: Vec<Pair> = reworded.iter().map(|(pair, _)| pair.clone()).collect();
    let scenes: Vec<Scene> = reworded.iter().map(|(_, scene)| *scene).collect();
    let captions: Vec<String> = pairs.iter().map(|pair| pair.caption.clone()).collect();
    let lacks = WorldInputs::with_training(&world, &pairs, &captions, READING)?;
    let holds = WorldInputs::new(&world, &pairs, READING)?;
    let one = |features: FeatureMap| {
        let (problem, whole) = (lacks.problem(features, None)?.1, holds.problem(features, None)?.1);
        let (open, found) = react(&problem, &scenes, seed, limits)?;
        let (held, _) = stacked(&whole, limits)?;
        Ok(Rewordings {
            features,
            rewordings: pairs.len(),
            collapsed: (0..problem.d().rows()).filter(|edit| problem.d().row(*edit).len() == 0).count(),
            open: [open, held.rank() - held.stage_rank(0)],
            reacts: found,
        })
    };
    FeatureMap::OF_TOKENS.into_iter().map(one).collect()
}

/// The elimination of training and then rewordings, with the number of training captions.
fn stacked(problem: &Problem, limits: &Limits) -> Result<(Elimination, usize), Diagnostic> {
    let (s, d) = (problem.s(), problem.d());
    let both = SparseMatrix::vstack(&[s, d])?;
    Ok((Elimination::new(&both, &[s.rows(), both.rows()], limits)?, s.rows()))
}

/// How many directions are open, and what an encoder does that takes a random value along each.
fn react(
    problem: &Problem,
    scenes: &[Scene],
    seed: u64,
    limits: &Limits,
) -> Result<(usize, Option<Reacts>), Diagnostic> {
    let (elimination, training) = stacked(problem, limits)?;
    let open = elimination.rank() - elimination.stage_rank(0);
    let (targets, edits) = (problem.targets(), problem.d().rows());
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut draw = || rng.random_range(-REACTION..=REACTION) << targets.shift;
    let reactions =
        RightHandSide::from_i64(edits, targets.width(), (0..edits * targets.width()).map(|_| draw()).collect())?;
    let wanted = RightHandSide::vstack(&[&targets.training, &reactions])?;
    let Solution::Solved { x, dropped } = elimination.solve_dropping(&wanted, training)? else {
        return Ok((open, None));
    };
    let h = encoder::encoder_rows(&x, targets.shift);
    let embed = |row| doubles(&encoder::embed(&h, targets.width(), row));
    let images: Vec<Vec<f64>> = scenes.iter().map(image).collect();
    let (mut found, mut length) = (0, 0.0);
    for (edit, own) in images.iter().enumerate() {
        let text = embed(&problem.features().negatives[edit]);
        let nearest = images.iter().all(|other| other == own || distance(&text, own) < distance(&text, other));
        found += usize::from(nearest);
        length += distance(&text, own) / images.len() as f64;
    }
    let pairs = images.iter().flat_map(|a| images.iter().map(move |b| distance(a, b))).filter(|d| *d > 0.0);
    let (sum, count) = pairs.fold((0.0, 0u32), |(sum, count), d| (sum + d, count + 1));
    Ok((
        open,
        Some(Reacts {
            at_will: edits - dropped.len(),
            found: [found, edits],
            interval: wilson(found, edits),
            length: length * f64::from(count) / sum,
        }),
    ))
}

fn image(scene: &Scene) -> Vec<f64> {
    let exact = READING.embed(scene).into_iter().map(|x| BigRational::from_integer(x.into()));
    doubles(&exact.collect::<Vec<_>>())
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_optimum_reacts_at_will_where_training_lacks_rewordings_and_ignores_them_where_it_holds_them() {
        let all = rewordings(1, &Limits::default()).unwrap();
        assert_eq!(all.len(), 6);
        for one in &all {
            assert!(one.open[0] > 0 && one.open[1] == 0, "{one:?}");
            let linear = READING.linear_in().contains(&one.features.name().replace('-', " ").as_str());
            assert_eq!(one.reacts.is_some(), linear, "{one:?}");
            if let Some(reacts) = &one.reacts {
                assert!(reacts.at_will >= one.open[0] && reacts.found[0] < reacts.found[1], "{one:?}");
            }
        }
        // One feature a caption: every rewording is a direction of its own.
        let whole = all.iter().find(|one| one.features == FeatureMap::WholeCaption).unwrap();
        assert_eq!((whole.open[0], whole.collapsed), (whole.rewordings, 0));
        // `the` in a bag of words, and `atop`: two words that training never used.
        let bag = all.iter().find(|one| one.features == FeatureMap::BagOfWords).unwrap();
        assert_eq!(bag.open[0], 2);
    }
}
