//! Latent variable models: where captions and images come from.
//!
//! A claim about encoders is about a generative model: what both modalities share (the invariant latent), what
//! each draws given it (dependent), and what each has to itself (private). Two models live here. The built-in world
//! ([`World`]) is finite, so that every function on it, linear or not, is a table and every assumption of the
//! any-encoder theorem is decided exactly. The linear models have real latents, so that encoders can be
//! trained on samples of them.
//!
//! The factorisation into invariant, dependent and private latents, and text written token by token from the invariant
//! latent and the tokens before, is that of Chen et al. 2025 (arXiv 2510.26302). The world itself is this project's own.

pub mod contrast;
pub mod draw;
#[cfg(test)]
mod fates;
mod finite;
mod latent;
pub mod linear;
pub mod objective;
mod process;
mod reading;
mod render;
mod world;

pub use finite::{Assumption, Encoders, FiniteMap, FiniteMaps, Leak};
pub use latent::{Article, Colour, ImageRest, Light, Mark, Object, Pose, Relation, Scene, Shape, TextRest, Wording};
pub use process::{Law, caption, image_rests, next_token, text_rests};
pub use reading::{Reading, TextDecoder, TwoTowers};
pub use render::{COLUMNS, ROWS, Raster, render};
pub use world::{HeldOut, Observation, Operator, World, WorldEdit};
