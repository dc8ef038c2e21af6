//! Captions with hard negatives, as the programs that train on them read them.

use serde_json::{Map, Value, json};

use crate::import::Along;
use crate::report::{Code, Diagnostic};

/// A caption and a hard negative to train on.
#[derive(Clone, Debug, Default)]
pub struct Example {
    /// The caption, as it was read.
    pub caption: String,
    /// The hard negative.
    pub negative: String,
    /// Its images and group, where they are known.
    pub along: Along,
    /// What else is said of it, by name.
    pub more: Map<String, Value>,
}

/// A form of files of examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[non_exhaustive]
pub enum TrainingFormat {
    /// JSON Lines, as `datasets.load_dataset("json", ...)` reads them: caption, negative, image, and what else is said.
    Jsonl,
    /// One JSON object of records with filename, caption and negative_caption, as SugarCrepe's files are.
    Sugarcrepe,
    /// Tab-separated title, filepath and a list neg_caption, as NegCLIP's are: a caption a line.
    Negclip,
    /// A shard of webdataset: a tar archive with the texts of each example, the image named in its record.
    #[cfg(feature = "webdataset")]
    Webdataset,
}

/// The bytes of a file in this form, examples in their order. Error: [`Code::FileWrite`], for what cannot be written so.
pub fn write(examples: &[Example], format: TrainingFormat) -> Result<Vec<u8>, Diagnostic> {
    let text = match format {
        TrainingFormat::Jsonl => examples.iter().map(|example| format!("{}\n", line(example))).collect(),
        TrainingFormat::Sugarcrepe => {
            let numbered = |(at, example)| format!("\"{at}\": {}", sugarcrepe(example));
            let lines: Vec<String> = examples.iter().enumerate().map(numbered).collect();
            if lines.is_empty() { "{}\n".to_owned() } else { format!("{{\n{}\n}}\n", lines.join(",\n")) }
        }
        TrainingFormat::Negclip => negclip(examples)?,
        #[cfg(feature = "webdataset")]
        TrainingFormat::Webdataset => {
            let record = |example: &Example| (example.caption.clone(), example.negative.clone(), line(example));
            return crate::import::shard::write(&examples.iter().map(record).collect::<Vec<_>>());
        }
    };
    Ok(text.into_bytes())
}

/// An example as a record of JSON Lines.
pub fn line(example: &Example) -> Value {
    let mut record = example.more.clone();
    record.insert("caption".to_owned(), json!(example.caption));
    record.insert("negative".to_owned(), json!(example.negative));
    if let Ok(Value::Object(along)) = serde_json::to_value(&example.along) {
        record.extend(along);
    }
    Value::Object(record)
}

fn sugarcrepe(example: &Example) -> Value {
    let mut record = example.more.clone();
    record.insert("filename".to_owned(), json!(example.along.image.as_deref().unwrap_or_default()));
    record.insert("caption".to_owned(), json!(example.caption));
    record.insert("negative_caption".to_owned(), json!(example.negative));
    Value::Object(record)
}

/// The examples of a caption and image are one line, at the place of the first.
fn negclip(examples: &[Example]) -> Result<String, Diagnostic> {
    let mut lines: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for example in examples {
        let (caption, image) = (example.caption.as_str(), example.along.image.as_deref().unwrap_or_default());
        let place = *places.entry((caption, image)).or_insert_with(|| {
            lines.push((caption, image, Vec::new()));
            lines.len() - 1
        });
        lines[place].2.push(&example.negative);
    }
    let failed = |what: String| Diagnostic::new(Code::FileWrite, format!("the table cannot be made: {what}"));
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
    writer.write_record(["title", "filepath", "neg_caption"]).map_err(|e| failed(e.to_string()))?;
    for (caption, image, negatives) in lines {
        let list: Vec<String> = negatives.into_iter().map(python).collect();
        let list = format!("[{}]", list.join(", "));
        writer.write_record([caption, image, list.as_str()]).map_err(|e| failed(e.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|e| failed(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| failed(e.to_string()))
}

/// A text as Python writes it, so that `ast.literal_eval` reads the list.
fn python(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut written = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            c if c == quote => written.extend(['\\', c]),
            c => written.push(c),
        }
    }
    written.push(quote);
    written
}
