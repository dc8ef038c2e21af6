//! A notation for explicit kernel proofs, as the corpus needs it: it says exactly what the kernel reads, wrong types
//! and undeclared names included, and helps with nothing. Statements, `proof`, then steps; every clause ends in `;`.
//!
//! ```text
//! spaces A B; equal A B; family F on A; map f : A -> B; map w : A -> A word F;
//! assume f*g = id(B); assume rule { map x : A -> B; show x*g = 0(B,B); }; exists h : A -> B; show h = f;
//! proof
//!   combination f*g = id(B) by 2 f*g 0 id(B), -1/2 id(B) 1' id(B);   -- coefficient, left, fact (' transposes), right
//!   instance 1 spaces A families F maps f, g premises 0 2;            -- `instance theorem NAME ...` for a theorem
//!   obtain 3 as x : A -> B, y : A -> A;
//!   contradiction f = g { ... using 4 2; };
//!   pinv f as q : B -> A;   square_inverse 3 f g;   definite 3 f;
//!   induction rule { ... } letter t : A -> A { ... } { ... };
//!   square v;   square v nonzero 3;   product 2 3;   pivot 3 as y : B -> 1, x : 1 -> A;   extensionality 3 x f = g;
//!   farkas s >= t by ... bounds 2 3, 1/2 4;                           -- `back by ... bounds ...` for an equation
//!   suppose rule { ... } { ... };
//!   take f; using 4 5;
//! ```
//! Terms: `f*g'`, `2 f - g`, `id(A)`, `0(A,B)`, `fst(A,B)`, `row(f,g)`, `col(f,g)`; `f:A>B` is a name with a type of its own;
//! a name that nothing declares is read as a map `A -> A`.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;
use scotoma::kernel::{
    Block, Comparison, Failure, Family, Field, Labelled, MapDecl, Multipliers, Name, Part, Proof, Prop, Relation, Role,
    Sequent, Source, Space, Statement, Step, Structural, Term,
};
use scotoma::terms::*;

/// What a text says: a statement, and a proof of it unless `bound to` says of what else.
pub struct Reading {
    pub statement: Statement,
    pub proof: Proof,
}

/// Reads a text. Errors are the kernel's own, of its constructors; a text that is not of this notation panics.
pub fn read(text: &str, earlier: &BTreeMap<String, Statement>) -> Result<Reading, Failure> {
    let mut reader = Reader { tokens: tokens(text), at: 0, maps: BTreeMap::new(), earlier };
    let field = if reader.take("ordered") { Field::Ordered } else { Field::Any };
    let name = if reader.take("theorem") { reader.word() } else { "goal".to_owned() };
    let statement = Statement::new(name.as_str().into(), field, reader.sequent()?)?;
    reader.expect("proof");
    let other = reader.take("of").then(|| reader.word());
    let block = reader.block()?;
    assert_eq!(reader.at, reader.tokens.len(), "unread: {:?}", &reader.tokens[reader.at..]);
    let hash = other.map_or(statement.hash(), |name| earlier[&name].hash());
    Ok(Reading { statement, proof: Proof { statement: hash, block } })
}

fn tokens(text: &str) -> Vec<String> {
    let text: String = text.lines().map(|line| line.split("--").next().unwrap_or("").to_owned() + "\n").collect();
    let (mut tokens, mut chars) = (Vec::new(), text.chars().peekable());
    while let Some(c) = chars.next() {
        let mut token = c.to_string();
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '#';
        while chars.peek().is_some_and(|&next| {
            (word(c) && (word(next) || (next == '/' && c.is_numeric())))
                || (token.len() == 1 && matches!((c, next), ('-', '>') | ('!' | '>', '=')))
        }) {
            token.extend(chars.next());
        }
        if !c.is_whitespace() {
            tokens.push(token);
        }
    }
    tokens
}

struct Reader<'e> {
    tokens: Vec<String>,
    at: usize,
    maps: BTreeMap<String, (Space, Space)>,
    earlier: &'e BTreeMap<String, Statement>,
}

impl Reader<'_> {
    fn peek(&self) -> &str {
        self.tokens.get(self.at).map_or("", |token| token)
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.peek() == token;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: &str) {
        let rest: Vec<_> = self.tokens.iter().skip(self.at).take(12).collect();
        assert!(self.peek() == token, "{token} wanted before {rest:?}");
        self.at += 1;
    }

    fn word(&mut self) -> String {
        self.at += 1;
        self.tokens[self.at - 1].clone()
    }

    fn name(&mut self) -> Name {
        self.word().as_str().into()
    }

    fn number(&mut self) -> BigRational {
        let negative = self.take("-");
        let text = self.word();
        let (p, q) = text.split_once('/').unwrap_or((&text, "1"));
        let [p, q]: [BigInt; 2] = [p, q].map(|part| part.parse().unwrap_or_else(|_| panic!("{text} is no number")));
        let number = BigRational::new(p, q);
        if negative { -number } else { number }
    }

    fn ids(&mut self) -> Vec<usize> {
        let mut ids = Vec::new();
        while let Ok(id) = self.peek().parse() {
            self.at += 1;
            ids.push(id);
        }
        ids
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T, Failure>) -> Result<Vec<T>, Failure> {
        let mut items = vec![item(self)?];
        while self.take(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn space(&mut self) -> Result<Space, Failure> {
        let mut space = self.summand()?;
        while self.take("+") {
            space = Space::sum(&space, &self.summand()?)?;
        }
        Ok(space)
    }

    fn summand(&mut self) -> Result<Space, Failure> {
        if self.take("(") {
            let space = self.space();
            self.expect(")");
            return space;
        }
        Ok(if self.take("1") { Space::Unit } else { Space::Atom(self.name()) })
    }

    fn decl(&mut self) -> Result<MapDecl, Failure> {
        let name = self.name();
        self.expect(":");
        let dom = self.space()?;
        self.expect("->");
        let cod = self.space()?;
        let role = match self.peek() {
            "word" | "member" => match self.word().as_str() {
                "word" => Role::Word(self.name()),
                _ => Role::Member(self.name()),
            },
            _ => Role::Any,
        };
        self.maps.insert(name.to_string(), (dom.clone(), cod.clone()));
        Ok(MapDecl { name, dom, cod, role })
    }

    fn sequent(&mut self) -> Result<Sequent, Failure> {
        let mut s = Sequent::default();
        while !matches!(self.peek(), "proof" | "}" | "") {
            match self.word().as_str() {
                "spaces" => {
                    while self.peek() != ";" {
                        s.spaces.push(self.name());
                    }
                }
                "equal" => s.equal.push((self.name(), self.name())),
                "family" => {
                    let name = self.name();
                    self.expect("on");
                    s.families.push(Family { name, space: self.space()? });
                }
                "map" => s.maps.push(self.decl()?),
                "exists" => s.exists.push(self.decl()?),
                "assume" => s.assumptions.push(Labelled { label: String::new(), prop: self.prop()? }),
                "show" => s.conclusions.push(Labelled { label: String::new(), prop: self.prop()? }),
                other => panic!("{other} begins no clause"),
            }
            self.expect(";");
        }
        Ok(s)
    }

    fn rule(&mut self) -> Result<Arc<Sequent>, Failure> {
        self.expect("rule");
        self.expect("{");
        let outer = self.maps.clone();
        let sequent = self.sequent()?;
        self.maps = outer;
        self.expect("}");
        Ok(Arc::new(sequent))
    }

    fn prop(&mut self) -> Result<Prop, Failure> {
        if self.peek() == "rule" { self.rule().map(Prop::Rule) } else { self.comparison().map(Prop::Compare) }
    }

    fn comparison(&mut self) -> Result<Comparison, Failure> {
        let left = self.term()?;
        let relation = match self.word().as_str() {
            "=" => Relation::Equal,
            "!=" => Relation::NotEqual,
            ">=" => Relation::AtLeast,
            ">" => Relation::Greater,
            other => panic!("{other} is no relation"),
        };
        Ok(Comparison { left, relation, right: self.term()? })
    }

    /// A sum; `-` before a summand scales it by -1.
    fn term(&mut self) -> Result<Term, Failure> {
        let mut terms = vec![self.summand_term()?];
        loop {
            match self.peek() {
                "+" => {
                    self.at += 1;
                    terms.push(self.summand_term()?);
                }
                "-" => terms.push(self.summand_term()?),
                _ => return Term::sum(terms),
            }
        }
    }

    fn summand_term(&mut self) -> Result<Term, Failure> {
        let negative = self.take("-");
        let starts = self.peek().starts_with(|c: char| c.is_ascii_digit());
        let zero = self.peek() == "0" && self.tokens.get(self.at + 1).is_some_and(|next| next == "(");
        let mut factor = if starts && !zero { self.number() } else { BigRational::from_integer(1.into()) };
        if negative {
            factor = -factor;
        }
        let mut factors = vec![self.factor()?];
        while self.take("*") {
            factors.push(self.factor()?);
        }
        let product = Term::product(factors)?;
        if factor == BigRational::from_integer(1.into()) { Ok(product) } else { Term::scaled(factor, product) }
    }

    fn factor(&mut self) -> Result<Term, Failure> {
        let mut term = match self.word().as_str() {
            "(" => {
                let term = self.term()?;
                self.expect(")");
                term
            }
            word @ ("id" | "0" | "fst" | "snd" | "inl" | "inr") => {
                self.expect("(");
                let spaces = self.list(|reader| reader.space())?;
                self.expect(")");
                match (word, &spaces[..]) {
                    ("id", [a]) => Term::identity(a.clone()),
                    ("0", [a, b]) => Term::zero(a.clone(), b.clone()),
                    ("fst", [a, b]) => Term::block(Structural::Fst, a, b)?,
                    ("snd", [a, b]) => Term::block(Structural::Snd, a, b)?,
                    ("inl", [a, b]) => Term::block(Structural::Inl, a, b)?,
                    ("inr", [a, b]) => Term::block(Structural::Inr, a, b)?,
                    _ => panic!("{word} of {} spaces", spaces.len()),
                }
            }
            word @ ("row" | "col") => {
                self.expect("(");
                let a = self.term()?;
                self.expect(",");
                let b = self.term()?;
                self.expect(")");
                if word == "row" { Term::row(a, b)? } else { Term::column(a, b)? }
            }
            name if self.take(":") => {
                let dom = self.summand()?;
                self.expect(">");
                Term::map(name.into(), dom, self.summand()?)
            }
            name => {
                let undeclared = || (Space::Atom("A".into()), Space::Atom("A".into()));
                let (dom, cod) = self.maps.get(name).cloned().unwrap_or_else(undeclared);
                Term::map(name.into(), dom, cod)
            }
        };
        while self.take("'") {
            term = Term::transpose(term)?;
        }
        Ok(term)
    }

    fn parts(&mut self) -> Result<Vec<Part>, Failure> {
        self.list(|reader| {
            let (coefficient, left) = (reader.number(), reader.term()?);
            let (fact, transposed) = (reader.ids()[0], reader.take("'"));
            Ok(Part { coefficient, left, fact, transposed, right: reader.term()? })
        })
    }

    fn multipliers(&mut self) -> Result<Multipliers, Failure> {
        let parts = if self.take("by") { self.parts()? } else { Vec::new() };
        let bounds = match self.take("bounds") {
            true => self.list(|reader| Ok((reader.number(), reader.ids()[0])))?,
            false => Vec::new(),
        };
        Ok(Multipliers { parts, bounds })
    }

    fn braced(&mut self) -> Result<Block, Failure> {
        self.expect("{");
        let block = self.block();
        self.expect("}");
        block
    }

    fn block(&mut self) -> Result<Block, Failure> {
        let mut block = Block::default();
        while !matches!(self.peek(), "}" | "") {
            match self.peek() {
                "take" => {
                    self.at += 1;
                    block.witnesses.push(self.term()?);
                }
                "using" => {
                    self.at += 1;
                    block.facts = self.ids();
                }
                _ => block.steps.push(self.step()?),
            }
            self.expect(";");
        }
        Ok(block)
    }

    fn step(&mut self) -> Result<Step, Failure> {
        Ok(match self.word().as_str() {
            "combination" => {
                let Comparison { left, right, .. } = self.comparison()?;
                Step::Combination { left, right, parts: if self.take("by") { self.parts()? } else { Vec::new() } }
            }
            "instance" => {
                let rule = match self.take("theorem") {
                    true => Source::Theorem(self.earlier[&self.word()].hash()),
                    false => Source::Fact(self.ids()[0]),
                };
                let spaces = if self.take("spaces") { self.list(|r| r.space())? } else { Vec::new() };
                let families = if self.take("families") { self.list(|r| Ok(r.name()))? } else { Vec::new() };
                let maps = if self.take("maps") { self.list(|r| r.term())? } else { Vec::new() };
                let premises = if self.take("premises") { self.ids() } else { Vec::new() };
                Step::Instance { rule, spaces, families, maps, premises }
            }
            "obtain" => {
                let fact = self.ids()[0];
                self.expect("as");
                let names = if self.peek() == ";" { Vec::new() } else { self.list(|r| Ok(r.decl()?.name))? };
                Step::Obtain { fact, names }
            }
            "contradiction" => {
                let Comparison { left, right, .. } = self.comparison()?;
                Step::Contradiction { left, right, block: self.braced()? }
            }
            "pinv" => {
                let map = self.term()?;
                self.expect("as");
                Step::PseudoInverse { map, name: self.decl()?.name }
            }
            "square_inverse" => {
                Step::SquareInverse { fact: self.ids()[0], left: self.factor()?, right: self.factor()? }
            }
            "definite" => Step::Definite { fact: self.ids()[0], map: self.factor()? },
            "induction" => {
                let rule = self.rule()?;
                for map in &rule.maps {
                    self.maps.insert(map.name.to_string(), (map.dom.clone(), map.cod.clone()));
                }
                self.expect("letter");
                let letter = self.decl()?.name;
                Step::WordInduction { rule, letter, base: self.braced()?, step: self.braced()? }
            }
            "farkas" => {
                let (claim, forth) = (self.comparison()?, self.multipliers()?);
                let back = if self.take("back") { Some(self.multipliers()?) } else { None };
                Step::Farkas { claim, forth, back }
            }
            "square" => {
                let map = self.factor()?;
                Step::Square { map, fact: self.take("nonzero").then(|| self.ids()[0]) }
            }
            "product" => {
                let ids = self.ids();
                Step::Product { first: ids[0], second: ids[1] }
            }
            "pivot" => {
                let fact = self.ids()[0];
                self.expect("as");
                let names = self.list(|r| Ok(r.decl()?.name))?;
                Step::Pivot { fact, left: names[0].clone(), right: names[1].clone() }
            }
            "extensionality" => {
                let (fact, name) = (self.ids()[0], self.name());
                let Comparison { left, right, .. } = self.comparison()?;
                Step::Extensionality { fact, name, left, right }
            }
            "suppose" => {
                let sequent = self.rule()?;
                for map in &sequent.maps {
                    self.maps.insert(map.name.to_string(), (map.dom.clone(), map.cod.clone()));
                }
                Step::Suppose { sequent, block: self.braced()? }
            }
            other => panic!("{other} is no step"),
        })
    }
}
