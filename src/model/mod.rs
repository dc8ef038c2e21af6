//! A statement on concrete matrices: evaluate, sample, refute, shrink.
//!
//! A theorem is proved for all dimensions elsewhere; here it meets numbers. [`evaluate()`] says of one [`Instance`] which
//! assumptions hold and whether the conclusion does: exactly, on rationals, or in f64 with a bound ([`Ball`]).

mod ball;
mod blocks;
mod flatten;
mod legible;
mod numeric;
mod palette;
mod redraw;
mod refute;
mod sample;
mod shrink;
mod standing;
mod svd;
mod values;

pub use scotoma_check::model::*;

pub use ball::Ball;
pub use legible::{SHOWN, legibly, too_small};
pub use numeric::rotated;
pub use refute::{Outcome, Search, refute};
pub use sample::Sampler;
pub use standing::{COUNTEREXAMPLES, Sampled, counterexamples, necessity, sample};
pub use values::Values;
