//! WordNet's nouns for things that one can see: which are alike, and which name the same.
//!
//! The table is made by `wordnet/make.py` from WordNet 3.1 (Princeton University; its licence stands beside the table).

use std::collections::HashMap;
use std::io::Read;
use std::sync::LazyLock;

use crate::caption::inflection::singulars;

static TABLE: &[u8] = include_bytes!("wordnet/nouns.tsv.gz");

/// Lexicographer files.
pub(super) const ANIMAL: u8 = 5;
pub(super) const ARTIFACT: u8 = 6;
pub(super) const BODY: u8 = 8;
pub(super) const PERSON: u8 = 18;

/// Sets of synonyms, and what is above each.
#[derive(Default)]
pub(super) struct WordNet {
    files: Vec<u8>,
    above: Vec<Vec<u32>>,
    /// The synsets of a word, with the number of the sense, the most usual first.
    words: HashMap<String, Vec<(u8, u32)>>,
}

static NOUNS: LazyLock<WordNet> = LazyLock::new(|| {
    let mut text = String::new();
    match flate2::read::GzDecoder::new(TABLE).read_to_string(&mut text) {
        Ok(_) => WordNet::read(&text),
        Err(_) => WordNet::default(),
    }
});

/// The table that comes with the program.
pub(super) fn nouns() -> &'static WordNet {
    &NOUNS
}

/// The most usual senses alone tell what a word may be said of.
const USUAL: usize = 3;

impl WordNet {
    fn read(text: &str) -> WordNet {
        let mut all = WordNet::default();
        for (line, number) in text.lines().zip(0u32..) {
            let mut cells = line.split('\t');
            all.files.push(cells.next().and_then(|file| file.parse().ok()).unwrap_or(0));
            let above = cells.next().unwrap_or("").split(',').filter_map(|cell| cell.parse().ok());
            all.above.push(above.collect());
            for word in cells.next().unwrap_or("").split(' ') {
                if let Some((word, Ok(sense))) = word.split_once(':').map(|(word, sense)| (word, sense.parse::<u8>())) {
                    all.words.entry(word.replace('_', " ")).or_default().push((sense, number));
                }
            }
        }
        all.words.values_mut().for_each(|senses| senses.sort_unstable());
        all
    }

    /// The usual senses of a phrase: its own, or those of its last word.
    fn senses(&self, phrase: &str) -> &[(u8, u32)] {
        let head = phrase.rsplit(' ').next().unwrap_or("");
        let found = [phrase, head].into_iter().find_map(|text| {
            self.words.get(text).or_else(|| singulars(text).iter().find_map(|text| self.words.get(text)))
        });
        found.map_or(&[], |senses| &senses[..senses.len().min(USUAL)])
    }

    /// The lexicographer file of the most usual sense.
    pub(super) fn file(&self, phrase: &str) -> Option<u8> {
        self.senses(phrase).first().map(|&(_, synset)| self.files[synset as usize])
    }

    /// Whether one of two phrases may name what the other names: synonyms, or one above the other.
    pub(super) fn related(&self, one: &str, two: &str) -> bool {
        let (a, b) = (self.senses(one), self.senses(two));
        let within = |lower: &[(u8, u32)], upper: &[(u8, u32)]| {
            lower.iter().any(|&(_, from)| {
                let all = self.line(from);
                upper.iter().any(|&(_, synset)| all.contains(&synset))
            })
        };
        within(a, b) || within(b, a)
    }

    /// Whether the most usual senses of two nouns are of one kind: below the same kind of artifact, animal or food.
    pub(super) fn cousins(&self, one: &str, two: &str) -> bool {
        let first = |phrase: &str| self.senses(phrase).first().map(|&(_, synset)| synset);
        let (Some(a), Some(b)) = (first(one), first(two)) else { return false };
        let other = self.line(b);
        // What all artifacts are, and what all instruments are, is no kind.
        let least = if self.files[a as usize] == ARTIFACT { 3 } else { 2 };
        self.files[a as usize] == self.files[b as usize]
            && self.line(a).iter().any(|synset| other.contains(synset) && self.line(*synset).len() >= least)
    }

    /// A synset and all above it.
    fn line(&self, synset: u32) -> Vec<u32> {
        let mut all = vec![synset];
        let mut at = 0;
        while at < all.len() {
            let above: Vec<u32> = self.above[all[at] as usize].iter().copied().filter(|s| !all.contains(s)).collect();
            all.extend(above);
            at += 1;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_the_same_and_what_is_alike() {
        let nouns = nouns();
        for (one, two) in [("sofa", "couch"), ("dogs", "puppy"), ("pizza", "dish"), ("cars", "vehicle")] {
            assert!(nouns.related(one, two), "{one} {two}");
        }
        for (one, two) in [("dog", "cat"), ("train", "bus"), ("bench", "bed"), ("bowl", "bottle")] {
            assert!(!nouns.related(one, two), "{one} {two}");
            assert!(nouns.cousins(one, two), "{one} {two}");
        }
        assert!(!nouns.cousins("kayak", "umbrella") && !nouns.cousins("dog", "bench"));
        assert_eq!((nouns.file("dogs"), nouns.file("women")), (Some(ANIMAL), Some(PERSON)));
        assert_eq!(nouns.file("the"), None);
    }
}
