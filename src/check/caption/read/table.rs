//! Tables: TSV and CSV with a header, quoted as spreadsheets and pandas do.

use crate::report::{Code, Diagnostic};

use super::{Columns, Field, Fields, Input, Part, Record, list};

/// The records of a table. A cell may hold a list of texts, written as Python or JSON writes it.
pub fn records(input: Input, delimiter: u8, columns: &Columns, pairs: bool) -> Result<Vec<Record>, Diagnostic> {
    if let Some(at) = open_quote(input.text, delimiter) {
        return Err(input
            .fail(Code::DataTruncated, "this quoted cell does not end", at)
            .help("close the quote; inside a quoted cell a quote is written twice"));
    }
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(input.text.as_bytes());
    let header = reader.headers().map_err(|error| csv_error(input, &error))?.clone();
    let names: Vec<&str> = header.iter().map(str::trim).collect();
    let columns = if pairs { columns.clone() } else { columns.for_training(&names) };
    let paraphrase = names.iter().position(|name| *name == "caption2").filter(|_| !pairs);
    let find = |part, needed| {
        columns.find(part, &names, needed).map_err(|error| error.at(input.place(0, header_end(input.text))))
    };
    let caption = find(Part::Caption, true)?;
    let negative = if pairs { find(Part::Negative, true)? } else { None };
    let (operator, id) = (find(Part::Operator, false)?, find(Part::Id, false)?);
    let mut records = Vec::new();
    for (number, row) in reader.records().enumerate() {
        let row = row.map_err(|error| csv_error(input, &error))?;
        let at = begin(input, row.position());
        let cell = |column: Option<usize>| column.and_then(|i| row.get(i)).filter(|cell| !cell.is_empty());
        let mut captions = texts(input, row.get(caption.unwrap_or(0)).unwrap_or(""), at)?;
        if let Some(cell) = paraphrase.and_then(|i| row.get(i)) {
            captions.texts.extend(texts(input, cell, at)?.texts);
        }
        records.push(Record {
            id: cell(id).map_or_else(|| (number + 1).to_string(), str::to_owned),
            at,
            captions,
            negatives: match negative {
                Some(i) => texts(input, row.get(i).unwrap_or(""), at)?,
                None => Fields::default(),
            },
            operator: cell(operator).map(str::to_owned),
        });
    }
    Ok(records)
}

fn header_end(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
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
            .help("a list is written ['one', 'two'] or [\"one\", \"two\"]")),
    }
}

fn csv_error(input: Input, error: &csv::Error) -> Diagnostic {
    let at = begin(input, error.position());
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => input
            .fail(Code::DataShape, format!("this record has {len} cells, the header has {expected_len}"), at)
            .help("quote cells that contain the separator; choose the format with --format"),
        _ => input.fail(Code::DataSyntax, format!("the table cannot be read: {error}"), at),
    }
}

/// The offset of a quote that opens a cell and is never closed: a reader would swallow the rest of the
/// file as one cell.
fn open_quote(text: &str, delimiter: u8) -> Option<usize> {
    #[derive(Clone, Copy)]
    enum State {
        Start,
        Plain,
        Quoted(usize),
        Quote(usize),
    }
    let mut state = State::Start;
    for (at, byte) in text.bytes().enumerate() {
        let ends = byte == delimiter || byte == b'\n' || byte == b'\r';
        state = match (state, byte) {
            (State::Start, b'"') => State::Quoted(at),
            (State::Quoted(open), b'"') => State::Quote(open),
            (State::Quote(open), b'"') | (State::Quoted(open), _) => State::Quoted(open),
            _ if ends => State::Start,
            _ => State::Plain,
        };
    }
    match state {
        State::Quoted(open) => Some(open),
        _ => None,
    }
}
