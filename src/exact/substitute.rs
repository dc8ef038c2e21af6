//! Forward and backward substitution on many right-hand sides at once.

use num_bigint::BigInt;

use super::RightHandSide;
use super::echelon::Echelon;
use super::number::{Number, integer};
use super::table::RationalMatrix;

/// Numerators over one positive denominator; `None` for a zero row.
type Row<N> = Option<(Vec<N>, N)>;

/// The solution of `M X = B` for the pivot rows of `M`, unknowns without a pivot set to zero: cols x width.
/// In the smallest integers that do not overflow.
pub(super) fn solve(echelon: &Echelon, cols: usize, b: &RightHandSide) -> RationalMatrix {
    substitute::<i64>(echelon, cols, b)
        .or_else(|| substitute::<i128>(echelon, cols, b))
        .or_else(|| substitute::<BigInt>(echelon, cols, b))
        .unwrap_or_else(|| RationalMatrix::zeros(cols, b.width()))
}

fn substitute<N: Number>(echelon: &Echelon, cols: usize, b: &RightHandSide) -> Option<RationalMatrix> {
    let rank = echelon.rank();
    let mut rows: Vec<Row<N>> = Vec::with_capacity(rank);
    for (order, pivot) in echelon.pivots.iter().enumerate() {
        let start = load(b, pivot.row as usize, pivot.scale)?;
        let terms = echelon.lower.row(order).iter().map(|&(other, factor)| (other as usize, factor));
        let row = combine(start, terms, &rows, b.width(), pivot.content)?;
        rows.push(row);
    }
    for order in (0..rank).rev() {
        let pivot = echelon.pivots[order];
        let known = |&(column, factor): &(u32, i64)| Some((echelon.order(column, rank)? as usize, factor));
        let terms = echelon.upper.row(order).iter().filter_map(known);
        let start = rows[order].take();
        rows[order] = combine(start, terms, &rows, b.width(), pivot.value)?;
    }
    let mut x = RationalMatrix::zeros(cols, b.width());
    for column in 0..cols as u32 {
        if let Some(order) = echelon.order(column, rank)
            && let Some((numerators, denominator)) = rows[order as usize].take()
        {
            x.push_reduced(column, numerators, denominator);
        }
    }
    Some(x)
}

/// Row `row` of the right-hand side times `scale`.
fn load<N: Number>(b: &RightHandSide, row: usize, scale: i64) -> Option<Row<N>> {
    if b.row_is_zero(row) {
        return Some(None);
    }
    let scale = N::from_i64(scale);
    let entry = |column| integer::<N>(b.integers(), row * b.width() + column)?.times(&scale);
    Some(Some(((0..b.width()).map(entry).collect::<Option<Vec<N>>>()?, N::from_i64(1))))
}

/// `(start - sum of factor * rows[index]) / divisor` in lowest terms.
fn combine<N: Number>(
    start: Row<N>,
    terms: impl Iterator<Item = (usize, i64)>,
    rows: &[Row<N>],
    width: usize,
    divisor: i64,
) -> Option<Row<N>> {
    let (mut sum, mut common) = start.unwrap_or_else(|| (Vec::new(), N::from_i64(1)));
    for (index, factor) in terms {
        let Some((row, denominator)) = &rows[index] else { continue };
        if sum.is_empty() {
            sum = vec![N::from_i64(0); width];
        }
        let mut factor = N::from_i64(factor);
        if common != *denominator {
            let shared = common.gcd(denominator)?;
            let raise = denominator.over(&shared)?;
            factor = factor.times(&common.over(&shared)?)?;
            scale_by(&mut sum, &raise)?;
            common = common.times(&raise)?;
        }
        for (total, value) in sum.iter_mut().zip(row) {
            *total = total.minus_product(&factor, value)?;
        }
    }
    if sum.iter().all(N::is_zero) {
        return Some(None);
    }
    common = common.times(&N::from_i64(divisor))?;
    lowest_terms(&mut sum, &mut common)?;
    Some(Some((sum, common)))
}

fn scale_by<N: Number>(values: &mut [N], factor: &N) -> Option<()> {
    if !factor.is_one() {
        for value in values {
            *value = value.times(factor)?;
        }
    }
    Some(())
}

/// Divides a row by what it has in common with its denominator, and makes the denominator positive.
fn lowest_terms<N: Number>(values: &mut [N], denominator: &mut N) -> Option<()> {
    if denominator.is_one() {
        return Some(());
    }
    let mut divisor = denominator.gcd(&N::from_i64(0))?;
    for value in values.iter() {
        if divisor.is_one() {
            break;
        }
        divisor = divisor.gcd(value)?;
    }
    if denominator.is_negative() {
        divisor = divisor.times(&N::from_i64(-1))?;
    }
    for value in values {
        *value = value.over(&divisor)?;
    }
    *denominator = denominator.over(&divisor)?;
    Some(())
}
