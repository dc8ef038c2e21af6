//! Shards of webdataset: tar archives in which the files of an example share a name up to its first dot.

use std::collections::BTreeMap;
use std::io::Read;

use serde_json::{Map, Value};

use crate::report::{Code, Diagnostic};

/// What the files of an example are, by their endings; images and others are passed over.
#[derive(Default)]
struct Example {
    fields: Map<String, Value>,
    image: Option<String>,
}

/// Whether the bytes are those of a tar archive.
pub fn is_shard(bytes: &[u8]) -> bool {
    bytes.get(257..262) == Some(b"ustar")
}

/// The examples of a shard as JSON Lines: the fields of `KEY.json`; `caption` from `KEY.txt` (or `KEY.caption`), `negative`
/// from `KEY.negative.txt`; the name of the image; `id`, the key. Examples without a caption are written too, for whoever reads
/// the lines to count.
///
/// Errors: [`Code::DataTruncated`] for an archive that breaks off, [`Code::NotUtf8`], [`Code::DataSyntax`],
/// [`Code::FileTooLarge`] past `limit` bytes of text.
pub fn lines(name: &str, bytes: &[u8], limit: u64) -> Result<String, Diagnostic> {
    let damaged = |error: std::io::Error| {
        Diagnostic::new(Code::DataTruncated, format!("{name} cannot be read as an archive: {error}"))
            .help("the file may be truncated; get it again")
    };
    let mut archive = tar::Archive::new(bytes);
    let mut examples: BTreeMap<String, Example> = BTreeMap::new();
    let mut room = limit;
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let path = entry.path().map_err(damaged)?.to_string_lossy().into_owned();
        let start = path.rfind('/').map_or(0, |at| at + 1);
        let Some((key, ending)) = path[start..].split_once('.').filter(|_| entry.header().entry_type().is_file())
        else {
            continue;
        };
        let example = examples.entry(format!("{}{key}", &path[..start])).or_default();
        let field = match ending {
            "json" => None,
            "txt" | "caption" | "text" => Some("caption"),
            "negative.txt" | "negative" => Some("negative"),
            "jpg" | "jpeg" | "png" | "webp" => {
                example.image = Some(path);
                continue;
            }
            _ => continue,
        };
        if entry.size() > room {
            return Err(Diagnostic::new(
                Code::FileTooLarge,
                format!("the texts of {name} are more than {limit} bytes"),
            ));
        }
        room -= entry.size();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(damaged)?;
        let not_text = |_| Diagnostic::new(Code::NotUtf8, format!("{path} in {name} is not UTF-8"));
        let text = String::from_utf8(content).map_err(not_text)?;
        let twice = |field: &str| {
            Diagnostic::new(Code::DataShape, format!("{name} has two texts for the {field} of {path}, which differ"))
                .help("an example has each of its texts once")
        };
        let mut add = |field: String, value: Value| match example.fields.get(&field) {
            Some(known) if *known != value => Err(twice(&field)),
            _ => {
                example.fields.insert(field, value);
                Ok(())
            }
        };
        match field {
            Some(field) => add(field.to_owned(), Value::from(text.trim()))?,
            None => {
                let syntax = |error| Diagnostic::new(Code::DataSyntax, format!("{path} in {name}: {error}"));
                let fields: Map<String, Value> = serde_json::from_str(&text).map_err(syntax)?;
                fields.into_iter().try_for_each(|(field, value)| add(field, value))?;
            }
        }
    }
    let line = |(key, Example { mut fields, image }): (String, Example)| {
        fields.entry("id").or_insert_with(|| Value::from(key));
        if let Some(image) = image {
            fields.entry("image").or_insert_with(|| Value::from(image));
        }
        format!("{}\n", Value::Object(fields))
    };
    Ok(examples.into_iter().filter(|(_, example)| !example.fields.is_empty()).map(line).collect())
}

/// A shard of texts: `KEY.txt`, the caption, `KEY.negative.txt`, and `KEY.json`, the whole record; keys of nine digits.
///
/// Error: [`Code::FileWrite`].
pub fn write(records: &[(String, String, Value)]) -> Result<Vec<u8>, Diagnostic> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut add = |name: String, content: &str| {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        // The same records give the same bytes: nothing is said of when and by whom.
        header.set_mode(0o644);
        header.set_mtime(0);
        builder.append_data(&mut header, name, content.as_bytes())
    };
    let mut all = || -> std::io::Result<()> {
        for (at, (caption, negative, record)) in records.iter().enumerate() {
            add(format!("{at:09}.json"), &record.to_string())?;
            add(format!("{at:09}.negative.txt"), negative)?;
            add(format!("{at:09}.txt"), caption)?;
        }
        Ok(())
    };
    let failed = |error| Diagnostic::new(Code::FileWrite, format!("the shard cannot be made: {error}"));
    all().map_err(failed)?;
    builder.into_inner().map_err(failed)
}
