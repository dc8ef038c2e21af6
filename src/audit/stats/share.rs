//! Shares and paired shares: Wilson's interval, McNemar's test, Benjamini and Hochberg's correction.

use serde::Serialize;

use super::interval::{Interval, Z};

/// Wilson's 95 % interval of a share; from 0 to 1 where nothing was counted.
pub fn wilson(hits: usize, of: usize) -> Interval {
    if of == 0 {
        return [0.0, 1.0];
    }
    let (n, p) = (of as f64, hits as f64 / of as f64);
    let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    // Rounding must not put the interval beside the share.
    [(middle - half).clamp(0.0, p), (middle + half).clamp(p, 1.0)]
}

/// Two models on the same rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Paired {
    /// Rows on which both are right, the first alone is, the second alone is, neither is.
    pub counts: [usize; 4],
    /// McNemar's test, exact: how likely so uneven a split of the rows on which they differ is, were both as good.
    pub p: f64,
}

/// McNemar's exact test of two models on the same rows.
pub fn mcnemar(first: &[bool], second: &[bool]) -> Paired {
    let mut counts = [0; 4];
    for (a, b) in first.iter().zip(second) {
        counts[usize::from(!a) * 2 + usize::from(!b)] += 1;
    }
    // In the order of the bits: both, first alone, second alone, neither.
    Paired { counts, p: two_sided(counts[1], counts[2]) }
}

/// The chance that a fair coin thrown `a + b` times falls at least as unevenly as `a` to `b`.
fn two_sided(a: usize, b: usize) -> f64 {
    let n = a + b;
    let mut log = -(n as f64) * std::f64::consts::LN_2;
    let mut tail = 0.0;
    for k in 0..=a.min(b) {
        tail += log.exp();
        log += ((n - k) as f64).ln() - ((k + 1) as f64).ln();
    }
    (2.0 * tail).min(1.0)
}

/// The p-values corrected for their number by Benjamini and Hochberg: the least false discovery rate at which each is found.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*b].total_cmp(&p[*a]));
    let (mut corrected, mut least) = (vec![1.0; p.len()], 1f64);
    for (above, i) in order.into_iter().enumerate() {
        let rank = p.len() - above;
        least = least.min(p[i] * p.len() as f64 / rank as f64);
        corrected[i] = least;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_is_the_closed_form_at_its_ends() {
        let [low, high] = wilson(0, 10);
        assert!(low == 0.0 && (high - Z * Z / (10.0 + Z * Z)).abs() < 1e-15);
        let [low, high] = wilson(10, 10);
        assert!(high == 1.0 && (low - 10.0 / (10.0 + Z * Z)).abs() < 1e-15);
        assert_eq!(wilson(0, 0), [0.0, 1.0]);
        let [low, high] = wilson(5, 10);
        assert!((low + high - 1.0).abs() < 1e-15);
    }

    #[test]
    fn mcnemar_is_the_binomial_by_hand() {
        // 5 rows for the first alone, 1 for the second alone: 2 (1 + 6) / 2^6.
        let first = [true, true, true, true, true, false, true, false];
        let second = [false, false, false, false, false, true, true, false];
        let found = mcnemar(&first, &second);
        assert_eq!(found.counts, [1, 5, 1, 1]);
        assert!((found.p - 14.0 / 64.0).abs() < 1e-15, "{}", found.p);
        assert_eq!(mcnemar(&[true], &[true]).p, 1.0);
        assert!((mcnemar(&[true; 2], &[false; 2]).p - 0.5).abs() < 1e-15);
        let (many, none) = ([true; 1500], [false; 1500]);
        assert!(mcnemar(&many, &none).p >= 0.0);
    }

    #[test]
    fn the_correction_is_that_of_the_paper() {
        let found = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.5]);
        for (found, expected) in found.iter().zip([0.04, 0.16 / 3.0, 0.16 / 3.0, 0.5]) {
            assert!((found - expected).abs() < 1e-15);
        }
    }
}
