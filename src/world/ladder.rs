//! The ladder of feature maps: what becomes of the world's edits under ever richer features.

use std::collections::BTreeMap;

use super::{HeldOut, Operator, WorldEdit, WorldInputs};
use crate::caption::FeatureMap;
use crate::encoder::{Fate, fates_of};
use crate::exact::Limits;
use crate::report::Diagnostic;

/// A rung: the fates of all edits under one feature map, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    /// What the encoder reads.
    pub map: FeatureMap,
    /// The fate of each edit.
    pub fates: Vec<Fate>,
}

/// The rungs, from the poorest features to the richest.
pub type Ladder = Vec<Rung>;

/// The fates of all edits of the inputs under every feature map over tokens; `done` is told after each. Errors: those of
/// elimination.
pub fn ladder(inputs: &WorldInputs, mut done: impl FnMut()) -> Result<Ladder, Diagnostic> {
    let mut ladder = Vec::new();
    for map in FeatureMap::OF_TOKENS {
        let (_, problem) = inputs.problem(map, None)?;
        ladder.push(Rung { map, fates: fates_of(&problem, &Limits::default())? });
        done();
    }
    Ok(ladder)
}

impl Rung {
    /// How many of these edits, which the fates are of, are collapsed, identified and free, by operator.
    pub fn counts(&self, edits: &[WorldEdit]) -> BTreeMap<Operator, [usize; 3]> {
        let mut table: BTreeMap<Operator, [usize; 3]> = BTreeMap::new();
        for (edit, fate) in edits.iter().zip(&self.fates) {
            table.entry(edit.operator).or_default()[*fate as usize] += 1;
        }
        table
    }
}

/// The feature maps under which some edit that leads into this held-out composition, and into no other, is free.
pub fn free_under(held_out: HeldOut, ladder: &Ladder, edits: &[WorldEdit]) -> Vec<&'static str> {
    let leads = |edit: &WorldEdit| HeldOut::ALL.iter().all(|h| h.covers(&edit.edited_scene) == (*h == held_out));
    let free = |fates: &[Fate]| edits.iter().zip(fates).any(|(edit, fate)| leads(edit) && *fate == Fate::Free);
    ladder.iter().filter(|rung| free(&rung.fates)).map(|rung| rung.map.name()).collect()
}
