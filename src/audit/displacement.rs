//! How far an encoder moves under an edit, in units of how far apart two captions lie.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::embeddings::Embeddings;
use super::stats::{FEW, median, quantile};

/// Pairs of captions that the unit is taken from, where there are more.
const DRAWN: usize = 100_000;

/// Under this rho an encoder does not tell the two texts apart.
pub const BLIND: f64 = 0.01;

/// What an encoder makes of one edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Word {
    /// It hardly moves: rho under [`BLIND`].
    #[serde(rename = "BLIND")]
    Blind,
    /// It moves less than under 19 of 20 rewordings.
    #[serde(rename = "FAINT")]
    Faint,
    /// It moves more. Where no rewordings are known, FAINT is not told from SEEN.
    #[serde(rename = "SEEN")]
    Seen,
}

impl Word {
    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Word::Blind => "BLIND",
            Word::Faint => "FAINT",
            Word::Seen => "SEEN",
        }
    }
}

/// The unit of rho: the median distance of two different captions.
#[derive(Clone, Debug, Serialize)]
pub struct Unit {
    /// The distance, of embeddings as they were read (scaled or not).
    pub distance: f64,
    /// Pairs of captions that it is the median of.
    pub pairs: usize,
    /// Whether these are all pairs; else they were drawn with the seed of the report.
    pub all: bool,
}

/// Rewordings: two captions of one image, in units of rho.
#[derive(Clone, Debug, Serialize)]
pub struct Rewordings {
    /// Pairs of captions.
    pub pairs: usize,
    /// The median rho of the rows with this word.
    pub median: f64,
    /// The 5th percentile: the border of FAINT and SEEN.
    pub fifth: f64,
    /// Where the pairs come from.
    pub from: String,
}

/// The Euclidean distance.
pub fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// The unit of rho over rows of different captions; `None` with fewer than two of them, or if all lie in one place.
pub fn unit(embeddings: &Embeddings, captions: &[u32], seed: u64) -> Option<Unit> {
    let n = captions.len();
    let of = |a: usize, b: usize| distance(embeddings.row(captions[a]), embeddings.row(captions[b]));
    let all = n * n.saturating_sub(1) / 2 <= DRAWN;
    let distances: Vec<f64> = if all {
        (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).map(|(a, b)| of(a, b)).collect()
    } else {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut draw = || {
            let (a, b) = (rng.random_range(0..n), rng.random_range(0..n - 1));
            (a, b + usize::from(b >= a))
        };
        (0..DRAWN).map(|_| draw()).map(|(a, b)| of(a, b)).collect()
    };
    let distance = median(&distances).filter(|d| *d > 0.0)?;
    Some(Unit { distance, pairs: distances.len(), all })
}

/// The distances of all pairs of different rows in one group, in units of rho; `None` under [`FEW`].
pub fn rewordings(embeddings: &Embeddings, groups: &[Vec<u32>], unit: &Unit, from: String) -> Option<Rewordings> {
    let mut distances = Vec::new();
    for group in groups {
        let mut rows = group.clone();
        rows.sort_unstable();
        rows.dedup();
        for (at, a) in rows.iter().enumerate() {
            let others = rows[at + 1..].iter();
            distances.extend(others.map(|b| distance(embeddings.row(*a), embeddings.row(*b)) / unit.distance));
        }
    }
    if distances.len() < FEW {
        return None;
    }
    Some(Rewordings { pairs: distances.len(), median: median(&distances)?, fifth: quantile(&distances, 0.05)?, from })
}

/// Rows by key, keys in order.
pub fn grouped<K: Ord>(rows: impl IntoIterator<Item = (K, u32)>) -> Vec<Vec<u32>> {
    let mut groups = BTreeMap::<K, Vec<u32>>::new();
    for (key, row) in rows {
        groups.entry(key).or_default().push(row);
    }
    groups.into_values().collect()
}

/// The word for a rho.
pub fn word(rho: f64, rewordings: Option<&Rewordings>) -> Word {
    match rewordings {
        _ if rho < BLIND => Word::Blind,
        Some(r) if rho < r.fifth => Word::Faint,
        _ => Word::Seen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::Tensor;

    fn line(points: &[f64]) -> Embeddings {
        let tensor = Tensor { shape: vec![points.len(), 1], data: points.to_vec() };
        let names: Vec<Option<String>> = (0..points.len()).map(|i| Some(i.to_string())).collect();
        Embeddings::new("e", String::new(), tensor, &names, false).unwrap()
    }

    #[test]
    fn the_unit_is_the_median_distance_of_captions() {
        let e = line(&[1.0, 2.0, 4.0, 8.0]);
        let unit = unit(&e, &[0, 1, 2, 3], 1).unwrap();
        // 1 2 3 4 6 7
        assert_eq!((unit.distance, unit.pairs, unit.all), (3.5, 6, true));
        assert!(super::unit(&e, &[0], 1).is_none() && super::unit(&line(&[1.0; 3]), &[0, 1, 2], 1).is_none());
    }

    #[test]
    fn many_captions_are_drawn_and_never_paired_with_themselves() {
        let points: Vec<f64> = (1..=1000).map(f64::from).collect();
        let unit = unit(&line(&points), &(0..1000).collect::<Vec<_>>(), 3).unwrap();
        // The distance of two points of a line of length 1000 has its median at 1 - sqrt(1/2).
        assert!(!unit.all && unit.pairs == DRAWN && (unit.distance - 292.9).abs() < 4.0, "seed 3: {}", unit.distance);
    }

    #[test]
    fn words_have_their_borders() {
        let r = Rewordings { pairs: 60, median: 0.5, fifth: 0.2, from: String::new() };
        let words = [0.0, 0.0099, 0.01, 0.19, 0.2].map(|rho| word(rho, Some(&r)).name());
        assert_eq!(words, ["BLIND", "BLIND", "FAINT", "FAINT", "SEEN"]);
        assert_eq!(word(0.1, None), Word::Seen);
    }
}
