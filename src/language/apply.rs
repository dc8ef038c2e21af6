//! Rules and theorems applied, and what they say exists, obtained.

use std::collections::BTreeMap;

use super::completion::Effort;
use super::elaborate::{Elaborator, Made, existential};
use super::frame::{Frame, sides};
use super::infer::{Inference, Type};
use super::lexer::Span;
use super::predicate::as_space;
use super::search::Found;
use super::substitute::Substitution;
use super::syntax::*;
use super::{diagnose_at, print};
use crate::kernel::{FactId, Labelled, MapDecl, Name, Prop, Sequent, Source as RuleSource, Space, Step, Term};
use crate::report::Code;
use crate::terms::*;

/// A rule with what is put for what it binds.
struct Instance {
    spaces: Vec<Space>,
    families: Vec<Name>,
    maps: Vec<Term>,
    under: Substitution,
}

impl Elaborator<'_> {
    /// Applies a rule or theorem and finds the proposition among what it gives.
    #[allow(clippy::too_many_arguments)] // the parts of one `by` clause
    pub fn apply_for(
        &mut self,
        frame: &mut Frame,
        prop: &Prop,
        name: &Ident,
        with: &[(Ident, RawTerm)],
        using: &[Ident],
        from: Option<&[Ident]>,
        span: Span,
    ) -> Made<FactId> {
        let given = self.apply(frame, name, with, using, from, span)?;
        for id in &given {
            if let Some(said) = frame.said(*id)
                && self.same(&said, prop, span)?
            {
                return Ok(*id);
            }
        }
        self.by_facts(frame, prop, &given, span)
    }

    /// The sequent called `name`, and where the kernel finds it.
    fn sequent_of(&self, frame: &Frame, name: &Ident) -> Made<(std::sync::Arc<Sequent>, RuleSource)> {
        match (frame.fact(&name.text), self.known.get(&name.text)) {
            (Some(fact), _) => match &fact.prop {
                Prop::Rule(sequent) => Ok((sequent.clone(), RuleSource::Fact(fact.id))),
                Prop::Compare(_) => self.error(Code::NotARule, name.span, format!("{} is not a rule", name.text)),
            },
            (None, _) if *name.text == *self.own => {
                self.error(Code::CircularProof, name.span, "a proof cannot rest on the theorem that it proves")
            }
            (None, Some(theorem)) => Ok((theorem.sequent().clone(), RuleSource::Theorem(theorem.hash()))),
            (None, None) => {
                let message = format!("no fact, rule or theorem is called {}", name.text);
                let names = frame.labels.keys().chain(self.known.keys()).cloned();
                let error = self.source.error(Code::LabelUnknown, name.span, message);
                Err(error.suggest(super::closest(&name.text, names)))
            }
        }
    }

    /// Applies a rule or theorem; returns the facts that it gives. An existential claim is given as it is.
    pub fn apply(
        &mut self,
        frame: &mut Frame,
        name: &Ident,
        with: &[(Ident, RawTerm)],
        using: &[Ident],
        from: Option<&[Ident]>,
        span: Span,
    ) -> Made<Vec<FactId>> {
        let (sequent, rule) = self.sequent_of(frame, name)?;
        if let (RuleSource::Fact(id), true, true) = (&rule, sequent.is_claim(), with.is_empty()) {
            return Ok(vec![*id]);
        }
        let Instance { spaces, families, maps, under } = self.instantiate(frame, &sequent, with, span)?;
        let premises = match from {
            Some(labels) => {
                let wanted = self.at(span, under.labelled(&sequent.assumptions))?;
                self.given_premises(frame, &wanted, labels, span)?
            }
            None => {
                let wanted = self.at(span, under.labelled(&sequent.assumptions))?;
                let using = self.all_named(frame, using)?;
                let mut premises = Vec::new();
                for l in &wanted {
                    premises.push(self.premise(frame, &l.prop, &l.label, &using, span)?);
                }
                premises
            }
        };
        let given = match sequent.exists.is_empty() {
            true => {
                let conclusions = self.at(span, under.labelled(&sequent.conclusions))?;
                conclusions.into_iter().map(|l| l.prop).collect()
            }
            false => vec![self.at(span, under.prop(&existential(&sequent)))?],
        };
        self.push(frame, Step::Instance { rule, spaces, families, maps, premises }, given, span)
    }

    /// The facts that the author gives for the premises, in their order.
    fn given_premises(
        &mut self,
        frame: &Frame,
        wanted: &[Labelled],
        labels: &[Ident],
        span: Span,
    ) -> Made<Vec<FactId>> {
        let labels = &self.spelt_out(frame, labels)[..];
        if wanted.len() != labels.len() {
            let message = format!("it has {} premises, and {} facts are given", wanted.len(), labels.len());
            let list: Vec<String> = wanted.iter().map(|l| print::prop(&l.prop)).collect();
            return Err(self
                .source
                .error(Code::WrongCount, span, message)
                .note(format!("premises: {}", list.join("; "))));
        }
        let mut premises = Vec::new();
        for (premise, label) in wanted.iter().zip(labels) {
            let id = self.named(frame, label)?;
            let said = frame.said(id);
            if let Some(said) = &said
                && !self.same(said, &premise.prop, label.span)?
            {
                let message = format!("{} does not say what the premise says", label.text);
                let error = self.source.error(Code::PremiseMissing, label.span, message);
                let error = error.note(format!("the premise says {}", print::prop(&premise.prop)));
                return Err(error.note(format!("{} says {}", label.text, print::prop(said))));
            }
            premises.push(id);
        }
        Ok(premises)
    }

    /// A fact that says what a premise says, found or combined.
    fn premise(&mut self, frame: &mut Frame, prop: &Prop, label: &str, using: &[FactId], span: Span) -> Made<FactId> {
        if let Some(id) = self.plain(frame, prop, span)? {
            return Ok(id);
        }
        if let Some((left, right)) = sides(prop) {
            let all = frame.equations();
            let ids = if using.is_empty() { &all } else { using };
            let effort = Effort { rules: 40, overlaps: 400, length: 16 };
            if let Found::Parts(parts) = self.find(frame, left, right, ids, effort, span)? {
                return self.combine(frame, left, right, parts, span);
            }
        }
        let message = match label {
            "" => "a premise does not follow from what is known here".to_owned(),
            label => format!("the premise {label} does not follow from what is known here"),
        };
        let error = self.source.error(Code::PremiseMissing, span, message);
        Err(error.note(format!("it says {}", print::prop(prop))).help("show it in a line before this one"))
    }

    /// Puts terms for a rule's maps: those given, or those of the same name here; spaces follow from their types.
    fn instantiate(
        &mut self,
        frame: &Frame,
        sequent: &Sequent,
        with: &[(Ident, RawTerm)],
        span: Span,
    ) -> Made<Instance> {
        let source = self.source;
        let given: BTreeMap<&str, &RawTerm> = with.iter().map(|(name, raw)| (name.text.as_str(), raw)).collect();
        let mut inference = Inference::new(&frame.names, source);
        let mut types: BTreeMap<Name, Type> = BTreeMap::new();
        for name in &sequent.spaces {
            let ty = match given.get(&**name) {
                Some(raw) => Type::from(&frame.names.space(&as_space(raw, source)?, source)?),
                None => inference.unknown(),
            };
            types.insert(name.clone(), ty);
        }
        let mut under = Substitution::default();
        for family in &sequent.families {
            let called = match given.get(&*family.name) {
                None => family.name.clone(),
                Some(RawTerm { shape: RawShape::Name(name), .. }) => name.as_str().into(),
                Some(raw) => return self.error(Code::Syntax, raw.span, "a family stands for a family: give its name"),
            };
            let here = frame.names.families.get(&called).or(frame.names.maps.get(&called).map(|map| &map.dom));
            let Some(space) = here else {
                let message = format!("say which family {} stands for: with {} = ...", family.name, family.name);
                return self.error(Code::NameUnknown, span, message);
            };
            inference.unify(&Type::from(space), &type_of(&family.space, &types), span, "the family's space")?;
            under.families.insert(family.name.clone(), called);
        }
        let mut drafts = Vec::new();
        for map in &sequent.maps {
            let raw = self.image(frame, map, &given, span)?;
            let (dom, cod) = (type_of(&map.dom, &types), type_of(&map.cod, &types));
            drafts.push((map, inference.term(&raw, &dom, &cod)?));
        }
        for (name, _) in with {
            let bound = sequent.spaces.iter().chain(sequent.maps.iter().map(|map| &map.name));
            if !bound.chain(sequent.families.iter().map(|f| &f.name)).any(|bound| **bound == *name.text) {
                let message = format!("nothing is called {} in what is applied here", name.text);
                return self.error(Code::NameUnknown, name.span, message);
            }
        }
        let mut spaces = Vec::new();
        for name in &sequent.spaces {
            let space = inference.space(&types[name]).map_err(|failure| diagnose_at(&failure, source, span))?;
            let Some(space) = space else {
                let message = format!("say which space {name} stands for: with {name} = ...");
                return self.error(Code::TypeUnknown, span, message);
            };
            under.spaces.insert(name.clone(), space.clone());
            spaces.push(space);
        }
        let mut maps = Vec::new();
        for (map, draft) in drafts {
            let term = inference.finish(&draft)?;
            under.maps.insert(map.name.clone(), term.clone());
            maps.push(term);
        }
        let families = sequent.families.iter().map(|family| under.families[&family.name].clone()).collect();
        Ok(Instance { spaces, families, maps, under })
    }

    /// What is put for a map.
    fn image(&self, frame: &Frame, map: &MapDecl, given: &BTreeMap<&str, &RawTerm>, span: Span) -> Made<RawTerm> {
        match given.get(&*map.name) {
            Some(raw) => Ok((*raw).clone()),
            None if frame.names.maps.contains_key(&map.name) || frame.names.lets.contains_key(&map.name) => {
                Ok(RawTerm { shape: RawShape::Name(map.name.to_string()), span })
            }
            None => {
                let message = format!("say what {} stands for: with {} = ...", print::map(map), map.name);
                self.error(Code::WrongCount, span, message)
            }
        }
    }

    /// `obtain names with facts by ...`
    pub fn obtain(
        &mut self,
        frame: &mut Frame,
        names: &[Ident],
        facts: &[(Ident, Option<RawProp>)],
        by: &By,
        span: Span,
    ) -> Made<()> {
        for (index, name) in names.iter().enumerate() {
            if frame.names.taken(&name.text) || names[..index].iter().any(|before| before.text == name.text) {
                return self.error(Code::NameTaken, name.span, format!("{} is already in use", name.text));
            }
        }
        let made = match &by.means {
            Means::Facts(list) if list.len() == 1 && list[0].text == "pseudo_inverse" => {
                return self.pseudo_inverse(frame, names, facts, by.span);
            }
            Means::Apply { name, using, from, .. }
                if name.text == "pivot" && !self.known.contains_key("pivot") && frame.fact("pivot").is_none() =>
            {
                return self.pivot(frame, names, facts, from.as_ref().unwrap_or(using), by.span);
            }
            Means::Facts(list) if list.len() == 1 => self.apply(frame, &list[0], &[], &[], None, by.span)?,
            Means::Apply { name, with, using, from } => {
                self.apply(frame, name, with, using, from.as_deref(), by.span)?
            }
            _ => {
                return self.error(
                    Code::NotExistential,
                    by.span,
                    "obtain needs a rule, a theorem or an existential fact",
                );
            }
        };
        let claim = match made[..] {
            [id] => frame.said(id).and_then(|prop| match prop {
                Prop::Rule(sequent) if sequent.is_claim() => Some((id, sequent)),
                _ => None,
            }),
            _ => None,
        };
        let Some((fact, sequent)) = claim else {
            return self.error(Code::NotExistential, by.span, "this does not say that something exists");
        };
        if names.len() != sequent.exists.len() {
            let message = format!("this gives {} map(s), and {} are named", sequent.exists.len(), names.len());
            return self.error(Code::WrongCount, span, message);
        }
        let mut under = Substitution::default();
        for (map, name) in sequent.exists.iter().zip(names) {
            let map = self.at(span, under.declaration(map))?;
            let fresh = MapDecl { name: name.text.as_str().into(), ..map.clone() };
            under.maps.insert(map.name, fresh.term());
            frame.names.maps.insert(fresh.name.clone(), fresh);
        }
        let props = self.at(span, under.labelled(&sequent.conclusions))?;
        let step = Step::Obtain { fact, names: names.iter().map(|name| name.text.as_str().into()).collect() };
        let ids = self.push(frame, step, props.iter().map(|l| l.prop.clone()).collect(), span)?;
        self.label_obtained(frame, facts, &ids)
    }

    /// Labels what was obtained: each by the proposition that is written, or by its place.
    pub fn label_obtained(
        &mut self,
        frame: &mut Frame,
        facts: &[(Ident, Option<RawProp>)],
        ids: &[FactId],
    ) -> Made<()> {
        for (index, (label, raw)) in facts.iter().enumerate() {
            let Some(raw) = raw else {
                match ids.get(index) {
                    Some(id) => self.label(frame, &label.text, *id, label.span)?,
                    None => return self.error(Code::WrongCount, label.span, format!("{} facts are given", ids.len())),
                }
                continue;
            };
            for RawLabelled { label, prop: raw } in self.parts(frame, label, raw)? {
                let prop = self.prop(frame, &raw)?;
                let id = self.by_facts(frame, &prop, ids, raw.span)?;
                self.label(frame, &label.text, id, label.span)?;
            }
        }
        Ok(())
    }
}

/// A declared space as a type, the bound ones as far as they are known.
fn type_of(space: &Space, types: &BTreeMap<Name, Type>) -> Type {
    match space {
        Space::Unit => Type::Unit,
        Space::Atom(name) => types.get(name).cloned().unwrap_or_else(|| Type::Atom(name.clone())),
        Space::Sum(parts) => Type::Sum(std::rc::Rc::new((type_of(&parts.0, types), type_of(&parts.1, types)))),
    }
}
