//! The reader's path: seven chapters of prose, and the exercises' files.

use maud::{Markup, PreEscaped, html};

use super::lists::card;
use super::prose::render;
use super::shelf::Shelf;
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

texts! { "1-objective" "2-block-identifiability" "3-tokens" "4-equivalence" "5-compounding" "6-mining" "7-visual-side" }

macro_rules! files {
    ($($name:literal)*) => {
        /// The files of the exercises, starters and answers, by their path in the book.
        pub const EXERCISES: &[(&str, &str)] =
            &[$((concat!("exercises/", $name), include_str!(concat!("../../book/exercises/", $name)))),*];
    };
}

files! {}

/// The files of the exercises.
pub(super) fn exercises() -> impl Iterator<Item = (String, Vec<u8>)> {
    EXERCISES.iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec()))
}

/// Reads the chapters. Errors: mathematics that cannot be read, a theorem that does not exist.
pub(super) fn read(shelf: &Shelf) -> Result<Vec<Chapter>, Diagnostic> {
    CHAPTERS.iter().enumerate().map(|(index, (name, text))| chapter(index + 1, name, text, shelf)).collect()
}

fn chapter(number: usize, name: &str, text: &str, shelf: &Shelf) -> Result<Chapter, Diagnostic> {
    let about = |why: String| Diagnostic::new(Code::Syntax, format!("book/chapters/{name}.md: {why}"));
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
