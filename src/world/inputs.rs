//! The built-in world as raw inputs, like any user's: its captions, its edits, its true-optimal embeddings.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Operator, Reading, TextDecoder, World, WorldEdit};
use crate::caption::{FeatureMap, Format, Tokenizer};
use crate::certificate::{CaptionProblem, Input, InputRole, Size, TrueOptimal};
use crate::encoder::Problem;
use crate::export::{Tensor, npy};
use crate::files;
use crate::report::Diagnostic;

/// A caption, its hard negative, and the operator between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// A training caption.
    pub caption: String,
    /// The edited caption.
    pub negative: String,
    /// The operator by which the negative comes from its caption.
    pub operator: Operator,
}

impl From<&WorldEdit> for Pair {
    fn from(edit: &WorldEdit) -> Pair {
        Pair { caption: edit.caption.clone(), negative: edit.negative.clone(), operator: edit.operator }
    }
}

/// Raw inputs over the built-in world.
#[derive(Clone, Debug)]
pub struct WorldInputs {
    reading: Reading,
    operators: Vec<Operator>,
    described: Vec<Input>,
    inputs: Vec<Vec<u8>>,
}

impl WorldInputs {
    /// Files with these pairs, all training captions, and the embedding of every caption by the true-optimal encoder
    /// that writes this reading. Errors: those of tensor files.
    pub fn new(world: &World, pairs: &[Pair], reading: Reading) -> Result<WorldInputs, Diagnostic> {
        WorldInputs::with_training(world, pairs, &world.training_captions(), reading)
    }

    /// The same with these further training captions, at least one, instead of all. Errors: those of tensor files.
    pub fn with_training(
        world: &World,
        pairs: &[Pair],
        training: &[String],
        reading: Reading,
    ) -> Result<WorldInputs, Diagnostic> {
        let decoder = TextDecoder::of(world);
        let line = |pair: &Pair| {
            let record = json!({ "caption": pair.caption, "negative": pair.negative, "operator": pair.operator });
            record.to_string() + "\n"
        };
        let training = training.join("\n") + "\n";
        let texts: Vec<&str> = decoder.captions().map(|(text, _)| text).collect();
        let embeddings = decoder.captions().flat_map(|(_, scene)| reading.embed(scene)).map(|v| v as f64).collect();
        let matrix = npy::to_bytes(&Tensor::matrix(texts.len(), reading.width(), embeddings)?);
        let names = texts.join("\n") + "\n";
        let files = [
            (
                "world.jsonl",
                InputRole::Pairs,
                Some(Format::Jsonl),
                pairs.iter().map(line).collect::<String>().into_bytes(),
            ),
            ("world-training.txt", InputRole::Train, Some(Format::Text), training.into_bytes()),
            ("world-true-optimal.npy", InputRole::Embeddings, None, matrix),
            ("world-captions.txt", InputRole::EmbeddingTexts, None, names.into_bytes()),
        ];
        let (mut described, mut inputs) = (Vec::new(), Vec::new());
        for (name, role, format, bytes) in files {
            let name = name.to_owned();
            described.push(Input { name, sha256: files::sha256_hex(&bytes), role, format });
            inputs.push(bytes);
        }
        let operators = pairs.iter().map(|pair| pair.operator).collect();
        Ok(WorldInputs { reading, operators, described, inputs })
    }

    /// The files' contents, in the order of a problem's inputs.
    pub fn inputs(&self) -> &[Vec<u8>] {
        &self.inputs
    }

    /// The problem over the pairs of one operator, or over all. Errors: those of [`Problem::read`].
    pub fn problem(
        &self,
        map: FeatureMap,
        operator: Option<Operator>,
    ) -> Result<(CaptionProblem, Problem), Diagnostic> {
        let chosen =
            |operator| (0..self.operators.len()).filter(move |&e| self.operators[e] == operator).map(|e| e as u32);
        let mut spec = CaptionProblem {
            inputs: self.described.clone(),
            selected: operator.map(|operator| chosen(operator).collect()),
            tokenizer: Tokenizer::Words,
            features: map,
            columns: BTreeMap::new(),
            encoder: TrueOptimal::Embeddings { width: self.reading.width() as u32 },
            size: Size { training: 0, edits: 0, features: 0 },
        };
        let problem = Problem::read(&spec, &self.inputs)?;
        spec.size = problem.size();
        Ok((spec, problem))
    }
}
