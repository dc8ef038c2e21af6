//! Builds that do not hold their training text, against builds that do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use scotoma::caption::{FeatureMap, Format, Tokenizer};
use scotoma::certificate::{CaptionProblem, Claim, Input, InputRole, Size, TrueOptimal};
use scotoma::encoder::{self, Built, Joint, Problem, Stream};
use scotoma::exact::Limits;
use scotoma::report::Code;

fn input(folder: &Path, name: &str, role: InputRole, format: Format, bytes: &[u8]) -> Input {
    fs::write(folder.join(name), bytes).unwrap();
    let sha256 = scotoma::files::sha256_hex(bytes);
    Input { name: name.to_owned(), sha256, role, format: Some(format) }
}

/// The problem, its pair file, and its training captions in two files, of lines and of JSON Lines.
fn world(
    folder: &Path,
    pairs: &[(String, String)],
    train: &[String],
    map: FeatureMap,
) -> (CaptionProblem, Vec<Vec<u8>>, Problem) {
    let pair = |(caption, negative): &(String, String)| {
        serde_json::json!({ "caption": caption, "negative": negative }).to_string() + "\n"
    };
    let (text, json) = train.split_at(train.len() / 2);
    let record = |text: &String| serde_json::json!({ "caption": text }).to_string() + "\n";
    let bytes = [
        pairs.iter().map(pair).collect::<String>(),
        text.iter().map(|line| format!("{line}\r\n")).collect(),
        json.iter().map(record).collect(),
    ]
    .map(String::into_bytes);
    let mut spec = CaptionProblem {
        inputs: vec![
            input(folder, "pairs.jsonl", InputRole::Pairs, Format::Jsonl, &bytes[0]),
            input(folder, "train.txt", InputRole::Train, Format::Text, &bytes[1]),
            input(folder, "train.jsonl", InputRole::Train, Format::Jsonl, &bytes[2]),
        ],
        columns: BTreeMap::new(),
        selected: None,
        tokenizer: Tokenizer::Words,
        features: map,
        encoder: TrueOptimal::Projection { seed: 5, width: 2, bound: 9 },
        size: Size { training: 0, edits: 0, features: 0 },
    };
    let problem = Problem::read(&spec, &bytes).unwrap();
    spec.size = problem.size();
    (spec, bytes[..1].to_vec(), problem)
}

/// A build that holds nothing, with the size that it found, and how many rows of S it held.
fn streamed(spec: &CaptionProblem, pairs: &[Vec<u8>], folder: &Path) -> (Built, Size, usize) {
    let mut stream = Stream::open(spec, pairs, folder).unwrap();
    let built = encoder::build_streamed(&mut stream, &Limits::default()).unwrap();
    (built, stream.problem().size(), stream.problem().s().rows())
}

fn dropped(built: &Built) -> Option<&[usize]> {
    match &built.joint {
        Joint::Blind { dropped, .. } => Some(dropped),
        Joint::Obstructed => None,
    }
}

fn same(spec: &CaptionProblem, pairs: &[Vec<u8>], folder: &Path, problem: &Problem) -> usize {
    let whole = encoder::build_by_kernel(problem, &Limits::default()).unwrap().unwrap();
    let (built, size, held) = streamed(spec, pairs, folder);
    assert_eq!((size, built.ranks, &built.fates), (spec.size, whole.ranks, &whole.fates), "{}", spec.features);
    assert_eq!(dropped(&built), dropped(&whole));
    // Holding all of S and holding its basis, the checker says the same.
    let certificate = encoder::certificate(spec, built.claims).unwrap();
    let (by_stream, by_whole) = (encoder::verify(&certificate, folder), encoder::check(&certificate, folder));
    let (by_stream, by_whole) = (by_stream.unwrap(), by_whole.unwrap().1);
    assert_eq!((by_stream.claims, by_stream.size), (by_whole.claims, by_whole.size));
    held
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn fates_ranks_and_sets_are_those_of_text_that_is_held(
        pairs in proptest::collection::vec((caption(), caption()), 1..6),
        train in proptest::collection::vec(caption(), 2..12),
        map in prop::sample::select(FeatureMap::OF_TOKENS.to_vec()),
    ) {
        prop_assume!(pairs.iter().all(|(c, n)| c != n));
        let folder = tempfile::tempdir().unwrap();
        let (spec, inputs, problem) = world(folder.path(), &pairs, &train, map);
        same(&spec, &inputs, folder.path(), &problem);
    }
}

fn caption() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop::sample::select(vec!["a", "b", "c", "d"]), 1..5).prop_map(|words| words.join(" "))
}

/// Captions of six words out of twelve, where a word is seldom one of the later ones.
fn many(count: usize) -> Vec<String> {
    let mut state = 20_261_128u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (a, b) = (state >> 40 & 0xfff, state >> 52);
        format!("w{}", (((a * b) >> 12) * 12) >> 12)
    };
    (0..count).map(|_| (0..6).map(|_| word()).collect::<Vec<_>>().join(" ")).collect()
}

/// So many captions that most are seen to be combinations of others, and let go.
#[test]
fn what_follows_from_other_captions_is_not_held() {
    let texts = many(24_000);
    let (edited, train) = texts.split_at(400);
    let pairs: Vec<(String, String)> = edited
        .iter()
        .map(|text| (text.clone(), text.split(' ').rev().collect::<Vec<_>>().join(" ")))
        .filter(|(c, n)| c != n)
        .collect();
    for map in FeatureMap::OF_TOKENS {
        let folder = tempfile::tempdir().unwrap();
        let (spec, inputs, problem) = world(folder.path(), &pairs, train, map);
        let held = same(&spec, &inputs, folder.path(), &problem);
        println!("{map}: {} captions, {held} held", spec.size.training);
        // The last elimination is of at most twice as many as span them, or of the first round.
        assert!(held < spec.size.training as usize / 2 || map == FeatureMap::WholeCaption, "{map}: {held}");
    }
}

#[test]
fn a_caption_that_is_another_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let pairs = [("a b c".to_owned(), "c b a".to_owned())];
    let train: Vec<String> = ["a b", "b a", "b c", "a c", "c a", "c b", "a", "b"].map(str::to_owned).to_vec();
    let (spec, inputs, _) = world(folder.path(), &pairs, &train, FeatureMap::BagOfWords);
    let (built, ..) = streamed(&spec, &inputs, folder.path());
    let Claim::Kernel(kernel) = &built.claims[0] else { panic!("another claim") };
    let basis: Vec<u32> = kernel.basis.iter().map(|(number, _)| *number).collect();
    let mut certificate = encoder::certificate(&spec, built.claims.clone()).unwrap();
    let code = |certificate: &_| encoder::verify(certificate, folder.path()).unwrap_err().code;
    fs::write(folder.path().join("train.txt"), "a b\nb a\nb c\na b c c\n").unwrap();
    assert_eq!(code(&certificate), Code::CertificateInputHash);
    // As the one who changed it would, with a hash that is right.
    let scotoma::certificate::Problem::Captions(spec) = &mut certificate.problem else { panic!("no captions") };
    spec.inputs[1].sha256 = scotoma::files::sha256_of(&folder.path().join("train.txt")).unwrap();
    let whole = encoder::check(&certificate, folder.path()).map(|_| ()).unwrap_err().code;
    assert_eq!(code(&certificate), whole, "{basis:?}");
}
