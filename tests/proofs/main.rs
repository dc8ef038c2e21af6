//! Statements, their language and their proofs. A module a subject: `cargo test --test proofs exports::` runs one.

#[path = "../common/mod.rs"]
mod common;

mod exports;
mod foreign_evaluator;
mod fuzz;
mod gallery;
mod language;
mod proof_mutants;
