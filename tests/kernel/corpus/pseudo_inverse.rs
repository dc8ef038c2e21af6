//! Rule `pseudo_inverse`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "any map",
        text: "spaces A B; map f : A -> B; exists k : B -> A; show f*k*f = f; proof
               pinv f as q : B -> A; take q:B>A; using 0;",
        wrong: &[
            ("the name of the map", "as q", "as f", "name-taken", &[0]),
            ("the name of a space", "as q", "as B", "name-taken", &[0]),
            ("no name", "as q", "as #q", "bad-name", &[0]),
            ("another name", "as q", "as p", "name-unknown", &[1]),
            ("taken for a right inverse", "show f*k*f = f", "show f*k = id(B)", "goal-not-shown", &[1]),
            ("taken for a left inverse", "show f*k*f = f", "show k*f = id(A)", "goal-not-shown", &[1]),
            ("taken for reflexive", "show f*k*f = f", "show k*f*k = k", "goal-not-shown", &[1]),
            ("taken for symmetric", "show f*k*f = f", "show (f*k)' = f*k", "goal-not-shown", &[1]),
            ("of the transpose", "pinv f as", "pinv f' as", "name-unknown", &[1]),
            ("of a multiple", "pinv f as", "pinv 2 f as", "goal-not-shown", &[1]),
            ("of an undeclared map", "pinv f as", "pinv g:A>B as", "name-unknown", &[0]),
            ("of a map at another type", "pinv f as", "pinv f:B>A as", "name-unknown", &[0]),
            ("of a fraction over any field", "pinv f as", "pinv 1/2 f as", "field-too-weak", &[0]),
            ("at the type of the map", "take q:B>A", "take q:A>B", "name-unknown", &[1]),
            ("its transpose", "take q:B>A", "take q:B>A'", "type-mismatch", &[1]),
        ],
    },
    Case {
        name: "two of them",
        text: "spaces A; map f : A -> A; show f = f; proof
               pinv f as p : A -> A; pinv f as q : A -> A;
               combination f*p:A>A*f - f*q:A>A*f = 0(A,A) by 1 id(A) 0 id(A), -1 id(A) 1 id(A);
               combination f = f; using 3;",
        wrong: &[
            ("not the same", "combination f*p:A>A*f - f*q:A>A*f", "combination p:A>A - q:A>A", "does-not-follow", &[2]),
            ("one name for both", "pinv f as q", "pinv f as p", "name-taken", &[1]),
            (
                "not commuting",
                "combination f*p:A>A*f - f*q:A>A*f",
                "combination p:A>A*f*f - f*q:A>A*f",
                "does-not-follow",
                &[2],
            ),
        ],
    },
];
