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

mod concept;
mod count;
mod family;
mod inflection;
mod meaning;
mod negatives;
mod remarks;

pub use scotoma_check::caption::*;

pub use concept::{Category, ConceptKind, Lexicon, Tagger, Word, concepts};
pub use count::{Counts, count};
pub use family::{Class, EMPTY, Filling, Offers, Operators, Site, Spheres, Template};
pub use meaning::{Heard, Label, Labeller, Meaning, Subject};
pub use negatives::{Corpus, Described, Made, Negative, Wanted};
pub use remarks::remarks;
