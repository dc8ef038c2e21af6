//! Rule `combination`.

use super::Case;

pub const CASES: &[Case] = &[
    Case {
        name: "rewriting in context",
        text: "spaces A B; map f : A -> B; map g : B -> A; map h : A -> B;
               assume f*g = id(B); assume h = f; show h*g = id(B); proof
               combination h*g = id(B) by 1 id(B) 1 g, 1 id(B) 0 id(B); using 2;",
        wrong: &[
            ("last part dropped", ", 1 id(B) 0 id(B)", "", "does-not-follow", &[0]),
            ("first part dropped", "1 id(B) 1 g, ", "", "does-not-follow", &[0]),
            ("all parts dropped", "by 1 id(B) 1 g, 1 id(B) 0 id(B)", "", "does-not-follow", &[0]),
            ("sign flipped", "by 1 id(B) 1 g", "by -1 id(B) 1 g", "does-not-follow", &[0]),
            ("coefficient doubled", ", 1 id(B) 0", ", 2 id(B) 0", "does-not-follow", &[0]),
            ("coefficient zero", ", 1 id(B) 0", ", 0 id(B) 0", "does-not-follow", &[0]),
            ("part twice", "by 1 id(B) 1 g", "by 1 id(B) 1 g, 1 id(B) 1 g", "does-not-follow", &[0]),
            ("another fact", "by 1 id(B) 1 g", "by 1 id(B) 0 g", "type-mismatch", &[0]),
            ("cofactors swapped", "by 1 id(B) 1 g", "by 1 g 1 id(A)", "type-mismatch", &[0]),
            ("transposed", "by 1 id(B) 1 g", "by 1 id(B) 1' g", "type-mismatch", &[0]),
            ("no such fact", "1 id(B) 0 id(B)", "1 id(B) 7 id(B)", "fact-unknown", &[0]),
            ("its own conclusion", "1 id(B) 0 id(B)", "1 id(B) 2 id(B)", "fact-unknown", &[0]),
            ("fraction over any field", "by 1 id(B) 1 g", "by 1/2 id(B) 1 g", "field-too-weak", &[0]),
            ("fraction in a cofactor", "1 g, 1", "1 1/2 g, 1", "field-too-weak", &[0]),
            ("undeclared map in the claim", "combination h*g", "combination k:A>B*g", "name-unknown", &[0]),
            ("undeclared cofactor", "1 g, 1", "1 k:B>A, 1", "name-unknown", &[0]),
            ("a map at another type", "1 g, 1", "1 g:B>B, 1", "name-unknown", &[0]),
            ("undeclared space", "1 id(B) 0 id(B)", "1 id(C) 0 id(B)", "name-unknown", &[0]),
            ("sides of two types", "combination h*g = id(B)", "combination h*g = id(A)", "type-mismatch", &[0]),
            ("factors of the claim swapped", "combination h*g", "combination g*h", "type-mismatch", &[0]),
            ("claim too strong", "combination h*g = id(B)", "combination h*g = 2 id(B)", "does-not-follow", &[0]),
            ("everything is zero", "combination h*g = id(B)", "combination id(B) = 0(B,B)", "does-not-follow", &[0]),
            ("assumption for the goal", "using 2", "using 1", "goal-not-shown", &[1]),
            ("another fact for the goal", "using 2", "using 0", "goal-not-shown", &[1]),
            ("goal from nowhere", "using 2", "using 3", "fact-unknown", &[1]),
            ("goal shown twice", "using 2", "using 2 2", "wrong-count", &[1]),
            ("goal not shown", "using 2", "using", "wrong-count", &[1]),
        ],
    },
    Case {
        name: "transposes",
        text: "spaces A; map f : A -> A; map g : A -> A; map h : A -> A; assume f*g = h; show g'*f' = h'; proof
               combination g'*f' = h' by 1 id(A) 0' id(A); using 1;",
        wrong: &[
            ("not transposed", "0' id(A)", "0 id(A)", "does-not-follow", &[0]),
            ("order kept", "combination g'*f'", "combination f'*g'", "does-not-follow", &[0]),
            ("right side not transposed", "combination g'*f' = h'", "combination g'*f' = h", "does-not-follow", &[0]),
            ("one factor not transposed", "combination g'*f'", "combination g'*f", "does-not-follow", &[0]),
            ("goal in the other order", "show g'*f'", "show f'*g'", "goal-not-shown", &[1]),
            ("goal not transposed", "show g'*f' = h'", "show g'*f' = h", "goal-not-shown", &[1]),
        ],
    },
    Case {
        name: "order of factors",
        text: "spaces A; map f : A -> A; map g : A -> A; assume f*g = id(A); show f*g*f*g = id(A); proof
               combination f*g*f*g = id(A) by 1 f*g 0 id(A), 1 id(A) 0 id(A); using 1;",
        wrong: &[
            ("cofactor reversed", "1 f*g 0", "1 g*f 0", "does-not-follow", &[0]),
            ("cofactor short", "1 f*g 0", "1 f 0", "does-not-follow", &[0]),
            ("cofactor long", "1 f*g 0", "1 f*g*f 0", "does-not-follow", &[0]),
            ("right cofactor", "1 f*g 0 id(A)", "1 f*g 0 f", "does-not-follow", &[0]),
            ("claim commuted", "combination f*g*f*g", "combination g*f*g*f", "does-not-follow", &[0]),
            ("claim of the other product", "combination f*g*f*g", "combination g*f", "does-not-follow", &[0]),
            ("goal commuted", "show f*g*f*g", "show f*f*g*g", "goal-not-shown", &[1]),
        ],
    },
    Case {
        name: "sums of spaces",
        text: "spaces A B C; map f : A -> C; map g : B -> C; map h : C -> A; map k : C -> B;
               show row(f,g)*col(h,k) = f*h + g*k;
               show inl(A,B)*fst(A,B) + inr(A,B)*snd(A,B) = id(A + B); show row(f,g)' = col(f',g'); proof
               combination row(f,g)*col(h,k) = f*h + g*k;
               combination id(A + B) = inl(A,B)*fst(A,B) + inr(A,B)*snd(A,B);
               combination row(f,g)' = col(f',g'); using 0 1 2;",
        wrong: &[
            (
                "one product too few",
                "combination row(f,g)*col(h,k) = f*h + g*k",
                "combination row(f,g)*col(h,k) = f*h",
                "does-not-follow",
                &[0],
            ),
            (
                "sign",
                "combination row(f,g)*col(h,k) = f*h + g*k",
                "combination row(f,g)*col(h,k) = f*h - g*k",
                "does-not-follow",
                &[0],
            ),
            ("crossed", "combination row(f,g)*col(h,k)", "combination row(f,g)*col(k,h)", "type-mismatch", &[]),
            (
                "identity without one half",
                "combination id(A + B) = inl(A,B)*fst(A,B) + inr",
                "combination id(A + B) = 2 inl(A,B)*fst(A,B) + inr",
                "does-not-follow",
                &[1],
            ),
            (
                "half of the identity",
                "combination id(A + B) = inl(A,B)*fst(A,B) + inr(A,B)*snd(A,B)",
                "combination id(A + B) = inl(A,B)*fst(A,B)",
                "does-not-follow",
                &[1],
            ),
            ("sum in the other order", "combination id(A + B)", "combination id(B + A)", "type-mismatch", &[1]),
            (
                "transpose of a row without transposes",
                "combination row(f,g)' = col(f',g')",
                "combination row(f,g)' = col(h,k)",
                "does-not-follow",
                &[2],
            ),
            ("conclusions crossed", "using 0 1 2", "using 1 0 2", "goal-not-shown", &[3]),
            ("last conclusion not shown", "using 0 1 2", "using 0 1 1", "goal-not-shown", &[3]),
            ("conclusion forgotten", "using 0 1 2", "using 0 1", "wrong-count", &[3]),
        ],
    },
    Case {
        name: "equal summands",
        text: "spaces A; show fst(A,A)*inl(A,A) = id(A); proof
               combination fst(A,A)*inl(A,A) = id(A); combination snd(A,A)*inl(A,A) = 0(A,A); using 0;",
        wrong: &[
            ("other half", "combination fst(A,A)*inl", "combination snd(A,A)*inl", "does-not-follow", &[0]),
            (
                "other injection",
                "combination fst(A,A)*inl(A,A)",
                "combination fst(A,A)*inr(A,A)",
                "does-not-follow",
                &[0],
            ),
            ("zero taken for one", "snd(A,A)*inl(A,A) = 0(A,A)", "snd(A,A)*inl(A,A) = id(A)", "does-not-follow", &[1]),
            (
                "the halves confused",
                "combination snd(A,A)*inl(A,A) = 0(A,A)",
                "combination fst(A,A) = snd(A,A)",
                "does-not-follow",
                &[1],
            ),
            (
                "fst is not orthogonal to itself",
                "snd(A,A)*inl(A,A) = 0(A,A)",
                "inl(A,A)*fst(A,A) = id(A + A)",
                "does-not-follow",
                &[1],
            ),
        ],
    },
    Case {
        name: "fractions",
        text: "ordered spaces A B; map f : A -> B; assume 2 f = 0(A,B); show f = 0(A,B); proof
               combination f = 0(A,B) by 1/2 id(B) 0 id(A); using 1;",
        wrong: &[
            ("over any field", "ordered spaces", "spaces", "field-too-weak", &[0]),
            ("another fraction", "by 1/2", "by 1/3", "does-not-follow", &[0]),
            ("upside down", "by 1/2", "by 2", "does-not-follow", &[0]),
            ("negative", "by 1/2", "by -1/2", "does-not-follow", &[0]),
        ],
    },
    Case {
        name: "kinds of facts",
        text: "ordered map a : 1 -> 1; map b : 1 -> 1; assume a != b; assume a = b; assume a >= b; assume a > b;
               assume rule { show a = b; }; show a*a = b*a; proof
               combination a*a = b*a by 1 id(1) 1 a; using 5;",
        wrong: &[
            ("an inequation", "by 1 id(1) 1 a", "by 1 id(1) 0 a", "not-an-equation", &[0]),
            ("an inequality", "by 1 id(1) 1 a", "by 1 id(1) 2 a", "not-an-equation", &[0]),
            ("a strict inequality", "by 1 id(1) 1 a", "by 1 id(1) 3 a", "not-an-equation", &[0]),
            ("a rule", "by 1 id(1) 1 a", "by 1 id(1) 4 a", "not-an-equation", &[0]),
            ("an inequality for the goal", "using 5", "using 2", "goal-not-shown", &[1]),
            ("a rule for the goal", "using 5", "using 4", "goal-not-shown", &[1]),
        ],
    },
    Case {
        name: "sums that share a summand",
        text: "spaces A B C; map f : B -> B; show inr(A,B)*snd(C,B)*inr(C,B) = inr(A,B); proof
               combination inr(A,B)*snd(C,B)*inr(C,B) = inr(A,B);
               combination snd(A,B)*inr(A,B)*snd(C,B) = snd(C,B); using 0;",
        wrong: &[
            (
                "they do not cancel",
                "combination snd(A,B)*inr(A,B)*snd(C,B) = snd(C,B)",
                "combination snd(A,B)*inr(A,B)*f*snd(C,B) = snd(C,B)",
                "does-not-follow",
                &[1],
            ),
            (
                "the first half is not zero",
                "combination snd(A,B)*inr(A,B)*snd(C,B) = snd(C,B)",
                "combination inr(A,B)*snd(A,B) = id(A + B)",
                "does-not-follow",
                &[1],
            ),
        ],
    },
];
