//! Scalars in the normal form: they commute, are their own transposes, and move past each other inside any product.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "loops in another order and direction",
        text: "spaces A; map x : 1 -> A; map y : 1 -> A; map m : A -> A; show (x'*m*y)*(y'*x) = (x'*y)*(y'*m'*x); proof
               combination (x'*m*y)*(y'*x) = (x'*y)*(y'*m'*x); using 0;",
        wrong: &[
            (
                "a map in a loop keeps its direction",
                "combination (x'*m*y)*(y'*x) = (x'*y)*(y'*m'*x)",
                "combination (x'*m*y)*(y'*x) = (x'*y)*(y'*m*x)",
                "does-not-follow",
                &[0],
            ),
            (
                "the ends of loops exchanged",
                "combination (x'*m*y)*(y'*x) = (x'*y)*(y'*m'*x)",
                "combination (x'*m*y)*(y'*x) = (x'*m*x)*(y'*y)",
                "does-not-follow",
                &[0],
            ),
            (
                "a loop twice for two",
                "combination (x'*m*y)*(y'*x) = (x'*y)*(y'*m'*x)",
                "combination (x'*m*y)*(y'*x) = (x'*m*y)*(x'*m*y)",
                "does-not-follow",
                &[0],
            ),
            (
                "a map moved to another loop",
                "combination (x'*m*y)*(y'*x) = (x'*y)*(y'*m'*x)",
                "combination (x'*x)*(y'*m*y) = (x'*m*x)*(y'*y)",
                "does-not-follow",
                &[0],
            ),
            ("another goal", "show (x'*m*y)*(y'*x)", "show (x'*m'*y)*(y'*x)", "goal-not-shown", &[1]),
        ],
    },
    Case {
        name: "the path stays",
        text: "spaces A; map f : 1 -> A; map g : A -> 1; map s : 1 -> 1; map t : 1 -> 1; map m : A -> A;
               show m*f*s*t*g = m*f*t*s'*g; proof combination m*f*s*t*g = m*f*t*s'*g; using 0;",
        wrong: &[
            (
                "its ends exchanged",
                "combination m*f*s*t*g = m*f*t*s'*g",
                "combination m*f*s*t*g = m*g'*s*t*f'",
                "does-not-follow",
                &[0],
            ),
            (
                "a map goes to the other end",
                "combination m*f*s*t*g = m*f*t*s'*g",
                "combination m*f*s*t*g = f*s*t*g*m",
                "does-not-follow",
                &[0],
            ),
            (
                "transposed as a whole",
                "combination m*f*s*t*g = m*f*t*s'*g",
                "combination m*f*s*t*g = g'*s*t*f'*m'",
                "does-not-follow",
                &[0],
            ),
            (
                "a scalar less",
                "combination m*f*s*t*g = m*f*t*s'*g",
                "combination m*f*s*t*g = m*f*t*g",
                "does-not-follow",
                &[0],
            ),
            (
                "the path made a loop",
                "combination m*f*s*t*g = m*f*t*s'*g",
                "combination g*m*f*s*t = f*t*s'*g*m",
                "type-mismatch",
                &[0],
            ),
        ],
    },
    Case {
        name: "maps that are no scalars do not commute",
        text: "spaces A; map a : A -> A; map b : A -> A; map s : 1 -> 1; map t : 1 -> 1; assume a*b = b*a;
               show a*b + b'*a' = b*a + a'*b'; show s*t + t' = t*s + t; proof
               combination a*b + b'*a' = b*a + a'*b' by 1 id(A) 0 id(A), 1 id(A) 0' id(A);
               combination s*t + t' = t*s + t; using 1 2;",
        wrong: &[
            ("without the assumption", "by 1 id(A) 0 id(A), 1 id(A) 0' id(A)", "", "does-not-follow", &[0]),
            (
                "nor are they symmetric",
                "1 id(A) 0 id(A), 1 id(A) 0'",
                "1 id(A) 0 id(A), 1 id(A) 0",
                "does-not-follow",
                &[0],
            ),
            (
                "the sum of scalars",
                "combination s*t + t' = t*s + t",
                "combination s*t + t' = t*s + s",
                "does-not-follow",
                &[1],
            ),
        ],
    },
    Case {
        name: "an equation inside a loop",
        text: "spaces A B; map x : 1 -> A; map y : 1 -> A; map m : A -> A; map z : 1 -> B; assume x'*y = 0(1,1);
               show z*(x'*m*y)*(y'*x) = 0(1,B); proof
               combination z*(x'*m*y)*(y'*x) = 0(1,B) by 1 z*(x'*m*y) 0 id(1); using 1;",
        wrong: &[
            ("the wrong loop beside it", "by 1 z*(x'*m*y)", "by 1 z*(x'*m*x)", "does-not-follow", &[0]),
            ("nothing beside it", "by 1 z*(x'*m*y)", "by 1 z", "does-not-follow", &[0]),
            ("another equation", "assume x'*y = 0(1,1)", "assume x'*m*x = 0(1,1)", "does-not-follow", &[0]),
            ("an equation of another product", "assume x'*y = 0(1,1)", "assume y*x' = 0(A,A)", "type-mismatch", &[0]),
        ],
    },
    Case {
        name: "the identity of a sum with the unit space",
        text: "spaces A; map x : 1 -> A + 1; map y : A + 1 -> 1;
               show y*inl(A,1)*fst(A,1)*x = y*x - (snd(A,1)*x)*(y*inr(A,1)); proof
               combination y*inl(A,1)*fst(A,1)*x = y*x - (snd(A,1)*x)*(y*inr(A,1)); using 0;",
        wrong: &[
            (
                "the sign",
                "combination y*inl(A,1)*fst(A,1)*x = y*x -",
                "combination y*inl(A,1)*fst(A,1)*x = y*x +",
                "does-not-follow",
                &[0],
            ),
            (
                "one half for the whole",
                "combination y*inl(A,1)*fst(A,1)*x = y*x - (snd(A,1)*x)*(y*inr(A,1))",
                "combination y*inl(A,1)*fst(A,1)*x = y*x",
                "does-not-follow",
                &[0],
            ),
            (
                "the half of another sum",
                "combination y*inl(A,1)*fst(A,1)*x",
                "combination y*inl(1,A)*fst(1,A)*x",
                "type-mismatch",
                &[],
            ),
            (
                "the first for the second",
                "combination y*inl(A,1)*fst(A,1)*x = y*x - (snd(A,1)*x)*(y*inr(A,1))",
                "combination y*inl(A,1)*fst(A,1)*x = y*x - y*inl(A,1)*fst(A,1)*x",
                "does-not-follow",
                &[0],
            ),
        ],
    },
    Case {
        name: "and with the unit space first",
        text: "spaces A; map x : 1 -> 1 + A; map y : 1 + A -> 1;
               show y*inr(1,A)*snd(1,A)*x = y*x - (fst(1,A)*x)*(y*inl(1,A)); proof
               combination y*inr(1,A)*snd(1,A)*x = y*x - (fst(1,A)*x)*(y*inl(1,A)); using 0;",
        wrong: &[
            (
                "the sign",
                "combination y*inr(1,A)*snd(1,A)*x = y*x -",
                "combination y*inr(1,A)*snd(1,A)*x = y*x +",
                "does-not-follow",
                &[0],
            ),
            (
                "one half for the whole",
                "combination y*inr(1,A)*snd(1,A)*x = y*x - (fst(1,A)*x)*(y*inl(1,A))",
                "combination y*inr(1,A)*snd(1,A)*x = y*x",
                "does-not-follow",
                &[0],
            ),
        ],
    },
    Case {
        name: "words over the unit space",
        text: "family F on 1; map s : 1 -> 1 member F; map w : 1 -> 1 word F; map z : 1 -> 1; assume
               rule { map v : 1 -> 1 word F; show z*v = z; }; show z*w*s' = z; proof instance 0 maps s*w; using 1;",
        wrong: &[
            ("a stranger in the word", "maps s*w", "maps z*w", "not-a-word", &[0]),
            ("another word", "maps s*w", "maps w*w", "goal-not-shown", &[1]),
            ("a multiple", "maps s*w", "maps 2 s*w", "not-a-word", &[0]),
        ],
    },
    Case {
        name: "1 + 1, where the normal form is incomplete, through a theorem",
        text: "map f : 1 + 1 -> 1; map g : 1 -> 1 + 1;
               show (snd(1,1)*g)*(f*inr(1,1)) = (f*inr(1,1))*(snd(1,1)*g); proof
               instance theorem commute maps snd(1,1)*g, f*inr(1,1); using 0;",
        wrong: &[
            (
                "by calculation alone",
                "instance theorem commute maps snd(1,1)*g, f*inr(1,1)",
                "combination (snd(1,1)*g)*(f*inr(1,1)) = (f*inr(1,1))*(snd(1,1)*g)",
                "does-not-follow",
                &[0],
            ),
            ("of other scalars", "maps snd(1,1)*g", "maps fst(1,1)*g", "goal-not-shown", &[1]),
            ("of maps that are none", "maps snd(1,1)*g, f*inr(1,1)", "maps g, f", "type-mismatch", &[0]),
        ],
    },
];
