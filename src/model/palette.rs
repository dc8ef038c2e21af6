//! Random matrices that are small and varied: the degenerate ones come up as often as the generic ones.

use num_rational::BigRational;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::matrix::Matrix;

/// What kind of matrices are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Entries -1, 0, 1, most of them 0: for counterexamples that a person can read.
    Tiny,
    /// Hardly any zero, so that the rank is as large as it can be.
    Generic,
    /// Anything: zero, of low rank, sparse, with denominators, generic.
    Wild,
}

fn entry(rng: &mut ChaCha8Rng, style: Style) -> i64 {
    match style {
        Style::Tiny if rng.random_ratio(1, 2) => 0,
        Style::Tiny => rng.random_range(-1..=1),
        Style::Generic => rng.random_range(-3..=3),
        Style::Wild => rng.random_range(-2..=2),
    }
}

/// A number for an unknown that may be chosen at will.
pub(super) fn number(rng: &mut ChaCha8Rng, style: Style) -> BigRational {
    let numerator = entry(rng, style);
    let denominator = if style == Style::Wild && rng.random_ratio(1, 12) { rng.random_range(2..=3) } else { 1 };
    BigRational::new(numerator.into(), denominator.into())
}

fn dense(rng: &mut ChaCha8Rng, rows: usize, cols: usize, style: Style) -> Matrix {
    Matrix::from_integers(rows, cols, |_, _| entry(rng, style))
}

/// Ones along the diagonal, rectangular too.
fn diagonal(rows: usize, cols: usize) -> Matrix {
    Matrix::from_integers(rows, cols, |i, j| i64::from(i == j))
}

/// A random matrix of any shape.
pub(super) fn rectangular(rng: &mut ChaCha8Rng, rows: usize, cols: usize, style: Style) -> Matrix {
    let kind = match style {
        Style::Generic => 9,
        _ => rng.random_range(0..10),
    };
    match (style, kind) {
        (_, 0) => Matrix::zeros(rows, cols),
        (_, 1) => diagonal(rows, cols),
        (Style::Tiny, _) => dense(rng, rows, cols, style),
        (_, 2 | 3) => {
            let rank = rng.random_range(0..=rows.min(cols));
            let (left, right) = (dense(rng, rows, rank, style), dense(rng, rank, cols, style));
            left.times(&right).unwrap_or_else(|| Matrix::zeros(rows, cols))
        }
        // One 1 a column: the map of a function between finite sets.
        (_, 4) => {
            let image: Vec<usize> = (0..cols).map(|_| rng.random_range(0..rows.max(1))).collect();
            Matrix::from_integers(rows, cols, |i, j| i64::from(image[j] == i))
        }
        (_, 5) => Matrix::from_rationals(rows, cols, |_, _| number(rng, style)),
        (_, 6 | 7) => dense(rng, rows, cols, Style::Tiny),
        _ => dense(rng, rows, cols, Style::Generic),
    }
}

/// A random square matrix that often satisfies an equation of its own: a projection, an involution, a nilpotent matrix, a
/// permutation, the identity, 0, in a random basis; or an orthogonal projection or reflection.
pub(super) fn square(rng: &mut ChaCha8Rng, n: usize, style: Style) -> Matrix {
    let core = match rng.random_range(0..10) {
        8 | 9 => return orthogonal(rng, n),
        0 | 1 => Matrix::from_integers(n, n, |i, j| if i == j { 1 - 2 * rng.random_range(0..=1) } else { 0 }),
        2 | 3 => {
            // Strictly triangular within blocks, so that small powers vanish too.
            let block = rng.random_range(1..=n.max(1));
            Matrix::from_integers(n, n, |i, j| if i < j && i / block == j / block { entry(rng, style) } else { 0 })
        }
        4 => Matrix::from_integers(n, n, |i, j| if i == j { rng.random_range(0..=1) } else { 0 }),
        5 => {
            let shift = rng.random_range(0..n.max(1));
            return Matrix::from_integers(n, n, |i, j| i64::from((j + shift) % n == i));
        }
        6 => return rectangular(rng, n, n, style),
        _ => diagonal(n, n),
    };
    in_random_basis(rng, core)
}

/// The projection onto a line, or off it, or the reflection in it; the line is through small whole numbers.
fn orthogonal(rng: &mut ChaCha8Rng, n: usize) -> Matrix {
    let line = Matrix::from_integers(n, 1, |_, _| rng.random_range(-1..=1));
    let square: BigRational = (0..n).map(|i| line.get(i, 0) * line.get(i, 0)).sum();
    if square == BigRational::default() {
        return Matrix::identity(n);
    }
    let projection = line.times(&line.transposed()).map(|m| m.scaled(&square.recip()));
    let (weight, whole) = [(1, 0), (-1, 1), (-2, 1)][rng.random_range(0..3)];
    let scaled = projection.map(|m| m.scaled(&BigRational::from_integer(weight.into())));
    let rest = Matrix::from_integers(n, n, |i, j| if i == j { whole } else { 0 });
    scaled.and_then(|m| m.plus(&rest)).unwrap_or(rest)
}

/// P M P^-1, for a product P of a few elementary matrices.
fn in_random_basis(rng: &mut ChaCha8Rng, mut matrix: Matrix) -> Matrix {
    let n = matrix.rows();
    for _ in 0..rng.random_range(0..=n) {
        let (i, j, by) = (rng.random_range(0..n), rng.random_range(0..n), rng.random_range(-1..=1));
        if i != j {
            let elementary =
                |by: i64| Matrix::from_integers(n, n, |a, b| i64::from(a == b) + if (a, b) == (i, j) { by } else { 0 });
            let moved = elementary(by).times(&matrix).and_then(|m| m.times(&elementary(-by)));
            matrix = moved.unwrap_or(matrix);
        }
    }
    matrix
}
