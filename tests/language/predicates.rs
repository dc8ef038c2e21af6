//! Abbreviations: a predicate is what it stands for, for the hash, for proofs and for the second reader; and what it may not be.

use std::process::Command;

use scotoma::kernel::Statement;
use scotoma::language::{Source, parse, parse_statement, print_script, print_statement};
use scotoma::report::{Code, Verdict};
use scotoma::terms::*;

const MP: &str = "predicate symmetric(M): M' = M\n\
    predicate mp(A, X): regular: A*X*A = A, reflexive: X*A*X = X, left: symmetric(A*X), right: symmetric(X*A)\n";

fn statement(text: &str) -> Statement {
    parse_statement(&Source::new("t", text)).unwrap_or_else(|d| panic!("{text}\n{d}")).statement
}

/// A text with predicates, and the same without.
fn pairs() -> Vec<(String, &'static str)> {
    let with = |predicates: &str, theorem: &str| format!("{predicates}{theorem}");
    vec![
        (
            with(MP, "theorem t\nspaces U, V\nmaps A : U -> V  X : V -> U\nassume p: mp(A, X)\nshow q: mp(X, A)\n"),
            "theorem t\nspaces U, V\nmaps A : U -> V  X : V -> U\nassume p_regular: A*X*A = A  p_reflexive: X*A*X = X \
             p_left: (A*X)' = A*X  p_right: (X*A)' = X*A\nshow q_regular: X*A*X = X  q_reflexive: A*X*A = A \
             q_left: (X*A)' = X*A  q_right: (A*X)' = A*X\n",
        ),
        // What stands for a parameter stays together: no sign or sum leaks.
        (
            with("predicate twice(A, B): A*B = 2*A\n", "theorem t\nspaces U\nmaps f : U -> U  g : U -> U\nshow c: twice(f - g, -f')\n"),
            "theorem t\nspaces U\nmaps f : U -> U  g : U -> U\nshow c: (f - g)*(-f') = 2*(f - g)\n",
        ),
        // What is bound in a body captures nothing, at any depth, and a space may be a parameter, also a sum or `1`.
        (
            with(
                "predicate bounded(f, e, U): forall x : 1 -> U. e*(x'*x) >= (f*x)'*(f*x)\n\
                 predicate both(f, g, U): forall x : 1 -> 1. (forall y : U -> 1. bounded([f; g*y'*x*y], x, U), x = 0)\n",
                "theorem t\nover an ordered field\nspaces U, V\nmaps x : 1 -> U + 1  y : 1 -> 1  f : U + 1 -> V  g : U + 1 -> V\n\
                 assume b: bounded(f + x*(x'*x)*f', y, U + 1)\nshow c: both(f, g*x*x', U + 1)\n",
            )
            .replace("f + x*(x'*x)*f'", "f*(x*x')"),
            "theorem t\nover an ordered field\nspaces U, V\nmaps x : 1 -> U + 1  y : 1 -> 1  f : U + 1 -> V  g : U + 1 -> V\n\
             assume b: forall z : 1 -> U + 1. y*(z'*z) >= (f*(x*x')*z)'*(f*(x*x')*z)\n\
             show c: forall a : 1 -> 1. (forall b : U + 1 -> 1. (forall z : 1 -> U + 1. \
             a*(z'*z) >= ([f; g*x*x'*b'*a*b]*z)'*([f; g*x*x'*b'*a*b]*z)), a = 0)\n",
        ),
        // In premises and conclusions of rules, with words and members.
        (
            with(
                "predicate kept(h, t): h*t = h\npredicate always(h, F): forall w in words over F. kept(h, w)\n",
                "theorem t\nspaces A, B\nfamilies F : A -> A\nmaps h : A -> B\n\
                 assume each: forall t in F. kept(h, t)\nshow all: always(h, F)\n",
            ),
            "theorem t\nspaces A, B\nfamilies F : A -> A\nmaps h : A -> B\n\
             assume each: forall t in F. h*t = h\nshow all: forall w in words over F. h*w = h\n",
        ),
    ]
}

/// What is refused, with which code.
fn refused() -> Vec<(String, Code)> {
    let theorem = "theorem t\nspaces A, B\nmaps f : A -> B  g : B -> A\n";
    let shows = |predicates: &str, claim: &str| format!("{predicates}\n{theorem}show c: {claim}\n");
    vec![
        (shows("predicate p(A): p(A)", "p(f)"), Code::Syntax),
        (shows("predicate p(A): A = 0, (forall x : 1 -> 1. p(x) -> x = 0)", "p(f)"), Code::Syntax),
        (shows("predicate p(A): q(A)\npredicate q(A): p(A)", "p(f)"), Code::Syntax),
        (shows("predicate p(A): A = g", "p(f)"), Code::NameUnknown),
        (shows("predicate p(A): forall x : 1 -> U. A*x = 0", "p(f)"), Code::NameUnknown),
        (shows("predicate p(A, A): A = 0", "p(f, g)"), Code::NameTaken),
        (shows("predicate p(A, x): forall x : 1 -> 1. A*x = 0", "p(f, g)"), Code::NameTaken),
        (shows("predicate p(A): A = 0\npredicate p(A): A' = 0", "p(f)"), Code::NameTaken),
        (shows("predicate p(A): A = 0", "p(f, g)"), Code::WrongCount),
        (shows("predicate p(A, B): A = B", "p(f)"), Code::WrongCount),
        (shows("predicate p(A): A = 0", "p(f) = 0"), Code::Syntax),
        (shows("predicate p(A): A = 0", "p(x)"), Code::NameUnknown),
        // An argument that is not declared is not saved by what the body binds.
        (shows("predicate p(A): forall x : 1 -> 1. A*x = 0", "p(x)"), Code::NameUnknown),
        (shows("predicate p(A): A*A = 0", "p(f)"), Code::TypeMismatch),
        (shows("predicate p(U): forall x : 1 -> U. x = 0", "p(2*f)"), Code::Syntax),
        (shows("predicate p(U): forall x : 1 -> U. x = 0", "p(f)"), Code::NameUnknown),
        (format!("{theorem}show c: p(f)\npredicate p(A): A = 0\n"), Code::Syntax),
        (shows("predicate p(A): one: A = 0, one: A' = 0", "p(f)"), Code::NameTaken),
        (shows(&doubling(40), "p39(f)"), Code::LimitSize),
    ]
}

/// A chain of predicates, each of which says twice what the one before says.
fn doubling(n: usize) -> String {
    let next = |k: usize| format!("predicate p{k}(A): a: p{}(A), b: p{}(A)\n", k - 1, k - 1);
    "predicate p0(A): A = 0\n".to_owned() + &(1..n).map(next).collect::<String>()
}

#[test]
fn a_predicate_is_what_it_stands_for() {
    for (short, long) in pairs() {
        let (short_one, long_one) = (statement(&short), statement(long));
        assert_eq!(short_one.hash(), long_one.hash(), "{short}");
        let labels = |s: &Statement| {
            s.sequent().assumptions.iter().chain(&s.sequent().conclusions).map(|l| l.label.clone()).collect::<Vec<_>>()
        };
        assert_eq!(labels(&short_one), labels(&long_one), "{short}");
    }
}

#[test]
fn what_a_predicate_may_not_be_is_refused_with_its_code() {
    for (text, code) in refused() {
        let refusal = parse_statement(&Source::new("t", text.as_str())).expect_err(&text);
        assert_eq!(refusal.code, code, "{text}\n{refusal}");
    }
}

#[test]
fn a_predicate_is_printed_as_it_is_read_and_what_it_says_reads_without_it() {
    for (short, _) in pairs() {
        let document = parse(&Source::new("t", short.as_str())).unwrap();
        let printed: String = document.predicates.iter().map(|p| print_script::predicate(p)).collect();
        let again = parse(&Source::new("t", printed.as_str())).unwrap_or_else(|d| panic!("{printed}\n{d}"));
        assert_eq!(again.predicates.iter().map(|p| print_script::predicate(p)).collect::<String>(), printed);
        let theorem = parse_statement(&Source::new("t", short.as_str())).unwrap();
        let alone = print_statement::statement(&theorem.statement, &theorem.comments);
        assert!(!alone.contains("predicate"));
        assert_eq!(statement(&alone).hash(), theorem.statement.hash(), "{alone}");
    }
}

#[test]
fn the_second_reader_reads_predicates_the_same() {
    if Command::new("python3").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "python3 is needed");
        return eprintln!("SKIPPED: no python3");
    }
    let script = "import sys, statement\n\
                  try: print(statement.Statement(sys.stdin.read()).hash)\n\
                  except statement.Stop as stop: print(stop.args[0])\n";
    let reads = |text: &str| {
        use std::io::Write;
        let mut child = Command::new("python3")
            .args(["-c", script])
            .env("PYTHONPATH", super::root().join("proofs"))
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
    };
    for (short, _) in pairs() {
        assert_eq!(reads(&short), statement(&short).hash().to_string(), "{short}");
    }
    for (text, code) in refused() {
        let verdict = match code.verdict() {
            Verdict::DoesNotHold => "does not hold",
            Verdict::Declined => "declined",
            Verdict::Unreadable => "unreadable",
            Verdict::Holds => unreachable!("a code of what holds"),
        };
        assert_eq!(reads(&text), verdict, "{text}");
    }
}

/// Proofs with predicates: whether they hold, or with which code not.
#[test]
fn proofs_speak_of_predicates() {
    let unique = "theorem t\nspaces U, V\nmaps A : U -> V  X : V -> U  Y : V -> U\nassume x: mp(A, X)  y: mp(A, Y)\n\
                  show same: X = Y\nproof t\n";
    let lines = "have left: calc A*X = (A*Y*A*X)' by y_regular, x_left = A*X*A*Y by x, y = A*Y by x_regular\n\
                 have right: calc X*A = (X*A*Y*A)' by y_regular, x_right = Y*A*X*A by x, y = Y*A by x_regular\n";
    let last = "same: calc X = X*A*X by x = Y*A*X by right = Y*A*Y by left = Y by y\n";
    let turned = "theorem t\nspaces U, V\nmaps A : U -> V  X : V -> U\nassume x: mp(A, X)\nshow q: mp(X, A)\nproof t\n";
    let applied = "theorem t\nspaces U, V\nmaps A : U -> V  X : V -> U\n\
        assume inverse: forall P, Q, B : P -> Q. exists Y : Q -> P. mp(B, Y)\nshow exists Z : V -> U. z: mp(A, Z)\nproof t\n";
    let cases = [
        (format!("{unique}{lines}{last}"), None),
        (format!("{unique}{lines}same: by left, right, x, y\n"), None),
        (format!("{unique}same: by left, right, x, y\n"), Some(Code::LabelUnknown)),
        (format!("{unique}same: by x, y\n"), None),
        (format!("{}same: by x, y\n", unique.replace("mp(A, Y)", "A*Y*A = A")), Some(Code::DoesNotFollow)),
        // All conclusions of a predicate by one line, one by one, or by a claim.
        (format!("{turned}q: by x\n"), None),
        (format!("{turned}q: by x_regular, x_reflexive\n"), Some(Code::DoesNotFollow)),
        (format!("{turned}q_regular: by x q_reflexive: by x q_left: by x q_right: by x\n"), None),
        (format!("{turned}have r: mp(X, A) by x\nq: by r\n"), None),
        (
            format!(
                "{turned}have r: mp(X, A)\nproof regular: by x reflexive: by x left: by x right: by x qed\nq: by r\n"
            ),
            None,
        ),
        (format!("{turned}have r: mp(A, X) by x\nq: by auto using r\n"), None),
        (format!("{turned}have r: mp(A', X) by x\nq: by r\n"), Some(Code::TypeMismatch)),
        // What exists, with what a predicate says of it.
        (format!("{applied}obtain Z with o: mp(A, Z) by inverse with B = A\nz: by o\n"), None),
        (format!("{applied}obtain Y with o: mp(A, Y) by inverse with B = A\ntake Z = Y\nz: by o\n"), None),
        (format!("{applied}obtain Z with o: mp(A, X) by inverse with B = A\nz: by o\n"), Some(Code::DoesNotFollow)),
    ];
    for (text, expected) in cases {
        let ledger = super::check(&[("t", &format!("{MP}{text}"))]);
        let code = ledger.diagnostics().next().map(|d| d.code);
        let shown = ledger.diagnostics().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert_eq!(code, expected, "{text}\n{shown}");
    }
}
