//! Sparse matrices in doubles, a row a text.

use crate::caption::Row;

/// A sparse matrix by rows; its transpose is never formed. A column may have several entries in a row: they add up.
#[derive(Clone, Debug)]
pub struct Sparse {
    starts: Vec<u32>,
    entries: Vec<(u32, f64)>,
    columns: usize,
}

impl Sparse {
    /// The rows as doubles; `unit` is what one is (a feature matrix may be scaled).
    pub fn new<'a>(rows: impl IntoIterator<Item = &'a Row>, columns: usize, unit: f64) -> Sparse {
        Sparse::from_rows(
            rows.into_iter().map(|row| row.iter().map(|(column, x)| (*column, *x as f64 / unit))),
            columns,
        )
    }

    /// A matrix of these rows.
    pub fn from_rows<R: IntoIterator<Item = (u32, f64)>>(rows: impl IntoIterator<Item = R>, columns: usize) -> Sparse {
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for row in rows {
            entries.extend(row);
            starts.push(entries.len() as u32);
        }
        Sparse { starts, entries, columns }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// The number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The number of entries.
    pub fn entries(&self) -> usize {
        self.entries.len()
    }

    /// The entries of a row.
    #[inline(always)]
    pub fn row(&self, row: usize) -> &[(u32, f64)] {
        &self.entries[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// The rows with these numbers.
    pub fn select(&self, rows: &[usize]) -> Sparse {
        Sparse::from_rows(rows.iter().map(|row| self.row(*row).iter().copied()), self.columns)
    }

    /// The rows of this matrix, then those of another with as many columns.
    pub fn followed_by(mut self, other: &Sparse) -> Sparse {
        let entries = self.entries.len() as u32;
        self.entries.extend_from_slice(&other.entries);
        self.starts.extend(other.starts[1..].iter().map(|start| start + entries));
        self
    }

    /// `row(row) * block`.
    #[inline(always)]
    pub(super) fn times<const B: usize>(&self, row: usize, block: &[[f64; B]]) -> [f64; B] {
        let mut sum = [0.0; B];
        for (column, x) in self.row(row) {
            add(&mut sum, *x, block[*column as usize]);
        }
        sum
    }

    /// Adds `row(row)' * v` to `block`.
    #[inline(always)]
    pub(super) fn add_transposed<const B: usize>(&self, row: usize, v: &[f64; B], block: &mut [[f64; B]]) {
        for (column, x) in self.row(row) {
            add(&mut block[*column as usize], *x, *v);
        }
    }

    /// The squared norm of each column.
    pub(super) fn squares(&self) -> Vec<f64> {
        let mut squares = vec![0.0; self.columns];
        for (column, x) in &self.entries {
            squares[*column as usize] += x * x;
        }
        squares
    }
}

/// `y + x v`, of copies: where y and v might overlap, nothing is vectorised.
#[inline(always)]
pub(super) fn add<const B: usize>(y: &mut [f64; B], x: f64, v: [f64; B]) {
    let mut sum = *y;
    for k in 0..B {
        sum[k] += x * v[k];
    }
    *y = sum;
}
