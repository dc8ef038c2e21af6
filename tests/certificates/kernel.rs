//! Attacks on the check of `kernel` claims, and on obstructions that rest on one.

use scotoma::files::sha256_hex;
use scotoma::report::Code::*;
use serde_json::{Value, json};

use crate::case::Change::*;
use crate::case::{Case, Change, Group, set};
use crate::fates::{MERSENNE_31, TWO_64, TWO_128};
use crate::world::{OTHER_TRAIN, SAME_TRAIN, TRAIN, base};

pub fn cases() -> Vec<Case> {
    let groups = [basis(), readouts(), fates(), deficit(), captions(), matrices(), obstructions(), versions()];
    groups.into_iter().flatten().collect()
}

/// The same basis by other pivots.
fn other_pivots() -> Change {
    set("/basis", json!([[0, 1], [1, 2], [2, 4], [3, 3]]))
}

fn basis() -> Vec<Case> {
    let mut g = Group::new("kernel: basis", "kernel");
    g.case("a repetition of a basis row", NotBasis, [set("/basis/3/0", 4)], [set("/basis/0/0", 4)]);
    g.case("a basis row twice", CertificateIndex, [set("/basis/3/0", 0)], [other_pivots()]);
    g.case("a pivot twice", CertificateIndex, [set("/basis/3/1", 3)], [other_pivots()]);
    g.case("a pivot where the row has nothing left", NotBasis, [set("/basis/3/1", 0)], [other_pivots()]);
    g.case("a pivot in a feature of no caption", NotBasis, [set("/basis/3/1", 5)], [other_pivots()]);
    g.case("a row that is not there", CertificateIndex, [set("/basis/3/0", 5)], [other_pivots()]);
    g.case("a pivot that is not there", CertificateIndex, [set("/basis/3/1", 8)], [other_pivots()]);
    g.case("a basis row is missing", NotKernel, [Remove("/basis", 3)], [other_pivots()]);
    g.case(
        "a basis row is missing, and a readout more",
        NotKernel,
        [Remove("/basis", 3), Insert("/readouts", 1, json!([[2, 1]]))],
        [other_pivots()],
    );
    g.case(
        "an order in which a row does not have its pivot",
        NotBasis,
        [set("/basis", json!([[0, 1], [1, 4], [2, 3], [3, 2]]))],
        [set("/basis", json!([[0, 1], [2, 4], [1, 3], [3, 2]]))],
    );
    for (name, modulus) in [("nothing", 0), ("1", 1), ("2^31", 1i64 << 31)] {
        g.case(name, CertificateShape, [set("/modulus", modulus)], [set("/modulus", 6)]);
    }
    g.cases
}

fn readouts() -> Vec<Case> {
    let mut g = Group::new("kernel: readouts", "kernel");
    let k = |value: Value| [set("/readouts/0", value)];
    let scaled = || k(json!([[0, -3], [1, 3], [4, 3]]));
    g.case("an entry is another", NotKernel, k(json!([[0, 1], [1, -1], [4, -2]])), scaled());
    g.case("an entry has the other sign", NotKernel, k(json!([[0, 1], [1, 1], [4, -1]])), scaled());
    g.case("an entry is missing", NotKernel, k(json!([[0, 1], [1, -1]])), scaled());
    g.case("an entry too many, at a pivot", NotKernel, k(json!([[0, 1], [1, -1], [2, 1], [4, -1]])), scaled());
    g.case("an entry at another open feature", NotKernel, k(json!([[0, 1], [1, -1], [4, -1], [5, 1]])), scaled());
    g.case("nothing at its own feature", NotKernel, k(json!([[5, 1]])), scaled());
    g.case("an empty readout", NotKernel, k(json!([])), scaled());
    g.case("fractions", NotKernel, k(json!([[0, "1/2"], [1, "-1/2"], [4, "-1/2"]])), scaled());
    for (name, by) in [("2^64 more", TWO_64), ("2^128 more", TWO_128)] {
        let minus = format!("-{by}");
        let twin = k(json!([[0, by], [1, minus], [4, minus]]));
        g.case(name, NotKernel, k(json!([[0, 1], [1, -1], [4, minus]])), twin);
    }
    let wrong = k(json!([[0, 1], [1, -1], [4, -1 - MERSENNE_31]]));
    g.case("2^31 - 1 more", NotKernel, wrong, k(json!([[0, MERSENNE_31], [1, -MERSENNE_31], [4, -MERSENNE_31]])));
    g.case(
        "the modulus more",
        NotKernel,
        k(json!([[0, 1], [1, -1], [4, -8]])),
        [set("/readouts/0", json!([[0, 7], [1, -7], [4, -7]])), set("/mined/1/1", 2)],
    );
    g.case("a readout is missing", NotKernel, [Remove("/readouts", 1)], scaled());
    g.case("a readout too many", NotKernel, [Insert("/readouts", 4, json!([[7, 1]]))], scaled());
    g.case("readouts out of order", NotKernel, [Swap("/readouts", 1, 2)], scaled());
    g.case("beyond the features", CertificateIndex, k(json!([[0, 1], [1, -1], [4, -1], [8, 1]])), scaled());
    g.case("out of order", CertificateIndex, k(json!([[1, -1], [0, 1], [4, -1]])), scaled());
    g.case("a stored zero", CertificateIndex, k(json!([[0, 1], [1, -1], [3, 0], [4, -1]])), scaled());
    g.cases
}

fn fates() -> Vec<Case> {
    let mut g = Group::new("kernel: fates", "kernel");
    let lists = |collapsed: Value, identified: Value, free: Value| {
        [set("/collapsed", collapsed), set("/identified", identified), set("/free", free)]
    };
    let twin = || [other_pivots()];
    let wrong = [
        (
            "a free edit is called identified",
            NotIdentified,
            lists(json!([0, 4]), json!([1, 2, 8]), json!([3, 5, 6, 7])),
        ),
        ("an identified edit is called free", NotFree, lists(json!([0, 4]), json!([8]), json!([1, 2, 3, 5, 6, 7]))),
        (
            "a collapsed edit is called identified",
            FateCoverage,
            lists(json!([4]), json!([0, 1, 8]), json!([2, 3, 5, 6, 7])),
        ),
        ("a collapsed edit is called free", NotFree, lists(json!([4]), json!([1, 8]), json!([0, 2, 3, 5, 6, 7]))),
        (
            "an identified edit is called collapsed",
            NotCollapsed,
            lists(json!([0, 1, 4]), json!([8]), json!([2, 3, 5, 6, 7])),
        ),
        ("a free edit without a fate", FateCoverage, lists(json!([0, 4]), json!([1, 8]), json!([2, 3, 5, 6]))),
        ("two fates", FateCoverage, lists(json!([0, 4]), json!([0, 1, 8]), json!([2, 3, 5, 6, 7]))),
        ("one for another", NotIdentified, lists(json!([0, 4]), json!([1, 7]), json!([2, 3, 5, 6, 8]))),
        ("a list out of order", CertificateIndex, lists(json!([4, 0]), json!([1, 8]), json!([2, 3, 5, 6, 7]))),
        ("an edit that is not there", CertificateIndex, lists(json!([0, 4]), json!([1, 8]), json!([2, 3, 5, 6, 9]))),
    ];
    for (name, code, changes) in wrong {
        g.case(name, code, changes, twin());
    }
    g.cases
}

fn deficit() -> Vec<Case> {
    let mut g = Group::new("kernel: deficit", "kernel");
    let others = || [set("/mined", json!([[3, 0], [2, 1], [7, 3]]))];
    let all = |mined: Value, settled: Value| [set("/mined", mined), set("/settled", settled)];
    let by_five = || {
        all(
            json!([[5, 1], [3, 2], [7, 3]]),
            json!([{"edit": 2, "b": [[3, -1], [5, 1]]}, {"edit": 6, "b": [[3, -1], [5, 1]]}]),
        )
    };
    g.case("a mined edit too few", NotSettled, [Remove("/mined", 2)], others());
    g.case(
        "a mined edit too many",
        NotBasis,
        all(json!([[2, 1], [3, 0], [7, 3], [5, 2]]), json!([{"edit": 6, "b": [[2, 1]]}])),
        by_five(),
    );
    g.case("an identified edit is mined", NotBasis, [Insert("/mined", 0, json!([1, 2]))], others());
    g.case("a mined edit twice", NotBasis, [Insert("/mined", 3, json!([2, 2]))], others());
    g.case("a pivot that the edit does not have", NotBasis, [set("/mined/2/1", 2)], others());
    g.case("a pivot twice", CertificateIndex, [set("/mined/1/1", 1)], others());
    g.case("a readout that is not there", CertificateIndex, [set("/mined/2/1", 4)], others());
    g.case("an edit that is not there", CertificateIndex, [set("/mined/2/0", 9)], others());
    g.case("another combination", NotSettled, [set("/settled/0/b", json!([[2, 1], [3, 2]]))], others());
    g.case("a term is missing", NotSettled, [set("/settled/0/b", json!([[2, 1]]))], others());
    g.case("an empty combination", NotSettled, [set("/settled/1/b", json!([]))], others());
    g.case("a combination by the modulus", NotSettled, [set("/settled/1/b", json!([[2, 8]]))], others());
    g.case("settled by itself", NotSettled, [set("/settled/1/b", json!([[6, 1]]))], others());
    g.case("settled by what is settled", NotSettled, [set("/settled/0/b", json!([[3, 1], [6, 1]]))], by_five());
    g.case("a settled edit is missing", NotSettled, [Remove("/settled", 1)], others());
    g.case("settled edits out of order", NotSettled, [Swap("/settled", 0, 1)], others());
    g.case("an identified edit is settled", NotSettled, [Insert("/settled", 0, json!({"edit": 1, "b": []}))], others());
    g.case("a combination out of order", CertificateIndex, [set("/settled/0/b", json!([[3, 1], [2, 1]]))], others());
    g.case("a combination stores a zero", CertificateIndex, [set("/settled/1/b", json!([[2, 1], [3, 0]]))], others());
    g.cases
}

/// The kernel of other captions, under their own hash.
fn captions() -> Vec<Case> {
    let mut g = Group::new("kernel: captions", "kernel");
    let train = |name: &str, text: &str| {
        let input = json!({"name": name, "sha256": sha256_hex(text.as_bytes()), "role": "train", "format": "text"});
        [set("/problem/captions/inputs/1", input)]
    };
    g.case("one caption is another", NotBasis, train("other.txt", OTHER_TRAIN), train("same.txt", SAME_TRAIN));
    let [other] = train("other.txt", OTHER_TRAIN);
    g.case(
        "one caption is another, beside the basis",
        NotKernel,
        [other, set("/basis", json!([[0, 1], [1, 3], [2, 4], [3, 5]])), set("/readouts/1", json!([[2, 1]]))],
        train("same.txt", SAME_TRAIN),
    );
    g.case(
        "the hash of another file",
        CertificateInputHash,
        [set("/problem/captions/inputs/1/sha256", sha256_hex(OTHER_TRAIN.as_bytes()))],
        [set("/problem/captions/inputs/1/sha256", sha256_hex(TRAIN.as_bytes())), other_pivots()],
    );
    g.cases
}

/// The features b and z three times, so that 3 divides what the basis rows have at their pivots.
fn matrices() -> Vec<Case> {
    let mut g = Group::new("kernel-matrix", "kernel-matrix");
    g.case("a modulus that divides", NotBasis, [set("/modulus", 3)], [set("/modulus", 5)]);
    g.case("a modulus that divides, and is no prime", NotBasis, [set("/modulus", 6)], [set("/modulus", 35)]);
    g.case(
        "the readout of the words",
        NotKernel,
        [set("/readouts/0", json!([[0, 1], [1, -1], [4, -1]]))],
        [set("/readouts/0", json!([[0, -2], [1, 6], [4, 6]]))],
    );
    g.cases
}

/// Obstructions without training captions.
fn obstructions() -> Vec<Case> {
    let mut g = Group::new("kernel: obstructions", "kernel");
    let by = |d: Value| json!({"obstructed": {"by": {"d": d}}});
    let behind = |claim: Value| [Insert("/claims", 1, claim)];
    let good = || behind(by(json!([[1, 1]])));
    g.case("a readout sees it", NotObstruction, behind(by(json!([[2, 1]]))), good());
    g.case("a readout sees a part of it", NotObstruction, behind(by(json!([[1, 1], [7, 1]]))), good());
    let sum = behind(by(json!([[2, 1], [3, 1], [5, -1]])));
    g.case("it has no meaning", NoMeaning, sum, behind(by(json!([[1, 2], [2, 1], [3, 1], [5, -1]]))));
    g.case("nothing", NoMeaning, behind(by(json!([]))), good());
    g.case("a collapsed edit", NoMeaning, behind(by(json!([[0, 1]]))), good());
    g.case("an edit that is not there", CertificateIndex, behind(by(json!([[9, 1]]))), good());
    g.case("before the kernel", NotObstruction, [Insert("/claims", 0, by(json!([[1, 1]])))], good());
    let blind = |edit: u32| {
        let mut claim = base("blind")["claims"][0].clone();
        for dropped in claim["blind"]["dropped"].as_array_mut().unwrap() {
            dropped.as_object_mut().unwrap().remove("s");
        }
        claim["blind"]["dropped"][0]["d"] = json!([[edit, 1]]);
        behind(claim)
    };
    g.case("another edit than the dropped one", NotObstruction, blind(8), blind(1));
    let mut m = Group::new("kernel-matrix: obstructions", "kernel-matrix");
    let explicit = behind(json!({"obstructed": {"by": {"s": [[0, -1], [1, 1]], "d": [[8, 1]]}}}));
    m.case("an encoder that is known on texts alone", NotObstruction, good(), explicit);
    g.cases.into_iter().chain(m.cases).collect()
}

fn versions() -> Vec<Case> {
    let mut g = Group::new("kernel: version", "kernel");
    let version = |version: u32| [set("/scotoma_certificate", version)];
    g.case("a kernel in version 1", CertificateSyntax, version(1), [other_pivots()]);
    g.case("a version that is not there", CertificateVersion, version(3), [other_pivots()]);
    let mut o = Group::new("obstructed: version", "obstructed");
    let half = || [set("/by/s", json!([[0, -2], [1, 2]])), set("/by/d", json!([[1, 2]]))];
    o.case("without captions in version 1", CertificateSyntax, [Forget("/by", "s")], half());
    o.case("version 2 without need", CertificateSyntax, version(2), half());
    g.cases.into_iter().chain(o.cases).collect()
}
