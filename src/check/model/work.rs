//! What one evaluation may cost.

use std::cell::Cell;

/// Why something was left undecided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit(pub String);

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
}
