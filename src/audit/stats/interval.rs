//! What the statistics agree on.

/// A 95 % interval.
pub type Interval = [f64; 2];

/// Under this many of a class nothing is said of it.
pub const FEW: usize = 50;

/// The 97.5th percentile of the normal distribution.
pub const Z: f64 = 1.959_963_984_540_054;
