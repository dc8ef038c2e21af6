//! The true-optimal encoder: its exact values on the training captions and on the edits.

use num_bigint::BigInt;

use crate::matrix::{RightHandSide, SparseMatrix};
use crate::report::{Code, Diagnostic};

/// The values of the true-optimal encoder on the rows of S, and on those of D where it is known there.
///
/// In the units of the stored rows: h with S h = `training` / 2^`shift` is aligned. Floating-point embeddings are
/// dyadic rationals, so the common denominator is a power of two.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    /// Exponent of the common denominator.
    pub shift: u32,
    /// Training captions x width.
    pub training: RightHandSide,
    /// Edits x width, the value on the edited caption minus that on the original; `None` where some are unknown.
    pub edits: Option<RightHandSide>,
    /// The encoder, where it is linear in the features: what it says of edits then follows from what it says of captions.
    pub linear: Option<Projection>,
}

/// A seeded integer map of the features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Projection {
    /// Seed of the entries.
    pub seed: u64,
    /// Largest magnitude of an entry.
    pub bound: u32,
}

impl Projection {
    /// See [`projection_entry`].
    pub fn entry(self, feature: u32, dimension: u32) -> i64 {
        projection_entry(self.seed, self.bound, feature, dimension)
    }
}

/// The next output of the SplitMix64 generator at `state` (Steele, Lea and Flood 2014): a few
/// lines in any language, so that every checker can recompute a projection from its seed.
fn splitmix64(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Entry of the seeded integer projection: feature `feature`, embedding dimension `dimension`; in `-bound..=bound`.
///
/// `splitmix64(splitmix64(splitmix64(seed) ^ feature) ^ dimension) mod (2 bound + 1) - bound`.
pub fn projection_entry(seed: u64, bound: u32, feature: u32, dimension: u32) -> i64 {
    let word = splitmix64(splitmix64(splitmix64(seed) ^ u64::from(feature)) ^ u64::from(dimension));
    let choices = 2 * u64::from(bound) + 1;
    // Both are below 2^33.
    (word % choices) as i64 - i64::from(bound)
}

/// A row of a matrix of embeddings.
pub type WideRow = Vec<(u32, i128)>;

/// The most entries that a table of an encoder may have.
const TABLE_LIMIT: usize = 1 << 28;

impl Targets {
    /// Dimension of the embedding.
    pub fn width(&self) -> usize {
        self.training.width()
    }

    /// The seeded projection on the rows of S and D.
    ///
    /// Error: [`Code::TooManyFeatures`] where features x width is out of proportion.
    pub fn projection(
        seed: u64,
        width: u32,
        bound: u32,
        s: &SparseMatrix,
        d: &SparseMatrix,
    ) -> Result<Targets, Diagnostic> {
        let width = width as usize;
        if width.saturating_mul(s.cols().max(s.rows()).max(d.rows())) > TABLE_LIMIT {
            let message = format!("{} features in {width} dimensions are more than a table may hold", s.cols());
            return Err(Diagnostic::new(Code::TooManyFeatures, message).help("choose a smaller --width"));
        }
        let table: Vec<i64> = (0..s.cols() as u32)
            .flat_map(|feature| {
                (0..width as u32).map(move |dimension| projection_entry(seed, bound, feature, dimension))
            })
            .collect();
        let training = project(&table, width, s)?;
        Ok(Targets {
            shift: 0,
            training,
            edits: Some(project(&table, width, d)?),
            linear: Some(Projection { seed, bound }),
        })
    }

    /// The user's embeddings: the integer rows of the training captions, and those of the original and the edited caption of
    /// each edit, all over 2^`denominator`; the first `width` entries count. `scale` is the exponent by which the
    /// stored rows of S and D exceed the features.
    pub fn embeddings(
        rows: &[WideRow],
        edits: Option<&[(WideRow, WideRow)]>,
        width: usize,
        denominator: u32,
        scale: u32,
    ) -> Result<Targets, Diagnostic> {
        let up = scale.saturating_sub(denominator);
        let (mut training, mut known) =
            (Table::new(rows.len(), width, up), edits.map(|e| Table::new(e.len(), width, up)));
        rows.iter().enumerate().for_each(|(at, row)| training.add(at, row, 1));
        for (at, (from, to)) in edits.into_iter().flatten().enumerate() {
            if let Some(known) = &mut known {
                known.add(at, to, 1);
                known.add(at, from, -1);
            }
        }
        Ok(Targets {
            shift: denominator.saturating_sub(scale),
            training: training.finish()?,
            edits: known.map(Table::finish).transpose()?,
            linear: None,
        })
    }
}

/// Sums of integer rows, shifted up: rows x width.
struct Table {
    width: usize,
    up: u32,
    values: Vec<BigInt>,
}

impl Table {
    fn new(rows: usize, width: usize, up: u32) -> Table {
        Table { width, up, values: vec![BigInt::ZERO; rows * width] }
    }

    fn add(&mut self, at: usize, row: &WideRow, sign: i64) {
        for &(column, value) in row.iter().filter(|(column, _)| (*column as usize) < self.width) {
            self.values[at * self.width + column as usize] += (BigInt::from(value) * sign) << self.up;
        }
    }

    fn finish(self) -> Result<RightHandSide, Diagnostic> {
        Ok(RightHandSide::from_big(self.values.len() / self.width.max(1), self.width, self.values)?)
    }
}

/// rows of `m` times the table (features x width).
fn project(table: &[i64], width: usize, m: &SparseMatrix) -> Result<RightHandSide, Diagnostic> {
    let mut small = Vec::with_capacity(m.rows() * width);
    let mut big: Vec<BigInt> = Vec::new();
    for row in 0..m.rows() {
        for dimension in 0..width {
            // An entry of the matrix has 63 bits, one of the table 33, and a row fewer than 2^31 entries.
            let product = |(feature, value): (u32, i64)| {
                i128::from(value) * i128::from(table[feature as usize * width + dimension])
            };
            let sum: i128 = m.row(row).map(product).sum();
            match i64::try_from(sum) {
                Ok(sum) if big.is_empty() => small.push(sum),
                _ => {
                    big.extend(small.drain(..).map(BigInt::from));
                    big.push(sum.into());
                }
            }
        }
    }
    if big.is_empty() {
        Ok(RightHandSide::from_i64(m.rows(), width, small)?)
    } else {
        Ok(RightHandSide::from_big(m.rows(), width, big)?)
    }
}
