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
//! (the last of the first line where both speak of the same sum),
//!
//! which terminate (each step has fewer `snd` or is shorter) and are confluent (the overlaps
//! `fst*inr*snd`, `snd*inr*snd`, `inr*snd*inl`, `inr*snd*inr` reduce to one result each way), so two
//! terms that are equal by linear algebra over sums, products and transposes alone get one polynomial.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use num_rational::BigRational;
use num_traits::{One, Zero};

use super::failure::{Failure, Reason, refuse};
use super::space::{Name, Space};
use super::term::{Shape, Structural, Term};

/// How much the kernel may do before it declines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Letters that may still be written; each operation takes its part.
    pub work: u64,
    /// The most monomials that a polynomial may have.
    pub monomials: usize,
    /// The most bits that a coefficient's numerator or denominator may have.
    pub bits: u64,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { work: 200_000_000, monomials: 20_000, bits: 20_000 }
    }
}

impl Budget {
    /// Takes `amount` of the work. Error: [`Reason::TooMuchWork`].
    pub fn spend(&mut self, amount: usize) -> Result<(), Failure> {
        match self.work.checked_sub(amount as u64) {
            Some(left) => {
                self.work = left;
                Ok(())
            }
            None => refuse(Reason::TooMuchWork, "the work budget is used up"),
        }
    }
}

/// What names stand for inside a rule that is being applied, and inside nothing else: replaced all at once,
/// while a term is expanded. Images are already expanded, so a bound name can never capture part of one.
#[derive(Clone, Debug, Default)]
pub(super) struct Assignment {
    pub(super) spaces: BTreeMap<Name, Space>,
    /// A family goes to a family, or to a map that stands for the family of itself alone.
    pub(super) families: BTreeMap<Name, Name>,
    pub(super) maps: BTreeMap<Name, Polynomial>,
}

impl Assignment {
    /// The image of a space. Error: [`Reason::TooLarge`].
    pub(super) fn space(&self, space: &Space) -> Result<Space, Failure> {
        if self.spaces.is_empty() { Ok(space.clone()) } else { space.replace(&|name| self.spaces.get(name).cloned()) }
    }
}

/// One factor of a word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Letter {
    /// A map `name : dom -> cod`, or its transpose `cod -> dom`.
    Map { name: Name, dom: Space, cod: Space, transposed: bool },
    /// A structural map of `first + second`.
    Block(Structural, Space, Space),
}

impl Letter {
    fn transpose(&self) -> Letter {
        match self.clone() {
            Letter::Map { name, dom, cod, transposed } => Letter::Map { name, dom, cod, transposed: !transposed },
            Letter::Block(Structural::Fst, a, b) => Letter::Block(Structural::Inl, a, b),
            Letter::Block(Structural::Snd, a, b) => Letter::Block(Structural::Inr, a, b),
            Letter::Block(Structural::Inl, a, b) => Letter::Block(Structural::Fst, a, b),
            Letter::Block(Structural::Inr, a, b) => Letter::Block(Structural::Snd, a, b),
        }
    }

    fn block(&self) -> Option<Structural> {
        match self {
            Letter::Block(block, ..) => Some(*block),
            Letter::Map { .. } => None,
        }
    }
}

/// A product of letters in writing order; the empty word is the identity.
pub type Word = Vec<Letter>;

/// A typed polynomial: reduced words with coefficients other than 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polynomial {
    dom: Space,
    cod: Space,
    terms: BTreeMap<Word, BigRational>,
}

impl Polynomial {
    /// The zero polynomial `dom -> cod`.
    pub fn zero(dom: Space, cod: Space) -> Polynomial {
        Polynomial { dom, cod, terms: BTreeMap::new() }
    }

    /// The normal form of a term. Errors: limits.
    pub fn of(term: &Term, budget: &mut Budget) -> Result<Polynomial, Failure> {
        Polynomial::under(term, &Assignment::default(), budget)
    }

    /// `left - right`. Errors: [`Reason::TypeMismatch`], limits.
    pub fn difference(left: &Term, right: &Term, budget: &mut Budget) -> Result<Polynomial, Failure> {
        let mut result = Polynomial::of(left, budget)?;
        result.add(&-BigRational::one(), &Polynomial::of(right, budget)?, budget)?;
        Ok(result)
    }

    /// The polynomial of one word. Errors: limits.
    pub fn word(dom: Space, cod: Space, word: Word, budget: &mut Budget) -> Result<Polynomial, Failure> {
        let mut result = Polynomial::zero(dom, cod);
        result.add_word(BigRational::one(), word, budget)?;
        Ok(result)
    }

    /// The polynomial of a map. Errors: limits.
    pub fn map(name: &Name, dom: &Space, cod: &Space, budget: &mut Budget) -> Result<Polynomial, Failure> {
        let letter = Letter::Map { name: name.clone(), dom: dom.clone(), cod: cod.clone(), transposed: false };
        Polynomial::word(dom.clone(), cod.clone(), vec![letter], budget)
    }

    /// The normal form of a term whose names stand for what `under` says. Errors: [`Reason::TypeMismatch`], limits.
    pub(super) fn under(term: &Term, under: &Assignment, budget: &mut Budget) -> Result<Polynomial, Failure> {
        budget.spend(1)?;
        let one = BigRational::one();
        let (dom, cod) = (under.space(term.dom())?, under.space(term.cod())?);
        let letter =
            |block: Structural, a: &Space, b: &Space| Ok(vec![Letter::Block(block, under.space(a)?, under.space(b)?)]);
        let mut result = Polynomial::zero(dom.clone(), cod.clone());
        match term.shape() {
            Shape::Zero => {}
            Shape::Identity => result.add_word(one, Word::new(), budget)?,
            Shape::Map(name) => match under.maps.get(name) {
                Some(image) => result.add(&one, image, budget)?,
                None => result = Polynomial::map(name, &dom, &cod, budget)?,
            },
            Shape::Block(block, a, b) => result.add_word(one, letter(*block, a, b)?, budget)?,
            Shape::Scaled(factor, t) => result.add(factor, &Polynomial::under(t, under, budget)?, budget)?,
            Shape::Transpose(t) => result = Polynomial::under(t, under, budget)?.transpose(budget)?,
            Shape::Sum(terms) => {
                for t in terms {
                    result.add(&one, &Polynomial::under(t, under, budget)?, budget)?;
                }
            }
            Shape::Product(terms) => {
                result = Polynomial::word(dom.clone(), dom, Word::new(), budget)?;
                for t in terms.iter().rev() {
                    result = Polynomial::under(t, under, budget)?.times(&result, budget)?;
                }
            }
            Shape::Row(a, b) => {
                for (t, block) in [(a, Structural::Fst), (b, Structural::Snd)] {
                    let part = Polynomial::under(t, under, budget)?;
                    let (to, word) = (part.dom.clone(), letter(block, a.dom(), b.dom())?);
                    let readout = Polynomial::word(dom.clone(), to, word, budget)?;
                    result.add(&one, &part.times(&readout, budget)?, budget)?;
                }
            }
            Shape::Column(a, b) => {
                for (t, block) in [(a, Structural::Inl), (b, Structural::Inr)] {
                    let part = Polynomial::under(t, under, budget)?;
                    let (from, word) = (part.cod.clone(), letter(block, a.cod(), b.cod())?);
                    let injection = Polynomial::word(from, cod.clone(), word, budget)?;
                    result.add(&one, &injection.times(&part, budget)?, budget)?;
                }
            }
        }
        Ok(result)
    }

    /// The space that the map starts from.
    pub fn dom(&self) -> &Space {
        &self.dom
    }

    /// The space that the map leads to.
    pub fn cod(&self) -> &Space {
        &self.cod
    }

    /// The words with their coefficients, none of them 0, in the order of the words.
    pub fn terms(&self) -> impl DoubleEndedIterator<Item = (&Word, &BigRational)> + ExactSizeIterator {
        self.terms.iter()
    }

    /// Whether there are no terms.
    pub fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// Adds `factor` times `other`. Errors: [`Reason::TypeMismatch`], limits.
    pub fn add(&mut self, factor: &BigRational, other: &Polynomial, budget: &mut Budget) -> Result<(), Failure> {
        if self.dom != other.dom || self.cod != other.cod {
            return refuse(Reason::TypeMismatch, "polynomials of different types cannot be added");
        }
        if bits(factor) > budget.bits {
            return refuse(Reason::TooLarge, "a coefficient with too many digits");
        }
        for (word, coefficient) in &other.terms {
            self.add_reduced(factor * coefficient, word.clone(), budget)?;
        }
        Ok(())
    }

    /// The product, `self` after `other`. Errors: [`Reason::TypeMismatch`], limits.
    pub fn times(&self, other: &Polynomial, budget: &mut Budget) -> Result<Polynomial, Failure> {
        if self.dom != other.cod {
            return refuse(Reason::TypeMismatch, "polynomials that do not fit together cannot be multiplied");
        }
        let mut result = Polynomial::zero(other.dom.clone(), self.cod.clone());
        for (left, a) in &self.terms {
            for (right, b) in &other.terms {
                let word = left.iter().chain(right).cloned().collect();
                result.add_word(a * b, word, budget)?;
            }
        }
        Ok(result)
    }

    /// The transpose. Errors: limits.
    pub fn transpose(&self, budget: &mut Budget) -> Result<Polynomial, Failure> {
        let mut result = Polynomial::zero(self.cod.clone(), self.dom.clone());
        for (word, coefficient) in &self.terms {
            // The reverse of a reduced word is reduced: the left sides of the equations are closed under transposition.
            let word = word.iter().rev().map(Letter::transpose).collect();
            result.add_reduced(coefficient.clone(), word, budget)?;
        }
        Ok(result)
    }

    /// Adds a word, reducing it first: letters are pushed one by one onto a reduced prefix.
    fn add_word(&mut self, coefficient: BigRational, word: Word, budget: &mut Budget) -> Result<(), Failure> {
        let mut rest = word;
        rest.reverse();
        // Each entry is (coefficient, reduced prefix, letters still to push, last first).
        let mut open = vec![(coefficient, Word::with_capacity(rest.len()), rest)];
        while let Some((coefficient, mut prefix, mut rest)) = open.pop() {
            budget.spend(1 + rest.len())?;
            let mut vanished = false;
            while let Some(letter) = rest.pop() {
                match (prefix.last().and_then(Letter::block), letter.block()) {
                    (Some(Structural::Fst), Some(Structural::Inl)) | (Some(Structural::Snd), Some(Structural::Inr)) => {
                        prefix.pop();
                    }
                    (Some(Structural::Fst), Some(Structural::Inr)) | (Some(Structural::Snd), Some(Structural::Inl)) => {
                        vanished = true;
                        break;
                    }
                    (Some(Structural::Inr), Some(Structural::Snd))
                        if prefix.last().map(Letter::transpose).as_ref() == Some(&letter) =>
                    {
                        let Some(Letter::Block(_, a, b)) = prefix.pop() else { break };
                        let mut other = rest.clone();
                        other.push(Letter::Block(Structural::Fst, a.clone(), b.clone()));
                        other.push(Letter::Block(Structural::Inl, a, b));
                        open.push((-coefficient.clone(), prefix.clone(), other));
                        if open.len() > budget.monomials {
                            return refuse(Reason::TooLarge, "a product of too many monomials");
                        }
                    }
                    _ => prefix.push(letter),
                }
            }
            if !vanished {
                self.add_reduced(coefficient, prefix, budget)?;
            }
        }
        Ok(())
    }

    fn add_reduced(&mut self, coefficient: BigRational, word: Word, budget: &mut Budget) -> Result<(), Failure> {
        budget.spend(1 + word.len())?;
        let size = match self.terms.entry(word) {
            Entry::Vacant(_) if coefficient.is_zero() => 0,
            Entry::Vacant(slot) => bits(slot.insert(coefficient)),
            Entry::Occupied(mut slot) => {
                *slot.get_mut() += coefficient;
                let size = bits(slot.get());
                if slot.get().is_zero() {
                    slot.remove();
                }
                size
            }
        };
        // Reducing a fraction is quadratic in its length.
        budget.spend((size as usize / 64).saturating_pow(2))?;
        if size > budget.bits || self.terms.len() > budget.monomials {
            return refuse(Reason::TooLarge, "a polynomial with too many monomials or too large a coefficient");
        }
        Ok(())
    }
}

fn bits(number: &BigRational) -> u64 {
    number.numer().bits().max(number.denom().bits())
}
