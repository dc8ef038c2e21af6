//! The distance to blindness in doubles, where exact fractions would be too long.
//!
//! The shortest solution of A x = b is in the row space of A: from an orthogonal basis of it where that has room (`A' = Q R`,
//! `x = Q R'^-1 b`), else by conjugate gradients on A A' y = b, x = A' y (E. J. Craig 1955). Whatever y is, every
//! solution is at least `y b / |A' y|` long and has an entry of at least `y b / |A' y|_1`, so the bounds from below need no
//! convergence, and are off by rounding alone. What was found from above is a change that leaves a residual, which is told;
//! where that is not small it is no answer, and refused.

use nalgebra::DMatrix;
use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use super::Blinding;
use crate::exact::{Expression, Limits, SparseMatrix};
use crate::report::{Code, Diagnostic};

/// Iterations for one right-hand side.
const ITERATIONS: usize = 2000;
/// The residual, relative to the right-hand side, at which they end.
const ENOUGH: f64 = 1e-13;
/// A residual, relative to the right-hand side, beyond which a change is not one that blinds.
const SMALL: f64 = 1e-6;
/// The most places of an orthogonal basis, and the most multiplications to find it: seconds.
const PLACES: usize = 8_000_000;
const WORK: f64 = 4e9;
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

/// Approximates the least change that blinds the true-optimal encoder.
///
/// Errors: [`Code::ExactLimit`] where what was found in doubles leaves a residual that is not small; those of
/// [`crate::exact::Elimination`].
pub fn approximate(blinding: &Blinding, limits: &Limits) -> Result<Approximate, Diagnostic> {
    let Blinding { problem, meaning, unit, both, wanted, dropped, .. } = blinding;
    let s = problem.s();
    let out = |row: &usize| row.checked_sub(s.rows()).is_some_and(|edit| dropped.binary_search(&edit).is_ok());
    let kept: Vec<usize> = (0..both.rows()).filter(|row| !out(row)).collect();
    let (all, pivots) = (Doubles::of(both, &kept), blinding.pivots());
    let basis = Orthogonal::of(both, &pivots);
    let unit = unit.to_f64().unwrap_or_default();
    let double = |value: &BigInt| value.to_f64().unwrap_or(f64::INFINITY) * unit;
    let (mut norm, mut entry, mut residual, mut total) = ((0.0, 0.0), (0f64, 0f64), 0.0, 0.0);
    for dimension in 0..meaning.width() {
        limits.tick("approaching blindness", dimension, meaning.width())?;
        let of = |rows: &[usize]| rows.iter().map(|row| double(&wanted.get(*row, dimension))).collect::<Vec<f64>>();
        let b = of(&kept);
        let Shortest { x, spanned, reach } = match &basis {
            Some(basis) => basis.shortest(&of(&pivots)),
            None => all.shortest(&b, limits)?,
        };
        let (length, sum) = (square(&spanned).sqrt(), spanned.iter().map(|v| v.abs()).sum::<f64>());
        norm.0 += square(&x);
        norm.1 += if length > 0.0 { (reach / length).powi(2) } else { 0.0 };
        entry.0 = x.iter().fold(entry.0, |largest, value| largest.max(value.abs()));
        entry.1 = entry.1.max(if sum > 0.0 { reach / sum } else { 0.0 });
        residual += all.times(&x).iter().zip(&b).map(|(found, b)| (b - found).powi(2)).sum::<f64>();
        total += square(&b);
    }
    let residual = if total > 0.0 { f64::sqrt(residual / total) } else { 0.0 };
    // Not a number is not small.
    if residual.is_nan() || residual > SMALL {
        let message =
            format!("the change that doubles find leaves {residual:.1e} of what it has to change: it does not blind");
        return Err(Diagnostic::new(Code::ExactLimit, message)
            .help("choose fewer edits, another feature map, features with fewer digits, or a higher --rank"));
    }
    Ok(Approximate {
        dropped: dropped.clone(),
        norm: Above { found: f64::sqrt(norm.0), at_least: f64::sqrt(norm.1) },
        largest_entry: Above { found: entry.0, at_least: entry.1 },
        residual,
        alone: if problem.d().rows() <= ALONE { Some(alone(blinding, unit, limits)?) } else { None },
    })
}

/// For each edit alone how far blindness to it is; `None` for one that training settles, of which nothing can be changed.
fn alone(blinding: &Blinding, unit: f64, limits: &Limits) -> Result<Vec<Option<f64>>, Diagnostic> {
    let Blinding { problem, meaning, both, elimination, .. } = blinding;
    let (s, d) = (problem.s(), problem.d());
    let settled = settled(blinding)?;
    let training: Vec<usize> =
        elimination.pivot_rows().into_iter().map(|row| row as usize).filter(|row| *row < s.rows()).collect();
    let basis = Orthogonal::of(both, &training);
    let distance = |edit: usize| -> Result<Option<f64>, Diagnostic> {
        limits.tick("measuring single edits", edit, d.rows())?;
        let value = |e: usize| meaning.get(edit, e).to_f64().unwrap_or(f64::INFINITY) * unit;
        let meant = (0..meaning.width()).map(|e| value(e).powi(2)).sum::<f64>().sqrt();
        if meant.is_zero() || settled[edit] {
            return Ok(meant.is_zero().then_some(0.0));
        }
        // The shortest y with S y = 0 and d y = 1 is what is left of d outside the rows of S, over its square.
        let length = match &basis {
            Some(basis) => 1.0 / basis.outside(d, edit),
            None => {
                let rows: Vec<usize> = (0..s.rows()).chain([s.rows() + edit]).collect();
                let mut b = vec![0.0; rows.len()];
                b[s.rows()] = 1.0;
                square(&Doubles::of(both, &rows).shortest(&b, limits)?.x).sqrt()
            }
        };
        Ok(Some(meant * length))
    };
    (0..d.rows()).map(distance).collect()
}

/// Which edits are combinations of training captions. A pivot row is not; others are asked for.
fn settled(blinding: &Blinding) -> Result<Vec<bool>, Diagnostic> {
    let Blinding { problem, elimination, .. } = blinding;
    let (s, d) = (problem.s(), problem.d());
    let mut settled = vec![elimination.stage_rank(0) == s.cols(); d.rows()];
    if settled.first() == Some(&true) {
        return Ok(settled);
    }
    let open: Vec<usize> = (0..d.rows()).filter(|edit| !elimination.is_pivot_row(s.rows() + edit)).collect();
    let rows = open.iter().map(|edit| d.row(*edit).collect()).collect();
    let found = elimination.express_rows(&SparseMatrix::from_rows(d.cols(), rows)?, 0)?;
    for (edit, expression) in open.into_iter().zip(found) {
        settled[edit] = matches!(expression, Expression::Identified(_));
    }
    Ok(settled)
}

/// An orthogonal basis of the span of independent rows, which are made of length 1 first: `A' = Q R`.
struct Orthogonal {
    a: DMatrix<f64>,
    q: DMatrix<f64>,
    r: DMatrix<f64>,
    /// The lengths that the rows had.
    lengths: Vec<f64>,
}

impl Orthogonal {
    /// `None` where it would take too much room or time.
    fn of(matrix: &SparseMatrix, rows: &[usize]) -> Option<Orthogonal> {
        let (count, columns) = (rows.len(), matrix.cols());
        if count.saturating_mul(columns) > PLACES || (count as f64).powi(2) * columns as f64 > WORK {
            return None;
        }
        let mut a = DMatrix::zeros(columns, count);
        let mut lengths = Vec::with_capacity(count);
        for (at, &row) in rows.iter().enumerate() {
            let length = matrix.row(row).map(|(_, value)| (value as f64).powi(2)).sum::<f64>().sqrt();
            matrix.row(row).for_each(|(column, value)| a[(column as usize, at)] = value as f64 / length);
            lengths.push(length);
        }
        let (q, r) = a.clone().qr().unpack();
        Some(Orthogonal { a, q, r, lengths })
    }

    /// The shortest x whose products with the rows are `b`, refined once.
    fn shortest(&self, b: &[f64]) -> Shortest {
        let b = DMatrix::from_iterator(b.len(), 1, b.iter().zip(&self.lengths).map(|(b, length)| b / length));
        let (mut x, mut y) = (DMatrix::zeros(self.a.nrows(), 1), DMatrix::zeros(b.len(), 1));
        for _ in 0..2 {
            let Some(w) = self.r.tr_solve_upper_triangular(&(&b - self.a.tr_mul(&x))) else { break };
            x += &self.q * &w;
            y += self.r.solve_upper_triangular(&w).unwrap_or_else(|| DMatrix::zeros(b.len(), 1));
        }
        let spanned = (&self.a * &y).as_slice().to_vec();
        Shortest { reach: y.dot(&b), x: x.as_slice().to_vec(), spanned }
    }

    /// The length of what is left of a row outside the span.
    fn outside(&self, matrix: &SparseMatrix, row: usize) -> f64 {
        let mut rest = DMatrix::zeros(matrix.cols(), 1);
        matrix.row(row).for_each(|(column, value)| rest[column as usize] = value as f64);
        for _ in 0..2 {
            rest -= &self.q * self.q.tr_mul(&rest);
        }
        rest.norm()
    }
}

/// Rows of a sparse matrix in doubles.
struct Doubles {
    rows: Vec<Vec<(usize, f64)>>,
    columns: usize,
}

/// x = A' y up to rounding, A' y itself, and y b.
struct Shortest {
    x: Vec<f64>,
    spanned: Vec<f64>,
    reach: f64,
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
        Ok(Shortest { spanned: self.transposed_times(&y), reach: dot(&y, b), x })
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
