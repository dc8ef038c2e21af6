//! Hard negatives for plain captions: SWAP, REPLACE and ADD of their concepts, in English as far as tags allow.
//!
//! Words that come in are drawn from the captions themselves, by category, and where there is a choice after the model of
//! the captions' own language ([`plausible`]): most candidates are grammatical, few are what someone would write. What a
//! tagger cannot know is whether a negative is false of the picture; words that are often said of one thing are
//! therefore never put for each other ([`close`]), and adjectives that are true of almost anything are never added.

mod candidates;
mod close;
mod offers;
mod plausible;
mod sentence;

use std::collections::HashSet;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use self::candidates::{Candidate, candidates};
use self::offers::{Counts, Offers};
use self::plausible::Model;
use self::sentence::Sentence;
use super::concept::{ConceptKind, Tagger};
use super::edit::{Operator, Span};
use super::family::Operators;

/// What is wanted of each caption.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Which edits.
    pub operators: Operators,
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
    /// The words that it moved, made or took away: ranges of words before and after this edit.
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

/// Captions, read: their words by category, and which word follows which.
pub struct Corpus {
    captions: Vec<String>,
    tagger: Tagger,
    model: Model,
    offers: Offers,
}

/// As many captions as the model needs to tell the odd from the new.
const ENOUGH: usize = 1000;
/// Tries for each negative that is wanted.
const TRIES: usize = 6;

impl Corpus {
    /// Reads captions; empty ones and repetitions are passed over.
    pub fn read(captions: impl IntoIterator<Item = String>) -> Corpus {
        let (tagger, mut model) = (Tagger::new(), Model::default());
        let mut counts = Counts::default();
        let mut seen = HashSet::new();
        let captions: Vec<String> = captions.into_iter().filter(|text| seen.insert(text.clone())).collect();
        for caption in &captions {
            let sentence = Sentence::of(caption, &tagger);
            model.read(sentence.words.iter().map(|word| word.text.as_str()));
            for found in candidates::phrases(&sentence) {
                let before = found.at.start.checked_sub(1).map_or("", |i| sentence.words[i].text.as_str());
                counts.add((found.category, found.determined), before, found.text(&sentence));
            }
        }
        Corpus { captions, tagger, model, offers: counts.offers() }
    }

    /// The different captions.
    pub fn captions(&self) -> &[String] {
        &self.captions
    }

    /// Calls `found` with the negatives of each caption in turn; `done` is told after each caption how many negatives it has.
    pub fn negatives(&self, wanted: &Wanted, mut found: impl FnMut(Negative), mut done: impl FnMut(usize)) {
        let mut random = ChaCha8Rng::seed_from_u64(wanted.seed);
        let operators = wanted.operators;
        let all =
            [(Operator::Swap, operators.swap), (Operator::Replace, operators.replace), (Operator::Add, operators.add)];
        let used: Vec<Operator> = all.into_iter().filter(|(_, used)| *used).map(|(operator, _)| operator).collect();
        for caption in &self.captions {
            let sentence = Sentence::of(caption, &self.tagger);
            let mut texts: HashSet<Vec<String>> = HashSet::from([sentence.tokens()]);
            let (mut count, mut turn) = (0, random.random_range(0..used.len().max(1)));
            for attempt in 0..2 * TRIES * wanted.per_caption {
                if count == wanted.per_caption || used.is_empty() {
                    break;
                }
                // Better an odd negative than none; and few captions tell little of what is odd.
                let odd = self.captions.len() < ENOUGH || (count == 0 && attempt >= TRIES * wanted.per_caption);
                let made = self.compose(&sentence, &used, (turn, wanted.depth, odd), &mut random);
                turn += 1;
                if let Some((edited, edits)) = made.filter(|(edited, _)| texts.insert(edited.tokens())) {
                    found(Negative { caption: caption.clone(), text: edited.text(), edits });
                    count += 1;
                }
            }
            done(count);
        }
    }

    /// As many edits as the depth says, the operators by turns, each plausible unless it may be odd; `None` if the
    /// concepts do not suffice.
    fn compose(
        &self,
        caption: &Sentence,
        used: &[Operator],
        (turn, depth, odd): (usize, usize, bool),
        random: &mut ChaCha8Rng,
    ) -> Option<(Sentence, Vec<Made>)> {
        let (mut sentence, mut edits) = (caption.clone(), Vec::new());
        for step in 0..depth {
            let operator = &used[(turn + step) % used.len()];
            let candidates = candidates(&self.offers, &sentence, operator, random);
            let least = if odd { 0.0 } else { least(operator) };
            let chosen = self.choose(&sentence, candidates, least, random)?;
            edits.push(Made { operator: operator.clone(), concept: chosen.concept, spans: chosen.step.spans() });
            sentence = chosen.sentence;
        }
        Some((sentence, edits))
    }

    /// One of the candidates, the more plausible the more likely.
    fn choose(
        &self,
        from: &Sentence,
        candidates: Vec<Candidate>,
        least: f64,
        random: &mut ChaCha8Rng,
    ) -> Option<Candidate> {
        let words = |sentence: &Sentence| sentence.words.iter().map(|word| word.text.clone()).collect::<Vec<_>>();
        let before = words(from);
        let weighed = candidates.into_iter().map(|candidate| {
            let after = words(&candidate.sentence);
            let ratio = self.model.ratio(before.iter().map(String::as_str), after.iter().map(String::as_str));
            // The root lets the less plausible have a share.
            (if ratio < least { 0.0 } else { ratio.min(1e6).sqrt() * candidate.weight }, candidate)
        });
        let weighed: Vec<(f64, Candidate)> = weighed.filter(|(weight, _)| *weight > 0.0).collect();
        let total: f64 = weighed.iter().map(|(weight, _)| weight).sum();
        let mut left = random.random_range(0.0..1.0) * total;
        let mut last = None;
        for (weight, candidate) in weighed {
            left -= weight;
            last = Some(candidate);
            if left < 0.0 {
                break;
            }
        }
        last
    }
}

/// How plausible an edited caption has to be, beside its caption: an exchange makes two places new, and an addition has to
/// be paid for with the probability of a word.
fn least(operator: &Operator) -> f64 {
    match operator {
        Operator::Swap => 1e-6,
        Operator::Add => 1e-5,
        _ => 1e-3,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::caption::Tokenizer;

    const ALL: Operators = Operators { swap: true, replace: true, add: true };
    const CAPTIONS: [&str; 6] = [
        "A red cube on a blue sphere.",
        "A man riding a brown horse near an old barn",
        "Two dogs sitting under a wooden table, next to a white cat.",
        "A woman in a green dress holding an umbrella",
        "A black dog in front of a large truck",
        "Three birds on the roof of a small house",
    ];

    fn made(captions: &[String], wanted: Wanted) -> Vec<Negative> {
        let mut negatives = Vec::new();
        Corpus::read(captions.iter().cloned()).negatives(&wanted, |negative| negatives.push(negative), |_| ());
        negatives
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
                    let (old, new) = (before.get(span.before.clone()), after.get(span.after.clone()));
                    prop_assert!(old.is_some() && new.is_some());
                    prop_assert_eq!(edit.operator == Operator::Swap, old == new);
                }
            }
        }
        Ok(())
    }

    #[test]
    fn the_same_seed_makes_the_same_negatives_and_every_operator_has_its_turn() {
        let captions = CAPTIONS.map(str::to_owned);
        let wanted = Wanted { operators: ALL, depth: 1, per_caption: 4, seed: 1 };
        let negatives = made(&captions, wanted);
        assert_eq!(negatives, made(&captions, wanted));
        assert_ne!(negatives, made(&captions, Wanted { seed: 2, ..wanted }));
        for operator in [Operator::Swap, Operator::Replace, Operator::Add] {
            assert!(negatives.iter().any(|negative| negative.operator() == operator), "{operator}");
        }
        check(&negatives, &wanted).unwrap();
        let deep = Wanted { depth: 2, ..wanted };
        let negatives = made(&captions, deep);
        assert!(!negatives.is_empty());
        check(&negatives, &deep).unwrap();
    }

    #[test]
    fn a_swap_of_colours_is_written_as_its_caption_is() {
        let swap = Operators { swap: true, replace: false, add: false };
        let captions = [CAPTIONS[0].to_owned()];
        let texts: HashSet<String> = made(&captions, Wanted { operators: swap, depth: 1, per_caption: 9, seed: 1 })
            .into_iter()
            .map(|negative| negative.text)
            .collect();
        let expected = ["A blue cube on a red sphere.", "A red sphere on a blue cube."].map(str::to_owned);
        assert_eq!(texts, HashSet::from(expected));
    }

    #[test]
    fn attributes_of_one_noun_are_not_exchanged() {
        let swap = Operators { swap: true, replace: false, add: false };
        for caption in ["A small wooden boat.", "A red and white boat.", "A blue, green and white boat."] {
            assert_eq!(made(&[caption.to_owned()], Wanted { operators: swap, depth: 1, per_caption: 9, seed: 1 }), []);
        }
    }

    #[test]
    fn different_articles_go_with_their_nouns() {
        let swap = Operators { swap: true, replace: false, add: false };
        let captions = ["A dog near the water.".to_owned()];
        let swaps = made(&captions, Wanted { operators: swap, depth: 1, per_caption: 9, seed: 1 });
        let texts: Vec<&str> = swaps.iter().map(|negative| negative.text.as_str()).collect();
        assert_eq!(texts, ["The water near a dog."]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn whatever_the_captions_are(
            texts in prop::collection::vec("([Aa]n? |red |dog |cats |two |on |[,.'\u{e9} ]|\\PC){0,12}", 0..5),
            swap: bool, replace: bool, add: bool, depth in 1usize..3, seed: u64,
        ) {
            let captions: Vec<String> = texts.into_iter().chain(CAPTIONS.map(str::to_owned)).collect();
            let wanted = Wanted { operators: Operators { swap, replace, add }, depth, per_caption: 3, seed };
            check(&made(&captions, wanted), &wanted)?;
        }
    }
}
