//! From a text to a [`Document`]: its theorems and scripts, each with the comments that speak of it.

use std::collections::BTreeMap;

use super::lexer::{Comment, Kind, Source, tokens};
use super::parser::Parser;
use super::syntax::*;
use crate::report::Diagnostic;

/// Parses a file of theorems and proofs. Errors: `syntax`, `limit-depth`, `limit-size`.
pub fn parse(source: &Source) -> Result<Document, Diagnostic> {
    let (tokens, comments) = tokens(source)?;
    let mut parser = Parser::new(source, tokens);
    let mut document = Document::default();
    loop {
        match parser.word() {
            "theorem" => document.theorems.push(parser.theorem()?),
            "proof" => document.proofs.push(parser.script()?),
            "predicate" => document.predicates.push(parser.predicate()?),
            _ if parser.kind() == Kind::End => break,
            _ => return parser.expected("`theorem`, `proof` or `predicate`"),
        }
    }
    let said = attach(&comments, &parser.anchors, &source.text);
    fill_comments(&mut document, &said);
    Ok(document)
}

/// Which comments speak of what: a comment behind something belongs to the last item that began before it, one on
/// its own line to the next item, and one right below another, in the same column, to that one's item. Comments on lines of
/// their own that an empty line follows stand for themselves and belong to nothing.
fn attach(comments: &[Comment], anchors: &[usize], text: &str) -> BTreeMap<usize, String> {
    let mut said: BTreeMap<usize, String> = BTreeMap::new();
    let mut last: Option<(&Comment, usize)> = None;
    let alone = standing_alone(comments, text);
    for (index, comment) in comments.iter().enumerate() {
        let next = anchors.partition_point(|anchor| *anchor < comment.start);
        let continues = last.filter(|(before, _)| {
            !comment.trailing && before.line + 1 == comment.line && before.column == comment.column
        });
        let anchor = match continues {
            Some((_, anchor)) => Some(anchor),
            None if comment.trailing => next.checked_sub(1).map(|i| anchors[i]),
            None if alone[index] => None,
            None => anchors.get(next).or(anchors.last()).copied(),
        };
        let Some(anchor) = anchor else { continue };
        let text: &mut String = said.entry(anchor).or_default();
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&comment.text);
        last = Some((comment, anchor));
    }
    said
}

/// For each comment, whether an empty line follows the block of comment lines that it begins or belongs to.
fn standing_alone(comments: &[Comment], text: &str) -> Vec<bool> {
    let mut alone = vec![false; comments.len()];
    for (index, comment) in comments.iter().enumerate().rev() {
        let next = comments.get(index + 1).filter(|next| !next.trailing && next.line == comment.line + 1);
        alone[index] = match next {
            Some(_) => alone[index + 1],
            None => {
                let below = text[comment.start..].split_once('\n').map_or("", |(_, below)| below);
                below.split_once('\n').is_some_and(|(line, _)| line.trim().is_empty())
            }
        };
    }
    alone
}

/// Gives each comment to the item that begins where the comment belongs.
fn fill_comments(document: &mut Document, said: &BTreeMap<usize, String>) {
    let about = |start: usize| said.get(&start).cloned().unwrap_or_default();
    for theorem in &mut document.theorems {
        theorem.comments.theorem = about(theorem.span.start);
        let sequent = &theorem.sequent;
        let names = sequent.spaces.iter().chain(sequent.families.iter().map(|(name, _)| name));
        let names = names.chain(sequent.maps.iter().chain(&sequent.exists).map(|map| &map.name));
        let labels = sequent.assumptions.iter().chain(&sequent.conclusions).map(|l| &l.label);
        let items = names.chain(labels).filter(|item| said.contains_key(&item.span.start));
        theorem.comments.items = items.map(|item| (item.text.clone(), about(item.span.start))).collect();
    }
    for script in &mut document.proofs {
        script.comment = about(script.span.start);
        fill_lines(&mut script.lines, said);
    }
}

fn fill_lines(lines: &mut [Line], said: &BTreeMap<usize, String>) {
    for line in lines {
        line.comment = said.get(&line.span.start).cloned().unwrap_or_default();
        let reasoning = match &mut line.body {
            LineBody::Have(_, _, reasoning) | LineBody::Goal(_, _, reasoning) => reasoning,
            _ => continue,
        };
        match reasoning {
            Reasoning::Block(lines) | Reasoning::Contradiction { lines, .. } => fill_lines(lines, said),
            Reasoning::Induction { base, step, .. } => {
                fill_lines(base, said);
                fill_lines(step, said);
            }
            Reasoning::By(_) | Reasoning::Calc(_) => {}
        }
    }
}
