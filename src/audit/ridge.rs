//! Ridge regression on sparse features, by conjugate gradients: what a linear encoder over a feature map explains of an
//! embedding, and the share of an edit that training does not support.
//!
//! With S a row a training text, `A = S'S + lambda I`. An encoder is the solution of `A g = S'E`; the unsupported share of an
//! edit is `phi(d) = lambda d' A^-1 d / |d|^2`: 1 where training has nothing along d, towards 0 where it has much. Both
//! carry what the iteration left: `A >= lambda I`, so a residual r bounds the error of a solution by `|r| / lambda`, and the
//! error of `d' A^-1 d` by `|r|^2 / lambda`.

use pulp::Arch;

use crate::caption::Row;

/// Right-hand sides that are solved together: a block of a vector fits the cache.
const BLOCK: usize = 32;
/// The same for many features, so that the vectors stay small.
const NARROW: usize = 8;
/// From how many features on.
const MANY: usize = 40_000;

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

    /// `row(row) * block`, where `block` has `B` numbers a column.
    #[inline(always)]
    fn times<const B: usize>(&self, row: usize, block: &[f64], sum: &mut [f64; B]) {
        *sum = [0.0; B];
        for (column, x) in self.row(row) {
            let from = &block[*column as usize * B..][..B];
            for (s, v) in sum.iter_mut().zip(from) {
                *s += x * v;
            }
        }
    }

    /// Adds `row(row)' * v` to `block`.
    #[inline(always)]
    fn add_transposed<const B: usize>(&self, row: usize, v: &[f64; B], block: &mut [f64]) {
        for (column, x) in self.row(row) {
            let to = &mut block[*column as usize * B..][..B];
            for (t, v) in to.iter_mut().zip(v) {
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

/// A block of solutions: column by column of A, `B` right-hand sides each; and their residual norms.
struct Solved<const B: usize> {
    x: Vec<f64>,
    residuals: [f64; B],
    /// What is left of each right-hand side, times its solution: 0 but for rounding.
    left: [f64; B],
    /// The largest residual as a part of its right-hand side's norm.
    relative: f64,
}

/// Conjugate gradients with the diagonal of A as preconditioner, for `B` right-hand sides at once.
#[inline(always)]
fn solve<const B: usize>(s: &Sparse, lambda: f64, diagonal: &[f64], b: Vec<f64>, stop: Stop) -> Solved<B> {
    let norms = dots::<B>(&b, &b).map(f64::sqrt);
    let mut x = vec![0.0; b.len()];
    let mut r = b;
    let mut z = vec![0.0; r.len()];
    precondition::<B>(&mut z, &r, diagonal);
    let mut p = z.clone();
    let mut rho = dots::<B>(&r, &z);
    let mut q = vec![0.0; r.len()];
    let mut iterations = 0;
    loop {
        let residuals = dots::<B>(&r, &r).map(f64::sqrt);
        let parts = residuals.iter().zip(&norms).map(|(left, norm)| if *norm > 0.0 { left / norm } else { 0.0 });
        let relative = parts.fold(0.0, f64::max);
        if relative <= stop.residual || iterations == stop.iterations {
            let left = dots::<B>(&r, &x);
            return Solved { x, residuals, left, relative };
        }
        iterations += 1;
        apply::<B>(&mut q, s, lambda, &p);
        let step = quotients(&rho, &dots::<B>(&p, &q));
        axpy::<B>(&mut x, &p, &step);
        axpy::<B>(&mut r, &q, &step.map(|s| -s));
        precondition::<B>(&mut z, &r, diagonal);
        let next = dots::<B>(&r, &z);
        let turn = quotients(&next, &rho);
        for (p, z) in p.chunks_exact_mut(B).zip(z.chunks_exact(B)) {
            for k in 0..B {
                p[k] = z[k] + turn[k] * p[k];
            }
        }
        rho = next;
    }
}

/// `q = A p`.
#[inline(always)]
fn apply<const B: usize>(q: &mut [f64], s: &Sparse, lambda: f64, p: &[f64]) {
    for (q, p) in q.iter_mut().zip(p) {
        *q = lambda * p;
    }
    let mut sum = [0.0; B];
    for row in 0..s.rows() {
        s.times::<B>(row, p, &mut sum);
        s.add_transposed::<B>(row, &sum, q);
    }
}

/// `a / b`, 0 where b is 0: that right-hand side is done.
#[inline(always)]
fn quotients<const B: usize>(a: &[f64; B], b: &[f64; B]) -> [f64; B] {
    std::array::from_fn(|k| if b[k] > 0.0 { a[k] / b[k] } else { 0.0 })
}

#[inline(always)]
fn precondition<const B: usize>(z: &mut [f64], r: &[f64], diagonal: &[f64]) {
    for ((z, r), d) in z.chunks_exact_mut(B).zip(r.chunks_exact(B)).zip(diagonal) {
        for k in 0..B {
            z[k] = r[k] / d;
        }
    }
}

#[inline(always)]
fn dots<const B: usize>(a: &[f64], b: &[f64]) -> [f64; B] {
    let mut sums = [0.0; B];
    for (a, b) in a.chunks_exact(B).zip(b.chunks_exact(B)) {
        for k in 0..B {
            sums[k] += a[k] * b[k];
        }
    }
    sums
}

#[inline(always)]
fn axpy<const B: usize>(to: &mut [f64], from: &[f64], step: &[f64; B]) {
    for (to, from) in to.chunks_exact_mut(B).zip(from.chunks_exact(B)) {
        for k in 0..B {
            to[k] += step[k] * from[k];
        }
    }
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
    if s.columns > MANY {
        return predict_by::<NARROW>(s, e, width, lambda, at, stop);
    }
    predict_by::<BLOCK>(s, e, width, lambda, at, stop)
}

fn predict_by<const B: usize>(
    s: &Sparse,
    e: &[f64],
    width: usize,
    lambda: f64,
    at: &Sparse,
    stop: Stop,
) -> (Vec<f64>, f64) {
    let diagonal = diagonal(s, lambda);
    let mut made = vec![0.0; at.rows() * width];
    let mut worst = 0f64;
    for first in (0..width).step_by(B) {
        let some = B.min(width - first);
        let solved: Solved<B> = Arch::new().dispatch(
            #[inline(always)]
            || {
                let mut b = vec![0.0; s.columns * B];
                let mut v = [0.0; B];
                for row in 0..s.rows() {
                    v[..some].copy_from_slice(&e[row * width + first..][..some]);
                    s.add_transposed(row, &v, &mut b);
                }
                solve(s, lambda, &diagonal, b, stop)
            },
        );
        let mut sum = [0.0; B];
        for row in 0..at.rows() {
            at.times(row, &solved.x, &mut sum);
            made[row * width + first..][..some].copy_from_slice(&sum[..some]);
        }
        worst = worst.max(solved.relative);
    }
    (made, worst)
}

/// The unsupported share of each edit, a row of `d`, and the largest bound of its error; `None` for an edit that changes no
/// feature. `done` is told how many edits are done.
pub fn unsupported(s: &Sparse, d: &Sparse, lambda: f64, done: impl FnMut(usize)) -> (Vec<Option<f64>>, f64) {
    if s.columns > MANY {
        return unsupported_by::<NARROW>(s, d, lambda, done);
    }
    unsupported_by::<BLOCK>(s, d, lambda, done)
}

fn unsupported_by<const B: usize>(
    s: &Sparse,
    d: &Sparse,
    lambda: f64,
    mut done: impl FnMut(usize),
) -> (Vec<Option<f64>>, f64) {
    // The bound is |r|^2 / lambda over |d|^2 / lambda: the square of the relative residual.
    let stop = Stop { residual: 0.03, iterations: 200 };
    let diagonal = diagonal(s, lambda);
    let mut shares = vec![None; d.rows()];
    let mut worst = 0f64;
    for first in (0..d.rows()).step_by(B) {
        let some = B.min(d.rows() - first);
        let mut b = vec![0.0; s.columns * B];
        for k in 0..some {
            for (column, x) in d.row(first + k) {
                b[*column as usize * B + k] = *x;
            }
        }
        let solved: Solved<B> = Arch::new().dispatch(
            #[inline(always)]
            || solve(s, lambda, &diagonal, b, stop),
        );
        for k in 0..some {
            let row = d.row(first + k);
            let norm: f64 = row.iter().map(|(_, x)| x * x).sum();
            if norm > 0.0 {
                // 2 b'x - x'Ax = b'x + r'x lies below the truth, by r'A^-1 r, which is at most |r|^2 / lambda.
                let form: f64 = row.iter().map(|(column, v)| v * solved.x[*column as usize * B + k]).sum();
                shares[first + k] = Some((lambda * (form + solved.left[k]) / norm).clamp(0.0, 1.0));
                worst = worst.max(solved.residuals[k] * solved.residuals[k] / norm);
            }
        }
        done(first + some);
    }
    (shares, worst)
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
        let d = Sparse::new(&[vec![(2, 3)], vec![], vec![(0, 1)]], 3, 1.0);
        let (shares, _) = unsupported(&s, &d, 1.0, |_| ());
        // A = [3 1; 1 2] on the first two features: its inverse's first entry is 2/5.
        assert_eq!(shares[0], Some(1.0));
        assert_eq!(shares[1], None);
        assert!((shares[2].unwrap() - 0.4).abs() < 1e-12);
    }
}
