//! Attacks on what a certificate is about: the statement, the inputs, the sizes, the selection, the roles.

use scotoma::encoder::statement_of;
use scotoma::files::sha256_hex;
use scotoma::report::Code::*;
use serde_json::json;

use crate::case::Change::*;
use crate::case::{Case, Group, set};
use crate::world::{PAIRS, TRAIN, base};

pub fn cases() -> Vec<Case> {
    [statement(), theorems(), inputs(), sizes(), roles()].into_iter().flatten().collect()
}

fn collapsed_as_identified() -> [crate::case::Change; 2] {
    [set("/collapsed", json!([4])), Insert("/identified", 0, json!({"edit": 0, "c": []}))]
}

fn statement() -> Vec<Case> {
    let mut g = Group::new("statement", "fates");
    let twin = collapsed_as_identified;
    let true_hash = base("fates")["statement"]["sha256"].as_str().unwrap().to_owned();
    let digit = |old: &str| if old == "0" { "1" } else { "0" };
    let last = format!("{}{}", &true_hash[..63], digit(&true_hash[63..]));
    let first = format!("{}{}", digit(&true_hash[..1]), &true_hash[1..]);
    let hash = |value: String| set("/statement/sha256", value);
    g.case("the last digit of the hash", CertificateStatement, [hash(last)], twin());
    g.case("the first digit of the hash", CertificateStatement, [hash(first)], twin());
    g.case("a prefix of the hash", CertificateStatement, [hash(true_hash[..32].to_owned())], twin());
    g.case("the hash in capitals", CertificateStatement, [hash(true_hash.to_uppercase())], twin());
    g.case("no hash", CertificateStatement, [hash(String::new())], twin());
    g.case("another theorem under this hash", CertificateStatement, [set("/statement/theorem", "swap")], twin());
    g.case("a theorem that is not there", CertificateStatement, [set("/statement/theorem", "everything")], twin());
    g.case(
        "another theorem with its hash",
        CertificateStatement,
        [set("/statement", base("settles")["statement"].clone())],
        twin(),
    );
    g.case(
        "a claim about another theorem",
        CertificateStatement,
        [Insert("/claims", 1, base("settles")["claims"][0].clone())],
        [Insert("/claims", 1, base("obstructed")["claims"][0].clone())],
    );
    g.case(
        "no claim",
        CertificateEmpty,
        [set("/claims", json!([]))],
        [Insert("/claims", 1, base("farkas")["claims"][0].clone())],
    );
    g.case(
        "a true claim before a wrong one",
        NotObstruction,
        [Insert("/claims", 1, json!({"obstructed": {"by": {"s": [[0, 1]], "d": []}}}))],
        [Insert("/claims", 0, base("blind")["claims"][0].clone())],
    );
    g.case(
        "a counterexample among the claims",
        CertificateStatement,
        [Insert("/claims", 1, json!({"refutes": {"spaces": {}, "maps": {}}}))],
        twin(),
    );
    g.cases
}

/// Every kind of claim under theorems that it does not rest on, each with its own hash; the twin names one that it may name: the
/// one of the page's table, or the one that certificates named before it.
fn theorems() -> Vec<Case> {
    const FIRST: &str = "composition_nonidentifiability";
    const KINDS: [(&str, &str, &[&str]); 10] = [
        ("fates", FIRST, &["deficit_is_least", "margins_contradict", "least_blinding_change", "depth_blindness"]),
        ("blind", FIRST, &["deficit_is_least", "margins_contradict", "least_blinding_change", "extension"]),
        ("obstructed", FIRST, &["margins_contradict", "mining_suffices", "obstruction"]),
        ("kernel", "silent_readouts_decide", &[FIRST, "deficit_is_least", "unidentified_is_free"]),
        ("selective", "depth_blindness", &[FIRST, "deficit_is_least"]),
        ("settles", "mining_suffices", &[FIRST, "deficit_is_reached", "margins_contradict"]),
        ("margins", FIRST, &["mining_suffices", "least_blinding_change", "margin_bound"]),
        ("farkas", FIRST, &["deficit_is_least", "least_blinding_change", "obstruction"]),
        ("nearest", FIRST, &["nearest_blind_is_nearest", "margins_contradict", "mining_suffices"]),
        ("nearest-entry", FIRST, &["nearest_blind_exists", "margins_contradict", "depth_blindness"]),
    ];
    let named = |theorem: &str| [set("/statement", serde_json::to_value(statement_of(theorem).unwrap()).unwrap())];
    let group = |(kind, may, others): (&'static str, &'static str, &'static [&'static str])| {
        let mut g = Group::new(format!("the theorem named for {kind}").leak(), kind);
        others.iter().for_each(|other| g.case(other, CertificateStatement, named(other), named(may)));
        g.cases
    };
    KINDS.into_iter().flat_map(group).collect()
}

fn inputs() -> Vec<Case> {
    let mut g = Group::new("inputs", "fates");
    let twin = collapsed_as_identified;
    let hash = |text: &str| set("/problem/captions/inputs/0/sha256", sha256_hex(text.as_bytes()));
    let name = |value: &str| set("/problem/captions/inputs/0/name", value);
    g.case("the hash of other pairs", CertificateInputHash, [hash(&PAIRS.replace("a z", "a q"))], twin());
    g.case("the hash of the file without its last line end", CertificateInputHash, [hash(PAIRS.trim_end())], twin());
    g.case("the hash of the other input", CertificateInputHash, [hash(TRAIN)], twin());
    g.case(
        "the hash in capitals",
        CertificateInputHash,
        [set("/problem/captions/inputs/0/sha256", sha256_hex(PAIRS.as_bytes()).to_uppercase())],
        twin(),
    );
    g.case(
        "a prefix of the hash",
        CertificateInputHash,
        [set("/problem/captions/inputs/0/sha256", &sha256_hex(PAIRS.as_bytes())[..16])],
        twin(),
    );
    for (what, path) in [
        ("a path upwards", "../inputs/pairs.jsonl"),
        ("an absolute path", "/etc/hostname"),
        ("a path downwards", "./pairs.jsonl"),
        ("the folder itself", "."),
        ("the folder above", ".."),
        ("an empty name", ""),
        ("a path with backslashes", "..\\pairs.jsonl"),
        ("a name with a NUL", "pairs.jsonl\u{0}"),
        ("a name with a line end", "pairs.jsonl\n"),
    ] {
        g.case(what, CertificateInputName, [name(path)], twin());
    }
    g.case("a file that is not there", FileMissing, [name("other.jsonl")], [name("copy.jsonl")]);
    g.case("a folder", FileIsDirectory, [name("folder")], [name("copy.jsonl")]);
    g.cases
}

fn sizes() -> Vec<Case> {
    let mut g = Group::new("sizes and selection", "fates");
    let twin = collapsed_as_identified;
    let all = || [set("/problem/captions/selected", json!([0, 1, 2, 3, 4, 5, 6, 7, 8]))];
    for (name, path, wrong) in [
        ("a caption more", "/problem/captions/size/training", 6),
        ("a caption less", "/problem/captions/size/training", 4),
        ("an edit more", "/problem/captions/size/edits", 10),
        ("an edit less", "/problem/captions/size/edits", 8),
        ("a feature more", "/problem/captions/size/features", 9),
        ("a feature less", "/problem/captions/size/features", 7),
    ] {
        g.case(name, CertificateSize, [set(path, wrong)], twin());
    }
    let selected = |value| set("/problem/captions/selected", value);
    g.case(
        "a selected pair that is not there",
        CertificateSelection,
        [selected(json!([0, 1, 2, 3, 4, 5, 6, 7, 9]))],
        all(),
    );
    g.case("selected pairs out of order", CertificateSelection, [selected(json!([1, 0, 2, 3, 4, 5, 6, 7, 8]))], all());
    g.case("a pair selected twice", CertificateSelection, [selected(json!([0, 0, 1, 2, 3, 4, 5, 6, 7]))], all());
    g.case("nothing selected", CertificateSelection, [selected(json!([]))], all());
    g.case("an inconvenient pair left out", CertificateSize, [selected(json!([0, 1, 2, 3, 4, 5, 6, 7]))], all());
    g.case("another feature map", CertificateSize, [set("/problem/captions/features", "bigrams")], twin());
    g.case("positions", CertificateSize, [set("/problem/captions/features", "positions")], twin());
    g.case(
        "captions and negatives exchanged",
        CertificateSize,
        [set("/problem/captions/columns", json!({"caption": "negative", "negative": "caption"}))],
        [set("/problem/captions/columns", json!({"caption": "caption"}))],
    );
    g.cases
}

fn roles() -> Vec<Case> {
    let mut g = Group::new("roles", "fates");
    let twin = collapsed_as_identified;
    let role = |value: &str| set("/problem/captions/inputs/1/role", value);
    g.case("no pairs", CertificateInputRole, [set("/problem/captions/inputs/0/role", "train")], twin());
    g.case(
        "training texts as features of no matrix",
        CertificateInputRole,
        [role("feature-texts"), Forget("/problem/captions/inputs/1", "format")],
        twin(),
    );
    g.case(
        "training texts as embeddings of a projection",
        CertificateInputRole,
        [role("embedding-texts"), Forget("/problem/captions/inputs/1", "format")],
        twin(),
    );
    g.case("a matrix without its file", CertificateInputRole, [set("/problem/captions/features", "matrix")], twin());
    g.case(
        "embeddings without their file",
        CertificateInputRole,
        [set("/problem/captions/encoder", json!({"kind": "embeddings", "width": 2}))],
        twin(),
    );
    g.case("a text without a format", CertificateInputRole, [Forget("/problem/captions/inputs/1", "format")], twin());
    g.case("training texts left out", CertificateSize, [Remove("/problem/captions/inputs", 1)], twin());
    g.case(
        "training texts twice under another size",
        CertificateSize,
        [
            Insert("/problem/captions/inputs", 2, base("fates")["problem"]["captions"]["inputs"][1].clone()),
            set("/problem/captions/size/training", 8),
        ],
        [Insert("/problem/captions/inputs", 2, base("fates")["problem"]["captions"]["inputs"][1].clone())],
    );
    g.case(
        "an embedding without dimensions",
        TensorShape,
        [set("/problem/captions/encoder/width", 0)],
        [set("/problem/captions/encoder/width", 1)],
    );
    g.case(
        "a feature map that is not there",
        CertificateSyntax,
        [set("/problem/captions/features", "trigrams")],
        twin(),
    );
    g.case("a tokenizer that is not there", CertificateSyntax, [set("/problem/captions/tokenizer", "letters")], twin());
    g.case("a format that is not there", CertificateSyntax, [set("/problem/captions/inputs/0/format", "xml")], twin());
    g.case("pairs read as a list of texts", MissingColumn, [set("/problem/captions/inputs/0/format", "csv")], twin());
    g.case(
        "a column for an unknown part",
        CertificateSyntax,
        [set("/problem/captions/columns", json!({"image": "caption"}))],
        twin(),
    );
    g.cases
}
