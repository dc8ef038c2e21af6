//! One diagnostic: a code, a message, where, and what to do about it.

use std::fmt;

use super::code::Code;
use super::verdict::Verdict;
use crate::kernel::Reason;
use crate::matrix::{Error, ErrorKind};

/// A place in a text: 1-based line and column, and the line itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Name of the file as the user gave it, or `<stdin>`.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// 1-based column, counted in characters.
    pub column: usize,
    /// How many characters are meant; at least 1.
    pub length: usize,
    /// The whole line, without its end.
    pub snippet: String,
}

impl Place {
    /// The place of the byte range `start..end` in `text`. Ranges outside the text are clamped.
    pub fn of(file: &str, text: &str, start: usize, end: usize) -> Place {
        let start = floor_boundary(text, start);
        let end = floor_boundary(text, end.max(start));
        let line_start = line_ends(text, 0..start).last().map_or(0, |i| i + 1);
        let line_end = text[start..].find(['\n', '\r']).map_or(text.len(), |i| start + i);
        Place {
            file: file.to_owned(),
            line: line_ends(text, 0..start).count() + 1,
            column: text[line_start..start].chars().count() + 1,
            length: text[start..end.min(line_end).max(start)].chars().count().max(1),
            snippet: text[line_start..line_end.max(line_start)].to_owned(),
        }
    }

    /// A place known by its file and line alone (column 1).
    pub fn line(file: &str, line: usize) -> Place {
        Place { file: file.to_owned(), line, column: 1, length: 1, snippet: String::new() }
    }
}

/// Where lines end, as offsets of their last byte, in this part of a text: a line feed, a carriage return, or both together.
pub fn line_ends(text: &str, part: std::ops::Range<usize>) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    part.filter(move |&i| bytes[i] == b'\n' || bytes[i] == b'\r' && bytes.get(i + 1) != Some(&b'\n'))
}

/// `1 edit`, `2 edits`: a count of what has a regular plural.
pub fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A text in quotes, as JSON has it, with everything escaped that would not show: what a message says of a file's content.
pub fn quoted(text: &str) -> String {
    let mut shown = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => shown.extend(['\\', c]),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            // What drives a terminal, breaks a line, turns the direction of writing, or has no width.
            c if c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}') =>
            {
                shown.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => shown.push(c),
        }
    }
    shown.push('"');
    shown
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What went wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code; it decides the verdict.
    pub code: Code,
    /// One sentence, without the place.
    pub message: String,
    /// Where in which file, if it is in a file.
    pub place: Option<Place>,
    /// Further facts, one line each: what was expected, the goal, the difference that is not zero.
    pub notes: Vec<String>,
    /// What the user can do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic without a place.
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, message: shortened(message.into()), place: None, notes: Vec::new(), help: None }
    }

    /// Adds where it is.
    pub fn at(mut self, place: Place) -> Diagnostic {
        self.place = Some(place);
        self
    }

    /// Adds a further fact.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(shortened(note.into()));
        self
    }

    /// Adds what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Adds that something of a similar name may be meant, if there is such a thing.
    pub fn suggest(self, near: Option<String>) -> Diagnostic {
        match near {
            Some(near) => self.help(format!("did you mean {near}?")),
            None => self,
        }
    }

    /// The verdict that the code leads to.
    pub fn verdict(&self) -> Verdict {
        self.code.verdict()
    }
}

/// The longest message or note: a name of a megabyte is one word.
const MESSAGE: usize = 2_000;

fn shortened(mut text: String) -> String {
    if text.len() > MESSAGE {
        text.truncate(floor_boundary(&text, MESSAGE));
        text.push_str(" ...");
    }
    text
}

/// The longest part of a snippet that is shown: a caption of a million tokens is one line.
const SNIPPET: usize = 100;

/// `text` on one line, control characters made visible, so that a hostile file cannot drive a terminal.
fn printable(text: &str) -> String {
    let shown = |c: char| match c {
        '\t' => '→',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '␡',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

impl fmt::Display for Diagnostic {
    /// In the manner of rustc: the code and message, the place, the snippet with a caret, notes, help.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)?;
        if let Some(place) = &self.place {
            write!(f, "\n  --> {}:{}:{}", place.file, place.line, place.column)?;
            if !place.snippet.is_empty() {
                let skip = (place.column - 1).saturating_sub(SNIPPET / 2);
                let shown: String = place.snippet.chars().skip(skip).take(SNIPPET).collect();
                let caret = place.column - 1 - skip;
                let length = place.length.clamp(1, SNIPPET.saturating_sub(caret).max(1));
                let number = place.line.to_string();
                let margin = " ".repeat(number.len());
                write!(f, "\n {margin} |\n {number} | {}", printable(&shown))?;
                write!(f, "\n {margin} | {}{}", " ".repeat(caret), "^".repeat(length))?;
            }
        }
        for note in &self.notes {
            write!(f, "\n  note: {note}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

impl From<Reason> for Code {
    fn from(reason: Reason) -> Code {
        match reason {
            Reason::BadName => Code::BadName,
            Reason::BadNumber => Code::BadNumber,
            Reason::NameTaken => Code::NameTaken,
            Reason::NameUnknown => Code::NameUnknown,
            Reason::TypeMismatch => Code::TypeMismatch,
            Reason::NotScalar => Code::NotScalar,
            Reason::FieldTooWeak => Code::FieldTooWeak,
            Reason::EmptyClaim => Code::EmptyClaim,
            Reason::FactUnknown => Code::FactUnknown,
            Reason::NotAnEquation => Code::NotAnEquation,
            Reason::NotAnInequality => Code::NotAnInequality,
            Reason::NotARule => Code::NotARule,
            Reason::NotExistential => Code::NotExistential,
            Reason::WrongCount => Code::WrongCount,
            Reason::DoesNotFollow => Code::DoesNotFollow,
            Reason::PremiseMissing => Code::PremiseMissing,
            Reason::GoalNotShown => Code::GoalNotShown,
            Reason::TheoremNotProved => Code::TheoremNotProved,
            Reason::OtherStatement => Code::OtherStatement,
            Reason::NotInverse => Code::NotInverse,
            Reason::DimensionsNotEqual => Code::DimensionsNotEqual,
            Reason::NotASquare => Code::NotASquare,
            Reason::NegativeMultiplier => Code::NegativeMultiplier,
            Reason::NotStrict => Code::NotStrict,
            Reason::NotAContradiction => Code::NotAContradiction,
            Reason::InductionShape => Code::InductionShape,
            Reason::NotAWord => Code::NotAWord,
            Reason::TooDeep => Code::LimitDepth,
            Reason::TooLarge => Code::LimitSize,
            Reason::TooMuchWork => Code::LimitWork,
        }
    }
}

impl From<ErrorKind> for Code {
    fn from(kind: ErrorKind) -> Code {
        match kind {
            ErrorKind::Shape => Code::ExactShape,
            ErrorKind::EntryTooLarge => Code::ExactEntryTooLarge,
            ErrorKind::Limit => Code::ExactLimit,
            ErrorKind::Cancelled => Code::ExactCancelled,
            ErrorKind::CheckFailed => Code::ExactCheckFailed,
            ErrorKind::SelfCheck => Code::ExactSelfCheck,
        }
    }
}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Diagnostic {
        let diagnostic = Diagnostic::new(error.kind.into(), error.message);
        Diagnostic { help: error.help, ..diagnostic }
    }
}

impl serde::Serialize for Diagnostic {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code.as_str())?;
        map.serialize_entry("message", &self.message)?;
        if let Some(place) = &self.place {
            map.serialize_entry("file", &place.file)?;
            map.serialize_entry("line", &place.line)?;
            map.serialize_entry("column", &place.column)?;
        }
        if !self.notes.is_empty() {
            map.serialize_entry("notes", &self.notes)?;
        }
        if let Some(help) = &self.help {
            map.serialize_entry("help", help)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_the_kernel_keeps_its_name() {
        for reason in Reason::ALL {
            assert_eq!(Code::from(*reason).as_str(), reason.as_str());
        }
    }

    #[test]
    fn a_place_is_counted_in_characters_and_shows_its_line() {
        let text = "one\nzw\u{f6}lf dr\u{fc}ben\n";
        let start = text.find("dr").unwrap();
        let place = Place::of("f.txt", text, start, start + 7);
        assert_eq!((place.line, place.column, place.length), (2, 7, 6));
        let shown = Diagnostic::new(Code::Usage, "no").at(place).help("yes").to_string();
        assert!(shown.contains("f.txt:2:7"), "{shown}");
        assert!(shown.contains("      ^^^^^^\n"), "{shown}");
    }

    #[test]
    fn codes_have_distinct_stable_names() {
        let names: std::collections::BTreeSet<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
    }

    #[test]
    fn a_snippet_of_a_huge_line_is_cut() {
        let text = "x".repeat(1_000_000);
        let place = Place::of("f", &text, 900_000, 900_010);
        assert!(Diagnostic::new(Code::Usage, "no").at(place).to_string().len() < 500);
    }
}
