//! What a command is doing, said on standard error while it takes long: a bar on a terminal, else a line every so often.
//!
//! One thread watches; whoever works only notes what it works on. So no stretch of work is silent, whether it counts its
//! steps or not. The same thread ends a command that has a time limit and does not look at the clock.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work is first spoken of after this time, and then every time that it has passed: below two seconds.
const SILENCE: Duration = Duration::from_millis(1700);
/// How often the watching thread looks.
const LOOK: Duration = Duration::from_millis(100);
/// How long after its time a command has to end by itself.
const GRACE: Duration = Duration::from_millis(1200);

/// What is being done.
#[derive(Debug)]
struct State {
    what: String,
    done: u64,
    /// Steps in all; 0 where that is not known.
    total: u64,
    began: Instant,
    said: Instant,
    over: bool,
    /// When the work has to be given up, and what then ends the command.
    deadline: Option<(Instant, fn(Duration) -> !)>,
    time: Duration,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    /// On a terminal.
    bar: Option<ProgressBar>,
}

/// The watching thread's view of a command. Clones are of the same one.
#[derive(Clone, Debug)]
pub(super) struct Status(Arc<Shared>);

impl Status {
    /// Nobody watches.
    pub(super) fn unwatched() -> Status {
        Status::with(None)
    }

    /// Begins to watch; says nothing if `quiet`.
    pub(super) fn watched(quiet: bool) -> Status {
        let bar = (!quiet && io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            match ProgressStyle::with_template("{spinner} {msg}") {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        let status = Status::with(bar);
        let watched = status.clone();
        std::thread::spawn(move || watched.run(quiet));
        status
    }

    fn with(bar: Option<ProgressBar>) -> Status {
        let now = Instant::now();
        let state = State {
            what: "starting".to_owned(),
            done: 0,
            total: 0,
            began: now,
            said: now,
            over: false,
            deadline: None,
            time: Duration::ZERO,
        };
        Status(Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), bar }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, quiet: bool) {
        let mut state = self.state();
        while !state.over {
            state = self.0.changed.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
            let now = Instant::now();
            if let Some((_, give_up)) = state.deadline.filter(|(deadline, _)| now > *deadline + GRACE) {
                give_up(state.time);
            }
            if quiet || state.over {
                continue;
            }
            match &self.0.bar {
                Some(bar) if now - state.began > LOOK * 5 => {
                    bar.set_message(state.line(now));
                    bar.tick();
                }
                None if now - state.said >= SILENCE => {
                    state.said = now;
                    let _ = writeln!(anstream::stderr(), "{}", state.line(now));
                }
                _ => (),
            }
        }
        if let Some(bar) = &self.0.bar {
            bar.finish_and_clear();
        }
    }

    /// Notes what is being done from now on.
    pub(super) fn doing(&self, what: &str, done: u64, total: u64) {
        let mut state = self.state();
        if state.what != what {
            state.what = what.to_owned();
            state.began = Instant::now();
        }
        (state.done, state.total) = (done, total);
    }

    /// Notes one more step.
    pub(super) fn step(&self) {
        self.state().done += 1;
    }

    /// Notes how many steps are done.
    fn reach(&self, done: u64) {
        self.state().done = done;
    }

    /// From now on the command is ended by `give_up` where it has not ended long after `time`.
    pub(super) fn limit(&self, time: Duration, give_up: fn(Duration) -> !) {
        let mut state = self.state();
        (state.deadline, state.time) = (Some((Instant::now() + time, give_up)), time);
    }

    /// The work that had a limit is done.
    pub(super) fn in_time(&self) {
        self.state().deadline = None;
    }

    /// Writes to standard output or error, with no bar in the way.
    pub(super) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        let mut state = self.state();
        state.said = Instant::now();
        match &self.0.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Ends the watch.
    pub(super) fn end(&self) {
        self.state().over = true;
        self.0.changed.notify_all();
        if let Some(bar) = &self.0.bar {
            bar.finish_and_clear();
        }
    }
}

impl State {
    fn line(&self, now: Instant) -> String {
        let seconds = (now - self.began).as_secs();
        match (self.done, self.total) {
            (0, 0) => format!("{} ({seconds} s)", self.what),
            (done, 0) => format!("{}: {done} ({seconds} s)", self.what),
            (done, total) => format!("{}: {done} of {total} ({seconds} s)", self.what),
        }
    }
}

/// Work that is counted in steps. It is over when this is dropped, and something else is being done.
#[derive(Debug)]
pub struct Task(Status);

impl Task {
    pub(super) fn new(status: Status) -> Task {
        Task(status)
    }

    /// Notes one more step.
    pub fn step(&self) {
        self.0.step();
    }

    /// Notes how many steps are done.
    pub fn reach(&self, done: u64) {
        self.0.reach(done);
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.doing("finishing", 0, 0);
    }
}
