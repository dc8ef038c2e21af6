//! `scotoma refute`: a counterexample to a theorem without one of its assumptions, or to a claim of the user's.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::Context;
use crate::certificate::Counterexample;
use crate::files;
use crate::kernel::{MapDecl, Statement};
use crate::language::library::LIBRARY;
use crate::language::{Source, parse_statement};
use crate::model::whole::dropped;
use crate::model::{
    Instance, Matrix, SHOWN, Search, certificate, counterexample, hypotheses, legibly, obstruction_as_written,
    position, refute, too_small, verify_counterexample, without_at,
};
use crate::report::{Code, Diagnostic, Verdict};
use crate::terms::*;

/// Search for matrices that satisfy the assumptions of a statement and not its conclusion
///
/// With --drop, one assumption is left out, and finding a counterexample is what was asked for: exit status 0. Without it
/// the statement itself is refuted if one is found: exit status 1. Nothing found within the budget: 2.
/// One evaluation may take 50 million products of machine words, a second or two; what takes more is undecided, and passed over.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// A shipped theorem, or a .thm file with one statement
    #[arg(value_name = "THEOREM|FILE", required_unless_present = "all")]
    target: Option<String>,
    /// The assumption to leave out, by its label; A=B for equal dimensions, w-in-words-over-F for the range of a map
    #[arg(long = "drop", value_name = "ASSUMPTION")]
    dropped: Option<String>,
    /// Every assumption of every shipped theorem (of the one theorem, if it is named) in turn
    #[arg(long, conflicts_with = "dropped")]
    all: bool,
    /// Seed of every random choice
    #[arg(long, value_name = "N", default_value_t = Search::default().seed)]
    seed: u64,
    /// From how many instances the search starts before it gives up
    #[arg(long, value_name = "N", default_value_t = Search::default().budget)]
    budget: usize,
    /// Only counterexamples in which every space has at least this dimension [default: all of 2 or more, if such are found]
    #[arg(long = "min-dim", value_name = "N", value_parser = clap::value_parser!(u32).range(..=8))]
    least: Option<u32>,
    /// Write the counterexample as a certificate for `scotoma verify`; with --all a folder, one file a theorem
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
}

/// A file of statements larger than this is not read.
const MAX_FILE: u64 = 16 << 20;

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    if args.all {
        return run_all(args, context);
    }
    let target = args.target.as_deref().unwrap_or_default();
    let (statement, text) = read(target)?;
    let found = search(&statement, args.dropped.as_deref(), args)?;
    let verdict = match (&found.claim, &args.dropped) {
        (Some(_), Some(_)) => Verdict::Holds,
        (Some(_), None) => Verdict::DoesNotHold,
        (None, _) => Verdict::Declined,
    };
    if let (Some(claim), Some(path)) = (&found.claim, &args.out) {
        files::write_atomically(path, &certificate(&statement, vec![claim.clone()]).to_bytes()?)?;
        if let Some(text) = text {
            let folder = path.parent().unwrap_or(Path::new("")).join("inputs");
            std::fs::create_dir_all(&folder)
                .map_err(|e| Diagnostic::new(Code::FileWrite, format!("{} cannot be made: {e}", folder.display())))?;
            files::write_atomically(&folder.join(format!("{}.thm", statement.name())), text.as_bytes())?;
        }
    }
    if context.json() {
        context.print_json(&json!({
            "verdict": verdict,
            "theorem": &**statement.name(),
            "seed": args.seed,
            "budget": args.budget,
            "examined": found.examined,
            "undecided": found.undecided,
            "without": args.dropped,
            "small": found.small,
            "counterexample": found.claim,
        }))?;
    } else {
        context.print(&told(&statement, args, &found)?)?;
    }
    Ok(verdict)
}

/// What a search found, as a claim that has been verified from scratch.
struct Found {
    claim: Option<Counterexample>,
    examined: usize,
    undecided: Option<String>,
    /// The spaces of a dimension below [`SHOWN`].
    small: BTreeMap<String, usize>,
}

impl Found {
    /// That, and which, spaces are small; nothing where none is.
    fn small(&self) -> String {
        let listed: Vec<String> = self.small.iter().map(|(name, n)| format!("{name} {n}")).collect();
        match listed.is_empty() {
            true => String::new(),
            false => format!("; nothing found with all spaces of {SHOWN} or more: {}", listed.join(", ")),
        }
    }
}

fn search(statement: &Statement, dropped: Option<&str>, args: &Args) -> Result<Found, Diagnostic> {
    let dropped = dropped.map(|name| position(statement, name)).transpose()?;
    let weakened = dropped.map_or_else(|| Ok(statement.clone()), |position| without_at(statement, position))?;
    let limits = Search { seed: args.seed, budget: args.budget, least: 0 };
    let outcome = match args.least {
        Some(least) => refute(&weakened, Search { least: least as usize, ..limits }),
        None => legibly(&weakened, limits),
    };
    let small = outcome.counterexample.iter().flat_map(too_small).map(|(name, n)| (name.to_string(), n)).collect();
    let claim = outcome.counterexample.map(|instance| {
        let claim = counterexample(statement, dropped, &instance)?;
        verify_counterexample(statement, &claim)?;
        Ok::<_, Diagnostic>(claim)
    });
    Ok(Found { claim: claim.transpose()?, examined: outcome.examined, undecided: outcome.undecided, small })
}

fn run_all(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let named = args.target.as_deref();
    if let Some(name) = named.filter(|name| LIBRARY.iter().all(|shipped| shipped.name != *name)) {
        return Err(Diagnostic::new(Code::Usage, format!("no shipped theorem is called {name}")));
    }
    if let Some(folder) = &args.out {
        std::fs::create_dir_all(folder)
            .map_err(|e| Diagnostic::new(Code::FileWrite, format!("{} cannot be made: {e}", folder.display())))?;
    }
    let shipped: Vec<_> = LIBRARY.iter().filter(|shipped| named.is_none_or(|name| shipped.name == name)).collect();
    let task = context.task(shipped.len() as u64, "searching for counterexamples");
    let (mut lines, mut records, mut missing) = (String::new(), Vec::new(), 0);
    for theorem in shipped {
        let (statement, _) = read(theorem.name)?;
        let mut claims = Vec::new();
        for name in hypotheses(statement.sequent()) {
            let found = search(&statement, Some(&name), args)?;
            let dimensions = found.claim.as_ref().map(|claim| claim.spaces.values().sum::<u32>());
            let said = match dimensions {
                Some(n) => format!("needed: a counterexample of {n} dimensions in all{}", found.small()),
                None => format!("no counterexample among {} instances", found.examined),
            };
            let _ = writeln!(lines, "{}  {name}  {said}", theorem.name);
            records.push(json!({
                "theorem": theorem.name, "without": name, "dimensions": dimensions, "small": found.small, "examined": found.examined,
            }));
            missing += usize::from(found.claim.is_none());
            claims.extend(found.claim);
        }
        if let Some(folder) = &args.out {
            let path = folder.join(format!("{}.json", theorem.name));
            files::write_atomically(&path, &certificate(&statement, claims).to_bytes()?)?;
        }
        task.step();
    }
    drop(task);
    let verdict = if missing == 0 { Verdict::Holds } else { Verdict::Declined };
    if context.json() {
        context.print_json(
            &json!({ "verdict": verdict, "seed": args.seed, "budget": args.budget, "assumptions": records }),
        )?;
    } else {
        let _ =
            write!(lines, "\n{} of {} assumptions needed; seed {}", records.len() - missing, records.len(), args.seed);
        context.print(&lines)?;
    }
    Ok(verdict)
}

/// A shipped theorem by its name, or the one of a file, with the file's text.
fn read(target: &str) -> Result<(Statement, Option<String>), Diagnostic> {
    if let Some(shipped) = LIBRARY.iter().find(|shipped| shipped.name == target) {
        let source = Source::new(format!("theorems/{target}.thm"), shipped.theorem);
        return Ok((parse_statement(&source)?.statement, None));
    }
    if !target.contains(['.', '/', '\\']) && !Path::new(target).exists() {
        return Err(Diagnostic::new(Code::FileMissing, format!("no shipped theorem and no file is called {target}"))
            .help("scotoma check lists all shipped theorems"));
    }
    let text = files::read_text(Path::new(target), MAX_FILE)?;
    Ok((parse_statement(&Source::new(target, text.clone()))?.statement, Some(text)))
}

fn told(statement: &Statement, args: &Args, found: &Found) -> Result<String, Diagnostic> {
    let name = statement.name();
    let what = match &args.dropped {
        Some(dropped) => format!("{name} without {dropped}"),
        None => name.to_string(),
    };
    let Some(claim) = &found.claim else {
        let mut text = format!(
            "{what}: nothing found within the budget of {} (seed {}); {} instances examined",
            args.budget, args.seed, found.examined
        );
        if found.examined == 0 {
            text += "\nNo instance satisfies the assumptions, as far as was searched.";
        }
        if let Some(why) = &found.undecided {
            let _ = write!(text, "\nOn some the conclusion could not be decided: {why}");
        }
        return Ok(text);
    };
    let instance = verify_counterexample(statement, claim)?;
    Ok(format!(
        "{what}: refuted (seed {}, instance {} of those examined{})\n\n{}\n\n{}",
        args.seed,
        found.examined,
        if args.least.is_none() { found.small() } else { String::new() },
        matrices(statement, &instance),
        why(statement, claim)
    ))
}

/// The matrices, a line a map; rows are separated by semicolons.
fn matrices(statement: &Statement, instance: &Instance) -> String {
    let sequent = statement.sequent();
    let dims = sequent.spaces.iter().map(|name| format!("{name} {}", instance.dims.get(name).copied().unwrap_or(0)));
    let mut text = format!("  dimensions: {}", dims.collect::<Vec<_>>().join(", "));
    for family in &sequent.families {
        let members = instance.families.get(&family.name).into_iter().flatten();
        let members: Vec<String> = members.map(written).collect();
        let _ = write!(text, "\n  {} = {{ {} }}", family.name, members.join(", "));
    }
    for MapDecl { name, dom, cod, .. } in &sequent.maps {
        if let Some(matrix) = instance.maps.get(name) {
            let _ = write!(text, "\n  {name} : {dom} -> {cod} = {}", written(matrix));
        }
        if let Some(word) = instance.words.get(name) {
            let letters: Vec<String> = word.iter().map(|letter| (letter + 1).to_string()).collect();
            let spelt =
                if letters.is_empty() { "the empty word".to_owned() } else { format!("letters {}", letters.join(" ")) };
            let _ = write!(text, "   ({spelt})");
        }
    }
    text
}

fn written(matrix: &Matrix) -> String {
    if matrix.rows() * matrix.cols() == 0 {
        return format!("[{} x {}]", matrix.rows(), matrix.cols());
    }
    let row = |i: usize| (0..matrix.cols()).map(|j| matrix.get(i, j).to_string()).collect::<Vec<_>>().join(" ");
    format!("[{}]", (0..matrix.rows()).map(row).collect::<Vec<_>>().join("; "))
}

/// In what way the conclusion fails.
fn why(statement: &Statement, claim: &Counterexample) -> String {
    let assumptions = match (dropped(statement, claim), hypotheses(statement.sequent()).len()) {
        (_, 0) => "Nothing is assumed".to_owned(),
        (Some(_), 1) => "Nothing else is assumed".to_owned(),
        (Some(name), _) => format!("All assumptions but {name} hold"),
        (None, _) => "All assumptions hold".to_owned(),
    };
    let label = |position: usize| match statement.sequent().conclusions.get(position) {
        Some(conclusion) if !conclusion.label.is_empty() => conclusion.label.clone(),
        _ => format!("number {}", position + 1),
    };
    if let Some(position) = claim.fails {
        return format!("{assumptions}; the conclusion {} does not.", label(position as usize));
    }
    let Some(obstruction) = obstruction_as_written(statement, claim).filter(|list| !list.is_empty()) else {
        return format!("{assumptions}; no maps are as claimed.");
    };
    let mut text = format!(
        "{assumptions}; no maps are as claimed. Multiply left - right of each equation entry by entry with\n\
         its matrix and add: the sum is the same number, not 0, whatever the maps are."
    );
    for (position, matrix) in &obstruction {
        let _ = write!(text, "\n  {}: {}", label(*position), written(matrix));
    }
    text
}
