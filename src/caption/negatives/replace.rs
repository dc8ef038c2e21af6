//! REPLACE: a cousin of a noun that the captions have there, too; what excludes an attribute or a number; and what closed lists
//! say of the rest ([`exclusive`]).

mod exclusive;
mod made;

use self::made::candidate;
use super::candidate::{Candidate, at_least};
use super::corpus::Corpus;
use super::lists::{self, Dimension};
use super::phrase::{Noun, follows};
use super::sentence::Sentence;
use super::swap::{comes_in_colours, described, is_shaded};
use super::wordnet;
use crate::caption::concept::{Category, ConceptKind};
use crate::caption::edit::SpanRole;
use crate::caption::inflection::is_invariable;

/// The replacements that a sentence allows.
pub(super) fn replacements(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for noun in nouns {
        found.extend(cousins(corpus, sentence, nouns, noun));
        found.extend(attributes(corpus, sentence, noun));
        found.extend(numbers(corpus, sentence, noun));
    }
    found.extend(paired_colours(corpus, sentence));
    found.extend(exclusive::replacements(corpus, sentence, nouns));
    found
}

/// How alike a noun has to be to one that it is put for.
const ALIKE: f64 = 0.12;
/// The largest share of images that both nouns may be said of.
const TOGETHER: f64 = 0.03;
/// The weight of a noun beside that of an attribute, a number or a relation, which are surer.
const OBJECT: f64 = 0.4;
/// How many of the most alike are kept.
const BEST: usize = 6;

/// Another thing of the same kind, which the captions put after the same word, before the same, and with the same adjectives.
fn cousins(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun], noun: &Noun) -> Vec<Candidate> {
    let said = &corpus.said;
    let Some(old) = said.noun(&noun.text) else { return Vec::new() };
    let file = said.nouns[old as usize].file;
    let head = noun.text.rsplit(' ').next().unwrap_or("");
    // "two giraffe": as it is written, another noun would be wrong.
    let odd = !noun.plural
        && noun.determiner.is_some_and(|at| sentence.words[at].category == Category::Number)
        && noun.determined_by(sentence) != Some("one");
    // "a herd of sheep": many, whatever the word looks like.
    let odd =
        odd || is_invariable(head) && !noun.plural && !matches!(noun.determined_by(sentence), Some("a" | "an" | "one"));
    let hollow = odd || lists::is_vague(&noun.text) || corpus.is_person(&noun.text) || lists::is_anyone(head);
    if hollow || file.is_none() || noun.of || !sentence.is_free(&noun.at) {
        return Vec::new();
    }
    let governor = noun.governor(sentence);
    let mut fitting: Vec<(f64, u32)> = Vec::new();
    for (new, governed) in said.after(governor) {
        let known = &said.nouns[new as usize];
        let usual = said.few() || known.count >= 5 && governed > 0;
        let kind = known.plural == noun.plural && known.file == file && !known.vague && !known.describes;
        if new == old || !usual || !kind {
            continue;
        }
        let next = noun.next(sentence);
        let article = !matches!(noun.determined_by(sentence), Some("a" | "an")) || known.counted > 1;
        let described = noun.adjectives.clone().all(|at| said.described(new, &sentence.words[at].text) > 0);
        let seen = next == "$" || said.next(new, next) > 0;
        let deep = noun.before_governor(sentence).is_none_or(|before| said.deep(before, governor, new) > 0);
        let ahead = match follows(sentence, noun.at.end + 1) {
            "$" => true,
            // What follows these is a thing, and goes with the noun or does not.
            _ if matches!(next, "$" | "in" | "on" | "with" | "and" | "at" | "near" | "next" | "of" | "by" | "for") => {
                true
            }
            after => said.ahead(new, next, after) > 0,
        };
        let shown = article && described && seen && deep && ahead;
        if !(said.few() || shown) || said.together(old, new) > TOGETHER {
            continue;
        }
        let odd = corpus.may_be_one(&noun.text, &known.text) || !wordnet::nouns().cousins(&noun.text, &known.text);
        if odd || !corpus.goes_with(new, nouns, Some(noun)) {
            continue;
        }
        let alike = said.alike(old, new);
        if alike >= ALIKE || said.few() {
            fitting.push((alike.max(0.01), new));
        }
    }
    fitting.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    fitting.truncate(BEST);
    let total: f64 = fitting.iter().map(|(alike, _)| alike).sum();
    let made = fitting.iter().filter_map(|&(alike, new)| {
        let known = &said.nouns[new as usize];
        let category = if known.plural { Category::Nouns } else { Category::Noun };
        let words = known.text.split(' ').map(|word| (word.to_owned(), category)).collect();
        let change = sentence.change(noun.at.clone(), words, SpanRole::Replaced);
        candidate(sentence, vec![change], ConceptKind::Object, OBJECT * alike / total)
    });
    made.collect()
}

/// What few captions are enough for.
const PLAIN: &[&str] = &[
    "red", "blue", "green", "yellow", "black", "white", "brown", "orange", "pink", "purple", "gray", "striped",
    "dotted", "large", "small", "big", "old", "new", "young", "empty", "full", "open", "closed",
];

/// Another colour, or what is the contrary.
fn attributes(corpus: &Corpus, sentence: &Sentence, noun: &Noun) -> Vec<Candidate> {
    let mut found = Vec::new();
    // "a brow and white cow": whatever the first was meant to be, it belongs to the second.
    let joined = noun.governor(sentence) == "and" && noun.determiner.is_none() && !noun.plural;
    for at in noun.adjectives.clone().filter(|_| !joined) {
        let word = &sentence.words[at].text;
        let dimension = lists::dimension(word);
        let same = |other: &usize| lists::dimension(&sentence.words[*other].text) == dimension;
        let single = noun.adjectives.clone().filter(same).count() == 1;
        let new: Vec<&str> = match dimension {
            Some(dimension @ (Dimension::Colour | Dimension::Pattern)) if single => {
                lists::values(dimension).filter(|new| !lists::near(word, new)).collect()
            }
            _ if single || dimension.is_none() => lists::antonyms(word),
            _ => Vec::new(),
        };
        let fitting: Vec<&str> = new.into_iter().filter(|new| fits(corpus, &noun.text, new)).collect();
        // "light blue" as a whole.
        let from = if is_shaded(sentence, at) { at - 1 } else { at };
        for new in &fitting {
            let new = vec![((*new).to_owned(), sentence.words[at].category)];
            let change = sentence.change(from..at + 1, new, SpanRole::Replaced);
            found.extend(candidate(sentence, vec![change], ConceptKind::Attribute, 1.0 / fitting.len() as f64));
        }
    }
    found
}

/// Whether the captions say an attribute of a noun, or the noun may have any colour.
fn fits(corpus: &Corpus, noun: &str, new: &str) -> bool {
    let said = described(corpus, noun, new, 2) || comes_in_colours(corpus, noun, new);
    said && (!corpus.said.few() || PLAIN.contains(&new))
}

/// "a red and white bus", "a red, white and blue plane": another colour for one of them.
fn paired_colours(corpus: &Corpus, sentence: &Sentence) -> Vec<Candidate> {
    let words = &sentence.words;
    let colour = |at: usize| words.get(at).is_some_and(|word| lists::dimension(&word.text) == Some(Dimension::Colour));
    let mut found = Vec::new();
    for and in 1..words.len() {
        let pair = words[and].text == "and" && colour(and - 1) && colour(and + 1) && !words[and + 1].after_mark;
        let noun = (and + 2..words.len()).find(|&at| words[at].after_mark || !words[at].category.describes());
        let (true, Some(noun)) = (pair, noun.filter(|&at| !words[at].after_mark)) else { continue };
        let thing = |at: usize| matches!(words[at].category, Category::Noun | Category::Nouns);
        let end = (noun..words.len()).take_while(|&at| thing(at) && (at == noun || !words[at].after_mark)).last();
        let Some(end) = end.filter(|&end| follows(sentence, end + 1) != "of") else { continue };
        let text = words[noun..=end].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let mut first = and - 1;
        while first > 0 && words[first].after_mark && colour(first - 1) {
            first -= 1;
        }
        if lists::is_vague(&text) || corpus.is_person(&text) || is_shaded(sentence, first) {
            continue;
        }
        let places: Vec<usize> = (first..and).chain([and + 1]).collect();
        let other = |new: &&str| {
            let unlike = places.iter().all(|&at| !lists::near(&words[at].text, new));
            unlike && fits(corpus, &text, new)
        };
        let new: Vec<&str> = lists::values(Dimension::Colour).filter(other).collect();
        for &at in &places {
            for colour in &new {
                let word = vec![((*colour).to_owned(), Category::Colour)];
                let change = sentence.change(at..at + 1, word, SpanRole::Replaced);
                let weight = 1.0 / (places.len() * new.len()) as f64;
                found.extend(candidate(sentence, vec![change], ConceptKind::Attribute, weight));
            }
        }
    }
    found
}

/// Another number.
fn numbers(corpus: &Corpus, sentence: &Sentence, noun: &Noun) -> Vec<Candidate> {
    const NUMBERS: &[&str] = &["two", "three", "four", "five", "six"];
    let Some(at) = noun.determiner.filter(|_| noun.plural) else { return Vec::new() };
    let Some(rank) = NUMBERS.iter().position(|number| *number == sentence.words[at].text) else { return Vec::new() };
    // Parts have numbers of their own, and what is said of "both" or of "one" and "the other" is said of two.
    let file = corpus.said.noun(&noun.text).and_then(|number| corpus.said.nouns[number as usize].file);
    let part = file == Some(wordnet::BODY) && !corpus.is_person(&noun.text)
        || lists::is_part(&noun.text)
        || lists::is_vague(&noun.text);
    let words = sentence.words.iter().map(|word| word.text.as_str());
    let counted = words
        .clone()
        .zip(std::iter::once("").chain(words))
        .any(|(word, before)| matches!(word, "both" | "one" | "another") || word == "other" && before != "each");
    // "two people, a man and a woman"
    let listed = sentence.words.get(noun.at.end).is_some_and(|word| word.after_mark);
    if part || counted || listed {
        return Vec::new();
    }
    const KNOWN: u32 = 2;
    let known = corpus.said.noun(&noun.text).is_some_and(|number| corpus.said.nouns[number as usize].count >= KNOWN);
    let usual = |number: &&&str| known || at_least(corpus, 1, || corpus.said.row(number, follows(sentence, at + 1)));
    // What is one more or less is hard to see among many; three times as many have no room.
    let seen = |other: usize| rank.min(other) < 2 || rank.abs_diff(other) > 1;
    let others = (0..NUMBERS.len()).filter(|&other| other != rank && seen(other) && other < 2 * (rank + 2) - 1);
    let others: Vec<&str> = others.map(|other| &NUMBERS[other]).filter(usual).copied().collect();
    let made = others.iter().filter_map(|new| {
        let change = sentence.change(at..at + 1, vec![((*new).to_owned(), Category::Number)], SpanRole::Replaced);
        candidate(sentence, vec![change], ConceptKind::Attribute, 1.0 / others.len() as f64)
    });
    made.collect()
}
