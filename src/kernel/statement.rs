//! Propositions, sequents and statements: what can be claimed.
//!
//! One shape, the [`Sequent`], serves for theorems, for rules among the assumptions and for existential claims.

use std::fmt;
use std::sync::Arc;

use num_rational::BigRational;
use num_traits::{One, Signed};
use sha2::{Digest, Sha256};

use super::failure::{Failure, Reason, refuse};
use super::polynomial::{Assignment, Budget, Letter, Polynomial};
use super::scope::Scope;
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
        let mut scope = Scope::new(field);
        scope.check_name(&name)?;
        scope.check_sequent(&sequent)?;
        let mut key = Key { text: format!("scotoma statement 1 {name} {field:?}"), bound: 0 };
        key.sequent(&sequent, &Assignment::default(), false, &mut scope.budget)?;
        let hash = Hash(Sha256::digest(key.text.as_bytes()).into());
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

impl Assignment {
    /// The image of a role: what words are made of has to go to a family or to a map by name.
    pub(super) fn role(&self, role: &Role) -> Result<Role, Failure> {
        let image = |over: &Name| match (self.families.get(over), self.maps.get(over)) {
            (Some(image), _) => Ok(image.clone()),
            (None, None) => Ok(over.clone()),
            (None, Some(p)) => match p.terms().next() {
                Some((word, one)) if p.terms().len() == 1 && one.is_one() => match word.as_slice() {
                    [Letter::Map { name, transposed: false, .. }] => Ok(name.clone()),
                    _ => refuse(Reason::NotAWord, format!("words are over {over}, so a map by name must stand for it")),
                },
                _ => refuse(Reason::NotAWord, format!("words are over {over}, so a map by name must stand for it")),
            },
        };
        Ok(match role {
            Role::Any => Role::Any,
            Role::Member(over) => Role::Member(image(over)?),
            Role::Word(over) => Role::Word(image(over)?),
        })
    }
}

/// Canonical text of a claim. Two propositions of one scope have the same key only if they say the same up to
/// bound names, labels and the arithmetic of polynomials: every list begins with its length, names contain no
/// separators, and bound names become `#0`, `#1`, ..., which no declared name can be.
pub(super) struct Key {
    pub(super) text: String,
    bound: usize,
}

impl Key {
    /// The key of a proposition whose names stand for what `under` says. Errors: limits.
    pub(super) fn of(prop: &Prop, under: &Assignment, budget: &mut Budget) -> Result<String, Failure> {
        let mut key = Key { text: String::new(), bound: 0 };
        key.prop(prop, under, budget)?;
        Ok(key.text)
    }

    /// The key of the proposition that `difference` stands in this relation to 0. Errors: limits.
    pub(super) fn comparison(
        relation: Relation,
        difference: &Polynomial,
        budget: &mut Budget,
    ) -> Result<String, Failure> {
        let mut key = Key { text: String::new(), bound: 0 };
        key.difference(relation, difference, budget)?;
        Ok(key.text)
    }

    fn word(&mut self, word: &dyn fmt::Display) {
        self.text += &format!(" {word}");
    }

    fn prop(&mut self, prop: &Prop, under: &Assignment, budget: &mut Budget) -> Result<(), Failure> {
        match prop {
            Prop::Rule(sequent) => self.sequent(sequent, under, true, budget),
            Prop::Compare(c) => {
                let mut difference = Polynomial::under(&c.left, under, budget)?;
                difference.add(&-BigRational::one(), &Polynomial::under(&c.right, under, budget)?, budget)?;
                self.difference(c.relation, &difference, budget)
            }
        }
    }

    /// `s = t` and `t = s` say the same, so for them the sign of the first coefficient does not count.
    fn difference(&mut self, relation: Relation, p: &Polynomial, budget: &mut Budget) -> Result<(), Failure> {
        let flip = !relation.is_order() && p.terms().next().is_some_and(|(_, c)| c.is_negative());
        self.word(&format_args!("{relation:?} ({}) ({}) {}", p.dom(), p.cod(), p.terms().len()));
        for (word, coefficient) in p.terms() {
            budget.spend(1 + word.len())?;
            self.word(&if flip { -coefficient } else { coefficient.clone() });
            for letter in word {
                match letter {
                    Letter::Map { name, transposed: false, .. } => self.text += &format!("*{name}"),
                    Letter::Map { name, transposed: true, .. } => self.text += &format!("*{name}'"),
                    Letter::Block(block, a, b) => self.text += &format!("*{block:?}({a})({b})"),
                }
            }
        }
        Ok(())
    }

    fn sequent(&mut self, s: &Sequent, under: &Assignment, rename: bool, budget: &mut Budget) -> Result<(), Failure> {
        let mut under = under.clone();
        let bind = |key: &mut Key, name: &Name| {
            key.bound += usize::from(rename);
            if rename { Name::from(format!("#{}", key.bound - 1)) } else { name.clone() }
        };
        self.word(&s.spaces.len());
        for name in &s.spaces {
            let new = bind(self, name);
            self.word(&new);
            under.spaces.insert(name.clone(), Space::Atom(new));
        }
        self.word(&s.equal.len());
        for (a, b) in &s.equal {
            let [a, b] = [a, b].map(|name| under.space(&Space::Atom(name.clone())));
            self.word(&format_args!("({}) ({})", a?, b?));
        }
        self.word(&s.families.len());
        for family in &s.families {
            let new = bind(self, &family.name);
            self.word(&format_args!("{new} ({})", under.space(&family.space)?));
            under.families.insert(family.name.clone(), new);
        }
        for (maps, props) in [(&s.maps, &s.assumptions), (&s.exists, &s.conclusions)] {
            self.word(&maps.len());
            for map in maps {
                let new = bind(self, &map.name);
                let (dom, cod) = (under.space(&map.dom)?, under.space(&map.cod)?);
                self.word(&format_args!("{new} ({dom}) ({cod}) {:?}", under.role(&map.role)?));
                under.maps.insert(map.name.clone(), Polynomial::map(&new, &dom, &cod, budget)?);
            }
            self.word(&props.len());
            props.iter().try_for_each(|l| self.prop(&l.prop, &under, budget))?;
        }
        Ok(())
    }
}
