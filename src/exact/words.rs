//! Long integers as words of 24 bits held in doubles, to multiply many of them by short ones.
//!
//! A word times a coefficient, summed over a row, stays below 2^53 for all but outlandish coefficients: then a row of a
//! product is as many vector operations as the row has entries, exact and without a carry until the end.

use num_bigint::{BigInt, Sign};
use num_traits::{One, Zero};

use super::reconstruct::lcm;
use super::residue::{Wide, subtract_multiple, widest};
use super::table::RationalMatrix;

const BITS: usize = 24;
const BASE: f64 = 16_777_216.0;

/// Coefficients and right-hand sides of a row may add up to less than this: the sums then stay below 2^53.
const MOST: u64 = 1 << 28;

/// A common denominator may be that many times as long as the longest one.
const LENGTHENING: u64 = 2;

/// A rational table as integers over one denominator.
pub(super) struct Words {
    /// How many words each integer has.
    length: usize,
    denominator: Vec<f64>,
    /// For each row of the table where it starts below, if it is not zero: its integers, one after the other.
    starts: Vec<Option<usize>>,
    all: Vec<f64>,
}

impl Words {
    /// The table, or `None` where the common denominator would be out of proportion.
    pub(super) fn new(x: &RationalMatrix) -> Option<Words> {
        let longest = x.nonzero_rows().map(|(_, row)| row.denominator().bits()).max()?;
        let mut common = BigInt::one();
        for (_, row) in x.nonzero_rows() {
            common = lcm(&common, row.denominator());
            if common.bits() > longest.saturating_mul(LENGTHENING) + 64 {
                return None;
            }
        }
        let mut integers = Vec::new();
        let mut starts = vec![None; x.rows()];
        let mut quotient = (BigInt::zero(), BigInt::zero());
        for (at, row) in x.nonzero_rows() {
            starts[at as usize] = Some(integers.len());
            if quotient.0 != *row.denominator() {
                quotient = (row.denominator().clone(), &common / row.denominator());
            }
            integers.extend((0..x.width()).map(|column| row.numerator(column) * &quotient.1));
        }
        let bits = integers.iter().chain([&common]).map(BigInt::bits).max()? as usize;
        // The last word takes the carries of a sum, whose bits are few more.
        let length = bits.div_ceil(BITS);
        let all = integers.iter().flat_map(|value| split(value, length)).collect();
        let starts = starts.into_iter().map(|start| start.map(|start| start * length)).collect();
        Some(Words { length, denominator: split(&common, length), starts, all })
    }

    /// Whether the row times the table is `wanted`; `None` where the coefficients are too large to tell.
    pub(super) fn row_agrees(&self, row: impl Iterator<Item = (u32, i64)> + Clone, wanted: &[i64]) -> Option<bool> {
        let sum = |sum: u64, value: i64| sum.saturating_add(value.unsigned_abs());
        let coefficients = row.clone().map(|(_, value)| value).fold(0, sum);
        if wanted.iter().copied().map(i64::unsigned_abs).max().unwrap_or(0).saturating_add(coefficients) >= MOST {
            return None;
        }
        let mut sums = vec![0.0; self.length * wanted.len()];
        widest(SubtractProduct { words: self, sums: &mut sums, row });
        let mut columns = sums.chunks_exact_mut(self.length).zip(wanted);
        Some(columns.all(|(sums, &value)| {
            subtract_multiple(sums, -value as f64, &self.denominator);
            is_zero(sums)
        }))
    }
}

/// Subtracts the row times the table from the sums.
struct SubtractProduct<'a, 'b, R> {
    words: &'a Words,
    sums: &'b mut [f64],
    row: R,
}

impl<R: Iterator<Item = (u32, i64)>> Wide for SubtractProduct<'_, '_, R> {
    #[inline(always)]
    fn run(self) {
        let SubtractProduct { words, sums, row } = self;
        for (column, value) in row {
            if let Some(start) = words.starts[column as usize] {
                subtract_multiple(sums, value as f64, &words.all[start..start + sums.len()]);
            }
        }
    }
}

/// Whether the number with these words, which may have any sign and up to 53 bits, is zero.
fn is_zero(words: &[f64]) -> bool {
    let mut carry = 0.0;
    for word in words {
        carry = (word + carry) / BASE;
        if carry != (carry as i64) as f64 {
            return false;
        }
    }
    carry == 0.0
}

/// The words of a number, all with its sign, the lowest first.
fn split(value: &BigInt, length: usize) -> Vec<f64> {
    let sign = if value.sign() == Sign::Minus { -1.0 } else { 1.0 };
    let bytes = value.magnitude().to_bytes_le();
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0.0, |word, &byte| word * 256.0 + f64::from(byte)) * sign;
    let mut words: Vec<f64> = bytes.chunks(BITS / 8).map(word).collect();
    words.resize(length, 0.0);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_agrees_exactly_with_its_product(
            rows in proptest::collection::vec((-(1i128 << 100)..1 << 100, 1i64..50), 1..9),
            coefficients in proptest::collection::vec(-1_000_000i64..1_000_000, 9),
            off in -1i64..=1,
        ) {
            let entries = rows.iter().enumerate().map(|(at, &(n, d))| (at as u32, vec![BigInt::from(n)], BigInt::from(d)));
            let x = RationalMatrix::from_rows(rows.len(), 1, entries).unwrap();
            let row = || coefficients.iter().take(rows.len()).enumerate().map(|(at, &value)| (at as u32, value));
            let exact: crate::Rational =
                row().map(|(at, value)| x.get(at, 0) * BigInt::from(value)).sum();
            // One more unknown makes the sum an integer of any choice.
            let last = rows.len() as u32;
            let rest = (crate::Rational::from_integer(5.into()) - exact) / BigInt::from(7);
            let entries = x.nonzero_rows().map(|(at, row)| (at, vec![row.numerator(0)], row.denominator().clone()));
            let entries = entries.chain([(last, vec![rest.numer().clone()], rest.denom().clone())]).collect::<Vec<_>>();
            let words = Words::new(&RationalMatrix::from_rows(rows.len() + 1, 1, entries).unwrap()).unwrap();
            prop_assert_eq!(words.row_agrees(row().chain([(last, 7)]), &[5 + off]), Some(off == 0));
            prop_assert_eq!(words.row_agrees([(last, 1i64 << 30)].into_iter(), &[0]), None);
        }
    }
}
