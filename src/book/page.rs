//! The frame of every page.

use maud::{Markup, PreEscaped, html};

use super::math;
use crate::export::html::document;

/// A link of the navigation: address and text.
pub(super) type Link<'a> = (&'a str, &'a str);

/// The pages that every page leads to.
pub(super) const NAVIGATION: &[Link] = &[
    ("index.html", "The book"),
    ("theorems.html", "Theorems"),
    ("blind-spot.html", "The blind spot"),
    ("graph.html", "What rests on what"),
    ("rules.html", "Rules"),
    ("glossary.html", "Symbols"),
];

/// A page beside this one in reading order: address and title.
pub(super) type Neighbour = Option<(String, String)>;

/// What stands on a page.
pub(super) struct Page<'a> {
    /// Its file.
    pub file: &'a str,
    /// Its title.
    pub title: &'a str,
    /// One sentence about it, for search engines and previews.
    pub about: &'a str,
    /// Its contents.
    pub body: Markup,
    /// The pages before and after it in reading order.
    pub around: (Neighbour, Neighbour),
}

impl Page<'_> {
    /// The page as a file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let styles = html! {
            link rel="stylesheet" href="font.css";
            link rel="stylesheet" href="style.css";
            // What a script brings to life says so in its markup; other pages load none.
            @if self.body.0.contains("data-live=") { script src="live.js" defer {} }
        };
        let body = html! {
            a class="skip" href="#content" { "Skip to the text" }
            header class="top" {
                nav aria-label="Book" {
                    @for (address, text) in NAVIGATION {
                        @if *address == self.file { a href=(address) aria-current="page" { (text) } }
                        @else { a href=(address) { (text) } }
                    }
                }
            }
            main id="content" { (self.body) }
            @if self.around.0.is_some() || self.around.1.is_some() {
                nav class="around" aria-label="Reading order" {
                    @if let Some((address, text)) = &self.around.0 {
                        a rel="prev" href=(address) { span { "Before" } " " (text) }
                    }
                    @if let Some((address, text)) = &self.around.1 {
                        a rel="next" href=(address) { span { "Next" } " " (text) }
                    }
                }
            }
            footer {
                p {
                    "Made by " code { "scotoma book" } " from the statements and proofs that the kernel checked. "
                    "The theory is after Chen, Xiao, Zhang, Zheng and Chen 2025 (arXiv 2510.26302); the constructions, exact and linear, are this project's own."
                }
            }
        };
        document(self.title, self.about, &styles, &body).into_bytes()
    }
}

/// A theorem's name as a title.
pub(super) fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + letters.as_str(),
        None => words,
    }
}

/// The page of a theorem.
pub(super) fn address(name: &str) -> String {
    format!("{name}.html")
}

/// A comment as text: formulas set, code between backticks kept, theorems by their titles, and nothing else is marked.
pub(super) fn words(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 {
                @if part.contains(['*', '^', '|', '(', '\'']) { (math::ascii(part)) } @else { code { (part) } }
            } @else {
                @for (at, word) in part.split(' ').enumerate() {
                    @if at > 0 { " " }
                    @if let Some([before, formula, rest]) = formula(word) {
                        (before) (math::ascii(formula)) (rest)
                    } @else if let Some([before, name, rest]) = named(word) {
                        (before) em { (name.replace('_', " ")) } (rest)
                    } @else { (word) }
                }
            }
        }
    }
}

/// What stands before a formula without spaces, the formula, and the punctuation after it: what holds a star, a power or bars.
fn formula(word: &str) -> Option<[&str; 3]> {
    let inside = word.trim_start_matches(['(', '"']);
    let (before, inside) = (&word[..word.len() - inside.len()], inside.trim_end_matches(['.', ',', ':', ';']));
    let inside = if inside.ends_with(')') && !inside.contains('(') { inside.trim_end_matches(')') } else { inside };
    let marked = inside.len() > 2 && (inside.contains(['*', '^', '|']) || inside.starts_with("phi("));
    let plain = inside.chars().all(|c| c.is_ascii_alphanumeric() || "*^|'()+-/_".contains(c));
    (marked && plain).then(|| [before, inside, &word[before.len() + inside.len()..]])
}

/// What stands before the name of a theorem, `like_this`, the name, and the punctuation after it.
fn named(word: &str) -> Option<[&str; 3]> {
    let letters = |c: char| c.is_ascii_lowercase() || c == '_';
    let (before, word) = word.split_at(word.find(letters).unwrap_or(0));
    let (name, rest) = word.split_at(word.find(|c| !letters(c)).unwrap_or(word.len()));
    let punctuation = |text: &str| text.chars().all(|c| c.is_ascii_punctuation());
    (name.trim_matches('_').contains('_') && punctuation(before) && punctuation(rest)).then_some([before, name, rest])
}

/// A picture that scrolls by itself where the page is narrow.
pub(super) fn picture(svg: &str, caption: Option<Markup>) -> Markup {
    html! {
        figure {
            div class="scroll" tabindex="0" role="group" aria-label="picture" { (PreEscaped(svg)) }
            @if let Some(caption) = caption { figcaption { (caption) } }
        }
    }
}

/// A picture with another form for narrow pages, its parts below each other.
pub(super) fn stacked(wide: &str, narrow: &[String], caption: Option<Markup>) -> Markup {
    html! {
        figure {
            div class="scroll spread" tabindex="0" role="group" aria-label="picture" { (PreEscaped(wide)) }
            div class="stack" { @for part in narrow { (PreEscaped(part)) } }
            @if let Some(caption) = caption { figcaption { (caption) } }
        }
    }
}

/// Lines of a comment as one paragraph.
pub(super) fn flow(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ")
}
