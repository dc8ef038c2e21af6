//! Seeded mutation fuzzing of everything that reads bytes: statements, proofs, certificates, captions, `.npy`, safetensors.
//!
//! Random edits of shipped and small files are read; nothing may panic, nothing that is read may change when it is written and
//! read again, and nothing that is wrong may hold. This runs on the installed toolchain, without instrumentation: cargo-fuzz
//! needs a nightly compiler. A seed and the number of a round give the same bytes on every machine.
//!
//!     SCOTOMA_FUZZ=100000 SCOTOMA_FUZZ_SEED=7 cargo test --test proofs fuzz:: -- --nocapture

#![allow(clippy::result_large_err)] // a diagnostic ends a reading

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scotoma::caption::{Columns, Dataset, Format, Role, Source as CaptionSource};
use scotoma::certificate::Certificate;
use scotoma::export::{Tensor, npy, safetensors};
use scotoma::kernel::Budget;
use scotoma::language::library::LIBRARY;
use scotoma::language::{Ledger, Request, Source, parse, parse_statements, print_script, print_statement, syntax};
use scotoma::model::COUNTEREXAMPLES;
use scotoma::report::Verdict;
use scotoma::terms::*;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Pieces that break readers more often than random bytes do.
const PIECES: &[&[u8]] = &[
    b"0",
    b"-1",
    b"1/0",
    b"4294967296",
    b"18446744073709551616",
    b"1e999",
    b"NaN",
    b"null",
    b"\"",
    b"\\",
    b"[",
    b"]",
    b"{",
    b"}",
    b"(",
    b")",
    b",",
    b":",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"'",
    b"*",
    b"+ ",
    b" - ",
    b"=",
    b"->",
    b"forall ",
    b"1",
    b"theorem ",
    b"proof ",
    b"qed\n",
    b"by ",
    b"have ",
    b"assume ",
    b"show ",
    b"spaces ",
    b"maps ",
    b"\xe2\x80\x99",
    b"0.5",
    b"2*",
];

/// One to four random edits of a text, some of them with a piece of another.
fn mutate(rng: &mut ChaCha8Rng, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = corpus[rng.random_range(0..corpus.len())].clone();
    for _ in 0..rng.random_range(1..=4) {
        let at = rng.random_range(0..=bytes.len());
        let end = (at + rng.random_range(0..=16)).min(bytes.len());
        let piece: Vec<u8> = match rng.random_range(0..5) {
            0 => Vec::new(),
            1 => vec![rng.random()],
            2 => bytes[at..end].to_vec(),
            3 => {
                let other = &corpus[rng.random_range(0..corpus.len())];
                let from = rng.random_range(0..=other.len());
                other[from..(from + rng.random_range(0..=64)).min(other.len())].to_vec()
            }
            _ => PIECES[rng.random_range(0..PIECES.len())].to_vec(),
        };
        let end = if rng.random() { at } else { end };
        bytes.splice(at..end, piece);
    }
    if rng.random_range(0..8) == 0 {
        bytes.truncate(rng.random_range(0..=bytes.len()));
    }
    bytes
}

/// Feeds mutants to `read`, which says whether it accepted; panics with the seed, the round and the bytes if it panics.
fn fuzz(what: &str, default: u64, corpus: &[Vec<u8>], read: impl Fn(&[u8]) -> bool) {
    let (rounds, seed) = (number("SCOTOMA_FUZZ", default), number("SCOTOMA_FUZZ_SEED", 1));
    let mut accepted = 0;
    for round in 0..rounds {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(round);
        let bytes = mutate(&mut rng, corpus);
        match catch_unwind(AssertUnwindSafe(|| read(&bytes))) {
            Ok(was) => accepted += u64::from(was),
            Err(_) => panic!("{what}: seed {seed}, round {round}: {:?}", String::from_utf8_lossy(&bytes)),
        }
    }
    println!("{what}: seed {seed}, {rounds} mutants read without a panic, {accepted} of them accepted");
    assert!(rounds < 100 || (accepted > 0 && accepted < rounds), "{what}: the mutants are all alike");
}

#[test]
fn statements_are_read_and_printed_and_read_again_the_same() {
    let corpus: Vec<Vec<u8>> = LIBRARY.iter().map(|shipped| shipped.theorem.as_bytes().to_vec()).collect();
    fuzz("statements", 4_000, &corpus, |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        let Ok(theorems) = parse_statements(&Source::new("fuzz", text)) else { return false };
        for theorem in &theorems {
            let printed = print_statement::statement(&theorem.statement, &theorem.comments);
            let again = parse_statements(&Source::new("printed", printed.as_str()))
                .unwrap_or_else(|e| panic!("{printed}\n{e}"));
            assert_eq!(again.len(), 1, "{printed}");
            assert_eq!(again[0].statement.hash(), theorem.statement.hash(), "{printed}");
            assert_eq!(print_statement::statement(&again[0].statement, &again[0].comments), printed);
        }
        !theorems.is_empty()
    });
}

/// What was parsed, without its places.
fn placeless(script: &syntax::Script) -> String {
    let text = format!("{script:?}");
    let mut parts = text.split("Span { ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once('}').map_or(part, |(_, rest)| rest))
}

#[test]
fn proofs_are_read_and_printed_and_read_again_the_same() {
    let corpus: Vec<Vec<u8>> = LIBRARY.iter().map(|shipped| shipped.proof.as_bytes().to_vec()).collect();
    let read = |text: &str| parse(&Source::new("proof", text));
    let same = |scripts: &[syntax::Script]| {
        for script in scripts {
            let printed = print_script::script(script);
            let again = read(&printed).unwrap_or_else(|e| panic!("{printed}\n{e}"));
            assert_eq!(again.proofs.len(), 1, "{printed}");
            assert_eq!(placeless(&again.proofs[0]), placeless(script), "{printed}");
            assert_eq!(print_script::script(&again.proofs[0]), printed);
        }
        !scripts.is_empty()
    };
    for shipped in LIBRARY {
        assert!(same(&read(shipped.proof).expect("a shipped proof").proofs), "{}", shipped.proof);
    }
    fuzz("scripts", 6_000, &corpus, |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        read(text).is_ok_and(|document| same(&document.proofs))
    });
}

#[test]
fn proofs_are_elaborated_and_checked_without_a_panic_and_prove_what_is_stated() {
    let text =
        |shipped: &scotoma::language::library::Shipped| format!("{}\n{}", shipped.theorem, shipped.proof).into_bytes();
    let corpus: Vec<Vec<u8>> = LIBRARY.iter().map(text).filter(|text| text.len() < 4_000).collect();
    let budget = Budget { work: Budget::default().work / 50, ..Budget::default() };
    fuzz("proofs", 150, &corpus, |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        let request =
            Request { sources: vec![Source::new("fuzz", text)], budget: budget.clone(), ..Request::default() };
        let ledger = Ledger::check(&request);
        let stated = parse_statements(&Source::new("fuzz", text)).unwrap_or_default();
        for checked in ledger.proved() {
            // Whatever was proved is what the text states, and nothing else.
            assert!(stated.iter().any(|theorem| theorem.statement.hash() == checked.theorem.statement.hash()));
        }
        ledger.verdict() == Verdict::Holds
    });
}

#[test]
fn certificates_are_read_and_written_the_same() {
    let mut corpus: Vec<Vec<u8>> = COUNTEREXAMPLES.iter().map(|(_, text)| text.as_bytes().to_vec()).collect();
    corpus.push(br#"{"scotoma_certificate":1,"statement":{"theorem":"composition_nonidentifiability","sha256":"ed6b"},"problem":{"captions":{"inputs":[{"name":"p","sha256":"00","role":"pairs","format":"jsonl"}],"tokenizer":"words","features":"positions","encoder":{"kind":"projection","seed":1,"width":2,"bound":9},"size":{"training":1,"edits":1,"features":4}}},"claims":[{"fates":{"collapsed":[0],"identified":[{"edit":1,"c":[[0,"-1/2"],[1,1]]}],"free":[{"edit":2,"readout":0}],"readouts":[[[5,1]]]}},{"blind":{"dropped":[{"edit":1,"s":[[0,-1]],"d":[[1,1]]}],"h":[[0,[1,"1/3"]]]}},{"farkas":{"margin":1,"z":[[0,1]],"c":[]}}]}"#.to_vec());
    fuzz("certificates", 4_000, &corpus, |bytes| {
        let Ok(certificate) = Certificate::from_bytes("fuzz", bytes.to_vec()) else { return false };
        let written = certificate.to_bytes().unwrap();
        let again = Certificate::from_bytes("written", written.clone()).unwrap();
        assert_eq!(again, certificate);
        assert_eq!(again.to_bytes().unwrap(), written);
        true
    });
}

#[test]
fn captions_in_every_format_are_read_without_a_panic() {
    let texts: [&[u8]; 5] = [
        br#"{"0": {"filename": "a.jpg", "caption": "a red cube", "negative_caption": "a blue cube"}, "1": {"caption": "x", "negative": ["y", "z"]}}"#,
        b"{\"caption\": \"a red cube\", \"negative\": \"a blue cube\"}\n{\"caption\": \"a\\u00e9\", \"negative\": [\"b\", \"c\"]}\n",
        b"caption,negative\n\"a, red cube\",\"['a blue cube', \"\"x\"\"]\"\nb,c\n",
        b"caption\tnegative_caption\na red cube\ta blue cube\n",
        b"a red cube\n\na blue cube\r\n",
    ];
    let corpus: Vec<Vec<u8>> = texts.iter().map(|text| text.to_vec()).collect();
    fuzz("captions", 6_000, &corpus, |bytes| {
        let mut accepted = false;
        for format in
            [None, Some(Format::Json), Some(Format::Jsonl), Some(Format::Csv), Some(Format::Tsv), Some(Format::Text)]
        {
            for role in [Role::Pairs, Role::Train] {
                let source = CaptionSource::new("fuzz", bytes.to_vec(), role, format);
                accepted |= source.and_then(|source| Dataset::parse(vec![source], &Columns::default())).is_ok();
            }
        }
        accepted
    });
}

#[test]
fn tensors_are_read_and_written_the_same() {
    let tensor = Tensor::matrix(2, 3, vec![1.0, -2.5, 0.0, 1e300, 5e-324, 7.0]).unwrap();
    fuzz(
        "npy",
        10_000,
        &[npy::to_bytes(&tensor), npy::integers_to_bytes(&[2, 2], &[1, -2, 3, i64::MAX]).unwrap()],
        |bytes| {
            let Ok(read) = npy::from_bytes("fuzz", bytes) else { return false };
            assert!(read.data.iter().all(|x| x.is_finite()));
            assert_eq!(npy::from_bytes("written", &npy::to_bytes(&read)).unwrap(), read);
            true
        },
    );
    let file = safetensors::to_bytes(&BTreeMap::from([("h".to_owned(), &tensor), ("g".to_owned(), &tensor)])).unwrap();
    fuzz("safetensors", 10_000, &[file], |bytes| {
        let Ok(read) = safetensors::from_bytes("fuzz", bytes) else { return false };
        let borrowed: BTreeMap<String, &Tensor> = read.iter().map(|(name, tensor)| (name.clone(), tensor)).collect();
        let written = safetensors::to_bytes(&borrowed).unwrap();
        assert_eq!(safetensors::from_bytes("written", &written).unwrap(), read);
        true
    });
}
