//! Rule `product`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "neither is negative",
        text: "ordered spaces A; map a : 1 -> 1; map b : 1 -> 1; map c : 1 -> 1; assume a >= 0(1,1); assume b >= c;
               assume c > 0(1,1); assume a = b; assume b != c; assume rule { show b >= c; };
               show a*b >= a*c; proof product 0 1; using 6;",
        wrong: &[
            ("strict", "show a*b >= a*c", "show a*b > a*c", "goal-not-shown", &[1]),
            ("turned round", "show a*b >= a*c", "show a*c >= a*b", "goal-not-shown", &[1]),
            ("one factor", "show a*b >= a*c", "show a >= c", "goal-not-shown", &[1]),
            ("the sum", "show a*b >= a*c", "show a + b >= c", "goal-not-shown", &[1]),
            ("another", "product 0 1", "product 0 2", "goal-not-shown", &[1]),
            ("an equation", "product 0 1", "product 0 3", "not-an-inequality", &[0]),
            ("an equation first", "product 0 1", "product 3 1", "not-an-inequality", &[0]),
            ("an inequation", "product 0 1", "product 0 4", "not-an-inequality", &[0]),
            ("a rule", "product 0 1", "product 0 5", "not-an-inequality", &[0]),
            ("from nowhere", "product 0 1", "product 0 6", "fact-unknown", &[0]),
            ("the first from nowhere", "product 0 1", "product 9 1", "fact-unknown", &[0]),
            ("of one that is negative", "assume a >= 0(1,1)", "assume 0(1,1) >= a", "goal-not-shown", &[1]),
            ("over any field", "ordered spaces", "spaces", "field-too-weak", &[]),
        ],
    },
    Case {
        name: "both are positive",
        text: "ordered map a : 1 -> 1; map b : 1 -> 1; assume a > 0(1,1); assume b > 0(1,1); show b*a > 0(1,1); proof
               product 0 1; using 2;",
        wrong: &[
            ("the first may be zero", "assume a > 0(1,1)", "assume a >= 0(1,1)", "goal-not-shown", &[1]),
            ("the second may be zero", "assume b > 0(1,1)", "assume b >= 0(1,1)", "goal-not-shown", &[1]),
            ("both may be", "show b*a > 0(1,1)", "show b*a > id(1)", "goal-not-shown", &[1]),
            ("less than it says", "show b*a > 0(1,1)", "show b*a >= 0(1,1)", "goal-not-shown", &[1]),
            ("twice the same", "product 0 1", "product 0 0", "goal-not-shown", &[1]),
        ],
    },
    Case {
        name: "one of them may be zero",
        text: "ordered map a : 1 -> 1; map b : 1 -> 1; assume a > 0(1,1); assume b >= 0(1,1); show a*b >= 0(1,1);
               show b*a >= 0(1,1); proof product 0 1; product 1 0; using 2 3;",
        wrong: &[
            ("strict by the first", "show a*b >= 0(1,1)", "show a*b > 0(1,1)", "goal-not-shown", &[2]),
            ("strict by the second", "show b*a >= 0(1,1)", "show b*a > 0(1,1)", "goal-not-shown", &[2]),
        ],
    },
];
