//! `scotoma experiment prompt`: how far optimal encoders react to rewordings.

use std::path::Path;

use serde_json::json;

use super::Context;
use super::table::table;
use crate::audit::rewording::{Rewordings, rewordings};
use crate::export::experiment::PromptChart;
use crate::files;
use crate::report::{Diagnostic, Verdict};

pub(super) fn run(seed: u64, out: &Path, context: &Context) -> Result<Verdict, Diagnostic> {
    let (task, limits) = context.limits("rewording captions");
    let all = rewordings(seed, &limits)?;
    drop(task);
    let path = out.join("prompt.svg");
    let rows: Vec<(String, [f64; 2])> = all.iter().filter_map(found).collect();
    files::write_atomically(&path, PromptChart { rows: &rows }.svg().as_bytes())?;
    // Where training holds the rewordings no direction is left; where it lacks them, one is.
    let holds = all.iter().all(|one| one.open[1] == 0) && all.iter().any(|one| one.open[0] > 0);
    let verdict = if holds { Verdict::Holds } else { Verdict::DoesNotHold };
    if context.json() {
        context.print_json(&json!({
            "verdict": verdict, "seed": seed, "feature_maps": all, "picture": path.display().to_string(),
        }))?;
        return Ok(verdict);
    }
    context.print(&format!(
        "{} rewordings of the built-in world's training captions, the for a and atop for on; seed {seed}.\n\
         Directions: how many that training does not express, where it has the usual wording alone, and where it has the rewordings too.",
        all.first().map_or(0, |one| one.rewordings)
    ))?;
    let mut t =
        table(["feature map", "collapsed", "directions", "with them", "own scene found by h", "95 %", "reaction"]);
    for one in &all {
        let counts = [one.collapsed, one.open[0], one.open[1]].map(|n| n.to_string());
        let reacts = match &one.reacts {
            None => ["no encoder is optimal".to_owned(), String::new(), String::new()],
            Some(r) => [
                format!("{} / {}", r.found[0], r.found[1]),
                format!("{:.3} to {:.3}", r.interval[0], r.interval[1]),
                format!("{:.2}", r.length),
            ],
        };
        t.add_row([one.features.name().to_owned()].into_iter().chain(counts).chain(reacts));
    }
    context.print(&t.to_string())?;
    context.print(&format!(
        "h is optimal on every caption of the usual wording and takes a random value along each direction (theorem prompt_sensitivity); reaction: its mean\n\
         length, over the mean distance of two scenes. The true-optimal encoder finds the scene of every rewording, and so does every optimal\n\
         encoder once training holds the rewordings: no direction is left (optimum_ignores_rewording).\npicture: {}",
        path.display()
    ))?;
    Ok(verdict)
}

/// The share of rewordings whose scene is found, by any encoder that is optimal with the rewordings in training, and by h.
fn found(one: &Rewordings) -> Option<(String, [f64; 2])> {
    let [found, of] = one.reacts.as_ref()?.found;
    let held = if one.open[1] == 0 { 1.0 } else { 0.0 };
    Some((one.features.name().to_owned(), [held, found as f64 / of.max(1) as f64]))
}
