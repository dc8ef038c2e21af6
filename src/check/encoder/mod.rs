//! Certificates about captions, checked: the raw files are read again, every product is formed again.

pub mod inequality;
pub mod multiply;
pub mod nearest;
pub mod optimal;
pub mod problem;
pub mod selective;
pub mod settles;
pub mod verify;
pub mod whole;

pub use optimal::{Targets, projection_entry};
pub use problem::{Problem, by_name, check_form, select_operators, selected_dataset};
pub use verify::{Verified, verify_claims};
pub use whole::{Checked, check, check_file, read_and_check};

use num_rational::BigRational;
use num_traits::Zero;

use crate::certificate::{self, CaptionProblem, Certificate, Claim, Exact, StatementRef, VERSION};
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
    let statement = statement_of(first.theorem().unwrap_or_default())?;
    let problem = certificate::Problem::Captions(spec.clone());
    Ok(Certificate { scotoma_certificate: VERSION, statement, problem, claims })
}

/// The exact embedding of a feature row by an encoder given by its nonzero rows (increasing features, `width` entries each).
pub fn embed(h: &[(u32, Vec<Exact>)], width: usize, row: &[(u32, i64)]) -> Vec<BigRational> {
    let mut sum = vec![BigRational::zero(); width];
    for (feature, count) in row {
        if let Ok(at) = h.binary_search_by_key(feature, |(feature, _)| *feature) {
            for (total, value) in sum.iter_mut().zip(&h[at].1) {
                *total += &value.0 * num_bigint::BigInt::from(*count);
            }
        }
    }
    sum
}
