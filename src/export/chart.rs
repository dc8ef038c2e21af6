//! The chart of compounding: hard negatives against the rank of their differences, by depth, on a logarithmic scale.

use std::fmt::Write;

use num_bigint::BigUint;
use num_traits::ToPrimitive;

use super::svg::escape;

/// A chart of lines or points: axes, series, labels.
#[derive(Clone, Debug)]
pub struct Compounding<'a> {
    /// The heading, such as the caption.
    pub head: &'a str,
    /// The line under it, such as family and feature map.
    pub remark: &'a str,
    /// Hard negatives up to depth 1, 2, ...
    pub negatives: &'a [BigUint],
    /// The rank of their differences up to depth 1, 2, ...; not longer than the negatives.
    pub ranks: &'a [usize],
    /// The depth beyond which the rank does not grow, if it is known.
    pub horizon: Option<usize>,
}

const STYLE: &str = ".gr{color:#1f2328;--a:#b3500f;--b:#0b7a5c;font:15px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}\
@media(prefers-color-scheme:dark){.gr{color:#e6edf3;--a:#f2994a;--b:#3fc79a}}\
.gr text{fill:currentColor}.gr .mid{text-anchor:middle}.gr .end{text-anchor:end}\
.gr .head{font-size:18px;font-weight:700}.gr .soft{opacity:.8}\
.gr .grid{stroke:currentColor;stroke-opacity:.16}.gr .horizon{stroke:currentColor;stroke-opacity:.6;stroke-dasharray:3 5}\
.gr .a{--c:var(--a)}.gr .b{--c:var(--b)}.gr .line{fill:none;stroke:var(--c);stroke-width:2.5}.gr .b .line{stroke-dasharray:7 5}\
.gr circle{fill:var(--c)}.gr .word{fill:var(--c);font-weight:700}";

/// The plane: left, top, width, height.
const PLANE: (f64, f64, f64, f64) = (64.0, 90.0, 560.0, 290.0);
/// The longest heading, in characters.
const HEAD: usize = 84;

impl Compounding<'_> {
    /// The chart as a standalone SVG document, 800 x 440 user units, light and dark; deterministic bytes.
    pub fn svg(&self) -> String {
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 440\" class=\"gr\" role=\"img\" aria-label=\"{}\">\n\
             <style>{STYLE}</style>\n\
             <text class=\"head\" x=\"20\" y=\"30\">{}</text><text class=\"soft\" x=\"20\" y=\"54\">{}</text>\n",
            escape(&format!("Hard negatives and the rank of their differences by depth: {}", self.head)),
            escape(&cut(self.head)),
            escape(&cut(self.remark))
        );
        let largest = self.negatives.iter().map(log).fold(1.0, f64::max);
        let scale = Scale { depths: self.negatives.len().max(1), decades: largest.ceil() };
        scale.grid(&mut svg);
        if let Some(horizon) = self.horizon.filter(|&depth| depth > 0) {
            let (x, (_, top, _, height)) = (scale.x(horizon), PLANE);
            let _ = writeln!(
                svg,
                "<path class=\"horizon\" d=\"M{x:.1} {top}V{:.1}\"/><text class=\"soft mid\" x=\"{x:.1}\" y=\"{:.1}\">horizon</text>",
                top + height,
                top - 8.0
            );
        }
        let negatives: Vec<f64> = self.negatives.iter().map(log).collect();
        let ranks: Vec<f64> = self.ranks.iter().map(|&rank| log(&rank.into())).collect();
        let total = self.negatives.last().map(grouped).unwrap_or_default();
        let rank = self.ranks.last().map(|&rank| grouped(&rank.into())).unwrap_or_default();
        // Where both lines end at about one height, the words stand apart.
        let apart = (scale.y(*negatives.last().unwrap_or(&0.0)) - scale.y(*ranks.last().unwrap_or(&0.0))).abs() < 44.0;
        scale.line(&mut svg, "a", &negatives, [&total, "hard negatives"], if apart { -22.0 } else { 0.0 });
        scale.line(&mut svg, "b", &ranks, [&rank, "rank"], if apart { 22.0 } else { 0.0 });
        svg.push_str("</svg>\n");
        svg
    }
}

fn log(value: &BigUint) -> f64 {
    // Powers of ten by their bits where a double does not reach; nothing counts as one.
    value.to_f64().filter(|v| v.is_finite()).map_or(value.bits() as f64 * 2f64.log10(), |v| v.max(1.0).log10())
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(HEAD) {
        Some((end, _)) => format!("{}\u{2026}", &text[..end]),
        None => text.to_owned(),
    }
}

/// A number in groups of three digits.
pub fn grouped(value: &BigUint) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

struct Scale {
    depths: usize,
    decades: f64,
}

impl Scale {
    fn x(&self, depth: usize) -> f64 {
        let (left, _, width, _) = PLANE;
        left + width * (depth as f64 - 0.5) / self.depths as f64
    }

    fn y(&self, log: f64) -> f64 {
        let (_, top, _, height) = PLANE;
        top + height * (1.0 - log / self.decades)
    }

    fn grid(&self, svg: &mut String) {
        let (left, top, width, height) = PLANE;
        let step = (self.decades / 8.0).ceil().max(1.0);
        let mut decade = 0.0;
        while decade <= self.decades {
            let y = self.y(decade);
            let _ = write!(svg, "<path class=\"grid\" d=\"M{left} {y:.1}H{}\"/>", left + width);
            let label = if decade < 4.0 {
                grouped(&BigUint::from(10u32).pow(decade as u32))
            } else {
                format!("10<tspan dy=\"-6\" font-size=\"11\">{decade}</tspan>")
            };
            let _ = writeln!(svg, "<text class=\"soft end\" x=\"{}\" y=\"{:.1}\">{label}</text>", left - 10.0, y + 5.0);
            decade += step;
        }
        let step = self.depths.div_ceil(20);
        for depth in (1..=self.depths).step_by(step) {
            let _ = write!(
                svg,
                "<text class=\"soft mid\" x=\"{:.1}\" y=\"{:.1}\">{depth}</text>",
                self.x(depth),
                top + height + 24.0
            );
        }
        let _ = writeln!(
            svg,
            "<text class=\"soft mid\" x=\"{}\" y=\"{}\">depth: edits, one after the other</text>",
            left + width / 2.0,
            top + height + 48.0
        );
    }

    fn line(&self, svg: &mut String, class: &str, logs: &[f64], label: [&str; 2], shift: f64) {
        let Some(&last) = logs.last() else { return };
        let points: Vec<(f64, f64)> = logs.iter().zip(1..).map(|(&log, depth)| (self.x(depth), self.y(log))).collect();
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        let _ = write!(svg, "<g class=\"{class}\"><path class=\"line\" d=\"M{}\"/>", path.join("L"));
        for (x, y) in &points {
            let _ = write!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>");
        }
        let (x, y) = (PLANE.0 + PLANE.2 + 12.0, self.y(last) + shift);
        let _ = writeln!(
            svg,
            "<text class=\"word\" x=\"{x}\" y=\"{y:.1}\">{}</text><text x=\"{x}\" y=\"{:.1}\">{}</text></g>",
            label[0],
            y + 18.0,
            label[1]
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_holds_its_numbers_and_survives_extremes() {
        assert_eq!(grouped(&3_628_799u32.into()), "3,628,799");
        let negatives = [BigUint::from(45u32), 3_628_799u32.into()];
        let chart = Compounding {
            head: "a <b> & c",
            remark: "swap",
            negatives: &negatives,
            ranks: &[45, 81],
            horizon: Some(2),
        };
        let svg = chart.svg();
        assert!(svg.contains("3,628,799") && svg.contains(">81<") && svg.contains("a &lt;b&gt; &amp; c"));
        assert!(!svg.contains("NaN") && svg.contains("currentColor"));
        let huge = [BigUint::from(10u32).pow(400)];
        let chart = Compounding { head: "", remark: "", negatives: &huge, ranks: &[0], horizon: None };
        assert!(!chart.svg().contains("inf") && !chart.svg().contains("NaN"));
        let empty = Compounding { head: "", remark: "", negatives: &[], ranks: &[], horizon: Some(0) };
        assert!(empty.svg().ends_with("</svg>\n"));
    }
}
