//! An edit as a word over the atomic operators: what a hard negative did to its caption.

use std::fmt;
use std::ops::Range;

use crate::report::quoted;

/// The name of what an edit does, without its places.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operator {
    /// Caption and negative have the same tokens: the tokenizer itself is blind to the edit.
    Identity,
    /// Two disjoint spans are exchanged.
    Swap,
    /// One span is replaced by other tokens.
    Replace,
    /// One span is inserted.
    Add,
    /// One span is deleted; ADD read backwards.
    Remove,
    /// Several atomic operators, one after the other; at least two, none of them composite or identity.
    Composite(Vec<Operator>),
}

impl fmt::Display for Operator {
    /// `swap`, `replace`, `add`, `remove`, `identity`, or the steps joined by `+`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operator::Composite(steps) => {
                for (i, step) in steps.iter().enumerate() {
                    write!(f, "{}{step}", if i > 0 { "+" } else { "" })?;
                }
                Ok(())
            }
            atomic => write!(f, "{}", atomic.kind()),
        }
    }
}

impl Operator {
    /// What it is, without the steps of a composite.
    pub fn kind(&self) -> Kind {
        match self {
            Operator::Identity => Kind::Identity,
            Operator::Swap => Kind::Swap,
            Operator::Replace => Kind::Replace,
            Operator::Add => Kind::Add,
            Operator::Remove => Kind::Remove,
            Operator::Composite(_) => Kind::Composite,
        }
    }
}

/// What an operator is, without the steps of a composite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Kind {
    Identity,
    Swap,
    Replace,
    Add,
    Remove,
    Composite,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Identity => "identity",
            Kind::Swap => "swap",
            Kind::Replace => "replace",
            Kind::Add => "add",
            Kind::Remove => "remove",
            Kind::Composite => "composite",
        })
    }
}

impl serde::Serialize for Operator {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One atomic edit of a token sequence. Ranges count tokens from 0 in the sequence that the step reads,
/// which for the first step is the caption and for a later one the result of the step before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case", tag = "operator")]
pub enum Step<T> {
    /// Exchanges two nonempty spans, the left one ending where the right one begins or before.
    Swap {
        /// The span that comes first.
        left: Range<usize>,
        /// The span that comes second.
        right: Range<usize>,
    },
    /// Puts `new` in the place of the nonempty span `old`.
    Replace {
        /// The tokens that go.
        old: Range<usize>,
        /// The tokens that come; at least one.
        new: Vec<T>,
    },
    /// Inserts `new` before token `at`.
    Add {
        /// Where the first new token comes to stand.
        at: usize,
        /// The tokens that come; at least one.
        new: Vec<T>,
    },
    /// Deletes the nonempty span `old`.
    Remove {
        /// The tokens that go.
        old: Range<usize>,
    },
}

/// The role that a span plays in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpanRole {
    /// The first of two exchanged spans.
    Left,
    /// The second of two exchanged spans.
    Right,
    /// A span and what replaces it.
    Replaced,
    /// An inserted span: empty before.
    Added,
    /// A deleted span: empty after.
    Removed,
}

/// Where a span stands before and after its step; token ranges from 0. For an edit of one step, `before`
/// is a range of the caption and `after` one of the negative.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Span {
    /// What the span is to the step.
    pub role: SpanRole,
    /// The range in the sequence that the step reads.
    pub before: Range<usize>,
    /// The range in the sequence that the step makes.
    pub after: Range<usize>,
}

impl<T: Clone> Step<T> {
    /// The atomic operator of the step.
    pub fn operator(&self) -> Operator {
        match self {
            Step::Swap { .. } => Operator::Swap,
            Step::Replace { .. } => Operator::Replace,
            Step::Add { .. } => Operator::Add,
            Step::Remove { .. } => Operator::Remove,
        }
    }

    /// The named spans: two for a swap, else one.
    pub fn spans(&self) -> Vec<Span> {
        match self {
            Step::Swap { left, right } => vec![
                Span { role: SpanRole::Left, before: left.clone(), after: right.end - left.len()..right.end },
                Span { role: SpanRole::Right, before: right.clone(), after: left.start..left.start + right.len() },
            ],
            Step::Replace { old, new } => {
                vec![Span { role: SpanRole::Replaced, before: old.clone(), after: old.start..old.start + new.len() }]
            }
            Step::Add { at, new } => {
                vec![Span { role: SpanRole::Added, before: *at..*at, after: *at..*at + new.len() }]
            }
            Step::Remove { old } => {
                vec![Span { role: SpanRole::Removed, before: old.clone(), after: old.start..old.start }]
            }
        }
    }

    /// The step from `before` to `after`, in words.
    fn in_words(&self, before: &[T], after: &[T]) -> String
    where
        T: AsRef<str>,
    {
        let text = |tokens: &[T]| quoted(&tokens.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" "));
        let span = |tokens: &[T], range: &Range<usize>| {
            let place = match range.len() {
                1 => format!("token {}", range.end),
                _ => format!("tokens {}-{}", range.start + 1, range.end),
            };
            format!("{} ({place})", text(tokens.get(range.clone()).unwrap_or_default()))
        };
        match self {
            Step::Swap { left, right } => format!("swap {} and {}", span(before, left), span(before, right)),
            Step::Replace { old, new } => format!("replace {} by {}", span(before, old), text(new)),
            Step::Add { at, new } => format!("add {}", span(after, &(*at..*at + new.len()))),
            Step::Remove { old } => format!("remove {}", span(before, old)),
        }
    }

    /// The sequence after the step; `None` if a range does not lie in `tokens`.
    pub fn apply(&self, tokens: &[T]) -> Option<Vec<T>> {
        let mut made = Vec::with_capacity(tokens.len());
        match self {
            Step::Swap { left, right } => {
                made.extend_from_slice(tokens.get(..left.start)?);
                made.extend_from_slice(tokens.get(right.clone())?);
                made.extend_from_slice(tokens.get(left.end..right.start)?);
                made.extend_from_slice(tokens.get(left.clone())?);
                made.extend_from_slice(tokens.get(right.end..)?);
            }
            Step::Replace { old, new } => splice(&mut made, tokens, old.clone(), new)?,
            Step::Add { at, new } => splice(&mut made, tokens, *at..*at, new)?,
            Step::Remove { old } => splice(&mut made, tokens, old.clone(), &[])?,
        }
        Some(made)
    }
}

fn splice<T: Clone>(made: &mut Vec<T>, tokens: &[T], old: Range<usize>, new: &[T]) -> Option<()> {
    tokens.get(old.clone())?;
    made.extend_from_slice(tokens.get(..old.start)?);
    made.extend_from_slice(new);
    made.extend_from_slice(tokens.get(old.end..)?);
    Some(())
}

/// What a hard negative did to its caption: atomic steps, applied one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Edit<T> {
    /// The steps in the order in which they apply; none if caption and negative have the same tokens.
    pub steps: Vec<Step<T>>,
}

impl<T: Clone> Edit<T> {
    /// The operator of the edit.
    pub fn operator(&self) -> Operator {
        match self.steps.as_slice() {
            [] => Operator::Identity,
            [step] => step.operator(),
            steps => Operator::Composite(steps.iter().map(Step::operator).collect()),
        }
    }

    /// The steps with their spans, in words: `swap "red" (token 2) and "blue" (token 6)`. Tokens count from 1, in the text
    /// that the step reads; a step of an edit that belongs to another caption has no words.
    pub fn in_words(&self, caption: &[T]) -> String
    where
        T: AsRef<str>,
    {
        let mut tokens = caption.to_vec();
        let mut words = Vec::new();
        for step in &self.steps {
            let Some(made) = step.apply(&tokens) else { break };
            words.push(step.in_words(&tokens, &made));
            tokens = made;
        }
        words.join(", then ")
    }

    /// The edited tokens; `None` if the edit belongs to another caption, whose ranges do not fit.
    pub fn apply(&self, caption: &[T]) -> Option<Vec<T>> {
        self.steps.iter().try_fold(caption.to_vec(), |tokens, step| step.apply(&tokens))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_say_where_tokens_go() {
        let step = Step::Swap { left: 1..2, right: 3..5 };
        let before = [0, 1, 2, 3, 4, 5];
        let after = step.apply(&before).unwrap();
        assert_eq!(after, [0, 3, 4, 2, 1, 5]);
        for span in step.spans() {
            assert_eq!(before[span.before], after[span.after]);
        }
    }

    #[test]
    fn words_name_the_spans_where_each_step_finds_them() {
        let steps = vec![
            Step::Swap { left: 1..2, right: 3..5 },
            Step::Replace { old: 0..1, new: vec!["x", "y"] },
            Step::Add { at: 2, new: vec!["z"] },
            Step::Remove { old: 0..2 },
        ];
        let words = Edit { steps }.in_words(&["a", "b", "c", "d", "e"]);
        let expected = "swap \"b\" (token 2) and \"d e\" (tokens 4-5), then replace \"a\" (token 1) by \"x y\", \
                        then add \"z\" (token 3), then remove \"x y\" (tokens 1-2)";
        assert_eq!(words, expected);
    }

    #[test]
    fn an_edit_of_another_text_does_not_apply() {
        let caption = [1, 2];
        for step in [
            Step::Swap { left: 0..1, right: 2..3 },
            Step::Swap { left: 1..2, right: 0..1 },
            Step::Replace { old: 1..3, new: vec![7] },
            Step::Add { at: 3, new: vec![7] },
            Step::Remove { old: 2..3 },
        ] {
            assert_eq!(Edit { steps: vec![step] }.apply(&caption), None);
        }
        assert_eq!(Edit { steps: vec![Step::Add { at: 2, new: vec![7] }] }.apply(&caption), Some(vec![1, 2, 7]));
    }
}
