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
//! radius of A plus a generous bound on the solver's own backward error `50 max(m, n) u |A|`, singular values up to tau count as 0 (Weyl), and
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

use super::affine::{Affine, Arithmetic, Definiteness, Equations, Solved, offsets, scalar_index};
use super::matrix::Matrix;
use super::svd::{Singular, singular};
use super::work::{Limit, Work};

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
    type Span = Vec<DMatrix<f64>>;

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

    fn bits(&self) -> u64 {
        0
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

    fn solve(system: &Equations<Ball>, all: bool, work: &Work) -> Result<Solved<Ball>, Limit> {
        let width = offsets(&system.shapes).1 as u64;
        let height: u64 = system.zero.iter().map(|e| e.constant.centre.len() as u64).sum();
        work.spend(width.saturating_mul(height).saturating_mul(1 + width.min(height)))?;
        solve(system, all)
    }

    /// An eigenvalue is off by at most the radius (Weyl) and the solver's own backward error.
    fn definiteness(form: &Ball, work: &Work) -> Result<Definiteness<Ball>, Limit> {
        let n = form.centre.nrows();
        work.spend((n as u64).pow(3))?;
        let error = (form.radius + 50.0 * n as f64 * U * form.centre.norm()) * SLACK;
        let eigen = form.centre.clone().symmetric_eigen();
        let least = eigen.eigenvalues.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
        match least {
            None => Ok(Definiteness::Semidefinite),
            Some((_, value)) if *value > error => Ok(Definiteness::Semidefinite),
            Some((at, value)) if *value < -error => {
                Ok(Definiteness::Negative(Ball::new(DMatrix::from_fn(n, 1, |i, _| eigen.eigenvectors[(i, at)]), 0.0)))
            }
            Some((_, value)) => {
                Err(Limit(format!("ill-conditioned: an eigenvalue {value:e} beside an error of {error:e}")))
            }
        }
    }

    fn span(_: (usize, usize)) -> Vec<DMatrix<f64>> {
        Vec::new()
    }

    fn joins(&self, span: &mut Vec<DMatrix<f64>>, work: &Work) -> Result<bool, Limit> {
        work.spend(2 * (1 + span.len() as u64) * (1 + self.centre.len() as u64))?;
        Ok(joins(&self.centre, span))
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
    let Dense { a, a_radius, b, b_radius } = dense(system);
    let (height, width) = a.shape();
    let scale = a.norm();
    if !(scale.is_finite() && b.norm().is_finite()) {
        return Err(Limit("numbers too large for f64".to_owned()));
    }
    let tau = (a_radius + 50.0 * height.max(width) as f64 * U * scale) * SLACK;
    let mut found = Least { x: DVector::zeros(width), smallest: f64::INFINITY, kernel: Vec::new() };
    for (rows, cols) in components(&a) {
        least_squares(&a, &b, (&rows, &cols), tau, all, &mut found)?;
    }
    let Least { x, smallest, kernel } = found;
    if smallest < GAP * tau {
        return Err(Limit(format!("ill-conditioned: a singular value {smallest:e} beside an error of {tau:e}")));
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
    let directions = kernel.iter().map(|d| balls(d.as_slice(), unit, &system.shapes)).collect();
    Ok(Solved::Solutions { particular: balls(x.as_slice(), radius, &system.shapes), directions })
}

/// The least solution of least squares, the smallest singular value that counts, a basis of the kernel if asked for.
struct Least {
    x: DVector<f64>,
    smallest: f64,
    kernel: Vec<DVector<f64>>,
}

/// Rows and columns of each diagonal block, up to order, of a matrix. Its singular values are those of the blocks, and
/// equations such as `h S = g S` fall apart into one block for each row of h.
fn components(a: &DMatrix<f64>) -> Vec<(Vec<usize>, Vec<usize>)> {
    let (height, width) = a.shape();
    let mut seen = vec![false; height];
    let mut all = Vec::new();
    let mut taken = vec![false; width];
    for col in 0..width {
        if taken[col] {
            continue;
        }
        taken[col] = true;
        let (mut rows, mut cols, mut next) = (Vec::new(), vec![col], 0);
        while let Some(&col) = cols.get(next) {
            next += 1;
            for row in 0..height {
                if a[(row, col)] == 0.0 || seen[row] {
                    continue;
                }
                seen[row] = true;
                rows.push(row);
                for other in 0..width {
                    if a[(row, other)] != 0.0 && !taken[other] {
                        taken[other] = true;
                        cols.push(other);
                    }
                }
            }
        }
        all.push((rows, cols));
    }
    all
}

/// Solves one block, for which singular values up to `tau` count as 0.
fn least_squares(
    a: &DMatrix<f64>,
    b: &DVector<f64>,
    (rows, cols): (&[usize], &[usize]),
    tau: f64,
    all: bool,
    into: &mut Least,
) -> Result<(), Limit> {
    let block = DMatrix::from_fn(rows.len(), cols.len(), |i, j| a[(rows[i], cols[j])]);
    let right = DVector::from_fn(rows.len(), |i, _| b[rows[i]]);
    let Some(Singular { w, v }) = singular(block) else {
        return Err(Limit("the singular values did not converge".to_owned()));
    };
    for k in 0..cols.len() {
        let (value, vector) = (w.column(k).norm(), v.column(k));
        if value > tau {
            into.smallest = into.smallest.min(value);
            let weight = w.column(k).dot(&right) / value / value;
            cols.iter().zip(vector.iter()).for_each(|(col, v)| into.x[*col] += v * weight);
        } else if all {
            let mut direction = DVector::zeros(into.x.len());
            cols.iter().zip(vector.iter()).for_each(|(col, v)| direction[*col] = *v);
            into.kernel.push(direction);
        }
    }
    Ok(())
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
fn joins(matrix: &DMatrix<f64>, span: &mut Vec<DMatrix<f64>>) -> bool {
    const DEPENDENT: f64 = 1e-9;
    let cells = matrix.len();
    let mut v = DMatrix::from_fn(cells + 1, 1, |i, _| if i < cells { matrix[i] } else { 1.0 });
    v /= v.norm();
    for _ in 0..2 {
        for b in span.iter() {
            let along = b.dot(&v);
            v -= b * along;
        }
    }
    let left = v.norm();
    // A norm that is no number joins nothing, and what depends on it is compared and found undecided.
    if left > DEPENDENT {
        span.push(v / left);
    }
    left > DEPENDENT
}
