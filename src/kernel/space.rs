//! Spaces.

use std::fmt;
use std::ops::Deref;

use super::data::{Space, Summands};
use super::failure::{Failure, Reason, need};

/// A sum of more leaves than this is declined, so that walking a space may recurse.
pub(super) const MAX_LEAVES: usize = 64;

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
        Ok(Space::Sum(Summands((first.clone(), second.clone()).into())))
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
