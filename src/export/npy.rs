//! NumPy's `.npy` files.

use std::path::Path;

use crate::files;
use crate::report::Diagnostic;

use super::Tensor;

pub use scotoma_check::arrays::npy::*;

/// Writes a tensor as a `.npy` file (float64). Errors: those of [`files::write_atomically`].
pub fn write(path: &Path, tensor: &Tensor) -> Result<(), Diagnostic> {
    files::write_atomically(path, &to_bytes(tensor))
}
