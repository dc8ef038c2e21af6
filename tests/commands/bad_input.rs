//! Bad input through the real program: the exit status, the name of the code, the place, and what to do about it.

use crate::common;

use std::path::Path;

use common::{expect, scotoma, scotoma_with_input, text, write};

const PAIR: &str = "{\"caption\": \"a red cube\", \"negative\": \"a blue cube\"}\n";

/// Runs `scotoma build` on a file with this content; the answer has to contain all of `parts`.
fn build(name: &str, content: impl AsRef<[u8]>, more: &[&str], status: i32, parts: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), name, content);
    // Without --strict a record that says nothing is left out where others are good.
    let strict: &[&str] = if status == 3 && !more.contains(&"--strict") { &["--strict"] } else { &[] };
    let said = expect(dir.path(), &[&["build", name, "--out", "out"], strict, more].concat(), status);
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
    assert!(!dir.path().join("out/certificate.json").exists(), "a refused input left a certificate");
}

#[test]
fn texts_that_are_not_captions() {
    let second = |line: &str| format!("{PAIR}{line}\n");
    build("a.jsonl", b"{\"caption\": \"a \xff\"}\n", &[], 3, &["not-utf8", "a.jsonl:1:16", "^", "help:"]);
    let empty = second("{\"caption\": \" \", \"negative\": \"a\"}");
    build("a.jsonl", empty, &[], 3, &["empty-caption", "a.jsonl:2:13", "^", "help:"]);
    let same = second("{\"caption\": \"a cat\", \"negative\": \"a cat\"}");
    build("a.jsonl", same, &["--strict"], 3, &["negative-equals-caption", "a.jsonl:2:14", "help:"]);
    build("a.jsonl", PAIR.repeat(2), &["--strict"], 3, &["data-shape", "a.jsonl:2", "earlier record"]);
    build("a.jsonl", "{\"caption\": \"a\", \"negative\": \" a\"}\n", &[], 3, &["no-captions", "every negative"]);
    build(
        "a.jsonl",
        second("{\"caption\": \"...\", \"negative\": \"a\"}"),
        &[],
        3,
        &["caption-without-token", "a.jsonl:2"],
    );
    build(
        "a.jsonl",
        second("{\"caption\": \"a\\u0000b\", \"negative\": \"a\"}"),
        &[],
        3,
        &["nul-character", "a.jsonl:2"],
    );
    build("a.csv", "caption,negative\n\"a cat,a dog\n", &[], 3, &["data-truncated", "a.csv:2:1", "help:"]);
    build("a.csv", "caption,negative\na cat\n", &[], 3, &["data-shape", "a.csv:2:1", "help:"]);
    build("a.csv", "title,negative\na cat,a dog\n", &[], 3, &["missing-column", "a.csv:1:1", "--columns"]);
    let chosen = ["--columns", "caption=name"];
    build("a.csv", "title,negative\na cat,a dog\n", &chosen, 3, &["missing-column", "\"name\"", "\"title\""]);
    build("a.csv", "caption,negative\na cat,a dog\n", &["--columns", "caption"], 3, &["usage", "caption=NAME"]);
    build("a.json", "{\"1\": {\"caption\": \"a", &[], 3, &["data-truncated", "a.json:1", "help:"]);
    build("a.json", "{\"1\": 5}", &[], 3, &["data-shape", "a.json:1:7"]);
    build(
        "a.json",
        "{\"1\": {\"caption\": \"a\", \"caption\": \"b\", \"negative\": \"c\"}}",
        &[],
        3,
        &["occurs twice"],
    );
    build("a.json", "", &[], 3, &["no-captions"]);
    build("a.txt", "a cat\n", &[], 3, &["usage", "--train"]);
    build("a.jsonl", PAIR, &["--edits", "swap"], 3, &["usage", "swap"]);
    build("a.jsonl", PAIR, &["--edits", "sawp"], 3, &["invalid value", "sawp", "'swap'", "all, swap"]);
    build("a.jsonl", PAIR, &["--features", "wrods"], 3, &["invalid value", "wrods", "positions"]);
    build("a.jsonl", PAIR, &["--tokenizer", "bert"], 3, &["invalid value", "bert", "clip"]);
    build("a.jsonl", PAIR, &["--width", "0"], 3, &["usage", "dimension"]);
}

#[test]
fn texts_that_are_too_long_are_declined() {
    let long = format!("{{\"caption\": \"{}\", \"negative\": \"a\"}}\n", "cat ".repeat(1_000_000));
    build("a.jsonl", &long, &[], 2, &["caption-too-long", "a.jsonl:1:14"]);
    let pairs = format!("{{\"caption\": \"{}\", \"negative\": \"a\"}}\n", "cat ".repeat(5_000));
    build("a.jsonl", pairs, &["--features", "ordered-pairs"], 2, &["too-many-features", "help:"]);
    let word = format!("{{\"caption\": \"{}\", \"negative\": \"a\"}}\n", "x".repeat(1_000_000));
    build("a.jsonl", word, &["--tokenizer", "clip"], 2, &["caption-too-long", "help:"]);
}

#[test]
fn duplicates_are_dropped_with_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.jsonl", PAIR.repeat(3));
    let said = expect(dir.path(), &["build", "a.jsonl"], 0);
    assert!(said.contains("warning: a.jsonl: 2 records dropped") && said.contains("line 2"), "{said}");
    assert!(said.contains("line 3 \"a red cube\""), "{said}");
    assert!(said.contains("1 training caption, 1 edit,"), "{said}");
}

/// One such pair in a large file is no reason to refuse the file; every command says how many there are.
#[test]
fn a_negative_that_is_its_caption_is_dropped_and_said() {
    let dir = tempfile::tempdir().unwrap();
    let same = (0..4)
        .map(|i| format!("{{\"caption\": \"cat {i}\", \"negative\": \" cat {i}\\u2003\"}}\n"))
        .collect::<String>();
    write(dir.path(), "a.jsonl", format!("{PAIR}{same}"));
    for command in ["build", "edits", "mine", "margins", "nearest"] {
        let said = expect(dir.path(), &[command, "a.jsonl"], 0);
        assert!(said.contains("warning: a.jsonl: 4 pairs dropped"), "{command}: {said}");
        assert!(said.contains("line 2 \"cat 0\"") && said.contains("and 1 more"), "{command}: {said}");
        expect(dir.path(), &[command, "a.jsonl", "--strict"], 3);
        let output = scotoma(dir.path(), &[command, "a.jsonl", "--json"]);
        let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(record["pairs"]["dropped"]["negative_is_caption"], 4, "{command}: {record}");
    }
}

/// Lines end with LF, CRLF or CR; a message is about the line that an editor shows.
#[test]
fn line_ends_of_every_kind_are_counted() {
    for end in ["\n", "\r\n", "\r"] {
        let table = ["caption,negative", "a cat,a dog", "b cat,", ""].join(end);
        build("a.csv", table, &[], 3, &["empty-caption", "a.csv:3:1", "3 | b cat,"]);
        let lines = [PAIR.trim(), "{\"caption\": \"b\"}", ""].join(end);
        build("a.jsonl", lines, &[], 3, &["missing-column", "a.jsonl:2:1"]);
    }
    build("a.csv", "caption,negative\r\na cat,a dog\rb cat\r", &[], 3, &["data-shape", "a.csv:3:1"]);
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.csv", "caption,negative\ra cat,a dog\rb cat,b dog\r");
    write(dir.path(), "t.txt", "one cat\rtwo cats\r\nthree cats");
    let said = expect(dir.path(), &["build", "a.csv", "--train", "t.txt"], 0);
    assert!(said.contains("5 training captions, 2 edits"), "{said}");
}

#[test]
fn messages_about_captions_name_the_cause() {
    let lines = |text: &str, parts: &[&str]| build("a.jsonl", text, &[], 3, parts);
    lines("{\n \"caption\": \"a\",\n \"negative\": \"b\"\n}\n", &["does not end on its line", "--format json"]);
    lines("[{\"caption\": \"a\", \"negative\": \"b\"}]\n", &["a list stands where", "--format json"]);
    lines(&format!("{PAIR}\u{feff}{PAIR}"), &["byte-order mark", "a.jsonl:2:1", "joined"]);
    lines(
        "{\"caption\": \"a \\ud83d\\ude00\", \"negative\": \"a \\ud83d dog\"}\n",
        &["surrogate pair", "repair the text", "a.jsonl:1:46", "emoji"],
    );
    lines("{\"caption\": \"a\", \"x\": \"\\ude00\", \"negative\": \"b\"}\n", &["surrogate pair"]);
    lines("{\"caption\": \"a\", \"negative\": \"b\"}\u{c}\n", &["data-syntax", "after the end"]);
    lines(
        "{\"caption\": \"a\", \"x\": {\"y\": [{\"z\": 1, \"\\u007a\": 2}]}, \"negative\": \"b\"}\n",
        &["\"z\" occurs twice"],
    );
    build("a.json", format!("{PAIR}{PAIR}"), &[], 3, &["data-syntax", "--format jsonl"]);
    build("a.json", "7", &[], 3, &["data-shape", "list of records"]);
    build("a.tsv", "\ttitle\tneg_caption\n0\ta\t['b']\n", &[], 3, &["missing-column", "1 | →title→neg_caption"]);
    build("a.csv", "caption,negtive\na,b\n", &[], 3, &["missing-column", "did you mean \"negtive\"?"]);
    build("a.csv", "caption,negative\n\"a cat\"x,a dog\n", &[], 3, &["data-syntax", "closing quote", "a.csv:2:8"]);
    build("a.csv", "caption,negative\n\"a \\\"big\\\" cat\",a dog\n", &[], 3, &["closing quote", "backslash"]);
    build("a.tsv", "caption\tnegative\n\"stop\tgo\nb \"cat\tdog\n", &[], 3, &["closing quote comes a tab"]);
    build("a.csv", "\"caption\" ,negative\na,b\n", &[], 3, &["closing quote", "a.csv:1:10"]);
    for (cell, part) in [
        ("[u'a dog']", "u stands before a quote"),
        ("['a', '\\N{SNOWMAN} x']", "the escape \\N is not known"),
        ("['a' 'b']", "no comma stands between"),
        ("['\\101']", "the escape \\1 is not known"),
    ] {
        build(
            "a.csv",
            format!("caption,negative\na cat,\"{cell}\"\n"),
            &[],
            3,
            &["looks like a list", part, "a.csv:2:1"],
        );
    }
    for (start, what) in [(&b"PK\x03\x04\x14\0"[..], "ZIP"), (b"\xff\xfea\0", "UTF-16"), (b"\x93NUMPY\x01\0", ".npy")] {
        for name in ["a.jsonl", "a.csv", "a.json", "a.bin"] {
            build(name, start, &[], 3, &["not-utf8", what, "help:"]);
        }
    }
    // Compressed files are unpacked, whatever they are called; these break off.
    for start in [&b"\x1f\x8b\x08\0\0"[..], b"\x28\xb5\x2f\xfd\x04"] {
        for name in ["a.jsonl", "a.csv.gz", "a.json.zst", "a.bin"] {
            build(name, start, &[], 3, &["data-truncated", "cannot be unpacked", "help:"]);
        }
    }
}

/// No message and no table speaks Rust.
#[test]
fn texts_are_shown_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let hindi = "{\"caption\": \"\u{928}\u{940}\u{932}\u{947} \u{917}\u{94b}\u{932}\u{947}\", \"negative\": \"\u{932}\u{93e}\u{932} \u{917}\u{94b}\u{932}\u{947}\"}\n";
    write(
        dir.path(),
        "a.jsonl",
        format!("{hindi}{{\"caption\": \"cafe\u{301} noir\", \"negative\": \"cafe noir\"}}\n"),
    );
    let said = expect(dir.path(), &["edits", "a.jsonl"], 0);
    assert!(said.contains("replace \"\"cafe\u{301}\"\"") || said.contains("cafe\u{301}"), "{said}");
    assert!(!said.contains("\\u{"), "{said}");
    let said = expect(dir.path(), &["build", "a.jsonl", "--columns", "caption=\u{947}"], 3);
    assert!(said.contains("\"\u{947}\"") && !said.contains("\\u{"), "{said}");
}

/// Two files may use the same identifiers; a record names the file too.
#[test]
fn edits_are_named_by_file_and_line() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "a.jsonl",
        "{\"caption\": \"a dog on a mat\", \"id\": \"0\", \"negative\": \"a mat on a dog\"}\n",
    );
    write(dir.path(), "b.jsonl", "{\"caption\": \"a red cup\", \"id\": \"0\", \"negative\": \"a blue cup\"}\n");
    for (command, list) in [("build", "blind"), ("edits", "edits"), ("mine", "ranked")] {
        let output = scotoma(dir.path(), &[command, "a.jsonl", "b.jsonl", "--json"]);
        let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut names: Vec<(u64, &str, &str)> = record[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| (e["edit"].as_u64().unwrap(), e["file"].as_str().unwrap(), e["id"].as_str().unwrap()))
            .collect();
        names.sort();
        assert_eq!(names, [(0, "a.jsonl", "0"), (1, "b.jsonl", "0")], "{command}");
    }
    let said = expect(dir.path(), &["build", "a.jsonl", "b.jsonl", "--edits", "swap", "--out", "o"], 0);
    assert!(said.contains("1 edit (1 of 2 pairs)") && said.contains("; 1 of 2 pairs count"), "{said}");
    let output = scotoma(dir.path(), &["verify", "o/certificate.json", "--json"]);
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(record["verified"]["selected_from"], 2);
}

#[test]
fn costs_belong_to_records() {
    let dir = tempfile::tempdir().unwrap();
    let cat = "{\"caption\": \"a red cat\", \"negative\": \"a blue cat\"}\n";
    write(dir.path(), "d.jsonl", format!("{PAIR}{PAIR}{{\"caption\": \"a\", \"negative\": \"a\"}}\n{cat}"));
    write(dir.path(), "c.txt", "5\n6\n9\n1e-05\n");
    let output = scotoma(dir.path(), &["mine", "d.jsonl", "--costs", "c.txt", "--json"]);
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut costs: Vec<String> = record["ranked"].as_array().unwrap().iter().map(|r| r["cost"].to_string()).collect();
    costs.sort();
    assert!(costs.contains(&"\"1/100000\"".to_owned()) && !costs.contains(&"6".to_owned()), "{record}");
    write(dir.path(), "short.txt", "5\n6\n");
    let said = expect(dir.path(), &["mine", "d.jsonl", "--costs", "short.txt"], 3);
    assert!(said.contains("2 costs in short.txt for 4 pairs"), "{said}");
    let priced = "{\"caption\": \"a red cube\", \"negative\": \"a blue cube\", \"price\": 1e+16}\n";
    write(dir.path(), "e.jsonl", priced);
    expect(dir.path(), &["mine", "e.jsonl", "--cost-column", "price"], 0);
}

/// A pair of the same tokens is no contradiction among the others, and no news that training brings.
#[test]
fn collapsed_edits_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.jsonl", format!("{{\"caption\": \"A dog lies.\", \"negative\": \"a dog lies.\"}}\n{PAIR}"));
    let said = expect(dir.path(), &["mine", "a.jsonl"], 0);
    assert!(said.contains("1 edit collapsed") && said.contains("0 edits need no negative"), "{said}");
    let said = expect(dir.path(), &["margins", "a.jsonl"], 0);
    assert!(said.contains("1 edit left out as collapsed") && said.contains("all 1 edits (1 of 2 pairs)"), "{said}");
    let output = scotoma(dir.path(), &["margins", "a.jsonl", "--json"]);
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(record["collapsed"][0]["line"], 1, "{record}");
}

#[test]
fn files_that_are_not_there_or_not_files() {
    let dir = tempfile::tempdir().unwrap();
    let fails = |arguments: &[&str], parts: &[&str]| {
        let said = expect(dir.path(), arguments, 3);
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
    };
    write(dir.path(), "a.jsonl", PAIR);
    std::fs::create_dir(dir.path().join("folder")).unwrap();
    fails(&["build", "none.jsonl"], &["file-missing", "none.jsonl"]);
    fails(&["build", "folder"], &["file-read", "no file of captions", "help:"]);
    fails(&["build", "a.jsonl", "--train", "folder"], &["file-read", "no file of captions"]);
    fails(&["build", "/dev/zero"], &["file-is-directory", "not a regular file"]);
    fails(&["verify", "none.json"], &["file-missing"]);
    fails(&["verify", "folder"], &["file-is-directory"]);
    fails(&["build", "-", "-"], &["usage", "only once"]);
    fails(&["build", "a.jsonl", "--out", "a.jsonl"], &["file-write"]);
    fails(&["build"], &["Usage"]);
    fails(&["frobnicate"], &["Usage"]);
    // JSON was asked for, so the refusal is JSON too.
    let output = scotoma(dir.path(), &["build", "none.jsonl", "--json"]);
    let record: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(record["verdict"], "unreadable");
    assert_eq!(record["error"]["code"], "file-missing");
}

#[test]
fn matrices_that_do_not_fit() {
    use scotoma::export::{Tensor, npy};
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    write(folder, "a.jsonl", PAIR);
    write(folder, "texts.txt", "a red cube\na blue cube\n");
    let matrix = |rows, columns, data: Vec<f64>| npy::to_bytes(&Tensor::matrix(rows, columns, data).unwrap());
    let good = matrix(2, 2, vec![0.5, 1.0, 2.0, 0.25]);
    let try_with = |bytes: &[u8], texts: &str, status, parts: &[&str]| {
        write(folder, "m.npy", bytes);
        for (values, names) in [("--embeddings", "--embedding-texts"), ("--features", "--feature-texts")] {
            let said = expect(folder, &["build", "a.jsonl", values, "m.npy", names, texts, "--out", "out"], status);
            assert!(parts.iter().all(|part| said.contains(part)), "{said}");
        }
    };
    try_with(&good, "texts.txt", 0, &["holds"].map(|_| "Verified"));
    try_with(&matrix(2, 2, vec![0.5, f64::NAN, 2.0, 0.25]), "texts.txt", 3, &["tensor-not-finite", "row 0, column 1"]);
    try_with(&matrix(2, 2, vec![0.5, f64::INFINITY, 2.0, 0.25]), "texts.txt", 3, &["tensor-not-finite", "help:"]);
    try_with(&matrix(1, 2, vec![0.5, 1.0]), "texts.txt", 3, &["tensor-shape"]);
    try_with(&matrix(2, 2, vec![1e300, 1.0, 1e-300, 0.25]), "texts.txt", 2, &["tensor-range", "help:"]);
    try_with(&good[..good.len() - 1], "texts.txt", 3, &["tensor-size", "truncated"]);
    try_with(b"not a matrix", "texts.txt", 3, &["tensor-format"]);
    let header = |from: &str, to: &str| {
        String::from_utf8_lossy(&good).contains(from).then(|| {
            let at = good.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
            let mut bytes = [&good[..at], to.as_bytes(), &good[at + from.len()..]].concat();
            let length = u16::from_le_bytes([bytes[8], bytes[9]]) + (to.len() as u16) - (from.len() as u16);
            bytes[8..10].copy_from_slice(&length.to_le_bytes());
            bytes
        })
    };
    for (from, to, part) in [
        ("(2, 2)", "(2L, 2L)", "Python 2"),
        ("(2, 2)", "(-2, 2)", "negative length"),
        ("<f8", "<U5", "are texts"),
        ("<f8", "|O", "Python objects"),
        ("<f8", ">f8", "other order"),
        ("'<f8'", "[('a', '<f8')]", "named fields"),
        (", }", ", 'x': 1}", "unknown key \"x\""),
        ("False", "'False'", "neither True nor False"),
    ] {
        try_with(&header(from, to).unwrap(), "texts.txt", 3, &["tensor-format", part]);
    }
    // A text may begin with a bracket.
    write(folder, "sic.txt", "[sic] a cat\na blue cube\n");
    try_with(&good, "sic.txt", 3, &["text-without-row", "a red cube"]);
    // All digits of numbers of several orders of magnitude, as in an embedding of unit length: 79 bits.
    let wide = matrix(2, 2, vec![1.0 - 2f64.powi(-53), 2f64.powi(-27) + 2f64.powi(-79), 0.1, -0.3]);
    write(folder, "m.npy", &wide);
    let said = expect(
        folder,
        &["build", "a.jsonl", "--embeddings", "m.npy", "--embedding-texts", "texts.txt", "--out", "out"],
        0,
    );
    assert!(said.contains("Verified"), "{said}");
    let said =
        expect(folder, &["build", "a.jsonl", "--features", "m.npy", "--feature-texts", "texts.txt", "--out", "out"], 2);
    assert!(said.contains("float32"), "{said}");
    write(folder, "others.txt", "a cat\na dog\n");
    try_with(&good, "others.txt", 3, &["text-without-row", "a red cube"]);
    let said = expect(folder, &["build", "a.jsonl", "--features", "m.npy"], 3);
    assert!(said.contains("usage") && said.contains("--feature-texts"), "{said}");
}

/// A folder with a good certificate over a swap and an addition, two of its edits identified.
fn certified(folder: &Path) -> String {
    write(folder, "a.jsonl", PAIR);
    expect(folder, &["build", "a.jsonl", "--out", "out"], 0);
    std::fs::read_to_string(folder.join("out/certificate.json")).unwrap()
}

#[test]
fn certificates_that_were_cut_or_edited() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let good = certified(folder);
    let verify = |content: &[u8], status, parts: &[&str]| {
        write(folder, "out/certificate.json", content);
        let said = expect(folder, &["verify", "out/certificate.json"], status);
        assert!(parts.iter().all(|part| said.contains(part)), "{parts:?}\n{said}");
    };
    verify(good.as_bytes(), 0, &["holds"]);
    verify(&good.as_bytes()[..good.len() / 2], 3, &["certificate-syntax", "out/certificate.json:", "cut short"]);
    verify(b"", 3, &["certificate-syntax"]);
    verify(b"\xff", 3, &["not-utf8"]);
    let at = |from: &str, to: &str| good.replacen(from, to, 1);
    let version = |n: u32| at("\"scotoma_certificate\":1", &format!("\"scotoma_certificate\":{n}"));
    assert_ne!(version(3), good);
    verify(version(3).as_bytes(), 3, &["certificate-version"]);
    verify(version(2).as_bytes(), 3, &["certificate-syntax", "not the first that has its claims"]);
    verify(at("\"readouts\"", "\"readuots\"").as_bytes(), 3, &["certificate-syntax", "readuots"]);
    let hash = &good[good.find("sha256").unwrap() + "sha256\":".len()..][..40];
    verify(at(hash, &hash.replace(['a', 'b', 'c'], "d")).as_bytes(), 1, &["certificate-statement"]);
    verify(at("a.jsonl", "../a.jsonl").as_bytes(), 3, &["certificate-input-name", "plain file name"]);
    verify(at("a.jsonl", "b.jsonl").as_bytes(), 3, &["file-missing", "b.jsonl"]);
    let digits = "7".repeat(1_000_000);
    for number in ["\"0/0\"", "\"1/0\"", "\"2/4\"", "1.5", "1e3", &format!("\"1/{digits}\""), &digits] {
        let edited = with_first_value(&good, number);
        verify(edited.as_bytes(), 3, &["certificate-syntax", "out/certificate.json:"]);
    }
    verify(good.as_bytes(), 0, &["holds"]);
    write(folder, "out/inputs/a.jsonl", PAIR.replace("blue", "green"));
    verify(good.as_bytes(), 1, &["certificate-input-hash", "stated:", "found:"]);
}

/// The certificate with the first number of its first encoder row replaced.
fn with_first_value(certificate: &str, number: &str) -> String {
    let start = certificate.find("\"h\"").unwrap();
    let row = regex::Regex::new(r"\[\s*[0-9]+,\s*\[\s*([^,\]\s]+)").unwrap();
    let value = row.captures(&certificate[start..]).unwrap().get(1).unwrap().range();
    format!("{}{number}{}", &certificate[..start + value.start], &certificate[start + value.end..])
}

#[test]
fn standard_input_is_read_like_a_file() {
    let dir = tempfile::tempdir().unwrap();
    for (input, status) in [(PAIR, 0), ("caption\tnegative\na red cube\ta blue cube\n", 0), ("a red cube\n", 3)] {
        let output = scotoma_with_input(dir.path(), &["build", "-", "--out", "out"], input.as_bytes());
        assert_eq!(output.status.code(), Some(status), "{input}\n{}", text(&output.stderr));
    }
    expect(dir.path(), &["verify", "out/certificate.json"], 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_no_half_file() {
    let dir = tempfile::tempdir().unwrap();
    certified(dir.path());
    // A device that is always full, as standard output.
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = std::process::Command::new(common::SCOTOMA)
        .args(["verify", "out/certificate.json"])
        .current_dir(dir.path())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("file-write"), "{}", text(&output.stderr));
    // A file system that is full after a few pages; only an administrator may mount one.
    let small = dir.path().join("small");
    std::fs::create_dir(&small).unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs", small.to_str().unwrap()])
        .output()
        .is_ok_and(|output| output.status.success());
    if !mounted {
        eprintln!("SKIPPED: a small file system cannot be mounted here");
        return;
    }
    let captions = (0..2000).map(|i| format!("{{\"caption\": \"cat {i}\", \"negative\": \"dog {i}\"}}\n"));
    write(dir.path(), "b.jsonl", captions.collect::<String>());
    let output = scotoma(dir.path(), &["build", "b.jsonl", "--out", "small"]);
    let left = std::fs::read_dir(&small).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    let inputs = std::fs::read_dir(small.join("inputs")).map_or(0, |entries| entries.count());
    let _ = std::process::Command::new("umount").arg(&small).output();
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("file-write"), "{}", text(&output.stderr));
    assert!(left.iter().all(|name| name == "inputs") && inputs == 0, "{left:?}, {inputs} inputs");
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.jsonl", PAIR);
    let locked = dir.path().join("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o500)).unwrap();
    // An administrator may write everywhere but into the kernel's own file system.
    let administrator = std::fs::write(locked.join("probe"), "").is_ok();
    let out = if administrator { "/proc/scotoma" } else { "locked" };
    if administrator && !Path::new("/proc/self").exists() {
        eprintln!("SKIPPED: an administrator may write every folder here");
        return;
    }
    let said = expect(dir.path(), &["build", "a.jsonl", "--out", out], 3);
    assert!(said.contains("file-write") && said.contains(out), "{said}");
}

/// The commands that `scotoma -h` lists.
fn commands() -> Vec<String> {
    let help = text(&scotoma(Path::new("."), &["-h"]).stdout);
    let list = help.split_once("Commands:\n").expect("commands").1.split("\n\n").next().expect("the list");
    let names = list.lines().filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')));
    names.filter_map(|line| line.split(' ').next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

/// The options for which the help of a command offers values, with the values.
fn offered(command: &str) -> Vec<(String, Vec<String>)> {
    let help = text(&scotoma(Path::new("."), &[command, "-h"]).stdout);
    // An entry begins on a line of its own; help wraps its other lines wherever they are full.
    let mut entries: Vec<String> = Vec::new();
    for line in help.lines() {
        let start = line.len() - line.trim_start().len();
        match entries.last_mut() {
            Some(entry) if start > 6 => *entry += &format!(" {}", line.trim()),
            _ => entries.push(line.trim().to_owned()),
        }
    }
    let values = |entry: &String| {
        let list = entry.split_once("[possible values: ")?.1.split(']').next()?;
        let name = entry.split_once("--").unwrap_or_else(|| panic!("a value of no option: {entry}")).1;
        let values: Vec<String> = list.split(',').map(|value| value.trim().to_owned()).collect();
        let words = values.iter().all(|value| !value.is_empty() && !value.contains(char::is_whitespace));
        assert!(values.len() > 1 && words, "{entry}");
        Some((name.split(' ').next().unwrap().to_owned(), values))
    };
    entries.iter().filter_map(values).collect()
}

#[test]
fn every_value_that_help_offers_is_one_that_runs() {
    let dir = tempfile::tempdir().unwrap();
    // An edit of every kind, literal and by what is said.
    let pairs = [
        ("a red cube on a blue ball", "a blue cube on a red ball"),
        ("a red cube", "a blue cube"),
        ("a dog", "a big dog"),
        ("a big cat", "a cat"),
        ("a red cube and a ball", "a ball and two green cats"),
        ("a dog on a mat", "a cat under some green table"),
        ("a dog runs", "a dog running"),
        ("a man rides a brown horse", "women eating fresh bread outside in the sun"),
    ];
    let lines = pairs.map(|(c, n)| format!("{{\"caption\": \"{c}\", \"negative\": \"{n}\"}}\n")).concat();
    write(dir.path(), "a.jsonl", &lines);
    write(dir.path(), "c.txt", "a red cube on a blue ball\na dog\n");
    let rows = vec![1.0; 2 * pairs.len() * 2];
    let matrix = scotoma::export::Tensor::matrix(2 * pairs.len(), 2, rows).unwrap();
    std::fs::write(dir.path().join("e.npy"), scotoma::export::npy::to_bytes(&matrix)).unwrap();
    let caption = "a red cube on a blue sphere";
    let mut walked = 0;
    for command in commands() {
        let run: &[&str] = match command.as_str() {
            "audit" => &["audit", "a.jsonl", "--embeddings", "e.npy", "--draws", "20", "--out", "card"],
            "build" | "mine" => &[&command, "a.jsonl", "--out", "out"],
            "edits" | "margins" | "nearest" => &[&command, "a.jsonl"],
            "compound" => &["compound", "--caption", caption],
            "negatives" => &["negatives", "c.txt"],
            other => {
                assert_eq!(offered(other), [], "the values of {other} are not walked here");
                continue;
            }
        };
        for (option, values) in offered(&command) {
            for value in values {
                let by: &[&str] = match (option.as_str(), value.as_str()) {
                    ("edits", "rewrite" | "same") => &["--by", "meaning"],
                    ("format", "webdataset") => &["--out", "negatives.tar"],
                    _ => &[],
                };
                let output = scotoma(dir.path(), &[run, by, &[&format!("--{option}={value}")]].concat());
                let status = output.status.code();
                assert!(matches!(status, Some(0..=2)), "{command} --{option} {value}: {}", text(&output.stderr));
                walked += 1;
            }
        }
    }
    assert!(walked > 60, "only {walked} values were found");
    // What is said in words, because a file may be named in its place.
    for map in scotoma::caption::FeatureMap::OF_TOKENS {
        expect(dir.path(), &["edits", "a.jsonl", "--features", map.name()], 0);
        expect(dir.path(), &["compound", "--caption", caption, "--features", map.name()], 0);
        expect(dir.path(), &["audit", "a.jsonl", "--embeddings", "e.npy", "--draws", "20", "--maps", map.name()], 0);
    }
    for format in scotoma::caption::Format::OF_PAIRS {
        let content = match format.name() {
            "json" => format!("[{}]", PAIR.trim()),
            "jsonl" => PAIR.to_owned(),
            "csv" => "caption,negative\na red cube,a blue cube\n".to_owned(),
            _ => "caption\tnegative\na red cube\ta blue cube\n".to_owned(),
        };
        // Named so that nothing but --format tells.
        write(dir.path(), "pairs", content);
        expect(dir.path(), &["build", "pairs", "--out", "out", "--format", format.name()], 0);
    }
}
