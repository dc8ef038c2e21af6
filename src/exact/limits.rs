//! How far an exact computation may go, and who watches it.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use super::{Error, ErrorKind};

/// Which arithmetic finds the pivots.
#[non_exhaustive]
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
    /// Steps in all, as far as it is known, an upper bound; 0 where it is not.
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
    /// When the computation declines with [`ErrorKind::Limit`], wherever it is.
    pub deadline: Option<Instant>,
    /// Called every now and then; the computation ends with [`ErrorKind::Cancelled`] when it returns `false`.
    pub watch: Option<Arc<Hook>>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            fill_nonzeros: 50_000_000,
            core_rows: 12_000,
            bits: 2_000_000,
            engine: Engine::Auto,
            deadline: None,
            watch: None,
        }
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits")
            .field("fill_nonzeros", &self.fill_nonzeros)
            .field("core_rows", &self.core_rows)
            .field("bits", &self.bits)
            .field("engine", &self.engine)
            .field("deadline", &self.deadline)
            .field("watch", &self.watch.is_some())
            .finish()
    }
}

impl Limits {
    /// Whether the deadline is past.
    pub fn time_is_up(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() > deadline)
    }

    /// Tells the hook where the computation is; the error [`ErrorKind::Cancelled`] when it says no, [`ErrorKind::Limit`] past
    /// the deadline.
    pub fn tick(&self, what: &'static str, done: usize, total: usize) -> Result<(), Error> {
        let place = || if total == 0 { format!("{what}: {done}") } else { format!("{what}: {done} of {total}") };
        if self.time_is_up() {
            let message = format!("the time is up while {}", place());
            return Err(limit(message, "allow more --time, or take fewer pairs or features"));
        }
        match &self.watch {
            Some(watch) if !watch(Progress { what, done, total }) => {
                Err(Error::new(ErrorKind::Cancelled, format!("cancelled while {}", place())))
            }
            _ => Ok(()),
        }
    }
}

/// The diagnostic of a limit reached.
pub(super) fn limit(message: String, help: &str) -> Error {
    Error::new(ErrorKind::Limit, message).help(help)
}
