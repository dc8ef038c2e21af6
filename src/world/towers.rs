//! The built-in world's encoders side by side: what training sees of them, and what it does not.

use num_rational::BigRational;
use num_traits::ToPrimitive;
use serde::Serialize;

use super::{Operator, Reading, Scene, TextDecoder, World, WorldEdit};
use super::{Pair, WorldInputs};
use crate::caption::FeatureMap;
use crate::certificate::Claim;
use crate::encoder;
use crate::exact::Limits;
use crate::report::{Code, Diagnostic};
use crate::scm::objective::{Similarity, Winoground, info_nce, logits, sig_lip, triplet};

/// The reading that the towers write.
const READING: Reading = Reading::ByPlace;

/// A SWAP that the pseudo-optimal encoder is blind to: its scenes and its texts' embeddings.
#[derive(Clone, Debug)]
pub struct BlindEdit {
    /// The SWAP: its scene before and after, and the two captions.
    pub edit: WorldEdit,
    /// The images of the two scenes, embedded; also what the true-optimal encoder makes of the two captions.
    pub images: [Vec<i64>; 2],
    /// What the pseudo-optimal encoder makes of the two captions: the same vector twice.
    pub blind: [Vec<BigRational>; 2],
}

/// The true-optimal encoder g, and a pseudo-optimal h over ordered pairs of words that is blind to SWAP, as the main
/// job builds them.
#[derive(Clone, Debug)]
pub struct Towers {
    /// The scene of each training caption.
    pub scenes: Vec<Scene>,
    /// g on the training captions; the image encoder has the same value on an image of the scene.
    pub optimal: Vec<Vec<i64>>,
    /// h on the training captions.
    pub pseudo: Vec<Vec<BigRational>>,
    /// The edits that h is blind to.
    pub edits: Vec<BlindEdit>,
}

impl Towers {
    /// Builds both on the built-in world. Errors: those of [`encoder::build`].
    pub fn build(limits: &Limits) -> Result<Towers, Diagnostic> {
        let world = World::builtin();
        let decoder = TextDecoder::of(&world);
        let swaps: Vec<WorldEdit> =
            world.edited_pairs().into_iter().filter(|edit| edit.operator == Operator::Swap).collect();
        let pair =
            |e: &WorldEdit| Pair { caption: e.caption.clone(), negative: e.negative.clone(), operator: e.operator };
        let inputs = WorldInputs::new(&world, &swaps.iter().map(pair).collect::<Vec<_>>(), READING)?;
        let (_, problem) = inputs.problem(FeatureMap::OrderedPairs, None)?;
        let built = encoder::build(&problem, limits)?;
        let withheld = |what: &str| Diagnostic::new(Code::ExactSelfCheck, format!("the built-in world has no {what}"));
        let blind = built.claims.iter().find_map(|claim| match claim {
            Claim::Blind { dropped, h } => Some((dropped, h)),
            _ => None,
        });
        let (dropped, h) = blind.ok_or_else(|| withheld("encoder that is blind to SWAP"))?;
        let (mut scenes, mut optimal, mut pseudo) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..problem.s().rows() {
            let scene = decoder.scene(problem.training_text(row)).ok_or_else(|| withheld("such caption"))?;
            scenes.push(scene);
            optimal.push(READING.embed(&scene));
            let features: Vec<(u32, i64)> = problem.s().row(row).collect();
            pseudo.push(encoder::embed(h, READING.width(), &features));
        }
        let kept = |edit: &usize| !dropped.iter().any(|o| o.edit == Some(*edit as u32));
        let features = problem.features();
        let edit = |e: usize| BlindEdit {
            edit: swaps[e].clone(),
            images: [READING.embed(&swaps[e].scene), READING.embed(&swaps[e].edited_scene)],
            blind: [&features.captions[e], &features.negatives[e]].map(|row| encoder::embed(h, READING.width(), row)),
        };
        Ok(Towers { scenes, optimal, pseudo, edits: (0..swaps.len()).filter(kept).map(edit).collect() })
    }

    /// The losses of both text encoders against the image encoder on all training pairs, one row a setting.
    pub fn losses(&self) -> Vec<Loss> {
        let images: Vec<Vec<f64>> = self.optimal.iter().map(|v| floats(v)).collect();
        let texts: Vec<Vec<f64>> = self.pseudo.iter().map(|v| doubles(v)).collect();
        let mut rows = Vec::new();
        for similarity in [Similarity::Raw, Similarity::Cosine] {
            let of = |texts: &[Vec<f64>]| logits(&images, texts, similarity);
            let (g, h) = (of(&images), of(&texts));
            for temperature in [0.01, 0.07, 0.5, 1.0] {
                rows.push(Loss::of("InfoNCE", similarity, temperature, [&g, &h].map(|m| info_nce(m, temperature))));
                rows.push(Loss::of(
                    "SigLIP",
                    similarity,
                    temperature,
                    [&g, &h].map(|m| sig_lip(m, temperature, -10.0)),
                ));
            }
            for margin in [0.2, 1.0] {
                rows.push(Loss::of("triplet", similarity, margin, [&g, &h].map(|m| triplet(m, margin))));
            }
        }
        rows
    }

    /// On the edits that h is blind to, with the world's image encoder: how many captions beat their hard negative, and
    /// Winoground's three scores, for g and for h.
    pub fn scores(&self) -> [Scores; 2] {
        let exact = |v: &Vec<i64>| v.iter().map(|x| BigRational::from_integer((*x).into())).collect::<Vec<_>>();
        let of = |texts: &dyn Fn(&BlindEdit) -> [Vec<BigRational>; 2]| {
            let mut scores = Scores { examples: self.edits.len(), ..Scores::default() };
            for edit in &self.edits {
                let images = [exact(&edit.images[0]), exact(&edit.images[1])];
                scores.add(&texts(edit).map(|text| [dot(&text, &images[0]), dot(&text, &images[1])]));
            }
            scores
        };
        [of(&|edit| [exact(&edit.images[0]), exact(&edit.images[1])]), of(&|edit| edit.blind.clone())]
    }

    /// h's scores summed over image encoders that send every image to a vector of their own choice, drawn by `draw`.
    pub fn scores_with(&self, encoders: usize, mut draw: impl FnMut() -> f64) -> Scores {
        let mut scores = Scores { examples: self.edits.len() * encoders, ..Scores::default() };
        for _ in 0..encoders {
            for edit in &self.edits {
                let texts = [doubles(&edit.blind[0]), doubles(&edit.blind[1])];
                let mut image = || (0..READING.width()).map(|_| draw()).collect::<Vec<f64>>();
                let images = [image(), image()];
                scores.add(&texts.map(|text| [dot(&text, &images[0]), dot(&text, &images[1])]));
            }
        }
        scores
    }
}

fn dot<T: Clone + std::iter::Sum<T> + std::ops::Mul<Output = T>>(a: &[T], b: &[T]) -> T {
    a.iter().zip(b).map(|(x, y)| x.clone() * y.clone()).sum()
}

fn floats(v: &[i64]) -> Vec<f64> {
    v.iter().map(|x| *x as f64).collect()
}

/// The nearest doubles.
pub fn doubles(v: &[BigRational]) -> Vec<f64> {
    v.iter().map(|x| x.to_f64().unwrap_or(f64::NAN)).collect()
}

/// A loss of the two text encoders on the same pairs.
#[derive(Clone, Debug, Serialize)]
pub struct Loss {
    /// The name of the loss.
    pub loss: &'static str,
    /// Inner products or cosines.
    pub similarity: Similarity,
    /// The temperature, or the margin of the triplet loss.
    pub parameter: f64,
    /// Of the true-optimal encoder.
    pub optimal: f64,
    /// Of the pseudo-optimal one.
    pub pseudo: f64,
    /// Whether the two are the same 64 bits.
    pub same_bits: bool,
}

impl Loss {
    fn of(loss: &'static str, similarity: Similarity, parameter: f64, [optimal, pseudo]: [f64; 2]) -> Loss {
        let same_bits = optimal.to_bits() == pseudo.to_bits() && optimal.is_finite();
        Loss { loss, similarity, parameter, optimal, pseudo, same_bits }
    }
}

/// Counts over hard negatives. All comparisons are strict: a tie is a failure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Scores {
    /// How many captions with their hard negatives.
    pub examples: usize,
    /// The image prefers its caption to the hard negative (SugarCrepe's, ARO's accuracy).
    pub hard_negative: usize,
    /// Winoground's text score.
    pub text: usize,
    /// Winoground's image score.
    pub image: usize,
    /// Winoground's group score.
    pub group: usize,
}

impl Scores {
    /// Counts one example, `scores[caption][image]`.
    pub fn add<T: PartialOrd>(&mut self, scores: &[[T; 2]; 2]) {
        let winoground = Winoground::of(scores);
        self.hard_negative += usize::from(scores[0][0] > scores[1][0]);
        self.text += usize::from(winoground.text);
        self.image += usize::from(winoground.image);
        self.group += usize::from(winoground.group());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn training_cannot_tell_the_encoders_apart_and_benchmarks_can() {
        let towers = Towers::build(&Limits::default()).unwrap();
        let losses = towers.losses();
        assert_eq!(losses.len(), 20);
        assert!(losses.iter().all(|loss| loss.same_bits), "{losses:?}");
        assert!(!towers.edits.is_empty());
        let [g, h] = towers.scores();
        let all = towers.edits.len();
        assert_eq!(g, Scores { examples: all, hard_negative: all, text: all, image: all, group: all });
        assert_eq!(h, Scores { examples: all, ..Scores::default() });
        let mut state = 1u64;
        let noise = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as f64 / 2f64.powi(30) - 1.0
        };
        let any = towers.scores_with(20, noise);
        assert_eq!(any, Scores { examples: 20 * all, ..Scores::default() });
    }

    #[test]
    fn a_loss_of_other_logits_has_other_bits() {
        let mut towers = Towers::build(&Limits::default()).unwrap();
        towers.pseudo[0][0] += BigRational::from_integer(1.into());
        assert!(towers.losses().iter().any(|loss| !loss.same_bits));
    }
}
