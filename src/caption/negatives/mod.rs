//! Hard negatives for plain captions: SWAP, REPLACE and ADD of their concepts, in English as far as tags allow.
//!
//! A negative is of use where it is grammatical, plausible and false of the image. A program that sees no image can go by
//! three things: closed lists of what excludes what ([`lists`]); the captions themselves, which say where a word stands, with
//! which adjectives and in which images together with others ([`statistics`]); and WordNet, which says what is of one kind and
//! what names the same ([`wordnet`]). What another caption of the same image supports is no negative of it and is left out.
//! Quotes, hyphens, names and captions of other languages are left alone; compounds are handled whole.

mod add;
mod candidate;
mod corpus;
mod lists;
mod phrase;
mod replace;
mod sentence;
mod statistics;
mod swap;
mod wordnet;

use std::collections::HashSet;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub use self::corpus::{Corpus, Described};

use self::candidate::Candidate;
use self::sentence::Sentence;
use super::concept::ConceptKind;
use super::edit::{Operator, Span};
use super::family::Operators;

/// What is wanted of each caption.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Which edits.
    pub operators: Operators,
    /// Whether SWAP exchanges objects, too: few of these are plausible.
    pub object_swaps: bool,
    /// How many edits one after the other, each of other concepts; at least one.
    pub depth: usize,
    /// How many different negatives of a caption, if there are so many.
    pub per_caption: usize,
    /// Seed of the choices.
    pub seed: u64,
}

/// One edit of a negative.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Made {
    /// Which operator.
    pub operator: Operator,
    /// What it was applied to.
    pub concept: ConceptKind,
    /// The words that it moved, made or took away, with articles and inflections that change along: ranges of words before and
    /// after this edit.
    pub spans: Vec<Span>,
}

/// A hard negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negative {
    /// The caption.
    pub caption: String,
    /// The edited caption.
    pub text: String,
    /// The edits, one after the other; as many as the depth.
    pub edits: Vec<Made>,
}

impl Negative {
    /// The operator of the whole: atomic, or composite.
    pub fn operator(&self) -> Operator {
        match self.edits.as_slice() {
            [edit] => edit.operator.clone(),
            edits => Operator::Composite(edits.iter().map(|edit| edit.operator.clone()).collect()),
        }
    }
}

impl Corpus {
    /// Calls `found` with the negatives of each caption in turn; `done` is told after each caption how many negatives it has.
    pub fn negatives(&self, wanted: &Wanted, mut found: impl FnMut(Negative), mut done: impl FnMut(usize)) {
        let operators = wanted.operators;
        let all =
            [(Operator::Swap, operators.swap), (Operator::Replace, operators.replace), (Operator::Add, operators.add)];
        let used: Vec<Operator> = all.into_iter().filter(|(_, used)| *used).map(|(operator, _)| operator).collect();
        let mut random = ChaCha8Rng::seed_from_u64(wanted.seed);
        for at in 0..self.captions.len() {
            let made = self.of_caption(at, wanted, &used, &mut random);
            let count = made.len();
            made.into_iter().for_each(&mut found);
            done(count);
        }
    }

    /// The negatives of a caption, the operators by turns.
    fn of_caption(&self, at: usize, wanted: &Wanted, used: &[Operator], random: &mut ChaCha8Rng) -> Vec<Negative> {
        let turn = random.random_range(0..used.len().max(1));
        if self.tokens[at].is_empty() || used.is_empty() {
            return Vec::new();
        }
        let caption = &self.captions[at];
        let sentence = Sentence::of(&caption.text, &self.tagger);
        let others: HashSet<usize> = caption
            .images
            .iter()
            .flat_map(|image| &self.of_image[image])
            .copied()
            .filter(|&other| other != at)
            .collect();
        let mut others: Vec<usize> = others.into_iter().collect();
        others.sort_unstable();
        let adds = used.contains(&Operator::Add);
        let told = others.iter().filter(|_| adds).map(|&other| Sentence::of(&self.captions[other].text, &self.tagger));
        let told: Vec<Sentence> = told.collect();
        let others: Vec<&Vec<String>> = others.into_iter().map(|other| &self.tokens[other]).collect();
        let mut texts: HashSet<Vec<String>> = others.iter().copied().cloned().collect();
        texts.insert(sentence.tokens());
        let mut first: Vec<Vec<(Candidate, Sentence, Vec<Span>)>> = Vec::new();
        for operator in used {
            let candidates = self.candidates(&sentence, operator, wanted.object_swaps, (&others, &told));
            first.push(shuffled(candidates, random, |(candidate, ..)| candidate.weight));
        }
        let (mut made, mut turn) = (Vec::new(), turn);
        while made.len() < wanted.per_caption && first.iter().any(|list| !list.is_empty()) {
            let number = turn % used.len();
            turn += 1;
            let Some((candidate, edited, spans)) = first[number].pop() else { continue };
            let mut edits = vec![Made { operator: candidate.operator, concept: candidate.concept, spans }];
            let mut edited = edited;
            for step in 1..wanted.depth {
                let operator = &used[(number + step) % used.len()];
                let further = self.candidates(&edited, operator, wanted.object_swaps, (&others, &told));
                let Some((candidate, next, spans)) = shuffled(further, random, |(c, ..)| c.weight).pop() else { break };
                edits.push(Made { operator: candidate.operator, concept: candidate.concept, spans });
                edited = next;
            }
            if edits.len() == wanted.depth && texts.insert(edited.tokens()) {
                made.push(Negative { caption: caption.text.clone(), text: edited.text(), edits });
            }
        }
        made
    }

    /// The edits of a sentence by one operator that no other caption supports, with their results.
    fn candidates(
        &self,
        sentence: &Sentence,
        operator: &Operator,
        objects: bool,
        (others, told): (&[&Vec<String>], &[Sentence]),
    ) -> Vec<(Candidate, Sentence, Vec<Span>)> {
        let nouns = phrase::nouns(sentence);
        let all = match operator {
            Operator::Swap => swap::swaps(self, sentence, &nouns, objects),
            Operator::Replace => replace::replacements(self, sentence, &nouns),
            Operator::Add => add::additions(self, sentence, &nouns, told),
            _ => Vec::new(),
        };
        let unsupported = all.into_iter().filter(|candidate| !candidate.is_supported(self, sentence, others));
        let made = unsupported.map(|candidate| {
            let (edited, spans) = sentence.changed(&candidate.changes);
            (candidate, edited, spans)
        });
        made.filter(|(_, edited, _)| edited.tokens() != sentence.tokens()).collect()
    }
}

/// A list in random order, the heavier the later.
fn shuffled<T>(list: Vec<T>, random: &mut ChaCha8Rng, weight: impl Fn(&T) -> f64) -> Vec<T> {
    // Exponential clocks: the one that rings first is drawn with the probability of its weight.
    let clock = |item: T| {
        let ring = -(1.0 - random.random_range(0.0..1.0f64)).ln() / weight(&item).max(1e-9);
        (ring, item)
    };
    let mut rung: Vec<(f64, T)> = list.into_iter().map(clock).collect();
    rung.sort_by(|a, b| b.0.total_cmp(&a.0));
    rung.into_iter().map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::caption::Tokenizer;

    const ALL: Operators = Operators { swap: true, replace: true, add: true };
    const SWAP: Operators = Operators { swap: true, replace: false, add: false };
    const CAPTIONS: [&str; 6] = [
        "A red cube on a blue sphere.",
        "A man riding a brown horse near an old barn",
        "Two dogs sitting under a wooden table, next to a white cat.",
        "A woman in a green dress holding an umbrella",
        "A black dog in front of a large truck",
        "Three birds on the roof of a small house",
    ];

    fn wanted(operators: Operators, per_caption: usize) -> Wanted {
        Wanted { operators, object_swaps: false, depth: 1, per_caption, seed: 1 }
    }

    fn of(captions: &[Described], wanted: Wanted) -> Vec<Negative> {
        let mut negatives = Vec::new();
        Corpus::read(captions.iter().cloned()).negatives(&wanted, |negative| negatives.push(negative), |_| ());
        negatives
    }

    fn made(captions: &[&str], wanted: Wanted) -> Vec<Negative> {
        let plain = |text: &&str| Described { text: (*text).to_owned(), images: Vec::new() };
        of(&captions.iter().map(plain).collect::<Vec<_>>(), wanted)
    }

    fn texts(captions: &[&str], wanted: Wanted) -> Vec<String> {
        made(captions, wanted).into_iter().map(|negative| negative.text).collect()
    }

    fn tokens(text: &str) -> Vec<String> {
        Tokenizer::Words.tokenize(text, 1000).unwrap()
    }

    /// What holds of every negative, whatever the captions are.
    fn check(negatives: &[Negative], wanted: &Wanted) -> Result<(), TestCaseError> {
        let mut seen = HashSet::new();
        for negative in negatives {
            prop_assert_ne!(tokens(&negative.caption), tokens(&negative.text));
            prop_assert!(seen.insert((negative.caption.clone(), tokens(&negative.text))), "twice: {}", negative.text);
            prop_assert_eq!(negative.edits.len(), wanted.depth);
            for edit in &negative.edits {
                let allowed = match edit.operator {
                    Operator::Swap => wanted.operators.swap,
                    Operator::Replace => wanted.operators.replace,
                    Operator::Add => wanted.operators.add,
                    _ => false,
                };
                prop_assert!(allowed, "{:?}", edit.operator);
            }
            if let [edit] = negative.edits.as_slice() {
                let (before, after) = (tokens(&negative.caption), tokens(&negative.text));
                for span in &edit.spans {
                    prop_assert!(before.get(span.before.clone()).is_some() && after.get(span.after.clone()).is_some());
                }
            }
        }
        Ok(())
    }

    #[test]
    fn the_same_seed_makes_the_same_negatives_and_every_operator_has_its_turn() {
        let four = wanted(ALL, 4);
        let negatives = made(&CAPTIONS, four);
        assert_eq!(negatives, made(&CAPTIONS, four));
        assert_ne!(negatives, made(&CAPTIONS, Wanted { seed: 2, ..four }));
        for operator in [Operator::Swap, Operator::Replace, Operator::Add] {
            assert!(negatives.iter().any(|negative| negative.operator() == operator), "{operator}");
        }
        check(&negatives, &four).unwrap();
        let deep = Wanted { depth: 2, ..four };
        let negatives = made(&CAPTIONS, deep);
        assert!(!negatives.is_empty());
        check(&negatives, &deep).unwrap();
    }

    #[test]
    fn attributes_and_numbers_are_exchanged_and_objects_where_it_is_asked_for() {
        for (caption, negative) in [
            ("A red cube on a blue sphere.", "A blue cube on a red sphere."),
            ("A green cat with orange eyes", "An orange cat with green eyes"),
            ("Two men near three horses", "Three men near two horses"),
        ] {
            assert_eq!(texts(&[caption], wanted(SWAP, 9)), [negative]);
        }
        // Inflections come from the captions.
        let captions = [
            "A man and two dogs in a field",
            "Some old men are walking in the green field",
            "The men are standing near the old barn",
            "A dog sitting on the grass in the park",
            "A dog is running on the beach with a stick",
        ];
        assert_eq!(texts(&captions, wanted(SWAP, 9)), ["Two men and a dog in a field"]);
        let objects = Wanted { object_swaps: true, ..wanted(SWAP, 9) };
        assert_eq!(texts(&["A dog behind the barn."], objects), ["The barn behind a dog."]);
        assert_eq!(texts(&["A dog behind the barn."], wanted(SWAP, 9)), [""; 0]);
    }

    #[test]
    fn what_says_the_same_is_not_made() {
        for caption in [
            "A small wooden boat.",
            "A red and white boat.",
            "A blue, green and white boat.",
            "a cat, a dog and a bird",
            "a red car and a blue car",
            "a man in a red shirt and a man in a blue shirt",
            "a cat next to a dog",
        ] {
            let swaps = Wanted { object_swaps: true, ..wanted(SWAP, 9) };
            assert_eq!(texts(&[caption], swaps), [""; 0]);
        }
        let two = texts(&["a man in a red shirt and a woman in a blue shirt"], wanted(SWAP, 9));
        assert_eq!(two, ["a man in a blue shirt and a woman in a red shirt"]);
    }

    #[test]
    fn other_languages_capitals_quotes_and_hyphens_are_left_alone() {
        for caption in [
            "une pomme rouge sur une table",
            "ein Hund auf einem Sofa",
            "un chat noir dort sur un canap\u{e9}",
            "una mujer come un helado en la playa",
            "ein Hund liegt auf dem Sofa",
            "THE BIG DOG IN A RED CAR",
            "a \"red dog\" sign",
        ] {
            assert_eq!(texts(&[caption], wanted(ALL, 9)), [""; 0]);
        }
        let kept = texts(&["a 10-year-old boy in a T-shirt"], wanted(ALL, 9));
        assert_eq!(kept, ["a 10-year-old girl in a T-shirt"]);
    }

    #[test]
    fn pronouns_and_articles_go_along() {
        let replace = Operators { swap: false, replace: true, add: false };
        let all = texts(&["A boy holds his kite as he runs"], wanted(replace, 20));
        assert!(all.contains(&"A girl holds her kite as she runs".to_owned()), "{all:?}");
        let all = texts(&["A green bus", "an orange car"], wanted(replace, 20));
        assert!(all.contains(&"An orange bus".to_owned()), "{all:?}");
    }

    #[test]
    fn what_another_caption_of_the_image_supports_is_left_out() {
        let caption = |text: &str, image| Described { text: text.to_owned(), images: vec![image] };
        let replace = Operators { swap: false, replace: true, add: false };
        let captions = [caption("A man with a red kite", 1), caption("A woman flies a blue kite", 1)];
        let of_first = |negatives: Vec<Negative>| -> Vec<String> {
            let first = negatives.into_iter().filter(|negative| negative.caption == captions[0].text);
            first.map(|negative| negative.text).collect()
        };
        let all = of_first(of(&captions, wanted(replace, 99)));
        assert!(all.contains(&"A man with a green kite".to_owned()), "{all:?}");
        assert!(!all.iter().any(|text| text.contains("blue") || text.contains("woman")), "{all:?}");
        let apart = [captions[0].clone(), caption("A woman flies a blue kite", 2)];
        assert!(of_first(of(&apart, wanted(replace, 99))).iter().any(|text| text.contains("blue")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn whatever_the_captions_are(
            texts in prop::collection::vec("([Aa]n? |red |dog |cats |two |on |[,.'\"\u{e9}-] |\\PC){0,12}", 0..5),
            swap: bool, replace: bool, add: bool, object_swaps: bool, depth in 1usize..3, seed: u64,
        ) {
            let captions: Vec<&str> = texts.iter().map(String::as_str).chain(CAPTIONS).collect();
            let wanted = Wanted { operators: Operators { swap, replace, add }, object_swaps, depth, per_caption: 3, seed };
            check(&made(&captions, wanted), &wanted)?;
        }
    }
}
