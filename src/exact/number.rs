//! Integers of three sizes behind one name, so that one substitution serves the fast case and the huge one.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{CheckedMul, CheckedSub, One, Signed, ToPrimitive, Zero};

use super::Integers;

/// What elimination and substitution compute with; `None` is an overflow, which big integers never report.
pub(super) trait Number: Clone + std::fmt::Debug + Zero + One + Signed {
    fn from_i64(value: i64) -> Self;
    fn from_big(value: &BigInt) -> Option<Self>;
    fn into_big(self) -> BigInt;
    fn times(&self, other: &Self) -> Option<Self>;
    /// `self - factor * other`.
    fn minus_product(&self, factor: &Self, other: &Self) -> Option<Self>;
    /// The greatest common divisor, not negative; with the smallest machine integer it may not exist.
    fn gcd(&self, other: &Self) -> Option<Self>;
    /// The quotient of a division known to leave nothing, by a number that is not zero.
    fn over(&self, divisor: &Self) -> Option<Self>;
    /// The same numbers as machine words, if that is what they are.
    fn words(_: &[Self]) -> Option<&[i64]> {
        None
    }
}

macro_rules! machine {
    ($name:ty, $to:ident, $words:expr) => {
        impl Number for $name {
            fn from_i64(value: i64) -> Self {
                value.into()
            }
            fn from_big(value: &BigInt) -> Option<Self> {
                value.$to()
            }
            fn into_big(self) -> BigInt {
                self.into()
            }
            fn times(&self, other: &Self) -> Option<Self> {
                CheckedMul::checked_mul(self, other)
            }
            fn minus_product(&self, factor: &Self, other: &Self) -> Option<Self> {
                CheckedSub::checked_sub(self, &CheckedMul::checked_mul(factor, other)?)
            }
            fn gcd(&self, other: &Self) -> Option<Self> {
                if *self == Self::MIN || *other == Self::MIN {
                    return None;
                }
                Some(Integer::gcd(self, other))
            }
            fn over(&self, divisor: &Self) -> Option<Self> {
                self.checked_div(*divisor)
            }
            fn words(values: &[Self]) -> Option<&[i64]> {
                $words(values)
            }
        }
    };
}

machine!(i64, to_i64, Some);
machine!(i128, to_i128, |_| None);

impl Number for BigInt {
    fn from_i64(value: i64) -> Self {
        value.into()
    }
    fn from_big(value: &BigInt) -> Option<Self> {
        Some(value.clone())
    }
    fn into_big(self) -> BigInt {
        self
    }
    fn times(&self, other: &Self) -> Option<Self> {
        Some(self * other)
    }
    fn minus_product(&self, factor: &Self, other: &Self) -> Option<Self> {
        Some(self - factor * other)
    }
    fn gcd(&self, other: &Self) -> Option<Self> {
        Some(super::reconstruct::gcd(self, other))
    }
    fn over(&self, divisor: &Self) -> Option<Self> {
        Some(self / divisor)
    }
}

/// The integer at `at`; `None` where there is none, or it does not fit.
pub(super) fn integer<N: Number>(all: &Integers, at: usize) -> Option<N> {
    match all {
        Integers::Small(values) => Some(N::from_i64(*values.get(at)?)),
        Integers::Big(values) => N::from_big(values.get(at)?),
    }
}
