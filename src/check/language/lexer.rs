//! From text to tokens and comments.

use crate::report::{Code, Diagnostic, Place};

/// A byte range of the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From the start of `self` to the end of `last`.
    pub fn to(self, last: Span) -> Span {
        Span { start: self.start, end: last.end }
    }
}

/// A text with the name under which diagnostics speak of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file's name, as the user gave it.
    pub file: String,
    /// All of it.
    pub text: String,
}

impl Source {
    /// A text called `file`.
    pub fn new(file: impl Into<String>, text: impl Into<String>) -> Source {
        Source { file: file.into(), text: text.into() }
    }

    /// A diagnostic about a place in this text.
    pub fn error(&self, code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, message).at(Place::of(&self.file, &self.text, span.start, span.end))
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or a keyword.
    Name,
    /// Decimal digits.
    Number,
    /// One of `SYMBOLS`.
    Symbol,
    /// The end of the text.
    End,
}

/// A token of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it is.
    pub span: Span,
}

/// A comment, without its dashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where its dashes begin.
    pub start: usize,
    /// Its text, trimmed.
    pub text: String,
    /// Its line, from 0.
    pub line: usize,
    /// Its column in bytes, from 0.
    pub column: usize,
    /// Whether something else stands before it on its line.
    pub trailing: bool,
}

/// Longer ones first, so that the first match is the right one.
const SYMBOLS: [&str; 20] =
    ["!=", ">=", "->", ":", ",", ";", ".", "=", ">", "+", "-", "*", "/", "'", "(", ")", "[", "]", "{", "}"];

/// A number of more digits than this is declined.
const MAX_DIGITS: usize = 4_000;

/// What a character is that editors show as the end of a line, or that changes the order in which they show text, and that
/// would not be read so. `rest` begins with it.
fn hidden(c: char, rest: &str) -> Option<&'static str> {
    Some(match c {
        '\r' if !rest.starts_with("\r\n") => "a carriage return without a line feed",
        '\u{b}' => "a vertical tab",
        '\u{c}' => "a form feed",
        '\u{85}' => "a next-line character (U+0085)",
        '\u{2028}' => "a line separator (U+2028)",
        '\u{2029}' => "a paragraph separator (U+2029)",
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "a character that changes the direction of writing"
        }
        '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => "a control character",
        _ => return None,
    })
}

/// What to write instead of a character without a meaning.
fn instead_of(c: char) -> &'static str {
    match c {
        '^' | '²' | '³' => "write powers as products, f*f; for any power, `w in words over f`",
        '<' | '≤' | '≥' => "write `t >= s` for `s <= t`, and `t > s` for `s < t`",
        '≠' | '!' => "write `s != t`",
        '·' | '×' | '∘' | '⋅' => "write a product as `f*g`",
        '−' | '–' | '—' => "write a minus sign as `-`",
        '’' | '′' | '†' | 'ᵀ' | '"' | '`' => {
            "write a transpose as `f'`; an inverse is a map of its own, with `f*g = 1`"
        }
        '→' => "write an arrow as `->`",
        '∀' => "write `forall P, s : P -> A. S*s = 0 -> g*s = 0`",
        '∃' => "write `exists h : A -> B.`",
        '#' | '%' => "comments begin with --",
        '|' | '‖' => "there are no norms; the square of a vector's length is `v'*v`",
        _ => "names are ASCII letters, digits and underscores; comments begin with --",
    }
}

/// Splits the text. The last token is the end. Errors: [`Code::Syntax`], [`Code::LimitSize`].
pub fn tokens(source: &Source) -> Result<(Vec<Token>, Vec<Comment>), Diagnostic> {
    let text = &source.text;
    let (mut tokens, mut comments) = (Vec::new(), Vec::new());
    let (mut at, mut line, mut line_start, mut empty_line) = (0, 0, 0, true);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = if let Some(what) = hidden(c, rest) {
            let span = Span { start: at, end: at + c.len_utf8() };
            let message = format!("{what}: editors show it otherwise than it is read");
            return Err(source
                .error(Code::Syntax, span, message)
                .help("lines end with LF, or CR LF; write spaces and tabs"));
        } else if c == '\n' {
            (line, line_start, empty_line) = (line + 1, at + 1, true);
            at += 1;
            continue;
        } else if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if rest.starts_with("--") {
            if text[..at].chars().next_back().is_some_and(|before| !before.is_whitespace()) {
                let error = source.error(Code::Syntax, Span { start: at, end: at + 2 }, "`--` begins a comment");
                return Err(error.help("write white space before a comment; for a sign after a minus, `f - (-g)`"));
            }
            let length = rest.find('\n').unwrap_or(rest.len());
            if let Some((more, what)) =
                rest[..length].char_indices().find_map(|(i, c)| Some((i, hidden(c, &rest[i..])?)))
            {
                let span =
                    Span { start: at + more, end: at + more + rest[more..].chars().next().map_or(0, char::len_utf8) };
                let message = format!("{what} in a comment: editors show what is behind it as if it were none");
                return Err(source.error(Code::Syntax, span, message).help("begin each line of a comment with --"));
            }
            let text = rest[2..length].trim().to_owned();
            comments.push(Comment { start: at, text, line, column: at - line_start, trailing: !empty_line });
            at += length;
            continue;
        } else if c.is_ascii_alphabetic() {
            rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else if c.is_ascii_digit() {
            rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
        } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            symbol.len()
        } else {
            let span = Span { start: at, end: at + c.len_utf8() };
            let message = match c.is_control() || c.is_whitespace() {
                true => format!("the character U+{:04X} has no meaning here", c as u32),
                false => format!("the character '{c}' has no meaning here"),
            };
            return Err(source.error(Code::Syntax, span, message).help(instead_of(c)));
        };
        let span = Span { start: at, end: at + length };
        let kind = match c {
            'a'..='z' | 'A'..='Z' => Kind::Name,
            '0'..='9' if length > MAX_DIGITS => {
                let message = format!("a number of {length} digits; the limit is {MAX_DIGITS}");
                return Err(source.error(Code::LimitSize, span, message));
            }
            '0'..='9' => Kind::Number,
            _ => Kind::Symbol,
        };
        tokens.push(Token { kind, span });
        empty_line = false;
        at += length;
    }
    // The end is told about right behind the last token, where the reader sees what comes before it.
    let end = tokens.last().map_or(0, |token| token.span.end);
    tokens.push(Token { kind: Kind::End, span: Span { start: end, end } });
    Ok((tokens, comments))
}
