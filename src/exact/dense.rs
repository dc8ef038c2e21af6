//! The dense part of a modular elimination: an echelon form of dense rows, in doubles.
//!
//! Rows are taken in their order, some dozens at a time: first reduced by all pivot rows so far, which is one matrix
//! product for a block of pivots, then among themselves. A pivot is looked for within its row, and its column swapped to
//! the front, so that the pivot rows are the first independent rows and stages need no further care.

use nalgebra::{DMatrixView, DMatrixViewMut};

use super::Error;
use super::limits::{Limits, limit};
use super::line::Line;
use super::residue::{Modulus, TERMS, Wide, subtract_multiple, widest};

/// Rows that are taken together, and the most pivots in a block: products of that many terms are exact.
const BLOCK: usize = 64;

const NONE: u32 = u32::MAX;

/// `rows = lower * upper` at the pivot rows and columns of a dense matrix, modulo a prime.
pub(super) struct DenseCore {
    modulus: Modulus,
    /// (row, column) of the original matrix.
    pub pivots: Vec<(u32, u32)>,
    /// For each pivot row the multipliers of sparse pivot rows in it.
    pub outer: Vec<Vec<(u32, i64)>>,
    /// The multipliers of pivot row `i`, which are `i`; its own is one.
    lower: Vec<Vec<f32>>,
    /// The entries of pivot row `i` in the pivot columns from its own on.
    upper: Vec<Vec<f32>>,
    /// The inverses of the pivots.
    inverses: Vec<f64>,
}

impl DenseCore {
    /// Eliminates what `lines` hold; pivots are found in their order.
    ///
    /// Errors: [`ErrorKind::Limit`] where the table would be larger than `core_rows` in the square; [`ErrorKind::Cancelled`].
    pub(super) fn find(modulus: Modulus, lines: Vec<Line>, limits: &Limits) -> Result<DenseCore, Error> {
        let mut work = Work::new(modulus, &lines, limits)?;
        let mut lines = lines.into_iter();
        while work.rank() < work.columns.len() {
            let panel: Vec<Line> = lines.by_ref().take(BLOCK).collect();
            if panel.is_empty() {
                break;
            }
            limits.tick("eliminating the dense core", work.rank(), work.columns.len())?;
            widest(Panel { work: &mut work, lines: panel });
        }
        Ok(work.finish())
    }

    /// Solves `lower * upper * x = b` for the first `rank` pivots, in place.
    pub(super) fn solve(&self, rank: usize, tables: &mut [&mut [f64]]) {
        widest(Solve { core: self, rank, tables });
    }

    /// Solves `x * lower * upper = b` for the first `rank` pivots, in place: the half with `upper`.
    pub(super) fn solve_upper_transposed(&self, rank: usize, tables: &mut [&mut [f64]]) {
        widest(SolveUpperTransposed { core: self, rank, tables });
    }

    /// The half of [`DenseCore::solve_upper_transposed`] with `lower`.
    pub(super) fn solve_lower_transposed(&self, rank: usize, tables: &mut [&mut [f64]]) {
        widest(SolveLowerTransposed { core: self, rank, tables });
    }
}

struct Solve<'a, 'b, 'c> {
    core: &'a DenseCore,
    rank: usize,
    tables: &'b mut [&'c mut [f64]],
}

impl Wide for Solve<'_, '_, '_> {
    #[inline(always)]
    fn run(self) {
        let Solve { core, rank, tables } = self;
        for at in 0..rank {
            for x in &mut *tables {
                x[at] = core.modulus.reduce(x[at] - core.modulus.dot(&core.lower[at], &x[..at]));
            }
        }
        for at in (0..rank).rev() {
            let row = &core.upper[at][1..rank - at];
            for x in &mut *tables {
                let rest = core.modulus.reduce(x[at] - core.modulus.dot(row, &x[at + 1..rank]));
                x[at] = core.modulus.times(rest, core.inverses[at]);
            }
        }
    }
}

struct SolveUpperTransposed<'a, 'b, 'c> {
    core: &'a DenseCore,
    rank: usize,
    tables: &'b mut [&'c mut [f64]],
}

impl Wide for SolveUpperTransposed<'_, '_, '_> {
    #[inline(always)]
    fn run(self) {
        let SolveUpperTransposed { core, rank, tables } = self;
        for at in 0..rank {
            let row = &core.upper[at][1..rank - at];
            for x in &mut *tables {
                x[at] = core.modulus.times(core.modulus.reduce(x[at]), core.inverses[at]);
                let factor = x[at];
                subtract_multiple(&mut x[at + 1..rank], factor, row);
                if at % TERMS == TERMS - 1 {
                    core.modulus.reduce_all(&mut x[at + 1..rank]);
                }
            }
        }
    }
}

struct SolveLowerTransposed<'a, 'b, 'c> {
    core: &'a DenseCore,
    rank: usize,
    tables: &'b mut [&'c mut [f64]],
}

impl Wide for SolveLowerTransposed<'_, '_, '_> {
    #[inline(always)]
    fn run(self) {
        let SolveLowerTransposed { core, rank, tables } = self;
        for at in (0..rank).rev() {
            for x in &mut *tables {
                x[at] = core.modulus.reduce(x[at]);
                let factor = x[at];
                subtract_multiple(&mut x[..at], factor, &core.lower[at]);
                if at % TERMS == 0 {
                    core.modulus.reduce_all(&mut x[..at]);
                }
            }
        }
    }
}

/// The elimination under way. The pivot of row `i` is at position `i`.
struct Work {
    modulus: Modulus,
    /// The columns by position, and the positions by column.
    columns: Vec<u32>,
    position: Vec<u32>,
    pivots: Vec<(u32, u32)>,
    outer: Vec<Vec<(u32, i64)>>,
    lower: Vec<Vec<f32>>,
    /// The pivot rows one after the other, by position.
    upper: Vec<f64>,
    inverses: Vec<f64>,
    /// (first pivot, number) of each block.
    blocks: Vec<(usize, usize)>,
}

/// The next rows of the elimination.
struct Panel<'a> {
    work: &'a mut Work,
    lines: Vec<Line>,
}

impl Wide for Panel<'_> {
    #[inline(always)]
    fn run(self) {
        let Panel { work, lines } = self;
        let size = work.columns.len();
        let mut panel = vec![0.0; size * lines.len()];
        for (line, row) in lines.iter().zip(panel.chunks_exact_mut(size)) {
            for &(column, value) in &line.entries {
                row[work.position[column as usize] as usize] = work.modulus.residue(value);
            }
        }
        let mut multipliers = vec![Vec::with_capacity(work.rank() + BLOCK); lines.len()];
        for block in work.blocks.clone() {
            work.reduce_by(block, &mut panel, &mut multipliers);
        }
        work.eliminate(lines, panel, multipliers);
    }
}

impl Work {
    fn new(modulus: Modulus, lines: &[Line], limits: &Limits) -> Result<Work, Error> {
        let mut columns: Vec<u32> = lines.iter().flat_map(|line| line.entries.iter().map(|&(c, _)| c)).collect();
        columns.sort_unstable();
        columns.dedup();
        let places = columns.len().saturating_mul(columns.len().min(lines.len()));
        if places > limits.core_rows.saturating_mul(limits.core_rows) {
            let message = format!("elimination left a dense core of {} x {}", lines.len(), columns.len());
            return Err(limit(message, "raise the limit of the dense core, or ask for fewer rows or features"));
        }
        let mut position = vec![NONE; columns.last().map_or(0, |&last| last as usize + 1)];
        columns.iter().enumerate().for_each(|(at, &column)| position[column as usize] = at as u32);
        let (lower, upper, inverses, blocks) = Default::default();
        Ok(Work { modulus, columns, position, pivots: Vec::new(), outer: Vec::new(), lower, upper, inverses, blocks })
    }

    fn rank(&self) -> usize {
        self.pivots.len()
    }

    /// Removes the pivot columns of a block from the rows of the panel.
    #[inline(always)]
    fn reduce_by(&self, (start, length): (usize, usize), panel: &mut [f64], multipliers: &mut [Vec<f32>]) {
        let (size, end) = (self.columns.len(), start + length);
        let mut factors = Vec::with_capacity(length * multipliers.len());
        for (row, own) in panel.chunks_exact_mut(size).zip(&mut *multipliers) {
            for at in start..end {
                let factor = self.modulus.times(self.modulus.reduce(row[at]), self.inverses[at]);
                subtract_multiple(&mut row[at + 1..end], factor, &self.upper[at * size + at + 1..at * size + end]);
                own.push(factor as f32);
                factors.push(factor);
            }
        }
        let rows = multipliers.len();
        let factors = DMatrixView::from_slice(&factors, length, rows);
        let upper = DMatrixView::from_slice(&self.upper[start * size..end * size], size, length);
        let mut rest = DMatrixViewMut::from_slice(panel, size, rows);
        rest.rows_mut(end, size - end).gemm(-1.0, &upper.rows(end, size - end), &factors, 1.0);
        for row in panel.chunks_exact_mut(size) {
            self.modulus.reduce_all(&mut row[end..]);
        }
    }

    /// Eliminates the rows of the panel among themselves.
    #[inline(always)]
    fn eliminate(&mut self, lines: Vec<Line>, mut panel: Vec<f64>, multipliers: Vec<Vec<f32>>) {
        let (size, first) = (self.columns.len(), self.rank());
        let mut swaps = Vec::new();
        for (at, (line, mut own)) in lines.into_iter().zip(multipliers).enumerate() {
            let row = &mut panel[at * size..(at + 1) * size];
            for pivot in first..self.pivots.len() {
                let factor = self.modulus.times(self.modulus.reduce(row[pivot]), self.inverses[pivot]);
                let upper = &self.upper[pivot * size..(pivot + 1) * size];
                subtract_multiple(&mut row[pivot + 1..], factor, &upper[pivot + 1..]);
                own.push(factor as f32);
            }
            let rank = self.rank();
            self.modulus.reduce_all(&mut row[rank..]);
            let Some(found) = row[rank..].iter().position(|&value| value != 0.0) else { continue };
            let swap = (rank, rank + found);
            panel.chunks_exact_mut(size).for_each(|row| row.swap(swap.0, swap.1));
            self.upper[first * size..].chunks_exact_mut(size).for_each(|row| row.swap(swap.0, swap.1));
            self.columns.swap(swap.0, swap.1);
            swaps.push(swap);
            let row = &panel[at * size..(at + 1) * size];
            self.inverses.push(self.modulus.inverse(row[rank]));
            self.upper.extend_from_slice(row);
            self.lower.push(own);
            self.outer.push(line.lower);
            self.pivots.push((line.row, self.columns[rank]));
        }
        for row in self.upper[..first * size].chunks_exact_mut(size.max(1)) {
            swaps.iter().for_each(|&(x, y)| row.swap(x, y));
        }
        self.columns.iter().enumerate().for_each(|(at, &column)| self.position[column as usize] = at as u32);
        match self.blocks.last_mut() {
            Some((_, length)) if *length + swaps.len() <= BLOCK => *length += swaps.len(),
            _ if swaps.is_empty() => (),
            _ => self.blocks.push((first, swaps.len())),
        }
    }

    fn finish(self) -> DenseCore {
        let (size, rank) = (self.columns.len(), self.rank());
        let row = |at: usize| self.upper[at * size + at..at * size + rank].iter().map(|&value| value as f32).collect();
        let upper = (0..rank).map(row).collect();
        DenseCore {
            modulus: self.modulus,
            pivots: self.pivots,
            outer: self.outer,
            lower: self.lower,
            upper,
            inverses: self.inverses,
        }
    }
}
