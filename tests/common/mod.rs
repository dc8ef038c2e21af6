//! What the tests of commands share: the program as a user runs it, and the other programs that it is held against.
#![allow(dead_code)] // each test program uses a part

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The program under test.
pub const SCOTOMA: &str = env!("CARGO_BIN_EXE_scotoma");

/// The folder of the package.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program in `folder` with standard input; never from a terminal.
pub fn scotoma_with_input(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(SCOTOMA)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that fails before it reads closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// Runs the program in `folder`.
pub fn scotoma(folder: &Path, arguments: &[&str]) -> Output {
    scotoma_with_input(folder, arguments, b"")
}

/// Runs the program and gives back what it printed; it has to end with `status`.
pub fn expect(folder: &Path, arguments: &[&str], status: i32) -> String {
    let output = scotoma(folder, arguments);
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "scotoma {}\n{out}\n{err}", arguments.join(" "));
    out + &err
}

/// Bytes as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Writes `content` to a file in `folder`.
pub fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// Whether `python3` runs this; says so aloud where it does not, since a test is then skipped. Under CI it has to.
pub fn python_has(imports: &str) -> bool {
    let found = Command::new("python3").args(["-c", imports]).output().is_ok_and(|output| output.status.success());
    if !found {
        assert!(std::env::var_os("CI").is_none(), "python3 is not there, or cannot {imports}");
        eprintln!("SKIPPED: python3 is not there, or cannot {imports}");
    }
    found
}

/// What a program in Python prints of this standard input; it has to end with 0.
pub fn python(program: &str, input: &[u8]) -> String {
    let mut child = Command::new("python3")
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    text(&output.stdout)
}

/// A published data set beside the checkout, or in the folder SCOTOMA_SHARED; says so aloud where it is absent, since a test
/// is then skipped.
pub fn data(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("SCOTOMA_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let path = shared.join("data").join(name);
    if path.exists() {
        return Some(path.canonicalize().unwrap());
    }
    eprintln!("SKIPPED: {name} is not there");
    None
}

/// Calls `visit` on every value of the tree, parents first; returns how many there are.
pub fn places(value: &mut serde_json::Value, visit: &mut dyn FnMut(&mut serde_json::Value)) -> usize {
    visit(value);
    1 + match value {
        serde_json::Value::Array(list) => list.iter_mut().map(|item| places(item, visit)).sum::<usize>(),
        serde_json::Value::Object(map) => map.values_mut().map(|item| places(item, visit)).sum::<usize>(),
        _ => 0,
    }
}

/// The `how`-th of five changes of one value: another number, an element dropped or doubled, all in another order.
pub fn mutate(value: &mut serde_json::Value, how: usize) {
    use serde_json::Value;
    match value {
        Value::Number(number) => {
            let n = number.as_i64().unwrap_or(0);
            *value =
                [Value::from(n + 1), Value::from(-n), Value::from(0), Value::from("1/2"), Value::Null][how].clone();
        }
        Value::String(text) => {
            *value = [
                Value::from(text.replace('/', "1/")),
                Value::from(1),
                Value::from(format!("-{text}")),
                Value::from("1/2"),
                Value::Null,
            ][how]
                .clone()
        }
        Value::Array(list) => match how {
            0 => drop(list.pop()),
            1 => list.reverse(),
            2 => list.extend(list.first().cloned()),
            3 => drop((!list.is_empty()).then(|| list.remove(0))),
            _ => list.clear(),
        },
        Value::Object(map) => {
            let key = map.keys().nth(how % map.len().max(1)).cloned().unwrap_or_default();
            map.remove(&key);
        }
        _ => {}
    }
}

/// The rank of the rows, by the schoolbook.
pub fn rank(mut rows: Vec<Vec<num_rational::BigRational>>) -> usize {
    use num_traits::Zero;
    let cols = rows.first().map_or(0, Vec::len);
    let mut rank = 0;
    for col in 0..cols {
        let Some(pivot) = (rank..rows.len()).find(|&i| !rows[i][col].is_zero()) else { continue };
        rows.swap(rank, pivot);
        let lead = rows[rank].clone();
        for row in rows.iter_mut().skip(rank + 1) {
            let factor = &row[col] / &lead[col];
            row.iter_mut().zip(&lead).for_each(|(x, y)| *x -= &factor * y);
        }
        rank += 1;
    }
    rank
}

/// Whether the command is compiled with optimisation: some tests on all of a data set take a quarter of an hour without.
pub fn optimised(test: &str) -> bool {
    if cfg!(debug_assertions) {
        eprintln!("SKIPPED: {test} takes long unoptimised: cargo test --release --test captions {test}");
    }
    !cfg!(debug_assertions)
}
