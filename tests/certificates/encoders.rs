//! Attacks on the checks of claims that carry an encoder or an obstruction: `blind`, `obstructed`, `selective`.

use scotoma::report::Code::*;
use serde_json::{Value, json};

use crate::case::Change::*;
use crate::case::{Case, Group, set};
use crate::fates::{MERSENNE_61, TWO_64, TWO_128};
use crate::world::{changed, g as optimal, moved, on_matrix};

pub fn cases() -> Vec<Case> {
    [aligned(), blind(), matrices(), dropped(), obstructed(), selective()].into_iter().flatten().collect()
}

fn h(value: Value) -> crate::case::Change {
    set("/h", value)
}

fn dense(entry: impl Fn(usize, usize) -> i64) -> Value {
    (0..8).map(|feature| json!([feature, [entry(feature, 0), entry(feature, 1)]])).collect()
}

/// The k with k = 1 on the caption "b c d" and 0 on all others and on all edits.
const ONE_CAPTION: [(usize, usize, &str); 7] =
    [(1, 0, "-1"), (2, 0, "1"), (3, 0, "1"), (4, 0, "-1"), (5, 0, "1"), (6, 0, "-1"), (7, 0, "1")];

fn aligned() -> Vec<Case> {
    let mut g = Group::new("blind: aligned", "blind");
    let twin = |by| [h(moved(0, by, &[]))];
    g.case("wrong on the constant", NotAligned, [h(changed(0, &[(0, 0, "1")]))], twin([1, 0]));
    g.case(
        "wrong in the second dimension alone",
        NotAligned,
        [h(changed(0, &[(1, 1, "1"), (6, 1, "1")]))],
        twin([0, 1]),
    );
    g.case("wrong on one caption alone", NotAligned, [h(changed(0, &ONE_CAPTION))], twin([-2, 3]));
    g.case("wrong by a part in 10^18", NotAligned, [h(changed(0, &[(0, 0, "1/1000000000000000000")]))], twin([7, 7]));
    for (name, by) in [("wrong by 2^64", TWO_64), ("wrong by 2^128", TWO_128), ("wrong by 2^61 - 1", MERSENNE_61)] {
        g.case(name, NotAligned, [h(changed(0, &[(0, 1, by)]))], twin([1 << 62, -(1 << 62)]));
    }
    g.case("zero everywhere", NotAligned, [h(json!([]))], twin([5, 0]));
    g.case(
        "twice the encoder",
        NotAligned,
        [h(dense(|f, e| 2 * optimal([0, 1, 2, 3, 4, 2, 1, 2][f], e)))],
        twin([0, 5]),
    );
    g.case(
        "dimensions exchanged",
        NotAligned,
        [h(dense(|f, e| optimal([0, 1, 2, 3, 4, 2, 1, 2][f], 1 - e)))],
        twin([2, 1]),
    );
    g.case(
        "the encoder negated",
        NotAligned,
        [h(dense(|f, e| -optimal([0, 1, 2, 3, 4, 2, 1, 2][f], e)))],
        twin([1, 2]),
    );
    g.case("a row of a training feature is missing", NotAligned, [Remove("/h", 4)], twin([3, 1]));
    g.case(
        "the true-optimal encoder of another seed",
        NotAligned,
        [set("/problem/captions/encoder/seed", 987654321)],
        twin([1, 1]),
    );
    g.case(
        "the true-optimal encoder of another bound",
        NotAligned,
        [set("/problem/captions/encoder/bound", 4)],
        twin([1, 3]),
    );
    g.cases
}

fn blind() -> Vec<Case> {
    let mut g = Group::new("blind: blind", "blind");
    let twin = |by| [h(moved(0, by, &[]))];
    g.case("sees an edit", NotBlind, [h(changed(0, &[(5, 0, "1")]))], twin([1, 0]));
    g.case("sees an edit in the second dimension alone", NotBlind, [h(changed(0, &[(7, 1, "1")]))], twin([0, 1]));
    g.case(
        "sees an edit by a part in 10^18",
        NotBlind,
        [h(changed(0, &[(7, 0, "-1/1000000000000000000")]))],
        twin([4, 0]),
    );
    for (name, by) in [
        ("sees an edit by 2^64", TWO_64),
        ("sees an edit by 2^128", TWO_128),
        ("sees an edit by 2^61 - 1", MERSENNE_61),
    ] {
        g.case(name, NotBlind, [h(changed(0, &[(6, 0, by)]))], twin([0, 4]));
    }
    g.case("the true-optimal encoder itself", NotBlind, [h(dense(optimal))], twin([9, 9]));
    g.case("a row of an edit's feature is missing", NotBlind, [Remove("/h", 7)], twin([8, 8]));
    g.case(
        "two changes that cancel on a compound edit",
        NotBlind,
        [h(changed(0, &[(5, 0, "1"), (6, 0, "-1")]))],
        twin([6, 8]),
    );
    g.case("an edit is not blinded and not dropped", NotBlind, [Remove("/dropped", 0)], twin([2, 2]));
    g.case("the last edit is not blinded and not dropped", NotBlind, [Remove("/dropped", 1)], twin([3, 3]));
    g.case("rows out of order", CertificateIndex, [Swap("/h", 2, 3)], twin([1, -1]));
    g.case("a row twice", CertificateIndex, [Insert("/h", 1, json!([0, [0, 0]]))], twin([-1, 1]));
    g.case("a row beyond the features", CertificateIndex, [Insert("/h", 8, json!([8, [0, 0]]))], twin([-1, 0]));
    g.case("a row too short", CertificateShape, [set("/h/7/1", json!([optimal(2, 0)]))], twin([0, -1]));
    g.case("a row too long", CertificateShape, [Insert("/h/7/1", 2, json!(0))], twin([-2, -2]));
    g.case(
        "a wider embedding than the rows",
        CertificateShape,
        [set("/problem/captions/encoder/width", 3)],
        twin([-3, -3]),
    );
    g.cases
}

/// The same in the units of the matrices.
fn matrices() -> Vec<Case> {
    let mut g = Group::new("blind-matrix", "blind-matrix");
    let on = |rows| h(on_matrix(0, &rows));
    let twin = |by| [on(moved(0, by, &[]))];
    g.case("the encoder of the words", NotAligned, [h(changed(0, &[]))], twin([1, 0]));
    g.case("wrong on the constant", NotAligned, [on(changed(0, &[(0, 0, "1")]))], twin([0, 1]));
    g.case("sees an edit", NotBlind, [on(changed(0, &[(5, 1, "1")]))], twin([2, 3]));
    g.case("more dimensions than there are", TensorShape, [set("/problem/captions/encoder/width", 3)], twin([3, 2]));
    g.cases
}

fn dropped() -> Vec<Case> {
    let mut g = Group::new("blind: dropped", "blind");
    let s = |value| set("/dropped/0/s", value);
    let d = |value| set("/dropped/0/d", value);
    let other = || [s(json!([[1, 1], [4, -1]]))];
    g.case("the sign of s", NotObstruction, [s(json!([[0, 1], [1, -1]]))], other());
    g.case("s is empty", NotObstruction, [s(json!([]))], other());
    g.case("twice d", NotObstruction, [d(json!([[1, 2]]))], [s(json!([[0, -2], [1, 2]])), d(json!([[1, 2]]))]);
    g.case(
        "d by 2^64 more",
        NotObstruction,
        [d(json!([[1, "18446744073709551617"]]))],
        [s(json!([[0, "-18446744073709551616"], [1, TWO_64]])), d(json!([[1, TWO_64]]))],
    );
    g.case(
        "a part in 10^18 too much",
        NotObstruction,
        [d(json!([[1, "1000000000000000001/1000000000000000000"]]))],
        [
            s(json!([[0, "-1/1000000000000000000"], [1, "1/1000000000000000000"]])),
            d(json!([[1, "1/1000000000000000000"]])),
        ],
    );
    g.case("without the edit itself", NotObstruction, [d(json!([[8, 1]]))], other());
    g.case("nothing at all", NotObstruction, [s(json!([])), d(json!([]))], other());
    g.case(
        "by another dropped edit",
        NotObstruction,
        [d(json!([[1, 2], [8, -1]]))],
        [d(json!([[1, 1], [2, 1], [6, -1]]))],
    );
    g.case(
        "two edits that excuse each other",
        NotObstruction,
        [d(json!([[1, "1/2"], [8, "1/2"]])), set("/dropped/1/d", json!([[1, "1/2"], [8, "1/2"]]))],
        other(),
    );
    g.case(
        "a collapsed edit is dropped",
        NoMeaning,
        [Insert("/dropped", 0, json!({"edit": 0, "s": [[0, 1], [4, -1]], "d": [[0, 1]]}))],
        [d(json!([[0, 5], [1, 1]]))],
    );
    g.case(
        "a free edit is dropped",
        NotObstruction,
        [Insert("/dropped", 1, json!({"edit": 2, "s": [[0, -1], [1, 1]], "d": [[2, 1]]}))],
        other(),
    );
    g.case(
        "a free edit is dropped for a relation among edits",
        NoMeaning,
        [Insert("/dropped", 1, json!({"edit": 2, "s": [], "d": [[2, 1], [6, -1]]}))],
        [d(json!([[1, 1], [2, -3], [6, 3]]))],
    );
    g.case("no edit is named", CertificateSyntax, [Forget("/dropped/0", "edit")], other());
    g.case("dropped edits out of order", CertificateIndex, [Swap("/dropped", 0, 1)], other());
    g.case(
        "an edit is dropped twice",
        CertificateIndex,
        [Insert("/dropped", 1, json!({"edit": 1, "s": [[0, -1], [1, 1]], "d": [[1, 1]]}))],
        other(),
    );
    g.case(
        "an edit that is not there",
        CertificateIndex,
        [Insert("/dropped", 2, json!({"edit": 9, "s": [[0, -1], [1, 1]], "d": [[9, 1]]}))],
        other(),
    );
    g.case("s beyond the captions", CertificateIndex, [s(json!([[0, -1], [1, 1], [5, 1]]))], other());
    g.case("s out of order", CertificateIndex, [s(json!([[1, 1], [0, -1]]))], other());
    g.case("s stores a zero", CertificateIndex, [s(json!([[0, -1], [1, 1], [2, 0]]))], other());
    g.case("d stores a zero", CertificateIndex, [d(json!([[1, 1], [2, 0]]))], [d(json!([[1, 1], [2, 2], [6, -2]]))]);
    g.cases
}

fn obstructed() -> Vec<Case> {
    let mut g = Group::new("obstructed", "obstructed");
    let s = |value| set("/by/s", value);
    let d = |value| set("/by/d", value);
    let other = || [s(json!([[1, 1], [4, -1]]))];
    g.case("the sign of s", NotObstruction, [s(json!([[0, 1], [1, -1]]))], other());
    g.case("d of a free edit", NotObstruction, [d(json!([[2, 1]]))], [d(json!([[8, 1]]))]);
    g.case("s is empty", NotObstruction, [s(json!([]))], other());
    g.case("d is empty", NotObstruction, [d(json!([]))], [d(json!([[1, "1/2"], [8, "1/2"]]))]);
    g.case("s by 2^61 - 1 more", NotObstruction, [s(json!([[0, -1], [1, 1], [2, MERSENNE_61]]))], other());
    g.case("d by 2^128 more", NotObstruction, [d(json!([[1, "340282366920938463463374607431768211457"]]))], other());
    g.case("nothing at all", NoMeaning, [s(json!([])), d(json!([]))], other());
    g.case(
        "two captions with the same features",
        NoMeaning,
        [s(json!([[0, 1], [4, -1]])), d(json!([]))],
        [s(json!([[0, -2], [1, 1], [4, 1]]))],
    );
    g.case("a collapsed edit", NoMeaning, [s(json!([])), d(json!([[0, 1]]))], [d(json!([[0, 1], [1, 1]]))]);
    g.case(
        "two edits with the same change",
        NoMeaning,
        [s(json!([])), d(json!([[2, 1], [6, -1]]))],
        [d(json!([[1, 1], [2, 1], [6, -1]]))],
    );
    g.case(
        "three edits that make a circle",
        NoMeaning,
        [s(json!([])), d(json!([[2, 1], [3, 1], [5, -1]]))],
        [d(json!([[1, 1], [2, 1], [3, 1], [5, -1]]))],
    );
    g.case("a dropped edit is named", CertificateSyntax, [set("/by/edit", 1)], other());
    g.case("s beyond the captions", CertificateIndex, [s(json!([[0, -1], [1, 1], [7, 1]]))], other());
    g.case("d beyond the edits", CertificateIndex, [d(json!([[1, 1], [9, 1]]))], other());
    g.case(
        "d out of order",
        CertificateIndex,
        [d(json!([[8, "1/2"], [1, "1/2"]]))],
        [d(json!([[1, "1/2"], [8, "1/2"]]))],
    );
    g.case(
        "d repeats an index",
        CertificateIndex,
        [d(json!([[1, "1/2"], [1, "1/2"]]))],
        [d(json!([[1, "1/2"], [8, "1/2"]]))],
    );
    g.cases
}

fn selective() -> Vec<Case> {
    let mut g = Group::new("selective", "selective");
    let twin = || [h(changed(1, &[(4, 0, "1"), (5, 0, "2")]))];
    g.case("an edit is not blinded", NotBlind, [set("/blind", json!([2, 3]))], twin());
    g.case("an edit both blind and seen", NotBlind, [set("/blind", json!([0, 3]))], twin());
    g.case(
        "sees the blind edit in the second dimension",
        NotBlind,
        [h(changed(1, &[(4, 0, "1"), (5, 1, "1"), (6, 1, "1")]))],
        twin(),
    );
    g.case(
        "sees the blind edit by 2^64",
        NotBlind,
        [h(changed(1, &[(4, 0, "1"), (5, 1, "1"), (6, 0, TWO_64)]))],
        [h(changed(1, &[(4, 0, TWO_64), (5, 1, "1")]))],
    );
    g.case(
        "the blind edit is called seen",
        NotSeen,
        [set("/seen", json!([0, 1, 2, 3]))],
        [set("/seen", json!([0, 2]))],
    );
    g.case("two edits are changed alike", NotSeen, [h(changed(1, &[(4, 0, "1"), (5, 0, "1")]))], twin());
    g.case("the compound of two edits cancels", NotSeen, [h(changed(1, &[(4, 0, "1"), (5, 0, "-1")]))], twin());
    g.case(
        "a prefix is not seen",
        NotSeen,
        [h(changed(1, &[(4, 0, "1")]))],
        [h(changed(1, &[(4, 0, "1"), (5, 0, "1/1000000000000000000")]))],
    );
    g.case("nothing is seen", NotSeen, [h(changed(1, &[]))], [h(changed(1, &[])), set("/seen", json!([]))]);
    g.case("wrong on training", NotAligned, [h(changed(1, &[(4, 0, "1"), (5, 1, "1"), (7, 0, "1")]))], twin());
    g.case("seen edits out of order", CertificateIndex, [set("/seen", json!([1, 0, 2]))], twin());
    g.case("a seen edit twice", CertificateIndex, [set("/seen", json!([0, 0, 1, 2]))], twin());
    g.case("a seen edit that is not there", CertificateIndex, [set("/seen", json!([0, 1, 2, 4]))], twin());
    g.case("blind edits out of order", CertificateIndex, [set("/blind", json!([3, 3]))], twin());
    g.case("a blind edit that is not there", CertificateIndex, [set("/blind", json!([3, 4]))], twin());
    g.case("a row too long", CertificateShape, [Insert("/h/7/1", 2, json!(0))], twin());
    g.cases
}
