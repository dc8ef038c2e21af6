//! Right-looking sparse elimination of a set of rows: which pivot is next, and what it does to the others.
//!
//! The pivot is looked for in the column with the fewest entries, there in the row with a unit and the fewest
//! entries: a cheap form of H. Markowitz, "The elimination form of the inverse" (1957).

use super::SparseMatrix;
use super::echelon::Echelon;
use super::line::Line;
use super::queue::ColumnQueue;
use super::ring::Ring;

/// Columns that are looked at for a unit before a pivot that is not one is taken.
const COLUMNS_TRIED: usize = 8;

const NONE: u32 = u32::MAX;

/// Why the elimination of a stage ended.
pub(super) enum End {
    /// Every row of the stage is a pivot row or zero.
    Done,
    /// Filling in made the remaining rows too dense.
    Dense,
    /// A coefficient left 64 bits.
    Overflow,
}

/// When to stop for fill-in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Density {
    /// Most entries in pivot rows, multipliers and remaining rows together.
    pub nonzeros: usize,
    /// Most entries for a hundred places among the remaining rows and columns,
    pub percent: usize,
    /// if as many rows remain: fewer are eliminated sooner than anything else is set up.
    pub least_rows: usize,
}

/// The rows not yet used as pivots, of this stage and of later ones, and what is known of their columns.
///
/// Rows of later stages take part from the start, though not as pivots: what they would suffer decides which pivot is
/// cheap. An edit shares most of its columns with its caption, and pivots blind to that fill it in beyond measure.
pub(super) struct Active<'a, R> {
    ring: &'a R,
    lines: Vec<Option<Line>>,
    /// For a column the lines that have an entry there; some may have lost it since, some may be named twice.
    holders: Vec<Vec<u32>>,
    queue: ColumnQueue,
    /// Rows before this one may be pivots.
    end: usize,
    live_lines: usize,
    live_entries: usize,
}

impl<'a, R: Ring<Element = i64>> Active<'a, R> {
    /// The given rows of `m` (all columns), their entries brought into the ring by `enter`.
    pub(super) fn new(
        ring: &'a R,
        m: &SparseMatrix,
        rows: impl Iterator<Item = u32>,
        enter: impl Fn(i64) -> i64,
    ) -> Self {
        let mut active = Active {
            ring,
            lines: Vec::new(),
            holders: vec![Vec::new(); m.cols()],
            queue: ColumnQueue::new(m.cols(), m.rows()),
            end: 0,
            live_lines: 0,
            live_entries: 0,
        };
        for row in rows {
            let entries = m.row(row as usize).map(|(column, value)| (column, enter(value)));
            let entries: Vec<_> = entries.filter(|(_, value)| !ring.is_zero(value)).collect();
            for &(column, _) in &entries {
                active.queue.gain(column, false);
                active.holders[column as usize].push(active.lines.len() as u32);
            }
            active.live_lines += usize::from(!entries.is_empty());
            active.live_entries += entries.len();
            active.lines.push(Some(Line { row, entries, lower: Vec::new(), scale: 1, content: 1 }));
        }
        active
    }

    /// Eliminates the rows before `end` until none is left, `density` is passed or a coefficient overflows; pivots go
    /// to `echelon`. `tick` is told the number of pivots so far and may end the run with an error.
    pub(super) fn run<E>(
        &mut self,
        end: usize,
        echelon: &mut Echelon,
        density: Density,
        mut tick: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<End, E> {
        let stage = self.end..end;
        self.end = end;
        for line in self.lines.iter().flatten().filter(|line| stage.contains(&(line.row as usize))) {
            line.entries.iter().for_each(|&(column, _)| self.queue.open(column));
        }
        while let Some((column, at)) = self.choose() {
            if self.too_dense(echelon, density) {
                return Ok(End::Dense);
            }
            if self.pivot(echelon, column, at).is_none() {
                return Ok(End::Overflow);
            }
            tick(echelon.rank())?;
        }
        Ok(End::Done)
    }

    /// The rows that are left, none zero.
    pub(super) fn into_lines(self) -> impl Iterator<Item = Line> {
        self.lines.into_iter().flatten().filter(|line| !line.entries.is_empty())
    }

    fn too_dense(&self, echelon: &Echelon, density: Density) -> bool {
        let places = self.live_lines.saturating_mul(self.queue.occupied());
        self.live_entries + echelon.nonzeros() > density.nonzeros
            || self.live_lines >= density.least_rows
                && self.live_entries.saturating_mul(100) > places.saturating_mul(density.percent)
    }

    /// The next pivot: its column, and its line by number.
    fn choose(&mut self) -> Option<(u32, u32)> {
        let mut best: Option<(bool, u32, u32)> = None;
        let mut column = self.queue.first();
        for _ in 0..COLUMNS_TRIED {
            let Some(candidate) = column else { break };
            let (is_unit, line) = self.best_line(candidate);
            if is_unit || best.is_none() {
                best = Some((is_unit, candidate, line));
            }
            if is_unit {
                break;
            }
            column = self.queue.after(candidate);
        }
        best.map(|(_, column, line)| (column, line))
    }

    /// The line to pivot on in `column`, which has one: with a unit if possible, then the shortest, then the first.
    fn best_line(&mut self, column: u32) -> (bool, u32) {
        self.clean(column);
        let mut best = (true, usize::MAX, NONE);
        for &at in &self.holders[column as usize] {
            if let Some(line) = &self.lines[at as usize]
                && (line.row as usize) < self.end
                && let Some(value) = line.entry(column)
            {
                best = best.min((!self.ring.is_unit(&value), line.entries.len(), at));
            }
        }
        (!best.0, best.2)
    }

    /// Drops the lines that do not hold `column` any more from its list.
    fn clean(&mut self, column: u32) {
        let lines = &self.lines;
        let list = &mut self.holders[column as usize];
        list.retain(|&at| lines[at as usize].as_ref().is_some_and(|line| line.entry(column).is_some()));
        list.sort_unstable();
        list.dedup();
    }

    /// Makes line `at` the pivot row of `column` and removes the column from the other lines.
    fn pivot(&mut self, echelon: &mut Echelon, column: u32, at: u32) -> Option<()> {
        let pivot = self.lines[at as usize].take()?;
        let value = pivot.entry(column)?;
        self.live_lines -= 1;
        self.live_entries -= pivot.entries.len();
        self.clean(column);
        for &(other, _) in &pivot.entries {
            self.queue.lose(other, true);
        }
        let order = echelon.rank() as u32;
        for other in std::mem::take(&mut self.holders[column as usize]) {
            if other != at {
                self.eliminate(other, &pivot, column, value, order)?;
            }
        }
        echelon.push(pivot, column, value);
        Some(())
    }

    /// Replaces line `at` by the combination of it and the pivot row that has no entry in `column`.
    fn eliminate(&mut self, at: u32, pivot: &Line, column: u32, value: i64, order: u32) -> Option<()> {
        let mut line = self.lines[at as usize].take()?;
        let open = (line.row as usize) < self.end;
        let (a, b) = self.ring.cofactors(&value, &line.entry(column)?)?;
        let before = line.entries.len();
        line.entries = self.merge((at, open), (a, &line.entries), (b, &pivot.entries))?;
        line.record(self.ring, a, b, order)?;
        self.live_entries = self.live_entries + line.entries.len() - before;
        if line.entries.is_empty() {
            self.live_lines -= 1;
        } else {
            self.lines[at as usize] = Some(line);
        }
        Some(())
    }

    /// `a * x - b * y` as the new entries of line `at`; the columns gained and lost are counted.
    fn merge(
        &mut self,
        (at, open): (u32, bool),
        (a, x): (i64, &[(u32, i64)]),
        (b, y): (i64, &[(u32, i64)]),
    ) -> Option<Vec<(u32, i64)>> {
        let ring = self.ring;
        let mut merged = Vec::with_capacity(x.len() + y.len());
        let (mut i, mut j) = (0, 0);
        let scaled = |value: i64| if a == 1 { Some(value) } else { ring.times(&a, &value) };
        while i < x.len() || j < y.len() {
            let (cx, cy) = (x.get(i).map_or(NONE, |e| e.0), y.get(j).map_or(NONE, |e| e.0));
            if cx < cy {
                merged.push((cx, scaled(x[i].1)?));
                i += 1;
                continue;
            }
            let old = if cx == cy { scaled(x[i].1)? } else { 0 };
            let new = ring.minus_product(&old, &b, &y[j].1)?;
            i += usize::from(cx == cy);
            j += 1;
            if new == 0 {
                self.queue.lose(cy, open);
                continue;
            }
            merged.push((cy, new));
            if cx != cy {
                self.holders[cy as usize].push(at);
                self.queue.gain(cy, open);
            }
        }
        Some(merged)
    }
}
