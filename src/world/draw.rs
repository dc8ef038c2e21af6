//! A scene as a drawing: the same latents as the raster, for people.
//!
//! A drawing is an SVG fragment without identifiers, scripts or fonts, so that any number of them share a page. Lines
//! take the colour of the surrounding text (`currentColor`), paint is chosen to read on light and dark.

use std::fmt::Write;

use super::latent::{Article, Colour, ImageRest, Light, Mark, Object, Pose, Relation, Scene, Shape, TextRest, Wording};
use super::process::caption;

/// Width of a drawing in user units.
pub const WIDTH: f64 = 200.0;
/// Height of a drawing in user units.
pub const HEIGHT: f64 = 180.0;

/// The height of the ground, from the top.
const GROUND: f64 = 166.0;
/// Side of a cube, diameter of a sphere.
const SIZE: f64 = 62.0;
/// How far a cube's back edge is moved right and up.
const DEPTH: f64 = 16.0;
/// Height of a cone.
const TIP: f64 = 72.0;

/// Front, light and dark paint.
fn paint(colour: Colour) -> [&'static str; 3] {
    match colour {
        Colour::Red => ["#d64550", "#ee8188", "#a4303a"],
        Colour::Blue => ["#3f7fcf", "#84b4ee", "#2a5896"],
    }
}

/// The scene as a standalone SVG document, deterministic bytes.
pub fn document(scene: &Scene, rest: &ImageRest) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">\
         <style>svg{{color:#57606a}}@media(prefers-color-scheme:dark){{svg{{color:#9da7b1}}}}</style>{}</svg>\n",
        caption(scene, &TextRest { wording: Wording::Usual, article: Article::A }),
        fragment(scene, rest)
    )
}

/// The scene as a `<g>` in a box of [`WIDTH`] x [`HEIGHT`] with its origin at the top left.
pub fn fragment(scene: &Scene, rest: &ImageRest) -> String {
    let mut svg = String::from("<g stroke-linejoin=\"round\">");
    if rest.light == Light::Bright {
        svg.push_str("<circle cx=\"24\" cy=\"24\" r=\"11\" fill=\"#e3b341\"/>");
        for k in 0..8 {
            let (sin, cos) = (f64::from(k) * std::f64::consts::FRAC_PI_4).sin_cos();
            let [x1, y1, x2, y2] = [24.0 + 15.0 * cos, 24.0 + 15.0 * sin, 24.0 + 20.0 * cos, 24.0 + 20.0 * sin];
            let _ = write!(
                svg,
                "<path d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\" stroke=\"#e3b341\" stroke-width=\"3\" stroke-linecap=\"round\"/>"
            );
        }
    }
    let _ = write!(
        svg,
        "<path d=\"M14 {GROUND}H186\" stroke=\"currentColor\" stroke-width=\"2\" stroke-linecap=\"round\" opacity=\".6\"/>"
    );
    let tilt = if rest.pose == Pose::Tilted { 12.0 } else { 0.0 };
    match scene.relation {
        Relation::On => {
            object(&mut svg, &scene.second, Mark::Plain, (96.0, GROUND), 0.0);
            let (dx, height) = top(scene.second.shape);
            object(&mut svg, &scene.first, scene.mark, (96.0 + dx, GROUND - height), tilt);
        }
        Relation::Behind => {
            object(&mut svg, &scene.first, scene.mark, (126.0, GROUND - 26.0), tilt);
            object(&mut svg, &scene.second, Mark::Plain, (72.0, GROUND), 0.0);
        }
    }
    svg.push_str("</g>");
    svg
}

/// Where something rests on the shape: how far right of its middle, how far above its foot.
fn top(shape: Shape) -> (f64, f64) {
    match shape {
        Shape::Cube => (DEPTH / 2.0, SIZE + DEPTH / 2.0),
        Shape::Sphere => (0.0, SIZE),
        Shape::Cone => (0.0, TIP),
    }
}

/// Draws an object whose foot is at (x, y), leaning by `tilt` degrees about it.
fn object(svg: &mut String, object: &Object, mark: Mark, (x, y): (f64, f64), tilt: f64) {
    let _ = write!(svg, "<g transform=\"translate({x} {y})");
    if tilt != 0.0 {
        let _ = write!(svg, " rotate({tilt})");
    }
    svg.push_str("\">");
    let [front, light, dark] = paint(object.colour);
    match object.shape {
        Shape::Cube => cube(svg, [front, light, dark]),
        Shape::Sphere => sphere(svg, [front, light, dark]),
        Shape::Cone => cone(svg, [front, light, dark]),
    }
    match mark {
        Mark::Plain => {}
        Mark::Striped => stripes(svg, object.shape),
        Mark::Dotted => dots(svg, object.shape),
    }
    svg.push_str("</g>");
}

fn cube(svg: &mut String, [front, light, dark]: [&str; 3]) {
    let half = SIZE / 2.0;
    let _ = write!(
        svg,
        "<path d=\"M{l} -{SIZE}h{SIZE}v{SIZE}h-{SIZE}z\" fill=\"{front}\"/>\
         <path d=\"M{l} -{SIZE}l{DEPTH} -{DEPTH}h{SIZE}l-{DEPTH} {DEPTH}z\" fill=\"{light}\"/>\
         <path d=\"M{half} -{SIZE}l{DEPTH} -{DEPTH}v{SIZE}l-{DEPTH} {DEPTH}z\" fill=\"{dark}\"/>",
        l = -half
    );
}

fn sphere(svg: &mut String, [front, light, dark]: [&str; 3]) {
    let r = SIZE / 2.0;
    let _ = write!(
        svg,
        "<circle cy=\"-{r}\" r=\"{r}\" fill=\"{dark}\"/><circle cx=\"-2\" cy=\"-{}\" r=\"{}\" fill=\"{front}\"/>\
         <ellipse cx=\"-11\" cy=\"-{}\" rx=\"9\" ry=\"6\" fill=\"{light}\" transform=\"rotate(-30 -11 -{})\"/>",
        r + 2.0,
        r - 3.0,
        r + 14.0,
        r + 14.0
    );
}

fn cone(svg: &mut String, [front, _, dark]: [&str; 3]) {
    let half = SIZE / 2.0 + 4.0;
    let _ = write!(
        svg,
        "<path d=\"M{l} -8L0 -{TIP}L{half} -8A{half} 8 0 0 1 {l} -8z\" fill=\"{front}\"/>\
         <path d=\"M0 -{TIP}L{half} -8A{half} 8 0 0 1 {q} -1z\" fill=\"{dark}\"/>",
        l = -half,
        q = half / 3.0
    );
}

/// Half the width of the front of a shape at height `h` above its foot.
fn half_width(shape: Shape, h: f64) -> f64 {
    let r = SIZE / 2.0;
    match shape {
        Shape::Cube => r,
        Shape::Sphere => (r * r - (h - r) * (h - r)).max(0.0).sqrt(),
        Shape::Cone => (r + 4.0) * (1.0 - (h - 8.0) / (TIP - 8.0)),
    }
}

fn stripes(svg: &mut String, shape: Shape) {
    for low in [14.0, 29.0, 44.0] {
        let (below, above) = (half_width(shape, low), half_width(shape, low + 6.0));
        let _ = write!(
            svg,
            "<path d=\"M{:.1} -{low}L{:.1} -{high}H{:.1}L{:.1} -{low}z\" fill=\"#fff\" opacity=\".92\"/>",
            -below,
            -above,
            above,
            below,
            high = low + 6.0
        );
    }
}

fn dots(svg: &mut String, shape: Shape) {
    for (row, height) in [15.0, 31.0, 47.0].into_iter().enumerate() {
        let places: &[f64] = if row == 1 { &[-18.0, 0.0, 18.0] } else { &[-9.0, 9.0] };
        for x in places.iter().filter(|x| x.abs() + 5.0 < half_width(shape, height)) {
            let _ = write!(svg, "<circle cx=\"{x}\" cy=\"-{height}\" r=\"4.5\" fill=\"#fff\" opacity=\".92\"/>");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::image_rests;
    use std::collections::BTreeSet;

    #[test]
    fn every_latent_of_an_image_is_seen_in_its_drawing() {
        let mut seen = BTreeSet::new();
        let mut count = 0;
        for scene in Scene::all() {
            for (rest, _) in image_rests(&scene) {
                let svg = fragment(&scene, &rest);
                assert!(!svg.contains("NaN") && !svg.contains("--"), "{svg}");
                seen.insert(svg);
                count += 1;
            }
        }
        assert_eq!(seen.len(), count);
    }
}
