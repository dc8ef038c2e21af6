//! Many captions: bounded memory, and an interrupt that leaves no half-written file.
#![cfg(target_os = "linux")]

use crate::common;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use common::{SCOTOMA, text, write};

/// Captions over many words, with a hard negative each: SWAP, REPLACE and ADD in turn.
fn pairs(count: usize) -> String {
    let mut lines = String::new();
    for i in 0..count {
        let (noun, other, colour) =
            (format!("noun{i}"), format!("thing{}", i * 7919 % 30_011), format!("hue{}", i % 97));
        let caption = format!("a {colour} {noun} beside a plain {other}");
        let negative = match i % 3 {
            0 => format!("a plain {noun} beside a {colour} {other}"),
            1 => format!("a {colour} {noun} above a plain {other}"),
            _ => format!("a {colour} {noun} beside a plain small {other}"),
        };
        let _ = writeln!(lines, "{{\"caption\": \"{caption}\", \"negative\": \"{negative}\"}}");
    }
    lines
}

fn start(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(SCOTOMA);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// The most memory that the process has held so far, in kB; `None` when it has ended.
fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn a_hundred_thousand_pairs_take_bounded_memory() {
    let dir = tempfile::tempdir().unwrap();
    let captions = pairs(100_000);
    write(dir.path(), "big.jsonl", &captions);
    let mut child = start(dir.path(), &["build", "big.jsonl", "--features", "bigrams", "--width", "8", "--quiet"]);
    let (mut most, mut stdout) = (0, child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let mut said = Vec::new();
        std::io::Read::read_to_end(&mut stdout, &mut said).map(|_| text(&said))
    });
    while child.try_wait().unwrap().is_none() {
        most = peak(&child).unwrap_or(0).max(most);
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    let said = reader.join().unwrap().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(said.contains("100000 training captions, 100000 edits"), "{said}");
    eprintln!("{} MB of captions took {} MB", captions.len() >> 20, most >> 10);
    assert!(most > 0 && most < 3_000_000, "{most} kB");
}

/// Training text that is read line by line, from compressed files, gives what it gives when it is held.
#[test]
fn a_stream_of_training_text_gives_the_same_answer() {
    let dir = tempfile::tempdir().unwrap();
    let train: String =
        (0..2000).map(|i| format!("a hue{} noun{} above a plain thing{}\n", i % 9, i % 31, i % 7)).collect();
    let json: String = (0..500).map(|i| format!("[\"a plain noun{} beside it\", \"noun{i}\"]\n", i % 40)).collect();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, train.as_bytes()).unwrap();
    write(dir.path(), "pairs.jsonl", pairs(300));
    write(dir.path(), "train.txt.gz", gz.finish().unwrap());
    write(dir.path(), "more.jsonl", json);
    let arguments = ["build", "pairs.jsonl", "--train", "train.txt.gz", "--train", "more.jsonl", "--json", "--quiet"];
    for map in ["bag-of-words", "positions", "ordered-pairs"] {
        let answer = |more: &[&str], out| {
            let said = common::scotoma(dir.path(), &[&arguments, more, &["--features", map, "--out", out]].concat());
            assert_eq!(said.status.code(), Some(0), "{}", text(&said.stderr));
            serde_json::from_slice::<serde_json::Value>(&said.stdout).unwrap()
        };
        let (held, streamed) = (answer(&[], "held"), answer(&["--stream"], "streamed"));
        for key in ["verdict", "size", "ranks", "deficit", "fates", "blind", "dropped", "selected"] {
            assert_eq!(streamed[key], held[key], "{map}: {key}");
        }
        let unpacked = |out: &str| std::fs::read(dir.path().join(out).join("inputs/train.txt")).unwrap();
        assert_eq!(unpacked("streamed"), unpacked("held"));
        common::expect(dir.path(), &["verify", "streamed/certificate.json"], 0);
        if common::python_has("import hashlib") {
            let verify = concat!(env!("CARGO_MANIFEST_DIR"), "/proofs/verify.py");
            let certificate = dir.path().join("streamed/certificate.json");
            assert!(Command::new("python3").arg(verify).arg(certificate).status().unwrap().success());
        }
    }
    let mut refused = arguments.to_vec();
    refused.extend(["--stream", "--train", "pairs.csv"]);
    write(dir.path(), "pairs.csv", "caption,negative\na b,b a\n");
    assert_eq!(common::scotoma(dir.path(), &refused).status.code(), Some(3));
}

#[test]
fn an_interrupt_leaves_no_half_written_file() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "big.jsonl", pairs(3_000));
    for wait in [0, 30, 60, 100, 150, 200, 300, 400, 600] {
        let mut child = start(dir.path(), &["build", "big.jsonl", "--quiet"]);
        std::thread::sleep(Duration::from_millis(wait));
        let signalled =
            Command::new("kill").args(["-INT", &child.id().to_string()]).status().is_ok_and(|s| s.success());
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        // A signal before the handler is there ends the process at once, one after its end finds nothing.
        assert!(matches!(output.status.code(), Some(130 | 0) | None), "{signalled}: {}", text(&output.stderr));
        let out = dir.path().join("scotoma-out");
        let folders = [out.clone(), out.join("inputs")];
        let names = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
        let names: Vec<String> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(!names.iter().any(|name| name.starts_with(".scotoma-")), "{names:?}");
        if names.iter().any(|name| name == "certificate.json") {
            common::expect(dir.path(), &["verify", "scotoma-out/certificate.json"], 0);
        }
    }
}
