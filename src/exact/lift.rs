//! Solutions of square systems by p-adic lifting (J. D. Dixon, "Exact solution of linear equations using p-adic
//! expansions", 1982).
//!
//! The inverse modulo a prime gives the solution digit by digit; each digit is multiplied with the integer matrix and
//! the product subtracted. Enough digits determine the fractions, whose denominators mostly are one and the same.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use super::Error;
use super::SparseMatrix;
use super::digits::{Bound, Digits, Recovery};
use super::factor::Factor;
use super::limits::{Limits, limit};
use super::residue::{Wide, add_products, widest};
use super::vector::SparseVector;

/// Right-hand sides that are lifted together: the factors are read from memory once for all of them.
pub(super) const WIDTH: usize = 8;

/// Digits that may be kept for each entry that elimination may keep: both then take about the same memory.
const DIGITS_PER_ENTRY: usize = 4;

/// The integers that a system's residuals need.
enum Entries {
    /// Entries below 2^24 and sums of products below 2^53, by rows with every column.
    Dense(Vec<f32>),
    /// The same, by rows with (column, entry).
    Double(Vec<(u32, f32)>),
    Word(Vec<(u32, i64)>),
    Wide(Vec<(u32, i64)>),
}

/// A square integer matrix B, by rows and columns in the order of pivots, that a [`Factor`] inverts modulo its prime.
pub(super) struct System<'a> {
    factor: &'a Factor,
    transposed: bool,
    size: usize,
    starts: Vec<usize>,
    entries: Entries,
    /// The largest sum of the magnitudes in a row.
    row: BigInt,
}

/// A right-hand side: (index, entry), any order, every index at most once.
pub(super) type Side = Vec<(u32, BigInt)>;

impl<'a> System<'a> {
    /// The system of the first `b.rows()` pivots of `factor`, B itself or the transpose of what `factor` holds.
    pub(super) fn new(factor: &'a Factor, b: &SparseMatrix, transposed: bool) -> System<'a> {
        let (size, prime) = (b.rows(), factor.modulus.prime());
        let rows = 0..size;
        let sum = |row| b.row_values(row).iter().map(|value| value.unsigned_abs() as f64).sum::<f64>();
        let whole = |row| b.row_values(row).iter().map(|value| u128::from(value.unsigned_abs())).sum::<u128>();
        let row = BigInt::from(rows.clone().map(whole).max().unwrap_or(0));
        // A residual is at most this, and half the prime for the digit of the right-hand side.
        let bound = (rows.clone().map(sum).fold(0.0, f64::max) + 4.0) * prime;
        let pairs = || rows.clone().flat_map(|row| b.row(row));
        let starts = (0..=size).scan(0, |sum, row| Some(std::mem::replace(sum, *sum + b.row(row).len()))).collect();
        let entries = if bound >= 2f64.powi(62) {
            Entries::Wide(pairs().collect())
        } else if bound >= 2f64.powi(53) || b.max_abs() >= 1 << 24 {
            Entries::Word(pairs().collect())
        } else if b.nnz() < size * size / 2 {
            Entries::Double(pairs().map(|(column, value)| (column, value as f32)).collect())
        } else {
            let mut dense = vec![0.0; size * size];
            rows.for_each(|row| b.row(row).for_each(|(c, value)| dense[row * size + c as usize] = value as f32));
            Entries::Dense(dense)
        };
        System { factor, transposed, size, starts, entries, row }
    }

    /// The solutions of `B x = side`, in the order of the sides.
    ///
    /// Errors: [`ErrorKind::Limit`] when they have too many bits, [`ErrorKind::Cancelled`].
    pub(super) fn solve(&self, sides: &[Side], limits: &Limits) -> Result<Vec<SparseVector>, Error> {
        let mut found = Vec::with_capacity(sides.len());
        // The first alone: with its denominator the others need half as many digits.
        let (first, others) = sides.split_at(sides.len().min(1));
        for batch in [first].into_iter().chain(others.chunks(WIDTH)) {
            let hint = found.iter().map(SparseVector::denominator).max_by_key(|denominator| denominator.bits());
            let lifted = self.lift(batch, hint, limits)?;
            found.extend(lifted);
        }
        Ok(found)
    }

    fn lift(&self, sides: &[Side], hint: Option<&BigInt>, limits: &Limits) -> Result<Vec<SparseVector>, Error> {
        let prime = self.factor.modulus.prime() as u32;
        let start = |side: &Side| {
            let largest = side.iter().map(|(_, value)| value.abs()).max().unwrap_or_default();
            let recovery = Recovery::new(hint.cloned(), Bound { row: self.row.clone(), side: largest });
            Lifted::new(self.size, side, prime, recovery)
        };
        let mut lifted: Vec<Lifted> = sides.iter().map(start).collect();
        let (mut count, mut checkpoint) = (0, 4);
        while lifted.iter().any(|one| one.found.is_none()) {
            self.step(&mut lifted, count);
            count += 1;
            limits.tick("lifting digits", count, 0)?;
            let kept = count * self.size * lifted.len();
            if count as u64 * 12 > limits.bits + 64 || kept > limits.fill_nonzeros.saturating_mul(DIGITS_PER_ENTRY) {
                return Err(limit(
                    format!("a solution of {} unknowns has more than {} bits", self.size, count * 12),
                    "raise the limit of bits or of nonzero entries, or ask for fewer rows or features",
                ));
            }
            if count == checkpoint {
                checkpoint += 4.max(count / 12);
                for one in lifted.iter_mut().filter(|one| one.found.is_none()) {
                    one.found = one.recovery.attempt(&mut one.digits);
                }
            }
        }
        Ok(lifted.into_iter().filter_map(|one| one.found).collect())
    }

    /// Finds digit `count` of every solution that is not yet known.
    fn step(&self, lifted: &mut [Lifted], count: usize) {
        let modulus = self.factor.modulus;
        let open = || lifted.iter().filter(|one| one.found.is_none());
        let mut tables: Vec<Vec<f64>> = open().map(|one| one.residue(count, self.factor)).collect();
        if self.transposed {
            self.factor.solve_transposed(self.size, &mut tables);
        } else {
            self.factor.solve(self.size, &mut tables);
        }
        let mut open: Vec<&mut Lifted> = lifted.iter_mut().filter(|one| one.found.is_none()).collect();
        for (one, table) in open.iter_mut().zip(&mut tables) {
            table.truncate(self.size);
            modulus.reduce_all(table);
            one.digits.push(table);
            for &(at, digit) in one.feed.get(count).into_iter().flatten() {
                one.residual[at as usize] += digit as i128;
            }
        }
        widest(Subtract { system: self, lifted: &mut open, digits: &tables });
    }

    /// Row `row` of B times the digits.
    #[inline(always)]
    fn product(&self, row: usize, digits: &[f64]) -> i128 {
        let range = self.starts[row]..self.starts[row + 1];
        let places = row * self.size..(row + 1) * self.size;
        match &self.entries {
            Entries::Dense(all) => {
                let mut sums = [0.0; 8];
                add_products(&mut sums, &all[places], digits, f64::from);
                sums.iter().sum::<f64>() as i128
            }
            Entries::Double(all) => {
                all[range].iter().fold(0.0, |sum, &(c, value)| sum + f64::from(value) * digits[c as usize]) as i128
            }
            Entries::Word(all) => {
                all[range].iter().fold(0i64, |sum, &(c, value)| sum + value * digits[c as usize] as i64).into()
            }
            Entries::Wide(all) => {
                let term = |&(c, value): &(u32, i64)| i128::from(value) * digits[c as usize] as i128;
                all[range].iter().map(term).sum()
            }
        }
    }
}

/// The residuals become what is left of them after the digits, divided by the prime.
struct Subtract<'a, 'b, 'c> {
    system: &'a System<'a>,
    lifted: &'b mut [&'c mut Lifted],
    digits: &'b [Vec<f64>],
}

impl Wide for Subtract<'_, '_, '_> {
    #[inline(always)]
    fn run(self) {
        let Subtract { system, lifted, digits } = self;
        let prime = system.factor.modulus.prime() as i128;
        for row in 0..system.size {
            for (one, digits) in lifted.iter_mut().zip(digits) {
                one.residual[row] = divide(one.residual[row] - system.product(row, digits), prime);
            }
        }
    }
}

/// The quotient of a division that leaves nothing; most numbers fit 64 bits, where it is cheap.
fn divide(value: i128, prime: i128) -> i128 {
    match i64::try_from(value) {
        Ok(value) => (value / prime as i64).into(),
        Err(_) => value / prime,
    }
}

/// One solution under way.
struct Lifted {
    /// For each digit what it adds to the residual: the right-hand side in base p.
    feed: Vec<Vec<(u32, f64)>>,
    residual: Vec<i128>,
    digits: Digits,
    recovery: Recovery,
    found: Option<SparseVector>,
}

impl Lifted {
    fn new(size: usize, side: &Side, prime: u32, recovery: Recovery) -> Lifted {
        let feed = expand(side, prime);
        let found = feed.is_empty().then(SparseVector::zero);
        let digits = Digits::new(size, prime);
        Lifted { feed, residual: vec![0; size], digits, recovery, found }
    }

    /// The residual modulo the prime, with the digit of the right-hand side, and a place for every pivot.
    fn residue(&self, count: usize, factor: &Factor) -> Vec<f64> {
        let modulus = factor.modulus;
        let small = |&value: &i128| i64::try_from(value).unwrap_or_else(|_| (value % modulus.prime() as i128) as i64);
        let mut table: Vec<f64> = self.residual.iter().map(|value| modulus.residue(small(value))).collect();
        for &(at, digit) in self.feed.get(count).into_iter().flatten() {
            table[at as usize] = modulus.reduce(table[at as usize] + digit);
        }
        table.resize(factor.pivots.len(), 0.0);
        table
    }
}

/// The balanced digits of the entries, the lowest first.
fn expand(side: &Side, prime: u32) -> Vec<Vec<(u32, f64)>> {
    let mut feed: Vec<Vec<(u32, f64)>> = Vec::new();
    let half = BigInt::from(prime / 2);
    for (index, value) in side {
        let (mut value, mut level) = (value.clone(), 0);
        while !value.is_zero() {
            let (quotient, digit) = (&value + &half).div_mod_floor(&BigInt::from(prime));
            if feed.len() == level {
                feed.push(Vec::new());
            }
            let digit = (digit - &half).to_f64().unwrap_or_default();
            feed[level].push((*index, digit));
            (value, level) = (quotient, level + 1);
        }
    }
    feed
}
