//! Spaces, words and polynomials as plain data; what may be done with them stands in the files beside this one.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_rational::BigRational;

/// The name of a space, family or map: a letter, then letters, digits and underscores (ASCII), at most 64.
/// Checked where it is declared; names that are never declared are rejected where they are used.
pub type Name = Arc<str>;

/// A finite-dimensional space.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// The unit space `1`, of dimension 1.
    Unit,
    /// A declared space, of any dimension, 0 included.
    Atom(Name),
    /// An orthogonal direct sum.
    Sum(Summands),
}

/// The two summands, `.0` and `.1`, of a sum; only [`Space::sum`], which bounds it, makes one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Summands(pub(super) Arc<(Space, Space)>);

/// The structural maps of a sum of spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Structural {
    /// `A + B -> A`
    Fst,
    /// `A + B -> B`
    Snd,
    /// `A -> A + B`
    Inl,
    /// `B -> A + B`
    Inr,
}

/// One factor of a word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Letter {
    /// A map `name : dom -> cod`, or its transpose `cod -> dom`.
    Map { name: Name, dom: Space, cod: Space, transposed: bool },
    /// A structural map of `first + second`.
    Block(Structural, Space, Space),
}

/// A product of letters in writing order; the empty word is the identity.
pub type Word = Vec<Letter>;

/// A typed polynomial: reduced words with coefficients other than 0. The kernel takes none from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polynomial {
    /// The space that the map starts from.
    pub dom: Space,
    /// The space that the map leads to.
    pub cod: Space,
    /// The words with their coefficients.
    pub terms: BTreeMap<Word, BigRational>,
    /// Letters in all words, and one more for each word: what it costs to keep it.
    pub(super) letters: usize,
}
