//! A fact in the words in which it is wanted: equal as a polynomial, or the same rule under other names.

use super::parts::{minus, pattern};
use super::{Writer, Written, refuse};
use crate::kernel::{Budget, Comparison, Failure, MapDecl, Polynomial, Prop, Relation, Role, Sequent, Space};
use crate::language::substitute::Substitution;
use crate::terms::*;

impl Writer<'_> {
    /// Proves the goal `to`, of which the term `from` proves the like.
    pub(super) fn convert(&mut self, expression: &str, from: &Prop, to: &Prop) -> Written<()> {
        if self.prop(from) == self.prop(to) {
            self.line(&format!("exact: {expression}."));
            return Ok(());
        }
        match (from, to) {
            (Prop::Compare(a), Prop::Compare(b)) if a.relation == b.relation => {
                let of = |c: &Comparison, budget: &mut Budget| Polynomial::difference(&c.left, &c.right, budget);
                let straight = of(a, &mut self.budget)? == of(b, &mut self.budget)?;
                let lemma = match (a.relation, straight) {
                    (Relation::Equal, true) => "same'",
                    (Relation::Equal, false) => "opposite'",
                    (Relation::NotEqual, true) => "differ'",
                    (Relation::NotEqual, false) => "differ_opposite'",
                    (Relation::AtLeast, _) => "same_at_least'",
                    (Relation::Greater, _) => "same_greater'",
                };
                let from = if straight { minus(&a.left, &a.right)? } else { minus(&a.right, &a.left)? };
                let tactic = self.expanding(&minus(&b.left, &b.right)?, &from)?;
                self.line(&format!("apply: ({lemma} {expression}); by {tactic}."));
                Ok(())
            }
            (Prop::Rule(a), Prop::Rule(b)) => self.convert_rule(expression, a, b),
            _ => refuse("a fact of another kind"),
        }
    }

    pub(super) fn convert_rule(&mut self, expression: &str, from: &Sequent, to: &Sequent) -> Written<()> {
        let facts = self.facts.len();
        let converted = self.within(|w| {
            let binders = w.open(to)?;
            w.intro(&binders);
            let mut under = Substitution::default();
            let mut arguments: Vec<String> = Vec::new();
            for (old, new) in from.spaces.iter().zip(&to.spaces) {
                under.spaces.insert(old.clone(), Space::Atom(new.clone()));
            }
            for (old, new) in from.families.iter().zip(&to.families) {
                under.families.insert(old.name.clone(), new.name.clone());
            }
            for (old, new) in from.maps.iter().zip(&to.maps) {
                under.maps.insert(old.name.clone(), new.term());
            }
            let declared = binders.len() - to.assumptions.len();
            arguments.extend(binders[..declared].iter().map(|(name, _)| name.clone()));
            for (index, premise) in from.assumptions.iter().enumerate() {
                arguments.push(w.premise(&w.fact(facts + index)?, &under.prop(&premise.prop)?)?);
            }
            let claims: Vec<Prop> =
                from.conclusions.iter().map(|l| under.prop(&l.prop)).collect::<Result<_, Failure>>()?;
            let wished: Vec<String> = from.exists.iter().map(|m| w.names.fresh(&m.name)).collect();
            let known: Vec<String> =
                from.exists.iter().filter(|m| m.role != Role::Any).map(|_| w.names.fresh("known'")).collect();
            let shown: Vec<String> = claims.iter().map(|_| w.names.fresh("part'")).collect();
            let all = [known.clone(), shown.clone()].concat();
            w.line(&format!("have {} := {} {}.", pattern(&wished, &all), expression, arguments.join(" ")));
            // The names obtained are those of `to`, so that its conclusions can be compared with these.
            let mut claims_under = Substitution::default();
            let mut goal_under = Substitution::default();
            for ((old, new), name) in from.exists.iter().zip(&to.exists).zip(&wished) {
                let term = MapDecl { name: name.as_str().into(), ..under.declaration(old)? }.term();
                claims_under.maps.insert(old.name.clone(), term.clone());
                goal_under.maps.insert(new.name.clone(), term);
                w.line(&format!("exists {name}."));
            }
            for name in &known {
                w.line(&format!("split; first exact: {name}."));
            }
            for (index, (claim, goal)) in claims.iter().zip(&to.conclusions).enumerate() {
                let (claim, goal) = (claims_under.prop(claim)?, goal_under.prop(&goal.prop)?);
                w.conjunct(index + 1 == claims.len(), |w| w.convert(&shown[index], &claim, &goal))?;
            }
            Ok(())
        });
        // The kernel numbers nothing here.
        self.facts.truncate(facts);
        converted
    }
}
