//! Sparse integer matrices, row by row.

use super::{Error, ErrorKind};

/// A sparse matrix of 64-bit integers in compressed rows: rows x cols, columns sorted within a row, no stored zeros.
///
/// For a data set a row is a text and a column is a token feature, the transpose of the tokens x captions matrix `S`
/// of the theorems: one text is read, and eliminated, as one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SparseMatrix {
    cols: usize,
    /// `starts[i]..starts[i + 1]` is row `i` in the two arrays below.
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<i64>,
}

impl SparseMatrix {
    /// The matrix with no rows, 0 x `cols`.
    ///
    /// Errors: [`ErrorKind::Shape`] when a column index would not fit 32 bits.
    pub fn empty(cols: usize) -> Result<SparseMatrix, Error> {
        if u32::try_from(cols).is_err() {
            return Err(Error::shape(format!("{cols} columns are more than a 32-bit index can name")));
        }
        Ok(SparseMatrix { cols, starts: vec![0], columns: Vec::new(), values: Vec::new() })
    }

    /// The matrix with these rows, each a list of (column, entry) in any order; entries at one column are added up.
    ///
    /// Errors: [`ErrorKind::Shape`] for a column at or past `cols`, or more rows than a 32-bit index can name;
    /// [`ErrorKind::EntryTooLarge`] when a sum leaves 64 bits.
    pub fn from_rows(cols: usize, rows: Vec<Vec<(u32, i64)>>) -> Result<SparseMatrix, Error> {
        let mut matrix = SparseMatrix::empty(cols)?;
        for row in rows {
            matrix.push_row(row)?;
        }
        Ok(matrix)
    }

    /// Adds one row below the others, as in [`SparseMatrix::from_rows`] and with its errors; on error nothing is added.
    pub fn push_row(&mut self, mut row: Vec<(u32, i64)>) -> Result<(), Error> {
        if u32::try_from(self.rows() + 1).is_err() {
            return Err(Error::shape("there are more rows than a 32-bit index can name"));
        }
        row.sort_unstable_by_key(|&(column, _)| column);
        if let Some(&(column, _)) = row.last().filter(|&&(column, _)| column as usize >= self.cols) {
            return Err(Error::shape(format!("column {column} in a matrix of {} columns", self.cols)));
        }
        let merged = merge_equal_columns(row)?;
        self.columns.extend(merged.iter().map(|&(column, _)| column));
        self.values.extend(merged.iter().map(|&(_, value)| value));
        self.starts.push(self.columns.len());
        Ok(())
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// The number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The number of entries that are not zero.
    pub fn nnz(&self) -> usize {
        self.columns.len()
    }

    /// The (column, entry) pairs of row `row`, columns ascending; nothing for a row past the last one.
    pub fn row(&self, row: usize) -> impl ExactSizeIterator<Item = (u32, i64)> + Clone + '_ {
        let range = self.range(row);
        self.columns[range.clone()].iter().copied().zip(self.values[range].iter().copied())
    }

    /// The columns of row `row` that hold an entry, ascending.
    pub fn row_columns(&self, row: usize) -> &[u32] {
        &self.columns[self.range(row)]
    }

    /// The entries of row `row`, in the order of [`SparseMatrix::row_columns`].
    pub fn row_values(&self, row: usize) -> &[i64] {
        &self.values[self.range(row)]
    }

    fn range(&self, row: usize) -> std::ops::Range<usize> {
        match (self.starts.get(row), self.starts.get(row + 1)) {
            (Some(&start), Some(&end)) => start..end,
            _ => 0..0,
        }
    }

    /// The entry at (`row`, `column`), zero where none is stored.
    pub fn get(&self, row: usize, column: u32) -> i64 {
        let range = self.range(row);
        match self.columns[range.clone()].binary_search(&column) {
            Ok(at) => self.values[range.start + at],
            Err(_) => 0,
        }
    }

    /// The matrices one below the other; all have the same number of columns.
    ///
    /// Errors: [`ErrorKind::Shape`] when they do not, or when there is no matrix to take the columns from.
    pub fn vstack(parts: &[&SparseMatrix]) -> Result<SparseMatrix, Error> {
        let Some(first) = parts.first() else {
            return Err(Error::shape("no matrix to stack"));
        };
        let mut whole = SparseMatrix::empty(first.cols)?;
        for part in parts {
            if part.cols != first.cols {
                return Err(Error::shape(format!("{} columns stacked under {}", part.cols, first.cols)));
            }
            let offset = whole.columns.len();
            whole.columns.extend_from_slice(&part.columns);
            whole.values.extend_from_slice(&part.values);
            whole.starts.extend(part.starts[1..].iter().map(|end| end + offset));
        }
        if u32::try_from(whole.rows()).is_err() {
            return Err(Error::shape("there are more rows than a 32-bit index can name"));
        }
        Ok(whole)
    }

    /// The same rows with columns of zeros after the last one; nothing changes for fewer columns than there are.
    ///
    /// Errors: [`ErrorKind::Shape`] when a column index would not fit 32 bits.
    pub fn widened(self, cols: usize) -> Result<SparseMatrix, Error> {
        let wide = SparseMatrix::empty(cols.max(self.cols))?;
        Ok(SparseMatrix { cols: wide.cols, ..self })
    }

    /// The transpose, cols x rows.
    pub fn transpose(&self) -> SparseMatrix {
        let mut starts = vec![0usize; self.cols + 1];
        for &column in &self.columns {
            starts[column as usize + 1] += 1;
        }
        for column in 0..self.cols {
            starts[column + 1] += starts[column];
        }
        let mut next = starts.clone();
        let mut columns = vec![0u32; self.nnz()];
        let mut values = vec![0i64; self.nnz()];
        for row in 0..self.rows() {
            for (column, value) in self.row(row) {
                let at = &mut next[column as usize];
                columns[*at] = row as u32;
                values[*at] = value;
                *at += 1;
            }
        }
        SparseMatrix { cols: self.rows(), starts, columns, values }
    }

    /// The submatrix of the given rows in the given order, and of the columns for which `place` gives a new index
    /// below `cols`; `place` must not send two columns to one. Rows past the last are empty.
    pub fn select(&self, rows: &[u32], cols: usize, place: impl Fn(u32) -> Option<u32>) -> SparseMatrix {
        let mut part = SparseMatrix { cols, starts: vec![0], columns: Vec::new(), values: Vec::new() };
        let mut sorted = Vec::new();
        for &row in rows {
            sorted.clear();
            sorted.extend(self.row(row as usize).filter_map(|(column, value)| Some((place(column)?, value))));
            sorted.sort_unstable_by_key(|&(column, _)| column);
            part.columns.extend(sorted.iter().map(|&(column, _)| column));
            part.values.extend(sorted.iter().map(|&(_, value)| value));
            part.starts.push(part.columns.len());
        }
        part
    }

    /// The largest absolute value of an entry, 0 for a matrix without entries.
    pub fn max_abs(&self) -> u64 {
        self.values.iter().map(|value| value.unsigned_abs()).max().unwrap_or(0)
    }
}

/// A sorted row with the entries at equal columns added up and zeros dropped.
fn merge_equal_columns(row: Vec<(u32, i64)>) -> Result<Vec<(u32, i64)>, Error> {
    let mut merged: Vec<(u32, i128)> = Vec::with_capacity(row.len());
    for (column, value) in row {
        match merged.last_mut() {
            // A row has fewer than 2^64 terms, so a sum of 64-bit integers stays within 128 bits.
            Some((last, sum)) if *last == column => *sum += i128::from(value),
            _ => merged.push((column, i128::from(value))),
        }
    }
    merged.retain(|&(_, sum)| sum != 0);
    merged.into_iter().map(|(column, sum)| Ok((column, entry(column, sum)?))).collect()
}

fn entry(column: u32, sum: i128) -> Result<i64, Error> {
    i64::try_from(sum).map_err(|_| {
        Error::new(ErrorKind::EntryTooLarge, format!("the entry {sum} at column {column} does not fit 64 bits"))
            .help("scale the features down, or keep fewer binary digits of them")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_merged_and_without_zeros() {
        let rows = vec![vec![(3, 1), (0, 2), (3, -1)], vec![], vec![(2, 5), (1, 0)]];
        let m = SparseMatrix::from_rows(4, rows).unwrap();
        assert_eq!((m.rows(), m.cols(), m.nnz()), (3, 4, 2));
        assert_eq!(m.row(0).collect::<Vec<_>>(), [(0, 2)]);
        assert_eq!((m.row(1).len(), m.row(99).len()), (0, 0));
        assert_eq!((m.get(2, 2), m.get(2, 1)), (5, 0));
        assert_eq!(m.transpose().row(2).collect::<Vec<_>>(), [(2, 5)]);
        assert_eq!(m.transpose().transpose(), m);
        let stacked = SparseMatrix::vstack(&[&m, &m]).unwrap();
        assert_eq!((stacked.rows(), stacked.row(5).collect::<Vec<_>>()), (6, vec![(2, 5)]));
    }

    #[test]
    fn bad_shapes_and_sums_are_refused() {
        let kind = |result: Result<SparseMatrix, Error>| result.unwrap_err().kind;
        assert_eq!(kind(SparseMatrix::from_rows(1, vec![vec![(1, 1)]])), ErrorKind::Shape);
        assert_eq!(kind(SparseMatrix::empty(1 << 40)), ErrorKind::Shape);
        assert_eq!(kind(SparseMatrix::vstack(&[])), ErrorKind::Shape);
        let (a, b) = (SparseMatrix::empty(1).unwrap(), SparseMatrix::empty(2).unwrap());
        assert_eq!(kind(SparseMatrix::vstack(&[&a, &b])), ErrorKind::Shape);
        let sum = vec![vec![(0, i64::MAX), (0, 1)]];
        assert_eq!(kind(SparseMatrix::from_rows(1, sum)), ErrorKind::EntryTooLarge);
        let cancels = SparseMatrix::from_rows(1, vec![vec![(0, i64::MAX), (0, i64::MAX), (0, -i64::MAX)]]).unwrap();
        assert_eq!(cancels.get(0, 0), i64::MAX);
    }
}
