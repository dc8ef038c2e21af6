//! A matrix in sparse echelon form, with what made it so: `L` and `U` of a sparse elimination.
//!
//! Three questions are asked of it, each a sparse triangular solve that touches only what the answer needs
//! (J. R. Gilbert and T. Peierls, 1988): what a row is a combination of, which original rows a combination of pivot
//! rows comes from, and which kernel vector a free column has. One sweep serves all three.

use std::collections::BinaryHeap;
use std::sync::OnceLock;

use super::line::Line;
use super::ring::Ring;

const NONE: u32 = u32::MAX;

/// Rows of (index, coefficient) pairs, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    starts: Vec<usize>,
    pairs: Vec<(u32, i64)>,
}

impl Rows {
    fn new() -> Rows {
        Rows { starts: vec![0], pairs: Vec::new() }
    }

    fn push(&mut self, row: &[(u32, i64)]) {
        self.pairs.extend_from_slice(row);
        self.starts.push(self.pairs.len());
    }

    pub(super) fn row(&self, at: usize) -> &[(u32, i64)] {
        &self.pairs[self.starts[at]..self.starts[at + 1]]
    }

    /// For each index below `size` the (row, coefficient) pairs at it.
    fn transpose(&self, size: usize) -> Rows {
        let mut starts = vec![0usize; size + 1];
        for &(index, _) in &self.pairs {
            starts[index as usize + 1] += 1;
        }
        for index in 0..size {
            starts[index + 1] += starts[index];
        }
        let mut next = starts.clone();
        let mut pairs = vec![(0, 0); self.pairs.len()];
        for row in 0..self.starts.len() - 1 {
            for &(index, value) in self.row(row) {
                pairs[next[index as usize]] = (row as u32, value);
                next[index as usize] += 1;
            }
        }
        Rows { starts, pairs }
    }
}

/// One pivot: where it is in the original matrix, its value in its echelon row, and how that row came about:
/// `scale * M_row = sum of lower * U + content * U_own`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pivot {
    pub row: u32,
    pub column: u32,
    pub value: i64,
    pub scale: i64,
    pub content: i64,
}

/// The pivots in the order of elimination, their rows `U` and the multipliers `L`.
#[derive(Clone, Debug)]
pub(super) struct Echelon {
    pub pivots: Vec<Pivot>,
    /// Row `s`: the entries of `U_s` other than the pivot, by column.
    pub upper: Rows,
    /// Row `s`: the multipliers of earlier pivot rows in what the original row is made of.
    pub lower: Rows,
    /// The number of the pivot in a column, if there is one.
    order: Vec<u32>,
    by_column: OnceLock<Rows>,
}

/// A common denominator and the (index, numerator) pairs of a vector over it.
pub(super) type Scaled<N> = (N, Vec<(u32, N)>);

/// What a sweep found: `scale` times the input is the combination with these quotients, and the rest.
pub(super) struct Swept<N> {
    pub scale: N,
    pub quotients: Vec<(u32, N)>,
    pub rest: Vec<(u32, N)>,
}

impl Echelon {
    pub(super) fn new(cols: usize) -> Echelon {
        let order = vec![NONE; cols];
        Echelon { pivots: Vec::new(), upper: Rows::new(), lower: Rows::new(), order, by_column: OnceLock::new() }
    }

    /// The number of pivots.
    pub(super) fn rank(&self) -> usize {
        self.pivots.len()
    }

    /// The number of pivot among the first `rank` in `column`.
    pub(super) fn order(&self, column: u32, rank: usize) -> Option<u32> {
        self.order.get(column as usize).copied().filter(|&order| (order as usize) < rank)
    }

    /// The entries stored.
    pub(super) fn nonzeros(&self) -> usize {
        self.upper.pairs.len() + self.lower.pairs.len()
    }

    /// Adds `line` as the next pivot row, with its pivot at `column`.
    pub(super) fn push(&mut self, mut line: Line, column: u32, value: i64) {
        self.order[column as usize] = self.pivots.len() as u32;
        line.entries.retain(|&(other, _)| other != column);
        self.upper.push(&line.entries);
        self.lower.push(&line.lower);
        self.pivots.push(Pivot { row: line.row, column, value, scale: line.scale, content: line.content });
        self.by_column = OnceLock::new();
    }

    /// The row as a combination of the first `rank` pivot rows and a rest without entries in their columns:
    /// `scale * row = sum of quotients * U + rest`.
    pub(super) fn reduce<R: Ring>(
        &self,
        ring: &R,
        space: &mut Workspace<R::Element>,
        row: impl IntoIterator<Item = (u32, R::Element)>,
        rank: usize,
    ) -> Option<Swept<R::Element>> {
        let order_of = |column: u32| self.order(column, rank).map(|order| NONE - order);
        space.sweep(ring, row, order_of, |turn| {
            let order = (NONE - turn) as usize;
            let pivot = &self.pivots[order];
            (pivot.column, order as u32, pivot.value, self.upper.row(order))
        })
    }

    /// The combination of pivot rows as one of original rows: `scale * sum of input * U = sum of quotients`, where a
    /// quotient at pivot `s` is still to be multiplied by the pivot's `scale` to be one of original row `s`.
    fn pull_back<R: Ring>(
        &self,
        ring: &R,
        space: &mut Workspace<R::Element>,
        combination: impl IntoIterator<Item = (u32, R::Element)>,
    ) -> Option<Swept<R::Element>> {
        space.sweep(ring, combination, Some, |order| {
            (order, order, self.pivots[order as usize].content, self.lower.row(order as usize))
        })
    }

    /// The combination of pivot rows with these coefficients as (original row, coefficient) pairs, all times the first
    /// value returned.
    pub(super) fn original_rows<R: Ring>(
        &self,
        ring: &R,
        space: &mut Workspace<R::Element>,
        combination: impl IntoIterator<Item = (u32, R::Element)>,
    ) -> Option<Scaled<R::Element>> {
        let swept = self.pull_back(ring, space, combination)?;
        let original = |(order, quotient): (u32, R::Element)| {
            let pivot = &self.pivots[order as usize];
            Some((pivot.row, ring.times(&quotient, &ring.enter(pivot.scale))?))
        };
        let rows = swept.quotients.into_iter().map(original).collect::<Option<Vec<_>>>()?;
        Some((swept.scale, rows))
    }

    /// The vector that is `scale` at the free column `free`, zero at every other column without one of the first
    /// `rank` pivots, and in the kernel of their rows: the (column, entry) pairs, with `free` not among them.
    pub(super) fn kernel<R: Ring>(
        &self,
        ring: &R,
        space: &mut Workspace<R::Element>,
        free: u32,
        rank: usize,
    ) -> Option<Scaled<R::Element>> {
        let by_column = self.by_column.get_or_init(|| self.upper.transpose(self.order.len()));
        let before = |&&(order, _): &&(u32, i64)| (order as usize) < rank;
        let zero = ring.enter(0);
        let seeds = by_column.row(free as usize).iter().filter(before);
        let seeds =
            seeds.map(|&(order, value)| Some((order, ring.minus_product(&zero, &ring.enter(1), &ring.enter(value))?)));
        let seeds = seeds.collect::<Option<Vec<_>>>()?;
        // The rows above a pivot have the smaller numbers, so a column's list ends below `rank` by itself.
        let swept = space.sweep(ring, seeds, Some, |order| {
            let pivot = &self.pivots[order as usize];
            (order, pivot.column, pivot.value, by_column.row(pivot.column as usize))
        })?;
        Some((swept.scale, swept.quotients))
    }
}

/// Room for a sweep, kept between sweeps because clearing what one touched is cheaper than making it anew.
pub(super) struct Workspace<N> {
    values: Vec<Option<N>>,
    touched: Vec<u32>,
    turns: BinaryHeap<u32>,
}

impl<N: Clone> Workspace<N> {
    /// For indices below `size`.
    pub(super) fn new(size: usize) -> Workspace<N> {
        Workspace { values: vec![None; size], touched: Vec::new(), turns: BinaryHeap::new() }
    }

    /// Solves a sparse triangular system without division. `turn` tells when an index has its turn, the largest first,
    /// or that it has none. At its turn, `step` gives its index, the name of its quotient, its divisor and its
    /// neighbours: the value is divided by the divisor, all values first scaled where that leaves a remainder, and the
    /// quotient times each neighbour's coefficient is subtracted from the neighbour.
    fn sweep<'a, R: Ring<Element = N>>(
        &mut self,
        ring: &R,
        seeds: impl IntoIterator<Item = (u32, N)>,
        turn: impl Fn(u32) -> Option<u32>,
        step: impl Fn(u32) -> (u32, u32, i64, &'a [(u32, i64)]),
    ) -> Option<Swept<N>> {
        self.clear();
        for (index, value) in seeds {
            self.touch(index, value, &turn);
        }
        let (mut scale, mut quotients) = (ring.enter(1), Vec::new());
        while let Some(at) = self.turns.pop() {
            let (index, name, divisor, neighbours) = step(at);
            let Some(value) = self.values[index as usize].take().filter(|value| !ring.is_zero(value)) else { continue };
            let (factor, quotient) = ring.cofactors(&ring.enter(divisor), &value)?;
            if !ring.is_one(&factor) {
                self.rescale(ring, &factor, &mut quotients)?;
                scale = ring.times(&scale, &factor)?;
            }
            for &(neighbour, coefficient) in neighbours {
                let coefficient = ring.enter(coefficient);
                match &mut self.values[neighbour as usize] {
                    Some(value) => *value = ring.minus_product(value, &quotient, &coefficient)?,
                    None => {
                        let value = ring.minus_product(&ring.enter(0), &quotient, &coefficient)?;
                        self.touch(neighbour, value, &turn);
                    }
                }
            }
            quotients.push((name, quotient));
        }
        let mut rest = Vec::new();
        for &index in &self.touched {
            if let Some(value) = self.values[index as usize].take().filter(|value| !ring.is_zero(value)) {
                rest.push((index, value));
            }
        }
        rest.sort_unstable_by_key(|&(index, _)| index);
        Some(Swept { scale, quotients, rest })
    }

    /// Empties the room: the sweep before this one may have ended in an overflow.
    fn clear(&mut self) {
        self.turns.clear();
        for index in self.touched.drain(..) {
            self.values[index as usize] = None;
        }
    }

    fn touch(&mut self, index: u32, value: N, turn: &impl Fn(u32) -> Option<u32>) {
        self.values[index as usize] = Some(value);
        self.touched.push(index);
        if let Some(at) = turn(index) {
            self.turns.push(at);
        }
    }

    fn rescale<R: Ring<Element = N>>(&mut self, ring: &R, factor: &N, quotients: &mut [(u32, N)]) -> Option<()> {
        for &index in &self.touched {
            if let Some(value) = &mut self.values[index as usize] {
                *value = ring.times(value, factor)?;
            }
        }
        for (_, quotient) in quotients {
            *quotient = ring.times(quotient, factor)?;
        }
        Some(())
    }
}
