//! Fractions from p-adic digits.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::One;

use super::reconstruct::{QUOTIENT_BITS, fraction};
use super::vector::SparseVector;

/// Digits that one machine integer holds: 24 bits each.
const LEAF: usize = 5;

/// Bits that the modulus of a numerator has to spare.
const SPARE_BITS: u64 = 64;

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
    /// A denominator to try, if it is not yet taken: right-hand sides of one system tend to share theirs.
    hint: Option<BigInt>,
    /// The number that had too few digits last time.
    probe: usize,
}

/// A power of the base that numerators are found with.
struct Power {
    count: usize,
    value: BigInt,
    half: BigInt,
}

impl Power {
    fn new(prime: u32, count: usize) -> Power {
        let value = BigInt::from(prime).pow(count as u32);
        Power { count, half: &value >> 1, value }
    }

    fn balanced(&self, value: BigInt) -> BigInt {
        let rest = value.mod_floor(&self.value);
        if rest > self.half { rest - &self.value } else { rest }
    }

    /// Whether a number is much smaller than chance would have it.
    fn vouches_for(&self, value: &BigInt) -> bool {
        value.bits() + QUOTIENT_BITS < self.value.bits()
    }
}

impl Recovery {
    /// Nothing known yet; `hint` may be the denominator.
    pub(super) fn new(hint: Option<BigInt>) -> Recovery {
        Recovery { denominator: BigInt::one(), factors: Vec::new(), hint, probe: 0 }
    }

    /// The fractions with these digits; `None` if there are too few of them. A result is likely, not certain.
    ///
    /// One reconstruction gives the denominator of nearly all: the others are then integers over it, for which half the
    /// digits suffice.
    pub(super) fn attempt(&mut self, digits: &mut Digits) -> Option<SparseVector> {
        let count = digits.len();
        digits.prepare(count);
        let full = Power::new(digits.prime, count);
        self.probe =
            (0..digits.size).map(|k| (self.probe + k) % digits.size).find(|&k| !digits.of(k, count).is_empty())?;
        let first = self.numerator(digits, &full, &digits.of(self.probe, count))?;
        let mut short = self.short(digits, &full, first.bits());
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
                short = self.short(digits, &full, value.bits());
            }
            found.push((at as u32, value, self.factors.len()));
        }
        let raised =
            |value: BigInt, over: usize| self.factors[over..].iter().fold(value, |value, factor| value * factor);
        let entries = found.into_iter().map(|(at, value, over)| (at, raised(value, over))).collect();
        Some(SparseVector::reduced(entries, self.denominator.clone()))
    }

    /// The power that numerators of that many bits and the denominator are found with.
    fn short(&self, digits: &Digits, full: &Power, bits: u64) -> Power {
        let wanted = bits.max(self.denominator.bits()) + SPARE_BITS;
        let each = u64::from(digits.prime.ilog2());
        Power::new(digits.prime, full.count.min((wanted / each + 1) as usize))
    }

    /// The numerator of the number `own` over the denominator, which is enlarged where it does not suffice.
    fn numerator(&mut self, digits: &Digits, full: &Power, own: &[i32]) -> Option<BigInt> {
        let residue = full.balanced(digits.join(own) * &self.denominator);
        if full.vouches_for(&residue) {
            return Some(residue);
        }
        if let Some(hint) = &self.hint {
            let numerator = full.balanced(&residue * hint);
            if full.vouches_for(&numerator) {
                self.denominator *= hint;
                self.factors.extend(self.hint.take());
                return Some(numerator);
            }
        }
        let (numerator, factor) = fraction(&residue, &full.value)?;
        self.denominator *= &factor;
        self.factors.push(factor);
        Some(numerator)
    }
}
