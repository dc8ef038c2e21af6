//! Files as trees of their records, by format.

use super::tree::Tree;
use crate::caption::Format;
use crate::report::{Code, Diagnostic};

/// The tree of a file by its format; lines and tables are lists of their records.
pub(super) fn read(name: &str, text: &str, format: Format) -> Result<Tree, Diagnostic> {
    let syntax = |message: String| Diagnostic::new(Code::DataSyntax, format!("{name} cannot be read: {message}"));
    let lines = |text: &str| -> Result<Tree, Diagnostic> {
        let filled = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let tree = |(at, line)| serde_json::from_str(line).map_err(|e| syntax(format!("line {}: {e}", at + 1)));
        Ok(Tree::List(filled.map(tree).collect::<Result<_, _>>()?))
    };
    match format {
        Format::Json => serde_json::from_str(text).map_err(|error| syntax(error.to_string())),
        Format::Jsonl => lines(text),
        Format::Csv => table(text, b',').map_err(syntax),
        Format::Tsv => table(text, b'\t').map_err(syntax),
        _ => Err(syntax("plain text has no fields to map".to_owned())),
    }
}

fn table(text: &str, separator: u8) -> Result<Tree, String> {
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| e.to_string())?.clone();
    let cell = |text: &str| if text.is_empty() { Tree::Null } else { Tree::Text(text.to_owned()) };
    let named = |at: usize| !header[at].is_empty() && header.iter().take(at).any(|name| *name == header[at]);
    if let Some(at) = (0..header.len()).find(|&at| named(at)) {
        return Err(format!("two columns are called {}", &header[at]));
    }
    let record = |record: Result<csv::StringRecord, csv::Error>| {
        let record = record.map_err(|e| e.to_string())?;
        // Which cell is whose nobody can tell; whoever takes the records counts it among those left out.
        if record.len() != header.len() {
            return Ok(Tree::Null);
        }
        Ok(Tree::Line(header.iter().zip(&record).map(|(name, text)| (name.to_owned(), cell(text))).collect()))
    };
    reader.records().map(record).collect::<Result<_, String>>().map(Tree::List)
}
