//! How far an exact computation may go, and who watches it.

use std::fmt;
use std::sync::Arc;

use super::{Error, ErrorKind};

/// Which arithmetic finds the pivots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Integers, and when they overflow or fill in, a prime field with p-adic lifting.
    #[default]
    Auto,
    /// Machine integers alone; declines where they do not suffice.
    Integer,
    /// A prime field and p-adic lifting from the start.
    Modular,
}

/// How far a long computation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done, for a progress bar.
    pub what: &'static str,
    /// Steps done.
    pub done: usize,
    /// Steps in all, as far as it is known; an upper bound.
    pub total: usize,
}

type Hook = dyn Fn(Progress) -> bool + Send + Sync;

/// What an exact computation may use before it declines with [`ErrorKind::Limit`], and a hook that follows or cancels it.
#[derive(Clone)]
pub struct Limits {
    /// The most nonzero entries that sparse elimination may hold, original and filled in together; lifting may
    /// keep four digits, 16 bytes, for each.
    pub fill_nonzeros: usize,
    /// The most rows and columns, in the geometric mean, of the dense part of a modular elimination; its memory grows with
    /// the square: 12 bytes a place.
    pub core_rows: usize,
    /// The most bits of a numerator or a denominator.
    pub bits: u64,
    /// Which arithmetic finds the pivots.
    pub engine: Engine,
    /// Called every now and then; the computation ends with [`ErrorKind::Cancelled`] when it returns `false`.
    pub watch: Option<Arc<Hook>>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { fill_nonzeros: 50_000_000, core_rows: 12_000, bits: 2_000_000, engine: Engine::Auto, watch: None }
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits")
            .field("fill_nonzeros", &self.fill_nonzeros)
            .field("core_rows", &self.core_rows)
            .field("bits", &self.bits)
            .field("engine", &self.engine)
            .field("watch", &self.watch.is_some())
            .finish()
    }
}

impl Limits {
    /// Tells the hook where the computation is; the error [`ErrorKind::Cancelled`] when it says no.
    pub fn tick(&self, what: &'static str, done: usize, total: usize) -> Result<(), Error> {
        match &self.watch {
            Some(watch) if !watch(Progress { what, done, total }) => {
                Err(Error::new(ErrorKind::Cancelled, format!("cancelled while {what}: {done} of {total}")))
            }
            _ => Ok(()),
        }
    }
}

/// The diagnostic of a limit reached.
pub(super) fn limit(message: String, help: &str) -> Error {
    Error::new(ErrorKind::Limit, message).help(help)
}
