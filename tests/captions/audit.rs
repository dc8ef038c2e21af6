//! The audit as a user runs it, its figures on published data, and every statistic against a reference implementation.

use crate::common;

mod inputs;
mod published;

use std::path::Path;
use std::process::Command;

use common::{expect, root, scotoma, text, write};
use nalgebra::DMatrix;
use num_traits::ToPrimitive;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scotoma::audit::accuracy::normal_two_sided;
use scotoma::audit::groups::{Group, Side};
use scotoma::audit::stats;
use scotoma::exact::Limits;
use scotoma::export::{Tensor, npy};
use scotoma::world::towers::{BlindEdit, Towers};
use serde_json::{Value, json};

/// A published data set as an argument of a command; see [`common::data`].
fn data(name: &str) -> Option<String> {
    Some(common::data(name)?.display().to_string())
}

/// Whether Python has what the reference needs.
fn reference() -> bool {
    common::python_has("import numpy, scipy, sklearn, statsmodels")
}

fn python(arguments: &[&str]) {
    let script = root().join("tests/audit_reference.py");
    let output = Command::new("python3").arg(script).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
    eprintln!("{}", text(&output.stdout).trim_end());
}

fn matrix(folder: &Path, name: &str, rows: usize, values: &[f64]) {
    let tensor = Tensor { shape: vec![rows, values.len() / rows], data: values.to_vec() };
    write(folder, name, npy::to_bytes(&tensor));
}

/// Captions over few words with swaps, replacements and additions; image ids that two captions share.
fn pairs(folder: &Path, count: usize, rng: &mut ChaCha8Rng) -> Vec<[Vec<usize>; 2]> {
    let mut made = Vec::new();
    let mut lines = String::new();
    while made.len() < count {
        let caption: Vec<usize> = (0..5).map(|_| rng.random_range(0..20)).collect();
        let mut negative = caption.clone();
        match rng.random_range(0..3) {
            0 => negative.swap(0, 3),
            1 => negative[2] = rng.random_range(0..20),
            _ => negative.insert(1, rng.random_range(0..20)),
        }
        if negative != caption {
            let words = |t: &[usize]| t.iter().map(|w| format!("w{w}")).collect::<Vec<_>>().join(" ");
            let record = json!({ "id": made.len().to_string(), "caption": words(&caption), "negative": words(&negative),
                "image": made.len() / 2 });
            lines += &format!("{record}\n");
            made.push([caption, negative]);
        }
    }
    write(folder, "pairs.jsonl", lines);
    made
}

/// A bag-of-words encoder of the captions and negatives, in the order of the files.
fn bags(made: &[[Vec<usize>; 2]], rng: &mut ChaCha8Rng) -> Vec<f64> {
    let words: Vec<[f64; 6]> = (0..20).map(|_| std::array::from_fn(|_| rng.random::<f64>() - 0.5)).collect();
    let embed = |t: &Vec<usize>| (0..6).map(|k| t.iter().map(|w| words[*w][k]).sum::<f64>()).collect::<Vec<f64>>();
    let side = |which: usize| made.iter().flat_map(move |pair| embed(&pair[which])).collect::<Vec<f64>>();
    [side(0), side(1)].concat()
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The card of a slice.
fn slice<'a>(card: &'a Value, by: &str, name: &str) -> &'a Value {
    let slices = card["card"]["slices"].as_array().unwrap();
    slices.iter().find(|s| s["by"] == by && s["name"] == name).unwrap_or_else(|| panic!("no slice {by} {name}"))
}

fn near(value: &Value, expected: f64, within: f64, what: &str) {
    let found = value.as_f64().unwrap_or_else(|| panic!("{what} has no value"));
    eprintln!("{what}: {found:.4}; measured before {expected}, within {within}");
    assert!((found - expected).abs() <= within, "{what}: {found}, expected {expected}");
}

#[test]
fn a_bag_of_words_encoder_is_blind_to_swaps_and_explained_by_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let made = pairs(folder.path(), 300, &mut rng);
    matrix(folder.path(), "e.npy", 600, &bags(&made, &mut rng));
    let arguments = [
        "audit",
        "pairs.jsonl",
        "--embeddings",
        "e.npy",
        "--unscaled",
        "--features",
        "bag-of-words",
        "--draws",
        "100",
        "--lambda",
        "0.001",
        "--maps",
        "bag-of-words,positions",
        "--out",
        "out",
    ];
    let said = expect(folder.path(), &arguments, 0);
    for part in ["BLIND", "MEASURED", "CERTIFIED", "may not be taken for", "audit: how far the encoder moves"] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let card = read(&folder.path().join("out/audit.json"));
    let swap = slice(&card, "operator", "swap");
    assert!(swap["rho"]["value"].as_f64().unwrap() < 1e-12, "seed 11");
    assert_eq!(swap["word"], "BLIND");
    let replace = slice(&card, "operator", "replace");
    assert!(replace["ladder"][0]["value"].as_f64().unwrap() > 0.999, "seed 11: {replace}");
    assert!(replace["ladder"][0]["null"].as_f64().unwrap() < 0.02, "seed 11: {replace}");
    assert_eq!(slice(&card, "fate", "collapsed")["fates"], json!([swap["n"].as_u64().unwrap(), 0, 0]));
    let said = slice(&card, "meaning", "replace");
    assert!(said["rho"]["value"].as_f64().unwrap() > 0.1 && said["ladder"][0]["n"] == said["n"], "seed 11: {said}");
    for name in ["index.html", "displacement.svg", "ladder.svg", "displacement.csv", "displacement.tex", "rows.csv"] {
        assert!(folder.path().join("out").join(name).exists(), "{name}");
    }
    let page = std::fs::read_to_string(folder.path().join("out/index.html")).unwrap();
    assert!(
        !page.contains("http://")
            || page.matches("http://").count() == page.matches("http://www.w3.org/2000/svg").count()
    );
    assert!(!page.contains("<script") && page.contains("does not mean wrong"));
    expect(folder.path(), &["verify", "out/certificate/certificate.json"], 0);
    // The same input gives the same bytes.
    let before = std::fs::read(folder.path().join("out/audit.json")).unwrap();
    expect(folder.path(), &arguments, 0);
    assert_eq!(before, std::fs::read(folder.path().join("out/audit.json")).unwrap());
}

#[test]
fn two_encoders_and_two_models_are_compared_row_by_row() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    let made = pairs(folder.path(), 400, &mut rng);
    matrix(folder.path(), "a.npy", 800, &bags(&made, &mut rng));
    let noise: Vec<f64> = (0..800 * 6).map(|_| rng.random::<f64>() - 0.5).collect();
    matrix(folder.path(), "b.npy", 800, &noise);
    let mut results = "id,one,same,better\n".to_owned();
    for at in 0..400 {
        let one = u8::from(rng.random_range(0..10) < 6);
        results += &format!("{at},{one},{one},{}\n", one | u8::from(at % 3 == 0));
    }
    write(folder.path(), "r.csv", results);
    let arguments = [
        "audit",
        "pairs.jsonl",
        "--embeddings",
        "a.npy",
        "--against",
        "b.npy",
        "--results",
        "r.csv",
        "--maps",
        "bag-of-words",
        "--draws",
        "100",
        "--out",
        "out",
    ];
    expect(folder.path(), &arguments, 0);
    let card = read(&folder.path().join("out/audit.json"));
    assert_eq!(slice(&card, "operator", "swap")["against_says"], "the other encoder moves further", "seed 13");
    let says = |model: &str| {
        let rows = card["card"]["versus"].as_array().unwrap();
        rows.iter().find(|v| v["models"][1] == model && v["slice"]["by"] == "all").unwrap()["says"].clone()
    };
    assert_eq!((says("same"), says("better")), (json!("no difference was seen"), json!("better is right more often")));
}

/// Embeddings, a row a text.
type Rows = Vec<Vec<f64>>;

/// The rows of MiniLM's file in their first dimensions, unit length, and the pairs of a file as rows.
fn minilm(file: &str) -> Option<(Rows, Vec<[usize; 2]>)> {
    let (embeddings, names) = (data("minilm/sugarcrepe_minilm_f16.npy")?, data("minilm/sugarcrepe_captions.json")?);
    let (tensor, _) = scotoma::audit::embeddings::matrix(Path::new(&embeddings)).unwrap();
    let names: Vec<String> = serde_json::from_value(read(Path::new(&names))).unwrap();
    let row: std::collections::HashMap<&str, usize> = names.iter().map(|t| t.trim()).zip(0..).collect();
    let rows = tensor.data.chunks_exact(tensor.shape[1]).map(|row| unit(&row[..96])).collect();
    let records = read(Path::new(&data(&format!("sugarcrepe/{file}.json"))?));
    let text = |record: &Value, key: &str| row[record[key].as_str().unwrap().trim()];
    // In the order of the file, which numbers its records.
    let mut pairs: Vec<(usize, &Value)> =
        records.as_object().unwrap().iter().map(|(k, r)| (k.parse().unwrap(), r)).collect();
    pairs.sort_unstable_by_key(|(number, _)| *number);
    Some((rows, pairs.iter().map(|(_, r)| [text(r, "caption"), text(r, "negative_caption")]).collect()))
}

fn unit(v: &[f64]) -> Vec<f64> {
    let norm = v.iter().map(|x| x * x).sum::<f64>().sqrt();
    v.iter().map(|x| x / norm).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Embeddings of MiniLM against themselves in other coordinates, and against themselves cut short, with noisy captions for images.
#[test]
fn a_second_encoder_is_told_from_the_first_where_it_differs_and_nowhere_else() {
    let (Some((rows, pairs)), Some(file)) = (minilm("swap_att"), data("sugarcrepe/swap_att.json")) else { return };
    let folder = tempfile::tempdir().unwrap();
    let seed = 17;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let of = |change: &mut dyn FnMut(&[f64]) -> Vec<f64>| -> Vec<f64> {
        [0, 1]
            .iter()
            .flat_map(|k| pairs.iter().map(|pair| rows[pair[*k]].clone()).collect::<Vec<_>>())
            .flat_map(|row| change(&row))
            .collect()
    };
    let write_rows = |name: &str, values: &[f64]| matrix(folder.path(), name, 2 * pairs.len(), values);
    write_rows("one.npy", &of(&mut |row| row.to_vec()));
    write_rows("turned.npy", &of(&mut |row| row.iter().rev().map(|x| -3.0 * x).collect()));
    let short = |row: &[f64]| row[..24].to_vec();
    write_rows("short.npy", &of(&mut |row| short(row)));
    let noise: Vec<Vec<f64>> = pairs
        .iter()
        .map(|pair| rows[pair[0]].iter().map(|x| x + 0.4 * (rng.random::<f64>() - 0.5)).collect())
        .collect();
    matrix(folder.path(), "images.npy", pairs.len(), &noise.concat());
    matrix(
        folder.path(),
        "short_images.npy",
        pairs.len(),
        &noise.iter().flat_map(|row| short(row)).collect::<Vec<_>>(),
    );
    let audit = |first: &str, more: &[&str], out: &str| -> Value {
        let arguments = [
            "audit",
            &file,
            "--embeddings",
            first,
            "--features",
            "bag-of-words",
            "--maps",
            "bag-of-words",
            "--draws",
            "200",
            "--out",
            out,
        ];
        expect(folder.path(), &[&arguments[..], more].concat(), 0);
        read(&folder.path().join(out).join("audit.json"))
    };
    let same = audit("one.npy", &["--against", "turned.npy"], "same");
    for slice in same["card"]["slices"].as_array().unwrap().iter().filter(|s| s["n"].as_u64() >= Some(50)) {
        assert_eq!(slice["against_says"], "no difference was seen", "{slice}");
    }
    let images = [
        "--against",
        "short.npy",
        "--image-embeddings",
        "images.npy",
        "--against-image-embeddings",
        "short_images.npy",
    ];
    let card = audit("one.npy", &images, "other");
    audit("short.npy", &[], "short");
    // The mean difference of the rows' rho, each encoder in its own unit.
    let rho = |out: &str| -> Vec<(String, f64)> {
        let mut reader = csv::Reader::from_path(folder.path().join(out).join("rows.csv")).unwrap();
        reader.records().map(Result::unwrap).map(|row| (row[2].to_owned(), row[7].parse().unwrap())).collect()
    };
    let (one, two) = (rho("other"), rho("short"));
    for operator in ["swap", "replace", "composite"] {
        let changes: Vec<f64> = one.iter().zip(&two).filter(|(a, _)| a.0 == operator).map(|(a, b)| b.1 - a.1).collect();
        let found = slice(&card, "operator", operator);
        if changes.len() < 50 {
            assert_eq!(found["against_says"], "too few");
            continue;
        }
        let mean = changes.iter().sum::<f64>() / changes.len() as f64;
        assert!((found["against"]["value"].as_f64().unwrap() - mean).abs() < 1e-9, "{found} {mean}");
        let [low, high] = [0, 1].map(|k| found["against"]["interval"][k].as_f64().unwrap());
        let says = if low > 0.0 {
            "the other encoder moves further"
        } else if high < 0.0 {
            "the other encoder moves less far"
        } else {
            "no difference was seen"
        };
        assert!(low < mean && mean < high && found["against_says"] == says, "{found}");
    }
    // Right and wrong of both by hand, row by row, and McNemar's counts.
    let right = |short_of: &dyn Fn(&[f64]) -> Vec<f64>| -> Vec<bool> {
        let one = |(pair, image): (&[usize; 2], &Vec<f64>)| {
            let [a, b] = pair.map(|row| dot(&unit(&short_of(&rows[row])), &short_of(image)));
            a > b
        };
        // A pair that comes twice is audited once.
        let mut seen = std::collections::HashSet::new();
        pairs.iter().zip(&noise).filter(|(pair, _)| seen.insert(**pair)).map(one).collect()
    };
    let (one, two) = (right(&|row| row.to_vec()), right(&short));
    let expected = stats::mcnemar(&one, &two);
    let all = card["card"]["versus"].as_array().unwrap().iter().find(|v| v["slice"]["by"] == "all").unwrap();
    eprintln!("seed {seed}: {} {} {:?}", all["says"], all["difference"], expected);
    assert_eq!(all["models"], json!(["these embeddings", "the other embeddings"]));
    assert_eq!(all["paired"]["counts"], json!(expected.counts), "seed {seed}");
    assert!(expected.p < 1e-3 && all["says"] == "these embeddings is right more often", "seed {seed}: {all}");
}

#[test]
fn the_blind_encoder_of_the_world_scores_nothing_whatever_the_images() {
    let towers = Towers::build(&Limits::default()).unwrap();
    assert!(towers.edits.len() > 50);
    let mut rng = ChaCha8Rng::seed_from_u64(14);
    for edit in &towers.edits {
        let images = edit.images.clone().map(|v| v.iter().map(|x| *x as f64).collect::<Vec<f64>>());
        let any = [0, 1].map(|_| images[0].iter().map(|_| rng.random::<f64>() - 0.5).collect::<Vec<f64>>());
        let blind = edit.blind.clone().map(|v| v.iter().map(|x| x.to_f64().unwrap()).collect::<Vec<f64>>());
        let of = |texts: &[Vec<f64>; 2], images: &[Vec<f64>; 2]| {
            let (scores, _) = scotoma::audit::groups::scores([&texts[0], &texts[1]], [&images[0], &images[1]]);
            Group::new(&scores)
        };
        assert_eq!(of(&images, &images).sides, [Side::Right; 2], "the true-optimal encoder");
        for images in [&images, &any] {
            let group = of(&blind, images);
            assert!(group.sides.iter().all(|side| *side != Side::Right), "seed 14");
            // One vector twice: the signal is 0 but for rounding.
            assert!(group.signal.abs() < 1e-12, "seed 14: {}", group.signal);
        }
    }
}

#[test]
fn groups_of_the_world_have_the_scores_that_are_proved_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let towers = Towers::build(&Limits::default()).unwrap();
    let edits = &towers.edits;
    let lines: Vec<String> =
        edits.iter().map(|e| json!({ "caption": e.edit.caption, "negative": e.edit.negative }).to_string()).collect();
    write(folder.path(), "pairs.jsonl", lines.join("\n"));
    let integers = |v: &Vec<i64>| v.iter().map(|x| *x as f64).collect::<Vec<f64>>();
    let images: Vec<f64> = edits.iter().flat_map(|e| e.images.iter().flat_map(integers)).collect();
    matrix(folder.path(), "images.npy", 2 * edits.len(), &images);
    let side = |of: &dyn Fn(&BlindEdit, usize) -> Vec<f64>| -> Vec<f64> {
        [0, 1].iter().flat_map(|k| edits.iter().flat_map(|e| of(e, *k))).collect()
    };
    let blind = side(&|e, k| e.blind[k].iter().map(|x| x.to_f64().unwrap()).collect());
    matrix(folder.path(), "blind.npy", 2 * edits.len(), &blind);
    matrix(folder.path(), "optimal.npy", 2 * edits.len(), &side(&|e, k| integers(&e.images[k])));
    for (embeddings, score, counts) in
        [("blind.npy", 0.0, [edits.len(), 0, 0]), ("optimal.npy", 1.0, [0, 0, edits.len()])]
    {
        let arguments = [
            "audit",
            "pairs.jsonl",
            "--embeddings",
            embeddings,
            "--image-embeddings",
            "images.npy",
            "--unscaled",
            "--draws",
            "20",
            "--maps",
            "bag-of-words",
            "--out",
            "out",
        ];
        expect(folder.path(), &arguments, 0);
        let all = read(&folder.path().join("out/audit.json"))["card"]["groups"][0].clone();
        for k in 0..3 {
            assert_eq!(all["scores"][k]["value"].as_f64(), Some(score), "{embeddings}: {all}");
        }
        // Where nothing moves the signal is 0, which is MISALIGNED.
        assert_eq!(all["counts"], json!([counts, counts]), "{embeddings}");
    }
}

#[test]
fn winoground_scores_of_a_model_are_an_input_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(15);
    pairs(folder.path(), 90, &mut rng);
    // 30 right, 30 outweighed on the text side by 5, 30 with the signal turned round.
    let scores = |at: usize| match at % 3 {
        0 => [2, 1, 1, 2],
        1 => [7, 6, 1, 2],
        _ => [1, 2, 2, 1],
    };
    let lines: Vec<String> = (0..90)
        .map(|at| {
            let [a, b, c, d] = scores(at);
            json!({ "id": at.to_string(), "c0_i0": a, "c0_i1": b, "c1_i0": c, "c1_i1": d }).to_string()
        })
        .collect();
    write(folder.path(), "clip.jsonl", lines.join("\n"));
    expect(folder.path(), &["audit", "pairs.jsonl", "--results", "clip.jsonl", "--draws", "100", "--out", "out"], 0);
    let card = read(&folder.path().join("out/audit.json"));
    let all = &card["card"]["groups"][0];
    assert_eq!(all["counts"], json!([[30, 30, 30], [30, 0, 60]]));
    assert_eq!(all["scores"][2]["value"].as_f64().unwrap(), 1.0 / 3.0);
    assert!(folder.path().join("out/signal.svg").exists());
    // Scores alone say nothing of directions, and no column pretends to.
    let table = std::fs::read_to_string(folder.path().join("out/groups.csv")).unwrap();
    assert!(table.lines().next().unwrap().ends_with(",side,MISALIGNED,OUTWEIGHED,RIGHT"), "{table}");
}
