//! A basis of the rows of a matrix modulo a prime, factored: sparse elimination first, dense where that fills in.
//!
//! With the pivots in the order in which they were found, their rows and columns make a square matrix B whose leading
//! parts are all invertible modulo the prime, hence over the rationals: a stage is such a part.

use super::Error;
use super::SparseMatrix;
use super::dense::DenseCore;
use super::echelon::Echelon;
use super::limits::Limits;
use super::pivoting::{Active, Density, End};
use super::residue::Modulus;
use super::ring::Field;

/// A sparse row by pivot number.
type Row = Vec<(u32, f32)>;

/// `B = lower * upper` modulo a prime, for the pivot rows and columns of a matrix.
pub(super) struct Factor {
    pub modulus: Modulus,
    /// (row, column) of the original matrix.
    pub pivots: Vec<(u32, u32)>,
    /// For the sparse pivots, the multipliers of earlier pivot rows, and the entries in later pivot columns.
    lower: Vec<Row>,
    upper: Vec<Row>,
    inverses: Vec<f64>,
    /// For the pivots of the core, the multipliers of sparse pivot rows.
    outer: Vec<Row>,
    core: DenseCore,
}

impl Factor {
    /// Finds pivots in the given rows, ascending; those before an end in `stages` before any from there on.
    ///
    /// Errors: [`ErrorKind::Limit`], [`ErrorKind::Cancelled`].
    pub(super) fn find(
        m: &SparseMatrix,
        rows: impl Iterator<Item = u32>,
        stages: &[usize],
        prime: u32,
        density: Density,
        limits: &Limits,
    ) -> Result<Factor, Error> {
        let field = Field::new(prime);
        let mut echelon = Echelon::new(m.cols());
        let mut active = Active::new(&field, m, rows, |value| field.residue(value));
        for &end in stages {
            let tick = |done| limits.tick("eliminating modulo a prime", done, m.rows().min(m.cols()));
            if !matches!(active.run(end, &mut echelon, density, tick)?, End::Done) {
                break;
            }
        }
        let mut lines: Vec<_> = active.into_lines().collect();
        lines.sort_unstable_by_key(|line| line.row);
        let modulus = Modulus::new(prime);
        let core = DenseCore::find(modulus, lines, limits)?;
        Ok(Factor::assemble(modulus, m.cols(), echelon, core))
    }

    fn assemble(modulus: Modulus, cols: usize, echelon: Echelon, core: DenseCore) -> Factor {
        let sparse = echelon.pivots.iter().map(|pivot| (pivot.row, pivot.column));
        let pivots: Vec<(u32, u32)> = sparse.chain(core.pivots.iter().copied()).collect();
        let order = orders(&pivots, cols);
        let value = |value: i64| modulus.residue(value) as f32;
        let multipliers = |row: &[(u32, i64)]| row.iter().map(|&(index, v)| (index, value(v))).collect();
        let known = |&(column, v): &(u32, i64)| Some((order[column as usize]?, value(v)));
        let sparse = 0..echelon.rank();
        Factor {
            modulus,
            lower: sparse.clone().map(|at| multipliers(echelon.lower.row(at))).collect(),
            upper: sparse.map(|at| echelon.upper.row(at).iter().filter_map(known).collect()).collect(),
            inverses: echelon.pivots.iter().map(|p| modulus.inverse(modulus.residue(p.value))).collect(),
            outer: core.outer.iter().map(|row| multipliers(row)).collect(),
            pivots,
            core,
        }
    }

    /// How many of the first `rank` pivots are sparse, and how many are in the core.
    fn split(&self, rank: usize) -> (usize, usize) {
        let sparse = rank.min(self.lower.len());
        (sparse, rank - sparse)
    }

    /// Replaces the first `rank` entries b of each table by the solution of `B x = b` for the first `rank` pivots. The
    /// tables have an entry for every pivot, zero from `rank` on.
    pub(super) fn solve(&self, rank: usize, tables: &mut [Vec<f64>]) {
        let (sparse, dense) = self.split(rank);
        for (at, row) in self.lower[..sparse].iter().chain(&self.outer[..dense]).enumerate() {
            for x in &mut *tables {
                x[at] = self.modulus.reduce(x[at] - self.modulus.sparse_dot(row, x));
            }
        }
        self.core.solve(dense, &mut tails(tables, sparse));
        for (at, row) in self.upper[..sparse].iter().enumerate().rev() {
            for x in &mut *tables {
                let rest = self.modulus.reduce(x[at] - self.modulus.sparse_dot(row, x));
                x[at] = self.modulus.times(rest, self.inverses[at]);
            }
        }
    }

    /// As [`Factor::solve`] for `x B = b`; what is left from `rank` on is of no meaning.
    pub(super) fn solve_transposed(&self, rank: usize, tables: &mut [Vec<f64>]) {
        let (sparse, dense) = self.split(rank);
        for (at, row) in self.upper[..sparse].iter().enumerate() {
            for x in &mut *tables {
                x[at] = self.modulus.times(self.modulus.reduce(x[at]), self.inverses[at]);
                self.modulus.scatter(x, at, row);
            }
        }
        self.core.solve_upper_transposed(dense, &mut tails(tables, sparse));
        self.core.solve_lower_transposed(dense, &mut tails(tables, sparse));
        for at in (0..rank).rev() {
            let row = if at < sparse { &self.lower[at] } else { &self.outer[at - sparse] };
            for x in &mut *tables {
                x[at] = self.modulus.reduce(x[at]);
                self.modulus.scatter(x, at, row);
            }
        }
    }
}

/// For each column the number of its pivot.
pub(super) fn orders(pivots: &[(u32, u32)], cols: usize) -> Vec<Option<u32>> {
    let mut order = vec![None; cols];
    pivots.iter().enumerate().for_each(|(at, &(_, column))| order[column as usize] = Some(at as u32));
    order
}

fn tails(tables: &mut [Vec<f64>], from: usize) -> Vec<&mut [f64]> {
    tables.iter_mut().map(|table| &mut table[from..]).collect()
}
