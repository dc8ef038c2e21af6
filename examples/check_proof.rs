//! A claim stated and proved in the language of `theorems/README.md`, checked by the kernel.
//!
//!     cargo run --example check_proof

use scotoma::language::{Ledger, Request, Source};
use scotoma::report::Verdict;

const TEXT: &str = "
theorem inverses
spaces A, B
maps f : A -> B  g : B -> A  k : B -> A
assume left: g*f = 1
       right: f*k = 1
show same: g = k

proof inverses
same: calc g = g*f*k  by right
            = k        by left
";

fn main() {
    let sources = vec![Source::new("inverses", TEXT)];
    let ledger = Ledger::check(&Request { sources, ..Request::default() });
    for entry in &ledger.entries {
        match &entry.result {
            Ok(checked) => println!("{}: proved in {} steps, by {:?}", entry.name, checked.steps, checked.rules),
            Err(diagnostic) => println!("{diagnostic}"),
        }
    }
    ledger.unread.iter().for_each(|diagnostic| println!("{diagnostic}"));
    assert_eq!(ledger.verdict(), Verdict::Holds);
}
