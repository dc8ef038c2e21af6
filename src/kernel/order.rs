//! The rules that need an ordered field.

use num_traits::Signed;

use super::check::{Checker, zero};
use super::data::Polynomial;
use super::failure::{Failure, Reason, need, refuse};
use super::proof::{FactId, Multipliers};
use super::statement::{Comparison, Relation};
use super::term::{Term, check_sign};

const ORDER: &[Relation] = &[Relation::AtLeast, Relation::Greater];

impl Checker<'_> {
    /// **definite**: `X = 0` from `X*X' = 0`, in an ordered field.
    ///
    /// *Sound*: each diagonal entry of `X*X'` is a sum of squares of a row of `X`; in an ordered field such a sum
    /// is zero only if every entry is.
    pub(super) fn definite(&mut self, fact: FactId, map: &Term) -> Result<(), Failure> {
        let map = self.scope.expand(map)?;
        self.scope.check_ordered("X = 0 from X*X' = 0")?;
        let square = map.times(&map.transpose(&mut self.scope.budget)?, &mut self.scope.budget)?;
        let why = format_args!("fact {fact} does not say that this map times its transpose is 0");
        need(self.states(fact, Relation::Equal, &square)?, Reason::NotASquare, why)?;
        self.learn(Relation::Equal, map)
    }

    /// **square**: `v'*v >= 0`, for `v : 1 -> A`; `v'*v > 0` from `v != 0`.
    ///
    /// *Sound*: it is the sum of the squares of the entries of `v`. In an ordered field no square is negative, and that
    /// of a number other than 0 is positive.
    pub(super) fn square(&mut self, map: &Term, fact: Option<FactId>) -> Result<(), Failure> {
        let map = self.scope.expand(map)?;
        if let Some(fact) = fact {
            let why = format_args!("fact {fact} does not say that this map is not 0");
            need(self.states(fact, Relation::NotEqual, &map)?, Reason::PremiseMissing, why)?;
        }
        let square = map.transpose(&mut self.scope.budget)?.times(&map, &mut self.scope.budget)?;
        self.scope.check_scalar(&square)?;
        self.learn(if fact.is_some() { Relation::Greater } else { Relation::AtLeast }, square)
    }

    /// **product**: `a*b >= 0` from `a >= 0` and `b >= 0`; `a*b > 0` if both are strict.
    ///
    /// *Sound*: so an ordered field is ordered.
    pub(super) fn product(&mut self, first: FactId, second: FactId) -> Result<(), Failure> {
        let (relation, a) = self.comparison(first, ORDER, Reason::NotAnInequality)?;
        let (other, b) = self.comparison(second, ORDER, Reason::NotAnInequality)?;
        let product = a.times(&b, &mut self.scope.budget)?;
        self.scope.check_scalar(&product)?;
        self.learn(if relation == other { relation } else { Relation::AtLeast }, product)
    }

    /// **farkas**: a comparison of scalars, when `left - right` is a sum of equations with cofactors, inequalities with
    /// multipliers that are not negative, and a constant that is not negative. It is strict if a strict
    /// inequality has a positive multiplier, or the constant is positive. An equation needs both directions.
    ///
    /// *Sound*: in an ordered field a sum of numbers that are not negative is not negative, and it is positive if
    /// one of them is; of two numbers neither of which is less than the other, each is the other.
    pub(super) fn farkas(
        &mut self,
        claim: &Comparison,
        forth: &Multipliers,
        back: Option<&Multipliers>,
    ) -> Result<(), Failure> {
        let difference = self.scope.difference(&claim.left, &claim.right)?;
        self.scope.check_scalar(&difference)?;
        let strict = self.at_least(difference.clone(), forth)?;
        match (claim.relation, back) {
            (Relation::AtLeast, None) => {}
            (Relation::Greater | Relation::NotEqual, None) => {
                need(strict, Reason::NotStrict, "no strict inequality has a positive multiplier")?;
            }
            (Relation::Equal, Some(back)) => {
                let reverse = self.scope.difference(&claim.right, &claim.left)?;
                self.at_least(reverse, back)?;
            }
            _ => return refuse(Reason::WrongCount, "an equation needs both directions, all else one"),
        }
        self.learn(claim.relation, difference)
    }

    /// Checks that `difference >= 0` follows, and says whether `difference > 0` does.
    fn at_least(&mut self, difference: Polynomial, by: &Multipliers) -> Result<bool, Failure> {
        let mut strict = false;
        let mut rest = self.subtract(difference, &by.parts)?;
        for (multiplier, id) in &by.bounds {
            let (relation, bound) = self.comparison(*id, ORDER, Reason::NotAnInequality)?;
            check_sign(multiplier)?;
            let why = format_args!("fact {id} is multiplied by {multiplier}");
            need(!multiplier.is_negative(), Reason::NegativeMultiplier, why)?;
            strict |= relation == Relation::Greater && multiplier.is_positive();
            rest.add(&-multiplier, &bound, &mut self.scope.budget)?;
        }
        match rest.terms.first_key_value() {
            Some((word, constant)) if word.is_empty() && rest.terms.len() == 1 && constant.is_positive() => Ok(true),
            _ => zero(rest).map(|()| strict),
        }
    }
}
