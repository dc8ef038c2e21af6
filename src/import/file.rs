//! A file of records, read once, and what is taken from it by a mapping.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::along;
use super::mapping::{Mapping, shipped};
use super::path::{self, Path, Step};
use super::records::read;
use super::slot::Slot;
use super::tree::Tree;
use crate::caption::{Columns, Format};
use crate::report::{Code, Diagnostic};

/// Why something that stands in the place of a record is none.
const NO_RECORD: &str = "no record, or a line with another number of cells than the header";

/// How many records that were left out are named.
const NAMED: usize = 5;

/// A file as JSON Lines, with what became of its records.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// JSON Lines: `caption`, `negative`, and what else the mapping names, a pair a line.
    pub lines: String,
    /// Pairs (of files without negatives captions) written.
    pub written: usize,
    /// Records in the file.
    pub records: usize,
    /// How many records or pairs were left out, by reason.
    pub skipped: BTreeMap<String, usize>,
    /// The first of them, each with its number in the file from 1 and the reason.
    pub named: Vec<(usize, String)>,
    /// All that the file has, in order, written or left out.
    pub slots: Vec<Slot>,
}

impl Imported {
    /// Where the lines come from: what goes beside them, for people and programs.
    pub fn provenance(&self, source: &str, sha256: &str, mapping: &Mapping) -> Value {
        let named: Vec<Value> =
            self.named.iter().map(|(record, why)| json!({ "record": record, "reason": why })).collect();
        json!({
            "source": source,
            "sha256": sha256,
            "format": mapping.name,
            "records": self.records,
            "written": self.written,
            "skipped": self.skipped,
            "first_skipped": named,
        })
    }

    fn write(&mut self, record: usize, pair: Map<String, Value>) {
        self.slots.push(Slot { kept: true, ..slot_of(record, &pair) });
        self.lines += &format!("{}\n", Value::Object(pair));
        self.written += 1;
    }

    fn leave(&mut self, slot: Slot, why: &str) {
        *self.skipped.entry(why.to_owned()).or_default() += 1;
        if self.named.len() < NAMED {
            self.named.push((slot.record + 1, why.to_owned()));
        }
        self.slots.push(slot);
    }
}

fn slot_of(record: usize, pair: &Map<String, Value>) -> Slot {
    let text = |part: &str| pair.get(part).and_then(Value::as_str).map(str::to_owned);
    Slot { record, caption: text("caption"), negative: text("negative"), kept: false }
}

/// A file of records, read once: what is asked of its shape and what is taken from it are asked of the same tree.
#[derive(Clone, Debug)]
pub struct File<'a> {
    called: &'a str,
    name: &'a str,
    pub(super) tree: Tree,
}

impl<'a> File<'a> {
    /// Reads the text of a file that its user has `called` so, and that is called `name` when it is unpacked, with the ending of
    /// its format and its folders. Error: [`Code::DataSyntax`] for text that is not of its format.
    pub fn read(called: &'a str, name: &'a str, text: &str) -> Result<File<'a>, Diagnostic> {
        Ok(File { called, name, tree: read(called, text, Format::detect(name, text))? })
    }

    /// The records by `mapping`. One that lacks something is left out and counted.
    ///
    /// Error: [`Code::NoCaptions`] if nothing is left.
    pub fn import(&self, mapping: &Mapping) -> Result<Imported, Diagnostic> {
        let mut imported = Imported::default();
        for (number, (key, record)) in records(&self.tree, mapping).into_iter().enumerate() {
            imported.records += 1;
            let place = self.place(&key, number);
            let left = |path: Option<&Path>| path.and_then(|path| texts(record, &place, path).into_iter().next());
            let slot = || Slot {
                record: number,
                caption: left(Some(&mapping.caption)),
                negative: left(mapping.negative.as_ref()),
                kept: false,
            };
            match pairs(record, &place, mapping) {
                Ok(None) => imported.leave(slot(), "not kept by the mapping's condition"),
                Ok(Some(found)) => {
                    for pair in found {
                        match complete(&pair, mapping) {
                            Ok(()) => imported.write(number, pair),
                            Err(why) => imported.leave(slot_of(number, &pair), why),
                        }
                    }
                }
                Err(why) => imported.leave(slot(), why),
            }
        }
        if imported.written == 0 {
            let why = imported
                .named
                .first()
                .map_or("it has no records there".to_owned(), |(at, why)| format!("record {at}: {why}"));
            return Err(Diagnostic::new(
                Code::NoCaptions,
                format!("{} has no caption as {} has them: {why}", self.called, mapping.name),
            )
            .help("without --format the shape tells where it is clear; `scotoma import --list` shows what is known"));
        }
        Ok(imported)
    }

    /// The shipped mapping by which the first records of the file have captions and negatives: of several that read the same
    /// texts the one that finds most beside them. `None` if there are none, or several that read different texts.
    pub fn detect(&self) -> Option<Mapping> {
        self.told_by(shipped().into_iter().filter(|mapping| mapping.negative.is_some()))
    }

    /// The captions of a file of further training text, those of records that have one; `None` if there are none. Records are
    /// texts, lists of texts, or have a `caption` (of SugarCrepe++ also `caption2`), or are those of a benchmark of captions.
    pub fn training(&self, named: &Columns) -> Option<(Mapping, Imported)> {
        let mut usual = Mapping::parse("the usual names", r#"{"records": "*", "caption": "caption"}"#).ok()?;
        let caption = named.caption.as_deref().filter(|name| self.has(name)).unwrap_or("caption");
        let mut imported = Imported::default();
        for (record, (_, part)) in self.tree.parts().into_iter().enumerate() {
            imported.records += 1;
            let captions: Vec<String> = match part {
                Tree::Object(_) | Tree::Line(_) => {
                    let named = [caption, "caption2"].into_iter().filter_map(|name| part.part(name));
                    named.flat_map(all_texts).collect()
                }
                listed => all_texts(listed),
            };
            if captions.is_empty() {
                let why = if *part == Tree::Null { NO_RECORD } else { "no caption" };
                imported.leave(Slot { record, ..Slot::default() }, why);
            }
            for caption in captions {
                match caption.trim() {
                    "" => imported.leave(Slot { record, ..Slot::default() }, "an empty caption"),
                    _ => imported.write(record, with(&Map::new(), &[("caption", caption)])),
                }
            }
        }
        if imported.written > 0 {
            usual.caption = Path::Into(vec![Step::Part(caption.to_owned())]);
            return Some((usual, imported));
        }
        let mapping = self.told_by(shipped().into_iter().filter(|mapping| mapping.negative.is_none()))?;
        let imported = self.import(&mapping).ok()?;
        Some((mapping, imported))
    }

    fn told_by(&self, known: impl Iterator<Item = Mapping>) -> Option<Mapping> {
        let readings = known.filter_map(|mapping| {
            let first = self.sample(&mapping)?;
            let found: usize = first.iter().map(Map::len).sum();
            let part = |pair: &Map<String, Value>, part: &str| pair.get(part).cloned();
            let texts: Vec<_> = first.iter().map(|pair| (part(pair, "caption"), part(pair, "negative"))).collect();
            Some((texts, found, mapping))
        });
        let readings: Vec<_> = readings.collect();
        let (texts, ..) = readings.first()?;
        // What all readings take for a text and is the name of an image, none of them understands.
        if readings.iter().any(|(other, ..)| other != texts) || texts.iter().any(|(a, b)| is_image(a) || is_image(b)) {
            return None;
        }
        readings.into_iter().max_by_key(|(_, found, _)| *found).map(|(_, _, mapping)| mapping)
    }

    /// Whether some record has a field of this name.
    fn has(&self, name: &str) -> bool {
        self.tree.parts().into_iter().any(|(_, record)| record.part(name).is_some())
    }

    /// Whether some record has both names that a negative may have.
    pub fn has_both(&self) -> bool {
        let both = |record: &Tree| record.part("negative").is_some() && record.part("negative_caption").is_some();
        self.tree.parts().into_iter().any(|(_, record)| both(record))
    }

    /// What the names of fields give that a user names, and the usual ones for the others; of the negative's two names the one under
    /// which most records have both texts: how a file with records that say nothing is read. `None` if no record has them.
    pub fn usual(&self, named: &Columns) -> Option<(Mapping, Imported)> {
        let image = along::IMAGES.into_iter().find(|name| self.has(name));
        let negatives = match &named.negative {
            Some(negative) => vec![negative.as_str()],
            None => vec!["negative", "negative_caption"],
        };
        let path = |name: &str| Path::Into(vec![Step::Part(name.to_owned())]);
        let or = |name: &Option<String>, usual: &str| path(name.as_deref().unwrap_or(usual));
        let readings = negatives.into_iter().filter_map(|negative| {
            let mut mapping = Mapping::parse("the usual names", r#"{"records": "*", "caption": "caption"}"#).ok()?;
            mapping.caption = or(&named.caption, "caption");
            mapping.negative = Some(path(negative));
            mapping.along.insert("id", or(&named.id, "id"));
            mapping.along.insert("operator", or(&named.operator, "operator"));
            mapping.along.insert("negative_image", path("negative_image"));
            mapping.along.insert("group", path("group"));
            image.into_iter().for_each(|image| drop(mapping.along.insert("image", path(image))));
            let imported = self.import(&mapping).ok()?;
            Some((mapping, imported))
        });
        readings.max_by_key(|(_, imported)| imported.written)
    }

    /// The pairs of the first records, if `mapping` finds what it looks for in all of them.
    fn sample(&self, mapping: &Mapping) -> Option<Vec<Map<String, Value>>> {
        let mut first = Vec::new();
        for (number, (key, record)) in records(&self.tree, mapping).into_iter().take(8).enumerate() {
            // Any table has a second column: that a mapping counts columns says nothing about the file.
            if matches!(record, Tree::Line(_)) && mapping.caption.counts() {
                return None;
            }
            first.extend(pairs(record, &self.place(&key, number), mapping).ok()?.unwrap_or_default());
        }
        (!first.is_empty() && first.iter().all(|pair| complete(pair, mapping).is_ok())).then_some(first)
    }

    fn place<'k>(&'k self, key: &'k str, number: usize) -> Place<'k> {
        Place { name: self.name, key, number }
    }
}

/// The records, each with its key: those at the mapping's path, or without one those of a list, or the one that the file is.
pub(super) fn records<'a>(tree: &'a Tree, mapping: &Mapping) -> Vec<(String, &'a Tree)> {
    match tree {
        Tree::List(_) if mapping.records.is_empty() => tree.parts(),
        _ => path::find(tree, &mapping.records),
    }
}

/// Where a record stands.
struct Place<'a> {
    name: &'a str,
    key: &'a str,
    number: usize,
}

/// The pairs of a record; `None` if the mapping does not keep it.
fn pairs(record: &Tree, place: &Place, mapping: &Mapping) -> Result<Option<Vec<Map<String, Value>>>, &'static str> {
    if *record == Tree::Null {
        return Err(NO_RECORD);
    }
    if let Some(keep) = &mapping.keep {
        let value = one(record, place, &keep.value).ok_or("the field that the format keeps records by is missing")?;
        if !keep.compared.holds(&value, &keep.with) {
            return Ok(None);
        }
    }
    let mut along = Map::new();
    for (part, path) in &mapping.along {
        if let Some(value) = one(record, place, path) {
            along.insert((*part).to_owned(), Value::from(value));
        }
    }
    along.entry("id").or_insert_with(|| Value::from((place.number + 1).to_string()));
    let captions = texts(record, place, &mapping.caption);
    let Some(negatives) = mapping.negative.as_ref().map(|path| texts(record, place, path)) else {
        return Ok(Some(captions.into_iter().map(|caption| with(&along, &[("caption", caption)])).collect()));
    };
    if captions.is_empty() {
        return Err("no caption");
    }
    let matched: Vec<(String, String)> = match (mapping.zip, captions.len()) {
        (true, count) if count != negatives.len() => return Err("not as many negatives as captions"),
        (true, _) => captions.into_iter().zip(negatives).collect(),
        (false, 1) => negatives.into_iter().map(|negative| (captions[0].clone(), negative)).collect(),
        (false, _) => return Err("several captions and no rule which negative is whose"),
    };
    if matched.is_empty() {
        return Err("no negative");
    }
    let several = matched.len() > 1;
    let numbered = |(number, (caption, negative)): (usize, (String, String))| {
        let mut pair = with(&along, &[("caption", caption), ("negative", negative)]);
        if several && let Some(Value::String(id)) = pair.get_mut("id") {
            *id = format!("{id}.{}", number + 1);
        }
        pair
    };
    Ok(Some(matched.into_iter().enumerate().map(numbered).collect()))
}

fn with(along: &Map<String, Value>, texts: &[(&str, String)]) -> Map<String, Value> {
    let texts = texts.iter().map(|(part, text)| ((*part).to_owned(), Value::from(text.as_str())));
    texts.chain(along.clone()).collect()
}

/// Whether a pair can be read again: texts that say something, and different ones.
fn complete(pair: &Map<String, Value>, mapping: &Mapping) -> Result<(), &'static str> {
    let text = |part: &str| pair.get(part).and_then(Value::as_str).unwrap_or_default().trim();
    match (text("caption"), text("negative")) {
        ("", _) => Err("an empty caption"),
        (_, "") if mapping.negative.is_some() => Err("an empty negative"),
        (caption, negative) if mapping.negative.is_some() && caption == negative => {
            Err("the negative equals the caption")
        }
        _ => Ok(()),
    }
}

/// Whether a text is the name of an image.
fn is_image(text: &Option<Value>) -> bool {
    const ENDINGS: [&str; 5] = [".jpg", ".jpeg", ".png", ".webp", ".gif"];
    let text = text.as_ref().and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    !text.contains(' ') && ENDINGS.iter().any(|end| text.ends_with(end))
}

/// The texts at a path: leaves, lists of leaves, and lists that are written in the cell of a table.
fn texts(record: &Tree, place: &Place, path: &Path) -> Vec<String> {
    let Path::Into(steps) = path else { return one(record, place, path).into_iter().collect() };
    path::find(record, steps).into_iter().flat_map(|(_, tree)| all_texts(tree)).collect()
}

fn all_texts(tree: &Tree) -> Vec<String> {
    match tree {
        Tree::Text(cell) => match crate::caption::listed_texts(cell) {
            Some(Ok(texts)) => texts,
            _ => vec![cell.clone()],
        },
        // Of a list all have to be texts; a number is none.
        Tree::List(parts) => {
            let text = |part: &Tree| if let Tree::Text(text) = part { Some(text.clone()) } else { None };
            parts.iter().map(text).collect::<Option<_>>().unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The one text at a path.
fn one(record: &Tree, place: &Place, path: &Path) -> Option<String> {
    let stem = |name: &str| name.rsplit_once('.').map_or(name.to_owned(), |(stem, _)| stem.to_owned());
    match path {
        Path::Into(steps) => path::find(record, steps).first().and_then(|(_, tree)| tree.leaf()),
        Path::Key if place.key.is_empty() => Some((place.number + 1).to_string()),
        Path::Key => Some(place.key.to_owned()),
        Path::File => Some(stem(place.name.rsplit(['/', '\\']).next().unwrap_or(place.name))),
        Path::FilePath => Some(stem(place.name).replace('\\', "/")),
        Path::Constant(text) => Some(text.clone()),
    }
}
