//! An instance: a dimension for every space of a statement, a matrix for every map.

use std::collections::{BTreeMap, BTreeSet};

use super::affine::Arithmetic;
use super::matrix::Matrix;
use crate::kernel::{Name, Role, Sequent, Space};
use crate::report::{Code, Diagnostic};

/// A space of larger dimension is declined: evaluation is dense.
pub const MAX_DIMENSION: usize = 256;

/// Dimensions for the spaces of a statement, matrices for its maps and families.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance<M = Matrix> {
    /// The dimension of each declared space.
    pub dims: BTreeMap<Name, usize>,
    /// The members of each declared family, dimension of its space squared each; there may be none.
    pub families: BTreeMap<Name, Vec<M>>,
    /// The matrix of each declared map: dimension of the codomain x dimension of the domain.
    pub maps: BTreeMap<Name, M>,
    /// For each map that is declared a word: its letters in writing order, as positions in the family (0 for a map).
    pub words: BTreeMap<Name, Vec<usize>>,
}

impl<M> Default for Instance<M> {
    fn default() -> Self {
        Instance { dims: BTreeMap::new(), families: BTreeMap::new(), maps: BTreeMap::new(), words: BTreeMap::new() }
    }
}

impl<M> Instance<M> {
    /// The dimension of a space; `None` where it names a space without one.
    pub fn dimension(&self, space: &Space) -> Option<usize> {
        dimension(&self.dims, space)
    }

    /// The instance with every matrix changed by `change`, which is given its codomain and domain.
    pub fn map_matrices<N>(&self, sequent: &Sequent, mut change: impl FnMut(&M, &Space, &Space) -> N) -> Instance<N> {
        let types: BTreeMap<&Name, (&Space, &Space)> =
            sequent.maps.iter().map(|m| (&m.name, (&m.cod, &m.dom))).collect();
        let spaces: BTreeMap<&Name, &Space> = sequent.families.iter().map(|f| (&f.name, &f.space)).collect();
        let families = self.families.iter().filter_map(|(name, members)| {
            let space = spaces.get(name)?;
            Some((name.clone(), members.iter().map(|m| change(m, space, space)).collect()))
        });
        let families = families.collect();
        let maps = self.maps.iter().filter_map(|(name, matrix)| {
            let (cod, dom) = types.get(name)?;
            Some((name.clone(), change(matrix, cod, dom)))
        });
        Instance { dims: self.dims.clone(), families, maps: maps.collect(), words: self.words.clone() }
    }
}

/// The dimension of a space: the sum over its leaves.
pub fn dimension(dims: &BTreeMap<Name, usize>, space: &Space) -> Option<usize> {
    space.leaves().into_iter().try_fold(0usize, |sum, leaf| match leaf {
        Space::Atom(name) => sum.checked_add(*dims.get(name)?),
        _ => sum.checked_add(1),
    })
}

impl<M: Arithmetic> Instance<M> {
    /// Checks that the instance gives exactly what the statement declares, in the right shapes.
    ///
    /// Errors: [`Code::InstanceShape`], [`Code::InstanceTooLarge`].
    pub fn check(&self, sequent: &Sequent) -> Result<(), Diagnostic> {
        let wrong = |why: String| Err(Diagnostic::new(Code::InstanceShape, why));
        same_names("space", &sequent.spaces.iter().collect::<Vec<_>>(), self.dims.keys())?;
        same_names("map", &sequent.maps.iter().map(|m| &m.name).collect::<Vec<_>>(), self.maps.keys())?;
        same_names("family", &sequent.families.iter().map(|f| &f.name).collect::<Vec<_>>(), self.families.keys())?;
        let words = sequent.maps.iter().filter(|m| matches!(m.role, Role::Word(_))).map(|m| &m.name);
        same_names("word", &words.collect::<Vec<_>>(), self.words.keys())?;
        let size = |space: &Space| match self.dimension(space) {
            Some(n) if n <= MAX_DIMENSION => Ok(n),
            Some(n) => {
                let why = format!("the space {space} has dimension {n}; the limit is {MAX_DIMENSION}");
                Err(Diagnostic::new(Code::InstanceTooLarge, why))
            }
            None => Err(Diagnostic::new(Code::InstanceShape, format!("the space {space} has no dimension"))),
        };
        for map in &sequent.maps {
            let wanted = (size(&map.cod)?, size(&map.dom)?);
            let found = self.maps[&map.name].size();
            if found != wanted {
                return wrong(format!(
                    "{} : {} -> {} is a matrix of {} x {}, not of {} x {}",
                    map.name, map.dom, map.cod, wanted.0, wanted.1, found.0, found.1
                ));
            }
        }
        for family in &sequent.families {
            let n = size(&family.space)?;
            if let Some(found) = self.families[&family.name].iter().map(M::size).find(|found| *found != (n, n)) {
                let (name, space) = (&family.name, &family.space);
                return wrong(format!("a member of {name} acts on {space}, {n} x {n}, not {} x {}", found.0, found.1));
            }
        }
        sequent.maps.iter().try_for_each(|map| self.check_role(map.name.clone(), &map.role))
    }

    /// Checks that a map declared a member or a word is one.
    fn check_role(&self, name: Name, role: &Role) -> Result<(), Diagnostic> {
        let wrong = |why: String| Err(Diagnostic::new(Code::InstanceShape, why));
        let matrix = &self.maps[&name];
        match role {
            Role::Any => Ok(()),
            Role::Member(family) => match self.letters(family).iter().any(|m| m.agrees(matrix) == Some(true)) {
                true => Ok(()),
                false => wrong(format!("{name} is not a member of {family}")),
            },
            Role::Word(over) => {
                let letters = self.letters(over);
                let mut product = M::identity(matrix.size().0);
                for letter in &self.words[&name] {
                    match letters.get(*letter) {
                        Some(factor) => product = product.product(factor),
                        None => return wrong(format!("{name} is spelt with a letter that {over} does not have")),
                    }
                }
                match product.agrees(matrix) {
                    Some(true) => Ok(()),
                    _ => wrong(format!("{name} is not the word that it is said to be")),
                }
            }
        }
    }

    /// What words over `name` are made of: the members of the family, or the map alone.
    pub fn letters(&self, name: &Name) -> Vec<M> {
        match (self.families.get(name), self.maps.get(name)) {
            (Some(members), _) => members.clone(),
            (None, Some(map)) => vec![map.clone()],
            (None, None) => Vec::new(),
        }
    }
}

fn same_names<'a>(what: &str, wanted: &[&Name], found: impl Iterator<Item = &'a Name>) -> Result<(), Diagnostic> {
    let wanted: BTreeSet<&Name> = wanted.iter().copied().collect();
    let found: BTreeSet<&Name> = found.collect();
    let why = match (wanted.difference(&found).next(), found.difference(&wanted).next()) {
        (None, None) => return Ok(()),
        (Some(missing), _) => format!("the {what} {missing} is not given"),
        (None, Some(extra)) => format!("the statement declares no {what} {extra}"),
    };
    Err(Diagnostic::new(Code::InstanceShape, why))
}
