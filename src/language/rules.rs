//! The kernel's own rules in scripts: `by square_inverse from a`, `by square`, `obtain y, x with ... by pivot from a`.

use num_rational::BigRational;
use num_traits::One;

use super::elaborate::{Elaborator, Made};
use super::frame::{Frame, sides};
use super::lexer::Span;
use super::syntax::*;
use crate::kernel::{Comparison, FactId, MapDecl, Name, Prop, Relation, Role, Shape, Space, Step, Term};
use crate::report::Code;
use crate::terms::*;

/// A step of a rule, and what it shows.
type Shown = (Step, Prop);

impl Elaborator<'_> {
    /// Whether a reason names a rule of the kernel that shows a claim. The names that are not keywords give way to
    /// theorems and facts: to a rule always, to an equation or inequality where it stands alone and may be what is meant.
    pub fn is_rule(&self, frame: &Frame, name: &Ident, prop: &Prop, alone: bool) -> bool {
        match name.text.as_str() {
            "square_inverse" | "definite" | "pseudo_inverse" => true,
            "square" | "product" | "extensionality" => match frame.fact(&name.text).map(|fact| &fact.prop) {
                Some(Prop::Rule(_)) => false,
                Some(said @ Prop::Compare(_)) => !alone || (sides(prop).is_none() && said != prop),
                None => !self.known.contains_key(&name.text),
            },
            _ => false,
        }
    }

    /// Shows a claim by a rule of the kernel from these facts.
    pub fn by_rule(
        &mut self,
        frame: &mut Frame,
        prop: &Prop,
        name: &Ident,
        with: &[(Ident, RawTerm)],
        facts: &[Ident],
        span: Span,
    ) -> Made<FactId> {
        if name.text == "pseudo_inverse" {
            let error = self.source.error(Code::NotExistential, span, "pseudo_inverse gives a map, not an equation");
            return Err(error.help("write `obtain Q with label: P*Q*P = P by pseudo_inverse`"));
        }
        let Prop::Compare(claim) = prop else {
            return self.error(Code::NotAnEquation, span, format!("{} shows an equation or inequality", name.text));
        };
        let facts = self.all_named(frame, facts)?;
        let equation = claim.relation == Relation::Equal;
        let scalar = *claim.left.dom() == Space::Unit && *claim.left.cod() == Space::Unit;
        let (step, shown) = match (name.text.as_str(), &facts[..]) {
            ("definite", [fact]) if equation => self.definite(frame, claim, *fact, span)?,
            ("square_inverse", [fact]) if equation => self.square_inverse(frame, claim, *fact, span)?,
            ("extensionality", [fact]) if equation => self.extensionality(frame, claim, *fact),
            ("square", [] | [_]) if scalar => self.square(frame, prop, claim, with, facts.first().copied(), span)?,
            ("product", [a, b]) if scalar => self.product(frame, *a, *b, span)?,
            (rule, _) => return Err(self.misused(rule, span)),
        };
        let id = self.push(frame, step, vec![shown.clone()], span)?[0];
        match (self.same(&shown, prop, span)?, equation || !scalar) {
            (true, _) => Ok(id),
            (false, true) => self.by_facts(frame, prop, &[id], span),
            (false, false) => self.farkas(frame, claim, &[id], span),
        }
    }

    fn misused(&self, rule: &str, span: Span) -> crate::report::Diagnostic {
        let (needs, help) = match rule {
            "square" => ("`v'*v >= 0`, and `v'*v > 0` from `v != 0`", "by square`, `by square from a"),
            "product" => ("`s*t >= 0` from `s >= 0` and `t >= 0`, `s*t > 0` if both are `>`", "by product from a, b"),
            "extensionality" => ("`f = g` from `forall x : 1 -> A. f*x = g*x`", "by extensionality from a"),
            "definite" => ("`X = 0` from `X*X' = 0`", "by definite from a"),
            _ => ("`B*A = 1` from `A*B = 1`", "by square_inverse from a"),
        };
        let message = format!("{rule} shows {needs}");
        self.source.error(Code::WrongCount, span, message).help(format!("write `{help}`"))
    }

    /// `X = 0` from `X*X' = 0`, or from `X'*X = 0`.
    fn definite(&mut self, frame: &Frame, claim: &Comparison, fact: FactId, span: Span) -> Made<Shown> {
        let map = self.minus(&claim.left, &claim.right, span)?;
        let other = self.at(span, Term::transpose(map.clone()))?;
        let square = self.at(span, Term::product(vec![other.clone(), map.clone()]))?;
        let zero = |map: &Term| Term::zero(map.dom().clone(), map.cod().clone());
        let turned = match frame.said(fact) {
            Some(said) => self.same(&said, &Prop::equation(square.clone(), zero(&square)), span)?,
            None => false,
        };
        let map = if turned { other } else { map };
        Ok((Step::Definite { fact, map: map.clone() }, Prop::equation(map.clone(), zero(&map))))
    }

    fn square_inverse(&mut self, frame: &Frame, claim: &Comparison, fact: FactId, span: Span) -> Made<Shown> {
        let (a, b) = self.inverse_factors(frame, &claim.left, &claim.right, fact, span)?;
        let product = self.at(span, Term::product(vec![b.clone(), a.clone()]))?;
        let one = Term::identity(product.dom().clone());
        Ok((Step::SquareInverse { fact, left: a, right: b }, Prop::equation(product, one)))
    }

    fn extensionality(&self, frame: &Frame, claim: &Comparison, fact: FactId) -> Shown {
        let free = (0..).map(|n| format!("x{n}")).find(|name| !frame.names.taken(name)).unwrap_or_default();
        let (name, left, right) = (free.as_str().into(), claim.left.clone(), claim.right.clone());
        (Step::Extensionality { fact, name, left, right }, Prop::Compare(claim.clone()))
    }

    /// The vector is what `with v = ...` says, or the end of a product on the left that the claim is the square of.
    fn square(
        &mut self,
        frame: &Frame,
        prop: &Prop,
        claim: &Comparison,
        with: &[(Ident, RawTerm)],
        fact: Option<FactId>,
        span: Span,
    ) -> Made<Shown> {
        let relation = if fact.is_some() { Relation::Greater } else { Relation::AtLeast };
        let mut vectors = Vec::new();
        match with {
            [] => {
                let mut product = &claim.left;
                while let Shape::Scaled(_, inner) = product.shape() {
                    product = inner;
                }
                let mut factors = Vec::new();
                flatten(product, &mut factors);
                for cut in (0..factors.len()).rev().filter(|cut| *factors[*cut].cod() != Space::Unit || *cut > 0) {
                    vectors.push(self.at(span, Term::product(factors[cut..].to_vec()))?);
                }
            }
            [(name, raw)] if name.text == "v" => vectors.push(self.term(frame, raw, None)?),
            _ => return Err(self.misused("square", span)),
        }
        let mut first = None;
        for v in vectors.into_iter().filter(|v| *v.dom() == Space::Unit) {
            let other = self.at(span, Term::transpose(v.clone()))?;
            let square = self.at(span, Term::product(vec![other, v.clone()]))?;
            let right = Term::zero(Space::Unit, Space::Unit);
            let shown = Prop::Compare(Comparison { left: square, relation, right });
            let step = Step::Square { map: v, fact };
            if self.same(&shown, prop, span)? {
                return Ok((step, shown));
            }
            first = first.or(Some((step, shown)));
        }
        first.ok_or_else(|| self.misused("square", span))
    }

    fn product(&mut self, frame: &Frame, first: FactId, second: FactId, span: Span) -> Made<Shown> {
        let (mut relation, mut factors) = (Relation::Greater, Vec::new());
        for fact in [first, second] {
            let Some(Prop::Compare(said)) = frame.said(fact) else { return Err(self.misused("product", span)) };
            match said.relation {
                Relation::Greater => {}
                Relation::AtLeast => relation = Relation::AtLeast,
                Relation::Equal | Relation::NotEqual => return Err(self.misused("product", span)),
            }
            factors.push(self.minus(&said.left, &said.right, span)?);
        }
        let left = self.at(span, Term::product(factors))?;
        let right = Term::zero(Space::Unit, Space::Unit);
        Ok((Step::Product { first, second }, Prop::Compare(Comparison { left, relation, right })))
    }

    /// `left - right`; `left`, if the right side is 0.
    fn minus(&self, left: &Term, right: &Term, span: Span) -> Made<Term> {
        if matches!(right.shape(), Shape::Zero) {
            return Ok(left.clone());
        }
        let right = self.at(span, Term::scaled(-BigRational::one(), right.clone()))?;
        self.at(span, Term::sum(vec![left.clone(), right]))
    }

    /// For a claim `B*A = 1`, where to cut its left side into `B` and `A` so that the fact says `A*B = 1`; the first
    /// cut if none does.
    fn inverse_factors(
        &mut self,
        frame: &Frame,
        left: &Term,
        right: &Term,
        fact: FactId,
        span: Span,
    ) -> Made<(Term, Term)> {
        let product = if matches!(left.shape(), Shape::Identity) { right } else { left };
        let mut factors = Vec::new();
        flatten(product, &mut factors);
        let said = frame.said(fact);
        let mut first = None;
        for cut in 1..factors.len() {
            let (b, a) = (Term::product(factors[..cut].to_vec()), Term::product(factors[cut..].to_vec()));
            let (b, a) = (self.at(span, b)?, self.at(span, a)?);
            if a.cod() == b.dom() && a.dom() == b.cod() {
                let whole = self.at(span, Term::product(vec![a.clone(), b.clone()]))?;
                let inverse = Prop::equation(whole, Term::identity(a.cod().clone()));
                if let Some(said) = &said
                    && self.same(said, &inverse, span)?
                {
                    return Ok((a, b));
                }
                first = first.or(Some((a, b)));
            }
        }
        match first {
            Some(cut) => Ok(cut),
            None => self.error(Code::NotInverse, span, "square_inverse shows a claim of the form B*A = 1"),
        }
    }

    /// `obtain Q with label: P*Q*P = P by pseudo_inverse`
    pub fn pseudo_inverse(
        &mut self,
        frame: &mut Frame,
        names: &[Ident],
        facts: &[(Ident, Option<RawProp>)],
        span: Span,
    ) -> Made<()> {
        let compared = match facts {
            [(_, Some(RawProp { shape: RawPropShape::Compare(_, _, right), .. }))] => Some(right),
            _ => None,
        };
        let ([name], Some(raw)) = (names, compared) else {
            let message = "pseudo_inverse gives one map and one equation";
            let help = "write `obtain Q with label: P*Q*P = P by pseudo_inverse`";
            return Err(self.source.error(Code::WrongCount, span, message).help(help));
        };
        let map = self.term(frame, raw, None)?;
        let inverse = fresh(name, map.cod(), map.dom());
        let product = self.at(span, Term::product(vec![map.clone(), inverse.term(), map.clone()]))?;
        frame.names.maps.insert(inverse.name.clone(), inverse.clone());
        let step = Step::PseudoInverse { map: map.clone(), name: inverse.name };
        let ids = self.push(frame, step, vec![Prop::equation(product, map)], span)?;
        self.label_obtained(frame, facts, &ids)
    }

    /// `obtain y, x with label: y*M*x = 1 by pivot from a`
    pub fn pivot(
        &mut self,
        frame: &mut Frame,
        names: &[Ident],
        facts: &[(Ident, Option<RawProp>)],
        from: &[Ident],
        span: Span,
    ) -> Made<()> {
        let wrong = || {
            let message = "pivot gives two maps and one equation, from `M != 0`";
            let help = "write `obtain y, x with label: y*M*x = 1 by pivot from a`";
            Err(self.source.error(Code::WrongCount, span, message).help(help))
        };
        let ([y, x], [label]) = (names, from) else { return wrong() };
        let fact = self.named(frame, label)?;
        let Some(Prop::Compare(Comparison { left, relation: Relation::NotEqual, right })) = frame.said(fact) else {
            return wrong();
        };
        let map = self.minus(&left, &right, span)?;
        let (y, x) = (fresh(y, map.cod(), &Space::Unit), fresh(x, &Space::Unit, map.dom()));
        let product = self.at(span, Term::product(vec![y.term(), map, x.term()]))?;
        let step = Step::Pivot { fact, left: y.name.clone(), right: x.name.clone() };
        frame.names.maps.extend([y, x].map(|map| (map.name.clone(), map)));
        let ids = self.push(frame, step, vec![Prop::equation(product, Term::identity(Space::Unit))], span)?;
        self.label_obtained(frame, facts, &ids)
    }
}

fn fresh(name: &Ident, dom: &Space, cod: &Space) -> MapDecl {
    let name: Name = name.text.as_str().into();
    MapDecl { name, dom: dom.clone(), cod: cod.clone(), role: Role::Any }
}

fn flatten(term: &Term, factors: &mut Vec<Term>) {
    match term.shape() {
        Shape::Product(list) => list.iter().for_each(|t| flatten(t, factors)),
        _ => factors.push(term.clone()),
    }
}
