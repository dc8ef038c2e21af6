//! Random statements with proofs: steps are applied to random facts, and what they need is assumed.
//!
//! Each statement is made beside matrices for all that it declares, its world. What is assumed is drawn a few times, and the
//! first draw that is seen to hold on the world is taken: so that most statements are put to the test, and so that what is
//! wrongly taken to hold is assumed, and what follows from it can be seen to fail.

mod algebra;
mod census;
mod order;
mod random;
mod rules;
pub mod world;

use std::collections::{BTreeMap, BTreeSet};

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scotoma::kernel::{
    Block, Comparison, FactId, Family, Field, MapDecl, Name, Proof, Prop, Relation, Role, Sequent, Shape, Source,
    Space, Statement, Step, Term,
};
use scotoma::language::substitute::Substitution;
use scotoma::model::{Instance, evaluate_within};
#[allow(unused_imports)]
use scotoma::terms::*;

use random::{Draw, Scope, any, atom, endomap, labelled};

/// What one evaluation may cost.
pub const WORK: u64 = 1_000_000;
/// Facts that steps add have numbers from here until the number of assumptions is known.
const STEP: FactId = 1 << 20;
/// How often an assumption is drawn until it holds on the world.
const DRAWS: usize = 12;
/// One assumption in so many is drawn without a look at the world.
const CARELESS: u32 = 24;

/// A statement, and why it holds.
pub struct Made {
    pub statement: Statement,
    pub proof: Proof,
    /// Matrices for what it declares, on which most of what it assumes holds.
    pub world: Instance,
    /// How often each construct and rule occurs.
    pub used: BTreeMap<&'static str, usize>,
}

/// The source of what is random in the statement of this number.
pub fn source(seed: u64, index: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1 << 32).wrapping_add(index))
}

/// The statement of this number. `None`: its steps showed nothing.
pub fn made(name: &str, index: u64, rng: &mut ChaCha8Rng) -> Option<Made> {
    let mut maker = Maker::new(rng);
    for _ in 0..2 + index % 5 {
        maker.step();
    }
    maker.finish(name)
}

/// `None`: it was not possible with these draws.
type Drawn<T> = Option<T>;

/// A statement in the making.
struct Maker<'r> {
    draw: Draw<'r>,
    /// What the statement declares, and the maps that were obtained.
    scope: Scope,
    /// How many maps of the scope the statement declares.
    declared: usize,
    equal: Vec<(Name, Name)>,
    world: Instance,
    assumptions: Vec<Prop>,
    /// What each step adds; `None`: a fact of a block that has ended.
    added: Vec<Option<Prop>>,
    steps: Vec<Step>,
}

impl<'r> Maker<'r> {
    fn new(rng: &'r mut ChaCha8Rng) -> Maker<'r> {
        let field = if rng.random_ratio(1, 2) { Field::Ordered } else { Field::Any };
        let (a, b, c) = (|| atom("A"), || atom("B"), || atom("C"));
        let mut maps = vec![
            any("f", a(), a()),
            any("g", a(), b()),
            any("x", Space::Unit, a()),
            any("c", Space::Unit, Space::Unit),
        ];
        maps.push(endomap("m", Role::Member("F".into())));
        maps.push(endomap("v", Role::Word("F".into())));
        let mut spaces = ["A", "B", "Z"].map(Name::from).to_vec();
        let mut equal = Vec::new();
        if rng.random_ratio(1, 3) {
            spaces.push("C".into());
            equal.push(("A".into(), "C".into()));
            maps.extend([any("p", a(), c()), any("q", c(), a())]);
        }
        let families = vec![Family { name: "F".into(), space: a() }];
        let declared = maps.len();
        let scope = Scope { spaces, families, maps };
        let draw = Draw { rng, field };
        let (world, assumptions, added, steps) = Default::default();
        let mut maker = Maker { draw, scope, declared, equal, world, assumptions, added, steps };
        maker.world = world::drawn(&maker.sequent(Vec::new()), maker.draw.rng);
        maker
    }

    /// What is declared and assumed so far, and these conclusions.
    fn sequent(&self, conclusions: Vec<Prop>) -> Sequent {
        Sequent {
            spaces: self.scope.spaces.clone(),
            equal: self.equal.clone(),
            families: self.scope.families.clone(),
            maps: self.scope.maps[..self.declared].to_vec(),
            assumptions: labelled(self.assumptions.clone()),
            conclusions: labelled(conclusions),
            ..Sequent::default()
        }
    }

    /// What the statement declares, without what was obtained.
    fn outer(&self) -> Scope {
        let mut scope = self.scope.clone();
        scope.maps.truncate(self.declared);
        scope
    }

    /// Whether a proposition is seen to hold on the world, where it comes after what is assumed already.
    fn holds(&self, prop: &Prop) -> bool {
        let statement = Statement::new("guide".into(), self.draw.field, self.sequent(vec![prop.clone()]));
        let Ok(statement) = statement else { return false };
        let evaluation = evaluate_within(&statement, &self.world, WORK).unwrap_or_else(|e| panic!("{e}"));
        evaluation.conclusion.holds()
    }

    // Facts.

    /// The fact that says this, or a new assumption.
    fn assume(&mut self, prop: Prop) -> FactId {
        let known = self.facts().into_iter().find(|(_, known)| *known == prop);
        known.map_or_else(
            || {
                self.assumptions.push(prop);
                self.assumptions.len() - 1
            },
            |(id, _)| id,
        )
    }

    /// Draws what a step needs: the propositions that it rests on, and the rest. Of a few draws the first is taken whose
    /// propositions hold on the world; now and then, any.
    fn assumed<T>(&mut self, mut draw: impl FnMut(&mut Maker<'r>) -> Drawn<(Vec<Prop>, T)>) -> Drawn<(Vec<FactId>, T)> {
        let careless = self.draw.once(CARELESS);
        let fits = |maker: &Self, props: &[Prop]| careless || props.iter().all(|prop| maker.holds(prop));
        for _ in 0..DRAWS {
            if let Some((props, rest)) = draw(self)
                && fits(self, &props)
            {
                return Some((props.into_iter().map(|prop| self.assume(prop)).collect(), rest));
            }
        }
        None
    }

    fn add(&mut self, prop: Option<Prop>) -> FactId {
        self.added.push(prop);
        STEP + self.added.len() - 1
    }

    /// Adds a step and what it shows.
    fn learn(&mut self, step: Step, shown: Prop) {
        self.steps.push(step);
        self.add(Some(shown));
    }

    fn facts(&self) -> Vec<(FactId, Prop)> {
        let assumed = self.assumptions.iter().cloned().enumerate();
        let added = self.added.iter().enumerate().filter_map(|(k, prop)| Some((STEP + k, prop.clone()?)));
        assumed.chain(added).collect()
    }

    fn pick(&mut self, wanted: impl Fn(&Prop) -> bool) -> Option<(FactId, Prop)> {
        let facts: Vec<_> = self.facts().into_iter().filter(|(_, prop)| wanted(prop)).collect();
        facts.choose(self.draw.rng).cloned()
    }

    /// A comparison of this kind that is known.
    fn compared(&mut self, wanted: impl Fn(Relation) -> bool) -> Option<(FactId, Comparison)> {
        match self.pick(|prop| matches!(prop, Prop::Compare(c) if wanted(c.relation)))? {
            (id, Prop::Compare(comparison)) => Some((id, comparison)),
            _ => None,
        }
    }

    /// An equation, known or assumed.
    fn equation(&mut self) -> Drawn<(FactId, Comparison)> {
        if let Some(known) = self.compared(|relation| relation == Relation::Equal)
            && !self.draw.once(3)
        {
            return Some(known);
        }
        let scope = self.outer();
        let (ids, equation) = self.assumed(|maker| {
            let equation = maker.draw.equation(&scope);
            Some((vec![Prop::Compare(equation.clone())], equation))
        })?;
        Some((ids[0], equation))
    }

    fn fresh(&self, stem: &str) -> Name {
        format!("{stem}{}", self.added.len() + self.scope.maps.len()).as_str().into()
    }

    /// Declares a map that a step obtains.
    fn obtained(&mut self, dom: &Space, cod: &Space) -> MapDecl {
        let map = any(&self.fresh("o"), dom.clone(), cod.clone());
        self.scope.maps.push(map.clone());
        map
    }

    /// Applies a rule of the kernel; it adds facts, or nothing.
    fn step(&mut self) {
        let (facts, steps, maps) = (self.added.len(), self.steps.len(), self.scope.maps.len());
        let ordered = self.draw.field == Field::Ordered;
        let made = match self.draw.rng.random_range(0..24) {
            0..=2 => self.combination(),
            3..=10 => self.instance(),
            11 | 12 => self.obtain(),
            13 => self.induction(),
            14 | 15 => self.suppose(),
            16 => self.contradiction(),
            17 => self.pseudo_inverse(),
            18 => self.square_inverse(),
            19 => self.pivot(),
            20 => self.extensionality(),
            _ if ordered => self.ordered(),
            _ => self.instance(),
        };
        if made.is_none() {
            self.added.truncate(facts);
            self.steps.truncate(steps);
            self.scope.maps.truncate(maps);
        }
    }

    /// The statement that some of the facts hold, and its proof. `None`: nothing was shown.
    fn finish(mut self, name: &str) -> Option<Made> {
        let shown: Vec<_> = self.facts().into_iter().filter(|(id, _)| *id >= STEP).collect();
        let count = shown.len().min(self.draw.rng.random_range(1..=3));
        let chosen: Vec<_> = shown.sample(self.draw.rng, count).cloned().collect();
        if chosen.is_empty() {
            return None;
        }
        let spoken: BTreeSet<Name> = chosen.iter().flat_map(|(_, prop)| names(prop)).collect();
        // What was obtained is claimed to exist, and now and then so is a map that is there.
        let hide = self.draw.once(4).then(|| self.draw.rng.random_range(0..self.declared));
        let hidden = |at: usize| at >= self.declared || hide == Some(at);
        let mut images = Substitution::default();
        let (mut exists, mut witnesses) = (Vec::new(), Vec::new());
        for (_, map) in self.scope.maps.iter().enumerate().filter(|(at, map)| hidden(*at) && spoken.contains(&map.name))
        {
            let claimed = MapDecl { name: format!("y{}", exists.len()).as_str().into(), ..map.clone() };
            images.maps.insert(map.name.clone(), claimed.term());
            witnesses.push(map.term());
            exists.push(claimed);
        }
        let conclusions = chosen.iter().map(|(_, prop)| images.prop(prop).ok()).collect::<Option<Vec<_>>>()?;
        let sequent = Sequent { exists, ..self.sequent(conclusions) };
        let statement = Statement::new(name.into(), self.draw.field, sequent);
        let statement = statement.unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let facts = chosen.iter().map(|(id, _)| *id).collect();
        let mut block = Block { steps: self.steps.clone(), witnesses, facts };
        renumber(&mut block, self.assumptions.len());
        let used = census::of(&statement, &block);
        let proof = Proof { statement: statement.hash(), block };
        Some(Made { statement, proof, world: self.world, used })
    }
}

/// The names of maps in a proposition.
fn names(prop: &Prop) -> BTreeSet<Name> {
    fn term(t: &Term, into: &mut BTreeSet<Name>) {
        if let Shape::Map(name) = t.shape() {
            into.insert(name.clone());
        }
        t.children().into_iter().for_each(|t| term(t, into));
    }
    let mut all = BTreeSet::new();
    match prop {
        Prop::Compare(c) => [&c.left, &c.right].into_iter().for_each(|t| term(t, &mut all)),
        Prop::Rule(rule) => {
            let roles = rule.maps.iter().chain(&rule.exists).filter_map(|map| match &map.role {
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
            Step::Obtain { fact, .. }
            | Step::Definite { fact, .. }
            | Step::SquareInverse { fact, .. }
            | Step::Pivot { fact, .. }
            | Step::Extensionality { fact, .. } => real(fact),
            Step::Contradiction { block, .. } | Step::Suppose { block, .. } => renumber(block, assumptions),
            Step::WordInduction { base, step, .. } => [base, step].into_iter().for_each(|b| renumber(b, assumptions)),
            Step::Farkas { forth, back, .. } => {
                let all = [Some(forth), back.as_mut()].into_iter().flatten();
                all.flat_map(|by| &mut by.bounds).for_each(|(_, id)| real(id));
            }
            Step::Square { fact, .. } => fact.iter_mut().for_each(real),
            Step::Product { first, second } => [first, second].into_iter().for_each(real),
            Step::PseudoInverse { .. } => {}
        }
    }
}
