//! Multipliers for inequalities: found by trying which inequalities to use.

use num_rational::BigRational;
use num_traits::{Signed, Zero};

use super::elaborate::{Elaborator, Made};
use super::frame::Frame;
use super::lexer::Span;
use super::print;
use super::search::{Found, combination};
use super::syntax::*;
use crate::kernel::{Budget, Comparison, FactId, Multipliers, Polynomial, Prop, Relation, Space, Step, Term};
use crate::report::Code;
use crate::terms::*;

/// With more inequalities than this the search declines.
const MAX_INEQUALITIES: usize = 12;

impl Elaborator<'_> {
    /// `by farkas using facts`, or with the multipliers written out.
    pub fn by_farkas(
        &mut self,
        frame: &mut Frame,
        prop: &Prop,
        labels: &[Ident],
        raw: Option<&RawTerm>,
        span: Span,
    ) -> Made<FactId> {
        let Prop::Compare(claim) = prop else {
            return self.error(Code::NotAnInequality, span, "farkas shows comparisons of scalars");
        };
        if *claim.left.dom() != Space::Unit || *claim.left.cod() != Space::Unit {
            return self.error(Code::NotScalar, span, "farkas shows comparisons of scalars, maps 1 -> 1");
        }
        let Some(raw) = raw else {
            let ids = self.all_named(frame, labels)?;
            return self.farkas(frame, claim, &ids, span);
        };
        let step = Step::Farkas { claim: claim.clone(), forth: self.written(frame, claim, raw)?, back: None };
        Ok(self.push(frame, step, vec![prop.clone()], span)?[0])
    }

    /// The comparison of scalars from these facts, with multipliers that are searched for.
    pub fn farkas(&mut self, frame: &mut Frame, claim: &Comparison, ids: &[FactId], span: Span) -> Made<FactId> {
        let strict = matches!(claim.relation, Relation::Greater | Relation::NotEqual);
        let (left, right) = (&claim.left, &claim.right);
        let forth = self.multipliers(frame, left, right, strict, ids, span)?;
        let back = match claim.relation {
            Relation::Equal => Some(self.multipliers(frame, right, left, false, ids, span)?),
            _ => None,
        };
        let step = Step::Farkas { claim: claim.clone(), forth, back };
        Ok(self.push(frame, step, vec![Prop::Compare(claim.clone())], span)?[0])
    }

    fn written(&mut self, frame: &Frame, claim: &Comparison, raw: &RawTerm) -> Made<Multipliers> {
        let mut multipliers = Multipliers::default();
        for summand in self.summands(raw)? {
            let id = self.named(frame, &summand.fact)?;
            let equation = frame.fact_of(id).is_some_and(|fact| fact.difference.is_some());
            if equation {
                multipliers.parts.push(self.part(frame, &summand, &claim.left)?);
            } else if summand.left.is_empty() && summand.right.is_empty() && !summand.transposed {
                multipliers.bounds.push((summand.coefficient, id));
            } else {
                let message = "an inequality is multiplied by a number, not by a map";
                return self.error(Code::NotAnInequality, summand.fact.span, message);
            }
        }
        Ok(multipliers)
    }

    /// Multipliers for `left >= right`, or `left > right`. A combination with multipliers that are not negative needs only
    /// inequalities that are independent modulo the equations, so trying all sets of them, small ones first, is complete.
    fn multipliers(
        &mut self,
        frame: &Frame,
        left: &Term,
        right: &Term,
        strict: bool,
        ids: &[FactId],
        span: Span,
    ) -> Made<Multipliers> {
        let mut budget = Budget { work: self.budget.work / 4, ..self.budget.clone() };
        let mut bounds = Vec::new();
        for fact in frame.facts.iter().filter(|fact| ids.contains(&fact.id)) {
            if let Prop::Compare(c) = &fact.prop
                && c.relation.is_order()
            {
                let difference = Polynomial::difference(&c.left, &c.right, &mut budget);
                bounds.push((fact.id, c.relation, self.at(span, difference)?));
            }
        }
        if bounds.len() > MAX_INEQUALITIES {
            let message = format!("{} inequalities; the search takes at most {MAX_INEQUALITIES}", bounds.len());
            return self.error(Code::LimitSearch, span, message);
        }
        let equations = frame.differences(ids);
        let goal = Polynomial::difference(left, right, &mut budget);
        let goal = self.at(span, goal)?;
        let mut sets: Vec<u32> = (0..1u32 << bounds.len()).collect();
        sets.sort_by_key(|set| set.count_ones());
        for set in sets {
            let chosen: Vec<_> = (0..bounds.len()).filter(|i| set >> i & 1 == 1).map(|i| &bounds[i]).collect();
            let tried = solve(&goal, &chosen, &equations, strict, &mut budget);
            if let Some(found) = self.at(span, tried)? {
                return Ok(found);
            }
        }
        let error = self.source.error(Code::DoesNotFollow, span, "no combination of these inequalities shows this one");
        Err(error.note(format!("left minus right is {}", print::polynomial(&goal))))
    }
}

type Bound = (FactId, Relation, Polynomial);

/// Multipliers for exactly these inequalities, if they are positive and the rest is a constant that fits.
fn solve(
    goal: &Polynomial,
    chosen: &[&Bound],
    equations: &[(FactId, &Polynomial)],
    strict: bool,
    budget: &mut Budget,
) -> Result<Option<Multipliers>, crate::kernel::Failure> {
    // The inequalities and the constant 1 get some coefficient each; the sign decides afterwards. They go by numbers
    // that no fact has.
    let base = usize::MAX / 2;
    let one = Polynomial::word(Space::Unit, Space::Unit, Vec::new(), budget)?;
    let mut fixed = vec![(base, &one)];
    fixed.extend(chosen.iter().enumerate().map(|(index, bound)| (base + 1 + index, &bound.2)));
    let Found::Parts(parts) = combination(goal, equations, &fixed, 1, budget)? else { return Ok(None) };
    let mut multipliers = Multipliers::default();
    let mut weights = vec![BigRational::zero(); chosen.len() + 1];
    for part in parts {
        match part.fact.checked_sub(base) {
            Some(index) => weights[index] += part.coefficient,
            None => multipliers.parts.push(part),
        }
    }
    if weights.iter().any(Signed::is_negative) {
        return Ok(None);
    }
    let mut is_strict = weights[0].is_positive();
    for (weight, (id, relation, _)) in weights[1..].iter().zip(chosen) {
        is_strict |= *relation == Relation::Greater && weight.is_positive();
        multipliers.bounds.push((weight.clone(), *id));
    }
    Ok((is_strict || !strict).then_some(multipliers))
}
