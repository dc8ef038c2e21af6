//! Making a counterexample small.
//!
//! The size of an instance is compared in the order dimensions (a map that is 0 counts as two more, since it leaves out a part of
//! the story, and each bit of a denominator or beyond the second of a number as one), members and letters, rows and columns of zeros, entries other
//! than 0, denominators, length of the numbers: a row of zeros is a dimension that shows nothing. Every step that is taken makes that tuple of natural numbers smaller, so that
//! shrinking ends; what is returned is a counterexample that none of the steps tried makes smaller.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use rand_chacha::ChaCha8Rng;

use super::evaluate::evaluate;
use super::instance::Instance;
use super::matrix::Matrix;
use super::palette::Style;
use super::redraw::redraw;
use super::sample::{Draft, Sampler};
use crate::kernel::{Name, Role, Sequent, Space};
use crate::terms::*;

/// How often instances of given dimensions are drawn afresh.
const DRAWS: usize = 40;
/// Pairs of entries are changed together in instances of at most this many.
const PAIRED: usize = 40;
/// How often each map is drawn again.
const REDRAWS: usize = 12;

/// What an instance may not be shrunk below.
#[derive(Clone, Debug)]
pub(super) struct Floor {
    /// The least dimension of each space.
    pub(super) dims: BTreeMap<Name, usize>,
    /// The fewest members of a family and letters of a word.
    pub(super) spelt: usize,
}

impl Floor {
    /// The same for every space of the instance.
    pub(super) fn even(instance: &Instance, least: usize) -> Floor {
        Floor { dims: instance.dims.keys().map(|name| (name.clone(), least)).collect(), spelt: least.min(1) }
    }
}

/// The size of an instance, most important number first.
pub(super) fn size(instance: &Instance) -> [u64; 6] {
    let dims: usize = instance.dims.values().sum();
    let spelt = instance.families.values().map(Vec::len).sum::<usize>();
    let spelt = spelt + instance.words.values().map(Vec::len).sum::<usize>();
    let mut size = [dims as u64, spelt as u64, 0, 0, 0, 0];
    for matrix in instance.families.values().flatten().chain(instance.maps.values()) {
        let long = |n: &BigInt| n.bits().saturating_sub(2);
        size[0] += if vanishes(matrix) { 2 } else { 0 };
        size[0] += matrix.denominator().bits() - 1 + matrix.numerators().iter().map(long).sum::<u64>();
        size[2] += idle(matrix).count() as u64;
        size[3] += matrix.numerators().iter().filter(|n| !n.is_zero()).count() as u64;
        size[4] += matrix.denominator().bits() - 1;
        size[5] += matrix.numerators().iter().map(|n| 2 * n.bits() + u64::from(n.is_negative())).sum::<u64>();
    }
    size
}

/// Whether a matrix has entries, and all of them are 0.
fn vanishes(matrix: &Matrix) -> bool {
    matrix.rows() * matrix.cols() > 0 && matrix.is_zero()
}

/// A row or a column of a matrix.
enum Line {
    Row(usize),
    Column(usize),
}

/// The rows and columns that are 0 throughout.
fn idle(matrix: &Matrix) -> impl Iterator<Item = Line> {
    let (rows, cols) = (matrix.rows(), matrix.cols());
    let zero = move |i: usize, j: usize| matrix.numerators()[i * cols + j].is_zero();
    let empty = rows * cols == 0;
    let row = (0..rows).filter(move |i| !empty && (0..cols).all(|j| zero(*i, j))).map(Line::Row);
    let column = (0..cols).filter(move |j| !empty && (0..rows).all(|i| zero(i, *j))).map(Line::Column);
    row.chain(column)
}

/// The smallest counterexample that the steps reach from this one.
pub(super) fn shrink(sampler: &Sampler, instance: Instance, floor: &Floor, rng: &mut ChaCha8Rng) -> Instance {
    let mut best = Best { size: size(&instance), instance, sampler, floor };
    loop {
        let before = best.size;
        best.roomier(rng);
        best.fewer_dimensions(rng);
        best.afresh(&best.instance.dims.clone(), 4 * DRAWS, rng);
        best.shorter();
        best.fuller(rng);
        best.simpler();
        if best.size == before {
            return best.instance;
        }
    }
}

struct Best<'s> {
    instance: Instance,
    size: [u64; 6],
    sampler: &'s Sampler,
    floor: &'s Floor,
}

impl Best<'_> {
    fn sequent(&self) -> &Sequent {
        self.sampler.statement().sequent()
    }

    /// Takes the candidate if it is smaller and refutes the statement.
    fn offer(&mut self, candidate: Option<Instance>) -> bool {
        let Some(candidate) = candidate else { return false };
        let size = size(&candidate);
        let better = size < self.size
            && evaluate(self.sampler.statement(), &candidate).is_ok_and(|evaluation| evaluation.refutes());
        if better {
            (self.instance, self.size) = (candidate, size);
        }
        better
    }

    /// Draws instances of these dimensions.
    fn afresh(&mut self, dims: &BTreeMap<Name, usize>, draws: usize, rng: &mut ChaCha8Rng) -> bool {
        let mut improved = false;
        for _ in 0..draws {
            let draft = self.sampler.draft_in(dims, None, rng, Style::Tiny);
            let candidate = draft.and_then(|draft| draft.instance(self.sequent()));
            improved |= self.offer(candidate);
        }
        improved
    }

    /// Spaces get a dimension more where that lets maps be other than 0.
    fn roomier(&mut self, rng: &mut ChaCha8Rng) {
        let maps = self.instance.maps.values();
        if self.floor.spelt == 0 || !maps.clone().any(vanishes) {
            return;
        }
        for class in classes(self.sequent()) {
            let mut dims = self.instance.dims.clone();
            class.iter().for_each(|name| *dims.entry(name.clone()).or_default() += 1);
            self.afresh(&dims, 4 * DRAWS, rng);
        }
    }

    /// One or two spaces lose a dimension: by leaving out a coordinate, or by drawing afresh.
    fn fewer_dimensions(&mut self, rng: &mut ChaCha8Rng) {
        let classes = classes(self.sequent());
        let mut again = true;
        while again {
            let pairs = (0..classes.len()).flat_map(|a| (0..=a).map(move |b| (a, b)));
            again = pairs.into_iter().any(|(a, b)| {
                let both: Vec<&Vec<Name>> = if a == b { vec![&classes[a]] } else { vec![&classes[a], &classes[b]] };
                let mut dims = self.instance.dims.clone();
                for name in both.iter().copied().flatten() {
                    match dims.get_mut(name) {
                        Some(n) if *n > self.least(name) => *n -= 1,
                        _ => return false,
                    }
                }
                (a == b && self.drop_coordinate(&classes[a])) || self.afresh(&dims, DRAWS, rng)
            });
        }
    }

    fn least(&self, space: &Name) -> usize {
        self.floor.dims.get(space).copied().unwrap_or(0)
    }

    fn drop_coordinate(&mut self, class: &[Name]) -> bool {
        let n = class.first().and_then(|name| self.instance.dims.get(name)).copied().unwrap_or(0);
        class.iter().all(|name| n > self.least(name))
            && (0..n)
                .any(|at| self.offer(without_coordinate(&self.instance, self.sampler.statement().sequent(), class, at)))
    }

    /// Words lose a letter, families a member that no word is spelt with.
    fn shorter(&mut self) {
        let words: Vec<(Name, usize)> = self.instance.words.iter().map(|(name, w)| (name.clone(), w.len())).collect();
        for (name, length) in words {
            for at in (0..length).rev() {
                let mut candidate = self.instance.clone();
                if let Some(word) = candidate.words.get_mut(&name)
                    && word.len() > at.max(self.floor.spelt)
                {
                    word.remove(at);
                }
                self.offer(respelt(candidate, self.sampler.statement().sequent()));
            }
        }
        let families: Vec<(Name, usize)> = self.instance.families.iter().map(|(f, m)| (f.clone(), m.len())).collect();
        for (family, members) in families {
            for at in (0..members).rev() {
                if self.instance.families.get(&family).is_none_or(|members| members.len() <= self.floor.spelt) {
                    break;
                }
                self.offer(without_member(&self.instance, self.sampler.statement().sequent(), &family, at));
            }
        }
    }

    /// Maps that have rows or columns of zeros are drawn again, or get an entry there.
    fn fuller(&mut self, rng: &mut ChaCha8Rng) {
        let mut again = true;
        while again && !self.plain() {
            again = self.redrawn(rng) || self.filled();
        }
    }

    /// Whether no line is idle and no number long.
    fn plain(&self) -> bool {
        self.size[2] == 0 && self.size[0] == self.instance.dims.values().sum::<usize>() as u64
    }

    fn redrawn(&mut self, rng: &mut ChaCha8Rng) -> bool {
        let Some(draft) = Draft::of(&self.instance, self.sequent()) else { return false };
        (0..REDRAWS * draft.flat.maps.len()).any(|k| {
            let (mut changed, map) = (draft.clone(), k % draft.flat.maps.len());
            let style = if k % 2 == 0 { Style::Tiny } else { Style::Generic };
            redraw(&mut changed, map, rng, style) && self.offer(changed.instance(self.sequent()))
        })
    }

    fn filled(&mut self) -> bool {
        vacant(&self.instance, self.sequent()).iter().any(|place| {
            [1, -1].into_iter().any(|value: i64| self.change(&[(place, BigRational::from_integer(value.into()))]))
        })
    }

    /// Entries, alone and in pairs, become simpler numbers.
    fn simpler(&mut self) {
        let mut again = true;
        while again {
            let places = places(&self.instance, self.sequent());
            again = places.iter().any(|place| {
                simpler(&place.get(&self.instance)).into_iter().any(|value| self.change(&[(place, value)]))
            });
            if again || places.len() > PAIRED {
                continue;
            }
            again = places.iter().enumerate().any(|(index, first)| {
                places[..index].iter().any(|second| {
                    [first, second].into_iter().all(|place| !place.get(&self.instance).is_zero())
                        && [(0, 0), (0, 1), (1, 0), (1, 1)].into_iter().any(|(a, b): (i64, i64)| {
                            let number = |n: i64| BigRational::from_integer(n.into());
                            self.change(&[(first, number(a)), (second, number(b))])
                        })
                })
            });
        }
    }

    fn change(&mut self, changes: &[(&Place, BigRational)]) -> bool {
        let mut candidate = self.instance.clone();
        changes.iter().for_each(|(place, value)| place.set(&mut candidate, value.clone()));
        self.offer(respelt(candidate, self.sampler.statement().sequent()))
    }
}

/// Simpler numbers than this one.
fn simpler(value: &BigRational) -> Vec<BigRational> {
    let whole = |n: BigInt| BigRational::from_integer(n);
    if value.is_zero() {
        return Vec::new();
    }
    let mut all = vec![BigRational::zero(), BigRational::one(), -BigRational::one(), whole(value.round().to_integer())];
    all.push(whole(value.to_integer().div_floor(&BigInt::from(2))));
    all.retain(|simple| simple != value);
    all
}

/// The spaces that have to have equal dimensions, together.
pub(super) fn classes(sequent: &Sequent) -> Vec<Vec<Name>> {
    let mut classes: Vec<Vec<Name>> = sequent.spaces.iter().map(|name| vec![name.clone()]).collect();
    for (a, b) in &sequent.equal {
        let at = |name: &Name| classes.iter().position(|class| class.contains(name));
        if let (Some(a), Some(b)) = (at(a), at(b))
            && a != b
        {
            let moved = classes.remove(a.max(b));
            classes[a.min(b)].extend(moved);
        }
    }
    classes
}

/// An entry of a map that may be chosen: of a plain map, or of a member of a family.
struct Place {
    name: Name,
    member: Option<usize>,
    row: usize,
    col: usize,
}

impl Place {
    fn matrix<'i>(&self, instance: &'i mut Instance) -> Option<&'i mut Matrix> {
        match self.member {
            None => instance.maps.get_mut(&self.name),
            Some(member) => instance.families.get_mut(&self.name)?.get_mut(member),
        }
    }

    fn get(&self, instance: &Instance) -> BigRational {
        let matrix = match self.member {
            None => instance.maps.get(&self.name),
            Some(member) => instance.families.get(&self.name).and_then(|members| members.get(member)),
        };
        matrix.map(|matrix| matrix.get(self.row, self.col)).unwrap_or_default()
    }

    fn set(&self, instance: &mut Instance, value: BigRational) {
        if let Some(matrix) = self.matrix(instance) {
            *matrix = matrix.with(self.row, self.col, value);
        }
    }
}

/// The places of all entries other than 0.
fn places(instance: &Instance, sequent: &Sequent) -> Vec<Place> {
    let filled = |matrix: &Matrix| {
        let entries = matrix.numerators().iter().enumerate().filter(|(_, n)| !n.is_zero());
        entries.map(|(at, _)| (at / matrix.cols(), at % matrix.cols())).collect()
    };
    chosen(instance, sequent, filled)
}

/// The places in rows and columns of zeros.
fn vacant(instance: &Instance, sequent: &Sequent) -> Vec<Place> {
    let cells = |matrix: &Matrix| {
        let line = |line: Line| -> Vec<(usize, usize)> {
            match line {
                Line::Row(i) => (0..matrix.cols()).map(|j| (i, j)).collect(),
                Line::Column(j) => (0..matrix.rows()).map(|i| (i, j)).collect(),
            }
        };
        idle(matrix).flat_map(line).collect()
    };
    chosen(instance, sequent, cells)
}

/// The places that `cells` gives of each map that may be chosen.
fn chosen(instance: &Instance, sequent: &Sequent, cells: impl Fn(&Matrix) -> Vec<(usize, usize)>) -> Vec<Place> {
    let mut all = Vec::new();
    let mut add = |name: &Name, member: Option<usize>, matrix: &Matrix| {
        all.extend(cells(matrix).into_iter().map(|(row, col)| Place { name: name.clone(), member, row, col }));
    };
    for (name, members) in &instance.families {
        members.iter().enumerate().for_each(|(member, matrix)| add(name, Some(member), matrix));
    }
    for map in sequent.maps.iter().filter(|map| map.role == Role::Any) {
        if let Some(matrix) = instance.maps.get(&map.name) {
            add(&map.name, None, matrix);
        }
    }
    all
}

/// The instance with members and words computed again from what they are spelt with. `None`: a letter is missing.
pub(super) fn respelt(mut instance: Instance, sequent: &Sequent) -> Option<Instance> {
    for map in &sequent.maps {
        let value = match &map.role {
            Role::Any => continue,
            // A member follows its family: it is the member that it was nearest to by position.
            Role::Member(family) => {
                let members = instance.families.get(family)?;
                let now = instance.maps.get(&map.name)?;
                members.iter().find(|m| *m == now).or(members.first())?.clone()
            }
            Role::Word(over) => {
                let letters = instance.letters(over);
                let n = instance.dimension(&map.dom)?;
                let word = instance.words.get(&map.name)?;
                word.iter().try_fold(Matrix::identity(n), |product, at| product.times(letters.get(*at)?))?
            }
        };
        instance.maps.insert(map.name.clone(), value);
    }
    Some(instance)
}

fn without_member(instance: &Instance, sequent: &Sequent, family: &Name, at: usize) -> Option<Instance> {
    let mut smaller = instance.clone();
    let members = smaller.families.get_mut(family)?;
    if at >= members.len() {
        return None;
    }
    members.remove(at);
    for map in &sequent.maps {
        match (&map.role, smaller.words.get_mut(&map.name)) {
            (Role::Word(over), Some(word)) if over == family => {
                if word.contains(&at) {
                    return None;
                }
                word.iter_mut().filter(|letter| **letter > at).for_each(|letter| *letter -= 1);
            }
            _ => {}
        }
    }
    respelt(smaller, sequent)
}

/// The instance without coordinate `at` of the spaces of a class.
fn without_coordinate(instance: &Instance, sequent: &Sequent, class: &[Name], at: usize) -> Option<Instance> {
    let gone = |space: &Space| {
        let mut offset = 0;
        let mut gone = Vec::new();
        for leaf in space.leaves() {
            match leaf {
                Space::Atom(name) => {
                    if class.contains(name) {
                        gone.push(offset + at);
                    }
                    offset += instance.dims.get(name).copied().unwrap_or(0);
                }
                _ => offset += 1,
            }
        }
        gone
    };
    let mut smaller = instance.map_matrices(sequent, |matrix, cod, dom| matrix.without(&gone(cod), &gone(dom)));
    for name in class {
        let n = smaller.dims.get_mut(name)?;
        *n = n.checked_sub(1)?;
    }
    respelt(smaller, sequent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_compared_by_idle_lines_before_entries() {
        let with = |matrix: Matrix| size(&Instance { maps: [("a".into(), matrix)].into(), ..Instance::default() });
        let corner = with(Matrix::from_integers(2, 2, |i, j| i64::from(i + j == 0)));
        assert_eq!(corner[..4], [0, 0, 2, 1]);
        assert_eq!(with(Matrix::identity(2))[..4], [0, 0, 0, 2]);
        assert_eq!(with(Matrix::zeros(2, 2))[..4], [2, 0, 4, 0]);
        assert_eq!(with(Matrix::zeros(0, 2))[..4], [0, 0, 0, 0]);
        assert!(with(Matrix::identity(2)) < corner && corner < with(Matrix::zeros(2, 2)));
        assert_eq!(idle(&Matrix::zeros(0, 3)).chain(idle(&Matrix::zeros(3, 0))).count(), 0);
    }

    #[test]
    fn numbers_become_simpler_and_never_stay() {
        for (n, d) in [(1, 1), (-1, 1), (7, 2), (-9, 1), (2, 3)] {
            let value = BigRational::new(n.into(), d.into());
            assert!(!simpler(&value).contains(&value));
        }
    }
}
