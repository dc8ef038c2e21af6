//! Work that takes long: it is never silent, keeps its time, and refuses numbers that mean nothing.

use crate::common;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{SCOTOMA, expect, scotoma, text, write};

/// Rows of numbers without pattern, as NumPy writes them, and a list of as many texts.
fn dense(rows: usize, columns: usize) -> (Vec<u8>, String) {
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    let header = format!("{header:117}\n");
    let mut bytes = [b"\x93NUMPY\x01\x00".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes()].concat();
    let mut state = 12_345u64;
    for _ in 0..rows * columns {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        bytes.extend(((state >> 40) as f32 / (1 << 23) as f32 - 1.0).to_le_bytes());
    }
    (bytes, serde_json::to_string(&(0..rows).map(|at| format!("text {at}")).collect::<Vec<_>>()).unwrap())
}

/// A folder with pairs of texts, and features of all of them.
fn folder(pairs: usize, columns: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (matrix, texts) = dense(2 * pairs, columns);
    let pair = |at: usize| format!("{{\"caption\": \"text {at}\", \"negative\": \"text {}\"}}\n", pairs + at);
    write(folder.path(), "p.jsonl", (0..pairs).map(pair).collect::<String>());
    write(folder.path(), "f.npy", matrix);
    write(folder.path(), "t.json", texts);
    folder
}

const FEATURES: [&str; 4] = ["--features", "f.npy", "--feature-texts", "t.json"];

#[test]
fn time_is_kept_and_work_is_not_silent() {
    // Twenty seconds and more for the quickest of them, on a machine that does nothing else.
    let folder = folder(1000, 3000);
    for command in ["build", "mine", "nearest", "margins"] {
        let begun = Instant::now();
        let mut child = Command::new(SCOTOMA)
            .args([&[command, "p.jsonl", "--time", "4", "--json"], FEATURES.as_slice()].concat())
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Only a hang is waited for here: how long it takes is measured elsewhere.
        while child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(60), "{command} does not keep its time");
            std::thread::sleep(Duration::from_millis(50));
        }
        let output = child.wait_with_output().unwrap();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(2), "{command}: {out}{err}");
        let record: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(record["verdict"], "declined", "{command}");
        let lines = err.lines().filter(|line| line.ends_with(" s)")).count();
        assert!(lines >= 1 && err.contains("--time"), "{command}: {err}");
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
        assert!(left.len() == 3, "{command} left {left:?}");
    }
}

#[test]
fn quiet_is_quiet() {
    let folder = folder(1000, 3000);
    let arguments = [&["build", "p.jsonl", "--time", "3", "--quiet"], FEATURES.as_slice()].concat();
    let err = text(&scotoma(folder.path(), &arguments).stderr);
    assert!(!err.lines().any(|line| line.ends_with(" s)")), "{err}");
}

#[test]
fn general_position_is_said() {
    // Fewer captions than columns, and more.
    for (pairs, columns, position) in [(6, 9, "captions"), (6, 5, "columns")] {
        let folder = folder(pairs, columns);
        for command in ["build", "mine", "nearest"] {
            let run = |more: &[&str]| {
                let output = scotoma(folder.path(), &[&[command, "p.jsonl"], FEATURES.as_slice(), more].concat());
                text(&output.stdout)
            };
            let said = run(&[]);
            assert!(said.contains("only count dimensions"), "{command}: {said}");
            let record: serde_json::Value = serde_json::from_str(&run(&["--json", "--quiet"])).unwrap();
            assert_eq!(record["general_position"], position, "{command}");
        }
    }
    // Features of tokens share columns: independent captions say something there.
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "p.jsonl", "{\"caption\": \"a cat and a dog\", \"negative\": \"a dog and a cat\"}\n");
    let said = expect(folder.path(), &["build", "p.jsonl", "--json"], 0);
    assert!(said.contains("\"general_position\": null"), "{said}");
}

/// Past `--rank` distances are in doubles: those that leave a residual are no answer, and no numbers are shown.
#[test]
fn distances_in_doubles_are_right_or_refused() {
    let folder = folder(40, 90);
    let arguments = [&["nearest", "p.jsonl", "--rank", "10", "--json", "--quiet"], FEATURES.as_slice()].concat();
    let output = scotoma(folder.path(), &arguments);
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(record["approximate"]["residual"].as_f64().unwrap() < 1e-9, "{record}");
    // Edits that point the same way to 30 binary digits, and mean opposite things.
    let far = tempfile::tempdir().unwrap();
    let (large, doubles) = ((1u64 << 30) as f64, |rows: &[Vec<f64>]| {
        let shape = format!("({}, {})", rows.len(), rows[0].len());
        let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
        let header = format!("{header:117}\n");
        let values = rows.iter().flatten().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
        [b"\x93NUMPY\x01\x00\x76\x00".as_slice(), header.as_bytes(), &values].concat()
    });
    let rows = [vec![0.0, 0.0], vec![0.0, 0.0], vec![large, large + 1.0], vec![large + 1.0, large + 2.0]];
    write(far.path(), "f.npy", doubles(&rows));
    write(far.path(), "e.npy", doubles(&[vec![0.0], vec![0.0], vec![1.0], vec![-1.0]]));
    write(far.path(), "t.json", "[\"a\", \"b\", \"c\", \"d\"]");
    write(
        far.path(),
        "p.jsonl",
        "{\"caption\": \"a\", \"negative\": \"c\"}\n{\"caption\": \"b\", \"negative\": \"d\"}\n",
    );
    let embeddings = ["--embeddings", "e.npy", "--embedding-texts", "t.json", "--rank", "1"];
    let arguments = [&["nearest", "p.jsonl"], FEATURES.as_slice(), &embeddings].concat();
    let said = expect(far.path(), &arguments, 2);
    assert!(said.contains("it does not blind") && !said.contains("norm"), "{said}");
    let exact = [&["nearest", "p.jsonl"], FEATURES.as_slice(), &embeddings[..4]].concat();
    assert!(expect(far.path(), &exact, 0).contains("away (Frobenius norm)"));
}
