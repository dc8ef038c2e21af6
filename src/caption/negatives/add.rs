//! ADD: an attribute that the captions give the noun, but not as a rule; or a thing more.

use super::candidate::{Candidate, at_least};
use super::corpus::Corpus;
use super::lists::{self, Dimension};
use super::phrase::Noun;
use super::sentence::{Sentence, article};
use super::wordnet;
use crate::caption::concept::{Category, ConceptKind};
use crate::caption::edit::{Operator, SpanRole};

/// The additions that a sentence allows.
pub(super) fn additions(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = nouns.iter().flat_map(|noun| attributes(corpus, sentence, noun)).collect();
    found.extend(nouns.last().map(|last| things(corpus, sentence, nouns, last)).unwrap_or_default());
    found.extend(nouns.iter().flat_map(|noun| company(corpus, sentence, nouns, noun)));
    found
}

/// The share of a dimension from which a value is what one expects.
const DEFAULT: f64 = 0.22;

/// The weight of what is said of people, of which there is little, beside what is said of things.
const PERSON: f64 = 0.12;

fn attributes(corpus: &Corpus, sentence: &Sentence, noun: &Noun) -> Vec<Candidate> {
    let at = noun.adjectives.start;
    let bare = noun.adjectives.is_empty() && noun.determiner.is_some() && sentence.is_free(&noun.at);
    if !bare || noun.of || lists::is_vague(&noun.text) || sentence.words[at].after_mark {
        return Vec::new();
    }
    let person = corpus.is_person(&noun.text);
    // "A bald man and woman": it would be said of both.
    if matches!(noun.next(sentence), "and" | "or") {
        return Vec::new();
    }
    let values: Vec<(&str, u32)> = match corpus.said.noun(&noun.text) {
        Some(number) if !corpus.said.few() => corpus.said.adjectives(number),
        _ if corpus.said.few() && !person => {
            lists::values(Dimension::Colour).filter(|c| corpus.said.knows(c)).map(|c| (c, 3)).collect()
        }
        _ => Vec::new(),
    };
    let dimensions = [Dimension::Colour, Dimension::Pattern, Dimension::Material, Dimension::State, Dimension::Age];
    let mut found = Vec::new();
    for dimension in dimensions {
        let of: Vec<(&str, u32)> =
            values.iter().copied().filter(|(word, _)| lists::dimension(word) == Some(dimension)).collect();
        let all: u32 = of.iter().map(|(_, count)| count).sum();
        // Of what is not counted, as snow, a colour is expected.
        let known = corpus.said.noun(&noun.text).map(|number| &corpus.said.nouns[number as usize]);
        let counted = known.is_none_or(|known| known.plural || 3 * known.counted > known.count) || corpus.said.few();
        // Wood is brown.
        let wooden = wordnet::nouns().related(&noun.text, "furniture");
        let fits = |word: &str, count: u32| match dimension {
            Dimension::Colour if wooden && word == "brown" => false,
            Dimension::Colour => !person && counted && f64::from(count) <= DEFAULT * f64::from(all),
            Dimension::Material => !person && f64::from(count) <= DEFAULT * f64::from(all),
            Dimension::Pattern => !person,
            Dimension::State => matches!(word, "bald" | "bearded" | "shirtless" | "rusty" | "broken" | "round"),
            Dimension::Age => matches!(word, "elderly" | "vintage" | "antique"),
            Dimension::Size => false,
        };
        for &(word, count) in of.iter().filter(|(word, count)| (*count > 2 || corpus.said.few()) && fits(word, *count))
        {
            let category = if dimension == Dimension::Colour { Category::Colour } else { Category::Adjective };
            let change = sentence.change(at..at, vec![(word.to_owned(), category)], SpanRole::Added);
            let share = f64::from(count).sqrt() / f64::from(all.max(1)).sqrt();
            let weight = if person { PERSON * share } else { share };
            found.push(Candidate {
                operator: Operator::Add,
                concept: ConceptKind::Attribute,
                changes: vec![change],
                incoming: vec![word.to_owned()],
                weight,
            });
        }
    }
    found
}

/// Words after which one thing more may be named.
const HOLDING: &[&str] = &["with", "holding", "carrying", "near", "beside", "to", "eating", "by", "has"];
/// How alike two things have to be that are named together.
const ALIKE: f64 = 0.08;
/// The largest share of images that both are said of.
const TOGETHER: f64 = 0.1;
const BEST: usize = 8;

/// "and a kite" after the thing with which the caption ends.
fn things(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun], last: &Noun) -> Vec<Candidate> {
    let governor = last.governor(sentence);
    let ends = last.at.end == sentence.words.len() && matches!(last.determined_by(sentence), Some("a" | "an" | "the"));
    let whole = sentence.words.iter().filter(|word| word.text == "and").count() == 0 && sentence.is_free(&last.at);
    if !ends || !whole || !HOLDING.contains(&governor) || last.plural || lists::is_vague(&last.text) {
        return Vec::new();
    }
    let Some(old) = corpus.said.noun(&last.text) else { return Vec::new() };
    let mut fitting: Vec<(f64, u32)> = Vec::new();
    for (new, count) in corpus.said.after(governor) {
        let deep = last.before_governor(sentence).is_none_or(|before| corpus.said.deep(before, governor, new) > 0);
        let usual = at_least(corpus, 3, || count) && (deep || corpus.said.few());
        if usual && is_new(corpus, sentence, new) && corpus.goes_with(new, nouns, None) {
            let alike = corpus.said.alike(old, new);
            if (alike > ALIKE || corpus.said.few()) && corpus.said.together(old, new) < TOGETHER {
                fitting.push((alike.max(0.01), new));
            }
        }
    }
    ranked(corpus, sentence, last, fitting, "and")
}

/// "with a dog" after a thing that captions say so much of.
fn company(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun], noun: &Noun) -> Vec<Candidate> {
    let next = sentence.words.get(noun.at.end);
    let open = next.is_none_or(|word| {
        !word.after_mark
            && (matches!(word.category, Category::Doing) || matches!(word.text.as_str(), "on" | "in" | "is"))
    });
    let with =
        sentence.words.iter().any(|word| matches!(word.text.as_str(), "with" | "and" | "has" | "wearing" | "holding"));
    let first = noun.start() == 0 && noun.determiner.is_some() && !noun.plural;
    if !open || with || !first || !sentence.is_free(&noun.at) || corpus.said.few() {
        return Vec::new();
    }
    let Some(old) = corpus.said.noun(&noun.text) else { return Vec::new() };
    let company = corpus.said.company(old).into_iter();
    let fitting: Vec<(f64, u32)> = company
        .filter(|&(new, count)| {
            count > 1
                && is_new(corpus, sentence, new)
                && corpus.goes_with(new, nouns, None)
                && corpus.said.together(old, new) < TOGETHER
        })
        .map(|(new, count)| (f64::from(count).sqrt(), new))
        .collect();
    ranked(corpus, sentence, noun, fitting, "with")
}

/// Whether a noun names one thing that the sentence does not.
fn is_new(corpus: &Corpus, sentence: &Sentence, new: u32) -> bool {
    let known = &corpus.said.nouns[new as usize];
    let usual = corpus.said.few() || known.counted > 4;
    if known.plural || !usual || known.file.is_none() || known.vague || corpus.is_person(&known.text) {
        return false;
    }
    use Category::{Doing, Hollow, Noun, Nouns};
    let mut things = sentence.words.iter().filter(|word| matches!(word.category, Noun | Nouns | Hollow | Doing));
    !things.any(|word| corpus.may_be_one(&word.text, &known.text))
}

fn ranked(
    corpus: &Corpus,
    sentence: &Sentence,
    after: &Noun,
    mut fitting: Vec<(f64, u32)>,
    joint: &str,
) -> Vec<Candidate> {
    fitting.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    fitting.truncate(BEST);
    let total: f64 = fitting.iter().map(|(weight, _)| weight).sum();
    let made = fitting.into_iter().map(|(weight, new)| {
        let text = &corpus.said.nouns[new as usize].text;
        let category = if joint == "and" { Category::Joint } else { Category::Place };
        let before = [(joint.to_owned(), category), (article(text).to_owned(), Category::Determiner)];
        let words = text.split(' ').map(|word| (word.to_owned(), Category::Noun));
        let change =
            sentence.change(after.at.end..after.at.end, before.into_iter().chain(words).collect(), SpanRole::Added);
        Candidate {
            operator: Operator::Add,
            concept: ConceptKind::Object,
            changes: vec![change],
            incoming: vec![text.clone()],
            weight: weight / total,
        }
    });
    made.collect()
}
