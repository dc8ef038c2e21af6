//! The report card: every figure of an audit, overall and by operator, with its number of rows, interval and null.

use std::collections::{BTreeMap, HashSet};

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::accuracy::{self, Bin, Gain, Model, Predictor, Versus};
use super::displacement::{self, Rewordings, Unit, Word};
use super::embeddings::{About, Embeddings};
use super::figure::{By, Figure, Sampler, Slice, cut};
use super::groups::{Group, Scores, Side, Summary, scores, summaries};
use super::ladder::{self, Rung, Texts};
use super::stats::{self, Clusters};
use super::support::{Support, support};
use crate::caption::{self, FeatureMap, Features, Label, Labeller, Limits, Meaning, Tokenizer};
use crate::certificate::Size;
use crate::encoder::{Fate, Problem, Ranks};
use crate::report::Diagnostic;

/// What is asked of an audit.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The pairs and training captions, read and tokenised.
    pub problem: &'a Problem,
    /// Fates and ranks, from the certificate.
    pub certified: Certified,
    /// The key of each pair's image or group.
    pub groups: &'a [String],
    /// Whether the keys name images, so that two captions of one key are rewordings.
    pub named: bool,
    /// Embeddings of the pairs' texts.
    pub embeddings: Option<&'a Embeddings>,
    /// Embeddings of the further training captions.
    pub train: Option<&'a Embeddings>,
    /// Another encoder's embeddings of the pairs' texts.
    pub against: Option<&'a Embeddings>,
    /// Lists of captions that say the same.
    pub paraphrases: Option<&'a [Vec<String>]>,
    /// Embeddings of images by pair: one, or two (of the caption and of the negative).
    pub images: Option<&'a Images>,
    /// Results of models, row by row, right or wrong.
    pub models: &'a [Model],
    /// The four scores of each group, with their name.
    pub scores: Option<&'a (String, Vec<Option<Scores>>)>,
    /// Feature maps of the ladder.
    pub maps: &'a [FeatureMap],
    /// The ridge of the ladder and of phi.
    pub lambda: f64,
    /// Draws of the bootstrap.
    pub draws: usize,
    /// The seed of every random choice.
    pub seed: u64,
}

/// Image embeddings, by pair.
#[derive(Clone, Debug)]
pub struct Images {
    /// The embeddings of a pair's one or two images.
    pub of: Vec<Vec<Vec<f64>>>,
    /// What the report says of them.
    pub about: About,
}

/// The certified half: exact, witnessed by the certificate, and about features, not about the encoder.
#[derive(Clone, Debug, Serialize)]
pub struct Certified {
    /// The feature map in which fates are certified.
    pub features: FeatureMap,
    /// What the captions were cut into tokens by.
    pub tokenizer: Tokenizer,
    /// Training captions, edits, features.
    pub size: Size,
    /// What was decided; absent where the limit came first.
    pub decided: Option<Decided>,
}

/// The certified half: fates of the edits and ranks of the features.
#[derive(Clone, Debug, Serialize)]
pub struct Decided {
    /// Ranks of S and of [S D].
    pub ranks: Ranks,
    /// The least number of hard negatives that settles all edits.
    pub deficit: usize,
    /// The fate of each edit.
    #[serde(skip)]
    pub fates: Vec<Fate>,
    /// The certificate, as a path from the report.
    pub certificate: String,
}

impl Certified {
    fn fates(&self) -> Option<&[Fate]> {
        self.decided.as_ref().map(|decided| &decided.fates[..])
    }
}

/// The measured half of one slice, and its fates.
#[derive(Clone, Debug, Serialize)]
pub struct SliceCard {
    /// The rows that this line is about.
    #[serde(flatten)]
    pub slice: Slice,
    /// Rows in the slice.
    pub n: usize,
    /// Images or groups among them.
    pub clusters: usize,
    /// Collapsed, identified, free, where that was decided.
    pub fates: Option<[usize; 3]>,
    /// The median of rho, with its interval.
    pub rho: Option<Figure>,
    /// BLIND, FAINT, SEEN.
    pub words: Option<[usize; 3]>,
    /// The word for the median rho.
    pub word: Option<Word>,
    /// Displacement R2 by rung of the ladder.
    pub ladder: Vec<Figure>,
    /// Captions' R2 by rung.
    pub captions: Vec<Figure>,
    /// Median s(d).
    pub support: Figure,
    /// Mean phi(d).
    pub unsupported: Figure,
    /// Accuracy by model.
    pub accuracy: Vec<Figure>,
    /// rho of the other encoder less rho, mean of the pairs.
    pub against: Option<Figure>,
    /// The difference from the other encoder, in words.
    pub against_says: Option<&'static str>,
}

/// What is known of one pair.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The file of the row.
    pub file: String,
    /// Its identifier there.
    pub id: String,
    /// The operator of the row's edit.
    pub operator: String,
    /// The operator and its subject by what is said.
    pub meaning: Label,
    /// The row's cluster: its image, or its group.
    pub group: String,
    /// The fold of every cross-validation.
    pub fold: u8,
    /// The fate, certified.
    pub fate: Option<Fate>,
    /// rho: how far the encoder moves under the edit, in the report's unit.
    pub rho: Option<f64>,
    /// BLIND, FAINT or SEEN.
    pub word: Option<Word>,
    /// s(d).
    pub support: Option<f64>,
    /// phi(d).
    pub unsupported: Option<f64>,
    /// Signal, and the bias of the text side.
    pub signal: Option<f64>,
    /// The bias of the text side.
    pub bias: Option<f64>,
    /// The word of the text side.
    pub text_side: Option<Side>,
    /// The caption, as read.
    pub caption: String,
    /// The negative, as read.
    pub negative: String,
}

/// The whole report, as `--json` prints it.
#[derive(Clone, Debug, Serialize)]
pub struct Card {
    /// Pairs of caption and negative that were read.
    pub pairs: usize,
    /// Images or groups.
    pub clusters: usize,
    /// The seed of every random choice.
    pub seed: u64,
    /// Draws of the bootstrap.
    pub draws: usize,
    /// Folds of every cross-validation.
    pub folds: usize,
    /// The text embeddings: file, rows, dimensions.
    pub embeddings: Option<About>,
    /// The embeddings of training captions.
    pub train: Option<About>,
    /// The other encoder's.
    pub other: Option<About>,
    /// The image embeddings: file, rows, dimensions.
    pub images: Option<About>,
    /// The certified half.
    pub certified: Certified,
    /// What rho is measured in.
    pub unit: Option<Unit>,
    /// How far paraphrases move the encoder, where there are some.
    pub rewordings: Option<Rewordings>,
    /// The rungs of the ladder.
    pub ladder: Vec<Rung>,
    /// The ridge lambda of the linear fits.
    pub lambda: f64,
    /// Whether training text supports the edits.
    pub support: Support,
    /// Accuracy of each model and what goes with it.
    pub models: Vec<Model>,
    /// Slice by slice, all rows first.
    pub slices: Vec<SliceCard>,
    /// What each predictor adds to the operator.
    pub gains: Vec<Gain>,
    /// Accuracy by rho, model by model.
    pub by_rho: Vec<(String, Vec<Bin>)>,
    /// Models against each other.
    pub versus: Vec<Versus>,
    /// Groups of two captions and two images, or one image a caption.
    pub groups: Vec<Summary>,
    /// Where the scores of groups come from.
    pub groups_from: Option<String>,
    /// One line a pair.
    #[serde(skip)]
    pub rows: Vec<Row>,
    /// Signal and bias of the text side of each group.
    #[serde(skip)]
    pub signals: Vec<[f64; 2]>,
}

/// Everything that is found of pairs before it is summarised.
struct Measured {
    rho: Vec<f64>,
    null: Vec<f64>,
    unit: Unit,
    rewordings: Option<Rewordings>,
}

/// Makes the card; `stage` is told what is done next, `step` how far it is, in parts of 1.
///
/// Errors: a text without an embedding, features past their limits.
pub fn card(request: &Request, stage: &dyn Fn(&str), step: &dyn Fn(f64)) -> Result<Card, Diagnostic> {
    let dataset = request.problem.dataset();
    let count = dataset.pairs.len();
    let sampler = Sampler::new(Clusters::new(request.groups), request.draws, request.seed);
    let operators = operators(request.problem);
    let labeller = Labeller::new();
    let meanings: Vec<Label> = dataset.pairs.iter().map(|p| labeller.label(&p.caption, &p.negative)).collect();
    let slices = slices(request, &operators, &meanings);

    stage("how far the encoder moves");
    let texts = match request.embeddings {
        Some(embeddings) => Some((embeddings, texts(request, embeddings, &sampler)?)),
        None => None,
    };
    let permuted = request.embeddings.map(|embeddings| embeddings.permuted(permutation(embeddings, request.seed)));
    let measured = match &texts {
        Some((embeddings, texts)) => measure(request, embeddings, texts, permuted.as_ref())?,
        None => None,
    };
    let other = match (request.against, &texts) {
        (Some(other), Some((_, texts))) => {
            let found = self::texts(request, other, &sampler)?;
            measure(request, other, &Texts { folds: texts.folds.clone(), ..found }, None)?
        }
        _ => None,
    };

    stage("what linear features explain of it");
    let (rungs, nulls) = match (&texts, &permuted) {
        (Some((embeddings, texts)), Some(permuted)) => ladder(request, embeddings, permuted, texts, step)?,
        _ => (Vec::new(), Vec::new()),
    };
    let squares = texts.as_ref().map(|(e, t)| ladder::squared(e, t)).unwrap_or_default();
    let null_squares =
        permuted.as_ref().zip(texts.as_ref()).map(|(e, (_, t))| ladder::squared(e, t)).unwrap_or_default();

    stage("whether training supports it");
    let support = support(request.problem, request.lambda, |done| step(done as f64 / count as f64));

    stage("what goes with right and wrong");
    let rho = measured.as_ref().map(|m| m.rho.clone());
    let predictors = predictors(request, measured.as_ref(), &support);
    let gains = accuracy::gains(request.models, &predictors, &kinds(request.problem, &operators), &sampler);
    let by_rho = rho
        .iter()
        .flat_map(|rho| request.models.iter().map(|model| (model.name.clone(), accuracy::by_rho(model, rho))));
    let by_rho: Vec<(String, Vec<Bin>)> = by_rho.collect();
    let versus = versus(request.models, &slices, &sampler);

    let (groups, cosines) = groups(request, texts.as_ref().map(|(e, t)| (*e, t)), permuted.as_ref());
    let summed = match groups.iter().any(Option::is_some) {
        true => summaries(&groups, cosines.as_ref().map(|(a, b)| (&a[..], &b[..])), &slices, &sampler),
        false => Vec::new(),
    };

    let some = |values: &[f64]| values.iter().map(|v| Some(*v)).collect::<Vec<_>>();
    let words: Option<Vec<Word>> =
        measured.as_ref().map(|m| m.rho.iter().map(|rho| displacement::word(*rho, m.rewordings.as_ref())).collect());
    let shift: Option<Vec<Option<f64>>> = measured
        .as_ref()
        .zip(other.as_ref())
        .map(|(a, b)| a.rho.iter().zip(&b.rho).map(|(a, b)| Some(b - a)).collect());
    let slice_card = |slice: &Slice| {
        let rows = &slice.rows;
        let ratio = |above: &[f64], below: &[f64]| sampler.ratio(rows, above, below, |x| 1.0 - x);
        let caption_parts = |rung: &Rung, k: usize| rung.captions.iter().map(|c| c[k]).collect::<Vec<f64>>();
        let rho = measured.as_ref().map(|m| {
            let null = sampler_median(rows, &m.null);
            sampler.median(rows, &some(&m.rho)).with_null(null)
        });
        let fates = request.certified.fates().map(|fates| {
            let mut counts = [0; 3];
            rows.iter().for_each(|row| counts[fates[*row as usize] as usize] += 1);
            counts
        });
        let against = shift.as_ref().map(|shift| sampler.mean(rows, shift));
        SliceCard {
            n: rows.len(),
            clusters: rows.iter().map(|row| sampler.clusters.of()[*row as usize]).collect::<HashSet<_>>().len(),
            fates,
            words: words.as_ref().map(|words| {
                let mut counts = [0; 3];
                rows.iter().for_each(|row| counts[words[*row as usize] as usize] += 1);
                counts
            }),
            word: rho
                .as_ref()
                .zip(measured.as_ref())
                .and_then(|(rho, m)| Some(displacement::word(rho.value?, m.rewordings.as_ref()))),
            rho,
            ladder: rungs
                .iter()
                .zip(&nulls)
                .map(|(rung, null)| {
                    let null = ratio(&null.unexplained, &null_squares).value;
                    ratio(&rung.unexplained, &squares).with_null(null)
                })
                .collect(),
            captions: rungs
                .iter()
                .zip(&nulls)
                .map(|(rung, null)| {
                    let null = ratio(&caption_parts(null, 0), &caption_parts(null, 1)).value;
                    ratio(&caption_parts(rung, 0), &caption_parts(rung, 1)).with_null(null)
                })
                .collect(),
            support: sampler.median(rows, &support.log_count),
            unsupported: sampler.mean(rows, &support.unsupported),
            accuracy: request.models.iter().map(|m| sampler.share(rows, &m.right).with_null(Some(0.5))).collect(),
            against_says: against.as_ref().map(difference_words),
            against,
            slice: slice.clone(),
        }
    };
    stage("the bootstrap");
    let cards = slices.iter().enumerate().map(|(at, slice)| {
        step(at as f64 / slices.len() as f64);
        slice_card(slice)
    });
    let slices: Vec<SliceCard> = cards.collect();
    let folds = stats::folds(&sampler.clusters, ladder::FOLDS, request.seed);
    let row = |at: usize| {
        let pair = &dataset.pairs[at];
        let group = groups.get(at).copied().flatten();
        Row {
            file: dataset.sources[pair.source].name.clone(),
            id: pair.id.clone(),
            operator: operators[at].to_owned(),
            meaning: meanings[at],
            group: request.groups[at].clone(),
            fold: folds[at],
            fate: request.certified.fates().map(|fates| fates[at]),
            rho: rho.as_ref().map(|rho| rho[at]),
            word: words.as_ref().map(|words| words[at]),
            support: support.log_count[at],
            unsupported: support.unsupported[at],
            signal: group.map(|g| g.signal),
            bias: group.map(|g| g.bias[0]),
            text_side: group.map(|g| g.sides[0]),
            caption: pair.caption.clone(),
            negative: pair.negative.clone(),
        }
    };
    Ok(Card {
        pairs: count,
        clusters: sampler.clusters.count(),
        seed: request.seed,
        draws: request.draws,
        folds: ladder::FOLDS,
        embeddings: request.embeddings.map(|e| e.about.clone()),
        train: request.train.map(|e| e.about.clone()),
        other: request.against.map(|e| e.about.clone()),
        images: request.images.map(|i| i.about.clone()),
        certified: request.certified.clone(),
        unit: measured.as_ref().map(|m| m.unit.clone()),
        rewordings: measured.as_ref().and_then(|m| m.rewordings.clone()),
        ladder: rungs,
        lambda: request.lambda,
        models: request.models.to_vec(),
        slices,
        gains,
        by_rho,
        versus,
        groups: summed,
        groups_from: groups_from(request, &groups),
        rows: (0..count).map(row).collect(),
        signals: groups.iter().flatten().map(|g| [g.signal, g.bias[0]]).collect(),
        support,
    })
}

/// A difference of two rho that doubles cannot tell from none.
const ROUNDING: f64 = 1e-12;

/// A paired difference in words.
fn difference_words(figure: &Figure) -> &'static str {
    match figure.interval {
        None => "too few",
        // What rounding leaves of equal distances is no difference.
        Some([low, high]) if low <= ROUNDING && -ROUNDING <= high => "no difference was seen",
        Some([low, _]) if low > 0.0 => "the other encoder moves further",
        Some(_) => "the other encoder moves less far",
    }
}

fn sampler_median(rows: &[u32], values: &[f64]) -> Option<f64> {
    stats::median(&rows.iter().map(|row| values[*row as usize]).collect::<Vec<f64>>())
}

/// The operator of each pair, read off the tokens.
pub fn operators(problem: &Problem) -> Vec<&'static str> {
    let tokens = problem.tokens();
    let of = |at: usize| match caption::classify(&tokens.captions[at], &tokens.negatives[at]).operator() {
        caption::Operator::Identity => "identity",
        caption::Operator::Swap => "swap",
        caption::Operator::Replace => "replace",
        caption::Operator::Add => "add",
        caption::Operator::Remove => "remove",
        caption::Operator::Composite(_) => "composite",
    };
    (0..problem.dataset().pairs.len()).map(of).collect()
}

/// The kind of each edit as the benchmark has it: the file where there are several, else the operator.
fn kinds<'a>(problem: &'a Problem, operators: &[&'a str]) -> Vec<&'a str> {
    let dataset = problem.dataset();
    let files: HashSet<usize> = dataset.pairs.iter().map(|pair| pair.source).collect();
    match files.len() {
        0 | 1 => operators.to_vec(),
        _ => dataset.pairs.iter().map(|pair| dataset.sources[pair.source].name.as_str()).collect(),
    }
}

fn slices(request: &Request, operators: &[&'static str], meanings: &[Label]) -> Vec<Slice> {
    let dataset = request.problem.dataset();
    let count = dataset.pairs.len() as u32;
    let mut slices = vec![Slice { by: By::All, name: "all".to_owned(), rows: (0..count).collect() }];
    slices.extend(cut(By::Operator, operators, |name| name.to_string()));
    let said: Vec<Meaning> = meanings.iter().map(|label| label.operator).collect();
    slices.extend(cut(By::Meaning, &said, |meaning| meaning.as_str().to_owned()));
    let sources: Vec<usize> = dataset.pairs.iter().map(|pair| pair.source).collect();
    let files = cut(By::File, &sources, |source| dataset.sources[*source].name.clone());
    slices.extend(files.into_iter().filter(|slice| slice.rows.len() < count as usize));
    let name = |fate: &Fate| match fate {
        Fate::Collapsed => "collapsed".to_owned(),
        Fate::Identified => "identified".to_owned(),
        Fate::Free => "free".to_owned(),
    };
    slices.extend(cut(By::Fate, request.certified.fates().unwrap_or_default(), name));
    slices
}

fn texts(request: &Request, embeddings: &Embeddings, sampler: &Sampler) -> Result<Texts, Diagnostic> {
    let pairs = &request.problem.dataset().pairs;
    let count = pairs.len();
    let both = pairs.iter().map(|p| p.caption.as_str()).chain(pairs.iter().map(|p| p.negative.as_str()));
    let rows = embeddings.find_all(both)?;
    Ok(Texts {
        captions: rows[..count].to_vec(),
        negatives: rows[count..].to_vec(),
        folds: stats::folds(&sampler.clusters, ladder::FOLDS, request.seed),
    })
}

/// A permutation of the rows of the embeddings: each text gets the embedding of another.
fn permutation(embeddings: &Embeddings, seed: u64) -> Vec<u32> {
    let mut order: Vec<u32> = (0..embeddings.about.rows as u32).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed ^ 0x6e75_6c6c));
    order
}

fn measure(
    request: &Request,
    embeddings: &Embeddings,
    texts: &Texts,
    permuted: Option<&Embeddings>,
) -> Result<Option<Measured>, Diagnostic> {
    let mut captions = texts.captions.clone();
    captions.sort_unstable();
    captions.dedup();
    let Some(unit) = displacement::unit(embeddings, &captions, request.seed) else { return Ok(None) };
    let moved = |e: &Embeddings| -> Vec<f64> {
        let pairs = texts.captions.iter().zip(&texts.negatives);
        pairs.map(|(a, b)| displacement::distance(e.row(*a), e.row(*b)) / unit.distance).collect()
    };
    let rewordings = match request.paraphrases {
        Some(lists) => rewordings_of(lists, request, embeddings, &unit),
        None if request.named => {
            let groups = displacement::grouped(request.groups.iter().zip(texts.captions.iter().copied()));
            displacement::rewordings(embeddings, &groups, &unit, "captions of one image among the pairs".to_owned())
        }
        None => None,
    };
    Ok(Some(Measured { rho: moved(embeddings), null: permuted.map(moved).unwrap_or_default(), unit, rewordings }))
}

/// Rewordings from lists of captions that say the same, where the texts have embeddings, of pairs or of training.
fn rewordings_of(lists: &[Vec<String>], request: &Request, embeddings: &Embeddings, unit: &Unit) -> Option<Rewordings> {
    let known = |e: &Embeddings| -> Vec<Vec<u32>> {
        lists.iter().map(|list| list.iter().filter_map(|text| e.find(text)).collect()).collect()
    };
    let from = |what: &str| format!("the paraphrases, where {what} have embeddings of both");
    let own = displacement::rewordings(embeddings, &known(embeddings), unit, from("the pairs"));
    own.or_else(|| {
        let train = request.train?;
        displacement::rewordings(train, &known(train), unit, from("the training captions"))
    })
}

fn ladder(
    request: &Request,
    embeddings: &Embeddings,
    permuted: &Embeddings,
    texts: &Texts,
    step: &dyn Fn(f64),
) -> Result<(Vec<Rung>, Vec<Rung>), Diagnostic> {
    let dataset = request.problem.dataset();
    // What a pair holds must not come into every fold by the training file.
    let held: HashSet<&str> =
        dataset.pairs.iter().flat_map(|pair| [pair.caption.trim(), pair.negative.trim()]).collect();
    let source = request.train.unwrap_or(embeddings);
    let (mut at, mut rows) = (Vec::new(), Vec::new());
    for (n, text) in dataset.train.iter().enumerate().filter(|(_, t)| !held.contains(t.text.trim())) {
        if let Some(row) = source.find(&text.text) {
            at.push(n);
            rows.push(row);
        }
    }
    let mut order: Vec<u32> = rows.clone();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(request.seed));
    let total = (2 * request.maps.len() * ladder::FOLDS) as f64;
    let (mut rungs, mut nulls) = (Vec::new(), Vec::new());
    let done = std::cell::Cell::new(0.0);
    let fitted = || {
        done.set(done.get() + 1.0);
        step(done.get() / total);
    };
    for map in request.maps {
        let features;
        let features = if *map == request.problem.features().index.map() {
            request.problem.features()
        } else {
            features = Features::of_tokens(*map, request.problem.tokens(), &Limits::default())?;
            &features
        };
        rungs.push(ladder::rung(features, texts, embeddings, (&at, source, &rows), request.lambda, fitted));
        nulls.push(ladder::rung(features, texts, permuted, (&at, source, &order), request.lambda, fitted));
    }
    Ok((rungs, nulls))
}

fn predictors(request: &Request, measured: Option<&Measured>, support: &Support) -> Vec<Predictor> {
    let pairs = request.problem.tokens();
    let one = |name, column| Predictor { name, columns: vec![column], held: Vec::new(), null: None };
    let some = |values: &[f64]| values.iter().map(|v| Some(*v)).collect::<Vec<_>>();
    let mut list = Vec::new();
    if let Some(m) = measured {
        let null = Some(vec![some(&m.null)]);
        list.push(Predictor { name: "rho", columns: vec![some(&m.rho)], held: Vec::new(), null });
    }
    list.push(one("support s", support.log_count.clone()));
    list.push(one("unsupported share phi", support.unsupported.clone()));
    list.push(one("length of the caption", pairs.captions.iter().map(|t| Some(t.len() as f64)).collect()));
    let fates = request.certified.fates().unwrap_or_default();
    list.extend(fate(fates));
    list.extend(free_or_identified(fates, &support.log_count));
    list
}

/// Free against identified, on the edits that are one or the other; and the same with the support held, which stands for how
/// rare words are. None where one of the two is rare.
pub(super) fn free_or_identified(fates: &[Fate], support: &[Option<f64>]) -> Vec<Predictor> {
    let count = |fate: Fate| fates.iter().filter(|f| **f == fate).count();
    if count(Fate::Free).min(count(Fate::Identified)) < stats::FEW {
        return Vec::new();
    }
    let of = |fate: &Fate| (*fate != Fate::Collapsed).then(|| f64::from(u8::from(*fate == Fate::Free)));
    let column: Vec<Option<f64>> = fates.iter().map(of).collect();
    let one = |name, held| Predictor { name, columns: vec![column.clone()], held, null: None };
    vec![one("free, not identified", Vec::new()), one("free, not identified; support held", vec![support.to_vec()])]
}

/// The fate as a predictor: an indicator of each but the commonest; none where there is only one.
pub(super) fn fate(fates: &[Fate]) -> Option<Predictor> {
    let mut counts: BTreeMap<Fate, usize> = BTreeMap::new();
    fates.iter().for_each(|fate| *counts.entry(*fate).or_default() += 1);
    let commonest = counts.iter().max_by_key(|(_, count)| **count).map(|(fate, _)| *fate);
    let columns: Vec<Vec<Option<f64>>> = counts
        .iter()
        .filter(|(fate, count)| Some(**fate) != commonest && **count >= stats::FEW)
        .map(|(fate, _)| fates.iter().map(|f| Some(f64::from(u8::from(f == fate)))).collect())
        .collect();
    (!columns.is_empty()).then_some(Predictor { name: "exact fate", columns, held: Vec::new(), null: None })
}

/// All pairs of models where there are two, else each against the first.
fn versus(models: &[Model], slices: &[Slice], sampler: &Sampler) -> Vec<Versus> {
    let Some((first, others)) = models.split_first() else { return Vec::new() };
    let slices: Vec<Slice> = slices.iter().filter(|s| s.by != By::File).cloned().collect();
    others.iter().flat_map(|other| accuracy::versus([first, other], &slices, sampler)).collect()
}

/// The cosines of dT and dI, and those with the embeddings of texts permuted.
type Cosines = (Vec<Option<f64>>, Vec<Option<f64>>);

fn groups(
    request: &Request,
    texts: Option<(&Embeddings, &Texts)>,
    permuted: Option<&Embeddings>,
) -> (Vec<Option<Group>>, Option<Cosines>) {
    if let Some((_, list)) = request.scores {
        return (list.iter().map(|s| s.as_ref().map(Group::new)).collect(), None);
    }
    let (Some(images), Some((embeddings, texts)), Some(permuted)) = (request.images, texts, permuted) else {
        return (Vec::new(), None);
    };
    let of = |e: &Embeddings, at: usize| match images.of[at].as_slice() {
        [first, second] => {
            let (a, b) = (e.row(texts.captions[at]), e.row(texts.negatives[at]));
            let (scores, cosine) = scores([a, b], [first, second]);
            (Some(Group::new(&scores)), cosine)
        }
        _ => (None, None),
    };
    let (groups, real) = (0..texts.captions.len()).map(|at| of(embeddings, at)).unzip();
    let null = (0..texts.captions.len()).map(|at| of(permuted, at).1).collect();
    (groups, Some((real, null)))
}

fn groups_from(request: &Request, groups: &[Option<Group>]) -> Option<String> {
    groups.iter().any(Option::is_some).then(|| match request.scores {
        Some((name, _)) => format!("the scores in {name}"),
        None => "the embeddings of texts and images".to_owned(),
    })
}
