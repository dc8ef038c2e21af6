//! The phrases that captions use, from which words that come in are drawn.

use std::collections::BTreeMap;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::caption::concept::Category;

/// The most phrases of one kind that are kept.
const PHRASES: usize = 4000;

/// Phrases with how often the captions use them, by kind (category, and whether an article or the like goes before), and
/// by kind and the word before.
#[derive(Default)]
pub(super) struct Counts {
    phrases: BTreeMap<(Category, bool), BTreeMap<String, usize>>,
    after: BTreeMap<(Category, bool, String), BTreeMap<String, usize>>,
}

impl Counts {
    /// Counts a phrase of a kind behind the word `before`.
    pub fn add(&mut self, kind: (Category, bool), before: &str, phrase: String) {
        let after = self.after.entry((kind.0, kind.1, before.to_owned())).or_default();
        *after.entry(phrase.clone()).or_default() += 1;
        *self.phrases.entry(kind).or_default().entry(phrase).or_default() += 1;
    }

    /// The most frequent of each kind.
    pub fn offers(self) -> Offers {
        let phrases = self.phrases.into_iter().map(|(kind, counts)| (kind, most_frequent(counts))).collect();
        let after = self.after.into_iter().map(|(kind, counts)| (kind, most_frequent(counts))).collect();
        Offers { phrases, after }
    }
}

/// Phrases that can come in.
pub(super) struct Offers {
    /// The most frequent phrases of each kind, with their counts, sorted.
    phrases: BTreeMap<(Category, bool), Vec<(String, usize)>>,
    /// The phrases that follow a word.
    after: BTreeMap<(Category, bool, String), Vec<(String, usize)>>,
}

impl Offers {
    /// Some phrases of a kind: of those that the captions put after `before`, and of all, both by their frequency.
    pub fn draw(&self, kind: (Category, bool), before: &str, random: &mut ChaCha8Rng) -> Vec<String> {
        const EACH: usize = 12;
        let none = Vec::new();
        let after = self.after.get(&(kind.0, kind.1, before.to_owned())).unwrap_or(&none);
        let all = self.phrases.get(&kind).unwrap_or(&none);
        let mut found = Vec::new();
        for list in [after, all] {
            let total: usize = list.iter().map(|(_, count)| count).sum();
            for _ in 0..EACH.min(list.len()) {
                let mut left = random.random_range(0..total.max(1));
                let drawn = list.iter().find(|(_, count)| {
                    let here = left < *count;
                    left = left.saturating_sub(*count);
                    here
                });
                found.extend(drawn.map(|(phrase, _)| phrase.clone()));
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

fn most_frequent(counts: BTreeMap<String, usize>) -> Vec<(String, usize)> {
    let mut list: Vec<(String, usize)> = counts.into_iter().collect();
    list.sort_by(|(a, n), (b, m)| m.cmp(n).then(a.cmp(b)));
    list.truncate(PHRASES);
    list
}
