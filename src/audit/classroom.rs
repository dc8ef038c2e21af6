//! Students held against fates and support: what a model whose training text is known sees of an edit.

use serde::Serialize;

use super::accuracy::{Gain, Model, Predictor, gains};
use super::embeddings::Embeddings;
use super::figure::{Figure, Sampler, Slice};
use super::stats::{FEW, Interval, quantile, wilson};
use super::student::{Kind, Training, right, train};
use crate::encoder::{Fate, Problem};
use crate::report::Diagnostic;

/// What was found of one student.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Which kind of student was trained.
    pub kind: Kind,
    /// Half the squared distance to the teacher, mean over the training captions in the last epoch.
    pub loss: f64,
    /// Training captions.
    pub training: usize,
    /// Accuracy by slice: the student's caption nearer to the teacher's than its negative.
    pub accuracy: Vec<(Slice, Figure)>,
    /// Accuracy by quarters of support.
    pub by_support: Vec<Quarter>,
    /// What fate and support add to the operator.
    pub gains: Vec<Gain>,
    /// The gains in words.
    pub says: Vec<String>,
}

/// A quarter of the edits by support.
#[derive(Clone, Debug, Serialize)]
pub struct Quarter {
    /// Its number, 1 to 4; the quarters before it that end where they begin are in it.
    pub number: usize,
    /// s from here to there.
    pub support: [f64; 2],
    /// Edits that the student was tried on.
    pub n: usize,
    /// The share that is right; absent where there are too few.
    pub accuracy: Option<f64>,
    /// Wilson's interval.
    pub interval: Option<Interval>,
}

/// What students are held against.
#[derive(Clone, Debug)]
pub struct Held<'a> {
    /// The pairs; their captions and the further training captions are what a student learns.
    pub problem: &'a Problem,
    /// The teacher's embeddings of the captions of pairs.
    pub teacher: &'a Embeddings,
    /// The teacher's embeddings of the further training captions; else `teacher` has them.
    pub train: Option<&'a Embeddings>,
    /// The fate of each edit over the student's own kind of features, where that was decided.
    pub fates: Option<&'a [Fate]>,
    /// The support s of each edit over these features.
    pub support: &'a [Option<f64>],
    /// The operator of each edit.
    pub operators: &'a [&'a str],
    /// Slices to report on.
    pub slices: &'a [Slice],
}

/// Trains one student and holds it against fates and support. Error: a text without an embedding.
pub fn hold(
    held: &Held,
    kind: Kind,
    how: &Training,
    sampler: &Sampler,
    done: impl FnMut(usize),
) -> Result<Report, Diagnostic> {
    let (dataset, tokens) = (held.problem.dataset(), held.problem.tokens());
    let captions = held.teacher.find_all(dataset.pairs.iter().map(|pair| pair.caption.as_str()))?;
    let other = held.train.unwrap_or(held.teacher);
    let further = other.find_all(dataset.train.iter().map(|caption| caption.text.as_str()))?;
    let mut seen = std::collections::HashSet::new();
    let own = captions.iter().zip(&tokens.captions).map(|(row, t)| (&t[..], held.teacher.row(*row)));
    let more = further.iter().zip(&tokens.train).map(|(row, t)| (&t[..], other.row(*row)));
    let texts: Vec<(&[u32], &[f64])> = own.chain(more).filter(|(t, _)| seen.insert(*t)).collect();
    let (student, loss) = train(kind, tokens.vocabulary.len(), &texts, how, done);
    let answer =
        |at: usize| right(&student, held.teacher.row(captions[at]), &tokens.captions[at], &tokens.negatives[at]);
    let name = if kind == Kind::BagOfWords { "bag of words" } else { "transformer" };
    let model = Model { name: name.to_owned(), right: (0..captions.len()).map(|at| Some(answer(at))).collect() };
    let support = vec![held.support.to_vec()];
    let mut predictors = vec![Predictor { name: "support s", columns: support, held: Vec::new(), null: None }];
    let fates = held.fates.unwrap_or_default();
    predictors.extend(super::card::fate(fates));
    predictors.extend(super::card::free_or_identified(fates, held.support));
    let gains = gains(std::slice::from_ref(&model), &predictors, held.operators, sampler);
    let mut says: Vec<String> = gains.iter().map(in_words).collect();
    if held.fates.is_none() {
        says.push("exact fate: undecided within the time".to_owned());
    }
    let share = |slice: &Slice| (slice.clone(), sampler.share(&slice.rows, &model.right).with_null(Some(0.5)));
    Ok(Report {
        kind,
        loss,
        training: texts.len(),
        accuracy: held.slices.iter().map(share).collect(),
        by_support: quarters(held.support, &model.right),
        says,
        gains,
    })
}

/// A gain in words that claim no more than its interval.
fn in_words(gain: &Gain) -> String {
    let what = gain.predictor;
    let odds = gain.odds_ratio.map(|(odds, [a, b])| format!(", odds of right per unit {odds:.2} [{a:.2}, {b:.2}]"));
    let odds = odds.unwrap_or_default();
    match (gain.gain.interval, gain.q) {
        (Some([low, high]), Some(q)) if q <= 0.05 && low > 0.0 => {
            let way = match gain.odds_ratio {
                Some((odds, _)) if odds < 1.0 => "the more of it, the less often right",
                Some(_) => "the more of it, the more often right",
                None => "goes with right and wrong",
            };
            format!("{what}: {way} beyond the operator, gain in AUC [{low:.3}, {high:.3}]{odds}")
        }
        (Some([low, high]), _) => format!("{what}: null, gain in AUC [{low:.3}, {high:.3}]{odds}"),
        _ => format!("{what}: too few"),
    }
}

fn quarters(support: &[Option<f64>], right: &[Option<bool>]) -> Vec<Quarter> {
    let known: Vec<f64> = support.iter().flatten().copied().collect();
    let Some(ends) = [0.0, 0.25, 0.5, 0.75, 1.0].map(|q| quantile(&known, q)).into_iter().collect::<Option<Vec<_>>>()
    else {
        return Vec::new();
    };
    let mut quarters: Vec<Quarter> = Vec::new();
    for (at, pair) in ends.windows(2).enumerate() {
        // Many edits share the support 0: quarters that begin where they end are joined with the next.
        let inside = |s: f64| s >= pair[0] && (s < pair[1] || at == 3);
        let answers: Vec<bool> =
            support.iter().zip(right).filter(|(s, _)| s.is_some_and(inside)).filter_map(|(_, r)| *r).collect();
        if answers.is_empty() {
            continue;
        }
        let hits = answers.iter().filter(|r| **r).count();
        let enough = answers.len() >= FEW;
        quarters.push(Quarter {
            number: at + 1,
            support: [pair[0], pair[1]],
            n: answers.len(),
            accuracy: enough.then(|| hits as f64 / answers.len() as f64),
            interval: enough.then(|| wilson(hits, answers.len())),
        });
    }
    quarters
}
