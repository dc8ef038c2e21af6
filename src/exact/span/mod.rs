//! The row space of a matrix with many more rows than rank: a basis of the rows, and a basis of what no row sees.
//!
//! Rows are taken in rounds. Modulo a prime, a random vector that is silent on the rows taken so far, a *probe*, is not silent on a
//! row that they do not span, but for a chance of one in the prime: so a round costs one product a row, and only
//! what a probe sees is eliminated. At the end there is an integer vector for each column without a pivot, and these are
//! multiplied with every row, exactly: a row that one of them sees is independent of the basis and joins it. So the
//! answer is exact, and what was modulo a prime only proposed it.

mod gather;
mod modular;
mod silence;

use std::collections::HashSet;

use super::Error;
use super::SparseMatrix;
use super::limits::{Limits, limit};
use super::modular::DENSE_PERCENT;
use super::vector::SparseVector;
pub use gather::Gather;
pub(super) use modular::Rounds;
use modular::{CORE_ROWS, FIRST, Reduced};
use silence::Silence;

/// Primes that are tried: a row that one misses is found out exactly, and joins the basis modulo the next.
const ATTEMPTS: usize = 16;

/// What the rows of a matrix span.
#[derive(Clone, Debug)]
pub struct Span {
    /// The basis rows are independent modulo this prime.
    pub modulus: u32,
    /// As many (row, column) as the rank is, in an order in which elimination modulo the prime has its pivots there.
    pub basis: Vec<(u32, u32)>,
    /// For each column without a pivot, ascending, a vector of coprime integers that all rows are silent on: of these columns it
    /// has this one alone.
    pub readouts: Vec<SparseVector>,
}

impl Span {
    /// The span of the rows of `m`.
    ///
    /// Errors: [`ErrorKind::Limit`](super::ErrorKind), [`ErrorKind::Cancelled`](super::ErrorKind).
    ///
    /// ```
    /// use scotoma_exact::{Limits, Span, SparseMatrix};
    ///
    /// let m = SparseMatrix::from_rows(3, vec![vec![(0, 1), (1, 1)], vec![(0, 2), (1, 2)], vec![(1, 1), (2, -3)]])?;
    /// let span = Span::find(&m, &Limits::default())?;
    /// assert_eq!((span.basis.len(), span.readouts.len()), (2, 1));
    /// # Ok::<(), scotoma_exact::Error>(())
    /// ```
    pub fn find(m: &SparseMatrix, limits: &Limits) -> Result<Span, Error> {
        Span::in_rounds(m, Rounds { first: FIRST, percent: DENSE_PERCENT, core_rows: CORE_ROWS, limits })
    }

    /// The same in rounds of another kind.
    pub(super) fn in_rounds(m: &SparseMatrix, how: Rounds) -> Result<Span, Error> {
        let rows = distinct(m);
        let (mut basis, mut waiting) = (Vec::new(), rows.clone());
        for attempt in 0..ATTEMPTS {
            let mut found = rounds(m, &mut basis, waiting, attempt, how)?;
            let mut readouts = found.small_readouts(m, how)?;
            waiting = heard(m, &rows, &readouts);
            if waiting.iter().any(|row| basis.binary_search(row).is_ok()) {
                // A readout has larger entries than residues can tell.
                (found, readouts) = Reduced::large_readouts(m, &basis, how)?;
                waiting = heard(m, &rows, &readouts);
            }
            if waiting.is_empty() {
                return Ok(Span { modulus: found.modulus(), basis: found.pivots(), readouts });
            }
        }
        let message = format!("the rank falls modulo each of {ATTEMPTS} primes");
        Err(limit(message, "multiply the matrix by something else"))
    }
}

/// The rows on which a readout is not silent.
fn heard(m: &SparseMatrix, rows: &[u32], readouts: &[SparseVector]) -> Vec<u32> {
    let mut silence = Silence::of(m.cols(), readouts);
    rows.iter().copied().filter(|&row| !silence.on(m.row(row as usize))).collect()
}

/// The rows that are not zero and not a repetition of an earlier one.
fn distinct(m: &SparseMatrix) -> Vec<u32> {
    let mut known = HashSet::with_capacity(m.rows());
    let new = |&row: &u32| {
        let row = row as usize;
        m.row(row).len() > 0 && known.insert((m.row_columns(row), m.row_values(row)))
    };
    (0..m.rows() as u32).filter(new).collect()
}

/// Takes the waiting rows into the basis, round by round, until no probe sees one; the basis is left ascending.
fn rounds(
    m: &SparseMatrix,
    basis: &mut Vec<u32>,
    mut waiting: Vec<u32>,
    attempt: usize,
    how: Rounds,
) -> Result<Reduced, Error> {
    for round in 0.. {
        let later = waiting.split_off(waiting.len().min(how.first.max(basis.len())));
        basis.append(&mut waiting);
        basis.sort_unstable();
        let found = Reduced::find(m, basis, attempt, how)?;
        *basis = found.pivots().iter().map(|&(row, _)| row).collect();
        basis.sort_unstable();
        let probe = found.probe(m, round);
        waiting = later.into_iter().filter(|&row| found.sees(&probe, m.row(row as usize))).collect();
        if waiting.is_empty() {
            return Ok(found);
        }
    }
    Err(limit("there are more rounds than numbers".to_owned(), "take fewer captions"))
}
