//! Replacing names in terms and propositions, for showing what a step of a proof says. The kernel replaces on its own
//! account, while it expands; a mistake here can mislead a proof's elaboration, and is then found by the kernel.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::kernel::{
    Comparison, Failure, Family, Labelled, MapDecl, Name, Prop, Reason, Role, Sequent, Shape, Space, Term,
};
use crate::terms::*;

/// Replacements for free names, made all at once.
#[derive(Clone, Debug, Default)]
pub struct Substitution {
    /// For spaces.
    pub spaces: BTreeMap<Name, Space>,
    /// For families.
    pub families: BTreeMap<Name, Name>,
    /// For maps.
    pub maps: BTreeMap<Name, Term>,
}

impl Substitution {
    /// The image of a space. Error: too large.
    pub fn space(&self, space: &Space) -> Result<Space, Failure> {
        Ok(match space {
            Space::Unit => Space::Unit,
            Space::Atom(name) => self.spaces.get(name).unwrap_or(space).clone(),
            Space::Sum(parts) => Space::sum(&self.space(&parts.0)?, &self.space(&parts.1)?)?,
        })
    }

    /// The image of a term. Errors: limits; types that do not fit.
    pub fn term(&self, term: &Term) -> Result<Term, Failure> {
        let all = |terms: &[Term]| terms.iter().map(|t| self.term(t)).collect::<Result<Vec<_>, _>>();
        let (dom, cod) = (|| self.space(term.dom()), || self.space(term.cod()));
        match term.shape() {
            Shape::Map(name) => match self.maps.get(name) {
                Some(image) => Ok(image.clone()),
                None => Ok(Term::map(name.clone(), dom()?, cod()?)),
            },
            Shape::Identity => Ok(Term::identity(dom()?)),
            Shape::Zero => Ok(Term::zero(dom()?, cod()?)),
            Shape::Block(block, a, b) => Term::block(*block, &self.space(a)?, &self.space(b)?),
            Shape::Scaled(factor, t) => Term::scaled(factor.clone(), self.term(t)?),
            Shape::Sum(terms) => Term::sum(all(terms)?),
            Shape::Product(terms) => Term::product(all(terms)?),
            Shape::Transpose(t) => Term::transpose(self.term(t)?),
            Shape::Row(a, b) => Term::row(self.term(a)?, self.term(b)?),
            Shape::Column(a, b) => Term::column(self.term(a)?, self.term(b)?),
        }
    }

    /// The image of a proposition. Errors: limits; types that do not fit.
    pub fn prop(&self, prop: &Prop) -> Result<Prop, Failure> {
        Ok(match prop {
            Prop::Rule(sequent) => Prop::Rule(Arc::new(self.sequent(sequent)?)),
            Prop::Compare(c) => Prop::Compare(Comparison {
                left: self.term(&c.left)?,
                relation: c.relation,
                right: self.term(&c.right)?,
            }),
        })
    }

    /// The images of labelled propositions.
    pub fn labelled(&self, list: &[Labelled]) -> Result<Vec<Labelled>, Failure> {
        list.iter().map(|l| Ok(Labelled { label: l.label.clone(), prop: self.prop(&l.prop)? })).collect()
    }

    fn over(&self, name: &Name) -> Name {
        match (self.families.get(name), self.maps.get(name).map(Term::shape)) {
            (Some(image), _) => image.clone(),
            (None, Some(Shape::Map(image))) => image.clone(),
            _ => name.clone(),
        }
    }

    /// The image of a declaration, its name kept.
    pub fn declaration(&self, map: &MapDecl) -> Result<MapDecl, Failure> {
        let role = match &map.role {
            Role::Any => Role::Any,
            Role::Member(over) => Role::Member(self.over(over)),
            Role::Word(over) => Role::Word(self.over(over)),
        };
        Ok(MapDecl { name: map.name.clone(), dom: self.space(&map.dom)?, cod: self.space(&map.cod)?, role })
    }

    /// The image of a sequent. Its bound names that occur in the replacements are renamed first.
    pub fn sequent(&self, sequent: &Sequent) -> Result<Sequent, Failure> {
        let mut inner = self.clone();
        let reached = self.names();
        let mut avoid = reached.clone();
        sequent_names(sequent, &mut avoid);
        let mut called = BTreeMap::new();
        for name in bound_names(sequent) {
            inner.spaces.remove(name);
            inner.families.remove(name);
            inner.maps.remove(name);
            if reached.contains(name) {
                let stem = &name[..name.len().min(48)];
                let new = (1usize..).map(|n| Name::from(format!("{stem}_{n}"))).find(|new| !avoid.contains(new));
                let Some(new) = new else { return Err(Failure::new(Reason::BadName, "no fresh name")) };
                avoid.insert(new.clone());
                called.insert(name.clone(), new);
            }
        }
        let new = |name: &Name| called.get(name).unwrap_or(name).clone();
        for name in &sequent.spaces {
            inner.spaces.insert(name.clone(), Space::Atom(new(name)));
        }
        for family in &sequent.families {
            inner.families.insert(family.name.clone(), new(&family.name));
        }
        for map in sequent.maps.iter().chain(&sequent.exists) {
            let image = Term::map(new(&map.name), inner.space(&map.dom)?, inner.space(&map.cod)?);
            inner.maps.insert(map.name.clone(), image);
        }
        let maps = |maps: &[MapDecl]| {
            maps.iter()
                .map(|m| Ok(MapDecl { name: new(&m.name), ..inner.declaration(m)? }))
                .collect::<Result<Vec<_>, Failure>>()
        };
        let atom = |name: &Name| match inner.spaces.get(name) {
            Some(Space::Atom(image)) => image.clone(),
            _ => name.clone(),
        };
        let families = sequent.families.iter();
        Ok(Sequent {
            spaces: sequent.spaces.iter().map(new).collect(),
            equal: sequent.equal.iter().map(|(a, b)| (atom(a), atom(b))).collect(),
            families: families
                .map(|f| Ok(Family { name: new(&f.name), space: inner.space(&f.space)? }))
                .collect::<Result<_, Failure>>()?,
            maps: maps(&sequent.maps)?,
            assumptions: inner.labelled(&sequent.assumptions)?,
            exists: maps(&sequent.exists)?,
            conclusions: inner.labelled(&sequent.conclusions)?,
        })
    }

    /// All names in the replacements.
    fn names(&self) -> BTreeSet<Name> {
        let mut names: BTreeSet<Name> = self.families.values().cloned().collect();
        self.spaces.values().for_each(|space| space_names(space, &mut names));
        self.maps.values().for_each(|term| term_names(term, &mut names));
        names
    }
}

fn bound_names(s: &Sequent) -> impl Iterator<Item = &Name> {
    let families = s.families.iter().map(|f| &f.name);
    s.spaces.iter().chain(families).chain(s.maps.iter().chain(&s.exists).map(|m| &m.name))
}

fn space_names(space: &Space, names: &mut BTreeSet<Name>) {
    for leaf in space.leaves() {
        if let Space::Atom(name) = leaf {
            names.insert(name.clone());
        }
    }
}

fn term_names(term: &Term, names: &mut BTreeSet<Name>) {
    if let Shape::Map(name) = term.shape() {
        names.insert(name.clone());
    }
    space_names(term.dom(), names);
    space_names(term.cod(), names);
    term.children().into_iter().for_each(|t| term_names(t, names));
}

fn sequent_names(s: &Sequent, names: &mut BTreeSet<Name>) {
    names.extend(bound_names(s).cloned());
    for map in s.maps.iter().chain(&s.exists) {
        space_names(&map.dom, names);
        space_names(&map.cod, names);
        if let Role::Member(over) | Role::Word(over) = &map.role {
            names.insert(over.clone());
        }
    }
    s.families.iter().for_each(|f| space_names(&f.space, names));
    for labelled in s.assumptions.iter().chain(&s.conclusions) {
        match &labelled.prop {
            Prop::Rule(inner) => sequent_names(inner, names),
            Prop::Compare(c) => [&c.left, &c.right].into_iter().for_each(|t| term_names(t, names)),
        }
    }
}
