//! The builder: the fate of every edit and the joint answer, found by one exact elimination.
//!
//! The rows of S come first and the rows of D after them, so that the pivots of S alone are known
//! when D begins. An edit's row reduces to zero against S exactly when it is identified; the rows of
//! D that reduce to zero against everything, but whose right-hand sides do not, are the greedy choice
//! of edits to drop: each contradicts those that are kept.

use std::collections::HashMap;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed};

use super::problem::Problem;
use crate::caption::Row;
use crate::certificate::{Claim, Exact, Free, Identified, Obstruction, Sparse};
use crate::exact::{
    Elimination, Expression, Limits, RationalMatrix, RightHandSide, Solution, SparseMatrix, SparseVector,
};
use crate::report::{Code, Diagnostic};

/// What the builder found.
#[derive(Clone, Debug)]
pub struct Built {
    /// Ranks and what follows from them.
    pub ranks: Ranks,
    /// The fate of each edit, in order.
    pub fates: Vec<Fate>,
    /// Whether one encoder is blind to all edits at once.
    pub joint: Joint,
    /// The claims with their witnesses: the fates, then the joint answer.
    pub claims: Vec<Claim>,
}

/// The ranks of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Ranks {
    /// rank S: dimensions that training pins down.
    pub training: usize,
    /// rank D, of the changes that the edits make to the features.
    pub edits: usize,
    /// rank [S D].
    pub joint: usize,
}

impl Ranks {
    /// rank [S D] - rank S: the least number of hard negatives that settles all the edits.
    pub fn deficit(&self) -> usize {
        self.joint - self.training
    }

    /// Dimension of the meet of the row spaces of S and D: what the edits say that training has said.
    pub fn meet(&self) -> usize {
        self.training + self.edits - self.joint
    }
}

/// What becomes of one edit (1-mathematics, section 3: one edit, three fates).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// The features do not change: every encoder over them is blind.
    Collapsed,
    /// A combination of training captions: every optimal encoder agrees on it.
    Identified,
    /// Seen by a readout that is silent on training: a pseudo-optimal encoder is blind to it.
    Free,
}

/// The joint answer for all edits.
#[derive(Clone, Debug)]
pub enum Joint {
    /// h (features x width) is aligned on all training captions and blind to all edits but the dropped ones.
    Blind {
        /// The encoder, in the units of the targets (multiply by 2^-shift).
        h: RationalMatrix,
        /// Edits left out, ascending; empty when one encoder is blind to all.
        dropped: Vec<usize>,
    },
    /// Nothing over these features equals the true-optimal encoder on the training captions, edits or none.
    Obstructed,
}

/// Everything by combinations of training captions.
pub(super) fn by_combinations(problem: &Problem, limits: &Limits, room: &mut Room) -> Result<Built, Diagnostic> {
    let (s, d) = (problem.s(), problem.d());
    let both = SparseMatrix::vstack(&[s, d])?;
    let elimination = Elimination::new(&both, &[s.rows(), both.rows()], limits)?;
    let seen = seen_in_training(problem);
    let (fates, fates_claim) = fates(problem, &elimination, &seen, room)?;
    let (joint, joint_claim) = joint(problem, &elimination, &seen, room)?;
    let ranks = Ranks {
        training: elimination.stage_rank(0),
        edits: Elimination::new(d, &[], limits)?.rank(),
        joint: elimination.rank(),
    };
    Ok(Built { ranks, fates, joint, claims: vec![fates_claim, joint_claim] })
}

fn fates(
    problem: &Problem,
    elimination: &Elimination,
    seen: &[Seen],
    room: &mut Room,
) -> Result<(Vec<Fate>, Claim), Diagnostic> {
    let (mut collapsed, mut identified, mut free) = (Vec::new(), Vec::new(), Vec::new());
    let mut readouts = Readouts::default();
    let fates = each_fate(problem, elimination, seen, |edit, expression| {
        match expression {
            None => collapsed.push(edit),
            Some(Expression::Identified(c)) => {
                room.spend(c.numerators().len())?;
                identified.push(Identified { edit, c: to_sparse(&c) });
            }
            Some(Expression::Free(k)) => free.push(Free { edit, readout: readouts.number(&k) }),
        }
        Ok(())
    })?;
    Ok((fates, Claim::Fates { collapsed, identified, free, readouts: readouts.list }))
}

/// The fates alone: a witness is found, and let go.
pub(super) fn fates_by_combinations(problem: &Problem, limits: &Limits) -> Result<Vec<Fate>, Diagnostic> {
    let elimination = Elimination::new(problem.s(), &[], limits)?;
    each_fate(problem, &elimination, &seen_in_training(problem), |_, _| Ok(()))
}

/// The fate of each edit; `found` is told its witness, of a collapsed one that there is none.
fn each_fate(
    problem: &Problem,
    elimination: &Elimination,
    seen: &[Seen],
    mut found: impl FnMut(u32, Option<Expression>) -> Result<(), Diagnostic>,
) -> Result<Vec<Fate>, Diagnostic> {
    let mut fates = Vec::with_capacity(problem.d().rows());
    let edits: Vec<usize> = (0..problem.d().rows()).collect();
    for some in edits.chunks(CHUNK) {
        let known = |edit: usize| problem.d().row(edit).len() == 0 || seen[edit].is_some();
        let unknown = some.iter().filter(|edit| !known(**edit));
        let rows = unknown.map(|&edit| problem.d().row(edit).collect()).collect();
        let rows = SparseMatrix::from_rows(problem.d().cols(), rows)?;
        let mut expressions = elimination.express_rows(&rows, 0)?.into_iter();
        for &edit in some {
            let expression = match &seen[edit] {
                _ if problem.d().row(edit).len() == 0 => None,
                Some(c) => Some(Expression::Identified(c.clone())),
                None => Some(expressions.next().ok_or_else(unanswered)?),
            };
            fates.push(match expression {
                None => Fate::Collapsed,
                Some(Expression::Identified(_)) => Fate::Identified,
                Some(Expression::Free(_)) => Fate::Free,
            });
            found(edit as u32, expression)?;
        }
    }
    Ok(fates)
}

/// Of an edit whose negative has the features of a training caption: the edit as that caption minus its own.
pub(super) type Seen = Option<SparseVector>;

/// What training has seen of each edit, without elimination.
///
/// Where many captions are made of few words most negatives are such, and this witness is as short as one can be.
pub(super) fn seen_in_training(problem: &Problem) -> Vec<Seen> {
    let s = problem.s();
    let numbers: HashMap<(&[u32], &[i64]), usize> =
        (0..s.rows()).rev().map(|text| ((s.row_columns(text), s.row_values(text)), text)).collect();
    let witness = |(edit, negative): (usize, &Row)| {
        let (columns, values): (Vec<u32>, Vec<i64>) = negative.iter().copied().unzip();
        let one = BigRational::one();
        let text = *numbers.get(&(columns.as_slice(), values.as_slice()))?;
        let original = problem.original(edit)?;
        SparseVector::from_rationals(vec![(text as u32, one.clone()), (original as u32, -one)]).ok()
    };
    problem.features().negatives.iter().enumerate().map(witness).collect()
}

/// An elimination that leaves a row without an answer.
fn unanswered() -> Diagnostic {
    Diagnostic::new(Code::ExactSelfCheck, "a row was given to the elimination and is not in its answer")
}

/// Edits whose witnesses are found together: all at once would take memory without bound.
const CHUNK: usize = 1024;
/// The most coefficients that the witnesses of a claim may have together; a hundred bytes each.
const WITNESS_LIMIT: usize = 4_000_000;

/// Room for witnesses, in coefficients.
pub(super) struct Room {
    /// How many may still come.
    pub left: usize,
    /// Whether one came that had no room.
    pub is_spent: bool,
}

impl Default for Room {
    fn default() -> Room {
        Room { left: WITNESS_LIMIT, is_spent: false }
    }
}

impl Room {
    /// Takes `coefficients` from the room. Error: [`Code::ExactLimit`].
    fn spend(&mut self, coefficients: usize) -> Result<(), Diagnostic> {
        let Some(left) = self.left.checked_sub(coefficients) else {
            self.is_spent = true;
            let message = format!("the witnesses have more than {WITNESS_LIMIT} coefficients");
            return Err(Diagnostic::new(Code::ExactLimit, message).help(
                "take fewer pairs, or a feature map with more features; mining tells what a few negatives settle",
            ));
        };
        self.left = left;
        Ok(())
    }
}

/// Readouts up to scale, each once.
#[derive(Default)]
struct Readouts {
    numbers: HashMap<Vec<(u32, BigInt)>, u32>,
    list: Vec<Sparse>,
}

impl Readouts {
    fn number(&mut self, k: &SparseVector) -> u32 {
        let lead = k.numerators().first().map_or_else(|| 1.into(), |(_, lead)| lead.clone());
        // The numerators have no common divisor with the denominator alone; dividing by their own leaves the primitive vector.
        let mut common = BigInt::ZERO;
        for (_, value) in k.numerators() {
            common = common.gcd(value);
            if common.is_one() {
                break;
            }
        }
        let scale = if lead.is_negative() { -common } else { common };
        let primitive: Vec<(u32, BigInt)> = k.numerators().iter().map(|(i, v)| (*i, v / &scale)).collect();
        if let Some(number) = self.numbers.get(&primitive) {
            return *number;
        }
        let number = self.list.len() as u32;
        let exact = |(index, value): &(u32, BigInt)| (*index, Exact(BigRational::from_integer(value.clone())));
        self.list.push(primitive.iter().map(exact).collect());
        self.numbers.insert(primitive, number);
        number
    }
}

pub(super) fn joint(
    problem: &Problem,
    elimination: &Elimination,
    seen: &[Seen],
    room: &mut Room,
) -> Result<(Joint, Claim), Diagnostic> {
    let targets = problem.targets();
    let (training, edits) = (problem.s().rows(), problem.d().rows());
    let zeros = RightHandSide::zeros(edits, targets.width());
    let b = RightHandSide::vstack(&[&targets.training, &zeros])?;
    match elimination.solve_dropping(&b, training)? {
        Solution::Solved { x, dropped } => {
            let obstructions = relations(elimination, seen, training, &dropped, room)?
                .iter()
                .zip(&dropped)
                .map(|(y, row)| obstruction(y, training, Some((row - training) as u32)))
                .collect();
            let claim = Claim::Blind { dropped: obstructions, h: encoder_rows(&x, targets.shift) };
            let dropped = dropped.into_iter().map(|row| row - training).collect();
            Ok((Joint::Blind { h: x, dropped }, claim))
        }
        Solution::Inconsistent { rows } => {
            let Some(found) = elimination.obstruction(&b, &rows)? else {
                return Err(Diagnostic::new(Code::ExactSelfCheck, "an inconsistent system without an obstruction"));
            };
            Ok((Joint::Obstructed, Claim::Obstructed { by: obstruction(&found.y, training, None) }))
        }
    }
}

/// For each dropped row a left null vector that uses, besides it, only rows that are kept.
///
/// The cheapest relation of a row that repeats another names that other row, which may be dropped as well; the other's
/// own relation then takes its place.
pub(super) fn relations(
    elimination: &Elimination,
    seen: &[Seen],
    training: usize,
    dropped: &[usize],
    room: &mut Room,
) -> Result<Vec<SparseVector>, Diagnostic> {
    let mut known: Vec<SparseVector> = Vec::with_capacity(dropped.len());
    for some in dropped.chunks(CHUNK) {
        let unknown: Vec<usize> = some.iter().copied().filter(|row| seen[row - training].is_none()).collect();
        let mut answers = elimination.left_null_vectors(&unknown)?.into_iter();
        for &row in some {
            if let Some(c) = &seen[row - training] {
                let own = (row as u32, BigRational::one());
                let y =
                    SparseVector::from_rationals(c.iter().map(|(text, value)| (text, -value)).chain([own]).collect())?;
                room.spend(y.numerators().len())?;
                known.push(y);
                continue;
            }
            let y = answers.next().ok_or_else(unanswered)?;
            let mut entries: Vec<(u32, BigRational)> = y.iter().collect();
            for (other, value) in y.iter().filter(|(other, _)| *other as usize != row) {
                if let Ok(at) = dropped[..known.len()].binary_search(&(other as usize)) {
                    entries.extend(known[at].scaled(&-value).iter());
                }
            }
            let y = SparseVector::from_rationals(entries)?;
            room.spend(y.numerators().len())?;
            known.push(y);
        }
    }
    Ok(known)
}

/// The left null vector y of [S; D] as s S = d D, with the coefficient 1 on the dropped edit.
fn obstruction(y: &SparseVector, training: usize, edit: Option<u32>) -> Obstruction {
    let (mut s, mut d) = (Vec::new(), Vec::new());
    for (row, value) in y.iter() {
        match (row as usize).checked_sub(training) {
            None => s.push((row, Exact(-value))),
            Some(edit) => d.push((edit as u32, Exact(value))),
        }
    }
    Obstruction { edit, s: Some(s), d }
}

fn to_sparse(vector: &SparseVector) -> Sparse {
    vector.iter().map(|(index, value)| (index, Exact(value))).collect()
}

/// The encoder in the units of the embeddings, by its nonzero rows.
pub fn encoder_rows(x: &RationalMatrix, shift: u32) -> Vec<(u32, Vec<Exact>)> {
    let scale = BigInt::one() << shift;
    let unscaled = |value: BigRational| if shift == 0 { value } else { value / &scale };
    x.nonzero_rows()
        .map(|(feature, row)| (feature, (0..x.width()).map(|dimension| Exact(unscaled(row.get(dimension)))).collect()))
        .collect()
}
