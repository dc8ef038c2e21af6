//! `scotoma export`: theorems for other checkers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;

use super::Context;
use crate::export::rocq::{self, Exported};
use crate::files;
use crate::kernel::FactId;
use crate::language::{Checked, Ledger, Origin, check_builtin};
use crate::report::{Code, Diagnostic, Verdict};
use crate::terms::*;

/// Write theorems and their proofs for another checker
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    to: To,
}

#[derive(Subcommand, Debug)]
enum To {
    /// For Rocq and MathComp: one file a theorem, its proof step by step, and a script that compiles them
    ///
    /// With Debian's packages coq, libcoq-mathcomp-algebra and libcoq-mathcomp-algebra-tactics, `sh DIR/check` compiles all of
    /// them and shows that none rests on an axiom.
    Rocq {
        /// Shipped theorems by name, or files that hold theorems and proofs of your own; none: all shipped ones
        theorems: Vec<String>,
        /// The folder to write to
        #[arg(long, value_name = "DIR", default_value = "scotoma-rocq")]
        out: PathBuf,
    },
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let To::Rocq { theorems, out } = &args.to;
    let ledger = Ledger::check(&super::check::request(theorems, 1)?);
    if let Some(diagnostic) = ledger.diagnostics().next() {
        return Err(diagnostic.clone());
    }
    if let Some(entry) = ledger.entries.iter().find(|entry| entry.origin == Origin::Changed) {
        let message = format!("{} has the name of a shipped theorem and says something else", entry.name);
        return Err(Diagnostic::new(Code::NameTaken, message).help("give it a name of its own"));
    }
    let (_, shipped) = check_builtin()?;
    // A user's own proof of a shipped theorem is the one that is asked for.
    let known: BTreeMap<&str, &Checked> = shipped.iter().chain(ledger.proved()).map(|c| (name(c), c)).collect();
    let exported = export(ledger.entries.iter().map(|entry| entry.name.as_str()).collect(), &known)?;
    write(&exported, out)?;
    let dir = out.display();
    if context.json() {
        let names: Vec<&str> = exported.iter().map(|e| e.name.as_str()).collect();
        context.print_json(&json!({ "verdict": Verdict::Holds, "theorems": names, "out": dir.to_string() }))?;
    } else {
        context.print(&format!("wrote {} theorems to {dir}; next: sh {dir}/check", exported.len()))?;
    }
    Ok(Verdict::Holds)
}

fn name(checked: &Checked) -> &str {
    checked.theorem.statement.name()
}

/// The wanted theorems and those that they rest on, each after what it uses.
fn export(wanted: Vec<&str>, known: &BTreeMap<&str, &Checked>) -> Result<Vec<Exported>, Diagnostic> {
    let statement = |hash| known.values().map(|c| &c.theorem.statement).find(|s| s.hash() == hash).cloned();
    let (mut exported, mut begun, mut open) = (Vec::new(), BTreeSet::new(), Vec::new());
    open.extend(wanted.into_iter().rev().map(|name| (name, false)));
    while let Some((name, used_ones_done)) = open.pop() {
        let Some(checked) = known.get(name) else { continue };
        if used_ones_done {
            let facts = &checked.elaborated.facts;
            let label = |id: FactId| facts.get(id).map_or_else(String::new, |fact| fact.label.clone());
            let (theorem, proof) = (&checked.theorem, &checked.elaborated.proof);
            exported.push(rocq::export(&theorem.statement, proof, &statement, &label, &theorem.comments.theorem)?);
        } else if begun.insert(name) {
            open.push((name, true));
            // A theorem that is not the shipped one of its name is told so behind its name.
            let names = checked.theorems.iter().filter_map(|used| used.split(' ').next());
            open.extend(names.map(|used| (used, false)));
        }
    }
    Ok(exported)
}

fn write(exported: &[Exported], out: &Path) -> Result<(), Diagnostic> {
    files::write_atomically(&out.join("prelude.v"), rocq::PRELUDE.as_bytes())?;
    for e in exported {
        files::write_atomically(&out.join(format!("{}.v", e.name)), e.text.as_bytes())?;
    }
    files::write_atomically(&out.join("check"), rocq::check_script(exported).as_bytes())
}
