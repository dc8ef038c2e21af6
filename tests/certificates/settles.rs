//! Attacks on the check of `settles` claims.

use scotoma::report::Code::*;
use serde_json::json;

use crate::case::Change::*;
use crate::case::{Case, Group, set};
use crate::fates::{MERSENNE_61, TWO_64};

pub fn cases() -> Vec<Case> {
    [independent(), pivots(), settled(), cheapest(), matrices()].into_iter().flatten().collect()
}

fn independent() -> Vec<Case> {
    let mut g = Group::new("settles: independent", "settles");
    let k = |value| set("/mined/0/readout", value);
    let scaled = || [k(json!([[5, "-7/3"]]))];
    g.case(
        "a readout is not silent on training",
        NotIndependent,
        [k(json!([[0, 1], [5, 1]]))],
        [k(json!([[0, 1], [1, -1], [4, -1], [5, 1], [6, -1]]))],
    );
    g.case(
        "a readout is not silent on one caption",
        NotIndependent,
        [k(json!([[1, -1], [2, 1], [3, 1], [4, -1], [5, 1]]))],
        scaled(),
    );
    g.case(
        "a readout is not silent by 2^64",
        NotIndependent,
        [k(json!([[0, TWO_64], [5, 1]]))],
        [k(json!([[5, TWO_64]]))],
    );
    g.case("a readout does not see its edit", NotIndependent, [k(json!([[6, 1]]))], scaled());
    g.case("a readout is empty", NotIndependent, [k(json!([]))], scaled());
    g.case(
        "a readout sees an edit before its own",
        NotIndependent,
        [set("/mined/1/readout", json!([[5, 1], [6, 1]]))],
        [k(json!([[5, 1], [6, 1], [7, 1]]))],
    );
    g.case(
        "a readout sees an edit before its own by a part in 10^18",
        NotIndependent,
        [set("/mined/2/readout", json!([[5, "1/1000000000000000000"], [7, 1]]))],
        [k(json!([[5, 1], [7, "1/1000000000000000000"]]))],
    );
    g.case(
        "an edit too many is mined",
        NotIndependent,
        [Insert("/mined", 3, json!({"edit": 6, "readout": [[5, 1]]})), Remove("/settled", 4)],
        [Swap("/mined", 0, 2)],
    );
    g.case(
        "a compound of mined edits is mined too",
        NotIndependent,
        [Insert("/mined", 0, json!({"edit": 5, "readout": [[5, 1]]})), Remove("/settled", 3)],
        [Swap("/mined", 0, 1)],
    );
    g.case(
        "a collapsed edit is mined",
        NotIndependent,
        [Insert("/mined", 0, json!({"edit": 0, "readout": [[5, 1]]})), Remove("/settled", 0)],
        [Swap("/mined", 1, 2)],
    );
    g.case(
        "an identified edit is mined",
        NotIndependent,
        [Insert("/mined", 0, json!({"edit": 1, "readout": [[3, 1]]})), Remove("/settled", 1)],
        scaled(),
    );
    g.case(
        "an edit is mined twice",
        CertificateIndex,
        [Insert("/mined", 3, json!({"edit": 2, "readout": [[5, 1]]}))],
        scaled(),
    );
    g.case(
        "a mined edit that is not there",
        CertificateIndex,
        [Insert("/mined", 3, json!({"edit": 9, "readout": [[5, 1]]}))],
        scaled(),
    );
    g.case("a readout beyond the features", CertificateIndex, [k(json!([[5, 1], [8, 1]]))], scaled());
    g.cases
}

/// Independence behind a basis of training, in place of readouts.
fn pivots() -> Vec<Case> {
    let mut g = Group::new("settles: pivots", "settles-basis");
    let twin = || [set("/mined", json!([{"edit": 3, "pivot": 1}, {"edit": 7, "pivot": 7}, {"edit": 2, "pivot": 5}]))];
    let twin = || {
        let [mined] = twin();
        [mined, set("/basis/rows", json!([[0, 2], [1, 3], [2, 4], [3, 0]]))]
    };
    let other = |caption: u32, c: serde_json::Value| set("/basis/others", json!([{"caption": caption, "c": c}]));
    g.case("a repetition of a basis row", NotBasis, [set("/basis/rows/3/0", 4), other(3, json!([[0, 1]]))], twin());
    g.case("a basis row twice", CertificateIndex, [set("/basis/rows/3/0", 0)], twin());
    g.case("a basis row is missing", NotBasis, [Remove("/basis/rows", 3)], twin());
    g.case(
        "a basis row is missing, and said to be a combination",
        NotBasis,
        [
            Remove("/basis/rows", 3),
            set("/basis/others", json!([{"caption": 3, "c": [[1, 1], [2, 1]]}, {"caption": 4, "c": [[0, 1]]}])),
        ],
        twin(),
    );
    g.case("another caption", NotBasis, [other(4, json!([[1, 1]]))], twin());
    g.case("twice a caption", NotBasis, [other(4, json!([[0, 2]]))], twin());
    g.case("by itself", NotBasis, [other(4, json!([[4, 1]]))], twin());
    g.case(
        "one of the basis too",
        NotBasis,
        [Insert("/basis/others", 0, json!({"caption": 0, "c": [[0, 1]]}))],
        twin(),
    );
    g.case("none of the others", NotBasis, [set("/basis/others", json!([]))], twin());
    g.case("a modulus of 1", CertificateShape, [set("/basis/modulus", 1)], [set("/basis/modulus", 10)]);
    g.case("an identified edit is mined", NotBasis, [set("/mined/0/edit", 1), set("/settled/1/edit", 2)], twin());
    g.case(
        "an edit too many is mined",
        NotBasis,
        [Insert("/mined", 3, json!({"edit": 6, "pivot": 0})), Remove("/settled", 4)],
        twin(),
    );
    g.case("a pivot of a caption", CertificateIndex, [set("/mined/0/pivot", 1)], twin());
    g.case("a pivot that the edit does not have", NotBasis, [set("/mined/2/pivot", 0)], twin());
    g.case("a pivot that is not there", CertificateIndex, [set("/mined/2/pivot", 8)], twin());
    g.case(
        "a readout for a pivot",
        CertificateSyntax,
        [set("/mined/0", json!({"edit": 2, "readout": [[5, 1]]}))],
        twin(),
    );
    g.case("neither", CertificateSyntax, [Forget("/mined/0", "pivot")], twin());
    g.case("no basis", CertificateSyntax, [Remove("/mined", 0), set("/basis", json!(null))], twin());
    g.case("in version 1", CertificateSyntax, [set("/scotoma_certificate", 1)], twin());
    g.cases
}

fn settled() -> Vec<Case> {
    let mut g = Group::new("settles: settled", "settles");
    let b = |value| set("/settled/3/b", value);
    let c = |value| set("/settled/1/c", value);
    let other = || [c(json!([[1, 1], [4, -1]]))];
    let circle = || [set("/settled/3/c", json!([[0, 1], [4, -1]]))];
    g.case("half of b", NotSettled, [b(json!([[2, "1/2"], [3, "1/2"]]))], circle());
    g.case("a term of b is missing", NotSettled, [b(json!([[2, 1]]))], circle());
    g.case("a term of b too many", NotSettled, [b(json!([[2, 1], [3, 1], [7, 1]]))], circle());
    g.case("the sign of b", NotSettled, [b(json!([[2, 1], [3, -1]]))], circle());
    g.case(
        "b by 2^61 - 1 more",
        NotSettled,
        [b(json!([[2, "2305843009213693952"], [3, 1]]))],
        [set("/settled/3/c", json!([[0, MERSENNE_61], [4, "-2305843009213693951"]]))],
    );
    g.case("b uses a settled edit", NotSettled, [b(json!([[3, 1], [6, 1]]))], circle());
    g.case("b uses the edit itself", NotSettled, [b(json!([[5, 1]]))], circle());
    g.case(
        "two edits that settle each other",
        NotSettled,
        [b(json!([[3, 1], [6, 1]])), set("/settled/4/b", json!([[3, -1], [5, 1]]))],
        circle(),
    );
    g.case("the sign of c", NotSettled, [c(json!([[0, 1], [1, -1]]))], other());
    g.case("c is empty", NotSettled, [c(json!([]))], other());
    g.case(
        "c by a part in 10^18 more",
        NotSettled,
        [c(json!([[0, -1], [1, 1], [2, "1/1000000000000000000"]]))],
        other(),
    );
    g.case("an edit is left out", NotSettled, [Remove("/settled", 2)], other());
    g.case(
        "an edit both mined and settled",
        NotSettled,
        [Insert("/settled", 2, json!({"edit": 2, "c": [], "b": [[2, 1]]}))],
        other(),
    );
    g.case(
        "an edit that has to be mined is called settled",
        NotSettled,
        [Remove("/mined", 2), Insert("/settled", 5, json!({"edit": 7, "c": [], "b": [[2, 1]]}))],
        other(),
    );
    g.case(
        "nothing is mined and nothing settled",
        NotSettled,
        [set("/mined", json!([])), set("/settled", json!([]))],
        other(),
    );
    g.case("settled edits out of order", CertificateIndex, [Swap("/settled", 0, 1)], other());
    g.case(
        "a settled edit twice",
        CertificateIndex,
        [Insert("/settled", 0, json!({"edit": 0, "c": [], "b": []}))],
        other(),
    );
    g.case(
        "a settled edit that is not there",
        CertificateIndex,
        [Insert("/settled", 6, json!({"edit": 9, "c": [], "b": []}))],
        other(),
    );
    g.case("b beyond the edits", CertificateIndex, [b(json!([[2, 1], [3, 1], [9, 1]]))], other());
    g.case("c beyond the captions", CertificateIndex, [c(json!([[0, -1], [1, 1], [5, 1]]))], other());
    g.cases
}

fn cheapest() -> Vec<Case> {
    let mut g = Group::new("settles: cheapest", "settles");
    let budget =
        |limit, chosen, settled: u32| set("/budget", json!({"limit": limit, "chosen": chosen, "settled": settled}));
    g.case("an edit could replace a dearer one", NotCheapest, [set("/costs/6", 1)], [set("/costs/6", 5)]);
    g.case(
        "cheaper by a part in 10^18",
        NotCheapest,
        [set("/costs/6", "1999999999999999999/1000000000000000000")],
        [set("/costs/6", "2000000000000000001/1000000000000000000")],
    );
    g.case("a compound edit could replace its dearest part", NotCheapest, [set("/costs/5", 2)], [set("/costs/5", 4)]);
    g.case("a free edit could replace a dearer one", NotCheapest, [set("/costs/6", 0)], [set("/costs/0", 0)]);
    g.case("a cost below 0", NotCheapest, [set("/costs/0", -1)], [set("/costs/0", "1/2")]);
    g.case("a cost is missing", CertificateShape, [Remove("/costs", 8)], [set("/costs/8", 9)]);
    g.case("a cost too many", CertificateShape, [Insert("/costs", 9, json!(1))], [set("/costs/8", 7)]);
    g.case("the budget is not kept", NotCheapest, [set("/budget/limit", 1)], [set("/budget/limit", 2)]);
    g.case(
        "the budget is not kept by a part in 10^18",
        NotCheapest,
        [set("/budget/limit", "1999999999999999999/1000000000000000000")],
        [set("/budget/limit", "9/2")],
    );
    g.case(
        "the budget buys more",
        NotCheapest,
        [set("/budget/limit", 5)],
        [set("/budget/limit", "4999999999999999999/1000000000000000000")],
    );
    g.case(
        "a budget that buys nothing is below 0",
        NotCheapest,
        [budget(json!(-1), json!([]), 4)],
        [budget(json!(1), json!([]), 4)],
    );
    g.case(
        "an edit that is not mined is chosen",
        NotCheapest,
        [set("/budget/chosen", json!([6]))],
        [budget(json!(5), json!([2, 3]), 8)],
    );
    g.case(
        "the dearest edit is chosen",
        NotCheapest,
        [set("/budget/chosen", json!([7])), set("/budget/limit", 3)],
        [budget(json!(4), json!([7]), 5)],
    );
    g.case(
        "the budget settles one more",
        NotSettled,
        [set("/budget/settled", 7)],
        [budget(json!(9), json!([2, 3, 7]), 9)],
    );
    g.case(
        "the budget settles one less",
        NotSettled,
        [set("/budget/settled", 5)],
        [budget(json!(100), json!([2, 3, 7]), 9)],
    );
    g.case(
        "chosen edits out of order",
        CertificateIndex,
        [budget(json!(5), json!([3, 2]), 8)],
        [budget(json!(5), json!([2, 3]), 8)],
    );
    g.case(
        "an edit is chosen twice",
        CertificateIndex,
        [budget(json!(4), json!([2, 2]), 6)],
        [budget(json!(6), json!([2, 3]), 8)],
    );
    g.case(
        "a chosen edit is not there",
        CertificateIndex,
        [budget(json!(5), json!([2, 9]), 6)],
        [budget(json!(8), json!([2, 3]), 8)],
    );
    g.cases
}

/// The same in the units of the matrices.
fn matrices() -> Vec<Case> {
    let mut g = Group::new("settles-matrix", "settles-matrix");
    let b = |value| [set("/settled/3/b", value)];
    g.case("twice a term of b", NotSettled, b(json!([[2, 2], [3, 1]])), [set("/mined/0/readout", json!([[5, 2]]))]);
    g.cases
}
