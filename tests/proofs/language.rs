//! The language of theorems and proofs, as a user meets it: what has to be accepted; what has to be rejected, with exactly
//! which code and where; hostile text; the pages and examples.
//!
//! A file of `language/reject` and `language/malformed` names in its first line what is expected of it:
//! `-- rejects: CODE at LINE:COLUMN, ...`, one entry a diagnostic, in the order in which they are reported.

#![allow(clippy::result_large_err)] // a diagnostic ends a test

use crate::common;
#[path = "../language/predicates.rs"]
mod predicates;

use std::fs;
use std::path::{Path, PathBuf};

use scotoma::files;
use scotoma::kernel::Budget;
use scotoma::language::{Ledger, Request, Source};
use scotoma::report::{Diagnostic, Verdict};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder of the corpus, in order.
fn corpus(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/language").join(folder)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

fn check(texts: &[(&str, &str)]) -> Ledger {
    let sources = texts.iter().map(|(name, text)| Source::new(*name, *text)).collect();
    Ledger::check(&Request { sources, ..Request::default() })
}

/// What `scotoma check FILE` finds in the file.
fn check_file(path: &Path) -> Result<Ledger, Diagnostic> {
    Ok(check(&[(&name(path), &files::read_text(path, 1 << 26)?)]))
}

fn place(diagnostic: &Diagnostic) -> String {
    match &diagnostic.place {
        Some(place) => format!("{} at {}:{}", diagnostic.code.as_str(), place.line, place.column),
        None => diagnostic.code.as_str().to_owned(),
    }
}

/// Every diagnostic's code and place, as the first line of a corpus file lists them.
fn found(ledger: &Result<Ledger, Diagnostic>) -> String {
    match ledger {
        Ok(ledger) => ledger.diagnostics().map(place).collect::<Vec<_>>().join(", "),
        Err(diagnostic) => place(diagnostic),
    }
}

fn assert_all_as_expected(folder: &str, least: usize) {
    let (mut wrong, paths) = (Vec::new(), corpus(folder));
    assert!(paths.len() >= least, "{} files in {folder}", paths.len());
    for path in paths {
        let first = fs::read(&path).unwrap();
        let first = String::from_utf8_lossy(first.split(|b| *b == b'\n').next().unwrap_or_default()).into_owned();
        let expected =
            first.trim_end().strip_prefix("-- rejects: ").unwrap_or_else(|| panic!("{}: no first line", name(&path)));
        let ledger = check_file(&path);
        if let Ok(ledger) = &ledger {
            assert_ne!(ledger.verdict(), Verdict::Holds, "{} holds", name(&path));
        }
        if found(&ledger) != expected {
            wrong.push(format!("{}\n  expected {expected}\n  found    {}", name(&path), found(&ledger)));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_text_of_accept_is_accepted() {
    let paths = corpus("accept");
    assert!(paths.len() >= 7);
    for path in paths {
        let ledger = check_file(&path);
        assert_eq!(found(&ledger), "", "{}", name(&path));
        let ledger = ledger.unwrap();
        assert!(ledger.verdict() == Verdict::Holds && !ledger.entries.is_empty(), "{}", name(&path));
    }
}

#[test]
fn every_text_of_reject_is_rejected_with_its_code_at_its_place() {
    assert_all_as_expected("reject", 130);
}

#[test]
fn every_text_of_malformed_is_refused_with_its_code_at_its_place() {
    assert_all_as_expected("malformed", 15);
}

#[test]
fn every_diagnostic_of_a_wrong_proof_shows_its_line_and_a_wrong_equation_its_difference() {
    let mut differences = 0;
    for path in corpus("reject") {
        for diagnostic in check_file(&path).unwrap().diagnostics() {
            let shown = diagnostic.to_string();
            let place = diagnostic.place.as_ref().unwrap_or_else(|| panic!("{}: no place\n{shown}", name(&path)));
            assert!(!place.snippet.is_empty(), "{}: no snippet\n{shown}", name(&path));
            if diagnostic.code.as_str() == "does-not-follow" {
                let says = |start: &str| diagnostic.notes.iter().any(|note| note.starts_with(start));
                let by_search = says("left minus right");
                assert!(by_search || says("this should be 0, and is not: "), "{}\n{shown}", name(&path));
                assert!(says("to be shown here: "), "{}\n{shown}", name(&path));
                differences += 1;
            }
        }
    }
    assert!(differences > 30);
}

/// One hostile text that is too large for a file, with the code that it has to end in.
fn refused(what: &str, code: &str, text: String) {
    let ledger = check(&[("hostile", &text)]);
    let codes: Vec<&str> = ledger.diagnostics().map(|d| d.code.as_str()).collect();
    assert_eq!(codes, [code], "{what}");
    assert_ne!(ledger.verdict(), Verdict::Holds, "{what}");
    assert!(ledger.diagnostics().all(|d| d.to_string().len() < 10_000), "{what}: a diagnostic as large as the text");
}

fn claim(left: &str) -> String {
    format!("theorem t\nspaces A\nmaps p : A -> A\nshow s: {left} = p\nproof t\ns:\n")
}

#[test]
fn hostile_texts_are_refused_and_nothing_is_exhausted() {
    let many = |piece: &str, count: usize| piece.repeat(count);
    let n = 100_000;
    refused("open brackets", "limit-depth", claim(&many("(", n)));
    refused("open blocks", "limit-depth", claim(&many("[", n)));
    refused("brackets", "limit-depth", claim(&format!("{}p{}", many("(", n), many(")", n))));
    refused("transposes", "limit-depth", claim(&format!("p{}", many("'", n))));
    refused("signs", "syntax", claim(&format!("{}p", many("-", n + 1))));
    refused("spaced signs", "syntax", claim(&format!("{}p", many("- ", n))));
    refused("one line of a megabyte", "limit-size", claim(&format!("p{}", many("*p", 500_000))));
    refused("a sum of a megabyte", "limit-size", claim(&format!("p{}", many(" + p", 250_000))));
    refused("a number of a megabyte", "limit-size", claim(&format!("{}*p", many("9", 1_000_000))));
    refused("a name of a megabyte", "name-unknown", claim(&many("p", 1_000_000)));
    refused("a product of doubling sums", "limit-size", claim(&format!("p{}", many("*(p + p')", 40))));
    refused("a doubled type", "limit-size", claim(&format!("[1, 1]{}", many("*[1, 1]", 50))));
    refused("numbers that grow", "limit-size", claim(&format!("{}p", many(&format!("{}*", many("9", 3_999)), 40))));
    refused(
        "nested rules",
        "limit-depth",
        claim("p").replace("s: p = p", &format!("s: {} p = p", many("forall P. (", n))),
    );
    let spaces: Vec<String> = (0..50_000).map(|i| format!("A{i}")).collect();
    refused("a sum of many spaces", "limit-depth", format!("theorem t\nspaces A\nmaps p : {} -> A\n", many("A + ", n)));
    refused(
        "many spaces and no proof",
        "no-proof",
        format!("theorem t\nspaces {}\nshow s: (1 : A0 -> A0) = 1\n", spaces.join(", ")),
    );
    let labels: String = (0..50_000).map(|i| format!("l{i}: p = p\n")).collect();
    refused(
        "many assumptions and no proof",
        "no-proof",
        format!("theorem t\nspaces A\nmaps p : A -> A\nassume {labels}show s: p = p\n"),
    );
    let blocks = format!("{}goal:\n{}", many("have a: p = p\nproof\n", n), many("qed\n", n));
    refused(
        "nested proofs",
        "limit-depth",
        format!("theorem t\nspaces A\nmaps p : A -> A\nshow s: p = p\nproof t\n{blocks}s:\n"),
    );
    let comments = many("-- nothing\n", n);
    refused("nothing but comments", "syntax", comments);
    refused("nothing", "syntax", String::new());
}

#[test]
fn large_texts_that_are_right_are_accepted() {
    let text = format!("-- {}\n{}", "x".repeat(1_000_000), claim("p"));
    assert_eq!(check(&[("long comment", &text)]).verdict(), Verdict::Holds);
    let lines: String = (0..5_000).map(|i| format!("have l{i}: p*p = p*p\n")).collect();
    let text = claim("p").replace("proof t\n", &format!("proof t\n{lines}"));
    let ledger = check(&[("many lines", &text)]);
    assert_eq!(found(&Ok(ledger.clone())), "");
    assert_eq!(ledger.proved().map(|c| c.steps).sum::<usize>(), 5_001);
}

#[test]
fn a_long_chain_of_theorems_in_the_wrong_order_is_put_in_order() {
    let one = |i: usize| {
        let by = if i == 0 { "a".to_owned() } else { format!("t{}", i - 1) };
        format!("theorem t{i}\nspaces A\nmaps p : A -> A\nassume a: p = 1\nshow s: p*p = 1\nproof t{i}\ns: by {by}\n")
    };
    let text: String = (0..300).rev().map(one).collect();
    let ledger = check(&[("chain", &text)]);
    assert_eq!(found(&Ok(ledger.clone())), "");
    assert_eq!(ledger.entries[0].name, "t299");
    assert_eq!(ledger.entries[0].result.as_ref().unwrap().theorems, ["t298"]);
}

#[test]
fn statements_and_proofs_may_stand_in_different_texts_in_any_order() {
    let (theorem, proof) = (claim("p").split_once("proof").unwrap().0.to_owned(), "proof t\ns:\n");
    for texts in [[("a", theorem.as_str()), ("b", proof)], [("b", proof), ("a", theorem.as_str())]] {
        assert_eq!(check(&texts).verdict(), Verdict::Holds);
    }
}

#[test]
fn a_proof_that_rests_on_the_shipped_theorem_that_it_proves_is_circular() {
    let restated = "proof block_identifiability\nobtain A with a: f*I = A*r_inv, b: g*T = A*r_inv\n  \
                    by token_block_identifiability with B = T, C = 0, w = 0\nimage: by a\ntext: by b\n";
    let ledger = check(&[("own", restated)]);
    let codes: Vec<&str> = ledger.diagnostics().map(|d| d.code.as_str()).collect();
    assert_eq!(codes, ["circular-proof"]);
}

#[test]
fn a_changed_statement_under_a_shipped_name_is_marked_and_leaves_the_shipped_ones_alone() {
    let text = "theorem composition_nonidentifiability\nspaces A\nmaps p : A -> A\nshow s: p = p\n\
                proof composition_nonidentifiability\ns:\n";
    let sources = vec![Source::new("own", text)];
    let ledger = Ledger::check(&Request { shipped: vec!["swap".to_owned()], sources, ..Request::default() });
    assert_eq!(ledger.verdict(), Verdict::Holds);
    let origins: Vec<String> = ledger.entries.iter().map(|e| format!("{:?}", e.origin)).collect();
    assert_eq!(origins, ["Shipped", "Changed"]);
}

#[test]
fn a_small_budget_declines() {
    let request = Request {
        shipped: vec!["block_identifiability".to_owned()],
        budget: Budget { work: 1_000, ..Budget::default() },
        ..Request::default()
    };
    assert_eq!(Ledger::check(&request).verdict(), Verdict::Declined);
}

/// An equation whose proof by `auto` overlaps two rules on a word longer than the search looks at of itself, among
/// equations that offer the other search more products than it takes.
fn a_long_way() -> String {
    let steps: Vec<String> = (1..=4).map(|n| format!("X{n}")).collect();
    let names = ["A", "B", "C", "D", "E", "X", "Y", "F", "G"].into_iter().chain(steps.iter().map(String::as_str));
    let maps: Vec<String> = names.map(|name| format!("{name} : U -> U")).collect();
    let power = |name: &str| vec![name; 13].join("*");
    let (b, d) = (power("B"), power("D"));
    format!(
        "theorem long_way\nspaces U\nmaps   {}\nassume s1: X = X1\n       s2: X1 = X2\n       s3: X2 = X3\n       \
         s4: X3 = X4\n       e1: A*{b}*C = X4\n       e2: C*{d}*E = Y\n       d1: D*F = D\n       d2: D*G = D\n\
         show   goal: X*{d}*E = A*{b}*Y\nproof long_way\ngoal: by auto\n",
        maps.join("\n       ")
    )
}

#[test]
fn effort_reaches_the_search() {
    let folder = tempfile::tempdir().unwrap();
    let file = common::write(folder.path(), "long_way.proof", a_long_way());
    let file = file.to_str().unwrap();
    let short = common::expect(folder.path(), &["check", file], 2);
    assert!(short.contains("limit-search") && short.contains("--effort"), "{short}");
    common::expect(folder.path(), &["check", file, "--effort", "2"], 0);
}

#[test]
fn every_example_of_the_language_page_is_checked() {
    let page = fs::read_to_string(root().join("theorems/README.md")).unwrap();
    let mut examples = 0;
    for block in page.split("```scotoma").skip(1) {
        let (heading, rest) = block.split_once('\n').unwrap();
        let text = rest.split("```").next().unwrap();
        let ledger = Ok(check(&[("example", text)]));
        assert_eq!(found(&ledger), heading.trim().trim_start_matches("rejects "), "\n{text}");
        examples += 1;
    }
    assert!(examples >= 4);
}

#[test]
fn every_keyword_of_the_language_is_on_its_page() {
    let page = fs::read_to_string(root().join("theorems/README.md")).unwrap();
    let word = |word: &str| page.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|w| w == word);
    for keyword in scotoma::language::KEYWORDS {
        assert!(word(keyword), "{keyword}");
    }
}

#[test]
fn the_starter_examples_do_what_their_comments_say() {
    for entry in fs::read_dir(root().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        match path.extension().and_then(|e| e.to_str()) {
            Some("proof") => assert_eq!(found(&check_file(&path)), "", "{}", name(&path)),
            Some("thm") => assert!(found(&check_file(&path)).starts_with("no-proof at"), "{}", name(&path)),
            _ => {}
        }
    }
    // The answer to the exercise is about its very statement.
    let answer = check_file(&root().join("tests/language/accept/exercise.proof")).unwrap();
    let exercise = check_file(&root().join("examples/exercise.thm")).unwrap();
    assert_eq!(answer.entries[0].statement, exercise.entries[0].statement);
}

/// A theorem about `f, g : A -> A` and vectors, one line of which is as given.
fn with_line(section: &str, line: &str) -> String {
    let pick = |name: &str, usual: &str| if section == name { line.to_owned() } else { usual.to_owned() };
    format!(
        "theorem t\nspaces A, B\nmaps f : A -> A\n     g : A -> A\n     h : A -> A\n     {}\nassume given: h = f\n\
         show {}\nproof t\n{}\n",
        pick("maps", "x : 1 -> A"),
        pick("show", "p: h = f"),
        pick("proof", "p: by given"),
    )
}

#[test]
fn what_is_written_in_another_way_elsewhere_is_told_how_to_write_it_here() {
    for (section, line, says) in [
        ("show", "p: f^2 = f*f", "f*f"),
        ("show", "p: f² = f*f", "f*f"),
        ("show", "p: (f*g)(f*g) = f", "`*` between factors"),
        ("show", "p: f = (f*g)(f*g)", "`*` between factors"),
        ("show", "p: f g = f", "`*` between factors"),
        ("show", "p: f*g [f, g] = f", "`*` between factors"),
        ("show", "p: f' g = f", "`*` between factors"),
        ("show", "p: f(g + h) = f", "`*` between factors"),
        ("show", "p: f 2 = f", "`*` between factors"),
        ("show", "p: pinv(f) = f", "by pseudo_inverse"),
        ("show", "p: f*pinv(f)*f = f", "by pseudo_inverse"),
        ("show", "p: inv(f) = f", "f*g = 1"),
        ("show", "p: transpose(f) = f", "f'"),
        ("show", "p: trace(f) = f", "no trace"),
        ("maps", "x : A", "`x : 1 -> A` for a vector"),
        ("maps", "x : A + B", "`x : A + B -> 1` for a functional"),
        ("show", "p: f <= f", "t >= s"),
        ("show", "p: f < f", "t > s"),
        ("show", "p: f ≤ f", "t >= s"),
        ("show", "p: f ≠ g", "s != t"),
        ("show", "p: f·g = g", "f*g"),
        ("show", "p: f − g = g", "`-`"),
        ("show", "p: f† = g", "f'"),
        ("show", "p: |f| = g", "v'*v"),
        ("show", "p: h = f--g", "white space before a comment"),
        ("proof", "p: by given--given", "white space before a comment"),
        ("proof", "p: by givn", "given"),
        ("show", "p: k = f", "declared here"),
    ] {
        let ledger = check(&[("t.proof", &with_line(section, line))]);
        let told: Vec<String> = ledger.diagnostics().map(|diagnostic| diagnostic.to_string()).collect();
        assert!(told.iter().any(|text| text.contains(says)), "{line}: {told:?} does not say {says}");
    }
}

#[test]
fn a_comment_hides_nothing_that_an_editor_shows() {
    let holds = with_line("proof", "p: by given -- as is given");
    assert_eq!(check(&[("t.proof", &holds)]).verdict(), Verdict::Holds);
    assert_eq!(check(&[("t.proof", &holds.replace('\n', "\r\n"))]).verdict(), Verdict::Holds);
    for hidden in ["\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}", "\u{202e}", "\u{2066}", "\u{1b}", "\0"] {
        for place in ["-- as", "by given", "is given\n"] {
            let text = holds.replacen(place, &format!("{place}{hidden}"), 1).replace(&format!("\n{hidden}"), hidden);
            let ledger = check(&[("t.proof", &text)]);
            let told: Vec<String> = ledger.diagnostics().map(|d| d.code.as_str().to_owned()).collect();
            assert_eq!(told, ["syntax"], "U+{:04X} behind {place}", hidden.chars().next().map_or(0, |c| c as u32));
        }
    }
}

#[test]
fn equations_are_found_whatever_order_scalars_stand_in() {
    let head = "theorem t\nspaces A, B\nmaps a : 1 -> 1  b : 1 -> 1  c : 1 -> 1  x : 1 -> A  y : 1 -> A  z : 1 -> A  m : A -> B\n";
    let cases = [
        // The rule's two factors are apart once the loops are sorted.
        ("p: (x'*y)*(y'*z) = 1", "(x'*y)*(x'*z)*(y'*z) = x'*z", true),
        ("p: (x'*y)*(y'*z) = 1", "m*x*(z'*y)*(y'*x) = m*x", true),
        ("p: (x'*y)*(y'*z) = 1", "m*y*(z'*y)*(x'*z) = m*x", false),
        ("p: m*x*a = 0", "b*(x'*m'*m*z)*a = 0", true),
        // Two rules meet in a scalar that is not at their ends.
        ("p: a*c = 1  q: a*b = 1", "b = c", true),
        ("p: a*c = 1  q: a*b = 1", "m*x*b = m*x*c", true),
        ("p: a*c = 1  q: b*b = 1", "b = c", false),
        ("p: a*b*c = 1  q: a*b*b = a  r: c*c = 1", "b*c = c", false),
        ("p: x*(y'*z)*c = 0  q: (y'*z)*b = 1", "x*c = 0", true),
        ("p: m*x*(a*b) = m*y  q: a*c = 1", "m*y*c = m*x*b", true),
        ("p: m*x*(a*b) = m*y  q: a*c = 1", "m*x*c = m*y*b", false),
    ];
    for (assumed, shown, follows) in cases {
        let text = format!("{head}assume {assumed}\nshow s: {shown}\nproof t\ns: by auto\n");
        let ledger = check(&[("t", &text)]);
        let found = ledger.diagnostics().next().map(|d| d.code.as_str());
        assert_eq!(found.is_none(), follows, "{text}: {found:?}");
        assert!(found.is_none_or(|code| ["does-not-follow", "limit-search"].contains(&code)), "{text}: {found:?}");
    }
}

#[test]
fn inequalities_follow_from_facts_and_from_none() {
    let text = |claim: &str, by: &str| {
        format!(
            "theorem t\nover an ordered field\nspaces A\nmaps a : 1 -> 1\n     b : 1 -> 1\n     v : 1 -> A\n     w : 1 -> A\n\
             assume above: a >= b\n       strictly: b > 0\n       apart: v != 0\n       even: v'*w = 0\n\
             show p: {claim}\nproof t\np: {by}\n"
        )
    };
    for (claim, by) in [
        ("a >= a", ""),
        ("a + 1 > a", ""),
        ("a >= b", "by above"),
        ("2*a >= b + b", "by above"),
        ("a > 0", "by above, strictly"),
        ("a - b >= 0", "by farkas using above"),
        ("v'*v >= 0", "by square"),
        ("v'*v > 0", "by square from apart"),
        ("v'*v != 0", "by square from apart"),
        ("v'*v - 2*v'*w + w'*w >= 0", "by square with v = v - w"),
        ("w*w' = w*w'", ""),
        ("a*b >= b*b", "by product from above, strictly"),
        ("b*b > 0", "by product from strictly, strictly"),
        ("w'*(v*v')*w = 0", "by even"),
        ("(w'*w)*(w'*v) = 0", "by even"),
        ("v*(w'*w)*(w'*v) = 0", "by auto"),
    ] {
        let ledger = check(&[("t.proof", &text(claim, by))]);
        let told: Vec<String> = ledger.diagnostics().map(|d| d.to_string()).collect();
        assert_eq!(ledger.verdict(), Verdict::Holds, "{claim} {by}: {told:?}");
    }
    for (claim, by) in [
        ("a > a", ""),
        ("a >= a + 1", ""),
        ("b >= a", "by above"),
        ("a > b", "by above"),
        ("v'*v > 0", "by square"),
        ("v'*w >= 0", "by square"),
        ("a*b > b*b", "by product from above, strictly"),
        ("v*v' >= 0", "by square"),
        ("w'*w = 0", "by even"),
    ] {
        assert_ne!(check(&[("t.proof", &text(claim, by))]).verdict(), Verdict::Holds, "{claim} {by}");
    }
}

#[test]
fn a_theorem_of_a_shipped_name_is_told_apart_where_others_rest_on_it() {
    let own = "theorem swap\nspaces A\nmaps f : A -> A\nassume a: f = 0\nshow b: f = 0\nproof swap\nb: by a\n\
               theorem user\nspaces A\nmaps f : A -> A\nassume c: f = 0\nshow d: f = 0\nproof user\nd: by swap using c\n";
    let ledger = check(&[("own.proof", own)]);
    let rests_on = |name: &str| {
        let checked = ledger.proved().find(|c| *c.theorem.statement.name == *name).expect("proved");
        checked.theorems.clone()
    };
    assert_eq!(rests_on("user"), ["swap (not the shipped one)"]);
}
