//! A checked proof as a reader meets it: the lines of its script in order, each with the steps that the kernel checked for
//! it, numbered through, and every rule in words. Shared by everything that shows proofs.

use std::ops::Range;

use super::steps::blocks;
use super::theory::Checked;
use crate::kernel::{Block, FactId, Name, Source, Step, Term};
use crate::terms::Rule;

/// One step of the explicit proof.
#[derive(Clone, Debug)]
pub struct TraceStep<'a> {
    /// Its number, from 1, a step with blocks before what is inside of it.
    pub number: usize,
    /// The step as the kernel checked it.
    pub step: &'a Step,
    /// Its index in its block, preceded by those of the blocks and steps around it.
    pub path: Vec<usize>,
    /// The facts that it added: indices into [`super::Elaborated::facts`].
    pub adds: Range<usize>,
}

/// One line of the script with its steps.
#[derive(Clone, Debug)]
pub struct Passage<'a> {
    /// The line: an index into [`super::Elaborated::lines`].
    pub line: usize,
    /// The keywords between the line before and this one: `step t`, `qed`.
    pub lead: String,
    /// Its text, without the lines inside of it.
    pub text: String,
    /// The steps that the line became, those of lines inside of it excepted.
    pub traced_steps: Vec<TraceStep<'a>>,
}

/// The lines of a proof in reading order.
#[derive(Clone, Debug)]
pub struct Trace<'a> {
    /// What is told.
    pub checked: &'a Checked,
    /// The lines.
    pub passages: Vec<Passage<'a>>,
}

impl<'a> Trace<'a> {
    /// The trace of a checked proof.
    pub fn of(checked: &'a Checked) -> Trace<'a> {
        let mut traced_steps = Vec::new();
        walk(&checked.elaborated.proof.block, &[], &mut traced_steps);
        for (index, traced) in traced_steps.iter_mut().enumerate() {
            traced.number = index + 1;
            traced.adds = added(checked, &traced.path);
        }
        let lines = &checked.elaborated.lines;
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_by_key(|line| (lines[*line].span.start, lines[*line].depth));
        let mut passages: Vec<Passage> = Vec::new();
        let mut told = 0;
        for line in order {
            let (span, text) = (lines[line].span, head(checked, line));
            let lead = if told == 0 { String::new() } else { lead(checked, told, span.start) };
            told = span.start + text.len();
            passages.push(Passage { line, lead, text, traced_steps: Vec::new() });
        }
        for traced in traced_steps {
            let start = checked.elaborated.places.get(&traced.path).map_or(0, |span| span.start);
            let depth = traced.path.len() / 2;
            let own = passages.iter().rposition(|p| lines[p.line].depth == depth && lines[p.line].span.start <= start);
            if let Some(passage) = own.and_then(|at| passages.get_mut(at)) {
                passage.traced_steps.push(traced);
            }
        }
        Trace { checked, passages }
    }

    /// All steps in the order of their numbers.
    pub fn traced_steps(&self) -> Vec<&TraceStep<'a>> {
        let mut all: Vec<&TraceStep> = self.passages.iter().flat_map(|p| &p.traced_steps).collect();
        all.sort_by_key(|traced| traced.number);
        all
    }

    /// The step that added a fact; none for what is assumed.
    pub fn origin(&self, fact: FactId) -> Option<&TraceStep<'a>> {
        self.passages.iter().flat_map(|p| &p.traced_steps).find(|traced| traced.adds.contains(&fact))
    }

    /// What a fact is called: its label, or the number of the step that added it.
    pub fn name(&self, fact: FactId) -> String {
        let known = self.checked.elaborated.facts.get(fact);
        match known.map(|derived| derived.label.as_str()) {
            Some("") | None => match self.origin(fact) {
                Some(traced) => format!("step {}", traced.number),
                None => format!("fact {fact}"),
            },
            Some(label) => label.to_owned(),
        }
    }

    /// The names that the script has given to terms by the end of a line, latest first.
    pub fn abbreviations(&self, line: usize) -> Vec<(Name, Term)> {
        let lines = &self.checked.elaborated.lines;
        let end = lines.get(line).map_or(0, |told| told.span.end);
        let before = self.passages.iter().filter(|p| lines[p.line].span.end <= end);
        let mut defined: Vec<(Name, Term)> = before.flat_map(|p| lines[p.line].defined.iter().cloned()).collect();
        defined.reverse();
        defined
    }
}

/// The keywords between two places: what is left of the lines in between when comments are taken away.
fn lead(checked: &Checked, start: usize, end: usize) -> String {
    let text = checked.source.text.get(start..end).unwrap_or_default();
    let words = text.lines().map(|line| line.split("--").next().unwrap_or_default().trim());
    words.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The text of a line without the lines inside of it.
fn head(checked: &Checked, line: usize) -> String {
    let lines = &checked.elaborated.lines;
    let own = &lines[line];
    let inside = lines.iter().filter(|l| l.depth > own.depth && l.span.start > own.span.start);
    let end = inside.map(|l| l.span.start).filter(|start| *start < own.span.end).min().unwrap_or(own.span.end);
    checked.source.text.get(own.span.start..end).unwrap_or_default().trim_end().to_owned()
}

fn walk<'a>(block: &'a Block, path: &[usize], into: &mut Vec<TraceStep<'a>>) {
    for (index, step) in block.steps.iter().enumerate() {
        let path: Vec<usize> = path.iter().copied().chain([index]).collect();
        into.push(TraceStep { number: 0, step, path: path.clone(), adds: 0..0 });
        for (inner, block) in blocks(step).into_iter().enumerate() {
            let path: Vec<usize> = path.iter().copied().chain([inner]).collect();
            walk(block, &path, into);
        }
    }
}

fn added(checked: &Checked, path: &[usize]) -> Range<usize> {
    let facts = &checked.elaborated.facts;
    let own = |fact: &&super::Derived| fact.path == path;
    match facts.iter().find(own) {
        Some(first) => first.fact..first.fact + facts.iter().filter(own).count(),
        None => 0..0,
    }
}

/// What the kernel did at a step, in one or two sentences of plain text.
pub fn in_words(step: &Step) -> String {
    match step {
        Step::Combination { parts, .. } if parts.is_empty() => {
            "Both sides expand to the same sum of products, so they are equal whatever the maps are.".to_owned()
        }
        Step::Combination { parts, .. } => format!(
            "Left side minus right side is a sum of {} times cofactors; each such term is zero, so the sides are equal.",
            match parts.len() {
                1 => "one known difference".to_owned(),
                n => format!("{n} known differences"),
            }
        ),
        Step::Instance { rule: Source::Theorem(_), .. } => {
            "An earlier theorem, with maps put for those that it speaks of; each of its assumptions is a fact here."
                .to_owned()
        }
        Step::Instance { .. } => {
            "A rule that is known here, with maps put for those that it speaks of; each of its premises is a fact."
                .to_owned()
        }
        Step::Obtain { names, .. } if names.is_empty() => "What is claimed outright is a fact.".to_owned(),
        Step::Obtain { .. } => "Maps are known to exist; they get fresh names, and what is known of them.".to_owned(),
        Step::Contradiction { .. } => {
            "Suppose that the sides were equal: that leads to an equation which is known not to hold.".to_owned()
        }
        Step::PseudoInverse { name, .. } => format!(
            "Every matrix has a generalised inverse: {name} inverts it between complements of its kernel and its image."
        ),
        Step::SquareInverse { .. } => {
            "Between spaces of equal dimension, an inverse on one side is an inverse on the other.".to_owned()
        }
        Step::Definite { .. } => {
            "The diagonal of a matrix times its transpose holds sums of squares; they are zero only if all entries are."
                .to_owned()
        }
        Step::WordInduction { .. } => {
            "Induction over the length of the word: shown for the empty word, and from any word to one letter more."
                .to_owned()
        }
        Step::Farkas { .. } => {
            "A combination of known inequalities with multipliers that are not negative, and of known equations."
                .to_owned()
        }
        Step::Square { fact: None, .. } => {
            "A vector times itself is a sum of squares, and no square is negative.".to_owned()
        }
        Step::Square { fact: Some(_), .. } => {
            "A vector times itself is a sum of squares; one of its entries is not zero, so the sum is positive."
                .to_owned()
        }
        Step::Product { .. } => {
            "The product of two numbers that are not negative is not negative, and positive if both are.".to_owned()
        }
        Step::Pivot { left, right, .. } => format!(
            "A matrix that is not zero has an entry that is not zero: {left} reads its row, {right} is its column divided by it."
        ),
        Step::Extensionality { .. } => {
            "The two maps agree on every vector, the unit vectors among them, so they have the same columns.".to_owned()
        }
        Step::Suppose { .. } => {
            "A rule, shown for whatever it binds, as a theorem is: what it assumes are facts in a block of its own."
                .to_owned()
        }
    }
}

/// What a rule allows, and why it is sound, in two sentences of plain text.
pub fn rule_in_words(rule: Rule) -> (&'static str, &'static str) {
    match rule {
        Rule::Combination => (
            "From equations, with a cofactor on each side and a coefficient: any equation whose difference of sides is the sum.",
            "Every difference is a zero matrix, and so is its product with anything; polynomials that are equal have equal matrices.",
        ),
        Rule::Instance => (
            "From a rule or an earlier theorem, and facts that say what it assumes: what it concludes, with maps put for those it binds.",
            "A rule holds for all that it binds, so it holds for these maps.",
        ),
        Rule::Witness => (
            "To show that maps exist: terms for them, and facts that say what is claimed of them.",
            "The matrices of the terms are the ones whose existence is claimed.",
        ),
        Rule::Obtain => (
            "From a claim that maps exist: fresh names for such maps, and what is claimed of them.",
            "Such matrices exist, and nothing had been said of the fresh names.",
        ),
        Rule::Contradiction => (
            "To show that two maps differ: from supposing them equal, an equation that is known not to hold.",
            "An equation cannot both hold and not hold.",
        ),
        Rule::PseudoInverse => (
            "For any map P: a fresh map Q with P*Q*P = P.",
            "In bases adapted to the kernel and the image of P, invert P between complements and put zero elsewhere.",
        ),
        Rule::SquareInverse => (
            "From A*B = 1, between spaces declared of equal dimension: B*A = 1.",
            "B is injective, so between equal finite dimensions bijective, and its left inverse is its right inverse.",
        ),
        Rule::Definite => (
            "From X*X' = 0, in an ordered field: X = 0.",
            "Each diagonal entry is a sum of squares of a row of X, which is zero only if every entry is.",
        ),
        Rule::WordInduction => (
            "For a claim about all words over a family: the claim for the empty word, and from each word to one letter more.",
            "Every word is built from the empty one by finitely many letters.",
        ),
        Rule::Farkas => (
            "From scalar inequalities with multipliers that are not negative, and equations with any: their combination.",
            "A sum of numbers that are not negative is not negative, and positive if one of them is.",
        ),
        Rule::Square => (
            "In an ordered field: v'*v >= 0 for every vector v, and v'*v > 0 if v is not 0.",
            "It is a sum of squares, none of them negative, and that of an entry other than zero is positive.",
        ),
        Rule::Product => (
            "In an ordered field: the product of two scalars that are not negative is not negative; positive, if both are.",
            "So an ordered field is ordered.",
        ),
        Rule::Pivot => (
            "For a map M that is not 0: fresh maps y and x with y*M*x = 1.",
            "Some entry of M is not zero; y picks its row, x its column, divided by the entry.",
        ),
        Rule::Extensionality => {
            ("Two maps that agree on every vector are equal.", "On the unit vectors they give their columns.")
        }
        Rule::Suppose => (
            "To show a rule inside a proof: its conclusions, from its assumptions, for fresh names.",
            "Nothing is known of what the rule binds but what it assumes, so the argument holds for all of it.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::check_builtin;
    use crate::language::steps::uses;

    #[test]
    fn every_step_of_every_proof_is_told_once_with_the_facts_that_it_added() {
        let (_, all) = check_builtin().unwrap_or_else(|d| panic!("{d}"));
        for checked in &all {
            let trace = Trace::of(checked);
            let traced_steps = trace.traced_steps();
            let numbers: Vec<usize> = traced_steps.iter().map(|m| m.number).collect();
            assert_eq!(numbers, (1..=checked.steps).collect::<Vec<_>>(), "{}", checked.theorem.statement.name);
            let told: usize = traced_steps.iter().map(|m| m.adds.len()).sum();
            let assumed = checked.elaborated.facts.iter().filter(|f| trace.origin(f.fact).is_none()).count();
            assert_eq!(told + assumed, checked.elaborated.facts.len());
            for traced in traced_steps {
                assert!(!traced.adds.is_empty(), "{} step {}", checked.theorem.statement.name, traced.number);
                assert!(!in_words(traced.step).is_empty());
                for fact in uses(traced.step) {
                    assert!(!trace.name(fact).starts_with("fact "), "{}", trace.name(fact));
                }
            }
        }
    }
}
