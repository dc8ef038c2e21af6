//! What one evaluation may cost.

use std::cell::Cell;

use super::affine::{Arithmetic, Limit};

/// What an evaluation may cost unless it is said otherwise, in products of machine words: a second or two.
pub const WORK: u64 = 50_000_000;

/// Work that may still be done. When it is used up, whatever is open is undecided.
#[derive(Clone, Debug)]
pub struct Work {
    left: Cell<u64>,
}

impl Work {
    /// This many products of machine words.
    pub fn new(products: u64) -> Work {
        Work { left: Cell::new(products) }
    }

    /// Takes this much. Error: so much is not left, and nothing will be from now on.
    pub fn spend(&self, products: u64) -> Result<(), Limit> {
        match self.left.get().checked_sub(products) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => {
                self.left.set(0);
                Err(Limit("the work that an evaluation may take is used up".to_owned()))
            }
        }
    }

    /// Whether nothing is left.
    pub fn is_used_up(&self) -> bool {
        self.left.get() == 0
    }

    /// Takes what the product of two matrices costs.
    pub fn product<M: Arithmetic>(&self, left: &M, right: &M) -> Result<(), Limit> {
        let ((rows, inner), (_, cols)) = (left.size(), right.size());
        let cells = (rows as u64).saturating_mul(inner as u64).saturating_mul(cols as u64);
        let words = (1 + left.bits() / 64).saturating_mul(1 + right.bits() / 64);
        self.spend(cells.saturating_mul(words).saturating_add(1 + rows as u64 * cols as u64))
    }
}
