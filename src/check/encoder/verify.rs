//! The checker of caption certificates: every claim by exact multiplication against matrices that are
//! recomputed from the raw text.
//!
//! What is trusted: the reading of captions, tokens and features ([`Problem`]), big integers, and this
//! file with `multiply.rs`. The elimination that found the witnesses is not.

use std::collections::BTreeSet;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use serde::Serialize;

use super::inequality::{check_farkas, check_margins};
use super::multiply::{Combiner, EncoderTable, Entry, Ring, clear_denominators, overflow};
use super::nearest::check_nearest;
use super::optimal::Targets;
use super::problem::Problem;
use super::selective::check_selective;
use super::settles::check_settles;
use crate::certificate::{Claim, Exact, Free, Identified, Obstruction, Sparse};
use crate::matrix::SparseMatrix;
use crate::report::{Code, Diagnostic, quoted};

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
            Rows::new(problem).check_obstruction(by)?;
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

pub fn failure(code: Code, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, message)
}

/// The entries of the vector, after a check that indices increase below `bound` and no value is zero.
pub fn sparse<'a>(what: &str, vector: &'a Sparse, bound: usize) -> Result<Vec<Entry<'a>>, Diagnostic> {
    increasing(what, vector.iter().map(|(index, _)| *index), bound)?;
    if vector.iter().any(|(_, value)| value.0.is_zero()) {
        return Err(failure(Code::CertificateIndex, format!("{what} stores a zero")));
    }
    Ok(vector.iter().map(|(index, value)| (*index, &value.0)).collect())
}

pub fn increasing(what: &str, indices: impl Iterator<Item = u32>, bound: usize) -> Result<(), Diagnostic> {
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
fn dot(matrix: &SparseMatrix, row: u32, vector: &[Entry]) -> BigRational {
    let product = |(column, entry): (u32, i64)| {
        let at = vector.binary_search_by_key(&column, |(index, _)| *index).ok()?;
        Some(vector[at].1 * BigInt::from(entry))
    };
    matrix.row(row as usize).filter_map(product).sum()
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
pub fn check_aligned(problem: &Problem, h: &[(u32, Vec<Exact>)], out: &BTreeSet<u32>) -> Result<(), Diagnostic> {
    let width = problem.targets().width();
    increasing("the encoder", h.iter().map(|(feature, _)| *feature), problem.s().cols())?;
    if let Some((feature, row)) = h.iter().find(|(_, row)| row.len() != width) {
        let message = format!("the encoder has {} entries at feature {feature}; the embedding has {width}", row.len());
        return Err(failure(Code::CertificateShape, message));
    }
    match check_encoder::<i128>(problem, h, out) {
        Some(result) => result,
        None => check_encoder::<BigInt>(problem, h, out).ok_or_else(overflow)?,
    }
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
    let mut rows = Rows::new(problem);
    for obstruction in dropped {
        let edit = obstruction.edit.unwrap_or_default();
        let own = obstruction.d.iter().any(|(other, _)| *other == edit);
        if !own || obstruction.d.iter().any(|(other, _)| *other != edit && out.contains(other)) {
            let message = format!("the obstruction of edit {edit} must use it and otherwise only edits that are kept");
            return Err(failure(Code::NotObstruction, message));
        }
        rows.check_obstruction(obstruction)?;
    }
    Ok(out)
}

/// Combinations of the rows of S and of D, for one obstruction after another.
struct Rows<'a> {
    targets: &'a Targets,
    s: Combiner<'a>,
    d: Combiner<'a>,
}

impl<'a> Rows<'a> {
    fn new(problem: &'a Problem) -> Rows<'a> {
        Rows { targets: problem.targets(), s: Combiner::new(problem.s()), d: Combiner::new(problem.d()) }
    }

    /// s S = d D and s (targets) is not 0.
    fn check_obstruction(&mut self, obstruction: &Obstruction) -> Result<(), Diagnostic> {
        let name = match obstruction.edit {
            Some(edit) => format!("the obstruction of edit {edit}"),
            None => "the obstruction".to_owned(),
        };
        let s = sparse(&name, &obstruction.s, self.s.rows())?;
        let d = sparse(&name, &obstruction.d, self.d.rows())?;
        let ((left, p), (right, q)) = (self.s.combine(&s)?, self.d.combine(&d)?);
        let equal =
            left.len() == right.len() && left.iter().zip(&right).all(|((i, a), (j, b))| i == j && a * &q == b * &p);
        if !equal {
            return Err(failure(Code::NotObstruction, format!("in {name}, s S and d D differ")));
        }
        let meaning = has_meaning::<i128>(self.targets, &s).or_else(|| has_meaning::<BigInt>(self.targets, &s));
        if !meaning.ok_or_else(overflow)? {
            let message = format!("{name} carries no meaning: s times the training embeddings is 0");
            return Err(failure(Code::NoMeaning, message));
        }
        Ok(())
    }
}

/// Whether s (training targets) is not 0, computed in N; `None` when a number does not fit N.
fn has_meaning<N: Ring>(targets: &Targets, s: &[Entry]) -> Option<bool> {
    let (weights, _) = clear_denominators::<N>(s.iter().map(|(_, value)| *value))?;
    let mut sum = vec![N::zero(); targets.width()];
    for ((text, _), weight) in s.iter().zip(&weights) {
        for (dimension, total) in sum.iter_mut().enumerate() {
            total.add_product(weight, &target(targets, *text as usize, dimension)?)?;
        }
    }
    Some(sum.iter().any(|total| !total.is_zero()))
}

/// The target of a training caption; `None` when it does not fit N.
fn target<N: Ring>(targets: &Targets, text: usize, dimension: usize) -> Option<N> {
    match targets.training.small_row(text) {
        Some(row) => Some(N::from_i64(row[dimension])),
        None => N::from_big(&targets.training.get(text, dimension)),
    }
}

/// S h = targets and (kept rows of D) h = 0, computed in N; `None` when a number does not fit N.
fn check_encoder<N: Ring>(
    problem: &Problem,
    h: &[(u32, Vec<Exact>)],
    dropped: &BTreeSet<u32>,
) -> Option<Result<(), Diagnostic>> {
    let targets = problem.targets();
    let width = targets.width();
    let (integers, denominator) = clear_denominators::<N>(h.iter().flat_map(|(_, row)| row).map(|value| &value.0))?;
    let features = h.iter().map(|(feature, _)| *feature);
    let table = EncoderTable::new(problem.s().cols(), features, width, integers);
    // value / denominator = target / 2^shift, cross-multiplied by factors without a common divisor.
    let two = N::from_big(&(BigInt::one() << targets.shift))?;
    let common = two.gcd(&denominator);
    let (left, right) = (two / common.clone(), denominator / common);
    let mut out = vec![N::zero(); width];
    for text in 0..problem.s().rows() {
        table.embed(problem.s().row(text), &mut out)?;
        for (dimension, value) in out.iter().enumerate() {
            if N::product(value, &left)? != N::product(&target(targets, text, dimension)?, &right)? {
                let message = format!("the encoder differs from the true-optimal one on training caption {text}");
                return Some(Err(failure(Code::NotAligned, message).note(quoted(problem.training_text(text)))));
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
