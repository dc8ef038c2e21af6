//! Builders: true-optimal, pseudo-optimal, obstruction; their certificates.
