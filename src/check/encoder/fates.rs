//! The check of `fates` claims: every edit collapsed, identified or free, with its witness.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;

use super::multiply::{Combiner, Entry};
use super::problem::Problem;
use super::vectors::{failure, increasing, sparse};
use crate::certificate::{Free, Identified, Sparse};
use crate::matrix::SparseMatrix;
use crate::report::{Code, Diagnostic};

/// Checks that every edit has exactly one fate, and each its witness.
pub fn check_fates(
    problem: &Problem,
    collapsed: &[u32],
    identified: &[Identified],
    free: &[Free],
    readouts: &[Sparse],
) -> Result<(), Diagnostic> {
    check_coverage(problem, collapsed, identified, free)?;
    for &edit in collapsed {
        if problem.d().row(edit as usize).len() > 0 {
            return Err(failure(Code::NotCollapsed, format!("edit {edit} changes the features")));
        }
    }
    let mut training = Combiner::new(problem.s());
    for Identified { edit, c } in identified {
        let vector = sparse(&format!("the combination for edit {edit}"), c, problem.s().rows())?;
        let (sum, denominator) = training.combine(&vector)?;
        if !equals_row(&sum, &denominator, problem.d(), *edit) {
            return Err(failure(
                Code::NotIdentified,
                format!("edit {edit} is not the stated combination of training captions"),
            ));
        }
    }
    check_free(problem, free, readouts)
}

fn check_coverage(
    problem: &Problem,
    collapsed: &[u32],
    identified: &[Identified],
    free: &[Free],
) -> Result<(), Diagnostic> {
    let edits = problem.d().rows();
    let lists: [(&str, Vec<u32>); 3] = [
        ("collapsed", collapsed.to_vec()),
        ("identified", identified.iter().map(|i| i.edit).collect()),
        ("free", free.iter().map(|f| f.edit).collect()),
    ];
    let mut covered = vec![false; edits];
    for (what, list) in &lists {
        increasing(&format!("the list of {what} edits"), list.iter().copied(), edits)?;
        for &edit in list {
            if std::mem::replace(&mut covered[edit as usize], true) {
                return Err(failure(Code::FateCoverage, format!("edit {edit} is given two fates")));
            }
        }
    }
    match covered.iter().position(|covered| !covered) {
        Some(edit) => Err(failure(Code::FateCoverage, format!("edit {edit} is given no fate"))),
        None => Ok(()),
    }
}

fn check_free(problem: &Problem, free: &[Free], readouts: &[Sparse]) -> Result<(), Diagnostic> {
    let columns = problem.s().transpose();
    let mut silent = Combiner::new(&columns);
    let mut vectors = Vec::with_capacity(readouts.len());
    for (number, readout) in readouts.iter().enumerate() {
        let vector = sparse(&format!("readout {number}"), readout, problem.s().cols())?;
        if let Some((text, _)) = silent.combine(&vector)?.0.first() {
            return Err(failure(Code::NotFree, format!("readout {number} is not silent on training caption {text}")));
        }
        vectors.push(vector);
    }
    for &Free { edit, readout } in free {
        let Some(vector) = vectors.get(readout as usize) else {
            return Err(failure(
                Code::CertificateIndex,
                format!("edit {edit} names readout {readout}, which is not there"),
            ));
        };
        if dot(problem.d(), edit, vector).is_zero() {
            return Err(failure(Code::NotFree, format!("readout {readout} does not see edit {edit}")));
        }
    }
    Ok(())
}

/// The row times the vector.
fn dot(matrix: &SparseMatrix, row: u32, vector: &[Entry]) -> BigRational {
    let product = |(column, entry): (u32, i64)| {
        let at = vector.binary_search_by_key(&column, |(index, _)| *index).ok()?;
        Some(vector[at].1 * BigInt::from(entry))
    };
    matrix.row(row as usize).filter_map(product).sum()
}

/// Whether `sum / denominator` is the row.
pub fn equals_row(sum: &[(u32, BigInt)], denominator: &BigInt, matrix: &SparseMatrix, row: u32) -> bool {
    let row = matrix.row(row as usize);
    sum.len() == row.len()
        && sum
            .iter()
            .zip(row)
            .all(|((column, value), (other, entry))| *column == other && *value == denominator * entry)
}
