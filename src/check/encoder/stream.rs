//! Training files that are read as they come, line by line, and never held: for certificates that rest on the kernel of S.
//!
//! What is held of S are the rows of the pairs' captions, and those that a claim names as its basis. All that a kernel claim
//! says of the other rows is that the readouts are silent on them, and that is multiplied out while they are read. Then they
//! are combinations of the basis (theorem `silent_readouts_decide`: rank S is the number of basis rows); so an encoder that has the
//! values of a linear one on the basis has them on every row, and it suffices to check a `blind` claim on the rows that
//! are held. Of a caption that is not held 32 bytes are kept, to tell whether it is there twice.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::kernel::Silent;
use super::problem::{Problem, columns};
use super::verified::Verified;
use super::verify::verify_with;
use crate::caption::{FeatureMap, Limits, Row, has_lines, shown, stream_train};
use crate::certificate::{CaptionProblem, Claim, Input, InputRole, Obstruction, TrueOptimal};
use crate::files;
use crate::report::{Code, Diagnostic, Place};

/// A training caption as it is read: the first of its text.
#[derive(Clone, Copy, Debug)]
pub struct Caption<'a> {
    /// Its number among the different training captions.
    pub number: u32,
    /// The caption.
    pub text: &'a str,
    /// Its features.
    pub row: &'a Row,
}

/// A problem whose training files are read again and again, and not held.
pub struct Stream<'a> {
    spec: &'a CaptionProblem,
    problem: Problem,
    /// The different captions of pairs.
    own: usize,
    folder: &'a Path,
    limits: Limits,
}

/// The most different features.
const FEATURES: usize = 1 << 26;

impl<'a> Stream<'a> {
    /// Whether training files of the problem can be read in this way: there are some, of lines, and features and encoder
    /// do not name texts.
    pub fn fits(spec: &CaptionProblem) -> bool {
        let mut train = spec.inputs.iter().filter(|input| input.role == InputRole::Train).peekable();
        spec.features != FeatureMap::Matrix
            && matches!(spec.encoder, TrueOptimal::Projection { .. })
            && train.peek().is_some()
            && train.all(|input| input.format.is_some_and(has_lines))
    }

    /// The problem without its training files, which lie in `folder`; `inputs` are the bytes of the others, in order.
    ///
    /// Errors: those of [`Problem::read`].
    pub fn open(spec: &'a CaptionProblem, inputs: &[Vec<u8>], folder: &'a Path) -> Result<Stream<'a>, Diagnostic> {
        let others = spec.inputs.iter().filter(|input| input.role != InputRole::Train).cloned().collect();
        let problem = Problem::read(&CaptionProblem { inputs: others, ..spec.clone() }, inputs)?;
        let limits = Limits { features: FEATURES, ..Limits::default() };
        Ok(Stream { spec, own: problem.s().rows(), problem, folder, limits })
    }

    /// Reads the training files, and calls `visit` with every different caption, those of the pairs first; gives back how many
    /// there are.
    ///
    /// Errors: those of the readers, [`Code::CertificateInputHash`] for a file that is not the one that is described,
    /// [`Code::CaptionWithoutToken`], [`Code::TooManyFeatures`], and those of `visit`.
    pub fn pass(&mut self, mut visit: impl FnMut(Caption) -> Result<(), Diagnostic>) -> Result<usize, Diagnostic> {
        let mut known = HashSet::new();
        for row in 0..self.own {
            let text = self.problem.training_text(row);
            known.insert(files::fingerprint(text));
            visit(Caption { number: row as u32, text, row: &self.problem.s().row(row).collect() })?;
        }
        let (tokenizer, columns, limits) = (self.spec.tokenizer, columns(self.spec)?, self.limits);
        let (vocabulary, index) = self.problem.parts();
        let mut tokens = Vec::new();
        for (input, path) in train_files(self.spec, self.folder) {
            let Some(format) = input.format else { continue };
            let found = stream_train(&input.name, files::open(&path)?, format, &columns, |captions| {
                for caption in &captions {
                    if !known.insert(files::fingerprint(&caption.text)) {
                        continue;
                    }
                    let text = &caption.text;
                    let place = || Place::line(&input.name, caption.line);
                    tokens.clear();
                    tokenizer
                        .each_token(text, limits.tokens_per_text, |token| tokens.push(vocabulary.intern(token)))
                        .map_err(|error| error.at(place()))?;
                    if tokens.is_empty() {
                        let message = format!("the tokenizer {} finds no token in {}", tokenizer.name(), shown(text));
                        return Err(Diagnostic::new(Code::CaptionWithoutToken, message).at(place()));
                    }
                    let number = u32::try_from(known.len() - 1).map_err(|_| {
                        Diagnostic::new(Code::TooManyFeatures, "there are more captions than 32 bits number")
                    })?;
                    let row = index.add(&tokens, &limits)?;
                    visit(Caption { number, text, row: &row })?;
                }
                Ok(())
            })?;
            changed(input, &found)?;
        }
        Ok(known.len())
    }

    /// Holds these rows of training captions besides those of the pairs, by ascending numbers; there are `all` captions.
    pub fn keep(&mut self, rows: Vec<(u32, Row)>, all: usize) -> Result<(), Diagnostic> {
        self.problem.keep(self.spec, self.own, rows, all)
    }

    /// How many different captions the pairs have.
    pub fn own(&self) -> usize {
        self.own
    }

    /// The problem: what is held of it.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The same for good.
    pub fn into_problem(self) -> Problem {
        self.problem
    }
}

fn train_files<'a>(spec: &'a CaptionProblem, folder: &'a Path) -> impl Iterator<Item = (&'a Input, PathBuf)> {
    spec.inputs.iter().filter(|input| input.role == InputRole::Train).map(|input| (input, folder.join(&input.name)))
}

/// Whether the claims can be checked with the rows of their basis: a kernel, and what names no other training caption.
pub(super) fn rests_on_kernel(claims: &[Claim]) -> bool {
    let by_kernel = |obstruction: &Obstruction| obstruction.s.is_none();
    let follows = |claim: &Claim| match claim {
        Claim::Blind { dropped, .. } => dropped.iter().all(by_kernel),
        Claim::Obstructed { by } => by_kernel(by),
        _ => false,
    };
    matches!(claims.split_first(), Some((Claim::Kernel(_), rest)) if rest.iter().all(follows))
}

/// The SHA-256 of each training file that is not the one that is described is an error, before anything in it is looked at.
pub(super) fn check_hashes(spec: &CaptionProblem, folder: &Path) -> Result<(), Diagnostic> {
    for (input, path) in train_files(spec, folder) {
        changed(input, &files::sha256_of(&path)?)?;
    }
    Ok(())
}

/// Checks claims that rest on a kernel while the training files are read; `size` checks the sizes, before all claims.
pub(super) fn check_claims(
    spec: &CaptionProblem,
    inputs: &[Vec<u8>],
    folder: &Path,
    claims: &[Claim],
    size: impl FnOnce(&Problem) -> Result<(), Diagnostic>,
) -> Result<(Problem, Vec<Verified>), Diagnostic> {
    let Some(Claim::Kernel(kernel)) = claims.first() else {
        return Err(Diagnostic::new(Code::CertificateEmpty, "there is no kernel to rest on"));
    };
    let mut stream = Stream::open(spec, inputs, folder)?;
    let basis: HashSet<u32> = kernel.basis.iter().map(|(number, _)| *number).collect();
    let mut silent = Silent::of(&kernel.readouts, spec.size.features as usize);
    let (mut rows, mut others, own) = (Vec::new(), Ok(()), stream.own());
    let all = stream.pass(|caption| {
        if caption.number as usize >= own && basis.contains(&caption.number) {
            rows.push((caption.number, caption.row.clone()));
        }
        if let (Ok(silent), true) = (&mut silent, others.is_ok()) {
            others = silent.on(caption.number as usize, caption.text, caption.row);
        }
        Ok(())
    })?;
    stream.keep(rows, all)?;
    size(stream.problem())?;
    let verified = verify_with(stream.problem(), claims, silent.and(others))?;
    Ok((stream.into_problem(), verified))
}

/// Error: [`Code::CertificateInputHash`] for a file with another hash than that of the input.
pub(super) fn changed(input: &Input, found: &str) -> Result<(), Diagnostic> {
    if found == input.sha256 {
        return Ok(());
    }
    let message = format!("{} is not the file that the certificate was made from", input.name);
    Err(Diagnostic::new(Code::CertificateInputHash, message)
        .note(format!("stated: {}", input.sha256))
        .note(format!("found:  {found}")))
}
