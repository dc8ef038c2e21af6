//! Parsing of statements and of proof scripts.

use super::parser::{Parsed, Parser};
use super::syntax::*;
use crate::kernel::Field;

impl Parser<'_> {
    fn anchor(&mut self) {
        self.anchors.push(self.span().start);
    }

    /// `theorem NAME`, its sections in their order.
    pub fn theorem(&mut self) -> Parsed<RawTheorem> {
        let start = self.span();
        self.anchor();
        self.need("theorem")?;
        let name = self.ident("the theorem's name")?;
        let field = self.field()?;
        let mut sequent = RawSequent::default();
        if self.eat("spaces") {
            while self.is_name(0) {
                self.anchor();
                sequent.spaces.push(self.ident("a space")?);
                self.eat(",");
            }
        }
        if self.eat("equal") {
            while self.is_name(0) {
                let first = self.ident("a space")?;
                self.need("=")?;
                sequent.equal.push((first, self.ident("a space")?));
                self.eat(",");
            }
        }
        if self.eat("families") {
            while self.is_name(0) {
                self.anchor();
                let family = self.ident("a family")?;
                self.need(":")?;
                let space = self.space()?;
                let arrow = self.span();
                self.need("->")?;
                if self.space()?.plain() != space.plain() {
                    let message = "the members of a family map one space to itself";
                    return Err(self.source.error(crate::report::Code::Syntax, arrow, message));
                }
                sequent.families.push((family, space));
                self.eat(",");
            }
        }
        if self.eat("maps") {
            while self.is_name(0) {
                self.anchor();
                sequent.maps.push(self.map()?);
                self.eat(",");
            }
        }
        if self.eat("assume") {
            sequent.assumptions = self.labelled()?;
        }
        self.need("show")?;
        self.exists(&mut sequent)?;
        sequent.conclusions = self.labelled()?;
        let span = start.to(self.last_span());
        Ok(RawTheorem { name, field, sequent, comments: Comments::default(), span })
    }

    /// `over an ordered field`; any field if nothing is said.
    fn field(&mut self) -> Parsed<Field> {
        if !self.eat("over") {
            return Ok(Field::Any);
        }
        let field = match self.word() {
            "an" => {
                self.advance();
                self.need("ordered")?;
                Field::Ordered
            }
            _ => {
                self.need("any")?;
                Field::Any
            }
        };
        self.need("field")?;
        Ok(field)
    }

    /// `label: prop label: prop ...`
    fn labelled(&mut self) -> Parsed<Vec<RawLabelled>> {
        let mut list = Vec::new();
        while list.is_empty() || (self.is_name(0) && self.word_ahead(1) == ":") {
            self.anchor();
            let label = self.ident("a label")?;
            self.need(":")?;
            list.push(RawLabelled { label, prop: self.prop()? });
        }
        Ok(list)
    }

    /// `proof NAME` and its lines.
    pub fn script(&mut self) -> Parsed<Script> {
        let start = self.span();
        self.anchor();
        self.need("proof")?;
        let name = self.ident("the theorem's name")?;
        let lines = self.lines()?;
        Ok(Script { name, comment: String::new(), lines, span: start.to(self.last_span()) })
    }

    fn lines(&mut self) -> Parsed<Vec<Line>> {
        let mut lines = Vec::new();
        loop {
            let start = self.span();
            let body = match self.word() {
                "let" | "take" | "obtain" | "have" => {
                    self.anchor();
                    self.nested(Self::line)?
                }
                _ if self.is_name(0) && self.word_ahead(1) == ":" => {
                    self.anchor();
                    let label = self.ident("a label")?;
                    self.need(":")?;
                    let restated = !self.reasons() && !self.ends_line();
                    let prop = if restated { Some(self.prop()?) } else { None };
                    LineBody::Goal(label, prop, self.nested(Self::reasoning)?)
                }
                _ => return Ok(lines),
            };
            lines.push(Line { span: start.to(self.last_span()), comment: String::new(), body });
        }
    }

    fn reasons(&self) -> bool {
        matches!(self.word(), "by" | "calc" | "proof" | "induction" | "contradiction")
    }

    fn ends_line(&self) -> bool {
        let keyword =
            ["let", "take", "obtain", "have", "qed", "base", "step", "absurd", "theorem", "proof", "predicate", ""];
        keyword.contains(&self.word()) || (self.is_name(0) && self.word_ahead(1) == ":")
    }

    fn line(&mut self) -> Parsed<LineBody> {
        let keyword = self.word();
        self.advance();
        match keyword {
            "let" | "take" => {
                let name = self.ident("a name")?;
                self.need("=")?;
                let term = self.term()?;
                Ok(if keyword == "let" { LineBody::Let(name, term) } else { LineBody::Take(name, term) })
            }
            "obtain" => {
                let names = self.idents("a fresh name")?;
                let mut facts = Vec::new();
                if self.eat("with") {
                    loop {
                        let label = self.ident("a label")?;
                        let prop = if self.eat(":") { Some(self.premise()?.prop) } else { None };
                        facts.push((label, prop));
                        if !self.eat(",") {
                            break;
                        }
                    }
                }
                if self.word() != "by" {
                    return self.expected("`by`");
                }
                Ok(LineBody::Obtain { names, facts, by: self.by()? })
            }
            _ => {
                let label = self.ident("a label")?;
                self.need(":")?;
                if self.eat("calc") {
                    return Ok(LineBody::Calc(label, self.chain()?));
                }
                let prop = self.prop()?;
                Ok(LineBody::Have(label, prop, self.reasoning()?))
            }
        }
    }

    fn reasoning(&mut self) -> Parsed<Reasoning> {
        match self.word() {
            "calc" => {
                self.advance();
                Ok(Reasoning::Calc(self.chain()?))
            }
            "proof" if self.proof_is_nested() => {
                self.advance();
                let lines = self.lines()?;
                self.need("qed")?;
                Ok(Reasoning::Block(lines))
            }
            "induction" => {
                self.advance();
                self.need("base")?;
                let base = self.lines()?;
                self.need("step")?;
                let letter = match self.is_name(0) && self.word_ahead(1) != ":" {
                    true => Some(self.ident("a letter")?),
                    false => None,
                };
                let step = self.lines()?;
                self.need("qed")?;
                Ok(Reasoning::Induction { base, letter, step })
            }
            "contradiction" => {
                self.advance();
                let lines = self.lines()?;
                self.need("absurd")?;
                let equation = self.ident("the label of an equation")?;
                let inequation = match self.eat(",") {
                    true => Some(self.ident("the label of what it contradicts")?),
                    false => None,
                };
                self.need("qed")?;
                Ok(Reasoning::Contradiction { lines, absurd: (equation, inequation) })
            }
            _ => Ok(Reasoning::By(self.by()?)),
        }
    }

    /// `proof` begins a block here unless it is the heading of the next proof, `proof NAME`: a heading is followed by
    /// a name that no colon follows.
    fn proof_is_nested(&self) -> bool {
        !(self.is_name(1) && self.word_ahead(2) != ":")
    }

    fn chain(&mut self) -> Parsed<Chain> {
        let first = self.term()?;
        let mut links = Vec::new();
        while links.is_empty() || self.word() == "=" {
            self.need("=")?;
            let next = self.term()?;
            links.push((next, self.by()?));
        }
        Ok(Chain { first, links })
    }

    /// `by ...`; without it, by calculation.
    fn by(&mut self) -> Parsed<By> {
        let start = self.span();
        if !self.eat("by") {
            return Ok(By { span: self.last_span(), means: Means::Facts(Vec::new()) });
        }
        let means = match self.word() {
            "auto" => {
                self.advance();
                Means::Auto(if self.eat("using") { self.idents("a label")? } else { Vec::new() })
            }
            "cofactors" => {
                self.advance();
                Means::Cofactors(self.term()?)
            }
            "farkas" => {
                self.advance();
                match self.eat("with") {
                    true => Means::Farkas(Vec::new(), Some(self.term()?)),
                    false => {
                        self.need("using")?;
                        Means::Farkas(self.idents("a label")?, None)
                    }
                }
            }
            _ => self.facts_or_rule()?,
        };
        Ok(By { span: start.to(self.last_span()), means })
    }

    fn facts_or_rule(&mut self) -> Parsed<Means> {
        let name = match self.word() {
            word @ ("pseudo_inverse" | "square_inverse" | "definite") => {
                let ident = Ident { text: word.to_owned(), span: self.span() };
                self.advance();
                ident
            }
            _ => self.ident("a fact, a rule or a theorem")?,
        };
        if !matches!(self.word(), "with" | "using" | "from") {
            let mut list = vec![name];
            while self.eat(",") {
                list.push(self.ident("a fact")?);
            }
            return Ok(Means::Facts(list));
        }
        let mut with = Vec::new();
        if self.eat("with") {
            loop {
                let name = self.ident("what the rule calls it")?;
                self.need("=")?;
                with.push((name, self.term()?));
                if !self.eat(",") {
                    break;
                }
            }
        }
        let using = if self.eat("using") { self.idents("a label")? } else { Vec::new() };
        let from = if self.eat("from") { Some(self.idents("a label")?) } else { None };
        Ok(Means::Apply { name, with, using, from })
    }
}

impl RawSpace {
    /// As plain text, for comparing what was written.
    fn plain(&self) -> String {
        match self {
            RawSpace::Unit => "1".to_owned(),
            RawSpace::Name(name) => name.text.clone(),
            RawSpace::Sum(a, b) => format!("({} + {})", a.plain(), b.plain()),
        }
    }
}
