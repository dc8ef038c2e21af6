//! One proof as a Rocq script: each step of the kernel becomes one `have`, justified by the lemma of its rule.
//!
//! The script states every fact before it proves it, so that Rocq and not this file decides whether it follows. What the
//! kernel compares as polynomials, Rocq compares by expanding both sides (`matrices'` of the prelude).

mod apply;
mod convert;
mod hide;
mod order;
mod parts;
mod rules;

use std::collections::BTreeSet;
use std::sync::Arc;

use num_rational::BigRational;
use num_traits::{One, Signed};

use super::names::{Names, plain};
use super::write::{self, operand, signed, top};
use crate::kernel::{
    Block, Budget, Comparison, FactId, Failure, Hash, MapDecl, Name, Part, Prop, Relation, Role, Sequent, Shape,
    Source, Space, Statement, Step, Term,
};
use crate::language::substitute::Substitution;
use crate::terms::*;
use parts::{minus, pattern};

/// Finds a theorem's statement by its hash.
pub type Theorems<'a> = &'a dyn Fn(Hash) -> Option<Statement>;

/// Why a proof cannot be written.
#[derive(Clone, Debug)]
pub(super) struct Unwritable(pub(super) String);

impl From<Failure> for Unwritable {
    fn from(failure: Failure) -> Unwritable {
        Unwritable(failure.why)
    }
}

type Written<T> = Result<T, Unwritable>;

fn refuse<T>(why: impl Into<String>) -> Written<T> {
    Err(Unwritable(why.into()))
}

/// A fact with its name in the script.
#[derive(Clone)]
struct Fact {
    name: String,
    prop: Prop,
}

/// Writes the script of one proof.
pub(super) struct Writer<'a> {
    theorems: Theorems<'a>,
    label: &'a dyn Fn(FactId) -> String,
    names: Names,
    families: BTreeSet<String>,
    /// Members and words in scope: their roles and the hypotheses that say so.
    roles: Vec<(Name, Role, String)>,
    /// By number; `None` once its block has ended.
    facts: Vec<Option<Fact>>,
    budget: Budget,
    depth: usize,
    out: String,
    /// The theorems used, by name.
    pub(super) used: BTreeSet<String>,
}

impl<'a> Writer<'a> {
    /// `label` gives the wish for a fact's name, or an empty text.
    pub(super) fn new(theorems: Theorems<'a>, label: &'a dyn Fn(FactId) -> String) -> Writer<'a> {
        Writer {
            theorems,
            label,
            names: Names::default(),
            families: BTreeSet::new(),
            roles: Vec::new(),
            facts: Vec::new(),
            budget: Budget::default(),
            depth: 0,
            out: String::new(),
            used: BTreeSet::new(),
        }
    }

    /// `Theorem name binders : claim.` and its proof.
    pub(super) fn theorem(&mut self, name: &str, field: &str, sequent: &Sequent, block: &Block) -> Written<String> {
        self.names.take(name);
        self.reserve(sequent);
        self.reserve_block(block);
        let binders = self.open(sequent)?;
        let mut head = format!("Theorem {} (F' : {field})", plain(name));
        let mut line = head.len();
        for group in binders.chunk_by(|a, b| a.1 == b.1) {
            let names: Vec<&str> = group.iter().map(|(name, _)| name.as_str()).collect();
            let text = format!(" ({} : {})", names.join(" "), group[0].1);
            if line + text.len() > 110 {
                head.push_str("\n ");
                line = 1;
            }
            line += text.len();
            head += &text;
        }
        head += &format!(" :\n  {}.\nProof.\n", write::conclusion(sequent, &|n| self.families.contains(n)));
        self.block(sequent, &Substitution::default(), block)?;
        Ok(head + &self.out + "Qed.\n")
    }

    /// Keeps every name that a sequent binds from being given to a fact.
    fn reserve(&mut self, s: &Sequent) {
        let families = s.families.iter().map(|f| &f.name);
        let maps = s.maps.iter().chain(&s.exists).map(|m| &m.name);
        s.spaces.iter().chain(families).chain(maps).for_each(|name| self.names.take(name));
        for l in s.assumptions.iter().chain(&s.conclusions) {
            if let Prop::Rule(inner) = &l.prop {
                self.reserve(inner);
            }
        }
    }

    fn reserve_block(&mut self, block: &Block) {
        for step in &block.steps {
            match step {
                Step::Instance { rule: Source::Theorem(hash), .. } => {
                    if let Some(theorem) = (self.theorems)(*hash) {
                        self.names.take(theorem.name());
                    }
                }
                Step::Obtain { names, .. } => names.iter().for_each(|name| self.names.take(name)),
                Step::PseudoInverse { name, .. } | Step::Extensionality { name, .. } => self.names.take(name),
                Step::Pivot { left, right, .. } => [left, right].into_iter().for_each(|name| self.names.take(name)),
                Step::Contradiction { block, .. } => self.reserve_block(block),
                Step::Suppose { sequent, block } => {
                    self.reserve(sequent);
                    self.reserve_block(block);
                }
                Step::WordInduction { rule, letter, base, step } => {
                    self.reserve(rule);
                    self.names.take(letter);
                    self.reserve_block(base);
                    self.reserve_block(step);
                }
                _ => {}
            }
        }
    }

    /// Declares what a sequent binds and assumes; returns the names and types in order.
    fn open(&mut self, s: &Sequent) -> Written<Vec<(String, String)>> {
        self.families.extend(s.families.iter().map(|f| f.name.to_string()));
        let mut binders = write::binders(s, &|n| self.families.contains(n));
        for (name, _) in binders.iter_mut().filter(|(name, _)| name == "_") {
            *name = self.names.fresh("known'");
        }
        // A role stands right behind its map.
        for map in s.maps.iter().filter(|map| map.role != Role::Any) {
            if let Some(at) = binders.iter().position(|(name, _)| *name == plain(&map.name)) {
                self.roles.push((map.name.clone(), map.role.clone(), binders[at + 1].0.clone()));
            }
        }
        for l in &s.assumptions {
            let name = self.name_fact();
            binders.push((name.clone(), self.prop(&l.prop)));
            self.facts.push(Some(Fact { name, prop: l.prop.clone() }));
        }
        Ok(binders)
    }

    fn prop(&self, p: &Prop) -> String {
        write::prop(p, &|n| self.families.contains(n))
    }

    /// The name of the fact that comes next.
    fn name_fact(&mut self) -> String {
        let wish = (self.label)(self.facts.len());
        let wish = if wish.is_empty() { format!("fact{}'", self.facts.len()) } else { wish };
        self.names.fresh(&wish)
    }

    fn push(&mut self, name: String, prop: Prop) {
        self.facts.push(Some(Fact { name, prop }));
    }

    fn line(&mut self, text: &str) {
        self.out += &format!("{}{text}\n", "  ".repeat(self.depth));
    }

    fn fact(&self, id: FactId) -> Written<Fact> {
        match self.facts.get(id) {
            Some(Some(fact)) => Ok(fact.clone()),
            _ => refuse(format!("there is no fact {id} here")),
        }
    }

    fn block(&mut self, goal: &Sequent, under: &Substitution, block: &Block) -> Written<()> {
        block.steps.iter().try_for_each(|step| self.step(step))?;
        let mut under = under.clone();
        if block.witnesses.len() != goal.exists.len() || block.facts.len() != goal.conclusions.len() {
            return refuse("witnesses or facts are missing");
        }
        let mut roles = Vec::new();
        for (map, term) in goal.exists.iter().zip(&block.witnesses) {
            let MapDecl { name, role, .. } = under.declaration(map)?;
            self.line(&format!("exists {}.", operand(term)));
            under.maps.insert(name, term.clone());
            roles.extend((role != Role::Any).then(|| (term.clone(), role)));
        }
        for (term, role) in roles {
            self.conjunct(false, |w| {
                let why = w.role_of(&term, &role)?;
                w.line(&format!("exact: {why}."));
                Ok(())
            })?;
        }
        for (index, (conclusion, id)) in goal.conclusions.iter().zip(&block.facts).enumerate() {
            let (fact, wanted) = (self.fact(*id)?, under.prop(&conclusion.prop)?);
            let last = index + 1 == goal.conclusions.len();
            self.conjunct(last, |w| w.convert(&fact.name, &fact.prop, &wanted))?;
        }
        Ok(())
    }

    /// `have name : prop.` and its proof in braces.
    ///
    /// The proof is written first: only then is it known which number the kernel gives the fact.
    fn have(&mut self, prop: Prop, prove: impl FnOnce(&mut Self) -> Written<()>) -> Written<()> {
        let before = std::mem::take(&mut self.out);
        self.braces(prove)?;
        let proof = std::mem::replace(&mut self.out, before);
        let name = self.name_fact();
        self.line(&format!("have {name} : {}.", self.prop(&prop)));
        self.out += &proof;
        self.facts.push(Some(Fact { name, prop }));
        Ok(())
    }

    /// A premise of a rule, in the very words of the rule; its name. The kernel does not number it.
    fn premise(&mut self, have: &Fact, wanted: &Prop) -> Written<String> {
        if self.prop(&have.prop) == self.prop(wanted) {
            return Ok(have.name.clone());
        }
        let name = self.names.fresh("premise'");
        self.line(&format!("have {name} : {}.", self.prop(wanted)));
        self.braces(|w| w.convert(&have.name, &have.prop, wanted))?;
        Ok(name)
    }

    /// Proves one part of a conjunction, or what is left of it.
    fn conjunct(&mut self, last: bool, prove: impl FnOnce(&mut Self) -> Written<()>) -> Written<()> {
        if last {
            return prove(self);
        }
        self.line("split.");
        self.braces(prove)
    }

    fn braces(&mut self, write: impl FnOnce(&mut Self) -> Written<()>) -> Written<()> {
        self.line("{");
        self.depth += 1;
        write(self)?;
        self.depth -= 1;
        self.line("}");
        Ok(())
    }

    /// Runs what lives in a block of its own.
    fn within(&mut self, run: impl FnOnce(&mut Self) -> Written<()>) -> Written<()> {
        let (families, roles, facts) = (self.families.clone(), self.roles.len(), self.facts.len());
        run(self)?;
        self.families = families;
        self.roles.truncate(roles);
        self.facts[facts..].fill(None);
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Written<()> {
        match step {
            Step::Combination { left, right, parts } => {
                self.have(Prop::equation(left.clone(), right.clone()), |w| w.combination(left, right, parts))
            }
            Step::Instance { rule, spaces, families, maps, premises } => {
                self.instance(rule, spaces, families, maps, premises)
            }
            Step::Obtain { fact, names } => self.obtain(*fact, names),
            Step::Contradiction { left, right, block } => self.contradiction(left, right, block),
            Step::PseudoInverse { map, name } => self.pseudo_inverse(map, name),
            Step::SquareInverse { fact, left, right } => self.square_inverse(*fact, left, right),
            Step::Definite { fact, map } => self.definite(*fact, map),
            Step::WordInduction { rule, letter, base, step } => self.induction(rule, letter, base, step),
            Step::Farkas { claim, forth, back } => self.farkas(claim, forth, back.as_ref()),
            Step::Square { map, fact } => self.square(map, *fact),
            Step::Product { first, second } => self.product(*first, *second),
            Step::Pivot { fact, left, right } => self.pivot(*fact, left, right),
            Step::Extensionality { fact, name, left, right } => self.extensionality(*fact, name, left, right),
            Step::Suppose { sequent, block } => self.have(Prop::Rule(sequent.clone()), |w| {
                w.within(|w| {
                    let binders = w.open(sequent)?;
                    w.intro(&binders);
                    w.block(sequent, &Substitution::default(), block)
                })
            }),
        }
    }

    fn intro(&mut self, binders: &[(String, String)]) {
        let names: Vec<&str> = binders.iter().map(|(name, _)| name.as_str()).collect();
        if !names.is_empty() {
            self.line(&format!("move=> {}.", names.join(" ")));
        }
    }

    fn combination(&mut self, left: &Term, right: &Term, parts: &[Part]) -> Written<()> {
        let (terms, reasons): (Vec<Term>, Vec<String>) = self.sum(parts)?.into_iter().unzip();
        let why = reasons.into_iter().reduce(|a, b| format!("plus' ({a}) ({b})"));
        let sum = match why {
            None => {
                self.line("apply: (combination' (z := 0)) => //.");
                Term::zero(left.dom().clone(), left.cod().clone())
            }
            Some(why) => {
                let sum = Term::sum(terms)?;
                self.line(&format!("apply: (combination' (z := {})).", top(&sum)));
                self.line(&format!("{{ exact ({why}). }}"));
                sum
            }
        };
        let tactic = self.expanding(&minus(left, right)?, &sum)?;
        self.line(&format!("all: by {tactic}."));
        Ok(())
    }

    /// Multiples of zero, each with the proof that it is.
    fn sum(&self, parts: &[Part]) -> Written<Vec<(Term, String)>> {
        let part = |part: &Part| {
            let Fact { name, prop: Prop::Compare(Comparison { left, relation: Relation::Equal, right }) } =
                self.fact(part.fact)?
            else {
                return refuse(format!("fact {} is no equation", part.fact));
            };
            let mut zero = Term::sum(vec![left, Term::scaled(-BigRational::one(), right)?])?;
            let mut why = format!("zero' {name}");
            if part.transposed {
                (zero, why) = (Term::transpose(zero)?, format!("transposed' ({why})"));
            }
            let mut factors = vec![zero];
            if !matches!(part.left.shape(), Shape::Identity) {
                // Products associate to the left, so only a cofactor on the left can be written without brackets.
                match part.left.shape() {
                    Shape::Product(left) => drop(factors.splice(0..0, left.iter().cloned())),
                    _ => factors.insert(0, part.left.clone()),
                }
                why = format!("after' {} ({why})", operand(&part.left));
            }
            if !matches!(part.right.shape(), Shape::Identity) {
                factors.push(part.right.clone());
                why = format!("before' {} ({why})", operand(&part.right));
            }
            zero = Term::product(factors)?;
            if !part.coefficient.is_one() {
                zero = Term::scaled(part.coefficient.clone(), zero)?;
                let magnitude = part.coefficient.abs();
                if !magnitude.is_one() {
                    why = format!("multiple' {} ({why})", signed(&magnitude));
                }
                if part.coefficient.is_negative() {
                    why = format!("negative' ({why})");
                }
            }
            Ok((zero, why))
        };
        parts.iter().map(part).collect()
    }

    fn contradiction(&mut self, left: &Term, right: &Term, block: &Block) -> Written<()> {
        let claim = |relation| Prop::Compare(Comparison { left: left.clone(), relation, right: right.clone() });
        self.have(claim(Relation::NotEqual), |w| {
            w.within(|w| {
                let supposed = w.name_fact();
                w.line(&format!("move=> {supposed}."));
                w.facts.push(Some(Fact { name: supposed, prop: claim(Relation::Equal) }));
                block.steps.iter().try_for_each(|step| w.step(step))?;
                let (equation, absurd, wanted) = match block.facts[..] {
                    [equation] => {
                        let zero = Term::zero(Space::Unit, Space::Unit);
                        let one_is_zero = Prop::equation(Term::identity(Space::Unit), zero);
                        (w.fact(equation)?, "(@one_is_zero' F')".to_owned(), one_is_zero)
                    }
                    [equation, inequation] => {
                        let inequation = w.fact(inequation)?;
                        let Prop::Compare(c) = &inequation.prop else { return refuse("no inequation") };
                        let wanted = Prop::Compare(Comparison { relation: Relation::Equal, ..c.clone() });
                        (w.fact(equation)?, inequation.name, wanted)
                    }
                    _ => return refuse("a contradiction is between two facts, or in one"),
                };
                w.line(&format!("apply: {absurd}."));
                w.convert(&equation.name, &equation.prop, &wanted)
            })
        })
    }

    fn induction(&mut self, rule: &Arc<Sequent>, letter: &Name, base: &Block, step: &Block) -> Written<()> {
        let [word] = &rule.maps[..] else { return refuse("induction is over one word") };
        let Role::Word(over) = &word.role else { return refuse("induction is over a word") };
        let space = word.dom.clone();
        let is_family = self.families.contains(&**over);
        let fresh = ["IH'", "member'", "rest'", "whole'", "t'"].map(|wish| self.names.fresh(wish));
        let [hypothesis, member, rest, whole, first] = fresh;
        let first = if is_family { plain(letter) } else { first };
        let name = plain(&word.name);
        let put = |term| Substitution { maps: [(word.name.clone(), term)].into(), ..Substitution::default() };
        self.have(Prop::Rule(rule.clone()), |w| {
            w.line(&format!(
                "move=> {name} {whole}; elim: {whole} => {{{name}}} [|{first} {name} {member} {rest} {hypothesis}]."
            ));
            w.braces(|w| w.within(|w| w.block(rule, &put(Term::identity(space.clone())), base)))?;
            w.within(|w| {
                w.roles.push((word.name.clone(), word.role.clone(), rest.clone()));
                if is_family {
                    w.roles.push((letter.clone(), Role::Member(over.clone()), member.clone()));
                } else {
                    w.line(&format!("rewrite {member}."));
                }
                let named = w.claims(rule, &Substitution::default())?;
                w.line(&format!("have {} := {hypothesis}.", pattern(&[], &named)));
                let letter = Term::map(letter.clone(), space.clone(), space.clone());
                let longer = Term::product(vec![letter, word.term()])?;
                w.block(rule, &put(longer), step)
            })
        })
    }
}
