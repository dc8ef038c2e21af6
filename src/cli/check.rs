//! `scotoma check`: the ledger of what the kernel has proved.

use std::path::{Path, PathBuf};
use std::time::Duration;

use comfy_table::{CellAlignment, ColumnConstraint, Table, Width};
use serde_json::{Value, json};

use super::Context;
use crate::files;
use crate::kernel::Budget;
use crate::language::library::LIBRARY;
use crate::language::{Entry, Ledger, Origin, Request, Source, asked};
use crate::model::{Sampled, necessity, sample};
use crate::report::{Code, Diagnostic, Verdict, plural};

/// Check proofs by the kernel: all shipped theorems, or those named, or your own files
///
/// Prints a ledger: for each theorem the verdict, the steps that the kernel checked, on how many random instances it holds
/// (exactly + in floating point; open: undecided), how many of its assumptions are shown to be needed, and what the proof rests on. A theorem
/// that is proved, sampled and has no assumption to spare is closed. An instance that takes more than 5 million products of
/// machine words to evaluate is counted as open. The language of statements and proofs is described in theorems/README.md, the record of --json in proofs/README.md.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Names of shipped theorems, files of theorems and proofs (in any order), folders of .thm and .proof files, or - for
    /// standard input [default: all shipped theorems]
    #[arg(value_name = "THEOREM|FILE|DIR|-")]
    targets: Vec<String>,
    /// How hard to try before a search or a proof is declined, as a multiple of the usual limits
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    effort: u64,
    /// Hold what is proved against the statement in this file, as exercises ask: labels, the order of assumptions and the names
    /// of further maps are free, and nothing else
    #[arg(long, value_name = "FILE")]
    asked: Option<PathBuf>,
    /// Evaluate each theorem on this many random instances that satisfy its assumptions, exactly and in floating point
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(..=100_000))]
    samples: u32,
}

/// The record of `--json` and its version; what it holds is said in `proofs/README.md`.
const RECORD: (&str, u32) = ("scotoma-check", 1);
/// A file of statements and proofs larger than this is not read.
const MAX_FILE: u64 = 64 << 20;

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    context.recorded(RECORD, check(args, context))
}

fn check(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let request = request(&args.targets, args.effort)?;
    let ledger = Ledger::check(&request);
    let standings: Vec<Standing> = ledger.entries.iter().map(|entry| Standing::of(entry, args.samples)).collect();
    let mut wrong: Vec<Diagnostic> = ledger.entries.iter().zip(&standings).flat_map(|(e, s)| s.wrong(e)).collect();
    if let Some(path) = args.asked.as_ref().filter(|_| ledger.verdict() == Verdict::Holds) {
        let text = files::read_text(path, MAX_FILE)?;
        wrong.extend(asked::hold(&ledger, &Source::new(path.display().to_string(), text)).err());
    }
    let verdict = wrong.iter().map(Diagnostic::verdict).fold(ledger.verdict(), Verdict::max);
    if context.json() {
        context.print_record(RECORD, record(&ledger, &standings, verdict))?;
    } else {
        if !ledger.entries.is_empty() {
            context.print(&table(&ledger, &standings))?;
        }
        context.print(&summary(&ledger))?;
    }
    for diagnostic in ledger.diagnostics().chain(&wrong) {
        context.complain(diagnostic);
    }
    Ok(verdict)
}

/// What the arguments ask for. Errors: files that cannot be read; names that are neither files nor theorems.
pub fn request(targets: &[String], effort: u64) -> Result<Request, Diagnostic> {
    let usual = Budget::default();
    let budget = Budget { work: usual.work.saturating_mul(effort), ..usual };
    let mut request = Request { shipped: Vec::new(), sources: Vec::new(), budget };
    if targets.is_empty() {
        request.shipped = LIBRARY.iter().map(|shipped| shipped.name.to_owned()).collect();
    }
    for target in targets {
        let path = Path::new(target);
        if target == "-" {
            let text = files::utf8("<stdin>", files::read_stdin(MAX_FILE)?)?;
            request.sources.push(Source::new("<stdin>", text));
        } else if LIBRARY.iter().any(|shipped| shipped.name == target) {
            request.shipped.push(target.clone());
        } else if path.is_dir() {
            folder(path, &mut request)?;
        } else if path.exists() || target.contains(['.', '/', '\\']) {
            request.sources.push(Source::new(target, files::read_text(path, MAX_FILE)?));
        } else {
            let error =
                Diagnostic::new(Code::FileMissing, format!("no shipped theorem and no file is called {target}"));
            let names = LIBRARY.iter().map(|shipped| shipped.name.to_owned());
            let near = crate::language::closest(target, names).map(|near| format!("did you mean {near}?"));
            return Err(error.help(near.unwrap_or_else(|| "scotoma check lists all shipped theorems".to_owned())));
        }
    }
    Ok(request)
}

/// The `.thm` and `.proof` files of a folder, in the order of their names.
fn folder(path: &Path, request: &mut Request) -> Result<(), Diagnostic> {
    let about = |e: std::io::Error| Diagnostic::new(Code::FileRead, format!("{} cannot be read: {e}", path.display()));
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path).map_err(about)? {
        let name = entry.map_err(about)?.path();
        if name.extension().is_some_and(|extension| extension == "thm" || extension == "proof") {
            names.push(name);
        }
    }
    if names.is_empty() {
        let message = format!("{} holds no .thm and no .proof file", path.display());
        return Err(Diagnostic::new(Code::FileMissing, message));
    }
    names.sort();
    for name in names {
        request.sources.push(Source::new(name.display().to_string(), files::read_text(&name, MAX_FILE)?));
    }
    Ok(())
}

/// How a proved theorem stands the test of numbers.
#[derive(Default)]
struct Standing {
    /// What random instances showed; `None` where nothing is proved or none were asked for.
    sampled: Option<Sampled>,
    /// Of how many assumptions stored counterexamples show that they are needed, which is all; `None` where none are stored.
    necessary: Option<Result<usize, Diagnostic>>,
}

impl Standing {
    fn of(entry: &Entry, samples: u32) -> Standing {
        let Ok(checked) = &entry.result else { return Standing::default() };
        let statement = &checked.theorem.statement;
        Standing {
            sampled: (samples > 0).then(|| sample(statement, samples as usize)),
            necessary: if entry.origin == Origin::Shipped { necessity(statement) } else { None },
        }
    }

    /// Proved, evaluated on instances, and every assumption needed.
    fn closed(&self) -> bool {
        let sampled = self.sampled.as_ref().is_some_and(|s| s.exact > 0 && s.numeric > 0 && s.failed.is_empty());
        sampled && matches!(self.necessary, Some(Ok(_)))
    }

    fn wrong(&self, entry: &Entry) -> Vec<Diagnostic> {
        let failed = self.sampled.iter().flat_map(|sampled| sampled.failed.first());
        let failed = failed.map(|seed| {
            let message = format!("{} is proved and fails on the instance of seed {seed}", entry.name);
            Diagnostic::new(Code::SampleFails, message).help("this is a defect of Scotoma: please report it")
        });
        let stored = self.necessary.iter().filter_map(|result| result.as_ref().err().cloned());
        failed.chain(stored).collect()
    }
}

/// A column of the ledger: its heading, and what it says of a theorem.
struct Column {
    heading: &'static str,
    numeric: bool,
    cell: fn(&Entry, &Standing) -> String,
}

const COLUMNS: &[Column] = &[
    Column { heading: "theorem", numeric: false, cell: |entry, _| entry.name.clone() },
    Column { heading: "verdict", numeric: false, cell: verdict_cell },
    Column { heading: "steps", numeric: true, cell: |entry, _| of_proof(entry, |c| c.steps.to_string()) },
    Column { heading: "sampled", numeric: true, cell: sampled_cell },
    Column { heading: "necessary", numeric: true, cell: necessary_cell },
    Column { heading: "rests on", numeric: false, cell: rests_on },
    Column {
        heading: "ms",
        numeric: true,
        cell: |entry, _| of_proof(entry, |c| milliseconds(c.elaboration + c.checking)),
    },
];

fn of_proof(entry: &Entry, say: impl Fn(&crate::language::Checked) -> String) -> String {
    entry.result.as_deref().map(say).unwrap_or_default()
}

fn verdict_cell(entry: &Entry, standing: &Standing) -> String {
    match (&entry.result, entry.origin) {
        (Err(diagnostic), _) => diagnostic.code.as_str().to_owned(),
        (Ok(_), Origin::Changed) => "proved (not as shipped)".to_owned(),
        (Ok(_), _) if standing.closed() => "closed".to_owned(),
        (Ok(_), _) => "proved".to_owned(),
    }
}

/// On how many instances it holds exactly, and in floating point.
fn sampled_cell(_: &Entry, standing: &Standing) -> String {
    match &standing.sampled {
        None => String::new(),
        Some(s) if s.failed.is_empty() && s.open > 0 => format!("{} + {}, {} open", s.exact, s.numeric, s.open),
        Some(s) if s.failed.is_empty() => format!("{} + {}", s.exact, s.numeric),
        Some(s) => format!("{} FAIL", s.failed.len()),
    }
}

fn necessary_cell(entry: &Entry, standing: &Standing) -> String {
    of_proof(entry, |_| match &standing.necessary {
        None => "none stored".to_owned(),
        Some(Ok(count)) => format!("{count} of {count}"),
        Some(Err(diagnostic)) => diagnostic.code.as_str().to_owned(),
    })
}

/// Theorems first, then the rules.
fn rests_on(entry: &Entry, _: &Standing) -> String {
    of_proof(entry, |checked| {
        let theorems = checked.theorems.iter().map(String::as_str);
        theorems.chain(checked.rules.iter().map(|rule| rule.as_str())).collect::<Vec<_>>().join(", ")
    })
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}

fn table(ledger: &Ledger, standings: &[Standing]) -> String {
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table.set_width(120);
    table.set_header(COLUMNS.iter().map(|column| column.heading));
    for (entry, standing) in ledger.entries.iter().zip(standings) {
        table.add_row(COLUMNS.iter().map(|column| (column.cell)(entry, standing)));
    }
    for (column, shown) in COLUMNS.iter().zip(table.column_iter_mut()) {
        if column.numeric {
            shown.set_cell_alignment(CellAlignment::Right);
        }
        if column.heading != "rests on" {
            shown.set_constraint(ColumnConstraint::ContentWidth);
        } else {
            shown.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(62)));
        }
    }
    table.trim_fmt()
}

/// How many theorems have each verdict.
fn counts(ledger: &Ledger) -> [(Verdict, usize); 4] {
    use Verdict::{Declined, DoesNotHold, Holds, Unreadable};
    [Holds, DoesNotHold, Declined, Unreadable].map(|verdict| {
        let unread = ledger.unread.iter().filter(|diagnostic| diagnostic.verdict() == verdict).count();
        (verdict, unread + ledger.entries.iter().filter(|entry| entry.verdict() == verdict).count())
    })
}

fn steps(ledger: &Ledger) -> usize {
    ledger.proved().map(|checked| checked.steps).sum()
}

fn times(ledger: &Ledger) -> (Duration, Duration) {
    (ledger.proved().map(|checked| checked.elaboration).sum(), ledger.proved().map(|checked| checked.checking).sum())
}

fn summary(ledger: &Ledger) -> String {
    let [(_, holds), (_, fails), (_, declined), (_, unreadable)] = counts(ledger);
    let mut parts = vec![format!("{holds} proved")];
    for (count, what) in [(fails, "rejected"), (declined, "undecided"), (unreadable, "unreadable")] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let (elaboration, checking) = times(ledger);
    format!(
        "\n{}; {}; made explicit in {} ms, checked by the kernel in {} ms",
        parts.join(", "),
        plural(steps(ledger), "step"),
        milliseconds(elaboration),
        milliseconds(checking)
    )
}

/// The record of `--json`.
fn record(ledger: &Ledger, standings: &[Standing], verdict: Verdict) -> Value {
    let (elaboration, checking) = times(ledger);
    let summary: serde_json::Map<String, Value> = counts(ledger)
        .into_iter()
        .map(|(verdict, count)| (serde_json::to_value(verdict), count))
        .filter_map(|(verdict, count)| Some((verdict.ok()?.as_str()?.to_owned(), json!(count))))
        .chain([("steps".to_owned(), json!(steps(ledger)))])
        .collect();
    json!({
        "verdict": verdict,
        "theorems": ledger.entries.iter().zip(standings).map(|(e, s)| entry_record(e, s)).collect::<Vec<_>>(),
        "unread": ledger.unread,
        "summary": summary,
        "timing": {
            "elaboration_ms": elaboration.as_secs_f64() * 1e3,
            "checking_ms": checking.as_secs_f64() * 1e3,
        },
    })
}

fn entry_record(entry: &Entry, standing: &Standing) -> Value {
    let mut record = json!({
        "name": entry.name,
        "sha256": entry.statement.map(|hash| hash.to_string()),
        "origin": entry.origin,
        "verdict": entry.verdict(),
    });
    match &entry.result {
        Ok(checked) => {
            record["proof"] = json!(checked.source.file);
            record["steps"] = json!(checked.steps);
            record["rules"] = checked.rules.iter().map(|rule| rule.as_str()).collect();
            record["theorems"] = json!(checked.theorems);
            record["sampled"] = json!(standing.sampled);
            record["necessary"] = json!(standing.necessary.as_ref().and_then(|result| result.as_ref().ok()));
            record["closed"] = json!(standing.closed());
        }
        Err(diagnostic) => record["error"] = json!(diagnostic),
    }
    record
}
