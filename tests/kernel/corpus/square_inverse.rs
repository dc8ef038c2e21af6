//! Rule `square_inverse`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "declared equal",
        text:
            "spaces A B C; equal A B; map f : A -> B; map g : B -> A; assume f*g = id(B); assume rule { show f = f; };
               show g*f = id(A); proof square_inverse 0 f g; using 2;",
        wrong: &[
            ("not declared", "equal A B; ", "", "dimensions-not-equal", &[0]),
            ("equal to itself", "equal A B", "equal A A", "dimensions-not-equal", &[0]),
            ("equal to a third", "equal A B", "equal A C", "dimensions-not-equal", &[0]),
            ("factors swapped", "square_inverse 0 f g", "square_inverse 0 g f", "not-inverse", &[0]),
            ("factors that do not fit", "square_inverse 0 f g", "square_inverse 0 f f", "type-mismatch", &[0]),
            ("a multiple", "square_inverse 0 f g", "square_inverse 0 (2 f) g", "not-inverse", &[0]),
            ("transposes", "square_inverse 0 f g", "square_inverse 0 g' f'", "not-inverse", &[0]),
            ("an undeclared map", "square_inverse 0 f g", "square_inverse 0 f k:B>A", "name-unknown", &[0]),
            ("a fraction over any field", "square_inverse 0 f g", "square_inverse 0 (1/2 f) g", "field-too-weak", &[0]),
            ("from nowhere", "square_inverse 0", "square_inverse 2", "fact-unknown", &[0]),
            ("from a rule", "square_inverse 0", "square_inverse 1", "not-inverse", &[0]),
            ("twice the identity", "assume f*g = id(B)", "assume f*g = 2 id(B)", "not-inverse", &[0]),
            ("zero", "assume f*g = id(B)", "assume f*g = 0(B,B)", "not-inverse", &[0]),
            ("an inequation", "assume f*g = id(B)", "assume f*g != id(B)", "not-inverse", &[0]),
            ("the other product", "assume f*g = id(B)", "assume g*f = id(A)", "not-inverse", &[0]),
            ("more", "show g*f = id(A)", "show g*f = 2 id(A)", "goal-not-shown", &[1]),
            ("the transposes", "show g*f = id(A)", "show f'*g' = id(A)", "goal-not-shown", &[1]),
        ],
    },
    Case {
        name: "through a third space",
        text: "spaces A B C; equal C A; equal B C; map f : A -> B; map g : B -> A; assume f*g = id(B);
               show g*f = id(A); proof square_inverse 0 f g; using 1;",
        wrong: &[
            ("first link", "equal C A; ", "", "dimensions-not-equal", &[0]),
            ("second link", "equal B C; ", "", "dimensions-not-equal", &[0]),
            ("same link twice", "equal B C", "equal A C", "dimensions-not-equal", &[0]),
        ],
    },
    Case {
        name: "sums",
        text: "spaces A B; equal A B; map f : A + 1 -> 1 + B; map g : 1 + B -> A + 1; assume f*g = id(1 + B);
               show g*f = id(A + 1); proof square_inverse 0 f g; using 1;",
        wrong: &[("not declared", "equal A B; ", "", "dimensions-not-equal", &[0])],
    },
    Case {
        name: "a sum and one of its summands",
        text: "spaces A B; map f : A + B -> B + A; map g : B + A -> A + B; map p : A + B -> A; map q : A -> A + B;
               assume f*g = id(B + A); assume p*q = id(A); show g*f = id(A + B); proof square_inverse 0 f g; using 2;",
        wrong: &[
            ("a projection", "square_inverse 0 f g", "square_inverse 1 p q", "dimensions-not-equal", &[0]),
            (
                "the structural one",
                "assume p*q = id(A); show g*f = id(A + B); proof square_inverse 0 f g",
                "assume fst(A,B)*inl(A,B) = id(A); show g*f = id(A + B); proof square_inverse 1 fst(A,B) inl(A,B)",
                "dimensions-not-equal",
                &[0],
            ),
        ],
    },
    Case {
        name: "declared for a rule only",
        text: "spaces A B; map f : A -> B; map g : B -> A;
               show rule { equal A B; assume f*g = id(B); show g*f = id(A); }; proof
               suppose rule { equal B A; equal A B; assume f*g = id(B); show g*f = id(A); } { square_inverse 0 f g; using 1; };
               suppose rule { equal A B; assume f*g = id(B); show g*f = id(A); } { square_inverse 3 f g; using 4; }; using 5;",
        wrong: &[
            ("not declared there", "suppose rule { equal A B; ", "suppose rule { ", "dimensions-not-equal", &[1, 0, 0]),
            ("more than shown", "show rule { equal A B; ", "show rule { ", "goal-not-shown", &[2]),
            ("another rule", "using 5", "using 2", "goal-not-shown", &[2]),
            ("a fact of an ended block", "square_inverse 3 f g", "square_inverse 0 f g", "fact-unknown", &[1, 0, 0]),
        ],
    },
];
