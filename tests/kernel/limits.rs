//! Both sides of every limit, and what happens when one is reached half way: the proof is declined, nothing is entered.

use std::sync::Arc;

use num_rational::BigRational;
use scotoma::kernel::{
    Block, Budget, Failure, Field, Labelled, MAX_DEPTH, MAX_NODES, MapDecl, Polynomial, Proof, Prop, Reason, Role,
    Sequent, Space, Statement, Step, Term, Theory,
};
use scotoma::terms::*;

fn atom(name: &str) -> Space {
    Space::Atom(name.into())
}

fn map(name: &str) -> Term {
    Term::map(name.into(), atom("A"), atom("A"))
}

fn decl(name: &str) -> MapDecl {
    MapDecl { name: name.into(), dom: atom("A"), cod: atom("A"), role: Role::Any }
}

fn labelled(prop: Prop) -> Labelled {
    Labelled { label: String::new(), prop }
}

/// For all A and f : A -> A, the conclusion.
fn about_f(conclusion: Prop) -> Sequent {
    let (maps, conclusions) = (vec![decl("f"), decl("g")], vec![labelled(conclusion)]);
    Sequent { spaces: vec!["A".into()], maps, conclusions, ..Sequent::default() }
}

fn reason<T>(result: Result<T, Failure>) -> Option<Reason> {
    result.err().map(|failure| failure.reason)
}

/// Proves `f = f` by these steps; the last fact has to say it.
fn prove(steps: Vec<Step>, last: usize, budget: Budget) -> Result<(), Failure> {
    let statement = Statement::new("reflexive".into(), Field::Any, about_f(Prop::equation(map("f"), map("f"))))?;
    let block = Block { steps, witnesses: Vec::new(), facts: vec![last] };
    let mut theory = Theory::default();
    let result = theory.prove(&statement, &Proof { statement: statement.hash(), block }, budget).map(drop);
    assert_eq!(theory.get(statement.hash()).is_some(), result.is_ok(), "entered exactly if proved");
    result
}

fn equation(left: Term, right: Term) -> Step {
    Step::Combination { left, right, parts: Vec::new() }
}

#[test]
fn depth_of_terms() {
    let nested = |depth: usize| (1..depth).try_fold(map("f"), |t, _| Term::transpose(t));
    assert_eq!(reason(nested(MAX_DEPTH)), None);
    assert_eq!(reason(nested(MAX_DEPTH + 1)), Some(Reason::TooDeep));
}

#[test]
fn nodes_of_terms() {
    let sum = |leaves: usize| Term::sum(vec![map("f"); leaves]);
    assert_eq!(reason(sum(MAX_NODES - 1)), None);
    assert_eq!(reason(sum(MAX_NODES)), Some(Reason::TooLarge));
    // Shared subterms count each time: 2 to the power 40 leaves are declined and not walked.
    let doubled = (0..40).try_fold(map("f"), |t, _| Term::sum(vec![t.clone(), t]));
    assert_eq!(reason(doubled), Some(Reason::TooLarge));
}

#[test]
fn summands_of_spaces() {
    let sum = |leaves: usize| (1..leaves).try_fold(Space::Unit, |s, _| Space::sum(&s, &Space::Unit));
    assert_eq!(reason(sum(64)), None);
    assert_eq!(reason(sum(65)), Some(Reason::TooLarge));
    let half = sum(33).expect("small");
    assert_eq!(reason(Space::sum(&half, &half)), Some(Reason::TooLarge));
    let row = Term::row(Term::zero(half.clone(), Space::Unit), Term::zero(half, Space::Unit));
    assert_eq!(reason(row), Some(Reason::TooLarge));
}

#[test]
fn length_of_names() {
    let named = |length: usize| {
        let name = "n".repeat(length);
        let map = decl(&name);
        let conclusion = Prop::equation(map.term(), map.term());
        Statement::new(name.as_str().into(), Field::Any, Sequent { maps: vec![map], ..about_f(conclusion) })
    };
    assert_eq!(reason(named(64)), None);
    assert_eq!(reason(named(65)), Some(Reason::BadName));
    assert_eq!(reason(named(0)), Some(Reason::BadName));
    let statement = |name: &str| Statement::new(name.into(), Field::Any, about_f(Prop::equation(map("f"), map("f"))));
    assert_eq!(reason(statement("two words")), Some(Reason::BadName));
    assert_eq!(reason(statement("a_1")), None);
}

/// A rule in a rule in a rule, so many in all, the innermost about f.
fn rules(depth: usize) -> Prop {
    (0..depth).fold(Prop::equation(map("f"), map("f")), |inner, _| {
        Prop::Rule(Arc::new(Sequent { conclusions: vec![labelled(inner)], ..Sequent::default() }))
    })
}

#[test]
fn nesting_of_rules() {
    // The statement is itself a sequent, and does not count.
    let nested = |depth: usize| Statement::new("nested".into(), Field::Any, about_f(rules(depth - 1)));
    assert_eq!(reason(nested(17)), None);
    assert_eq!(reason(nested(18)), Some(Reason::TooDeep));
    let same = |depth: usize| rules(depth).same(&rules(depth), &mut Budget::default());
    assert_eq!(same(16), Ok(true));
    assert_eq!(reason(same(17)), Some(Reason::TooDeep));
    assert_eq!(rules(2).same(&rules(3), &mut Budget::default()), Ok(false));
}

#[test]
fn nesting_of_blocks() {
    let blocks = |depth: usize| {
        // Facts that are left by the innermost block: the supposition of each block is an earlier fact.
        let innermost = Block { steps: vec![equation(map("f"), map("f"))], witnesses: Vec::new(), facts: vec![0] };
        let contradictions = (0..depth).fold(innermost, |block, _| {
            let step = Step::Contradiction { left: map("f"), right: map("g"), block };
            Block { steps: vec![step], witnesses: Vec::new(), facts: Vec::new() }
        });
        prove(contradictions.steps, 0, Budget::default())
    };
    // Within the limit the innermost block is reached, and refused for what it says: that is not 1 = 0.
    let failure = blocks(16).expect_err("no contradiction");
    assert_eq!((failure.reason, failure.path.len()), (Reason::NotAContradiction, 32));
    assert_eq!(reason(blocks(17)), Some(Reason::TooDeep));
}

#[test]
fn rules_nested_by_blocks() {
    let supposed = |depth: usize| {
        let sequent =
            Arc::new(Sequent { conclusions: vec![labelled(Prop::equation(map("f"), map("f")))], ..Sequent::default() });
        let innermost = Block { steps: vec![equation(map("f"), map("f"))], witnesses: Vec::new(), facts: vec![0] };
        let block = (0..depth).fold(innermost, |block, level| {
            let claim = equation(map("f"), map("f"));
            let step = Step::Suppose { sequent: sequent.clone(), block };
            Block { steps: vec![step, claim], witnesses: Vec::new(), facts: vec![2 * level + 2] }
        });
        prove(block.steps, block.facts[0], Budget::default())
    };
    assert_eq!(reason(supposed(16)), None);
    assert_eq!(reason(supposed(17)), Some(Reason::TooDeep));
}

#[test]
fn letters_of_polynomials() {
    // (f + g)^n has 2^n words of n letters, each counted with one more.
    let power = |n: u32, letters: usize| {
        let sum = Term::sum(vec![map("f"), map("g")])?;
        let term = Term::product(vec![sum; n as usize])?;
        Polynomial::of(&term, &mut Budget { letters, ..Budget::default() }).map(|p| p.terms().len())
    };
    assert_eq!(power(8, 256 * 9), Ok(256));
    assert_eq!(reason(power(8, 256 * 9 - 1)), Some(Reason::TooLarge));
    assert_eq!(reason(power(40, Budget::default().letters)), Some(Reason::TooLarge));
    // What cancels is not counted.
    let minus = |t| Term::scaled(BigRational::from_integer((-1).into()), t);
    let cancelling = minus(map("f")).and_then(|m| Term::sum(vec![map("f"), m.clone(), map("f"), m]));
    let p = cancelling.and_then(|t| Polynomial::of(&t, &mut Budget { letters: 2, ..Budget::default() }));
    assert_eq!(p.map(|p| p.is_zero()), Ok(true));
}

#[test]
fn the_budget_is_exact_and_declines_at_every_point() {
    let steps = || {
        let inner = Block { steps: vec![equation(map("g"), map("g"))], witnesses: Vec::new(), facts: vec![0] };
        let sequent = Sequent { conclusions: vec![labelled(Prop::equation(map("g"), map("g")))], ..Sequent::default() };
        let pinv = Step::PseudoInverse { map: map("f"), name: "q".into() };
        vec![Step::Suppose { sequent: Arc::new(sequent), block: inner }, pinv, equation(map("f"), map("f"))]
    };
    let with = |work: u64| reason(prove(steps(), 3, Budget { work, ..Budget::default() }));
    let least = (0..100_000).find(|&work| with(work).is_none()).expect("some budget is enough");
    assert!(least > 50, "{least}");
    for work in 0..least {
        assert_eq!(with(work), Some(Reason::TooMuchWork), "work {work}");
    }
    assert_eq!(with(least + 1), None);
}

#[test]
fn a_fact_costs_what_it_takes_to_keep_it() {
    // P*Q*P - P for a word P of 20 letters keeps 63 letters. Their cost bounds how many such facts a budget allows.
    let long = Term::product(vec![map("f"); 20]).expect("small");
    let least = |facts: usize| {
        let pinv = |i| Step::PseudoInverse { map: long.clone(), name: format!("q{i}").as_str().into() };
        let steps: Vec<Step> = (0..facts).map(pinv).chain([equation(map("f"), map("f"))]).collect();
        let enough = |work| prove(steps.clone(), facts, Budget { work, ..Budget::default() }).is_ok();
        let (mut low, mut high) = (0, 20_000);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            (low, high) = if enough(middle) { (low, middle) } else { (middle, high) };
        }
        high
    };
    let more = least(2) - least(1);
    assert!(more >= 16 * 63, "{more}");
    assert_eq!(least(3) - least(2), more, "every fact costs the same");
}

#[test]
fn hostile_products_are_declined() {
    // inr*snd splits in two each time: 2 to the power of the number of factors.
    let (a, b) = (atom("A"), atom("A"));
    let split = |n: usize| {
        let block = |block| Term::block(block, &a, &b);
        let inr_snd =
            Term::product(vec![block(scotoma::kernel::Structural::Inr)?, block(scotoma::kernel::Structural::Snd)?])?;
        let f = Term::map("f".into(), inr_snd.dom().clone(), inr_snd.dom().clone());
        let term = Term::product(vec![Term::product(vec![inr_snd, f])?; n])?;
        Polynomial::of(&term, &mut Budget::default()).map(|p| p.terms().len())
    };
    assert_eq!(split(3), Ok(8));
    assert_eq!(reason(split(60)), Some(Reason::TooLarge));
}
