//! Captions, read: what they say of what, and what may be said of one thing.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::sentence::Sentence;
use super::statistics::Statistics;
use super::{lists, phrase, wordnet};
use crate::caption::Vocabulary;
use crate::caption::concept::Tagger;

/// A caption with the numbers of the images that it is of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// The caption.
    pub text: String,
    /// Its images; none where they are not known.
    pub images: Vec<u32>,
}

/// Captions, read: what they say of what.
pub struct Corpus {
    pub(super) captions: Vec<Described>,
    /// The words of each caption; none of those of other languages.
    pub(super) tokens: Vec<Vec<String>>,
    /// The captions of each image.
    pub(super) of_image: HashMap<u32, Vec<usize>>,
    pub(super) tagger: Tagger,
    pub(super) said: Statistics,
    /// Which nouns may be said of one thing, as far as it was asked.
    one: RefCell<Asked>,
}

/// What was asked of pairs of texts, which are numbered: there are many pairs of few texts.
#[derive(Default)]
struct Asked {
    numbers: Vocabulary,
    answers: HashMap<(u32, u32), bool>,
}

impl Asked {
    fn answer(&mut self, a: &str, b: &str, ask: impl FnOnce() -> bool) -> bool {
        let pair = (self.numbers.intern(a), self.numbers.intern(b));
        *self.answers.entry(pair).or_insert_with(ask)
    }
}

impl Corpus {
    /// Reads captions; empty ones and repetitions are passed over.
    pub fn read(captions: impl IntoIterator<Item = Described>) -> Corpus {
        let mut seen = HashSet::new();
        let captions: Vec<Described> = captions.into_iter().filter(|c| seen.insert(c.text.clone())).collect();
        let (tagger, mut said) = (Tagger::new(), Statistics::default());
        let (mut tokens, mut of_image) = (Vec::new(), HashMap::<u32, Vec<usize>>::new());
        // A caption whose image is not known stands for one of its own.
        let unknown = captions.iter().flat_map(|c| &c.images).max().map_or(0, |&last| last.saturating_add(1));
        for (at, caption) in captions.iter().enumerate() {
            if is_foreign(&caption.text) {
                tokens.push(Vec::new());
                continue;
            }
            let sentence = Sentence::of(&caption.text, &tagger);
            let own = [unknown.saturating_add(at as u32)];
            let images = if caption.images.is_empty() { &own[..] } else { &caption.images };
            said.read(&sentence, &phrase::nouns(&sentence), images);
            tokens.push(sentence.tokens());
            caption.images.iter().for_each(|&image| of_image.entry(image).or_default().push(at));
        }
        said.finish();
        Corpus { captions, tokens, of_image, tagger, said, one: RefCell::default() }
    }

    /// The different captions.
    pub fn captions(&self) -> impl ExactSizeIterator<Item = &str> {
        self.captions.iter().map(|caption| caption.text.as_str())
    }

    /// How many captions are left alone because they are not English.
    pub fn foreign(&self) -> usize {
        self.captions.iter().filter(|caption| is_foreign(&caption.text)).count()
    }

    /// Whether a noun is for people.
    pub(super) fn is_person(&self, noun: &str) -> bool {
        let head = noun.rsplit(' ').next().unwrap_or(noun);
        lists::gender(head).is_some() || lists::is_anyone(head) || wordnet::nouns().file(noun) == Some(wordnet::PERSON)
    }

    /// Whether two nouns may be said of one thing.
    pub(super) fn may_be_one(&self, a: &str, b: &str) -> bool {
        let ask = || lists::same_thing(a, b) || wordnet::nouns().related(a, b);
        self.one.borrow_mut().answer(a, b, ask)
    }

    /// Whether a noun goes with all the other things of a sentence, as far as the captions are enough to tell.
    pub(super) fn goes_with(&self, new: u32, nouns: &[phrase::Noun], instead: Option<&phrase::Noun>) -> bool {
        const KNOWN: u32 = 10;
        let others = nouns.iter().filter(|noun| Some(*noun) != instead);
        self.said.few()
            || others.filter_map(|noun| self.said.noun(&noun.text)).all(|other| {
                let known = &self.said.nouns[other as usize];
                known.vague || known.count < KNOWN || self.said.go_together(new, other)
            })
    }
}

/// Whether a text is of another language. Few words tell little of it: these are English where the first is.
fn is_foreign(text: &str) -> bool {
    const SHORT: usize = 4;
    const FIRST: &[&str] = &["a", "an", "the", "two", "three", "some"];
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or("").to_lowercase();
    let short = words.count() < SHORT && FIRST.contains(&first.as_str());
    whichlang::detect_language(text) != whichlang::Lang::Eng && !short
}
