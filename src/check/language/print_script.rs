//! From parsed scripts back to text that parses to them, in the layout of the shipped files.

use std::fmt::Write;

use num_traits::{One, Signed};

use super::print::relation;
use super::syntax::*;

/// A proof script with its comments.
pub fn script(script: &Script) -> String {
    let mut out = comment(&script.comment, 0);
    let _ = writeln!(out, "proof {}\n", script.name.text);
    lines(&mut out, &script.lines, 0);
    out
}

/// A predicate, on one line.
pub fn predicate(predicate: &Predicate) -> String {
    let rule = |l: &RawLabelled| l.label.text.is_empty() && matches!(l.prop.shape, RawPropShape::Rule(_));
    let body = match &predicate.body[..] {
        [only] if rule(only) => prop(&only.prop, false),
        list => labelled(list),
    };
    format!("predicate {}({}): {body}\n", predicate.name.text, idents(&predicate.parameters))
}

fn comment(text: &str, indent: usize) -> String {
    text.lines().map(|line| format!("{:indent$}{}\n", "", format!("-- {line}").trim_end())).collect()
}

fn lines(out: &mut String, lines: &[Line], indent: usize) {
    for line in lines {
        out.push_str(&comment(&line.comment, indent));
        let _ = write!(out, "{:indent$}", "");
        body(out, &line.body, indent);
        out.push('\n');
    }
}

fn body(out: &mut String, body: &LineBody, indent: usize) {
    match body {
        LineBody::Let(name, t) => drop(write!(out, "let {} = {}", name.text, term(t))),
        LineBody::Take(name, t) => drop(write!(out, "take {} = {}", name.text, term(t))),
        LineBody::Obtain { names, facts, by } => {
            let _ = write!(out, "obtain {}", idents(names));
            for (index, (label, expected)) in facts.iter().enumerate() {
                let _ = write!(out, "{}{}", if index == 0 { " with " } else { ", " }, label.text);
                if let Some(expected) = expected {
                    let _ = write!(out, ": {}", prop(expected, true));
                }
            }
            out.push_str(&justification(by));
        }
        LineBody::Have(label, claim, why) => {
            let _ = write!(out, "have {}: {}", label.text, prop(claim, false));
            reasoning(out, why, indent);
        }
        LineBody::Goal(label, claim, why) => {
            let _ = write!(out, "{}:", label.text);
            if let Some(claim) = claim {
                let _ = write!(out, " {}", prop(claim, false));
            }
            reasoning(out, why, indent);
        }
        LineBody::Calc(label, steps) => {
            let _ = write!(out, "have {}:", label.text);
            chain(out, steps, indent);
        }
    }
}

fn reasoning(out: &mut String, why: &Reasoning, indent: usize) {
    let mut block = |before: &str, inside: &[Line]| {
        let _ = writeln!(out, "{before}");
        lines(out, inside, indent + 2);
        let _ = write!(out, "{:indent$}", "");
    };
    match why {
        Reasoning::By(by) => out.push_str(&justification(by)),
        Reasoning::Calc(steps) => chain(out, steps, indent),
        Reasoning::Block(inside) => {
            block(" proof", inside);
            out.push_str("qed");
        }
        Reasoning::Induction { base, letter, step } => {
            block(" induction base", base);
            block(&letter.as_ref().map_or("step".to_owned(), |letter| format!("step {}", letter.text)), step);
            out.push_str("qed");
        }
        Reasoning::Contradiction { lines, absurd: (equation, inequation) } => {
            block(" contradiction", lines);
            let denied = inequation.as_ref().map_or(String::new(), |label| format!(", {}", label.text));
            let _ = write!(out, "absurd {}{denied} qed", equation.text);
        }
    }
}

fn chain(out: &mut String, steps: &Chain, indent: usize) {
    let _ = write!(out, " calc {}", term(&steps.first));
    for (next, by) in &steps.links {
        let _ = write!(out, "\n{:indent$}  = {}{}", "", term(next), justification(by));
    }
}

fn idents(list: &[Ident]) -> String {
    list.iter().map(|ident| ident.text.as_str()).collect::<Vec<_>>().join(", ")
}

/// With a blank in front; nothing for a calculation.
fn justification(by: &By) -> String {
    let listed = |word: &str, list: &[Ident]| match list {
        [] => String::new(),
        list => format!(" {word} {}", idents(list)),
    };
    match &by.means {
        Means::Facts(facts) => listed("by", facts),
        Means::Auto(facts) => format!(" by auto{}", listed("using", facts)),
        Means::Cofactors(t) => format!(" by cofactors {}", term(t)),
        Means::Farkas(_, Some(t)) => format!(" by farkas with {}", term(t)),
        Means::Farkas(facts, None) => format!(" by farkas{}", listed("using", facts)),
        Means::Apply { name, with, using, from } => {
            let mut out = format!(" by {}", name.text);
            for (index, (name, t)) in with.iter().enumerate() {
                let _ = write!(out, "{}{} = {}", if index == 0 { " with " } else { ", " }, name.text, term(t));
            }
            out + &listed("using", using) + &from.as_deref().map_or(String::new(), |from| listed("from", from))
        }
    }
}

fn space(space: &RawSpace) -> String {
    match space {
        RawSpace::Unit => "1".to_owned(),
        RawSpace::Name(name) => name.text.clone(),
        RawSpace::Sum(a, b) if matches!(**b, RawSpace::Sum(..)) => format!("{} + ({})", self::space(a), self::space(b)),
        RawSpace::Sum(a, b) => format!("{} + {}", self::space(a), self::space(b)),
    }
}

fn map(map: &RawMap) -> String {
    let name = &map.name.text;
    match &map.range {
        RawRange::Type(from, to) => format!("{name} : {} -> {}", space(from), space(to)),
        RawRange::Member(over) => format!("{name} in {}", over.text),
        RawRange::Word(over) => format!("{name} in words over {}", over.text),
    }
}

fn prop(prop: &RawProp, nested: bool) -> String {
    let rule = match &prop.shape {
        RawPropShape::Compare(left, by, right) => return format!("{} {} {}", term(left), relation(*by), term(right)),
        RawPropShape::Rule(rule) => rule,
        RawPropShape::Applied(predicate, arguments) => {
            let arguments: Vec<String> = arguments.iter().map(term).collect();
            return format!("{}({})", predicate.name.text, arguments.join(", "));
        }
    };
    let mut out = String::new();
    let mut bound: Vec<String> = rule.spaces.iter().map(|name| name.text.clone()).collect();
    bound.extend(rule.maps.iter().map(map));
    if !bound.is_empty() {
        let _ = write!(out, "forall {}. ", bound.join(", "));
    }
    if !rule.assumptions.is_empty() {
        let _ = write!(out, "{} -> ", labelled(&rule.assumptions));
    }
    if !rule.exists.is_empty() {
        let _ = write!(out, "exists {}. ", rule.exists.iter().map(map).collect::<Vec<_>>().join(", "));
    }
    out += &labelled(&rule.conclusions);
    if nested { format!("({out})") } else { out }
}

fn labelled(list: &[RawLabelled]) -> String {
    let one = |l: &RawLabelled| match l.label.text.as_str() {
        "" => prop(&l.prop, true),
        label => format!("{label}: {}", prop(&l.prop, true)),
    };
    list.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A term as the grammar's sum.
fn term(t: &RawTerm) -> String {
    let RawShape::Sum(summands) = &t.shape else { return summand(t) };
    let mut out = String::new();
    for (index, t) in summands.iter().enumerate() {
        let text = summand(t);
        match (index, text.strip_prefix('-')) {
            (0, _) => out += &text,
            (_, Some(positive)) => drop(write!(out, " - {positive}")),
            (_, None) => drop(write!(out, " + {text}")),
        }
    }
    out
}

/// As a signed product. A sign in front of a number belongs to the number.
fn summand(t: &RawTerm) -> String {
    match &t.shape {
        RawShape::Number(n) if n.is_negative() => n.to_string(),
        RawShape::Scaled(n, inner) if n.is_negative() => {
            let text = product(inner);
            let sign_alone = (-n).is_one() && !text.starts_with(|c: char| c.is_ascii_digit());
            if sign_alone { format!("-{text}") } else { format!("{n}*{text}") }
        }
        RawShape::Scaled(n, inner) => format!("{n}*{}", product(inner)),
        _ => product(t),
    }
}

/// As a product of factors, the first of them no bare number: that would be a coefficient.
fn product(t: &RawTerm) -> String {
    let RawShape::Product(factors) = &t.shape else { return factor(t) };
    let mut texts: Vec<String> = factors.iter().map(factor).collect();
    if let Some(first) = texts.first_mut().filter(|first| first.starts_with(|c: char| c.is_ascii_digit())) {
        *first = format!("({first})");
    }
    texts.join("*")
}

fn factor(t: &RawTerm) -> String {
    match &t.shape {
        RawShape::Name(name) => name.clone(),
        RawShape::Number(n) if !n.is_negative() => n.to_string(),
        RawShape::Transpose(inner) => format!("{}'", factor(inner)),
        RawShape::Row(a, b) => format!("[{}, {}]", term(a), term(b)),
        RawShape::Column(a, b) => format!("[{}; {}]", term(a), term(b)),
        RawShape::Typed(inner, from, to) => format!("({} : {} -> {})", term(inner), space(from), space(to)),
        RawShape::Fact(label) => format!("{{{label}}}"),
        RawShape::Number(_) | RawShape::Scaled(..) | RawShape::Sum(_) | RawShape::Product(_) => {
            format!("({})", term(t))
        }
    }
}
