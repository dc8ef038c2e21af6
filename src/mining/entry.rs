//! The blinding change of least maximal entry: a linear program whose answer is made exact and proved from both sides.
//!
//! The least t with A x = b and -t <= x <= t is 1 over the largest l with A x = l b and -1 <= x <= 1. Weights y of the rows
//! prove a bound from below: y b = (y A) x is at most |y A|_1 times the largest entry of x. Doubles (microlp, through
//! good_lp) only say which entries are at their bound at the best vertex; with these known, x, t and y are solutions of
//! linear systems, which are solved exactly, and every inequality is checked. Where no proposal stands, exact steps decide
//! (`simplex.rs`).

use std::collections::BTreeMap;
use std::time::Instant;

use good_lp::{Expression, ProblemVariables, Solution as _, SolverModel, WithTimeLimit, variable};
use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::margins::{left, undecided};
use super::simplex::{self, Best, Program, too_large};
use crate::encoder::projection_entry;
use crate::exact::{Elimination, Limits, Rational, RightHandSide, Solution, SparseMatrix};
use crate::report::{Code, Diagnostic};

/// The most places, rows x columns, of one linear program.
const PLACES: usize = 200_000;
/// Linear programs with other bounds that are tried until an answer stands exactly.
const ATTEMPTS: u64 = 6;
/// Bounds are wider than 1 by this and up to twice this, each by another amount, without
/// pattern: so no two are reached at once by accident, and the entries inside are a basis.
const SPREAD: f64 = 1e-5;

/// A solution of A x = b of least maximal entry.
pub(super) struct Least {
    /// x, by feature; zeros may be left out.
    pub x: BTreeMap<u32, Rational>,
    /// A weight for each row: the sum of |y A| is 1, and y b the largest entry.
    pub y: Vec<Rational>,
    /// The largest magnitude in x: no solution has less.
    pub largest: Rational,
}

/// A column: increasing rows with their entries.
type Column = Vec<(u32, i64)>;

type Features = Vec<(u32, bool)>;

/// Columns that are equal up to sign, as one: a largest entry does not grow when they share the average.
struct Merged {
    /// The column, times how often it occurs.
    column: Column,
    /// The features, and whether theirs is the negative of it.
    features: Features,
}

fn merge(a: &SparseMatrix) -> Option<Vec<Merged>> {
    let columns = a.transpose();
    let mut groups: BTreeMap<Column, Features> = BTreeMap::new();
    for feature in 0..columns.rows() {
        let negative = columns.row(feature).next().is_some_and(|(_, first)| first < 0);
        let sign = |(row, value): (u32, i64)| Some((row, if negative { value.checked_neg()? } else { value }));
        let column: Column = columns.row(feature).map(sign).collect::<Option<_>>()?;
        if !column.is_empty() {
            groups.entry(column).or_default().push((feature as u32, negative));
        }
    }
    let merged = |(column, features): (Column, Features)| {
        let times = |(row, value): (u32, i64)| Some((row, value.checked_mul(i64::try_from(features.len()).ok()?)?));
        Some(Merged { column: column.into_iter().map(times).collect::<Option<_>>()?, features })
    };
    groups.into_iter().map(merged).collect()
}

/// The solution of A x = b (b not zero, the rows of A independent) whose largest entry is least.
///
/// Errors: [`Code::LinearProgram`] where the program is too large or takes too long; those of [`Elimination`].
pub(super) fn least(a: &SparseMatrix, b: &[BigInt], deadline: Instant, limits: &Limits) -> Result<Least, Diagnostic> {
    let Some(merged) = merge(a) else { return Err(too_large()) };
    if a.rows().saturating_mul(merged.len()) > PLACES {
        return Err(too_large());
    }
    for attempt in 0..ATTEMPTS {
        let signs = match propose(a.rows(), &merged, b, attempt, deadline) {
            Ok(signs) => signs,
            Err(why) if why.code == Code::LinearProgram => break,
            Err(fault) => return Err(fault),
        };
        if let Some(found) = vertex(a.rows(), &merged, b, &signs, limits)? {
            return Ok(found);
        }
    }
    exactly(a.rows(), &merged, b, deadline, limits)
}

/// The proof from below, in fractions: the most of y b with |y A|_1 at most 1, where |y A| is at most p + m with p - m = y A. The
/// weights of its rows are x, from the largest entry below upwards.
fn exactly(
    rows: usize,
    merged: &[Merged],
    b: &[BigInt],
    deadline: Instant,
    limits: &Limits,
) -> Result<Least, Diagnostic> {
    let columns = merged.len();
    if (columns + 1).saturating_mul(rows + columns) > simplex::PLACES {
        left(deadline)?;
        return Err(too_large());
    }
    // Each column as p - y A >= 0, and m, which is that, with p at most 1 in sum.
    let mut program_rows = Vec::with_capacity(columns + 1);
    let mut sum = vec![Rational::zero(); rows + columns];
    for (at, Merged { column, .. }) in merged.iter().enumerate() {
        let mut row = vec![Rational::zero(); rows + columns];
        for (weight, value) in column {
            row[*weight as usize] = Rational::from_integer((*value).into());
            sum[*weight as usize] -= BigInt::from(*value);
        }
        row[rows + at] = -Rational::one();
        sum[rows + at] = Rational::from_integer(2.into());
        program_rows.push((row, Rational::zero()));
    }
    program_rows.push((sum, Rational::one()));
    let gain = b.iter().cloned().map(Rational::from_integer).chain(vec![Rational::zero(); columns]).collect();
    let free = (0..rows + columns).map(|at| at < rows).collect();
    let program = Program { gain, rows: program_rows, free, any_gain: false };
    let Best { value: largest, variables, weights } = simplex::maximise(&program, deadline, limits)?;
    let mut x = BTreeMap::new();
    for (Merged { features, .. }, weight) in merged.iter().zip(&weights) {
        let value = weight - &largest;
        x.extend(features.iter().map(|(f, negative)| (*f, if *negative { -&value } else { value.clone() })));
    }
    Ok(Least { x, y: variables.into_iter().take(rows).collect(), largest })
}

/// For each column whether x is at its upper (1) or lower (-1) bound, or inside (0): a basis has as many columns as rows, the
/// stretch among them, so those farthest from their bounds are inside.
fn propose(
    rows: usize,
    merged: &[Merged],
    b: &[BigInt],
    attempt: u64,
    deadline: Instant,
) -> Result<Vec<i64>, Diagnostic> {
    let scale = b.iter().map(Signed::abs).max().unwrap_or_default();
    let mut variables = ProblemVariables::new();
    let stretch = variables.add(variable().min(0));
    let noise = |at: usize| projection_entry(attempt, 1 << 20, at as u32, 0) as f64 / f64::from(1 << 21);
    let bound = |at: usize| 1.0 + SPREAD * (1.5 + noise(at));
    let x: Vec<_> = (0..merged.len()).map(|at| variables.add(variable().min(-bound(at)).max(bound(at)))).collect();
    let mut equations: Vec<Expression> = vec![Expression::from(0.0); rows];
    for (Merged { column, .. }, x) in merged.iter().zip(&x) {
        column.iter().for_each(|(row, value)| equations[*row as usize] += *x * (*value as f64));
    }
    let mut model = variables.maximise(stretch).using(good_lp::microlp).with_time_limit(left(deadline)?);
    for (equation, b) in equations.into_iter().zip(b) {
        let b = Rational::new(b.clone(), scale.clone()).to_f64().unwrap_or_default();
        model.add_constraint((equation - stretch * b).eq(0.0));
    }
    let found = model.solve().map_err(|error| undecided(format!("the linear program ended early: {error}")))?;
    let values: Vec<f64> = x.iter().map(|x| found.value(*x)).collect();
    let mut by_slack: Vec<usize> = (0..values.len()).collect();
    by_slack.sort_by(|i, j| (bound(*j) - values[*j].abs()).total_cmp(&(bound(*i) - values[*i].abs())));
    let mut signs: Vec<i64> = values.iter().map(|value| value.signum() as i64).collect();
    by_slack.into_iter().take(rows.saturating_sub(1)).for_each(|at| signs[at] = 0);
    Ok(signs)
}

/// The vertex with these signs, if it is one, is a solution, and is proved the best by weights y that are silent on what is
/// inside.
fn vertex(
    rows: usize,
    merged: &[Merged],
    b: &[BigInt],
    signs: &[i64],
    limits: &Limits,
) -> Result<Option<Least>, Diagnostic> {
    let inside: Vec<&Merged> = merged.iter().zip(signs).filter(|(_, sign)| **sign == 0).map(|(m, _)| m).collect();
    let mut bounded = vec![0i64; rows];
    for (Merged { column, .. }, sign) in merged.iter().zip(signs) {
        for (row, value) in column {
            let Some(sum) = bounded[*row as usize].checked_add(sign * value) else { return Ok(None) };
            bounded[*row as usize] = sum;
        }
    }
    let last = bounded.into_iter().enumerate().filter(|(_, v)| *v != 0).map(|(row, value)| (row as u32, value));
    let columns = inside.iter().map(|m| m.column.clone()).chain([last.collect()]).collect();
    let transposed = SparseMatrix::from_rows(rows, columns)?;
    let system = transposed.transpose();
    let right = RightHandSide::from_big(rows, 1, b.to_vec())?;
    let Solution::Solved { x: z, .. } = Elimination::new(&system, &[], limits)?.solve(&right)? else { return Ok(None) };
    let mut unit = vec![BigInt::zero(); inside.len() + 1];
    unit[inside.len()] = BigInt::one();
    let unit = RightHandSide::from_big(unit.len(), 1, unit)?;
    let Solution::Solved { x: weights, .. } = Elimination::new(&transposed, &[], limits)?.solve(&unit)? else {
        return Ok(None);
    };
    let y: Vec<Rational> = (0..rows as u32).map(|row| weights.get(row, 0)).collect();
    let largest = z.get(inside.len() as u32, 0);
    let (mut x, mut free) = (BTreeMap::new(), 0u32);
    let mut length = Rational::zero();
    for (Merged { column, features }, sign) in merged.iter().zip(signs) {
        length += column.iter().map(|(row, v)| &y[*row as usize] * BigInt::from(*v)).sum::<Rational>().abs();
        let value = if *sign == 0 { z.get(free, 0) } else { &largest * BigInt::from(*sign) };
        free += u32::from(*sign == 0);
        if value.abs() > largest {
            return Ok(None);
        }
        x.extend(
            features.iter().map(|(feature, negative)| (*feature, if *negative { -&value } else { value.clone() })),
        );
    }
    Ok(length.is_one().then_some(Least { x, y, largest }))
}
