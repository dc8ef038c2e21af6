//! The edits one by one, for people and spreadsheets: what each does, its fate, and which of the two joint sets it is in.

use std::collections::BTreeSet;

use serde::Serialize;

use super::build::{Built, Fate, Joint};
use super::problem::Problem;
use crate::caption::{self, Edit};
use crate::report::{Code, Diagnostic};

/// One edit, as a row of the table.
#[derive(Clone, Debug, Serialize)]
pub struct EditRow<'a> {
    /// Its number in certificates, from 0.
    pub edit: usize,
    /// The file that it comes from.
    pub file: &'a str,
    /// The line of its caption.
    pub line: usize,
    /// Its identifier in that file.
    pub id: &'a str,
    /// The operator, read off the tokens.
    pub operator: String,
    /// What the file says that the operator is.
    pub declared: Option<&'a str>,
    /// The steps with their spans, in words.
    pub steps: String,
    /// Its fate; absent where none has been computed.
    pub fate: Option<Fate>,
    /// `blind` or `dropped`: in which set of the joint answer it is; absent without a blind encoder.
    pub joint: Option<&'static str>,
    /// The caption.
    pub caption: &'a str,
    /// The hard negative.
    pub negative: &'a str,
}

/// The rows of all edits, in order; `built` gives fates and sets.
pub fn edit_rows<'a>(problem: &'a Problem, built: Option<&Built>) -> Vec<EditRow<'a>> {
    let dropped: Option<BTreeSet<usize>> = match built.map(|built| &built.joint) {
        Some(Joint::Blind { dropped, .. }) => Some(dropped.iter().copied().collect()),
        _ => None,
    };
    let words = |tokens: &[u32]| -> Vec<&'a str> {
        tokens.iter().map(|&token| problem.tokens().vocabulary.token(token)).collect()
    };
    let dataset = problem.dataset();
    let row = |(edit, pair): (usize, &'a caption::Pair)| {
        let tokens = words(&problem.tokens().captions[edit]);
        let found: Edit<&str> = caption::classify(&tokens, &words(&problem.tokens().negatives[edit]));
        EditRow {
            edit,
            file: &dataset.sources[pair.source].name,
            line: pair.line,
            id: &pair.id,
            operator: found.operator().to_string(),
            declared: pair.declared.as_deref(),
            steps: found.in_words(&tokens),
            fate: built.map(|built| built.fates[edit]),
            joint: dropped.as_ref().map(|dropped| if dropped.contains(&edit) { "dropped" } else { "blind" }),
            caption: &pair.caption,
            negative: &pair.negative,
        }
    };
    dataset.pairs.iter().enumerate().map(row).collect()
}

/// The rows as a table, tab-separated, with a header.
pub fn edit_table(rows: &[EditRow]) -> Result<String, Diagnostic> {
    let failed = |what: String| Diagnostic::new(Code::FileWrite, format!("the table of edits cannot be made: {what}"));
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(|e| failed(e.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|e| failed(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| failed(e.to_string()))
}
