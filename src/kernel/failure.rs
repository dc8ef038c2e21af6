//! Why the kernel refuses: one stable code each, so that a reject and a limit never look alike.

use std::fmt::Display;

use super::data::Polynomial;

macro_rules! reasons {
    ($($name:ident = $text:literal, $meaning:literal;)*) => {
        /// The kernel's own codes. Codes that begin with `limit-` decline; all others reject.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $(#[doc = $meaning] $name,)* }

        impl Reason {
            /// Every reason, in the order of this file.
            pub const ALL: &'static [Reason] = &[$(Reason::$name),*];

            /// The name of the reason, which does not change between versions.
            pub fn as_str(self) -> &'static str {
                match self { $(Reason::$name => $text,)* }
            }
        }
    };
}

reasons! {
    BadName = "bad-name", "A name is not a letter followed by letters, digits and underscores, at most 64 of them.";
    BadNumber = "bad-number", "The denominator of a number is not positive.";
    NameTaken = "name-taken", "A name that has to be fresh is already in use.";
    NameUnknown = "name-unknown", "A space, family or map is not declared here, or not with this type.";
    TypeMismatch = "type-mismatch", "The spaces of two maps do not fit together.";
    NotScalar = "not-scalar", "An order relation between maps that are not scalars (1 -> 1).";
    FieldTooWeak = "field-too-weak", "A rational coefficient, an order or `definite` where any field is allowed.";
    EmptyClaim = "empty-claim", "A statement or rule without a conclusion.";
    FactUnknown = "fact-unknown", "A fact that does not exist, or whose block has ended.";
    NotAnEquation = "not-an-equation", "The fact used here has to be an equation.";
    NotAnInequality = "not-an-inequality", "The fact used here has to be an inequality of the kind that the rule needs.";
    NotARule = "not-a-rule", "The fact used here has to be a rule.";
    NotExistential = "not-existential", "The fact used here has to be an existential claim without premises.";
    WrongCount = "wrong-count", "The number of arguments, premises, witnesses or facts is not the declared one.";
    DoesNotFollow = "does-not-follow", "The claim minus the combination of facts is not zero.";
    PremiseMissing = "premise-missing", "The fact given for a premise does not say what the premise says.";
    GoalNotShown = "goal-not-shown", "The fact given for a conclusion does not say what the conclusion says.";
    TheoremNotProved = "theorem-not-proved", "The theorem used has not been proved before this one.";
    OtherStatement = "other-statement", "The proof is bound to another statement.";
    NotInverse = "not-inverse", "The fact does not say that a product is the identity.";
    DimensionsNotEqual = "dimensions-not-equal", "The two spaces are not declared to have equal dimension.";
    NotASquare = "not-a-square", "The fact does not say X*X' = 0.";
    NegativeMultiplier = "negative-multiplier", "An inequality may only be multiplied by a number that is not negative.";
    NotStrict = "not-strict", "A strict inequality does not follow from inequalities that are not strict.";
    NotAContradiction = "not-a-contradiction", "The supposition does not lead to what is known to be false.";
    InductionShape = "induction-shape", "Induction proves a rule over exactly one word, and nothing else.";
    NotAWord = "not-a-word", "The term is not known to be a member of, or a word over, the family.";
    TooDeep = "limit-depth", "A term, space or rule is nested more deeply than the limit.";
    TooLarge = "limit-size", "A term, polynomial, coefficient or proof is larger than the limit.";
    TooMuchWork = "limit-work", "The work budget is used up.";
}

/// A refusal: the code, where in the proof, why, and the polynomial that should have been zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Why the step is refused, as a code.
    pub reason: Reason,
    /// Indices of the step in its block, of that block's step in the enclosing block, and so on; outermost first.
    pub path: Vec<usize>,
    /// Why, in one sentence about this proof.
    pub why: String,
    /// For a claim that does not follow: claim minus combination.
    pub difference: Option<Box<Polynomial>>,
}

/// `Err` with a code and a sentence; the step is not known yet.
pub(super) fn refuse<T>(reason: Reason, why: impl Display) -> Result<T, Failure> {
    Err(Failure { reason, path: Vec::new(), why: why.to_string(), difference: None })
}

/// Refuses unless the condition holds.
pub(super) fn need(holds: bool, reason: Reason, why: impl Display) -> Result<(), Failure> {
    if holds { Ok(()) } else { refuse(reason, why) }
}
