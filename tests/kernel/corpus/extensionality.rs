//! Rule `extensionality`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "on every vector",
        text: "spaces A B; map f : A -> B; map g : A -> B; map k : A -> A; assume rule { map v : 1 -> A; show f*v = g*v; };
               assume f = f; show f = g; proof extensionality 0 x f = g; using 2;",
        wrong: &[
            ("on every vector of another space", "map v : 1 -> A; show f*v = g*v", "map v : 1 -> B; show f'*v = g'*v", "premise-missing", &[0]),
            ("on scalars", "map v : 1 -> A; show f*v = g*v", "map v : 1 -> 1; show v = v", "premise-missing", &[0]),
            ("on maps of another domain", "map v : 1 -> A; show f*v = g*v", "map v : B -> A; show f*v = g*v", "premise-missing", &[0]),
            ("on one vector", "map v : 1 -> A; show f*v = g*v", "exists v : 1 -> A; show f*v = g*v", "premise-missing", &[0]),
            (
                "on vectors of some kind",
                "map v : 1 -> A; show f*v = g*v",
                "map v : 1 -> A; assume k*v = 0(1,A); show f*v = g*v",
                "premise-missing",
                &[0],
            ),
            (
                "on vectors that images are",
                "map v : 1 -> A; show f*v = g*v",
                "map v : 1 -> A; show f*k*v = g*k*v",
                "premise-missing",
                &[0],
            ),
            ("on two vectors", "map v : 1 -> A; show", "map v : 1 -> A; map u : 1 -> A; show", "premise-missing", &[0]),
            ("for another space too", "rule { map v", "rule { spaces C; map v", "premise-missing", &[0]),
            ("on words", "map v : 1 -> A; show f*v = g*v", "map v : A -> A word k; show f*v = g*v", "premise-missing", &[0]),
            ("and more", "show f*v = g*v; }", "show f*v = g*v; show f = f; }", "premise-missing", &[0]),
            ("they differ", "show f*v = g*v", "show f*v != g*v", "premise-missing", &[0]),
            ("other maps agree", "show f*v = g*v", "show f*v = 2 g*v", "premise-missing", &[0]),
            ("of an equation", "extensionality 0", "extensionality 1", "premise-missing", &[0]),
            ("from nowhere", "extensionality 0", "extensionality 2", "fact-unknown", &[0]),
            ("of other maps", "extensionality 0 x f = g", "extensionality 0 x f = 2 g", "premise-missing", &[0]),
            ("of transposes", "extensionality 0 x f = g", "extensionality 0 x f' = g'", "premise-missing", &[0]),
            ("of an undeclared map", "extensionality 0 x f = g", "extensionality 0 x f = h:A>B", "name-unknown", &[0]),
            ("of maps of two types", "extensionality 0 x f = g", "extensionality 0 x f = k", "type-mismatch", &[0]),
            ("with a name in use", "extensionality 0 x", "extensionality 0 g", "name-taken", &[0]),
            ("with no name", "extensionality 0 x", "extensionality 0 2x", "bad-name", &[0]),
            ("another goal", "show f = g; proof", "show f' = g; proof", "type-mismatch", &[]),
        ],
    },
    Case {
        name: "the difference, and the other sign",
        text: "spaces A B; map f : A -> B; map g : A -> B; assume rule { map x : 1 -> A; show g*x - f*x = 0(1,B); };
               show f = g; proof extensionality 0 x f = g; using 1;",
        wrong: &[
            ("the sum", "show g*x - f*x", "show g*x + f*x", "premise-missing", &[0]),
            ("more", "show f = g; proof", "show f = 0(A,B); proof", "goal-not-shown", &[1]),
        ],
    },
    Case {
        name: "scalars",
        text: "map a : 1 -> 1; assume rule { map s : 1 -> 1; show s*a = 0(1,1); }; show a = 0(1,1); proof
               extensionality 0 x a = 0(1,1); using 1;",
        wrong: &[("squares", "show s*a = 0(1,1)", "show s*a*s = 0(1,1)", "premise-missing", &[0])],
    },
];
