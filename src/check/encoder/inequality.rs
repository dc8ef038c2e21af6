//! The checks of `margins` and `farkas` claims: a scorer that keeps a margin, and the contradiction that forbids one.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::multiply::Combiner;
use super::problem::Problem;
use super::vectors::{failure, sparse};
use super::verified::Verified;
use crate::certificate::{Exact, Sparse};
use crate::report::{Code, Diagnostic};

/// The margin in the units of the stored rows.
fn stored_margin(problem: &Problem, margin: &Exact) -> Result<BigRational, Diagnostic> {
    if !margin.0.is_positive() {
        return Err(failure(Code::NoMargin, "a margin has to be above 0"));
    }
    Ok(&margin.0 * (BigInt::one() << problem.features().scale))
}

/// The score of a training caption: the first dimension of the true-optimal encoder.
fn score(problem: &Problem, text: usize) -> BigRational {
    BigRational::new(problem.targets().training.get(text, 0), BigInt::one() << problem.targets().shift)
}

/// The scorer w has S w = (scores) and (row of D) w <= -margin on every edit.
pub fn check_margins(problem: &Problem, margin: &Exact, scorer: &Sparse) -> Result<Verified, Diagnostic> {
    let least = -stored_margin(problem, margin)?;
    let w = sparse("the scorer", scorer, problem.s().cols())?;
    let values = |matrix: &crate::matrix::SparseMatrix| -> Result<Vec<BigRational>, Diagnostic> {
        let (sums, denominator) = Combiner::new(&matrix.transpose()).combine(&w)?;
        let mut dense = vec![BigRational::zero(); matrix.rows()];
        sums.into_iter().for_each(|(row, sum)| dense[row as usize] = BigRational::new(sum, denominator.clone()));
        Ok(dense)
    };
    if let Some((text, _)) =
        values(problem.s())?.iter().enumerate().find(|(text, value)| **value != score(problem, *text))
    {
        let message = format!("the scorer differs from the true-optimal encoder on training caption {text}");
        return Err(failure(Code::NotAligned, message));
    }
    match values(problem.d())?.iter().position(|value| *value > least) {
        Some(edit) => Err(failure(Code::NoMargin, format!("the scorer does not keep the margin on edit {edit}"))),
        None => Ok(Verified::Margins { margin: margin.clone(), edits: problem.d().rows() }),
    }
}

/// z >= 0, z D = c S and c (scores) + margin (sum of z) > 0: with S w = (scores) and D w <= -margin, z D w would be both.
pub fn check_farkas(problem: &Problem, margin: &Exact, z: &Sparse, c: &Sparse) -> Result<Verified, Diagnostic> {
    let margin_stored = stored_margin(problem, margin)?;
    let (edits, texts) = (sparse("z", z, problem.d().rows())?, sparse("c", c, problem.s().rows())?);
    if edits.iter().any(|(_, value)| value.is_negative()) {
        return Err(failure(Code::NotContradiction, "z has an entry below 0"));
    }
    let (left, p) = Combiner::new(problem.d()).combine(&edits)?;
    let (right, q) = Combiner::new(problem.s()).combine(&texts)?;
    if left.len() != right.len() || left.iter().zip(&right).any(|((i, a), (j, b))| i != j || a * &q != b * &p) {
        return Err(failure(Code::NotContradiction, "z D and c S differ"));
    }
    let scores: BigRational = texts.iter().map(|(text, value)| *value * score(problem, *text as usize)).sum();
    let total: BigRational = edits.iter().map(|(_, value)| *value).sum();
    if !(scores + margin_stored * total).is_positive() {
        return Err(failure(Code::NotContradiction, "a scorer could satisfy the stated sum of requirements"));
    }
    Ok(Verified::Farkas { margin: margin.clone(), edits: edits.len(), training: texts.len() })
}
