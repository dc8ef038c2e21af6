//! Speed of the kernel: `cargo bench --bench kernel`.
//!
//! Prints how long the shipped theorems take to elaborate and to check, and how the checking of a generated proof grows
//! with its number of combination steps. What should be read are the ratios; times are of this machine, now.

use std::time::{Duration, Instant};

use num_rational::BigRational;
use scotoma::kernel::{
    Block, Budget, Field, Labelled, MapDecl, Part, Proof, Prop, Role, Sequent, Space, Statement, Step, Term, Theory,
};
use scotoma::language::check_builtin;
use scotoma::terms::*;

/// A proof in so many steps, each a combination of the fact of the step before.
fn chain(steps: usize) -> (Statement, Proof) {
    let space = Space::Atom("A".into());
    let names = ["x", "y", "g"];
    let role = Role::Any;
    let maps: Vec<MapDecl> = names
        .iter()
        .map(|name| MapDecl { name: (*name).into(), dom: space.clone(), cod: space.clone(), role: role.clone() })
        .collect();
    let [x, y, g] = [0, 1, 2].map(|index: usize| maps[index].term());
    let product = |a: &Term, b: &Term| Term::product(vec![a.clone(), b.clone()]).expect("fits");
    let labelled = |left: &Term, right: &Term| Labelled {
        label: String::new(),
        prop: Prop::equation(left.clone(), right.clone()),
    };
    // x*g = g*x and x = y: exchange the factors at even steps, the maps at odd ones.
    let (xg, gx) = (product(&x, &g), product(&g, &x));
    let sequent = Sequent {
        spaces: vec!["A".into()],
        maps,
        assumptions: vec![labelled(&xg, &gx), labelled(&x, &y)],
        conclusions: vec![labelled(&product(&y, &g), &product(&g, &y))],
        ..Sequent::default()
    };
    let one = Term::identity(space);
    let part = |sign: i64, left: &Term, fact: usize, right: &Term| Part {
        coefficient: BigRational::from_integer(sign.into()),
        left: left.clone(),
        fact,
        transposed: false,
        right: right.clone(),
    };
    let (yg, gy) = (product(&y, &g), product(&g, &y));
    let mut list = Vec::with_capacity(steps);
    for index in 0..steps {
        let before = if index == 0 { 0 } else { index + 1 };
        let (sign, left, right) = if index % 2 == 0 { (-1, &yg, &gy) } else { (1, &xg, &gx) };
        let parts = vec![part(1, &one, before, &one), part(sign, &one, 1, &g), part(-sign, &g, 1, &one)];
        list.push(Step::Combination { left: left.clone(), right: right.clone(), parts });
    }
    let statement = Statement::new("chain".into(), Field::Any, sequent).expect("well-formed");
    let block = Block { steps: list, witnesses: Vec::new(), facts: vec![steps + 1] };
    let proof = Proof { statement: statement.hash(), block };
    (statement, proof)
}

/// The shortest of some runs.
fn shortest(runs: usize, mut run: impl FnMut() -> Duration) -> Duration {
    (0..runs).map(|_| run()).min().unwrap_or_default()
}

fn main() {
    let check = |steps: usize| {
        let (statement, proof) = chain(steps);
        shortest(5, || {
            let start = Instant::now();
            let mut theory = Theory::default();
            theory.prove(&statement, &proof, Budget::default()).unwrap_or_else(|failure| panic!("{failure:?}"));
            start.elapsed()
        })
    };
    // Odd numbers: the last step then says what the goal says.
    let (small, large) = (check(10_001), check(100_001));
    println!("10,001 combination steps:  {small:?}");
    println!("100,001 combination steps: {large:?}");
    println!("ratio: {:.2} for 10 times the steps", large.as_secs_f64() / small.as_secs_f64());

    let (mut checking, mut elaboration, mut theorems, mut steps) = (Duration::MAX, Duration::MAX, 0, 0);
    for _ in 0..5 {
        let (_, checked) = check_builtin().unwrap_or_else(|diagnostic| panic!("{diagnostic}"));
        checking = checking.min(checked.iter().map(|c| c.checking).sum());
        elaboration = elaboration.min(checked.iter().map(|c| c.elaboration).sum());
        (theorems, steps) = (checked.len(), checked.iter().map(|c| c.steps).sum());
    }
    println!("{theorems} shipped theorems, {steps} steps: elaborated in {elaboration:?}, checked in {checking:?}");
}
