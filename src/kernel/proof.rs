//! Proofs: blocks of explicit steps. Nothing here is trusted; the rules in `check` are.

use std::sync::Arc;

use num_rational::BigRational;

use super::data::{Name, Space};
use super::statement::{Comparison, Hash, Sequent};
use super::term::Term;

/// A fact, by its number. Facts are numbered from 0 over the whole proof in the order in which they come to be:
/// the statement's assumptions, then what each step adds. A block's facts cannot be used after its end.
pub type FactId = usize;

/// A proof of the statement with this hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Which statement it proves.
    pub statement: Hash,
    /// How.
    pub block: Block,
}

/// Steps, then how they show the goal: a term for each map that is to exist, a fact for each conclusion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Rule `witness`: terms for the maps that the goal claims to exist.
    pub witnesses: Vec<Term>,
    /// Facts that say what the goal's conclusions say.
    pub facts: Vec<FactId>,
}

/// `coefficient * left * (lhs - rhs) * right`, for the equation `fact` or its transpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The rational by which the equation is multiplied.
    pub coefficient: BigRational,
    /// The cofactor on the left.
    pub left: Term,
    /// An equation.
    pub fact: FactId,
    /// Whether the equation is transposed first.
    pub transposed: bool,
    /// The cofactor on the right.
    pub right: Term,
}

/// Equations with cofactors, and inequalities with multipliers that are not negative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Multipliers {
    /// The equations.
    pub parts: Vec<Part>,
    /// The inequalities.
    pub bounds: Vec<(BigRational, FactId)>,
}

/// Where a rule to be applied comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A fact that is a rule.
    Fact(FactId),
    /// A theorem proved before, by the hash of its statement.
    Theorem(Hash),
}

/// One step. What each one needs and adds is said at its rule, in [`super::Theory::prove`]'s module.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Step {
    Combination { left: Term, right: Term, parts: Vec<Part> },
    Instance { rule: Source, spaces: Vec<Space>, families: Vec<Name>, maps: Vec<Term>, premises: Vec<FactId> },
    Obtain { fact: FactId, names: Vec<Name> },
    Contradiction { left: Term, right: Term, block: Block },
    PseudoInverse { map: Term, name: Name },
    SquareInverse { fact: FactId, left: Term, right: Term },
    Definite { fact: FactId, map: Term },
    WordInduction { rule: Arc<Sequent>, letter: Name, base: Block, step: Block },
    Farkas { claim: Comparison, forth: Multipliers, back: Option<Multipliers> },
    Suppose { sequent: Arc<Sequent>, block: Block },
    Square { map: Term, fact: Option<FactId> },
    Product { first: FactId, second: FactId },
    Pivot { fact: FactId, left: Name, right: Name },
    Extensionality { fact: FactId, name: Name, left: Term, right: Term },
}
