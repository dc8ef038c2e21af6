//! The matroid greedy: a cheapest basis of the edits modulo the training captions, by one staged elimination.

use std::collections::BTreeSet;

use num_rational::BigRational;
use num_traits::{One, Zero};

use super::rank::{Ranked, ranking};
use crate::certificate::{Basis, Budget, Claim, Dependent, Exact, Mined, Settled, Sparse};
use crate::encoder::{MODULI, are_independent};
use crate::exact::{Elimination, Expression, Limits, SparseMatrix, SparseVector};
use crate::report::{Code, Diagnostic};

/// A cheapest set of edits that settles all.
#[derive(Clone, Debug)]
pub struct Mining {
    /// The mined edits, the ones to train on first at the front: by rising cost, and among equals those that settle others.
    pub ranked: Vec<Ranked>,
    /// How many edits need no negative: they are combinations of training captions (or change nothing).
    pub free_of_charge: usize,
    /// rank S, of the features of the training captions.
    pub training_rank: usize,
    /// The claim with its witnesses.
    pub claim: Claim,
}

/// Finds a least set of edits (rows of `d`, edits x features) that with the training captions (rows of `s`, captions x
/// features) settles all edits, the cheapest where `costs` are given, one for each edit; with a budget, also the most
/// independent of them that it buys.
///
/// Errors: [`Code::Usage`] for costs below 0 or of another number; those of [`Elimination`].
pub fn mine(
    s: &SparseMatrix,
    d: &SparseMatrix,
    costs: Option<&[BigRational]>,
    budget: Option<&BigRational>,
    limits: &Limits,
) -> Result<Mining, Diagnostic> {
    let prices = prices(costs, d.rows())?;
    let mut order: Vec<usize> = (0..d.rows()).collect();
    order.sort_by(|&a, &b| prices[a].cmp(&prices[b]));
    let sorted = SparseMatrix::from_rows(d.cols(), order.iter().map(|&edit| d.row(edit).collect()).collect())?;
    let both = SparseMatrix::vstack(&[s, &sorted])?;
    // One stage for the training captions and one for each cost: a pivot row is never dearer than what it replaces.
    let ends = (1..=d.rows()).filter(|&at| at == d.rows() || prices[order[at - 1]] < prices[order[at]]);
    let stages: Vec<usize> = std::iter::once(s.rows()).chain(ends.map(|end| s.rows() + end)).collect();
    let elimination = Elimination::new(&both, &stages, limits)?;
    let training_rank = elimination.stage_rank(0);
    let edit_of = |row: u32| order[row as usize - s.rows()] as u32;
    let pivots: Vec<(u32, u32)> = elimination.pivot_rows().into_iter().zip(elimination.pivot_columns()).collect();
    let edits = &pivots[training_rank..];
    let basis = basis(&elimination, s, &pivots)?;
    let mined: Vec<Mined> = if basis.is_some() {
        let by_pivot = |&(row, pivot): &(u32, u32)| Mined { edit: edit_of(row), readout: None, pivot: Some(pivot) };
        edits.iter().map(by_pivot).collect()
    } else {
        let by_readout = |(&(row, _), k): (&(u32, u32), SparseVector)| Mined {
            edit: edit_of(row),
            readout: Some(sparse(&k)),
            pivot: None,
        };
        edits.iter().zip(elimination.readouts(0)?).map(by_readout).collect()
    };
    let settled = settle(&elimination, d, s.rows(), stages.len() - 1, &mined, edit_of)?;
    let ranked = ranking(&mined, &settled, &prices);
    let budget = budget.map(|limit| choose(&ranked, limit, &settled));
    let free_of_charge = settled.iter().filter(|settled| settled.b.is_empty()).count();
    let costs = costs.map(|costs| costs.iter().cloned().map(Exact).collect());
    Ok(Mining { ranked, free_of_charge, training_rank, claim: Claim::Settles { mined, settled, basis, costs, budget } })
}

/// The training captions with a pivot, and the others in terms of these, where that is shorter than readouts; `None` where it is not, or
/// all numbers that are tried divide a pivot.
fn basis(elimination: &Elimination, s: &SparseMatrix, pivots: &[(u32, u32)]) -> Result<Option<Basis>, Diagnostic> {
    let others: Vec<u32> = (0..s.rows() as u32).filter(|&row| !elimination.is_pivot_row(row as usize)).collect();
    if others.len() > MOST_OTHERS {
        return Ok(None);
    }
    let modulus = MODULI.into_iter().find(|&modulus| are_independent(modulus, elimination.matrix(), pivots));
    let Some(modulus) = modulus else { return Ok(None) };
    let (mut room, mut written) = (MOST_COEFFICIENTS, Vec::with_capacity(others.len()));
    for some in others.chunks(CHUNK) {
        let expressions = elimination.express_rows(&s.select(some, s.cols(), Some), 0)?;
        for (&caption, expression) in some.iter().zip(expressions) {
            let Expression::Identified(c) = expression else {
                let message = format!("training caption {caption} was left over by elimination");
                return Err(Diagnostic::new(Code::ExactSelfCheck, message));
            };
            match room.checked_sub(c.len()) {
                Some(left) => room = left,
                None => return Ok(None),
            }
            written.push(Dependent { caption, c: sparse(&c) });
        }
    }
    let training = pivots.iter().take(elimination.stage_rank(0)).copied().collect();
    Ok(Some(Basis { modulus, rows: training, others: written }))
}

/// The most training captions without a pivot, and the most coefficients of theirs, where a basis is written.
const MOST_OTHERS: usize = 20_000;
const MOST_COEFFICIENTS: usize = 250_000;
/// Captions that are expressed together.
const CHUNK: usize = 1024;

fn prices(costs: Option<&[BigRational]>, edits: usize) -> Result<Vec<BigRational>, Diagnostic> {
    let Some(costs) = costs else { return Ok(vec![BigRational::one(); edits]) };
    if costs.len() != edits {
        return Err(Diagnostic::new(Code::Usage, format!("there are {} costs for {edits} edits", costs.len())));
    }
    match costs.iter().position(|cost| *cost < BigRational::zero()) {
        Some(edit) => Err(Diagnostic::new(Code::Usage, format!("the cost of edit {edit} is below 0"))),
        None => Ok(costs.to_vec()),
    }
}

/// Every edit that is not mined in terms of training captions and mined edits.
fn settle(
    elimination: &Elimination,
    d: &SparseMatrix,
    training: usize,
    stage: usize,
    mined: &[Mined],
    edit_of: impl Fn(u32) -> u32,
) -> Result<Vec<Settled>, Diagnostic> {
    let basis: BTreeSet<u32> = mined.iter().map(|mined| mined.edit).collect();
    let others: Vec<u32> = (0..d.rows() as u32).filter(|edit| !basis.contains(edit)).collect();
    let rows = others.iter().map(|&edit| d.row(edit as usize).collect()).collect();
    let expressions = elimination.express_rows(&SparseMatrix::from_rows(d.cols(), rows)?, stage)?;
    let settled = |(&edit, expression): (&u32, Expression)| match expression {
        Expression::Identified(combination) => {
            let (c, mut b): (Sparse, Sparse) =
                sparse(&combination).into_iter().partition(|(row, _)| (*row as usize) < training);
            b.iter_mut().for_each(|(row, _)| *row = edit_of(*row));
            b.sort_by_key(|(edit, _)| *edit);
            Ok(Settled { edit, c, b })
        }
        Expression::Free(_) => {
            Err(Diagnostic::new(Code::ExactSelfCheck, format!("edit {edit} was left over by elimination")))
        }
    };
    others.iter().zip(expressions).map(settled).collect()
}

/// As many of the mined edits as the limit buys: the first of the ranking, which rises in cost.
fn choose(ranked: &[Ranked], limit: &BigRational, settled: &[Settled]) -> Budget {
    let mut spent = BigRational::zero();
    let affordable = ranked.iter().take_while(|ranked| {
        spent += &ranked.cost;
        spent <= *limit
    });
    let mut chosen: Vec<u32> = affordable.map(|ranked| ranked.edit).collect();
    chosen.sort_unstable();
    let within = |settled: &&Settled| settled.b.iter().all(|(edit, _)| chosen.binary_search(edit).is_ok());
    let count = chosen.len() + settled.iter().filter(within).count();
    Budget { limit: Exact(limit.clone()), chosen, settled: count as u32 }
}

fn sparse(vector: &SparseVector) -> Sparse {
    vector.iter().map(|(index, value)| (index, Exact(value))).collect()
}
