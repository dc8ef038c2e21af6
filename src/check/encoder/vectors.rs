//! Vectors and lists of a certificate as they have to be: indices in order and in range, no zero stored.

use num_traits::Zero;

use super::multiply::Entry;
use crate::certificate::Sparse;
use crate::report::{Code, Diagnostic};

/// What a check that fails returns.
pub fn failure(code: Code, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(code, message)
}

/// The entries of the vector, after a check that indices increase below `bound` and no value is zero.
pub fn sparse<'a>(what: &str, vector: &'a Sparse, bound: usize) -> Result<Vec<Entry<'a>>, Diagnostic> {
    increasing(what, vector.iter().map(|(index, _)| *index), bound)?;
    if vector.iter().any(|(_, value)| value.0.is_zero()) {
        return Err(failure(Code::CertificateIndex, format!("{what} stores a zero")));
    }
    Ok(vector.iter().map(|(index, value)| (*index, &value.0)).collect())
}

/// Checks that the indices increase, all below `bound`.
pub fn increasing(what: &str, indices: impl Iterator<Item = u32>, bound: usize) -> Result<(), Diagnostic> {
    let mut last = None;
    for index in indices {
        if index as usize >= bound {
            return Err(failure(Code::CertificateIndex, format!("{what} uses index {index}; there are {bound}")));
        }
        if last.is_some_and(|last| last >= index) {
            return Err(failure(Code::CertificateIndex, format!("{what} is not in increasing order at index {index}")));
        }
        last = Some(index);
    }
    Ok(())
}
