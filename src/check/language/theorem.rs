//! Theorems as they are read: the statement, and what its author says about it.

use super::lexer::Span;
use super::syntax::Comments;
use crate::kernel::Statement;

/// A statement with what its author says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theorem {
    /// The claim.
    pub statement: Statement,
    /// The comments, outside the hash.
    pub comments: Comments,
    /// Where it stands.
    pub span: Span,
}
