//! Text to kernel objects and back: parse, elaborate, print. Untrusted: what it makes is checked by the kernel.

mod apply;
pub mod asked;
mod completion;
mod elaborate;
mod farkas;
mod frame;
mod groups;
mod justify;
mod ledger;
mod loops;
pub mod narrate;
mod rules;
mod search;
pub mod steps;
mod theory;

pub use scotoma_check::language::*;

pub use elaborate::{Derived, Elaborated, LineTrace, Statements, elaborate};
pub use ledger::{Entry, Ledger, Origin, Request};
pub use theory::{Checked, Draft, Environment, builtin, check_builtin, theorems_of};
