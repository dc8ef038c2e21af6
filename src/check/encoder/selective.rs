//! The check of `selective` claims: an encoder that is aligned, blind to some edits, and tells others apart.

use std::collections::{BTreeSet, HashMap};

use num_traits::Zero;

use super::aligned::check_aligned;
use super::multiply::embed;
use super::problem::Problem;
use super::vectors::{failure, increasing};
use super::verified::Verified;
use crate::certificate::Exact;
use crate::report::{Code, Diagnostic};

/// Checks that h is aligned, blind to the edits `blind`, and gives each of the edits `seen` a change of its own.
pub fn check_selective(
    problem: &Problem,
    blind: &[u32],
    seen: &[u32],
    h: &[(u32, Vec<Exact>)],
) -> Result<Verified, Diagnostic> {
    let edits = problem.d().rows();
    increasing("the list of blind edits", blind.iter().copied(), edits)?;
    increasing("the list of seen edits", seen.iter().copied(), edits)?;
    let others = (0..edits as u32).filter(|edit| blind.binary_search(edit).is_err()).collect::<BTreeSet<u32>>();
    check_aligned(problem, h, &others)?;
    let mut changes = HashMap::new();
    for &edit in seen {
        let row: Vec<(u32, i64)> = problem.d().row(edit as usize).collect();
        let change = embed(h, problem.targets().width(), &row);
        if change.iter().all(Zero::is_zero) {
            return Err(failure(Code::NotSeen, format!("the encoder does not see edit {edit}")));
        }
        if let Some(other) = changes.insert(change, edit) {
            return Err(failure(Code::NotSeen, format!("the encoder does not tell edits {other} and {edit} apart")));
        }
    }
    Ok(Verified::Selective { blind: blind.len(), seen: seen.len() })
}
