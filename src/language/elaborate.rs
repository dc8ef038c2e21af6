//! From proof scripts to explicit proofs. Untrusted: whatever comes out is checked by the kernel.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::frame::{Frame, Goal, default_labels, sides};
use super::lexer::{Source, Span};
use super::statements;
use super::steps::{step_at, uses};
use super::substitute::Substitution;
use super::syntax::*;
use super::{diagnose, diagnose_at, print};
use crate::kernel::{
    Block, Budget, Comparison, FactId, Failure, Labelled, MapDecl, Name, Part, Polynomial, Proof, Prop, Relation, Role,
    Sequent, Statement, Step, Term,
};
use crate::report::{Code, Diagnostic};
use crate::terms::*;

/// A fact of an elaborated proof, for those who show it.
#[derive(Clone, Debug)]
pub struct Derived {
    /// Its number.
    pub fact: FactId,
    /// Its label; empty for a fact that the elaborator put in between.
    pub label: String,
    /// What it says.
    pub prop: Prop,
    /// The step that added it: its index in its block, preceded by those of the blocks and steps around it. Empty for
    /// an assumption of the statement.
    pub path: Vec<usize>,
    /// The text that it comes from.
    pub span: Span,
}

/// A line of the script, with what it did.
#[derive(Clone, Debug)]
pub struct LineTrace {
    /// Its place.
    pub span: Span,
    /// The author's comment.
    pub comment: String,
    /// How many blocks it is inside of.
    pub depth: usize,
    /// The facts that it added, as indices into [`Elaborated::facts`], first and one past the last.
    pub facts: (usize, usize),
    /// What the block had still to show before it.
    pub before: Vec<Labelled>,
    /// And after it.
    pub after: Vec<Labelled>,
    /// The names that it gave to terms.
    pub defined: Vec<(Name, Term)>,
}

/// An explicit proof and what is needed to speak about it.
#[derive(Clone, Debug)]
pub struct Elaborated {
    /// The proof.
    pub proof: Proof,
    /// All facts, in the order of their numbers.
    pub facts: Vec<Derived>,
    /// The lines, inner ones before the line that they belong to.
    pub lines: Vec<LineTrace>,
    /// Where each step comes from.
    pub places: BTreeMap<Vec<usize>, Span>,
}

/// The most facts of a refused step that are told.
const FACTS: usize = 12;

impl Elaborated {
    /// The innermost line of the script that holds this place.
    pub fn line_at(&self, span: Span) -> Option<&LineTrace> {
        let holds = |told: &&LineTrace| told.span.start <= span.start && span.end <= told.span.end;
        self.lines.iter().filter(holds).min_by_key(|told| told.span.end - told.span.start)
    }

    /// A refusal of the kernel, which speaks of facts by number, with what the facts of the refused step say.
    pub fn diagnose(&self, failure: &Failure) -> Diagnostic {
        let mut diagnostic = diagnose(failure);
        let used = step_at(&self.proof.block, &failure.path).map_or(Vec::new(), uses);
        for id in used.into_iter().take(FACTS) {
            if let Some(fact) = self.facts.get(id) {
                let name = if fact.label.is_empty() { String::new() } else { format!(", {}", fact.label) };
                diagnostic.notes.push(format!("fact {id}{name}: {}", print::prop(&fact.prop)));
            }
        }
        diagnostic
    }
}

/// A diagnostic also says what was to be shown where it arose.
pub(super) fn with_goal(diagnostic: Diagnostic, goal: &[Labelled]) -> Diagnostic {
    if diagnostic.notes.iter().any(|note| note.starts_with("to be shown here: ")) || goal.is_empty() {
        return diagnostic;
    }
    let list: Vec<String> = goal.iter().map(|l| format!("{}: {}", l.label, print::prop(&l.prop))).collect();
    diagnostic.note(format!("to be shown here: {}", list.join("; ")))
}

/// Statements by name: what a script may speak of. Whether they are proved is the kernel's business.
pub type Statements = BTreeMap<String, Statement>;

/// Elaborates a script for its statement; each search may take a part of the budget. Errors: names, types, facts that are not found, limits.
pub fn elaborate(
    script: &Script,
    statement: &Statement,
    known: &Statements,
    source: &Source,
    budget: &Budget,
) -> Result<Elaborated, Diagnostic> {
    let budget = budget.clone();
    let effort = (budget.work / Budget::default().work).max(1) as usize;
    let (facts, lines, places) = (Vec::new(), Vec::new(), BTreeMap::new());
    let own = statement.name().clone();
    let mut elaborator = Elaborator { source, known, own, budget, effort, facts, lines, places };
    let sequent = statement.sequent();
    let mut frame = Frame { goal: Goal::of(sequent, Substitution::default()), ..Frame::default() };
    frame.declare(sequent);
    elaborator.assume(&mut frame, &default_labels(&sequent.assumptions, "given"), script.name.span)?;
    elaborator.run(&mut frame, &script.lines)?;
    let block = elaborator.close(frame, script.name.span)?;
    let Elaborator { facts, lines, places, .. } = elaborator;
    Ok(Elaborated { proof: Proof { statement: statement.hash(), block }, facts, lines, places })
}

pub(super) struct Elaborator<'a> {
    pub source: &'a Source,
    pub known: &'a Statements,
    /// The theorem that is being proved.
    pub own: Name,
    pub budget: Budget,
    /// How much longer than usual a search may take.
    pub effort: usize,
    facts: Vec<Derived>,
    lines: Vec<LineTrace>,
    places: BTreeMap<Vec<usize>, Span>,
}

/// What copying a name, fact or goal costs, in letters.
const COPY: usize = 50;

pub(super) type Made<T> = Result<T, Diagnostic>;

impl Elaborator<'_> {
    /// The kernel's or a limit's refusal, told about a place.
    pub fn at<T>(&self, span: Span, result: Result<T, Failure>) -> Made<T> {
        result.map_err(|failure| diagnose_at(&failure, self.source, span))
    }

    pub fn error<T>(&self, code: Code, span: Span, message: impl Into<String>) -> Made<T> {
        Err(self.source.error(code, span, message))
    }

    /// Adds a fact, which the kernel will number the same.
    pub fn add(&mut self, frame: &mut Frame, label: &str, prop: Prop, path: Vec<usize>, span: Span) -> Made<FactId> {
        let id = self.facts.len();
        let difference = match sides(&prop) {
            Some((left, right)) => {
                let difference = Polynomial::difference(left, right, &mut self.budget);
                Some(Rc::new(self.at(span, difference)?))
            }
            None => None,
        };
        frame.facts.push(super::frame::Fact { id, prop: prop.clone(), difference });
        self.facts.push(Derived { fact: id, label: String::new(), prop, path, span });
        if !label.is_empty() {
            self.label(frame, label, id, span)?;
        }
        Ok(id)
    }

    /// Adds a step and the facts that it makes.
    pub fn push(&mut self, frame: &mut Frame, step: Step, props: Vec<Prop>, span: Span) -> Made<Vec<FactId>> {
        let path: Vec<usize> = frame.path.iter().copied().chain([frame.steps.len()]).collect();
        self.places.insert(path.clone(), span);
        frame.steps.push(step);
        props.into_iter().map(|prop| self.add(frame, "", prop, path.clone(), span)).collect()
    }

    pub fn label(&mut self, frame: &mut Frame, label: &str, id: FactId, span: Span) -> Made<()> {
        if !frame.own_labels.insert(label.to_owned()) {
            return self.error(Code::NameTaken, span, format!("the label {label} is already in use in this block"));
        }
        frame.labels.insert(label.to_owned(), id);
        if self.facts[id].label.is_empty() {
            self.facts[id].label = label.to_owned();
        }
        Ok(())
    }

    pub fn assume(&mut self, frame: &mut Frame, list: &[Labelled], span: Span) -> Made<()> {
        for l in list {
            self.add(frame, &l.label, l.prop.clone(), frame.path.clone(), span)?;
        }
        Ok(())
    }

    pub fn prop(&self, frame: &Frame, raw: &RawProp) -> Made<Prop> {
        statements::prop(raw, &frame.names, self.source)
    }

    pub fn same(&mut self, a: &Prop, b: &Prop, span: Span) -> Made<bool> {
        let same = a.same(b, &mut self.budget);
        self.at(span, same)
    }

    fn fresh(&self, frame: &Frame, name: &Ident) -> Made<Name> {
        match frame.names.taken(&name.text) {
            true => self.error(Code::NameTaken, name.span, format!("{} is already in use", name.text)),
            false => Ok(name.text.as_str().into()),
        }
    }

    /// Takes the cost of copying so many names, facts or goals from the budget.
    fn charge(&mut self, copied: usize, span: Span) -> Made<()> {
        let spent = self.budget.spend(copied.saturating_mul(COPY));
        self.at(span, spent)
    }

    /// A block inside this one: the `index`-th of the step that comes next.
    fn inner(&mut self, frame: &Frame, index: usize, goal: Goal, span: Span) -> Made<Frame> {
        self.charge(frame.facts.len() + frame.names.maps.len() + frame.labels.len(), span)?;
        Ok(frame.inner(index, goal))
    }

    pub fn run(&mut self, frame: &mut Frame, lines: &[Line]) -> Made<()> {
        for line in lines {
            let (first, before) = (self.facts.len(), self.at(line.span, frame.goal.open())?);
            let known: BTreeSet<Name> = frame.names.lets.keys().cloned().collect();
            self.charge(before.len(), line.span)?;
            self.line(frame, line).map_err(|diagnostic| with_goal(diagnostic, &before))?;
            let after = self.at(line.span, frame.goal.open())?;
            let (depth, facts) = (frame.path.len() / 2, (first, self.facts.len()));
            let comment = line.comment.clone();
            let new = frame.names.lets.iter().filter(|(name, _)| !known.contains(*name));
            let defined = new.map(|(name, term)| (name.clone(), term.clone())).collect();
            self.lines.push(LineTrace { span: line.span, comment, depth, facts, before, after, defined });
        }
        Ok(())
    }

    fn line(&mut self, frame: &mut Frame, line: &Line) -> Made<()> {
        match &line.body {
            LineBody::Let(name, raw) => {
                let (name, term) = (self.fresh(frame, name)?, self.term(frame, raw, None)?);
                frame.names.lets.insert(name, term);
                Ok(())
            }
            LineBody::Take(name, raw) => self.take(frame, name, raw),
            LineBody::Obtain { names, facts, by } => self.obtain(frame, names, facts, by, line.span),
            LineBody::Have(label, raw, reasoning) => self.have(frame, label, raw, reasoning, line.span),
            LineBody::Calc(label, chain) => {
                let id = self.calculate(frame, chain, None, line.span)?;
                self.label(frame, &label.text, id, label.span)
            }
            LineBody::Goal(label, restated, reasoning) => {
                for label in self.goals(frame, label) {
                    self.goal(frame, &label, restated.as_ref(), reasoning, line)?;
                }
                Ok(())
            }
        }
    }

    /// A term, of the type of `like` if that is given.
    pub fn term(&self, frame: &Frame, raw: &RawTerm, like: Option<&Term>) -> Made<Term> {
        statements::term(raw, like.map(Term::dom), like.map(Term::cod), &frame.names, self.source)
    }

    fn take(&mut self, frame: &mut Frame, name: &Ident, raw: &RawTerm) -> Made<()> {
        let Some(map) = frame.goal.exists.iter().find(|map| *map.name == *name.text) else {
            let message = format!("the goal does not ask for a map {}", name.text);
            return self.error(Code::NameUnknown, name.span, message);
        };
        let map = self.at(name.span, frame.goal.under.declaration(map))?;
        let term = self.term(frame, raw, Some(&map.term()))?;
        let itself = frame.names.maps.get(&map.name).is_some_and(|known| known.term() == term);
        if !itself {
            let name = self.fresh(frame, name)?;
            frame.names.lets.insert(name, term.clone());
        }
        frame.goal.witnesses.insert(map.name, term);
        Ok(())
    }

    fn goal(
        &mut self,
        frame: &mut Frame,
        label: &Ident,
        restated: Option<&RawProp>,
        reasoning: &Reasoning,
        line: &Line,
    ) -> Made<()> {
        let Some(index) = frame.goal.conclusions.iter().position(|l| l.label == label.text) else {
            let known: Vec<&str> = frame.goal.conclusions.iter().map(|l| l.label.as_str()).collect();
            let message = format!("the goal has no conclusion {}; it has {}", label.text, known.join(", "));
            return self.error(Code::LabelUnknown, label.span, message);
        };
        self.take_obtained(frame);
        let missing = frame.goal.exists.iter().find(|map| !frame.goal.witnesses.contains_key(&map.name));
        if let Some(map) = missing {
            let message = format!("no map has been taken for {} yet", map.name);
            return Err(self
                .source
                .error(Code::GoalNotShown, label.span, message)
                .help(format!("write a line `take {} = ...` before this one", map.name)));
        }
        let wanted = frame.goal.prop(index);
        let mut prop = self.at(label.span, wanted)?;
        if let Some(raw) = restated {
            let stated = self.prop(frame, raw)?;
            if !self.same(&stated, &prop, raw.span)? {
                let message = format!("this is not what {} says", label.text);
                let error = self.source.error(Code::GoalNotShown, raw.span, message);
                return Err(error.note(format!("it says {}", print::prop(&prop))));
            }
            prop = stated;
        }
        let id = self.establish(frame, &prop, reasoning, line.span)?;
        frame.goal.shown.insert(index, id);
        self.label(frame, &label.text, id, label.span)
    }

    /// A map obtained under the name and type of one that is to exist is taken for it.
    fn take_obtained(&self, frame: &mut Frame) {
        for map in &frame.goal.exists {
            let Some(known) = frame.names.maps.get(&map.name) else { continue };
            let fits = frame.goal.under.declaration(map).is_ok_and(|m| m.dom == known.dom && m.cod == known.cod);
            if fits && !frame.goal.witnesses.contains_key(&map.name) {
                frame.goal.witnesses.insert(map.name.clone(), known.term());
            }
        }
    }

    /// Ends a block: every map that is to exist has been taken, every conclusion shown (or plain to see).
    pub fn close(&mut self, mut frame: Frame, span: Span) -> Made<Block> {
        self.take_obtained(&mut frame);
        let mut witnesses = Vec::new();
        for map in &frame.goal.exists {
            match frame.goal.witnesses.get(&map.name) {
                Some(term) => witnesses.push(term.clone()),
                None => {
                    let message = format!("no map has been taken for {}", map.name);
                    let help = format!("write a line `take {} = ...`", map.name);
                    return Err(self.source.error(Code::GoalNotShown, span, message).help(help));
                }
            }
        }
        let mut facts = Vec::new();
        for index in 0..frame.goal.conclusions.len() {
            let id = match frame.goal.shown.get(&index) {
                Some(id) => *id,
                None => {
                    let prop = frame.goal.prop(index);
                    let prop = self.at(span, prop)?;
                    match self.plain(&mut frame, &prop, span)? {
                        Some(id) => id,
                        None => {
                            let label = &frame.goal.conclusions[index].label;
                            let error = self.source.error(Code::GoalNotShown, span, format!("{label} is not shown"));
                            return Err(error.note(format!("{label} says {}", print::prop(&prop))));
                        }
                    }
                }
            };
            facts.push(id);
        }
        // A refusal of the kernel at the end of the block is told about its heading.
        self.places.insert(frame.path.iter().copied().chain([frame.steps.len()]).collect(), span);
        Ok(Block { steps: frame.steps, witnesses, facts })
    }

    /// A fact that says this, or the proposition itself if both sides are one polynomial.
    pub fn plain(&mut self, frame: &mut Frame, prop: &Prop, span: Span) -> Made<Option<FactId>> {
        for index in (0..frame.facts.len()).rev() {
            let fact = frame.facts[index].clone();
            if self.same(&fact.prop, prop, span)? {
                return Ok(Some(fact.id));
            }
        }
        let Some((left, right)) = sides(prop) else { return Ok(None) };
        let difference = Polynomial::difference(left, right, &mut self.budget);
        match self.at(span, difference)?.is_zero() {
            true => Ok(Some(self.combine(frame, left, right, Vec::new(), span)?)),
            false => Ok(None),
        }
    }

    pub fn combine(
        &mut self,
        frame: &mut Frame,
        left: &Term,
        right: &Term,
        parts: Vec<Part>,
        span: Span,
    ) -> Made<FactId> {
        let step = Step::Combination { left: left.clone(), right: right.clone(), parts };
        let facts = self.push(frame, step, vec![Prop::equation(left.clone(), right.clone())], span)?;
        Ok(facts[0])
    }

    /// Shows a proposition; returns the fact that says it.
    pub fn establish(&mut self, frame: &mut Frame, prop: &Prop, reasoning: &Reasoning, span: Span) -> Made<FactId> {
        match reasoning {
            Reasoning::By(by) => self.justify(frame, prop, by, span),
            Reasoning::Calc(chain) => {
                let id = self.calculate(frame, chain, Some(prop), span)?;
                match frame.said(id) {
                    Some(shown) if self.same(&shown, prop, span)? => Ok(id),
                    _ => self.by_facts(frame, prop, &[id], chain.first.span),
                }
            }
            Reasoning::Block(lines) => self.suppose(frame, prop, lines, span),
            Reasoning::Induction { base, letter, step } => {
                self.induction(frame, prop, base, letter.as_ref(), step, span)
            }
            Reasoning::Contradiction { lines, absurd } => self.contradiction(frame, prop, lines, absurd, span),
        }
    }

    fn calculate(&mut self, frame: &mut Frame, chain: &Chain, goal: Option<&Prop>, span: Span) -> Made<FactId> {
        let goal = goal.and_then(sides).map(|(left, _)| left.clone());
        let terms = [&chain.first].into_iter().chain(chain.links.iter().map(|(term, _)| term));
        let terms = statements::terms_of_one_type(terms, goal.as_ref(), &frame.names, self.source)?;
        let mut links = Vec::new();
        for (pair, (raw, by)) in terms.windows(2).zip(&chain.links) {
            let prop = Prop::equation(pair[0].clone(), pair[1].clone());
            links.push(self.justify(frame, &prop, by, raw.span.to(by.span))?);
        }
        let (Some(first), Some(last)) = (terms.first(), terms.last()) else {
            return self.error(Code::Syntax, span, "an empty chain");
        };
        if let [only] = links[..] {
            return Ok(only);
        }
        let (left, right) = (Term::identity(first.cod().clone()), Term::identity(first.dom().clone()));
        let part = |fact| Part {
            coefficient: num_traits::One::one(),
            left: left.clone(),
            fact,
            transposed: false,
            right: right.clone(),
        };
        // A fact may have been found the other way round; the search settles the signs then.
        let straight = links.iter().zip(terms.windows(2)).all(|(id, pair)| {
            let wanted = Prop::equation(pair[0].clone(), pair[1].clone());
            self.facts.get(*id).is_some_and(|fact| fact.prop == wanted)
        });
        if straight {
            return self.combine(frame, first, last, links.into_iter().map(part).collect(), span);
        }
        self.by_facts(frame, &Prop::equation(first.clone(), last.clone()), &links, span)
    }

    fn suppose(&mut self, frame: &mut Frame, prop: &Prop, lines: &[Line], span: Span) -> Made<FactId> {
        let sequent = match prop {
            Prop::Rule(sequent) => sequent.clone(),
            Prop::Compare(_) => {
                let conclusions = vec![Labelled { label: String::new(), prop: prop.clone() }];
                Arc::new(Sequent { conclusions, ..Sequent::default() })
            }
        };
        let mut inner = self.inner(frame, 0, Goal::of(&sequent, Substitution::default()), span)?;
        inner.declare(&sequent);
        self.assume(&mut inner, &default_labels(&sequent.assumptions, "given"), span)?;
        self.run(&mut inner, lines)?;
        let block = self.close(inner, span)?;
        let rule = Prop::Rule(sequent.clone());
        let made = self.push(frame, Step::Suppose { sequent, block }, vec![rule], span)?;
        match prop {
            Prop::Rule(_) => Ok(made[0]),
            Prop::Compare(_) => {
                let step = Step::Obtain { fact: made[0], names: Vec::new() };
                Ok(self.push(frame, step, vec![prop.clone()], span)?[0])
            }
        }
    }

    fn induction(
        &mut self,
        frame: &mut Frame,
        prop: &Prop,
        base: &[Line],
        letter: Option<&Ident>,
        step: &[Line],
        span: Span,
    ) -> Made<FactId> {
        let rule = match prop {
            Prop::Rule(rule) => rule.clone(),
            Prop::Compare(_) => return self.error(Code::InductionShape, span, "induction shows a claim about words"),
        };
        let [MapDecl { name, dom, role: Role::Word(over), .. }] = &rule.maps[..] else {
            return self.error(Code::InductionShape, span, "induction shows a claim about exactly one word");
        };
        if !rule.assumptions.is_empty() {
            return self.error(Code::InductionShape, span, "induction shows a claim without premises");
        }
        let one = Substitution { maps: [(name.clone(), Term::identity(dom.clone()))].into(), ..Default::default() };
        let mut base_frame = self.inner(frame, 0, Goal::of(&rule, one), span)?;
        self.run(&mut base_frame, base)?;
        let base = self.close(base_frame, span)?;

        let mut inner = self.inner(frame, 1, Goal::default(), span)?;
        inner.declare(&rule);
        let letter = match letter {
            Some(letter) if *letter.text == **over => over.clone(),
            Some(letter) => self.fresh(&inner, letter)?,
            None => over.clone(),
        };
        let letter_map =
            MapDecl { name: letter.clone(), dom: dom.clone(), cod: dom.clone(), role: Role::Member(over.clone()) };
        inner.names.maps.entry(letter.clone()).or_insert_with(|| letter_map.clone());
        let word = Term::map(name.clone(), dom.clone(), dom.clone());
        let longer = self.at(span, Term::product(vec![letter_map.term(), word]))?;
        let longer = Substitution { maps: [(name.clone(), longer)].into(), ..Default::default() };
        inner.goal = Goal::of(&rule, longer);
        let hypotheses = match rule.exists.is_empty() {
            true => rule.conclusions.clone(),
            false => vec![Labelled { label: String::new(), prop: existential(&rule) }],
        };
        let hypotheses: Vec<Labelled> = hypotheses
            .iter()
            .map(|l| match hypotheses.len() {
                1 => Labelled { label: "hypothesis".to_owned(), prop: l.prop.clone() },
                _ => Labelled { label: format!("hypothesis_{}", l.label), prop: l.prop.clone() },
            })
            .collect();
        self.assume(&mut inner, &hypotheses, span)?;
        self.run(&mut inner, step)?;
        let step = self.close(inner, span)?;
        let step = Step::WordInduction { rule: rule.clone(), letter, base, step };
        Ok(self.push(frame, step, vec![Prop::Rule(rule.clone())], span)?[0])
    }

    fn contradiction(
        &mut self,
        frame: &mut Frame,
        prop: &Prop,
        lines: &[Line],
        absurd: &(Ident, Option<Ident>),
        span: Span,
    ) -> Made<FactId> {
        let Prop::Compare(Comparison { left, relation: Relation::NotEqual, right }) = prop else {
            return self.error(Code::NotAContradiction, span, "a contradiction shows a claim of the form s != t");
        };
        let mut inner = self.inner(frame, 0, Goal::default(), span)?;
        let supposed = Prop::equation(left.clone(), right.clone());
        self.assume(&mut inner, &[Labelled { label: "supposed".to_owned(), prop: supposed }], span)?;
        self.run(&mut inner, lines)?;
        let labels = [Some(&absurd.0), absurd.1.as_ref()].into_iter().flatten();
        let facts = labels.map(|label| self.named(&inner, label)).collect::<Result<_, _>>()?;
        let block = Block { steps: inner.steps, witnesses: Vec::new(), facts };
        let step = Step::Contradiction { left: left.clone(), right: right.clone(), block };
        Ok(self.push(frame, step, vec![prop.clone()], span)?[0])
    }

    /// The fact with this label. Error: [`Code::LabelUnknown`].
    pub fn named(&self, frame: &Frame, label: &Ident) -> Made<FactId> {
        match frame.fact(&label.text) {
            Some(fact) => Ok(fact.id),
            None => {
                let error =
                    self.source.error(Code::LabelUnknown, label.span, format!("no fact here is called {}", label.text));
                Err(error.suggest(super::closest(&label.text, frame.labels.keys().cloned())))
            }
        }
    }
}

/// What a sequent claims, as a proposition of its own.
pub(super) fn existential(sequent: &Sequent) -> Prop {
    let (exists, conclusions) = (sequent.exists.clone(), sequent.conclusions.clone());
    Prop::Rule(Arc::new(Sequent { exists, conclusions, ..Sequent::default() }))
}
