//! The basis that elimination modulo a prime finds, and its answers by lifting.

use num_bigint::BigInt;
use num_traits::{One, Zero};

use super::Error;
use super::RightHandSide;
use super::SparseMatrix;
use super::check::left_product;
use super::factor::{Factor, orders};
use super::lift::{Side, System, WIDTH};
use super::limits::{Limits, limit};
use super::pivoting::Density;
use super::reconstruct::lcm;
use super::residue::primes;
use super::table::RationalMatrix;
use super::vector::{Combination, SparseVector};

/// Entries for a hundred places of what is left, beyond which dense elimination is the quicker one.
pub(super) const DENSE_PERCENT: usize = 12;

/// Primes that are tried before giving up: a matrix whose rank falls modulo each of these has been made for it.
const PRIMES_TRIED: usize = 64;

/// Pivots whose rows are independent modulo a prime, hence over the rationals, and beyond which exact relations show
/// that there is nothing.
pub(super) struct ModularBasis {
    factor: Factor,
    order: Vec<Option<u32>>,
    pub stage_ranks: Vec<usize>,
}

impl ModularBasis {
    /// Eliminates the given rows, ascending; stage `i` ends before row `stages[i]`.
    ///
    /// Errors: [`ErrorKind::Limit`], [`ErrorKind::Cancelled`].
    pub(super) fn find(
        m: &SparseMatrix,
        rows: &[u32],
        stages: &[usize],
        percent: usize,
        limits: &Limits,
    ) -> Result<ModularBasis, Error> {
        let density = Density { nonzeros: limits.fill_nonzeros, percent, least_rows: 0 };
        for prime in primes().take(PRIMES_TRIED) {
            let factor = Factor::find(m, rows.iter().copied(), stages, prime, density, limits)?;
            let rank_before = |&end: &usize| factor.pivots.iter().take_while(|&&(row, _)| (row as usize) < end).count();
            let stage_ranks = stages.iter().map(rank_before).collect();
            let basis = ModularBasis { order: orders(&factor.pivots, m.cols()), factor, stage_ranks };
            if basis.is_complete(m, rows, stages, limits)? {
                return Ok(basis);
            }
        }
        Err(limit(
            format!("the rank falls modulo each of {PRIMES_TRIED} primes"),
            "multiply the matrix by something else",
        ))
    }

    /// The basis of one stage that a factor is of.
    pub(super) fn of(factor: Factor, cols: usize) -> ModularBasis {
        ModularBasis { order: orders(&factor.pivots, cols), stage_ranks: vec![factor.pivots.len()], factor }
    }

    /// The prime.
    pub(super) fn prime(&self) -> u32 {
        self.factor.modulus.prime() as u32
    }

    /// Changes a vector of residues at the columns of the pivots, so that it is silent on their rows modulo the prime.
    pub(super) fn silence(&self, m: &SparseMatrix, vector: &mut [i64]) {
        let (modulus, pivots) = (self.factor.modulus, &self.factor.pivots);
        pivots.iter().for_each(|&(_, column)| vector[column as usize] = 0);
        let minus = |sum: f64, (column, value): (u32, i64)| {
            modulus.reduce(sum - modulus.residue(value) * modulus.residue(vector[column as usize]))
        };
        let mut tables = [pivots.iter().map(|&(row, _)| m.row(row as usize).fold(0.0, minus)).collect::<Vec<f64>>()];
        self.factor.solve(pivots.len(), &mut tables);
        for (&(_, column), &value) in pivots.iter().zip(&tables[0]) {
            vector[column as usize] = (modulus.reduce(value) as i64).rem_euclid(modulus.prime() as i64);
        }
    }

    /// The (row, column) of each pivot.
    pub(super) fn pivots(&self) -> &[(u32, u32)] {
        &self.factor.pivots
    }

    /// Whether no row of a stage is independent of its pivot rows: exact relations for its other rows, or a basis of the
    /// kernel, whichever is less.
    fn is_complete(&self, m: &SparseMatrix, rows: &[u32], stages: &[usize], limits: &Limits) -> Result<bool, Error> {
        let mut is_pivot = vec![false; m.rows()];
        self.factor.pivots.iter().for_each(|&(row, _)| is_pivot[row as usize] = true);
        let transpose = m.transpose();
        let mut start = 0;
        for (&end, &rank) in stages.iter().zip(&self.stage_ranks) {
            let inside = |&row: &u32| (start..end).contains(&(row as usize)) && !is_pivot[row as usize];
            let others: Vec<u32> = rows.iter().copied().filter(inside).collect();
            let free: Vec<u32> = (0..m.cols() as u32).filter(|&column| self.is_free(column, rank)).collect();
            let complete = if others.len() <= free.len() {
                self.are_dependent(m, &others, rank, limits)?
            } else {
                self.are_free(m, &transpose, &free, (end, rank), limits)?
            };
            if !complete {
                return Ok(false);
            }
            start = end;
        }
        Ok(true)
    }

    fn is_free(&self, column: u32, rank: usize) -> bool {
        self.order[column as usize].is_none_or(|order| order as usize >= rank)
    }

    fn are_dependent(&self, m: &SparseMatrix, rows: &[u32], rank: usize, limits: &Limits) -> Result<bool, Error> {
        for rows in rows.chunks(WIDTH) {
            let found = self.combine(m, &m.select(rows, m.cols(), Some), rank, limits)?;
            if !found.iter().all(|combination| matches!(combination, Combination::Dependent(_))) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn are_free(
        &self,
        m: &SparseMatrix,
        transpose: &SparseMatrix,
        columns: &[u32],
        (end, rank): (usize, usize),
        limits: &Limits,
    ) -> Result<bool, Error> {
        for columns in columns.chunks(WIDTH) {
            for kernel in self.kernels(m, columns, rank, limits)? {
                if !left_product(transpose, &kernel, end)?.is_empty() {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The rows and columns of the first `rank` pivots, in their order.
    fn square(&self, m: &SparseMatrix, rank: usize) -> SparseMatrix {
        let rows: Vec<u32> = self.factor.pivots[..rank].iter().map(|&(row, _)| row).collect();
        m.select(&rows, rank, |column| self.order[column as usize].filter(|&order| (order as usize) < rank))
    }

    /// The solution for the pivot rows, cols x width.
    pub(super) fn solve(&self, m: &SparseMatrix, b: &RightHandSide, limits: &Limits) -> Result<RationalMatrix, Error> {
        let rank = self.factor.pivots.len();
        let side = |column: usize| {
            let entry = |(at, &(row, _)): (usize, &(u32, u32))| (at as u32, b.get(row as usize, column));
            let entries = self.factor.pivots.iter().enumerate().map(entry);
            entries.filter(|(_, value)| !value.is_zero()).collect::<Side>()
        };
        let square = self.square(m, rank);
        let sides: Vec<Side> = (0..b.width()).map(side).collect();
        let columns = System::new(&self.factor, &square, false).solve(&sides, limits)?;
        let common = columns.iter().fold(BigInt::one(), |common, x| lcm(&common, x.denominator()));
        let factors: Vec<BigInt> = columns.iter().map(|x| &common / x.denominator()).collect();
        let mut rows: Vec<(u32, Vec<BigInt>)> = Vec::with_capacity(rank);
        for column in 0..m.cols() as u32 {
            if let Some(order) = self.order[column as usize] {
                let numerator = |(x, factor): (&SparseVector, &BigInt)| Some(x.numerator(order)? * factor);
                let row = columns.iter().zip(&factors).map(|pair| numerator(pair).unwrap_or_default()).collect();
                rows.push((column, row));
            }
        }
        Ok(RationalMatrix::over(&common, m.cols(), b.width(), rows))
    }

    /// Each row of `rows` as a combination of the first `rank` pivot rows, multiplied out, or where it is none.
    pub(super) fn combine(
        &self,
        m: &SparseMatrix,
        rows: &SparseMatrix,
        rank: usize,
        limits: &Limits,
    ) -> Result<Vec<Combination>, Error> {
        let square = self.square(m, rank).transpose();
        let system = System::new(&self.factor, &square, true);
        let mut found: Vec<Combination> = Vec::with_capacity(rows.rows());
        let mut pending: Vec<usize> = Vec::new();
        for row in 0..rows.rows() {
            limits.tick("expressing rows", row, rows.rows())?;
            let rest = self.rest(m, rows, row, rank);
            if rest.is_empty() {
                pending.push(row);
            }
            found.push(Combination::Independent(rest));
        }
        for batch in pending.chunks(WIDTH) {
            let sides: Vec<Side> = batch.iter().map(|&row| self.side(rows, row, rank)).collect();
            for (&row, c) in batch.iter().zip(system.solve(&sides, limits)?) {
                found[row] = self.multiply_out(m, rows, row, &c)?;
            }
        }
        Ok(found)
    }

    /// The entries of a row in the columns of the first `rank` pivots.
    fn side(&self, rows: &SparseMatrix, row: usize, rank: usize) -> Side {
        let known = |(column, value): (u32, i64)| {
            let order = self.order[column as usize].filter(|&order| (order as usize) < rank)?;
            Some((order, BigInt::from(value)))
        };
        rows.row(row).filter_map(known).collect()
    }

    /// The columns where a row differs from the combination of pivot rows that agrees with it in theirs, modulo the
    /// prime: there it certainly does.
    fn rest(&self, m: &SparseMatrix, rows: &SparseMatrix, row: usize, rank: usize) -> Vec<u32> {
        if rank == m.cols() {
            return Vec::new();
        }
        let modulus = self.factor.modulus;
        let mut table = vec![0.0; self.factor.pivots.len()];
        for (order, value) in self.side(rows, row, rank) {
            table[order as usize] = modulus.residue(i64::try_from(value).unwrap_or_default());
        }
        let mut tables = [table];
        self.factor.solve_transposed(rank, &mut tables);
        let mut rest = vec![0.0; m.cols()];
        rows.row(row).for_each(|(column, value)| rest[column as usize] = modulus.residue(value));
        for (&(pivot, _), &factor) in self.factor.pivots[..rank].iter().zip(&tables[0]).filter(|(_, f)| **f != 0.0) {
            for (column, value) in m.row(pivot as usize) {
                let place = &mut rest[column as usize];
                *place = modulus.reduce(*place - factor * modulus.residue(value));
            }
        }
        (0..m.cols() as u32).filter(|&column| rest[column as usize] != 0.0 && self.is_free(column, rank)).collect()
    }

    /// What is left of a row after the combination `c` of pivots.
    fn multiply_out(
        &self,
        m: &SparseMatrix,
        rows: &SparseMatrix,
        row: usize,
        c: &SparseVector,
    ) -> Result<Combination, Error> {
        let original = |(order, value): &(u32, BigInt)| (self.factor.pivots[*order as usize].0, value.clone());
        let c = SparseVector::reduced(c.numerators().iter().map(original).collect(), c.denominator().clone());
        let minus = rows.row(row).map(|(column, value)| (column, -(c.denominator() * value)));
        let product = left_product(m, &c, m.cols())?;
        let rest = SparseVector::reduced(product.into_iter().chain(minus).collect(), BigInt::one());
        Ok(if rest.is_zero() { Combination::Dependent(c) } else { Combination::Independent(rest.support().collect()) })
    }

    /// For each column of `free`, which has none of the first `rank` pivots, the vector of the kernel of their rows that
    /// is 1 there and 0 at every other such column.
    pub(super) fn kernels(
        &self,
        m: &SparseMatrix,
        free: &[u32],
        rank: usize,
        limits: &Limits,
    ) -> Result<Vec<SparseVector>, Error> {
        let square = self.square(m, rank);
        let side = |&free: &u32| {
            let entry = |(at, &(row, _)): (usize, &(u32, u32))| (at as u32, -BigInt::from(m.get(row as usize, free)));
            let entries = self.factor.pivots[..rank].iter().enumerate().map(entry);
            entries.filter(|(_, value)| !value.is_zero()).collect::<Side>()
        };
        let sides: Vec<Side> = free.iter().map(side).collect();
        let found = System::new(&self.factor, &square, false).solve(&sides, limits)?;
        let whole = |(&free, x): (&u32, SparseVector)| {
            let own = (free, x.denominator().clone());
            let column = |(order, value): &(u32, BigInt)| (self.factor.pivots[*order as usize].1, value.clone());
            SparseVector::reduced(x.numerators().iter().map(column).chain([own]).collect(), x.denominator().clone())
        };
        Ok(free.iter().zip(found).map(whole).collect())
    }
}
