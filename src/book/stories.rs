//! Matrices that tell something: captions of the book's thread as columns, their features as rows, for the theorems that they
//! fit and for what breaks them. `book/instances` holds them; each is evaluated like any other before it is shown.

use std::collections::BTreeMap;

use num_rational::BigRational;

use crate::kernel::{Role, Space, Statement};
use crate::model::{Instance, Matrix, evaluate, without};
use crate::report::{Code, Diagnostic};
use crate::terms::*;

/// The files: lines of all their blocks first, then blocks under the names of theorems.
const FILES: &[(&str, &str)] = &[
    ("blocks", include_str!("../../book/instances/blocks.txt")),
    ("order", include_str!("../../book/instances/order.txt")),
    ("ridge", include_str!("../../book/instances/ridge.txt")),
    ("shapes", include_str!("../../book/instances/shapes.txt")),
    ("words", include_str!("../../book/instances/words.txt")),
];

/// Matrices with names for their rows and columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Story {
    /// The matrices.
    pub instance: Instance,
    /// For each space that has them, the names of its dimensions.
    pub names: BTreeMap<String, Vec<String>>,
    /// What short names stand for.
    pub says: Vec<(String, String)>,
    /// What there is to see, in a sentence or two.
    pub tells: String,
}

impl From<Instance> for Story {
    fn from(instance: Instance) -> Story {
        Story { instance, ..Story::default() }
    }
}

impl Story {
    /// The names of the dimensions of a space; those that have none are empty. `None` where none has one.
    pub(super) fn of(&self, space: &Space) -> Option<Vec<String>> {
        let of_leaf = |leaf: &Space| match leaf {
            Space::Atom(name) => {
                let unnamed = || vec![String::new(); self.instance.dims.get(name).copied().unwrap_or(0)];
                self.names.get(&**name).cloned().unwrap_or_else(unnamed)
            }
            _ => vec![String::new()],
        };
        let all: Vec<String> = space.leaves().into_iter().flat_map(of_leaf).collect();
        all.iter().any(|name| !name.is_empty()).then_some(all)
    }
}

/// The matrices written for a theorem, on which it holds. Error: what is written does not satisfy it.
pub(super) fn shown(statement: &Statement) -> Result<Option<Story>, Diagnostic> {
    let Some(story) = read(statement, None)? else { return Ok(None) };
    let evaluation = evaluate(statement, &story.instance)?;
    match evaluation.applies() && evaluation.conclusion.holds() {
        true => Ok(Some(story)),
        false => Err(wrong(statement, "", format!("they do not satisfy it: {:?}", evaluation.assumptions))),
    }
}

/// The matrices written for a theorem without an assumption, which refute what is left. Error: they do not.
pub(super) fn broken(statement: &Statement, dropped: &str) -> Result<Option<Story>, Diagnostic> {
    let Some(story) = read(statement, Some(dropped))? else { return Ok(None) };
    match evaluate(&without(statement, dropped)?, &story.instance)?.refutes() {
        true => Ok(Some(story)),
        false => Err(wrong(statement, dropped, "they do not refute what is left".to_owned())),
    }
}

/// Every block is of a theorem and an assumption that there are: `(theorem, assumption or nothing)`.
#[cfg(test)]
fn blocks() -> Vec<(String, String)> {
    let headings = FILES.iter().flat_map(|(_, text)| text.lines().filter_map(heading));
    let of = |heading: &str| {
        let (theorems, dropped) = heading.split_once(" without ").unwrap_or((heading, ""));
        theorems.split(' ').map(|theorem| (theorem.to_owned(), dropped.to_owned())).collect::<Vec<_>>()
    };
    headings.flat_map(of).collect()
}

fn wrong(statement: &Statement, dropped: &str, why: String) -> Diagnostic {
    let without = if dropped.is_empty() { String::new() } else { format!(" without {dropped}") };
    Diagnostic::new(
        Code::ExactSelfCheck,
        format!("book/instances: the matrices of {}{without}: {why}", statement.name()),
    )
}

/// What stands between square brackets on a line of its own.
#[cfg(test)]
fn heading(line: &str) -> Option<&str> {
    line.strip_prefix('[')?.strip_suffix(']')
}

/// The lines that count for a theorem, the ones that count most first: its block without the assumption, its own block, those
/// of the whole file. `None`: no file has a block for it.
fn lines(theorem: &str, dropped: Option<&str>) -> Option<Vec<&'static str>> {
    FILES.iter().find_map(|(_, text)| {
        let (mut own, mut broken, mut common) = (None, None, Vec::new());
        let mut blocks = text.split("\n[");
        common.extend(blocks.next().unwrap_or_default().lines());
        for block in blocks {
            let (heading, body) = block.split_once("]\n").unwrap_or((block, ""));
            match heading.split_once(" without ") {
                None if heading.split(' ').any(|name| name == theorem) => own = Some(body.lines()),
                Some((name, without)) if name == theorem && dropped == Some(without) => broken = Some(body.lines()),
                _ => {}
            }
        }
        let found = if dropped.is_some() { broken.is_some() } else { own.is_some() };
        // What an instance tells, its breaking does not.
        let own = own.into_iter().flatten().filter(|line| dropped.is_none() || !line.starts_with("tell "));
        found.then(|| broken.into_iter().flatten().chain(own).chain(common).collect())
    })
}

/// What is written for a theorem. Error: a space or a map without a line, or of another shape.
fn read(statement: &Statement, dropped: Option<&str>) -> Result<Option<Story>, Diagnostic> {
    let sequent = statement.sequent();
    let Some(lines) = lines(statement.name(), dropped) else { return Ok(None) };
    let wrong = |why: String| wrong(statement, dropped.unwrap_or_default(), why);
    let find = |kind: &str, name: &str| {
        let line = lines.iter().find_map(|line| {
            let rest = line.strip_prefix(kind)?.strip_prefix(' ')?.strip_prefix(name)?;
            (rest.is_empty() || rest.starts_with(' ')).then(|| rest.trim())
        });
        line.ok_or_else(|| wrong(format!("no line for the {kind} {name}")))
    };
    let mut story = Story::default();
    for space in &sequent.spaces {
        let text = find("space", space)?;
        let dim = text.parse().unwrap_or_else(|_| {
            let names: Vec<String> = text.split(';').map(|name| name.trim().to_owned()).collect();
            let dim = names.len();
            story.names.insert(space.to_string(), names);
            dim
        });
        story.instance.dims.insert(space.clone(), dim);
    }
    let matrix = |text: &str, cod: &Space, dom: &Space, instance: &Instance| {
        let (rows, cols) = (instance.dimension(cod).unwrap_or(0), instance.dimension(dom).unwrap_or(0));
        let entries: Result<Vec<BigRational>, _> =
            text.split([' ', ';']).filter(|entry| !entry.is_empty()).map(str::parse).collect();
        let entries = entries.ok().filter(|entries| entries.len() == rows * cols);
        let entries = entries.ok_or_else(|| wrong(format!("{text} is no matrix of {rows} rows and {cols} columns")))?;
        Ok::<_, Diagnostic>(Matrix::from_rationals(rows, cols, |i, j| entries[i * cols + j].clone()))
    };
    for family in &sequent.families {
        let members = find("family", &family.name)?.split('|');
        let members = members
            .map(|text| matrix(text, &family.space, &family.space, &story.instance))
            .collect::<Result<_, _>>()?;
        story.instance.families.insert(family.name.clone(), members);
    }
    for map in sequent
        .maps
        .iter()
        .filter(|map| map.role == Role::Any || dropped.is_some_and(|d| d.starts_with(&format!("{}-in-", map.name))))
    {
        let value = matrix(find("map", &map.name)?, &map.cod, &map.dom, &story.instance)?;
        story.instance.maps.insert(map.name.clone(), value);
    }
    for map in &sequent.maps {
        if story.instance.maps.contains_key(&map.name) {
            continue;
        }
        let (Role::Word(over) | Role::Member(over)) = &map.role else { continue };
        let spelt: Result<Vec<usize>, _> = find("word", &map.name)?.split(' ').map(str::parse).collect();
        let spelt = spelt.map_err(|_| wrong(format!("the word {} is not spelt in numbers", map.name)))?;
        let letters = story.instance.letters(over);
        let factors: Option<Vec<&Matrix>> = spelt.iter().map(|letter| letters.get(*letter)).collect();
        let product = factors.and_then(|factors| {
            let (first, rest) = factors.split_first()?;
            rest.iter().try_fold((*first).clone(), |product, factor| product.times(factor))
        });
        let product = product.ok_or_else(|| wrong(format!("the word {} has letters that there are not", map.name)))?;
        story.instance.maps.insert(map.name.clone(), product);
        if matches!(map.role, Role::Word(_)) {
            story.instance.words.insert(map.name.clone(), spelt);
        }
    }
    let used: Vec<&String> = story.names.values().flatten().collect();
    let mut told: Vec<(String, String)> = Vec::new();
    for line in &lines {
        let Some((name, text)) = line.strip_prefix("say ").and_then(|rest| rest.split_once(' ')) else { continue };
        if used.iter().any(|known| *known == name) && !told.iter().any(|(known, _)| known == name) {
            told.push((name.to_owned(), text.trim().to_owned()));
        }
    }
    told.sort();
    story.says = told;
    story.tells = lines.iter().filter_map(|line| line.strip_prefix("tell ")).collect::<Vec<_>>().join(" ");
    Ok(Some(story))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::check_builtin;
    use crate::model::hypotheses;

    #[test]
    fn every_block_is_of_a_theorem_and_shows_what_it_is_for() {
        let (_, all) = check_builtin().unwrap_or_else(|d| panic!("{d}"));
        let blocks = blocks();
        let mut faults = Vec::new();
        for (theorem, dropped) in &blocks {
            let checked = all.iter().find(|checked| **checked.theorem.statement.name() == **theorem);
            let statement = &checked.unwrap_or_else(|| panic!("there is no theorem {theorem}")).theorem.statement;
            let story = match dropped.as_str() {
                "" => shown(statement),
                dropped => {
                    assert!(hypotheses(statement.sequent()).iter().any(|name| name == dropped), "{theorem}: {dropped}");
                    broken(statement, dropped)
                }
            };
            match story {
                Ok(story) => assert!(story.is_some(), "{theorem} {dropped}"),
                Err(fault) => faults.push(fault.to_string()),
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        println!("{} sets of matrices", blocks.len());
        assert!(blocks.len() > 40);
    }
}
