//! Checking: statements and proofs, in order, by the kernel.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::elaborate::{Elaborated, Statements, elaborate};
use super::lexer::Source;
use super::library::LIBRARY;
use super::statements::{Theorem, theorem};
use super::syntax::{Document, Script};
use super::{diagnose, parse};
use crate::kernel::{Budget, Failure, Hash, Rule, Theory};
use crate::report::{Code, Diagnostic, Place};

/// A theorem that has been checked: everything about it that others show.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The statement with its comments.
    pub theorem: Theorem,
    /// The script.
    pub script: Script,
    /// The text that the script stands in.
    pub source: Source,
    /// The explicit proof that the kernel accepted.
    pub elaborated: Elaborated,
    /// The rules that it used.
    pub rules: Vec<Rule>,
    /// The earlier theorems that it used, by name.
    pub theorems: Vec<String>,
    /// How many steps the kernel checked.
    pub steps: usize,
    /// How long it took to make the proof explicit.
    pub elaboration: Duration,
    /// How long the kernel took to check it.
    pub checking: Duration,
}

/// Statements that are known and theorems that are proved.
#[derive(Clone, Debug, Default)]
pub struct Workshop {
    statements: Statements,
    theory: Theory,
    names: BTreeMap<Hash, String>,
}

impl Workshop {
    /// What is proved here.
    pub fn theory(&self) -> &Theory {
        &self.theory
    }

    /// Makes a statement known, so that proofs can name it. Of two of one name the later one is meant.
    pub fn state(&mut self, theorem: &Theorem) {
        let statement = &theorem.statement;
        self.statements.insert(statement.name().to_string(), statement.clone());
        self.names.insert(statement.hash(), statement.name().to_string());
    }

    /// Elaborates and checks one proof. Errors: those of [`elaborate`], and every refusal of the kernel.
    pub fn check(&mut self, theorem: &Theorem, script: &Script, source: &Source) -> Result<Checked, Diagnostic> {
        let start = Instant::now();
        let elaborated = elaborate(script, &theorem.statement, &self.statements, source)?;
        let elaboration = start.elapsed();
        let start = Instant::now();
        let proved = self.theory.prove(&theorem.statement, &elaborated.proof, Budget::default());
        let proved = proved.map_err(|failure| blame(&failure, &elaborated, script, source))?;
        let checking = start.elapsed();
        let theorems = proved.theorems().iter().map(|hash| self.names.get(hash).cloned().unwrap_or_default());
        Ok(Checked {
            theorem: theorem.clone(),
            script: script.clone(),
            source: source.clone(),
            rules: proved.rules().iter().copied().collect(),
            theorems: theorems.collect(),
            steps: proved.steps(),
            elaborated,
            elaboration,
            checking,
        })
    }

    /// All theorems and proofs of some texts: first every statement is made known, then the proofs are checked in their
    /// order. Returns what was checked, and what is wrong with each theorem that does not hold.
    pub fn check_documents(&mut self, documents: &[(Source, Document)]) -> Vec<Result<Checked, (String, Diagnostic)>> {
        let mut results = Vec::new();
        let mut theorems: BTreeMap<String, (Theorem, &Source)> = BTreeMap::new();
        for (source, document) in documents {
            for raw in &document.theorems {
                let name = raw.name.text.clone();
                match theorem(raw, source) {
                    Ok(_) if theorems.contains_key(&name) => {
                        let message = format!("the theorem {name} is stated twice");
                        results.push(Err((name, source.error(Code::NameTaken, raw.name.span, message))));
                    }
                    Ok(stated) => {
                        self.state(&stated);
                        theorems.insert(name, (stated, source));
                    }
                    Err(diagnostic) => results.push(Err((name, diagnostic))),
                }
            }
        }
        let failed: Vec<String> =
            results.iter().filter_map(|r| r.as_ref().err()).map(|(name, _)| name.clone()).collect();
        let mut unproved = theorems.clone();
        for (source, document) in documents {
            for script in &document.proofs {
                let name = script.name.text.clone();
                unproved.remove(&name);
                let result = match theorems.get(&name) {
                    Some((stated, _)) => self.check(stated, script, source),
                    None if failed.contains(&name) => continue,
                    None => {
                        let message = format!("no theorem {name} is stated in these files");
                        Err(source.error(Code::NoStatement, script.name.span, message))
                    }
                };
                results.push(result.map_err(|diagnostic| (name, diagnostic)));
            }
        }
        for (name, (stated, source)) in unproved {
            let error = source.error(Code::NoProof, stated.span, format!("the theorem {name} is not proved"));
            results.push(Err((name.clone(), error.help(format!("write a proof: proof {name} ...")))));
        }
        results
    }
}

/// The kernel's refusal, told about the line of the script that the step comes from.
fn blame(failure: &Failure, elaborated: &Elaborated, script: &Script, source: &Source) -> Diagnostic {
    let mut path = failure.path.clone();
    let span = loop {
        match elaborated.places.get(&path) {
            Some(span) => break *span,
            None if path.pop().is_none() => break script.name.span,
            None => {}
        }
    };
    let steps: Vec<String> = failure.path.iter().map(usize::to_string).collect();
    let note = format!("the kernel refused step {} of the explicit proof", steps.join("."));
    diagnose(failure).at(Place::of(&source.file, &source.text, span.start, span.end)).note(note)
}

/// The shipped theorems and proofs, parsed, in an order in which each rests only on those before it.
pub fn builtin() -> Result<Vec<(Theorem, Script, Source)>, Diagnostic> {
    let mut list = Vec::with_capacity(LIBRARY.len());
    for shipped in LIBRARY {
        let stated = super::parse_statement(&Source::new(format!("theorems/{}.thm", shipped.name), shipped.theorem))?;
        let source = Source::new(format!("proofs/{}.proof", shipped.name), shipped.proof);
        match parse(&source)?.proofs.pop() {
            Some(script) => list.push((stated, script, source)),
            None => return Err(Diagnostic::new(Code::NoProof, format!("{} holds no proof", source.file))),
        }
    }
    Ok(list)
}

/// Checks all shipped proofs. Errors: the first that does not hold.
pub fn check_builtin() -> Result<(Workshop, Vec<Checked>), Diagnostic> {
    let mut workshop = Workshop::default();
    let mut checked = Vec::new();
    for (stated, script, source) in builtin()? {
        workshop.state(&stated);
        checked.push(workshop.check(&stated, &script, &source)?);
    }
    Ok((workshop, checked))
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_shipped_theorems_are_proved() {
        let (_, checked) = super::check_builtin().unwrap_or_else(|d| panic!("{d}"));
        for c in &checked {
            println!(
                "{} {} {:?} {:?} {:?} {:?}",
                c.theorem.statement.name(),
                c.steps,
                c.elaboration,
                c.checking,
                c.rules,
                c.theorems
            );
        }
        assert_eq!(checked.len(), super::LIBRARY.len());
    }
}
