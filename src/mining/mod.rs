//! The hard negatives that settle a family of edits: the least set, the cheapest, the most for a budget; and how deep
//! compositions of edits have to be mined.
//!
//! Modulo the training captions the edits are vectors, and a set of mined negatives settles an edit exactly when the edit
//! is a combination of them (theorems `mining_suffices` and `mining_is_sharp`). So the sets worth mining are the
//! bases, all of the size rank [S D] - rank S, the *deficit*; taking edits by rising cost, each that is independent of those
//! before it, gives the cheapest (J. Edmonds, "Matroids and the greedy algorithm", 1971).
//!
//! Edits compose, and their compositions are many more than their dimensions: [`growth`] finds the rank depth by depth and proves
//! the horizon beyond which nothing new comes (theorem `mining_horizon`).

mod approximate;
mod blinding;
mod chain;
mod compounds;
#[cfg(feature = "linear-programs")]
mod entry;
mod horizon;
#[cfg(feature = "linear-programs")]
mod margins;
#[cfg(feature = "linear-programs")]
mod nearest;
mod rank;
mod settle;
#[cfg(feature = "linear-programs")]
mod simplex;
mod space;
mod study;

pub use approximate::{Above, Approximate, approximate};
pub use blinding::Blinding;
pub use chain::Training;
pub use compounds::{Described, certify_compounds};
pub use horizon::{Growth, growth};
#[cfg(feature = "linear-programs")]
pub use margins::margins;
#[cfg(feature = "linear-programs")]
pub use nearest::{Bracket, Nearest, NearestEntry, nearest};
pub use rank::Ranked;
pub use settle::{Mining, mine};
pub use space::Space;
pub use study::{Setting, Study};
