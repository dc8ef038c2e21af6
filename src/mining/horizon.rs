//! How far mining has to go: the rank of the differences of all hard negatives up to each depth, and the depth beyond
//! which nothing new comes.
//!
//! The spheres of hard negatives are listed depth by depth, and the differences that are new are kept as a basis. When
//! every readout that is silent on the basis is proved constant on all that words of edits can spell ([`Space`]), the
//! span holds the difference of every composite edit: the condition of the theorem `mining_horizon`. The depth at which
//! the rank was reached is then the horizon, proved and not guessed, however many composites were never listed.

use num_bigint::BigUint;
use num_traits::ToPrimitive;

use super::space::Space;
use crate::caption::{Counts, FeatureMap, Filling, Template, count};
use crate::exact::{Elimination, Limits, SparseMatrix};
use crate::export::chart::Compounding;
use crate::report::{Code, Diagnostic};

/// How a family of edits of one caption grows with depth.
#[derive(Clone, Debug)]
pub struct Growth {
    /// Distinct hard negatives.
    pub counts: Counts,
    /// The rank of the differences of all hard negatives up to depth 1, 2, ..., as far as it was computed.
    pub ranks: Vec<usize>,
    /// The least depth of full rank, if it is proved that no depth has more.
    pub horizon: Option<usize>,
    /// The features that some composite can have, the constant left out.
    pub features: usize,
    /// Hard negatives whose differences are a basis of all of them, with their depths.
    pub basis: Vec<(Filling, usize)>,
}

impl Growth {
    /// The rank at a depth from 1; beyond the horizon that of the horizon.
    pub fn rank(&self, depth: usize) -> Option<usize> {
        let last = self.horizon.is_some().then(|| self.ranks.last().copied().unwrap_or(0));
        self.ranks.get(depth.wrapping_sub(1)).copied().or(last)
    }

    /// The hard negatives up to each depth; none where they were not counted by depth.
    pub fn cumulative(&self) -> Vec<BigUint> {
        let add = |sum: &mut BigUint, count: &BigUint| {
            *sum += count;
            Some(sum.clone())
        };
        self.counts.by_depth.iter().flatten().scan(BigUint::ZERO, add).collect()
    }

    /// Hard negatives and rank by depth as an SVG chart.
    pub fn chart(&self, head: &str, remark: &str) -> String {
        let negatives = self.cumulative();
        let ranks: Vec<usize> = (1..=negatives.len()).map_while(|depth| self.rank(depth)).collect();
        Compounding { head, remark, negatives: &negatives, ranks: &ranks, horizon: self.horizon }.svg()
    }
}

/// Finds ranks and horizon of a template under a feature map over tokens. No sphere of more than `limit` hard negatives
/// is listed; the horizon is unknown where that would be needed.
///
/// Errors: [`Code::Usage`] for a feature map that is a matrix, [`Code::TooManyFeatures`] beyond a number of sites, and those of
/// [`Elimination`].
pub fn growth(template: &Template, map: FeatureMap, limit: usize, limits: &Limits) -> Result<Growth, Diagnostic> {
    let counts = count(template);
    match map {
        FeatureMap::Matrix => Err(Diagnostic::new(Code::Usage, "a matrix has no features for edited captions")),
        FeatureMap::WholeCaption => whole_captions(template, counts, limit),
        _ => {
            let space = Space::of(template, map).ok_or_else(|| {
                Diagnostic::new(Code::TooManyFeatures, "there are too many places where a word could be added")
                    .help("leave `add` out of --edits, or shorten the caption")
            })?;
            Listing { template, space, limit, limits }.growth(counts)
        }
    }
}

/// One feature a caption: every hard negative is a new dimension.
fn whole_captions(template: &Template, counts: Counts, limit: usize) -> Result<Growth, Diagnostic> {
    let too_many = |what: &str| {
        Diagnostic::new(Code::ExactLimit, format!("under whole-caption every hard negative is a dimension: {what}"))
    };
    let by_depth = counts.by_depth.as_ref().ok_or_else(|| too_many("the number by depth is not known"))?;
    let mut ranks = Vec::new();
    for number in by_depth {
        let number = number.to_usize().ok_or_else(|| too_many("more than a machine word can count"))?;
        ranks.push(ranks.last().unwrap_or(&0) + number);
    }
    let (horizon, features) = (ranks.len(), ranks.last().map_or(1, |rank| rank + 1));
    let mut basis: Vec<(_, usize)> = Vec::new();
    let mut spheres = template.spheres();
    while features <= limit && spheres.go(limit) && !spheres.sphere().is_empty() {
        let depth = basis.last().map_or(1, |(_, depth)| depth + 1);
        basis.extend(spheres.sphere().iter().map(|filling| (filling.clone(), depth)));
    }
    Ok(Growth { counts, ranks, horizon: Some(horizon), features, basis })
}

struct Listing<'a> {
    template: &'a Template,
    space: Space,
    limit: usize,
    limits: &'a Limits,
}

impl Listing<'_> {
    fn growth(&self, counts: Counts) -> Result<Growth, Diagnostic> {
        let features = self.space.columns();
        let mut growth = Growth { counts, ranks: Vec::new(), horizon: None, features, basis: Vec::new() };
        let mut rows = SparseMatrix::empty(features)?;
        let mut spheres = self.template.spheres();
        loop {
            let elimination = Elimination::new(&rows, &[], self.limits)?;
            if self.is_settled(&elimination)? {
                growth.horizon = Some(first_of_rank(&growth.ranks, elimination.rank()));
                growth.ranks.truncate(growth.horizon.unwrap_or(0));
                return Ok(growth);
            }
            if !spheres.go(self.limit) {
                return Ok(growth);
            }
            if spheres.sphere().is_empty() {
                let message = "every hard negative was listed, and yet a readout tells more from the caption";
                return Err(Diagnostic::new(Code::ExactSelfCheck, message));
            }
            rows = self.deepen(&mut growth, &rows, spheres.sphere())?;
        }
    }

    /// Whether every readout that is silent on the rows is constant on all that the family can spell.
    fn is_settled(&self, elimination: &Elimination) -> Result<bool, Diagnostic> {
        for readout in elimination.kernel()? {
            let mut dense = vec![0i64; self.space.columns()];
            for (column, value) in readout.numerators() {
                dense[*column as usize] = value
                    .to_i64()
                    .ok_or_else(|| Diagnostic::new(Code::ExactLimit, "a readout has entries of more than 64 bits"))?;
            }
            if !self.space.is_constant(&dense) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Adds the differences of a sphere; returns the new basis rows.
    fn deepen(&self, growth: &mut Growth, rows: &SparseMatrix, sphere: &[Filling]) -> Result<SparseMatrix, Diagnostic> {
        let depth = growth.ranks.len() + 1;
        let mut found = SparseMatrix::empty(rows.cols())?;
        for filling in sphere {
            found.push_row(self.space.difference(&self.template.spell(filling)))?;
        }
        let both = SparseMatrix::vstack(&[rows, &found])?;
        let elimination = Elimination::new(&both, &[rows.rows(), both.rows()], self.limits)?;
        growth.ranks.push(elimination.rank());
        let mut basis = rows.clone();
        let mut pivots: Vec<usize> =
            elimination.pivot_rows().into_iter().filter_map(|row| (row as usize).checked_sub(rows.rows())).collect();
        pivots.sort_unstable();
        for row in pivots {
            basis.push_row(found.row(row).collect())?;
            growth.basis.push((sphere[row].clone(), depth));
        }
        Ok(basis)
    }
}

/// The first depth from 1 with this rank; 0 for rank 0.
fn first_of_rank(ranks: &[usize], rank: usize) -> usize {
    if rank == 0 { 0 } else { ranks.iter().position(|&r| r == rank).map_or(0, |at| at + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caption::Operators;
    use proptest::prelude::*;

    const SWAP: Operators = Operators { swap: true, replace: false, add: false };
    const OVER_PAIRS: [FeatureMap; 5] = [
        FeatureMap::BagOfWords,
        FeatureMap::Positions,
        FeatureMap::Bigrams,
        FeatureMap::OrderedPairs,
        FeatureMap::PositionalPairs,
    ];

    fn found(template: &Template, map: FeatureMap) -> Growth {
        growth(template, map, 1 << 20, &Limits::default()).unwrap()
    }

    /// Rank and horizon of swaps of m different tokens.
    fn swaps(m: usize, map: FeatureMap) -> (usize, usize) {
        let growth = found(&Template::of_tokens((0..m as u32).collect(), &[], SWAP), map);
        (growth.ranks.last().copied().unwrap_or(0), growth.horizon.unwrap())
    }

    #[test]
    fn the_closed_forms_of_swaps_of_distinct_tokens() {
        for m in 2..=8 {
            assert_eq!(swaps(m, FeatureMap::BagOfWords), (0, 0), "bag of words, {m}");
            assert_eq!(swaps(m, FeatureMap::Positions), ((m - 1) * (m - 1), 2.min(m - 1)), "positions, {m}");
            assert_eq!(swaps(m, FeatureMap::OrderedPairs), (m * (m - 1) / 2, 1), "ordered pairs, {m}");
            assert_eq!(swaps(m, FeatureMap::Bigrams).0, m * m - m - 1, "bigrams, {m}");
        }
        let whole = found(&Template::of_tokens((0..6).collect(), &[], SWAP), FeatureMap::WholeCaption);
        assert_eq!((whole.ranks.last(), whole.horizon, whole.basis.len()), (Some(&719), Some(5), 719));
    }

    #[test]
    fn a_horizon_that_the_limit_does_not_reach_is_not_claimed() {
        let template = Template::of_tokens((0..6).collect(), &[], SWAP);
        let growth = growth(&template, FeatureMap::Positions, 20, &Limits::default()).unwrap();
        assert_eq!((growth.horizon, growth.ranks.len(), growth.rank(2)), (None, 1, None));
    }

    /// The rank by depth of the differences of every text that there is, by the schoolbook.
    fn ranks_listed(template: &Template, map: FeatureMap) -> Vec<usize> {
        let space = Space::of(template, map).unwrap();
        let mut spheres = template.spheres();
        let (mut reduced, mut ranks): (Vec<Vec<num_rational::BigRational>>, Vec<usize>) = (Vec::new(), Vec::new());
        while spheres.go(usize::MAX) && !spheres.sphere().is_empty() {
            for filling in spheres.sphere() {
                let mut row = vec![num_rational::BigRational::from_integer(0.into()); space.columns()];
                for (column, value) in space.difference(&template.spell(filling)) {
                    row[column as usize] += num_rational::BigRational::from_integer(value.into());
                }
                reduce(&mut reduced, row);
            }
            ranks.push(reduced.len());
        }
        ranks
    }

    /// Schoolbook: subtracts the rows before, and keeps what is left.
    fn reduce(reduced: &mut Vec<Vec<num_rational::BigRational>>, mut row: Vec<num_rational::BigRational>) {
        use num_traits::Zero;
        for before in reduced.iter() {
            let lead = before.iter().position(|x| !x.is_zero()).unwrap();
            let factor = &row[lead] / &before[lead];
            row.iter_mut().zip(before).for_each(|(x, y)| *x -= &factor * y);
        }
        if row.iter().any(|x| !x.is_zero()) {
            reduced.push(row);
        }
    }

    fn agrees_with_enumeration(template: &Template, map: FeatureMap) -> Result<(), TestCaseError> {
        let listed = ranks_listed(template, map);
        let growth = found(template, map);
        let full = listed.last().copied().unwrap_or(0);
        prop_assert_eq!(growth.horizon, Some(first_of_rank(&listed, full)), "{:?}", map);
        for (at, rank) in listed.iter().enumerate() {
            prop_assert_eq!(growth.rank(at + 1), Some(*rank), "{:?} at depth {}", map, at + 1);
        }
        prop_assert_eq!(growth.basis.len(), full);
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn horizons_are_those_of_every_depth(
            caption in prop::collection::vec(0u32..4, 0..6), offered in prop::collection::vec(0u32..6, 0..2),
            swap: bool, replace: bool, which in 0..5usize,
        ) {
            let caption = if replace { caption.into_iter().take(4).collect() } else { caption };
            let template = Template::of_tokens(caption, &offered, Operators { swap, replace, add: false });
            agrees_with_enumeration(&template, OVER_PAIRS[which])?;
        }

        #[test]
        fn horizons_of_concepts_between_fixed_words(
            kinds in prop::collection::vec((0usize..4, 0u32..3), 0..7), swap: bool, replace: bool, which in 0..5usize,
        ) {
            use crate::caption::{Category, Word};
            let of = [Category::Noun, Category::Adjective, Category::Place, Category::Determiner];
            let words: Vec<Word> = kinds
                .iter()
                .map(|&(kind, word)| Word { text: format!("{kind}{word}"), at: 0..0, category: of[kind], after_mark: word == 0 })
                .collect();
            let offers = |category| if category == Category::Adjective { vec![17] } else { Vec::new() };
            let token = |text: &str| text.parse::<u32>().unwrap_or(0);
            let template = Template::of_concepts(&words, &token, &offers, Operators { swap, replace, add: true });
            prop_assume!(count(&template).total < 600u32.into());
            agrees_with_enumeration(&template, OVER_PAIRS[which])?;
        }
    }
}
