//! Dense integer and rational tables: right-hand sides and solutions.

use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::Rational;
use super::number::Number;
use super::sparse::shape;
use super::vector::SparseVector;
use crate::report::Diagnostic;

/// Integers of any size; machine integers as long as all of them fit, which is nearly always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Store {
    Small(Vec<i64>),
    Big(Vec<BigInt>),
}

impl Store {
    fn len(&self) -> usize {
        match self {
            Store::Small(values) => values.len(),
            Store::Big(values) => values.len(),
        }
    }

    fn get(&self, at: usize) -> BigInt {
        match self {
            Store::Small(values) => values.get(at).copied().unwrap_or(0).into(),
            Store::Big(values) => values.get(at).cloned().unwrap_or_default(),
        }
    }

    fn load<N: Number>(&self, at: usize) -> Option<N> {
        match self {
            Store::Small(values) => Some(N::from_i64(*values.get(at)?)),
            Store::Big(values) => N::from_big(values.get(at)?),
        }
    }

    /// Adds values at the end; the first that does not fit makes the whole store big.
    pub(super) fn extend_big(&mut self, values: impl IntoIterator<Item = BigInt>) {
        for value in values {
            match (&mut *self, value.to_i64()) {
                (Store::Small(all), Some(small)) => all.push(small),
                (Store::Big(all), _) => all.push(value),
                (Store::Small(all), None) => {
                    let mut big: Vec<BigInt> = all.iter().map(|&small| small.into()).collect();
                    big.push(value);
                    *self = Store::Big(big);
                }
            }
        }
    }
}

/// The right-hand sides of a linear system `M X = B`: rows x width integers, one row per row of `M`.
///
/// Rational right-hand sides are brought here by clearing their denominators: scaling a column of `B` by a number
/// scales that column of `X`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RightHandSide {
    rows: usize,
    width: usize,
    store: Store,
}

impl RightHandSide {
    /// The zero table, rows x width.
    pub fn zeros(rows: usize, width: usize) -> RightHandSide {
        RightHandSide { rows, width, store: Store::Small(vec![0; rows * width]) }
    }

    /// The table with these entries, row by row.
    ///
    /// Errors: `exact-shape` when there are not rows x width of them.
    pub fn from_i64(rows: usize, width: usize, values: Vec<i64>) -> Result<RightHandSide, Diagnostic> {
        RightHandSide { rows, width, store: Store::Small(values) }.checked()
    }

    /// The table with these entries, row by row.
    ///
    /// Errors: `exact-shape` when there are not rows x width of them.
    pub fn from_big(rows: usize, width: usize, values: Vec<BigInt>) -> Result<RightHandSide, Diagnostic> {
        let mut store = Store::Small(Vec::new());
        store.extend_big(values);
        RightHandSide { rows, width, store }.checked()
    }

    fn checked(self) -> Result<RightHandSide, Diagnostic> {
        match self.rows.checked_mul(self.width) {
            Some(size) if size == self.store.len() => Ok(self),
            _ => Err(shape(format!("{} entries for a {} x {} table", self.store.len(), self.rows, self.width))),
        }
    }

    /// The tables one below the other; all have the same width.
    ///
    /// Errors: `exact-shape` when they do not, or when there is none.
    pub fn vstack(parts: &[&RightHandSide]) -> Result<RightHandSide, Diagnostic> {
        let Some(first) = parts.first() else {
            return Err(shape("no right-hand side to stack".to_owned()));
        };
        let mut whole = RightHandSide::zeros(0, first.width);
        for part in parts {
            if part.width != first.width {
                return Err(shape(format!("width {} stacked under width {}", part.width, first.width)));
            }
            match (&mut whole.store, &part.store) {
                (Store::Small(all), Store::Small(more)) => all.extend_from_slice(more),
                (store, Store::Small(more)) => store.extend_big(more.iter().map(|&value| value.into())),
                (store, Store::Big(more)) => store.extend_big(more.iter().cloned()),
            }
            whole.rows += part.rows;
        }
        Ok(whole)
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of right-hand sides.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The entry at (`row`, `column`); zero outside the table.
    pub fn get(&self, row: usize, column: usize) -> BigInt {
        if column < self.width { self.store.get(row * self.width + column) } else { BigInt::zero() }
    }

    /// Whether row `row` is zero.
    pub fn row_is_zero(&self, row: usize) -> bool {
        let range = row * self.width..(row + 1) * self.width;
        match &self.store {
            Store::Small(values) => values.get(range).is_none_or(|row| row.iter().all(|&value| value == 0)),
            Store::Big(values) => values.get(range).is_none_or(|row| row.iter().all(Zero::is_zero)),
        }
    }

    /// Row `row` as machine integers, if all entries of the table fit 64 bits.
    pub fn small_row(&self, row: usize) -> Option<&[i64]> {
        match &self.store {
            Store::Small(values) => values.get(row * self.width..(row + 1) * self.width),
            Store::Big(_) => None,
        }
    }

    pub(super) fn load<N: Number>(&self, row: usize, column: usize) -> Option<N> {
        self.store.load(row * self.width + column)
    }
}

/// A rational table, rows x width, with most rows zero: the solution of a linear system, one row per unknown.
///
/// A row that is not zero is integers over one positive denominator of its own, in lowest terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RationalMatrix {
    rows: usize,
    width: usize,
    /// The rows that are not zero, ascending; `present[k]` has its numerators at `k * width`.
    present: Vec<u32>,
    numerators: Store,
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
        let numerators = Store::Small(Vec::new());
        RationalMatrix { rows, width, present: Vec::new(), numerators, denominators: Vec::new() }
    }

    /// The table with these rows (index, `width` numerators, denominator) and zero elsewhere; indices must ascend.
    ///
    /// Errors: `exact-shape` for an index out of range or out of order, a row of another width, a zero denominator.
    pub fn from_rows(
        rows: usize,
        width: usize,
        entries: impl IntoIterator<Item = (u32, Vec<BigInt>, BigInt)>,
    ) -> Result<RationalMatrix, Diagnostic> {
        let mut matrix = RationalMatrix::zeros(rows, width);
        for (row, numerators, denominator) in entries {
            let ascending = matrix.present.last().is_none_or(|&last| last < row);
            if row as usize >= rows || !ascending || numerators.len() != width || denominator.is_zero() {
                return Err(shape(format!("row {row} of a rational table is out of place or not of width {width}")));
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
            (Store::Small(all), Some(words)) => all.extend_from_slice(words),
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
            Store::Small(values) => values.get(self.at * self.matrix.width..(self.at + 1) * self.matrix.width),
            Store::Big(_) => None,
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
