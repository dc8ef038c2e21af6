//! A map of an instance drawn again among the solutions of what the others ask of it.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;

use super::blocks::{Block, solvable};
use super::flatten::speaks_of;
use super::palette::Style;
use super::sample::Draft;

/// Draws the map at this position again, the others being as they are. Whether that succeeded.
pub(super) fn redraw(draft: &mut Draft, map: usize, rng: &mut ChaCha8Rng, style: Style) -> bool {
    let name = draft.flat.maps[map].name.clone();
    let alone = BTreeSet::from([&name]);
    let about = |k: &usize| speaks_of(&draft.flat.conditions[*k], &draft.flat.maps).contains(&map);
    let (linear, checked): (Vec<usize>, Vec<usize>) =
        (0..draft.flat.conditions.len()).filter(about).partition(|k| solvable(&draft.flat.conditions[*k], &alone));
    let before = draft.values.get(&name).cloned();
    let stubborn = !checked.is_empty();
    let moved = draft.choose(&Block { maps: vec![map], linear, checked, stubborn }, rng, style);
    if let (false, Some(value)) = (moved, before) {
        draft.values.insert(name, value);
    }
    moved
}
