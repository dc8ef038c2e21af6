//! Everything beside the kernel that an answer of Scotoma rests on.
//!
//! A theorem is proved by `scotoma-kernel`; what its statement says is read here. A certificate or a counterexample holds
//! because this crate reads the raw files again and multiplies out. Here is no solver and no search, and nothing is
//! written: whatever found a witness is not trusted, and cannot be reached from here.
//!
//! | module | what it holds |
//! |---|---|
//! | [`report`] | the verdicts, the diagnostic codes and how a diagnostic is shown |
//! | [`files`] | bounded reading |
//! | [`terms`] | comfort over the kernel's constructors |
//! | [`language`] | text to statements, and back |
//! | [`arrays`] | `.npy` |
//! | [`caption`] | texts, tokens, edits, feature maps, data sets |
//! | [`certificate`] | the one format of every certificate: numbers, claims, canonical bytes |
//! | [`model`] | a statement on concrete matrices |
//! | [`encoder`] | certificates about captions, multiplied out |
//! | [`verify`] | a certificate of any kind |
#![forbid(unsafe_code)]
// A diagnostic ends a command: it is built once, and its size in a Result does not matter.
#![allow(clippy::result_large_err)]

pub mod arrays;
pub mod caption;
pub mod certificate;
pub mod encoder;
pub mod files;
pub mod language;
pub mod model;
pub mod report;
pub mod terms;
pub mod verify;

pub use scotoma_kernel as kernel;
pub use scotoma_matrix as matrix;
