//! Steps about equations and differences: combination, contradiction, pseudo_inverse, square_inverse, pivot.

use rand::RngExt;
use rand::seq::IndexedRandom;
use scotoma::kernel::{Block, Comparison, FactId, Part, Prop, Relation, Space, Step, Term};
#[allow(unused_imports)]
use scotoma::terms::*;

use super::random::{Scope, atom, number};
use super::{Drawn, Maker};

fn product(factors: &[&Term]) -> Drawn<Term> {
    Term::product(factors.iter().map(|t| (*t).clone()).collect()).ok()
}

fn different(left: Term, right: Term) -> Prop {
    Prop::Compare(Comparison { left, relation: Relation::NotEqual, right })
}

impl Maker<'_> {
    pub(super) fn combination(&mut self) -> Drawn<()> {
        let count = self.draw.rng.random_range(1..=2);
        let from: Vec<_> = (0..count).map(|_| self.equation()).collect::<Option<_>>()?;
        let scope = self.scope.clone();
        let (left, right, parts) = self.combined(&scope, &from)?;
        let shown = Prop::equation(left.clone(), right.clone());
        self.learn(Step::Combination { left, right, parts }, shown);
        Some(())
    }

    /// One or two equations with cofactors; the claim, and the parts.
    pub(super) fn combined(&mut self, scope: &Scope, from: &[(FactId, Comparison)]) -> Drawn<(Term, Term, Vec<Part>)> {
        let (mut lefts, mut rights, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        let (dom, cod) = (self.draw.space(scope), self.draw.space(scope));
        for (fact, equation) in from {
            let transposed = self.draw.once(4);
            let turn = |t: &Term| if transposed { Term::transpose(t.clone()).ok() } else { Some(t.clone()) };
            let (lhs, rhs) = (turn(&equation.left)?, turn(&equation.right)?);
            let one = |space: &Space| Term::identity(space.clone());
            let (left, right) = match from.len() == 1 && self.draw.once(2) {
                true => (one(lhs.cod()), self.draw.term(scope, &dom, lhs.dom(), 1)),
                false if from.len() == 1 => (self.draw.term(scope, lhs.cod(), &cod, 1), one(lhs.dom())),
                false => (self.draw.term(scope, lhs.cod(), &cod, 1), self.draw.term(scope, &dom, lhs.dom(), 1)),
            };
            let coefficient = number([-2, -1, 1, 1, 1, 3].choose(self.draw.rng).copied()?);
            let put = |side: Term| Term::scaled(coefficient.clone(), product(&[&left, &side, &right])?).ok();
            lefts.push(put(lhs)?);
            rights.push(put(rhs)?);
            parts.push(Part { coefficient, left, fact: *fact, transposed, right });
        }
        Some((Term::sum(lefts).ok()?, Term::sum(rights).ok()?, parts))
    }

    /// `s != t` from `L*s*R != L*t*R`, or from `L*s*R - L*t*R = 1` between scalars.
    pub(super) fn contradiction(&mut self) -> Drawn<()> {
        let scope = self.outer();
        let one = self.draw.once(3);
        let (ids, [left, right, l, r, a, b]) = self.assumed(|maker| {
            let [dom, cod] = [(); 2].map(|()| maker.draw.space(&scope));
            let [from, to] = [(); 2].map(|()| if one { Space::Unit } else { maker.draw.space(&scope) });
            let (left, right) = (maker.draw.term(&scope, &dom, &cod, 1), maker.draw.term(&scope, &dom, &cod, 1));
            let (l, r) = (maker.draw.term(&scope, &cod, &to, 1), maker.draw.term(&scope, &from, &dom, 1));
            let (a, b) = (product(&[&l, &left, &r])?, product(&[&l, &right, &r])?);
            let premise = match one {
                true => {
                    let minus = Term::scaled(number(-1), b.clone()).ok()?;
                    Prop::equation(Term::sum(vec![a.clone(), minus]).ok()?, Term::identity(Space::Unit))
                }
                false => different(a.clone(), b.clone()),
            };
            Some((vec![premise], [left, right, l, r, a, b]))
        })?;
        let supposed = self.add(None);
        let absurd = self.add(None);
        let unit = || Term::identity(Space::Unit);
        let part = Part { coefficient: number(1), left: l, fact: supposed, transposed: false, right: r };
        let (steps, facts) = match one {
            true => {
                let known =
                    Part { coefficient: number(-1), left: unit(), fact: ids[0], transposed: false, right: unit() };
                let zero = Term::zero(Space::Unit, Space::Unit);
                (vec![Step::Combination { left: unit(), right: zero, parts: vec![part, known] }], vec![absurd])
            }
            false => (vec![Step::Combination { left: a, right: b, parts: vec![part] }], vec![absurd, ids[0]]),
        };
        let block = Block { steps, witnesses: Vec::new(), facts };
        let shown = different(left.clone(), right.clone());
        self.learn(Step::Contradiction { left, right, block }, shown);
        Some(())
    }

    pub(super) fn pseudo_inverse(&mut self) -> Drawn<()> {
        let scope = self.outer();
        let (dom, cod) = (self.draw.space(&scope), self.draw.space(&scope));
        let map = self.draw.term(&scope, &dom, &cod, 1);
        let inverse = self.obtained(&cod, &dom);
        let shown = Prop::equation(product(&[&map, &inverse.term(), &map])?, map.clone());
        self.learn(Step::PseudoInverse { map, name: inverse.name }, shown);
        Some(())
    }

    /// `b*a = 1` from `a*b = 1`, on A or between A and the space that is as large.
    pub(super) fn square_inverse(&mut self) -> Drawn<()> {
        let scope = self.outer();
        let one = |space: &Space| Term::identity(space.clone());
        let (ids, [left, right]) = self.assumed(|maker| {
            let other = if maker.equal.is_empty() || maker.draw.once(3) { atom("A") } else { atom("C") };
            let [from, to] = if maker.draw.once(2) { [atom("A"), other] } else { [other, atom("A")] };
            let (left, right) = (maker.draw.term(&scope, &from, &to, 1), maker.draw.term(&scope, &to, &from, 1));
            Some((vec![Prop::equation(product(&[&left, &right])?, one(&to))], [left, right]))
        })?;
        let shown = Prop::equation(product(&[&right, &left])?, one(left.dom()));
        self.learn(Step::SquareInverse { fact: ids[0], left, right }, shown);
        Some(())
    }

    /// `y*(s - t)*x = 1` for fresh y and x, from `s != t`.
    pub(super) fn pivot(&mut self) -> Drawn<()> {
        let known = self.compared(|relation| relation == Relation::NotEqual).filter(|_| !self.draw.once(2));
        let scope = self.outer();
        let (fact, left, right) = match known {
            Some((fact, Comparison { left, right, .. })) => (fact, left, right),
            None => {
                let (ids, (left, right)) = self.assumed(|maker| {
                    let Comparison { left, right, .. } = maker.draw.equation(&scope);
                    Some((vec![different(left.clone(), right.clone())], (left, right)))
                })?;
                (ids[0], left, right)
            }
        };
        let (y, x) = (self.obtained(left.cod(), &Space::Unit), self.obtained(&Space::Unit, left.dom()));
        let minus = Term::scaled(number(-1), right).ok()?;
        let whole = product(&[&y.term(), &Term::sum(vec![left, minus]).ok()?, &x.term()])?;
        let shown = Prop::equation(whole, Term::identity(Space::Unit));
        self.learn(Step::Pivot { fact, left: y.name, right: x.name }, shown);
        Some(())
    }
}
