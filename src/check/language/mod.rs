//! Reading and printing: text to statements and scripts of proofs, and statements to text. What a proof script means is found outside, and checked by the kernel.

mod diagnose;
mod document;
pub mod infer;
pub mod lexer;
pub mod library;
mod near;
mod parser;
pub mod predicate;
pub mod print;
pub mod print_script;
pub mod print_statement;
mod script;
pub mod statements;
pub mod substitute;
pub mod syntax;
pub mod theorem;

pub use diagnose::{diagnose, diagnose_at};
pub use document::parse;
pub use infer::Names;
pub use lexer::{Source, Span};
pub use near::closest;
pub use parser::KEYWORDS;
pub use statements::{parse_statement, parse_statements};
pub use theorem::Theorem;
