//! Typed statements and proofs: checked as in the terminal, with the same diagnostics; refuted as there.

use scotoma::language::{Ledger, Request, Source, asked, parse_statement};
use scotoma::model::{Search, legibly};
use scotoma::report::{Diagnostic, Verdict};
use scotoma::terms::*;
use serde::Deserialize;
use serde_json::{Value, json};

use super::matrices::shown;

/// A text of theorems and proofs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// What the text is called in messages.
    file: String,
    /// The text.
    text: String,
    /// The statement that is to be proved, where one was asked for.
    asked: Option<String>,
}

/// A text with a statement.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stated {
    /// What the text is called in messages.
    file: String,
    /// The text.
    text: String,
}

/// The verdict on every theorem of the text, and what is wrong, as the terminal says it.
pub fn answer(typed: &Typed) -> Value {
    let request = Request { sources: vec![Source::new(&*typed.file, &*typed.text)], ..Request::default() };
    let ledger = Ledger::check(&request);
    let mut wrong: Vec<Diagnostic> = ledger.diagnostics().cloned().collect();
    if wrong.is_empty()
        && let Some(text) = &typed.asked
    {
        wrong.extend(asked::hold(&ledger, &Source::new("the exercise", &**text)).err());
    }
    let verdict = wrong.iter().map(Diagnostic::verdict).fold(Verdict::Holds, Verdict::max);
    let proved = ledger.proved().map(|checked| {
        json!({
            "name": &**checked.theorem.statement.name(),
            "steps": checked.steps,
            "rules": checked.rules.iter().map(|rule| rule.as_str()).collect::<Vec<_>>(),
            "theorems": checked.theorems,
        })
    });
    json!({
        "verdict": verdict,
        "proved": proved.collect::<Vec<_>>(),
        "diagnostics": wrong.iter().map(|diagnostic| json!({
            "code": diagnostic.code.as_str(),
            "text": diagnostic.to_string(),
            "line": diagnostic.place.as_ref().map(|place| place.line),
            "column": diagnostic.place.as_ref().map(|place| place.column),
        })).collect::<Vec<_>>(),
    })
}

/// A counterexample to the statement, the search for which is as long as a reader waits. Errors: those of reading.
pub fn refuted(stated: &Stated) -> Result<Value, Diagnostic> {
    let statement = parse_statement(&Source::new(&*stated.file, &*stated.text))?.statement;
    let outcome = legibly(&statement, Search { budget: 4_000, ..Search::default() });
    let found = outcome.counterexample.as_ref();
    Ok(json!({
        "examined": outcome.examined,
        "instance": found.map(|instance| shown(statement.sequent(), instance)),
    }))
}
