//! Steps about rules: instance, obtain, induction, suppose, extensionality.

use std::sync::Arc;

use rand::RngExt;
use rand::seq::IndexedRandom;
use scotoma::kernel::{
    Block, Comparison, MapDecl, Name, Part, Prop, Relation, Role, Sequent, Source, Space, Step, Term,
};
use scotoma::language::substitute::Substitution;
#[allow(unused_imports)]
use scotoma::terms::*;

use super::random::{Scope, any, atom, endomap, labelled, number, speaks_of_crowded};
use super::{Drawn, Maker, names};

/// What a rule is applied to.
struct Applied {
    images: Substitution,
    spaces: Vec<Space>,
    families: Vec<Name>,
    maps: Vec<Term>,
}

impl Maker<'_> {
    /// Applies a rule: one that is known, or a new assumption. Premises that are not facts are assumed.
    pub(super) fn instance(&mut self) -> Drawn<()> {
        let is_rule = |prop: &Prop| matches!(prop, Prop::Rule(rule) if !rule.is_claim());
        let known = self.pick(is_rule).filter(|_| !self.draw.once(2));
        let scope = self.outer();
        let (rule_id, rule) = match known {
            Some((id, Prop::Rule(rule))) => (id, rule),
            _ => {
                let (ids, rule) = self.assumed(|maker| {
                    let binds = |prop: &Prop| matches!(prop, Prop::Rule(rule) if !rule.maps.is_empty());
                    let rule = match maker.pick(binds) {
                        Some((_, Prop::Rule(earlier))) if !maker.draw.once(3) => {
                            maker.draw.sibling(&earlier, &scope, 1)
                        }
                        _ => maker.draw.rule(&scope, 1),
                    };
                    let rule = Arc::new(rule);
                    Some((vec![Prop::Rule(rule.clone())], rule))
                })?;
                if rule.is_claim() {
                    return Some(());
                }
                (ids[0], rule)
            }
        };
        let (premises, applied) = self.assumed(|maker| {
            let applied = maker.apply(&rule, &scope)?;
            let premises: Option<Vec<_>> = rule.assumptions.iter().map(|l| applied.images.prop(&l.prop).ok()).collect();
            let (premises, claims) = (premises?, claimed(&rule, &applied.images)?);
            let crowded = premises.iter().chain(&claims).any(speaks_of_crowded);
            (!crowded).then_some((premises, (applied, claims)))
        })?;
        let (Applied { spaces, families, maps, .. }, claims) = applied;
        for prop in claims {
            self.add(Some(prop));
        }
        self.steps.push(Step::Instance { rule: Source::Fact(rule_id), spaces, families, maps, premises });
        Some(())
    }

    fn apply(&mut self, rule: &Sequent, scope: &Scope) -> Drawn<Applied> {
        let mut images = Substitution::default();
        for name in &rule.spaces {
            let space = match rule.equal.iter().find(|(_, other)| other == name) {
                Some((one, _)) => match images.space(&Space::Atom(one.clone())).ok()? {
                    a if a == atom("A") && !self.equal.is_empty() && self.draw.once(2) => atom("C"),
                    same => same,
                },
                None => self.draw.space(scope),
            };
            images.spaces.insert(name.clone(), space);
        }
        rule.families.iter().for_each(|family| drop(images.families.insert(family.name.clone(), "F".into())));
        for map in &rule.maps {
            let (dom, cod) = (images.space(&map.dom).ok()?, images.space(&map.cod).ok()?);
            let image = match &map.role {
                Role::Any if spelt_with(rule, &map.name) => {
                    // Words are over a map by name.
                    let named: Vec<&MapDecl> = scope.maps.iter().filter(|m| m.dom == dom && m.cod == cod).collect();
                    named.choose(self.draw.rng)?.term()
                }
                Role::Any => self.draw.term(scope, &dom, &cod, 1),
                Role::Member(_) => Term::map("m".into(), dom, cod),
                Role::Word(over) => self.word(over, &images, &dom)?,
            };
            images.maps.insert(map.name.clone(), image);
        }
        let spaces = rule.spaces.iter().map(|name| images.spaces[name].clone()).collect();
        let families = rule.families.iter().map(|family| images.families[&family.name].clone()).collect();
        let maps = rule.maps.iter().map(|map| images.maps[&map.name].clone()).collect();
        Some(Applied { images, spaces, families, maps })
    }

    /// A term that is a word over what `over` stands for.
    fn word(&mut self, over: &Name, images: &Substitution, space: &Space) -> Drawn<Term> {
        let named = |name: &str| Term::map(name.into(), space.clone(), space.clone());
        let letter = match (&**over, images.maps.get(over)) {
            ("F" | "G", _) => named(if self.draw.once(2) { "v" } else { "m" }),
            (_, Some(image)) => image.clone(),
            (_, None) => named(over),
        };
        match self.draw.rng.random_range(0..4) {
            0 => Some(Term::identity(space.clone())),
            1 => Term::product(vec![letter.clone(), letter]).ok(),
            _ => Some(letter),
        }
    }

    pub(super) fn obtain(&mut self) -> Drawn<()> {
        let claim = |prop: &Prop| matches!(prop, Prop::Rule(rule) if rule.is_claim() && !rule.exists.is_empty());
        let known = self.pick(claim);
        let scope = self.outer();
        let (fact, claim) = match known {
            Some((fact, Prop::Rule(claim))) => (fact, claim),
            _ => {
                let (ids, claim) = self.assumed(|maker| {
                    let exists = vec![any("e", maker.draw.space(&scope), maker.draw.space(&scope))];
                    let inner = Scope { maps: scope.maps.iter().chain(&exists).cloned().collect(), ..scope.clone() };
                    let conclusions = labelled(vec![maker.draw.comparison(&inner)]);
                    let claim = Arc::new(Sequent { exists, conclusions, ..Sequent::default() });
                    Some((vec![Prop::Rule(claim.clone())], claim))
                })?;
                (ids[0], claim)
            }
        };
        let mut images = Substitution::default();
        let mut names = Vec::new();
        for map in &claim.exists {
            let obtained = self.obtained(&map.dom, &map.cod);
            images.maps.insert(map.name.clone(), obtained.term());
            names.push(obtained.name);
        }
        let facts: Vec<Prop> = claim.conclusions.iter().map(|l| images.prop(&l.prop).ok()).collect::<Option<_>>()?;
        for prop in facts {
            self.add(Some(prop));
        }
        self.steps.push(Step::Obtain { fact, names });
        Some(())
    }

    /// From `L*t = L` for every letter: `L*w*R = L*R` for every word.
    pub(super) fn induction(&mut self) -> Drawn<()> {
        let scope = self.outer();
        let (a, cod, dom) = (atom("A"), self.draw.space(&scope), self.draw.space(&scope));
        let (letter, word) = (endomap("t", Role::Member("F".into())), endomap("w", Role::Word("F".into())));
        let product = |factors: &[&Term]| Term::product(factors.iter().map(|t| (*t).clone()).collect()).ok();
        let (kept, left) = self.assumed(|maker| {
            let left = maker.draw.term(&scope, &a, &cod, 1);
            let kept = Prop::equation(product(&[&left, &letter.term()])?, left.clone());
            let kept = Sequent { maps: vec![letter.clone()], conclusions: labelled(vec![kept]), ..Sequent::default() };
            Some((vec![Prop::Rule(Arc::new(kept))], left))
        })?;
        let right = self.draw.term(&scope, &dom, &a, 1);
        let whole = product(&[&left, &right])?;
        let claim = Prop::equation(product(&[&left, &word.term(), &right])?, whole.clone());
        let rule =
            Arc::new(Sequent { maps: vec![word.clone()], conclusions: labelled(vec![claim]), ..Sequent::default() });
        let base = self.add(None);
        let trivial = Step::Combination { left: whole.clone(), right: whole.clone(), parts: Vec::new() };
        let base = Block { steps: vec![trivial], witnesses: Vec::new(), facts: vec![base] };
        let hypothesis = self.add(None);
        let generic = MapDecl { name: "z".into(), ..letter.clone() };
        let at_letter = self.add(None);
        let instance = Step::Instance {
            rule: Source::Fact(kept[0]),
            spaces: Vec::new(),
            families: Vec::new(),
            maps: vec![generic.term()],
            premises: Vec::new(),
        };
        let last = self.add(None);
        let identity = |space: &Space| Term::identity(space.clone());
        let one =
            |fact, right: Term| Part { coefficient: number(1), left: identity(&cod), fact, transposed: false, right };
        let parts = vec![one(at_letter, product(&[&word.term(), &right])?), one(hypothesis, identity(&dom))];
        let longer = product(&[&left, &generic.term(), &word.term(), &right])?;
        let combine = Step::Combination { left: longer, right: whole, parts };
        let step = Block { steps: vec![instance, combine], witnesses: Vec::new(), facts: vec![last] };
        self.learn(Step::WordInduction { rule: rule.clone(), letter: "z".into(), base, step }, Prop::Rule(rule));
        Some(())
    }

    /// Proves a rule: its conclusion is a combination of its premise and of what is known.
    pub(super) fn suppose(&mut self) -> Drawn<()> {
        let outer = self.outer();
        let mut rule = self.draw.rule(&outer, 0);
        rule.exists.clear();
        let scope = outer.within(&rule);
        if rule.maps.is_empty() && rule.spaces.is_empty() {
            return None;
        }
        let (id, known) = self.equation()?;
        let speaks_of_obtained = names(&Prop::Compare(known.clone())).iter().any(|n| n.starts_with('o'));
        let mut from = if speaks_of_obtained { Vec::new() } else { vec![(id, known)] };
        let premises = self.draw.rng.random_range(0..=2);
        let assumptions: Vec<Prop> = (0..premises).map(|_| self.draw.comparison(&scope)).collect();
        rule.assumptions = labelled(assumptions.clone());
        for prop in assumptions {
            let id = self.add(None);
            match prop {
                Prop::Compare(c) if c.relation == Relation::Equal => from.push((id, c)),
                _ => {}
            }
        }
        let from: Vec<_> = from.into_iter().rev().take(2).collect();
        if from.is_empty() {
            return None;
        }
        let (left, right, parts) = self.combined(&scope, &from)?;
        let last = self.add(None);
        rule.conclusions = labelled(vec![Prop::equation(left.clone(), right.clone())]);
        let rule = Arc::new(rule);
        let steps = vec![Step::Combination { left, right, parts }];
        let block = Block { steps, witnesses: Vec::new(), facts: vec![last] };
        self.learn(Step::Suppose { sequent: rule.clone(), block }, Prop::Rule(rule));
        Some(())
    }

    /// `left = right` from `left*s = right*s` for every vector s.
    pub(super) fn extensionality(&mut self) -> Drawn<()> {
        let scope = self.outer();
        let (ids, (left, right)) = self.assumed(|maker| {
            let Comparison { left, right, .. } = maker.draw.equation(&scope);
            let vector = any("s", Space::Unit, left.dom().clone());
            let at = |map: &Term| Term::product(vec![map.clone(), vector.term()]).ok();
            let conclusions = labelled(vec![Prop::equation(at(&left)?, at(&right)?)]);
            let rule = Sequent { maps: vec![vector], conclusions, ..Sequent::default() };
            Some((vec![Prop::Rule(Arc::new(rule))], (left, right)))
        })?;
        let shown = Prop::equation(left.clone(), right.clone());
        self.learn(Step::Extensionality { fact: ids[0], name: "s".into(), left, right }, shown);
        Some(())
    }
}

/// What a rule claims, as the facts that it gives.
fn claimed(rule: &Sequent, images: &Substitution) -> Drawn<Vec<Prop>> {
    let claim = Sequent { exists: rule.exists.clone(), conclusions: rule.conclusions.clone(), ..Sequent::default() };
    match rule.exists.is_empty() {
        true => rule.conclusions.iter().map(|l| images.prop(&l.prop).ok()).collect(),
        false => Some(vec![images.prop(&Prop::Rule(Arc::new(claim))).ok()?]),
    }
}

/// Whether words over a map of this name are spoken of.
fn spelt_with(rule: &Sequent, name: &Name) -> bool {
    let over = |map: &MapDecl| matches!(&map.role, Role::Member(of) | Role::Word(of) if of == name);
    let within = |prop: &Prop| matches!(prop, Prop::Rule(inner) if spelt_with(inner, name));
    rule.maps.iter().any(over) || rule.assumptions.iter().chain(&rule.conclusions).any(|l| within(&l.prop))
}
