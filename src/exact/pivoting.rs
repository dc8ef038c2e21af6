//! Right-looking sparse elimination of a set of rows: which pivot is next, and what it does to the others.
//!
//! The pivot is looked for in the column with the fewest entries, there in the row with a unit and the fewest
//! entries: a cheap form of H. Markowitz, "The elimination form of the inverse" (1957).

use super::echelon::Echelon;
use super::ring::Ring;

/// Columns that are looked at for a unit before a pivot that is not one is taken.
const COLUMNS_TRIED: usize = 8;

const NONE: u32 = u32::MAX;

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
    fn record<R: Ring<Element = i64>>(&mut self, ring: &R, a: i64, b: i64, order: u32) -> Option<()> {
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

    fn entry(&self, column: u32) -> Option<i64> {
        self.entries.binary_search_by_key(&column, |&(c, _)| c).ok().map(|at| self.entries[at].1)
    }
}

/// Why the elimination of a set of rows ended.
pub(super) enum End {
    /// Every row is a pivot row or zero.
    Done,
    /// These rows are left, none zero, when filling in made them too dense.
    Dense(Vec<Line>),
    /// A coefficient left 64 bits.
    Overflow,
}

/// When to stop for fill-in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Density {
    /// Most entries in pivot rows, multipliers and remaining rows together.
    pub nonzeros: usize,
    /// Most entries for a hundred places among the remaining rows and columns.
    pub percent: usize,
}

/// The rows not yet used as pivots, and what is known of their columns.
pub(super) struct Active<'a, R> {
    ring: &'a R,
    lines: Vec<Option<Line>>,
    /// For a column the lines that have an entry there; some may have lost it since, some may be named twice.
    holders: Vec<Vec<u32>>,
    queue: ColumnQueue,
    live_lines: usize,
    live_entries: usize,
}

impl<'a, R: Ring<Element = i64>> Active<'a, R> {
    pub(super) fn new(ring: &'a R, cols: usize, lines: Vec<Line>) -> Self {
        let lines: Vec<Line> = lines.into_iter().filter(|line| !line.entries.is_empty()).collect();
        let mut counts = vec![0u32; cols];
        for (column, _) in lines.iter().flat_map(|line| &line.entries) {
            counts[*column as usize] += 1;
        }
        let mut holders: Vec<Vec<u32>> = counts.iter().map(|&count| Vec::with_capacity(count as usize)).collect();
        for (at, line) in lines.iter().enumerate() {
            line.entries.iter().for_each(|&(column, _)| holders[column as usize].push(at as u32));
        }
        let queue = ColumnQueue::new(&counts, lines.len());
        let live_entries = lines.iter().map(|line| line.entries.len()).sum();
        Active {
            ring,
            live_lines: lines.len(),
            live_entries,
            lines: lines.into_iter().map(Some).collect(),
            holders,
            queue,
        }
    }

    /// Eliminates until nothing is left, `density` is passed or a coefficient overflows; pivots go to `echelon`.
    /// `tick` is told the number of pivots so far and may end the run with an error.
    pub(super) fn run<E>(
        mut self,
        echelon: &mut Echelon,
        density: Density,
        mut tick: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<End, E> {
        while let Some((column, at)) = self.choose() {
            if self.too_dense(echelon, density) {
                return Ok(End::Dense(self.lines.into_iter().flatten().collect()));
            }
            if self.pivot(echelon, column, at).is_none() {
                return Ok(End::Overflow);
            }
            tick(echelon.rank())?;
        }
        Ok(End::Done)
    }

    fn too_dense(&self, echelon: &Echelon, density: Density) -> bool {
        let places = self.live_lines * self.queue.live;
        self.live_entries + echelon.nonzeros() > density.nonzeros
            || self.live_entries.saturating_mul(100) > places.saturating_mul(density.percent)
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
            self.queue.decrement(other);
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
        let (a, b) = self.ring.cofactors(&value, &line.entry(column)?)?;
        let before = line.entries.len();
        line.entries = self.merge(at, &line.entries, a, &pivot.entries, b)?;
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
    fn merge(&mut self, at: u32, x: &[(u32, i64)], a: i64, y: &[(u32, i64)], b: i64) -> Option<Vec<(u32, i64)>> {
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
                self.queue.decrement(cy);
                continue;
            }
            merged.push((cy, new));
            if cx != cy {
                self.holders[cy as usize].push(at);
                self.queue.increment(cy);
            }
        }
        Some(merged)
    }
}

/// The columns in order of their number of entries: doubly linked lists, one for each number.
struct ColumnQueue {
    counts: Vec<u32>,
    next: Vec<u32>,
    previous: Vec<u32>,
    /// The first column with a given number of entries.
    heads: Vec<u32>,
    /// No column that has an entry has fewer than this.
    least: usize,
    /// How many columns have an entry.
    live: usize,
}

impl ColumnQueue {
    /// For columns with the given numbers of entries, none above `most`.
    fn new(counts: &[u32], most: usize) -> ColumnQueue {
        let mut queue = ColumnQueue {
            counts: counts.to_vec(),
            next: vec![NONE; counts.len()],
            previous: vec![NONE; counts.len()],
            heads: vec![NONE; most + 1],
            least: 1,
            live: 0,
        };
        // Backwards, so that the first of equals comes first.
        for column in (0..counts.len() as u32).rev() {
            queue.link(column);
        }
        queue
    }

    fn link(&mut self, column: u32) {
        let count = self.counts[column as usize] as usize;
        if count == 0 {
            return;
        }
        let head = std::mem::replace(&mut self.heads[count], column);
        self.next[column as usize] = head;
        self.previous[column as usize] = NONE;
        if head != NONE {
            self.previous[head as usize] = column;
        }
        self.least = self.least.min(count);
        self.live += 1;
    }

    fn unlink(&mut self, column: u32) {
        let count = self.counts[column as usize] as usize;
        if count == 0 {
            return;
        }
        let (previous, next) = (self.previous[column as usize], self.next[column as usize]);
        match previous {
            NONE => self.heads[count] = next,
            _ => self.next[previous as usize] = next,
        }
        if next != NONE {
            self.previous[next as usize] = previous;
        }
        self.live -= 1;
    }

    fn increment(&mut self, column: u32) {
        self.unlink(column);
        self.counts[column as usize] += 1;
        self.link(column);
    }

    fn decrement(&mut self, column: u32) {
        self.unlink(column);
        self.counts[column as usize] -= 1;
        self.link(column);
    }

    /// A column with the fewest entries.
    fn first(&mut self) -> Option<u32> {
        while self.least < self.heads.len() {
            match self.heads[self.least] {
                NONE => self.least += 1,
                column => return Some(column),
            }
        }
        None
    }

    /// A column that follows `column`, unless it has many more entries.
    fn after(&self, column: u32) -> Option<u32> {
        let next = self.next[column as usize];
        if next != NONE {
            return Some(next);
        }
        let count = self.counts[column as usize] as usize;
        self.heads.iter().skip(count + 1).take(COLUMNS_TRIED).copied().find(|&head| head != NONE)
    }
}
