//! Attacks on the checks of `margins` and `farkas` claims.

use num_rational::BigRational;
use scotoma::certificate::Exact;
use scotoma::report::Code::*;
use serde_json::{Value, json};

use crate::case::Change::*;
use crate::case::{Case, Group, set};
use crate::world::{g as optimal, scorer};

pub fn cases() -> Vec<Case> {
    [margins(), farkas(), matrices()].into_iter().flatten().collect()
}

fn margins() -> Vec<Case> {
    let mut g = Group::new("margins", "margins");
    let w = |below| set("/scorer", scorer(below));
    let margin = |value: Value| set("/margin", value);
    g.case("a negative too near", NoMargin, [w([1, 1, 0])], [w([1, 1, 2])]);
    g.case("a negative as high as its caption", NoMargin, [w([0, 1, 1])], [w([3, 1, 1])]);
    g.case("a negative above its caption", NoMargin, [w([1, -1, 1])], [w([1, 5, 1])]);
    g.case("a negative above its caption by 2^52", NoMargin, [w([1, 1, -(1 << 52)])], [w([1, 1, 1 << 52])]);
    g.case("two changes that make up for each other", NoMargin, [w([5, -3, 1])], [w([5, 3, 1])]);
    g.case("a margin too large", NoMargin, [margin(json!(2))], [margin(json!("1/2"))]);
    g.case(
        "a margin too large by a part in 10^18",
        NoMargin,
        [margin(json!("1000000000000000001/1000000000000000000"))],
        [margin(json!("999999999999999999/1000000000000000000"))],
    );
    g.case("a margin of 0", NoMargin, [margin(json!(0))], [margin(json!("1/1000000000000000000"))]);
    g.case("a margin below 0", NoMargin, [margin(json!(-1))], [margin(json!("2/3"))]);
    g.case(
        "a margin below 0, and a scorer that sees nothing",
        NoMargin,
        [margin(json!(-1)), w([0, 0, 0])],
        [w([2, 2, 2])],
    );
    g.case("no scorer", NotAligned, [set("/scorer", json!([]))], [w([1, 2, 3])]);
    g.case("wrong on training", NotAligned, [set("/scorer/0/1", 2 * optimal(0, 0))], [w([3, 2, 1])]);
    g.case("wrong on one training caption", NotAligned, [set("/scorer/7/1", 2 * optimal(7, 0))], [w([2, 2, 1])]);
    g.case(
        "the second dimension's scorer",
        NotAligned,
        [set("/scorer/0/1", optimal(0, 1)), set("/scorer/7/1", optimal(7, 1) + 7)],
        [w([9, 9, 9])],
    );
    g.case("a scorer out of order", CertificateIndex, [Swap("/scorer", 0, 1)], [w([4, 4, 4])]);
    g.case("a scorer beyond the features", CertificateIndex, [Insert("/scorer", 8, json!([8, 1]))], [w([1, 1, 4])]);
    g.cases
}

fn farkas() -> Vec<Case> {
    let mut g = Group::new("farkas", "farkas");
    let z = |value| set("/z", value);
    let c = |value| set("/c", value);
    let margin = |value: Value| set("/margin", value);
    // c says (score of the caption with c) - (score of the caption with b), which is below 0.
    let least = optimal(2, 0) - optimal(3, 0);
    let twin = || [c(json!([[1, 1], [4, -1]]))];
    let nearly =
        |plus: i64| format!("{}/1000000000000000000", i128::from(least) * 1_000_000_000_000_000_000 + i128::from(plus));
    g.case("a weight below 0", NotContradiction, [z(json!([[1, -1]])), c(json!([[0, 1], [1, -1]]))], twin());
    g.case(
        "a weight below 0 beside larger ones",
        NotContradiction,
        [z(json!([[1, 2], [8, -1]]))],
        [z(json!([[1, "1/2"], [8, "1/2"]]))],
    );
    g.case(
        "a weight below 0 where it changes nothing",
        NotContradiction,
        [z(json!([[0, -1], [1, 1]]))],
        [z(json!([[0, 1], [1, 1]]))],
    );
    g.case("the sides differ by sign", NotContradiction, [c(json!([[0, 1], [1, -1]]))], twin());
    g.case("a free edit", NotContradiction, [z(json!([[2, 1]]))], [z(json!([[8, 1]]))]);
    g.case(
        "twice the edits",
        NotContradiction,
        [z(json!([[1, 2]]))],
        [z(json!([[1, 2]])), c(json!([[0, -2], [1, 2]]))],
    );
    g.case(
        "an edit by 2^64 more",
        NotContradiction,
        [z(json!([[1, "18446744073709551617"]]))],
        [z(json!([[0, "18446744073709551616"], [1, 1]]))],
    );
    g.case(
        "a fraction of the captions",
        NotContradiction,
        [c(json!([[0, "-1/2"], [1, "1/2"]]))],
        [c(json!([[0, "-1/2"], [1, 1], [4, "-1/2"]]))],
    );
    g.case("no captions", NotContradiction, [c(json!([]))], [c(json!([])), z(json!([[0, 1]]))]);
    g.case("nothing at all", NotContradiction, [z(json!([])), c(json!([]))], [z(json!([[4, "1/9"]])), c(json!([]))]);
    g.case(
        "captions alone, which say nothing",
        NotContradiction,
        [z(json!([])), c(json!([[0, 1], [4, -1]]))],
        [c(json!([[0, -3], [1, 1], [4, 2]]))],
    );
    g.case("the sum is 0", NotContradiction, [margin(json!(least))], [margin(json!(nearly(1)))]);
    g.case(
        "the sum is below 0 by a part in 10^18",
        NotContradiction,
        [margin(json!(nearly(-1)))],
        [margin(json!(least + 1))],
    );
    g.case("a margin of 0", NoMargin, [margin(json!(0))], [margin(json!(1000))]);
    g.case(
        "a margin below 0",
        NoMargin,
        [margin(json!(-100)), z(json!([[0, 1]])), c(json!([]))],
        [margin(json!("1/100")), z(json!([[0, 1]])), c(json!([]))],
    );
    g.case(
        "edits out of order",
        CertificateIndex,
        [z(json!([[8, "1/2"], [1, "1/2"]]))],
        [z(json!([[1, "1/2"], [8, "1/2"]]))],
    );
    g.case("edits beyond the last", CertificateIndex, [z(json!([[1, 1], [9, 1]]))], twin());
    g.case("captions beyond the last", CertificateIndex, [c(json!([[0, -1], [1, 1], [5, 1]]))], twin());
    g.case("a stored zero", CertificateIndex, [z(json!([[0, 0], [1, 1]]))], twin());
    g.cases
}

/// The same in the units of the matrices.
fn matrices() -> Vec<Case> {
    let margin = |value: Value| set("/margin", value);
    let mut g = Group::new("margins-matrix", "margins-matrix");
    g.case("a margin in stored units", NoMargin, [margin(json!("1/4"))], [margin(json!("1/64"))]);
    g.case("a margin too large", NoMargin, [margin(json!("1/15"))], [margin(json!("1/17"))]);
    g.case("a scorer in stored units", NotAligned, [set("/scorer", scorer([1, 1, 1]))], [margin(json!("1/20"))]);
    let mut all = g.cases;
    let mut g = Group::new("farkas-matrix", "farkas-matrix");
    let least = optimal(2, 0) - optimal(3, 0);
    let parts = |over: i64| margin(json!(Exact(BigRational::new(least.into(), over.into()))));
    g.case("the sum is 0", NotContradiction, [parts(16)], [parts(15)]);
    g.case("the sum is below 0", NotContradiction, [parts(17)], [parts(4)]);
    all.extend(g.cases);
    all
}
