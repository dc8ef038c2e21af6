//! Rule `instance`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "a theorem",
        text: "spaces U V; map p : U -> V; map q : V -> U; map r : V -> U; assume q*p = id(U); assume p*r = id(V);
               show q = r; proof
               instance theorem inverses spaces U, V maps p, q, r premises 0 1; using 2;",
        wrong: &[
            ("premises swapped", "premises 0 1", "premises 1 0", "premise-missing", &[0]),
            ("one premise for both", "premises 0 1", "premises 0 0", "premise-missing", &[0]),
            ("premise left out", "premises 0 1", "premises 0", "wrong-count", &[0]),
            ("no premises", " premises 0 1", "", "wrong-count", &[0]),
            ("premise too many", "premises 0 1", "premises 0 1 1", "wrong-count", &[0]),
            ("premise from nowhere", "premises 0 1", "premises 0 2", "fact-unknown", &[0]),
            ("maps swapped", "maps p, q, r", "maps p, r, q", "premise-missing", &[0]),
            ("one map for two", "maps p, q, r", "maps p, q, q", "premise-missing", &[0]),
            ("maps of the wrong type", "maps p, q, r", "maps q, p, r", "type-mismatch", &[0]),
            ("map left out", "maps p, q, r", "maps p, q", "wrong-count", &[0]),
            ("map undeclared", "maps p, q, r", "maps p, q, k:V>U", "name-unknown", &[0]),
            ("map scaled", "maps p, q, r", "maps 2 p, q, r", "premise-missing", &[0]),
            ("map scaled by a fraction", "maps p, q, r", "maps 1/2 p, q, r", "field-too-weak", &[0]),
            ("spaces swapped", "spaces U, V maps", "spaces V, U maps", "type-mismatch", &[0]),
            ("space left out", "spaces U, V maps", "spaces U maps", "wrong-count", &[0]),
            ("space undeclared", "spaces U, V maps", "spaces U, W maps", "name-unknown", &[0]),
            (
                "theorem not proved",
                "theorem inverses spaces U, V maps p, q, r premises 0 1",
                "theorem unproved spaces U, V maps p",
                "theorem-not-proved",
                &[0],
            ),
            ("another theorem", "theorem inverses", "theorem square", "wrong-count", &[0]),
            ("another conclusion", "show q = r", "show q = p'", "goal-not-shown", &[1]),
            ("assumption too weak", "assume q*p = id(U)", "assume q*p = 2 id(U)", "premise-missing", &[0]),
            ("assumption of the other order", "assume p*r = id(V)", "assume r*p = id(U)", "premise-missing", &[0]),
            ("assumption is an inequation", "assume q*p = id(U)", "assume q*p != id(U)", "premise-missing", &[0]),
        ],
    },
    Case {
        name: "an assumed rule",
        text: "spaces A; map f : A -> A; map g : A -> A;
               assume rule { map x : A -> A; assume x*f = f; show x*g = g; }; assume g*f = f; show g*g = g; proof
               instance 0 maps g premises 1; using 2;",
        wrong: &[
            ("the rule for its premise", "premises 1", "premises 0", "premise-missing", &[0]),
            ("another map", "maps g", "maps f", "premise-missing", &[0]),
            ("a transpose", "maps g", "maps g'", "premise-missing", &[0]),
            ("the identity", "maps g", "maps id(A)", "premise-missing", &[0]),
            ("no map", "maps g ", "", "wrong-count", &[0]),
            ("no premise", " premises 1", "", "wrong-count", &[0]),
            ("an equation taken for a rule", "instance 0", "instance 1", "not-a-rule", &[0]),
            ("its own conclusion", "instance 0", "instance 2", "fact-unknown", &[0]),
            ("another conclusion", "show g*g = g", "show g*f = g", "goal-not-shown", &[1]),
            ("the rule itself", "using 2", "using 0", "goal-not-shown", &[1]),
            ("a bound name", "maps g", "maps x:A>A", "name-unknown", &[0]),
        ],
    },
    Case {
        name: "a theorem about ordered fields",
        text: "ordered spaces A B; map f : A -> B; assume f = 0(A,B); show 1 f = f; proof
               instance theorem halves spaces A, B maps f premises 0; combination f = f; using 2;",
        wrong: &[
            ("over any field", "ordered spaces", "spaces", "field-too-weak", &[0]),
            ("premise is an inequation", "assume f = 0(A,B)", "assume f != 0(A,B)", "premise-missing", &[0]),
        ],
    },
    Case {
        name: "equal dimensions",
        text: "spaces U V W; equal U W; equal V W; map p : U + 1 -> V + 1; map q : V + 1 -> U + 1;
               map m : U -> V; map n : V -> U;
               assume p*q = id(V + 1); assume m*n = id(V); show n*m = id(U); proof
               instance theorem square spaces U, V maps m, n premises 1;
               instance theorem square spaces U + 1, V + 1 maps p, q premises 0; using 2;",
        wrong: &[
            ("one link missing", "equal U W; ", "", "dimensions-not-equal", &[0]),
            ("the other link missing", "equal V W; ", "", "dimensions-not-equal", &[0]),
            ("a space equal to itself", "equal U W", "equal U U", "dimensions-not-equal", &[0]),
            ("the wrong link", "equal V W", "equal U W", "dimensions-not-equal", &[0]),
            ("spaces swapped", "spaces U, V maps", "spaces V, U maps", "type-mismatch", &[0]),
            (
                "a summand more",
                "spaces U + 1, V + 1 maps",
                "spaces U + 1 + 1, V + 1 maps",
                "dimensions-not-equal",
                &[1],
            ),
            ("a summand less", "spaces U + 1, V + 1 maps", "spaces U, V + 1 maps", "dimensions-not-equal", &[1]),
            (
                "a unit for a space",
                "spaces U + 1, V + 1 maps",
                "spaces 1 + 1, V + 1 maps",
                "dimensions-not-equal",
                &[1],
            ),
            (
                "summands in another order",
                "spaces U + 1, V + 1 maps",
                "spaces 1 + U, V + 1 maps",
                "type-mismatch",
                &[1],
            ),
        ],
    },
    Case {
        name: "families and words",
        text: "spaces A; family G on A; family H on A; map w : A -> A word G; map z : A -> A word H; map h : A -> A;
               assume rule { map t : A -> A member G; show h*t = h; }; show h*w = h; proof
               instance theorem words spaces A families G maps w, h premises 0; using 1;",
        wrong: &[
            ("maps swapped", "maps w, h", "maps h, w", "not-a-word", &[0]),
            ("a word over another family", "maps w, h", "maps z, h", "not-a-word", &[0]),
            ("the other family", "families G", "families H", "not-a-word", &[0]),
            ("a transposed word", "maps w, h", "maps w', h", "not-a-word", &[0]),
            ("a multiple of a word", "maps w, h", "maps 2 w, h", "not-a-word", &[0]),
            ("minus a word", "maps w, h", "maps -w, h", "not-a-word", &[0]),
            ("a sum of words", "maps w, h", "maps w + id(A), h", "not-a-word", &[0]),
            ("zero", "maps w, h", "maps 0(A,A), h", "not-a-word", &[0]),
            ("a word times another map", "maps w, h", "maps w*h, h", "not-a-word", &[0]),
            ("another word", "maps w, h", "maps w*w, h", "goal-not-shown", &[1]),
            ("the empty word", "maps w, h", "maps id(A), h", "goal-not-shown", &[1]),
            ("a map for the family", "families G", "families w", "premise-missing", &[0]),
            ("an undeclared family", "families G", "families K", "name-unknown", &[0]),
            ("a space for the family", "families G", "families A", "name-unknown", &[0]),
            ("no family", "families G ", "", "wrong-count", &[0]),
            ("w is any map", "map w : A -> A word G", "map w : A -> A", "not-a-word", &[0]),
            ("premise about the other family", "member G; show", "member H; show", "premise-missing", &[0]),
            ("premise about one word", "map t : A -> A member G", "map t : A -> A word G", "premise-missing", &[0]),
            ("premise in the other order", "show h*t = h", "show t*h = h", "premise-missing", &[0]),
            (
                "premise about nothing",
                "rule { map t : A -> A member G; show h*t = h; }",
                "rule { show h*h = h; }",
                "premise-missing",
                &[0],
            ),
        ],
    },
    Case {
        name: "a family of one map",
        text: "spaces A B; map m : A -> A; map w : A -> A word m; map e : B -> B; map h : A -> A; map n : A -> B;
               assume rule { map t : A -> A member m; show h*t = h; }; show h*w = h; proof
               instance theorem words spaces A families m maps w, h premises 0; using 1;",
        wrong: &[
            ("a map of another space", "families m", "families e", "type-mismatch", &[0]),
            ("a map between two spaces", "families m", "families n", "type-mismatch", &[0]),
            ("another map", "families m", "families h", "not-a-word", &[0]),
            ("h is no power of m", "maps w, h", "maps h, h", "not-a-word", &[0]),
        ],
    },
    Case {
        name: "names that a rule binds",
        text: "spaces A; map f : A -> A; assume rule { map x : A -> A; exists y : A -> A; show y:A>A = x:A>A*f; };
               show f = f; proof
               pinv f as y : A -> A; instance 0 maps y:A>A; obtain 2 as z : A -> A;
               combination z:A>A = y:A>A*f by 1 id(A) 3 id(A); combination f = f; using 5;",
        wrong: &[
            ("captured", "combination z:A>A = y:A>A*f", "combination z:A>A = z:A>A*f", "does-not-follow", &[3]),
            ("captured on the left", "combination z:A>A = y", "combination y:A>A = y", "does-not-follow", &[3]),
            ("the bound name again", "obtain 2 as z", "obtain 2 as y", "name-taken", &[2]),
            (
                "bound twice",
                "rule { map x : A -> A; exists y : A -> A",
                "rule { map x : A -> A; exists x : A -> A",
                "name-taken",
                &[],
            ),
            (
                "binds a name in use",
                "rule { map x : A -> A; exists y : A -> A",
                "rule { map f : A -> A; exists y : A -> A",
                "name-taken",
                &[],
            ),
        ],
    },
    Case {
        name: "a map that words are made of",
        text: "spaces A; map d : A -> A; map e : A -> A;
               assume rule { map c : A -> A; map w : A -> A word c; show c*w = w*c; }; show d = d; proof
               instance 0 maps d, d*d; combination d = d; using 2;",
        wrong: &[
            ("a product", "maps d, d*d", "maps d*d, d*d", "not-a-word", &[0]),
            ("a transpose", "maps d, d*d", "maps d', d*d", "not-a-word", &[0]),
            ("a multiple", "maps d, d*d", "maps 2 d, d*d", "not-a-word", &[0]),
            ("a sum", "maps d, d*d", "maps d + e, d*d", "not-a-word", &[0]),
            ("the identity", "maps d, d*d", "maps id(A), d*d", "not-a-word", &[0]),
            ("another map", "maps d, d*d", "maps e, d*d", "not-a-word", &[0]),
        ],
    },
];
