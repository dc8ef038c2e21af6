//! A whole certificate of counterexamples: the statement that it names, found and compared, and every claim from scratch.

use std::path::Path;

use serde::Serialize;

use super::certify::verify_counterexample;
use super::weaken::hypotheses;
use crate::certificate::{Certificate, Claim, Counterexample};
use crate::files;
use crate::kernel::Statement;
use crate::language::library::LIBRARY;
use crate::language::{Source, parse_statement};
use crate::report::{Code, Diagnostic};

/// A file of statements larger than this is not read.
const MAX_FILE: u64 = 16 << 20;

/// What a check of counterexamples found to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refuted {
    /// The statement that they are about.
    pub theorem: String,
    /// Its content hash.
    pub sha256: String,
    /// Each of them, in the order of the certificate.
    pub claims: Vec<Refutation>,
}

/// A counterexample that holds: the matrices satisfy the assumptions, and the conclusion fails on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refutation {
    /// Of a statement, or of what is left of it.
    Refutes {
        /// The name of the assumption that is dropped; none: the statement is false.
        without: Option<String>,
        /// Its position.
        position: Option<u32>,
    },
}

/// Checks a certificate of counterexamples; a statement that is not shipped is read from `NAME.thm` in the folder.
///
/// Errors: the code of whatever does not hold or cannot be read.
pub fn check_counterexamples(certificate: &Certificate, folder: &Path) -> Result<Refuted, Diagnostic> {
    let (theorem, sha256) = (&certificate.statement.theorem, &certificate.statement.sha256);
    let statement = find(theorem, sha256, folder)?;
    if statement.hash.to_string() != *sha256 || *statement.name != **theorem {
        let message = format!("the certificate is about another text of {theorem}");
        return Err(Diagnostic::new(Code::CertificateStatement, message)
            .note(format!("stated: {sha256}"))
            .note(format!("found:  {}", statement.hash)));
    }
    if certificate.claims.is_empty() {
        return Err(Diagnostic::new(Code::CertificateEmpty, "the certificate makes no claim"));
    }
    let mut claims = Vec::with_capacity(certificate.claims.len());
    for claim in &certificate.claims {
        let Claim::Refutes(claim) = claim else {
            return Err(Diagnostic::new(Code::CertificateStatement, "a claim about captions without captions"));
        };
        verify_counterexample(&statement, claim)?;
        claims.push(Refutation::Refutes { without: dropped(&statement, claim), position: claim.without });
    }
    Ok(Refuted { theorem: theorem.clone(), sha256: sha256.clone(), claims })
}

/// The name of the assumption that a claim drops.
pub fn dropped(statement: &Statement, claim: &Counterexample) -> Option<String> {
    claim.without.and_then(|position| hypotheses(&statement.sequent).get(position as usize).cloned())
}

/// The statement of this name and hash if it is shipped, or else the one of this name in the folder.
fn find(name: &str, sha256: &str, folder: &Path) -> Result<Statement, Diagnostic> {
    if let Some(shipped) = LIBRARY.iter().find(|shipped| shipped.name == name) {
        let statement = parse_statement(&Source::new(format!("theorems/{name}.thm"), shipped.theorem))?.statement;
        if statement.hash.to_string() == sha256 {
            return Ok(statement);
        }
    }
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let path = folder.join(format!("{name}.thm"));
    if !plain || !path.exists() {
        let message = format!("the statement {name}, {sha256}, is not known here");
        return Err(Diagnostic::new(Code::CertificateStatement, message)
            .help(format!("put its text, {name}.thm, into {}", folder.display())));
    }
    let text = files::read_text(&path, MAX_FILE)?;
    Ok(parse_statement(&Source::new(path.display().to_string(), text))?.statement)
}
