//! Records before their texts are checked, and the file that they stand in.

use crate::report::{Code, Diagnostic, Place};

/// A text and the byte offset in the file at which it, or its record, begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) text: String,
    pub(super) at: usize,
}

/// One or more texts in one place; `listed` if they stand in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) texts: Vec<Field>,
    pub(super) listed: bool,
}

/// One record of a file, before its texts are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) at: usize,
    pub(super) captions: Fields,
    pub(super) negatives: Fields,
    pub(super) operator: Option<String>,
}

/// A file that is being read: its name for messages, and its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
}

impl Input<'_> {
    pub(super) fn place(&self, start: usize, end: usize) -> Place {
        Place::of(self.name, self.text, start, end)
    }

    pub(super) fn fail(&self, code: Code, message: impl Into<String>, at: usize) -> Diagnostic {
        Diagnostic::new(code, message).at(self.place(at, at + 1))
    }

    /// Refuses a text that is empty or has a NUL character.
    pub(super) fn check(&self, field: &Field, what: &str) -> Result<(), Diagnostic> {
        if field.text.trim().is_empty() {
            let help = "give the record a text, or remove it";
            return Err(self.fail(Code::EmptyCaption, format!("the {what} is empty"), field.at).help(help));
        }
        if field.text.contains('\0') {
            return Err(nul(self.place(field.at, field.at + 1)));
        }
        Ok(())
    }
}

/// The refusal of a NUL character.
pub(super) fn nul(place: Place) -> Diagnostic {
    Diagnostic::new(Code::NulCharacter, "the text contains a NUL character")
        .at(place)
        .help("the file may be UTF-16 or binary; convert it to UTF-8 text")
}

/// The lines of a text, which end with LF, CRLF or CR; between CR and LF stands an empty one.
pub(super) fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r'])
}
