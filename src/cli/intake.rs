//! Files as users have them become the bytes that a certificate names: folders and patterns, compression, semicolons,
//! benchmarks as published, records that say nothing.
//!
//! All of this stands outside the trust line: what is read here is written again as JSON Lines, and builder and checkers
//! read that.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::{Context, import};
use crate::caption::{Columns, Format, Role};
use crate::certificate::{Input, InputRole};
use crate::import::given::Whole;
use crate::import::{self as mappings, AllGiven, File, Given, Imported, Mapping, Slot, Unpacked};
use crate::report::{Code, Diagnostic};
use crate::{caption, files};

/// The endings of files that a folder is searched for.
const ENDINGS: [&str; 11] = ["json", "jsonl", "ndjson", "csv", "tsv", "tab", "txt", "tar", "gz", "zst", "parquet"];

/// How files of pairs are read.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// By their names, or by what they look like.
    Plain(Option<Format>),
    /// As a benchmark is published.
    Mapped(Box<Mapping>),
    /// As the first mapping that fits, or by the names that a user gives, and records that say nothing are left out; what a file
    /// is that cannot be read otherwise.
    Mended(Box<Columns>),
}

impl Shape {
    /// What `--format` names: a format, a benchmark, or a file with a mapping.
    pub(super) fn named(name: Option<&str>) -> Result<Shape, Diagnostic> {
        let Some(name) = name else { return Ok(Shape::Plain(None)) };
        if let Some(format) = Format::OF_PAIRS.into_iter().find(|format| format.name() == name) {
            return Ok(Shape::Plain(Some(format)));
        }
        import::named(name).map(|mapping| Shape::Mapped(Box::new(mapping)))
    }
}

/// The raw inputs as they go beside the certificate.
#[derive(Default)]
pub(super) struct Intake {
    pub described: Vec<Input>,
    pub bytes: Vec<Vec<u8>>,
    pub given: AllGiven,
}

impl Intake {
    /// Adds a file as it is, and gives back its bytes.
    pub(super) fn add(&mut self, path: &Path, role: InputRole) -> Result<Vec<u8>, Diagnostic> {
        let bytes = read(path)?;
        self.push(&base(path), role, bytes.clone());
        Ok(bytes)
    }

    /// Adds a file of captions.
    pub(super) fn add_text(
        &mut self,
        path: &Path,
        role: InputRole,
        shape: &Shape,
        context: &Context,
    ) -> Result<(), Diagnostic> {
        let bytes = if path == Path::new("-") { context.standard_input()? } else { read(path)? };
        let Unpacked { name, bytes, same_lines } = mappings::unpack(&base(path), bytes, files::DEFAULT_LIMIT)?;
        let training = role == InputRole::Train;
        let taken = match shape {
            Shape::Mapped(mapping) if !training => mapped(path, &name, bytes, mapping, context)?,
            Shape::Mended(columns) if training => training_mended(path, name, bytes, columns, context)?,
            Shape::Mended(columns) => mended(path, &name, bytes, columns, context)?,
            // A --format is about the pair files; training files that it does not suit are told by their names.
            Shape::Plain(Some(format)) if !training => Taken { name, bytes, format: *format, written: None },
            _ => plain(name, bytes),
        };
        self.push(&taken.name, role, taken.bytes);
        let Some(input) = self.described.last_mut() else { return Ok(()) };
        input.format = Some(taken.format);
        let role = if training { Role::Train } else { Role::Pairs };
        let mut given = Given { same_lines, ..Given::as_it_is(&called(path), &input.name, role) };
        if let Some((slots, whole)) = taken.written {
            given = Given { same_lines: false, slots: Some(slots), whole: Some(whole), ..given };
        }
        self.given.0.push(given);
        Ok(())
    }

    fn push(&mut self, name: &str, role: InputRole, bytes: Vec<u8>) {
        let name = unused(name, &self.described);
        self.described.push(Input { name, sha256: files::sha256_hex(&bytes), role, format: None });
        self.bytes.push(bytes);
    }
}

/// The name, made different from those already there.
pub(super) fn unused(base: &str, inputs: &[Input]) -> String {
    let taken: BTreeSet<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    let numbered = (2..).map(|n| format!("{n}-{base}"));
    std::iter::once(base.to_owned()).chain(numbered).find(|name| !taken.contains(name.as_str())).unwrap_or_default()
}

/// The files that are meant: a folder stands for the files of captions in it, a pattern (`*`, `?`, `[a-z]`) for those that
/// match, both in the order of their names.
pub(super) fn expand(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Diagnostic> {
    let mut all = Vec::new();
    for path in paths {
        let text = path.to_string_lossy();
        let found = if path.is_dir() {
            let known = |path: &PathBuf| path.extension().is_some_and(|end| ENDINGS.iter().any(|known| end == *known));
            let entries = std::fs::read_dir(path).map_err(|error| unreadable(&text, &error.to_string()))?;
            entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file() && known(path)).collect()
        } else if text.contains(['*', '?', '[']) && !path.exists() {
            glob::glob(&text).map_err(|error| unreadable(&text, error.msg))?.flatten().collect()
        } else {
            all.push(path.clone());
            continue;
        };
        let mut found: Vec<PathBuf> = found;
        if found.is_empty() {
            return Err(
                unreadable(&text, "no file of captions is there").help(format!("files end in {}", ENDINGS.join(", ")))
            );
        }
        found.sort();
        all.append(&mut found);
    }
    Ok(all)
}

/// The captions of a file, and the image of each where the file names it.
pub(super) struct Captions {
    /// The different captions, in their order.
    pub texts: Vec<String>,
    /// The images of a caption.
    pub images: HashMap<String, Vec<String>>,
}

/// The captions of a file: one a line, or those of any file of captions, compressed or not.
pub(super) fn captions(path: &Path, context: &Context) -> Result<Captions, Diagnostic> {
    let Unpacked { name, bytes, .. } = mappings::unpack(&base(path), read(path)?, files::DEFAULT_LIMIT)?;
    let Taken { bytes, format, .. } = training_mended(path, name, bytes, &Columns::default(), context)?;
    let shown = called(path);
    let captions = caption::read_train(&shown, &bytes, Some(format), &Columns::default())?;
    let beside = mappings::along(&shown, &bytes, format);
    let mut found = Captions { texts: Vec::new(), images: HashMap::new() };
    let mut seen = HashSet::new();
    for caption in captions {
        if let Some(image) = beside.get(caption.record).and_then(|along| along.image.as_ref()) {
            let images = found.images.entry(caption.text.clone()).or_default();
            if !images.contains(image) {
                images.push(image.clone());
            }
        }
        if seen.insert(caption.text.clone()) {
            found.texts.push(caption.text);
        }
    }
    Ok(found)
}

fn unreadable(name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(Code::FileRead, format!("{name}: {what}"))
}

fn read(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    match path == Path::new("-") {
        true => files::read_stdin(files::DEFAULT_LIMIT),
        false => files::read_bytes(path, files::DEFAULT_LIMIT),
    }
}

/// The path of a file by another name.
fn beside(path: &Path, name: &str) -> String {
    path.with_file_name(name).display().to_string()
}

/// What the user calls a file.
fn called(path: &Path) -> String {
    if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() }
}

pub(super) fn base(path: &Path) -> String {
    match path.file_name().and_then(|name| name.to_str()) {
        Some(name) if path != Path::new("-") => name.to_owned(),
        _ => "stdin".to_owned(),
    }
}

/// What becomes of a file.
struct Taken {
    name: String,
    bytes: Vec<u8>,
    format: Format,
    /// All that the file has, and the file, where the bytes were written anew.
    written: Option<(Vec<Slot>, Whole)>,
}

/// A file as it is, in the format that its name or its look tells.
fn plain(name: String, bytes: Vec<u8>) -> Taken {
    let format = Format::detect(&name, &String::from_utf8_lossy(&bytes));
    Taken { name, bytes, format, written: None }
}

fn mapped(path: &Path, name: &str, bytes: Vec<u8>, mapping: &Mapping, context: &Context) -> Result<Taken, Diagnostic> {
    let shown = called(path);
    let unpacked = beside(path, name);
    let imported = File::read(&shown, &unpacked, caption::read::text(&shown, &bytes)?)?.import(mapping)?;
    context.read_by(&shown, &mapping.name);
    Ok(taken(path, name, bytes, mapping.clone(), imported, context))
}

fn mended(path: &Path, name: &str, bytes: Vec<u8>, columns: &Columns, context: &Context) -> Result<Taken, Diagnostic> {
    let shown = called(path);
    // Which of two texts is the negative is for the user to say.
    let told = columns.negative.is_some();
    let unpacked = beside(path, name);
    let file = File::read(&shown, &unpacked, caption::read::text(&shown, &bytes)?)
        .ok()
        .filter(|file| told || !file.has_both());
    let Some(file) = file else { return unmended(name, bytes, columns) };
    let read = match file.detect().filter(|_| *columns == Columns::default()) {
        Some(mapping) => file.import(&mapping).map(|imported| Some((mapping, imported)))?,
        None => file.usual(columns),
    };
    let Some((mapping, imported)) = read else { return unmended(name, bytes, columns) };
    context.talk(&format!("{shown}: read by {}", mapping.name));
    context.read_by(&shown, &mapping.name);
    Ok(taken(path, name, bytes, mapping, imported, context))
}

/// A file of further training text: as it is where it can be read so, else those of its records that have a caption.
fn training_mended(
    path: &Path,
    name: String,
    bytes: Vec<u8>,
    columns: &Columns,
    context: &Context,
) -> Result<Taken, Diagnostic> {
    let shown = called(path);
    let as_it_is = plain(name, bytes);
    let Taken { name, bytes, format, .. } = &as_it_is;
    match caption::read_train(&shown, bytes, Some(*format), columns) {
        Err(error) if of_records(error.code) => {
            let text = caption::read::text(&shown, bytes)?;
            let file = File::read(&shown, name, text).map_err(|_| error.clone())?;
            let (mapping, imported) = file.training(columns).ok_or(error)?;
            context.read_by(&shown, &mapping.name);
            Ok(taken(path, name, bytes.clone(), mapping, imported, context))
        }
        read => read.map(|_| as_it_is),
    }
}

/// A file as it is, unless a user names its columns: it would be read by other names than these.
fn unmended(name: &str, bytes: Vec<u8>, columns: &Columns) -> Result<Taken, Diagnostic> {
    match *columns == Columns::default() {
        true => Ok(plain(name.to_owned(), bytes)),
        false => Err(Diagnostic::new(Code::MissingColumn, format!("{name} has not the columns that are named"))),
    }
}

/// What was taken of a file, written anew.
fn taken(path: &Path, name: &str, bytes: Vec<u8>, mapping: Mapping, imported: Imported, context: &Context) -> Taken {
    for line in import::told(&called(path), &imported) {
        context.talk(&format!("warning: {line}"));
    }
    context.left_out(&imported.skipped);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let whole = Whole { name: name.to_owned(), bytes, mapping };
    Taken {
        name: format!("{stem}.jsonl"),
        bytes: imported.lines.into_bytes(),
        format: Format::Jsonl,
        written: Some((imported.slots, whole)),
    }
}

/// Whether an error is about records: that they are of another shape, or that one says nothing.
pub(super) fn of_records(code: Code) -> bool {
    matches!(code, Code::MissingColumn | Code::DataShape | Code::EmptyCaption | Code::NoCaptions)
}
