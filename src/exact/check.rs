//! Checks by exact multiplication against the original matrix.
//!
//! They know nothing of how a result was found: a wrong solver fails them, whatever it believed. Products of machine
//! integers are summed in 128 bits as long as that suffices, and in big integers otherwise.

use std::cell::OnceCell;

use num_bigint::BigInt;
use num_traits::{One, Zero};

use super::RightHandSide;
use super::SparseMatrix;
use super::number::Number;
use super::reconstruct::lcm;
use super::table::RationalMatrix;
use super::vector::SparseVector;
use super::words::Words;
use super::{Error, ErrorKind};

/// Checks `M X = B` on the given rows of `m` (rows x cols); `x` is cols x width, `b` rows x width.
///
/// Errors: [`ErrorKind::CheckFailed`] names the first row that differs; [`ErrorKind::Shape`].
pub fn check_solution(
    m: &SparseMatrix,
    rows: impl IntoIterator<Item = usize>,
    x: &RationalMatrix,
    b: &RightHandSide,
) -> Result<(), Error> {
    check_shapes(m, x, b)?;
    let mut product = Product::new(m, x, b);
    match rows.into_iter().find(|&row| !product.row_agrees(row)) {
        None => Ok(()),
        Some(row) => Err(failed(format!("row {row} of M X is not row {row} of B"))),
    }
}

/// The rows of `m` (rows x cols) on which `M X = B` does not hold, ascending; `x` is cols x width, `b` rows x width.
///
/// Errors: [`ErrorKind::Shape`].
pub fn unsolved_rows(m: &SparseMatrix, x: &RationalMatrix, b: &RightHandSide) -> Result<Vec<usize>, Error> {
    check_shapes(m, x, b)?;
    let mut product = Product::new(m, x, b);
    Ok((0..m.rows()).filter(|&row| !product.row_agrees(row)).collect())
}

/// Checks `y M = 0` for a vector over the rows of `m`.
///
/// For many kernel vectors of one matrix, transpose it once and call this: `M k = 0` is `k M' = 0`.
/// Errors: [`ErrorKind::CheckFailed`], [`ErrorKind::Shape`].
pub fn check_left_null(m: &SparseMatrix, y: &SparseVector) -> Result<(), Error> {
    match left_product(m, y, m.cols())?.first() {
        None => Ok(()),
        Some((column, _)) => Err(failed(format!("y M is not zero at column {column}"))),
    }
}

/// Checks `M k = 0` for a vector over the columns of `m`, in time proportional to the entries of `m`.
///
/// Errors: [`ErrorKind::CheckFailed`], [`ErrorKind::Shape`].
pub fn check_kernel(m: &SparseMatrix, k: &SparseVector) -> Result<(), Error> {
    check_index(k, m.cols())?;
    match (0..m.rows()).find(|&row| !k.dot_numerator(m.row(row)).is_zero()) {
        None => Ok(()),
        Some(row) => Err(failed(format!("M k is not zero at row {row}"))),
    }
}

/// Checks `c M = v` for a vector over the rows of `m` and a row `v`, columns ascending.
///
/// Errors: [`ErrorKind::CheckFailed`], [`ErrorKind::Shape`].
pub fn check_combination(
    m: &SparseMatrix,
    c: &SparseVector,
    v: impl IntoIterator<Item = (u32, i64)>,
) -> Result<(), Error> {
    let product = left_product(m, c, m.cols())?;
    let wanted = v.into_iter().filter(|&(_, value)| value != 0);
    let wanted: Vec<(u32, BigInt)> = wanted.map(|(column, value)| (column, c.denominator() * value)).collect();
    if product == wanted { Ok(()) } else { Err(failed("c M is not the row v".to_owned())) }
}

/// The product `y M` times the denominator of `y`, at the columns below `cols` where it is not zero.
pub(super) fn left_product(m: &SparseMatrix, y: &SparseVector, cols: usize) -> Result<Vec<(u32, BigInt)>, Error> {
    check_index(y, m.rows())?;
    if let Some(product) = try_left_product::<i128>(m, y, cols) {
        return Ok(product);
    }
    Ok(try_left_product::<BigInt>(m, y, cols).unwrap_or_default())
}

fn try_left_product<N: Number>(m: &SparseMatrix, y: &SparseVector, cols: usize) -> Option<Vec<(u32, BigInt)>> {
    let count = y.support().map(|row| m.row_columns(row as usize).len()).sum();
    let mut terms: Vec<(u32, i64, &N)> = Vec::with_capacity(count);
    let factors = y.numerators().iter().map(|(_, factor)| N::from_big(factor)).collect::<Option<Vec<N>>>()?;
    for (row, factor) in y.support().zip(&factors) {
        let entries = m.row(row as usize).take_while(|&(column, _)| (column as usize) < cols);
        terms.extend(entries.map(|(column, value)| (column, value, factor)));
    }
    terms.sort_unstable_by_key(|&(column, _, _)| column);
    let mut product = Vec::new();
    for terms in terms.chunk_by(|a, b| a.0 == b.0) {
        // The sum with its sign changed, as the ring subtracts.
        let minus = terms
            .iter()
            .try_fold(N::from_i64(0), |sum, (_, value, factor)| sum.minus_product(factor, &N::from_i64(*value)))?;
        if !minus.is_zero() {
            product.push((terms[0].0, -minus.into_big()));
        }
    }
    Some(product)
}

/// One product `M X`, row by row, with the room it needs.
struct Product<'a> {
    m: &'a SparseMatrix,
    x: &'a RationalMatrix,
    b: &'a RightHandSide,
    sums: Vec<i128>,
    /// `X` in words, once a row has asked for it; `None` inside where that does not do.
    words: OnceCell<Option<Words>>,
}

impl<'a> Product<'a> {
    fn new(m: &'a SparseMatrix, x: &'a RationalMatrix, b: &'a RightHandSide) -> Self {
        Product { m, x, b, sums: vec![0; x.width()], words: OnceCell::new() }
    }

    fn row_agrees(&mut self, row: usize) -> bool {
        let small = self.small_row_agrees(row);
        small.or_else(|| self.long_row_agrees(row)).unwrap_or_else(|| self.big_row_agrees(row))
    }

    /// In 128 bits; `None` where a number is too large for that.
    fn small_row_agrees(&mut self, row: usize) -> Option<bool> {
        let mut common = 1i64;
        for (column, _) in self.m.row(row) {
            if let Some(unknown) = self.x.row(column).filter(|unknown| !unknown.denominator().is_one()) {
                let denominator = i64::from_big(unknown.denominator())?;
                common = common.checked_mul(denominator / num_integer::gcd(common, denominator))?;
            }
        }
        self.sums.fill(0);
        for (column, factor) in self.m.row(row) {
            let Some(unknown) = self.x.row(column) else { continue };
            let raise = if common == 1 { 1 } else { common / i64::from_big(unknown.denominator())? };
            let factor = i128::from(factor.checked_mul(raise)?);
            for (sum, &value) in self.sums.iter_mut().zip(unknown.small_numerators()?) {
                *sum = sum.checked_add(factor * i128::from(value))?;
            }
        }
        let wanted = self.b.small_row(row)?;
        Some(self.sums.iter().zip(wanted).all(|(&sum, &value)| sum == i128::from(value) * i128::from(common)))
    }

    /// With all of `X` over one denominator; `None` where that would be a waste, or a sum too large.
    fn long_row_agrees(&self, row: usize) -> Option<bool> {
        let words = self.words.get_or_init(|| Words::new(self.x)).as_ref()?;
        words.row_agrees(self.m.row(row), self.b.small_row(row)?)
    }

    fn big_row_agrees(&self, row: usize) -> bool {
        let unknowns: Vec<_> =
            self.m.row(row).filter_map(|(column, factor)| Some((self.x.row(column)?, factor))).collect();
        let common = unknowns.iter().fold(BigInt::one(), |common, (x, _)| lcm(&common, x.denominator()));
        let raised: Vec<_> = unknowns.iter().map(|(x, factor)| (x, (&common / x.denominator()) * factor)).collect();
        (0..self.x.width()).all(|column| {
            let sum: BigInt = raised.iter().map(|(x, factor)| x.numerator(column) * factor).sum();
            sum == self.b.get(row, column) * &common
        })
    }
}

fn check_shapes(m: &SparseMatrix, x: &RationalMatrix, b: &RightHandSide) -> Result<(), Error> {
    if x.rows() == m.cols() && b.rows() == m.rows() && x.width() == b.width() {
        return Ok(());
    }
    let shapes = [(m.rows(), m.cols()), (x.rows(), x.width()), (b.rows(), b.width())];
    let [m, x, b] = shapes.map(|(rows, cols)| format!("{rows} x {cols}"));
    Err(Error::shape(format!("M is {m}, X is {x} and B is {b}: M X = B makes no sense")))
}

fn check_index(vector: &SparseVector, size: usize) -> Result<(), Error> {
    match vector.support().last() {
        Some(last) if last as usize >= size => Err(Error::shape(format!("index {last} in a vector of length {size}"))),
        _ => Ok(()),
    }
}

fn failed(message: String) -> Error {
    Error::new(ErrorKind::CheckFailed, message)
}
