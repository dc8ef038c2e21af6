//! What every command shares: where its words go.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use crate::exact::{Limits, Progress};
use crate::report::{Code, Diagnostic, Verdict};

/// Told how far the work is; the work ends with `exact-cancelled` when it returns `false`.
pub type Watch = Arc<dyn Fn(Progress) -> bool + Send + Sync>;

/// Results go to standard output, talk to standard error; `--json` turns the results into one object.
pub struct Context {
    json: bool,
    quiet: bool,
    /// Where words go instead, when a program runs a command inside itself.
    kept: Option<Kept>,
}

/// What a command said, kept for the program that runs it.
struct Kept {
    said: Mutex<Said>,
    watch: Watch,
}

/// What a command said on each stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) output: String,
    pub(super) remarks: Vec<String>,
}

impl Context {
    pub(super) fn new(json: bool, quiet: bool) -> Context {
        Context { json, quiet, kept: None }
    }

    /// A context that keeps what is said, and tells `watch` how far the work is.
    pub(super) fn keeping(json: bool, watch: Watch) -> Context {
        Context { json, quiet: true, kept: Some(Kept { said: Mutex::default(), watch }) }
    }

    /// What was said so far, where it is kept.
    pub(super) fn said(&self) -> Said {
        let said = self.kept.as_ref().and_then(|kept| kept.said.lock().ok().map(|said| said.clone()));
        said.unwrap_or_default()
    }

    /// Lets `keep` note something, where what is said is kept; whether it is.
    fn keep(&self, keep: impl FnOnce(&mut Said)) -> bool {
        if let Some(mut said) = self.kept.as_ref().and_then(|kept| kept.said.lock().ok()) {
            keep(&mut said);
        }
        self.kept.is_some()
    }

    /// Whether the user asked for JSON.
    pub fn json(&self) -> bool {
        self.json
    }

    /// Writes a result to standard output, colours stripped where it is not a terminal.
    pub fn print(&self, text: &str) -> Result<(), Diagnostic> {
        if self.keep(|said| said.output += &format!("{}\n", anstream::adapter::strip_str(text))) {
            return Ok(());
        }
        let mut out = anstream::stdout().lock();
        let written = writeln!(out, "{text}").and_then(|()| out.flush());
        match written {
            // The reader has seen enough (`scotoma ... | head`).
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(e) => Err(Diagnostic::new(Code::FileWrite, format!("standard output cannot be written: {e}"))),
            Ok(()) => Ok(()),
        }
    }

    /// Writes the one JSON object of a `--json` run.
    pub fn print_json(&self, value: &impl serde::Serialize) -> Result<(), Diagnostic> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|e| Diagnostic::new(Code::FileWrite, format!("the result cannot be written as JSON: {e}")))?;
        self.print(&text)
    }

    /// The same for a command whose record has a name and a version.
    pub fn print_record(&self, (format, version): (&str, u32), rest: Value) -> Result<(), Diagnostic> {
        let mut record = json!({ "format": format, "version": version });
        if let (Value::Object(record), Value::Object(rest)) = (&mut record, rest) {
            record.extend(rest);
        }
        self.print_json(&record)
    }

    /// An error of such a command, in its record and on standard error; anything else as it is.
    pub fn recorded(&self, format: (&str, u32), result: Result<Verdict, Diagnostic>) -> Result<Verdict, Diagnostic> {
        let Err(diagnostic) = result else { return result };
        if !self.json {
            return Err(diagnostic);
        }
        self.print_record(format, json!({ "verdict": diagnostic.verdict(), "error": diagnostic }))?;
        self.complain(&diagnostic);
        Ok(diagnostic.verdict())
    }

    /// A remark on standard error, unless `--quiet`.
    pub fn talk(&self, text: &str) {
        if !self.keep(|said| said.remarks.push(text.to_owned())) && !self.quiet {
            let _ = writeln!(anstream::stderr(), "{text}");
        }
    }

    /// What is wrong, on standard error.
    pub fn complain(&self, diagnostic: &Diagnostic) {
        if !self.keep(|said| said.remarks.push(diagnostic.to_string())) {
            let _ = writeln!(anstream::stderr(), "{diagnostic}\n");
        }
    }

    /// A progress bar over `length` steps on standard error; hidden where that is not a terminal, or with `--quiet`.
    pub fn progress(&self, length: u64, message: &'static str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(length), self.draw_target()).with_message(message);
        match ProgressStyle::with_template("{msg:32} {bar:30} {pos}/{len} {elapsed}") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }

    /// A sign on standard error that work goes on whose end is not known, until it is dropped; hidden as a progress bar is.
    pub fn spinner(&self, message: &'static str) -> ProgressBar {
        let spinner = ProgressBar::with_draw_target(None, self.draw_target()).with_message(message);
        if !spinner.is_hidden() {
            spinner.enable_steady_tick(Duration::from_millis(100));
        }
        spinner
    }

    fn draw_target(&self) -> ProgressDrawTarget {
        let shown = !self.quiet && !self.json && io::stderr().is_terminal();
        if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() }
    }

    /// Limits of an exact computation that moves a progress bar.
    pub fn limits(&self, message: &'static str) -> (ProgressBar, Limits) {
        let bar = self.progress(0, message);
        let (watched, told) = (bar.clone(), self.kept.as_ref().map(|kept| kept.watch.clone()));
        let watch = move |progress: Progress| {
            watched.set_length(progress.total as u64);
            watched.set_position(progress.done as u64);
            watched.set_message(progress.what);
            told.as_ref().is_none_or(|told| told(progress))
        };
        (bar, Limits { watch: Some(Arc::new(watch)), ..Limits::default() })
    }

    pub(super) fn finish(&self, result: Result<Verdict, Diagnostic>) -> Verdict {
        match result {
            Ok(verdict) => verdict,
            Err(diagnostic) => {
                if self.json {
                    let record = json!({ "verdict": diagnostic.verdict(), "error": diagnostic });
                    let _ = self.print_json(&record);
                }
                if !self.keep(|said| said.remarks.push(diagnostic.to_string())) {
                    let _ = writeln!(anstream::stderr(), "{diagnostic}");
                }
                diagnostic.verdict()
            }
        }
    }
}
