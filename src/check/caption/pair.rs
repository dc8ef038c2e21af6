//! Captions with their hard negatives, and further training captions, each with its place.

/// A caption and one hard negative of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The identifier in its file: the key or the `id` field, else the number of the record counted from 1.
    /// A record with a list of negatives gives the pairs `id.1`, `id.2`, ...
    pub id: String,
    /// The caption as it stands in the file.
    pub caption: String,
    /// The negative as it stands in the file.
    pub negative: String,
    /// What the file says the edit is.
    pub declared: Option<String>,
    /// Index in [`Dataset::sources`](super::Dataset::sources); 0 as long as the pair is in no data set.
    pub source: usize,
    /// Its number among all pairs of its file, or of the data set, before any is dropped; from 0.
    pub number: usize,
    /// The number of its record in its file, from 0.
    pub record: usize,
    /// The line on which the caption stands, counted from 1.
    pub line: usize,
}

/// A training caption that is not the caption of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainCaption {
    /// The caption as it stands in the file.
    pub text: String,
    /// Index in [`Dataset::sources`](super::Dataset::sources); 0 as long as the caption is in no data set.
    pub source: usize,
    /// The number of its record in its file, from 0.
    pub record: usize,
    /// The line on which the caption stands, counted from 1.
    pub line: usize,
}
