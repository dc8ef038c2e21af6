//! The basis that elimination over the integers finds, and its answers.

use num_bigint::BigInt;

use super::Error;
use super::RightHandSide;
use super::SparseMatrix;
use super::echelon::{Echelon, Workspace};
use super::limits::Limits;
use super::number::Number;
use super::pivoting::{Active, Density, End};
use super::ring::Integers;
use super::substitute;
use super::table::RationalMatrix;
use super::vector::{Combination, SparseVector};

/// Filling in beyond this many times the entries of the matrix is left to modular elimination.
const FILL_FACTOR: usize = 16;
/// A matrix with that many rows and columns, and an entry in that share of its places, overflows nearly always.
const DENSE_ROWS: usize = 64;
const DENSE_SHARE: usize = 4;
/// Matrices this small may fill in completely.
const FILL_ALWAYS: usize = 1 << 20;

/// The echelon form of the rows `rows` of the stages, found without leaving 64 bits.
pub(super) struct IntegerBasis {
    pub echelon: Echelon,
    pub stage_ranks: Vec<usize>,
}

impl IntegerBasis {
    /// Eliminates the given rows, stage after stage, stage `i` ending before row `stages[i]`; `None` when the integers
    /// overflow or fill in, and the modular basis is called for.
    pub(super) fn find(
        m: &SparseMatrix,
        rows: impl Iterator<Item = u32>,
        stages: &[usize],
        limits: &Limits,
    ) -> Result<Option<IntegerBasis>, Error> {
        if m.rows().min(m.cols()) >= DENSE_ROWS && m.nnz() / m.rows() * DENSE_SHARE >= m.cols() {
            return Ok(None);
        }
        let ring = Integers::<i64>::new();
        let nonzeros = limits.fill_nonzeros.min(FILL_ALWAYS.max(m.nnz().saturating_mul(FILL_FACTOR)));
        let density = Density { nonzeros, percent: 100, least_rows: 0 };
        let mut echelon = Echelon::new(m.cols());
        let mut active = Active::new(&ring, m, rows, |value| value);
        let mut stage_ranks = Vec::new();
        for &end in stages {
            let tick = |done| limits.tick("eliminating", done, m.rows().min(m.cols()));
            match active.run(end, &mut echelon, density, tick)? {
                End::Done => stage_ranks.push(echelon.rank()),
                End::Dense | End::Overflow => return Ok(None),
            }
        }
        Ok(Some(IntegerBasis { echelon, stage_ranks }))
    }

    /// The solution for the pivot rows, cols x width.
    pub(super) fn solve(&self, cols: usize, b: &RightHandSide) -> RationalMatrix {
        substitute::solve(&self.echelon, cols, b)
    }

    /// What each row of `rows` is to the first `rank` pivot rows.
    pub(super) fn combine(&self, rows: &SparseMatrix, rank: usize, limits: &Limits) -> Result<Vec<Combination>, Error> {
        let mut room = Room::new(rows.cols().max(self.echelon.rank()));
        let mut found = Vec::with_capacity(rows.rows());
        for at in 0..rows.rows() {
            limits.tick("expressing rows", at, rows.rows())?;
            found.push(room.smallest(
                |space| self.combine_one::<i64>(space, rows, at, rank),
                |space| self.combine_one::<i128>(space, rows, at, rank),
                |space| self.combine_one::<BigInt>(space, rows, at, rank),
            ));
        }
        Ok(found.into_iter().flatten().collect())
    }

    fn combine_one<N: Number>(
        &self,
        space: &mut Workspace<N>,
        rows: &SparseMatrix,
        at: usize,
        rank: usize,
    ) -> Option<Combination> {
        let ring = Integers::<N>::new();
        let row = rows.row(at).map(|(column, value)| (column, N::from_i64(value)));
        let swept = self.echelon.reduce(&ring, space, row, rank)?;
        if !swept.rest.is_empty() {
            return Some(Combination::Independent(swept.rest.into_iter().map(|(column, _)| column).collect()));
        }
        let (scale, original) = self.echelon.original_rows(&ring, space, swept.quotients)?;
        Some(Combination::Dependent(SparseVector::reduced(big(original), scale.into_big() * swept.scale.into_big())))
    }

    /// For each column of `free`, which has none of the first `rank` pivots, the vector of the kernel of their rows
    /// that is 1 there and 0 at every other such column.
    pub(super) fn kernels(
        &self,
        cols: usize,
        free: &[u32],
        rank: usize,
        limits: &Limits,
    ) -> Result<Vec<SparseVector>, Error> {
        let mut room = Room::new(cols.max(self.echelon.rank()));
        let mut found = Vec::with_capacity(free.len());
        for (at, &column) in free.iter().enumerate() {
            limits.tick("finding kernel vectors", at, free.len())?;
            found.push(room.smallest(
                |space| self.kernel_one::<i64>(space, column, rank),
                |space| self.kernel_one::<i128>(space, column, rank),
                |space| self.kernel_one::<BigInt>(space, column, rank),
            ));
        }
        Ok(found.into_iter().flatten().collect())
    }

    fn kernel_one<N: Number>(&self, space: &mut Workspace<N>, free: u32, rank: usize) -> Option<SparseVector> {
        let (scale, entries) = self.echelon.kernel(&Integers::<N>::new(), space, free, rank)?;
        let scale = scale.into_big();
        let mut entries = big(entries);
        entries.push((free, scale.clone()));
        Some(SparseVector::reduced(entries, scale))
    }
}

fn big<N: Number>(entries: Vec<(u32, N)>) -> Vec<(u32, BigInt)> {
    entries.into_iter().map(|(index, value)| (index, value.into_big())).collect()
}

/// Workspaces for the three sizes of integers, the larger ones made when they are needed.
struct Room {
    size: usize,
    small: Workspace<i64>,
    wide: Option<Workspace<i128>>,
    big: Option<Workspace<BigInt>>,
}

impl Room {
    fn new(size: usize) -> Room {
        Room { size, small: Workspace::new(size), wide: None, big: None }
    }

    /// The first of three computations that does not overflow; the last one cannot.
    fn smallest<T>(
        &mut self,
        small: impl FnOnce(&mut Workspace<i64>) -> Option<T>,
        wide: impl FnOnce(&mut Workspace<i128>) -> Option<T>,
        big: impl FnOnce(&mut Workspace<BigInt>) -> Option<T>,
    ) -> Option<T> {
        let size = self.size;
        small(&mut self.small)
            .or_else(|| wide(self.wide.get_or_insert_with(|| Workspace::new(size))))
            .or_else(|| big(self.big.get_or_insert_with(|| Workspace::new(size))))
    }
}
