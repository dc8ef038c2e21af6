//! What the parser makes of a text: statements and scripts whose terms have no types yet.

use std::sync::Arc;

use num_rational::BigRational;

use super::lexer::Span;
use crate::kernel::{Field, Relation};

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The name.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// An untyped term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawTerm {
    /// Its shape.
    pub shape: RawShape,
    /// Its place.
    pub span: Span,
}

/// The outermost shape of an untyped term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawShape {
    /// A map, a local definition, or one of `fst`, `snd`, `inl`, `inr`.
    Name(String),
    /// A number times the identity; 0 is the zero map.
    Number(BigRational),
    /// A number times a term.
    Scaled(BigRational, Box<RawTerm>),
    /// A sum of two or more.
    Sum(Vec<RawTerm>),
    /// A product of two or more.
    Product(Vec<RawTerm>),
    /// `t'`
    Transpose(Box<RawTerm>),
    /// `[a, b]`
    Row(Box<RawTerm>, Box<RawTerm>),
    /// `[a; b]`
    Column(Box<RawTerm>, Box<RawTerm>),
    /// `(t : A -> B)`
    Typed(Box<RawTerm>, RawSpace, RawSpace),
    /// `{label}`: an equation in a list of cofactors.
    Fact(String),
}

/// An unresolved space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawSpace {
    /// `1`
    Unit,
    /// A name.
    Name(Ident),
    /// `A + B`
    Sum(Box<RawSpace>, Box<RawSpace>),
}

/// A declared map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawMap {
    /// Its name.
    pub name: Ident,
    /// Its type or role.
    pub range: RawRange,
}

/// What a declared map ranges over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawRange {
    /// `: A -> B`
    Type(RawSpace, RawSpace),
    /// `in F`
    Member(Ident),
    /// `in words over F`
    Word(Ident),
}

/// A proposition with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawProp {
    /// What it says.
    pub shape: RawPropShape,
    /// Its place.
    pub span: Span,
}

/// What a proposition says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawPropShape {
    /// `s = t` and its kin.
    Compare(Box<RawTerm>, Relation, Box<RawTerm>),
    /// A rule or an existential claim.
    Rule(Box<RawSequent>),
    /// `p(s, t)`: what the predicate says of these terms.
    Applied(Arc<Predicate>, Vec<RawTerm>),
}

/// The number of parts, and how deeply they are nested, all predicates written out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    pub(super) parts: usize,
    pub(super) depth: usize,
}

/// An abbreviation for propositions, `predicate p(A, X): a: s = t, ...`; see [`super::predicate`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicate {
    /// Its name.
    pub name: Ident,
    /// What it speaks of: maps and spaces, by any names.
    pub parameters: Vec<Ident>,
    /// What it says.
    pub body: Vec<RawLabelled>,
    /// How large it is, written out.
    pub measure: Measure,
}

/// A labelled proposition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawLabelled {
    /// The label; empty where there is none.
    pub label: Ident,
    /// The proposition.
    pub prop: RawProp,
}

/// A sequent as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawSequent {
    /// Spaces.
    pub spaces: Vec<Ident>,
    /// Spaces of equal dimension.
    pub equal: Vec<(Ident, Ident)>,
    /// Families with their space.
    pub families: Vec<(Ident, RawSpace)>,
    /// Maps.
    pub maps: Vec<RawMap>,
    /// Assumptions.
    pub assumptions: Vec<RawLabelled>,
    /// Maps claimed to exist.
    pub exists: Vec<RawMap>,
    /// Conclusions.
    pub conclusions: Vec<RawLabelled>,
}

/// A theorem as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawTheorem {
    /// Its name.
    pub name: Ident,
    /// Over which fields.
    pub field: Field,
    /// The claim.
    pub sequent: RawSequent,
    /// The comments.
    pub comments: Comments,
    /// Its place.
    pub span: Span,
}

/// What the author says about a theorem, outside its hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// About the theorem as a whole.
    pub theorem: String,
    /// About a space, family or map, or the assumption or conclusion of this label, in the order of the file.
    pub items: Vec<(String, String)>,
}

impl Comments {
    /// The comment about a name or label; empty if there is none.
    pub fn about(&self, name: &str) -> &str {
        self.items.iter().find(|(item, _)| item == name).map_or("", |(_, text)| text)
    }
}

/// A proof script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The theorem that it proves.
    pub name: Ident,
    /// What the author says about it.
    pub comment: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Its place.
    pub span: Span,
}

/// One line of a script: possibly several lines of text, and possibly with blocks of lines inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place, blocks included.
    pub span: Span,
    /// What the author says about it.
    pub comment: String,
    /// What it does.
    pub body: LineBody,
}

/// What a line of a script does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineBody {
    /// `let k = t`: a name for a term.
    Let(Ident, RawTerm),
    /// `take h = t`: the map that is to exist.
    Take(Ident, RawTerm),
    /// `obtain Q with label: prop by ...`
    Obtain {
        /// The fresh names.
        names: Vec<Ident>,
        /// Labels, and what they are expected to say.
        facts: Vec<(Ident, Option<RawProp>)>,
        /// Whence.
        by: By,
    },
    /// `have label: prop ...`
    Have(Ident, RawProp, Reasoning),
    /// `label: ...`: a conclusion of the goal, perhaps restated.
    Goal(Ident, Option<RawProp>, Reasoning),
    /// `have label: calc ...`
    Calc(Ident, Chain),
}

/// How a claim is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reasoning {
    /// `by ...`, or nothing: by calculation.
    By(By),
    /// `calc ...`
    Calc(Chain),
    /// `proof ... qed`
    Block(Vec<Line>),
    /// `induction base ... step t ... qed`
    Induction {
        /// The lines for the empty word.
        base: Vec<Line>,
        /// The generic letter, where the words are over a family.
        letter: Option<Ident>,
        /// The lines for one letter more.
        step: Vec<Line>,
    },
    /// `contradiction ... absurd a, b qed`, or `absurd a` where `a` says `1 = 0`
    Contradiction {
        /// The lines under the supposition.
        lines: Vec<Line>,
        /// The equation, and the fact that it contradicts, if it does not say `1 = 0`.
        absurd: (Ident, Option<Ident>),
    },
}

/// `t0 = t1 by ... = t2 by ...`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// The first term.
    pub first: RawTerm,
    /// Each next term, with why it equals the one before.
    pub links: Vec<(RawTerm, By)>,
}

/// A justification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// Its place.
    pub span: Span,
    /// What it says.
    pub means: Means,
}

/// What a justification says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// Facts, whose cofactors are to be found; none for a calculation. A single name may be a rule or theorem.
    Facts(Vec<Ident>),
    /// `auto`, with the facts it may use (all, if none are named).
    Auto(Vec<Ident>),
    /// `cofactors L*{a}*R + ...`: the combination itself.
    Cofactors(RawTerm),
    /// `farkas` with facts to search, or with the combination itself.
    Farkas(Vec<Ident>, Option<RawTerm>),
    /// A rule or theorem applied, or one of the built-in rules.
    Apply {
        /// Its name.
        name: Ident,
        /// What stands for what.
        with: Vec<(Ident, RawTerm)>,
        /// Facts from which its premises are to be found.
        using: Vec<Ident>,
        /// The premises themselves, if `from` says so.
        from: Option<Vec<Ident>>,
    },
}

/// A file: theorems and proofs, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The abbreviations.
    pub predicates: Vec<Arc<Predicate>>,
    /// The theorems.
    pub theorems: Vec<RawTheorem>,
    /// The proofs.
    pub proofs: Vec<Script>,
}
