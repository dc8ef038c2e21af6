//! The edits one by one, for people and spreadsheets: what each does, its fate, and which of the two joint sets it is in.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::build::{Built, Fate, Joint};
use super::problem::Problem;
use crate::caption::{self, Edit, Heard, Label, Labeller};
use crate::import::{Along, Beside};
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
    /// The operator by what is said, and what it is about where that is sure: `swap attribute`.
    pub meaning: Label,
    /// What the file says that the operator is.
    pub declared: Option<&'a str>,
    /// The steps with their spans, in words.
    pub steps: String,
    /// Its fate; absent where none has been computed.
    pub fate: Option<Fate>,
    /// `blind` or `dropped`: in which set of the joint answer it is; absent without a blind encoder.
    pub joint: Option<&'static str>,
    /// The caption that the edit starts from, as it was read.
    pub caption: &'a str,
    /// The hard negative.
    pub negative: &'a str,
    /// The image that the caption describes, where the file has one.
    pub image: Option<String>,
    /// The image that the negative describes.
    pub negative_image: Option<String>,
    /// What the record belongs to.
    pub group: Option<String>,
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
    let (beside, labeller) = (Beside::read(dataset), Labeller::new());
    // A caption has several negatives as a rule, and telling its words apart takes most of the time.
    let mut heard: HashMap<&str, Heard> = HashMap::new();
    let row = |(edit, pair): (usize, &'a caption::Pair)| {
        let tokens = words(&problem.tokens().captions[edit]);
        let found: Edit<&str> = caption::classify(&tokens, &words(&problem.tokens().negatives[edit]));
        let Along { image, negative_image, group } = beside.of(pair);
        EditRow {
            edit,
            file: &dataset.sources[pair.source].name,
            line: pair.line,
            id: &pair.id,
            operator: found.operator().to_string(),
            meaning: heard
                .entry(pair.caption.as_str())
                .or_insert_with(|| labeller.hear(&pair.caption))
                .clone()
                .against(labeller.hear(&pair.negative)),
            declared: pair.declared.as_deref(),
            steps: found.in_words(&tokens),
            fate: built.map(|built| built.fates[edit]),
            joint: dropped.as_ref().map(|dropped| if dropped.contains(&edit) { "dropped" } else { "blind" }),
            caption: &pair.caption,
            negative: &pair.negative,
            image,
            negative_image,
            group,
        }
    };
    dataset.pairs.iter().enumerate().map(row).collect()
}

/// The rows as a table, tab-separated, with a header; without the columns that no row fills.
pub fn edit_table(rows: &[EditRow]) -> Result<String, Diagnostic> {
    let failed = |what: String| Diagnostic::new(Code::FileWrite, format!("the table of edits cannot be made: {what}"));
    let table = filled_columns(rows).map_err(|error| failed(error.to_string()))?;
    String::from_utf8(table).map_err(|error| failed(error.to_string()))
}

fn filled_columns(rows: &[EditRow]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    let whole = writer.into_inner().map_err(|error| error.into_error())?;
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').has_headers(false).from_reader(whole.as_slice());
    let lines = reader.records().collect::<Result<Vec<_>, _>>()?;
    let width = lines.first().map_or(0, csv::StringRecord::len);
    let filled = |&column: &usize| lines.iter().skip(1).any(|line| line.get(column).is_some_and(|c| !c.is_empty()));
    let filled: Vec<usize> = (0..width).filter(filled).collect();
    let mut writer = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
    for line in &lines {
        writer.write_record(filled.iter().filter_map(|&column| line.get(column)))?;
    }
    Ok(writer.into_inner().map_err(|error| error.into_error())?)
}
