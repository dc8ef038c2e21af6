//! What the captions say of what: which nouns stand where, with which adjectives, and in which images together.

use std::cell::RefCell;
use std::collections::HashMap;

use super::phrase::{Noun, follows};
use super::sentence::Sentence;
use super::{lists, wordnet};
use crate::caption::Vocabulary;
use crate::caption::inflection::{plurals, singulars};

/// As many captions as it takes to tell the odd from the new; of fewer, what was not seen is allowed.
pub(super) const ENOUGH: usize = 1000;

/// A noun of the captions.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub text: String,
    pub plural: bool,
    /// How often it was seen.
    pub count: u32,
    /// How often after "a" or "an".
    pub counted: u32,
    /// WordNet's lexicographer file.
    pub file: Option<u8>,
    /// Whether it says too little to be put for another.
    pub vague: bool,
    /// Whether a word of it says what a thing is like, as "square pizza" does.
    pub describes: bool,
    /// The images, ascending.
    images: Vec<u32>,
    /// What stands beside it, with how often: features that make nouns alike.
    beside: HashMap<u64, f64>,
}

/// Counts over all captions.
#[derive(Default)]
pub(super) struct Statistics {
    pub captions: usize,
    /// One more than the last number of an image.
    images: u32,
    words: Vocabulary,
    numbers: HashMap<String, u32>,
    pub nouns: Vec<Known>,
    /// The nouns after a governor.
    governed: HashMap<u32, HashMap<u32, u32>>,
    /// Noun and next word; adjective and noun; governor and head noun anywhere: counts by place, word and noun.
    pairs: HashMap<(u8, u32, u32), u32>,
    /// Adjectives of a noun.
    adjectives: HashMap<u32, HashMap<u32, u32>>,
    /// The word before a governor, the governor and the noun.
    deep: HashMap<(u32, u32, u32), u32>,
    /// A noun and the two words after it.
    ahead: HashMap<(u32, u32, u32), u32>,
    /// "a NOUN with a NOUN".
    company: HashMap<u32, HashMap<u32, u32>>,
    /// Feature counts, and the vectors of nouns once all is read.
    features: HashMap<u64, f64>,
    vectors: Vec<Vec<(u64, f64)>>,
    alike: RefCell<HashMap<(u32, u32), f64>>,
}

/// How often two nouns have to be said of one image, beside what chance makes of it, so that they go together.
const LIFT: f64 = 0.5;
/// Places of a word beside a noun.
const NEXT: u8 = 0;
const GOVERNOR: u8 = 1;
const ADJECTIVE: u8 = 2;
/// Two words in a row.
const ROW: u8 = 3;

impl Statistics {
    /// The number of a noun.
    pub fn noun(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// Reads one more caption, of these images.
    pub fn read(&mut self, sentence: &Sentence, nouns: &[Noun], images: &[u32]) {
        self.captions += 1;
        self.images = images.iter().fold(self.images, |last, &image| last.max(image.saturating_add(1)));
        let row: Vec<u32> = sentence.words.iter().map(|word| self.words.intern(&word.text)).collect();
        for pair in row.windows(2) {
            *self.pairs.entry((ROW, pair[0], pair[1])).or_default() += 1;
        }
        let mut before: Option<(u32, usize)> = None;
        for noun in nouns {
            let next_number = self.nouns.len() as u32;
            let number = *self.numbers.entry(noun.text.clone()).or_insert(next_number);
            if number == next_number {
                let (file, vague) = (wordnet::nouns().file(&noun.text), lists::is_vague(&noun.text));
                self.nouns.push(Known {
                    text: noun.text.clone(),
                    plural: noun.plural,
                    file,
                    vague,
                    describes: noun.text.split(' ').any(|word| lists::dimension(word).is_some()),
                    ..Known::default()
                });
            }
            let (governor, next) = (self.words.intern(noun.governor(sentence)), self.words.intern(noun.next(sentence)));
            let known = &mut self.nouns[number as usize];
            known.count += 1;
            known.counted += u32::from(matches!(noun.determined_by(sentence), Some("a" | "an")));
            known.images.extend_from_slice(images);
            if let Some(before) = noun.before_governor(sentence) {
                *self.deep.entry((self.words.intern(before), governor, number)).or_default() += 1;
            }
            if let (Some(&one), Some(&two)) = (row.get(noun.at.end), row.get(noun.at.end + 1)) {
                *self.ahead.entry((number, one, two)).or_default() += 1;
            }
            let mut features = vec![feature(GOVERNOR, governor), feature(NEXT, next)];
            *self.governed.entry(governor).or_default().entry(number).or_default() += 1;
            *self.pairs.entry((NEXT, number, next)).or_default() += 1;
            *self.pairs.entry((GOVERNOR, number, governor)).or_default() += 1;
            for at in noun.adjectives.clone() {
                let adjective = row[at];
                *self.pairs.entry((ADJECTIVE, number, adjective)).or_default() += 1;
                *self.adjectives.entry(number).or_default().entry(adjective).or_default() += 1;
                features.push(feature(ADJECTIVE, adjective));
            }
            for feature in features {
                *self.nouns[number as usize].beside.entry(feature).or_default() += 1.0;
                *self.features.entry(feature).or_default() += 1.0;
            }
            if let Some((head, end)) = before
                && follows(sentence, end) == "with"
                && noun.start() == end + 1
                && matches!(noun.determined_by(sentence), Some("a" | "an"))
            {
                *self.company.entry(head).or_default().entry(number).or_default() += 1;
            }
            before = Some((number, noun.at.end));
        }
    }

    /// Ends the reading: the vectors of nouns, positive pointwise information of what stands beside them.
    pub fn finish(&mut self) {
        let total: f64 = self.features.values().sum();
        for noun in &mut self.nouns {
            noun.images.sort_unstable();
            noun.images.dedup();
            let own: f64 = noun.beside.values().sum();
            let weight = |(&feature, &count): (&u64, &f64)| {
                let information = (count * total / (own * self.features[&feature])).ln();
                (information > 0.0).then_some((feature, information))
            };
            let mut vector: Vec<(u64, f64)> = noun.beside.iter().filter_map(weight).collect();
            vector.sort_unstable_by_key(|&(feature, _)| feature);
            let length = vector.iter().map(|(_, w)| w * w).sum::<f64>().sqrt().max(1e-9);
            vector.iter_mut().for_each(|(_, w)| *w /= length);
            self.vectors.push(vector);
            noun.beside = HashMap::new();
        }
        self.features = HashMap::new();
    }

    /// Whether so few captions were read that what was not seen may still be usual.
    pub fn few(&self) -> bool {
        self.captions < ENOUGH
    }

    /// Whether the captions have a word.
    pub fn knows(&self, word: &str) -> bool {
        self.words.id(word).is_some()
    }

    /// How alike two nouns are by what stands beside them, from 0 to 1.
    pub fn alike(&self, a: u32, b: u32) -> f64 {
        *self.alike.borrow_mut().entry((a.min(b), a.max(b))).or_insert_with(|| {
            let (mut x, mut y) =
                (self.vectors[a as usize].iter().peekable(), self.vectors[b as usize].iter().peekable());
            let mut sum = 0.0;
            while let (Some((f, v)), Some((g, w))) = (x.peek(), y.peek()) {
                match f.cmp(g) {
                    std::cmp::Ordering::Less => drop(x.next()),
                    std::cmp::Ordering::Greater => drop(y.next()),
                    std::cmp::Ordering::Equal => {
                        sum += v * w;
                        x.next();
                        y.next();
                    }
                }
            }
            sum
        })
    }

    /// How many images two nouns are both said of.
    fn shared(&self, a: u32, b: u32) -> usize {
        let (one, two) = (&self.nouns[a as usize].images, &self.nouns[b as usize].images);
        let (one, two) = if one.len() < two.len() { (one, two) } else { (two, one) };
        one.iter().filter(|image| two.binary_search(image).is_ok()).count()
    }

    /// The share of the images of the rarer noun that the other is said of, too.
    pub fn together(&self, a: u32, b: u32) -> f64 {
        let images = |noun: u32| self.nouns[noun as usize].images.len();
        self.shared(a, b) as f64 / images(a).min(images(b)).max(1) as f64
    }

    /// Whether the second noun is said of images of the first about as often as of others, or more often.
    pub fn go_together(&self, a: u32, b: u32) -> bool {
        let images = |noun: u32| self.nouns[noun as usize].images.len() as f64;
        let both = self.shared(a, b);
        both > 1 && both as f64 >= images(a) * images(b) / f64::from(self.images.max(1)) * LIFT
    }

    /// How often a word, a governor and a noun follow each other, articles and adjectives aside.
    pub fn deep(&self, before: &str, governor: &str, noun: u32) -> u32 {
        let (Some(before), Some(governor)) = (self.words.id(before), self.words.id(governor)) else { return 0 };
        self.deep.get(&(before, governor, noun)).copied().unwrap_or(0)
    }

    /// How often two words follow a noun.
    pub fn ahead(&self, noun: u32, one: &str, two: &str) -> u32 {
        let (Some(one), Some(two)) = (self.words.id(one), self.words.id(two)) else { return 0 };
        self.ahead.get(&(noun, one, two)).copied().unwrap_or(0)
    }

    /// The nouns after a governor, with how often.
    pub fn after(&self, governor: &str) -> Vec<(u32, u32)> {
        let found = self.words.id(governor).and_then(|word| self.governed.get(&word));
        let mut list: Vec<(u32, u32)> = found.into_iter().flatten().map(|(&noun, &count)| (noun, count)).collect();
        list.sort_unstable();
        list
    }

    /// What follows "with a" after a noun, with how often.
    pub fn company(&self, noun: u32) -> Vec<(u32, u32)> {
        let mut list: Vec<(u32, u32)> = self.company.get(&noun).into_iter().flatten().map(|(&n, &c)| (n, c)).collect();
        list.sort_unstable();
        list
    }

    fn count(&self, place: u8, noun: u32, word: &str) -> u32 {
        self.words.id(word).and_then(|word| self.pairs.get(&(place, noun, word)).copied()).unwrap_or(0)
    }

    /// How often a word follows a noun.
    pub fn next(&self, noun: u32, word: &str) -> u32 {
        self.count(NEXT, noun, word)
    }

    /// How often a noun has a governor.
    pub fn governs(&self, word: &str, noun: u32) -> u32 {
        self.count(GOVERNOR, noun, word)
    }

    /// How often a noun has an adjective.
    pub fn described(&self, noun: u32, word: &str) -> u32 {
        self.count(ADJECTIVE, noun, word)
    }

    /// How often a word follows another.
    pub fn row(&self, one: &str, two: &str) -> u32 {
        self.words.id(one).map_or(0, |one| self.count(ROW, one, two))
    }

    /// The adjectives of a noun, with how often.
    pub fn adjectives(&self, noun: u32) -> Vec<(&str, u32)> {
        let found = self.adjectives.get(&noun).into_iter().flatten();
        let mut list: Vec<(&str, u32)> = found.map(|(&word, &count)| (self.words.token(word), count)).collect();
        list.sort_unstable();
        list
    }

    /// The other number of a noun, where the captions have it.
    pub fn inflected(&self, noun: &Noun) -> Option<u32> {
        let (start, head) = noun.text.rsplit_once(' ').map_or(("", noun.text.as_str()), |(a, b)| (a, b));
        let whole = |head: &str| if start.is_empty() { head.to_owned() } else { format!("{start} {head}") };
        if noun.plural { singulars(head) } else { plurals(head) }.iter().find_map(|head| {
            let number = self.noun(&whole(head))?;
            let known = &self.nouns[number as usize];
            (known.plural != noun.plural && known.count > 1).then_some(number)
        })
    }
}

fn feature(place: u8, word: u32) -> u64 {
    u64::from(place) << 32 | u64::from(word)
}
