//! What the pictures share.

use std::fmt::Write;

/// Text between tags or in an attribute.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A map's name as SVG text: what follows an underscore stands below.
pub(super) fn label(name: &str) -> String {
    match name.split_once('_') {
        Some((base, below)) => {
            format!(
                "{}<tspan class=\"below\" dy=\"4\">{}</tspan><tspan dy=\"-4\">\u{200b}</tspan>",
                escape(base),
                escape(below)
            )
        }
        None => escape(name),
    }
}

/// The tip of an arrow at a point, in a direction of length 1.
pub(super) fn tip(svg: &mut String, class: &str, (x, y): (f64, f64), (dx, dy): (f64, f64)) {
    let (back, side) = (9.0, 4.5);
    let _ = write!(
        svg,
        "<path class=\"{class} tip\" d=\"M{x:.1} {y:.1}L{:.1} {:.1}L{:.1} {:.1}Z\"/>",
        x - back * dx - side * dy,
        y - back * dy + side * dx,
        x - back * dx + side * dy,
        y - back * dy - side * dx
    );
}
