//! The teaching material, generated from statements and proofs.
