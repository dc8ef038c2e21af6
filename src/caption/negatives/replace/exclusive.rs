//! What closed lists say: another sport, the other gender, another posture, the contrary relation, another time.

use super::made::candidate;
use crate::caption::concept::{Category, ConceptKind};
use crate::caption::edit::{Operator, SpanRole};
use crate::caption::negatives::candidate::{Candidate, at_least};
use crate::caption::negatives::corpus::Corpus;
use crate::caption::negatives::phrase::{Noun, follows};
use crate::caption::negatives::sentence::{Change, Sentence};
use crate::caption::negatives::{lists, wordnet};

/// The replacements by closed lists that a sentence allows.
pub(super) fn replacements(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun]) -> Vec<Candidate> {
    let mut found = sports(corpus, sentence, nouns);
    found.extend(genders(corpus, sentence, nouns));
    found.extend(sexes(corpus, sentence));
    found.extend(ages(corpus, sentence, nouns));
    found.extend(postures(corpus, sentence, nouns));
    found.extend(relations(corpus, sentence, nouns));
    found.extend(times(sentence));
    found
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
    let noun = vec![(new.to_owned(), words[person.at.start].category)];
    let mut changes = vec![sentence.change(person.at.clone(), noun, SpanRole::Replaced)];
    changes.extend(pronouns(sentence, person.at.end, male)?);
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

/// The pronouns from a place on for the other gender; `None` where one is there that is of neither, or of both.
fn pronouns(sentence: &Sentence, from: usize, male: bool) -> Option<Vec<Change>> {
    let words = &sentence.words;
    let mut changes = Vec::new();
    for (at, word) in words.iter().enumerate().skip(from) {
        let before_noun = words.get(at + 1).is_some_and(|next| {
            use Category::{Hollow, Noun, Nouns};
            !next.after_mark && (next.category.describes() || matches!(next.category, Noun | Nouns | Hollow))
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
    Some(changes)
}

/// "a female tennis player": the other sex, where nothing else tells of one.
fn sexes(corpus: &Corpus, sentence: &Sentence) -> Option<Candidate> {
    let words = &sentence.words;
    let told =
        |text: &str| lists::gender(text).is_some() || lists::is_gendered(text) || text.contains(['\'', '\u{2019}']);
    let mut telling = (0..words.len()).filter(|&at| told(&words[at].text));
    let (at, None) = (telling.next()?, telling.next()) else { return None };
    let (new, male) = match words[at].text.as_str() {
        "male" => ("female", true),
        "female" => ("male", false),
        _ => return None,
    };
    let thing = |at: usize| matches!(words[at].category, Category::Noun | Category::Nouns);
    let end = (at + 1..words.len()).take_while(|&next| thing(next) && !words[next].after_mark).last()?;
    let text = words[at + 1..=end].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    if !corpus.is_person(&text) {
        return None;
    }
    let word = vec![(new.to_owned(), words[at].category)];
    let mut changes = vec![sentence.change(at..at + 1, word, SpanRole::Replaced)];
    changes.extend(pronouns(sentence, end + 1, male)?);
    candidate(sentence, changes, ConceptKind::Attribute, 1.0)
}

/// A man or a woman for a child, where nothing else there is of children or of anyone else.
fn ages(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun]) -> Vec<Candidate> {
    let words = &sentence.words;
    let people: Vec<&Noun> = nouns.iter().filter(|noun| corpus.is_person(&noun.text)).collect();
    let [child] = people.as_slice() else { return Vec::new() };
    let elsewhere =
        || words.iter().enumerate().filter(|(at, _)| !child.at.contains(at)).map(|(_, word)| word.text.as_str());
    let telling = |word: &str| {
        lists::gender(word).is_some()
            || lists::is_gendered(word)
            || lists::is_childish(word)
            || !lists::grown(word).is_empty()
    };
    let born = matches!(child.governor(sentence), "having" | "has" | "of") && child.text.starts_with("bab");
    if born
        || child.at.len() != 1
        || child.of
        || elsewhere().any(|word| telling(word) || matches!(word, "it" | "its" | "it's"))
    {
        return Vec::new();
    }
    let male = elsewhere().find_map(|word| match word {
        "his" | "he" | "him" | "himself" => Some(true),
        "her" | "she" | "hers" | "herself" => Some(false),
        _ => None,
    });
    let fits = |new: &&&str| {
        let Some(number) = corpus.said.noun(new) else { return corpus.said.few() };
        let next = child.next(sentence);
        let goes_on = next == "$" || at_least(corpus, 1, || corpus.said.next(number, next));
        let described = child.adjectives.clone().all(|at| {
            let word = &words[at].text;
            at_least(corpus, 2, || corpus.said.described(number, word))
        });
        goes_on && described && male.is_none_or(|male| lists::gender(new) == Some(male))
    };
    let new: Vec<&&str> = lists::grown(&child.text).iter().filter(fits).collect();
    let made = new.iter().filter_map(|grown| {
        let word = vec![((**grown).to_owned(), words[child.at.start].category)];
        let change = sentence.change(child.at.clone(), word, SpanRole::Replaced);
        candidate(sentence, vec![change], ConceptKind::Object, 1.0 / new.len() as f64)
    });
    made.collect()
}

/// "during the day" for "at night", where nothing else tells.
fn times(sentence: &Sentence) -> Vec<Candidate> {
    let words = &sentence.words;
    let mut found = Vec::new();
    for (old, new, unsaid) in lists::times() {
        let old: Vec<&str> = old.split(' ').collect();
        let said = |at: &usize| words[*at..*at + old.len()].iter().zip(&old).all(|(word, old)| word.text == *old);
        let Some(at) = (0..(words.len() + 1).saturating_sub(old.len())).find(said) else { continue };
        let end = at + old.len();
        // "at night time"
        let whole = words.get(end).is_none_or(|word| word.after_mark || !matches!(word.category, Category::Hollow));
        let joined = words[at + 1..end].iter().all(|word| !word.after_mark);
        if whole && joined && sentence.is_free(&(at..end)) {
            let new = new.split(' ').map(|word| (word.to_owned(), Category::Other)).collect();
            found.push(Candidate {
                operator: Operator::Replace,
                concept: ConceptKind::Attribute,
                changes: vec![sentence.change(at..end, new, SpanRole::Replaced)],
                incoming: unsaid.into_iter().map(str::to_owned).collect(),
                weight: 1.0,
            });
        }
    }
    found
}

/// Where a posture does not go on: "walking down the street", "kneeling down".
const ALONG: &str = "up down along across through past toward towards into away off out over back forward about";
/// Where those who do not move can be.
const ABOUT: &str = "around together";

/// Whether a posture can stand before a word, as another did.
fn goes_on(old: &str, new: &str, next: &str) -> bool {
    let moves = |word: &str| ["walk", "run", "fly", "swim", "jump"].iter().any(|start| word.starts_with(start));
    let among = |list: &str| list.split(' ').any(|word| word == next);
    !among(ALONG) && !(among(ABOUT) && (moves(old) || moves(new)))
}

/// Words of places to park.
const PARKING: &[&str] = &["parking", "lot", "spot", "space", "spaces", "garage", "driveway", "meter"];

/// Whose posture a place of the sentence tells: of "a man in a suit" the man's.
fn subject<'a>(corpus: &Corpus, sentence: &Sentence, nouns: &'a [Noun], end: usize) -> Option<&'a Noun> {
    const WITH: &[&str] = &["in", "with", "wearing", "holding", "carrying"];
    let last = nouns.iter().position(|noun| noun.at.end == end)?;
    let acts = |noun: &Noun| corpus.is_person(&noun.text) || wordnet::nouns().file(&noun.text) == Some(wordnet::ANIMAL);
    let before = || {
        let owner = nouns.get(last.checked_sub(1)?)?;
        let with = WITH.contains(&nouns[last].governor(sentence)) && nouns[last].start() == owner.at.end + 1;
        (with && acts(owner)).then_some(owner)
    };
    if acts(&nouns[last]) { Some(&nouns[last]) } else { before().or(Some(&nouns[last])) }
}

/// "a man standing", "a car parked": what it does not do while it does this.
fn postures(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun]) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (at, word) in sentence.words.iter().enumerate() {
        let linked = at > 0 && matches!(sentence.words[at - 1].text.as_str(), "is" | "are");
        let Some(subject) = subject(corpus, sentence, nouns, at - usize::from(linked)) else { continue };
        if word.after_mark {
            continue;
        }
        let known = corpus.said.few() && sentence.words.get(at + 1).is_some_and(|word| word.text == "up");
        let person = corpus.is_person(&subject.text) && (!corpus.said.few() || lists::gender(&subject.text).is_some());
        let alive = !known && person || wordnet::nouns().file(&subject.text) == Some(wordnet::ANIMAL);
        let drives = !alive && wordnet::nouns().related(&subject.text, "conveyance");
        let others = match (alive, drives) {
            (true, _) => lists::exclusive_postures(&word.text),
            // "parked in a parking space": it drives elsewhere.
            (_, true)
                if word.text != "parked" || !sentence.words.iter().any(|w| PARKING.contains(&w.text.as_str())) =>
            {
                lists::exclusive_moves(&word.text)
            }
            _ => &[],
        };
        let Some(number) = corpus.said.noun(&subject.text).filter(|_| !others.is_empty()) else { continue };
        let next = follows(sentence, at + 1);
        // Birds stand where they sit.
        let object = !lists::has_object(&word.text)
            && sentence.words.get(at + 1).is_some_and(|word| {
                use Category::{Determiner, Hollow, Noun, Nouns, Number};
                let thing = word.category.describes();
                !word.after_mark && (thing || matches!(word.category, Determiner | Hollow | Noun | Nouns | Number))
            });
        if object || wordnet::nouns().related(&subject.text, "bird") {
            continue;
        }
        let place = nouns.iter().find(|noun| noun.start() == at + 2 && !sentence.words[at + 2].after_mark);
        let place = place.filter(|_| matches!(next, "on" | "in" | "at"));
        let place = place.and_then(|noun| corpus.said.noun(&noun.text));
        let fits = |new: &&&str| {
            let does = at_least(corpus, 2, || corpus.said.next(number, new));
            let there = place.is_none_or(|place| at_least(corpus, 1, || corpus.said.deep(new, next, place)));
            goes_on(&word.text, new, next)
                && does
                && there
                && (next == "$" || at_least(corpus, 2, || corpus.said.row(new, next)))
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

/// How something is where it is.
const STILL: &[&str] = &[
    "sitting", "standing", "laying", "lying", "sleeping", "parked", "sits", "stands", "lays", "lies", "walking",
    "seated", "resting", "rests", "perched", "sleeps", "waiting", "placed", "posing",
];

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
        let posture = before.is_some_and(|word| STILL.contains(&word.text.as_str()));
        let Some(thing) = nouns.iter().find(|noun| noun.start() == span.end) else { continue };
        // "on the street": nothing is under that, and what is beside it is on it.
        let ground = GROUND.iter().any(|ground| lists::same_thing(&thing.text, ground));
        if !(after_thing || posture) || words[span.start].after_mark || lists::is_vague(&thing.text) || ground {
            continue;
        }
        let Some(number) = corpus.said.noun(&thing.text) else { continue };
        let subject = nouns.iter().rev().find(|noun| noun.at.end <= span.start);
        let alive = subject.is_some_and(|noun| {
            corpus.is_person(&noun.text) || wordnet::nouns().file(&noun.text) == Some(wordnet::ANIMAL)
        });
        // The last words of a relation govern the noun.
        let fits = |new: &&&str| {
            let mut back = new.rsplit(' ');
            let (last, before_last) = (back.next().unwrap_or(""), back.next());
            let there = || match before_last {
                Some(word) => corpus.said.deep(word, last, number),
                None => corpus.said.governs(last, number),
            };
            let whole = new
                .split(' ')
                .collect::<Vec<_>>()
                .windows(2)
                .all(|pair| at_least(corpus, 2, || corpus.said.row(pair[0], pair[1])));
            // Who sits on something can be beside or behind it; what lies on it seldom is.
            let least = if old == "on" && *new != &"under" && !alive { 3 } else { 1 };
            let follows_it = before.is_none_or(|word| {
                at_least(corpus, least, || corpus.said.row(&word.text, new.split(' ').next().unwrap_or("")))
            });
            whole && follows_it && at_least(corpus, 2, there)
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
