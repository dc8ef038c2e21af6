//! Terms, statements, proof steps and the inference rules: the only code that has to be trusted.
//!
//! The kernel does nothing clever. A proof gives every step explicitly; the kernel checks types and
//! names, expands both sides into [`Polynomial`]s and compares. It imports nothing of this project, reads no
//! files, uses no floating point and no threads, and declines where a limit is reached.
//!
//! *Meaning.* Fix a field. Spaces stand for coordinate spaces of any finite dimension (0 included), the unit
//! space for dimension 1, `A + B` for the orthogonal direct sum; maps stand for matrices, `f*g` for the product
//! (first `g`, then `f`), `f'` for the transpose. A [`Sequent`] holds when, for every choice of dimensions, families and
//! matrices that satisfies its assumptions, matrices for `exists` can be chosen so that the conclusions hold.

#![forbid(unsafe_code)]

mod check;
mod data;
mod failure;
mod order;
mod polynomial;
mod proof;
mod scope;
mod space;
mod statement;
mod term;

pub use check::{Proved, Theory};
pub use data::{Letter, Name, Polynomial, Space, Structural, Summands, Word};
pub use failure::{Failure, Reason};
pub use polynomial::{Budget, transposed, visits};
pub use proof::{Block, FactId, Multipliers, Part, Proof, Source, Step};
pub use scope::Scope;
pub use statement::{
    Claim, Comparison, Family, Field, Hash, Labelled, MapDecl, Prop, Relation, Role, Sequent, Statement,
};
pub use term::{MAX_DEPTH, MAX_NODES, Node, Shape, Term};
