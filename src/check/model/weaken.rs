//! What a statement assumes, item by item, and the statement without one of the items.

use std::sync::Arc;

use crate::kernel::{Role, Sequent, Statement};
use crate::language::diagnose;
use crate::report::{Code, Diagnostic};
use crate::terms::*;

/// The names of everything that a statement assumes, each once:
/// `A=B` for each pair of dimensions declared equal, `w-in-words-over-F` and `t-in-F` for what maps are declared to
/// range over, and each assumption by its label, or `assumption-3` for the third if it has none.
///
/// Labels hold neither `=` nor `-`, so that the names differ.
pub fn hypotheses(sequent: &Sequent) -> Vec<String> {
    let equal = sequent.equal.iter().map(|(a, b)| format!("{a}={b}"));
    let roles = sequent.maps.iter().filter_map(|map| match &map.role {
        Role::Any => None,
        Role::Member(over) => Some(format!("{}-in-{over}", map.name)),
        Role::Word(over) => Some(format!("{}-in-words-over-{over}", map.name)),
    });
    equal.chain(roles).chain(assumption_names(sequent)).collect()
}

/// The names of the assumptions proper: the last of [`hypotheses`].
pub fn assumption_names(sequent: &Sequent) -> impl Iterator<Item = String> {
    sequent.assumptions.iter().enumerate().map(|(index, labelled)| match labelled.label.is_empty() {
        true => format!("assumption-{}", index + 1),
        false => labelled.label.clone(),
    })
}

/// The position, from 0, of one of the [`hypotheses`]. Error: [`Code::AssumptionUnknown`].
pub fn position(statement: &Statement, name: &str) -> Result<usize, Diagnostic> {
    let all = hypotheses(statement.sequent());
    all.iter().position(|known| known == name).ok_or_else(|| {
        let message = format!("{} assumes nothing of the name {name}", statement.name());
        let assumed = if all.is_empty() { "nothing".to_owned() } else { all.join(", ") };
        Diagnostic::new(Code::AssumptionUnknown, message).help(format!("it assumes {assumed}"))
    })
}

/// The statement without the one of its [`hypotheses`] that has this name. Error: [`Code::AssumptionUnknown`].
pub fn without(statement: &Statement, name: &str) -> Result<Statement, Diagnostic> {
    without_at(statement, position(statement, name)?)
}

/// The statement without the one of its [`hypotheses`] in this position. Error: [`Code::CertificateIndex`].
pub fn without_at(statement: &Statement, index: usize) -> Result<Statement, Diagnostic> {
    let all = hypotheses(statement.sequent());
    if index >= all.len() {
        let message = format!("{} assumes {} things, none in position {index}", statement.name(), all.len());
        return Err(Diagnostic::new(Code::CertificateIndex, message));
    }
    let mut sequent: Sequent = (**statement.sequent()).clone();
    let equal = sequent.equal.len();
    let assumed = all.len() - sequent.assumptions.len();
    if index < equal {
        sequent.equal.remove(index);
    } else if index >= assumed {
        sequent.assumptions.remove(index - assumed);
    } else if let Some(map) = sequent.maps.iter_mut().filter(|map| map.role != Role::Any).nth(index - equal) {
        map.role = Role::Any;
    }
    Statement::new(Arc::clone(statement.name()), statement.field(), sequent).map_err(|failure| diagnose(&failure))
}
