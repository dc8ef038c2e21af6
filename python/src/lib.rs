//! The native half of the Python package: a command of Scotoma run inside the process, on a thread of its own.
//!
//! Everything that Python adds (tables, results, exceptions) is in `python/scotoma`. What crosses the border is what
//! crosses it in a shell, arguments in and one JSON object out, so no command can answer differently here.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use scotoma::cli::{self, Progress};

/// How often the caller's thread looks for signals and tells how far the work is.
const POLL: Duration = Duration::from_millis(40);

/// Runs one command and gives back its exit status, what it said on standard output, and its remarks.
///
/// The work is done without the interpreter's lock. `progress(what, done, total)` is called from the caller's thread
/// at most every 40 ms. An interrupt cancels the work at its next step and is raised at once.
#[pyfunction]
#[pyo3(signature = (arguments, progress=None))]
fn run(py: Python<'_>, arguments: Vec<String>, progress: Option<Py<PyAny>>) -> PyResult<(u8, String, Vec<String>)> {
    let cancelled = Arc::new(AtomicBool::new(false));
    let latest: Arc<Mutex<Option<Progress>>> = Arc::default();
    let (send, receive) = mpsc::channel();
    let (stop, seen) = (cancelled.clone(), latest.clone());
    let watch = move |now: Progress| {
        if let Ok(mut latest) = seen.lock() {
            *latest = Some(now);
        }
        !stop.load(Ordering::Relaxed)
    };
    std::thread::Builder::new()
        .name("scotoma".to_owned())
        .spawn(move || {
            let _ = send.send(cli::run_captured(arguments, Arc::new(watch)));
        })
        .map_err(|e| PyRuntimeError::new_err(format!("no thread can be started: {e}")))?;
    // The receiver is not shared between threads; the mutex only tells the compiler so.
    let receive = Mutex::new(receive);
    let wait = || match receive.lock() {
        Ok(channel) => channel.recv_timeout(POLL),
        Err(_) => Err(mpsc::RecvTimeoutError::Disconnected),
    };
    loop {
        match py.detach(wait) {
            Ok(said) => return Ok((said.status, said.output, said.remarks)),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                return Err(PyRuntimeError::new_err("the command ended without an answer: a defect of Scotoma"));
            }
        }
        let told = py.check_signals().and_then(|()| {
            let now = latest.lock().ok().and_then(|mut latest| latest.take());
            match (&progress, now) {
                (Some(call), Some(now)) => call.call1(py, (now.what, now.done, now.total)).map(|_| ()),
                _ => Ok(()),
            }
        });
        if let Err(raised) = told {
            cancelled.store(true, Ordering::Relaxed);
            return Err(raised);
        }
    }
}

/// The command line: runs as the program does, with this process's streams, and returns the exit status.
#[pyfunction]
fn command(py: Python<'_>, arguments: Vec<String>) -> u8 {
    py.detach(|| cli::main_from(arguments))
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(run, module)?)?;
    module.add_function(wrap_pyfunction!(command, module)?)
}
