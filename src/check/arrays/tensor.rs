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

/// The entries as exact integers over one common power of two: `data[i] = integers[i] / 2^scale`, the scale
/// as small as possible and every integer smaller than 2^62, so that differences do not overflow.
///
/// Errors: [`Code::TensorRange`] if the numbers span too many orders of magnitude;
/// [`Code::TensorNotFinite`].
pub fn scaled_integers(data: &[f64]) -> Result<(Vec<i64>, u32), Diagnostic> {
    let parts: Option<Vec<(i64, i32)>> = data.iter().map(|&x| dyadic(x)).collect();
    let parts = parts.ok_or_else(|| Diagnostic::new(Code::TensorNotFinite, "a number is not finite"))?;
    let lowest = parts.iter().map(|&(_, exponent)| exponent).min().unwrap_or(0).min(0);
    let scale = lowest.unsigned_abs();
    let integers: Option<Vec<i64>> =
        parts.into_iter().map(|(mantissa, exponent)| shifted(mantissa, exponent - lowest)).collect();
    let integers = integers.ok_or_else(|| {
        Diagnostic::new(Code::TensorRange, format!("the numbers are not integers below 2^62 over 2^{scale}"))
            .note("each float is taken as the exact fraction that it is, all over one power of two")
            .help("round the matrix to fewer digits, for example to float16 or to multiples of 2^-20")
    })?;
    Ok((integers, scale))
}

fn shifted(mantissa: i64, by: i32) -> Option<i64> {
    let value = i128::from(mantissa).checked_shl(u32::try_from(by).ok()?.min(127))?;
    let fits = by < 63 && value.unsigned_abs() < 1 << 62 || mantissa == 0;
    fits.then_some(value as i64)
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
        assert_eq!(scaled_integers(&[0.5, 1.75, -3.0]).unwrap(), (vec![2, 7, -12], 2));
        assert_eq!(scaled_integers(&[below, 0.0]).unwrap(), (vec![1 << 61, 0], 0));
        assert_eq!(scaled_integers(&[below * 2.0]).unwrap_err().code, Code::TensorRange);
        assert_eq!(scaled_integers(&[below, 0.5]).unwrap_err().code, Code::TensorRange);
        assert_eq!(scaled_integers(&[1e300, 1e-300]).unwrap_err().code, Code::TensorRange);
        assert_eq!(scaled_integers(&[0.0, f64::from_bits(1)]).unwrap(), (vec![0, 1], 1074));
        assert_eq!(scaled_integers(&[f64::NAN]).unwrap_err().code, Code::TensorNotFinite);
        assert_eq!(scaled_integers(&[]).unwrap(), (vec![], 0));
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
            let (integers, scale) = scaled_integers(&data).unwrap();
            for (x, n) in data.iter().zip(integers) {
                let back = BigRational::new(n.into(), BigInt::one() << scale);
                prop_assert_eq!(rational(*x).unwrap(), back);
            }
        }
    }
}
