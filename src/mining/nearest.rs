//! The blind encoder nearest to the true-optimal one: how much has to change for blindness.
//!
//! h = g + N is aligned and blind exactly when S N = 0 and D N = -D g. The N of least Frobenius norm is the one in the row
//! space of S and D, N = S' p + D' q: it is orthogonal to everything else that could be added to it. p and q solve the
//! normal equations over a basis of the rows, exactly. The N of least maximal entry is that of linear programs, one for each
//! dimension of the embedding (`entry.rs`).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::margins::sooner;
use super::{Blinding, entry};
use crate::certificate::{Alone, Claim, Exact, Sparse};
use crate::exact::{Elimination, Limits, Rational, RationalMatrix, RightHandSide, Solution, SparseMatrix};
use crate::report::{Code, Diagnostic};

/// The least change that makes the true-optimal encoder blind.
#[derive(Clone, Debug)]
pub struct Nearest {
    /// The claim with its witnesses.
    pub claim: Claim,
    /// The squared Frobenius norm of the change that blinds all edits but the dropped ones at once.
    pub change: Rational,
    /// Edits left out, ascending: no aligned encoder is blind to them and to the others.
    pub dropped: Vec<usize>,
    /// The squared norm of the change that blinds each edit alone; `None` where no aligned encoder is blind to it.
    pub alone: Vec<Option<Rational>>,
    /// The same in the largest entry of the change.
    pub entry: NearestEntry,
}

/// The blinding change of least maximal entry.
#[derive(Clone, Debug)]
pub struct NearestEntry {
    /// The claim with its witnesses, or why there is none.
    pub claim: Result<Claim, Diagnostic>,
    /// The largest entry of the best change that blinds all edits but the dropped ones at once.
    pub change: Bracket,
    /// The same for each edit alone; `None` where no aligned encoder is blind to it.
    pub alone: Vec<Option<Bracket>>,
}

/// A number, between two doubles.
///
/// For a column n of the change, which is the shortest solution of A n = b, any other solution m has n m = n n, so its
/// largest entry is at least n n / |n|_1, and that of n is at most the least.
#[derive(Clone, Debug, PartialEq)]
pub struct Bracket {
    /// The number, if it is known exactly.
    pub exact: Option<Rational>,
    /// A lower bound of the distance.
    pub least: f64,
    /// An upper bound of the distance.
    pub most: f64,
}

impl Bracket {
    fn exact(value: Rational) -> Bracket {
        let double = value.to_f64().unwrap_or(f64::INFINITY);
        Bracket { exact: Some(value), least: double, most: double }
    }

    /// From a vector k with (k, anything sought) = `product`, which `product / |k|^2` times k itself attains.
    fn around<'a>(k: impl Iterator<Item = &'a Rational> + Clone, product: &Rational) -> Bracket {
        let (largest, sum) =
            (k.clone().map(Signed::abs).max().unwrap_or_default(), k.clone().map(Signed::abs).sum::<Rational>());
        let length: Rational = k.map(|value| value * value).sum();
        if length.is_zero() {
            return Bracket::exact(Rational::zero());
        }
        let double = |value: Rational| value.to_f64().unwrap_or(f64::INFINITY);
        Bracket { exact: None, least: double(product / sum), most: double(product * largest / length) }
    }
}

/// Finds the pseudo-optimal encoder nearest to the true-optimal one, jointly and for each edit alone. `rank` is the most
/// dimensions of [S; D]: the numbers grow with it. The linear programs for the largest entry together may take as long as
/// `time`; what they leave open is bracketed.
///
/// Errors: [`Code::ExactLimit`] past `rank`; those of [`Elimination`].
pub fn nearest(blinding: &Blinding, rank: usize, time: Duration, limits: &Limits) -> Result<Nearest, Diagnostic> {
    let Blinding { problem, unit, both, elimination, wanted, dropped, .. } = blinding;
    if elimination.rank() > rank {
        let message = format!("captions and edits have {} dimensions, more than {rank}", elimination.rank());
        return Err(Diagnostic::new(Code::ExactLimit, message).help(
            "for a certificate raise --rank (time and digits grow with it), or choose fewer edits with --edits or another feature map",
        ));
    }
    let pivots = blinding.pivots();
    let y = normal_equations(both, &pivots, &select(wanted, &pivots)?, limits)?;
    let change = change(both, &pivots, &y, unit);
    // The certificate speaks of rows in the units of the features, of which the stored ones are multiples.
    let weight_unit = unit * BigRational::from_integer(BigInt::one() << problem.features().scale);
    let weights = pivots.iter().enumerate().filter_map(|(at, row)| {
        let weights = y.row(at as u32)?;
        Some((*row, (0..y.width()).map(|dimension| weights.get(dimension) * &weight_unit).collect()))
    });
    let (p, q) = blinding.weights(weights);
    let total: Rational = change.values().flatten().map(|value| value * value).sum();
    let (alone, witnesses) = alone(blinding, &pivots, limits)?;
    let joint = Joint { blinding, pivots: &pivots, change: &change };
    let entry = joint.entries(&alone, sooner(Instant::now() + time, limits), limits)?;
    let left_out = blinding.left_out();
    let claim = Claim::Nearest { dropped: left_out, p, q, n: None, change: Exact(total.clone()), alone: witnesses };
    let alone = alone.into_iter().map(|alone| alone.map(|(change, _)| change)).collect();
    Ok(Nearest { claim, change: total, dropped: dropped.clone(), alone, entry })
}

/// Rows of numbers, as a claim has them.
type Weights = Vec<(u32, Vec<Exact>)>;

impl Blinding<'_> {
    /// The dropped edits, as a claim names them.
    fn left_out(&self) -> Vec<u32> {
        self.dropped.iter().map(|edit| *edit as u32).collect()
    }

    /// Weights of rows of [S; D] as p over training captions and q over edits, both by increasing index.
    fn weights(&self, rows: impl Iterator<Item = (usize, Vec<Rational>)>) -> (Weights, Weights) {
        let (mut p, mut q) = (Weights::new(), Weights::new());
        for (row, weights) in rows {
            let weights = weights.into_iter().map(Exact).collect();
            match row.checked_sub(self.problem.s().rows()) {
                None => p.push((row as u32, weights)),
                Some(edit) => q.push((edit as u32, weights)),
            }
        }
        [&mut p, &mut q].into_iter().for_each(|list| list.sort_unstable_by_key(|(index, _)| *index));
        (p, q)
    }
}

/// What the linear programs start from: the shortest change, and the equations that it solves.
struct Joint<'a> {
    blinding: &'a Blinding<'a>,
    /// A basis of the rows of [S; D], but for dropped edits.
    pivots: &'a [usize],
    /// The shortest N, by feature.
    change: &'a BTreeMap<u32, Vec<Rational>>,
}

/// N by feature, the weights of its proof in the dimension of its largest entry, and this entry.
struct Proved {
    n: BTreeMap<u32, Vec<Rational>>,
    dimension: usize,
    weights: Vec<(usize, Rational)>,
    largest: Rational,
}

impl Joint<'_> {
    fn column(&self, dimension: usize) -> impl Iterator<Item = &Rational> + Clone {
        self.change.values().map(move |row| &row[dimension])
    }

    fn entries(
        &self,
        alone: &[Option<(Rational, Bracket)>],
        deadline: Instant,
        limits: &Limits,
    ) -> Result<NearestEntry, Diagnostic> {
        let bracket = |dimension| {
            let length = self.column(dimension).map(|value| value * value).sum();
            Bracket::around(self.column(dimension), &length)
        };
        let brackets: Vec<Bracket> = (0..self.blinding.wanted.width()).map(bracket).collect();
        let mut brackets_alone: Vec<Option<Bracket>> =
            alone.iter().map(|alone| alone.as_ref().map(|(_, bracket)| bracket.clone())).collect();
        let Proved { n, dimension, weights, largest } = match self.prove(&brackets, deadline, limits) {
            Ok(proved) => proved,
            Err(why) if why.code == Code::LinearProgram => {
                let most = |end: fn(&Bracket) -> f64| brackets.iter().map(end).fold(0.0, f64::max);
                let change = Bracket { exact: None, least: most(|b| b.least), most: most(|b| b.most) };
                return Ok(NearestEntry { claim: Err(why), change, alone: brackets_alone });
            }
            Err(fault) => return Err(fault),
        };
        let witnesses = self.entries_alone(&mut brackets_alone, deadline, limits)?;
        let weights = weights.into_iter().map(|(row, weight)| {
            let mut entries = vec![Rational::zero(); self.blinding.wanted.width()];
            entries[dimension] = weight;
            (row, entries)
        });
        let (p, q) = self.blinding.weights(weights);
        let n = n.into_iter().map(|(feature, row)| (feature, row.into_iter().map(Exact).collect())).collect();
        let change = Exact(largest.clone());
        let claim = Claim::Nearest { dropped: self.blinding.left_out(), p, q, n: Some(n), change, alone: witnesses };
        Ok(NearestEntry { claim: Ok(claim), change: Bracket::exact(largest), alone: brackets_alone })
    }

    /// The dimensions one by one, those that need most first: once one needs as much as the shortest change of another has,
    /// that one is good enough.
    fn prove(&self, brackets: &[Bracket], deadline: Instant, limits: &Limits) -> Result<Proved, Diagnostic> {
        let Blinding { both, wanted, unit, .. } = self.blinding;
        let a = rows_of(both, self.pivots)?;
        let mut found = Proved { n: self.change.clone(), dimension: 0, weights: Vec::new(), largest: Rational::zero() };
        let mut order: Vec<usize> = (0..brackets.len()).collect();
        order.sort_by(|i, j| brackets[*j].least.total_cmp(&brackets[*i].least));
        for dimension in order {
            if self.column(dimension).all(|value| value.abs() <= found.largest) {
                continue;
            }
            let b: Vec<BigInt> = self.pivots.iter().map(|row| wanted.get(*row, dimension)).collect();
            let least = entry::least(&a, &b, deadline, limits)?;
            found.n.values_mut().for_each(|row| row[dimension] = Rational::zero());
            for (feature, value) in &least.x {
                let row = found.n.entry(*feature).or_insert_with(|| vec![Rational::zero(); brackets.len()]);
                row[dimension] = value * unit;
            }
            let largest = &least.largest * unit;
            if largest > found.largest {
                let used = least.y.into_iter().enumerate().filter(|(_, weight)| !weight.is_zero());
                found.weights = used.map(|(at, weight)| (self.pivots[at], weight)).collect();
                (found.dimension, found.largest) = (dimension, largest);
            }
        }
        Ok(found)
    }

    /// For each edit d alone: the least largest entry of a y with S y = 0 and d y = 1, times what d means.
    fn entries_alone(
        &self,
        brackets: &mut [Option<Bracket>],
        deadline: Instant,
        limits: &Limits,
    ) -> Result<Vec<Alone>, Diagnostic> {
        let Blinding { problem, wanted, unit, .. } = self.blinding;
        let (s, d) = (problem.s(), problem.d());
        let pivots = of_training(self.pivots, s);
        let silent = rows_of(s, pivots)?;
        let mut b = vec![BigInt::zero(); pivots.len() + 1];
        b[pivots.len()] = BigInt::one();
        let mut witnesses = Vec::new();
        for (edit, bracket) in brackets.iter_mut().enumerate() {
            let Some(bracket) = bracket.as_mut().filter(|bracket| bracket.exact.is_none()) else { continue };
            let a = SparseMatrix::vstack(&[&silent, &rows_of(d, &[edit])?])?;
            let least = match entry::least(&a, &b, deadline, limits) {
                Ok(least) => least,
                Err(why) if why.code == Code::LinearProgram => continue,
                Err(fault) => return Err(fault),
            };
            let meant = (0..wanted.width()).map(|e| wanted.get(s.rows() + edit, e).abs()).max();
            let change = Rational::from_integer(meant.unwrap_or_default()) * unit * &least.largest;
            let mut c: Sparse =
                pivots.iter().zip(&least.y).map(|(row, y)| (*row as u32, Exact(-y / &least.largest))).collect();
            c.retain(|(_, weight)| !weight.0.is_zero());
            c.sort_unstable_by_key(|(row, _)| *row);
            let y =
                least.x.into_iter().filter(|(_, value)| !value.is_zero()).map(|(f, value)| (f, Exact(value))).collect();
            witnesses.push(Alone { edit: edit as u32, c, y: Some(y), change: Exact(change.clone()) });
            *bracket = Bracket::exact(change);
        }
        Ok(witnesses)
    }
}

fn rows_of(matrix: &SparseMatrix, rows: &[usize]) -> Result<SparseMatrix, Diagnostic> {
    Ok(SparseMatrix::from_rows(matrix.cols(), rows.iter().map(|&row| matrix.row(row).collect()).collect())?)
}

/// Those of the pivots that are rows of S: a basis of them, which comes first.
fn of_training<'p>(pivots: &'p [usize], s: &SparseMatrix) -> &'p [usize] {
    &pivots[..pivots.partition_point(|row| *row < s.rows())]
}

fn select(table: &RightHandSide, rows: &[usize]) -> Result<RightHandSide, Diagnostic> {
    let values = rows.iter().flat_map(|&row| (0..table.width()).map(move |column| table.get(row, column))).collect();
    Ok(RightHandSide::from_big(rows.len(), table.width(), values)?)
}

/// Y with A A' Y = `wanted`, where A is these independent rows of the matrix.
fn normal_equations(
    matrix: &SparseMatrix,
    rows: &[usize],
    wanted: &RightHandSide,
    limits: &Limits,
) -> Result<RationalMatrix, Diagnostic> {
    let a = rows_of(matrix, rows)?;
    let gram = SparseMatrix::from_rows(rows.len(), products(&a, &a)?)?;
    match Elimination::new(&gram, &[], limits)?.solve(wanted)? {
        Solution::Solved { x, .. } => Ok(x),
        Solution::Inconsistent { .. } => {
            Err(Diagnostic::new(Code::ExactSelfCheck, "independent rows had a singular product"))
        }
    }
}

/// The rows of `left * right'`, as sparse integers.
fn products(left: &SparseMatrix, right: &SparseMatrix) -> Result<Vec<Vec<(u32, i64)>>, Diagnostic> {
    let columns = right.transpose();
    let row = |at: usize| {
        let mut sums: BTreeMap<u32, i128> = BTreeMap::new();
        for (column, value) in left.row(at) {
            for (other, entry) in columns.row(column as usize) {
                *sums.entry(other).or_default() += i128::from(value) * i128::from(entry);
            }
        }
        let entry = |(other, sum)| Some((other, i64::try_from(sum).ok()?));
        sums.into_iter()
            .map(entry)
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| Diagnostic::new(Code::ExactEntryTooLarge, "the product of two rows does not fit 64 bits"))
    };
    (0..left.rows()).map(row).collect()
}

/// N = A' Y, by feature.
fn change(matrix: &SparseMatrix, rows: &[usize], y: &RationalMatrix, unit: &Rational) -> BTreeMap<u32, Vec<Rational>> {
    let mut sums: BTreeMap<u32, Vec<Rational>> = BTreeMap::new();
    for (at, weights) in y.nonzero_rows() {
        let weights: Vec<Rational> = (0..y.width()).map(|dimension| weights.get(dimension) * unit).collect();
        for (feature, value) in matrix.row(rows[at as usize]) {
            let sum = sums.entry(feature).or_insert_with(|| vec![Rational::zero(); y.width()]);
            sum.iter_mut().zip(&weights).for_each(|(sum, weight)| *sum += weight * BigInt::from(value));
        }
    }
    sums
}

/// Changes of single edits, squared, with brackets of their largest entries.
type Changes = Vec<Option<(Rational, Bracket)>>;

/// Each edit alone: its part k orthogonal to all training captions is d - c S, and the least change is -k (d g) / (k k).
fn alone(blinding: &Blinding, pivots: &[usize], limits: &Limits) -> Result<(Changes, Vec<Alone>), Diagnostic> {
    let Blinding { problem, meaning, unit, .. } = blinding;
    let (s, d) = (problem.s(), problem.d());
    let pivots = of_training(pivots, s);
    let a = rows_of(s, pivots)?;
    let mut wanted = vec![BigInt::ZERO; pivots.len() * d.rows()];
    for (row, products) in products(&a, d)?.into_iter().enumerate() {
        products.into_iter().for_each(|(edit, value)| wanted[row * d.rows() + edit as usize] = value.into());
    }
    let c = normal_equations(s, pivots, &RightHandSide::from_big(pivots.len(), d.rows(), wanted)?, limits)?;
    let (mut changes, mut witnesses) = (Vec::new(), Vec::new());
    for edit in 0..d.rows() {
        let mut k: BTreeMap<u32, Rational> = d.row(edit).map(|(f, v)| (f, Rational::from_integer(v.into()))).collect();
        let mut weights = Vec::new();
        for (at, &row) in pivots.iter().enumerate() {
            let weight = c.get(at as u32, edit);
            if weight.is_zero() {
                continue;
            }
            s.row(row).for_each(|(f, v)| *k.entry(f).or_default() -= &weight * BigInt::from(v));
            weights.push((row as u32, Exact(weight)));
        }
        weights.sort_by_key(|(row, _)| *row);
        let length: Rational = k.values().map(|value| value * value).sum();
        let values = (0..meaning.width()).map(|e| unit * meaning.get(edit, e).abs());
        let (sees, largest) = values.fold((Rational::zero(), Rational::zero()), |(sum, largest), value| {
            (sum + &value * &value, largest.max(value))
        });
        let change = match (sees.is_zero(), length.is_zero()) {
            (true, _) => Some((Rational::zero(), Bracket::exact(Rational::zero()))),
            (false, true) => None,
            (false, false) => Some((sees / length, Bracket::around(k.values(), &largest))),
        };
        if let Some((change, _)) = change.as_ref().filter(|(change, _)| !change.is_zero()) {
            witnesses.push(Alone { edit: edit as u32, c: weights, y: None, change: Exact(change.clone()) });
        }
        changes.push(change);
    }
    Ok((changes, witnesses))
}
