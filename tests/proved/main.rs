//! Statements proved by construction: random proofs make random statements, the kernel accepts them, and no matrices may refute
//! them. A statement that is refuted shows a fault of the evaluator (or of the kernel).
//!
//! `SCOTOMA_PROVED=100000 SCOTOMA_PROVED_SEED=2 cargo test --test proved -- --nocapture` makes more of them, from another seed.

mod generate;

use std::collections::BTreeMap;

use rand::RngExt;
use scotoma::kernel::{Budget, Statement, Theory};
use scotoma::language::print_statement;
use scotoma::language::syntax::Comments;
use scotoma::model::{Decision, Instance, Sampler, evaluate_within};
#[allow(unused_imports)]
use scotoma::terms::*;

use generate::world::changed;
use generate::{WORK, made, source};

/// Instances of each statement, beside the one that it was made for, that differ from it in a few matrices.
const CHANGED: usize = 5;

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
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
    let fails = |(_, decision): &(String, Decision<_>)| matches!(decision, Decision::Fails(_));
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
    format!("{}\n{instance:?}", print_statement::statement(statement, &Comments::default()))
}

#[test]
fn no_statement_proved_by_construction_is_refuted() {
    let (count, seed) = (setting("SCOTOMA_PROVED", 8000), setting("SCOTOMA_PROVED_SEED", 1));
    let (mut worlds, mut others, mut used) = (Counts::default(), Counts::default(), BTreeMap::new());
    let (mut faults, mut met, mut proved) = (Vec::new(), 0, 0);
    for index in 0.. {
        if proved == count || faults.len() == 5 {
            break;
        }
        let mut rng = source(seed, index);
        let Some(made) = made("made", index, &mut rng) else { continue };
        let statement = &made.statement;
        let checked = Theory::default().prove(statement, &made.proof, Budget::default()).map(drop);
        checked.unwrap_or_else(|e| panic!("number {index}: not proved: {e:?}\n{}", told(statement, &made.world)));
        proved += 1;
        if proved % 10_000 == 0 {
            println!("{proved} of {count}");
        }
        made.used.iter().for_each(|(what, times)| *used.entry(*what).or_insert(0) += times);
        let before = worlds.held + others.held;
        let mut instances = vec![made.world];
        for _ in 0..CHANGED {
            let last = &instances[rng.random_range(0..instances.len())];
            instances.push(changed(statement.sequent(), last, &mut rng));
        }
        if proved % 64 == 0 {
            let sampler = Sampler::new(statement);
            instances.extend((0..2).filter_map(|seed| sampler.draw(seed, 2)));
        }
        let refutes = |(at, instance): &(usize, &Instance)| {
            let counts = if *at == 0 { &mut worlds } else { &mut others };
            refuted(statement, instance, counts)
        };
        if let Some((_, wrong)) = instances.iter().enumerate().find(refutes) {
            println!("number {index}, statement {proved}, is proved and refuted:\n{}", told(statement, wrong));
            faults.push(index);
        }
        met += u64::from(worlds.held + others.held > before);
    }
    used.iter().for_each(|(what, times)| println!("{times:8} {what}"));
    println!(
        "seed {seed}: {proved} statements proved, {met} of them seen to hold on matrices that satisfy what they assume"
    );
    for (which, Counts { held, open, unmet, unknown }) in [("made for", worlds), ("changed from", others)] {
        println!(
            "instances that statements were {which}: {held} hold, {open} undecided, {unmet} do not satisfy the assumptions, \
             {unknown} not known to"
        );
    }
    assert!(faults.is_empty(), "proved and refuted, by number: {faults:?}");
    assert!(2 * met > proved, "the statements are hardly ever put to the test");
    assert!(
        used.len() >= 31 && used.values().all(|times| 200 * times > proved as usize),
        "a construct is missing: {used:?}"
    );
}
