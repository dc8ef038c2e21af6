//! Small parts of what is written, which every file of this room uses.

use num_rational::BigRational;
use num_traits::One;

use crate::kernel::{Failure, Shape, Term};
use crate::terms::*;

/// The pattern that takes a claim apart.
pub(super) fn pattern(maps: &[String], facts: &[String]) -> String {
    let mut text = facts.iter().rev().fold(String::new(), |rest, fact| match rest.is_empty() {
        true => fact.clone(),
        false => format!("[{fact} {rest}]"),
    });
    for map in maps.iter().rev() {
        text = format!("[{map} {text}]");
    }
    text
}

/// `left - right`; `left`, if the right side is 0.
pub(super) fn minus(left: &Term, right: &Term) -> Result<Term, Failure> {
    match right.shape() {
        Shape::Zero => Ok(left.clone()),
        _ => Term::sum(vec![left.clone(), Term::scaled(-BigRational::one(), right.clone())?]),
    }
}
