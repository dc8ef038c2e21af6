//! What a certificate is about: captions, their edits, a feature map and a true-optimal encoder, or nothing in common.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fields::{present, unrepeated};
use crate::caption::{FeatureMap, Format, Tokenizer};
use crate::report::plural;

/// What a certificate is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Problem {
    /// Captions and their edits, read from raw files.
    Captions(CaptionProblem),
    /// Nothing in common: every claim brings its own matrices.
    Matrices,
}

/// Captions, edits, a feature map and a true-optimal encoder; S and D follow from them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptionProblem {
    /// The raw files, in the order in which they are read.
    pub inputs: Vec<Input>,
    /// Names of columns or fields, where they are not the usual ones: `caption`, `negative`, `operator`, `id`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default, deserialize_with = "unrepeated")]
    pub columns: BTreeMap<String, String>,
    /// Which pairs count as edits, by their increasing 0-based number over all pair files; absent: all.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
    pub selected: Option<Vec<u32>>,
    /// How text is cut.
    pub tokenizer: Tokenizer,
    /// What an encoder reads.
    pub features: FeatureMap,
    /// The true-optimal encoder.
    pub encoder: TrueOptimal,
    /// The sizes, restated so that a disagreement is found before any multiplication.
    pub size: Size,
}

/// A raw file that the problem is read from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// A plain file name, looked up beside the certificate; never a path.
    pub name: String,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// What it is used for.
    pub role: InputRole,
    /// How its text is laid out (pair and training files).
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
    pub format: Option<Format>,
}

/// What an input is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum InputRole {
    /// Captions with their hard negatives.
    Pairs,
    /// Further training captions.
    Train,
    /// `.npy`: one row a text, the true-optimal embedding.
    Embeddings,
    /// The texts that the rows of the embeddings stand for.
    EmbeddingTexts,
    /// `.npy`: one row a text, the feature vector.
    Features,
    /// The texts that the rows of the feature matrix stand for.
    FeatureTexts,
}

/// Where the true-optimal encoder comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", try_from = "Encoder")]
pub enum TrueOptimal {
    /// A random integer linear map of the features, entries uniform in `-bound..=bound`, from a seed.
    Projection {
        /// Seed of the entries.
        seed: u64,
        /// Dimension of the embedding.
        width: u32,
        /// Largest magnitude of an entry.
        bound: u32,
    },
    /// The user's embeddings of the texts, from the inputs of role `embeddings` and `embedding-texts`.
    Embeddings {
        /// Dimension of the embedding.
        width: u32,
    },
}

/// The same as it is written: serde would read a tagged choice from a list too.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Encoder {
    kind: EncoderKind,
    width: u32,
    #[serde(default, deserialize_with = "present")]
    seed: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    bound: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum EncoderKind {
    Projection,
    Embeddings,
}

impl TryFrom<Encoder> for TrueOptimal {
    type Error = &'static str;

    fn try_from(written: Encoder) -> Result<TrueOptimal, &'static str> {
        let Encoder { kind, width, seed, bound } = written;
        match (kind, seed, bound) {
            (EncoderKind::Projection, Some(seed), Some(bound)) => Ok(TrueOptimal::Projection { seed, width, bound }),
            (EncoderKind::Projection, ..) => Err("a projection has a seed, a width and a bound"),
            (EncoderKind::Embeddings, None, None) => Ok(TrueOptimal::Embeddings { width }),
            (EncoderKind::Embeddings, ..) => Err("embeddings have a width, and neither seed nor bound"),
        }
    }
}

/// Numbers of rows and columns, recomputed by every checker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Distinct training captions: rows of S.
    pub training: u32,
    /// Edits: rows of D.
    pub edits: u32,
    /// Features: columns of S and of D.
    pub features: u32,
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [training, edits, features] =
            [(self.training, "training caption"), (self.edits, "edit"), (self.features, "feature")]
                .map(|(count, what)| plural(count as usize, what));
        write!(f, "{training}, {edits}, {features}")
    }
}
