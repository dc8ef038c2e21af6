//! Words of edits: SWAP, REPLACE and ADD applied one after the other to the slots of a caption.
//!
//! A caption is a template: fixed tokens, slots that hold one token each, and sites where a token may be added. The
//! family of edits moves the fillings of the slots and sites alone, so a composite edit is a filling, and two words of
//! edits give the same hard negative exactly when they give the same filling. Its *depth* is the least number of
//! atomic edits that reach it.
//!
//! SWAP exchanges the fillings of two slots of a class, REPLACE puts any word of the class into a slot, ADD fills an
//! empty site. An added word is no slot: it is neither swapped nor replaced afterwards.

use std::collections::HashSet;

use super::concept::{Category, Word, concepts};

/// The atomic edits that words are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Operators {
    /// Two slots of a class exchange their fillings.
    pub swap: bool,
    /// A slot is filled with another word of its class.
    pub replace: bool,
    /// An empty site is filled.
    pub add: bool,
}

/// Slots whose fillings can stand for each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// The name in reports.
    pub name: &'static str,
    /// The places of the slots in the caption, ascending.
    pub slots: Vec<usize>,
    /// The words that REPLACE may use; every filling of the caption is among them, first.
    pub words: Vec<u32>,
}

/// A place where a word may be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The place in the caption of the token before which the word comes to stand.
    pub before: usize,
    /// The words that may be added; none of them can stand in the caption right after the site.
    pub words: Vec<u32>,
}

/// A caption with its slots and sites, and the edits that move their fillings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    caption: Vec<u32>,
    classes: Vec<Class>,
    sites: Vec<Site>,
    operators: Operators,
}

/// A filling: the word of every slot, class by class, then of every site, [`EMPTY`] where none was added.
pub type Filling = Vec<u32>;

/// The filling of a site to which nothing was added; no token has this number.
pub const EMPTY: u32 = u32::MAX;

/// Words beyond those of the caption itself that edits may bring in, by category.
pub type Offers<'a> = &'a dyn Fn(Category) -> Vec<u32>;

impl Template {
    /// The caption with every token a slot, all of one class.
    pub fn of_tokens(caption: Vec<u32>, offered: &[u32], operators: Operators) -> Template {
        let slots: Vec<usize> = (0..caption.len()).collect();
        let words = distinct(caption.iter().chain(offered).copied());
        Template { classes: vec![Class { name: "token", slots, words }], caption, sites: Vec::new(), operators }
    }

    /// The caption with its atomic concepts as slots, a class a category, and a site before every object that can
    /// take one more attribute. `token` gives the numbers of the words; `offers` the further words of a category.
    pub fn of_concepts(words: &[Word], token: &dyn Fn(&str) -> u32, offers: Offers, operators: Operators) -> Template {
        let caption: Vec<u32> = words.iter().map(|word| token(&word.text)).collect();
        let places = concepts(words);
        let mut classes: Vec<Class> = Vec::new();
        for &place in &places {
            let category = words[place].category;
            match classes.iter_mut().find(|class| class.name == category.name()) {
                Some(class) => class.slots.push(place),
                None => {
                    let own = places.iter().filter(|&&i| words[i].category == category).map(|&i| caption[i]);
                    let all = distinct(own.chain(offers(category)));
                    classes.push(Class { name: category.name(), slots: vec![place], words: all });
                }
            }
        }
        let sites = if operators.add { sites(words, &places, &caption, &classes, offers) } else { Vec::new() };
        Template { caption, classes, sites, operators }
    }

    /// The tokens of the caption.
    pub fn caption(&self) -> &[u32] {
        &self.caption
    }

    /// The classes of slots.
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The places of the caption at which an edit can happen.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// Which edits there are.
    pub fn operators(&self) -> Operators {
        self.operators
    }

    /// The filling of the caption itself.
    pub fn start(&self) -> Filling {
        let slots = self.classes.iter().flat_map(|class| class.slots.iter().map(|&place| self.caption[place]));
        slots.chain(self.sites.iter().map(|_| EMPTY)).collect()
    }

    /// The tokens of a filling, which has a word for every slot and site.
    pub fn spell(&self, filling: &[u32]) -> Vec<u32> {
        let mut tokens = self.caption.clone();
        let slots = self.classes.iter().flat_map(|class| &class.slots);
        slots.zip(filling).for_each(|(&place, &word)| tokens[place] = word);
        let added = &filling[filling.len() - self.sites.len()..];
        for (site, &word) in self.sites.iter().zip(added).rev().filter(|(_, word)| **word != EMPTY) {
            tokens.insert(site.before, word);
        }
        tokens
    }

    /// Calls `found` with every filling one atomic edit away, some perhaps more than once.
    pub fn neighbours(&self, filling: &[u32], mut found: impl FnMut(Filling)) {
        let mut first = 0;
        let mut change = |changes: &[(usize, u32)]| {
            let mut other = filling.to_vec();
            changes.iter().for_each(|&(variable, word)| other[variable] = word);
            found(other);
        };
        for class in &self.classes {
            let variables = first..first + class.slots.len();
            first = variables.end;
            for i in variables.clone() {
                let others = i + 1..variables.end;
                for j in others.filter(|&j| self.operators.swap && filling[i] != filling[j]) {
                    change(&[(i, filling[j]), (j, filling[i])]);
                }
                for &word in class.words.iter().filter(|&&word| self.operators.replace && word != filling[i]) {
                    change(&[(i, word)]);
                }
            }
        }
        for (site, variable) in self.sites.iter().zip(first..) {
            site.words.iter().filter(|_| filling[variable] == EMPTY).for_each(|&word| change(&[(variable, word)]));
        }
    }

    /// The hard negatives depth by depth.
    pub fn spheres(&self) -> Spheres<'_> {
        Spheres { template: self, before: HashSet::new(), sphere: vec![self.start()] }
    }
}

/// The fillings of depth 0, then those of depth 1, and so on: two spheres are held at a time.
pub struct Spheres<'a> {
    template: &'a Template,
    before: HashSet<Filling>,
    sphere: Vec<Filling>,
}

impl Spheres<'_> {
    /// The fillings of the depth that was reached, in a fixed order.
    pub fn sphere(&self) -> &[Filling] {
        &self.sphere
    }

    /// Goes one depth further; `false` if there would be more than `limit` fillings, and then nothing changes.
    ///
    /// SWAP and REPLACE can be undone in one edit, and ADD only ever goes further, so that a neighbour of a filling lies at
    /// its depth, the one before or the one after.
    pub fn go(&mut self, limit: usize) -> bool {
        let mut seen: HashSet<Filling> = self.sphere.iter().cloned().collect();
        let mut next = Vec::new();
        for filling in &self.sphere {
            self.template.neighbours(filling, |other| {
                if next.len() <= limit && !self.before.contains(&other) && seen.insert(other.clone()) {
                    next.push(other);
                }
            });
        }
        if next.len() > limit {
            return false;
        }
        self.before = std::mem::replace(&mut self.sphere, next).into_iter().collect();
        true
    }
}

/// Before every object without an attribute a site for any attribute, before one with a colour alone a site for any other,
/// with the words that can be told from what may follow them.
fn sites(words: &[Word], places: &[usize], caption: &[u32], classes: &[Class], offers: Offers) -> Vec<Site> {
    let joined = |i: usize| i > 0 && !words[i].after_mark;
    let noun = |i: usize| matches!(words[i].category, Category::Noun | Category::Nouns | Category::Hollow);
    let attributes = |category: Category| {
        let own = (0..words.len()).filter(move |&i| words[i].category == category).map(|i| caption[i]);
        own.chain(offers(category))
    };
    let mut found = Vec::new();
    for &place in places.iter().filter(|&&i| matches!(words[i].category, Category::Noun | Category::Nouns)) {
        let mut first = place;
        while joined(first) && noun(first - 1) {
            first -= 1;
        }
        let coloured = joined(first) && words[first - 1].category == Category::Colour;
        first -= usize::from(coloured);
        if joined(first) && words[first - 1].category.describes() {
            continue;
        }
        let follow: &[u32] = match classes.iter().find(|class| class.slots.contains(&first)) {
            Some(class) => &class.words,
            None => &caption[first..=first],
        };
        let colours = if coloured { Vec::new() } else { attributes(Category::Colour).collect() };
        let all = attributes(Category::Pattern).chain(attributes(Category::Adjective)).chain(colours);
        let words = distinct(all.filter(|word| !follow.contains(word)));
        if !words.is_empty() {
            found.push(Site { before: first, words });
        }
    }
    found
}

fn distinct(words: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut seen = HashSet::new();
    words.filter(|&word| seen.insert(word)).collect()
}
