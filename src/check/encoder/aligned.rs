//! The check that an encoder agrees with the true-optimal one on training and is blind to edits.

use std::collections::BTreeSet;

use num_bigint::BigInt;
use num_traits::{One, Zero};

use super::multiply::{EncoderTable, Ring, clear_denominators, overflow};
use super::problem::Problem;
use super::vectors::{failure, increasing};
use crate::certificate::Exact;
use crate::matrix::RightHandSide;
use crate::report::{Code, Diagnostic, quoted};

/// S h = targets, and (row of D) h = 0 for every edit that is not among `out`.
pub fn check_aligned(problem: &Problem, h: &[(u32, Vec<Exact>)], out: &BTreeSet<u32>) -> Result<(), Diagnostic> {
    let width = problem.targets().width();
    increasing("the encoder", h.iter().map(|(feature, _)| *feature), problem.s().cols())?;
    if let Some((feature, row)) = h.iter().find(|(_, row)| row.len() != width) {
        let message = format!("the encoder has {} entries at feature {feature}; the embedding has {width}", row.len());
        return Err(failure(Code::CertificateShape, message));
    }
    match check_encoder::<i128>(problem, h, out) {
        Some(result) => result,
        None => check_encoder::<BigInt>(problem, h, out).ok_or_else(overflow)?,
    }
}

/// An entry of a table; `None` when it does not fit N.
pub fn entry<N: Ring>(table: &RightHandSide, row: usize, dimension: usize) -> Option<N> {
    match table.small_row(row) {
        Some(row) => Some(N::from_i64(row[dimension])),
        None => N::from_big(&table.get(row, dimension)),
    }
}

/// S h = targets and (kept rows of D) h = 0, computed in N; `None` when a number does not fit N.
fn check_encoder<N: Ring>(
    problem: &Problem,
    h: &[(u32, Vec<Exact>)],
    dropped: &BTreeSet<u32>,
) -> Option<Result<(), Diagnostic>> {
    let targets = problem.targets();
    let width = targets.width();
    let (integers, denominator) = clear_denominators::<N>(h.iter().flat_map(|(_, row)| row).map(|value| &value.0))?;
    let features = h.iter().map(|(feature, _)| *feature);
    let table = EncoderTable::new(problem.s().cols(), features, width, integers);
    // value / denominator = target / 2^shift, cross-multiplied by factors without a common divisor.
    let two = N::from_big(&(BigInt::one() << targets.shift))?;
    let common = two.gcd(&denominator);
    let (left, right) = (two / common.clone(), denominator / common);
    let mut out = vec![N::zero(); width];
    for text in 0..problem.s().rows() {
        table.embed(problem.s().row(text), &mut out)?;
        for (dimension, value) in out.iter().enumerate() {
            if N::product(value, &left)? != N::product(&entry(&targets.training, text, dimension)?, &right)? {
                let number = problem.number_of(text);
                let message = format!("the encoder differs from the true-optimal one on training caption {number}");
                return Some(Err(failure(Code::NotAligned, message).note(quoted(problem.training_text(text)))));
            }
        }
    }
    for edit in (0..problem.d().rows()).filter(|edit| !dropped.contains(&(*edit as u32))) {
        table.embed(problem.d().row(edit), &mut out)?;
        if !out.iter().all(Zero::is_zero) {
            return Some(Err(failure(Code::NotBlind, format!("the encoder sees edit {edit}"))));
        }
    }
    Some(Ok(()))
}
