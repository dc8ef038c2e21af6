//! All that the book tells of: the checked theorems, with what rests on what, and numbers for each.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::instances::{self, Sampled};
use super::math::{self, Writer};
use super::page::{address, flow, title, words};
use super::stories::Story;
use crate::kernel::{Hash, MapDecl, Prop, Sequent};
use crate::language::{Checked, check_builtin};
use crate::report::Diagnostic;
use crate::terms::*;

/// A theorem of the book.
pub(super) struct Entry {
    /// The statement, its script, and the proof that the kernel accepted.
    pub checked: Checked,
    /// The theorems whose proofs apply this one, in the order of the library.
    pub used_by: Vec<String>,
    /// Matrices that satisfy its assumptions, and how many were sampled.
    pub sampled: Option<Sampled>,
    /// For each assumption, matrices that satisfy all others and not the conclusion.
    pub broken: Vec<(String, Story)>,
}

impl Entry {
    /// The theorem's name.
    pub(super) fn name(&self) -> &str {
        self.checked.theorem.statement.name()
    }
}

/// All theorems, in the order of the library.
pub(super) struct Shelf {
    /// The theorems.
    pub entries: Vec<Entry>,
    names: BTreeMap<Hash, usize>,
}

impl Shelf {
    /// Checks everything and collects what is known of it. Errors: a proof that does not hold, a stored file that is none.
    pub(super) fn new() -> Result<Shelf, Diagnostic> {
        let (_, all) = check_builtin()?;
        let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for checked in &all {
            for used in &checked.theorems {
                users.entry(used.clone()).or_default().push(checked.theorem.statement.name().to_string());
            }
        }
        let mut entries = Vec::new();
        for checked in all {
            let used_by = users.remove(&**checked.theorem.statement.name()).unwrap_or_default();
            let sampled = instances::sample(&checked.theorem.statement)?;
            let broken = instances::broken(&checked.theorem.statement)?;
            entries.push(Entry { checked, used_by, sampled, broken });
        }
        let hash = |(index, entry): (usize, &Entry)| (entry.checked.theorem.statement.hash(), index);
        let names = entries.iter().enumerate().map(hash).collect();
        Ok(Shelf { entries, names })
    }

    /// The theorem with this hash.
    pub(super) fn by_hash(&self, hash: Hash) -> Option<&Entry> {
        self.entries.get(*self.names.get(&hash)?)
    }

    /// The theorem of this name.
    pub(super) fn by_name(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name() == name)
    }
}

/// A theorem as a link with its claim in words and in symbols.
pub(super) fn card(entry: &Entry) -> Markup {
    html! {
        a class="card" href=(address(entry.name())) {
            b { (title(entry.name())) }
            span { (words(&flow(&entry.checked.theorem.comments.theorem))) }
            (claim(entry.checked.theorem.statement.sequent()))
        }
    }
}

/// Of a conclusion, more symbols than this are for the theorem's own page.
const SYMBOLS: usize = 14;

/// What is shown, in symbols, where it is short.
fn claim(sequent: &Sequent) -> Markup {
    let size = |prop: &Prop| match prop {
        Prop::Compare(c) => c.left.nodes() + c.right.nodes(),
        Prop::Rule(_) => usize::MAX,
    };
    let writer = Writer::default();
    let short: Vec<_> = sequent.conclusions.iter().filter(|l| size(&l.prop) <= SYMBOLS).collect();
    let some = |map: &MapDecl| html! { mo { "∃" } (math::name(&map.name)) };
    html! {
        @if short.len() == sequent.conclusions.len() {
            span class="claim" {
                @if !sequent.exists.is_empty() {
                    (math::inline(html! { @for (i, map) in sequent.exists.iter().enumerate() { @if i > 0 { mo separator="true" { "," } } (some(map)) } mo { ":" } })) " "
                }
                @for (i, l) in short.iter().enumerate() { @if i > 0 { ", " } (math::inline(writer.prop(&l.prop))) }
            }
        }
    }
}
