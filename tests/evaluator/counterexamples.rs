//! What certifies that an assumption is needed, and the search for it.

use super::*;

#[test]
fn every_assumption_needs_its_counterexample() {
    for (name, text) in COUNTEREXAMPLES {
        let shipped = LIBRARY.iter().find(|shipped| shipped.name == *name).unwrap();
        let statement = parse_statement(&Source::new(*name, shipped.theorem)).unwrap().statement;
        let needed = hypotheses(statement.sequent()).len();
        let certificate = Certificate::from_bytes(name, text.as_bytes().to_vec()).unwrap();
        assert_eq!(verify_necessity(&statement, &certificate).unwrap(), needed, "{name}");
        for claim in &certificate.claims {
            let Claim::Refutes(claim) = claim else { panic!("{name}: a claim about captions") };
            let dropped = claim.without.map(|position| position as usize);
            let again =
                counterexample(&statement, dropped, &verify_counterexample(&statement, claim).unwrap()).unwrap();
            assert_eq!(again, *claim, "{name} without {dropped:?}");
        }
        assert_eq!(necessity(&statement).unwrap().unwrap(), needed, "{name}");
        let stored = counterexamples(&statement).unwrap().into_iter().map(|(without, _)| without);
        let named = certificate.claims.iter().filter_map(|claim| match claim {
            Claim::Refutes(claim) => Some(hypotheses(statement.sequent())[claim.without? as usize].clone()),
            _ => None,
        });
        assert_eq!(stored.collect::<Vec<_>>(), named.collect::<Vec<_>>(), "{name}");
        let mut other = certificate.clone();
        other.statement.sha256.pop();
        assert!(verify_necessity(&statement, &other).is_err(), "{name}: about another statement");
        if needed > 0 {
            let mut fewer = certificate.clone();
            fewer.claims.pop();
            assert!(verify_necessity(&statement, &fewer).is_err(), "{name}: one is missing");
            let mut twice = certificate.clone();
            twice.claims.push(certificate.claims[0].clone());
            assert!(verify_necessity(&statement, &twice).is_err(), "{name}: one is there twice");
        }
    }
}

/// The certificate's claim about each text of one statement.
fn verdicts(texts: &[&str], claim: &str) -> Vec<Result<(), Code>> {
    let statements: Vec<Statement> = texts.iter().map(|text| parsed(format!("theorem t\n\n{text}\n"))).collect();
    for pair in statements.windows(2) {
        assert_eq!(pair[0].hash(), pair[1].hash());
    }
    let claim: Counterexample = serde_json::from_str(claim).unwrap_or_else(|e| panic!("{claim}: {e}"));
    statements.iter().map(|s| verify_counterexample(s, &claim).map(drop).map_err(|e| e.code)).collect()
}

#[test]
fn a_certificate_means_the_same_for_every_text_of_its_hash() {
    let (holds, not) = (Ok(()), Err(Code::NotCounterexample));
    // The labels of assumptions, and of conclusions, change places.
    let head = "spaces A\n\nmaps f : A -> A\n     g : A -> A\n\n";
    let one = format!("{head}assume one: f = 0\n       two: g = 0\n\nshow c: f = 0\n     d: g = 1");
    let two = format!("{head}assume two: 0 = f\n       one: g + f = f\n\nshow d: f = 0\n     c: 1 - g = 0");
    let about = |without: usize, fails: usize| {
        let claim = format!(
            r#"{{"without": {without}, "spaces": {{"A": 1}}, "maps": {{"f": [[1]], "g": [[0]]}}, "fails": {fails}}}"#
        );
        verdicts(&[&one, &two], &claim)
    };
    assert_eq!(about(0, 0), [holds, holds]);
    assert_eq!(about(0, 1), [holds, holds], "the second conclusion fails too");
    assert_eq!(about(1, 0), [not, not]);
    assert_eq!(about(0, 2), [Err(Code::CertificateIndex); 2]);
    assert_eq!(about(2, 0), [Err(Code::CertificateIndex); 2]);
    // The sides of an equation change places, alone or all of them.
    let head = "spaces A\n\nmaps f : A -> A\n     g : A -> A\n\nshow exists h : A -> A.\n";
    let texts = ["a: h*f = g\n     b: h*f = 2*g", "a: g = h*f\n     b: h*f = 2*g", "a: g = h*f\n     b: 2*g = h*f"];
    let texts = texts.map(|show| format!("{head}     {show}"));
    let about = |obstruction: &str| {
        let claim =
            format!(r#"{{"spaces": {{"A": 1}}, "maps": {{"f": [[1]], "g": [[3]]}}, "obstruction": {obstruction}}}"#);
        verdicts(&texts.each_ref().map(String::as_str), &claim)
    };
    assert_eq!(about("[[0, [[1]]], [1, [[-1]]]]"), [holds; 3]);
    assert_eq!(about("[[0, [[-2]]], [1, [[2]]]]"), [holds; 3]);
    assert_eq!(about("[[0, [[1]]], [1, [[1]]]]"), [not; 3]);
    assert_eq!(about("[[0, [[1]]]]"), [not; 3]);
    assert_eq!(about("[[1, [[-1]]], [0, [[1]]]]"), [Err(Code::CertificateIndex); 3]);
    // Without an obstruction the checker finds out by itself.
    assert_eq!(about("[]"), [holds; 3]);
}

#[test]
fn names_enter_the_hash_and_labels_do_not() {
    let text = "theorem t\n\nspaces A\n       B\n\nequal A = B\n\nfamilies F : A -> A\n\nmaps f : A -> B\n     m in F\n     \
                w in words over F\n\nassume one: m = w\n\nshow exists h : B -> A.\n     two: h*f = w\n";
    let hash = |text: &str| parsed(text.to_owned()).hash();
    let renamed = |from: &str, to: &str| hash(&text.replace(from, to));
    // Whole words only, so that each stands for one name.
    for (from, to) in [("A", "X"), ("B", "X"), ("F", "X"), ("f ", "x "), ("m ", "x "), ("w", "x"), ("h", "x")] {
        let altered = match from {
            "f " => text.replace("maps f", "maps x").replace("h*f", "h*x"),
            "m " => text.replace("m in", "x in").replace("m = w", "x = w"),
            "w" => text.replace("w in words", "x in words").replace("= w", "= x"),
            "h" => text.replace("exists h", "exists x").replace("h*f", "x*f"),
            _ => text.replace(from, to),
        };
        assert_ne!(hash(&altered), hash(text), "{from} renamed");
    }
    assert_eq!(renamed("one", "three"), hash(text));
    assert_eq!(renamed("two", "three"), hash(text));
}

/// What the refuter finds, verified from scratch.
fn found(statement: &Statement, least: usize) -> Option<Instance> {
    let found = refute(statement, Search { least, budget: 400, ..Search::default() }).counterexample?;
    let claim = counterexample(statement, None, &found).unwrap_or_else(|e| panic!("{e}"));
    Some(verify_counterexample(statement, &claim).unwrap_or_else(|e| panic!("{e}")))
}

#[test]
fn the_refuter_knows_inequalities_for_all_vectors_and_projections() {
    let ordered = "theorem t\nover an ordered field\n\n";
    let bounded = "assume close: forall y : 1 -> A. e*(y'*y) >= (k*y)'*(k*y)\n\n";
    let maps = "maps e : 1 -> 1\n     k : A -> 1\n     x : 1 -> A\n\n";
    for claim in ["e >= 1", "e*(x'*x) >= 2*(k*x)'*(k*x)", "e*(x'*x) > (k*x)'*(k*x)"] {
        let statement = parsed(format!("{ordered}spaces A\n\n{maps}{bounded}show bound: {claim}\n"));
        assert!(found(&statement, 0).is_some(), "{claim}");
    }
    for claim in ["e >= 0", "e*(x'*x) >= (k*x)'*(k*x)"] {
        let statement = parsed(format!("{ordered}spaces A\n\n{maps}{bounded}show bound: {claim}\n"));
        let outcome = refute(&statement, Search { budget: 60, ..Search::default() });
        // A space of dimension 0 leaves e as it is.
        assert_eq!(outcome.counterexample.is_some(), claim == "e >= 0", "{claim}: {outcome:?}");
        assert!(outcome.examined > 5, "{claim}: {outcome:?}");
    }
    let scalars = "maps a : 1 -> 1\n     b : 1 -> 1\n\nassume one: a >= 0\n       two: 1 > b\n\n";
    let statement = parsed(format!("{ordered}{scalars}show c: b >= 0\n"));
    assert!(found(&statement, 0).is_some());
    let projections = "maps p : A -> A\n     q : A -> A\n\nassume one: p*p = p\n       two: q*q = q\n       three: p' = p\n       four: q' = q\n\n";
    let statement = parsed(format!("theorem t\n\nspaces A\n\n{projections}show commute: p*q*p*q = p*q\n"));
    let instance = found(&statement, 0).unwrap();
    assert_eq!(instance.dims[&scotoma::kernel::Name::from("A")], 2);
}

#[test]
fn counterexamples_have_spaces_as_large_as_is_wished() {
    let maps = "maps f : A -> B\n     g : B -> A\n\nassume left: g*f = 1\n\n";
    let statement = parsed(format!("theorem t\n\nspaces A, B\n\n{maps}show right: f*g = 1\n"));
    for least in 0..=3 {
        let instance = found(&statement, least).unwrap();
        assert!(instance.dims.values().all(|n| *n >= least), "{least}: {instance:?}");
        assert_eq!(instance.dims.values().sum::<usize>(), 2 * least + 1, "{least}: {instance:?}");
    }
    // Only spaces of dimension 1 will do.
    let thin = "maps x : 1 -> A\n\nassume whole: x*x' = 1\n       long: x'*x = 1\n\n";
    let statement = parsed(format!("theorem t\n\nspaces A\n\n{thin}show no: x = 0\n"));
    assert!(found(&statement, 0).is_some() && found(&statement, 1).is_some() && found(&statement, 2).is_none());
}
