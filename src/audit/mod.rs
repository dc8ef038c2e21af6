//! Data sets and real encoders, held against the theory.
