//! The search for a counterexample: an instance that satisfies the assumptions and not the conclusion.
//!
//! Statements are linear in each map, so that instances are drawn as in [`super::sample`] and then walked from one
//! to the next: all maps but one are held, and that one is drawn again among the exact solutions of what the others ask of
//! it. Small spaces come first. What is found is made smaller ([`super::shrink`]), and evaluated from scratch.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::evaluate::{Decision, evaluate};
use super::flatten::Flat;
use super::instance::Instance;
use super::matrix::Matrix;
use super::palette::Style;
use super::redraw::redraw;
use super::sample::{Draft, Sampler, dimensions};
use super::shrink::{Floor, shrink};
use crate::kernel::Statement;
use crate::terms::*;

/// Steps of a walk before the search starts again.
const STEPS: usize = 4;

/// How long, and from where, a search goes.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// The seed of every random choice.
    pub seed: u64,
    /// How many times the search starts from a new instance.
    pub budget: usize,
    /// No space has a smaller dimension.
    pub least: usize,
}

impl Default for Search {
    fn default() -> Search {
        Search { seed: 0, budget: 20_000, least: 0 }
    }
}

/// What a search came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// A small counterexample: evaluated, its assumptions hold and its conclusion fails.
    pub counterexample: Option<Instance>,
    /// How many instances were examined that satisfy the assumptions.
    pub examined: usize,
    /// Why the conclusion could not be decided on some of them, if so.
    pub undecided: Option<String>,
}

/// Searches for a counterexample to the statement. Deterministic.
///
/// ```
/// use scotoma::language::{Source, parse_statement};
/// use scotoma::model::{Search, refute};
///
/// let text = "theorem commute spaces A maps f : A -> A  g : A -> A show same: f*g = g*f";
/// let statement = parse_statement(&Source::new("commute", text))?.statement;
/// let outcome = refute(&statement, Search { budget: 1000, ..Search::default() });
/// assert!(outcome.counterexample.is_some());
/// # Ok::<(), scotoma::report::Diagnostic>(())
/// ```
pub fn refute(statement: &Statement, search: Search) -> Outcome {
    let sampler = Sampler::at_least(statement, search.least);
    let mut rng = ChaCha8Rng::seed_from_u64(search.seed);
    let mut outcome = Outcome { counterexample: None, examined: 0, undecided: None };
    for restart in 0..search.budget {
        let roof = match 4 * restart / search.budget.max(1) {
            0 => 1,
            quarter => 1 + restart / 3 % (1 + quarter),
        };
        let roof = roof + search.least.saturating_sub(1);
        let style = [Style::Tiny, Style::Generic, Style::Wild][restart % 3];
        let drafted = sampler.draft(&mut rng, roof, style);
        let Some(mut draft) = drafted.or_else(|| blank(&sampler, &mut rng, roof)) else { continue };
        for step in 0..=STEPS {
            if step > 0 && !walk(&mut draft, &mut rng, style) {
                continue;
            }
            let Some(instance) = draft.instance(statement.sequent()) else { break };
            let Ok(evaluation) = evaluate(statement, &instance) else { break };
            outcome.examined += usize::from(evaluation.applies());
            if evaluation.refutes() {
                let floor = Floor::even(&instance, search.least);
                outcome.counterexample = Some(shrink(&sampler, instance, &floor, &mut rng));
                return outcome;
            }
            match evaluation.conclusion {
                Decision::Undecided(why) if outcome.undecided.is_none() => outcome.undecided = Some(why),
                _ => {}
            }
        }
    }
    outcome
}

/// All maps 0, or the identity where they can be: a start where no instance could be drawn.
fn blank(sampler: &Sampler, rng: &mut ChaCha8Rng, roof: usize) -> Option<Draft> {
    let sequent = sampler.statement().sequent();
    let layout = super::sample::layout(sequent, sampler.least, rng)?;
    let flat = Flat::of(sequent, &layout)?;
    let dims = dimensions(sequent, rng, sampler.least, roof, Style::Tiny)?;
    let ones = rng.random_ratio(1, 2);
    let mut values = BTreeMap::new();
    for map in &flat.maps {
        let size = |space| super::instance::dimension(&dims, space);
        let (rows, cols) = (size(&map.cod)?, size(&map.dom)?);
        let value = Matrix::from_integers(rows, cols, |i, j| i64::from(ones && i == j));
        values.insert(map.name.clone(), value);
    }
    Some(Draft { flat, dims, values })
}

/// Draws one map again, the others being as they are. Whether that succeeded.
fn walk(draft: &mut Draft, rng: &mut ChaCha8Rng, style: Style) -> bool {
    let maps = draft.flat.maps.len();
    maps > 0 && redraw(draft, rng.random_range(0..maps), rng, style)
}
