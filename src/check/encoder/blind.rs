//! The check of `blind` and `obstructed` claims: an encoder without sight of edits, and relations that allow none.

use std::collections::BTreeSet;

use num_bigint::BigInt;

use super::aligned::{check_aligned, target};
use super::multiply::{Combiner, Entry, Ring, clear_denominators, overflow};
use super::optimal::Targets;
use super::problem::Problem;
use super::vectors::{failure, sparse};
use super::verified::Verified;
use crate::certificate::{Exact, Obstruction};
use crate::report::{Code, Diagnostic};

/// Checks that h is aligned and blind to all edits but the dropped ones, each of which has its obstruction.
pub fn check_blind(
    problem: &Problem,
    dropped: &[Obstruction],
    h: &[(u32, Vec<Exact>)],
) -> Result<Verified, Diagnostic> {
    let out = check_dropped(problem, dropped)?;
    check_aligned(problem, h, &out)?;
    let blind = (0..problem.d().rows()).filter(|edit| !out.contains(&(*edit as u32)));
    let seen_by_optimal =
        problem.targets().edits.as_ref().map(|known| blind.clone().filter(|edit| !known.row_is_zero(*edit)).count());
    Ok(Verified::Blind { blind: blind.count(), seen_by_optimal, dropped: dropped.len() })
}

/// The obstructions of the dropped edits; returns the dropped edits.
fn check_dropped(problem: &Problem, dropped: &[Obstruction]) -> Result<BTreeSet<u32>, Diagnostic> {
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
    let mut rows = Rows::new(problem);
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
}

impl<'a> Rows<'a> {
    /// Without an obstruction yet.
    pub fn new(problem: &'a Problem) -> Rows<'a> {
        Rows { targets: problem.targets(), s: Combiner::new(problem.s()), d: Combiner::new(problem.d()) }
    }

    /// Checks that s S = d D, and that s (targets) is not 0.
    pub fn check_obstruction(&mut self, obstruction: &Obstruction) -> Result<(), Diagnostic> {
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
