//! Everything that the words of a family can spell, as a product of simple sets, and whether a readout of the features can
//! tell any of it from the caption.
//!
//! With the filled sites fixed (a *pattern*), a text is a row of places: fixed words, slots that hold the words of
//! their class in some order (SWAP alone), and slots and sites that hold any word of a list (REPLACE, ADD). A readout k of
//! features over single tokens and pairs of tokens is then a function
//!
//! ```text
//! F(text) = sum over places  a_i(w_i)  +  sum over pairs of places  b_ij(w_i, w_j)
//! ```
//!
//! It is constant on the pattern exactly when no edit of a generating set ever changes it. The change under the
//! exchange of two places that hold u and v, or under one word for another, is a sum of functions of single places, over whatever
//! stands in the others; such a sum is zero on every arrangement of a class exactly when every two places value
//! every two words alike and it is zero on one arrangement. So constancy on n! texts is decided by a number of sums
//! that is polynomial in n, and this proves that no word of edits of any length leads out of a span.

use std::collections::HashMap;

use crate::caption::{EMPTY, Feature, FeatureMap, Template};

/// The columns of the features that some filling can have.
#[derive(Clone, Debug)]
pub struct Space {
    map: FeatureMap,
    patterns: Vec<Pattern>,
    columns: HashMap<Feature, u32>,
}

/// What a place can hold.
#[derive(Clone, Debug)]
enum Place {
    /// One word.
    Fixed(u32),
    /// A word of the multiset with this number, whose words stand in some order in its places.
    Ordered(usize),
    /// Any of these words.
    Free(Vec<u32>),
}

/// The texts in which the same sites are filled.
#[derive(Clone, Debug)]
struct Pattern {
    places: Vec<Place>,
    /// The words of each multiset, sorted.
    multisets: Vec<Vec<u32>>,
    /// One of the texts.
    text: Vec<u32>,
}

/// The most patterns: 2 to the number of sites.
const PATTERNS: usize = 256;

/// The features that a token has at a place among `n` under a map over single tokens and pairs, besides the constant.
fn single(map: FeatureMap, place: usize, n: usize, token: u32) -> impl Iterator<Item = Feature> {
    let (first, second) = match map {
        FeatureMap::BagOfWords => (Some(Feature::Token(token)), None),
        FeatureMap::Positions => (Some(Feature::At(token, place as u32)), None),
        FeatureMap::Bigrams => (
            (place == 0).then_some(Feature::Bigram(None, Some(token))),
            (place + 1 == n).then_some(Feature::Bigram(Some(token), None)),
        ),
        _ => (None, None),
    };
    first.into_iter().chain(second)
}

/// The feature that two tokens have at two places, the first before the second.
fn paired(map: FeatureMap, (i, a): (usize, u32), (j, b): (usize, u32)) -> Option<Feature> {
    match map {
        FeatureMap::Bigrams if i + 1 == j => Some(Feature::Bigram(Some(a), Some(b))),
        FeatureMap::OrderedPairs => Some(Feature::Before(a, b)),
        FeatureMap::PositionalPairs => Some(Feature::Both((a, i as u32), (b, j as u32))),
        _ => None,
    }
}

impl Space {
    /// The space of a template under a map over single tokens and pairs of tokens; `None` for another map, or
    /// beyond a fixed number of sites.
    pub fn of(template: &Template, map: FeatureMap) -> Option<Space> {
        let known = !matches!(map, FeatureMap::WholeCaption | FeatureMap::Matrix);
        let patterns = 1usize.checked_shl(template.sites().len() as u32).filter(|&n| known && n <= PATTERNS)?;
        let patterns: Vec<Pattern> = (0..patterns).map(|which| Pattern::of(template, which)).collect();
        let mut space = Space { map, patterns, columns: HashMap::new() };
        for which in 0..space.patterns.len() {
            space.number_features(which);
        }
        Some(space)
    }

    fn number_features(&mut self, which: usize) {
        let Space { map, patterns, columns } = self;
        let pattern = &patterns[which];
        let n = pattern.places.len();
        let mut number = |feature: Feature| {
            let next = columns.len() as u32;
            columns.entry(feature).or_insert(next);
        };
        for i in 0..n {
            for a in pattern.words(i) {
                single(*map, i, n, a).for_each(&mut number);
                for j in i + 1..n {
                    for b in pattern.words(j).into_iter().filter(|&b| pattern.together(i, a, j, b)) {
                        paired(*map, (i, a), (j, b)).into_iter().for_each(&mut number);
                    }
                }
            }
        }
    }

    /// How many features there are, the constant left out: it is the same in every text.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The features of a text of the space minus those of the caption; entries at one column are still to be added up.
    pub fn difference(&self, text: &[u32]) -> Vec<(u32, i64)> {
        let mut row = Vec::new();
        self.features(text, |column| row.push((column, 1)));
        self.features(&self.patterns[0].text, |column| row.push((column, -1)));
        row
    }

    fn features(&self, text: &[u32], mut found: impl FnMut(u32)) {
        let mut find = |feature: Feature| {
            if let Some(&column) = self.columns.get(&feature) {
                found(column);
            }
        };
        for (i, &a) in text.iter().enumerate() {
            single(self.map, i, text.len(), a).for_each(&mut find);
            for (j, &b) in text.iter().enumerate().skip(i + 1) {
                paired(self.map, (i, a), (j, b)).into_iter().for_each(&mut find);
            }
        }
    }

    /// Whether a readout (an entry a column) has the value that it has on the caption on every text of the space.
    pub fn is_constant(&self, readout: &[i64]) -> bool {
        let value = |text: &[u32]| {
            let mut sum = 0i128;
            self.features(text, |column| sum += i128::from(readout[column as usize]));
            sum
        };
        let caption = value(&self.patterns[0].text);
        self.patterns.iter().all(|pattern| {
            let read = Readout { space: self, n: pattern.places.len(), readout };
            value(&pattern.text) == caption && pattern.is_constant(&read)
        })
    }
}

/// A readout as a function of places: entries have 64 bits and a text fewer than 2^30 pairs, so that sums stay within 128.
struct Readout<'a> {
    space: &'a Space,
    n: usize,
    readout: &'a [i64],
}

impl Readout<'_> {
    fn entry(&self, feature: Feature) -> i128 {
        self.space.columns.get(&feature).map_or(0, |&column| self.readout[column as usize].into())
    }

    fn single(&self, i: usize, a: u32) -> i128 {
        single(self.space.map, i, self.n, a).map(|feature| self.entry(feature)).sum()
    }

    fn paired(&self, i: usize, a: u32, j: usize, b: u32) -> i128 {
        let (first, second) = if i < j { ((i, a), (j, b)) } else { ((j, b), (i, a)) };
        paired(self.space.map, first, second).map_or(0, |feature| self.entry(feature))
    }

    /// What the change of the words at some places changes together with what stands at place `l`.
    fn beside(&self, l: usize, w: u32, change: &[(usize, u32, u32)]) -> i128 {
        change.iter().map(|&(i, from, to)| self.paired(i, to, l, w) - self.paired(i, from, l, w)).sum()
    }

    /// What the change changes by itself.
    fn alone(&self, change: &[(usize, u32, u32)]) -> i128 {
        let singles: i128 = change.iter().map(|&(i, from, to)| self.single(i, to) - self.single(i, from)).sum();
        let pairs: i128 = match *change {
            [(i, a, b), (j, c, d)] => self.paired(i, b, j, d) - self.paired(i, a, j, c),
            _ => 0,
        };
        singles + pairs
    }
}

impl Pattern {
    fn of(template: &Template, which: usize) -> Pattern {
        let operators = template.operators();
        let mut places: Vec<Place> = template.caption().iter().map(|&token| Place::Fixed(token)).collect();
        let mut multisets = Vec::new();
        for class in template.classes() {
            for &slot in &class.slots {
                if operators.replace {
                    places[slot] = Place::Free(class.words.clone());
                } else if operators.swap {
                    places[slot] = Place::Ordered(multisets.len());
                }
            }
            let mut words: Vec<u32> = class.slots.iter().map(|&slot| template.caption()[slot]).collect();
            words.sort_unstable();
            multisets.push(words);
        }
        let mut filling = template.start();
        let slots = filling.len() - template.sites().len();
        for (number, site) in template.sites().iter().enumerate().rev().filter(|(number, _)| which >> number & 1 == 1) {
            places.insert(site.before, Place::Free(site.words.clone()));
            filling[slots + number] = site.words.first().copied().unwrap_or(EMPTY);
        }
        Pattern { places, multisets, text: template.spell(&filling) }
    }

    /// The words that can stand at a place, each once.
    fn words(&self, place: usize) -> Vec<u32> {
        let mut words = match &self.places[place] {
            Place::Fixed(word) => vec![*word],
            Place::Ordered(multiset) => self.multisets[*multiset].clone(),
            Place::Free(words) => words.clone(),
        };
        words.dedup();
        words
    }

    /// Whether two words can stand at two places at once.
    fn together(&self, i: usize, a: u32, j: usize, b: u32) -> bool {
        match (&self.places[i], &self.places[j]) {
            (Place::Ordered(one), Place::Ordered(two)) if one == two && a == b => {
                self.multisets[*one].iter().filter(|&&word| word == a).count() > 1
            }
            _ => true,
        }
    }

    fn is_constant(&self, read: &Readout) -> bool {
        (0..self.places.len()).all(|i| match &self.places[i] {
            Place::Fixed(_) => true,
            Place::Free(words) => {
                let first = words.first().copied().unwrap_or(EMPTY);
                words.iter().skip(1).all(|&word| self.unchanged(read, &[(i, first, word)], None))
            }
            // Exchanges with the next place of the multiset lead to every order.
            Place::Ordered(multiset) => match self.next(i, *multiset) {
                Some(j) => self
                    .exchanges(*multiset)
                    .all(|(a, b)| self.unchanged(read, &[(i, a, b), (j, b, a)], Some((*multiset, [a, b])))),
                None => true,
            },
        })
    }

    /// The next place that holds a word of the multiset.
    fn next(&self, place: usize, multiset: usize) -> Option<usize> {
        (place + 1..self.places.len()).find(|&j| matches!(self.places[j], Place::Ordered(other) if other == multiset))
    }

    /// Every two different words of a multiset.
    fn exchanges(&self, multiset: usize) -> impl Iterator<Item = (u32, u32)> {
        let mut words = self.multisets[multiset].clone();
        words.dedup();
        (0..words.len()).flat_map(move |i| {
            (i + 1..words.len()).map(|j| (i, j)).collect::<Vec<_>>().into_iter().map({
                let words = words.clone();
                move |(i, j)| (words[i], words[j])
            })
        })
    }

    /// Whether the readout stays the same under a change of the words at one or two places, whatever stands elsewhere.
    /// `taken` are the words of a multiset that stand at the changed places.
    fn unchanged(&self, read: &Readout, change: &[(usize, u32, u32)], taken: Option<(usize, [u32; 2])>) -> bool {
        let elsewhere = |l: &usize| change.iter().all(|(i, _, _)| i != l);
        let mut sum = read.alone(change);
        let mut left = self.multisets.clone();
        if let Some((multiset, words)) = taken {
            for word in words {
                if let Ok(at) = left[multiset].binary_search(&word) {
                    left[multiset].remove(at);
                }
            }
        }
        let mut leads: Vec<Option<usize>> = vec![None; left.len()];
        let mut given = vec![0; left.len()];
        for l in (0..self.places.len()).filter(elsewhere) {
            let value = |word: u32| read.beside(l, word, change);
            match &self.places[l] {
                Place::Fixed(word) => sum += value(*word),
                Place::Free(words) => {
                    let first = words.first().map_or(0, |&word| value(word));
                    if words.iter().any(|&word| value(word) != first) {
                        return false;
                    }
                    sum += first;
                }
                Place::Ordered(multiset) => {
                    let words = &left[*multiset];
                    let lead = *leads[*multiset].get_or_insert(l);
                    let at = |l: usize, word: u32| read.beside(l, word, change);
                    let alike = |word: &u32| at(l, *word) - at(l, words[0]) == at(lead, *word) - at(lead, words[0]);
                    if lead != l && !words.iter().all(alike) {
                        return false;
                    }
                    sum += words.get(given[*multiset]).map_or(0, |&word| value(word));
                    given[*multiset] += 1;
                }
            }
        }
        sum == 0
    }
}
