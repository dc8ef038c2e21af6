//! The check of `settles` claims: a basis of the edits modulo training, and everything else in terms of it.

use std::collections::HashMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::multiply::Combiner;
use super::problem::Problem;
use super::vectors::{failure, increasing, sparse};
use super::verified::Verified;
use crate::certificate::{Budget, Exact, Mined, Settled};
use crate::matrix::SparseMatrix;
use crate::report::{Code, Diagnostic};

/// Checks that the mined edits are independent, that every other edit is the stated combination, that each mined edit
/// in it is no dearer, and what is said of the budget.
///
/// Why that is enough: by the readouts no fewer edits determine the mined ones; and a basis in which no edit could replace
/// a dearer mined one has, for every number k, the cheapest k independent edits as its k cheapest (the greedy
/// property of matroids).
pub fn check_settles(
    problem: &Problem,
    mined: &[Mined],
    settled: &[Settled],
    costs: Option<&[Exact]>,
    budget: Option<&Budget>,
) -> Result<Verified, Diagnostic> {
    let costs = check_costs(costs, problem.d().rows())?;
    let turn = check_coverage(problem, mined, settled)?;
    check_independence(problem, mined, &turn)?;
    check_combinations(problem, settled, &turn)?;
    for Settled { edit, b, .. } in settled {
        if let Some((dearer, _)) = b.iter().find(|(other, _)| costs[*other as usize] > costs[*edit as usize]) {
            let message = format!("edit {edit} costs less than the mined edit {dearer}, which it could replace");
            return Err(failure(Code::NotCheapest, message));
        }
    }
    let budget = budget.map(|budget| check_budget(budget, mined, settled, &costs)).transpose()?;
    let cost = mined.iter().fold(BigRational::zero(), |sum, mined| sum + &costs[mined.edit as usize]);
    Ok(Verified::Settles { mined: mined.len(), settled: settled.len(), cost: Exact(cost), budget })
}

/// The cost of every edit.
fn check_costs(costs: Option<&[Exact]>, edits: usize) -> Result<Vec<BigRational>, Diagnostic> {
    let Some(costs) = costs else { return Ok(vec![BigRational::one(); edits]) };
    if costs.len() != edits {
        return Err(failure(Code::CertificateShape, format!("there are {} costs for {edits} edits", costs.len())));
    }
    match costs.iter().position(|cost| cost.0.is_negative()) {
        Some(edit) => Err(failure(Code::NotCheapest, format!("edit {edit} has a negative cost"))),
        None => Ok(costs.iter().map(|cost| cost.0.clone()).collect()),
    }
}

/// Every edit is either mined or settled, once; returns the position of the mined edits.
fn check_coverage(problem: &Problem, mined: &[Mined], settled: &[Settled]) -> Result<HashMap<u32, usize>, Diagnostic> {
    let edits = problem.d().rows();
    increasing("the list of settled edits", settled.iter().map(|settled| settled.edit), edits)?;
    let turn: HashMap<u32, usize> = mined.iter().enumerate().map(|(at, mined)| (mined.edit, at)).collect();
    if turn.len() < mined.len() || turn.keys().any(|edit| *edit as usize >= edits) {
        return Err(failure(Code::CertificateIndex, "a mined edit is listed twice or does not exist"));
    }
    if let Some(both) = settled.iter().find(|settled| turn.contains_key(&settled.edit)) {
        return Err(failure(Code::NotSettled, format!("edit {} is both mined and settled", both.edit)));
    }
    match edits - turn.len() - settled.len() {
        0 => Ok(turn),
        missing => Err(failure(Code::NotSettled, format!("{missing} edits are neither mined nor settled"))),
    }
}

fn check_independence(problem: &Problem, mined: &[Mined], turn: &HashMap<u32, usize>) -> Result<(), Diagnostic> {
    let (training, edits) = (problem.s().transpose(), problem.d().transpose());
    let (mut silent, mut seen) = (Combiner::new(&training), Combiner::new(&edits));
    for (at, Mined { edit, readout }) in mined.iter().enumerate() {
        let k = sparse(&format!("the readout of edit {edit}"), readout, problem.s().cols())?;
        if let Some((text, _)) = silent.combine(&k)?.0.first() {
            let message = format!("the readout of edit {edit} is not silent on training caption {text}");
            return Err(failure(Code::NotIndependent, message));
        }
        let first = seen.combine(&k)?.0.iter().filter_map(|(edit, _)| turn.get(edit)).min().copied();
        if first != Some(at) {
            let message = format!("the readout of edit {edit} does not see it, or sees a mined edit before it");
            return Err(failure(Code::NotIndependent, message));
        }
    }
    Ok(())
}

fn check_combinations(problem: &Problem, settled: &[Settled], turn: &HashMap<u32, usize>) -> Result<(), Diagnostic> {
    let both = SparseMatrix::vstack(&[problem.s(), problem.d()])?;
    let (training, edits) = (problem.s().rows(), problem.d().rows());
    let mut rows = Combiner::new(&both);
    for Settled { edit, c, b } in settled {
        let name = format!("the combination for edit {edit}");
        let mut vector = sparse(&name, c, training)?;
        for (other, value) in sparse(&name, b, edits)? {
            if !turn.contains_key(&other) {
                return Err(failure(Code::NotSettled, format!("{name} uses edit {other}, which is not mined")));
            }
            vector.push((training as u32 + other, value));
        }
        let (sum, denominator) = rows.combine(&vector)?;
        let row: Vec<(u32, BigInt)> =
            problem.d().row(*edit as usize).map(|(column, entry)| (column, &denominator * entry)).collect();
        if sum != row {
            let message = format!("edit {edit} is not the stated combination of training captions and mined edits");
            return Err(failure(Code::NotSettled, message));
        }
    }
    Ok(())
}

/// The chosen edits keep the limit, one more would not, and they settle as many edits as is said: being a part of a
/// basis, they determine exactly the edits whose combination uses nothing else.
fn check_budget(
    budget: &Budget,
    mined: &[Mined],
    settled: &[Settled],
    costs: &[BigRational],
) -> Result<(usize, usize), Diagnostic> {
    let Budget { limit, chosen, settled: claimed } = budget;
    increasing("the list of chosen edits", chosen.iter().copied(), costs.len())?;
    let basis: std::collections::BTreeSet<u32> = mined.iter().map(|mined| mined.edit).collect();
    if let Some(other) = chosen.iter().find(|edit| !basis.contains(edit)) {
        return Err(failure(Code::NotCheapest, format!("edit {other} is chosen and not mined")));
    }
    let total = |edits: &mut dyn Iterator<Item = &BigRational>| edits.fold(BigRational::zero(), |sum, cost| sum + cost);
    if total(&mut chosen.iter().map(|edit| &costs[*edit as usize])) > limit.0 {
        return Err(failure(Code::NotCheapest, "the chosen edits cost more than the budget"));
    }
    let mut prices: Vec<&BigRational> = mined.iter().map(|mined| &costs[mined.edit as usize]).collect();
    prices.sort();
    if chosen.len() < prices.len() && total(&mut prices[..=chosen.len()].iter().copied()) <= limit.0 {
        return Err(failure(Code::NotCheapest, "the budget buys more independent edits than are chosen"));
    }
    let within = |b: &[(u32, Exact)]| b.iter().all(|(edit, _)| chosen.binary_search(edit).is_ok());
    let count = chosen.len() + settled.iter().filter(|settled| within(&settled.b)).count();
    if count != *claimed as usize {
        return Err(failure(Code::NotSettled, format!("the chosen edits settle {count} edits, not {claimed}")));
    }
    Ok((chosen.len(), count))
}
