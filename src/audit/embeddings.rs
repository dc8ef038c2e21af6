//! Embeddings as users have them: which row belongs to which text, and everything that is wrong with them at once.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::caption::TextMatrix;
use crate::export::{Tensor, npy, safetensors};
use crate::files;
use crate::report::{Code, Diagnostic, plural};

/// Embeddings of texts: finite, none of them zero, a row a text.
#[derive(Clone, Debug)]
pub struct Embeddings {
    /// Row after row, as the file has them.
    data: Arc<Vec<f64>>,
    width: usize,
    /// The row of the data that stands for a row, where they are permuted.
    order: Option<Vec<u32>>,
    rows: Arc<HashMap<String, u32>>,
    /// What the report says of them.
    pub about: About,
}

/// What the report says of embeddings.
#[derive(Clone, Debug, Serialize)]
pub struct About {
    /// The file that the embeddings were read from.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Rows: one a text.
    pub rows: usize,
    /// Columns: dimensions of the embedding.
    pub dimensions: usize,
    /// The least and the largest norm of a row, as it stands in the file.
    pub norms: [f64; 2],
    /// Whether rows were scaled to length 1.
    pub scaled: bool,
    /// How many texts are named more than once, with equal rows.
    pub repeated: usize,
}

/// A matrix from a `.npy` or safetensors file, NaN and infinities as they are, with the file's SHA-256.
///
/// Errors: those of the readers; [`Code::TensorShape`] where a safetensors file has several tensors or a tensor is no matrix
/// with at least one row and column.
pub fn matrix(path: &Path) -> Result<(Tensor, String), Diagnostic> {
    let name = path.display().to_string();
    let bytes = files::read_bytes(path, files::DEFAULT_LIMIT)?;
    let tensor = if path.extension().is_some_and(|extension| extension == "safetensors") {
        let tensors: BTreeMap<String, Tensor> = safetensors::from_bytes_as_they_are(&name, &bytes)?;
        let names: Vec<&String> = tensors.keys().collect();
        if names.len() != 1 {
            let message = format!("{name} has {}, and one is needed: {names:?}", plural(names.len(), "tensor"));
            return Err(Diagnostic::new(Code::TensorShape, message).help("save the embeddings alone"));
        }
        tensors.into_values().next()
    } else {
        Some(npy::from_bytes_as_they_are(&name, &bytes)?)
    };
    let tensor = tensor.ok_or_else(|| Diagnostic::new(Code::TensorShape, format!("{name} has no tensor")))?;
    match tensor.rows_and_columns()? {
        (0, _) | (_, 0) => Err(Diagnostic::new(Code::TensorShape, format!("{name} has no rows or no columns"))),
        _ => Ok((tensor, files::sha256_hex(&bytes))),
    }
}

/// The texts that name rows: a JSON list, or one a line. Errors: those of the readers.
pub fn names(path: &Path) -> Result<Vec<String>, Diagnostic> {
    TextMatrix::names(&path.display().to_string(), &files::read_bytes(path, files::DEFAULT_LIMIT)?)
}

/// An order that rows may be in, in words, and the text of each row; `None` is the row of a record that has none.
pub type Order = (&'static str, Vec<Option<String>>);

/// How many rows a message names.
const NAMED: usize = 10;

/// `rows 3, 5 and 7 more` with numbers from 0.
fn some(rows: &[usize]) -> String {
    let named: Vec<String> = rows.iter().take(NAMED).map(usize::to_string).collect();
    let more = rows.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{} {}{more}", if rows.len() == 1 { "row" } else { "rows" }, named.join(", "))
}

/// What is wrong with the numbers of the rows that have a name: rows that are not finite, rows that are zero.
fn faults(tensor: &Tensor, width: usize, names: &[Option<String>]) -> Vec<(Code, String)> {
    let rows = |wrong: &dyn Fn(&[f64]) -> bool| -> Vec<usize> {
        let rows = tensor.data.chunks_exact(width).enumerate();
        rows.filter(|(at, row)| names[*at].is_some() && wrong(row)).map(|(at, _)| at).collect()
    };
    let odd = rows(&|row| row.iter().any(|x| !x.is_finite()));
    let zero = rows(&|row| row.iter().all(|x| *x == 0.0));
    // Squares of what is larger or smaller leave the range of doubles.
    let far = rows(&|row| {
        let most = row.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        most.is_finite() && most != 0.0 && !(1e-100..=1e100).contains(&most)
    });
    let told = |code, rows: &[usize], what: &str| {
        let verb = if rows.len() == 1 { "is" } else { "are" };
        (!rows.is_empty()).then(|| (code, format!("{} of {} {verb} {what}", some(rows), tensor.shape[0])))
    };
    [
        told(Code::TensorNotFinite, &odd, "not finite: NaN or an infinity"),
        told(Code::TensorShape, &zero, "zero and have no direction"),
        told(Code::TensorRange, &far, "outside 1e-100 to 1e100 in their largest entry: scale the matrix"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Embeddings {
    /// Reads embeddings and names their rows. With `texts` the file of names; else the rows belong to one of the lists in
    /// `orders`, whichever has as many.
    ///
    /// Errors: those of [`matrix`]; [`Code::TensorShape`] where there is not a row a text, a text has two different rows, or
    /// a row is zero; [`Code::TensorNotFinite`]. All faults are named together, rows counted from 0.
    pub fn open(path: &Path, texts: Option<&Path>, orders: &[Order], scale: bool) -> Result<Embeddings, Diagnostic> {
        let (tensor, sha256) = matrix(path)?;
        let names = match texts {
            Some(texts) => names(texts)?.into_iter().map(Some).collect(),
            None => in_order(path, tensor.shape[0], orders)?,
        };
        Embeddings::new(&path.display().to_string(), sha256, tensor, &names, scale)
    }

    /// The same from memory; what is in a row without a name does not matter. Errors as [`Embeddings::open`].
    pub fn new(
        file: &str,
        sha256: String,
        tensor: Tensor,
        names: &[Option<String>],
        scale: bool,
    ) -> Result<Embeddings, Diagnostic> {
        let (count, width) = tensor.rows_and_columns()?;
        if count != names.len() {
            let message = format!("{file} has {}, and {} are named", plural(count, "row"), plural(names.len(), "text"));
            return Err(Diagnostic::new(Code::TensorShape, message)
                .help("one row a text is needed, in the order of --embedding-texts"));
        }
        let mut wrong = faults(&tensor, width, names);
        let mut rows: HashMap<String, u32> = HashMap::new();
        let row = |at: usize| &tensor.data[at * width..(at + 1) * width];
        let (mut repeated, mut differing) = (0, Vec::new());
        let named = || names.iter().enumerate().filter_map(|(at, text)| Some((at, text.as_ref()?)));
        for (at, text) in named() {
            let first = *rows.entry(text.trim().to_owned()).or_insert(at as u32) as usize;
            repeated += usize::from(first != at);
            if first != at && row(first).iter().zip(row(at)).any(|(a, b)| a.to_bits() != b.to_bits()) {
                differing.push(at);
            }
        }
        if !differing.is_empty() {
            wrong.push((
                Code::TensorShape,
                format!("{}: another row of the same text before, with other numbers", some(&differing)),
            ));
        }
        if let Some((code, first)) = wrong.first() {
            let diagnostic = Diagnostic::new(*code, format!("{file}: {first} (rows count from 0)"));
            return Err(wrong.iter().skip(1).fold(diagnostic, |d, (_, message)| d.note(message.clone())));
        }
        let mut data = tensor.data;
        let lengths: Vec<f64> =
            data.chunks_exact(width).map(|row| row.iter().map(|x| x * x).sum::<f64>().sqrt()).collect();
        if scale {
            for (row, length) in data.chunks_exact_mut(width).zip(&lengths) {
                row.iter_mut().for_each(|x| *x /= length);
            }
        }
        let lengths = named().map(|(at, _)| lengths[at]);
        let norms = lengths.fold([f64::INFINITY, 0.0], |[a, b], n| [f64::min(a, n), f64::max(b, n)]);
        let about = About {
            file: Path::new(file).file_name().map_or(file.into(), |name| name.to_string_lossy()).into_owned(),
            sha256,
            rows: count,
            dimensions: width,
            norms,
            scaled: scale,
            repeated,
        };
        Ok(Embeddings { data: Arc::new(data), width, order: None, rows: Arc::new(rows), about })
    }

    /// The number of dimensions.
    pub fn width(&self) -> usize {
        self.width
    }

    /// All numbers, row after row, in the order of the file.
    pub fn data(&self) -> &[f64] {
        &self.data
    }

    /// The embedding in a row.
    pub fn row(&self, row: u32) -> &[f64] {
        let row = self.order.as_ref().map_or(row, |order| order[row as usize]);
        &self.data[row as usize * self.width..][..self.width]
    }

    /// The row of a text, if there is one; white space around it does not matter.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.rows.get(text.trim()).copied()
    }

    /// The rows of texts. Error: [`Code::TextWithoutRow`], naming how many and the first few.
    pub fn find_all<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Result<Vec<u32>, Diagnostic> {
        let (mut rows, mut missing) = (Vec::new(), Vec::new());
        for text in texts {
            match self.find(text) {
                Some(row) => rows.push(row),
                None => missing.push(text),
            }
        }
        missing.sort_unstable();
        missing.dedup();
        let Some(first) = missing.first() else { return Ok(rows) };
        let message = format!("{} has no row for {}", self.about.file, plural(missing.len(), "text"));
        let help = "name the rows with --embedding-texts, a JSON list or one a line";
        let diagnostic = Diagnostic::new(Code::TextWithoutRow, message).note(format!("the first is {first:?}"));
        Err(missing.iter().take(NAMED).skip(1).fold(diagnostic, |d, text| d.note(format!("{text:?}"))).help(help))
    }

    /// The same rows under other texts, for the null: what remains if embeddings belong to the wrong texts.
    pub fn permuted(&self, order: Vec<u32>) -> Embeddings {
        Embeddings { order: Some(order), ..self.clone() }
    }
}

/// Of the orders that rows may be in, the one with as many texts.
fn in_order(path: &Path, rows: usize, orders: &[Order]) -> Result<Vec<Option<String>>, Diagnostic> {
    if let Some((_, order)) = orders.iter().find(|(_, order)| order.len() == rows) {
        return Ok(order.clone());
    }
    let counts: Vec<String> = orders.iter().map(|(what, order)| format!("{} ({what})", order.len())).collect();
    let message = format!("{} has {}, which is none of {}", path.display(), plural(rows, "row"), counts.join(", "));
    Err(Diagnostic::new(Code::TensorShape, message).help("name the rows with --embedding-texts"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(texts: &[&str], data: &[f64], scale: bool) -> Result<Embeddings, Diagnostic> {
        let tensor = Tensor { shape: vec![data.len() / 2, 2], data: data.to_vec() };
        let names: Vec<Option<String>> = texts.iter().map(|t| Some(t.to_string())).collect();
        Embeddings::new("e.npy", String::new(), tensor, &names, scale)
    }

    #[test]
    fn rows_are_found_by_text_and_scaled_on_request() {
        let e = made(&["a", " b"], &[3.0, 4.0, 0.0, -2.0], true).unwrap();
        assert_eq!((e.row(0), e.row(e.find("b ").unwrap())), (&[0.6, 0.8][..], &[0.0, -1.0][..]));
        assert_eq!(e.about.norms, [2.0, 5.0]);
        assert_eq!(e.find_all(["a", "c", "d", "c"]).unwrap_err().message, "e.npy has no row for 2 texts");
        let e = made(&["a", "a"], &[3.0, 4.0, 3.0, 4.0], false).unwrap();
        assert_eq!((e.about.repeated, e.row(0)), (1, &[3.0, 4.0][..]));
    }

    #[test]
    fn every_fault_is_named_with_its_rows() {
        let texts = ["a", "b", "c", "d", "a"];
        let error = made(&texts, &[1.0, 0.0, f64::NAN, 0.0, 0.0, 0.0, 1.0, f64::INFINITY, 2.0, 0.0], true).unwrap_err();
        let all = format!("{} {}", error.message, error.notes.join(" "));
        assert_eq!(error.code, Code::TensorNotFinite);
        for part in ["rows 1, 3 of 5 are not finite", "row 2 of 5 is zero", "row 4: another row"] {
            assert!(all.contains(part), "{all}");
        }
        assert_eq!(made(&["a"], &[1.0, 0.0, 1.0, 0.0], true).unwrap_err().code, Code::TensorShape);
    }

    #[test]
    fn rows_without_names_are_in_the_order_of_one_of_the_lists() {
        let list = |n: usize| (0..n).map(|i| Some(i.to_string())).collect::<Vec<_>>();
        let orders = [("captions, then negatives", list(4)), ("different texts", list(3))];
        assert_eq!(in_order(Path::new("e"), 3, &orders).unwrap(), list(3));
        let error = in_order(Path::new("e"), 5, &orders).unwrap_err();
        assert!(error.message.contains("4 (captions, then negatives), 3 (different texts)"), "{error}");
    }
}
