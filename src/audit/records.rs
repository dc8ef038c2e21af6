//! Columns of a user's file beside the captions: image ids, right and wrong, scores.
//!
//! The files are those that captions are read from, or tables of results: CSV and TSV with a header, JSON Lines, a JSON array of
//! records, a JSON object of records (SugarCrepe), whose keys are a column `id` of their own.

use std::path::Path;

use serde_json::Value;

use crate::files;
use crate::import::unpack;
use crate::report::{Code, Diagnostic};

/// A table of texts: names of columns, and a row a record; what a record does not have is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The cells, row by row, as many as columns.
    pub rows: Vec<Vec<String>>,
    /// How many lines of a table have another number of cells than its header.
    pub ragged: usize,
}

impl Records {
    /// Reads a file, as captions are read: compressed or not, Parquet, tables parted by semicolons. Errors: those of
    /// [`files::read_bytes`], of [`unpack`] and of [`Records::parse`].
    pub fn open(path: &Path) -> Result<Records, Diagnostic> {
        let name = path.display().to_string();
        let unpacked = unpack(&name, files::read_bytes(path, files::DEFAULT_LIMIT)?, files::DEFAULT_LIMIT)?;
        Records::parse(&name, crate::caption::read::text(&name, &unpacked.bytes)?)
    }

    /// The records of a text; of a line of a table with another number of cells than the header nobody can tell which cell is
    /// whose, and all of its cells are empty. Errors: [`Code::DataSyntax`], [`Code::DataShape`].
    pub fn parse(name: &str, text: &str) -> Result<Records, Diagnostic> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match text.trim_start().chars().next() {
            Some('[' | '{') => json(name, text),
            Some(_) => table(name, text),
            None => Err(Diagnostic::new(Code::DataShape, format!("{name} has no records"))),
        }
    }

    /// The number of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The cells of a column in order. Error: [`Code::MissingColumn`].
    pub fn cells(&self, name: &str, file: &str) -> Result<Vec<&str>, Diagnostic> {
        let column = self.column(name).ok_or_else(|| {
            let message = format!("{file} has no column {name:?}");
            Diagnostic::new(Code::MissingColumn, message).help(format!("it has {}", self.columns.join(", ")))
        })?;
        Ok(self.rows.iter().map(|row| row[column].as_str()).collect())
    }

    fn push(&mut self, record: Vec<(String, String)>) {
        let mut row = vec![String::new(); self.columns.len()];
        for (name, cell) in record {
            match self.column(&name) {
                Some(column) => row[column] = cell,
                None => {
                    self.columns.push(name);
                    self.rows.iter_mut().for_each(|row| row.push(String::new()));
                    row.push(cell);
                }
            }
        }
        self.rows.push(row);
    }
}

fn table(name: &str, text: &str) -> Result<Records, Diagnostic> {
    let bad = |e: csv::Error| Diagnostic::new(Code::DataSyntax, format!("{name}: the table cannot be read: {e}"));
    let first = text.lines().next().unwrap_or("");
    let delimiter = if first.contains('\t') { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let columns: Vec<String> = reader.headers().map_err(bad)?.iter().map(|cell| cell.trim().to_owned()).collect();
    let mut records = Records { columns, ..Records::default() };
    for row in reader.records() {
        let row = row.map_err(bad)?;
        let whole = row.len() == records.columns.len();
        records.ragged += usize::from(!whole);
        let cells =
            if whole { row.iter().map(str::to_owned).collect() } else { vec![String::new(); records.columns.len()] };
        records.rows.push(cells);
    }
    if records.ragged > 0 && records.ragged == records.rows.len() {
        let message = format!("{name}: no line has as many cells as the header");
        return Err(Diagnostic::new(Code::DataShape, message).help("quote cells that contain the separator"));
    }
    Ok(records)
}

fn json(name: &str, text: &str) -> Result<Records, Diagnostic> {
    let bad = |e: serde_json::Error| Diagnostic::new(Code::DataSyntax, format!("{name}: not JSON: {e}"));
    let shape = || Diagnostic::new(Code::DataShape, format!("{name}: not a list or an object of records"));
    let mut values: Vec<Value> =
        serde_json::Deserializer::from_str(text).into_iter::<Value>().collect::<Result<_, _>>().map_err(bad)?;
    let mut records = Records::default();
    let keyed = match values.as_slice() {
        [Value::Object(object)] => object.values().all(Value::is_object).then(|| object.clone()),
        _ => None,
    };
    if let Some(object) = keyed {
        for (key, record) in object {
            let mut cells = vec![("id".to_owned(), key)];
            cells.extend(fields(record).ok_or_else(shape)?.into_iter().filter(|(name, _)| name != "id"));
            records.push(cells);
        }
        return Ok(records);
    }
    if let [Value::Array(list)] = values.as_mut_slice() {
        values = std::mem::take(list);
    }
    for record in values {
        records.push(fields(record).ok_or_else(shape)?);
    }
    Ok(records)
}

fn fields(record: Value) -> Option<Vec<(String, String)>> {
    let Value::Object(object) = record else { return None };
    let cell = |value: Value| match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    };
    Some(object.into_iter().map(|(name, value)| (name, cell(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_records_in_every_format() {
        let csv = Records::parse("r", "id,image\n1,a.jpg\n2,\"b, c\"\n").unwrap();
        assert_eq!(csv.columns, ["id", "image"]);
        assert_eq!(csv.cells("image", "r").unwrap(), ["a.jpg", "b, c"]);
        for text in [
            "id\timage\n1\ta.jpg\n2\tb, c\n",
            "{\"id\":1,\"image\":\"a.jpg\"}\n{\"id\":2,\"image\":\"b, c\"}\n",
            "[{\"id\":1,\"image\":\"a.jpg\"},{\"id\":2,\"image\":\"b, c\"}]",
            "{\"1\":{\"image\":\"a.jpg\"},\"2\":{\"image\":\"b, c\"}}",
        ] {
            assert_eq!(Records::parse("r", text).unwrap(), csv, "{text}");
        }
        assert_eq!(csv.cells("x", "r").unwrap_err().code, Code::MissingColumn);
        let ragged = Records::parse("r", "{\"a\":1}\n{\"b\":true}").unwrap();
        assert_eq!(ragged.rows, [["1", ""], ["", "true"]]);
    }

    #[test]
    fn a_line_with_other_cells_keeps_its_place_and_is_counted() {
        let records = Records::parse("r", "id,right\n1,1\n2,1,0\n3,0\n").unwrap();
        assert_eq!((records.cells("right", "r").unwrap(), records.ragged), (vec!["1", "", "0"], 1));
    }

    #[test]
    fn what_is_not_records_is_refused() {
        for text in ["", "[1]", "{\"a\":", "a,b\n1\n"] {
            assert!(Records::parse("r", text).is_err(), "{text}");
        }
    }
}
