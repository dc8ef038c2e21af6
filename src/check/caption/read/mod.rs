//! From bytes to pairs and training captions.
//!
//! Each format gives [`Record`]s, texts with the place where they stand; the checks that every text has to
//! pass are made here, once for all formats.

mod json;
mod list;
mod table;

use std::str::FromStr;

use crate::files;
use crate::language::closest;
use crate::report::{Code, Diagnostic, Place, line_ends, quoted};

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
                part.split_once('=').ok_or_else(|| format!("{} is not of the form caption=NAME", quoted(part)))?;
            let slot = match role.trim() {
                "caption" => &mut columns.caption,
                "negative" => &mut columns.negative,
                "operator" => &mut columns.operator,
                "id" => &mut columns.id,
                role => {
                    let known = ["caption", "negative", "operator", "id"];
                    let near = closest(role, known.into_iter().map(str::to_owned));
                    let near = near.map_or(String::new(), |near| format!(" (did you mean {near}?)"));
                    return Err(format!("{} is none of {}{near}", quoted(role), known.join(", ")));
                }
            };
            if slot.replace(name.trim().to_owned()).is_some() {
                return Err(format!("{} is named twice", quoted(role.trim())));
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
            let both = format!("{} and {}", quoted(first.map_or("", |i| present[i])), quoted(present[second]));
            return Err(Diagnostic::new(Code::DataShape, format!("the columns {both} are for the same thing"))
                .help("choose one, for example with --columns negative=NAME"));
        }
        if first.is_none() && (needed || chosen) {
            let listed = present.iter().take(20).map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
            let near = closest(names[0], present.iter().map(|name| (*name).to_owned()));
            let help = "name the columns, for example --columns caption=title,negative=neg_caption";
            return Err(Diagnostic::new(Code::MissingColumn, format!("there is no {}", quoted(names[0])))
                .note(format!("present: {}", if listed.is_empty() { "nothing" } else { &listed }))
                .help(match near {
                    Some(near) => format!("did you mean {}? {help}", quoted(&near)),
                    None => help.to_owned(),
                }));
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
        Ok(text) if !text.contains('\0') => text,
        _ if let Some((what, help)) = foreign(bytes) => {
            return Err(Diagnostic::new(Code::NotUtf8, format!("{name} is {what}, not text")).help(help));
        }
        Ok(text) => text,
        Err(_) => return Err(files::utf8(name, bytes.to_vec()).err().unwrap_or_else(|| unreadable(name))),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.find('\0') {
        Some(at) => Err(nul(Place::of(name, text, at, at + 1))),
        None => Ok(text),
    }
}

/// What a file that is not text is by its first bytes, and how it becomes text.
fn foreign(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const UNPACK: &str = "unpack it first";
    const CONVERT: &str = "convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8";
    const TABLE: &str = "write its records as JSON Lines, for example in pandas with \
                         .to_json('pairs.jsonl', orient='records', lines=True)";
    const NUMBERS: &str =
        "a matrix is named by --features or --embeddings, and its texts by --feature-texts or --embedding-texts";
    let known: [(&[u8], &str, &str); 20] = [
        (b"PAR1", "a Parquet file", TABLE),
        (b"ARROW1", "an Arrow file", TABLE),
        (b"ORC", "an ORC file", TABLE),
        (b"Obj\x01", "an Avro file", TABLE),
        (b"\x89HDF", "an HDF5 file", TABLE),
        (b"SQLite format 3\0", "an SQLite database", TABLE),
        (b"\xd0\xcf\x11\xe0", "an old Office document", "save the table as CSV in UTF-8"),
        (b"\x1f\x8b", "compressed with gzip", "unpack it first, for example with gunzip"),
        (b"PK\x03\x04", "a ZIP archive (or an Excel file)", "unpack it, or save the table as CSV in UTF-8"),
        (b"\x28\xb5\x2f\xfd", "compressed with Zstandard", "unpack it first, for example with unzstd"),
        (b"\xfd7zXZ", "compressed with xz", "unpack it first, for example with unxz"),
        (b"BZh", "compressed with bzip2", "unpack it first, for example with bunzip2"),
        (b"7z\xbc\xaf", "a 7z archive", UNPACK),
        (b"\x93NUMPY", "a .npy file of NumPy", NUMBERS),
        (b"\x80\x02", "a pickle of Python", TABLE),
        (b"\x80\x04", "a pickle of Python", TABLE),
        (b"\x80\x05", "a pickle of Python", TABLE),
        (b"%PDF", "a PDF document", UNPACK),
        (b"\xff\xfe", "in UTF-16", CONVERT),
        (b"\xfe\xff", "in UTF-16", CONVERT),
    ];
    known.iter().find(|(start, ..)| bytes.starts_with(start)).map(|&(_, what, help)| (what, help))
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
    let filled = lines(input.text).filter(|line| !line.trim().is_empty());
    let record = |(number, line): (usize, &str)| {
        let at = line.as_ptr() as usize - input.text.as_ptr() as usize;
        let captions = Fields { texts: vec![Field { text: line.to_owned(), at }], listed: false };
        Record { id: (number + 1).to_string(), at, captions, negatives: Fields::default(), operator: None }
    };
    filled.enumerate().map(record).collect()
}

/// The lines of a text, which end with LF, CRLF or CR; between CR and LF stands an empty one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r'])
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
        self.line += line_ends(self.text, self.at..at).count();
        self.at = at;
        self.line
    }
}

/// The pairs in the bytes of a file, in their order; `name` is for messages and, without a format, for its
/// extension. A function of its arguments alone.
///
/// Also pairs whose negative is their caption, which a data set drops.
///
/// Errors, each with its place: [`Code::NotUtf8`], [`Code::NulCharacter`], [`Code::DataSyntax`],
/// [`Code::DataTruncated`], [`Code::DataShape`], [`Code::MissingColumn`], [`Code::EmptyCaption`],
/// [`Code::NoCaptions`]; [`Code::Usage`] for plain text.
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
    for (number, record) in records(input, format, columns, true)?.into_iter().enumerate() {
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
            input.check(negative, "negative")?;
            pairs.push(Pair {
                id: if record.negatives.listed { format!("{}.{}", record.id, k + 1) } else { record.id.clone() },
                caption: caption.text.clone(),
                negative: negative.text.clone(),
                declared: record.operator.clone(),
                source: 0,
                number: pairs.len(),
                record: number,
                line: lines.of(caption.at),
            });
        }
    }
    if pairs.is_empty() {
        return Err(Diagnostic::new(Code::NoCaptions, format!("{name} holds no pair of a caption and a negative")));
    }
    Ok(pairs)
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
    for (number, record) in records(input, format, columns, false)?.into_iter().enumerate() {
        for caption in record.captions.texts {
            input.check(&caption, "caption")?;
            captions.push(TrainCaption { line: lines.of(caption.at), text: caption.text, source: 0, record: number });
        }
    }
    if captions.is_empty() {
        return Err(Diagnostic::new(Code::NoCaptions, format!("{name} holds no caption")));
    }
    Ok(captions)
}
