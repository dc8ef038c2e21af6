//! Refusals of the kernel as diagnostics.

use super::lexer::{Source, Span};
use super::print;
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
