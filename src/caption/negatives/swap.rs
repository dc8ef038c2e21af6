//! SWAP: attributes of one dimension, or numbers, between two things; and, where it is asked for, the things themselves.

use super::candidate::{Candidate, at_least};
use super::corpus::Corpus;
use super::lists::{self, Dimension};
use super::phrase::Noun;
use super::sentence::{Change, Placed, Sentence};
use super::wordnet;
use crate::caption::concept::{Category, ConceptKind};
use crate::caption::edit::{Operator, SpanRole};

/// The exchanges that a sentence allows.
pub(super) fn swaps(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun], objects: bool) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (i, one) in nouns.iter().enumerate() {
        for (j, two) in nouns.iter().enumerate().skip(i + 1) {
            let head = |noun: &Noun| noun.text.rsplit(' ').next().unwrap_or("").to_owned();
            // "a red car and a blue car": the same wherever the colours stand, but for what belongs to different people.
            if head(one) == head(two) {
                let worn = |noun: &Noun| matches!(noun.governor(sentence), "in" | "wearing" | "with" | "holding");
                let owner = |at: usize| at.checked_sub(1).map(|at| head(&nouns[at]));
                let apart = j > i + 1 && owner(i).is_some() && owner(i) != owner(j);
                if one.text == two.text && apart && worn(one) && worn(two) {
                    found.extend(attributes(corpus, sentence, one, two));
                }
                continue;
            }
            found.extend(attributes(corpus, sentence, one, two));
            found.extend(numbers(corpus, sentence, one, two));
            if objects {
                found.extend(things(corpus, sentence, one, two));
            }
        }
    }
    found
}

fn exchange(
    sentence: &Sentence,
    [left, right]: [Change; 2],
    incoming: [String; 2],
    concept: ConceptKind,
) -> Option<Candidate> {
    let role = |change: Change, role| Change { role, ..change };
    let changes = vec![role(left, SpanRole::Left), role(right, SpanRole::Right)];
    let free = changes.iter().all(|change| sentence.is_free(&change.at));
    (free && changes[0].at.end <= changes[1].at.start).then(|| Candidate {
        operator: Operator::Swap,
        concept,
        changes,
        incoming: incoming.into(),
        weight: 1.0,
    })
}

/// "a red cup on a blue book": colours change places.
fn attributes(corpus: &Corpus, sentence: &Sentence, one: &Noun, two: &Noun) -> Vec<Candidate> {
    let mut found = Vec::new();
    for i in one.adjectives.clone() {
        for j in two.adjectives.clone() {
            let (a, b) = (&sentence.words[i], &sentence.words[j]);
            let Some(dimension) = lists::dimension(&a.text) else { continue };
            let single = |noun: &Noun| {
                let same = |at: &usize| lists::dimension(&sentence.words[*at].text) == Some(dimension);
                noun.adjectives.clone().filter(same).count() == 1
            };
            let shaded = is_shaded(sentence, i) || is_shaded(sentence, j);
            let fits = lists::dimension(&b.text) == Some(dimension) && !lists::near(&a.text, &b.text) && !shaded;
            let usual = |noun: &Noun, word: &str| {
                let least = if is_made(&noun.text) { 1 } else { 2 };
                described(corpus, &noun.text, word, least) || comes_in_colours(corpus, &noun.text, word)
            };
            let people = [one, two].into_iter().any(|noun| corpus.is_person(&noun.text));
            let said = dimension == Dimension::Colour && people || dimension == Dimension::State;
            if fits && !said && single(one) && single(two) && usual(one, &b.text) && usual(two, &a.text) {
                let put = |at: usize, text: &str, category| {
                    sentence.change(at..at + 1, vec![(text.to_owned(), category)], SpanRole::Left)
                };
                let incoming = [format!("{} {}", b.text, one.text), format!("{} {}", a.text, two.text)];
                let (left, right) = (put(i, &b.text, b.category), put(j, &a.text, a.category));
                found.extend(exchange(sentence, [left, right], incoming, ConceptKind::Attribute));
            }
        }
    }
    found
}

/// "light blue": a colour that is only a part of what is said.
pub(super) fn is_shaded(sentence: &Sentence, at: usize) -> bool {
    let before = at.checked_sub(1).filter(|_| !sentence.words[at].after_mark);
    before.is_some_and(|before| lists::is_shade(&sentence.words[before].text))
}

/// Whether people make it, as far as WordNet knows.
fn is_made(noun: &str) -> bool {
    wordnet::nouns().file(noun).is_none_or(|file| file == wordnet::ARTIFACT)
}

/// Whether the captions have a made thing in so many colours that it may have any. What grows has colours of its own.
pub(super) fn comes_in_colours(corpus: &Corpus, noun: &str, word: &str) -> bool {
    const MANY: usize = 3;
    let colour = |word: &str| lists::dimension(word) == Some(Dimension::Colour);
    let adjectives = corpus.said.noun(noun).map(|noun| corpus.said.adjectives(noun)).unwrap_or_default();
    // Hair is blonde, and few things else.
    is_made(noun)
        && colour(word)
        && word != "blonde"
        && adjectives.iter().filter(|(word, _)| colour(word)).count() >= MANY
}

/// Whether the captions say an attribute of a noun so often, if there are enough of them to tell.
pub(super) fn described(corpus: &Corpus, noun: &str, word: &str, least: u32) -> bool {
    at_least(corpus, least, || corpus.said.noun(noun).map_or(0, |noun| corpus.said.described(noun, word)))
}

/// "two men and a dog": numbers change places, and the nouns with them where one is one.
fn numbers(corpus: &Corpus, sentence: &Sentence, one: &Noun, two: &Noun) -> Option<Candidate> {
    let number = |noun: &Noun| match noun.determined_by(sentence)? {
        "a" | "an" | "one" if !noun.plural => Some("a"),
        word if noun.plural && Category::Number == sentence.words[noun.determiner?].category => Some(word),
        _ => None,
    };
    let (a, b) = (number(one)?, number(two)?);
    let part = |noun: &Noun| {
        let file = corpus.said.noun(&noun.text).and_then(|number| corpus.said.nouns[number as usize].file);
        file == Some(wordnet::BODY) || lists::is_part(&noun.text) || lists::is_vague(&noun.text)
    };
    // "Two kids, a girl and a boy": the numbers belong together.
    let marked = sentence.words[one.at.end..=two.start()].iter().any(|word| word.after_mark);
    if a == b || one.of || two.of || part(one) || part(two) || marked {
        return None;
    }
    if a != "a" && b != "a" {
        let put = |noun: &Noun, word: &str| {
            let at = noun.determiner?;
            Some(sentence.change(at..at + 1, vec![(word.to_owned(), Category::Number)], SpanRole::Left))
        };
        let incoming = [format!("{b} {}", one.text), format!("{a} {}", two.text)];
        return exchange(sentence, [put(one, b)?, put(two, a)?], incoming, ConceptKind::Attribute);
    }
    // Other verbs and pronouns would have to agree.
    let between = &sentence.words[one.at.end..two.start()];
    let both = between.len() == 1 && between[0].text == "and";
    let verb = agreeing(sentence, one, b != "a");
    // "a woman with an umbrella is walking": not what the umbrella does.
    if verb.is_some() && one.governor(sentence) != "^" {
        return None;
    }
    let first_verb = verb.as_ref().map(|_| one.at.end);
    let there = one.start().checked_sub(1);
    let agrees = |at: usize, text: &str| {
        // What stands before both is of something else, but for "there is".
        if at < one.start() && (Some(at) != there || matches!(text, "has" | "have")) {
            return false;
        }
        let of_both = both && at == two.at.end && text == "are";
        !of_both && Some(at) != first_verb && AGREES.split_ascii_whitespace().any(|known| known == text)
    };
    let words = || sentence.words.iter().enumerate();
    let does =
        |at: usize, word: &Placed| word.category == Category::Does && at >= one.start() && Some(at) != first_verb;
    if words().any(|(at, word)| agrees(at, &word.text) || does(at, word)) {
        return None;
    }
    let ends = |noun: &Noun| {
        let word = sentence.words.get(noun.at.end).filter(|word| !word.after_mark);
        word.is_none_or(|word| {
            matches!(word.category, Category::Doing | Category::Place | Category::Joint | Category::Preposition)
                || Some(noun.at.end) == first_verb
                || word.text.ends_with("ed")
                || both
        })
    };
    // One thing at two places is not what captions see.
    let becomes_many = if one.plural { two } else { one };
    let governor = becomes_many.governor(sentence);
    let possible = governor == "^" || MANY.split_ascii_whitespace().any(|known| known == governor);
    if !ends(one) || !ends(two) || !(1..=7).contains(&between.len()) || !possible {
        return None;
    }
    let put = |noun: &Noun, number: &str| {
        let other = &corpus.said.nouns[corpus.said.inflected(noun)? as usize];
        let adjectives = noun.adjectives.clone().map(|at| &sentence.words[at]).map(|w| (w.text.clone(), w.category));
        let head = other
            .text
            .split(' ')
            .map(|word| (word.to_owned(), if other.plural { Category::Nouns } else { Category::Noun }));
        let mut new: Vec<(String, Category)> = adjectives.chain(head).collect();
        let word = if number == "a" { super::sentence::article(&new[0].0) } else { number };
        let usual = number != "a" || corpus.said.few() || other.counted > 2;
        new.insert(0, (word.to_owned(), if number == "a" { Category::Determiner } else { Category::Number }));
        let governed =
            corpus.said.few() || corpus.said.governs(noun.governor(sentence), corpus.said.noun(&other.text)?) > 0;
        let many = number == "a" || corpus.said.few() || corpus.said.row(number, &new[1].0) > 0;
        let mut end = noun.at.end;
        if let Some(verb) = verb.clone().filter(|_| noun == one) {
            new.push((verb, sentence.words[end].category));
            end += 1;
        }
        (usual && governed && many).then(|| Change { at: noun.start()..end, new, role: SpanRole::Left })
    };
    let changes = [put(one, b)?, put(two, a)?];
    let incoming = changes.clone().map(|change| said(&change.new));
    exchange(sentence, changes, incoming, ConceptKind::Attribute)
}

/// Words that agree with a number.
const AGREES: &str = "is are was were has have it its it's his her him their them he she they that who which himself herself each \
                      another other together ride rides sit sits stand stands walk play eat both";

/// The verb right after the first noun, as it agrees with the other number.
fn agreeing(sentence: &Sentence, noun: &Noun, to_many: bool) -> Option<String> {
    let word = sentence.words.get(noun.at.end).filter(|word| !word.after_mark && !word.touched)?;
    let text = word.text.as_str();
    match (to_many, text) {
        (true, "is") => Some("are".to_owned()),
        (true, "has") => Some("have".to_owned()),
        (false, "are") => Some("is".to_owned()),
        (false, "have") => Some("has".to_owned()),
        (false, "sit" | "stand" | "ride" | "walk" | "play" | "eat") => Some(format!("{text}s")),
        (true, _) if word.category == Category::Does => {
            let long = ["ches", "shes", "sses", "xes", "zes"].iter().any(|end| text.ends_with(end));
            let base =
                if long { text.strip_suffix("es") } else { text.strip_suffix('s').filter(|b| !b.ends_with("ie")) };
            base.map(str::to_owned)
        }
        _ => None,
    }
}

/// What one can do with several things at once, or how one can stand to them.
const MANY: &str = "and with holding carrying near beside behind by to eating feeding above below walking herding flying petting \
                    watching cutting including containing pulling selling plus chasing leading has have having contains featuring";

fn said(words: &[(String, Category)]) -> String {
    words.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" ")
}

/// "a dog near the water": things change places with all that is said of them. Few of these are plausible.
fn things(corpus: &Corpus, sentence: &Sentence, one: &Noun, two: &Noun) -> Option<Candidate> {
    let between = &sentence.words[one.at.end..two.start()];
    // Lists, and what is symmetric, say the same.
    const SYMMETRIC: &str = "and or near beside with to by around together between";
    let same = between.iter().any(|word| SYMMETRIC.split(' ').any(|known| known == word.text) || word.after_mark);
    let alike = one.plural == two.plural && one.determiner.is_some() == two.determiner.is_some();
    let people = corpus.is_person(&one.text) == corpus.is_person(&two.text);
    let count =
        |noun: &Noun| sentence.words.iter().filter(|word| noun.text.split(' ').any(|part| part == word.text)).count();
    let whole = count(one) == one.at.len() && count(two) == two.at.len();
    if between.is_empty() || same || !alike || !people || one.of || !whole || sentence.words[two.start()].after_mark {
        return None;
    }
    let phrase = |noun: &Noun| {
        let words = sentence.words[noun.start()..noun.at.end].iter();
        words.map(|word| (word.text.clone(), word.category)).collect::<Vec<_>>()
    };
    let put = |noun: &Noun, new| Change { at: noun.start()..noun.at.end, new, role: SpanRole::Left };
    let changes = [put(one, phrase(two)), put(two, phrase(one))];
    exchange(sentence, changes, [String::new(), String::new()], ConceptKind::Object)
}
