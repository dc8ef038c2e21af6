//! Texts in which a tokenizer finds nothing are left out, counted and named before a certificate exists: pairs by a selection,
//! training captions by writing the others down again.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::json;

use super::Context;
use crate::caption::{Columns, Dataset, Format, Source, TrainCaption};
use crate::certificate::{CaptionProblem, InputRole};
use crate::import::{AllGiven, Slot};
use crate::report::{Diagnostic, plural, quoted};
use crate::{caption, encoder, files};

/// How many records are named.
const NAMED: usize = 3;

/// Leaves out the pairs and the training captions with a text in which the tokenizer of `spec` finds no token.
///
/// Error: `error`, if no pair is left, or nothing to leave out.
pub(super) fn leave_out(
    spec: &mut CaptionProblem,
    inputs: &mut Vec<Vec<u8>>,
    given: &mut AllGiven,
    error: Diagnostic,
    context: &Context,
) -> Result<(), Diagnostic> {
    let dataset = encoder::selected_dataset(spec, inputs)?;
    let limit = caption::Limits::default().tokens_per_text;
    let tokenizer = spec.tokenizer;
    let says = |text: &str| tokenizer.tokenize(text, limit).map_or(true, |tokens| !tokens.is_empty());
    let silent = |text: &str| !says(text);
    let kept: Vec<u32> = (0u32..)
        .zip(&dataset.pairs)
        .filter(|(_, pair)| says(&pair.caption) && says(&pair.negative))
        .map(|(at, _)| at)
        .collect();
    if kept.is_empty() {
        return Err(error);
    }
    let dropped = dataset.pairs.iter().filter(|pair| silent(&pair.caption) || silent(&pair.negative));
    let mut named: Vec<_> = dropped
        .map(|pair| {
            (pair.source, [pair.record, pair.line], if silent(&pair.caption) { &pair.caption } else { &pair.negative })
        })
        .collect();
    let captions = dataset.train.iter().filter(|caption| silent(&caption.text));
    named.extend(captions.map(|caption| (caption.source, [caption.record, caption.line], &caption.text)));
    if named.is_empty() {
        return Err(error);
    }
    context.left_out(&BTreeMap::from([("a text without a token".to_owned(), named.len())]));
    for run in named.chunk_by(|a, b| a.0 == b.0) {
        let place = |&(source, [record, line], _): &(usize, [usize; 2], _)| given.place(&dataset, source, record, line);
        let first = run.iter().take(NAMED).map(|one| format!("{} {}", place(one).1, quoted(one.2)));
        let first: Vec<String> = first.collect();
        let more = if run.len() > NAMED { format!(" and {} more", run.len() - NAMED) } else { String::new() };
        context.talk(&format!(
            "warning: {}: {} dropped: the tokenizer {} finds no token in a text: {}{more}",
            place(&run[0]).0,
            plural(run.len(), "record"),
            tokenizer,
            first.join(", "),
        ));
    }
    let touched: BTreeSet<usize> =
        dataset.train.iter().filter(|caption| silent(&caption.text)).map(|caption| caption.source).collect();
    let selected = (kept.len() < dataset.pairs.len()).then_some(kept);
    write_again(spec, inputs, given, &dataset, &touched, &silent)?;
    if selected.is_some() {
        spec.selected = selected;
    }
    Ok(())
}

/// Writes training files down again, without the captions that are `silent`; a file of nothing else goes.
fn write_again(
    spec: &mut CaptionProblem,
    inputs: &mut Vec<Vec<u8>>,
    given: &mut AllGiven,
    dataset: &Dataset,
    touched: &BTreeSet<usize>,
    silent: &dyn Fn(&str) -> bool,
) -> Result<(), Diagnostic> {
    // The sources of a data set are its inputs of text, in their order.
    let of_text = |role| matches!(role, InputRole::Pairs | InputRole::Train);
    let places: Vec<usize> = (0..spec.inputs.len()).filter(|&at| of_text(spec.inputs[at].role)).collect();
    for &source in touched.iter().rev() {
        let kept = dataset.train.iter().filter(|caption| caption.source == source && !silent(&caption.text));
        let lines: String = kept.map(|caption| format!("{}\n", json!({ "caption": caption.text }))).collect();
        let at = places[source];
        let file = given.0.iter_mut().find(|given| given.name == spec.inputs[at].name);
        if let Some(file) = file.filter(|file| file.slots.is_none()) {
            let Source { path, bytes, format, .. } = &dataset.sources[source];
            file.slots = Some(slots(caption::read_train(path, bytes, Some(*format), &Columns::default())?));
        }
        if lines.is_empty() {
            spec.inputs.remove(at);
            inputs.remove(at);
            continue;
        }
        let input = &mut spec.inputs[at];
        let stem = input.name.rsplit_once('.').map_or(input.name.as_str(), |(stem, _)| stem).to_owned();
        let name = format!("{stem}.jsonl");
        input.sha256 = files::sha256_hex(lines.as_bytes());
        input.format = Some(Format::Jsonl);
        inputs[at] = lines.into_bytes();
        let taken = spec.inputs.iter().enumerate().any(|(other, input)| other != at && input.name == name);
        let name = if taken { format!("{at}-{name}") } else { name };
        if let Some(file) = given.0.iter_mut().find(|given| given.name == spec.inputs[at].name) {
            file.name.clone_from(&name);
            file.same_lines = false;
            keep(file.slots.iter_mut().flatten(), silent);
        }
        spec.inputs[at].name = name;
    }
    Ok(())
}

fn slots(captions: Vec<TrainCaption>) -> Vec<Slot> {
    let slot = |caption: TrainCaption| Slot {
        record: caption.record,
        caption: Some(caption.text),
        negative: None,
        kept: true,
    };
    captions.into_iter().map(slot).collect()
}

/// Keeps of equal captions the first, and none that is `silent`.
fn keep<'a>(slots: impl Iterator<Item = &'a mut Slot>, silent: &dyn Fn(&str) -> bool) {
    let mut seen = HashSet::new();
    for slot in slots {
        let text = slot.caption.clone().unwrap_or_default();
        slot.kept = slot.kept && !silent(&text) && seen.insert(text);
    }
}
