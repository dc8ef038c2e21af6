//! Exercises: a question, hints in grades, an answer; those with a file are checked in the page as in the terminal.

use maud::{Markup, PreEscaped, html};

use super::live;
use super::prose::render;
use crate::language::print_statement::statement;
use crate::language::{Source, parse_statement};
use crate::report::{Code, Diagnostic};

macro_rules! files {
    ($($name:literal)*) => {
        /// The files of the exercises, starters and answers, by their path in the book.
        pub const EXERCISES: &[(&str, &str)] =
            &[$((concat!("exercises/", $name), include_str!(concat!("../../book/exercises/", $name)))),*];
    };
}

files! {
    "1-converse.thm"
    "1-logits.proof"
    "2-diversity.thm"
    "2-private.proof"
    "3-rigid.thm"
    "3-two-steps.proof"
    "4-affine.proof"
    "4-every-edit.thm"
    "4-novel-features.proof"
    "5-not-closed.thm"
    "5-two-edits.proof"
    "6-average.thm"
    "6-mined.proof"
    "7-any-gap.thm"
    "7-tie.proof"
    "8-worded.proof"
    "8-means-nothing.thm"
    "9-price.proof"
    "9-any-margin.thm"
    "answers/1-converse.proof"
    "answers/1-logits.proof"
    "answers/2-diversity.proof"
    "answers/2-private.proof"
    "answers/3-rigid.proof"
    "answers/3-two-steps.proof"
    "answers/4-affine.proof"
    "answers/4-every-edit.proof"
    "answers/4-novel-features.proof"
    "answers/5-not-closed.proof"
    "answers/5-two-edits.proof"
    "answers/6-average.proof"
    "answers/6-mined.proof"
    "answers/7-any-gap.proof"
    "answers/7-tie.proof"
    "answers/8-worded.proof"
    "answers/8-means-nothing.proof"
    "answers/9-price.proof"
    "answers/9-any-margin.proof"
}

/// The files of the exercises.
pub(super) fn files() -> impl Iterator<Item = (String, Vec<u8>)> {
    EXERCISES.iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()))
}

fn text(name: &str) -> Result<&'static str, Diagnostic> {
    let found = EXERCISES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    found.ok_or_else(|| Diagnostic::new(Code::FileMissing, format!("the exercises have no file {name}")))
}

/// The statement that the answer to a file proves: what the file asks for.
pub(super) fn asked(file: &str) -> Result<String, Diagnostic> {
    let answer = answer_of(file);
    let theorem = parse_statement(&Source::new(&*answer, text(&answer)?))?;
    Ok(statement(&theorem.statement, &theorem.comments))
}

fn answer_of(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    format!("exercises/answers/{stem}.proof")
}

/// An exercise from its lines: the question, then parts that begin with `{{hint}}`, and one that begins with `{{answer}}`.
///
/// Errors: prose that cannot be read; no hint; neither a file nor an answer.
pub(super) fn exercise(chapter: &str, number: usize, file: &str, body: &str) -> Result<Markup, Diagnostic> {
    let (rest, answer) = body.split_once("{{answer}}").map_or((body, None), |(rest, answer)| (rest, Some(answer)));
    let mut parts = rest.split("{{hint}}");
    let question = render(chapter, parts.next().unwrap_or_default())?;
    let hints = parts.map(|hint| render(chapter, hint)).collect::<Result<Vec<_>, _>>()?;
    let answer = answer.map(|answer| render(chapter, answer)).transpose()?;
    if hints.is_empty() || (file.is_empty() && answer.is_none()) {
        let message = format!("{chapter}: exercise {number} has no hint, or no answer");
        return Err(Diagnostic::new(Code::Syntax, message));
    }
    let with_file =
        if file.is_empty() { None } else { Some((file, text(&format!("exercises/{file}"))?, asked(file)?)) };
    Ok(html! {
        section class="exercise" id=(format!("exercise-{number}")) aria-labelledby=(format!("exercise-{number}-name")) {
            h3 id=(format!("exercise-{number}-name")) { "Exercise " (number) @if answer.is_some() && file.is_empty() { ", by hand" } }
            (PreEscaped(question))
            @if let Some((file, starter, asked)) = &with_file {
                p class="fine" {
                    "The file: " a href=(format!("exercises/{file}")) { (file) } ". In the terminal, in the folder " code { "exercises" } " of this book: "
                    code { "scotoma check " (file) " --asked " (answer_of(file).trim_start_matches("exercises/")) }
                    @if file.ends_with(".thm") { ", and " code { "scotoma refute " (file) } }
                }
                (live::proof(file, starter, Some(asked)))
                // Where it cannot be typed it can be read.
                pre class="starter" { code { (starter.trim_end()) } }
            }
            @for (index, hint) in hints.iter().enumerate() {
                details class="hint" { summary { "Hint " (index + 1) } (PreEscaped(hint)) }
            }
            details class="solution" {
                summary { "Answer" }
                @if let Some(answer) = &answer { (PreEscaped(answer)) }
                @if let Some((file, ..)) = &with_file {
                    pre { code { (text(&answer_of(file))?.trim_end()) } }
                    p class="fine" { a href=(answer_of(file)) { "The answer as a file" } }
                }
            }
        }
    })
}
