//! What a predicate says, fact by fact, and names that stand for several facts.
//!
//! `p: mp(A, X)` makes the facts `p_regular`, `p_reflexive` and so on. Where facts are named and none is called `p`, `p` names all of them.

use super::elaborate::{Elaborator, Made};
use super::frame::Frame;
use super::lexer::Span;
use super::predicate::written_out;
use super::syntax::*;
use crate::kernel::{FactId, Step};

impl Elaborator<'_> {
    /// A labelled proposition; of a predicate, all that it stands for.
    pub fn parts(&self, frame: &Frame, label: &Ident, raw: &RawProp) -> Made<Vec<RawLabelled>> {
        let whole = RawLabelled { label: label.clone(), prop: raw.clone() };
        written_out(&[whole], &frame.names, self.source)
    }

    /// `have label: prop ...`: of a predicate, each part for the same reason, or all of them by one block.
    pub fn have(
        &mut self,
        frame: &mut Frame,
        label: &Ident,
        raw: &RawProp,
        reasoning: &Reasoning,
        span: Span,
    ) -> Made<()> {
        let parts = self.parts(frame, label, raw)?;
        let several = parts.len() > 1;
        let shown = match (several, reasoning) {
            (true, Reasoning::By(_)) | (false, _) => {
                let mut shown = Vec::new();
                for part in &parts {
                    let prop = self.prop(frame, &part.prop)?;
                    shown.push(self.establish(frame, &prop, reasoning, span)?);
                }
                shown
            }
            (true, _) => {
                let (claim, list) = (self.prop(frame, raw)?, parts.iter().map(|part| self.prop(frame, &part.prop)));
                let list = list.collect::<Made<Vec<_>>>()?;
                let fact = self.establish(frame, &claim, reasoning, span)?;
                self.push(frame, Step::Obtain { fact, names: Vec::new() }, list, span)?
            }
        };
        parts.iter().zip(shown).try_for_each(|(part, id)| self.label(frame, &part.label.text, id, label.span))
    }

    /// The labels of the conclusions that a line is about: its own, or those that begin with it.
    pub fn goals(&self, frame: &Frame, label: &Ident) -> Vec<Ident> {
        let all = || frame.goal.conclusions.iter().map(|l| l.label.as_str());
        let parts: Vec<Ident> = all().filter(|own| belongs(own, label)).map(|own| renamed(label, own)).collect();
        if parts.is_empty() || all().any(|own| own == label.text) { vec![label.clone()] } else { parts }
    }

    /// The labels of the facts that a name stands for, if it is the label of none.
    pub fn group(&self, frame: &Frame, name: &Ident) -> Option<Vec<Ident>> {
        if frame.fact(&name.text).is_some() {
            return None;
        }
        let mut parts: Vec<(FactId, Ident)> = frame
            .labels
            .iter()
            .filter(|(label, _)| belongs(label, name))
            .map(|(label, id)| (*id, renamed(name, label)))
            .collect();
        parts.sort_by_key(|(id, _)| *id);
        (!parts.is_empty()).then(|| parts.into_iter().map(|(_, label)| label).collect())
    }

    /// The names, those of several facts spelt out.
    pub fn spelt_out(&self, frame: &Frame, names: &[Ident]) -> Vec<Ident> {
        names.iter().flat_map(|name| self.group(frame, name).unwrap_or_else(|| vec![name.clone()])).collect()
    }

    /// The facts that these names stand for. Error: [`Code::LabelUnknown`](crate::report::Code::LabelUnknown).
    pub fn all_named(&self, frame: &Frame, names: &[Ident]) -> Made<Vec<FactId>> {
        self.spelt_out(frame, names).iter().map(|name| self.named(frame, name)).collect()
    }
}

fn belongs(label: &str, to: &Ident) -> bool {
    label.strip_prefix(to.text.as_str()).is_some_and(|rest| rest.starts_with('_'))
}

fn renamed(ident: &Ident, text: &str) -> Ident {
    Ident { text: text.to_owned(), span: ident.span }
}
