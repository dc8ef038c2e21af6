//! The check of `nearest` claims: a change N in the row space of S and D that makes the true-optimal encoder blind.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};

use super::multiply::clear_denominators;
use super::problem::Problem;
use super::verify::{Verified, failure, increasing, sparse};
use crate::certificate::{Alone, Exact};
use crate::exact::SparseMatrix;
use crate::report::{Code, Diagnostic};

/// Rows of weights: increasing indices, `width` entries each.
type Weights = [(u32, Vec<Exact>)];

/// N = S' p + D' q has S N = 0 and (row of D) N = -(its value under the true-optimal encoder) but for dropped edits, where
/// q is 0; `change` is its squared norm. Any other such change differs from N by some X with S X = 0 and D X = 0, which is
/// orthogonal to N: so N is the least. The same for each edit alone, whose change is of rank one.
pub(super) fn check_nearest(
    problem: &Problem,
    dropped: &[u32],
    (p, q): (&Weights, &Weights),
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
    if p.iter().chain(q).any(|(_, row)| row.len() != width) {
        return Err(failure(Code::CertificateShape, format!("a row of weights has not {width} entries")));
    }
    if let Some((edit, _)) = q.iter().find(|(edit, _)| dropped.binary_search(edit).is_ok()) {
        return Err(failure(Code::NotNearest, format!("the change uses edit {edit}, which is dropped")));
    }
    // N in integers: times the common denominator of the weights and the scale of the stored rows.
    let (integers, denominator) = clear_denominators(p.iter().chain(q).flat_map(|(_, row)| row).map(|v| &v.0));
    let mut n: BTreeMap<u32, Vec<BigInt>> = BTreeMap::new();
    let rows = p.iter().map(|(text, _)| (s, *text)).chain(q.iter().map(|(edit, _)| (d, *edit)));
    for ((matrix, row), weights) in rows.zip(integers.chunks(width)) {
        for (feature, value) in matrix.row(row as usize) {
            let sum = n.entry(feature).or_insert_with(|| vec![BigInt::zero(); width]);
            sum.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight * value);
        }
    }
    let scale = denominator << problem.features().scale;
    if let Some(text) = (0..s.rows()).find(|text| times(s, *text, &n, width).iter().any(|value| !value.is_zero())) {
        return Err(failure(Code::NotAligned, format!("the change shows on training caption {text}")));
    }
    for edit in (0..d.rows()).filter(|edit| dropped.binary_search(&(*edit as u32)).is_err()) {
        let moved = times(d, edit, &n, width).into_iter().enumerate();
        if moved.into_iter().any(|(e, value)| (value << problem.targets().shift) != -meaning.get(edit, e) * &scale) {
            return Err(failure(Code::NotBlind, format!("the changed encoder sees edit {edit}")));
        }
    }
    let total: BigInt = n.values().flatten().map(|value| value * value).sum();
    if BigRational::new(total, &scale * &scale) != change.0 {
        return Err(failure(Code::NotNearest, "the change has another norm than is stated"));
    }
    check_alone(problem, alone)?;
    Ok(Verified::Nearest { change: change.clone(), blind: d.rows() - dropped.len(), alone: alone.len() })
}

/// The row of the matrix times N.
fn times(matrix: &SparseMatrix, row: usize, n: &BTreeMap<u32, Vec<BigInt>>, width: usize) -> Vec<BigInt> {
    let mut sum = vec![BigInt::zero(); width];
    for (feature, value) in matrix.row(row) {
        if let Some(entries) = n.get(&feature) {
            sum.iter_mut().zip(entries).for_each(|(sum, entry)| *sum += entry * value);
        }
    }
    sum
}

/// k = d - c S has S k = 0, so -k (d g) / (k k) is the least change that blinds d, and (d g)(d g) / (k k) its squared norm.
fn check_alone(problem: &Problem, alone: &[Alone]) -> Result<(), Diagnostic> {
    let (s, d) = (problem.s(), problem.d());
    let Some(meaning) = &problem.targets().edits else { return Ok(()) };
    increasing("the list of single edits", alone.iter().map(|alone| alone.edit), d.rows())?;
    for Alone { edit, c, change } in alone {
        let mut k: BTreeMap<u32, BigRational> =
            d.row(*edit as usize).map(|(f, v)| (f, BigRational::from_integer(v.into()))).collect();
        for (text, weight) in sparse(&format!("the combination for edit {edit}"), c, s.rows())? {
            s.row(text as usize).for_each(|(f, v)| *k.entry(f).or_default() -= &weight * BigInt::from(v));
        }
        let sees = |text: &usize| {
            let entries = s.row(*text).filter_map(|(f, v)| Some(k.get(&f)? * BigInt::from(v)));
            !entries.sum::<BigRational>().is_zero()
        };
        if let Some(text) = (0..s.rows()).find(sees) {
            return Err(failure(
                Code::NotNearest,
                format!("for edit {edit}, k is not silent on training caption {text}"),
            ));
        }
        let length: BigRational = k.values().map(|value| value * value).sum();
        let meant: BigInt = (0..meaning.width()).map(|e| meaning.get(*edit as usize, e)).map(|v| &v * &v).sum();
        let meant = BigRational::new(meant, BigInt::one() << (2 * problem.targets().shift));
        if length.is_zero() || meant != &change.0 * length {
            return Err(failure(Code::NotNearest, format!("edit {edit} needs another change than is stated")));
        }
    }
    Ok(())
}
