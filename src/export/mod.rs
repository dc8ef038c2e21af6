//! Files for other programs: npy, safetensors, SVG, Rocq.

pub mod picture;
