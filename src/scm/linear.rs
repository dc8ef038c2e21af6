//! Linear latent models: block identifiability at work on real numbers, exactly and by training.
//!
//! Latents are mixtures of independent noise: the invariant block is noise, each dependent block is a linear function
//! of the invariant one plus noise of its own, each private block is noise. So dependent latents are predicted by the
//! invariant ones in part and determined by them never, which is what *diversity* asks. Images and texts are invertible
//! linear functions of the blocks that their modality sees; at token level a text is written from its beginning,
//! `T = B + C*T` with C strictly lower triangular, each token from the latents and the tokens before it.
//!
//! The sizes (5 content, 5 dependent, 5 private) are those of the numerical simulation of Daunhawer et al. 2023
//! (2303.09166). There generators are invertible neural networks, style is shared by both views and perturbed in
//! one of them, and R^2 is that of a nonlinear regression; here everything is linear, each modality has a dependent block
//! of its own, and R^2 is that of a linear regression.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::exact::{Elimination, Limits, SparseMatrix};
use crate::model::Matrix;
use crate::report::{Code, Diagnostic};

/// The blocks of the latent space, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LatentBlock {
    /// Shared by both modalities.
    Invariant,
    /// Drawn given the invariant block, seen in images only.
    ImageDependent,
    /// Independent, seen in images only.
    ImagePrivate,
    /// Drawn given the invariant block, seen in texts only.
    TextDependent,
    /// Independent, seen in texts only.
    TextPrivate,
}

impl LatentBlock {
    /// Every block of the latent variables, the modal-invariant ones first.
    pub const ALL: [LatentBlock; 5] = [
        LatentBlock::Invariant,
        LatentBlock::ImageDependent,
        LatentBlock::ImagePrivate,
        LatentBlock::TextDependent,
        LatentBlock::TextPrivate,
    ];

    /// Its name in words.
    pub fn name(self) -> &'static str {
        match self {
            LatentBlock::Invariant => "invariant",
            LatentBlock::ImageDependent => "image-dependent",
            LatentBlock::ImagePrivate => "image-private",
            LatentBlock::TextDependent => "text-dependent",
            LatentBlock::TextPrivate => "text-private",
        }
    }

    /// What the image shows.
    const IN_IMAGE: [LatentBlock; 3] = [LatentBlock::Invariant, LatentBlock::ImageDependent, LatentBlock::ImagePrivate];
    /// What the text says.
    const IN_TEXT: [LatentBlock; 3] = [LatentBlock::Invariant, LatentBlock::TextDependent, LatentBlock::TextPrivate];
}

/// How texts come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The whole text is one linear function of its latents.
    Sentence,
    /// Each token is a function of its latents and of the tokens before it.
    Token,
}

/// A linear latent model with integer entries.
#[derive(Clone, Debug)]
pub struct LinearModel {
    /// Dimension of each block.
    pub size: usize,
    /// The mixture: latents from independent noise, square, unit lower triangular.
    pub mixture: Matrix,
    /// I: latents to images.
    pub image: Matrix,
    /// T: latents to texts.
    pub text: Matrix,
    /// At token level B and C, with T = B + C*T.
    pub written: Option<(Matrix, Matrix)>,
}

impl LinearModel {
    /// A random model of blocks of dimension `size`; `dependent` says whether the dependent blocks depend on the
    /// invariant one. The same seed gives the same model.
    pub fn random(level: Level, size: usize, dependent: bool, seed: u64) -> LinearModel {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let entry = |rng: &mut ChaCha8Rng| i64::from(rng.random_range(-1i8..=1));
        let mut dependence = || Matrix::from_integers(size, size, |_, _| if dependent { entry(&mut rng) } else { 0 });
        let (of_image, of_text) = (dependence(), dependence());
        let at = |i: usize, j: usize, block: usize, a: &Matrix| {
            (i / size, j / size) == (block, 0) && !a.get(i % size, j).numer().eq(&0.into())
        };
        let mixture = Matrix::from_rationals(5 * size, 5 * size, |i, j| match () {
            () if i == j => num_traits::One::one(),
            () if at(i, j, 1, &of_image) => of_image.get(i % size, j),
            () if at(i, j, 3, &of_text) => of_text.get(i % size, j),
            () => num_traits::Zero::zero(),
        });
        let image = generator(LatentBlock::IN_IMAGE, size, &mut rng);
        let direct = generator(LatentBlock::IN_TEXT, size, &mut rng);
        let (text, written) = match level {
            Level::Sentence => (direct, None),
            Level::Token => {
                let n = 3 * size;
                let causal = Matrix::from_integers(n, n, |i, j| {
                    if j < i && rng.random_range(0u8..4) == 0 { entry(&mut rng) } else { 0 }
                });
                (unrolled(&causal, &direct), Some((direct, causal)))
            }
        };
        LinearModel { size, mixture, image, text, written }
    }

    /// u_b: where a block sits among the latents, latents x block.
    pub fn injection(&self, block: LatentBlock) -> Matrix {
        let start = block as usize * self.size;
        Matrix::from_integers(5 * self.size, self.size, |i, j| i64::from(i == start + j))
    }

    /// Sampled latents, one a column: the mixture of integer noise.
    pub fn sample(&self, count: usize, seed: u64) -> Matrix {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let noise = Matrix::from_integers(5 * self.size, count, |_, _| i64::from(rng.random_range(-3i8..=3)));
        product(&self.mixture, &noise)
    }
}

/// An invertible linear function of three blocks, 3*size x 5*size: unit lower times unit upper triangular.
fn generator(blocks: [LatentBlock; 3], size: usize, rng: &mut ChaCha8Rng) -> Matrix {
    let n = 3 * size;
    let mut sparse = |below: bool| {
        Matrix::from_integers(n, n, |i, j| match () {
            () if i == j => 1,
            () if (j < i) == below && rng.random_range(0u8..5) == 0 => i64::from(rng.random_range(-1i8..=1)),
            () => 0,
        })
    };
    let mixing = product(&sparse(true), &sparse(false));
    let place = |j: usize| blocks.iter().position(|block| *block as usize == j / size).map(|at| at * size + j % size);
    let seen = Matrix::from_integers(n, 5 * size, |i, j| i64::from(place(j) == Some(i)));
    product(&mixing, &seen)
}

/// The solution of `T = B + C*T` for strictly lower triangular C, row by row: each token from those before it.
fn unrolled(causal: &Matrix, direct: &Matrix) -> Matrix {
    let mut text = direct.clone();
    // C is nilpotent, so this ends at the fixed point after as many rounds as there are tokens.
    for _ in 0..causal.rows() {
        text = direct.plus(&product(causal, &text)).unwrap_or(text);
    }
    text
}

/// A product of matrices that fit by construction.
fn product(a: &Matrix, b: &Matrix) -> Matrix {
    a.times(b).unwrap_or_else(|| Matrix::zeros(a.rows(), b.cols()))
}

/// Encoders that agree on every sample, found in closed form, and what the theorem says of them.
#[derive(Clone, Debug)]
pub struct Aligned {
    /// The image encoder: a row an independent solution.
    pub f: Matrix,
    /// The text encoder, embedding dimensions x text features.
    pub g: Matrix,
    /// A = f*I*u_inv.
    pub a: Matrix,
    /// Rank of the samples; diversity means that it is the number of latents.
    pub sample_rank: usize,
    /// Whether f*I = A*r_inv and g*T = A*r_inv, by multiplication.
    pub identified: bool,
}

/// All pairs of linear encoders with `f*I*Z = g*T*Z`, as a basis: the kernel of `[(I*Z)', -(T*Z)']`.
///
/// Errors: those of [`Elimination`].
pub fn align(model: &LinearModel, samples: &Matrix) -> Result<Aligned, Diagnostic> {
    let (images, texts) = (product(&model.image, samples), product(&model.text, samples));
    let (m, n) = (images.rows(), texts.rows());
    let minus = texts.scaled(&-<num_rational::BigRational as num_traits::One>::one());
    let conditions = sparse(samples.cols(), m + n, |sample, unknown| match unknown.checked_sub(m) {
        None => (&images, unknown, sample),
        Some(text) => (&minus, text, sample),
    })?;
    let limits = Limits::default();
    let basis = Elimination::new(&conditions, &[], &limits)?.kernel()?;
    let sampled = sparse(samples.cols(), samples.rows(), |sample, latent| (samples, latent, sample))?;
    let sample_rank = Elimination::new(&sampled, &[], &limits)?.rank();
    let f = Matrix::from_rationals(basis.len(), m, |i, j| basis[i].get(j as u32));
    let g = Matrix::from_rationals(basis.len(), n, |i, j| basis[i].get((m + j) as u32));
    let inject = model.injection(LatentBlock::Invariant);
    let a = product(&product(&f, &model.image), &inject);
    let claimed = product(&a, &inject.transposed());
    let identified = product(&f, &model.image) == claimed && product(&g, &model.text) == claimed;
    Ok(Aligned { f, g, a, sample_rank, identified })
}

/// An integer matrix, an entry of another matrix each.
fn sparse<'a>(
    rows: usize,
    cols: usize,
    entry: impl Fn(usize, usize) -> (&'a Matrix, usize, usize),
) -> Result<SparseMatrix, Diagnostic> {
    let value = |row, col| {
        let (matrix, i, j) = entry(row, col);
        i64::try_from(matrix.get(i, j).to_integer())
            .map_err(|_| Diagnostic::new(Code::ExactEntryTooLarge, "a sample is larger than a 64-bit integer"))
    };
    let row = |row| (0..cols).map(|col| Ok((col as u32, value(row, col)?))).collect::<Result<Vec<_>, Diagnostic>>();
    let keep = |row: Vec<(u32, i64)>| row.into_iter().filter(|(_, v)| *v != 0).collect();
    Ok(SparseMatrix::from_rows(cols, (0..rows).map(|r| row(r).map(keep)).collect::<Result<Vec<_>, Diagnostic>>()?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn aligned_encoders_compute_the_invariant_block_and_nothing_else(
            seed in any::<u64>(), size in 1usize..4, dependent in any::<bool>(), token in any::<bool>(),
        ) {
            let level = if token { Level::Token } else { Level::Sentence };
            let model = LinearModel::random(level, size, dependent, seed);
            let aligned = align(&model, &model.sample(12 * size + 8, seed ^ 1)).unwrap();
            prop_assert_eq!(aligned.sample_rank, 5 * size);
            prop_assert!(aligned.identified);
            prop_assert_eq!(aligned.a.rows(), size);
            if let Some((direct, causal)) = &model.written {
                prop_assert_eq!(&direct.plus(&product(causal, &model.text)).unwrap(), &model.text);
            }
        }

        #[test]
        fn too_few_samples_leave_encoders_that_read_more(seed in any::<u64>()) {
            let model = LinearModel::random(Level::Sentence, 2, true, seed);
            let aligned = align(&model, &model.sample(6, seed)).unwrap();
            prop_assert!(aligned.sample_rank < 10);
            prop_assert!(!aligned.identified);
        }
    }
}
