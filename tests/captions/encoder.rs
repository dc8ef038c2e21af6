//! Builder and verifier over random captions, captions of random latent models, edits and feature maps, against naive dense arithmetic.

use crate::common;

use std::collections::BTreeMap;

use common::{mutate, places, rank};
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;
use scotoma::caption::{Format, Tokenizer};
use scotoma::certificate::{
    CaptionProblem, Certificate, Claim, Input, InputRole, Kernel, Obstruction, SettledBy, Size, Sparse, TrueOptimal,
};
use scotoma::encoder::{self, Fate, Joint, Problem};
use scotoma::exact::{Limits, SparseMatrix};

type Dense = Vec<Vec<BigRational>>;

fn dense(m: &SparseMatrix) -> Dense {
    (0..m.rows())
        .map(|i| (0..m.cols()).map(|j| BigRational::from_integer(m.get(i, j as u32).into())).collect())
        .collect()
}

fn stacked(parts: &[&Dense]) -> Dense {
    parts.iter().flat_map(|part| part.iter().cloned()).collect()
}

fn vector(sparse: &Sparse, length: usize) -> Option<Vec<BigRational>> {
    let mut out = vec![BigRational::zero(); length];
    for (index, value) in sparse {
        *out.get_mut(*index as usize)? = value.0.clone();
    }
    Some(out)
}

fn times(v: &[BigRational], m: &Dense, cols: usize) -> Vec<BigRational> {
    let mut out = vec![BigRational::zero(); cols];
    for (x, row) in v.iter().zip(m) {
        out.iter_mut().zip(row).for_each(|(sum, y)| *sum += x * y);
    }
    out
}

/// The matrices of a problem, dense.
struct Naive {
    s: Dense,
    d: Dense,
    targets: Dense,
    /// The values on the edits, where the encoder is linear.
    meanings: Option<Dense>,
    features: usize,
    width: usize,
}

impl Naive {
    fn of(problem: &Problem) -> Naive {
        let t = problem.targets();
        let scale = BigRational::new(1.into(), num_bigint::BigInt::one() << t.shift);
        let entry = |i, e| BigRational::from_integer(t.training.get(i, e)) * &scale;
        Naive {
            s: dense(problem.s()),
            d: dense(problem.d()),
            targets: (0..problem.s().rows()).map(|i| (0..t.width()).map(|e| entry(i, e)).collect()).collect(),
            features: problem.s().cols(),
            width: t.width(),
            meanings: t.linear.and(t.edits.as_ref()).map(|edits| {
                let entry = |edit, e| BigRational::from_integer(edits.get(edit, e));
                (0..edits.rows()).map(|edit| (0..t.width()).map(|e| entry(edit, e)).collect()).collect()
            }),
        }
    }

    fn obstruction(&self, o: &Obstruction) -> Option<bool> {
        let d = vector(&o.d, self.d.len())?;
        let Some(s) = &o.s else {
            let sum = times(&d, &self.d, self.features);
            let meaning = times(&d, self.meanings.as_ref()?, self.width);
            return Some(self.in_training(&[sum]) && meaning.iter().any(|x| !x.is_zero()));
        };
        let s = vector(s, self.s.len())?;
        let equal = times(&s, &self.s, self.features) == times(&d, &self.d, self.features);
        Some(equal && times(&s, &self.targets, self.width).iter().any(|x| !x.is_zero()))
    }

    /// Whether the rows are combinations of training captions.
    fn in_training(&self, rows: &[Vec<BigRational>]) -> bool {
        rank(stacked(&[&self.s, &rows.to_vec()])) == rank(self.s.clone())
    }

    fn kernel(&self, kernel: &Kernel) -> Option<bool> {
        let (rank_s, joint) = (rank(self.s.clone()), rank(stacked(&[&self.s, &self.d])));
        let rows = |m: &Dense, edits: &[(u32, u32)]| -> Option<Dense> {
            edits.iter().map(|(row, _)| m.get(*row as usize).cloned()).collect()
        };
        let (basis, mined) = (rows(&self.s, &kernel.basis)?, rows(&self.d, &kernel.mined)?);
        let readouts = kernel.readouts.iter().map(|k| vector(k, self.features)).collect::<Option<Dense>>()?;
        let dot = |a: &[BigRational], b: &[BigRational]| a.iter().zip(b).map(|(x, y)| x * y).sum::<BigRational>();
        let silent = readouts
            .iter()
            .all(|k| k.iter().all(BigRational::is_integer) && self.s.iter().all(|row| dot(row, k).is_zero()));
        let spans = basis.len() == rank_s && rank(basis) == rank_s && rank(readouts.clone()) == self.features - rank_s;
        let mut fates = vec![Vec::new(); 3];
        for (edit, row) in self.d.iter().enumerate() {
            let expressed = self.in_training(std::slice::from_ref(row));
            fates[if row.iter().all(Zero::is_zero) {
                0
            } else if expressed {
                1
            } else {
                2
            }]
            .push(edit as u32);
        }
        let lists = [&kernel.collapsed, &kernel.identified, &kernel.free];
        let mut settled: Vec<u32> = kernel.mined.iter().map(|(edit, _)| *edit).collect();
        let deficit = settled.len() == joint - rank_s && rank(stacked(&[&self.s, &mined])) == joint;
        let mut follows = true;
        for SettledBy { edit, b } in &kernel.settled {
            follows &= b.iter().all(|(other, _)| kernel.mined.iter().any(|(mined, _)| mined == other));
            let mut weights = vector(b, self.d.len())?;
            *weights.get_mut(*edit as usize)? -= BigRational::one();
            follows &= self.in_training(&[times(&weights, &self.d, self.features)]);
            settled.push(*edit);
        }
        settled.sort_unstable();
        Some(silent && spans && fates.iter().eq(lists) && deficit && follows && settled == kernel.free)
    }

    /// Whether the claim is true, by dense multiplication alone.
    fn holds(&self, claim: &Claim) -> Option<bool> {
        match claim {
            Claim::Fates { collapsed, identified, free, readouts } => {
                let mut fates = vec![0; self.d.len()];
                for &edit in collapsed {
                    *fates.get_mut(edit as usize)? += 1;
                    if self.d[edit as usize].iter().any(|x| !x.is_zero()) {
                        return Some(false);
                    }
                }
                for entry in identified {
                    *fates.get_mut(entry.edit as usize)? += 1;
                    let c = vector(&entry.c, self.s.len())?;
                    if times(&c, &self.s, self.features) != self.d[entry.edit as usize] {
                        return Some(false);
                    }
                }
                for entry in free {
                    *fates.get_mut(entry.edit as usize)? += 1;
                    let k = vector(readouts.get(entry.readout as usize)?, self.features)?;
                    let dot = |row: &Vec<BigRational>| row.iter().zip(&k).map(|(x, y)| x * y).sum::<BigRational>();
                    if dot(&self.d[entry.edit as usize]).is_zero() || self.s.iter().any(|row| !dot(row).is_zero()) {
                        return Some(false);
                    }
                }
                Some(fates.iter().all(|count| *count == 1))
            }
            Claim::Kernel(kernel) => self.kernel(kernel),
            Claim::Blind { dropped, h } => {
                let mut table = vec![vec![BigRational::zero(); self.width]; self.features];
                for (feature, row) in h {
                    *table.get_mut(*feature as usize)? = row.iter().map(|v| v.0.clone()).collect();
                }
                if table.iter().any(|row| row.len() != self.width) {
                    return None;
                }
                let out: Vec<u32> = dropped.iter().map(|o| o.edit).collect::<Option<_>>()?;
                let aligned = self.s.iter().zip(&self.targets).all(|(row, t)| times(row, &table, self.width) == *t);
                let blind = (0..self.d.len())
                    .filter(|e| !out.contains(&(*e as u32)))
                    .all(|e| times(&self.d[e], &table, self.width).iter().all(Zero::is_zero));
                let mut obstructed = true;
                for o in dropped {
                    let own = |e: &u32| Some(*e) == o.edit;
                    let uses = o.d.iter().filter(|(e, v)| !v.0.is_zero() && out.contains(e)).all(|(e, _)| own(e));
                    obstructed &= uses && o.d.iter().any(|(e, v)| own(e) && !v.0.is_zero()) && self.obstruction(o)?;
                }
                Some(aligned && blind && obstructed)
            }
            Claim::Obstructed { by } => self.obstruction(by),
            // Not made by `build`.
            _ => None,
        }
    }
}

const MAPS: [&str; 7] =
    ["bag-of-words", "positions", "bigrams", "ordered-pairs", "positional-pairs", "whole-caption", "matrix"];

/// A feature matrix of a row a text, and the list of the texts: a few columns of small halves, so that rows meet and collide.
fn matrix(texts: &std::collections::BTreeSet<&str>, seed: u64) -> [Vec<u8>; 2] {
    let columns = 1 + seed as usize % 5;
    let entry = |feature| encoder::projection_entry(seed, 2, feature, 0) as f64 / 2.0;
    let data = (0..(texts.len() * columns) as u32).map(entry).collect();
    let tensor = scotoma::export::Tensor::matrix(texts.len(), columns, data).unwrap();
    [scotoma::export::npy::to_bytes(&tensor), serde_json::to_vec(texts).unwrap()]
}

fn problem(
    pairs: &[(String, String)],
    train: &[String],
    map: &str,
    seed: u64,
    width: u32,
) -> (CaptionProblem, Problem) {
    let lines =
        |pair: &(String, String)| serde_json::json!({ "caption": pair.0, "negative": pair.1 }).to_string() + "\n";
    let mut inputs = vec![pairs.iter().map(lines).collect::<String>().into_bytes()];
    let input = |name: &str, role, format: Format, bytes: &[u8]| Input {
        name: name.to_owned(),
        sha256: scotoma::files::sha256_hex(bytes),
        role,
        format: Some(format),
    };
    let mut described = vec![input("pairs.jsonl", InputRole::Pairs, Format::Jsonl, &inputs[0])];
    if !train.is_empty() {
        inputs.push((train.join("\n") + "\n").into_bytes());
        described.push(input("train.txt", InputRole::Train, Format::Text, &inputs[1]));
    }
    if map == "matrix" {
        let texts = pairs.iter().flat_map(|(c, n)| [c, n]).chain(train).map(String::as_str).collect();
        let names = [("f.npy", InputRole::Features), ("f.json", InputRole::FeatureTexts)];
        for ((name, role), bytes) in names.into_iter().zip(matrix(&texts, seed)) {
            described.push(Input { format: None, ..input(name, role, Format::Text, &bytes) });
            inputs.push(bytes);
        }
    }
    let mut spec = CaptionProblem {
        inputs: described,
        columns: BTreeMap::new(),
        selected: None,
        tokenizer: Tokenizer::Words,
        features: map.parse().unwrap(),
        encoder: TrueOptimal::Projection { seed, width, bound: 3 },
        size: Size { training: 0, edits: 0, features: 0 },
    };
    let problem = Problem::read(&spec, &inputs).unwrap();
    spec.size = problem.size();
    (spec, problem)
}

/// Captions over four words, so that collisions, combinations and novelties all occur.
fn caption() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop::sample::select(vec!["a", "b", "c", "d"]), 1..5).prop_map(|words| words.join(" "))
}

/// A random latent model: a scene is two objects with an attribute each, shared by both modalities. Its caption has a private
/// latent (the article) and a dependent one (active or passive: which of the two can be chosen depends on the scene), and each token
/// follows from the scene and from the tokens before it: after a passive verb comes "by".
#[derive(Clone, Copy, Debug)]
struct Latents {
    /// Attribute and noun of each object.
    scene: [usize; 4],
    passive: bool,
    article: bool,
}

impl Latents {
    fn caption(&self, added: bool) -> String {
        let object = |attribute: usize, noun: usize| {
            let article = if self.article { "the" } else { "a" };
            [article, ["red", "blue"][attribute % 2], ["cat", "dog", "fox"][noun % 3]].map(str::to_owned)
        };
        let [a, b, c, d] = self.scene;
        // Only scenes whose first object is red may be told in the passive: the latent depends on the scene.
        let passive = self.passive && a % 2 == 0;
        let (first, second) = if passive { (object(c, d), object(a, b)) } else { (object(a, b), object(c, d)) };
        let mut tokens: Vec<String> = first.to_vec();
        tokens.push(if passive { "chased" } else { "chases" }.to_owned());
        if tokens.last().is_some_and(|token| token == "chased") {
            tokens.push("by".to_owned());
        }
        tokens.extend(second);
        if added {
            tokens.insert(1, "big".to_owned());
        }
        tokens.join(" ")
    }

    /// The hard negative of one operator: nouns or attributes exchanged, a noun or an attribute replaced, a word added.
    fn edited(&self, operator: usize) -> String {
        let [a, b, c, d] = self.scene;
        let scene = [[a, d, c, b], [c, b, a, d], [a, b + 1, c, d], [a, b, c + 1, d], self.scene][operator % 5];
        Latents { scene, ..*self }.caption(operator % 5 == 4)
    }
}

fn latents() -> impl Strategy<Value = Latents> {
    let scene = [0usize..2, 0..3, 0..2, 0..3];
    (scene, any::<bool>(), any::<bool>()).prop_map(|(scene, passive, article)| Latents { scene, passive, article })
}

fn latent_world() -> impl Strategy<Value = (CaptionProblem, Problem)> {
    let edit =
        (latents(), 0usize..5).prop_map(|(latents, operator)| (latents.caption(false), latents.edited(operator)));
    let pairs = proptest::collection::vec(edit.prop_filter("the edit changes the caption", |(c, n)| c != n), 1..7);
    let train = proptest::collection::vec(latents().prop_map(|latents| latents.caption(false)), 0..9);
    (pairs, train, prop::sample::select(MAPS.to_vec()), 0u64..1000, 1u32..4)
        .prop_map(|(pairs, train, map, seed, width)| problem(&pairs, &train, map, seed, width))
}

fn world() -> impl Strategy<Value = (CaptionProblem, Problem)> {
    prop_oneof![random_world(), latent_world()]
}

fn random_world() -> impl Strategy<Value = (CaptionProblem, Problem)> {
    let pair = (caption(), caption()).prop_filter("a negative differs from its caption", |(c, n)| c != n);
    let pairs = proptest::collection::vec(pair, 1..7);
    let train = proptest::collection::vec(caption(), 0..6);
    (pairs, train, prop::sample::select(MAPS.to_vec()), 0u64..1000, 1u32..4)
        .prop_map(|(pairs, train, map, seed, width)| problem(&pairs, &train, map, seed, width))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn fates_and_ranks_agree_with_the_schoolbook_and_exactly_one_of_encoder_and_obstruction_exists(
        (spec, problem) in world(),
        kernel in any::<bool>(),
    ) {
        let limits = Limits::default();
        let built = if kernel { encoder::build_by_kernel(&problem, &limits).unwrap().unwrap() } else { encoder::build(&problem, &limits).unwrap() };
        prop_assert_eq!(matches!(&built.claims[0], Claim::Kernel(_)), kernel);
        prop_assert_eq!(&encoder::fates_of(&problem, &limits).unwrap(), &built.fates);
        let naive = Naive::of(&problem);
        let (rank_s, rank_d) = (rank(naive.s.clone()), rank(naive.d.clone()));
        prop_assert_eq!(built.ranks.training, rank_s);
        prop_assert_eq!(built.ranks.edits, rank_d);
        prop_assert_eq!(built.ranks.joint, rank(stacked(&[&naive.s, &naive.d])));
        for (edit, fate) in built.fates.iter().enumerate() {
            let row = vec![naive.d[edit].clone()];
            let expected = if row[0].iter().all(Zero::is_zero) {
                Fate::Collapsed
            } else if rank(stacked(&[&naive.s, &row])) == rank_s {
                Fate::Identified
            } else {
                Fate::Free
            };
            prop_assert_eq!(*fate, expected);
        }
        // An encoder for all edits exists exactly when the right-hand sides add nothing to the rank.
        let wide = |rows: &Dense, right: &dyn Fn(usize) -> Vec<BigRational>| -> Dense {
            rows.iter().enumerate().map(|(i, row)| row.iter().cloned().chain(right(i)).collect()).collect()
        };
        let zeros = vec![BigRational::zero(); naive.width];
        let augmented = stacked(&[&wide(&naive.s, &|i| naive.targets[i].clone()), &wide(&naive.d, &|_| zeros.clone())]);
        let solvable = rank(augmented) == built.ranks.joint;
        match &built.joint {
            Joint::Blind { dropped, .. } => prop_assert_eq!(dropped.is_empty(), solvable),
            Joint::Obstructed => prop_assert!(false, "a projection is aligned with itself"),
        }
        for claim in &built.claims {
            prop_assert_eq!(naive.holds(claim), Some(true));
        }
        prop_assert!(encoder::verify_claims(&problem, &built.claims).is_ok());
        let certificate = certificate(&spec, built.claims);
        let bytes = certificate.to_bytes().unwrap();
        let again = Certificate::from_bytes("c", bytes.clone()).unwrap();
        prop_assert_eq!(&again, &certificate);
        prop_assert_eq!(again.to_bytes().unwrap(), bytes);
    }

    #[test]
    fn a_mutated_claim_is_rejected_or_still_true(
        (_, problem) in world(),
        at in any::<prop::sample::Index>(),
        how in 0..5usize,
        kernel in any::<bool>(),
    ) {
        let limits = Limits::default();
        let built = if kernel { encoder::build_by_kernel(&problem, &limits).unwrap().unwrap() } else { encoder::build(&problem, &limits).unwrap() };
        let naive = Naive::of(&problem);
        let mut json = serde_json::to_value(&built.claims).unwrap();
        let count = places(&mut json, &mut |_| ());
        let chosen = at.index(count);
        let before = json.clone();
        let mut seen = 0;
        places(&mut json, &mut |value| {
            if seen == chosen {
                mutate(value, how);
            }
            seen += 1;
        });
        prop_assume!(json != before);
        let Ok(claims) = serde_json::from_value::<Vec<Claim>>(json) else { return Ok(()) };
        if encoder::verify_claims(&problem, &claims).is_ok() {
            for claim in &claims {
                prop_assert_eq!(naive.holds(claim), Some(true), "accepted, but not true: {:?}", claim);
            }
            prop_assert!(!claims.is_empty());
        }
    }
}

fn certificate(spec: &CaptionProblem, claims: Vec<Claim>) -> Certificate {
    encoder::certificate(spec, claims).unwrap()
}

#[test]
fn a_map_that_cannot_express_the_embeddings_is_obstructed_by_training_alone() {
    let texts = ["red cube", "cube red"];
    let pairs: Vec<(String, String)> =
        vec![(texts[0].into(), "blue cube".into()), (texts[1].into(), "cube blue".into())];
    let (mut spec, _) = problem(&pairs, &[], "bag-of-words", 1, 1);
    let lines = pairs.iter().map(|(c, n)| serde_json::json!({ "caption": c, "negative": n }).to_string() + "\n");
    let npy = scotoma::export::npy::to_bytes(&scotoma::export::Tensor::matrix(2, 1, vec![1.0, 2.0]).unwrap());
    let inputs = vec![lines.collect::<String>().into_bytes(), npy, b"red cube\ncube red\n".to_vec()];
    for (name, role, bytes) in
        [("e.npy", InputRole::Embeddings, &inputs[1]), ("e.txt", InputRole::EmbeddingTexts, &inputs[2])]
    {
        spec.inputs.push(Input { name: name.into(), sha256: scotoma::files::sha256_hex(bytes), role, format: None });
    }
    spec.encoder = TrueOptimal::Embeddings { width: 1 };
    let problem = Problem::read(&spec, &inputs).unwrap();
    let built = encoder::build(&problem, &Limits::default()).unwrap();
    assert!(matches!(built.joint, Joint::Obstructed));
    assert!(encoder::verify_claims(&problem, &built.claims).is_ok());
    assert!(built.claims.iter().all(|claim| Naive::of(&problem).holds(claim) == Some(true)));
}
