//! The blind encoder nearest to the true-optimal one: how much has to change for blindness.
//!
//! h = g + N is aligned and blind exactly when S N = 0 and D N = -D g. The N of least Frobenius norm is the one in the row
//! space of S and D, N = S' p + D' q: it is orthogonal to everything else that could be added to it. p and q solve the
//! normal equations over a basis of the rows, exactly.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use crate::certificate::{Alone, Claim, Exact};
use crate::encoder::Problem;
use crate::exact::{Elimination, Limits, Rational, RationalMatrix, RightHandSide, Solution, SparseMatrix};
use crate::report::{Code, Diagnostic};

/// The least change that makes the true-optimal encoder blind.
#[derive(Clone, Debug)]
pub struct Nearest {
    /// The claim with its witnesses.
    pub claim: Claim,
    /// The squared Frobenius norm of the change that blinds all edits but the dropped ones at once.
    pub change: Rational,
    /// Edits left out, ascending: no aligned encoder is blind to them and to the others.
    pub dropped: Vec<usize>,
    /// The squared norm of the change that blinds each edit alone; `None` where no aligned encoder is blind to it.
    pub alone: Vec<Option<Rational>>,
    /// The largest entry of the least change, and a bound from below on that of every change that blinds the edits.
    ///
    /// For a column n of the change, which is the least solution of A n = b, any other solution m has n m = n n, so its
    /// largest entry is at least n n / |n|_1.
    pub entry: (f64, f64),
}

/// Finds the pseudo-optimal encoder nearest to the true-optimal one, jointly and for each edit alone. `rank` is the most
/// dimensions of [S; D]: the numbers grow with it.
///
/// Errors: [`Code::ExactLimit`] past `rank`; [`Code::TextWithoutRow`] where the true-optimal encoder is not known on the
/// negatives; those of [`Elimination`].
pub fn nearest(problem: &Problem, rank: usize, limits: &Limits) -> Result<Nearest, Diagnostic> {
    let (s, d) = (problem.s(), problem.d());
    let Some(meaning) = &problem.targets().edits else {
        return Err(Diagnostic::new(Code::TextWithoutRow, "the embeddings of some negatives are not given")
            .help("the distance to blindness needs the true-optimal embedding of every negative"));
    };
    let both = SparseMatrix::vstack(&[s, d])?;
    let elimination = Elimination::new(&both, &[s.rows(), both.rows()], limits)?;
    if elimination.rank() > rank {
        let message = format!("captions and edits have {} dimensions, more than {rank}", elimination.rank());
        return Err(Diagnostic::new(Code::ExactLimit, message).help(
            "raise --rank (time and digits grow with it), or choose fewer edits with --edits or another feature map",
        ));
    }
    let wanted = RightHandSide::vstack(&[&RightHandSide::zeros(s.rows(), meaning.width()), &minus(meaning)?])?;
    let dropped = match elimination.solve_dropping(&wanted, s.rows())? {
        Solution::Solved { dropped, .. } => dropped,
        Solution::Inconsistent { .. } => return Err(Diagnostic::new(Code::ExactSelfCheck, "zero was not consistent")),
    };
    let pivots: Vec<usize> = elimination.pivot_rows().into_iter().map(|row| row as usize).collect();
    let y = normal_equations(&both, &pivots, &select(&wanted, &pivots)?, limits)?;
    let unit = BigRational::new(BigInt::one(), BigInt::one() << problem.targets().shift);
    let change = change(&both, &pivots, &y, &unit);
    // The certificate speaks of rows in the units of the features, of which the stored ones are multiples.
    let weight_unit = &unit * BigRational::from_integer(BigInt::one() << problem.features().scale);
    let (mut p, mut q) = (Vec::new(), Vec::new());
    let mut rows: Vec<(usize, usize)> = pivots.iter().copied().enumerate().map(|(at, row)| (row, at)).collect();
    rows.sort_unstable();
    for (row, at) in rows {
        let Some(weights) = y.row(at as u32) else { continue };
        let weights = (0..y.width()).map(|dimension| Exact(weights.get(dimension) * &weight_unit)).collect();
        match row.checked_sub(s.rows()) {
            None => p.push((row as u32, weights)),
            Some(edit) => q.push((edit as u32, weights)),
        }
    }
    let total: Rational = change.values().flatten().map(|value| value * value).sum();
    let dropped: Vec<usize> = dropped.into_iter().map(|row| row - s.rows()).collect();
    let (alone, witnesses) = alone(problem, meaning, limits)?;
    let claim = Claim::Nearest {
        dropped: dropped.iter().map(|edit| *edit as u32).collect(),
        p,
        q,
        change: Exact(total.clone()),
        alone: witnesses,
    };
    Ok(Nearest { claim, change: total, dropped, alone, entry: largest_entry(&change, meaning.width()) })
}

fn minus(table: &RightHandSide) -> Result<RightHandSide, Diagnostic> {
    let entry = |at: usize| -table.get(at / table.width(), at % table.width());
    RightHandSide::from_big(table.rows(), table.width(), (0..table.rows() * table.width()).map(entry).collect())
}

fn select(table: &RightHandSide, rows: &[usize]) -> Result<RightHandSide, Diagnostic> {
    let values = rows.iter().flat_map(|&row| (0..table.width()).map(move |column| table.get(row, column))).collect();
    RightHandSide::from_big(rows.len(), table.width(), values)
}

/// Y with A A' Y = `wanted`, where A is these independent rows of the matrix.
fn normal_equations(
    matrix: &SparseMatrix,
    rows: &[usize],
    wanted: &RightHandSide,
    limits: &Limits,
) -> Result<RationalMatrix, Diagnostic> {
    let a = SparseMatrix::from_rows(matrix.cols(), rows.iter().map(|&row| matrix.row(row).collect()).collect())?;
    let gram = SparseMatrix::from_rows(rows.len(), products(&a, &a)?)?;
    match Elimination::new(&gram, &[], limits)?.solve(wanted)? {
        Solution::Solved { x, .. } => Ok(x),
        Solution::Inconsistent { .. } => {
            Err(Diagnostic::new(Code::ExactSelfCheck, "independent rows had a singular product"))
        }
    }
}

/// The rows of `left * right'`, as sparse integers.
fn products(left: &SparseMatrix, right: &SparseMatrix) -> Result<Vec<Vec<(u32, i64)>>, Diagnostic> {
    let columns = right.transpose();
    let row = |at: usize| {
        let mut sums: BTreeMap<u32, i128> = BTreeMap::new();
        for (column, value) in left.row(at) {
            for (other, entry) in columns.row(column as usize) {
                *sums.entry(other).or_default() += i128::from(value) * i128::from(entry);
            }
        }
        let entry = |(other, sum)| Some((other, i64::try_from(sum).ok()?));
        sums.into_iter()
            .map(entry)
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| Diagnostic::new(Code::ExactEntryTooLarge, "the product of two rows does not fit 64 bits"))
    };
    (0..left.rows()).map(row).collect()
}

/// N = A' Y, by feature.
fn change(matrix: &SparseMatrix, rows: &[usize], y: &RationalMatrix, unit: &Rational) -> BTreeMap<u32, Vec<Rational>> {
    let mut sums: BTreeMap<u32, Vec<Rational>> = BTreeMap::new();
    for (at, weights) in y.nonzero_rows() {
        let weights: Vec<Rational> = (0..y.width()).map(|dimension| weights.get(dimension) * unit).collect();
        for (feature, value) in matrix.row(rows[at as usize]) {
            let sum = sums.entry(feature).or_insert_with(|| vec![Rational::zero(); y.width()]);
            sum.iter_mut().zip(&weights).for_each(|(sum, weight)| *sum += weight * BigInt::from(value));
        }
    }
    sums
}

fn largest_entry(change: &BTreeMap<u32, Vec<Rational>>, width: usize) -> (f64, f64) {
    let column = |dimension: usize| {
        let entries = || change.values().map(move |row| row[dimension].abs());
        let (largest, sum) = (entries().max().unwrap_or_default(), entries().sum::<Rational>());
        let least = if sum.is_zero() { sum.clone() } else { entries().map(|v| &v * &v).sum::<Rational>() / sum };
        (largest.to_f64().unwrap_or(f64::INFINITY), least.to_f64().unwrap_or(0.0))
    };
    (0..width).map(column).fold((0.0, 0.0), |(a, b), (c, d)| (f64::max(a, c), f64::max(b, d)))
}

/// Each edit alone: its part k orthogonal to all training captions is d - c S, and the least change is -k (d g) / (k k).
fn alone(
    problem: &Problem,
    meaning: &RightHandSide,
    limits: &Limits,
) -> Result<(Vec<Option<Rational>>, Vec<Alone>), Diagnostic> {
    let (s, d) = (problem.s(), problem.d());
    let pivots: Vec<usize> =
        Elimination::new(s, &[], limits)?.pivot_rows().into_iter().map(|row| row as usize).collect();
    let a = SparseMatrix::from_rows(s.cols(), pivots.iter().map(|&row| s.row(row).collect()).collect())?;
    let mut wanted = vec![BigInt::ZERO; pivots.len() * d.rows()];
    for (row, products) in products(&a, d)?.into_iter().enumerate() {
        products.into_iter().for_each(|(edit, value)| wanted[row * d.rows() + edit as usize] = value.into());
    }
    let c = normal_equations(s, &pivots, &RightHandSide::from_big(pivots.len(), d.rows(), wanted)?, limits)?;
    let unit = BigRational::new(BigInt::one(), BigInt::one() << (2 * problem.targets().shift));
    let (mut changes, mut witnesses) = (Vec::new(), Vec::new());
    for edit in 0..d.rows() {
        let mut k: BTreeMap<u32, Rational> = d.row(edit).map(|(f, v)| (f, Rational::from_integer(v.into()))).collect();
        let mut weights = Vec::new();
        for (at, &row) in pivots.iter().enumerate() {
            let weight = c.get(at as u32, edit);
            if weight.is_zero() {
                continue;
            }
            s.row(row).for_each(|(f, v)| *k.entry(f).or_default() -= &weight * BigInt::from(v));
            weights.push((row as u32, Exact(weight)));
        }
        weights.sort_by_key(|(row, _)| *row);
        let length: Rational = k.values().map(|value| value * value).sum();
        let sees: BigInt = (0..meaning.width()).map(|e| meaning.get(edit, e)).map(|value| &value * &value).sum();
        let change = match (sees.is_zero(), length.is_zero()) {
            (true, _) => Some(Rational::zero()),
            (false, true) => None,
            (false, false) => Some(&unit * BigRational::from_integer(sees) / length),
        };
        if let Some(change) = change.as_ref().filter(|change| !change.is_zero()) {
            witnesses.push(Alone { edit: edit as u32, c: weights, change: Exact(change.clone()) });
        }
        changes.push(change);
    }
    Ok((changes, witnesses))
}
