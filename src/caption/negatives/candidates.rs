//! Every edit of a sentence by one operator that tags allow.

use std::ops::Range;

use rand_chacha::ChaCha8Rng;

use super::close::{are_close, is_person, says_little};
use super::offers::Offers;
use super::sentence::{Placed, Sentence};
use crate::caption::concept::{Category, ConceptKind, is_colour, is_pattern};
use crate::caption::edit::{Operator, Step};

/// An edit that could be made.
pub(super) struct Candidate {
    pub step: Step<String>,
    pub concept: ConceptKind,
    pub sentence: Sentence,
    /// How much the kind of edit is wanted, beside how plausible its result is.
    pub weight: f64,
}

/// A concept of a sentence: a compound noun with all its words, a relation of one or several words, or one other word.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    pub at: Range<usize>,
    pub category: Category,
    /// Whether an article or the like belongs to it.
    pub determined: bool,
}

impl Phrase {
    pub fn text(&self, sentence: &Sentence) -> String {
        sentence.words[self.at.clone()].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn touched(&self, sentence: &Sentence) -> bool {
        sentence.words[self.at.clone()].iter().any(|word| word.touched)
    }
}

/// Relations of place that can stand for each other.
const RELATIONS: &[&str] = &[
    "in",
    "on",
    "under",
    "behind",
    "above",
    "near",
    "beside",
    "inside",
    "over",
    "below",
    "beneath",
    "underneath",
    "next to",
    "in front of",
    "on top of",
    "around",
    "across",
    "outside",
];
/// What can have one object more: "holding a kite and a ball".
const WITH: &[&str] = &[
    "with", "near", "beside", "behind", "holding", "carrying", "wearing", "to", "and", "has", "eating", "by", "using",
];
/// Relations as they stand in a sentence, the longest first, but for what follows them in a turn of phrase.
const PHRASES: &[&[&str]] = &[&["in", "front", "of"], &["on", "top", "of"], &["next", "to"]];

/// The concepts of a sentence, from left to right.
pub(super) fn phrases(sentence: &Sentence) -> Vec<Phrase> {
    let words = &sentence.words;
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let end = phrase_end(sentence, at);
        let last = &words[end - 1];
        let category = if end > at + 1 && last.category.concept().is_none() { Category::Place } else { last.category };
        if category.concept().is_some() {
            found.push(Phrase { at: at..end, category, determined: determined(sentence, at) });
        }
        at = end;
    }
    found
}

/// Where the phrase that begins at a word ends.
fn phrase_end(sentence: &Sentence, at: usize) -> usize {
    let words = &sentence.words;
    let relation = |phrase: &&&[&str]| {
        let here = words.get(at..at + phrase.len());
        here.is_some_and(|here| here.iter().zip(**phrase).all(|(word, text)| word.text == *text))
    };
    if let Some(phrase) = PHRASES.iter().find(relation) {
        return at + phrase.len();
    }
    let noun = |i: usize| matches!(words[i].category, Category::Noun | Category::Nouns | Category::Hollow);
    let mut end = at + 1;
    while noun(at) && end < words.len() && noun(end) && !words[end].after_mark {
        end += 1;
    }
    end
}

/// Whether an article, a number or the like stands before a noun and the words that describe it.
fn determined(sentence: &Sentence, at: usize) -> bool {
    let words = &sentence.words;
    let mut first = at;
    while first > 0 && !words[first].after_mark && words[first - 1].category.describes() {
        first -= 1;
    }
    let before = first.checked_sub(1).filter(|_| !words[first].after_mark).map(|i| words[i].category);
    matches!(before, Some(Category::Determiner | Category::Number))
}

/// The candidates for one operator on concepts that no edit has touched.
pub(super) fn candidates(
    offers: &Offers,
    sentence: &Sentence,
    operator: &Operator,
    random: &mut ChaCha8Rng,
) -> Vec<Candidate> {
    let phrases: Vec<Phrase> = phrases(sentence).into_iter().filter(|phrase| !phrase.touched(sentence)).collect();
    match operator {
        Operator::Swap => swaps(sentence, &phrases),
        Operator::Replace => phrases.iter().flat_map(|phrase| replacements(offers, sentence, phrase, random)).collect(),
        Operator::Add => {
            let attributes = phrases.iter().flat_map(|phrase| attributes(offers, sentence, phrase, random));
            let mut all: Vec<Candidate> = attributes.collect();
            all.extend(objects(offers, sentence, &phrases, random));
            all
        }
        _ => Vec::new(),
    }
}

/// The result of a step, if it reads well where articles are concerned.
fn candidate(sentence: &Sentence, step: Step<String>, concept: ConceptKind, weight: f64) -> Option<Candidate> {
    let edited = sentence.edited(&step).filter(|edited| edited.articles_agree() && !paints_people(edited))?;
    let tagged = edited.words.iter().zip(sentence.words.iter());
    let changed = edited.words.len() != sentence.words.len() || tagged.clone().any(|(a, b)| a.text != b.text);
    changed.then_some(Candidate { step, concept, sentence: edited, weight })
}

/// Whether an edit has put a colour, a pattern or a material before people: it would not be said of their clothes.
fn paints_people(sentence: &Sentence) -> bool {
    let paints =
        |word: &Placed| is_colour(&word.text) || is_pattern(&word.text) || MATERIALS.contains(&word.text.as_str());
    let edited = |pair: &[Placed]| pair[0].touched || pair[1].touched;
    sentence.words.windows(2).any(|pair| edited(pair) && paints(&pair[0]) && is_person(&pair[1].text))
}

/// Adjectives for what things are made of.
const MATERIALS: &[&str] =
    &["wooden", "metallic", "metal", "plastic", "concrete", "woolen", "marble", "paved", "leafy"];

/// Whether a noun and its company follow a place: else "around" or "on" says nothing of where something is.
fn noun_follows(sentence: &Sentence, at: usize) -> bool {
    sentence.words.get(at).is_some_and(|word| {
        let begins =
            matches!(word.category, Category::Determiner | Category::Number | Category::Noun | Category::Nouns);
        !word.after_mark && (begins || word.category.describes())
    })
}

/// The article right before a phrase.
fn article<'a>(sentence: &'a Sentence, span: &Range<usize>) -> Option<&'a str> {
    let before = &sentence.words[span.start.checked_sub(1)?].text;
    Some(before.as_str()).filter(|word| matches!(*word, "a" | "an" | "the"))
}

/// Exchanges of two objects of one number, or of two attributes of one kind.
fn swaps(sentence: &Sentence, phrases: &[Phrase]) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (i, one) in phrases.iter().enumerate() {
        for two in &phrases[i + 1..] {
            let (left, right) = (one.text(sentence), two.text(sentence));
            let Some(concept) = one.category.concept().filter(|kind| *kind != ConceptKind::Relation) else { continue };
            let alike = one.category == two.category && one.determined == two.determined;
            let shared = left.split(' ').any(|word| right.split(' ').any(|other| word == other));
            // "a dog and a cat", "a small wooden boat": the exchange says the same.
            let between: Vec<Category> =
                sentence.words[one.at.end..two.at.start].iter().map(|word| word.category).collect();
            let joined = matches!(between[..], [Category::Joint] | [Category::Joint, Category::Determiner])
                || between.is_empty()
                || concept == ConceptKind::Attribute
                    && between.iter().all(|category| category.describes() || *category == Category::Joint);
            // Things seldom do what people do: "a ball throws a man" is told from captions by its text alone.
            if alike && !shared && !joined && is_person(&left) == is_person(&right) {
                // "a bench near the water": different articles go with their nouns, which they suit.
                let apart = match (article(sentence, &one.at), article(sentence, &two.at)) {
                    (Some(a), Some(b)) => a != b,
                    _ => false,
                };
                let [left, right] = [&one.at, &two.at].map(|at| at.start - usize::from(apart)..at.end);
                found.extend(candidate(sentence, Step::Swap { left, right }, concept, 1.0));
            }
        }
    }
    found
}

/// Another phrase of the same kind in the place of a phrase.
fn replacements(offers: &Offers, sentence: &Sentence, phrase: &Phrase, random: &mut ChaCha8Rng) -> Vec<Candidate> {
    let old = phrase.text(sentence);
    let Some(concept) = phrase.category.concept() else { return Vec::new() };
    let place = phrase.category == Category::Place;
    if place && !(RELATIONS.contains(&old.as_str()) && noun_follows(sentence, phrase.at.end)) {
        return Vec::new();
    }
    let before = phrase.at.start.checked_sub(1).map_or("", |i| sentence.words[i].text.as_str());
    let drawn = offers.draw((phrase.category, phrase.determined), before, random);
    let fits = |new: &String| {
        let known = !place || RELATIONS.contains(&new.as_str());
        let there = sentence.words.iter().any(|word| new.split(' ').any(|part| part == word.text && part.len() > 3));
        known && !there && is_person(&old) == is_person(new) && !are_close(&old, new)
    };
    // One concept of many candidates is as likely as one of few.
    let fitting: Vec<String> = drawn.into_iter().filter(fits).collect();
    let weight = 1.0 / fitting.len().max(1) as f64;
    let made = fitting.iter().filter_map(|new| {
        let words: Vec<String> = new.split(' ').map(str::to_owned).collect();
        let step = Step::Replace { old: phrase.at.clone(), new: words.clone() };
        candidate(sentence, step, concept, weight).or_else(|| {
            // "a cat" for "an owl": the article changes with the noun.
            article(sentence, &phrase.at).filter(|article| *article != "the")?;
            let words = [super::sentence::article(new).to_owned()].into_iter().chain(words);
            let step = Step::Replace { old: phrase.at.start - 1..phrase.at.end, new: words.collect() };
            candidate(sentence, step, concept, weight)
        })
    });
    made.collect()
}

/// A colour, a pattern or another attribute before an object that has none.
fn attributes(offers: &Offers, sentence: &Sentence, phrase: &Phrase, random: &mut ChaCha8Rng) -> Vec<Candidate> {
    let at = phrase.at.start;
    let before = at.checked_sub(1).filter(|_| !sentence.words[at].after_mark).map(|i| &sentence.words[i]);
    let object = matches!(phrase.category, Category::Noun | Category::Nouns);
    if !object || !phrase.determined || before.is_some_and(|word| word.category.describes()) {
        return Vec::new();
    }
    let before = before.map_or("", |word| word.text.as_str());
    let mut found = Vec::new();
    for category in [Category::Colour, Category::Pattern, Category::Adjective] {
        let drawn = offers.draw((category, true), before, random);
        let there = |new: &String| sentence.words.iter().any(|word| word.text == *new);
        for new in drawn.into_iter().filter(|new| !there(new) && !says_little(new)) {
            let step = Step::Add { at, new: vec![new] };
            found.extend(candidate(sentence, step, ConceptKind::Attribute, 1.0));
        }
    }
    found
}

/// "and a dog" after the object with which the caption ends.
fn objects(offers: &Offers, sentence: &Sentence, phrases: &[Phrase], random: &mut ChaCha8Rng) -> Vec<Candidate> {
    let Some(last) = phrases.last().filter(|last| last.at.end == sentence.words.len() && last.determined) else {
        return Vec::new();
    };
    let company = last.at.start.checked_sub(2).map_or("", |i| sentence.words[i].text.as_str());
    if !matches!(last.category, Category::Noun | Category::Nouns) || !WITH.contains(&company) {
        return Vec::new();
    }
    let before = last.at.start.checked_sub(1).map_or("", |i| sentence.words[i].text.as_str());
    let drawn = offers.draw((Category::Noun, true), before, random);
    let there = |new: &String| {
        let text = last.text(sentence);
        are_close(&text, new) || sentence.words.iter().any(|word| new.split(' ').any(|part| part == word.text))
    };
    let made = drawn.into_iter().filter(|new| !there(new)).filter_map(|new| {
        let words =
            ["and", super::sentence::article(&new)].into_iter().chain(new.split(' ')).map(str::to_owned).collect();
        candidate(sentence, Step::Add { at: sentence.words.len(), new: words }, ConceptKind::Object, 2.0)
    });
    made.collect()
}
