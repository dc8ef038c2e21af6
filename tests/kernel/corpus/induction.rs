//! Rule `word_induction`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "words over a family",
        text: "spaces A; family F on A; family G on A; map w : A -> A word F; map h : A -> A;
               assume rule { map t : A -> A member F; show h*t = h; }; show h*w = h; proof
               induction rule { map v : A -> A word F; show h*v = h; } letter u : A -> A
               { combination h = h; using 1; }
               { instance 0 maps u:A>A; combination h*u:A>A*v = h by 1 id(A) 3 v, 1 id(A) 2 id(A); using 4; };
               instance 5 maps w; using 6;",
        wrong: &[
            ("no base", "{ combination h = h; using 1; }", "{ }", "wrong-count", &[0, 0, 0]),
            ("base from nowhere", "using 1; }", "using 9; }", "fact-unknown", &[0, 0, 1]),
            ("base from an assumption", "using 1; }", "using 0; }", "goal-not-shown", &[0, 0, 1]),
            ("claim without base", "show h*v = h; } letter", "show h*v = v; } letter", "goal-not-shown", &[0, 0, 1]),
            ("base speaks of the word", "{ combination h = h;", "{ combination h*v = h*v;", "name-unknown", &[0, 0, 0]),
            ("no step", "using 4; }", "using; }", "wrong-count", &[0, 1, 2]),
            ("the hypothesis for the step", "using 4; }", "using 2; }", "goal-not-shown", &[0, 1, 2]),
            ("the letter alone for the step", "using 4; }", "using 3; }", "goal-not-shown", &[0, 1, 2]),
            ("a fact of the base", "1 id(A) 2 id(A); using 4", "1 id(A) 1 id(A); using 4", "fact-unknown", &[0, 1, 1]),
            (
                "the letter on the other side",
                "combination h*u:A>A*v = h",
                "combination h*v*u:A>A = h",
                "does-not-follow",
                &[0, 1, 1],
            ),
            (
                "two letters at once",
                "combination h*u:A>A*v = h",
                "combination h*u:A>A*u:A>A*v = h",
                "does-not-follow",
                &[0, 1, 1],
            ),
            ("step without the hypothesis", ", 1 id(A) 2 id(A)", "", "does-not-follow", &[0, 1, 1]),
            ("step without the letter", "1 id(A) 3 v, ", "", "does-not-follow", &[0, 1, 1]),
            ("a word for a letter", "maps u:A>A;", "maps v;", "not-a-word", &[0, 1, 0]),
            ("any map for a letter", "maps u:A>A;", "maps h;", "not-a-word", &[0, 1, 0]),
            ("the hypothesis outside", "instance 5 maps w", "instance 2 maps w", "fact-unknown", &[1]),
            ("the step outside", "using 6", "using 4", "fact-unknown", &[2]),
            (
                "two words",
                "rule { map v : A -> A word F;",
                "rule { map v : A -> A word F; map r : A -> A word F;",
                "induction-shape",
                &[0],
            ),
            (
                "no word",
                "rule { map v : A -> A word F; show h*v = h; } letter",
                "rule { show h = h; } letter",
                "induction-shape",
                &[0],
            ),
            ("a member", "map v : A -> A word F;", "map v : A -> A member F;", "induction-shape", &[0]),
            ("any map", "map v : A -> A word F;", "map v : A -> A;", "induction-shape", &[0]),
            (
                "an assumption",
                "map v : A -> A word F;",
                "map v : A -> A word F; assume h*v = h;",
                "induction-shape",
                &[0],
            ),
            ("a space", "rule { map v", "rule { spaces C; map v", "induction-shape", &[0]),
            ("a family", "rule { map v", "rule { family K on A; map v", "induction-shape", &[0]),
            ("equal dimensions", "rule { map v", "rule { equal A A; map v", "induction-shape", &[0]),
            ("no claim", "show h*v = h; } letter", "} letter", "empty-claim", &[0]),
            ("the letter has a name in use", "letter u", "letter h", "name-taken", &[0, 1]),
            ("the letter has the word's name", "letter u", "letter v", "name-taken", &[0, 1]),
            ("the letter has a space's name", "letter u", "letter A", "name-taken", &[0, 1]),
            ("the letter has no name", "letter u", "letter #0", "bad-name", &[0, 1]),
            (
                "the word has a name in use",
                "rule { map v : A -> A word F;",
                "rule { map w : A -> A word F;",
                "name-taken",
                &[0],
            ),
            ("words over another family", "map v : A -> A word F;", "map v : A -> A word G;", "not-a-word", &[0, 1, 0]),
            (
                "the assumption is about another family",
                "map t : A -> A member F",
                "map t : A -> A member G",
                "not-a-word",
                &[0, 1, 0],
            ),
            ("applied to any map", "instance 5 maps w", "instance 5 maps h", "not-a-word", &[1]),
            ("w is any map", "map w : A -> A word F", "map w : A -> A", "not-a-word", &[1]),
            ("w is a word over another family", "map w : A -> A word F", "map w : A -> A word G", "not-a-word", &[1]),
        ],
    },
    Case {
        name: "powers of a map",
        text: "spaces A; map c : A -> A; map w : A -> A word c; show c*w = w*c; proof
               induction rule { map v : A -> A word c; show c*v = v*c; } letter c : A -> A
               { combination c = c; using 0; }
               { combination c*c*v = c*v*c by 1 c 1 id(A); using 2; };
               instance 3 maps w; using 4;",
        wrong: &[
            ("a fresh letter", "letter c", "letter u", "not-a-word", &[0, 1]),
            ("the cofactor on the other side", "by 1 c 1 id(A)", "by 1 id(A) 1 c", "does-not-follow", &[0, 1, 0]),
            ("w is any map", "map w : A -> A word c", "map w : A -> A", "not-a-word", &[1]),
            ("a transposed power", "maps w", "maps w'", "not-a-word", &[1]),
            ("the transposed letter", "maps w", "maps c'", "not-a-word", &[1]),
            ("zero", "maps w", "maps 0(A,A)", "not-a-word", &[1]),
            ("a sum of powers", "maps w", "maps c*w + w", "not-a-word", &[1]),
            ("another power", "maps w", "maps c*w", "goal-not-shown", &[2]),
            ("base only", "using 2; }", "using 1; }", "goal-not-shown", &[0, 1, 1]),
        ],
    },
    Case {
        name: "something exists for every word",
        text:
            "spaces A; map c : A -> A; map w : A -> A word c; exists s : A -> A; show s*(id(A) - c) = id(A) - w; proof
               induction rule { map v : A -> A word c; exists s : A -> A; show s*(id(A) - c) = id(A) - v; }
               letter c : A -> A
               { combination 0(A,A) = 0(A,A); take 0(A,A); using 0; }
               { obtain 1 as r : A -> A;
                 combination (c*r:A>A + id(A))*(id(A) - c) = id(A) - c*v by 1 c 2 id(A);
                 take c*r:A>A + id(A); using 3; };
               instance 4 maps w; obtain 5 as z : A -> A; take z:A>A; using 6;",
        wrong: &[
            ("another witness for the base", "take 0(A,A)", "take id(A)", "goal-not-shown", &[0, 0, 1]),
            ("no witness for the base", "take 0(A,A); ", "", "wrong-count", &[0, 0, 1]),
            ("the old witness for the step", "take c*r:A>A + id(A)", "take r:A>A", "goal-not-shown", &[0, 1, 2]),
            ("a witness of a block that has ended", "take z:A>A", "take r:A>A", "name-unknown", &[3]),
            ("the letter's witness is not known", "obtain 1 as r", "obtain 1 as s", "name-unknown", &[0, 1, 1]),
            ("from the rule, not an instance", "obtain 5", "obtain 4", "not-existential", &[2]),
            ("not fresh", "obtain 5 as z", "obtain 5 as c", "name-taken", &[2]),
            ("the hypothesis outside", "instance 4", "instance 1", "fact-unknown", &[1]),
            ("the hypothesis of the step outside", "obtain 5", "obtain 1", "fact-unknown", &[2]),
            (
                "the hypothesis is about the word, not a letter more",
                "combination (c*r:A>A + id(A))*(id(A) - c) = id(A) - c*v",
                "combination r:A>A*(id(A) - c) = id(A) - c*v",
                "does-not-follow",
                &[0, 1, 1],
            ),
            ("one witness for all words", "take z:A>A; using 6", "take 0(A,A); using 6", "goal-not-shown", &[3]),
        ],
    },
];
