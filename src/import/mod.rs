//! Benchmarks as they are published, as the JSON Lines that everything else reads.
//!
//! Files differ in shape and not in content: a benchmark is a row of data, a [`Mapping`] from its fields, not a reader.
//! Import stands outside the trust line. What a certificate names are the bytes that this room writes, so neither
//! checker knows of mappings, compression or tables of other programs.

mod along;
mod file;
pub mod given;
mod mapping;
#[cfg(feature = "parquet")]
mod parquet;
mod path;
mod records;
#[cfg(feature = "webdataset")]
pub mod shard;
mod slot;
mod tree;
mod unpack;

pub use along::{Along, Beside, along};
pub use file::{File, Imported};
pub use given::{AllGiven, AsGiven, Given, column};
pub use mapping::{Comparison, Keep, Mapping, shipped};
pub use path::{Path, Step};
pub use slot::Slot;
pub use tree::Tree;
pub use unpack::{Unpacked, unpack, unpacked};
