//! An adversary's corpus of certificates: each is wrong in one deliberate way, reaches the verifier, is refused with its own
//! code, and has a twin, changed in the same place without harm, that holds. `proofs/verify.py` has to agree on all of them.
//!
//!     cargo test --test certificates -- --nocapture     prints how many cases reach what

mod case;
mod encoders;
mod fates;
mod inequality;
mod kernel;
mod nearest;
mod problem;
mod refutes;
mod settles;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use num_rational::BigRational;
use scotoma::certificate::{CaptionProblem, Certificate, Problem as Kind};
use scotoma::encoder::{Problem, Verified, check};
use scotoma::report::{Code, Verdict};
use serde_json::Value;

use case::Case;

fn corpus() -> Vec<Case> {
    let groups = [
        fates::cases(),
        kernel::cases(),
        encoders::cases(),
        settles::cases(),
        inequality::cases(),
        nearest::cases(),
        problem::cases(),
    ];
    groups.into_iter().flatten().collect()
}

/// The folder of the inputs that every certificate of the corpus names.
fn inputs(folder: &Path) {
    fs::create_dir_all(folder.join("folder")).unwrap();
    for (name, bytes) in world::inputs() {
        fs::write(folder.join(name), bytes).unwrap();
    }
}

fn parsed(certificate: &Value) -> Result<Certificate, Code> {
    Certificate::from_bytes("case", certificate.to_string().into_bytes()).map_err(|d| d.code)
}

/// What the verifier says; `None`: it holds. It says the same of training files that it does not hold.
fn verdict(certificate: &Value, folder: &Path) -> Option<Code> {
    match parsed(certificate) {
        Ok(certificate) => {
            let held = check(&certificate, folder).err().map(|d| d.code);
            let streamed = scotoma::encoder::verify(&certificate, folder).err().map(|d| d.code);
            assert_eq!(streamed, held, "{:?}", certificate.claims);
            held
        }
        Err(code) => Some(code),
    }
}

/// The kinds of certificates, and what the verifier reports of them.
fn kinds() -> Vec<(&'static str, Verified)> {
    let fates = Verified::Fates { collapsed: 2, identified: 2, free: 5 };
    let kernel = Verified::Kernel { rank: 4, readouts: 4, collapsed: 2, identified: 2, free: 5, deficit: 3 };
    let blind = Verified::Blind { blind: 7, seen_by_optimal: Some(5), dropped: 2 };
    let settles = Verified::Settles { mined: 3, settled: 6, cost: 9.into(), budget: Some((1, 6)) };
    let margins = |margin| Verified::Margins { margin, edits: 4 };
    let farkas = Verified::Farkas { margin: 100.into(), edits: 1, training: 2 };
    let nearest = |kind: &str, blind, alone| {
        let body = &world::base(kind)["claims"][0]["nearest"];
        let change = serde_json::from_value(body["change"].clone()).unwrap();
        match body.get("n") {
            None => Verified::Nearest { change, blind, alone },
            Some(_) => Verified::NearestEntry { change, blind, alone },
        }
    };
    let words = ["nearest", "nearest-entry"].map(|kind| (kind, nearest(kind, 4, 4)));
    let matrices = ["nearest-matrix", "nearest-entry-matrix"].map(|kind| (kind, nearest(kind, 7, 5)));
    [
        ("fates", fates.clone()),
        ("fates-matrix", fates),
        ("kernel", kernel.clone()),
        ("kernel-matrix", kernel),
        ("blind", blind.clone()),
        ("blind-matrix", blind),
        ("obstructed", Verified::Obstructed { training: 2, edits: 1 }),
        ("selective", Verified::Selective { blind: 1, seen: 3 }),
        ("settles", settles.clone()),
        ("settles-basis", Verified::Settles { mined: 3, settled: 6, cost: 3.into(), budget: None }),
        ("settles-matrix", settles),
        ("margins", margins(1.into())),
        ("margins-matrix", margins(BigRational::new(1.into(), 16.into()).into())),
        ("farkas", farkas.clone()),
        ("farkas-matrix", farkas),
    ]
    .into_iter()
    .chain(words)
    .chain(matrices)
    .collect()
}

#[test]
fn the_true_certificates_hold() {
    let dir = tempfile::tempdir().unwrap();
    inputs(dir.path());
    for (kind, verified) in kinds() {
        let certificate = parsed(&world::base(kind)).unwrap();
        match check(&certificate, dir.path()) {
            Ok((_, checked)) => assert_eq!(checked.claims, [verified], "{kind}"),
            Err(diagnostic) => panic!("{kind}: {diagnostic}"),
        }
    }
}

#[test]
fn every_wrong_certificate_is_refused_with_its_code_and_every_twin_holds() {
    let dir = tempfile::tempdir().unwrap();
    inputs(dir.path());
    let cases = corpus();
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    for case in &cases {
        let name = format!("{}: {}", case.attacks, case.name);
        assert_ne!(case.wrong(), case.twin(), "{name}");
        let (wrong, twin) = (verdict(&case.wrong(), dir.path()), verdict(&case.twin(), dir.path()));
        if wrong != Some(case.code) {
            faults.push(format!("{name}: {wrong:?} instead of {:?}", case.code));
        }
        if twin.is_some() {
            faults.push(format!("{name}: its twin is refused: {twin:?}"));
        }
        if !names.insert(name.clone()) {
            faults.push(format!("{name}: twice in the corpus"));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(cases.len() >= 300, "{} cases", cases.len());
}

/// A checker that reads the form of the file and believes the rest.
fn parse_only(certificate: &Value, _: &Path) -> bool {
    parsed(certificate).is_ok()
}

/// A checker that also reads the captions it is about, and believes the claims.
fn problem_only(certificate: &Value, folder: &Path) -> bool {
    let Ok(Certificate { problem: Kind::Captions(spec), .. }) = parsed(certificate) else { return false };
    read(&spec, folder).is_some_and(|problem| problem.size() == spec.size)
}

fn read(spec: &CaptionProblem, folder: &Path) -> Option<Problem> {
    let plain = |name: &str| !name.is_empty() && !name.contains(['/', '\\', '\0', '\n']);
    let file = |input: &scotoma::certificate::Input| {
        let bytes = fs::read(folder.join(Some(&input.name).filter(|name| plain(name))?)).ok()?;
        (scotoma::files::sha256_hex(&bytes) == input.sha256).then_some(bytes)
    };
    let inputs: Option<Vec<Vec<u8>>> = spec.inputs.iter().map(file).collect();
    Problem::read(spec, &inputs?).ok()
}

#[test]
fn careless_checkers_are_caught_so_the_cases_reach_what_they_attack() {
    let dir = tempfile::tempdir().unwrap();
    inputs(dir.path());
    let cases = corpus();
    let mut fooled = [0; 3];
    let mut groups: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for case in &cases {
        let wrong = case.wrong();
        let believed = [true, parse_only(&wrong, dir.path()), problem_only(&wrong, dir.path())];
        let group = groups.entry(case.attacks).or_default();
        for (at, believed) in believed.into_iter().enumerate() {
            group[at] += usize::from(believed);
            fooled[at] += usize::from(believed);
        }
    }
    println!("{:24} {:>6} {:>12} {:>14}", "attacks", "cases", "parse only", "problem only");
    for (group, [all, parse, problem]) in &groups {
        println!("{group:24} {all:6} {parse:12} {problem:14}");
    }
    println!("{:24} {:6} {:12} {:14}   wrong certificates accepted", "all", fooled[0], fooled[1], fooled[2]);
    assert_eq!(fooled[0], cases.len());
    // Two are obstructions that say less than their form asks for, three are words that the form does not have, eight are of a
    // version or a form that is not theirs.
    assert!(fooled[1] + 13 >= cases.len(), "cases that do not even parse");
    assert!(fooled[2] >= 160, "too few cases reach the claims");
    for case in cases.iter().filter(|case| {
        !matches!(case.code, Code::CertificateSyntax | Code::CertificateVersion | Code::CertificateStatement)
    }) {
        assert!(parse_only(&case.wrong(), dir.path()), "{}: {}", case.attacks, case.name);
    }
}

/// Runs the checker in Python over many files in one process; a line an exit status.
const DRIVER: &str = "import sys; sys.path.insert(0, sys.argv[1]); import verify
for at in range(int(sys.argv[3])):
    verdict, reason = verify.verdict_of(f'{sys.argv[2]}/{at}.json')
    print(verify.VERDICTS.index(verdict), *reason.split())";

#[test]
fn the_checker_in_python_agrees_on_every_case() {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("SKIPPED: there is no python3");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    inputs(&dir.path().join("inputs"));
    let mut expected = Vec::new();
    for case in corpus() {
        expected.push((format!("{}: {}", case.attacks, case.name), case.wrong(), case.code.verdict()));
        expected.push((format!("{}: {} (twin)", case.attacks, case.name), case.twin(), Verdict::Holds));
    }
    for (at, (_, certificate, _)) in expected.iter().enumerate() {
        fs::write(dir.path().join(format!("{at}.json")), certificate.to_string()).unwrap();
    }
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofs");
    let run = Command::new("python3")
        .args(["-B", "-c", DRIVER])
        .args([checker.as_os_str(), dir.path().as_os_str()])
        .arg(expected.len().to_string())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let out = String::from_utf8(run.stdout).unwrap();
    assert_eq!(out.lines().count(), expected.len());
    let mut faults = Vec::new();
    for (line, (name, _, verdict)) in out.lines().zip(&expected) {
        if line.split(' ').next() != Some(&verdict.exit_code().to_string()) {
            faults.push(format!("{name}: expected {verdict:?}, found {line}"));
        }
    }
    println!("{} certificates: scotoma and verify.py agree on {}", expected.len(), expected.len() - faults.len());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
