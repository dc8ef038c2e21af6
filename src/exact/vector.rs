//! Sparse rational vectors: the certificates that exact linear algebra hands out.

use num_bigint::{BigInt, Sign};
use num_traits::{One, Signed, Zero};

use super::Error;
use super::reconstruct::{gcd, lcm};

/// An exact fraction.
pub type Rational = num_rational::BigRational;

/// A sparse rational vector: integers over one positive common denominator, in lowest terms as a whole.
///
/// Indices ascend and no entry is zero, so equal vectors are equal field by field. One denominator for the vector
/// keeps a check by multiplication among the integers, and costs nothing: the entries of a solution of a linear
/// system share the determinant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SparseVector {
    numerators: Vec<(u32, BigInt)>,
    denominator: BigInt,
}

/// What a row is to some pivot rows.
pub(super) enum Combination {
    /// The combination with these coefficients, over the rows of the matrix.
    Dependent(SparseVector),
    /// None. Where the combination that agrees with it in the pivot columns differs from it elsewhere; some of those columns.
    Independent(Vec<u32>),
}

impl SparseVector {
    /// The zero vector.
    pub fn zero() -> SparseVector {
        SparseVector { numerators: Vec::new(), denominator: BigInt::one() }
    }

    /// The vector that is 1 at `index` and 0 elsewhere.
    pub fn unit(index: u32) -> SparseVector {
        SparseVector { numerators: vec![(index, BigInt::one())], denominator: BigInt::one() }
    }

    /// The vector with entries `numerator / denominator`; entries at one index are added up.
    ///
    /// Errors: [`ErrorKind::Shape`](super::ErrorKind) for a zero denominator.
    pub fn from_integers(entries: Vec<(u32, BigInt)>, denominator: BigInt) -> Result<SparseVector, Error> {
        if denominator.is_zero() {
            return Err(Error::shape("a vector with the denominator 0".to_owned()));
        }
        Ok(SparseVector::reduced(entries, denominator))
    }

    /// The vector with these entries; entries at one index are added up.
    ///
    /// Errors: [`ErrorKind::Shape`](super::ErrorKind) for a zero denominator (which only `Ratio::new_raw` can make).
    pub fn from_rationals(entries: Vec<(u32, Rational)>) -> Result<SparseVector, Error> {
        let common = entries.iter().fold(BigInt::one(), |common, (_, value)| lcm(&common, value.denom()));
        if common.is_zero() {
            return Err(Error::shape("a rational with the denominator 0".to_owned()));
        }
        let scaled = |value: Rational| (&common / value.denom()) * value.numer();
        let numerators = entries.into_iter().map(|(index, value)| (index, scaled(value))).collect();
        Ok(SparseVector::reduced(numerators, common))
    }

    /// As [`SparseVector::from_integers`] for a denominator known not to be zero.
    pub(super) fn reduced(mut entries: Vec<(u32, BigInt)>, denominator: BigInt) -> SparseVector {
        entries.sort_by_key(|&(index, _)| index);
        let mut numerators: Vec<(u32, BigInt)> = Vec::with_capacity(entries.len());
        for (index, value) in entries {
            match numerators.last_mut() {
                Some((last, sum)) if *last == index => *sum += value,
                _ => numerators.push((index, value)),
            }
        }
        numerators.retain(|(_, value)| !value.is_zero());
        let mut divisor = denominator.clone();
        for (_, value) in &numerators {
            if divisor.is_one() {
                break;
            }
            divisor = gcd(&divisor, value);
        }
        let divisor = if denominator.sign() == Sign::Minus { -divisor.abs() } else { divisor.abs() };
        if numerators.is_empty() {
            return SparseVector::zero();
        }
        if !divisor.is_one() {
            numerators.iter_mut().for_each(|(_, value)| *value /= &divisor);
        }
        SparseVector { numerators, denominator: denominator / divisor }
    }

    /// Whether every entry is zero.
    pub fn is_zero(&self) -> bool {
        self.numerators.is_empty()
    }

    /// The number of entries that are not zero.
    pub fn len(&self) -> usize {
        self.numerators.len()
    }

    /// Whether every entry is zero; the usual companion of `len`.
    pub fn is_empty(&self) -> bool {
        self.is_zero()
    }

    /// The indices of the entries that are not zero, ascending.
    pub fn support(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.numerators.iter().map(|&(index, _)| index)
    }

    /// The (index, numerator over the common denominator) pairs, indices ascending.
    pub fn numerators(&self) -> &[(u32, BigInt)] {
        &self.numerators
    }

    /// The common denominator, positive.
    pub fn denominator(&self) -> &BigInt {
        &self.denominator
    }

    /// The (index, entry) pairs, indices ascending, each entry in lowest terms.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u32, Rational)> + '_ {
        self.numerators.iter().map(|(index, value)| (*index, self.ratio(value)))
    }

    fn ratio(&self, numerator: &BigInt) -> Rational {
        if self.denominator.is_one() {
            return Rational::from_integer(numerator.clone());
        }
        Rational::new(numerator.clone(), self.denominator.clone())
    }

    /// The numerator at `index`, if it is not zero.
    pub fn numerator(&self, index: u32) -> Option<&BigInt> {
        let at = self.numerators.binary_search_by_key(&index, |&(i, _)| i).ok()?;
        Some(&self.numerators[at].1)
    }

    /// The entry at `index`.
    pub fn get(&self, index: u32) -> Rational {
        self.numerator(index).map_or_else(Rational::zero, |value| self.ratio(value))
    }

    /// The product with a sparse integer row (indices ascending).
    pub fn dot(&self, row: impl IntoIterator<Item = (u32, i64)>) -> Rational {
        self.ratio(&self.dot_numerator(row))
    }

    /// The product with a sparse integer row (indices ascending), times the common denominator.
    pub(super) fn dot_numerator(&self, row: impl IntoIterator<Item = (u32, i64)>) -> BigInt {
        let mut sum = BigInt::zero();
        for (index, value) in row {
            if let Some(numerator) = self.numerator(index) {
                sum += numerator * value;
            }
        }
        sum
    }

    /// The vector times a rational.
    pub fn scaled(&self, factor: &Rational) -> SparseVector {
        let entries = self.numerators.iter().map(|(index, value)| (*index, value * factor.numer())).collect();
        SparseVector::reduced(entries, &self.denominator * factor.denom())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rational(n: i64, d: i64) -> Rational {
        Rational::new(n.into(), d.into())
    }

    #[test]
    fn vectors_are_in_one_canonical_form() {
        let entries = vec![(7, rational(1, 2)), (1, rational(-1, 3)), (7, rational(1, 2)), (4, rational(0, 1))];
        let v = SparseVector::from_rationals(entries).unwrap();
        assert_eq!(v.support().collect::<Vec<_>>(), [1, 7]);
        assert_eq!((v.get(1), v.get(7), v.get(4)), (rational(-1, 3), rational(1, 1), rational(0, 1)));
        let negative = SparseVector::from_integers(vec![(1, 2.into()), (7, (-6).into())], (-6).into()).unwrap();
        assert_eq!(v, negative);
        assert_eq!(v.scaled(&rational(3, 1)).denominator(), &BigInt::one());
        assert_eq!(v.dot([(0, 5), (1, 6), (7, 1)]), rational(-1, 1));
        assert!(v.scaled(&rational(0, 1)).is_zero());
        assert!(SparseVector::from_integers(vec![], 0.into()).is_err());
        assert!(SparseVector::from_rationals(vec![(0, Rational::new_raw(1.into(), 0.into()))]).is_err());
    }
}
