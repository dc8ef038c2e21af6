//! A constant modality gap on the built-in world: what it changes, what it cannot change, and what it carries over.

use num_rational::BigRational;
use serde::Serialize;

use super::towers::{Scores, Towers};
use super::{Reading, Scene, TwoTowers};
use crate::report::Diagnostic;
use crate::scm::objective::{Similarity, info_nce, logits, retrieved};

/// The two towers with one gap between them.
#[derive(Clone, Debug, Serialize)]
pub struct GapReport {
    /// In words: along which coordinate the images are moved.
    pub along: &'static str,
    /// The offset c between image and text embeddings, a number a dimension.
    pub gap: Vec<i64>,
    /// k, when `c'*g*S = k*ones`: the gap is then invisible.
    pub invisible: Option<i64>,
    /// Whether every logit moved by the same number, which is then k.
    pub logits_moved_by: Option<i64>,
    /// InfoNCE at temperature 0.07, without and with the gap.
    pub loss: [f64; 2],
    /// How many images have their own caption as a nearest one, without and with the gap.
    pub retrieved: [usize; 2],
    /// How many images there are.
    pub images: usize,
    /// gap_transfer: for how many of the edits `f*Y1 - h*S1 = c + g*D` exactly, of all.
    pub transferred: [usize; 2],
    /// Winoground's scores of the true-optimal and of the blind text encoder, with the gap.
    pub scores: [Scores; 2],
}

/// Moves the images along the constant coordinate, and along the first coordinate of the reading.
///
/// Errors: those of [`TwoTowers::new`].
pub fn gaps(towers: &Towers, size: i64) -> Result<[GapReport; 2], Diagnostic> {
    let width = Reading::ByPlace.width();
    let along = |at: usize| (0..=width).map(|i| if i == at { size } else { 0 }).collect::<Vec<i64>>();
    Ok([
        report(towers, "the constant coordinate", along(width))?,
        report(towers, Reading::ByPlace.coordinates()[0], along(0))?,
    ])
}

fn report(towers: &Towers, along: &'static str, gap: Vec<i64>) -> Result<GapReport, Diagnostic> {
    let scenes: Vec<Scene> = distinct(&towers.scenes);
    let without = TwoTowers::new(Reading::ByPlace, &scenes, vec![0; gap.len()])?;
    let with = TwoTowers::new(Reading::ByPlace, &scenes, gap.clone())?;
    let (before, after) = (table(&without), table(&with));
    let moved: Vec<i64> = after.iter().zip(&before).map(|(a, b)| a - b).collect();
    let logits_moved_by = moved.first().copied().filter(|first| moved.iter().all(|m| m == first));
    let batch = |t: &TwoTowers| logits(&floats(&t.images), &floats(&t.texts), Similarity::Raw);
    let batches = [batch(&without), batch(&with)];
    let (transferred, scores) = edits(towers, &gap);
    Ok(GapReport {
        along,
        invisible: with.invisible(),
        logits_moved_by,
        loss: [&batches[0], &batches[1]].map(|m| info_nce(m, 0.07)),
        retrieved: [&batches[0], &batches[1]].map(retrieved),
        images: scenes.len(),
        transferred,
        scores,
        gap,
    })
}

fn distinct(scenes: &[Scene]) -> Vec<Scene> {
    let mut list = scenes.to_vec();
    list.sort();
    list.dedup();
    list
}

/// The logits as integers, image by image.
fn table(t: &TwoTowers) -> Vec<i64> {
    let dot = |a: &Vec<i64>, b: &Vec<i64>| a.iter().zip(b).map(|(x, y)| x * y).sum();
    t.images.iter().flat_map(|image| t.texts.iter().map(move |text| dot(image, text))).collect()
}

fn floats(vectors: &[Vec<i64>]) -> Vec<Vec<f64>> {
    vectors.iter().map(|v| v.iter().map(|x| *x as f64).collect()).collect()
}

/// On the edits that h is blind to, with the gap: how many carry the erased meaning over exactly, and the scores.
fn edits(towers: &Towers, gap: &[i64]) -> ([usize; 2], [Scores; 2]) {
    let exact = |v: &[i64]| v.iter().map(|x| BigRational::from_integer((*x).into())).collect::<Vec<_>>();
    let one = || BigRational::from_integer(1.into());
    let (mut exactly, examples) = (0, towers.edits.len());
    let mut scores = [Scores { examples, ..Scores::default() }; 2];
    for edit in &towers.edits {
        let g = [0, 1].map(|side| [exact(&edit.images[side]), vec![one()]].concat());
        let h = [0, 1].map(|side| [edit.blind[side].clone(), vec![one()]].concat());
        let images = [0, 1].map(|side| plus(&g[side], &exact(gap)));
        // f*Y1 - h*S1, against c + g*D.
        let off = minus(&images[1], &h[1]);
        exactly += usize::from(off == plus(&exact(gap), &minus(&g[1], &g[0])));
        for (which, texts) in [&g, &h].into_iter().enumerate() {
            scores[which].add(&[0, 1].map(|c| [0, 1].map(|i| dot(&texts[c], &images[i]))));
        }
    }
    ([exactly, examples], scores)
}

fn plus(a: &[BigRational], b: &[BigRational]) -> Vec<BigRational> {
    a.iter().zip(b).map(|(x, y)| x + y).collect()
}

fn minus(a: &[BigRational], b: &[BigRational]) -> Vec<BigRational> {
    a.iter().zip(b).map(|(x, y)| x - y).collect()
}

fn dot(a: &[BigRational], b: &[BigRational]) -> BigRational {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::Limits;

    #[test]
    fn the_constant_gap_is_invisible_and_no_gap_repairs_blindness() {
        let towers = Towers::build(&Limits::default()).unwrap();
        let [unseen, seen] = gaps(&towers, 4).unwrap();
        assert_eq!((unseen.invisible, unseen.logits_moved_by), (Some(4), Some(4)));
        assert_eq!(unseen.loss[0].to_bits(), unseen.loss[1].to_bits());
        assert_eq!(unseen.retrieved[0], unseen.retrieved[1]);
        assert_eq!((seen.invisible, seen.logits_moved_by), (None, None));
        assert!(seen.loss[1] > seen.loss[0]);
        for report in [&unseen, &seen] {
            assert_eq!(report.transferred[0], report.transferred[1]);
            assert_eq!((report.scores[1].text, report.scores[1].image, report.scores[1].group), (0, 0, 0));
        }
        assert_eq!(unseen.scores[0].group, unseen.scores[0].examples);
    }
}
