//! Terms: typed linear maps as their author wrote them.

use std::ops::Deref;
use std::sync::Arc;

use num_rational::BigRational;
use num_traits::Signed;

use super::data::{Name, Space, Structural};
use super::failure::{Failure, Reason, need};

/// A term nested more deeply than this is declined.
pub const MAX_DEPTH: usize = 64;
/// A term of more nodes than this (shared ones counted each time) is declined.
pub const MAX_NODES: usize = 1 << 16;

/// A linear map. Only [`Term::new`] makes one, which bounds it, so that walking it may recurse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term(Arc<Node>);

/// What a [`Term`] is; cheap to share.
#[derive(Debug, PartialEq, Eq)]
pub struct Node {
    /// The outermost shape.
    pub shape: Shape,
    /// The space that the map starts from: columns of its matrix.
    pub dom: Space,
    /// The space that the map leads to: rows of its matrix.
    pub cod: Space,
    /// How deeply it is nested.
    pub depth: usize,
    /// The number of nodes, shared ones counted each time.
    pub nodes: usize,
}

/// The outermost shape of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A declared map.
    Map(Name),
    /// The identity of a space.
    Identity,
    /// The zero map.
    Zero,
    /// A structural map of the sum of the two spaces.
    Block(Structural, Space, Space),
    /// A number times a map; `a - b` is the sum of `a` and `-1` times `b`.
    Scaled(BigRational, Term),
    /// A sum of maps.
    Sum(Vec<Term>),
    /// A product of one or more maps in writing order: `f*g` is first `g`, then `f`.
    Product(Vec<Term>),
    /// The transpose.
    Transpose(Term),
    /// `[a, b] : A + B -> C`, which is `a*fst + b*snd`.
    Row(Term, Term),
    /// `[a; b] : C -> A + B`, which is `inl*a + inr*b`.
    Column(Term, Term),
}

impl Shape {
    /// The direct subterms, in writing order.
    pub fn children(&self) -> Vec<&Term> {
        match self {
            Shape::Map(_) | Shape::Identity | Shape::Zero | Shape::Block(..) => Vec::new(),
            Shape::Scaled(_, t) | Shape::Transpose(t) => vec![t],
            Shape::Sum(terms) | Shape::Product(terms) => terms.iter().collect(),
            Shape::Row(a, b) | Shape::Column(a, b) => vec![a, b],
        }
    }
}

impl Term {
    /// The declared map `name : dom -> cod`.
    pub fn map(name: Name, dom: Space, cod: Space) -> Term {
        Term(Arc::new(Node { shape: Shape::Map(name), dom, cod, depth: 1, nodes: 1 }))
    }

    /// The map of this shape and type; whether they fit is checked where it is used. Errors: [`Reason::BadNumber`], limits.
    pub fn new(shape: Shape, dom: &Space, cod: &Space) -> Result<Term, Failure> {
        let children = shape.children();
        let depth = 1 + children.iter().map(|t| t.depth).max().unwrap_or(0);
        let nodes = children.iter().fold(1usize, |n, t| n.saturating_add(t.nodes));
        need(depth <= MAX_DEPTH, Reason::TooDeep, format_args!("a term nested more than {MAX_DEPTH} deep"))?;
        need(nodes <= MAX_NODES, Reason::TooLarge, format_args!("a term of more than {MAX_NODES} nodes"))?;
        if let Shape::Scaled(factor, _) = &shape {
            check_sign(factor)?;
        }
        Ok(Term(Arc::new(Node { shape, dom: dom.clone(), cod: cod.clone(), depth, nodes })))
    }
}

impl Deref for Term {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.0
    }
}

/// A fraction made by hand may have any denominator; the sign is read off the numerator, so it has to be positive.
pub(super) fn check_sign(number: &BigRational) -> Result<(), Failure> {
    need(number.denom().is_positive(), Reason::BadNumber, "the denominator of a number is not positive")
}
