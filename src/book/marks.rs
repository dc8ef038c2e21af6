//! The marks of a theorem: proved, sampled, necessary. Each has a shape of its own, filled where it is earned.

use maud::{Markup, PreEscaped, html};

use super::shelf::Entry;
use crate::model::hypotheses;
use crate::report::plural;
use crate::terms::*;

/// A mark: its name, whether it is earned, and what that means here.
pub(super) struct Mark {
    /// Its name.
    pub name: &'static str,
    /// Whether the theorem has it.
    pub earned: bool,
    /// In words.
    pub says: String,
}

/// The marks of a theorem, in their order.
pub(super) fn of(entry: &Entry) -> [Mark; 3] {
    let needed = hypotheses(entry.checked.theorem.statement.sequent()).len();
    let broken = entry.broken.len();
    [
        Mark {
            name: "proved",
            earned: true,
            says: format!("the kernel checked {}, valid in every dimension", plural(entry.checked.steps, "step")),
        },
        Mark {
            name: "sampled",
            earned: entry.sampled.is_some(),
            says: match &entry.sampled {
                Some(sampled) => {
                    format!("it held, exactly, on all {} sets of matrices drawn for this page", sampled.count)
                }
                None => "no matrices for it here".to_owned(),
            },
        },
        Mark {
            name: "necessary",
            earned: broken == needed,
            says: match needed {
                0 => "it assumes nothing".to_owned(),
                1 if broken == 1 => "a counterexample drops its assumption".to_owned(),
                _ if broken == needed => {
                    format!("for each of its {needed} assumptions a counterexample drops that one alone")
                }
                _ => format!("for {broken} of {needed} assumptions a counterexample drops that one alone"),
            },
        },
    ]
}

/// The shape of a mark in a box of 16 x 16.
pub(super) fn shape(mark: &Mark) -> String {
    let class = if mark.earned { "mark earned" } else { "mark" };
    match mark.name {
        "proved" => format!("<circle class=\"{class}\" cx=\"8\" cy=\"8\" r=\"5.5\"/>"),
        "sampled" => format!("<path class=\"{class}\" d=\"M8 2L14 13.5H2Z\"/>"),
        _ => format!("<path class=\"{class}\" d=\"M2.8 2.8H13.2V13.2H2.8Z\"/>"),
    }
}

/// The marks as a line of text.
pub(super) fn line(entry: &Entry) -> Markup {
    html! {
        ul class="marks" aria-label="Status" {
            @for mark in of(entry) {
                li {
                    svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" { (PreEscaped(shape(&mark))) }
                    " " b { @if !mark.earned { (lacking(mark.name)) } (mark.name) } ": " (mark.says)
                }
            }
        }
    }
}

/// What stands before the name of a mark that is not earned: a search that finds nothing shows nothing.
fn lacking(name: &str) -> &'static str {
    if name == "necessary" { "not shown to be " } else { "not " }
}
