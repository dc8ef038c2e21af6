//! Right and wrong, row by row: how often, what goes with it beyond the operator, and two models against each other.

use nalgebra::DMatrix;
use serde::Serialize;

use super::figure::{Figure, Sampler, Slice};
use super::stats::{self, FEW, Interval, Ordered, Paired, benjamini_hochberg, mcnemar, wilson};

/// The answers of one model; absent where it has none.
#[derive(Clone, Debug, Serialize)]
pub struct Model {
    /// Its name: the column, or the file.
    pub name: String,
    /// Right or wrong, pair by pair.
    #[serde(skip)]
    pub right: Vec<Option<bool>>,
}

/// A number for each pair that may go with being right.
#[derive(Clone, Debug)]
pub struct Predictor {
    /// The model's name: its column in the results.
    pub name: &'static str,
    /// Its columns; rows without a value are left out of what is said of it.
    pub columns: Vec<Vec<Option<f64>>>,
    /// Columns that are held fixed beside the operator.
    pub held: Vec<Vec<Option<f64>>>,
    /// The columns with the embeddings under the wrong texts.
    pub null: Option<Vec<Vec<Option<f64>>>>,
}

/// What a predictor adds to the operator.
#[derive(Clone, Debug, Serialize)]
pub struct Gain {
    /// The model whose answers are forecast.
    pub model: String,
    /// What accuracy is held against: operator, displacement or support.
    pub predictor: &'static str,
    /// AUC of the operator, and of what else is held, on the rows where the predictor has a value, held out.
    pub operator: Figure,
    /// AUC of the predictor alone, held out.
    pub alone: Figure,
    /// AUC of both less AUC of the operator, held out; the null is that of a predictor from permuted embeddings.
    pub gain: Figure,
    /// Odds of being right for one unit more, operator held fixed; absent for a predictor of several columns.
    pub odds_ratio: Option<(f64, Interval)>,
    /// How likely so large a gain is without any, from its spread over the draws (normal).
    pub p: Option<f64>,
    /// The same corrected for the number of predictors and models (Benjamini and Hochberg).
    pub q: Option<f64>,
}

/// A design: ones, indicators of all operators but the commonest, further columns.
fn design(rows: &[usize], operators: &[&str], columns: &[Vec<Option<f64>>]) -> DMatrix<f64> {
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for row in rows {
        match kinds.iter_mut().find(|(kind, _)| *kind == operators[*row]) {
            Some((_, count)) => *count += 1,
            None => kinds.push((operators[*row], 1)),
        }
    }
    kinds.sort_by_key(|(kind, count)| (std::cmp::Reverse(*count), *kind));
    let others: Vec<&str> = kinds.iter().skip(1).map(|(kind, _)| *kind).collect();
    DMatrix::from_fn(rows.len(), 1 + others.len() + columns.len(), |at, column| match column {
        0 => 1.0,
        c if c <= others.len() => f64::from(u8::from(operators[rows[at]] == others[c - 1])),
        c => columns[c - 1 - others.len()][rows[at]].unwrap_or(0.0),
    })
}

/// The gains of all predictors for all models, with the false discovery rate over all of them.
pub fn gains(models: &[Model], predictors: &[Predictor], operators: &[&str], sampler: &Sampler) -> Vec<Gain> {
    let folds = stats::folds(&sampler.clusters, super::ladder::FOLDS, sampler.seed);
    let mut gains: Vec<Gain> = Vec::new();
    for model in models {
        for predictor in predictors {
            gains.push(gain(model, predictor, operators, &folds, sampler));
        }
    }
    let known: Vec<usize> = (0..gains.len()).filter(|at| gains[*at].p.is_some()).collect();
    let p: Vec<f64> = known.iter().filter_map(|at| gains[*at].p).collect();
    for (at, q) in known.into_iter().zip(benjamini_hochberg(&p)) {
        gains[at].q = Some(q);
    }
    gains
}

fn gain(model: &Model, predictor: &Predictor, operators: &[&str], folds: &[u8], sampler: &Sampler) -> Gain {
    let known = predictor.columns.iter().chain(&predictor.held);
    let there = |row: &usize| known.clone().all(|column| column[*row].is_some());
    let rows: Vec<usize> = (0..folds.len()).filter(|row| model.right[*row].is_some()).filter(there).collect();
    let right: Vec<bool> = rows.iter().filter_map(|row| model.right[*row]).collect();
    let folds: Vec<u8> = rows.iter().map(|row| folds[*row]).collect();
    let n = rows.len();
    let none = || Figure::too_few(n);
    let mut gain = Gain {
        model: model.name.clone(),
        predictor: predictor.name,
        operator: none(),
        alone: none(),
        gain: none(),
        odds_ratio: None,
        p: None,
        q: None,
    };
    let least = right.iter().filter(|r| **r).count().min(right.iter().filter(|r| !**r).count());
    if least < FEW {
        gain.gain.n = least;
        return gain;
    }
    let with_held = |columns: &[Vec<Option<f64>>]| [&predictor.held, columns].concat();
    let scores = |columns: &[Vec<Option<f64>>], operator: bool| {
        let x = design(&rows, operators, columns);
        let kinds = x.ncols() - 1 - columns.len();
        let x = if operator { x } else { x.remove_columns(1, kinds) };
        stats::held_out(&x, &right, &folds).map(|scores| Ordered::new(&scores))
    };
    let (Some(base), Some(alone), Some(both)) = (
        scores(&predictor.held, true),
        scores(&predictor.columns, false),
        scores(&with_held(&predictor.columns), true),
    ) else {
        return gain;
    };
    let area = |ordered: &Ordered, weight: &dyn Fn(usize) -> u32| ordered.auc(&right, |at| weight(rows[at]));
    let figure = |ordered: &Ordered| Figure {
        n,
        value: ordered.auc(&right, |_| 1),
        interval: sampler.bootstrap().interval(|weight| area(ordered, weight)),
        null: Some(0.5),
    };
    (gain.operator, gain.alone) = (figure(&base), figure(&alone));
    let more = |both: &Ordered| Some(both.auc(&right, |_| 1)? - base.auc(&right, |_| 1)?);
    let draws = sampler.bootstrap().values(|weight| Some(area(&both, weight)? - area(&base, weight)?));
    let null = predictor.null.as_ref().and_then(|columns| more(&scores(&with_held(columns), true)?));
    let interval = stats::quantile(&draws, 0.025).zip(stats::quantile(&draws, 0.975)).map(|(a, b)| [a, b]);
    gain.gain = Figure { n, value: more(&both), interval, null };
    gain.p = gain.gain.value.and_then(|value| two_sided(value, &draws));
    if predictor.columns.len() == 1 {
        let x = design(&rows, operators, &with_held(&predictor.columns));
        let clusters: Vec<u32> = rows.iter().map(|row| sampler.clusters.of()[*row]).collect();
        gain.odds_ratio = stats::fit(&x, &right, &clusters).map(|fit| fit.odds_ratio(x.ncols() - 1));
    }
    gain
}

/// How likely a value this far from 0 is under a normal law around 0 with the spread of the draws.
fn two_sided(value: f64, draws: &[f64]) -> Option<f64> {
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let spread = (draws.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    (spread > 0.0).then(|| complementary_error(value.abs() / spread / std::f64::consts::SQRT_2))
}

/// erfc of x >= 0, to about 1e-12: its series up to 2.5, beyond that its continued fraction.
fn complementary_error(x: f64) -> f64 {
    let scale = std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp();
    if x < 2.5 {
        // erf x = 2/sqrt(pi) e^-x^2 sum of 2^n x^(2n+1) / (1 3 .. 2n+1), all terms positive.
        let (mut term, mut sum, mut n) = (x, x, 0.0);
        while term > 1e-17 * sum {
            n += 1.0;
            term *= 2.0 * x * x / (2.0 * n + 1.0);
            sum += term;
        }
        return 1.0 - scale * sum;
    }
    let fraction = (1..=60).rev().fold(x, |tail, k| x + f64::from(k) / 2.0 / tail);
    scale / 2.0 / fraction
}

/// Accuracy in a bin of rho.
#[derive(Clone, Debug, Serialize)]
pub struct Bin {
    /// From this rho, up to that one.
    pub rho: [f64; 2],
    /// Rows with both a result and the predictor.
    pub n: usize,
    /// The share that is right; absent where there are too few.
    pub accuracy: Option<f64>,
    /// Wilson's interval.
    pub interval: Option<Interval>,
}

/// The borders of the bins.
const BINS: [f64; 7] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, f64::INFINITY];

/// A model's accuracy by rho.
pub fn by_rho(model: &Model, rho: &[f64]) -> Vec<Bin> {
    let bin = |ends: &[f64]| {
        let inside = rho.iter().zip(&model.right).filter(|(rho, _)| (ends[0]..ends[1]).contains(*rho));
        let known: Vec<bool> = inside.filter_map(|(_, right)| *right).collect();
        let hits = known.iter().filter(|right| **right).count();
        let enough = known.len() >= FEW;
        Bin {
            rho: [ends[0], ends[1].min(9.0)],
            n: known.len(),
            accuracy: enough.then(|| hits as f64 / known.len() as f64),
            interval: enough.then(|| wilson(hits, known.len())),
        }
    };
    BINS.windows(2).map(bin).collect()
}

/// Two models on the rows of one slice.
#[derive(Clone, Debug, Serialize)]
pub struct Versus {
    /// The names of the two models compared.
    pub models: [String; 2],
    /// The rows that are compared.
    pub slice: Slice,
    /// Accuracy of the second less that of the first, paired, with its interval over clusters.
    pub difference: Figure,
    /// The four counts and McNemar's test; absent where there are too few rows.
    pub paired: Option<Paired>,
    /// The p-value corrected for the number of slices.
    pub q: Option<f64>,
    /// What the difference says, in words.
    pub says: String,
}

/// The second model against the first, slice by slice.
pub fn versus(models: [&Model; 2], slices: &[Slice], sampler: &Sampler) -> Vec<Versus> {
    let mut rows: Vec<Versus> = slices.iter().map(|slice| one_versus(models, slice, sampler)).collect();
    let known: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].paired.is_some()).collect();
    let p: Vec<f64> = known.iter().filter_map(|at| rows[*at].paired.map(|paired| paired.p)).collect();
    for (at, q) in known.into_iter().zip(benjamini_hochberg(&p)) {
        rows[at].q = Some(q);
        let difference = rows[at].difference.value.unwrap_or(0.0);
        rows[at].says = match q {
            q if q > 0.05 => "no difference was seen".to_owned(),
            _ if difference > 0.0 => format!("{} is right more often", models[1].name),
            _ => format!("{} is right more often", models[0].name),
        };
    }
    rows
}

fn one_versus(models: [&Model; 2], slice: &Slice, sampler: &Sampler) -> Versus {
    let answers = |row: u32| models[0].right[row as usize].zip(models[1].right[row as usize]);
    let rows: Vec<u32> = slice.rows.iter().copied().filter(|row| answers(*row).is_some()).collect();
    let (first, second): (Vec<bool>, Vec<bool>) = rows.iter().filter_map(|row| answers(*row)).unzip();
    let count = models[0].right.len();
    let mut change = vec![None; count];
    for (row, (a, b)) in rows.iter().zip(first.iter().zip(&second)) {
        change[*row as usize] = Some(f64::from(u8::from(*b)) - f64::from(u8::from(*a)));
    }
    let enough = rows.len() >= FEW;
    Versus {
        models: models.map(|model| model.name.clone()),
        slice: slice.clone(),
        difference: sampler.mean(&rows, &change),
        paired: enough.then(|| mcnemar(&first, &second)),
        q: None,
        says: if enough { String::new() } else { "too few".to_owned() },
    }
}

/// The share of draws' normal law beyond which nothing is found; for tests against a reference.
pub fn normal_two_sided(z: f64) -> f64 {
    complementary_error(z.abs() / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::figure::By;
    use crate::audit::stats::{Clusters, Z};

    #[test]
    fn the_normal_tail_is_that_of_tables() {
        for (z, p) in [(0.0, 1.0), (1.0, 0.317_310_507_862_914), (Z, 0.05), (4.0, 6.334_248_366_623_996e-5)] {
            assert!((normal_two_sided(z) / p - 1.0f64).abs() < 1e-10, "{z}");
        }
        // Both ways to compute it meet.
        let (below, above) = (complementary_error(2.5 - 1e-9), complementary_error(2.5 + 1e-9));
        assert!((below / above - 1.0).abs() < 1e-7);
    }

    #[test]
    fn a_predictor_that_is_the_answer_with_noise_gains_and_noise_does_not() {
        let n = 600;
        let right: Vec<Option<bool>> = (0..n).map(|row| Some(row * 37 % 101 < 60)).collect();
        let model = Model { name: "m".into(), right: right.clone() };
        let operators: Vec<&str> = (0..n).map(|row| if row % 2 == 0 { "swap" } else { "add" }).collect();
        let told = |row: usize| f64::from(u8::from(right[row] == Some(true))) + (row * 7 % 11) as f64 / 5.0;
        let of =
            |name, column: Vec<Option<f64>>| Predictor { name, columns: vec![column], held: Vec::new(), null: None };
        let same: Vec<Option<f64>> = (0..n).map(|row| Some(told(row))).collect();
        let predictors = [
            of("told", (0..n).map(|row| Some(told(row))).collect()),
            of("noise", (0..n).map(|row| Some((row * 13 % 17) as f64)).collect()),
            // What tells all is held: its copy, bent, tells nothing more.
            Predictor {
                held: vec![same.clone()],
                ..of("bent", same.iter().map(|x| x.map(|x| x + x * x / 20.0)).collect())
            },
        ];
        let sampler = Sampler::new(Clusters::new(0..n), 300, 2);
        let found = gains(&[model], &predictors, &operators, &sampler);
        let [low, _] = found[0].gain.interval.unwrap();
        assert!(low > 0.1 && found[0].q.unwrap() < 1e-6, "{:?}", found[0]);
        let [low, high] = found[1].gain.interval.unwrap();
        assert!(low < 0.01 && high > -0.1 && found[1].q.unwrap() > 0.001, "{:?}", found[1]);
        assert!(found[0].odds_ratio.unwrap().0 > 2.0);
        let [low, high] = found[2].gain.interval.unwrap();
        assert!(low < 0.01 && high < 0.05 && found[2].operator.value > found[0].operator.value, "{:?}", found[2]);
    }

    #[test]
    fn a_model_against_itself_shows_no_difference() {
        let right: Vec<Option<bool>> = (0..200).map(|row| Some(row % 3 == 0)).collect();
        let model = Model { name: "m".into(), right };
        let better = Model { name: "b".into(), right: vec![Some(true); 200] };
        let slice = Slice { by: By::All, name: "all".into(), rows: (0..200).collect() };
        let sampler = Sampler::new(Clusters::new(0..200), 100, 2);
        let same = versus([&model, &model], std::slice::from_ref(&slice), &sampler);
        assert_eq!((same[0].says.as_str(), same[0].difference.value), ("no difference was seen", Some(0.0)));
        let found = versus([&model, &better], &[slice], &sampler);
        assert_eq!(found[0].says, "b is right more often");
    }
}
