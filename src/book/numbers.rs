//! Terms on numbers: every map replaced by its matrix, then multiplied out, one multiplication at a time.

use maud::{Markup, html};
use num_rational::BigRational;
use num_traits::One;

use super::math::{self, Writer, matrix, number, relation, sign};
use super::stories::Story;
use crate::kernel::{Comparison, MapDecl, Name, Prop, Relation, Shape, Space, Term};
use crate::language::print;
use crate::model::{Matrix, Values};
use crate::terms::*;

/// A term some of whose parts have been computed.
#[derive(Clone, Debug)]
enum Partial {
    /// The matrix of a map, with its name.
    Named(Name, Matrix),
    Known(Matrix),
    Scaled(BigRational, Box<Partial>),
    Sum(Vec<Partial>),
    Product(Vec<Partial>),
    Transpose(Box<Partial>),
}

/// More lines than this are not shown between the matrices and the result.
const LINES: usize = 5;
/// More bytes of markup than this are not followed line by line; the second where it is worth it.
const LONG: [usize; 2] = [2000, 8500];
/// A line with more matrices than this is not shown.
const WIDE: usize = 12;

impl Partial {
    /// Every map of the term as its matrix. `None` where one is not known.
    fn of(term: &Term, values: &Values) -> Option<Partial> {
        let all = |terms: &[Term]| terms.iter().map(|t| Partial::of(t, values)).collect::<Option<Vec<_>>>();
        Some(match term.shape() {
            Shape::Scaled(factor, t) => Partial::Scaled(factor.clone(), Box::new(Partial::of(t, values)?)),
            Shape::Sum(terms) => Partial::Sum(all(terms)?),
            Shape::Product(terms) => Partial::Product(all(terms)?),
            Shape::Transpose(t) => Partial::Transpose(Box::new(Partial::of(t, values)?)),
            Shape::Map(name) => Partial::Named(name.clone(), values.term(term).ok()?),
            Shape::Block(block, ..) => Partial::Named(print::structural(*block).into(), values.term(term).ok()?),
            _ => Partial::Known(values.term(term).ok()?),
        })
    }

    fn known(&self) -> Option<&Matrix> {
        match self {
            Partial::Known(m) | Partial::Named(_, m) => Some(m),
            _ => None,
        }
    }

    /// A matrix, or a multiple of one.
    fn multiple(&self) -> Option<Matrix> {
        match self {
            Partial::Scaled(factor, p) => Some(p.known()?.scaled(factor)),
            _ => self.known().cloned(),
        }
    }

    /// How many matrices it shows.
    fn matrices(&self) -> usize {
        match self {
            Partial::Known(_) | Partial::Named(..) => 1,
            Partial::Scaled(_, p) | Partial::Transpose(p) => p.matrices(),
            Partial::Sum(list) | Partial::Product(list) => list.iter().map(Partial::matrices).sum(),
        }
    }

    /// One multiplication further in every part; `None` where shapes do not fit (they always do).
    fn next(&self) -> Option<Partial> {
        Some(match self {
            Partial::Known(m) | Partial::Named(_, m) => Partial::Known(m.clone()),
            Partial::Scaled(factor, p) => match p.known() {
                Some(m) => Partial::Known(m.scaled(factor)),
                None => Partial::Scaled(factor.clone(), Box::new(p.next()?)),
            },
            Partial::Transpose(p) => match p.known() {
                Some(m) => Partial::Known(m.transposed()),
                None => Partial::Transpose(Box::new(p.next()?)),
            },
            Partial::Sum(list) => match list.iter().map(Partial::multiple).collect::<Option<Vec<_>>>() {
                Some(all) => {
                    let (first, rest) = all.split_first()?;
                    Partial::Known(rest.iter().try_fold(first.clone(), |sum, m| sum.plus(m))?)
                }
                None => Partial::Sum(list.iter().map(Partial::next).collect::<Option<Vec<_>>>()?),
            },
            Partial::Product(list) => product(list)?,
        })
    }

    fn show(&self, in_product: bool) -> Markup {
        match self {
            Partial::Known(m) => matrix(m, None),
            Partial::Named(name, m) => {
                html! { munder { munder { (matrix(m, None)) mo stretchy="true" { "⏟" } } (math::name(name)) } }
            }
            Partial::Scaled(factor, p) if -factor == BigRational::one() => {
                html! { mo form="prefix" { "−" } (p.show(true)) }
            }
            Partial::Scaled(factor, p) => html! { (number(factor)) (p.show(true)) },
            Partial::Transpose(p) => html! { msup { mrow { (p.show(true)) } mo { "⊤" } } },
            Partial::Product(list) => html! { @for p in list { (p.show(true)) } },
            Partial::Sum(list) => {
                let terms = html! {
                    @for (index, p) in list.iter().enumerate() {
                        @match p {
                            Partial::Scaled(factor, p) if index > 0 && -factor == BigRational::one() => {
                                mo form="infix" { "−" } (p.show(true))
                            }
                            _ => { @if index > 0 { mo form="infix" { "+" } } (p.show(false)) }
                        }
                    }
                };
                match in_product {
                    true => html! { mrow { mo { "(" } (terms) mo { ")" } } },
                    false => terms,
                }
            }
        }
    }
}

/// The first two factors that are known side by side multiplied, or the others brought further first.
fn product(list: &[Partial]) -> Option<Partial> {
    if list.iter().any(|p| p.known().is_none()) {
        return Some(Partial::Product(list.iter().map(Partial::next).collect::<Option<Vec<_>>>()?));
    }
    let (first, rest) = list.split_first()?;
    let Some((second, rest)) = rest.split_first() else { return Some(first.clone()) };
    let done = Partial::Known(first.known()?.times(second.known()?)?);
    match rest.is_empty() {
        true => Some(done),
        false => Some(Partial::Product([done].into_iter().chain(rest.iter().cloned()).collect())),
    }
}

/// A term, its matrices, and at most this many lines in between down to one matrix.
fn stages(term: &Term, values: &Values, lines: usize) -> Option<Vec<Partial>> {
    let mut stages = vec![Partial::of(term, values)?];
    while stages.last()?.known().is_none() && stages.len() < 64 {
        stages.push(stages.last()?.next()?);
    }
    let last = stages.pop()?;
    stages.retain(|stage| stage.matrices() <= WIDE);
    stages.truncate(lines);
    stages.push(last);
    Some(stages)
}

/// A term worked out: `term = matrices = ... = matrix`, one line each.
fn worked(term: &Term, values: &Values, writer: &Writer, other: Option<&Matrix>, lines: usize) -> Option<Markup> {
    let stages = stages(term, values, lines)?;
    Some(html! {
        @for (index, stage) in stages.iter().enumerate() {
            mtr {
                mtd { @if index == 0 { (writer.term(term)) } }
                mtd { (sign("=")) }
                mtd {
                    @match (stage.known(), other) {
                        (Some(m), Some(_)) if index + 1 == stages.len() => (matrix(m, other)),
                        _ => (stage.show(false)),
                    }
                }
            }
        }
    })
}

/// Both sides of a comparison worked out. `None` where a map is not known.
pub(super) fn comparison(c: &Comparison, values: &Values, writer: &Writer) -> Option<Markup> {
    let (left, right) = (values.term(&c.left).ok()?, values.term(&c.right).ok()?);
    let mark = (c.relation == Relation::Equal && left != right).then_some(());
    let result = html! {
        (matrix(&left, mark.map(|()| &right)))
        @if c.relation == Relation::Equal && left != right { (sign("≠")) } @else { (relation(c.relation)) }
        (matrix(&right, mark.map(|()| &left)))
    };
    let worked = |lines| -> Option<Markup> {
        Some(html! {
            (worked(&c.left, values, writer, mark.map(|()| &right), lines)?)
            (worked(&c.right, values, writer, mark.map(|()| &left), lines)?)
        })
    };
    // What is too long to follow is shown by fewer lines, its matrices and its result, or the result alone.
    let mut shown = worked(LINES)?;
    for lines in (0..LINES).rev() {
        if shown.0.len() > LONG[usize::from(writer.follows)] {
            shown = worked(lines)?;
        }
    }
    Some(html! {
        div class="formula" { math display="block" class="worked" { mtable columnalign="right center left" { (shown) } } }
        (math::display(html! { mtext { "so" } mspace width="0.5em" {} (result) }))
    })
}

/// A proposition on numbers, where there is anything to show.
pub(super) fn proposition(prop: &Prop, values: &Values, writer: &Writer) -> Option<Markup> {
    match prop {
        Prop::Compare(c) => comparison(c, values, writer),
        Prop::Rule(_) => None,
    }
}

/// A map as a table, with the names of its rows and columns where they have any.
pub(super) fn labelled(story: &Story, name: &str, m: &Matrix, cod: &Space, dom: &Space) -> Markup {
    let (rows, columns) = (story.of(cod), story.of(dom));
    if (rows.is_none() && columns.is_none()) || m.rows() * m.cols() == 0 {
        return html! { span { (math::inline(html! { (math::name(name)) (sign("=")) (matrix(m, None)) })) } };
    }
    let entry = |n: BigRational| n.to_string().replace('-', "−");
    html! {
        table class="labelled matrix" {
            caption { (math::inline(math::name(name))) }
            @if let Some(columns) = &columns {
                thead { tr { @if rows.is_some() { td {} } @for column in columns { (head("col", column)) } } }
            }
            tbody { @for i in 0..m.rows() { tr {
                @if let Some(rows) = &rows { (head("row", rows.get(i).map_or("", String::as_str))) }
                @for j in 0..m.cols() { td { (entry(m.get(i, j))) } }
            } } }
        }
    }
}

/// The name of a row or column, which it may lack.
fn head(scope: &str, name: &str) -> Markup {
    html! { @if name.is_empty() { td class="nameless" {} } @else { th scope=(scope) { (name) } } }
}

/// Maps with the names of their rows and columns, wrapping where the page is narrow.
pub(super) fn maps<'a>(story: &Story, list: impl Iterator<Item = (&'a MapDecl, &'a Matrix)>) -> Markup {
    html! {
        div class="matrices" { @for (map, m) in list { (labelled(story, &map.name, m, &map.cod, &map.dom)) " " } }
    }
}

/// `name = matrix`, for a list of names, wrapping where the page is narrow.
pub(super) fn named<'a>(list: impl Iterator<Item = (&'a str, &'a Matrix)>) -> Markup {
    html! {
        div class="matrices" {
            @for (name, m) in list {
                (math::inline(html! { (math::name(name)) (sign("=")) (matrix(m, None)) })) " "
            }
        }
    }
}
