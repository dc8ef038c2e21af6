//! What the kernel accepts, Rocq accepts: the twins of the adversary's corpus, the accepted texts of the language, and statements
//! proved by construction. Many theorems share a file, each in a module of its own, since it takes `coqc` long to begin.

use std::path::Path;

use scotoma::export::rocq::{self, Exported, Theorems};
use scotoma::kernel::{Budget, Proof, Statement, Theory};
use scotoma::language::{Checked, Ledger, Request, Source};
#[allow(unused_imports)]
use scotoma::terms::*;

use crate::kernel::notation::{Reading, read};
use crate::{coqc, folder, kernel, proved};

/// Theorems in a file.
const TOGETHER: usize = 24;

/// Theorems in a module: their text behind the imports.
struct Section {
    module: String,
    theorems: usize,
    body: String,
}

fn written(statement: &Statement, proof: &Proof, theorems: Theorems) -> Result<Exported, String> {
    rocq::export(statement, proof, theorems, &|_| String::new(), "").map_err(|d| d.to_string())
}

/// What comes before the theorem in its file, and the theorem.
fn parts(exported: &Exported) -> (&str, &str) {
    let scope = "Local Open Scope ring_scope.\n";
    exported.text.split_at(exported.text.find(scope).expect("the imports") + scope.len())
}

/// Compiles the sections behind `before`; the modules that Rocq refuses, and why.
fn refused(folder: &Path, before: &str, sections: &[Section]) -> Vec<String> {
    let closed = before.matches("Print Assumptions").count();
    let mut faults = Vec::new();
    for group in sections.chunks(TOGETHER) {
        let mut left: Vec<&Section> = group.iter().collect();
        while !left.is_empty() {
            let module = |s: &&Section| format!("Module {0}.\n{1}\nEnd {0}.\n", s.module, s.body);
            let modules: Vec<String> = left.iter().map(module).collect();
            let wanted = closed + left.iter().map(|s| s.theorems).sum::<usize>();
            let why = match coqc(folder, "together", &(before.to_owned() + &modules.concat())) {
                Ok(said) if said.matches("Closed under the global context").count() == wanted => break,
                Ok(said) => said,
                Err(why) => why,
            };
            // The others are tried again without the one that is refused.
            let at = line(&why).and_then(|line| {
                let ends = modules.iter().scan(before.lines().count(), |end, module| {
                    *end += module.lines().count();
                    Some(*end)
                });
                ends.into_iter().position(|end| line <= end)
            });
            let refused = left.remove(at.unwrap_or(0));
            faults.push(format!("{}: {why}\n{}", refused.module, refused.body));
            println!("{}", faults[faults.len() - 1]);
        }
    }
    faults
}

/// The line that Rocq names in what it says of an error.
fn line(why: &str) -> Option<usize> {
    let behind = &why[why.find("together.v\", line ")? + "together.v\", line ".len()..];
    behind.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn assert_accepted(what: &str, faults: &[String], count: usize) {
    println!("{what}: {} of {count} theorems accepted by coqc, without axioms", count - faults.len());
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn coqc_accepts_what_the_kernel_accepts() {
    let Some(folder) = folder() else { return };
    let (mut theory, statements) = kernel::earlier();
    let mut before = String::new();
    let known = |theory: &Theory, hash| theory.get(hash).map(|proved| proved.statement.clone());
    for text in kernel::EARLIER {
        let Reading { statement, proof } = read(text, &statements).unwrap();
        let exported = written(&statement, &proof, &|hash| known(&theory, hash)).unwrap();
        let (imports, body) = parts(&exported);
        before += if before.is_empty() { imports } else { "" };
        before += body;
    }
    let (mut sections, mut faults) = (Vec::new(), Vec::new());
    let cases = kernel::FILES.iter().flat_map(|(file, cases)| cases.iter().map(move |case| (file, case)));
    for (number, (file, case)) in cases.enumerate() {
        let Reading { statement, proof } = read(case.text, &statements).unwrap();
        theory.prove(&statement, &proof, Budget::default()).unwrap();
        match written(&statement, &proof, &|hash| known(&theory, hash)) {
            Ok(exported) => {
                let module = format!("{file}_{number}");
                sections.push(Section { module, theorems: 1, body: parts(&exported).1.to_owned() });
            }
            Err(why) => faults.push(format!("{file}, {}: {why}", case.name)),
        }
    }
    let count = sections.len() + faults.len();
    faults.extend(refused(folder.path(), &before, &sections));
    assert_accepted("twins of the kernel's corpus", &faults, count);
}

#[test]
fn coqc_accepts_the_accepted_texts() {
    let Some(folder) = folder() else { return };
    let texts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language/accept");
    let mut paths: Vec<_> = std::fs::read_dir(texts).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut sections, mut before, mut count) = (Vec::new(), String::new(), 0);
    for (number, path) in paths.iter().enumerate() {
        let text = scotoma::files::read_text(path, 1 << 20).unwrap();
        let sources = vec![Source::new(path.file_name().unwrap().to_str().unwrap(), text)];
        let ledger = Ledger::check(&Request { sources, ..Request::default() });
        let checked: Vec<_> = ledger.proved().collect();
        let known = |hash| checked.iter().map(|c| &c.theorem.statement).find(|s| s.hash() == hash).cloned();
        let export = |c: &&Checked| written(&c.theorem.statement, &c.elaborated.proof, &known).unwrap();
        let mut open: Vec<Exported> = checked.iter().map(export).collect();
        assert!(!open.is_empty(), "{}", path.display());
        // A theorem stands behind those that it uses.
        let mut section = Section { module: format!("text_{number}"), theorems: open.len(), body: String::new() };
        while !open.is_empty() {
            let free = |e: &Exported| !e.uses.iter().any(|used| open.iter().any(|other| other.name == *used));
            let next = open.remove(open.iter().position(free).expect("no proof rests on itself"));
            let (imports, body) = parts(&next);
            before = imports.lines().filter(|line| !line.starts_with("From Scotoma")).collect::<Vec<_>>().join("\n");
            before += "\nFrom Scotoma Require Import prelude.\n";
            section.body += body;
        }
        count += section.theorems;
        sections.push(section);
    }
    let faults = refused(folder.path(), &before, &sections);
    assert_accepted("accepted texts", &faults, count);
}

/// `SCOTOMA_ROCQ=100` compiles more of them, `SCOTOMA_ROCQ_SEED` others.
#[test]
fn coqc_accepts_statements_proved_by_construction() {
    let Some(folder) = folder() else { return };
    let setting = |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (count, seed) = (setting("SCOTOMA_ROCQ", 12) as usize, setting("SCOTOMA_ROCQ_SEED", 1));
    let (mut sections, mut faults, mut before) = (Vec::new(), Vec::new(), String::new());
    for index in 0.. {
        if sections.len() + faults.len() == count {
            break;
        }
        let Some(made) = proved::made("made", index, &mut proved::source(seed, index)) else { continue };
        match written(&made.statement, &made.proof, &|_| None) {
            Ok(exported) => {
                let (imports, body) = parts(&exported);
                before = imports.to_owned();
                sections.push(Section { module: format!("number_{index}"), theorems: 1, body: body.to_owned() });
            }
            Err(why) => faults.push(format!("number {index}: {why}")),
        }
    }
    faults.extend(refused(folder.path(), &before, &sections));
    assert_accepted(&format!("statements proved by construction, seed {seed}"), &faults, count);
}
