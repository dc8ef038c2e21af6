//! Arrays of numbers as other programs store them, read as the exact numbers that floats are.

pub mod npy;
pub mod numbers;
pub mod tensor;

pub use tensor::{Scaled, Tensor, rational, scaled_integers};
