//! How a theorem stands the test of numbers: samples on which it is evaluated, stored counterexamples without each assumption.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::certify::{verify_counterexample, verify_necessity};
use super::evaluate::{Decision, Evaluation, evaluate_within};
use super::instance::Instance;
use super::numeric::rotated;
use super::sample::Sampler;
use super::weaken::hypotheses;
use super::work::WORK;
use crate::certificate::{Certificate, Claim, Counterexample};
use crate::kernel::Statement;
use crate::report::Diagnostic;
use crate::terms::*;

/// The largest space of a sample.
const LARGEST: usize = 12;

/// What the evaluation of one sample may cost.
const SAMPLED: u64 = WORK / 10;

/// What samples showed.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sampled {
    /// Exact instances on which the assumptions and the conclusion hold.
    pub exact: usize,
    /// The same in f64, in rotated coordinates, within the bound of [`super::Ball`].
    pub numeric: usize,
    /// Instances that f64 could not decide: too ill-conditioned.
    pub undecided: usize,
    /// Instances on which exact evaluation could not decide the statement, within its work or at all.
    pub open: usize,
    /// The seeds of instances on which the conclusion fails, or f64 contradicts exact arithmetic; none, if all is well.
    pub failed: Vec<u64>,
}

/// Evaluates the statement on instances drawn from the seeds 0, 1, 2, ... until `count` are decided exactly and `count` in
/// f64, or twice as many seeds are used up.
pub fn sample(statement: &Statement, count: usize) -> Sampled {
    let mut sampled = Sampled::default();
    if count == 0 {
        return sampled;
    }
    let sampler = Sampler::new(statement);
    for seed in 0..2 * count as u64 {
        // What f64 decides has been decided exactly too.
        if sampled.numeric >= count || sampled.open >= count {
            break;
        }
        let Some(instance) = sampler.draw(seed, LARGEST) else { continue };
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let exact = evaluate_within(statement, &instance, SAMPLED).map(|e| verdict(&e));
        let rotated = rotated(&instance, statement.sequent(), &mut rng);
        let numeric = evaluate_within(statement, &rotated, SAMPLED).map(|e| verdict(&e));
        match (exact, numeric) {
            (Ok(Some(true)), Ok(Some(true))) => {
                sampled.exact += 1;
                sampled.numeric += 1;
            }
            (Ok(Some(true)), Ok(None) | Err(_)) => {
                sampled.exact += 1;
                sampled.undecided += 1;
            }
            (Ok(None), _) => sampled.open += 1,
            (Ok(Some(_)), _) | (Err(_), _) => sampled.failed.push(seed),
        }
    }
    sampled
}

/// Whether the assumptions and the conclusion hold; `None`: undecided, and nothing fails.
fn verdict<M>(evaluation: &Evaluation<M>) -> Option<bool> {
    let all = || evaluation.assumptions.iter().map(|(_, decision)| decision).chain([&evaluation.conclusion]);
    match all().any(|decision| matches!(decision, Decision::Fails(_))) {
        true => Some(false),
        false => all().all(Decision::holds).then_some(true),
    }
}

macro_rules! stored {
    ($($name:ident)*) => {
        /// The counterexamples stored for each shipped theorem: name, text of the certificate.
        pub const COUNTEREXAMPLES: &[(&str, &str)] = &[$((
            stringify!($name),
            include_str!(concat!("../../proofs/counterexamples/", stringify!($name), ".json")),
        )),*];
    };
}

crate::for_each_theorem!(stored);

fn stored_certificate(statement: &Statement) -> Option<Result<Certificate, Diagnostic>> {
    let (name, text) = COUNTEREXAMPLES.iter().find(|(name, _)| *name == &**statement.name())?;
    Some(Certificate::from_bytes(&format!("proofs/counterexamples/{name}.json"), text.as_bytes().to_vec()))
}

/// Verifies the stored counterexamples of a theorem: how many assumptions they show to be needed, which is all of them.
/// `None`: nothing is stored under its name. Errors: those of [`verify_necessity`].
pub fn necessity(statement: &Statement) -> Option<Result<usize, Diagnostic>> {
    Some(stored_certificate(statement)?.and_then(|certificate| verify_necessity(statement, &certificate)))
}

/// The stored counterexamples of a theorem, verified: the assumption that each does without, and its matrices. Empty where
/// nothing is stored under its name. Errors: those of [`verify_counterexample`].
pub fn counterexamples(statement: &Statement) -> Result<Vec<(String, Instance)>, Diagnostic> {
    let Some(certificate) = stored_certificate(statement) else { return Ok(Vec::new()) };
    let refutes = certificate?.claims.into_iter().filter_map(|claim| match claim {
        Claim::Refutes(claim) => Some(claim),
        _ => None,
    });
    let names = hypotheses(statement.sequent());
    let verified = |claim: Counterexample| {
        let instance = verify_counterexample(statement, &claim)?;
        let name = claim.without.and_then(|position| names.get(position as usize).cloned());
        Ok((name.unwrap_or_default(), instance))
    };
    refutes.map(verified).collect()
}
