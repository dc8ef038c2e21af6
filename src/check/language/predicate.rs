//! Abbreviations: `predicate mp(A, X): regular: A*X*A = A, ...`, written out before anything is typed or hashed.
//!
//! The kernel learns nothing of them. An application stands for the propositions of the predicate with its arguments in place of the
//! parameters. A predicate speaks of its parameters and of what it binds alone; what it binds gets another name where the one
//! that it has is taken or occurs in an argument, so that nothing is captured. It is declared before it is used, so that none
//! can speak of itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::infer::Names;
use super::lexer::{Source, Span};
use super::parser::{Parsed, Parser};
use super::syntax::*;
use crate::report::{Code, Diagnostic};

/// An application that has more parts than this when it is written out is declined.
const MAX_PARTS: usize = 50_000;
/// And one in which terms and propositions are nested more deeply than this.
const MAX_DEPTH: usize = 200;

impl Measure {
    /// A part with these inside of it.
    fn around(inner: impl Iterator<Item = Measure>) -> Measure {
        let add = |sum: Measure, m: Measure| Measure {
            parts: sum.parts.saturating_add(m.parts),
            depth: sum.depth.max(m.depth.saturating_add(1)),
        };
        inner.fold(Measure { parts: 1, depth: 1 }, add)
    }

    fn of_term(term: &RawTerm) -> Measure {
        Measure::around(children(&term.shape).map(Measure::of_term))
    }

    fn of_list(list: &[RawLabelled]) -> Measure {
        Measure::around(list.iter().map(|l| Measure::of_prop(&l.prop)))
    }

    fn of_prop(prop: &RawProp) -> Measure {
        match &prop.shape {
            RawPropShape::Compare(left, _, right) => {
                Measure::around([left, right].into_iter().map(|t| Measure::of_term(t)))
            }
            RawPropShape::Rule(rule) => {
                Measure::around([&rule.assumptions, &rule.conclusions].into_iter().map(|list| Measure::of_list(list)))
            }
            RawPropShape::Applied(predicate, arguments) => {
                // Every part of the body could be a parameter.
                let given = Measure::around(arguments.iter().map(Measure::of_term));
                Measure {
                    parts: predicate.measure.parts.saturating_mul(given.parts),
                    depth: predicate.measure.depth.saturating_add(given.depth),
                }
            }
        }
    }
}

/// The terms inside of a term.
fn children(shape: &RawShape) -> impl Iterator<Item = &RawTerm> {
    let (list, pair): (&[RawTerm], [Option<&RawTerm>; 2]) = match shape {
        RawShape::Name(_) | RawShape::Number(_) | RawShape::Fact(_) => (&[], [None, None]),
        RawShape::Sum(list) | RawShape::Product(list) => (list, [None, None]),
        RawShape::Scaled(_, t) | RawShape::Transpose(t) | RawShape::Typed(t, ..) => (&[], [Some(t), None]),
        RawShape::Row(a, b) | RawShape::Column(a, b) => (&[], [Some(a), Some(b)]),
    };
    list.iter().chain(pair.into_iter().flatten())
}

impl Parser<'_> {
    /// `predicate NAME(PARAMETERS): PROPOSITIONS`. Errors: [`Code::NameTaken`], [`Code::NameUnknown`], grammar, limits.
    pub fn predicate(&mut self) -> Parsed<Arc<Predicate>> {
        self.anchors.push(self.span().start);
        self.need("predicate")?;
        let name = self.ident("the predicate's name")?;
        if self.predicates.contains_key(&name.text) {
            let message = format!("a predicate {} is declared already", name.text);
            return Err(self.source.error(Code::NameTaken, name.span, message));
        }
        self.need("(")?;
        let parameters = self.idents("a parameter")?;
        self.need(")")?;
        self.need(":")?;
        self.declaring = Some(name.text.clone());
        let body = match self.word() {
            "forall" | "exists" => {
                vec![RawLabelled { label: Ident { text: String::new(), span: self.span() }, prop: self.prop()? }]
            }
            _ => self.premises()?,
        };
        self.declaring = None;
        let mut known = Scope { source: self.source, names: BTreeSet::new() };
        parameters.iter().try_for_each(|parameter| known.bind(parameter))?;
        known.closed(&body)?;
        let measure = Measure::of_list(&body);
        let predicate = Arc::new(Predicate { name, parameters, body, measure });
        self.predicates.insert(predicate.name.text.clone(), predicate.clone());
        Ok(predicate)
    }

    /// `NAME(ARGUMENTS)`, where a predicate of this name is declared. Errors: the number of arguments; a predicate that speaks of
    /// itself; limits.
    pub fn applied(&mut self) -> Parsed<Option<RawProp>> {
        if !self.is_name(0) || self.word_ahead(1) != "(" {
            return Ok(None);
        }
        let start = self.span();
        if self.declaring.as_deref() == Some(self.word()) {
            let message = format!("the predicate {} speaks of itself", self.word());
            return Err(self.source.error(Code::Syntax, start, message));
        }
        let Some(predicate) = self.predicates.get(self.word()).cloned() else { return Ok(None) };
        self.advance();
        self.need("(")?;
        let mut arguments = vec![self.nested(Self::term)?];
        while self.eat(",") {
            arguments.push(self.nested(Self::term)?);
        }
        self.need(")")?;
        let span = start.to(self.last_span());
        let (given, wanted) = (arguments.len(), predicate.parameters.len());
        if given != wanted {
            let message = format!("{} speaks of {wanted}, and {given} are given", predicate.name.text);
            return Err(self.source.error(Code::WrongCount, span, message));
        }
        let prop = RawProp { shape: RawPropShape::Applied(predicate, arguments), span };
        let Measure { parts, depth } = Measure::of_prop(&prop);
        let message = match (parts > MAX_PARTS, depth > MAX_DEPTH) {
            (true, _) => format!("written out this could have more than {MAX_PARTS} parts"),
            (_, true) => format!("written out this could be nested more than {MAX_DEPTH} deep"),
            (false, false) => return Ok(Some(prop)),
        };
        Err(self.source.error(if parts > MAX_PARTS { Code::LimitSize } else { Code::LimitDepth }, span, message))
    }
}

/// What a body may speak of: parameters, and what rules around a place bind.
#[derive(Clone)]
struct Scope<'a> {
    source: &'a Source,
    names: BTreeSet<String>,
}

impl Scope<'_> {
    fn bind(&mut self, ident: &Ident) -> Parsed<()> {
        match self.names.insert(ident.text.clone()) {
            true => Ok(()),
            false => Err(self.source.error(Code::NameTaken, ident.span, format!("{} is already in use", ident.text))),
        }
    }

    fn knows(&self, name: &str, span: Span) -> Parsed<()> {
        match self.names.contains(name) {
            true => Ok(()),
            false => {
                let message = format!("a predicate speaks of its parameters alone, and {name} is none of them");
                Err(self.source.error(Code::NameUnknown, span, message))
            }
        }
    }

    /// Checks that the propositions speak of nothing else.
    fn closed(&self, list: &[RawLabelled]) -> Parsed<()> {
        list.iter().try_for_each(|l| match &l.prop.shape {
            RawPropShape::Compare(left, _, right) => {
                self.term(left)?;
                self.term(right)
            }
            RawPropShape::Applied(_, arguments) => arguments.iter().try_for_each(|t| self.term(t)),
            RawPropShape::Rule(rule) => {
                let mut inner = self.clone();
                rule.spaces.iter().try_for_each(|space| inner.bind(space))?;
                rule.maps.iter().try_for_each(|map| inner.map(map))?;
                inner.closed(&rule.assumptions)?;
                rule.exists.iter().try_for_each(|map| inner.map(map))?;
                inner.closed(&rule.conclusions)
            }
        })
    }

    fn map(&mut self, map: &RawMap) -> Parsed<()> {
        match &map.range {
            RawRange::Type(from, to) => {
                self.space(from)?;
                self.space(to)?;
            }
            RawRange::Member(over) | RawRange::Word(over) => self.knows(&over.text, over.span)?,
        }
        self.bind(&map.name)
    }

    fn space(&self, space: &RawSpace) -> Parsed<()> {
        match space {
            RawSpace::Unit => Ok(()),
            RawSpace::Name(name) => self.knows(&name.text, name.span),
            RawSpace::Sum(a, b) => {
                self.space(a)?;
                self.space(b)
            }
        }
    }

    fn term(&self, term: &RawTerm) -> Parsed<()> {
        match &term.shape {
            RawShape::Name(name) if !is_block(name) => self.knows(name, term.span),
            RawShape::Typed(inner, from, to) => {
                self.space(from)?;
                self.space(to)?;
                self.term(inner)
            }
            shape => children(shape).try_for_each(|t| self.term(t)),
        }
    }
}

fn is_block(name: &str) -> bool {
    matches!(name, "fst" | "snd" | "inl" | "inr")
}

/// The propositions, with every application among them written out, where these names are in use. A label in front of an
/// application goes in front of the labels of its propositions: `p: mp(A, X)` gives `p_regular: A*X*A = A` and so on; one that has
/// no label is numbered, unless it is the only one. Errors: an argument that is no space and stands for one.
pub fn written_out(list: &[RawLabelled], names: &Names, source: &Source) -> Result<Vec<RawLabelled>, Diagnostic> {
    let mut all = Vec::new();
    for RawLabelled { label, prop } in list {
        let RawPropShape::Applied(predicate, arguments) = &prop.shape else {
            all.push(RawLabelled { label: label.clone(), prop: prop.clone() });
            continue;
        };
        let mut filling = Filling { source, at: prop.span, given: BTreeMap::new(), used: BTreeSet::new(), names };
        for (parameter, argument) in predicate.parameters.iter().zip(arguments) {
            filling.given.insert(parameter.text.clone(), argument.clone());
            used(argument, &mut filling.used);
        }
        let parts = written_out(&filling.list(&predicate.body)?, names, source)?;
        let several = parts.len() > 1;
        for (number, part) in parts.into_iter().enumerate() {
            let text = match (label.text.as_str(), part.label.text.as_str()) {
                ("", own) => own.to_owned(),
                (outer, "") if several => format!("{outer}_{}", number + 1),
                (outer, "") => outer.to_owned(),
                (outer, own) => format!("{outer}_{own}"),
            };
            all.push(RawLabelled { label: Ident { text, span: label.span }, prop: part.prop });
        }
    }
    Ok(all)
}

/// An application as one proposition: what it stands for, or the claim that all of it holds. Errors: those of [`written_out`].
pub fn as_one(prop: &RawProp, names: &Names, source: &Source) -> Result<RawProp, Diagnostic> {
    let alone = RawLabelled { label: Ident { text: String::new(), span: prop.span }, prop: prop.clone() };
    let mut list = written_out(&[alone], names, source)?;
    Ok(match list.len() {
        1 => list.swap_remove(0).prop,
        _ => {
            let claim = RawSequent { conclusions: list, ..RawSequent::default() };
            RawProp { shape: RawPropShape::Rule(Box::new(claim)), span: prop.span }
        }
    })
}

/// The names in a term, those of spaces too.
fn used(term: &RawTerm, into: &mut BTreeSet<String>) {
    fn spaces(space: &RawSpace, into: &mut BTreeSet<String>) {
        match space {
            RawSpace::Unit => {}
            RawSpace::Name(name) => drop(into.insert(name.text.clone())),
            RawSpace::Sum(a, b) => [a, b].into_iter().for_each(|space| spaces(space, into)),
        }
    }
    match &term.shape {
        RawShape::Name(name) => drop(into.insert(name.clone())),
        RawShape::Typed(_, from, to) => [from, to].into_iter().for_each(|space| spaces(space, into)),
        _ => {}
    }
    children(&term.shape).for_each(|t| used(t, into));
}

/// Arguments put for parameters, at the place of the application.
#[derive(Clone)]
struct Filling<'a> {
    source: &'a Source,
    at: Span,
    /// What stands for each parameter, and for each bound name.
    given: BTreeMap<String, RawTerm>,
    /// The names that occur in arguments, and those given to what is bound.
    used: BTreeSet<String>,
    names: &'a Names,
}

impl Filling<'_> {
    fn list(&self, list: &[RawLabelled]) -> Result<Vec<RawLabelled>, Diagnostic> {
        list.iter().map(|l| Ok(RawLabelled { label: l.label.clone(), prop: self.prop(&l.prop)? })).collect()
    }

    fn prop(&self, prop: &RawProp) -> Result<RawProp, Diagnostic> {
        let shape = match &prop.shape {
            RawPropShape::Compare(left, relation, right) => {
                RawPropShape::Compare(Box::new(self.term(left)?), *relation, Box::new(self.term(right)?))
            }
            RawPropShape::Applied(predicate, arguments) => {
                let filled = arguments.iter().map(|t| self.term(t)).collect::<Result<_, _>>()?;
                RawPropShape::Applied(predicate.clone(), filled)
            }
            RawPropShape::Rule(rule) => RawPropShape::Rule(Box::new(self.clone().rule(rule)?)),
        };
        Ok(RawProp { shape, span: self.at })
    }

    fn rule(&mut self, rule: &RawSequent) -> Result<RawSequent, Diagnostic> {
        let spaces = rule.spaces.iter().map(|space| self.bind(space)).collect();
        let maps = rule.maps.iter().map(|map| self.map(map)).collect::<Result<_, _>>()?;
        let assumptions = self.list(&rule.assumptions)?;
        let exists = rule.exists.iter().map(|map| self.map(map)).collect::<Result<_, _>>()?;
        let conclusions = self.list(&rule.conclusions)?;
        // Sections that rules do not have.
        let (equal, families) = (rule.equal.clone(), rule.families.clone());
        Ok(RawSequent { spaces, equal, families, maps, assumptions, exists, conclusions })
    }

    /// A name for what is bound: its own, or with the first number that makes it free.
    fn bind(&mut self, ident: &Ident) -> Ident {
        let free = |name: &String| !self.names.taken(name) && !self.used.contains(name);
        let numbered = (1u64..).map(|n| format!("{}{n}", ident.text));
        let text = std::iter::once(ident.text.clone()).chain(numbered).find(free).unwrap_or_default();
        self.used.insert(text.clone());
        self.given.insert(ident.text.clone(), RawTerm { shape: RawShape::Name(text.clone()), span: self.at });
        Ident { text, span: self.at }
    }

    fn map(&mut self, map: &RawMap) -> Result<RawMap, Diagnostic> {
        let range = match &map.range {
            RawRange::Type(from, to) => RawRange::Type(self.space(from)?, self.space(to)?),
            RawRange::Member(over) => RawRange::Member(self.family(over)?),
            RawRange::Word(over) => RawRange::Word(self.family(over)?),
        };
        Ok(RawMap { name: self.bind(&map.name), range })
    }

    fn family(&self, over: &Ident) -> Result<Ident, Diagnostic> {
        match self.given.get(&over.text).map(|term| &term.shape) {
            Some(RawShape::Name(text)) => Ok(Ident { text: text.clone(), span: self.at }),
            _ => {
                let message = format!("{} stands for a family or a map that words are over: give a name", over.text);
                Err(self.source.error(Code::Syntax, self.at, message))
            }
        }
    }

    fn space(&self, space: &RawSpace) -> Result<RawSpace, Diagnostic> {
        Ok(match space {
            RawSpace::Unit => RawSpace::Unit,
            RawSpace::Name(name) => match self.given.get(&name.text) {
                Some(term) => as_space(term, self.source)?,
                None => RawSpace::Name(name.clone()),
            },
            RawSpace::Sum(a, b) => RawSpace::Sum(Box::new(self.space(a)?), Box::new(self.space(b)?)),
        })
    }

    fn term(&self, term: &RawTerm) -> Result<RawTerm, Diagnostic> {
        let one = |t: &RawTerm| Ok::<_, Diagnostic>(Box::new(self.term(t)?));
        let all = |list: &[RawTerm]| list.iter().map(|t| self.term(t)).collect::<Result<Vec<_>, _>>();
        let shape = match &term.shape {
            RawShape::Name(name) => match self.given.get(name) {
                Some(given) => given.shape.clone(),
                None => RawShape::Name(name.clone()),
            },
            RawShape::Number(n) => RawShape::Number(n.clone()),
            RawShape::Fact(label) => RawShape::Fact(label.clone()),
            RawShape::Scaled(n, t) => RawShape::Scaled(n.clone(), one(t)?),
            RawShape::Sum(list) => RawShape::Sum(all(list)?),
            RawShape::Product(list) => RawShape::Product(all(list)?),
            RawShape::Transpose(t) => RawShape::Transpose(one(t)?),
            RawShape::Row(a, b) => RawShape::Row(one(a)?, one(b)?),
            RawShape::Column(a, b) => RawShape::Column(one(a)?, one(b)?),
            RawShape::Typed(t, from, to) => RawShape::Typed(one(t)?, self.space(from)?, self.space(to)?),
        };
        Ok(RawTerm { shape, span: self.at })
    }
}

/// A space that was read as a term: names, `1` and sums. Error: [`Code::Syntax`].
pub fn as_space(raw: &RawTerm, source: &Source) -> Result<RawSpace, Diagnostic> {
    match &raw.shape {
        RawShape::Name(name) => Ok(RawSpace::Name(Ident { text: name.clone(), span: raw.span })),
        RawShape::Number(n) if *n == num_traits::One::one() => Ok(RawSpace::Unit),
        RawShape::Sum(list) => {
            let mut spaces = list.iter().map(|raw| as_space(raw, source));
            let first = spaces.next().unwrap_or_else(|| Err(source.error(Code::Syntax, raw.span, "an empty sum")))?;
            spaces.try_fold(first, |sum, next| Ok(RawSpace::Sum(Box::new(sum), Box::new(next?))))
        }
        _ => Err(source.error(Code::Syntax, raw.span, "a space is a name, `1`, or a sum of spaces")),
    }
}
