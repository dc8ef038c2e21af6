//! Logistic regression by Newton's method, and its predictions for folds that it did not see.

use nalgebra::{DMatrix, DVector};
use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::Clusters;

/// The largest entry of the gradient, per row, at which a fit is done.
const GRADIENT: f64 = 1e-9;

/// The longest step that is left at a maximum.
const STEP: f64 = 1e-3;

/// A fitted logistic regression.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The coefficients, in the order of the columns.
    pub coefficients: Vec<f64>,
    /// Their covariance, robust to rows of one cluster being alike (the sandwich, without a correction for small samples).
    pub covariance: DMatrix<f64>,
    /// The largest entry of the gradient of the log likelihood, per row: how far from its optimum the fit stopped.
    pub residual: f64,
}

impl Fit {
    /// The odds ratio of a column with its 95 % interval.
    pub fn odds_ratio(&self, column: usize) -> (f64, super::Interval) {
        let (b, spread) = (self.coefficients[column], self.covariance[(column, column)].max(0.0).sqrt());
        (b.exp(), [(b - super::Z * spread).exp(), (b + super::Z * spread).exp()])
    }
}

/// Fits the chance of being right to the columns of `x` (a row a row of data; an intercept is a column of ones).
///
/// `None` where the maximum is not reached: a column that tells right from wrong perfectly, on all rows or on those where it
/// is not 0 (the odds are infinite), or columns that depend on each other.
pub fn fit(x: &DMatrix<f64>, right: &[bool], clusters: &[u32]) -> Option<Fit> {
    let coefficients = newton(x, right)?;
    let (gradient, information) = derivatives(x, right, &coefficients);
    let inverse = information.cholesky()?.inverse();
    // Towards a maximum that lies at infinity the gradient vanishes, and the steps keep a length of about 1.
    if (&inverse * &gradient).amax() > STEP {
        return None;
    }
    let count = clusters.iter().max().map_or(0, |last| *last as usize + 1);
    let mut scores = DMatrix::<f64>::zeros(count, x.ncols());
    for (row, cluster) in clusters.iter().enumerate() {
        let off = f64::from(u8::from(right[row])) - chance(x, row, &coefficients);
        for column in 0..x.ncols() {
            scores[(*cluster as usize, column)] += off * x[(row, column)];
        }
    }
    let covariance = &inverse * (scores.transpose() * &scores) * &inverse;
    Some(Fit {
        coefficients: coefficients.as_slice().to_vec(),
        covariance,
        residual: gradient.amax() / x.nrows() as f64,
    })
}

fn newton(x: &DMatrix<f64>, right: &[bool]) -> Option<DVector<f64>> {
    let mut at = DVector::zeros(x.ncols());
    for _ in 0..50 {
        let (gradient, information) = derivatives(x, right, &at);
        if gradient.amax() <= GRADIENT * x.nrows() as f64 {
            return Some(at);
        }
        let step = information.cholesky()?.solve(&gradient);
        // A long step, far from the optimum, may overshoot.
        at += &step * (4.0 / step.amax().max(4.0));
        if !at.iter().all(|b| b.abs() < 50.0) {
            return None;
        }
    }
    None
}

fn chance(x: &DMatrix<f64>, row: usize, coefficients: &DVector<f64>) -> f64 {
    let t: f64 = x.row(row).iter().zip(coefficients.iter()).map(|(x, b)| x * b).sum();
    1.0 / (1.0 + (-t).exp())
}

/// Gradient and negated second derivative of the log likelihood.
fn derivatives(x: &DMatrix<f64>, right: &[bool], at: &DVector<f64>) -> (DVector<f64>, DMatrix<f64>) {
    let width = x.ncols();
    let (mut gradient, mut information) = (DVector::zeros(width), DMatrix::zeros(width, width));
    for (row, right) in right.iter().enumerate() {
        let p = chance(x, row, at);
        let (off, weight) = (f64::from(u8::from(*right)) - p, p * (1.0 - p));
        for a in 0..width {
            gradient[a] += off * x[(row, a)];
            for b in 0..=a {
                information[(a, b)] += weight * x[(row, a)] * x[(row, b)];
            }
        }
    }
    information.fill_upper_triangle_with_lower_triangle();
    (gradient, information)
}

/// Folds of whole clusters, as even as whole clusters allow: the fold of each row.
pub fn folds(clusters: &Clusters, count: usize, seed: u64) -> Vec<u8> {
    let mut order: Vec<usize> = (0..clusters.count()).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let mut fold = vec![0; clusters.count()];
    for (at, cluster) in order.into_iter().enumerate() {
        fold[cluster] = (at % count) as u8;
    }
    clusters.of().iter().map(|cluster| fold[*cluster as usize]).collect()
}

/// The linear predictor of each row from a fit to the other folds; `None` where one of the fits is not reached.
///
/// Scores of different folds are compared with each other: each fold's fit has its own intercept.
pub fn held_out(x: &DMatrix<f64>, right: &[bool], folds: &[u8]) -> Option<Vec<f64>> {
    let mut scores = vec![0.0; right.len()];
    for fold in 0..=folds.iter().copied().max()? {
        let kept: Vec<usize> = (0..right.len()).filter(|row| folds[*row] != fold).collect();
        let labels: Vec<bool> = kept.iter().map(|row| right[*row]).collect();
        let coefficients = newton(&x.select_rows(&kept), &labels)?;
        for row in (0..right.len()).filter(|row| folds[*row] == fold) {
            scores[row] = x.row(row).iter().zip(coefficients.iter()).map(|(x, b)| x * b).sum();
        }
    }
    Some(scores)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_two_by_two_table_has_its_odds_ratio() {
        // 30 of 40 right without, 20 of 50 right with: (20/30) / (30/10).
        let right: Vec<bool> = (0..90).map(|row| row < 30 || (40..60).contains(&row)).collect();
        let x = DMatrix::from_fn(90, 2, |row, column| f64::from(u8::from(column == 0 || row >= 40)));
        let clusters: Vec<u32> = (0..90).collect();
        let fit = fit(&x, &right, &clusters).unwrap();
        let (ratio, [low, high]) = fit.odds_ratio(1);
        assert!((ratio - 20.0 / 30.0 / 3.0).abs() < 1e-9);
        // The sandwich of rows on their own is Woolf's variance here.
        let spread = (1.0 / 30.0 + 1.0 / 10.0 + 1.0 / 20.0 + 1.0 / 30.0f64).sqrt();
        assert!((low - (ratio.ln() - super::super::Z * spread).exp()).abs() < 1e-9 && low < high);
    }

    #[test]
    fn what_has_no_maximum_is_not_fitted() {
        let x = DMatrix::from_fn(20, 2, |row, column| if column == 0 { 1.0 } else { row as f64 });
        let right: Vec<bool> = (0..20).map(|row| row >= 10).collect();
        let clusters: Vec<u32> = (0..20).collect();
        assert!(fit(&x, &right, &clusters).is_none());
        // Every row with the mark is right: whatever the odds of it, larger ones fit better.
        let n = 7500;
        let marked = DMatrix::from_fn(n, 2, |row, column| f64::from(u8::from(column == 0 || row < 130)));
        let right: Vec<bool> = (0..n).map(|row| row < 130 || row % 4 > 0).collect();
        assert!(fit(&marked, &right, &(0..n as u32).collect::<Vec<_>>()).is_none());
        let right: Vec<bool> = right.into_iter().enumerate().map(|(row, r)| r && row != 7).collect();
        assert!(fit(&marked, &right, &(0..n as u32).collect::<Vec<_>>()).is_some());
        let right: Vec<bool> = (0..20).map(|row| row >= 10).collect();
        let twice = DMatrix::from_element(20, 2, 1.0);
        assert!(fit(&twice, &right, &clusters).is_none());
    }

    #[test]
    fn folds_keep_clusters_whole() {
        let clusters = Clusters::new((0..60).map(|row| row / 3));
        let folds = folds(&clusters, 5, 3);
        assert!((0..60).all(|row| folds[row] == folds[row / 3 * 3]));
        assert!((0..5).all(|fold| folds.iter().filter(|f| **f == fold).count() == 12));
    }
}
