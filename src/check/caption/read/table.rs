//! Tables: TSV and CSV with a header, quoted as spreadsheets and pandas do.

use crate::report::{Code, Diagnostic};

use super::format::{Columns, Part};
use super::list;
use super::record::{Field, Fields, Input, Record};

/// The records of a table. A cell may hold a list of texts, written as Python or JSON writes it.
pub fn records(input: Input, delimiter: u8, columns: &Columns, pairs: bool) -> Result<Vec<Record>, Diagnostic> {
    check_quotes(input, delimiter)?;
    // The library drops a byte-order mark too; of two, the second belongs to the first name.
    let doubled = input.text.starts_with('\u{feff}').then(|| format!("\u{feff}{}", input.text));
    let content = doubled.as_deref().unwrap_or(input.text);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(content.as_bytes());
    let header = reader.headers().map_err(|error| csv_error(input, &error))?.clone();
    let names: Vec<&str> = header.iter().map(str::trim).collect();
    let columns = if pairs { columns.clone() } else { columns.for_training(&names) };
    let paraphrases: Vec<usize> = (0..names.len()).filter(|&i| names[i] == "caption2" && !pairs).collect();
    if paraphrases.len() > 1 {
        return Err(input.fail(Code::DataShape, "two columns are called caption2", 0));
    }
    let paraphrase = paraphrases.first().copied();
    let find = |part, needed| {
        columns.find(part, &names, needed).map_err(|error| error.at(input.place(0, header_end(input.text))))
    };
    let needed = |part| find(part, true)?.ok_or_else(|| input.fail(Code::MissingColumn, "a column is missing", 0));
    let caption = needed(Part::Caption)?;
    let negative = if pairs { Some(needed(Part::Negative)?) } else { None };
    let (operator, id) = (find(Part::Operator, false)?, find(Part::Id, false)?);
    let mut records = Vec::new();
    for (number, row) in reader.records().enumerate() {
        let row = row.map_err(|error| csv_error(input, &error))?;
        let at = begin(input, row.position());
        let cell = |column: Option<usize>| column.and_then(|i| row.get(i)).filter(|cell| !cell.is_empty());
        // The library refuses rows of another length than the header's.
        let text = |column| row.get(column).ok_or_else(|| input.fail(Code::MissingColumn, "a cell is missing", at));
        let mut captions = texts(input, text(caption)?, at)?;
        if let Some(cell) = paraphrase.and_then(|i| row.get(i)) {
            captions.texts.extend(texts(input, cell, at)?.texts);
        }
        records.push(Record {
            id: cell(id).map_or_else(|| (number + 1).to_string(), str::to_owned),
            at,
            captions,
            negatives: match negative {
                Some(negative) => texts(input, text(negative)?, at)?,
                None => Fields::default(),
            },
            operator: cell(operator).map(str::to_owned),
        });
    }
    Ok(records)
}

fn header_end(text: &str) -> usize {
    text.find(['\n', '\r']).unwrap_or(text.len())
}

/// The offset of a record. The reader's own position may still be on the line feeds before it.
fn begin(input: Input, position: Option<&csv::Position>) -> usize {
    let at = position.map_or(0, |position| position.byte() as usize).min(input.text.len());
    let rest = &input.text.as_bytes()[at..];
    at + rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count()
}

fn texts(input: Input, cell: &str, at: usize) -> Result<Fields, Diagnostic> {
    match list::parse(cell) {
        None => Ok(Fields { texts: vec![Field { text: cell.to_owned(), at }], listed: false }),
        Some(Ok(texts)) => {
            Ok(Fields { texts: texts.into_iter().map(|text| Field { text, at }).collect(), listed: true })
        }
        Some(Err(what)) => Err(input
            .fail(Code::DataSyntax, format!("a cell looks like a list of texts, but {what}"), at)
            .help("a list is written ['one', 'two'] or [\"one\", \"two\"]; a text that begins with [' or [\" cannot be a cell")),
    }
}

fn csv_error(input: Input, error: &csv::Error) -> Diagnostic {
    let at = begin(input, error.position());
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => input
            .fail(Code::DataShape, format!("this record has {len} cells, the header has {expected_len}"), at)
            .help("quote cells that contain the separator; choose the format with --format; a line ends with LF, CRLF or CR"),
        _ => input.fail(Code::DataSyntax, format!("the table cannot be read: {error}"), at),
    }
}

/// Quotes as in RFC 4180: a cell that begins with one ends with one, and then come the separator, the end of the line or of the
/// file. Inside, a quote is written twice. A reader that takes anything else goes its own way, and may swallow the rest of the
/// file as one cell. In a cell that does not begin with a quote, quotes are characters like others.
fn check_quotes(input: Input, delimiter: u8) -> Result<(), Diagnostic> {
    #[derive(Clone, Copy)]
    enum State {
        Start,
        Plain,
        Quoted(usize),
        Quote,
    }
    let mut state = State::Start;
    for (at, byte) in input.text.bytes().enumerate() {
        let ends = byte == delimiter || byte == b'\n' || byte == b'\r';
        state = match (state, byte) {
            (State::Start, b'"') => State::Quoted(at),
            (State::Quoted(_), b'"') => State::Quote,
            (State::Quote, b'"') => State::Quoted(at),
            (State::Quoted(open), _) => State::Quoted(open),
            (State::Start | State::Plain | State::Quote, _) if ends => State::Start,
            (State::Start | State::Plain, _) => State::Plain,
            (State::Quote, _) => {
                let separator = if delimiter == b'\t' { "a tab" } else { "a comma" };
                let message = format!("after a closing quote comes {separator} or the end of the line");
                return Err(input.fail(Code::DataSyntax, message, at).help(
                    "inside a quoted cell a quote is written twice, \"\", with no backslash before it; a cell that begins \
                     with a quote is quoted as a whole",
                ));
            }
        };
    }
    match state {
        State::Quoted(open) => Err(input
            .fail(Code::DataTruncated, "this quoted cell does not end", open)
            .help("close the quote; inside a quoted cell a quote is written twice")),
        _ => Ok(()),
    }
}
