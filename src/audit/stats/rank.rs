//! Order statistics: quantiles, and the area under the ROC curve, with weights so that a bootstrap sorts once.

/// Values in ascending order, with the places that they came from.
#[derive(Clone, Debug)]
pub struct Ordered {
    values: Vec<f64>,
    order: Vec<usize>,
}

impl Ordered {
    /// Sorts; the values are finite.
    pub fn new(values: &[f64]) -> Ordered {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
        Ordered { values: order.iter().map(|i| values[*i]).collect(), order }
    }

    /// The quantile of the sample in which value `i` occurs `weight(i)` times, between order statistics by straight lines
    /// (NumPy's default); `None` of an empty sample.
    pub fn quantile(&self, q: f64, weight: impl Fn(usize) -> u32) -> Option<f64> {
        let total: u64 = self.order.iter().map(|i| u64::from(weight(*i))).sum();
        let at = q * total.checked_sub(1)? as f64;
        let (below, above) = (at.floor() as u64, at.ceil() as u64);
        let (mut seen, mut low) = (0, None);
        for (value, i) in self.values.iter().zip(&self.order) {
            seen += u64::from(weight(*i));
            if seen > below && low.is_none() {
                low = Some(*value);
            }
            if let Some(low) = low.filter(|_| seen > above) {
                return Some(low + (value - low) * (at - at.floor()));
            }
        }
        low
    }

    /// The chance that a right one has a higher value than a wrong one, ties for one half, in the weighted sample; `None`
    /// without a right or without a wrong one.
    pub fn auc(&self, right: &[bool], weight: impl Fn(usize) -> u32) -> Option<f64> {
        let (mut wins, mut wrongs, mut rights) = (0.0, 0.0, 0.0);
        let mut at = 0;
        while at < self.values.len() {
            let (mut tied_right, mut tied_wrong) = (0.0, 0.0);
            let value = self.values[at];
            while self.values.get(at) == Some(&value) {
                let i = self.order[at];
                *(if right[i] { &mut tied_right } else { &mut tied_wrong }) += f64::from(weight(i));
                at += 1;
            }
            wins += tied_right * (wrongs + tied_wrong / 2.0);
            (wrongs, rights) = (wrongs + tied_wrong, rights + tied_right);
        }
        (wrongs > 0.0 && rights > 0.0).then(|| wins / (wrongs * rights))
    }
}

/// The quantile of values; `None` of none.
pub fn quantile(values: &[f64], q: f64) -> Option<f64> {
    Ordered::new(values).quantile(q, |_| 1)
}

/// The median of values; `None` of none.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// The area under the ROC curve of scores; see [`Ordered::auc`].
pub fn auc(scores: &[f64], right: &[bool]) -> Option<f64> {
    Ordered::new(scores).auc(right, |_| 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_repetitions() {
        let (values, weights) = ([3.0, 1.0, 2.0, 5.0], [2, 0, 3, 1]);
        let repeated = [3.0, 3.0, 2.0, 2.0, 2.0, 5.0];
        for q in [0.0, 0.1, 0.3, 0.5, 0.77, 1.0] {
            assert_eq!(Ordered::new(&values).quantile(q, |i| weights[i]), quantile(&repeated, q), "{q}");
        }
        let right = [true, false, false, true];
        let again = [true, true, false, false, false, true];
        assert_eq!(Ordered::new(&values).auc(&right, |i| weights[i]), auc(&repeated, &again));
        assert_eq!((median(&[]), median(&[2.0]), median(&[1.0, 2.0])), (None, Some(2.0), Some(1.5)));
    }

    #[test]
    fn the_area_counts_wins_and_half_the_ties() {
        assert_eq!(auc(&[1.0, 2.0, 2.0, 3.0], &[false, true, false, true]), Some((2.0 + 1.5) / 4.0));
        assert_eq!(auc(&[1.0, 1.0], &[false, true]), Some(0.5));
        assert_eq!(auc(&[1.0, 1.0], &[true, true]), None);
    }
}
