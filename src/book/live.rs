//! The live parts of pages: what the script `live.js` brings to life, hidden where no script runs.

use maud::{Markup, html};
use serde_json::json;

use super::font::base64;
use super::stories::Story;
use crate::caption::FeatureMap;
use crate::kernel::{Role, Sequent};
use crate::model::{Instance, Matrix, hypotheses};

/// Scotoma as WebAssembly, compressed: made from this source by `book/playground/build`, which also checks that it was.
const MODULE: &[u8] = include_bytes!("../../book/live.wasm.gz");

/// The script of the live parts and the module, the latter inside of a script, so that it loads from `file://`.
pub(super) fn files() -> [(String, Vec<u8>); 2] {
    let module = format!(
        "// Scotoma as WebAssembly, compressed; its source is book/playground.\nscotomaModule = \"{}\";\n",
        base64(MODULE)
    );
    [
        ("live.js".to_owned(), include_bytes!("../../book/live.js").to_vec()),
        ("module.js".to_owned(), module.into_bytes()),
    ]
}

/// Captions that a reader types: their fates, S and D, and where two encoders put them.
pub(super) fn captions(heading: &str, training: &str, edits: &str, features: FeatureMap) -> Markup {
    html! {
        section class="live" data-live="captions" hidden aria-labelledby="live-captions" {
            h2 id="live-captions" { (heading) }
            p { "Change a caption, an edit or what the encoder reads: everything below is computed again, exactly, in this page." }
            div class="columns" {
                label { "Training captions, one a line" textarea name="training" rows="7" spellcheck="false" { (training) } }
                div {
                    label { "Edits, one a line: a caption -> the edited caption" textarea name="edits" rows="3" spellcheck="false" { (edits) } }
                    label { "What an encoder reads "
                        select name="features" {
                            @for map in FeatureMap::OF_TOKENS {
                                option value=(map.name()) selected[map == features] { (map.name().replace('-', " ")) }
                            }
                        }
                    }
                    button type="button" name="turn" { "Another true-optimal encoder" }
                }
            }
            div class="answer" aria-live="polite" {}
        }
    }
}

/// A text of theorems and proofs that a reader completes; `asked` is the statement that is to be proved. A conjecture can
/// be refuted too.
pub(super) fn proof(file: &str, text: &str, asked: Option<&str>) -> Markup {
    let rows = text.lines().count() + 2;
    html! {
        div class="live" data-live="proof" data-file=(file) data-asked=[asked] hidden {
            label { "Try it here" textarea rows=(rows) spellcheck="false" autocapitalize="off" { (text) } }
            div class="buttons" {
                button type="button" name="check" { "Check" }
                @if file.ends_with(".thm") { button type="button" name="refute" { "Refute" } }
                button type="button" name="again" { "Start again" }
            }
            div class="answer" aria-live="polite" {}
        }
    }
}

/// Matrices of a theorem that a reader changes, with an assumption switched off if wanted.
pub(super) fn matrices(theorem: &str, sequent: &Sequent, story: Option<&Story>) -> Markup {
    let nothing = || json!({ "dims": {}, "families": {}, "maps": {}, "words": {} });
    let start = story.map_or_else(nothing, |story| typed(sequent, &story.instance));
    let labels: serde_json::Map<_, _> = match story {
        Some(story) => sequent
            .maps
            .iter()
            .filter_map(|map| {
                let (rows, columns) = (story.of(&map.cod), story.of(&map.dom));
                let named = rows.is_some() || columns.is_some();
                named.then(|| (map.name.to_string(), json!({ "rows": rows, "columns": columns })))
            })
            .collect(),
        None => serde_json::Map::new(),
    };
    html! {
        section class="live" data-live="matrices" data-theorem=(theorem) data-instance=(start) data-labels=(json!(labels)) hidden aria-labelledby="own" {
            h2 id="own" { "Your own matrices" }
            p {
                "Change an entry or a dimension: the statement is evaluated again, exactly. Switch an assumption off, and look for matrices that satisfy the others and not the conclusion."
            }
            div class="buttons" {
                label { "Switched off: "
                    select name="without" {
                        option value="" { "nothing" }
                        @for name in hypotheses(sequent) { option value=(name) { (name.replace('-', " ")) } }
                    }
                }
                button type="button" name="draw" { "Draw others that fit" }
            }
            div class="edit" {}
            div class="answer" aria-live="polite" {}
        }
    }
}

/// A field that leaves only those things of a page in sight that hold a text.
pub(super) fn filter(things: &str) -> Markup {
    html! {
        div class="live" data-live="filter" data-things=(things) hidden {
            label { "Search names and claims " input type="search" autocomplete="off" spellcheck="false"; }
            p class="answer fine" aria-live="polite" {}
        }
    }
}

/// An instance as the page's script sends it: entries as text, letters of words counted from 0.
fn typed(sequent: &Sequent, instance: &Instance) -> serde_json::Value {
    let entries = |m: &Matrix| -> Vec<Vec<String>> {
        (0..m.rows()).map(|i| (0..m.cols()).map(|j| m.get(i, j).to_string()).collect()).collect()
    };
    let dims: serde_json::Map<_, _> = instance.dims.iter().map(|(name, n)| (name.to_string(), json!(n))).collect();
    let members = |list: &Vec<Matrix>| json!(list.iter().map(entries).collect::<Vec<_>>());
    let families: serde_json::Map<_, _> =
        instance.families.iter().map(|(name, list)| (name.to_string(), members(list))).collect();
    let (mut maps, mut words) = (serde_json::Map::new(), serde_json::Map::new());
    for map in &sequent.maps {
        let Some(matrix) = instance.maps.get(&map.name) else { continue };
        match &map.role {
            Role::Any => _ = maps.insert(map.name.to_string(), json!(entries(matrix))),
            Role::Word(_) => _ = words.insert(map.name.to_string(), json!(instance.words.get(&map.name))),
            Role::Member(over) => {
                let letter = instance.letters(over).iter().position(|m| m == matrix);
                words.insert(map.name.to_string(), json!(letter.into_iter().collect::<Vec<_>>()));
            }
        }
    }
    json!({ "dims": dims, "families": families, "maps": maps, "words": words })
}
