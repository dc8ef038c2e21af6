//! The pictures of the built-in world, and the numbers that the prose speaks of, all computed here.

use std::collections::BTreeMap;
use std::fmt::Write;

use maud::{Markup, html};
use num_rational::BigRational;
use num_traits::ToPrimitive;

use super::page::{picture, stacked};
use super::sketches;
use super::svg::{escape, tip};
use crate::caption::{FeatureMap, Operators, Template};
use crate::exact::Limits;
use crate::export::chart::grouped;
use crate::mining::{Growth, growth};
use crate::report::{Code, Diagnostic};
use crate::world::chain::{Chain, Shown};
use crate::world::picture::BlindSpot;
use crate::world::{Operator, Pair, Reading, Rung, TwoTowers, World, WorldEdit, WorldInputs, ladder};

const OPERATORS: [(Operator, &str); 3] =
    [(Operator::Swap, "SWAP"), (Operator::Replace, "REPLACE"), (Operator::Add, "ADD")];
/// The maps of the table of growth; the whole caption is one dimension a hard negative.
const MAPS: [FeatureMap; 4] =
    [FeatureMap::BagOfWords, FeatureMap::OrderedPairs, FeatureMap::Bigrams, FeatureMap::Positions];
/// The lengths of captions in it.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=7;
/// The offset of the image side along the constant coordinate.
const GAP: i64 = 2;

/// The pictures and numbers.
pub(super) struct Figures {
    /// How many scenes the world has.
    pub scenes: usize,
    /// Two scenes, two captions, two encoders.
    pub blind_spot: String,
    /// Collapsed, identified, free: by feature map and operator; all operators side by side, then each by itself.
    pub fates: Vec<String>,
    /// Hard negatives and the rank of their differences by depth.
    pub growth: String,
    /// The same by length and feature map.
    pub growth_table: Markup,
    /// The modality gap.
    pub gap: String,
    /// Which latents arrive in the embedding.
    pub latents: String,
    /// How many hard negatives a few edits need, by feature map.
    pub deficit: String,
    numbers: BTreeMap<String, String>,
}

impl Figures {
    /// Computes everything. Errors: those of building and of elimination.
    pub(super) fn new(chains: &[Chain]) -> Result<Figures, Diagnostic> {
        let missing = || Diagnostic::new(Code::ExactSelfCheck, "the built-in world has no edit to show");
        let swap = chains.first().ok_or_else(missing)?;
        let (a, b) = (swap.shown.first().ok_or_else(missing)?, swap.shown.get(1).ok_or_else(missing)?);
        let world = World::builtin();
        let edits = world.edited_pairs();
        let ladder = counts(&world, &edits)?;
        let grown = grown()?;
        let mut numbers = BTreeMap::new();
        let mut set = |name: &str, value: &dyn ToString| numbers.insert(name.to_owned(), value.to_string());
        set("scenes", &world.scenes().len());
        set("training", &swap.training);
        set("edits", &edits.len());
        for (map, counts) in &ladder {
            for ((_, operator), fates) in OPERATORS.iter().zip(counts) {
                for (fate, count) in ["collapsed", "identified", "free"].iter().zip(fates) {
                    set(&format!("{}-{}-{fate}", map.name(), operator.to_lowercase()), count);
                }
            }
        }
        for (m, row) in &grown {
            for (map, growth) in MAPS.iter().zip(row) {
                set(&format!("rank-{}-{m}", map.name()), growth.ranks.last().unwrap_or(&0));
                set(&format!("horizon-{}-{m}", map.name()), &growth.horizon.unwrap_or(0));
            }
            set(&format!("negatives-{m}"), &row.first().map(|g| grouped(&g.counts.total)).unwrap_or_default());
        }
        Ok(Figures {
            scenes: world.scenes().len(),
            blind_spot: blind_spot(a, b),
            fates: [&OPERATORS[..], &OPERATORS[..1], &OPERATORS[1..2], &OPERATORS[2..]]
                .map(|of| fates(&ladder, of))
                .to_vec(),
            growth: chart(&grown)?,
            growth_table: table(&grown),
            gap: gap(a, b)?,
            latents: sketches::latents(),
            deficit: sketches::deficit()?,
            numbers,
        })
    }

    /// A picture by its name, on wide pages and narrow ones.
    pub(super) fn named(&self, name: &str, caption: Option<Markup>) -> Option<Markup> {
        match name {
            "blind-spot" => Some(stacked(&self.blind_spot, &parts(&self.blind_spot), caption)),
            "fates" => Some(stacked(&self.fates[0], &self.fates[1..], caption)),
            "growth" => Some(picture(&self.growth, caption)),
            "gap" => Some(picture(&self.gap, caption)),
            "latents" => Some(picture(&self.latents, caption)),
            "deficit" => Some(picture(&self.deficit, caption)),
            _ => None,
        }
    }

    /// The text with every `{{=name}}` replaced by that number. Error: a name that is not known.
    pub(super) fn fill(&self, text: &str) -> Result<String, String> {
        let mut parts = text.split("{{=");
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once("}}").ok_or_else(|| part.to_owned())?;
            filled.push_str(self.numbers.get(name).ok_or_else(|| name.to_owned())?);
            filled.push_str(rest);
        }
        Ok(filled)
    }
}

fn blind_spot(a: &Shown, b: &Shown) -> String {
    BlindSpot {
        scenes: [&a.scene, &b.scene],
        captions: [&a.caption, &b.caption],
        true_optimal: [&a.optimal, &b.optimal],
        pseudo_optimal: [&a.blind, &b.blind],
        coordinates: Reading::ByPlace.coordinates(),
        remarks: ["tells every scene from every other", "the same on all training captions"],
    }
    .svg()
}

/// The picture of the blind spot in parts: the scenes, then what each encoder makes of them.
fn parts(whole: &str) -> Vec<String> {
    let part = |(index, view): (usize, &&str)| {
        let part = whole.replacen(
            "viewBox=\"0 0 1000 494\" class=\"bs\"",
            &format!("viewBox=\"{view}\" class=\"bs part\""),
            1,
        );
        if index == 0 { part } else { part.replacen("role=\"img\"", "aria-hidden=\"true\"", 1) }
    };
    ["366 4 268 486", "4 4 332 486", "664 4 332 486"].iter().enumerate().map(part).collect()
}

/// By feature map: how many edits of each of [`OPERATORS`] are collapsed, identified and free.
type Counts = Vec<(FeatureMap, [[usize; 3]; 3])>;

fn counts(world: &World, edits: &[WorldEdit]) -> Result<Counts, Diagnostic> {
    let pairs: Vec<Pair> = edits.iter().map(Pair::from).collect();
    let ladder = ladder(&WorldInputs::new(world, &pairs, Reading::ByPlace)?, || ())?;
    let row = |rung: &Rung| {
        let counts = rung.counts(edits);
        (rung.map, OPERATORS.map(|(operator, _)| counts.get(&operator).copied().unwrap_or_default()))
    };
    Ok(ladder.iter().map(row).collect())
}

/// A row for each feature map, the richest on top; a bar for each operator.
fn fates(ladder: &Counts, operators: &[(Operator, &str)]) -> String {
    const ROW: f64 = 40.0;
    const BAR: f64 = 180.0;
    let (left, height) = (136.0, 62.0 + ROW * ladder.len() as f64);
    let width = left + (BAR + 22.0) * operators.len() as f64;
    let place = |operator: &Operator| OPERATORS.iter().position(|(known, _)| known == operator).unwrap_or(0);
    let first = operators.first().map_or(0, |(operator, _)| place(operator));
    let of_first = |(map, counts): &(FeatureMap, [[usize; 3]; 3])| {
        let [collapsed, identified, free] = counts[first];
        format!("{} {collapsed}, {identified}, {free}", map.name().replace('-', " "))
    };
    let found = ladder.iter().map(of_first).collect::<Vec<_>>().join("; ");
    let mut svg = format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" class=\"picture ladder\" role=\"img\" aria-label=\"The richer the features, the fewer edits are collapsed. Of {}s are collapsed, identified, free: {found}.\">",
        OPERATORS[first].1
    );
    for (index, (_, name)) in operators.iter().enumerate() {
        let x = left + (BAR + 22.0) * index as f64;
        let _ = write!(svg, "<text class=\"strong\" x=\"{x:.1}\" y=\"18\">{name}</text>");
    }
    for (row, (map, counts)) in ladder.iter().rev().enumerate() {
        let y = 34.0 + ROW * row as f64;
        let _ = write!(svg, "<text x=\"0\" y=\"{:.1}\">{}</text>", y + 17.0, map.name().replace('-', " "));
        for (index, (operator, _)) in operators.iter().enumerate() {
            let fates = &counts[place(operator)];
            let total: usize = fates.iter().sum();
            let mut x = left + (BAR + 22.0) * index as f64;
            for (class, count) in ["collapsed", "identified", "free"].iter().zip(fates).filter(|(_, n)| **n > 0) {
                let width = BAR * *count as f64 / total.max(1) as f64;
                let _ = write!(
                    svg,
                    "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"24\"/>"
                );
                if width > 28.0 {
                    let _ = write!(
                        svg,
                        "<text class=\"count {class}\" x=\"{:.1}\" y=\"{:.1}\">{count}</text>",
                        x + width / 2.0,
                        y + 17.0
                    );
                }
                x += width;
            }
        }
    }
    let y = height - 18.0;
    for (index, class) in ["collapsed", "identified", "free"].iter().enumerate() {
        let x = 110.0 * index as f64;
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{:.1}\" width=\"20\" height=\"13\"/><text x=\"{}\" y=\"{:.1}\">{class}</text>",
            y,
            x + 27.0,
            y + 11.0
        );
    }
    svg.push_str("</svg>");
    svg
}

/// By length of the caption: growth under each of [`MAPS`].
type Grown = Vec<(usize, Vec<Growth>)>;

fn grown() -> Result<Grown, Diagnostic> {
    let swaps = Operators { swap: true, replace: false, add: false };
    let study = |m: usize| {
        let template = Template::of_tokens((0..m as u32).collect(), &[], swaps);
        let row = MAPS.iter().map(|map| growth(&template, *map, 1 << 16, &Limits::default()));
        Ok((m, row.collect::<Result<Vec<_>, _>>()?))
    };
    LENGTHS.map(study).collect()
}

fn table(grown: &Grown) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="group" aria-label="growth" {
            table class="growth" {
                thead {
                    tr { th { "words" } th { "hard negatives" } @for map in MAPS { th { (map.name().replace('-', " ")) } } }
                }
                tbody {
                    @for (m, row) in grown {
                        tr {
                            th scope="row" { (m) }
                            td { (row.first().map(|g| grouped(&g.counts.total)).unwrap_or_default()) }
                            @for growth in row {
                                td { (growth.ranks.last().copied().unwrap_or(0))
                                    @if let Some(horizon) = growth.horizon.filter(|h| *h > 0) { " " span class="fine" { "at depth " (horizon) } } }
                            }
                        }
                    }
                }
            }
        }
        p class="fine" { "The rank of the differences of all hard negatives under each feature map, and the depth at which it is reached (the horizon)." }
    }
}

/// Hard negatives against rank, by depth, for the longest caption under positions.
fn chart(grown: &Grown) -> Result<String, Diagnostic> {
    let missing = || Diagnostic::new(Code::ExactSelfCheck, "no growth was computed");
    let (m, row) = grown.last().ok_or_else(missing)?;
    let (map, growth) = (MAPS.last().ok_or_else(missing)?, row.last().ok_or_else(missing)?);
    let head = format!("A caption of {m} different words, exchanged again and again");
    let remark = format!("features: {}; up to each depth", map.name());
    Ok(growth.chart(&head, &remark))
}

/// Two scenes in the plane of what the edit means (across) and of the constant coordinate (up).
fn gap(a: &Shown, b: &Shown) -> Result<String, Diagnostic> {
    let reading = Reading::ByPlace;
    let mut offset = vec![0; reading.width() + 1];
    offset[reading.width()] = GAP;
    let towers = TwoTowers::new(reading, &[a.scene, b.scene], offset)?;
    // Across: the inner product with what the edit means, exact, in units of its square.
    let meaning: Vec<i64> = towers.texts[1].iter().zip(&towers.texts[0]).map(|(b, a)| b - a).collect();
    let square: i64 = meaning.iter().map(|v| v * v).sum();
    let across = |v: &[i64]| v.iter().zip(&meaning).map(|(x, d)| x * d).sum::<i64>() as f64 / square.max(1) as f64;
    let up = |v: &[i64]| v.last().copied().unwrap_or(0) as f64;
    let place = |v: &[i64]| (300.0 + 320.0 * across(v), 250.0 - 80.0 * (up(v) - 1.0));
    let whole =
        |v: &[BigRational]| v.iter().map(|x| x.to_integer().to_i64().unwrap_or(0)).chain([1]).collect::<Vec<_>>();
    let (image_a, image_b) = (place(&towers.images[0]), place(&towers.images[1]));
    let (text_a, text_b, blind) = (place(&towers.texts[0]), place(&towers.texts[1]), place(&whole(&b.blind)));
    let mut svg = "<svg viewBox=\"0 0 600 320\" width=\"600\" height=\"320\" class=\"picture gap\" role=\"img\" aria-label=\"Two images above, their captions below; the blind caption of the second lies on the first\">".to_owned();
    arrow(&mut svg, "plain", text_a, image_a);
    arrow(&mut svg, "plain", text_b, image_b);
    arrow(&mut svg, "off", blind, image_b);
    for (letter, (x, y)) in [("A", image_a), ("B", image_b)] {
        let _ = write!(
            svg,
            "<rect class=\"{}\" x=\"{:.1}\" y=\"{:.1}\" width=\"34\" height=\"34\" rx=\"4\"/><text class=\"in\" x=\"{x:.1}\" y=\"{:.1}\">{letter}</text>",
            letter.to_lowercase(),
            x - 17.0,
            y - 17.0,
            y + 5.0
        );
    }
    for (letter, class, (x, y)) in
        [("A", "a", text_a), ("B", "b ghost", text_b), ("B", "b", (blind.0 + 16.0, blind.1 + 8.0))]
    {
        let _ = write!(
            svg,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"15\"/><text class=\"in {class}\" x=\"{x:.1}\" y=\"{:.1}\">{letter}</text>",
            y + 5.0
        );
    }
    let notes = [
        ((text_a.0 - 30.0, (text_a.1 + image_a.1) / 2.0), "end", format!("gap: {GAP}")),
        ((text_b.0 + 28.0, text_b.1 + 5.0), "start", "true-optimal".to_owned()),
        ((blind.0, blind.1 + 46.0), "middle", "pseudo-optimal: B on A".to_owned()),
        (
            ((blind.0 + image_b.0) / 2.0 + 50.0, (blind.1 + image_b.1) / 2.0 + 36.0),
            "middle",
            "gap + what the edit means".to_owned(),
        ),
        ((image_a.0, image_a.1 - 28.0), "middle", escape(&a.caption)),
        ((image_b.0, image_b.1 - 28.0), "middle", escape(&b.caption)),
    ];
    for ((x, y), anchor, text) in notes {
        let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>");
    }
    svg.push_str("</svg>");
    Ok(svg)
}

fn arrow(svg: &mut String, class: &str, from: (f64, f64), to: (f64, f64)) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let long = (dx * dx + dy * dy).sqrt().max(1.0);
    let (ux, uy) = (dx / long, dy / long);
    let (start, end) = ((from.0 + 18.0 * ux, from.1 + 18.0 * uy), (to.0 - 24.0 * ux, to.1 - 24.0 * uy));
    let _ =
        write!(svg, "<path class=\"arrow {class}\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>", start.0, start.1, end.0, end.1);
    tip(svg, &format!("arrow {class}"), end, (ux, uy));
}
