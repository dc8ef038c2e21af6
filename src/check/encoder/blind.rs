//! The check of `blind` and `obstructed` claims: an encoder without sight of edits, and relations that allow none.

use std::collections::BTreeSet;

use num_bigint::BigInt;

use super::aligned::{check_aligned, entry};
use super::kernel::Seen;
use super::multiply::{Combiner, Entry, Ring, clear_denominators, overflow};
use super::optimal::Targets;
use super::problem::Problem;
use super::vectors::{failure, sparse};
use super::verified::Verified;
use crate::certificate::{Exact, Obstruction};
use crate::matrix::RightHandSide;
use crate::report::{Code, Diagnostic};

/// Checks that h is aligned and blind to all edits but the dropped ones, each of which has its obstruction.
pub fn check_blind(
    problem: &Problem,
    dropped: &[Obstruction],
    h: &[(u32, Vec<Exact>)],
    seen: Option<&Seen>,
) -> Result<Verified, Diagnostic> {
    let out = check_dropped(problem, dropped, seen)?;
    check_aligned(problem, h, &out)?;
    let blind = (0..problem.d().rows()).filter(|edit| !out.contains(&(*edit as u32)));
    let seen_by_optimal =
        problem.targets().edits.as_ref().map(|known| blind.clone().filter(|edit| !known.row_is_zero(*edit)).count());
    Ok(Verified::Blind { blind: blind.count(), seen_by_optimal, dropped: dropped.len() })
}

/// The obstructions of the dropped edits; returns the dropped edits.
fn check_dropped(problem: &Problem, dropped: &[Obstruction], seen: Option<&Seen>) -> Result<BTreeSet<u32>, Diagnostic> {
    let (mut out, mut named) = (BTreeSet::new(), Vec::with_capacity(dropped.len()));
    for obstruction in dropped {
        let Some(edit) = obstruction.edit else {
            return Err(failure(Code::CertificateSyntax, "an obstruction of a dropped edit does not name the edit"));
        };
        named.push((edit, obstruction));
        if out.last().is_some_and(|last| *last >= edit) {
            return Err(failure(Code::CertificateIndex, "the dropped edits are not in increasing order"));
        }
        out.insert(edit);
    }
    let mut rows = Rows::new(problem, seen);
    for (edit, obstruction) in named {
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
pub struct Rows<'a> {
    targets: &'a Targets,
    s: Combiner<'a>,
    d: Combiner<'a>,
    seen: Option<&'a Seen>,
}

impl<'a> Rows<'a> {
    /// Without an obstruction yet; `seen` is of a kernel claim that has been checked.
    pub fn new(problem: &'a Problem, seen: Option<&'a Seen>) -> Rows<'a> {
        Rows { targets: problem.targets(), s: Combiner::new(problem.s()), d: Combiner::new(problem.d()), seen }
    }

    /// Checks that s S = d D, and that s (targets) is not 0. Without s: that some s has s S = d D by the kernel of S, and d D
    /// under the encoder, which is s (targets), is not 0.
    pub fn check_obstruction(&mut self, obstruction: &Obstruction) -> Result<(), Diagnostic> {
        let name = match obstruction.edit {
            Some(edit) => format!("the obstruction of edit {edit}"),
            None => "the obstruction".to_owned(),
        };
        let d = sparse(&name, &obstruction.d, self.d.rows())?;
        let Some(s) = &obstruction.s else { return self.check_by_kernel(&name, &d) };
        let s = sparse(&name, s, self.s.rows())?;
        let ((left, p), (right, q)) = (self.s.combine(&s)?, self.d.combine(&d)?);
        let equal =
            left.len() == right.len() && left.iter().zip(&right).all(|((i, a), (j, b))| i == j && a * &q == b * &p);
        if !equal {
            return Err(failure(Code::NotObstruction, format!("in {name}, s S and d D differ")));
        }
        self.check_meaning(&name, &self.targets.training, &s)
    }

    fn check_by_kernel(&self, name: &str, d: &[Entry]) -> Result<(), Diagnostic> {
        let unfounded = |why| failure(Code::NotObstruction, format!("{name} names no training captions, and {why}"));
        let seen = self.seen.ok_or_else(|| unfounded("no kernel of S is claimed before it"))?;
        // Of an encoder that is known on texts alone, d D has no value; of a linear one it has that of s S.
        let known = self.targets.edits.as_ref().filter(|_| self.targets.linear.is_some());
        let known = known.ok_or_else(|| unfounded("the true-optimal encoder is not linear in the features"))?;
        if !seen.misses(d)? {
            return Err(failure(Code::NotObstruction, format!("in {name}, a readout sees d D")));
        }
        self.check_meaning(name, known, d)
    }

    /// The weights times the values are not 0.
    fn check_meaning(&self, name: &str, values: &RightHandSide, weights: &[Entry]) -> Result<(), Diagnostic> {
        let meaning = has_meaning::<i128>(values, weights).or_else(|| has_meaning::<BigInt>(values, weights));
        if !meaning.ok_or_else(overflow)? {
            let message = format!("{name} carries no meaning: s times the training embeddings is 0");
            return Err(failure(Code::NoMeaning, message));
        }
        Ok(())
    }
}

/// Whether the weights (index, weight) times the rows of `values` are not 0, computed in N; `None` when a number does not fit N.
fn has_meaning<N: Ring>(values: &RightHandSide, weights: &[Entry]) -> Option<bool> {
    let (integers, _) = clear_denominators::<N>(weights.iter().map(|(_, value)| *value))?;
    let mut sum = vec![N::zero(); values.width()];
    for ((row, _), weight) in weights.iter().zip(&integers) {
        for (dimension, total) in sum.iter_mut().enumerate() {
            total.add_product(weight, &entry(values, *row as usize, dimension)?)?;
        }
    }
    Some(sum.iter().any(|total| !total.is_zero()))
}
