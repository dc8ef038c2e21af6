//! Inputs and certificates on which the two checkers once differed, written anew, with others of their kinds: each has one verdict.

use std::path::Path;
use std::process::{Command, Stdio};

use super::case::{Case, Python, rust_status};
use super::common::{expect, python_has, root, write};

/// A certificate over a training file and this file of pairs, whose bytes are then `input`.
fn case(folder: &Path, name: &str, columns: &[&str], good: &str, input: &[u8]) -> Case {
    write(folder, name, good);
    write(folder, "train.txt", "a cat\n");
    let arguments = [&["build", name, "--train", "train.txt", "--out", "out"], columns].concat();
    let _ = std::fs::remove_dir_all(folder.join("out"));
    expect(folder, &arguments, 0);
    let mut case = Case::load(&folder.join("out/certificate.json"));
    case.change_input(name, input.to_vec());
    case
}

const JSONL: &str = "{\"caption\": \"a red cat\", \"negative\": \"a red dog\"}\n";
const CSV: &str = "caption,negative\na red cat,a red dog\n";

#[test]
fn inputs_have_one_verdict() {
    if !python_has("import sys; assert sys.version_info >= (3, 9)") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut python = Python::start();
    let nested = |depth: usize| {
        format!("{{\"caption\":\"a\",\"x\":{}{},\"negative\":\"b\"}}", "[".repeat(depth), "]".repeat(depth))
    };
    let more = |more: &str| format!("{{\"caption\":\"a cat\",{more},\"negative\":\"a dog\"}}");
    let cases: Vec<(&str, Vec<u8>, i32)> = vec![
        // Quotes.
        ("p.csv", b"caption,negative\n\"a cat\"x,a dog\n".to_vec(), 3),
        ("p.csv", b"\"caption\" , negative\na cat,a dog\n".to_vec(), 3),
        ("p.csv", b"\"caption\",\" negative\"\na cat,a dog\n".to_vec(), 0),
        ("p.csv", b"caption,negative\n\"a \\\"big\\\" cat\",\"a \\\"big\\\" dog\"\n".to_vec(), 3),
        ("p.csv", b"caption,negative\n\"a \"\"big\"\" cat\",a \"big\" dog\n".to_vec(), 0),
        ("p.csv", b"caption,negative\n\"a\ncat\",\"a, dog\"".to_vec(), 0),
        ("p.csv", b"caption,negative\n\"a cat,a dog\n".to_vec(), 3),
        ("p.csv", b"caption,negative\n \"a cat\",a dog\n".to_vec(), 0),
        ("p.tsv", b"caption\tnegative\n\"stop\tgo\nb \"cat\tdog\n".to_vec(), 3),
        // Lines, marks and columns.
        ("p.csv", b"caption,negative\ra cat,a dog\r\r\nb cat,b dog".to_vec(), 0),
        ("p.csv", "\u{feff}caption,negative\na cat,a dog\n".into(), 0),
        ("p.csv", "\u{feff}\u{feff}caption,negative\na cat,a dog\n".into(), 3),
        ("p.csv", "\u{feff}\u{feff}id,caption,negative\n1,a cat,a dog\n".into(), 0),
        ("p.tsv", "\u{feff}\u{feff}\tcaption\tnegative\n1\ta cat\ta dog\n".into(), 0),
        ("p.csv", b"x,caption,negative,x,,\n1,a cat,a dog,['a',,\n".to_vec(), 0),
        ("p.csv", b"caption,negative,caption\na cat,a dog,a\n".to_vec(), 3),
        ("p.csv", b"caption,negative,id,id\na cat,a dog,1,2\n".to_vec(), 3),
        ("p.csv", b"caption,negative\na cat,a dog,\n".to_vec(), 3),
        // Lists in cells.
        ("p.csv", b"caption,negative\na cat,\"['a \\x41\\u0042\\n dog']\"\n".to_vec(), 0),
        ("p.csv", b"caption,negative\na cat,\"['a \\x41\\u0042\\101\\n dog']\"\n".to_vec(), 3),
        ("p.csv", b"caption,negative\na cat,\"[u'a dog']\"\n".to_vec(), 3),
        ("p.csv", b"caption,negative\na cat,['a' 'b']\n".to_vec(), 3),
        ("p.csv", b"caption,negative\na cat,\"['\\ud83d\\ude00 dog' , 'b' ,]\"\n".to_vec(), 0),
        ("p.csv", b"caption,negative\na cat,['\\ud83d dog']\n".to_vec(), 3),
        ("p.csv", "caption,negative\na cat,[\u{3000}'a dog'\u{85}]\n".into(), 0),
        ("p.csv", "caption,negative\na cat,[\u{1c}'a dog']\n".into(), 0),
        ("p.csv", b"caption,negative\na cat,[]\n".to_vec(), 3),
        ("p.csv", b"caption,negative\na cat,[sic] a dog\n".to_vec(), 0),
        // JSON.
        ("p.jsonl", more("\"x\":{\"y\":1,\"y\":2}").into(), 3),
        ("p.jsonl", more("\"x\":[{\"y\":{\"z\":1,\"\\u007a\":2}}]").into(), 3),
        ("p.jsonl", more("\"x\":-0").into(), 0),
        ("p.jsonl", more("\"x\":1e999").into(), 0),
        ("p.jsonl", more("\"x\":01").into(), 3),
        ("p.jsonl", more("\"x\":NaN").into(), 3),
        ("p.jsonl", more("\"x\":\"\\ud800\"").into(), 3),
        ("p.jsonl", more("\"\\udc00\":1").into(), 3),
        ("p.jsonl", more("\"id\":\"\\ud83d\\ude00\"").into(), 0),
        ("p.jsonl", more(&format!("\"x\":{}", "9".repeat(20_000))).into(), 0),
        ("p.jsonl", more(&format!("\"x\":{}", "9".repeat(20_001))).into(), 3),
        ("p.jsonl", more(&format!("\"x\":1.{}", "9".repeat(19_999))).into(), 3),
        ("p.jsonl", nested(99).into(), 0),
        ("p.jsonl", nested(101).into(), 3),
        ("p.jsonl", nested(2000).into(), 3),
        ("p.jsonl", b"{\"caption\":\"a cat\",\"negative\":\"a dog\"}\x0c\n".to_vec(), 3),
        ("p.jsonl", "{\"caption\":\"a cat\",\"negative\":\"a dog\"}\u{a0}\n".into(), 3),
        ("p.jsonl", b"{\"caption\":\"a cat\",\"negative\":\"a dog\"}\n\x0c\n".to_vec(), 3),
        (
            "p.jsonl",
            b"\t\r\n{\"caption\":\"a cat\",\"negative\":\"a dog\"} \r{\"caption\":\"b\",\"negative\":\"c\"}".to_vec(),
            0,
        ),
        ("p.jsonl", b"{\"caption\":[\"a cat\"],\"negative\":[\"a dog\",\"b\"]}".to_vec(), 0),
        // White space and characters of one version of Unicode alone.
        ("p.jsonl", "{\"caption\":\"a cat\",\"negative\":\"\\u001ca cat\"}".into(), 0),
        ("p.jsonl", "{\"caption\":\"a cat\",\"negative\":\"\u{85}a cat\u{3000}\"}".into(), 3),
        ("p.jsonl", "{\"caption\":\"\\u001c\",\"negative\":\"a cat\"}".into(), 3),
        (
            "p.jsonl",
            "{\"caption\":\"a \u{10570}cat\u{1e290}x\",\"negative\":\"a \u{a7cb}dog \u{3a3}\u{295}\"}".into(),
            0,
        ),
        ("p.jsonl", "{\"caption\":\"\u{10d50}\",\"negative\":\"a cat\"}".into(), 3),
    ];
    for (number, (name, input, expected)) in cases.iter().enumerate() {
        let good = match *name {
            "p.csv" => CSV.to_owned(),
            "p.tsv" => CSV.replace(',', "\t"),
            _ => JSONL.to_owned(),
        };
        let path = case(dir.path(), name, &[], &good, input).store(&dir.path().join(number.to_string()));
        let ((rust, _, message), (other, reason)) = (rust_status(&path), python.check(&path));
        let input = String::from_utf8_lossy(&input[..input.len().min(200)]).into_owned();
        assert_eq!((rust, other), (*expected, *expected), "{input:?}\n{message}\n{reason}");
    }
}

/// What serde takes for a structure, what Python takes for a number, and what is too large.
#[test]
fn certificates_have_one_verdict() {
    if !python_has("import sys; assert sys.version_info >= (3, 9)") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let good = case(dir.path(), "p.jsonl", &[], JSONL, JSONL.as_bytes());
    let text = String::from_utf8(good.certificate.clone()).unwrap();
    let compact = serde_json::from_str::<serde_json::Value>(&text).unwrap().to_string();
    let problem: serde_json::Value = serde_json::from_str(&text).unwrap();
    let list = |value: &serde_json::Value, keys: &[&str]| {
        serde_json::Value::from(keys.iter().map(|key| value[key].clone()).collect::<Vec<_>>()).to_string()
    };
    let (statement, captions) = (&problem["statement"], &problem["problem"]["captions"]);
    let fates = &problem["claims"][0]["fates"];
    let replaced: Vec<(String, String, i32)> = vec![
        (statement.to_string(), list(statement, &["theorem", "sha256"]), 3),
        (captions["size"].to_string(), list(&captions["size"], &["training", "edits", "features"]), 3),
        (captions["encoder"].to_string(), list(&captions["encoder"], &["kind", "seed", "width", "bound"]), 3),
        (captions["inputs"][0].to_string(), list(&captions["inputs"][0], &["name", "sha256", "role", "format"]), 3),
        (fates.to_string(), list(fates, &["collapsed", "identified", "free", "readouts"]), 3),
        ("\"role\":\"pairs\"".into(), "\"role\":{\"pairs\":null}".into(), 3),
        ("\"kind\":\"projection\"".into(), "\"kind\":{\"projection\":null}".into(), 3),
        ("\"edit\":0".into(), "\"edit\":-0".into(), 3),
        ("\"edit\":0".into(), "\"edit\":0.0".into(), 3),
        ("\"seed\":1".into(), "\"seed\":18446744073709551616".into(), 3),
        ("\"width\":4".into(), "\"width\":4000000000".into(), 2),
        ("\"width\":4".into(), "\"width\":300000000".into(), 2),
        ("\"width\":4".into(), "\"width\":4294967296".into(), 3),
        ("\"width\":4".into(), "\"width\":0".into(), 3),
        ("\"tokenizer\":\"words\"".into(), "\"tokenizer\":\"wrods\"".into(), 3),
        ("\"features\":\"positions\"".into(), "\"features\":\"matrix\"".into(), 3),
        ("\"scotoma_certificate\":1".into(), "\"scotoma_certificate\":true".into(), 3),
        ("{\"claims\"".into(), "\u{feff}{\"claims\"".into(), 0),
        ("{\"claims\"".into(), "\u{feff}\u{feff}{\"claims\"".into(), 3),
        ("{\"claims\"".into(), "\u{a0}{\"claims\"".into(), 3),
        ("{\"claims\"".into(), "{\"claims\":[],\"\\u0063laims\"".into(), 3),
        ("\"p.jsonl\"".into(), "\"p.jsonl\\ud800\"".into(), 3),
        ("\"p.jsonl\"".into(), "\"p\\u002ejsonl\"".into(), 0),
        // A wrong hash and a claim without form: the form comes first.
        ("\"collapsed\":[]".into(), "\"collapsed\":{}".into(), 3),
    ];
    let mut python = Python::start();
    let start = std::time::Instant::now();
    for (number, (from, to, expected)) in replaced.iter().enumerate() {
        assert!(compact.contains(from.as_str()), "{from}");
        let edited = Case { certificate: compact.replacen(from.as_str(), to, 1).into_bytes(), ..good.clone() };
        let path = edited.store(&dir.path().join(format!("c{number}")));
        let ((rust, _, message), (other, reason)) = (rust_status(&path), python.check(&path));
        assert_eq!((rust, other), (*expected, *expected), "{from} -> {to}\n{message}\n{reason}");
    }
    eprintln!("{} certificates in {:.1} s", replaced.len(), start.elapsed().as_secs_f64());
}

/// Every character by itself and where the case of a sigma is decided: tokens do not depend on anyone's version of Unicode.
#[test]
fn both_checkers_cut_every_character_alike() {
    if !python_has("import sys; assert sys.version_info >= (3, 9)") {
        return;
    }
    let driver = "import sys; sys.path.insert(0, sys.argv[1]); import verify\n\
                  for c in map(chr, [*range(0xd800), *range(0xe000, 0x110000)]):\n    \
                  print('\\t'.join('|'.join(verify.words(t)) for t in (c, 'x' + c + \"'y\", '\\u0391\\u03a3' + c, '\\u0391\\u03a3' + c + 'A', '\\u0391' + c + '\\u03a3')).encode().hex())";
    let output = Command::new("python3")
        .args(["-B", "-c", driver])
        .arg(root().join("proofs"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let mut lines = lines.lines();
    let (mut characters, mut different) = (0, Vec::new());
    for c in '\0'..=char::MAX {
        let texts = [
            c.to_string(),
            format!("x{c}'y"),
            format!("\u{391}\u{3a3}{c}"),
            format!("\u{391}\u{3a3}{c}A"),
            format!("\u{391}{c}\u{3a3}"),
        ];
        let words =
            texts.map(|text| scotoma::caption::Tokenizer::Words.tokenize(&text, 10).unwrap().join("|")).join("\t");
        let hex: String = words.bytes().map(|byte| format!("{byte:02x}")).collect();
        characters += 1;
        if lines.next() != Some(hex.as_str()) {
            different.push(u32::from(c));
        }
    }
    eprintln!("{characters} characters, each in five texts");
    assert!(different.is_empty(), "{} characters, first {:x?}", different.len(), &different[..different.len().min(20)]);
}
