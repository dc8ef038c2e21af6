//! The command as a person meets it. A module a subject: `cargo test --test commands bad_input::` runs one.

#[path = "../common/mod.rs"]
mod common;

mod bad_input;
mod book;
mod faults;
mod long_work;
mod readme;
mod scale;
