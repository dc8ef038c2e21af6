//! The check of `settles` claims: a basis of the edits modulo training, and everything else in terms of it.

use std::collections::HashMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::fates::equals_row;
use super::multiply::Combiner;
use super::problem::Problem;
use super::staircase::Staircase;
use super::vectors::{failure, increasing, sparse};
use super::verified::Verified;
use crate::certificate::{Basis, Budget, Dependent, Exact, Mined, Settled};
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
    basis: Option<&Basis>,
    costs: Option<&[Exact]>,
    budget: Option<&Budget>,
) -> Result<Verified, Diagnostic> {
    let costs = check_costs(costs, problem.d().rows())?;
    let turn = check_coverage(problem, mined, settled)?;
    match basis {
        Some(basis) => check_pivots(problem, mined, basis)?,
        None => check_readouts(problem, mined, &turn)?,
    }
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

fn check_readouts(problem: &Problem, mined: &[Mined], turn: &HashMap<u32, usize>) -> Result<(), Diagnostic> {
    let (training, edits) = (problem.s().transpose(), problem.d().transpose());
    let (mut silent, mut seen) = (Combiner::new(&training), Combiner::new(&edits));
    for (at, Mined { edit, readout, .. }) in mined.iter().enumerate() {
        let Some(readout) = readout else { return Err(ill_formed()) };
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

/// Mined edits that lack what goes with the form of their claim; certificates are read without such.
fn ill_formed() -> Diagnostic {
    failure(Code::CertificateSyntax, "mined edits have pivots where there is a basis, and else readouts")
}

/// The rows of the basis and the mined edits are independent modulo a number, hence independent, and the other captions add nothing.
fn check_pivots(problem: &Problem, mined: &[Mined], basis: &Basis) -> Result<(), Diagnostic> {
    let (s, d) = (problem.s(), problem.d());
    let mut stairs = Staircase::of(basis.modulus, s, &basis.rows, |row| Some(row as usize))?;
    for Mined { edit, readout, pivot } in mined {
        let (Some(pivot), None) = (pivot, readout) else { return Err(ill_formed()) };
        stairs.add(&format!("edit {edit}"), stairs.residues(d, *edit), *pivot)?;
    }
    let mut in_basis = vec![false; s.rows()];
    basis.rows.iter().for_each(|(row, _)| in_basis[*row as usize] = true);
    let others = (0..s.rows() as u32).filter(|row| !in_basis[*row as usize]);
    if !others.eq(basis.others.iter().map(|other| other.caption)) {
        return Err(failure(Code::NotBasis, "the other captions are not those without a pivot, in order"));
    }
    let mut rows = Combiner::new(s);
    for Dependent { caption, c } in &basis.others {
        let vector = sparse(&format!("the combination for training caption {caption}"), c, s.rows())?;
        if vector.iter().any(|(row, _)| !in_basis[*row as usize]) {
            return Err(failure(
                Code::NotBasis,
                format!("training caption {caption} is given by others than the basis"),
            ));
        }
        let (sum, denominator) = rows.combine(&vector)?;
        if !equals_row(&sum, &denominator, s, *caption) {
            let message = format!("training caption {caption} is not the stated combination of the basis");
            return Err(failure(Code::NotBasis, message));
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
