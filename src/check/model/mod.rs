//! A statement evaluated on concrete matrices: it holds, it fails, or it is not decided within the work that is allowed.

pub mod affine;
pub mod certify;
pub mod choices;
pub mod elimination;
pub mod evaluate;
mod form;
pub mod instance;
pub mod matrix;
mod obstruction;
pub mod reading;
mod rule;
pub mod scope;
pub mod weaken;
pub mod whole;
pub mod work;

pub use affine::{Affine, Arithmetic, Definiteness, Equations, Part, Solved};
pub use certify::{certificate, counterexample, obstruction_as_written, verify_counterexample, verify_necessity};
pub use evaluate::{Decision, Evaluation, Failed, Failing, evaluate, evaluate_within};
pub use instance::{Instance, MAX_DIMENSION};
pub use matrix::Matrix;
pub use weaken::{hypotheses, position, without, without_at};
pub use work::{WORK, Work};
