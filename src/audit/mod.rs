//! Encoders held against the theory: what a training objective sees of them, and what benchmarks and the modality gap
//! bring to light.

pub mod gap;
pub mod towers;
