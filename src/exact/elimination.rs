//! One elimination, many questions: rank, solutions, obstructions, kernels, the fates of rows.

use std::collections::HashMap;
use std::sync::OnceLock;

use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use super::RightHandSide;
use super::SparseMatrix;
use super::basis::Basis;
use super::check::{check_combination, check_left_null, left_product, unsolved_rows};
use super::factor::orders;
use super::limits::Limits;
use super::modular::DENSE_PERCENT;
use super::table::RationalMatrix;
use super::vector::{Combination, SparseVector};
use super::{Error, ErrorKind};

const NONE: u32 = u32::MAX;

/// Free columns of one row whose kernel vectors are compared for the sparsest.
const KERNELS_COMPARED: usize = 4;

/// A matrix M (rows x cols) eliminated stage by stage, ready for exact questions.
///
/// A stage is a range of rows; every pivot row of an earlier stage is found before a later one is used. With the
/// training texts as the first stage and the edits as the second, one elimination answers for both and for their union.
/// Every vector and table that leaves here has been multiplied with the original matrix and found right.
pub struct Elimination {
    matrix: SparseMatrix,
    /// Where each stage ends.
    stages: Vec<usize>,
    limits: Limits,
    basis: Basis,
    /// The (row, column) of each pivot, stage by stage, and the number of the pivot in each column.
    pivots: Vec<(u32, u32)>,
    order: Vec<Option<u32>>,
    /// The first row that a row is a multiple of, itself if there is none before it; `NONE` for a zero row.
    twins: Vec<u32>,
    is_pivot_row: Vec<bool>,
    transpose: OnceLock<SparseMatrix>,
    /// For each stage that was asked the kernel vectors found so far, by free column.
    kernels: Vec<OnceLock<Vec<OnceLock<SparseVector>>>>,
}

/// What became of a linear system `M X = B`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Solution {
    /// `x` (cols x width) solves every row that is not dropped, unknowns without a pivot being zero.
    Solved {
        /// One row per column of M.
        x: RationalMatrix,
        /// The rows left out, ascending: each is a combination of rows kept, with another right-hand side, so that none
        /// can be added back.
        dropped: Vec<usize>,
    },
    /// These rows, ascending, are combinations of others with another right-hand side; there is no solution.
    Inconsistent {
        /// Each has a left null vector that shows it: see [`Elimination::obstruction`].
        rows: Vec<usize>,
    },
}

/// A proof that `M X = B` has no solution: `y M = 0` and `y B` is not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstruction {
    /// Over the rows of M.
    pub y: SparseVector,
    /// `y B`, over the right-hand sides; not zero.
    pub residual: SparseVector,
}

/// What a stage's rows say of another row `v`: exactly one of the two, by the Fredholm alternative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// `v = c M`, with `c` over the rows up to the end of the stage.
    Identified(SparseVector),
    /// `M k = 0` on the rows up to the end of the stage and `v k = 1`, with `k` over the columns.
    Free(SparseVector),
}

impl Elimination {
    /// Eliminates `matrix` (rows x cols); stage `i` ends before row `stages[i]`. An empty list is one stage.
    ///
    /// Errors: [`ErrorKind::Shape`] when the stages do not ascend to the number of rows; [`ErrorKind::Limit`],
    /// [`ErrorKind::Cancelled`].
    pub fn new(matrix: &SparseMatrix, stages: &[usize], limits: &Limits) -> Result<Elimination, Error> {
        Elimination::with_density(matrix, stages, limits, DENSE_PERCENT)
    }

    /// The same, where modular elimination goes on densely from that many entries for a hundred places.
    pub(super) fn with_density(
        matrix: &SparseMatrix,
        stages: &[usize],
        limits: &Limits,
        percent: usize,
    ) -> Result<Elimination, Error> {
        let stages = if stages.is_empty() { vec![matrix.rows()] } else { stages.to_vec() };
        if !stages.is_sorted() || stages.last() != Some(&matrix.rows()) {
            return Err(Error::shape(format!("stages that end at {stages:?} in a matrix of {} rows", matrix.rows())));
        }
        let twins = find_twins(matrix);
        let rows: Vec<u32> = (0..matrix.rows() as u32).filter(|&row| twins[row as usize] == row).collect();
        let basis = Basis::find(matrix, &rows, &stages, percent, limits)?;
        let pivots = basis.pivots();
        let mut is_pivot_row = vec![false; matrix.rows()];
        pivots.iter().for_each(|&(row, _)| is_pivot_row[row as usize] = true);
        let kernels = vec![OnceLock::new(); stages.len()];
        Ok(Elimination {
            matrix: matrix.clone(),
            stages,
            limits: limits.clone(),
            basis,
            order: orders(&pivots, matrix.cols()),
            pivots,
            twins,
            is_pivot_row,
            transpose: OnceLock::new(),
            kernels,
        })
    }

    /// The matrix that was eliminated.
    pub fn matrix(&self) -> &SparseMatrix {
        &self.matrix
    }

    /// The rank of M.
    pub fn rank(&self) -> usize {
        self.pivots.len()
    }

    /// The rank of the rows up to the end of stage `stage`; of all rows for a stage past the last.
    pub fn stage_rank(&self, stage: usize) -> usize {
        self.basis.stage_ranks().get(stage).copied().unwrap_or(self.rank())
    }

    /// The rows of M that are pivot rows, a basis of its row space, in the order of elimination: stage by stage.
    pub fn pivot_rows(&self) -> Vec<u32> {
        self.pivots.iter().map(|&(row, _)| row).collect()
    }

    /// The columns of the pivots, in the order of [`Elimination::pivot_rows`].
    pub fn pivot_columns(&self) -> Vec<u32> {
        self.pivots.iter().map(|&(_, column)| column).collect()
    }

    /// Whether row `row` is a pivot row.
    pub fn is_pivot_row(&self, row: usize) -> bool {
        self.is_pivot_row.get(row).copied().unwrap_or(false)
    }

    /// The columns without a pivot up to the end of stage `stage`, ascending: the kernel has one basis vector for each.
    pub fn free_columns(&self, stage: usize) -> Vec<u32> {
        let rank = self.stage_rank(stage);
        (0..self.matrix.cols() as u32).filter(|&column| self.is_free(column, rank)).collect()
    }

    /// Whether none of the first `rank` pivots is in `column`.
    fn is_free(&self, column: u32, rank: usize) -> bool {
        self.order.get(column as usize).is_some_and(|order| order.is_none_or(|order| order as usize >= rank))
    }

    /// Solves `M X = B`; `b` is rows x width.
    ///
    /// Errors: [`ErrorKind::Shape`], [`ErrorKind::Limit`], [`ErrorKind::Cancelled`], [`ErrorKind::SelfCheck`].
    ///
    /// ```
    /// use scotoma_exact::{Elimination, Limits, RightHandSide, Solution, SparseMatrix};
    ///
    /// // x + 2y = 1, 3x + 4y = 1.
    /// let m = SparseMatrix::from_rows(2, vec![vec![(0, 1), (1, 2)], vec![(0, 3), (1, 4)]])?;
    /// let elimination = Elimination::new(&m, &[], &Limits::default())?;
    /// let solution = elimination.solve(&RightHandSide::from_i64(2, 1, vec![1, 1])?)?;
    /// let Solution::Solved { x, .. } = solution else { panic!("it has a solution") };
    /// assert_eq!((x.get(0, 0).to_string(), x.get(1, 0).to_string()), ("-1".to_owned(), "1".to_owned()));
    /// # Ok::<(), scotoma_exact::Error>(())
    /// ```
    pub fn solve(&self, b: &RightHandSide) -> Result<Solution, Error> {
        self.solve_dropping(b, self.matrix.rows())
    }

    /// Solves `M X = B` on a maximal set of rows: all before `from_row` and, from there on, every pivot row and every
    /// row that the pivot rows do not contradict. `b` is rows x width. Errors as for [`Elimination::solve`].
    ///
    /// The check is the answer: the solution for the pivot rows is multiplied out on all rows, and those where it is
    /// wrong are exactly the inconsistent ones, being combinations of pivot rows on the left.
    pub fn solve_dropping(&self, b: &RightHandSide, from_row: usize) -> Result<Solution, Error> {
        if b.rows() != self.matrix.rows() {
            return Err(Error::shape(format!("{} right-hand rows for {} rows", b.rows(), self.matrix.rows())));
        }
        let x = self.basis.solve(&self.matrix, b, &self.limits)?;
        let wrong = unsolved_rows(&self.matrix, &x, b)?;
        if let Some(row) = wrong.iter().find(|&&row| self.is_pivot_row[row]) {
            return Err(self_check(format!("the solution fails on pivot row {row}")));
        }
        let rows: Vec<usize> = wrong.iter().copied().take_while(|&row| row < from_row).collect();
        Ok(if rows.is_empty() { Solution::Solved { x, dropped: wrong } } else { Solution::Inconsistent { rows } })
    }

    /// A vector `y` with `y M = 0` and `y[row] = 1`, for a row that is not a pivot row; `None` for a pivot row or a row
    /// past the last. Where the row is a multiple of an earlier one, that one alone carries the rest of the vector;
    /// otherwise the pivot rows do.
    ///
    /// Errors: [`ErrorKind::Limit`], [`ErrorKind::Cancelled`], [`ErrorKind::SelfCheck`].
    pub fn left_null_vector(&self, row: usize) -> Result<Option<SparseVector>, Error> {
        if row >= self.matrix.rows() || self.is_pivot_row[row] {
            return Ok(None);
        }
        Ok(self.left_null_vectors(&[row])?.pop())
    }

    /// As [`Elimination::left_null_vector`] for many rows at once, none a pivot row.
    ///
    /// Errors: [`ErrorKind::Shape`] for a pivot row or a row past the last, and as there.
    pub fn left_null_vectors(&self, rows: &[usize]) -> Result<Vec<SparseVector>, Error> {
        if let Some(row) = rows.iter().find(|&&row| row >= self.matrix.rows() || self.is_pivot_row[row]) {
            return Err(Error::shape(format!("row {row} is a pivot row or past the last row")));
        }
        let has_twin = |&row: &usize| self.twins[row] as usize != row;
        let deep: Vec<usize> = rows.iter().copied().filter(|row| !has_twin(row)).collect();
        let mut basis = self.pivot_null_vectors(&deep)?.into_iter();
        let vector = |row: usize| if has_twin(&row) { Some(self.twin_null_vector(row)) } else { basis.next() };
        let found: Vec<SparseVector> = rows.iter().copied().filter_map(vector).collect();
        for (row, y) in rows.iter().zip(&found) {
            check_left_null(&self.matrix, y).map_err(|e| self_check(format!("row {row}: {}", e.message)))?;
        }
        Ok(found)
    }

    /// The vectors supported on the row and on pivot rows, not yet checked.
    fn pivot_null_vectors(&self, rows: &[usize]) -> Result<Vec<SparseVector>, Error> {
        let rows: Vec<u32> = rows.iter().map(|&row| row as u32).collect();
        let combinations = self.combine(&self.matrix.select(&rows, self.matrix.cols(), Some), self.rank())?;
        let null = |(&row, combination): (&u32, Combination)| match combination {
            Combination::Dependent(c) => {
                let minus = c.numerators().iter().map(|(index, value)| (*index, -value));
                let own = (row, c.denominator().clone());
                Ok(SparseVector::reduced(minus.chain([own]).collect(), c.denominator().clone()))
            }
            Combination::Independent(_) => Err(self_check(format!("row {row} is independent of the pivot rows"))),
        };
        rows.iter().zip(combinations).map(null).collect()
    }

    /// For a row that is zero or a multiple of an earlier one.
    fn twin_null_vector(&self, row: usize) -> SparseVector {
        let twin = self.twins[row];
        let (Some(own), Some(other)) = (self.matrix.row(row).next(), self.matrix.row(twin as usize).next()) else {
            return SparseVector::unit(row as u32);
        };
        let (own, other) = (BigInt::from(own.1), BigInt::from(other.1));
        SparseVector::reduced(vec![(row as u32, other.clone()), (twin, -own)], other)
    }

    /// A proof that `M X = B` has no solution, with the smallest support among those of the given inconsistent rows
    /// (as [`Solution::Inconsistent`] or [`Solution::Solved`] name them); `None` if none of the rows gives one.
    ///
    /// Errors as for [`Elimination::left_null_vectors`].
    pub fn obstruction(&self, b: &RightHandSide, rows: &[usize]) -> Result<Option<Obstruction>, Error> {
        let mut best: Option<Obstruction> = None;
        for y in self.left_null_vectors(rows)? {
            if best.as_ref().is_some_and(|best| best.y.len() <= y.len()) {
                continue;
            }
            let residual = times_right_hand_side(&y, b);
            if !residual.is_zero() {
                best = Some(Obstruction { y, residual });
            }
        }
        Ok(best)
    }

    /// Whether the rows up to the end of stage `stage` determine `v` (columns ascending), with the proof.
    ///
    /// Errors: [`ErrorKind::Shape`], [`ErrorKind::EntryTooLarge`], [`ErrorKind::Limit`], [`ErrorKind::Cancelled`],
    /// [`ErrorKind::SelfCheck`].
    pub fn express(&self, v: &[(u32, i64)], stage: usize) -> Result<Expression, Error> {
        let rows = SparseMatrix::from_rows(self.matrix.cols(), vec![v.to_vec()])?;
        let found = self.express_rows(&rows, stage)?.pop();
        found.ok_or_else(|| self_check("a row was neither identified nor free".to_owned()))
    }

    /// As [`Elimination::express`] for every row of `rows` (any number x cols).
    pub fn express_rows(&self, rows: &SparseMatrix, stage: usize) -> Result<Vec<Expression>, Error> {
        if rows.cols() != self.matrix.cols() || stage >= self.stages.len() {
            return Err(Error::shape(format!(
                "{} columns expressed by stage {stage} of {}",
                rows.cols(),
                self.matrix.cols()
            )));
        }
        let combinations = self.combine(rows, self.stage_rank(stage))?;
        let columns = self.readout_columns(&combinations, stage);
        self.find_kernels(columns.iter().flatten().copied(), stage)?;
        let mut found = Vec::with_capacity(combinations.len());
        for (row, (combination, columns)) in combinations.into_iter().zip(columns).enumerate() {
            found.push(match combination {
                Combination::Dependent(c) => Expression::Identified(c),
                Combination::Independent(_) => {
                    Expression::Free(self.separating_vector(&columns, stage, rows.row(row))?)
                }
            });
        }
        for (row, expression) in found.iter().enumerate() {
            self.check_expression(rows, row, expression, stage)?;
        }
        Ok(found)
    }

    /// For each combination the columns whose kernel vectors are compared for a readout: one that no row of the stage
    /// uses, if there is one.
    fn readout_columns(&self, combinations: &[Combination], stage: usize) -> Vec<Vec<u32>> {
        let transpose = self.transpose();
        let is_new = |column: u32| {
            transpose.row_columns(column as usize).first().is_none_or(|&row| row as usize >= self.stages[stage])
        };
        let columns = |combination: &Combination| match combination {
            Combination::Dependent(_) => Vec::new(),
            Combination::Independent(rest) => match rest.iter().find(|&&column| is_new(column)) {
                Some(&column) => vec![column],
                None => rest.iter().copied().take(KERNELS_COMPARED).collect(),
            },
        };
        combinations.iter().map(columns).collect()
    }

    /// The sparsest vector k in the kernel of the stage, among those of the given free columns, made to have `v k = 1`.
    fn separating_vector(
        &self,
        columns: &[u32],
        stage: usize,
        v: impl IntoIterator<Item = (u32, i64)>,
    ) -> Result<SparseVector, Error> {
        let mut best: Option<&SparseVector> = None;
        for &column in columns {
            let k = self.kernel_vector(column, stage)?;
            if best.is_none_or(|best| k.len() < best.len()) {
                best = Some(k);
            }
        }
        let found = best.map(|k| (k, k.dot_numerator(v)));
        match found {
            Some((k, product)) if !product.is_zero() => Ok(SparseVector::reduced(k.numerators().to_vec(), product)),
            _ => Err(self_check("an independent row has no separating vector".to_owned())),
        }
    }

    fn check_expression(
        &self,
        rows: &SparseMatrix,
        row: usize,
        expression: &Expression,
        stage: usize,
    ) -> Result<(), Error> {
        let end = self.stages[stage];
        let holds = match expression {
            Expression::Identified(c) => {
                c.support().all(|row| (row as usize) < end) && check_combination(&self.matrix, c, rows.row(row)).is_ok()
            }
            Expression::Free(k) => {
                k.dot_numerator(rows.row(row)) == *k.denominator() && left_product(self.transpose(), k, end)?.is_empty()
            }
        };
        if holds { Ok(()) } else { Err(self_check(format!("the expression of row {row} is wrong"))) }
    }

    /// The vector k with `M k = 0` on the rows up to the end of stage `stage`, 1 at the free column `free` and 0 at the
    /// other free columns.
    ///
    /// Errors: [`ErrorKind::Shape`] when `free` is not a free column, and as for [`Elimination::express`].
    pub fn kernel_vector(&self, free: u32, stage: usize) -> Result<&SparseVector, Error> {
        self.find_kernels([free], stage)?;
        let cell = self.kept_kernels(stage).get(free as usize);
        cell.and_then(OnceLock::get).ok_or_else(|| self_check(format!("no kernel vector at column {free}")))
    }

    /// The places of the kernel vectors of the stage, by column; none for a stage that there is not.
    fn kept_kernels(&self, stage: usize) -> &[OnceLock<SparseVector>] {
        let none_yet = || vec![OnceLock::new(); self.matrix.cols()];
        self.kernels.get(stage).map_or(&[], |kernels| kernels.get_or_init(none_yet))
    }

    /// Finds, checks and keeps the kernel vectors of these free columns of the stage, those that are not known yet.
    fn find_kernels(&self, free: impl IntoIterator<Item = u32>, stage: usize) -> Result<(), Error> {
        let (rank, kept) = (self.stage_rank(stage), self.kept_kernels(stage));
        let mut wanted = Vec::new();
        for column in free {
            match kept.get(column as usize).filter(|_| self.is_free(column, rank)) {
                None => return Err(Error::shape(format!("column {column} is not a free column of stage {stage}"))),
                Some(cell) if cell.get().is_none() => wanted.push(column),
                Some(_) => (),
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        let found = self.basis.kernels(&self.matrix, &wanted, rank, &self.limits)?;
        for (column, k) in wanted.into_iter().zip(found) {
            if !left_product(self.transpose(), &k, self.stages[stage])?.is_empty() {
                return Err(self_check(format!("the kernel vector at column {column} is wrong")));
            }
            kept[column as usize].get_or_init(|| k);
        }
        Ok(())
    }

    /// For each pivot row found after stage `stage`, in the order of [`Elimination::pivot_rows`], a vector k with
    /// `M k = 0` on all pivot rows before it, and so on all rows of that stage, and `M k` not 0 on it.
    ///
    /// Together they show that these rows are independent of each other and of the stage: their products are triangular.
    /// Errors as for [`Elimination::express`].
    pub fn readouts(&self, stage: usize) -> Result<Vec<SparseVector>, Error> {
        let pivots = self.pivot_rows();
        let mut turn = vec![usize::MAX; self.matrix.rows()];
        pivots.iter().enumerate().for_each(|(order, &row)| turn[row as usize] = order);
        let mut found = Vec::with_capacity(self.rank() - self.stage_rank(stage));
        for (order, column) in self.pivot_columns().into_iter().enumerate().skip(self.stage_rank(stage)) {
            let k = self.basis.kernels(&self.matrix, &[column], order, &self.limits)?.pop();
            let k = k.ok_or_else(|| self_check(format!("no kernel vector for pivot {order}")))?;
            let product = left_product(self.transpose(), &k, self.matrix.rows())?;
            let first = product.iter().map(|(row, _)| turn[*row as usize]).min();
            if first != Some(order) || product.first().is_some_and(|(row, _)| (*row as usize) < self.stages[stage]) {
                return Err(self_check(format!("the readout of pivot {order} is wrong")));
            }
            found.push(k);
        }
        Ok(found)
    }

    /// A basis of the kernel of M, one vector for each free column, ascending. Errors as there.
    pub fn kernel(&self) -> Result<Vec<SparseVector>, Error> {
        let last = self.stages.len() - 1;
        let free = self.free_columns(last);
        self.find_kernels(free.iter().copied(), last)?;
        free.into_iter().map(|free| self.kernel_vector(free, last).cloned()).collect()
    }

    /// A generalised inverse Q of M, `M Q M = M`: zero outside the columns and rows of the pivots, between which it inverts.
    ///
    /// Returned without its zero columns (cols x rank): column `i` belongs to row `pivot_rows()[i]` of M. The product
    /// with the pivot rows of M is multiplied out to the identity, and all other rows are combinations of these.
    /// Errors as for [`Elimination::solve`].
    pub fn generalised_inverse(&self) -> Result<RationalMatrix, Error> {
        let rank = self.rank();
        if rank == 0 {
            return Ok(RationalMatrix::zeros(self.matrix.cols(), 0));
        }
        let mut unit = vec![0i64; self.matrix.rows() * rank];
        for (order, row) in self.pivot_rows().into_iter().enumerate() {
            unit[row as usize * rank + order] = 1;
        }
        match self.solve_dropping(&RightHandSide::from_i64(self.matrix.rows(), rank, unit)?, 0)? {
            Solution::Solved { x, .. } => Ok(x),
            Solution::Inconsistent { .. } => Err(self_check("the pivot rows are at odds".to_owned())),
        }
    }

    fn combine(&self, rows: &SparseMatrix, rank: usize) -> Result<Vec<Combination>, Error> {
        self.basis.combine(&self.matrix, rows, rank, &self.limits)
    }

    fn transpose(&self) -> &SparseMatrix {
        self.transpose.get_or_init(|| self.matrix.transpose())
    }
}

/// The product `y B` over the right-hand sides.
fn times_right_hand_side(y: &SparseVector, b: &RightHandSide) -> SparseVector {
    let mut sums = vec![BigInt::zero(); b.width()];
    for (row, factor) in y.numerators() {
        if !b.row_is_zero(*row as usize) {
            sums.iter_mut().enumerate().for_each(|(column, sum)| *sum += b.get(*row as usize, column) * factor);
        }
    }
    let entries = sums.into_iter().enumerate().map(|(column, sum)| (column as u32, sum)).collect();
    SparseVector::reduced(entries, y.denominator().clone())
}

/// For each row the first row that it is a multiple of.
fn find_twins(m: &SparseMatrix) -> Vec<u32> {
    let mut first: HashMap<(&[u32], Vec<i64>), u32> = HashMap::with_capacity(m.rows());
    let mut twins = Vec::with_capacity(m.rows());
    for row in 0..m.rows() {
        let columns = m.row_columns(row);
        let twin = if columns.is_empty() {
            NONE
        } else {
            *first.entry((columns, primitive(m.row_values(row)))).or_insert(row as u32)
        };
        twins.push(twin);
    }
    twins
}

/// The values divided by what they have in common, the first made positive where that fits 64 bits.
fn primitive(values: &[i64]) -> Vec<i64> {
    let mut common = 0u64;
    for value in values {
        if common == 1 {
            break;
        }
        common = num_integer::gcd(common, value.unsigned_abs());
    }
    let sign = if values.first().is_some_and(Signed::is_negative) { -1i128 } else { 1 };
    let divisor = i128::from(common.max(1)) * sign;
    let small: Option<Vec<i64>> = values.iter().map(|&value| i64::try_from(i128::from(value) / divisor).ok()).collect();
    small.unwrap_or_else(|| values.to_vec())
}

fn self_check(message: String) -> Error {
    Error::new(ErrorKind::SelfCheck, message).help("please report the input: this is a defect, not a limit")
}
