//! Counterexamples as certificates, and the check of them: by evaluation from scratch.

use std::collections::BTreeMap;

use num_rational::BigRational;

use super::evaluate::{Decision, Failed, evaluate, obstructed};
use super::instance::Instance;
use super::matrix::Matrix;
use super::weaken::{hypotheses, without};
use crate::certificate::{Certificate, Claim, Counterexample, Exact, Problem, Rows, StatementRef, VERSION};
use crate::kernel::{Name, Sequent, Space, Statement};
use crate::report::{Code, Diagnostic};

/// The claim that the instance refutes the statement without the named assumption, with its evidence.
///
/// Errors: [`Code::NotCounterexample`]; [`Code::AssumptionUnknown`]; those of [`evaluate`].
pub fn counterexample(
    statement: &Statement,
    dropped: Option<&str>,
    instance: &Instance,
) -> Result<Counterexample, Diagnostic> {
    let (fails, obstruction) = failure(statement, dropped, instance)?;
    let text = |name: &Name| name.to_string();
    let letters = |word: &Vec<usize>| word.iter().map(|letter| *letter as u32).collect();
    let members = |members: &Vec<Matrix>| members.iter().map(rows).collect();
    Ok(Counterexample {
        without: dropped.map(str::to_owned),
        spaces: instance.dims.iter().map(|(name, n)| (text(name), *n as u32)).collect(),
        families: instance.families.iter().map(|(name, all)| (text(name), members(all))).collect(),
        maps: instance.maps.iter().map(|(name, matrix)| (text(name), rows(matrix))).collect(),
        words: instance.words.iter().map(|(name, word)| (text(name), letters(word))).collect(),
        fails,
        obstruction: obstruction.iter().map(|(label, matrix)| (label.clone(), rows(matrix))).collect(),
    })
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
/// dropped one; that the conclusion fails, as stated; that the obstruction, if there is one, obstructs. Returns the matrices.
///
/// Errors: [`Code::InstanceShape`], [`Code::AssumptionUnknown`], [`Code::NotCounterexample`].
pub fn verify_counterexample(statement: &Statement, claim: &Counterexample) -> Result<Instance, Diagnostic> {
    let weakened = weakened(statement, claim.without.as_deref())?;
    let instance = instance(weakened.sequent(), claim)?;
    let (fails, found) = failure(statement, claim.without.as_deref(), &instance)?;
    let wrong = |why: &str| Err(Diagnostic::new(Code::NotCounterexample, why));
    if fails != claim.fails {
        return wrong("another conclusion fails than the one that is named");
    }
    if found.len() != claim.obstruction.len() {
        return wrong("the obstruction has not one matrix an equation");
    }
    let mut obstruction = Vec::new();
    for ((label, rows), (wanted, like)) in claim.obstruction.iter().zip(&found) {
        match matrix(rows, like.rows(), like.cols()).filter(|_| label == wanted) {
            Some(matrix) => obstruction.push(matrix),
            None => return wrong("a matrix of the obstruction has another label or shape than its equation"),
        }
    }
    match obstruction.is_empty() || obstructed(&weakened, &instance, &obstruction) {
        true => Ok(instance),
        false => wrong("the stated obstruction does not obstruct"),
    }
}

/// Checks that counterexamples for exactly the statement's assumptions are there, each once, and verifies them all.
///
/// Errors: [`Code::CertificateStatement`], [`Code::NotNecessary`], those of [`verify_counterexample`].
pub fn verify_necessity(statement: &Statement, certificate: &Certificate) -> Result<usize, Diagnostic> {
    if certificate.statement.sha256 != statement.hash().to_string() || certificate.problem != Problem::Matrices {
        let message = format!("the counterexamples are not about this statement of {}", statement.name());
        return Err(Diagnostic::new(Code::CertificateStatement, message));
    }
    let mut left = hypotheses(statement.sequent());
    let needed = left.len();
    for claim in &certificate.claims {
        let Claim::Refutes(claim) = claim else {
            return Err(Diagnostic::new(Code::CertificateStatement, "a claim that is no counterexample"));
        };
        let dropped = claim.without.as_deref().unwrap_or_default();
        let Some(at) = left.iter().position(|name| name == dropped) else {
            return Err(Diagnostic::new(
                Code::NotNecessary,
                format!("a counterexample without {dropped:?} is not asked for"),
            ));
        };
        left.remove(at);
        verify_counterexample(statement, claim)?;
    }
    match left.first() {
        None => Ok(needed),
        Some(name) => {
            Err(Diagnostic::new(Code::NotNecessary, format!("no counterexample shows that {name} is needed")))
        }
    }
}

fn weakened(statement: &Statement, dropped: Option<&str>) -> Result<Statement, Diagnostic> {
    dropped.map_or_else(|| Ok(statement.clone()), |name| without(statement, name))
}

/// The label of the conclusion that fails, and the obstruction if it is existential.
fn failure(
    statement: &Statement,
    dropped: Option<&str>,
    instance: &Instance,
) -> Result<(String, Vec<(String, Matrix)>), Diagnostic> {
    let wrong = |why: String| Err(Diagnostic::new(Code::NotCounterexample, why));
    let evaluation = evaluate(&weakened(statement, dropped)?, instance)?;
    for (name, decision) in &evaluation.assumptions {
        match decision {
            Decision::Holds { .. } => {}
            Decision::Fails(_) => return wrong(format!("the assumption {name} does not hold on these matrices")),
            Decision::Undecided(why) => return wrong(format!("the assumption {name} is undecided: {why}")),
        }
    }
    match evaluation.conclusion {
        Decision::Holds { .. } => wrong("the conclusion holds on these matrices".to_owned()),
        Decision::Undecided(why) => wrong(format!("the conclusion is undecided: {why}")),
        Decision::Fails(failing) => match failing.how {
            Failed::NoWitness { obstruction } => Ok((failing.label, obstruction)),
            _ => Ok((failing.label, Vec::new())),
        },
    }
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
