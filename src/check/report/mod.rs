//! What a command says: one [`Verdict`], and one [`Diagnostic`] type with stable codes.
//!
//! Every failure in the project is a [`Diagnostic`]. Its [`Code`] is stable and decides the
//! [`Verdict`], and so the exit status: a reject, a limit and an unreadable input never look alike.

mod code;
mod diagnostic;
mod verdict;

pub use code::Code;
pub use diagnostic::{Diagnostic, Place, line_ends, plural, quoted};
pub use verdict::Verdict;
