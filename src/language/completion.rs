//! `auto`: noncommutative completion. Equations become rewriting rules, greatest word (longest, then last in
//! order) to the rest; overlaps of rules give new rules, each remembered as a combination of the equations, until the
//! goal rewrites to zero, no overlap is left, or the limit is reached.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;
use num_traits::{One, Zero};

use super::search::{Found, Variant, around, dom_of, part, variants};
use crate::kernel::{Budget, FactId, Failure, Polynomial, Word};
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
            let Some((length, a, b, shared)) = completion.overlaps.pop_first() else {
                return Ok(Found::Nothing { rest, complete: true });
            };
            looked_at += 1;
            if looked_at > effort.overlaps || length > effort.length || added > effort.rules {
                return Ok(Found::Nothing { rest, complete: false });
            }
            completion.resolve(a, b, shared, budget)?;
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
    /// (length of the overlap, first rule, second rule, letters shared), shortest first.
    overlaps: BTreeSet<(usize, usize, usize, usize)>,
}

fn order(a: &Word, b: &Word) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn find(word: &Word, part: &Word) -> Option<usize> {
    (0..(word.len() + 1).saturating_sub(part.len())).find(|&at| word[at..].starts_with(part))
}

impl Completion {
    /// Rewrites to normal form; `from` goes along.
    fn rewrite(
        &self,
        mut p: Polynomial,
        mut from: Combination,
        budget: &mut Budget,
    ) -> Result<(Polynomial, Combination), Failure> {
        while let Some((word, coefficient, rule, at)) = self.reducible(&p, budget)? {
            let (left, right) = (word[..at].to_vec(), word[at + rule.lead.len()..].to_vec());
            let product = around(&left, &rule.polynomial, &right, &p, budget)?;
            combine(&mut from, &-&coefficient, &left, &rule.from, &right, budget)?;
            p.add(&-coefficient, &product, budget)?;
        }
        Ok((p, from))
    }

    /// A word of `p` that a rule rewrites, with its coefficient, the rule, and where.
    fn reducible(
        &self,
        p: &Polynomial,
        budget: &mut Budget,
    ) -> Result<Option<(Word, BigRational, &Rule, usize)>, Failure> {
        for (word, coefficient) in p.terms() {
            budget.spend(1 + word.len() * self.rules.len())?;
            let found = self.rules.iter().find_map(|rule| Some((rule, find(word, &rule.lead)?)));
            if let Some((rule, at)) = found {
                return Ok(Some((word.clone(), coefficient.clone(), rule, at)));
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
        self.rules.push(Rule { lead, polynomial, from: scaled });
        for other in 0..=new {
            self.note_overlaps(new, other);
            self.note_overlaps(other, new);
        }
        Ok(())
    }

    fn note_overlaps(&mut self, a: usize, b: usize) {
        let (first, second) = (&self.rules[a].lead, &self.rules[b].lead);
        for shared in 1..=first.len().min(second.len()) {
            let whole = shared == first.len() && shared == second.len();
            if !whole && first[first.len() - shared..] == second[..shared] {
                self.overlaps.insert((first.len() + second.len() - shared, a, b, shared));
            }
        }
        // One inside the other, not at its end.
        if let Some(at) = find(first, second).filter(|at| a != b && at + second.len() < first.len()) {
            self.overlaps.insert((first.len(), a, b, usize::MAX - at));
        }
    }

    /// The difference of the two ways to rewrite an overlap.
    fn resolve(&mut self, a: usize, b: usize, shared: usize, budget: &mut Budget) -> Result<(), Failure> {
        let (first, second) = (self.rules[a].clone(), self.rules[b].clone());
        let none = Word::new();
        let (left, after, right) = if shared > first.lead.len() {
            let at = usize::MAX - shared;
            (first.lead[..at].to_vec(), none.clone(), first.lead[at + second.lead.len()..].to_vec())
        } else {
            let before = first.lead.len() - shared;
            (first.lead[..before].to_vec(), second.lead[shared..].to_vec(), none.clone())
        };
        let dom = match (right.last(), after.last()) {
            (Some(letter), _) | (None, Some(letter)) => dom_of(letter)?,
            (None, None) if shared > first.lead.len() => first.polynomial.dom().clone(),
            (None, None) => second.polynomial.dom().clone(),
        };
        let whole = Polynomial::zero(dom, first.polynomial.cod().clone());
        let mut difference = around(&none, &first.polynomial, &after, &whole, budget)?;
        let other = around(&left, &second.polynomial, &right, &whole, budget)?;
        difference.add(&-BigRational::one(), &other, budget)?;
        let mut from = Combination::new();
        combine(&mut from, &BigRational::one(), &none, &first.from, &after, budget)?;
        combine(&mut from, &-BigRational::one(), &left, &second.from, &right, budget)?;
        self.add(difference, from, budget)
    }
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
