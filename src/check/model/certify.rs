//! Counterexamples as certificates, and the check of them: by evaluation from scratch.
//!
//! A certificate names its statement by a hash that labels, and the way in which a term is written, do not enter. So it names
//! assumptions and conclusions by position, and nothing in it depends on which way round an equation stands: it
//! means the same for every text of the hash. Names of spaces, families and maps are in the hash.

use std::collections::BTreeMap;

use num_rational::BigRational;

use super::evaluate::{Decision, Failed, evaluate};
use super::instance::Instance;
use super::matrix::Matrix;
use super::obstruction::Claimed;
use super::weaken::{hypotheses, without_at};
use crate::certificate::{Certificate, Claim, Counterexample, Exact, Problem, Rows, StatementRef, VERSION};
use crate::kernel::{Name, Sequent, Space, Statement};
use crate::language::diagnose;
use crate::report::{Code, Diagnostic};
use crate::terms::*;

/// The claim that the instance refutes the statement without the hypothesis in this position, with its evidence.
///
/// Errors: [`Code::NotCounterexample`]; [`Code::Undecided`]; [`Code::CertificateIndex`]; those of [`evaluate`].
pub fn counterexample(
    statement: &Statement,
    dropped: Option<usize>,
    instance: &Instance,
) -> Result<Counterexample, Diagnostic> {
    let weakened = weakened(statement, dropped)?;
    let (fails, obstruction) = match conclusion(&weakened, instance)? {
        Decision::Holds { .. } => return Err(no_counterexample("the conclusion holds on these matrices")),
        Decision::Undecided(why) => return Err(undecided(format!("the conclusion is undecided: {why}"))),
        Decision::Fails(failing) if weakened.sequent().exists.is_empty() => (failing.conclusion, Vec::new()),
        Decision::Fails(failing) => match failing.how {
            Failed::NoWitness { obstruction } => (None, evidence(&weakened, instance, obstruction)),
            _ => (None, Vec::new()),
        },
    };
    let text = |name: &Name| name.to_string();
    let letters = |word: &Vec<usize>| word.iter().map(|letter| *letter as u32).collect();
    let members = |members: &Vec<Matrix>| members.iter().map(rows).collect();
    Ok(Counterexample {
        without: dropped.map(|position| position as u32),
        spaces: instance.dims.iter().map(|(name, n)| (text(name), *n as u32)).collect(),
        families: instance.families.iter().map(|(name, all)| (text(name), members(all))).collect(),
        maps: instance.maps.iter().map(|(name, matrix)| (text(name), rows(matrix))).collect(),
        words: instance.words.iter().map(|(name, word)| (text(name), letters(word))).collect(),
        fails: fails.map(|position| position as u32),
        obstruction: obstruction.iter().map(|(position, matrix)| (*position as u32, rows(matrix))).collect(),
    })
}

/// What a certificate can say of an obstruction that was found: nothing where other conclusions than plain equations
/// take part, or one more than once.
fn evidence(statement: &Statement, instance: &Instance, found: Vec<(usize, Matrix)>) -> Vec<(usize, Matrix)> {
    let found: Vec<(usize, Matrix)> = found.into_iter().filter(|(_, y)| !y.is_zero()).collect();
    let increasing = found.windows(2).all(|pair| pair[0].0 < pair[1].0);
    let turned = Claimed::of(statement, instance).filter(|_| increasing).and_then(|claimed| {
        let turned = claimed.as_written(&found)?;
        claimed.obstructs(&turned).then_some(turned)
    });
    turned.unwrap_or_default()
}

/// The matrices of a claim's obstruction with the signs for `left - right` as the statement has it, by position.
pub fn obstruction_as_written(statement: &Statement, claim: &Counterexample) -> Option<Vec<(usize, Matrix)>> {
    let weakened = weakened(statement, claim.without.map(|position| position as usize)).ok()?;
    let instance = instance(weakened.sequent(), claim).ok()?;
    let claimed = Claimed::of(&weakened, &instance)?;
    claimed.as_written(&stated(&claimed, claim).ok()?)
}

/// The certificate of counterexamples to one statement.
pub fn certificate(statement: &Statement, claims: Vec<Counterexample>) -> Certificate {
    Certificate {
        scotoma_certificate: VERSION,
        statement: StatementRef { theorem: statement.name().to_string(), sha256: statement.hash().to_string() },
        problem: Problem::Matrices,
        claims: claims.into_iter().map(Claim::Refutes).collect(),
    }
}

/// Checks a claim of a counterexample from scratch: the shapes; that the statement's assumptions hold, but for the
/// dropped one; that the conclusion in the stated position fails, or that no maps are as claimed. Returns the matrices.
///
/// Errors: [`Code::InstanceShape`], [`Code::CertificateIndex`], [`Code::NotCounterexample`], [`Code::Undecided`],
/// [`Code::InstanceTooLarge`].
pub fn verify_counterexample(statement: &Statement, claim: &Counterexample) -> Result<Instance, Diagnostic> {
    let weakened = weakened(statement, claim.without.map(|position| position as usize))?;
    let instance = instance(weakened.sequent(), claim)?;
    let conclusions = weakened.sequent().conclusions.len();
    match (claim.fails, weakened.sequent().exists.is_empty()) {
        (Some(position), true) => {
            if position as usize >= conclusions {
                return Err(Diagnostic::new(Code::CertificateIndex, "no conclusion has the position of `fails`"));
            }
            if !claim.obstruction.is_empty() {
                return Err(no_counterexample("an obstruction, where no maps are claimed to exist"));
            }
            fails(&only(&weakened, position as usize)?, &instance)?;
        }
        (None, true) => return Err(no_counterexample("it is not said which conclusion fails")),
        (Some(_), false) => return Err(no_counterexample("a conclusion alone, where maps are claimed to exist")),
        (None, false) if claim.obstruction.is_empty() => fails(&weakened, &instance)?,
        (None, false) => {
            // The conclusion need not be decided, only the assumptions.
            conclusion(&weakened, &instance)?;
            let claimed = Claimed::of(&weakened, &instance)
                .ok_or_else(|| no_counterexample("an obstruction, where members or words are claimed to exist"))?;
            if !claimed.obstructs(&stated(&claimed, claim)?) {
                return Err(no_counterexample("the stated obstruction does not obstruct"));
            }
        }
    }
    Ok(instance)
}

/// The obstruction of a claim, as matrices.
fn stated(claimed: &Claimed, claim: &Counterexample) -> Result<Vec<(usize, Matrix)>, Diagnostic> {
    let increasing = claim.obstruction.windows(2).all(|pair| pair[0].0 < pair[1].0);
    if !increasing || claim.obstruction.last().is_some_and(|(last, _)| *last as usize >= claimed.conclusions()) {
        let why = "the positions of the obstruction do not increase, or one is no conclusion's";
        return Err(Diagnostic::new(Code::CertificateIndex, why));
    }
    let one = |(position, dense): &(u32, Rows)| {
        let position = *position as usize;
        let (height, width) = claimed.size(position).map_err(|why| {
            no_counterexample(format!("the obstruction uses what is no equation linear in the maps: {}", why.0))
        })?;
        let y = matrix(dense, height, width);
        let y =
            y.ok_or_else(|| no_counterexample("a matrix of the obstruction has another shape than its equation"))?;
        Ok((position, y))
    };
    claim.obstruction.iter().map(one).collect()
}

fn no_counterexample(why: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::NotCounterexample, why)
}

fn undecided(why: String) -> Diagnostic {
    Diagnostic::new(Code::Undecided, why)
}

/// Checks that the counterexamples are for exactly the statement's assumptions, each once, and verifies them all.
///
/// Errors: [`Code::CertificateStatement`], [`Code::NotNecessary`], those of [`verify_counterexample`].
pub fn verify_necessity(statement: &Statement, certificate: &Certificate) -> Result<usize, Diagnostic> {
    if certificate.statement.sha256 != statement.hash().to_string() || certificate.problem != Problem::Matrices {
        let message = format!("the counterexamples are not about this statement of {}", statement.name());
        return Err(Diagnostic::new(Code::CertificateStatement, message));
    }
    let names = hypotheses(statement.sequent());
    let mut left: Vec<usize> = (0..names.len()).collect();
    for claim in &certificate.claims {
        let Claim::Refutes(claim) = claim else {
            return Err(Diagnostic::new(Code::CertificateStatement, "a claim that is no counterexample"));
        };
        let Some(at) = left.iter().position(|needed| Some(*needed as u32) == claim.without) else {
            let message = format!("a counterexample without {:?} is not asked for", claim.without);
            return Err(Diagnostic::new(Code::NotNecessary, message));
        };
        left.remove(at);
        verify_counterexample(statement, claim)?;
    }
    match left.first().and_then(|position| names.get(*position)) {
        None => Ok(names.len()),
        Some(name) => {
            Err(Diagnostic::new(Code::NotNecessary, format!("no counterexample shows that {name} is needed")))
        }
    }
}

fn weakened(statement: &Statement, dropped: Option<usize>) -> Result<Statement, Diagnostic> {
    dropped.map_or_else(|| Ok(statement.clone()), |position| without_at(statement, position))
}

/// The statement with one of its conclusions alone.
fn only(statement: &Statement, position: usize) -> Result<Statement, Diagnostic> {
    let mut sequent: Sequent = (**statement.sequent()).clone();
    sequent.conclusions = sequent.conclusions.into_iter().skip(position).take(1).collect();
    Statement::new(statement.name().clone(), statement.field(), sequent).map_err(|failure| diagnose(&failure))
}

/// Checks that all assumptions hold on the matrices and the conclusion does not.
fn fails(statement: &Statement, instance: &Instance) -> Result<(), Diagnostic> {
    match conclusion(statement, instance)? {
        Decision::Fails(_) => Ok(()),
        Decision::Holds { .. } => Err(no_counterexample("the conclusion that is named holds on these matrices")),
        Decision::Undecided(why) => Err(undecided(format!("the conclusion is undecided: {why}"))),
    }
}

/// What becomes of the conclusion on matrices on which all assumptions hold. Error: one of them fails, or is undecided.
fn conclusion(statement: &Statement, instance: &Instance) -> Result<Decision<Matrix>, Diagnostic> {
    let evaluation = evaluate(statement, instance)?;
    let mut open = None;
    for (name, decision) in &evaluation.assumptions {
        match decision {
            Decision::Holds { .. } => {}
            Decision::Fails(_) => {
                return Err(no_counterexample(format!("the assumption {name} does not hold on these matrices")));
            }
            Decision::Undecided(why) => open = Some(format!("the assumption {name} is undecided: {why}")),
        }
    }
    open.map_or(Ok(evaluation.conclusion), |why| Err(undecided(why)))
}

fn rows(matrix: &Matrix) -> Rows {
    (0..matrix.rows()).map(|i| (0..matrix.cols()).map(|j| Exact(matrix.get(i, j))).collect()).collect()
}

fn matrix(dense: &Rows, rows: usize, cols: usize) -> Option<Matrix> {
    let fits = dense.len() == rows && dense.iter().all(|row| row.len() == cols);
    let entry =
        |i: usize, j: usize| dense.get(i).and_then(|row| row.get(j)).map_or_else(BigRational::default, |e| e.0.clone());
    fits.then(|| Matrix::from_rationals(rows, cols, entry))
}

fn instance(sequent: &Sequent, claim: &Counterexample) -> Result<Instance, Diagnostic> {
    let wrong = |why: String| Diagnostic::new(Code::InstanceShape, why);
    let dims: BTreeMap<Name, usize> =
        claim.spaces.iter().map(|(name, n)| (Name::from(name.as_str()), *n as usize)).collect();
    let shaped = |name: &str, dense: &Rows, cod: &Space, dom: &Space| {
        let size = |space: &Space| super::instance::dimension(&dims, space);
        let value = size(cod).zip(size(dom)).and_then(|(rows, cols)| matrix(dense, rows, cols));
        value.ok_or_else(|| wrong(format!("{name} is not a matrix of {cod} x {dom}, or one of these has no dimension")))
    };
    let mut maps = BTreeMap::new();
    for (name, dense) in &claim.maps {
        let declared = sequent.maps.iter().find(|map| &*map.name == name.as_str());
        let map = declared.ok_or_else(|| wrong(format!("the statement declares no map {name}")))?;
        maps.insert(map.name.clone(), shaped(name, dense, &map.cod, &map.dom)?);
    }
    let mut families = BTreeMap::new();
    for (name, members) in &claim.families {
        let declared = sequent.families.iter().find(|family| &*family.name == name.as_str());
        let family = declared.ok_or_else(|| wrong(format!("the statement declares no family {name}")))?;
        let one = |dense: &Rows| shaped(name, dense, &family.space, &family.space);
        families.insert(family.name.clone(), members.iter().map(one).collect::<Result<Vec<_>, _>>()?);
    }
    let words = claim.words.iter();
    let words = words.map(|(name, word)| (name.as_str().into(), word.iter().map(|at| *at as usize).collect()));
    let instance = Instance { dims, families, maps, words: words.collect() };
    instance.check(sequent)?;
    Ok(instance)
}
