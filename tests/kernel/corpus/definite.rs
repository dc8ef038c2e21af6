//! Rule `definite`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "a map",
        text: "ordered spaces A B; map x : A -> B; assume x*x' = 0(B,B); assume rule { show x = x; };
               show x = 0(A,B); proof definite 0 x; using 2;",
        wrong: &[
            ("over any field", "ordered spaces", "spaces", "field-too-weak", &[0]),
            ("the transpose", "definite 0 x", "definite 0 x'", "not-a-square", &[0]),
            ("a multiple", "definite 0 x", "definite 0 (2 x)", "not-a-square", &[0]),
            ("an undeclared map", "definite 0 x", "definite 0 k:A>B", "name-unknown", &[0]),
            ("a map at another type", "definite 0 x", "definite 0 x:B>A", "name-unknown", &[0]),
            ("from nowhere", "definite 0", "definite 5", "fact-unknown", &[0]),
            ("from a rule", "definite 0", "definite 1", "not-a-square", &[0]),
            ("the other product", "assume x*x' = 0(B,B)", "assume x'*x = 0(A,A)", "not-a-square", &[0]),
            ("an inequation", "assume x*x' = 0(B,B)", "assume x*x' != 0(B,B)", "not-a-square", &[0]),
            ("a square that is one", "assume x*x' = 0(B,B)", "assume x*x' = id(B)", "not-a-square", &[0]),
            ("zero already", "definite 0 x", "definite 0 (0(A,B))", "not-a-square", &[0]),
            ("another claim", "show x = 0(A,B)", "show x' = 0(B,A)", "goal-not-shown", &[1]),
        ],
    },
    Case {
        name: "a product",
        text: "ordered spaces A; map m : A -> A; map z : A -> A; assume m*z*z'*m' = 0(A,A); show m*z = 0(A,A); proof
               definite 0 (m*z); using 1;",
        wrong: &[
            ("transposes not reversed", "assume m*z*z'*m'", "assume m*z*m'*z'", "not-a-square", &[0]),
            ("no square", "assume m*z*z'*m'", "assume m*z*z*m", "not-a-square", &[0]),
            ("two maps", "assume m*z*z'*m'", "assume m*z'", "not-a-square", &[0]),
            ("square without transpose", "assume m*z*z'*m'", "assume m*z*m*z", "not-a-square", &[0]),
            ("the first factor", "definite 0 (m*z)", "definite 0 m", "not-a-square", &[0]),
            ("the other order", "definite 0 (m*z)", "definite 0 (z*m)", "not-a-square", &[0]),
        ],
    },
    Case {
        name: "a sum",
        text: "ordered spaces A B; map x : A -> B; map y : A -> B;
               assume x*x' + x*y' + y*x' + y*y' = 0(B,B); show x + y = 0(A,B); proof definite 0 (x + y); using 1;",
        wrong: &[
            ("a mixed term missing", "x*x' + x*y' + y*x' + y*y'", "x*x' + x*y' + y*y'", "not-a-square", &[0]),
            ("no mixed terms", "x*x' + x*y' + y*x' + y*y'", "x*x' + y*y'", "not-a-square", &[0]),
            ("a mixed term twice", "x*x' + x*y' + y*x' + y*y'", "x*x' + x*y' + x*y' + y*y'", "not-a-square", &[0]),
            ("a sign", "definite 0 (x + y)", "definite 0 (x - y)", "not-a-square", &[0]),
        ],
    },
];
