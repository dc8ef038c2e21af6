//! Which edit turns a caption into its negative, read off the difference of their tokens.
//!
//! The longest common prefix and suffix are set aside; what is left of the two texts are their *cores*.
//!
//! 1. An empty core makes an ADD or a REMOVE.
//! 2. Cores `A M B` and `B M A` make a SWAP. If any way of exchanging two spans explains the edit, one of
//!    the cores alone does: a first or last token that two exchanged spans share can be left where it is.
//!    Among several, the shortest exchanged spans are taken, then the shortest left one.
//! 3. Cores with the same tokens in another order make a composite of SWAPs, found greedily.
//! 4. Otherwise the cores are aligned, with as many tokens matched as possible and these in as few runs as
//!    possible. One gap makes a REPLACE. Several gaps make a composite, in which two gaps that exchange
//!    their tokens are one SWAP.
//!
//! Every search has a bound on its work; beyond it the edit is one REPLACE of the whole core, which is
//! always right, though it may be coarser than need be.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use super::edit::{Edit, Step};

/// Token comparisons spent on finding one exchange of two spans.
const EXCHANGE_WORK: usize = 1 << 20;
/// The longest core of a permutation that is decomposed into swaps.
const LONGEST_PERMUTATION: usize = 48;
/// Cells of the alignment table of two cores.
const ALIGNMENT_CELLS: usize = 1 << 20;

/// The edit from `caption` to `negative`, for any tokens that can be compared.
///
/// It holds that `classify(caption, negative).apply(caption) == Some(negative)`.
pub fn classify<T: Clone + Eq + Hash>(caption: &[T], negative: &[T]) -> Edit<T> {
    let (start, old, new) = cores(caption, negative);
    let whole = start..start + old.len();
    let steps = match (old.is_empty(), new.is_empty()) {
        (true, true) => Vec::new(),
        (true, false) => vec![Step::Add { at: start, new: new.to_vec() }],
        (false, true) => vec![Step::Remove { old: whole }],
        (false, false) => exchange(old, new)
            .map(|(left, right)| vec![swap(start, left, right)])
            .or_else(|| permutation(caption, negative))
            .or_else(|| alignment(start, old, new))
            .unwrap_or_else(|| vec![Step::Replace { old: whole, new: new.to_vec() }]),
    };
    Edit { steps }
}

/// The length of the longest common prefix, and what is left of both texts without it and without the
/// longest common suffix of the rest.
fn cores<'a, T: Eq>(a: &'a [T], b: &'a [T]) -> (usize, &'a [T], &'a [T]) {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (prefix, &a[..a.len() - suffix], &b[..b.len() - suffix])
}

fn swap<T>(start: usize, left: Range<usize>, right: Range<usize>) -> Step<T> {
    Step::Swap { left: start + left.start..start + left.end, right: start + right.start..start + right.end }
}

/// Whether two slices of equal length agree; what it costs is taken from `work`, and without work left
/// nothing agrees.
fn agree<T: Eq>(a: &[T], b: &[T], work: &mut usize) -> bool {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let spent = *work <= same;
    *work = work.saturating_sub(same + 1);
    same == a.len() && !spent
}

/// The two spans of `old` whose exchange gives `new`: a prefix and a suffix of `old`.
fn exchange<T: Eq>(old: &[T], new: &[T]) -> Option<(Range<usize>, Range<usize>)> {
    let length = old.len();
    if length != new.len() {
        return None;
    }
    let mut work = EXCHANGE_WORK;
    // A prefix of one core that is a suffix of the other may be one of the two exchanged spans.
    let mut ends = |a: &[T], b: &[T]| -> Vec<usize> {
        (1..length).filter(|&k| agree(&a[..k], &b[length - k..], &mut work)).collect()
    };
    let (lefts, rights) = (ends(old, new), ends(new, old));
    let mut best: Option<(usize, usize)> = None;
    for &left in &lefts {
        for &right in &rights {
            let better = best.is_none_or(|(l, r)| left + right < l + r);
            if left + right > length || !better {
                break;
            }
            if agree(&old[left..length - right], &new[right..length - left], &mut work) {
                best = Some((left, right));
            }
        }
    }
    best.map(|(left, right)| (0..left, length - right..length))
}

/// A product of swaps that reorders `caption` to `negative`, if they are permutations of each other.
///
/// Greedy: as long as no single exchange does the rest, the swap is taken that brings the right tokens to
/// the first wrong place and leaves the fewest tokens in wrong places. Each swap repairs at least one
/// place for good, so there are fewer swaps than tokens in the core.
fn permutation<T: Clone + Eq + Hash>(caption: &[T], negative: &[T]) -> Option<Vec<Step<T>>> {
    let (_, old, new) = cores(caption, negative);
    if old.len() > LONGEST_PERMUTATION || !same_tokens(old, new) {
        return None;
    }
    let mut tokens = caption.to_vec();
    let mut steps = Vec::new();
    loop {
        let (start, old, new) = cores(&tokens, negative);
        if old.is_empty() {
            return Some(steps);
        }
        let (left, right) = exchange(old, new).or_else(|| best_swap(old, new))?;
        let step = swap(start, left, right);
        tokens = step.apply(&tokens)?;
        steps.push(step);
    }
}

fn same_tokens<T: Eq + Hash>(a: &[T], b: &[T]) -> bool {
    let mut balance: HashMap<&T, isize> = HashMap::new();
    a.iter().for_each(|token| *balance.entry(token).or_default() += 1);
    b.iter().for_each(|token| *balance.entry(token).or_default() -= 1);
    balance.values().all(|&count| count == 0)
}

/// The exchange of a prefix of `old` with a later span that agrees with the beginning of `new`: one after
/// which a single exchange does the rest, or else one that leaves the fewest places wrong; among equals the
/// one with the shortest spans, then the earliest.
fn best_swap<T: Clone + Eq>(old: &[T], new: &[T]) -> Option<(Range<usize>, Range<usize>)> {
    let candidates = (1..old.len()).filter(|&at| old[at] == new[0]).flat_map(|at| {
        let run = old[at..].iter().zip(new).take_while(|(x, y)| x == y).count();
        (1..=at).flat_map(move |left| (1..=run).map(move |right| (0..left, at..at + right)))
    });
    candidates.min_by_key(|(left, right)| {
        let rest = [&old[right.clone()], &old[left.end..right.start], &old[left.clone()], &old[right.end..]].concat();
        let wrong = rest.iter().zip(new).filter(|(x, y)| x != y).count();
        let (_, rest, target) = cores(&rest, new);
        (exchange(rest, target).is_none(), wrong, left.len() + right.len(), right.start)
    })
}

/// A stretch of the cores between two matched tokens: `old` goes, `new` comes; not both empty.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Gap {
    old: Range<usize>,
    new: Range<usize>,
}

/// The edit by the gaps of a best alignment; `None` if the table would be too large.
fn alignment<T: Clone + Eq>(start: usize, old: &[T], new: &[T]) -> Option<Vec<Step<T>>> {
    let cells = (old.len() + 1).checked_mul(new.len() + 1)?;
    if cells > ALIGNMENT_CELLS {
        return None;
    }
    let gaps = gaps(old, new);
    let mut swaps = Vec::new();
    let mut single = vec![true; gaps.len()];
    for i in 0..gaps.len() {
        let partner = (i + 1..gaps.len()).find(|&j| {
            let (a, b) = (&gaps[i], &gaps[j]);
            let exchanged = old[a.old.clone()] == new[b.new.clone()] && old[b.old.clone()] == new[a.new.clone()];
            single[i] && single[j] && exchanged && !a.old.is_empty() && !b.old.is_empty()
        });
        if let Some(j) = partner {
            (single[i], single[j]) = (false, false);
            swaps.push((i, j));
        }
    }
    Some(in_sequence(start, &gaps, &swaps, &single, new))
}

/// The gaps as steps that apply one after the other: first the swaps, then the other gaps from left to
/// right, each with its ranges in the text that the steps before it have made.
fn in_sequence<T: Clone>(
    start: usize,
    gaps: &[Gap],
    swaps: &[(usize, usize)],
    single: &[bool],
    new: &[T],
) -> Vec<Step<T>> {
    let mut now: Vec<Range<usize>> = gaps.iter().map(|gap| start + gap.old.start..start + gap.old.end).collect();
    let mut steps = Vec::new();
    for &(i, j) in swaps {
        let (left, right) = (now[i].clone(), now[j].clone());
        now[i] = left.start..left.start + right.len();
        now[j] = right.end - left.len()..right.end;
        for between in &mut now[i + 1..j] {
            // The sum is taken first: what lies between may move to the left.
            *between = between.start + right.len() - left.len()..between.end + right.len() - left.len();
        }
        steps.push(Step::Swap { left, right });
    }
    let (mut come, mut gone) = (0, 0);
    for (gap, now) in gaps.iter().zip(now).zip(single).filter(|(_, single)| **single).map(|(pair, _)| pair) {
        let old = now.start + come - gone..now.end + come - gone;
        let new = new[gap.new.clone()].to_vec();
        come += new.len();
        gone += old.len();
        steps.push(match (old.is_empty(), new.is_empty()) {
            (true, _) => Step::Add { at: old.start, new },
            (false, true) => Step::Remove { old },
            (false, false) => Step::Replace { old, new },
        });
    }
    steps
}

/// The gaps of the alignment that matches the most tokens in the fewest runs; the leftmost such.
fn gaps<T: Eq>(old: &[T], new: &[T]) -> Vec<Gap> {
    let table = Table::of(old, new);
    let (mut i, mut j, mut open) = (0, 0, false);
    let mut gaps: Vec<Gap> = Vec::new();
    while i < old.len() || j < new.len() {
        if table.matches_here(old, new, i, j, open) {
            (i, j, open) = (i + 1, j + 1, false);
            continue;
        }
        if !open {
            gaps.push(Gap { old: i..i, new: j..j });
        }
        let cost = i32::from(!open);
        if i < old.len() && table.best(i, j, open) == table.best(i + 1, j, true) - cost {
            i += 1;
        } else {
            j += 1;
        }
        open = true;
        if let Some(gap) = gaps.last_mut() {
            (gap.old.end, gap.new.end) = (i, j);
        }
    }
    gaps
}

/// The best score of aligning `old[i..]` with `new[j..]`: `weight` for each matched token, less one for
/// each gap that is opened. The weight exceeds every possible number of gaps. With at most 2^20 cells the
/// score stays below 2^23.
struct Table {
    width: usize,
    weight: i32,
    scores: Vec<[i32; 2]>,
}

impl Table {
    fn of<T: Eq>(old: &[T], new: &[T]) -> Table {
        let (rows, width) = (old.len() + 1, new.len() + 1);
        let weight = (rows + width) as i32;
        let mut table = Table { width, weight, scores: vec![[0, 0]; rows * width] };
        for i in (0..rows).rev() {
            for j in (0..width).rev() {
                for open in [false, true] {
                    let cost = i32::from(!open);
                    let matched = i < old.len() && j < new.len() && old[i] == new[j];
                    let ways = [
                        (matched).then(|| weight + table.best(i + 1, j + 1, false)),
                        (i < old.len()).then(|| table.best(i + 1, j, true) - cost),
                        (j < new.len()).then(|| table.best(i, j + 1, true) - cost),
                    ];
                    let best = ways.into_iter().flatten().max().unwrap_or(0);
                    table.scores[i * width + j][usize::from(open)] = best;
                }
            }
        }
        table
    }

    fn best(&self, i: usize, j: usize, open: bool) -> i32 {
        self.scores[i * self.width + j][usize::from(open)]
    }

    fn matches_here<T: Eq>(&self, old: &[T], new: &[T], i: usize, j: usize, open: bool) -> bool {
        let equal = i < old.len() && j < new.len() && old[i] == new[j];
        equal && self.best(i, j, open) == self.weight + self.best(i + 1, j + 1, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caption::Operator;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        text.split_whitespace().collect()
    }

    /// Classifies, checks that the edit applies, and shows it.
    fn edit(caption: &str, negative: &str) -> Edit<String> {
        let own = |text: &str| words(text).into_iter().map(str::to_owned).collect::<Vec<_>>();
        let edit = classify(&own(caption), &own(negative));
        assert_eq!(edit.apply(&own(caption)), Some(own(negative)));
        edit
    }

    fn operator(caption: &str, negative: &str) -> String {
        edit(caption, negative).operator().to_string()
    }

    #[test]
    fn atomic_edits_are_named_with_their_spans() {
        assert_eq!(edit("a cat", "a cat").operator(), Operator::Identity);
        let swap = edit("a red cube and a blue ball", "a blue cube and a red ball");
        assert_eq!(swap.steps, [Step::Swap { left: 1..2, right: 5..6 }]);
        let swap = edit(
            "a cat sits on its hind legs and swats at the plant",
            "a cat sits on the plant and swats at its hind legs",
        );
        assert_eq!(swap.steps, [Step::Swap { left: 4..7, right: 10..12 }]);
        let adjacent = edit("x y a", "a x y");
        assert_eq!(adjacent.steps, [Step::Swap { left: 0..2, right: 2..3 }]);
        assert_eq!(edit("a red cube", "a big cube").steps, [Step::Replace { old: 1..2, new: vec!["big".into()] }]);
        assert_eq!(edit("a cube", "a red cube").steps, [Step::Add { at: 1, new: vec!["red".into()] }]);
        assert_eq!(edit("a red cube", "a cube").steps, [Step::Remove { old: 1..2 }]);
        assert_eq!(edit("a a", "a a a").operator(), Operator::Add);
    }

    #[test]
    fn the_shortest_exchange_is_found_also_between_repeated_words() {
        let swap = edit("a dog chases a cat", "a cat chases a dog");
        assert_eq!(swap.steps, [Step::Swap { left: 1..2, right: 4..5 }]);
        let swap = edit("x a m x b", "x b m x a");
        assert_eq!(swap.steps, [Step::Swap { left: 1..2, right: 4..5 }]);
        // The exchanged spans share their first word, one being nothing else: leaving it in place still
        // leaves an exchange.
        assert_eq!(operator("x m x b", "x b m x"), "swap");
    }

    #[test]
    fn composites_are_products_of_atomic_edits() {
        assert_eq!(operator("a large bear and two smaller bears", "two large bears and a smaller bear"), "swap+swap");
        assert_eq!(operator("a b x c d", "b a x d c"), "swap+swap");
        assert_eq!(
            operator(
                "bowl filled with food on top of a wooden table",
                "wooden bowl on top of a table filled with food"
            ),
            "swap+swap"
        );
        assert_eq!(operator("a white dog", "the white cat"), "replace+replace");
        assert_eq!(operator("a white dog", "a black and white cat"), "add+replace");
        assert_eq!(operator("red cube and blue ball near it", "blue cube and red ball near us"), "swap+replace");
        assert_eq!(
            edit("big red cube of old wood and blue ball near it", "blue cube of new wood and big red ball near us")
                .steps,
            [
                Step::Swap { left: 0..2, right: 7..8 },
                Step::Replace { old: 3..4, new: vec!["new".into()] },
                Step::Replace { old: 10..11, new: vec!["us".into()] }
            ]
        );
    }

    #[test]
    fn huge_and_periodic_texts_are_classified_within_their_bounds() {
        let long: Vec<u32> = (0..100_000).map(|i| i % 2).collect();
        let mut other: Vec<u32> = (0..100_000).map(|i| (i + 1) % 2).collect();
        assert_eq!(classify(&long, &other).apply(&long).as_ref(), Some(&other));
        other.push(7);
        other.insert(0, 7);
        assert_eq!(classify(&long, &other).apply(&long), Some(other));
        let distinct: Vec<u32> = (0..3000).collect();
        let reversed: Vec<u32> = distinct.iter().rev().copied().collect();
        let edit = classify(&distinct, &reversed);
        assert_eq!(edit.operator(), Operator::Replace);
        assert_eq!(edit.apply(&distinct), Some(reversed));
    }

    /// Whether `negative` is `caption` with two spans exchanged, by trying all.
    fn is_exchange(caption: &[u8], negative: &[u8]) -> bool {
        let n = caption.len();
        (0..n).any(|i| {
            (i + 1..=n).any(|j| {
                (j..n).any(|k| {
                    (k + 1..=n)
                        .any(|l| Step::Swap { left: i..j, right: k..l }.apply(caption).as_deref() == Some(negative))
                })
            })
        })
    }

    /// The length of the longest common subsequence, by trying all (exponential: for tiny inputs).
    fn common(a: &[u8], b: &[u8]) -> usize {
        match (a, b) {
            ([x, a2 @ ..], [y, b2 @ ..]) if x == y => 1 + common(a2, b2),
            ([_, a2 @ ..], [_, b2 @ ..]) => common(a2, b).max(common(a, b2)),
            _ => 0,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn the_edit_turns_the_caption_into_the_negative(
            caption in prop::collection::vec(0..4u8, 0..12), negative in prop::collection::vec(0..4u8, 0..12),
        ) {
            let edit = classify(&caption, &negative);
            prop_assert_eq!(edit.apply(&caption), Some(negative));
            let (mut before, steps) = (caption, edit.steps);
            for step in steps {
                let after = step.apply(&before).unwrap();
                let touched: usize = step.spans().iter().map(|s| s.before.len() + s.after.len()).sum();
                prop_assert!(touched > 0);
                if let Step::Swap { .. } = step {
                    for span in step.spans() {
                        prop_assert!(!span.before.is_empty());
                        prop_assert_eq!(&before[span.before], &after[span.after]);
                    }
                }
                before = after;
            }
        }

        #[test]
        fn a_swap_is_recognised_exactly_when_two_spans_were_exchanged(
            (caption, negative) in prop::collection::vec(0..3u8, 0..8)
                .prop_flat_map(|text| (Just(text.clone()), Just(text).prop_shuffle())),
        ) {
            let operator = classify(&caption, &negative).operator();
            prop_assert_eq!(operator == Operator::Identity, caption == negative);
            prop_assert_eq!(operator == Operator::Swap, caption != negative && is_exchange(&caption, &negative));
        }

        #[test]
        fn permutations_are_products_of_swaps(
            (caption, negative) in prop::collection::vec(0..9u8, 0..20)
                .prop_flat_map(|text| (Just(text.clone()), Just(text).prop_shuffle())),
        ) {
            let edit = classify(&caption, &negative);
            prop_assert!(edit.steps.len() < caption.len().max(1));
            prop_assert!(edit.steps.iter().all(|step| step.operator() == Operator::Swap));
        }

        #[test]
        fn alignments_match_as_many_tokens_as_possible(
            old in prop::collection::vec(0..3u8, 1..8), new in prop::collection::vec(0..3u8, 1..8),
        ) {
            let gaps = gaps(&old, &new);
            let gone: usize = gaps.iter().map(|gap| gap.old.len()).sum();
            prop_assert_eq!(old.len() - gone, common(&old, &new));
            prop_assert!(gaps.windows(2).all(|w| w[0].old.end < w[1].old.start && w[0].new.end < w[1].new.start));
        }
    }
}
