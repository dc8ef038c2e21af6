//! Small dense matrices of exact rationals: the values that a statement's maps take.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// A dense matrix of rationals, `rows` x `cols`, as integers over one common denominator.
///
/// The denominator is positive and shares no factor with all the entries at once, so that equal matrices
/// are equal field by field. One denominator a matrix makes a product integer arithmetic and one
/// greatest common divisor at the end.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Matrix {
    rows: usize,
    cols: usize,
    /// Row by row.
    numerators: Vec<BigInt>,
    denominator: BigInt,
}

impl Matrix {
    /// The zero matrix, `rows` x `cols`; either may be 0.
    pub fn zeros(rows: usize, cols: usize) -> Matrix {
        Matrix { rows, cols, numerators: vec![BigInt::zero(); rows * cols], denominator: BigInt::one() }
    }

    /// The identity, `n` x `n`.
    pub fn identity(n: usize) -> Matrix {
        Matrix::from_integers(n, n, |i, j| i64::from(i == j))
    }

    /// The matrix with the given integers, by row and column.
    pub fn from_integers(rows: usize, cols: usize, mut entry: impl FnMut(usize, usize) -> i64) -> Matrix {
        let cells = (0..rows).flat_map(|i| (0..cols).map(move |j| (i, j)));
        let numerators = cells.map(|(i, j)| BigInt::from(entry(i, j))).collect();
        Matrix { rows, cols, numerators, denominator: BigInt::one() }
    }

    /// The matrix with the given rationals, by row and column.
    pub fn from_rationals(rows: usize, cols: usize, entry: impl FnMut(usize, usize) -> BigRational) -> Matrix {
        let mut entry = entry;
        let cells = (0..rows).flat_map(|i| (0..cols).map(move |j| (i, j)));
        let values: Vec<BigRational> = cells.map(|(i, j)| entry(i, j)).collect();
        let denominator = values.iter().fold(BigInt::one(), |common, v| common.lcm(v.denom()));
        let numerators = values.iter().map(|v| v.numer() * (&denominator / v.denom())).collect();
        Matrix { rows, cols, numerators, denominator }
    }

    /// Numerators over a denominator other than 0, brought to lowest terms.
    fn reduced(rows: usize, cols: usize, mut numerators: Vec<BigInt>, mut denominator: BigInt) -> Matrix {
        if !denominator.is_one() {
            let mut common = denominator.abs();
            for n in &numerators {
                if common.is_one() {
                    break;
                }
                common = common.gcd(n);
            }
            if denominator.is_negative() {
                common = -common;
            }
            if !common.is_one() {
                numerators.iter_mut().for_each(|n| *n /= &common);
                denominator /= &common;
            }
        }
        Matrix { rows, cols, numerators, denominator }
    }

    /// Number of rows: the dimension of the codomain.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns: the dimension of the domain.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The entry in `row` and `col` (from 0). Outside the matrix: 0.
    pub fn get(&self, row: usize, col: usize) -> BigRational {
        match self.numerator(row, col) {
            Some(n) => BigRational::new(n.clone(), self.denominator.clone()),
            None => BigRational::zero(),
        }
    }

    fn numerator(&self, row: usize, col: usize) -> Option<&BigInt> {
        if row < self.rows && col < self.cols { self.numerators.get(row * self.cols + col) } else { None }
    }

    /// Numerators row by row; each entry is its numerator over [`Matrix::denominator`].
    pub fn numerators(&self) -> &[BigInt] {
        &self.numerators
    }

    /// The common denominator of all entries, positive.
    pub fn denominator(&self) -> &BigInt {
        &self.denominator
    }

    /// Whether every entry is 0 (so also where there is no entry).
    pub fn is_zero(&self) -> bool {
        self.numerators.iter().all(Zero::is_zero)
    }

    /// The sum. `None` where the shapes differ.
    pub fn plus(&self, other: &Matrix) -> Option<Matrix> {
        if (self.rows, self.cols) != (other.rows, other.cols) {
            return None;
        }
        let pairs = self.numerators.iter().zip(&other.numerators);
        if self.denominator == other.denominator {
            let sum = pairs.map(|(a, b)| a + b).collect();
            return Some(Matrix::reduced(self.rows, self.cols, sum, self.denominator.clone()));
        }
        let sum = pairs.map(|(a, b)| a * &other.denominator + b * &self.denominator).collect();
        Some(Matrix::reduced(self.rows, self.cols, sum, &self.denominator * &other.denominator))
    }

    /// The difference. `None` where the shapes differ.
    pub fn minus(&self, other: &Matrix) -> Option<Matrix> {
        self.plus(&other.scaled(&-BigRational::one()))
    }

    /// The product, `self` after `other`. `None` where the inner dimensions differ.
    pub fn times(&self, other: &Matrix) -> Option<Matrix> {
        if self.cols != other.rows {
            return None;
        }
        let mut product = vec![BigInt::zero(); self.rows * other.cols];
        for i in 0..self.rows {
            let row = &mut product[i * other.cols..(i + 1) * other.cols];
            for (k, a) in self.numerators[i * self.cols..(i + 1) * self.cols].iter().enumerate() {
                if a.is_zero() {
                    continue;
                }
                let others = &other.numerators[k * other.cols..(k + 1) * other.cols];
                for (sum, b) in row.iter_mut().zip(others).filter(|(_, b)| !b.is_zero()) {
                    *sum += a * b;
                }
            }
        }
        Some(Matrix::reduced(self.rows, other.cols, product, &self.denominator * &other.denominator))
    }

    /// The matrix times a number.
    pub fn scaled(&self, factor: &BigRational) -> Matrix {
        let numerators = self.numerators.iter().map(|n| n * factor.numer()).collect();
        Matrix::reduced(self.rows, self.cols, numerators, &self.denominator * factor.denom())
    }

    /// The transpose.
    pub fn transposed(&self) -> Matrix {
        let cells = (0..self.cols).flat_map(|j| (0..self.rows).map(move |i| i * self.cols + j));
        let numerators = cells.map(|at| self.numerators[at].clone()).collect();
        Matrix { rows: self.cols, cols: self.rows, numerators, denominator: self.denominator.clone() }
    }

    /// The matrix with one entry changed; itself where the place is outside.
    pub fn with(&self, row: usize, col: usize, value: BigRational) -> Matrix {
        Matrix::from_rationals(
            self.rows,
            self.cols,
            |i, j| {
                if (i, j) == (row, col) { value.clone() } else { self.get(i, j) }
            },
        )
    }

    /// The matrix without some rows and columns.
    pub fn without(&self, rows: &[usize], cols: &[usize]) -> Matrix {
        let kept = |n: usize, gone: &[usize]| (0..n).filter(|i| !gone.contains(i)).collect::<Vec<_>>();
        let (rows, cols) = (kept(self.rows, rows), kept(self.cols, cols));
        Matrix::from_rationals(rows.len(), cols.len(), |i, j| self.get(rows[i], cols[j]))
    }
}

impl std::fmt::Debug for Matrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}[", self.rows, self.cols)?;
        for i in 0..self.rows {
            let row: Vec<String> = (0..self.cols).map(|j| self.get(i, j).to_string()).collect();
            write!(f, "{}{}", if i == 0 { "" } else { "; " }, row.join(" "))?;
        }
        f.write_str("]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn q(n: i64, d: i64) -> BigRational {
        BigRational::new(n.into(), d.into())
    }

    #[test]
    fn arithmetic_is_exact_and_in_lowest_terms() {
        let a = Matrix::from_rationals(2, 3, |i, j| q(i as i64 + 1, j as i64 + 1));
        let b = Matrix::from_rationals(3, 2, |i, j| q(i as i64 - 1, 2 * j as i64 + 3));
        let product = a.times(&b).unwrap();
        for i in 0..2 {
            for j in 0..2 {
                let sum: BigRational = (0..3).map(|k| a.get(i, k) * b.get(k, j)).sum();
                assert_eq!(product.get(i, j), sum);
            }
        }
        assert_eq!(a.minus(&a), Some(Matrix::zeros(2, 3)));
        assert_eq!(a.scaled(&q(-6, 1)).scaled(&q(-1, 6)), a);
        assert_eq!(a.scaled(&q(0, 1)), Matrix::zeros(2, 3));
        assert_eq!(a.transposed().transposed(), a);
        assert_eq!(a.times(&b).unwrap().transposed(), b.transposed().times(&a.transposed()).unwrap());
    }

    #[test]
    fn shapes_are_checked_and_may_be_empty() {
        let (thin, flat) = (Matrix::zeros(3, 0), Matrix::zeros(0, 2));
        assert_eq!(thin.times(&flat), Some(Matrix::zeros(3, 2)));
        assert_eq!(flat.times(&thin), None);
        assert_eq!(flat.plus(&thin), None);
        assert_eq!(flat.transposed(), Matrix::zeros(2, 0));
        assert_eq!(thin.get(5, 5), q(0, 1));
        assert_eq!(Matrix::identity(3).without(&[1], &[0, 2]), Matrix::zeros(2, 1));
    }
}
