//! The captions that run through the book: six of training and one edit, as the labelled S and D that the theory speaks of.

use maud::{Markup, html};

use super::live;
use crate::caption::{FeatureMap, Format, Row, Tokenizer};
use crate::certificate::{CaptionProblem, Input, InputRole, Size, TrueOptimal};
use crate::encoder::{Fate, Problem, build, verify_claims};
use crate::exact::Limits;
use crate::files;
use crate::report::{Code, Diagnostic};

/// What training shows.
pub(super) const TRAINING: [&str; 6] = [
    "a red cube on a blue sphere",
    "a red sphere on a blue cube",
    "a red cube",
    "a blue sphere",
    "a red sphere on a green cube",
    "a green cube on a blue sphere",
];
/// The edit of the first of them.
pub(super) const EDITED: &str = "a blue cube on a red sphere";
/// The readout that sees the edit and no training caption, under ordered pairs.
const READOUT: &str = "blue<red";
/// Words that are in every caption and say nothing: their pairs are left out of the table.
const SMALL: [&str; 2] = ["a", "on"];

/// What the first page shows of them.
pub(super) struct Thread {
    /// The two captions and their words, counted.
    pub one_point: Markup,
    /// S, D and the readout.
    pub table: Markup,
    /// The same to be changed.
    pub live: Markup,
    /// By feature map: the fate of the edit.
    pub fates: Vec<(FeatureMap, Fate)>,
}

impl Thread {
    /// Builds everything. Errors: those of building; the readout is not one.
    pub(super) fn new() -> Result<Thread, Diagnostic> {
        let pairs = problem(FeatureMap::OrderedPairs)?;
        let bag = problem(FeatureMap::BagOfWords)?;
        let fates = FeatureMap::OF_TOKENS.map(|map| Ok((map, fate(&problem(map)?)?)));
        let edits = format!("{} -> {EDITED}", TRAINING[0]);
        Ok(Thread {
            one_point: one_point(&bag),
            table: table(&pairs)?,
            live: live::captions("Your captions", &TRAINING.join("\n"), &edits, FeatureMap::OrderedPairs),
            fates: fates.into_iter().collect::<Result<_, Diagnostic>>()?,
        })
    }

    /// The fate of the edit under each feature map, as a table.
    pub(super) fn fates(&self) -> Markup {
        html! {
            div class="scroll" tabindex="0" role="group" aria-label="fates" {
                table class="labelled" {
                    thead { tr { th scope="col" { "the encoder reads" } th scope="col" { "the edit is" } } }
                    tbody { @for (map, fate) in &self.fates { tr {
                        th scope="row" { (map.name().replace('-', " ")) }
                        td { (fate_word(*fate)) }
                    } } }
                }
            }
        }
    }
}

fn fate_word(fate: Fate) -> &'static str {
    match fate {
        Fate::Collapsed => "collapsed",
        Fate::Identified => "identified",
        Fate::Free => "free",
    }
}

/// The six captions and the edit under a feature map.
pub(super) fn problem(features: FeatureMap) -> Result<Problem, Diagnostic> {
    problem_of(features, &[(TRAINING[0], EDITED)])
}

/// The six captions and edits of them under a feature map.
pub(super) fn problem_of(features: FeatureMap, edits: &[(&str, &str)]) -> Result<Problem, Diagnostic> {
    let pair =
        |(caption, edited): &(&str, &str)| serde_json::json!({ "caption": caption, "negative": edited }).to_string();
    let pairs: Vec<String> = edits.iter().map(pair).collect();
    let inputs = [pairs.join("\n").into_bytes(), TRAINING.join("\n").into_bytes()];
    let described = [("edit.jsonl", InputRole::Pairs, Format::Jsonl), ("training.txt", InputRole::Train, Format::Text)];
    let spec = CaptionProblem {
        inputs: described
            .iter()
            .zip(&inputs)
            .map(|((name, role, format), bytes)| Input {
                name: (*name).to_owned(),
                sha256: files::sha256_hex(bytes),
                role: *role,
                format: Some(*format),
            })
            .collect(),
        columns: Default::default(),
        selected: None,
        tokenizer: Tokenizer::Words,
        features,
        encoder: TrueOptimal::Projection { seed: 1, width: 2, bound: 9 },
        size: Size { training: 0, edits: 0, features: 0 },
    };
    Problem::read(&spec, &inputs)
}

fn fate(problem: &Problem) -> Result<Fate, Diagnostic> {
    let built = build(problem, &Limits::default())?;
    verify_claims(problem, &built.claims)?;
    built.fates.first().copied().ok_or_else(|| Diagnostic::new(Code::ExactSelfCheck, "an edit without a fate"))
}

fn name(problem: &Problem, feature: u32) -> String {
    problem.features().index.name(feature, &problem.tokens().vocabulary)
}

/// The two captions over the counts of their words, which are the same.
fn one_point(bag: &Problem) -> Markup {
    let counts = |row: &Row| -> Vec<(String, i64)> {
        let words = row.iter().map(|(feature, count)| (name(bag, *feature), *count));
        words.filter(|(word, _)| !word.starts_with('<')).collect()
    };
    let (caption, edited) = (counts(&bag.features().captions[0]), counts(&bag.features().negatives[0]));
    let row = |text: &str, counts: &[(String, i64)]| {
        html! { tr { th scope="row" { q { (text) } } @for (_, count) in counts { td { (count) } } } }
    };
    html! {
        div class="scroll" tabindex="0" role="group" aria-label="words counted" {
            table class="labelled" {
                thead { tr { td {} @for (word, _) in &caption { th scope="col" { (word) } } } }
                tbody { (row(TRAINING[0], &caption)) (row(EDITED, &edited)) }
            }
        }
        @if caption == edited {
            p { "Word for word the same counts. To whatever reads a caption as a bag of words the two are " b { "one point" }
                ", and no training moves them apart: nothing that is computed from equal numbers differs." }
        }
    }
}

/// S with a column a caption, the one column of D, and the readout's row marked. Error: the readout sees training, or not the edit.
fn table(pairs: &Problem) -> Result<Markup, Diagnostic> {
    let entry =
        |row: &Row, feature: u32| row.iter().find(|(known, _)| *known == feature).map_or(0, |(_, value)| *value);
    let s: Vec<Row> = (0..pairs.s().rows()).map(|row| pairs.s().row(row).collect()).collect();
    let d: Row = pairs.d().row(0).collect();
    let features: Vec<(u32, String)> = (0..pairs.s().cols() as u32).map(|f| (f, name(pairs, f))).collect();
    let large = |name: &str| name.split('<').all(|word| !word.is_empty() && !SMALL.contains(&word));
    let shown = features.iter().filter(|(feature, name)| entry(&d, *feature) != 0 && large(name));
    let sees = features.iter().find(|(_, name)| name == READOUT).map(|(feature, _)| *feature);
    let silent = |feature: u32| s.iter().all(|row| entry(row, feature) == 0);
    if !sees.is_some_and(|feature| silent(feature) && entry(&d, feature) != 0) {
        let message = format!("[{READOUT}] is no readout that sees the edit and no training caption");
        return Err(Diagnostic::new(Code::ExactSelfCheck, message));
    }
    let moved = d.len();
    let shown: Vec<_> = shown.collect();
    Ok(html! {
        ol class="captions" { @for row in 0..s.len() { li { (pairs.training_text(row)) } } }
        p { "Edited: " q { (pairs.training_text(0)) } " becomes " q { (EDITED) } "." }
        div class="scroll" tabindex="0" role="group" aria-label="S and D" {
            table class="labelled" {
                caption { "S, a column a training caption, and the one column of D, edited minus original: how often one word stands before another" }
                thead { tr { td {} @for i in 1..=s.len() { th scope="col" { "S" (i) } } th scope="col" class="edit" { "D" } } }
                tbody {
                    @for (feature, name) in &shown {
                        tr class=[(name == READOUT).then_some("readout")] {
                            th scope="row" { (before(name)) }
                            @for row in &s { (cell(entry(row, *feature), false)) }
                            (cell(entry(&d, *feature), true))
                        }
                    }
                }
            }
        }
        p class="fine" { "Rows with " q { "a" } " and " q { "on" } " are left out, and rows that the edit leaves alone: " (features.len() - shown.len()) " of " (features.len()) ". The edit changes " (moved) " rows in all." }
        p {
            "Read the marked row. " b { "[blue before red] is 0 on every training caption and not on the edit." }
            " Whatever an encoder does with that row, no training caption notices. So take an encoder that is right on all six, and let it use the row to undo what it sees of the edit: it is still right on all six, and gives the edited caption the embedding of its original. That is a blind spot."
        }
    })
}

fn cell(value: i64, edit: bool) -> Markup {
    let class = if value == 0 {
        "zero"
    } else if edit {
        "differs"
    } else {
        ""
    };
    html! { td class=(class) { @if value < 0 { "−" (-value) } @else { (value) } } }
}

/// A feature's printable name as a phrase: `blue<red` is *blue before red*.
pub(super) fn before(name: &str) -> String {
    name.replace('<', " before ")
}
