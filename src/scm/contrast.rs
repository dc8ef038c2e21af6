//! Contrastive training on samples of a linear model, and how much of each latent block an encoder carries.

use nalgebra::DMatrix;
use num_traits::ToPrimitive;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::linear::LinearModel;
use crate::model::Matrix;

/// How long and on what to train.
#[derive(Clone, Copy, Debug)]
pub struct Training {
    /// Seed of the encoders' first entries and of every batch.
    pub seed: u64,
    /// Steps of gradient descent.
    pub steps: usize,
    /// Image-caption pairs in one step; each is the negative of the others.
    pub batch: usize,
    /// Dimension of the embeddings.
    pub width: usize,
}

impl Training {
    /// Enough for the sizes of the experiment.
    pub fn usual(seed: u64, width: usize) -> Training {
        Training { seed, steps: 1200, batch: 96, width }
    }
}

/// Two linear encoders trained by InfoNCE.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The image encoder, width x image dimension.
    pub f: DMatrix<f64>,
    /// The text encoder, width x text dimension.
    pub g: DMatrix<f64>,
    /// The loss on the last batch; log of the batch size is that of encoders that tell nothing.
    pub loss: f64,
}

/// Standard normal noise through the mixture: latents x count.
pub fn gaussian_latents(model: &LinearModel, count: usize, rng: &mut ChaCha8Rng) -> DMatrix<f64> {
    let noise = DMatrix::from_fn(model.mixture.cols(), count, |_, _| normal(rng));
    floats(&model.mixture) * noise
}

/// Box and Muller's transformation of two uniform numbers.
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// The nearest doubles.
pub fn floats(m: &Matrix) -> DMatrix<f64> {
    DMatrix::from_fn(m.rows(), m.cols(), |i, j| m.get(i, j).to_f64().unwrap_or(f64::NAN))
}

/// Trains both encoders from small random entries by Adam on symmetric InfoNCE with the similarity `-|f x - g y|^2 / 2`.
///
/// Observations are whitened first, which changes no function that a linear encoder can compute, only the road there.
pub fn train(model: &LinearModel, training: &Training) -> Trained {
    let mut rng = ChaCha8Rng::seed_from_u64(training.seed);
    let (image, text) = (floats(&model.image), floats(&model.text));
    let sample = gaussian_latents(model, 2000, &mut rng);
    let (white_image, white_text) = (whitening(&(&image * &sample)), whitening(&(&text * &sample)));
    let (image, text) = (&white_image * image, &white_text * text);
    let mut start = |cols: usize| DMatrix::from_fn(training.width, cols, |_, _| 0.3 * normal(&mut rng));
    let (mut f, mut g) = (Adam::new(start(image.nrows())), Adam::new(start(text.nrows())));
    let mut loss = f64::NAN;
    for step in 0..training.steps {
        let latents = gaussian_latents(model, training.batch, &mut rng);
        let (x, y) = (&image * &latents, &text * &latents);
        let (value, towards_u, towards_v) = info_nce(&(&f.value * &x), &(&g.value * &y));
        loss = value;
        // A rate that falls to zero lets the noise of small batches average out.
        let rate = 0.03 * (1.0 - step as f64 / training.steps as f64);
        f.step(&(towards_u * x.transpose()), rate);
        g.step(&(towards_v * y.transpose()), rate);
    }
    Trained { f: f.value * white_image, g: g.value * white_text, loss }
}

/// The loss on one batch (embeddings width x batch) and its gradients by both.
fn info_nce(u: &DMatrix<f64>, v: &DMatrix<f64>) -> (f64, DMatrix<f64>, DMatrix<f64>) {
    let n = u.ncols();
    let squares = |m: &DMatrix<f64>| m.column_iter().map(|c| c.norm_squared()).collect::<Vec<_>>();
    let (uu, vv, uv) = (squares(u), squares(v), u.transpose() * v);
    let similarity = DMatrix::from_fn(n, n, |i, j| uv[(i, j)] - (uu[i] + vv[j]) / 2.0);
    let (by_row, rows) = softmax(&similarity);
    let (by_column, columns) = softmax(&similarity.transpose());
    let own: f64 = (0..n).map(|i| similarity[(i, i)]).sum();
    let loss = (rows + columns - 2.0 * own) / (2 * n) as f64;
    let weight: DMatrix<f64> = (by_row + by_column.transpose() - DMatrix::<f64>::identity(n, n) * 2.0) / (2 * n) as f64;
    // d(-|u_i - v_j|^2 / 2) is (v_j - u_i) by u_i and (u_i - v_j) by v_j.
    let mut towards_u = v * weight.transpose();
    let mut towards_v = u * &weight;
    for i in 0..n {
        let row: f64 = weight.row(i).sum();
        let column: f64 = weight.column(i).sum();
        towards_u.column_mut(i).axpy(-row, &u.column(i), 1.0);
        towards_v.column_mut(i).axpy(-column, &v.column(i), 1.0);
    }
    (loss, towards_u, towards_v)
}

/// Softmax along each row, and the sum over the rows of the logarithm of their normaliser.
fn softmax(m: &DMatrix<f64>) -> (DMatrix<f64>, f64) {
    let mut total = 0.0;
    let mut out = m.clone();
    for mut row in out.row_iter_mut() {
        let most = row.max();
        row.iter_mut().for_each(|x| *x = (*x - most).exp());
        let sum = row.sum();
        total += most + sum.ln();
        row /= sum;
    }
    (out, total)
}

/// A matrix W with `W * cov * W' = 1` for the covariance of the columns; the identity if that is singular.
fn whitening(data: &DMatrix<f64>) -> DMatrix<f64> {
    let centred = centred(data);
    let covariance = &centred * centred.transpose() / data.ncols() as f64;
    let inverse = covariance.cholesky().and_then(|c| c.l().try_inverse());
    inverse.unwrap_or_else(|| DMatrix::identity(data.nrows(), data.nrows()))
}

fn centred(data: &DMatrix<f64>) -> DMatrix<f64> {
    let mean = data.column_mean();
    let mut out = data.clone();
    out.column_iter_mut().for_each(|mut column| column -= &mean);
    out
}

struct Adam {
    value: DMatrix<f64>,
    first: DMatrix<f64>,
    second: DMatrix<f64>,
    steps: i32,
}

impl Adam {
    fn new(value: DMatrix<f64>) -> Adam {
        let zero = DMatrix::zeros(value.nrows(), value.ncols());
        Adam { value, first: zero.clone(), second: zero, steps: 0 }
    }

    fn step(&mut self, gradient: &DMatrix<f64>, rate: f64) {
        const FIRST: f64 = 0.9;
        const SECOND: f64 = 0.999;
        self.steps += 1;
        self.first = &self.first * FIRST + gradient * (1.0 - FIRST);
        self.second = &self.second * SECOND + gradient.component_mul(gradient) * (1.0 - SECOND);
        let (first, second) = (1.0 - FIRST.powi(self.steps), 1.0 - SECOND.powi(self.steps));
        self.value -= self.first.zip_map(&self.second, |m, v| rate * (m / first) / ((v / second).sqrt() + 1e-9));
    }
}

/// R^2 of the linear regression of latents on embeddings, both a sample a column: the part of the latents' variance,
/// summed over their coordinates, that the best linear readout of the embedding explains.
pub fn r_squared(embeddings: &DMatrix<f64>, latents: &DMatrix<f64>) -> f64 {
    let (e, z) = (centred(embeddings), centred(latents));
    let Ok(inverse) = (&e * e.transpose()).pseudo_inverse(1e-9) else { return f64::NAN };
    let readout = &z * e.transpose() * inverse;
    1.0 - (&z - readout * &e).norm_squared() / z.norm_squared()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scm::linear::{LatentBlock, Level};

    #[test]
    fn gradients_are_those_of_the_loss() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut random = |cols| DMatrix::from_fn(2, cols, |_, _| normal(&mut rng));
        let (u, v) = (random(4), random(4));
        let (_, by_u, by_v) = info_nce(&u, &v);
        for at in 0..8 {
            for (which, gradient) in [&by_u, &by_v].into_iter().enumerate() {
                let moved = |step: f64| {
                    let (mut u, mut v) = (u.clone(), v.clone());
                    [&mut u, &mut v][which][at] += step;
                    info_nce(&u, &v).0
                };
                let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                assert!((slope - gradient[at]).abs() < 1e-7, "{which} {at}: {slope} {}", gradient[at]);
            }
        }
    }

    #[test]
    fn r_squared_is_one_for_a_function_and_zero_for_noise() {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let e = DMatrix::from_fn(3, 4000, |_, _| normal(&mut rng));
        let noise = DMatrix::from_fn(2, 4000, |_, _| normal(&mut rng));
        let z = DMatrix::from_fn(2, 3, |i, j| (i + 2 * j) as f64) * &e;
        assert!((r_squared(&e, &z) - 1.0).abs() < 1e-9);
        assert!(r_squared(&e, &noise) < 0.01);
        let half = &z.map(|x| x / z.norm()) + &noise.map(|x| x / noise.norm());
        assert!((r_squared(&e, &half) - 0.5).abs() < 0.05);
    }

    #[test]
    fn training_finds_the_invariant_block() {
        for (level, dependent) in [(Level::Sentence, false), (Level::Token, true)] {
            let model = LinearModel::random(level, 2, dependent, 3);
            let trained = train(&model, &Training { steps: 900, batch: 64, ..Training::usual(1, 2) });
            let latents = gaussian_latents(&model, 3000, &mut ChaCha8Rng::seed_from_u64(9));
            let block = |b: LatentBlock| floats(&model.injection(b)).transpose() * &latents;
            for e in [&trained.f * floats(&model.image) * &latents, &trained.g * floats(&model.text) * &latents] {
                assert!(r_squared(&e, &block(LatentBlock::Invariant)) > 0.95);
                for private in [LatentBlock::ImagePrivate, LatentBlock::TextPrivate] {
                    assert!(r_squared(&e, &block(private)) < 0.05);
                }
            }
        }
    }
}
