//! Pictures of an audit: how far the encoder moves, what linear features explain of it, where failures sit.

use std::fmt::Write;

use super::svg::escape;

const STYLE: &str = ".au{color:#1f2328;--a:#0b7a5c;--b:#b3500f;--c:#5b5fc7;--d:#8a6d00;font:14px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}\
@media(prefers-color-scheme:dark){.au{color:#e6edf3;--a:#3fc79a;--b:#f2994a;--c:#a5a8ff;--d:#d9b84a}}\
.au text{fill:currentColor}.au .mid{text-anchor:middle}.au .end{text-anchor:end}.au .head{font-size:15px;font-weight:700}.au .small{font-size:12px}\
.au .soft{opacity:.8}.au .rule{stroke:currentColor;stroke-opacity:.16}.au .axis{stroke:currentColor;stroke-opacity:.6}\
.au .mark{stroke:var(--b);stroke-width:2;stroke-dasharray:6 4}.au .word{fill:var(--b);font-weight:700}\
.au .whisker{stroke:var(--a);stroke-width:2}.au .box{fill:var(--a);fill-opacity:.3;stroke:var(--a);stroke-width:1.5}\
.au .dot{fill:var(--a)}.au .b{fill:var(--b)}.au .a{fill:var(--a)}.au .bar{stroke:currentColor;stroke-width:1.5}\
.au .s0{--s:var(--a)}.au .s1{--s:var(--b)}.au .s2{--s:var(--c)}.au .s3{--s:var(--d)}\
.au .line{fill:none;stroke:var(--s);stroke-width:2}.au .point{fill:var(--s)}.au .cloud{fill:var(--s);fill-opacity:.55}";

/// The plane of each picture, in user units: left, width. A picture is 480 wide, so that its words can still be read on a
/// telephone.
const LEFT: f64 = 104.0;
const WIDTH: f64 = 352.0;

/// Letters in a line of notes.
const LINE: usize = 72;

fn open(height: f64, head: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 {height}\" class=\"au\" role=\"img\" aria-label=\"{0}\">\n\
         <style>{STYLE}</style>\n<text class=\"head\" x=\"12\" y=\"24\">{0}</text>\n",
        escape(head)
    )
}

/// Sentences under a picture, each from a new line.
fn notes(sentences: &[&str]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for sentence in sentences {
        let mut line = String::new();
        for word in sentence.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > LINE {
                lines.push(std::mem::take(&mut line));
            }
            line += if line.is_empty() { "" } else { " " };
            line += word;
        }
        lines.extend((!line.is_empty()).then_some(line));
    }
    lines
}

/// How high notes are.
fn height(notes: &[String]) -> f64 {
    16.0 * notes.len() as f64 + 12.0
}

fn write_notes(svg: &mut String, top: f64, notes: &[String]) {
    for (at, line) in notes.iter().enumerate() {
        let y = top + 16.0 * (at + 1) as f64;
        let _ = writeln!(svg, "<text class=\"soft small\" x=\"12\" y=\"{y:.1}\">{}</text>", escape(line));
    }
}

/// Five quantiles of rho for each slice, and where rewordings lie.
#[derive(Clone, Debug)]
pub struct Displacement {
    /// Name, rows, the 5th, 25th, 50th, 75th and 95th percentile of rho.
    pub rows: Vec<(String, usize, [f64; 5])>,
    /// The 5th percentile and the median of rewordings.
    pub rewordings: Option<[f64; 2]>,
}

impl Displacement {
    /// The picture as a standalone SVG document, light and dark.
    pub fn svg(&self) -> String {
        let bottom = 78.0 + 38.0 * self.rows.len() as f64;
        let notes = notes(&[
            "rho: distance moved, the median distance of two captions being 1.",
            "Dot: median; box: middle half; line: 5 to 95 %.",
        ]);
        let mut svg = open(bottom + 28.0 + height(&notes), "How far the encoder moves, by operator");
        let reach = self.rows.iter().map(|row| row.2[4]).chain(self.rewordings.map(|r| r[1])).fold(0.2, f64::max);
        let reach = (reach * 5.0).ceil() / 5.0;
        let across = |rho: f64| LEFT + WIDTH * rho.clamp(0.0, reach) / reach;
        let steps = (reach / 0.2).round() as usize;
        for step in 0..=steps {
            let x = across(0.2 * step as f64);
            let _ = writeln!(
                svg,
                "<path class=\"rule\" d=\"M{x:.1} 66V{bottom}\"/><text class=\"soft mid\" x=\"{x:.1}\" y=\"{:.1}\">{:.1}</text>",
                bottom + 18.0,
                0.2 * step as f64
            );
        }
        for (at, (name, n, q)) in self.rows.iter().enumerate() {
            let y = 92.0 + 38.0 * at as f64;
            let x = q.map(across);
            let _ = writeln!(
                svg,
                "<text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{}</text><text class=\"end soft\" x=\"{0:.1}\" y=\"{:.1}\" font-size=\"11\">n = {n}</text>\
                 <path class=\"whisker\" d=\"M{:.1} {y}H{:.1}\"/><rect class=\"box\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"18\" rx=\"3\"/>\
                 <circle class=\"dot\" cx=\"{:.1}\" cy=\"{y}\" r=\"5\"/>",
                LEFT - 14.0,
                y - 3.0,
                escape(name),
                y + 11.0,
                x[0],
                x[4],
                x[1],
                y - 9.0,
                (x[3] - x[1]).max(1.0),
                x[2]
            );
        }
        let marks = self.rewordings.into_iter().flatten().zip(["5 % of rewordings", "half of rewordings"]);
        for (at, (mark, what)) in marks.enumerate() {
            // Each on a line of its own, inside the picture: the two may be near.
            let (x, y) = (across(mark), 44.0 + 14.0 * at as f64);
            let _ = writeln!(
                svg,
                "<path class=\"mark\" d=\"M{x:.1} {:.1}V{bottom}\"/><text class=\"word mid small\" x=\"{:.1}\" y=\"{y:.1}\">{what}</text>",
                y + 4.0,
                x.min(418.0)
            );
        }
        write_notes(&mut svg, bottom + 26.0, &notes);
        svg + "</svg>\n"
    }
}

/// R2 by feature map: of captions, and of what edits change.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// The names of the feature maps.
    pub maps: Vec<String>,
    /// Name of a class (captions first), and for each map R2 with its interval.
    pub classes: Vec<(String, Vec<Option<[f64; 3]>>)>,
}

impl Ladder {
    /// The picture as a standalone SVG document, light and dark.
    pub fn svg(&self) -> String {
        let high = 26.0;
        let block = high * self.maps.len() as f64 + 18.0;
        let bottom = 66.0 + block * self.classes.len() as f64;
        let least = self.classes.iter().flat_map(|c| c.1.iter().flatten()).map(|v| v[1]).fold(0.0, f64::min);
        let low = (least.max(-0.4) * 5.0).floor() / 5.0;
        let cut = if least < low { format!("Bars are cut at {low}.") } else { String::new() };
        let worse = "R², held out, with 95 % interval; below 0 worse than saying that nothing moves.";
        let notes = notes(&[worse, &cut]);
        let mut svg = open(bottom + 28.0 + height(&notes), "What linear features explain: captions, and edits");
        let across = |r2: f64| LEFT + WIDTH * (r2.clamp(low, 1.0) - low) / (1.0 - low);
        for step in 0..=((1.0 - low) / 0.2).round() as usize {
            let r2 = low + 0.2 * step as f64;
            let x = across(r2);
            let class = if r2.abs() < 1e-9 { "axis" } else { "rule" };
            let _ = writeln!(
                svg,
                "<path class=\"{class}\" d=\"M{x:.1} 48V{bottom}\"/><text class=\"soft mid\" x=\"{x:.1}\" y=\"{:.1}\">{:.1}</text>",
                bottom + 18.0,
                if r2.abs() < 1e-9 { 0.0 } else { r2 }
            );
        }
        for (c, (name, values)) in self.classes.iter().enumerate() {
            let top = 58.0 + block * c as f64;
            let _ = writeln!(
                svg,
                "<text class=\"end\" x=\"{:.1}\" y=\"{:.1}\" font-weight=\"700\">{}</text>",
                LEFT - 14.0,
                top + high * self.maps.len() as f64 / 2.0 + 5.0,
                escape(name)
            );
            for (m, value) in values.iter().enumerate() {
                let y = top + high * m as f64;
                let label = escape(&self.maps[m]);
                let Some([value, from, to]) = value else {
                    let x = across(0.0) + 8.0;
                    let _ = writeln!(
                        svg,
                        "<text class=\"soft\" x=\"{x:.1}\" y=\"{:.1}\" font-size=\"12\">{label}: too few</text>",
                        y + 15.0
                    );
                    continue;
                };
                let (zero, end) = (across(0.0), across(*value));
                let class = if c == 0 { "b" } else { "a" };
                let text = across(value.max(*to).max(0.0)) + 8.0;
                let (x, anchor) = if text > LEFT + WIDTH - 130.0 { (zero + 8.0, " inside") } else { (text, "") };
                let _ = writeln!(
                    svg,
                    "<rect class=\"{class}\" fill-opacity=\"{}\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"20\"/>\
                     <path class=\"bar\" d=\"M{:.1} {mid:.1}H{:.1}\"/><text class=\"{}\" x=\"{x:.1}\" y=\"{:.1}\" font-size=\"12\">{label} {value:.2}</text>",
                    if anchor.is_empty() { 1.0 } else { 0.45 },
                    zero.min(end),
                    (end - zero).abs().max(1.0),
                    across(*from),
                    across(*to),
                    anchor.trim(),
                    y + 15.0,
                    mid = y + 10.0,
                );
            }
        }
        write_notes(&mut svg, bottom + 26.0, &notes);
        svg + "</svg>\n"
    }
}

/// Signal against bias of the text side, a point a group.
#[derive(Clone, Debug)]
pub struct Signals {
    /// Signal, bias.
    pub points: Vec<[f64; 2]>,
    /// MISALIGNED, OUTWEIGHED, RIGHT.
    pub counts: [usize; 3],
}

impl Signals {
    /// The picture as a standalone SVG document, light and dark.
    pub fn svg(&self) -> String {
        let notes = notes(&[
            "across: signal, how far the two changes agree",
            "up: |bias|, the preference for one caption whatever the image",
            "Right of the broken line the signal wins.",
        ]);
        let mut svg = open(398.0 + height(&notes), "Where the failure sits: signal against bias");
        let reach = self.points.iter().flatten().fold(1e-9f64, |m, x| m.max(x.abs()));
        let across = |x: f64| 24.0 + 432.0 * (x / reach + 1.0) / 2.0;
        let down = |y: f64| 370.0 - 310.0 * y / reach;
        let (zero, floor) = (across(0.0), down(0.0));
        let _ = writeln!(
            svg,
            "<path class=\"axis\" d=\"M24 {floor}H456M{zero} 50V{floor}\"/><path class=\"mark\" d=\"M{zero} {floor}L{:.1} {:.1}\"/>",
            across(reach),
            down(reach)
        );
        for [signal, bias] in &self.points {
            let bias = bias.abs();
            let class = if *signal <= 0.0 { 1 } else { 2 * usize::from(*signal <= bias) };
            let _ = writeln!(
                svg,
                "<circle class=\"cloud s{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\"/>",
                across(*signal),
                down(bias)
            );
        }
        let [misaligned, outweighed, right] = self.counts;
        let _ = writeln!(
            svg,
            "<text x=\"28\" y=\"62\">MISALIGNED {misaligned}</text><text x=\"{:.1}\" y=\"62\">OUTWEIGHED {outweighed}</text>\
             <text class=\"end\" x=\"456\" y=\"{:.1}\">RIGHT {right}</text>",
            zero + 8.0,
            floor + 18.0
        );
        write_notes(&mut svg, 390.0, &notes);
        svg + "</svg>\n"
    }
}

/// Accuracy by bins of something, a line a model.
#[derive(Clone, Debug)]
pub struct Accuracy {
    /// The heading.
    pub head: String,
    /// What the bins are of.
    pub across: String,
    /// The name of each bin.
    pub bins: Vec<String>,
    /// Name of a model; accuracy with its interval by bin.
    pub models: Vec<(String, Vec<Option<[f64; 3]>>)>,
}

impl Accuracy {
    /// The picture as a standalone SVG document, light and dark; the first four models are drawn.
    pub fn svg(&self) -> String {
        let shown = &self.models[..self.models.len().min(4)];
        let more = self.models.len() - shown.len();
        let more = if more > 0 { format!("{more} more in the tables.") } else { String::new() };
        let across = format!("across: {}", self.across);
        let notes = notes(&[&across, "up: share right, Wilson's 95 % interval; broken line: chance.", &more]);
        let legend = 358.0 + 20.0 * shown.len() as f64;
        let mut svg = open(legend + height(&notes), &self.head);
        let (top, bottom) = (48.0, 318.0);
        let down = |share: f64| bottom - (bottom - top) * (share.clamp(0.3, 1.0) - 0.3) / 0.7;
        for step in 0..8 {
            let share = 0.3 + 0.1 * f64::from(step);
            let y = down(share);
            let class = if step == 2 { "mark" } else { "rule" };
            let _ = writeln!(
                svg,
                "<path class=\"{class}\" d=\"M48 {y:.1}H464\"/><text class=\"soft end\" x=\"40\" y=\"{:.1}\">{share:.1}</text>",
                y + 5.0
            );
        }
        let step = 416.0 / self.bins.len().max(1) as f64;
        for (at, bin) in self.bins.iter().enumerate() {
            let x = 48.0 + step * (at as f64 + 0.5);
            let _ = writeln!(svg, "<text class=\"soft mid small\" x=\"{x:.1}\" y=\"338\">{}</text>", escape(bin));
        }
        for (m, (name, values)) in shown.iter().enumerate() {
            let mut path = String::new();
            for (at, value) in values.iter().enumerate() {
                let x = 48.0 + step * (at as f64 + 0.5) + 9.0 * (m as f64 - (shown.len() as f64 - 1.0) / 2.0);
                let Some([value, low, high]) = value else { continue };
                let y = down(*value);
                let _ = write!(path, "{}{x:.1} {y:.1}", if path.is_empty() { "M" } else { "L" });
                let _ = writeln!(
                    svg,
                    "<g class=\"s{m}\"><path class=\"line\" d=\"M{x:.1} {:.1}V{:.1}\"/><circle class=\"point\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"/></g>",
                    down(*low),
                    down(*high)
                );
            }
            let (x, y) = (56.0, 364.0 + 20.0 * m as f64);
            let _ = writeln!(
                svg,
                "<g class=\"s{m}\"><path class=\"line\" stroke-opacity=\".5\" d=\"{path}\"/><circle class=\"point\" cx=\"{x}\" cy=\"{:.1}\" r=\"5\"/></g>\
                 <text x=\"{:.1}\" y=\"{y}\">{}</text>",
                y - 5.0,
                x + 12.0,
                escape(name)
            );
        }
        write_notes(&mut svg, legend - 10.0, &notes);
        svg + "</svg>\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_hold_what_they_are_given_and_no_markup_of_it() {
        let displacement =
            Displacement { rows: vec![("<swap>".into(), 60, [0.0, 0.1, 0.2, 0.3, 9.0])], rewordings: Some([0.4, 0.6]) };
        let ladder = Ladder {
            maps: vec!["bag".into()],
            classes: vec![("captions".into(), vec![Some([0.7, 0.6, 0.8])]), ("a&b".into(), vec![None])],
        };
        let signals = Signals { points: vec![[1.0, 0.5], [-1.0, 0.2], [0.1, -0.9]], counts: [1, 1, 1] };
        let accuracy = Accuracy {
            head: "h".into(),
            across: "<rho>".into(),
            bins: vec!["0 to .1".into()],
            models: vec![("m".into(), vec![Some([0.6, 0.5, 0.7])]); 6],
        };
        for svg in [displacement.svg(), ladder.svg(), signals.svg(), accuracy.svg()] {
            assert!(svg.ends_with("</svg>\n") && !svg.contains("NaN") && !svg.contains("inf\""), "{svg}");
            assert!(!svg.contains("<swap>") && !svg.contains("a&b"));
        }
        assert_eq!(signals.svg().matches("class=\"cloud").count(), 3);
        assert!(accuracy.svg().contains("2 more in the tables"));
        let lines = notes(&["a sentence", &"word ".repeat(40)]);
        assert!(
            lines[0] == "a sentence" && lines.len() == 4 && lines.iter().all(|line| line.len() <= LINE),
            "{lines:?}"
        );
    }
}
