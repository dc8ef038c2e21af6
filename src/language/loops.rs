//! Where a word occurs in another one, scalars being free to move: the normal form sorts the loops of a word (what lies
//! between its visits to the unit space), so a factor of it need not stand in one piece.

use crate::kernel::{Letter, Word, transposed, visits};

/// All `(left, right)` for which `left * part * right` has the normal form `word`; both are in normal form. Where `part`
/// does not visit the unit space, it is looked for the way round that it has.
pub(super) fn occurrences(word: &[Letter], part: &[Letter]) -> Vec<(Word, Word)> {
    match (Passage::of(part), Passage::of(word)) {
        (None, _) => {
            let places = (0..(word.len() + 1).saturating_sub(part.len())).filter(|&at| word[at..].starts_with(part));
            places.map(|at| (word[..at].to_vec(), word[at + part.len()..].to_vec())).collect()
        }
        (Some(part), Some(word)) => word.occurrences(&part),
        (Some(_), None) => Vec::new(),
    }
}

/// Where two words meet in scalars that both have: for each what to put around it, so that the two products have one normal
/// form. The first is a scalar, and the second begins or ends in the unit space. `None`: they share no loop, or one holds the other.
pub(super) fn meeting(first: &[Letter], second: &[Letter]) -> Option<[(Word, Word); 2]> {
    let (a, b) = (Passage::of(first)?, Passage::of(second)?);
    let ends = [a.head, a.tail].iter().all(|end| end.is_empty()) && (b.head.is_empty() || b.tail.is_empty());
    let (of_a, of_b) = (without(&a.loops, &b.loops), without(&b.loops, &a.loops));
    if !ends || of_a.len() == a.loops.len() || of_a.is_empty() || of_b.is_empty() {
        return None;
    }
    let (of_a, of_b) = (of_a.concat(), of_b.concat());
    let around_second = if b.head.is_empty() { (of_a, Word::new()) } else { (Word::new(), of_a) };
    Some([([b.head, &of_b[..]].concat(), b.tail.to_vec()), around_second])
}

/// The loops that are left when those of the other word are taken out, each as often as it is there.
fn without<'w>(loops: &[&'w [Letter]], others: &[&[Letter]]) -> Vec<&'w [Letter]> {
    let mut rest = loops.to_vec();
    for other in others {
        if let Some(at) = rest.iter().position(|own| own == other) {
            rest.remove(at);
        }
    }
    rest
}

/// A word that visits the unit space: what is before its first visit, its loops, and what is behind its last visit.
struct Passage<'w> {
    head: &'w [Letter],
    loops: Vec<&'w [Letter]>,
    tail: &'w [Letter],
}

/// Where an end of the part lies: at the same end of the word, or in this loop, of which so much is left.
type End = (Option<usize>, Word);

impl<'w> Passage<'w> {
    fn of(word: &'w [Letter]) -> Option<Passage<'w>> {
        let visits = visits(word);
        let (first, last) = (*visits.first()?, *visits.last()?);
        let loops = visits.windows(2).map(|ends| &word[ends[0]..ends[1]]).collect();
        Some(Passage { head: &word[..first], loops, tail: &word[last..] })
    }

    fn occurrences(&self, part: &Passage) -> Vec<(Word, Word)> {
        let mut rest = self.loops.clone();
        for inner in &part.loops {
            match rest.iter().position(|outer| outer == inner) {
                Some(at) => drop(rest.remove(at)),
                None => return Vec::new(),
            }
        }
        let lefts = ends(&rest, self.head.strip_suffix(part.head), part.head, |l, head| l.strip_suffix(head));
        let rights = ends(&rest, self.tail.strip_prefix(part.tail), part.tail, |l, tail| l.strip_prefix(tail));
        let mut found = Vec::new();
        for ((i, left), (j, right)) in lefts.iter().flat_map(|l| rights.iter().map(move |r| (l, r))) {
            let others = rest.iter().enumerate().filter(|(at, _)| ![*i, *j].contains(&Some(*at)));
            let others: Word = others.flat_map(|(_, l)| l.iter().cloned()).collect();
            let join = |parts: [&[Letter]; 3]| parts.concat();
            // The other loops stand where the word visits the unit space outside the part.
            let pair = match (i, j) {
                (Some(i), Some(j)) if i == j => continue,
                (Some(_), Some(_)) => (join([self.head, &others, left]), join([right, self.tail, &[]])),
                (Some(_), None) => (join([self.head, &others, left]), right.clone()),
                (None, Some(_)) => (left.clone(), join([right, &others, self.tail])),
                (None, None) if part.head.is_empty() => (join([left, &others, &[]]), right.clone()),
                (None, None) if part.tail.is_empty() => (left.clone(), join([&others, right, &[]])),
                (None, None) if others.is_empty() => (left.clone(), right.clone()),
                (None, None) => continue,
            };
            if !found.contains(&pair) {
                found.push(pair);
            }
        }
        found
    }
}

/// Where an end of the part can lie, given what it leaves of the word's own end if it lies there. A part that ends in the
/// unit space lies there without loss, since scalars move.
fn ends(
    loops: &[&[Letter]],
    outside: Option<&[Letter]>,
    end: &[Letter],
    strip: for<'l> fn(&'l [Letter], &[Letter]) -> Option<&'l [Letter]>,
) -> Vec<End> {
    let mut ends: Vec<End> = outside.map(|left| (None, left.to_vec())).into_iter().collect();
    if end.is_empty() {
        return ends;
    }
    for (at, there) in loops.iter().enumerate() {
        let back = transposed(there);
        ends.extend([there, &back[..]].iter().filter_map(|way| Some((Some(at), strip(way, end)?.to_vec()))));
    }
    ends
}
