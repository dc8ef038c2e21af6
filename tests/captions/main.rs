//! Captions, data sets, encoders built for them, and what is mined and audited. A module a subject: `cargo test --test captions audit::` runs one.

#[path = "../common/mod.rs"]
mod common;

mod audit;
mod compound;
mod encoder;
mod given;
mod import;
mod linear_programs;
mod meaning;
mod mining;
mod negatives;
#[cfg(feature = "parquet")]
mod parquet;
mod streaming;
