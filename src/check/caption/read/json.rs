//! JSON and JSON Lines. Records are read as raw values first, so that every error has its place, the order
//! of the file is kept and a repeated key is seen.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::files::json::{self, Broken, Fault};
use crate::report::{Code, Diagnostic};

/// What to do about a value that is no record.
const RECORDS: &str = "records are objects such as {\"caption\": \"...\", \"negative\": \"...\"}";

use super::format::{Columns, Part};
use super::record::{Field, Fields, Input, Record, lines_of};

/// The parts of an object, with their keys, or of an array.
#[derive(Debug)]
enum Parts<'a> {
    Object(Vec<(String, &'a RawValue)>),
    Array(Vec<&'a RawValue>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Parts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Parts<'a>, D::Error> {
        struct PartsVisitor;
        impl<'de> Visitor<'de> for PartsVisitor {
            type Value = Parts<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object or an array")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts<'de>, A::Error> {
                let mut parts = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    parts.push(entry);
                }
                Ok(Parts::Object(parts))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Parts<'de>, A::Error> {
                let mut parts = Vec::new();
                while let Some(part) = seq.next_element()? {
                    parts.push(part);
                }
                Ok(Parts::Array(parts))
            }
        }
        deserializer.deserialize_any(PartsVisitor)
    }
}

impl Input<'_> {
    /// Parses `json`, which is a part of the text and well formed.
    fn parse<'b, T: Deserialize<'b>>(&self, json: &'b str) -> Result<T, Diagnostic> {
        serde_json::from_str(json).map_err(|error| {
            // The place that it names is in this part of the text.
            let (full, place) = (error.to_string(), format!(" at line {} column {}", error.line(), error.column()));
            let message = full.strip_suffix(&place).unwrap_or(&full);
            self.fail(Code::DataShape, message, self.offset(json)).help(RECORDS)
        })
    }

    /// The byte offset in the text of a part of it.
    fn offset(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }

    /// Refuses a part of the text that is not one value as the page of the format has JSON.
    fn check_json(&self, part: &str) -> Result<(), (Broken, Diagnostic)> {
        json::check(part).map_err(|broken| {
            let at = self.offset(part) + broken.at;
            let mark = self.text[at.min(self.text.len())..].starts_with('\u{feff}');
            let (code, message, help) = if mark {
                let help = "files that were joined each had one at their beginning; remove it";
                (Code::DataSyntax, "a byte-order mark (U+FEFF) stands inside the file", help)
            } else if broken.truncated {
                (Code::DataTruncated, broken.message.as_str(), "the file may be truncated; get it again")
            } else if broken.fault == Fault::HalfSurrogate {
                (
                    Code::DataSyntax,
                    broken.message.as_str(),
                    "repair the text, or remove the half; both halves stand side by side",
                )
            } else if broken.fault == Fault::KeyTwice {
                (Code::DataSyntax, broken.message.as_str(), "another reader may take the other value; keep one")
            } else {
                let help = "the text is not JSON; if it is another format, choose it with --format";
                (Code::DataSyntax, broken.message.as_str(), help)
            };
            let diagnostic = self.fail(code, message, at).help(help);
            (broken, diagnostic)
        })
    }

    fn shape(&self, message: &str, raw: &RawValue) -> Diagnostic {
        self.fail(Code::DataShape, message, self.offset(raw.get())).help(RECORDS)
    }

    fn text_at(&self, raw: &RawValue) -> Result<Field, Diagnostic> {
        let at = self.offset(raw.get());
        if !raw.get().starts_with('"') {
            return Err(self.fail(Code::DataShape, "a text is needed here", at));
        }
        Ok(Field { text: self.parse(raw.get())?, at })
    }

    /// A text or a list of texts.
    fn texts_at(&self, raw: &RawValue) -> Result<Fields, Diagnostic> {
        if !raw.get().starts_with('[') {
            return Ok(Fields { texts: vec![self.text_at(raw)?], listed: false });
        }
        let list: Vec<&RawValue> = self.parse(raw.get())?;
        let texts = list.into_iter().map(|part| self.text_at(part)).collect::<Result<_, _>>()?;
        Ok(Fields { texts, listed: true })
    }
}

/// A document: an object of records by identifier, or an array of records; for training also of texts.
pub fn document(input: Input, columns: &Columns, pairs: bool) -> Result<Vec<Record>, Diagnostic> {
    if input.text.trim().is_empty() {
        return Err(Diagnostic::new(Code::NoCaptions, format!("{} is empty", input.name)));
    }
    input.check_json(input.text).map_err(|(broken, diagnostic)| {
        let before = input.text[..broken.at.min(input.text.len())].trim_end();
        let lines = broken.fault == Fault::Behind && before.ends_with('}');
        if lines { diagnostic.help("a record a line is JSON Lines; read it with --format jsonl") } else { diagnostic }
    })?;
    if !input.text.trim_start().starts_with(['{', '[']) {
        let message = "a list of records, or an object of them, is needed here";
        return Err(input
            .fail(Code::DataShape, message, input.text.len() - input.text.trim_start().len())
            .help(RECORDS));
    }
    match input.parse(input.text)? {
        Parts::Object(entries) => entries.into_iter().map(|(id, raw)| record(input, raw, id, columns, pairs)).collect(),
        Parts::Array(parts) => {
            let numbered = parts.into_iter().enumerate();
            numbered.map(|(i, raw)| record(input, raw, (i + 1).to_string(), columns, pairs)).collect()
        }
    }
}

/// JSON Lines: a record on every line that is not blank.
pub fn lines(input: Input, columns: &Columns, pairs: bool) -> Result<Vec<Record>, Diagnostic> {
    let filled = lines_of(input.text).map(|line| line.trim_matches(json::is_space)).filter(|line| !line.is_empty());
    let mut records = Vec::new();
    for line in filled {
        input.check_json(line).map_err(|(broken, diagnostic)| {
            let rest = &input.text[input.offset(line) + line.len()..];
            if broken.truncated && !rest.trim().is_empty() {
                let message = "the record does not end on its line";
                return Diagnostic { message: message.to_owned(), code: Code::DataSyntax, ..diagnostic }.help(
                    "JSON Lines has a whole record on each line (jq -c . writes it so); one value over several lines is read with --format json",
                );
            }
            diagnostic
        })?;
        if pairs && line.starts_with('[') {
            let message = "a list stands where a record should";
            return Err(input
                .fail(Code::DataShape, message, input.offset(line))
                .help("JSON Lines has a record on each line; one list of records is read with --format json"));
        }
        records.push(record(input, input.parse(line)?, (records.len() + 1).to_string(), columns, pairs)?);
    }
    Ok(records)
}

fn record(input: Input, raw: &RawValue, id: String, columns: &Columns, pairs: bool) -> Result<Record, Diagnostic> {
    let at = input.offset(raw.get());
    if !pairs && raw.get().starts_with(['"', '[']) {
        let captions = input.texts_at(raw)?;
        return Ok(Record { id, at, captions, negatives: Fields::default(), operator: None });
    }
    if !raw.get().starts_with('{') {
        return Err(input.shape("a record is needed here, an object with a caption", raw));
    }
    let Parts::Object(entries) = input.parse(raw.get())? else {
        return Err(input.shape("a record is needed here, an object with a caption", raw));
    };
    let keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
    let columns = if pairs { columns.clone() } else { columns.for_training(&keys) };
    let find = |part, needed| {
        let found = columns.find(part, &keys, needed).map_err(|error| error.at(input.place(at, at + 1)))?;
        // A field that is null is a field that is not there.
        Ok::<_, Diagnostic>(found.map(|i| entries[i].1).filter(|raw| needed || raw.get() != "null"))
    };
    let mut captions = find(Part::Caption, true)?.map_or(Ok(Fields::default()), |raw| input.texts_at(raw))?;
    let negatives = match if pairs { find(Part::Negative, true)? } else { None } {
        Some(raw) => input.texts_at(raw)?,
        None => Fields::default(),
    };
    if !pairs && let Some((_, raw)) = entries.iter().find(|(key, _)| key == "caption2") {
        captions.texts.extend(input.texts_at(raw)?.texts);
    }
    let scalar = |raw: &RawValue| match raw.get().starts_with('"') {
        true => input.text_at(raw).map(|field| field.text),
        // A number as it is written.
        false => Ok(raw.get().to_owned()),
    };
    let operator = find(Part::Operator, false)?.map(scalar).transpose()?;
    let id = find(Part::Id, false)?.map_or(Ok(id), scalar)?;
    Ok(Record { id, at, captions, negatives, operator })
}
