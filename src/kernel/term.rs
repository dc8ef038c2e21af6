//! Terms: typed linear maps as their author wrote them.
//!
//! A term is immutable, knows its domain and codomain, and is bounded in depth and in size by its
//! constructors, so that walking one (here, in a printer or in an evaluator) may recurse.

use std::sync::Arc;

use num_rational::BigRational;

use super::failure::{Failure, Reason, refuse};
use super::space::{Name, Space};

/// A term nested more deeply than this is declined.
pub const MAX_DEPTH: usize = 64;
/// A term of more nodes than this (shared ones counted each time) is declined.
pub const MAX_NODES: usize = 1 << 16;

/// A linear map `dom -> cod`. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term(Arc<Node>);

#[derive(Debug, PartialEq, Eq)]
struct Node {
    shape: Shape,
    dom: Space,
    cod: Space,
    depth: usize,
    nodes: usize,
}

/// The structural maps of a sum of spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Structural {
    /// `A + B -> A`
    Fst,
    /// `A + B -> B`
    Snd,
    /// `A -> A + B`
    Inl,
    /// `B -> A + B`
    Inr,
}

/// The outermost shape of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A declared map.
    Map(Name),
    /// The identity of the term's domain.
    Identity,
    /// The zero map.
    Zero,
    /// A structural map of the sum of the two spaces.
    Block(Structural, Space, Space),
    /// A number times a map; `a - b` is the sum of `a` and `-1` times `b`.
    Scaled(BigRational, Term),
    /// A sum of two or more maps.
    Sum(Vec<Term>),
    /// A product of two or more maps in writing order: `f*g` is first `g`, then `f`.
    Product(Vec<Term>),
    /// The transpose.
    Transpose(Term),
    /// `[a, b] : A + B -> C`, which is `a*fst + b*snd`.
    Row(Term, Term),
    /// `[a; b] : C -> A + B`, which is `inl*a + inr*b`.
    Column(Term, Term),
}

impl Term {
    fn build(shape: Shape, dom: Space, cod: Space, children: &[&Term]) -> Result<Term, Failure> {
        let depth = 1 + children.iter().map(|t| t.0.depth).max().unwrap_or(0);
        let nodes = children.iter().fold(1usize, |n, t| n.saturating_add(t.0.nodes));
        if depth > MAX_DEPTH {
            return refuse(Reason::TooDeep, format!("a term nested more than {MAX_DEPTH} deep"));
        }
        if nodes > MAX_NODES {
            return refuse(Reason::TooLarge, format!("a term of more than {MAX_NODES} nodes"));
        }
        Ok(Term(Arc::new(Node { shape, dom, cod, depth, nodes })))
    }

    fn leaf(shape: Shape, dom: Space, cod: Space) -> Term {
        Term(Arc::new(Node { shape, dom, cod, depth: 1, nodes: 1 }))
    }

    /// The declared map `name : dom -> cod`.
    pub fn map(name: Name, dom: Space, cod: Space) -> Term {
        Term::leaf(Shape::Map(name), dom, cod)
    }

    /// The identity of `space`.
    pub fn identity(space: Space) -> Term {
        Term::leaf(Shape::Identity, space.clone(), space)
    }

    /// The zero map `dom -> cod`.
    pub fn zero(dom: Space, cod: Space) -> Term {
        Term::leaf(Shape::Zero, dom, cod)
    }

    /// A structural map of `first + second`. Error: [`Reason::TooLarge`].
    pub fn block(block: Structural, first: &Space, second: &Space) -> Result<Term, Failure> {
        let sum = Space::sum(first, second)?;
        let (dom, cod) = match block {
            Structural::Fst => (sum, first.clone()),
            Structural::Snd => (sum, second.clone()),
            Structural::Inl => (first.clone(), sum),
            Structural::Inr => (second.clone(), sum),
        };
        Ok(Term::leaf(Shape::Block(block, first.clone(), second.clone()), dom, cod))
    }

    /// `factor` times `term`. Errors: limits.
    pub fn scaled(factor: BigRational, term: Term) -> Result<Term, Failure> {
        let (dom, cod) = (term.dom().clone(), term.cod().clone());
        Term::build(Shape::Scaled(factor, term.clone()), dom, cod, &[&term])
    }

    /// The sum of one or more maps of one type. Errors: [`Reason::WrongCount`], [`Reason::TypeMismatch`], limits.
    pub fn sum(terms: Vec<Term>) -> Result<Term, Failure> {
        let [first, rest @ ..] = terms.as_slice() else {
            return refuse(Reason::WrongCount, "a sum of no terms");
        };
        if rest.is_empty() {
            return Ok(first.clone());
        }
        if let Some(other) = rest.iter().find(|t| t.dom() != first.dom() || t.cod() != first.cod()) {
            return mismatch("added", first, other);
        }
        let (dom, cod) = (first.dom().clone(), first.cod().clone());
        let children: Vec<&Term> = terms.iter().collect();
        Term::build(Shape::Sum(terms.clone()), dom, cod, &children)
    }

    /// The product of one or more maps in writing order. Errors: [`Reason::WrongCount`], [`Reason::TypeMismatch`], limits.
    pub fn product(terms: Vec<Term>) -> Result<Term, Failure> {
        let (Some(first), Some(last)) = (terms.first(), terms.last()) else {
            return refuse(Reason::WrongCount, "a product of no terms");
        };
        if terms.len() == 1 {
            return Ok(first.clone());
        }
        if let Some(pair) = terms.windows(2).find(|pair| pair[0].dom() != pair[1].cod()) {
            return mismatch("multiplied", &pair[0], &pair[1]);
        }
        let (dom, cod) = (last.dom().clone(), first.cod().clone());
        let children: Vec<&Term> = terms.iter().collect();
        Term::build(Shape::Product(terms.clone()), dom, cod, &children)
    }

    /// The transpose. Errors: limits.
    pub fn transpose(term: Term) -> Result<Term, Failure> {
        let (dom, cod) = (term.cod().clone(), term.dom().clone());
        Term::build(Shape::Transpose(term.clone()), dom, cod, &[&term])
    }

    /// `[a, b]`. Errors: [`Reason::TypeMismatch`], limits.
    pub fn row(a: Term, b: Term) -> Result<Term, Failure> {
        if a.cod() != b.cod() {
            return mismatch("written side by side", &a, &b);
        }
        let (dom, cod) = (Space::sum(a.dom(), b.dom())?, a.cod().clone());
        Term::build(Shape::Row(a.clone(), b.clone()), dom, cod, &[&a, &b])
    }

    /// `[a; b]`. Errors: [`Reason::TypeMismatch`], limits.
    pub fn column(a: Term, b: Term) -> Result<Term, Failure> {
        if a.dom() != b.dom() {
            return mismatch("stacked", &a, &b);
        }
        let (dom, cod) = (a.dom().clone(), Space::sum(a.cod(), b.cod())?);
        Term::build(Shape::Column(a.clone(), b.clone()), dom, cod, &[&a, &b])
    }

    /// The outermost shape.
    pub fn shape(&self) -> &Shape {
        &self.0.shape
    }

    /// The space that the map starts from: columns of its matrix.
    pub fn dom(&self) -> &Space {
        &self.0.dom
    }

    /// The space that the map leads to: rows of its matrix.
    pub fn cod(&self) -> &Space {
        &self.0.cod
    }

    /// The number of nodes, shared ones counted each time.
    pub fn nodes(&self) -> usize {
        self.0.nodes
    }

    /// The direct subterms, in writing order.
    pub fn children(&self) -> Vec<&Term> {
        match self.shape() {
            Shape::Map(_) | Shape::Identity | Shape::Zero | Shape::Block(..) => Vec::new(),
            Shape::Scaled(_, t) | Shape::Transpose(t) => vec![t],
            Shape::Sum(terms) | Shape::Product(terms) => terms.iter().collect(),
            Shape::Row(a, b) | Shape::Column(a, b) => vec![a, b],
        }
    }
}

fn mismatch<T>(how: &str, a: &Term, b: &Term) -> Result<T, Failure> {
    let why = format!("maps {} -> {} and {} -> {} cannot be {how}", a.dom(), a.cod(), b.dom(), b.cod());
    refuse(Reason::TypeMismatch, why)
}
