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

#[cfg(test)]
mod tests {
    use crate::caption::family::Operators;
    use crate::caption::negatives::statistics::ENOUGH;
    use crate::caption::negatives::{Corpus, Described, Wanted};

    /// What ADD makes of the first caption; each has its image before it, or none (0).
    fn added(captions: &[(u32, &str)]) -> Vec<String> {
        let described = |&(image, text): &(u32, &str)| {
            let images = if image == 0 { Vec::new() } else { vec![image] };
            Described { text: text.to_owned(), images }
        };
        let operators = Operators { swap: false, replace: false, add: true };
        let wanted = Wanted { operators, object_swaps: false, depth: 1, per_caption: 99, seed: 1 };
        let mut made = Vec::new();
        Corpus::read(captions.iter().map(described)).negatives(&wanted, |negative| made.push(negative), |_| ());
        made.retain(|negative| negative.caption == captions[0].1);
        let mut texts: Vec<String> = made.into_iter().map(|negative| negative.text).collect();
        texts.sort();
        texts
    }

    fn alone(captions: &[&str]) -> Vec<String> {
        added(&captions.iter().map(|&text| (0, text)).collect::<Vec<_>>())
    }

    const NONE: [&str; 0] = [];

    #[test]
    fn the_age_of_the_one_person_that_another_caption_contradicts() {
        let of = |one: &'static str, other: &'static str| added(&[(1, one), (1, other)]);
        assert_eq!(of("a man riding a horse", "an old man on a horse"), ["a young man riding a horse"]);
        assert_eq!(of("a woman with a bag", "a young woman with a bag"), ["an elderly woman with a bag"]);
        // A child is young; and where there are two persons, or many, nobody knows who is meant.
        assert_eq!(of("a boy on a bench", "an old man on a bench"), NONE);
        assert_eq!(of("a man on a horse", "an old man and a woman on a horse"), NONE);
        assert_eq!(of("a man on a horse", "an old man in front of many people"), NONE);
        assert_eq!(of("a man and a woman", "an old man and a woman"), NONE);
        // Nothing is contradicted, or both are said.
        assert_eq!(of("a man on a horse", "a man on a brown horse"), NONE);
        assert_eq!(of("a man on a horse", "an old man with a young man"), NONE);
        assert_eq!(added(&[(1, "a man on a horse"), (2, "an old man on a horse")]), NONE);
    }

    #[test]
    fn a_colour_stands_before_what_a_thing_is_made_of_and_is_said_of_one_thing() {
        assert_eq!(alone(&["a wooden table", "a red bus"]), ["a red wooden table"]);
        assert_eq!(alone(&["a large car", "a red bus"]), ["a large red car"]);
        // Has one; whose would it be; quoted; hyphened; of nature; vague.
        let without = ["a blue car", "a table and chairs", "a \"stop\" sign", "a bus-stop", "a dog", "a group of cars"];
        for caption in without {
            assert_eq!(alone(&[caption, "a red bus"]), NONE, "{caption}");
        }
    }

    #[test]
    fn what_another_caption_of_the_image_says_is_not_added_nor_what_is_near_it() {
        let blue = ["a blue car", "a blue car on grass", "a blue car near a house"];
        let maroon = ["a maroon car", "a maroon car there", "a maroon car here"];
        let mut all = vec![(1, "a car on a street"), (1, "a red car on a street")];
        all.extend(blue.iter().chain(&maroon).zip(2..).map(|(text, image)| (image, *text)));
        let made = added(&all);
        assert!(made.contains(&"a blue car on a street".to_owned()), "{made:?}");
        assert!(!made.iter().any(|text| text.contains("red car") || text.contains("maroon car")), "{made:?}");
    }

    #[test]
    fn a_thing_more_ends_a_caption_that_ends_with_one_thing() {
        let others = ["a girl with a kite", "a dog with a ball"];
        let with = |caption| alone(&[caption, others[0], others[1]]);
        assert_eq!(with("a man with a hat"), ["a man with a hat and a ball", "a man with a hat and a kite"]);
        for caption in [
            "a man with a hat and a bag",
            "a man with hats",
            "a man with a hat on",
            "a man in a hat",
            "a man with a kite and",
        ] {
            assert!(
                !with(caption).iter().any(|text| text.contains("and a ball") || text.ends_with("and a kite")),
                "{caption}"
            );
        }
        // What may be the same thing is no other one.
        assert_eq!(alone(&["a man with a couch", "a man with a sofa"]), NONE);
    }

    /// Of many captions: colours that are told of a thing, but seldom.
    #[test]
    fn of_many_captions_an_uncommon_colour_is_striking() {
        let mut texts = vec!["a kite over the beach".to_owned()];
        let told = [("red", 20), ("blue", 9), ("pink", 4), ("green", 1)];
        texts.extend(
            told.iter()
                .flat_map(|&(colour, count)| (0..count).map(move |at| format!("a {colour} kite in place w{at}"))),
        );
        texts.extend((0..3).map(|at| format!("a purple dog in place w{at}")));
        texts.extend((0..40).map(|at| format!("a brown dog in place w{at}")));
        texts.extend((0..ENOUGH).map(|at| format!("a house in place w{at}")));
        let of = |first: &str| {
            let mut captions = vec![(0, first)];
            captions.extend(texts.iter().map(|text| (0, text.as_str())));
            added(&captions)
        };
        // Red is usual and green was told once; blue is told too often to be seen.
        assert_eq!(of("a kite over the beach"), ["a pink kite over the beach"]);
        // Nature gives an animal its colours.
        assert_eq!(of("a dog over the beach"), NONE);
    }
}
