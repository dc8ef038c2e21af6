//! Typed matrices: which assumptions of a theorem hold on them, and whether its conclusion does.

use std::collections::BTreeMap;

use num_rational::BigRational;
use num_traits::Zero;
use scotoma::certificate::Exact;
use scotoma::kernel::{Name, Relation, Role, Sequent, Space, Statement};
use scotoma::language::library::LIBRARY;
use scotoma::language::{Source, parse_statement};
use scotoma::model::{Decision, Evaluation, Failed, Instance, Matrix, Sampler, evaluate_within, without};
use scotoma::report::{Code, Diagnostic};
use scotoma::terms::*;
use serde::Deserialize;
use serde_json::{Value, json};

/// The largest dimension of a space on a page.
const LARGEST: usize = 6;
/// The dimension of a space that the reader gave none.
const USUAL: usize = 2;
/// What an evaluation may cost, in products of machine words: less than a second.
const WORK: u64 = 5_000_000;

/// The entries of a matrix, row by row, as typed.
type Entries = Vec<Vec<String>>;

/// A theorem and matrices for it. What is missing is 0, what is too much is cut off.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// The name of a shipped theorem, or the text of a statement.
    theorem: String,
    /// The assumption that is switched off.
    without: Option<String>,
    dims: BTreeMap<String, usize>,
    families: BTreeMap<String, Vec<Entries>>,
    maps: BTreeMap<String, Entries>,
    /// For what is a word over a family, or a member of it: its letters in writing order, from 0.
    words: BTreeMap<String, Vec<usize>>,
}

/// A theorem for which matrices are wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    theorem: String,
    seed: u64,
}

/// The evaluation on the typed matrices, and these as they were understood.
///
/// Errors: [`Code::NoStatement`], those of reading a statement, [`Code::AssumptionUnknown`], [`Code::InstanceShape`].
pub fn answer(typed: &Typed) -> Result<Value, Diagnostic> {
    let statement = statement(&typed.theorem)?;
    let weaker = typed.without.as_deref().map(|name| without(&statement, name)).transpose()?;
    let instance = instance(statement.sequent(), typed)?;
    // Where what is switched off is what a map ranges over, the matrices are no instance of the whole statement.
    let (told, evaluation) = match (evaluate_within(&statement, &instance, WORK), &weaker) {
        (Ok(evaluation), _) => (&statement, evaluation),
        (Err(_), Some(weaker)) => {
            let free = instance_of(weaker.sequent(), &instance);
            (weaker, evaluate_within(weaker, &free, WORK)?)
        }
        (Err(error), None) => return Err(error),
    };
    Ok(said(told, &instance, &evaluation, typed.without.as_deref()))
}

/// Matrices that satisfy the assumptions, drawn with a seed, and the evaluation on them. Errors as for [`answer`]; [`Code::Undecided`]: none was found.
pub fn draw(drawn: &Drawn) -> Result<Value, Diagnostic> {
    let statement = statement(&drawn.theorem)?;
    let sampler = Sampler::at_least(&statement, 1);
    let found = (0..20).find_map(|more| sampler.draw(drawn.seed.wrapping_mul(20).wrapping_add(more), USUAL + 1));
    let instance =
        found.ok_or_else(|| Diagnostic::new(Code::Undecided, "no matrices were found that satisfy the assumptions"))?;
    let evaluation = evaluate_within(&statement, &instance, WORK)?;
    Ok(said(&statement, &instance, &evaluation, None))
}

fn statement(theorem: &str) -> Result<Statement, Diagnostic> {
    let shipped = LIBRARY.iter().find(|shipped| shipped.name == theorem);
    let source = match shipped {
        Some(shipped) => Source::new(format!("theorems/{}.thm", shipped.name), shipped.theorem),
        None if theorem.contains(char::is_whitespace) => Source::new("the statement", theorem),
        None => return Err(Diagnostic::new(Code::NoStatement, format!("there is no theorem {theorem}"))),
    };
    Ok(parse_statement(&source)?.statement)
}

fn instance(sequent: &Sequent, typed: &Typed) -> Result<Instance, Diagnostic> {
    let mut instance = Instance::default();
    for space in &sequent.spaces {
        let n = typed.dims.get(&**space).copied().unwrap_or(USUAL);
        if n > LARGEST {
            let message = format!("{space} has dimension {n}; a page takes {LARGEST}");
            return Err(Diagnostic::new(Code::InstanceTooLarge, message));
        }
        instance.dims.insert(space.clone(), n);
    }
    for family in &sequent.families {
        let typed = typed.families.get(&*family.name).map_or(&[][..], Vec::as_slice);
        let member = |(index, entries): (usize, &Entries)| {
            matrix(&instance, &format!("{}{}", family.name, index), (&family.space, &family.space), entries)
        };
        let members = typed.iter().enumerate().map(member).collect::<Result<Vec<_>, _>>()?;
        instance.families.insert(family.name.clone(), members);
    }
    // What words are made of comes before them.
    let (plain, words): (Vec<_>, Vec<_>) = sequent.maps.iter().partition(|map| map.role == Role::Any);
    for map in plain {
        let entries = typed.maps.get(&*map.name).map_or(&[][..], Vec::as_slice);
        let value = matrix(&instance, &map.name, (&map.cod, &map.dom), entries)?;
        instance.maps.insert(map.name.clone(), value);
    }
    for map in words {
        let chosen = typed.words.get(&*map.name).cloned();
        spell(&mut instance, &map.name, &map.role, &map.dom, chosen)?;
    }
    Ok(instance)
}

/// Gives a word, or a member of a family, the matrix that its letters make.
fn spell(
    instance: &mut Instance,
    name: &Name,
    role: &Role,
    space: &Space,
    chosen: Option<Vec<usize>>,
) -> Result<(), Diagnostic> {
    let (over, word) = match role {
        Role::Any => return Ok(()),
        Role::Member(over) => (over, vec![chosen.and_then(|word| word.first().copied()).unwrap_or(0)]),
        Role::Word(over) => (over, chosen.unwrap_or_default()),
    };
    let letters = instance.letters(over);
    let n = instance.dimension(space).unwrap_or(0);
    let mut product = Matrix::identity(n);
    for letter in &word {
        let missing = || {
            let message = format!("{name} is spelt with the letter {}, and {over} has {}", letter + 1, letters.len());
            Diagnostic::new(Code::InstanceShape, message)
        };
        product = letters.get(*letter).and_then(|factor| product.times(factor)).ok_or_else(missing)?;
    }
    if matches!(role, Role::Word(_)) {
        instance.words.insert(name.clone(), word);
    }
    instance.maps.insert(name.clone(), product);
    Ok(())
}

/// The same matrices for a statement that asks less of them.
fn instance_of(sequent: &Sequent, instance: &Instance) -> Instance {
    let word = |name: &Name| sequent.maps.iter().any(|map| map.name == *name && matches!(map.role, Role::Word(_)));
    let mut instance = instance.clone();
    instance.words.retain(|name, _| word(name));
    instance
}

/// The typed entries in the shape that the spaces ask for. Error: an entry that is no number.
fn matrix(
    instance: &Instance,
    name: &str,
    (cod, dom): (&Space, &Space),
    entries: &[Vec<String>],
) -> Result<Matrix, Diagnostic> {
    let (rows, cols) = (instance.dimension(cod).unwrap_or(0), instance.dimension(dom).unwrap_or(0));
    let mut values = Vec::with_capacity(rows * cols);
    for (i, j) in (0..rows).flat_map(|i| (0..cols).map(move |j| (i, j))) {
        let text = entries.get(i).and_then(|row| row.get(j)).map_or("0", |text| text.trim());
        let value = Exact::from_decimal(text).filter(|_| !text.is_empty()).ok_or_else(|| {
            let message = format!("{name}: row {}, column {}: {text:?} is no number", i + 1, j + 1);
            Diagnostic::new(Code::InstanceShape, message).help("write 3, -2 or 1/2")
        })?;
        values.push(value.0);
    }
    let at = |i: usize, j: usize| values.get(i * cols + j).cloned().unwrap_or_else(BigRational::zero);
    Ok(Matrix::from_rationals(rows, cols, at))
}

fn entries(m: &Matrix) -> Entries {
    (0..m.rows()).map(|i| (0..m.cols()).map(|j| m.get(i, j).to_string()).collect()).collect()
}

/// An instance as a page shows it, in the order of the statement.
pub fn shown(sequent: &Sequent, instance: &Instance) -> Value {
    let size = |space: &Space| instance.dimension(space).unwrap_or(0);
    let spaces = sequent.spaces.iter().map(|space| json!({ "name": &**space, "n": instance.dims.get(space) }));
    let families = sequent.families.iter().map(|family| {
        let members = instance.families.get(&family.name).map_or(&[][..], Vec::as_slice);
        json!({ "name": &*family.name, "size": size(&family.space), "members": members.iter().map(entries).collect::<Vec<_>>() })
    });
    let maps = sequent.maps.iter().map(|map| {
        let (role, over) = match &map.role {
            Role::Any => ("any", None),
            Role::Member(over) => ("member", Some(&**over)),
            Role::Word(over) => ("word", Some(&**over)),
        };
        let matrix = instance.maps.get(&map.name);
        let letters = match &map.role {
            Role::Any => Vec::new(),
            Role::Member(over) => instance.letters(over).iter().position(|m| Some(m) == matrix).into_iter().collect(),
            Role::Word(_) => instance.words.get(&map.name).cloned().unwrap_or_default(),
        };
        json!({
            "name": &*map.name, "from": map.dom.to_string(), "to": map.cod.to_string(), "role": role, "over": over,
            "letters": letters, "columns": size(&map.dom), "rows": matrix.map(entries),
        })
    });
    json!({
        "spaces": spaces.collect::<Vec<_>>(), "families": families.collect::<Vec<_>>(), "maps": maps.collect::<Vec<_>>(),
    })
}

fn said(statement: &Statement, instance: &Instance, evaluation: &Evaluation<Matrix>, dropped: Option<&str>) -> Value {
    let others = evaluation.assumptions.iter().filter(|(name, _)| Some(name.as_str()) != dropped);
    let applies = others.clone().all(|(_, decision)| decision.holds());
    let assumptions =
        evaluation.assumptions.iter().map(|(name, decision)| json!({ "name": name, "said": decided(decision) }));
    json!({
        "instance": shown(statement.sequent(), instance),
        "assumptions": assumptions.collect::<Vec<_>>(),
        "conclusion": decided(&evaluation.conclusion),
        "applies": applies,
        "refutes": applies && matches!(evaluation.conclusion, Decision::Fails(_)),
    })
}

fn decided(decision: &Decision<Matrix>) -> Value {
    let named = |list: &[(Name, Matrix)]| -> Vec<Value> {
        list.iter().map(|(name, m)| json!({ "name": &**name, "rows": entries(m), "columns": m.cols() })).collect()
    };
    match decision {
        Decision::Holds { witness } => json!({ "verdict": "holds", "witness": named(witness) }),
        Decision::Undecided(why) => json!({ "verdict": "undecided", "why": why }),
        Decision::Fails(failing) => {
            let sides = match &failing.how {
                Failed::Sides { left, relation, right } => json!({
                    "left": entries(left), "right": entries(right), "columns": left.cols(),
                    "relation": match relation {
                        Relation::Equal => "=", Relation::NotEqual => "≠", Relation::AtLeast => "≥", Relation::Greater => ">",
                    },
                }),
                Failed::NoWitness { .. } | Failed::NoneOfMany => Value::Null,
            };
            let none = matches!(failing.how, Failed::NoWitness { .. } | Failed::NoneOfMany);
            json!({ "verdict": "fails", "label": failing.label, "at": named(&failing.at), "sides": sides, "none": none })
        }
    }
}
