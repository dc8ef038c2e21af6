//! Data sets: raw files, and the pairs and training captions that they hold.

use std::collections::HashSet;
use std::path::Path;

use crate::files;
use crate::report::{Code, Diagnostic, Place, line_ends, plural};

use super::limits::{Limits, shown};
use super::pair::{Pair, TrainCaption};
use super::read::{self, Columns, Format, read_pairs, read_train};
use super::tokenizer::{Tokenized, Tokenizer, Vocabulary};

/// What a file is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Captions with their hard negatives.
    Pairs,
    /// Further training captions.
    Train,
}

/// One file as it was read: a certificate keeps the bytes, and its verifier parses them again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The last component of the path, or `<stdin>`.
    pub name: String,
    /// The path as the user gave it, or `<stdin>`: for messages only.
    pub path: String,
    /// SHA-256 of `bytes` in lower-case hexadecimal.
    pub sha256: String,
    /// The content of the file.
    pub bytes: Vec<u8>,
    /// What the file is read for.
    pub role: Role,
    /// How the bytes are parsed.
    pub format: Format,
}

impl Source {
    /// A source from its path and bytes. Without a format the extension decides, or the first bytes where
    /// the extension is unknown.
    ///
    /// Error: [`Code::NotUtf8`].
    pub fn new(path: &str, bytes: Vec<u8>, role: Role, format: Option<Format>) -> Result<Source, Diagnostic> {
        let name = Path::new(path).file_name().map_or(path.into(), |name| name.to_string_lossy()).into_owned();
        let format = match format {
            Some(format) => format,
            None => Format::detect(&name, read::text(path, &bytes)?),
        };
        Ok(Source { name, path: path.to_owned(), sha256: files::sha256_hex(&bytes), bytes, role, format })
    }

    fn read(path: &Path, role: Role, format: Option<Format>, limit: u64) -> Result<Source, Diagnostic> {
        if path == Path::new("-") {
            return Source::new("<stdin>", files::read_stdin(limit)?, role, format);
        }
        Source::new(&path.display().to_string(), files::read_bytes(path, limit)?, role, format)
    }
}

/// How files become a data set.
#[derive(Clone, Debug)]
pub struct Options {
    /// The format of the files with pairs, where it is not to be found out.
    pub format: Option<Format>,
    /// The format of the files with training captions, where it is not to be found out.
    pub train_format: Option<Format>,
    /// The names of columns and fields.
    pub columns: Columns,
    /// The size of the largest file that is read, in bytes.
    pub limit: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { format: None, train_format: None, columns: Columns::default(), limit: files::DEFAULT_LIMIT }
    }
}

/// Pairs and training captions, with the files that they come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset {
    /// The files in the order in which they were named, those with pairs first.
    pub sources: Vec<Source>,
    /// The different pairs of all files, in order; of exact duplicates the first.
    pub pairs: Vec<Pair>,
    /// The different further training captions of all files, in order.
    pub train: Vec<TrainCaption>,
    /// How many pairs the files hold, before any is dropped.
    pub read: usize,
    /// How many pairs there are, whether or not `pairs` is a selection of them.
    pub total: usize,
    /// What was left out.
    pub dropped: Dropped,
    /// The same for a user: how many of which file, and the first few.
    pub warnings: Vec<Warning>,
    /// The first that was left out, as an error.
    pub first_dropped: Option<Diagnostic>,
}

/// How many records say nothing and are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Dropped {
    /// Pairs whose negative is their caption, up to white space at either end.
    pub negative_is_caption: usize,
    /// Pairs that repeat an earlier one.
    pub duplicate_pairs: usize,
    /// Training captions that repeat an earlier one.
    pub duplicate_captions: usize,
}

/// What was left out of a file, for a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The number of the file among the sources.
    pub source: usize,
    /// How many records.
    pub count: usize,
    /// The first few: the record, counted from 0, the line, counted from 1, and the caption.
    pub first: Vec<([usize; 2], String)>,
    what: &'static str,
    why: &'static str,
}

impl Warning {
    /// The warning as a sentence about a file of this path, in which `place` says where a record stands that is on a line.
    pub fn said(&self, path: &str, place: impl Fn(usize, usize) -> String) -> String {
        let named: Vec<String> = self
            .first
            .iter()
            .map(|([record, line], text)| format!("{} {}", place(*record, *line), shown(text)))
            .collect();
        let left = self.count - self.first.len();
        let more = if left > 0 { format!(" and {left} more") } else { String::new() };
        format!("{path}: {} dropped: {}: {}{more}", plural(self.count, self.what), self.why, named.join(", "))
    }
}

impl Dataset {
    /// Reads files with pairs and files with training captions; `-` is standard input, at most once.
    ///
    /// Errors: [`Code::Usage`], those of [`files::read_bytes`], and those of [`Dataset::parse`].
    pub fn open<P: AsRef<Path>>(pairs: &[P], train: &[P], options: &Options) -> Result<Dataset, Diagnostic> {
        let paths = || pairs.iter().chain(train).map(AsRef::as_ref);
        if paths().filter(|path| *path == Path::new("-")).count() > 1 {
            return Err(Diagnostic::new(Code::Usage, "standard input can be read only once"));
        }
        let mut sources = Vec::new();
        for path in pairs {
            sources.push(Source::read(path.as_ref(), Role::Pairs, options.format, options.limit)?);
        }
        for path in train {
            sources.push(Source::read(path.as_ref(), Role::Train, options.train_format, options.limit)?);
        }
        Dataset::parse(sources, &options.columns)
    }

    /// The data set that is in the bytes of `sources`: a function of their paths (in messages), bytes, roles
    /// and formats and of the columns, and of nothing else.
    ///
    /// Errors: those of [`read_pairs`] and [`read_train`]; [`Code::NoCaptions`] without any pair or caption.
    pub fn parse(sources: Vec<Source>, columns: &Columns) -> Result<Dataset, Diagnostic> {
        let mut data = Dataset::default();
        for (index, source) in sources.iter().enumerate() {
            match source.role {
                Role::Pairs => {
                    let pairs = read_pairs(&source.path, &source.bytes, Some(source.format), columns)?;
                    let before = data.pairs.len();
                    let numbered = |pair: Pair| Pair { source: index, number: before + pair.number, ..pair };
                    data.pairs.extend(pairs.into_iter().map(numbered));
                }
                Role::Train => {
                    let train = read_train(&source.path, &source.bytes, Some(source.format), columns)?;
                    data.train.extend(train.into_iter().map(|caption| TrainCaption { source: index, ..caption }));
                }
            }
        }
        if data.pairs.is_empty() && data.train.is_empty() {
            return Err(Diagnostic::new(Code::NoCaptions, "there are no captions: no file was named"));
        }
        data.sources = sources;
        data.read = data.pairs.len();
        data.drop_what_says_nothing();
        if data.read > 0 && data.pairs.is_empty() {
            return Err(Diagnostic::new(Code::NoCaptions, "every negative is the same text as its caption")
                .help("a negative has to differ from its caption; repair the files"));
        }
        data.total = data.pairs.len();
        Ok(data)
    }

    fn drop_what_says_nothing(&mut self) {
        let fresh: Vec<bool> = self.pairs.iter().map(|p| p.caption.trim() != p.negative.trim()).collect();
        let dropped = keep(&mut self.pairs, &fresh);
        self.dropped.negative_is_caption = dropped.len();
        let places =
            dropped.iter().map(|pair| (pair.source, [pair.record, pair.line], pair.caption.as_str())).collect();
        let error = Some(Code::NegativeEqualsCaption);
        self.report(error, "pair", "the negative is the same text as its caption", places);
        let mut seen = HashSet::new();
        let fresh: Vec<bool> =
            self.pairs.iter().map(|p| seen.insert((p.caption.as_str(), p.negative.as_str()))).collect();
        let dropped = keep(&mut self.pairs, &fresh);
        self.dropped.duplicate_pairs = dropped.len();
        let places =
            dropped.iter().map(|pair| (pair.source, [pair.record, pair.line], pair.caption.as_str())).collect();
        let error = Some(Code::DataShape);
        self.report(error, "record", "the caption and negative are those of an earlier record", places);
        let mut seen = HashSet::new();
        let fresh: Vec<bool> = self.train.iter().map(|caption| seen.insert(caption.text.as_str())).collect();
        let dropped = keep(&mut self.train, &fresh);
        self.dropped.duplicate_captions = dropped.len();
        let places = dropped
            .iter()
            .map(|caption| (caption.source, [caption.record, caption.line], caption.text.as_str()))
            .collect();
        // That training captions repeat is no one's mistake, and no error to the strict.
        self.report(None, "record", "the training caption is that of an earlier record", places);
    }

    /// A warning a file, and for the strict an error of this code about the first.
    fn report(
        &mut self,
        error: Option<Code>,
        what: &'static str,
        why: &'static str,
        places: Vec<(usize, [usize; 2], &str)>,
    ) {
        const NAMED: usize = 3;
        for run in places.chunk_by(|a, b| a.0 == b.0) {
            let first = run.iter().take(NAMED).map(|(_, at, text)| (*at, (*text).to_owned())).collect();
            self.warnings.push(Warning { source: run[0].0, count: run.len(), first, what, why });
        }
        if let (None, Some(code), Some(&(source, [_, line], text))) = (&self.first_dropped, error, places.first()) {
            let place = self.place(source, line, text);
            let error = Diagnostic::new(code, format!("{why}: {}", shown(text))).at(place);
            self.first_dropped = Some(error.help("repair or remove the record; without --strict it is dropped"));
        }
    }

    /// The warnings as sentences about the files that were read.
    pub fn said(&self) -> Vec<String> {
        let said =
            |warning: &Warning| warning.said(&self.sources[warning.source].path, |_, line| format!("line {line}"));
        self.warnings.iter().map(said).collect()
    }

    /// All texts in the fixed order: captions, negatives, training captions.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let captions = self.pairs.iter().map(|pair| pair.caption.as_str());
        let negatives = self.pairs.iter().map(|pair| pair.negative.as_str());
        captions.chain(negatives).chain(self.train.iter().map(|caption| caption.text.as_str()))
    }

    /// How many texts [`Dataset::texts`] gives.
    pub fn text_count(&self) -> usize {
        2 * self.pairs.len() + self.train.len()
    }

    /// Cuts all texts into tokens; `done` is told after each text how many are done.
    ///
    /// Errors, each with the place of the text: [`Code::CaptionWithoutToken`], [`Code::CaptionTooLong`].
    pub fn tokenize(
        &self,
        tokenizer: Tokenizer,
        limits: &Limits,
        mut done: impl FnMut(usize),
    ) -> Result<Tokenized, Diagnostic> {
        let mut vocabulary = Vocabulary::default();
        let mut count = 0;
        let mut tokens = |text: &str, source: usize, line: usize| -> Result<Vec<u32>, Diagnostic> {
            let mut found = Vec::new();
            tokenizer
                .each_token(text, limits.tokens_per_text, |token| found.push(vocabulary.intern(token)))
                .map_err(|error| error.at(self.place(source, line, text)))?;
            if found.is_empty() {
                return Err(self.without_token(tokenizer, source, line, text));
            }
            count += 1;
            done(count);
            Ok(found)
        };
        let captions =
            self.pairs.iter().map(|p| tokens(&p.caption, p.source, p.line)).collect::<Result<Vec<_>, _>>()?;
        let negatives =
            self.pairs.iter().map(|p| tokens(&p.negative, p.source, p.line)).collect::<Result<Vec<_>, _>>()?;
        let train = self.train.iter().map(|c| tokens(&c.text, c.source, c.line)).collect::<Result<Vec<_>, _>>()?;
        Ok(Tokenized { tokenizer, vocabulary, captions, negatives, train })
    }

    fn without_token(&self, tokenizer: Tokenizer, source: usize, line: usize, text: &str) -> Diagnostic {
        let message = format!("the tokenizer {} finds no token in {}", tokenizer.name(), shown(text));
        Diagnostic::new(Code::CaptionWithoutToken, message)
            .at(self.place(source, line, text))
            .help("remove the record, or use a tokenizer that keeps punctuation (clip)")
    }

    /// Where `text` stands in its file: at or after the beginning of `line`.
    fn place(&self, source: usize, line: usize, text: &str) -> Place {
        let source = &self.sources[source];
        let Ok(content) = read::text(&source.path, &source.bytes) else {
            return Place::line(&source.path, line);
        };
        let earlier = line_ends(content, 0..content.len()).take(line.saturating_sub(1));
        let start = earlier.last().map_or(0, |end| end + 1);
        match content[start..].find(text) {
            Some(at) => Place::of(&source.path, content, start + at, start + at + text.len()),
            None => Place::of(&source.path, content, start, start + 1),
        }
    }
}

/// Keeps the items that are `fresh` and gives back the others.
fn keep<T>(items: &mut Vec<T>, fresh: &[bool]) -> Vec<T> {
    let (kept, dropped): (Vec<_>, Vec<_>) =
        std::mem::take(items).into_iter().zip(fresh).partition(|(_, fresh)| **fresh);
    *items = kept.into_iter().map(|(item, _)| item).collect();
    dropped.into_iter().map(|(item, _)| item).collect()
}
