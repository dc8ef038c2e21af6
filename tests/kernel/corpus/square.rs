//! Rule `square`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "a vector",
        text: "ordered spaces A; map v : 1 -> A; map w : A -> 1; show v'*v >= 0(1,1); proof square v; using 0;",
        wrong: &[
            ("over any field", "ordered spaces", "spaces", "field-too-weak", &[]),
            ("no vector", "square v", "square w", "not-scalar", &[0]),
            ("an undeclared map", "square v", "square k:1>A", "name-unknown", &[0]),
            ("a vector at another type", "square v", "square v:A>1", "name-unknown", &[0]),
            ("more", "show v'*v >= 0(1,1)", "show v'*v > 0(1,1)", "goal-not-shown", &[1]),
            ("turned round", "show v'*v >= 0(1,1)", "show 0(1,1) >= v'*v", "goal-not-shown", &[1]),
            ("a product of two", "show v'*v >= 0(1,1)", "show w*v >= 0(1,1)", "goal-not-shown", &[1]),
            ("the square of another", "square v", "square (2 v)", "goal-not-shown", &[1]),
            ("more than 0", "show v'*v >= 0(1,1)", "show v'*v >= id(1)", "goal-not-shown", &[1]),
            ("an equation", "show v'*v >= 0(1,1)", "show v'*v = 0(1,1)", "goal-not-shown", &[1]),
        ],
    },
    Case {
        name: "a rule may say it",
        text: "ordered spaces A; show rule { map v : 1 -> A; show v'*v >= 0(1,1); }; proof
               suppose rule { map v : 1 -> A; show v'*v >= 0(1,1); } { square v; using 0; }; using 1;",
        wrong: &[
            ("of no vector in force", "{ square v; using 0; }", "{ square u; using 0; }", "name-unknown", &[0, 0, 0]),
            (
                "the vector after its block",
                "using 0; }; using 1",
                "using 0; }; square v; using 1",
                "name-unknown",
                &[1],
            ),
        ],
    },
    Case {
        name: "a vector that is not zero",
        text: "ordered spaces A; map v : 1 -> A; map w : 1 -> A; assume v != w; assume v != 0(1,A); assume v = v;
               assume v*v' != 0(A,A); assume rule { show v != w; }; show (v' - w')*(v - w) > 0(1,1); proof
               square (v - w) nonzero 0; using 5;",
        wrong: &[
            ("not strict without it", "square (v - w) nonzero 0", "square (v - w)", "goal-not-shown", &[1]),
            ("another vector is not zero", "nonzero 0", "nonzero 1", "premise-missing", &[0]),
            ("an equation", "nonzero 0", "nonzero 2", "premise-missing", &[0]),
            ("another map is not zero", "nonzero 0", "nonzero 3", "premise-missing", &[0]),
            ("a rule", "nonzero 0", "nonzero 4", "premise-missing", &[0]),
            ("from nowhere", "nonzero 0", "nonzero 5", "fact-unknown", &[0]),
            ("it is zero", "assume v != w", "assume v = w", "premise-missing", &[0]),
            ("the sum is not the difference", "square (v - w)", "square (v + w)", "premise-missing", &[0]),
            ("a multiple", "square (v - w)", "square (2 v - w)", "premise-missing", &[0]),
        ],
    },
    Case {
        name: "a scalar, and a map into the scalars",
        text: "ordered spaces A; map s : 1 -> 1; map f : A -> 1; assume f' != 0(1,A); show s*s >= 0(1,1);
               show f*f' > 0(1,1); proof square s; square f' nonzero 0; using 1 2;",
        wrong: &[
            ("the map itself", "square f' nonzero 0", "square f nonzero 0", "premise-missing", &[1]),
            ("the other product", "show f*f' > 0(1,1)", "show f'*f > 0(A,A)", "not-scalar", &[]),
            ("of a scalar", "show s*s >= 0(1,1)", "show s >= 0(1,1)", "goal-not-shown", &[2]),
            ("a scalar may be zero", "show s*s >= 0(1,1)", "show s*s > 0(1,1)", "goal-not-shown", &[2]),
        ],
    },
];
