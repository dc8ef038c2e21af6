//! What a step of a proof holds and rests on.

use crate::kernel::{Block, FactId, Hash, Multipliers, Part, Source, Step};

/// The blocks of a step.
pub fn blocks(step: &Step) -> Vec<&Block> {
    match step {
        Step::Contradiction { block, .. } | Step::Suppose { block, .. } => vec![block],
        Step::WordInduction { base, step, .. } => vec![base, step],
        _ => Vec::new(),
    }
}

/// The step at a path: its index in its block, of the block in its step, of that step in its block, and so on, the outermost
/// first.
pub fn step_at<'a>(block: &'a Block, path: &[usize]) -> Option<&'a Step> {
    let (first, rest) = path.split_first()?;
    let step = block.steps.get(*first)?;
    match rest.split_first() {
        None => Some(step),
        Some((inner, rest)) => step_at(blocks(step).get(*inner)?, rest),
    }
}

/// The facts that a step uses, each once, in order.
pub fn uses(step: &Step) -> Vec<FactId> {
    let parts = |parts: &[Part]| parts.iter().map(|part| part.fact).collect::<Vec<_>>();
    let multipliers =
        |m: &Multipliers| parts(&m.parts).into_iter().chain(m.bounds.iter().map(|b| b.1)).collect::<Vec<_>>();
    let mut used: Vec<FactId> = match step {
        Step::Combination { parts: list, .. } => parts(list),
        Step::Instance { rule: Source::Fact(rule), premises, .. } => [*rule].iter().chain(premises).copied().collect(),
        Step::Instance { premises, .. } => premises.clone(),
        Step::Obtain { fact, .. } | Step::SquareInverse { fact, .. } | Step::Definite { fact, .. } => vec![*fact],
        Step::PseudoInverse { .. } => Vec::new(),
        Step::Square { fact, .. } => fact.iter().copied().collect(),
        Step::Product { first, second } => vec![*first, *second],
        Step::Pivot { fact, .. } | Step::Extensionality { fact, .. } => vec![*fact],
        Step::Farkas { forth, back, .. } => {
            multipliers(forth).into_iter().chain(back.iter().flat_map(multipliers)).collect()
        }
        Step::Contradiction { .. } | Step::Suppose { .. } | Step::WordInduction { .. } => {
            blocks(step).into_iter().flat_map(|block| block.facts.clone()).collect()
        }
    };
    let mut seen = std::collections::BTreeSet::new();
    used.retain(|fact| seen.insert(*fact));
    used
}

/// The theorem that a step applies.
pub fn theorem(step: &Step) -> Option<Hash> {
    match step {
        Step::Instance { rule: Source::Theorem(hash), .. } => Some(*hash),
        _ => None,
    }
}
