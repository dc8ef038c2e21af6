//! Two evaluators that share no code, `scotoma verify` and `proofs/counterexample.py`, over counterexamples: the shipped
//! ones, changes of them, and small claims of every kind on random matrices. Both end with the same status, except where
//! one of them leaves undecided what the other decides; how often is counted and bounded.
//!
//!     cargo test --test proofs foreign_evaluator:: -- --nocapture      SCOTOMA_SEED=2 for other random cases

use crate::common;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{python_has, root, scotoma, text};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scotoma::certificate::{Certificate, Claim};
use scotoma::kernel::{Sequent, Space, Statement};
use scotoma::language::library::LIBRARY;
use scotoma::language::{Source, parse_statement};
use scotoma::model::{COUNTEREXAMPLES, hypotheses, verify_counterexample};
use scotoma::report::{Code, Verdict};
use scotoma::terms::StatementExt;
use serde_json::{Value, json};

/// One interpreter for many files; a line each.
const DRIVER: &str = "import sys; sys.path.insert(0, sys.argv[1]); import verify
for path in sys.stdin.read().splitlines():
    verdict, reason = verify.verdict_of(path)
    print(verify.VERDICTS.index(verdict), reason.replace('\\n', ' '))";

fn python() -> bool {
    python_has("import sys; assert sys.version_info >= (3, 9)")
}

fn seed() -> u64 {
    let seed = std::env::var("SCOTOMA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    println!("seed {seed}");
    seed
}

/// What one interpreter says of all files: the status and the reason.
fn second_opinions(paths: &[PathBuf]) -> Vec<(u8, String)> {
    let mut child = Command::new("python3")
        .args(["-B", "-c", DRIVER])
        .arg(root().join("proofs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let list = paths.iter().map(|path| format!("{}\n", path.display())).collect::<String>();
    // A thread, since neither side reads the other's last word first.
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(list.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let lines = text(&output.stdout);
    let said = lines.lines().map(|line| {
        let (status, reason) = line.split_once(' ').unwrap_or((line, ""));
        (status.parse().unwrap(), reason.to_owned())
    });
    let said: Vec<(u8, String)> = said.collect();
    assert_eq!(said.len(), paths.len());
    said
}

/// What the program says of a certificate about this statement.
fn first_opinion(certificate: &Value, statement: &Statement) -> (u8, String) {
    let verdict = (|| {
        let certificate = Certificate::from_bytes("c.json", certificate.to_string().into_bytes())?;
        let known = certificate.statement.sha256 == statement.hash().to_string()
            && certificate.statement.theorem == **statement.name()
            && !certificate.claims.is_empty();
        if !known {
            return Err(scotoma::report::Diagnostic::new(Code::CertificateStatement, "another statement, or no claim"));
        }
        certificate.claims.iter().try_for_each(|claim| match claim {
            Claim::Refutes(claim) => verify_counterexample(statement, claim).map(drop),
            _ => Err(scotoma::report::Diagnostic::new(Code::CertificateStatement, "a claim about captions")),
        })
    })();
    match verdict {
        Ok(()) => (Verdict::Holds.exit_code(), String::new()),
        Err(diagnostic) => (diagnostic.code.verdict().exit_code(), diagnostic.message),
    }
}

struct Case {
    what: String,
    statement: Statement,
    certificate: Value,
}

/// How often which statuses were given, by the two in turn. Panics where both decide, differently.
fn compare(folder: &Path, cases: &[Case]) -> BTreeMap<(u8, u8), usize> {
    let inputs = folder.join("inputs");
    std::fs::create_dir_all(&inputs).unwrap();
    let mut paths = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let path = folder.join(format!("{number}.json"));
        std::fs::write(&path, case.certificate.to_string()).unwrap();
        paths.push(path);
    }
    let (mut faults, mut counts, mut open) = (Vec::new(), BTreeMap::new(), BTreeMap::<String, usize>::new());
    for (case, (second, why_second)) in cases.iter().zip(second_opinions(&paths)) {
        let (first, why_first) = first_opinion(&case.certificate, &case.statement);
        *counts.entry((first, second)).or_insert(0) += 1;
        if first == second {
            continue;
        }
        let told = format!("scotoma {first} ({why_first}), python {second} ({why_second})");
        match first != 2 && second != 2 {
            true => faults.push(format!("{}: {told}\n  {}", case.what, case.certificate)),
            false => *open.entry(told).or_default() += 1,
        }
    }
    println!("{} cases; (scotoma, python): {counts:?}", cases.len());
    open.iter().for_each(|(told, count)| println!("{count:6} {told}"));
    assert!(faults.is_empty(), "{} disagree, among them:\n{}", faults.len(), faults[..faults.len().min(12)].join("\n"));
    counts
}

fn shipped() -> impl Iterator<Item = (&'static str, Statement, Value)> {
    COUNTEREXAMPLES.iter().map(|(name, text)| {
        let theorem = LIBRARY.iter().find(|shipped| shipped.name == *name).unwrap().theorem;
        let statement = parse_statement(&Source::new(*name, theorem)).unwrap().statement;
        (*name, statement, serde_json::from_str(text).unwrap())
    })
}

#[test]
fn both_say_the_same_of_every_stored_counterexample() {
    if !python() {
        return;
    }
    let folder = root().join("proofs/counterexamples");
    let paths: Vec<PathBuf> = COUNTEREXAMPLES.iter().map(|(name, _)| folder.join(format!("{name}.json"))).collect();
    let mut claims = 0;
    for ((path, (status, why)), (.., certificate)) in paths.iter().zip(second_opinions(&paths)).zip(shipped()) {
        // A theorem that assumes nothing has no assumption to drop: such a certificate claims nothing, and does not hold.
        let here = certificate["claims"].as_array().unwrap().len();
        let wanted = u8::from(here == 0);
        assert_eq!(status, wanted, "{}: {why}", path.display());
        let output = scotoma(&folder, &["verify", path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(wanted.into()), "{}: {}", path.display(), text(&output.stderr));
        claims += here;
    }
    println!("{} certificates with {claims} counterexamples", paths.len());
    assert!(claims >= 92);
}

/// One claim of a certificate alone, with another body.
fn with_body(certificate: &Value, body: Value) -> Value {
    let mut alone = certificate.clone();
    alone["claims"] = json!([{ "refutes": body }]);
    alone
}

/// A value changed in ways that mean something else, or nothing.
fn changed(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(n) => {
            let n = n.as_i64().unwrap_or(0);
            vec![(n + 1).into(), (-n).into(), 0.into(), "1/2".into(), 0.5.into(), 300.into(), (1u64 << 40).into()]
        }
        Value::String(text) => vec![format!("-{text}").into(), format!("{text}0").into(), "2/4".into(), 1.into()],
        Value::Array(list) => {
            let repeated = list.iter().chain(list.first()).cloned().collect::<Vec<_>>();
            vec![list.iter().skip(1).cloned().collect(), repeated.into(), json!([]), json!({}), Value::Null]
        }
        Value::Object(map) => {
            let fewer = map.keys().map(|key| {
                let mut fewer = map.clone();
                fewer.remove(key);
                Value::Object(fewer)
            });
            let mut more = map.clone();
            more.insert("more".to_owned(), json!([[1]]));
            fewer.chain([more.into(), json!([]), Value::Null]).collect()
        }
        _ => Vec::new(),
    }
}

fn pointers(value: &Value, at: String, into: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, inner)| pointers(inner, format!("{at}/{i}"), into));
        }
        Value::Object(map) => map.iter().for_each(|(key, inner)| pointers(inner, format!("{at}/{key}"), into)),
        _ => {}
    }
    into.push(at);
}

fn numbers<'v>(value: &'v mut Value, into: &mut Vec<&'v mut Value>) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|inner| numbers(inner, into)),
        Value::Object(map) => map.values_mut().for_each(|inner| numbers(inner, into)),
        other => into.push(other),
    }
}

const ENTRIES: [i64; 6] = [0, 0, 1, 1, -1, 2];

/// The body with one more dimension of a space: the maps get rows and columns of random entries.
fn grown(body: &Value, sequent: &Sequent, rng: &mut ChaCha8Rng) -> Option<Value> {
    let name = sequent.spaces.choose(rng)?;
    let atom = Space::Atom(name.clone());
    let mut body = body.clone();
    let size = body["spaces"][&**name].as_u64()?;
    body["spaces"][&**name] = (size + 1).into();
    let mut grow = |rows: &mut Value, dom: &Space, cod: &Space| {
        let mut entry = || Value::from(*ENTRIES.choose(rng).unwrap());
        let rows = rows.as_array_mut()?;
        let cols = rows.first().map_or(0, |row| row.as_array().map_or(0, Vec::len));
        if *cod == atom {
            rows.push((0..cols).map(|_| entry()).collect());
        }
        if *dom == atom {
            rows.iter_mut().for_each(|row| row.as_array_mut().unwrap().push(entry()));
        }
        Some(())
    };
    for map in &sequent.maps {
        grow(&mut body["maps"][&*map.name], &map.dom, &map.cod)?;
    }
    for family in &sequent.families {
        for member in body["families"][&*family.name].as_array_mut()? {
            grow(member, &family.space, &family.space)?;
        }
    }
    Some(body)
}

#[test]
fn both_agree_on_changes_of_the_stored_counterexamples() {
    if !python() {
        return;
    }
    let (dir, mut cases) = (tempfile::tempdir().unwrap(), Vec::new());
    let mut rng = ChaCha8Rng::seed_from_u64(seed());
    for (name, statement, certificate) in shipped() {
        let hypotheses = hypotheses(statement.sequent()).len();
        for claim in certificate["claims"].as_array().unwrap() {
            let body = &claim["refutes"];
            let mut add = |what: String, certificate: Value| {
                cases.push(Case { what: format!("{name}, {what}"), statement: statement.clone(), certificate });
            };
            for other in 0..=hypotheses {
                let mut body = body.clone();
                body["without"] = other.into();
                add(format!("without {other}"), with_body(&certificate, body.clone()));
                body.as_object_mut().unwrap().remove("obstruction");
                add(format!("without {other}, no obstruction"), with_body(&certificate, body));
            }
            let mut places = Vec::new();
            pointers(body, String::new(), &mut places);
            for _ in 0..12 {
                let place = places.choose(&mut rng).unwrap();
                let changes = changed(body.pointer(place).unwrap());
                let Some(change) = changes.choose(&mut rng) else { continue };
                let mut body = body.clone();
                *body.pointer_mut(place).unwrap() = change.clone();
                add(format!("{place} becomes {change}"), with_body(&certificate, body));
            }
            // Other entries, without the obstruction that fitted the old ones.
            for round in 0..8 {
                let mut body = body.clone();
                body.as_object_mut().unwrap().remove("obstruction");
                for part in ["maps", "families"] {
                    let mut found = Vec::new();
                    numbers(&mut body[part], &mut found);
                    let some = found.into_iter().filter(|_| rng.random_bool(0.15)).collect::<Vec<_>>();
                    some.into_iter().for_each(|entry| *entry = (*ENTRIES.choose(&mut rng).unwrap()).into());
                }
                if body["families"].is_null() {
                    body.as_object_mut().unwrap().remove("families");
                }
                let larger = grown(&body, statement.sequent(), &mut rng).filter(|_| round % 2 == 0);
                add("other entries".to_owned(), with_body(&certificate, larger.unwrap_or(body)));
            }
        }
    }
    let counts = compare(dir.path(), &cases);
    assert!(cases.len() > 2_629, "{} cases", cases.len());
    assert!(counts[&(0, 0)] > 200 && counts[&(1, 1)] > 1_000 && counts[&(3, 3)] > 50, "{counts:?}");
    let open: usize = counts.iter().filter(|((first, second), _)| first != second).map(|(_, count)| count).sum();
    assert!(open * 100 <= cases.len(), "one is undecided where the other is not: {open}");
}

/// Claims about two maps f and g, a vector x and a family F on a space A, of every kind that the language has.
const CLAIMS: [&str; 56] = [
    "f*g = g*f",
    "f != g",
    "f*g*x != x",
    "x'*f*x >= 1",
    "x'*f*x > x'*x",
    "[f, g]*[f; g] = 1",
    "snd*[f; g]*x = 1/2*x + f'*x",
    "inl*f*fst + inr*g*snd = [[f, 0]; [0, 1]]",
    "f*x = x, g*x = x -> f*g*x = x",
    "f*f' = 0 -> g = 0",
    "forall t in F. t*f = f*t",
    "forall t in F, u in F. t*u = u*t",
    "forall t in F. t = f -> t*x = x",
    "forall t in F. exists m : A -> A. t*f = f*m",
    "forall t in F. exists m : A -> A, b : 1 -> A. t*x = x + f*b, t*f = f*m",
    "forall w in words over F. w*x = x",
    "forall w in words over F. w*f = f*w",
    "forall w in words over f. w*g = g*w",
    "forall w in words over f. w = 1",
    "forall w in words over F. exists m : A -> A. w*f = f*m",
    "forall w in words over F, v in words over F. w*v*x = v*w*x",
    "forall w in words over F. w*w = w",
    "forall w in words over F, t in F. w*t = f -> t = g",
    "exists w in words over f. w = 0",
    "exists w in words over F. w*x = 0",
    "exists t in F. t*x = x",
    "exists h : A -> A. h*f = g",
    "exists h : A -> A. h*f = g, f*h = g",
    "exists h : A -> A. h*f = 1, h*g != 0",
    "exists y : 1 -> A. f*y = x, x'*y != 0",
    "exists y : 1 -> A. y'*y = 0, f*y = x",
    "exists r : A -> A. (forall t in F. r*t = t)",
    "exists r : A -> A. (forall P, s : P -> A. f*s = 0 -> r*s = s)",
    "exists r : A -> A. (forall t in F. exists q : A -> A. r*t = f + t*q)",
    "forall P, s : P -> A. f*s = 0 -> g*s = 0",
    "forall P, s : A -> P. s*f = 0 -> s*g = 0",
    "forall P, s : P -> A, d : P -> A. f*s = g*d -> f*s = 0",
    "forall P, Q, s : P -> A, t : A -> Q. t*s = 0 -> t*f*s = 0",
    "forall P, s : P -> A. exists r : P -> A. f*r = g*s",
    "forall P, s : P -> A. s'*s = 0 -> f*s = s",
    "forall P, s : P -> A. f = g",
    "forall P, s : P -> A. s != 0 -> f*s = s",
    "forall P. (1 : P -> P) = 0 -> f = 0",
    "forall P, s : P -> A, r : A -> P. s*r = f -> g = 0",
    "forall P, s : P -> A. (forall t in F. t*s = 0) -> f*s = 0",
    "forall s : A -> A. f*s = s*f -> g*s = s*g",
    "forall s : A -> A. s*f = g -> s*x = x",
    "forall s : A -> A. exists r : A -> A. f*r = s",
    "forall s : 1 -> A + A. [f, g]*s = x -> fst*s = snd*s",
    "forall y : 1 -> A. f*y != x",
    "forall y : 1 -> A. x'*y = 0 -> f*y = 0",
    "forall y : 1 -> A. y'*f*y >= 0",
    "forall y : 1 -> A. y'*f*y + 2*x'*y + 1 >= 0",
    "forall y : 1 -> A. y'*f*y + 2*x'*y + 1 > 0",
    "forall y : 1 -> A. x'*y = 1 -> y'*f*y >= 0",
    "forall y : 1 -> A, z : 1 -> A. f*y = z -> y'*y + z'*z >= 2*y'*z",
];

fn random_rows(rows: usize, cols: usize, rng: &mut ChaCha8Rng) -> Value {
    let few = rng.random_bool(0.3);
    let entry = |i: usize, j: usize, rng: &mut ChaCha8Rng| match few {
        true => i64::from(i == j),
        false => *ENTRIES.choose(rng).unwrap(),
    };
    (0..rows).map(|i| (0..cols).map(|j| entry(i, j, rng).into()).collect::<Vec<Value>>()).collect::<Vec<_>>().into()
}

#[test]
fn both_agree_on_claims_of_every_kind_on_random_matrices() {
    if !python() {
        return;
    }
    let (dir, mut cases) = (tempfile::tempdir().unwrap(), Vec::new());
    let mut rng = ChaCha8Rng::seed_from_u64(seed());
    let inputs = dir.path().join("inputs");
    std::fs::create_dir_all(&inputs).unwrap();
    for (number, claim) in CLAIMS.iter().enumerate() {
        let direct = claim.strip_prefix("exists ").map(|rest| {
            let (maps, claims) = rest.split_once(". ").unwrap();
            let (first, second) = claims.split_once(", ").unwrap_or((claims, "x = x"));
            format!("show exists {maps}.\n a: {first}\n b: {second}")
        });
        let direct = direct.filter(|_| !claim.contains("forall"));
        let forms = [format!("show c: {claim}"), format!("assume c: {claim}\nshow d: f = g")];
        for (form, says) in forms.into_iter().chain(direct).enumerate() {
            let name = format!("t{number}_{form}");
            let maps = "maps f : A -> A\n g : A -> A\n x : 1 -> A";
            let theorem =
                format!("theorem {name}\nover an ordered field\nspaces A\nfamilies F : A -> A\n{maps}\n{says}\n");
            std::fs::write(inputs.join(format!("{name}.thm")), &theorem).unwrap();
            let parsed = parse_statement(&Source::new(name.as_str(), theorem.as_str()));
            let statement = parsed.unwrap_or_else(|d| panic!("{theorem}: {d}")).statement;
            for _ in 0..14 {
                let n = *[0, 1, 1, 2, 2, 2].choose(&mut rng).unwrap();
                let members = rng.random_range(0..3);
                let mut body = json!({
                    "spaces": { "A": n },
                    "families": { "F": (0..members).map(|_| random_rows(n, n, &mut rng)).collect::<Vec<_>>() },
                    "maps": { "f": random_rows(n, n, &mut rng), "g": random_rows(n, n, &mut rng),
                              "x": random_rows(n, 1, &mut rng) },
                });
                if form < 2 {
                    body["fails"] = 0.into();
                }
                let certificate = json!({
                    "scotoma_certificate": 1,
                    "statement": { "theorem": name, "sha256": statement.hash().to_string() },
                    "problem": "matrices",
                    "claims": [{ "refutes": body }],
                });
                cases.push(Case { what: says.clone(), statement: statement.clone(), certificate });
            }
        }
    }
    let counts = compare(dir.path(), &cases);
    assert!(counts[&(0, 0)] > 200 && counts[&(1, 1)] > 200, "{counts:?}");
    let both: usize = [(0, 0), (1, 1)].iter().map(|key| counts[key]).sum();
    assert!(both * 10 > cases.len() * 6, "both decide {both} of {}", cases.len());
}

/// Over F_2 and F_3, where nothing is divided by 2 or by 3 and squares add up to 0.
#[test]
fn theorems_over_any_field_hold_over_small_fields_and_what_needs_the_rationals_does_not() {
    if !python() {
        return;
    }
    let run = |options: [&str; 2], files: &[PathBuf]| {
        let script = root().join("proofs/counterexample.py");
        let output = Command::new("python3").arg("-B").arg(script).args(options).args(files).output().unwrap();
        print!("{}", text(&output.stdout));
        (output.status.code().unwrap(), text(&output.stdout))
    };
    let fields = |files: &[PathBuf]| run(["--fields", "60"], files);
    let (status, told) = fields(&[]);
    assert_eq!(status, 0);
    let any = LIBRARY.iter().filter(|shipped| !shipped.theorem.contains("over an ordered field")).count();
    assert_eq!(told.lines().count(), 2 * any);
    assert!(told.lines().all(|line| line.contains(" 0 violations, 0 undecided")), "{told}");
    assert!(!told.contains("; 0 meet the assumptions"), "a theorem was not tried on anything");
    let (status, told) = run(["--every", "700"], &[]);
    assert_eq!(status, 0);
    let (tried, beyond): (Vec<&str>, Vec<&str>) = told.lines().partition(|line| !line.ends_with("not tried"));
    println!("{} theorems and fields in full, {} with more instances", tried.len(), beyond.len());
    assert!(tried.len() > any && tried.iter().all(|line| line.contains(" 0 violations, 0 undecided")), "{told}");
    let dir = tempfile::tempdir().unwrap();
    for (name, says) in [
        ("halved", "assume a: f + f = 0\nshow c: f = 0"),
        ("squared", "assume a: f*f' = 0\nshow c: f = 0"),
        ("averaged", "assume a: forall t in F. t*x = x\nshow exists h : A -> A.\n b: h + h = f"),
    ] {
        let maps = "maps f : A -> A\n x : 1 -> A";
        let theorem = format!("theorem {name}\nspaces A\nfamilies F : A -> A\n{maps}\n{says}\n");
        let path = common::write(dir.path(), &format!("{name}.thm"), theorem);
        assert_eq!(fields(std::slice::from_ref(&path)).0, 1, "{name}: no violation found");
        // In dimension 1 a square is 0 only if the number is.
        let wanted = i32::from(name != "squared");
        assert_eq!(run(["--every", "700"], &[path]).0, wanted, "{name}, on all small matrices");
    }
}

/// What an editor shows otherwise than it is read could hide an assumption behind a comment.
#[test]
fn what_editors_hide_is_refused_by_both() {
    const READ: &str = "
import sys
sys.path.insert(0, 'proofs')
import statement
try:
    statement.Statement(sys.stdin.read())
    print('holds')
except statement.Stop as why:
    print(why.args[0])
";
    if !common::python_has("import sys; assert sys.version_info >= (3, 9)") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let hidden =
        ["\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}", "\u{202e}", "\u{2066}", "\u{61c}", "\0", "\u{7f}"];
    for (piece, refused) in
        hidden.iter().map(|c| (format!(" -- x{c} y"), true)).chain([("--x".into(), true), (" --x".into(), false)])
    {
        let text = format!(
            "theorem g0\nspaces A\nmaps f : A -> A\nassume a: f*f = f{piece}\n       b: f = 1\nshow c: f = 1\n"
        );
        common::write(folder.path(), "g0.thm", &text);
        let ours = common::scotoma(folder.path(), &["check", "g0.thm"]);
        assert_eq!(ours.status.code() == Some(3), refused, "{piece:?}: {ours:?}");
        assert_eq!(common::python(READ, text.as_bytes()).trim() == "unreadable", refused, "{piece:?}");
    }
}
