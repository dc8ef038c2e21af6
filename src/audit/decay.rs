//! What weight decay cannot see: phi(d) against what a trained ridge encoder moves (theorems `ridge_sees_the_supported_share` and `ridge_blinds`).
//!
//! With z the solution of `(S'S + lambda) z = d` (rows of S are captions) the ridge encoder moves an edit by `h d = g S'S z`, the share of d that training
//! supports as the optimum g moves it. So `|h d|^2 <= |g|^2 (|d|^2 - phi(d))`, where `phi(d) = lambda d'z` and |g| is the largest singular value of
//! any g that is optimal on training: here one that conjugate gradients find.

use nalgebra::DMatrix;
use num_traits::ToPrimitive;
use serde::Serialize;

use super::ridge::{Sparse, Stop, predict, unsupported};
use super::stats::{Bootstrap, Clusters, Interval};
use crate::caption::Row;
use crate::encoder::Problem;
use crate::matrix::SparseMatrix;

/// The ridge of the encoder that stands for an optimum.
const LIMIT: f64 = 1e-7;

/// A trained ridge encoder on the edits of a problem.
#[derive(Clone, Debug, Serialize)]
pub struct Decay {
    /// The weight decay lambda of the ridge fit.
    pub lambda: f64,
    /// Training captions.
    pub training: usize,
    /// Edits that change a feature.
    pub n: usize,
    /// The square of the largest singular value of the optimum.
    pub optimum: f64,
    /// How far that optimum is from the targets on training captions, as a part of their norm: near 0 where the features can express them.
    pub misses: f64,
    /// For each such edit: its number; its supported share `1 - phi(d)/|d|^2`; `|h d|^2 / (|g|^2 |d|^2)`, at most that.
    #[serde(skip)]
    pub edits: Vec<(usize, f64, f64)>,
    /// On how many edits the bound does not hold, beyond what the iterations left.
    pub above: usize,
    /// What the iterations may be off by in a share.
    pub off: f64,
    /// The part of `|g|^2 |d|^2` that the encoder moves, summed over edits, in the less supported half and in the more supported half.
    pub moved: [f64; 2],
    /// 95 % intervals, edits drawn with replacement.
    pub intervals: [Option<Interval>; 2],
}

impl Decay {
    /// Whether the features express the targets, so that there is an optimum for the bound to speak of.
    pub fn applies(&self) -> bool {
        self.misses < 1e-3
    }
}

/// Trains the ridge encoder of the problem's targets and holds its edits against their support; intervals of `draws` draws from the seed.
pub fn decay(problem: &Problem, lambda: f64, draws: usize, seed: u64) -> Decay {
    let scale = 2f64.powi(problem.features().scale as i32);
    let (s, d) = (rows(problem.s(), scale), rows(problem.d(), scale));
    let targets = problem.targets();
    let (width, unit) = (targets.width(), 2f64.powi(targets.shift as i32));
    let entry = |row, column| targets.training.get(row, column).to_f64().unwrap_or(f64::NAN) / unit;
    let e: Vec<f64> = (0..s.rows()).flat_map(|row| (0..width).map(move |column| entry(row, column))).collect();
    let stop = Stop { residual: 1e-9, iterations: 5_000 };
    let rows: Vec<&[f64]> = e.chunks_exact(width).collect();
    let (moved, residual) = predict(&s, &rows, width, lambda, &d, stop);
    let (optimum, misses) = optimum(&s, &rows, width, stop);
    let (shares, bound) = unsupported(&s, &d, lambda, |_| ());
    let off = bound + 1e3 * residual + 1e-9;
    let square = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>();
    let norm = |edit: usize| d.row(edit).iter().map(|(_, x)| x * x).sum::<f64>();
    let of = |(edit, share): (usize, &Option<f64>)| {
        let part = square(&moved[edit * width..][..width]) / (optimum * norm(edit)).max(f64::MIN_POSITIVE);
        share.map(|phi| (edit, 1.0 - phi, part))
    };
    let edits: Vec<(usize, f64, f64)> = shares.iter().enumerate().filter_map(of).collect();
    let mut order: Vec<u32> = (0..edits.len() as u32).collect();
    order.sort_by(|a, b| edits[*a as usize].1.total_cmp(&edits[*b as usize].1));
    let halves = [&order[..order.len() / 2], &order[order.len() / 2..]];
    let weight: Vec<f64> = edits.iter().map(|(edit, ..)| norm(*edit)).collect();
    let weighted: Vec<f64> = edits.iter().zip(&weight).map(|((.., part), norm)| part * norm).collect();
    let bootstrap = Bootstrap::new(&Clusters::new(0..edits.len()), draws, seed);
    let sum = |rows: &[u32], of: &[f64]| rows.iter().map(|row| of[*row as usize]).sum::<f64>();
    Decay {
        lambda,
        training: s.rows(),
        n: edits.len(),
        optimum,
        misses,
        above: edits.iter().filter(|(_, share, part)| *part > share + off).count(),
        off,
        moved: halves.map(|rows| sum(rows, &weighted) / sum(rows, &weight).max(f64::MIN_POSITIVE)),
        intervals: halves.map(|rows| bootstrap.ratio(rows, &weighted, &weight)),
        edits,
    }
}

fn rows(matrix: &SparseMatrix, unit: f64) -> Sparse {
    let rows: Vec<Row> = (0..matrix.rows()).map(|row| matrix.row(row).collect()).collect();
    Sparse::new(&rows, matrix.cols(), unit)
}

/// The squared norm of an encoder that is optimal on training, and how far it misses the targets.
fn optimum(s: &Sparse, e: &[&[f64]], width: usize, stop: Stop) -> (f64, f64) {
    let one: Vec<Row> = (0..s.columns() as u32).map(|column| vec![(column, 1)]).collect();
    let (g, _) = predict(s, e, width, LIMIT, &Sparse::new(&one, s.columns(), 1.0), stop);
    let g = DMatrix::from_row_slice(s.columns(), width, &g);
    let largest = (g.transpose() * &g).symmetric_eigenvalues().iter().fold(0f64, |a, b| a.max(*b));
    let made: Vec<f64> = (0..s.rows())
        .flat_map(|row| {
            let cells = s.row(row);
            let g = &g;
            (0..width).map(move |k| cells.iter().map(|(column, x)| x * g[(*column as usize, k)]).sum::<f64>())
        })
        .collect();
    let square = |v: &mut dyn Iterator<Item = f64>| v.map(|x| x * x).sum::<f64>().sqrt();
    let off = square(&mut made.iter().zip(e.iter().copied().flatten()).map(|(a, b)| a - b));
    (largest, off / square(&mut e.iter().copied().flatten().copied()).max(f64::MIN_POSITIVE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caption::FeatureMap;
    use crate::world::{Pair, Reading, World, WorldInputs};

    fn world(features: FeatureMap) -> Problem {
        let world = World::builtin();
        let edits = world.edited_pairs().into_iter();
        let pairs: Vec<Pair> =
            edits.map(|e| Pair { caption: e.caption, negative: e.negative, operator: e.operator }).collect();
        WorldInputs::new(&world, &pairs, Reading::ByPlace).unwrap().problem(features, None).unwrap().1
    }

    /// With a feature for each caption S is the identity: of an edit into a training caption the share 1/(1 + lambda) is supported, of one out of
    /// training half of that, and h is g/(1 + lambda) on training captions and 0 on others.
    #[test]
    fn shares_and_what_moves_are_known_where_every_caption_is_a_feature() {
        let problem = world(FeatureMap::WholeCaption);
        let found = decay(&problem, 1.0, 50, 1);
        assert!(found.above == 0 && found.misses < 1e-5 && found.n == problem.d().rows(), "{:?}", found.misses);
        let targets = problem.targets().edits.as_ref().unwrap();
        let of = |edit: usize, k: usize| targets.get(edit, k).to_f64().unwrap();
        let mut seen = [0, 0];
        for (edit, share, part) in &found.edits {
            let inside = (share - 0.5).abs() < 2e-3;
            assert!(inside || (share - 0.25).abs() < 2e-3, "{edit}: {share}");
            seen[usize::from(inside)] += 1;
            if inside {
                let square: f64 = (0..targets.width()).map(|k| of(*edit, k).powi(2) / 4.0).sum();
                assert!((part - square / (2.0 * found.optimum)).abs() < 1e-6, "{edit}: {part}");
            }
        }
        assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
    }

    #[test]
    fn the_bound_holds_on_every_edit_and_more_decay_moves_less() {
        let problem = world(FeatureMap::OrderedPairs);
        let [small, large] = [0.1, 1000.0].map(|lambda| decay(&problem, lambda, 50, 1));
        for found in [&small, &large] {
            assert!(found.above == 0 && found.misses < 1e-4 && found.n > 0, "{:?}", (found.above, found.misses));
            assert!(found.intervals.iter().flatten().all(|[a, b]| a <= b));
        }
        assert!((large.optimum - small.optimum).abs() < 1e-9);
        let [small, large] = [small.moved, large.moved];
        assert!(large[0] < 0.05 * small[0] && small[0] < small[1] && large[0] < large[1], "{small:?} {large:?}");
    }
}
