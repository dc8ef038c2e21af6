//! Integer matrices: what the solver solves, and what the verifier multiplies out.
//!
//! Both sides of the trust line speak of the same matrices, so these lie below it and compute nothing but themselves. The
//! solver's [`Error`] is here too, so that whoever stands above can say what becomes of it.

#![forbid(unsafe_code)]

mod error;
mod integers;
mod sparse;

pub use error::{Error, ErrorKind};
pub use integers::{Integers, RightHandSide};
pub use sparse::SparseMatrix;
