//! The theorems in Rocq: every one is written; those that `coqc` is asked about are accepted without axioms, and a
//! proof with one thing wrong is not. `coqc` has to be there with MathComp's algebra and algebra-tactics; if not, what
//! needs it is skipped aloud, and fails where `CI` is set. All theorems are compiled by the script `scotoma export rocq` writes, in `.ci/run`.

mod corpus;
#[allow(dead_code)] // shared with the tests of the kernel
#[path = "../kernel/corpus/mod.rs"]
mod kernel;
#[allow(dead_code)] // shared with the statements proved by construction
#[path = "../proved/generate/mod.rs"]
mod proved;

use std::path::Path;
use std::process::Command;

use num_rational::BigRational;
use scotoma::export::rocq::{self, Exported, PRELUDE};
use scotoma::kernel::{Block, FactId, Proof, Step, Theory};
use scotoma::language::{Checked, Environment, Ledger, Request, Source, check_builtin};
use scotoma::terms::*;

fn export(checked: &Checked, proof: &Proof, theory: &Theory) -> Result<Exported, String> {
    let label = |id: FactId| checked.elaborated.facts.get(id).map_or_else(String::new, |fact| fact.label.clone());
    let words = &checked.theorem.comments.theorem;
    rocq::export(
        &checked.theorem.statement,
        proof,
        &|hash| theory.get(hash).map(|p| p.statement.clone()),
        &label,
        words,
    )
    .map_err(|d| d.to_string())
}

fn library() -> (Environment, Vec<Checked>) {
    check_builtin().unwrap_or_else(|d| panic!("{d}"))
}

fn named<'a>(checked: &'a [Checked], name: &str) -> &'a Checked {
    checked.iter().find(|c| **c.theorem.statement.name() == *name).unwrap_or_else(|| panic!("no theorem {name}"))
}

/// What `coqc` says of a file in this folder.
fn coqc(folder: &Path, name: &str, text: &str) -> Result<String, String> {
    let file = format!("{name}.v");
    std::fs::write(folder.join(&file), text).unwrap();
    let run = Command::new("coqc").args(["-w", "none", "-Q", ".", "Scotoma", &file]).current_dir(folder).output();
    let run = run.unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    if run.status.success() { Ok(said) } else { Err(said + &String::from_utf8_lossy(&run.stderr)) }
}

/// Says aloud that something is skipped. In CI nothing is.
fn skipped(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{why}");
    println!("SKIPPED: {why}");
}

/// A folder with the compiled prelude, or `None`, said aloud.
fn folder() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    if Command::new("coqc").arg("--version").output().is_err() {
        skipped("there is no coqc here");
        return None;
    }
    let probe = "From mathcomp Require Import all_ssreflect all_algebra ring zify.\n";
    if let Err(why) = coqc(folder.path(), "probe", probe) {
        skipped(&format!("MathComp's algebra or algebra-tactics are missing: {why}"));
        return None;
    }
    coqc(folder.path(), "prelude", PRELUDE).unwrap_or_else(|why| panic!("the prelude: {why}"));
    Some(folder)
}

#[test]
fn every_theorem_is_written_the_same_way_twice() {
    let (workshop, checked) = library();
    for c in &checked {
        let first = export(c, &c.elaborated.proof, workshop.theory()).unwrap();
        assert_eq!(first, export(c, &c.elaborated.proof, workshop.theory()).unwrap());
        let mut uses = c.theorems.clone();
        uses.sort();
        assert_eq!(first.uses, uses, "{}", first.name);
        assert!(first.text.contains(&format!("Theorem {} ", first.name)) && first.text.contains("\nQed.\n"));
        assert!(!first.text.contains("Axiom") && !first.text.contains("Admitted"));
    }
}

#[test]
fn coqc_accepts_theorems_without_axioms() {
    let Some(folder) = folder() else { return };
    let (workshop, checked) = library();
    // Each of the rules that is used anywhere is used by one of these.
    let names = [
        "block_identifiability",
        "block_recovery",
        "composition_nonidentifiability",
        "compounding_closure",
        "obstruction",
    ];
    for name in names.into_iter().chain(["no_visual_repair", "population_block_identifiability"]) {
        let c = named(&checked, name);
        let exported = export(c, &c.elaborated.proof, workshop.theory()).unwrap();
        let said = coqc(folder.path(), name, &exported.text).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert!(said.contains("Closed under the global context"), "{name}: {said}");
    }
}

#[test]
fn coqc_accepts_a_theorem_of_a_user() {
    let Some(folder) = folder() else { return };
    let text = "theorem halves\nover an ordered field\nspaces A, B\nmaps f : A -> B\n     where : A -> B\n\
                assume twice: f + f = where\nshow half: f = 1/2*where\n\nproof halves\nhalf: by twice\n";
    let ledger = Ledger::check(&Request { sources: vec![Source::new("halves.thm", text)], ..Request::default() });
    assert!(ledger.diagnostics().next().is_none(), "{:?}", ledger.diagnostics().next());
    let checked = ledger.proved().next().unwrap();
    let exported = export(checked, &checked.elaborated.proof, &Theory::default()).unwrap();
    let said = coqc(folder.path(), "halves", &exported.text).unwrap_or_else(|why| panic!("{why}\n{}", exported.text));
    assert!(said.contains("Closed under the global context"), "{said}");
}

/// Proofs with one thing wrong in the first combination that has a part.
fn mutants(proof: &Proof) -> Vec<(&'static str, Proof)> {
    let with = |change: &dyn Fn(&mut Block, usize)| {
        let mut proof = proof.clone();
        let at = proof
            .block
            .steps
            .iter()
            .position(|step| matches!(step, Step::Combination { parts, .. } if !parts.is_empty()))
            .expect("a combination");
        change(&mut proof.block, at);
        proof
    };
    let in_parts = |change: &dyn Fn(&mut Vec<scotoma::kernel::Part>)| {
        with(&|block, at| {
            if let Step::Combination { parts, .. } = &mut block.steps[at] {
                change(parts);
            }
        })
    };
    vec![
        ("a cofactor dropped", in_parts(&|parts| drop(parts.pop()))),
        ("a sign flipped", in_parts(&|parts| parts[0].coefficient = -parts[0].coefficient.clone())),
        ("a coefficient doubled", in_parts(&|parts| parts[0].coefficient *= BigRational::from_integer(2.into()))),
        ("another fact", in_parts(&|parts| parts[0].fact = if parts[0].fact == 0 { 1 } else { 0 })),
        (
            "another claim",
            with(&|block, at| {
                if let Step::Combination { left, .. } = &mut block.steps[at] {
                    *left = scotoma::kernel::Term::scaled(BigRational::from_integer(3.into()), left.clone()).unwrap();
                }
            }),
        ),
    ]
}

#[test]
fn coqc_refuses_proofs_with_one_thing_wrong() {
    let Some(folder) = folder() else { return };
    let (workshop, checked) = library();
    for name in ["block_identifiability", "objective_invariance"] {
        let c = named(&checked, name);
        let control = export(c, &c.elaborated.proof, workshop.theory()).unwrap();
        coqc(folder.path(), name, &control.text).unwrap_or_else(|why| panic!("control {name}: {why}"));
        for (what, mutant) in mutants(&c.elaborated.proof) {
            assert!(workshop.theory().clone().prove(&c.theorem.statement, &mutant, Default::default()).is_err());
            match export(c, &mutant, workshop.theory()) {
                Err(why) => println!("{name}, {what}: not even written: {why}"),
                Ok(exported) => {
                    let refused = coqc(folder.path(), "mutant", &exported.text);
                    assert!(refused.is_err(), "{name}, {what}: coqc accepts\n{}", exported.text);
                }
            }
        }
    }
}
