//! Latent variable models with real latents: where captions and images come from, and what training on them finds.
//!
//! A claim about encoders is about a generative model: what both modalities share (the invariant latent), what
//! each draws given it (dependent), and what each has to itself (private). Here these are real vectors, so that encoders can
//! be trained on samples of them; the finite model of the same kind is [`crate::world`].
//!
//! The factorisation into invariant, dependent and private latents is that of Chen et al. 2025 (arXiv 2510.26302).

pub mod contrast;
pub mod linear;
pub mod objective;
