//! A certificate with its inputs, as it stands in a folder, and the two checkers on it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use scotoma::certificate::{CaptionProblem, Certificate, Problem as Kind};
use scotoma::encoder::{self, Problem};
use scotoma::files::sha256_hex;
use scotoma::report::Code;

use super::common::root;

/// The second checker as one process: a path a line in, the number of a verdict a line out.
pub struct Python {
    child: Child,
    paths: ChildStdin,
    verdicts: BufReader<ChildStdout>,
}

impl Python {
    pub fn start() -> Python {
        let driver = "import sys; sys.path.insert(0, sys.argv[1]); import verify\n\
                      for path in sys.stdin:\n    \
                      verdict, reason = verify.verdict_of(path[:-1])\n    \
                      print(verify.VERDICTS.index(verdict), ascii(reason), flush=True)";
        let mut child = Command::new("python3")
            .args(["-B", "-W", "ignore", "-c", driver])
            .arg(root().join("proofs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (paths, verdicts) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Python { child, paths, verdicts }
    }

    /// The exit status for the certificate at `path`, and the reason.
    pub fn check(&mut self, path: &Path) -> (i32, String) {
        writeln!(self.paths, "{}", path.display()).unwrap();
        let mut answer = String::new();
        self.verdicts.read_line(&mut answer).unwrap();
        let (status, reason) = answer.trim_end().split_once(' ').unwrap_or_else(|| panic!("no verdict: {answer:?}"));
        (status.parse().unwrap(), reason.to_owned())
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A certificate with its inputs, to be changed.
#[derive(Clone)]
pub struct Case {
    pub certificate: Vec<u8>,
    pub inputs: BTreeMap<String, Vec<u8>>,
}

impl Case {
    pub fn load(path: &Path) -> Case {
        let names = std::fs::read_dir(path.with_file_name("inputs")).unwrap().map(|entry| entry.unwrap());
        let inputs = names
            .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
            .collect();
        Case { certificate: std::fs::read(path).unwrap(), inputs }
    }

    pub fn store(&self, folder: &Path) -> PathBuf {
        std::fs::create_dir_all(folder.join("inputs")).unwrap();
        for (name, bytes) in &self.inputs {
            std::fs::write(folder.join("inputs").join(name), bytes).unwrap();
        }
        std::fs::write(folder.join("c.json"), &self.certificate).unwrap();
        folder.join("c.json")
    }

    /// Changes an input and sets its hash right. If it still can be read, with a certificate built anew, which is what the
    /// answer says.
    pub fn change_input(&mut self, name: &str, bytes: Vec<u8>) -> bool {
        let old = sha256_hex(&self.inputs[name]);
        let text = String::from_utf8(std::mem::take(&mut self.certificate)).unwrap();
        self.certificate = text.replace(&old, &sha256_hex(&bytes)).into_bytes();
        // One file under two names is changed under both.
        let same = self.inputs[name].clone();
        self.inputs.values_mut().filter(|other| **other == same).for_each(|other| *other = bytes.clone());
        match self.rebuilt() {
            Some(certificate) => {
                self.certificate = certificate;
                true
            }
            None => false,
        }
    }

    fn rebuilt(&self) -> Option<Vec<u8>> {
        let Kind::Captions(spec) = Certificate::from_bytes("c", self.certificate.clone()).ok()?.problem else {
            return None;
        };
        let bytes: Vec<Vec<u8>> = spec.inputs.iter().map(|input| self.inputs[&input.name].clone()).collect();
        let spec = CaptionProblem { selected: None, ..spec };
        let problem = Problem::read(&spec, &bytes).ok()?;
        if problem.s().cols() > 5000 {
            return None;
        }
        let spec = CaptionProblem { size: problem.size(), ..spec };
        let built = encoder::build(&problem, &Default::default()).ok()?;
        encoder::certificate(&spec, built.claims).ok()?.to_bytes().ok()
    }
}

pub fn rust_status(path: &Path) -> (i32, Option<Code>, String) {
    match encoder::check_file(path, None) {
        Ok(_) => (0, None, String::new()),
        Err(error) => (i32::from(error.verdict().exit_code()), Some(error.code), error.to_string()),
    }
}
