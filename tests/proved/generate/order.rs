//! Steps in an ordered field: definite, farkas, square, product.

use rand::RngExt;
use rand::seq::IndexedRandom;
use scotoma::kernel::{Comparison, FactId, Multipliers, Prop, Relation, Space, Step, Term};
#[allow(unused_imports)]
use scotoma::terms::*;

use super::random::number;
use super::{Drawn, Maker};

fn scalar_zero() -> Term {
    Term::zero(Space::Unit, Space::Unit)
}

fn compare(left: Term, relation: Relation, right: Term) -> Comparison {
    Comparison { left, relation, right }
}

impl Maker<'_> {
    pub(super) fn ordered(&mut self) -> Drawn<()> {
        match self.draw.rng.random_range(0..4) {
            0 => self.definite(),
            1 => self.farkas(),
            2 => self.square(),
            _ => self.product(),
        }
    }

    /// `X = 0` from `X*X' = 0`.
    fn definite(&mut self) -> Drawn<()> {
        let scope = self.outer();
        let (ids, map) = self.assumed(|maker| {
            let (dom, cod) = (maker.draw.space(&scope), maker.draw.space(&scope));
            let map = maker.draw.term(&scope, &dom, &cod, 2);
            let square = Term::product(vec![map.clone(), Term::transpose(map.clone()).ok()?]).ok()?;
            Some((vec![Prop::equation(square, Term::zero(cod.clone(), cod))], map))
        })?;
        let shown = Prop::equation(map.clone(), Term::zero(map.dom().clone(), map.cod().clone()));
        self.learn(Step::Definite { fact: ids[0], map }, shown);
        Some(())
    }

    /// An inequality, known or assumed.
    fn bound(&mut self) -> Drawn<(FactId, Comparison)> {
        if let Some(known) = self.compared(RelationExt::is_order)
            && !self.draw.once(3)
        {
            return Some(known);
        }
        let scope = self.outer();
        let (ids, bound) = self.assumed(|maker| {
            let unit = Space::Unit;
            let (left, right) = (maker.draw.term(&scope, &unit, &unit, 2), maker.draw.term(&scope, &unit, &unit, 1));
            let relation = *[Relation::AtLeast, Relation::Greater].choose(maker.draw.rng)?;
            let bound = compare(left, relation, right);
            Some((vec![Prop::Compare(bound.clone())], bound))
        })?;
        Some((ids[0], bound))
    }

    /// Twice an inequality, another and a constant.
    fn farkas(&mut self) -> Drawn<()> {
        let ((fact, bound), (other, second)) = (self.bound()?, self.bound()?);
        let constant = self.draw.rng.random_range(0..=1);
        let strict = constant > 0 || [&bound, &second].iter().any(|b| b.relation == Relation::Greater);
        let relation = if strict { Relation::Greater } else { Relation::AtLeast };
        let double = |t: &Term| Term::scaled(number(2), t.clone()).ok();
        let more = Term::scaled(number(constant), Term::identity(Space::Unit)).ok()?;
        let left = Term::sum(vec![double(&bound.left)?, second.left, more]).ok()?;
        let right = Term::sum(vec![double(&bound.right)?, second.right]).ok()?;
        let claim = compare(left, relation, right);
        let forth = Multipliers { parts: Vec::new(), bounds: vec![(number(2), fact), (number(1), other)] };
        self.learn(Step::Farkas { claim: claim.clone(), forth, back: None }, Prop::Compare(claim));
        Some(())
    }

    /// `v'*v >= 0`, or `> 0` from `v != 0`.
    fn square(&mut self) -> Drawn<()> {
        let scope = self.outer();
        let strict = self.draw.once(2);
        let (ids, map) = self.assumed(|maker| {
            let space = maker.draw.space(&scope);
            let map = maker.draw.term(&scope, &Space::Unit, &space, 2);
            let zero = Term::zero(Space::Unit, space);
            let differs = Prop::Compare(compare(map.clone(), Relation::NotEqual, zero));
            Some((if strict { vec![differs] } else { Vec::new() }, map))
        })?;
        let square = Term::product(vec![Term::transpose(map.clone()).ok()?, map.clone()]).ok()?;
        let relation = if strict { Relation::Greater } else { Relation::AtLeast };
        let shown = Prop::Compare(compare(square, relation, scalar_zero()));
        self.learn(Step::Square { map, fact: ids.first().copied() }, shown);
        Some(())
    }

    /// `(a - b)*(c - d) >= 0` from `a >= b` and `c >= d`, strict if both are.
    fn product(&mut self) -> Drawn<()> {
        let ((first, bound), (second, other)) = (self.bound()?, self.bound()?);
        let strict = [&bound, &other].iter().all(|b| b.relation == Relation::Greater);
        let relation = if strict { Relation::Greater } else { Relation::AtLeast };
        let difference = |c: Comparison| Term::sum(vec![c.left, Term::scaled(number(-1), c.right).ok()?]).ok();
        let product = Term::product(vec![difference(bound)?, difference(other)?]).ok()?;
        let shown = Prop::Compare(compare(product, relation, scalar_zero()));
        self.learn(Step::Product { first, second }, shown);
        Some(())
    }
}
