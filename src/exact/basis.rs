//! The two engines behind one name.

use super::Error;
use super::RightHandSide;
use super::SparseMatrix;
use super::integer::IntegerBasis;
use super::limits::{Engine, Limits, limit};
use super::modular::ModularBasis;
use super::table::RationalMatrix;
use super::vector::{Combination, SparseVector};

/// A basis of the rows of a matrix, found stage by stage.
pub(super) enum Basis {
    Integer(IntegerBasis),
    Modular(ModularBasis),
}

impl Basis {
    /// Eliminates the given rows, ascending; stage `i` ends before row `stages[i]`. Modular elimination goes on
    /// densely from `percent` entries for a hundred places.
    ///
    /// Errors: [`ErrorKind::Limit`], [`ErrorKind::Cancelled`].
    pub(super) fn find(
        m: &SparseMatrix,
        rows: &[u32],
        stages: &[usize],
        percent: usize,
        limits: &Limits,
    ) -> Result<Basis, Error> {
        if limits.engine != Engine::Modular {
            if let Some(basis) = IntegerBasis::find(m, rows.iter().copied(), stages, limits)? {
                return Ok(Basis::Integer(basis));
            }
            if limits.engine == Engine::Integer {
                let message = "elimination over machine integers overflowed or filled in".to_owned();
                return Err(limit(message, "let the engine be chosen automatically"));
            }
        }
        Ok(Basis::Modular(ModularBasis::find(m, rows, stages, percent, limits)?))
    }

    /// The (row, column) of each pivot, in the order of elimination.
    pub(super) fn pivots(&self) -> Vec<(u32, u32)> {
        match self {
            Basis::Integer(basis) => basis.echelon.pivots.iter().map(|pivot| (pivot.row, pivot.column)).collect(),
            Basis::Modular(basis) => basis.pivots().to_vec(),
        }
    }

    /// The number of pivots up to the end of each stage.
    pub(super) fn stage_ranks(&self) -> &[usize] {
        match self {
            Basis::Integer(basis) => &basis.stage_ranks,
            Basis::Modular(basis) => &basis.stage_ranks,
        }
    }

    /// The solution for the pivot rows, cols x width, not yet checked.
    pub(super) fn solve(&self, m: &SparseMatrix, b: &RightHandSide, limits: &Limits) -> Result<RationalMatrix, Error> {
        match self {
            Basis::Integer(basis) => Ok(basis.solve(m.cols(), b)),
            Basis::Modular(basis) => basis.solve(m, b, limits),
        }
    }

    /// What each row of `rows` is to the first `rank` pivot rows, not yet checked.
    pub(super) fn combine(
        &self,
        m: &SparseMatrix,
        rows: &SparseMatrix,
        rank: usize,
        limits: &Limits,
    ) -> Result<Vec<Combination>, Error> {
        match self {
            Basis::Integer(basis) => basis.combine(rows, rank, limits),
            Basis::Modular(basis) => basis.combine(m, rows, rank, limits),
        }
    }

    /// For each column of `free`, which has none of the first `rank` pivots, the vector of the kernel of their rows
    /// that is 1 there and 0 at every other such column; not yet checked.
    pub(super) fn kernels(
        &self,
        m: &SparseMatrix,
        free: &[u32],
        rank: usize,
        limits: &Limits,
    ) -> Result<Vec<SparseVector>, Error> {
        match self {
            Basis::Integer(basis) => basis.kernels(m.cols(), free, rank, limits),
            Basis::Modular(basis) => basis.kernels(m, free, rank, limits),
        }
    }
}
