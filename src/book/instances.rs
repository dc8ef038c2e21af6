//! Matrices for the theorems: small ones that satisfy a theorem, and for each assumption ones that show it necessary.

use num_bigint::BigInt;
use num_traits::{One, ToPrimitive, Zero};

use super::stories::{self, Story};
use crate::kernel::Statement;
use crate::model::{Decision, Instance, Matrix, Sampler, counterexamples, evaluate};
use crate::report::Diagnostic;

/// How many instances are drawn, evaluated and compared.
const DRAWS: u64 = 60;
/// The largest dimension of a space.
const LIMIT: usize = 3;
/// What sampling a theorem gave.
pub(super) struct Sampled {
    /// How many instances were drawn that satisfy the assumptions; the conclusion held on each.
    pub count: usize,
    /// What is written for the theorem, or the one of them that shows most.
    pub shown: Story,
}

/// Draws instances of a theorem, exactly. `None` where none is found, or where one refutes the theorem. Error: what is
/// written for the theorem does not satisfy it.
pub(super) fn sample(statement: &Statement) -> Result<Option<Sampled>, Diagnostic> {
    let Some((count, drawn)) = drawn(statement) else { return Ok(None) };
    let shown = stories::shown(statement)?.unwrap_or_else(|| drawn.into());
    Ok(Some(Sampled { count, shown }))
}

/// How many instances were drawn on which the theorem holds, and the one of them that shows most.
fn drawn(statement: &Statement) -> Option<(usize, Instance)> {
    let sampler = Sampler::new(statement);
    let (mut count, mut best): (usize, Option<(i64, Instance)>) = (0, None);
    for seed in 0..DRAWS {
        let Some(instance) = sampler.draw(seed, LIMIT) else { continue };
        let evaluation = evaluate(statement, &instance).ok()?;
        match evaluation.conclusion {
            Decision::Holds { .. } => count += 1,
            Decision::Fails(_) => return None,
            Decision::Undecided(_) => continue,
        }
        let score = score(&instance);
        if best.as_ref().is_none_or(|(known, _)| score > *known) {
            best = Some((score, instance));
        }
    }
    best.map(|(_, drawn)| (count, drawn))
}

/// How much an instance shows: spaces of dimension 2 and a few small entries everywhere; large numbers and zero maps do not.
fn score(instance: &Instance) -> i64 {
    let dims: i64 = instance.dims.values().map(|n| [-200, 2, 6, -4].get(*n).copied().unwrap_or(-20)).sum();
    let members = instance.families.values();
    let few: i64 = members.clone().map(|list| if (1..=2).contains(&list.len()) { 0 } else { -40 }).sum();
    let words: i64 = instance.words.values().map(|w| if (1..=2).contains(&w.len()) { 0 } else { -15 }).sum();
    let maps: i64 = instance.maps.values().chain(members.flatten()).map(clarity).sum();
    dims + few + words + maps
}

fn clarity(m: &Matrix) -> i64 {
    let size = |n: &BigInt| match n.magnitude().to_u64() {
        Some(0..=3) => 0,
        Some(4..=9) => -2,
        _ => -9,
    };
    let cells = m.numerators().len();
    let filled = m.numerators().iter().filter(|n| !n.is_zero()).count();
    let fraction = if m.denominator().is_one() { 0 } else { -12 };
    let zero = match (cells, filled) {
        (0, _) => 0,
        (_, 0) => -80,
        _ => 2 * filled.min(3) as i64,
    };
    fraction + zero + m.numerators().iter().map(size).sum::<i64>()
}

/// For each assumption, matrices that satisfy all the others and not the conclusion: what is written for it, or what is stored.
/// Error: what is written does not refute it.
pub(super) fn broken(statement: &Statement) -> Result<Vec<(String, Story)>, Diagnostic> {
    let stored = counterexamples(statement).unwrap_or_default().into_iter();
    let story = |(name, instance): (String, Instance)| {
        let written = stories::broken(statement, &name)?;
        Ok((name, written.unwrap_or_else(|| instance.into())))
    };
    stored.map(story).collect()
}
