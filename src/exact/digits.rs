//! Fractions from p-adic digits.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed};

use super::reconstruct::{QUOTIENT_BITS, fraction};
use super::vector::SparseVector;

/// Digits that one machine integer holds: 24 bits each.
const LEAF: usize = 5;

/// Bits that the modulus of a numerator has to spare.
const SPARE_BITS: u64 = 64;

/// What makes a candidate certain. With `B n = d b` modulo q, which digits give, and both sides smaller than q / 2, the two
/// are equal: no product is needed, and no candidate that only looks right gets past it.
pub(super) struct Bound {
    /// The largest sum of the magnitudes in a row of B.
    pub row: BigInt,
    /// The largest magnitude in b.
    pub side: BigInt,
}

impl Bound {
    fn proves(&self, numerator: &BigInt, denominator: &BigInt, modulus: &BigInt) -> bool {
        &self.row * numerator.abs() + &self.side * denominator.abs() < modulus >> 1
    }

    /// The bits that a modulus needs for numerators of that many bits.
    fn bits(&self, numerator: u64, denominator: &BigInt) -> u64 {
        (numerator + self.row.bits()).max(denominator.bits() + self.side.bits()) + 2
    }
}

/// The balanced digits of several numbers in base p, the lowest first.
pub(super) struct Digits {
    size: usize,
    prime: u32,
    all: Vec<i32>,
    /// The powers of the base with the exponents 5, 10, 20, ...
    powers: Vec<BigInt>,
}

impl Digits {
    /// No digits yet, of `size` numbers.
    pub(super) fn new(size: usize, prime: u32) -> Digits {
        Digits { size, prime, all: Vec::new(), powers: vec![BigInt::from(prime).pow(LEAF as u32)] }
    }

    /// Adds the next digit of every number.
    pub(super) fn push(&mut self, digits: &[f64]) {
        self.all.extend(digits.iter().map(|&digit| digit as i32));
    }

    /// How many digits every number has.
    fn len(&self) -> usize {
        self.all.len() / self.size.max(1)
    }

    /// The lowest `count` digits of number `at`; empty when all of them are zero.
    fn of(&self, at: usize, count: usize) -> Vec<i32> {
        let digits: Vec<i32> = (0..count).map(|k| self.all[k * self.size + at]).collect();
        if digits.iter().all(|&digit| digit == 0) { Vec::new() } else { digits }
    }

    /// The number with these digits.
    fn join(&self, digits: &[i32]) -> BigInt {
        if digits.len() <= LEAF {
            let prime = i128::from(self.prime);
            return digits.iter().rev().fold(0i128, |sum, &digit| sum * prime + i128::from(digit)).into();
        }
        let level = ((digits.len() - 1) / LEAF).ilog2() as usize;
        let (low, high) = digits.split_at(LEAF << level);
        self.join(low) + self.join(high) * &self.powers[level]
    }

    /// Makes the powers that [`Digits::join`] needs for `count` digits.
    fn prepare(&mut self, count: usize) {
        while LEAF << (self.powers.len() - 1) < count {
            let last = &self.powers[self.powers.len() - 1];
            self.powers.push(last * last);
        }
    }
}

/// What is known of the fractions behind some digits.
pub(super) struct Recovery {
    /// A multiple of the denominators found so far.
    denominator: BigInt,
    /// What it is the product of, in the order found.
    factors: Vec<BigInt>,
    /// A denominator to try: right-hand sides of one system tend to share theirs.
    hint: Option<BigInt>,
    /// The number that had too few digits last time.
    probe: usize,
    bound: Bound,
}

/// A power of the base that numerators are found with.
struct Power {
    count: usize,
    value: BigInt,
    half: BigInt,
    /// The bits by which a number found has to be smaller.
    spare: u64,
}

/// How readily a number is taken for one that is found.
#[derive(Clone, Copy, PartialEq)]
enum Trust {
    /// Where chance would hardly have it so: the modulus has [`QUOTIENT_BITS`] more bits.
    Chance,
    /// Where nothing else can be meant, once there are enough digits: the modulus has twice the bits. A denominator that
    /// divides a power of the prime less one repeats its digits, and numbers like chance's come of it for ever.
    Nothing,
}

/// Numerators by index over one denominator, and the modulus for which they were found.
struct Candidate {
    entries: Vec<(u32, BigInt)>,
    modulus: BigInt,
}

impl Power {
    fn new(prime: u32, count: usize, trust: Trust) -> Power {
        let value = BigInt::from(prime).pow(count as u32);
        let spare = if trust == Trust::Chance { QUOTIENT_BITS } else { value.bits() / 2 };
        Power { count, half: &value >> 1, value, spare }
    }

    fn balanced(&self, value: BigInt) -> BigInt {
        let rest = value.mod_floor(&self.value);
        if rest > self.half { rest - &self.value } else { rest }
    }

    /// Whether a number is much smaller than chance would have it.
    fn vouches_for(&self, value: &BigInt) -> bool {
        value.bits() + self.spare < self.value.bits()
    }
}

impl Recovery {
    /// Nothing known yet of a system with this bound; `hint` may be the denominator.
    pub(super) fn new(hint: Option<BigInt>, bound: Bound) -> Recovery {
        Recovery { denominator: BigInt::one(), factors: Vec::new(), hint, probe: 0, bound }
    }

    /// The fractions with these digits, certainly; `None` if there are too few of them.
    ///
    /// One reconstruction gives the denominator of nearly all: the others are then integers over it, for which half the
    /// digits suffice.
    pub(super) fn attempt(&mut self, digits: &mut Digits) -> Option<SparseVector> {
        digits.prepare(digits.len());
        for trust in [Trust::Chance, Trust::Nothing] {
            let Candidate { entries, modulus } = self.candidate(digits, trust)?;
            let largest = entries.iter().map(|(_, value)| value.abs()).max().unwrap_or_default();
            if self.bound.proves(&largest, &self.denominator, &modulus) {
                return Some(SparseVector::reduced(entries, self.denominator.clone()));
            }
            (self.denominator, self.factors) = (BigInt::one(), Vec::new());
        }
        None
    }

    /// What the digits look like.
    fn candidate(&mut self, digits: &Digits, trust: Trust) -> Option<Candidate> {
        let count = digits.len();
        let full = Power::new(digits.prime, count, trust);
        self.probe =
            (0..digits.size).map(|k| (self.probe + k) % digits.size).find(|&k| !digits.of(k, count).is_empty())?;
        let first = self.numerator(digits, &full, &digits.of(self.probe, count))?;
        let mut short = self.short(digits, &full, first.bits(), trust);
        let mut least = short.count;
        // Each numerator with the number of factors that the denominator it is over has.
        let mut found: Vec<(u32, BigInt, usize)> = Vec::new();
        for at in 0..digits.size {
            let own = digits.of(at, count);
            if own.is_empty() {
                continue;
            }
            let mut value = short.balanced(digits.join(&own[..short.count]) * &self.denominator);
            if !short.vouches_for(&value) {
                self.probe = at;
                value = self.numerator(digits, &full, &own)?;
                short = self.short(digits, &full, value.bits(), trust);
                least = least.min(short.count);
            }
            found.push((at as u32, value, self.factors.len()));
        }
        let raised =
            |value: BigInt, over: usize| self.factors[over..].iter().fold(value, |value, factor| value * factor);
        let entries = found.into_iter().map(|(at, value, over)| (at, raised(value, over))).collect();
        Some(Candidate { entries, modulus: BigInt::from(digits.prime).pow(least as u32) })
    }

    /// The power that numerators of that many bits and the denominator are found with.
    fn short(&self, digits: &Digits, full: &Power, bits: u64, trust: Trust) -> Power {
        let wanted = (bits.max(self.denominator.bits()) + SPARE_BITS).max(self.bound.bits(bits, &self.denominator));
        let each = u64::from(digits.prime.ilog2());
        let enough = (wanted / each + 1) as usize;
        Power::new(digits.prime, if trust == Trust::Chance { full.count.min(enough) } else { full.count }, trust)
    }

    /// The numerator of the number `own` over the denominator, which is enlarged where it does not suffice.
    fn numerator(&mut self, digits: &Digits, full: &Power, own: &[i32]) -> Option<BigInt> {
        let residue = full.balanced(digits.join(own) * &self.denominator);
        if full.vouches_for(&residue) {
            return Some(residue);
        }
        if let Some(hint) = self.hint.as_ref().filter(|hint| !self.factors.contains(hint)) {
            let numerator = full.balanced(&residue * hint);
            if full.vouches_for(&numerator) {
                self.denominator *= hint;
                self.factors.push(hint.clone());
                return Some(numerator);
            }
        }
        let (numerator, factor) = fraction(&residue, &full.value, full.spare)?;
        self.denominator *= &factor;
        self.factors.push(factor);
        Some(numerator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::Zero;
    use proptest::prelude::*;

    const PRIME: u32 = 16_777_213;

    /// The balanced digits of numerator / denominator.
    fn digits(numerator: &BigInt, denominator: &BigInt, count: usize) -> Vec<i32> {
        let (prime, half) = (BigInt::from(PRIME), BigInt::from(PRIME / 2));
        let inverse = denominator.modinv(&prime).unwrap();
        let mut rest = numerator.clone();
        let next = |_| {
            let digit = (&rest * &inverse + &half).mod_floor(&prime) - &half;
            rest = (&rest - &digit * denominator) / &prime;
            i32::try_from(digit).unwrap()
        };
        (0..count).map(next).collect()
    }

    /// Attempts with ever more digits of x, d x = n: the first answer is the right one, and there is one.
    fn comes_back(n: &BigInt, d: &BigInt) -> Result<(), TestCaseError> {
        let expected = SparseVector::from_integers(vec![(0, n.clone())], d.clone()).unwrap();
        let (mut recovery, mut known) =
            (Recovery::new(None, Bound { row: d.abs(), side: n.abs() }), Digits::new(1, PRIME));
        let all = digits(n, d, 120);
        for digit in &all {
            known.push(&[f64::from(*digit)]);
            if let Some(found) = recovery.attempt(&mut known) {
                prop_assert_eq!(found, expected);
                return Ok(());
            }
        }
        Err(TestCaseError::fail(format!("{n}/{d} is not found in 120 digits")))
    }

    proptest! {
        /// Denominators p^m - 1 have digits that repeat, numerators a + c p^m pauses in them.
        #[test]
        fn fractions_aimed_at_the_prime_come_back(
            a in -3i64..4, c in -3i64..4, m in 0u32..12, k in 1u32..10, plus in -1i64..2, factor in 1i64..4,
        ) {
            let power = |m: u32| BigInt::from(PRIME).pow(m);
            let (n, d) = (a + power(m) * c, (power(k) + plus) * factor);
            let n = if n.is_zero() { BigInt::one() } else { n };
            let d = if (&d % PRIME).is_zero() { d + 1 } else { d };
            let common = n.gcd(&d);
            comes_back(&(n / &common), &(d / &common))?;
        }
    }
}
