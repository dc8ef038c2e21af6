//! A figure of the report: a value with its number of rows, its interval and its null; and the slices that it is given for.

use serde::Serialize;

use super::stats::{Bootstrap, Clusters, FEW, Interval, Ordered, wilson};

/// A measured figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Rows that it is of.
    pub n: usize,
    /// The value; absent where there are too few rows, or where it is not defined.
    pub value: Option<f64>,
    /// The 95 % interval.
    pub interval: Option<Interval>,
    /// The same with the embeddings under the wrong texts, or the chance level; absent where no embedding enters.
    pub null: Option<f64>,
}

impl Figure {
    /// Nothing is said of so few.
    pub fn too_few(n: usize) -> Figure {
        Figure { n, value: None, interval: None, null: None }
    }

    /// With the null beside it.
    pub fn with_null(self, null: Option<f64>) -> Figure {
        Figure { null: null.filter(|_| self.value.is_some()), ..self }
    }

    /// `.34 [.33, .35]`, `too few` or `-`.
    pub fn words(&self) -> String {
        match (self.value, self.interval) {
            (None, _) if self.n < FEW => "too few".to_owned(),
            (None, _) => "-".to_owned(),
            (Some(value), None) => short(value),
            (Some(value), Some([low, high])) => format!("{} [{}, {}]", short(value), short(low), short(high)),
        }
    }
}

/// Three digits after the point, without the zero before it.
pub fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = if text == "-0.000" { "0.000".to_owned() } else { text };
    match (text.strip_prefix("0."), text.strip_prefix("-0.")) {
        (Some(digits), _) => format!(".{digits}"),
        (_, Some(digits)) => format!("-.{digits}"),
        _ => text,
    }
}

/// What a slice is cut by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum By {
    /// Every row that has the figure.
    All,
    /// The operator, read off the tokens.
    Operator,
    /// The operator by what is said ([`Meaning`](crate::caption::Meaning)).
    Meaning,
    /// The file that a row comes from.
    File,
    /// The fate over the features, certified.
    Fate,
}

impl By {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            By::All => "all",
            By::Operator => "operator",
            By::Meaning => "meaning",
            By::File => "file",
            By::Fate => "fate",
        }
    }
}

/// Some of the rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slice {
    /// What it is cut by.
    pub by: By,
    /// Its name, such as `swap`.
    pub name: String,
    /// The rows, ascending.
    #[serde(skip)]
    pub rows: Vec<u32>,
}

/// The slices of rows by a key, in the order of the keys.
pub fn cut<K: Ord>(by: By, keys: &[K], name: impl Fn(&K) -> String) -> Vec<Slice> {
    let mut slices = std::collections::BTreeMap::<&K, Vec<u32>>::new();
    for (row, key) in keys.iter().enumerate() {
        slices.entry(key).or_default().push(row as u32);
    }
    slices.into_iter().map(|(key, rows)| Slice { by, name: name(key), rows }).collect()
}

/// Makes figures with intervals from one set of draws.
#[derive(Clone, Debug)]
pub struct Sampler {
    bootstrap: Bootstrap,
    /// Which rows belong together.
    pub clusters: Clusters,
    /// The seed of the draws.
    pub seed: u64,
    /// Bootstrap draws behind the interval.
    pub draws: usize,
}

impl Sampler {
    /// Draws clusters. `draws` of them; the seed is that of the report.
    pub fn new(clusters: Clusters, draws: usize, seed: u64) -> Sampler {
        Sampler { bootstrap: Bootstrap::new(&clusters, draws, seed), clusters, seed, draws }
    }

    /// The draws themselves.
    pub fn bootstrap(&self) -> &Bootstrap {
        &self.bootstrap
    }

    /// The median of a value over rows; rows without a value are left out.
    pub fn median(&self, rows: &[u32], values: &[Option<f64>]) -> Figure {
        let (rows, values): (Vec<u32>, Vec<f64>) =
            rows.iter().filter_map(|row| Some((*row, values[*row as usize]?))).unzip();
        if rows.len() < FEW {
            return Figure::too_few(rows.len());
        }
        let ordered = Ordered::new(&values);
        let interval = self.bootstrap.interval(|weight| ordered.quantile(0.5, |at| weight(rows[at] as usize)));
        Figure { n: rows.len(), value: ordered.quantile(0.5, |_| 1), interval, null: None }
    }

    /// The mean of a value over rows; rows without a value are left out.
    pub fn mean(&self, rows: &[u32], values: &[Option<f64>]) -> Figure {
        let there: Vec<u32> = rows.iter().copied().filter(|row| values[*row as usize].is_some()).collect();
        let above: Vec<f64> = values.iter().map(|v| v.unwrap_or(0.0)).collect();
        self.ratio(&there, &above, &vec![1.0; values.len()], |x| x)
    }

    /// `of(sum of above / sum of below)` over rows, `of` being monotone.
    pub fn ratio(&self, rows: &[u32], above: &[f64], below: &[f64], of: impl Fn(f64) -> f64) -> Figure {
        if rows.len() < FEW {
            return Figure::too_few(rows.len());
        }
        let sum = |list: &[f64]| rows.iter().map(|row| list[*row as usize]).sum::<f64>();
        let value = Some(sum(below)).filter(|b| *b > 0.0).map(|b| of(sum(above) / b));
        let ordered = |[a, b]: Interval| if a <= b { [a, b] } else { [b, a] };
        let interval = self.bootstrap.ratio(rows, above, below).map(|i| ordered(i.map(&of)));
        Figure { n: rows.len(), value, interval, null: None }
    }

    /// A share of rows with Wilson's interval; rows without an answer are left out.
    pub fn share(&self, rows: &[u32], hits: &[Option<bool>]) -> Figure {
        let known: Vec<bool> = rows.iter().filter_map(|row| hits[*row as usize]).collect();
        if known.len() < FEW {
            return Figure::too_few(known.len());
        }
        let right = known.iter().filter(|hit| **hit).count();
        Figure {
            n: known.len(),
            value: Some(right as f64 / known.len() as f64),
            interval: Some(wilson(right, known.len())),
            null: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_papers_print_them() {
        let figure = Figure { n: 60, value: Some(0.3412), interval: Some([-0.0001, 1.25]), null: None };
        assert_eq!(figure.words(), ".341 [.000, 1.250]");
        assert_eq!(short(-0.25), "-.250");
        assert_eq!((Figure::too_few(3).words(), Figure::too_few(70).words()), ("too few".into(), "-".into()));
    }

    #[test]
    fn under_fifty_of_a_class_nothing_is_said() {
        let sampler = Sampler::new(Clusters::new(0..60), 100, 1);
        let rows: Vec<u32> = (0..60).collect();
        let values: Vec<Option<f64>> = (0..60).map(|row| (row < 49).then_some(f64::from(row))).collect();
        assert_eq!(sampler.median(&rows, &values), Figure::too_few(49));
        let values: Vec<Option<f64>> = (0..60).map(|row| (row < 50).then_some(f64::from(row))).collect();
        assert_eq!(sampler.median(&rows, &values).value, Some(24.5));
        assert_eq!(sampler.mean(&rows, &values).value, Some(24.5));
        assert_eq!(sampler.share(&rows, &[Some(true); 60]).value, Some(1.0));
        assert_eq!(sampler.share(&rows[..49], &[Some(true); 60]), Figure::too_few(49));
    }
}
