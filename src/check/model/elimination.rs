//! Exact elimination, one sparse integer row at a time: the solver behind every exact verdict.
//!
//! The systems here come from matrices of dimension a dozen or less, so that rows are short; what counts is
//! that a row can be added, and refused as a contradiction, at any time. Each solution is multiplied
//! back before it is used.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Zero};

use super::affine::{Affine, Arithmetic, Definiteness, Equations, Solved, offsets, scalar_index};
use super::matrix::Matrix;
use super::work::{Limit, Work};

/// An equation: coefficients by scalar unknown; the number `width` of unknowns stands for the constant.
pub type Row = BTreeMap<usize, BigInt>;

/// More scalar unknowns than this are declined.
const MAX_UNKNOWNS: usize = 4_000;
/// A coefficient of more bits than this is declined.
const MAX_BITS: u64 = 20_000;

/// What it costs to bring a rational over a common denominator, in products of machine words, about.
const RATIONAL: u64 = 16;

/// What became of an added equation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It says something new.
    Independent,
    /// It follows from the others.
    Redundant,
    /// It contradicts them; it was not added.
    Contradiction,
}

/// Equations in echelon form: no row touches the pivot of an earlier one.
#[derive(Clone, Debug)]
pub struct Echelon {
    width: usize,
    rows: Vec<(usize, Row)>,
    /// Products of machine words made so far.
    spent: u64,
}

impl Echelon {
    /// No equations over `width` scalar unknowns.
    pub fn new(width: usize) -> Echelon {
        Echelon { width, rows: Vec::new(), spent: 0 }
    }

    /// Adds an equation. Error: a coefficient grows beyond the limit.
    pub fn add(&mut self, mut row: Row) -> Result<Added, Limit> {
        for (pivot, with) in &self.rows {
            if let Some(value) = row.remove(pivot) {
                let words = (1 + value.bits() / 64) * (1 + with.get(pivot).map_or(0, |v| v.bits()) / 64);
                self.spent += (row.len() + with.len()) as u64 * words;
                eliminate(&mut row, &value, *pivot, with);
                make_primitive(&mut row);
            }
        }
        if row.values().any(|v| v.bits() > MAX_BITS) {
            return Err(Limit(format!("a number of more than {MAX_BITS} bits arises in elimination")));
        }
        // Small pivots keep the numbers small.
        let pivot = row.iter().filter(|(at, _)| **at < self.width).min_by_key(|(_, v)| v.bits()).map(|(at, _)| *at);
        Ok(match pivot {
            Some(pivot) => {
                self.rows.push((pivot, row));
                Added::Independent
            }
            None if row.is_empty() => Added::Redundant,
            None => Added::Contradiction,
        })
    }

    /// Adds an equation within the work that is left. Errors: as [`Echelon::add`]; the work is used up.
    fn add_within(&mut self, row: Row, work: &Work) -> Result<Added, Limit> {
        let before = self.spent;
        let length = row.len() as u64;
        let added = self.add(row)?;
        work.spend(self.spent - before + length + self.rows.len() as u64)?;
        Ok(added)
    }

    /// The unknowns that may be chosen at will, increasing.
    pub fn free(&self) -> Vec<usize> {
        let mut bound = vec![false; self.width];
        self.rows.iter().for_each(|(pivot, _)| bound[*pivot] = true);
        (0..self.width).filter(|at| !bound[*at]).collect()
    }

    /// The solution whose free unknowns are as in `values` (the others are filled in); `constant` is the factor of
    /// the constants: 1, or 0 for the homogeneous equations.
    pub fn complete(&self, mut values: Vec<BigRational>, constant: u8) -> Vec<BigRational> {
        values.resize(self.width, BigRational::zero());
        for (pivot, row) in self.rows.iter().rev() {
            let mut sum = BigRational::zero();
            for (at, coefficient) in row.iter().filter(|(at, _)| *at != pivot) {
                if *at < self.width {
                    if !values[*at].is_zero() {
                        sum += &values[*at] * coefficient;
                    }
                } else if constant == 1 {
                    sum += BigRational::from_integer(coefficient.clone());
                }
            }
            if let (false, Some(leading)) = (sum.is_zero(), row.get(pivot)) {
                values[*pivot] = -sum / leading;
            }
        }
        values
    }
}

/// `row` becomes a multiple of it minus a multiple of `with`, so that column `pivot` (whose `value` was taken out) vanishes.
fn eliminate(row: &mut Row, value: &BigInt, pivot: usize, with: &Row) {
    let Some(leading) = with.get(&pivot) else { return };
    let common = value.gcd(leading);
    let (mine, theirs) = (leading / &common, value / &common);
    if !mine.is_one() {
        row.values_mut().for_each(|v| *v *= &mine);
    }
    for (at, coefficient) in with.iter().filter(|(at, _)| **at != pivot) {
        let entry = row.entry(*at).or_default();
        *entry -= coefficient * &theirs;
        if entry.is_zero() {
            row.remove(at);
        }
    }
}

fn make_primitive(row: &mut Row) {
    let mut common = BigInt::zero();
    for value in row.values() {
        common = common.gcd(value);
        if common.is_one() {
            return;
        }
    }
    if !common.is_zero() {
        row.values_mut().for_each(|v| *v /= &common);
    }
}

/// The scalar equations of a matrix expression that is to be 0, entry by entry in row order.
pub fn rows_of(expression: &Affine<Matrix>, shapes: &[(usize, usize)]) -> Vec<Row> {
    let (offsets, width) = offsets(shapes);
    let constant = &expression.constant;
    let scale = expression
        .parts
        .iter()
        .fold(constant.denominator().clone(), |scale, p| scale.lcm(&(p.left.denominator() * p.right.denominator())));
    let mut rows = vec![Row::new(); constant.rows() * constant.cols()];
    for (row, n) in rows.iter_mut().zip(constant.numerators()).filter(|(_, n)| !n.is_zero()) {
        row.insert(width, n * (&scale / constant.denominator()));
    }
    for part in &expression.parts {
        let Some(&(_, unknown_cols)) = shapes.get(part.unknown) else { continue };
        let factor = &scale / (part.left.denominator() * part.right.denominator());
        let (left, right) = (entries(&part.left), entries(&part.right));
        for (i, a, l) in &left {
            let l = *l * &factor;
            for (b, j, r) in &right {
                let at = offsets[part.unknown] + scalar_index(part.transposed, unknown_cols, *a, *b);
                let row = &mut rows[i * constant.cols() + j];
                let sum = row.entry(at).or_default();
                *sum += &l * *r;
                if sum.is_zero() {
                    row.remove(&at);
                }
            }
        }
    }
    rows
}

/// The entries other than 0: row, column, numerator.
fn entries(matrix: &Matrix) -> Vec<(usize, usize, &BigInt)> {
    let cols = matrix.cols();
    let all = matrix.numerators().iter().enumerate();
    all.filter(|(_, n)| !n.is_zero()).map(|(at, n)| (at / cols, at % cols, n)).collect()
}

/// The scalar values as matrices of the given shapes.
pub fn matrices_of(values: &[BigRational], shapes: &[(usize, usize)]) -> Vec<Matrix> {
    let (offsets, _) = offsets(shapes);
    let at = |index: usize| values.get(index).cloned().unwrap_or_default();
    let pairs = shapes.iter().zip(offsets);
    pairs.map(|((rows, cols), offset)| Matrix::from_rationals(*rows, *cols, |i, j| at(offset + i * cols + j))).collect()
}

/// The number of scalar unknowns. Error: too many.
pub fn scalar_width(shapes: &[(usize, usize)]) -> Result<usize, Limit> {
    let width = shapes.iter().fold(0usize, |n, (r, c)| n.saturating_add(r.saturating_mul(*c)));
    match width > MAX_UNKNOWNS {
        true => Err(Limit(format!("a system of {width} unknown numbers; the limit is {MAX_UNKNOWNS}"))),
        false => Ok(width),
    }
}

impl Arithmetic for Matrix {
    type Span = Echelon;

    fn zeros(rows: usize, cols: usize) -> Matrix {
        Matrix::zeros(rows, cols)
    }

    fn identity(n: usize) -> Matrix {
        Matrix::identity(n)
    }

    fn injection(rows: usize, offset: usize, n: usize) -> Matrix {
        Matrix::from_integers(rows, n, |i, j| i64::from(i == offset + j))
    }

    fn size(&self) -> (usize, usize) {
        (self.rows(), self.cols())
    }

    fn bits(&self) -> u64 {
        self.numerators().iter().map(BigInt::bits).max().unwrap_or(0).max(self.denominator().bits())
    }

    fn sum(&self, other: &Matrix) -> Matrix {
        self.plus(other).expect("typed terms add maps of one shape")
    }

    fn product(&self, other: &Matrix) -> Matrix {
        self.times(other).expect("typed terms multiply maps that fit")
    }

    fn multiple(&self, factor: &BigRational) -> Matrix {
        self.scaled(factor)
    }

    fn transpose(&self) -> Matrix {
        self.transposed()
    }

    fn agrees(&self, other: &Matrix) -> Option<bool> {
        Some(self == other)
    }

    fn sign(&self) -> Option<std::cmp::Ordering> {
        Some(self.get(0, 0).cmp(&BigRational::zero()))
    }

    fn solve(system: &Equations<Matrix>, all: bool, work: &Work) -> Result<Solved<Matrix>, Limit> {
        solve(system, all, work)
    }

    fn definiteness(form: &Matrix, work: &Work) -> Result<Definiteness<Matrix>, Limit> {
        super::form::definiteness(form, work)
    }

    fn span((rows, cols): (usize, usize)) -> Echelon {
        Echelon::new(rows * cols + 1)
    }

    /// (matrix, 1) as a row: affine independence is linear independence one dimension up.
    fn joins(&self, span: &mut Echelon, work: &Work) -> Result<bool, Limit> {
        let mut row: Row = entries(self).into_iter().map(|(i, j, n)| (i * self.cols() + j, n.clone())).collect();
        row.insert(self.rows() * self.cols(), self.denominator().clone());
        Ok(span.add_within(row, work)? == Added::Independent)
    }
}

/// Solves exactly; every answer has been multiplied back into the expressions.
pub fn solve(system: &Equations<Matrix>, all: bool, work: &Work) -> Result<Solved<Matrix>, Limit> {
    let width = scalar_width(&system.shapes)?;
    let mut echelon = Echelon::new(width);
    for expression in &system.zero {
        work.spend(cost(expression))?;
        for row in rows_of(expression, &system.shapes) {
            if echelon.add_within(row, work)? == Added::Contradiction {
                return contradiction(system, work);
            }
        }
    }
    let particular = matrices_of(&echelon.complete(Vec::new(), 1), &system.shapes);
    if let Some(wrong) = system.zero.iter().position(|e| !e.at(&particular).is_zero()) {
        return Err(Limit(format!("the solution fails expression {wrong}: a defect of the solver")));
    }
    let mut directions = Vec::new();
    for free in if all { echelon.free() } else { Vec::new() } {
        work.spend(RATIONAL * width as u64 + echelon.rows.iter().map(|(_, row)| row.len() as u64).sum::<u64>())?;
        work.spend(system.zero.iter().map(cost).sum())?;
        let mut values = vec![BigRational::zero(); width];
        values[free] = BigRational::one();
        let direction = matrices_of(&echelon.complete(values, 0), &system.shapes);
        if let Some(wrong) = system.zero.iter().position(|e| e.at(&direction) != e.constant) {
            return Err(Limit(format!("a direction fails expression {wrong}: a defect of the solver")));
        }
        directions.push(direction);
    }
    Ok(Solved::Solutions { particular, directions })
}

/// What it costs to write an expression out, or to multiply it back, about.
fn cost(expression: &Affine<Matrix>) -> u64 {
    let part = |part: &super::affine::Part<Matrix>| {
        let ((a, b), (c, d)) = (part.left.size(), part.right.size());
        (a * b).saturating_mul(c * d) as u64
    };
    expression.parts.iter().map(part).sum::<u64>() + (expression.constant.rows() * expression.constant.cols()) as u64
}

/// The Fredholm alternative: multipliers of the expressions' entries that cancel every unknown and leave 1.
fn contradiction(system: &Equations<Matrix>, work: &Work) -> Result<Solved<Matrix>, Limit> {
    let width = scalar_width(&system.shapes)?;
    let shapes: Vec<_> = system.zero.iter().map(|e| (e.constant.rows(), e.constant.cols())).collect();
    let multipliers = scalar_width(&shapes)?;
    // One equation a scalar unknown (its coefficient cancels), and one that the constants add up to 1.
    let mut transposed = vec![Row::new(); width + 1];
    let mut next = 0;
    for expression in &system.zero {
        for row in rows_of(expression, &system.shapes) {
            // Rows are scaled to integers one expression at a time; the scale does not matter to the unknowns'
            // equations, and for the constants it is undone by multiplying back below.
            row.into_iter().for_each(|(at, value)| drop(transposed[at].insert(next, value)));
            next += 1;
        }
    }
    transposed[width].insert(multipliers, -BigInt::one());
    let mut echelon = Echelon::new(multipliers);
    for row in transposed {
        if echelon.add_within(row, work)? == Added::Contradiction {
            return Err(Limit("neither a solution nor an obstruction: a defect of the solver".to_owned()));
        }
    }
    let obstruction = matrices_of(&echelon.complete(Vec::new(), 1), &shapes);
    let obstruction: Vec<Matrix> = obstruction.iter().zip(&system.zero).map(|(y, e)| y.scaled(&row_scale(e))).collect();
    match obstructs(system, &obstruction) {
        true => Ok(Solved::Contradiction { obstruction }),
        false => Err(Limit("an obstruction that does not obstruct: a defect of the solver".to_owned())),
    }
}

/// The factor by which [`rows_of`] scales an expression.
fn row_scale(expression: &Affine<Matrix>) -> BigRational {
    let scale = expression.parts.iter().fold(expression.constant.denominator().clone(), |scale, p| {
        scale.lcm(&(p.left.denominator() * p.right.denominator()))
    });
    BigRational::from_integer(scale)
}

/// A solution whose free unknowns are what `free` says; `None` where there is none.
pub fn solution_with(
    system: &Equations<Matrix>,
    free: &mut dyn FnMut() -> BigRational,
) -> Result<Option<Vec<Matrix>>, Limit> {
    let width = scalar_width(&system.shapes)?;
    let mut echelon = Echelon::new(width);
    for row in system.zero.iter().flat_map(|expression| rows_of(expression, &system.shapes)) {
        if echelon.add(row)? == Added::Contradiction {
            return Ok(None);
        }
    }
    let mut values = vec![BigRational::zero(); width];
    echelon.free().into_iter().for_each(|at| values[at] = free());
    let solution = matrices_of(&echelon.complete(values, 1), &system.shapes);
    match system.zero.iter().all(|e| e.at(&solution).is_zero()) {
        true => Ok(Some(solution)),
        false => Err(Limit("a solution that does not solve: a defect of the solver".to_owned())),
    }
}

/// Whether the multipliers prove that no unknowns make every expression 0. Multiplication alone.
///
/// For a part `L X R` and its multiplier Y, the sum of the entries of `Y` times `L X R` is that of `L' Y R'` times X.
pub fn obstructs(system: &Equations<Matrix>, obstruction: &[Matrix]) -> bool {
    if obstruction.len() != system.zero.len() {
        return false;
    }
    let mut carried: Vec<Matrix> = system.shapes.iter().map(|(r, c)| Matrix::zeros(*r, *c)).collect();
    let mut constant = BigRational::zero();
    for (y, expression) in obstruction.iter().zip(&system.zero) {
        let Some(share) = inner(y, &expression.constant) else { return false };
        constant += share;
        for part in &expression.parts {
            let product = part.left.transposed().times(y).and_then(|m| m.times(&part.right.transposed()));
            let product = if part.transposed { product.map(|m| m.transposed()) } else { product };
            let sum = product.and_then(|m| carried.get(part.unknown).and_then(|c| c.plus(&m)));
            let Some(sum) = sum else { return false };
            carried[part.unknown] = sum;
        }
    }
    carried.iter().all(Matrix::is_zero) && !constant.is_zero()
}

/// The sum of the products of the entries.
pub fn inner(a: &Matrix, b: &Matrix) -> Option<BigRational> {
    if (a.rows(), a.cols()) != (b.rows(), b.cols()) {
        return None;
    }
    let sum: BigInt = a.numerators().iter().zip(b.numerators()).map(|(x, y)| x * y).sum();
    Some(BigRational::new(sum, a.denominator() * b.denominator()))
}
