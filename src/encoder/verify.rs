//! The checker of caption certificates: every claim by exact multiplication against matrices that are
//! recomputed from the raw text.
//!
//! What is trusted: the reading of captions, tokens and features ([`Problem`]), big integers, and this
//! file with `multiply.rs`. The elimination that found the witnesses is not.

use std::collections::BTreeSet;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Zero};
use serde::Serialize;

use super::inequality::{check_farkas, check_margins};
use super::multiply::{Combiner, EncoderTable, Ring, clear_denominators, overflow};
use super::nearest::check_nearest;
use super::optimal::Targets;
use super::problem::Problem;
use super::selective::check_selective;
use super::settles::check_settles;
use crate::certificate::{Claim, Exact, Free, Identified, Obstruction, Sparse};
use crate::exact::SparseMatrix;
use crate::report::{Code, Diagnostic};

/// What was verified, for the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verified {
    /// Every edit has the stated fate.
    Fates {
        /// How many edits are collapsed.
        collapsed: usize,
        /// How many are identified.
        identified: usize,
        /// How many are free.
        free: usize,
    },
    /// The encoder is aligned and blind.
    Blind {
        /// How many edits it is blind to.
        blind: usize,
        /// Of these, to how many the true-optimal encoder is known not to be blind.
        seen_by_optimal: Option<usize>,
        /// How many edits are dropped, each with a verified obstruction.
        dropped: usize,
    },
    /// No aligned encoder is blind to all edits of the relation.
    Obstructed {
        /// How many training captions the relation uses.
        training: usize,
        /// How many edits it uses.
        edits: usize,
    },
    /// The encoder is aligned, blind to some edits, and tells others apart.
    Selective {
        /// How many edits it is blind to.
        blind: usize,
        /// How many it tells apart.
        seen: usize,
    },
    /// The mined edits settle all edits, and no fewer or cheaper edits do.
    Settles {
        /// How many edits are mined.
        mined: usize,
        /// How many other edits they settle together with the training captions.
        settled: usize,
        /// What the mined edits cost together.
        cost: Exact,
        /// Of a budget: how many edits are chosen, how many edits this settles in all.
        budget: Option<(usize, usize)>,
    },
    /// A scorer agrees with the true-optimal encoder on training and puts every negative below its caption.
    Margins {
        /// By this much at least.
        margin: Exact,
        /// How many negatives.
        edits: usize,
    },
    /// The stated change is the least that makes the true-optimal encoder blind.
    Nearest {
        /// Its squared Frobenius norm.
        change: Exact,
        /// How many edits it blinds at once.
        blind: usize,
        /// For how many single edits the least change is stated too.
        alone: usize,
    },
    /// The same in the largest entry.
    NearestEntry {
        /// The largest magnitude of an entry of the change.
        change: Exact,
        /// How many edits it blinds at once.
        blind: usize,
        /// For how many single edits the least change is stated too.
        alone: usize,
    },
    /// No scorer does: requirements on edits contradict each other.
    Farkas {
        /// By this much.
        margin: Exact,
        /// How many edits are in the contradiction.
        edits: usize,
        /// How many training captions are.
        training: usize,
    },
}

/// Checks the claims against the problem; the first that fails is the answer.
pub fn verify_claims(problem: &Problem, claims: &[Claim]) -> Result<Vec<Verified>, Diagnostic> {
    if claims.is_empty() {
        return Err(Diagnostic::new(Code::CertificateEmpty, "the certificate makes no claim"));
    }
    claims.iter().map(|claim| verify_claim(problem, claim)).collect()
}

fn verify_claim(problem: &Problem, claim: &Claim) -> Result<Verified, Diagnostic> {
    match claim {
        Claim::Fates { collapsed, identified, free, readouts } => {
            check_fates(problem, collapsed, identified, free, readouts)?;
            Ok(Verified::Fates { collapsed: collapsed.len(), identified: identified.len(), free: free.len() })
        }
        Claim::Blind { dropped, h } => check_blind(problem, dropped, h),
        Claim::Obstructed { by } => {
            if by.edit.is_some() {
                return Err(failure(
                    Code::CertificateSyntax,
                    "an obstruction to the whole problem names no dropped edit",
                ));
            }
            check_obstruction(problem, by)?;
            Ok(Verified::Obstructed { training: by.s.len(), edits: by.d.len() })
        }
        Claim::Selective { blind, seen, h } => check_selective(problem, blind, seen, h),
        Claim::Settles { mined, settled, costs, budget } => {
            check_settles(problem, mined, settled, costs.as_deref(), budget.as_ref())
        }
        Claim::Margins { margin, scorer } => check_margins(problem, margin, scorer),
        Claim::Nearest { dropped, p, q, n, change, alone } => {
            check_nearest(problem, dropped, (p, q), n.as_deref(), change, alone)
        }
        Claim::Farkas { margin, z, c } => check_farkas(problem, margin, z, c),
        Claim::Refutes(_) => Err(failure(Code::CertificateStatement, "a counterexample is not about captions")),
    }
}

pub(super) fn failure(code: Code, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, message)
}

/// The vector as (index, value) pairs, after a check that indices increase below `bound` and no value is zero.
pub(super) fn sparse(what: &str, vector: &Sparse, bound: usize) -> Result<Vec<(u32, BigRational)>, Diagnostic> {
    increasing(what, vector.iter().map(|(index, _)| *index), bound)?;
    if vector.iter().any(|(_, value)| value.0.is_zero()) {
        return Err(failure(Code::CertificateIndex, format!("{what} stores a zero")));
    }
    Ok(vector.iter().map(|(index, value)| (*index, value.0.clone())).collect())
}

pub(super) fn increasing(what: &str, indices: impl Iterator<Item = u32>, bound: usize) -> Result<(), Diagnostic> {
    let mut last = None;
    for index in indices {
        if index as usize >= bound {
            return Err(failure(Code::CertificateIndex, format!("{what} uses index {index}; there are {bound}")));
        }
        if last.is_some_and(|last| last >= index) {
            return Err(failure(Code::CertificateIndex, format!("{what} is not in increasing order at index {index}")));
        }
        last = Some(index);
    }
    Ok(())
}

fn check_fates(
    problem: &Problem,
    collapsed: &[u32],
    identified: &[Identified],
    free: &[Free],
    readouts: &[Sparse],
) -> Result<(), Diagnostic> {
    check_coverage(problem, collapsed, identified, free)?;
    for &edit in collapsed {
        if problem.d().row(edit as usize).len() > 0 {
            return Err(failure(Code::NotCollapsed, format!("edit {edit} changes the features")));
        }
    }
    let mut training = Combiner::new(problem.s());
    for Identified { edit, c } in identified {
        let vector = sparse(&format!("the combination for edit {edit}"), c, problem.s().rows())?;
        let (sum, denominator) = training.combine(&vector)?;
        if !equals_row(&sum, &denominator, problem.d(), *edit) {
            return Err(failure(
                Code::NotIdentified,
                format!("edit {edit} is not the stated combination of training captions"),
            ));
        }
    }
    check_free(problem, free, readouts)
}

fn check_coverage(
    problem: &Problem,
    collapsed: &[u32],
    identified: &[Identified],
    free: &[Free],
) -> Result<(), Diagnostic> {
    let edits = problem.d().rows();
    let lists: [(&str, Vec<u32>); 3] = [
        ("collapsed", collapsed.to_vec()),
        ("identified", identified.iter().map(|i| i.edit).collect()),
        ("free", free.iter().map(|f| f.edit).collect()),
    ];
    let mut covered = vec![false; edits];
    for (what, list) in &lists {
        increasing(&format!("the list of {what} edits"), list.iter().copied(), edits)?;
        for &edit in list {
            if std::mem::replace(&mut covered[edit as usize], true) {
                return Err(failure(Code::FateCoverage, format!("edit {edit} is given two fates")));
            }
        }
    }
    match covered.iter().position(|covered| !covered) {
        Some(edit) => Err(failure(Code::FateCoverage, format!("edit {edit} is given no fate"))),
        None => Ok(()),
    }
}

fn check_free(problem: &Problem, free: &[Free], readouts: &[Sparse]) -> Result<(), Diagnostic> {
    let columns = problem.s().transpose();
    let mut silent = Combiner::new(&columns);
    let mut vectors = Vec::with_capacity(readouts.len());
    for (number, readout) in readouts.iter().enumerate() {
        let vector = sparse(&format!("readout {number}"), readout, problem.s().cols())?;
        if let Some((text, _)) = silent.combine(&vector)?.0.first() {
            return Err(failure(Code::NotFree, format!("readout {number} is not silent on training caption {text}")));
        }
        vectors.push(vector);
    }
    for &Free { edit, readout } in free {
        let Some(vector) = vectors.get(readout as usize) else {
            return Err(failure(
                Code::CertificateIndex,
                format!("edit {edit} names readout {readout}, which is not there"),
            ));
        };
        if dot(problem.d(), edit, vector).is_zero() {
            return Err(failure(Code::NotFree, format!("readout {readout} does not see edit {edit}")));
        }
    }
    Ok(())
}

/// The row times the vector.
fn dot(matrix: &SparseMatrix, row: u32, vector: &[(u32, BigRational)]) -> BigRational {
    let mut sum = BigRational::zero();
    for (column, entry) in matrix.row(row as usize) {
        if let Ok(at) = vector.binary_search_by_key(&column, |(index, _)| *index) {
            sum += &vector[at].1 * BigInt::from(entry);
        }
    }
    sum
}

/// Whether `sum / denominator` is the row.
fn equals_row(sum: &[(u32, BigInt)], denominator: &BigInt, matrix: &SparseMatrix, row: u32) -> bool {
    let row = matrix.row(row as usize);
    sum.len() == row.len()
        && sum
            .iter()
            .zip(row)
            .all(|((column, value), (other, entry))| *column == other && *value == denominator * entry)
}

fn check_blind(problem: &Problem, dropped: &[Obstruction], h: &[(u32, Vec<Exact>)]) -> Result<Verified, Diagnostic> {
    let out = check_dropped(problem, dropped)?;
    check_aligned(problem, h, &out)?;
    let blind = (0..problem.d().rows()).filter(|edit| !out.contains(&(*edit as u32)));
    let seen_by_optimal =
        problem.targets().edits.as_ref().map(|known| blind.clone().filter(|edit| !known.row_is_zero(*edit)).count());
    Ok(Verified::Blind { blind: blind.count(), seen_by_optimal, dropped: dropped.len() })
}

/// S h = targets, and (row of D) h = 0 for every edit that is not among `out`.
pub(super) fn check_aligned(problem: &Problem, h: &[(u32, Vec<Exact>)], out: &BTreeSet<u32>) -> Result<(), Diagnostic> {
    let width = problem.targets().width();
    increasing("the encoder", h.iter().map(|(feature, _)| *feature), problem.s().cols())?;
    if let Some((feature, row)) = h.iter().find(|(_, row)| row.len() != width) {
        let message = format!("the encoder has {} entries at feature {feature}; the embedding has {width}", row.len());
        return Err(failure(Code::CertificateShape, message));
    }
    let features: Vec<u32> = h.iter().map(|(feature, _)| *feature).collect();
    let (integers, denominator) = clear_denominators(h.iter().flat_map(|(_, row)| row).map(|value| &value.0));
    let encoder = Integers { features, integers, denominator };
    match check_encoder::<i128>(problem, &encoder, out) {
        Some(result) => result?,
        None => check_encoder::<BigInt>(problem, &encoder, out).ok_or_else(overflow)??,
    }
    Ok(())
}

/// The obstructions of the dropped edits; returns the dropped edits.
fn check_dropped(problem: &Problem, dropped: &[Obstruction]) -> Result<BTreeSet<u32>, Diagnostic> {
    let mut out = BTreeSet::new();
    for obstruction in dropped {
        let Some(edit) = obstruction.edit else {
            return Err(failure(Code::CertificateSyntax, "an obstruction of a dropped edit does not name the edit"));
        };
        if out.last().is_some_and(|last| *last >= edit) {
            return Err(failure(Code::CertificateIndex, "the dropped edits are not in increasing order"));
        }
        out.insert(edit);
    }
    for obstruction in dropped {
        let edit = obstruction.edit.unwrap_or_default();
        let own = obstruction.d.iter().any(|(other, _)| *other == edit);
        if !own || obstruction.d.iter().any(|(other, _)| *other != edit && out.contains(other)) {
            let message = format!("the obstruction of edit {edit} must use it and otherwise only edits that are kept");
            return Err(failure(Code::NotObstruction, message));
        }
        check_obstruction(problem, obstruction)?;
    }
    Ok(out)
}

/// s S = d D and s (targets) is not 0.
fn check_obstruction(problem: &Problem, obstruction: &Obstruction) -> Result<(), Diagnostic> {
    let name = match obstruction.edit {
        Some(edit) => format!("the obstruction of edit {edit}"),
        None => "the obstruction".to_owned(),
    };
    let s = sparse(&name, &obstruction.s, problem.s().rows())?;
    let d = sparse(&name, &obstruction.d, problem.d().rows())?;
    let (left, p) = Combiner::new(problem.s()).combine(&s)?;
    let (right, q) = Combiner::new(problem.d()).combine(&d)?;
    let equal = left.len() == right.len() && left.iter().zip(&right).all(|((i, a), (j, b))| i == j && a * &q == b * &p);
    if !equal {
        return Err(failure(Code::NotObstruction, format!("in {name}, s S and d D differ")));
    }
    if meaning(problem.targets(), &s).iter().all(Zero::is_zero) {
        return Err(failure(
            Code::NoMeaning,
            format!("{name} carries no meaning: s times the training embeddings is 0"),
        ));
    }
    Ok(())
}

/// s (training targets), up to the common denominators.
fn meaning(targets: &Targets, s: &[(u32, BigRational)]) -> Vec<BigInt> {
    let (weights, _) = clear_denominators(s.iter().map(|(_, value)| value));
    let mut sum = vec![BigInt::zero(); targets.width()];
    for ((text, _), weight) in s.iter().zip(&weights) {
        for (dimension, total) in sum.iter_mut().enumerate() {
            *total += weight * targets.training.get(*text as usize, dimension);
        }
    }
    sum
}

/// An encoder as integers over one denominator.
struct Integers {
    features: Vec<u32>,
    integers: Vec<BigInt>,
    denominator: BigInt,
}

/// S h = targets and (kept rows of D) h = 0, computed in N; `None` when a number does not fit N.
fn check_encoder<N: Ring>(
    problem: &Problem,
    encoder: &Integers,
    dropped: &BTreeSet<u32>,
) -> Option<Result<(), Diagnostic>> {
    let targets = problem.targets();
    let width = targets.width();
    let table = EncoderTable::<N>::new(problem.s().cols(), &encoder.features, width, &encoder.integers)?;
    // value / denominator = target / 2^shift, cross-multiplied by factors without a common divisor.
    let two = BigInt::one() << targets.shift;
    let common = two.gcd(&encoder.denominator);
    let (left, right) = (N::from_big(&(&two / &common))?, N::from_big(&(&encoder.denominator / &common))?);
    let mut out = vec![N::zero(); width];
    for text in 0..problem.s().rows() {
        table.embed(problem.s().row(text), &mut out)?;
        for (dimension, value) in out.iter().enumerate() {
            let target = targets.training.small_row(text).map_or_else(
                || N::from_big(&targets.training.get(text, dimension)),
                |row| Some(N::from_i64(row[dimension])),
            )?;
            let (mut a, mut b) = (N::zero(), N::zero());
            a.add_product(value, &left)?;
            b.add_product(&target, &right)?;
            if a != b {
                let message = format!("the encoder differs from the true-optimal one on training caption {text}");
                return Some(
                    Err(failure(Code::NotAligned, message).note(format!("{:?}", problem.training_text(text)))),
                );
            }
        }
    }
    for edit in (0..problem.d().rows()).filter(|edit| !dropped.contains(&(*edit as u32))) {
        table.embed(problem.d().row(edit), &mut out)?;
        if !out.iter().all(Zero::is_zero) {
            return Some(Err(failure(Code::NotBlind, format!("the encoder sees edit {edit}"))));
        }
    }
    Some(Ok(()))
}
