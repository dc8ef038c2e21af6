//! A caption certificate in words: the captions, the edit, the two embeddings, and why, for one example of each kind.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed};

use super::Problem;
use super::build::Fate;
use crate::certificate::{Claim, Kernel, Obstruction, Sparse};
use crate::report::plural;

/// More members of a sum than this are counted instead of shown.
const SHOWN: usize = 4;
/// More coordinates than this are cut off.
const WIDE: usize = 8;

/// What the claims say, a paragraph each, lines broken where they mean something. The claims have been verified.
pub fn narrate(problem: &Problem, claims: &[Claim]) -> Vec<String> {
    let size = problem.size();
    let teller = Teller { problem, claims };
    let mut told = vec![format!(
        "{} training captions, {} edits of captions, {} features ({}).",
        size.training,
        size.edits,
        size.features,
        problem.features().index.map().name()
    )];
    told.extend(claims.iter().flat_map(|claim| teller.claim(claim)));
    told
}

struct Teller<'a> {
    problem: &'a Problem,
    claims: &'a [Claim],
}

impl Teller<'_> {
    fn claim(&self, claim: &Claim) -> Vec<String> {
        match claim {
            Claim::Fates { collapsed, identified, free, readouts } => {
                let mut told = Vec::new();
                if let Some(edit) = collapsed.first() {
                    told.push(format!(
                        "Collapsed: {}. For example\n{}\nThe two captions have the same features, so every encoder over them gives one embedding.",
                        plural(collapsed.len(), "edit"),
                        self.edit(*edit)
                    ));
                }
                if let Some(example) = identified.iter().min_by_key(|i| (i.c.len(), i.edit)) {
                    told.push(format!(
                        "Identified: {}. For example\n{}\nWhat it changes is, in the features, exactly\n{}\nso every encoder that is optimal on the training captions agrees on it.",
                        plural(identified.len(), "edit"),
                        self.edit(example.edit),
                        self.captions(&example.c)
                    ));
                }
                if let Some(example) = free.first() {
                    let readout = readouts.get(example.readout as usize).map(|k| self.readout(k)).unwrap_or_default();
                    told.push(format!(
                        "Free: {}. For example\n{}\nThe readout {readout} is 0 on every training caption and not on the edit, so some optimal encoder is blind to it.",
                        plural(free.len(), "edit"),
                        self.edit(example.edit)
                    ));
                }
                told
            }
            Claim::Kernel(kernel) => self.kernel(kernel),
            // Not about captions: `verify_claims` refuses it.
            Claim::Refutes(_) => Vec::new(),
            Claim::Blind { dropped, h } => {
                let mut told = vec![self.blind(dropped, h)];
                if let Some(first) = dropped.first() {
                    told.push(format!(
                        "Dropped: {}, which no optimal encoder can miss along with the others. For example\n{}",
                        plural(dropped.len(), "edit"),
                        self.obstruction(first)
                    ));
                }
                told
            }
            Claim::Obstructed { by } => vec![format!(
                "No encoder over these features equals the true-optimal one on all training captions and is blind to the edits.\n{}",
                self.obstruction(by)
            )],
            Claim::Selective { blind, seen, .. } => {
                let list = |edits: &[u32]| {
                    edits.iter().take(SHOWN).map(|edit| self.edit(*edit)).collect::<Vec<_>>().join("\n")
                };
                vec![format!(
                    "Selective: the encoder h has the true-optimal embedding on all {} training captions, tells {} apart,\n{}\nand is blind to {}:\n{}",
                    self.problem.size().training,
                    plural(seen.len(), "edit"),
                    list(seen),
                    blind.len(),
                    list(blind)
                )]
            }
            Claim::Settles { mined, settled, .. } => {
                let list: Vec<String> = mined.iter().take(SHOWN).map(|m| self.edit(m.edit)).collect();
                vec![format!(
                    "Mined: {} hard negatives settle all edits; {} others follow from them and the training captions. The first\n{}\nNo fewer do: each is independent of training and of those before it.",
                    mined.len(),
                    settled.len(),
                    list.join("\n")
                )]
            }
            Claim::Nearest { dropped, n, change, alone, .. } => {
                let size = num_traits::ToPrimitive::to_f64(&change.0).unwrap_or(f64::INFINITY);
                let (norm, size) = if n.is_some() { ("largest entry", size) } else { ("Frobenius norm", size.sqrt()) };
                let count = self.problem.size().edits as usize - dropped.len();
                vec![format!(
                    "Nearest: a change of {norm} {size:.4} makes the true-optimal encoder blind to {count} edits at once, and no smaller one does; for {} single edits the least change is stated too.",
                    alone.len()
                )]
            }
            Claim::Margins { margin, scorer } => vec![format!(
                "Margins: a scorer over {} features has the true-optimal scores on the training captions and puts every negative {} or more below its caption.",
                scorer.len(),
                margin.0
            )],
            Claim::Farkas { margin, z, .. } => {
                let list: Vec<String> = z.iter().take(SHOWN).map(|(edit, _)| self.edit(*edit)).collect();
                vec![format!(
                    "Contradiction: no scorer keeps the margin {} on these {} edits together; weighted, they cancel but for training captions. The first\n{}",
                    margin.0,
                    z.len(),
                    list.join("\n")
                )]
            }
        }
    }

    /// The blind encoder on an edit that the true-optimal encoder sees, if there is one.
    fn blind(&self, dropped: &[Obstruction], h: &[(u32, Vec<crate::certificate::Exact>)]) -> String {
        let size = self.problem.size();
        let kept = |edit: &u32| !dropped.iter().any(|o| o.edit == Some(*edit));
        let count = size.edits as usize - dropped.len();
        let intro = format!(
            "Blind: the encoder h has the true-optimal embedding on all {} training captions and sees none of {count} edits.",
            size.training
        );
        let free: Vec<u32> = self.fated(Fate::Free);
        let candidates = if free.is_empty() { (0..size.edits).collect() } else { free };
        let seen =
            |edit: &u32| self.problem.targets().edits.as_ref().is_none_or(|values| !values.row_is_zero(*edit as usize));
        let Some(edit) = candidates.iter().copied().filter(kept).find(seen) else { return intro };
        let at = edit as usize;
        let width = self.problem.targets().width();
        let features = self.problem.features();
        let [original, edited] = [features.captions.get(at), features.negatives.get(at)]
            .map(|row| row.map(|row| vector(&super::embed(h, width, row))).unwrap_or_default());
        let g = self.optimal(at);
        let pair = self.problem.dataset().pairs.get(at);
        let (caption, negative) = pair.map(|p| (p.caption.as_str(), p.negative.as_str())).unwrap_or_default();
        format!(
            "{intro} For example\n  {caption}\n    true-optimal g  {}\n    blind h         {original}\n  {negative}\n    true-optimal g  {}\n    blind h         {edited}",
            g.0, g.1
        )
    }

    /// The true-optimal embeddings of an edit's caption and of its hard negative, where they are known.
    fn optimal(&self, edit: usize) -> (String, String) {
        let targets = self.problem.targets();
        let scale = BigRational::new(BigInt::one(), BigInt::one() << targets.shift);
        let unknown = || "not known".to_owned();
        let Some(row) = self.problem.original(edit) else { return (unknown(), unknown()) };
        let original: Vec<BigRational> = (0..targets.width()).map(|i| &scale * targets.training.get(row, i)).collect();
        let edited = targets.edits.as_ref().map(|values| {
            let moved = original.iter().enumerate().map(|(i, v)| v + &scale * values.get(edit, i));
            vector(&moved.collect::<Vec<_>>())
        });
        (vector(&original), edited.unwrap_or_else(unknown))
    }

    fn kernel(&self, kernel: &Kernel) -> Vec<String> {
        let mut told = vec![format!(
            "Kernel: {} training captions are independent, and {} readouts are 0 on every training caption; there are {} features, so that \
             no readout is missing. What they do not see is a combination of training captions.",
            kernel.basis.len(),
            kernel.readouts.len(),
            self.problem.size().features
        )];
        let fates = [
            ("Collapsed", "changes no feature", &kernel.collapsed),
            (
                "Identified",
                "is seen by no readout, so every encoder that is optimal on the training captions agrees on it",
                &kernel.identified,
            ),
            ("Free", "is seen by a readout, so some optimal encoder is blind to it", &kernel.free),
        ];
        for (name, why, edits) in fates {
            if let Some(edit) = edits.first() {
                told.push(format!(
                    "{name}: {}. For example\n{}\nIt {why}.",
                    plural(edits.len(), "edit"),
                    self.edit(*edit)
                ));
            }
        }
        told.push(format!(
            "Deficit: {}, on which with the training captions all others rest.",
            plural(kernel.mined.len(), "mined edit")
        ));
        told
    }

    fn fated(&self, fate: Fate) -> Vec<u32> {
        let lists = self.claims.iter().find_map(|claim| match claim {
            Claim::Fates { collapsed, identified, free, .. } => Some(match fate {
                Fate::Collapsed => collapsed.clone(),
                Fate::Identified => identified.iter().map(|i| i.edit).collect(),
                Fate::Free => free.iter().map(|f| f.edit).collect(),
            }),
            Claim::Kernel(kernel) => Some(match fate {
                Fate::Collapsed => kernel.collapsed.clone(),
                Fate::Identified => kernel.identified.clone(),
                Fate::Free => kernel.free.clone(),
            }),
            _ => None,
        });
        lists.unwrap_or_default()
    }

    fn edit(&self, edit: u32) -> String {
        match self.problem.dataset().pairs.get(edit as usize) {
            Some(pair) => format!("  {}\n  -> {}", pair.caption, pair.negative),
            None => String::new(),
        }
    }

    fn captions(&self, c: &Sparse) -> String {
        sum(c.iter().map(|(row, value)| (value.0.clone(), self.problem.training_text(*row as usize).to_owned())), "\n")
    }

    fn readout(&self, k: &Sparse) -> String {
        let features = &self.problem.features().index;
        let name = |feature: u32| features.name(feature, &self.problem.tokens().vocabulary);
        sum(k.iter().map(|(feature, value)| (value.0.clone(), format!("[{}]", name(*feature)))), " ").trim().to_owned()
    }

    fn obstruction(&self, by: &Obstruction) -> String {
        let edits = by.d.iter().map(|(edit, value)| {
            let pair = self.problem.dataset().pairs.get(*edit as usize);
            let text = pair.map(|p| format!("({} -> {})", p.caption, p.negative)).unwrap_or_default();
            (value.0.clone(), text)
        });
        let Some(s) = &by.s else {
            return format!(
                "No readout sees anything of the combination of edits\n{}\nso that it is, in the features, a combination of training captions. \
                 The true-optimal encoder gives it a meaning: a blind encoder would have to give it none.",
                sum(edits, "\n")
            );
        };
        format!(
            "In the features, the combination of edits\n{}\nis the combination of training captions\n{}\nto which the true-optimal encoder gives a meaning: a blind encoder would have to give it none.",
            sum(edits, "\n"),
            self.captions(s)
        )
    }
}

/// A combination, a member a line or in a row; long ones are cut.
fn sum(members: impl ExactSizeIterator<Item = (BigRational, String)>, between: &str) -> String {
    let count = members.len();
    let shown = members.take(SHOWN).map(|(value, text)| {
        let sign = if value.is_negative() { "-" } else { "+" };
        let size = value.abs();
        let factor = if size.is_one() { String::new() } else { format!("{size} ") };
        format!("  {sign} {factor}{text}")
    });
    let mut lines: Vec<String> = shown.collect();
    if lines.is_empty() {
        lines.push("  0".to_owned());
    }
    if count > SHOWN {
        lines.push(format!("  and {} more", count - SHOWN));
    }
    lines.join(between)
}

fn vector(entries: &[BigRational]) -> String {
    let shown: Vec<String> = entries.iter().take(WIDE).map(BigRational::to_string).collect();
    let more = if entries.len() > WIDE { ", ..." } else { "" };
    format!("({}{more})", shown.join(", "))
}
