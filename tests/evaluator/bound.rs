//! Spaces and names that a rule binds, inequalities for all vectors, and what is undecided.

use scotoma::model::evaluate_within;

use super::*;

#[test]
fn a_bound_space_is_any_dimension() {
    expect(
        PLAIN,
        &[
            // No map is on P: dimension 0 tells apart what 1 does not.
            ("fails", "a: forall P. (1 : P -> P) = 0 -> f = 0"),
            ("holds", "a: forall P. (1 : P -> P) = 0 -> f = f"),
            ("fails", "a: forall P. (1 : P -> P) != 0 -> f = 0"),
            ("fails", "a: forall P. (1 : P -> P) = 0"),
            ("fails", "a: forall P. (1 : P -> P) != 0"),
            ("fails", "a: forall P. (1 : P + 1 -> P + 1) = inr*snd -> f = 0"),
            ("holds", "a: forall P. (1 : P + 1 -> P + 1) != 0"),
            ("fails", "a: forall P, Q. (1 : P -> P) = 0, (1 : Q -> Q) != 0 -> f = 0"),
            // One column decides for all, dimension 0 included.
            ("fails", "a: forall P, s : P -> A. f*s = 0 -> g = 0"),
            ("holds", "a: forall P, s : P -> A. f*s = 0 -> s = 0"),
            ("holds", "a: forall P, s : P -> A, d : P -> A. f*s = f*d -> g*s = g*d"),
            ("holds", "a: forall P, s : A -> P. s*f = 0 -> (forall t in F. s*t = 0)"),
            ("fails", "a: forall P, s : P -> A. g*s = 0 -> (forall w in words over F. w*s = s)"),
            // It does not: small dimensions show that it fails, and never that it holds.
            ("fails", "a: forall P, s : P -> A, r : A -> P. r*s = 1 -> s*r = 1"),
            ("fails", "a: forall P, s : P -> A. s'*s = 1 -> f*s = 0"),
            ("fails", "a: forall P, s : P -> A. s = 0 -> (1 : P -> P) = 0"),
            ("undecided", "a: forall P, s : P -> A. s != 0 -> f*s != 0"),
            ("undecided", "a: forall P. exists s : P -> A, r : A -> P. r*s = 1"),
            ("undecided", "a: forall P, s : P -> A. exists r : A -> P. s*r*s = s"),
            ("undecided", "a: forall P, s : P -> A. exists r : P -> P. s*r = s\n     b: f = f"),
            ("undecided", "a: forall P, s : P -> A, d : A -> P. d*s = 0 -> s*d*s = 0"),
            ("undecided", "a: forall P, Q, s : P -> Q, d : Q -> A. d*s = 0 -> f*d*s = 0"),
        ],
    );
}

#[test]
fn what_a_rule_binds_is_known_inside_it_alone() {
    let same = "a: forall t in F. t = t\n     ";
    let words = "b: forall t in F, w in words over t. w*x = x";
    let fixed = World { members: &[ONE, &[1, 5, 0, 1]], x: &[1, 0], ..PLAIN };
    for (world, verdict) in [(PLAIN, "fails"), (fixed, "holds"), (World { members: &[], ..PLAIN }, "holds")] {
        expect(world, &[(verdict, &format!("{same}{words}")), (verdict, words)]);
        expect(world, &[(verdict, &format!("{words}\n     a: forall t in F. t = t"))]);
        expect(world, &[(verdict, "a: forall t in F. (forall w in words over t. w*x = x)")]);
        // The powers of a word that is bound itself are not spanned by those of a few: infinitely many words, if none fails.
        let open = if verdict == "holds" && !world.members.is_empty() { "undecided" } else { verdict };
        expect(world, &[(open, "a: forall t in F, w in words over t, v in words over w. v*x = x")]);
    }
    expect(
        PLAIN,
        &[
            // Words over a map that is any map: not over one of its name in another rule.
            (
                "undecided",
                "a: forall B : A -> A. B = B\n     b: forall B : A -> A, w in words over B. B*x = x -> w*x = x",
            ),
            (
                "fails",
                "a: forall P, s : P -> A. s = s\n     b: forall P, Q, s : P -> Q, d : Q -> P. s*d = 0 -> d*s = 0",
            ),
            ("fails", "a: exists k : A -> 1. k*x = 1\n     b: forall k : A -> 1. k*x = 1"),
            (
                "holds",
                "a: forall k : A -> 1. k*x = 0 -> (exists m : A -> 1. m = k)\n     b: exists m : A -> 1. m*x = 3",
            ),
        ],
    );
}

#[test]
fn quadratic_inequalities_hold_for_all_vectors_or_fail_at_one() {
    expect(
        PLAIN,
        &[
            ("holds", "a: forall y : 1 -> A. y'*y >= 0"),
            ("fails", "a: forall y : 1 -> A. y'*y > 0"),
            ("holds", "a: forall y : 1 -> A. y'*y + 1 > 0"),
            ("holds", "a: forall y : 1 -> A. y != 0 -> y'*y > 0"),
            ("fails", "a: forall y : 1 -> A. 0 >= y'*y"),
            ("fails", "a: forall y : 1 -> A. y != 0 -> 0 >= y'*y"),
            ("fails", "a: forall y : 1 -> A. y'*f*y >= 0"),
            ("holds", "a: forall y : 1 -> A. y'*f'*f*y >= 0"),
            ("holds", "a: forall y : 1 -> A. y != 0 -> (f*y)'*(f*y) > 0"),
            ("fails", "a: forall y : 1 -> A. y != 0 -> (g*y)'*(g*y) > 0"),
            ("holds", "a: forall y : 1 -> A. g*y != 0 -> (g*y)'*(g*y) > 0"),
            ("fails", "a: forall y : 1 -> A. y != 0, g*y != x -> (g*y)'*(g*y) > 0"),
            ("holds", "a: forall y : 1 -> A. y != y -> 0 > y'*y"),
            // Linear and constant parts: the least value of |y|^2 + 2 x'y is -2.
            ("holds", "a: forall y : 1 -> A. y'*y + 2*x'*y + 2 >= 0"),
            ("fails", "a: forall y : 1 -> A. y'*y + 2*x'*y + 2 > 0"),
            ("holds", "a: forall y : 1 -> A. y'*y + 2*x'*y + 3 > 0"),
            ("fails", "a: forall y : 1 -> A. y'*y + 2*x'*y + 1 >= 0"),
            ("fails", "a: forall y : 1 -> A. x'*y >= 0"),
            ("fails", "a: forall y : 1 -> A. (g*y)'*(g*y) + x'*y >= 0"),
            ("fails", "a: forall y : 1 -> A. (g*y)'*(g*y) + 1/1000*x'*y + 1000 >= 0"),
            // Under linear premises: on x'y = 1 the least |y|^2 is 1/2.
            ("holds", "a: forall y : 1 -> A. x'*y = 0 -> x'*y >= 0"),
            ("holds", "a: forall y : 1 -> A. x'*y = 1 -> y'*y > 0"),
            ("holds", "a: forall y : 1 -> A. x'*y = 1 -> 2*y'*y >= 1"),
            ("fails", "a: forall y : 1 -> A. x'*y = 1 -> 2*y'*y > 1"),
            ("fails", "a: forall y : 1 -> A. x'*y = 1 -> y'*y >= 1"),
            ("holds", "a: forall y : 1 -> A. x'*y = 1, x'*y = 2 -> 0 > 1"),
            ("holds", "a: forall y : 1 -> A. f*y = x -> y'*y >= 1"),
            ("fails", "a: forall y : 1 -> A. f*y = x -> y'*y > 2"),
            // Of matrices, numbers, several maps at once, members.
            ("holds", "a: forall B : A -> A. x'*B'*B*x >= 0"),
            ("fails", "a: forall B : A -> A. x'*B'*f*B*x >= 0"),
            ("holds", "a: forall a : 1 -> 1, b : 1 -> 1. a*a + b*b >= 2*a*b"),
            ("fails", "a: forall a : 1 -> 1, b : 1 -> 1. a*b >= 0"),
            ("fails", "a: forall a : 1 -> 1, b : 1 -> 1. a*a + b*b >= 3*a*b"),
            ("holds", "a: forall y : 1 -> A, z : 1 -> A. y'*y + z'*z >= 2*y'*z"),
            ("holds", "a: forall t in F, y : 1 -> A. y'*t'*t*y >= 0"),
            ("fails", "a: forall t in F, y : 1 -> A. y'*t*y >= 0"),
            // Equations of higher degree, and differences.
            ("holds", "a: forall a : 1 -> 1, b : 1 -> 1, c : 1 -> 1. a*b*c = c*b*a"),
            ("fails", "a: forall a : 1 -> 1, b : 1 -> 1. a*a*b = a*b*b"),
            ("holds", "a: forall y : 1 -> A. y'*f*y = y'*f'*y"),
            ("fails", "a: forall y : 1 -> A. y'*f*y = y'*f*f*y"),
            ("holds", "a: forall y : 1 -> A. g*y != x"),
            ("fails", "a: forall y : 1 -> A. f*y != x"),
            ("fails", "a: forall y : 1 -> A. g*y != 0 -> f*y != x"),
            ("holds", "a: forall y : 1 -> A. f*y != x -> f*y != x"),
            ("holds", "a: forall y : 1 -> A. g*y = 0 -> x'*f*y != x'*y + 1 + x'*f*y - x'*y"),
            ("holds", "a: forall k : A -> 1. k*k' = 0 -> k = 0"),
            ("fails", "a: forall y : 1 -> A. y'*y = 1 -> f*y = y"),
            ("undecided", "a: forall y : 1 -> A. y'*y = 1 -> y'*y >= 1"),
            ("undecided", "a: forall y : 1 -> A. x'*y >= 0 -> x'*y + 1 >= 0"),
            ("undecided", "a: forall a : 1 -> 1. a*a != 2"),
            ("undecided", "a: forall a : 1 -> 1. a*a*a*a >= 0"),
        ],
    );
}

#[test]
fn what_fails_for_all_vectors_is_shown_at_one() {
    for claim in ["y'*f*y >= 0", "x'*y >= 0", "y'*y + 2*x'*y + 2 > 0", "x'*y = 1 -> y'*y >= 1", "f*y != x"] {
        let statement = claimed(&format!("a: forall y : 1 -> A. {claim}"));
        let Decision::Fails(failing) = evaluate(&statement, &instance(PLAIN)).unwrap().conclusion else {
            panic!("{claim} does not fail");
        };
        let [(name, y)] = &failing.at[..] else { panic!("{claim}: at {:?}", failing.at) };
        assert_eq!((&**name, y.rows(), y.cols()), ("y", 2, 1));
        // The same claim about this one vector is false.
        let premise = claim.split_once(" -> ");
        let fixed = |text: &str| {
            let text = text.replace('y', "z");
            let statement = parsed(format!(
                "theorem t\nover an ordered field\n\nspaces A\n\nfamilies F : A -> A\n\nmaps f : A -> A\n     g : A -> A\n     \
                 x : 1 -> A\n     z : 1 -> A\n\nshow a: {text}\n"
            ));
            let mut instance = instance(PLAIN);
            instance.maps.insert("z".into(), y.clone());
            evaluate(&statement, &instance).unwrap().conclusion.holds()
        };
        assert!(!fixed(premise.map_or(claim, |(_, conclusion)| conclusion)), "{claim} at {y:?}");
        assert!(premise.is_none_or(|(premise, _)| fixed(premise)), "{claim} at {y:?}");
    }
}

#[test]
fn what_costs_too_much_or_is_not_linear_is_undecided_and_no_failure() {
    let inverse = "show exists P : A -> A, R : A -> A.\n     one: P*R = 1\n     two: R*P = 1\n";
    let statement = parsed(format!("theorem t\n\nspaces A\n\n{inverse}"));
    let sampled = sample(&statement, 5);
    assert!(sampled.failed.is_empty() && sampled.open > 0, "{sampled:?}");
    let words = claimed("a: forall u in words over F, v in words over F, w in words over F. u*v*w = u*v*w");
    assert!(evaluate(&words, &instance(PLAIN)).unwrap().conclusion.holds());
    let little = evaluate_within(&words, &instance(PLAIN), 1000).unwrap().conclusion;
    assert!(matches!(little, Decision::Undecided(why) if why.contains("work")));
    // Two matrices of dimension 10 that generate all others, by words of up to a hundred letters.
    let shift = |i: usize, j: usize| i64::from(j == (i + 1) % 10);
    let members = vec![
        Matrix::from_rationals(10, 10, |i, j| num_rational::BigRational::from_integer(shift(i, j).into())),
        Matrix::from_rationals(10, 10, |i, j| {
            num_rational::BigRational::from_integer((3 * i + 7 * j + i * j + 1).into())
        }),
    ];
    let large = Instance {
        dims: [("A".into(), 10)].into(),
        families: [("F".into(), members)].into(),
        maps: [
            ("f".into(), Matrix::identity(10)),
            ("g".into(), Matrix::zeros(10, 10)),
            ("x".into(), Matrix::zeros(10, 1)),
        ]
        .into(),
        ..Instance::default()
    };
    let zero = claimed("a: forall w in words over F. w*x = x");
    let verdict = evaluate_within(&zero, &large, 20_000).unwrap().conclusion;
    assert!(matches!(verdict, Decision::Undecided(why) if why.contains("work")));
    // What fails at a short word is found at once.
    let early = evaluate_within(&claimed("a: forall w in words over F. w*f = f"), &large, 100_000).unwrap().conclusion;
    assert!(matches!(early, Decision::Fails(_)));
}
