//! Rows that come one by one, of which those are held that may be independent of all before them.

use super::super::limits::Limits;
use super::super::modular::DENSE_PERCENT;
use super::super::{Error, SparseMatrix};
use super::modular::{CORE_ROWS, FIRST, Reduced, Rounds, dot};

/// Rows that are held, by number: their span is that of all rows that were offered, but for a chance of one in a prime for each.
///
/// A row that the last probe does not see is in the span of the rows before that, and stays in it; a row with a new column is
/// not. What is held is eliminated, and the probe made anew, whenever it has doubled: so no more is held than twice the rank.
pub struct Gather<'a> {
    limits: &'a Limits,
    rows: Vec<(u32, Vec<(u32, i64)>)>,
    /// How many of them are independent by the last elimination, and of its columns a vector that is silent on those.
    settled: usize,
    probe: Vec<i64>,
    modulus: i64,
    columns: usize,
    rounds: u64,
}

impl<'a> Gather<'a> {
    /// No rows yet.
    pub fn new(limits: &'a Limits) -> Gather<'a> {
        Gather { limits, rows: Vec::new(), settled: 0, probe: Vec::new(), modulus: 1, columns: 0, rounds: 0 }
    }

    /// Holds the row, columns ascending, if it may be independent of those before. Errors: those of elimination.
    pub fn offer(&mut self, number: u32, row: &[(u32, i64)]) -> Result<(), Error> {
        let Some(&(last, _)) = row.last() else { return Ok(()) };
        if (last as usize) < self.probe.len() && dot(self.modulus, &self.probe, row.iter().copied()) == 0 {
            return Ok(());
        }
        self.hold(number, row);
        if self.rows.len() - self.settled >= self.settled.max(FIRST) { self.eliminate() } else { Ok(()) }
    }

    /// Holds the row whatever the probe says.
    pub fn hold(&mut self, number: u32, row: &[(u32, i64)]) {
        self.columns = row.last().map_or(self.columns, |(last, _)| self.columns.max(*last as usize + 1));
        self.rows.push((number, row.to_vec()));
    }

    /// How many rows are held.
    pub fn held(&self) -> usize {
        self.rows.len()
    }

    /// The rows that are held, with their numbers, in the order in which they came.
    pub fn rows(&self) -> &[(u32, Vec<(u32, i64)>)] {
        &self.rows
    }

    fn eliminate(&mut self) -> Result<(), Error> {
        let mut m = SparseMatrix::empty(self.columns)?;
        self.rows.iter().try_for_each(|(_, row)| m.push_row(row.clone()))?;
        let all: Vec<u32> = (0..m.rows() as u32).collect();
        let how = Rounds { first: FIRST, percent: DENSE_PERCENT, core_rows: CORE_ROWS, limits: self.limits };
        let found = Reduced::find(&m, &all, 0, how)?;
        let mut is_kept = vec![false; m.rows()];
        found.pivots().iter().for_each(|&(row, _)| is_kept[row as usize] = true);
        let mut is_kept = is_kept.into_iter();
        self.rows.retain(|_| is_kept.next().unwrap_or(true));
        self.rounds += 1;
        self.probe = found.probe(&m, self.rounds);
        (self.modulus, self.settled) = (found.modulus().into(), self.rows.len());
        Ok(())
    }
}
