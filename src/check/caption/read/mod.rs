//! From bytes to pairs and training captions.
//!
//! Each format gives `Record`s, texts with the place where they stand; the checks that every text has to
//! pass are made here, once for all formats.

mod format;
mod json;
mod list;
mod record;
mod table;

pub use format::{Columns, Format};

use crate::files;
use crate::report::{Code, Diagnostic, Place, line_ends};

use super::pair::{Pair, TrainCaption};
use record::{Field, Fields, Input, Record, lines_of, nul};

/// The texts of a list that is written in a cell of a table, as Python or JSON write it; `None` for other cells.
pub fn listed_texts(cell: &str) -> Option<Result<Vec<String>, String>> {
    list::parse(cell)
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
    let filled = lines_of(input.text).filter(|line| !line.trim().is_empty());
    let record = |(number, line): (usize, &str)| {
        let at = line.as_ptr() as usize - input.text.as_ptr() as usize;
        let captions = Fields { texts: vec![Field { text: line.to_owned(), at }], listed: false };
        Record { id: (number + 1).to_string(), at, captions, negatives: Fields::default(), operator: None }
    };
    filled.enumerate().map(record).collect()
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
