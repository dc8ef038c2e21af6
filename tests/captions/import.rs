//! Benchmarks as they are published: one small file of each shape, and the real ones where they are to be had.

use crate::common;

use common::{expect, scotoma, text, write};
use serde_json::Value;

/// A caption and its negative.
type Texts = (&'static str, &'static str);

/// A file of our own making in the shape of each shipped mapping: name of the benchmark, of the file, content, and the
/// pairs that are in it (of captions alone without negative).
const SHAPES: &[(&str, &str, &str, &[Texts])] = &[
    (
        "sugarcrepe",
        "swap_obj.json",
        r#"{"0": {"filename": "1.jpg", "caption": "a cat on a dog", "negative_caption": "a dog on a cat"}}"#,
        &[("a cat on a dog", "a dog on a cat")],
    ),
    (
        "sugarcrepe++",
        "swap_att.json",
        r#"[{"id": 0, "filename": "1.jpg", "caption": "a cat on a dog", "caption2": "a dog below a cat", "negative_caption": "a dog on a cat"}]"#,
        &[("a cat on a dog", "a dog on a cat")],
    ),
    (
        "aro",
        "vg.json",
        r#"[{"image_path": "1.jpg", "true_caption": "the cat is on the dog", "false_caption": "the dog is on the cat", "relation_name": "on", "bbox_x": 3}]"#,
        &[("the cat is on the dog", "the dog is on the cat")],
    ),
    (
        "negclip",
        "train.tsv",
        "\ttitle\tfilepath\tneg_caption\n0\ta cat on a dog\t1.jpg\t['a dog on a cat', \"a cat on a dog's bed\"]\n",
        &[("a cat on a dog", "a dog on a cat"), ("a cat on a dog", "a cat on a dog's bed")],
    ),
    (
        "winoground",
        "examples.jsonl",
        "{\"id\": 0, \"caption_0\": \"a cat on a dog\", \"caption_1\": \"a dog on a cat\", \"image_0\": \"ex_0_img_0\", \"image_1\": \"ex_0_img_1\", \"collapsed_tag\": \"Object\"}\n",
        &[("a cat on a dog", "a dog on a cat")],
    ),
    (
        "colorswap",
        "test.json",
        r#"[{"id": 1, "caption_1": "a red cat and a blue dog", "caption_2": "a blue cat and a red dog", "image_1": "1.png", "image_2": "2.png"}]"#,
        &[("a red cat and a blue dog", "a blue cat and a red dog")],
    ),
    (
        "colorswap-llava",
        "llava.json",
        r#"[{"id": 1, "log_1": {"caption_1": "a red cat", "caption_2": "a blue cat", "image_url": "1.png"}, "log_2": {"image_url": "2.png"}}]"#,
        &[("a red cat", "a blue cat")],
    ),
    (
        "cola",
        "multi.json",
        r#"[["1.jpg", "a red cat on a mat", "2.jpg", "a blue cat on a mat"]]"#,
        &[("a red cat on a mat", "a blue cat on a mat")],
    ),
    (
        "valse",
        "actant-swap.json",
        r#"{"a_1": {"caption": "a cat sees a dog", "foil": "a dog sees a cat", "image_file": "1.jpg", "linguistic_phenomena": "actions", "mturk": {"caption": 3}}, "a_2": {"caption": "a man", "foil": "a woman", "image_file": "2.jpg", "linguistic_phenomena": "actions", "mturk": {"caption": 1}}}"#,
        &[("a cat sees a dog", "a dog sees a cat")],
    ),
    (
        "svo",
        "svo.csv",
        "pair,pos_caption,neg_caption,pos_image_id\n7,\"a cat, sitting\",a dog sitting,11\n",
        &[("a cat, sitting", "a dog sitting")],
    ),
    (
        "vl-checklist",
        "action.json",
        r#"[["1.jpg", {"POS": ["a cat sits", "a dog runs"], "NEG": ["a cat stands", "a dog lies"]}]]"#,
        &[("a cat sits", "a cat stands"), ("a dog runs", "a dog lies")],
    ),
    (
        "bivlc",
        "bivlc.jsonl",
        "{\"image\": \"1.jpg\", \"caption\": \"a cat on a dog\", \"negative_image\": \"2.jpg\", \"negative_caption\": \"a dog on a cat\", \"type\": \"swap\"}\n",
        &[("a cat on a dog", "a dog on a cat")],
    ),
    (
        "crepe",
        "prod.csv",
        "image_id,caption,hard_negs\n5,a cat on a dog,\"['a dog on a cat', 'a cat on a cat']\"\n",
        &[("a cat on a dog", "a dog on a cat"), ("a cat on a dog", "a cat on a cat")],
    ),
    (
        "whatsup",
        "controlled.json",
        r#"[{"image_path": "1.jpg", "caption_options": ["a cup on a table", "a cup under a table", "a cup left of a table"]}]"#,
        &[("a cup on a table", "a cup under a table"), ("a cup on a table", "a cup left of a table")],
    ),
    (
        "whatsup-qa",
        "coco_qa.json",
        r#"[[397133, "a photo of a cup above a plate", "a photo of a cup below a plate"]]"#,
        &[("a photo of a cup above a plate", "a photo of a cup below a plate")],
    ),
    (
        "vsr",
        "vsr.json",
        r#"[{"image": "1.jpg", "caption": "the cat is on the mat", "label": 1, "relation": "on"}, {"image": "2.jpg", "caption": "the cat is under the mat", "label": 0, "relation": "under"}]"#,
        &[("the cat is on the mat", "")],
    ),
    (
        "karpathy",
        "test.json",
        r#"[{"image": "1.jpg", "caption": ["a cat", "one cat"]}]"#,
        &[("a cat", ""), ("one cat", "")],
    ),
    (
        "coco",
        "captions.json",
        r#"{"info": {}, "annotations": [{"image_id": 4, "id": 9, "caption": "a cat"}]}"#,
        &[("a cat", "")],
    ),
];

/// Those of the shapes that no other mapping reads in another way, and so need no name.
const AMBIGUOUS: &[&str] = &["cola", "vsr", "karpathy", "coco"];

fn lines(output: &str) -> Vec<Value> {
    output.lines().filter(|line| line.starts_with('{')).map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn pairs(records: &[Value]) -> Vec<(String, String)> {
    let part = |record: &Value, name: &str| record[name].as_str().unwrap_or_default().to_owned();
    records.iter().map(|record| (part(record, "caption"), part(record, "negative"))).collect()
}

#[test]
fn every_shape_is_read_by_its_name_and_the_clear_ones_without() {
    let folder = tempfile::tempdir().unwrap();
    let known: Value = serde_json::from_str(&expect(folder.path(), &["import", "--list", "--json"], 0)).unwrap();
    for known in known["formats"].as_array().unwrap() {
        assert!(SHAPES.iter().any(|(name, ..)| known["name"] == *name), "{known} has no file here");
        assert!(known["about"].as_str().is_some_and(|about| about.len() > 10), "{known}");
    }
    for (name, file, content, wanted) in SHAPES {
        write(folder.path(), file, content);
        let wanted: Vec<_> = wanted.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let out = scotoma(folder.path(), &["--quiet", "import", file, "--format", name]);
        assert_eq!(out.status.code(), Some(0), "{name}: {}", text(&out.stderr));
        let records = lines(&text(&out.stdout));
        assert_eq!(pairs(&records), wanted, "{name}");
        assert!(records.iter().all(|record| record["id"].is_string()), "{name}");
        assert!(*name == "svo" || records.iter().all(|record| record["image"].is_string()), "{name} loses its image");
        let told = scotoma(folder.path(), &["--quiet", "import", file]);
        if AMBIGUOUS.contains(name) {
            assert_eq!(told.status.code(), Some(3), "{name}");
        } else {
            assert_eq!(pairs(&lines(&text(&told.stdout))), wanted, "{name} is not told by its shape");
        }
    }
}

#[test]
fn second_images_operators_and_paraphrases_go_along() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| {
        let (_, file, content, _) = SHAPES.iter().find(|(shape, ..)| *shape == name).unwrap();
        write(folder.path(), file, content);
        lines(&expect(folder.path(), &["--quiet", "import", file, "--format", name], 0)).remove(0)
    };
    let record = read("winoground");
    assert_eq!((&record["image"], &record["negative_image"]), (&Value::from("ex_0_img_0"), &Value::from("ex_0_img_1")));
    assert_eq!(record["operator"], "Object");
    let record = read("sugarcrepe++");
    assert_eq!(
        (&record["paraphrase"], &record["operator"]),
        (&Value::from("a dog below a cat"), &Value::from("swap_att"))
    );
    assert_eq!(read("svo")["id"], "7");
    assert_eq!(read("valse")["id"], "a_1");
}

#[test]
fn what_is_left_out_is_counted_and_named_and_strict_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let content =
        "id,pos_caption,neg_caption,pos_image_id\n1,a cat,a cat,5\n2,a cat,a dog,6\n3,a cow,,7\n4,a cow,a cow,8\n";
    write(folder.path(), "svo.csv", content);
    let provenance: Value = serde_json::from_str(&text(
        &scotoma(folder.path(), &["--json", "import", "svo.csv", "--format", "svo", "--out", "o.jsonl"]).stdout,
    ))
    .unwrap();
    assert_eq!((&provenance["records"], &provenance["written"]), (&Value::from(4), &Value::from(1)));
    assert_eq!(provenance["skipped"]["the negative equals the caption"], 2);
    assert_eq!(provenance["first_skipped"][1]["record"], 3);
    expect(folder.path(), &["import", "svo.csv", "--format", "svo", "--strict"], 3);
    expect(folder.path(), &["build", "o.jsonl"], 0);
}

#[test]
fn compressed_files_are_unpacked_and_damaged_ones_refused() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let (name, file, content, wanted) = SHAPES[0];
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(content.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    write(folder.path(), &format!("{file}.gz"), &packed);
    write(folder.path(), "broken.json.gz", &packed[..packed.len() / 2]);
    let out = expect(folder.path(), &["--quiet", "import", &format!("{file}.gz"), "--format", name], 0);
    assert_eq!(pairs(&lines(&out)).len(), wanted.len());
    let record = &lines(&out)[0];
    assert_eq!(record["operator"], "swap_obj");
    expect(folder.path(), &["import", "broken.json.gz", "--format", name], 3);
}

#[test]
fn a_mapping_of_ones_own_and_bad_ones() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        "data.json",
        r#"{"items": [{"texts": {"good": "a cat", "bad": ["a dog", "a cow"]}, "n": 3}]}"#,
    );
    let mapping = r#"{"records": "items.*", "caption": "texts.good", "negative": "texts.bad", "operator": "=replace", "keep": ["n", ">=", 2]}"#;
    write(folder.path(), "mapping.json", mapping);
    let out = expect(folder.path(), &["--quiet", "import", "data.json", "--format", "mapping.json"], 0);
    assert_eq!(pairs(&lines(&out)), [("a cat".into(), "a dog".into()), ("a cat".into(), "a cow".into())]);
    assert_eq!(lines(&out)[1]["id"], "1.2");
    for (bad, says) in [
        (r#"{"negative": "b"}"#, "caption"),
        (r#"{"caption": "a..b", "negative": "b"}"#, "empty steps"),
        (r#"{"caption": "@line", "negative": "b"}"#, "@line"),
        (r#"{"caption": "a", "negative": "b", "colour": "c"}"#, "colour"),
        (r#"{"caption": "a", "negative": "x:"}"#, "number and a colon"),
    ] {
        write(folder.path(), "bad.json", bad);
        assert!(expect(folder.path(), &["import", "data.json", "--format", "bad.json"], 3).contains(says), "{bad}");
    }
    assert!(expect(folder.path(), &["import", "data.json", "--format", "winogrund"], 3).contains("winoground"));
}

#[test]
fn published_files_are_read_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    for (format, file, count) in [
        ("sugarcrepe", "sugarcrepe/swap_obj.json", 245),
        ("sugarcrepe++", "sugarcrepe_pp/swap_att.json", 666),
        ("negclip", "aro_negclip/valid_neg_clip.tsv", 7_370),
        ("karpathy", "coco_karpathy/coco_test.json", 25_009),
    ] {
        let Some(path) = common::data(file) else { continue };
        let out = scotoma(
            folder.path(),
            &["--json", "import", path.to_str().unwrap(), "--format", format, "--out", "o.jsonl"],
        );
        let provenance: Value = serde_json::from_str(&text(&out.stdout)).unwrap();
        let left_out: u64 = provenance["skipped"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
        let written = provenance["written"].as_u64().unwrap();
        eprintln!("{format}: {written} written, {left_out} left out");
        assert_eq!(written + left_out, count, "{format}");
        assert!(left_out * 20 < written, "{format}");
    }
}

/// The rows of `edits --json`.
fn edits(folder: &std::path::Path, arguments: &[&str]) -> (Value, String) {
    let out = scotoma(folder, &[&["edits", "--json"], arguments].concat());
    assert_eq!(out.status.code(), Some(0), "{arguments:?}: {}", text(&out.stderr));
    (serde_json::from_slice(&out.stdout).unwrap(), text(&out.stderr))
}

#[test]
fn commands_over_pairs_read_every_shape_with_its_images() {
    let folder = tempfile::tempdir().unwrap();
    for (name, file, content, wanted) in SHAPES.iter().filter(|(.., wanted)| !wanted[0].1.is_empty()) {
        write(folder.path(), file, content);
        let wanted: Vec<_> = wanted.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let ways: &[&[&str]] =
            if AMBIGUOUS.contains(name) { &[&[file, "--format", name]] } else { &[&[file, "--format", name], &[file]] };
        for way in ways {
            let (record, _) = edits(folder.path(), way);
            let rows = record["edits"].as_array().unwrap();
            assert_eq!(pairs(rows), wanted, "{way:?}");
            assert!(
                *name == "svo" || rows.iter().all(|row| row["image"].is_string()),
                "{way:?} loses its image: {record}"
            );
        }
        // What is built of it is checked without any mapping: the certificate names the lines that were read.
        expect(folder.path(), &["--quiet", "build", file, "--format", name, "--out", "built"], 0);
        expect(folder.path(), &["verify", "built/certificate.json"], 0);
        let table = std::fs::read_to_string(folder.path().join("built/edits.tsv")).unwrap();
        assert!(*name == "svo" || table.lines().next().unwrap().contains("\timage"), "{name}: {table}");
        assert!(!table.lines().next().unwrap().contains("group"), "an empty column: {table}");
    }
    let (record, _) = edits(folder.path(), &["examples.jsonl"]);
    assert_eq!(record["edits"][0]["negative_image"], "ex_0_img_1");
}

#[test]
fn one_bad_record_refuses_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let good = r#"{"caption": "a cat on a dog", "negative": "a dog on a cat", "image": "1.jpg"}"#;
    for (bad, why) in [
        (r#"{"caption": "", "negative": "a dog"}"#, "an empty caption"),
        (r#"{"caption": "a dog", "negative": "  "}"#, "an empty negative"),
        (r#"{"caption": "a dog"}"#, "no negative"),
        (r#"{"negative": "a dog"}"#, "no caption"),
        (r#"{"caption": "a dog", "negative": []}"#, "no negative"),
        (r#"{"caption": "a dog", "negative": null}"#, "no negative"),
    ] {
        for order in [[good, bad], [bad, good]] {
            write(folder.path(), "pairs.jsonl", order.join("\n"));
            let (record, err) = edits(folder.path(), &["pairs.jsonl"]);
            assert_eq!(record["edits"].as_array().unwrap().len(), 1, "{bad}");
            assert_eq!(record["edits"][0]["image"], "1.jpg");
            assert_eq!(record["pairs"]["left_out"][why], 1, "{bad}: {record}");
            assert!(err.contains(why) && err.contains("record"), "{bad}: {err}");
            expect(folder.path(), &["edits", "pairs.jsonl", "--strict"], 3);
        }
    }
    // Whatever the columns are called.
    write(folder.path(), "named.csv", "title,foil\na cat on a dog,a dog on a cat\n,a dog\n");
    let (record, _) = edits(folder.path(), &["named.csv", "--columns", "caption=title,negative=foil"]);
    assert_eq!(record["pairs"]["left_out"]["no caption"], 1, "{record}");
    // A column that is not there is asked for, and not some other.
    expect(folder.path(), &["edits", "pairs.jsonl", "--columns", "negative=caption2"], 3);
    let piped = common::scotoma_with_input(
        folder.path(),
        &["edits", "--json", "-"],
        format!("{good}\n{{\"caption\": \"\", \"negative\": \"a dog\"}}\n").as_bytes(),
    );
    assert_eq!(piped.status.code(), Some(0), "{}", text(&piped.stderr));
    // Nothing is left out where nothing can be read.
    write(folder.path(), "none.jsonl", r#"{"caption": "", "negative": "a dog"}"#);
    assert!(expect(folder.path(), &["edits", "none.jsonl"], 3).contains("the caption is empty"));
}

/// A text in which the tokenizer finds nothing is a bad record too, among pairs, further captions and those that negatives are
/// made of.
#[test]
fn a_text_without_a_token_refuses_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let good = ["a cat on a dog", "a red cup", "two dogs"];
    let line = |a: &str, b: &str| format!("{}\n", serde_json::json!({ "caption": a, "negative": b }));
    let pairs: String = [
        line("...", "a dog"),
        line(good[0], "a dog on a cat"),
        line("a cat", "!?"),
        line(good[1], "a blue cup"),
        line(good[2], "a dog"),
    ]
    .concat();
    write(folder.path(), "pairs.jsonl", pairs);
    write(folder.path(), "train.txt", "a dog\n...\na cat on a mat\n");
    write(folder.path(), "dots.txt", "...\n");
    let way = ["pairs.jsonl", "--train", "train.txt", "--train", "dots.txt"];
    let (record, err) = edits(folder.path(), &way);
    let rows = record["edits"].as_array().unwrap();
    let captions: Vec<&str> = rows.iter().map(|row| row["caption"].as_str().unwrap()).collect();
    assert_eq!(captions, good);
    assert_eq!(record["pairs"]["left_out"]["a text without a token"], 4, "{record}");
    assert!(err.contains("pairs.jsonl: 2 records dropped") && err.contains("line 1 \"...\", line 3 \"!?\""), "{err}");
    // A choice of edits is one among those that are left.
    let (record, _) = edits(folder.path(), &["pairs.jsonl", "--edits", "replace"]);
    assert_eq!(record["edits"][0]["caption"], good[1], "{record}");
    for strict in [&way[..1], &way[..3]] {
        expect(folder.path(), &[&["edits", "--strict"], strict].concat(), 3);
    }
    // The other tokenizers keep marks.
    let (record, _) = edits(folder.path(), &["pairs.jsonl", "--tokenizer", "clip"]);
    assert_eq!(record["edits"].as_array().unwrap().len(), 5);
    // What is built of the rest is checked from the files beside the certificate.
    expect(folder.path(), &[&["--quiet", "build", "--out", "built"], &way[..]].concat(), 0);
    expect(folder.path(), &["verify", "built/certificate.json"], 0);
    write(folder.path(), "captions.txt", "...\na red cube on a blue sphere\n");
    expect(folder.path(), &["negatives", "captions.txt", "--hard-for", "positions"], 0);
    assert!(expect(folder.path(), &["compound", "captions.txt"], 0).contains("a red cube"));
    write(folder.path(), "none.jsonl", line("...", "!"));
    expect(folder.path(), &["edits", "none.jsonl"], 3);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_is_read_and_damaged_or_endless_files_are_refused() {
    use scotoma::import::unpack;
    let folder = tempfile::tempdir().unwrap();
    let all: [(&str, &[u8]); 3] = [
        ("winoground.parquet", include_bytes!("../parquet/winoground.parquet")),
        ("lists.parquet", include_bytes!("../parquet/lists.parquet")),
        ("many.parquet", include_bytes!("../parquet/many.parquet")),
    ];
    all.iter().for_each(|(name, bytes)| drop(write(folder.path(), name, bytes)));
    // With the names of the images, whose bytes are not read; and the benchmark is told by its shape.
    let (record, _) = edits(folder.path(), &["winoground.parquet"]);
    let row = &record["edits"][1];
    assert_eq!(row["caption"], "a red cup on a blue book");
    assert_eq!((&row["image"], &row["negative_image"]), (&"1_0.png".into(), &"1_1.png".into()));
    assert!(record["pairs"]["read_by"]["winoground.parquet"] == "winoground", "{record}");
    let (record, _) = edits(folder.path(), &["lists.parquet"]);
    assert_eq!(record["edits"].as_array().unwrap().len(), 4, "a list of negatives a caption: {record}");
    expect(folder.path(), &["--quiet", "build", "winoground.parquet", "--out", "built"], 0);
    expect(folder.path(), &["verify", "built/certificate.json"], 0);
    let code = |bytes: &[u8], limit| unpack("x.parquet", bytes.to_vec(), limit).map(drop).map_err(|e| e.code.as_str());
    assert_eq!(code(all[2].1, 100_000), Err("file-too-large"));
    // No file that breaks off is read, none with a changed byte ends in a panic.
    for (name, bytes) in &all[..2] {
        for cut in 4..bytes.len() {
            assert_eq!(code(&bytes[..cut], 1 << 20), Err("data-truncated"), "{name} after {cut} bytes");
        }
        let mut refused = 0;
        for at in 4..bytes.len() {
            for how in [0x01, 0x80, 0xff] {
                let mut changed = bytes.to_vec();
                changed[at] ^= how;
                refused += usize::from(code(&changed, 1 << 20).is_err());
            }
        }
        println!("{name}: {refused} of {} files with a changed byte are refused", 3 * (bytes.len() - 4));
    }
}

#[test]
fn what_cannot_be_done_so_says_what_can() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "x.jsonl", r#"{"caption": "a cat on a dog", "negative": "a dog on a cat"}"#);
    let declared = r#"{"caption": "a cat on a dog", "negative": "a dog on a cat", "operator": "Swap Obj"}"#;
    write(folder.path(), "y.jsonl", declared);
    assert!(expect(folder.path(), &["edits", "x.jsonl", "--agreement"], 3).contains("1 edit"));
    let table = expect(folder.path(), &["edits", "y.jsonl", "--agreement"], 0);
    assert!(table.contains("y.jsonl\t1\t100.0"), "{table}");
    let known = expect(folder.path(), &["import", "--list"], 0);
    assert!(known.lines().any(|line| line.contains("winoground") && line.contains("two images")), "{known}");
    // An option that would change nothing is refused.
    expect(folder.path(), &["compound", "--cover", "x.jsonl", "--out", "o"], 3);
    let table = expect(folder.path(), &["--quiet", "compound", "--cover", "*.jsonl", "x.jsonl"], 0);
    assert_eq!(table.lines().count(), 3, "a line an argument: {table}");
    let advice = expect(folder.path(), &["explain", "swap.thm"], 3);
    assert!(advice.contains("scotoma explain swap swap.thm"), "{advice}");
    assert!(expect(folder.path(), &["build", "x.jsonl"], 0).contains("1 training caption, 1 edit, "));
}

#[test]
fn folders_patterns_and_semicolons() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("shards")).unwrap();
    for (number, noun) in ["cat", "dog", "cow"].into_iter().enumerate() {
        let line = format!("{{\"caption\": \"a {noun} on a mat\", \"negative\": \"a mat on a {noun}\"}}\n");
        write(folder.path(), &format!("shards/{number}.jsonl"), line);
    }
    write(folder.path(), "shards/notes.md", "no captions");
    for way in ["shards", "shards/*.jsonl", "shards/[0-2].jsonl"] {
        let (record, _) = edits(folder.path(), &[way]);
        let rows = record["edits"].as_array().unwrap();
        let files: Vec<&str> = rows.iter().map(|row| row["file"].as_str().unwrap()).collect();
        assert_eq!(files, ["0.jsonl", "1.jsonl", "2.jsonl"], "{way}");
    }
    expect(folder.path(), &["edits", "shards/*.csv"], 3);
    write(folder.path(), "table.csv", "id;caption;negative\n1;\"a cat; a dog\";a dog, a cat\n");
    let (record, _) = edits(folder.path(), &["table.csv"]);
    assert_eq!(record["edits"][0]["caption"], "a cat; a dog");
    assert_eq!(record["edits"][0]["negative"], "a dog, a cat");
}

#[test]
fn what_is_mined_and_made_is_ready_to_train_on() {
    let folder = tempfile::tempdir().unwrap();
    let (_, file, content, _) = SHAPES.iter().find(|(name, ..)| *name == "winoground").unwrap();
    write(folder.path(), file, content);
    expect(folder.path(), &["--quiet", "mine", file, "--out", "mined"], 0);
    let read = |name: &str| std::fs::read_to_string(folder.path().join("mined").join(name)).unwrap();
    let line: Value = serde_json::from_str(&read("mined.jsonl")).unwrap();
    assert_eq!((&line["image"], &line["negative_image"]), (&"ex_0_img_0".into(), &"ex_0_img_1".into()));
    assert_eq!(serde_json::from_str::<Value>(&read("mined.json")).unwrap()["0"]["filename"], "ex_0_img_0");
    assert_eq!(read("mined.tsv"), "title\tfilepath\tneg_caption\na cat on a dog\tex_0_img_0\t['a dog on a cat']\n");
    for name in ["mined.json", "mined.jsonl", "mined.tsv", "mined.tar"] {
        let (record, _) = edits(folder.path(), &[&format!("mined/{name}")]);
        assert_eq!(record["edits"][0]["image"], "ex_0_img_0", "{name}");
    }
    let captions =
        r#"[{"image": "1.jpg", "caption": ["A red cube on a blue sphere.", "Two dogs' heads under a wooden table"]}]"#;
    write(folder.path(), "captions.json", captions);
    for (form, file) in [("jsonl", "n.jsonl"), ("sugarcrepe", "n.json"), ("negclip", "n.tsv"), ("webdataset", "n.tar")]
    {
        expect(
            folder.path(),
            &["--quiet", "negatives", "captions.json", "--per-caption", "2", "--format", form, "--out", file],
            0,
        );
        let (record, _) = edits(folder.path(), &[file]);
        let rows = record["edits"].as_array().unwrap();
        assert!(rows.len() >= 2 && rows.iter().all(|row| row["image"] == "1.jpg"), "{form}: {record}");
    }
    expect(folder.path(), &["negatives", "captions.json", "--format", "webdataset"], 3);
    let shard = std::fs::read(folder.path().join("n.tar")).unwrap();
    write(folder.path(), "cut.tar", &shard[..shard.len() / 2 - 300]);
    expect(folder.path(), &["edits", "cut.tar"], 3);
    let out = scotoma(folder.path(), &["negatives", "--json", "captions.json"]);
    let record: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(record["records"].as_array().unwrap().len() as u64, record["negatives"].as_u64().unwrap());
}

const CLEANS: &str = "\
import ftfy, html, json, re, sys
for text in json.load(sys.stdin):
    text = html.unescape(html.unescape(ftfy.fix_text(text))).strip()
    print(json.dumps(re.sub(r'\\s+', ' ', text).strip().lower()))
";

/// Strange pieces of text, put together at random.
fn strange(count: usize, seed: u64) -> Vec<String> {
    use rand::{RngExt, SeedableRng};
    const PIECES: [&str; 48] = [
        "cat",
        "DOG's",
        " ",
        "  ",
        "\t",
        "\n",
        "\r\n",
        "é",
        "e\u{301}",
        "&amp;",
        "&amp;amp;",
        "&lt",
        "&lt;",
        "&#39;",
        "&#x27;",
        "&nbsp;",
        "&EACUTE;",
        "&ampx",
        "&copy",
        "ﬁ",
        "ﬆ",
        "ŉ",
        "’",
        "‘",
        "“",
        "”",
        "„",
        "…",
        "–",
        "Ａ",
        "！",
        "ｶﾞ",
        "\u{3000}",
        "<b>",
        "\u{200b}",
        "\u{200d}",
        "\u{feff}",
        "\u{7}",
        "\u{1b}[1m",
        "ß",
        "İ",
        "Σ",
        "😀",
        "°",
        "½",
        "中文",
        "Å\u{327}",
        "ё",
    ];
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let mut text = || (0..random.random_range(1..7)).map(|_| PIECES[random.random_range(0..PIECES.len())]).collect();
    (0..count).map(|_| text()).collect()
}

#[test]
fn clip_sees_what_python_shows_it() {
    if !common::python_has("import ftfy") {
        return;
    }
    let (seed, count) = (1, 5_000);
    let texts = strange(count, seed);
    let out = common::python(CLEANS, serde_json::to_string(&texts).unwrap().as_bytes());
    let theirs: Vec<String> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(theirs.len(), texts.len());
    let (mut refused, mut wrong) = (0, Vec::new());
    for (text, theirs) in texts.iter().zip(&theirs) {
        match scotoma::caption::clean::clip(text) {
            None => refused += 1,
            Some(ours) if ours == *theirs => {}
            Some(ours) => wrong.push(format!("{text:?}: {ours:?}, in Python {theirs:?}")),
        }
    }
    eprintln!("seed {seed}: {count} strange texts, {refused} refused as decoded in the wrong encoding");
    assert!(
        wrong.is_empty() && refused * 10 < count,
        "{} of {count}: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(20)]
    );
}

#[test]
fn clip_collapses_what_it_cleans_and_cuts_what_is_long() {
    let folder = tempfile::tempdir().unwrap();
    let fates = |pairs: &[(&str, &str)], tokenizer: &str| -> Value {
        let line = |(caption, negative): &(&str, &str)| {
            format!("{}\n", serde_json::json!({ "caption": caption, "negative": negative }))
        };
        write(folder.path(), "p.jsonl", pairs.iter().map(line).collect::<String>());
        let out = scotoma(
            folder.path(),
            &["build", "p.jsonl", "--tokenizer", tokenizer, "--features", "whole-caption", "--json"],
        );
        assert!(out.status.code() == Some(0), "{}", text(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap()
    };
    let record = fates(
        &[
            ("the dog’s ball on a mat", "the dog's ball on a mat"),
            ("Tom &amp; Jerry", "Tom & Jerry"),
            ("a cafe\u{301} table", "a café table"),
            ("a ﬁsh on ice", "a fish on ice"),
            ("a ＳＴＯＰ sign", "a STOP sign"),
            ("a cat", "a dog"),
        ],
        "clip",
    );
    let collapsed = Value::from("collapsed");
    assert!(record["fates"].as_array().unwrap()[..5].iter().all(|fate| *fate == collapsed), "{record}");
    assert_eq!(record["fates"][5], "free");
    let long = "cat ".repeat(75);
    let record = fates(&[(&format!("{long} one"), &format!("{long} two"))], "clip");
    assert!(record["pairs"]["remarks"][0].as_str().unwrap().contains("75 tokens"), "{record}");
    let record = fates(&[("東京の塔", "東京の橋")], "words");
    assert!(record["pairs"]["remarks"][0].as_str().unwrap().contains("--tokenizer spaces"), "{record}");
    let record = fates(&[("東京 の 塔", "塔 の 東京")], "spaces");
    assert_eq!(record["pairs"]["remarks"], serde_json::json!([]));
    write(folder.path(), "p.jsonl", "{\"caption\": \"a cafÃ©\", \"negative\": \"a bar\"}\n");
    assert!(expect(folder.path(), &["build", "p.jsonl", "--tokenizer", "clip"], 3).contains("wrong encoding"));
}

#[test]
fn nothing_is_read_by_a_guess_and_nothing_lost_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    // Which cell is the negative nobody can tell: such lines are left out and counted, or nothing is left.
    write(folder.path(), "a.csv", "caption,negative\na man, smiling,a woman\na cat,a dog\n");
    let (record, _) = edits(folder.path(), &["a.csv"]);
    assert_eq!(pairs(record["edits"].as_array().unwrap()), [("a cat".into(), "a dog".into())]);
    assert_eq!(record["pairs"]["left_out"]["no record, or a line with another number of cells than the header"], 1);
    for (file, content) in [
        ("b.csv", "caption,negative,negative\na cat,a dog,a cow\n"),
        ("c.csv", "caption,negative,negative_caption\na cat,a dog,a cow\n"),
        ("d.jsonl", "{\"caption\": \"a cat\", \"negative\": \"a dog\", \"negative_caption\": \"a cow\"}\n"),
        ("e.jsonl", "{\"caption\": \"a cat\", \"negative\": 5}\n"),
        ("g.json", "[[\"1.jpg\", \"a red cat\", \"2.jpg\"]]"),
        ("f.jsonl", "{\"caption\": \"a cat\", \"negative\": [\"a dog\", [\"a cow\"]]}\n"),
    ] {
        write(folder.path(), file, content);
        expect(folder.path(), &["edits", file], 3);
    }
    let mut shard = tar::Builder::new(Vec::new());
    for (name, text) in [("1.json", "{\"caption\": \"a cat\", \"negative\": \"a dog\"}"), ("1.txt", "a cow")] {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        shard.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    write(folder.path(), "s.tar", shard.into_inner().unwrap());
    assert!(expect(folder.path(), &["edits", "s.tar"], 3).contains("which differ"));
}
