//! The picture that explains a blind spot at a glance: two scenes, their captions, and where two encoders put them.
//!
//! The scenes stand in the middle. To the left the true-optimal encoder sends the two captions to two points, each the
//! point of its own image; to the right the pseudo-optimal one sends both to one point, so that the edited scene's
//! image is left without a caption. Every number in the picture is one of the exact entries that it was given.

use std::fmt::Write;

use num_rational::BigRational;
use num_traits::ToPrimitive;

use super::{ImageRest, Light, Pose, Scene, draw};
use crate::export::svg::escape;

/// What is drawn. Vectors are columns of one length: the embedding of the caption, then of the edited caption.
#[derive(Clone, Debug)]
pub struct BlindSpot<'a> {
    /// The scene of the training caption and the scene of its hard negative.
    pub scenes: [&'a Scene; 2],
    /// The training caption and its hard negative.
    pub captions: [&'a str; 2],
    /// Embeddings by the true-optimal encoder; the images of the scenes have the same embeddings.
    pub true_optimal: [&'a [BigRational]; 2],
    /// Embeddings by the pseudo-optimal encoder.
    pub pseudo_optimal: [&'a [BigRational]; 2],
    /// The names of the coordinates; they label the axes. A coordinate without a name is known by its number.
    pub coordinates: &'a [&'a str],
    /// What stands under the heading of each encoder, some six words each.
    pub remarks: [&'a str; 2],
}

const STYLE: &str = ".bs{color:#1f2328;--card:#f6f8fa;--a:#0b7a5c;--b:#b3500f;font:15px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}\
@media(prefers-color-scheme:dark){.bs{color:#e6edf3;--card:#171c23;--a:#3fc79a;--b:#f2994a}}\
.bs text{fill:currentColor;text-anchor:middle}\
.bs .card{fill:var(--card);stroke:currentColor;stroke-opacity:.25}\
.bs .a{--c:var(--a)}.bs .b{--c:var(--b)}.bs .b .line{stroke-dasharray:7 5}\
.bs .line{fill:none;stroke:var(--c);stroke-width:2.5}.bs .tip,.bs .disc{fill:var(--c)}\
.bs .frame{fill:var(--card);stroke:var(--c);stroke-width:2.5}.bs .word{fill:var(--c);font-weight:700}\
.bs .cell{fill:none;stroke:currentColor;stroke-opacity:.25}.bs .differs{stroke:var(--c);stroke-opacity:1;stroke-width:2}\
.bs .disc+text{fill:var(--card);font-weight:700;font-size:13px}\
.bs .grid{stroke:currentColor;stroke-opacity:.14}\
.bs .head{font-size:20px;font-weight:700}.bs .soft{opacity:.8}.bs .strong{font-size:17px;font-weight:700}";

/// Left edges of the two panels, and their width.
const PANELS: [f64; 2] = [14.0, 674.0];
const PANEL_WIDTH: f64 = 312.0;
/// Top and height of the plane in a panel.
const PLANE: (f64, f64) = (76.0, 236.0);
/// Left edge and width of the scene cards, their tops and height.
const CARD: (f64, f64) = (376.0, 248.0);
const CARDS: [f64; 2] = [14.0, 254.0];
const CARD_HEIGHT: f64 = 226.0;
/// Where the arrows leave the cards: both beside the plane, clear of what is written below it.
const ARROWS: [f64; 2] = [127.0, 288.0];
/// Half the side of an image's frame, radius of a caption's disc.
const FRAME: f64 = 22.0;
const DISC: f64 = 10.0;
/// The longest line of a caption, in characters.
const LINE: usize = 30;
/// As many coordinates of a vector are shown.
const SHOWN: usize = 10;

const CLASSES: [&str; 2] = ["a", "b"];
const LETTERS: [&str; 2] = ["A", "B"];

impl BlindSpot<'_> {
    /// The picture as a standalone SVG document, 1000 x 494 user units, light and dark; deterministic bytes.
    pub fn svg(&self) -> String {
        let label = format!("Where two text encoders put \"{}\" and \"{}\"", self.captions[0], self.captions[1]);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1000 494\" class=\"bs\" role=\"img\" aria-label=\"{}\">\n\
             <style>{STYLE}</style>\n",
            escape(&label)
        );
        let plane = Plane::of(self.true_optimal, self.pseudo_optimal);
        self.panel(&mut svg, 0, "true-optimal encoder", self.true_optimal, &plane);
        self.panel(&mut svg, 1, "pseudo-optimal encoder", self.pseudo_optimal, &plane);
        for which in 0..2 {
            self.card(&mut svg, which);
        }
        svg.push_str("</svg>\n");
        svg
    }

    /// A scene with its caption, the words that the edit touched emphasised.
    fn card(&self, svg: &mut String, which: usize) {
        let ((x, width), top) = (CARD, CARDS[which]);
        let middle = x + width / 2.0;
        let rest = ImageRest { pose: Pose::Upright, light: Light::Dim };
        let _ = writeln!(
            svg,
            "<g class=\"{}\"><rect class=\"card\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{CARD_HEIGHT}\" rx=\"10\"/>\
             <g transform=\"translate({} {}) scale(.9)\">{}</g>",
            CLASSES[which],
            middle - 0.45 * draw::WIDTH,
            top + 6.0,
            draw::fragment(self.scenes[which], &rest)
        );
        disc(svg, which, (x + 22.0, top + 22.0));
        let lines = wrap(&changed_words(self.captions[which], self.captions[1 - which]));
        let first = top + if lines.len() == 1 { 201.0 } else { 191.0 };
        for (n, line) in lines.iter().enumerate() {
            let words: Vec<String> = line.iter().map(|(word, changed)| styled(word, *changed)).collect();
            let _ = writeln!(svg, "<text x=\"{middle}\" y=\"{}\">{}</text>", first + 20.0 * n as f64, words.join(" "));
        }
        svg.push_str("</g>\n");
    }

    /// An encoder's panel: heading, the plane with images and captions, the verdict, the two vectors.
    fn panel(&self, svg: &mut String, side: usize, head: &str, vectors: [&[BigRational]; 2], plane: &Plane) {
        let x = PANELS[side];
        let middle = x + PANEL_WIDTH / 2.0;
        let _ = writeln!(
            svg,
            "<text class=\"head\" x=\"{middle}\" y=\"34\">{head}</text><text class=\"soft\" x=\"{middle}\" y=\"58\">{}</text>",
            escape(self.remarks[side])
        );
        plane.draw(svg, x, self.coordinates);
        for (which, image) in self.true_optimal.iter().enumerate() {
            frame(svg, which, plane.place(x, image), vectors.contains(image));
        }
        let blind = vectors[0] == vectors[1];
        for (which, vector) in vectors.iter().enumerate() {
            let (px, py) = plane.place(x, vector);
            // Two captions at one point lie beside each other.
            let shift = if blind { [-DISC, DISC][which] } else { 0.0 };
            arrow(svg, side, which, (px, py), blind && which == 1);
            disc(svg, which, (px + shift, py));
        }
        let verdict = if blind { "one point: blind to the edit" } else { "two points: the edit is seen" };
        let _ = writeln!(svg, "<text class=\"strong\" x=\"{middle}\" y=\"345\">{verdict}</text>");
        rows(svg, x, vectors);
        let _ = writeln!(
            svg,
            "<text class=\"soft\" x=\"{middle}\" y=\"470\">\u{25a1} image \u{2003}\u{25cf} caption, with its exact vector</text>"
        );
    }
}

/// The two coordinates that the points are drawn by, and their ranges.
struct Plane {
    /// Across, then up: the coordinate, its least and its greatest value; `None` where the encoders differ in no such.
    axes: [Option<(usize, f64, f64)>; 2],
}

impl Plane {
    /// The first two coordinates in which the true-optimal encoder tells the captions apart, the first upright; one alone
    /// is drawn both ways. Each axis points so that the caption lies above its negative, as its card does, and left of
    /// it, so that no arrow crosses the other.
    fn of(true_optimal: [&[BigRational]; 2], pseudo_optimal: [&[BigRational]; 2]) -> Plane {
        let [one, two] = true_optimal;
        let mut differing = (0..one.len().min(two.len())).filter(|&i| one[i] != two[i]);
        let up = differing.next();
        let across = differing.next().or(up);
        let range = |axis: usize| {
            let values = true_optimal.iter().chain(&pseudo_optimal).map(|v| value(v, axis));
            let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
            let pad = ((high - low) / 2.0).max(0.5);
            (axis, low - pad, high + pad)
        };
        let greater = |axis: usize| value(one, axis) > value(two, axis);
        let oriented = |(axis, low, high), flip| if flip { (axis, high, low) } else { (axis, low, high) };
        Plane {
            axes: [
                across.map(|axis| oriented(range(axis), greater(axis))),
                up.map(|axis| oriented(range(axis), !greater(axis))),
            ],
        }
    }

    /// Where a vector lies in the panel whose left edge is `x`.
    fn place(&self, x: f64, vector: &[BigRational]) -> (f64, f64) {
        let share = |axis: Option<(usize, f64, f64)>| {
            axis.map_or(0.5, |(axis, from, to)| (value(vector, axis) - from) / (to - from))
        };
        let (top, height) = PLANE;
        (x + PANEL_WIDTH * share(self.axes[0]), top + height * (1.0 - share(self.axes[1])))
    }

    fn draw(&self, svg: &mut String, x: f64, names: &[&str]) {
        let (top, height) = PLANE;
        let (right, bottom) = (x + PANEL_WIDTH, top + height);
        let _ = write!(
            svg,
            "<rect class=\"card\" x=\"{x}\" y=\"{top}\" width=\"{PANEL_WIDTH}\" height=\"{height}\" rx=\"10\"/>"
        );
        let name = |axis: usize| names.get(axis).map_or(format!("coordinate {}", axis + 1), |name| escape(name));
        if let Some((axis, from, to)) = self.axes[0] {
            for mark in marks(from, to) {
                let _ = write!(svg, "<path class=\"grid\" d=\"M{:.1} {top}V{bottom}\"/>", x + PANEL_WIDTH * mark);
            }
            let label = if from < to { format!("{} \u{2192}", name(axis)) } else { format!("\u{2190} {}", name(axis)) };
            let (x, y) = (right - 10.0, bottom - 10.0);
            let _ = write!(svg, "<text class=\"soft\" style=\"text-anchor:end\" x=\"{x}\" y=\"{y}\">{label}</text>");
        }
        if let Some((axis, from, to)) = self.axes[1] {
            for mark in marks(from, to) {
                let _ = write!(svg, "<path class=\"grid\" d=\"M{x} {:.1}H{right}\"/>", top + height * (1.0 - mark));
            }
            let (arrow, y) = if from < to { ('\u{2191}', top + 22.0) } else { ('\u{2193}', bottom - 10.0) };
            let x = x + 10.0;
            let _ = write!(
                svg,
                "<text class=\"soft\" style=\"text-anchor:start\" x=\"{x}\" y=\"{y}\">{arrow} {}</text>",
                name(axis)
            );
        }
        svg.push('\n');
    }
}

/// Where the whole numbers lie between `from` and `to`, as shares of the way, the ends left out; none
/// if they would crowd.
fn marks(from: f64, to: f64) -> Vec<f64> {
    let (low, high) = (from.min(to).ceil(), from.max(to).floor());
    if high - low > 12.0 {
        return Vec::new();
    }
    let count = (high - low) as usize;
    let shares = (0..=count).map(|n| (low + n as f64 - from) / (to - from));
    shares.filter(|share| (0.01..0.99).contains(share)).collect()
}

fn value(vector: &[BigRational], axis: usize) -> f64 {
    vector.get(axis).and_then(ToPrimitive::to_f64).filter(|x| x.is_finite()).unwrap_or(0.0)
}

/// A caption: a disc with its letter.
fn disc(svg: &mut String, which: usize, (x, y): (f64, f64)) {
    let (class, letter) = (CLASSES[which], LETTERS[which]);
    let _ = writeln!(
        svg,
        "<g class=\"{class}\"><circle class=\"disc\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{DISC}\"/><text x=\"{x:.1}\" y=\"{:.1}\">{letter}</text></g>",
        y + 4.6
    );
}

/// An image: a square frame; one that no caption reaches says so.
fn frame(svg: &mut String, which: usize, (x, y): (f64, f64), reached: bool) {
    let _ = write!(
        svg,
        "<g class=\"{}\"><rect class=\"frame\" x=\"{:.1}\" y=\"{:.1}\" width=\"{side}\" height=\"{side}\" rx=\"3\"/>",
        CLASSES[which],
        x - FRAME,
        y - FRAME,
        side = 2.0 * FRAME
    );
    if !reached {
        let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{:.1}\">no caption</text>", y - FRAME - 8.0);
    }
    svg.push_str("</g>\n");
}

/// From a scene's card to its caption's point: from the side, or from below where another arrow has the side.
fn arrow(svg: &mut String, side: usize, which: usize, (x, y): (f64, f64), from_below: bool) {
    let toward = [1.0, -1.0][side];
    let (x0, y0) = ([CARD.0, CARD.0 + CARD.1][side], ARROWS[which]);
    let reach = FRAME + 13.0;
    let (end, bend, tip) = if from_below {
        ((x, y + reach), (x, y0), "l-6 0l6 -10l6 10z".to_owned())
    } else {
        let end = (x + toward * reach, y);
        (end, ((x0 + end.0) / 2.0, y), format!("v-6l{} 6l{} 6z", -10.0 * toward, 10.0 * toward))
    };
    let _ = writeln!(
        svg,
        "<g class=\"{}\"><path class=\"line\" d=\"M{x0} {y0}C{:.1} {y0} {:.1} {:.1} {:.1} {:.1}\"/>\
         <path class=\"tip\" d=\"M{:.1} {:.1}{tip}\"/></g>",
        CLASSES[which],
        if from_below { (x0 + x) / 2.0 } else { bend.0 },
        bend.0,
        bend.1,
        end.0,
        end.1,
        end.0,
        end.1
    );
}

/// The two vectors, entry under entry, those in which they differ framed.
fn rows(svg: &mut String, x: f64, vectors: [&[BigRational]; 2]) {
    let length = vectors[0].len();
    let cells = length.min(SHOWN);
    let more = length > SHOWN;
    let width = ((PANEL_WIDTH - 30.0) / (cells + usize::from(more)).max(1) as f64).min(44.0);
    for which in 0..2 {
        let y = 362.0 + 40.0 * which as f64;
        disc(svg, which, (x + DISC, y + 15.0));
        let _ = write!(svg, "<g class=\"{}\">", CLASSES[which]);
        for (i, entry) in vectors[which].iter().take(cells).enumerate() {
            let differs = if vectors[1 - which].get(i) == Some(entry) { "" } else { " differs" };
            let left = x + 30.0 + width * i as f64;
            let _ = write!(
                svg,
                "<rect class=\"cell{differs}\" x=\"{:.1}\" y=\"{y}\" width=\"{:.1}\" height=\"30\" rx=\"4\"/><text x=\"{:.1}\" y=\"{}\">{}</text>",
                left + 1.5,
                width - 3.0,
                left + width / 2.0,
                y + 20.0,
                short(entry)
            );
        }
        if more {
            let _ = write!(
                svg,
                "<text x=\"{:.1}\" y=\"{}\">\u{2026}</text>",
                x + 30.0 + width * (cells as f64 + 0.5),
                y + 20.0
            );
        }
        svg.push_str("</g>\n");
    }
}

/// The entry exactly where it fits in a cell, else rounded and said to be.
fn short(entry: &BigRational) -> String {
    let exact = entry.to_string();
    let shown = match entry.to_f64() {
        _ if exact.len() <= 4 => exact,
        Some(x) if x.abs() < 100.0 => format!("~{x:.1}"),
        Some(x) if x.is_finite() => format!("~{x:.0e}"),
        _ => "\u{2026}".to_owned(),
    };
    shown.replace('-', "\u{2212}")
}

/// The words of a text, each with whether it lies outside what the two texts share from both ends; in texts of equal
/// length, whether it differs from the word in its place.
fn changed_words<'a>(text: &'a str, other: &str) -> Vec<(&'a str, bool)> {
    let (words, others): (Vec<&str>, Vec<&str>) =
        (text.split_whitespace().collect(), other.split_whitespace().collect());
    if words.len() == others.len() {
        return words.iter().zip(&others).map(|(word, other)| (*word, word != other)).collect();
    }
    let prefix = words.iter().zip(&others).take_while(|(a, b)| a == b).count();
    let shorter = words.len().min(others.len()) - prefix;
    let suffix = words.iter().rev().zip(others.iter().rev()).take(shorter).take_while(|(a, b)| a == b).count();
    let changed = prefix..words.len() - suffix;
    words.iter().enumerate().map(|(i, word)| (*word, changed.contains(&i))).collect()
}

/// Lines of at most [`LINE`] characters, a longer word alone on its line; two lines at most, the rest cut.
fn wrap<'a>(words: &[(&'a str, bool)]) -> Vec<Vec<(&'a str, bool)>> {
    let mut lines: Vec<Vec<(&str, bool)>> = vec![Vec::new()];
    let mut length = 0;
    for &(word, changed) in words {
        let width = word.chars().count();
        if length > 0 && length + 1 + width > LINE {
            if lines.len() == 2 {
                lines[1].push(("\u{2026}", false));
                break;
            }
            lines.push(Vec::new());
            length = 0;
        }
        length += width + usize::from(length > 0);
        let at = lines.len() - 1;
        lines[at].push((word, changed));
    }
    lines
}

fn styled(word: &str, changed: bool) -> String {
    let word = escape(word);
    if changed { format!("<tspan class=\"word\">{word}</tspan>") } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{HeldOut, Operator, Reading, World, WorldEdit};

    fn example() -> WorldEdit {
        let held = |e: &WorldEdit| HeldOut::ConeSecond.covers(&e.edited_scene);
        let told = |e: &WorldEdit| e.scene.first.colour != e.scene.second.colour;
        let swaps = World::builtin().edited_pairs().into_iter().filter(|e| e.operator == Operator::Swap);
        swaps.into_iter().find(|e| held(e) && told(e)).unwrap()
    }

    fn exact(scene: &Scene) -> Vec<BigRational> {
        Reading::ByPlace.embed(scene).into_iter().map(|x| BigRational::from_integer(x.into())).collect()
    }

    fn picture(edit: &WorldEdit, blind: bool) -> String {
        let (a, b) = (exact(&edit.scene), exact(&edit.edited_scene));
        BlindSpot {
            scenes: [&edit.scene, &edit.edited_scene],
            captions: [&edit.caption, &edit.negative],
            true_optimal: [&a, &b],
            pseudo_optimal: [&a, if blind { &a } else { &b }],
            coordinates: Reading::ByPlace.coordinates(),
            remarks: ["each caption at its own image", "same on all 118 training captions"],
        }
        .svg()
    }

    #[test]
    fn the_picture_says_what_the_vectors_say() {
        let edit = example();
        let blind = picture(&edit, true);
        assert_eq!((blind.matches("blind to the edit").count(), blind.matches("edit is seen").count()), (1, 1));
        assert_eq!(blind.matches("no caption").count(), 1);
        let seen = picture(&edit, false);
        assert_eq!((seen.matches("blind to the edit").count(), seen.matches("no caption").count()), (0, 0));
        assert_eq!(blind, picture(&edit, true));
    }

    #[test]
    fn hostile_captions_and_odd_vectors_stay_inside_the_picture() {
        let edit = example();
        let huge = BigRational::from_integer(num_bigint::BigInt::from(10).pow(4000));
        let long = format!("<b>&\"{}\u{7}", "word ".repeat(5000));
        let vectors: [&[BigRational]; 2] = [&vec![huge.clone(); 30], &[]];
        let svg = BlindSpot {
            scenes: [&edit.scene, &edit.edited_scene],
            captions: [&long, ""],
            true_optimal: vectors,
            pseudo_optimal: vectors,
            coordinates: &[],
            remarks: ["", "<"],
        }
        .svg();
        assert!(!svg.contains("<b>") && !svg.contains('\u{7}') && !svg.contains("NaN") && !svg.contains("inf"));
        assert!(svg.len() < 100_000, "{}", svg.len());
    }

    #[test]
    fn changed_words_are_those_that_the_edit_touched() {
        let marked = |a, b| changed_words(a, b).into_iter().filter(|(_, c)| *c).map(|(w, _)| w).collect::<Vec<_>>();
        assert_eq!(marked("a cone on a cube", "a cube on a cone"), ["cone", "cube"]);
        assert_eq!(marked("a striped cube", "a cube"), ["striped"]);
        assert!(marked("a cube", "a striped cube").is_empty());
        assert_eq!(marked("a a", "a"), ["a"]);
    }
}
