//! A tensor of floats, each of which is an exact dyadic rational.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};

use crate::report::{Code, Diagnostic};

/// A dense tensor of finite floats in row-major (C) order.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// The length of each axis; their product is the number of entries. No axis means one number.
    pub shape: Vec<usize>,
    /// The entries, the last axis running fastest.
    pub data: Vec<f64>,
}

impl Tensor {
    /// A matrix of `rows` x `columns`; `data` row after row.
    ///
    /// Error: [`Code::TensorShape`] if `data` does not have `rows * columns` entries.
    pub fn matrix(rows: usize, columns: usize, data: Vec<f64>) -> Result<Tensor, Diagnostic> {
        if rows.checked_mul(columns) != Some(data.len()) {
            let message = format!("{} numbers do not fill a matrix of {rows} x {columns}", data.len());
            return Err(Diagnostic::new(Code::TensorShape, message));
        }
        Ok(Tensor { shape: vec![rows, columns], data })
    }

    /// The number of rows and columns of a tensor with two axes.
    ///
    /// Error: [`Code::TensorShape`].
    pub fn rows_and_columns(&self) -> Result<(usize, usize), Diagnostic> {
        match *self.shape {
            [rows, columns] => Ok((rows, columns)),
            _ => Err(Diagnostic::new(
                Code::TensorShape,
                format!("a matrix is needed, but the tensor has the shape {:?}", self.shape),
            )),
        }
    }
}

/// The mantissa and exponent of a finite float: `x = mantissa * 2^exponent`, the mantissa odd or zero.
fn dyadic(x: f64) -> Option<(i64, i32)> {
    if !x.is_finite() {
        return None;
    }
    if x == 0.0 {
        return Some((0, 0));
    }
    let bits = x.to_bits();
    let field = ((bits >> 52) & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    // A subnormal has no hidden bit and the exponent of the smallest normal number.
    let (mantissa, exponent) = if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) };
    let zeros = mantissa.trailing_zeros();
    let odd = mantissa >> zeros;
    Some((if x < 0.0 { -odd } else { odd }, exponent + zeros as i32))
}

/// The rational number that a float is; `None` for NaN and the infinities.
pub fn rational(x: f64) -> Option<BigRational> {
    let (mantissa, exponent) = dyadic(x)?;
    let power = BigInt::one() << exponent.unsigned_abs();
    let mantissa = BigInt::from(mantissa);
    Some(if mantissa.is_zero() {
        BigRational::zero()
    } else if exponent < 0 {
        // An odd number over a power of two is in lowest terms.
        BigRational::new_raw(mantissa, power)
    } else {
        BigRational::from_integer(mantissa * power)
    })
}

/// The integers that the entries of a matrix become: of 64 or of 128 bits.
pub trait Scaled: Copy + PartialEq {
    /// Every integer is smaller than 2 to this power, so that differences do not overflow.
    const BITS: u32;
    /// What to do about numbers that span too many orders of magnitude.
    const HELP: &'static str;
    /// From a number that is small enough.
    fn from_wide(value: i128) -> Self;
}

impl Scaled for i64 {
    const BITS: u32 = 62;
    const HELP: &'static str =
        "features are machine integers: save the matrix as float32, or round it, for example to multiples of 2^-20";
    fn from_wide(value: i128) -> i64 {
        value as i64
    }
}

impl Scaled for i128 {
    const BITS: u32 = 126;
    const HELP: &'static str = "save the matrix as float32, or round it, for example to multiples of 2^-20";
    fn from_wide(value: i128) -> i128 {
        value
    }
}

/// The entries as exact integers over one common power of two: `data[i] = integers[i] / 2^scale`, the scale
/// as small as possible and every integer smaller than 2 to the power [`Scaled::BITS`].
///
/// Errors: [`Code::TensorRange`] if the numbers span too many orders of magnitude;
/// [`Code::TensorNotFinite`].
pub fn scaled_integers<T: Scaled>(data: &[f64]) -> Result<(Vec<T>, u32), Diagnostic> {
    let infinite = || Diagnostic::new(Code::TensorNotFinite, "a number is not finite");
    let mut lowest = 0;
    for &x in data {
        lowest = lowest.min(dyadic(x).ok_or_else(infinite)?.1);
    }
    let scale = lowest.unsigned_abs();
    let mut integers = Vec::with_capacity(data.len());
    for &x in data {
        let (mantissa, exponent) = dyadic(x).ok_or_else(infinite)?;
        integers.push(shifted(mantissa, exponent - lowest).ok_or_else(|| {
            let message = format!("the numbers are not integers below 2^{} over 2^{scale}", T::BITS);
            Diagnostic::new(Code::TensorRange, message)
                .note("each float is taken as the exact fraction that it is, all over one power of two")
                .help(T::HELP)
        })?);
    }
    Ok((integers, scale))
}

/// `mantissa * 2^by`, if it is small enough.
fn shifted<T: Scaled>(mantissa: i64, by: i32) -> Option<T> {
    let by = u32::try_from(by).ok()?;
    let bits = u64::BITS - mantissa.unsigned_abs().leading_zeros();
    let fits = mantissa == 0 || bits.saturating_add(by) <= T::BITS;
    fits.then(|| T::from_wide(if mantissa == 0 { 0 } else { i128::from(mantissa) << by }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::ToPrimitive;
    use proptest::prelude::*;

    #[test]
    fn floats_are_the_rationals_that_they_are() {
        for (x, text) in
            [(0.0, "0"), (-0.0, "0"), (0.1, "3602879701896397/36028797018963968"), (-1.5, "-3/2"), (1e3, "1000")]
        {
            assert_eq!(rational(x).unwrap().to_string(), text);
        }
        assert_eq!(rational(f64::from_bits(1)).unwrap(), BigRational::new(1.into(), BigInt::one() << 1074));
        assert_eq!([f64::NAN, f64::INFINITY].map(rational), [None, None]);
    }

    #[test]
    fn scaling_stops_exactly_at_the_limit() {
        let below = 2f64.powi(61);
        assert_eq!(scaled_integers::<i64>(&[0.5, 1.75, -3.0]).unwrap(), (vec![2, 7, -12], 2));
        assert_eq!(scaled_integers::<i64>(&[below, 0.0]).unwrap(), (vec![1 << 61, 0], 0));
        assert_eq!(scaled_integers::<i64>(&[below * 2.0]).unwrap_err().code, Code::TensorRange);
        assert_eq!(scaled_integers::<i64>(&[below, 0.5]).unwrap_err().code, Code::TensorRange);
        assert_eq!(scaled_integers::<i64>(&[1e300, 1e-300]).unwrap_err().code, Code::TensorRange);
        assert_eq!(scaled_integers::<i64>(&[0.0, f64::from_bits(1)]).unwrap(), (vec![0, 1], 1074));
        assert_eq!(scaled_integers::<i64>(&[f64::NAN]).unwrap_err().code, Code::TensorNotFinite);
        assert_eq!(scaled_integers::<i64>(&[]).unwrap(), (vec![], 0));
        // A number between a half and one with all its digits, beside one of the smallest in an embedding of unit length.
        let (large, small) = (1.0 - 2f64.powi(-53), 2f64.powi(-27) + 2f64.powi(-79));
        assert_eq!(scaled_integers::<i64>(&[large, small]).unwrap_err().code, Code::TensorRange);
        let (integers, scale) = scaled_integers::<i128>(&[large, -small]).unwrap();
        assert_eq!((integers, scale), (vec![(1 << 79) - (1 << 26), -(1 << 52) - 1], 79));
        assert_eq!(scaled_integers::<i128>(&[2f64.powi(125), 1.0]).unwrap().0, [1 << 125, 1]);
        assert_eq!(scaled_integers::<i128>(&[2f64.powi(126), 1.0]).unwrap_err().code, Code::TensorRange);
    }

    proptest! {
        #[test]
        fn every_finite_float_survives(bits in any::<u64>()) {
            let x = f64::from_bits(bits);
            prop_assume!(x.is_finite());
            let exact = rational(x).unwrap();
            prop_assert_eq!(BigRational::from_float(x).unwrap(), exact.clone());
            prop_assert_eq!(exact.reduced(), exact.clone());
            prop_assert_eq!(exact.to_f64(), Some(x));
        }

        #[test]
        fn scaled_integers_are_exact(data in prop::collection::vec(-1e3f32..1e3, 0..20)) {
            let data: Vec<f64> = data.into_iter().map(|x| f64::from((x * 64.0).round() / 64.0)).collect();
            let (integers, scale) = scaled_integers::<i64>(&data).unwrap();
            for (x, n) in data.iter().zip(integers) {
                let back = BigRational::new(n.into(), BigInt::one() << scale);
                prop_assert_eq!(rational(*x).unwrap(), back);
            }
        }
    }
}
