//! Counterexamples that a person learns from: every space a plane at least.
//!
//! A space of dimension 0 says that there is no caption, no edit, no token: what fails there fails for want of anything to
//! speak of. So such instances are looked for first whose spaces all have [`SHOWN`] dimensions; where none is found, a smaller
//! one is made larger. Most assumptions hold of a direct sum if they hold of its parts, and a conclusion that fails on one
//! part fails on the sum: the small counterexample is added to an instance in which everything else happens, all spaces at once or one
//! by one, and what comes out is evaluated from scratch like any other. What then still has a smaller space is said to.

use std::collections::BTreeMap;

use num_rational::BigRational;
use num_traits::Zero;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::evaluate::evaluate;
use super::flatten::Layout;
use super::instance::{Instance, dimension};
use super::matrix::Matrix;
use super::palette::Style;
use super::refute::{Outcome, Search, refute};
use super::sample::{Draft, Sampler};
use super::shrink::{Floor, classes, respelt, shrink};
use crate::kernel::{Name, Role, Sequent, Space, Statement};
use crate::terms::*;

/// The dimension from which a space shows something: two captions, two tokens.
pub const SHOWN: usize = 2;
/// Which part of the budget is spent on instances whose spaces all are large enough.
const SHARE: usize = 20;
/// How many instances a counterexample is added to, for each set of spaces.
const SUMMANDS: usize = 60;

/// Searches for a counterexample all spaces of which have [`SHOWN`] dimensions or more, and else for one that has as few
/// smaller ones as can be reached. Deterministic.
pub fn legibly(statement: &Statement, search: Search) -> Outcome {
    let large = Search { least: SHOWN, budget: search.budget.div_ceil(SHARE), ..search };
    let mut outcome = refute(statement, large);
    for least in (0..SHOWN).rev() {
        if outcome.counterexample.is_some() {
            return outcome;
        }
        let smaller = refute(statement, Search { least, ..search });
        outcome = Outcome { examined: outcome.examined + smaller.examined, ..smaller };
        outcome.counterexample = outcome.counterexample.map(|small| enlarged(statement, small, search.seed));
    }
    outcome
}

/// The spaces of an instance that have fewer than [`SHOWN`] dimensions, with these.
pub fn too_small(instance: &Instance) -> Vec<(&Name, usize)> {
    instance.dims.iter().filter(|(_, n)| **n < SHOWN).map(|(name, n)| (name, *n)).collect()
}

/// The counterexample with every space enlarged that can be, and then as small as it may be with those.
fn enlarged(statement: &Statement, small: Instance, seed: u64) -> Instance {
    let sampler = Sampler::at_least(statement, 1);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let sequent = statement.sequent();
    let mut best = small;
    for wanted in (1..=SHOWN).rev() {
        let classes = classes(sequent);
        let all = classes.concat();
        for class in std::iter::once(&all).chain(&classes) {
            if let Some(larger) = added(&sampler, &best, class, wanted, &mut rng) {
                best = larger;
            }
        }
    }
    let dims = best.dims.iter().map(|(name, n)| (name.clone(), (*n).min(SHOWN))).collect();
    shrink(&sampler, best, &Floor { dims, spelt: 1 }, &mut rng)
}

/// The counterexample with these spaces made `wanted` dimensions large by adding an instance. `None`: they are, or none was found.
fn added(sampler: &Sampler, small: &Instance, class: &[Name], wanted: usize, rng: &mut ChaCha8Rng) -> Option<Instance> {
    let statement = sampler.statement();
    let sequent = statement.sequent();
    let lacks = |(name, n): (&Name, &usize)| match class.contains(name) {
        true => (name.clone(), wanted.saturating_sub(*n)),
        false => (name.clone(), 0),
    };
    let needed: BTreeMap<Name, usize> = small.dims.iter().map(lacks).collect();
    if needed.values().all(|n| *n == 0) {
        return None;
    }
    let layout = Layout::of(small, sequent)?;
    let blank = Draft::of(small, sequent)?;
    (0..SUMMANDS).find_map(|attempt| {
        let mut dims = needed.clone();
        if attempt % 4 == 3 {
            // A space may have to be larger than another one.
            for class in classes(sequent) {
                let more = rng.random_range(0..=SHOWN);
                class.iter().for_each(|name| *dims.entry(name.clone()).or_default() += more);
            }
        }
        let summand = match attempt {
            0 | 1 => plain(&blank, &dims, attempt == 0),
            _ => {
                let style = if attempt % 2 == 0 { Style::Tiny } else { Style::Generic };
                sampler.draft_in(&dims, Some(&layout), rng, style)
            }
        };
        let other = summand?.instance(sequent)?;
        [false, true].into_iter().find_map(|unit| {
            let sum = respelt(sum(small, &other, sequent, unit)?, sequent)?;
            evaluate(statement, &sum).is_ok_and(|evaluation| evaluation.refutes()).then_some(sum)
        })
    })
}

/// The direct sum of two instances of one layout. Between scalars the first counts; maps from and to the unit space see the second
/// part only if `unit`. Members and words are those of the first instance until they are spelt again.
fn sum(first: &Instance, second: &Instance, sequent: &Sequent, unit: bool) -> Option<Instance> {
    let mut sum = first.clone();
    for (name, n) in &mut sum.dims {
        *n += second.dims.get(name)?;
    }
    let block = |a: &Matrix, b: &Matrix, cod: &Space, dom: &Space| {
        let (rows, cols) = (coordinates(cod, first, second)?, coordinates(dom, first, second)?);
        Some(Matrix::from_rationals(rows.len(), cols.len(), |i, j| match (rows[i], cols[j]) {
            (Coordinate { first: Some(i), .. }, Coordinate { first: Some(j), .. }) => a.get(i, j),
            (Coordinate { second: Some(k), first: i }, Coordinate { second: Some(l), first: j }) => match (i, j) {
                (None, None) => b.get(k, l),
                _ if unit => b.get(k, l),
                _ => BigRational::zero(),
            },
            _ => BigRational::zero(),
        }))
    };
    for family in &sequent.families {
        let pairs = first.families.get(&family.name)?.iter().zip(second.families.get(&family.name)?);
        let members = pairs.map(|(a, b)| block(a, b, &family.space, &family.space)).collect::<Option<Vec<_>>>()?;
        sum.families.insert(family.name.clone(), members);
    }
    for map in sequent.maps.iter().filter(|map| map.role == Role::Any) {
        let value = block(first.maps.get(&map.name)?, second.maps.get(&map.name)?, &map.cod, &map.dom)?;
        sum.maps.insert(map.name.clone(), value);
    }
    Some(sum)
}

/// Where a coordinate of a sum comes from; one of the unit space comes from both.
#[derive(Clone, Copy)]
struct Coordinate {
    first: Option<usize>,
    second: Option<usize>,
}

/// The coordinates of a space, leaf by leaf, in each leaf those of the first instance before those of the second.
fn coordinates(space: &Space, first: &Instance, second: &Instance) -> Option<Vec<Coordinate>> {
    let (mut all, mut a, mut b) = (Vec::new(), 0, 0);
    for leaf in space.leaves() {
        let (n, m) = (first.dimension(leaf)?, second.dimension(leaf)?);
        if matches!(leaf, Space::Atom(_)) {
            all.extend((a..a + n).map(|i| Coordinate { first: Some(i), second: None }));
            all.extend((b..b + m).map(|i| Coordinate { first: None, second: Some(i) }));
        } else {
            all.push(Coordinate { first: Some(a), second: Some(b) });
        }
        (a, b) = (a + n, b + m);
    }
    Some(all)
}

/// Every map 0, or all ones along the diagonal, in these dimensions.
fn plain(draft: &Draft, dims: &BTreeMap<Name, usize>, diagonal: bool) -> Option<Draft> {
    let mut plain = Draft { dims: dims.clone(), ..draft.clone() };
    for map in &draft.flat.maps {
        let (rows, cols) = (dimension(dims, &map.cod)?, dimension(dims, &map.dom)?);
        let value = Matrix::from_integers(rows, cols, |i, j| i64::from(diagonal && i == j));
        plain.values.insert(map.name.clone(), value);
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Source, parse_statement};

    fn statement(text: &str) -> Statement {
        parse_statement(&Source::new("t", text)).unwrap().statement
    }

    const INVERSE: &str = "theorem inverse\nspaces A, B\nmaps f : A -> B  g : B -> A  v : 1 -> A\n\
                           assume left: g*f = 1\nshow right: f*g = 1  kept: g*f*v = v\n";

    #[test]
    fn a_counterexample_has_planes_and_no_idle_maps_where_that_can_be() {
        let statement = statement(INVERSE);
        let found = legibly(&statement, Search { budget: 400, ..Search::default() }).counterexample.unwrap();
        assert!(too_small(&found).is_empty(), "{found:?}");
        assert_eq!((found.dims["A"], found.dims["B"]), (2, 3));
        assert!(evaluate(&statement, &found).unwrap().refutes());
    }

    #[test]
    fn a_small_counterexample_is_made_larger_by_a_sum() {
        let statement = statement(INVERSE);
        let small = Instance {
            dims: [("A".into(), 0), ("B".into(), 1)].into(),
            maps: [
                ("f".into(), Matrix::zeros(1, 0)),
                ("g".into(), Matrix::zeros(0, 1)),
                ("v".into(), Matrix::zeros(0, 1)),
            ]
            .into(),
            ..Instance::default()
        };
        assert!(evaluate(&statement, &small).unwrap().refutes());
        let large = enlarged(&statement, small, 0);
        assert!(evaluate(&statement, &large).unwrap().refutes());
        assert_eq!((large.dims["A"], large.dims["B"]), (2, 3));
    }

    #[test]
    fn a_statement_that_fails_on_lines_alone_says_so() {
        let text = "theorem line\nspaces A\nmaps a : 1 -> A  b : A -> 1\nassume through: a*b = 1\nshow none: a = 0\n";
        let found = legibly(&statement(text), Search { budget: 400, ..Search::default() }).counterexample.unwrap();
        assert_eq!(too_small(&found), [(&"A".into(), 1)]);
    }
}
