//! Why an exact computation gives no answer.

use std::fmt;

/// What kind of failure it is. An exhaustive match over it decides what a caller tells its user, so it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The shapes of two matrices, or an index and a matrix, do not go together.
    Shape,
    /// An integer entry of a matrix is larger than a 64-bit integer.
    EntryTooLarge,
    /// A limit on memory or on the size of numbers is reached.
    Limit,
    /// The computation was cancelled by its hook.
    Cancelled,
    /// A claimed result fails its check by multiplication.
    CheckFailed,
    /// A computed result failed its own check and was withheld: a defect of the solver.
    SelfCheck,
}

/// Why an exact computation gives no answer: the kind, one sentence, and what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// What went wrong with these numbers, in one sentence.
    pub message: String,
    /// What can be done about it.
    pub help: Option<String>,
}

impl Error {
    /// An error without help.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into(), help: None }
    }

    /// Adds what can be done about it.
    pub fn help(mut self, help: impl Into<String>) -> Error {
        self.help = Some(help.into());
        self
    }

    /// Of shapes that do not go together.
    pub fn shape(message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Shape, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
