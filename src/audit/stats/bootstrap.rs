//! The cluster bootstrap: rows of one image, or of one group, are drawn together.

use std::collections::HashMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::interval::Interval;
use super::rank::quantile;

/// Which rows belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clusters {
    of: Vec<u32>,
    count: usize,
}

impl Clusters {
    /// Rows with the same key belong together; clusters are numbered by first appearance.
    pub fn new<K: std::hash::Hash + Eq>(keys: impl IntoIterator<Item = K>) -> Clusters {
        let mut numbers = HashMap::new();
        let mut of = Vec::new();
        for key in keys {
            let next = numbers.len() as u32;
            of.push(*numbers.entry(key).or_insert(next));
        }
        Clusters { of, count: numbers.len() }
    }

    /// The cluster of each row.
    pub fn of(&self) -> &[u32] {
        &self.of
    }

    /// How many clusters there are.
    pub fn count(&self) -> usize {
        self.count
    }
}

/// Draws of clusters with replacement, the same for every figure of a report.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    /// How often each cluster was drawn, draw by draw.
    draws: Vec<Vec<u32>>,
    of: Vec<u32>,
}

impl Bootstrap {
    /// As many clusters as there are, drawn `draws` times.
    pub fn new(clusters: &Clusters, draws: usize, seed: u64) -> Bootstrap {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut draw = || {
            let mut times = vec![0; clusters.count];
            for _ in 0..clusters.count {
                times[rng.random_range(0..clusters.count)] += 1;
            }
            times
        };
        Bootstrap { draws: (0..draws).map(|_| draw()).collect(), of: clusters.of.clone() }
    }

    /// A statistic of every draw; it is given how often each row occurs. Draws in which it has no value are left out.
    pub fn values(&self, statistic: impl Fn(&dyn Fn(usize) -> u32) -> Option<f64>) -> Vec<f64> {
        self.draws.iter().filter_map(|times| statistic(&|row| times[self.of[row] as usize])).collect()
    }

    /// The percentile interval of a statistic; `None` where fewer than 19 of 20 draws give it a value.
    pub fn interval(&self, statistic: impl Fn(&dyn Fn(usize) -> u32) -> Option<f64>) -> Option<Interval> {
        let values = self.values(statistic);
        if values.len() * 20 < self.draws.len() * 19 {
            return None;
        }
        Some([quantile(&values, 0.025)?, quantile(&values, 0.975)?])
    }

    /// The interval of a ratio of sums over `rows`, as means and shares are (with a sum of ones below).
    pub fn ratio(&self, rows: &[u32], above: &[f64], below: &[f64]) -> Option<Interval> {
        self.interval(|weight| {
            let (mut a, mut b) = (0.0, 0.0);
            for row in rows {
                let w = f64::from(weight(*row as usize));
                (a, b) = (a + w * above[*row as usize], b + w * below[*row as usize]);
            }
            (b > 0.0).then(|| a / b)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_of_a_mean_is_its_standard_error() {
        // 400 clusters of two equal rows: the variance of the mean is that of 400 values, not of 800.
        let values: Vec<f64> = (0..800).map(|row| f64::from(row / 2 * 7919 % 400)).collect();
        let clusters = Clusters::new((0..800).map(|row| row / 2));
        assert_eq!(clusters.count(), 400);
        let bootstrap = Bootstrap::new(&clusters, 2000, 5);
        let means = bootstrap.values(|weight| {
            let weights: f64 = (0..800).map(|row| f64::from(weight(row))).sum();
            Some((0..800).map(|row| f64::from(weight(row)) * values[row]).sum::<f64>() / weights)
        });
        let mean = means.iter().sum::<f64>() / 2000.0;
        let spread = (means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / 1999.0).sqrt();
        // The values are 0..400 in some order: variance (400^2 - 1) / 12.
        let expected = ((400f64 * 400.0 - 1.0) / 12.0 / 400.0).sqrt();
        assert!((spread / expected - 1.0).abs() < 0.06, "seed 5: {spread} {expected}");
        let rows: Vec<u32> = (0..800).collect();
        let [low, high] = bootstrap.ratio(&rows, &values, &[1.0; 800]).unwrap();
        assert!(((high - low) / (2.0 * super::super::Z * expected) - 1.0).abs() < 0.08);
    }

    #[test]
    fn one_cluster_has_no_spread() {
        let bootstrap = Bootstrap::new(&Clusters::new([1, 1, 1]), 100, 1);
        assert_eq!(bootstrap.ratio(&[0, 1, 2], &[1.0, 2.0, 6.0], &[1.0; 3]), Some([3.0, 3.0]));
        assert_eq!(bootstrap.interval(|_| None), None);
    }
}
