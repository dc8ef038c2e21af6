//! Feature maps: a text as a vector of exact integers, one column a feature.
//!
//! An encoder that is linear in the features is any encoder at all that reads nothing but these features.
//! Encoders with an offset are covered by a constant feature 1, the begin-of-text token `<s>`, which every
//! text carries. It is a column of its own for [`FeatureMap::BagOfWords`], [`FeatureMap::OrderedPairs`] and
//! [`FeatureMap::PositionalPairs`]. The other maps over tokens span it already (every text has exactly one
//! token at position 0, one bigram that begins with `<s>`, one whole caption), and a user's matrix is taken
//! as it is. The constant is the same in a caption and its negative, so it cancels in their difference.

use std::collections::HashMap;
use std::fmt;

use crate::report::{Code, Diagnostic};

use super::dataset::Dataset;
use super::limits::Limits;
use super::matrix::TextMatrix;
use super::tokenizer::{Tokenized, Vocabulary};

/// What an encoder may read of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FeatureMap {
    /// How often each token occurs, and the constant.
    BagOfWords,
    /// Which token stands at which position, counted from 0 (one-hot).
    Positions,
    /// How often one token follows another directly, with `<s>` before the first and `</s>` after the last.
    Bigrams,
    /// How often one token stands anywhere before another, counted with multiplicity, and the constant.
    OrderedPairs,
    /// Which two tokens stand at which two positions, and the constant.
    PositionalPairs,
    /// The whole token sequence, one-hot: every function of the tokens is linear in it.
    WholeCaption,
    /// A user's matrix with one row per text.
    Matrix,
}

impl fmt::Display for FeatureMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for FeatureMap {
    type Err = String;

    /// The map of this name. Error: that there is none.
    fn from_str(name: &str) -> Result<FeatureMap, String> {
        let all = FeatureMap::OF_TOKENS.into_iter().chain([FeatureMap::Matrix]);
        all.into_iter().find(|map| map.name() == name).ok_or_else(|| format!("no feature map is called {name:?}"))
    }
}

impl FeatureMap {
    /// The name used on the command line and in certificates.
    pub fn name(self) -> &'static str {
        match self {
            FeatureMap::BagOfWords => "bag-of-words",
            FeatureMap::Positions => "positions",
            FeatureMap::Bigrams => "bigrams",
            FeatureMap::OrderedPairs => "ordered-pairs",
            FeatureMap::PositionalPairs => "positional-pairs",
            FeatureMap::WholeCaption => "whole-caption",
            FeatureMap::Matrix => "matrix",
        }
    }

    /// The maps that need nothing but tokens: all but [`FeatureMap::Matrix`].
    pub const OF_TOKENS: [FeatureMap; 6] = [
        FeatureMap::BagOfWords,
        FeatureMap::Positions,
        FeatureMap::Bigrams,
        FeatureMap::OrderedPairs,
        FeatureMap::PositionalPairs,
        FeatureMap::WholeCaption,
    ];

    /// Whether the constant feature is a column of its own.
    fn adds_constant(self) -> bool {
        matches!(self, FeatureMap::BagOfWords | FeatureMap::OrderedPairs | FeatureMap::PositionalPairs)
    }

    /// How many features a text of `n` tokens has, counted with multiplicity.
    fn count(self, n: usize) -> usize {
        match self {
            FeatureMap::BagOfWords | FeatureMap::Bigrams => n.saturating_add(1),
            FeatureMap::Positions => n,
            FeatureMap::OrderedPairs | FeatureMap::PositionalPairs => n.saturating_mul(n.saturating_sub(1)) / 2 + 1,
            FeatureMap::WholeCaption | FeatureMap::Matrix => 1,
        }
    }
}

/// One feature of a text. Tokens are numbers in the vocabulary, positions count from 0.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Feature {
    /// The constant 1: the begin-of-text token.
    Constant,
    /// A token, anywhere.
    Token(u32),
    /// A token at a position.
    At(u32, u32),
    /// Two neighbouring tokens; `None` is the begin marker on the left and the end marker on the right.
    Bigram(Option<u32>, Option<u32>),
    /// A token before another.
    Before(u32, u32),
    /// Two tokens, each at its position, the first before the second.
    Both((u32, u32), (u32, u32)),
    /// A whole token sequence, numbered by first appearance.
    Whole(u32),
    /// A column of a user's matrix.
    Column(u32),
}

/// The features of a text as a sparse integer row: columns ascending, no zero.
pub type Row = Vec<(u32, i64)>;

/// The features of a map that occur in a set of texts, numbered by first appearance.
///
/// The texts are gone through in their fixed order. Within a text the constant comes first, if the map adds
/// one; then the features by their first token from left to right, and for the same first token by their
/// second one from left to right.
#[derive(Clone, Debug)]
pub struct FeatureIndex {
    map: FeatureMap,
    features: Vec<Feature>,
    numbers: HashMap<Feature, u32>,
    wholes: HashMap<Vec<u32>, u32>,
    whole_texts: Vec<Vec<u32>>,
}

impl FeatureIndex {
    /// The features of the texts of a data set under a map over tokens.
    ///
    /// Errors: [`Code::TooManyFeatures`]; [`Code::Usage`] for [`FeatureMap::Matrix`], whose features are not
    /// made of tokens.
    pub fn build(map: FeatureMap, texts: &Tokenized, limits: &Limits) -> Result<FeatureIndex, Diagnostic> {
        let mut index = FeatureIndex::of(map)?;
        for tokens in texts.texts() {
            index.add(tokens, limits)?;
        }
        Ok(index)
    }

    /// The index before any text. Error: [`Code::Usage`] for [`FeatureMap::Matrix`].
    fn of(map: FeatureMap) -> Result<FeatureIndex, Diagnostic> {
        if map == FeatureMap::Matrix {
            return Err(Diagnostic::new(Code::Usage, "the features of a matrix are not made of tokens"));
        }
        let (features, numbers) = (Vec::new(), HashMap::new());
        Ok(FeatureIndex { map, features, numbers, wholes: HashMap::new(), whole_texts: Vec::new() })
    }

    /// The row of a text, whose features that are new get the next numbers. Error: [`Code::TooManyFeatures`].
    pub fn add(&mut self, tokens: &[u32], limits: &Limits) -> Result<Row, Diagnostic> {
        check_count(self.map, tokens.len(), limits)?;
        if self.map == FeatureMap::WholeCaption && !self.wholes.contains_key(tokens) {
            self.wholes.insert(tokens.to_vec(), self.whole_texts.len() as u32);
            self.whole_texts.push(tokens.to_vec());
        }
        let (features, numbers) = (&mut self.features, &mut self.numbers);
        let mut columns = Vec::new();
        each_feature(self.map, tokens, &self.wholes, |feature| {
            columns.push(*numbers.entry(feature).or_insert_with(|| {
                features.push(feature);
                features.len() as u32 - 1
            }));
        });
        if self.features.len() > limits.features {
            return Err(too_many(self.map, format!("more than {} different features", limits.features)));
        }
        Ok(counted(columns))
    }

    /// The feature map.
    pub fn map(&self) -> FeatureMap {
        self.map
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether there is no feature.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// The features in the order of their numbers.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// The row of any text, given by its tokens; `None` if it has a feature that is not in the index.
    pub fn row(&self, tokens: &[u32]) -> Option<Row> {
        let mut columns = Vec::new();
        let mut known = true;
        each_feature(self.map, tokens, &self.wholes, |feature| match self.numbers.get(&feature) {
            Some(&column) => columns.push(column),
            None => known = false,
        });
        if !known || (self.map == FeatureMap::WholeCaption && columns.is_empty()) {
            return None;
        }
        Some(counted(columns))
    }

    /// The printable name of a feature: `<s>` (the constant), `cube`, `cube@3`, `red cube` (a bigram),
    /// `red<cube` (before), `red@1 cube@3`, or the tokens of a whole caption in brackets.
    pub fn name(&self, number: u32, vocabulary: &Vocabulary) -> String {
        let token = |id: u32| vocabulary.token(id);
        match self.features.get(number as usize) {
            None => String::new(),
            Some(&Feature::Constant) => "<s>".to_owned(),
            Some(&Feature::Token(a)) => token(a).to_owned(),
            Some(&Feature::At(a, i)) => format!("{}@{i}", token(a)),
            Some(&Feature::Bigram(a, b)) => format!("{} {}", a.map_or("<s>", token), b.map_or("</s>", token)),
            Some(&Feature::Before(a, b)) => format!("{}<{}", token(a), token(b)),
            Some(&Feature::Both((a, i), (b, j))) => format!("{}@{i} {}@{j}", token(a), token(b)),
            Some(&Feature::Whole(text)) => {
                let tokens = self.whole_texts.get(text as usize).map_or(&[][..], Vec::as_slice);
                format!("[{}]", tokens.iter().map(|&id| token(id)).collect::<Vec<_>>().join(" "))
            }
            Some(&Feature::Column(column)) => format!("column {column}"),
        }
    }
}

/// How often each column occurs.
fn counted(mut columns: Vec<u32>) -> Row {
    columns.sort_unstable();
    columns.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as i64)).collect()
}

fn too_many(map: FeatureMap, what: String) -> Diagnostic {
    Diagnostic::new(Code::TooManyFeatures, format!("the feature map {} gives {what}", map.name()))
        .help("use a feature map that grows more slowly, such as positions or bigrams, or fewer texts")
}

fn check_count(map: FeatureMap, tokens: usize, limits: &Limits) -> Result<(), Diagnostic> {
    let count = map.count(tokens);
    if count > limits.features_per_text {
        return Err(too_many(
            map,
            format!("{count} features for a text of {tokens} tokens; the limit is {}", limits.features_per_text),
        ));
    }
    Ok(())
}

/// Calls `found` with every feature of a text, with multiplicity, in the order in which features are
/// numbered. A whole caption that has no number gives no feature.
fn each_feature(map: FeatureMap, tokens: &[u32], wholes: &HashMap<Vec<u32>, u32>, mut found: impl FnMut(Feature)) {
    if map.adds_constant() {
        found(Feature::Constant);
    }
    let placed = || tokens.iter().enumerate().map(|(i, &token)| (token, i as u32));
    match map {
        FeatureMap::BagOfWords => tokens.iter().for_each(|&a| found(Feature::Token(a))),
        FeatureMap::Positions => placed().for_each(|(a, i)| found(Feature::At(a, i))),
        FeatureMap::Bigrams => {
            let left = std::iter::once(None).chain(tokens.iter().copied().map(Some));
            let right = tokens.iter().copied().map(Some).chain([None]);
            left.zip(right).for_each(|(a, b)| found(Feature::Bigram(a, b)));
        }
        FeatureMap::OrderedPairs => {
            for (i, &a) in tokens.iter().enumerate() {
                tokens[i + 1..].iter().for_each(|&b| found(Feature::Before(a, b)));
            }
        }
        FeatureMap::PositionalPairs => {
            for (n, first) in placed().enumerate() {
                placed().skip(n + 1).for_each(|second| found(Feature::Both(first, second)));
            }
        }
        FeatureMap::WholeCaption => {
            if let Some(&whole) = wholes.get(tokens) {
                found(Feature::Whole(whole));
            }
        }
        FeatureMap::Matrix => {}
    }
}

/// The integer feature rows of all texts of a data set.
#[derive(Clone, Debug)]
pub struct Features {
    /// The columns, with names.
    pub index: FeatureIndex,
    /// The row of the caption of each pair.
    pub captions: Vec<Row>,
    /// The row of the negative of each pair.
    pub negatives: Vec<Row>,
    /// The row of each further training caption.
    pub train: Vec<Row>,
    /// The rows are the features times 2 to this power: 0 except for a matrix of fractions.
    pub scale: u32,
}

impl Features {
    /// The rows of all texts under a map over tokens.
    ///
    /// Errors: [`Code::TooManyFeatures`]; [`Code::Usage`] for [`FeatureMap::Matrix`].
    pub fn of_tokens(map: FeatureMap, texts: &Tokenized, limits: &Limits) -> Result<Features, Diagnostic> {
        let entries: usize = texts.texts().map(|tokens| map.count(tokens.len())).fold(0, usize::saturating_add);
        if entries > limits.entries {
            return Err(too_many(map, format!("{entries} entries in all; the limit is {}", limits.entries)));
        }
        let mut index = FeatureIndex::of(map)?;
        let mut rows =
            |texts: &[Vec<u32>]| texts.iter().map(|tokens| index.add(tokens, limits)).collect::<Result<_, _>>();
        let (captions, negatives, train) = (rows(&texts.captions)?, rows(&texts.negatives)?, rows(&texts.train)?);
        Ok(Features { index, captions, negatives, train, scale: 0 })
    }

    /// The rows of all texts in a user's matrix.
    ///
    /// Error: [`Code::TextWithoutRow`], naming the text.
    pub fn of_matrix(matrix: &TextMatrix, dataset: &Dataset, limits: &Limits) -> Result<Features, Diagnostic> {
        let texts = dataset.pairs.len().saturating_mul(2).saturating_add(dataset.train.len());
        let entries = texts.saturating_mul(matrix.columns());
        if entries > limits.entries {
            return Err(too_many(FeatureMap::Matrix, format!("{entries} entries; the limit is {}", limits.entries)));
        }
        let captions = dataset.pairs.iter().map(|pair| matrix.row(&pair.caption)).collect::<Result<_, _>>()?;
        let negatives = dataset.pairs.iter().map(|pair| matrix.row(&pair.negative)).collect::<Result<_, _>>()?;
        let train = dataset.train.iter().map(|caption| matrix.row(&caption.text)).collect::<Result<_, _>>()?;
        let features: Vec<Feature> = (0..matrix.columns() as u32).map(Feature::Column).collect();
        let numbers = features.iter().enumerate().map(|(i, &feature)| (feature, i as u32)).collect();
        let index = FeatureIndex {
            map: FeatureMap::Matrix,
            features,
            numbers,
            wholes: HashMap::new(),
            whole_texts: Vec::new(),
        };
        Ok(Features { index, captions, negatives, train, scale: matrix.scale() })
    }

    /// How many columns there are.
    pub fn columns(&self) -> usize {
        self.index.len()
    }

    /// Edited minus original of pair `pair`: its negative's row less its caption's.
    pub fn difference(&self, pair: usize) -> Row {
        subtract(&self.negatives[pair], &self.captions[pair])
    }
}

/// The difference of two sparse rows. Entries are counts, or matrix entries below 2^62 in size, so that no
/// difference overflows.
fn subtract(a: &[(u32, i64)], b: &[(u32, i64)]) -> Row {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut row = Row::new();
    loop {
        let next = match (a.peek(), b.peek()) {
            (None, None) => return row,
            (Some(&&(i, _)), None) => i,
            (None, Some(&&(j, _))) => j,
            (Some(&&(i, _)), Some(&&(j, _))) => i.min(j),
        };
        let x = a.next_if(|&&(i, _)| i == next).map_or(0, |&(_, x)| x);
        let y = b.next_if(|&&(j, _)| j == next).map_or(0, |&(_, y)| y);
        if x != y {
            row.push((next, x - y));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caption::{Columns, Role, Source, Tokenizer};

    fn tokenized(lines: &str) -> Tokenized {
        let source = Source::new("t.jsonl", lines.into(), Role::Pairs, None).unwrap();
        let dataset = Dataset::parse(vec![source], &Columns::default());
        dataset.unwrap().tokenize(Tokenizer::Words, &Limits::default(), |_| ()).unwrap()
    }

    fn names(map: FeatureMap) -> Vec<String> {
        let texts = tokenized(r#"{"caption": "a red cube", "negative": "a red red"}"#);
        let index = FeatureIndex::build(map, &texts, &Limits::default()).unwrap();
        (0..index.len() as u32).map(|i| index.name(i, &texts.vocabulary)).collect()
    }

    #[test]
    fn features_are_numbered_by_first_appearance_and_named() {
        assert_eq!(names(FeatureMap::BagOfWords), ["<s>", "a", "red", "cube"]);
        assert_eq!(names(FeatureMap::Positions), ["a@0", "red@1", "cube@2", "red@2"]);
        assert_eq!(names(FeatureMap::Bigrams), ["<s> a", "a red", "red cube", "cube </s>", "red red", "red </s>"]);
        assert_eq!(names(FeatureMap::OrderedPairs), ["<s>", "a<red", "a<cube", "red<cube", "red<red"]);
        assert_eq!(
            names(FeatureMap::PositionalPairs),
            ["<s>", "a@0 red@1", "a@0 cube@2", "red@1 cube@2", "a@0 red@2", "red@1 red@2"]
        );
        assert_eq!(names(FeatureMap::WholeCaption), ["[a red cube]", "[a red red]"]);
    }

    #[test]
    fn rows_count_multiplicity_and_the_constant_cancels() {
        let texts = tokenized(r#"{"caption": "a red cube", "negative": "a red red"}"#);
        let features = |map| Features::of_tokens(map, &texts, &Limits::default()).unwrap();
        let pairs = features(FeatureMap::OrderedPairs);
        assert_eq!(pairs.negatives[0], [(0, 1), (1, 2), (4, 1)]);
        assert_eq!(pairs.difference(0), [(1, 1), (2, -1), (3, -1), (4, 1)]);
        let bag = features(FeatureMap::BagOfWords);
        assert_eq!(
            (bag.captions[0].as_slice(), bag.difference(0)),
            (&[(0, 1), (1, 1), (2, 1), (3, 1)][..], vec![(2, 1), (3, -1)])
        );
        assert_eq!(features(FeatureMap::WholeCaption).difference(0), [(0, -1), (1, 1)]);
    }

    #[test]
    fn a_text_with_an_unknown_feature_has_no_row() {
        let texts = tokenized(r#"{"caption": "a red cube", "negative": "a red red"}"#);
        for map in FeatureMap::OF_TOKENS {
            let index = FeatureIndex::build(map, &texts, &Limits::default()).unwrap();
            assert!(index.row(&texts.captions[0]).is_some(), "{map:?}");
            assert_eq!(index.row(&[2, 0, 1]).is_some(), map == FeatureMap::BagOfWords, "{map:?}");
        }
    }

    #[test]
    fn quadratic_maps_decline_long_texts() {
        let mut texts = tokenized(r#"{"caption": "a red cube", "negative": "a red red"}"#);
        texts.train.push(vec![0; 1449]);
        let code = |map, texts: &Tokenized| Features::of_tokens(map, texts, &Limits::default()).map_err(|e| e.code);
        assert!(code(FeatureMap::OrderedPairs, &texts).is_err_and(|code| code == Code::TooManyFeatures));
        assert!(code(FeatureMap::Positions, &texts).is_ok());
        texts.train[0].truncate(1448);
        assert!(code(FeatureMap::OrderedPairs, &texts).is_ok());
        let small = Limits { features: 3, ..Limits::default() };
        assert!(Features::of_tokens(FeatureMap::Bigrams, &texts, &small).is_err());
        let small = Limits { entries: 3, ..Limits::default() };
        assert!(Features::of_tokens(FeatureMap::Bigrams, &texts, &small).is_err());
    }

    #[test]
    fn names_of_maps_agree_everywhere() {
        for map in FeatureMap::OF_TOKENS.into_iter().chain([FeatureMap::Matrix]) {
            #[cfg(feature = "clap")]
            assert_eq!(clap::ValueEnum::to_possible_value(&map).unwrap().get_name(), map.name());
            assert_eq!(serde_json::to_value(map).unwrap(), map.name());
        }
    }
}
