//! How plain a text is to someone who has read the captions: a model of three words, interpolated.
//!
//! Negatives that a reader of text alone can tell from captions teach an encoder nothing about images (Hsieh et al. 2023,
//! SugarCrepe), so among the candidates those are preferred that the captions themselves might have said.

use std::collections::HashMap;

/// Counts of words, of two and of three in a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    numbers: HashMap<String, u32>,
    one: HashMap<u32, f64>,
    two: HashMap<[u32; 2], f64>,
    three: HashMap<[u32; 3], f64>,
    total: f64,
}

/// The number of a word that was never read; 1 is the begin of a text, 2 its end.
const UNKNOWN: u32 = 0;
const BEGIN: u32 = 1;
const END: u32 = 2;

impl Model {
    /// Reads one more text.
    pub fn read<'a>(&mut self, words: impl Iterator<Item = &'a str>) {
        let mut row = vec![BEGIN, BEGIN];
        for word in words {
            let next = self.numbers.len() as u32 + 3;
            row.push(*self.numbers.entry(word.to_owned()).or_insert(next));
        }
        row.push(END);
        for window in row.windows(3) {
            *self.three.entry([window[0], window[1], window[2]]).or_default() += 1.0;
            *self.two.entry([window[1], window[2]]).or_default() += 1.0;
            *self.two.entry([window[0], window[1]]).or_default() += f64::from(window[1] == BEGIN);
            *self.one.entry(window[2]).or_default() += 1.0;
            self.total += 1.0;
        }
        *self.one.entry(BEGIN).or_default() += 2.0;
    }

    fn numbers<'a>(&self, words: impl Iterator<Item = &'a str>) -> Vec<u32> {
        let known = words.map(|word| self.numbers.get(word).copied().unwrap_or(UNKNOWN));
        [BEGIN, BEGIN].into_iter().chain(known).chain([END]).collect()
    }

    /// The probability of a word after two others. Sums, products and quotients alone, so that every machine agrees.
    fn probability(&self, [a, b, c]: [u32; 3]) -> f64 {
        let count = |value: Option<&f64>| value.copied().unwrap_or(0.0);
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let one = (count(self.one.get(&c)) + 0.1) / (self.total + 0.1 * (self.one.len() as f64 + 1.0));
        let two = share(count(self.two.get(&[b, c])), count(self.one.get(&b)));
        let three = share(count(self.three.get(&[a, b, c])), count(self.two.get(&[a, b])));
        0.55 * three + 0.35 * two + 0.1 * one
    }

    /// How many times as probable as the first text the second is.
    pub fn ratio<'a>(&self, from: impl Iterator<Item = &'a str>, to: impl Iterator<Item = &'a str>) -> f64 {
        let (from, to) = (self.numbers(from), self.numbers(to));
        // What both begin and end with cancels, but for the two words that a window looks back.
        let start = from.iter().zip(&to).take_while(|(a, b)| a == b).count().saturating_sub(2);
        let rest = from.len().min(to.len()) - start;
        let same = from.iter().rev().zip(to.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
        let product = |row: &[u32]| -> f64 {
            let end = (row.len() - same.saturating_sub(2)).max(start);
            row[start..end].windows(3).map(|w| self.probability([w[0], w[1], w[2]])).product()
        };
        product(&to) / product(&from).max(f64::MIN_POSITIVE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_more_plausible() {
        let mut model = Model::default();
        for text in ["a dog on a mat", "a cat on a sofa", "a dog in a box", "a dog on a sofa"] {
            model.read(text.split(' '));
        }
        let ratio = |to: &str| model.ratio("a dog on a mat".split(' '), to.split(' '));
        assert_eq!(ratio("a dog on a mat"), 1.0);
        assert!(ratio("a cat on a mat") > ratio("a mat on a mat"));
        assert!(ratio("a dog on a sofa") > 1.0);
        assert!(ratio("zebra zebra") > 0.0 && ratio("") > 0.0);
    }
}
