//! Rule `contradiction`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "two maps that differ",
        text: "spaces A B; map f : A -> B; map g : B -> A; map h : A -> B; assume g*h != 0(A,A); assume g*f = 0(A,A);
               show h != f; proof
               contradiction h = f { combination g*h = 0(A,A) by 1 g 2 id(A), 1 id(A) 1 id(A); using 3 0; }; using 4;",
        wrong: &[
            ("the facts swapped", "using 3 0", "using 0 3", "not-an-equation", &[0, 0]),
            ("two equations", "using 3 0", "using 3 1", "not-a-contradiction", &[0, 0]),
            ("facts about two things", "using 3 0", "using 1 0", "not-a-contradiction", &[0, 0]),
            ("facts of two types", "using 3 0", "using 2 0", "not-a-contradiction", &[0, 0]),
            ("one fact", "using 3 0", "using 3", "not-a-contradiction", &[0, 0]),
            ("no fact", "using 3 0", "using", "wrong-count", &[0, 0]),
            ("three facts", "using 3 0", "using 3 0 0", "wrong-count", &[0, 0]),
            ("a witness", "using 3 0", "take g; using 3 0", "wrong-count", &[0, 0]),
            ("a fact from nowhere", "using 3 0", "using 9 0", "fact-unknown", &[0, 0]),
            (
                "nothing is known not to hold",
                "assume g*h != 0(A,A)",
                "assume g*h = 0(A,A)",
                "not-a-contradiction",
                &[0, 0],
            ),
            ("something else is known", "assume g*h != 0(A,A)", "assume h*g != 0(B,B)", "not-a-contradiction", &[0, 0]),
            ("another supposition", "contradiction h = f", "contradiction h = 2 f", "does-not-follow", &[0, 0, 0]),
            ("supposition of two types", "contradiction h = f", "contradiction h = g", "type-mismatch", &[0]),
            (
                "supposition about an undeclared map",
                "contradiction h = f",
                "contradiction h = k:A>B",
                "name-unknown",
                &[0],
            ),
            ("supposition not used", "1 g 2 id(A), ", "", "does-not-follow", &[0, 0, 0]),
            ("the supposition is no fact afterwards", "using 4", "using 2", "fact-unknown", &[1]),
            ("nor is what follows from it", "using 4", "using 3", "fact-unknown", &[1]),
            ("the equation is not shown", "show h != f", "show h = f", "goal-not-shown", &[1]),
            ("another inequation", "show h != f", "show h != 2 f", "goal-not-shown", &[1]),
            ("an inequation for itself", "using 4", "using 0", "goal-not-shown", &[1]),
        ],
    },
    Case {
        name: "characteristic two",
        text: "ordered spaces A B; map f : A -> B; assume f != 0(A,B); show 2 f != 0(A,B); proof
               contradiction 2 f = 0(A,B) { combination f = 0(A,B) by 1/2 id(B) 1 id(A); using 2 0; }; using 3;",
        wrong: &[
            ("over any field", "ordered spaces", "spaces", "field-too-weak", &[0, 0, 0]),
            (
                "without dividing",
                "combination f = 0(A,B) by 1/2",
                "combination 2 f = 0(A,B) by 1",
                "not-a-contradiction",
                &[0, 0],
            ),
            (
                "a multiple of the difference",
                "assume f != 0(A,B)",
                "assume 3 f != 0(A,B)",
                "not-a-contradiction",
                &[0, 0],
            ),
        ],
    },
    Case {
        name: "the other sign",
        text: "spaces A B; map f : A -> B; map g : A -> B; assume g != f; show f != g; proof
               contradiction f = g { using 1 0; }; using 2;",
        wrong: &[
            ("a sum is no difference", "assume g != f", "assume g != -f", "not-a-contradiction", &[0, 0]),
            ("a transpose", "assume g != f", "assume g' != f'", "not-a-contradiction", &[0, 0]),
        ],
    },
    Case {
        name: "one is zero",
        text: "ordered spaces A; map a : 1 -> 1; map b : 1 -> 1; assume a*b = id(1); assume id(1) != 0(1,1);
               assume rule { show id(1) = 0(1,1); }; assume id(A) = 0(A,A); show a != 0(1,1); proof
               contradiction a = 0(1,1) { combination id(1) = 0(1,1) by -1 id(1) 0 id(1), 1 id(1) 4 b; using 5; }; using 6;",
        wrong: &[
            ("of a space of dimension 0", "b; using 5", "b; using 3", "not-a-contradiction", &[0, 0]),
            ("of a scalar that may be zero", "b; using 5", "b; using 4", "not-a-contradiction", &[0, 0]),
            ("it is denied", "b; using 5", "b; using 1", "not-a-contradiction", &[0, 0]),
            ("by a rule", "b; using 5", "b; using 2", "not-a-contradiction", &[0, 0]),
            ("from nowhere", "b; using 5", "b; using 9", "fact-unknown", &[0, 0]),
            ("with a witness", "b; using 5", "b; take b; using 5", "wrong-count", &[0, 0]),
            ("two is zero", "combination id(1) = 0(1,1) by -1 id(1) 0 id(1), 1", "combination 2 id(1) = 0(1,1) by -2 id(1) 0 id(1), 2", "not-a-contradiction", &[0, 0]),
            ("zero is zero", "combination id(1) = 0(1,1) by -1 id(1) 0 id(1), 1 id(1) 4 b", "combination 0(1,1) = 0(1,1)", "not-a-contradiction", &[0, 0]),
            ("the supposition not used", ", 1 id(1) 4 b", "", "does-not-follow", &[0, 0, 0]),
        ],
    },
    Case {
        name: "zero is one",
        text: "map a : 1 -> 1; assume a = id(1); show a != 0(1,1); proof
               contradiction a = 0(1,1) { combination 0(1,1) = id(1) by 1 id(1) 0 id(1), -1 id(1) 1 id(1); using 2; }; using 3;",
        wrong: &[
            ("a sign", "1 id(1) 0 id(1), -1", "1 id(1) 0 id(1), 1", "does-not-follow", &[0, 0, 0]),
            ("not supposed", "using 3", "using 2", "fact-unknown", &[1]),
        ],
    },
];
