//! A case: one true certificate, one deliberate fault, and a harmless change of the same kind.

use scotoma::report::Code;
use serde_json::Value;

use crate::world;

/// One change of a certificate, by a JSON pointer.
#[derive(Clone, Debug)]
pub enum Change {
    /// The value there becomes another one.
    Set(&'static str, Value),
    /// The list there gets another item, before the place `usize`.
    Insert(&'static str, usize, Value),
    /// The list there loses an item.
    Remove(&'static str, usize),
    /// The object there loses a key.
    Forget(&'static str, &'static str),
    /// Two items of the list there change places.
    Swap(&'static str, usize, usize),
}
use Change::*;

pub fn set(path: &'static str, value: impl Into<Value>) -> Change {
    Set(path, value.into())
}

/// Paths that do not start at the claim's body start at the certificate.
const TOP: [&str; 4] = ["/scotoma_certificate", "/statement", "/problem", "/claims"];

impl Change {
    fn apply(&self, certificate: &mut Value, kind: &str) {
        let (Set(path, _) | Insert(path, ..) | Remove(path, _) | Forget(path, _) | Swap(path, ..)) = self;
        let top = TOP.iter().any(|top| path.starts_with(top));
        // The claims in both norms, and about words and matrices, have one name.
        let kind = kind.split('-').next().unwrap_or(kind);
        let path = if top { (*path).to_owned() } else { format!("/claims/0/{kind}{path}") };
        if let Set(_, value) = self {
            let (parent, key) = path.rsplit_once('/').unwrap();
            match certificate.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at {parent}")) {
                Value::Object(map) => drop(map.insert(key.to_owned(), value.clone())),
                other => other[key.parse::<usize>().unwrap()] = value.clone(),
            }
            return;
        }
        let place = certificate.pointer_mut(&path).unwrap_or_else(|| panic!("nothing at {path}"));
        match self {
            Set(..) => {}
            Insert(_, at, value) => place.as_array_mut().unwrap().insert(*at, value.clone()),
            Remove(_, at) => drop(place.as_array_mut().unwrap().remove(*at)),
            Forget(_, key) => drop(place.as_object_mut().unwrap().remove(*key).unwrap()),
            Swap(_, a, b) => place.as_array_mut().unwrap().swap(*a, *b),
        }
    }
}

/// A deliberately wrong certificate and its twin.
#[derive(Debug)]
pub struct Case {
    /// The check that it attacks.
    pub attacks: &'static str,
    /// What is wrong.
    pub name: &'static str,
    /// The kind of claim, which chooses the true certificate.
    pub kind: &'static str,
    /// The code that has to refuse it.
    pub code: Code,
    wrong: Vec<Change>,
    twin: Vec<Change>,
}

impl Case {
    pub fn wrong(&self) -> Value {
        changed(self.kind, &self.wrong)
    }

    pub fn twin(&self) -> Value {
        changed(self.kind, &self.twin)
    }
}

fn changed(kind: &'static str, changes: &[Change]) -> Value {
    let mut certificate = world::base(kind);
    changes.iter().for_each(|change| change.apply(&mut certificate, kind));
    certificate
}

/// The cases of one check.
pub struct Group {
    pub attacks: &'static str,
    pub kind: &'static str,
    pub cases: Vec<Case>,
}

impl Group {
    pub fn new(attacks: &'static str, kind: &'static str) -> Group {
        Group { attacks, kind, cases: Vec::new() }
    }

    pub fn case<const W: usize, const T: usize>(
        &mut self,
        name: &'static str,
        code: Code,
        wrong: [Change; W],
        twin: [Change; T],
    ) {
        let (wrong, twin) = (wrong.to_vec(), twin.to_vec());
        self.cases.push(Case { attacks: self.attacks, name, kind: self.kind, code, wrong, twin });
    }
}
