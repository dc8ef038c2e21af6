//! Ridge regression on sparse features, by conjugate gradients: what a linear encoder over a feature map explains of an
//! embedding, and the share of an edit that training does not support.
//!
//! With S a row a training text, `A = S'S + lambda I`. An encoder is the solution of `A g = S'E`; the unsupported share of an
//! edit is `phi(d) = lambda d' A^-1 d / |d|^2`: 1 where training has nothing along d, towards 0 where it has much. Both
//! carry what the iteration left: `A >= lambda I`, so a residual r bounds the error of a solution by `|r| / lambda`, and the
//! error of `d' A^-1 d` by `|r|^2 / lambda`.

use std::collections::HashMap;

use pulp::Arch;

use crate::caption::Row;

/// Right-hand sides that are solved together: few, so that the vectors of a solution stay in the cache.
const BLOCK: usize = 8;

/// A sparse matrix, a row a text, and its transpose is never formed.
#[derive(Clone, Debug)]
pub struct Sparse {
    starts: Vec<u32>,
    entries: Vec<(u32, f64)>,
    columns: usize,
}

impl Sparse {
    /// The rows as doubles; `unit` is what one is (a feature matrix may be scaled).
    pub fn new<'a>(rows: impl IntoIterator<Item = &'a Row>, columns: usize, unit: f64) -> Sparse {
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for row in rows {
            entries.extend(row.iter().map(|(column, x)| (*column, *x as f64 / unit)));
            starts.push(entries.len() as u32);
        }
        Sparse { starts, entries, columns }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The number of entries.
    pub fn entries(&self) -> usize {
        self.entries.len()
    }

    /// The entries of a row.
    pub fn row(&self, row: usize) -> &[(u32, f64)] {
        &self.entries[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// The rows with these numbers.
    pub fn select(&self, rows: &[usize]) -> Sparse {
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for row in rows {
            entries.extend_from_slice(self.row(*row));
            starts.push(entries.len() as u32);
        }
        Sparse { starts, entries, columns: self.columns }
    }

    /// The rows of this matrix, then those of another with as many columns.
    pub fn followed_by(mut self, other: &Sparse) -> Sparse {
        let entries = self.entries.len() as u32;
        self.entries.extend_from_slice(&other.entries);
        self.starts.extend(other.starts[1..].iter().map(|start| start + entries));
        self
    }

    /// The matrix without its columns that have no entry, and the number that each column then has.
    fn compact(&self) -> (Sparse, Vec<Option<u32>>) {
        let mut number = vec![None; self.columns];
        let mut columns = 0;
        let mut entries = self.entries.clone();
        for (column, _) in &mut entries {
            *column = *number[*column as usize].get_or_insert_with(|| {
                columns += 1;
                columns - 1
            });
        }
        (Sparse { starts: self.starts.clone(), entries, columns: columns as usize }, number)
    }

    /// The same under other column numbers; entries in columns without a number are left out.
    fn renumbered(&self, number: &[Option<u32>], columns: usize) -> Sparse {
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for row in 0..self.rows() {
            entries.extend(self.row(row).iter().filter_map(|(column, x)| Some((number[*column as usize]?, *x))));
            starts.push(entries.len() as u32);
        }
        Sparse { starts, entries, columns }
    }

    /// `row(row) * block`.
    #[inline(always)]
    fn times<const B: usize>(&self, row: usize, block: &[[f64; B]]) -> [f64; B] {
        let mut sum = [0.0; B];
        for (column, x) in self.row(row) {
            for (s, v) in sum.iter_mut().zip(&block[*column as usize]) {
                *s += x * v;
            }
        }
        sum
    }

    /// Adds `row(row)' * v` to `block`.
    #[inline(always)]
    fn add_transposed<const B: usize>(&self, row: usize, v: &[f64; B], block: &mut [[f64; B]]) {
        for (column, x) in self.row(row) {
            for (t, v) in block[*column as usize].iter_mut().zip(v) {
                *t += x * v;
            }
        }
    }
}

/// When an iteration stops.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    /// The residual, as a part of the right-hand side's norm.
    pub residual: f64,
    /// The most iterations.
    pub iterations: usize,
}

impl Stop {
    /// For figures of three digits: a residual enters them squared.
    pub const FIGURES: Stop = Stop { residual: 1e-3, iterations: 100 };
}

/// A block of solutions, a row a column of A, and the norms of their residuals.
struct Solved<const B: usize> {
    x: Vec<[f64; B]>,
    residuals: [f64; B],
    /// What is left of each right-hand side, times its solution: 0 but for rounding.
    left: [f64; B],
    /// The largest residual as a part of its right-hand side's norm.
    relative: f64,
}

/// Conjugate gradients with the diagonal of A as preconditioner, for `B` right-hand sides at once.
#[inline(always)]
fn solve<const B: usize>(s: &Sparse, lambda: f64, diagonal: &[f64], b: Vec<[f64; B]>, stop: Stop) -> Solved<B> {
    let norms = dots(&b, &b);
    let mut x = vec![[0.0; B]; b.len()];
    let mut r = b;
    let mut p = r.clone();
    let mut rho = [0.0; B];
    for ((p, r), d) in p.iter_mut().zip(&r).zip(diagonal) {
        for k in 0..B {
            p[k] = r[k] / d;
            rho[k] += r[k] * p[k];
        }
    }
    let mut left = norms;
    let mut q = vec![[0.0; B]; r.len()];
    let mut iterations = 0;
    loop {
        let relative = quotients(&left, &norms).into_iter().fold(0.0, f64::max).sqrt();
        if relative <= stop.residual || iterations == stop.iterations {
            let cross = dots(&r, &x);
            return Solved { x, residuals: left.map(f64::sqrt), left: cross, relative };
        }
        iterations += 1;
        apply(&mut q, s, lambda, &p);
        let step = quotients(&rho, &dots(&p, &q));
        let mut next = [0.0; B];
        left = [0.0; B];
        for ((((x, r), p), q), d) in x.iter_mut().zip(&mut r).zip(&p).zip(&q).zip(diagonal) {
            for k in 0..B {
                x[k] += step[k] * p[k];
                r[k] -= step[k] * q[k];
                left[k] += r[k] * r[k];
                next[k] += r[k] * r[k] / d;
            }
        }
        let turn = quotients(&next, &rho);
        for ((p, r), d) in p.iter_mut().zip(&r).zip(diagonal) {
            for k in 0..B {
                p[k] = r[k] / d + turn[k] * p[k];
            }
        }
        rho = next;
    }
}

/// `q = A p`.
#[inline(always)]
fn apply<const B: usize>(q: &mut [[f64; B]], s: &Sparse, lambda: f64, p: &[[f64; B]]) {
    for (q, p) in q.iter_mut().zip(p) {
        *q = p.map(|p| lambda * p);
    }
    for row in 0..s.rows() {
        s.add_transposed(row, &s.times(row, p), q);
    }
}

/// `a / b`, 0 where b is 0: that right-hand side is done.
#[inline(always)]
fn quotients<const B: usize>(a: &[f64; B], b: &[f64; B]) -> [f64; B] {
    std::array::from_fn(|k| if b[k] > 0.0 { a[k] / b[k] } else { 0.0 })
}

#[inline(always)]
fn dots<const B: usize>(a: &[[f64; B]], b: &[[f64; B]]) -> [f64; B] {
    let mut sums = [0.0; B];
    for (a, b) in a.iter().zip(b) {
        for k in 0..B {
            sums[k] += a[k] * b[k];
        }
    }
    sums
}

fn diagonal(s: &Sparse, lambda: f64) -> Vec<f64> {
    let mut diagonal = vec![lambda; s.columns];
    for (column, x) in &s.entries {
        diagonal[*column as usize] += x * x;
    }
    diagonal
}

/// The rows `at * g` of the ridge encoder `g` that is fitted to the training texts `s` (features) and `e` (embeddings, `width`
/// numbers a row), with the largest residual of its columns as a part of the right-hand side's norm.
pub fn predict(s: &Sparse, e: &[f64], width: usize, lambda: f64, at: &Sparse, stop: Stop) -> (Vec<f64>, f64) {
    // A feature that no training text has gets the coefficient 0.
    let (s, number) = s.compact();
    let at = at.renumbered(&number, s.columns);
    let diagonal = diagonal(&s, lambda);
    let mut made = vec![0.0; at.rows() * width];
    let mut worst = 0f64;
    for first in (0..width).step_by(BLOCK) {
        let some = BLOCK.min(width - first);
        let mut b = vec![[0.0; BLOCK]; s.columns];
        let mut v = [0.0; BLOCK];
        for row in 0..s.rows() {
            v[..some].copy_from_slice(&e[row * width + first..][..some]);
            s.add_transposed(row, &v, &mut b);
        }
        let solved = solve_vectorised(&s, lambda, &diagonal, b, stop);
        for row in 0..at.rows() {
            made[row * width + first..][..some].copy_from_slice(&at.times(row, &solved.x)[..some]);
        }
        worst = worst.max(solved.relative);
    }
    (made, worst)
}

/// [`solve`] with the vector instructions of this machine.
fn solve_vectorised<const B: usize>(
    s: &Sparse,
    lambda: f64,
    diagonal: &[f64],
    b: Vec<[f64; B]>,
    stop: Stop,
) -> Solved<B> {
    // The closure consumes b, so that it can be called but once: what may be called again is not put into the function that
    // has these instructions.
    Arch::new().dispatch(
        #[inline(always)]
        || solve(s, lambda, diagonal, b, stop),
    )
}

/// The unsupported share of each edit, a row of `d`, and the largest bound of its error; `None` for an edit that changes no
/// feature. `done` is told how many different edits are done.
pub fn unsupported(s: &Sparse, d: &Sparse, lambda: f64, done: impl FnMut(usize)) -> (Vec<Option<f64>>, f64) {
    let (s, number) = s.compact();
    // Along a feature that no training text has, A is lambda: that part of an edit is unsupported whole.
    let squares = |row: usize, known: bool| -> f64 {
        let there = d.row(row).iter().filter(|(column, _)| number[*column as usize].is_some() || !known);
        there.map(|(_, x)| x * x).sum()
    };
    let inside = d.renumbered(&number, s.columns);
    let (distinct, of) = distinct(&inside);
    let (forms, bounds) = forms(&s, &inside.select(&distinct), lambda, done);
    let mut worst = 0f64;
    let share = |row: usize| {
        let norm = squares(row, false);
        (norm > 0.0).then(|| {
            worst = worst.max(lambda * bounds[of[row]] / norm);
            ((norm - squares(row, true) + lambda * forms[of[row]]) / norm).clamp(0.0, 1.0)
        })
    };
    let shares = (0..d.rows()).map(share).collect();
    (shares, worst)
}

/// The first of the rows that are equal up to sign, which a quadratic form does not see, and the number of each row among them.
fn distinct(rows: &Sparse) -> (Vec<usize>, Vec<usize>) {
    let mut numbers = HashMap::new();
    let mut distinct = Vec::new();
    let mut number = |row: usize| {
        let sign = rows.row(row).first().map_or(1.0, |(_, x)| x.signum());
        let key: Vec<(u32, u64)> = rows.row(row).iter().map(|(column, x)| (*column, (sign * x).to_bits())).collect();
        *numbers.entry(key).or_insert_with(|| {
            distinct.push(row);
            distinct.len() - 1
        })
    };
    let of = (0..rows.rows()).map(&mut number).collect();
    (distinct, of)
}

/// `d' A^-1 d` for each row of `d`, from below, and a bound of what is missing.
fn forms(s: &Sparse, d: &Sparse, lambda: f64, mut done: impl FnMut(usize)) -> (Vec<f64>, Vec<f64>) {
    // A share's error is at most the square of its relative residual: a thousandth.
    let stop = Stop { residual: 0.03, iterations: 200 };
    let diagonal = diagonal(s, lambda);
    let (mut forms, mut bounds) = (Vec::with_capacity(d.rows()), Vec::with_capacity(d.rows()));
    for first in (0..d.rows()).step_by(BLOCK) {
        let some = BLOCK.min(d.rows() - first);
        let mut b = vec![[0.0; BLOCK]; s.columns];
        #[allow(clippy::needless_range_loop)] // k numbers rows of d and columns of b
        for k in 0..some {
            d.row(first + k).iter().for_each(|(column, x)| b[*column as usize][k] = *x);
        }
        let solved = solve_vectorised(s, lambda, &diagonal, b, stop);
        for k in 0..some {
            // 2 b'x - x'Ax = b'x + r'x lies below the truth, by r'A^-1 r, which is at most |r|^2 / lambda.
            let product: f64 = d.row(first + k).iter().map(|(column, v)| v * solved.x[*column as usize][k]).sum();
            forms.push(product + solved.left[k]);
            bounds.push(solved.residuals[k] * solved.residuals[k] / lambda);
        }
        done(first + some);
    }
    (forms, bounds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::DMatrix;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn random(rows: usize, columns: usize, rng: &mut ChaCha8Rng) -> (Sparse, DMatrix<f64>) {
        let dense = DMatrix::from_fn(rows, columns, |_, _| {
            if rng.random_range(0..4) == 0 { f64::from(rng.random_range(-2..3)) } else { 0.0 }
        });
        let list: Vec<Row> = (0..rows)
            .map(|i| (0..columns).map(|j| (j as u32, dense[(i, j)] as i64)).filter(|(_, x)| *x != 0).collect())
            .collect();
        (Sparse::new(&list, columns, 1.0), dense)
    }

    #[test]
    fn both_agree_with_the_dense_solution() {
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        let (s, dense) = random(30, 12, &mut rng);
        let (d, edits) = random(50, 12, &mut rng);
        let lambda = 0.5;
        let a = dense.transpose() * &dense + DMatrix::identity(12, 12) * lambda;
        let inverse = a.try_inverse().unwrap();
        let e = DMatrix::from_fn(30, 35, |_, _| rng.random::<f64>());
        let rows: Vec<f64> = e.transpose().as_slice().to_vec();
        let expected = &edits * &inverse * dense.transpose() * &e;
        let (found, residual) = predict(&s, &rows, 35, lambda, &d, Stop { residual: 1e-12, iterations: 200 });
        assert!(residual <= 1e-12);
        for i in 0..50 {
            for j in 0..35 {
                assert!((found[i * 35 + j] - expected[(i, j)]).abs() < 1e-9, "seed 8");
            }
        }
        let (shares, bound) = unsupported(&s, &d, lambda, |_| ());
        assert!(bound <= 1e-3);
        for (i, share) in shares.iter().enumerate() {
            let row = edits.row(i);
            match share {
                None => assert_eq!(row.amax(), 0.0),
                Some(share) => {
                    let exact = lambda * (row * &inverse * row.transpose())[(0, 0)] / row.norm_squared();
                    assert!((share - exact).abs() <= bound + 1e-12, "seed 8: {share} {exact}");
                }
            }
        }
    }

    #[test]
    fn an_edit_that_training_never_has_is_unsupported_whole() {
        let s = Sparse::new(&[vec![(0, 1)], vec![(0, 1), (1, 1)]], 3, 1.0);
        let d = Sparse::new(&[vec![(2, 3)], vec![], vec![(0, 1)], vec![(0, -1)], vec![(0, -2), (2, 1)]], 3, 1.0);
        let (shares, _) = unsupported(&s, &d, 1.0, |_| ());
        // A = [3 1; 1 2] on the first two features: its inverse's first entry is 2/5.
        assert_eq!(shares[0], Some(1.0));
        assert_eq!(shares[1], None);
        assert!((shares[2].unwrap() - 0.4).abs() < 1e-12);
        // The other direction is the same; of the last, 4 x 2/5 and 1 of 5.
        assert_eq!(shares[3], shares[2]);
        assert!((shares[4].unwrap() - 2.6 / 5.0).abs() < 1e-12);
    }
}
