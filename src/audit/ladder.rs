//! The ladder: how much of an edit's displacement linear encoders over ever richer features explain, beside how much of
//! captions' embeddings.
//!
//! For each feature map a ridge encoder `g` is fitted to the captions of the other folds (rows of one image in one fold) and to
//! the training captions; then `R2 = 1 - sum |D - g d|^2 / sum |D|^2` over edits, D the displacement and d the change of
//! features; for captions, `R2 = 1 - sum |e - g s|^2 / sum |e - mean|^2` with the mean of what g was fitted to.

use std::collections::HashSet;

use serde::Serialize;

use super::embeddings::Embeddings;
use super::ridge::{Sparse, Stop, predict};
use crate::caption::{FeatureMap, Features};

/// Folds of the cross-validation.
pub const FOLDS: usize = 5;

/// The rows of embeddings and features that one rung needs.
#[derive(Clone, Debug)]
pub struct Texts {
    /// The embedding of each pair's caption.
    pub captions: Vec<u32>,
    /// The embedding of each pair's negative.
    pub negatives: Vec<u32>,
    /// The fold of each pair.
    pub folds: Vec<u8>,
}

/// What one feature map explains.
#[derive(Clone, Debug, Serialize)]
pub struct Rung {
    /// The feature map whose linear fit is tried.
    pub map: FeatureMap,
    /// Columns of the map on these captions.
    pub features: usize,
    /// The largest residual of a fit, as a part of its right-hand side's norm.
    pub residual: f64,
    /// |D - g d|^2 of each pair.
    #[serde(skip)]
    pub unexplained: Vec<f64>,
    /// |e - g s|^2 of each pair's caption, and |e - mean|^2.
    #[serde(skip)]
    pub captions: Vec<[f64; 2]>,
}

/// |D|^2 of each pair.
pub fn squared(embeddings: &Embeddings, texts: &Texts) -> Vec<f64> {
    let of = |(a, b): (&u32, &u32)| {
        let pairs = embeddings.row(*a).iter().zip(embeddings.row(*b));
        pairs.map(|(a, b)| (b - a) * (b - a)).sum()
    };
    texts.captions.iter().zip(&texts.negatives).map(of).collect()
}

/// One rung. `train` has the features and embedding of each training caption that is no caption or negative of a pair;
/// `fitted` is told after each fold.
pub fn rung(
    features: &Features,
    texts: &Texts,
    embeddings: &Embeddings,
    train: (&[usize], &Embeddings, &[u32]),
    lambda: f64,
    mut fitted: impl FnMut(),
) -> Rung {
    let unit = 2f64.powi(features.scale as i32);
    let sparse = |rows| Sparse::new(rows, features.columns(), unit);
    let (captions, negatives) = (sparse(&features.captions), sparse(&features.negatives));
    let further = Sparse::new(train.0.iter().map(|at| &features.train[*at]), features.columns(), unit);
    let width = embeddings.width();
    let count = texts.captions.len();
    let mut rung = Rung {
        map: features.index.map(),
        features: features.columns(),
        residual: 0.0,
        unexplained: vec![0.0; count],
        captions: vec![[0.0; 2]; count],
    };
    for fold in 0..FOLDS as u8 {
        let held: Vec<usize> = (0..count).filter(|at| texts.folds[*at] == fold).collect();
        if held.is_empty() {
            continue;
        }
        let mut seen = HashSet::new();
        let kept: Vec<usize> =
            (0..count).filter(|at| texts.folds[*at] != fold && seen.insert(texts.captions[*at])).collect();
        let own = kept.iter().map(|at| embeddings.row(texts.captions[*at]));
        let e: Vec<&[f64]> = own.chain(train.2.iter().map(|row| train.1.row(*row))).collect();
        let s = captions.select(&kept).followed_by(&further);
        let at = captions.select(&held).followed_by(&negatives.select(&held));
        let (made, residual) = predict(&s, &e, width, lambda, &at, Stop::FIGURES);
        rung.residual = rung.residual.max(residual);
        let mean = mean(&e, width);
        for (n, row) in held.iter().enumerate() {
            let (from, to) = (&made[n * width..][..width], &made[(n + held.len()) * width..][..width]);
            let (a, b) = (embeddings.row(texts.captions[*row]), embeddings.row(texts.negatives[*row]));
            for k in 0..width {
                rung.unexplained[*row] += ((b[k] - a[k]) - (to[k] - from[k])).powi(2);
                rung.captions[*row][0] += (a[k] - from[k]).powi(2);
                rung.captions[*row][1] += (a[k] - mean[k]).powi(2);
            }
        }
        fitted();
    }
    rung
}

fn mean(rows: &[&[f64]], width: usize) -> Vec<f64> {
    let mut sum = vec![0.0; width];
    for row in rows {
        sum.iter_mut().zip(*row).for_each(|(s, x)| *s += x);
    }
    let count = rows.len().max(1) as f64;
    sum.iter().map(|s| s / count).collect()
}
