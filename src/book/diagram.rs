//! The picture of a statement: its spaces as nodes, its maps as arrows from left to right, drawn from the statement.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::svg::{self, escape, label};
use crate::kernel::{MapDecl, Role, Sequent, Space};

const GAP: (f64, f64) = (168.0, 74.0);
const HEIGHT: f64 = 30.0;
const MARGIN: f64 = 46.0;

/// An arrow, or several between the same two nodes.
struct Arrow<'a> {
    from: usize,
    to: usize,
    maps: Vec<(&'a MapDecl, bool)>,
}

impl Arrow<'_> {
    /// Whether its maps are claimed to exist.
    fn claimed(&self) -> bool {
        self.maps.iter().all(|(_, new)| *new)
    }
}

struct Layout {
    names: Vec<String>,
    /// Column and row of each node; rows are centred, so a half may occur.
    places: Vec<(f64, f64)>,
    size: (f64, f64),
}

/// The picture as an SVG element; maps that are claimed to exist are dashed. `None` where there is no map.
pub(super) fn maps(sequent: &Sequent, title: &str) -> Option<String> {
    let all: Vec<(&MapDecl, bool)> =
        sequent.maps.iter().map(|m| (m, false)).chain(sequent.exists.iter().map(|m| (m, true))).collect();
    if all.is_empty() {
        return None;
    }
    let mut names: Vec<String> = sequent.spaces.iter().map(|s| s.to_string()).collect();
    let mut add = |space: &Space| {
        let name = space.to_string();
        names.iter().position(|n| *n == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        })
    };
    let mut arrows: Vec<Arrow> = Vec::new();
    for (map, new) in &all {
        let (from, to) = (add(&map.dom), add(&map.cod));
        // What is claimed to exist has an arrow of its own: it is dashed.
        match arrows.iter_mut().find(|a| (a.from, a.to, a.claimed()) == (from, to, *new)) {
            Some(arrow) => arrow.maps.push((map, *new)),
            None => arrows.push(Arrow { from, to, maps: vec![(map, *new)] }),
        }
    }
    let used: BTreeSet<usize> = arrows.iter().flat_map(|a| [a.from, a.to]).collect();
    let layout = Layout::of(names, &arrows, &used);
    Some(draw(&layout, &arrows, &used, title))
}

impl Layout {
    fn of(names: Vec<String>, arrows: &[Arrow], used: &BTreeSet<usize>) -> Layout {
        let columns = columns(names.len(), arrows);
        let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &node in used {
            rows.entry(columns[node]).or_default().push(node);
        }
        // The mean place of the neighbours decides the order in a column; two sweeps settle small pictures.
        let mut height: BTreeMap<usize, f64> = BTreeMap::new();
        for nodes in rows.values() {
            spread(nodes, &mut height);
        }
        for _ in 0..2 {
            for nodes in rows.values_mut() {
                let mean = |node: usize| {
                    let ends = arrows.iter().filter(|a| a.from != a.to).filter_map(|a| match node {
                        n if n == a.from => height.get(&a.to),
                        n if n == a.to => height.get(&a.from),
                        _ => None,
                    });
                    let ends: Vec<f64> = ends.copied().collect();
                    if ends.is_empty() { 0.0 } else { ends.iter().sum::<f64>() / ends.len() as f64 }
                };
                let keys: BTreeMap<usize, f64> = nodes.iter().map(|n| (*n, mean(*n))).collect();
                nodes.sort_by(|a, b| keys[a].total_cmp(&keys[b]).then(a.cmp(b)));
                spread(nodes, &mut height);
            }
        }
        let last = rows.keys().max().copied().unwrap_or(0);
        let tallest = rows.values().map(Vec::len).max().unwrap_or(1);
        let skips = arrows.iter().any(|a| columns[a.to].abs_diff(columns[a.from]) > 1);
        let loops = arrows.iter().any(|a| a.from == a.to);
        let top = MARGIN + if skips || loops { 34.0 } else { 0.0 };
        let size = (2.0 * MARGIN + 56.0 + GAP.0 * last as f64, 2.0 * top + GAP.1 * (tallest.max(1) - 1) as f64);
        let places = (0..names.len())
            .map(|n| {
                let x = MARGIN + 28.0 + GAP.0 * columns[n] as f64;
                (x, size.1 / 2.0 + GAP.1 * height.get(&n).copied().unwrap_or(0.0))
            })
            .collect();
        Layout { names, places, size }
    }
}

/// Evenly, about the middle.
fn spread(nodes: &[usize], height: &mut BTreeMap<usize, f64>) {
    for (index, node) in nodes.iter().enumerate() {
        height.insert(*node, index as f64 - (nodes.len() - 1) as f64 / 2.0);
    }
}

/// The column of each node: one more than the largest before it, arrows that would close a circle left out.
fn columns(nodes: usize, arrows: &[Arrow]) -> Vec<usize> {
    let mut kept: Vec<(usize, usize)> = Vec::new();
    for arrow in arrows {
        if arrow.from != arrow.to && !reaches(arrow.to, arrow.from, &kept) {
            kept.push((arrow.from, arrow.to));
        }
    }
    let mut columns = vec![0usize; nodes];
    for _ in 0..nodes {
        for (from, to) in &kept {
            columns[*to] = columns[*to].max(columns[*from] + 1);
        }
    }
    // What nothing leads to stands just before what it leads to.
    for node in 0..nodes {
        if !kept.iter().any(|(_, to)| *to == node) {
            let next = kept.iter().filter(|(from, _)| *from == node).map(|(_, to)| columns[*to]).min();
            columns[node] = next.map_or(0, |column| column.saturating_sub(1));
        }
    }
    columns
}

fn reaches(from: usize, to: usize, arrows: &[(usize, usize)]) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        if node == to {
            return true;
        }
        open.extend(arrows.iter().filter(|(a, _)| *a == node).map(|(_, b)| *b).filter(|b| seen.insert(*b)));
    }
    false
}

/// Half the width of a node's box.
fn half(name: &str) -> f64 {
    5.0 * name.chars().count() as f64 + 10.0
}

fn draw(layout: &Layout, arrows: &[Arrow], used: &BTreeSet<usize>, title: &str) -> String {
    let (width, height) = layout.size;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" class=\"picture maps\" style=\"min-width:{:.0}px\" role=\"img\" aria-label=\"{}\">",
        // It shrinks a little where the page is narrow, and scrolls where that would make it illegible.
        0.74 * width,
        escape(title)
    );
    let mut labels = String::new();
    for (index, arrow) in arrows.iter().enumerate() {
        // There and back is one line with two tips.
        let back = |other: &Arrow| (other.from, other.to, other.claimed()) == (arrow.to, arrow.from, arrow.claimed());
        let other_way = arrows.iter().position(back).filter(|_| arrow.from != arrow.to);
        if other_way.is_none_or(|other| other > index) {
            arc(&mut svg, &mut labels, layout, arrow, other_way.map(|other| &arrows[other]), arrows);
        }
    }
    // Names come last, so that no arrow crosses them.
    svg.push_str(&labels);
    for &node in used {
        let ((x, y), name) = (layout.places[node], &layout.names[node]);
        let half = half(name);
        let _ = write!(
            svg,
            "<rect class=\"node\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{HEIGHT}\" rx=\"8\"/>\
             <text class=\"space\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
            x - half,
            y - HEIGHT / 2.0,
            2.0 * half,
            y + 5.0,
            escape(name)
        );
    }
    svg.push_str("</svg>");
    svg
}

/// An arrow and, where there is one, the other way on the same line.
fn arc(
    svg: &mut String,
    labels: &mut String,
    layout: &Layout,
    arrow: &Arrow,
    other_way: Option<&Arrow>,
    all: &[Arrow],
) {
    let ((x1, y1), (x2, y2)) = (layout.places[arrow.from], layout.places[arrow.to]);
    let class = if arrow.claimed() { "arrow new" } else { "arrow" };
    let beside =
        all.iter().any(|other| (other.from, other.to) == (arrow.from, arrow.to) && other.claimed() != arrow.claimed());
    if arrow.from == arrow.to {
        // Below, where the other side is taken.
        let near = |side: f64| {
            layout.places.iter().any(|(x, y)| (x - x1).abs() < 1.0 && (0.1..1.1 * GAP.1).contains(&(side * (y - y1))))
        };
        let below = beside && arrow.claimed() || near(-1.0) && !near(1.0);
        return loop_at(svg, labels, layout, arrow, below);
    }
    let both = other_way.is_none() && all.iter().any(|other| (other.from, other.to) == (arrow.to, arrow.from));
    let (dx, dy) = (x2 - x1, y2 - y1);
    let long = (dx * dx + dy * dy).sqrt().max(1.0);
    let (ux, uy) = (dx / long, dy / long);
    // To the left of the way, so that there and back bend apart; over the nodes in between.
    let mut bend = if both { 24.0 } else { 0.0 };
    if dx.abs() > 1.5 * GAP.0 {
        bend = if dx > 0.0 { 58.0 } else { 40.0 };
    } else if dx.abs() < 1.0 {
        bend = 40.0;
    }
    if beside {
        bend = if arrow.claimed() { -20.0 } else { f64::max(bend, 20.0) };
    }
    let (nx, ny) = (uy * bend, -ux * bend);
    let control = ((x1 + x2) / 2.0 + 2.0 * nx, (y1 + y2) / 2.0 + 2.0 * ny);
    let start = leave((x1, y1), control, half(&layout.names[arrow.from]) + if other_way.is_some() { 4.0 } else { 0.0 });
    let end = leave((x2, y2), control, half(&layout.names[arrow.to]) + 4.0);
    let _ = write!(
        svg,
        "<path class=\"{class}\" d=\"M{:.1} {:.1}Q{:.1} {:.1} {:.1} {:.1}\"/>",
        start.0, start.1, control.0, control.1, end.0, end.1
    );
    let (tx, ty) = (end.0 - control.0, end.1 - control.1);
    let size = (tx * tx + ty * ty).sqrt().max(1.0);
    svg::tip(svg, class, end, (tx / size, ty / size));
    if other_way.is_some() {
        let (tx, ty) = (start.0 - control.0, start.1 - control.1);
        let size = (tx * tx + ty * ty).sqrt().max(1.0);
        svg::tip(svg, class, start, (tx / size, ty / size));
    }
    let middle = ((start.0 + end.0) / 4.0 + control.0 / 2.0, (start.1 + end.1) / 4.0 + control.1 / 2.0);
    let text = [Some(arrow), other_way].into_iter().flatten().map(written).collect::<Vec<_>>().join(" ⇄ ");
    name_at(labels, &text, (middle.0, middle.1 + 5.0));
}

/// An arrow from a node to itself, above it or below.
fn loop_at(svg: &mut String, labels: &mut String, layout: &Layout, arrow: &Arrow, below: bool) {
    let class = if arrow.claimed() { "arrow new" } else { "arrow" };
    let ((x, y), side) = (layout.places[arrow.from], if below { 1.0 } else { -1.0 });
    let (edge, half) = (y + side * HEIGHT / 2.0, 14.0);
    let _ = write!(
        svg,
        "<path class=\"{class}\" d=\"M{:.1} {edge:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}\"/>",
        x - half,
        x - 26.0,
        edge + side * 34.0,
        x + 26.0,
        edge + side * 34.0,
        x + half,
        edge + side * 3.0
    );
    svg::tip(svg, class, (x + half, edge + side), (-0.35, -side * 0.94));
    name_at(labels, &written(arrow), (x, edge + side * if below { 42.0 } else { 34.0 }));
}

/// Where the way from a box to `towards` leaves the box.
fn leave((x, y): (f64, f64), towards: (f64, f64), half: f64) -> (f64, f64) {
    let (dx, dy) = (towards.0 - x, towards.1 - y);
    let tall = HEIGHT / 2.0 + 4.0;
    let scale = f64::min(
        if dx.abs() > 0.01 { half / dx.abs() } else { f64::INFINITY },
        if dy.abs() > 0.01 { tall / dy.abs() } else { f64::INFINITY },
    );
    if scale.is_finite() { (x + dx * scale, y + dy * scale) } else { (x, y) }
}

/// The names of an arrow's maps; those that are claimed to exist are emphasised, words are said to be.
fn written(arrow: &Arrow) -> String {
    let text = |(map, new): &(&MapDecl, bool)| {
        let word = if matches!(map.role, Role::Word(_)) { " (word)" } else { "" };
        let text = format!("{}{word}", label(&map.name));
        if *new { format!("<tspan class=\"claimed\">{text}</tspan>") } else { text }
    };
    arrow.maps.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn name_at(labels: &mut String, text: &str, (x, y): (f64, f64)) {
    let half = 3.9 * letters(text) as f64 + 3.0;
    let _ = write!(
        labels,
        "<rect class=\"ground\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"18\"/><text class=\"map\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>",
        x - half,
        y - 13.0,
        2.0 * half
    );
}

/// How many letters of a marked text show.
fn letters(text: &str) -> usize {
    let mut inside = false;
    let shows = |c: &char| {
        let shown = !inside && *c != '<' && *c != '\u{200b}';
        inside = (inside || *c == '<') && *c != '>';
        shown
    };
    text.chars().filter(shows).count()
}
