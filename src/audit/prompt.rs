//! What a prompt does to embeddings: the share of its change that is one constant shift.

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::stats::{FEW, Interval, quantile};
use crate::export::Tensor;
use crate::report::{Code, Diagnostic};

/// The share of a prompt's change that one constant shift explains on texts that it was not fitted to.
#[derive(Clone, Debug, Serialize)]
pub struct Shift {
    /// Texts that both prompts were put around.
    pub n: usize,
    /// Dimensions of the embeddings.
    pub dimensions: usize,
    /// `1 - sum |D - c|^2 / sum |D|^2`, c the mean change of the other half, over both halves; absent for too few texts or
    /// where nothing changes.
    pub share: Option<f64>,
    /// 95 % interval, texts drawn with replacement, halves as they are.
    pub interval: Option<Interval>,
    /// The null: the same with each text's change turned to the other side or not, by a fair coin.
    pub null: Option<f64>,
    /// The seed of halves, draws and coins.
    pub seed: u64,
}

/// The constant shift between two prompts: row i of both matrices is the same text.
///
/// Error: [`Code::TensorShape`] for different shapes; rows that are not finite are refused by their reader.
pub fn shift(a: &Tensor, b: &Tensor, draws: usize, seed: u64) -> Result<Shift, Diagnostic> {
    if a.shape != b.shape {
        let message = format!("the two prompts have embeddings of shapes {:?} and {:?}", a.shape, b.shape);
        return Err(Diagnostic::new(Code::TensorShape, message).help("row i of both files has to be the same text"));
    }
    let (n, width) = a.rows_and_columns()?;
    let change: Vec<f64> = a.data.iter().zip(&b.data).map(|(a, b)| b - a).collect();
    let mut shift = Shift { n, dimensions: width, share: None, interval: None, null: None, seed };
    if n < FEW {
        return Ok(shift);
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..n).collect();
    order.shuffle(&mut rng);
    let halves = [order[..n / 2].to_vec(), order[n / 2..].to_vec()];
    let parts = parts(&change, width, &halves);
    shift.share = share(&parts, |_| 1);
    let mut values = Vec::new();
    for _ in 0..draws {
        let mut times = vec![0u32; n];
        for _ in 0..n {
            times[rand::RngExt::random_range(&mut rng, 0..n)] += 1;
        }
        values.extend(share(&parts, |row| times[row]));
    }
    shift.interval = quantile(&values, 0.025).zip(quantile(&values, 0.975)).map(|(a, b)| [a, b]);
    let mut turned = change;
    for row in turned.chunks_exact_mut(width) {
        if rand::RngExt::random_range(&mut rng, 0..2) == 0 {
            row.iter_mut().for_each(|x| *x = -*x);
        }
    }
    shift.null = share(&self::parts(&turned, width, &halves), |_| 1);
    Ok(shift)
}

/// |D - c|^2 and |D|^2 of each text, c the mean change of the other half.
fn parts(change: &[f64], width: usize, halves: &[Vec<usize>; 2]) -> Vec<[f64; 2]> {
    let mut parts = vec![[0.0; 2]; change.len() / width];
    for (tested, fitted) in [(0, 1), (1, 0)] {
        let mut c = vec![0.0; width];
        for text in &halves[fitted] {
            let row = &change[text * width..][..width];
            c.iter_mut().zip(row).for_each(|(c, x)| *c += x / halves[fitted].len() as f64);
        }
        for text in &halves[tested] {
            let row = &change[text * width..][..width];
            parts[*text] = [row.iter().zip(&c).map(|(x, c)| (x - c).powi(2)).sum(), row.iter().map(|x| x * x).sum()];
        }
    }
    parts
}

fn share(parts: &[[f64; 2]], weight: impl Fn(usize) -> u32) -> Option<f64> {
    let sum = |k: usize| parts.iter().enumerate().map(|(row, p)| f64::from(weight(row)) * p[k]).sum::<f64>();
    Some(sum(1)).filter(|all| *all > 0.0).map(|all| 1.0 - sum(0) / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_shift_is_all_of_the_change_and_noise_is_none() {
        let a = Tensor { shape: vec![60, 2], data: (0..120).map(|i| f64::from(i * 7919 % 101)).collect() };
        let b = Tensor { data: a.data.iter().enumerate().map(|(i, x)| x + [3.0, -1.0][i % 2]).collect(), ..a.clone() };
        let found = shift(&a, &b, 50, 4).unwrap();
        assert!((found.share.unwrap() - 1.0).abs() < 1e-12 && found.null.unwrap() < 0.2, "{found:?}");
        let data = a.data.iter().enumerate().map(|(i, x)| x + [1.0, -1.0][i / 2 % 2]).collect();
        let none = shift(&a, &Tensor { data, ..a.clone() }, 50, 4).unwrap();
        assert!(none.share.unwrap() < 0.1, "{none:?}");
        assert_eq!(shift(&a, &a, 50, 4).unwrap().share, None);
        let few = Tensor { shape: vec![2, 2], data: vec![1.0; 4] };
        assert_eq!(shift(&few, &few, 50, 4).unwrap().share, None);
        assert_eq!(shift(&a, &few, 50, 4).unwrap_err().code, Code::TensorShape);
    }
}
