//! Random statements with proofs: steps are applied to random facts, and what they need is assumed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use num_rational::BigRational;
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use scotoma::kernel::{
    Block, Comparison, FactId, Family, Field, Labelled, MapDecl, Multipliers, Name, Part, Proof, Prop, Relation, Role,
    Sequent, Source, Space, Statement, Step, Term,
};
use scotoma::language::substitute::Substitution;
#[allow(unused_imports)]
use scotoma::terms::*;

/// Facts that steps add have numbers from here until the number of assumptions is known.
const STEP: FactId = 1 << 20;

/// What may be spoken of.
#[derive(Clone, Default)]
struct Scope {
    spaces: Vec<Name>,
    families: Vec<Family>,
    maps: Vec<MapDecl>,
}

impl Scope {
    fn taken(&self, name: &str) -> bool {
        let maps = self.maps.iter().any(|map| &*map.name == name);
        maps || self.spaces.iter().chain(self.families.iter().map(|f| &f.name)).any(|known| &**known == name)
    }
}

/// A statement in the making.
pub struct Maker<'r> {
    rng: &'r mut ChaCha8Rng,
    field: Field,
    scope: Scope,
    /// How many maps of the scope the statement declares; the others are obtained.
    declared: usize,
    assumptions: Vec<Prop>,
    /// What each step adds; `None`: a fact of a block that has ended.
    added: Vec<Option<Prop>>,
    steps: Vec<Step>,
    /// How often each construct and rule occurs.
    pub used: BTreeMap<&'static str, usize>,
}

type Made<T> = Option<T>;

fn atom(name: &str) -> Space {
    Space::Atom(name.into())
}

fn labelled(props: Vec<Prop>) -> Vec<Labelled> {
    let label = |(index, prop)| Labelled { label: format!("l{index}"), prop };
    props.into_iter().enumerate().map(label).collect()
}

fn number(n: i64) -> BigRational {
    BigRational::from_integer(n.into())
}

impl<'r> Maker<'r> {
    pub fn new(rng: &'r mut ChaCha8Rng) -> Maker<'r> {
        let (a, b) = (atom("A"), atom("B"));
        let any = |name: &str, dom: &Space, cod: &Space| MapDecl {
            name: name.into(),
            dom: dom.clone(),
            cod: cod.clone(),
            role: Role::Any,
        };
        let on = |name: &str, role: Role| MapDecl { name: name.into(), dom: a.clone(), cod: a.clone(), role };
        let mut maps =
            vec![any("f", &a, &a), any("g", &a, &b), any("x", &Space::Unit, &a), any("c", &Space::Unit, &Space::Unit)];
        maps.push(on("m", Role::Member("F".into())));
        maps.push(on("v", Role::Word("F".into())));
        let spaces = ["A", "B", "Z"].map(Name::from).to_vec();
        let families = vec![Family { name: "F".into(), space: a.clone() }];
        let field = if rng.random_ratio(1, 2) { Field::Ordered } else { Field::Any };
        let declared = maps.len();
        let scope = Scope { spaces, families, maps };
        let (assumptions, added, steps, used) = Default::default();
        Maker { rng, field, scope, declared, assumptions, added, steps, used }
    }

    fn once(&mut self, n: u32) -> bool {
        self.rng.random_ratio(1, n)
    }

    fn use_of(&mut self, what: &'static str) {
        *self.used.entry(what).or_default() += 1;
    }

    fn space(&mut self, scope: &Scope) -> Space {
        let leaf = |rng: &mut ChaCha8Rng| match scope.spaces.choose(rng) {
            Some(name) if rng.random_ratio(4, 5) => Space::Atom(name.clone()),
            _ => Space::Unit,
        };
        let first = leaf(self.rng);
        if !self.once(8) {
            return first;
        }
        self.use_of("sum of spaces");
        Space::sum(&first, &leaf(self.rng)).unwrap_or(first)
    }

    /// A random term of this type.
    fn term(&mut self, scope: &Scope, dom: &Space, cod: &Space, depth: usize) -> Term {
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

    /// What tells small cases apart: whether the newest space has a dimension, whether the newest map of a space to itself keeps a term.
    fn telling(&mut self, scope: &Scope) -> Made<Prop> {
        let relation = if self.once(4) { Relation::NotEqual } else { Relation::Equal };
        if self.once(2) {
            let space = Space::Atom(scope.spaces.last()?.clone());
            let (left, right) = (Term::identity(space.clone()), Term::zero(space.clone(), space));
            self.use_of("dimension 0 or not");
            return Some(Prop::Compare(Comparison { left, relation, right }));
        }
        let map = scope.maps.iter().rev().find(|map| map.dom == map.cod)?.term();
        let from = if self.once(2) { map.dom().clone() } else { self.space(scope) };
        let right = self.term(scope, &from, map.dom(), 1);
        let left = Term::product(vec![map, right.clone()]).ok()?;
        self.use_of("a map that keeps something");
        Some(Prop::Compare(Comparison { left, relation, right }))
    }

    fn comparison(&mut self, scope: &Scope) -> Prop {
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
        self.use_of(if order {
            "order"
        } else if relation == Relation::NotEqual {
            "difference"
        } else {
            "equation"
        });
        let left = self.term(scope, &dom, &cod, 2);
        let right = match self.once(2) {
            true => Term::zero(dom, cod),
            false => self.term(scope, &dom, &cod, 1),
        };
        Prop::Compare(Comparison { left, relation, right })
    }

    fn prop(&mut self, scope: &Scope, depth: usize) -> Prop {
        match depth > 0 && self.once(4) {
            true => {
                self.use_of("nested rule");
                Prop::Rule(Arc::new(self.rule(scope, depth - 1)))
            }
            false => self.comparison(scope),
        }
    }

    /// A random rule. Its names come from a few, so that rules side by side share them.
    fn rule(&mut self, outer: &Scope, depth: usize) -> Sequent {
        let mut scope = outer.clone();
        let mut rule = Sequent::default();
        for name in ["P", "Q"] {
            if !scope.taken(name) && self.once(if name == "P" { 2 } else { 8 }) {
                rule.spaces.push(name.into());
                scope.spaces.push(name.into());
                self.use_of("bound space");
            }
        }
        let count = self.rng.random_range(0..=3);
        let mut chosen = Vec::new();
        for name in ["s", "t", "w", "k", "d"].sample(self.rng, count).copied().collect::<Vec<_>>() {
            chosen.push(name);
        }
        // A member before the words over it.
        chosen.sort();
        chosen.into_iter().for_each(|name| self.bind(&mut rule, &mut scope, name));
        let premises = self.rng.random_range(0..=2);
        let premises = (0..premises).map(|_| self.prop(&scope, depth)).collect();
        rule.assumptions = labelled(premises);
        if self.once(5) && !scope.taken("e") {
            let (dom, cod) = (self.space(&scope), self.space(&scope));
            let map = MapDecl { name: "e".into(), dom, cod, role: Role::Any };
            rule.exists.push(map.clone());
            scope.maps.push(map);
            self.use_of("claim of existence");
        }
        let conclusions = self.rng.random_range(1..=2);
        let conclusions = (0..conclusions).map(|_| self.prop(&scope, depth)).collect();
        rule.conclusions = labelled(conclusions);
        rule
    }

    fn bind(&mut self, rule: &mut Sequent, scope: &mut Scope, name: &str) {
        if scope.taken(name) {
            return;
        }
        let on = |role: Role| MapDecl { name: name.into(), dom: atom("A"), cod: atom("A"), role };
        let letters = scope.maps.iter().filter(|m| m.dom == m.cod && m.dom == atom("A")).map(|m| m.name.clone());
        let letters: Vec<Name> = letters.collect();
        let map = match name {
            "t" => on(Role::Member("F".into())),
            "w" if self.once(2) => on(Role::Word("F".into())),
            "w" if self.once(2) => on(Role::Word(letters.last().cloned().unwrap_or("F".into()))),
            "w" => on(Role::Word(letters.choose(self.rng).cloned().unwrap_or("F".into()))),
            _ => {
                let bound: Vec<Space> = rule.spaces.iter().map(|p| Space::Atom(p.clone())).collect();
                let one = match bound.choose(self.rng) {
                    Some(space) if !self.rng.random_ratio(1, 4) => space.clone(),
                    _ if self.once(2) => Space::Unit,
                    _ => self.space(scope),
                };
                let other = self.space(scope);
                let (dom, cod) = if self.once(3) { (other, one) } else { (one, other) };
                MapDecl { name: name.into(), dom, cod, role: Role::Any }
            }
        };
        self.use_of(match &map.role {
            Role::Any => "bound map",
            Role::Member(_) => "bound member",
            Role::Word(over) if &**over == "F" => "bound word",
            Role::Word(_) => "bound word over a map",
        });
        scope.maps.push(map.clone());
        rule.maps.push(map);
    }

    // Facts.

    fn assume(&mut self, prop: Prop) -> FactId {
        let position = self.assumptions.iter().position(|known| *known == prop);
        position.unwrap_or_else(|| {
            self.assumptions.push(prop);
            self.assumptions.len() - 1
        })
    }

    fn add(&mut self, prop: Option<Prop>) -> FactId {
        self.added.push(prop);
        STEP + self.added.len() - 1
    }

    fn facts(&self) -> Vec<(FactId, Prop)> {
        let assumed = self.assumptions.iter().cloned().enumerate();
        let added = self.added.iter().enumerate().filter_map(|(k, prop)| Some((STEP + k, prop.clone()?)));
        assumed.chain(added).collect()
    }

    fn pick(&mut self, wanted: impl Fn(&Prop) -> bool) -> Option<(FactId, Prop)> {
        let facts: Vec<_> = self.facts().into_iter().filter(|(_, prop)| wanted(prop)).collect();
        facts.choose(self.rng).cloned()
    }

    fn equation(&mut self) -> (FactId, Comparison) {
        let equal = |prop: &Prop| matches!(prop, Prop::Compare(c) if c.relation == Relation::Equal);
        let known = self.pick(equal).filter(|_| !self.rng.random_ratio(1, 3));
        let scope = self.statement_scope();
        loop {
            let (id, prop) = known.clone().unwrap_or_else(|| {
                let prop = self.comparison(&scope);
                (if equal(&prop) { self.assume(prop.clone()) } else { 0 }, prop)
            });
            if let Prop::Compare(c) = &prop
                && equal(&prop)
            {
                return (id, c.clone());
            }
        }
    }

    fn statement_scope(&self) -> Scope {
        let mut scope = self.scope.clone();
        scope.maps.truncate(self.declared);
        scope
    }

    // Steps; each adds facts, or nothing.

    pub fn step(&mut self) {
        let (facts, steps) = (self.added.len(), self.steps.len());
        let made = match self.rng.random_range(0..16) {
            0..=2 => self.combination(),
            3..=7 => self.instance(),
            8 | 9 => self.obtain(),
            10 => self.induction(),
            11 | 12 => self.suppose(),
            13 => self.contradiction(),
            14 => self.pseudo_inverse(),
            _ => self.ordered(),
        };
        if made.is_none() {
            self.added.truncate(facts);
            self.steps.truncate(steps);
        }
    }

    /// One or two equations with cofactors; the claim, and the parts.
    fn combined(&mut self, scope: &Scope, from: &[(FactId, Comparison)]) -> Made<(Term, Term, Vec<Part>)> {
        let (mut lefts, mut rights, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        let (dom, cod) = (self.space(scope), self.space(scope));
        for (fact, equation) in from {
            let transposed = self.once(4);
            let turn = |t: &Term| if transposed { Term::transpose(t.clone()).ok() } else { Some(t.clone()) };
            let (lhs, rhs) = (turn(&equation.left)?, turn(&equation.right)?);
            let (left, right) = match from.len() == 1 && self.once(2) {
                true => (Term::identity(lhs.cod().clone()), self.term(scope, &dom, lhs.dom(), 1)),
                false if from.len() == 1 => (self.term(scope, lhs.cod(), &cod, 1), Term::identity(lhs.dom().clone())),
                false => (self.term(scope, lhs.cod(), &cod, 1), self.term(scope, &dom, lhs.dom(), 1)),
            };
            let coefficient = number([-2, -1, 1, 1, 1, 3].choose(self.rng).copied()?);
            let put = |side: Term| {
                let product = Term::product(vec![left.clone(), side, right.clone()]).ok()?;
                Term::scaled(coefficient.clone(), product).ok()
            };
            lefts.push(put(lhs)?);
            rights.push(put(rhs)?);
            parts.push(Part { coefficient, left, fact: *fact, transposed, right });
        }
        Some((Term::sum(lefts).ok()?, Term::sum(rights).ok()?, parts))
    }

    fn combination(&mut self) -> Made<()> {
        let from: Vec<_> = (0..self.rng.random_range(1..=2)).map(|_| self.equation()).collect();
        let scope = self.scope.clone();
        let (left, right, parts) = self.combined(&scope, &from)?;
        self.add(Some(Prop::equation(left.clone(), right.clone())));
        self.steps.push(Step::Combination { left, right, parts });
        self.use_of("step combination");
        Some(())
    }

    /// Applies a rule: one that is known, or a new assumption. Premises that are not facts are assumed.
    fn instance(&mut self) -> Made<()> {
        let is_rule = |prop: &Prop| matches!(prop, Prop::Rule(rule) if !rule.is_claim());
        let known = self.pick(is_rule).filter(|_| !self.rng.random_ratio(1, 2));
        let scope = self.statement_scope();
        let (rule_id, rule) = match known {
            Some((id, Prop::Rule(rule))) => (id, rule),
            _ => {
                let rule = Arc::new(self.rule(&scope, 1));
                if rule.is_claim() {
                    self.assume(Prop::Rule(rule));
                    return Some(());
                }
                (self.assume(Prop::Rule(rule.clone())), rule)
            }
        };
        let mut images = Substitution::default();
        let mut spaces = Vec::new();
        for name in &rule.spaces {
            let space = self.space(&scope);
            images.spaces.insert(name.clone(), space.clone());
            spaces.push(space);
        }
        let mut maps = Vec::new();
        for map in &rule.maps {
            let (dom, cod) = (images.space(&map.dom).ok()?, images.space(&map.cod).ok()?);
            let image = match &map.role {
                Role::Any if spelt_with(&rule, &map.name) => {
                    // Words are over a map by name.
                    let named: Vec<&MapDecl> = scope.maps.iter().filter(|m| m.dom == dom && m.cod == cod).collect();
                    named.choose(self.rng)?.term()
                }
                Role::Any => self.term(&scope, &dom, &cod, 1),
                Role::Member(_) => Term::map("m".into(), dom, cod),
                Role::Word(over) => self.word(over, &images, &dom)?,
            };
            images.maps.insert(map.name.clone(), image.clone());
            maps.push(image);
        }
        let mut premises = Vec::new();
        for premise in &rule.assumptions {
            let prop = images.prop(&premise.prop).ok()?;
            let known = self.facts().into_iter().find(|(_, known)| *known == prop).map(|(id, _)| id);
            premises.push(known.unwrap_or_else(|| self.assume(prop)));
        }
        let facts = self.claimed(&rule, &images)?;
        for prop in facts {
            self.add(Some(prop));
        }
        let families = Vec::new();
        self.steps.push(Step::Instance { rule: Source::Fact(rule_id), spaces, families, maps, premises });
        self.use_of("step instance");
        Some(())
    }

    /// A term that is a word over what `over` stands for.
    fn word(&mut self, over: &Name, images: &Substitution, space: &Space) -> Made<Term> {
        let letter = match (&**over, images.maps.get(over)) {
            ("F", _) if self.once(2) => Term::map("v".into(), space.clone(), space.clone()),
            ("F", _) => Term::map("m".into(), space.clone(), space.clone()),
            (_, Some(image)) => image.clone(),
            (_, None) => Term::map(over.clone(), space.clone(), space.clone()),
        };
        match self.rng.random_range(0..4) {
            0 => Some(Term::identity(space.clone())),
            1 => Term::product(vec![letter.clone(), letter]).ok(),
            _ => Some(letter),
        }
    }

    /// What a rule claims, as the facts that it gives.
    fn claimed(&self, rule: &Sequent, images: &Substitution) -> Made<Vec<Prop>> {
        let claim =
            Sequent { exists: rule.exists.clone(), conclusions: rule.conclusions.clone(), ..Sequent::default() };
        match rule.exists.is_empty() {
            true => rule.conclusions.iter().map(|l| images.prop(&l.prop).ok()).collect(),
            false => Some(vec![images.prop(&Prop::Rule(Arc::new(claim))).ok()?]),
        }
    }

    fn fresh(&self, stem: &str) -> Name {
        format!("{stem}{}", self.added.len() + self.scope.maps.len()).as_str().into()
    }

    fn obtain(&mut self) -> Made<()> {
        let claim = |prop: &Prop| matches!(prop, Prop::Rule(rule) if rule.is_claim() && !rule.exists.is_empty());
        let Some((fact, Prop::Rule(claim))) = self.pick(claim) else {
            let scope = self.statement_scope();
            let exists =
                vec![MapDecl { name: "e".into(), dom: self.space(&scope), cod: self.space(&scope), role: Role::Any }];
            let inner = Scope { maps: scope.maps.iter().chain(&exists).cloned().collect(), ..scope };
            let conclusions = labelled(vec![self.comparison(&inner)]);
            self.assume(Prop::Rule(Arc::new(Sequent { exists, conclusions, ..Sequent::default() })));
            return Some(());
        };
        let mut images = Substitution::default();
        let mut names = Vec::new();
        for map in &claim.exists {
            let name = self.fresh("o");
            self.scope.maps.push(MapDecl { name: name.clone(), ..map.clone() });
            images.maps.insert(map.name.clone(), Term::map(name.clone(), map.dom.clone(), map.cod.clone()));
            names.push(name);
        }
        let facts: Vec<Prop> = claim.conclusions.iter().map(|l| images.prop(&l.prop).ok()).collect::<Option<_>>()?;
        for prop in facts {
            self.add(Some(prop));
        }
        self.steps.push(Step::Obtain { fact, names });
        self.use_of("step obtain");
        Some(())
    }

    /// From `L*t = L` for every letter: `L*w*R = L*R` for every word.
    fn induction(&mut self) -> Made<()> {
        let scope = self.statement_scope();
        let (a, cod, dom) = (atom("A"), self.space(&scope), self.space(&scope));
        let (left, right) = (self.term(&scope, &a, &cod, 1), self.term(&scope, &dom, &a, 1));
        let letter = MapDecl { name: "t".into(), dom: a.clone(), cod: a.clone(), role: Role::Member("F".into()) };
        let word = MapDecl { name: "w".into(), role: Role::Word("F".into()), ..letter.clone() };
        let product = |factors: &[&Term]| Term::product(factors.iter().map(|t| (*t).clone()).collect()).ok();
        let kept = Prop::equation(product(&[&left, &letter.term()])?, left.clone());
        let kept = Sequent { maps: vec![letter.clone()], conclusions: labelled(vec![kept]), ..Sequent::default() };
        let kept = self.assume(Prop::Rule(Arc::new(kept)));
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
            rule: Source::Fact(kept),
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
        self.add(Some(Prop::Rule(rule.clone())));
        self.steps.push(Step::WordInduction { rule, letter: "z".into(), base, step });
        self.use_of("step word_induction");
        Some(())
    }

    /// Proves a rule: its conclusion is a combination of its premise and of what is known.
    fn suppose(&mut self) -> Made<()> {
        let outer = self.statement_scope();
        let mut rule = self.rule(&outer, 0);
        rule.exists.clear();
        let mut scope = outer.clone();
        scope.spaces.extend(rule.spaces.iter().cloned());
        scope.maps.extend(rule.maps.iter().cloned());
        if rule.maps.is_empty() && rule.spaces.is_empty() {
            return None;
        }
        let assumptions: Vec<Prop> = (0..self.rng.random_range(0..=2)).map(|_| self.comparison(&scope)).collect();
        let (id, known) = self.equation();
        let speaks_of_obtained = names(&Prop::Compare(known.clone())).iter().any(|n| n.starts_with('o'));
        let mut from = if speaks_of_obtained { Vec::new() } else { vec![(id, known)] };
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
        self.add(Some(Prop::Rule(rule.clone())));
        self.steps.push(Step::Suppose { sequent: rule, block });
        self.use_of("step suppose");
        Some(())
    }

    /// `s != t` from `L*s*R != L*t*R`.
    fn contradiction(&mut self) -> Made<()> {
        let scope = self.statement_scope();
        let (dom, cod, from, to) = (self.space(&scope), self.space(&scope), self.space(&scope), self.space(&scope));
        let (left, right) = (self.term(&scope, &dom, &cod, 1), self.term(&scope, &dom, &cod, 1));
        let (l, r) = (self.term(&scope, &cod, &to, 1), self.term(&scope, &from, &dom, 1));
        let put = |t: &Term| Term::product(vec![l.clone(), t.clone(), r.clone()]).ok();
        let (a, b) = (put(&left)?, put(&right)?);
        let relation = Relation::NotEqual;
        let denied = self.assume(Prop::Compare(Comparison { left: a.clone(), relation, right: b.clone() }));
        let supposed = self.add(None);
        let absurd = self.add(None);
        let part = Part { coefficient: number(1), left: l, fact: supposed, transposed: false, right: r };
        let steps = vec![Step::Combination { left: a, right: b, parts: vec![part] }];
        let block = Block { steps, witnesses: Vec::new(), facts: vec![absurd, denied] };
        self.add(Some(Prop::Compare(Comparison { left: left.clone(), relation, right: right.clone() })));
        self.steps.push(Step::Contradiction { left, right, block });
        self.use_of("step contradiction");
        Some(())
    }

    fn pseudo_inverse(&mut self) -> Made<()> {
        let scope = self.statement_scope();
        let (dom, cod) = (self.space(&scope), self.space(&scope));
        let map = self.term(&scope, &dom, &cod, 1);
        let name = self.fresh("o");
        let inverse = MapDecl { name: name.clone(), dom: cod, cod: dom, role: Role::Any };
        let whole = Term::product(vec![map.clone(), inverse.term(), map.clone()]).ok()?;
        self.scope.maps.push(inverse);
        self.add(Some(Prop::equation(whole, map.clone())));
        self.steps.push(Step::PseudoInverse { map, name });
        self.use_of("step pseudo_inverse");
        Some(())
    }

    /// definite, farkas.
    fn ordered(&mut self) -> Made<()> {
        if self.field == Field::Any {
            return None;
        }
        let scope = self.statement_scope();
        if self.once(2) {
            let (dom, cod) = (self.space(&scope), self.space(&scope));
            let map = self.term(&scope, &dom, &cod, 2);
            let square = Term::product(vec![map.clone(), Term::transpose(map.clone()).ok()?]).ok()?;
            let fact = self.assume(Prop::equation(square, Term::zero(cod.clone(), cod.clone())));
            self.add(Some(Prop::equation(map.clone(), Term::zero(dom, cod))));
            self.steps.push(Step::Definite { fact, map });
            self.use_of("step definite");
            return Some(());
        }
        let is_order = |prop: &Prop| matches!(prop, Prop::Compare(c) if c.relation.is_order());
        if self.pick(is_order).is_none() || self.once(3) {
            let unit = Space::Unit;
            let (left, right) = (self.term(&scope, &unit, &unit, 2), self.term(&scope, &unit, &unit, 1));
            self.assume(Prop::Compare(Comparison { left, relation: Relation::AtLeast, right }));
        }
        let (fact, Prop::Compare(bound)) = self.pick(is_order)? else { return None };
        let (other, Prop::Compare(second)) = self.pick(is_order)? else { return None };
        let relation = match (bound.relation, second.relation) {
            (Relation::AtLeast, Relation::AtLeast) => Relation::AtLeast,
            _ => Relation::Greater,
        };
        let double = |t: &Term| Term::scaled(number(2), t.clone()).ok();
        let left = Term::sum(vec![double(&bound.left)?, second.left]).ok()?;
        let right = Term::sum(vec![double(&bound.right)?, second.right]).ok()?;
        let claim = Comparison { left, relation, right };
        self.add(Some(Prop::Compare(claim.clone())));
        let forth = Multipliers { parts: Vec::new(), bounds: vec![(number(2), fact), (number(1), other)] };
        self.steps.push(Step::Farkas { claim, forth, back: None });
        self.use_of("step farkas");
        Some(())
    }

    /// The statement that some of the facts hold, and its proof. `None`: nothing was shown.
    pub fn finish(&mut self, name: &str) -> Made<(Statement, Proof)> {
        let shown: Vec<_> = self.facts().into_iter().filter(|(id, _)| *id >= STEP).collect();
        let count = shown.len().min(self.rng.random_range(1..=3));
        let chosen: Vec<_> = shown.sample(self.rng, count).cloned().collect();
        if chosen.is_empty() {
            return None;
        }
        let spoken: BTreeSet<Name> = chosen.iter().flat_map(|(_, prop)| names(prop)).collect();
        let mut images = Substitution::default();
        let (mut exists, mut witnesses) = (Vec::new(), Vec::new());
        for map in self.scope.maps[self.declared..].to_vec().iter().filter(|map| spoken.contains(&map.name)) {
            let claimed = MapDecl { name: format!("y{}", exists.len()).as_str().into(), ..map.clone() };
            images.maps.insert(map.name.clone(), claimed.term());
            witnesses.push(map.term());
            exists.push(claimed);
            self.use_of("conclusion of existence");
        }
        let conclusions = chosen.iter().map(|(_, prop)| images.prop(prop).ok()).collect::<Option<Vec<_>>>()?;
        let sequent = Sequent {
            spaces: self.scope.spaces.clone(),
            families: self.scope.families.clone(),
            maps: self.scope.maps[..self.declared].to_vec(),
            assumptions: labelled(self.assumptions.clone()),
            exists,
            conclusions: labelled(conclusions),
            ..Sequent::default()
        };
        let statement = Statement::new(name.into(), self.field, sequent).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let facts = chosen.iter().map(|(id, _)| *id).collect();
        let mut block = Block { steps: self.steps.clone(), witnesses, facts };
        renumber(&mut block, self.assumptions.len());
        let proof = Proof { statement: statement.hash(), block };
        Some((statement, proof))
    }
}

/// Whether words over a map of this name are spoken of.
fn spelt_with(rule: &Sequent, name: &Name) -> bool {
    let over = |map: &MapDecl| matches!(&map.role, Role::Member(of) | Role::Word(of) if of == name);
    let within = |l: &Labelled| matches!(&l.prop, Prop::Rule(inner) if spelt_with(inner, name));
    rule.maps.iter().any(over) || rule.assumptions.iter().chain(&rule.conclusions).any(within)
}

/// The names of maps in a proposition.
fn names(prop: &Prop) -> BTreeSet<Name> {
    fn term(t: &Term, into: &mut BTreeSet<Name>) {
        if let scotoma::kernel::Shape::Map(name) = t.shape() {
            into.insert(name.clone());
        }
        t.children().into_iter().for_each(|t| term(t, into));
    }
    let mut all = BTreeSet::new();
    match prop {
        Prop::Compare(c) => [&c.left, &c.right].into_iter().for_each(|t| term(t, &mut all)),
        Prop::Rule(rule) => {
            let roles = rule.maps.iter().filter_map(|map| match &map.role {
                Role::Any => None,
                Role::Member(over) | Role::Word(over) => Some(over.clone()),
            });
            all.extend(roles);
            rule.assumptions.iter().chain(&rule.conclusions).for_each(|l| all.extend(names(&l.prop)));
        }
    }
    all
}

/// Gives the facts that steps add the numbers behind those of the assumptions.
fn renumber(block: &mut Block, assumptions: usize) {
    let real = |id: &mut FactId| *id = if *id >= STEP { *id - STEP + assumptions } else { *id };
    block.facts.iter_mut().for_each(real);
    for step in &mut block.steps {
        match step {
            Step::Combination { parts, .. } => parts.iter_mut().for_each(|part| real(&mut part.fact)),
            Step::Instance { rule, premises, .. } => {
                if let Source::Fact(id) = rule {
                    real(id);
                }
                premises.iter_mut().for_each(real);
            }
            Step::Obtain { fact, .. } | Step::Definite { fact, .. } => real(fact),
            Step::Contradiction { block, .. } | Step::Suppose { block, .. } => renumber(block, assumptions),
            Step::WordInduction { base, step, .. } => [base, step].into_iter().for_each(|b| renumber(b, assumptions)),
            Step::Farkas { forth, .. } => forth.bounds.iter_mut().for_each(|(_, id)| real(id)),
            _ => {}
        }
    }
}
