//! Reading and printing: text to statements and scripts of proofs, and statements to text. What a proof script means is found outside, and checked by the kernel.

pub mod infer;
pub mod lexer;
pub mod library;
pub mod parser;
pub mod predicate;
pub mod print;
pub mod print_script;
pub mod script;
pub mod statements;
pub mod substitute;
pub mod syntax;

pub use infer::Names;
pub use lexer::{Source, Span};
pub use parser::{KEYWORDS, parse};
pub use statements::{Theorem, parse_statement, parse_statements};

use crate::kernel::Failure;
use crate::report::{Diagnostic, Place};

/// A refusal of the kernel as a diagnostic without a place.
pub fn diagnose(failure: &Failure) -> Diagnostic {
    let diagnostic = Diagnostic::new(failure.reason.into(), failure.why.clone());
    match &failure.difference {
        Some(difference) => diagnostic.note(format!("this should be 0, and is not: {}", print::polynomial(difference))),
        None => diagnostic,
    }
}

/// A refusal of the kernel, told about a place in a text.
pub fn diagnose_at(failure: &Failure, source: &Source, span: Span) -> Diagnostic {
    diagnose(failure).at(Place::of(&source.file, &source.text, span.start, span.end))
}

/// The name nearest to what was written, if one is near: about a third of its letters at most are added, dropped or changed.
pub fn closest(written: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let near = |name: String| (distance(written, &name), name);
    let (distance, name) = names.map(near).min()?;
    (distance <= (written.len() + 1) / 3).then_some(name)
}

/// Levenshtein's, where two neighbours that changed places are one change.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let change = row[j] + usize::from(a[i] != b[j]);
            let mut least = change.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(above[j - 1] + 1);
            }
            next.push(least);
        }
        above = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}
