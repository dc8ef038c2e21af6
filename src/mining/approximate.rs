//! The distance to blindness in doubles, where exact fractions would be too long.
//!
//! The shortest solution of A x = b by conjugate gradients on A A' y = b, x = A' y (E. J. Craig 1955). Whatever y is, every
//! solution is at least `y b / |A' y|` long and has an entry of at least `y b / |A' y|_1`, so the bounds from below need no
//! convergence, and are off by rounding alone. What was found from above is a change that leaves a residual, which is told.

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use super::Blinding;
use crate::exact::{Expression, Limits, SparseMatrix};
use crate::report::Diagnostic;

/// Iterations for one right-hand side.
const ITERATIONS: usize = 2000;
/// The residual, relative to the right-hand side, at which they end.
const ENOUGH: f64 = 1e-13;
/// The most single edits whose distances are found.
const ALONE: usize = 500;

/// The distance to blindness in doubles: no certificate, but bounds.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Approximate {
    /// Edits left out, ascending, found exactly: no aligned encoder is blind to them and to the others.
    pub dropped: Vec<usize>,
    /// The Frobenius norm of the change that was found, and a bound from below on that of every change.
    pub norm: Above,
    /// The same for the largest entry; this change is not the best one in it.
    pub largest_entry: Above,
    /// How far the change is from blinding: |A N - b| / |b| over captions and edits.
    pub residual: f64,
    /// The Frobenius distance of each edit alone; `None` for one to which no aligned encoder is blind; absent where there
    /// are too many edits.
    pub alone: Option<Vec<Option<f64>>>,
}

/// A size that was found, and a bound from below.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Above {
    /// Of the change that was found.
    pub found: f64,
    /// No change has less.
    pub at_least: f64,
}

/// Approximates the least change that blinds the true-optimal encoder. Errors: those of [`crate::exact::Elimination`].
pub fn approximate(blinding: &Blinding, limits: &Limits) -> Result<Approximate, Diagnostic> {
    let Blinding { problem, meaning, unit, both, elimination, wanted, dropped } = blinding;
    let (s, d) = (problem.s(), problem.d());
    let out = |row: &usize| row.checked_sub(s.rows()).is_some_and(|edit| dropped.binary_search(&edit).is_ok());
    let kept: Vec<usize> = (0..both.rows()).filter(|row| !out(row)).collect();
    let a = Doubles::of(both, &kept);
    let unit = unit.to_f64().unwrap_or_default();
    let double = |value: &BigInt| value.to_f64().unwrap_or(f64::INFINITY) * unit;
    let (mut norm, mut entry, mut residual, mut total) = ((0.0, 0.0), (0f64, 0f64), 0.0, 0.0);
    for dimension in 0..meaning.width() {
        let b: Vec<f64> = kept.iter().map(|row| double(&wanted.get(*row, dimension))).collect();
        let found = a.shortest(&b, limits)?;
        let (length, reach) = (square(&found.spanned).sqrt(), dot(&found.y, &b));
        let sum: f64 = found.spanned.iter().map(|v| v.abs()).sum();
        norm.0 += square(&found.x);
        norm.1 += if length > 0.0 { (reach / length).powi(2) } else { 0.0 };
        entry.0 = found.x.iter().fold(entry.0, |largest, value| largest.max(value.abs()));
        entry.1 = entry.1.max(if sum > 0.0 { reach / sum } else { 0.0 });
        residual += square(&found.residual);
        total += square(&b);
    }
    let silent: Vec<usize> = (0..s.rows()).collect();
    let alone = (d.rows() <= ALONE).then(|| {
        let distance = |edit: usize| {
            let meant = (0..meaning.width()).map(|e| double(&meaning.get(edit, e)).powi(2)).sum::<f64>().sqrt();
            if meant.is_zero() {
                return Ok(Some(0.0));
            }
            // An edit that training settles leaves nothing to change.
            if let Expression::Identified(_) = elimination.express(&d.row(edit).collect::<Vec<_>>(), 0)? {
                return Ok(None);
            }
            let rows: Vec<usize> = silent.iter().copied().chain([s.rows() + edit]).collect();
            let mut b = vec![0.0; rows.len()];
            b[s.rows()] = 1.0;
            let found = Doubles::of(both, &rows).shortest(&b, limits)?;
            Ok(Some(meant * square(&found.x).sqrt()))
        };
        (0..d.rows()).map(distance).collect::<Result<Vec<_>, Diagnostic>>()
    });
    Ok(Approximate {
        dropped: dropped.clone(),
        norm: Above { found: f64::sqrt(norm.0), at_least: f64::sqrt(norm.1) },
        largest_entry: Above { found: entry.0, at_least: entry.1 },
        residual: if total > 0.0 { f64::sqrt(residual / total) } else { 0.0 },
        alone: alone.transpose()?,
    })
}

/// Rows of a sparse matrix in doubles.
struct Doubles {
    rows: Vec<Vec<(usize, f64)>>,
    columns: usize,
}

/// x = A' y up to rounding, A' y itself, and b - A x.
struct Shortest {
    x: Vec<f64>,
    y: Vec<f64>,
    spanned: Vec<f64>,
    residual: Vec<f64>,
}

impl Doubles {
    fn of(matrix: &SparseMatrix, rows: &[usize]) -> Doubles {
        let row = |&row: &usize| matrix.row(row).map(|(column, value)| (column as usize, value as f64)).collect();
        Doubles { rows: rows.iter().map(row).collect(), columns: matrix.cols() }
    }

    fn times(&self, x: &[f64]) -> Vec<f64> {
        self.rows.iter().map(|row| row.iter().map(|(column, value)| value * x[*column]).sum()).collect()
    }

    fn transposed_times(&self, y: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns];
        for (row, weight) in self.rows.iter().zip(y) {
            row.iter().for_each(|(column, value)| sums[*column] += weight * value);
        }
        sums
    }

    fn shortest(&self, b: &[f64], limits: &Limits) -> Result<Shortest, Diagnostic> {
        let (mut x, mut y) = (vec![0.0; self.columns], vec![0.0; b.len()]);
        let (mut residual, mut q) = (b.to_vec(), b.to_vec());
        let mut p = self.transposed_times(&q);
        let mut size = square(&residual);
        let goal = size * ENOUGH * ENOUGH;
        for done in 0..ITERATIONS {
            let step = size / square(&p);
            if size <= goal || !step.is_finite() {
                break;
            }
            limits.tick("approaching blindness", done, ITERATIONS)?;
            add(&mut x, step, &p);
            add(&mut y, step, &q);
            add(&mut residual, -step, &self.times(&p));
            let next = square(&residual);
            let keep = next / size;
            size = next;
            q.iter_mut().zip(&residual).for_each(|(q, r)| *q = r + keep * *q);
            p.iter_mut().zip(self.transposed_times(&residual)).for_each(|(p, r)| *p = r + keep * *p);
        }
        let left = self.times(&x).iter().zip(b).map(|(found, b)| b - found).collect();
        Ok(Shortest { spanned: self.transposed_times(&y), x, y, residual: left })
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn square(a: &[f64]) -> f64 {
    dot(a, a)
}

fn add(to: &mut [f64], times: f64, what: &[f64]) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += times * what);
}
