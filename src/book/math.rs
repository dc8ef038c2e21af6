//! Terms, propositions, statements and matrices as native MathML.

use maud::{Markup, html};
use num_rational::BigRational;
use num_traits::{One, Signed};

use crate::kernel::{Labelled, MapDecl, Name, Prop, Relation, Role, Sequent, Shape, Space, Term};
use crate::language::print;
use crate::model::Matrix;
use crate::terms::*;

/// U+2062, read aloud as "times"; the space keeps names of several letters apart.
const TIMES: &str = "\u{2062}";

/// Writes mathematics, with the author's names put back for the terms that they stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Writer {
    /// Names and the terms that they abbreviate, latest first.
    pub names: Vec<(Name, Term)>,
    /// Whether numbers are worth following line by line, as those of captions are.
    pub follows: bool,
}

/// A formula within text.
pub(super) fn inline(content: Markup) -> Markup {
    html! { math { (content) } }
}

/// A formula on a line of its own, which scrolls by itself where the page is narrow.
pub(super) fn display(content: Markup) -> Markup {
    html! { div class="formula" { math display="block" { (content) } } }
}

/// A name: what follows an underscore, or digits at the end, stand below.
pub(super) fn name(name: &str) -> Markup {
    let digits = name.len() - name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    match name.split_once('_') {
        Some((base, below)) => html! { msub { mi { (base) } mi { (below) } } },
        None if digits > 0 && digits < name.len() => {
            let (base, below) = name.split_at(name.len() - digits);
            html! { msub { mi { (base) } mn { (below) } } }
        }
        None => html! { mi { (name) } },
    }
}

/// A formula as a comment has it, `|y*O|^2`, set: stars are products, a quote is a transpose.
pub(super) fn ascii(text: &str) -> Markup {
    let mut done: Vec<Markup> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let long = |what: fn(char) -> bool| rest.find(|c| !what(c)).unwrap_or(rest.len());
        let word = long(|c| c.is_ascii_alphanumeric() || c == '_');
        let size = if first.is_ascii_digit() { long(|c| c.is_ascii_digit()) } else { word.max(first.len_utf8()) };
        let (piece, after) = rest.split_at(size);
        rest = after;
        match piece {
            " " => {}
            "*" => done.push(html! { mo lspace="0.12em" rspace="0.12em" { (TIMES) } }),
            "'" | "^" => {
                let base = done.pop().unwrap_or_default();
                let power = if piece == "'" { "⊤" } else { rest.get(..1).unwrap_or_default() };
                rest = if piece == "'" { rest } else { rest.get(1..).unwrap_or_default() };
                done.push(
                    html! { msup { mrow { (base) } @if piece == "'" { mo { (power) } } @else { mn { (power) } } } },
                );
            }
            "phi" => done.push(html! { mi { "φ" } }),
            _ if first.is_ascii_digit() => done.push(html! { mn { (piece) } }),
            _ if first.is_ascii_alphabetic() => done.push(name(piece)),
            "|" => done.push(html! { mo form="infix" lspace="0" rspace="0" stretchy="false" { "|" } }),
            "-" => done.push(html! { mo { "−" } }),
            _ => done.push(html! { mo stretchy="false" { (piece) } }),
        }
    }
    inline(html! { @for part in &done { (part) } })
}

/// An operator without space around it.
pub(super) fn sign(text: &str) -> Markup {
    html! { mo { (text) } }
}

/// A space.
pub(super) fn space(space: &Space) -> Markup {
    match space {
        Space::Unit => html! { mn { "1" } },
        Space::Atom(atom) => name(atom),
        Space::Sum(parts) => html! {
            (self::space(&parts.0)) mo { "⊕" }
            @match &parts.1 {
                Space::Sum(_) => { mo { "(" } (self::space(&parts.1)) mo { ")" } }
                _ => (self::space(&parts.1)),
            }
        },
    }
}

/// `name : A -> B`, or what the map ranges over.
pub(super) fn declaration(map: &MapDecl) -> Markup {
    html! {
        (name(&map.name))
        @match &map.role {
            Role::Any => { mo { ":" } (space(&map.dom)) mo { "→" } (space(&map.cod)) }
            Role::Member(over) => { mo { "∈" } (name(over)) }
            Role::Word(over) => { mo { "∈" } msup { (name(over)) mo { "*" } } }
        }
    }
}

pub(super) fn relation(relation: Relation) -> Markup {
    let text = match relation {
        Relation::Equal => "=",
        Relation::NotEqual => "≠",
        Relation::AtLeast => "≥",
        Relation::Greater => ">",
    };
    sign(text)
}

/// A number.
pub(super) fn number(n: &BigRational) -> Markup {
    let size = n.abs();
    html! {
        @if n.is_negative() { mo form="prefix" lspace="0" rspace="0" { "−" } }
        @if size.is_integer() { mn { (size.numer()) } } @else { mfrac { mn { (size.numer()) } mn { (size.denom()) } } }
    }
}

/// A matrix with its entries shown; those of `other` that differ are marked.
pub(super) fn matrix(m: &Matrix, other: Option<&Matrix>) -> Markup {
    if m.rows() * m.cols() == 0 {
        let size = format!("{}×{}", m.rows(), m.cols());
        return html! { mrow { mo { "[" } mtext class="empty" { (size) } mo { "]" } } };
    }
    let differs = |i, j| other.is_some_and(|o| o.get(i, j) != m.get(i, j));
    html! {
        mrow { mo { "[" }
            mtable {
                @for i in 0..m.rows() {
                    mtr { @for j in 0..m.cols() {
                        @if differs(i, j) { mtd class="differs" { (number(&m.get(i, j))) } }
                        @else { mtd { (number(&m.get(i, j))) } }
                    } }
                }
            }
        mo { "]" } }
    }
}

/// How tightly a term has to hold together where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tight {
    Sum,
    Product,
    Factor,
}

impl Writer {
    /// A term.
    pub(super) fn term(&self, term: &Term) -> Markup {
        self.write(term, Tight::Sum)
    }

    fn write(&self, term: &Term, place: Tight) -> Markup {
        if let Some((short, _)) = self.names.iter().find(|(_, long)| long.nodes() > 1 && long == term) {
            return name(short);
        }
        let own = match term.shape() {
            Shape::Sum(_) => Tight::Sum,
            Shape::Scaled(n, _) if n.is_negative() => Tight::Sum,
            Shape::Scaled(..) | Shape::Product(_) => Tight::Product,
            _ => Tight::Factor,
        };
        let inside = match term.shape() {
            Shape::Map(map) => name(map),
            Shape::Identity => html! { mn { "1" } },
            Shape::Zero => html! { mn { "0" } },
            Shape::Block(block, ..) => html! { mi { (print::structural(*block)) } },
            Shape::Scaled(n, t) => self.scaled(n, t),
            Shape::Sum(terms) => self.sum(terms),
            Shape::Product(terms) => html! {
                @for (index, factor) in terms.iter().enumerate() {
                    @if index > 0 { mo lspace="0.12em" rspace="0.12em" { (TIMES) } }
                    (self.write(factor, Tight::Factor))
                }
            },
            Shape::Transpose(t) => html! { msup { mrow { (self.write(t, Tight::Factor)) } mo { "⊤" } } },
            Shape::Row(a, b) => {
                html! { mo { "[" } (self.term(a)) mo separator="true" { "," } (self.term(b)) mo { "]" } }
            }
            Shape::Column(a, b) => html! {
                mo { "[" } mtable { mtr { mtd { (self.term(a)) } } mtr { mtd { (self.term(b)) } } } mo { "]" }
            },
        };
        match own < place {
            true => html! { mrow { mo { "(" } (inside) mo { ")" } } },
            false => inside,
        }
    }

    fn scaled(&self, n: &BigRational, t: &Term) -> Markup {
        let size = n.abs();
        html! {
            @if n.is_negative() { mo form="prefix" { "−" } }
            @match (size.is_one(), t.shape()) {
                (true, _) => (self.write(t, Tight::Product)),
                (false, Shape::Identity) => (number(&size)),
                (false, _) => { (number(&size)) mo lspace="0.12em" rspace="0.12em" { (TIMES) } (self.write(t, Tight::Factor)) }
            }
        }
    }

    fn sum(&self, terms: &[Term]) -> Markup {
        html! {
            @for (index, term) in terms.iter().enumerate() {
                @match term.shape() {
                    Shape::Scaled(n, t) if n.is_negative() && index > 0 => {
                        mo form="infix" { "−" } (self.scaled(&-n, t))
                    }
                    _ => {
                        @if index > 0 { mo form="infix" { "+" } }
                        (self.write(term, Tight::Product))
                    }
                }
            }
        }
    }

    /// A proposition.
    pub(super) fn prop(&self, prop: &Prop) -> Markup {
        match prop {
            Prop::Compare(c) => html! { (self.term(&c.left)) (relation(c.relation)) (self.term(&c.right)) },
            Prop::Rule(sequent) => self.rule(sequent),
        }
    }

    fn rule(&self, rule: &Sequent) -> Markup {
        let maps = |maps: &[MapDecl]| {
            html! { @for (i, map) in maps.iter().enumerate() { @if i > 0 { (comma()) } (declaration(map)) } }
        };
        html! {
            @if !rule.spaces.is_empty() || !rule.maps.is_empty() {
                mo { "∀" }
                @for (i, s) in rule.spaces.iter().enumerate() { @if i > 0 { (comma()) } (name(s)) }
                @if !rule.spaces.is_empty() && !rule.maps.is_empty() { (comma()) }
                (maps(&rule.maps)) (colon())
            }
            @if !rule.assumptions.is_empty() { (self.list(&rule.assumptions)) mo { "⟹" } }
            @if !rule.exists.is_empty() { mo { "∃" } (maps(&rule.exists)) (colon()) }
            (self.list(&rule.conclusions))
        }
    }

    fn list(&self, list: &[Labelled]) -> Markup {
        html! {
            @for (i, l) in list.iter().enumerate() {
                @if i > 0 { (comma()) }
                @match &l.prop {
                    Prop::Rule(_) if list.len() > 1 => { mo { "(" } (self.prop(&l.prop)) mo { ")" } }
                    _ => (self.prop(&l.prop)),
                }
            }
        }
    }
}

fn comma() -> Markup {
    html! { mo separator="true" rspace="0.5em" { "," } }
}

fn colon() -> Markup {
    html! { mo lspace="0.1em" rspace="0.6em" { ":" } }
}
