//! What a hard negative does in terms of what is said, beside the literal edit: free of agreement, articles and auxiliaries.
//!
//! Words are folded to stems, so that "a man and two dogs" and "two men and a dog" have the same ones; compounds written
//! open and closed are one, and so are two spellings of a word. Words that move make a SWAP; else new words without lost ones
//! make an ADD, lost ones without new ones a REMOVE; where little of the caption is left the whole is a rewrite, and everything
//! else is a REPLACE. The label names the operator and not a change of meaning: paraphrases that move words look like
//! swaps too.
//!
//! The rules were set on SugarCrepe's files, so that the agreement with these is no estimate of that with others.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::LazyLock;

use serde::Serialize;

use super::concept::{Category, ConceptKind, Tagger, Word};

mod depth;
mod stem;

use stem::{same_word, stem};

/// The operator of an edit by what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Meaning {
    /// The same stems in the same order.
    Same,
    /// Words change places.
    Swap,
    /// Words are put for others.
    Replace,
    /// Words are added.
    Add,
    /// Words are taken away.
    Remove,
    /// Most of the words are others.
    Rewrite,
}

/// What an edit is about, where that is sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Subject {
    /// Things.
    Object,
    /// What things are like.
    Attribute,
    /// How they stand to each other, or what they do.
    Relation,
    /// How many there are.
    Number,
}

/// A semantic label. Shown as the operator and the subject: `swap attribute`, `replace`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// The operator.
    pub operator: Meaning,
    /// What it is about; `None` where the words do not tell.
    pub subject: Option<Subject>,
}

impl Meaning {
    /// All of them.
    pub const ALL: [Meaning; 6] =
        [Meaning::Swap, Meaning::Replace, Meaning::Add, Meaning::Remove, Meaning::Rewrite, Meaning::Same];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Meaning::Same => "same",
            Meaning::Swap => "swap",
            Meaning::Replace => "replace",
            Meaning::Add => "add",
            Meaning::Remove => "remove",
            Meaning::Rewrite => "rewrite",
        }
    }
}

impl Subject {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Subject::Object => "object",
            Subject::Attribute => "attribute",
            Subject::Relation => "relation",
            Subject::Number => "number",
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operator.as_str())?;
        self.subject.map_or(Ok(()), |subject| write!(f, " {}", subject.as_str()))
    }
}

impl Serialize for Label {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The words of a list.
fn words(list: &str) -> HashSet<&str> {
    list.split_ascii_whitespace().collect()
}

/// Articles, auxiliaries, pronouns and the like, which agreement changes.
static SILENT: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    words(
        "a an the is are was were be been being am has have had do does did there that which who this these \
                      those it its it's their his her s some other each",
    )
});
/// Words of relation.
static RELATIONS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    words(
        "and or not in on at of to from with by for near under over above below behind beside beneath \
                         between through around along across into onto inside outside off out up down against next front \
                         top bottom left right side while as without within upon before after beyond among toward \
                         towards underneath atop alongside",
    )
});
/// Cells of the table of common words; longer texts are not compared in their order.
const CELLS: usize = 1 << 20;

/// Labels edits. Making one reads the lexicon of the tagger; a label is a function of the two texts alone.
#[derive(Default)]
pub struct Labeller {
    tagger: Tagger,
}

impl Labeller {
    /// A labeller.
    pub fn new() -> Labeller {
        Labeller::default()
    }

    /// The label of the edit from the caption to the negative.
    pub fn label(&self, caption: &str, negative: &str) -> Label {
        self.hear(caption).against(self.hear(negative))
    }

    /// A text for more than one label.
    pub fn hear(&self, text: &str) -> Heard {
        Heard(stems(&self.tagger.tag(text)))
    }
}

/// What a label is told from: a text without what agreement changes.
#[derive(Clone, Debug)]
pub struct Heard(Vec<Stem>);

impl Heard {
    /// The label of the edit from this text to the negative.
    pub fn against(self, negative: Heard) -> Label {
        let (Heard(mut old), Heard(mut new)) = (self, negative);
        join_compounds(&mut old, &new);
        join_compounds(&mut new, &old);
        fold_spellings(&mut old, &new);
        Change::between(&old, &new).label()
    }
}

/// A word without what agreement changes.
#[derive(Clone, Debug)]
struct Stem {
    text: String,
    word: String,
    category: Category,
    /// Whether a list goes on here: after punctuation.
    after_mark: bool,
}

impl Stem {
    fn is_relation(&self) -> bool {
        RELATIONS.contains(self.text.as_str())
    }

    fn is_noun(&self) -> bool {
        !self.is_relation() && matches!(self.category, Category::Noun | Category::Nouns | Category::Hollow)
    }
}

/// The stems of a text, without articles, auxiliaries and pronouns. Hyphens part words.
fn stems(words: &[Word]) -> Vec<Stem> {
    let parts = words.iter().flat_map(|word| {
        let parts = word.text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '\u{2019}');
        parts.filter(|part| !part.is_empty()).map(move |part| (part, word))
    });
    let heard = parts.filter(|(part, _)| !SILENT.contains(part));
    let stems = heard.map(|(part, word)| Stem {
        text: if RELATIONS.contains(part) { part.to_owned() } else { stem(part) },
        word: part.to_owned(),
        category: word.category,
        after_mark: word.after_mark,
    });
    stems.filter(|stem| !stem.text.is_empty()).collect()
}

/// Joins neighbours that the other text writes as one word: "suit case".
fn join_compounds(stems: &mut Vec<Stem>, other: &[Stem]) {
    let mut at = 0;
    while at + 1 < stems.len() {
        let joined = stem(&format!("{}{}", stems[at].word, stems[at + 1].word));
        if other.iter().any(|whole| whole.text == joined) && !other.iter().any(|whole| whole.text == stems[at].text) {
            let last = stems.remove(at + 1);
            stems[at] =
                Stem { text: joined, word: stems[at].word.clone() + &last.word, category: last.category, ..stems[at] };
        }
        at += 1;
    }
}

/// Gives words that are lost the spelling of a word that is new, where only the spelling differs.
fn fold_spellings(old: &mut [Stem], new: &[Stem]) {
    let lost: Vec<usize> = missing(old, new);
    let mut gained: Vec<&Stem> = missing(new, old).into_iter().map(|at| &new[at]).collect();
    for at in lost {
        if let Some(found) = gained.iter().position(|other| same_word(&old[at].text, &other.text)) {
            old[at].text = gained.remove(found).text.clone();
        }
    }
}

/// The places of what the first list has more often than the second.
fn missing(a: &[Stem], b: &[Stem]) -> Vec<usize> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    b.iter().for_each(|stem| *left.entry(stem.text.as_str()).or_default() += 1);
    let more = (0..a.len()).filter(|&at| match left.get_mut(a[at].text.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    more.collect()
}

/// What is different between two lists of stems.
struct Change<'a> {
    old: &'a [Stem],
    new: &'a [Stem],
    /// Places in the old that the new has not.
    removed: Vec<usize>,
    /// Places in the new that the old has not.
    added: Vec<usize>,
    /// Places in the old of words of content that are not in one order in both.
    moved: Vec<usize>,
}

impl<'a> Change<'a> {
    fn between(old: &'a [Stem], new: &'a [Stem]) -> Change<'a> {
        let (removed, added) = (missing(old, new), missing(new, old));
        Change { moved: moved(old, new, &removed), old, new, removed, added }
    }

    fn label(&self) -> Label {
        let operator = self.operator();
        let subject = match operator {
            Meaning::Swap => self.of_swap(),
            Meaning::Replace => self.of_replace(),
            Meaning::Add => of_run(self.new, &self.added),
            Meaning::Remove => of_run(self.old, &self.removed),
            Meaning::Same | Meaning::Rewrite => None,
        };
        Label { operator, subject }
    }

    fn operator(&self) -> Meaning {
        let content = |list: &[Stem], places: &[usize]| places.iter().filter(|&&at| !list[at].is_relation()).count();
        let (lost, gained) = (content(self.old, &self.removed), content(self.new, &self.added));
        let moved = self.moved.len();
        if self.removed.is_empty() && self.added.is_empty() {
            let same = self.old.iter().zip(self.new).all(|(a, b)| a.text == b.text);
            return if same && !self.exchanges_plurals() { Meaning::Same } else { Meaning::Swap };
        }
        // "..., and a dog": what is joined on is new, wherever it stands.
        let nouns = |list: &[Stem], places: &[usize]| places.iter().filter(|&&at| list[at].is_noun()).count();
        let (things_lost, things) = (nouns(self.old, &self.removed), nouns(self.new, &self.added));
        if (gained > lost || things > things_lost) && self.joins() {
            return Meaning::Add;
        }
        if moved > 1 || moved == 1 && (gained == 0 || gained == lost && gained < 2) {
            return Meaning::Swap;
        }
        let relation = self.removed.iter().any(|&at| self.old[at].is_relation());
        if self.removed.is_empty() || lost == 0 && gained > 0 && (!relation || things > 0) {
            return Meaning::Add;
        }
        if self.added.is_empty() {
            return Meaning::Remove;
        }
        let kept = self.old.iter().filter(|stem| !stem.is_relation()).count() - lost;
        if kept < lost.min(gained) && lost.min(gained) > 2 {
            return Meaning::Rewrite;
        }
        Meaning::Replace
    }

    /// Whether the new has a list that goes on where the old has none.
    fn joins(&self) -> bool {
        self.added.iter().any(|&at| matches!(self.new[at].text.as_str(), "and" | "while"))
    }

    /// "a dog and two cats", "dogs and a cat": one plural for another.
    fn exchanges_plurals(&self) -> bool {
        let number = |stem: &Stem| stem.is_noun().then_some(stem.category == Category::Nouns);
        let pairs = self.old.iter().zip(self.new).filter_map(|(a, b)| Some((number(a)?, number(b)?)));
        let (mut up, mut down) = (false, false);
        pairs.for_each(|(a, b)| {
            up |= !a && b;
            down |= a && !b;
        });
        up && down
    }

    fn of_swap(&self) -> Option<Subject> {
        if self.moved.is_empty() {
            return Some(if self.exchanges_plurals() { Subject::Number } else { Subject::Relation });
        }
        let subjects: Vec<Option<Subject>> = self.moved.iter().map(|&at| subject(self.old, at)).collect();
        strongest(&subjects)
    }

    fn of_replace(&self) -> Option<Subject> {
        let of = |list: &[Stem], places: &[usize]| -> Vec<Option<Subject>> {
            places.iter().map(|&at| subject(list, at)).collect()
        };
        let (lost, gained) = (of(self.old, &self.removed), of(self.new, &self.added));
        let (lost, gained) = (strongest(&lost)?, strongest(&gained)?);
        (lost == gained).then_some(lost)
    }
}

/// What a word is about where it stands: a noun before a noun says what that is like.
fn subject(stems: &[Stem], at: usize) -> Option<Subject> {
    let stem = &stems[at];
    if stem.is_relation() {
        return Some(Subject::Relation);
    }
    let before_noun = stems.get(at + 1).is_some_and(|next| !next.after_mark && next.is_noun());
    match stem.category {
        Category::Number => Some(Subject::Number),
        Category::Noun | Category::Nouns if before_noun => Some(Subject::Attribute),
        category => match category.concept() {
            Some(ConceptKind::Object) => Some(Subject::Object),
            Some(ConceptKind::Attribute) => Some(Subject::Attribute),
            Some(ConceptKind::Relation) => Some(Subject::Relation),
            None => None,
        },
    }
}

/// The subject of words together: objects bring their attributes and relations with them.
fn strongest(subjects: &[Option<Subject>]) -> Option<Subject> {
    let has = |subject| subjects.contains(&Some(subject));
    [Subject::Object, Subject::Attribute, Subject::Number, Subject::Relation].into_iter().find(|&subject| has(subject))
}

/// The subject of a run of words that are there in one text alone.
fn of_run(stems: &[Stem], places: &[usize]) -> Option<Subject> {
    strongest(&places.iter().map(|&at| subject(stems, at)).collect::<Vec<_>>())
}

/// The places in the old of content that both have, but not in one order.
fn moved(old: &[Stem], new: &[Stem], removed: &[usize]) -> Vec<usize> {
    let content = |stems: &[Stem]| -> Vec<usize> { (0..stems.len()).filter(|&at| !stems[at].is_relation()).collect() };
    let (a, b) = (content(old), content(new));
    if a.len().saturating_mul(b.len()) > CELLS {
        return Vec::new();
    }
    // lengths[i][j]: of the heaviest common subsequence of what follows. Of two that are as long, things stay: "a red cube
    // and a blue cube" exchange colours.
    let weight = |at: usize| CELLS + usize::from(old[at].is_noun());
    let width = b.len() + 1;
    let mut lengths = vec![0usize; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            lengths[i * width + j] = if old[a[i]].text == new[b[j]].text {
                lengths[(i + 1) * width + j + 1] + weight(a[i])
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut stay) = (0, 0, vec![false; old.len()]);
    while i < a.len() && j < b.len() {
        if old[a[i]].text == new[b[j]].text {
            stay[a[i]] = true;
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    a.into_iter().filter(|&at| !stay[at] && !removed.contains(&at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_free_of_agreement() {
        let labeller = Labeller::new();
        for (label, caption, negative) in [
            ("same", "a dog", "The dogs."),
            ("same", "a suit case on a side walk", "A suitcase on the sidewalk."),
            ("same", "brocolli in a bowl", "Broccoli in a bowl"),
            ("swap number", "a man and two dogs", "two men and a dog"),
            ("swap number", "a dog and cats", "dogs and a cat"),
            ("swap attribute", "a red cube on a blue sphere", "A blue cube is on a red sphere."),
            ("swap object", "a wolf hunts the deer", "The deer hunt the wolf."),
            ("swap attribute", "A black cat on a white lap top.", "A white cat on a black laptop."),
            ("replace object", "a cat on a mat", "A dog is on a mat."),
            ("replace relation", "books on the stove", "Books beside the stove."),
            ("replace attribute", "a red ball", "a blue ball"),
            ("replace number", "two dogs", "three dogs"),
            ("add attribute", "a cat on a mat", "A black cat is on a mat."),
            ("add object", "a cat sitting in a sink", "A cat and a fish are in a sink, sitting."),
            ("remove attribute", "a black cat", "a cat"),
            ("rewrite", "a man rides a wave at noon", "several cows graze beside some old barns"),
        ] {
            assert_eq!(labeller.label(caption, negative).to_string(), label, "{caption} | {negative}");
        }
    }
}
