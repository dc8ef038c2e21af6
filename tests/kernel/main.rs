//! The kernel against its adversary's corpus: each case is a proof that it accepts, and what one deliberate change makes of it:
//! a proof that is wrong, with the code and the step at which it is refused.

mod corpus;
mod limits;
mod normal_form;
mod numbers;
mod sources;

use std::collections::BTreeMap;

use corpus::notation::{Reading, read};
use corpus::{FILES, earlier, instance};
use scotoma::kernel::{Budget, Failure, Reason, Statement, Theory};
use scotoma::terms::Rule;
use scotoma::terms::*;

fn check(text: &str, theory: &Theory, statements: &BTreeMap<String, Statement>) -> Result<(), Failure> {
    let Reading { statement, proof } = read(text, statements)?;
    let mut theory = theory.clone();
    theory.prove(&statement, &proof, Budget::default())?;
    assert!(theory.get(statement.hash()).is_some());
    Ok(())
}

#[test]
fn every_wrong_proof_is_refused_for_its_reason_and_its_twin_accepted() {
    let (theory, statements) = earlier();
    let (mut accepted, mut total, mut fooled, mut faults) = (0, 0, 0, Vec::new());
    for (file, cases) in FILES {
        let mut refused = 0;
        for case in *cases {
            accepted += 1;
            if let Err(failure) = check(case.text, &theory, &statements) {
                faults.push(format!("{file}/{}: the twin is refused: {failure:?}", case.name));
                continue;
            }
            for &(name, old, new, code, path) in case.wrong {
                refused += 1;
                let found = case.text.matches(old).count();
                if found != 1 {
                    faults.push(format!("{file}/{}/{name}: {old:?} occurs {found} times", case.name));
                    continue;
                }
                let text = case.text.replacen(old, new, 1);
                // The control that reads and types everything, and checks no rule, accepts whatever can be read.
                fooled += usize::from(read(&text, &statements).is_ok());
                match check(&text, &theory, &statements) {
                    Err(failure) if failure.reason.as_str() == code && failure.path == path => {}
                    Err(f) => faults.push(format!(
                        "{file}/{}/{name}: {} at {:?} ({}) instead of {code} at {path:?}",
                        case.name,
                        f.reason.as_str(),
                        f.path,
                        f.why
                    )),
                    Ok(()) => faults.push(format!("{file}/{}/{name}: accepted instead of {code}", case.name)),
                }
            }
        }
        println!("{file}: {} twins accepted, {refused} wrong proofs refused", cases.len());
        total += refused;
    }
    println!("{total} wrong proofs, {accepted} twins");
    println!("control that accepts everything: {total} of {total} wrong");
    println!("control that only reads and types: {fooled} of {total} wrong");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(total >= 200, "the corpus has shrunk to {total} wrong proofs");
    assert!(fooled * 10 >= total * 8, "too few of the wrong proofs reach the rules: {fooled} of {total}");
}

#[test]
fn the_ledger_says_what_a_proof_rests_on() {
    let (theory, statements) = earlier();
    let proved = |name: &str| theory.get(statements[name].hash()).expect(name);
    assert_eq!(proved("words").steps, 5, "steps of nested blocks count");
    assert!(proved("words").theorems.is_empty());
    assert_eq!(proved("words").statement, statements["words"]);
    assert!(theory.get(statements["unproved"].hash()).is_none());

    let Reading { statement, proof } = read(instance::CASES[0].text, &statements).expect("a case");
    let mut theory = theory.clone();
    let proved = theory.prove(&statement, &proof, Budget::default()).expect("a case");
    assert!(proved.theorems.iter().eq(&[statements["inverses"].hash()]));
    assert_eq!((proved.steps, &proved.statement), (1, &statement));
    assert!(proof.rules().iter().eq(&[Rule::Instance, Rule::Witness]));
    // A theorem that is proved twice keeps its first proof.
    let mut longer = proof.clone();
    longer.block.steps.push(longer.block.steps[0].clone());
    assert_eq!(theory.prove(&statement, &longer, Budget::default()).expect("again").steps, 1);
    assert!(theory.get(statements["inverses"].hash()).is_some());
}

#[test]
fn no_proof_rests_on_itself() {
    // The statement is known, and its only proof applies it.
    let (theory, mut statements) = earlier();
    let text = "theorem circular spaces A B; map f : A -> B; show f = 0(A,B); proof";
    let circular = read(text, &statements).expect("well-formed").statement;
    statements.insert("circular".to_owned(), circular);
    let proof = format!("{text} instance theorem circular spaces A, B maps f; using 0;");
    let failure = check(&proof, &theory, &statements).expect_err("accepted");
    assert_eq!((failure.reason.as_str(), &failure.path[..]), ("theorem-not-proved", &[0][..]));
}

#[test]
fn codes_are_stable_and_distinct() {
    let names: std::collections::BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
    assert_eq!(names.len(), Reason::ALL.len());
    for reason in Reason::ALL {
        assert_eq!(reason.declines(), reason.as_str().starts_with("limit-"), "{reason:?}");
    }
}

#[test]
fn the_hash_is_of_what_a_statement_says() {
    let (_, statements) = earlier();
    let hash = |text: &str| read(&format!("{text} proof"), &statements).expect("well-formed").statement.hash();
    let base = "theorem x spaces A B; map f : A -> B; map g : A -> B; assume f = g; show rule { map h : B -> A; show h*f = h*g; };";
    // The way a term is written and the names that a rule binds do not count.
    for (old, new) in [
        ("assume f = g", "assume g = f"),
        ("assume f = g", "assume 2 f - f - g = 0(A,B)"),
        ("h*f = h*g", "h*(f - g) = 0(A,A)"),
    ] {
        assert_eq!(hash(base), hash(&base.replace(old, new)), "{new}");
    }
    let renamed = base.replace("map h", "map k").replace("h*", "k*");
    assert_eq!(hash(base), hash(&renamed));
    // Everything else does.
    let others = [
        ("theorem x", "theorem y"),
        ("theorem x", "ordered theorem x"),
        ("spaces A B", "spaces B A"),
        ("spaces A B", "spaces A B C"),
        ("spaces A B;", "spaces A B; equal A B;"),
        ("spaces A B;", "spaces A B; family F on A;"),
        ("spaces A B;", "spaces A B; family F on B;"),
        ("assume f = g", "assume f != g"),
        ("assume f = g", "assume f = 2 g"),
        ("assume f = g", "assume f' = g'"),
        ("assume f = g;", ""),
        ("assume f = g;", "assume f = g; assume f = g;"),
        ("map h : B -> A; show h*f = h*g", "map h : B -> A; show h*g = h*g"),
        ("map h : B -> A", "exists h : B -> A"),
        ("map h : B -> A; show h*f = h*g", "map h : B -> B; show h*f = h*g"),
        ("show rule", "exists k : A -> A; show rule"),
    ];
    let mut seen = std::collections::BTreeSet::from([hash(base)]);
    for (old, new) in others {
        let text = match new.strip_prefix("ordered ") {
            Some(_) => format!("ordered {base}"),
            None => base.replacen(old, new, 1),
        };
        assert!(seen.insert(hash(&text)), "{new}");
    }
    let text = hash(base).to_string();
    assert!(text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()), "{text}");
}

#[test]
fn every_byte_of_the_hash_counts() {
    let (theory, statements) = earlier();
    let Reading { statement, proof } = read(instance::CASES[0].text, &statements).expect("a case");
    for byte in 0..32 {
        let mut other = proof.clone();
        other.statement.0[byte] ^= 1;
        let failure = theory.clone().prove(&statement, &other, Budget::default()).expect_err("accepted");
        assert_eq!(failure.reason, Reason::OtherStatement);
    }
}
