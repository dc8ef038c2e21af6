//! Pictures of two ideas: where the latents of a pair go, and how many hard negatives a family of edits needs.

use std::fmt::Write;

use super::svg::tip;
use super::thread;
use crate::caption::FeatureMap;
use crate::encoder::{Built, build, verify_claims};
use crate::exact::Limits;
use crate::report::Diagnostic;

/// The blocks of latents, each with what reads it.
const BLOCKS: [(&str, &str, &str); 5] = [
    ("only images, dependent", "pose", "image"),
    ("only images, private", "light", "image"),
    ("invariant", "red cube on blue sphere", "both"),
    ("only texts, dependent", "which synonym", "text"),
    ("only texts, private", "which article", "text"),
];

/// Latents in blocks, the two generators, the two encoders, and the one block that arrives.
pub(super) fn latents() -> String {
    let mut svg = "<svg viewBox=\"0 0 560 250\" width=\"560\" height=\"250\" class=\"picture latents\" role=\"img\" aria-label=\"Five blocks of latents: images show three, texts show three, and only the invariant block, which both show, reaches the embedding\">".to_owned();
    for (index, (name, example, read)) in BLOCKS.iter().enumerate() {
        let y = 8.0 + 48.0 * index as f64;
        let class = if *read == "both" { "block shared" } else { "block" };
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"4\" y=\"{y}\" width=\"206\" height=\"40\" rx=\"6\"/><text class=\"strong\" x=\"14\" y=\"{}\">{name}</text><text class=\"soft\" x=\"14\" y=\"{}\">{example}</text>",
            y + 16.0,
            y + 33.0
        );
    }
    for (label, y, reads) in [("image", 62.0, ["image", "both"]), ("text", 188.0, ["text", "both"])] {
        for (index, (.., read)) in BLOCKS.iter().enumerate().filter(|(_, (.., read))| reads.contains(read)) {
            let from = 28.0 + 48.0 * index as f64;
            let class = if *read == "both" { "arrow kept" } else { "arrow" };
            line(&mut svg, class, (212.0, from), (294.0, y));
        }
        let _ = write!(
            svg,
            "<rect class=\"node\" x=\"296\" y=\"{}\" width=\"76\" height=\"34\" rx=\"8\"/><text class=\"mid\" x=\"334\" y=\"{}\">{label}</text>",
            y - 17.0,
            y + 5.0
        );
        line(&mut svg, "arrow kept", (374.0, y), (452.0, 125.0));
    }
    let names = [("I", 252.0, 44.0), ("T", 252.0, 216.0), ("f", 418.0, 82.0), ("g", 418.0, 176.0)];
    for (name, x, y) in names {
        let _ = write!(svg, "<text class=\"map\" x=\"{x}\" y=\"{y}\">{name}</text>");
    }
    svg.push_str("<rect class=\"block shared\" x=\"454\" y=\"103\" width=\"100\" height=\"44\" rx=\"8\"/><text class=\"mid strong\" x=\"504\" y=\"122\">embedding:</text><text class=\"mid\" x=\"504\" y=\"139\">A · invariant</text></svg>");
    svg
}

fn line(svg: &mut String, class: &str, from: (f64, f64), to: (f64, f64)) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let long = (dx * dx + dy * dy).sqrt().max(1.0);
    let _ = write!(svg, "<path class=\"{class}\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>", from.0, from.1, to.0, to.1);
    tip(svg, class, to, (dx / long, dy / long));
}

/// Edits of the captions of the first page.
const EDITS: [(&str, &str); 5] = [
    (thread::TRAINING[0], thread::EDITED),
    (thread::TRAINING[1], "a blue sphere on a red cube"),
    (thread::TRAINING[0], "a red sphere on a blue cube"),
    (thread::TRAINING[2], "a green cube"),
    (thread::TRAINING[2], "a blue cube"),
];

/// For each feature map: what training spans, and how many of the edits have to be mined. Errors: those of building.
pub(super) fn deficit() -> Result<String, Diagnostic> {
    let study = |map| -> Result<(FeatureMap, Built), Diagnostic> {
        let problem = thread::problem_of(map, &EDITS)?;
        let built = build(&problem, &Limits::default())?;
        verify_claims(&problem, &built.claims)?;
        Ok((map, built))
    };
    let studies = FeatureMap::OF_TOKENS.into_iter().map(study).collect::<Result<Vec<_>, _>>()?;
    let counts: Vec<String> = studies
        .iter()
        .map(|(map, built)| format!("{} {}", map.name().replace('-', " "), built.ranks.deficit()))
        .collect();
    let height = 72.0 + 34.0 * studies.len() as f64;
    let mut svg = format!(
        "<svg viewBox=\"0 0 560 {height}\" width=\"560\" height=\"{height}\" class=\"picture ranks\" role=\"img\" aria-label=\"Of {} edits of six training captions as many have to be mined as training leaves open: {}\">",
        EDITS.len(),
        counts.join(", ")
    );
    let _ = write!(
        svg,
        "<text class=\"strong\" x=\"0\" y=\"18\">How many of {} edits have to be mined, by what the encoder reads</text>",
        EDITS.len()
    );
    for (index, (map, built)) in studies.iter().enumerate() {
        let (y, unit) = (36.0 + 34.0 * index as f64, 28.0);
        let (known, open) = (unit * built.ranks.training as f64, unit * built.ranks.deficit() as f64);
        let _ = write!(
            svg,
            "<text x=\"0\" y=\"{:.1}\">{}</text><rect class=\"identified\" x=\"130\" y=\"{y}\" width=\"{known}\" height=\"22\"/><text class=\"count\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            y + 16.0,
            map.name().replace('-', " "),
            130.0 + known / 2.0,
            y + 16.0,
            built.ranks.training
        );
        if open > 0.0 {
            let x = 130.0 + known;
            let _ = write!(
                svg,
                "<rect class=\"free\" x=\"{x}\" y=\"{y}\" width=\"{open}\" height=\"22\"/><text class=\"count free\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                x + open / 2.0,
                y + 16.0,
                built.ranks.deficit()
            );
        }
    }
    let y = height - 20.0;
    let _ = write!(
        svg,
        "<rect class=\"identified\" x=\"130\" y=\"{y}\" width=\"20\" height=\"13\"/><text x=\"157\" y=\"{:.1}\">rank S</text><rect class=\"free\" x=\"230\" y=\"{y}\" width=\"20\" height=\"13\"/><text x=\"257\" y=\"{:.1}\">deficit: edits to mine</text></svg>",
        y + 11.0,
        y + 11.0
    );
    Ok(svg)
}
