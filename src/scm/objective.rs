//! What training minimises, and what benchmarks count: losses of a batch of logits, Winoground's scores.
//!
//! Logits are images x texts, the pair of an image at its own column. All sums go from left to right, so that
//! equal logits give losses that are equal to the last bit.

use nalgebra::DMatrix;

/// How similar an image and a text are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Similarity {
    /// The inner product.
    Raw,
    /// The cosine of the angle: inner products of unit vectors.
    Cosine,
}

/// The logits of image and text embeddings (a vector an item), before any temperature.
pub fn logits(images: &[Vec<f64>], texts: &[Vec<f64>], similarity: Similarity) -> DMatrix<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    DMatrix::from_fn(images.len(), texts.len(), |i, j| match similarity {
        Similarity::Raw => dot(&images[i], &texts[j]),
        Similarity::Cosine => {
            dot(&images[i], &texts[j]) / (dot(&images[i], &images[i]).sqrt() * dot(&texts[j], &texts[j]).sqrt())
        }
    })
}

/// InfoNCE as CLIP has it: the mean over both directions of the cross entropy at this temperature.
///
/// The largest logit of a row is taken out before the division, so that a constant added to all logits (whole
/// numbers, a modality gap of them) changes not even the last bit.
pub fn info_nce(logits: &DMatrix<f64>, temperature: f64) -> f64 {
    let direction = |m: &DMatrix<f64>| {
        let entropy = |i: usize| {
            let most = m.row(i).max();
            let sum: f64 = m.row(i).iter().map(|x| ((x - most) / temperature).exp()).sum();
            sum.ln() - (m[(i, i)] - most) / temperature
        };
        (0..m.nrows()).map(entropy).sum::<f64>() / m.nrows() as f64
    };
    (direction(logits) + direction(&logits.transpose())) / 2.0
}

/// SigLIP's loss (Zhai et al. 2023, 2303.15343): each image with each text as a decision of its own.
pub fn sig_lip(logits: &DMatrix<f64>, temperature: f64, bias: f64) -> f64 {
    let n = logits.nrows();
    let cell = |i: usize, j: usize| {
        let sign = if i == j { 1.0 } else { -1.0 };
        (-sign * (logits[(i, j)] / temperature + bias)).exp().ln_1p()
    };
    (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).map(|(i, j)| cell(i, j)).sum::<f64>() / n as f64
}

/// The triplet loss with this margin, over every wrong text of an image and every wrong image of a text.
pub fn triplet(logits: &DMatrix<f64>, margin: f64) -> f64 {
    let n = logits.nrows();
    let cell = |(i, j): (usize, usize)| {
        let wrong = logits[(i, j)];
        (margin + wrong - logits[(i, i)]).max(0.0) + (margin + wrong - logits[(j, j)]).max(0.0)
    };
    let pairs = (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).filter(|(i, j)| i != j);
    pairs.map(cell).sum::<f64>() / n as f64
}

/// How many images have their own text as a nearest, by the logits.
pub fn retrieved(logits: &DMatrix<f64>) -> usize {
    (0..logits.nrows()).filter(|&i| logits.row(i).iter().all(|x| *x <= logits[(i, i)])).count()
}

/// Winoground's three scores of one example (Thrush et al. 2022, 2204.03162).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Winoground {
    /// Each image prefers its own caption.
    pub text: bool,
    /// Each caption prefers its own image.
    pub image: bool,
}

impl Winoground {
    /// From `scores[caption][image]`. All comparisons are strict: a tie is a failure.
    pub fn of<T: PartialOrd>(scores: &[[T; 2]; 2]) -> Winoground {
        let [[c0_i0, c0_i1], [c1_i0, c1_i1]] = scores;
        Winoground { text: c0_i0 > c1_i0 && c1_i1 > c0_i1, image: c0_i0 > c0_i1 && c1_i1 > c1_i0 }
    }

    /// Both.
    pub fn group(self) -> bool {
        self.text && self.image
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn losses_of_small_batches_by_hand() {
        let m = DMatrix::from_row_slice(2, 2, &[2.0, 0.0, 1.0, 3.0]);
        let one = |own: f64, other: f64| (1.0 + ((other - own) / 0.5f64).exp()).ln();
        let expected = (one(2.0, 0.0) + one(3.0, 1.0) + one(2.0, 1.0) + one(3.0, 0.0)) / 4.0;
        assert!((info_nce(&m, 0.5) - expected).abs() < 1e-12);
        let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
        let expected = -(sigmoid(2.0).ln() + sigmoid(0.0).ln() + sigmoid(-1.0).ln() + sigmoid(3.0).ln()) / 2.0;
        assert!((sig_lip(&m, 1.0, 0.0) - expected).abs() < 1e-12);
        // Hinges with margin 2: (0,1): 0 + 0; (1,0): 0 + 1.
        assert_eq!(triplet(&m, 2.0), 0.5);
        assert_eq!(retrieved(&m), 2);
    }

    #[test]
    fn a_blind_text_encoder_never_scores_and_ties_are_failures() {
        assert_eq!(Winoground::of(&[[2, 1], [1, 2]]), Winoground { text: true, image: true });
        assert_eq!(Winoground::of(&[[1, 1], [1, 1]]), Winoground { text: false, image: false });
    }

    proptest! {
        #[test]
        fn equal_captions_lose_whatever_the_images_are(a in any::<f64>(), b in any::<f64>()) {
            let scores = Winoground::of(&[[a, b], [a, b]]);
            prop_assert!(!scores.text && !scores.image && !scores.group());
        }

        #[test]
        fn a_whole_gap_changes_not_even_the_last_bit(
            entries in proptest::collection::vec(-9i8..9, 9), gap in -40i8..40, temperature in 0.01f64..10.0,
        ) {
            let m = DMatrix::from_iterator(3, 3, entries.iter().map(|x| f64::from(*x)));
            let moved = m.map(|x| x + f64::from(gap));
            prop_assert_eq!(info_nce(&m, temperature).to_bits(), info_nce(&moved, temperature).to_bits());
        }
    }
}
