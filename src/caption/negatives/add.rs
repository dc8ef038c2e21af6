//! ADD: an attribute that the thing has not, as far as captions tell; or a thing more.

mod attribute;

use super::candidate::{Candidate, at_least};
use super::corpus::Corpus;
use super::lists;
use super::phrase::Noun;
use super::sentence::{Sentence, article};
use super::wordnet;
use crate::caption::concept::{Category, ConceptKind};
use crate::caption::edit::{Operator, SpanRole};

/// The additions that a sentence allows, beside what the other captions of its images tell.
pub(super) fn additions(corpus: &Corpus, sentence: &Sentence, nouns: &[Noun], told: &[Sentence]) -> Vec<Candidate> {
    let mut found = attribute::attributes(corpus, sentence, nouns, told);
    found.extend(nouns.last().map(|last| things(corpus, sentence, nouns, last)).unwrap_or_default());
    found.extend(nouns.iter().flat_map(|noun| company(corpus, sentence, nouns, noun)));
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
    // What stands behind all else may be there unsaid: "and a building", "and a window".
    let behind = |above: &&str| wordnet::nouns().related(&known.text, above);
    if !matches!(known.file, Some(wordnet::ARTIFACT | wordnet::ANIMAL))
        || ["structure", "way", "area"].iter().any(behind)
    {
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
