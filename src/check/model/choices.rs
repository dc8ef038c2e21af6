//! The choices of what a rule binds, one after the other: dimensions, members, words.
//!
//! What a rule binds is known inside it alone, and in the order in which it is bound: a member before the words over it. Maps
//! of any kind are left to `rule.rs`, which solves for them.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::affine::Arithmetic;
use super::evaluate::{Decision, Failed};
use super::reading::{claims_affinely, dimensions, mentions};
use super::scope::Scope;
use super::work::Limit;
use crate::kernel::{Name, Prop, Relation, Role, Sequent, Shape, Term};
use crate::terms::*;

/// More choices than this are declined.
pub const MAX_POINTS: usize = 20_000;
/// Words of finite semigroups are listed up to this many.
const MAX_WORDS: usize = 200;

/// What a rule binds, chosen.
#[derive(Clone, Debug)]
pub struct Point<M> {
    /// The dimensions of its spaces.
    pub dims: Vec<(Name, usize)>,
    /// Its maps.
    pub maps: Vec<(Name, M)>,
}

impl<M> Default for Point<M> {
    fn default() -> Self {
        Point { dims: Vec::new(), maps: Vec::new() }
    }
}

/// What is done at each choice, within its scope; it may end the walk.
type Visit<'v, M> = &'v mut dyn FnMut(&mut Scope<M>, &Point<M>) -> Result<ControlFlow<()>, Limit>;

struct Walk<'w, 'v, M> {
    sequent: &'w Sequent,
    visit: Visit<'v, M>,
    point: Point<M>,
    visited: usize,
    /// Why the choices that are visited do not decide for all.
    incomplete: Option<String>,
}

impl<M: Arithmetic> Scope<M> {
    /// Visits choices of the rule's spaces, members and words that decide it for all, unless a reason is returned why they do not.
    /// Every choice visited is one that the rule speaks of. Call it within [`Scope::within`].
    pub fn choices(&mut self, sequent: &Sequent, visit: Visit<M>) -> Result<Option<String>, Limit> {
        if !sequent.families.is_empty() || !sequent.equal.is_empty() {
            return Err(Limit("a rule about all families, or about spaces of equal dimension".to_owned()));
        }
        let mut walk = Walk { sequent, visit, point: Point::default(), visited: 0, incomplete: None };
        let _ = self.choose_space(&mut walk, 0)?;
        Ok(walk.incomplete)
    }

    fn choose_space(&mut self, walk: &mut Walk<M>, index: usize) -> Result<ControlFlow<()>, Limit> {
        let sequent = walk.sequent;
        let Some(space) = sequent.spaces.get(index) else { return self.choose_map(walk, 0) };
        let dimensions = dimensions(sequent, space);
        if !dimensions.decide {
            walk.incomplete.get_or_insert(format!("a rule for all spaces {space} that small ones do not decide"));
        }
        for n in dimensions.of {
            self.dims.insert(space.clone(), n);
            walk.point.dims.push((space.clone(), n));
            let flow = self.choose_space(walk, index + 1)?;
            walk.point.dims.pop();
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn choose_map(&mut self, walk: &mut Walk<M>, index: usize) -> Result<ControlFlow<()>, Limit> {
        let sequent = walk.sequent;
        let Some(map) = sequent.maps.get(index) else {
            walk.visited += 1;
            if walk.visited > MAX_POINTS {
                return Err(Limit(format!("a rule of more than {MAX_POINTS} cases")));
            }
            return (walk.visit)(self, &walk.point);
        };
        match &map.role {
            Role::Any => self.choose_map(walk, index + 1),
            Role::Member(family) => {
                for member in self.letters(family)? {
                    if self.chosen(walk, index, member)?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Ok(ControlFlow::Continue(()))
            }
            Role::Word(over) => {
                let alone = BTreeSet::from([&map.name]);
                let premised = sequent.assumptions.iter().any(|l| mentions(&l.prop, &alone));
                // A word that another one is made of is not affine in anything.
                let letter = sequent
                    .maps
                    .iter()
                    .any(|m| matches!(&m.role, Role::Member(of) | Role::Word(of) if *of == map.name));
                let affine = !premised && !letter && claims_affinely(sequent, &alone);
                let (letters, n) = (self.letters(over)?, self.dimension(&map.dom)?);
                match affine {
                    true => self.spanning_words(walk, index, &letters, n),
                    false => self.all_words(walk, index, &letters, n),
                }
            }
        }
    }

    fn chosen(&mut self, walk: &mut Walk<M>, index: usize, value: M) -> Result<ControlFlow<()>, Limit> {
        let name = &walk.sequent.maps[index].name;
        self.bind(name, value.clone());
        walk.point.maps.push((name.clone(), value));
        let flow = self.choose_map(walk, index + 1);
        walk.point.maps.pop();
        flow
    }

    /// Words that span all words over the letters affinely, the empty word first. The span is complete when multiplying its
    /// words by every letter adds nothing: the words that are longer lie in it too.
    fn spanning_words(
        &mut self,
        walk: &mut Walk<M>,
        index: usize,
        letters: &[M],
        n: usize,
    ) -> Result<ControlFlow<()>, Limit> {
        let mut span = M::span((n, n));
        let mut words = Vec::new();
        let mut next = vec![M::identity(n)];
        while !next.is_empty() {
            let mut young = Vec::new();
            for word in next {
                if word.joins(&mut span, &self.work)? {
                    if self.chosen(walk, index, word.clone())?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                    young.push(word.clone());
                    words.push(word);
                }
            }
            next = Vec::new();
            for (word, letter) in young.iter().flat_map(|word| letters.iter().map(move |letter| (word, letter))) {
                self.work.product(letter, word)?;
                next.push(letter.product(word));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// All words by length, if there are few; else the shortest.
    fn all_words(
        &mut self,
        walk: &mut Walk<M>,
        index: usize,
        letters: &[M],
        n: usize,
    ) -> Result<ControlFlow<()>, Limit> {
        let mut words = vec![M::identity(n)];
        let mut next = 0;
        while let Some(word) = words.get(next).cloned() {
            if self.chosen(walk, index, word.clone())?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            if !self.longer(&mut words, &word, letters)? {
                let name = &walk.sequent.maps[index].name;
                walk.incomplete.get_or_insert(format!("a rule not linear in its {name}, of which there are many"));
                return Ok(ControlFlow::Continue(()));
            }
            next += 1;
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Adds the words that are one letter longer, if they are new. Whether there are not too many.
    fn longer(&self, words: &mut Vec<M>, word: &M, letters: &[M]) -> Result<bool, Limit> {
        for letter in letters {
            self.work.product(letter, word)?;
            let longer = letter.product(word);
            let (rows, cols) = longer.size();
            self.work.spend((words.len() * (1 + rows * cols)) as u64)?;
            if !words.iter().any(|w| w.agrees(&longer) == Some(true)) {
                words.push(longer);
            }
        }
        Ok(words.len() <= MAX_WORDS)
    }

    /// Decides `exists w word over letters. conclusions`, and the same for a member.
    ///
    /// The words are listed by length. The answer "none" is given only where the list is complete: there are finitely
    /// many, or the claim is `w = 0` for a power of one map, which holds for the power of its dimension or for none.
    pub fn some_word(&mut self, sequent: &Sequent) -> Result<Decision<M>, Limit> {
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
            let mut power = M::identity(dimension);
            for _ in 0..dimension {
                self.work.product(&letters[0], &power)?;
                power = letters[0].product(&power);
            }
            words = vec![power];
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
            if !self.longer(&mut words, &word, &letters)? {
                return Err(Limit(format!("a word that is claimed to exist is not among the first {MAX_WORDS}")));
            }
            next += 1;
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
