//! A negative by REPLACE, made of its changes.

use crate::caption::concept::ConceptKind;
use crate::caption::edit::Operator;
use crate::caption::negatives::candidate::Candidate;
use crate::caption::negatives::sentence::{Change, Sentence};

/// The negative with these changes; `None` where the sentence does not allow them.
pub(super) fn candidate(
    sentence: &Sentence,
    changes: Vec<Change>,
    concept: ConceptKind,
    weight: f64,
) -> Option<Candidate> {
    let incoming = changes.iter().flat_map(|change| change.new.iter());
    let incoming: Vec<String> = incoming.map(|(text, _)| text.clone()).filter(|text| !is_little(text)).collect();
    let free = changes.iter().all(|change| sentence.is_free(&change.at));
    free.then_some(Candidate { operator: Operator::Replace, concept, changes, incoming, weight })
}

fn is_little(word: &str) -> bool {
    matches!(word, "a" | "an" | "of" | "his" | "her" | "he" | "she" | "him" | "himself" | "herself")
}
