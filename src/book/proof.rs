//! A proof step by step: what each line of the script became, from the steps that the kernel checked.

use std::collections::BTreeMap;

use maud::{Markup, html};
use num_rational::BigRational;
use num_traits::{One, Signed};

use super::math::{self, Writer, display, number, sign};
use super::numbers;
use super::page::{address, flow, title, words};
use super::replay::Replay;
use super::shelf::{Entry, Shelf};
use crate::kernel::{Comparison, FactId, Labelled, Part, Prop, Shape, Source, Step, Term};
use crate::language::narrate::{Passage, Trace, TraceStep, in_words};
use crate::language::steps::{self, uses};
use crate::terms::*;

/// Where prose speaks of a step: by theorem and step, the chapter's file, the place in it, and its title.
pub(super) type Told = BTreeMap<(String, usize), (String, String)>;

/// By assumption, the steps that use it; by conclusion, the step that shows it.
pub(super) fn uses_of(entry: &Entry) -> (BTreeMap<String, Vec<usize>>, BTreeMap<String, usize>) {
    let trace = Trace::of(&entry.checked);
    let elaborated = &entry.checked.elaborated;
    let mut used: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for traced in trace.traced_steps() {
        for fact in uses(traced.step) {
            let assumed = elaborated.facts.get(fact).filter(|f| f.path.is_empty() && trace.origin(fact).is_none());
            let Some(known) = assumed else { continue };
            let steps = used.entry(known.label.clone()).or_default();
            if !steps.contains(&traced.number) {
                steps.push(traced.number);
            }
        }
    }
    let conclusions = &entry.checked.theorem.statement.sequent().conclusions;
    let shown = conclusions.iter().zip(&elaborated.proof.block.facts);
    let shown = shown.filter_map(|(l, fact)| Some((l.label.clone(), trace.origin(*fact)?.number)));
    (used, shown.collect())
}

/// The proof of a theorem.
pub(super) fn proof(entry: &Entry, shelf: &Shelf, told: &Told) -> Markup {
    let trace = Trace::of(&entry.checked);
    let replay = entry.sampled.as_ref().map(|sampled| Replay::of(&entry.checked, &sampled.shown));
    let telling = Telling { trace: &trace, shelf, replay, told, name: entry.name() };
    html! {
        @if !entry.checked.script.comment.is_empty() { p class="idea" { (words(&flow(&entry.checked.script.comment))) } }
        @if trace.passages.is_empty() { p { "Nothing is left to show." } }
        ol class="proof" { @for passage in &trace.passages { (telling.passage(passage)) } }
    }
}

struct Telling<'a> {
    trace: &'a Trace<'a>,
    shelf: &'a Shelf,
    replay: Option<Replay>,
    told: &'a Told,
    name: &'a str,
}

impl Telling<'_> {
    fn passage(&self, passage: &Passage) -> Markup {
        let told = &self.trace.checked.elaborated.lines[passage.line];
        let follows = self.replay.as_ref().is_some_and(|replay| replay.follows);
        let writer = Writer { names: self.trace.abbreviations(passage.line), follows };
        html! {
            li class=(format!("line depth-{}", told.depth.min(3))) id=(format!("line-{}", passage.line + 1)) {
                @if !passage.lead.is_empty() { p class="lead-in" { code { (passage.lead) } } }
                pre class="script" { code { (passage.text) } }
                @let inside = told.comment.lines().next().is_some_and(|first| passage.text.contains(first));
                @if !told.comment.is_empty() && !inside { p class="comment" { (words(&flow(&told.comment))) } }
                @for traced in &passage.traced_steps { (self.traced(traced, &writer)) }
                @if passage.traced_steps.is_empty() { p class="fine" { (quiet(told.defined.len())) } }
                (goal(&told.before, &told.after, &writer))
            }
        }
    }

    fn traced(&self, traced: &TraceStep, writer: &Writer) -> Markup {
        let id = format!("step-{}", traced.number);
        let rule = traced.step.rule().as_str();
        html! {
            section class="step" id=(id) aria-label=(format!("Step {}", traced.number)) {
                p class="rule" {
                    a class="permalink" href=(format!("#{id}")) { "Step " (traced.number) } " "
                    a href=(format!("rules.html#{rule}")) { (rule.replace('_', " ")) }
                    (self.by(traced.step))
                    @if let Some((at, chapter)) = self.told.get(&(self.name.to_owned(), traced.number)) {
                        " · told in " a href=(at) { (chapter) }
                    }
                    (self.beside(traced.number))
                }
                @for fact in &self.trace.checked.elaborated.facts[traced.adds.clone()] {
                    (self.fact(fact.fact, &fact.label, &fact.prop, writer))
                }
                p class="why" { (in_words(traced.step)) }
                (self.blocks(traced, writer))
                (self.kernel(traced.step, writer))
                (self.numbers(traced, writer))
            }
        }
    }

    /// The steps before and after this one.
    fn beside(&self, number: usize) -> Markup {
        let last = self.trace.checked.steps;
        html! {
            span class="beside" {
                @if number > 1 { a href=(format!("#step-{}", number - 1)) aria-label=(format!("Step {}, the one before", number - 1)) aria-keyshortcuts="ArrowUp" { "↑" } }
                @if number < last { a href=(format!("#step-{}", number + 1)) aria-label=(format!("Step {}, the next", number + 1)) aria-keyshortcuts="ArrowDown" { "↓" } }
            }
        }
    }

    fn fact(&self, id: FactId, label: &str, prop: &Prop, writer: &Writer) -> Markup {
        html! {
            div class="fact" id=(format!("fact-{id}")) {
                @if !label.is_empty() { span class="label" { (label) } }
                (display(writer.prop(prop)))
            }
        }
    }

    fn by(&self, step: &Step) -> Markup {
        let (facts, theorem) = (uses(step), steps::theorem(step));
        let theorem = theorem.and_then(|hash| self.shelf.by_hash(hash)).map(Entry::name);
        html! {
            @if theorem.is_some() || !facts.is_empty() { " by " }
            @if let Some(name) = theorem { a href=(address(name)) { (title(name)) } @if !facts.is_empty() { " from " } }
            @for (i, fact) in facts.iter().enumerate() { @if i > 0 { ", " } (self.link(*fact)) }
        }
    }

    /// A fact by its name, leading to where it comes from.
    fn link(&self, fact: FactId) -> Markup {
        let name = self.trace.name(fact);
        let target = match self.trace.origin(fact) {
            Some(traced) => format!("#step-{}", traced.number),
            None => match self.trace.checked.elaborated.facts.get(fact) {
                Some(known) if known.path.is_empty() => format!("#assume-{}", known.label),
                _ => format!("#fact-{fact}"),
            },
        };
        html! { a class="used" href=(target) { (name) } }
    }

    /// What the blocks of a step assume.
    fn blocks(&self, traced: &TraceStep, writer: &Writer) -> Markup {
        let inside = |inner: usize| -> Vec<usize> { traced.path.iter().copied().chain([inner]).collect() };
        let facts = &self.trace.checked.elaborated.facts;
        html! {
            @for inner in 0..2 {
                @for fact in facts.iter().filter(|fact| fact.path == inside(inner)) {
                    p class="fine" { "Inside, it is known that" }
                    (self.fact(fact.fact, &fact.label, &fact.prop, writer))
                }
            }
        }
    }

    /// The identity that the kernel expanded and compared, or what was put for what.
    fn kernel(&self, step: &Step, writer: &Writer) -> Markup {
        match step {
            Step::Combination { left, right, parts } if !parts.is_empty() => html! {
                details class="kernel" {
                    summary { "What the kernel compared" }
                    p { "Both sides of this identity expand to the same polynomial; each bracket is zero by a fact." }
                    (display(html! {
                        (writer.term(left)) (sign("−")) (bracketed(writer, right)) (sign("="))
                        @for (index, part) in parts.iter().enumerate() { (self.part(part, index > 0, writer)) }
                    }))
                }
            },
            Step::Instance { rule, maps, .. } => self.substitution(rule, maps, writer),
            _ => html! {},
        }
    }

    fn part(&self, part: &Part, follows: bool, writer: &Writer) -> Markup {
        let Some(Prop::Compare(Comparison { left, right, .. })) =
            self.trace.checked.elaborated.facts.get(part.fact).map(|fact| &fact.prop)
        else {
            return html! {};
        };
        let size = part.coefficient.abs();
        let plain = |term: &Term| matches!(term.shape(), Shape::Identity);
        let difference =
            html! { mrow { mo { "(" } (writer.term(left)) (sign("−")) (bracketed(writer, right)) mo { ")" } } };
        html! {
            @if part.coefficient.is_negative() { mo form=(if follows { "infix" } else { "prefix" }) { "−" } }
            @else if follows { mo form="infix" { "+" } }
            @if size != BigRational::one() { (number(&size)) }
            @if !plain(&part.left) { (bracketed(writer, &part.left)) }
            @if part.transposed { msup { (difference) mo { "⊤" } } } @else { (difference) }
            @if !plain(&part.right) { (bracketed(writer, &part.right)) }
        }
    }

    fn substitution(&self, rule: &Source, maps: &[Term], writer: &Writer) -> Markup {
        let sequent = match rule {
            Source::Theorem(hash) => self.shelf.by_hash(*hash).map(|e| e.checked.theorem.statement.sequent().clone()),
            Source::Fact(fact) => match self.trace.checked.elaborated.facts.get(*fact).map(|fact| &fact.prop) {
                Some(Prop::Rule(sequent)) => Some(sequent.clone()),
                _ => None,
            },
        };
        let Some(sequent) = sequent else { return html! {} };
        let itself = |name: &str, term: &Term| matches!(term.shape(), Shape::Map(map) if **map == *name);
        let changed: Vec<_> = sequent.maps.iter().zip(maps).filter(|(map, term)| !itself(&map.name, term)).collect();
        html! {
            @if !changed.is_empty() {
                details class="kernel" {
                    summary { "What stands for what" }
                    @for (map, term) in changed {
                        (display(html! { (math::name(&map.name)) mo { "≔" } (Writer { names: writer.names.iter().filter(|(n, _)| *n != map.name).cloned().collect(), ..Writer::default() }.term(term)) }))
                    }
                    p class="fine" { "All other maps stand for themselves." }
                }
            }
        }
    }

    fn numbers(&self, traced: &TraceStep, writer: &Writer) -> Markup {
        let Some(replay) = &self.replay else { return html! {} };
        let facts = &self.trace.checked.elaborated.facts[traced.adds.clone()];
        let inner = |block| traced.path.iter().copied().chain([block]).collect::<Vec<_>>();
        let named = [traced.path.clone(), inner(0), inner(1)];
        let named: Vec<_> = named.iter().flat_map(|path| replay.named(path)).collect();
        let shown = |fact: FactId, prop: &Prop| {
            let said = replay.facts.get(fact)?.as_ref()?;
            numbers::proposition(prop, &said.values, writer)
        };
        let shown: Vec<Markup> = facts.iter().filter_map(|fact| shown(fact.fact, &fact.prop)).collect();
        html! {
            @if !shown.is_empty() || !named.is_empty() {
                details class="numbers" {
                    summary { "On numbers" }
                    @if !named.is_empty() {
                        p class="fine" { "New names, for example" }
                        (numbers::named(named.iter().map(|(name, m)| (&**name, m))))
                    }
                    @for markup in &shown { (markup) }
                }
            }
        }
    }
}

/// A term in brackets if it is a sum.
fn bracketed(writer: &Writer, term: &Term) -> Markup {
    let short = writer.names.iter().any(|(_, long)| long == term);
    match term.shape() {
        Shape::Sum(_) | Shape::Scaled(..) if !short => html! { mrow { mo { "(" } (writer.term(term)) mo { ")" } } },
        _ => writer.term(term),
    }
}

/// What a line does that needs no step.
fn quiet(defined: usize) -> &'static str {
    match defined {
        0 => "This is a fact already; the kernel compares it with the goal.",
        _ => "A name for a term. Nothing has to be checked here but its type.",
    }
}

/// What was to be shown before a line and after it.
fn goal(before: &[Labelled], after: &[Labelled], writer: &Writer) -> Markup {
    let list = |goal: &[Labelled]| {
        html! {
            @if goal.is_empty() { p class="fine" { "Nothing is left to show here." } }
            @for l in goal { div class="fact" { span class="label" { (l.label) } (display(writer.prop(&l.prop))) } }
        }
    };
    html! {
        details class="goal" {
            summary { "The goal before and after" }
            @if before == after {
                h3 class="small" { "Before and after, the same" }
                (list(before))
            } @else {
                div class="columns" {
                    div { h3 class="small" { "Before" } (list(before)) }
                    div { h3 class="small" { "After" } (list(after)) }
                }
            }
        }
    }
}
