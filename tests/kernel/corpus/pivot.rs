//! Rule `pivot`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "an entry that is not zero",
        text:
            "spaces A B; map m : A -> B; map k : A -> B; assume m != 0(A,B); assume m = k; assume rule { show m != k; };
               exists y : B -> 1; exists x : 1 -> A; show y*m*x = id(1); proof
               pivot 0 as u : B -> 1, v : 1 -> A; take u; take v; using 3;",
        wrong: &[
            ("of an equation", "pivot 0", "pivot 1", "not-an-inequality", &[0]),
            ("of a rule", "pivot 0", "pivot 2", "not-an-inequality", &[0]),
            ("from nowhere", "pivot 0", "pivot 3", "fact-unknown", &[0]),
            ("of a map that may be zero", "assume m != 0(A,B)", "assume m = 0(A,B)", "not-an-inequality", &[0]),
            ("of another map", "assume m != 0(A,B)", "assume m != k", "goal-not-shown", &[1]),
            ("a name in use", "as u :", "as k :", "name-taken", &[0]),
            ("the second name in use", ", v : 1 -> A", ", m : 1 -> A", "name-taken", &[0]),
            ("a space's name", "as u :", "as A :", "name-taken", &[0]),
            ("one name for both", ", v : 1 -> A", ", u : 1 -> A", "name-taken", &[0]),
            ("no name", "as u :", "as 2u :", "bad-name", &[0]),
            ("exchanged", "take u; take v", "take v; take u", "type-mismatch", &[1]),
            ("in another order", "as u : B -> 1, v : 1 -> A", "as v : 1 -> A, u : B -> 1", "name-unknown", &[1]),
            ("another number", "show y*m*x = id(1)", "show y*m*x = 2 id(1)", "goal-not-shown", &[1]),
            ("the same vector twice", "show y*m*x = id(1)", "show y*m*m'*y' = id(1)", "goal-not-shown", &[1]),
        ],
    },
    Case {
        name: "a pivot is gone with its block",
        text: "spaces A; map a : A -> A; map b : A -> A; assume a != b; show a - b != 0(A,A); proof
               contradiction a - b = 0(A,A) {
                 pivot 0 as y : A -> 1, x : 1 -> A; combination id(1) = 0(1,1) by -1 id(1) 2 id(1), 1 y 1 x; using 3; };
               pivot 0 as y : A -> 1, x : 1 -> A; using 4;",
        wrong: &[
            (
                "used after it",
                "pivot 0 as y : A -> 1, x : 1 -> A; using 4",
                "square_inverse 4 y x; using 5",
                "name-unknown",
                &[1],
            ),
            ("what it said, too", "using 4", "using 2", "fact-unknown", &[2]),
            ("another vector's image", "1 y 1 x", "1 y 1 y'", "does-not-follow", &[0, 0, 1]),
            ("the pivot not used", "-1 id(1) 2 id(1), ", "", "does-not-follow", &[0, 0, 1]),
            ("the supposition not used", ", 1 y 1 x", "", "does-not-follow", &[0, 0, 1]),
            ("a goal that speaks of it", "show a - b != 0(A,A)", "show y:A>1 != 0(A,1)", "name-unknown", &[]),
        ],
    },
    Case {
        name: "two pivots of one map",
        text: "spaces A; map a : A -> A; assume a != 0(A,A); exists y : A -> 1; exists x : 1 -> A;
               show y*a*x = id(1); proof pivot 0 as y : A -> 1, x : 1 -> A;
               pivot 0 as u : A -> 1, v : 1 -> A; take u; take v; using 2;",
        wrong: &[
            ("mixed", "take u; take v", "take u; take x", "goal-not-shown", &[2]),
            ("mixed otherwise", "take u; take v", "take y; take v", "goal-not-shown", &[2]),
            ("the first's equation", "using 2", "using 1", "goal-not-shown", &[2]),
            ("named again", "pivot 0 as u", "pivot 0 as y", "name-taken", &[1]),
        ],
    },
    Case {
        name: "the reciprocal of a scalar",
        text: "map a : 1 -> 1; assume a != 0(1,1); exists r : 1 -> 1; show a*r = id(1); proof
               pivot 0 as y : 1 -> 1, x : 1 -> 1; take x*y; using 1;",
        wrong: &[
            ("one of the two", "take x*y", "take x", "goal-not-shown", &[1]),
            ("a square", "take x*y", "take x*x", "goal-not-shown", &[1]),
            ("of zero", "assume a != 0(1,1)", "assume a = 0(1,1)", "not-an-inequality", &[0]),
        ],
    },
];
