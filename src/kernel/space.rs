//! Spaces.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::failure::{Failure, Reason, need};

/// The name of a space, family or map: a letter, then letters, digits and underscores (ASCII), at most 64.
/// Checked where it is declared; names that are never declared are rejected where they are used.
pub type Name = Arc<str>;

/// A sum of more leaves than this is declined, so that walking a space may recurse.
pub(super) const MAX_LEAVES: usize = 64;

/// A finite-dimensional space.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// The unit space `1`, of dimension 1.
    Unit,
    /// A declared space, of any dimension, 0 included.
    Atom(Name),
    /// An orthogonal direct sum.
    Sum(Summands),
}

/// The two summands, `.0` and `.1`, of a sum; only [`Space::sum`], which bounds it, makes one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Summands(Arc<(Space, Space)>);

impl Deref for Summands {
    type Target = (Space, Space);

    fn deref(&self) -> &(Space, Space) {
        &self.0
    }
}

impl Space {
    /// The direct sum. Error: [`Reason::TooLarge`].
    pub fn sum(first: &Space, second: &Space) -> Result<Space, Failure> {
        let leaves = first.leaves().len() + second.leaves().len();
        need(leaves <= MAX_LEAVES, Reason::TooLarge, format_args!("a sum of more than {MAX_LEAVES} spaces"))?;
        Ok(Space::Sum(Summands(Arc::new((first.clone(), second.clone())))))
    }

    /// The summands from left to right, none of them a sum. The dimension is the sum of theirs.
    pub fn leaves(&self) -> Vec<&Space> {
        match self {
            Space::Unit | Space::Atom(_) => vec![self],
            Space::Sum(parts) => [parts.deref().0.leaves(), parts.deref().1.leaves()].concat(),
        }
    }
}

impl fmt::Display for Space {
    /// `A + B + C` is `(A + B) + C`; a sum on the right is bracketed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Space::Unit => f.write_str("1"),
            Space::Atom(name) => f.write_str(name),
            Space::Sum(parts) => match parts.deref() {
                (first, second @ Space::Sum(_)) => write!(f, "{first} + ({second})"),
                (first, second) => write!(f, "{first} + {second}"),
            },
        }
    }
}
