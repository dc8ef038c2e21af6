//! Instances that satisfy a statement's assumptions, by construction.
//!
//! Dimensions are drawn and made to fit (an identity `a*b = 1` needs as many dimensions between a and b); then the maps are
//! drawn block by block (see [`super::blocks`]), each block as a random solution of the linear conditions that the blocks
//! before it leave. A system without a solution sends the draw back to other dimensions. Several orders of the
//! maps are tried out once, and those that work best are used in turn, since each order finds other instances. What is
//! handed out has been evaluated: its assumptions hold.

use std::collections::{BTreeMap, BTreeSet};

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::blocks::{Block, blocks};
use super::elimination::solution_with;
use super::evaluate::{Conditions, Decision, evaluate_within};
use super::flatten::{Flat, Layout};
use super::instance::Instance;
use super::matrix::Matrix;
use super::palette::{Style, number, rectangular, square};
use super::scope::Scope;
use super::work::WORK;
use crate::kernel::{Name, Prop, Relation, Role, Sequent, Shape, Space, Statement, Term};
use crate::terms::*;

/// How many orders are tried out, and how often each.
const ORDERS: usize = 24;
const TRIALS: usize = 6;
/// How many orders are kept.
const KEPT: usize = 4;
/// How many dimensions one draw goes through before it gives up.
const ATTEMPTS: usize = 200;
/// How many attempts may end undecided before a draw gives up.
const UNDECIDED: usize = 4;
/// What it may cost to evaluate one attempt.
const DRAWN: u64 = WORK / 20;
/// How often a choice is made again to satisfy what is not linear.
const REDRAWS: usize = 12;

/// What may be spent on one condition: matrices are drawn again sooner than a hard one is decided.
const TRIED: u64 = 500_000;

/// Draws instances of one statement that satisfy its assumptions.
#[derive(Clone, Debug)]
pub struct Sampler {
    statement: Statement,
    orders: Vec<Order>,
    /// No space has a smaller dimension.
    pub(super) least: usize,
}

/// A preference among the declared maps and families, and the most maps in a block.
#[derive(Clone, Debug)]
struct Order {
    names: Vec<Name>,
    size: usize,
}

/// Matrices for the maps of a [`Flat`].
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) flat: Flat,
    pub(super) dims: BTreeMap<Name, usize>,
    pub(super) values: BTreeMap<Name, Matrix>,
}

impl Sampler {
    /// Tries out orders of the maps. Deterministic.
    pub fn new(statement: &Statement) -> Sampler {
        Sampler::at_least(statement, 0)
    }

    /// The same for instances no space of which has a smaller dimension than `least`.
    pub fn at_least(statement: &Statement, least: usize) -> Sampler {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let sequent = statement.sequent();
        let families = sequent.families.iter().map(|family| family.name.clone());
        let maps = sequent.maps.iter().map(|map| map.name.clone());
        let mut names: Vec<Name> = families.chain(maps).collect();
        let mut sampler = Sampler { statement: statement.clone(), orders: Vec::new(), least };
        let mut scored = Vec::new();
        for k in 0..ORDERS {
            names.shuffle(&mut rng);
            let size = if k % 4 == 3 { 1 } else { usize::MAX };
            let order = Order { names: names.clone(), size };
            scored.push((sampler.score(&order, &mut rng), order));
        }
        scored.sort_by(|(a, _), (b, _)| b.cmp(a));
        let best = scored.first().map_or(0, |(score, _)| *score);
        let good = scored.into_iter().take(KEPT).filter(|(score, _)| 2 * score >= best);
        sampler.orders = good.map(|(_, order)| order).collect();
        sampler
    }

    /// The statement whose instances are drawn.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// An instance that satisfies all assumptions, no space larger than `limit`; the same for the same seed.
    ///
    /// `None`: none was found. That is the rule where the assumptions contradict each other, and happens where they
    /// are not linear in any order.
    pub fn draw(&self, seed: u64, limit: usize) -> Option<Instance> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut undecided = 0;
        for attempt in 0..ATTEMPTS {
            // Small spaces show most of what there is to see, and are quick.
            let roof = match rng.random_range(0..10) {
                0 => 1,
                1..=4 => 3,
                5..=8 => 5,
                _ => limit,
            };
            let style = if attempt % 3 == 2 { Style::Generic } else { Style::Wild };
            let draft = self.draft(&mut rng, roof.min(limit), style);
            let Some(instance) = draft.and_then(|draft| draft.instance(self.statement.sequent())) else { continue };
            match self.applies(&instance) {
                Some(true) => return Some(instance),
                Some(false) => {}
                None => undecided += 1,
            }
            if undecided == UNDECIDED {
                break;
            }
        }
        None
    }

    /// Whether the assumptions hold, by evaluation from scratch; `None`: undecided.
    fn applies(&self, instance: &Instance) -> Option<bool> {
        let evaluation = evaluate_within(&self.statement, instance, DRAWN).ok()?;
        let mut decisions = evaluation.assumptions.iter().map(|(_, decision)| decision);
        match decisions.clone().any(|decision| matches!(decision, Decision::Fails(_))) {
            true => Some(false),
            false => decisions.all(Decision::holds).then_some(true),
        }
    }

    /// One attempt at an instance, no space larger than `roof`.
    pub(super) fn draft(&self, rng: &mut ChaCha8Rng, roof: usize, style: Style) -> Option<Draft> {
        let order = match self.orders.len() {
            0 => return None,
            n => &self.orders[rng.random_range(0..n)],
        };
        let dims = dimensions(self.statement.sequent(), rng, self.least, roof, style)?;
        let layout = self.layout(rng)?;
        self.draft_at(order, dims, &layout, rng, style)
    }

    /// One attempt at an instance of these dimensions, with families and words of any lengths or of the given ones.
    pub(super) fn draft_in(
        &self,
        dims: &BTreeMap<Name, usize>,
        layout: Option<&Layout>,
        rng: &mut ChaCha8Rng,
        style: Style,
    ) -> Option<Draft> {
        let order = match self.orders.len() {
            0 => return None,
            n => &self.orders[rng.random_range(0..n)],
        };
        let drawn = self.layout(rng)?;
        self.draft_at(order, dims.clone(), layout.unwrap_or(&drawn), rng, style)
    }

    fn layout(&self, rng: &mut ChaCha8Rng) -> Option<Layout> {
        layout(self.statement.sequent(), self.least, rng)
    }

    fn draft_at(
        &self,
        order: &Order,
        dims: BTreeMap<Name, usize>,
        layout: &Layout,
        rng: &mut ChaCha8Rng,
        style: Style,
    ) -> Option<Draft> {
        let flat = Flat::of(self.statement.sequent(), layout)?;
        let rank = |map: &usize| order.names.iter().position(|name| *name == flat.origins[*map]);
        let mut maps: Vec<usize> = (0..flat.maps.len()).collect();
        maps.sort_by_key(rank);
        let blocks = blocks(&flat, &maps, order.size);
        let mut draft = Draft { flat, dims, values: BTreeMap::new() };
        blocks.iter().all(|block| draft.choose(block, rng, style)).then_some(draft)
    }

    /// How well an order does: successes count, and maps that are not 0.
    fn score(&self, order: &Order, rng: &mut ChaCha8Rng) -> usize {
        let mut score = 0;
        for trial in 0..TRIALS {
            let style = if trial % 2 == 0 { Style::Wild } else { Style::Generic };
            let dims = dimensions(self.statement.sequent(), rng, self.least, 3.max(self.least), style);
            let layout = self.layout(rng);
            let draft = dims.zip(layout).and_then(|(dims, layout)| self.draft_at(order, dims, &layout, rng, style));
            if let Some(draft) = draft {
                let maps = draft.values.len().max(1);
                let alive = draft.values.values().filter(|m| !m.is_zero() || m.rows() * m.cols() == 0).count();
                score += 100 + 100 * alive / maps;
            }
            if trial == TRIALS / 2 && score == 0 {
                break;
            }
        }
        score
    }
}

impl Draft {
    /// An instance, to be changed map by map. `None`: it does not fit the statement.
    pub(super) fn of(instance: &Instance, sequent: &Sequent) -> Option<Draft> {
        let flat = Flat::of(sequent, &Layout::of(instance, sequent)?)?;
        let values = flat.values(instance)?;
        Some(Draft { flat, dims: instance.dims.clone(), values })
    }

    pub(super) fn instance(&self, sequent: &Sequent) -> Option<Instance> {
        self.flat.instance(&self.dims, &self.values, sequent)
    }

    fn scope(&self) -> Scope<Matrix> {
        let empty = Instance { dims: self.dims.clone(), ..Instance::default() };
        let mut scope = Scope::within_work(&empty, TRIED);
        self.values.iter().for_each(|(name, value)| scope.bind(name, value.clone()));
        scope
    }

    /// Chooses the maps of a block. Whether that succeeded.
    pub(super) fn choose(&mut self, block: &Block, rng: &mut ChaCha8Rng, style: Style) -> bool {
        let tries = if block.stubborn { 4 * REDRAWS } else { REDRAWS };
        for _ in 0..if block.checked.is_empty() { 1 } else { tries } {
            let Some(values) = self.candidates(block, rng, style) else { return false };
            for (map, value) in block.maps.iter().zip(values) {
                self.values.insert(self.flat.maps[*map].name.clone(), value);
            }
            let mut scope = self.scope();
            if block.checked.iter().all(|k| scope.decide(&self.flat.conditions[*k]).holds()) {
                return true;
            }
        }
        false
    }

    fn candidates(&self, block: &Block, rng: &mut ChaCha8Rng, style: Style) -> Option<Vec<Matrix>> {
        if block.linear.is_empty() {
            let one = |map: &usize| {
                let decl = &self.flat.maps[*map];
                let (rows, cols) = (self.dimension(&decl.cod)?, self.dimension(&decl.dom)?);
                let eigen = rows == cols && (block.stubborn || rng.random_ratio(1, 8));
                Some(if eigen { square(rng, rows, style) } else { rectangular(rng, rows, cols, style) })
            };
            return block.maps.iter().map(one).collect();
        }
        let mut scope = self.scope();
        let mut conditions = Conditions::default();
        for map in &block.maps {
            scope.bind_unknown(&self.flat.maps[*map]).ok()?;
        }
        for condition in &block.linear {
            scope.collect(&self.flat.conditions[*condition], 0, &mut conditions).ok()?;
        }
        let equations = conditions.equations(&scope.shapes, 0).ok()?;
        // Few numbers other than 0 make sparse solutions, many make full ones.
        let dense = style == Style::Generic || rng.random_ratio(1, 2);
        let mut free = || if dense || rng.random_ratio(1, 3) { number(rng, style) } else { Default::default() };
        let mut solution = solution_with(&equations, &mut free).ok()??;
        solution.truncate(block.maps.len());
        Some(solution)
    }

    fn dimension(&self, space: &Space) -> Option<usize> {
        super::instance::dimension(&self.dims, space)
    }
}

/// Sizes for the families, spellings for the words; none of them empty where no space may be.
pub(super) fn layout(sequent: &Sequent, least: usize, rng: &mut ChaCha8Rng) -> Option<Layout> {
    let mut layout = Layout::default();
    let least = least.min(1);
    for family in &sequent.families {
        layout.sizes.insert(family.name.clone(), rng.random_range(least..=3));
    }
    for map in &sequent.maps {
        match &map.role {
            Role::Any => {}
            Role::Member(over) => {
                let size = layout.sizes.get_mut(over)?;
                *size = (*size).max(1);
                layout.members.insert(map.name.clone(), rng.random_range(0..*size));
            }
            Role::Word(over) => {
                let size = layout.sizes.get(over).copied().unwrap_or(1);
                let length = if size == 0 { 0 } else { rng.random_range(least..=4) };
                layout.words.insert(map.name.clone(), (0..length).map(|_| rng.random_range(0..size)).collect());
            }
        }
    }
    Some(layout)
}

/// Dimensions from `least` to `roof`, equal where that is declared, and such that no identity is asked of a product through
/// too small a space. `None`: that would take a smaller one.
pub(super) fn dimensions(
    sequent: &Sequent,
    rng: &mut ChaCha8Rng,
    least: usize,
    roof: usize,
    style: Style,
) -> Option<BTreeMap<Name, usize>> {
    let mut dims = BTreeMap::new();
    let seldom = if style == Style::Tiny { 3 } else { 16 };
    for name in &sequent.spaces {
        let n = if rng.random_ratio(1, seldom) { least } else { rng.random_range(least.max(1).min(roof)..=roof) };
        dims.insert(name.clone(), n);
    }
    for _ in 0..=sequent.spaces.len() {
        let before = dims.clone();
        level(sequent, &mut dims);
        for assumption in &sequent.assumptions {
            let Prop::Compare(c) = &assumption.prop else { continue };
            if c.relation == Relation::Equal {
                fit(&c.left, &c.right, &mut dims);
                fit(&c.right, &c.left, &mut dims);
            }
        }
        if dims == before {
            break;
        }
    }
    dims.values().all(|n| *n >= least).then_some(dims)
}

/// Makes dimensions that are declared equal so: the smaller one counts.
fn level(sequent: &Sequent, dims: &mut BTreeMap<Name, usize>) {
    for _ in &sequent.equal {
        for (a, b) in &sequent.equal {
            let least = dims.get(a).min(dims.get(b)).copied().unwrap_or(0);
            dims.insert(a.clone(), least);
            dims.insert(b.clone(), least);
        }
    }
}

/// Where `whole` is the identity of a named space, that space becomes no larger than the rank that `product` can have;
/// where it is 1, a space of dimension 0 on the way becomes a line.
fn fit(product: &Term, whole: &Term, dims: &mut BTreeMap<Name, usize>) {
    if *whole.shape() != Shape::Identity {
        return;
    }
    let rank = rank_bound(product, dims);
    match whole.dom() {
        Space::Atom(name) => {
            let n = dims.entry(name.clone()).or_default();
            *n = (*n).min(rank);
        }
        Space::Unit if rank == 0 => {
            let mut spaces = BTreeSet::new();
            passed(product, &mut spaces);
            for name in spaces {
                let n = dims.entry(name).or_default();
                *n = (*n).max(1);
            }
        }
        _ => {}
    }
}

/// A bound for the rank of any map of this shape.
fn rank_bound(term: &Term, dims: &BTreeMap<Name, usize>) -> usize {
    let size = |space: &Space| super::instance::dimension(dims, space).unwrap_or(0);
    let own = size(term.dom()).min(size(term.cod()));
    let children = || term.children().into_iter().map(|t| rank_bound(t, dims));
    match term.shape() {
        Shape::Zero => 0,
        Shape::Sum(_) => own.min(children().sum()),
        Shape::Product(_) | Shape::Scaled(..) | Shape::Transpose(_) => own.min(children().min().unwrap_or(own)),
        _ => own,
    }
}

/// The named spaces that a product passes through.
fn passed(term: &Term, into: &mut BTreeSet<Name>) {
    for leaf in [term.dom(), term.cod()].into_iter().flat_map(Space::leaves) {
        if let Space::Atom(name) = leaf {
            into.insert(name.clone());
        }
    }
    term.children().into_iter().for_each(|t| passed(t, into));
}
