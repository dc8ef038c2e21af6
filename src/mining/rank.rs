//! The order in which mined negatives are worth training on.

use std::collections::{BTreeSet, HashMap};

use num_rational::BigRational;

use crate::certificate::{Mined, Settled};

/// A mined edit in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The edit, by its place in the input.
    pub edit: u32,
    /// What training on it costs, in the user's unit; 1 where no costs are given.
    pub cost: BigRational,
    /// How many edits are settled once it and those before it are trained on, those that training settles included.
    pub settled: usize,
    /// How many other edits use it.
    pub used: usize,
}

/// Ranks the mined edits by rising cost, so that every prefix is a cheapest independent set of its size; among equal costs,
/// first those that at once settle the most edits together with those already ranked, then those that most edits use.
///
/// Which k edits of equal cost settle the most others is a covering problem that no fast method solves exactly; the order
/// among equals is a greedy choice, and what it settles is counted.
pub(super) fn ranking(mined: &[Mined], settled: &[Settled], prices: &[BigRational]) -> Vec<Ranked> {
    let mut queue = Queue::new(mined, settled, prices);
    let mut ranked = Vec::with_capacity(mined.len());
    // Without a negative the edits that training settles.
    let mut count = settled.iter().filter(|settled| settled.b.is_empty()).count();
    while let Some(edit) = queue.pop() {
        // Itself, and the edits that wanted nothing else.
        count += 1 + queue.gain[&edit];
        let used = queue.users.get(&edit).map_or(0, Vec::len);
        ranked.push(Ranked { edit, cost: prices[edit as usize].clone(), settled: count, used });
        queue.take(edit, settled);
    }
    ranked
}

/// Cost, less gain, less use, edit: the least is next.
type Key<'a> = (&'a BigRational, std::cmp::Reverse<(usize, usize)>, u32);

/// The mined edits that are not ranked, the next one first.
struct Queue<'a> {
    next: BTreeSet<Key<'a>>,
    prices: &'a [BigRational],
    /// For a mined edit the settled ones (by position) that use it.
    users: HashMap<u32, Vec<usize>>,
    /// For a mined edit how many settled ones lack it and nothing else.
    gain: HashMap<u32, usize>,
    /// For a settled edit how many of the mined ones that it uses are not ranked.
    lacking: Vec<usize>,
    left: BTreeSet<u32>,
}

impl<'a> Queue<'a> {
    fn new(mined: &[Mined], settled: &[Settled], prices: &'a [BigRational]) -> Queue<'a> {
        let mut users: HashMap<u32, Vec<usize>> = HashMap::new();
        let left: BTreeSet<u32> = mined.iter().map(|mined| mined.edit).collect();
        let mut gain: HashMap<u32, usize> = left.iter().map(|edit| (*edit, 0)).collect();
        for (at, Settled { b, .. }) in settled.iter().enumerate() {
            b.iter().for_each(|(edit, _)| users.entry(*edit).or_default().push(at));
            if let [(only, _)] = b.as_slice() {
                *gain.entry(*only).or_default() += 1;
            }
        }
        let lacking = settled.iter().map(|settled| settled.b.len()).collect();
        let mut queue = Queue { next: BTreeSet::new(), prices, users, gain, lacking, left };
        queue.next = queue.left.iter().map(|edit| queue.key(*edit)).collect();
        queue
    }

    fn key(&self, edit: u32) -> Key<'a> {
        let used = self.users.get(&edit).map_or(0, Vec::len);
        (&self.prices[edit as usize], std::cmp::Reverse((self.gain[&edit], used)), edit)
    }

    fn pop(&mut self) -> Option<u32> {
        let (_, _, edit) = self.next.pop_first()?;
        self.left.remove(&edit);
        Some(edit)
    }

    /// Notes that `edit` is ranked: others may now be the last that an edit lacks.
    fn take(&mut self, edit: u32, settled: &[Settled]) {
        for at in self.users.get(&edit).cloned().unwrap_or_default() {
            self.lacking[at] -= 1;
            if self.lacking[at] != 1 {
                continue;
            }
            if let Some((last, _)) = settled[at].b.iter().find(|(edit, _)| self.left.contains(edit)) {
                self.next.remove(&self.key(*last));
                *self.gain.entry(*last).or_default() += 1;
                self.next.insert(self.key(*last));
            }
        }
    }
}
