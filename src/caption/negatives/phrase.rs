//! The noun phrases of a sentence, whole compounds with all that describes them.

use std::ops::Range;

use super::sentence::{Placed, Sentence};
use crate::caption::concept::Category;
use crate::caption::inflection::is_invariable;

/// A noun, a compound with all its words, and what stands before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Noun {
    /// The words of the noun.
    pub at: Range<usize>,
    /// In lower case.
    pub text: String,
    pub plural: bool,
    /// The adjectives right before it.
    pub adjectives: Range<usize>,
    /// The article, number or the like before these.
    pub determiner: Option<usize>,
    /// Whether "of" follows: "a plate of rice", and so on.
    pub of: bool,
}

impl Noun {
    /// Where the whole phrase begins.
    pub fn start(&self) -> usize {
        self.determiner.unwrap_or(self.adjectives.start)
    }

    /// The word that governs the phrase; `^` where a part of the sentence begins.
    pub fn governor<'a>(&self, sentence: &'a Sentence) -> &'a str {
        let at = self.start();
        let before = at.checked_sub(1).filter(|_| !sentence.words[at].after_mark);
        before.map_or("^", |i| sentence.words[i].text.as_str())
    }

    /// The word before the one that governs the phrase.
    pub fn before_governor<'a>(&self, sentence: &'a Sentence) -> Option<&'a str> {
        let at = self.start();
        let governor = at.checked_sub(1).filter(|_| !sentence.words[at].after_mark)?;
        governor
            .checked_sub(1)
            .filter(|_| !sentence.words[governor].after_mark)
            .map(|i| sentence.words[i].text.as_str())
    }

    /// The word that follows; `$` where a part of the sentence ends.
    pub fn next<'a>(&self, sentence: &'a Sentence) -> &'a str {
        follows(sentence, self.at.end)
    }

    /// The determiner as it is written in lower case.
    pub fn determined_by<'a>(&self, sentence: &'a Sentence) -> Option<&'a str> {
        self.determiner.map(|i| sentence.words[i].text.as_str())
    }
}

/// The word at a place; `$` where a part of the sentence ends.
pub(super) fn follows(sentence: &Sentence, at: usize) -> &str {
    sentence.words.get(at).filter(|word| !word.after_mark).map_or("$", |word| word.text.as_str())
}

/// Words of other categories that may stand before a noun phrase without being a part of it.
const BEFORE: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "had",
    "many",
    "several",
    "few",
    "of",
    "no",
    "various",
    "multiple",
    "both",
    "all",
    "that",
    "which",
    "while",
    "as",
    "to",
    "it",
    "off",
    "out",
    "up",
    "down",
    "ride",
    "rides",
    "play",
    "fly",
    "eat",
    "hold",
    "sit",
    "stand",
    "wear",
    "riding",
    "there",
    "being",
    "it's",
    "filled",
    "covered",
    "topped",
    "surrounded",
];

/// The noun phrases from left to right; those in which the tagger leaves a word unexplained are passed over, and those that are
/// wrong as they are written: "three woman".
pub(super) fn nouns(sentence: &Sentence) -> Vec<Noun> {
    use Category::*;
    let words = &sentence.words;
    let noun = |i: usize| words.get(i).is_some_and(|w| matches!(w.category, Noun | Nouns | Hollow));
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if !noun(at) {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while noun(end) && !words[end].after_mark {
            end += 1;
        }
        let last = words[end - 1].category;
        let joined = |i: usize| i > 0 && !words[i].after_mark;
        let mut first = at;
        while joined(first) && words[first - 1].category.describes() {
            first -= 1;
        }
        let before = joined(first).then(|| &words[first - 1]);
        let determiner = before.filter(|w| matches!(w.category, Determiner | Number)).map(|_| first - 1);
        let clean = before.is_none_or(|w| match w.category {
            Other => BEFORE.contains(&w.text.as_str()),
            // "a red and white boat": one description.
            Joint => !(joined(first - 1) && words[first - 2].category.describes()),
            Hollow | Noun | Nouns => false,
            _ => true,
        });
        // "a living room", "stainless steel": something else belongs to the noun.
        let verb = follows(sentence, end);
        let cut =
            verb == "and" && first < at && words.get(end + 1).is_some_and(|w| w.category.describes() && at == first);
        let agrees =
            agrees(before.filter(|_| determiner.is_some()), &words[end - 1]) && agrees_with_verb(words, at, end);
        if matches!(last, Noun | Nouns) && clean && !cut && agrees {
            let text = words[at..end].iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
            let of = verb == "of";
            found.push(self::Noun { at: at..end, text, plural: last == Nouns, adjectives: first..at, determiner, of });
        }
        at = end;
    }
    found
}

/// Whether a noun is as many as its determiner says.
fn agrees(determiner: Option<&Placed>, head: &Placed) -> bool {
    let plural = head.category == Category::Nouns;
    determiner.is_none_or(|word| match word.text.as_str() {
        "a" | "an" | "this" | "another" | "each" => !plural,
        "these" | "those" => plural || is_invariable(&head.text),
        _ if word.category == Category::Number => plural || is_invariable(&head.text),
        _ => true,
    })
}

/// Whether the verb after a noun that begins a sentence agrees with it: not "the woman are".
fn agrees_with_verb(words: &[Placed], at: usize, end: usize) -> bool {
    let head = &words[end - 1];
    let begins = (0..at)
        .rev()
        .take_while(|&i| !words[i + 1].after_mark)
        .all(|i| words[i].category.describes() || matches!(words[i].category, Category::Determiner | Category::Number));
    let verb = words.get(end).filter(|word| begins && !word.after_mark).map_or("", |word| word.text.as_str());
    match head.category {
        Category::Nouns => !matches!(verb, "is" | "was" | "has"),
        _ => !matches!(verb, "are" | "were" | "have") || is_invariable(&head.text),
    }
}
