//! Types for terms: spaces that the author did not write are found by unification.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::diagnose::{diagnose, diagnose_at};
use super::lexer::{Source, Span};
use super::near::closest;
use super::syntax::{Ident, RawShape, RawSpace, RawTerm};
use crate::kernel::{Failure, MapDecl, Name, Reason, Space, Structural, Term};
use crate::report::{Code, Diagnostic};
use crate::terms::*;

/// Spaces nested more deeply than this have more summands than a space may have.
const MAX_TYPE_DEPTH: usize = 100;
/// `[1, 1]*[1, 1]*...` doubles its domain with every factor; a line whose types cost more than this is refused.
const MAX_TYPE_WORK: usize = 200_000;

/// The names that a term may use.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Declared spaces.
    pub spaces: BTreeSet<Name>,
    /// Declared families, with their space.
    pub families: BTreeMap<Name, Space>,
    /// Declared maps.
    pub maps: BTreeMap<Name, MapDecl>,
    /// Local definitions.
    pub lets: BTreeMap<Name, Term>,
}

impl Names {
    /// Whether something is called that.
    pub fn taken(&self, name: &str) -> bool {
        self.spaces.contains(name)
            || self.families.contains_key(name)
            || self.maps.contains_key(name)
            || self.lets.contains_key(name)
    }

    /// The space as written. Errors: [`Code::NameUnknown`], limits.
    pub fn space(&self, raw: &RawSpace, source: &Source) -> Result<Space, Diagnostic> {
        match raw {
            RawSpace::Unit => Ok(Space::Unit),
            RawSpace::Name(Ident { text, span }) => match self.spaces.get(text.as_str()) {
                Some(space) => Ok(Space::Atom(space.clone())),
                None => {
                    let error = source.error(Code::NameUnknown, *span, format!("no space {text} is declared here"));
                    Err(error.suggest(closest(text, self.spaces.iter().map(|space| space.to_string()))))
                }
            },
            RawSpace::Sum(a, b) => {
                let (a, b) = (self.space(a, source)?, self.space(b, source)?);
                Space::sum(&a, &b).map_err(|failure| diagnose(&failure))
            }
        }
    }
}

/// A space that may not be known yet.
#[derive(Clone, Debug)]
pub enum Type {
    /// To be found.
    Unknown(usize),
    /// The unit space.
    Unit,
    /// A named space.
    Atom(Name),
    /// A sum.
    Sum(Rc<(Type, Type)>),
}

impl From<&Space> for Type {
    fn from(space: &Space) -> Type {
        match space {
            Space::Unit => Type::Unit,
            Space::Atom(name) => Type::Atom(name.clone()),
            Space::Sum(parts) => Type::Sum(Rc::new((Type::from(&parts.0), Type::from(&parts.1)))),
        }
    }
}

/// A term whose types are not all known yet.
#[derive(Clone, Debug)]
pub struct Draft {
    shape: DraftShape,
    dom: Type,
    cod: Type,
    span: Span,
}

#[derive(Clone, Debug)]
enum DraftShape {
    Done(Term),
    Map(Name),
    Identity,
    Zero,
    Block(Structural, Type, Type),
    Scaled(num_rational::BigRational, Box<Draft>),
    Sum(Vec<Draft>),
    Product(Vec<Draft>),
    Transpose(Box<Draft>),
    Row(Box<Draft>, Box<Draft>),
    Column(Box<Draft>, Box<Draft>),
}

/// Unification over the terms of one line.
pub struct Inference<'a> {
    names: &'a Names,
    source: &'a Source,
    found: Vec<Option<Type>>,
    work: Cell<usize>,
    exhausted: Cell<bool>,
    /// Maps that are being introduced, whose types are to be found.
    pub fresh: BTreeMap<Name, (Type, Type)>,
}

impl<'a> Inference<'a> {
    /// Nothing known beyond the names.
    pub fn new(names: &'a Names, source: &'a Source) -> Inference<'a> {
        Inference {
            names,
            source,
            found: Vec::new(),
            work: Cell::new(0),
            exhausted: Cell::new(false),
            fresh: BTreeMap::new(),
        }
    }

    /// A space to be found.
    pub fn unknown(&mut self) -> Type {
        self.found.push(None);
        Type::Unknown(self.found.len() - 1)
    }

    /// Follows what has been found at the top.
    fn head(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        while let Type::Unknown(index) = ty {
            match self.found.get(index).and_then(Option::as_ref) {
                Some(next) => ty = next.clone(),
                None => break,
            }
        }
        ty
    }

    /// Counts a step of a walk; false once the types of this line are larger than any legal one.
    fn step(&self, depth: usize) -> bool {
        self.work.set(self.work.get() + 1);
        let goes_on = depth <= MAX_TYPE_DEPTH && self.work.get() <= MAX_TYPE_WORK;
        self.exhausted.set(self.exhausted.get() || !goes_on);
        goes_on
    }

    fn occurs(&self, index: usize, ty: &Type, depth: usize) -> bool {
        match self.head(ty) {
            _ if !self.step(depth) => true,
            Type::Unknown(other) => other == index,
            Type::Sum(parts) => self.occurs(index, &parts.0, depth + 1) || self.occurs(index, &parts.1, depth + 1),
            _ => false,
        }
    }

    fn unify_quietly(&mut self, a: &Type, b: &Type, depth: usize) -> bool {
        match (self.head(a), self.head(b)) {
            _ if !self.step(depth) => false,
            (Type::Unknown(i), Type::Unknown(j)) if i == j => true,
            (Type::Unknown(i), other) | (other, Type::Unknown(i)) => {
                let free = !self.occurs(i, &other, depth);
                if free {
                    self.found[i] = Some(other);
                }
                free
            }
            (Type::Unit, Type::Unit) => true,
            (Type::Atom(a), Type::Atom(b)) => a == b,
            (Type::Sum(a), Type::Sum(b)) => {
                self.unify_quietly(&a.0, &b.0, depth + 1) && self.unify_quietly(&a.1, &b.1, depth + 1)
            }
            _ => false,
        }
    }

    /// Makes two spaces the same. Error: [`Code::TypeMismatch`], told as what stands at `span` and what should.
    pub fn unify(&mut self, found: &Type, wanted: &Type, span: Span, what: &str) -> Result<(), Diagnostic> {
        if self.unify_quietly(found, wanted, 0) {
            return Ok(());
        }
        if self.exhausted.get() {
            return Err(self.source.error(Code::LimitSize, span, "the types of this line are too large to be found"));
        }
        let message = format!("{what} is {}, but {} is needed here", self.show(found), self.show(wanted));
        Err(self.source.error(Code::TypeMismatch, span, message))
    }

    /// A space as far as it is known.
    pub fn show(&self, ty: &Type) -> String {
        self.show_within(ty, 0)
    }

    fn show_within(&self, ty: &Type, depth: usize) -> String {
        match self.head(ty) {
            _ if depth > 8 => "...".to_owned(),
            Type::Unknown(_) => "?".to_owned(),
            Type::Unit => "1".to_owned(),
            Type::Atom(name) => name.to_string(),
            Type::Sum(parts) => {
                let second = self.show_within(&parts.1, depth + 1);
                let second = if second.contains(' ') { format!("({second})") } else { second };
                format!("{} + {second}", self.show_within(&parts.0, depth + 1))
            }
        }
    }

    /// The space itself, if it is all known. Error: too large.
    pub fn space(&self, ty: &Type) -> Result<Option<Space>, Failure> {
        self.space_within(ty, 0)
    }

    fn space_within(&self, ty: &Type, depth: usize) -> Result<Option<Space>, Failure> {
        Ok(match self.head(ty) {
            _ if !self.step(depth) => return Err(Failure::new(Reason::TooLarge, "a space of too many summands")),
            Type::Unknown(_) => None,
            Type::Unit => Some(Space::Unit),
            Type::Atom(name) => Some(Space::Atom(name)),
            Type::Sum(parts) => {
                let (first, second) =
                    (self.space_within(&parts.0, depth + 1)?, self.space_within(&parts.1, depth + 1)?);
                match (first, second) {
                    (Some(a), Some(b)) => Some(Space::sum(&a, &b)?),
                    _ => None,
                }
            }
        })
    }

    /// A term of type `dom -> cod`. Errors: [`Code::NameUnknown`], [`Code::TypeMismatch`], limits.
    pub fn term(&mut self, raw: &RawTerm, dom: &Type, cod: &Type) -> Result<Draft, Diagnostic> {
        let span = raw.span;
        let shape = match &raw.shape {
            RawShape::Name(name) => return self.name(name, dom, cod, span),
            RawShape::Number(n) if *n == zero() => DraftShape::Zero,
            RawShape::Number(n) => {
                self.unify(cod, dom, span, "the space that a number leads to")?;
                if *n == one() {
                    DraftShape::Identity
                } else {
                    let one = Draft { shape: DraftShape::Identity, dom: dom.clone(), cod: dom.clone(), span };
                    DraftShape::Scaled(n.clone(), Box::new(one))
                }
            }
            RawShape::Scaled(n, t) => DraftShape::Scaled(n.clone(), Box::new(self.term(t, dom, cod)?)),
            RawShape::Sum(terms) => {
                DraftShape::Sum(terms.iter().map(|t| self.term(t, dom, cod)).collect::<Result<_, _>>()?)
            }
            RawShape::Product(terms) => {
                let mut to = cod.clone();
                let mut factors = Vec::with_capacity(terms.len());
                for (index, t) in terms.iter().enumerate() {
                    let from = if index + 1 == terms.len() { dom.clone() } else { self.unknown() };
                    factors.push(self.term(t, &from, &to)?);
                    to = from;
                }
                DraftShape::Product(factors)
            }
            RawShape::Transpose(t) => DraftShape::Transpose(Box::new(self.term(t, cod, dom)?)),
            RawShape::Row(a, b) => {
                let (first, second) = (self.unknown(), self.unknown());
                let sum = Type::Sum(Rc::new((first.clone(), second.clone())));
                self.unify(&sum, dom, span, "the space that [a, b] starts from")?;
                DraftShape::Row(Box::new(self.term(a, &first, cod)?), Box::new(self.term(b, &second, cod)?))
            }
            RawShape::Column(a, b) => {
                let (first, second) = (self.unknown(), self.unknown());
                let sum = Type::Sum(Rc::new((first.clone(), second.clone())));
                self.unify(&sum, cod, span, "the space that [a; b] leads to")?;
                DraftShape::Column(Box::new(self.term(a, dom, &first)?), Box::new(self.term(b, dom, &second)?))
            }
            RawShape::Typed(t, from, to) => {
                let (from, to) = (self.names.space(from, self.source)?, self.names.space(to, self.source)?);
                self.unify(&Type::from(&from), dom, span, "the space that this starts from")?;
                self.unify(&Type::from(&to), cod, span, "the space that this leads to")?;
                return self.term(t, dom, cod);
            }
            RawShape::Fact(label) => {
                let message = format!("the equation {{{label}}} stands where a term is needed");
                return Err(self.source.error(Code::Syntax, span, message));
            }
        };
        Ok(Draft { shape, dom: dom.clone(), cod: cod.clone(), span })
    }

    fn name(&mut self, name: &str, dom: &Type, cod: &Type, span: Span) -> Result<Draft, Diagnostic> {
        let block = match name {
            "fst" => Some(Structural::Fst),
            "snd" => Some(Structural::Snd),
            "inl" => Some(Structural::Inl),
            "inr" => Some(Structural::Inr),
            _ => None,
        };
        let (shape, from, to) = if let Some(block) = block {
            let (first, second) = (self.unknown(), self.unknown());
            let sum = Type::Sum(Rc::new((first.clone(), second.clone())));
            let (from, to) = match block {
                Structural::Fst => (sum, first.clone()),
                Structural::Snd => (sum, second.clone()),
                Structural::Inl => (first.clone(), sum),
                Structural::Inr => (second.clone(), sum),
            };
            (DraftShape::Block(block, first, second), from, to)
        } else if let Some(map) = self.names.maps.get(name) {
            (DraftShape::Map(map.name.clone()), Type::from(&map.dom), Type::from(&map.cod))
        } else if let Some(term) = self.names.lets.get(name) {
            (DraftShape::Done(term.clone()), Type::from(term.dom()), Type::from(term.cod()))
        } else if let Some((from, to)) = self.fresh.get(name) {
            (DraftShape::Map(name.into()), from.clone(), to.clone())
        } else {
            let error = self.source.error(Code::NameUnknown, span, format!("no map {name} is declared here"));
            let names = self.names.maps.keys().chain(self.names.lets.keys()).map(|name| name.to_string());
            return Err(error.suggest(closest(name, names)));
        };
        self.unify(&from, dom, span, &format!("the space that {name} starts from"))?;
        self.unify(&to, cod, span, &format!("the space that {name} leads to"))?;
        Ok(Draft { shape, dom: dom.clone(), cod: cod.clone(), span })
    }

    fn known(&self, ty: &Type, span: Span) -> Result<Space, Diagnostic> {
        let place = |failure: Failure| diagnose_at(&failure, self.source, span);
        self.space(ty).map_err(place)?.ok_or_else(|| {
            let message = format!("the type of this cannot be found; so far it is about {}", self.show(ty));
            let help = "write it out: (0 : A -> B)";
            self.source.error(Code::TypeUnknown, span, message).help(help)
        })
    }

    /// The kernel's term, once all types are known. Errors: [`Code::TypeUnknown`], limits.
    pub fn finish(&self, draft: &Draft) -> Result<Term, Diagnostic> {
        let span = draft.span;
        let place = |failure: Failure| diagnose_at(&failure, self.source, span);
        let (dom, cod) = (|| self.known(&draft.dom, span), || self.known(&draft.cod, span));
        let all = |drafts: &[Draft]| drafts.iter().map(|d| self.finish(d)).collect::<Result<Vec<_>, _>>();
        match &draft.shape {
            DraftShape::Done(term) => Ok(term.clone()),
            DraftShape::Map(name) => Ok(Term::map(name.clone(), dom()?, cod()?)),
            DraftShape::Identity => Ok(Term::identity(dom()?)),
            DraftShape::Zero => Ok(Term::zero(dom()?, cod()?)),
            DraftShape::Block(block, a, b) => {
                Term::block(*block, &self.known(a, span)?, &self.known(b, span)?).map_err(place)
            }
            DraftShape::Scaled(n, t) => Term::scaled(n.clone(), self.finish(t)?).map_err(place),
            DraftShape::Sum(terms) => Term::sum(all(terms)?).map_err(place),
            DraftShape::Product(terms) => Term::product(all(terms)?).map_err(place),
            DraftShape::Transpose(t) => Term::transpose(self.finish(t)?).map_err(place),
            DraftShape::Row(a, b) => Term::row(self.finish(a)?, self.finish(b)?).map_err(place),
            DraftShape::Column(a, b) => Term::column(self.finish(a)?, self.finish(b)?).map_err(place),
        }
    }
}

fn zero() -> num_rational::BigRational {
    num_traits::Zero::zero()
}

fn one() -> num_rational::BigRational {
    num_traits::One::one()
}
