//! Proofs that the kernel accepts, one file a rule, each with the wrong ones that one deliberate change makes of it.

pub mod notation;

mod combination;
mod contradiction;
mod definite;
mod extensionality;
mod farkas;
mod induction;
pub mod instance;
mod loops;
mod obtain;
mod pivot;
mod product;
mod pseudo_inverse;
mod square;
mod square_inverse;
mod statement;
mod suppose;
mod witness;

use std::collections::BTreeMap;

use notation::{Reading, read};
use scotoma::kernel::{Budget, Statement, Theory};
use scotoma::terms::*;

/// An accepted proof, and the wrong ones that differ from it in one place.
pub struct Case {
    /// What it shows.
    pub name: &'static str,
    /// Statement and proof in the notation of [`notation`].
    pub text: &'static str,
    /// The changes, each of which is refused.
    pub wrong: &'static [Wrong],
}

/// Name, what is replaced (it occurs once), by what, the expected code, and the path of the step.
pub type Wrong = (&'static str, &'static str, &'static str, &'static str, &'static [usize]);

/// Theorems that a case may apply: proved before it.
pub const EARLIER: &[&str] = &[
    // A left and a right inverse are the same.
    "theorem inverses spaces A B; map f : A -> B; map g : B -> A; map k : B -> A;
     assume g*f = id(A); assume f*k = id(B); show g = k; proof
     combination g = k by -1 g 1 id(B), 1 id(A) 0 k; using 2;",
    "ordered theorem halves spaces A B; map f : A -> B; assume f = 0(A,B); show 1/2 f = 0(A,B); proof
     combination 1/2 f = 0(A,B) by 1/2 id(B) 0 id(A); using 1;",
    "theorem square spaces A B; equal A B; map f : A -> B; map g : B -> A; assume f*g = id(B); show g*f = id(A); proof
     square_inverse 0 f g; using 1;",
    "theorem words spaces A; family F on A; map w : A -> A word F; map h : A -> A;
     assume rule { map t : A -> A member F; show h*t = h; }; show h*w = h; proof
     induction rule { map v : A -> A word F; show h*v = h; } letter t : A -> A
       { combination h = h; using 1; }
       { instance 0 maps t; combination h*t*v = h by 1 id(A) 3 v, 1 id(A) 2 id(A); using 4; };
     instance 5 maps w; using 6;",
    "theorem commute map a : 1 -> 1; map b : 1 -> 1; show a*b = b*a; proof combination a*b = b*a; using 0;",
];

/// The theory and the statements of [`EARLIER`], and of one that is stated and never proved.
pub fn earlier() -> (Theory, BTreeMap<String, Statement>) {
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

/// The cases, by file.
pub const FILES: &[(&str, &[Case])] = &[
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
    ("loops", loops::CASES),
    ("square", square::CASES),
    ("product", product::CASES),
    ("pivot", pivot::CASES),
    ("extensionality", extensionality::CASES),
    ("statement", statement::CASES),
];
