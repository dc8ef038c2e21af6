//! The theorem check. Every test here carries the name of a theorem: `proved::NAME` says that the kernel accepts the
//! shipped proof of NAME, `sampled::NAME` that it holds on 1,000 instances exactly and on 1,000 in f64, and `necessary::NAME` that
//! a stored counterexample shows each of its assumptions to be needed. The names come from the library's own list, so no theorem can be left out.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use proptest::prelude::*;
use scotoma::kernel::Statement;
use scotoma::language::library::LIBRARY;
use scotoma::language::{Entry, Ledger, Origin, Request};
use scotoma::model::{Instance, Matrix, Sampler, evaluate};
use scotoma::terms::*;

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
                assert_eq!(checked.theorem.statement.hash, checked.elaborated.proof.statement);
                assert_eq!(entry.origin, super::Origin::Shipped);
                assert!(checked.steps > 0 && !checked.rules.is_empty());
            }
        )*};
    }

    scotoma::for_each_theorem!(tests);
}

fn statement(name: &str) -> scotoma::kernel::Statement {
    let shipped = LIBRARY.iter().find(|shipped| shipped.name == name).unwrap_or_else(|| panic!("no theorem {name}"));
    scotoma::language::parse_statement(&scotoma::language::Source::new(name, shipped.theorem)).unwrap().statement
}

/// They assume an inequality for all vectors. On most samples it is tight, a form that is 0 somewhere, which f64 cannot tell
/// from one that is negative there: exact arithmetic alone decides those.
const TIGHT: [&str; 5] = [
    "identified_within",
    "price_of_blindness",
    "block_identifiability_within",
    "ridge_blinds",
    "support_needed_for_margin",
];

mod sampled {
    macro_rules! tests {
        ($($name:ident)*) => {$(
            #[test]
            fn $name() {
                let sampled = scotoma::model::sample(&super::statement(stringify!($name)), 1_000);
                assert_eq!(sampled.failed, Vec::<u64>::new(), "{sampled:?}");
                assert!(sampled.exact >= 1_000, "{sampled:?}");
                if super::TIGHT.contains(&stringify!($name)) {
                    eprintln!("SKIPPED: {} in f64: {} decided, the rest tight", stringify!($name), sampled.numeric);
                } else {
                    assert!(sampled.numeric >= 1_000, "{sampled:?}");
                    assert!(sampled.undecided <= 50, "f64 decides too little: {sampled:?}");
                }
            }
        )*};
    }

    scotoma::for_each_theorem!(tests);
}

mod necessary {
    macro_rules! tests {
        ($($name:ident)*) => {$(
            #[test]
            fn $name() {
                let statement = super::statement(stringify!($name));
                let needed = scotoma::model::necessity(&statement).expect("counterexamples are stored");
                let needed = needed.unwrap_or_else(|diagnostic| panic!("{diagnostic}"));
                assert_eq!(needed, scotoma::model::hypotheses(&statement.sequent).len());
            }
        )*};
    }

    scotoma::for_each_theorem!(tests);
}

/// A counterexample without captions, or whose every space is a line, says little to a person, and so do long numbers: of each
/// there is at most one in ten.
#[test]
fn nearly_all_stored_counterexamples_have_something_to_show() {
    let (mut all, mut small, mut long, mut lines) = (0, Vec::new(), Vec::new(), 0);
    for shipped in LIBRARY {
        for (without, instance) in scotoma::model::counterexamples(&statement(shipped.name)).unwrap() {
            let name = format!("{} without {without}", shipped.name);
            let dims = || instance.dims.values();
            let matrices = || instance.maps.values().chain(instance.families.values().flatten());
            assert!(matrices().any(|matrix| !matrix.is_zero()), "{name}: nothing but zeros");
            let plain = |m: &Matrix| m.denominator().bits() == 1 && m.numerators().iter().all(|n| n.bits() <= 2);
            all += 1;
            lines += usize::from(!scotoma::model::too_small(&instance).is_empty());
            long.extend((!matrices().all(plain)).then(|| name.clone()));
            small.extend((dims().any(|n| *n == 0) || dims().all(|n| *n == 1)).then_some(name));
        }
    }
    println!("{all} counterexamples; {} with a space of dimension 0 or lines alone: {small:?}", small.len());
    println!("{lines} with a line; {} with fractions or numbers beyond 3: {long:?}", long.len());
    assert!(10 * small.len() <= all && 10 * long.len() <= all);
}

#[test]
fn a_theorem_with_all_its_assumptions_is_never_refuted() {
    let search = scotoma::model::Search { seed: 7, budget: 40, least: 0 };
    for shipped in LIBRARY {
        let outcome = scotoma::model::refute(&statement(shipped.name), search);
        assert!(outcome.counterexample.is_none(), "{}: {outcome:?}", shipped.name);
        assert!(outcome.undecided.is_none() && outcome.examined > 10, "{}: {outcome:?}", shipped.name);
    }
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

/// Instances of a theorem by construction: a strategy for property tests, which shrinks towards the first seeds.
fn instances(name: &str) -> impl Strategy<Value = (Statement, Instance)> + use<> {
    let (statement, name) = (statement(name), name.to_owned());
    let sampler = Sampler::new(&statement);
    (0u64..1 << 20, 0usize..13)
        .prop_filter_map(format!("dimensions without an instance of {name}"), move |(seed, largest)| {
            Some((statement.clone(), sampler.draw(seed, largest)?))
        })
}

/// An instance of any theorem.
fn any_instance() -> impl Strategy<Value = (Statement, Instance)> {
    (0..LIBRARY.len()).prop_flat_map(|index| instances(LIBRARY[index].name))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn instances_drawn_satisfy_the_assumptions_and_so_the_conclusion((statement, instance) in any_instance()) {
        let evaluation = evaluate(&statement, &instance).unwrap();
        prop_assert!(evaluation.applies(), "{:?}", evaluation.assumptions);
        prop_assert!(evaluation.conclusion.holds(), "{:?}", evaluation.conclusion);
    }
}

/// Certificates name statements by hash: whatever becomes of the normal form, one that has been published keeps its hash.
/// A theorem that is not on the list is put there with SCOTOMA_UPDATE=1, which changes no line that stands there.
#[test]
fn no_published_statement_changes_its_hash() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/statement_hashes.txt");
    let mut list = std::fs::read_to_string(&path).unwrap();
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let published: Vec<(String, String)> = lines
        .map(|line| line.split_once(' ').unwrap_or_else(|| panic!("{line}")))
        .map(|(name, hash)| (name.to_owned(), hash.to_owned()))
        .collect();
    assert!(published.len() >= 30, "{} hashes", published.len());
    for (name, hash) in &published {
        assert_eq!(statement(name).hash().to_string(), *hash, "{name}");
    }
    if std::env::var_os("SCOTOMA_UPDATE").is_some() {
        for shipped in LIBRARY.iter().filter(|shipped| published.iter().all(|(name, _)| name != shipped.name)) {
            list += &format!("{} {}\n", shipped.name, statement(shipped.name).hash());
        }
        std::fs::write(&path, list).unwrap();
    }
}
