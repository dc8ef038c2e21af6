//! The page of a theorem.

use std::sync::Arc;

use maud::{Markup, html};

use super::math::{self, Writer, declaration, display, inline, space};
use super::page::{address, flow, picture, title, words};
use super::proof::{Told, proof, uses_of};
use super::shelf::{Entry, Shelf};
use super::stories::Story;
use super::{breaking, diagram, live, marks, numbers};
use crate::kernel::{Field, Labelled, MapDecl, Prop, Sequent, Shape, Term};
use crate::language::syntax::Comments;
use crate::model::{Decision, Values};
use crate::terms::*;

/// Everything on the page but its frame.
pub(super) fn body(entry: &Entry, shelf: &Shelf, chapter: Option<(String, String)>, told: &Told) -> Markup {
    let theorem = &entry.checked.theorem;
    let sequent = theorem.statement.sequent();
    let name = entry.name();
    let drawn = diagram::maps(sequent, &format!("The spaces of {} as nodes, its maps as arrows", title(name)));
    html! {
        article class="theorem" {
            p class="kind" {
                "Theorem"
                @if let Some((file, heading)) = chapter { " of " a href=(file) { (heading) } }
            }
            h1 { (title(name)) }
            p class="lead" { (words(&flow(&theorem.comments.theorem))) }
            (marks::line(entry))
            (contents(entry))
            section aria-labelledby="statement" {
                h2 id="statement" { "The statement" }
                @if let Some(svg) = drawn {
                    (picture(&svg, Some(legend(sequent))))
                }
                (statement(entry))
            }
            @if let Some(sampled) = &entry.sampled {
                section aria-labelledby="numbers" {
                    h2 id="numbers" { "On numbers" }
                    p { "These small matrices satisfy every assumption. Each step of the proof below can be unfolded to them." }
                    (breaking::matrices(sequent, &sampled.shown))
                    (constructed(entry, &sampled.shown))
                }
            }
            (breaking::section(entry))
            (live::matrices(name, sequent, entry.sampled.as_ref().map(|sampled| &sampled.shown)))
            section aria-labelledby="proof" {
                h2 id="proof" { "The proof" }
                (proof(entry, shelf, told))
            }
            section aria-labelledby="rests" {
                h2 id="rests" { "What it rests on, and what rests on it" }
                (rests(entry))
            }
            section aria-labelledby="source" {
                h2 id="source" { "In the terminal" }
                pre { code { "scotoma explain " (name) "\nscotoma check" } }
                details {
                    summary { "The proof as its author wrote it" }
                    pre { code { (entry.checked.source.text.trim_end()) } }
                }
                p class="fine" { "Content hash of the statement: " code class="hash" { (theorem.statement.hash()) } }
            }
        }
    }
}

/// The maps that the theorem says exist, as the proof makes them from these matrices.
fn constructed(entry: &Entry, story: &Story) -> Markup {
    let sequent = entry.checked.theorem.statement.sequent();
    let (values, block) = (Values::of(&story.instance), &entry.checked.elaborated.proof.block);
    let made = |term: &Term| values.term(term).ok();
    let of_proof: Option<Vec<_>> = block.witnesses.iter().map(made).collect();
    // A proof may take what it has obtained; then some such maps are solved for.
    let solved = || match values.decide(&Prop::Rule(Arc::new(Sequent {
        exists: sequent.exists.clone(),
        conclusions: sequent.conclusions.clone(),
        ..Sequent::default()
    }))) {
        Decision::Holds { witness } => Some(witness.into_iter().map(|(_, m)| m).collect::<Vec<_>>()),
        _ => None,
    };
    let by_proof = of_proof.is_some();
    let Some(maps) = of_proof.or_else(solved).filter(|maps| !maps.is_empty() && maps.len() == sequent.exists.len())
    else {
        return html! {};
    };
    let terms = sequent.exists.iter().zip(&block.witnesses).filter(|_| by_proof);
    html! {
        p { @if by_proof { "What is claimed to exist, as the proof makes it:" } @else { "What is claimed to exist, for example:" } }
        @for (map, term) in terms {
            @if !matches!(term.shape(), Shape::Map(_)) { (display(html! { (math::name(&map.name)) (math::sign("=")) (Writer::default().term(term)) })) }
        }
        (numbers::maps(story, sequent.exists.iter().zip(&maps)))
    }
}

/// The parts of the page, in view while it is read.
fn contents(entry: &Entry) -> Markup {
    html! {
        nav class="contents" aria-label="On this page" {
            a href="#statement" { "Statement" }
            @if entry.sampled.is_some() { a href="#numbers" { "On numbers" } }
            @if !entry.broken.is_empty() { a href="#break" { "Break it" } }
            a href="#proof" { "Proof" }
            a href="#rests" { "Rests on" }
            a href="#source" { "Terminal" }
            (symbols(entry))
        }
    }
}

/// The symbols of the page, one click away wherever one reads.
fn symbols(entry: &Entry) -> Markup {
    let theorem = &entry.checked.theorem;
    let (sequent, comments) = (theorem.statement.sequent(), &theorem.comments);
    let maps = sequent.maps.iter().chain(&sequent.exists);
    let one = |name: &str, formula: Markup, about: &str| {
        html! { div data-symbol=(name) { dt { (inline(formula)) } dd { (words(about)) } } }
    };
    html! {
        details class="symbols" {
            summary { "Symbols" }
            dl {
                @for map in maps {
                    @let about = comments.about(&map.name);
                    @let claimed = sequent.exists.iter().any(|new| new.name == map.name);
                    (one(&map.name, declaration(map), if about.is_empty() && claimed { "claimed to exist" } else { about }))
                }
                @for family in &sequent.families { (one(&family.name, math::name(&family.name), comments.about(&family.name))) }
                @for space in sequent.spaces.iter().filter(|space| !comments.about(space).is_empty()) { (one(space, math::name(space), comments.about(space))) }
                @for (name, about) in STRUCTURE { (one(name, math::name(name), about)) }
                div { dt { (inline(html! { msup { mi { "S" } mo { "⊤" } } })) } dd { "a transpose; all other signs: " a href="glossary.html" { "symbols and words" } } }
            }
        }
    }
}

/// What every sum of two spaces brings with it.
const STRUCTURE: [(&str, &str); 4] = [
    ("fst", "the upper part of a vector of A ⊕ B"),
    ("snd", "the lower part"),
    ("inl", "a vector of A as one of A ⊕ B, zeros below"),
    ("inr", "a vector of B, zeros above"),
];

/// What the picture's arrows mean, of what is there to be seen.
fn legend(sequent: &Sequent) -> Markup {
    html! {
        "Boxes are spaces, arrows are maps." @if !sequent.exists.is_empty() { " Dashed: claimed to exist." }
    }
}

fn statement(entry: &Entry) -> Markup {
    let theorem = &entry.checked.theorem;
    let (sequent, comments, field) = (theorem.statement.sequent(), &theorem.comments, theorem.statement.field());
    let (used, shown) = uses_of(entry);
    let step = |number: &usize| html! { a href=(format!("#step-{number}")) { (number) } };
    let of_assumption = |label: &str| {
        let steps = used.get(label).map(Vec::as_slice).unwrap_or_default();
        html! {
            @if !steps.is_empty() {
                p class="fine steps" { "Used in " (if steps.len() == 1 { "step " } else { "steps " })
                    @for (i, number) in steps.iter().enumerate() { @if i > 0 { ", " } (step(number)) } }
            }
        }
    };
    let of_conclusion = |label: &str| {
        html! { @if let Some(number) = shown.get(label) { p class="fine steps" { "Shown in step " (step(number)) } } }
    };
    let maps = |list: &[MapDecl]| {
        html! {
            @for map in list { tr id=(format!("map-{}", map.name)) { td { (inline(declaration(map))) } td { (words(comments.about(&map.name))) } } }
        }
    };
    html! {
        p class="over" {
            @match field {
                Field::Any => "Over any field, in every dimension.",
                Field::Ordered => "Over any ordered field (the rationals, the reals), in every dimension.",
            }
        }
        @if !sequent.spaces.is_empty() {
            h3 { "Spaces" }
            table class="said" { tbody {
                @for name in &sequent.spaces { tr { td { (inline(math::name(name))) } td { (words(comments.about(name))) } } }
                @for (a, b) in &sequent.equal {
                    tr { td { (inline(html! { mi { "dim" } (math::name(a)) (math::sign("=")) mi { "dim" } (math::name(b)) })) } td { "their dimensions are equal" } }
                }
            } }
        }
        h3 { "Maps" }
        table class="said" { tbody {
            @for family in &sequent.families {
                tr { td { (inline(html! { (math::name(&family.name)) mo { "⊆" } mo { "{" } (space(&family.space)) mo { "→" } (space(&family.space)) mo { "}" } })) }
                     td { (words(comments.about(&family.name))) } }
            }
            (maps(&sequent.maps))
        } }
        @if !sequent.assumptions.is_empty() {
            h3 { "Assume" }
            (labelled(&sequent.assumptions, "assume", comments, &of_assumption))
        }
        h3 { "Then" }
        @if !sequent.exists.is_empty() {
            p { "there " @if sequent.exists.len() == 1 { "is" } @else { "are" } " "
                @for (i, map) in sequent.exists.iter().enumerate() { @if i > 0 { " and " } (inline(declaration(map))) }
                " with" }
        }
        (labelled(&sequent.conclusions, "show", comments, &of_conclusion))
    }
}

fn labelled(list: &[Labelled], kind: &str, comments: &Comments, steps: &dyn Fn(&str) -> Markup) -> Markup {
    let writer = Writer::default();
    html! {
        dl class="facts" {
            @for l in list {
                div id=(format!("{kind}-{}", l.label)) {
                    dt { (l.label) }
                    dd {
                        (display(writer.prop(&l.prop)))
                        @let about = comments.about(&l.label);
                        @if !about.is_empty() { p { (words(&flow(about))) } }
                        @if matches!(l.prop, Prop::Rule(_)) { p class="fine" { "A rule: it holds for all that it binds." } }
                        (steps(&l.label))
                    }
                }
            }
        }
    }
}

fn rests(entry: &Entry) -> Markup {
    let list = |names: &[String]| {
        html! {
            ul class="plain" { @for name in names { li { a href=(address(name)) { (title(name)) } } } }
        }
    };
    html! {
        div class="columns" {
            div {
                h3 { "Rules of inference" }
                ul class="plain" {
                    @for rule in &entry.checked.rules {
                        li { a href=(format!("rules.html#{}", rule.as_str())) { (rule.as_str().replace('_', " ")) } }
                    }
                }
            }
            div {
                h3 { "Earlier theorems" }
                @if entry.checked.theorems.is_empty() { p { "None." } } @else { (list(&entry.checked.theorems)) }
            }
            div {
                h3 { "Used by" }
                @if entry.used_by.is_empty() { p { "No other theorem." } } @else { (list(&entry.used_by)) }
            }
        }
    }
}
