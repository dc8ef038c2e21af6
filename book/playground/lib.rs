//! Scotoma inside a page of the book: what a reader types is answered by the library itself, compiled to WebAssembly.
//!
//! The page and this module share one buffer. The page asks for room ([`reserve`]), writes a question into it as JSON,
//! calls [`answer`], and reads as many bytes of JSON from where [`reply`] points. There is no other door: no file, no clock,
//! no chance, no network. `book/playground/build` makes the module, `book/live.js` is the page's side.

mod captions;
mod matrices;
mod proofs;

use std::sync::{Mutex, MutexGuard, PoisonError};

use scotoma::report::Diagnostic;
use serde::Deserialize;
use serde_json::{Value, json};

/// What a page asks.
#[derive(Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case", deny_unknown_fields)]
enum Question {
    /// The fates of typed edits.
    Captions(captions::Typed),
    /// Whether a typed proof holds.
    Check(proofs::Typed),
    /// A counterexample to a typed statement.
    Refute(proofs::Stated),
    /// What a theorem says of typed matrices.
    Evaluate(matrices::Typed),
    /// Other matrices that satisfy a theorem's assumptions.
    Draw(matrices::Drawn),
}

static BUFFER: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn buffer() -> MutexGuard<'static, Vec<u8>> {
    BUFFER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes room for a question of this many bytes, and says where.
#[unsafe(no_mangle)]
pub extern "C" fn reserve(bytes: usize) -> *mut u8 {
    let mut buffer = buffer();
    *buffer = vec![0; bytes];
    buffer.as_mut_ptr()
}

/// Answers the question in the buffer; how many bytes the answer has.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> usize {
    let question = std::mem::take(&mut *buffer());
    let answer = serde_json::from_slice(&question).map_or_else(|error| failure(&error.to_string()), said);
    let mut buffer = buffer();
    *buffer = answer.to_string().into_bytes();
    buffer.len()
}

/// Where the answer stands.
#[unsafe(no_mangle)]
pub extern "C" fn reply() -> *const u8 {
    buffer().as_ptr()
}

fn said(question: Question) -> Value {
    let answer = match question {
        Question::Captions(typed) => captions::answer(&typed),
        Question::Check(typed) => Ok(proofs::answer(&typed)),
        Question::Refute(stated) => proofs::refuted(&stated),
        Question::Evaluate(typed) => matrices::answer(&typed),
        Question::Draw(drawn) => matrices::draw(&drawn),
    };
    answer.unwrap_or_else(|diagnostic: Diagnostic| failure(&diagnostic.to_string()))
}

/// An answer that says why there is none.
fn failure(why: &str) -> Value {
    json!({ "error": why })
}
