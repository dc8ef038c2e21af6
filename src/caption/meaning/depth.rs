//! How many edits of single concepts lie between a caption and a negative: SWAP, REPLACE and ADD, free of agreement.

use super::{Change, Labeller, Stem, fold_spellings, join_compounds, missing, stems};

/// Relations of several words, which are one concept.
const RELATIONS: &[&[&str]] = &[
    &["in", "front", "of"],
    &["on", "top", "of"],
    &["next", "to"],
    &["close", "to"],
    &["far", "from"],
    &["far", "away", "from"],
    &["out", "of"],
    &["inside", "of"],
    &["outside", "of"],
    &["away", "from"],
];
/// More different places than this are not looked through.
const DIFFERENT: usize = 8;

impl Labeller {
    /// The least number of edits that lead from the caption to the negative, if it is at most `limit` (and 3): an edit
    /// exchanges two concepts, puts one for another, or adds one. Concepts are compound nouns, relations and all other words
    /// but articles, auxiliaries and pronouns, each without what agreement changes. 0 where nothing else differs.
    ///
    /// What takes something away has no depth: none of the three does.
    pub fn depth(&self, caption: &str, negative: &str, limit: usize) -> Option<usize> {
        let (mut old, mut new) = (stems(&self.tagger.tag(caption)), stems(&self.tagger.tag(negative)));
        join_compounds(&mut old, &new);
        join_compounds(&mut new, &old);
        fold_spellings(&mut old, &new);
        let limit = limit.min(3);
        // Word by word or with compounds whole, whatever is nearer. Prepositions may go along, and where things change places
        // alone, what describes them.
        let words = |list: &[Stem]| list.iter().map(|stem| stem.text.clone()).collect::<Vec<_>>();
        let content = |list: &[Stem]| list.iter().filter(|stem| !stem.is_relation()).cloned().collect::<Vec<_>>();
        let (old_content, new_content) = (content(&old), content(&new));
        let exchanged = |old: &[Stem], new: &[Stem]| {
            let (old, new) = (concepts(old, true), concepts(new, true));
            let sorted = |list: &[String]| {
                let mut list = list.to_vec();
                list.sort_unstable();
                list
            };
            between(&old, &new, limit).filter(|_| sorted(&old) == sorted(&new))
        };
        // Relations that are put for others are edits all the same.
        let relations = |list: &[Stem]| list.iter().filter(|stem| stem.is_relation()).cloned().collect::<Vec<_>>();
        let (old_relations, new_relations) = (relations(&old), relations(&new));
        let lost = missing(&old_relations, &new_relations).len();
        let replaced = lost.min(missing(&new_relations, &old_relations).len());
        let along = |steps: Option<usize>| {
            steps.filter(|steps| *steps > 0).map(|steps| steps + replaced).filter(|steps| *steps <= limit)
        };
        let readings = [
            between(&words(&old), &words(&new), limit),
            between(&concepts(&old, false), &concepts(&new, false), limit),
            exchanged(&old, &new),
            along(between(&concepts(&old_content, false), &concepts(&new_content, false), limit)),
            along(exchanged(&old_content, &new_content)),
        ];
        let least = readings.into_iter().flatten().min();
        // "a dog and cats", "dogs and a cat": one exchange, of numbers.
        least.map(|steps| if steps == 0 { usize::from(Change::between(&old, &new).exchanges_plurals()) } else { steps })
    }
}

/// The concepts of a text in order; nouns with the adjectives before them, or without.
fn concepts(stems: &[Stem], described: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < stems.len() {
        let here = |phrase: &&&[&str]| {
            let part = stems.get(at..at + phrase.len());
            part.is_some_and(|part| part.iter().zip(**phrase).all(|(stem, word)| stem.text == *word))
        };
        let mut end = at + 1;
        if let Some(phrase) = RELATIONS.iter().find(here) {
            end = at + phrase.len();
        } else if stems[at].is_noun() || described && stems[at].category.describes() {
            while described && end < stems.len() && stems[end].category.describes() && !stems[end].after_mark {
                end += 1;
            }
            while end < stems.len() && stems[end].is_noun() && !stems[end].after_mark {
                end += 1;
            }
        }
        found.push(stems[at..end].iter().map(|stem| stem.text.as_str()).collect::<Vec<_>>().join(" "));
        at = end;
    }
    found
}

/// The least number of exchanges, replacements and additions of items that make the second list of the first.
fn between(old: &[String], new: &[String], limit: usize) -> Option<usize> {
    let added = new.len().checked_sub(old.len()).filter(|added| *added <= limit)?;
    let mut best = None;
    without(new, added, &mut |rest| {
        let different: Vec<usize> = (0..old.len()).filter(|&at| old[at] != *rest[at]).collect();
        if different.len() <= DIFFERENT {
            let steps = added + different.len() - cycles(&different, old, rest);
            best = Some(best.map_or(steps, |best: usize| best.min(steps)));
        }
    });
    best.filter(|steps| *steps <= limit)
}

/// Calls `found` with the list without as many of its items, in every way.
fn without<'a>(list: &'a [String], fewer: usize, found: &mut impl FnMut(&[&'a String])) {
    fn go<'a>(list: &'a [String], fewer: usize, kept: &mut Vec<&'a String>, found: &mut impl FnMut(&[&'a String])) {
        if list.len() == fewer {
            return found(kept);
        }
        kept.push(&list[0]);
        go(&list[1..], fewer, kept, found);
        kept.pop();
        if fewer > 0 {
            go(&list[1..], fewer - 1, kept, found);
        }
    }
    go(list, fewer, &mut Vec::new(), found);
}

/// The most cycles in which items of the different places changed places: a cycle of n takes n - 1 exchanges, and everything
/// else an edit a place.
fn cycles(places: &[usize], old: &[String], new: &[&String]) -> usize {
    let Some((&first, rest)) = places.split_first() else { return 0 };
    // Without a cycle through the first place, and with each that there is.
    let mut best = cycles(rest, old, new);
    let mut open = vec![(first, rest.to_vec())];
    while let Some((at, left)) = open.pop() {
        for (k, &next) in left.iter().enumerate() {
            // What stands at `at` now stood at `next`.
            if *new[at] == old[next] {
                let mut others = left.clone();
                others.remove(k);
                if *new[next] == old[first] {
                    best = best.max(1 + cycles(&others, old, new));
                }
                open.push((next, others));
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depths_of_edits() {
        let labeller = Labeller::new();
        for (depth, caption, negative) in [
            (Some(0), "a dog", "The dogs."),
            (Some(1), "a dog and cats", "dogs and a cat"),
            (Some(1), "a red cube on a blue sphere", "A blue cube is on a red sphere."),
            (Some(1), "a fire hydrant in front of a truck", "a parking meter in front of a truck"),
            (Some(1), "a cat next to a mat", "a cat on top of a mat"),
            (Some(1), "a cat on a mat", "a black cat on a mat"),
            (Some(2), "a red cube on a blue sphere", "a blue cube under a red sphere"),
            (Some(2), "a red cube, a blue ball and a green cone", "a blue cube, a green ball and a red cone"),
            (Some(3), "a cat on a mat", "a black dog on a big mat"),
            (None, "a black cat on a mat", "a cat on a mat"),
            (None, "a cat on a mat", "two small birds fly over some old barns at noon"),
        ] {
            assert_eq!(labeller.depth(caption, negative, 3), depth, "{caption} | {negative}");
        }
    }
}
