//! What a check of a claim found.

use serde::Serialize;

use crate::certificate::Exact;

/// What was verified, for the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verified {
    /// Every edit has the stated fate.
    Fates {
        /// How many edits are collapsed.
        collapsed: usize,
        /// How many are identified.
        identified: usize,
        /// How many are free.
        free: usize,
    },
    /// The readouts are all that training leaves open, and every edit has the stated fate.
    Kernel {
        /// rank S.
        rank: usize,
        /// How many readouts there are: features less the rank.
        readouts: usize,
        /// How many edits are collapsed.
        collapsed: usize,
        /// How many are identified.
        identified: usize,
        /// How many are free.
        free: usize,
        /// rank [S D] - rank S.
        deficit: usize,
    },
    /// The encoder is aligned and blind.
    Blind {
        /// How many edits it is blind to.
        blind: usize,
        /// Of these, to how many the true-optimal encoder is known not to be blind.
        seen_by_optimal: Option<usize>,
        /// How many edits are dropped, each with a verified obstruction.
        dropped: usize,
    },
    /// No aligned encoder is blind to all edits of the relation.
    Obstructed {
        /// How many training captions the relation uses.
        training: usize,
        /// How many edits it uses.
        edits: usize,
    },
    /// The encoder is aligned, blind to some edits, and tells others apart.
    Selective {
        /// How many edits it is blind to.
        blind: usize,
        /// How many it tells apart.
        seen: usize,
    },
    /// The mined edits settle all edits, and no fewer or cheaper edits do.
    Settles {
        /// How many edits are mined.
        mined: usize,
        /// How many other edits they settle together with the training captions.
        settled: usize,
        /// What the mined edits cost together.
        cost: Exact,
        /// Of a budget: how many edits are chosen, how many edits this settles in all.
        budget: Option<(usize, usize)>,
    },
    /// A scorer agrees with the true-optimal encoder on training and puts every negative below its caption.
    Margins {
        /// By this much at least.
        margin: Exact,
        /// How many negatives.
        edits: usize,
    },
    /// The stated change is the least that makes the true-optimal encoder blind.
    Nearest {
        /// Its squared Frobenius norm.
        change: Exact,
        /// How many edits it blinds at once.
        blind: usize,
        /// For how many single edits the least change is stated too.
        alone: usize,
    },
    /// The same in the largest entry.
    NearestEntry {
        /// The largest magnitude of an entry of the change.
        change: Exact,
        /// How many edits it blinds at once.
        blind: usize,
        /// For how many single edits the least change is stated too.
        alone: usize,
    },
    /// No scorer does: requirements on edits contradict each other.
    Farkas {
        /// By this much.
        margin: Exact,
        /// How many edits are in the contradiction.
        edits: usize,
        /// How many training captions are.
        training: usize,
    },
}
