//! Rules applied, and claims taken apart: instance, obtain.

use std::sync::Arc;

use num_traits::One;

use super::super::names::plain;
use super::super::write::{argument, letters, operand};
use super::parts::pattern;
use super::{Fact, Writer, Written, refuse};
use crate::kernel::{FactId, Letter, MapDecl, Name, Polynomial, Prop, Role, Sequent, Shape, Source, Space, Term};
use crate::language::substitute::Substitution;
use crate::terms::*;

impl Writer<'_> {
    pub(super) fn instance(
        &mut self,
        rule: &Source,
        spaces: &[Space],
        families: &[Name],
        maps: &[Term],
        premises: &[FactId],
    ) -> Written<()> {
        let (sequent, applied) = match rule {
            Source::Fact(id) => match self.fact(*id)? {
                Fact { name, prop: Prop::Rule(sequent) } => (sequent, name),
                _ => return refuse(format!("fact {id} is no rule")),
            },
            Source::Theorem(hash) => {
                let Some(theorem) = (self.theorems)(*hash) else { return refuse("a theorem that is not proved") };
                let name = plain(theorem.name());
                self.used.insert(theorem.name().to_string());
                (theorem.sequent().clone(), format!("@{name} F'"))
            }
        };
        let given = [spaces.len(), families.len(), maps.len(), premises.len()];
        if given != [sequent.spaces.len(), sequent.families.len(), sequent.maps.len(), sequent.assumptions.len()] {
            return refuse("arguments or premises are missing");
        }
        let mut under = Substitution::default();
        let mut arguments: Vec<String> = spaces.iter().map(argument).collect();
        under.spaces = sequent.spaces.iter().cloned().zip(spaces.iter().cloned()).collect();
        arguments.extend(sequent.equal.iter().map(|_| "ltac:(lia)".to_owned()));
        for (family, image) in sequent.families.iter().zip(families) {
            arguments.push(letters(image, self.families.contains(&**image)));
            under.families.insert(family.name.clone(), image.clone());
        }
        for (map, term) in sequent.maps.iter().zip(maps) {
            arguments.push(operand(term));
            let role = under.declaration(map)?.role;
            if role != Role::Any {
                arguments.push(self.role_of(term, &role)?);
            }
            under.maps.insert(map.name.clone(), term.clone());
        }
        for (premise, id) in sequent.assumptions.iter().zip(premises) {
            arguments.push(self.premise(&self.fact(*id)?, &under.prop(&premise.prop)?)?);
        }
        let named = self.claims(&sequent, &under)?;
        self.line(&format!("have {} := {applied} {}.", pattern(&[], &named), arguments.join(" ")));
        Ok(())
    }

    /// The proof that a term is a member of a family, or a word over it.
    pub(super) fn role_of(&mut self, term: &Term, role: &Role) -> Written<String> {
        let p = Polynomial::of(term, &mut self.budget)?;
        let (over, word_wanted) = match role {
            Role::Any => return refuse("no role"),
            Role::Member(over) => (over, false),
            Role::Word(over) => (over, true),
        };
        let word = match p.terms().next() {
            Some((word, c)) if p.terms().len() == 1 && c.is_one() => word.clone(),
            _ => return refuse("not a word"),
        };
        let family = letters(over, self.families.contains(&**over));
        let mut proofs = Vec::new();
        for letter in &word {
            let Letter::Map { name, transposed: false, .. } = letter else { return refuse("not a letter") };
            let known = self.roles.iter().rev().find(|(n, ..)| n == name);
            proofs.push(match known {
                Some((_, Role::Word(of), why)) if of == over => why.clone(),
                Some((_, Role::Member(of), why)) if of == over && word_wanted => format!("(letter' {why})"),
                Some((_, Role::Member(of), why)) if of == over => why.clone(),
                _ if name == over && word_wanted => format!("(letter' (erefl : only' {0} {0}))", plain(name)),
                _ if name == over => format!("(erefl : only' {0} {0})", plain(name)),
                _ => return refuse(format!("{name} is not known to be over {over}")),
            });
        }
        let canonical = proofs.into_iter().reduce(|a, b| format!("(append' {a} {b})"));
        let canonical = canonical.unwrap_or_else(|| format!("(word_one' {family})"));
        if !word_wanted || word.len() <= 1 && matches!(term.shape(), Shape::Map(_) | Shape::Identity) {
            return Ok(canonical);
        }
        // The term as it is written has to be brought into the form of the proof.
        // A name that no lemma of the prelude has.
        let name = self.names.fresh("spelt'");
        self.line(&format!("have {name} : word' {family} {}.", operand(term)));
        self.line(&format!("{{ by have := {canonical}; congr (word' _ _); matrices'. }}"));
        Ok(name)
    }

    pub(super) fn obtain(&mut self, fact: FactId, names: &[Name]) -> Written<()> {
        let Fact { name, prop: Prop::Rule(sequent) } = self.fact(fact)? else {
            return refuse(format!("fact {fact} is no existential claim"));
        };
        let mut under = Substitution::default();
        let (mut maps, mut shown) = (Vec::new(), Vec::new());
        for (map, new) in sequent.exists.iter().zip(names) {
            maps.push(plain(new));
            let declared = MapDecl { name: new.clone(), ..under.declaration(map)? };
            under.maps.insert(map.name.clone(), declared.term());
            if declared.role != Role::Any {
                let known = self.names.fresh("known'");
                shown.push(known.clone());
                self.roles.push((new.clone(), declared.role, known));
            }
        }
        for l in &sequent.conclusions {
            let prop = under.prop(&l.prop)?;
            let fact = self.name_fact();
            shown.push(fact.clone());
            self.facts.push(Some(Fact { name: fact, prop }));
        }
        self.line(&format!("have {} := {name}.", pattern(&maps, &shown)));
        Ok(())
    }

    /// Numbers what a sequent claims, with names replaced: its conclusions, or their existential closure.
    pub(super) fn claims(&mut self, s: &Sequent, under: &Substitution) -> Written<Vec<String>> {
        let props: Vec<Prop> = match s.exists.is_empty() {
            true => s.conclusions.iter().map(|l| l.prop.clone()).collect(),
            false => {
                let (exists, conclusions) = (s.exists.clone(), s.conclusions.clone());
                vec![Prop::Rule(Arc::new(Sequent { exists, conclusions, ..Sequent::default() }))]
            }
        };
        let number = |prop: Prop| {
            let (name, prop) = (self.name_fact(), under.prop(&prop)?);
            self.facts.push(Some(Fact { name: name.clone(), prop }));
            Ok(name)
        };
        props.into_iter().map(number).collect()
    }
}
