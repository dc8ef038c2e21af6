//! Finding cofactors: given equations, write a polynomial as a sum of `c * L * (lhs - rhs) * R`.
//!
//! The candidates are the products `L*e*R` that touch a monomial already in play; they are found in rounds, and after
//! each round the goal is solved for exactly, as a linear system with one unknown a candidate. What is found is only a
//! proposal: the kernel multiplies it out.

use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;
use num_traits::One;

use super::loops::occurrences;
use crate::kernel::{Budget, FactId, Failure, Letter, Part, Polynomial, Space, Structural, Term, Word};
use crate::terms::*;

/// More candidates than this end the search.
const MAX_CANDIDATES: usize = 3_000;
/// More products than this, dependent ones included, end it too.
const MAX_PRODUCTS: usize = 20_000;
/// How often an equation such as `Z*R = 1` may be used to write in what is not there.
const MAX_INSERTIONS: usize = 3;

/// An equation as the search uses it: perhaps transposed, and multiplied by structural maps so that it speaks of one
/// summand only.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    pub fact: FactId,
    pub transposed: bool,
    pub before: Word,
    pub after: Word,
    pub polynomial: Polynomial,
}

/// What a search found.
#[derive(Clone, Debug)]
pub enum Found {
    /// The combination.
    Parts(Vec<Part>),
    /// None; what was left of the goal, and whether nothing more was left to try.
    Nothing {
        /// The part of the goal that the equations do not reach.
        rest: Polynomial,
        /// Whether the search ended before its limit.
        complete: bool,
    },
}

/// Writes `goal` as a combination of the equations (given by the difference of their sides), and of `fixed` polynomials
/// of the goal's own type that take a coefficient but no cofactors; `effort` multiplies the limits. Errors: limits.
pub fn combination(
    goal: &Polynomial,
    facts: &[(FactId, &Polynomial)],
    fixed: &[(FactId, &Polynomial)],
    effort: usize,
    budget: &mut Budget,
) -> Result<Found, Failure> {
    let mut variants = variants(facts, budget)?;
    let movable = variants.len();
    variants.extend(fixed.iter().map(|(fact, polynomial)| Variant {
        fact: *fact,
        transposed: false,
        before: Word::new(),
        after: Word::new(),
        polynomial: (*polynomial).clone(),
    }));
    let (seen, candidates, basis) = (BTreeSet::new(), Vec::new(), BTreeMap::new());
    Search { goal, variants, movable, effort, seen, candidates, basis }.run(budget)
}

/// The equations, their transposes, and their parts on each summand.
pub(super) fn variants(facts: &[(FactId, &Polynomial)], budget: &mut Budget) -> Result<Vec<Variant>, Failure> {
    let mut variants: Vec<Variant> = Vec::new();
    for transposed in [false, true] {
        for (fact, polynomial) in facts {
            let polynomial = if transposed { polynomial.transpose(budget)? } else { (*polynomial).clone() };
            let (before, after) = (Word::new(), Word::new());
            let mut open = vec![Variant { fact: *fact, transposed, before, after, polynomial }];
            while let Some(variant) = open.pop() {
                if variant.polynomial.is_zero() || variants.iter().any(|v| v.polynomial == variant.polynomial) {
                    continue;
                }
                split(&variant, &mut open, budget)?;
                variants.push(variant);
            }
        }
    }
    Ok(variants)
}

/// An equation into a sum says something in each summand; an equation from a sum, something on each.
fn split(variant: &Variant, open: &mut Vec<Variant>, budget: &mut Budget) -> Result<(), Failure> {
    let p = &variant.polynomial;
    if let Space::Sum(parts) = p.cod() {
        for (block, to) in [(Structural::Fst, &parts.0), (Structural::Snd, &parts.1)] {
            let letter = Letter::Block(block, parts.0.clone(), parts.1.clone());
            let readout = Polynomial::word(p.cod().clone(), to.clone(), vec![letter.clone()], budget)?;
            let before = std::iter::once(letter).chain(variant.before.iter().cloned()).collect();
            open.push(Variant { before, polynomial: readout.times(p, budget)?, ..variant.clone() });
        }
    }
    if let Space::Sum(parts) = p.dom() {
        for (block, from) in [(Structural::Inl, &parts.0), (Structural::Inr, &parts.1)] {
            let letter = Letter::Block(block, parts.0.clone(), parts.1.clone());
            let injection = Polynomial::word(from.clone(), p.dom().clone(), vec![letter.clone()], budget)?;
            let after = variant.after.iter().cloned().chain([letter]).collect();
            open.push(Variant { after, polynomial: p.times(&injection, budget)?, ..variant.clone() });
        }
    }
    Ok(())
}

/// `left * variant * right`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    variant: usize,
    left: Word,
    right: Word,
}

type Row = (Polynomial, BTreeMap<usize, BigRational>);

struct Search<'a> {
    goal: &'a Polynomial,
    variants: Vec<Variant>,
    /// The variants from here on take no cofactors.
    movable: usize,
    effort: usize,
    seen: BTreeSet<Candidate>,
    candidates: Vec<Candidate>,
    /// Echelon form of the candidates by their greatest word, each with its combination of candidates.
    basis: BTreeMap<Word, Row>,
}

impl Search<'_> {
    fn run(&mut self, budget: &mut Budget) -> Result<Found, Failure> {
        let mut known: BTreeSet<Word> = self.goal.terms().map(|(word, _)| word.clone()).collect();
        for variant in self.movable..self.variants.len() {
            let polynomial = self.variants[variant].polynomial.clone();
            known.extend(polynomial.terms().map(|(word, _)| word.clone()));
            self.enter(Candidate { variant, left: Word::new(), right: Word::new() }, polynomial, budget)?;
        }
        let mut fresh: Vec<Word> = known.iter().cloned().collect();
        let longest = fresh.iter().map(Vec::len).max().unwrap_or(0);
        let reach = self.variants.iter().flat_map(|v| v.polynomial.terms().map(|(w, _)| w.len())).max().unwrap_or(0);
        let longest = longest + 2 * reach + 8;
        let mut insertions = 0;
        loop {
            if let Some(found) = self.solve(budget)? {
                return Ok(found);
            }
            // Rewriting first; writing in only when rewriting has come to its end.
            let mut next = BTreeSet::new();
            let insert = fresh.is_empty();
            let round: Vec<Word> = if insert { known.iter().cloned().collect() } else { std::mem::take(&mut fresh) };
            insertions += usize::from(insert);
            for word in &round {
                self.touch(word, insert, longest, &mut next, budget)?;
            }
            fresh = next.difference(&known).cloned().collect();
            known.append(&mut next);
            let limit = self.full() || insertions > MAX_INSERTIONS;
            if limit || (insert && fresh.is_empty()) {
                if let Some(found) = self.solve(budget)? {
                    return Ok(found);
                }
                let (rest, _) = self.reduce(self.goal.clone(), true, budget)?;
                return Ok(Found::Nothing { rest, complete: !limit });
            }
        }
    }

    fn full(&self) -> bool {
        let reached = |count: usize, limit: usize| count >= limit.saturating_mul(self.effort);
        reached(self.candidates.len(), MAX_CANDIDATES) || reached(self.seen.len(), MAX_PRODUCTS)
    }

    /// Adds the candidates that hold `word`: where a word of an equation occurs in it or, to `insert`, everywhere that
    /// the identity in an equation fits.
    fn touch(
        &mut self,
        word: &Word,
        insert: bool,
        longest: usize,
        next: &mut BTreeSet<Word>,
        budget: &mut Budget,
    ) -> Result<(), Failure> {
        let mut found = Vec::new();
        for (index, variant) in self.variants[..self.movable].iter().enumerate() {
            for (part, _) in variant.polynomial.terms().filter(|(part, _)| part.is_empty() == insert) {
                budget.spend(1 + word.len())?;
                let pairs = match insert {
                    true => self.insertions(word, variant.polynomial.cod())?,
                    false => occurrences(word, part),
                };
                found.extend(pairs.into_iter().map(|(left, right)| Candidate { variant: index, left, right }));
            }
        }
        for candidate in found {
            if self.full() || !self.seen.insert(candidate.clone()) {
                continue;
            }
            let variant = &self.variants[candidate.variant].polynomial;
            let product = around(&candidate.left, variant, &candidate.right, self.goal, budget)?;
            if product.terms().all(|(word, _)| word.len() <= longest) {
                next.extend(product.terms().map(|(word, _)| word.clone()));
                self.enter(candidate, product, budget)?;
            }
        }
        Ok(())
    }

    /// The places in a word where the identity of `space` fits; of those of the unit space the first, as scalars move.
    fn insertions(&self, word: &Word, space: &Space) -> Result<Vec<(Word, Word)>, Failure> {
        let mut places = Vec::new();
        for at in 0..=word.len() {
            if space_at(word, at, self.goal)? == *space && (places.is_empty() || *space != Space::Unit) {
                places.push((word[..at].to_vec(), word[at..].to_vec()));
            }
        }
        Ok(places)
    }

    fn enter(&mut self, candidate: Candidate, product: Polynomial, budget: &mut Budget) -> Result<(), Failure> {
        let (rest, mut combination) = self.reduce(product, false, budget)?;
        combination.values_mut().for_each(|c| *c = -c.clone());
        let lead = rest.terms().next_back().map(|(lead, _)| lead.clone());
        if let Some(lead) = lead {
            combination.insert(self.candidates.len(), BigRational::one());
            self.basis.insert(lead, (rest, combination));
            self.candidates.push(candidate);
        }
        Ok(())
    }

    /// Subtracts basis rows from the top until the greatest word is none of theirs (or, to go on to the end, until no
    /// word is); returns what is left and the combination of candidates that was subtracted.
    fn reduce(
        &self,
        mut p: Polynomial,
        to_the_end: bool,
        budget: &mut Budget,
    ) -> Result<(Polynomial, BTreeMap<usize, BigRational>), Failure> {
        let mut combination = BTreeMap::new();
        loop {
            let looked_at = if to_the_end { usize::MAX } else { 1 };
            let row_of = |(word, c): (&Word, &BigRational)| Some((self.basis.get(word)?, c.clone()));
            let reducible = p.terms().rev().take(looked_at).find_map(row_of);
            let Some(((row, parts), coefficient)) = reducible else { return Ok((p, combination)) };
            let lead = row.terms().next_back().map_or_else(BigRational::one, |(_, c)| c.clone());
            let factor = coefficient / lead;
            budget.spend(parts.len())?;
            for (index, c) in parts {
                *combination.entry(*index).or_insert_with(num_traits::Zero::zero) += &factor * c;
            }
            p.add(&-factor, row, budget)?;
        }
    }

    fn solve(&self, budget: &mut Budget) -> Result<Option<Found>, Failure> {
        let (rest, combination) = self.reduce(self.goal.clone(), false, budget)?;
        if !rest.is_zero() {
            return Ok(None);
        }
        let mut parts = Vec::new();
        for (index, coefficient) in combination.into_iter().filter(|(_, c)| !num_traits::Zero::is_zero(c)) {
            let Candidate { variant, left, right } = &self.candidates[index];
            parts.push(part(coefficient, left, &self.variants[*variant], right, self.goal)?);
        }
        Ok(Some(Found::Parts(parts)))
    }
}

/// `coefficient * left * variant * right` as the kernel wants it, for words of the type of `goal`.
pub(super) fn part(
    coefficient: BigRational,
    left: &Word,
    variant: &Variant,
    right: &Word,
    goal: &Polynomial,
) -> Result<Part, Failure> {
    let left: Word = left.iter().chain(&variant.before).cloned().collect();
    let right: Word = variant.after.iter().chain(right).cloned().collect();
    Ok(Part {
        coefficient,
        left: term(&left, goal.cod())?,
        fact: variant.fact,
        transposed: variant.transposed,
        right: term(&right, goal.dom())?,
    })
}

/// The term of a word; the identity of `space` for the empty one.
fn term(word: &Word, space: &Space) -> Result<Term, Failure> {
    if word.is_empty() {
        return Ok(Term::identity(space.clone()));
    }
    let letters = word.iter().map(|letter| match letter {
        Letter::Block(block, a, b) => Term::block(*block, a, b),
        Letter::Map { name, dom, cod, transposed } => {
            let map = Term::map(name.clone(), dom.clone(), cod.clone());
            if *transposed { Term::transpose(map) } else { Ok(map) }
        }
    });
    Term::product(letters.collect::<Result<_, _>>()?)
}

/// `left * p * right`, of the type of `goal`.
pub(super) fn around(
    left: &Word,
    p: &Polynomial,
    right: &Word,
    goal: &Polynomial,
    budget: &mut Budget,
) -> Result<Polynomial, Failure> {
    let left = Polynomial::word(p.cod().clone(), goal.cod().clone(), left.clone(), budget)?;
    let right = Polynomial::word(goal.dom().clone(), p.dom().clone(), right.clone(), budget)?;
    left.times(p, budget)?.times(&right, budget)
}

/// The space that a letter starts from. Error: none for letters of a legal word.
pub(super) fn dom_of(letter: &Letter) -> Result<Space, Failure> {
    Ok(match letter {
        Letter::Map { dom, transposed: false, .. } => dom.clone(),
        Letter::Map { cod, transposed: true, .. } => cod.clone(),
        Letter::Block(Structural::Fst | Structural::Snd, a, b) => Space::sum(a, b)?,
        Letter::Block(Structural::Inl, a, _) => a.clone(),
        Letter::Block(Structural::Inr, _, b) => b.clone(),
    })
}

/// The space between the letters before and after position `at` of a word of the type of `goal`.
fn space_at(word: &Word, at: usize, goal: &Polynomial) -> Result<Space, Failure> {
    match at.checked_sub(1).and_then(|before| word.get(before)) {
        Some(letter) => dom_of(letter),
        None => Ok(goal.cod().clone()),
    }
}
