//! The frame of every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A link of the navigation: address and text.
pub(super) type Link<'a> = (&'a str, &'a str);

/// The pages that every page leads to.
pub(super) const NAVIGATION: &[Link] = &[
    ("index.html", "The book"),
    ("theorems.html", "Theorems"),
    ("blind-spot.html", "The blind spot"),
    ("graph.html", "What rests on what"),
    ("rules.html", "Rules"),
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
        let document = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="description" content=(self.about);
                    title { (self.title) " · Scotoma" }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href="font.css";
                    link rel="stylesheet" href="style.css";
                }
                body {
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
                }
            }
        };
        let mut text = document.into_string();
        text.push('\n');
        text.into_bytes()
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

/// A comment as text: code between backticks and nothing else is marked.
pub(super) fn words(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
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
