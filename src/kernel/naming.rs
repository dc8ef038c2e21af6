//! What bound names stand for, and when two claims say the same whatever their bound names are.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use num_traits::Signed;

use super::failure::{Failure, Reason, need, refuse};
use super::polynomial::{Budget, Letter, Polynomial};
use super::space::{Name, Space};
use super::statement::{Field, MapDecl, Prop, Relation, Role, Sequent};

/// Rules nested more deeply than this are declined, so that walking a sequent may recurse.
pub(super) const MAX_RULES: usize = 8;

/// What names stand for inside a rule that is being applied, and inside nothing else: replaced all at once,
/// while a term is expanded. Images are already expanded, so a bound name can never capture part of one.
#[derive(Clone, Debug, Default)]
pub(super) struct Assignment {
    pub(super) spaces: BTreeMap<Name, Space>,
    /// A family goes to a family, or to a map that stands for the family of itself alone.
    pub(super) families: BTreeMap<Name, Name>,
    pub(super) maps: BTreeMap<Name, Arc<Polynomial>>,
}

impl Assignment {
    /// The image of a space. Error: [`Reason::TooLarge`].
    pub(super) fn space(&self, space: &Space) -> Result<Space, Failure> {
        if self.spaces.is_empty() { Ok(space.clone()) } else { space.replace(&|name| self.spaces.get(name).cloned()) }
    }

    /// The image of a role: what words are made of has to go to a family or to a map by name.
    pub(super) fn role(&self, role: &Role) -> Result<Role, Failure> {
        let image = |over: &Name| match (self.families.get(over), self.maps.get(over).map(|p| p.as_word())) {
            (Some(image), _) => Ok(image.clone()),
            (None, None) => Ok(over.clone()),
            (None, Some(word)) => match word.map(Vec::as_slice) {
                Some([Letter::Map { name, transposed: false, .. }]) => Ok(name.clone()),
                _ => {
                    refuse(Reason::NotAWord, format_args!("words are over {over}, so a map by name must stand for it"))
                }
            },
        };
        Ok(match role {
            Role::Any => Role::Any,
            Role::Member(over) => Role::Member(image(over)?),
            Role::Word(over) => Role::Word(image(over)?),
        })
    }

    /// The image of a declaration, under another name, which from here on the declared name stands for.
    pub(super) fn rename(&mut self, map: &MapDecl, name: Name, budget: &mut Budget) -> Result<MapDecl, Failure> {
        let (dom, cod, role) = (self.space(&map.dom)?, self.space(&map.cod)?, self.role(&map.role)?);
        self.maps.insert(map.name.clone(), Arc::new(Polynomial::map(&name, &dom, &cod, budget)?));
        Ok(MapDecl { name, dom, cod, role })
    }
}

/// Canonical text of a claim. Two propositions of one scope have the same key only if they say the same up to
/// bound names, labels and the arithmetic of polynomials: every list begins with its length, names contain no
/// separators, and bound names become `#0`, `#1`, ..., which no declared name can be.
pub(super) struct Key<'b> {
    text: String,
    bound: usize,
    depth: usize,
    budget: &'b mut Budget,
}

impl<'b> Key<'b> {
    fn new(budget: &'b mut Budget) -> Key<'b> {
        Key { text: String::new(), bound: 0, depth: 0, budget }
    }

    /// The key of a proposition whose names stand for what `under` says. Errors: limits.
    pub(super) fn of(prop: &Prop, under: &Assignment, budget: &'b mut Budget) -> Result<String, Failure> {
        let mut key = Key::new(budget);
        key.prop(prop, under)?;
        Ok(key.text)
    }

    /// The key of the proposition that `difference` stands in this relation to 0. Errors: limits.
    pub(super) fn of_difference(
        by: Relation,
        difference: &Polynomial,
        budget: &'b mut Budget,
    ) -> Result<String, Failure> {
        let mut key = Key::new(budget);
        key.difference(by, difference)?;
        Ok(key.text)
    }

    /// The key of a rule whose free names stand for what `under` says. Errors: limits.
    pub(super) fn of_rule(rule: &Sequent, under: &Assignment, budget: &'b mut Budget) -> Result<String, Failure> {
        let mut key = Key::new(budget);
        key.sequent(rule, under, true)?;
        Ok(key.text)
    }

    /// What a statement's hash is taken of; here the names that the statement itself binds count. Errors: limits.
    pub(super) fn of_statement(
        name: &Name,
        field: Field,
        s: &Sequent,
        budget: &'b mut Budget,
    ) -> Result<String, Failure> {
        let mut key = Key::new(budget);
        key.write(format_args!("scotoma statement 1 {name} {field:?}"))?;
        key.sequent(s, &Assignment::default(), false)?;
        Ok(key.text)
    }

    fn write(&mut self, what: impl Display) -> Result<(), Failure> {
        let text = what.to_string();
        self.text += &text;
        self.budget.spend(text.len())
    }

    fn prop(&mut self, prop: &Prop, under: &Assignment) -> Result<(), Failure> {
        match prop {
            Prop::Rule(sequent) => self.sequent(sequent, under, true),
            Prop::Compare(c) => {
                let difference = Polynomial::difference_under(&c.left, &c.right, under, self.budget)?;
                self.difference(c.relation, &difference)
            }
        }
    }

    /// `s = t` and `t = s` say the same, so for them the sign of the first coefficient does not count.
    fn difference(&mut self, relation: Relation, p: &Polynomial) -> Result<(), Failure> {
        let flip = !relation.is_order() && p.terms().next().is_some_and(|(_, c)| c.is_negative());
        self.write(format_args!(" {relation:?} ({}) ({}) {}", p.dom(), p.cod(), p.terms().len()))?;
        for (word, coefficient) in p.terms() {
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

    fn sequent(&mut self, s: &Sequent, under: &Assignment, rename: bool) -> Result<(), Failure> {
        need(self.depth < MAX_RULES, Reason::TooDeep, format_args!("rules nested more than {MAX_RULES} deep"))?;
        self.depth += 1;
        self.budget.spend(under.spaces.len() + under.families.len() + under.maps.len())?;
        let mut under = under.clone();
        let bind = |key: &mut Key, name: &Name| {
            key.bound += usize::from(rename);
            if rename { Name::from(format!("#{}", key.bound - 1)) } else { name.clone() }
        };
        self.write(format_args!(" {}", s.spaces.len()))?;
        for name in &s.spaces {
            let new = bind(self, name);
            self.write(format_args!(" {new}"))?;
            under.spaces.insert(name.clone(), Space::Atom(new));
        }
        self.write(format_args!(" {}", s.equal.len()))?;
        for (a, b) in &s.equal {
            let [a, b] = [a, b].map(|name| under.space(&Space::Atom(name.clone())));
            self.write(format_args!(" ({}) ({})", a?, b?))?;
        }
        self.write(format_args!(" {}", s.families.len()))?;
        for family in &s.families {
            let new = bind(self, &family.name);
            self.write(format_args!(" {new} ({})", under.space(&family.space)?))?;
            under.families.insert(family.name.clone(), new);
        }
        for (maps, props) in [(&s.maps, &s.assumptions), (&s.exists, &s.conclusions)] {
            self.write(format_args!(" {}", maps.len()))?;
            for map in maps {
                let new = bind(self, &map.name);
                let MapDecl { name, dom, cod, role } = under.rename(map, new, self.budget)?;
                self.write(format_args!(" {name} ({dom}) ({cod}) {role:?}"))?;
            }
            self.write(format_args!(" {}", props.len()))?;
            props.iter().try_for_each(|l| self.prop(&l.prop, &under))?;
        }
        self.depth -= 1;
        Ok(())
    }
}
