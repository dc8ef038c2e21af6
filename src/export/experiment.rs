//! Pictures of the experiments: what encoders carry of each latent block, and a modality gap in two dimensions.

use std::fmt::Write;

use super::svg::escape;

const STYLE: &str = ".ex{color:#1f2328;--a:#0b7a5c;--b:#b3500f;--t:#6b7280;font:15px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}\
@media(prefers-color-scheme:dark){.ex{color:#e6edf3;--a:#3fc79a;--b:#f2994a;--t:#9aa4b2}}\
.ex text{fill:currentColor}.ex .mid{text-anchor:middle}.ex .end{text-anchor:end}.ex .head{font-size:18px;font-weight:700}\
.ex .soft{opacity:.8}.ex .rule{stroke:currentColor;stroke-opacity:.16}.ex .a{fill:var(--a)}.ex .b{fill:var(--b)}\
.ex .tick{stroke:currentColor;stroke-width:2.5}.ex .image{fill:none;stroke:var(--b);stroke-width:1.6}.ex .text{fill:var(--a)}\
.ex .arrow{fill:none;stroke:currentColor;stroke-width:2}.ex .erased{fill:none;stroke:var(--b);stroke-width:3;stroke-dasharray:7 4}\
.ex .strong{font-weight:700}.ex .halo{fill:none;stroke:currentColor;stroke-width:2}";

/// R^2 of each latent block from an image and a text encoder.
#[derive(Clone, Debug)]
pub struct BlockChart<'a> {
    /// The heading of the chart.
    pub head: &'a str,
    /// Block name; R^2 from the image encoder, from the text encoder, from the invariant latents themselves.
    pub rows: &'a [(&'a str, [f64; 3])],
}

impl BlockChart<'_> {
    /// Two bars a block, and a tick where the invariant latents themselves predict it. Light and dark.
    pub fn svg(&self) -> String {
        let height = 96.0 + 54.0 * self.rows.len() as f64;
        let mut svg = open(760.0, height + 40.0, self.head);
        let (left, width) = (170.0, 500.0);
        for tenth in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let x = left + width * tenth;
            let _ = writeln!(
                svg,
                "<path class=\"rule\" d=\"M{x:.1} 66V{height:.1}\"/><text class=\"soft mid\" x=\"{x:.1}\" y=\"{:.1}\">{tenth}</text>",
                height + 20.0
            );
        }
        for (n, (name, [image, text, own])) in self.rows.iter().enumerate() {
            let top = 78.0 + 54.0 * n as f64;
            let _ = writeln!(
                svg,
                "<text class=\"end\" x=\"{}\" y=\"{:.1}\">{}</text>",
                left - 12.0,
                top + 23.0,
                escape(name)
            );
            for (class, value, y) in [("b", image, top), ("a", text, top + 18.0)] {
                let long = width * value.clamp(0.0, 1.0);
                let _ = writeln!(
                    svg,
                    "<rect class=\"{class}\" x=\"{left}\" y=\"{y:.1}\" width=\"{long:.1}\" height=\"14\"/><text class=\"soft\" x=\"{:.1}\" y=\"{:.1}\">{value:.2}</text>",
                    left + long.max(width * own.clamp(0.0, 1.0)) + 8.0,
                    y + 12.0
                );
            }
            let x = left + width * own.clamp(0.0, 1.0);
            let _ = writeln!(svg, "<path class=\"tick\" d=\"M{x:.1} {:.1}v40\"/>", top - 4.0);
        }
        let _ = writeln!(
            svg,
            "<rect class=\"b\" x=\"20\" y=\"42\" width=\"14\" height=\"12\"/><text x=\"40\" y=\"53\">image encoder</text>\
             <rect class=\"a\" x=\"160\" y=\"42\" width=\"14\" height=\"12\"/><text x=\"180\" y=\"53\">text encoder</text>\
             <path class=\"tick\" d=\"M296 41v14\"/><text x=\"306\" y=\"53\">R² from the invariant latents themselves</text>"
        );
        svg + "</svg>\n"
    }
}

/// A modality gap in two dimensions: texts, images, and one edit that the text encoder is blind to.
#[derive(Clone, Debug)]
pub struct GapChart {
    /// Across: where the embedding of each text lies along the meaning that the edit changes.
    pub texts: Vec<f64>,
    /// The height of the images above the texts: the gap.
    pub gap: f64,
    /// Where the caption and its hard negative truly lie, across.
    pub edit: [f64; 2],
    /// The caption and the hard negative.
    pub captions: [String; 2],
}

impl GapChart {
    /// The picture as a standalone SVG document, 760 x 400 user units, light and dark.
    pub fn svg(&self) -> String {
        let mut svg = open(760.0, 400.0, "A modality gap, and the meaning that is erased");
        let reach = self.texts.iter().chain(&self.edit).fold(1e-9f64, |m, x| m.max(x.abs()));
        let across = |x: f64| 380.0 + 290.0 * x / reach;
        let (low, high) = (300.0, 130.0);
        let _ = writeln!(svg, "<path class=\"rule\" d=\"M60 {low}H700M60 {high}H700\"/>");
        for x in &self.texts {
            let x = across(*x);
            let _ = writeln!(
                svg,
                "<circle class=\"text\" cx=\"{x:.1}\" cy=\"{low}\" r=\"5\"/><rect class=\"image\" x=\"{:.1}\" y=\"{}\" width=\"12\" height=\"12\"/>",
                x - 6.0,
                high - 6.0
            );
        }
        let [from, to] = self.edit.map(across);
        let _ = writeln!(
            svg,
            "<text class=\"soft\" x=\"20\" y=\"56\">squares: images, f·I + c &#160; discs: texts, g·T &#160; c = {} along the vertical coordinate</text>\
             <path class=\"arrow\" d=\"M{from:.1} {:.1}V{:.1}m-5 9l5 -9l5 9\"/><text x=\"{:.1}\" y=\"220\">c</text>\
             <circle class=\"halo\" cx=\"{from:.1}\" cy=\"{low}\" r=\"11\"/><rect class=\"halo\" x=\"{:.1}\" y=\"{:.1}\" width=\"24\" height=\"24\"/>\
             <path class=\"erased\" d=\"M{from:.1} {:.1}H{:.1}m{} -6l{} 6l{} 6\"/>\
             <text class=\"mid strong b\" x=\"{:.1}\" y=\"102\">erased: g·D</text>",
            self.gap,
            low - 14.0,
            high + 14.0,
            from + 8.0,
            to - 12.0,
            high - 12.0,
            high - 16.0,
            to,
            if to > from { -9 } else { 9 },
            if to > from { 9 } else { -9 },
            if to > from { -9 } else { 9 },
            (from + to) / 2.0
        );
        let line = |y: f64, text: &str| format!("<text class=\"mid\" x=\"380\" y=\"{y}\">{}</text>\n", escape(text));
        svg += &line(338.0, &format!("h puts both captions into the ring: “{}”", self.captions[0]));
        svg += &line(360.0, &format!("and its hard negative “{}”", self.captions[1]));
        svg += &line(386.0, "whose image stands in the large square: off by c + g·D, whatever the gap");
        svg + "</svg>\n"
    }
}

/// How many reworded captions find their scene: with the rewordings in training, and under an encoder that reacts at will.
#[derive(Clone, Debug)]
pub struct PromptChart<'a> {
    /// Feature map; the share under any optimal encoder if training holds the rewordings, and under h if it lacks them.
    pub rows: &'a [(String, [f64; 2])],
}

impl PromptChart<'_> {
    /// Two bars a feature map. Light and dark.
    pub fn svg(&self) -> String {
        let height = 130.0 + 54.0 * self.rows.len() as f64;
        let mut svg = open(760.0, height + 40.0, "Reworded captions that find the image of their own scene");
        let (left, width) = (170.0, 500.0);
        for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let x = left + width * share;
            let _ = writeln!(
                svg,
                "<path class=\"rule\" d=\"M{x:.1} 96V{height:.1}\"/><text class=\"soft mid\" x=\"{x:.1}\" y=\"{:.1}\">{:.0} %</text>",
                height + 20.0,
                100.0 * share
            );
        }
        for (n, (name, shares)) in self.rows.iter().enumerate() {
            let top = 108.0 + 54.0 * n as f64;
            let (x, y) = (left - 12.0, top + 23.0);
            let _ = writeln!(svg, "<text class=\"end\" x=\"{x}\" y=\"{y:.1}\">{}</text>", escape(name));
            for (class, share, y) in [("a", shares[0], top), ("b", shares[1], top + 18.0)] {
                let long = width * share.clamp(0.0, 1.0);
                let _ = writeln!(
                    svg,
                    "<rect class=\"{class}\" x=\"{left}\" y=\"{y:.1}\" width=\"{long:.1}\" height=\"14\"/><text class=\"soft\" x=\"{:.1}\" y=\"{:.1}\">{:.1} %</text>",
                    left + long + 8.0,
                    y + 12.0,
                    100.0 * share
                );
            }
        }
        let _ = writeln!(
            svg,
            "<rect class=\"a\" x=\"20\" y=\"42\" width=\"14\" height=\"12\"/><text x=\"40\" y=\"53\">training holds the rewordings: any optimal encoder</text>\
             <rect class=\"b\" x=\"20\" y=\"66\" width=\"14\" height=\"12\"/><text x=\"40\" y=\"77\">training lacks them: an optimal encoder that reacts at will</text>"
        );
        svg + "</svg>\n"
    }
}

/// Edits of a ridge encoder: what training supports of each, against what the encoder moves.
#[derive(Clone, Debug)]
pub struct DecayChart<'a> {
    /// Supported share of an edit, and `|h d|^2 / (|g|^2 |d|^2)`, both from 0 to 1.
    pub points: &'a [[f64; 2]],
    /// The weight decay lambda of the ridge fit.
    pub lambda: f64,
}

impl DecayChart<'_> {
    /// The points below the line that bounds them; of many the same place is drawn once. Light and dark.
    pub fn svg(&self) -> String {
        let head = format!("What weight decay cannot see: ridge encoder, lambda {}", self.lambda);
        let mut svg = open(760.0, 560.0, &head);
        let place = |[x, y]: [f64; 2]| (90.0 + 600.0 * x.clamp(0.0, 1.0), 480.0 - 400.0 * y.clamp(0.0, 1.0));
        for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let ((x, bottom), (left, y)) = (place([tick, 0.0]), place([0.0, tick]));
            let _ = writeln!(
                svg,
                "<path class=\"rule\" d=\"M{x:.1} 80V{bottom:.1}M{left:.1} {y:.1}H690\"/><text class=\"soft mid\" x=\"{x:.1}\" y=\"500\">{tick}</text>\
                 <text class=\"soft end\" x=\"82\" y=\"{:.1}\">{tick}</text>",
                y + 5.0
            );
        }
        let mut places: Vec<String> = self
            .points
            .iter()
            .map(|point| {
                let (x, y) = place(*point);
                format!("<circle class=\"text\" fill-opacity=\".45\" cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"3.5\"/>\n")
            })
            .collect();
        places.sort();
        places.dedup();
        svg += &places.concat();
        let ((x0, y0), (x1, y1)) = (place([0.0, 0.0]), place([1.0, 1.0]));
        let _ = writeln!(
            svg,
            "<path class=\"erased\" d=\"M{x0:.1} {y0:.1}L{x1:.1} {y1:.1}\"/><text class=\"b\" x=\"104\" y=\"66\">dashed: the bound |h·d|² = |g|² (|d|² − φ(d))</text>\
             <text class=\"mid\" x=\"390\" y=\"526\">supported share of the edit, 1 − φ(d)/|d|²</text>\
             <text x=\"20\" y=\"46\">moved, |h·d|² / (|g|²|d|²); one disc an edit</text>"
        );
        svg + "</svg>\n"
    }
}

fn open(width: f64, height: f64, head: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" class=\"ex\" role=\"img\" aria-label=\"{0}\">\n\
         <style>{STYLE}</style>\n<text class=\"head\" x=\"20\" y=\"28\">{0}</text>\n",
        escape(head)
    )
}
