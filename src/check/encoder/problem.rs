//! From raw inputs to the matrices S and D and the targets: the part that builder and checker share.

use std::collections::{BTreeSet, HashMap};

use super::optimal::{Targets, WideRow};
use crate::arrays::{Scaled, npy};
use crate::caption::{
    self, Dataset, FeatureIndex, FeatureMap, Features, Kind, Source, TextMatrix, Tokenized, Vocabulary,
};
use crate::certificate::{CaptionProblem, Input, InputRole, Size, TrueOptimal};
use crate::matrix::SparseMatrix;
use crate::report::{Code, Diagnostic, quoted};

/// A problem read from its raw inputs: everything that a claim can be multiplied against.
#[derive(Clone, Debug)]
pub struct Problem {
    dataset: Dataset,
    tokens: Tokenized,
    features: Features,
    training: Vec<String>,
    originals: Vec<u32>,
    s: SparseMatrix,
    d: SparseMatrix,
    targets: Targets,
    /// The training captions whose rows S has, ascending, and how many there are in all; absent where it has all.
    part: Option<(Vec<u32>, usize)>,
}

impl Problem {
    /// Reads the problem that `spec` describes from the bytes of its inputs, one for each in the same order.
    ///
    /// `spec.size` is not looked at; see [`Problem::size`].
    ///
    /// Errors: those of the readers of captions and matrices, [`Code::CertificateInputRole`],
    /// [`Code::CertificateSelection`], [`Code::TextWithoutRow`].
    pub fn read(spec: &CaptionProblem, inputs: &[Vec<u8>]) -> Result<Problem, Diagnostic> {
        check_form(spec)?;
        if inputs.len() != spec.inputs.len() {
            let message = format!("{} inputs are described and {} are given", spec.inputs.len(), inputs.len());
            return Err(Diagnostic::new(Code::CertificateInputRole, message));
        }
        let limits = caption::Limits::default();
        let dataset = selected_dataset(spec, inputs)?;
        let tokens = dataset.tokenize(spec.tokenizer, &limits, |_| ())?;
        let features = match spec.features {
            FeatureMap::Matrix => {
                let matrix = text_matrix(spec, inputs, InputRole::Features, InputRole::FeatureTexts)?;
                Features::of_matrix(&matrix, &dataset, &limits)?
            }
            map => Features::of_tokens(map, &tokens, &limits)?,
        };
        Problem::assemble(spec, inputs, dataset, tokens, features)
    }

    fn assemble(
        spec: &CaptionProblem,
        inputs: &[Vec<u8>],
        dataset: Dataset,
        tokens: Tokenized,
        features: Features,
    ) -> Result<Problem, Diagnostic> {
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let (mut training, mut rows) = (Vec::new(), Vec::new());
        let captions = dataset.pairs.iter().map(|pair| &pair.caption).zip(&features.captions);
        let further = dataset.train.iter().map(|train| &train.text).zip(&features.train);
        for (text, row) in captions.chain(further) {
            numbers.entry(text).or_insert_with(|| {
                training.push(text.clone());
                rows.push(row.clone());
                training.len() as u32 - 1
            });
        }
        let originals = dataset.pairs.iter().map(|pair| numbers[pair.caption.as_str()]).collect();
        let s = SparseMatrix::from_rows(features.columns(), rows)?;
        let d = SparseMatrix::from_rows(
            features.columns(),
            (0..dataset.pairs.len()).map(|e| features.difference(e)).collect(),
        )?;
        let targets = targets(spec, inputs, &dataset, &training, &features, &s, &d)?;
        Ok(Problem { dataset, tokens, features, training, originals, s, d, targets, part: None })
    }

    /// The same problem under the true-optimal encoder of `spec`, which otherwise is that of this problem.
    pub fn with_encoder(mut self, spec: &CaptionProblem, inputs: &[Vec<u8>]) -> Result<Problem, Diagnostic> {
        self.targets = targets(spec, inputs, &self.dataset, &self.training, &self.features, &self.s, &self.d)?;
        Ok(self)
    }

    /// The sizes that a certificate states.
    pub fn size(&self) -> Size {
        let training = self.part.as_ref().map_or(self.s.rows(), |(_, all)| *all);
        Size { training: training as u32, edits: self.d.rows() as u32, features: self.s.cols() as u32 }
    }

    /// The number of the training caption of a row of S. They are the same, unless S has a part of them.
    pub fn number_of(&self, row: usize) -> usize {
        self.part.as_ref().map_or(row, |(numbers, _)| numbers.get(row).map_or(row, |number| *number as usize))
    }

    /// The row of S of a training caption; `None` where there is none.
    pub fn row_of(&self, number: u32) -> Option<usize> {
        match &self.part {
            Some((numbers, _)) => numbers.binary_search(&number).ok(),
            None => Some(number as usize).filter(|row| *row < self.s.rows()),
        }
    }

    /// What follows from tokens, to be extended by further texts.
    pub(super) fn parts(&mut self) -> (&mut Vocabulary, &mut FeatureIndex) {
        (&mut self.tokens.vocabulary, &mut self.features.index)
    }

    /// Gives S these rows of training captions, by ascending numbers, below the first `own`; there are `all` captions.
    pub(super) fn keep(
        &mut self,
        spec: &CaptionProblem,
        own: usize,
        rows: Vec<(u32, caption::Row)>,
        all: usize,
    ) -> Result<(), Diagnostic> {
        let TrueOptimal::Projection { seed, width, bound } = spec.encoder else {
            return Err(Diagnostic::new(Code::Usage, "embeddings are known caption by caption, and need all of them"));
        };
        let columns = self.features.columns();
        let first: Vec<u32> = (0..own as u32).collect();
        let mut s = self.s.select(&first, columns, Some);
        let mut numbers = first;
        for (number, row) in rows {
            numbers.push(number);
            s.push_row(row)?;
        }
        self.d = std::mem::replace(&mut self.d, SparseMatrix::empty(0)?).widened(columns)?;
        self.targets = Targets::projection(seed, width, bound, &s, &self.d)?;
        (self.s, self.part) = (s, Some((numbers, all)));
        Ok(())
    }

    /// S: a row a distinct training caption, a column a feature.
    pub fn s(&self) -> &SparseMatrix {
        &self.s
    }

    /// D: a row an edit, the features of the edited caption minus those of the original.
    pub fn d(&self) -> &SparseMatrix {
        &self.d
    }

    /// The true-optimal encoder on the rows of S and D.
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// The caption of a row of S.
    pub fn training_text(&self, row: usize) -> &str {
        self.training.get(row).map_or("", String::as_str)
    }

    /// The pairs that are the edits, in order.
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// The tokens of every text.
    pub fn tokens(&self) -> &Tokenized {
        &self.tokens
    }

    /// The features with their names and rows.
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// The row of S that is the original of the edit; `None` for an edit that the problem does not have.
    pub fn original(&self, edit: usize) -> Option<usize> {
        self.originals.get(edit).map(|row| *row as usize)
    }
}

/// The pairs that `spec` selects and the training captions, from the bytes of its inputs. Errors as for [`Problem::read`].
pub fn selected_dataset(spec: &CaptionProblem, inputs: &[Vec<u8>]) -> Result<Dataset, Diagnostic> {
    let mut dataset = Dataset::parse(sources(spec, inputs)?, &columns(spec)?)?;
    if let Some(selected) = &spec.selected {
        dataset.pairs = select(&dataset.pairs, selected)?;
    }
    Ok(dataset)
}

pub(super) fn columns(spec: &CaptionProblem) -> Result<caption::Columns, Diagnostic> {
    let names =
        spec.columns.iter().map(|(part, name)| (part.clone(), serde_json::Value::from(name.as_str()))).collect();
    serde_json::from_value(serde_json::Value::Object(names)).map_err(|_| {
        Diagnostic::new(Code::CertificateSyntax, "a column is named for a part that captions do not have")
            .help("the parts are caption, negative, operator, id")
    })
}

/// Whether the description by itself has the form of the format's page: known columns, plain file names, a width, and every role
/// as often as the problem needs it.
/// Errors: [`Code::CertificateSyntax`], [`Code::CertificateInputName`], [`Code::CertificateInputRole`], [`Code::TensorShape`].
pub fn check_form(spec: &CaptionProblem) -> Result<(), Diagnostic> {
    columns(spec)?;
    for input in &spec.inputs {
        let name = &input.name;
        let plain = !["", ".", ".."].contains(&name.as_str())
            && !name.contains(['/', '\\'])
            && !name.contains(char::is_control);
        if !plain {
            let message = format!("{} is not a plain file name", quoted(name));
            return Err(Diagnostic::new(Code::CertificateInputName, message));
        }
    }
    if matches!(spec.encoder, TrueOptimal::Projection { width: 0, .. } | TrueOptimal::Embeddings { width: 0 }) {
        return Err(Diagnostic::new(Code::TensorShape, "an embedding needs at least one dimension"));
    }
    check_roles(spec)
}

fn role_name(role: InputRole) -> &'static str {
    match role {
        InputRole::Pairs => "pairs",
        InputRole::Train => "train",
        InputRole::Embeddings => "embeddings",
        InputRole::EmbeddingTexts => "embedding-texts",
        InputRole::Features => "features",
        InputRole::FeatureTexts => "feature-texts",
    }
}

/// Every role occurs as often as the problem needs it, and layout is given for text alone.
fn check_roles(spec: &CaptionProblem) -> Result<(), Diagnostic> {
    let refuse = |message: String| Err(Diagnostic::new(Code::CertificateInputRole, message));
    let count = |role: InputRole| spec.inputs.iter().filter(|input| input.role == role).count();
    if count(InputRole::Pairs) == 0 {
        return refuse("there is no file of caption pairs".to_owned());
    }
    let embeddings = usize::from(matches!(spec.encoder, TrueOptimal::Embeddings { .. }));
    let matrix = usize::from(spec.features == FeatureMap::Matrix);
    for (role, needed) in [
        (InputRole::Embeddings, embeddings),
        (InputRole::EmbeddingTexts, embeddings),
        (InputRole::Features, matrix),
        (InputRole::FeatureTexts, matrix),
    ] {
        if count(role) != needed {
            return refuse(format!(
                "the problem needs {needed} input(s) of role {} and has {}",
                role_name(role),
                count(role)
            ));
        }
    }
    let text = |input: &Input| matches!(input.role, InputRole::Pairs | InputRole::Train);
    match spec.inputs.iter().find(|input| text(input) != input.format.is_some()) {
        Some(input) => refuse(format!("{}: a format belongs to pair and training files, and to no others", input.name)),
        None => Ok(()),
    }
}

fn sources(spec: &CaptionProblem, inputs: &[Vec<u8>]) -> Result<Vec<Source>, Diagnostic> {
    let mut sources = Vec::new();
    for (input, bytes) in spec.inputs.iter().zip(inputs) {
        let role = match input.role {
            InputRole::Pairs => caption::Role::Pairs,
            InputRole::Train => caption::Role::Train,
            _ => continue,
        };
        let Some(format) = input.format else {
            let message = format!("{}: it is not said how its text is laid out", input.name);
            return Err(Diagnostic::new(Code::CertificateInputRole, message));
        };
        sources.push(Source::new(&input.name, bytes.clone(), role, Some(format))?);
    }
    Ok(sources)
}

fn select<T: Clone>(pairs: &[T], selected: &[u32]) -> Result<Vec<T>, Diagnostic> {
    let refuse = |message: &str| Err(Diagnostic::new(Code::CertificateSelection, message));
    if selected.is_empty() {
        return refuse("no pair is selected");
    }
    if !selected.is_sorted_by(|a, b| a < b) {
        return refuse("the selected pairs are not in increasing order");
    }
    match selected.iter().map(|&number| pairs.get(number as usize).cloned()).collect() {
        Some(chosen) => Ok(chosen),
        None => refuse("a selected pair does not exist"),
    }
}

/// The matrix of the one input with the role `matrix`, its rows named by the one with the role `texts`.
fn text_matrix<T: Scaled>(
    spec: &CaptionProblem,
    inputs: &[Vec<u8>],
    matrix: InputRole,
    texts: InputRole,
) -> Result<TextMatrix<T>, Diagnostic> {
    let find = |role: InputRole| {
        let found = spec.inputs.iter().zip(inputs).find(|(input, _)| input.role == role);
        found.ok_or_else(|| {
            Diagnostic::new(Code::CertificateInputRole, format!("no input has the role {}", role_name(role)))
        })
    };
    let ((matrix, matrix_bytes), (texts, texts_bytes)) = (find(matrix)?, find(texts)?);
    let tensor = npy::from_bytes(&matrix.name, matrix_bytes)?;
    TextMatrix::new(&tensor, &TextMatrix::names(&texts.name, texts_bytes)?)
        .map_err(|error| Diagnostic { message: format!("{}: {}", matrix.name, error.message), ..error })
}

fn targets(
    spec: &CaptionProblem,
    inputs: &[Vec<u8>],
    dataset: &Dataset,
    training: &[String],
    features: &Features,
    s: &SparseMatrix,
    d: &SparseMatrix,
) -> Result<Targets, Diagnostic> {
    let width = match spec.encoder {
        TrueOptimal::Projection { seed, width, bound } => return Targets::projection(seed, width, bound, s, d),
        TrueOptimal::Embeddings { width } => width as usize,
    };
    let matrix = text_matrix::<i128>(spec, inputs, InputRole::Embeddings, InputRole::EmbeddingTexts)?;
    if width > matrix.columns() {
        let message = format!("the embeddings have {} dimensions, not {width}", matrix.columns());
        return Err(Diagnostic::new(Code::TensorShape, message));
    }
    let rows = training.iter().map(|text| matrix.row(text)).collect::<Result<Vec<WideRow>, _>>()?;
    // Training never sees the negatives, so their embeddings may be missing.
    let pair = |pair: &caption::Pair| Some((matrix.row(&pair.caption).ok()?, matrix.row(&pair.negative).ok()?));
    let edits: Option<Vec<(WideRow, WideRow)>> = dataset.pairs.iter().map(pair).collect();
    Targets::embeddings(&rows, edits.as_deref(), width, matrix.scale(), features.scale)
}

/// The pairs whose classified operator is among `operators`, as a selection; `None` if that is all of them.
pub fn select_operators(problem: &Problem, operators: &BTreeSet<Kind>) -> Option<Vec<u32>> {
    let tokens = problem.tokens();
    let chosen: Vec<u32> = (0..problem.dataset().pairs.len())
        .filter(|&pair| {
            operators.contains(&caption::classify(&tokens.captions[pair], &tokens.negatives[pair]).operator().kind())
        })
        .map(|pair| pair as u32)
        .collect();
    (chosen.len() < problem.dataset().pairs.len()).then_some(chosen)
}
