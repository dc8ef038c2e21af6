//! Statements as text, in the layout of the shipped files.

use std::fmt::Write;

use super::lexer::Source;
use super::print::{map, write_prop};
use super::statements::parse_statements;
use super::syntax::Comments;
use crate::kernel::{Field, Labelled, MapDecl, Statement};
use crate::terms::*;

/// A statement, with its comments, in the layout of the shipped files.
pub fn statement(statement: &Statement, comments: &Comments) -> String {
    let plain = write_statement(statement, comments, false);
    // Where a type cannot be found from the text, every such type is written out.
    let source = Source::new("printed", plain.clone());
    match parse_statements(&source) {
        Ok(read) if read.len() == 1 && read[0].statement.sequent() == statement.sequent() => plain,
        _ => write_statement(statement, comments, true),
    }
}

fn write_statement(statement: &Statement, comments: &Comments, typed: bool) -> String {
    let mut out = String::new();
    for line in comments.theorem.lines() {
        let _ = writeln!(out, "{}", format!("-- {line}").trim_end());
    }
    let _ = writeln!(out, "theorem {}", statement.name());
    if statement.field() == Field::Ordered {
        out.push_str("over an ordered field\n");
    }
    let s = statement.sequent();
    let declared = |name: &str, text: String| (text, comments.about(name).to_owned());
    let maps = |maps: &[MapDecl]| maps.iter().map(|m| declared(&m.name, map(m))).collect::<Vec<_>>();
    let labelled = |list: &[Labelled]| {
        let one = |l: &Labelled| {
            let mut text = format!("{}: ", l.label);
            write_prop(&mut text, &l.prop, false, typed);
            declared(&l.label, text)
        };
        list.iter().map(one).collect::<Vec<_>>()
    };
    let equal = s.equal.iter().map(|(a, b)| (format!("{a} = {b}"), String::new())).collect();
    let families = s.families.iter().map(|f| declared(&f.name, format!("{} : {} -> {}", f.name, f.space, f.space)));
    section(&mut out, "spaces", s.spaces.iter().map(|name| declared(name, name.to_string())).collect());
    section(&mut out, "equal", equal);
    section(&mut out, "families", families.collect());
    section(&mut out, "maps", maps(&s.maps));
    section(&mut out, "assume", labelled(&s.assumptions));
    let mut show = maps(&s.exists);
    let last = show.len().saturating_sub(1);
    for (index, (text, _)) in show.iter_mut().enumerate() {
        let (before, after) = (if index == 0 { "exists " } else { "       " }, if index == last { "." } else { "," });
        *text = format!("{before}{text}{after}");
    }
    show.extend(labelled(&s.conclusions));
    section(&mut out, "show", show);
    out
}

/// A heading and its items, each on a line of its own with its comment behind it, or above it if it is long.
fn section(out: &mut String, heading: &str, items: Vec<(String, String)>) {
    if items.is_empty() {
        return;
    }
    out.push('\n');
    let short = |comment: &str| !comment.is_empty() && !comment.contains('\n');
    let width = items.iter().filter(|(_, c)| short(c)).map(|(text, _)| text.chars().count()).max().unwrap_or(0);
    for (index, (text, comment)) in items.iter().enumerate() {
        for line in comment.lines().filter(|_| !short(comment)) {
            let _ = writeln!(out, "{}", format!("         -- {line}").trim_end());
        }
        let heading = if index == 0 { heading } else { "" };
        let behind = if short(comment) { format!("   -- {comment}") } else { String::new() };
        let text = if behind.is_empty() { text.clone() } else { format!("{text:width$}") };
        let _ = writeln!(out, "{heading:<8} {text}{behind}");
    }
}
