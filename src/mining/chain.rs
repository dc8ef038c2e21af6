//! Chains of edits: steps that neither training nor the steps before express, for an encoder that sees all but the last.

use std::collections::{BTreeMap, HashSet};

use serde_json::json;

use super::compounds::Described;
use super::study::Study;
use crate::caption::{self, FeatureMap, Filling, Format, Tokenizer};
use crate::certificate::{CaptionProblem, Input, InputRole, Size, TrueOptimal};
use crate::encoder::{self, Problem};
use crate::exact::{Elimination, Limits};
use crate::files;
use crate::report::{Code, Diagnostic};

/// The most next steps of a chain that are tried.
const STEPS: usize = 512;

/// The captions on which the encoder has to be right.
pub struct Training {
    caption: String,
    files: Vec<(Input, Vec<u8>)>,
    map: FeatureMap,
}

impl Training {
    /// Training captions in raw inputs of the role `train`.
    pub fn new(study: &Study, files: Vec<(Input, Vec<u8>)>) -> Training {
        Training { caption: study.spell(&study.template.start()), files, map: study.map }
    }

    /// The encoder that tells a chain of edits apart at every depth below `depth` and is blind at it, with its
    /// certificate; no sphere of more than `limit` hard negatives is listed.
    ///
    /// Errors: [`Code::NotSeparable`], [`Code::ExactLimit`], and those of [`encoder::blind_at_the_end`].
    pub fn blind_at(&self, study: &Study, depth: usize, width: u32, limit: usize) -> Result<Described, Diagnostic> {
        let chain = self.chain(study, depth, limit)?;
        let (mut spec, inputs) = self.describe(&[&chain], width);
        let problem = Problem::read(&spec, &inputs)?;
        spec.size = problem.size();
        let claim = encoder::blind_at_the_end(&problem, &Limits::default())?;
        let certificate = encoder::certificate(&spec, vec![claim])?;
        Ok(Described { certificate, spec, inputs, problem })
    }

    /// The problem whose edits are the texts of the lists, one after the other.
    fn describe(&self, texts: &[&[String]], width: u32) -> (CaptionProblem, Vec<Vec<u8>>) {
        let pair = |text: &String| json!({ "caption": self.caption, "negative": text }).to_string() + "\n";
        let pairs: Vec<u8> = texts.iter().flat_map(|list| list.iter()).map(pair).collect::<String>().into_bytes();
        let chain = Input {
            name: "chain.jsonl".to_owned(),
            sha256: files::sha256_hex(&pairs),
            role: InputRole::Pairs,
            format: Some(Format::Jsonl),
        };
        let spec = CaptionProblem {
            inputs: std::iter::once(chain).chain(self.files.iter().map(|(input, _)| input.clone())).collect(),
            columns: BTreeMap::new(),
            selected: None,
            tokenizer: Tokenizer::Words,
            features: self.map,
            encoder: TrueOptimal::Projection { seed: 1, width, bound: 9 },
            size: Size { training: 0, edits: 0, features: 0 },
        };
        (spec, std::iter::once(pairs).chain(self.files.iter().map(|(_, bytes)| bytes.clone())).collect())
    }

    /// The texts after 1, 2, ..., `depth` steps, each step one that training and the steps before it do not express; the
    /// text after i steps cannot be reached in fewer.
    fn chain(&self, study: &Study, depth: usize, limit: usize) -> Result<Vec<String>, Diagnostic> {
        let known = self.texts()?;
        let mut spheres = study.template.spheres();
        let (mut chain, mut at): (Vec<String>, Filling) = (Vec::new(), study.template.start());
        while chain.len() < depth {
            if !spheres.go(limit) {
                let message = format!("there are more than {limit} hard negatives of depth {}", chain.len() + 1);
                return Err(Diagnostic::new(Code::ExactLimit, message).help("allow more with --limit"));
            }
            let sphere: HashSet<&Filling> = spheres.sphere().iter().collect();
            let mut next: Vec<Filling> = Vec::new();
            let mut tried = HashSet::new();
            study.template.neighbours(&at, |filling| {
                let fresh = sphere.contains(&filling) && tried.insert(filling.clone());
                if fresh && next.len() < STEPS && !known.contains(&study.spelt(&filling)) {
                    next.push(filling);
                }
            });
            let texts: Vec<String> = next.iter().map(|filling| study.spell(filling)).collect();
            let step = self.independent(&chain, &texts)?.ok_or_else(|| {
                let message = format!(
                    "no step at depth {} leads out of what the training captions and the steps before it express",
                    chain.len() + 1
                );
                Diagnostic::new(Code::NotSeparable, message)
                    .help("take richer --features, fewer training captions, more kinds of --edits or further --words")
            })?;
            at = next[step].clone();
            chain.push(texts[step].clone());
        }
        Ok(chain)
    }

    /// The first of the texts whose step from the end of the chain is independent of training and of the steps before.
    fn independent(&self, chain: &[String], texts: &[String]) -> Result<Option<usize>, Diagnostic> {
        if texts.is_empty() {
            return Ok(None);
        }
        let (spec, inputs) = self.describe(&[chain, texts], 1);
        let problem = Problem::read(&spec, &inputs)?;
        let (s, d) = (problem.s(), problem.d());
        let mut rows = s.clone();
        let step = |edit: usize, before: Option<usize>| -> Vec<(u32, i64)> {
            let less = before.map(|edit| d.row(edit).map(|(column, value)| (column, -value)).collect::<Vec<_>>());
            d.row(edit).chain(less.into_iter().flatten()).collect()
        };
        for edit in 0..d.rows() {
            rows.push_row(step(edit, edit.min(chain.len()).checked_sub(1)))?;
        }
        let first = s.rows() + chain.len();
        let elimination = Elimination::new(&rows, &[s.rows(), first, rows.rows()], &Limits::default())?;
        Ok((0..texts.len()).find(|text| elimination.is_pivot_row(first + text)))
    }

    /// The training captions as words.
    fn texts(&self) -> Result<HashSet<Vec<String>>, Diagnostic> {
        let limit = caption::Limits::default().tokens_per_text;
        let mut texts = HashSet::new();
        for (input, bytes) in &self.files {
            for train in caption::read_train(&input.name, bytes, None, &caption::Columns::default())? {
                texts.insert(Tokenizer::Words.tokenize(&train.text, limit)?);
            }
        }
        Ok(texts)
    }
}
