//! An edit that could be made, and whether another caption of the image says it.

use super::corpus::Corpus;
use super::lists;
use super::sentence::{Change, Sentence};
use crate::caption::concept::ConceptKind;
use crate::caption::edit::Operator;

/// An edit that could be made.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub operator: Operator,
    pub concept: ConceptKind,
    /// In order and apart.
    pub changes: Vec<Change>,
    /// What it says that the caption does not: words, and nouns with all their words.
    pub incoming: Vec<String>,
    /// How much it is wanted beside others.
    pub weight: f64,
}

/// Whether something was counted so often, if there are captions enough to tell.
pub(super) fn at_least(corpus: &Corpus, least: u32, count: impl FnOnce() -> u32) -> bool {
    corpus.said.few() || count() >= least
}

/// Words for several people or things: where another caption has one, it may see what this one does not say.
pub(super) const MANY: &str = "people couple group family crowd several many some";

impl Candidate {
    /// Whether another caption of the image may say what this edit says, or the caption itself does elsewhere.
    pub fn is_supported(&self, corpus: &Corpus, sentence: &Sentence, others: &[&Vec<String>]) -> bool {
        if self.operator == Operator::Swap {
            return self.is_swapped_in(others);
        }
        let own = sentence.tokens();
        let all = || others.iter().copied().chain([&own]);
        self.incoming.iter().any(|new| {
            let man = lists::gender(new);
            let person = man.is_some();
            let whole: Vec<&str> = new.split(' ').collect();
            let head = whole.last().copied().unwrap_or("");
            all().any(|tokens| {
                tokens.iter().any(|word| whole.contains(&word.as_str()) && word.len() > 3 || word == head)
            }) || others.iter().any(|tokens| {
                tokens.iter().any(|word| {
                    let dimension = lists::dimension(new);
                    let one = match dimension {
                        Some(_) => lists::near(word, new),
                        None => self.concept == ConceptKind::Object && corpus.may_be_one(word, new),
                    };
                    let of_kind = lists::gender(word).is_some() && lists::gender(word) == man;
                    one || person && (of_kind || MANY.split(' ').any(|many| many == word))
                })
            })
        })
    }

    /// Whether another caption says of a thing what an exchange would.
    fn is_swapped_in(&self, others: &[&Vec<String>]) -> bool {
        self.incoming.iter().filter(|new| !new.is_empty()).any(|new| {
            let new: Vec<&str> = new.split(' ').collect();
            let said = |window: &[String]| window.iter().zip(&new).all(|(a, b)| a == b);
            others.iter().any(|tokens| tokens.windows(new.len()).any(said))
        })
    }
}
