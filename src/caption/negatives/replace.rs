//! REPLACE: a cousin of a noun that the captions have there, too; and what excludes an attribute, a number, a gender, a posture
//! or a relation.

use super::candidate::{Candidate, at_least};
use super::corpus::Corpus;
use super::lists;
use super::phrase::{Noun, follows};
use super::sentence::{Change, Sentence};
use super::swap::{comes_in_colours, described};
use super::wordnet;
use crate::caption::concept::{Category, ConceptKind};
use crate::caption::edit::{Operator, SpanRole};

/// The replacements that a sentence allows.
pub(super) fn replacements(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for noun in nouns {
        found.extend(cousins(corpus, sentence, nouns, noun));
        found.extend(attributes(corpus, sentence, noun));
        found.extend(numbers(corpus, sentence, noun));
    }
    found.extend(sports(corpus, sentence, nouns));
    found.extend(genders(corpus, sentence, nouns));
    found.extend(postures(corpus, sentence, nouns));
    found.extend(relations(corpus, sentence, nouns));
    found
}

fn candidate(sentence: &Sentence, changes: Vec<Change>, concept: ConceptKind, weight: f64) -> Option<Candidate> {
    let incoming = changes.iter().flat_map(|change| change.new.iter());
    let incoming: Vec<String> = incoming.map(|(text, _)| text.clone()).filter(|text| !is_little(text)).collect();
    let free = changes.iter().all(|change| sentence.is_free(&change.at));
    free.then_some(Candidate { operator: Operator::Replace, concept, changes, incoming, weight })
}

fn is_little(word: &str) -> bool {
    matches!(word, "a" | "an" | "of" | "his" | "her" | "he" | "she" | "him" | "himself" | "herself")
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
    let hollow = odd || lists::is_vague(&noun.text) || corpus.is_person(&noun.text) || lists::is_anyone(head);
    if hollow || file.is_none() || noun.of || !sentence.is_free(&noun.at) {
        return Vec::new();
    }
    let governor = noun.governor(sentence);
    let mut fitting: Vec<(f64, u32)> = Vec::new();
    for (new, governed) in said.after(governor) {
        let known = &said.nouns[new as usize];
        let usual = said.few() || known.count >= 5 && governed > 0;
        let kind = known.plural == noun.plural && known.file == file && !known.vague;
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
    for at in noun.adjectives.clone() {
        let word = &sentence.words[at].text;
        let dimension = lists::dimension(word);
        let same = |other: &usize| lists::dimension(&sentence.words[*other].text) == dimension;
        let single = noun.adjectives.clone().filter(same).count() == 1;
        let new: Vec<&str> = match dimension {
            Some(dimension @ (lists::Dimension::Colour | lists::Dimension::Pattern)) if single => {
                lists::values(dimension).filter(|new| !lists::near(word, new)).collect()
            }
            _ if single || dimension.is_none() => lists::antonyms(word),
            _ => Vec::new(),
        };
        let fitting: Vec<&str> = new
            .into_iter()
            .filter(|new| described(corpus, noun, new, 2) || comes_in_colours(corpus, noun, new))
            .filter(|new| !corpus.said.few() || PLAIN.contains(new))
            .collect();
        for new in &fitting {
            let change =
                sentence.change(at..at + 1, vec![((*new).to_owned(), sentence.words[at].category)], SpanRole::Replaced);
            found.extend(candidate(sentence, vec![change], ConceptKind::Attribute, 1.0 / fitting.len() as f64));
        }
    }
    found
}

/// Another number.
fn numbers(corpus: &Corpus, sentence: &Sentence, noun: &Noun) -> Vec<Candidate> {
    const NUMBERS: &[&str] = &["two", "three", "four", "five", "six"];
    let Some(at) = noun.determiner.filter(|_| noun.plural) else { return Vec::new() };
    let Some(rank) = NUMBERS.iter().position(|number| *number == sentence.words[at].text) else { return Vec::new() };
    let usual = |number: &&&str| at_least(corpus, 1, || corpus.said.row(number, follows(sentence, at + 1)));
    // What is one more or less is hard to see among many.
    let others = (0..NUMBERS.len()).filter(|&other| other != rank && (rank.min(other) < 2 || rank.abs_diff(other) > 1));
    let others: Vec<&str> = others.map(|other| &NUMBERS[other]).filter(usual).copied().collect();
    let made = others.iter().filter_map(|new| {
        let change = sentence.change(at..at + 1, vec![((*new).to_owned(), Category::Number)], SpanRole::Replaced);
        candidate(sentence, vec![change], ConceptKind::Attribute, 1.0 / others.len() as f64)
    });
    made.collect()
}

/// Another sport, where one is named once and nothing else is of it.
fn sports(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun]) -> Vec<Candidate> {
    let words = &sentence.words;
    let named: Vec<usize> = (0..words.len()).filter(|&at| lists::is_sport(&words[at].text)).collect();
    let ([at], false) = (named.as_slice(), words.iter().any(|word| lists::is_of_sport(&word.text))) else {
        return Vec::new();
    };
    let Some(noun) = nouns.iter().find(|noun| noun.at.contains(at)) else { return Vec::new() };
    let whole = |sport: &str| noun.text.replace(&words[*at].text, sport);
    let known = |sport: &&str| {
        let seen = corpus.said.noun(&whole(sport)).filter(|&noun| corpus.said.nouns[noun as usize].count > 2);
        *sport != words[*at].text && seen.is_some()
    };
    let others: Vec<&str> = lists::sports().filter(known).collect();
    let made = others.iter().filter_map(|sport| {
        let change = sentence.change(*at..at + 1, vec![((*sport).to_owned(), Category::Noun)], SpanRole::Replaced);
        candidate(sentence, vec![change], ConceptKind::Object, 1.0 / others.len() as f64)
    });
    made.collect()
}

/// A woman for a man, with the pronouns; where there is one gender, and nothing that belongs to one.
fn genders(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun]) -> Option<Candidate> {
    let words = &sentence.words;
    let people: Vec<&Noun> =
        nouns.iter().filter(|noun| words[noun.at.clone()].iter().any(|w| lists::gender(&w.text).is_some())).collect();
    let all = words.iter().filter(|word| lists::gender(&word.text).is_some()).count();
    let [person] = people.as_slice() else { return None };
    let gendered = words.iter().any(|word| lists::is_gendered(&word.text) || word.text.contains(['\'', '\u{2019}']));
    if all != 1 || person.at.len() != 1 || gendered || person.of {
        return None;
    }
    let old = person.text.as_str();
    let (new, male) = (lists::other_gender(old)?, lists::gender(old)?);
    let mut changes = vec![sentence.change(
        person.at.clone(),
        vec![(new.to_owned(), words[person.at.start].category)],
        SpanRole::Replaced,
    )];
    for (at, word) in words.iter().enumerate().filter(|(at, _)| *at >= person.at.end) {
        let before_noun = words.get(at + 1).is_some_and(|next| {
            !next.after_mark
                && (next.category.describes()
                    || matches!(next.category, Category::Noun | Category::Nouns | Category::Hollow))
        });
        let new = match (male, word.text.as_str()) {
            (true, "his") => "her",
            (true, "he") => "she",
            (true, "him") => "her",
            (false, "she") => "he",
            (false, "her") if before_noun => "his",
            (false, "her") if words.get(at + 1).is_none() => "him",
            (_, "his" | "he" | "him" | "her" | "she" | "hers") => return None,
            _ => continue,
        };
        changes.push(Change { at: at..at + 1, new: vec![(new.to_owned(), word.category)], role: SpanRole::Replaced });
    }
    let next = person.next(sentence);
    let usual = at_least(corpus, 1, || corpus.said.noun(new).map_or(0, |noun| corpus.said.next(noun, next)));
    let described_so = person.adjectives.clone().all(|at| {
        let word = &words[at].text;
        at_least(corpus, 2, || corpus.said.noun(new).map_or(0, |noun| corpus.said.described(noun, word)))
    });
    if !usual && next != "$" || !described_so {
        return None;
    }
    candidate(sentence, changes, ConceptKind::Object, 1.0)
}

/// "a man standing": what he does not do while he stands.
fn postures(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun]) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (at, word) in sentence.words.iter().enumerate() {
        let others = lists::exclusive_postures(&word.text);
        let linked = at > 0 && matches!(sentence.words[at - 1].text.as_str(), "is" | "are");
        let subject = nouns.iter().find(|noun| noun.at.end == at - usize::from(linked));
        let Some(subject) = subject.filter(|_| !others.is_empty() && !word.after_mark) else { continue };
        let known = corpus.said.few() && sentence.words.get(at + 1).is_some_and(|word| word.text == "up");
        let person = corpus.is_person(&subject.text) && (!corpus.said.few() || lists::gender(&subject.text).is_some());
        let alive = !known && person || wordnet::nouns().file(&subject.text) == Some(wordnet::ANIMAL);
        let Some(number) = corpus.said.noun(&subject.text).filter(|_| alive) else { continue };
        let next = follows(sentence, at + 1);
        let fits = |new: &&&str| {
            let does = at_least(corpus, 2, || corpus.said.next(number, new));
            does && (next == "$" || at_least(corpus, 3, || corpus.said.row(new, next)))
        };
        let fitting: Vec<&&str> = others.iter().filter(fits).collect();
        for new in &fitting {
            let change = sentence.change(at..at + 1, vec![((**new).to_owned(), word.category)], SpanRole::Replaced);
            found.extend(candidate(sentence, vec![change], ConceptKind::Relation, 1.0 / fitting.len() as f64));
        }
    }
    found
}

/// What things stand on in the open.
const GROUND: &[&str] = &["street", "field", "beach", "mountain", "court", "floor", "runway", "rock"];

/// "under a table" for "on top of a table".
fn relations(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun]) -> Vec<Candidate> {
    let words = &sentence.words;
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let here = |text: &&str| {
            let parts: Vec<&str> = text.split(' ').collect();
            let there = words.get(at..at + parts.len());
            there.is_some_and(|there| {
                there.iter().zip(&parts).all(|(word, part)| word.text == *part)
                    && there[1..].iter().all(|w| !w.after_mark)
            })
        };
        let Some(old) = lists::relations().find(here) else {
            at += 1;
            continue;
        };
        let span = at..at + old.split(' ').count();
        at = span.end;
        // Between two things, and not a part of a verb.
        let after_thing = nouns.iter().any(|noun| noun.at.end == span.start);
        let before = span.start.checked_sub(1).map(|i| &words[i]);
        let posture = before.is_some_and(|word| {
            matches!(
                word.text.as_str(),
                "sitting"
                    | "standing"
                    | "laying"
                    | "lying"
                    | "sleeping"
                    | "parked"
                    | "sits"
                    | "stands"
                    | "lays"
                    | "walking"
            )
        });
        let Some(thing) = nouns.iter().find(|noun| noun.start() == span.end) else { continue };
        // "on the street": nothing is under that, and what is beside it is on it.
        let ground = GROUND.iter().any(|ground| lists::same_thing(&thing.text, ground));
        if !(after_thing || posture) || words[span.start].after_mark || lists::is_vague(&thing.text) || ground {
            continue;
        }
        let Some(number) = corpus.said.noun(&thing.text) else { continue };
        // The last word of a relation governs the noun.
        let fits = |new: &&&str| {
            let last = new.rsplit(' ').next().unwrap_or("");
            let least = if new.contains(' ') { 3 } else { 2 };
            let whole = new
                .split(' ')
                .collect::<Vec<_>>()
                .windows(2)
                .all(|pair| at_least(corpus, 2, || corpus.said.row(pair[0], pair[1])));
            let follows_it = before.is_none_or(|word| {
                at_least(corpus, 1, || corpus.said.row(&word.text, new.split(' ').next().unwrap_or("")))
            });
            whole && follows_it && at_least(corpus, least, || corpus.said.governs(last, number))
        };
        let fitting: Vec<&&str> = lists::exclusive_relations(old).iter().filter(fits).collect();
        for new in &fitting {
            let new = new.split(' ').map(|word| (word.to_owned(), Category::Place)).collect();
            let change = sentence.change(span.clone(), new, SpanRole::Replaced);
            found.extend(candidate(sentence, vec![change], ConceptKind::Relation, 1.0 / fitting.len() as f64));
        }
    }
    found
}
