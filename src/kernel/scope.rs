//! What names stand for at a point of a proof, and the one walk that checks a claim and writes it in canonical form.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::mem;
use std::sync::Arc;

use num_rational::BigRational;
use num_traits::{One, Signed};
use sha2::{Digest, Sha256};

use super::data::{Letter, Name, Polynomial, Space, Structural, Word};
use super::failure::{Failure, Reason, need, refuse};
use super::polynomial::Budget;
use super::space::MAX_LEAVES;
use super::statement::{
    Claim, Comparison, Family, Field, Hash, Labelled, MapDecl, Prop, Relation, Role, Sequent, Statement,
};
use super::term::{Shape, Term, check_sign};

/// Rules in rules and blocks in blocks, together, nested more deeply than this are declined, so that a walk may recurse.
const MAX_NESTED: usize = 16;
/// What it costs to keep a name or a letter, in letters that come and go: this bounds the memory.
pub(super) const KEPT: usize = 16;

/// What a name stands for. Images are expanded and name only what the proof declares, so none is ever captured.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// A space, and the first name of those that are declared of equal dimension.
    Space(Space, Name),
    /// A family, or a map that stands for the family of itself alone, and the space on which it acts.
    Family(Name, Space),
    /// A map, and what it ranges over.
    Map(Arc<Polynomial>, Role),
}

/// The names in force, nothing ever shadowed. Cheap to clone; a change copies what is shared.
pub(super) type Names = Arc<BTreeMap<Name, Meaning>>;

/// Where terms and claims are read: in a proof, where declared names stand for themselves; or in a rule that is being
/// applied or compared, where those that it binds stand for what is put for them.
pub struct Scope {
    pub(super) names: Names,
    pub(super) field: Field,
    /// What may still be done.
    pub budget: Budget,
    pub(super) depth: usize,
    text: String,
    bound: usize,
}

pub(super) fn check_name(name: &Name) -> Result<(), Failure> {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let good = starts && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    need(good, Reason::BadName, "a name is a letter, then letters, digits and underscores, at most 64")
}

impl Scope {
    /// A scope in which nothing is declared.
    pub fn new(field: Field, budget: Budget) -> Scope {
        Scope { names: Names::default(), field, budget, depth: 0, text: String::new(), bound: 0 }
    }

    /// Runs with other names, which it may add to.
    pub(super) fn under<T>(&mut self, names: &mut Names, run: impl FnOnce(&mut Scope) -> T) -> T {
        mem::swap(&mut self.names, names);
        let result = run(self);
        mem::swap(&mut self.names, names);
        result
    }

    pub(super) fn deeper(&mut self) -> Result<(), Failure> {
        self.depth += 1;
        need(self.depth <= MAX_NESTED, Reason::TooDeep, format_args!("nested more than {MAX_NESTED} deep"))
    }

    pub(super) fn declare(&mut self, name: &Name, meaning: Meaning) -> Result<(), Failure> {
        check_name(name)?;
        need(!self.names.contains_key(name), Reason::NameTaken, format_args!("{name} is already in use"))?;
        self.put(name, meaning)
    }

    /// Lets the name stand for this.
    pub(super) fn put(&mut self, name: &Name, meaning: Meaning) -> Result<(), Failure> {
        let copied = if Arc::strong_count(&self.names) > 1 { self.names.len() } else { 0 };
        self.budget.spend(KEPT.saturating_mul(1 + copied))?;
        Arc::make_mut(&mut self.names).insert(name.clone(), meaning);
        Ok(())
    }

    /// What a space stands for.
    pub(super) fn space(&mut self, space: &Space) -> Result<Space, Failure> {
        match space {
            Space::Unit => Ok(Space::Unit),
            Space::Atom(name) => match self.names.get(name) {
                Some(Meaning::Space(image, _)) => Ok(image.clone()),
                _ => refuse(Reason::NameUnknown, format_args!("no space {name} is declared here")),
            },
            Space::Sum(parts) => {
                self.budget.spend(MAX_LEAVES)?;
                Space::sum(&self.space(&parts.0.0)?, &self.space(&parts.0.1)?)
            }
        }
    }

    /// What a family, or a map that words may be made of, stands for, and the space on which it acts.
    pub(super) fn letters(&self, over: &Name) -> Result<(Name, Space), Failure> {
        let map = match self.names.get(over) {
            Some(Meaning::Family(image, space)) => return Ok((image.clone(), space.clone())),
            Some(Meaning::Map(map, _)) => map,
            _ => return refuse(Reason::NameUnknown, format_args!("no family or map {over} is declared here")),
        };
        let why = format_args!("{over} does not map a space to itself");
        need(map.dom == map.cod, Reason::TypeMismatch, why)?;
        match map.as_word().map(Vec::as_slice) {
            Some([Letter::Map { name, transposed: false, .. }]) => Ok((name.clone(), map.dom.clone())),
            _ => refuse(Reason::NotAWord, format_args!("words are over {over}, so a map by name must stand for it")),
        }
    }

    /// What a declaration stands for, under this name.
    pub(super) fn image(&mut self, map: &MapDecl, name: &Name) -> Result<MapDecl, Failure> {
        let (dom, cod) = (self.space(&map.dom)?, self.space(&map.cod)?);
        let mut role = map.role.clone();
        if let Role::Member(over) | Role::Word(over) = &mut role {
            let (image, space) = self.letters(over)?;
            let why = format_args!("{} : {space} -> {space} is over {over}", map.name);
            need(dom == space && cod == space, Reason::TypeMismatch, why)?;
            *over = image;
        }
        Ok(MapDecl { name: name.clone(), dom, cod, role })
    }

    /// Declares a map that stands for a map of this name; returns what it is there.
    pub(super) fn declare_map(&mut self, map: &MapDecl, name: &Name) -> Result<MapDecl, Failure> {
        let image = self.image(map, name)?;
        let MapDecl { name, dom, cod, role } = image.clone();
        let letter = Letter::Map { name, dom: dom.clone(), cod: cod.clone(), transposed: false };
        let letter = Polynomial::word(dom, cod, vec![letter], &mut self.budget)?;
        self.declare(&map.name, Meaning::Map(Arc::new(letter), role))?;
        Ok(image)
    }

    /// The normal form of a term. Errors: a name that is not declared, or not with this type; parts that do not fit; limits.
    pub fn expand(&mut self, term: &Term) -> Result<Polynomial, Failure> {
        self.budget.spend(1)?;
        let one = BigRational::one();
        let (dom, cod) = (self.space(&term.dom)?, self.space(&term.cod)?);
        let mut result = Polynomial::zero(dom.clone(), cod.clone());
        match &term.shape {
            Shape::Zero => {}
            Shape::Identity => result = Polynomial::word(dom.clone(), dom.clone(), Word::new(), &mut self.budget)?,
            Shape::Map(name) => {
                let Some(Meaning::Map(image, _)) = self.names.get(name) else {
                    return refuse(Reason::NameUnknown, format_args!("no map {name} is declared here"));
                };
                let why = format_args!("{name} is declared {} -> {}", image.dom, image.cod);
                need(image.dom == dom && image.cod == cod, Reason::NameUnknown, why)?;
                result.add(&one, image, &mut self.budget)?;
            }
            Shape::Block(block, a, b) => {
                let (a, b) = (self.space(a)?, self.space(b)?);
                result = self.block(*block, &a, &b)?;
            }
            Shape::Scaled(factor, t) => {
                self.check_number(factor)?;
                result.add(factor, &self.expand(t)?, &mut self.budget)?;
            }
            Shape::Sum(terms) => {
                for t in terms {
                    result.add(&one, &self.expand(t)?, &mut self.budget)?;
                }
            }
            Shape::Product(terms) => {
                result = Polynomial::word(dom.clone(), dom.clone(), Word::new(), &mut self.budget)?;
                for t in terms.iter().rev() {
                    result = self.expand(t)?.times(&result, &mut self.budget)?;
                }
            }
            Shape::Transpose(t) => result = self.expand(t)?.transpose(&mut self.budget)?,
            Shape::Row(a, b) => {
                let (a, b) = (self.expand(a)?, self.expand(b)?);
                result = self.row(&a, &b)?;
            }
            Shape::Column(a, b) => {
                let (a, b) = (self.expand(a)?, self.expand(b)?);
                let (a, b) = (a.transpose(&mut self.budget)?, b.transpose(&mut self.budget)?);
                result = self.row(&a, &b)?.transpose(&mut self.budget)?;
            }
        }
        let why = format_args!("the parts of a map {dom} -> {cod} make one {} -> {}", result.dom, result.cod);
        need(result.dom == dom && result.cod == cod, Reason::TypeMismatch, why)?;
        Ok(result)
    }

    fn block(&mut self, block: Structural, a: &Space, b: &Space) -> Result<Polynomial, Failure> {
        let sum = Space::sum(a, b)?;
        let (from, to) = match block {
            Structural::Fst => (&sum, a),
            Structural::Snd => (&sum, b),
            Structural::Inl => (a, &sum),
            Structural::Inr => (b, &sum),
        };
        let letter = Letter::Block(block, a.clone(), b.clone());
        Polynomial::word(from.clone(), to.clone(), vec![letter], &mut self.budget)
    }

    /// `[a, b]`, which is `a*fst + b*snd`; its transpose is `[a'; b']`.
    fn row(&mut self, a: &Polynomial, b: &Polynomial) -> Result<Polynomial, Failure> {
        let fst = self.block(Structural::Fst, &a.dom, &b.dom)?;
        let snd = self.block(Structural::Snd, &a.dom, &b.dom)?;
        let mut result = a.times(&fst, &mut self.budget)?;
        result.add(&BigRational::one(), &b.times(&snd, &mut self.budget)?, &mut self.budget)?;
        Ok(result)
    }

    /// The normal form of `left - right`. Errors: as for [`Scope::expand`].
    pub fn difference(&mut self, left: &Term, right: &Term) -> Result<Polynomial, Failure> {
        let (mut difference, right) = (self.expand(left)?, self.expand(right)?);
        difference.add(&-BigRational::one(), &right, &mut self.budget)?;
        Ok(difference)
    }

    /// Over any field only integers are coefficients: 1/2 has no meaning in characteristic 2.
    pub(super) fn check_number(&self, number: &BigRational) -> Result<(), Failure> {
        check_sign(number)?;
        if number.is_integer() { Ok(()) } else { self.check_ordered("a fraction") }
    }

    pub(super) fn check_ordered(&self, what: &str) -> Result<(), Failure> {
        need(self.field == Field::Ordered, Reason::FieldTooWeak, format_args!("{what} needs an ordered field"))
    }

    pub(super) fn check_scalar(&self, map: &Polynomial) -> Result<(), Failure> {
        let scalar = map.dom == Space::Unit && map.cod == Space::Unit;
        need(scalar, Reason::NotScalar, "only scalars, maps 1 -> 1, have an order")?;
        self.check_ordered("an order relation")
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
                Some(Meaning::Map(_, Role::Member(of))) => of == over,
                Some(Meaning::Map(_, Role::Word(of))) => any_length && of == over,
                _ => false,
            },
            _ => false,
        };
        let fits = map.as_word().is_some_and(|word| (any_length || word.len() == 1) && word.iter().all(known));
        need(fits, Reason::NotAWord, format_args!("not known to be of the role {role:?}"))
    }

    /// The first name of those that are declared of the same dimension as this one.
    fn dimension(&self, name: &Name) -> Name {
        match self.names.get(name) {
            Some(Meaning::Space(_, first)) => first.clone(),
            _ => name.clone(),
        }
    }

    /// Checks that the declarations make the dimensions equal: the same summands up to order, with named spaces
    /// that are declared equal, directly or through others, counted as one.
    pub(super) fn check_equal_dimension(&self, a: &Space, b: &Space) -> Result<(), Failure> {
        let [first, second] = [a, b].map(|space| {
            let leaf = |leaf: &Space| if let Space::Atom(name) = leaf { Some(self.dimension(name)) } else { None };
            let mut leaves: Vec<_> = space.leaves().into_iter().map(leaf).collect();
            leaves.sort();
            leaves
        });
        let why = format_args!("{a} and {b} are not declared of equal dimension");
        need(first == second, Reason::DimensionsNotEqual, why)
    }

    /// The text that a walk writes. Two claims have the same text only if they say the same up to bound names, labels
    /// and the arithmetic of polynomials: every list begins with its length, names contain no separators, and bound
    /// names become `#0`, `#1`, ..., which no declared name can be.
    pub fn text(&mut self, walk: impl FnOnce(&mut Scope) -> Result<(), Failure>) -> Result<String, Failure> {
        (self.text, self.bound) = (String::new(), 0);
        walk(self)?;
        Ok(mem::take(&mut self.text))
    }

    pub(super) fn write(&mut self, what: impl Display) -> Result<(), Failure> {
        let text = what.to_string();
        self.text += &text;
        self.budget.spend(text.len())
    }

    /// Walks a proposition. Errors: names, types, limits.
    pub fn prop(&mut self, prop: &Prop) -> Result<(), Failure> {
        match prop {
            Prop::Rule(rule) => self.rule(rule),
            Prop::Compare(Comparison { left, relation, right }) => {
                let difference = self.difference(left, right)?;
                self.compare(*relation, &difference)
            }
        }
    }

    /// Walks a rule, whose names end with it.
    pub(super) fn rule(&mut self, rule: &Sequent) -> Result<(), Failure> {
        let names = self.names.clone();
        self.deeper()?;
        self.open(rule, true)?;
        self.close(rule, true)?;
        (self.names, self.depth) = (names, self.depth - 1);
        Ok(())
    }

    /// Walks what a sequent binds, `exists` excepted, and assumes, and declares it: as itself, or renamed.
    pub fn open(&mut self, s: &Sequent, rename: bool) -> Result<(), Failure> {
        self.write(format_args!(" {}", s.spaces.len()))?;
        for name in &s.spaces {
            let new = self.bind(name, rename);
            self.write(format_args!(" {new}"))?;
            self.declare(name, Meaning::Space(Space::Atom(new), name.clone()))?;
        }
        self.write(format_args!(" {}", s.equal.len()))?;
        for (a, b) in &s.equal {
            let (one, other) = (self.space(&Space::Atom(a.clone()))?, self.space(&Space::Atom(b.clone()))?);
            self.write(format_args!(" ({one}) ({other})"))?;
            let (kept, renamed) = (self.dimension(a), self.dimension(b));
            self.budget.spend(self.names.len())?;
            for meaning in Arc::make_mut(&mut self.names).values_mut() {
                match meaning {
                    Meaning::Space(_, first) if *first == renamed => *first = kept.clone(),
                    _ => {}
                }
            }
        }
        self.write(format_args!(" {}", s.families.len()))?;
        for Family { name, space } in &s.families {
            let (new, space) = (self.bind(name, rename), self.space(space)?);
            self.write(format_args!(" {new} ({space})"))?;
            self.declare(name, Meaning::Family(new, space))?;
        }
        self.part(&s.maps, &s.assumptions, rename)
    }

    /// Walks what a sequent claims, and declares the maps that exist.
    pub(super) fn close(&mut self, s: &Sequent, rename: bool) -> Result<(), Failure> {
        need(!s.conclusions.is_empty(), Reason::EmptyClaim, "nothing is claimed")?;
        self.part(&s.exists, &s.conclusions, rename)
    }

    fn part(&mut self, maps: &[MapDecl], props: &[Labelled], rename: bool) -> Result<(), Failure> {
        self.write(format_args!(" {}", maps.len()))?;
        for map in maps {
            let new = self.bind(&map.name, rename);
            let MapDecl { name, dom, cod, role } = self.declare_map(map, &new)?;
            self.write(format_args!(" {name} ({dom}) ({cod}) {role:?}"))?;
        }
        self.write(format_args!(" {}", props.len()))?;
        props.iter().try_for_each(|l| self.prop(&l.prop))
    }

    fn bind(&mut self, name: &Name, rename: bool) -> Name {
        self.bound += usize::from(rename);
        if rename { Name::from(format!("#{}", self.bound - 1)) } else { name.clone() }
    }

    /// Walks the claim that the polynomial stands in this relation to 0. `s = t` and `t = s` say the same, so for
    /// them the sign of the first coefficient does not count.
    pub(super) fn compare(&mut self, relation: Relation, p: &Polynomial) -> Result<(), Failure> {
        let order = matches!(relation, Relation::AtLeast | Relation::Greater);
        if order {
            self.check_scalar(p)?;
        }
        let flip = !order && p.terms.first_key_value().is_some_and(|(_, c)| c.is_negative());
        self.write(format_args!(" {relation:?} ({}) ({}) {}", p.dom, p.cod, p.terms.len()))?;
        for (word, coefficient) in &p.terms {
            self.write(format_args!(" {}", if flip { -coefficient } else { coefficient.clone() }))?;
            for letter in word {
                match letter {
                    Letter::Map { name, transposed: false, .. } => self.write(format_args!("*{name}"))?,
                    Letter::Map { name, transposed: true, .. } => self.write(format_args!("*{name}'"))?,
                    Letter::Block(block, a, b) => self.write(format_args!("*{block:?}({a})({b})"))?,
                }
            }
        }
        Ok(())
    }
}

impl Statement {
    /// Checks that every name is declared, once, and that every type fits. Errors: those of names, types and limits.
    pub fn new(name: Name, field: Field, sequent: Sequent) -> Result<Statement, Failure> {
        check_name(&name)?;
        let mut scope = Scope::new(field, Budget::default());
        let text = scope.text(|scope| {
            scope.write(format_args!("scotoma statement 1 {name} {field:?}"))?;
            scope.open(&sequent, false)?;
            scope.close(&sequent, false)
        })?;
        let hash = Hash(Sha256::digest(text).into());
        Ok(Statement(Claim { name, field, sequent: sequent.into(), hash }.into()))
    }
}
