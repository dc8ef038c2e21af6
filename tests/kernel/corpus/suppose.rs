//! Rule `suppose`: a rule proved inside a proof.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "a rule",
        text: "spaces A B; map f : A -> B; map g : B -> A; assume f*g = id(B);
               show rule { spaces C; map x : B -> C; assume x*f = 0(A,C); show x = 0(B,C); }; proof
               suppose rule { spaces C; map y : B -> C; assume y*f = 0(A,C); show y = 0(B,C); }
               { combination y = 0(B,C) by -1 y 0 id(B), 1 id(C) 1 g; using 2; }; using 3;",
        wrong: &[
            ("an assumption for the conclusion", "using 2; }", "using 1; }", "goal-not-shown", &[0, 0, 1]),
            ("nothing for the conclusion", "using 2; }", "using; }", "wrong-count", &[0, 0, 1]),
            ("a witness too many", "using 2; }", "take y; using 2; }", "wrong-count", &[0, 0, 1]),
            ("a fact of the block outside", "using 3", "using 2", "fact-unknown", &[1]),
            ("an assumption of the block outside", "using 3", "using 1", "fact-unknown", &[1]),
            ("the assumption left out", "assume y*f = 0(A,C); ", "", "fact-unknown", &[0, 0, 0]),
            ("a space shadowed", "spaces C; map y", "spaces A; map y", "name-taken", &[0, 0]),
            (
                "a map shadowed",
                "rule { spaces C; map y : B -> C;",
                "rule { spaces C; map y : B -> C; map f : A -> B;",
                "name-taken",
                &[0, 0],
            ),
            ("another conclusion", "show y = 0(B,C); }", "show y*f = y*f; }", "goal-not-shown", &[0, 0, 1]),
            ("no conclusion", "show y = 0(B,C); }", "}", "empty-claim", &[0, 0]),
            (
                "a conclusion about an undeclared map",
                "show y = 0(B,C); }",
                "show k:B>C = k:B>C; }",
                "name-unknown",
                &[0, 0],
            ),
            ("a conclusion of two types", "show y = 0(B,C); }", "show y = 0(C,B); }", "type-mismatch", &[0, 0]),
            ("weaker than the goal", "map x : B -> C; assume x*f = 0(A,C);", "map x : B -> C;", "goal-not-shown", &[1]),
            ("another assumption in the goal", "assume x*f = 0(A,C)", "assume f'*x' = 0(C,A)", "goal-not-shown", &[1]),
            (
                "about one space only",
                "show rule { spaces C; map x : B -> C; assume x*f = 0(A,C); show x = 0(B,C); }",
                "show rule { map x : B -> A; assume x*f = 0(A,A); show x = 0(B,A); }",
                "goal-not-shown",
                &[1],
            ),
            ("a cofactor from outside the block's spaces", "1 id(C) 1 g", "1 id(D) 1 g", "name-unknown", &[0, 0, 0]),
            (
                "binds an undeclared space",
                "map y : B -> C;",
                "map y : B -> C; map z : B -> D;",
                "name-unknown",
                &[0, 0],
            ),
        ],
    },
    Case {
        name: "a supposition ends",
        text: "spaces A; map f : A -> A; show f*f = f*f; proof
               suppose rule { assume f = 0(A,A); show f*f = 0(A,A); }
               { combination f*f = 0(A,A) by 1 f 0 id(A); using 1; };
               combination f*f - f*f = 0(A,A); combination f*f = f*f; using 4;",
        wrong: &[
            (
                "used outside",
                "combination f*f - f*f = 0(A,A)",
                "combination f*f = 0(A,A) by 1 f 0 id(A)",
                "fact-unknown",
                &[1],
            ),
            (
                "its consequence outside",
                "combination f*f - f*f = 0(A,A)",
                "combination f*f = 0(A,A) by 1 id(A) 1 id(A)",
                "fact-unknown",
                &[1],
            ),
            (
                "the rule for an equation",
                "combination f*f - f*f = 0(A,A)",
                "combination f*f = 0(A,A) by 1 id(A) 2 id(A)",
                "not-an-equation",
                &[1],
            ),
            ("applied without premise", "combination f*f - f*f = 0(A,A)", "instance 2", "wrong-count", &[1]),
            ("applied to itself", "combination f*f - f*f = 0(A,A)", "instance 2 premises 2", "premise-missing", &[1]),
            (
                "applied to the supposition",
                "combination f*f - f*f = 0(A,A)",
                "instance 2 premises 0",
                "fact-unknown",
                &[1],
            ),
            ("obtained from", "combination f*f - f*f = 0(A,A)", "obtain 2 as", "not-existential", &[1]),
        ],
    },
    Case {
        name: "a rule that claims existence",
        text: "spaces A; show rule { map x : A -> A; exists y : A -> A; show x*y*x = x; }; proof
               suppose rule { map x : A -> A; exists y : A -> A; show x*y*x = x; }
               { pinv x as q : A -> A; take q:A>A; using 0; }; using 1;",
        wrong: &[
            (
                "for all, not for some",
                "show rule { map x : A -> A; exists y : A -> A;",
                "show rule { map x : A -> A; map y : A -> A;",
                "goal-not-shown",
                &[1],
            ),
            (
                "one for all",
                "show rule { map x : A -> A; exists y : A -> A; show x*y*x = x; }; proof",
                "exists y : A -> A; show rule { map x : A -> A; show x*y*x = x; }; proof",
                "wrong-count",
                &[1],
            ),
            ("no witness", "take q:A>A; ", "", "wrong-count", &[0, 0, 1]),
            ("another witness", "take q:A>A", "take x", "goal-not-shown", &[0, 0, 1]),
        ],
    },
];
