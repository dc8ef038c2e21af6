//! What a step does not look into is opaque for Rocq too: a term that occurs again and again becomes a variable there, where the
//! two sides agree as polynomials in it. Expanding products is what costs, and their number doubles with every sum.

use std::collections::HashMap;

use super::super::write::operand;
use super::{Writer, Written};
use crate::kernel::{Polynomial, Shape, Term};
use crate::terms::*;

/// More terms than this are not tried.
const MAX_TRIED: usize = 40;

impl Writer<'_> {
    /// The tactic that shows that two terms agree when they are expanded.
    pub(super) fn expanding(&mut self, left: &Term, right: &Term) -> Written<String> {
        let hidden = self.hidden(left, right)?;
        if hidden.is_empty() {
            return Ok("matrices'".to_owned());
        }
        let moves: Vec<String> = hidden.iter().map(|term| format!("move: {} => ?", operand(term))).collect();
        Ok(format!("first [{}; matrices' | matrices']", moves.join("; ")))
    }

    /// The largest terms that occur more than once and may be anything.
    fn hidden(&mut self, left: &Term, right: &Term) -> Written<Vec<Term>> {
        let mut counts: HashMap<String, (usize, Term)> = HashMap::new();
        [left, right].into_iter().for_each(|side| count(side, &mut counts));
        let mut terms: Vec<(String, Term)> =
            counts.into_iter().filter(|(_, (times, _))| *times > 1).map(|(text, (_, term))| (text, term)).collect();
        terms.sort_by(|a, b| b.1.nodes().cmp(&a.1.nodes()).then_with(|| a.0.cmp(&b.0)));
        let (mut left, mut right) = (left.clone(), right.clone());
        let mut hidden = Vec::new();
        for (number, (_, term)) in terms.into_iter().take(MAX_TRIED).enumerate() {
            let variable =
                Term::map(format!("hidden_{number}_").as_str().into(), term.dom().clone(), term.cod().clone());
            let (a, b) = (replaced(&left, &term, &variable)?, replaced(&right, &term, &variable)?);
            let occurs = a != left || b != right;
            if occurs && Polynomial::difference(&a, &b, &mut self.budget).is_ok_and(|rest| rest.is_zero()) {
                (left, right) = (a, b);
                hidden.push(term);
            }
        }
        Ok(hidden)
    }
}

/// Counts the terms within that hold a sum, or a product.
fn count(term: &Term, counts: &mut HashMap<String, (usize, Term)>) {
    if matches!(term.shape(), Shape::Sum(_) | Shape::Product(_) | Shape::Row(..) | Shape::Column(..)) {
        counts.entry(operand(term)).or_insert_with(|| (0, term.clone())).0 += 1;
    }
    term.children().into_iter().for_each(|t| count(t, counts));
}

fn replaced(term: &Term, old: &Term, new: &Term) -> Written<Term> {
    if term == old {
        return Ok(new.clone());
    }
    let all = |terms: &[Term]| terms.iter().map(|t| replaced(t, old, new)).collect::<Written<Vec<_>>>();
    Ok(match term.shape() {
        Shape::Map(_) | Shape::Identity | Shape::Zero | Shape::Block(..) => term.clone(),
        Shape::Scaled(factor, t) => Term::scaled(factor.clone(), replaced(t, old, new)?)?,
        Shape::Sum(terms) => Term::sum(all(terms)?)?,
        Shape::Product(terms) => Term::product(all(terms)?)?,
        Shape::Transpose(t) => Term::transpose(replaced(t, old, new)?)?,
        Shape::Row(a, b) => Term::row(replaced(a, old, new)?, replaced(b, old, new)?)?,
        Shape::Column(a, b) => Term::column(replaced(a, old, new)?, replaced(b, old, new)?)?,
    })
}
