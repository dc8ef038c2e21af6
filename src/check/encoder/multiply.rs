//! Exact multiplication for the verifier: integers over one denominator, machine words while they last.
//!
//! Nothing here is shared with the elimination that builds certificates.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};

use crate::certificate::Exact;
use crate::matrix::SparseMatrix;
use crate::report::{Code, Diagnostic};

/// The integers that a product is formed in; `None` is an overflow, after which the product is formed again in big integers.
pub trait Ring: Clone + Integer {
    fn from_big(value: &BigInt) -> Option<Self>;
    fn from_i64(value: i64) -> Self;
    /// `self += a * b`.
    fn add_product(&mut self, a: &Self, b: &Self) -> Option<()>;
    fn into_big(self) -> BigInt;

    /// `a * b`.
    fn product(a: &Self, b: &Self) -> Option<Self> {
        let mut product = Self::zero();
        product.add_product(a, b)?;
        Some(product)
    }
}

impl Ring for i64 {
    fn from_big(value: &BigInt) -> Option<i64> {
        value.to_i64()
    }
    fn from_i64(value: i64) -> i64 {
        value
    }
    fn add_product(&mut self, a: &i64, b: &i64) -> Option<()> {
        *self = self.checked_add(a.checked_mul(*b)?)?;
        Some(())
    }
    fn into_big(self) -> BigInt {
        self.into()
    }
}

impl Ring for i128 {
    fn from_big(value: &BigInt) -> Option<i128> {
        value.to_i128()
    }
    fn from_i64(value: i64) -> i128 {
        value.into()
    }
    fn add_product(&mut self, a: &i128, b: &i128) -> Option<()> {
        *self = self.checked_add(a.checked_mul(*b)?)?;
        Some(())
    }
    fn into_big(self) -> BigInt {
        self.into()
    }
}

impl Ring for BigInt {
    fn from_big(value: &BigInt) -> Option<BigInt> {
        Some(value.clone())
    }
    fn from_i64(value: i64) -> BigInt {
        value.into()
    }
    fn add_product(&mut self, a: &BigInt, b: &BigInt) -> Option<()> {
        *self += a * b;
        Some(())
    }
    fn into_big(self) -> BigInt {
        self
    }
}

/// The values as integers over their least common denominator, which comes second; `None` when one does not fit N.
pub fn clear_denominators<'a, N: Ring>(values: impl Iterator<Item = &'a BigRational> + Clone) -> Option<(Vec<N>, N)> {
    let mut common = N::one();
    for value in values.clone().filter(|value| !value.is_integer()) {
        let denominator = N::from_big(value.denom())?;
        if !common.is_multiple_of(&denominator) {
            let common_part = common.gcd(&denominator);
            common = N::product(&common, &(denominator / common_part))?;
        }
    }
    let integer = |value: &BigRational| {
        let numerator = N::from_big(value.numer())?;
        if value.is_integer() {
            return N::product(&numerator, &common);
        }
        N::product(&numerator, &(common.clone() / N::from_big(value.denom())?))
    };
    let integers = values.map(integer).collect::<Option<Vec<N>>>()?;
    Some((integers, common))
}

/// A product that neither machine words nor big integers could form.
pub fn overflow() -> Diagnostic {
    Diagnostic::new(Code::Arithmetic, "a product could not be formed")
}

/// An index and the value that stands there.
pub type Entry<'a> = (u32, &'a BigRational);

/// Forms combinations of the rows of one matrix, again and again.
pub struct Combiner<'a> {
    matrix: &'a SparseMatrix,
    small: Scratch<i128>,
    big: Scratch<BigInt>,
}

impl<'a> Combiner<'a> {
    pub fn new(matrix: &'a SparseMatrix) -> Combiner<'a> {
        Combiner { matrix, small: Scratch::new(), big: Scratch::new() }
    }

    /// The rows that may be combined.
    pub fn rows(&self) -> usize {
        self.matrix.rows()
    }

    /// `sum of value * (row index)` over the (index, value) pairs: the nonzero (column, integer) pairs by
    /// increasing column, and the common denominator. Indices must be below the number of rows.
    ///
    /// Error: [`Code::Arithmetic`], which big integers never lead to; it is there so that nothing passes unmultiplied.
    pub fn combine(&mut self, vector: &[Entry]) -> Result<(Vec<(u32, BigInt)>, BigInt), Diagnostic> {
        match self.small.combine(self.matrix, vector) {
            Some(sum) => Ok(sum),
            None => self.big.combine(self.matrix, vector).ok_or_else(overflow),
        }
    }
}

/// A dense accumulator that is cleared by what was touched.
struct Scratch<N> {
    values: Vec<N>,
    touched: Vec<u32>,
}

impl<N: Ring> Scratch<N> {
    fn new() -> Scratch<N> {
        Scratch { values: Vec::new(), touched: Vec::new() }
    }

    fn combine(&mut self, matrix: &SparseMatrix, vector: &[Entry]) -> Option<(Vec<(u32, BigInt)>, BigInt)> {
        let (weights, denominator) = clear_denominators(vector.iter().map(|(_, value)| *value))?;
        self.values.resize(matrix.cols(), N::zero());
        let complete = self.accumulate(matrix, vector.iter().map(|(index, _)| *index).zip(&weights));
        self.touched.sort_unstable();
        self.touched.dedup();
        let mut result = Vec::new();
        for &column in &self.touched {
            let value = std::mem::replace(&mut self.values[column as usize], N::zero());
            if !value.is_zero() {
                result.push((column, value.into_big()));
            }
        }
        self.touched.clear();
        complete.map(|()| (result, denominator.into_big()))
    }

    fn accumulate<'a>(&mut self, matrix: &SparseMatrix, weights: impl Iterator<Item = (u32, &'a N)>) -> Option<()>
    where
        N: 'a,
    {
        for (index, weight) in weights {
            for (column, entry) in matrix.row(index as usize) {
                self.touched.push(column);
                self.values[column as usize].add_product(weight, &N::from_i64(entry))?;
            }
        }
        Some(())
    }
}

/// An encoder h, features x width, as integers over one denominator: the rows that are not zero.
pub struct EncoderTable<N> {
    width: usize,
    /// Where the row of a feature stands in `values`, or `NONE`.
    position: Vec<u32>,
    values: Vec<N>,
}

const NONE: u32 = u32::MAX;

impl<N: Ring> EncoderTable<N> {
    /// `features` are the row numbers, below `count`, of the consecutive rows in `values`.
    pub fn new(count: usize, features: impl Iterator<Item = u32>, width: usize, values: Vec<N>) -> EncoderTable<N> {
        let mut position = vec![NONE; count];
        for (at, feature) in features.enumerate() {
            position[feature as usize] = at as u32;
        }
        EncoderTable { width, position, values }
    }

    /// (row of the matrix) h, into `out` (width entries); `None` on overflow.
    pub fn embed(&self, row: impl Iterator<Item = (u32, i64)>, out: &mut [N]) -> Option<()> {
        out.fill(N::zero());
        for (feature, count) in row {
            let at = self.position[feature as usize];
            if at == NONE {
                continue;
            }
            let count = N::from_i64(count);
            let values = &self.values[at as usize * self.width..][..self.width];
            for (sum, value) in out.iter_mut().zip(values) {
                sum.add_product(&count, value)?;
            }
        }
        Some(())
    }
}

/// The exact embedding of a feature row by an encoder given by its nonzero rows (increasing features, `width` entries each).
pub fn embed(h: &[(u32, Vec<Exact>)], width: usize, row: &[(u32, i64)]) -> Vec<BigRational> {
    let mut sum = vec![BigRational::zero(); width];
    for (feature, count) in row {
        if let Ok(at) = h.binary_search_by_key(feature, |(feature, _)| *feature) {
            for (total, value) in sum.iter_mut().zip(&h[at].1) {
                *total += &value.0 * num_bigint::BigInt::from(*count);
            }
        }
    }
    sum
}
