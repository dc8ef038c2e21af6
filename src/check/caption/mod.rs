//! Texts, tokens, edits, feature maps and data sets.
//!
//! Everything here is a deterministic function of bytes: a verifier that is given the raw files, their
//! formats, the columns, the tokenizer and the feature map finds the same texts, tokens, edits and integer
//! feature rows in the same order as the builder did. The way goes
//!
//! ```text
//! bytes --read_pairs, read_train--> Dataset --tokenize--> Tokenized --Features::build--> integer rows
//!                                                    \--classify--> Edit of each pair
//! ```
//!
//! The order of texts is fixed once for vocabulary and features: the captions of all pairs in order, then
//! the negatives of all pairs in order, then the further training captions in order.

pub mod classify;
pub mod clean;
pub mod dataset;
pub mod edit;
pub mod features;
pub mod matrix;
pub mod read;
pub mod tokenizer;

pub use classify::classify;
pub use dataset::{Dataset, Options, Pair, Role, Source, TrainCaption};
pub use edit::{Edit, Operator, Span, SpanRole, Step};
pub use features::{Feature, FeatureIndex, FeatureMap, Features, Row};
pub use matrix::TextMatrix;
pub use read::{Columns, Format, listed_texts, read_pairs, read_train};
pub use tokenizer::{Tokenized, Tokenizer, Vocabulary};

/// Bounds on what a data set may ask for, so that hostile input ends in a [`Declined`] verdict and not in
/// exhausted memory.
///
/// [`Declined`]: crate::report::Verdict::Declined
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Tokens of one text.
    pub tokens_per_text: usize,
    /// Features of one text, counted with multiplicity: `n (n - 1) / 2` for the maps over pairs of tokens.
    pub features_per_text: usize,
    /// Distinct features of all texts, the number of columns.
    pub features: usize,
    /// Nonzero entries of all rows together.
    pub entries: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { tokens_per_text: 100_000, features_per_text: 1 << 20, features: 1 << 22, entries: 1 << 25 }
    }
}

/// A text as a message shows it: quoted, and cut where it is long.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}
