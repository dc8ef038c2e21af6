//! How captions are written down, and in which columns.

use std::fmt;
use std::str::FromStr;

use crate::language::closest;
use crate::report::{Code, Diagnostic, quoted};

/// How captions are written down in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Format {
    /// One JSON value: an object of records (SugarCrepe as published) or an array of records or texts.
    Json,
    /// JSON Lines: one record a line.
    Jsonl,
    /// Tab-separated values with a header.
    Tsv,
    /// Comma-separated values with a header.
    Csv,
    /// Plain text: one training caption a line.
    Text,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Format {
    /// The formats that files of pairs have: all but [`Format::Text`].
    pub const OF_PAIRS: [Format; 4] = [Format::Json, Format::Jsonl, Format::Tsv, Format::Csv];

    /// The name used on the command line and in certificates.
    pub fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Tsv => "tsv",
            Format::Csv => "csv",
            Format::Text => "text",
        }
    }

    /// The format that the extension of `name` says, or else what `text` looks like.
    pub fn detect(name: &str, text: &str) -> Format {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            Some("json") => Format::Json,
            Some("jsonl" | "ndjson") => Format::Jsonl,
            Some("tsv" | "tab") => Format::Tsv,
            Some("csv") => Format::Csv,
            Some("txt" | "text") => Format::Text,
            _ => Format::sniff(text),
        }
    }

    fn sniff(text: &str) -> Format {
        let text = text.trim_start();
        let first = text.lines().next().unwrap_or("");
        let one_line = || serde_json::from_str::<serde::de::IgnoredAny>(first).is_ok();
        let nested = || first[1..].contains('{');
        match text.chars().next() {
            Some('[') => Format::Json,
            // A record a line, unless the only line is an object of records.
            Some('{') if one_line() && !(nested() && text.lines().nth(1).is_none()) => Format::Jsonl,
            Some('{') => Format::Json,
            _ if first.contains('\t') => Format::Tsv,
            _ if first.split(',').any(|column| column.trim().trim_matches('"') == "caption") => Format::Csv,
            _ => Format::Text,
        }
    }
}

/// The names of the columns of a table, or of the fields of a JSON record, where they are not the usual ones:
/// `caption`; `negative` or `negative_caption`; `operator`; `id`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Columns {
    /// The caption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The negative, or the list of negatives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative: Option<String>,
    /// What the edit is said to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The identifier of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl FromStr for Columns {
    type Err = String;

    /// Reads `caption=title,negative=neg_caption`.
    fn from_str(text: &str) -> Result<Columns, String> {
        let mut columns = Columns::default();
        for part in text.split(',') {
            let (role, name) =
                part.split_once('=').ok_or_else(|| format!("{} is not of the form caption=NAME", quoted(part)))?;
            let slot = match role.trim() {
                "caption" => &mut columns.caption,
                "negative" => &mut columns.negative,
                "operator" => &mut columns.operator,
                "id" => &mut columns.id,
                role => {
                    let known = ["caption", "negative", "operator", "id"];
                    let near = closest(role, known.into_iter().map(str::to_owned));
                    let near = near.map_or(String::new(), |near| format!(" (did you mean {near}?)"));
                    return Err(format!("{} is none of {}{near}", quoted(role), known.join(", ")));
                }
            };
            if slot.replace(name.trim().to_owned()).is_some() {
                return Err(format!("{} is named twice", quoted(role.trim())));
            }
        }
        Ok(columns)
    }
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Caption,
    Negative,
    Operator,
    Id,
}

impl Columns {
    /// The names under which a part may be found, and whether the user chose the name.
    fn names(&self, part: Part) -> (Vec<&str>, bool) {
        let (chosen, usual): (_, &[&str]) = match part {
            Part::Caption => (&self.caption, &["caption"]),
            Part::Negative => (&self.negative, &["negative", "negative_caption"]),
            Part::Operator => (&self.operator, &["operator"]),
            Part::Id => (&self.id, &["id"]),
        };
        match chosen {
            Some(name) => (vec![name], true),
            None => (usual.to_vec(), false),
        }
    }

    /// The names as they are for training text: a chosen caption where it is `present`, and the usual one elsewhere.
    pub(super) fn for_training(&self, present: &[&str]) -> Columns {
        let caption = self.caption.clone().filter(|name| present.contains(&name.as_str()));
        Columns { caption, ..Columns::default() }
    }

    /// The index in `present` of the column for a part; `None` if there is none and none is `needed`.
    ///
    /// Errors: [`Code::MissingColumn`], [`Code::DataShape`] if there are several.
    pub(super) fn find(&self, part: Part, present: &[&str], needed: bool) -> Result<Option<usize>, Diagnostic> {
        let (names, chosen) = self.names(part);
        let mut found = (0..present.len()).filter(|&i| names.contains(&present[i]));
        let first = found.next();
        if let Some(second) = found.next() {
            let both = format!("{} and {}", quoted(first.map_or("", |i| present[i])), quoted(present[second]));
            return Err(Diagnostic::new(Code::DataShape, format!("the columns {both} are for the same thing"))
                .help("choose one, for example with --columns negative=NAME"));
        }
        if first.is_none() && (needed || chosen) {
            let listed = present.iter().take(20).map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
            let near = closest(names[0], present.iter().map(|name| (*name).to_owned()));
            let help = "name the columns, for example --columns caption=title,negative=neg_caption";
            return Err(Diagnostic::new(Code::MissingColumn, format!("there is no {}", quoted(names[0])))
                .note(format!("present: {}", if listed.is_empty() { "nothing" } else { &listed }))
                .help(match near {
                    Some(near) => format!("did you mean {}? {help}", quoted(&near)),
                    None => help.to_owned(),
                }));
        }
        Ok(first)
    }
}
