//! The rules that are lemmas of the prelude over any field.

use std::sync::Arc;

use super::super::names::plain;
use super::super::write::operand;
use super::parts::minus;
use super::{Writer, Written, refuse};
use crate::kernel::{Comparison, FactId, Failure, Labelled, MapDecl, Name, Prop, Relation, Role, Sequent, Space, Term};
use crate::terms::*;

impl Writer<'_> {
    pub(super) fn pseudo_inverse(&mut self, map: &Term, name: &Name) -> Written<()> {
        let inverse = Term::map(name.clone(), map.cod().clone(), map.dom().clone());
        let prop = Prop::equation(Term::product(vec![map.clone(), inverse, map.clone()])?, map.clone());
        let fact = self.name_fact();
        self.line(&format!("have [{} {fact}] := pseudo_inverse' {}.", plain(name), operand(map)));
        self.push(fact, prop);
        Ok(())
    }

    pub(super) fn square_inverse(&mut self, fact: FactId, left: &Term, right: &Term) -> Written<()> {
        let given = self.fact(fact)?;
        let says = |a: &Term, b: &Term| {
            let product = Term::product(vec![a.clone(), b.clone()])?;
            Ok::<Prop, Failure>(Prop::equation(product, Term::identity(a.cod().clone())))
        };
        let wanted = says(left, right)?;
        self.have(says(right, left)?, |w| {
            w.line("apply: square_inverse'; first lia.");
            w.convert(&given.name, &given.prop, &wanted)
        })
    }

    pub(super) fn pivot(&mut self, fact: FactId, left: &Name, right: &Name) -> Written<()> {
        let given = self.fact(fact)?;
        let Prop::Compare(c) = &given.prop else { return refuse("no inequation") };
        let map = minus(&c.left, &c.right)?;
        let zero = Term::zero(map.dom().clone(), map.cod().clone());
        let differs = Comparison { left: map.clone(), relation: Relation::NotEqual, right: zero };
        let premise = self.premise(&given, &Prop::Compare(differs))?;
        let y = Term::map(left.clone(), map.cod().clone(), Space::Unit);
        let x = Term::map(right.clone(), Space::Unit, map.dom().clone());
        let prop = Prop::equation(Term::product(vec![y, map, x])?, Term::identity(Space::Unit));
        let name = self.name_fact();
        self.line(&format!("have [{} [{} {name}]] := pivot' {premise}.", plain(left), plain(right)));
        self.push(name, prop);
        Ok(())
    }

    pub(super) fn extensionality(&mut self, fact: FactId, name: &Name, left: &Term, right: &Term) -> Written<()> {
        let given = self.fact(fact)?;
        let x = MapDecl { name: name.clone(), dom: Space::Unit, cod: left.dom().clone(), role: Role::Any };
        let at_x = |map: &Term| Term::product(vec![map.clone(), x.term()]);
        let prop = Prop::equation(at_x(left)?, at_x(right)?);
        let conclusions = vec![Labelled { label: String::new(), prop }];
        let rule = Sequent { maps: vec![x.clone()], conclusions, ..Sequent::default() };
        self.have(Prop::equation(left.clone(), right.clone()), |w| {
            let premise = w.premise(&given, &Prop::Rule(Arc::new(rule)))?;
            w.line(&format!("exact: (extensionality' {premise})."));
            Ok(())
        })
    }
}
