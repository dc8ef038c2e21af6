//! Independence of rows modulo a number, by elimination in a stated order: nothing is searched for.
//!
//! Each row comes with the column that is its pivot. What earlier pivots have in their columns is subtracted, and the rest has
//! to be invertible in the row's own column. The rows and their columns then have a determinant that is a product of
//! invertible numbers, hence not 0 modulo the number, hence not 0: whether the number is a prime does not matter.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::vectors::failure;
use crate::matrix::SparseMatrix;
use crate::report::{Code, Diagnostic};

/// The most entries that the rows may have together once they are reduced.
const ENTRIES: usize = 1 << 27;

const NONE: u32 = u32::MAX;

/// Rows reduced so far.
pub struct Staircase {
    modulus: u64,
    /// For each column the number of its pivot, or `NONE`.
    turns: Vec<u32>,
    /// The rows with 1 at their own pivot, which is left out, and 0 at the pivots before it.
    rows: Vec<Vec<(u32, u32)>>,
    columns: Vec<u32>,
    entries: usize,
    /// Room for a row: its values, which columns it has touched, the pivots that wait.
    values: Vec<u64>,
    touched: Vec<u32>,
    waiting: BinaryHeap<Reverse<u32>>,
}

impl Staircase {
    /// No rows yet, of this many columns. Error: [`Code::CertificateShape`] for a modulus below 2 or from 2^31 on.
    pub fn new(modulus: u32, columns: usize) -> Result<Staircase, Diagnostic> {
        if !(2..1 << 31).contains(&modulus) {
            return Err(failure(Code::CertificateShape, format!("{modulus} is not from 2 and below 2^31")));
        }
        Ok(Staircase {
            modulus: modulus.into(),
            turns: vec![NONE; columns],
            rows: Vec::new(),
            columns: Vec::new(),
            entries: 0,
            values: vec![0; columns],
            touched: Vec::new(),
            waiting: BinaryHeap::new(),
        })
    }

    /// Training captions with their pivots, in order; each once. `row_of` tells the row of a caption in `s`.
    ///
    /// Errors: those of [`Staircase::new`] and [`Staircase::add`]; [`Code::CertificateIndex`].
    pub fn of(
        modulus: u32,
        s: &SparseMatrix,
        basis: &[(u32, u32)],
        row_of: impl Fn(u32) -> Option<usize>,
    ) -> Result<Staircase, Diagnostic> {
        let mut stairs = Staircase::new(modulus, s.cols())?;
        let mut taken = vec![false; s.rows()];
        for &(number, column) in basis {
            let found = row_of(number).filter(|row| taken.get_mut(*row).is_some_and(|is| !std::mem::replace(is, true)));
            let Some(row) = found else {
                let message = format!("training caption {number} is not there, or twice in the basis");
                return Err(failure(Code::CertificateIndex, message));
            };
            stairs.add(&format!("training caption {number}"), stairs.residues(s, row as u32), column)?;
        }
        Ok(stairs)
    }

    /// A row of a matrix as residues.
    pub fn residues(&self, matrix: &SparseMatrix, row: u32) -> Vec<(u32, u64)> {
        let modulus = self.modulus as i64;
        matrix.row(row as usize).map(|(column, value)| (column, value.rem_euclid(modulus) as u64)).collect()
    }

    /// Whether a row has its pivot in the column.
    pub fn has_pivot(&self, column: usize) -> bool {
        self.turns[column] != NONE
    }

    /// Adds a row of residues, columns below the number of columns, with its pivot in `column`; `name` is for messages.
    ///
    /// Errors: [`Code::CertificateIndex`], [`Code::NotBasis`], [`Code::ExactLimit`].
    pub fn add(
        &mut self,
        name: &str,
        row: impl IntoIterator<Item = (u32, u64)>,
        column: u32,
    ) -> Result<(), Diagnostic> {
        match self.turns.get(column as usize) {
            Some(&NONE) => {}
            Some(_) => return Err(failure(Code::CertificateIndex, format!("{name} has the pivot of an earlier row"))),
            None => return Err(failure(Code::CertificateIndex, format!("{name} has its pivot in column {column}"))),
        }
        self.reduce(row);
        let Some(inverse) = inverse(self.values[column as usize], self.modulus) else {
            self.clear();
            return Err(failure(Code::NotBasis, format!("{name} is not independent of those before it")));
        };
        self.values[column as usize] = 0;
        let mut reduced = Vec::new();
        for &touched in &self.touched {
            let value = std::mem::take(&mut self.values[touched as usize]);
            if value != 0 {
                // Both are below 2^31.
                reduced.push((touched, (value * inverse % self.modulus) as u32));
            }
        }
        self.touched.clear();
        self.entries += reduced.len();
        if self.entries > ENTRIES {
            let message = format!("rows that are reduced have more than {ENTRIES} entries");
            return Err(failure(Code::ExactLimit, message));
        }
        self.turns[column as usize] = self.rows.len() as u32;
        self.rows.push(reduced);
        self.columns.push(column);
        Ok(())
    }

    /// The row less multiples of earlier ones, in `values`.
    fn reduce(&mut self, row: impl IntoIterator<Item = (u32, u64)>) {
        for (column, value) in row {
            self.set(column, value);
        }
        while let Some(Reverse(turn)) = self.waiting.pop() {
            let value = std::mem::take(&mut self.values[self.columns[turn as usize] as usize]);
            if value == 0 {
                continue;
            }
            let row = std::mem::take(&mut self.rows[turn as usize]);
            for &(column, entry) in &row {
                let minus = (self.modulus - value) * u64::from(entry);
                self.set(column, (self.values[column as usize] + minus) % self.modulus);
            }
            self.rows[turn as usize] = row;
        }
    }

    fn set(&mut self, column: u32, value: u64) {
        let place = &mut self.values[column as usize];
        if *place == 0 && value != 0 {
            self.touched.push(column);
            if self.turns[column as usize] != NONE {
                self.waiting.push(Reverse(self.turns[column as usize]));
            }
        }
        *place = value;
    }

    fn clear(&mut self) {
        self.touched.drain(..).for_each(|column| self.values[column as usize] = 0);
    }
}

/// The inverse of a residue modulo the number, if there is one, by Euclid's algorithm.
fn inverse(value: u64, modulus: u64) -> Option<u64> {
    let (mut a, mut b) = (modulus as i64, value as i64);
    let (mut x, mut y) = (0i64, 1i64);
    while b != 0 {
        let quotient = a / b;
        (a, b) = (b, a - quotient * b);
        (x, y) = (y, x - quotient * y);
    }
    (a == 1).then(|| x.rem_euclid(modulus as i64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(stairs: &mut Staircase, row: &[u64], column: u32) -> Result<(), Code> {
        let entries = row.iter().enumerate().filter(|(_, v)| **v != 0).map(|(c, v)| (c as u32, *v));
        stairs.add("a row", entries, column).map_err(|diagnostic| diagnostic.code)
    }

    #[test]
    fn rows_are_independent_or_refused() {
        let mut stairs = Staircase::new(7, 4).unwrap();
        assert_eq!(add(&mut stairs, &[0, 2, 1, 0], 2), Ok(()));
        assert_eq!(add(&mut stairs, &[0, 4, 2, 0], 1), Err(Code::NotBasis));
        assert_eq!(add(&mut stairs, &[1, 4, 2, 3], 1), Err(Code::NotBasis));
        assert_eq!(add(&mut stairs, &[1, 4, 2, 3], 2), Err(Code::CertificateIndex));
        assert_eq!(add(&mut stairs, &[1, 4, 2, 3], 4), Err(Code::CertificateIndex));
        assert_eq!(add(&mut stairs, &[1, 4, 2, 3], 3), Ok(()));
        // Twice the first and five times the second.
        assert_eq!(add(&mut stairs, &[5, 24 % 7, 12 % 7, 15 % 7], 0), Err(Code::NotBasis));
        assert_eq!(add(&mut stairs, &[0, 1, 0, 0], 1), Ok(()));
        assert!(stairs.has_pivot(3) && !stairs.has_pivot(0));
    }

    #[test]
    fn a_number_that_is_no_prime_has_residues_without_inverse() {
        let mut stairs = Staircase::new(6, 2).unwrap();
        assert_eq!(add(&mut stairs, &[3, 1], 0), Err(Code::NotBasis));
        assert_eq!(add(&mut stairs, &[3, 1], 1), Ok(()));
        assert_eq!(add(&mut stairs, &[5, 0], 0), Ok(()));
        assert!(Staircase::new(1, 2).is_err() && Staircase::new(1 << 31, 2).is_err() && Staircase::new(2, 0).is_ok());
        for (value, modulus) in [(1, 2), (3, 7), (2147483646, 2147483647), (5, 6), (0, 2)] {
            let found = inverse(value, modulus);
            assert_eq!(found.map(|inverse| inverse * value % modulus), (value != 0).then_some(1), "{value}");
        }
    }
}
