//! Statements proved by construction: random proofs make random statements, the kernel accepts them, and no matrices may refute
//! them. A statement that is refuted shows a fault of the evaluator (or of the kernel).
//!
//! `SCOTOMA_PROVED=100000 SCOTOMA_PROVED_SEED=2 cargo test --test proved -- --nocapture` makes more of them, from another seed.

mod generate;

use std::collections::BTreeMap;

use num_rational::BigRational;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scotoma::kernel::{Budget, Role, Statement, Theory};
use scotoma::language::print;
use scotoma::language::syntax::Comments;
use scotoma::model::{Decision, Instance, Matrix, Sampler, evaluate_within};
#[allow(unused_imports)]
use scotoma::terms::*;

use generate::Maker;

/// What one evaluation may cost.
const WORK: u64 = 1_000_000;
/// Random matrices a statement.
const INSTANCES: usize = 16;

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

fn number(rng: &mut ChaCha8Rng) -> BigRational {
    let denominator = if rng.random_ratio(1, 8) { 2 } else { 1 };
    let numerator = if rng.random_ratio(1, 2) { 0 } else { rng.random_range(-2..=2) };
    BigRational::new(i64::into(numerator), denominator.into())
}

/// Matrices for everything that the statement declares, in spaces of dimension 0, 1 and 2.
fn instance(statement: &Statement, rng: &mut ChaCha8Rng) -> Instance {
    let sequent = statement.sequent();
    let mut instance: Instance = Instance::default();
    for name in &sequent.spaces {
        instance.dims.insert(name.clone(), [0, 0, 1, 1, 2][rng.random_range(0..5)]);
    }
    let matrix = |rows: usize, cols: usize, rng: &mut ChaCha8Rng| match rng.random_range(0..5) {
        0 | 1 => Matrix::zeros(rows, cols),
        2 => Matrix::from_integers(rows, cols, |i, j| i64::from(i == j)),
        _ => Matrix::from_rationals(rows, cols, |_, _| number(rng)),
    };
    for family in &sequent.families {
        let n = instance.dimension(&family.space).unwrap();
        let members = (0..rng.random_range(1..=2)).map(|_| matrix(n, n, rng)).collect();
        instance.families.insert(family.name.clone(), members);
    }
    for map in &sequent.maps {
        let (rows, cols) = (instance.dimension(&map.cod).unwrap(), instance.dimension(&map.dom).unwrap());
        let value = match &map.role {
            Role::Any => matrix(rows, cols, rng),
            Role::Member(family) => instance.families[family][0].clone(),
            Role::Word(family) => {
                let members = &instance.families[family];
                let word: Vec<usize> =
                    (0..rng.random_range(0..=2)).map(|_| rng.random_range(0..members.len())).collect();
                let product = |value: Matrix, at: &usize| value.times(&members[*at]).unwrap();
                let value = word.iter().fold(Matrix::identity(rows), product);
                instance.words.insert(map.name.clone(), word);
                value
            }
        };
        instance.maps.insert(map.name.clone(), value);
    }
    instance
}

#[derive(Default)]
struct Counts {
    /// Instances on which the assumptions hold and the conclusion does, or could not be decided.
    held: usize,
    open: usize,
    /// Instances on which an assumption fails, or could not be decided.
    unmet: usize,
    unknown: usize,
}

/// Whether the matrices refute the statement.
fn refuted(statement: &Statement, instance: &Instance, counts: &mut Counts) -> bool {
    let evaluation = evaluate_within(statement, instance, WORK).unwrap_or_else(|e| panic!("{e}"));
    let fails = |(_, decision): &(String, Decision<Matrix>)| matches!(decision, Decision::Fails(_));
    match (evaluation.applies(), &evaluation.conclusion) {
        (true, Decision::Holds { .. }) => counts.held += 1,
        (true, Decision::Undecided(_)) => counts.open += 1,
        (true, Decision::Fails(_)) => return true,
        (false, _) if evaluation.assumptions.iter().any(fails) => counts.unmet += 1,
        (false, _) => counts.unknown += 1,
    }
    false
}

fn told(statement: &Statement, instance: &Instance) -> String {
    format!("{}\n{instance:?}", print::statement(statement, &Comments::default()))
}

#[test]
fn no_statement_proved_by_construction_is_refuted() {
    let (count, seed) = (setting("SCOTOMA_PROVED", 500), setting("SCOTOMA_PROVED_SEED", 1));
    let (mut counts, mut used, mut faults, mut met) = (Counts::default(), BTreeMap::new(), Vec::new(), 0);
    let mut made = 0;
    for index in 0.. {
        if made == count {
            break;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1 << 32) + index);
        let mut maker = Maker::new(&mut rng);
        for _ in 0..2 + index % 4 {
            maker.step();
        }
        let Some((statement, proof)) = maker.finish("made") else { continue };
        for (what, times) in &maker.used {
            *used.entry(*what).or_insert(0) += times;
        }
        let proved = Theory::default().prove(&statement, &proof, Budget::default()).map(drop);
        proved.unwrap_or_else(|e| {
            panic!("number {index}: not proved: {e:?}\n{}", print::statement(&statement, &Comments::default()))
        });
        made += 1;
        let before = counts.held;
        let mut instances: Vec<Instance> = (0..INSTANCES).map(|_| instance(&statement, &mut rng)).collect();
        if made % 64 == 0 {
            let sampler = Sampler::new(&statement);
            instances.extend((0..2).filter_map(|seed| sampler.draw(seed, 2)));
        }
        let refutes = |instance: &&Instance| refuted(&statement, instance, &mut counts);
        if let Some(wrong) = instances.iter().find(refutes) {
            println!("number {index}, statement {made}, is proved and refuted:\n{}", told(&statement, wrong));
            faults.push(index);
        }
        met += usize::from(counts.held > before);
        if faults.len() == 5 {
            break;
        }
    }
    used.iter().for_each(|(what, times)| println!("{times:8} {what}"));
    let Counts { held, open, unmet, unknown } = counts;
    println!(
        "seed {seed}: {made} statements proved, {met} of them seen to hold on matrices that satisfy what they assume"
    );
    println!(
        "instances: {held} hold, {open} undecided, {unmet} do not satisfy the assumptions, {unknown} not known to"
    );
    assert!(faults.is_empty(), "proved and refuted, by number: {faults:?}");
    assert!(6 * met > made as usize, "the statements are hardly ever put to the test");
    assert!(
        used.len() >= 20 && used.values().all(|times| 200 * times > made as usize),
        "a construct is missing: {used:?}"
    );
}
