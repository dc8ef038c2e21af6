//! The two checkers on the same bytes, beyond the grammar of the format's page: shapes swapped in certificates and in their
//! inputs, whose hashes are then set right so that the second reader gets to see them.
//!
//! Of an input that this program can read, a new certificate is built, which the other checker has to accept with it: the same
//! captions, tokens, features and values. Rounds: `SCOTOMA_FUZZ`; seed: `SCOTOMA_FUZZ_SEED`; `SCOTOMA_FUZZ_KEEP` names a
//! folder for all cases, to be tried with other versions of the checkers.

use std::path::PathBuf;

use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scotoma::report::Code;
use serde_json::Value;

use super::case::{Case, Python, rust_status};
use super::common::python_has;

/// What stands where it should not, or means one thing here and another there.
const FRAGMENTS: &[&str] = &[
    "\"",
    "\"\"",
    "\"\"\"",
    "\\",
    "\\\"",
    "'",
    ",",
    "\t",
    ";",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\r\r\n",
    " ",
    "  ",
    "\u{b}",
    "\u{c}",
    "\u{1c}",
    "\u{1d}",
    "\u{1e}",
    "\u{1f}",
    "\u{85}",
    "\u{a0}",
    "\u{1680}",
    "\u{180e}",
    "\u{2003}",
    "\u{200b}",
    "\u{2028}",
    "\u{2029}",
    "\u{202f}",
    "\u{205f}",
    "\u{3000}",
    "\u{feff}",
    "\0",
    "\u{1}",
    "[",
    "]",
    "['a']",
    "[\"a\"]",
    "['a' 'b']",
    "[]",
    "['\\x41\\u0042']",
    "['\\101']",
    "[u'a']",
    "[ 'a' , \"b\" , ]",
    "{",
    "}",
    "{}",
    ":",
    "null",
    "true",
    "-0",
    "1e5",
    "01",
    "NaN",
    "1.0",
    "\\u0041",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\ude00",
    "\\u00",
    "\\x41",
    "\\/",
    "\\'",
    "\u{3a3}",
    "\u{3c2}",
    "\u{130}",
    "\u{131}",
    "\u{df}",
    "\u{1e9e}",
    "\u{fb01}",
    "\u{149}",
    "\u{345}",
    "\u{300}",
    "e\u{301}",
    "\u{200d}",
    "\u{ad}",
    "\u{2019}",
    "\u{b7}",
    "\u{660}",
    "\u{b2}",
    "\u{bd}",
    "\u{2160}",
    "\u{24b6}",
    "\u{1f1e6}",
    "\u{1f600}",
    "\u{1fae0}",
    "\u{10570}",
    "\u{1e290}",
    "\u{323af}",
    "\u{31350}",
    "\u{2ffff}",
    "\u{a7cb}",
    "\u{1c89}",
    "\u{10d50}",
    "\u{105c0}",
    "\u{e000}",
    "\u{fdd0}",
    "\u{c80}",
    "\u{1734}",
    "\u{2c2f}",
    "\u{870}",
    "_",
    "-",
    ".",
    "caption",
    "negative",
    "caption2",
    "operator",
    "id",
    "x",
    "a",
    "the cat",
    "//",
    "/**/",
    "#",
    "\u{10a0}",
    "\u{13a0}",
    "\u{ab70}",
    "\u{1c90}",
    "\u{1e921}",
    "\u{587}",
    "\u{390}",
    "\u{1fb3}",
    "\u{2126}",
];

fn at(rng: &mut ChaCha8Rng, bytes: &[u8]) -> usize {
    rng.random_range(0..=bytes.len())
}

/// A change that does not know what the text is.
fn change_text(rng: &mut ChaCha8Rng, bytes: &mut Vec<u8>) {
    match rng.random_range(0..12) {
        0..=4 => {
            let place = at(rng, bytes);
            let fragment = FRAGMENTS.choose(rng).unwrap();
            bytes.splice(place..place, fragment.bytes());
        }
        5 => {
            // Around a text or a cell, where separators, quotes and white space count.
            let ends: Vec<usize> = (0..bytes.len()).filter(|&i| b"\",\t\n:{}[]".contains(&bytes[i])).collect();
            if let Some(&end) = ends.choose(rng) {
                let place = end + usize::from(rng.random_bool(0.5));
                bytes.splice(place..place, FRAGMENTS.choose(rng).unwrap().bytes());
            }
        }
        6 => {
            let (a, b) = (at(rng, bytes), at(rng, bytes));
            let from = a.min(b);
            bytes.drain(from..a.max(b).min(from + 4));
        }
        7 => {
            let ends: [&[u8]; 4] = [b"\r", b"\r\n", b"\n\r", b"\x0b"];
            let end = ends.choose(rng).unwrap();
            *bytes = bytes.iter().flat_map(|&b| if b == b'\n' { end.to_vec() } else { vec![b] }).collect();
        }
        8 => {
            let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
            let (i, j) = (rng.random_range(0..lines.len().max(1)), rng.random_range(0..lines.len().max(1)));
            if rng.random_bool(0.5) && !lines.is_empty() {
                lines.push(lines[i].clone());
            } else if !lines.is_empty() {
                lines.swap(i, j);
            }
            *bytes = lines.concat();
        }
        9 => {
            // Any character there is, assigned or not.
            let c = loop {
                let most = if rng.random_bool(0.5) { 0x3000 } else { 0x110000 };
                if let Some(c) = char::from_u32(rng.random_range(0..most)) {
                    break c;
                }
            };
            let place = at(rng, bytes);
            bytes.splice(place..place, c.to_string().bytes());
        }
        10 => {
            let place = at(rng, bytes);
            bytes.insert(place, rng.random());
        }
        _ => bytes.splice(0..0, "\u{feff}".bytes()).for_each(drop),
    }
}

/// Writes JSON in which one value has another shape or spelling: of those of the same kind, that with the number `target`, counted
/// down. `text` is how it was written, for the order of keys.
fn write_json(rng: &mut ChaCha8Rng, value: &Value, kind: usize, target: &mut i64, text: &str, out: &mut String) {
    if kind_of(value) == kind {
        *target -= 1;
        if *target < 0 {
            *target = i64::MAX;
            return out.push_str(&other_shape(rng, value, text));
        }
    }
    match value {
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                write_json(rng, item, kind, target, text, out);
            }
            out.push(']');
        }
        Value::Object(entries) => {
            out.push('{');
            for (i, (key, item)) in entries.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write_json(rng, item, kind, target, text, out);
            }
            out.push('}');
        }
        _ => out.push_str(&value.to_string()),
    }
}

/// Most values of a certificate are numbers, and most faults lie elsewhere.
fn kind_of(value: &Value) -> usize {
    match value {
        Value::Object(_) => 0,
        Value::Array(_) => 1,
        Value::String(_) => 2,
        _ => 3,
    }
}

fn count(value: &Value, kind: usize) -> i64 {
    i64::from(kind_of(value) == kind)
        + match value {
            Value::Array(items) => items.iter().map(|item| count(item, kind)).sum::<i64>(),
            Value::Object(entries) => entries.values().map(|item| count(item, kind)).sum(),
            _ => 0,
        }
}

fn other_shape(rng: &mut ChaCha8Rng, value: &Value, text: &str) -> String {
    let plain = value.to_string();
    let escaped = |text: &str| text.chars().map(|c| format!("\\u{:04x}", u32::from(c) & 0xffff)).collect::<String>();
    if rng.random_bool(0.25) {
        let spaces = [" ", "\t", "\r", "\n", "\u{c}", "\u{b}", "\u{a0}", "\u{feff}", "\u{2028}", "\0", "/**/"];
        let space = spaces.choose(rng).unwrap();
        return if rng.random_bool(0.5) { format!("{space}{plain}") } else { format!("{plain}{space}") };
    }
    let any = [
        format!("[{plain}]"),
        format!("{{\"a\":{plain}}}"),
        format!("{plain},{plain}"),
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        "true".to_owned(),
        "-0".to_owned(),
        "0".to_owned(),
        "\"\"".to_owned(),
        String::new(),
        format!("{}{plain}{}", "[".repeat(99), "]".repeat(99)),
        format!("{}1{}", "[".repeat(101), "]".repeat(101)),
    ];
    let shapes: Vec<String> = match value {
        Value::Object(entries) => {
            // A list of the values in the order in which a structure declares them, as far as the text shows it.
            let mut keys: Vec<&String> = entries.keys().collect();
            keys.sort_by_key(|key| text.find(&format!("\"{key}\":")));
            if rng.random_bool(0.3) {
                keys.shuffle(rng);
            }
            let items: Vec<String> = keys.iter().map(|key| entries[*key].to_string()).collect();
            let spaces = ["\\u001c", "\\u001f", "\u{85}", "\u{3000}", "\u{200b}", "\u{feff}", " ", "\\u000b"];
            let texts: Vec<(&String, &str)> = entries.iter().filter_map(|(k, v)| Some((k, v.as_str()?))).collect();
            let alike = match texts.as_slice() {
                [(a, text), (b, _), ..] => {
                    format!("{{\"{a}\":\"{text}\",\"{b}\":\"{}{text}\"}}", spaces.choose(rng).unwrap())
                }
                _ => String::new(),
            };
            let pairs: Vec<String> =
                entries.iter().map(|(k, v)| format!("[{},{v}]", Value::from(k.as_str()))).collect();
            let inner = plain[1..plain.len() - 1].to_owned();
            let repeated = |extra: String| format!("{{{inner}{}{extra}}}", if inner.is_empty() { "" } else { "," });
            let key = entries.keys().next().cloned().unwrap_or_default();
            let first = entries.values().next().cloned().unwrap_or_default();
            vec![
                format!("[{}]", items.join(",")),
                format!("[{}]", items.join(",")),
                format!("[{}]", items.join(",")),
                alike.clone(),
                alike,
                format!("[{}]", pairs.join(",")),
                items.first().cloned().unwrap_or_default(),
                repeated(format!("{}:{first}", Value::from(key.as_str()))),
                repeated(format!("\"{}\":{first}", escaped(&key))),
                repeated("\"x\":{\"y\":1,\"y\":2}".to_owned()),
                repeated("\"x\":[{\"y\":1,\"\\u0079\":2}]".to_owned()),
                repeated("\"x\":\"\\ud800\"".to_owned()),
                repeated("\"\\udc00\":1".to_owned()),
                repeated("\"x\":1e999".to_owned()),
                repeated("\"x\":-0".to_owned()),
                repeated(format!("\"x\":{}", "9".repeat(20_000))),
                repeated(format!("\"x\":{}", "9".repeat(20_001))),
                repeated(format!("\"x\":0.{}", "9".repeat(20_000))),
                repeated("\"x\":null".to_owned()),
                repeated("\"x\":NaN".to_owned()),
                repeated("\"x\":01".to_owned()),
                repeated(String::new()),
                format!("{{{inner}"),
                format!("{{{inner}}}}}"),
            ]
        }
        Value::Array(items) => {
            let keyed: Vec<String> = items.iter().enumerate().map(|(i, v)| format!("\"{i}\":{v}")).collect();
            let inner = &plain[1..plain.len() - 1];
            vec![
                format!("{{{}}}", keyed.join(",")),
                format!("[{inner},]"),
                format!("[{inner} {inner}]"),
                format!("[,{inner}]"),
            ]
        }
        Value::String(text) => {
            let mut all = vec![
                format!("{{{plain}:null}}"),
                format!("{{{plain}:{{}}}}"),
                format!("{{{plain}:[]}}"),
                format!("\"{}\"", escaped(text)),
                format!("'{text}'"),
                format!("\"{text}\\ud83d\""),
                format!("\"{text}\\ude00\\ud83d\""),
                format!("\"{text}\\ud83d\\ude00\""),
                format!("\"{text}\\u0000\""),
                format!("\"{text}\u{1}\""),
                format!("\"{text}\n\""),
                format!("\"{text}\\x41\""),
                format!("\"{text}\\u004\""),
                format!("\" {text}\u{1c}\""),
                format!("\"{text}\u{85}\""),
                text.clone(),
            ];
            all.push(format!("\"{text}{}\"", FRAGMENTS.choose(rng).unwrap()));
            all
        }
        Value::Number(_) => {
            let forms = [".0", "e0", "E+0", ".", "e", "_0", "L"].map(|end| format!("{plain}{end}"));
            let more = [
                format!("-{plain}"),
                format!("+{plain}"),
                format!("0{plain}"),
                format!("\"{plain}\""),
                format!("\"{plain}/1\""),
                "-0".to_owned(),
                "\"-0\"".to_owned(),
                "0.0".to_owned(),
                "1e400".to_owned(),
                "4294967295".to_owned(),
                "4294967296".to_owned(),
                "9007199254740991".to_owned(),
                "9007199254740992".to_owned(),
                "\"9007199254740992\"".to_owned(),
                "18446744073709551615".to_owned(),
                "18446744073709551616".to_owned(),
                "340282366920938463463374607431768211456".to_owned(),
                format!("\"{}\"", "7".repeat(20_000)),
                format!("\"{}\"", "7".repeat(20_001)),
                "\"1/2\"".to_owned(),
                "\"2/4\"".to_owned(),
                "\"\u{661}\"".to_owned(),
                "\u{661}".to_owned(),
            ];
            forms.into_iter().chain(more).collect()
        }
        _ => vec!["null".to_owned(), "NULL".to_owned(), "None".to_owned()],
    };
    if rng.random_bool(0.3) { any.choose(rng).unwrap().clone() } else { shapes.choose(rng).unwrap().clone() }
}

/// One value of the text, which is JSON or one value a line, in another shape.
fn change_json(rng: &mut ChaCha8Rng, bytes: &mut Vec<u8>) -> bool {
    let changed = |rng: &mut ChaCha8Rng, value: &Value, text: &[u8]| {
        let kinds: Vec<usize> = (0..4).filter(|&kind| count(value, kind) > 0).collect();
        let kind = *kinds.choose(rng).unwrap();
        let (mut out, mut target) = (String::new(), rng.random_range(0..count(value, kind)));
        write_json(rng, value, kind, &mut target, &String::from_utf8_lossy(text), &mut out);
        out
    };
    if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
        *bytes = changed(rng, &value, bytes).into_bytes();
        return true;
    }
    let mut lines: Vec<Vec<u8>> = bytes.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
    let place = rng.random_range(0..lines.len());
    let Ok(value) = serde_json::from_slice::<Value>(&lines[place]) else { return false };
    let line = changed(rng, &value, &lines[place]);
    lines[place] = line.into_bytes();
    *bytes = lines.join(&b'\n');
    true
}

/// A cell of a table, after the header, as a list, a quoted cell or neither.
fn change_cell(rng: &mut ChaCha8Rng, bytes: &mut Vec<u8>) {
    const CELLS: &[&str] = &[
        "[]",
        "[ ]",
        "['a b']",
        "\"['a, b', 'c']\"",
        "['a' 'b']",
        "['a',]",
        "['a',,]",
        "[,'a']",
        "['\\101 a']",
        "['\\x41 a']",
        "['\\u0041']",
        "['\\N{SNOWMAN}']",
        "['\\ud83d']",
        "['\\ud83d\\ude00']",
        "['\\U0001f600']",
        "['\\/ a']",
        "['\\a']",
        "['\\\n']",
        "[u'a']",
        "[b'a']",
        "[r'a']",
        "[f'a']",
        "['a'].x",
        "[1]",
        "[None]",
        "['a', 1]",
        "[['a']]",
        "('a',)",
        "['a']\u{1c}",
        "\u{3000}['a']",
        "[\u{1c}'a']",
        "[\u{85}'a'\u{a0}]",
        "['a'",
        "[sic] a",
        "\"a\"x",
        "\"a\" ",
        " \"a\"",
        "\"a\"\"b\"",
        "a\"b\"",
        "\"\"",
        "\"\"\"\"",
        "\"a\\\"b\"",
        "\"a\nb\"",
        "\"['a\"\"b']\"",
        "\u{1c}",
        "\u{85}",
        "[\"\"a\"\"]",
        "\"[\"\"a\"\", \"\"b\"\"]\"",
        "['a\u{1f}']",
        "#",
    ];
    let ends: Vec<usize> = (0..bytes.len()).filter(|&i| b",\t\n".contains(&bytes[i])).collect();
    if ends.len() < 2 {
        return;
    }
    let first = rng.random_range(0..ends.len() - 1);
    bytes.splice(ends[first] + 1..ends[first + 1], CELLS.choose(rng).unwrap().bytes());
}

/// The header, the prefix or a number of a `.npy` file.
fn change_npy(rng: &mut ChaCha8Rng, bytes: &mut Vec<u8>) {
    let length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let body = bytes.split_off((10 + length).min(bytes.len()));
    let mut header = String::from_utf8_lossy(&bytes[10..]).into_owned();
    let mut version = bytes[6];
    let mut body = body;
    let swaps: &[(&str, &str)] = &[
        ("False", "True"),
        ("False", "'False'"),
        ("False", "0"),
        ("False", "false"),
        ("False", "None"),
        ("False", "Falsee"),
        ("'descr'", "\"descr\""),
        ("'descr'", "u'descr'"),
        ("'descr'", "'desc' 'r'"),
        ("'descr'", "'\\x64escr'"),
        ("'<f8'", "\"<f8\""),
        ("'<f8'", "'>f8'"),
        ("'<f8'", "'=f8'"),
        ("'<f8'", "'<i8'"),
        ("'<f8'", "'<f4'"),
        ("'<f8'", "'f8'"),
        ("'<f8'", "'<f8 '"),
        ("'<f8'", "'<f8\""),
        ("'<f8'", "[('a','<f8')]"),
        ("'<f8'", "'<U2'"),
        ("(", "(("),
        ("(", "["),
        ("(", "( "),
        ("(", "(0"),
        ("(", "(-"),
        ("(", "(+"),
        ("(", "(1, "),
        ("(", "(,"),
        (")", ",)"),
        (")", ",,)"),
        (")", "L)"),
        (")", ".0)"),
        (")", ")x"),
        (", }", "}"),
        (", }", ",, }"),
        (", }", ", 'x': 1}"),
        (", }", ", 'descr': '<f8'}"),
        (", }", ", 'fortran_order': True}"),
        ("}", "} x"),
        ("}", "}}"),
        ("}", ""),
        ("{", "{{"),
        ("{", "dict("),
        (": ", ":"),
        (": ", " :\n"),
        (": ", ":\u{a0}"),
        (": ", ":\u{c}"),
        (": ", ":\u{b}"),
        (": ", "="),
        (", ", ";"),
        (", ", " "),
        (", ", ",\t"),
        (", ", ",\\\n"),
        ("'shape'", "'Shape'"),
        ("'shape'", "'shape' "),
        ("'shape'", "b'shape'"),
        ("'shape'", "('shape')"),
        ("\n", "\n#"),
        ("\n", ""),
        ("\n", "\n\n"),
        ("8", "\u{668}"),
    ];
    match rng.random_range(0..10) {
        0..=5 => {
            let (from, to) = swaps.choose(rng).unwrap();
            header = header.replacen(from, to, 1);
        }
        6 => {
            let ends: Vec<usize> = (0..=header.len()).filter(|&i| header.is_char_boundary(i)).collect();
            header.insert_str(*ends.choose(rng).unwrap(), FRAGMENTS.choose(rng).unwrap());
        }
        7 => version = *[0, 1, 2, 3, 4, 255].choose(rng).unwrap(),
        8 if body.len() >= 8 => {
            let values = [
                f64::NAN,
                f64::INFINITY,
                -0.0,
                0.1,
                1e300,
                1e-300,
                5e-324,
                2f64.powi(61),
                2f64.powi(62),
                2f64.powi(125),
                2f64.powi(126),
                -1.5,
                1.0 - 2f64.powi(-53),
                2f64.powi(-27) + 2f64.powi(-79),
            ];
            let place = rng.random_range(0..body.len() / 8) * 8;
            body[place..place + 8].copy_from_slice(&values.choose(rng).unwrap().to_le_bytes());
        }
        _ => {
            let place = at(rng, &body);
            if rng.random_bool(0.5) {
                body.insert(place, rng.random());
            } else {
                body.truncate(place);
            }
        }
    }
    *bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    match version {
        1 => bytes.extend((header.len() as u16).to_le_bytes()),
        _ => bytes.extend((header.len() as u32).to_le_bytes()),
    }
    if rng.random_bool(0.03) {
        bytes[8] = bytes[8].wrapping_add(rng.random());
    }
    bytes.extend(header.bytes());
    bytes.extend(body);
}

/// Both checkers end with one verdict on every case; on a case built anew from a changed input, with "holds".
pub fn agree_beyond_the_grammar(certificates: &[PathBuf]) {
    if !python_has("import sys; assert sys.version_info >= (3, 9)") {
        return;
    }
    let number = |name: &str, usual: u64| std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap());
    let (rounds, seed) = (number("SCOTOMA_FUZZ", 5000), number("SCOTOMA_FUZZ_SEED", 1));
    let keep = std::env::var_os("SCOTOMA_FUZZ_KEEP").map(PathBuf::from);
    let bases: Vec<Case> = certificates.iter().map(|path| Case::load(path)).collect();
    let (mut python, mut rng) = (Python::start(), ChaCha8Rng::seed_from_u64(seed));
    let folder = tempfile::tempdir().unwrap();
    let (mut counts, mut past, mut rebuilt) = ([0u64; 4], 0u64, 0u64);
    let mut disagreements = Vec::new();
    for round in 0..rounds {
        let mut case = bases.choose(&mut rng).unwrap().clone();
        let mut fresh = false;
        if rng.random_bool(0.3) {
            let changed = change_json(&mut rng, &mut case.certificate);
            assert!(changed, "a certificate is JSON");
            if rng.random_bool(0.1) {
                change_text(&mut rng, &mut case.certificate);
            }
        } else {
            let names: Vec<String> = case.inputs.keys().cloned().collect();
            let name = names.choose(&mut rng).unwrap();
            let mut bytes = case.inputs[name].clone();
            for _ in 0..rng.random_range(1..3) {
                if name.ends_with(".npy") && bytes.len() > 10 && bytes.starts_with(b"\x93NUMPY\x01") {
                    change_npy(&mut rng, &mut bytes);
                } else if (name.ends_with(".csv") || name.ends_with(".tsv")) && rng.random_bool(0.5) {
                    change_cell(&mut rng, &mut bytes);
                } else if !(rng.random_bool(0.5) && change_json(&mut rng, &mut bytes)) {
                    change_text(&mut rng, &mut bytes);
                }
            }
            fresh = case.change_input(name, bytes);
        }
        let place = keep.as_ref().map_or(folder.path().join("case"), |keep| keep.join(format!("{seed}-{round}")));
        let path = case.store(&place);
        let ((status, code, message), (other, reason)) = (rust_status(&path), python.check(&path));
        counts[status as usize] += 1;
        past += u64::from(code != Some(Code::CertificateSyntax));
        rebuilt += u64::from(fresh);
        if status != other || fresh && status != 0 {
            let lasting = std::env::temp_dir().join(format!("scotoma-disagreement-{seed}-{round}"));
            case.store(&lasting);
            disagreements.push(format!(
                "round {round}: scotoma {status}, verify.py {other} ({reason}), kept in {}\n{message}",
                lasting.display()
            ));
        }
        if disagreements.len() > 20 {
            break;
        }
    }
    eprintln!(
        "{} cases (seed {seed}): {} hold, {} do not, {} declined, {} unreadable; {past} past the form of the certificate, {rebuilt} built anew from an input that still reads",
        counts.iter().sum::<u64>(),
        counts[0],
        counts[1],
        counts[2],
        counts[3],
    );
    assert!(disagreements.is_empty(), "{} disagreements\n{}", disagreements.len(), disagreements.join("\n"));
    assert!(rounds < 1000 || past * 2 > rounds && rebuilt * 20 > rounds, "too few cases reach the second reader");
}
