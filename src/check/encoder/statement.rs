//! The theorems that certificates about captions are instances of.

use crate::certificate::{self, CaptionProblem, Certificate, Claim, StatementRef};
use crate::language::library::LIBRARY;
use crate::language::{Source, parse_statement};
use crate::report::{Code, Diagnostic};
use crate::terms::*;

/// The theorem whose instances most caption certificates are, as this program states it.
pub fn statement() -> Result<StatementRef, Diagnostic> {
    statement_of("composition_nonidentifiability")
}

/// The theorem of this name, as this program states it.
pub fn statement_of(name: &str) -> Result<StatementRef, Diagnostic> {
    let unknown = || Diagnostic::new(Code::CertificateStatement, format!("the library has no theorem {name}"));
    let shipped = LIBRARY.iter().find(|shipped| shipped.name == name).ok_or_else(unknown)?;
    let theorem = parse_statement(&Source::new(format!("{name}.thm"), shipped.theorem))?;
    Ok(StatementRef { theorem: name.to_owned(), sha256: theorem.statement.hash().to_string() })
}

/// The certificate of these claims, which rest on one theorem.
///
/// Errors: [`Code::CertificateEmpty`] without a claim.
pub fn certificate(spec: &CaptionProblem, claims: Vec<Claim>) -> Result<Certificate, Diagnostic> {
    let Some(first) = claims.first() else {
        return Err(Diagnostic::new(Code::CertificateEmpty, "a certificate makes at least one claim"));
    };
    let Some(theorem) = first.theorem() else {
        return Err(Diagnostic::new(Code::CertificateStatement, "a counterexample is not about captions"));
    };
    let statement = statement_of(theorem)?;
    let problem = certificate::Problem::Captions(spec.clone());
    Ok(Certificate { scotoma_certificate: Certificate::version_of(&claims), statement, problem, claims })
}
