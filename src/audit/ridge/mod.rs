//! Ridge regression on sparse features: what a linear encoder over a feature map explains of an embedding, and the share of an
//! edit that training does not support.
//!
//! With S a row a training text, `A = S'S + lambda I`. An encoder is the solution of `A g = S'E`; the unsupported share of an
//! edit is `phi(d) = lambda d' A^-1 d / |d|^2`: 1 where training has nothing along d, towards 0 where it has much. Features of
//! one text and the most frequent ones are eliminated exactly (`parts`); conjugate gradients solve for the others. Both answers
//! carry what the iteration left: `A >= lambda I`, so a residual r bounds the error of a solution by `|r| / lambda`, and the
//! error of `d' A^-1 d` by `|r|^2 / lambda`.

mod parts;
mod sparse;

use std::collections::HashMap;

use pulp::Arch;

use parts::{Parts, Reduced};
pub use sparse::Sparse;
use sparse::add;

/// Right-hand sides that are solved together: few, so that the vectors of a solution stay in the cache.
const BLOCK: usize = 8;

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

/// A block of solutions, a row a feature that is left.
struct Solved<const B: usize> {
    g: Vec<[f64; B]>,
    /// The squared norms of their residuals.
    residuals: [f64; B],
    /// What is left of each right-hand side, times its solution: 0 but for rounding.
    left: [f64; B],
    /// The largest residual as a part of its right-hand side's norm.
    relative: f64,
}

/// `A g = b` on the features that are left, for `B` right-hand sides at once; `norms` are the squares that residuals are
/// measured by. Conjugate gradients on the Schur complement of the middle, with its diagonal as preconditioner.
#[inline(always)]
fn solve<const B: usize>(parts: &Parts, mut b: Vec<[f64; B]>, norms: [f64; B], stop: Stop) -> Solved<B> {
    let mut r = b.split_off(parts.border());
    let mut settled = b;
    parts.settle(&mut settled);
    let mut u = vec![[0.0; B]; parts.rows()];
    parts.spread(&mut u, &settled, &mut r);
    let diagonal = &parts.diagonal;
    let mut x = vec![[0.0; B]; r.len()];
    let mut p = r.clone();
    let mut rho = [0.0; B];
    for ((p, r), d) in p.iter_mut().zip(&r).zip(diagonal) {
        for k in 0..B {
            p[k] = r[k] / d;
            rho[k] += r[k] * p[k];
        }
    }
    let mut left = dots(&r, &r);
    let mut q = vec![[0.0; B]; r.len()];
    let mut y = vec![[0.0; B]; parts.border()];
    let mut iterations = 0;
    loop {
        let relative = quotients(&left, &norms).into_iter().fold(0.0, f64::max).sqrt();
        if relative <= stop.residual || iterations == stop.iterations {
            let cross = dots(&r, &x);
            y.fill([0.0; B]);
            parts.read(&x, &mut u, &mut y);
            parts.settle(&mut y);
            settled.iter_mut().zip(&y).for_each(|(v, y)| add(v, -1.0, *y));
            settled.extend(x);
            return Solved { g: settled, residuals: left, left: cross, relative };
        }
        iterations += 1;
        for (q, p) in q.iter_mut().zip(&p) {
            *q = p.map(|p| parts.lambda * p);
        }
        y.fill([0.0; B]);
        parts.read(&p, &mut u, &mut y);
        parts.settle(&mut y);
        parts.spread(&mut u, &y, &mut q);
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

/// The rows `at * g` of the ridge encoder `g` that is fitted to the training texts `s` (features) and `e` (their embeddings,
/// `width` numbers each), with the largest residual of its columns as a part of the right-hand side's norm.
pub fn predict(s: &Sparse, e: &[&[f64]], width: usize, lambda: f64, at: &Sparse, stop: Stop) -> (Vec<f64>, f64) {
    let parts = Parts::new(s, lambda);
    let reduced: Vec<Reduced> = (0..at.rows()).map(|row| parts.reduce(at.row(row))).collect();
    let mut made = vec![0.0; at.rows() * width];
    let mut worst = 0f64;
    for first in (0..width).step_by(BLOCK) {
        let some = BLOCK.min(width - first);
        let block: Vec<[f64; BLOCK]> = e.iter().map(|e| lanes(&e[first..first + some])).collect();
        let (rows, relative) = vectorised(Fit { parts: &parts, e: &block, at: &reduced, stop });
        for (made, row) in made.chunks_exact_mut(width).zip(&rows) {
            made[first..first + some].copy_from_slice(&row[..some]);
        }
        worst = worst.max(relative);
    }
    (made, worst)
}

/// Some numbers, and zeros.
fn lanes(some: &[f64]) -> [f64; BLOCK] {
    // Copied one by one: of unknown length, each would be a call.
    <[f64; BLOCK]>::try_from(some).unwrap_or_else(|_| std::array::from_fn(|k| some.get(k).copied().unwrap_or(0.0)))
}

/// Work on a block of right-hand sides.
trait Work {
    type Answer;
    fn run(self) -> Self::Answer;
}

/// Does work with the vector instructions of this machine.
fn vectorised<W: Work>(work: W) -> W::Answer {
    // The closure consumes the work, so that it can be called but once: what may be called again is not put into the function
    // that has these instructions.
    Arch::new().dispatch(
        #[inline(always)]
        || work.run(),
    )
}

/// An encoder fitted to some dimensions, and what it makes of rows.
struct Fit<'a> {
    parts: &'a Parts,
    e: &'a [[f64; BLOCK]],
    at: &'a [Reduced],
    stop: Stop,
}

impl Work for Fit<'_> {
    type Answer = (Vec<[f64; BLOCK]>, f64);

    #[inline(always)]
    fn run(self) -> Self::Answer {
        let mut b = vec![[0.0; BLOCK]; self.parts.columns()];
        for (row, e) in self.e.iter().enumerate() {
            self.parts.add_training(row, e, &mut b);
        }
        let norms = dots(&b, &b);
        let solved = solve(self.parts, b, norms, self.stop);
        let mut rows = vec![[0.0; BLOCK]; self.at.len()];
        for (row, at) in rows.iter_mut().zip(self.at) {
            let mut sum = [0.0; BLOCK];
            at.core.iter().for_each(|(column, x)| add(&mut sum, *x, solved.g[*column as usize]));
            at.lone.iter().for_each(|(text, t)| add(&mut sum, *t, self.e[*text as usize]));
            *row = sum;
        }
        (rows, solved.relative)
    }
}

/// Right-hand sides to be solved for.
struct Solve<'a> {
    parts: &'a Parts,
    b: Vec<[f64; BLOCK]>,
    norms: [f64; BLOCK],
    stop: Stop,
}

impl Work for Solve<'_> {
    type Answer = Solved<BLOCK>;

    #[inline(always)]
    fn run(self) -> Self::Answer {
        solve(self.parts, self.b, self.norms, self.stop)
    }
}

/// The unsupported share of each edit, a row of `d`, and the largest bound of its error; `None` for an edit that changes no
/// feature. `done` is told how many different edits are done.
pub fn unsupported(s: &Sparse, d: &Sparse, lambda: f64, done: impl FnMut(usize)) -> (Vec<Option<f64>>, f64) {
    let parts = Parts::new(s, lambda);
    let (distinct, of) = distinct(d);
    let (shares, worst) = shares(&parts, &d.select(&distinct), done);
    ((0..d.rows()).map(|row| shares[of[row]]).collect(), worst)
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

/// The unsupported share of each row of `d`, from below, and a bound of what is missing.
fn shares(parts: &Parts, d: &Sparse, mut done: impl FnMut(usize)) -> (Vec<Option<f64>>, f64) {
    // A share's error is at most the square of its relative residual: a thousandth.
    let stop = Stop { residual: 0.03, iterations: 200 };
    let squares: Vec<f64> = (0..d.rows()).map(|row| d.row(row).iter().map(|(_, x)| x * x).sum()).collect();
    let (mut shares, mut worst) = (Vec::with_capacity(d.rows()), 0f64);
    for first in (0..d.rows()).step_by(BLOCK) {
        let some = BLOCK.min(d.rows() - first);
        let reduced: Vec<Reduced> = (first..first + some).map(|row| parts.reduce(d.row(row))).collect();
        let norms = lanes(&squares[first..first + some]);
        let mut b = vec![[0.0; BLOCK]; parts.columns()];
        for (k, edit) in reduced.iter().enumerate() {
            edit.core.iter().for_each(|(column, x)| b[*column as usize][k] += x);
        }
        let solved = vectorised(Solve { parts, b, norms, stop });
        for (k, edit) in reduced.iter().enumerate() {
            // 2 b'x - x'Ax = b'x + r'x lies below b'A^-1 b, by r'A^-1 r, which is at most |r|^2 / lambda.
            let form: f64 = edit.core.iter().map(|(column, x)| x * solved.g[*column as usize][k]).sum();
            let part = parts.lambda * (form + solved.left[k]) + edit.apart + edit.unseen;
            let share = (norms[k] > 0.0).then(|| (part / norms[k]).clamp(0.0, 1.0));
            worst = worst.max(share.map_or(0.0, |_| solved.residuals[k] / norms[k]));
            shares.push(share);
        }
        done(first + some);
    }
    (shares, worst)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caption::Row;
    use nalgebra::DMatrix;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Columns that are the rarer the higher their number, as words are: some in most rows, many in one or none.
    fn zipf(rows: usize, columns: usize, rng: &mut ChaCha8Rng) -> (Sparse, DMatrix<f64>) {
        let dense = DMatrix::from_fn(rows, columns, |_, column| {
            let there = rng.random::<f64>() < 8.0 / (column as f64 + 9.0);
            if there { f64::from(rng.random_range(1..3)) } else { 0.0 }
        });
        let list: Vec<Row> = (0..rows)
            .map(|i| (0..columns).map(|j| (j as u32, dense[(i, j)] as i64)).filter(|(_, x)| *x != 0).collect())
            .collect();
        (Sparse::new(&list, columns, 1.0), dense)
    }

    #[test]
    fn both_agree_with_the_dense_solution() {
        for (seed, rows, columns, lambda) in [(8, 30, 12, 0.5), (9, 60, 400, 1.0), (10, 90, 300, 0.01)] {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let (s, dense) = zipf(rows, columns, &mut rng);
            let (d, edits) = zipf(50, columns, &mut rng);
            let parts = Parts::new(&s, lambda);
            assert_eq!(parts.columns() > parts.border(), seed != 8, "seed {seed}: {}", parts.columns());
            let a = dense.transpose() * &dense + DMatrix::identity(columns, columns) * lambda;
            let inverse = a.try_inverse().unwrap();
            let e = DMatrix::from_fn(rows, 11, |_, _| rng.random::<f64>());
            let lists: Vec<Vec<f64>> = (0..rows).map(|i| e.row(i).iter().copied().collect()).collect();
            let lists: Vec<&[f64]> = lists.iter().map(Vec::as_slice).collect();
            let expected = &edits * &inverse * dense.transpose() * &e;
            let stop = Stop { residual: 1e-12, iterations: 2000 };
            let (found, residual) = predict(&s, &lists, 11, lambda, &d, stop);
            assert!(residual <= 1e-12, "seed {seed}: {residual}");
            for i in 0..50 {
                for j in 0..11 {
                    let off = (found[i * 11 + j] - expected[(i, j)]).abs();
                    assert!(off < 1e-9 / lambda, "seed {seed}: {off}");
                }
            }
            let (shares, bound) = unsupported(&s, &d, lambda, |_| ());
            assert!(bound <= 1e-3);
            for (i, share) in shares.iter().enumerate() {
                let row = edits.row(i);
                let exact = lambda * (row * &inverse * row.transpose())[(0, 0)] / row.norm_squared();
                let off = share.unwrap() - exact;
                assert!(off.abs() <= bound + 1e-9, "seed {seed}: {exact} {off}, {bound}");
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
