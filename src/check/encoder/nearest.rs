//! The check of `nearest` claims: the least change N that makes the true-optimal encoder blind, in one of two norms.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::multiply::{clear_denominators, overflow};
use super::problem::Problem;
use super::vectors::{failure, increasing, sparse};
use super::verified::Verified;
use crate::certificate::{Alone, Exact, Sparse};
use crate::matrix::SparseMatrix;
use crate::report::{Code, Diagnostic};

/// Rows of numbers: increasing indices, `width` entries each.
type Weights = [(u32, Vec<Exact>)];

/// A matrix over features in integers: the entries times `scale`.
struct Table {
    rows: BTreeMap<u32, Vec<BigInt>>,
    scale: BigInt,
}

/// N has S N = 0 and (row of D) N = -(its value under the true-optimal encoder) but for dropped edits, where q is 0. Any other
/// such change M has the same product <P, M> with P = S' p + D' q, entry by entry. In the Frobenius norm N is P, so <P, M> =
/// <P, P> and M is not shorter; in the largest entry <P, N> is (sum of |P|) times the largest entry of N, and <P, M> at most that
/// sum times the largest entry of M. The same for each edit alone, whose change is of rank one.
pub fn check_nearest(
    problem: &Problem,
    dropped: &[u32],
    (p, q): (&Weights, &Weights),
    n: Option<&Weights>,
    change: &Exact,
    alone: &[Alone],
) -> Result<Verified, Diagnostic> {
    let Some(meaning) = &problem.targets().edits else {
        return Err(failure(Code::NotNearest, "the true-optimal encoder is not known on all edits"));
    };
    let (s, d, width) = (problem.s(), problem.d(), meaning.width());
    increasing("the list of dropped edits", dropped.iter().copied(), d.rows())?;
    increasing("p", p.iter().map(|(text, _)| *text), s.rows())?;
    increasing("q", q.iter().map(|(edit, _)| *edit), d.rows())?;
    increasing("n", n.iter().flat_map(|n| n.iter()).map(|(feature, _)| *feature), s.cols())?;
    if p.iter().chain(q).chain(n.unwrap_or_default()).any(|(_, row)| row.len() != width) {
        return Err(failure(Code::CertificateShape, format!("a row of weights has not {width} entries")));
    }
    if let Some((edit, _)) = q.iter().find(|(edit, _)| dropped.binary_search(edit).is_ok()) {
        return Err(failure(Code::NotNearest, format!("the change uses edit {edit}, which is dropped")));
    }
    let dual = combination(problem, p, q, width)?;
    let own = n.map(|n| {
        let (integers, scale) = integers(n.iter())?;
        let rows = n.iter().map(|(f, _)| *f).zip(integers.chunks(width).map(<[BigInt]>::to_vec)).collect();
        Ok::<_, Diagnostic>(Table { rows, scale })
    });
    let own = own.transpose()?;
    check_blinds(problem, dropped, own.as_ref().unwrap_or(&dual), width)?;
    let least = match &own {
        None => {
            let total: BigInt = dual.rows.values().flatten().map(|value| value * value).sum();
            BigRational::new(total, &dual.scale * &dual.scale) == change.0
        }
        Some(own) => {
            let largest = own.rows.values().flatten().map(Signed::abs).max().unwrap_or_default();
            let length: BigInt = dual.rows.values().flatten().map(Signed::abs).sum();
            let product = |(feature, row): (&u32, &Vec<BigInt>)| -> BigInt {
                own.rows.get(feature).map(|other| row.iter().zip(other).map(|(a, b)| a * b).sum()).unwrap_or_default()
            };
            dual.rows.iter().map(product).sum::<BigInt>() == &length * &largest
                && (length.is_zero() <= largest.is_zero())
                && BigRational::new(largest, own.scale.clone()) == change.0
        }
    };
    if !least {
        return Err(failure(Code::NotNearest, "the change is not the least, or of another size than is stated"));
    }
    check_alone(problem, n.is_some(), alone)?;
    let (change, blind, alone) = (change.clone(), d.rows() - dropped.len(), alone.len());
    Ok(match n {
        None => Verified::Nearest { change, blind, alone },
        Some(_) => Verified::NearestEntry { change, blind, alone },
    })
}

/// The entries of all rows as integers over one denominator.
fn integers<'a>(
    rows: impl Iterator<Item = &'a (u32, Vec<Exact>)> + Clone,
) -> Result<(Vec<BigInt>, BigInt), Diagnostic> {
    clear_denominators(rows.flat_map(|(_, row)| row).map(|v| &v.0)).ok_or_else(overflow)
}

/// P = S' p + D' q.
fn combination(problem: &Problem, p: &Weights, q: &Weights, width: usize) -> Result<Table, Diagnostic> {
    // In integers: times the common denominator of the weights and the scale of the stored rows.
    let (integers, denominator) = integers(p.iter().chain(q))?;
    let mut table: BTreeMap<u32, Vec<BigInt>> = BTreeMap::new();
    let (s, d) = (problem.s(), problem.d());
    let rows = p.iter().map(|(text, _)| (s, *text)).chain(q.iter().map(|(edit, _)| (d, *edit)));
    for ((matrix, row), weights) in rows.zip(integers.chunks(width)) {
        for (feature, value) in matrix.row(row as usize) {
            let sum = table.entry(feature).or_insert_with(|| vec![BigInt::zero(); width]);
            sum.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight * value);
        }
    }
    Ok(Table { rows: table, scale: denominator << problem.features().scale })
}

/// S N = 0 and (row of D) N = -meaning for the edits that are not dropped.
fn check_blinds(problem: &Problem, dropped: &[u32], n: &Table, width: usize) -> Result<(), Diagnostic> {
    let (s, d, targets) = (problem.s(), problem.d(), problem.targets());
    if let Some(text) = (0..s.rows()).find(|text| times(s, *text, n, width).iter().any(|value| !value.is_zero())) {
        return Err(failure(Code::NotAligned, format!("the change shows on training caption {text}")));
    }
    for edit in (0..d.rows()).filter(|edit| dropped.binary_search(&(*edit as u32)).is_err()) {
        let meant = |e| targets.edits.as_ref().map(|meaning| -meaning.get(edit, e) * &n.scale);
        let mut moved = times(d, edit, n, width).into_iter().enumerate();
        if moved.any(|(e, value)| Some(value << targets.shift) != meant(e)) {
            return Err(failure(Code::NotBlind, format!("the changed encoder sees edit {edit}")));
        }
    }
    Ok(())
}

/// The row of the matrix times N.
fn times(matrix: &SparseMatrix, row: usize, n: &Table, width: usize) -> Vec<BigInt> {
    let mut sum = vec![BigInt::zero(); width];
    for (feature, value) in matrix.row(row) {
        if let Some(entries) = n.rows.get(&feature) {
            sum.iter_mut().zip(entries).for_each(|(sum, entry)| *sum += entry * value);
        }
    }
    sum
}

/// Each edit d alone, with k = d - c S and a readout y, S y = 0: the change -y (d g) / (d y), where d y = k y is |k|^2 (y = k)
/// or (sum of |k|) times the largest entry of y.
fn check_alone(problem: &Problem, entry: bool, alone: &[Alone]) -> Result<(), Diagnostic> {
    let (s, d) = (problem.s(), problem.d());
    let Some(meaning) = &problem.targets().edits else { return Ok(()) };
    increasing("the list of single edits", alone.iter().map(|alone| alone.edit), d.rows())?;
    for Alone { edit, c, y, change } in alone {
        let k = remainder(problem, *edit, c)?;
        let own: Option<BTreeMap<u32, BigRational>> = match y {
            None => None,
            Some(y) => {
                let y = sparse(&format!("y for edit {edit}"), y, s.cols())?;
                Some(y.into_iter().map(|(feature, value)| (feature, value.clone())).collect())
            }
        };
        let y = own.as_ref().unwrap_or(&k);
        let product = |matrix: &SparseMatrix, row: usize| -> BigRational {
            matrix.row(row).filter_map(|(f, v)| Some(y.get(&f)? * BigInt::from(v))).sum()
        };
        if let Some(text) = (0..s.rows()).find(|text| !product(s, *text).is_zero()) {
            let message = format!("for edit {edit}, the readout is not silent on training caption {text}");
            return Err(failure(Code::NotNearest, message));
        }
        let meant = (0..meaning.width()).map(|e| meaning.get(*edit as usize, e));
        let unit = BigInt::one() << problem.targets().shift;
        let (length, largest, meant, unit) = if entry {
            let largest = y.values().map(Signed::abs).max().unwrap_or_default();
            let meant = meant.map(|v| v.abs()).max().unwrap_or_default();
            (k.values().map(Signed::abs).sum::<BigRational>(), largest, meant, unit)
        } else {
            (product(d, *edit as usize), BigRational::one(), meant.map(|v| &v * &v).sum(), &unit * &unit)
        };
        let tight = product(d, *edit as usize) == &length * &largest && own.is_some() == entry;
        if !tight || length.is_zero() || largest.is_zero() || BigRational::new(meant, unit) != &change.0 * length {
            return Err(failure(Code::NotNearest, format!("edit {edit} needs another change than is stated")));
        }
    }
    Ok(())
}

/// k = d - c S.
fn remainder(problem: &Problem, edit: u32, c: &Sparse) -> Result<BTreeMap<u32, BigRational>, Diagnostic> {
    let (s, d) = (problem.s(), problem.d());
    let mut k: BTreeMap<u32, BigRational> =
        d.row(edit as usize).map(|(f, v)| (f, BigRational::from_integer(v.into()))).collect();
    for (text, weight) in sparse(&format!("the combination for edit {edit}"), c, s.rows())? {
        s.row(text as usize).for_each(|(f, v)| *k.entry(f).or_default() -= weight * BigInt::from(v));
    }
    Ok(k)
}
