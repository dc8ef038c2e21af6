//! The statistics of the audit, in doubles: small functions, each held against SciPy, statsmodels or scikit-learn by
//! `tests/audit_reference.py`.

mod bootstrap;
mod logistic;
mod rank;
mod share;

pub use bootstrap::{Bootstrap, Clusters};
pub use logistic::{Fit, fit, folds, held_out};
pub use rank::{Ordered, auc, median, quantile};
pub use share::{Paired, benjamini_hochberg, mcnemar, wilson};

/// A 95 % interval.
pub type Interval = [f64; 2];

/// Under this many of a class nothing is said of it.
pub const FEW: usize = 50;

/// The 97.5th percentile of the normal distribution.
pub const Z: f64 = 1.959_963_984_540_054;
