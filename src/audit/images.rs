//! Image embeddings by pair: one of the caption's image, or two of a group.

use std::path::Path;

use super::accuracy::Model;
use super::card::Images;
use super::embeddings::{Embeddings, matrix};
use crate::encoder::Problem;
use crate::import::AsGiven;
use crate::report::{Code, Diagnostic, plural};

/// Reads image embeddings: a row a pair, in the order of the files; or two a pair, that of the caption and then that of the
/// negative, pair after pair.
///
/// Errors: those of [`matrix`] and of [`Embeddings::new`]; [`Code::TensorShape`] for another number of rows.
pub fn open(path: &Path, given: &AsGiven, scale: bool) -> Result<Images, Diagnostic> {
    let (tensor, sha256) = matrix(path)?;
    let (rows, pairs) = (tensor.shape[0], given.texts.len());
    let each = match rows {
        _ if rows == pairs => 1,
        _ if rows == 2 * pairs => 2,
        _ => {
            let message = format!("{} has {} for {}", path.display(), plural(rows, "row"), plural(pairs, "pair"));
            return Err(Diagnostic::new(Code::TensorShape, message).help("one image a pair is needed, or two"));
        }
    };
    // Whose pair is left out may have any row.
    let mut names = vec![None; rows];
    given.of.iter().flat_map(|at| each * at..each * (at + 1)).for_each(|row| names[row] = Some(row.to_string()));
    let read = Embeddings::new(&path.display().to_string(), sha256, tensor, &names, scale)?;
    let of = |at: &usize| (0..each).map(|k| read.row((each * at + k) as u32).to_vec()).collect();
    Ok(Images { of: given.of.iter().map(of).collect(), about: read.about })
}

/// With one image a pair: whether it is nearer to its caption than to the negative, as the answers of a model of that name.
///
/// Errors: [`Code::TensorShape`] where images and texts have different dimensions, [`Code::TextWithoutRow`].
pub fn answers(
    name: &str,
    images: &Images,
    texts: &Embeddings,
    problem: &Problem,
) -> Result<Option<Model>, Diagnostic> {
    if images.about.dimensions != texts.width() {
        let (a, b) = (images.about.dimensions, texts.width());
        return Err(Diagnostic::new(Code::TensorShape, format!("images have {a} dimensions and texts {b}")));
    }
    if images.of.first().is_none_or(|of| of.len() != 1) {
        return Ok(None);
    }
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let pairs = &problem.dataset().pairs;
    let rows = texts.find_all(pairs.iter().flat_map(|pair| [pair.caption.as_str(), pair.negative.as_str()]))?;
    let right = images
        .of
        .iter()
        .zip(rows.chunks_exact(2))
        .map(|(image, pair)| Some(dot(&image[0], texts.row(pair[0])) > dot(&image[0], texts.row(pair[1]))));
    Ok(Some(Model { name: name.to_owned(), right: right.collect() }))
}
