//! A statement on concrete matrices: evaluate, sample, refute, shrink.
//!
//! A theorem is proved for all dimensions elsewhere; here it meets numbers. [`evaluate`] says of one [`Instance`] which
//! assumptions hold and whether the conclusion does: exactly, on rationals, or in f64 with a bound ([`Ball`]).

mod affine;
mod ball;
mod blocks;
mod certify;
mod choices;
mod elimination;
mod evaluate;
mod flatten;
mod form;
mod instance;
mod matrix;
mod numeric;
mod obstruction;
mod palette;
mod reading;
mod refute;
mod rule;
mod sample;
mod scope;
mod shrink;
mod standing;
mod svd;
mod values;
mod weaken;
mod work;

pub use affine::{Affine, Arithmetic, Definiteness, Equations, Limit, Part, Solved};
pub use ball::Ball;
pub use certify::{certificate, counterexample, obstruction_as_written, verify_counterexample, verify_necessity};
pub use evaluate::{Decision, Evaluation, Failed, Failing, evaluate, evaluate_within};
pub use instance::{Instance, MAX_DIMENSION};
pub use matrix::Matrix;
pub use numeric::rotated;
pub use refute::{Outcome, Search, refute};
pub use sample::Sampler;
pub use standing::{COUNTEREXAMPLES, Sampled, counterexamples, necessity, sample};
pub use values::Values;
pub use weaken::{hypotheses, position, without, without_at};
pub use work::{WORK, Work};
