//! Rows in the course of elimination.

use super::ring::Ring;

/// A row in the course of elimination. What it stands for: with `M_t` the original row and `U_s` the pivot rows,
/// `scale * M_t = sum over (s, l) in lower of l * U_s + content * entries`.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// Its index in the original matrix.
    pub row: u32,
    /// (column, coefficient), columns ascending.
    pub entries: Vec<(u32, i64)>,
    /// (number of the pivot in the order of elimination, coefficient).
    pub lower: Vec<(u32, i64)>,
    pub scale: i64,
    pub content: i64,
}

impl Line {
    /// Keeps what the line stands for, after `entries` became `a * entries - b * U` with `U` pivot row `order`; then
    /// divides the entries by what they have in common.
    pub(super) fn record<R: Ring<Element = i64>>(&mut self, ring: &R, a: i64, b: i64, order: u32) -> Option<()> {
        if a != 1 {
            let shared = ring.gcd(&a, &self.content)?;
            let factor = ring.over(&a, &shared)?;
            self.content = ring.over(&self.content, &shared)?;
            self.scale = ring.times(&self.scale, &factor)?;
            for (_, coefficient) in &mut self.lower {
                *coefficient = ring.times(coefficient, &factor)?;
            }
        }
        self.lower.push((order, ring.times(&self.content, &b)?));
        let mut common = self.entries.first().map_or(1, |entry| entry.1);
        for (_, value) in &self.entries {
            if ring.is_unit(&common) {
                return Some(());
            }
            common = ring.gcd(&common, value)?;
        }
        if !ring.is_unit(&common) {
            for (_, value) in &mut self.entries {
                *value = ring.over(value, &common)?;
            }
            self.content = ring.times(&self.content, &common)?;
        }
        Some(())
    }

    pub(super) fn entry(&self, column: u32) -> Option<i64> {
        self.entries.binary_search_by_key(&column, |&(c, _)| c).ok().map(|at| self.entries[at].1)
    }
}
