//! Random spaces, terms, propositions and rules.

use std::sync::Arc;

use num_rational::BigRational;
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use scotoma::kernel::{Comparison, Family, Field, Labelled, MapDecl, Name, Prop, Relation, Role, Sequent, Space, Term};
#[allow(unused_imports)]
use scotoma::terms::*;

/// What may be spoken of.
#[derive(Clone, Default)]
pub struct Scope {
    pub spaces: Vec<Name>,
    pub families: Vec<Family>,
    pub maps: Vec<MapDecl>,
}

impl Scope {
    fn taken(&self, name: &str) -> bool {
        let maps = self.maps.iter().any(|map| &*map.name == name);
        maps || self.spaces.iter().chain(self.families.iter().map(|f| &f.name)).any(|known| &**known == name)
    }

    /// The scope within a rule.
    pub fn within(&self, rule: &Sequent) -> Scope {
        let mut scope = self.clone();
        scope.spaces.extend(rule.spaces.iter().cloned());
        scope.families.extend(rule.families.iter().cloned());
        scope.maps.extend(rule.maps.iter().cloned());
        scope
    }
}

pub fn atom(name: &str) -> Space {
    Space::Atom(name.into())
}

pub fn labelled(props: Vec<Prop>) -> Vec<Labelled> {
    let label = |(index, prop)| Labelled { label: format!("l{index}"), prop };
    props.into_iter().enumerate().map(label).collect()
}

pub fn number(n: i64) -> BigRational {
    BigRational::from_integer(n.into())
}

pub fn any(name: &str, dom: Space, cod: Space) -> MapDecl {
    MapDecl { name: name.into(), dom, cod, role: Role::Any }
}

/// A map on A.
pub fn endomap(name: &str, role: Role) -> MapDecl {
    MapDecl { name: name.into(), dom: atom("A"), cod: atom("A"), role }
}

/// Whether the unit space is a summand twice: there the kernel's normal form is incomplete, as its documentation says.
fn crowded(space: &Space) -> bool {
    space.leaves().into_iter().filter(|leaf| matches!(leaf, Space::Unit)).count() > 1
}

/// Whether a proposition speaks of a crowded space.
pub fn speaks_of_crowded(prop: &Prop) -> bool {
    fn term(t: &Term) -> bool {
        crowded(t.dom()) || crowded(t.cod()) || t.children().into_iter().any(term)
    }
    match prop {
        Prop::Compare(c) => term(&c.left) || term(&c.right),
        Prop::Rule(rule) => {
            let mut maps = rule.maps.iter().chain(&rule.exists);
            let mut props = rule.assumptions.iter().chain(&rule.conclusions);
            maps.any(|map| crowded(&map.dom) || crowded(&map.cod)) || props.any(|l| speaks_of_crowded(&l.prop))
        }
    }
}

/// Draws what is random.
pub struct Draw<'r> {
    pub rng: &'r mut ChaCha8Rng,
    pub field: Field,
}

impl Draw<'_> {
    pub fn once(&mut self, n: u32) -> bool {
        self.rng.random_ratio(1, n)
    }

    /// A space that is declared, the unit space, or a sum of two that is not crowded.
    pub fn space(&mut self, scope: &Scope) -> Space {
        let leaf = |rng: &mut ChaCha8Rng| match scope.spaces.choose(rng) {
            Some(name) if rng.random_ratio(4, 5) => Space::Atom(name.clone()),
            _ => Space::Unit,
        };
        let first = leaf(self.rng);
        if !self.once(8) {
            return first;
        }
        Space::sum(&first, &leaf(self.rng)).ok().filter(|sum| !crowded(sum)).unwrap_or(first)
    }

    /// A random term of this type.
    pub fn term(&mut self, scope: &Scope, dom: &Space, cod: &Space, depth: usize) -> Term {
        let fitting: Vec<&MapDecl> = scope.maps.iter().filter(|m| m.dom == *dom && m.cod == *cod).collect();
        let leaf = match fitting.choose(self.rng) {
            Some(map) if !self.rng.random_ratio(1, 4) => map.term(),
            _ if dom == cod && !self.rng.random_ratio(1, 3) => Term::identity(dom.clone()),
            _ => Term::zero(dom.clone(), cod.clone()),
        };
        if depth == 0 {
            return leaf;
        }
        let made = match self.rng.random_range(0..10) {
            0..=2 => {
                let from: Vec<&MapDecl> = scope.maps.iter().filter(|m| m.cod == *cod).collect();
                let Some(map) = from.choose(self.rng).map(|m| (*m).clone()) else { return leaf };
                let rest = self.term(scope, dom, &map.dom, depth - 1);
                Term::product(vec![map.term(), rest])
            }
            3 => {
                let to: Vec<&MapDecl> = scope.maps.iter().filter(|m| m.dom == *cod).collect();
                let Some(map) = to.choose(self.rng).map(|m| (*m).clone()) else { return leaf };
                let rest = self.term(scope, dom, &map.cod, depth - 1);
                Term::transpose(map.term()).and_then(|t| Term::product(vec![t, rest]))
            }
            4 => {
                let (a, b) = (self.term(scope, dom, cod, depth - 1), self.term(scope, dom, cod, depth - 1));
                Term::sum(vec![a, b])
            }
            5 => Term::transpose(self.term(scope, cod, dom, depth - 1)),
            6 => {
                let factor = self.rng.random_range(-2..=2);
                Term::scaled(number(factor), self.term(scope, dom, cod, depth - 1))
            }
            _ => match (dom, cod) {
                (Space::Sum(parts), _) => {
                    let (a, b) =
                        (self.term(scope, &parts.0, cod, depth - 1), self.term(scope, &parts.1, cod, depth - 1));
                    Term::row(a, b)
                }
                (_, Space::Sum(parts)) => {
                    let (a, b) =
                        (self.term(scope, dom, &parts.0, depth - 1), self.term(scope, dom, &parts.1, depth - 1));
                    Term::column(a, b)
                }
                _ => return leaf,
            },
        };
        made.unwrap_or(leaf)
    }

    /// What tells small cases apart: whether the newest space has a dimension, whether the newest map of a space to itself
    /// is the identity, or keeps a term.
    fn telling(&mut self, scope: &Scope) -> Option<Prop> {
        let relation = if self.once(4) { Relation::NotEqual } else { Relation::Equal };
        if self.once(2) {
            let space = Space::Atom(scope.spaces.last()?.clone());
            let (left, right) = (Term::identity(space.clone()), Term::zero(space.clone(), space));
            return Some(Prop::Compare(Comparison { left, relation, right }));
        }
        let map = scope.maps.iter().rev().find(|map| map.dom == map.cod)?.term();
        if self.once(2) {
            let right = Term::identity(map.dom().clone());
            return Some(Prop::Compare(Comparison { left: map, relation, right }));
        }
        let from = self.space(scope);
        let right = self.term(scope, &from, map.dom(), 1);
        let left = Term::product(vec![map, right.clone()]).ok()?;
        Some(Prop::Compare(Comparison { left, relation, right }))
    }

    pub fn comparison(&mut self, scope: &Scope) -> Prop {
        if self.once(3)
            && let Some(prop) = self.telling(scope)
        {
            return prop;
        }
        let order = self.field == Field::Ordered && self.once(4);
        let (dom, cod) = if order { (Space::Unit, Space::Unit) } else { (self.space(scope), self.space(scope)) };
        let cod = if self.once(3) { dom.clone() } else { cod };
        let relation = match (order, self.rng.random_range(0..6)) {
            (true, 0..=3) => Relation::AtLeast,
            (true, _) => Relation::Greater,
            (false, 0) => Relation::NotEqual,
            (false, _) => Relation::Equal,
        };
        let left = self.term(scope, &dom, &cod, 2);
        let right = match self.once(2) {
            true => Term::zero(dom, cod),
            false => self.term(scope, &dom, &cod, 1),
        };
        Prop::Compare(Comparison { left, relation, right })
    }

    pub fn equation(&mut self, scope: &Scope) -> Comparison {
        loop {
            if let Prop::Compare(c) = self.comparison(scope)
                && c.relation == Relation::Equal
            {
                return c;
            }
        }
    }

    fn prop(&mut self, scope: &Scope, depth: usize) -> Prop {
        match depth > 0 && self.once(4) {
            true => Prop::Rule(Arc::new(self.rule(scope, depth - 1))),
            false => self.comparison(scope),
        }
    }

    /// A random rule. Its names come from a few, so that rules side by side share them.
    pub fn rule(&mut self, outer: &Scope, depth: usize) -> Sequent {
        let mut scope = outer.clone();
        let mut rule = Sequent::default();
        self.bind_spaces(&mut rule, &mut scope);
        if !scope.taken("G") && self.once(16) {
            let family = Family { name: "G".into(), space: atom("A") };
            rule.families.push(family.clone());
            scope.families.push(family);
        }
        let count = self.rng.random_range(0..=3);
        // A member before the words over it.
        let mut chosen: Vec<&str> = ["s", "t", "w", "k", "d"].sample(self.rng, count).copied().collect();
        chosen.sort();
        chosen.into_iter().for_each(|name| self.bind(&mut rule, &mut scope, name));
        self.claim(rule, scope, depth)
    }

    /// A random rule that binds what this one does, and perhaps a word over something of it: the names that one rule gives
    /// back, the next one takes.
    pub fn sibling(&mut self, rule: &Sequent, outer: &Scope, depth: usize) -> Sequent {
        let Sequent { spaces, equal, families, maps, .. } = rule.clone();
        let mut rule = Sequent { spaces, equal, families, maps, ..Sequent::default() };
        let mut scope = outer.within(&rule);
        self.bind(&mut rule, &mut scope, "w");
        self.claim(rule, scope, depth)
    }

    /// The rule with random premises and conclusions.
    fn claim(&mut self, mut rule: Sequent, mut scope: Scope, depth: usize) -> Sequent {
        let premises = self.rng.random_range(0..=2);
        let premises = (0..premises).map(|_| self.prop(&scope, depth)).collect();
        rule.assumptions = labelled(premises);
        if self.once(5) && !scope.taken("e") {
            let map = any("e", self.space(&scope), self.space(&scope));
            rule.exists.push(map.clone());
            scope.maps.push(map);
        }
        let conclusions = self.rng.random_range(1..=2);
        let conclusions = (0..conclusions).map(|_| self.prop(&scope, depth)).collect();
        rule.conclusions = labelled(conclusions);
        rule
    }

    /// Spaces that the rule binds, now and then as large as another: the second of each pair is bound here.
    fn bind_spaces(&mut self, rule: &mut Sequent, scope: &mut Scope) {
        for (name, odds) in [("P", 2), ("Q", 8)] {
            if scope.taken(name) || !self.once(odds) {
                continue;
            }
            if self.once(12)
                && let Some(other) = scope.spaces.choose(self.rng)
            {
                rule.equal.push((other.clone(), name.into()));
            }
            rule.spaces.push(name.into());
            scope.spaces.push(name.into());
        }
    }

    fn bind(&mut self, rule: &mut Sequent, scope: &mut Scope, name: &str) {
        if scope.taken(name) {
            return;
        }
        let on_a = |maps: &[MapDecl]| {
            let letters = maps.iter().filter(|m| m.dom == m.cod && m.dom == atom("A")).map(|m| m.name.clone());
            letters.collect::<Vec<Name>>()
        };
        let (letters, bound) = (on_a(&scope.maps), on_a(&rule.maps));
        let family = scope.families.choose(self.rng).map_or("F".into(), |f| f.name.clone());
        let map = match name {
            "t" => endomap(name, Role::Member(family)),
            "w" => {
                let over = match self.rng.random_range(0..8) {
                    0 => letters.choose(self.rng).cloned(),
                    1..=5 => bound.choose(self.rng).cloned(),
                    _ => None,
                };
                endomap(name, Role::Word(over.unwrap_or(family)))
            }
            _ => {
                let bound: Vec<Space> = rule.spaces.iter().map(|p| Space::Atom(p.clone())).collect();
                let one = match bound.choose(self.rng) {
                    Some(space) if !self.rng.random_ratio(1, 4) => space.clone(),
                    _ if self.once(2) => Space::Unit,
                    _ => self.space(scope),
                };
                let other = self.space(scope);
                let (dom, cod) = if self.once(3) { (other, one) } else { (one, other) };
                any(name, dom, cod)
            }
        };
        scope.maps.push(map.clone());
        rule.maps.push(map);
    }
}
