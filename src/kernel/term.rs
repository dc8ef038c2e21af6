//! Terms: typed linear maps as their author wrote them.
//!
//! A term is immutable, knows its domain and codomain, and is bounded in depth and in size by its
//! constructors, so that walking one (here, in a printer or in an evaluator) may recurse.

use std::sync::Arc;

use num_rational::BigRational;
use num_traits::Signed;

use super::failure::{Failure, Reason, need, refuse};
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

impl Shape {
    /// The direct subterms, in writing order.
    fn children(&self) -> Vec<&Term> {
        match self {
            Shape::Map(_) | Shape::Identity | Shape::Zero | Shape::Block(..) => Vec::new(),
            Shape::Scaled(_, t) | Shape::Transpose(t) => vec![t],
            Shape::Sum(terms) | Shape::Product(terms) => terms.iter().collect(),
            Shape::Row(a, b) | Shape::Column(a, b) => vec![a, b],
        }
    }
}

impl Term {
    /// A term of parts that fit together, unless it is too deep or too large.
    fn build(shape: Shape, dom: &Space, cod: &Space) -> Result<Term, Failure> {
        let children = shape.children();
        let depth = 1 + children.iter().map(|t| t.0.depth).max().unwrap_or(0);
        let nodes = children.iter().fold(1usize, |n, t| n.saturating_add(t.0.nodes));
        need(depth <= MAX_DEPTH, Reason::TooDeep, format_args!("a term nested more than {MAX_DEPTH} deep"))?;
        need(nodes <= MAX_NODES, Reason::TooLarge, format_args!("a term of more than {MAX_NODES} nodes"))?;
        Ok(Term(Arc::new(Node { shape, dom: dom.clone(), cod: cod.clone(), depth, nodes })))
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
        let (sum, first, second) = (Space::sum(first, second)?, first.clone(), second.clone());
        let shape = Shape::Block(block, first.clone(), second.clone());
        Ok(match block {
            Structural::Fst => Term::leaf(shape, sum, first),
            Structural::Snd => Term::leaf(shape, sum, second),
            Structural::Inl => Term::leaf(shape, first, sum),
            Structural::Inr => Term::leaf(shape, second, sum),
        })
    }

    /// `factor` times `term`. Errors: [`Reason::BadNumber`], limits.
    pub fn scaled(factor: BigRational, term: Term) -> Result<Term, Failure> {
        check_sign(&factor)?;
        Term::build(Shape::Scaled(factor, term.clone()), term.dom(), term.cod())
    }

    /// The sum of one or more maps of one type. Errors: [`Reason::WrongCount`], [`Reason::TypeMismatch`], limits.
    pub fn sum(terms: Vec<Term>) -> Result<Term, Failure> {
        let Some(first) = terms.first().cloned() else { return refuse(Reason::WrongCount, "a sum of no terms") };
        for other in &terms {
            fit(first.dom() == other.dom() && first.cod() == other.cod(), "added", &first, other)?;
        }
        if terms.len() == 1 { Ok(first) } else { Term::build(Shape::Sum(terms), first.dom(), first.cod()) }
    }

    /// The product of one or more maps in writing order. Errors: [`Reason::WrongCount`], [`Reason::TypeMismatch`], limits.
    pub fn product(terms: Vec<Term>) -> Result<Term, Failure> {
        let (Some(first), Some(last)) = (terms.first().cloned(), terms.last().cloned()) else {
            return refuse(Reason::WrongCount, "a product of no terms");
        };
        for (a, b) in terms.iter().zip(terms.iter().skip(1)) {
            fit(a.dom() == b.cod(), "multiplied", a, b)?;
        }
        if terms.len() == 1 { Ok(first) } else { Term::build(Shape::Product(terms), last.dom(), first.cod()) }
    }

    /// The transpose. Errors: limits.
    pub fn transpose(term: Term) -> Result<Term, Failure> {
        Term::build(Shape::Transpose(term.clone()), term.cod(), term.dom())
    }

    /// `[a, b]`. Errors: [`Reason::TypeMismatch`], limits.
    pub fn row(a: Term, b: Term) -> Result<Term, Failure> {
        fit(a.cod() == b.cod(), "written side by side", &a, &b)?;
        Term::build(Shape::Row(a.clone(), b.clone()), &Space::sum(a.dom(), b.dom())?, a.cod())
    }

    /// `[a; b]`. Errors: [`Reason::TypeMismatch`], limits.
    pub fn column(a: Term, b: Term) -> Result<Term, Failure> {
        fit(a.dom() == b.dom(), "stacked", &a, &b)?;
        Term::build(Shape::Column(a.clone(), b.clone()), a.dom(), &Space::sum(a.cod(), b.cod())?)
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
        self.shape().children()
    }
}

fn fit(fits: bool, how: &str, a: &Term, b: &Term) -> Result<(), Failure> {
    let of = |t: &Term| format!("{} -> {}", t.dom(), t.cod());
    if fits { Ok(()) } else { refuse(Reason::TypeMismatch, format!("maps {} and {} cannot be {how}", of(a), of(b))) }
}

/// A fraction made by hand may have any denominator; the sign is read off the numerator, so it has to be positive.
pub(super) fn check_sign(number: &BigRational) -> Result<(), Failure> {
    need(number.denom().is_positive(), Reason::BadNumber, "the denominator of a number is not positive")
}
