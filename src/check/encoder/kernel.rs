//! The check of `kernel` claims: the readouts are all that training leaves open, and what they see decides every edit.
//!
//! As many basis rows as the rank is said to be are independent, so rank S is no less; for every other feature there is a
//! readout that is silent on training, so it is no more. Then the readouts span the kernel of S, and a vector that none of
//! them sees is a combination of training captions (theorem `silent_readouts_decide`).

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{ToPrimitive, Zero};

use super::multiply::{Entry, Ring, clear_denominators, overflow};
use super::problem::Problem;
use super::staircase::Staircase;
use super::vectors::{failure, increasing, sparse};
use super::verified::Verified;
use crate::certificate::{Kernel, Sparse};
use crate::matrix::SparseMatrix;
use crate::report::{Code, Diagnostic, quoted};

/// What the readouts see of each edit: D times the readouts, a row an edit.
pub struct Seen {
    rows: Vec<Vec<(u32, BigInt)>>,
    readouts: usize,
}

impl Seen {
    /// Whether the readouts see nothing of d D, for the weights `d` of edits. Error: [`Code::Arithmetic`].
    pub fn misses(&self, d: &[Entry]) -> Result<bool, Diagnostic> {
        let (weights, _) = clear_denominators::<BigInt>(d.iter().map(|(_, value)| *value)).ok_or_else(overflow)?;
        let mut sums = std::collections::HashMap::<u32, BigInt>::new();
        for ((edit, _), weight) in d.iter().zip(&weights) {
            for (readout, value) in &self.rows[*edit as usize] {
                *sums.entry(*readout).or_default() += weight * value;
            }
        }
        Ok(sums.values().all(BigInt::is_zero))
    }
}

/// Checks a kernel, and the fates and the deficit that follow from it. Where S has a part of the training captions alone, the
/// readouts have been multiplied with the others, as they were read ([`Silent`]): `others` is what came of that.
pub fn check_kernel(
    problem: &Problem,
    kernel: &Kernel,
    others: Result<(), Diagnostic>,
) -> Result<(Verified, Seen), Diagnostic> {
    check_span(problem, kernel)?;
    others?;
    let (silent, seen) = match check_silence::<i64>(problem, &kernel.readouts) {
        Some(found) => found,
        None => check_silence::<BigInt>(problem, &kernel.readouts).ok_or_else(overflow)?,
    };
    if let Some((text, readout)) = silent {
        return Err(heard(readout, problem.number_of(text), problem.training_text(text)));
    }
    check_fates(problem, kernel, &seen)?;
    check_mined(kernel, &seen)?;
    check_settled(kernel, &seen)?;
    let verified = Verified::Kernel {
        rank: kernel.basis.len(),
        readouts: kernel.readouts.len(),
        collapsed: kernel.collapsed.len(),
        identified: kernel.identified.len(),
        free: kernel.free.len(),
        deficit: kernel.mined.len(),
    };
    Ok((verified, seen))
}

fn heard(readout: u32, number: usize, text: &str) -> Diagnostic {
    let message = format!("readout {readout} is not silent on training caption {number}");
    failure(Code::NotKernel, message).note(quoted(text))
}

/// Readouts that are multiplied with one training caption after the other, in machine integers as long as these suffice.
///
/// Of features that were not there when the readouts were taken nothing is seen.
pub struct Silent<'a> {
    readouts: &'a [Sparse],
    features: usize,
    small: Option<Table<i64>>,
    big: Option<Table<BigInt>>,
}

impl<'a> Silent<'a> {
    /// Readouts over this many features. Errors: those of a vector that is none, with its code.
    pub fn of(readouts: &'a [Sparse], features: usize) -> Result<Silent<'a>, Diagnostic> {
        for (number, readout) in readouts.iter().enumerate() {
            sparse(&format!("readout {number}"), readout, features)?;
        }
        Ok(Silent { readouts, features, small: Table::of(readouts, features), big: None })
    }

    /// Whether every readout is silent on the training caption. Errors: [`Code::NotKernel`], [`Code::Arithmetic`].
    pub fn on(&mut self, number: usize, text: &str, row: &[(u32, i64)]) -> Result<(), Diagnostic> {
        let known = row.iter().copied().filter(|(feature, _)| (*feature as usize) < self.features);
        let mut first = match &mut self.small {
            Some(table) => table.see(known.clone()).map(|seen| seen.first().map(|(readout, _)| *readout)),
            None => None,
        };
        if first.is_none() {
            // What did not fit has left its sums behind.
            self.small = None;
            if self.big.is_none() {
                self.big = Table::of(self.readouts, self.features);
            }
            let table = self.big.as_mut().ok_or_else(overflow)?;
            first = table.see(known).map(|seen| seen.first().map(|(readout, _)| *readout));
        }
        match first.ok_or_else(overflow)? {
            Some(readout) => Err(heard(readout, number, text)),
            None => Ok(()),
        }
    }
}

/// Whether the rows are independent modulo the number, each with its pivot, in their order.
pub fn are_independent(modulus: u32, matrix: &SparseMatrix, basis: &[(u32, u32)]) -> bool {
    Staircase::of(modulus, matrix, basis, |row| Some(row as usize)).is_ok()
}

/// The basis rows are independent, and the readouts are one for each feature that has no pivot, and have no other such feature.
fn check_span(problem: &Problem, kernel: &Kernel) -> Result<(), Diagnostic> {
    let s = problem.s();
    let stairs = Staircase::of(kernel.modulus, s, &kernel.basis, |number| problem.row_of(number))?;
    let open: Vec<u32> =
        (0..s.cols()).filter(|&column| !stairs.has_pivot(column)).map(|column| column as u32).collect();
    if open.len() != kernel.readouts.len() {
        let message =
            format!("there are {} readouts for {} features without a pivot", kernel.readouts.len(), open.len());
        return Err(failure(Code::NotKernel, message));
    }
    for (number, (&own, readout)) in open.iter().zip(&kernel.readouts).enumerate() {
        let vector = sparse(&format!("readout {number}"), readout, s.cols())?;
        if vector.iter().any(|(_, value)| !value.is_integer()) {
            return Err(failure(Code::NotKernel, format!("readout {number} is not a vector of integers")));
        }
        let mut without_pivot = vector.iter().map(|(column, _)| *column).filter(|c| !stairs.has_pivot(*c as usize));
        if (without_pivot.next(), without_pivot.next()) != (Some(own), None) {
            let message =
                format!("of the features without a pivot, readout {number} has others than feature {own} alone");
            return Err(failure(Code::NotKernel, message));
        }
    }
    Ok(())
}

/// The first training caption of which a readout sees something, with that readout; and what the readouts see of each edit.
type Silence = (Option<(usize, u32)>, Seen);

/// Every row of S, and then of D, times all readouts, in N; `None` when a number does not fit N.
fn check_silence<N: Ring>(problem: &Problem, readouts: &[Sparse]) -> Option<Silence> {
    let mut table = Table::<N>::of(readouts, problem.s().cols())?;
    for text in 0..problem.s().rows() {
        if let Some(&(readout, _)) = table.see(problem.s().row(text))?.first() {
            return Some((Some((text, readout)), Seen { rows: Vec::new(), readouts: readouts.len() }));
        }
    }
    let big = |row: Vec<(u32, N)>| row.into_iter().map(|(readout, value)| (readout, value.into_big())).collect();
    let rows = (0..problem.d().rows()).map(|edit| table.see(problem.d().row(edit)).map(big)).collect::<Option<_>>()?;
    Some((None, Seen { rows, readouts: readouts.len() }))
}

/// The readouts by feature.
struct Table<N> {
    /// The entries of feature j are `starts[j]..starts[j + 1]`: which readout, and its value there.
    starts: Vec<usize>,
    entries: Vec<(u32, N)>,
    /// Room for a row: a sum for each readout, and those that are touched.
    sums: Vec<N>,
    touched: Vec<u32>,
}

impl<N: Ring> Table<N> {
    fn of(readouts: &[Sparse], features: usize) -> Option<Table<N>> {
        let mut starts = vec![0usize; features + 1];
        readouts.iter().flatten().for_each(|(feature, _)| starts[*feature as usize + 1] += 1);
        (0..features).for_each(|feature| starts[feature + 1] += starts[feature]);
        let mut next = starts.clone();
        let mut entries = vec![(0, N::zero()); starts[features]];
        for (number, readout) in readouts.iter().enumerate() {
            for (feature, value) in readout {
                let place = &mut next[*feature as usize];
                entries[*place] = (number as u32, N::from_big(value.0.numer())?);
                *place += 1;
            }
        }
        Some(Table { starts, entries, sums: vec![N::zero(); readouts.len()], touched: Vec::new() })
    }

    /// The row times each readout, where that is not 0, by increasing readout; `None` on overflow.
    fn see(&mut self, row: impl Iterator<Item = (u32, i64)>) -> Option<Vec<(u32, N)>> {
        self.touched.clear();
        for (feature, count) in row {
            let range = self.starts[feature as usize]..self.starts[feature as usize + 1];
            let count = N::from_i64(count);
            for (readout, value) in &self.entries[range] {
                self.touched.push(*readout);
                self.sums[*readout as usize].add_product(&count, value)?;
            }
        }
        let mut seen = Vec::new();
        for &readout in &self.touched {
            let sum = std::mem::replace(&mut self.sums[readout as usize], N::zero());
            if !sum.is_zero() {
                seen.push((readout, sum));
            }
        }
        seen.sort_unstable_by_key(|(readout, _)| *readout);
        Some(seen)
    }
}

/// Every edit is in the list that is its own.
fn check_fates(problem: &Problem, kernel: &Kernel, seen: &Seen) -> Result<(), Diagnostic> {
    let edits = problem.d().rows();
    let lists = [("collapsed", &kernel.collapsed), ("identified", &kernel.identified), ("free", &kernel.free)];
    for (what, list) in lists {
        increasing(&format!("the list of {what} edits"), list.iter().copied(), edits)?;
    }
    // What is in a list has that fate and no other, so that no edit is in two of them.
    if lists.iter().map(|(_, list)| list.len()).sum::<usize>() != edits {
        return Err(failure(Code::FateCoverage, "the fates do not cover every edit once"));
    }
    let is_collapsed = |edit: &&u32| problem.d().row(**edit as usize).len() == 0;
    let is_missed = |edit: &&u32| seen.rows[**edit as usize].is_empty();
    if let Some(edit) = kernel.collapsed.iter().find(|edit| !is_collapsed(edit)) {
        return Err(failure(Code::NotCollapsed, format!("edit {edit} changes the features")));
    }
    if let Some(edit) = kernel.identified.iter().find(|edit| !is_missed(edit)) {
        return Err(failure(Code::NotIdentified, format!("a readout sees edit {edit}")));
    }
    if let Some(edit) = kernel.identified.iter().find(is_collapsed) {
        return Err(failure(Code::FateCoverage, format!("edit {edit} is collapsed, and said to be identified")));
    }
    match kernel.free.iter().find(is_missed) {
        Some(edit) => Err(failure(Code::NotFree, format!("no readout sees edit {edit}"))),
        None => Ok(()),
    }
}

/// The mined edits are independent in what the readouts see of them.
fn check_mined(kernel: &Kernel, seen: &Seen) -> Result<(), Diagnostic> {
    let mut stairs = Staircase::new(kernel.modulus, seen.readouts)?;
    let modulus = BigInt::from(kernel.modulus);
    for &(edit, readout) in &kernel.mined {
        let Some(row) = seen.rows.get(edit as usize) else {
            return Err(failure(Code::CertificateIndex, format!("the mined edit {edit} is not there")));
        };
        let residue = |value: &BigInt| value.mod_floor(&modulus).to_u64().unwrap_or_default();
        let residues = row.iter().map(|(readout, value)| (*readout, residue(value)));
        stairs.add(&format!("edit {edit}"), residues, readout)?;
    }
    Ok(())
}

/// Every free edit that is not mined is the stated combination of mined ones.
fn check_settled(kernel: &Kernel, seen: &Seen) -> Result<(), Diagnostic> {
    let mut mined = vec![false; seen.rows.len()];
    kernel.mined.iter().for_each(|(edit, _)| mined[*edit as usize] = true);
    let others: Vec<u32> = kernel.free.iter().copied().filter(|edit| !mined[*edit as usize]).collect();
    if !others.iter().eq(kernel.settled.iter().map(|settled| &settled.edit)) {
        return Err(failure(Code::NotSettled, "the settled edits are not the free ones that are not mined, in order"));
    }
    for settled in &kernel.settled {
        let edit = settled.edit;
        let b = sparse(&format!("the combination for edit {edit}"), &settled.b, seen.rows.len())?;
        if b.iter().any(|(other, _)| !mined[*other as usize]) {
            return Err(failure(Code::NotSettled, format!("edit {edit} is settled by an edit that is not mined")));
        }
        let minus_one = num_rational::BigRational::from_integer((-1).into());
        let difference: Vec<Entry> = b.into_iter().chain([(edit, &minus_one)]).collect();
        if !seen.misses(&difference)? {
            return Err(failure(
                Code::NotSettled,
                format!("edit {edit} is not the stated combination modulo training"),
            ));
        }
    }
    Ok(())
}
