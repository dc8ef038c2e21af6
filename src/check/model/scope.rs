//! What is declared at a point of a statement, and the value of a term there.

use std::collections::BTreeMap;

use super::affine::{Affine, Arithmetic};
use super::instance::{Instance, dimension};
use super::work::{Limit, WORK, Work};
use crate::kernel::{MapDecl, Name, Sequent, Shape, Space, Structural, Term};
use crate::terms::*;

/// What a map is during evaluation.
#[derive(Clone, Debug)]
pub enum Value<M> {
    /// This matrix.
    Known(M),
    /// The unknown of this number.
    Unknown(usize),
}

/// What is declared, and what it is: the dimensions, the matrices, the unknowns that are being solved for.
#[derive(Clone, Debug)]
pub struct Scope<M> {
    /// The dimension of each named space.
    pub dims: BTreeMap<Name, usize>,
    families: BTreeMap<Name, Vec<M>>,
    maps: BTreeMap<Name, Value<M>>,
    /// Rows and columns of the unknowns in use.
    pub shapes: Vec<(usize, usize)>,
    /// What may still be done.
    pub work: Work,
}

impl<M: Arithmetic> Scope<M> {
    /// What an instance says, with the usual work.
    pub fn of(instance: &Instance<M>) -> Scope<M> {
        Scope::within_work(instance, WORK)
    }

    /// What an instance says, with this work, in products of machine words.
    pub fn within_work(instance: &Instance<M>, work: u64) -> Scope<M> {
        let known = |(name, m): (&Name, &M)| (name.clone(), Value::Known(m.clone()));
        Scope {
            dims: instance.dims.clone(),
            families: instance.families.clone(),
            maps: instance.maps.iter().map(known).collect(),
            shapes: Vec::new(),
            work: Work::new(work),
        }
    }

    /// The dimension of a space. Error: one of its parts is not bound.
    pub fn dimension(&self, space: &Space) -> Result<usize, Limit> {
        dimension(&self.dims, space).ok_or_else(|| Limit(format!("the dimension of {space} is not fixed")))
    }

    /// Runs where what the sequent binds is not known yet, and forgets it again.
    pub fn within<T>(&mut self, sequent: &Sequent, run: impl FnOnce(&mut Scope<M>) -> T) -> T {
        let maps: Vec<&Name> = sequent.maps.iter().chain(&sequent.exists).map(|map| &map.name).collect();
        let before: Vec<_> = maps.iter().map(|name| self.maps.remove(*name)).collect();
        let dims: Vec<_> = sequent.spaces.iter().map(|name| self.dims.remove(name)).collect();
        let families: Vec<_> = sequent.families.iter().map(|family| self.families.remove(&family.name)).collect();
        let result = run(self);
        for (name, value) in maps.into_iter().zip(before) {
            restore(&mut self.maps, name, value);
        }
        sequent.spaces.iter().zip(dims).for_each(|(name, value)| restore(&mut self.dims, name, value));
        let names = sequent.families.iter().map(|family| &family.name);
        names.zip(families).for_each(|(name, value)| restore(&mut self.families, name, value));
        result
    }

    /// Lets the name stand for this matrix.
    pub fn bind(&mut self, name: &Name, value: M) {
        self.maps.insert(name.clone(), Value::Known(value));
    }

    /// Makes the map the next unknown.
    pub fn bind_unknown(&mut self, map: &MapDecl) -> Result<usize, Limit> {
        let shape = (self.dimension(&map.cod)?, self.dimension(&map.dom)?);
        let unknown = self.shapes.len();
        self.shapes.push(shape);
        self.maps.insert(map.name.clone(), Value::Unknown(unknown));
        Ok(unknown)
    }

    /// What words over `name` are made of.
    pub fn letters(&self, name: &Name) -> Result<Vec<M>, Limit> {
        match (self.families.get(name), self.maps.get(name)) {
            (Some(members), _) => Ok(members.clone()),
            (None, Some(Value::Known(map))) => Ok(vec![map.clone()]),
            _ => Err(Limit(format!("what {name} consists of is not known here"))),
        }
    }

    /// The value of a term, affine in the unknowns. Error: it is of higher degree.
    pub fn term(&self, term: &Term) -> Result<Affine<M>, Limit> {
        let (rows, cols) = (self.dimension(term.cod())?, self.dimension(term.dom())?);
        self.work.spend(1 + (rows * cols) as u64)?;
        Ok(match term.shape() {
            Shape::Map(name) => match self.maps.get(name) {
                Some(Value::Known(matrix)) if matrix.size() == (rows, cols) => Affine::known(matrix.clone()),
                Some(Value::Unknown(unknown)) => Affine::unknown(*unknown, (rows, cols)),
                _ => return Err(Limit(format!("{name} is not known here"))),
            },
            Shape::Identity => Affine::known(M::identity(rows)),
            Shape::Zero => Affine::known(M::zeros(rows, cols)),
            Shape::Block(block, first, second) => Affine::known(self.block(*block, first, second)?),
            Shape::Scaled(factor, t) => self.term(t)?.multiple(factor),
            Shape::Sum(terms) => {
                let zero = Affine::known(M::zeros(rows, cols));
                terms.iter().try_fold(zero, |sum, t| Ok(sum.sum(self.term(t)?)))?
            }
            Shape::Product(terms) => self.product(terms)?,
            Shape::Transpose(t) => self.term(t)?.transpose(),
            Shape::Row(a, b) => {
                let readout = |block| self.block(block, a.dom(), b.dom()).map(Affine::known);
                let first = self.times(self.term(a)?, readout(Structural::Fst)?)?;
                first.sum(self.times(self.term(b)?, readout(Structural::Snd)?)?)
            }
            Shape::Column(a, b) => {
                let injection = |block| self.block(block, a.cod(), b.cod()).map(Affine::known);
                let first = self.times(injection(Structural::Inl)?, self.term(a)?)?;
                first.sum(self.times(injection(Structural::Inr)?, self.term(b)?)?)
            }
        })
    }

    fn product(&self, terms: &[Term]) -> Result<Affine<M>, Limit> {
        let mut factors = terms.iter().map(|t| self.term(t));
        let first = factors.next().unwrap_or_else(|| Err(Limit("an empty product".to_owned())))?;
        factors.try_fold(first, |product, factor| self.times(product, factor?))
    }

    /// A structural map of a sum, as a 0/1 matrix.
    fn block(&self, block: Structural, first: &Space, second: &Space) -> Result<M, Limit> {
        let (a, b) = (self.dimension(first)?, self.dimension(second)?);
        Ok(match block {
            Structural::Inl => M::injection(a + b, 0, a),
            Structural::Inr => M::injection(a + b, a, b),
            Structural::Fst => M::injection(a + b, 0, a).transpose(),
            Structural::Snd => M::injection(a + b, a, b).transpose(),
        })
    }

    /// The value of a term without unknowns.
    pub fn known(&self, term: &Term) -> Result<M, Limit> {
        let value = self.term(term)?;
        match value.parts.is_empty() {
            true => Ok(value.constant),
            false => Err(Limit("a map that is still unknown".to_owned())),
        }
    }

    fn times(&self, left: Affine<M>, right: Affine<M>) -> Result<Affine<M>, Limit> {
        self.work.product(&left.constant, &right.constant)?;
        left.parts.iter().try_for_each(|part| self.work.product(&part.right, &right.constant))?;
        right.parts.iter().try_for_each(|part| self.work.product(&left.constant, &part.left))?;
        left.product(right).ok_or_else(|| Limit("a product of two unknown maps".to_owned()))
    }
}

fn restore<T>(known: &mut BTreeMap<Name, T>, name: &Name, value: Option<T>) {
    match value {
        Some(value) => drop(known.insert(name.clone(), value)),
        None => drop(known.remove(name)),
    }
}
