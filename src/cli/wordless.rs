//! Texts in which a tokenizer finds nothing are left out, counted and named before a certificate exists: pairs by a selection,
//! training captions by writing the others down again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::Context;
use crate::caption::{Dataset, Format};
use crate::certificate::{CaptionProblem, InputRole};
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
        .map(|pair| (pair.source, pair.line, if silent(&pair.caption) { &pair.caption } else { &pair.negative }))
        .collect();
    let captions = dataset.train.iter().filter(|caption| silent(&caption.text));
    named.extend(captions.map(|caption| (caption.source, caption.line, &caption.text)));
    if named.is_empty() {
        return Err(error);
    }
    context.left_out(&BTreeMap::from([("a text without a token".to_owned(), named.len())]));
    for run in named.chunk_by(|a, b| a.0 == b.0) {
        let first: Vec<String> =
            run.iter().take(NAMED).map(|(_, line, text)| format!("line {line} {}", quoted(text))).collect();
        let more = if run.len() > NAMED { format!(" and {} more", run.len() - NAMED) } else { String::new() };
        context.talk(&format!(
            "warning: {}: {} dropped: the tokenizer {} finds no token in a text: {}{more}",
            dataset.sources[run[0].0].path,
            plural(run.len(), "record"),
            tokenizer,
            first.join(", "),
        ));
    }
    let touched: BTreeSet<usize> =
        dataset.train.iter().filter(|caption| silent(&caption.text)).map(|caption| caption.source).collect();
    let selected = (kept.len() < dataset.pairs.len()).then_some(kept);
    write_again(spec, inputs, &dataset, &touched, &silent);
    if selected.is_some() {
        spec.selected = selected;
    }
    Ok(())
}

/// Writes training files down again, without the captions that are `silent`; a file of nothing else goes.
fn write_again(
    spec: &mut CaptionProblem,
    inputs: &mut Vec<Vec<u8>>,
    dataset: &Dataset,
    touched: &BTreeSet<usize>,
    silent: &dyn Fn(&str) -> bool,
) {
    // The sources of a data set are its inputs of text, in their order.
    let of_text = |role| matches!(role, InputRole::Pairs | InputRole::Train);
    let places: Vec<usize> = (0..spec.inputs.len()).filter(|&at| of_text(spec.inputs[at].role)).collect();
    for &source in touched.iter().rev() {
        let kept = dataset.train.iter().filter(|caption| caption.source == source && !silent(&caption.text));
        let lines: String = kept.map(|caption| format!("{}\n", json!({ "caption": caption.text }))).collect();
        let at = places[source];
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
        spec.inputs[at].name = if taken { format!("{at}-{name}") } else { name };
    }
}
