//! The built-in world: a finite latent variable model of scenes and captions, on which everything above is shown.
//!
//! It is finite, so that every function on it, linear or not, is a table and every assumption of the any-encoder theorem is
//! decided exactly; its captions are text like a user's, and go the same way. No room but the book, the commands and one
//! experiment of the audit knows of it: it is an example.
//!
//! The factorisation into invariant, dependent and private latents, and text written token by token from the invariant
//! latent and the tokens before, is that of Chen et al. 2025 (arXiv 2510.26302). The world itself is this project's own.

pub mod chain;
pub mod draw;
#[cfg(test)]
mod fates;
mod finite;
pub mod gap;
mod identifiability;
mod inputs;
mod ladder;
mod latent;
pub mod picture;
mod process;
mod reading;
mod render;
mod scenes;
pub mod towers;
mod words;

pub use finite::{Assumption, Encoders, FiniteMap, FiniteMaps, Leak};
pub use identifiability::Identifiability;
pub use inputs::{Pair, WorldInputs};
pub use ladder::{Ladder, Rung, free_under, ladder};
pub use latent::{Article, Colour, ImageRest, Light, Mark, Object, Pose, Relation, Scene, Shape, TextRest, Wording};
pub use process::{Law, caption, image_rests, next_token, text_rests};
pub use reading::{Reading, TextDecoder, TwoTowers};
pub use render::{COLUMNS, ROWS, Raster, render};
pub use scenes::{HeldOut, Observation, Operator, World, WorldEdit};
pub use words::WorldLexicon;
