//! The two rings that sparse elimination runs in: the integers, without division, and a prime field.

use std::marker::PhantomData;

use super::number::Number;

/// What one step of elimination asks of its coefficients. `None` is an overflow of machine integers.
pub(super) trait Ring {
    type Element: Clone + std::fmt::Debug;
    /// A coefficient of an echelon row (already in the ring) as an element.
    fn enter(&self, value: i64) -> Self::Element;
    fn is_zero(&self, x: &Self::Element) -> bool;
    fn is_one(&self, x: &Self::Element) -> bool;
    /// Whether every element is a multiple of `x`, so that `x` makes a pivot that scales nothing.
    fn is_unit(&self, x: &Self::Element) -> bool;
    fn times(&self, x: &Self::Element, y: &Self::Element) -> Option<Self::Element>;
    /// `x - factor * y`.
    fn minus_product(&self, x: &Self::Element, factor: &Self::Element, y: &Self::Element) -> Option<Self::Element>;
    /// The smallest `(a, b)` with `a * value = b * pivot` and `a` not zero (positive, for integers).
    fn cofactors(&self, pivot: &Self::Element, value: &Self::Element) -> Option<(Self::Element, Self::Element)>;
    /// A common divisor worth dividing out, never zero unless both are; one in a field.
    fn gcd(&self, x: &Self::Element, y: &Self::Element) -> Option<Self::Element>;
    /// The quotient of a division that leaves nothing.
    fn over(&self, x: &Self::Element, divisor: &Self::Element) -> Option<Self::Element>;
}

/// The integers, held in numbers of one size.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Integers<N>(PhantomData<N>);

impl<N> Integers<N> {
    pub(super) fn new() -> Self {
        Integers(PhantomData)
    }
}

impl<N: Number> Ring for Integers<N> {
    type Element = N;

    fn enter(&self, value: i64) -> N {
        N::from_i64(value)
    }

    fn is_zero(&self, x: &N) -> bool {
        x.is_zero()
    }

    fn is_one(&self, x: &N) -> bool {
        x.is_one()
    }

    fn is_unit(&self, x: &N) -> bool {
        x.is_one() || *x == N::from_i64(-1)
    }

    fn times(&self, x: &N, y: &N) -> Option<N> {
        x.times(y)
    }

    fn minus_product(&self, x: &N, factor: &N, y: &N) -> Option<N> {
        x.minus_product(factor, y)
    }

    fn cofactors(&self, pivot: &N, value: &N) -> Option<(N, N)> {
        if pivot.is_one() {
            return Some((N::from_i64(1), value.clone()));
        }
        let gcd = pivot.gcd(value)?;
        let (a, b) = (pivot.over(&gcd)?, value.over(&gcd)?);
        if !a.is_negative() {
            return Some((a, b));
        }
        let minus = N::from_i64(-1);
        Some((a.times(&minus)?, b.times(&minus)?))
    }

    fn gcd(&self, x: &N, y: &N) -> Option<N> {
        x.gcd(y)
    }

    fn over(&self, x: &N, divisor: &N) -> Option<N> {
        x.over(divisor)
    }
}

/// The field of a prime below 2^31; elements are the least nonnegative residues.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    prime: i64,
}

impl Field {
    /// The field of `prime`, which the caller knows to be a prime below 2^31.
    pub(super) fn new(prime: u32) -> Field {
        Field { prime: i64::from(prime) }
    }

    /// The residue of any integer.
    pub(super) fn residue(&self, value: i64) -> i64 {
        value.rem_euclid(self.prime)
    }

    /// The inverse of a residue that is not zero, by Fermat's little theorem.
    pub(super) fn inverse(&self, value: i64) -> i64 {
        let (mut power, mut square, mut exponent) = (1, value, self.prime - 2);
        while exponent > 0 {
            if exponent & 1 == 1 {
                power = power * square % self.prime;
            }
            square = square * square % self.prime;
            exponent >>= 1;
        }
        power
    }
}

impl Ring for Field {
    type Element = i64;

    fn enter(&self, value: i64) -> i64 {
        value
    }

    fn is_zero(&self, x: &i64) -> bool {
        *x == 0
    }

    fn is_one(&self, x: &i64) -> bool {
        *x == 1
    }

    fn is_unit(&self, _: &i64) -> bool {
        true
    }

    fn times(&self, x: &i64, y: &i64) -> Option<i64> {
        Some(x * y % self.prime)
    }

    fn minus_product(&self, x: &i64, factor: &i64, y: &i64) -> Option<i64> {
        Some((x + (self.prime - factor) * y) % self.prime)
    }

    fn cofactors(&self, pivot: &i64, value: &i64) -> Option<(i64, i64)> {
        Some((1, value * self.inverse(*pivot) % self.prime))
    }

    fn gcd(&self, _: &i64, _: &i64) -> Option<i64> {
        Some(1)
    }

    fn over(&self, x: &i64, divisor: &i64) -> Option<i64> {
        Some(x * self.inverse(*divisor) % self.prime)
    }
}
