//! Whether the training text supports an edit: how often it has what the edit brings in, and the share that a ridge encoder
//! would shrink away.

use serde::Serialize;

use super::ridge::{Sparse, unsupported};
use crate::caption::Row;
use crate::encoder::Problem;

/// Support of each edit.
#[derive(Clone, Debug, Serialize)]
pub struct Support {
    /// Training texts: the captions of the pairs and the further training captions, each different one once.
    pub training: usize,
    /// The ridge that phi is of.
    pub lambda: f64,
    /// The largest error of a phi, bounded by the residual of its solution.
    pub bound: f64,
    /// s(d) = log(1 + in how many training texts the rarest feature stands that the edit brings in); absent for an edit that
    /// brings in none.
    #[serde(skip)]
    pub log_count: Vec<Option<f64>>,
    /// phi(d), the unsupported share; absent for an edit that changes no feature.
    #[serde(skip)]
    pub unsupported: Vec<Option<f64>>,
}

/// The support of every edit over the features of a problem; `done` is told how many edits are done.
pub fn support(problem: &Problem, lambda: f64, done: impl FnMut(usize)) -> Support {
    let features = problem.features();
    let (training, edits) = (training(problem), edits(problem));
    let unit = 2f64.powi(features.scale as i32);
    let s = Sparse::new(training.iter().copied(), features.columns(), unit);
    let d = Sparse::new(&edits, features.columns(), unit);
    let (unsupported, bound) = unsupported(&s, &d, lambda, done);
    Support { training: training.len(), lambda, bound, log_count: log_counts(problem), unsupported }
}

/// s(d) of every edit.
pub fn log_counts(problem: &Problem) -> Vec<Option<f64>> {
    let mut counts = vec![0u32; problem.features().columns()];
    for row in training(problem) {
        row.iter().for_each(|(column, _)| counts[*column as usize] += 1);
    }
    let rarest = |edit: &Row| edit.iter().filter(|(_, x)| *x > 0).map(|(column, _)| counts[*column as usize]).min();
    edits(problem).iter().map(|edit| rarest(edit).map(|count| f64::from(count).ln_1p())).collect()
}

fn edits(problem: &Problem) -> Vec<Row> {
    let features = problem.features();
    (0..features.captions.len()).map(|pair| features.difference(pair)).collect()
}

/// The features of the captions of pairs and of the further training captions, each different text once.
fn training(problem: &Problem) -> Vec<&Row> {
    let (dataset, features) = (problem.dataset(), problem.features());
    let mut seen = std::collections::HashSet::new();
    let captions = dataset.pairs.iter().map(|p| p.caption.as_str()).zip(&features.captions);
    let further = dataset.train.iter().map(|t| t.text.as_str()).zip(&features.train);
    captions.chain(further).filter(|(text, _)| seen.insert(*text)).map(|(_, row)| row).collect()
}
