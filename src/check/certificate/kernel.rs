//! What no training caption sees: the kernel of S, as a claim carries it.

use serde::{Deserialize, Serialize};

use super::number::Sparse;

/// The kernel of S by a basis of integer vectors, one for each feature that is not a pivot, and what follows from it.
///
/// The basis rows have the rank at least, the readouts leave room for no more: so rank S is the number of basis rows, whatever
/// is a multiple of what the readouts miss is a combination of training captions, and no such combination need be written
/// down (theorem `silent_readouts_decide`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kernel {
    /// From 2 and below 2^31: what pivots are invertible by.
    pub modulus: u32,
    /// Training captions that are independent, each with the feature that is its pivot, in the order of elimination.
    pub basis: Vec<(u32, u32)>,
    /// For each feature that is not a pivot, by increasing feature, an integer vector over features that is silent on
    /// training; it has no other such feature.
    pub readouts: Vec<Sparse>,
    /// Edits whose features do not change.
    pub collapsed: Vec<u32>,
    /// Edits that change the features, and of which no readout sees anything.
    pub identified: Vec<u32>,
    /// Edits that a readout sees.
    pub free: Vec<u32>,
    /// Free edits that are independent modulo training, each with the readout that is its pivot, in the order of elimination.
    pub mined: Vec<(u32, u32)>,
    /// Every other free edit as a combination of these, modulo training, by increasing edit.
    pub settled: Vec<SettledBy>,
}

/// Nothing of d - b D is seen by a readout: an edit as a combination of mined edits, and of training captions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettledBy {
    /// The edit.
    pub edit: u32,
    /// Coefficients over edits, all of them mined.
    pub b: Sparse,
}
