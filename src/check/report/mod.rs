//! What a command says: one [`Verdict`], and one [`Diagnostic`] type with stable codes.
//!
//! Every failure in the project is a [`Diagnostic`]. Its [`Code`] is stable and decides the
//! [`Verdict`], and so the exit status: a reject, a limit and an unreadable input never look alike.

mod code;
mod diagnostic;

pub use code::Code;
pub use diagnostic::{Diagnostic, Place, line_ends, quoted};

/// The answer of a command, in the order from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that was asked for holds.
    Holds,
    /// Undecided within a limit that the user can raise.
    Declined,
    /// Something that was asked for does not hold: a rejected proof, a failed certificate, a refuted claim.
    DoesNotHold,
    /// The input could not be read, or the command was used wrongly.
    Unreadable,
}

impl Verdict {
    /// The process exit status: 0 holds, 1 does not hold, 2 declined, 3 unreadable.
    pub fn exit_code(self) -> u8 {
        match self {
            Verdict::Holds => 0,
            Verdict::DoesNotHold => 1,
            Verdict::Declined => 2,
            Verdict::Unreadable => 3,
        }
    }
}

/// `1 edit`, `2 edits`: a count of what has a regular plural.
pub fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
