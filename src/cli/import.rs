//! `scotoma import`: a benchmark as published in, JSON Lines out.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::Context;
use super::table::table;
use crate::import::{self, File, Imported, Mapping, Unpacked};
use crate::report::{Code, Diagnostic, Verdict, plural};
use crate::{caption, files};

/// Turn a benchmark as it is published into JSON Lines, with its images and operators
///
/// A record without a caption or a negative is left out, counted, and the first few are named. FILE may be compressed
/// (.gz, .zst).
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma import data.json --format valse --out valse.jsonl
  scotoma import shards.csv.gz --format svo --json          where the lines come from, as JSON
  scotoma import mine.json --format mapping.json            a mapping of your own: examples/mappings.md
  scotoma import --list                                     the benchmarks that are known")]
pub struct Args {
    /// The file of the benchmark
    #[arg(value_name = "FILE", required_unless_present = "list")]
    file: Option<PathBuf>,
    /// A known benchmark, or a JSON file that maps its fields [default: told by the shape of the file]
    #[arg(long, value_name = "NAME|FILE")]
    format: Option<String>,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// End with an error if any record is left out
    #[arg(long)]
    strict: bool,
    /// List the benchmarks that are known
    #[arg(long)]
    list: bool,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let Some(path) = args.file.as_deref().filter(|_| !args.list) else { return list(context) };
    let name = path.display().to_string();
    let bytes = files::read_bytes(path, files::DEFAULT_LIMIT)?;
    let sha256 = files::sha256_hex(&bytes);
    let (mapping, imported) = read(&name, bytes, args.format.as_deref())?;
    for line in told(&name, &imported) {
        context.talk(&line);
    }
    if args.strict && !imported.named.is_empty() {
        let message = format!("{name}: {} left out", plural(imported.skipped.values().sum(), "record"));
        return Err(Diagnostic::new(Code::DataShape, message).help("without --strict the others are written"));
    }
    let provenance = imported.provenance(&name, &sha256, &mapping);
    match (&args.out, context.json()) {
        (Some(out), _) => files::write_atomically(out, imported.lines.as_bytes())?,
        (None, false) => context.print(imported.lines.trim_end_matches('\n'))?,
        (None, true) => {}
    }
    if context.json() {
        context.print_json(&provenance)?;
    } else if args.out.is_some() {
        context.talk(&format!("{} as {} has them", plural(imported.written, "record"), mapping.name));
    }
    Ok(Verdict::Holds)
}

/// A file's records by the mapping that is named, or by the one that its shape tells.
pub(super) fn read(name: &str, bytes: Vec<u8>, format: Option<&str>) -> Result<(Mapping, Imported), Diagnostic> {
    let Unpacked { name: unpacked, bytes, .. } = import::unpack(name, bytes, files::DEFAULT_LIMIT)?;
    let file = File::read(name, &unpacked, caption::read::text(name, &bytes)?)?;
    let mapping = match format {
        Some(format) => named(format)?,
        None => file.detect().ok_or_else(|| {
            Diagnostic::new(Code::MappingInvalid, format!("the shape of {name} does not tell which benchmark it is"))
                .help("name it with --format; `scotoma import --list` shows what is known")
        })?,
    };
    let imported = file.import(&mapping)?;
    Ok((mapping, imported))
}

/// The mapping that a user names: a known benchmark, or a file.
pub(super) fn named(format: &str) -> Result<Mapping, Diagnostic> {
    if let Some(mapping) = Mapping::shipped(format) {
        return Ok(mapping);
    }
    if format.ends_with(".json") {
        return Mapping::parse(format, &files::read_text(Path::new(format), files::DEFAULT_LIMIT)?);
    }
    let known: Vec<String> = import::shipped().into_iter().map(|mapping| mapping.name).collect();
    Err(Diagnostic::new(Code::MappingInvalid, format!("no benchmark is called {format:?}"))
        .help(format!("known: {}; or a .json file with a mapping", known.join(", "))))
}

/// What was left out, a line a reason, and the first records of it.
pub(super) fn told(name: &str, imported: &Imported) -> Vec<String> {
    let counted =
        imported.skipped.iter().map(|(why, count)| format!("{name}: {} left out: {why}", plural(*count, "record")));
    let first: Vec<String> = imported.named.iter().map(|(record, why)| format!("record {record} ({why})")).collect();
    let first = (!first.is_empty()).then(|| format!("{name}: the first: {}", first.join("; ")));
    counted.chain(first).collect()
}

/// The known benchmarks, a line each: name, fields, and what it is.
fn list(context: &Context) -> Result<Verdict, Diagnostic> {
    let known = import::shipped();
    let fields = |mapping: &Mapping| -> Vec<&str> {
        let texts = ["caption", "negative"].into_iter().take(1 + usize::from(mapping.negative.is_some()));
        texts.chain(mapping.along.keys().copied()).collect()
    };
    if context.json() {
        let record = |m: &Mapping| json!({ "name": m.name, "about": m.about, "fields": fields(m) });
        let formats: Vec<_> = known.iter().map(record).collect();
        context.print_json(&json!({ "verdict": Verdict::Holds, "formats": formats }))?;
        return Ok(Verdict::Holds);
    }
    let mut table = table(["format", "what it is", "what is read"]);
    for mapping in &known {
        table.add_row([mapping.name.clone(), mapping.about.clone(), fields(mapping).join(", ")]);
    }
    context.print(&format!("{table}"))?;
    Ok(Verdict::Holds)
}
