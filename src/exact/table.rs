//! Dense rational tables: solutions.

use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::number::Number;
use super::vector::{Rational, SparseVector};
use super::{Error, Integers};

/// A rational table, rows x width, with most rows zero: the solution of a linear system, one row per unknown.
///
/// A row that is not zero is integers over one positive denominator of its own, in lowest terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RationalMatrix {
    rows: usize,
    width: usize,
    /// The rows that are not zero, ascending; `present[k]` has its numerators at `k * width`.
    present: Vec<u32>,
    numerators: Integers,
    denominators: Vec<BigInt>,
}

/// One row of a [`RationalMatrix`]: `width` numerators over one denominator.
#[derive(Clone, Copy, Debug)]
pub struct RationalRow<'a> {
    matrix: &'a RationalMatrix,
    at: usize,
}

impl RationalMatrix {
    /// The zero table, rows x width.
    pub fn zeros(rows: usize, width: usize) -> RationalMatrix {
        let numerators = Integers::Small(Vec::new());
        RationalMatrix { rows, width, present: Vec::new(), numerators, denominators: Vec::new() }
    }

    /// The table with these rows (index, `width` numerators, denominator) and zero elsewhere; indices must ascend.
    ///
    /// Errors: [`ErrorKind::Shape`](super::ErrorKind) for an index out of range or out of order, a row of another width, a zero denominator.
    pub fn from_rows(
        rows: usize,
        width: usize,
        entries: impl IntoIterator<Item = (u32, Vec<BigInt>, BigInt)>,
    ) -> Result<RationalMatrix, Error> {
        let mut matrix = RationalMatrix::zeros(rows, width);
        for (row, numerators, denominator) in entries {
            let ascending = matrix.present.last().is_none_or(|&last| last < row);
            if row as usize >= rows || !ascending || numerators.len() != width || denominator.is_zero() {
                return Err(Error::shape(format!(
                    "row {row} of a rational table is out of place or not of width {width}"
                )));
            }
            matrix.push_row(row, numerators, denominator);
        }
        Ok(matrix)
    }

    /// Adds a row after the last one, brought to lowest terms; nothing for a zero row. Indices must ascend.
    pub(super) fn push_row(&mut self, row: u32, mut numerators: Vec<BigInt>, mut denominator: BigInt) {
        if numerators.iter().all(Zero::is_zero) {
            return;
        }
        let mut divisor = denominator.abs();
        for value in &numerators {
            if divisor.is_one() {
                break;
            }
            divisor = super::reconstruct::gcd(&divisor, value);
        }
        if denominator.is_negative() {
            divisor = -divisor;
        }
        if !divisor.is_one() {
            numerators.iter_mut().for_each(|value| *value /= &divisor);
            denominator /= divisor;
        }
        self.push_reduced(row, numerators, denominator);
    }

    /// The table with these rows over one denominator, not zero, brought to lowest terms. Indices must ascend.
    pub(super) fn over(
        denominator: &BigInt,
        rows: usize,
        width: usize,
        entries: Vec<(u32, Vec<BigInt>)>,
    ) -> RationalMatrix {
        let first = entries.iter().filter_map(|(_, row)| row.iter().find(|value| !value.is_zero()));
        let shared = super::reconstruct::shared_part(denominator, first);
        let mut matrix = RationalMatrix::zeros(rows, width);
        for (at, mut row) in entries.into_iter().filter(|(_, row)| !row.iter().all(Zero::is_zero)) {
            let common =
                row.iter().fold(shared.clone(), |common, value| super::reconstruct::gcd(&common, &(value % &common)));
            if !common.is_one() {
                row.iter_mut().for_each(|value| *value /= &common);
            }
            matrix.push_reduced(at, row, denominator / common);
        }
        matrix
    }

    /// Adds a row after the last one, not zero, in lowest terms over a positive denominator. Indices must ascend.
    pub(super) fn push_reduced<N: Number>(&mut self, row: u32, numerators: Vec<N>, denominator: N) {
        self.present.push(row);
        match (&mut self.numerators, N::words(&numerators)) {
            (Integers::Small(all), Some(words)) => all.extend_from_slice(words),
            (store, _) => store.extend_big(numerators.into_iter().map(N::into_big)),
        }
        self.denominators.push(denominator.into_big());
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The rows that are not zero, indices ascending.
    pub fn nonzero_rows(&self) -> impl ExactSizeIterator<Item = (u32, RationalRow<'_>)> {
        self.present.iter().enumerate().map(|(at, &row)| (row, RationalRow { matrix: self, at }))
    }

    /// Row `row`, if it is not zero.
    pub fn row(&self, row: u32) -> Option<RationalRow<'_>> {
        self.present.binary_search(&row).ok().map(|at| RationalRow { matrix: self, at })
    }

    /// The entry at (`row`, `column`) in lowest terms; zero outside the table.
    pub fn get(&self, row: u32, column: usize) -> Rational {
        self.row(row).map_or_else(Rational::zero, |row| row.get(column))
    }

    /// Column `column` as a vector over the rows.
    pub fn column(&self, column: usize) -> SparseVector {
        let common = self
            .denominators
            .iter()
            .fold(BigInt::one(), |common, denominator| super::reconstruct::lcm(&common, denominator));
        let entry = |row: RationalRow<'_>| row.numerator(column) * (&common / row.denominator());
        let entries = self.nonzero_rows().map(|(index, row)| (index, entry(row))).collect();
        SparseVector::reduced(entries, common)
    }
}

impl<'a> RationalRow<'a> {
    /// The numerator at `column`; zero past the width.
    pub fn numerator(&self, column: usize) -> BigInt {
        if column >= self.matrix.width {
            return BigInt::zero();
        }
        self.matrix.numerators.get(self.at * self.matrix.width + column)
    }

    /// All numerators as machine integers, if every number of the table fits 64 bits.
    pub fn small_numerators(&self) -> Option<&'a [i64]> {
        match &self.matrix.numerators {
            Integers::Small(values) => values.get(self.at * self.matrix.width..(self.at + 1) * self.matrix.width),
            Integers::Big(_) => None,
        }
    }

    /// The common denominator of the row, positive.
    pub fn denominator(&self) -> &'a BigInt {
        &self.matrix.denominators[self.at]
    }

    /// The entry at `column` in lowest terms; zero past the width.
    pub fn get(&self, column: usize) -> Rational {
        if self.denominator().is_one() {
            return Rational::from_integer(self.numerator(column));
        }
        Rational::new(self.numerator(column), self.denominator().clone())
    }

    /// The entry at `column` as the nearest double, infinite when out of range.
    pub fn to_f64(&self, column: usize) -> f64 {
        match self.small_numerators() {
            // A machine integer converts with one rounding, to nearest.
            Some(row) if self.denominator().is_one() => row.get(column).map_or(0.0, |&value| value as f64),
            _ => self.get(column).to_f64().unwrap_or(f64::NAN),
        }
    }
}
