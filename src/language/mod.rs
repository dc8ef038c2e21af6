//! Text to kernel objects and back: parse, elaborate, print. Untrusted: what it makes is checked by the kernel.

mod apply;
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
mod theory;

pub use scotoma_check::language::*;

pub use elaborate::{Derived, Elaborated, Statements, Told, elaborate};
pub use ledger::{Entry, Ledger, Origin, Request};
pub use theory::{Checked, Draft, Workshop, builtin, check_builtin, theorems_of};
