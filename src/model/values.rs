//! Named matrices, for looking at terms and propositions one by one: the steps of a proof on numbers.

use super::choices::Point;
use super::evaluate::Decision;
use super::instance::Instance;
use super::matrix::Matrix;
use super::scope::Scope;
use super::work::Limit;
use crate::kernel::{Name, Prop, Sequent, Space, Term};

/// What spaces, families and maps are here.
#[derive(Clone, Debug)]
pub struct Values {
    scope: Scope<Matrix>,
}

impl Values {
    /// The dimensions and matrices of an instance.
    pub fn of(instance: &Instance) -> Values {
        Values { scope: Scope::of(instance) }
    }

    /// Gives a map a matrix.
    pub fn bind(&mut self, name: &Name, value: Matrix) {
        self.scope.bind(name, value);
    }

    /// The dimension of a space. Error: it is not known here.
    pub fn dimension(&self, space: &Space) -> Result<usize, Limit> {
        self.scope.dimension(space)
    }

    /// The matrix of a term. Error: a map in it is not known here.
    pub fn term(&self, term: &Term) -> Result<Matrix, Limit> {
        self.scope.clone().known(term)
    }

    /// Whether a proposition holds; for a claim that maps exist, with such maps.
    pub fn decide(&self, prop: &Prop) -> Decision<Matrix> {
        self.scope.clone().decide(prop)
    }

    /// What words over a family, or powers of a map, are made of. Error: it is not known here.
    pub fn letters(&self, name: &Name) -> Result<Vec<Matrix>, Limit> {
        self.scope.letters(name)
    }

    /// Makes what a rule binds known: of the choices that satisfy its premises one with as few zeros as any. Returns the choice. Error: no choice is found.
    pub fn suppose(&mut self, rule: &Sequent) -> Result<Vec<(Name, Matrix)>, Limit> {
        let points = self.scope.clone().points(rule)?;
        let filled = |point: &Point<Matrix>| {
            let entries = point.maps.iter().flat_map(|(_, m)| m.numerators());
            entries.filter(|n| **n != num_bigint::BigInt::ZERO).count()
        };
        // The first of the best, so that the choice is the same on every run.
        let best = points.iter().map(filled).max().unwrap_or(0);
        let Some(point) = points.into_iter().find(|point| filled(point) == best) else {
            return Err(Limit("nothing satisfies the premises".to_owned()));
        };
        self.scope.dims.extend(point.dims);
        point.maps.iter().for_each(|(name, value)| self.scope.bind(name, value.clone()));
        Ok(point.maps)
    }
}
