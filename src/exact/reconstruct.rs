//! Greatest common divisors of large integers, and fractions from their residues.
//!
//! Both are Euclid's algorithm in Lehmer's form (Knuth, The Art of Computer Programming 2, 4.5.2, algorithm L): many
//! steps are simulated on the leading 62 bits and then applied to the long numbers at once.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// Quotients from this size on are never simulated, so that [`fraction`] gets to see every large one.
const LARGEST_SIMULATED_QUOTIENT: i64 = 1 << 20;

/// A fraction is accepted at a quotient of this many bits: a wrong one shows such a quotient with a probability of
/// about 2^-48 a step, unless it was made to; what comes of it has to pass a bound all the same.
pub(super) const QUOTIENT_BITS: u64 = 48;

/// The greatest common divisor, not negative.
pub(super) fn gcd(a: &BigInt, b: &BigInt) -> BigInt {
    if let (Some(a), Some(b)) = (a.to_i64(), b.to_i64()) {
        return BigInt::from(a.unsigned_abs().gcd(&b.unsigned_abs()));
    }
    let (mut x, mut y) = (a.magnitude().clone(), b.magnitude().clone());
    if x < y {
        std::mem::swap(&mut x, &mut y);
    }
    while !y.is_zero() {
        if let (Some(x), Some(y)) = (x.to_u64(), y.to_u64()) {
            return x.gcd(&y).into();
        }
        (x, y) = match simulate(&x, &y) {
            Some(step) => (step.apply_positive(&x, &y, 0), step.apply_positive(&x, &y, 1)),
            None => {
                let rest = &x % &y;
                (y, rest)
            }
        };
    }
    x.into()
}

/// The least common multiple, not negative; quick where one number divides the other.
pub(super) fn lcm(a: &BigInt, b: &BigInt) -> BigInt {
    if b.is_one() || a == b {
        return a.abs();
    }
    if a.is_one() {
        return b.abs();
    }
    if a.is_zero() || b.is_zero() {
        return BigInt::zero();
    }
    if (a % b).is_zero() {
        return a.abs();
    }
    ((a / gcd(a, b)) * b).abs()
}

/// A divisor of `whole`, which is not zero, with the same common divisors with each of `values`, none zero; mostly small.
///
/// The values of a solution rarely share much with the determinant, and one product tells what any of them can share.
pub(super) fn shared_part<'a>(whole: &BigInt, values: impl Iterator<Item = &'a BigInt>) -> BigInt {
    let product = values.fold(BigInt::one(), |product, value| (product * value) % whole);
    let suspect = gcd(whole, &product);
    let (mut rest, mut shared) = (whole.abs(), BigInt::one());
    loop {
        let common = gcd(&rest, &suspect);
        if common.is_one() {
            return shared;
        }
        rest /= &common;
        shared *= common;
    }
}

/// The 2 x 2 integer matrix of some steps of Euclid's algorithm.
struct Steps([[i64; 2]; 2]);

impl Steps {
    /// Row `which` applied to `(x, y)`; the result is known to be a remainder, so not negative.
    fn apply_positive(&self, x: &BigUint, y: &BigUint, which: usize) -> BigUint {
        let [a, b] = self.0[which];
        let (p, q) = (x * a.unsigned_abs(), y * b.unsigned_abs());
        // The two cofactors of a remainder never have the same sign.
        if a > 0 || b < 0 { p - q } else { q - p }
    }

    fn apply(&self, x: &BigInt, y: &BigInt, which: usize) -> BigInt {
        let [a, b] = self.0[which];
        x * a + y * b
    }
}

/// Steps that the leading bits of `x >= y` decide; `None` when not even one is certain.
fn simulate(x: &BigUint, y: &BigUint) -> Option<Steps> {
    let shift = x.bits().saturating_sub(62);
    let (mut u, mut v) = ((x >> shift).to_i64()?, (y >> shift).to_i64()?);
    let [mut a, mut b, mut c, mut d] = [1i64, 0, 0, 1];
    // With `u`, `v` cut off, the true quotient lies between the two below: equal, they are the quotient.
    while v + c > 0 && v + d > 0 {
        let quotient = (u + a) / (v + c);
        if quotient != (u + b) / (v + d) || quotient >= LARGEST_SIMULATED_QUOTIENT {
            break;
        }
        (a, c) = (c, a - quotient * c);
        (b, d) = (d, b - quotient * d);
        (u, v) = (v, u - quotient * v);
    }
    (b != 0).then_some(Steps([[a, b], [c, d]]))
}

/// The fraction n/d with `n = residue * d` modulo `modulus`, found where Euclid's algorithm meets a large quotient
/// (M. Monagan, "Maximal quotient rational reconstruction", ISSAC 2004): no bound on n or d is needed, only that the
/// modulus has a little more than `spare` bits, at least [`QUOTIENT_BITS`], more than the two together. The denominator is
/// positive.
///
/// `None` when there is no large quotient: the modulus is still too small. A result is likely, not certain.
pub(super) fn fraction(residue: &BigInt, modulus: &BigInt, spare: u64) -> Option<(BigInt, BigInt)> {
    let (mut x, mut y) = (modulus.magnitude().clone(), residue.mod_floor(modulus).magnitude().clone());
    let (mut s, mut t) = (BigInt::zero(), BigInt::one());
    loop {
        // x = s * residue and y = t * residue modulo the modulus, throughout.
        if y.is_zero() || x.bits() > y.bits() + spare {
            if y.is_zero() && t.bits() + spare > modulus.bits() {
                return None;
            }
            let numerator = BigInt::from(y);
            return Some(if t.is_negative() { (-numerator, -t) } else { (numerator, t) });
        }
        match simulate(&x, &y) {
            Some(steps) => {
                (x, y) = (steps.apply_positive(&x, &y, 0), steps.apply_positive(&x, &y, 1));
                (s, t) = (steps.apply(&s, &t, 0), steps.apply(&s, &t, 1));
            }
            None => {
                let (quotient, rest) = x.div_rem(&y);
                (x, y) = (y, rest);
                let next = s - BigInt::from(quotient) * &t;
                (s, t) = (t, next);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn big(words: &[u32]) -> BigInt {
        BigUint::new(words.to_vec()).into()
    }

    proptest! {
        #[test]
        fn gcd_and_lcm_agree_with_the_plain_algorithm(
            a in proptest::collection::vec(any::<u32>(), 0..40),
            b in proptest::collection::vec(any::<u32>(), 0..40),
            c in proptest::collection::vec(any::<u32>(), 0..20),
        ) {
            let (a, b) = (big(&a) * big(&c), -big(&b) * big(&c));
            prop_assert_eq!(gcd(&a, &b), Integer::gcd(&a, &b));
            prop_assert_eq!(gcd(&b, &a), Integer::gcd(&a, &b));
            prop_assert_eq!(lcm(&a, &b), Integer::lcm(&a, &b));
        }

        #[test]
        fn the_shared_part_has_the_same_common_divisors(
            whole in proptest::collection::vec(any::<u32>(), 0..5),
            values in proptest::collection::vec(any::<u32>(), 0..6),
            small in proptest::collection::vec(1u32..40, 0..6),
        ) {
            let whole = (big(&whole) + 1) * small.iter().take(3).product::<u32>();
            let values: Vec<BigInt> = values.iter().chain(&small).map(|&v| BigInt::from(v) + 1).collect();
            let part = shared_part(&whole, values.iter());
            prop_assert!((&whole % &part).is_zero());
            for value in values {
                prop_assert_eq!(gcd(&whole, &value), gcd(&part, &value));
            }
        }

        #[test]
        fn a_fraction_comes_back_from_its_residue(
            n in proptest::collection::vec(any::<u32>(), 0..12),
            d in proptest::collection::vec(any::<u32>(), 0..12),
            negative in any::<bool>(),
        ) {
            let modulus = BigInt::from(16_777_213).pow(36);
            let (mut n, d) = (big(&n), big(&d) + 1);
            if negative { n = -n; }
            let g = Integer::gcd(&n, &d);
            let (n, d) = (&n / &g, &d / &g);
            prop_assume!((&d % 16_777_213) != BigInt::zero());
            let inverse = d.modinv(&modulus).unwrap();
            prop_assert_eq!(fraction(&(&n * inverse), &modulus, QUOTIENT_BITS), Some((n, d)));
        }
    }

    #[test]
    fn too_small_a_modulus_gives_no_fraction() {
        let modulus = BigInt::from(16_777_213).pow(8);
        let (n, d) = (BigInt::from(16_777_213).pow(5) + 12_345, BigInt::from(3).pow(70));
        let residue = &n * d.modinv(&modulus).unwrap();
        assert_eq!(fraction(&residue, &modulus, QUOTIENT_BITS), None);
        assert_eq!(fraction(&BigInt::zero(), &modulus, QUOTIENT_BITS), Some((BigInt::zero(), BigInt::one())));
    }
}
