//! The checker of caption certificates: every claim by exact multiplication against matrices that are
//! recomputed from the raw text.
//!
//! What is trusted: the reading of captions, tokens and features ([`Problem`]), big integers, and the checks that are called
//! here with `multiply.rs`. The elimination that found the witnesses is not.

use super::blind::{Rows, check_blind};
use super::fates::check_fates;
use super::inequality::{check_farkas, check_margins};
use super::kernel::{Seen, check_kernel};
use super::nearest::check_nearest;
use super::problem::Problem;
use super::selective::check_selective;
use super::settles::check_settles;
use super::vectors::failure;
use super::verified::Verified;
use crate::certificate::Claim;
use crate::report::{Code, Diagnostic};

/// Checks the claims against the problem; the first that fails is the answer.
pub fn verify_claims(problem: &Problem, claims: &[Claim]) -> Result<Vec<Verified>, Diagnostic> {
    if claims.is_empty() {
        return Err(Diagnostic::new(Code::CertificateEmpty, "the certificate makes no claim"));
    }
    verify_with(problem, claims, Ok(()))
}

/// The same where S has a part of the training captions; `others` is what the first claim, a kernel, gave with the others.
pub(super) fn verify_with(
    problem: &Problem,
    claims: &[Claim],
    others: Result<(), Diagnostic>,
) -> Result<Vec<Verified>, Diagnostic> {
    // What the readouts of a kernel claim see of the edits, for the claims behind it.
    let (mut seen, mut others) = (None, Some(others));
    let mut verify = |claim| verify_claim(problem, claim, &mut seen, others.take().unwrap_or(Ok(())));
    claims.iter().map(&mut verify).collect()
}

fn verify_claim(
    problem: &Problem,
    claim: &Claim,
    seen: &mut Option<Seen>,
    others: Result<(), Diagnostic>,
) -> Result<Verified, Diagnostic> {
    match claim {
        Claim::Kernel(kernel) => {
            let (verified, found) = check_kernel(problem, kernel, others)?;
            *seen = Some(found);
            Ok(verified)
        }
        Claim::Fates { collapsed, identified, free, readouts } => {
            check_fates(problem, collapsed, identified, free, readouts)?;
            Ok(Verified::Fates { collapsed: collapsed.len(), identified: identified.len(), free: free.len() })
        }
        Claim::Blind { dropped, h } => check_blind(problem, dropped, h, seen.as_ref()),
        Claim::Obstructed { by } => {
            if by.edit.is_some() {
                return Err(failure(
                    Code::CertificateSyntax,
                    "an obstruction to the whole problem names no dropped edit",
                ));
            }
            Rows::new(problem, seen.as_ref()).check_obstruction(by)?;
            Ok(Verified::Obstructed { training: by.s.as_ref().map_or(0, Vec::len), edits: by.d.len() })
        }
        Claim::Selective { blind, seen, h } => check_selective(problem, blind, seen, h),
        Claim::Settles { mined, settled, basis, costs, budget } => {
            check_settles(problem, mined, settled, basis.as_ref(), costs.as_deref(), budget.as_ref())
        }
        Claim::Margins { margin, scorer } => check_margins(problem, margin, scorer),
        Claim::Nearest { dropped, p, q, n, change, alone } => {
            check_nearest(problem, dropped, (p, q), n.as_deref(), change, alone)
        }
        Claim::Farkas { margin, z, c } => check_farkas(problem, margin, z, c),
        Claim::Refutes(_) => Err(failure(Code::CertificateStatement, "a counterexample is not about captions")),
    }
}
