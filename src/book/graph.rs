//! The dependency graph of all theorems: a lane for each chapter, arrows from what is used to what uses it.

use std::collections::BTreeMap;
use std::fmt::Write;

use maud::{Markup, html};

use super::chapters::Chapter;
use super::page::{address, stacked, title};
use super::shelf::{Entry, Shelf};
use super::svg::{escape, tip};
use super::{lists, marks};

const BOX: (f64, f64) = (276.0, 46.0);
const STEP: (f64, f64) = (330.0, 60.0);
const LEFT: f64 = 4.0;

/// The page.
pub(super) fn body(shelf: &Shelf, chapters: &[Chapter]) -> Markup {
    html! {
        article class="wide" {
            h1 { "What rests on what" }
            p class="lead" {
                "Arrows lead from a theorem to those whose proofs apply it. A theorem with all three marks is closed: its box has a full, thick border; others are dashed."
            }
            p class="legend" { "Marks: circle, proved; triangle, sampled; square, every assumption necessary. A filled mark is earned." }
            (stacked(&drawing(shelf, chapters), &[], None))
            p class="stack fine" { "The picture needs a wider page; the list says the same." }
            h2 { "The same as a list" }
            ul class="plain" {
                @for entry in shelf.entries.iter().filter(|entry| !entry.checked.theorems.is_empty()) {
                    li {
                        a href=(address(entry.name())) { (title(entry.name())) } " rests on "
                        @for (i, name) in entry.checked.theorems.iter().enumerate() {
                            @if i > 0 { ", " } a href=(address(name)) { (title(name)) }
                        }
                    }
                }
            }
        }
    }
}

/// How many theorems deep a theorem rests on others.
fn depth(shelf: &Shelf, entry: &Entry) -> usize {
    let below = entry.checked.theorems.iter().filter_map(|name| shelf.by_name(name));
    below.map(|used| depth(shelf, used) + 1).max().unwrap_or(0)
}

fn drawing(shelf: &Shelf, chapters: &[Chapter]) -> String {
    let mut places: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let mut lanes: Vec<(String, f64)> = Vec::new();
    let mut y = 10.0;
    for (heading, entries) in lists::lanes(shelf, chapters) {
        lanes.push((heading, y));
        y += 32.0;
        let mut rows = [0usize; 3];
        // What stands alone fills the places that are left.
        let (alone, linked): (Vec<&Entry>, Vec<&Entry>) =
            entries.into_iter().partition(|e| e.used_by.is_empty() && e.checked.theorems.is_empty());
        for (entry, alone) in linked.iter().map(|e| (e, false)).chain(alone.iter().map(|e| (e, true))) {
            let column = match alone {
                true => (0..3).min_by_key(|c| (rows[*c], *c)).unwrap_or(0),
                false => depth(shelf, entry).min(2),
            };
            places.insert(entry.name(), (LEFT + STEP.0 * column as f64, y + STEP.1 * rows[column] as f64));
            rows[column] += 1;
        }
        y += STEP.1 * rows.iter().max().copied().unwrap_or(0) as f64 + 18.0;
    }
    let width = LEFT * 2.0 + STEP.0 * 2.0 + BOX.0;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {width} {y}\" width=\"{width}\" height=\"{y}\" class=\"picture graph\" role=\"group\" aria-label=\"The theorems and what they rest on\">"
    );
    for (heading, top) in &lanes {
        let _ = write!(
            svg,
            "<path class=\"lane\" d=\"M{LEFT} {top:.1}H{:.1}\"/><text class=\"heading\" x=\"{LEFT}\" y=\"{:.1}\">{}</text>",
            width - LEFT,
            top + 21.0,
            escape(heading)
        );
    }
    for entry in &shelf.entries {
        for used in &entry.checked.theorems {
            if let (Some(from), Some(to)) = (places.get(used.as_str()), places.get(entry.name())) {
                edge(&mut svg, *from, *to);
            }
        }
    }
    for entry in &shelf.entries {
        if let Some(place) = places.get(entry.name()) {
            node(&mut svg, entry, *place);
        }
    }
    svg.push_str("</svg>");
    svg
}

fn edge(svg: &mut String, from: (f64, f64), to: (f64, f64)) {
    let start = (from.0 + BOX.0, from.1 + BOX.1 / 2.0);
    let end = (to.0 - 2.0, to.1 + BOX.1 / 2.0);
    let bend = f64::max((end.0 - start.0) / 2.0, 26.0);
    let _ = write!(
        svg,
        "<path class=\"arrow\" d=\"M{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}\"/>",
        start.0,
        start.1,
        start.0 + bend,
        start.1,
        end.0 - bend,
        end.1,
        end.0 - 2.0,
        end.1
    );
    tip(svg, "arrow", end, (1.0, 0.0));
}

fn node(svg: &mut String, entry: &Entry, (x, y): (f64, f64)) {
    let marks = marks::of(entry);
    let closed = marks.iter().all(|mark| mark.earned);
    let said: Vec<String> = marks.iter().map(|m| format!("{}{}", if m.earned { "" } else { "not " }, m.name)).collect();
    let name = title(entry.name());
    let _ = write!(
        svg,
        "<a href=\"{}\" aria-label=\"{} ({})\"><rect class=\"node{}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{}\" height=\"{}\" rx=\"8\"/>",
        address(entry.name()),
        escape(&name),
        said.join(", "),
        if closed { " closed" } else { "" },
        BOX.0,
        BOX.1
    );
    for (index, mark) in marks.iter().enumerate() {
        let _ = write!(
            svg,
            "<g transform=\"translate({:.1} {:.1}) scale(.8)\">{}</g>",
            x + 10.0 + 17.0 * index as f64,
            y + 28.0,
            marks::shape(mark)
        );
    }
    let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\">{}</text></a>", x + 10.0, y + 20.0, escape(&name));
}
