//! The points of a rule: finitely many choices of its bound maps that decide it for all choices.
//!
//! A rule `forall ... premises -> exists e. conclusions` is a set of choices that has to lie within the set where the
//! conclusions hold. Where the conclusions are equations, linear in the bound map and e together, that second set is
//! affine, so that it is enough to look at choices that span the first one affinely:
//!
//! - a *member* of a family: all members (no linearity needed);
//! - a *word*: words that span all words affinely, found by multiplying with the letters until nothing new appears;
//! - maps with *linear premises*: a solution, and the solution moved along each direction. A bound space P on which
//!   such maps all start (or all end) may be taken of dimension 1, since the columns (rows) do not interact.
//!
//! Several of these at once: equations that are affine in each choice alone and hold at all combinations of the points
//! hold everywhere, one choice after the other.

use std::collections::BTreeSet;

use super::affine::{Arithmetic, Limit, Solved};
use super::evaluate::{Conditions, Decision, Failed};
use super::scope::Scope;
use crate::kernel::{MapDecl, Name, Prop, Relation, Role, Sequent, Shape, Space, Term};

/// More points than this are declined.
const MAX_POINTS: usize = 20_000;
/// Words of finite semigroups are listed up to this many.
const MAX_WORDS: usize = 200;

/// Values of bound maps.
pub(super) type Point<M> = Vec<(Name, M)>;

impl<M: Arithmetic> Scope<M> {
    /// Makes the bound spaces and maps known as at a point. They stay bound: names are looked up only where they are
    /// declared, and a declaration binds its name anew.
    pub(super) fn enter(&mut self, sequent: &Sequent, point: &Point<M>) {
        self.dims.extend(sequent.spaces.iter().map(|space| (space.clone(), 1)));
        point.iter().for_each(|(name, value)| self.bind(name, value.clone()));
    }

    /// Choices of the bound maps that decide the rule. Error: it is not of a shape that finitely many decide.
    pub(super) fn points(&mut self, sequent: &Sequent) -> Result<Vec<Point<M>>, Limit> {
        if sequent.is_claim() {
            return Ok(vec![Vec::new()]);
        }
        if !sequent.families.is_empty() || !sequent.equal.is_empty() {
            return Err(Limit("a rule about all families, or about spaces of equal dimension".to_owned()));
        }
        one_column_is_enough(sequent)?;
        let words: BTreeSet<&Name> =
            sequent.maps.iter().filter(|m| matches!(m.role, Role::Word(_))).map(|m| &m.name).collect();
        if sequent.assumptions.iter().any(|l| mentions(&l.prop, &words)) {
            return Err(Limit("a premise on a word".to_owned()));
        }
        let mut points = vec![Vec::new()];
        for map in &sequent.maps {
            let values = match &map.role {
                Role::Any => continue,
                Role::Member(family) => self.letters(family)?,
                Role::Word(over) => {
                    needs_affine(sequent, &[&map.name])?;
                    self.word_basis(&map.dom, &self.letters(over)?)?
                }
            };
            if points.len().saturating_mul(values.len()) > MAX_POINTS {
                return Err(Limit(format!("a rule of more than {MAX_POINTS} cases")));
            }
            let extended = points.iter().flat_map(|point: &Point<M>| {
                values.iter().map(|v| point.iter().cloned().chain([(map.name.clone(), v.clone())]).collect())
            });
            points = extended.collect();
        }
        let mut complete = Vec::new();
        for point in points {
            self.enter(sequent, &point);
            let solutions = self.premised(sequent)?;
            complete.extend(solutions.into_iter().map(|more| point.iter().cloned().chain(more).collect::<Point<M>>()));
        }
        Ok(complete)
    }

    /// Points of the maps that are bound by premises alone, members and words being chosen already.
    fn premised(&mut self, sequent: &Sequent) -> Result<Vec<Point<M>>, Limit> {
        let free: Vec<&MapDecl> = sequent.maps.iter().filter(|map| map.role == Role::Any).collect();
        if free.is_empty() {
            for premise in &sequent.assumptions {
                match self.decide(&premise.prop) {
                    Decision::Holds { .. } => {}
                    Decision::Fails(_) => return Ok(Vec::new()),
                    Decision::Undecided(why) => return Err(Limit(why)),
                }
            }
            return Ok(vec![Vec::new()]);
        }
        let base = self.shapes.len();
        let solved = self.solve_premises(sequent, &free, base);
        self.shapes.truncate(base);
        let Solved::Solutions { particular, directions } = solved? else { return Ok(Vec::new()) };
        if !directions.is_empty() {
            needs_affine(sequent, &free.iter().map(|map| &map.name).collect::<Vec<_>>())?;
        }
        let named = |values: Vec<M>| free.iter().map(|map| map.name.clone()).zip(values).collect::<Point<M>>();
        let moved =
            directions.iter().map(|direction| named(particular.iter().zip(direction).map(|(p, d)| p.sum(d)).collect()));
        let mut points: Vec<Point<M>> = moved.collect();
        points.push(named(particular.clone()));
        Ok(points)
    }

    fn solve_premises(&mut self, sequent: &Sequent, free: &[&MapDecl], base: usize) -> Result<Solved<M>, Limit> {
        for map in free {
            self.bind_unknown(map)?;
        }
        let mut conditions = Conditions::default();
        for premise in &sequent.assumptions {
            if !matches!(&premise.prop, Prop::Compare(c) if c.relation == Relation::Equal) {
                return Err(Limit("a rule with a premise that is not an equation".to_owned()));
            }
            self.collect(&premise.prop, 0, &mut conditions)?;
        }
        M::solve(&conditions.equations(&self.shapes, base)?, true)
    }

    /// Words that span all words over the letters affinely, the empty word first.
    fn word_basis(&self, space: &Space, letters: &[M]) -> Result<Vec<M>, Limit> {
        let mut basis = vec![M::identity(self.dimension(space)?)];
        let mut grown = 0;
        // The span is complete when multiplying its youngest words by every letter adds nothing.
        while grown < basis.len() {
            let kept = basis.len();
            let longer: Vec<M> =
                basis[grown..].iter().flat_map(|w| letters.iter().map(move |t| t.product(w))).collect();
            basis.extend(longer);
            basis = M::affinely_independent(&basis, kept).into_iter().map(|at| basis[at].clone()).collect();
            grown = kept;
        }
        Ok(basis)
    }

    /// Decides `exists w word over letters. conclusions`, and the same for a member.
    ///
    /// The words are listed by length. The answer "none" is given only where the list is complete: there are finitely
    /// many, or the claim is `w = 0` for a power of one map, which holds for the power of its dimension or for none.
    pub(super) fn some_word(&mut self, sequent: &Sequent) -> Result<Decision<M>, Limit> {
        let [map] = sequent.exists.as_slice() else {
            return Err(Limit("several maps, words among them, claimed to exist".to_owned()));
        };
        let dimension = self.dimension(&map.dom)?;
        let (mut letters, mut words) = match &map.role {
            Role::Word(over) => (self.letters(over)?, vec![M::identity(dimension)]),
            Role::Member(over) => (Vec::new(), self.letters(over)?),
            Role::Any => return Err(Limit("a word without letters".to_owned())),
        };
        if letters.len() == 1 && sequent.conclusions.iter().all(|l| says_zero(&l.prop, &map.name)) {
            words = vec![(0..dimension).fold(M::identity(dimension), |power, _| letters[0].product(&power))];
            letters.clear();
        }
        let mut next = 0;
        while let Some(word) = words.get(next).cloned() {
            self.bind(&map.name, word.clone());
            match self.all(sequent) {
                Decision::Holds { .. } => return Ok(Decision::Holds { witness: vec![(map.name.clone(), word)] }),
                Decision::Undecided(why) => return Err(Limit(why)),
                Decision::Fails(_) => {}
            }
            for letter in &letters {
                let longer = letter.product(&word);
                if !words.iter().any(|w| w.agrees(&longer) == Some(true)) {
                    words.push(longer);
                }
            }
            next += 1;
            if words.len() > MAX_WORDS {
                return Err(Limit(format!("a word that is claimed to exist is not among the first {MAX_WORDS}")));
            }
        }
        Ok(Decision::no(Failed::NoneOfMany))
    }
}

/// Whether the proposition is `name = 0`.
fn says_zero(prop: &Prop, name: &Name) -> bool {
    let Prop::Compare(c) = prop else { return false };
    let is = |term: &Term| matches!(term.shape(), Shape::Map(n) if n == name);
    let zero = |term: &Term| matches!(term.shape(), Shape::Zero);
    c.relation == Relation::Equal && (is(&c.left) && zero(&c.right) || zero(&c.left) && is(&c.right))
}

/// Checks that bound spaces may be taken of dimension 1: all maps on one start there, or all end there.
fn one_column_is_enough(sequent: &Sequent) -> Result<(), Limit> {
    let nested = sequent.assumptions.iter().chain(&sequent.conclusions).any(|l| matches!(l.prop, Prop::Rule(_)));
    if nested && !sequent.spaces.is_empty() {
        return Err(Limit("a rule for all spaces that contains rules".to_owned()));
    }
    let touches =
        |space: &Space, name: &Name| space.leaves().iter().any(|leaf| matches!(leaf, Space::Atom(n) if n == name));
    let bound = |space: &Space| sequent.spaces.iter().any(|name| touches(space, name));
    for name in &sequent.spaces {
        let atom = Space::Atom(name.clone());
        let all =
            || sequent.maps.iter().filter(|m| touches(&m.dom, name) || touches(&m.cod, name)).chain(&sequent.exists);
        let start = all().all(|m| m.dom == atom && !bound(&m.cod));
        let end = all().all(|m| m.cod == atom && !bound(&m.dom));
        if !start && !end {
            return Err(Limit(format!("a rule for all spaces {name} whose dimension cannot be reduced to 1")));
        }
    }
    Ok(())
}

/// Checks that the conclusions are equations affine in `bound` and the maps claimed to exist together, and that the
/// premises of inner rules do not depend on them.
fn needs_affine(sequent: &Sequent, bound: &[&Name]) -> Result<(), Limit> {
    let mut names: BTreeSet<&Name> = bound.iter().copied().collect();
    names.extend(sequent.exists.iter().map(|map| &map.name));
    let solvable = sequent.exists.iter().all(|map| map.role == Role::Any);
    match solvable && sequent.conclusions.iter().all(|l| is_affine(&l.prop, &names)) {
        true => Ok(()),
        false => Err(Limit(format!("a rule that is not linear in its {}", bound[0]))),
    }
}

pub(super) fn is_affine(prop: &Prop, names: &BTreeSet<&Name>) -> bool {
    match prop {
        Prop::Compare(c) => {
            c.relation == Relation::Equal && degree(&c.left, names) <= 1 && degree(&c.right, names) <= 1
        }
        Prop::Rule(inner) => {
            let mut names = names.clone();
            let fixed = inner.assumptions.iter().all(|l| !mentions(&l.prop, &names));
            let letters = inner.maps.iter().all(|m| match &m.role {
                Role::Any => true,
                Role::Member(over) | Role::Word(over) => !names.contains(over),
            });
            let solvable = inner.exists.iter().all(|map| map.role == Role::Any);
            names.extend(inner.exists.iter().map(|map| &map.name));
            fixed && letters && solvable && inner.conclusions.iter().all(|l| is_affine(&l.prop, &names))
        }
    }
}

/// Whether any of the names occurs in the proposition.
pub(super) fn mentions(prop: &Prop, names: &BTreeSet<&Name>) -> bool {
    match prop {
        Prop::Compare(c) => degree(&c.left, names) + degree(&c.right, names) > 0,
        Prop::Rule(inner) => {
            let roles = inner.maps.iter().chain(&inner.exists).any(|m| match &m.role {
                Role::Any => false,
                Role::Member(over) | Role::Word(over) => names.contains(over),
            });
            roles || inner.assumptions.iter().chain(&inner.conclusions).any(|l| mentions(&l.prop, names))
        }
    }
}

/// The degree of a term in the maps of these names together (an upper bound: nothing is cancelled).
pub(super) fn degree(term: &Term, names: &BTreeSet<&Name>) -> usize {
    match term.shape() {
        Shape::Map(name) => usize::from(names.contains(name)),
        Shape::Product(terms) => terms.iter().map(|t| degree(t, names)).sum(),
        _ => term.children().into_iter().map(|t| degree(t, names)).max().unwrap_or(0),
    }
}
