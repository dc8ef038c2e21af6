//! Files as their users have them, beside the bytes that a certificate names: what is left out keeps its place, and what a
//! message says of a file is said of the user's own.

use super::file::{File, records};
use super::mapping::Mapping;
use super::records::read;
use super::slot::Slot;
use super::tree::Tree;
use crate::caption::{self, Columns, Dataset, Format, Role};
use crate::report::Diagnostic;

/// A file of captions as its user has it.
#[derive(Clone, Debug)]
pub struct Given {
    /// What the user calls it.
    pub path: String,
    /// Its name in the certificate.
    pub name: String,
    /// What it is read for.
    pub role: Role,
    /// Whether the bytes that the certificate names have the lines of the file.
    pub same_lines: bool,
    /// All that the file has, in order, where something may have been left out of these bytes.
    pub slots: Option<Vec<Slot>>,
    /// The file before that, for the columns that were not written again.
    pub whole: Option<Whole>,
}

/// The content of a file of which only some fields were written again.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The name of the unpacked file, which tells its format.
    pub name: String,
    /// Its text.
    pub bytes: Vec<u8>,
    /// Where its records are.
    pub mapping: Mapping,
}

impl Whole {
    /// The first of these columns, or fields, that there is, of all records in order; `None` where one has no text or number in it.
    fn column(&self, names: &[&str]) -> Option<Vec<Option<String>>> {
        let text = caption::read::text(&self.name, &self.bytes).ok()?;
        let file = File::read(&self.name, &self.name, text).ok()?;
        let records = records(&file.tree, &self.mapping);
        cells(&records.into_iter().map(|(_, record)| record).collect::<Vec<_>>(), names)
    }
}

/// The first of these fields that a record has, of all of them.
fn cells(records: &[&Tree], names: &[&str]) -> Option<Vec<Option<String>>> {
    let name = names.iter().find(|name| records.iter().any(|record| record.part(name).is_some()))?;
    Some(records.iter().map(|record| record.part(name).and_then(Tree::leaf)).collect())
}

impl Given {
    /// A file whose bytes are named as they are.
    pub fn as_it_is(path: &str, name: &str, role: Role) -> Given {
        let (path, name) = (path.to_owned(), name.to_owned());
        Given { path, name, role, same_lines: true, slots: None, whole: None }
    }

    /// The number, from 0, that each record of the certificate's file has in the user's, where that is another; a record there
    /// is one pair.
    fn records(&self) -> Option<Vec<usize>> {
        let kept = self.slots.as_ref()?.iter().filter(|slot| slot.kept);
        Some(kept.map(|slot| slot.record).collect())
    }

    /// The number, from 0, that a record of the certificate's file has in the user's.
    fn record(&self, at: usize) -> usize {
        self.records().and_then(|records| records.get(at).copied()).unwrap_or(at)
    }

    /// The number, from 0, of the record in the user's file that stands on a line (from 1) of the certificate's; `None` for the
    /// header of a table.
    fn record_on(&self, line: usize, bytes: &[u8], format: Format) -> Option<usize> {
        let separator = match format {
            Format::Csv => b',',
            Format::Tsv => b'\t',
            _ => return line.checked_sub(1).map(|at| self.record(at)),
        };
        let mut table = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(bytes);
        let begun = |record: &Result<csv::StringRecord, csv::Error>| {
            record.as_ref().is_ok_and(|r| r.position().is_some_and(|position| position.line() as usize <= line))
        };
        let before = table.records().take_while(begun).count();
        before.checked_sub(1).map(|at| self.record(at))
    }

    /// What is said of the certificate's file, `bytes`, said of the user's.
    fn told(&self, said: Diagnostic, bytes: &[u8], format: Format) -> Diagnostic {
        let Some(mut place) = said.place.clone().filter(|place| place.file == self.name) else { return said };
        if self.same_lines {
            place.file.clone_from(&self.path);
            return Diagnostic { place: Some(place), ..said };
        }
        let at = match self.record_on(place.line, bytes, format) {
            Some(record) => format!("{}, record {}", self.path, record + 1),
            None => self.path.clone(),
        };
        Diagnostic { message: format!("{at}: {}", said.message), place: None, ..said }
    }
}

/// The files that a data set is made of, as their users have them, those of the certificate's inputs that hold text, in order.
#[derive(Clone, Debug, Default)]
pub struct AllGiven(pub Vec<Given>);

impl AllGiven {
    fn of(&self, name: &str) -> Option<&Given> {
        self.0.iter().find(|given| given.name == name)
    }

    /// An error about a file of the certificate as one about the user's; `content` finds the bytes and the format of a name.
    pub fn told<'a>(&self, said: Diagnostic, content: impl Fn(&str) -> Option<(&'a [u8], Format)>) -> Diagnostic {
        let file = said.place.as_ref().map(|place| place.file.clone()).unwrap_or_default();
        match (self.of(&file), content(&file)) {
            (Some(given), Some((bytes, format))) => given.told(said, bytes, format),
            _ => said,
        }
    }

    /// The warnings of a data set, said of the user's files.
    pub fn warnings(&self, dataset: &Dataset) -> Vec<String> {
        let said = |warning: &caption::Warning| {
            let source = &dataset.sources[warning.source];
            let path = self.of(&source.name).map_or(&source.path, |given| &given.path);
            warning.said(path, |record, line| self.place(dataset, warning.source, record, line).1)
        };
        dataset.warnings.iter().map(said).collect()
    }

    /// Where a record stands, for messages about one: the user's file, and its line or its number there.
    pub fn place(&self, dataset: &Dataset, source: usize, record: usize, line: usize) -> (String, String) {
        let source = &dataset.sources[source];
        match self.of(&source.name) {
            Some(given) if !given.same_lines => (given.path.clone(), format!("record {}", given.record(record) + 1)),
            Some(given) => (given.path.clone(), format!("line {line}")),
            None => (source.path.clone(), format!("line {line}")),
        }
    }

    /// The captions of the training files as they are given, repeated and left out ones too; `None` for what has no text.
    ///
    /// Errors: those of the readers, which read them before.
    pub fn training(&self, dataset: &Dataset) -> Result<Vec<Option<String>>, Diagnostic> {
        let mut all = Vec::new();
        for given in self.0.iter().filter(|given| given.role == Role::Train) {
            if let Some(slots) = &given.slots {
                all.extend(slots.iter().map(|slot| slot.caption.clone()));
            } else if let Some(source) = dataset.sources.iter().find(|source| source.name == given.name) {
                let read = caption::read_train(&source.path, &source.bytes, Some(source.format), &Columns::default())?;
                all.extend(read.into_iter().map(|caption| Some(caption.text)));
            }
        }
        Ok(all)
    }
}

/// The pairs of a data set as their files have them, before anything is dropped: the order in which users' rows come.
#[derive(Clone, Debug, Default)]
pub struct AsGiven {
    /// The caption and the negative of each, where it has them.
    pub texts: Vec<[Option<String>; 2]>,
    /// Whether each was kept: what a matrix has for one that was left out does not matter.
    pub kept: Vec<bool>,
    /// The place there of each pair of the data set.
    pub of: Vec<usize>,
}

impl AsGiven {
    /// Reads the pair files of a data set again. Errors: those of the readers, which read them before.
    pub fn new(dataset: &Dataset, columns: &Columns, given: &AllGiven) -> Result<AsGiven, Diagnostic> {
        let (mut texts, mut kept, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        for source in dataset.sources.iter().filter(|source| source.role == Role::Pairs) {
            if let Some(slots) = given.of(&source.name).and_then(|given| given.slots.as_ref()) {
                for slot in slots {
                    if slot.kept {
                        numbers.push(texts.len());
                    }
                    kept.push(slot.kept);
                    texts.push(
                        [&slot.caption, &slot.negative].map(|text| text.clone().filter(|text| !text.trim().is_empty())),
                    );
                }
                continue;
            }
            for pair in caption::read_pairs(&source.path, &source.bytes, Some(source.format), columns)? {
                numbers.push(texts.len());
                kept.push(true);
                texts.push([Some(pair.caption), Some(pair.negative)]);
            }
        }
        // A number beyond them cannot be: the same bytes were read in the same way.
        let of = dataset.pairs.iter().map(|pair| numbers.get(pair.number).copied().unwrap_or(pair.number)).collect();
        Ok(AsGiven { texts, kept, of })
    }
}

/// A column, or a field, of the user's files that no reader of captions asks for, a cell a pair of the data set: of each file the
/// first of these names that it has. `None` if one of the files has none of them.
pub fn column(dataset: &Dataset, given: &AllGiven, names: &[&str]) -> Option<Vec<Option<String>>> {
    let mut of_source = Vec::new();
    for source in &dataset.sources {
        let cells = match given.of(&source.name).and_then(|given| given.whole.as_ref()) {
            _ if source.role != Role::Pairs => Vec::new(),
            Some(whole) => whole.column(names)?,
            None => {
                let text = caption::read::text(&source.path, &source.bytes).ok()?;
                let tree = read(&source.path, text, source.format).ok()?;
                cells(&tree.parts().into_iter().map(|(_, record)| record).collect::<Vec<_>>(), names)?
            }
        };
        of_source.push((cells, given.of(&source.name).and_then(Given::records)));
    }
    let cell = |pair: &caption::Pair| {
        let (cells, records) = &of_source[pair.source];
        let record = records.as_ref().map_or(Some(pair.record), |records| records.get(pair.record).copied());
        cells.get(record?).cloned().flatten()
    };
    Some(dataset.pairs.iter().map(cell).collect())
}
