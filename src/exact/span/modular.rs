//! A basis of some rows modulo a prime, and the vectors that are silent on it: sparse, or with a dense core where that fills in.

use num_bigint::BigInt;
use num_integer::{Integer, Roots};
use num_traits::One;

use super::super::Error;
use super::super::SparseMatrix;
use super::super::echelon::{Echelon, Workspace};
use super::super::factor::Factor;
use super::super::limits::{Limits, limit};
use super::super::modular::ModularBasis;
use super::super::pivoting::{Active, Density, End};
use super::super::residue::primes;
use super::super::ring::Field;
use super::super::vector::SparseVector;

/// How rounds go: how many rows the first takes; and from how many entries for a hundred places elimination goes on densely, if so
/// many rows remain.
#[derive(Clone, Copy)]
pub(in super::super) struct Rounds<'a> {
    pub first: usize,
    pub percent: usize,
    pub core_rows: usize,
    pub limits: &'a Limits,
}

/// The most rows of the first round; later ones take as many new rows as the basis has.
pub(super) const FIRST: usize = 1 << 13;

/// With fewer rows left elimination goes on sparsely, however dense they are: what is sparse has short readouts at hand.
pub(super) const CORE_ROWS: usize = 2000;

/// The prime of sparse elimination, 2^31 - 1.
const PRIME: u32 = 2_147_483_647;

/// Primes that are tried for a dense core before giving up.
const PRIMES_TRIED: usize = 64;

/// Rows eliminated modulo a prime.
pub(super) enum Reduced {
    Sparse {
        prime: u32,
        echelon: Echelon,
    },
    /// Where sparse elimination fills in.
    Dense(ModularBasis),
}

impl Reduced {
    /// Eliminates the given rows, ascending, modulo a prime of its own for each attempt.
    pub(super) fn find(m: &SparseMatrix, rows: &[u32], attempt: usize, how: Rounds) -> Result<Reduced, Error> {
        let prime = [PRIME].into_iter().chain(primes()).nth(attempt).unwrap_or(PRIME);
        let field = Field::new(prime);
        let mut echelon = Echelon::new(m.cols());
        let mut active = Active::new(&field, m, rows.iter().copied(), |value| field.residue(value));
        let tick = |done| how.limits.tick("looking for independent captions", done, rows.len());
        if let End::Done = active.run(m.rows(), &mut echelon, density(how, how.core_rows), tick)? {
            return Ok(Reduced::Sparse { prime, echelon });
        }
        drop(active);
        Reduced::dense(m, rows, primes().nth(attempt).unwrap_or(16_777_213), how)
    }

    fn dense(m: &SparseMatrix, rows: &[u32], prime: u32, how: Rounds) -> Result<Reduced, Error> {
        let factor = Factor::find(m, rows.iter().copied(), &[m.rows()], prime, density(how, 0), how.limits)?;
        Ok(Reduced::Dense(ModularBasis::of(factor, m.cols())))
    }

    pub(super) fn modulus(&self) -> u32 {
        match self {
            Reduced::Sparse { prime, .. } => *prime,
            Reduced::Dense(basis) => basis.prime(),
        }
    }

    /// The (row, column) of each pivot, in the order of elimination.
    pub(super) fn pivots(&self) -> Vec<(u32, u32)> {
        match self {
            Reduced::Sparse { echelon, .. } => echelon.pivots.iter().map(|pivot| (pivot.row, pivot.column)).collect(),
            Reduced::Dense(basis) => basis.pivots().to_vec(),
        }
    }

    /// A random vector that is silent on the rows, modulo the prime.
    pub(super) fn probe(&self, m: &SparseMatrix, seed: u64) -> Vec<i64> {
        let modulus = i64::from(self.modulus());
        let random = |column: usize| (mixed(mixed(seed) ^ column as u64) % modulus as u64) as i64;
        let mut probe: Vec<i64> = (0..m.cols()).map(random).collect();
        match self {
            Reduced::Sparse { prime, echelon } => {
                let field = Field::new(*prime);
                for (at, pivot) in echelon.pivots.iter().enumerate().rev() {
                    let seen = dot(modulus, &probe, echelon.upper.row(at).iter().copied());
                    probe[pivot.column as usize] = (modulus - seen) % modulus * field.inverse(pivot.value) % modulus;
                }
            }
            Reduced::Dense(basis) => basis.silence(m, &mut probe),
        }
        probe
    }

    /// Whether the probe is not silent on the row.
    pub(super) fn sees(&self, probe: &[i64], row: impl Iterator<Item = (u32, i64)>) -> bool {
        dot(i64::from(self.modulus()), probe, row) != 0
    }

    /// For each column without a pivot, ascending, the vector of coprime integers that is silent on the rows and has of these
    /// columns this one alone; right where its entries are as small as residues can tell.
    pub(super) fn small_readouts(&self, m: &SparseMatrix, how: Rounds) -> Result<Vec<SparseVector>, Error> {
        let open = self.open(m.cols());
        let (prime, echelon) = match self {
            Reduced::Sparse { prime, echelon } => (*prime, echelon),
            Reduced::Dense(basis) => return lifted(basis, m, &open, how.limits),
        };
        let (field, mut room) = (Field::new(prime), Workspace::new(m.cols().max(echelon.rank())));
        let mut found = Vec::with_capacity(open.len());
        for (at, &column) in open.iter().enumerate() {
            how.limits.tick("finding readouts", at, open.len())?;
            let entries = echelon.kernel(&field, &mut room, column, echelon.rank()).map(|(_, entries)| entries);
            found.push(small(entries.unwrap_or_default(), column, i64::from(prime)));
        }
        Ok(found)
    }

    /// The same of any size, for rows that are a basis: the columns without a pivot may be others.
    pub(super) fn large_readouts(
        m: &SparseMatrix,
        rows: &[u32],
        how: Rounds,
    ) -> Result<(Reduced, Vec<SparseVector>), Error> {
        for prime in primes().take(PRIMES_TRIED) {
            let found = Reduced::dense(m, rows, prime, how)?;
            if found.pivots().len() == rows.len() {
                let readouts = found.small_readouts(m, how)?;
                return Ok((found, readouts));
            }
        }
        let message = format!("the rank falls modulo each of {PRIMES_TRIED} primes");
        Err(limit(message, "multiply the matrix by something else"))
    }

    /// The columns without a pivot, ascending.
    fn open(&self, cols: usize) -> Vec<u32> {
        let mut is_open = vec![true; cols];
        self.pivots().iter().for_each(|&(_, column)| is_open[column as usize] = false);
        (0..cols as u32).filter(|&column| is_open[column as usize]).collect()
    }
}

fn density(how: Rounds, least_rows: usize) -> Density {
    Density { nonzeros: how.limits.fill_nonzeros, percent: how.percent, least_rows }
}

/// Vectors of any size, by lifting.
fn lifted(basis: &ModularBasis, m: &SparseMatrix, open: &[u32], limits: &Limits) -> Result<Vec<SparseVector>, Error> {
    // A column that no row has needs no lifting, and most that are open are such.
    let mut is_met = vec![false; m.cols()];
    for &(row, _) in basis.pivots() {
        m.row_columns(row as usize).iter().for_each(|&column| is_met[column as usize] = true);
    }
    let met: Vec<u32> = open.iter().copied().filter(|&column| is_met[column as usize]).collect();
    let mut found = basis.kernels(m, &met, basis.pivots().len(), limits)?.into_iter();
    let whole = |k: SparseVector| SparseVector::reduced(k.numerators().to_vec(), BigInt::one());
    let vector = |&column: &u32| match is_met[column as usize] {
        true => found.next().map(whole).unwrap_or_else(SparseVector::zero),
        false => SparseVector::unit(column),
    };
    Ok(open.iter().map(vector).collect())
}

/// The vector with 1 at `own` and these residues, times the least common denominator of what they stand for.
fn small(residues: Vec<(u32, i64)>, own: u32, prime: i64) -> SparseVector {
    let fractions: Vec<(u32, i64, i64)> = residues
        .into_iter()
        .map(|(column, residue)| {
            let (numerator, denominator) = fraction(residue, prime);
            (column, numerator, denominator)
        })
        .collect();
    let mut common = BigInt::one();
    for denominator in fractions.iter().map(|&(_, _, denominator)| denominator).filter(|d| *d != 1) {
        common = common.lcm(&denominator.into());
    }
    let entry = |&(column, numerator, denominator): &(u32, i64, i64)| (column, &common / denominator * numerator);
    let entries = fractions.iter().map(entry).chain([(own, common.clone())]).collect();
    SparseVector::reduced(entries, BigInt::one())
}

/// The fraction of the residue whose numerator and denominator are the least: right if both are below the root of half the prime.
fn fraction(residue: i64, prime: i64) -> (i64, i64) {
    let bound = (prime / 2).sqrt();
    let (mut x, mut y) = (prime, residue);
    let (mut s, mut t) = (0i64, 1i64);
    // y = t * residue modulo the prime, throughout.
    while y > bound {
        let quotient = x / y;
        (x, y) = (y, x - quotient * y);
        (s, t) = (t, s - quotient * t);
    }
    if t < 0 { (-y, -t) } else { (y, t) }
}

/// The product with a vector of residues, a residue.
pub(super) fn dot(modulus: i64, vector: &[i64], row: impl Iterator<Item = (u32, i64)>) -> i64 {
    row.fold(0, |sum, (column, value)| (sum + vector[column as usize] * (value % modulus)) % modulus)
        .rem_euclid(modulus)
}

/// The next output of SplitMix64 (Steele, Lea and Flood 2014).
fn mixed(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_come_back_from_their_residues() {
        let (prime, field) = (i64::from(PRIME), Field::new(PRIME));
        for numerator in [-32_767i64, -255, -2, -1, 1, 2, 3, 1000, 32_767] {
            for denominator in [1i64, 2, 3, 7, 32_768] {
                let residue = numerator.rem_euclid(prime) * field.inverse(denominator) % prime;
                let (n, d) = fraction(residue, prime);
                assert_eq!(n * denominator, numerator * d, "{numerator}/{denominator}");
            }
        }
        assert_eq!(fraction(0, prime), (0, 1));
    }
}
