//! Students: small text encoders trained here, so that their training text is known to the last word.
//!
//! A student imitates a teacher's embeddings of its training captions (half the squared distance, Adam). It is either a bag
//! of words, `mean of E[token]`, or a transformer of one layer: token and position vectors, one head of attention, a
//! layer of rectified units, both with residual connections, the mean over tokens. A linear map leads to the teacher's
//! space. Forward and backward passes are written out; a test holds the gradient against differences.

use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// What a student reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// Words without their order.
    BagOfWords,
    /// Words in their places, and pairs of them by attention.
    Transformer,
}

/// How a student is trained.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Training {
    /// Dimension of token vectors.
    pub width: usize,
    /// Times that every caption is seen.
    pub epochs: usize,
    /// Captions in one step of training.
    pub batch: usize,
    /// Adam's step at the start; it falls to 0 in a straight line.
    pub rate: f64,
    /// The seed of weights and order.
    pub seed: u64,
}

/// Positions that have vectors of their own; later tokens share the last.
const POSITIONS: usize = 32;

/// The weights, in this order: tokens, positions, query, key, value, out, up, down, map, offset.
#[derive(Clone, Debug)]
pub struct Student {
    kind: Kind,
    weights: Vec<DMatrix<f64>>,
}

const TOKENS: usize = 0;
const PLACES: usize = 1;
const QUERY: usize = 2;
const KEY: usize = 3;
const VALUE: usize = 4;
const OUT: usize = 5;
const UP: usize = 6;
const DOWN: usize = 7;
const MAP: usize = 8;
const OFFSET: usize = 9;

/// What a forward pass over a batch of texts keeps for the backward one: a row a token, text after text; mean and out a row a text.
struct Pass {
    /// The first token of each text, and how many it has.
    texts: Vec<(usize, usize)>,
    x: DMatrix<f64>,
    q: DMatrix<f64>,
    k: DMatrix<f64>,
    v: DMatrix<f64>,
    /// The attention of each text.
    attention: Vec<DMatrix<f64>>,
    mixed: DMatrix<f64>,
    y: DMatrix<f64>,
    hidden: DMatrix<f64>,
    mean: DMatrix<f64>,
    out: DMatrix<f64>,
}

impl Student {
    /// A student with random weights for `vocabulary` tokens and a teacher of `dimensions`.
    pub fn new(kind: Kind, vocabulary: usize, dimensions: usize, width: usize, seed: u64) -> Student {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut normal = |rows: usize, columns: usize, spread: f64| {
            DMatrix::from_fn(rows, columns, |_, _| {
                let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
                spread * (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
            })
        };
        let square = 1.0 / (width as f64).sqrt();
        let weights = vec![
            normal(vocabulary, width, 0.5),
            normal(POSITIONS, width, 0.1),
            normal(width, width, square),
            normal(width, width, square),
            normal(width, width, square),
            normal(width, width, square),
            normal(width, 2 * width, square),
            normal(2 * width, width, square / 2.0),
            normal(width, dimensions, square),
            DMatrix::zeros(1, dimensions),
        ];
        Student { kind, weights }
    }

    /// The embedding of a text; the mean over no tokens is 0. A bag adds its words in one order, whatever theirs: two texts
    /// with the same words have the same bits.
    pub fn embed(&self, tokens: &[u32]) -> Vec<f64> {
        let mut tokens = tokens.to_vec();
        if self.kind == Kind::BagOfWords {
            tokens.sort_unstable();
        }
        self.forward(&[&tokens]).out.as_slice().to_vec()
    }

    fn forward(&self, batch: &[&[u32]]) -> Pass {
        let w = &self.weights;
        let width = w[TOKENS].ncols();
        let mut texts = Vec::with_capacity(batch.len());
        let mut count = 0;
        for tokens in batch {
            texts.push((count, tokens.len()));
            count += tokens.len();
        }
        let mut x = DMatrix::zeros(count, width);
        for (tokens, (first, _)) in batch.iter().zip(&texts) {
            for (at, token) in tokens.iter().enumerate() {
                let mut row = x.row_mut(first + at);
                row += w[TOKENS].row(*token as usize);
                if self.kind == Kind::Transformer {
                    row += w[PLACES].row(at.min(POSITIONS - 1));
                }
            }
        }
        let none = || DMatrix::zeros(0, 0);
        let mut pass = Pass {
            texts,
            q: none(),
            k: none(),
            v: none(),
            attention: Vec::new(),
            mixed: none(),
            y: none(),
            hidden: none(),
            mean: DMatrix::zeros(batch.len(), width),
            out: none(),
            x,
        };
        let last = match self.kind {
            Kind::BagOfWords => &pass.x,
            Kind::Transformer => &self.layer(&mut pass),
        };
        for (text, (first, len)) in pass.texts.iter().enumerate().filter(|(_, (_, len))| *len > 0) {
            pass.mean.row_mut(text).copy_from(&last.rows(*first, *len).row_mean());
        }
        pass.out = &pass.mean * &w[MAP];
        pass.out.row_iter_mut().for_each(|mut row| row += w[OFFSET].row(0));
        pass
    }

    /// The end of the layer, and what the backward pass needs of it.
    fn layer(&self, pass: &mut Pass) -> DMatrix<f64> {
        let w = &self.weights;
        let root = (pass.x.ncols() as f64).sqrt();
        (pass.q, pass.k, pass.v) = (&pass.x * &w[QUERY], &pass.x * &w[KEY], &pass.x * &w[VALUE]);
        pass.mixed = DMatrix::zeros(pass.x.nrows(), pass.x.ncols());
        for (first, len) in &pass.texts {
            let [q, k, v] = [&pass.q, &pass.k, &pass.v].map(|m| m.rows(*first, *len));
            let attention = softmax(q * k.transpose() / root);
            pass.mixed.rows_mut(*first, *len).copy_from(&(&attention * v));
            pass.attention.push(attention);
        }
        pass.y = &pass.x + &pass.mixed * &w[OUT];
        pass.hidden = (&pass.y * &w[UP]).map(|h| h.max(0.0));
        &pass.y + &pass.hidden * &w[DOWN]
    }

    /// Adds the gradient of half the squared distances to the teacher to `gradient`; returns the sum of these halves.
    fn backward(&self, batch: &[&[u32]], teacher: &[&[f64]], gradient: &mut [DMatrix<f64>]) -> f64 {
        let w = &self.weights;
        let pass = self.forward(batch);
        let mut off = pass.out.clone();
        for (mut row, teacher) in off.row_iter_mut().zip(teacher) {
            row.iter_mut().zip(*teacher).for_each(|(off, teacher)| *off -= teacher);
        }
        gradient[MAP] += pass.mean.tr_mul(&off);
        gradient[OFFSET] += off.row_sum();
        let mean = &off * w[MAP].transpose();
        let mut last = DMatrix::zeros(pass.x.nrows(), mean.ncols());
        for (text, (first, len)) in pass.texts.iter().enumerate() {
            let row = mean.row(text) / (*len).max(1) as f64;
            last.rows_mut(*first, *len).row_iter_mut().for_each(|mut last| last.copy_from(&row));
        }
        let x = match self.kind {
            Kind::BagOfWords => last,
            Kind::Transformer => self.through_layer(&pass, &last, gradient),
        };
        for (tokens, (first, _)) in batch.iter().zip(&pass.texts) {
            for (at, token) in tokens.iter().enumerate() {
                let mut row = gradient[TOKENS].row_mut(*token as usize);
                row += x.row(first + at);
                if self.kind == Kind::Transformer {
                    let mut row = gradient[PLACES].row_mut(at.min(POSITIONS - 1));
                    row += x.row(first + at);
                }
            }
        }
        off.norm_squared() / 2.0
    }

    /// From the gradient at the end of the layer to that at its beginning.
    fn through_layer(&self, pass: &Pass, last: &DMatrix<f64>, gradient: &mut [DMatrix<f64>]) -> DMatrix<f64> {
        let w = &self.weights;
        let hidden = (last * w[DOWN].transpose()).zip_map(&pass.hidden, |g, h| if h > 0.0 { g } else { 0.0 });
        gradient[DOWN] += pass.hidden.tr_mul(last);
        gradient[UP] += pass.y.tr_mul(&hidden);
        let y = last + hidden * w[UP].transpose();
        let mixed = &y * w[OUT].transpose();
        gradient[OUT] += pass.mixed.tr_mul(&y);
        let [mut q, mut k, mut v] = [0; 3].map(|_| DMatrix::zeros(y.nrows(), y.ncols()));
        let root = (pass.x.ncols() as f64).sqrt();
        for ((first, len), attention) in pass.texts.iter().zip(&pass.attention) {
            let of = |m: &DMatrix<f64>| m.rows(*first, *len).clone_owned();
            let mixed = of(&mixed);
            v.rows_mut(*first, *len).copy_from(&attention.tr_mul(&mixed));
            let mut scores = &mixed * of(&pass.v).transpose();
            for (mut row, a) in scores.row_iter_mut().zip(attention.row_iter()) {
                let inner = row.dot(&a);
                row.iter_mut().zip(a.iter()).for_each(|(g, a)| *g = a * (*g - inner) / root);
            }
            q.rows_mut(*first, *len).copy_from(&(&scores * of(&pass.k)));
            k.rows_mut(*first, *len).copy_from(&scores.tr_mul(&of(&pass.q)));
        }
        for (which, g) in [(QUERY, &q), (KEY, &k), (VALUE, &v)] {
            gradient[which] += pass.x.tr_mul(g);
        }
        y + q * w[QUERY].transpose() + k * w[KEY].transpose() + v * w[VALUE].transpose()
    }

    fn zeros(&self) -> Vec<DMatrix<f64>> {
        self.weights.iter().map(|w| DMatrix::zeros(w.nrows(), w.ncols())).collect()
    }
}

fn softmax(mut scores: DMatrix<f64>) -> DMatrix<f64> {
    for mut row in scores.row_iter_mut() {
        let top = row.max();
        row.apply(|s| *s = (*s - top).exp());
        let sum = row.sum();
        row /= sum;
    }
    scores
}

/// Trains a student on texts with their teacher's embeddings; returns it with the mean loss of the last epoch. `done` is told
/// after each epoch.
pub fn train(
    kind: Kind,
    vocabulary: usize,
    texts: &[(&[u32], &[f64])],
    how: &Training,
    mut done: impl FnMut(usize),
) -> (Student, f64) {
    let dimensions = texts.first().map_or(0, |(_, teacher)| teacher.len());
    let mut student = Student::new(kind, vocabulary, dimensions, how.width, how.seed);
    let mut rng = ChaCha8Rng::seed_from_u64(how.seed);
    let (mut first, mut second) = (student.zeros(), student.zeros());
    let mut order: Vec<usize> = (0..texts.len()).collect();
    let steps = how.epochs * texts.len().div_ceil(how.batch);
    let (mut step, mut loss) = (0, 0.0);
    let mut gradient = student.zeros();
    for epoch in 0..how.epochs {
        order.shuffle(&mut rng);
        loss = 0.0;
        for batch in order.chunks(how.batch) {
            gradient.iter_mut().for_each(|g| g.fill(0.0));
            let (tokens, teacher): (Vec<&[u32]>, Vec<&[f64]>) = batch.iter().map(|at| texts[*at]).unzip();
            loss += student.backward(&tokens, &teacher, &mut gradient);
            step += 1;
            let rate = how.rate * (1.0 - (step - 1) as f64 / steps as f64);
            for (which, gradient) in gradient.iter_mut().enumerate() {
                *gradient /= batch.len() as f64;
                adam(&mut student.weights[which], gradient, &mut first[which], &mut second[which], rate, step);
            }
        }
        done(epoch + 1);
    }
    (student, loss / texts.len().max(1) as f64)
}

/// One step of Adam (Kingma and Ba 2015) with its usual constants.
fn adam(
    weights: &mut DMatrix<f64>,
    gradient: &DMatrix<f64>,
    first: &mut DMatrix<f64>,
    second: &mut DMatrix<f64>,
    rate: f64,
    step: usize,
) {
    let (b1, b2) = (0.9f64, 0.999f64);
    let (c1, c2) = (1.0 - b1.powi(step as i32), 1.0 - b2.powi(step as i32));
    let moments = first.iter_mut().zip(second.iter_mut());
    for ((w, g), (m, v)) in weights.iter_mut().zip(gradient.iter()).zip(moments) {
        *m = b1 * *m + (1.0 - b1) * g;
        *v = b2 * *v + (1.0 - b2) * g * g;
        *w -= rate * (*m / c1) / ((*v / c2).sqrt() + 1e-8);
    }
}

/// Whether a student is right on an edit, the teacher's embedding of the caption standing for an image: nearer, by cosine, to
/// the student's caption than to its negative. A tie is wrong.
pub fn right(student: &Student, teacher: &[f64], caption: &[u32], negative: &[u32]) -> bool {
    let cosine = |tokens: &[u32]| {
        let (a, b) = (DVector::from_vec(student.embed(tokens)), DVector::from_column_slice(teacher));
        let norm = a.norm() * b.norm();
        if norm > 0.0 { a.dot(&b) / norm } else { 0.0 }
    };
    cosine(caption) > cosine(negative)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_that_of_differences() {
        let texts: [&[u32]; 3] = [&[3, 1, 4, 1], &[], &[2, 5]];
        let teachers: [&[f64]; 3] = [&[0.5, -0.25, 0.125], &[1.0, 0.0, 0.5], &[0.0, 2.0, -1.0]];
        for kind in [Kind::BagOfWords, Kind::Transformer] {
            let student = Student::new(kind, 6, 3, 4, 9);
            let mut gradient = student.zeros();
            let loss = student.backward(&texts, &teachers, &mut gradient);
            for (which, slope) in gradient.iter().enumerate() {
                for (at, &found) in slope.iter().enumerate() {
                    let mut moved = student.clone();
                    moved.weights[which][at] += 1e-6;
                    let difference = (moved.backward(&texts, &teachers, &mut student.zeros()) - loss) / 1e-6;
                    assert!((difference - found).abs() < 1e-4, "{kind:?} weight {which}, {at}: {difference} {found}");
                }
            }
            // A batch is its texts one by one.
            let alone = |at: usize| student.backward(&texts[at..=at], &teachers[at..=at], &mut student.zeros());
            assert!((loss - alone(0) - alone(1) - alone(2)).abs() < 1e-12);
        }
    }

    #[test]
    fn a_transformer_learns_an_order_that_a_bag_cannot_see() {
        let texts: Vec<Vec<u32>> =
            (0..5u32).flat_map(|a| (0..5).map(move |b| vec![a, b])).filter(|t| t[0] != t[1]).collect();
        let teachers: Vec<Vec<f64>> = texts.iter().map(|t| vec![if t[0] < t[1] { 1.0 } else { -1.0 }, 1.0]).collect();
        let list: Vec<(&[u32], &[f64])> = texts.iter().zip(&teachers).map(|(t, e)| (&t[..], &e[..])).collect();
        let how = Training { width: 12, epochs: 300, batch: 20, rate: 0.02, seed: 4 };
        let loss = |kind| train(kind, 5, &list, &how, |_| ()).1;
        let (bag, transformer) = (loss(Kind::BagOfWords), loss(Kind::Transformer));
        assert!(bag > 0.49 && transformer < 0.05, "seed 4: {bag} {transformer}");
    }

    #[test]
    fn a_bag_is_blind_to_a_swap_to_the_last_bit() {
        let student = Student::new(Kind::BagOfWords, 6, 3, 4, 9);
        assert_eq!(student.embed(&[1, 2, 3]), student.embed(&[3, 2, 1]));
        assert!(!right(&student, &[1.0, 0.5, 0.25], &[1, 2, 3], &[3, 2, 1]));
    }
}
