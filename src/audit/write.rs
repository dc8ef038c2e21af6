//! The folder of a report: tables as CSV and LaTeX, rows, pictures, one page, JSON.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::card::Card;
use super::page::{page, pictures};
use super::prompt::Shift;
use super::tables::{cautions, tables};
use crate::files;
use crate::report::{Code, Diagnostic, plural};

/// What was audited, in sentences.
pub fn opening(card: &Card, grouped_by: &str) -> Vec<String> {
    let mut lines = vec![format!(
        "{} of a caption and a hard negative, grouped by {grouped_by} ({}); tokenizer {}; {} draws of the cluster bootstrap, \
         seed {}; intervals are 95 %",
        plural(card.pairs, "pair"),
        plural(card.clusters, "group"),
        card.certified.tokenizer,
        card.draws,
        card.seed
    )];
    let about = [
        ("embeddings", &card.embeddings),
        ("training", &card.train),
        ("the other", &card.other),
        ("images", &card.images),
    ];
    for (what, about) in about.into_iter().filter_map(|(what, about)| Some((what, about.as_ref()?))) {
        let scaled = if about.scaled { "scaled to length 1" } else { "as they are" };
        lines.push(format!(
            "{what}: {}, {} x {}, norms {:.4} to {:.4}, {scaled}, sha256 {}",
            about.file,
            about.rows,
            about.dimensions,
            about.norms[0],
            about.norms[1],
            &about.sha256[..12.min(about.sha256.len())]
        ));
    }
    lines
}

/// Writes the report into a folder; returns the paths, the page first.
///
/// Errors: those of [`files::write_atomically`].
pub fn folder(out: &Path, card: &Card, prompts: Option<&Shift>, grouped_by: &str) -> Result<Vec<PathBuf>, Diagnostic> {
    let _turn = files::take_turn(out)?;
    clear(out)?;
    let mut written = Vec::new();
    let mut write = |name: String, bytes: &[u8]| {
        let path = out.join(name);
        files::write_atomically(&path, bytes)?;
        written.push(path);
        Ok::<(), Diagnostic>(())
    };
    write("index.html".to_owned(), page(card, prompts, &opening(card, grouped_by)).as_bytes())?;
    for (name, svg) in pictures(card) {
        write(name.to_owned(), svg.as_bytes())?;
    }
    for table in tables(card) {
        write(format!("{}.csv", table.name), table.csv().as_bytes())?;
        write(format!("{}.tex", table.name), table.latex().as_bytes())?;
    }
    write("rows.csv".to_owned(), rows(card)?.as_bytes())?;
    let names: Vec<_> = written.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    let record = json!({
        "card": card, "prompts": prompts, "grouped_by": grouped_by, "may_not_claim": cautions(card), "files": names,
    });
    let text = serde_json::to_vec_pretty(&record).map_err(|e| failed("audit.json", &e.to_string()))?;
    let path = out.join("audit.json");
    files::write_atomically(&path, &text)?;
    written.push(path);
    Ok(written)
}

/// Removes what an earlier report wrote, as it says: a table of it would be taken for one of the next.
fn clear(out: &Path) -> Result<(), Diagnostic> {
    let record = files::read_bytes(&out.join("audit.json"), files::DEFAULT_LIMIT).unwrap_or_default();
    let record: serde_json::Value = serde_json::from_slice(&record).unwrap_or_default();
    let names = record["files"].as_array().into_iter().flatten().filter_map(|name| name.as_str());
    let plain = names.filter(|name| Path::new(name).file_name().is_some_and(|file| file == *name));
    plain.chain(["audit.json"]).try_for_each(|name| files::remove(&out.join(name)))
}

fn failed(what: &str, why: &str) -> Diagnostic {
    Diagnostic::new(Code::FileWrite, format!("{what} cannot be made: {why}"))
}

/// The rows with the answers of the models.
fn rows(card: &Card) -> Result<String, Diagnostic> {
    let about = |e: String| failed("rows.csv", &e);
    let header = [
        "file",
        "id",
        "operator",
        "meaning",
        "group",
        "fold",
        "fate",
        "rho",
        "word",
        "support",
        "unsupported",
        "signal",
        "bias",
        "text_side",
        "caption",
        "negative",
    ];
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let models = card.models.iter().map(|model| model.name.as_str());
    writer.write_record(header.into_iter().chain(models)).map_err(|e| about(e.to_string()))?;
    for (at, row) in card.rows.iter().enumerate() {
        let answers: Vec<Option<u8>> = card.models.iter().map(|model| model.right[at].map(u8::from)).collect();
        writer.serialize((row, answers)).map_err(|e| about(e.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|e| about(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| about(e.to_string()))
}
