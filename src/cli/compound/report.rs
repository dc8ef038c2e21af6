//! What a study says, as text, as JSON and as a chart.

use num_bigint::BigUint;
use serde_json::json;

use crate::cli::table::table;
use crate::export::chart::grouped;
use crate::mining::Study;
use crate::report::Verdict;

/// A horizon that is not proved leaves the study open.
pub(super) fn verdict(study: &Study) -> Verdict {
    if study.growth.horizon.is_some() { Verdict::Holds } else { Verdict::Declined }
}

/// One JSON object.
pub(super) fn json(study: &Study) -> serde_json::Value {
    let counts = study.growth.counts.by_depth.as_ref();
    let basis =
        study.growth.basis.iter().map(|(filling, depth)| json!({ "text": study.spell(filling), "depth": depth }));
    json!({
        "caption": study.caption,
        "concepts": study.source,
        "slots": study.slots(),
        "total": study.growth.counts.total.to_string(),
        "negatives_by_depth": counts.map(|counts| counts.iter().map(BigUint::to_string).collect::<Vec<_>>()),
        "rank_up_to_depth": study.growth.ranks,
        "horizon": study.growth.horizon,
        "features": study.growth.features,
        "basis": basis.collect::<Vec<_>>(),
    })
}

/// The table by depth, and what follows from it.
pub(super) fn text(study: &Study) -> String {
    let mut table = table(["depth", "hard negatives", "up to here", "rank"]);
    let by_depth = study.growth.counts.by_depth.as_deref().unwrap_or_default();
    for ((depth, count), all) in (1..).zip(by_depth).zip(study.growth.cumulative()) {
        let rank = study.growth.rank(depth).map_or("?".to_owned(), |rank| rank.to_string());
        table.add_row([depth.to_string(), grouped(count), grouped(&all), rank]);
    }
    for column in table.column_iter_mut() {
        column.set_cell_alignment(comfy_table::CellAlignment::Right);
    }
    let slots: Vec<String> = study.slots().iter().map(|line| format!("  {line}")).collect();
    let unlisted = match study.growth.counts.by_depth {
        Some(_) => String::new(),
        None => "\nToo many words repeat to count them by depth.".to_owned(),
    };
    format!(
        "{}\n{}\n\nSlots ({})\n{}\n\n{table}\n{unlisted}\n{}",
        study.caption,
        study.sentence,
        study.source,
        slots.join("\n"),
        conclusion(study)
    )
}

fn conclusion(study: &Study) -> String {
    let total = grouped(&study.growth.counts.total);
    let rank = study.growth.ranks.last().copied().unwrap_or(0);
    match study.growth.horizon {
        None => format!(
            "{total} hard negatives of rank {rank} or more; the horizon lies deeper than the {} depths that were listed (--limit).",
            study.growth.ranks.len()
        ),
        Some(_) if rank == 0 => {
            format!(
                "{total} hard negatives, and not one of them changes the features: no encoder that reads these sees any."
            )
        }
        Some(horizon) => {
            let shown = study.growth.basis.first().map(|(filling, _)| study.spell(filling)).unwrap_or_default();
            format!(
                "{total} hard negatives are {rank} linear conditions: an encoder that is right on {rank} of them, such as\n  \
                 {shown}\nis right on all. The horizon is {horizon}: mining deeper adds nothing, which is proved for every depth."
            )
        }
    }
}
