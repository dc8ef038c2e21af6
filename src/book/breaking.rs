//! *Break it*: each assumption switched off, on the matrices that show why it is needed.

use maud::{Markup, html};

use super::math::{self, Writer, display, inline, matrix, sign};
use super::numbers;
use super::page::{flow, words};
use super::replay::{Replay, Verdict};
use super::shelf::Entry;
use super::stories::Story;
use crate::kernel::{FactId, Prop, Sequent};
use crate::language::narrate::{Trace, TraceStep};
use crate::model::{Decision, Evaluation, Failed, Instance, Matrix, Values, evaluate, without};
use crate::terms::*;

/// What the switches are for.
pub(super) const INTRODUCTION: &str = "Each assumption is needed. Switch one off: the matrices satisfy all the others, and the \
     conclusion fails. The step named is the first one of the proof that is false on them.";

/// The switches of a theorem, where there are counterexamples to show.
pub(super) fn section(entry: &Entry) -> Markup {
    if entry.broken.is_empty() {
        return html! {};
    }
    html! {
        section class="break" aria-labelledby="break" {
            h2 id="break" { "Break it" }
            p { (INTRODUCTION) }
            @for (assumption, story) in &entry.broken { (switch(entry, assumption, story)) }
        }
    }
}

fn switch(entry: &Entry, dropped: &str, story: &Story) -> Markup {
    let instance = &story.instance;
    let theorem = &entry.checked.theorem;
    // Where what is dropped is what a map ranges over, the matrices are no instance of the statement as it stands.
    let weaker = without(&theorem.statement, dropped);
    let evaluated = evaluate(&theorem.statement, instance).or_else(|_| evaluate(&weaker?, instance));
    let Ok(evaluation) = evaluated else { return html! {} };
    let sequent = theorem.statement.sequent();
    let trace = Trace::of(&entry.checked);
    let replay = Replay::of(&entry.checked, story);
    let about = theorem.comments.about(dropped);
    html! {
        details name="break" id=(format!("break-{dropped}")) {
            summary {
                span class="switch" aria-hidden="true" {}
                span {
                    b { (dropped.replace('-', " ")) } " "
                    span class="state" { span class="on" { "assumed" } span class="off" { "switched off" } } " "
                    @if !about.is_empty() { span class="fine" { " " (words(&flow(about))) } }
                }
            }
            @if let Some(prop) = assumed(sequent, dropped) { (display(Writer::default().prop(prop))) }
            h3 class="small" { "The matrices" }
            (matrices(sequent, story))
            h3 class="small" { "The assumptions on them" }
            (assumptions(entry, dropped, &evaluation, instance))
            h3 class="small" { "The first false step" }
            (first_false(&trace, &replay))
            h3 class="small" { "The conclusion" }
            (conclusion(&trace, &replay, &evaluation))
        }
    }
}

/// What an instance tells, and its matrices in the order of the statement.
pub(super) fn matrices(sequent: &Sequent, story: &Story) -> Markup {
    let instance = &story.instance;
    let dims = sequent.spaces.iter().filter_map(|name| Some((name, instance.dims.get(name)?)));
    let maps = sequent.maps.iter().filter_map(|map| Some((map, instance.maps.get(&map.name)?)));
    let families = sequent.families.iter().filter_map(|f| Some((f, instance.families.get(&f.name)?)));
    html! {
        @if !story.tells.is_empty() { p class="tells" { (story.tells) } }
        @if story.names.is_empty() {
            p class="fine" {
                "Dimensions: "
                @for (index, (name, n)) in dims.enumerate() { @if index > 0 { ", " } (name) " " (n) }
            }
        }
        @if !story.says.is_empty() {
            dl class="says" { @for (name, text) in &story.says { div { dt { (name) } dd { (text) } } } }
        }
        @for (family, members) in families {
            div class="matrices" { @for (index, member) in members.iter().enumerate() {
                (numbers::labelled(story, &format!("{}_{}", family.name, index + 1), member, &family.space, &family.space))
            } }
        }
        (numbers::maps(story, maps))
    }
}

/// The assumption of this name.
fn assumed<'a>(sequent: &'a Sequent, name: &str) -> Option<&'a Prop> {
    sequent.assumptions.iter().find(|l| l.label == name).map(|l| &l.prop)
}

fn assumptions(entry: &Entry, dropped: &str, evaluation: &Evaluation<Matrix>, instance: &Instance) -> Markup {
    let sequent = entry.checked.theorem.statement.sequent();
    let values = Values::of(instance);
    let prop = |name: &str| assumed(sequent, name);
    html! {
        ul class="verdicts" {
            @if !evaluation.assumptions.iter().any(|(name, _)| name == dropped) {
                li class="fails" { b { (dropped.replace('-', " ")) } " does not hold" }
            }
            @for (name, decision) in &evaluation.assumptions {
                li class=(verdict_class(decision)) {
                    b { (name) } " " (verdict_word(decision))
                    @if let (Decision::Fails(failing), Some(prop)) = (decision, prop(name)) {
                        @if !failing.at.is_empty() {
                            ": it does not at" (numbers::named(failing.at.iter().map(|(name, m)| (&**name, m))))
                        }
                        @match (&failing.how, prop) {
                            (_, Prop::Compare(c)) => @if let Some(shown) = numbers::comparison(c, &values, &Writer::default()) { (shown) },
                            (Failed::Sides { left, right, .. }, _) => (differ(left, right)),
                            _ => {}
                        }
                    }
                }
            }
        }
    }
}

fn verdict_class(decision: &Decision<Matrix>) -> &'static str {
    match decision {
        Decision::Holds { .. } => "holds",
        Decision::Fails(_) => "fails",
        Decision::Undecided(_) => "open",
    }
}

fn verdict_word(decision: &Decision<Matrix>) -> &'static str {
    match decision {
        Decision::Holds { .. } => "holds",
        Decision::Fails(_) => "does not hold",
        Decision::Undecided(_) => "is not decided",
    }
}

fn differ(left: &Matrix, right: &Matrix) -> Markup {
    display(html! { (matrix(left, Some(right))) (sign("≠")) (matrix(right, Some(left))) })
}

/// The first step, in the order of the proof, one of whose facts is false; steps under a supposition do not count.
fn first_false(trace: &Trace, replay: &Replay) -> Markup {
    let fails = |fact: FactId| matches!(replay.verdict(fact), Some(Verdict::Fails));
    let silent = |fact: FactId| matches!(replay.verdict(fact), Some(Verdict::Silent(_)));
    let traced_steps = trace.traced_steps();
    let real = |traced: &&&TraceStep| !supposed(trace, traced);
    let false_one = traced_steps.iter().filter(real).find(|traced| traced.adds.clone().any(fails));
    let silent_one = traced_steps.iter().filter(real).find(|traced| traced.adds.clone().any(silent));
    let Some(traced) = false_one.or(silent_one) else {
        return html! { p { "Every step of the proof is still true here; it is the conclusion's own comparison that fails." } };
    };
    let facts = &trace.checked.elaborated.facts;
    html! {
        p { a href=(format!("#step-{}", traced.number)) { "Step " (traced.number) }
            @if false_one.is_some() { " is the first that is false here:" } @else { " is the first that has nothing to stand on here:" } }
        @for fact in traced.adds.clone().filter(|fact| fails(*fact) || silent(*fact)) {
            @let known = &facts[fact];
            (display(Writer::default().prop(&known.prop)))
            @if let Some(Some(said)) = replay.facts.get(fact) {
                @if let Verdict::Silent(why) = &said.verdict { p class="fine" { "It says nothing here: " (why) "." } }
                @if let Some(shown) = numbers::proposition(&known.prop, &said.values, &Writer { follows: replay.follows, ..Writer::default() }) { (shown) }
            }
        }
    }
}

/// Whether a step stands inside of a contradiction, where something false is supposed.
fn supposed(trace: &Trace, traced: &TraceStep) -> bool {
    trace.traced_steps().iter().any(|outer| {
        matches!(outer.step, crate::kernel::Step::Contradiction { .. })
            && traced.path.len() > outer.path.len()
            && traced.path.starts_with(&outer.path)
    })
}

fn conclusion(trace: &Trace, replay: &Replay, evaluation: &Evaluation<Matrix>) -> Markup {
    let sequent = trace.checked.theorem.statement.sequent();
    let Decision::Fails(failing) = &evaluation.conclusion else {
        return html! { p { "The conclusion was not decided here." } };
    };
    let named: Vec<(&str, &Matrix)> = failing.at.iter().map(|(name, m)| (&**name, m)).collect();
    html! {
        @if !named.is_empty() { p { "It fails at" } (numbers::named(named.into_iter())) }
        @match &failing.how {
            Failed::Sides { left, right, .. } => {
                p { @if !failing.label.is_empty() { b { (failing.label) } } " fails: the two sides are" }
                (differ(left, right))
            }
            Failed::NoWitness { obstruction } => {
                p { "No " @for (i, map) in sequent.exists.iter().enumerate() { @if i > 0 { ", " } (inline(math::name(&map.name))) }
                    " whatever does it. Multiply each side's entries by these weights and add: the unknown cancels, and the two totals differ." }
                div class="matrices" {
                    @for (position, weights) in obstruction.iter().filter(|(_, m)| !m.is_zero()) {
                        span { b { (sequent.conclusions.get(*position).map_or("", |l| &l.label)) } " " (inline(matrix(weights, None))) } " "
                    }
                }
            }
            Failed::NoneOfMany => { p { "None of the candidates is as claimed." } }
        }
        (own_witness(trace, replay))
    }
}

/// What the proof's own choice does here: its facts for the conclusions, where they are false.
fn own_witness(trace: &Trace, replay: &Replay) -> Markup {
    let sequent = trace.checked.theorem.statement.sequent();
    let block = &trace.checked.elaborated.proof.block;
    if sequent.exists.is_empty() {
        return html! {};
    }
    let names: Vec<_> = sequent.exists.iter().map(|m| m.name.clone()).zip(block.witnesses.iter().cloned()).collect();
    let writer = Writer { names, follows: replay.follows };
    let facts = sequent.conclusions.iter().zip(&block.facts);
    let wrong: Vec<_> = facts.filter(|(_, fact)| matches!(replay.verdict(**fact), Some(Verdict::Fails))).collect();
    html! {
        @if !wrong.is_empty() { p { "The map that the proof would take misses it:" } }
        @for (conclusion, fact) in wrong {
            @let known = &trace.checked.elaborated.facts[*fact];
            p { b { (conclusion.label) } }
            @if let Some(Some(said)) = replay.facts.get(*fact) {
                @if let Some(shown) = numbers::proposition(&known.prop, &said.values, &writer) { (shown) }
            }
        }
    }
}
