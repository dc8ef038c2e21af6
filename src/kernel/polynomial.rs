//! Noncommutative polynomials: the normal form in which the kernel compares terms.
//!
//! A word is a product of letters; a letter is a map, its transpose, or a structural map of a sum.
//! Words are kept reduced by the equations of an orthogonal direct sum,
//!
//! ```text
//! fst*inl = 1   snd*inr = 1   fst*inr = 0   snd*inl = 0   inr*snd = 1 - inl*fst
//! fst' = inl    snd' = inr
//! ```
//!
//! (the last of the first line where both speak of the same sum), which terminate (each step has fewer
//! `snd` or is shorter) and are confluent (the overlaps `fst*inr*snd`, `snd*inr*snd`, `inr*snd*inl`,
//! `inr*snd*inr` reduce to one result each way), so two terms that are equal by linear algebra over sums,
//! products and transposes alone get one polynomial.
//!
//! Scalars, the maps `1 -> 1`, also commute and are their own transposes: they are matrices of one entry. So where a
//! word visits the unit space more than once, what lies between the first visit and the last is a product of *loops*,
//! each from one visit to the next. They are sorted, each written the way round that transposes fewer maps (of two
//! that transpose as many, the smaller). The path from the word's ends to these visits is left as it is, and so is the
//! multiset of loops up to their direction: two reduced words that differ by moving and transposing scalars are sorted
//! alike. Sorting opens nothing to the equations above as long as no left side of theirs passes the unit space in its
//! middle. So for `A + 1` the last equation is turned round, `inl*fst = 1 - inr*snd`; termination and confluence are as
//! above with the summands exchanged. For `1 + 1` either way round passes it. There the normal form is sound, as
//! everywhere, and incomplete: `(snd*g)*(f*inr)` and `(f*inr)*(snd*g)`, for `f : 1 + 1 -> 1` and `g : 1 -> 1 + 1`, are
//! equal scalars with two normal forms. A proof that needs the equation applies a theorem which says that scalars commute.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use num_rational::BigRational;
use num_traits::{One, Zero};

use super::data::Structural::{self, Fst, Inl, Inr, Snd};
use super::data::{Letter, Polynomial, Space, Word};
use super::failure::{Failure, Reason, need};

/// How much the kernel may do before it declines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Letters that may still be written; each operation takes its part.
    pub work: u64,
    /// The most letters that a polynomial may have over all its words; a word counts as one more.
    pub letters: usize,
    /// The most bits that a coefficient's numerator or denominator may have.
    pub bits: u64,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { work: 200_000_000, letters: 200_000, bits: 20_000 }
    }
}

impl Budget {
    /// Takes `amount` of the work. Error: [`Reason::TooMuchWork`].
    pub fn spend(&mut self, amount: usize) -> Result<(), Failure> {
        let left = self.work.checked_sub(amount as u64);
        self.work = left.unwrap_or(0);
        need(left.is_some(), Reason::TooMuchWork, "the work budget is used up")
    }
}

impl Letter {
    /// Its transpose.
    pub fn transpose(&self) -> Letter {
        match self.clone() {
            Letter::Map { name, dom, cod, transposed } => Letter::Map { name, dom, cod, transposed: !transposed },
            Letter::Block(Fst, a, b) => Letter::Block(Inl, a, b),
            Letter::Block(Snd, a, b) => Letter::Block(Inr, a, b),
            Letter::Block(Inl, a, b) => Letter::Block(Fst, a, b),
            Letter::Block(Inr, a, b) => Letter::Block(Snd, a, b),
        }
    }

    fn leads_to_unit(&self) -> bool {
        match self {
            Letter::Map { dom: to, transposed: true, .. }
            | Letter::Map { cod: to, transposed: false, .. }
            | Letter::Block(Fst, to, _)
            | Letter::Block(Snd, _, to) => *to == Space::Unit,
            Letter::Block(Inl | Inr, ..) => false,
        }
    }
}

/// The transpose of a word.
pub fn transposed(word: &[Letter]) -> Word {
    word.iter().rev().map(Letter::transpose).collect()
}

/// Where a word visits the unit space: in front of the letters at these places, and behind the last one.
pub fn visits(word: &[Letter]) -> Vec<usize> {
    let ends = word.iter().map(Letter::leads_to_unit).chain(word.last().map(|l| l.transpose().leads_to_unit()));
    ends.enumerate().filter(|(_, visit)| *visit).map(|(at, _)| at).collect()
}

/// Sorts the loops of a reduced word. Error: [`Reason::TooMuchWork`].
///
/// *Sound*: each loop is a matrix of one entry, which is its own transpose and commutes with the others.
fn sort_loops(mut word: Word, budget: &mut Budget) -> Result<Word, Failure> {
    let visits = visits(&word);
    let (Some(first), Some(last)) = (visits.first(), visits.last()) else { return Ok(word) };
    budget.spend(word.len().saturating_mul(1 + visits.len().ilog2() as usize))?;
    let direct = |ends: &[usize]| {
        let there = word[ends[0]..ends[1]].to_vec();
        let back = transposed(&there);
        let count = |word: &Word| word.iter().filter(|l| matches!(l, Letter::Map { transposed: true, .. })).count();
        if (count(&back), &back) < (count(&there), &there) { back } else { there }
    };
    let mut loops: Vec<Word> = visits.windows(2).map(direct).collect();
    loops.sort();
    word.splice(*first..*last, loops.concat());
    Ok(word)
}

impl Polynomial {
    /// The zero polynomial `dom -> cod`.
    pub fn zero(dom: Space, cod: Space) -> Polynomial {
        Polynomial { dom, cod, terms: BTreeMap::new(), letters: 0 }
    }

    /// The polynomial of one word. Errors: limits.
    pub fn word(dom: Space, cod: Space, word: Word, budget: &mut Budget) -> Result<Polynomial, Failure> {
        let mut result = Polynomial::zero(dom, cod);
        result.add_word(BigRational::one(), word, budget)?;
        Ok(result)
    }

    /// The word, if the polynomial is a single one with coefficient 1.
    pub(super) fn as_word(&self) -> Option<&Word> {
        self.terms.first_key_value().filter(|(_, c)| self.terms.len() == 1 && c.is_one()).map(|(word, _)| word)
    }

    /// Adds `factor` times `other`. Errors: [`Reason::TypeMismatch`], limits.
    pub fn add(&mut self, factor: &BigRational, other: &Polynomial, budget: &mut Budget) -> Result<(), Failure> {
        let fits = self.dom == other.dom && self.cod == other.cod;
        let [(a, b), (c, d)] = [self, other].map(|p| (&p.dom, &p.cod));
        let why = format_args!("{a} -> {b} and {c} -> {d} cannot be added or compared");
        need(fits, Reason::TypeMismatch, why)?;
        need(bits(factor) <= budget.bits, Reason::TooLarge, "a coefficient with too many digits")?;
        let mut terms = other.terms.iter();
        terms.try_for_each(|(word, coefficient)| self.add_reduced(factor * coefficient, word.clone(), budget))
    }

    /// The product, `self` after `other`. Errors: [`Reason::TypeMismatch`], limits.
    pub fn times(&self, other: &Polynomial, budget: &mut Budget) -> Result<Polynomial, Failure> {
        let why = format_args!("a map from {} cannot follow one to {}", self.dom, other.cod);
        need(self.dom == other.cod, Reason::TypeMismatch, why)?;
        let mut result = Polynomial::zero(other.dom.clone(), self.cod.clone());
        for (left, a) in &self.terms {
            for (right, b) in &other.terms {
                result.add_word(a * b, left.iter().chain(right).cloned().collect(), budget)?;
            }
        }
        Ok(result)
    }

    /// The transpose. Errors: limits.
    pub fn transpose(&self, budget: &mut Budget) -> Result<Polynomial, Failure> {
        let mut result = Polynomial::zero(self.cod.clone(), self.dom.clone());
        for (word, coefficient) in &self.terms {
            // The reverse of a reduced word is reduced: the left sides of the equations are closed under transposition.
            let word = sort_loops(transposed(word), budget)?;
            result.add_reduced(coefficient.clone(), word, budget)?;
        }
        Ok(result)
    }

    /// Adds a word, reducing it first: letters are pushed one by one onto a reduced prefix.
    fn add_word(&mut self, coefficient: BigRational, word: Word, budget: &mut Budget) -> Result<(), Failure> {
        let rest: Word = word.into_iter().rev().collect();
        // Each entry is (coefficient, reduced prefix, letters still to push, last first).
        let mut open = vec![(coefficient, Word::with_capacity(rest.len()), rest)];
        'words: while let Some((coefficient, mut prefix, mut rest)) = open.pop() {
            budget.spend(1 + rest.len())?;
            while let Some(letter) = rest.pop() {
                match (prefix.last(), &letter) {
                    (Some(Letter::Block(Fst, ..)), Letter::Block(Inl, ..))
                    | (Some(Letter::Block(Snd, ..)), Letter::Block(Inr, ..)) => drop(prefix.pop()),
                    (Some(Letter::Block(Fst, ..)), Letter::Block(Inr, ..))
                    | (Some(Letter::Block(Snd, ..)), Letter::Block(Inl, ..)) => continue 'words,
                    (Some(Letter::Block(into, a, b)), Letter::Block(out, c, d))
                        if (a, b) == (c, d) && (*into, *out) == rewritten(a, b) =>
                    {
                        let blocks = if *into == Inr { [Fst, Inl] } else { [Snd, Inr] };
                        let mut other = rest.clone();
                        other.extend(blocks.map(|block| Letter::Block(block, c.clone(), d.clone())));
                        prefix.pop();
                        budget.spend(prefix.len() + other.len())?;
                        open.push((-coefficient.clone(), prefix.clone(), other));
                    }
                    _ => prefix.push(letter),
                }
            }
            self.add_reduced(coefficient, sort_loops(prefix, budget)?, budget)?;
        }
        Ok(())
    }

    /// Adds a reduced word whose loops are sorted.
    fn add_reduced(&mut self, coefficient: BigRational, word: Word, budget: &mut Budget) -> Result<(), Failure> {
        let letters = 1 + word.len();
        budget.spend(letters)?;
        let slot = match self.terms.entry(word) {
            Entry::Vacant(_) if coefficient.is_zero() => return Ok(()),
            Entry::Vacant(slot) => {
                self.letters = self.letters.saturating_add(letters);
                slot.insert_entry(coefficient)
            }
            Entry::Occupied(mut slot) => {
                *slot.get_mut() += coefficient;
                slot
            }
        };
        let size = bits(slot.get());
        if slot.get().is_zero() {
            slot.remove();
            self.letters = self.letters.saturating_sub(letters);
        }
        // Reducing a fraction is quadratic in its length.
        budget.spend((size as usize / 64).saturating_pow(2))?;
        let fits = size <= budget.bits && self.letters <= budget.letters;
        need(fits, Reason::TooLarge, "a polynomial with too many letters or too large a coefficient")
    }
}

/// Which half of the identity of `first + second` is written as 1 minus the other: the second, unless its middle is the
/// unit space and that of the first is not.
fn rewritten(first: &Space, second: &Space) -> (Structural, Structural) {
    if *second == Space::Unit && *first != Space::Unit { (Inl, Fst) } else { (Inr, Snd) }
}

fn bits(number: &BigRational) -> u64 {
    number.numer().bits().max(number.denom().bits())
}
