//! From kernel objects to text that parses back to them.

use std::fmt::Write;

use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use crate::kernel::{Labelled, Letter, MapDecl, Polynomial, Prop, Relation, Role, Sequent, Shape, Structural, Term};
use crate::terms::*;

/// As written in the language.
pub fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "=",
        Relation::NotEqual => "!=",
        Relation::AtLeast => ">=",
        Relation::Greater => ">",
    }
}

/// As written in the language.
pub fn structural(block: Structural) -> &'static str {
    match block {
        Structural::Fst => "fst",
        Structural::Snd => "snd",
        Structural::Inl => "inl",
        Structural::Inr => "inr",
    }
}

/// How tightly a term has to hold together where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Sum,
    Product,
    Factor,
}

/// A term. Types that follow from nothing else are written out where `typed` says so.
fn write_term(out: &mut String, term: &Term, place: Tightness, typed: bool) {
    let own = match term.shape() {
        Shape::Sum(_) => Tightness::Sum,
        Shape::Scaled(n, _) if n.is_negative() => Tightness::Sum,
        Shape::Scaled(n, t) if is_number(n, t) && !typed => Tightness::Factor,
        Shape::Scaled(..) | Shape::Product(_) => Tightness::Product,
        _ => Tightness::Factor,
    };
    let leaf = matches!(term.shape(), Shape::Identity | Shape::Zero | Shape::Block(..));
    let bracket = own < place || (typed && leaf);
    if bracket {
        out.push('(');
    }
    match term.shape() {
        Shape::Map(name) => out.push_str(name),
        Shape::Identity => out.push('1'),
        Shape::Zero => out.push('0'),
        Shape::Block(block, ..) => out.push_str(structural(*block)),
        Shape::Scaled(n, t) => write_scaled(out, n, t, false, typed),
        Shape::Sum(terms) => {
            for (index, t) in terms.iter().enumerate() {
                match t.shape() {
                    Shape::Scaled(n, inner) if n.is_negative() && index > 0 => {
                        out.push_str(" - ");
                        write_scaled(out, &-n, inner, true, typed);
                    }
                    _ => {
                        out.push_str(if index > 0 { " + " } else { "" });
                        let negative = matches!(t.shape(), Shape::Scaled(n, _) if n.is_negative());
                        let place = if negative { Tightness::Sum } else { Tightness::Product };
                        write_term(out, t, place, typed);
                    }
                }
            }
        }
        Shape::Product(terms) => {
            for (index, t) in terms.iter().enumerate() {
                out.push_str(if index > 0 { "*" } else { "" });
                // A number in front would be read as a coefficient.
                let number = index == 0 && matches!(t.shape(), Shape::Identity | Shape::Zero | Shape::Scaled(..));
                if number && !(typed && matches!(t.shape(), Shape::Identity | Shape::Zero)) {
                    out.push('(');
                    write_term(out, t, Tightness::Sum, typed);
                    out.push(')');
                } else {
                    write_term(out, t, Tightness::Factor, typed);
                }
            }
        }
        Shape::Transpose(t) => {
            write_term(out, t, Tightness::Factor, typed);
            out.push('\'');
        }
        Shape::Row(a, b) | Shape::Column(a, b) => {
            out.push('[');
            write_term(out, a, Tightness::Sum, typed);
            out.push_str(if matches!(term.shape(), Shape::Row(..)) { ", " } else { "; " });
            write_term(out, b, Tightness::Sum, typed);
            out.push(']');
        }
    }
    if typed && leaf {
        let _ = write!(out, " : {} -> {}", term.dom(), term.cod());
    }
    if bracket {
        out.push(')');
    }
}

/// Whether `n` times `t` is written as a number alone.
fn is_number(n: &BigRational, t: &Term) -> bool {
    matches!(t.shape(), Shape::Identity) && !n.is_zero() && !n.is_one()
}

/// `n` times `t`, or minus that where a minus sign has been written already.
fn write_scaled(out: &mut String, n: &BigRational, t: &Term, after_minus: bool, typed: bool) {
    let number = matches!(t.shape(), Shape::Identity | Shape::Zero);
    if matches!(t.shape(), Shape::Identity) && !typed && (after_minus || is_number(n, t)) {
        let _ = write!(out, "{n}");
        return;
    }
    // A sign alone means -1, except before a number, where it would become part of it.
    match (number, after_minus) {
        (false, true) if n.is_one() => {}
        (false, false) if (-n).is_one() => out.push('-'),
        _ => drop(write!(out, "{n}*")),
    }
    match t.shape() {
        Shape::Scaled(..) => {
            out.push('(');
            write_term(out, t, Tightness::Sum, typed);
            out.push(')');
        }
        _ => write_term(out, t, Tightness::Product, typed),
    }
}

/// A term.
pub fn term(term: &Term) -> String {
    let mut out = String::new();
    write_term(&mut out, term, Tightness::Sum, false);
    out
}

/// A term with the types of all its identities, zeros and structural maps.
pub fn typed_term(term: &Term) -> String {
    let mut out = String::new();
    write_term(&mut out, term, Tightness::Sum, true);
    out
}

pub(super) fn write_prop(out: &mut String, prop: &Prop, nested: bool, typed: bool) {
    match prop {
        Prop::Compare(c) => {
            write_term(out, &c.left, Tightness::Sum, typed);
            let _ = write!(out, " {} ", relation(c.relation));
            write_term(out, &c.right, Tightness::Sum, typed);
        }
        Prop::Rule(sequent) if nested => {
            out.push('(');
            write_rule(out, sequent, typed);
            out.push(')');
        }
        Prop::Rule(sequent) => write_rule(out, sequent, typed),
    }
}

fn write_rule(out: &mut String, rule: &Sequent, typed: bool) {
    let list = |out: &mut String, list: &[Labelled]| {
        for (index, l) in list.iter().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            if !l.label.is_empty() {
                let _ = write!(out, "{}: ", l.label);
            }
            write_prop(out, &l.prop, true, typed);
        }
    };
    let mut bound: Vec<String> = rule.spaces.iter().map(|name| name.to_string()).collect();
    bound.extend(rule.maps.iter().map(map));
    if !bound.is_empty() {
        let _ = write!(out, "forall {}. ", bound.join(", "));
    }
    if !rule.assumptions.is_empty() {
        list(out, &rule.assumptions);
        out.push_str(" -> ");
    }
    if !rule.exists.is_empty() {
        let maps: Vec<String> = rule.exists.iter().map(map).collect();
        let _ = write!(out, "exists {}. ", maps.join(", "));
    }
    list(out, &rule.conclusions);
}

/// A proposition.
pub fn prop(prop: &Prop) -> String {
    let mut out = String::new();
    write_prop(&mut out, prop, false, false);
    out
}

/// A declared map with its type or role.
pub fn map(map: &MapDecl) -> String {
    match &map.role {
        Role::Any => format!("{} : {} -> {}", map.name, map.dom, map.cod),
        Role::Member(over) => format!("{} in {over}", map.name),
        Role::Word(over) => format!("{} in words over {over}", map.name),
    }
}

/// A polynomial for messages: at most a dozen terms.
pub fn polynomial(p: &Polynomial) -> String {
    const SHOWN: usize = 12;
    let mut out = String::new();
    for (index, (word, coefficient)) in p.terms().take(SHOWN).enumerate() {
        out.push_str(match (index, coefficient.is_negative()) {
            (0, false) => "",
            (0, true) => "-",
            (_, false) => " + ",
            (_, true) => " - ",
        });
        let letters: Vec<String> = word.iter().map(letter).collect();
        let size = coefficient.abs();
        match (size.is_one(), letters.is_empty()) {
            (_, true) => out.push_str(&size.to_string()),
            (true, false) => out.push_str(&letters.join("*")),
            (false, false) => out.push_str(&format!("{size}*{}", letters.join("*"))),
        }
    }
    match p.terms().len() {
        0 => "0".to_owned(),
        n if n > SHOWN => format!("{out} + ... ({} more terms)", n - SHOWN),
        _ => out,
    }
}

fn letter(letter: &Letter) -> String {
    match letter {
        Letter::Map { name, transposed: false, .. } => name.to_string(),
        Letter::Map { name, transposed: true, .. } => format!("{name}'"),
        Letter::Block(block, ..) => structural(*block).to_owned(),
    }
}
