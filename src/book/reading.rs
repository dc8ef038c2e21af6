//! What an encoder reads: a picture for each feature map of one caption, with what an edit changes marked.

use std::fmt::Write;

use maud::{Markup, PreEscaped, html};

use super::svg::escape;
use super::thread;
use crate::caption::{Feature, FeatureMap};
use crate::report::Diagnostic;

/// Between words, and the height of the line that they stand on.
const SPACE: f64 = 12.0;

/// The maps that are pictured, with what each reads.
const MAPS: [(FeatureMap, &str); 5] = [
    (FeatureMap::BagOfWords, "A bag of words counts how often each word occurs. Order is not read."),
    (FeatureMap::Positions, "Positions say which word stands at which place."),
    (FeatureMap::Bigrams, "Bigrams count which word follows which directly, the ends of the caption included."),
    (FeatureMap::OrderedPairs, "Ordered pairs count which word stands anywhere before which."),
    (FeatureMap::PositionalPairs, "Positional pairs say which two words stand at which two places."),
];

/// All of the pictures. Errors: those of reading the captions.
pub(super) fn pictures() -> Result<Markup, Diagnostic> {
    let figures = MAPS.iter().map(|(map, about)| figure(*map, about)).collect::<Result<Vec<_>, _>>()?;
    Ok(html! { @for figure in figures { (figure) } })
}

fn figure(map: FeatureMap, about: &str) -> Result<Markup, Diagnostic> {
    let problem = thread::problem(map)?;
    let index = &problem.features().index;
    let d = problem.features().difference(0);
    let changed = |feature: Feature| {
        let number = index.features().iter().position(|known| *known == feature);
        number.is_some_and(|number| d.iter().any(|(moved, _)| *moved as usize == number))
    };
    let token = |id: &u32| problem.tokens().vocabulary.token(*id).to_owned();
    let lines =
        [(thread::TRAINING[0], &problem.tokens().captions[0]), (thread::EDITED, &problem.tokens().negatives[0])];
    let finding = match d.len() {
        0 => "Nothing changes: to this map the two captions are one.".to_owned(),
        n => format!("{n} features change, marked."),
    };
    Ok(html! {
        figure class="reading" {
            figcaption { b { (map.name().replace('-', " ")) } ". " (about) " " (finding) }
            @for (text, tokens) in lines {
                @let words: Vec<String> = tokens.iter().map(token).collect();
                div class="scroll" tabindex="0" role="group" aria-label=(format!("{}: {text}", map.name().replace('-', " "))) {
                    (PreEscaped(line(map, text, &words, tokens, &changed)))
                }
            }
        }
    })
}

/// One caption: its words, and an arc or a mark for each feature.
fn line(map: FeatureMap, text: &str, words: &[String], tokens: &[u32], changed: &dyn Fn(Feature) -> bool) -> String {
    let width = |word: &str| 9.0 * word.chars().count() as f64 + 14.0;
    let mut left = 4.0;
    let boxes: Vec<(f64, f64)> = words
        .iter()
        .map(|word| {
            let at = left;
            left += width(word) + SPACE;
            (at, width(word))
        })
        .collect();
    let middle = |i: usize| boxes.get(i).map_or(0.0, |(at, width)| at + width / 2.0);
    let pairs: Vec<(usize, usize)> = match map {
        FeatureMap::Bigrams => (1..words.len()).map(|j| (j - 1, j)).collect(),
        FeatureMap::OrderedPairs | FeatureMap::PositionalPairs => {
            (0..words.len()).flat_map(|i| (i + 1..words.len()).map(move |j| (i, j))).collect()
        }
        _ => Vec::new(),
    };
    let tallest = pairs.iter().map(|(i, j)| j - i).max().unwrap_or(0) as f64;
    let base = 8.0 + 13.0 * tallest;
    let places = matches!(map, FeatureMap::Positions | FeatureMap::PositionalPairs);
    let height = base + if places { 46.0 } else { 32.0 };
    let about = format!("{}: the features of {text}", map.name().replace('-', " "));
    let mut svg = format!(
        "<svg viewBox=\"0 0 {left:.0} {height:.0}\" width=\"{left:.0}\" height=\"{height:.0}\" class=\"picture reads\" role=\"img\" aria-label=\"{}\">",
        escape(&about)
    );
    let (plain, marked): (Vec<_>, Vec<_>) = pairs.iter().partition(|(i, j)| !changed(pair(map, tokens, *i, *j)));
    for (class, (i, j)) in plain.iter().map(|p| ("arc", p)).chain(marked.iter().map(|p| ("arc changed", p))) {
        let (from, to, up) = (middle(*i) + 3.0, middle(*j) - 3.0, 26.0 * (j - i) as f64);
        let _ = write!(
            svg,
            "<path class=\"{class}\" d=\"M{from:.1} {base:.1}C{from:.1} {:.1} {to:.1} {:.1} {to:.1} {base:.1}\"/>",
            base - up * 0.66,
            base - up * 0.66
        );
    }
    for (i, (word, (at, width))) in words.iter().zip(&boxes).enumerate() {
        let own = match map {
            FeatureMap::BagOfWords => changed(Feature::Token(tokens[i])),
            FeatureMap::Positions => changed(Feature::At(tokens[i], i as u32)),
            FeatureMap::Bigrams => {
                let first = i == 0 && changed(Feature::Bigram(None, Some(tokens[i])));
                first || i + 1 == words.len() && changed(Feature::Bigram(Some(tokens[i]), None))
            }
            _ => false,
        };
        let class = if own { "word changed" } else { "word" };
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{at:.1}\" y=\"{base:.1}\" width=\"{width:.1}\" height=\"24\" rx=\"5\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            at + width / 2.0,
            base + 17.0,
            escape(word)
        );
        if places {
            let _ =
                write!(svg, "<text class=\"place\" x=\"{:.1}\" y=\"{:.1}\">{i}</text>", at + width / 2.0, base + 40.0);
        }
    }
    svg.push_str("</svg>");
    svg
}

/// The feature that two places make.
fn pair(map: FeatureMap, tokens: &[u32], i: usize, j: usize) -> Feature {
    match map {
        FeatureMap::Bigrams => Feature::Bigram(Some(tokens[i]), Some(tokens[j])),
        FeatureMap::OrderedPairs => Feature::Before(tokens[i], tokens[j]),
        _ => Feature::Both((tokens[i], i as u32), (tokens[j], j as u32)),
    }
}
