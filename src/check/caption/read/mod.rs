//! From bytes to pairs and training captions.
//!
//! Each format gives [`Record`]s, texts with the place where they stand; the checks that every text has to
//! pass are made here, once for all formats.

mod json;
mod list;
mod table;

use std::str::FromStr;

use crate::files;
use crate::report::{Code, Diagnostic, Place};

use super::dataset::{Pair, TrainCaption};

/// How captions are written down in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// One JSON value: an object of records (SugarCrepe as published) or an array of records or texts.
    Json,
    /// JSON Lines: one record a line.
    Jsonl,
    /// Tab-separated values with a header.
    Tsv,
    /// Comma-separated values with a header.
    Csv,
    /// Plain text: one training caption a line.
    Text,
}

impl Format {
    /// The formats that files of pairs have: all but [`Format::Text`].
    pub const OF_PAIRS: [Format; 4] = [Format::Json, Format::Jsonl, Format::Tsv, Format::Csv];

    /// The name used on the command line and in certificates.
    pub fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Tsv => "tsv",
            Format::Csv => "csv",
            Format::Text => "text",
        }
    }

    /// The format that the extension of `name` says, or else what `text` looks like.
    pub fn detect(name: &str, text: &str) -> Format {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            Some("json") => Format::Json,
            Some("jsonl" | "ndjson") => Format::Jsonl,
            Some("tsv" | "tab") => Format::Tsv,
            Some("csv") => Format::Csv,
            Some("txt" | "text") => Format::Text,
            _ => Format::sniff(text),
        }
    }

    fn sniff(text: &str) -> Format {
        let text = text.trim_start();
        let first = text.lines().next().unwrap_or("");
        let one_line = || serde_json::from_str::<serde::de::IgnoredAny>(first).is_ok();
        let nested = || first[1..].contains('{');
        match text.chars().next() {
            Some('[') => Format::Json,
            // A record a line, unless the only line is an object of records.
            Some('{') if one_line() && !(nested() && text.lines().nth(1).is_none()) => Format::Jsonl,
            Some('{') => Format::Json,
            _ if first.contains('\t') => Format::Tsv,
            _ if first.split(',').any(|column| column.trim().trim_matches('"') == "caption") => Format::Csv,
            _ => Format::Text,
        }
    }
}

/// The names of the columns of a table, or of the fields of a JSON record, where they are not the usual ones:
/// `caption`; `negative` or `negative_caption`; `operator`; `id`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Columns {
    /// The caption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The negative, or the list of negatives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative: Option<String>,
    /// What the edit is said to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The identifier of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl FromStr for Columns {
    type Err = String;

    /// Reads `caption=title,negative=neg_caption`.
    fn from_str(text: &str) -> Result<Columns, String> {
        let mut columns = Columns::default();
        for part in text.split(',') {
            let (role, name) =
                part.split_once('=').ok_or_else(|| format!("{part:?} is not of the form caption=NAME"))?;
            let slot = match role.trim() {
                "caption" => &mut columns.caption,
                "negative" => &mut columns.negative,
                "operator" => &mut columns.operator,
                "id" => &mut columns.id,
                role => return Err(format!("{role:?} is none of caption, negative, operator, id")),
            };
            if slot.replace(name.trim().to_owned()).is_some() {
                return Err(format!("{:?} is named twice", role.trim()));
            }
        }
        Ok(columns)
    }
}

/// The texts of a list that is written in a cell of a table, as Python or JSON write it; `None` for other cells.
pub fn listed_texts(cell: &str) -> Option<Result<Vec<String>, String>> {
    list::parse(cell)
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Caption,
    Negative,
    Operator,
    Id,
}

impl Columns {
    /// The names under which a part may be found, and whether the user chose the name.
    fn names(&self, part: Part) -> (Vec<&str>, bool) {
        let (chosen, usual): (_, &[&str]) = match part {
            Part::Caption => (&self.caption, &["caption"]),
            Part::Negative => (&self.negative, &["negative", "negative_caption"]),
            Part::Operator => (&self.operator, &["operator"]),
            Part::Id => (&self.id, &["id"]),
        };
        match chosen {
            Some(name) => (vec![name], true),
            None => (usual.to_vec(), false),
        }
    }

    /// The names as they are for training text: a chosen caption where it is `present`, and the usual one elsewhere.
    fn for_training(&self, present: &[&str]) -> Columns {
        let caption = self.caption.clone().filter(|name| present.contains(&name.as_str()));
        Columns { caption, ..Columns::default() }
    }

    /// The index in `present` of the column for a part; `None` if there is none and none is `needed`.
    ///
    /// Errors: [`Code::MissingColumn`], [`Code::DataShape`] if there are several.
    fn find(&self, part: Part, present: &[&str], needed: bool) -> Result<Option<usize>, Diagnostic> {
        let (names, chosen) = self.names(part);
        let mut found = (0..present.len()).filter(|&i| names.contains(&present[i]));
        let first = found.next();
        if let Some(second) = found.next() {
            let both = format!("{:?} and {:?}", first.map_or("", |i| present[i]), present[second]);
            return Err(Diagnostic::new(Code::DataShape, format!("the columns {both} are for the same thing"))
                .help("choose one, for example with --columns negative=NAME"));
        }
        if first.is_none() && (needed || chosen) {
            let listed = present.iter().take(20).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
            return Err(Diagnostic::new(Code::MissingColumn, format!("there is no {:?}", names[0]))
                .note(format!("present: {}", if listed.is_empty() { "nothing" } else { &listed }))
                .help("name the columns, for example --columns caption=title,negative=neg_caption"));
        }
        Ok(first)
    }
}

/// A text and the byte offset in the file at which it, or its record, begins.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    text: String,
    at: usize,
}

/// One or more texts in one place; `listed` if they stand in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Fields {
    texts: Vec<Field>,
    listed: bool,
}

/// One record of a file, before its texts are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Record {
    id: String,
    at: usize,
    captions: Fields,
    negatives: Fields,
    operator: Option<String>,
}

/// The file as text, without a byte-order mark. Errors: [`Code::NotUtf8`], [`Code::NulCharacter`].
pub fn text<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Diagnostic> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => return Err(files::utf8(name, bytes.to_vec()).err().unwrap_or_else(|| unreadable(name))),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.find('\0') {
        Some(at) => Err(nul(Place::of(name, text, at, at + 1))),
        None => Ok(text),
    }
}

fn unreadable(name: &str) -> Diagnostic {
    Diagnostic::new(Code::NotUtf8, format!("{name} is not UTF-8 text"))
}

fn nul(place: Place) -> Diagnostic {
    Diagnostic::new(Code::NulCharacter, "the text contains a NUL character")
        .at(place)
        .help("the file may be UTF-16 or binary; convert it to UTF-8 text")
}

/// A file that is being read: its name for messages, and its text.
#[derive(Clone, Copy, Debug)]
struct Input<'a> {
    name: &'a str,
    text: &'a str,
}

impl Input<'_> {
    fn place(&self, start: usize, end: usize) -> Place {
        Place::of(self.name, self.text, start, end)
    }

    fn fail(&self, code: Code, message: impl Into<String>, at: usize) -> Diagnostic {
        Diagnostic::new(code, message).at(self.place(at, at + 1))
    }

    /// Refuses a text that is empty or has a NUL character.
    fn check(&self, field: &Field, what: &str) -> Result<(), Diagnostic> {
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

/// The records of a file in their order; `pairs` if every record needs a negative.
fn records(input: Input, format: Format, columns: &Columns, pairs: bool) -> Result<Vec<Record>, Diagnostic> {
    match format {
        Format::Json => json::document(input, columns, pairs),
        Format::Jsonl => json::lines(input, columns, pairs),
        Format::Tsv => table::records(input, b'\t', columns, pairs),
        Format::Csv => table::records(input, b',', columns, pairs),
        Format::Text if pairs => {
            Err(Diagnostic::new(Code::Usage, format!("{} is plain text, which has no negatives", input.name))
                .help("read it with --train, or choose another --format"))
        }
        Format::Text => Ok(plain_lines(input)),
    }
}

fn plain_lines(input: Input) -> Vec<Record> {
    let mut at = 0;
    let mut records = Vec::new();
    for (number, line) in input.text.split_inclusive('\n').enumerate() {
        let text = line.trim_end_matches(['\n', '\r']);
        if !text.trim().is_empty() {
            let captions = Fields { texts: vec![Field { text: text.to_owned(), at }], listed: false };
            let id = (number + 1).to_string();
            records.push(Record { id, at, captions, negatives: Fields::default(), operator: None });
        }
        at += line.len();
    }
    records
}

/// Counts the lines before places that are asked for in ascending order.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Lines<'a> {
        Lines { text, at: 0, line: 1 }
    }

    fn of(&mut self, at: usize) -> usize {
        if at < self.at {
            (self.at, self.line) = (0, 1);
        }
        self.line += self.text.as_bytes()[self.at..at].iter().filter(|&&byte| byte == b'\n').count();
        self.at = at;
        self.line
    }
}

/// The pairs in the bytes of a file, in their order; `name` is for messages and, without a format, for its
/// extension. A function of its arguments alone.
///
/// A negative that differs from its caption as text is a pair, even if a tokenizer sees no difference.
///
/// Errors, each with its place: [`Code::NotUtf8`], [`Code::NulCharacter`], [`Code::DataSyntax`],
/// [`Code::DataTruncated`], [`Code::DataShape`], [`Code::MissingColumn`], [`Code::EmptyCaption`],
/// [`Code::NegativeEqualsCaption`], [`Code::NoCaptions`]; [`Code::Usage`] for plain text.
pub fn read_pairs(
    name: &str,
    bytes: &[u8],
    format: Option<Format>,
    columns: &Columns,
) -> Result<Vec<Pair>, Diagnostic> {
    let input = Input { name, text: text(name, bytes)? };
    let format = format.unwrap_or_else(|| Format::detect(name, input.text));
    let mut lines = Lines::new(input.text);
    let mut pairs = Vec::new();
    for record in records(input, format, columns, true)? {
        let [caption] = record.captions.texts.as_slice() else {
            return Err(input
                .fail(Code::DataShape, "a pair needs one caption, but here is a list", record.at)
                .help("read files with lists of captions as training text, with --train"));
        };
        input.check(caption, "caption")?;
        if record.negatives.texts.is_empty() {
            let help = "remove the record, or read the file as training text, with --train";
            return Err(input.fail(Code::DataShape, "the list of negatives is empty", record.at).help(help));
        }
        for (k, negative) in record.negatives.texts.iter().enumerate() {
            check_negative(input, caption, negative)?;
            pairs.push(Pair {
                id: if record.negatives.listed { format!("{}.{}", record.id, k + 1) } else { record.id.clone() },
                caption: caption.text.clone(),
                negative: negative.text.clone(),
                declared: record.operator.clone(),
                source: 0,
                line: lines.of(caption.at),
            });
        }
    }
    if pairs.is_empty() {
        return Err(Diagnostic::new(Code::NoCaptions, format!("{name} holds no pair of a caption and a negative")));
    }
    Ok(pairs)
}

fn check_negative(input: Input, caption: &Field, negative: &Field) -> Result<(), Diagnostic> {
    input.check(negative, "negative")?;
    if negative.text.trim() == caption.text.trim() {
        let message = format!("the negative is the same text as its caption: {}", super::shown(caption.text.trim()));
        return Err(input
            .fail(Code::NegativeEqualsCaption, message, negative.at)
            .help("a negative has to differ from its caption; remove the record or repair it"));
    }
    Ok(())
}

/// The training captions in the bytes of a file, in their order. Of a file with pairs these are the captions
/// and not the negatives; of SugarCrepe++ also the paraphrases, `caption2`.
///
/// Errors: as [`read_pairs`].
pub fn read_train(
    name: &str,
    bytes: &[u8],
    format: Option<Format>,
    columns: &Columns,
) -> Result<Vec<TrainCaption>, Diagnostic> {
    let input = Input { name, text: text(name, bytes)? };
    let format = format.unwrap_or_else(|| Format::detect(name, input.text));
    let mut lines = Lines::new(input.text);
    let mut captions = Vec::new();
    for record in records(input, format, columns, false)? {
        for caption in record.captions.texts {
            input.check(&caption, "caption")?;
            captions.push(TrainCaption { line: lines.of(caption.at), text: caption.text, source: 0 });
        }
    }
    if captions.is_empty() {
        return Err(Diagnostic::new(Code::NoCaptions, format!("{name} holds no caption")));
    }
    Ok(captions)
}
