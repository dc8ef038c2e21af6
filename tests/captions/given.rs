//! What a user's other files say of records belongs to the records of the file as it is, whatever is left out of it; and what a
//! message says is said of the user's own file.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::{expect, scotoma, text, write};
use scotoma::export::{Tensor, npy};

/// Pairs with a price and an image; the second image is the same for two.
const GOOD: [[&str; 4]; 6] = [
    ["a cat on a dog", "a dog on a cat", "7", "1.jpg"],
    ["a red cup", "a blue cup", "2.5", "2.jpg"],
    ["two birds", "three birds", "1", "2.jpg"],
    ["a man", "a tall man", "9/2", "3.jpg"],
    ["a bowl", "a cup", "3", "4.jpg"],
    ["a horse in snow", "snow in a horse", "11", "5.jpg"],
];

/// The same with records that say nothing (0), that repeat the first (1), and that say the same twice (2).
fn dirty() -> Vec<[&'static str; 4]> {
    let bad =
        [["", "a dog", "100", "x.jpg"], GOOD[0], ["a fish", "a fish", "100", "y.jpg"], ["a cow", " ", "?", "z.jpg"]];
    vec![bad[0], GOOD[0], GOOD[1], bad[1], bad[3], GOOD[2], GOOD[3], bad[2], bad[0], GOOD[4], GOOD[5], bad[3]]
}

/// The rows that are those of good pairs, in order.
const KEPT: [usize; 6] = [1, 2, 5, 6, 9, 10];

fn jsonl(rows: &[[&str; 4]]) -> String {
    let line = |[caption, negative, price, image]: &[&str; 4]| {
        format!("{}\n", json!({ "caption": caption, "negative": negative, "price": price, "image": image }))
    };
    rows.iter().map(line).collect()
}

fn table(rows: &[[&str; 4]], separator: &str) -> String {
    let line = |row: &[&str; 4]| format!("{}\n", row.join(separator));
    ["caption", "negative", "price", "image"].join(separator) + "\n" + &rows.iter().map(line).collect::<String>()
}

fn gz(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// The same records in every form, by the names of the files.
fn forms(rows: &[[&str; 4]]) -> Vec<(&'static str, Vec<u8>)> {
    let keyed: serde_json::Map<String, Value> = rows
        .iter()
        .enumerate()
        .map(|(at, [caption, negative, price, image])| {
            // Keys that sort in another order than they stand in.
            let record = json!({ "caption": caption, "negative_caption": negative, "price": price, "filename": image });
            (format!("{}", 100 - at), record)
        })
        .collect();
    let document: Vec<String> =
        (0..rows.len()).map(|at| format!("\"{0}\": {1}", 100 - at, keyed[&format!("{}", 100 - at)])).collect();
    vec![
        ("pairs.jsonl", jsonl(rows).into_bytes()),
        ("pairs.csv", table(rows, ",").into_bytes()),
        ("pairs.csv.gz", gz(&table(rows, ","))),
        ("semicolons.csv", table(rows, ";").into_bytes()),
        ("pairs.tsv", table(rows, "\t").into_bytes()),
        ("pairs.json", format!("{{{}}}", document.join(", ")).into_bytes()),
    ]
}

fn run(folder: &Path, arguments: &[&str]) -> (Value, String) {
    let output = scotoma(folder, &[&["--json"], arguments].concat());
    let err = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{}\n{err}", arguments.join(" "));
    (serde_json::from_slice(&output.stdout).unwrap(), err)
}

/// Cost and caption of the mined set, which is all of these pairs.
fn mined(folder: &Path, arguments: &[&str]) -> Vec<(String, String)> {
    run(folder, &[&["mine", "--out", "mined"], arguments].concat());
    let lines = std::fs::read_to_string(folder.join("mined/mined.jsonl")).unwrap();
    let pair = |line: &str| {
        let record: Value = serde_json::from_str(line).unwrap();
        (record["cost"].to_string().replace('"', ""), record["caption"].as_str().unwrap().to_owned())
    };
    lines.lines().map(pair).collect()
}

#[test]
fn costs_are_those_of_the_records_as_they_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let mut wanted: Vec<(String, String)> = GOOD.iter().map(|row| (row[2].to_owned(), row[0].to_owned())).collect();
    wanted.iter_mut().filter(|(cost, _)| cost == "2.5").for_each(|(cost, _)| *cost = "5/2".to_owned());
    wanted.sort();
    for (name, bytes) in forms(&dirty()) {
        write(folder.path(), name, bytes);
        let mut found = mined(folder.path(), &[name, "--cost-column", "price"]);
        found.sort();
        assert_eq!(found, wanted, "{name}");
        let costs: String = dirty().iter().map(|row| format!("{}\n", row[2])).collect();
        write(folder.path(), "costs.txt", costs);
        let mut found = mined(folder.path(), &[name, "--costs", "costs.txt"]);
        found.sort();
        assert_eq!(found, wanted, "{name}");
        write(folder.path(), "costs.txt", "1\n2\n3\n4\n5\n6\n");
        let refused = expect(folder.path(), &["mine", name, "--costs", "costs.txt"], 3);
        assert!(refused.contains("6 costs in costs.txt for 12 pairs"), "{refused}");
        let refused = expect(folder.path(), &["mine", name, "--cost-column", "prices"], 3);
        assert!(refused.contains("a column \"prices\""), "{refused}");
    }
    // A pair that counts needs a cost.
    write(folder.path(), "x.jsonl", jsonl(&[GOOD[0], ["a pan", "a pot", "cheap", "1.jpg"], ["", "a", "1", ""]]));
    assert!(
        expect(folder.path(), &["mine", "x.jsonl", "--cost-column", "price"], 3).contains("\"cheap\" is not a cost")
    );
}

fn matrix(folder: &Path, name: &str, rows: &[[f64; 2]]) {
    let data: Vec<f64> = rows.iter().flatten().copied().collect();
    write(folder, name, npy::to_bytes(&Tensor { shape: vec![rows.len(), 2], data }));
}

/// rho, groups and answers of each pair, as the report has them.
fn audited(folder: &Path, arguments: &[&str]) -> Vec<[String; 4]> {
    run(folder, &[&["audit", "--out", "card", "--draws", "20"], arguments].concat());
    let rows = std::fs::read_to_string(folder.join("card/rows.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(rows.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at =
        |name: &str| header.iter().position(|column| column == name).unwrap_or_else(|| panic!("{name}: {header:?}"));
    let columns = ["caption", "rho", "group", "right"].map(at);
    reader.records().map(|row| columns.map(|at| row.as_ref().unwrap()[at].to_owned())).collect()
}

#[test]
fn embeddings_images_results_and_groups_are_those_of_the_records_as_they_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let turned = |at: usize, by: f64| [(0.3 * at as f64 + by).cos(), (0.3 * at as f64 + by).sin()];
    let side = |rows: usize, by: f64| (0..rows).map(|at| turned(at, by)).collect::<Vec<_>>();
    write(folder.path(), "clean.jsonl", jsonl(&GOOD));
    let of = |rows: &[usize], by: f64| rows.iter().map(|&at| turned(at, by)).collect::<Vec<_>>();
    matrix(folder.path(), "clean.npy", &[of(&KEPT, 0.0), of(&KEPT, 1.0)].concat());
    matrix(folder.path(), "clean-images.npy", &of(&KEPT, 0.4));
    let right = |at: &usize| if at.is_multiple_of(3) { "1\n" } else { "0\n" };
    write(folder.path(), "clean.csv", format!("right\n{}", KEPT.iter().map(right).collect::<String>()));
    let clean = ["clean.jsonl", "--embeddings", "clean.npy", "--results", "clean.csv"];
    let wanted = audited(folder.path(), &[&clean[..], &["--image-embeddings", "clean-images.npy"]].concat());
    assert_eq!(wanted.iter().map(|row| row[2].as_str()).collect::<Vec<_>>(), GOOD.map(|row| row[3]));
    // Whatever stands in the rows of what is left out, even no number; of a repeated pair the first counts, and the same text has
    // the same row.
    let mut captions = side(12, 0.0);
    let mut negatives = side(12, 1.0);
    (captions[3], negatives[3]) = (captions[1], negatives[1]);
    (captions[0], negatives[4], negatives[7]) = ([f64::NAN; 2], [0.0; 2], captions[7]);
    matrix(folder.path(), "all.npy", &[captions, negatives].concat());
    let mut images = side(12, 0.4);
    (images[0], images[11]) = ([0.0; 2], [f64::NAN; 2]);
    matrix(folder.path(), "images.npy", &images);
    write(folder.path(), "all.csv", format!("right\n{}", (0..12).map(|at| right(&at)).collect::<String>()));
    for (name, bytes) in forms(&dirty()) {
        write(folder.path(), name, bytes);
        let all = [name, "--embeddings", "all.npy", "--results", "all.csv", "--image-embeddings", "images.npy"];
        assert_eq!(audited(folder.path(), &all), wanted, "{name}");
        // Rows for what was kept alone are taken, too.
        let kept = [name, "--embeddings", "clean.npy", "--results", "all.csv", "--group", "price"];
        let kept = audited(folder.path(), &kept);
        assert_eq!(kept.iter().map(|row| row[2].as_str()).collect::<Vec<_>>(), GOOD.map(|row| row[2]), "{name}");
        assert_eq!(
            kept.iter().map(|row| &row[1]).collect::<Vec<_>>(),
            wanted.iter().map(|row| &row[1]).collect::<Vec<_>>()
        );
    }
}

#[test]
fn training_text_is_read_with_its_bad_records_and_its_embeddings_stay_in_place() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "pairs.jsonl", jsonl(&GOOD));
    let forms = [
        (
            "t.jsonl",
            "{\"caption\": \"a cat\"}\n{\"caption\": \"\"}\n{\"image\": \"1.jpg\"}\n{\"caption\": [\"a dog\", \"a cow\"]}\n",
        ),
        ("t.json", r#"[{"caption": "a cat"}, {"caption": null}, {"caption": 5}, "a dog", ["a cow"]]"#),
        ("t.csv", "caption,image\na cat,1.jpg\n,2.jpg\na,b,c\na dog,3.jpg\na cow,4.jpg\n"),
        (
            "coco.json",
            r#"{"info": {"year": 2014}, "annotations": [{"image_id": 1, "id": 1, "caption": "a cat"}, {"image_id": 1, "id": 2, "caption": "a dog"}, {"image_id": 1, "id": 3, "caption": "a cow"}]}"#,
        ),
    ];
    let made = npy::to_bytes(&Tensor { shape: vec![12, 2], data: (0..24).map(f64::from).map(|x| x + 1.0).collect() });
    write(folder.path(), "e.npy", made);
    for (name, content) in forms {
        write(folder.path(), name, content);
        let (record, err) = run(folder.path(), &["edits", "pairs.jsonl", "--train", name]);
        let left: u64 = record["pairs"]["left_out"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
        let bad = if name == "coco.json" { 0 } else { 2 };
        assert_eq!(left, bad, "{name}: {record}");
        assert_eq!(err.contains(&format!("{name}: the first: record 2")), bad > 0, "{err}");
        if bad > 0 {
            expect(folder.path(), &["edits", "pairs.jsonl", "--train", name, "--strict"], 3);
        }
        expect(folder.path(), &["--quiet", "build", "pairs.jsonl", "--train", name, "--out", "built"], 0);
        expect(folder.path(), &["verify", "built/certificate.json"], 0);
        for rows in [3, 3 + bad as usize] {
            matrix(folder.path(), "train.npy", &(0..rows).map(|at| [1.0, at as f64]).collect::<Vec<_>>());
            let way =
                ["audit", "pairs.jsonl", "--embeddings", "e.npy", "--train", name, "--train-embeddings", "train.npy"];
            expect(folder.path(), &[&way[..], &["--draws", "20", "--out", "card"]].concat(), 0);
        }
        // What makes negatives, and what counts them, reads the same file.
        let made = text(&scotoma(folder.path(), &["negatives", name]).stderr);
        assert!(made.contains("of 3 captions"), "{made}");
        expect(folder.path(), &["compound", name, "--edits", "replace", "--words", "cat,dog,cow"], 0);
    }
    // A text without a token keeps its place, too.
    write(folder.path(), "t.txt", "a cat\n...\na dog\na cat\n");
    matrix(folder.path(), "train.npy", &[[1.0, 0.0], [f64::NAN, 1.0], [0.0, 1.0], [1.0, 0.0]]);
    let way = ["audit", "pairs.jsonl", "--embeddings", "e.npy", "--train", "t.txt", "--train-embeddings", "train.npy"];
    let refused = expect(folder.path(), &[&way[..], &["--draws", "20", "--out", "card"]].concat(), 3);
    // It has a text, though one that says nothing to this tokenizer: its row is one of numbers.
    assert!(refused.contains("row 1 of 4 is not finite"), "{refused}");
    matrix(folder.path(), "train.npy", &[[1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]]);
    expect(folder.path(), &[&way[..], &["--draws", "20", "--out", "card"]].concat(), 0);
}

#[test]
fn messages_name_the_users_file_and_its_record() {
    let folder = tempfile::tempdir().unwrap();
    let pair = |at: usize| [GOOD[at][0], GOOD[at][1], "1", "1.jpg"];
    // A repetition that quotes a line, a text without a token, a pair that says the same twice.
    let quoting = ["see \" line 3 \"x\"", "a dog", "1", ""];
    let rows = [pair(0), quoting, pair(1), quoting, ["...", "a dog", "1", ""], ["a cat", "a cat", "1", ""]];
    let lines = jsonl(&rows);
    write(folder.path(), "a.jsonl.gz", gz(&lines));
    let (_, err) = run(folder.path(), &["edits", "a.jsonl.gz"]);
    for part in [
        "a.jsonl.gz: 1 record dropped: the caption and",
        ": line 4 \"see \\\" line 3 \\\"x\\\"\"",
        "line 5 \"...\"",
        "line 6 \"a cat\"",
    ] {
        assert!(err.contains(part), "{part}: {err}");
    }
    let quoted = |row: &[&str; 4]| row.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).join(";");
    let mut cells: Vec<String> = rows.iter().map(quoted).collect();
    // A cell over two lines and an empty line: records, not lines, are what can be counted.
    cells[0] = cells[0].replace("a cat on", "a cat\non");
    cells.insert(1, String::new());
    write(folder.path(), "b.csv", format!("caption;negative;price;image\n{}\n", cells.join("\n")));
    let mut tar = tar::Builder::new(Vec::new());
    for (at, row) in rows.iter().enumerate() {
        for (ending, text) in [("txt", row[0]), ("negative.txt", row[1])] {
            let mut header = tar::Header::new_ustar();
            header.set_size(text.len() as u64);
            tar.append_data(&mut header, format!("{at}.{ending}"), text.as_bytes()).unwrap();
        }
    }
    write(folder.path(), "c.tar", tar.into_inner().unwrap());
    // Left out as it is read: numbers of the user's file all the same.
    write(folder.path(), "d.jsonl", format!("{{\"caption\": \"\", \"negative\": \"a\"}}\n{lines}"));
    for (name, before) in [("b.csv", 0), ("c.tar", 0), ("d.jsonl", 1)] {
        let (_, err) = run(folder.path(), &["edits", name]);
        let at = |record: usize| format!("record {}", record + before);
        let known = [format!("{} \"see \\\" line 3 \\\"x\\\"\"", at(4)), format!("{} \"...\"", at(5))];
        assert!(known.iter().all(|part| err.contains(part.as_str())), "{name}: {err}");
        assert!(err.contains(&at(6)) && err.contains(&format!("{name}: ")), "{name}: {err}");
        assert!(!err.contains(".jsonl:") || name == "d.jsonl", "{name}: {err}");
        let refused = expect(folder.path(), &["edits", name, "--strict"], 3);
        assert!(!refused.contains("-->") || name == "d.jsonl", "{refused}");
        assert!(refused.contains(&format!("{name}, record 5")) || name == "d.jsonl", "{name}: {refused}");
    }
}

#[test]
fn one_bad_row_of_results_is_one_row_without() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "pairs.jsonl", jsonl(&GOOD));
    write(folder.path(), "r.csv", "id,right\n1,1\n2,0,0\n3,0\n4,1\n5,\n6,1\n");
    let (_, err) =
        run(folder.path(), &["audit", "pairs.jsonl", "--results", "r.csv", "--draws", "20", "--out", "card"]);
    assert!(err.contains("1 line left out: another number of cells"), "{err}");
    let scores = "id;c0_i0;c0_i1;c1_i0;c1_i1\n1;1;0;0;1\n2;1;0;x;1\n3;1;0;0;1\n4;1;0;0;1\n5;nan;0;0;1\n6;1;0;0;1\n";
    write(folder.path(), "s.csv.gz", gz(scores));
    let (_, err) =
        run(folder.path(), &["audit", "pairs.jsonl", "--results", "s.csv.gz", "--draws", "20", "--out", "card"]);
    assert!(err.contains("2 records without four numbers for scores, the first 1 (from 0)"), "{err}");
}

#[test]
fn two_images_of_another_encoder_are_refused_aloud() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "pairs.jsonl", jsonl(&GOOD));
    let rows = |count: usize| (0..count).map(|at| [1.0, at as f64]).collect::<Vec<_>>();
    for (name, count) in [("e.npy", 12), ("one.npy", 6), ("two.npy", 12)] {
        matrix(folder.path(), name, &rows(count));
    }
    let way = |first, second| {
        let both =
            ["--image-embeddings", first, "--against-image-embeddings", second, "--draws", "20", "--out", "card"];
        [&["audit", "pairs.jsonl", "--embeddings", "e.npy", "--against", "e.npy"], &both[..]].concat()
    };
    expect(folder.path(), &way("one.npy", "one.npy"), 0);
    for (first, second) in [("two.npy", "two.npy"), ("one.npy", "two.npy"), ("two.npy", "one.npy")] {
        assert!(
            expect(folder.path(), &way(first, second), 3).contains("two encoders are compared by one image a pair")
        );
    }
}

#[test]
fn a_folder_has_the_files_of_its_last_run() {
    let folder = tempfile::tempdir().unwrap();
    let files = |name: &str| {
        let mut names: Vec<String> = std::fs::read_dir(folder.path().join(name))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    for name in ["a.jsonl", "b.jsonl"] {
        write(folder.path(), name, jsonl(&GOOD));
    }
    expect(folder.path(), &["--quiet", "mine", "a.jsonl", "--out", "out"], 0);
    write(&folder.path().join("out"), "notes.txt", "mine");
    write(&folder.path().join("out/inputs"), "own.txt", "mine");
    expect(folder.path(), &["--quiet", "build", "b.jsonl", "--out", "out"], 0);
    let built = [
        "certificate.json",
        "edits.tsv",
        "encoder.json",
        "encoders.safetensors",
        "g.npy",
        "h.npy",
        "inputs",
        "notes.txt",
    ];
    assert_eq!(files("out"), built);
    assert_eq!(files("out/inputs"), ["b.jsonl", "own.txt"]);
    expect(folder.path(), &["--quiet", "margins", "a.jsonl", "--out", "out"], 0);
    assert!(!files("out").contains(&"edits.tsv".to_owned()));
    // A report, too.
    let results = format!("right\n{}", "1\n0\n".repeat(3));
    write(folder.path(), "r.csv", results);
    matrix(folder.path(), "e.npy", &(0..12).map(|at| [1.0, at as f64]).collect::<Vec<_>>());
    let audit = ["--quiet", "audit", "a.jsonl", "--draws", "20", "--out", "card"];
    expect(folder.path(), &[&audit[..], &["--embeddings", "e.npy"]].concat(), 0);
    assert!(files("card").contains(&"displacement.csv".to_owned()));
    expect(folder.path(), &[&audit[..], &["--results", "r.csv"]].concat(), 0);
    assert!(!files("card").contains(&"displacement.csv".to_owned()), "{:?}", files("card"));
}
