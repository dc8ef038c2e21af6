//! Rule `obtain`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "a right inverse that exists",
        text: "spaces A B; map f : A -> B; assume rule { exists x : B -> A; show f*x = id(B); }; assume f*f' = id(B);
               exists y : B -> A; show f*y*f = f; proof
               obtain 0 as z : B -> A; combination f*z:B>A*f = f by 1 id(B) 2 f; take z:B>A; using 3;",
        wrong: &[
            ("the name of a map", "obtain 0 as z : B -> A", "obtain 0 as f : A -> B", "name-taken", &[0]),
            ("the name of a space", "obtain 0 as z", "obtain 0 as A", "name-taken", &[0]),
            ("no name", "obtain 0 as z", "obtain 0 as 0z", "bad-name", &[0]),
            ("a name of the kernel's own", "obtain 0 as z", "obtain 0 as #0", "bad-name", &[0]),
            ("too many names", "as z : B -> A", "as z : B -> A, u : B -> A", "wrong-count", &[0]),
            ("too few names", "as z : B -> A", "as", "wrong-count", &[0]),
            ("from nowhere", "obtain 0", "obtain 7", "fact-unknown", &[0]),
            ("from an equation", "obtain 0", "obtain 1", "not-a-rule", &[0]),
            ("too much of it", "combination f*z:B>A*f = f", "combination z:B>A*f = id(A)", "type-mismatch", &[1]),
            ("of another type", "take z:B>A", "take z:A>B", "name-unknown", &[2]),
            ("under another name", "take z:B>A", "take x:B>A", "name-unknown", &[2]),
            (
                "used before",
                "obtain 0 as z : B -> A; combination f*z:B>A*f = f by 1 id(B) 2 f;",
                "combination f*z:B>A*f = f; obtain 0 as z : B -> A;",
                "name-unknown",
                &[0],
            ),
            ("a premise is open", "rule { exists x", "rule { assume f*f' = id(B); exists x", "not-existential", &[0]),
            ("a map is bound", "rule { exists x", "rule { map u : A -> A; exists x", "not-existential", &[0]),
            ("a space is bound", "rule { exists x", "rule { spaces C; exists x", "not-existential", &[0]),
            ("a family is bound", "rule { exists x", "rule { family F on A; exists x", "not-existential", &[0]),
            ("dimensions are wanted equal", "rule { exists x", "rule { equal A B; exists x", "not-existential", &[0]),
        ],
    },
    Case {
        name: "two maps",
        text: "spaces A; map f : A -> A; assume rule { exists x : A -> A; exists y : A -> A; show f*x = f*y; };
               show f = f; proof
               obtain 0 as p : A -> A, q : A -> A; combination f*p:A>A - f*q:A>A = 0(A,A) by 1 id(A) 1 id(A);
               combination f = f; using 3;",
        wrong: &[
            ("one name for both", "q : A -> A; comb", "p : A -> A; comb", "name-taken", &[0]),
            (
                "they are not equal",
                "combination f*p:A>A - f*q:A>A",
                "combination p:A>A - q:A>A",
                "does-not-follow",
                &[1],
            ),
        ],
    },
    Case {
        name: "what exists is not unique",
        text: "spaces A; map f : A -> A; assume rule { exists x : A -> A; show f*x = f; }; show f = f; proof
               obtain 0 as p : A -> A; obtain 0 as q : A -> A;
               combination f*p:A>A - f*q:A>A = 0(A,A) by 1 id(A) 1 id(A), -1 id(A) 2 id(A);
               combination f = f; using 4;",
        wrong: &[
            ("taken for unique", "combination f*p:A>A - f*q:A>A", "combination p:A>A - q:A>A", "does-not-follow", &[2]),
            ("the same name again", "as q : A", "as p : A", "name-taken", &[1]),
        ],
    },
    Case {
        name: "words that exist",
        text: "spaces A; family F on A; map h : A -> A;
               assume rule { exists x : A -> A word F; show h*x = h; };
               assume rule { map w : A -> A word F; show w*h = h; }; show h*h = h*h; proof
               obtain 0 as z : A -> A; instance 1 maps z:A>A; combination h*h = h*h; using 4;",
        wrong: &[
            ("any map", "exists x : A -> A word F", "exists x : A -> A", "not-a-word", &[1]),
            ("transposed", "maps z:A>A", "maps z:A>A'", "not-a-word", &[1]),
            ("a member is wanted", "map w : A -> A word F", "map w : A -> A member F", "not-a-word", &[1]),
        ],
    },
];
