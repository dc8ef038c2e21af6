//! Files for other programs: npy, safetensors, SVG, Rocq, data to train on.
//!
//! Tensors are read as well as written here: a user's embeddings come in as `.npy`, and encoders go out as
//! `.npy` and safetensors that load in NumPy and PyTorch.

pub mod audit;
pub mod chart;
pub mod experiment;
#[cfg(feature = "book")]
pub mod html;
pub mod npy;
pub mod rocq;
pub mod safetensors;
pub(crate) mod svg;
pub mod training;

pub use scotoma_check::arrays::{Scaled, Tensor, numbers, rational, scaled_integers, tensor};
