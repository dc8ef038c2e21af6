//! Propositions, sequents and statements: what can be claimed.
//!
//! One shape, the [`Sequent`], serves for theorems, for rules among the assumptions and for existential claims.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::data::{Name, Space};
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

/// `left relation right`, between maps of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Comparison {
    pub left: Term,
    pub relation: Relation,
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

/// A declared map `name : dom -> cod`, and what it ranges over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct MapDecl {
    pub name: Name,
    pub dom: Space,
    pub cod: Space,
    pub role: Role,
}

/// A declared family: any set of maps `space -> space`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Family {
    pub name: Name,
    pub space: Space,
}

/// A proposition with its label (empty where the author gave none; it has no meaning for the kernel).
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Labelled {
    pub label: String,
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
    /// Families: sets of maps of one shape, of any size.
    pub families: Vec<Family>,
    /// Maps for which the claim is made.
    pub maps: Vec<MapDecl>,
    /// The assumptions, each with its label.
    pub assumptions: Vec<Labelled>,
    /// Maps that are claimed to exist.
    pub exists: Vec<MapDecl>,
    /// What is claimed; at least one.
    pub conclusions: Vec<Labelled>,
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

/// A closed, well-formed claim with a name; only [`Statement::new`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement(pub(super) Arc<Claim>);

/// What a [`Statement`] is.
#[derive(Debug, PartialEq, Eq)]
pub struct Claim {
    /// The name by which proofs and certificates refer to it.
    pub name: Name,
    /// The fields that it speaks of.
    pub field: Field,
    /// What it declares, assumes and concludes.
    pub sequent: Arc<Sequent>,
    /// Of the name, the field, and the claim with its polynomials in normal form. Labels, comments, the names of
    /// variables bound in rules and the way a term is written do not count; everything else does.
    pub hash: Hash,
}

impl Deref for Statement {
    type Target = Claim;

    fn deref(&self) -> &Claim {
        &self.0
    }
}
