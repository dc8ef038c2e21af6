//! Which share of a benchmark's negatives is within few edits of its captions' concepts.

use std::path::PathBuf;

use serde::Serialize;

use crate::audit::stats::wilson;
use crate::caption::Labeller;
use crate::cli::Context;
use crate::cli::inputs::{self, EncoderArgs, InputArgs};
use crate::report::{Diagnostic, Verdict};

/// How deep it is looked.
const DEPTH: usize = 3;

/// The negatives of a file by the number of edits.
#[derive(Serialize)]
struct Cover {
    file: String,
    negatives: usize,
    /// With 0 edits: caption and negative differ in what agreement changes alone.
    same: usize,
    /// With 1, 2 and 3 edits.
    by_depth: [usize; DEPTH],
    /// All with at most 3.
    covered: usize,
    /// Wilson's 95 % interval of their share.
    interval: [f64; 2],
}

/// Prints a line a file.
pub(super) fn run(files: &[PathBuf], context: &Context) -> Result<Verdict, Diagnostic> {
    let mut table = Vec::new();
    let labeller = Labeller::new();
    for file in files {
        let (_, _, problem) = inputs::read(&InputArgs::of(file.clone()), &EncoderArgs::none(), context)?;
        let pairs = &problem.dataset().pairs;
        let mut counts = [0; DEPTH + 1];
        for pair in pairs {
            if let Some(depth) = labeller.depth(&pair.caption, &pair.negative, DEPTH) {
                counts[depth] += 1;
            }
        }
        let covered = counts[1..].iter().sum();
        table.push(Cover {
            file: file.display().to_string(),
            negatives: pairs.len(),
            same: counts[0],
            by_depth: std::array::from_fn(|depth| counts[depth + 1]),
            covered,
            interval: wilson(covered, pairs.len()),
        });
    }
    if context.json() {
        context.print_json(&table)?;
        return Ok(Verdict::Holds);
    }
    let percent = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    let mut lines = String::from("file\tnegatives\tdepth 1 %\tdepth 2 %\tdepth 3 %\tup to 3 %\tinterval");
    for cover in &table {
        let [low, high] = cover.interval.map(|end| 100.0 * end);
        let depths = cover.by_depth.map(|count| format!("{:.1}", percent(count, cover.negatives)));
        lines += &format!(
            "\n{}\t{}\t{}\t{:.1}\t[{low:.1}, {high:.1}]",
            cover.file,
            cover.negatives,
            depths.join("\t"),
            percent(cover.covered, cover.negatives)
        );
    }
    context.print_table(&lines, &[])?;
    Ok(Verdict::Holds)
}
