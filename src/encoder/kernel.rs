//! The builder where captions are many: what no training caption sees, instead of what each edit is a combination of.
//!
//! The readouts that are silent on training are few where captions are many, and short, while a combination of captions
//! that gives an edit grows with them. So S is replaced by D times the readouts: an edit is identified where that is 0, the
//! deficit is its rank, and an aligned encoder is the true-optimal one and any multiple of the readouts.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

use super::build::{Built, Fate, Joint, Ranks, Room, joint, relations, seen_in_training};
use super::problem::Problem;
use super::{Projection, are_independent};
use crate::certificate::{Claim, Exact, Kernel, Obstruction, SettledBy, Sparse};
use crate::exact::{Elimination, Expression, Limits, RationalMatrix, RightHandSide, Solution, Span, SparseMatrix};
use crate::report::{Code, Diagnostic};

/// Primes that are tried as the modulus of a certificate: rows that are independent are so modulo nearly every one.
pub const MODULI: [u32; 8] = [
    2_147_483_647,
    2_147_483_629,
    2_147_483_587,
    2_147_483_579,
    2_147_483_563,
    2_147_483_549,
    2_147_483_543,
    2_147_483_497,
];

/// Edits that are expressed together.
const CHUNK: usize = 1024;

/// Finds what [`build`](super::build) finds, with a [`Claim::Kernel`]; `None` where a readout sees more of an edit than 64 bits say.
///
/// Errors: those of [`Span`] and of [`Elimination`].
pub fn build_by_kernel(problem: &Problem, limits: &Limits) -> Result<Option<Built>, Diagnostic> {
    let span = Span::find(problem.s(), limits)?;
    let Some(seen) = seen(problem.d(), &span)? else { return Ok(None) };
    let modulo_training = Elimination::new(&seen, &[], limits)?;
    let fates = fates(problem, &seen);
    let kernel = kernel(problem, span, &modulo_training, &fates)?;
    let ranks = Ranks {
        training: kernel.basis.len(),
        edits: Elimination::new(problem.d(), &[], limits)?.rank(),
        joint: kernel.basis.len() + modulo_training.rank(),
    };
    let (joint, claim) = match problem.targets().linear {
        Some(optimum) => blind(problem, optimum, &kernel, &modulo_training)?,
        None => {
            // What the encoder is between texts is not known: it has to be solved for, caption by caption.
            let both = SparseMatrix::vstack(&[problem.s(), problem.d()])?;
            let elimination = Elimination::new(&both, &[problem.s().rows(), both.rows()], limits)?;
            joint(problem, &elimination, &seen_in_training(problem), &mut Room::default())?
        }
    };
    Ok(Some(Built { ranks, fates, joint, claims: vec![Claim::Kernel(kernel), claim] }))
}

/// The fates alone; `None` as in [`build_by_kernel`].
pub(super) fn fates_by_kernel(problem: &Problem, limits: &Limits) -> Result<Option<Vec<Fate>>, Diagnostic> {
    let span = Span::find(problem.s(), limits)?;
    Ok(seen(problem.d(), &span)?.map(|seen| fates(problem, &seen)))
}

/// What the readouts see of each edit (edits x readouts); `None` where 64 bits do not say it.
fn seen(d: &SparseMatrix, span: &Span) -> Result<Option<SparseMatrix>, Diagnostic> {
    let mut by_feature: Vec<Vec<(u32, i64)>> = vec![Vec::new(); d.cols()];
    for (number, readout) in span.readouts.iter().enumerate() {
        for (feature, value) in readout.numerators() {
            let Some(value) = value.to_i64() else { return Ok(None) };
            by_feature[*feature as usize].push((number as u32, value));
        }
    }
    let mut seen = SparseMatrix::empty(span.readouts.len())?;
    for edit in 0..d.rows() {
        let mut sums: BTreeMap<u32, i64> = BTreeMap::new();
        for (feature, count) in d.row(edit) {
            for (number, value) in &by_feature[feature as usize] {
                let sum = sums.entry(*number).or_default();
                let Some(more) = value.checked_mul(count).and_then(|term| sum.checked_add(term)) else {
                    return Ok(None);
                };
                *sum = more;
            }
        }
        seen.push_row(sums.into_iter().collect())?;
    }
    Ok(Some(seen))
}

fn fates(problem: &Problem, seen: &SparseMatrix) -> Vec<Fate> {
    let fate = |edit: usize| match (problem.d().row(edit).len(), seen.row(edit).len()) {
        (0, _) => Fate::Collapsed,
        (_, 0) => Fate::Identified,
        _ => Fate::Free,
    };
    (0..seen.rows()).map(fate).collect()
}

/// The claim; `modulo_training` is of what the readouts see.
fn kernel(problem: &Problem, span: Span, modulo_training: &Elimination, fates: &[Fate]) -> Result<Kernel, Diagnostic> {
    let edits = |fate: Fate| (0..fates.len() as u32).filter(|&edit| fates[edit as usize] == fate).collect::<Vec<u32>>();
    let free = edits(Fate::Free);
    let mined: Vec<(u32, u32)> =
        modulo_training.pivot_rows().into_iter().zip(modulo_training.pivot_columns()).collect();
    let seen = modulo_training.matrix();
    let works = |modulus: u32, own: bool| {
        (own || are_independent(modulus, problem.s(), &span.basis)) && are_independent(modulus, seen, &mined)
    };
    let others = MODULI.into_iter().find(|&modulus| works(modulus, false));
    let modulus = if works(span.modulus, true) { Some(span.modulus) } else { others };
    let modulus = modulus.ok_or_else(|| {
        Diagnostic::new(
            Code::ExactLimit,
            "the captions or the mined edits are dependent modulo every number that is tried",
        )
    })?;
    let settled = settled(modulo_training, &free)?;
    let integer = |(index, value): &(u32, BigInt)| (*index, Exact(BigRational::from_integer(value.clone())));
    let numbered = |(row, column): (u32, u32)| (problem.number_of(row as usize) as u32, column);
    Ok(Kernel {
        modulus,
        basis: span.basis.into_iter().map(numbered).collect(),
        readouts: span.readouts.iter().map(|k| k.numerators().iter().map(integer).collect()).collect(),
        collapsed: edits(Fate::Collapsed),
        identified: edits(Fate::Identified),
        free,
        mined,
        settled,
    })
}

/// Every free edit that is not mined in terms of mined ones.
fn settled(modulo_training: &Elimination, free: &[u32]) -> Result<Vec<SettledBy>, Diagnostic> {
    let seen = modulo_training.matrix();
    let others: Vec<u32> = free.iter().copied().filter(|&edit| !modulo_training.is_pivot_row(edit as usize)).collect();
    let mut settled = Vec::with_capacity(others.len());
    for some in others.chunks(CHUNK) {
        let expressions = modulo_training.express_rows(&seen.select(some, seen.cols(), Some), 0)?;
        for (&edit, expression) in some.iter().zip(expressions) {
            let Expression::Identified(b) = expression else {
                let message = format!("edit {edit} was left over by elimination");
                return Err(Diagnostic::new(Code::ExactSelfCheck, message));
            };
            settled.push(SettledBy { edit, b: b.iter().map(|(edit, value)| (edit, Exact(value))).collect() });
        }
    }
    Ok(settled)
}

/// The true-optimal encoder plus the multiple of the readouts that makes it blind, with the edits to which none can be.
fn blind(
    problem: &Problem,
    optimum: Projection,
    kernel: &Kernel,
    modulo_training: &Elimination,
) -> Result<(Joint, Claim), Diagnostic> {
    let targets = problem.targets();
    let unknown = || Diagnostic::new(Code::ExactSelfCheck, "a linear encoder without values on the edits");
    let meanings = targets.edits.as_ref().ok_or_else(unknown)?;
    let width = meanings.width();
    let minus = (0..meanings.rows()).flat_map(|edit| (0..width).map(move |e| -meanings.get(edit, e))).collect();
    let b = RightHandSide::from_big(meanings.rows(), width, minus)?;
    let Solution::Solved { x, dropped } = modulo_training.solve_dropping(&b, 0)? else {
        return Err(Diagnostic::new(Code::ExactSelfCheck, "edits alone cannot be at odds"));
    };
    let known = vec![None; problem.d().rows()];
    let by = |(y, edit): (&crate::exact::SparseVector, &usize)| Obstruction {
        edit: Some(*edit as u32),
        s: None,
        d: y.iter().map(|(edit, value)| (edit, Exact(value))).collect(),
    };
    let obstructions = relations(modulo_training, &known, 0, &dropped, &mut Room::default())?;
    let obstructions = obstructions.iter().zip(&dropped).map(by).collect();
    let h = aligned(problem.s().cols(), width, optimum, &kernel.readouts, &x);
    let rows = h.iter().filter(|(_, row)| row.iter().any(|value| !value.is_zero()));
    let over_one = rows.clone().map(|(feature, row)| {
        let common = row.iter().fold(BigInt::one(), |common, value| common.lcm(value.denom()));
        (*feature, row.iter().map(|value| value.numer() * (&common / value.denom())).collect(), common)
    });
    let table = RationalMatrix::from_rows(problem.s().cols(), width, over_one)?;
    let rows = rows.map(|(feature, row)| (*feature, row.iter().cloned().map(Exact).collect())).collect();
    Ok((Joint::Blind { h: table, dropped }, Claim::Blind { dropped: obstructions, h: rows }))
}

/// g and x times the readouts, a row a feature.
fn aligned(
    features: usize,
    width: usize,
    optimum: Projection,
    readouts: &[Sparse],
    x: &RationalMatrix,
) -> Vec<(u32, Vec<BigRational>)> {
    let entry = |feature, e| BigRational::from_integer(optimum.entry(feature, e).into());
    let row = |feature| (feature, (0..width as u32).map(|e| entry(feature, e)).collect());
    let mut h: Vec<(u32, Vec<BigRational>)> = (0..features as u32).map(row).collect();
    for (readout, multiple) in x.nonzero_rows() {
        let multiple: Vec<BigRational> = (0..width).map(|e| multiple.get(e)).collect();
        for (feature, value) in &readouts[readout as usize] {
            let sums = h[*feature as usize].1.iter_mut().zip(&multiple);
            sums.filter(|(_, multiple)| !multiple.is_zero()).for_each(|(sum, multiple)| *sum += multiple * &value.0);
        }
    }
    h
}
