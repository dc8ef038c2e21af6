//! Names that Rocq accepts, each used once.

use std::collections::BTreeSet;

/// Words that Rocq or MathComp's notations keep for themselves.
const RESERVED: &[&str] = &[
    "as", "at", "by", "cofix", "do", "else", "end", "exists", "exists2", "fix", "for", "forall", "fun", "have", "if",
    "in", "is", "isn", "last", "let", "match", "mod", "nosimpl", "of", "on", "Prop", "return", "Set", "SProp", "suff",
    "then", "Type", "using", "where", "with", "without", "wlog",
];

/// Allocates names within one file; names of the language never end in a prime, ours always may.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    used: BTreeSet<String>,
}

/// How a name of the language is written in Rocq.
pub(super) fn plain(name: &str) -> String {
    if RESERVED.contains(&name) { format!("{name}'") } else { name.to_owned() }
}

impl Names {
    /// Marks a name of the language as taken.
    pub(super) fn take(&mut self, name: &str) {
        self.used.insert(plain(name));
    }

    /// A name like `wish` that nothing else has.
    pub(super) fn fresh(&mut self, wish: &str) -> String {
        let mut candidate = plain(wish);
        let mut number = 1;
        while !self.used.insert(candidate.clone()) {
            number += 1;
            candidate = format!("{wish}_{number}'");
        }
        candidate
    }
}
