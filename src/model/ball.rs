//! Matrices of f64 that know how wrong they may be.
//!
//! A [`Ball`] stands for every real matrix within `radius` of `centre` in the Frobenius norm. With u = 2^-53 and
//! gamma(n) = n u / (1 - n u) (Higham 2002, section 3.1), the radius of a product of balls A, B over inner dimension n is
//!
//! ```text
//! |A| rB + rA |B| + rA rB + gamma(n) |A| |B|
//! ```
//!
//! and that of a sum `rA + rB + u |A + B|`. Linear equations `A x = b` are solved by singular values. With tau the
//! radius of A plus the solver's own backward error `50 max(m, n) u |A|`, singular values up to tau count as 0 (Weyl), and
//! the smallest other one, s, has to be a hundred times larger, or the answer is "cannot tell". A solvable system
//! then leaves a residual of at most
//!
//! ```text
//! rb + 2 tau (|b| + rb) / (s - tau)        which is of the order of  u * dimensions * |A| / s * |b|
//! ```
//!
//! that is, of unit roundoff times dimension times the condition number |A| / s. The solution is off by at most
//! `4 tau (|b| + rb) / (s - tau)^2 + rb / (s - tau)` (Wedin 1973) and a unit vector of the kernel by `2 tau / (s - tau)`.

use nalgebra::{DMatrix, DVector};
use num_rational::BigRational;
use num_traits::ToPrimitive;

use super::affine::{Affine, Arithmetic, Equations, Limit, Solved, offsets, scalar_index};
use super::matrix::Matrix;

/// Unit roundoff of f64.
const U: f64 = f64::EPSILON / 2.0;
/// Radii are sums of a few rounded numbers themselves; this pays for their rounding.
const SLACK: f64 = 1.0 + 1e-9;
/// A radius above this share of the sizes compared says nothing: the verdict is then "cannot tell".
const MEANINGFUL: f64 = 1e-6;
/// Singular values have to be this much larger than what counts as 0.
const GAP: f64 = 100.0;

/// A matrix of f64 and the largest Frobenius distance of the matrix that it stands for.
#[derive(Clone, Debug)]
pub struct Ball {
    centre: DMatrix<f64>,
    radius: f64,
}

fn gamma(n: usize) -> f64 {
    let nu = n as f64 * U;
    nu / (1.0 - nu)
}

impl Ball {
    /// The ball of this centre and radius.
    pub fn new(centre: DMatrix<f64>, radius: f64) -> Ball {
        Ball { centre, radius }
    }

    /// The nearest f64 of every entry of an exact matrix.
    pub fn rounded(exact: &Matrix) -> Ball {
        let entry = |i, j| exact.get(i, j).to_f64().unwrap_or(f64::NAN);
        let centre = DMatrix::from_fn(exact.rows(), exact.cols(), entry);
        let whole = exact.denominator().bits() <= 1 && exact.numerators().iter().all(|n| n.bits() <= 53);
        let radius = if whole { 0.0 } else { 2.0 * U * centre.norm() };
        Ball { centre, radius }
    }

    /// The matrix computed with.
    pub fn centre(&self) -> &DMatrix<f64> {
        &self.centre
    }

    /// How far, in the Frobenius norm, the true matrix may be from [`Ball::centre`].
    pub fn radius(&self) -> f64 {
        self.radius
    }
}

impl Arithmetic for Ball {
    fn zeros(rows: usize, cols: usize) -> Ball {
        Ball { centre: DMatrix::zeros(rows, cols), radius: 0.0 }
    }

    fn identity(n: usize) -> Ball {
        Ball { centre: DMatrix::identity(n, n), radius: 0.0 }
    }

    fn injection(rows: usize, offset: usize, n: usize) -> Ball {
        Ball { centre: DMatrix::from_fn(rows, n, |i, j| f64::from(u8::from(i == offset + j))), radius: 0.0 }
    }

    fn size(&self) -> (usize, usize) {
        self.centre.shape()
    }

    fn sum(&self, other: &Ball) -> Ball {
        let centre = &self.centre + &other.centre;
        let radius = (self.radius + other.radius + U * centre.norm()) * SLACK;
        Ball { centre, radius }
    }

    fn product(&self, other: &Ball) -> Ball {
        let centre = &self.centre * &other.centre;
        let (a, b) = (self.centre.norm(), other.centre.norm());
        let rounding = gamma(self.centre.ncols()) * a * b;
        let radius = (a * other.radius + self.radius * b + self.radius * other.radius + rounding) * SLACK;
        Ball { centre, radius }
    }

    fn multiple(&self, factor: &BigRational) -> Ball {
        let factor = factor.to_f64().unwrap_or(f64::NAN);
        let centre = &self.centre * factor;
        let radius = (factor.abs() * self.radius + 3.0 * U * centre.norm()) * SLACK;
        Ball { centre, radius }
    }

    fn transpose(&self) -> Ball {
        Ball { centre: self.centre.transpose(), radius: self.radius }
    }

    fn agrees(&self, other: &Ball) -> Option<bool> {
        let residual = (&self.centre - &other.centre).norm();
        let (a, b) = (self.centre.norm(), other.centre.norm());
        within(residual, (self.radius + other.radius + U * residual) * SLACK, a + b)
    }

    fn sign(&self) -> Option<std::cmp::Ordering> {
        let value = self.centre.get((0, 0)).copied()?;
        match within(value.abs(), self.radius, 1.0)? {
            true => Some(std::cmp::Ordering::Equal),
            false => value.partial_cmp(&0.0),
        }
    }

    fn solve(system: &Equations<Ball>, all: bool) -> Result<Solved<Ball>, Limit> {
        solve(system, all)
    }

    fn affinely_independent(candidates: &[Ball], kept: usize) -> Vec<usize> {
        affinely_independent(candidates, kept)
    }
}

/// Whether a residual is within its bound; `None` where the bound is too wide to mean anything at this `scale`.
fn within(residual: f64, bound: f64, scale: f64) -> Option<bool> {
    if !(residual.is_finite() && bound.is_finite()) {
        return None;
    }
    match residual <= bound {
        true if bound > MEANINGFUL * (1.0 + scale) => None,
        answer => Some(answer),
    }
}

/// The dense scalar equations `A x = b`, with the radii of both sides.
struct Dense {
    a: DMatrix<f64>,
    a_radius: f64,
    b: DVector<f64>,
    b_radius: f64,
}

fn dense(system: &Equations<Ball>) -> Dense {
    let (offsets, width) = offsets(&system.shapes);
    let height: usize = system.zero.iter().map(|e| e.constant.centre.len()).sum();
    let mut out = Dense { a: DMatrix::zeros(height, width), a_radius: 0.0, b: DVector::zeros(height), b_radius: 0.0 };
    let mut top = 0;
    for Affine { constant, parts } in &system.zero {
        let (rows, cols) = constant.size();
        for i in 0..rows {
            for j in 0..cols {
                out.b[top + i * cols + j] = -constant.centre[(i, j)];
            }
        }
        out.b_radius += constant.radius;
        for part in parts {
            let (left, right) = (&part.left.centre, &part.right.centre);
            let unknown_cols = system.shapes[part.unknown].1;
            for (i, a, b, j) in cells(rows, left.ncols(), right.nrows(), cols) {
                let at = offsets[part.unknown] + scalar_index(part.transposed, unknown_cols, a, b);
                out.a[(top + i * cols + j, at)] += left[(i, a)] * right[(b, j)];
            }
            let (l, r) = (left.norm(), right.norm());
            let (lr, rr) = (part.left.radius, part.right.radius);
            out.a_radius += l * rr + lr * r + lr * rr + 2.0 * U * l * r * parts.len() as f64;
        }
        top += rows * cols;
    }
    out.a_radius *= SLACK;
    out.b_radius *= SLACK;
    out
}

fn cells(p: usize, q: usize, r: usize, s: usize) -> impl Iterator<Item = (usize, usize, usize, usize)> {
    let pairs = (0..p).flat_map(move |i| (0..q).map(move |a| (i, a)));
    pairs.flat_map(move |(i, a)| (0..r).flat_map(move |b| (0..s).map(move |j| (i, a, b, j))))
}

fn solve(system: &Equations<Ball>, all: bool) -> Result<Solved<Ball>, Limit> {
    let Dense { mut a, a_radius, mut b, b_radius } = dense(system);
    let (height, width) = a.shape();
    let scale = a.norm();
    if !(scale.is_finite() && b.norm().is_finite()) {
        return Err(Limit("numbers too large for f64".to_owned()));
    }
    // The thin decomposition has all right singular vectors only where there are at least as many rows.
    if height < width {
        a = a.resize(width, width, 0.0);
        b = b.resize_vertically(width, 0.0);
    }
    let tau = (a_radius + 50.0 * height.max(width) as f64 * U * scale) * SLACK;
    let svd = a.clone().try_svd(true, true, f64::EPSILON, 10_000);
    let Some((svd, Some(u), Some(vt))) = svd.map(|s| (s.singular_values, s.u, s.v_t)) else {
        return Err(Limit("the singular values did not converge".to_owned()));
    };
    let kept: Vec<usize> = (0..svd.len()).filter(|k| svd[*k] > tau).collect();
    let smallest = kept.iter().map(|k| svd[*k]).fold(f64::INFINITY, f64::min);
    if smallest < GAP * tau {
        return Err(Limit(format!("ill-conditioned: a singular value {smallest:e} beside an error of {tau:e}")));
    }
    let mut x = DVector::zeros(width);
    for k in &kept {
        let weight = u.column(*k).dot(&b) / svd[*k];
        x += vt.row(*k).transpose() * weight;
    }
    let size = b.norm() + b_radius;
    let gap = smallest - tau;
    let rounding = 50.0 * height.max(width) as f64 * U * size;
    let residual = (&a * &x - &b).norm();
    let bound = (b_radius + 2.0 * tau * size / gap + rounding) * SLACK;
    match within(residual, bound, b.norm()) {
        Some(true) => {}
        Some(false) => return Ok(Solved::Contradiction { obstruction: Vec::new() }),
        None => return Err(Limit(format!("ill-conditioned: a residual of {residual:e} within a bound of {bound:e}"))),
    }
    let radius = (4.0 * tau * size / (gap * gap) + b_radius / gap + gamma(width) * x.norm()) * SLACK;
    let unit = (2.0 * tau / gap + gamma(width)) * SLACK;
    let kernel = (0..vt.nrows()).filter(|k| all && !kept.contains(k)).map(|k| vt.row(k).transpose());
    let directions = kernel.map(|d| balls(d.as_slice(), unit, &system.shapes)).collect();
    Ok(Solved::Solutions { particular: balls(x.as_slice(), radius, &system.shapes), directions })
}

/// A vector of scalars as matrices of the given shapes, each within the radius.
fn balls(x: &[f64], radius: f64, shapes: &[(usize, usize)]) -> Vec<Ball> {
    let (offsets, _) = offsets(shapes);
    let one = |((rows, cols), offset): (&(usize, usize), usize)| Ball {
        centre: DMatrix::from_fn(*rows, *cols, |i, j| x[offset + i * cols + j]),
        radius,
    };
    shapes.iter().zip(offsets).map(one).collect()
}

/// Gram-Schmidt on (matrix, 1), normalised; what is left of a dependent one is rounding.
fn affinely_independent(candidates: &[Ball], kept: usize) -> Vec<usize> {
    const DEPENDENT: f64 = 1e-9;
    let mut basis: Vec<DMatrix<f64>> = Vec::new();
    let mut chosen = Vec::new();
    for (index, ball) in candidates.iter().enumerate() {
        let cells = ball.centre.len();
        let mut v = DMatrix::from_fn(cells + 1, 1, |i, _| if i < cells { ball.centre[i] } else { 1.0 });
        v /= v.norm();
        for _ in 0..2 {
            for b in &basis {
                let along = b.dot(&v);
                v -= b * along;
            }
        }
        let left = v.norm();
        if left > DEPENDENT || index < kept {
            chosen.push(index);
        }
        if left > DEPENDENT {
            basis.push(v / left);
        }
    }
    chosen
}
