//! Words without what agreement changes.

use crate::caption::inflection::irregular_singular;

/// Forms of verbs that no ending tells, each before its base.
const IRREGULAR: &str = "lying lie laying lay sat sit stood stand ridden ride held hold eaten eat ate eat wore wear worn wear \
                         ran run";

/// The stem of a word in lower case.
pub(super) fn stem(word: &str) -> String {
    let mut pairs = IRREGULAR.split_ascii_whitespace();
    while let (Some(form), Some(base)) = (pairs.next(), pairs.next()) {
        if form == word {
            return base.to_owned();
        }
    }
    if let Some(one) = irregular_singular(word) {
        return stem(&one);
    }
    let word = word.trim_matches(['\'', '\u{2019}']);
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

/// Letters below which one other letter makes another word.
const LONG: usize = 6;

/// Whether two different stems are one word, spelt in two ways: doubled letters, or in a long word one letter.
pub(super) fn same_word(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.first() != b.first() || a.len().min(b.len()) < LONG {
        return false;
    }
    let single = |letters: &[char]| {
        let mut letters = letters.to_vec();
        letters.dedup();
        letters
    };
    single(&a) == single(&b) || one_apart(&a, &b)
}

/// Whether one letter put in, left out, put for another, or two neighbours exchanged make the one of the other.
fn one_apart(a: &[char], b: &[char]) -> bool {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    match (a, b) {
        ([_], []) | ([], [_]) | ([_], [_]) => true,
        ([p, q], [r, s]) => p == s && q == r,
        _ => false,
    }
}
