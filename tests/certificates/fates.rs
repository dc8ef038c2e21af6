//! Attacks on the check of `fates` claims.

use scotoma::report::Code::*;
use serde_json::json;

use crate::case::Change::*;
use crate::case::{Case, Group, set};

pub fn cases() -> Vec<Case> {
    [identified(), free(), coverage(), matrices()].into_iter().flatten().collect()
}

/// Large numbers that vanish in the arithmetic of a careless checker: 2^64, 2^128, 2^61 - 1, 2^31 - 1.
pub const TWO_64: &str = "18446744073709551616";
pub const TWO_128: &str = "340282366920938463463374607431768211456";
pub const MERSENNE_61: &str = "2305843009213693951";
pub const MERSENNE_31: i64 = 2147483647;

fn identified() -> Vec<Case> {
    let mut g = Group::new("fates: identified", "fates");
    let c = |value| set("/identified/0/c", value);
    let plain = || [c(json!([[1, 1], [4, -1]]))];
    g.case("the sign of c", NotIdentified, [c(json!([[0, 1], [1, -1]]))], plain());
    g.case("twice c", NotIdentified, [c(json!([[0, -2], [1, 2]]))], [c(json!([[0, -2], [1, 1], [4, 1]]))]);
    g.case(
        "half of c",
        NotIdentified,
        [c(json!([[0, "-1/2"], [1, "1/2"]]))],
        [c(json!([[0, "-1/2"], [1, 1], [4, "-1/2"]]))],
    );
    g.case("c is empty", NotIdentified, [c(json!([]))], [c(json!([[0, -3], [1, 1], [4, 2]]))]);
    g.case("a term of c is missing", NotIdentified, [c(json!([[1, 1]]))], [c(json!([[0, 2], [1, 1], [4, -3]]))]);
    g.case("a term of c too many", NotIdentified, [c(json!([[0, -1], [1, 1], [3, 1]]))], plain());
    g.case("c at another caption", NotIdentified, [c(json!([[0, -1], [2, 1]]))], plain());
    g.case(
        "c of another edit",
        NotIdentified,
        [c(json!([[2, -1], [3, 1]]))],
        [set("/identified/1/c", json!([[1, 1], [4, -1]]))],
    );
    g.case(
        "a part in 10^18 too much",
        NotIdentified,
        [c(json!([[0, "-1000000000000000001/1000000000000000000"], [1, 1]]))],
        [c(json!([[0, "-1000000000000000001/1000000000000000000"], [1, 1], [4, "1/1000000000000000000"]]))],
    );
    for (name, near, minus) in [
        ("2^64 more", "18446744073709551615", "-18446744073709551616"),
        ("2^128 more", "340282366920938463463374607431768211455", "-340282366920938463463374607431768211456"),
        ("2^61 - 1 more", "2305843009213693950", "-2305843009213693951"),
    ] {
        g.case(name, NotIdentified, [c(json!([[0, near], [1, 1]]))], [c(json!([[0, near], [1, 1], [4, minus]]))]);
    }
    g.case(
        "2^31 - 1 more",
        NotIdentified,
        [c(json!([[0, MERSENNE_31 - 1], [1, 1]]))],
        [c(json!([[0, MERSENNE_31 - 1], [1, 1], [4, -MERSENNE_31]]))],
    );
    g.case(
        "1 lost beside 2^53",
        NotIdentified,
        [c(json!([[0, "-9007199254740992"], [1, 1], [4, "9007199254740992"]]))],
        [c(json!([[0, "-9007199254740993"], [1, 1], [4, "9007199254740992"]]))],
    );
    let as_identified = |edit: u32, c| Insert("/identified", usize::from(edit > 1), json!({"edit": edit, "c": c}));
    g.case(
        "a free edit",
        NotIdentified,
        [Remove("/free", 0), as_identified(2, json!([[0, -1], [1, 1]]))],
        [set("/collapsed", json!([0])), as_identified(4, json!([]))],
    );
    g.case(
        "a free edit by nothing",
        NotIdentified,
        [Remove("/free", 0), as_identified(2, json!([]))],
        [set("/collapsed", json!([4])), as_identified(0, json!([]))],
    );
    g.case("c stores a zero", CertificateIndex, [c(json!([[0, -1], [1, 1], [2, 0]]))], plain());
    g.case("c is out of order", CertificateIndex, [c(json!([[1, 1], [0, -1]]))], plain());
    g.case(
        "c repeats an index",
        CertificateIndex,
        [c(json!([[0, -1], [1, "1/2"], [1, "1/2"]]))],
        [c(json!([[0, "-1/2"], [1, 1], [4, "-1/2"]]))],
    );
    g.case("c beyond the captions", CertificateIndex, [c(json!([[0, -1], [1, 1], [5, 1]]))], plain());
    g.cases
}

fn free() -> Vec<Case> {
    let mut g = Group::new("fates: free", "fates");
    let k = |value| set("/readouts/0", value);
    let scaled = || [k(json!([[5, "-1/2"]]))];
    g.case(
        "not silent on training",
        NotFree,
        [k(json!([[0, 1], [5, 1]]))],
        [k(json!([[0, 1], [1, -1], [4, -1], [5, 1], [6, -1]]))],
    );
    g.case(
        "silent on all captions but one",
        NotFree,
        [k(json!([[1, -1], [2, 1], [3, 1], [4, -1], [5, 1]]))],
        [k(json!([[0, 2], [1, -2], [4, -2], [5, 1], [6, -2]]))],
    );
    g.case("silent on all captions but the first", NotFree, [k(json!([[0, -1], [1, 1], [2, 1], [5, 1]]))], scaled());
    g.case("not silent by 2^64", NotFree, [k(json!([[0, TWO_64], [5, 1]]))], [k(json!([[5, TWO_64]]))]);
    g.case(
        "not silent by a part in 10^18",
        NotFree,
        [k(json!([[0, "1/1000000000000000000"], [5, 1]]))],
        [k(json!([[5, "1/1000000000000000000"]]))],
    );
    g.case("a readout of another edit", NotFree, [set("/free/0/readout", 1)], [set("/free/2/readout", 1)]);
    g.case("a readout of another feature", NotFree, [k(json!([[7, 1]]))], scaled());
    g.case("a readout that cancels on one edit", NotFree, [k(json!([[5, 1], [6, -1]]))], [k(json!([[5, 1], [6, 1]]))]);
    g.case("an empty readout", NotFree, [k(json!([]))], scaled());
    g.case(
        "a collapsed edit",
        NotFree,
        [set("/collapsed", json!([4])), Insert("/free", 0, json!({"edit": 0, "readout": 0}))],
        scaled(),
    );
    g.case(
        "an identified edit",
        NotFree,
        [Remove("/identified", 0), Insert("/free", 0, json!({"edit": 1, "readout": 0}))],
        scaled(),
    );
    g.case(
        "a readout that nobody uses, not silent",
        NotFree,
        [Insert("/readouts", 3, json!([[0, 1]]))],
        [Insert("/readouts", 3, json!([[6, 1], [7, 1]]))],
    );
    g.case(
        "a readout that is not there",
        CertificateIndex,
        [set("/free/0/readout", 3)],
        [set("/free/0/readout", 3), Insert("/readouts", 3, json!([[5, 1], [7, 1]]))],
    );
    g.case("a readout beyond the features", CertificateIndex, [k(json!([[5, 1], [8, 1]]))], scaled());
    g.case("a readout out of order", CertificateIndex, [k(json!([[6, 1], [5, 1]]))], [k(json!([[5, 1], [6, 1]]))]);
    g.case("a readout stores a zero", CertificateIndex, [k(json!([[5, 1], [6, 0]]))], scaled());
    g.cases
}

fn coverage() -> Vec<Case> {
    let mut g = Group::new("fates: coverage", "fates");
    let moved = || [set("/collapsed", json!([4])), Insert("/identified", 0, json!({"edit": 0, "c": []}))];
    g.case(
        "an identified edit is called collapsed",
        NotCollapsed,
        [set("/collapsed", json!([0, 1, 4])), Remove("/identified", 0)],
        moved(),
    );
    g.case(
        "a free edit is called collapsed",
        NotCollapsed,
        [set("/collapsed", json!([0, 2, 4])), Remove("/free", 0)],
        moved(),
    );
    g.case("a free edit without a fate", FateCoverage, [Remove("/free", 4)], moved());
    g.case("a collapsed edit without a fate", FateCoverage, [set("/collapsed", json!([0]))], moved());
    g.case(
        "no fates at all",
        FateCoverage,
        [set("/collapsed", json!([])), set("/identified", json!([])), set("/free", json!([]))],
        moved(),
    );
    g.case("two fates", FateCoverage, [Insert("/identified", 0, json!({"edit": 0, "c": []}))], moved());
    g.case("free and identified", FateCoverage, [Insert("/free", 0, json!({"edit": 1, "readout": 0}))], moved());
    g.case("an edit that is not there", CertificateIndex, [set("/collapsed", json!([0, 4, 9]))], moved());
    g.case("collapsed edits out of order", CertificateIndex, [set("/collapsed", json!([4, 0]))], moved());
    g.case("a collapsed edit twice", CertificateIndex, [set("/collapsed", json!([0, 0, 4]))], moved());
    g.case("identified edits out of order", CertificateIndex, [Swap("/identified", 0, 1)], moved());
    g.case(
        "free edits out of order",
        CertificateIndex,
        [Swap("/free", 1, 2)],
        [Swap("/readouts", 0, 1), set("/free/0/readout", 1), set("/free/1/readout", 0), set("/free/3/readout", 1)],
    );
    g.case("a free edit twice", CertificateIndex, [Insert("/free", 1, json!({"edit": 2, "readout": 0}))], moved());
    g.cases
}

/// The same in the units of the matrices.
fn matrices() -> Vec<Case> {
    let mut g = Group::new("fates-matrix", "fates-matrix");
    let readout = |value| [set("/readouts/0", value)];
    // The edit 5 adds z three times and y once.
    g.case("what is seen cancels", NotFree, readout(json!([[5, 1], [6, -3]])), readout(json!([[5, 1], [6, -1]])));
    g.case(
        "twice c",
        NotIdentified,
        [set("/identified/0/c", json!([[0, -2], [1, 2]]))],
        [set("/identified/0/c", json!([[0, -2], [1, 1], [4, 1]]))],
    );
    g.cases
}
