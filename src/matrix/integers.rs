//! Integers of any size, and tables of them: right-hand sides.

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use super::Error;

/// Integers of any size; machine integers as long as all of them fit, which is nearly always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Integers {
    /// All fit 64 bits.
    Small(Vec<i64>),
    /// Not all do.
    Big(Vec<BigInt>),
}

impl Integers {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Integers::Small(values) => values.len(),
            Integers::Big(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The integer at `at`. Panics past the end: a number that is not there is not 0.
    pub fn get(&self, at: usize) -> BigInt {
        match self {
            Integers::Small(values) => values[at].into(),
            Integers::Big(values) => values[at].clone(),
        }
    }

    /// Adds values at the end; the first that does not fit makes the whole store big.
    pub fn extend_big(&mut self, values: impl IntoIterator<Item = BigInt>) {
        for value in values {
            match (&mut *self, value.to_i64()) {
                (Integers::Small(all), Some(small)) => all.push(small),
                (Integers::Big(all), _) => all.push(value),
                (Integers::Small(all), None) => {
                    let mut big: Vec<BigInt> = all.iter().map(|&small| small.into()).collect();
                    big.push(value);
                    *self = Integers::Big(big);
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
    integers: Integers,
}

impl RightHandSide {
    /// The zero table, rows x width.
    pub fn zeros(rows: usize, width: usize) -> RightHandSide {
        RightHandSide { rows, width, integers: Integers::Small(vec![0; rows * width]) }
    }

    /// The table with these entries, row by row.
    ///
    /// Errors: [`ErrorKind::Shape`](crate::ErrorKind::Shape) when there are not rows x width of them.
    pub fn from_i64(rows: usize, width: usize, values: Vec<i64>) -> Result<RightHandSide, Error> {
        RightHandSide { rows, width, integers: Integers::Small(values) }.checked()
    }

    /// The table with these entries, row by row.
    ///
    /// Errors: [`ErrorKind::Shape`](crate::ErrorKind::Shape) when there are not rows x width of them.
    pub fn from_big(rows: usize, width: usize, values: Vec<BigInt>) -> Result<RightHandSide, Error> {
        let mut integers = Integers::Small(Vec::new());
        integers.extend_big(values);
        RightHandSide { rows, width, integers }.checked()
    }

    fn checked(self) -> Result<RightHandSide, Error> {
        match self.rows.checked_mul(self.width) {
            Some(size) if size == self.integers.len() => Ok(self),
            _ => {
                Err(Error::shape(format!("{} entries for a {} x {} table", self.integers.len(), self.rows, self.width)))
            }
        }
    }

    /// The tables one below the other; all have the same width.
    ///
    /// Errors: [`ErrorKind::Shape`](crate::ErrorKind::Shape) when they do not, or when there is none.
    pub fn vstack(parts: &[&RightHandSide]) -> Result<RightHandSide, Error> {
        let Some(first) = parts.first() else {
            return Err(Error::shape("no right-hand side to stack"));
        };
        let mut whole = RightHandSide::zeros(0, first.width);
        for part in parts {
            if part.width != first.width {
                return Err(Error::shape(format!("width {} stacked under width {}", part.width, first.width)));
            }
            match (&mut whole.integers, &part.integers) {
                (Integers::Small(all), Integers::Small(more)) => all.extend_from_slice(more),
                (store, Integers::Small(more)) => store.extend_big(more.iter().map(|&value| value.into())),
                (store, Integers::Big(more)) => store.extend_big(more.iter().cloned()),
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
        if column < self.width { self.integers.get(row * self.width + column) } else { BigInt::zero() }
    }

    /// Whether row `row` is zero.
    pub fn row_is_zero(&self, row: usize) -> bool {
        let range = row * self.width..(row + 1) * self.width;
        match &self.integers {
            Integers::Small(values) => values.get(range).is_none_or(|row| row.iter().all(|&value| value == 0)),
            Integers::Big(values) => values.get(range).is_none_or(|row| row.iter().all(Zero::is_zero)),
        }
    }

    /// Row `row` as machine integers, if all entries of the table fit 64 bits.
    pub fn small_row(&self, row: usize) -> Option<&[i64]> {
        match &self.integers {
            Integers::Small(values) => values.get(row * self.width..(row + 1) * self.width),
            Integers::Big(_) => None,
        }
    }

    /// All entries, row by row.
    pub fn integers(&self) -> &Integers {
        &self.integers
    }
}
