//! Embeddings and results as users have them, and those that are refused.

use super::*;

#[test]
fn embeddings_that_do_not_fit_are_refused_with_all_their_faults() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let made = pairs(folder.path(), 60, &mut rng);
    let good = bags(&made, &mut rng);
    let mut bad = good.clone();
    (bad[6], bad[13]) = (f64::NAN, f64::INFINITY);
    bad[18..24].fill(0.0);
    matrix(folder.path(), "bad.npy", 120, &bad);
    let run = |more: &[&str]| expect(folder.path(), &[&["audit", "pairs.jsonl", "--embeddings"], more].concat(), 3);
    let said = run(&["bad.npy"]);
    assert!(said.contains("rows 1, 2 of 120 are not finite") && said.contains("row 3 of 120 is zero"), "{said}");
    matrix(folder.path(), "short.npy", 100, &good[..600]);
    assert!(run(&["short.npy"]).contains("100 rows"), "{}", run(&["short.npy"]));
    matrix(folder.path(), "e.npy", 120, &good);
    write(
        folder.path(),
        "texts.json",
        serde_json::to_vec(&(0..120).map(|n| format!("t{n}")).collect::<Vec<_>>()).unwrap(),
    );
    let said = run(&["e.npy", "--embedding-texts", "texts.json"]);
    assert!(said.contains("text-without-row"), "{said}");
    assert!(run(&["e.npy", "--lambda", "0"]).contains("--lambda"));
    assert!(run(&["e.npy", "--group", "nothing"]).contains("missing-column"));
    write(folder.path(), "results.csv", "id,m\nx,1\n");
    assert!(run(&["e.npy", "--results", "results.csv"]).contains("no row belongs"));
    write(folder.path(), "three.csv", "id,c0_i0,c0_i1,c1_i1\n1,1,0,1\n");
    assert!(run(&["e.npy", "--results", "three.csv"]).contains("no c1_i0"));
    // Training embeddings of another encoder, wider or narrower.
    write(folder.path(), "train.txt", "w1 w2\nw3 w4\n");
    for width in [5, 7] {
        matrix(folder.path(), "train.npy", 2, &vec![1.0; 2 * width]);
        let said = run(&["e.npy", "--train", "train.txt", "--train-embeddings", "train.npy"]);
        assert!(said.contains(&format!("6 dimensions, and train.npy has {width}")), "{said}");
    }
    // Too far from 1 for squares, empty, of several axes.
    for (name, factor) in [("tiny.npy", 1e-200), ("huge.npy", 1e200)] {
        matrix(folder.path(), name, 120, &good.iter().map(|x| x * factor).collect::<Vec<_>>());
        let said = expect(folder.path(), &["audit", "pairs.jsonl", "--embeddings", name], 2);
        assert!(said.contains("outside 1e-100 to 1e100"), "{name}: {said}");
    }
    write(folder.path(), "cut.npy", &encoded(&[vec![1.0; 6], vec![2.0; 6]], 64, false)[..150]);
    assert!(run(&["cut.npy"]).contains("cut.npy"));
    // A pair that has two results which differ: the first counts, and that is said.
    let rows: String = (0..60).map(|at| format!("{at},1\n{at},0\n")).collect();
    write(folder.path(), "twice.csv", format!("id,m\n{rows}"));
    let arguments = ["audit", "pairs.jsonl", "--results", "twice.csv", "--draws", "20", "--out", "out"];
    let said = expect(folder.path(), &arguments, 0);
    assert!(said.contains("60 records for a pair that had another") && said.contains("record 1 (from 0)"), "{said}");
    assert_eq!(scotoma(folder.path(), &["audit"]).status.code(), Some(3));
}

/// A number that float16 holds exactly, a whole one here, as its bits.
fn half(x: f64) -> u16 {
    if x == 0.0 {
        return 0;
    }
    let exponent = x.abs().log2().floor();
    let fraction = (x.abs() / exponent.exp2() - 1.0) * 1024.0;
    assert!(fraction.fract() == 0.0 && (-14.0..16.0).contains(&exponent), "{x} is not a float16");
    (u16::from(x < 0.0) << 15) | (((exponent + 15.0) as u16) << 10) | fraction as u16
}

/// A matrix as a file of either kind, in float16, 32 or 64.
fn encoded(rows: &[Vec<f64>], bits: usize, safetensors: bool) -> Vec<u8> {
    let data: Vec<u8> = rows
        .iter()
        .flatten()
        .flat_map(|x| match bits {
            16 => half(*x).to_le_bytes().to_vec(),
            32 => (*x as f32).to_le_bytes().to_vec(),
            _ => x.to_le_bytes().to_vec(),
        })
        .collect();
    let (n, width) = (rows.len(), rows[0].len());
    let mut bytes = if safetensors {
        let tensor = json!({ "dtype": format!("F{bits}"), "shape": [n, width], "data_offsets": [0, data.len()] });
        let header = json!({ "embeddings": tensor }).to_string();
        [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat()
    } else {
        let mut header = format!("{{'descr': '<f{}', 'fortran_order': False, 'shape': ({n}, {width}), }}", bits / 8);
        header += &" ".repeat(63 - (header.len() + 10) % 64);
        header.push('\n');
        [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes()].concat()
    };
    bytes.extend(data);
    bytes
}

#[test]
fn embeddings_are_read_as_users_have_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(16);
    let made = pairs(folder.path(), 60, &mut rng);
    let words = |t: &[usize]| t.iter().map(|w| format!("w{w}")).collect::<Vec<_>>().join(" ");
    let texts: Vec<String> = [0, 1].iter().flat_map(|side| made.iter().map(|pair| words(&pair[*side]))).collect();
    // A text that comes twice has one embedding.
    let mut of = std::collections::HashMap::<String, Vec<f64>>::new();
    let mut row = |text: &String| -> Vec<f64> {
        of.entry(text.clone()).or_insert_with(|| (0..5).map(|_| f64::from(rng.random_range(1..9))).collect()).clone()
    };
    let rows: Vec<Vec<f64>> = texts.iter().map(&mut row).collect();
    let run = |name: &str, bytes: Vec<u8>, more: &[&str]| {
        write(folder.path(), name, bytes);
        let arguments =
            ["audit", "pairs.jsonl", "--draws", "20", "--maps", "bag-of-words", "--out", "out", "--embeddings", name];
        expect(folder.path(), &[&arguments, more].concat(), 0);
        let card = read(&folder.path().join("out/audit.json"));
        slice(&card, "all", "all")["rho"]["value"].as_f64().unwrap()
    };
    let expected = run("e.npy", encoded(&rows, 64, false), &[]);
    for bits in [16, 32, 64] {
        for safetensors in [false, true] {
            let name = format!("e{bits}.{}", if safetensors { "safetensors" } else { "npy" });
            assert_eq!(run(&name, encoded(&rows, bits, safetensors), &[]), expected, "{name}");
        }
    }
    // Not of unit length, each row its own: a power of 2, so that nothing is rounded.
    let longer = |(at, row): (usize, &Vec<f64>)| row.iter().map(|x| x * 2f64.powi(of_length(&texts[at]))).collect();
    let long: Vec<Vec<f64>> = rows.iter().enumerate().map(longer).collect();
    assert_eq!(run("long.npy", encoded(&long, 64, false), &[]), expected);
    assert_ne!(run("long.npy", encoded(&long, 64, false), &["--unscaled"]), expected);
    // Named, in another order, with texts that no pair has.
    let mut named: Vec<(String, Vec<f64>)> = texts.iter().cloned().zip(rows.iter().cloned()).rev().collect();
    named.push(("another text".to_owned(), vec![1.0; 5]));
    write(folder.path(), "names.txt", named.iter().map(|(text, _)| format!("{text}\n")).collect::<String>());
    let (_, mut shuffled): (Vec<String>, Vec<Vec<f64>>) = named.into_iter().unzip();
    assert_eq!(run("named.npy", encoded(&shuffled, 32, false), &["--embedding-texts", "names.txt"]), expected);
    // The same text again with other numbers.
    let first = shuffled.len() - 1;
    let names = std::fs::read_to_string(folder.path().join("names.txt")).unwrap();
    write(folder.path(), "names.txt", names + "another text\n");
    shuffled.push(vec![2.0; 5]);
    write(folder.path(), "twice.npy", encoded(&shuffled, 32, false));
    let said = expect(
        folder.path(),
        &["audit", "pairs.jsonl", "--embeddings", "twice.npy", "--embedding-texts", "names.txt"],
        3,
    );
    assert!(said.contains(&format!("row {}: another row of the same text before", first + 1)), "{said}");
}

/// An exponent that depends on the text alone.
fn of_length(text: &str) -> i32 {
    text.bytes().map(i32::from).sum::<i32>() % 7 - 3
}

#[test]
fn the_results_of_a_real_clip_are_read_as_published() {
    let mut arguments: Vec<String> = ["audit", "--draws", "50", "--out", "out"].map(str::to_owned).to_vec();
    let results = ["sugarcrepe_results_6models", "SUGARCREPE_CORRECT_ViT-B-32", "SUGARCREPE_CORRECT_CLIP_TROHN-Text"];
    for file in results {
        let Some(file) = data(&format!("clip_results/{file}.csv")) else { return };
        arguments.extend(["--results".to_owned(), file]);
    }
    let Some(pairs) = data("sugarcrepe/swap_obj.json") else { return };
    arguments.push(pairs);
    let folder = tempfile::tempdir().unwrap();
    expect(folder.path(), &arguments.iter().map(String::as_str).collect::<Vec<_>>(), 0);
    let card = read(&folder.path().join("out/audit.json"));
    let accuracy = |model: &str| {
        let at = card["card"]["models"].as_array().unwrap().iter().position(|m| m["name"] == model).unwrap();
        slice(&card, "all", "all")["accuracy"][at].clone()
    };
    // 245 pairs; the same answers in both publications.
    near(&accuracy("clip_vitb32")["value"], 0.612, 0.001, "CLIP ViT-B/32 on SWAP-OBJ");
    near(&accuracy("clip_trohn_text")["value"], 0.796, 0.001, "TROHN-Text on SWAP-OBJ");
    assert_eq!(accuracy("clip_vitb32"), accuracy(results[1]));
    assert_eq!(accuracy("clip_trohn_text"), accuracy(results[2]));
    let versus = card["card"]["versus"].as_array().unwrap();
    let same = versus.iter().find(|v| v["models"][1] == results[1] && v["slice"]["by"] == "all").unwrap();
    assert_eq!((&same["says"], &same["paired"]["counts"]), (&json!("no difference was seen"), &json!([150, 0, 0, 95])));
}
