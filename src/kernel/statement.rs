//! Propositions, sequents and statements: what can be claimed.
//!
//! One shape, the [`Sequent`], serves for theorems, for rules among the assumptions and for existential claims.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::failure::Failure;
use super::naming::{Assignment, Key};
use super::polynomial::Budget;
use super::scope::{Scope, check_name};
use super::space::{Name, Space};
use super::term::Term;

/// How two maps are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `>=`, between scalars, in an ordered field
    AtLeast,
    /// `>`, between scalars, in an ordered field
    Greater,
}

impl Relation {
    /// Whether it needs scalars and an ordered field.
    pub fn is_order(self) -> bool {
        matches!(self, Relation::AtLeast | Relation::Greater)
    }
}

/// `left relation right`, between maps of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The left side.
    pub left: Term,
    /// The relation.
    pub relation: Relation,
    /// The right side.
    pub right: Term,
}

/// What can be assumed, derived or concluded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prop {
    /// An equation or an inequality.
    Compare(Comparison),
    /// A rule, or an existential claim (a sequent that binds nothing and assumes nothing).
    Rule(Arc<Sequent>),
}

impl Prop {
    /// `left = right`.
    pub fn equation(left: Term, right: Term) -> Prop {
        Prop::Compare(Comparison { left, relation: Relation::Equal, right })
    }

    /// Whether the two say the same up to bound names, labels and the arithmetic of polynomials. Errors: limits.
    pub fn same(&self, other: &Prop, budget: &mut Budget) -> Result<bool, Failure> {
        let here = Assignment::default();
        Ok(Key::of(self, &here, budget)? == Key::of(other, &here, budget)?)
    }
}

/// Which maps a declared map may stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Any map of its type.
    Any,
    /// A member of the family of this name.
    Member(Name),
    /// A finite product, possibly empty, of members of the family, or powers of the map, of this name.
    Word(Name),
}

/// A declared map `name : dom -> cod`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapDecl {
    /// Its name.
    pub name: Name,
    /// Its domain.
    pub dom: Space,
    /// Its codomain.
    pub cod: Space,
    /// What it ranges over.
    pub role: Role,
}

impl MapDecl {
    /// The map as a term.
    pub fn term(&self) -> Term {
        Term::map(self.name.clone(), self.dom.clone(), self.cod.clone())
    }
}

/// A declared family: any set of maps `space -> space`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name.
    pub name: Name,
    /// The space that its members map to itself.
    pub space: Space,
}

/// A proposition with its label (empty where the author gave none; it has no meaning for the kernel).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// The label.
    pub label: String,
    /// What is claimed.
    pub prop: Prop,
}

/// For all `spaces`, `families` and `maps`, if the dimensions in `equal` agree and all `assumptions` hold,
/// there are maps `exists` with all `conclusions`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sequent {
    /// Spaces of any finite dimension.
    pub spaces: Vec<Name>,
    /// Pairs of named spaces that are declared to have equal dimension.
    pub equal: Vec<(Name, Name)>,
    /// Sets of maps.
    pub families: Vec<Family>,
    /// Maps for which the claim is made.
    pub maps: Vec<MapDecl>,
    /// What is assumed.
    pub assumptions: Vec<Labelled>,
    /// Maps that are claimed to exist.
    pub exists: Vec<MapDecl>,
    /// What is claimed; at least one.
    pub conclusions: Vec<Labelled>,
}

impl Sequent {
    /// Whether it claims outright: nothing bound, nothing assumed.
    pub fn is_claim(&self) -> bool {
        let binds = [self.spaces.len(), self.equal.len(), self.families.len(), self.maps.len()];
        binds == [0; 4] && self.assumptions.is_empty()
    }
}

/// Over which fields a statement is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Any field, of any characteristic: coefficients are integers, and there is no order.
    Any,
    /// Any ordered field, the rationals and the reals among them.
    Ordered,
}

/// SHA-256 of a statement's canonical bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A closed, well-formed claim with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    name: Name,
    field: Field,
    sequent: Arc<Sequent>,
    hash: Hash,
}

impl Statement {
    /// Checks that every name is declared, once, and that every type fits. Errors: [`Reason`]s of names, types and limits.
    pub fn new(name: Name, field: Field, sequent: Sequent) -> Result<Statement, Failure> {
        let mut scope = Scope::new(field, Budget::default());
        check_name(&name)?;
        scope.check_sequent(&sequent)?;
        let hash = Hash(Sha256::digest(Key::of_statement(&name, field, &sequent, &mut scope.budget)?).into());
        Ok(Statement { name, field, sequent: Arc::new(sequent), hash })
    }

    /// Its name.
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// The fields that it speaks of.
    pub fn field(&self) -> Field {
        self.field
    }

    /// What it claims.
    pub fn sequent(&self) -> &Arc<Sequent> {
        &self.sequent
    }

    /// The content hash: of the name, the field, and the claim with its polynomials in normal form. Labels, comments,
    /// the names of variables bound in rules and the way a term is written do not count; everything else does.
    pub fn hash(&self) -> Hash {
        self.hash
    }
}
