//! Quadratic forms over the rationals, exactly.

use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::affine::Definiteness;
use super::matrix::Matrix;
use super::work::{Limit, Work};

/// Decides whether the symmetric form is negative somewhere, by LDL': one pivot after the other is split off as a square.
///
/// A negative pivot, or a pivot 0 with an entry other than 0 beside it, is where the form is negative; the coordinates that
/// were split off are chosen to make their squares 0.
pub fn definiteness(form: &Matrix, work: &Work) -> Result<Definiteness<Matrix>, Limit> {
    let n = form.rows();
    let mut rest: Vec<Vec<BigRational>> = (0..n).map(|i| (0..n).map(|j| form.get(i, j)).collect()).collect();
    // For each pivot: its position, and its row of L' (the coordinates that it is a combination of).
    let mut split: Vec<(usize, Vec<BigRational>)> = Vec::new();
    let mut open: Vec<usize> = (0..n).collect();
    loop {
        let bits = open.iter().map(|i| rest[*i][*i].numer().bits().max(rest[*i][*i].denom().bits())).max().unwrap_or(0);
        work.spend((open.len() * open.len()) as u64 * (1 + bits / 64).saturating_pow(2) * 4)?;
        if let Some(at) = open.iter().copied().find(|i| rest[*i][*i].is_negative()) {
            return Ok(Definiteness::Negative(column(n, &split, &[(at, BigRational::one())])));
        }
        let Some(pivot) = open.iter().copied().find(|i| rest[*i][*i].is_positive()) else { break };
        open.retain(|i| *i != pivot);
        let mut row = vec![BigRational::zero(); n];
        open.iter().for_each(|j| row[*j] = &rest[pivot][*j] / &rest[pivot][pivot]);
        for i in &open {
            let factor = rest[*i][pivot].clone();
            for j in &open {
                let change = &factor * &row[*j];
                rest[*i][*j] -= change;
            }
        }
        split.push((pivot, row));
    }
    for i in &open {
        for j in &open {
            if !rest[*i][*j].is_zero() {
                let sign = if rest[*i][*j].is_negative() { BigRational::one() } else { -BigRational::one() };
                return Ok(Definiteness::Negative(column(n, &split, &[(*i, BigRational::one()), (*j, sign)])));
            }
        }
    }
    Ok(Definiteness::Semidefinite)
}

/// The column with these coordinates and those split off such that their squares are 0, the last first.
fn column(n: usize, split: &[(usize, Vec<BigRational>)], at: &[(usize, BigRational)]) -> Matrix {
    let mut values = vec![BigRational::zero(); n];
    at.iter().for_each(|(i, value)| values[*i] = value.clone());
    for (pivot, row) in split.iter().rev() {
        let sum: BigRational = (0..n).filter(|j| j != pivot).map(|j| &row[j] * &values[j]).sum();
        values[*pivot] = -sum;
    }
    Matrix::from_rationals(n, 1, |i, _| values[i].clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(form: &Matrix, x: &Matrix) -> BigRational {
        x.transposed().times(form).unwrap().times(x).unwrap().get(0, 0)
    }

    /// All symmetric forms of three variables with entries from -1 to 1: each negative answer comes with its proof, each
    /// other is held against the principal minors.
    #[test]
    fn forms_are_semidefinite_or_negative_somewhere() {
        let mut counts = [0, 0];
        for code in 0..3i64.pow(6) {
            let digit = |at: u32| code / 3i64.pow(at) % 3 - 1;
            let place = [[0, 1, 2], [1, 3, 4], [2, 4, 5]];
            let form = Matrix::from_integers(3, 3, |i, j| digit(place[i][j]));
            let entry = |i: usize, j: usize| digit(place[i][j]);
            let minor = |i: usize, j: usize| entry(i, i) * entry(j, j) - entry(i, j) * entry(i, j);
            let whole = (0..3).map(|j| {
                let (a, b) = ((j + 1) % 3, (j + 2) % 3);
                entry(0, j) * (entry(1, a) * entry(2, b) - entry(1, b) * entry(2, a))
            });
            let minors = [entry(0, 0), entry(1, 1), entry(2, 2), minor(0, 1), minor(0, 2), minor(1, 2), whole.sum()];
            let semidefinite = minors.iter().all(|m| *m >= 0);
            match definiteness(&form, &Work::new(10_000)).unwrap() {
                Definiteness::Semidefinite => assert!(semidefinite, "{form:?}"),
                Definiteness::Negative(x) => assert!(value(&form, &x).is_negative() && !semidefinite, "{form:?} {x:?}"),
            }
            counts[usize::from(semidefinite)] += 1;
        }
        assert!(counts[0] > 500 && counts[1] > 20, "{counts:?}");
        assert!(definiteness(&Matrix::identity(30), &Work::new(100)).is_err());
    }
}
