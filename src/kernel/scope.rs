//! What is declared at a point of a proof, and whether a term or claim makes sense there.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::One;

use super::failure::{Failure, Reason, refuse};
use super::polynomial::{Budget, Letter, Polynomial};
use super::space::{Name, Space};
use super::statement::{Comparison, Family, Field, MapDecl, Prop, Role, Sequent};
use super::term::{Shape, Term};

/// Rules nested more deeply than this are declined.
const MAX_RULES: usize = 8;

/// Declarations in force, all of different names: nothing is ever shadowed.
pub(super) struct Scope {
    pub(super) field: Field,
    pub(super) budget: Budget,
    spaces: BTreeSet<Name>,
    equal: Vec<(Name, Name)>,
    families: BTreeMap<Name, Space>,
    maps: BTreeMap<Name, MapDecl>,
    /// Names in the order of their declaration, to undo them.
    trail: Vec<Name>,
    depth: usize,
}

/// A point to which a scope can be taken back.
pub(super) struct Mark(usize, usize, usize);

impl Scope {
    pub(super) fn new(field: Field) -> Scope {
        let (spaces, families, maps) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        let budget = Budget::default();
        Scope { field, budget, spaces, equal: Vec::new(), families, maps, trail: Vec::new(), depth: 0 }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.trail.len(), self.equal.len(), self.depth)
    }

    pub(super) fn undo(&mut self, Mark(names, equal, depth): Mark) {
        for name in self.trail.drain(names..) {
            self.spaces.remove(&name);
            self.families.remove(&name);
            self.maps.remove(&name);
        }
        self.equal.truncate(equal);
        self.depth = depth;
    }

    pub(super) fn check_name(&self, name: &Name) -> Result<(), Failure> {
        let starts = name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
        match starts && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            true => Ok(()),
            false => refuse(Reason::BadName, "a name is a letter, then letters, digits and underscores, at most 64"),
        }
    }

    fn claim_name(&mut self, name: &Name) -> Result<(), Failure> {
        self.budget.spend(1)?;
        self.check_name(name)?;
        if self.spaces.contains(name) || self.families.contains_key(name) || self.maps.contains_key(name) {
            return refuse(Reason::NameTaken, format!("{name} is already in use"));
        }
        self.trail.push(name.clone());
        Ok(())
    }

    pub(super) fn declare_map(&mut self, map: &MapDecl) -> Result<(), Failure> {
        self.check_space(&map.dom)?;
        self.check_space(&map.cod)?;
        if let Role::Member(over) | Role::Word(over) = &map.role {
            let space = self.letter_space(over)?;
            if map.dom != space || map.cod != space {
                return refuse(Reason::TypeMismatch, format!("{} : {space} -> {space} is over {over}", map.name));
            }
        }
        self.claim_name(&map.name)?;
        self.maps.insert(map.name.clone(), map.clone());
        Ok(())
    }

    /// Declares what the sequent binds, `exists` excepted, and checks its assumptions.
    pub(super) fn open(&mut self, sequent: &Sequent) -> Result<(), Failure> {
        self.depth += 1;
        if self.depth > MAX_RULES {
            return refuse(Reason::TooDeep, format!("rules nested more than {MAX_RULES} deep"));
        }
        for name in &sequent.spaces {
            self.claim_name(name)?;
            self.spaces.insert(name.clone());
        }
        for (a, b) in &sequent.equal {
            self.check_space(&Space::Atom(a.clone()))?;
            self.check_space(&Space::Atom(b.clone()))?;
            self.equal.push((a.clone(), b.clone()));
        }
        for Family { name, space } in &sequent.families {
            self.check_space(space)?;
            self.claim_name(name)?;
            self.families.insert(name.clone(), space.clone());
        }
        sequent.maps.iter().try_for_each(|map| self.declare_map(map))?;
        sequent.assumptions.iter().try_for_each(|l| self.check_prop(&l.prop))
    }

    /// Checks a whole sequent and leaves the scope as it was.
    pub(super) fn check_sequent(&mut self, sequent: &Sequent) -> Result<(), Failure> {
        let mark = self.mark();
        self.open(sequent)?;
        sequent.exists.iter().try_for_each(|map| self.declare_map(map))?;
        if sequent.conclusions.is_empty() {
            return refuse(Reason::EmptyClaim, "nothing is claimed");
        }
        sequent.conclusions.iter().try_for_each(|l| self.check_prop(&l.prop))?;
        self.undo(mark);
        Ok(())
    }

    pub(super) fn check_prop(&mut self, prop: &Prop) -> Result<(), Failure> {
        match prop {
            Prop::Rule(sequent) => self.check_sequent(sequent),
            Prop::Compare(Comparison { left, relation, right }) => {
                self.check_term(left)?;
                self.check_term(right)?;
                if left.dom() != right.dom() || left.cod() != right.cod() {
                    let types = [left.dom(), left.cod(), right.dom(), right.cod()].map(Space::to_string);
                    let [a, b, c, d] = types;
                    return refuse(Reason::TypeMismatch, format!("{a} -> {b} and {c} -> {d} cannot be compared"));
                }
                match relation.is_order() {
                    true if *left.dom() != Space::Unit || *left.cod() != Space::Unit => {
                        refuse(Reason::NotScalar, "only scalars, maps 1 -> 1, have an order")
                    }
                    true if self.field == Field::Any => {
                        refuse(Reason::FieldTooWeak, "an order relation needs an ordered field")
                    }
                    _ => Ok(()),
                }
            }
        }
    }

    /// Checks that every leaf is declared, with this type, and every coefficient is of the field.
    pub(super) fn check_term(&mut self, term: &Term) -> Result<(), Failure> {
        self.budget.spend(term.nodes())?;
        let mut open = vec![term];
        while let Some(term) = open.pop() {
            match term.shape() {
                Shape::Map(name) => match self.maps.get(name) {
                    Some(map) if map.dom == *term.dom() && map.cod == *term.cod() => {}
                    Some(map) => {
                        let why = format!("{name} is declared {} -> {}", map.dom, map.cod);
                        return refuse(Reason::NameUnknown, why);
                    }
                    None => return refuse(Reason::NameUnknown, format!("no map {name} is declared here")),
                },
                Shape::Identity | Shape::Zero | Shape::Block(..) => {
                    self.check_space(term.dom())?;
                    self.check_space(term.cod())?;
                }
                Shape::Scaled(factor, _) => self.check_number(factor)?,
                _ => {}
            }
            open.extend(term.children());
        }
        Ok(())
    }

    /// Over any field only integers are coefficients: 1/2 has no meaning in characteristic 2.
    pub(super) fn check_number(&self, number: &num_rational::BigRational) -> Result<(), Failure> {
        match self.field == Field::Any && !number.is_integer() {
            true => refuse(Reason::FieldTooWeak, format!("the coefficient {number} needs an ordered field")),
            false => Ok(()),
        }
    }

    pub(super) fn check_space(&self, space: &Space) -> Result<(), Failure> {
        space.leaves().into_iter().try_for_each(|leaf| match leaf {
            Space::Atom(name) if !self.spaces.contains(name) => {
                refuse(Reason::NameUnknown, format!("no space {name} is declared here"))
            }
            _ => Ok(()),
        })
    }

    /// The space on which a family, or a map that words may be made of, acts.
    pub(super) fn letter_space(&self, name: &Name) -> Result<Space, Failure> {
        match (self.families.get(name), self.maps.get(name)) {
            (Some(space), _) => Ok(space.clone()),
            (None, Some(map)) if map.dom == map.cod => Ok(map.dom.clone()),
            (None, Some(_)) => refuse(Reason::TypeMismatch, format!("{name} does not map a space to itself")),
            (None, None) => refuse(Reason::NameUnknown, format!("no family or map {name} is declared here")),
        }
    }

    /// Whether `name` is a family (of any size) rather than a map.
    pub(super) fn is_family(&self, name: &Name) -> bool {
        self.families.contains_key(name)
    }

    /// Checks that the map may stand where this role is declared: it is a single word, with coefficient 1, of
    /// untransposed letters that are known members of the family (or, for a word, known words over it).
    pub(super) fn check_role(&self, map: &Polynomial, role: &Role) -> Result<(), Failure> {
        let (over, word_wanted) = match role {
            Role::Any => return Ok(()),
            Role::Member(over) => (over, false),
            Role::Word(over) => (over, true),
        };
        let known = |letter: &Letter| match letter {
            Letter::Map { name, transposed: false, .. } if name == over => true,
            Letter::Map { name, transposed: false, .. } => match self.maps.get(name).map(|map| &map.role) {
                Some(Role::Member(of)) => of == over,
                Some(Role::Word(of)) => word_wanted && of == over,
                _ => false,
            },
            _ => false,
        };
        match map.terms().next() {
            Some((word, one))
                if map.terms().len() == 1
                    && one.is_one()
                    && (word_wanted || word.len() == 1)
                    && word.iter().all(known) =>
            {
                Ok(())
            }
            _ if word_wanted => refuse(Reason::NotAWord, format!("not known to be a word over {over}")),
            _ => refuse(Reason::NotAWord, format!("not known to be a member of {over}")),
        }
    }

    /// Whether the declarations make the dimensions equal: the same summands up to order, with named spaces
    /// that are declared equal, directly or through others, counted as one.
    pub(super) fn equal_dimension(&mut self, a: &Space, b: &Space) -> Result<bool, Failure> {
        let mut summands = [Vec::new(), Vec::new()];
        for (list, space) in summands.iter_mut().zip([a, b]) {
            for leaf in space.leaves() {
                list.push(match leaf {
                    Space::Atom(name) => Some(self.least_equal(name)?),
                    _ => None,
                });
            }
            list.sort();
        }
        Ok(summands[0] == summands[1])
    }

    /// The least name among those declared of equal dimension with this one.
    fn least_equal(&mut self, name: &Name) -> Result<Name, Failure> {
        let mut class = BTreeSet::from([name]);
        loop {
            self.budget.spend(1 + self.equal.len())?;
            let before = class.len();
            for (a, b) in &self.equal {
                if class.contains(a) || class.contains(b) {
                    class.extend([a, b]);
                }
            }
            if class.len() == before {
                return Ok(class.first().map_or(name, |least| least).clone());
            }
        }
    }
}
