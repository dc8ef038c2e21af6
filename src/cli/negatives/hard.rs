//! Negatives that training does not settle: generation and mining in one step.

use std::path::Path;

use serde::Serialize;
use serde_json::json;

use crate::caption::{FeatureMap, Format, Negative, Tokenizer};
use crate::certificate::{
    CaptionProblem, Certificate, Claim, Input, InputRole, Problem as CertificateProblem, Size, TrueOptimal,
};
use crate::cli::Context;
use crate::encoder::Problem;
use crate::files;
use crate::mining::mine;
use crate::report::{Code, Diagnostic, quoted};

/// What an encoder reads of a text.
pub(super) struct Reader {
    features: FeatureMap,
    tokenizer: Tokenizer,
}

impl Reader {
    /// A feature map over tokens by its name, or that of a certificate.
    pub(super) fn named(name: &str) -> Result<Reader, Diagnostic> {
        if let Some(&features) = FeatureMap::OF_TOKENS.iter().find(|map| map.name() == name) {
            return Ok(Reader { features, tokenizer: Tokenizer::Words });
        }
        if !Path::new(name).exists() {
            let known: Vec<&str> = FeatureMap::OF_TOKENS.iter().map(|map| map.name()).collect();
            let message = format!("no feature map and no certificate is called {}", quoted(name));
            return Err(Diagnostic::new(Code::Usage, message).help(format!("known: {}", known.join(", "))));
        }
        let bytes = files::read_bytes(Path::new(name), files::DEFAULT_LIMIT)?;
        match Certificate::from_bytes(name, bytes)?.problem {
            CertificateProblem::Captions(spec) => {
                Reader { features: spec.features, tokenizer: spec.tokenizer }.of_tokens()
            }
            _ => Err(Diagnostic::new(Code::Usage, format!("{name}: the certificate is not about captions"))),
        }
    }

    fn of_tokens(self) -> Result<Reader, Diagnostic> {
        match self.features == FeatureMap::Matrix {
            true => Err(Diagnostic::new(Code::Usage, "a matrix has no features for new negatives")
                .help("name a feature map over tokens")),
            false => Ok(self),
        }
    }
}

/// What training leaves of a negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Fate {
    /// Some encoder that is right on the captions is wrong on it.
    Free,
    /// The features do not change: no encoder over them sees it.
    Collapsed,
}

/// A negative that training does not settle.
pub(super) struct Hard {
    /// Its place among the negatives.
    pub negative: usize,
    pub fate: Fate,
    /// Its place in the least set that settles all that are free, from 1.
    pub rank: Option<usize>,
}

/// The most tokens of a caption.
const TOKENS: usize = 100_000;

/// How many negatives the least set has.
pub(super) fn least(hard: &[Hard]) -> usize {
    hard.iter().filter(|hard| hard.rank.is_some()).count()
}

/// The negatives that training on the captions does not settle: the least set, best first, then the other free ones, then
/// those whose features do not change.
pub(super) fn hard<'a>(
    negatives: &[Negative],
    captions: impl Iterator<Item = &'a str>,
    reader: &Reader,
    context: &Context,
) -> Result<Vec<Hard>, Diagnostic> {
    if negatives.is_empty() {
        return Ok(Vec::new());
    }
    let pairs: String =
        negatives.iter().map(|n| format!("{}\n", json!({ "caption": n.caption, "negative": n.text }))).collect();
    // A caption in which the tokenizer finds nothing trains nothing.
    let says = |text: &&str| reader.tokenizer.tokenize(text, TOKENS).map_or(true, |tokens| !tokens.is_empty());
    let train: String = captions.filter(says).map(|caption| format!("{}\n", json!({ "caption": caption }))).collect();
    let input = |name: &str, role, text: &str| Input {
        name: name.to_owned(),
        sha256: files::sha256_hex(text.as_bytes()),
        role,
        format: Some(Format::Jsonl),
    };
    let spec = CaptionProblem {
        inputs: vec![input("pairs.jsonl", InputRole::Pairs, &pairs), input("train.jsonl", InputRole::Train, &train)],
        columns: Default::default(),
        selected: None,
        tokenizer: reader.tokenizer,
        features: reader.features,
        encoder: TrueOptimal::Projection { seed: 1, width: 1, bound: 9 },
        size: Size { training: 0, edits: 0, features: 0 },
    };
    let problem = Problem::read(&spec, &[pairs.into_bytes(), train.into_bytes()])?;
    let (task, limits) = context.limits("eliminating");
    let mining = mine(problem.s(), problem.d(), None, None, &limits)?;
    drop(task);
    let place = |edit: u32| problem.dataset().pairs[edit as usize].number;
    let free = |edit: u32, rank| Hard { negative: place(edit), fate: Fate::Free, rank };
    let mut found: Vec<Hard> =
        mining.ranked.iter().zip(1..).map(|(ranked, rank)| free(ranked.edit, Some(rank))).collect();
    if let Claim::Settles { settled, .. } = &mining.claim {
        found.extend(settled.iter().filter(|settled| !settled.b.is_empty()).map(|settled| free(settled.edit, None)));
    }
    let d = problem.d();
    let collapsed = (0..d.rows()).filter(|&edit| d.row(edit).len() == 0);
    found.extend(collapsed.map(|edit| Hard { fate: Fate::Collapsed, ..free(edit as u32, None) }));
    Ok(found)
}
