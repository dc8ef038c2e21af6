//! What can be read off a proposition as it is written: which names it speaks of, and to which degree.

use std::collections::BTreeSet;

use crate::kernel::{Name, Prop, Relation, Role, Sequent, Shape, Space, Term};
use crate::terms::*;

/// Whether the proposition is made of equations affine in the maps of these names together, at most under rules whose premises
/// do not depend on them, so that the choices of the maps for which it holds are an affine space.
pub fn is_affine(prop: &Prop, names: &BTreeSet<&Name>) -> bool {
    match prop {
        Prop::Compare(c) => {
            c.relation == Relation::Equal && degree(&c.left, names) <= 1 && degree(&c.right, names) <= 1
        }
        Prop::Rule(inner) => {
            let mut names = names.clone();
            let fixed = inner.assumptions.iter().all(|l| !mentions(&l.prop, &names));
            let letters = inner.maps.iter().all(|m| match &m.role {
                Role::Any => true,
                Role::Member(over) | Role::Word(over) => !names.contains(over),
            });
            let solvable = inner.exists.iter().all(|map| map.role == Role::Any);
            names.extend(inner.exists.iter().map(|map| &map.name));
            fixed && letters && solvable && inner.conclusions.iter().all(|l| is_affine(&l.prop, &names))
        }
    }
}

/// Whether the choices of these maps at which the rule's claim holds are an affine space.
pub fn claims_affinely(rule: &Sequent, bound: &BTreeSet<&Name>) -> bool {
    let mut names = bound.clone();
    names.extend(rule.exists.iter().map(|map| &map.name));
    let solvable = rule.exists.iter().all(|map| map.role == Role::Any);
    solvable && rule.conclusions.iter().all(|l| is_affine(&l.prop, &names))
}

/// Whether any of the names occurs in the proposition.
pub fn mentions(prop: &Prop, names: &BTreeSet<&Name>) -> bool {
    match prop {
        Prop::Compare(c) => degree(&c.left, names) + degree(&c.right, names) > 0,
        Prop::Rule(inner) => {
            let roles = inner.maps.iter().chain(&inner.exists).any(|m| match &m.role {
                Role::Any => false,
                Role::Member(over) | Role::Word(over) => names.contains(over),
            });
            roles || inner.assumptions.iter().chain(&inner.conclusions).any(|l| mentions(&l.prop, names))
        }
    }
}

/// The degree of a term in the maps of these names together (an upper bound: nothing is cancelled).
pub fn degree(term: &Term, names: &BTreeSet<&Name>) -> usize {
    match term.shape() {
        Shape::Map(name) => usize::from(names.contains(name)),
        Shape::Product(terms) => terms.iter().map(|t| degree(t, names)).sum(),
        _ => term.children().into_iter().map(|t| degree(t, names)).max().unwrap_or(0),
    }
}

/// In which dimensions a space that a rule binds has to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimensions {
    /// The dimensions.
    pub of: Vec<usize>,
    /// Whether a rule that holds in them holds in all.
    pub decide: bool,
}

/// In which dimensions to look at a space P that the rule binds.
///
/// - All maps on P start there and end in spaces that are not bound; each proposition that speaks of P is an equation from P to a
///   space without P, of degree at most 1 in those maps (or a rule about members and words that concludes such equations);
///   and so do the maps that are claimed to exist, if a conclusion speaks of P. Such an equation has no constant part, as nothing
///   else starts in P. So it holds for maps side by side exactly if it holds for each column, and for columns 0 always:
///   dimension 1 decides for all, 0 included. The same where all maps end in P, row by row.
/// - No map is on P. Then nothing but identities, zeros and their sums is, whose equations know only 0 from the rest.
/// - Otherwise small dimensions may show that the rule fails, and do not show that it holds.
pub fn dimensions(rule: &Sequent, space: &Name) -> Dimensions {
    let maps = || rule.maps.iter().chain(&rule.exists);
    let on: BTreeSet<&Name> = maps().filter(|m| has(&m.dom, space) || has(&m.cod, space)).map(|m| &m.name).collect();
    let props = || rule.assumptions.iter().chain(&rule.conclusions).map(|l| &l.prop);
    let speaking = || props().filter(|prop| speaks_of(prop, space, &on));
    if on.is_empty() {
        let plain = speaking().all(|prop| matches!(prop, Prop::Compare(_)));
        return Dimensions { of: vec![0, 1], decide: plain };
    }
    let bound = |other: &Space| rule.spaces.iter().any(|name| has(other, name));
    let atom = Space::Atom(space.clone());
    let concluded = rule.conclusions.iter().any(|l| speaks_of(&l.prop, space, &on));
    let exists = !concluded || rule.exists.iter().all(|map| on.contains(&map.name));
    let all_on = |fits: &dyn Fn(&Space, &Space) -> bool| {
        maps().filter(|map| on.contains(&map.name)).all(|map| fits(&map.dom, &map.cod))
    };
    let starts = |dom: &Space, cod: &Space| *dom == atom && !bound(cod);
    let ends = |dom: &Space, cod: &Space| *cod == atom && !bound(dom);
    let each = |fits: &dyn Fn(&Space, &Space) -> bool| {
        exists && all_on(fits) && speaking().all(|prop| one_by_one(prop, space, &on, fits))
    };
    let apart = |dom: &Space, cod: &Space| *dom == atom && !has(cod, space);
    let apart_ends = |dom: &Space, cod: &Space| *cod == atom && !has(dom, space);
    let columns = all_on(&starts) && each(&apart) || all_on(&ends) && each(&apart_ends);
    match columns {
        true => Dimensions { of: vec![1], decide: true },
        false => Dimensions { of: vec![0, 1, 2], decide: false },
    }
}

fn one_by_one(prop: &Prop, space: &Name, on: &BTreeSet<&Name>, fits: &dyn Fn(&Space, &Space) -> bool) -> bool {
    match prop {
        Prop::Compare(c) => {
            let linear = degree(&c.left, on) <= 1 && degree(&c.right, on) <= 1;
            c.relation == Relation::Equal && linear && fits(c.left.dom(), c.left.cod())
        }
        Prop::Rule(inner) => {
            let chosen = inner.maps.iter().all(|map| match &map.role {
                Role::Any => false,
                Role::Member(over) | Role::Word(over) => !on.contains(over),
            });
            let plain = inner.spaces.is_empty() && inner.equal.is_empty() && inner.families.is_empty();
            plain
                && chosen
                && inner.exists.is_empty()
                && inner.assumptions.iter().all(|l| !speaks_of(&l.prop, space, on))
                && inner.conclusions.iter().all(|l| match speaks_of(&l.prop, space, on) {
                    true => one_by_one(&l.prop, space, on, fits),
                    false => true,
                })
        }
    }
}

/// Whether a proposition speaks of a space, or of maps on it.
fn speaks_of(prop: &Prop, space: &Name, on: &BTreeSet<&Name>) -> bool {
    match prop {
        Prop::Compare(c) => in_term(&c.left, space) || in_term(&c.right, space),
        Prop::Rule(inner) => {
            let maps = inner.maps.iter().chain(&inner.exists);
            let types = maps.clone().any(|map| has(&map.dom, space) || has(&map.cod, space));
            let families = inner.families.iter().any(|family| has(&family.space, space));
            let equal = inner.equal.iter().any(|(a, b)| a == space || b == space);
            let props = inner.assumptions.iter().chain(&inner.conclusions);
            types || families || equal || mentions(prop, on) || props.into_iter().any(|l| speaks_of(&l.prop, space, on))
        }
    }
}

fn in_term(term: &Term, space: &Name) -> bool {
    has(term.dom(), space) || has(term.cod(), space) || term.children().into_iter().any(|t| in_term(t, space))
}

/// Whether a space has this one among its summands.
pub fn has(space: &Space, name: &Name) -> bool {
    space.leaves().iter().any(|leaf| matches!(leaf, Space::Atom(n) if n == name))
}
