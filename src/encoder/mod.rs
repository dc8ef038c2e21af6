//! Builders of pseudo-optimal encoders and obstructions, and the checker of their certificates.
//!
//! The order of the day: [`Problem`] reads raw inputs and a [`CaptionProblem`] description into the
//! matrices S (training captions x features) and D (edits x features) and the true-optimal targets;
//! [`build`] finds the fates and the joint answer by exact elimination; [`verify_claims`] starts again from
//! the raw inputs and multiplies. Builder and checker share the reading of captions and nothing else.
//!
//! Matrices here have a row a text, so they are the transposes of the S and D of the theory, in which
//! a text is a column.

mod build;
mod depth;
mod inequality;
mod listing;
mod multiply;
mod narrate;
mod nearest;
mod optimal;
mod output;
mod problem;
mod selective;
mod settles;
mod verify;
mod whole;
mod world;

use num_rational::BigRational;
use num_traits::Zero;

pub use build::{Built, Fate, Joint, Ranks, build, fates_of};
pub use depth::blind_at_the_end;
pub use listing::{EditRow, edit_rows, edit_table};
pub use narrate::narrate;
pub use optimal::{Targets, projection_entry};
pub use output::{FloatEncoders, float_encoders, write_folder};
pub use problem::{Problem, by_name, select_operators, selected_dataset};
pub use verify::{Verified, verify_claims};
pub use whole::{Checked, check, check_file, read_and_check};
pub use world::{Pair, WorldInputs};

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

/// The certificate of these claims, which are instances of one theorem.
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
