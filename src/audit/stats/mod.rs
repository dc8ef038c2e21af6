//! The statistics of the audit, in doubles: small functions, each held against SciPy, statsmodels or scikit-learn by
//! `tests/audit_reference.py`.

mod bootstrap;
mod interval;
mod logistic;
mod rank;
mod share;

pub use bootstrap::{Bootstrap, Clusters};
pub use interval::{FEW, Interval, Z};
pub use logistic::{Fit, fit, folds, held_out};
pub use rank::{Ordered, auc, median, quantile};
pub use share::{Paired, benjamini_hochberg, mcnemar, wilson};
