//! What a hard negative does in terms of what is said, beside the literal edit: free of agreement, articles and auxiliaries.
//!
//! Words are folded to stems, so that "a man and two dogs" and "two men and a dog" have the same ones. Words that move make
//! a SWAP; else new words without lost ones make an ADD; everything else is a REPLACE. The label names the operator and
//! not a change of meaning: paraphrases that move words look like swaps too.
//!
//! The rules were set on SugarCrepe's files, so that the agreement with these is no estimate of that with others.

use std::collections::BTreeMap;

use serde::Serialize;

/// The operator of an edit by what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Meaning {
    /// The same stems in the same order.
    Same,
    /// Words change places.
    Swap,
    /// Words are put for others.
    Replace,
    /// Words are added.
    Add,
}

impl Meaning {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Meaning::Same => "same",
            Meaning::Swap => "swap",
            Meaning::Replace => "replace",
            Meaning::Add => "add",
        }
    }
}

/// Articles, auxiliaries and pronouns, which agreement changes.
const SILENT: &str = "a an the is are was were be been being am has have had do does did there that which who this these \
                      those it its their his her";
/// Words of relation.
const RELATIONS: &str = "and or not in on at of to from with by for near under over above below behind beside beneath \
                         between through around along across into onto inside outside off out up down against next front \
                         top bottom left right side while as without within upon before after beyond among toward \
                         towards underneath atop alongside";
/// Forms that no ending tells.
const IRREGULAR: &str = "men man women woman people person children child feet foot teeth tooth geese goose mice mouse \
                         knives knife shelves shelf leaves leaf lying lie laying lay sat sit stood stand ridden ride held \
                         hold eaten eat ate eat wore wear worn wear ran run";
/// Cells of the table of common words; longer texts are not compared in their order.
const CELLS: usize = 1 << 20;

fn among(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// The operator of the edit from the caption to the negative.
pub fn meaning(caption: &str, negative: &str) -> Meaning {
    let (old, new) = (stems(caption), stems(negative));
    let content =
        |stems: &[String]| -> Vec<String> { stems.iter().filter(|w| !among(RELATIONS, w)).cloned().collect() };
    let (removed, added) = (minus(&old, &new), minus(&new, &old));
    let (lost, gained) = (content(&removed).len(), content(&added).len());
    let moved = moved(&content(&old), &content(&new));
    let relation = |stems: &[String]| stems.iter().any(|w| among(RELATIONS, w));
    if removed.is_empty() && added.is_empty() {
        return if old == new { Meaning::Same } else { Meaning::Swap };
    }
    // "..., and a dog": what is joined on is new, wherever it stands.
    if gained > lost && added.iter().any(|w| w == "and" || w == "while") {
        return Meaning::Add;
    }
    if moved > 1 || moved == 1 && (gained == 0 || gained == lost && gained < 2) {
        return Meaning::Swap;
    }
    if removed.is_empty() || lost == 0 && gained > 0 && !relation(&removed) {
        return Meaning::Add;
    }
    Meaning::Replace
}

/// The stems of a text, without what agreement changes.
fn stems(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '\u{2019}');
    let words = words.map(|w| w.trim_matches(['\'', '\u{2019}'])).filter(|w| !w.is_empty() && !among(SILENT, w));
    words.map(|word| if among(RELATIONS, word) { word.to_owned() } else { stem(word) }).collect()
}

fn stem(word: &str) -> String {
    let mut pairs = IRREGULAR.split_ascii_whitespace();
    while let (Some(form), Some(base)) = (pairs.next(), pairs.next()) {
        if form == word {
            return base.to_owned();
        }
    }
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("\u{2019}s")).unwrap_or(word);
    let count = word.chars().count();
    if let Some(base) = word.strip_suffix("ies").filter(|_| count > 4) {
        return format!("{base}y");
    }
    if count > 4 && ["ches", "shes", "sses", "xes", "zes"].iter().any(|end| word.ends_with(end)) {
        return word[..word.len() - 2].to_owned();
    }
    let plural = count > 3 && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    let word = word.strip_suffix('s').filter(|_| plural).unwrap_or(word);
    let base = ["ing", "ed"].iter().find_map(|end| word.strip_suffix(end).filter(|base| base.chars().count() > 2));
    let Some(base) = base else {
        return if word.chars().count() > 3 { word.trim_end_matches('e').to_owned() } else { word.to_owned() };
    };
    // "sitting", but not "calling".
    let mut back = base.chars().rev();
    let doubled = back.next().filter(|last| back.next() == Some(*last) && !"lsz".contains(*last));
    let base = doubled.map_or(base, |last| &base[..base.len() - last.len_utf8()]);
    base.trim_end_matches('e').to_owned()
}

/// What the first list has more often than the second.
fn minus(a: &[String], b: &[String]) -> Vec<String> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    b.iter().for_each(|word| *left.entry(word).or_default() += 1);
    let more = a.iter().filter(|word| match left.get_mut(word.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    more.cloned().collect()
}

/// How many words that both have are not in one order in both.
fn moved(a: &[String], b: &[String]) -> usize {
    if a.len().saturating_mul(b.len()) > CELLS {
        return 0;
    }
    let common = a.len() - minus(a, b).len();
    let mut row = vec![0usize; b.len() + 1];
    for x in a {
        let mut before = 0;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if x == y { before + 1 } else { above.max(row[j]) };
            before = above;
        }
    }
    common - row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::Meaning::*;
    use super::meaning;

    #[test]
    fn labels_are_free_of_agreement() {
        for (label, caption, negative) in [
            (Same, "a dog", "The dogs."),
            (Swap, "a man and two dogs", "two men and a dog"),
            (Swap, "a red cube on a blue sphere", "A blue cube is on a red sphere."),
            (Replace, "a cat on a mat", "A dog is on a mat."),
            (Replace, "books on the stove", "Books beside the stove."),
            (Add, "a cat on a mat", "A black cat is on a mat."),
            (Add, "a cat sitting in a sink", "A cat and a fish are in a sink, sitting."),
        ] {
            assert_eq!(meaning(caption, negative), label, "{caption} | {negative}");
        }
    }
}
