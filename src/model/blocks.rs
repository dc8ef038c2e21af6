//! In which order the maps of an instance are chosen, so that each condition is linear when its last maps are.
//!
//! Maps are taken in blocks. No condition may multiply two maps of one block, so that what a block has to satisfy, the
//! earlier blocks being known, is a linear system: every solution of it can be drawn, and no draw is thrown away. A map that
//! a condition multiplies with itself (`t*t = 1`) is chosen alone and first, from a palette.

use std::collections::BTreeSet;

use super::flatten::{Flat, speaks_of};
use super::reading::{degree, is_affine, mentions};
use crate::kernel::{Name, Prop, Relation, Sequent};

/// Maps that are chosen together, by their positions among the maps of a [`Flat`].
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    /// The maps chosen together, by their place in the statement.
    pub(super) maps: Vec<usize>,
    /// The conditions, by position, that are linear in these maps and speak of no later ones.
    pub(super) linear: Vec<usize>,
    /// The other conditions that speak of these maps and of no later ones.
    pub(super) checked: Vec<usize>,
    /// Whether the one map is multiplied with itself.
    pub(super) stubborn: bool,
}

/// Blocks for the maps, which compete for early places in the given order; `size` is the most maps in one block.
pub(super) fn blocks(flat: &Flat, order: &[usize], size: usize) -> Vec<Block> {
    let spoken: Vec<Vec<usize>> = flat.conditions.iter().map(|prop| speaks_of(prop, &flat.maps)).collect();
    let alone = |map: usize| BTreeSet::from([&flat.maps[map].name]);
    let stubborn = |map: usize| !flat.conditions.iter().all(|prop| multiplies_none(prop, &alone(map)));
    let (firsts, mut rest): (Vec<usize>, Vec<usize>) = order.iter().copied().partition(|map| stubborn(*map));
    let mut blocks: Vec<Block> =
        firsts.iter().map(|map| Block { maps: vec![*map], stubborn: true, ..Block::default() }).collect();
    while !rest.is_empty() {
        let mut maps: Vec<usize> = Vec::new();
        let mut names: BTreeSet<&Name> = BTreeSet::new();
        for map in &rest {
            let mut more = names.clone();
            more.insert(&flat.maps[*map].name);
            let about = |condition: usize| spoken[condition].contains(map);
            let fits = (0..flat.conditions.len())
                .all(|condition| !about(condition) || multiplies_none(&flat.conditions[condition], &more));
            if maps.len() < size && (fits || maps.is_empty()) {
                maps.push(*map);
                names = more;
            }
        }
        rest.retain(|map| !maps.contains(map));
        blocks.push(Block { maps, ..Block::default() });
    }
    let mut known: BTreeSet<usize> = BTreeSet::new();
    let mut open: Vec<usize> = (0..flat.conditions.len()).collect();
    for block in &mut blocks {
        known.extend(&block.maps);
        let names: BTreeSet<&Name> = block.maps.iter().map(|map| &flat.maps[*map].name).collect();
        open.retain(|condition| {
            let closed = spoken[*condition].iter().all(|map| known.contains(map));
            if closed {
                let linear = !block.stubborn && solvable(&flat.conditions[*condition], &names);
                if linear { &mut block.linear } else { &mut block.checked }.push(*condition);
            }
            !closed
        });
    }
    blocks
}

/// Whether the proposition is an equation, or a rule about equations, linear in the maps of these names together.
pub(super) fn solvable(prop: &Prop, names: &BTreeSet<&Name>) -> bool {
    match prop {
        Prop::Compare(_) => is_affine(prop, names),
        Prop::Rule(rule) => {
            let free_premises = rule.assumptions.iter().all(|l| !mentions(&l.prop, names));
            free_premises && is_affine(prop, names)
        }
    }
}

/// Whether no two of the maps (nor one with itself) are multiplied, here or by way of a rule's bound maps.
fn multiplies_none(prop: &Prop, names: &BTreeSet<&Name>) -> bool {
    match prop {
        Prop::Compare(c) if c.relation == Relation::Equal => {
            degree(&c.left, names) <= 1 && degree(&c.right, names) <= 1
        }
        Prop::Compare(_) => true,
        Prop::Rule(rule) => rule_multiplies_none(rule, names),
    }
}

/// The premises decide what the bound maps are, so that a map in a premise multiplies those in the conclusions.
fn rule_multiplies_none(rule: &Sequent, names: &BTreeSet<&Name>) -> bool {
    let of = |name: &&Name, list: &[crate::kernel::Labelled]| {
        list.iter().any(|l| mentions(&l.prop, &BTreeSet::from([*name])))
    };
    let premised: Vec<&Name> = names.iter().copied().filter(|name| of(name, &rule.assumptions)).collect();
    let concluded: Vec<&Name> = names.iter().copied().filter(|name| of(name, &rule.conclusions)).collect();
    let apart = premised.iter().all(|p| concluded.iter().all(|c| p == c));
    apart && rule.conclusions.iter().all(|l| multiplies_none(&l.prop, names))
}
