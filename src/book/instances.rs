//! Matrices for the theorems: small ones that satisfy a theorem, and for each assumption ones that show it necessary.

use num_bigint::BigInt;
use num_traits::{One, ToPrimitive, Zero};

use crate::kernel::{Role, Statement};
use crate::model::{Decision, Instance, Matrix, Sampler, counterexamples, evaluate};
use crate::terms::*;

/// How many instances are drawn, evaluated and compared.
const DRAWS: u64 = 60;
/// The largest dimension of a space.
const LIMIT: usize = 3;
/// Matrices that are clearer than what is drawn, for the theorems that they fit.
const WRITTEN: &str = include_str!("../../book/instances/blocks.txt");

/// What sampling a theorem gave.
pub(super) struct Sampled {
    /// How many instances were drawn that satisfy the assumptions; the conclusion held on each.
    pub count: usize,
    /// The one of them that shows most.
    pub shown: Instance,
}

/// Draws instances of a theorem, exactly. `None` where none is found, or where one refutes the theorem.
pub(super) fn sample(statement: &Statement) -> Option<Sampled> {
    let sampler = Sampler::new(statement);
    let (mut count, mut best): (usize, Option<(i64, Instance)>) = (0, None);
    for seed in 0..DRAWS {
        let Some(instance) = sampler.draw(seed, LIMIT) else { continue };
        let evaluation = evaluate(statement, &instance).ok()?;
        match evaluation.conclusion {
            Decision::Holds { .. } => count += 1,
            Decision::Fails(_) => return None,
            Decision::Undecided(_) => continue,
        }
        let score = score(&instance);
        if best.as_ref().is_none_or(|(known, _)| score > *known) {
            best = Some((score, instance));
        }
    }
    let (_, drawn) = best?;
    let shown = written(statement).unwrap_or(drawn);
    Some(Sampled { count, shown })
}

/// The written matrices, for a statement all of whose spaces and maps are among them and whose assumptions they satisfy.
fn written(statement: &Statement) -> Option<Instance> {
    let sequent = statement.sequent();
    let find = |kind: &str, name: &str| {
        WRITTEN.lines().find_map(|line| {
            let mut words = line.splitn(3, ' ');
            let found = words.next() == Some(kind) && words.next() == Some(name);
            found.then(|| words.next().unwrap_or_default())
        })
    };
    let mut instance = Instance::default();
    for space in &sequent.spaces {
        instance.dims.insert(space.clone(), find("space", space)?.trim().parse().ok()?);
    }
    for map in &sequent.maps {
        let (rows, cols) = (instance.dimension(&map.cod)?, instance.dimension(&map.dom)?);
        let entries: Result<Vec<i64>, _> =
            find("map", &map.name)?.split([' ', ';']).filter(|e| !e.is_empty()).map(str::parse).collect();
        let entries = entries.ok().filter(|entries| entries.len() == rows * cols)?;
        let matrix = Matrix::from_integers(rows, cols, |i, j| entries.get(i * cols + j).copied().unwrap_or(0));
        instance.maps.insert(map.name.clone(), matrix);
        if matches!(map.role, Role::Word(_)) {
            instance.words.insert(map.name.clone(), vec![0, 0]);
        }
    }
    let evaluation = evaluate(statement, &instance).ok()?;
    (evaluation.applies() && evaluation.conclusion.holds()).then_some(instance)
}

/// How much an instance shows: spaces of dimension 2 and a few small entries everywhere; large numbers and zero maps do not.
fn score(instance: &Instance) -> i64 {
    let dims: i64 = instance.dims.values().map(|n| [-200, 2, 6, -4].get(*n).copied().unwrap_or(-20)).sum();
    let members = instance.families.values();
    let few: i64 = members.clone().map(|list| if (1..=2).contains(&list.len()) { 0 } else { -40 }).sum();
    let words: i64 = instance.words.values().map(|w| if (1..=2).contains(&w.len()) { 0 } else { -15 }).sum();
    let maps: i64 = instance.maps.values().chain(members.flatten()).map(clarity).sum();
    dims + few + words + maps
}

fn clarity(m: &Matrix) -> i64 {
    let size = |n: &BigInt| match n.magnitude().to_u64() {
        Some(0..=3) => 0,
        Some(4..=9) => -2,
        _ => -9,
    };
    let cells = m.numerators().len();
    let filled = m.numerators().iter().filter(|n| !n.is_zero()).count();
    let fraction = if m.denominator().is_one() { 0 } else { -12 };
    let zero = match (cells, filled) {
        (0, _) => 0,
        (_, 0) => -80,
        _ => 2 * filled.min(3) as i64,
    };
    fraction + zero + m.numerators().iter().map(size).sum::<i64>()
}

/// For each assumption, the stored matrices that satisfy all the others and not the conclusion.
pub(super) fn broken(statement: &Statement) -> Vec<(String, Instance)> {
    counterexamples(statement).unwrap_or_default()
}
