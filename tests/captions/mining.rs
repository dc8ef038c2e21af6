//! Mining against brute force over all subsets of edits.

use crate::common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::{mutate, places};
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;
use scotoma::caption::{Format, Tokenizer};
use scotoma::certificate::{CaptionProblem, Claim, Exact, Input, InputRole, Size, TrueOptimal};
use scotoma::encoder::{self, Problem};
use scotoma::exact::{Limits, SparseMatrix};
use scotoma::mining::{Blinding, Mining, margins, mine, nearest};

fn number(n: u32) -> BigRational {
    BigRational::from_integer(n.into())
}

/// The rank of some rows of the matrix.
fn rank(matrix: &SparseMatrix, rows: &[usize]) -> usize {
    let entry = |i: usize, j: usize| BigRational::from_integer(matrix.get(i, j as u32).into());
    common::rank(rows.iter().map(|&i| (0..matrix.cols()).map(|j| entry(i, j)).collect()).collect())
}

/// S above D, and what brute force says of a set of edits.
struct Naive {
    both: SparseMatrix,
    training: usize,
}

impl Naive {
    fn of(problem: &Problem) -> Naive {
        let both = SparseMatrix::vstack(&[problem.s(), problem.d()]).unwrap();
        Naive { both, training: problem.s().rows() }
    }

    fn rank_with(&self, edits: &[usize]) -> usize {
        let rows: Vec<usize> = (0..self.training).chain(edits.iter().map(|edit| self.training + edit)).collect();
        rank(&self.both, &rows)
    }

    /// How many edits the training captions and these edits determine.
    fn settled_by(&self, edits: &[usize]) -> usize {
        let reached = self.rank_with(edits);
        let with = |edit: usize| edits.iter().copied().chain([edit]).collect::<Vec<_>>();
        (0..self.both.rows() - self.training).filter(|&edit| self.rank_with(&with(edit)) == reached).count()
    }

    fn subsets(&self) -> impl Iterator<Item = Vec<usize>> {
        let edits = self.both.rows() - self.training;
        (0..1usize << edits).map(move |bits| (0..edits).filter(|edit| bits >> edit & 1 == 1).collect())
    }
}

fn problem(pairs: &[(String, String)], train: &[String], map: &str) -> Problem {
    let lines =
        |pair: &(String, String)| serde_json::json!({ "caption": pair.0, "negative": pair.1 }).to_string() + "\n";
    let inputs = vec![pairs.iter().map(lines).collect::<String>().into_bytes(), train.join("\n").into_bytes()];
    let input = |name: &str, role, format: Format, bytes: &[u8]| Input {
        name: name.to_owned(),
        sha256: scotoma::files::sha256_hex(bytes),
        role,
        format: Some(format),
    };
    let spec = CaptionProblem {
        inputs: vec![
            input("pairs.jsonl", InputRole::Pairs, Format::Jsonl, &inputs[0]),
            input("train.txt", InputRole::Train, Format::Text, &inputs[1]),
        ],
        columns: BTreeMap::new(),
        selected: None,
        tokenizer: Tokenizer::Words,
        features: map.parse().unwrap(),
        encoder: TrueOptimal::Projection { seed: 1, width: 1, bound: 3 },
        size: Size { training: 0, edits: 0, features: 0 },
    };
    Problem::read(&spec, &inputs).unwrap()
}

fn caption() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop::sample::select(vec!["a", "b", "c", "d"]), 1..5).prop_map(|words| words.join(" "))
}

/// A problem, a cost for each edit (ties and zeros among them) and a budget.
fn world() -> impl Strategy<Value = (Problem, Vec<BigRational>, BigRational)> {
    const MAPS: [&str; 4] = ["bag-of-words", "positions", "bigrams", "ordered-pairs"];
    let pair = (caption(), caption()).prop_filter("a negative differs from its caption", |(c, n)| c != n);
    let pairs = proptest::collection::vec(pair, 1..7);
    let train = proptest::collection::vec(caption(), 1..5);
    let costs = proptest::collection::vec(0u32..4, 6);
    (pairs, train, prop::sample::select(MAPS.to_vec()), costs, 0u32..12).prop_map(
        |(pairs, train, map, costs, budget)| {
            let problem = problem(&pairs, &train, map);
            let costs = costs.into_iter().take(problem.d().rows()).map(number).collect();
            (problem, costs, number(budget))
        },
    )
}

fn mined(mining: &Mining) -> Vec<usize> {
    mining.ranked.iter().map(|ranked| ranked.edit as usize).collect()
}

fn total(costs: &[BigRational], edits: &[usize]) -> BigRational {
    edits.iter().map(|edit| &costs[*edit]).sum()
}

/// Whether a `settles` claim is true, by ranks over all subsets.
fn holds(problem: &Problem, claim: &Claim) -> bool {
    let Claim::Settles { mined, costs, budget, .. } = claim else { return false };
    let naive = Naive::of(problem);
    let edits = problem.d().rows();
    let costs: Vec<BigRational> = match costs {
        Some(costs) => costs.iter().map(|cost| cost.0.clone()).collect(),
        None => vec![BigRational::one(); edits],
    };
    let mined: Vec<usize> = mined.iter().map(|mined| mined.edit as usize).collect();
    if mined.iter().any(|edit| *edit >= edits) || costs.len() != edits {
        return false;
    }
    let all = naive.rank_with(&(0..edits).collect::<Vec<_>>());
    let enough = |set: &Vec<usize>| naive.rank_with(set) == all;
    let least = naive.subsets().filter(enough).map(|set| set.len()).min();
    let cheapest = naive.subsets().filter(enough).map(|set| total(&costs, &set)).min();
    let bought = budget.as_ref().is_none_or(|budget| {
        let chosen: Vec<usize> = budget.chosen.iter().map(|edit| *edit as usize).collect();
        let affordable = |set: &Vec<usize>| total(&costs, set) <= budget.limit.0;
        let most = naive.subsets().filter(affordable).map(|set| naive.rank_with(&set)).max();
        affordable(&chosen)
            && most == Some(naive.rank_with(&chosen))
            && naive.settled_by(&chosen) == budget.settled as usize
    });
    enough(&mined) && least == Some(mined.len()) && cheapest == Some(total(&costs, &mined)) && bought
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_subset_is_smaller_cheaper_or_better_for_the_budget((problem, costs, budget) in world(), priced in any::<bool>()) {
        let costs = priced.then_some(costs);
        let mining = mine(problem.s(), problem.d(), costs.as_deref(), Some(&budget), &Limits::default()).unwrap();
        prop_assert!(holds(&problem, &mining.claim));
        prop_assert!(encoder::verify_claims(&problem, std::slice::from_ref(&mining.claim)).is_ok());
        let naive = Naive::of(&problem);
        prop_assert_eq!(mining.free_of_charge, naive.settled_by(&[]));
        prop_assert_eq!(mining.training_rank, naive.rank_with(&[]));
        for at in 1..=mining.ranked.len() {
            let prefix = &mined(&mining)[..at];
            prop_assert_eq!(mining.ranked[at - 1].settled, naive.settled_by(prefix));
            prop_assert!(at < 2 || mining.ranked[at - 2].cost <= mining.ranked[at - 1].cost);
        }
    }

    #[test]
    fn there_is_a_scorer_or_a_contradiction_and_no_mutant_of_either_lies((problem, _, _) in world(), half in 1u32..9, at in any::<prop::sample::Index>(), how in 0..5usize) {
        let margin = number(half) / number(2);
        let claim = margins(&problem, &margin, Duration::from_secs(60), &Limits::default()).unwrap();
        prop_assert!(keeps_or_contradicts(&problem, &claim));
        prop_assert!(encoder::verify_claims(&problem, std::slice::from_ref(&claim)).is_ok());
        if let Some(mutant) = mutant(&claim, at, how) && encoder::verify_claims(&problem, std::slice::from_ref(&mutant)).is_ok() {
            prop_assert!(keeps_or_contradicts(&problem, &mutant), "accepted, but not true: {mutant:?}");
        }
    }

    #[test]
    fn the_nearest_change_is_certified_and_no_blind_encoder_is_nearer((problem, _, _) in world(), at in any::<prop::sample::Index>(), how in 0..5usize) {
        let blinding = Blinding::of(&problem, &Limits::default()).unwrap();
        let found = nearest(&blinding, 100, Duration::from_secs(60), &Limits::default()).unwrap();
        prop_assert!(encoder::verify_claims(&problem, std::slice::from_ref(&found.claim)).is_ok());
        let entry = found.entry.claim.clone().unwrap();
        // The largest entry of all is at least that of each, and at most what the shortest change has.
        for (edit, alone) in found.entry.alone.iter().enumerate() {
            let exact = |bracket: &scotoma::mining::Bracket| bracket.exact.clone().unwrap();
            prop_assert!(found.dropped.contains(&edit) || exact(alone.as_ref().unwrap()) <= exact(&found.entry.change));
            prop_assert!(alone.is_some() == found.alone[edit].is_some());
        }
        // Each edit alone asks for less than all together, and any blind encoder is as far or farther.
        for (edit, alone) in found.alone.iter().enumerate() {
            prop_assert!(found.dropped.contains(&edit) || alone.as_ref().is_some_and(|alone| *alone <= found.change));
        }
        if found.dropped.is_empty() {
            let built = encoder::build(&problem, &Limits::default()).unwrap();
            let encoder::Joint::Blind { h, .. } = built.joint else { panic!("a projection is aligned with itself") };
            let entry = |feature: u32| h.get(feature, 0) - number(0) - BigRational::from_integer(encoder::projection_entry(1, 3, feature, 0).into());
            let other: BigRational = (0..problem.s().cols() as u32).map(entry).map(|v| &v * &v).sum();
            prop_assert!(found.change <= other);
        }
        // In both norms: another size is refused wherever the claim is changed, since the least is unique.
        prop_assert!(encoder::verify_claims(&problem, std::slice::from_ref(&entry)).is_ok());
        for claim in [found.claim, entry] {
            let Some(mutant) = mutant(&claim, at, how) else { continue };
            if encoder::verify_claims(&problem, std::slice::from_ref(&mutant)).is_ok() {
                let (Claim::Nearest { dropped, change, alone, .. }, Claim::Nearest { dropped: out, change: stated, alone: known, .. }) = (&mutant, &claim) else { unreachable!() };
                prop_assert!(dropped != out || change == stated, "{mutant:?}");
                prop_assert!(alone.iter().all(|one| known.iter().any(|other| other.change == one.change && other.edit == one.edit)), "{mutant:?}");
            }
        }
    }

    #[test]
    fn a_mutated_settles_claim_is_rejected_or_still_true((problem, costs, budget) in world(), at in any::<prop::sample::Index>(), how in 0..5usize) {
        let mining = mine(problem.s(), problem.d(), Some(&costs), Some(&budget), &Limits::default()).unwrap();
        let Some(claim) = mutant(&mining.claim, at, how) else { return Ok(()) };
        if encoder::verify_claims(&problem, std::slice::from_ref(&claim)).is_ok() {
            prop_assert!(holds(&problem, &claim), "accepted, but not true: {claim:?}");
        }
    }
}

/// The claim with one value changed; `None` where nothing changes or it is no claim any more.
fn mutant(claim: &Claim, at: prop::sample::Index, how: usize) -> Option<Claim> {
    let before = serde_json::to_value(claim).unwrap();
    let mut json = before.clone();
    let chosen = at.index(places(&mut json, &mut |_| ()));
    let mut seen = 0;
    places(&mut json, &mut |value| {
        if seen == chosen {
            mutate(value, how);
        }
        seen += 1;
    });
    if json == before { None } else { serde_json::from_value(json).ok() }
}

/// Whether a `margins` or `farkas` claim is true, by multiplying entry by entry.
fn keeps_or_contradicts(problem: &Problem, claim: &Claim) -> bool {
    let (s, d) = (problem.s(), problem.d());
    let value = |v: &Vec<(u32, Exact)>, at: usize| -> BigRational {
        v.iter().filter(|(index, _)| *index as usize == at).map(|(_, value)| value.0.clone()).sum()
    };
    let entry = |m: &SparseMatrix, i: usize, j: usize| BigRational::from_integer(m.get(i, j as u32).into());
    let score = |text: usize| BigRational::from_integer(problem.targets().training.get(text, 0));
    let row = |m: &SparseMatrix, i: usize, w: &Vec<(u32, Exact)>| -> BigRational {
        (0..m.cols()).map(|j| entry(m, i, j) * value(w, j)).sum()
    };
    let column = |m: &SparseMatrix, v: &Vec<(u32, Exact)>, j: usize| -> BigRational {
        (0..m.rows()).map(|i| entry(m, i, j) * value(v, i)).sum()
    };
    match claim {
        Claim::Margins { margin, scorer } => {
            (0..s.rows()).all(|i| row(s, i, scorer) == score(i))
                && (0..d.rows()).all(|e| row(d, e, scorer) <= -margin.0.clone())
        }
        Claim::Farkas { margin, z, c } => {
            let gain: BigRational = (0..s.rows()).map(|i| value(c, i) * score(i)).sum::<BigRational>()
                + (0..d.rows()).map(|e| value(z, e) * &margin.0).sum::<BigRational>();
            z.iter().all(|(_, weight)| weight.0 >= BigRational::zero())
                && (0..s.cols()).all(|j| column(d, z, j) == column(s, c, j))
                && gain > BigRational::zero()
        }
        _ => false,
    }
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(caption, negative)| ((*caption).to_owned(), (*negative).to_owned())).collect()
}

#[test]
fn collapsed_and_identified_edits_need_no_negative() {
    // A bag of words does not see a swap; with both words trained in both places, positions identify it.
    let swapped = pairs(&[("a b", "b a")]);
    for (map, train) in [("bag-of-words", ["a b"]), ("positions", ["b a"])] {
        let problem = problem(&swapped, &train.map(str::to_owned), map);
        let mining = mine(problem.s(), problem.d(), None, Some(&number(0)), &Limits::default()).unwrap();
        assert_eq!((mining.ranked.len(), mining.free_of_charge), (0, 1));
        assert!(holds(&problem, &mining.claim) && encoder::verify_claims(&problem, &[mining.claim]).is_ok());
    }
}

#[test]
fn costs_that_are_negative_or_too_few_are_refused() {
    let problem = problem(&pairs(&[("a b", "c b"), ("a b", "d b")]), &["a b".to_owned()], "positions");
    for costs in [vec![number(1)], vec![number(1), -number(1)]] {
        let refused = mine(problem.s(), problem.d(), Some(&costs), None, &Limits::default());
        assert_eq!(refused.unwrap_err().code, scotoma::report::Code::Usage);
    }
    let mut claim = mine(problem.s(), problem.d(), None, None, &Limits::default()).unwrap().claim;
    if let Claim::Settles { costs, .. } = &mut claim {
        *costs = Some(vec![Exact(-number(1)), Exact(number(1))]);
    }
    let rejected = encoder::verify_claims(&problem, &[claim]).unwrap_err();
    assert_eq!(rejected.code, scotoma::report::Code::NotCheapest);
}

/// Runs the program in `folder`; gives its exit status, its output and its talk.
fn scotoma(folder: &std::path::Path, arguments: &[&str]) -> (i32, String, String) {
    let run =
        std::process::Command::new(env!("CARGO_BIN_EXE_scotoma")).current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (run.status.code().unwrap(), text(run.stdout), text(run.stderr))
}

const PRICED: &str = r#"{"caption": "a red cube", "negative": "a blue cube", "price": 3, "id": "dear"}
{"caption": "a blue sphere", "negative": "a red sphere", "price": 1.5, "id": "cheap"}
{"caption": "a red ball", "negative": "a green ball", "price": "1/2", "id": "other"}
"#;

#[test]
fn the_command_prefers_the_cheap_one_of_two_opposite_edits_and_writes_a_list_that_it_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pairs.jsonl"), PRICED).unwrap();
    let (status, out, err) =
        scotoma(folder.path(), &["mine", "pairs.jsonl", "--cost-column", "price", "--budget", "1", "--json"]);
    assert_eq!((status, err.as_str()), (0, ""));
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    let ids: Vec<&str> = found["ranked"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
    // red -> blue and blue -> red in one place are one dimension: the cheap one is mined, the dear one settled by it.
    assert_eq!(ids, ["other", "cheap"]);
    assert_eq!(found["budget"]["settled"], 1);
    assert_eq!(found["verified"][0]["settles"]["cost"], 2);
    let (status, out, _) = scotoma(folder.path(), &["mine", "scotoma-mined/mined.json", "--out", "again", "--json"]);
    let again: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((status, &again["deficit"]), (0, &serde_json::json!(2)));
    let (status, out, _) = scotoma(folder.path(), &["verify", "scotoma-mined/certificate.json"]);
    assert!(status == 0 && out.contains("2 mined edits, all needed, at cost 2, determine the other 1"), "{out}");
}

#[test]
fn bad_costs_and_budgets_are_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pairs.jsonl"), PRICED).unwrap();
    std::fs::write(folder.path().join("two.txt"), "1\n2\n").unwrap();
    std::fs::write(folder.path().join("nan.txt"), "1\nnan\n2\n").unwrap();
    let refused: [(&[&str], &str); 6] = [
        (&["--costs", "two.txt"], "2 costs in two.txt for 3 pairs"),
        (&["--costs", "nan.txt"], "nan.txt:2"),
        (&["--costs", "none.txt"], "does not exist"),
        (&["--cost-column", "weight"], "weight"),
        (&["--budget", "-1"], "a number from 0"),
        (&["--costs", "two.txt", "--cost-column", "price"], "cannot be used with"),
    ];
    for (arguments, said) in refused {
        let (status, out, err) = scotoma(folder.path(), &[&["mine", "pairs.jsonl"], arguments].concat());
        assert_eq!((status, out.as_str()), (3, ""), "{arguments:?}");
        assert!(err.contains(said), "{arguments:?}: {err}");
    }
    assert!(!folder.path().join("scotoma-mined").exists());
}

#[test]
fn opposite_edits_leave_no_margin_and_other_edits_do() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pairs.jsonl"), PRICED).unwrap();
    let (status, out, _) = scotoma(folder.path(), &["margins", "pairs.jsonl", "--features", "bag-of-words"]);
    assert!(status == 1 && out.contains("2 edits and 0 training captions leave no scorer the margin 1"), "{out}");
    std::fs::write(folder.path().join("one.jsonl"), PRICED.lines().next().unwrap()).unwrap();
    let (status, out, _) = scotoma(folder.path(), &["margins", "one.jsonl", "--margin", "2.5"]);
    assert!(status == 0 && out.contains("below their captions by 5/2 or more"), "{out}");
    let (status, _, err) = scotoma(folder.path(), &["margins", "one.jsonl", "--margin", "0"]);
    assert!(status == 3 && err.contains("above 0"), "{err}");
    // An edit that changes nothing, or that training settles, cannot keep a margin.
    std::fs::write(folder.path().join("swap.jsonl"), r#"{"caption": "a b", "negative": "b a"}"#).unwrap();
    let (status, out, _) = scotoma(folder.path(), &["margins", "swap.jsonl", "--features", "bag-of-words"]);
    assert!(status == 1 && out.contains("1 edit and 0 training captions"), "{out}");
}

#[test]
fn the_distance_to_blindness_is_told_in_both_norms_and_in_doubles_past_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pairs.jsonl"), PRICED).unwrap();
    let run =
        |more: &[&str]| scotoma(folder.path(), &[&["nearest", "pairs.jsonl", "--json", "--quiet"], more].concat());
    let parsed = |out: &str| -> serde_json::Value { serde_json::from_str(out).unwrap() };
    let (status, out, err) = run(&[]);
    assert_eq!((status, err.as_str()), (0, ""));
    let found = parsed(&out);
    assert_eq!(found["verified"][1]["nearest-entry"]["change"], found["largest_entry"]["jointly"]["exact"]);
    assert!(found["largest_entry"]["alone"].as_array().unwrap().iter().all(|edit| !edit["exact"].is_null()));
    let (status, out, _) = scotoma(folder.path(), &["verify", "scotoma-nearest/certificate.json"]);
    assert!(status == 0 && out.contains("has norm") && out.contains("one has no larger"), "{out}");
    // In doubles the same distances, and no certificate.
    let (status, out, _) = run(&["--rank", "2", "--out", "none"]);
    let (rough, close) = (parsed(&out), |a: &serde_json::Value, b: &serde_json::Value| {
        (a.as_f64().unwrap() - b.as_f64().unwrap()).abs() < 1e-9
    });
    assert_eq!((status, &rough["verdict"]), (2, &serde_json::json!("declined")));
    let about = &rough["approximate"];
    assert!(close(&about["norm"]["found"], &found["jointly"]["norm"]), "{out}");
    assert!(close(&about["norm"]["at_least"], &found["jointly"]["norm"]) && about["residual"].as_f64().unwrap() < 1e-9);
    let least = found["largest_entry"]["jointly"]["least"].as_f64().unwrap();
    let bounds = ["at_least", "found"].map(|end| about["largest_entry"][end].as_f64().unwrap());
    assert!(bounds[0] <= least + 1e-9 && least <= bounds[1] + 1e-9, "{bounds:?} {least}");
    for (rough, exact) in about["alone"].as_array().unwrap().iter().zip(found["alone"].as_array().unwrap()) {
        assert!(close(rough, &exact["norm"]), "{rough} {exact}");
    }
    assert!(!folder.path().join("none").exists());
    // Bad input.
    for (arguments, said) in [
        (["nearest", "none.jsonl"].as_slice(), "does not exist"),
        (&["nearest", "pairs.jsonl", "--rank", "many"], "invalid value"),
        (&["nearest", "pairs.jsonl", "--embeddings", "none.npy", "--embedding-texts", "pairs.jsonl"], "does not exist"),
    ] {
        let (status, out, err) = scotoma(folder.path(), arguments);
        assert_eq!((status, out.as_str()), (3, ""), "{arguments:?}");
        assert!(err.contains(said), "{arguments:?}: {err}");
    }
}

#[test]
fn ties_between_bounds_do_not_hide_the_best_vertex() {
    let first = [("c c d", "a d"), ("b a", "c"), ("b a", "a")];
    for (given, train, map) in
        [(&first[..], ["a a", "a d d"], "bigrams"), (&[("c d b a", "d c")], ["a a b", "c c"], "positions")]
    {
        let problem = problem(&pairs(given), &train.map(str::to_owned), map);
        let blinding = Blinding::of(&problem, &Limits::default()).unwrap();
        let found = nearest(&blinding, 100, Duration::from_secs(60), &Limits::default()).unwrap();
        assert!(found.entry.alone.iter().all(|alone| alone.as_ref().is_some_and(|alone| alone.exact.is_some())));
        assert!(encoder::verify_claims(&problem, &[found.claim, found.entry.claim.unwrap()]).is_ok());
    }
}
