//! Rule `witness`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "a right inverse",
        text: "spaces A B; map f : A -> B; map g : B -> A; assume f*g = id(B);
               exists h : B -> A; show f*h = id(B); proof take g; using 0;",
        wrong: &[
            ("a multiple", "take g", "take 2 g", "goal-not-shown", &[0]),
            ("the opposite", "take g", "take -g", "goal-not-shown", &[0]),
            ("zero", "take g", "take 0(B,A)", "goal-not-shown", &[0]),
            ("no witness", "take g; ", "", "wrong-count", &[0]),
            ("two witnesses", "take g;", "take g; take g;", "wrong-count", &[0]),
            ("another type", "take g", "take f", "type-mismatch", &[0]),
            ("a transpose", "take g", "take g'", "type-mismatch", &[0]),
            ("what it is claimed for", "take g", "take h:B>A", "name-unknown", &[0]),
            ("an undeclared map", "take g", "take k:B>A", "name-unknown", &[0]),
            ("a map at another type", "take g", "take f:B>A", "name-unknown", &[0]),
            ("a fraction over any field", "take g", "take 1/2 g", "field-too-weak", &[0]),
            ("no fact", "using 0", "using", "wrong-count", &[0]),
            ("no such fact", "using 0", "using 1", "fact-unknown", &[0]),
            ("the other inverse", "show f*h = id(B)", "show h*f = id(A)", "goal-not-shown", &[0]),
            ("more than is known", "show f*h = id(B)", "show f*h = 2 id(B)", "goal-not-shown", &[0]),
            ("an inequation", "show f*h = id(B)", "show f*h != id(B)", "goal-not-shown", &[0]),
        ],
    },
    Case {
        name: "words",
        text:
            "spaces A; family F on A; family G on A; map t : A -> A member F; map r : A -> A member G; map s : A -> A;
               exists w : A -> A word F; show w*s = t*t*s; proof
               combination t*t*s = t*t*s; take t*t; using 0;",
        wrong: &[
            ("a factor outside the family", "take t*t", "take t*s", "not-a-word", &[1]),
            ("a factor of another family", "take t*t", "take t*r", "not-a-word", &[1]),
            ("a transposed factor", "take t*t", "take t*t'", "not-a-word", &[1]),
            ("a multiple", "take t*t", "take 2 t*t", "not-a-word", &[1]),
            ("a sum", "take t*t", "take t*t + t", "not-a-word", &[1]),
            ("another word", "take t*t", "take t", "goal-not-shown", &[1]),
            ("t is any map", "map t : A -> A member F", "map t : A -> A", "not-a-word", &[1]),
            ("t is of another family", "map t : A -> A member F", "map t : A -> A member G", "not-a-word", &[1]),
            ("a member is wanted", "exists w : A -> A word F", "exists w : A -> A member F", "not-a-word", &[1]),
        ],
    },
    Case {
        name: "members",
        text: "spaces A; family F on A; map t : A -> A member F; map v : A -> A word F; exists m : A -> A member F;
               show m = t; proof combination t = t; take t; using 0;",
        wrong: &[
            ("a word is no member", "take t", "take v", "not-a-word", &[1]),
            ("the identity is no member", "take t", "take id(A)", "not-a-word", &[1]),
            ("a transpose is no member", "take t", "take t'", "not-a-word", &[1]),
            ("t is a word only", "map t : A -> A member F", "map t : A -> A word F", "not-a-word", &[1]),
        ],
    },
    Case {
        name: "names and facts of a block end with it",
        text: "spaces A; exists h : A -> A; show h = id(A); proof
               suppose rule { map x : A -> A; assume x = id(A); show x = id(A); } { using 0; };
               combination id(A) = id(A); take id(A); using 2;",
        wrong: &[
            ("a map of the block", "take id(A)", "take x:A>A", "name-unknown", &[2]),
            ("a fact of the block", "using 2", "using 0", "fact-unknown", &[2]),
            ("the rule for its conclusion", "using 2", "using 1", "goal-not-shown", &[2]),
        ],
    },
    Case {
        name: "a map that no conclusion speaks of",
        text: "spaces A B; map g : B -> A; map m : B -> B; map n : A -> A; exists h : B -> A; show g = g; proof
               combination g = g; take g; using 0;",
        wrong: &[
            ("another codomain", "take g", "take m", "type-mismatch", &[1]),
            ("another domain", "take g", "take n", "type-mismatch", &[1]),
        ],
    },
];
