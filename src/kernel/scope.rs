//! What is declared at a point of a proof, and whether a term or claim makes sense there.

use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;

use super::failure::{Failure, Reason, need, refuse};
use super::naming::MAX_RULES;
use super::polynomial::{Budget, Letter, Polynomial};
use super::space::{Name, Space};
use super::statement::{Comparison, Family, Field, MapDecl, Prop, Role, Sequent};
use super::term::{Shape, Term, check_sign};

enum Declared {
    Space,
    /// Any set of maps of this space to itself.
    Family(Space),
    Map(MapDecl),
}

/// Declarations in force, all of different names: nothing is ever shadowed.
pub(super) struct Scope {
    pub(super) field: Field,
    pub(super) budget: Budget,
    names: BTreeMap<Name, Declared>,
    /// The names in the order of their declaration, to undo them.
    trail: Vec<Name>,
    /// Pairs of spaces that are declared to have equal dimension.
    equal: Vec<(Name, Name)>,
    depth: usize,
}

/// A point to which a scope can be taken back.
pub(super) struct Mark(usize, usize, usize);

pub(super) fn check_name(name: &Name) -> Result<(), Failure> {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let good = starts && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    need(good, Reason::BadName, "a name is a letter, then letters, digits and underscores, at most 64")
}

impl Scope {
    pub(super) fn new(field: Field, budget: Budget) -> Scope {
        Scope { field, budget, names: BTreeMap::new(), trail: Vec::new(), equal: Vec::new(), depth: 0 }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.trail.len(), self.equal.len(), self.depth)
    }

    pub(super) fn undo(&mut self, Mark(names, equal, depth): Mark) {
        for name in self.trail.drain(names..) {
            self.names.remove(&name);
        }
        self.equal.truncate(equal);
        self.depth = depth;
    }

    fn declare(&mut self, name: &Name, what: Declared) -> Result<(), Failure> {
        self.budget.spend(1)?;
        check_name(name)?;
        need(!self.names.contains_key(name), Reason::NameTaken, format_args!("{name} is already in use"))?;
        self.trail.push(name.clone());
        self.names.insert(name.clone(), what);
        Ok(())
    }

    pub(super) fn declare_map(&mut self, map: &MapDecl) -> Result<(), Failure> {
        self.check_space(&map.dom)?;
        self.check_space(&map.cod)?;
        if let Role::Member(over) | Role::Word(over) = &map.role {
            let space = self.letter_space(over)?;
            let why = format_args!("{} : {space} -> {space} is over {over}", map.name);
            need(map.dom == space && map.cod == space, Reason::TypeMismatch, why)?;
        }
        self.declare(&map.name, Declared::Map(map.clone()))
    }

    /// Declares what the sequent binds, `exists` excepted, and checks its assumptions.
    pub(super) fn open(&mut self, sequent: &Sequent) -> Result<(), Failure> {
        self.depth += 1;
        need(self.depth <= MAX_RULES, Reason::TooDeep, format_args!("rules nested more than {MAX_RULES} deep"))?;
        sequent.spaces.iter().try_for_each(|name| self.declare(name, Declared::Space))?;
        for (a, b) in &sequent.equal {
            self.check_space(&Space::Atom(a.clone()))?;
            self.check_space(&Space::Atom(b.clone()))?;
            self.equal.push((a.clone(), b.clone()));
        }
        for Family { name, space } in &sequent.families {
            self.check_space(space)?;
            self.declare(name, Declared::Family(space.clone()))?;
        }
        sequent.maps.iter().try_for_each(|map| self.declare_map(map))?;
        sequent.assumptions.iter().try_for_each(|l| self.check_prop(&l.prop))
    }

    /// Checks a whole sequent and leaves the scope as it was.
    pub(super) fn check_sequent(&mut self, sequent: &Sequent) -> Result<(), Failure> {
        let mark = self.mark();
        self.open(sequent)?;
        sequent.exists.iter().try_for_each(|map| self.declare_map(map))?;
        need(!sequent.conclusions.is_empty(), Reason::EmptyClaim, "nothing is claimed")?;
        sequent.conclusions.iter().try_for_each(|l| self.check_prop(&l.prop))?;
        self.undo(mark);
        Ok(())
    }

    pub(super) fn check_prop(&mut self, prop: &Prop) -> Result<(), Failure> {
        let Comparison { left, relation, right } = match prop {
            Prop::Rule(sequent) => return self.check_sequent(sequent),
            Prop::Compare(comparison) => comparison,
        };
        self.check_term(left)?;
        self.check_term(right)?;
        let (dom, cod) = (left.dom(), left.cod());
        let why = format_args!("{dom} -> {cod} and {} -> {} cannot be compared", right.dom(), right.cod());
        need(dom == right.dom() && cod == right.cod(), Reason::TypeMismatch, why)?;
        if relation.is_order() {
            let scalar = *dom == Space::Unit && *cod == Space::Unit;
            need(scalar, Reason::NotScalar, "only scalars, maps 1 -> 1, have an order")?;
            self.check_ordered("an order relation")?;
        }
        Ok(())
    }

    /// Checks that every leaf is declared, with this type, and every coefficient is of the field.
    pub(super) fn check_term(&mut self, term: &Term) -> Result<(), Failure> {
        self.budget.spend(term.nodes())?;
        let mut open = vec![term];
        while let Some(term) = open.pop() {
            match term.shape() {
                Shape::Map(name) => match self.names.get(name) {
                    Some(Declared::Map(MapDecl { dom, cod, .. })) => {
                        let why = format_args!("{name} is declared {dom} -> {cod}");
                        need(dom == term.dom() && cod == term.cod(), Reason::NameUnknown, why)?;
                    }
                    _ => return refuse(Reason::NameUnknown, format_args!("no map {name} is declared here")),
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
    pub(super) fn check_number(&self, number: &BigRational) -> Result<(), Failure> {
        check_sign(number)?;
        if number.is_integer() { Ok(()) } else { self.check_ordered("a fraction") }
    }

    pub(super) fn check_ordered(&self, what: &str) -> Result<(), Failure> {
        need(self.field == Field::Ordered, Reason::FieldTooWeak, format_args!("{what} needs an ordered field"))
    }

    pub(super) fn check_space(&self, space: &Space) -> Result<(), Failure> {
        space.leaves().into_iter().try_for_each(|leaf| match leaf {
            Space::Atom(name) if !matches!(self.names.get(name), Some(Declared::Space)) => {
                refuse(Reason::NameUnknown, format_args!("no space {name} is declared here"))
            }
            _ => Ok(()),
        })
    }

    /// The space on which a family, or a map that words may be made of, acts.
    pub(super) fn letter_space(&self, name: &Name) -> Result<Space, Failure> {
        match self.names.get(name) {
            Some(Declared::Family(space)) => Ok(space.clone()),
            Some(Declared::Map(map)) if map.dom == map.cod => Ok(map.dom.clone()),
            Some(Declared::Map(_)) => {
                refuse(Reason::TypeMismatch, format_args!("{name} does not map a space to itself"))
            }
            _ => refuse(Reason::NameUnknown, format_args!("no family or map {name} is declared here")),
        }
    }

    /// Whether `name` is a family (of any size) rather than a map.
    pub(super) fn is_family(&self, name: &Name) -> bool {
        matches!(self.names.get(name), Some(Declared::Family(_)))
    }

    /// Checks that the map may stand where this role is declared: it is a single word, with coefficient 1, of
    /// untransposed letters that are known members of the family (or, for a word, known words over it).
    pub(super) fn check_role(&self, map: &Polynomial, role: &Role) -> Result<(), Failure> {
        let (over, any_length) = match role {
            Role::Any => return Ok(()),
            Role::Member(over) => (over, false),
            Role::Word(over) => (over, true),
        };
        let known = |letter: &Letter| match letter {
            Letter::Map { name, transposed: false, .. } if name == over => true,
            Letter::Map { name, transposed: false, .. } => match self.names.get(name) {
                Some(Declared::Map(MapDecl { role: Role::Member(of), .. })) => of == over,
                Some(Declared::Map(MapDecl { role: Role::Word(of), .. })) => any_length && of == over,
                _ => false,
            },
            _ => false,
        };
        let fits = map.as_word().is_some_and(|word| (any_length || word.len() == 1) && word.iter().all(known));
        need(fits, Reason::NotAWord, format_args!("not known to be of the role {role:?}"))
    }

    /// Checks that the declarations make the dimensions equal: the same summands up to order, with named spaces
    /// that are declared equal, directly or through others, counted as one.
    pub(super) fn check_equal_dimension(&mut self, a: &Space, b: &Space) -> Result<(), Failure> {
        let mut summands = [Vec::new(), Vec::new()];
        for (list, space) in summands.iter_mut().zip([a, b]) {
            for leaf in space.leaves() {
                list.push(if let Space::Atom(name) = leaf { Some(self.least_equal(name)?) } else { None });
            }
            list.sort();
        }
        let why = format_args!("{a} and {b} are not declared of equal dimension");
        need(summands[0] == summands[1], Reason::DimensionsNotEqual, why)
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
