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
mod dataset;
pub mod edit;
mod features;
pub mod limits;
mod matrix;
mod pair;
pub mod read;
mod stream;
pub mod tokenizer;

pub use classify::classify;
pub use dataset::{Dataset, Options, Role, Source, Warning};
pub use edit::{Edit, Kind, Operator, Span, SpanRole, Step};
pub use features::{Feature, FeatureIndex, FeatureMap, Features, Row};
pub use limits::{Limits, shown};
pub use matrix::TextMatrix;
pub use pair::{Pair, TrainCaption};
pub use read::{Columns, Format, listed_texts, read_pairs, read_train};
pub use stream::{has_lines, stream_train};
pub use tokenizer::{Tokenized, Tokenizer, Vocabulary};
