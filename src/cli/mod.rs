//! Thin commands over the library. Each command is a module with its arguments and a `run`.

mod audit;
mod book;
mod build;
mod check;
mod compound;
mod context;
mod decay;
mod edits;
mod experiment;
mod explain;
mod export;
mod import;
mod inputs;
mod intake;
mod margins;
mod mine;
mod nearest;
mod negatives;
mod refute;
mod rewording;
mod status;
mod streaming;
mod student;
mod table;
mod verify;
mod wordless;
mod world;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use context::{Context, Watch};

pub use crate::exact::Progress;
use crate::report::{Code, Diagnostic, Verdict};

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
    Audit(Box<audit::Args>),
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
    Import(import::Args),
    Refute(refute::Args),
    Nearest(Box<nearest::Args>),
    Verify(verify::Args),
}

/// The program: runs the command that the process was given and returns the exit status.
pub fn main() -> ExitCode {
    ExitCode::from(main_from(std::env::args_os()))
}

/// Parses `arguments`, of which the first is the program's name, runs the command with the streams of this process, and
/// returns the exit status. An interrupt ends the process and leaves no half-written file.
pub fn main_from(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not errors.
            let printed = error.print().is_ok_and(|()| !error.use_stderr());
            return if printed { 0 } else { Verdict::Unreadable.exit_code() };
        }
    };
    crate::files::clean_up_when_interrupted();
    let context = Context::new(cli.json, cli.quiet);
    let result = run(&cli, &context);
    context.finish(result).exit_code()
}

/// What a command said that was run with [`run_captured`].
#[derive(Clone, Debug)]
pub struct Captured {
    /// The exit status that the program would have.
    pub status: u8,
    /// What it would print on standard output.
    pub output: String,
    /// Remarks and errors, one each.
    pub remarks: Vec<String>,
}

/// Runs a command inside this process: nothing is printed, signals are left alone. `watch` is told how far long work is
/// and ends it by returning `false`. Wrong arguments are the error `usage`, in the JSON that `--json` asks for.
pub fn run_captured(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>, watch: Watch) -> Captured {
    let (context, result) = match Cli::try_parse_from(arguments) {
        Ok(cli) => {
            let context = Context::keeping(cli.json, watch);
            let result = run(&cli, &context);
            (context, result)
        }
        Err(error) => {
            let context = Context::keeping(error.use_stderr(), watch);
            let said = error.render().to_string();
            let result = if error.use_stderr() {
                let message = said.trim().trim_start_matches("error: ").to_owned();
                Err(Diagnostic::new(Code::Usage, message))
            } else {
                context.print(&said).map(|()| Verdict::Holds)
            };
            (context, result)
        }
    };
    let status = context.finish(result).exit_code();
    let said = context.said();
    Captured { status, output: said.output, remarks: said.remarks }
}

impl Command {
    /// What it does, where it does not tell more.
    fn work(&self) -> &'static str {
        match self {
            Command::Audit(_) => "auditing",
            Command::Book(_) => "making the book",
            Command::Build(_) => "building encoders",
            Command::Compound(_) => "composing edits",
            Command::Negatives(_) => "reading captions and the words for negatives",
            Command::Check(_) => "checking theorems",
            Command::Experiment(_) => "running the experiment",
            Command::Explain(_) => "reading what to explain",
            Command::Margins(_) => "looking for a margin",
            Command::Edits(_) => "listing edits",
            Command::Mine(_) => "mining negatives",
            Command::Export(_) => "exporting",
            Command::Import(_) => "reading the benchmark",
            Command::Refute(_) => "searching for counterexamples",
            Command::Nearest(_) => "measuring distances",
            Command::Verify(_) => "reading and checking the certificate",
        }
    }
}

fn run(cli: &Cli, context: &Context) -> Result<Verdict, Diagnostic> {
    context.doing(cli.command.as_ref().map_or("building the world of scenes", Command::work));
    match &cli.command {
        None => world::run(Path::new("scotoma-out"), context),
        Some(Command::Audit(args)) => audit::run(args, context),
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
        Some(Command::Import(args)) => import::run(args, context),
    }
}
