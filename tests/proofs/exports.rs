//! The encoders as other programs load them: NumPy's own reader and the safetensors package.

use crate::common;

use std::process::Command;

use common::{expect, python_has, root, text, write};

#[test]
fn python_embeds_a_caption_and_its_negative_alike_with_h_alone() {
    let dir = tempfile::tempdir().unwrap();
    let examples = root().join("examples");
    let pairs = examples.join("pairs.jsonl");
    expect(dir.path(), &["build", pairs.to_str().unwrap()], 0);
    if !python_has("import numpy, safetensors") {
        return;
    }
    let (caption, negative) = ("a black cat sits on a white chair", "a white cat sits on a black chair");
    let run = |arguments: &[&str]| {
        let output = Command::new("python3").args(arguments).current_dir(dir.path()).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let said = run(&[examples.join("embed.py").to_str().unwrap(), "scotoma-out", caption, negative]);
    let vectors: Vec<(&str, &str)> =
        said.lines().filter_map(|line| Some((&line[..1], line.split_once('[')?.1.split_once(']')?.0))).collect();
    let of = |name| vectors.iter().filter(|v| v.0 == name).map(|v| v.1).collect::<Vec<_>>();
    let (g, h) = (of("g"), of("h"));
    assert_eq!((g.len(), h.len()), (2, 2), "{said}");
    assert!(h[0] == h[1] && g[0] != g[1] && g[0] == h[0], "{said}");
    // The two files hold the same numbers, float64, and the exact ones beside them.
    let same = "import json, numpy as np\nfrom fractions import Fraction\nfrom safetensors.numpy import load_file\n\
                t = load_file('scotoma-out/encoders.safetensors')\ne = json.load(open('scotoma-out/encoder.json'))\n\
                h = np.load('scotoma-out/h.npy')\n\
                assert h.dtype == np.float64 and (h == t['h']).all() and (np.load('scotoma-out/g.npy') == t['g']).all()\n\
                assert h.shape[0] == len(e['features']) and e['rounding'] == 0\n\
                exact = {i: [float(Fraction(v) * Fraction(e['scale'])) for v in row] for i, row in e['h']}\n\
                assert all(list(h[i]) == exact.get(i, [0.0] * h.shape[1]) for i in range(len(h)))\nprint('same')";
    assert_eq!(run(&["-c", same]).trim(), "same");
}

/// Marks belong to words and underscores do not, whatever Python's `\\w` says.
#[test]
fn python_embeds_marks_and_underscores_as_the_encoder_reads_them() {
    let dir = tempfile::tempdir().unwrap();
    let pairs = [
        ("a cafe\u{301} cat", "a cafe\u{301} dog"),
        (
            "\u{92c}\u{93f}\u{932}\u{94d}\u{932}\u{940} \u{92e}\u{947}\u{91c}",
            "\u{92e}\u{947}\u{91c} \u{92c}\u{93f}\u{932}\u{94d}\u{932}\u{940}",
        ),
        ("a file_name sign", "a file_name board"),
        ("\u{39f}\u{394}\u{39f}\u{3a3} it\u{2019}s", "\u{3bf}\u{3b4}\u{3bf}\u{3c2} its"),
    ];
    let line = |(caption, negative)| format!("{}\n", serde_json::json!({ "caption": caption, "negative": negative }));
    write(dir.path(), "p.jsonl", pairs.map(line).concat());
    expect(dir.path(), &["build", "p.jsonl"], 0);
    if !python_has("import numpy, safetensors") {
        return;
    }
    for (caption, negative) in pairs {
        let script = root().join("examples/embed.py");
        let mut python = Command::new("python3");
        python.arg(script).args(["scotoma-out", caption, negative]).current_dir(dir.path());
        let output = python.env("PYTHONIOENCODING", "utf-8").output().unwrap();
        assert!(output.status.success(), "{caption}: {}", text(&output.stderr));
        assert!(text(&output.stdout).contains("h gives both the same vector"), "{}", text(&output.stdout));
    }
}

#[test]
fn a_second_run_leaves_nothing_of_the_first() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.jsonl", "{\"caption\": \"a cube\", \"negative\": \"a ball\"}\n");
    expect(dir.path(), &["build", "a.jsonl"], 0);
    assert!(dir.path().join("scotoma-out/g.npy").exists());
    let matrix = scotoma::export::Tensor::matrix(1, 2, vec![0.1, -2.0]).unwrap();
    write(dir.path(), "e.npy", scotoma::export::npy::to_bytes(&matrix));
    write(dir.path(), "e.txt", "a cube\n");
    expect(dir.path(), &["build", "a.jsonl", "--embeddings", "e.npy", "--embedding-texts", "e.txt"], 0);
    assert!(!dir.path().join("scotoma-out/g.npy").exists(), "a g of another run beside the new h");
}
