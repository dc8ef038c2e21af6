//! Thin commands over the library. Each command is a module with its arguments and a `run`.

mod book;
mod build;
mod check;
mod compound;
mod context;
mod edits;
mod experiment;
mod explain;
mod export;
mod inputs;
mod margins;
mod mine;
mod nearest;
mod negatives;
mod refute;
mod verify;
mod world;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use context::Context;

use crate::report::{Diagnostic, Verdict};

/// Scotoma: certified blind spots of contrastive vision-language encoders
///
/// Without a command, does the main job on a built-in world and writes its files to scotoma-out.
#[derive(Parser, Debug)]
#[command(name = "scotoma", version, max_term_width = 100)]
#[command(after_help = "Exit status: 0 everything holds, 1 something does not, 2 undecided within a limit, \
                        3 unreadable input or wrong usage.")]
struct Cli {
    /// Print one JSON object on standard output instead of text
    #[arg(long, global = true)]
    json: bool,
    /// No progress and no remarks on standard error
    #[arg(long, short, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

/// One variant a command; its arguments live in the command's own module.
#[derive(Subcommand, Debug)]
enum Command {
    Book(book::Args),
    Build(Box<build::Args>),
    Compound(Box<compound::Args>),
    Negatives(negatives::Args),
    Check(check::Args),
    Experiment(experiment::Args),
    Explain(explain::Args),
    Margins(Box<margins::Args>),
    Edits(edits::Args),
    Mine(Box<mine::Args>),
    Export(export::Args),
    Refute(refute::Args),
    Nearest(Box<nearest::Args>),
    Verify(verify::Args),
}

/// Parses the command line, runs the command, prints what it says and returns the exit status.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not errors.
            let printed = error.print().is_ok_and(|()| !error.use_stderr());
            return ExitCode::from(if printed { 0 } else { Verdict::Unreadable.exit_code() });
        }
    };
    crate::files::clean_up_when_interrupted();
    let context = Context::new(cli.json, cli.quiet);
    let result = run(&cli, &context);
    ExitCode::from(context.finish(result).exit_code())
}

fn run(cli: &Cli, context: &Context) -> Result<Verdict, Diagnostic> {
    match &cli.command {
        None => world::run(Path::new("scotoma-out"), context),
        Some(Command::Book(args)) => book::run(args, context),
        Some(Command::Build(args)) => build::run(args, context),
        Some(Command::Compound(args)) => compound::run(args, context),
        Some(Command::Negatives(args)) => negatives::run(args, context),
        Some(Command::Check(args)) => check::run(args, context),
        Some(Command::Experiment(args)) => experiment::run(args, context),
        Some(Command::Explain(args)) => explain::run(args, context),
        Some(Command::Margins(args)) => margins::run(args, context),
        Some(Command::Edits(args)) => edits::run(args, context),
        Some(Command::Mine(args)) => mine::run(args, context),
        Some(Command::Refute(args)) => refute::run(args, context),
        Some(Command::Nearest(args)) => nearest::run(args, context),
        Some(Command::Verify(args)) => verify::run(args, context),
        Some(Command::Export(args)) => export::run(args, context),
    }
}

/// An empty table without lines, as every command prints it.
fn table<const N: usize>(header: [&str; N]) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(header);
    table
}
