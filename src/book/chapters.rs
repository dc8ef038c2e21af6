//! The reader's path: eight chapters of prose, and the exercises' files.

use maud::{Markup, PreEscaped, html};

use super::figures::Figures;
use super::page::picture;
use super::prose::render;
use super::shelf::{Shelf, card};
use crate::report::{Code, Diagnostic};

/// A chapter as it was read.
pub(super) struct Chapter {
    /// Its page.
    pub file: String,
    /// Its title.
    pub title: String,
    /// Its first paragraph, as text.
    pub about: String,
    /// Its contents.
    pub body: Markup,
    /// The theorems that it presents, in order.
    pub theorems: Vec<String>,
}

macro_rules! texts {
    ($($name:literal)*) => {
        const CHAPTERS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../book/chapters/", $name, ".md")))),*];
    };
}

texts! { "1-objective" "2-block-identifiability" "3-tokens" "4-equivalence" "5-compounding" "6-mining" "7-visual-side" "8-real-encoders" }

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
    "answers/1-converse.proof"
    "answers/1-logits.proof"
    "answers/2-diversity.proof"
    "answers/2-private.proof"
    "answers/3-rigid.proof"
    "answers/3-two-steps.proof"
    "answers/4-affine.proof"
    "answers/4-every-edit.proof"
    "answers/4-novel-features.proof"
    "answers/5-two-edits.proof"
    "answers/6-mined.proof"
    "answers/7-any-gap.proof"
    "answers/7-tie.proof"
}

/// The files of the exercises.
pub(super) fn exercises() -> impl Iterator<Item = (String, Vec<u8>)> {
    EXERCISES.iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()))
}

/// Reads the chapters. Errors: mathematics that cannot be read, a theorem that does not exist.
pub(super) fn read(shelf: &Shelf, figures: &Figures) -> Result<Vec<Chapter>, Diagnostic> {
    CHAPTERS.iter().enumerate().map(|(index, (name, text))| chapter(index + 1, name, text, shelf, figures)).collect()
}

fn chapter(number: usize, name: &str, text: &str, shelf: &Shelf, figures: &Figures) -> Result<Chapter, Diagnostic> {
    let about = |why: String| Diagnostic::new(Code::Syntax, format!("book/chapters/{name}.md: {why}"));
    let text = figures.fill(text).map_err(|unknown| about(format!("the number {unknown} is not known")))?;
    let (first, rest) = text.split_once('\n').ok_or_else(|| about("an empty chapter".to_owned()))?;
    let title = first.strip_prefix("# ").ok_or_else(|| about("the first line is no title".to_owned()))?.to_owned();
    let mut theorems = Vec::new();
    let mut parts = Vec::new();
    let mut prose = String::new();
    for line in rest.lines() {
        let directive = line.trim().strip_prefix("{{").and_then(|line| line.strip_suffix("}}"));
        let Some(directive) = directive else {
            prose.push_str(line);
            prose.push('\n');
            continue;
        };
        parts.push(html! { (PreEscaped(render(name, &std::mem::take(&mut prose))?)) });
        match directive.trim().split_once(' ') {
            Some(("theorem", theorem)) => {
                let entry = shelf.by_name(theorem).ok_or_else(|| about(format!("there is no theorem {theorem}")))?;
                theorems.push(theorem.to_owned());
                parts.push(card(entry));
            }
            Some(("picture", name)) => {
                let svg = figures.named(name).ok_or_else(|| about(format!("there is no picture {name}")))?;
                parts.push(picture(svg, None));
            }
            Some(("table", "growth")) => parts.push(figures.growth_table.clone()),
            _ => return Err(about(format!("the directive {directive} is not known"))),
        }
    }
    parts.push(html! { (PreEscaped(render(name, &prose)?)) });
    let paragraph: Vec<&str> = rest.trim_start().lines().take_while(|line| !line.is_empty()).collect();
    let body = html! {
        article class="chapter" {
            p class="kind" { "Chapter " (number) }
            h1 { (title) }
            @for part in parts { (part) }
        }
    };
    Ok(Chapter { file: format!("{name}.html"), title, about: paragraph.join(" "), body, theorems })
}
