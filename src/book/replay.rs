//! A proof on numbers: what every fact of it says where the maps are given matrices.
//!
//! Names that a proof introduces get matrices as well: a generalised inverse is computed, what is known to exist is
//! solved for, what a rule binds is some choice that satisfies its premises, an induction is shown at a word of one letter.

use std::sync::Arc;

use super::stories::Story;
use crate::kernel::{Block, Comparison, Labelled, MapDecl, Name, Prop, Relation, Role, Sequent, Step, Term};
use crate::language::Checked;
use crate::language::steps::blocks;
use crate::model::work::Limit;
use crate::model::{Decision, Instance, Matrix, Values};
use crate::terms::*;

/// What a fact says of the matrices.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// It speaks of something that does not exist here, or cannot be decided.
    Silent(String),
}

/// A fact on numbers.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// Whether it holds.
    pub verdict: Verdict,
    /// The matrices of all names that it may use.
    pub values: Values,
}

/// A matrix that a step gave to a name.
pub(super) type Named = (Name, Matrix);

/// A proof on numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Replay {
    /// By fact.
    pub facts: Vec<Option<Said>>,
    /// The matrices of the names that each step introduced, by its path.
    pub introduced: Vec<(Vec<usize>, Vec<Named>)>,
    /// Whether its numbers are worth following.
    pub follows: bool,
}

impl Replay {
    /// Runs a checked proof on an instance.
    pub(super) fn of(checked: &Checked, story: &Story) -> Replay {
        let instance = &story.instance;
        let facts = vec![None; checked.elaborated.facts.len()];
        let mut replay = Replay { facts, introduced: Vec::new(), follows: !story.tells.is_empty() };
        let mut values = Values::of(instance);
        let run = Run { checked, spelt: instance };
        run.facts_at(&[], &values, &mut replay);
        run.block(&checked.elaborated.proof.block, &[], &mut values, &mut replay);
        replay
    }

    /// The fact's verdict.
    pub(super) fn verdict(&self, fact: usize) -> Option<&Verdict> {
        self.facts.get(fact)?.as_ref().map(|said| &said.verdict)
    }

    /// What the step at this path introduced.
    pub(super) fn named(&self, path: &[usize]) -> &[Named] {
        self.introduced.iter().find(|(at, _)| at == path).map_or(&[], |(_, named)| named)
    }
}

struct Run<'a> {
    checked: &'a Checked,
    spelt: &'a Instance,
}

impl Run<'_> {
    /// Evaluates all facts that were added at a path: by a step, or by what a block assumes.
    fn facts_at(&self, path: &[usize], values: &Values, into: &mut Replay) {
        for fact in self.checked.elaborated.facts.iter().filter(|fact| fact.path == path) {
            let verdict = match values.decide(&fact.prop) {
                Decision::Holds { .. } => Verdict::Holds,
                Decision::Fails(_) => Verdict::Fails,
                Decision::Undecided(why) => Verdict::Silent(why),
            };
            into.facts[fact.fact] = Some(Said { verdict, values: values.clone() });
        }
    }

    fn block(&self, block: &Block, path: &[usize], values: &mut Values, into: &mut Replay) {
        for (index, step) in block.steps.iter().enumerate() {
            let path: Vec<usize> = path.iter().copied().chain([index]).collect();
            let named = self.introduce(step, values);
            if !named.is_empty() {
                into.introduced.push((path.clone(), named));
            }
            for (inner, block) in blocks(step).into_iter().enumerate() {
                let path: Vec<usize> = path.iter().copied().chain([inner]).collect();
                let mut values = values.clone();
                let named = self.enter(step, inner, &mut values).unwrap_or_default();
                into.introduced.push((path.clone(), named));
                self.facts_at(&path, &values, into);
                self.block(block, &path, &mut values, into);
            }
            self.facts_at(&path, values, into);
        }
    }

    /// Gives matrices to the names that a step adds to its block.
    fn introduce(&self, step: &Step, values: &mut Values) -> Vec<Named> {
        let named = match step {
            Step::PseudoInverse { map, name } => inverse(map, name, values).into_iter().collect(),
            Step::Obtain { fact, names } => self.obtained(*fact, names, values),
            _ => Vec::new(),
        };
        named.iter().for_each(|(name, matrix)| values.bind(name, matrix.clone()));
        named
    }

    fn obtained(&self, fact: usize, names: &[Name], values: &Values) -> Vec<Named> {
        let known = self.checked.elaborated.facts.get(fact);
        match known.map(|fact| values.decide(&fact.prop)) {
            Some(Decision::Holds { witness }) => {
                names.iter().cloned().zip(witness.into_iter().map(|(_, matrix)| matrix)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Gives matrices to what a block binds.
    fn enter(&self, step: &Step, inner: usize, values: &mut Values) -> Result<Vec<Named>, Limit> {
        match step {
            Step::Suppose { sequent, .. } if !sequent.is_claim() => values.suppose(sequent),
            Step::WordInduction { rule, letter, .. } if inner == 1 => self.word(rule, letter, values),
            _ => Ok(Vec::new()),
        }
    }

    /// A word of one letter, and a letter to be put in front of it: the first letters of the instance's own word if it has one.
    fn word(&self, rule: &Sequent, letter: &Name, values: &mut Values) -> Result<Vec<Named>, Limit> {
        let mut named = Vec::new();
        if let Some((map, over)) = rule.maps.iter().find_map(|map| match &map.role {
            Role::Word(over) => Some((map, over)),
            _ => None,
        }) {
            let letters = values.letters(over)?;
            let spelt = self.spelt.words.values().next().map(Vec::as_slice).unwrap_or_default();
            let letter_at = |place: usize| letters.get(spelt.get(place).copied().unwrap_or(place)).or(letters.first());
            let (Some(first), Some(second)) = (letter_at(0), letter_at(1)) else {
                return Err(Limit("there are no letters".to_owned()));
            };
            named.push((map.name.clone(), second.clone()));
            if letter != over {
                named.push((letter.clone(), first.clone()));
            }
        }
        named.iter().for_each(|(name, matrix)| values.bind(name, matrix.clone()));
        Ok(named)
    }
}

/// A generalised inverse of the map's matrix, by solving `P*Q*P = P`.
fn inverse(map: &Term, name: &Name, values: &Values) -> Option<Named> {
    let unknown = Term::map(name.clone(), map.cod().clone(), map.dom().clone());
    let product = Term::product(vec![map.clone(), unknown, map.clone()]).ok()?;
    let regular = Comparison { left: product, relation: Relation::Equal, right: map.clone() };
    let exists = vec![MapDecl { name: name.clone(), dom: map.cod().clone(), cod: map.dom().clone(), role: Role::Any }];
    let conclusions = vec![Labelled { label: String::new(), prop: Prop::Compare(regular) }];
    let claim = Prop::Rule(Arc::new(Sequent { exists, conclusions, ..Sequent::default() }));
    match values.decide(&claim) {
        Decision::Holds { witness } => witness.into_iter().next(),
        _ => None,
    }
}
