//! The whole book on one page, in reading order, for print: what is folded is left out, answers stand at the end.

use std::collections::BTreeSet;

use maud::{Markup, PreEscaped, html};

use super::breaking::INTRODUCTION;
use crate::export::html::document;

/// What has no place on paper: the tag it opens with, and the tag's name.
const LEFT_OUT: [(&str, &str); 8] = [
    ("<details class=\"numbers\"", "details"),
    ("<details class=\"kernel\"", "details"),
    ("<details class=\"goal\"", "details"),
    ("<details class=\"hint\"", "details"),
    ("<nav class=\"contents\"", "nav"),
    ("<section class=\"live\"", "section"),
    ("<div class=\"live\"", "div"),
    ("<p class=\"fine to-break\"", "p"),
];

/// What the switches come to on paper.
const BROKEN: &str = "Each assumption is needed: without it some matrices satisfy all the others and not the conclusion. They \
     stand on the theorem's own page.";

/// The page of these pages: their files and bodies, in order.
pub(super) fn page(pages: &[(&str, Markup)]) -> Vec<u8> {
    let here: BTreeSet<&str> = pages.iter().map(|(file, _)| *file).collect();
    let mut answers: Vec<(String, String)> = Vec::new();
    let mut parts = Vec::new();
    for (file, body) in pages {
        let mut text = body.0.clone();
        for (opening, name) in LEFT_OUT {
            text = replaced(&text, opening, name, &mut |_| String::new());
        }
        text = replaced(&text.replace(INTRODUCTION, BROKEN), "<details name=\"break\"", "details", &mut without_it);
        let title =
            text.split_once("<h1>").and_then(|(_, rest)| rest.split_once("</h1>")).map_or("", |(title, _)| title);
        let title = title.to_owned();
        let mut number = 0;
        text = replaced(&text, "<details class=\"solution\"", "details", &mut |solution| {
            number += 1;
            let inside = solution.split_once("</summary>").map_or(solution, |(_, inside)| inside);
            answers.push((format!("{title}, exercise {number}"), inside.trim_end_matches("</details>").to_owned()));
            String::new()
        });
        parts.push(html! { div class="leaf" id=(stem(file)) { (PreEscaped(moved(&text, file, &here))) } });
    }
    let styles = html! {
        link rel="stylesheet" href="font.css";
        link rel="stylesheet" href="style.css";
    };
    let answered = html! { @for (name, answer) in &answers { h3 { (PreEscaped(name)) } (PreEscaped(answer)) } };
    let answered = moved(&answered.0, "answers.html", &here);
    let body = html! {
        main class="whole" {
            @for part in parts { (part) }
            div class="leaf" { article { h1 { "Answers" } h2 { "To the exercises" } (PreEscaped(answered)) } }
        }
    };
    document("The whole book", "All chapters and theorems in reading order, to print", &styles, &body).into_bytes()
}

fn stem(file: &str) -> &str {
    file.trim_end_matches(".html")
}

/// A switch on paper: the assumption, and what its matrices tell.
fn without_it(switch: &str) -> String {
    let between =
        |from: &str, to: &str| switch.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map(|(text, _)| text);
    let name = between("<b>", "</b>").unwrap_or_default();
    let told = between("<p class=\"tells\">", "</p>").map(|told| format!(": {told}")).unwrap_or_default();
    let id = between(" id=\"", "\"").unwrap_or_default();
    format!("<p id=\"{id}\">Without <b>{name}</b>{told}</p>")
}

/// The text with something else for each element that opens so.
fn replaced(text: &str, opening: &str, name: &str, by: &mut dyn FnMut(&str) -> String) -> String {
    let (mut kept, mut rest) = (String::new(), text);
    while let Some(start) = rest.find(opening) {
        kept.push_str(&rest[..start]);
        let (open, close) = (format!("<{name}"), format!("</{name}>"));
        let (mut at, mut depth) = (start, 0);
        loop {
            let next_open = rest[at..].find(&open).map(|i| at + i);
            let next_close = rest[at..].find(&close).map_or(rest.len(), |i| at + i);
            match next_open.filter(|i| *i < next_close) {
                Some(i) => (at, depth) = (i + open.len(), depth + 1),
                None => (at, depth) = ((next_close + close.len()).min(rest.len()), depth - 1),
            }
            if depth <= 0 {
                break;
            }
        }
        kept.push_str(&by(&rest[start..at]));
        rest = &rest[at..];
    }
    kept.push_str(rest);
    kept
}

/// The text with its places under the name of its file, and its links within the book to places of this page.
fn moved(text: &str, file: &str, here: &BTreeSet<&str>) -> String {
    let own = stem(file);
    let mut out = String::new();
    for (index, tag) in text.split('<').enumerate() {
        if index > 0 {
            out.push('<');
        }
        let (inside, after) = tag.split_once('>').unwrap_or((tag, ""));
        let mut inside = inside.to_owned();
        // Sections of one name on every page would all be landmarks here.
        if inside.starts_with("section") || inside.starts_with("ul class=\"marks\"") {
            inside = without(without(inside, "aria-labelledby"), "aria-label");
        }
        inside = without(without(inside, "for"), "name");
        inside = within(inside, " id=\"", |id| format!("{own}--{id}"));
        inside = within(inside, " aria-labelledby=\"", |id| format!("{own}--{id}"));
        inside = within(inside, " href=\"", |link| {
            let (path, place) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { file } else { path };
            match (here.contains(target) || path.is_empty(), place.is_empty()) {
                (true, true) => format!("#{}", stem(target)),
                (true, false) => format!("#{}--{place}", stem(target)),
                (false, _) => link.to_owned(),
            }
        });
        out.push_str(&inside);
        if tag.contains('>') {
            out.push('>');
            out.push_str(after);
        }
    }
    out
}

/// A tag with the value of an attribute changed, where it has it.
fn within(tag: String, opening: &str, change: impl Fn(&str) -> String) -> String {
    match tag.split_once(opening).and_then(|(before, rest)| Some((before, rest.split_once('"')?))) {
        Some((before, (value, rest))) => format!("{before}{opening}{}\"{rest}", change(value)),
        None => tag,
    }
}

/// A tag without an attribute.
fn without(tag: String, name: &str) -> String {
    let opening = format!(" {name}=\"");
    match tag.split_once(&opening).and_then(|(before, rest)| Some((before, rest.split_once('"')?.1))) {
        Some((before, rest)) => format!("{before}{rest}"),
        None => tag,
    }
}
