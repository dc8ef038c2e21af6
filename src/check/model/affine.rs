//! Expressions that are affine in unknown matrices, and what is asked of the matrices they are made of.

use num_rational::BigRational;

use super::work::{Limit, Work};

/// What the evaluator asks of matrices: exact rationals ([`super::Matrix`]) and f64 with a radius
/// (`scotoma::model::Ball`) both offer it, so that a statement is evaluated by one piece of code.
///
/// Sums and products are asked for only where the shapes fit: terms are typed, and instances are checked.
pub trait Arithmetic: Clone + std::fmt::Debug {
    /// Matrices that are affinely independent, in a form to which one more can be compared.
    type Span;

    /// The zero matrix, rows x columns.
    fn zeros(rows: usize, cols: usize) -> Self;
    /// The identity.
    fn identity(n: usize) -> Self;
    /// The 0/1 matrix, `rows` x `n`, that puts a space of dimension n into a sum, after `offset` other dimensions.
    fn injection(rows: usize, offset: usize, n: usize) -> Self;
    /// Rows, columns.
    fn size(&self) -> (usize, usize);
    /// The bits of the longest number in it.
    fn bits(&self) -> u64;
    /// The sum of matrices of one shape.
    fn sum(&self, other: &Self) -> Self;
    /// The product of matrices that fit together.
    fn product(&self, other: &Self) -> Self;
    /// The multiple by an exact number.
    fn multiple(&self, factor: &BigRational) -> Self;
    /// The transpose.
    fn transpose(&self) -> Self;
    /// Whether the two are the same matrix; `None` where the precision does not tell.
    fn agrees(&self, other: &Self) -> Option<bool>;
    /// Whether entry (0, 0) is positive (`Greater`), negative or zero; `None` where the precision does not tell.
    fn sign(&self) -> Option<std::cmp::Ordering>;
    /// A solution of the equations, the directions of all others where `all` is asked for, or why there is none.
    fn solve(system: &Equations<Self>, all: bool, work: &Work) -> Result<Solved<Self>, Limit>;
    /// Whether `x' * form * x` is negative for some x; `form` is symmetric.
    fn definiteness(form: &Self, work: &Work) -> Result<Definiteness<Self>, Limit>;
    /// The span of no matrices of this size.
    fn span(size: (usize, usize)) -> Self::Span;
    /// Whether the matrix is affinely independent of those in the span; if so, it joins them. Error: it cannot be told.
    fn joins(&self, span: &mut Self::Span, work: &Work) -> Result<bool, Limit>;
}

impl Work {
    /// Takes what the product of two matrices costs.
    pub fn product<M: Arithmetic>(&self, left: &M, right: &M) -> Result<(), Limit> {
        let ((rows, inner), (_, cols)) = (left.size(), right.size());
        let cells = (rows as u64).saturating_mul(inner as u64).saturating_mul(cols as u64);
        let words = (1 + left.bits() / 64).saturating_mul(1 + right.bits() / 64);
        self.spend(cells.saturating_mul(words).saturating_add(1 + rows as u64 * cols as u64))
    }
}

/// What the values of a quadratic form are.
#[derive(Clone, Debug)]
pub enum Definiteness<M> {
    /// None is negative.
    Semidefinite,
    /// It is negative at this column.
    Negative(M),
}

/// `left * unknown * right`, the unknown transposed where `transposed`.
#[derive(Clone, Debug)]
pub struct Part<M> {
    /// The factor on the left.
    pub left: M,
    /// Which unknown, by its number.
    pub unknown: usize,
    /// Whether the unknown is transposed.
    pub transposed: bool,
    /// The factor on the right.
    pub right: M,
}

/// `constant` + the sum of the `parts`.
#[derive(Clone, Debug)]
pub struct Affine<M> {
    /// What it is where all unknowns are 0; it has the shape of the whole.
    pub constant: M,
    /// The linear parts.
    pub parts: Vec<Part<M>>,
}

impl<M: Arithmetic> Affine<M> {
    /// A known matrix.
    pub fn known(constant: M) -> Affine<M> {
        Affine { constant, parts: Vec::new() }
    }

    /// The unknown of this number, rows x columns.
    pub fn unknown(unknown: usize, (rows, cols): (usize, usize)) -> Affine<M> {
        let part = Part { left: M::identity(rows), unknown, transposed: false, right: M::identity(cols) };
        Affine { constant: M::zeros(rows, cols), parts: vec![part] }
    }

    /// The sum.
    pub fn sum(mut self, other: Affine<M>) -> Affine<M> {
        self.constant = self.constant.sum(&other.constant);
        self.parts.extend(other.parts);
        self
    }

    /// The multiple by a number.
    pub fn multiple(mut self, factor: &BigRational) -> Affine<M> {
        self.constant = self.constant.multiple(factor);
        self.parts.iter_mut().for_each(|part| part.left = part.left.multiple(factor));
        self
    }

    /// The transpose.
    pub fn transpose(self) -> Affine<M> {
        let flip = |p: Part<M>| Part {
            left: p.right.transpose(),
            unknown: p.unknown,
            transposed: !p.transposed,
            right: p.left.transpose(),
        };
        Affine { constant: self.constant.transpose(), parts: self.parts.into_iter().map(flip).collect() }
    }

    /// The product; `None` where both factors have unknowns.
    pub fn product(mut self, mut other: Affine<M>) -> Option<Affine<M>> {
        if !self.parts.is_empty() && !other.parts.is_empty() {
            return None;
        }
        self.parts.iter_mut().for_each(|part| part.right = part.right.product(&other.constant));
        other.parts.iter_mut().for_each(|part| part.left = self.constant.product(&part.left));
        self.constant = self.constant.product(&other.constant);
        self.parts.extend(other.parts);
        Some(self)
    }

    /// The value where the unknowns are `values`, by number.
    pub fn at(&self, values: &[M]) -> M {
        self.parts.iter().fold(self.constant.clone(), |sum, part| match values.get(part.unknown) {
            Some(value) => {
                let value = if part.transposed { value.transpose() } else { value.clone() };
                sum.sum(&part.left.product(&value).product(&part.right))
            }
            None => sum,
        })
    }
}

/// Linear equations: every expression is to be 0.
#[derive(Clone, Debug)]
pub struct Equations<M> {
    /// Rows and columns of each unknown.
    pub shapes: Vec<(usize, usize)>,
    /// The expressions.
    pub zero: Vec<Affine<M>>,
}

impl<M> Default for Equations<M> {
    fn default() -> Self {
        Equations { shapes: Vec::new(), zero: Vec::new() }
    }
}

/// What became of [`Equations`].
#[derive(Clone, Debug)]
pub enum Solved<M> {
    /// The solutions are `particular` plus the combinations of `directions`.
    Solutions {
        /// One solution: a matrix for each unknown.
        particular: Vec<M>,
        /// A basis of the solutions of the homogeneous equations, where it was asked for.
        directions: Vec<Vec<M>>,
    },
    /// There is none.
    Contradiction {
        /// One matrix an expression, of its shape: the sum of all entries of each expression times the entries of its
        /// matrix is the same number, not 0, whatever the unknowns are. Empty where the arithmetic cannot tell.
        obstruction: Vec<M>,
    },
}

/// The place, row by row, of entry (a, b) of an unknown of `cols` columns, or of its transpose.
pub fn scalar_index(transposed: bool, cols: usize, a: usize, b: usize) -> usize {
    if transposed { b * cols + a } else { a * cols + b }
}

/// Where each unknown's scalars begin, and how many there are in all.
pub fn offsets(shapes: &[(usize, usize)]) -> (Vec<usize>, usize) {
    let mut next = 0;
    let offsets = shapes
        .iter()
        .map(|(rows, cols)| {
            let offset = next;
            next += rows * cols;
            offset
        })
        .collect();
    (offsets, next)
}
