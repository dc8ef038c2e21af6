//! The columns of a matrix under elimination, in order of their number of entries.

const NONE: u32 = u32::MAX;

/// How many longer lists [`ColumnQueue::after`] looks at.
const LISTS_TRIED: usize = 8;

/// Doubly linked lists, one for each number of entries, of the columns that a row of an open stage has an entry in.
pub(super) struct ColumnQueue {
    /// The entries of a column in all rows that are left, and in the open ones among them.
    counts: Vec<u32>,
    open: Vec<u32>,
    next: Vec<u32>,
    previous: Vec<u32>,
    /// The first column with a given number of entries.
    heads: Vec<u32>,
    /// No column in a list has fewer entries than this.
    least: usize,
    /// How many columns have an entry, in open rows or others.
    occupied: usize,
}

impl ColumnQueue {
    /// For columns without entries yet, and at most `most` in each.
    pub(super) fn new(cols: usize, most: usize) -> ColumnQueue {
        ColumnQueue {
            counts: vec![0; cols],
            open: vec![0; cols],
            next: vec![NONE; cols],
            previous: vec![NONE; cols],
            heads: vec![NONE; most + 1],
            least: 0,
            occupied: 0,
        }
    }

    /// How many columns have an entry.
    pub(super) fn occupied(&self) -> usize {
        self.occupied
    }

    /// A row, open or not, has a new entry in `column`.
    pub(super) fn gain(&mut self, column: u32, open: bool) {
        self.unlink(column);
        let count = &mut self.counts[column as usize];
        self.occupied += usize::from(*count == 0);
        *count += 1;
        self.open[column as usize] += u32::from(open);
        self.link(column);
    }

    /// A row, open or not, has lost its entry in `column`.
    pub(super) fn lose(&mut self, column: u32, open: bool) {
        self.unlink(column);
        let count = &mut self.counts[column as usize];
        *count -= 1;
        self.occupied -= usize::from(*count == 0);
        self.open[column as usize] -= u32::from(open);
        self.link(column);
    }

    /// A row with an entry in `column` becomes open.
    pub(super) fn open(&mut self, column: u32) {
        self.unlink(column);
        self.open[column as usize] += 1;
        self.link(column);
    }

    /// A column with the fewest entries, among those that open rows have entries in.
    pub(super) fn first(&mut self) -> Option<u32> {
        while self.least < self.heads.len() {
            match self.heads[self.least] {
                NONE => self.least += 1,
                column => return Some(column),
            }
        }
        None
    }

    /// A column that follows `column`, unless it has many more entries.
    pub(super) fn after(&self, column: u32) -> Option<u32> {
        let next = self.next[column as usize];
        if next != NONE {
            return Some(next);
        }
        let count = self.counts[column as usize] as usize;
        self.heads.iter().skip(count + 1).take(LISTS_TRIED).copied().find(|&head| head != NONE)
    }

    fn link(&mut self, column: u32) {
        if self.open[column as usize] == 0 {
            return;
        }
        let count = self.counts[column as usize] as usize;
        let head = std::mem::replace(&mut self.heads[count], column);
        self.next[column as usize] = head;
        self.previous[column as usize] = NONE;
        if head != NONE {
            self.previous[head as usize] = column;
        }
        self.least = self.least.min(count);
    }

    fn unlink(&mut self, column: u32) {
        if self.open[column as usize] == 0 {
            return;
        }
        let (previous, next) = (self.previous[column as usize], self.next[column as usize]);
        match previous {
            NONE => self.heads[self.counts[column as usize] as usize] = next,
            _ => self.next[previous as usize] = next,
        }
        if next != NONE {
            self.previous[next as usize] = previous;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_by_their_number_of_entries_once_they_are_open() {
        let mut queue = ColumnQueue::new(4, 9);
        for column in [0, 0, 0, 1, 2, 2] {
            queue.gain(column, false);
        }
        assert_eq!((queue.first(), queue.occupied()), (None, 3));
        queue.open(0);
        queue.open(2);
        assert_eq!(queue.first(), Some(2));
        assert_eq!(queue.after(2), Some(0));
        queue.gain(2, true);
        queue.gain(2, true);
        assert_eq!((queue.first(), queue.after(0)), (Some(0), Some(2)));
        queue.lose(0, true);
        assert_eq!(queue.first(), Some(2));
        queue.gain(1, true);
        assert_eq!((queue.first(), queue.after(1)), (Some(1), Some(2)));
        queue.lose(1, true);
        queue.lose(1, false);
        assert_eq!((queue.first(), queue.occupied()), (Some(2), 2));
    }
}
