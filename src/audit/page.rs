//! The report as one page that opens offline, and its pictures.

use maud::{Markup, PreEscaped, html};

use super::card::Card;
use super::figure::By;
use super::prompt::Shift;
use super::stats::quantile;
use super::tables::{Cell, Table, cautions, tables};
use crate::export::audit::{Accuracy, Displacement, Ladder, Signals};
use crate::export::html::document;

const STYLE: &str = ":root{color-scheme:light dark;--fg:#1f2328;--bg:#fff;--soft:#57606a;--rule:#d0d7de;--tint:#f6f8fa;--mark:#b3500f}\
@media(prefers-color-scheme:dark){:root{--fg:#e6edf3;--bg:#0d1117;--soft:#9aa4b2;--rule:#30363d;--tint:#161b22;--mark:#f2994a}}\
*{box-sizing:border-box}body{margin:0;color:var(--fg);background:var(--bg);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}\
main{max-width:64rem;margin:auto;padding:1.5rem 1rem 4rem}h1{font-size:1.8rem;line-height:1.2;margin:0 0 .5rem}h2{font-size:1.35rem;margin:2.5rem 0 .5rem}\
h3{font-size:1.1rem;margin:2rem 0 .4rem}p,li{max-width:46rem}.soft{color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}\
.half{border-left:4px solid var(--mark);padding-left:.8rem}.scroll{overflow-x:auto;margin:.6rem 0}\
table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums}th,td{padding:.28rem .6rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--rule)}\
th{background:var(--tint);position:sticky;top:0}th.word,td.word{text-align:left}figure{margin:1rem 0}svg{display:block;width:100%;max-width:36rem;height:auto}\
ul{padding-left:1.2rem}code{font-size:.9em}\
@media print{main{max-width:none;padding:0}svg{max-width:25rem}.scroll{overflow:visible}table{font-size:.62rem}th{position:static}th,td{white-space:normal;padding:.15rem .3rem}td.one{white-space:nowrap}h2,h3{break-after:avoid}figure,tr{break-inside:avoid}}";

/// The pictures by file name.
pub fn pictures(card: &Card) -> Vec<(&'static str, String)> {
    let mut list = Vec::new();
    if card.unit.is_some() {
        list.push(("displacement.svg", displacement(card).svg()));
    }
    if !card.ladder.is_empty() {
        list.push(("ladder.svg", ladder(card).svg()));
    }
    if !card.signals.is_empty() {
        let counts = card.groups.first().map_or([0; 3], |all| all.counts[0]);
        list.push(("signal.svg", Signals { points: card.signals.clone(), counts }.svg()));
    } else if !card.by_rho.is_empty() {
        list.push(("accuracy.svg", accuracy(card).svg()));
    }
    list
}

fn displacement(card: &Card) -> Displacement {
    let operators = card.slices.iter().filter(|s| matches!(s.slice.by, By::All | By::Operator));
    let row = |slice: &super::card::SliceCard| {
        let rho: Vec<f64> = slice.slice.rows.iter().filter_map(|row| card.rows[*row as usize].rho).collect();
        let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map(|q| quantile(&rho, q).unwrap_or(0.0));
        (slice.slice.name.clone(), rho.len(), quantiles)
    };
    let rewordings = card.rewordings.as_ref().map(|r| [r.fifth, r.median]);
    Displacement { rows: operators.map(row).collect(), rewordings }
}

fn ladder(card: &Card) -> Ladder {
    let three = |figure: &super::figure::Figure| {
        let value = figure.value?;
        let [low, high] = figure.interval.unwrap_or([value; 2]);
        Some([value, low, high])
    };
    let operators = card.slices.iter().filter(|s| matches!(s.slice.by, By::All | By::Operator));
    let mut classes = Vec::new();
    for slice in operators {
        if slice.slice.by == By::All {
            classes.push(("captions".to_owned(), slice.captions.iter().map(three).collect()));
        }
        let name = if slice.slice.by == By::All { "all edits".to_owned() } else { slice.slice.name.clone() };
        let values: Vec<_> = slice.ladder.iter().map(three).collect();
        if values.iter().any(Option::is_some) {
            classes.push((name, values));
        }
    }
    Ladder { maps: card.ladder.iter().map(|rung| rung.map.name().to_owned()).collect(), classes }
}

fn accuracy(card: &Card) -> Accuracy {
    let bins = card.by_rho.first().map_or(&[][..], |(_, bins)| bins);
    let name = |bin: &super::accuracy::Bin| match bin.rho {
        [low, high] if high >= 9.0 => format!("over {low:.1}"),
        [low, high] => format!("{low:.1} to {high:.1}"),
    };
    let point = |bin: &super::accuracy::Bin| {
        let [low, high] = bin.interval?;
        Some([bin.accuracy?, low, high])
    };
    Accuracy {
        head: "How often models are right, by displacement".to_owned(),
        across: "rho".to_owned(),
        bins: bins.iter().map(name).collect(),
        models: card.by_rho.iter().map(|(name, bins)| (name.clone(), bins.iter().map(point).collect())).collect(),
    }
}

/// The report as one HTML page that needs no network.
pub fn page(card: &Card, prompts: Option<&Shift>, opening: &[String]) -> String {
    let pictures = pictures(card);
    let picture = |name: &str| pictures.iter().find(|(file, _)| *file == name).map(|(_, svg)| svg.clone());
    let tables = tables(card);
    let below = |table: &Table| match table.name {
        "displacement" => picture("displacement.svg"),
        "ladder" => picture("ladder.svg"),
        "groups" => picture("signal.svg"),
        "by_rho" => picture("accuracy.svg"),
        _ => None,
    };
    let half = |certified: bool| {
        html! {
            @for table in tables.iter().filter(|table| table.certified == certified) {
                h3 id=(table.name) { (table.title) }
                @for note in &table.notes { p.soft { (note) } }
                @if let Some(svg) = below(table) { figure { (PreEscaped(svg)) } }
                (lines(table))
            }
        }
    };
    let body = html! {
        main {
            h1 { "Audit of an encoder" }
            @for line in opening { p.soft { (line) "." } }
            h2 { "What this may not be taken for" }
            ul { @for caution in cautions(card) { li { (caution) } } }
            section {
                h2.half { "Measured: this encoder, these models" }
                (half(false))
                @if let Some(found) = prompts { (prompt(found)) }
            }
            section {
                h2.half { "Certified: the features" }
                (half(true))
            }
            p.soft { "Made by " code { "scotoma audit" } ". Tables stand beside this page as CSV and LaTeX, rows in rows.csv." }
        }
    };
    let about =
        "How far an encoder moves under edits of captions, what linear features explain of it, and what is certain.";
    document("Audit of an encoder", about, &html! { style { (PreEscaped(STYLE)) } }, &body)
}

fn prompt(found: &Shift) -> Markup {
    html! {
        h3 id="prompts" { "Two prompts" }
        @match (found.share, found.interval) {
            (Some(share), Some([low, high])) => p {
                "One constant shift explains " (format!("{share:.3} [{low:.3}, {high:.3}]"))
                " of what the prompt changes in " (found.n) " texts, fitted on one half and tested on the other, both ways"
                @if let Some(null) = found.null { " (null " (format!("{null:.3}")) ")" } "."
            },
            _ => p { (found.n) " texts: too few, or nothing changes." },
        }
    }
}

/// Long tables show their first rows: the rest is in the file beside.
const SHOWN: usize = 60;

fn lines(table: &Table) -> Markup {
    let words = |at: usize| matches!(table.rows.first().map(|row| &row[at]), Some(Cell::Text(_)));
    html! {
        div.scroll {
            table {
                thead { tr { @for (at, head) in table.header.iter().enumerate() {
                    @if words(at) { th.word scope="col" { (head) } } @else { th scope="col" { (head) } }
                } } }
                tbody {
                    @for row in table.rows.iter().take(SHOWN) {
                        tr { @for cell in row {
                            @match cell {
                                Cell::Text(_) => td.word { (cell.words()) },
                                Cell::Figure(_) | Cell::Odds(_) => td { (cell.words()) },
                                // A power of ten is not to be broken at its minus.
                                Cell::Count(_) | Cell::Number(_) | Cell::Null(_) => td.one { (cell.words()) },
                            }
                        } }
                    }
                }
            }
        }
        @if table.rows.len() > SHOWN { p.soft { (table.rows.len() - SHOWN) " more rows in " (table.name) ".csv." } }
    }
}
