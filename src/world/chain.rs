//! Chains of edits of one caption of the built-in world, and where a true-optimal and a pseudo-optimal encoder put them.

use num_rational::BigRational;

use super::{
    Article, Colour, Mark, Object, Operator, Reading, Relation, Scene, Shape, TextRest, Wording, World, caption,
};
use super::{Pair, WorldInputs};
use crate::caption::FeatureMap;
use crate::certificate::Claim;
use crate::encoder::{build, embed};
use crate::exact::Limits;
use crate::report::{Code, Diagnostic};

/// The reading of the true-optimal encoder.
pub const READING: Reading = Reading::ByPlace;
/// What the encoders read: which word stands somewhere before which.
const MAP: FeatureMap = FeatureMap::OrderedPairs;

/// A scene with its caption and its embeddings.
pub struct Shown {
    /// What the caption describes.
    pub scene: Scene,
    /// What is said of it.
    pub caption: String,
    /// The embedding of the caption by the true-optimal encoder, and of any image of the scene.
    pub optimal: Vec<BigRational>,
    /// Its embedding by the pseudo-optimal encoder.
    pub blind: Vec<BigRational>,
    /// Whether the caption is a training caption.
    pub trained: bool,
}

/// A chain of edits of one caption.
pub struct Chain {
    /// The operator of the first edit.
    pub name: &'static str,
    /// What each step does, in words.
    pub steps: Vec<&'static str>,
    /// The scene before the edits, then after each.
    pub shown: Vec<Shown>,
    /// The number of training captions, on all of which the blind encoder equals the true-optimal one.
    pub training: usize,
}

/// A chain for each operator. Errors: those of building an encoder.
pub fn chains(world: &World) -> Result<Vec<Chain>, Diagnostic> {
    [Operator::Swap, Operator::Replace, Operator::Add].into_iter().map(|operator| Chain::of(world, operator)).collect()
}

impl Chain {
    fn of(world: &World, operator: Operator) -> Result<Chain, Diagnostic> {
        let object = |shape, colour| Object { shape, colour };
        let start = Scene {
            first: object(Shape::Cube, Colour::Red),
            second: object(Shape::Sphere, Colour::Blue),
            relation: Relation::On,
            mark: Mark::Plain,
        };
        type Step = (&'static str, fn(&mut Scene));
        let (name, steps): (_, Vec<Step>) = match operator {
            Operator::Swap => (
                "SWAP",
                vec![
                    ("Exchange the colours", |s| std::mem::swap(&mut s.first.colour, &mut s.second.colour)),
                    ("exchange the nouns", |s| std::mem::swap(&mut s.first.shape, &mut s.second.shape)),
                ],
            ),
            Operator::Replace => (
                "REPLACE",
                vec![
                    ("The second noun becomes cone", |s| s.second.shape = Shape::Cone),
                    ("the relation becomes behind", |s| s.relation = Relation::Behind),
                    ("the first colour becomes blue", |s| s.first.colour = Colour::Blue),
                ],
            ),
            Operator::Add => (
                "ADD",
                vec![
                    ("Add dotted", |s| s.mark = Mark::Dotted),
                    ("replace the second noun by cone", |s| s.second.shape = Shape::Cone),
                ],
            ),
        };
        let mut scenes = vec![start];
        for (_, step) in &steps {
            let mut next = *scenes.last().unwrap_or(&start);
            step(&mut next);
            scenes.push(next);
        }
        let text = |scene: &Scene| caption(scene, &TextRest { wording: Wording::Usual, article: Article::A });
        let pairs: Vec<Pair> =
            scenes[1..].iter().map(|scene| Pair { caption: text(&start), negative: text(scene), operator }).collect();
        let inputs = WorldInputs::new(world, &pairs, READING)?;
        let (_, problem) = inputs.problem(MAP, None)?;
        let built = build(&problem, &Limits::default())?;
        let h = built.claims.iter().find_map(|claim| match claim {
            Claim::Blind { h, .. } => Some(h),
            _ => None,
        });
        let h =
            h.ok_or_else(|| Diagnostic::new(Code::ExactSelfCheck, "the world's chain of edits has no blind encoder"))?;
        let training = world.training_captions();
        let features = problem.features();
        let shown = scenes.iter().enumerate().map(|(index, scene)| {
            let row = if index == 0 { &features.captions[0] } else { &features.negatives[index - 1] };
            let caption = text(scene);
            let optimal = READING.embed(scene).into_iter().map(|v| BigRational::from_integer(v.into())).collect();
            let trained = training.contains(&caption);
            Shown { scene: *scene, blind: embed(h, READING.width(), row), caption, optimal, trained }
        });
        let steps = steps.iter().map(|(words, _)| *words).collect();
        Ok(Chain { name, steps, shown: shown.collect(), training: problem.size().training as usize })
    }
}
