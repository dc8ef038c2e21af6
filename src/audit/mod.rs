//! Encoders held against the theory: what a training objective sees of them, and what benchmarks and the modality gap
//! bring to light.

pub mod accuracy;
pub mod card;
pub mod classroom;
pub mod decay;
pub mod displacement;
pub mod embeddings;
pub mod figure;
pub mod groups;
pub mod images;
pub mod ladder;
#[cfg(feature = "book")]
pub mod page;
pub mod pairs;
pub mod prompt;
pub mod records;
pub mod rewording;
pub mod ridge;
pub mod stats;
pub mod student;
pub mod support;
pub mod tables;
#[cfg(feature = "book")]
pub mod write;
