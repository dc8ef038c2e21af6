//! A statement on concrete matrices: evaluate, sample, refute, shrink.
