//! The normal equations of a ridge regression on sparse features, taken apart by how often a feature occurs.
//!
//! Words follow Zipf's law: most features stand in one text, a few in most of them. Both ends of `A = S'S + lambda I` are
//! eliminated exactly, and only the middle is left to iterate on, well conditioned.
//!
//! *Lone* features, those of one row i, are the vector h of that row. Minimising over their coefficients leaves the others with
//! row i weighted by `w = lambda / (lambda + |h|^2)`, and makes of a row `a` to be predicted `a - t s_i` over the others, plus
//! `t e_i`, where `t = a'h / (lambda + |h|^2)`. So S is from here on its other columns, rows scaled by the root of w.
//!
//! Of these the most *frequent* ones, F, have a dense `G = F'F + lambda I`, which is factored; the *middle*, R, keeps the Schur
//! complement `R'(I - F G^-1 F')R + lambda I`, which like A is at least `lambda I`.

use nalgebra::{Cholesky, DMatrix};

use super::sparse::{Sparse, add};

/// Features that are eliminated by a dense factor: their matrix stays in the cache.
const FREQUENT: usize = 128;

/// Where a feature went.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// No training text has it: its coefficient is 0.
    Unseen,
    /// It stands in this row alone, with this entry.
    Lone(u32, f64),
    /// The frequent ones have the first numbers, those of the middle the next.
    Core(u32),
}

/// The parts of `A`.
pub(super) struct Parts {
    pub lambda: f64,
    place: Vec<Place>,
    /// The frequent features of each row, and those of the middle, scaled by the root of its weight.
    frequent: Sparse,
    middle: Sparse,
    /// That root, and `lambda + |h|^2`.
    roots: Vec<f64>,
    lone: Vec<f64>,
    factor: Factor,
    /// The diagonal of `R'R + lambda I`.
    pub diagonal: Vec<f64>,
}

/// A row over the features that are left, and the rows whose lone features it has, with t of each.
pub(super) struct Reduced {
    pub core: Vec<(u32, f64)>,
    pub lone: Vec<(u32, f64)>,
    /// `|a|^2` along features that no training text has.
    pub unseen: f64,
    /// `|a|^2` along lone features, less `(lambda + |h|^2) t^2` of each row.
    pub apart: f64,
}

impl Parts {
    pub fn new(s: &Sparse, lambda: f64) -> Parts {
        let mut place = vec![Place::Unseen; s.columns()];
        let mut counts = vec![0u32; s.columns()];
        for row in 0..s.rows() {
            for (column, x) in s.row(row) {
                counts[*column as usize] += 1;
                place[*column as usize] = Place::Lone(row as u32, *x);
            }
        }
        let mut lone = vec![lambda; s.rows()];
        let mut others = Vec::new();
        for (column, count) in counts.iter().enumerate() {
            match (count, place[column]) {
                (1, Place::Lone(row, x)) => lone[row as usize] += x * x,
                (2.., _) => others.push(column),
                _ => (),
            }
        }
        let roots: Vec<f64> = lone.iter().map(|l| (lambda / l).sqrt()).collect();
        others.sort_by_key(|column| (std::cmp::Reverse(counts[*column]), *column));
        let mut parts = Parts {
            lambda,
            place,
            frequent: Sparse::from_rows([[]; 0], 0),
            middle: Sparse::from_rows([[]; 0], 0),
            roots,
            lone,
            factor: Factor::default(),
            diagonal: Vec::new(),
        };
        // A factor that fails for rounding, with a lambda next to 0, leaves all to the iteration.
        if !parts.split(s, &others, FREQUENT.min(others.len())) {
            parts.split(s, &others, 0);
        }
        parts
    }

    /// Makes the first `frequent` of the columns the frequent ones. Whether their matrix can be factored.
    fn split(&mut self, s: &Sparse, columns: &[usize], frequent: usize) -> bool {
        for (number, column) in columns.iter().enumerate() {
            self.place[*column] = Place::Core(number as u32);
        }
        let border = frequent as u32;
        let core = |row: usize| -> Vec<(u32, f64)> {
            let number = |(column, x): &(u32, f64)| match self.place[*column as usize] {
                Place::Core(number) => Some((number, self.roots[row] * x)),
                _ => None,
            };
            s.row(row).iter().filter_map(number).collect()
        };
        let first = |row| core(row).into_iter().filter(move |(number, _)| *number < border);
        let rest = |row| core(row).into_iter().filter_map(move |(number, x)| Some((number.checked_sub(border)?, x)));
        let (first, rest) = (
            Sparse::from_rows((0..s.rows()).map(first), frequent),
            Sparse::from_rows((0..s.rows()).map(rest), columns.len() - frequent),
        );
        let mut gram = DMatrix::identity(frequent, frequent) * self.lambda;
        for row in 0..first.rows() {
            for (i, x) in first.row(row) {
                for (j, y) in first.row(row) {
                    gram[(*i as usize, *j as usize)] += x * y;
                }
            }
        }
        self.diagonal = rest.squares().into_iter().map(|square| square + self.lambda).collect();
        (self.frequent, self.middle) = (first, rest);
        let factor = Factor::new(gram);
        let made = factor.is_some();
        self.factor = factor.unwrap_or_default();
        made
    }

    /// How many of the features that are left are frequent.
    pub fn border(&self) -> usize {
        self.frequent.columns()
    }

    /// How many are left.
    pub fn columns(&self) -> usize {
        self.frequent.columns() + self.middle.columns()
    }

    /// How many training texts there are.
    pub fn rows(&self) -> usize {
        self.roots.len()
    }

    /// Adds what a training text with the embedding `e` gives to the right-hand side `b`.
    #[inline(always)]
    pub fn add_training<const B: usize>(&self, row: usize, e: &[f64; B], b: &mut [[f64; B]]) {
        let (frequent, middle) = b.split_at_mut(self.border());
        let e = e.map(|e| self.roots[row] * e);
        self.frequent.add_transposed(row, &e, frequent);
        self.middle.add_transposed(row, &e, middle);
    }

    /// A row over the features that are left.
    pub fn reduce(&self, row: &[(u32, f64)]) -> Reduced {
        let mut reduced = Reduced { core: Vec::new(), lone: Vec::new(), unseen: 0.0, apart: 0.0 };
        for (column, x) in row {
            match self.place[*column as usize] {
                Place::Unseen => reduced.unseen += x * x,
                Place::Core(number) => reduced.core.push((number, *x)),
                Place::Lone(row, h) => {
                    reduced.apart += x * x;
                    let t = x * h / self.lone[row as usize];
                    match reduced.lone.iter_mut().find(|(other, _)| *other == row) {
                        Some((_, sum)) => *sum += t,
                        None => reduced.lone.push((row, t)),
                    }
                }
            }
        }
        let border = self.border() as u32;
        for (row, t) in &reduced.lone {
            let at = *row as usize;
            reduced.apart -= self.lone[at] * t * t;
            let scale = -t / self.roots[at];
            reduced.core.extend(self.frequent.row(at).iter().map(|(column, x)| (*column, scale * x)));
            reduced.core.extend(self.middle.row(at).iter().map(|(column, x)| (column + border, scale * x)));
        }
        reduced
    }

    /// `G^-1 y`.
    #[inline(always)]
    pub fn settle<const B: usize>(&self, y: &mut [[f64; B]]) {
        self.factor.solve(y);
    }

    /// `q + R'(u - F v)`; u becomes what is in the brackets.
    #[inline(always)]
    pub fn spread<const B: usize>(&self, u: &mut [[f64; B]], v: &[[f64; B]], q: &mut [[f64; B]]) {
        for (row, u) in u.iter_mut().enumerate() {
            add(u, -1.0, self.frequent.times(row, v));
            self.middle.add_transposed(row, u, q);
        }
    }

    /// `R p`, a row a text, while `y` becomes `y + F'R p`.
    #[inline(always)]
    pub fn read<const B: usize>(&self, p: &[[f64; B]], u: &mut [[f64; B]], y: &mut [[f64; B]]) {
        for (row, u) in u.iter_mut().enumerate() {
            *u = self.middle.times(row, p);
            self.frequent.add_transposed(row, u, y);
        }
    }
}

/// A Cholesky factor of G, by rows and by columns, so that both substitutions run along memory.
#[derive(Default)]
struct Factor {
    rows: Vec<f64>,
    columns: Vec<f64>,
}

impl Factor {
    fn new(gram: DMatrix<f64>) -> Option<Factor> {
        let l = Cholesky::new(gram)?.unpack();
        Some(Factor { columns: l.as_slice().to_vec(), rows: l.transpose().as_slice().to_vec() })
    }

    #[inline(always)]
    fn solve<const B: usize>(&self, y: &mut [[f64; B]]) {
        let n = y.len();
        for i in 0..n {
            let column = &self.columns[i * n..][..n];
            let (done, rest) = y.split_at_mut(i + 1);
            let pivot = done[i].map(|v| v / column[i]);
            done[i] = pivot;
            rest.iter_mut().zip(&column[i + 1..]).for_each(|(y, x)| add(y, -x, pivot));
        }
        for i in (0..n).rev() {
            let row = &self.rows[i * n..][..n];
            let (rest, done) = y.split_at_mut(i);
            let pivot = done[0].map(|v| v / row[i]);
            done[0] = pivot;
            rest.iter_mut().zip(row).for_each(|(y, x)| add(y, -x, pivot));
        }
    }
}
