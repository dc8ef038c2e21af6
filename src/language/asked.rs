//! What was asked, held fixed: a proof of another statement is no answer to an exercise.
//!
//! Two statements are taken for one if they differ in labels, in the order of assumptions, in how a term is written, and in
//! what maps are called that only the reader declares; so a reader may name the assumption that was missing.

use std::collections::BTreeMap;

use super::ledger::Ledger;
use super::lexer::Source;
use super::parse_statement;
use super::substitute::Substitution;
use crate::kernel::{Field, Hash, Labelled, MapDecl, Name, Prop, Role, Sequent, Statement, Term};
use crate::report::{Code, Diagnostic};
use crate::terms::*;

/// More maps of the reader's own than this are not told apart by trying.
const OWN: usize = 4;

/// Checks that the ledger proves the statement of `asked`. Errors: those of reading it; [`Code::NoProof`]: nothing of its
/// name is proved; [`Code::OtherStatement`]: what is proved is not what was asked.
pub fn hold(ledger: &Ledger, asked: &Source) -> Result<(), Diagnostic> {
    let asked = parse_statement(asked)?.statement;
    let proved = ledger.proved().map(|checked| &checked.theorem.statement);
    let Some(own) = proved.into_iter().find(|own| own.name() == asked.name()) else {
        return Err(Diagnostic::new(Code::NoProof, format!("the exercise asks for a proof of {}", asked.name())));
    };
    match same(own, &asked) {
        true => Ok(()),
        false => {
            let message = format!("this is proved, but it is not what the exercise asks of {}", asked.name());
            Err(Diagnostic::new(Code::OtherStatement, message).note(difference(own, &asked)))
        }
    }
}

/// Whether a statement says what another does.
pub fn same(own: &Statement, asked: &Statement) -> bool {
    own.hash() == asked.hash()
        || renamings(own.sequent(), asked.sequent()).iter().any(|renaming| equal(own, asked, renaming))
}

/// The ways to call the reader's own maps as those of the asked statement that the reader did not declare.
fn renamings(own: &Sequent, asked: &Sequent) -> Vec<Vec<(MapDecl, MapDecl)>> {
    let lacks = |from: &Sequent, map: &MapDecl| !from.maps.contains(map);
    let extra: Vec<&MapDecl> = own.maps.iter().filter(|map| lacks(asked, map)).collect();
    let missing: Vec<&MapDecl> = asked.maps.iter().filter(|map| lacks(own, map)).collect();
    if extra.len() != missing.len() || extra.len() > OWN {
        return Vec::new();
    }
    let mut found: Vec<Vec<(MapDecl, MapDecl)>> = vec![Vec::new()];
    for map in extra {
        let fits = |taken: &[(MapDecl, MapDecl)], to: &MapDecl| {
            (&map.dom, &map.cod, &map.role) == (&to.dom, &to.cod, &to.role)
                // A role that speaks of a map by name would speak of another one.
                && ![own, asked].iter().any(|sequent| spoken(sequent, &map.name) || spoken(sequent, &to.name))
                && taken.iter().all(|(_, t)| t.name != to.name)
        };
        let extend = |taken: &Vec<(MapDecl, MapDecl)>| -> Vec<Vec<(MapDecl, MapDecl)>> {
            let choices = missing.iter().filter(|to| fits(taken, to));
            choices.map(|to| [taken.clone(), vec![(map.clone(), (*to).clone())]].concat()).collect()
        };
        found = found.iter().flat_map(extend).collect();
    }
    found
}

/// Whether what a declared map may stand for is said by the name of this map.
fn spoken(sequent: &Sequent, name: &Name) -> bool {
    let roles = sequent.maps.iter().chain(&sequent.exists).map(|map| &map.role);
    roles.into_iter().any(|role| matches!(role, Role::Member(of) | Role::Word(of) if of == name))
}

/// Whether the statements are one, with the reader's maps called as in the asked one.
fn equal(own: &Statement, asked: &Statement, renaming: &[(MapDecl, MapDecl)]) -> bool {
    let map = |map: &MapDecl| Term::map(map.name.clone(), map.dom.clone(), map.cod.clone());
    let images = renaming.iter().map(|(from, to)| (from.name.clone(), map(to)));
    let substitution = Substitution { maps: images.collect(), ..Substitution::default() };
    let (own, asked) = ((own.field(), own.sequent()), (asked.field(), asked.sequent()));
    let (Ok(assumed), Ok(concluded)) =
        (substitution.labelled(&own.1.assumptions), substitution.labelled(&own.1.conclusions))
    else {
        return false;
    };
    let frame = Sequent { assumptions: Vec::new(), conclusions: Vec::new(), ..(**asked.1).clone() };
    let claims = |sequent: &Sequent| (sequent.equal.clone(), sequent.families.clone(), sequent.exists.clone());
    let spaces = |sequent: &Sequent| {
        let mut spaces = sequent.spaces.clone();
        spaces.sort();
        spaces
    };
    own.0 == asked.0
        && spaces(own.1) == spaces(asked.1)
        && claims(own.1) == claims(asked.1)
        && alike(&Sequent { exists: Vec::new(), ..frame.clone() }, &assumed, &asked.1.assumptions)
        && alike(&frame, &concluded, &asked.1.conclusions)
}

/// Whether two lists say the same in a frame: each proposition as often in one as in the other.
fn alike(frame: &Sequent, one: &[Labelled], other: &[Labelled]) -> bool {
    let (one, other) = (counted(frame, one), counted(frame, other));
    // What cannot stand in the frame is not known to be the same as anything, itself included.
    !one.contains_key(&None) && one == other
}

/// How often each proposition stands in a list; `None` for one that cannot stand in the frame.
fn counted(frame: &Sequent, list: &[Labelled]) -> BTreeMap<Option<Hash>, usize> {
    let mut counted = BTreeMap::new();
    for labelled in list {
        *counted.entry(meaning(frame, &labelled.prop)).or_insert(0) += 1;
    }
    counted
}

/// What a proposition says of the spaces and maps of a frame, as a hash.
fn meaning(frame: &Sequent, prop: &Prop) -> Option<Hash> {
    // What is claimed to exist is a map like any other here: only the proposition is compared.
    let maps = frame.maps.iter().chain(&frame.exists).cloned().collect();
    let conclusions = vec![Labelled { label: String::new(), prop: prop.clone() }];
    let sequent = Sequent { maps, exists: Vec::new(), conclusions, ..frame.clone() };
    Some(Statement::new("meaning".into(), Field::Ordered, sequent).ok()?.hash())
}

/// Where a statement leaves what was asked, in words.
fn difference(own: &Statement, asked: &Statement) -> String {
    let (own, asked) = (own.sequent(), asked.sequent());
    let own_maps = own.maps.iter().filter(|map| !asked.maps.contains(map)).count();
    let frame = Sequent {
        maps: own.maps.iter().chain(asked.maps.iter().filter(|map| !own.maps.contains(map))).cloned().collect(),
        assumptions: Vec::new(),
        conclusions: Vec::new(),
        ..(**asked).clone()
    };
    let known = counted(&frame, &asked.assumptions);
    let wanted = counted(&frame, &asked.conclusions);
    let concluded = counted(&frame, &own.conclusions) == wanted;
    let new = own.assumptions.iter().filter(|l| !known.contains_key(&meaning(&frame, &l.prop)));
    let new: Vec<&str> = new.map(|l| l.label.as_str()).filter(|label| !label.is_empty()).collect();
    match (concluded, new.is_empty()) {
        (false, _) => "the conclusion is another one".to_owned(),
        (true, false) => format!("it assumes what was not granted: {}", new.join(", ")),
        (true, true) if own_maps > 0 => "it declares maps that were not given".to_owned(),
        (true, true) => "it assumes something else".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Request;
    use super::*;

    const ASKED: &str = "theorem t spaces A, B maps f : A -> B  g : A -> B  k : B -> A
        assume onto: f*k = 1 same: g*k = f*k  show goal: g*f = g*f";

    fn held(text: &str) -> Result<(), Diagnostic> {
        let ledger = Ledger::check(&Request { sources: vec![Source::new("own", text)], ..Request::default() });
        assert!(ledger.diagnostics().next().is_none(), "{:?}", ledger.diagnostics().next().map(ToString::to_string));
        hold(&ledger, &Source::new("asked", ASKED.replace("g*f = g*f", "f*k*f = f")))
    }

    fn proof(maps: &str, assume: &str, show: &str) -> String {
        format!("theorem t spaces A, B maps {maps} assume {assume} show goal: {show} proof t goal: by onto")
    }

    #[test]
    fn labels_order_and_names_of_own_maps_are_free_and_nothing_else() {
        let usual = "f : A -> B  g : A -> B  k : B -> A";
        let granted = "onto: f*k = 1 same: g*k = f*k";
        assert_eq!(held(&proof(usual, granted, "f*k*f = f")), Ok(()));
        assert_eq!(held(&proof(usual, "other: g*k = f*k onto: f*k = 1", "f*k*f = f")), Ok(()));
        let renamed = proof(
            "f : A -> B  g : A -> B  right : B -> A",
            "onto: f*right = 1 same: g*right = f*right",
            "f*right*f = f",
        );
        assert_eq!(held(&renamed), Ok(()));
        let cheat = held(&proof(usual, &format!("{granted} cheat: g = f"), "f*k*f = f")).unwrap_err();
        assert_eq!(cheat.code, Code::OtherStatement);
        assert!(cheat.to_string().contains("not granted: cheat"), "{cheat}");
        let fewer = held(&proof(usual, "onto: f*k = 1", "f*k*f = f")).unwrap_err();
        assert_eq!(fewer.code, Code::OtherStatement);
        let other = held(&proof(usual, granted, "f*k = 1")).unwrap_err();
        assert!(other.to_string().contains("conclusion is another"), "{other}");
    }

    fn statement(text: &str) -> Statement {
        parse_statement(&Source::new("text", text)).unwrap().statement
    }

    #[test]
    fn a_rule_that_cannot_be_compared_is_not_what_was_asked() {
        let text = |rule: &str| {
            format!(
                "theorem t spaces A maps f : A -> A  g : A -> A
                 assume r: forall h : A -> A. {rule} show exists h : A -> A. c: f*h = 1"
            )
        };
        let (asked, own) = (statement(&text("f*h = g*h")), statement(&text("f*h = 1")));
        assert!(same(&asked, &asked) && !same(&own, &asked));
    }

    #[test]
    fn no_map_that_words_are_over_is_called_otherwise() {
        let text = |maps: &str| {
            format!(
                "theorem t spaces A families F : A -> A maps f : A -> A  {maps}  w in words over C
                 assume still: forall t in F. f*t = f show same: f*w = f"
            )
        };
        let (asked, own) = (statement(&text("C : A -> A  D in F")), statement(&text("C in F  D : A -> A")));
        assert!(same(&asked, &asked) && !same(&own, &asked));
    }

    #[test]
    fn a_proof_of_another_theorem_is_no_answer() {
        let text = "theorem u spaces A maps f : A -> A assume onto: f = 1 show goal: f*f = f proof u goal: by onto";
        assert_eq!(held(text).unwrap_err().code, Code::NoProof);
    }
}
