//! Numbers and terms made by hand, past the constructors that keep them in form.

use num_bigint::BigInt;
use num_rational::BigRational;
use scotoma::kernel::{
    Block, Budget, Comparison, Failure, Field, Labelled, MapDecl, Multipliers, Part, Proof, Prop, Reason, Relation,
    Role, Sequent, Shape, Space, Statement, Step, Structural, Term, Theory,
};
use scotoma::terms::*;

fn raw(numer: i64, denom: i64) -> BigRational {
    BigRational::new_raw(numer.into(), denom.into())
}

fn scalar(name: &str) -> (MapDecl, Term) {
    let (name, dom, cod, role) = (name.into(), Space::Unit, Space::Unit, Role::Any);
    let map = MapDecl { name, dom, cod, role };
    let term = map.term();
    (map, term)
}

fn labelled(left: Term, relation: Relation, right: Term) -> Labelled {
    Labelled { label: String::new(), prop: Prop::Compare(Comparison { left, relation, right }) }
}

/// From `a >= 0`, by one multiplier, the claim `factor * a >= 0`.
fn farkas(factor: BigRational, multiplier: BigRational) -> Result<(), Failure> {
    let (map, a) = scalar("a");
    let zero = || Term::zero(Space::Unit, Space::Unit);
    let claim = Comparison { left: Term::scaled(factor, a.clone())?, relation: Relation::AtLeast, right: zero() };
    let sequent = Sequent {
        maps: vec![map],
        assumptions: vec![labelled(a, Relation::AtLeast, zero())],
        conclusions: vec![labelled(claim.left.clone(), Relation::AtLeast, zero())],
        ..Sequent::default()
    };
    let statement = Statement::new("scaled".into(), Field::Ordered, sequent)?;
    let forth = Multipliers { parts: Vec::new(), bounds: vec![(multiplier, 0)] };
    let steps = vec![Step::Farkas { claim, forth, back: None }];
    let block = Block { steps, witnesses: Vec::new(), facts: vec![1] };
    Theory::default().prove(&statement, &Proof { statement: statement.hash(), block }, Budget::default()).map(drop)
}

#[test]
fn a_negative_multiplier_cannot_hide_in_its_denominator() {
    let refused = |result: Result<(), Failure>| result.expect_err("accepted").reason;
    farkas(raw(2, 1), raw(2, 1)).expect("twice a number that is not negative is not negative");
    farkas(raw(2, 1), raw(4, 2)).expect("a fraction need not be in lowest terms");
    assert_eq!(refused(farkas(raw(-2, 1), raw(-2, 1))), Reason::NegativeMultiplier);
    // num-rational reads the sign off the numerator: 2/-1 is minus two, and counts as positive.
    assert_eq!(refused(farkas(raw(-2, 1), raw(2, -1))), Reason::BadNumber);
    assert_eq!(refused(farkas(raw(2, -1), raw(-2, 1))), Reason::BadNumber);
}

#[test]
fn a_zero_denominator_is_refused_before_it_is_divided_by() {
    let (_, a) = scalar("a");
    for bad in [raw(1, 0), raw(0, 0), raw(-1, 0), raw(0, -1)] {
        assert_eq!(Term::scaled(bad.clone(), a.clone()).expect_err("accepted").reason, Reason::BadNumber);
        assert_eq!(farkas(raw(1, 1), bad).expect_err("accepted").reason, Reason::BadNumber);
    }
    assert!(Term::scaled(raw(0, 1), a).is_ok());
}

#[test]
fn a_coefficient_of_a_part_is_a_number() {
    let (map, a) = scalar("a");
    let zero = Term::zero(Space::Unit, Space::Unit);
    let one = Term::identity(Space::Unit);
    let sequent = Sequent {
        maps: vec![map],
        assumptions: vec![labelled(a.clone(), Relation::Equal, zero.clone())],
        conclusions: vec![labelled(a.clone(), Relation::Equal, zero.clone())],
        ..Sequent::default()
    };
    for (field, coefficient, expected) in [
        (Field::Any, raw(1, 1), None),
        (Field::Any, raw(-1, -1), Some(Reason::BadNumber)),
        (Field::Any, raw(1, 0), Some(Reason::BadNumber)),
        (Field::Any, raw(2, 2), Some(Reason::FieldTooWeak)),
        (Field::Ordered, raw(2, 2), None),
        (Field::Ordered, raw(2, -2), Some(Reason::BadNumber)),
    ] {
        let statement = Statement::new("part".into(), field, sequent.clone()).expect("well-formed");
        let part = Part { coefficient, left: one.clone(), fact: 0, transposed: false, right: one.clone() };
        let steps = vec![Step::Combination { left: a.clone(), right: zero.clone(), parts: vec![part] }];
        let proof =
            Proof { statement: statement.hash(), block: Block { steps, witnesses: Vec::new(), facts: vec![1] } };
        let result = Theory::default().prove(&statement, &proof, Budget::default()).map(drop);
        assert_eq!(result.err().map(|failure| failure.reason), expected);
    }
}

#[test]
fn terms_are_of_the_type_that_they_state() {
    let (a, b) = (&Space::Atom("A".into()), &Space::Atom("B".into()));
    let sum = &Space::sum(a, b).expect("small");
    let map = |name: &str, dom: &Space, cod: &Space| MapDecl {
        name: name.into(),
        dom: dom.clone(),
        cod: cod.clone(),
        role: Role::Any,
    };
    let (f, g) = (map("f", a, b), map("g", b, a));
    let says = |shape: Shape, dom: &Space, cod: &Space| {
        let term = Term::new(shape, dom, cod).expect("within the limits");
        let label = String::new();
        let conclusion = Labelled { label, prop: Prop::equation(term.clone(), term) };
        let (spaces, maps) = (vec!["A".into(), "B".into()], vec![f.clone(), g.clone()]);
        let sequent = Sequent { spaces, maps, conclusions: vec![conclusion], ..Sequent::default() };
        Statement::new("typed".into(), Field::Any, sequent).map(drop).map_err(|failure| failure.reason)
    };
    let two = || raw(2, 1);
    let (f, g) = (f.term(), g.term());
    for (shape, dom, cod) in [
        (Shape::Identity, a, a),
        (Shape::Block(Structural::Fst, a.clone(), b.clone()), sum, a),
        (Shape::Block(Structural::Snd, a.clone(), b.clone()), sum, b),
        (Shape::Block(Structural::Inl, a.clone(), b.clone()), a, sum),
        (Shape::Block(Structural::Inr, a.clone(), b.clone()), b, sum),
        (Shape::Scaled(two(), f.clone()), a, b),
        (Shape::Sum(vec![f.clone(), f.clone()]), a, b),
        (Shape::Product(vec![g.clone(), f.clone()]), a, a),
        (Shape::Transpose(f.clone()), b, a),
        (Shape::Row(Term::identity(b.clone()), f.clone()), &Space::sum(b, a).expect("small"), b),
        (Shape::Column(Term::identity(a.clone()), f.clone()), a, sum),
    ] {
        assert_eq!(says(shape.clone(), dom, cod), Ok(()), "{shape:?}");
        for (dom, cod) in [(a, a), (a, b), (b, a), (b, b), (sum, a), (a, sum), (b, sum), (sum, b), (sum, sum)]
            .into_iter()
            .filter(|other| *other != (dom, cod) && !(shape == Shape::Identity && other.0 == other.1))
        {
            assert_eq!(says(shape.clone(), dom, cod), Err(Reason::TypeMismatch), "{shape:?} : {dom} -> {cod}");
        }
    }
    // A map's own type is what its declaration says.
    assert_eq!(says(Shape::Map("f".into()), a, b), Ok(()));
    assert_eq!(says(Shape::Map("f".into()), b, a), Err(Reason::NameUnknown));
    // Parts that do not fit, whatever is said of the whole.
    assert_eq!(says(Shape::Product(vec![f.clone(), f.clone()]), a, b), Err(Reason::TypeMismatch));
    assert_eq!(says(Shape::Sum(vec![f.clone(), g.clone()]), a, b), Err(Reason::TypeMismatch));
    assert_eq!(says(Shape::Row(f.clone(), g), sum, b), Err(Reason::TypeMismatch));
    // A sum of nothing is 0, and a product of nothing is 1.
    assert_eq!(says(Shape::Sum(Vec::new()), a, b), Ok(()));
    assert_eq!(says(Shape::Product(Vec::new()), a, a), Ok(()));
    assert_eq!(says(Shape::Product(Vec::new()), a, b), Err(Reason::TypeMismatch));
}

#[test]
fn huge_numbers_are_declined_and_not_computed_with() {
    let huge = BigRational::from_integer(BigInt::from(1) << 30_000u32);
    let fine = BigRational::from_integer(BigInt::from(1) << 19_999u32);
    let just_too_large = BigRational::from_integer(BigInt::from(1) << 20_000u32);
    let budget = || Budget::default();
    let (_, a) = scalar("a");
    let size = |factor: BigRational| {
        let term = Term::scaled(factor, a.clone())?;
        scotoma::kernel::Polynomial::of(&term, &mut budget()).map(drop)
    };
    assert!(size(fine).is_ok());
    assert_eq!(size(just_too_large).expect_err("accepted").reason, Reason::TooLarge);
    assert_eq!(size(huge).expect_err("accepted").reason, Reason::TooLarge);
}
