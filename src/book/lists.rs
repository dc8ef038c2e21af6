//! The pages that list things: the index, the theorems, the rules.

use maud::{Markup, html};

use super::chapters::Chapter;
use super::page::{address, title};
use super::shelf::{Entry, Shelf, card};
use super::thread::Thread;
use super::world;
use super::{live, marks};
use crate::language::narrate::rule_in_words;
use crate::report::plural;
use crate::terms::Rule;
use crate::world::chain::Chain;

const RULES: [Rule; 15] = [
    Rule::Combination,
    Rule::Instance,
    Rule::Witness,
    Rule::Obtain,
    Rule::Contradiction,
    Rule::PseudoInverse,
    Rule::SquareInverse,
    Rule::Definite,
    Rule::WordInduction,
    Rule::Farkas,
    Rule::Suppose,
    Rule::Square,
    Rule::Product,
    Rule::Pivot,
    Rule::Extensionality,
];

/// The index.
pub(super) fn index(shelf: &Shelf, chapters: &[Chapter], chains: &[Chain], thread: &Thread) -> Markup {
    let steps: usize = shelf.entries.iter().map(|entry| entry.checked.steps).sum();
    html! {
        article {
            h1 { "What contrastive encoders cannot see" }
            p class="lead" {
                "A text encoder can agree with the best possible one on every caption that it was ever trained on, and give "
                q { "a red cube on a blue sphere" } " and " q { "a blue cube on a red sphere" } " the very same embedding. "
                "This book states exactly when, proves it, and lets you take the proof apart."
            }
            p {
                "It needs linear algebra, and that you have heard of CLIP. The " (shelf.entries.len()) " theorems are proved in "
                (steps) " steps, each checked by a small kernel when this page was made; every number is computed, none is typed in."
            }
            h2 id="one-point" { "Two captions, one point" }
            @if let Some([a, b, ..]) = chains.first().map(|chain| &chain.shown[..]) {
                div class="pair" { (world::card(a, "A")) (world::card(b, "B")) }
            }
            (thread.one_point)
            p { "So much for counting words. Surely an encoder that reads " em { "which word stands before which" } " is safe?" }
            h2 id="six" { "Six captions, one edit" }
            (thread.table)
            (thread.live)
            h2 { "The path" }
            ol class="path" {
                @for chapter in chapters {
                    li { a href=(chapter.file) { b { (chapter.title) } span { (plain(&chapter.about)) } } }
                }
            }
            h2 { "To look things up" }
            ul class="path" {
                li { a href="theorems.html" { b { "All theorems" } span { "their claims, and what is known of each: proved, sampled, necessary." } } }
                li { a href="blind-spot.html" { b { "The blind spot seen" } span { "scenes, captions, and where two encoders put them." } } }
                li { a href="graph.html" { b { "What rests on what" } span { "the theorems as a graph." } } }
                li { a href="rules.html" { b { "The rules" } span { "all that a proof may do." } } }
                li { a href="whole.html" { b { "The whole book on one page" } span { "to print, or for one PDF." } } }
                li { a href="glossary.html" { b { "Symbols and words" } span { "what each of them means." } } }
            }
        }
    }
}

/// Markdown's dollar signs and stars taken away, for one line of plain text.
fn plain(text: &str) -> String {
    text.replace(['$', '*', '`'], "")
}

/// All theorems, by chapter.
pub(super) fn theorems(shelf: &Shelf, chapters: &[Chapter]) -> Markup {
    let told = |entry: &&Entry| chapters.iter().any(|c| c.theorems.iter().any(|name| name == entry.name()));
    let others: Vec<&Entry> = shelf.entries.iter().filter(|entry| !told(entry)).collect();
    html! {
        article {
            h1 { "Theorems" }
            p class="lead" {
                "Each is proved for every dimension, evaluated on sampled matrices, and each of its assumptions is shown to be needed. "
                "The marks say which of the three is done."
            }
            (live::filter(".listed"))
            @for chapter in chapters {
                section {
                    h2 { a href=(chapter.file) { (chapter.title) } }
                    @for entry in chapter.theorems.iter().filter_map(|name| shelf.by_name(name)) { (listed(entry)) }
                }
            }
            @if !others.is_empty() {
                section { h2 { "Further theorems" } @for entry in others { (listed(entry)) } }
            }
        }
    }
}

fn listed(entry: &Entry) -> Markup {
    html! { div class="listed" { (card(entry)) (marks::line(entry)) } }
}

/// The rules of inference.
pub(super) fn rules(shelf: &Shelf) -> Markup {
    html! {
        article {
            h1 { "The rules" }
            p class="lead" { "A proof may do these things and no others. Each is one function of the kernel, with its argument." }
            @for rule in RULES {
                @let (allows, sound) = rule_in_words(rule);
                @let users: Vec<&Entry> = shelf.entries.iter().filter(|e| e.checked.rules.contains(&rule)).collect();
                section id=(rule.as_str()) class="rule-entry" {
                    h2 { (rule.as_str().replace('_', " ")) }
                    p { (allows) }
                    p class="why" { b { "Sound: " } (sound) }
                    details {
                        summary { "Used in " (plural(users.len(), "proof")) }
                        ul class="plain" { @for entry in users { li { a href=(address(entry.name())) { (title(entry.name())) } } } }
                    }
                }
            }
        }
    }
}

/// The chapters' theorems, and those that no chapter presents.
pub(super) fn lanes<'a>(shelf: &'a Shelf, chapters: &[Chapter]) -> Vec<(String, Vec<&'a Entry>)> {
    let of = |chapter: &Chapter| chapter.theorems.iter().filter_map(|name| shelf.by_name(name)).collect();
    let mut lanes: Vec<(String, Vec<&Entry>)> = chapters.iter().map(|c| (c.title.clone(), of(c))).collect();
    let told = |entry: &&Entry| chapters.iter().any(|c| c.theorems.iter().any(|name| name == entry.name()));
    lanes.push(("Further theorems".to_owned(), shelf.entries.iter().filter(|entry| !told(entry)).collect()));
    lanes.retain(|(_, entries)| !entries.is_empty());
    lanes
}
