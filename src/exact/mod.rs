//! Exact rational linear algebra: sparse, modular, reconstructed. Untrusted, fast; results are checked by multiplication.
//!
//! Everything the project certifies about captions and encoders comes down to one sparse integer matrix: which rows are
//! combinations of which, what a system's solution is, which vector shows that there is none. [`Elimination`] does
//! that once and answers all of it, over machine integers where they suffice and else by p-adic lifting. It is not
//! trusted: what it returns has been multiplied with the original matrix, by [`check`](check_solution), which knows
//! nothing of how it was found.

#![forbid(unsafe_code)]

mod basis;
mod check;
mod dense;
mod digits;
mod echelon;
mod elimination;
mod factor;
mod integer;
mod lift;
mod limits;
mod line;
mod modular;
mod number;
mod pivoting;
mod queue;
mod reconstruct;
mod residue;
mod ring;
mod span;
mod substitute;
mod table;
mod vector;
mod words;

#[cfg(test)]
mod tests;

pub use check::{check_combination, check_kernel, check_left_null, check_solution, unsolved_rows};
pub use elimination::{Elimination, Expression, Obstruction, Solution};
pub use limits::{Engine, Limits, Progress};
pub use scotoma_matrix::{Error, ErrorKind, Integers, RightHandSide, SparseMatrix};
pub use span::{Gather, Span};
pub use table::{RationalMatrix, RationalRow};
pub use vector::{Rational, SparseVector};
