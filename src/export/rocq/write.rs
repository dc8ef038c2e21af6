//! Spaces, terms and propositions in MathComp's notation.

use num_rational::BigRational;
use num_traits::{One, Signed};

use super::names::plain;
use crate::kernel::{Comparison, MapDecl, Prop, Relation, Role, Sequent, Shape, Space, Structural, Term};
use crate::terms::*;

/// Tells the names of families from those of maps.
pub(super) type Families<'a> = &'a dyn Fn(&str) -> bool;

/// How tightly a term has to hold together where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// A side of an equation.
    Side,
    /// Behind a sign, or a summand after the first.
    Summand,
    /// A factor of a product: anything but an atom stands in parentheses.
    Factor,
    /// An argument of a function.
    Argument,
}

/// The dimension of a space.
pub(super) fn dimension(space: &Space) -> String {
    match space {
        Space::Unit => "1".to_owned(),
        Space::Atom(name) => plain(name),
        Space::Sum(parts) => match &parts.1 {
            Space::Sum(_) => format!("{} + ({})", dimension(&parts.0), dimension(&parts.1)),
            _ => format!("{} + {}", dimension(&parts.0), dimension(&parts.1)),
        },
    }
}

/// A dimension as an argument.
pub(super) fn argument(space: &Space) -> String {
    match space {
        Space::Sum(_) => format!("({})%N", dimension(space)),
        // What an argument stands for may not be known to be a number.
        Space::Unit => "1%N".to_owned(),
        Space::Atom(_) => dimension(space),
    }
}

/// The type of the maps `dom -> cod`: matrices with `cod` rows and `dom` columns.
pub(super) fn matrix_type(dom: &Space, cod: &Space) -> String {
    format!("'M[F']_({}, {})", dimension(cod), dimension(dom))
}

/// Whether the types of a term, as written, follow from its own letters.
fn determinate(term: &Term) -> bool {
    match term.shape() {
        Shape::Identity | Shape::Zero => false,
        Shape::Scaled(_, t) | Shape::Transpose(t) => determinate(t),
        Shape::Sum(terms) => terms.iter().any(determinate),
        _ => true,
    }
}

/// A magnitude, as the factor of a multiple.
fn magnitude(n: &BigRational) -> String {
    match n.is_integer() {
        true => format!("{}%:R", n.numer()),
        false => format!("({}%:R / {}%:R)", n.numer(), n.denom()),
    }
}

/// A number of the field, as an argument.
pub(super) fn signed(n: &BigRational) -> String {
    if n.is_negative() { format!("(- {})", magnitude(&-n)) } else { magnitude(n) }
}

/// Whether a map by name occurs, which knows its field.
fn names_a_map(term: &Term) -> bool {
    matches!(term.shape(), Shape::Map(_)) || term.children().into_iter().any(names_a_map)
}

/// A term as an argument, its type written out where nothing else determines it.
pub(super) fn operand(term: &Term) -> String {
    let mut out = String::new();
    write(&mut out, term, Place::Argument, false);
    match term.shape() {
        Shape::Identity | Shape::Zero => out,
        _ if names_a_map(term) => out,
        _ => format!("({out} : {})", matrix_type(term.dom(), term.cod())),
    }
}

/// A term on its own, its type written out where nothing else determines it.
pub(super) fn top(term: &Term) -> String {
    if !names_a_map(term) {
        return operand(term);
    }
    let mut out = String::new();
    write(&mut out, term, Place::Side, false);
    out
}

/// A term as one side of an equation whose type is known from elsewhere.
fn side(term: &Term) -> String {
    let mut out = String::new();
    write(&mut out, term, Place::Side, true);
    out
}

fn write(out: &mut String, term: &Term, place: Place, typed: bool) {
    let own = match term.shape() {
        Shape::Sum(_) => Place::Side,
        Shape::Scaled(..) => Place::Summand,
        Shape::Product(_) => Place::Summand,
        Shape::Row(..) | Shape::Column(..) | Shape::Block(..) => Place::Factor,
        _ => Place::Argument,
    };
    let annotated = !typed && matches!(term.shape(), Shape::Identity | Shape::Zero);
    let bracket = own < place || annotated;
    if bracket {
        out.push('(');
    }
    match term.shape() {
        Shape::Map(name) => out.push_str(&plain(name)),
        Shape::Identity if typed => out.push_str("1%:M"),
        Shape::Identity => *out += &format!("1%:M : {}", matrix_type(term.dom(), term.cod())),
        Shape::Zero if typed => out.push('0'),
        Shape::Zero => *out += &format!("0 : {}", matrix_type(term.dom(), term.cod())),
        Shape::Block(block, a, b) => {
            let name = match block {
                Structural::Fst => "fst'",
                Structural::Snd => "snd'",
                Structural::Inl => "inl'",
                Structural::Inr => "inr'",
            };
            *out += &format!("{name} {} {}", argument(a), argument(b));
        }
        Shape::Scaled(n, t) => write_scaled(out, n, t, typed),
        Shape::Sum(terms) => {
            let typed = typed || terms.iter().any(determinate);
            for (index, t) in terms.iter().enumerate() {
                match (index, t.shape()) {
                    (0, _) => write(out, t, Place::Summand, typed),
                    (_, Shape::Scaled(n, t)) if n.is_negative() => {
                        out.push_str(" - ");
                        write_multiple(out, &-n, t, typed);
                    }
                    _ => {
                        out.push_str(" + ");
                        write(out, t, Place::Summand, typed);
                    }
                }
            }
        }
        Shape::Product(terms) => {
            for (index, t) in terms.iter().enumerate() {
                if index > 0 {
                    out.push_str(" *m ");
                }
                write(out, t, Place::Factor, false);
            }
        }
        Shape::Transpose(t) => {
            write(out, t, Place::Argument, false);
            out.push_str("^T");
        }
        Shape::Row(a, b) => *out += &format!("row_mx {} {}", operand(a), operand(b)),
        Shape::Column(a, b) => *out += &format!("col_mx {} {}", operand(a), operand(b)),
    }
    if bracket {
        out.push(')');
    }
}

fn write_scaled(out: &mut String, n: &BigRational, t: &Term, typed: bool) {
    if n.is_negative() {
        out.push_str("- ");
        // A sign binds more tightly than a product.
        match n == &-BigRational::one() {
            true => write(out, t, Place::Factor, typed),
            false => *out += &format!("({} *: {})", magnitude(&-n), placed(t, typed)),
        }
    } else {
        write_multiple(out, n, t, typed);
    }
}

/// A positive multiple.
fn write_multiple(out: &mut String, n: &BigRational, t: &Term, typed: bool) {
    if n.is_one() {
        write(out, t, Place::Summand, typed);
    } else {
        *out += &format!("{} *: {}", magnitude(n), placed(t, typed));
    }
}

fn placed(t: &Term, typed: bool) -> String {
    let mut out = String::new();
    write(&mut out, t, Place::Factor, typed);
    out
}

/// A comparison of two terms as a proposition of Rocq.
pub(super) fn comparison(c: &Comparison) -> String {
    let known = [&c.left, &c.right].into_iter().any(|term| determinate(term) && names_a_map(term));
    let first = if known { side(&c.left) } else { operand(&c.left) };
    let sides = |sign: &str| format!("{first} {sign} {}", side(&c.right));
    match c.relation {
        Relation::Equal => sides("="),
        Relation::NotEqual => sides("<>"),
        Relation::AtLeast => format!("at_least' {} {}", operand(&c.left), operand(&c.right)),
        Relation::Greater => format!("greater' {} {}", operand(&c.left), operand(&c.right)),
    }
}

/// The set that a family's name, or a map that words are made of, stands for.
pub(super) fn letters(over: &str, is_family: bool) -> String {
    if is_family { plain(over) } else { format!("(only' {})", plain(over)) }
}

/// What the role of a map says of it, if anything. `is_family` tells families from maps.
pub(super) fn role(map: &MapDecl, is_family: Families) -> Option<String> {
    match &map.role {
        Role::Any => None,
        Role::Member(over) => Some(format!("{} {}", letters(over, is_family(over)), plain(&map.name))),
        Role::Word(over) => Some(format!("word' {} {}", letters(over, is_family(over)), plain(&map.name))),
    }
}

/// A proposition as Rocq reads it. `is_family` knows the families around it.
pub(super) fn prop(p: &Prop, is_family: Families) -> String {
    match p {
        Prop::Compare(c) => comparison(c),
        Prop::Rule(sequent) => rule(sequent, is_family),
    }
}

fn rule(s: &Sequent, outer: Families) -> String {
    let is_family = &|name: &str| s.families.iter().any(|f| *f.name == *name) || outer(name);
    let binders = binders(s, is_family);
    let mut out = String::new();
    if !binders.is_empty() {
        let list: Vec<String> = binders.iter().map(|(name, ty)| format!("({name} : {ty})")).collect();
        out += &format!("forall {}, ", list.join(" "));
    }
    for l in &s.assumptions {
        out += &format!("{} -> ", bracketed(&l.prop, is_family));
    }
    out + &conclusion(s, is_family)
}

/// The declarations of a sequent with their types, in order; names of hypotheses are `_`.
pub(super) fn binders(s: &Sequent, is_family: Families) -> Vec<(String, String)> {
    let mut list: Vec<(String, String)> = s.spaces.iter().map(|name| (plain(name), "nat".to_owned())).collect();
    list.extend(s.equal.iter().map(|(a, b)| ("_".to_owned(), format!("{} = {}", plain(a), plain(b)))));
    for family in &s.families {
        list.push((plain(&family.name), format!("{} -> Prop", matrix_type(&family.space, &family.space))));
    }
    for map in &s.maps {
        list.push((plain(&map.name), matrix_type(&map.dom, &map.cod)));
        list.extend(role(map, is_family).map(|role| ("_".to_owned(), role)));
    }
    list
}

/// What a sequent claims.
pub(super) fn conclusion(s: &Sequent, is_family: Families) -> String {
    let mut out = String::new();
    for map in &s.exists {
        out += &format!("exists {} : {}, ", plain(&map.name), matrix_type(&map.dom, &map.cod));
    }
    let mut claims: Vec<String> = s.exists.iter().filter_map(|map| role(map, is_family)).collect();
    let alone = s.conclusions.len() == 1 && claims.is_empty();
    for l in &s.conclusions {
        claims.push(if alone { prop(&l.prop, is_family) } else { bracketed(&l.prop, is_family) });
    }
    out + &claims.join(" /\\ ")
}

fn bracketed(p: &Prop, is_family: Families) -> String {
    match p {
        Prop::Compare(c) => comparison(c),
        Prop::Rule(s) => format!("({})", rule(s, is_family)),
    }
}
