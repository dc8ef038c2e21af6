//! Exact rational linear algebra: sparse, modular, reconstructed. Untrusted, fast; results are checked by multiplication.
