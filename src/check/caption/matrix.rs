//! A user's matrix of features, one row per text: embeddings by any encoder, taken as the exact dyadic
//! rationals that floats are.

use std::collections::HashMap;

use crate::arrays::{Scaled, Tensor, scaled_integers};
use crate::files::json;
use crate::report::{Code, Diagnostic};

use super::dataset::Dataset;
use super::limits::shown;
use super::read::{Columns, Format, read_train};

/// The rows of a matrix, found by text; features are integers of 64 bits, embeddings of 128.
#[derive(Clone, Debug)]
pub struct TextMatrix<T = i64> {
    columns: usize,
    scale: u32,
    entries: Vec<T>,
    rows: HashMap<String, usize>,
}

impl TextMatrix {
    /// The texts that name the rows of a matrix: training captions in JSON, if the file is an array in well-formed JSON, or
    /// one a line.
    ///
    /// Errors: those of [`read_train`].
    pub fn names(name: &str, bytes: &[u8]) -> Result<Vec<String>, Diagnostic> {
        let text = super::read::text(name, bytes)?;
        let list = text.trim_start_matches(json::is_space).starts_with('[') && json::check(text).is_ok();
        let format = if list { Format::Json } else { Format::Text };
        let captions = read_train(name, bytes, Some(format), &Columns::default())?;
        Ok(captions.into_iter().map(|caption| caption.text).collect())
    }

    /// The texts that name the rows when there is no list: each different text of the data set once, in the
    /// order of first appearance over captions, negatives and training captions.
    pub fn default_order(dataset: &Dataset) -> Vec<String> {
        let mut seen = std::collections::HashSet::new();
        dataset.texts().filter(|&text| seen.insert(text)).map(str::to_owned).collect()
    }
}

impl<T: Scaled> TextMatrix<T> {
    /// A matrix whose row `i` belongs to `texts[i]`, white space around it left out. A text that occurs twice must have
    /// the same row twice.
    ///
    /// Errors: [`Code::TensorShape`] (not a matrix, no column, not one row per text, two rows for one text),
    /// [`Code::TensorRange`] (the floats are not small enough integers over one power of two),
    /// [`Code::TensorNotFinite`].
    pub fn new(tensor: &Tensor, texts: &[String]) -> Result<TextMatrix<T>, Diagnostic> {
        let (rows, columns) = tensor.rows_and_columns()?;
        let shape = |message: String| Diagnostic::new(Code::TensorShape, message);
        if rows != texts.len() || columns == 0 || u32::try_from(columns).is_err() {
            return Err(shape(format!("a matrix of {rows} x {columns} does not have a row for each of {} texts", texts.len()))
                .note(format!("the first text is {}", texts.first().map_or("none".to_owned(), |text| shown(text))))
                .help("one row per text is needed, in the order of the texts: a JSON list, or one text a line; a file that is not \
                       well-formed JSON is read as lines"));
        }
        let (entries, scale) = scaled_integers(&tensor.data)?;
        let row = |i: usize| &entries[i * columns..(i + 1) * columns];
        let mut by_text: HashMap<String, usize> = HashMap::new();
        for (i, text) in texts.iter().enumerate() {
            let first = *by_text.entry(text.trim().to_owned()).or_insert(i);
            if row(first) != row(i) {
                return Err(shape(format!("rows {first} and {i} differ, but both belong to {}", shown(text))));
            }
        }
        Ok(TextMatrix { columns, scale, entries, rows: by_text })
    }

    /// How many columns there are.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The integers of a row are the numbers of the matrix times 2 to this power.
    pub fn scale(&self) -> u32 {
        self.scale
    }

    /// The row of a text, white space around it left out.
    ///
    /// Error: [`Code::TextWithoutRow`].
    pub fn row(&self, text: &str) -> Result<Vec<(u32, T)>, Diagnostic> {
        let row = self.rows.get(text.trim()).ok_or_else(|| {
            Diagnostic::new(Code::TextWithoutRow, format!("the matrix has no row for the text {}", shown(text)))
                .help("name the row of each text in a JSON list or in plain lines")
        })?;
        let entries = &self.entries[row * self.columns..(row + 1) * self.columns];
        Ok(entries.iter().enumerate().filter(|(_, x)| **x != T::from_wide(0)).map(|(i, &x)| (i as u32, x)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(texts: &[&str], data: &[f64]) -> Result<TextMatrix, Code> {
        let tensor = Tensor { shape: vec![data.len() / 2, 2], data: data.to_vec() };
        TextMatrix::new(&tensor, &texts.iter().map(|&t| t.to_owned()).collect::<Vec<_>>()).map_err(|e| e.code)
    }

    #[test]
    fn rows_are_exact_integers_over_one_power_of_two() {
        let m = matrix(&["a ", "b"], &[0.5, 0.0, -3.0, 0.25]).unwrap();
        assert_eq!((m.columns(), m.scale()), (2, 2));
        assert_eq!(m.row("a ").unwrap(), [(0, 2)]);
        assert_eq!(m.row(" a").unwrap(), [(0, 2)]);
        assert_eq!(m.row("b\n").unwrap(), [(0, -12), (1, 1)]);
        assert_eq!(m.row("c").unwrap_err().code, Code::TextWithoutRow);
    }

    #[test]
    fn white_space_around_a_text_does_not_tell_it_from_another() {
        assert_eq!(matrix(&["a ", " a"], &[1.0, 0.0, 2.0, 0.0]).unwrap_err(), Code::TensorShape);
        let m = matrix(&["a ", " a"], &[1.0, 0.0, 1.0, 0.0]).unwrap();
        assert_eq!(m.row("a").unwrap(), [(0, 1)]);
    }

    #[test]
    fn names_are_a_json_list_or_lines() {
        let names = |text: &str| TextMatrix::names("n", text.as_bytes()).map_err(|e| e.code);
        assert_eq!(names(" [\"a\", \"b c\"]").unwrap(), ["a", "b c"]);
        assert_eq!(names("a\r\n\nb\u{2028}c\n").unwrap(), ["a", "b\u{2028}c"]);
        assert_eq!(names("[1]").unwrap_err(), Code::DataShape);
        assert_eq!(names("[sic] a cube\na ball").unwrap(), ["[sic] a cube", "a ball"]);
        assert_eq!(names("\u{feff}\n[\"a\"]").unwrap(), ["a"]);
        assert_eq!(names("a\rb").unwrap(), ["a", "b"]);
        assert_eq!(names("").unwrap_err(), Code::NoCaptions);
    }

    #[test]
    fn shapes_that_do_not_fit_are_refused() {
        assert_eq!(matrix(&["a"], &[1.0, 2.0, 3.0, 4.0]).unwrap_err(), Code::TensorShape);
        assert_eq!(matrix(&["a", "a"], &[1.0, 2.0, 1.0, 3.0]).unwrap_err(), Code::TensorShape);
        assert!(matrix(&["a", "a"], &[1.0, 2.0, 1.0, 2.0]).is_ok());
        assert_eq!(matrix(&["a"], &[1e300, 1e-300]).unwrap_err(), Code::TensorRange);
        let flat = Tensor { shape: vec![2], data: vec![1.0, 2.0] };
        assert_eq!(TextMatrix::<i64>::new(&flat, &["a".into(), "b".into()]).unwrap_err().code, Code::TensorShape);
        let empty = Tensor { shape: vec![1, 0], data: vec![] };
        assert_eq!(TextMatrix::<i64>::new(&empty, &["a".into()]).unwrap_err().code, Code::TensorShape);
    }
}
