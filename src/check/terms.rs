//! Comfort over the kernel: constructors that work out types, accessors, and claims read outside a proof.
//!
//! Nothing here is trusted. Whatever is built here goes through the kernel's own constructors, and is checked there
//! once more where it is used.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use num_rational::BigRational;

use crate::kernel::{
    Block, Budget, Comparison, Failure, Family, Field, Hash, MapDecl, Name, Polynomial, Proof, Prop, Reason, Relation,
    Role, Scope, Sequent, Shape, Space, Statement, Step, Structural, Term, Word,
};

/// What the kernel leaves out of a term.
pub trait TermExt: Sized {
    /// The identity of `space`.
    fn identity(space: Space) -> Term;

    /// The zero map `dom -> cod`.
    fn zero(dom: Space, cod: Space) -> Term;

    /// A structural map of `first + second`. Error: [`Reason::TooLarge`].
    fn block(block: Structural, first: &Space, second: &Space) -> Result<Term, Failure>;

    /// `factor` times `term`. Errors: [`Reason::BadNumber`], limits.
    fn scaled(factor: BigRational, term: Term) -> Result<Term, Failure>;

    /// The sum of one or more maps of one type. Errors: [`Reason::WrongCount`], [`Reason::TypeMismatch`], limits.
    fn sum(terms: Vec<Term>) -> Result<Term, Failure>;

    /// The product of one or more maps in writing order. Errors: [`Reason::WrongCount`], [`Reason::TypeMismatch`], limits.
    fn product(terms: Vec<Term>) -> Result<Term, Failure>;

    /// The transpose. Errors: limits.
    fn transpose(term: Term) -> Result<Term, Failure>;

    /// `[a, b]`. Errors: [`Reason::TypeMismatch`], limits.
    fn row(a: Term, b: Term) -> Result<Term, Failure>;

    /// `[a; b]`. Errors: [`Reason::TypeMismatch`], limits.
    fn column(a: Term, b: Term) -> Result<Term, Failure>;

    /// The outermost shape.
    fn shape(&self) -> &Shape;

    /// The space that the map starts from: columns of its matrix.
    fn dom(&self) -> &Space;

    /// The space that the map leads to: rows of its matrix.
    fn cod(&self) -> &Space;

    /// The number of nodes, shared ones counted each time.
    fn nodes(&self) -> usize;

    /// The direct subterms, in writing order.
    fn children(&self) -> Vec<&Term>;
}

impl TermExt for Term {
    fn identity(space: Space) -> Term {
        leaf(Shape::Identity, space.clone(), space)
    }

    fn zero(dom: Space, cod: Space) -> Term {
        leaf(Shape::Zero, dom, cod)
    }

    fn block(block: Structural, first: &Space, second: &Space) -> Result<Term, Failure> {
        let sum = &Space::sum(first, second)?;
        let (dom, cod) = match block {
            Structural::Fst => (sum, first),
            Structural::Snd => (sum, second),
            Structural::Inl => (first, sum),
            Structural::Inr => (second, sum),
        };
        Term::new(Shape::Block(block, first.clone(), second.clone()), dom, cod)
    }

    fn scaled(factor: BigRational, term: Term) -> Result<Term, Failure> {
        Term::new(Shape::Scaled(factor, term.clone()), &term.dom, &term.cod)
    }

    fn sum(terms: Vec<Term>) -> Result<Term, Failure> {
        let Some(first) = terms.first().cloned() else { return refuse(Reason::WrongCount, "a sum of no terms") };
        for other in &terms {
            fit(first.dom == other.dom && first.cod == other.cod, "added", &first, other)?;
        }
        if terms.len() == 1 { Ok(first) } else { Term::new(Shape::Sum(terms), &first.dom, &first.cod) }
    }

    fn product(terms: Vec<Term>) -> Result<Term, Failure> {
        let (Some(first), Some(last)) = (terms.first().cloned(), terms.last().cloned()) else {
            return refuse(Reason::WrongCount, "a product of no terms");
        };
        for (a, b) in terms.iter().zip(terms.iter().skip(1)) {
            fit(a.dom == b.cod, "multiplied", a, b)?;
        }
        if terms.len() == 1 { Ok(first) } else { Term::new(Shape::Product(terms), &last.dom, &first.cod) }
    }

    fn transpose(term: Term) -> Result<Term, Failure> {
        Term::new(Shape::Transpose(term.clone()), &term.cod, &term.dom)
    }

    fn row(a: Term, b: Term) -> Result<Term, Failure> {
        fit(a.cod == b.cod, "written side by side", &a, &b)?;
        Term::new(Shape::Row(a.clone(), b.clone()), &Space::sum(&a.dom, &b.dom)?, &a.cod)
    }

    fn column(a: Term, b: Term) -> Result<Term, Failure> {
        fit(a.dom == b.dom, "stacked", &a, &b)?;
        Term::new(Shape::Column(a.clone(), b.clone()), &a.dom, &Space::sum(&a.cod, &b.cod)?)
    }

    fn shape(&self) -> &Shape {
        &self.shape
    }

    fn dom(&self) -> &Space {
        &self.dom
    }

    fn cod(&self) -> &Space {
        &self.cod
    }

    fn nodes(&self) -> usize {
        self.nodes
    }

    fn children(&self) -> Vec<&Term> {
        self.shape.children()
    }
}

/// A term without parts, which no limit declines; if one did, this would be a map that is declared nowhere.
fn leaf(shape: Shape, dom: Space, cod: Space) -> Term {
    Term::new(shape, &dom, &cod).unwrap_or_else(|_| Term::map(Name::from(""), dom, cod))
}

fn refuse<T>(reason: Reason, why: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::new(reason, why))
}

fn fit(fits: bool, how: &str, a: &Term, b: &Term) -> Result<(), Failure> {
    let of = |t: &Term| format!("{} -> {}", t.dom, t.cod);
    if fits { Ok(()) } else { refuse(Reason::TypeMismatch, format!("maps {} and {} cannot be {how}", of(a), of(b))) }
}

/// What the kernel leaves out of a polynomial.
pub trait PolynomialExt: Sized {
    /// The normal form of a term, its names taken as it uses them. Errors: [`Reason::TypeMismatch`], limits.
    fn of(term: &Term, budget: &mut Budget) -> Result<Polynomial, Failure>;

    /// `left - right`. Errors: [`Reason::TypeMismatch`], limits.
    fn difference(left: &Term, right: &Term, budget: &mut Budget) -> Result<Polynomial, Failure>;

    /// The space that the map starts from.
    fn dom(&self) -> &Space;

    /// The space that the map leads to.
    fn cod(&self) -> &Space;

    /// The words with their coefficients, none of them 0, in the order of the words.
    fn terms(&self) -> impl DoubleEndedIterator<Item = (&Word, &BigRational)> + ExactSizeIterator;

    /// Whether there are no terms.
    fn is_zero(&self) -> bool;
}

impl PolynomialExt for Polynomial {
    fn of(term: &Term, budget: &mut Budget) -> Result<Polynomial, Failure> {
        let mut free = Free::default();
        free.term(term);
        free.read(budget, |scope| scope.expand(term))
    }

    fn difference(left: &Term, right: &Term, budget: &mut Budget) -> Result<Polynomial, Failure> {
        let mut free = Free::default();
        free.term(left);
        free.term(right);
        free.read(budget, |scope| scope.difference(left, right))
    }

    fn dom(&self) -> &Space {
        &self.dom
    }

    fn cod(&self) -> &Space {
        &self.cod
    }

    fn terms(&self) -> impl DoubleEndedIterator<Item = (&Word, &BigRational)> + ExactSizeIterator {
        self.terms.iter()
    }

    fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }
}

/// The free names of terms and propositions, declared as they are used.
#[derive(Default)]
struct Free {
    spaces: BTreeSet<Name>,
    families: BTreeMap<Name, Space>,
    maps: BTreeMap<Name, (Space, Space)>,
    bound: BTreeSet<Name>,
}

impl Free {
    fn space(&mut self, space: &Space) {
        for leaf in space.leaves() {
            if let Space::Atom(name) = leaf
                && !self.bound.contains(name)
            {
                self.spaces.insert(name.clone());
            }
        }
    }

    fn term(&mut self, term: &Term) {
        self.space(&term.dom);
        self.space(&term.cod);
        if let Shape::Map(name) = &term.shape
            && !self.bound.contains(name)
        {
            self.maps.insert(name.clone(), (term.dom.clone(), term.cod.clone()));
        }
        term.children().into_iter().for_each(|t| self.term(t));
    }

    fn declarations(&mut self, maps: &[MapDecl]) {
        for map in maps {
            self.space(&map.dom);
            self.space(&map.cod);
            if let Role::Member(over) | Role::Word(over) = &map.role
                && !self.bound.contains(over)
            {
                self.families.insert(over.clone(), map.dom.clone());
            }
            self.bound.insert(map.name.clone());
        }
    }

    fn prop(&mut self, prop: &Prop) {
        let s = match prop {
            Prop::Compare(c) => return [&c.left, &c.right].into_iter().for_each(|t| self.term(t)),
            Prop::Rule(s) => s,
        };
        let outside = self.bound.clone();
        self.bound.extend(s.spaces.iter().cloned());
        s.equal.iter().flat_map(|(a, b)| [a, b]).for_each(|name| self.space(&Space::Atom(name.clone())));
        for family in &s.families {
            self.space(&family.space);
            self.bound.insert(family.name.clone());
        }
        self.declarations(&s.maps);
        s.assumptions.iter().for_each(|l| self.prop(&l.prop));
        self.declarations(&s.exists);
        s.conclusions.iter().for_each(|l| self.prop(&l.prop));
        self.bound = outside;
    }

    /// Runs in a scope of these names alone, within the budget.
    fn read<T>(self, budget: &mut Budget, run: impl FnOnce(&mut Scope) -> Result<T, Failure>) -> Result<T, Failure> {
        let Free { spaces, families, maps, .. } = self;
        let families = families.into_iter().filter(|(name, _)| !maps.contains_key(name));
        let families = families.map(|(name, space)| Family { name, space }).collect();
        let maps = maps.iter().map(|(name, (dom, cod))| (name.clone(), dom.clone(), cod.clone()));
        let maps = maps.map(|(name, dom, cod)| MapDecl { name, dom, cod, role: Role::Any }).collect();
        let names = Sequent { spaces: spaces.into_iter().collect(), families, maps, ..Sequent::default() };
        let mut scope = Scope::new(Field::Ordered, budget.clone());
        let result = scope.open(&names, false).and_then(|()| run(&mut scope));
        *budget = scope.budget;
        result
    }
}

/// What the kernel leaves out of a relation.
pub trait RelationExt: Sized {
    /// Whether it needs scalars and an ordered field.
    #[allow(clippy::wrong_self_convention)] // relations are copied
    fn is_order(self) -> bool;
}

impl RelationExt for Relation {
    fn is_order(self) -> bool {
        matches!(self, Relation::AtLeast | Relation::Greater)
    }
}

/// What the kernel leaves out of a proposition.
pub trait PropExt: Sized {
    /// `left = right`.
    fn equation(left: Term, right: Term) -> Prop;

    /// Whether the two say the same up to bound names, labels and the arithmetic of polynomials. Errors: limits.
    fn same(&self, other: &Prop, budget: &mut Budget) -> Result<bool, Failure>;
}

impl PropExt for Prop {
    fn equation(left: Term, right: Term) -> Prop {
        Prop::Compare(Comparison { left, relation: Relation::Equal, right })
    }

    fn same(&self, other: &Prop, budget: &mut Budget) -> Result<bool, Failure> {
        let mut free = Free::default();
        free.prop(self);
        free.prop(other);
        free.read(budget, |scope| Ok(scope.text(|scope| scope.prop(self))? == scope.text(|scope| scope.prop(other))?))
    }
}

/// What the kernel leaves out of a declared map.
pub trait MapDeclExt: Sized {
    /// The map as a term.
    fn term(&self) -> Term;
}

impl MapDeclExt for MapDecl {
    fn term(&self) -> Term {
        Term::map(self.name.clone(), self.dom.clone(), self.cod.clone())
    }
}

/// What the kernel leaves out of a sequent.
pub trait SequentExt: Sized {
    /// Whether it claims outright: nothing bound, nothing assumed.
    fn is_claim(&self) -> bool;
}

impl SequentExt for Sequent {
    fn is_claim(&self) -> bool {
        let binds = [self.spaces.len(), self.equal.len(), self.families.len(), self.maps.len()];
        binds == [0; 4] && self.assumptions.is_empty()
    }
}

/// What the kernel leaves out of a statement.
pub trait StatementExt: Sized {
    /// Its name.
    fn name(&self) -> &Name;

    /// The fields that it speaks of.
    fn field(&self) -> Field;

    /// What it claims.
    fn sequent(&self) -> &Arc<Sequent>;

    /// The content hash.
    fn hash(&self) -> Hash;
}

impl StatementExt for Statement {
    fn name(&self) -> &Name {
        &self.name
    }

    fn field(&self) -> Field {
        self.field
    }

    fn sequent(&self) -> &Arc<Sequent> {
        &self.sequent
    }

    fn hash(&self) -> Hash {
        self.hash
    }
}

/// What the kernel leaves out of a refusal.
pub trait FailureExt: Sized {
    /// A refusal that does not yet know its step.
    #[allow(clippy::new_ret_no_self)] // the one type that the trait is for
    fn new(reason: Reason, why: impl Into<String>) -> Failure;
}

impl FailureExt for Failure {
    fn new(reason: Reason, why: impl Into<String>) -> Failure {
        Failure { reason, path: Vec::new(), why: why.into(), difference: None }
    }
}

/// What the kernel leaves out of a reason.
pub trait ReasonExt: Sized {
    /// Whether this is a limit rather than a fault.
    fn declines(self) -> bool;
}

impl ReasonExt for Reason {
    fn declines(self) -> bool {
        matches!(self, Reason::TooDeep | Reason::TooLarge | Reason::TooMuchWork)
    }
}

/// The inference rules, in the order in which a ledger lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Rule {
    Combination,
    Instance,
    Witness,
    Obtain,
    Contradiction,
    PseudoInverse,
    SquareInverse,
    Definite,
    WordInduction,
    Farkas,
    /// Proving a rule inside a proof, in the way in which a theorem is proved.
    Suppose,
    /// `v'*v >= 0`
    Square,
    /// `s*t >= 0`
    Product,
    /// `y*M*x = 1`
    Pivot,
    /// Equal on every vector.
    Extensionality,
}

impl Rule {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Rule::Combination => "combination",
            Rule::Instance => "instance",
            Rule::Witness => "witness",
            Rule::Obtain => "obtain",
            Rule::Contradiction => "contradiction",
            Rule::PseudoInverse => "pseudo_inverse",
            Rule::SquareInverse => "square_inverse",
            Rule::Definite => "definite",
            Rule::WordInduction => "word_induction",
            Rule::Farkas => "farkas",
            Rule::Suppose => "suppose",
            Rule::Square => "square",
            Rule::Product => "product",
            Rule::Pivot => "pivot",
            Rule::Extensionality => "extensionality",
        }
    }
}

/// What the kernel leaves out of a step.
pub trait StepExt: Sized {
    /// The rule that checks this step.
    fn rule(&self) -> Rule;
}

impl StepExt for Step {
    fn rule(&self) -> Rule {
        match self {
            Step::Combination { .. } => Rule::Combination,
            Step::Instance { .. } => Rule::Instance,
            Step::Obtain { .. } => Rule::Obtain,
            Step::Contradiction { .. } => Rule::Contradiction,
            Step::PseudoInverse { .. } => Rule::PseudoInverse,
            Step::SquareInverse { .. } => Rule::SquareInverse,
            Step::Definite { .. } => Rule::Definite,
            Step::WordInduction { .. } => Rule::WordInduction,
            Step::Farkas { .. } => Rule::Farkas,
            Step::Suppose { .. } => Rule::Suppose,
            Step::Square { .. } => Rule::Square,
            Step::Product { .. } => Rule::Product,
            Step::Pivot { .. } => Rule::Pivot,
            Step::Extensionality { .. } => Rule::Extensionality,
        }
    }
}

/// What the kernel leaves out of a proof.
pub trait ProofExt: Sized {
    /// The rules that it uses, in nested blocks too.
    fn rules(&self) -> BTreeSet<Rule>;
}

impl ProofExt for Proof {
    fn rules(&self) -> BTreeSet<Rule> {
        let mut rules = BTreeSet::from([Rule::Witness]);
        let mut open = vec![&self.block];
        while let Some(Block { steps, .. }) = open.pop() {
            for step in steps {
                rules.insert(step.rule());
                match step {
                    Step::Contradiction { block, .. } | Step::Suppose { block, .. } => open.push(block),
                    Step::WordInduction { base, step, .. } => open.extend([base, step]),
                    _ => {}
                }
            }
        }
        rules
    }
}
