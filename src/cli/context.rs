//! What every command shares: where its words go.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::status::{Status, Task};
use crate::exact::{Limits, Progress};
use crate::files;
use crate::report::{Code, Diagnostic, Verdict};

/// LineTrace how far the work is; the work ends with `exact-cancelled` when it returns `false`.
pub type Watch = Arc<dyn Fn(Progress) -> bool + Send + Sync>;

/// Results go to standard output, talk to standard error; `--json` turns the results into one object.
pub struct Context {
    json: bool,
    quiet: bool,
    status: Status,
    /// When the work has to end, where it has a limit.
    deadline: OnceLock<Instant>,
    /// Where words go instead, when a program runs a command inside itself.
    kept: Option<Kept>,
    /// How many records were left out before files were data sets, by reason.
    left_out: Mutex<BTreeMap<String, usize>>,
    read_by: Mutex<BTreeMap<String, String>>,
    stdin: OnceLock<Vec<u8>>,
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
        Context {
            json,
            quiet,
            status: Status::watched(quiet),
            deadline: OnceLock::new(),
            kept: None,
            left_out: Mutex::default(),
            read_by: Mutex::default(),
            stdin: OnceLock::new(),
        }
    }

    /// A context that keeps what is said, and tells `watch` how far the work is.
    pub(super) fn keeping(json: bool, watch: Watch) -> Context {
        let kept = Some(Kept { said: Mutex::default(), watch });
        Context {
            json,
            quiet: true,
            status: Status::unwatched(),
            deadline: OnceLock::new(),
            kept,
            left_out: Mutex::default(),
            read_by: Mutex::default(),
            stdin: OnceLock::new(),
        }
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

    /// Notes how many records of a file were left out, by reason.
    pub(super) fn left_out(&self, counts: &BTreeMap<String, usize>) {
        if let Ok(mut all) = self.left_out.lock() {
            counts.iter().for_each(|(why, count)| *all.entry(why.clone()).or_default() += count);
        }
    }

    /// How many records were left out so far, by reason.
    pub(super) fn left_out_so_far(&self) -> BTreeMap<String, usize> {
        self.left_out.lock().map_or_else(|_| BTreeMap::new(), |counts| counts.clone())
    }

    /// Standard input, which can be read once and is kept for whoever asks again.
    pub(super) fn standard_input(&self) -> Result<Vec<u8>, Diagnostic> {
        if let Some(bytes) = self.stdin.get() {
            return Ok(bytes.clone());
        }
        let bytes = files::read_stdin(files::DEFAULT_LIMIT)?;
        Ok(self.stdin.get_or_init(|| bytes).clone())
    }

    /// Notes by which mapping a file was read.
    pub(super) fn read_by(&self, file: &str, mapping: &str) {
        if let Ok(mut all) = self.read_by.lock() {
            all.insert(file.to_owned(), mapping.to_owned());
        }
    }

    /// The mapping by which each file was read so far that was not read as it is.
    pub(super) fn read_by_so_far(&self) -> BTreeMap<String, String> {
        self.read_by.lock().map_or_else(|_| BTreeMap::new(), |all| all.clone())
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
        let written = self.status.aside(|| {
            let mut out = anstream::stdout().lock();
            writeln!(out, "{text}").and_then(|()| out.flush())
        });
        match written {
            // The reader has seen enough (`scotoma ... | head`).
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(e) => Err(Diagnostic::new(Code::FileWrite, format!("standard output cannot be written: {e}"))),
            Ok(()) => Ok(()),
        }
    }

    /// Writes a table, tab-separated with a header, for programs; on a terminal its columns stand below each other, and only `shown`
    /// of them where some are named.
    pub(super) fn print_table(&self, table: &str, shown: &[&str]) -> Result<(), Diagnostic> {
        match self.kept.is_none() && io::stdout().is_terminal() {
            true => self.print(&aligned(table, shown)),
            false => self.print(table.trim_end()),
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
            let _ = self.status.aside(|| writeln!(anstream::stderr(), "{text}"));
        }
    }

    /// What is wrong, on standard error.
    pub fn complain(&self, diagnostic: &Diagnostic) {
        if !self.keep(|said| said.remarks.push(diagnostic.to_string())) {
            let _ = self.status.aside(|| writeln!(anstream::stderr(), "{diagnostic}\n"));
        }
    }

    /// Says from now on, where it takes long, that this is being done.
    pub fn doing(&self, what: &str) {
        self.status.doing(what, 0, 0);
    }

    /// The same for work of that many steps.
    pub fn task(&self, steps: u64, what: &str) -> Task {
        self.status.doing(what, 0, steps);
        Task::new(self.status.clone())
    }

    /// The limits of an exact computation that tells what it is doing.
    pub fn limits(&self, what: &str) -> (Task, Limits) {
        let (status, told) = (self.status.clone(), self.kept.as_ref().map(|kept| kept.watch.clone()));
        let watch = move |progress: Progress| {
            status.doing(progress.what, progress.done as u64, progress.total as u64);
            told.as_ref().is_none_or(|told| told(progress))
        };
        let limits =
            Limits { watch: Some(Arc::new(watch)), deadline: self.deadline.get().copied(), ..Limits::default() };
        (self.task(0, what), limits)
    }

    /// Gives the work of the command that many seconds from now on, if any are given. Where it does not look at the clock
    /// itself it is ended, but not inside another program.
    pub fn give_time(&self, seconds: Option<u32>) {
        let Some(time) = seconds.map(|seconds| Duration::from_secs(seconds.into())) else { return };
        let _ = self.deadline.set(Instant::now() + time);
        if self.kept.is_none() {
            self.status.limit(time, if self.json { give_up_as_json } else { give_up });
        }
    }

    /// The work is done; what is left, writing and checking, is not ended by the clock.
    pub fn in_time(&self) {
        self.status.in_time();
        self.doing("writing and checking the answer");
    }

    pub(super) fn finish(&self, result: Result<Verdict, Diagnostic>) -> Verdict {
        // One answer: either the clock's, which then ends the program, or this.
        self.status.in_time();
        match result {
            Ok(verdict) => {
                self.status.end();
                verdict
            }
            Err(diagnostic) => {
                if self.json {
                    let record = json!({ "verdict": diagnostic.verdict(), "error": diagnostic });
                    let _ = self.print_json(&record);
                }
                self.status.end();
                if !self.keep(|said| said.remarks.push(diagnostic.to_string())) {
                    let _ = writeln!(anstream::stderr(), "{diagnostic}");
                }
                diagnostic.verdict()
            }
        }
    }
}

/// A tab-separated table as people read it.
fn aligned(table: &str, shown: &[&str]) -> String {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b'\t').has_headers(false).flexible(true).from_reader(table.as_bytes());
    let lines: Vec<csv::StringRecord> = reader.records().flatten().collect();
    let header = lines.first().cloned().unwrap_or_default();
    let kept = |&at: &usize| shown.is_empty() || shown.contains(&&header[at]);
    let kept: Vec<usize> = (0..header.len()).filter(kept).collect();
    let mut aligned = comfy_table::Table::new();
    aligned.load_preset(comfy_table::presets::NOTHING);
    let cells = |line: &csv::StringRecord| {
        let cell = |&at: &usize| line.get(at).unwrap_or_default().replace(['\n', '\r'], " ");
        kept.iter().map(cell).collect::<Vec<String>>()
    };
    aligned.set_header(cells(&header));
    for line in lines.iter().skip(1) {
        aligned.add_row(cells(line));
    }
    aligned.to_string()
}

/// Ends a command whose time is up, with nothing half written.
fn give_up(time: Duration) -> ! {
    let diagnostic = out_of_time(time);
    let _ = writeln!(anstream::stderr(), "{diagnostic}");
    files::clean_up();
    std::process::exit(diagnostic.verdict().exit_code().into())
}

/// The same with a record on standard output.
fn give_up_as_json(time: Duration) -> ! {
    let diagnostic = out_of_time(time);
    let record = json!({ "verdict": diagnostic.verdict(), "error": diagnostic });
    let _ = writeln!(io::stdout(), "{record:#}").and_then(|()| io::stdout().flush());
    give_up(time)
}

fn out_of_time(time: Duration) -> Diagnostic {
    Diagnostic::new(Code::ExactLimit, format!("there is no answer within {} s", time.as_secs()))
        .help("allow more --time, or take fewer pairs or features")
}

#[cfg(test)]
mod tests {
    use super::aligned;

    #[test]
    fn a_table_for_people_has_the_columns_that_are_named_below_each_other() {
        let table = "edit\tid\tcaption\n0\tlonger\ta cat\n1\t2\t\"a \"\"big\"\"\ndog\"\n";
        let lines: Vec<String> = aligned(table, &["id", "caption"]).lines().map(|l| l.trim_end().to_owned()).collect();
        assert_eq!(lines, [" id      caption", " longer  a cat", " 2       a \"big\" dog"]);
        assert!(aligned(table, &[]).contains("edit"));
    }
}
