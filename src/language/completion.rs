//! `auto`: noncommutative completion. Equations become rewriting rules, greatest word (longest, then last in
//! order) to the rest; overlaps of rules give new rules, each remembered as a combination of the equations, until the
//! goal rewrites to zero, no overlap is left, or the limit is reached. Scalars move: a rule is found in a word in whatever
//! order the word's loops stand ([`occurrences`]), and two rules overlap too where they share a loop ([`meeting`]).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;
use num_traits::{One, Zero};

use super::loops::{meeting, occurrences};
use super::search::{Found, Variant, around, dom_of, part, variants};
use crate::kernel::{Budget, FactId, Failure, Letter, Polynomial, Space, Word, visits};
use crate::terms::*;

/// How far completion goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// The most rules.
    pub rules: usize,
    /// The most overlaps looked at.
    pub overlaps: usize,
    /// The longest overlap.
    pub length: usize,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { rules: 200, overlaps: 4_000, length: 24 }
    }
}

impl Effort {
    /// So many times as much; overlaps grow longer by a few letters each time that the effort doubles.
    pub fn times(self, effort: usize) -> Effort {
        let more = |n: usize| n.saturating_mul(effort);
        let length = self.length + 6 * effort.max(1).ilog2() as usize;
        Effort { rules: more(self.rules), overlaps: more(self.overlaps), length }
    }
}

/// A combination of variants: (left, variant, right) to coefficient.
type Combination = BTreeMap<(Word, usize, Word), BigRational>;

#[derive(Clone)]
struct Rule {
    lead: Word,
    /// Whether it visits the unit space, so that its factors may move.
    loose: bool,
    polynomial: Polynomial,
    from: Combination,
}

/// Writes `goal` as a combination of the equations, by completion. Errors: limits.
pub fn complete(
    goal: &Polynomial,
    facts: &[(FactId, &Polynomial)],
    effort: Effort,
    budget: &mut Budget,
) -> Result<Found, Failure> {
    let variants = variants(facts, budget)?;
    let mut completion = Completion { rules: Vec::new(), overlaps: BTreeSet::new() };
    for (index, variant) in variants.iter().enumerate() {
        let from = Combination::from([((Word::new(), index, Word::new()), BigRational::one())]);
        completion.add(variant.polynomial.clone(), from, budget)?;
    }
    let mut looked_at = 0;
    loop {
        let (rest, from) = completion.rewrite(goal.clone(), Combination::new(), budget)?;
        if rest.is_zero() {
            return finish(from, &variants, goal);
        }
        let added = completion.rules.len();
        // Look at overlaps until one gives a new rule.
        while completion.rules.len() == added {
            let Some(overlap) = completion.overlaps.pop_first() else {
                return Ok(Found::Nothing { rest, complete: true });
            };
            looked_at += 1;
            if looked_at > effort.overlaps || overlap.length > effort.length || added > effort.rules {
                return Ok(Found::Nothing { rest, complete: false });
            }
            completion.resolve(overlap, budget)?;
        }
    }
}

fn finish(from: Combination, variants: &[Variant], goal: &Polynomial) -> Result<Found, Failure> {
    let parts = from.into_iter().filter(|(_, c)| !c.is_zero());
    // What was subtracted to reach zero adds up to the goal.
    let parts = parts.map(|((left, variant, right), c)| part(-c, &left, &variants[variant], &right, goal));
    Ok(Found::Parts(parts.collect::<Result<_, _>>()?))
}

struct Completion {
    rules: Vec<Rule>,
    /// Shortest first.
    overlaps: BTreeSet<Overlap>,
}

/// A word that two rules rewrite.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Overlap {
    length: usize,
    first: usize,
    second: usize,
    /// What stands in front of and behind the lead of the first rule.
    around_first: (Word, Word),
    /// And of the second.
    around_second: (Word, Word),
}

fn order(a: &Word, b: &Word) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// A word of a polynomial that a rule rewrites: `left * lead * right`.
struct Reducible<'r> {
    coefficient: BigRational,
    rule: &'r Rule,
    left: Word,
    right: Word,
    /// `left * rule * right`
    product: Polynomial,
}

/// What can stand around the rule's lead so that the product is the word: the first place, or, where scalars can move, all of them.
fn places(word: &Word, rule: &Rule) -> Vec<(Word, Word)> {
    let part = &rule.lead;
    if rule.loose {
        return occurrences(word, part);
    }
    let at = (0..(word.len() + 1).saturating_sub(part.len())).find(|&at| word[at..].starts_with(part));
    at.map(|at| (word[..at].to_vec(), word[at + part.len()..].to_vec())).into_iter().collect()
}

impl Completion {
    /// Rewrites to normal form; `from` goes along.
    fn rewrite(
        &self,
        mut p: Polynomial,
        mut from: Combination,
        budget: &mut Budget,
    ) -> Result<(Polynomial, Combination), Failure> {
        while let Some(Reducible { coefficient, rule, left, right, product }) = self.reducible(&p, budget)? {
            combine(&mut from, &-&coefficient, &left, &rule.from, &right, budget)?;
            p.add(&-coefficient, &product, budget)?;
        }
        Ok((p, from))
    }

    /// A word of `p` that a rule rewrites to smaller ones.
    fn reducible(&self, p: &Polynomial, budget: &mut Budget) -> Result<Option<Reducible<'_>>, Failure> {
        for (word, coefficient) in p.terms() {
            budget.spend(1 + word.len() * self.rules.len())?;
            for rule in &self.rules {
                for (left, right) in places(word, rule) {
                    let product = around(&left, &rule.polynomial, &right, p, budget)?;
                    // Sorting the loops again may make a word greater than the one that is rewritten.
                    if rule.loose && product.terms().any(|(other, _)| order(other, word).is_gt()) {
                        continue;
                    }
                    return Ok(Some(Reducible { coefficient: coefficient.clone(), rule, left, right, product }));
                }
            }
        }
        Ok(None)
    }

    /// Adds what is left of `p` as a rule, with its overlaps.
    fn add(&mut self, p: Polynomial, from: Combination, budget: &mut Budget) -> Result<(), Failure> {
        let (p, from) = self.rewrite(p, from, budget)?;
        let Some((lead, coefficient)) = p.terms().max_by(|(a, _), (b, _)| order(a, b)) else { return Ok(()) };
        if lead.is_empty() {
            // `1 = 0` on some space; every map into or out of it is zero. Too rare to be worth rules of its own.
            return Ok(());
        }
        let (lead, scale) = (lead.clone(), BigRational::one() / coefficient);
        let mut polynomial = Polynomial::zero(p.dom().clone(), p.cod().clone());
        polynomial.add(&scale, &p, budget)?;
        let mut scaled = Combination::new();
        combine(&mut scaled, &scale, &Word::new(), &from, &Word::new(), budget)?;
        let new = self.rules.len();
        let loose = !visits(&lead).is_empty();
        self.rules.push(Rule { lead, loose, polynomial, from: scaled });
        for other in 0..=new {
            self.note_overlaps(new, other);
            self.note_overlaps(other, new);
        }
        Ok(())
    }

    fn note_overlaps(&mut self, a: usize, b: usize) {
        let (first, second) = (&self.rules[a].lead, &self.rules[b].lead);
        let (none, mut found) = (Word::new(), Vec::new());
        for shared in 1..=first.len().min(second.len()) {
            let whole = shared == first.len() && shared == second.len();
            let before = first.len() - shared;
            if !whole && first[before..] == second[..shared] {
                let (before, after) = (first[..before].to_vec(), second[shared..].to_vec());
                found.push(((none.clone(), after), (before, none.clone())));
            }
        }
        if a != b {
            // One inside the other, not at its end.
            let inside = |(left, right): &(Word, Word)| self.rules[b].loose || !left.is_empty() && !right.is_empty();
            let places = places(first, &self.rules[b]).into_iter().filter(inside);
            found.extend(places.map(|place| ((none.clone(), none.clone()), place)));
            found.extend(meeting(first, second).map(|[of_first, of_second]| (of_first, of_second)));
        }
        let length = |(left, right): &(Word, Word)| left.len() + first.len() + right.len();
        let noted = found.into_iter().map(|(around_first, around_second)| Overlap {
            length: length(&around_first),
            first: a,
            second: b,
            around_first,
            around_second,
        });
        self.overlaps.extend(noted.collect::<Vec<_>>());
    }

    /// The difference of the two ways to rewrite an overlap.
    fn resolve(&mut self, overlap: Overlap, budget: &mut Budget) -> Result<(), Failure> {
        let (first, second) = (self.rules[overlap.first].clone(), self.rules[overlap.second].clone());
        let ((left, right), (before, after)) = (&overlap.around_first, &overlap.around_second);
        let dom = match right.last() {
            Some(letter) => dom_of(letter)?,
            None => first.polynomial.dom().clone(),
        };
        let cod = match left.first() {
            Some(letter) => cod_of(letter)?,
            None => first.polynomial.cod().clone(),
        };
        let whole = Polynomial::zero(dom, cod);
        let mut difference = around(left, &first.polynomial, right, &whole, budget)?;
        let other = around(before, &second.polynomial, after, &whole, budget)?;
        difference.add(&-BigRational::one(), &other, budget)?;
        let mut from = Combination::new();
        combine(&mut from, &BigRational::one(), left, &first.from, right, budget)?;
        combine(&mut from, &-BigRational::one(), before, &second.from, after, budget)?;
        self.add(difference, from, budget)
    }
}

/// The space that a letter leads to. Error: none for letters of a legal word.
fn cod_of(letter: &Letter) -> Result<Space, Failure> {
    dom_of(&letter.transpose())
}

/// Adds `factor * left * (what) * right`.
fn combine(
    to: &mut Combination,
    factor: &BigRational,
    left: &Word,
    what: &Combination,
    right: &Word,
    budget: &mut Budget,
) -> Result<(), Failure> {
    for ((l, variant, r), c) in what {
        budget.spend(1 + left.len() + l.len() + r.len() + right.len())?;
        let l: Word = left.iter().chain(l).cloned().collect();
        let r: Word = r.iter().chain(right).cloned().collect();
        *to.entry((l, *variant, r)).or_insert_with(BigRational::zero) += factor * c;
    }
    Ok(())
}
