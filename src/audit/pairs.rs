//! The rows of an audit: the different pairs of the data set, with what belongs to each in the user's other files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::accuracy::Model;
use super::embeddings::Order;
use super::groups::Scores;
use super::records::Records;
use crate::caption::Pair;
use crate::encoder::Problem;
use crate::import::{self, AllGiven, AsGiven};
use crate::report::{Code, Diagnostic, plural};

/// Columns that name the image of a record, where the user names none.
const IMAGES: [&str; 5] = ["image", "filename", "image_id", "img_id", "image_file"];

/// The orders that rows of embeddings may be in, with words for each; `None` stands for a row without a text.
pub fn orders(given: &AsGiven, problem: &Problem) -> Vec<Order> {
    // The captions and then the negatives, each with whether its record was kept.
    let texts = || (0..2).flat_map(|side| given.texts.iter().map(move |t| &t[side]).zip(given.kept.iter().copied()));
    let all = texts().map(|(text, kept)| text.clone().filter(|_| kept)).collect();
    let read = texts().filter(|(_, kept)| *kept).map(|(text, _)| text.clone()).collect();
    let audited = &problem.dataset().pairs;
    let captions = audited.iter().map(|pair| pair.caption.clone());
    let kept = captions.chain(audited.iter().map(|pair| pair.negative.clone())).map(Some).collect();
    let mut seen = std::collections::HashSet::new();
    let different =
        texts().filter(|(text, _)| text.is_some() && seen.insert(*text)).map(|(text, _)| text.clone()).collect();
    vec![
        ("the captions, then the negatives", all),
        ("the captions, then the negatives, records without one left out", read),
        ("the captions, then the negatives, duplicates dropped", kept),
        ("the different texts in that order", different),
    ]
}

/// What the rows of one image, or one group, have in common, and where that was found.
pub struct Grouping {
    /// The key of each audited pair.
    pub keys: Vec<String>,
    /// Where the row came from, in words.
    pub from: String,
    /// Whether the keys name images, or groups of the user's; else captions.
    pub named: bool,
}

/// The group of each pair: by the column that the user names, else by the image, else by the caption.
///
/// Error: [`Code::MissingColumn`] for a column that a file, or a cell that a record, does not have.
pub fn grouping(problem: &Problem, given: &AllGiven, column: Option<&str>) -> Result<Grouping, Diagnostic> {
    let dataset = problem.dataset();
    let found = match column {
        Some(name) => Some(import::column(dataset, given, &[name]).ok_or_else(|| {
            Diagnostic::new(Code::MissingColumn, format!("not every file of pairs has a column {name:?}"))
                .help("name another with --group, or none: then rows belong together by image, or by caption")
        })?),
        None => import::column(dataset, given, &IMAGES),
    };
    let Some(found) = found else {
        let keys = dataset.pairs.iter().map(|pair| pair.caption.trim().to_owned()).collect();
        let from = "the caption, as no column names an image (see --group)".to_owned();
        return Ok(Grouping { keys, from, named: false });
    };
    let key = |(pair, cell): (&Pair, Option<String>)| {
        cell.ok_or_else(|| {
            let file = &dataset.sources[pair.source].path;
            Diagnostic::new(Code::MissingColumn, format!("{file}: the record {:?} has no group", pair.id))
        })
    };
    let keys = dataset.pairs.iter().zip(found).map(key).collect::<Result<_, _>>()?;
    let from = column.map_or_else(|| "the image".to_owned(), |name| format!("the column {name}"));
    Ok(Grouping { keys, from, named: true })
}

/// What a file of results holds.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// Right or wrong, by model.
    pub models: Vec<Model>,
    /// The four scores of each pair as a group of two captions and two images, with a name.
    pub scores: Option<(String, Vec<Option<Scores>>)>,
    /// What a user should know.
    pub remarks: Vec<String>,
}

/// The columns of scores, as Winoground's results have them: caption, then image.
const SCORES: [&str; 4] = ["c0_i0", "c0_i1", "c1_i0", "c1_i1"];

/// Reads results: columns of right and wrong (1/0, true/false, right/wrong), or the four scores of each group.
///
/// A row is found by its caption and negative; or by `file` (without its ending) and `id`; or by `id`; or, without any of
/// these, by its place among all pairs; of rows for the same pair the first counts. Errors: [`Code::DataShape`] where no row is
/// found, a score is no number, or no column holds answers.
pub fn results(paths: &[PathBuf], problem: &Problem, given: &AsGiven) -> Result<Results, Diagnostic> {
    let mut results = Results::default();
    for path in paths {
        one(path, problem, given, &mut results)?;
    }
    Ok(results)
}

fn one(path: &Path, problem: &Problem, given: &AsGiven, results: &mut Results) -> Result<(), Diagnostic> {
    let name = path.display().to_string();
    let stem = path.file_stem().map_or_else(|| name.clone(), |stem| stem.to_string_lossy().into_owned());
    let records = Records::open(path)?;
    let (rows, differing) = rows_of_pairs(&name, &records, problem, given)?;
    if let Some(first) = differing.first() {
        let records = plural(differing.len(), "record");
        results.remarks.push(format!(
            "{name}: {records} for a pair that had another, with other cells, and the first counts: record {first} (from 0)"
        ));
    }
    if records.ragged > 0 {
        let lines = plural(records.ragged, "line");
        results.remarks.push(format!("{name}: {lines} left out: another number of cells than the header"));
    }
    let pairs = rows.len();
    let found = rows.iter().flatten().count();
    if found == 0 {
        return Err(Diagnostic::new(Code::DataShape, format!("{name}: no row belongs to any of the {pairs} pairs"))
            .help("rows are found by caption and negative, by file and id, by id, or by their order"));
    }
    if found < pairs {
        results.remarks.push(format!("{name}: {} of {pairs} pairs without a result", pairs - found));
    }
    let scores = SCORES.map(|column| records.column(column));
    if let (Some(there), Some(missing)) =
        (scores.iter().position(Option::is_some), scores.iter().position(Option::is_none))
    {
        let message = format!("{name} has the score {} and no {}", SCORES[there], SCORES[missing]);
        return Err(
            Diagnostic::new(Code::MissingColumn, message).help("a group has four scores: both captions, both images")
        );
    }
    if let Some(columns) = scores.into_iter().collect::<Option<Vec<_>>>() {
        let number =
            |row: usize, column: usize| records.rows[row][column].trim().parse::<f64>().ok().filter(|x| x.is_finite());
        let score = |row: usize| {
            let [a, b, c, d] = [columns[0], columns[1], columns[2], columns[3]];
            Some([[number(row, a)?, number(row, b)?], [number(row, c)?, number(row, d)?]])
        };
        let scores: Vec<Option<Scores>> = rows.iter().map(|row| score((*row)?)).collect();
        let without = rows.iter().zip(&scores).find_map(|(row, scores)| row.filter(|_| scores.is_none()));
        if let Some(first) = without {
            let count = found - scores.iter().flatten().count();
            let message = format!(
                "{name}: {} without four numbers for scores, the first {first} (from 0)",
                plural(count, "record")
            );
            if count == found {
                return Err(Diagnostic::new(Code::DataShape, message));
            }
            results.remarks.push(message);
        }
        results.scores = Some((stem, scores));
        return Ok(());
    }
    let before = results.models.len();
    for (column, title) in records.columns.iter().enumerate() {
        let cells: Vec<&str> = records.rows.iter().map(|row| row[column].trim()).collect();
        let keys = ["id", "file", "filename", "image", "caption", "negative", "negative_caption"];
        if keys.contains(&title.as_str()) || cells.iter().any(|cell| !cell.is_empty() && answer(cell).is_none()) {
            continue;
        }
        let right: Vec<Option<bool>> = rows.iter().map(|row| answer(cells[(*row)?])).collect();
        if right.iter().any(Option::is_some) {
            let name = if title == "correct" { stem.clone() } else { title.clone() };
            results.models.push(Model { name, right });
        }
    }
    if results.models.len() == before {
        let help = format!("a column of 1 and 0, or the scores {}", SCORES.join(", "));
        return Err(Diagnostic::new(Code::DataShape, format!("{name}: no column says right or wrong")).help(help));
    }
    Ok(())
}

fn answer(cell: &str) -> Option<bool> {
    match cell.to_ascii_lowercase().as_str() {
        "1" | "true" | "right" | "1.0" => Some(true),
        "0" | "false" | "wrong" | "0.0" => Some(false),
        _ => None,
    }
}

/// The record of each audited pair; and the records whose pair had one before with other cells.
fn rows_of_pairs(
    name: &str,
    records: &Records,
    problem: &Problem,
    given: &AsGiven,
) -> Result<(Vec<Option<usize>>, Vec<usize>), Diagnostic> {
    let dataset = problem.dataset();
    let column = |names: &[&str]| names.iter().find_map(|name| records.column(name));
    let stem = |pair: &Pair| {
        let name = &dataset.sources[pair.source].name;
        name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned()
    };
    type Key<'a> = Box<dyn Fn(&Pair) -> Vec<String> + 'a>;
    let (columns, key): (Vec<usize>, Key) =
        if let (Some(caption), Some(negative)) = (column(&["caption"]), column(&["negative", "negative_caption"])) {
            (
                vec![caption, negative],
                Box::new(|pair| vec![pair.caption.trim().to_owned(), pair.negative.trim().to_owned()]),
            )
        } else if let (Some(file), Some(id)) = (column(&["file"]), column(&["id"])) {
            (vec![file, id], Box::new(|pair| vec![stem(pair), pair.id.clone()]))
        } else if let Some(id) = column(&["id"]) {
            (vec![id], Box::new(|pair| vec![pair.id.clone()]))
        } else if records.rows.len() == given.texts.len() {
            return Ok((given.of.iter().map(|at| Some(*at)).collect(), Vec::new()));
        } else {
            let (rows, pairs) = (plural(records.rows.len(), "row"), plural(given.texts.len(), "pair"));
            return Err(Diagnostic::new(
                Code::DataShape,
                format!("{name}: {rows} for {pairs}, without a column that names them"),
            )
            .help("give the rows a column id, or file and id, or caption and negative"));
        };
    let mut found: HashMap<Vec<String>, usize> = HashMap::new();
    let mut differing = Vec::new();
    for (at, row) in records.rows.iter().enumerate() {
        let key: Vec<String> = columns.iter().map(|column| row[*column].trim().to_owned()).collect();
        // The same pair may be published twice; the first is the one that is audited.
        let first = *found.entry(key).or_insert(at);
        differing.extend((records.rows[first] != *row).then_some(at));
    }
    Ok((dataset.pairs.iter().map(|pair| found.get(&key(pair)).copied()).collect(), differing))
}

/// Lists of captions that say the same: several an image, or a caption with `caption2` and the like.
///
/// Errors: those of [`Records::open`]; [`Code::DataShape`] where no record has two captions.
pub fn paraphrases(path: &Path) -> Result<Vec<Vec<String>>, Diagnostic> {
    let records = Records::open(path)?;
    let columns: Vec<usize> =
        (0..records.columns.len()).filter(|at| records.columns[*at].starts_with("caption")).collect();
    let texts = |cell: &String| -> Vec<String> {
        match serde_json::from_str::<Vec<String>>(cell) {
            Ok(list) => list,
            Err(_) if cell.trim().is_empty() => Vec::new(),
            Err(_) => vec![cell.clone()],
        }
    };
    let lists = records.rows.iter().map(|row| columns.iter().flat_map(|at| texts(&row[*at])).collect());
    let lists: Vec<Vec<String>> = lists.filter(|list: &Vec<String>| list.len() > 1).collect();
    if lists.is_empty() {
        let message = format!("{} has no record with two captions", path.display());
        return Err(Diagnostic::new(Code::DataShape, message)
            .help("a list `caption` of several, or the columns caption and caption2"));
    }
    Ok(lists)
}
