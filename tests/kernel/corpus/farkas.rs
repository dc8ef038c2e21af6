//! Rule `farkas`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "a chain",
        text: "ordered spaces A; map a : 1 -> 1; map b : 1 -> 1; map c : 1 -> 1; assume a >= b; assume b > c;
               assume c = 0(1,1); show a > 0(1,1); proof
               farkas a > 0(1,1) by 1 id(1) 2 id(1) bounds 1 0, 1 1; using 3;",
        wrong: &[
            ("a bound dropped", "bounds 1 0, 1 1", "bounds 1 0", "does-not-follow", &[0]),
            ("a negative multiplier", "bounds 1 0, 1 1", "bounds -1 0, 1 1", "negative-multiplier", &[0]),
            ("a negative fraction", "bounds 1 0, 1 1", "bounds 1 0, -1/2 1", "negative-multiplier", &[0]),
            ("a zero multiplier", "bounds 1 0, 1 1", "bounds 1 0, 0 1", "does-not-follow", &[0]),
            ("a multiplier too large", "bounds 1 0, 1 1", "bounds 1 0, 2 1", "does-not-follow", &[0]),
            ("the equation dropped", "by 1 id(1) 2 id(1) ", "", "does-not-follow", &[0]),
            ("the equation's sign", "by 1 id(1)", "by -1 id(1)", "does-not-follow", &[0]),
            ("not strict", "assume b > c", "assume b >= c", "not-strict", &[0]),
            ("an inequation for a bound", "assume b > c", "assume b != c", "not-an-inequality", &[0]),
            ("an equation for a bound", "assume b > c", "assume b = c", "not-an-inequality", &[0]),
            ("a rule for a bound", "assume b > c", "assume rule { show b > c; }", "not-an-inequality", &[0]),
            ("a bound for an equation", "by 1 id(1) 2 id(1)", "by 1 id(1) 0 id(1)", "not-an-equation", &[0]),
            ("a bound from nowhere", "bounds 1 0, 1 1", "bounds 1 0, 1 9", "fact-unknown", &[0]),
            ("an equation from one direction", "farkas a > 0(1,1)", "farkas a = 0(1,1)", "wrong-count", &[0]),
            ("the other direction", "farkas a > 0(1,1)", "farkas 0(1,1) > a", "does-not-follow", &[0]),
            ("more than follows", "farkas a > 0(1,1)", "farkas a > id(1)", "does-not-follow", &[0]),
            ("less than the goal", "farkas a > 0(1,1)", "farkas a >= 0(1,1)", "goal-not-shown", &[1]),
            ("between spaces", "farkas a > 0(1,1)", "farkas id(A) > 0(A,A)", "not-scalar", &[0]),
            ("sides of two types", "farkas a > 0(1,1)", "farkas a > 0(A,A)", "type-mismatch", &[0]),
            ("an undeclared scalar", "farkas a > 0(1,1)", "farkas k:1>1 > 0(1,1)", "name-unknown", &[0]),
            ("the goal turned round", "show a > 0(1,1)", "show 0(1,1) > a", "goal-not-shown", &[1]),
            ("over any field", "ordered spaces", "spaces", "field-too-weak", &[]),
        ],
    },
    Case {
        name: "an equation from both directions",
        text: "ordered map a : 1 -> 1; map b : 1 -> 1; assume a >= b; assume b >= a; show a = b; proof
               farkas a = b bounds 1 0 back bounds 1 1; using 2;",
        wrong: &[
            ("one direction", " back bounds 1 1", "", "wrong-count", &[0]),
            ("the same direction twice", "back bounds 1 1", "back bounds 1 0", "does-not-follow", &[0]),
            ("nothing back", "back bounds 1 1", "back", "does-not-follow", &[0]),
            ("negative back", "back bounds 1 1", "back bounds -1 0", "negative-multiplier", &[0]),
            ("both for an inequality", "farkas a = b", "farkas a >= b", "wrong-count", &[0]),
            ("both for an inequation", "farkas a = b", "farkas a != b", "wrong-count", &[0]),
            ("the second assumption is missing", "assume b >= a;", "assume a >= a;", "does-not-follow", &[0]),
        ],
    },
    Case {
        name: "strictness comes with a positive multiplier",
        text: "ordered map a : 1 -> 1; map b : 1 -> 1; map c : 1 -> 1; assume a >= b; assume b > c; show a >= b; proof
               farkas a >= b bounds 1 0, 0 1; using 2;",
        wrong: &[
            ("multiplied by zero", "farkas a >= b", "farkas a > b", "not-strict", &[0]),
            ("an inequation from it", "farkas a >= b", "farkas a != b", "not-strict", &[0]),
        ],
    },
    Case {
        name: "a constant",
        text: "ordered show id(1) > 0(1,1); proof farkas id(1) > 0(1,1); using 0;",
        wrong: &[
            ("the wrong way", "farkas id(1) > 0(1,1)", "farkas 0(1,1) > id(1)", "does-not-follow", &[0]),
            ("no constant left", "farkas id(1) > 0(1,1)", "farkas id(1) > id(1)", "not-strict", &[0]),
            ("zero at least one", "farkas id(1) > 0(1,1)", "farkas 0(1,1) >= id(1)", "does-not-follow", &[0]),
            (
                "an equation between constants",
                "farkas id(1) > 0(1,1)",
                "farkas id(1) = 0(1,1) back",
                "does-not-follow",
                &[0],
            ),
        ],
    },
    Case {
        name: "an inequation",
        text: "ordered map a : 1 -> 1; map b : 1 -> 1; assume a > b; show a != b; proof
               farkas a != b bounds 1 0; using 1;",
        wrong: &[
            ("not strict", "assume a > b", "assume a >= b", "not-strict", &[0]),
            ("the goal is the equation", "show a != b", "show a = b", "goal-not-shown", &[1]),
        ],
    },
    Case {
        name: "fractions",
        text: "ordered map a : 1 -> 1; assume 2 a >= 0(1,1); show a >= 0(1,1); proof
               farkas a >= 0(1,1) bounds 1/2 0; using 1;",
        wrong: &[
            ("another fraction", "bounds 1/2", "bounds 1/3", "does-not-follow", &[0]),
            ("negative", "bounds 1/2", "bounds -1/2", "negative-multiplier", &[0]),
            ("strict", "farkas a >= 0(1,1)", "farkas a > 0(1,1)", "not-strict", &[0]),
            (
                "squares are not known to be at least 0",
                "farkas a >= 0(1,1) bounds 1/2 0",
                "farkas a*a >= 0(1,1)",
                "does-not-follow",
                &[0],
            ),
        ],
    },
    Case {
        name: "nothing about the order is used",
        text: "ordered spaces A; map a : 1 -> 1; map f : A -> A; show a = a; proof farkas a = a back; using 0;",
        wrong: &[
            ("over any field", "ordered spaces", "spaces", "field-too-weak", &[0]),
            ("between maps", "farkas a = a back", "farkas f = f back", "not-scalar", &[0]),
        ],
    },
];
