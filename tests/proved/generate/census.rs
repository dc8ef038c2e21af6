//! What a statement and its proof are made of.

use std::collections::BTreeMap;

use scotoma::kernel::{Block, Prop, Relation, Role, Sequent, Shape, Space, Statement, Step, Term};
#[allow(unused_imports)]
use scotoma::terms::*;

type Census = BTreeMap<&'static str, usize>;

/// How often each construct and rule occurs. Every one that can occur is there.
pub fn of(statement: &Statement, block: &Block) -> Census {
    let mut census = Census::new();
    steps(block, &mut census);
    let sequent = statement.sequent();
    count(&mut census, "spaces of equal dimension", sequent.equal.len());
    count(&mut census, "map claimed to exist", sequent.exists.len());
    let props = sequent.assumptions.iter().chain(&sequent.conclusions);
    props.for_each(|l| prop(&l.prop, 0, &mut census));
    census
}

fn count(census: &mut Census, what: &'static str, times: usize) {
    *census.entry(what).or_default() += times;
}

fn prop(p: &Prop, depth: usize, census: &mut Census) {
    match p {
        Prop::Rule(rule) => {
            if depth > 0 {
                count(census, "rule in a rule", 1);
            }
            bound(rule, census);
            rule.assumptions.iter().chain(&rule.conclusions).for_each(|l| prop(&l.prop, depth + 1, census));
        }
        Prop::Compare(c) => {
            let what = match c.relation {
                Relation::Equal => "equation",
                Relation::NotEqual => "difference",
                Relation::AtLeast | Relation::Greater => "inequality",
            };
            count(census, what, 1);
            let empty = matches!((c.left.shape(), c.right.shape()), (Shape::Identity, Shape::Zero));
            count(census, "1 = 0 or not, in a space", usize::from(empty));
            [&c.left, &c.right].into_iter().for_each(|t| count(census, "sum of spaces", sums(t)));
        }
    }
}

fn bound(rule: &Sequent, census: &mut Census) {
    count(census, "bound space", rule.spaces.len());
    count(census, "bound spaces of equal dimension", rule.equal.len());
    count(census, "bound family", rule.families.len());
    count(census, "existence claimed by a rule", rule.exists.len());
    for map in &rule.maps {
        let what = match &map.role {
            Role::Any => "bound map",
            Role::Member(_) => "bound member",
            Role::Word(over) if matches!(&**over, "F" | "G") => "bound word",
            Role::Word(over) if rule.maps.iter().any(|m| m.name == *over) => "bound word over a bound map",
            Role::Word(_) => "bound word over a map",
        };
        count(census, what, 1);
    }
}

fn sums(term: &Term) -> usize {
    let sum = |space: &Space| usize::from(matches!(space, Space::Sum(_)));
    sum(term.dom()) + sum(term.cod()) + term.children().into_iter().map(sums).sum::<usize>()
}

fn steps(block: &Block, census: &mut Census) {
    for step in &block.steps {
        let what = match step {
            Step::Combination { .. } => "step combination",
            Step::Instance { .. } => "step instance",
            Step::Obtain { .. } => "step obtain",
            Step::Contradiction { .. } => "step contradiction",
            Step::PseudoInverse { .. } => "step pseudo_inverse",
            Step::SquareInverse { .. } => "step square_inverse",
            Step::Definite { .. } => "step definite",
            Step::WordInduction { .. } => "step word_induction",
            Step::Farkas { .. } => "step farkas",
            Step::Suppose { .. } => "step suppose",
            Step::Square { .. } => "step square",
            Step::Product { .. } => "step product",
            Step::Pivot { .. } => "step pivot",
            Step::Extensionality { .. } => "step extensionality",
        };
        count(census, what, 1);
        match step {
            Step::Contradiction { block, .. } | Step::Suppose { block, .. } => steps(block, census),
            Step::WordInduction { base, step, .. } => [base, step].into_iter().for_each(|b| steps(b, census)),
            _ => {}
        }
    }
}
