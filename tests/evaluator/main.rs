//! What the evaluator says of small statements on small matrices: holds, fails, or undecided where it cannot know.

mod bound;
mod counterexamples;

use std::sync::Arc;

use scotoma::certificate::{Certificate, Claim, Counterexample};
use scotoma::kernel::{Family, Field, Labelled, Prop, Sequent, Space, Statement, Term};
use scotoma::language::library::LIBRARY;
use scotoma::language::{Source, parse_statement};
use scotoma::model::{
    COUNTEREXAMPLES, Decision, Instance, Matrix, Search, Values, counterexample, counterexamples, evaluate, hypotheses,
    necessity, refute, sample, verify_counterexample, verify_necessity, without,
};
use scotoma::report::Code;
use scotoma::terms::*;

/// A square matrix, or a column where the length is no square.
fn matrix(entries: &[i64], columns: usize) -> Matrix {
    let rows = entries.len() / columns;
    Matrix::from_rationals(rows, columns, |i, j| {
        num_rational::BigRational::from_integer(entries[i * columns + j].into())
    })
}

/// Two maps f and g, a vector x and a family F on one space, and the claim.
#[derive(Clone, Copy)]
struct World {
    f: &'static [i64],
    g: &'static [i64],
    x: &'static [i64],
    members: &'static [&'static [i64]],
}

/// f and g do not commute, and are not symmetric; x is no eigenvector of either.
const PLAIN: World = World { f: &[1, 2, 3, 4], g: &[0, 1, 0, 0], x: &[1, 1], members: &[&[1, 2, 3, 4], &[0, 1, 1, 0]] };
const NILPOTENT: &[i64] = &[0, 1, 0, 0];
const SHIFT: &[i64] = &[0, 0, 0, 1, 0, 0, 0, 1, 0];
const ONE: &[i64] = &[1, 0, 0, 1];
const SWAP: &[i64] = &[0, 1, 1, 0];
const ZERO: &[i64] = &[0, 0, 0, 0];

fn parsed(text: String) -> Statement {
    parse_statement(&Source::new("t.thm", text.as_str())).unwrap_or_else(|e| panic!("{text}: {e}")).statement
}

fn claimed(claim: &str) -> Statement {
    parsed(format!(
        "theorem t\nover an ordered field\n\nspaces A\n\nfamilies F : A -> A\n\n\
         maps f : A -> A\n     g : A -> A\n     x : 1 -> A\n\nshow {claim}\n"
    ))
}

fn instance(world: World) -> Instance {
    let n = world.x.len();
    Instance {
        dims: [("A".into(), n)].into(),
        families: [("F".into(), world.members.iter().map(|m| matrix(m, n)).collect())].into(),
        maps: [("f".into(), matrix(world.f, n)), ("g".into(), matrix(world.g, n)), ("x".into(), matrix(world.x, 1))]
            .into(),
        ..Instance::default()
    }
}

fn said(world: World, statement: &Statement) -> &'static str {
    match evaluate(statement, &instance(world)).unwrap().conclusion {
        Decision::Holds { .. } => "holds",
        Decision::Fails(_) => "fails",
        Decision::Undecided(_) => "undecided",
    }
}

fn expect(world: World, claims: &[(&str, &str)]) {
    let wrong = claims.iter().map(|(verdict, claim)| (*verdict, said(world, &claimed(claim)), claim));
    let wrong: Vec<_> = wrong.filter(|(wanted, found, _)| wanted != found).collect();
    assert!(wrong.is_empty(), "(wanted, found, claim): {wrong:#?}");
}

#[test]
fn terms_have_their_values() {
    expect(
        PLAIN,
        &[
            ("fails", "a: f*g = g*f"),
            ("holds", "a: f*g != g*f"),
            ("fails", "a: f' = f"),
            ("holds", "a: (f*g)' = g'*f'"),
            ("fails", "a: (f*g)' = f'*g'"),
            ("holds", "a: [f, x]*[x; 1] = f*x + x"),
            ("fails", "a: [f, x]*[x; 1] = f*x - x"),
            ("holds", "a: fst*[f; x'] = f\n     b: snd*[f; x'] = x'"),
            ("holds", "a: [x', 1]*inl = x'\n     b: [x', 1]*inr = 1"),
            ("holds", "a: x'*f*x = x'*f'*x"),
            ("holds", "a: x'*f*x > x'*g*x"),
            ("fails", "a: x'*g*x > x'*f*x"),
            ("fails", "a: x'*g*x > x'*g*x"),
            ("holds", "a: x'*g*x >= x'*g*x"),
            ("fails", "a: x'*g*x >= x'*f*x"),
        ],
    );
}

#[test]
fn claimed_maps_are_solved_for() {
    expect(
        PLAIN,
        &[
            ("holds", "exists k : A -> 1. a: k*x = 1"),
            ("holds", "exists k : 1 -> A. a: k'*x = 1"),
            ("holds", "exists B : A -> A. a: B = f\n     b: B' = f'"),
            ("fails", "exists B : A -> A. a: B = f\n     b: B' = f"),
            ("holds", "exists y : A + 1 -> A. a: y*inl = f\n     b: y*inr = x"),
            ("holds", "exists y : A -> A + 1. a: fst*y = f\n     b: y'*inr = x"),
            ("fails", "exists y : A -> A + 1. a: fst*y = f\n     b: y'*inl = f"),
            ("holds", "exists B : A -> A. a: B*f = 1"),
            ("fails", "exists B : A -> A. a: B*g = 1"),
            // Differences and bounds, for which more than one solution may have to be tried.
            ("holds", "exists k : A -> 1. a: k*x = 0\n     b: k*f*x != 0"),
            ("holds", "exists k : A -> 1. a: k*x != 0\n     b: k*f*x != 0\n     c: k*g*x != 0\n     d: k*f*g*x != 0"),
            ("holds", "exists k : A -> 1. a: k*x = 1\n     b: k*x > 0"),
            ("undecided", "exists k : A -> 1. a: k*x = 0\n     b: k*(x + x) != 0"),
            ("fails", "exists B : A -> A. a: B = f\n     b: B*x = f*x\n     c: B*x != f*x"),
            // Not linear: decided where there is one candidate, or the first one will do.
            ("holds", "exists B : A -> A. a: B = g\n     b: B*B = 0"),
            ("fails", "exists B : A -> A. a: B = f\n     b: B*B = 0"),
            ("holds", "exists B : A -> A. a: B*x = 0\n     b: B*B = 0"),
            ("undecided", "exists B : A -> A. a: B*x = 0\n     b: B*B = f"),
            ("undecided", "exists B : A -> A. a: B*x = 0\n     b: B*B != 0"),
            // Claims within.
            ("holds", "exists B : A -> A. a: forall t in F. exists k : 1 -> 1. k = 1, B*x = f*x*k"),
            ("fails", "exists B : A -> A. a: B = f + g\n     b: forall t in F. exists w in words over g. w = B"),
            ("holds", "exists B : A -> A. a: B = f\n     b: forall t in F. exists w in words over f. w = B"),
        ],
    );
    // Differences that many of the tried solutions do not meet: the polynomials t - 2t^2 + t^3, and, with roots up to 6.
    const CYCLE: &[i64] = &[0, 0, 1, 1, 0, 0, 0, 1, 0];
    let double = World { f: &[1, 0, 0, -2, 0, 0, 1, 0, 0], g: CYCLE, x: &[1, 0, 0], members: &[] };
    expect(double, &[("holds", "exists k : A -> 1. a: k*f*x != 0")]);
    let roots = World { f: &[2, 12, 30, -3, -7, -11, 1, 1, 1], ..double };
    expect(roots, &[("holds", "exists k : A -> 1. a: k*f*x != 0\n     b: k*f*g*x != 0\n     c: k*f*g*g*x != 0")]);
}

#[test]
fn a_square_of_an_unknown_is_zero_where_the_unknown_is() {
    let world = World { g: &[0, 0, 0, 1], f: NILPOTENT, ..PLAIN };
    expect(
        world,
        &[
            ("holds", "exists B : A -> A. a: B*B' = 0"),
            ("fails", "exists B : A -> A. a: B*B' = 0\n     b: B = f"),
            ("fails", "exists B : A -> A. a: B*B' = 0\n     b: B*x = x"),
            ("fails", "exists B : A -> A. a: B'*B = 0\n     b: B*x = x"),
            ("undecided", "exists B : A -> A. a: B*B = 0\n     b: B*x = x"),
            ("holds", "exists B : A -> A. a: B*B = 0\n     b: B = f"),
            ("holds", "exists B : A -> A. a: B*f*B' = 0\n     b: B = g"),
            ("holds", "exists B : A -> A. a: (B*f)*(B*f)' = 0\n     b: B = g"),
            ("fails", "exists B : A -> A. a: (f*B)*(f*B)' = 0\n     b: B = g"),
            ("holds", "exists B : A -> A. a: (B*f)*(B*f)' = 0\n     b: B*x = x - f*x"),
            ("holds", "exists B : A -> A. a: (f*B)'*(f*B) = 0\n     b: B*x = f*x"),
            ("undecided", "exists B : A -> A. a: B*B' = f\n     b: B*x = x"),
            ("undecided", "exists B : A -> A. a: B*f*B = 0\n     b: B*x = x"),
        ],
    );
}

#[test]
fn rules_hold_for_all_choices() {
    let fixed = World { f: ONE, g: NILPOTENT, x: &[1, 0], members: &[ONE, &[1, 5, 0, 1]] };
    expect(
        fixed,
        &[
            ("holds", "a: forall t in F. t*x = x"),
            ("holds", "a: forall w in words over F. w*x = x"),
            ("fails", "a: forall t in F. t = 1"),
            ("fails", "a: forall w in words over F. w = 1"),
            ("fails", "a: forall w in words over g. w*x = x"),
            ("holds", "a: forall w in words over g. w*g*g = 0"),
            ("holds", "a: forall k : A -> 1. k*x = 0 -> k*f*x = 0"),
            ("holds", "a: forall k : A -> 1. k*x = 1 -> k*f*x = 1"),
            ("fails", "a: forall k : A -> 1. k*x = 1 -> k*g' = 0"),
            ("holds", "a: forall k : A -> 1. k*g*x = 1 -> k*f = 0"),
            ("holds", "a: forall t in F. t*f = f -> t = 1"),
            ("holds", "a: forall t in F. t = 1 -> t*g = g"),
            ("fails", "a: forall t in F. t*x = x -> t = 1"),
            ("holds", "a: forall P, s : P -> A. f*s = 0 -> g*s = 0"),
            ("fails", "a: forall P, s : P -> A. g*s = 0 -> f*s = 0"),
            ("holds", "a: forall P, s : A -> P. s*f = 0 -> s*g = 0"),
            ("fails", "a: forall P, s : A -> P. s*g = 0 -> s*f = 0"),
            // What finitely many choices do not decide.
            ("fails", "a: forall k : A -> 1. k*x = 0 -> k*k' = 0"),
            ("undecided", "a: forall k : A -> 1. k*x >= 0 -> k*g*x = 0"),
            ("holds", "a: forall k : A -> 1. k*g = 0 -> k*x >= 0"),
            ("fails", "a: forall w in words over F. w*x = x -> w*f = f"),
            ("undecided", "a: forall w in words over F. w*w*x = x"),
            ("undecided", "a: forall w in words over F. w*x != 0"),
            ("undecided", "a: forall P, s : P -> A, d : A -> P. s*d = 0 -> d*s = 0"),
            ("undecided", "a: forall P, s : P -> A, d : A -> P. f*s = 0 -> d*f = d*f"),
            ("undecided", "a: forall P, s : P -> P. s = 0 -> s = 0"),
            ("fails", "a: forall k : A -> 1. k*x = 0 -> k*f = k*k'*k"),
            ("fails", "a: forall k : A -> 1. k*x = 0 -> k*k'*k = k*f"),
            // Rules and claims within.
            ("holds", "a: forall k : A -> 1. k*x = 0 -> (forall t in F. k*t*x = 0)"),
            ("fails", "a: forall k : A -> 1. k*x = 0 -> (forall t in F. k*t = 0)"),
            ("holds", "a: forall k : A -> 1. k*x = 0 -> (forall t in F. t = 1 -> k*t = k)"),
            ("undecided", "a: forall k : A -> 1. k*x = 0 -> (forall t in F. k*t = k -> k*t*x = 0)"),
            ("fails", "a: forall k : A -> 1. k*x = 0 -> (forall t in F. k*k'*k = k)"),
            ("undecided", "a: forall B : A -> A. B*x = x -> (forall w in words over B. w*x = x)"),
            (
                "undecided",
                "a: forall B : A -> A. B*x = x -> (forall t in F. (forall w in words over B. w*x = x) -> B*x = x)",
            ),
            ("holds", "a: forall k : A -> 1. k*x = 0 -> (exists m : A -> 1. m*f = k)"),
            ("holds", "a: forall k : A -> 1. k*x = 0 -> (forall t in F. exists m : A -> 1. m*f = k*t)"),
            ("undecided", "a: forall k : A -> 1. k*x = 0 -> (exists w in words over F. k*w = k)"),
            ("undecided", "a: forall k : A -> 1. k*x = 0 -> (forall t in F. exists w in words over F. k*w = k)"),
            ("undecided", "a: forall w in words over F. (forall t in F. w*t = t) -> w*x = x"),
            ("holds", "a: forall P, s : P -> A. exists r : P -> A. f*r = g*s"),
            ("holds", "a: forall P, s : A -> P. exists r : A -> P. r*f = s*g"),
            ("undecided", "a: forall P, s : P -> A. exists B : A -> A. B*s = f*s"),
            ("undecided", "a: forall P, s : P -> A, d : A -> P. f*s = 0, d*f = 0 -> g*s = 0"),
            ("holds", "a: forall P, s : P -> A. f*s = 0 -> (forall t in F. t*s = 0)"),
            // Ten letters make too many cases, of which each would hold.
            (
                "undecided",
                "a: forall a in F, b in F, c in F, d in F, e in F, h in F, k in F, l in F, m in F, n in F, o in F, \
                 p in F, q in F, r in F, s in F. a*x = x",
            ),
        ],
    );
    let swaps = World { members: &[SWAP, ONE], x: &[1, 1], f: SWAP, ..fixed };
    expect(
        swaps,
        &[("holds", "a: forall w in words over F. w*x = x"), ("fails", "a: forall w in words over F. w*g = g")],
    );
    let empty = World { members: &[], ..fixed };
    expect(empty, &[("holds", "a: forall t in F. t = 0"), ("fails", "a: forall w in words over F. w = 0")]);
}

#[test]
fn long_words_count() {
    // x'*g reads the last coordinate, which only the square of the shift reaches.
    let last = World { f: SHIFT, g: &[0, 0, 1, 0, 0, 0, 0, 0, 0], x: &[1, 0, 0], members: &[SHIFT] };
    expect(
        last,
        &[
            ("fails", "a: forall w in words over f. x'*g*w*x = 0"),
            ("fails", "a: forall w in words over F. x'*g*w*x = 0"),
            ("holds", "a: forall w in words over f. w*f*f*f = 0"),
            ("fails", "a: forall w in words over f. w*f*f = 0"),
            ("holds", "exists w in words over f. a: w = 0"),
            ("holds", "exists w in words over f. a: 0 = w"),
            ("holds", "exists w in words over F. a: w*x = f*f*x"),
            ("fails", "exists w in words over F. a: w*x = x + f*x"),
            ("fails", "exists t in F. a: t = 1"),
            ("holds", "exists t in F. a: t = f"),
        ],
    );
    let idempotent = World { f: &[1, 0, 0, 0], g: ZERO, x: &[1, 1], members: &[&[1, 0, 0, 0], &[0, 0, 0, 1]] };
    expect(
        idempotent,
        &[
            ("fails", "exists w in words over f. a: w = 0"),
            ("holds", "exists w in words over F. a: w = 0"),
            ("fails", "exists w in words over f. a: w*x = 0"),
        ],
    );
    let powers = World { f: &[2, 0, 0, 2], g: &[16, 0, 0, 16], x: &[1, 1], members: &[] };
    expect(powers, &[("holds", "exists w in words over f. a: w = g"), ("holds", "exists w in words over f. a: g = w")]);
    let growing = World { f: &[2, 0, 0, 2], g: ZERO, x: &[1, 1], members: &[&[2, 0, 0, 2]] };
    expect(
        growing,
        &[
            ("fails", "exists w in words over f. a: w = 0"),
            ("undecided", "exists w in words over f. a: w = g\n     b: w*x = 3*x"),
            ("undecided", "exists w in words over f. a: w*x = 3*x"),
            ("holds", "exists w in words over f. a: w*x = 8*x"),
        ],
    );
    // All words over these differ, and none has an entry below 0.
    let free = World { members: &[&[1, 2, 0, 1], &[1, 0, 2, 1]], ..growing };
    expect(free, &[("undecided", "exists w in words over F. a: w*x = 0")]);
}

#[test]
fn what_the_language_cannot_say_of_rules_is_undecided() {
    let a = || Space::Atom("A".into());
    let p = || Space::Atom("P".into());
    let trivial = |prop: Prop| vec![Labelled { label: "a".to_owned(), prop }];
    let same = trivial(Prop::equation(Term::identity(a()), Term::identity(a())));
    let about = |rule: Sequent| {
        let sequent = Sequent {
            spaces: vec!["A".into()],
            conclusions: trivial(Prop::Rule(Arc::new(Sequent { conclusions: same.clone(), ..rule }))),
            ..Sequent::default()
        };
        let statement = Statement::new("t".into(), Field::Any, sequent).unwrap();
        let instance: Instance = Instance { dims: [("A".into(), 2)].into(), ..Instance::default() };
        evaluate(&statement, &instance).unwrap().conclusion
    };
    let spaces = || Sequent { spaces: vec!["P".into()], ..Sequent::default() };
    assert!(about(spaces()).holds());
    let family = Family { name: "G".into(), space: p() };
    assert!(matches!(about(Sequent { families: vec![family], ..spaces() }), Decision::Undecided(_)));
    assert!(matches!(about(Sequent { equal: vec![("P".into(), "A".into())], ..spaces() }), Decision::Undecided(_)));
}

#[test]
fn matrices_have_to_fit() {
    let statement = claimed("a: f = f");
    let mut large = instance(PLAIN);
    large.dims = [("A".into(), 257)].into();
    assert_eq!(evaluate(&statement, &large).unwrap_err().code, Code::InstanceTooLarge);
    let mut values = Values::of(&instance(PLAIN));
    let f = statement.sequent().maps[0].term();
    assert_eq!(values.term(&f).unwrap(), matrix(PLAIN.f, 2));
    values.bind(&"f".into(), Matrix::identity(3));
    assert!(values.term(&f).is_err());
}

#[test]
fn one_hypothesis_is_taken_away_at_a_time() {
    let statement = parsed(
        "theorem t\n\nspaces A\n       B\n\nequal A = B\n\nfamilies F : A -> A\n\nmaps f : A -> A\n     m in F\n     \
         n in F\n     w in words over F\n\nassume one: m = n\n       two: w = f\n\nshow a: m = w\n"
            .to_owned(),
    );
    let all = hypotheses(statement.sequent());
    assert_eq!(all, ["A=B", "m-in-F", "n-in-F", "w-in-words-over-F", "one", "two"]);
    for name in &all {
        let left = hypotheses(without(&statement, name).unwrap().sequent());
        let rest: Vec<_> = all.iter().filter(|other| *other != name).cloned().collect();
        assert_eq!(left, rest, "without {name}");
    }
    assert_eq!(without(&statement, "three").unwrap_err().code, Code::AssumptionUnknown);
}

#[test]
fn a_member_and_a_word_have_to_be_what_they_are_said_to_be() {
    let text = "theorem t\n\nspaces A\n\nfamilies F : A -> A\n\nmaps m in F\n     w in words over F\n\n\
                assume same: m = w\n\nshow one: m = 1\n";
    let statement = parse_statement(&Source::new("t.thm", text)).unwrap().statement;
    let instance = |m: &[i64], w: &[i64], word: Vec<usize>| Instance {
        dims: [("A".into(), 2)].into(),
        families: [("F".into(), vec![matrix(SWAP, 2), matrix(NILPOTENT, 2)])].into(),
        maps: [("m".into(), matrix(m, 2)), ("w".into(), matrix(w, 2))].into(),
        words: [("w".into(), word)].into(),
    };
    let code = |m, w, word| evaluate(&statement, &instance(m, w, word)).map(|_| ()).map_err(|e| e.code);
    let wrong = Err(Code::InstanceShape);
    assert_eq!(code(SWAP, ONE, vec![0, 0]), Ok(()));
    assert_eq!(code(ONE, ONE, vec![0, 0]), wrong, "no member");
    assert_eq!(code(SWAP, ONE, vec![0, 1]), wrong, "another word");
    assert_eq!(code(SWAP, ONE, vec![2]), wrong, "no such letter");
    // The conclusion fails on both; only where the assumption holds is the statement refuted.
    let refuted = evaluate(&statement, &instance(SWAP, SWAP, vec![0])).unwrap();
    assert!(refuted.applies() && refuted.refutes());
    let apart = evaluate(&statement, &instance(SWAP, ONE, vec![])).unwrap();
    assert!(!apart.applies() && !apart.refutes());
}

#[test]
fn samples_show_what_holds_and_what_fails() {
    let maps = "maps f : A -> A\n     g : A -> A\n\nassume inverse: f*g = 1\n\n";
    let about = |claim: &str| parsed(format!("theorem t\n\nspaces A\n\n{maps}show a: {claim}\n"));
    let holds = sample(&about("g*f*g = g"), 5);
    assert!(holds.failed.is_empty() && holds.exact >= 5 && holds.numeric + holds.undecided >= 5, "{holds:?}");
    assert!(holds.exact + holds.undecided <= 10, "{holds:?}");
    // At this size f64 does not tell equal numbers from different ones, so that all of twice 5 seeds are used up.
    let large = "1000000000000*x'*x";
    let head = "theorem t\nover an ordered field\n\nspaces A\n\nmaps x : 1 -> A\n";
    let tied = sample(&parsed(format!("{head}\nshow a: {large} >= {large}\n")), 5);
    assert!(tied.failed.is_empty() && tied.exact == 10 && tied.numeric < 5, "{tied:?}");
    assert_eq!(tied.numeric + tied.undecided, 10, "{tied:?}");
    assert!(!sample(&about("f = g"), 5).failed.is_empty());
    assert_eq!(sample(&about("f = g"), 0), Default::default());
    let unknown = about("f = g");
    assert!(necessity(&unknown).is_none() && counterexamples(&unknown).unwrap().is_empty());
}
