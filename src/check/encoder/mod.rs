//! Certificates about captions, checked: the raw files are read again, every product is formed again.

mod aligned;
mod blind;
mod fates;
mod inequality;
mod kernel;
mod multiply;
mod nearest;
pub mod optimal;
pub mod problem;
mod selective;
mod settles;
mod staircase;
mod statement;
mod stream;
mod vectors;
mod verified;
mod verify;
mod whole;

pub use kernel::{Silent, are_independent};
pub use multiply::embed;
pub use optimal::{Projection, Targets, projection_entry};
pub use problem::{Problem, check_form, select_operators, selected_dataset};
pub use statement::{certificate, statement, statement_of};
pub use stream::{Caption, Stream};
pub use verified::Verified;
pub use verify::verify_claims;
pub use whole::{Checked, check, check_file, read_and_check, verify};
