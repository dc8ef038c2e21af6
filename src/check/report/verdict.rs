//! What a command answers.

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
