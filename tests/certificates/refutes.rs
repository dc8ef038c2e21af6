//! Attacks on the check of counterexamples: every shipped one, changed in every way of a list. Each shipped one is the twin
//! of its changes.
//!
//! The theorems are proved, so no matrices that fail one assumption can be a counterexample that drops another, or none.

use std::collections::BTreeMap;

use num_traits::Zero;
use scotoma::certificate::{Certificate, Claim, Counterexample, Exact};
use scotoma::language::library::LIBRARY;
use scotoma::language::{Source, parse_statement};
use scotoma::model::{COUNTEREXAMPLES, hypotheses, verify_counterexample};
use scotoma::report::Code::{self, *};
use scotoma::terms::*;

type Change = (&'static str, Vec<Code>, Counterexample);

fn changes(claim: &Counterexample, assumptions: &[String]) -> Vec<Change> {
    let mut all = Vec::new();
    let mut change = |name, codes: &[Code], edit: &dyn Fn(&mut Counterexample)| {
        let mut wrong = claim.clone();
        edit(&mut wrong);
        all.push((name, codes.to_vec(), wrong));
    };
    // Spaces of different dimension, declared equal, do not even fit the statement.
    let unmet = [NotCounterexample, InstanceShape];
    change("nothing is dropped", &unmet, &|c| c.without = None);
    let count = assumptions.len() as u32;
    for other in (0..count).filter(|other| Some(*other) != claim.without) {
        change("another assumption is dropped", &unmet, &|c| c.without = Some(other));
    }
    change("an assumption that is not there is dropped", &[CertificateIndex], &|c| c.without = Some(count));
    if claim.fails.is_some() {
        change("a conclusion that is not there is named", &[CertificateIndex], &|c| c.fails = Some(99));
        change("no conclusion is named", &[NotCounterexample], &|c| c.fails = None);
        let alone = vec![(0, vec![vec![Exact::from(1)]])];
        change("an obstruction where no maps are claimed", &[NotCounterexample], &|c| c.obstruction = alone.clone());
    } else {
        change("a conclusion is named where maps are claimed", &[NotCounterexample], &|c| c.fails = Some(0));
    }
    change("a row too many", &[InstanceShape], &|c| c.maps.values_mut().for_each(|rows| rows.push(Vec::new())));
    change("a map too many", &[InstanceShape], &|c| drop(c.maps.insert("stranger".into(), vec![vec![Exact::from(1)]])));
    change("a space too many", &[InstanceShape], &|c| c.spaces.extend([("Stranger".to_owned(), 1)]));
    for name in claim.maps.keys() {
        change("a map is missing", &[InstanceShape], &|c| drop(c.maps.remove(name)));
    }
    for name in claim.spaces.keys() {
        change("a space is missing", &[InstanceShape], &|c| c.spaces.retain(|space, _| space != name));
    }
    if !claim.obstruction.is_empty() {
        change("the obstruction is zero", &[NotCounterexample], &|c| {
            let entries = c.obstruction.iter_mut().flat_map(|(_, rows)| rows.iter_mut().flatten());
            entries.for_each(|entry| entry.0.set_zero());
        });
        if claim.obstruction.len() > 1 {
            change("an equation of the obstruction is missing", &[NotCounterexample], &|c| drop(c.obstruction.pop()));
        }
        change("an equation of the obstruction is not there", &[CertificateIndex], &|c| c.obstruction[0].0 = 99);
        change("an equation of the obstruction is there twice", &[CertificateIndex], &|c| {
            c.obstruction.push(c.obstruction[0].clone());
        });
        change("a row of the obstruction too many", &[NotCounterexample], &|c| c.obstruction[0].1.push(Vec::new()));
    }
    all
}

#[test]
fn every_change_of_a_shipped_counterexample_is_refused_and_the_shipped_ones_hold() {
    let (mut faults, mut refused) = (Vec::new(), BTreeMap::<&str, usize>::new());
    for (name, text) in COUNTEREXAMPLES {
        let shipped = LIBRARY.iter().find(|shipped| shipped.name == *name).unwrap();
        let statement = parse_statement(&Source::new(*name, shipped.theorem)).unwrap().statement;
        let assumptions = hypotheses(statement.sequent());
        let certificate = Certificate::from_bytes(name, text.as_bytes().to_vec()).unwrap();
        for claim in &certificate.claims {
            let Claim::Refutes(claim) = claim else { panic!("{name}: a claim about captions") };
            if let Err(diagnostic) = verify_counterexample(&statement, claim) {
                faults.push(format!("{name} without {:?}: the shipped one is refused: {diagnostic}", claim.without));
            }
            for (what, codes, wrong) in changes(claim, &assumptions) {
                match verify_counterexample(&statement, &wrong) {
                    Err(diagnostic) if codes.contains(&diagnostic.code) => *refused.entry(what).or_default() += 1,
                    other => faults.push(format!(
                        "{name} without {:?}, {what}: {:?}",
                        claim.without,
                        other.map(|_| "holds").map_err(|d| d.code)
                    )),
                }
            }
        }
    }
    for (what, count) in &refused {
        println!("{count:6} {what}");
    }
    println!("{:6} wrong counterexamples refused", refused.values().sum::<usize>());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(refused.values().sum::<usize>() > 500 && refused["nothing is dropped"] > 60);
}
