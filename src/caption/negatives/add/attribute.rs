//! An attribute more: one that another caption contradicts, or a colour so striking that one of them would have said it.

use crate::caption::concept::{Category, ConceptKind};
use crate::caption::edit::{Operator, SpanRole};
use crate::caption::negatives::candidate::{Candidate, MANY};
use crate::caption::negatives::corpus::Corpus;
use crate::caption::negatives::lists::{self, Dimension};
use crate::caption::negatives::phrase::{self, Noun};
use crate::caption::negatives::sentence::{Placed, Sentence};
use crate::caption::negatives::wordnet;

/// The weight of what is contradicted beside what is only uncommon.
const CONTRADICTED: f64 = 50.0;

/// The attributes that can be added to the nouns of a sentence.
pub(super) fn attributes(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun], told: &[Sentence]) -> Vec<Candidate> {
    let told: Vec<(&Sentence, Vec<Noun>)> = told.iter().map(|other| (other, phrase::nouns(other))).collect();
    let mut found = Vec::new();
    for noun in nouns {
        let Some(at) = place(sentence, noun) else { continue };
        let values = if corpus.is_person(&noun.text) {
            of_person(corpus, nouns, noun, &told)
        } else {
            let mut values = contradicted(corpus, noun, &told);
            values.extend(striking(corpus, noun));
            values
        };
        let bare = noun.adjectives.is_empty();
        for (word, weight) in values {
            let colour = lists::dimension(word) == Some(Dimension::Colour);
            // "A large blue bus", and not "a blue large bus" or "a large wet bus".
            if !bare && !colour {
                continue;
            }
            let category = if colour { Category::Colour } else { Category::Adjective };
            found.push(Candidate {
                operator: Operator::Add,
                concept: ConceptKind::Attribute,
                changes: vec![sentence.change(at..at, vec![(word.to_owned(), category)], SpanRole::Added)],
                incoming: vec![word.to_owned()],
                weight,
            });
        }
    }
    found
}

/// Where an attribute can be put: before the noun and what it is made of.
fn place(sentence: &Sentence, noun: &Noun) -> Option<usize> {
    let whole = noun.start()..noun.at.end;
    let marked = sentence.words[noun.adjectives.start..noun.at.end].iter().any(|word| word.after_mark);
    let placed = noun.start().checked_sub(1).is_some_and(|i| sentence.words[i].category == Category::Place);
    let named = noun.determiner.is_some() || noun.plural && (placed || !noun.adjectives.is_empty());
    // "A blue table and chairs": it would be said of both.
    let own = |word: &Placed| matches!(word.category, Category::Determiner | Category::Number);
    let shared = matches!(noun.next(sentence), "and" | "or") && !sentence.words.get(noun.at.end + 1).is_some_and(own);
    let of = noun.of && !lists::holds(&noun.text);
    if !named || marked || shared || of || lists::is_vague(&noun.text) || !sentence.is_free(&whole) {
        return None;
    }
    let kind = |i: &usize| lists::dimension(&sentence.words[*i].text);
    let plain = |i: &usize| matches!(kind(i), Some(Dimension::Size | Dimension::Age | Dimension::State));
    let at = noun.adjectives.clone().find(|i| !plain(i)).unwrap_or(noun.adjectives.end);
    (at..noun.adjectives.end).all(|i| kind(&i) == Some(Dimension::Material)).then_some(at)
}

/// What other captions say of the thing, and the attributes that exclude it.
fn contradicted<'a>(corpus: &'a Corpus, noun: &Noun, told: &[(&Sentence, Vec<Noun>)]) -> Vec<(&'a str, f64)> {
    let mut said: Vec<&str> = Vec::new();
    for (sentence, nouns) in told {
        let mut alike = nouns.iter().filter(|other| head(&other.text) == head(&noun.text));
        let (Some(one), None) = (alike.next(), alike.next()) else { continue };
        if one.plural == noun.plural && (one.text.ends_with(&noun.text) || noun.text.ends_with(&one.text)) {
            said.extend(one.adjectives.clone().map(|i| sentence.words[i].text.as_str()));
        }
    }
    let Some(number) = corpus.said.noun(&noun.text).filter(|_| !said.is_empty()) else { return Vec::new() };
    let values = corpus.said.adjectives(number);
    let natural = corpus.said.nouns[number as usize].file != Some(wordnet::ARTIFACT);
    let colours = of_dimension(&values, Dimension::Colour);
    let all: u32 = colours.iter().map(|(_, count)| count).sum();
    let coloured = said.iter().any(|word| lists::dimension(word) == Some(Dimension::Colour));
    let usual = |count: u32| count > 2 && (!natural || f64::from(count) >= NATURAL * f64::from(all));
    let mut found: Vec<(&str, f64)> = Vec::new();
    for (word, count) in colours {
        if coloured && usual(count) && !said.iter().any(|said| lists::near(said, word)) {
            found.push((word, CONTRADICTED));
        }
    }
    let against: Vec<&str> = said.iter().flat_map(|word| lists::antonyms(word)).collect();
    for (word, count) in values {
        let whole = !matches!(lists::dimension(word), None | Some(Dimension::Colour));
        // A street is busy in one corner, and empty in another.
        let crowd = matches!(word, "empty" | "full" | "crowded");
        if whole && !crowd && count > 1 && against.contains(&word) && !said.iter().any(|said| lists::near(said, word)) {
            found.push((word, CONTRADICTED));
        }
    }
    found
}

/// The least share of the colours of an animal, or another thing that is not made, that is natural to it.
const NATURAL: f64 = 0.04;
/// The largest share of the colours of a thing that is uncommon.
const UNCOMMON: f64 = 0.15;
/// The largest share of all that is said of a thing, where its colours are seldom told at all.
const UNSAID: f64 = 0.01;
/// The same of colours that are passed over, of a thing that has a usual colour.
const RARE: f64 = 0.06;
/// The share of a usual colour.
const USUAL: f64 = 0.6;

/// Colours that captions give things of this name, but seldom.
fn striking<'a>(corpus: &'a Corpus, noun: &Noun) -> Vec<(&'a str, f64)> {
    if corpus.said.few() {
        let colours = lists::values(Dimension::Colour).filter(|c| corpus.said.knows(c) && !lists::is_pale(c));
        let made = !matches!(wordnet::nouns().file(&noun.text), Some(wordnet::ANIMAL | wordnet::BODY));
        return colours.filter(|_| made).map(|colour| (colour, 1.0)).collect();
    }
    let Some(number) = corpus.said.noun(&noun.text) else { return Vec::new() };
    let known = &corpus.said.nouns[number as usize];
    if known.file != Some(wordnet::ARTIFACT) || lists::is_unpainted(&noun.text) {
        return Vec::new();
    }
    let colours = of_dimension(&corpus.said.adjectives(number), Dimension::Colour);
    let all: f64 = colours.iter().map(|&(_, count)| f64::from(count)).sum();
    let share = |count: u32| f64::from(count) / all;
    let most = |pale: bool| colours.iter().filter(|(word, _)| lists::is_pale(word) == pale).max_by_key(|(_, n)| *n);
    let usual = most(true).filter(|(_, count)| share(*count) >= USUAL);
    let first = most(false).filter(|(_, count)| share(*count) > UNCOMMON / 1.5);
    let fits = |word: &str, count: u32| match lists::is_pale(word) {
        true => count > 1 && share(count) <= RARE && usual.is_some_and(|(usual, _)| !lists::near(usual, word)),
        false if f64::from(count) <= UNSAID * f64::from(known.count) => true,
        false => count > 1 && share(count) <= UNCOMMON && first.is_none_or(|(first, _)| *first != word),
    };
    let uncommon = colours.iter().filter(|(word, count)| fits(word, *count));
    uncommon.map(|&(word, count)| (word, share(count).sqrt())).collect()
}

/// The ages of the one person of an image that another caption contradicts.
fn of_person(
    corpus: &Corpus,
    nouns: &[Noun],
    noun: &Noun,
    told: &[(&Sentence, Vec<Noun>)],
) -> Vec<(&'static str, f64)> {
    let persons = |nouns: &[Noun]| nouns.iter().filter(|noun| corpus.is_person(&noun.text)).count();
    let many = |other: &Sentence| other.words.iter().any(|word| MANY.split(' ').any(|many| many == word.text));
    let alone = told.iter().all(|(other, nouns)| persons(nouns) < 2 && !many(other));
    let grown = lists::gender(&noun.text).is_some() || noun.text == "person";
    if noun.plural || !grown || is_child(&noun.text) || persons(nouns) != 1 || !alone {
        return Vec::new();
    }
    let says = |list: &[&str]| {
        let words = told.iter().flat_map(|(other, nouns)| {
            let person = nouns.iter().find(|noun| corpus.is_person(&noun.text) && !noun.plural);
            person.map_or(&[][..], |person| &other.words[person.start()..person.at.end])
        });
        words.into_iter().any(|word| list.contains(&word.text.as_str()) || list == YOUNG && is_child(&word.text))
    };
    match (says(YOUNG), says(OLD)) {
        (true, false) => vec![("elderly", CONTRADICTED)],
        (false, true) => vec![("young", CONTRADICTED)],
        _ => Vec::new(),
    }
}

const YOUNG: &[&str] = &["young", "teenage"];
const OLD: &[&str] = &["old", "elderly", "older"];

fn is_child(noun: &str) -> bool {
    matches!(head(noun), "boy" | "girl" | "teenager" | "teen") || !lists::grown(head(noun)).is_empty()
}

fn head(noun: &str) -> &str {
    noun.rsplit(' ').next().unwrap_or(noun)
}

fn of_dimension<'a>(values: &[(&'a str, u32)], dimension: Dimension) -> Vec<(&'a str, u32)> {
    values.iter().copied().filter(|(word, _)| lists::dimension(word) == Some(dimension)).collect()
}
