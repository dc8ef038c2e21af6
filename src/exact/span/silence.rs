//! Many vectors times one row after the other, exactly.

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

use super::super::vector::SparseVector;

/// Integer vectors, by index.
pub(super) struct Silence<'a> {
    vectors: &'a [SparseVector],
    /// What stands at index j is `starts[j]..starts[j + 1]`: the number of a vector and its entry; `None`: in big integers.
    starts: Vec<usize>,
    entries: Vec<(u32, Option<i64>)>,
    sums: Vec<i64>,
    touched: Vec<u32>,
}

impl Silence<'_> {
    /// Of vectors of integers, over `size` indices.
    pub(super) fn of(size: usize, vectors: &[SparseVector]) -> Silence<'_> {
        let mut starts = vec![0usize; size + 1];
        vectors.iter().flat_map(SparseVector::support).for_each(|index| starts[index as usize + 1] += 1);
        (0..size).for_each(|index| starts[index + 1] += starts[index]);
        let mut next = starts.clone();
        let mut entries = vec![(0, None); starts[size]];
        for (number, vector) in vectors.iter().enumerate() {
            for (index, value) in vector.numerators() {
                let place = &mut next[*index as usize];
                entries[*place] = (number as u32, value.to_i64());
                *place += 1;
            }
        }
        Silence { vectors, starts, entries, sums: vec![0; vectors.len()], touched: Vec::new() }
    }

    /// Whether every vector times the row is 0.
    pub(super) fn on(&mut self, row: impl Iterator<Item = (u32, i64)> + Clone) -> bool {
        let small = self.small(row.clone());
        // Every sum is emptied, whichever is the first that is not 0.
        let mut silent = true;
        for number in self.touched.drain(..) {
            silent &= std::mem::take(&mut self.sums[number as usize]) == 0;
        }
        small.map_or_else(|| self.big(row), |()| silent)
    }

    fn small(&mut self, row: impl Iterator<Item = (u32, i64)>) -> Option<()> {
        for (index, count) in row {
            for &(number, value) in &self.entries[self.starts[index as usize]..self.starts[index as usize + 1]] {
                self.touched.push(number);
                let sum = &mut self.sums[number as usize];
                *sum = sum.checked_add(value?.checked_mul(count)?)?;
            }
        }
        Some(())
    }

    fn big(&self, row: impl Iterator<Item = (u32, i64)> + Clone) -> bool {
        let mut met: Vec<u32> = Vec::new();
        for (index, _) in row.clone() {
            met.extend(self.entries[self.starts[index as usize]..self.starts[index as usize + 1]].iter().map(|e| e.0));
        }
        met.sort_unstable();
        met.dedup();
        met.iter().all(|&number| {
            let vector = &self.vectors[number as usize];
            let product = |(index, count)| vector.numerator(index).map(|value| value * count);
            row.clone().filter_map(product).sum::<BigInt>().is_zero()
        })
    }
}
