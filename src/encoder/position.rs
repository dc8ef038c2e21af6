//! Features in general position: where verdicts count dimensions and say nothing of texts.

use std::collections::HashSet;

use super::Problem;
use crate::caption::FeatureMap;
use crate::certificate::CaptionProblem;

/// Why fates and deficits follow from the numbers of captions, edits and columns alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GeneralPosition {
    /// The training captions are independent, in a feature matrix, as rows of random numbers are.
    Captions,
    /// The training captions span all columns, so that they determine every edit.
    Columns,
}

impl GeneralPosition {
    /// Whether the features are in general position, given rank S.
    ///
    /// Independent captions say so for a feature matrix alone: features of tokens are ones and zeros, of which edits may share
    /// many with independent captions.
    pub fn of(problem: &Problem, spec: &CaptionProblem, rank: usize) -> Option<GeneralPosition> {
        let s = problem.s();
        if rank == 0 {
            return None;
        }
        if rank == s.cols() {
            return Some(GeneralPosition::Columns);
        }
        let distinct: HashSet<_> = (0..s.rows()).map(|row| (s.row_columns(row), s.row_values(row))).collect();
        (spec.features == FeatureMap::Matrix && rank == distinct.len()).then_some(GeneralPosition::Captions)
    }

    /// The remark for people.
    pub fn remark(self) -> &'static str {
        match self {
            GeneralPosition::Captions => {
                "remark: the features are in general position (rank S is the number of captions), as random numbers would be: \
                 the verdicts only count dimensions, and which edits are kept follows their order"
            }
            GeneralPosition::Columns => {
                "remark: the features are in general position (rank S is the number of columns), as random numbers would be: \
                 the verdicts only count dimensions, and training determines every edit, whatever it says"
            }
        }
    }
}
