//! What a data set may ask for, and how messages show its texts.

/// Bounds on what a data set may ask for, so that hostile input ends in a [`Declined`] verdict and not in
/// exhausted memory.
///
/// [`Declined`]: crate::report::Verdict::Declined
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Tokens of one text.
    pub tokens_per_text: usize,
    /// Features of one text, counted with multiplicity: `n (n - 1) / 2` for the maps over pairs of tokens.
    pub features_per_text: usize,
    /// Distinct features of all texts, the number of columns.
    pub features: usize,
    /// Nonzero entries of all rows together.
    pub entries: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { tokens_per_text: 100_000, features_per_text: 1 << 20, features: 1 << 22, entries: 1 << 25 }
    }
}

/// A text as a message shows it: quoted, and cut where it is long.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}...", &text[..end]),
        None => format!("{text:?}"),
    }
}
