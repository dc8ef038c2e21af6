//! A certificate of any kind, checked from its file: what `scotoma verify` does.

use std::path::Path;

use serde::Serialize;

use crate::certificate::{Certificate, Problem};
use crate::encoder::{self, Checked};
use crate::files;
use crate::model::whole::{Refuted, check_counterexamples};
use crate::report::Diagnostic;

/// What a certificate was found to show.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Claims about captions, each multiplied out against the raw text.
    Captions(Checked),
    /// Counterexamples, each evaluated from scratch.
    Counterexamples(Refuted),
}

/// Checks the certificate at `path`. What it names lies in `folder`, or else in `inputs` beside it.
///
/// Errors: the code of whatever does not hold or cannot be read; the verdict of the code tells which.
///
/// ```
/// use scotoma_check::report::Verdict;
/// use scotoma_check::verify::{Answer, verify_file};
///
/// match verify_file(std::path::Path::new("certificate.json"), None) {
///     Ok(Answer::Captions(checked)) => println!("{} claims hold", checked.claims.len()),
///     Ok(Answer::Counterexamples(refuted)) => println!("{} is refuted", refuted.theorem),
///     // Here is no such file, which is neither a yes nor a no.
///     Err(diagnostic) => assert_eq!(diagnostic.code.verdict(), Verdict::Unreadable),
/// }
/// ```
pub fn verify_file(path: &Path, folder: Option<&Path>) -> Result<Answer, Diagnostic> {
    let bytes = files::read_bytes(path, files::DEFAULT_LIMIT)?;
    let certificate = Certificate::from_bytes(&path.display().to_string(), bytes)?;
    let beside = path.parent().unwrap_or(Path::new("")).join("inputs");
    verify(&certificate, folder.unwrap_or(&beside))
}

/// The same of a certificate that has been read. Errors: as [`verify_file`].
pub fn verify(certificate: &Certificate, folder: &Path) -> Result<Answer, Diagnostic> {
    match certificate.problem {
        Problem::Matrices => check_counterexamples(certificate, folder).map(Answer::Counterexamples),
        Problem::Captions(_) => encoder::verify(certificate, folder).map(Answer::Captions),
    }
}
