//! The adversary's corpus for the kernel: one file a rule. Each case is a proof that the kernel accepts, and what
//! one deliberate change makes of it: a proof that is wrong, with the code and the step at which it is refused.

mod notation;

mod combination;
mod contradiction;
mod definite;
mod farkas;
mod induction;
mod instance;
mod limits;
mod obtain;
mod pseudo_inverse;
mod square_inverse;
mod statement;
mod suppose;
mod witness;

mod numbers;
mod sources;

use std::collections::BTreeMap;

use notation::{Reading, read};
use scotoma::kernel::{Budget, Failure, Statement, Theory};

/// An accepted proof, and the wrong ones that differ from it in one place.
pub struct Case {
    pub name: &'static str,
    /// Statement and proof in the notation of [`notation`].
    pub text: &'static str,
    pub wrong: &'static [Wrong],
}

/// Name, what is replaced (it occurs once), by what, the expected code, and the path of the step.
pub type Wrong = (&'static str, &'static str, &'static str, &'static str, &'static [usize]);

/// Theorems that a case may apply: proved before it.
const EARLIER: &[&str] = &[
    // A left and a right inverse are the same.
    "theorem inverses spaces A B; map f : A -> B; map g : B -> A; map k : B -> A;
     assume g*f = id(A); assume f*k = id(B); show g = k; proof
     combination g = k by -1 g 1 id(B), 1 id(A) 0 k; using 2;",
    "ordered theorem halves spaces A B; map f : A -> B; assume f = 0(A,B); show 1/2 f = 0(A,B); proof
     combination 1/2 f = 0(A,B) by 1/2 id(B) 0 id(A); using 1;",
    "theorem square spaces A B; equal A B; map f : A -> B; map g : B -> A; assume f*g = id(B); show g*f = id(A); proof
     square 0 f g; using 1;",
    "theorem words spaces A; family F on A; map w : A -> A word F; map h : A -> A;
     assume rule { map t : A -> A member F; show h*t = h; }; show h*w = h; proof
     induction rule { map v : A -> A word F; show h*v = h; } letter t : A -> A
       { combination h = h; using 1; }
       { instance 0 maps t; combination h*t*v = h by 1 id(A) 3 v, 1 id(A) 2 id(A); using 4; };
     instance 5 maps w; using 6;",
];

/// The theory and the statements of [`EARLIER`], and of one that is stated and never proved.
fn earlier() -> (Theory, BTreeMap<String, Statement>) {
    let (mut theory, mut statements) = (Theory::default(), BTreeMap::new());
    for text in EARLIER {
        let Reading { statement, proof } = read(text, &statements).unwrap_or_else(|f| panic!("{text}: {f:?}"));
        theory.prove(&statement, &proof, Budget::default()).unwrap_or_else(|f| panic!("{text}: {f:?}"));
        statements.insert(statement.name().to_string(), statement);
    }
    let text = "theorem unproved spaces A B; map f : A -> B; show f = 0(A,B); proof";
    statements.insert("unproved".to_owned(), read(text, &statements).unwrap_or_else(|f| panic!("{f:?}")).statement);
    (theory, statements)
}

fn check(text: &str, theory: &Theory, statements: &BTreeMap<String, Statement>) -> Result<(), Failure> {
    let Reading { statement, proof } = read(text, statements)?;
    let mut theory = theory.clone();
    theory.prove(&statement, &proof, Budget::default())?;
    assert!(theory.get(statement.hash()).is_some());
    Ok(())
}

#[test]
fn every_wrong_proof_is_refused_for_its_reason_and_its_twin_accepted() {
    let files: &[(&str, &[Case])] = &[
        ("combination", combination::CASES),
        ("instance", instance::CASES),
        ("witness", witness::CASES),
        ("obtain", obtain::CASES),
        ("contradiction", contradiction::CASES),
        ("pseudo_inverse", pseudo_inverse::CASES),
        ("square_inverse", square_inverse::CASES),
        ("definite", definite::CASES),
        ("word_induction", induction::CASES),
        ("farkas", farkas::CASES),
        ("suppose", suppose::CASES),
        ("statement", statement::CASES),
    ];
    let (theory, statements) = earlier();
    let (mut accepted, mut total, mut fooled, mut faults) = (0, 0, 0, Vec::new());
    for (file, cases) in files {
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
