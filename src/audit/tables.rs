//! The tables of a report, once for the terminal, CSV, LaTeX and the page.

use super::card::{Card, SliceCard};
use super::displacement::Word;
use super::figure::{By, Figure, short};
use super::stats::Interval;

/// What stands in a cell.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A whole number.
    Count(usize),
    /// A figure with its interval and null.
    Figure(Figure),
    /// A number without an interval.
    Number(Option<f64>),
    /// The null of the figure before it, which a file has with the figure.
    Null(Option<f64>),
    /// Odds with their interval.
    Odds(Option<(f64, Interval)>),
}

impl Cell {
    fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// As people read it.
    pub fn words(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Figure(figure) => figure.words(),
            Cell::Number(value) | Cell::Null(value) => value.map_or("-".to_owned(), number),
            Cell::Odds(odds) => {
                odds.map_or("-".to_owned(), |(v, [a, b])| format!("{} [{}, {}]", short(v), short(a), short(b)))
            }
        }
    }
}

/// Three digits after the point, or as a power of ten where these are zeros.
fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.001 { format!("{value:.0e}") } else { short(value) }
}

/// A bound, to one digit.
fn bound(value: f64) -> String {
    if value == 0.0 { "0".to_owned() } else { format!("{value:.0e}") }
}

/// A table of the report.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name in file names.
    pub name: &'static str,
    /// The heading of the table.
    pub title: String,
    /// What the figures are, how they were found and what they may not be taken for; sentences.
    pub notes: Vec<String>,
    /// Whether it belongs to the certified half.
    pub certified: bool,
    /// The headers of the columns.
    pub header: Vec<String>,
    /// The cells, as many a row as headers.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    fn new(name: &'static str, title: &str, header: &[&str]) -> Table {
        Table {
            name,
            title: title.to_owned(),
            notes: Vec::new(),
            certified: false,
            header: header.iter().map(|h| h.to_string()).collect(),
            rows: Vec::new(),
        }
    }

    fn note(mut self, note: impl Into<String>) -> Table {
        self.notes.push(note.into());
        self
    }

    /// Comma-separated, with a header; a figure takes five columns: value, n, low, high, null.
    pub fn csv(&self) -> String {
        let mut lines = vec![self.header_cells().join(",")];
        for row in &self.rows {
            let cells: Vec<String> = row.iter().flat_map(plain).collect();
            lines.push(cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(","));
        }
        lines.join("\n") + "\n"
    }

    fn header_cells(&self) -> Vec<String> {
        let of = |at: usize| {
            let name = self.header[at].replace(' ', "_");
            let suffixes: &[&str] = match self.rows.first().map(|row| &row[at]) {
                Some(Cell::Figure(_)) => &["", "_n", "_low", "_high", "_null"],
                Some(Cell::Odds(_)) => &["", "_low", "_high"],
                Some(Cell::Null(_)) => &[],
                _ => &[""],
            };
            suffixes.iter().map(|s| quoted(&format!("{name}{s}"))).collect::<Vec<_>>()
        };
        (0..self.header.len()).flat_map(of).collect()
    }

    /// A `tabular` with booktabs rules; heading and notes are comments above it.
    pub fn latex(&self) -> String {
        let comments = std::iter::once(&self.title).chain(&self.notes).map(|line| format!("% {line}\n"));
        let numeric = |at: usize| !matches!(self.rows.first().map(|row| &row[at]), Some(Cell::Text(_)));
        let columns: String = (0..self.header.len()).map(|at| if numeric(at) { 'r' } else { 'l' }).collect();
        let line = |cells: Vec<String>| format!("{} \\\\\n", cells.join(" & "));
        let mut text: String = comments.collect();
        text += &format!("\\begin{{tabular}}{{{columns}}}\n\\toprule\n");
        text += &line(self.header.iter().map(|h| escape_latex(h)).collect());
        text += "\\midrule\n";
        for row in &self.rows {
            text += &line(row.iter().map(|cell| escape_latex(&cell.words())).collect());
        }
        text + "\\bottomrule\n\\end{tabular}\n"
    }
}

fn plain(cell: &Cell) -> Vec<String> {
    let digits = |v: f64| if v != 0.0 && v.abs() < 1e-4 { format!("{v:e}") } else { v.to_string() };
    let number = |value: Option<f64>| value.map_or_else(String::new, digits);
    match cell {
        Cell::Text(text) => vec![text.clone()],
        Cell::Count(count) => vec![count.to_string()],
        Cell::Number(value) => vec![number(*value)],
        Cell::Null(_) => Vec::new(),
        Cell::Figure(f) => {
            let ends = |k: usize| number(f.interval.map(|i| i[k]));
            vec![number(f.value), f.n.to_string(), ends(0), ends(1), number(f.null)]
        }
        Cell::Odds(odds) => {
            vec![number(odds.map(|o| o.0)), number(odds.map(|o| o.1[0])), number(odds.map(|o| o.1[1]))]
        }
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

fn escape_latex(text: &str) -> String {
    let mut made = String::new();
    let (mut before, mut last) = (' ', ' ');
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let number = rest.peek().is_some_and(|next| next.is_ascii_digit() || *next == '.');
        match c {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => made.extend(['\\', c]),
            '~' => made += "\\textasciitilde{}",
            '^' => made += "\\textasciicircum{}",
            '\\' => made += "\\textbackslash{}",
            // A minus belongs to numbers, 9e-4 among them; in a name it is a hyphen.
            '-' if number && (" [(,".contains(last) || last == 'e' && before.is_ascii_digit()) => made += "$-$",
            c => made.push(c),
        }
        (before, last) = (last, c);
    }
    made
}

/// All tables of a report, in reading order; tables without rows are left out.
pub fn tables(card: &Card) -> Vec<Table> {
    let all = [
        displacement(card),
        ladder(card),
        support(card),
        fates(card),
        groups(card),
        accuracy(card),
        by_rho(card),
        gains(card),
        versus(card),
        against(card),
    ];
    all.into_iter().filter(|table| !table.rows.is_empty()).collect()
}

fn named(slice: &SliceCard) -> [Cell; 2] {
    [Cell::text(slice.slice.by.name()), Cell::text(slice.slice.name.clone())]
}

fn displacement(card: &Card) -> Table {
    // Without rewordings nothing finer is known of an edit that is not blind.
    let (known, finer) = (card.rewordings.is_some(), "FAINT or SEEN");
    let mut header = vec!["by", "slice", "median rho", "null", "BLIND"];
    match known {
        true => header.extend(["FAINT", "SEEN", "word"]),
        false => header.extend([finer, "word"]),
    }
    let mut table = Table::new("displacement", "How far the encoder moves", &header);
    let Some(unit) = &card.unit else { return table };
    table = table.note(format!(
        "rho = |e(negative) - e(caption)| / {:.4}, the median distance of two different captions ({} pairs{}); the interval takes \
         this unit as it is. Null: embeddings under the wrong texts.",
        unit.distance,
        unit.pairs,
        if unit.all { "" } else { ", drawn" }
    ));
    table = table.note(match &card.rewordings {
        Some(r) => format!(
            "BLIND: rho under .01. FAINT: under {}, the 5th percentile of {} pairs of {}, whose median rho is {}. SEEN: above.",
            short(r.fifth),
            r.pairs,
            r.from,
            short(r.median)
        ),
        None => "BLIND: rho under .01. No 50 pairs of rewordings are known (see --paraphrases), so FAINT is not told from SEEN."
            .to_owned(),
    });
    for slice in &card.slices {
        let (Some(rho), Some(words)) = (&slice.rho, &slice.words) else { continue };
        let mut row = named(slice).to_vec();
        row.extend([Cell::Figure(rho.clone()), Cell::Null(rho.null)]);
        let [blind, faint, seen] = *words;
        let counts = if known { vec![blind, faint, seen] } else { vec![blind, faint + seen] };
        row.extend(counts.into_iter().map(Cell::Count));
        let word = |word: Word| if known || word == Word::Blind { word.name() } else { finer };
        row.push(Cell::text(slice.word.map_or("-", word)));
        table.rows.push(row);
    }
    table
}

fn ladder(card: &Card) -> Table {
    let header = ["features", "of", "by", "slice", "n", "R2", "null"];
    let mut table = Table::new("ladder", "What linear features explain", &header).note(format!(
        "Held-out R2 of a ridge encoder (lambda {}) over each feature map, {} folds, rows of one image in one fold. \
         Edits: 1 - sum |D - g d|^2 / sum |D|^2, D the displacement, d the change of features. Captions: 1 - sum |e - g s|^2 / \
         sum |e - mean|^2. Null: embeddings under the wrong texts.",
        card.lambda, card.folds
    ));
    if let Some(worst) = card.ladder.iter().map(|rung| rung.residual).reduce(f64::max) {
        table =
            table.note(format!(
                "The rarest and the most frequent features are eliminated, the others fitted by conjugate gradients: residual at most {} \
                 of the right-hand side.",
                bound(worst)
            ));
    }
    for (at, rung) in card.ladder.iter().enumerate() {
        for slice in card.slices.iter().filter(|s| s.slice.by != By::File) {
            let mut kinds = vec![("edits", &slice.ladder[at])];
            if slice.slice.by == By::All {
                kinds.insert(0, ("captions", &slice.captions[at]));
            }
            for (what, figure) in kinds {
                table.rows.push(vec![
                    Cell::text(rung.map.name()),
                    Cell::text(what),
                    Cell::text(slice.slice.by.name()),
                    Cell::text(slice.slice.name.clone()),
                    Cell::Count(figure.n),
                    Cell::Figure(figure.clone()),
                    Cell::Null(figure.null),
                ]);
            }
        }
    }
    table
}

fn support(card: &Card) -> Table {
    let header = ["by", "slice", "median s", "mean phi"];
    let mut table = Table::new("support", "Whether training supports it", &header).note(format!(
        "Over {} ({}), {} training captions. s(d) = log(1 + in how many of them the rarest feature stands that the edit brings in), \
         where it brings in one. phi(d) = lambda d'(S'S + lambda I)^-1 d / |d|^2, lambda {}: the share of the edit that a ridge \
         encoder leaves to its prior; error at most {}. That phi |d|^2 is the distance of the edit from training is the theorem \
         ridge_is_distance, how blind it makes a trained encoder ridge_blinds. No embedding enters, so there is no null.",
        card.certified.features, card.certified.tokenizer, card.support.training, card.support.lambda, bound(card.support.bound)
    ));
    for slice in &card.slices {
        let mut row = named(slice).to_vec();
        row.extend([Cell::Figure(slice.support.clone()), Cell::Figure(slice.unsupported.clone())]);
        table.rows.push(row);
    }
    table
}

fn fates(card: &Card) -> Table {
    let header = ["by", "slice", "collapsed", "identified", "free"];
    let certified = &card.certified;
    let mut table = Table::new("fates", "What is certain about the features", &header);
    table.certified = true;
    let Some(decided) = &certified.decided else {
        let undecided = "Undecided within the limit: raise --time, or name fewer training captions.";
        table.rows.push([undecided, "-", "-", "-", "-"].map(Cell::text).to_vec());
        return table;
    };
    table = table.note(format!(
        "{}, {}: {} training captions, {} edits, {} features. Exact, witnessed by {}. Free: some optimal encoder over these features \
         is blind to it (it could be blind). Identified: optimal encoders over these features cannot differ on it. Collapsed: no \
         encoder over these features sees it.",
        certified.features,
        certified.tokenizer,
        certified.size.training,
        certified.size.edits,
        certified.size.features,
        decided.certificate
    ));
    table = table.note(format!(
        "rank S {}, rank [S D] {}, deficit {}: the least number of these hard negatives that settles them all.",
        decided.ranks.training, decided.ranks.joint, decided.deficit
    ));
    for slice in card.slices.iter().filter(|s| s.slice.by != By::Fate) {
        let Some(fates) = slice.fates else { continue };
        let mut row = named(slice).to_vec();
        row.extend(fates.iter().map(|count| Cell::Count(*count)));
        table.rows.push(row);
    }
    table
}

fn groups(card: &Card) -> Table {
    let mut header =
        vec!["by", "slice", "text score", "image score", "group score", "side", "MISALIGNED", "OUTWEIGHED", "RIGHT"];
    // Scores alone say nothing of directions.
    if card.groups.iter().any(|summary| summary.alignment.is_some()) {
        header.extend(["cos(dT,dI)", "null"]);
    }
    let mut table = Table::new("groups", "Where the failure sits", &header);
    let Some(from) = &card.groups_from else { return table };
    table = table.note(format!(
        "Of {from}. The text side is right iff signal > |bias|, signal = dI'dT / 2, bias = mean(i0, i1)'dT. MISALIGNED: signal at most \
         0. OUTWEIGHED: above 0, and no more than the bias. Chance: text and image score 1/4, group score 1/6."
    ));
    for summary in &card.groups {
        for (side, name) in ["text", "image"].into_iter().enumerate() {
            let mut row = vec![Cell::text(summary.slice.by.name()), Cell::text(summary.slice.name.clone())];
            row.extend(summary.scores.iter().map(|figure| Cell::Figure(figure.clone())));
            row.push(Cell::text(name));
            row.extend(summary.counts[side].iter().map(|count| Cell::Count(*count)));
            if let Some(alignment) = &summary.alignment {
                row.extend([Cell::Figure(alignment.clone()), Cell::Null(alignment.null)]);
            }
            table.rows.push(row);
        }
    }
    table
}

fn accuracy(card: &Card) -> Table {
    let header = ["model", "by", "slice", "n", "accuracy"];
    let mut table = Table::new("accuracy", "How often a model is right", &header)
        .note("Caption above its hard negative, Wilson's interval. Chance is .5.");
    for (at, model) in card.models.iter().enumerate() {
        for slice in &card.slices {
            let figure = &slice.accuracy[at];
            let mut row = vec![Cell::text(model.name.clone())];
            row.extend(named(slice));
            row.extend([Cell::Count(figure.n), Cell::Figure(figure.clone())]);
            table.rows.push(row);
        }
    }
    table
}

fn by_rho(card: &Card) -> Table {
    let header = ["model", "rho from", "up to", "n", "accuracy"];
    let mut table = Table::new("by_rho", "How often a model is right, by how far the encoder moves", &header)
        .note("Wilson's interval. Chance is .5. That the two go together does not say that one causes the other.");
    for (model, bins) in &card.by_rho {
        for bin in bins {
            let accuracy = Figure { n: bin.n, value: bin.accuracy, interval: bin.interval, null: Some(0.5) };
            table.rows.push(vec![
                Cell::text(model.clone()),
                Cell::Number(Some(bin.rho[0])),
                Cell::Number(Some(bin.rho[1]).filter(|end| *end < 9.0)),
                Cell::Count(bin.n),
                Cell::Figure(accuracy),
            ]);
        }
    }
    table
}

fn gains(card: &Card) -> Table {
    let header = [
        "model",
        "predictor",
        "n",
        "AUC of operator",
        "AUC alone",
        "gain over operator",
        "null",
        "odds of right per unit",
        "q",
    ];
    let mut table = Table::new("gains", "What goes with right and wrong", &header).note(format!(
        "AUC of right against wrong by logistic regression, held out, {} folds, rows of one image in one fold. Operator: the file \
         where there are several (SugarCrepe's seven kinds), else the operator read off the tokens. Gain: operator and predictor \
         less operator; where something is held, it is with the operator. q: false discovery rate over this table (Benjamini and Hochberg). Odds: operator held fixed; none where \
         they are infinite, as for a fate of which all are right. Null: rho from embeddings under the wrong texts.",
        card.folds
    ));
    for gain in &card.gains {
        table.rows.push(vec![
            Cell::text(gain.model.clone()),
            Cell::text(gain.predictor),
            Cell::Count(gain.gain.n),
            Cell::Figure(gain.operator.clone()),
            Cell::Figure(gain.alone.clone()),
            Cell::Figure(gain.gain.clone()),
            Cell::Null(gain.gain.null),
            Cell::Odds(gain.odds_ratio),
            Cell::Number(gain.q),
        ]);
    }
    table
}

fn versus(card: &Card) -> Table {
    let header = [
        "first",
        "second",
        "by",
        "slice",
        "n",
        "second less first",
        "first alone",
        "second alone",
        "p",
        "q",
        "in words",
    ];
    let mut table = Table::new("versus", "Two models, row by row", &header).note(
        "Accuracy of the second less that of the first on the same rows. p: McNemar's exact test; q: corrected for the slices \
         (Benjamini and Hochberg). That no difference was seen does not say that there is none.",
    );
    for v in &card.versus {
        let counts = v.paired.map_or([0; 4], |p| p.counts);
        table.rows.push(vec![
            Cell::text(v.models[0].clone()),
            Cell::text(v.models[1].clone()),
            Cell::text(v.slice.by.name()),
            Cell::text(v.slice.name.clone()),
            Cell::Count(v.difference.n),
            Cell::Figure(v.difference.clone()),
            Cell::Count(counts[1]),
            Cell::Count(counts[2]),
            Cell::Number(v.paired.map(|p| p.p)),
            Cell::Number(v.q),
            Cell::text(v.says.clone()),
        ]);
    }
    table
}

fn against(card: &Card) -> Table {
    let header = ["by", "slice", "n", "rho of the other less rho", "in words"];
    let mut table = Table::new("against", "Two encoders, edit by edit", &header).note(
        "Mean of the paired differences; each encoder in units of its own captions. That no difference was seen does not say that \
         there is none.",
    );
    for slice in &card.slices {
        let (Some(figure), Some(says)) = (&slice.against, slice.against_says) else { continue };
        let mut row = named(slice).to_vec();
        row.extend([Cell::Count(figure.n), Cell::Figure(figure.clone()), Cell::text(says)]);
        table.rows.push(row);
    }
    table
}

/// What this report may not be taken for; sentences, those that apply.
pub fn cautions(card: &Card) -> Vec<&'static str> {
    let (rho, models) = (card.unit.is_some(), !card.models.is_empty());
    let list = [
        (
            true,
            "Free does not mean wrong, and identified does not mean right: a fate says what optimal encoders over these features can do, not what this encoder does.",
        ),
        (true, "A fate forecasts nothing of a model whose training text is not the text that it was computed from."),
        (
            true,
            "That a least set of hard negatives settles all edits over these features does not mean that training on it repairs CLIP.",
        ),
        (
            card.certified.features == crate::caption::FeatureMap::Matrix,
            "Over dense real features the fates only count dimensions: they are those of random vectors, and say nothing about the encoder.",
        ),
        (rho, "How far an encoder moves, or how far it is from blindness, does not rank its errors one by one."),
        (rho && models, "A small rho goes with errors; it is not shown to cause them."),
        (rho, "Accuracy does not follow from text embeddings alone: images decide too."),
        (rho, "An encoder that moves under an edit may still move in a direction that no image has."),
        (models, "Where no difference was seen there may be one that is too small for these rows."),
    ];
    list.into_iter().filter(|(applies, _)| *applies).map(|(_, sentence)| sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_escaped() {
        let mut table = Table::new("t", "a & b", &["name", "value"]);
        let figure = Figure { n: 60, value: Some(-0.5), interval: Some([-1.0, 0.25]), null: None };
        table.rows = vec![
            vec![Cell::text("a,\"b\"_c"), Cell::Figure(figure)],
            vec![Cell::text("x"), Cell::Figure(Figure::too_few(3))],
        ];
        let lines: Vec<String> = table.csv().lines().map(str::to_owned).collect();
        assert_eq!(lines[0], "name,value,value_n,value_low,value_high,value_null");
        assert_eq!(lines[1], "\"a,\"\"b\"\"_c\",-0.5,60,-1,0.25,");
        assert_eq!(lines[2], "x,,3,,,");
        let latex = table.latex();
        assert!(latex.contains("a,\"b\"\\_c & $-$.500 [$-$1.000, .250] \\\\"), "{latex}");
        assert_eq!(escape_latex("ViT-B-32 50 % 9e-4 -1 - x"), "ViT-B-32 50 \\% 9e$-$4 $-$1 - x");
    }
}
