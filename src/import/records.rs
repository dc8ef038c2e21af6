//! Files as trees of their records, by format.

use super::tree::Tree;
use crate::caption::Format;
use crate::report::{Code, Diagnostic};

/// The tree of a file by its format; lines and tables are lists of their records.
pub(super) fn read(name: &str, text: &str, format: Format) -> Result<Tree, Diagnostic> {
    let syntax = |message: String| Diagnostic::new(Code::DataSyntax, format!("{name} cannot be read: {message}"));
    let lines = |text: &str| -> Result<Tree, Diagnostic> {
        let filled = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let tree = |(at, line)| json(line).map_err(|e| syntax(format!("line {}: {e}", at + 1)));
        Ok(Tree::List(filled.map(tree).collect::<Result<_, _>>()?))
    };
    match format {
        Format::Json => json(text).map_err(|error| syntax(error.to_string())),
        Format::Jsonl => lines(text),
        Format::Csv => table(text, b',').map_err(syntax),
        Format::Tsv => table(text, b'\t').map_err(syntax),
        _ => Err(syntax("plain text has no fields to map".to_owned())),
    }
}

/// JSON with numbers of any size: those outside the range of doubles are read as the texts that they are written as.
fn json(text: &str) -> Result<Tree, serde_json::Error> {
    serde_json::from_str(text).or_else(|_| serde_json::from_str(&without_huge(text)))
}

/// The text with such numbers in quotes.
fn without_huge(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(c) = rest.chars().next() {
        let bytes = rest.as_bytes();
        let end = match c {
            '"' => {
                let escaped = |at: usize| bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
                (1..bytes.len()).find(|&at| bytes[at] == b'"' && !escaped(at)).map_or(rest.len(), |at| at + 1)
            }
            '-' | '0'..='9' => {
                let part = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
                bytes.iter().take_while(part).count()
            }
            _ => c.len_utf8(),
        };
        let (part, after) = rest.split_at(end);
        match c != '"' && part.parse::<f64>().is_ok_and(f64::is_infinite) {
            true => out.extend(["\"", part, "\""]),
            false => out.push_str(part),
        }
        rest = after;
    }
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_size_are_read_and_texts_stay() {
        let text = r#"{"a": -1e999, "b": [12345678901234567890123, 1E+400], "c": "1e999 \" 1e999", "d\\": 2.5e3}"#;
        let tree = json(text).unwrap();
        let leaf = |tree: &Tree, name: &str| tree.part(name).and_then(Tree::leaf).unwrap();
        assert_eq!((leaf(&tree, "a").as_str(), leaf(&tree, "d\\").as_str()), ("-1e999", "2500"));
        assert_eq!(leaf(tree.part("b").unwrap(), "1"), "1E+400");
        assert_eq!(leaf(&tree, "c"), "1e999 \" 1e999");
        assert!(json(r#"{"a": 1e999, "b": }"#).is_err());
    }
}
