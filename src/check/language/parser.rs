//! From tokens to terms, spaces and propositions; statements and scripts stand beside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};

use super::lexer::{Kind, Source, Span, Token};
use super::syntax::*;
use crate::kernel::Relation;
use crate::report::{Code, Diagnostic};

/// Brackets, blocks and transposes nested more deeply than this are declined, so that nothing that walks
/// what was parsed can exhaust the stack.
const MAX_NESTING: usize = 60;

/// Words that are not names.
pub const KEYWORDS: [&str; 39] = [
    "theorem",
    "proof",
    "predicate",
    "qed",
    "over",
    "spaces",
    "equal",
    "families",
    "maps",
    "assume",
    "show",
    "exists",
    "forall",
    "in",
    "words",
    "let",
    "take",
    "obtain",
    "have",
    "with",
    "by",
    "using",
    "from",
    "calc",
    "induction",
    "base",
    "step",
    "contradiction",
    "absurd",
    "auto",
    "cofactors",
    "farkas",
    "pseudo_inverse",
    "square_inverse",
    "definite",
    "fst",
    "snd",
    "inl",
    "inr",
];

/// A cursor over the tokens.
pub struct Parser<'s> {
    pub source: &'s Source,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// Where the last term ended.
    ended: usize,
    /// Where the items begin that a comment can belong to, in order.
    pub anchors: Vec<usize>,
    /// The predicates declared so far.
    pub predicates: BTreeMap<String, Arc<Predicate>>,
    /// The predicate whose body is being read.
    pub declaring: Option<String>,
}

pub type Parsed<T> = Result<T, Diagnostic>;

impl<'s> Parser<'s> {
    /// At the first token.
    pub fn new(source: &'s Source, tokens: Vec<Token>) -> Parser<'s> {
        Parser {
            source,
            tokens,
            at: 0,
            depth: 0,
            ended: 0,
            anchors: Vec::new(),
            predicates: BTreeMap::new(),
            declaring: None,
        }
    }

    pub fn token(&self, ahead: usize) -> Token {
        self.tokens[(self.at + ahead).min(self.tokens.len() - 1)]
    }

    pub fn kind(&self) -> Kind {
        self.token(0).kind
    }

    pub fn span(&self) -> Span {
        self.token(0).span
    }

    pub fn last_span(&self) -> Span {
        self.tokens[self.at.saturating_sub(1)].span
    }

    fn text_of(&self, token: Token) -> &'s str {
        &self.source.text[token.span.start..token.span.end]
    }

    /// The current token's text.
    pub fn word(&self) -> &'s str {
        self.text_of(self.token(0))
    }

    pub fn word_ahead(&self, ahead: usize) -> &'s str {
        self.text_of(self.token(ahead))
    }

    pub fn advance(&mut self) {
        self.at += 1;
    }

    pub fn eat(&mut self, word: &str) -> bool {
        let found = self.word() == word;
        if found {
            self.advance();
        }
        found
    }

    pub fn need(&mut self, word: &str) -> Parsed<()> {
        if self.eat(word) { Ok(()) } else { self.expected(&format!("`{word}`")) }
    }

    pub fn expected<T>(&self, what: &str) -> Parsed<T> {
        let found = match self.kind() {
            Kind::End => "the end of the text".to_owned(),
            _ => format!("`{}`", self.word().chars().take(40).collect::<String>()),
        };
        let error = self.source.error(Code::Syntax, self.span(), format!("expected {what}, found {found}"));
        let for_a_name = self.word_ahead(1) == ":" || what.starts_with("a ") || what.starts_with("the ");
        Err(match self.factor_without_star() {
            _ if KEYWORDS.contains(&self.word()) && for_a_name => {
                error.help(format!("{} is a keyword; choose another name", self.word()))
            }
            Some(help) => error.help(help),
            None => error,
        })
    }

    /// What to write where a term is followed by what looks like its next factor.
    fn factor_without_star(&self) -> Option<String> {
        let factor = matches!(self.word(), "(" | "[") || self.is_name(0) || self.kind() == Kind::Number;
        let (true, Some(before)) = (factor && self.ended == self.at, self.at.checked_sub(1)) else { return None };
        let called = self.text_of(self.tokens[before]);
        Some(match called.to_lowercase().as_str() {
            _ if self.word() != "(" => "write `*` between factors: f*g".to_owned(),
            "pinv" | "ginv" | "pseudoinverse" | "pseudo_inverse" => {
                "write a line `obtain Q with a: P*Q*P = P by pseudo_inverse` before; then Q is such a map".to_owned()
            }
            "inv" | "inverse" => {
                "an inverse is a map of its own, with `f*g = 1`; see square_inverse and pivot".to_owned()
            }
            "transpose" | "tr" | "t" => "write a transpose as `f'`".to_owned(),
            "trace" | "rank" | "det" | "norm" | "dim" | "ker" | "kernel" | "im" | "image" => {
                format!("there is no {called} of maps; say it by equations, as the shipped theorems do")
            }
            _ => "write `*` between factors: f*(g + h)".to_owned(),
        })
    }

    /// Runs `inside` one level deeper.
    pub fn nested<T>(&mut self, inside: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_NESTING {
            let message = format!("nested more than {MAX_NESTING} deep");
            return Err(self.source.error(Code::LimitDepth, self.span(), message));
        }
        self.depth += 1;
        let result = inside(self);
        self.depth -= 1;
        result
    }

    pub fn is_name(&self, ahead: usize) -> bool {
        let token = self.token(ahead);
        token.kind == Kind::Name && !KEYWORDS.contains(&self.text_of(token))
    }

    /// A name that is no keyword.
    pub fn ident(&mut self, what: &str) -> Parsed<Ident> {
        if !self.is_name(0) {
            return self.expected(what);
        }
        let ident = Ident { text: self.word().to_owned(), span: self.span() };
        self.advance();
        Ok(ident)
    }

    /// `a, b, c`
    pub fn idents(&mut self, what: &str) -> Parsed<Vec<Ident>> {
        let mut list = vec![self.ident(what)?];
        while self.eat(",") {
            list.push(self.ident(what)?);
        }
        Ok(list)
    }

    pub fn space(&mut self) -> Parsed<RawSpace> {
        let mut space = self.summand()?;
        let mut count = 1;
        while self.eat("+") {
            count += 1;
            if count > MAX_NESTING {
                let message = format!("a sum of more than {MAX_NESTING} spaces");
                return Err(self.source.error(Code::LimitDepth, self.span(), message));
            }
            space = RawSpace::Sum(Box::new(space), Box::new(self.summand()?));
        }
        Ok(space)
    }

    fn summand(&mut self) -> Parsed<RawSpace> {
        if self.eat("(") {
            let space = self.nested(Self::space)?;
            self.need(")")?;
            return Ok(space);
        }
        if self.kind() == Kind::Number && self.word() == "1" {
            self.advance();
            return Ok(RawSpace::Unit);
        }
        Ok(RawSpace::Name(self.ident("a space: a name, `1`, or a sum in brackets")?))
    }

    /// A sum of products.
    pub fn term(&mut self) -> Parsed<RawTerm> {
        let start = self.span();
        let mut summands = vec![self.signed_product()?];
        while matches!(self.word(), "+" | "-") {
            self.eat("+");
            summands.push(self.signed_product()?);
        }
        Ok(match summands.len() {
            1 => summands.swap_remove(0),
            _ => RawTerm { shape: RawShape::Sum(summands), span: start.to(self.last_span()) },
        })
    }

    fn signed_product(&mut self) -> Parsed<RawTerm> {
        let start = self.span();
        let negative = self.eat("-");
        let bare = self.kind() == Kind::Number;
        let product = self.product()?;
        if !negative {
            return Ok(product);
        }
        let span = start.to(self.last_span());
        // In `-2*a` the sign belongs to the number; in `-(2*a)` it is a number of its own.
        let shape = match product.shape {
            RawShape::Number(n) if bare => RawShape::Number(-n),
            RawShape::Scaled(n, t) if bare => RawShape::Scaled(-n, t),
            shape => RawShape::Scaled(-BigRational::one(), Box::new(RawTerm { shape, span: product.span })),
        };
        Ok(RawTerm { shape, span })
    }

    fn product(&mut self) -> Parsed<RawTerm> {
        let start = self.span();
        let bare = self.kind() == Kind::Number;
        let mut factors = vec![self.factor()?];
        while self.eat("*") {
            factors.push(self.factor()?);
        }
        self.ended = self.at;
        let span = start.to(self.last_span());
        let mut number = None;
        if let (true, true, RawShape::Number(n)) = (bare, factors.len() > 1, &factors[0].shape) {
            number = Some(n.clone());
            factors.remove(0);
        }
        let rest = match factors.len() {
            1 => factors.swap_remove(0),
            _ => RawTerm { shape: RawShape::Product(factors), span },
        };
        Ok(match number {
            Some(n) => RawTerm { shape: RawShape::Scaled(n, Box::new(rest)), span },
            None => rest,
        })
    }

    fn factor(&mut self) -> Parsed<RawTerm> {
        let start = self.span();
        let mut term = self.atom()?;
        let mut count = 0;
        while self.eat("'") {
            count += 1;
            if count > MAX_NESTING {
                let message = format!("more than {MAX_NESTING} transposes");
                return Err(self.source.error(Code::LimitDepth, self.last_span(), message));
            }
            term = RawTerm { shape: RawShape::Transpose(Box::new(term)), span: start.to(self.last_span()) };
        }
        Ok(term)
    }

    fn atom(&mut self) -> Parsed<RawTerm> {
        let start = self.span();
        let shape = match self.word() {
            "(" => return self.nested(Self::bracketed),
            "[" => self.nested(Self::block)?,
            "{" => {
                self.advance();
                let label = self.ident("the label of an equation")?;
                self.need("}")?;
                RawShape::Fact(label.text)
            }
            word @ ("fst" | "snd" | "inl" | "inr") => {
                self.advance();
                RawShape::Name(word.to_owned())
            }
            _ if self.kind() == Kind::Number => RawShape::Number(self.number()?),
            _ => RawShape::Name(self.ident("a term")?.text),
        };
        Ok(RawTerm { shape, span: start.to(self.last_span()) })
    }

    fn number(&mut self) -> Parsed<BigRational> {
        let digits = |p: &mut Self| {
            let value = p.word().parse::<BigInt>();
            match (p.kind(), value) {
                (Kind::Number, Ok(value)) => {
                    p.advance();
                    Ok(value)
                }
                _ => p.expected("a number"),
            }
        };
        let numerator = digits(self)?;
        if !self.eat("/") {
            return Ok(BigRational::from_integer(numerator));
        }
        let span = self.span();
        let denominator = digits(self)?;
        if denominator.is_zero() {
            return Err(self.source.error(Code::Syntax, span, "a fraction with denominator 0"));
        }
        Ok(BigRational::new(numerator, denominator))
    }

    /// `(t)` or `(t : A -> B)`
    fn bracketed(&mut self) -> Parsed<RawTerm> {
        let start = self.span();
        self.need("(")?;
        let term = self.term()?;
        let shape = if self.eat(":") {
            let from = self.space()?;
            self.need("->")?;
            Some(RawShape::Typed(Box::new(term.clone()), from, self.space()?))
        } else {
            None
        };
        self.need(")")?;
        let span = start.to(self.last_span());
        Ok(match shape {
            Some(shape) => RawTerm { shape, span },
            None => RawTerm { shape: term.shape, span },
        })
    }

    /// `[a, b]` or `[a; b]`
    fn block(&mut self) -> Parsed<RawShape> {
        self.need("[")?;
        let first = Box::new(self.term()?);
        let row = match self.word() {
            "," => true,
            ";" => false,
            _ => return self.expected("`,` (side by side) or `;` (stacked)"),
        };
        self.advance();
        let second = Box::new(self.term()?);
        self.need("]")?;
        Ok(if row { RawShape::Row(first, second) } else { RawShape::Column(first, second) })
    }

    /// A comparison, or a rule, with or without `forall`: `a = b, c = d -> e = f`.
    pub fn prop(&mut self) -> Parsed<RawProp> {
        let start = self.span();
        let shape = match self.word() {
            "forall" | "exists" => RawPropShape::Rule(Box::new(self.nested(Self::rule)?)),
            _ => {
                let first = self.premise()?;
                if matches!(self.word(), "->" | ",") {
                    let mut sequent = RawSequent { assumptions: vec![first], ..RawSequent::default() };
                    while self.eat(",") {
                        sequent.assumptions.push(self.premise()?);
                    }
                    self.need("->")?;
                    self.nested(|p| p.claim(&mut sequent))?;
                    RawPropShape::Rule(Box::new(sequent))
                } else if first.label.text.is_empty() {
                    return Ok(first.prop);
                } else {
                    return self.expected("`->` after a labelled premise");
                }
            }
        };
        Ok(RawProp { shape, span: start.to(self.last_span()) })
    }

    fn rule(&mut self) -> Parsed<RawSequent> {
        let mut sequent = RawSequent::default();
        if self.eat("forall") {
            loop {
                if self.is_name(0) && !matches!(self.word_ahead(1), ":" | "in") {
                    sequent.spaces.push(self.ident("a space")?);
                } else {
                    sequent.maps.push(self.map()?);
                }
                if !self.eat(",") {
                    break;
                }
            }
            self.need(".")?;
        }
        if self.word() == "exists" {
            self.claim(&mut sequent)?;
            return Ok(sequent);
        }
        let list = self.premises()?;
        if self.eat("->") {
            sequent.assumptions = list;
            self.claim(&mut sequent)?;
        } else {
            sequent.conclusions = list;
        }
        Ok(sequent)
    }

    pub fn premises(&mut self) -> Parsed<Vec<RawLabelled>> {
        let mut list = vec![self.premise()?];
        while self.eat(",") {
            list.push(self.premise()?);
        }
        Ok(list)
    }

    /// A comparison or a bracketed rule, with or without a label.
    pub fn premise(&mut self) -> Parsed<RawLabelled> {
        let label = if self.is_name(0) && self.word_ahead(1) == ":" {
            let label = self.ident("a label")?;
            self.need(":")?;
            label
        } else {
            Ident { text: String::new(), span: self.span() }
        };
        if self.word() == "(" && matches!(self.word_ahead(1), "forall" | "exists") {
            self.advance();
            let start = self.span();
            let rule = self.nested(Self::rule)?;
            let prop = RawProp { shape: RawPropShape::Rule(Box::new(rule)), span: start.to(self.last_span()) };
            self.need(")")?;
            return Ok(RawLabelled { label, prop });
        }
        Ok(RawLabelled { label, prop: self.comparison()? })
    }

    fn comparison(&mut self) -> Parsed<RawProp> {
        if let Some(applied) = self.applied()? {
            return Ok(applied);
        }
        let start = self.span();
        let left = Box::new(self.term()?);
        let relation = match self.word() {
            "=" => Relation::Equal,
            "!=" => Relation::NotEqual,
            ">=" => Relation::AtLeast,
            ">" => Relation::Greater,
            _ => return self.expected("`=`, `!=`, `>=` or `>`"),
        };
        self.advance();
        let right = Box::new(self.term()?);
        Ok(RawProp { shape: RawPropShape::Compare(left, relation, right), span: start.to(self.last_span()) })
    }

    /// `exists h : A -> B. conclusions`, or conclusions alone.
    fn claim(&mut self, sequent: &mut RawSequent) -> Parsed<()> {
        self.exists(sequent)?;
        sequent.conclusions = self.premises()?;
        Ok(())
    }

    /// `exists h : A -> B, k : B -> C.`, if it is there.
    pub fn exists(&mut self, sequent: &mut RawSequent) -> Parsed<()> {
        if !self.eat("exists") {
            return Ok(());
        }
        loop {
            if self.depth == 0 {
                // Of a theorem; comments say nothing about what is bound inside a rule.
                self.anchors.push(self.span().start);
            }
            sequent.exists.push(self.map()?);
            if !self.eat(",") {
                return self.need(".");
            }
        }
    }

    /// `f : A -> B`, `t in F` or `w in words over F`
    pub fn map(&mut self) -> Parsed<RawMap> {
        let name = self.ident("a map")?;
        let range = if self.eat("in") {
            if self.eat("words") {
                self.need("over")?;
                RawRange::Word(self.ident("a family, or a map whose powers are meant")?)
            } else {
                RawRange::Member(self.ident("a family")?)
            }
        } else {
            self.need(":")?;
            let (start, from) = (self.span(), self.space()?);
            if self.word() != "->" {
                let (map, space) = (&name.text, self.source.text[start.start..self.last_span().end].trim());
                let error = self.source.error(
                    Code::Syntax,
                    start.to(self.last_span()),
                    format!("{map} has one space; a map goes from one to another"),
                );
                return Err(error.help(format!(
                    "write `{map} : 1 -> {space}` for a vector, `{map} : {space} -> 1` for a functional"
                )));
            }
            self.advance();
            RawRange::Type(from, self.space()?)
        };
        Ok(RawMap { name, range })
    }
}
