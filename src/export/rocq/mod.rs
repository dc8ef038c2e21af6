//! Theorems and proofs for Rocq and MathComp: a second opinion that shares no code with the kernel.
//!
//! Each theorem becomes one file: its statement over any field (`fieldType`; `realFieldType` where it speaks of ordered fields),
//! dimensions as natural numbers, and its proof step by step. `coqc` checks them against `prelude.v`, in which the rules
//! are lemmas, and `Print Assumptions` at the end of each file shows that nothing was assumed.

mod names;
mod prove;
mod write;

pub use prove::Theorems;

use std::collections::HashMap;

use crate::kernel::{FactId, Field, Proof, Statement};
use crate::report::{Code, Diagnostic};
use crate::terms::*;

/// What the files share: `prelude.v`.
pub const PRELUDE: &str = include_str!("prelude.v");

/// A theorem as a Rocq file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The theorem's name; `NAME.v` is its file.
    pub name: String,
    /// The whole of the file: imports, the statement, its proof and what it rests on.
    pub text: String,
    /// The theorems that it uses, whose files come before it.
    pub uses: Vec<String>,
}

/// Writes a statement and an explicit proof of it. `theorems` finds those that the proof uses; `label` gives the name
/// that its author gave a fact, or an empty text; `words` say the claim in words.
///
/// The proof need not be a right one: then Rocq refuses the file. Error: [`Code::RocqForm`] for a proof of which a step
/// lacks its parts.
pub fn export(
    statement: &Statement,
    proof: &Proof,
    theorems: Theorems,
    label: &dyn Fn(FactId) -> String,
    words: &str,
) -> Result<Exported, Diagnostic> {
    let name = statement.name().to_string();
    let field = match statement.field() {
        Field::Any => "fieldType",
        Field::Ordered => "realFieldType",
    };
    let mut writer = prove::Writer::new(theorems, label);
    let theorem = writer.theorem(&name, field, statement.sequent(), &proof.block).map_err(|why| {
        Diagnostic::new(Code::RocqForm, format!("the proof of {name} cannot be written for Rocq: {}", why.0))
    })?;
    let uses: Vec<String> = writer.used.iter().cloned().collect();
    let mut text = comment(words);
    text += &format!("(* The statement {name}, SHA-256 {}. *)\n", statement.hash());
    text += "From mathcomp Require Import all_ssreflect all_algebra.\n";
    let imports: String = uses.iter().map(|name| format!(" {}", names::plain(name))).collect();
    text += &format!("From Scotoma Require Import prelude{imports}.\n");
    text += "Set Implicit Arguments.\nUnset Strict Implicit.\nUnset Printing Implicit Defensive.\n";
    text += "Import Order.TTheory GRing.Theory Num.Theory.\nLocal Open Scope ring_scope.\n\n";
    text += &format!("{theorem}\nPrint Assumptions {}.\n", names::plain(&name));
    Ok(Exported { name, text, uses })
}

/// A comment; Rocq reads quotation marks and comment signs inside comments too.
fn comment(words: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    let words = words.replace('"', "''").replace("(*", "( *").replace("*)", "* )");
    format!("(* {} *)\n", words.trim())
}

/// A shell script that compiles the prelude and then these theorems, several at once and none before those that it uses, and
/// fails unless every one is accepted and rests on no axiom. A theorem comes after those that it uses.
pub fn check_script(exported: &[Exported]) -> String {
    let mut levels: Vec<Vec<&str>> = Vec::new();
    let mut level_of: HashMap<&str, usize> = HashMap::new();
    for e in exported {
        let level = e.uses.iter().filter_map(|used| level_of.get(used.as_str())).map(|level: &usize| *level + 1).max();
        let level = level.unwrap_or(0);
        level_of.insert(e.name.as_str(), level);
        levels.resize(levels.len().max(level + 1), Vec::new());
        levels[level].push(&e.name);
    }
    let lines = levels.iter().map(|names| format!("each {}\n", names.join(" ")));
    CHECK.to_owned() + &lines.collect::<String>()
}

/// The script without the names of the theorems. It calls itself with the name of each.
const CHECK: &str = r#"#!/bin/sh
# Compiles every theorem with coqc and shows that none rests on an axiom.
set -eu
cd "$(dirname "$0")"
if [ $# -eq 1 ]; then
    said=$(coqc -w none -Q . Scotoma "$1.v")
    case $said in
    *'Closed under the global context'*) echo "$1: accepted, no axioms" ;;
    *) echo "$1: $said"; exit 1 ;;
    esac
    exit
fi
each() { printf '%s\n' "$@" | xargs -n 1 -P "$(nproc)" sh ./check; }
coqc -w none -Q . Scotoma prelude.v
"#;
