//! The rules that need an ordered field. For farkas, a comparison of scalars becomes a sum of parts none of which is negative.

use num_rational::BigRational;
use num_traits::{Signed, Zero};

use super::super::write::{operand, signed};
use super::parts::minus;
use super::{Fact, Writer, Written, refuse};
use crate::kernel::{Comparison, FactId, Multipliers, Polynomial, Prop, Relation, Space, Term};
use crate::terms::*;

/// `left relation 0`
fn with_zero(left: Term, relation: Relation) -> Prop {
    let right = Term::zero(left.dom().clone(), left.cod().clone());
    Prop::Compare(Comparison { left, relation, right })
}

impl Writer<'_> {
    pub(super) fn definite(&mut self, fact: FactId, map: &Term) -> Written<()> {
        let given = self.fact(fact)?;
        let square = Term::product(vec![map.clone(), Term::transpose(map.clone())?])?;
        self.have(with_zero(map.clone(), Relation::Equal), |w| {
            w.line("apply: definite'.");
            w.convert(&given.name, &given.prop, &with_zero(square, Relation::Equal))
        })
    }

    pub(super) fn square(&mut self, map: &Term, fact: Option<FactId>) -> Written<()> {
        let square = Term::product(vec![Term::transpose(map.clone())?, map.clone()])?;
        let Some(fact) = fact else {
            return self.have(with_zero(square, Relation::AtLeast), |w| {
                w.line(&format!("exact: (square' {}).", operand(map)));
                Ok(())
            });
        };
        let given = self.fact(fact)?;
        self.have(with_zero(square, Relation::Greater), |w| {
            w.line("apply: strict_square'.");
            w.convert(&given.name, &given.prop, &with_zero(map.clone(), Relation::NotEqual))
        })
    }

    pub(super) fn product(&mut self, first: FactId, second: FactId) -> Written<()> {
        let given = [self.fact(first)?, self.fact(second)?];
        let (mut relations, mut factors) = (Vec::new(), Vec::new());
        for fact in &given {
            let Prop::Compare(c) = &fact.prop else { return refuse("no inequality") };
            relations.push(c.relation);
            factors.push(minus(&c.left, &c.right)?);
        }
        let strict = relations.iter().all(|relation| *relation == Relation::Greater);
        let claim = if strict { Relation::Greater } else { Relation::AtLeast };
        self.have(with_zero(Term::product(factors.clone())?, claim), |w| {
            w.line(if strict { "apply: strict_product'." } else { "apply: product'." });
            for ((fact, relation), factor) in given.iter().zip(&relations).zip(&factors) {
                w.braces(|w| {
                    if *relation != claim {
                        w.line("apply: weaker'.");
                    }
                    w.convert(&fact.name, &fact.prop, &with_zero(factor.clone(), *relation))
                })?;
            }
            Ok(())
        })
    }

    pub(super) fn farkas(
        &mut self,
        claim: &Comparison,
        forth: &Multipliers,
        back: Option<&Multipliers>,
    ) -> Written<()> {
        self.have(Prop::Compare(claim.clone()), |w| match claim.relation {
            Relation::AtLeast => w.order(claim, forth, false),
            Relation::Greater => w.order(claim, forth, true),
            Relation::NotEqual => {
                w.line("apply: greater_differ'.");
                w.order(claim, forth, true)
            }
            Relation::Equal => {
                let Some(back) = back else { return refuse("an equation needs both directions") };
                let (left, right) = (claim.right.clone(), claim.left.clone());
                w.line("apply: both'.");
                w.braces(|w| w.order(claim, forth, false))?;
                w.order(&Comparison { left, right, ..claim.clone() }, back, false)
            }
        })
    }

    /// Proves `left >= right`, or `left > right`, by a sum of parts none of which is negative.
    fn order(&mut self, claim: &Comparison, by: &Multipliers, strict: bool) -> Written<()> {
        let zeros = self.sum(&by.parts)?;
        let mut terms: Vec<Term> = zeros.iter().map(|(z, _)| z.clone()).collect();
        let mut parts: Vec<(String, String, bool)> =
            zeros.into_iter().map(|(z, why)| (operand(&z), format!("(nonneg_zero' ({why}))"), false)).collect();
        let mut rest = Polynomial::difference(&claim.left, &claim.right, &mut self.budget)?;
        for part in &by.parts {
            let Fact { prop: Prop::Compare(c), .. } = self.fact(part.fact)? else { return refuse("no equation") };
            let mut equation = Polynomial::difference(&c.left, &c.right, &mut self.budget)?;
            if part.transposed {
                equation = equation.transpose(&mut self.budget)?;
            }
            let left = Polynomial::of(&part.left, &mut self.budget)?;
            let right = Polynomial::of(&part.right, &mut self.budget)?;
            let product = left.times(&equation, &mut self.budget)?.times(&right, &mut self.budget)?;
            rest.add(&-part.coefficient.clone(), &product, &mut self.budget)?;
        }
        for (multiplier, id) in &by.bounds {
            let Fact { name, prop: Prop::Compare(c) } = self.fact(*id)? else { return refuse("no inequality") };
            let bound = Polynomial::difference(&c.left, &c.right, &mut self.budget)?;
            rest.add(&-multiplier.clone(), &bound, &mut self.budget)?;
            let m = signed(multiplier);
            let positive = strict && c.relation == Relation::Greater && multiplier.is_positive();
            let lemma = match (c.relation, positive) {
                (Relation::Greater, true) => "positive_strict'",
                (Relation::Greater, false) => "nonneg_strict'",
                _ => "nonneg_bound'",
            };
            let sign = if positive { format!("(_ : 0 < {m})") } else { format!("(_ : 0 <= {m})") };
            let z = format!("{m} *: ({} - {})", operand(&c.left), operand(&c.right));
            terms.push(Term::scaled(multiplier.clone(), minus(&c.left, &c.right)?)?);
            parts.push((z, format!("({lemma} {sign} {name})"), positive));
        }
        let constant = rest.terms().next().filter(|(word, _)| word.is_empty()).map(|(_, c)| c.clone());
        let constant = constant.unwrap_or_else(BigRational::zero);
        if constant.is_positive() {
            let c = signed(&constant);
            let lemma = if strict { "positive_constant'" } else { "nonneg_constant'" };
            let sign = if strict { format!("(_ : 0 < {c})") } else { format!("(_ : 0 <= {c})") };
            terms.push(Term::scaled(constant.clone(), Term::identity(Space::Unit))?);
            parts.push((format!("{c} *: 1%:M"), format!("({lemma} {sign})"), strict));
        }
        if parts.is_empty() {
            terms.push(Term::zero(Space::Unit, Space::Unit));
            parts.push(("0".to_owned(), "(nonneg_zero' erefl)".to_owned(), false));
        }
        let sums: Vec<&str> = parts.iter().map(|(z, ..)| z.as_str()).collect();
        let folded =
            parts.iter().map(|(_, why, positive)| (why.clone(), *positive)).reduce(|(a, p), (b, q)| match (p, q) {
                (false, false) => (format!("(nonneg_plus' {a} {b})"), false),
                (false, true) => (format!("(positive_plus' {a} {b})"), true),
                (true, false) => (format!("(plus_positive' {a} {b})"), true),
                (true, true) => (format!("(positive_plus' (ltW {a}) {b})"), true),
            });
        let (why, _) = folded.unwrap_or_default();
        let lemma = if strict { "farkas_greater'" } else { "farkas_at_least'" };
        self.line(&format!("apply: ({lemma} (z := {})).", sums.join(" + ")));
        self.line(&format!("{{ refine {why}; sign'. }}"));
        let tactic = self.expanding(&minus(&claim.left, &claim.right)?, &Term::sum(terms)?)?;
        self.line(&format!("by {tactic}."));
        Ok(())
    }
}
