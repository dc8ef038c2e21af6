//! A statement's assumptions with families and words spelt out, as conditions on plainly declared maps.
//!
//! A family of three members becomes three maps, a word the product of its letters, and a rule about every member one
//! condition a member. What cannot be spelt out is left to the evaluation of the finished instance.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::evaluate::definite_half;
use super::instance::Instance;
use super::matrix::Matrix;
use crate::kernel::{Comparison, Labelled, MapDecl, Name, Prop, Relation, Role, Sequent, Term};
use crate::language::substitute::Substitution;
use crate::terms::*;

/// How many members families have, and how members and words are spelt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// The number of members of each family.
    pub(super) sizes: BTreeMap<Name, usize>,
    /// For each map declared a member, its position in the family.
    pub(super) members: BTreeMap<Name, usize>,
    /// For each map declared a word, the positions of its letters.
    pub(super) words: BTreeMap<Name, Vec<usize>>,
}

impl Layout {
    /// How the families, members and words of an instance are spelt. `None`: it does not give them all.
    pub(super) fn of(instance: &Instance, sequent: &Sequent) -> Option<Layout> {
        let sizes = instance.families.iter().map(|(name, members)| (name.clone(), members.len())).collect();
        let mut layout = Layout { sizes, words: instance.words.clone(), ..Layout::default() };
        for map in &sequent.maps {
            if let Role::Member(family) = &map.role {
                let value = instance.maps.get(&map.name)?;
                let at = instance.families.get(family)?.iter().position(|member| member == value)?;
                layout.members.insert(map.name.clone(), at);
            }
        }
        Some(layout)
    }
}

/// Maps to choose and conditions on them.
#[derive(Clone, Debug, Default)]
pub(super) struct Flat {
    /// The maps, all of role [`Role::Any`].
    pub(super) maps: Vec<MapDecl>,
    /// For each map the declared map or family that it comes from.
    pub(super) origins: Vec<Name>,
    /// What they have to satisfy.
    pub(super) conditions: Vec<Prop>,
    layout: Layout,
    families: BTreeMap<Name, Vec<Name>>,
    letters: BTreeMap<Name, Term>,
}

impl Flat {
    /// Spells the assumptions out. `None`: a term becomes too large, or a member is of no family.
    pub(super) fn of(sequent: &Sequent, layout: &Layout) -> Option<Flat> {
        let mut flat = Flat { layout: layout.clone(), ..Flat::default() };
        let mut letters: BTreeMap<Name, Vec<Term>> = BTreeMap::new();
        for family in &sequent.families {
            let size = layout.sizes.get(&family.name).copied().unwrap_or(0);
            let members = (1..=size).map(|k| MapDecl {
                // No declared name has this character.
                name: format!("{}#{k}", family.name).into(),
                dom: family.space.clone(),
                cod: family.space.clone(),
                role: Role::Any,
            });
            let members: Vec<MapDecl> = members.collect();
            letters.insert(family.name.clone(), members.iter().map(MapDecl::term).collect());
            flat.families.insert(family.name.clone(), members.iter().map(|m| m.name.clone()).collect());
            flat.origins.extend(members.iter().map(|_| family.name.clone()));
            flat.maps.extend(members);
        }
        let mut spelling = Substitution::default();
        for map in &sequent.maps {
            let over = |over: &Name| match (letters.get(over), spelling.maps.get(over)) {
                (Some(members), _) => Some(members.clone()),
                (None, Some(image)) => Some(vec![image.clone()]),
                (None, None) => sequent.maps.iter().find(|m| m.name == *over).map(|m| vec![m.term()]),
            };
            let image = match &map.role {
                Role::Any => {
                    flat.maps.push(map.clone());
                    flat.origins.push(map.name.clone());
                    continue;
                }
                Role::Member(family) => over(family)?.get(*layout.members.get(&map.name)?)?.clone(),
                Role::Word(family) => {
                    let alphabet = over(family)?;
                    let spelt = layout.words.get(&map.name)?.iter().map(|letter| alphabet.get(*letter).cloned());
                    match spelt.collect::<Option<Vec<Term>>>()? {
                        empty if empty.is_empty() => Term::identity(map.dom.clone()),
                        spelt => Term::product(spelt).ok()?,
                    }
                }
            };
            spelling.maps.insert(map.name.clone(), image);
        }
        for assumption in &sequent.assumptions {
            let spelt = spelling.prop(&assumption.prop).ok()?;
            flat.conditions.extend(spell_out(&spelt, &letters).into_iter().flatten());
        }
        flat.letters = spelling.maps;
        Some(flat)
    }

    /// What the maps are in an instance of the same layout. `None`: one is not given.
    pub(super) fn values(&self, instance: &Instance) -> Option<BTreeMap<Name, Matrix>> {
        let mut values = BTreeMap::new();
        for (family, names) in &self.families {
            values.extend(names.iter().cloned().zip(instance.families.get(family)?.iter().cloned()));
        }
        for map in &self.maps {
            if !values.contains_key(&map.name) {
                values.insert(map.name.clone(), instance.maps.get(&map.name)?.clone());
            }
        }
        Some(values)
    }

    /// The instance whose maps have these values. `None`: one is missing, or they do not fit.
    pub(super) fn instance(
        &self,
        dims: &BTreeMap<Name, usize>,
        values: &BTreeMap<Name, Matrix>,
        sequent: &Sequent,
    ) -> Option<Instance> {
        let member = |names: &Vec<Name>| names.iter().map(|name| values.get(name).cloned()).collect::<Option<Vec<_>>>();
        let families = self.families.iter().map(|(name, members)| Some((name.clone(), member(members)?)));
        let mut maps = BTreeMap::new();
        for map in &sequent.maps {
            let value = match self.letters.get(&map.name) {
                None => values.get(&map.name)?.clone(),
                Some(term) => product(term, values, super::instance::dimension(dims, &map.dom)?)?,
            };
            maps.insert(map.name.clone(), value);
        }
        Some(Instance {
            dims: dims.clone(),
            families: families.collect::<Option<_>>()?,
            maps,
            words: self.layout.words.clone(),
        })
    }
}

/// The value of a spelling: the identity, a map, or a product of spellings.
fn product(term: &Term, values: &BTreeMap<Name, Matrix>, n: usize) -> Option<Matrix> {
    use crate::kernel::Shape;
    match term.shape() {
        Shape::Map(name) => values.get(name).cloned(),
        Shape::Product(terms) => {
            terms.iter().try_fold(Matrix::identity(n), |whole, t| whole.times(&product(t, values, n)?))
        }
        _ => Some(Matrix::identity(n)),
    }
}

/// The proposition as conditions without members; `None` where it speaks of all words over a family, or the like.
fn spell_out(prop: &Prop, letters: &BTreeMap<Name, Vec<Term>>) -> Option<Vec<Prop>> {
    let sequent = match prop {
        Prop::Compare(c) => return Some(vec![halved(c)]),
        Prop::Rule(sequent) => sequent,
    };
    let over_family = |map: &&MapDecl| match &map.role {
        Role::Any => false,
        Role::Member(over) | Role::Word(over) => letters.contains_key(over),
    };
    if let Some(map) = sequent.maps.iter().find(over_family) {
        let Role::Member(family) = &map.role else { return None };
        let mut rest: Sequent = (**sequent).clone();
        rest.maps.retain(|m| m.name != map.name);
        let one = |letter: &Term| {
            let choice = Substitution { maps: [(map.name.clone(), letter.clone())].into(), ..Substitution::default() };
            spell_out(&choice.prop(&Prop::Rule(Arc::new(rest.clone()))).ok()?, letters)
        };
        return letters.get(family)?.iter().map(one).collect::<Option<Vec<_>>>().map(|all| all.concat());
    }
    if sequent.exists.iter().any(|map| map.role != Role::Any) {
        return None;
    }
    let spelt = |list: &[Labelled]| list.iter().map(|l| spell_out(&l.prop, letters)).collect::<Option<Vec<_>>>();
    let (premises, conclusions) = (spelt(&sequent.assumptions)?.concat(), spelt(&sequent.conclusions)?.concat());
    if sequent.is_claim() && sequent.exists.is_empty() {
        return Some(conclusions);
    }
    let labelled = |props: Vec<Prop>| props.into_iter().map(|prop| Labelled { label: String::new(), prop }).collect();
    let rule = Sequent { assumptions: labelled(premises), conclusions: labelled(conclusions), ..(**sequent).clone() };
    Some(vec![Prop::Rule(Arc::new(rule))])
}

/// `X*X' = 0` as `X = 0`, which says the same over the rationals and is linear.
fn halved(c: &Comparison) -> Prop {
    let half = definite_half(&c.left, &c.right).filter(|_| c.relation == Relation::Equal);
    match half {
        Some(half) => Prop::equation(half.clone(), Term::zero(half.dom().clone(), half.cod().clone())),
        None => Prop::Compare(c.clone()),
    }
}

/// Which of the maps a condition speaks of.
pub(super) fn speaks_of(prop: &Prop, maps: &[MapDecl]) -> Vec<usize> {
    let said = |map: &MapDecl| super::reading::mentions(prop, &BTreeSet::from([&map.name]));
    (0..maps.len()).filter(|k| said(&maps[*k])).collect()
}
