//! JSON and JSON Lines. Records are read as raw values first, so that every error has its place, the order
//! of the file is kept and a repeated key is seen.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::report::{Code, Diagnostic};

use super::{Columns, Field, Fields, Input, Part, Record};

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
    /// Parses `json`, which is a part of the text.
    fn parse<'b, T: Deserialize<'b>>(&self, json: &'b str) -> Result<T, Diagnostic> {
        serde_json::from_str(json).map_err(|error| self.json_error(json, &error))
    }

    /// The byte offset in the text of a part of it.
    fn offset(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }

    fn json_error(&self, json: &str, error: &serde_json::Error) -> Diagnostic {
        let line_start: usize = json.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let at = self.offset(json) + (line_start + error.column().saturating_sub(1)).min(json.len());
        let full = error.to_string();
        let message = full.split(" at line ").next().unwrap_or(&full);
        let (code, help) = match error.classify() {
            serde_json::error::Category::Eof => (Code::DataTruncated, "the file may be truncated; get it again"),
            serde_json::error::Category::Data => {
                (Code::DataShape, "records are objects such as {\"caption\": \"...\", \"negative\": \"...\"}")
            }
            _ => (Code::DataSyntax, "the text is not JSON; if it is another format, choose it with --format"),
        };
        self.fail(code, message, at).help(help)
    }

    fn shape(&self, message: &str, raw: &RawValue) -> Diagnostic {
        self.fail(Code::DataShape, message, self.offset(raw.get()))
            .help("records are objects such as {\"caption\": \"...\", \"negative\": \"...\"}")
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
    match input.parse(input.text)? {
        Parts::Object(entries) => {
            check_keys(input, &entries)?;
            entries.into_iter().map(|(id, raw)| record(input, raw, id, columns, pairs)).collect()
        }
        Parts::Array(parts) => {
            let numbered = parts.into_iter().enumerate();
            numbered.map(|(i, raw)| record(input, raw, (i + 1).to_string(), columns, pairs)).collect()
        }
    }
}

/// JSON Lines: a record on every line that is not blank.
pub fn lines(input: Input, columns: &Columns, pairs: bool) -> Result<Vec<Record>, Diagnostic> {
    let filled = input.text.lines().map(str::trim).filter(|line| !line.is_empty());
    filled.enumerate().map(|(i, line)| record(input, input.parse(line)?, (i + 1).to_string(), columns, pairs)).collect()
}

/// A repeated key would be read in one way here and in another one elsewhere.
fn check_keys(input: Input, entries: &[(String, &RawValue)]) -> Result<(), Diagnostic> {
    let mut seen = HashSet::new();
    match entries.iter().find(|(key, _)| !seen.insert(key.as_str())) {
        Some((key, raw)) => Err(input.shape(&format!("the key {} occurs twice", super::super::shown(key)), raw)),
        None => Ok(()),
    }
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
    check_keys(input, &entries)?;
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
