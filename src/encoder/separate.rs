//! True-optimal encoders that see every edit which the features show.

use super::Problem;
use crate::certificate::{CaptionProblem, TrueOptimal};
use crate::report::{Code, Diagnostic};

/// Seeds tried until the projection separates every edit.
const ATTEMPTS: u64 = 64;

/// Moves a projection to the next seed until it gives every edit that changes the features a meaning. `moved` is told
/// of each edit without one and of the next seed. Embeddings are left as they are.
///
/// Error: [`Code::NotSeparating`].
pub fn separate(
    mut spec: CaptionProblem,
    inputs: &[Vec<u8>],
    mut problem: Problem,
    mut moved: impl FnMut(usize, u64),
) -> Result<(CaptionProblem, Problem), Diagnostic> {
    spec.size = problem.size();
    let TrueOptimal::Projection { seed: first, .. } = spec.encoder else { return Ok((spec, problem)) };
    for attempt in 0..ATTEMPTS {
        let blind_spot = match &problem.targets().edits {
            Some(known) => (0..problem.d().rows()).find(|&e| problem.d().row(e).len() > 0 && known.row_is_zero(e)),
            None => None,
        };
        let Some(edit) = blind_spot else { return Ok((spec, problem)) };
        let next = first.wrapping_add(attempt + 1);
        moved(edit, next);
        if let TrueOptimal::Projection { seed, .. } = &mut spec.encoder {
            *seed = next;
        }
        problem = problem.with_encoder(&spec, inputs)?;
    }
    Err(Diagnostic::new(Code::NotSeparating, format!("none of {ATTEMPTS} random projections separates every edit"))
        .help("choose a larger --width"))
}
