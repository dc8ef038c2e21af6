//! Statements: names, types, fields, and which statement a proof is bound to.

use crate::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "declarations",
        text: "spaces A B; family F on A; map f : A -> B; map g : B -> A; map e : A -> A; map w : A -> A word F;
               map m : A -> A member F; assume f*g = id(B); show f*g*f = f; proof
               combination f*g*f = f by 1 id(B) 0 f; using 1;",
        wrong: &[
            ("proof of another statement", "proof", "proof of inverses", "other-statement", &[]),
            ("a space twice", "spaces A B;", "spaces A B A;", "name-taken", &[]),
            ("a map twice", "map e : A -> A", "map f : A -> B", "name-taken", &[]),
            ("a map like a space", "map e :", "map A :", "name-taken", &[]),
            ("a map like a family", "map e :", "map F :", "name-taken", &[]),
            ("a family like a space", "family F", "family B", "name-taken", &[]),
            ("a name that begins with an underscore", "map e :", "map _e :", "bad-name", &[]),
            ("a name that begins with a digit", "map e :", "map 9e :", "bad-name", &[]),
            ("a name of the kernel's own", "map e :", "map #0 :", "bad-name", &[]),
            ("a name with a sign in it", "map e :", "map e#0 :", "bad-name", &[]),
            ("a name that is not ASCII", "map e :", "map é :", "bad-name", &[]),
            ("an undeclared domain", "map e : A -> A", "map e : C -> A", "name-unknown", &[]),
            ("an undeclared codomain", "map e : A -> A", "map e : A -> C", "name-unknown", &[]),
            ("an undeclared space inside a sum", "map e : A -> A", "map e : A -> A + C", "name-unknown", &[]),
            ("a map for a space", "map e : A -> A", "map e : A -> f", "name-unknown", &[]),
            ("a family on an undeclared space", "family F on A", "family F on C", "name-unknown", &[]),
            ("words over nothing", "word F", "word G", "name-unknown", &[]),
            ("words over a space", "word F", "word A", "name-unknown", &[]),
            ("words over themselves", "word F", "word w", "name-unknown", &[]),
            ("words over a map between two spaces", "word F", "word f", "type-mismatch", &[]),
            ("a word at another type", "map w : A -> A", "map w : A -> B", "type-mismatch", &[]),
            ("a word on another space", "map w : A -> A", "map w : B -> B", "type-mismatch", &[]),
            ("a member of nothing", "member F", "member G", "name-unknown", &[]),
            ("a member on another space", "map m : A -> A", "map m : B -> B", "type-mismatch", &[]),
            ("sides of two types", "assume f*g = id(B)", "assume f*g = id(A)", "type-mismatch", &[]),
            ("factors that do not fit", "assume f*g = id(B)", "assume f*f = id(B)", "type-mismatch", &[]),
            ("summands that do not fit", "assume f*g = id(B)", "assume f*g + f = id(B)", "type-mismatch", &[]),
            ("a row that does not fit", "assume f*g = id(B)", "assume row(f,g) = id(B)", "type-mismatch", &[]),
            ("a column that does not fit", "assume f*g = id(B)", "assume col(f,g) = id(B)", "type-mismatch", &[]),
            ("an order between maps", "assume f*g = id(B)", "assume f*g >= id(B)", "not-scalar", &[]),
            ("an undeclared map assumed about", "assume f*g", "assume k:A>B*g", "name-unknown", &[]),
            ("an undeclared map claimed about", "show f*g*f = f", "show f*g*f = k:A>B", "name-unknown", &[]),
            ("a fraction over any field", "show f*g*f = f", "show f*g*f = 1/2 f", "field-too-weak", &[]),
            ("no claim", "show f*g*f = f; ", "", "empty-claim", &[]),
            ("equal to an undeclared space", "family F on A", "equal A C; family F on A", "name-unknown", &[]),
            ("equal to a family", "family F on A", "equal A F; family F on A", "name-unknown", &[]),
            ("a rule without a claim", "assume f*g = id(B)", "assume rule { map x : A -> B; }", "empty-claim", &[]),
            ("a rule's name outside", "assume f*g = id(B); show f*g*f = f", "assume rule { map x : A -> B; show x = f; }; show f*g*f = x:A>B", "name-unknown", &[]),
            ("what exists is not assumed about", "assume f*g = id(B); show", "assume f*h:B>A = id(B); exists h : B -> A; show", "name-unknown", &[]),
            ("what exists has a name in use", "show f*g*f = f", "exists f : A -> B; show f*g*f = f", "name-taken", &[]),
        ],
    },
    Case {
        name: "order needs an ordered field",
        text: "map a : 1 -> 1; assume a = 0(1,1); show a = 0(1,1); proof using 0;",
        wrong: &[
            ("assumed", "assume a = 0(1,1)", "assume a >= 0(1,1)", "field-too-weak", &[]),
            ("claimed", "show a = 0(1,1)", "show a > 0(1,1)", "field-too-weak", &[]),
            ("inside a rule", "show a = 0(1,1)", "show rule { show a >= 0(1,1); }", "field-too-weak", &[]),
        ],
    },
    Case {
        name: "what the goal says",
        text: "spaces A; family F on A; map f : A -> A; assume rule { map x : A -> A member F; map y : A -> A; show x*y = y*x; };
               show rule { map p : A -> A member F; map q : A -> A; show p*q = q*p; }; proof using 0;",
        wrong: &[
            ("names exchanged", "show p*q = q*p", "show p*p = q*q", "goal-not-shown", &[0]),
            ("a role dropped", "map p : A -> A member F", "map p : A -> A", "goal-not-shown", &[0]),
            ("a role moved", "map p : A -> A member F; map q : A -> A;", "map p : A -> A; map q : A -> A member F;", "goal-not-shown", &[0]),
            ("a free map for a bound one", "show p*q = q*p", "show p*f = f*p", "goal-not-shown", &[0]),
            ("an inequation", "show p*q = q*p", "show p*q != q*p", "goal-not-shown", &[0]),
            ("a claim more", "show p*q = q*p;", "show p*q = q*p; show p = q;", "goal-not-shown", &[0]),
            ("a map more", "map q : A -> A; show", "map q : A -> A; map r : A -> A; show", "goal-not-shown", &[0]),
            ("existence for generality", "map q : A -> A; show p*q = q*p; }; proof", "exists q : A -> A; show p*q = q*p; }; proof", "goal-not-shown", &[0]),
        ],
    },
];
