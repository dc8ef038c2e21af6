//! Scotoma makes the theory of blind spots in contrastive vision-language models checkable.
//!
//! The rooms, in the order in which they may depend on each other (each uses only rooms above it):
//!
//! | room | what it holds |
//! |---|---|
//! | [`kernel`] | terms, statements, proof steps and the inference rules; the only trusted code |
//! | [`terms`] | comfort over the kernel's constructors, not trusted |
//! | [`report`] | the verdicts, the diagnostic codes and how a diagnostic is shown |
//! | [`files`] | bounded reading and atomic writing of files |
//! | [`language`] | text to kernel objects and back: parse, elaborate, print |
//! | [`exact`] | exact rational linear algebra: sparse elimination, p-adic lifting |
//! | [`certificate`] | the one format of every certificate: numbers, claims, canonical bytes |
//! | [`model`] | a statement on concrete matrices: evaluate, refute, shrink, sample |
//! | [`scm`] | latent models with real latents, objectives, training |
//! | [`caption`] | texts, tokens, edits, feature maps, data sets |
//! | [`import`] | benchmarks as published, as the JSON Lines that captions are read from |
//! | [`export`] | files of other programs: `.npy`, safetensors, SVG, Rocq |
//! | [`encoder`] | builders of pseudo-optimal encoders, obstructions, certificates and their verifier |
//! | [`mining`] | the hard negatives that settle a family of edits, least or cheapest |
//! | [`world`] | the built-in world of scenes, an example for all of the above |
//! | [`audit`] | data sets and real encoders, held against the theory |
//! | [`book`] | the teaching material, generated |
//! | [`cli`] | thin commands over the library |
#![deny(unsafe_code)]
// A diagnostic ends a command: it is built once, and its size in a Result does not matter.
#![allow(clippy::result_large_err)]

pub mod audit;
#[cfg(feature = "book")]
pub mod book;
pub mod caption;
#[cfg(feature = "cli")]
pub mod cli;
pub mod encoder;
pub mod export;
pub mod files;
pub mod import;
pub mod language;
pub mod mining;
pub mod model;
pub mod scm;
pub mod world;

pub use scotoma_check::{certificate, for_each_theorem, report, terms, verify};
pub use scotoma_exact as exact;
pub use scotoma_kernel as kernel;
pub use scotoma_matrix as matrix;
