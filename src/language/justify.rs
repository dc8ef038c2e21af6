//! Justifications: what stands behind `by`.

use num_rational::BigRational;
use num_traits::One;

use super::completion::{Effort, complete};
use super::elaborate::{Elaborator, Made};
use super::frame::{Frame, sides};
use super::lexer::Span;
use super::print;
use super::search::{Found, combination};
use super::syntax::*;
use crate::kernel::{Budget, FactId, Part, Polynomial, Prop, Term};
use crate::report::Code;
use crate::terms::*;

/// One summand of a list of cofactors: `coefficient * left * {fact} * right`.
pub(super) struct Summand<'r> {
    pub coefficient: BigRational,
    pub left: &'r [RawTerm],
    pub fact: Ident,
    pub transposed: bool,
    pub right: &'r [RawTerm],
}

impl Elaborator<'_> {
    /// Shows a proposition by what the author names; returns the fact that says it.
    pub fn justify(&mut self, frame: &mut Frame, prop: &Prop, by: &By, span: Span) -> Made<FactId> {
        match &by.means {
            Means::Facts(list) => match list.as_slice() {
                [name] if self.is_rule(frame, name, prop, true) => self.by_rule(frame, prop, name, &[], &[], by.span),
                [name] if !self.known.contains_key(&name.text) && self.group(frame, name).is_some() => {
                    let ids = self.all_named(frame, list)?;
                    self.by_facts(frame, prop, &ids, span)
                }
                [name] if frame.fact(&name.text).is_none_or(|fact| matches!(fact.prop, Prop::Rule(_))) => {
                    self.apply_for(frame, prop, name, &[], &[], None, by.span)
                }
                list => {
                    let ids = self.all_named(frame, list)?;
                    self.by_facts(frame, prop, &ids, span)
                }
            },
            Means::Auto(list) => {
                let ids = match list.is_empty() {
                    true => frame.equations(),
                    false => self.all_named(frame, list)?,
                };
                self.auto(frame, prop, &ids, span)
            }
            Means::Cofactors(raw) => self.by_cofactors(frame, prop, raw, span),
            Means::Farkas(list, raw) => self.by_farkas(frame, prop, list, raw.as_ref(), span),
            Means::Apply { name, with, using, from } if self.is_rule(frame, name, prop, false) => {
                self.by_rule(frame, prop, name, with, from.as_deref().unwrap_or(using), by.span)
            }
            Means::Apply { name, with, using, from } => {
                self.apply_for(frame, prop, name, with, using, from.as_deref(), by.span)
            }
        }
    }

    /// A fact that says it, or a combination of these equations.
    pub fn by_facts(&mut self, frame: &mut Frame, prop: &Prop, ids: &[FactId], span: Span) -> Made<FactId> {
        for id in ids {
            let said = frame.said(*id);
            if let Some(said) = said
                && self.same(&said, prop, span)?
            {
                return Ok(*id);
            }
        }
        if let Prop::Compare(claim) = prop
            && claim.relation.is_order()
        {
            return self.farkas(frame, claim, ids, span);
        }
        let Some((left, right)) = sides(prop) else {
            let message = "facts alone show equations and inequalities; for other claims name a fact that says just this, or a rule";
            return self.error(Code::NotAnEquation, span, message);
        };
        match self.find(frame, left, right, ids, Effort { rules: 40, overlaps: 400, length: 16 }, span)? {
            Found::Parts(parts) => self.combine(frame, left, right, parts, span),
            Found::Nothing { rest, .. } => self.not_found(Code::DoesNotFollow, prop, &rest, ids, span),
        }
    }

    fn auto(&mut self, frame: &mut Frame, prop: &Prop, ids: &[FactId], span: Span) -> Made<FactId> {
        let Some((left, right)) = sides(prop) else {
            return self.error(Code::NotAnEquation, span, "auto shows equations; an inequality is shown `by a, b`");
        };
        match self.find(frame, left, right, ids, Effort::default(), span)? {
            Found::Parts(parts) => self.combine(frame, left, right, parts, span),
            Found::Nothing { rest, complete: true } => self.not_found(Code::DoesNotFollow, prop, &rest, ids, span),
            Found::Nothing { rest, complete: false } => self.not_found(Code::LimitSearch, prop, &rest, ids, span),
        }
    }

    /// No combination of the facts was found; `rest` is what they leave of left minus right.
    fn not_found<T>(&mut self, code: Code, prop: &Prop, rest: &Polynomial, ids: &[FactId], span: Span) -> Made<T> {
        let message = match (code, ids) {
            (Code::LimitSearch, _) => "the search ended at its limit before it had shown this equation",
            (_, []) => "the two sides are not equal by multiplying out",
            _ => "no combination of the facts used here shows this equation",
        };
        let mut error = self.source.error(code, span, message).note(format!("expected: {}", print::prop(prop)));
        if let Some((left, right)) = sides(prop) {
            let difference = Polynomial::difference(left, right, &mut self.budget);
            let difference = self.at(span, difference)?;
            error = error.note(format!("left minus right is not 0: {}", print::polynomial(&difference)));
            if !ids.is_empty() && difference != *rest {
                error = error.note(format!("of it the facts used leave: {}", print::polynomial(rest)));
            }
        }
        Err(error.help(match code {
            Code::LimitSearch => {
                "take smaller steps in a calc chain, name the facts (auto using ...), or raise --effort"
            }
            _ => "name the facts that it rests on, or write a calc chain with smaller steps",
        }))
    }

    /// Cofactors for `left = right`: by linear algebra over what rewriting reaches, then by completion.
    pub fn find(
        &mut self,
        frame: &Frame,
        left: &Term,
        right: &Term,
        ids: &[FactId],
        effort: Effort,
        span: Span,
    ) -> Made<Found> {
        let facts = frame.differences(ids);
        // Each search has a part of the budget, so that one that fails does not take all.
        let share = self.budget.work / 8;
        let mut budget = Budget { work: share, ..self.budget.clone() };
        let goal = Polynomial::difference(left, right, &mut budget);
        let goal = self.at(span, goal)?;
        let found = combination(&goal, &facts, &[], self.effort, &mut budget);
        self.budget.work -= share - budget.work;
        let (rest, done) = match found {
            Ok(Found::Nothing { rest, complete }) => (rest, complete),
            Ok(found) => return Ok(found),
            Err(failure) if failure.reason.declines() => (goal.clone(), false),
            Err(failure) => return self.at(span, Err(failure)),
        };
        // Even if nothing is left to find, rewriting to shorter words says best what is left over.
        let effort = if done { Effort { overlaps: 0, ..effort } } else { effort.times(self.effort) };
        budget.work = share;
        let found = complete(&goal, &facts, effort, &mut budget);
        self.budget.work -= share - budget.work;
        match found {
            Ok(Found::Nothing { rest, complete }) => Ok(Found::Nothing { rest, complete: complete || done }),
            Ok(found) => Ok(found),
            Err(_) => Ok(Found::Nothing { rest, complete: done }),
        }
    }

    /// The summands of `c*L*{a}*R + ...`.
    pub fn summands<'r>(&self, raw: &'r RawTerm) -> Made<Vec<Summand<'r>>> {
        let list = match &raw.shape {
            RawShape::Sum(list) => list.iter().collect(),
            RawShape::Number(n) if *n == BigRational::from_integer(0.into()) => Vec::new(),
            _ => vec![raw],
        };
        let mut summands = Vec::new();
        for item in list {
            let (mut coefficient, mut product) = (BigRational::one(), item);
            while let RawShape::Scaled(n, inner) = &product.shape {
                coefficient *= n;
                product = inner;
            }
            let factors = match &product.shape {
                RawShape::Product(factors) => factors.as_slice(),
                _ => std::slice::from_ref(product),
            };
            let facts = factors.iter().enumerate().filter_map(|(index, factor)| match &factor.shape {
                RawShape::Fact(label) => Some((index, label, factor.span, false)),
                RawShape::Transpose(inner) => match &inner.shape {
                    RawShape::Fact(label) => Some((index, label, factor.span, true)),
                    _ => None,
                },
                _ => None,
            });
            let facts: Vec<_> = facts.collect();
            let [(index, label, span, transposed)] = facts[..] else {
                let message = "each summand holds exactly one equation in braces: c*L*{label}*R";
                return self.error(Code::Syntax, item.span, message);
            };
            let fact = Ident { text: label.clone(), span };
            let (left, right) = (&factors[..index], &factors[index + 1..]);
            summands.push(Summand { coefficient, left, fact, transposed, right });
        }
        Ok(summands)
    }

    /// A summand as the kernel wants it, for a claim of the type of `like`.
    pub fn part(&self, frame: &Frame, summand: &Summand<'_>, like: &Term) -> Made<Part> {
        let fact = self.named(frame, &summand.fact)?;
        let known = frame.fact_of(fact);
        let Some((left, _)) = known.and_then(|known| sides(&known.prop)) else {
            let message = format!("{} is not an equation", summand.fact.text);
            return self.error(Code::NotAnEquation, summand.fact.span, message);
        };
        let (from, to) = match summand.transposed {
            false => (left.dom(), left.cod()),
            true => (left.cod(), left.dom()),
        };
        let cofactor = |factors: &[RawTerm], dom, cod| {
            let [first, .., last] = factors else {
                return match factors {
                    [only] => super::statements::term(only, Some(dom), Some(cod), &frame.names, self.source),
                    _ if dom == cod => Ok(Term::identity(dom.clone())),
                    _ => {
                        let message = format!("a cofactor {dom} -> {cod} is missing");
                        self.error(Code::TypeMismatch, summand.fact.span, message)
                    }
                };
            };
            let span = first.span.to(last.span);
            let raw = RawTerm { shape: RawShape::Product(factors.to_vec()), span };
            super::statements::term(&raw, Some(dom), Some(cod), &frame.names, self.source)
        };
        Ok(Part {
            coefficient: summand.coefficient.clone(),
            left: cofactor(summand.left, to, like.cod())?,
            fact,
            transposed: summand.transposed,
            right: cofactor(summand.right, like.dom(), from)?,
        })
    }

    fn by_cofactors(&mut self, frame: &mut Frame, prop: &Prop, raw: &RawTerm, span: Span) -> Made<FactId> {
        let Some((left, right)) = sides(prop) else {
            return self.error(Code::NotAnEquation, span, "cofactors show equations only");
        };
        let summands = self.summands(raw)?;
        let parts = summands.iter().map(|s| self.part(frame, s, left)).collect::<Result<_, _>>()?;
        self.combine(frame, left, right, parts, span)
    }
}
