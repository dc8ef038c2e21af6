//! Where the elaborator stands: names, facts, labels and goal of the block that it is in.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::infer::Names;
use super::substitute::Substitution;
use crate::kernel::{
    Comparison, FactId, Failure, Labelled, MapDecl, Name, Polynomial, Prop, Relation, Sequent, Step, Term,
};

/// A fact that can be used here.
#[derive(Clone)]
pub(super) struct Fact {
    pub id: FactId,
    pub prop: Prop,
    /// For an equation: the difference of its sides.
    pub difference: Option<Rc<Polynomial>>,
}

/// What a block has to show, and how far it has come.
#[derive(Clone, Default)]
pub(super) struct Goal {
    pub exists: Vec<MapDecl>,
    pub conclusions: Vec<Labelled>,
    /// What bound names stand for: the word of an induction, and the maps that have been taken.
    pub under: Substitution,
    pub witnesses: BTreeMap<Name, Term>,
    /// The fact that shows each conclusion, by its place.
    pub shown: BTreeMap<usize, FactId>,
}

/// The names given to propositions that a rule leaves without a label: `goal`, or `goal1`, `goal2`, ...
pub(super) fn default_labels(list: &[Labelled], stem: &str) -> Vec<Labelled> {
    let label = |(index, l): (usize, &Labelled)| match (l.label.is_empty(), list.len()) {
        (false, _) => l.clone(),
        (true, 1) => Labelled { label: stem.to_owned(), prop: l.prop.clone() },
        (true, _) => Labelled { label: format!("{stem}{}", index + 1), prop: l.prop.clone() },
    };
    list.iter().enumerate().map(label).collect()
}

impl Goal {
    /// The claim of a sequent, with names replaced.
    pub fn of(sequent: &Sequent, under: Substitution) -> Goal {
        let conclusions = default_labels(&sequent.conclusions, "goal");
        Goal { exists: sequent.exists.clone(), conclusions, under, ..Goal::default() }
    }

    /// What the conclusion at `index` says, with what has been taken so far. Errors: limits.
    pub fn prop(&self, index: usize) -> Result<Prop, Failure> {
        let mut under = self.under.clone();
        under.maps.extend(self.witnesses.clone());
        under.prop(&self.conclusions[index].prop)
    }

    /// What is still to be shown. Errors: limits.
    pub fn open(&self) -> Result<Vec<Labelled>, Failure> {
        let open = (0..self.conclusions.len()).filter(|index| !self.shown.contains_key(index));
        open.map(|i| Ok(Labelled { label: self.conclusions[i].label.clone(), prop: self.prop(i)? })).collect()
    }
}

/// A block that is being elaborated.
#[derive(Clone, Default)]
pub(super) struct Frame {
    pub names: Names,
    pub facts: Vec<Fact>,
    pub labels: BTreeMap<String, FactId>,
    /// Labels given in this very block; those of enclosing blocks may be given anew.
    pub own_labels: BTreeSet<String>,
    pub steps: Vec<Step>,
    /// The path of this block: of the step that it belongs to, and its place in that step.
    pub path: Vec<usize>,
    pub goal: Goal,
}

impl Frame {
    /// The `index`-th block of the step that comes next.
    pub fn inner(&self, index: usize, goal: Goal) -> Frame {
        let path = self.path.iter().copied().chain([self.steps.len(), index]).collect();
        Frame { steps: Vec::new(), own_labels: BTreeSet::new(), path, goal, ..self.clone() }
    }

    pub fn fact(&self, label: &str) -> Option<&Fact> {
        let id = self.labels.get(label)?;
        self.fact_of(*id)
    }

    /// The fact of this number, if its block has not ended. Facts stand in the order of their numbers.
    pub fn fact_of(&self, id: FactId) -> Option<&Fact> {
        self.facts.binary_search_by_key(&id, |fact| fact.id).ok().map(|index| &self.facts[index])
    }

    /// What the fact of this number says.
    pub fn said(&self, id: FactId) -> Option<Prop> {
        self.fact_of(id).map(|fact| fact.prop.clone())
    }

    /// The numbers of the equations that can be used here.
    pub fn equations(&self) -> Vec<FactId> {
        self.facts.iter().filter(|fact| fact.difference.is_some()).map(|fact| fact.id).collect()
    }

    /// Those of these facts that are equations, with the difference of their sides; in order, each once.
    pub fn differences(&self, ids: &[FactId]) -> Vec<(FactId, &Polynomial)> {
        let ids: BTreeSet<FactId> = ids.iter().copied().collect();
        ids.into_iter().filter_map(|id| Some((id, &**self.fact_of(id)?.difference.as_ref()?))).collect()
    }

    /// Declares all that a sequent binds, `exists` excepted.
    pub fn declare(&mut self, sequent: &Sequent) {
        self.names.spaces.extend(sequent.spaces.iter().cloned());
        for family in &sequent.families {
            self.names.families.insert(family.name.clone(), family.space.clone());
        }
        for map in &sequent.maps {
            self.names.maps.insert(map.name.clone(), map.clone());
        }
    }
}

/// The sides of an equation.
pub(super) fn sides(prop: &Prop) -> Option<(&Term, &Term)> {
    match prop {
        Prop::Compare(Comparison { left, relation: Relation::Equal, right }) => Some((left, right)),
        _ => None,
    }
}
