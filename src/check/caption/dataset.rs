//! Data sets: raw files, and the pairs and training captions that they hold.

use std::collections::HashSet;
use std::path::Path;

use crate::files;
use crate::report::{Code, Diagnostic, Place};

use super::read::{self, Columns, Format, read_pairs, read_train};
use super::{Limits, Tokenized, Tokenizer, Vocabulary};

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

/// A caption and one hard negative of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The identifier in its file: the key or the `id` field, else the number of the record counted from 1.
    /// A record with a list of negatives gives the pairs `id.1`, `id.2`, ...
    pub id: String,
    /// The caption as it stands in the file.
    pub caption: String,
    /// The negative as it stands in the file.
    pub negative: String,
    /// What the file says the edit is.
    pub declared: Option<String>,
    /// Index in [`Dataset::sources`]; 0 as long as the pair is in no data set.
    pub source: usize,
    /// The line on which the caption stands, counted from 1.
    pub line: usize,
}

/// A training caption that is not the caption of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainCaption {
    /// The caption as it stands in the file.
    pub text: String,
    /// Index in [`Dataset::sources`]; 0 as long as the caption is in no data set.
    pub source: usize,
    /// The line on which the caption stands, counted from 1.
    pub line: usize,
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
    /// What a user should know though it is no error: duplicates that were dropped.
    pub warnings: Vec<String>,
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
                    data.pairs.extend(pairs.into_iter().map(|pair| Pair { source: index, ..pair }));
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
        data.drop_duplicates();
        Ok(data)
    }

    fn drop_duplicates(&mut self) {
        let Dataset { sources, pairs, train, warnings } = self;
        let mut seen = HashSet::new();
        let fresh: Vec<bool> = pairs.iter().map(|p| seen.insert((p.caption.as_str(), p.negative.as_str()))).collect();
        let dropped = keep(pairs, &fresh).into_iter().map(|pair| (pair.source, pair.line)).collect();
        warnings.extend(duplicates(sources, "caption and negative", dropped));
        let mut seen = HashSet::new();
        let fresh: Vec<bool> = train.iter().map(|caption| seen.insert(caption.text.as_str())).collect();
        let dropped = keep(train, &fresh).into_iter().map(|caption| (caption.source, caption.line)).collect();
        warnings.extend(duplicates(sources, "training caption", dropped));
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
        let message = format!("the tokenizer {} finds no token in {}", tokenizer.name(), super::shown(text));
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
        let start: usize = content.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
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

/// One warning a file: how many of its records repeat an earlier one, and the line of the first.
fn duplicates(sources: &[Source], what: &str, dropped: Vec<(usize, usize)>) -> Vec<String> {
    let runs = dropped.chunk_by(|a, b| a.0 == b.0);
    runs.map(|run| {
        let (source, line) = run[0];
        let (records, repeat) = if run.len() == 1 { ("record", "repeats") } else { ("records", "repeat") };
        format!(
            "{}: {} {records} dropped: {repeat} the {what} of an earlier record, first on line {line}",
            sources[source].path,
            run.len(),
        )
    })
    .collect()
}
