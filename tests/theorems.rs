//! The theorem check. Every test here carries the name of a theorem: `proved::NAME` says that the kernel accepts the
//! shipped proof of NAME. The names come from the library's own list, so no theorem can be left out.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use scotoma::language::library::LIBRARY;
use scotoma::language::{Entry, Ledger, Origin, Request};

/// All shipped theorems, checked once for all tests of this file.
fn ledger() -> &'static Ledger {
    static LEDGER: OnceLock<Ledger> = OnceLock::new();
    LEDGER.get_or_init(|| {
        let shipped = LIBRARY.iter().map(|shipped| shipped.name.to_owned()).collect();
        Ledger::check(&Request { shipped, ..Request::default() })
    })
}

fn entry(name: &str) -> &'static Entry {
    ledger().entries.iter().find(|entry| entry.name == name).unwrap_or_else(|| panic!("{name} is not in the ledger"))
}

mod proved {
    macro_rules! tests {
        ($($name:ident)*) => {$(
            #[test]
            fn $name() {
                let entry = super::entry(stringify!($name));
                let checked = entry.result.as_ref().unwrap_or_else(|diagnostic| panic!("{diagnostic}"));
                assert_eq!(checked.theorem.statement.hash(), checked.elaborated.proof.statement);
                assert_eq!(entry.origin, super::Origin::Shipped);
                assert!(checked.steps > 0 && !checked.rules.is_empty());
            }
        )*};
    }

    scotoma::for_each_theorem!(tests);
}

#[test]
fn every_file_of_theorems_and_proofs_is_in_the_library_and_the_other_way_round() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (folder, extension) in [("theorems", "thm"), ("proofs", "proof")] {
        let files = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|e| e == extension));
        let found: BTreeSet<String> = files.map(|f| f.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        assert_eq!(found, LIBRARY.iter().map(|shipped| shipped.name.to_owned()).collect());
    }
}

#[test]
fn token_level_block_identifiability_rests_on_the_sentence_level_and_on_unrolling() {
    let rests_on = |name: &str| entry(name).result.as_ref().unwrap().theorems.iter().cloned().collect::<BTreeSet<_>>();
    let wanted = ["block_identifiability", "causal_unrolling"].map(str::to_owned).into();
    assert_eq!(rests_on("token_block_identifiability"), wanted);
    for operator in ["swap", "replace", "add"] {
        assert_eq!(rests_on(operator), ["composition_nonidentifiability".to_owned()].into());
    }
}
