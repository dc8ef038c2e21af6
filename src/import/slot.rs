//! What a file has where a pair may stand, kept or left out.

/// A pair of a file (of training text a caption) as the file has it, kept or left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// The number of its record in the file, from 0.
    pub record: usize,
    /// Its caption, if it has one.
    pub caption: Option<String>,
    /// Its negative, if it has one.
    pub negative: Option<String>,
    /// Whether it was kept: the bytes that the certificate names have it.
    pub kept: bool,
}
