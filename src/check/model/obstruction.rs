//! Why no maps are as claimed: a combination of the claimed equations in which the claimed maps cancel.
//!
//! For each of some equations there is a matrix Y of its shape. The sum of the entries of `left - right` times those of Y is
//! an affine polynomial in the entries of the claimed maps, the *share* of the equation; shares that add up to a number
//! other than 0 leave no maps. Multiplication alone.
//!
//! `a = b` and `b = a` are the same claim, so an obstruction must not depend on which way round an equation is written: each
//! share is [turned](Share::turned) before the sum.

use num_rational::BigRational;
use num_traits::{Signed, Zero};

use super::affine::Affine;
use super::elimination::inner;
use super::instance::Instance;
use super::matrix::Matrix;
use super::scope::Scope;
use super::work::Limit;
use crate::kernel::{Comparison, Prop, Relation, Role, Statement};
use crate::terms::*;

/// An affine polynomial in the entries of the claimed maps.
#[derive(Clone, Debug)]
struct Share {
    /// The coefficients, a matrix a claimed map.
    carried: Vec<Matrix>,
    constant: BigRational,
}

impl Share {
    /// The entries of `difference` times those of `y`, summed. `None`: another shape.
    ///
    /// For a part `L X R` the sum of the entries of Y times `L X R` is that of `L' Y R'` times X.
    fn of(difference: &Affine<Matrix>, y: &Matrix, shapes: &[(usize, usize)]) -> Option<Share> {
        let mut carried: Vec<Matrix> = shapes.iter().map(|(r, c)| Matrix::zeros(*r, *c)).collect();
        for part in &difference.parts {
            let product = part.left.transposed().times(y)?.times(&part.right.transposed())?;
            let product = if part.transposed { product.transposed() } else { product };
            let sum = carried.get_mut(part.unknown)?;
            *sum = sum.plus(&product)?;
        }
        Some(Share { carried, constant: inner(y, &difference.constant)? })
    }

    /// Whether its first coefficient other than 0 is negative: entries row by row, map by map, last the constant.
    fn negative(&self) -> bool {
        self.carried.iter().find_map(negative).unwrap_or(self.constant.is_negative())
    }

    /// Whether it has to change its sign for the first coefficient to have the sign of the first entry of `y`.
    fn turned(&self, y: &Matrix) -> bool {
        self.negative() != negative(y).unwrap_or(false)
    }

    fn plus(&self, other: &Share, turned: bool) -> Option<Share> {
        let sign = BigRational::from_integer(if turned { (-1).into() } else { 1.into() });
        let pairs = self.carried.iter().zip(&other.carried);
        let carried = pairs.map(|(a, b)| a.plus(&b.scaled(&sign))).collect::<Option<_>>()?;
        Some(Share { carried, constant: &self.constant + &other.constant * sign })
    }
}

/// The sign of the first entry other than 0.
fn negative(matrix: &Matrix) -> Option<bool> {
    matrix.numerators().iter().find(|n| !n.is_zero()).map(Signed::is_negative)
}

/// The equations of a claim that maps exist, on an instance.
pub struct Claimed<'s> {
    statement: &'s Statement,
    scope: Scope<Matrix>,
}

impl<'s> Claimed<'s> {
    /// `None`: nothing is claimed to exist, or members or words are.
    pub fn of(statement: &'s Statement, instance: &Instance) -> Option<Claimed<'s>> {
        let exists = &statement.sequent().exists;
        if exists.is_empty() || exists.iter().any(|map| map.role != Role::Any) {
            return None;
        }
        let mut scope = Scope::of(instance);
        exists.iter().try_for_each(|map| scope.bind_unknown(map).map(drop)).ok()?;
        Some(Claimed { statement, scope })
    }

    /// `left - right` of the conclusion in this position. Error: it is no equation linear in the claimed maps.
    fn difference(&self, position: usize) -> Result<Affine<Matrix>, Limit> {
        let conclusion = self.statement.sequent().conclusions.get(position);
        let Some(Prop::Compare(Comparison { left, relation: Relation::Equal, right })) = conclusion.map(|l| &l.prop)
        else {
            return Err(Limit(format!("conclusion {position} is no equation")));
        };
        let minus = BigRational::from_integer((-1).into());
        Ok(self.scope.term(left)?.sum(self.scope.term(right)?.multiple(&minus)))
    }

    /// How many conclusions there are.
    pub fn conclusions(&self) -> usize {
        self.statement.sequent().conclusions.len()
    }

    /// Rows and columns of the equation in this position. Error: it is no equation linear in the claimed maps.
    pub fn size(&self, position: usize) -> Result<(usize, usize), Limit> {
        let constant = self.difference(position)?.constant;
        Ok((constant.rows(), constant.cols()))
    }

    fn share(&self, position: usize, y: &Matrix) -> Option<Share> {
        Share::of(&self.difference(position).ok()?, y, &self.scope.shapes)
    }

    /// Whether the obstruction, a matrix for each of some positions, leaves no maps.
    pub fn obstructs(&self, obstruction: &[(usize, Matrix)]) -> bool {
        let none = self.scope.shapes.iter().map(|(r, c)| Matrix::zeros(*r, *c)).collect();
        let start = Share { carried: none, constant: BigRational::zero() };
        let sum = obstruction.iter().try_fold(start, |sum, (position, y)| {
            let share = self.share(*position, y)?;
            sum.plus(&share, share.turned(y))
        });
        sum.is_some_and(|sum| sum.carried.iter().all(Matrix::is_zero) && !sum.constant.is_zero())
    }

    /// The same matrices with signs for `left - right` as it is written; the other way round it is its own inverse.
    pub fn as_written(&self, obstruction: &[(usize, Matrix)]) -> Option<Vec<(usize, Matrix)>> {
        let minus = BigRational::from_integer((-1).into());
        let turn = |(position, y): &(usize, Matrix)| {
            let turned = self.share(*position, y)?.turned(y);
            Some((*position, if turned { y.scaled(&minus) } else { y.clone() }))
        };
        obstruction.iter().map(turn).collect()
    }
}
