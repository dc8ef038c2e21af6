//! How many hard negatives there are at each depth, exactly, without listing them.
//!
//! The classes and sites of a template move independently, so the numbers by depth are the coefficients of a product.
//!
//! - A site gives `1 + q x`: nothing is added, or one of q words.
//! - Under REPLACE alone a slot gives `1 + (t - 1) x`, with t the words of the class.
//! - Under SWAP a class of m distinct words gives the permutations by transposition distance m - (cycles): Stirling numbers.
//!   With repeated words the least number of swaps is m less the most cycles into which the multigraph "slot of word a
//!   now holds b" can be cut. A word that occurs once has one edge in and one out, so it can be taken out of its path: what
//!   is left is a table over the repeated words alone, searched by breadth, and the words taken out are put back
//!   into its edges in every way.
//! - Under SWAP and REPLACE a filling is a function from slots to words, at the distance m - (cycles) as well. With
//!   distinct words its cycles are a permutation and the rest is a forest that hangs on them and on the words from outside,
//!   counted by Cayley's formula; with repeated words the tables are searched.

use std::collections::{BTreeMap, HashMap};

use num_bigint::BigUint;
use num_traits::{One, Zero};

use super::family::{Class, Operators, Template};

/// A polynomial: the number of fillings by depth.
type ByDepth = Vec<BigUint>;

/// The most tables that a search goes through.
const TABLES: usize = 200_000;

/// Distinct hard negatives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// All of them, of any depth.
    pub total: BigUint,
    /// Those of depth 1, 2, ...; `None` where too many words repeat for the search.
    pub by_depth: Option<Vec<BigUint>>,
}

/// The exact number of distinct hard negatives that the edits of a template reach.
pub fn count(template: &Template) -> Counts {
    let operators = template.operators();
    let mut all = BigUint::one();
    let mut by_depth = Some(vec![BigUint::one()]);
    for class in template.classes() {
        let fillings = Fillings::of(class, template.caption());
        all *= fillings.total(operators);
        by_depth = by_depth.and_then(|before| Some(product(&before, &fillings.by_depth(operators)?)));
    }
    for site in template.sites() {
        all *= site.words.len() + 1;
        by_depth = by_depth.map(|before| product(&before, &[BigUint::one(), site.words.len().into()]));
    }
    let by_depth = by_depth.map(|counts| trim(counts).into_iter().skip(1).collect());
    Counts { total: all - BigUint::one(), by_depth }
}

/// How often each filling of a class occurs in the caption, and how many words come from outside.
struct Fillings {
    times: Vec<usize>,
    outside: usize,
}

impl Fillings {
    fn of(class: &Class, caption: &[u32]) -> Fillings {
        let mut times: BTreeMap<u32, usize> = BTreeMap::new();
        class.slots.iter().for_each(|&place| *times.entry(caption[place]).or_default() += 1);
        Fillings { outside: class.words.len() - times.len(), times: times.into_values().collect() }
    }

    fn slots(&self) -> usize {
        self.times.iter().sum()
    }

    fn words(&self) -> usize {
        self.times.len() + self.outside
    }

    fn total(&self, operators: Operators) -> BigUint {
        match (operators.swap, operators.replace) {
            (_, true) => power(self.words(), self.slots()),
            (true, false) => self.times.iter().fold(factorial(self.slots()), |all, &n| all / factorial(n)),
            (false, false) => BigUint::one(),
        }
    }

    fn by_depth(&self, operators: Operators) -> Option<ByDepth> {
        let distinct = self.times.iter().all(|&n| n == 1);
        match (operators.swap, operators.replace) {
            (false, false) => Some(vec![BigUint::one()]),
            (false, true) => {
                let slot = [BigUint::one(), self.words().saturating_sub(1).into()];
                Some((0..self.slots()).fold(vec![BigUint::one()], |before, _| product(&before, &slot)))
            }
            (true, false) => self.permutations(),
            (true, true) if distinct => Some(functions(self.slots(), self.outside)),
            (true, true) => search(&self.times, Some(self.outside)),
        }
    }

    /// Arrangements of the words by the least number of swaps.
    fn permutations(&self) -> Option<ByDepth> {
        let repeated: Vec<usize> = self.times.iter().copied().filter(|&n| n > 1).collect();
        let singles = self.times.len() - repeated.len();
        let edges: usize = repeated.iter().sum();
        let tables = search(&repeated, None)?;
        let mut counts = vec![BigUint::zero(); self.slots() + 1];
        for on_edges in 0..=singles {
            // Chosen, ordered, and cut into the edges: the others form cycles of their own.
            let placed = binomial(singles, on_edges) * (edges..edges + on_edges).product::<BigUint>();
            for (cycles, permutations) in stirling(singles - on_edges).into_iter().enumerate() {
                for (distance, tables) in tables.iter().enumerate() {
                    if let Some(count) = counts.get_mut(singles + distance - cycles) {
                        *count += &placed * &permutations * tables;
                    }
                }
            }
        }
        Some(counts)
    }
}

/// Without the depths at the end where there is nothing.
fn trim(mut counts: ByDepth) -> ByDepth {
    while counts.last().is_some_and(Zero::is_zero) {
        counts.pop();
    }
    counts
}

/// The functions from m distinct slots to their m words and `outside` others, by m - (cycles).
fn functions(m: usize, outside: usize) -> ByDepth {
    let mut counts = vec![BigUint::zero(); m + 1];
    for on_cycles in 0..=m {
        let (rest, roots) = (m - on_cycles, on_cycles + outside);
        let forests = if rest == 0 { BigUint::one() } else { power(m + outside, rest - 1) * roots };
        for (cycles, permutations) in stirling(on_cycles).into_iter().enumerate() {
            counts[m - cycles] += binomial(m, on_cycles) * permutations * &forests;
        }
    }
    counts
}

/// A table: entry (a, b) says how many slots of word a hold word b; the last column stands for all outside words.
type Table = Vec<u8>;

/// Fillings by distance, by breadth-first search over the tables of words that occur `times` often each; with
/// REPLACE if the number of outside words is given. `None` beyond [`TABLES`].
fn search(times: &[usize], replace: Option<usize>) -> Option<ByDepth> {
    let rows = times.len();
    let columns = rows + 1;
    let mut start: Table = vec![0; rows * columns];
    for (a, &n) in times.iter().enumerate() {
        start[a * columns + a] = u8::try_from(n).ok()?;
    }
    let mut distances: HashMap<Table, usize> = HashMap::from([(start.clone(), 0)]);
    let (mut counts, mut sphere) = (Vec::new(), vec![start]);
    while !sphere.is_empty() {
        counts.push(sphere.iter().map(|table| weight(table, times, replace.unwrap_or(0))).sum());
        let mut next = Vec::new();
        for table in &sphere {
            moves(table, columns, replace, |other| {
                if distances.len() <= TABLES && !distances.contains_key(&other) {
                    distances.insert(other.clone(), counts.len());
                    next.push(other);
                }
            });
        }
        if distances.len() > TABLES {
            return None;
        }
        sphere = next;
    }
    Some(counts)
}

/// Calls `found` with every table one edit away.
fn moves(table: &Table, columns: usize, replace: Option<usize>, mut found: impl FnMut(Table)) {
    let filled: Vec<usize> = (0..table.len()).filter(|&cell| table[cell] > 0).collect();
    let mut change = |less: &[usize], more: &[usize]| {
        let mut other = table.clone();
        less.iter().for_each(|&cell| other[cell] -= 1);
        more.iter().for_each(|&cell| other[cell] += 1);
        found(other);
    };
    for (i, &one) in filled.iter().enumerate() {
        for &two in &filled[i + 1..] {
            let ((a, b), (c, d)) = ((one / columns, one % columns), (two / columns, two % columns));
            if a != c && b != d {
                change(&[one, two], &[a * columns + d, c * columns + b]);
            }
        }
        if let Some(outside) = replace {
            let (a, b) = (one / columns, one % columns);
            let words = columns - usize::from(outside == 0);
            (0..words).filter(|&word| word != b).for_each(|word| change(&[one], &[a * columns + word]));
        }
    }
}

/// How many fillings have this table.
fn weight(table: &Table, times: &[usize], outside: usize) -> BigUint {
    let rows = table.chunks(times.len() + 1).zip(times);
    rows.map(|(row, &n)| {
        let arranged = row.iter().fold(factorial(n), |all, &k| all / factorial(k.into()));
        arranged * power(outside, row.last().copied().unwrap_or(0).into())
    })
    .product()
}

fn product(a: &[BigUint], b: &[BigUint]) -> ByDepth {
    let mut out = vec![BigUint::zero(); (a.len() + b.len()).saturating_sub(1)];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            out[i + j] += x * y;
        }
    }
    out
}

/// The permutations of n things by their number of cycles: unsigned Stirling numbers of the first kind.
fn stirling(n: usize) -> ByDepth {
    (0..n).fold(vec![BigUint::one()], |before, k| product(&before, &[k.into(), BigUint::one()]))
}

fn factorial(n: usize) -> BigUint {
    (1..=n).product()
}

fn binomial(n: usize, k: usize) -> BigUint {
    factorial(n) / (factorial(k) * factorial(n - k))
}

fn power(base: usize, exponent: usize) -> BigUint {
    BigUint::from(base).pow(exponent as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Operators; 4] = [
        Operators { swap: true, replace: false, add: false },
        Operators { swap: false, replace: true, add: false },
        Operators { swap: true, replace: true, add: false },
        Operators { swap: false, replace: false, add: false },
    ];

    /// The number of different texts by depth, every one of them spelt.
    fn listed(template: &Template) -> Vec<BigUint> {
        let mut spheres = template.spheres();
        let mut texts = std::collections::HashSet::from([template.caption().to_vec()]);
        let mut counts = Vec::new();
        loop {
            assert!(spheres.go(usize::MAX));
            if spheres.sphere().is_empty() {
                return counts;
            }
            for filling in spheres.sphere() {
                assert!(texts.insert(template.spell(filling)), "two fillings with one text");
            }
            counts.push(spheres.sphere().len().into());
        }
    }

    #[test]
    fn swaps_of_ten_distinct_words() {
        let swap = ALL[0];
        let counts = count(&Template::of_tokens((0..10).collect(), &[], swap));
        assert_eq!(counts.total, 3_628_799u32.into());
        let by_depth = counts.by_depth.unwrap();
        assert_eq!((by_depth.len(), &by_depth[0], &by_depth[8]), (9, &45u32.into(), &362_880u32.into()));
        assert_eq!(by_depth.iter().sum::<BigUint>(), counts.total);
        let pairs = count(&Template::of_tokens((0..10).map(|i| i / 2).collect(), &[], swap));
        assert_eq!(pairs.by_depth.unwrap().iter().sum::<BigUint>(), pairs.total);
        assert_eq!(pairs.total, 113_399u32.into());
    }

    #[test]
    fn where_the_search_gives_up_the_total_is_still_exact() {
        let counts = count(&Template::of_tokens((0..24).map(|i| i / 2).collect(), &[], ALL[0]));
        assert_eq!(counts.by_depth, None);
        assert_eq!(counts.total + 1u32, factorial(24) / (1u32 << 12));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn counts_are_those_of_enumeration(
            caption in prop::collection::vec(0u32..5, 0..6), offered in prop::collection::vec(0u32..8, 0..3), which in 0..4usize,
        ) {
            let template = Template::of_tokens(caption, &offered, ALL[which]);
            let counts = count(&template);
            let listed = listed(&template);
            prop_assert_eq!(&counts.total, &listed.iter().sum());
            prop_assert_eq!(counts.by_depth, Some(listed));
        }

        #[test]
        fn repeated_words_between_single_ones(caption in prop::collection::vec(0u32..5, 6..8)) {
            let template = Template::of_tokens(caption, &[], ALL[0]);
            prop_assert_eq!(count(&template).by_depth, Some(listed(&template)));
        }

        #[test]
        fn classes_and_sites_multiply(
            kinds in prop::collection::vec((0usize..4, 0u32..4), 0..6), swap: bool, replace: bool, add: bool,
        ) {
            let of = [Category::Noun, Category::Adjective, Category::Place, Category::Determiner];
            let words: Vec<Word> = kinds
                .iter()
                .map(|&(kind, word)| Word { text: format!("{kind}{word}"), at: 0..0, category: of[kind], after_mark: word == 0 })
                .collect();
            let number = |kind: u32, word: u32| 10 * kind + word;
            let token = |text: &str| text.parse::<u32>().unwrap_or(0);
            let offers = |category| match category {
                Category::Noun => vec![number(0, 7)],
                Category::Adjective => vec![number(1, 7), number(1, 1), number(0, 1)],
                _ => Vec::new(),
            };
            let template = Template::of_concepts(&words, &token, &offers, Operators { swap, replace, add });
            let counts = count(&template);
            prop_assert_eq!(counts.by_depth, Some(listed(&template)));
        }
    }

    use super::super::concept::{Category, Word};
}
