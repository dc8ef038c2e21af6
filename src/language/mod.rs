//! Text to kernel objects and back: parse, elaborate, print. Untrusted: what it makes is checked by the kernel.

mod apply;
mod completion;
mod elaborate;
mod farkas;
mod frame;
mod infer;
mod justify;
mod lexer;
pub mod library;
pub mod narrate;
mod parser;
pub mod print;
mod script;
mod search;
mod statements;
pub mod substitute;
pub mod syntax;
mod theory;

pub use elaborate::{Derived, Elaborated, Statements, Told, elaborate};
pub use infer::Names;
pub use lexer::{Source, Span};
pub use parser::{KEYWORDS, parse};
pub use statements::{Theorem, parse_statement, parse_statements};
pub use theory::{Checked, Workshop, builtin, check_builtin};

use crate::kernel::{Failure, Reason};
use crate::report::{Code, Diagnostic, Place};

/// The diagnostic code that carries the kernel's own: they have the same stable name.
pub fn code_of(reason: Reason) -> Code {
    Code::ALL.iter().copied().find(|code| code.as_str() == reason.as_str()).unwrap_or(Code::DoesNotFollow)
}

/// A refusal of the kernel as a diagnostic without a place.
pub fn diagnose(failure: &Failure) -> Diagnostic {
    let diagnostic = Diagnostic::new(code_of(failure.reason), failure.why.clone());
    match &failure.difference {
        Some(difference) => diagnostic.note(format!("this should be 0, and is not: {}", print::polynomial(difference))),
        None => diagnostic,
    }
}

/// A refusal of the kernel, told about a place in a text.
pub fn diagnose_at(failure: &Failure, source: &Source, span: Span) -> Diagnostic {
    diagnose(failure).at(Place::of(&source.file, &source.text, span.start, span.end))
}
