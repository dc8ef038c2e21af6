//! Checking: statements and proofs, in order, by the kernel.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::elaborate::{self, Elaborated, Statements, elaborate};
use super::lexer::Source;
use super::library::LIBRARY;
use super::parse;
use super::steps;
use super::syntax::Script;
use super::theorem::Theorem;
use crate::kernel::{Budget, Failure, Hash, Proof, Reason, Theory};
use crate::report::{Code, Diagnostic, Place};
use crate::terms::Rule;
use crate::terms::*;

/// The time since its start; nothing in a web page, where the standard library has no clock.
struct Stopwatch(Option<std::time::Instant>);

impl Stopwatch {
    fn start() -> Stopwatch {
        Stopwatch((!cfg!(target_family = "wasm")).then(std::time::Instant::now))
    }

    fn elapsed(&self) -> Duration {
        self.0.map_or(Duration::ZERO, |start| start.elapsed())
    }
}

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

/// A proof made explicit, not yet checked.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The statement with its comments.
    pub theorem: Theorem,
    /// The script.
    pub script: Script,
    /// The text that the script stands in.
    pub source: Source,
    /// The explicit proof.
    pub elaborated: Elaborated,
    /// How long it took to make the proof explicit.
    pub elaboration: Duration,
}

impl Draft {
    /// Makes a proof explicit; it may speak of the statements in `known`. Errors: those of [`elaborate`].
    pub fn new(
        theorem: &Theorem,
        script: &Script,
        source: &Source,
        known: &Statements,
        budget: &Budget,
    ) -> Result<Draft, Diagnostic> {
        let start = Stopwatch::start();
        let elaborated = elaborate(script, &theorem.statement, known, source, budget)?;
        let (theorem, script, source) = (theorem.clone(), script.clone(), source.clone());
        Ok(Draft { theorem, script, source, elaborated, elaboration: start.elapsed() })
    }
}

/// The theorems that a proof applies, proved or not.
pub fn theorems_of(proof: &Proof) -> BTreeSet<Hash> {
    let (mut theorems, mut open) = (BTreeSet::new(), vec![&proof.block]);
    while let Some(block) = open.pop() {
        for step in &block.steps {
            theorems.extend(steps::theorem(step));
            open.extend(steps::blocks(step));
        }
    }
    theorems
}

/// Statements that are known and theorems that are proved.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    statements: Statements,
    theory: Theory,
    names: BTreeMap<Hash, String>,
}

impl Environment {
    /// What is proved here.
    pub fn theory(&self) -> &Theory {
        &self.theory
    }

    /// Makes a statement known, so that proofs can name it. Of two of one name the later one is meant.
    pub fn state(&mut self, theorem: &Theorem) {
        let statement = &theorem.statement;
        let name = statement.name().to_string();
        let before = self.statements.insert(name.clone(), statement.clone());
        // What a proof rests on must not be taken for the earlier one of this name, a shipped theorem perhaps.
        let other = before.is_some_and(|before| before.hash() != statement.hash());
        self.names.insert(statement.hash(), if other { format!("{name} (not the shipped one)") } else { name });
    }

    /// Elaborates and checks one proof. Errors: those of [`elaborate`], and every refusal of the kernel.
    pub fn check(&mut self, theorem: &Theorem, script: &Script, source: &Source) -> Result<Checked, Diagnostic> {
        let budget = Budget::default();
        self.prove(Draft::new(theorem, script, source, &self.statements, &budget)?, budget)
    }

    /// Checks an explicit proof. Errors: every refusal of the kernel, told about the line that the step comes from.
    pub fn prove(&mut self, draft: Draft, budget: Budget) -> Result<Checked, Diagnostic> {
        let Draft { theorem, script, source, elaborated, elaboration } = draft;
        let start = Stopwatch::start();
        let proved = match self.theory.prove(&theorem.statement, &elaborated.proof, budget) {
            Ok(proved) => proved,
            Err(failure) => return Err(self.blame(&failure, &elaborated, &script, &source)),
        };
        let checking = start.elapsed();
        let theorems = proved.theorems.iter().map(|hash| self.names.get(hash).cloned().unwrap_or_default()).collect();
        let (rules, steps) = (elaborated.proof.rules().into_iter().collect(), proved.steps);
        Ok(Checked { theorem, script, source, elaborated, rules, theorems, steps, elaboration, checking })
    }

    /// The kernel's refusal, told about the line of the script that the step comes from.
    fn blame(&self, failure: &Failure, elaborated: &Elaborated, script: &Script, source: &Source) -> Diagnostic {
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
        let mut diagnostic = elaborated.diagnose(failure);
        if let Some(told) = elaborated.line_at(span) {
            diagnostic = elaborate::with_goal(diagnostic, &told.before);
        }
        if failure.reason == Reason::TheoremNotProved {
            let rests_on = theorems_of(&elaborated.proof).into_iter().filter(|hash| self.theory.get(*hash).is_none());
            let names: Vec<String> = rests_on.filter_map(|hash| self.names.get(&hash).cloned()).collect();
            diagnostic.message = format!("this rests on what has not been proved: {}", names.join(", "));
        }
        diagnostic.at(Place::of(&source.file, &source.text, span.start, span.end)).note(note)
    }
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
pub fn check_builtin() -> Result<(Environment, Vec<Checked>), Diagnostic> {
    let mut workshop = Environment::default();
    let mut checked = Vec::new();
    for (stated, script, source) in builtin()? {
        workshop.state(&stated);
        checked.push(workshop.check(&stated, &script, &source)?);
    }
    Ok((workshop, checked))
}

#[cfg(test)]
mod tests {
    use super::*;

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
