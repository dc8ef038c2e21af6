//! Attacks on the check of `nearest` claims, in both norms.
//!
//! The matrices are about all edits, the words about the free ones. The first and the last training caption have equal features, so weights may move from one to the other without harm; in
//! the largest entry the weights may also be multiplied by any number.

use scotoma::certificate::Exact;
use scotoma::report::Code::*;
use serde_json::{Value, json};

use crate::case::Change::*;
use crate::case::{Case, Change, Group, set};
use crate::world::{base, g as optimal};

pub fn cases() -> Vec<Case> {
    let kinds = ["nearest", "nearest-entry", "nearest-matrix", "nearest-entry-matrix"];
    kinds.into_iter().flat_map(shared).chain(entry()).chain(single()).collect()
}

fn body(kind: &str) -> Value {
    base(kind)["claims"][0]["nearest"].clone()
}

/// The number, times and plus others.
fn changed(value: &Value, times: i64, plus: i64) -> Value {
    let Exact(number) = serde_json::from_value(value.clone()).unwrap();
    let integer = |n: i64| num_rational::BigRational::from_integer(n.into());
    json!(Exact(number * integer(times) + integer(plus)))
}

/// The rows of weights with every entry changed.
fn rows(value: &Value, times: i64, plus: i64) -> Value {
    let row = |row: &Value| -> Value {
        let entries: Vec<Value> = row[1].as_array().unwrap().iter().map(|v| changed(v, times, plus)).collect();
        json!([row[0], entries])
    };
    value.as_array().unwrap().iter().map(row).collect()
}

/// One more of the first caption and one less of the last, which have equal features.
fn moved(body: &Value, last: u32) -> Change {
    let p = body["p"].as_array().unwrap();
    let row = |at: u32, plus: i64| {
        let zero = json!([at, [0, 0]]);
        rows(&json!([p.iter().find(|row| row[0] == at).unwrap_or(&zero)]), 1, plus)[0].clone()
    };
    let between = p.iter().filter(|row| row[0] != 0 && row[0] != last).cloned();
    let all: Vec<Value> = [row(0, 1)].into_iter().chain(between).chain([row(last, -1)]).collect();
    set("/p", Value::from(all))
}

/// What is wrong in either norm.
fn shared(kind: &'static str) -> Vec<Case> {
    let mut g = Group::new(kind, kind);
    let body = body(kind);
    let size = base(kind)["problem"]["captions"]["size"].clone();
    let (captions, edits) = (&size["training"], &size["edits"]);
    let last_edit = edits.as_u64().unwrap() - 1;
    let twin = || [moved(&body, captions.as_u64().unwrap() as u32 - 1)];
    let first_edit = body["q"][0][0].clone();
    g.case("a size too small", NotNearest, [set("/change", changed(&body["change"], 1, -1))], twin());
    g.case("a size too large", NotNearest, [set("/change", changed(&body["change"], 1, 1))], twin());
    g.case("a size below 0", NotNearest, [set("/change", changed(&body["change"], -1, 0))], twin());
    g.case(
        "no weights",
        if body.get("n").is_none() { NotBlind } else { NotNearest },
        [set("/p", json!([])), set("/q", json!([]))],
        twin(),
    );
    g.case("a dropped edit is used", NotNearest, [set("/dropped", json!([first_edit]))], twin());
    g.case("a dropped edit that is not there", CertificateIndex, [set("/dropped", json!([edits]))], twin());
    g.case("a row too short", CertificateShape, [set("/q/0/1", json!([1]))], twin());
    g.case("a row too long", CertificateShape, [set("/q/0/1", json!([1, 0, 0]))], twin());
    g.case("edits out of order", CertificateIndex, [Insert("/q", 0, json!([last_edit, [0, 0]]))], twin());
    g.case("captions beyond the last", CertificateIndex, [set("/p", json!([[captions, [0, 0]]]))], twin());
    let alone = &body["alone"];
    let size = &alone[0]["change"];
    g.case("a single edit's size too small", NotNearest, [set("/alone/0/change", changed(size, 1, -1))], twin());
    g.case("a single edit's size too large", NotNearest, [set("/alone/0/change", changed(size, 2, 0))], twin());
    g.case("another combination", NotNearest, [set("/alone/0/c", json!([[0, 5]]))], [Remove("/alone", 0)]);
    g.case(
        "a single edit beyond the last",
        CertificateIndex,
        [set("/alone/0/edit", edits.clone())],
        [Remove("/alone", 0)],
    );
    g.case("single edits out of order", CertificateIndex, [Swap("/alone", 0, 1)], [Remove("/alone", 1)]);
    g.cases
}

/// Single edits whose equations hold, and say nothing.
fn single() -> Vec<Case> {
    let y = |value| set("/alone/0/y", value);
    let drop = || [Remove("/alone", 0)];
    // The edit 0 of the words puts z in the place of b.
    let meant: i64 = (0..2).map(|e| (optimal(4, e) - optimal(2, e)).pow(2)).sum();
    let mut g = Group::new("nearest", "nearest");
    g.case("a readout of one's own", NotNearest, [y(json!([[4, 1]])), set("/alone/0/change", meant)], drop());
    let mut all = g.cases;
    let mut g = Group::new("nearest-entry", "nearest-entry");
    g.case("a readout that is not tight", NotNearest, [y(json!([[4, 1]]))], drop());
    g.case("a readout of nothing", NotNearest, [y(json!([]))], drop());
    all.extend(g.cases);
    // The edit 0 of the matrices is collapsed.
    let collapsed = |rest: Value| {
        let mut alone = json!({"edit": 0, "c": [], "change": 7});
        rest.as_object().unwrap().iter().for_each(|(key, value)| alone[key] = value.clone());
        [Insert("/alone", 0, alone)]
    };
    let mut g = Group::new("nearest-matrix", "nearest-matrix");
    g.case("any change for a collapsed edit", NotNearest, collapsed(json!({})), drop());
    all.extend(g.cases);
    let mut g = Group::new("nearest-entry-matrix", "nearest-entry-matrix");
    g.case("any change for a collapsed edit", NotNearest, collapsed(json!({"y": [[5, 1]]})), drop());
    all.extend(g.cases);
    all
}

fn entry() -> Vec<Case> {
    let mut g = Group::new("nearest-entry", "nearest-entry");
    let (body, other) = (body("nearest-entry"), body("nearest"));
    let weights = |body: &Value, times, plus| {
        [set("/p", rows(&body["p"], times, plus)), set("/q", rows(&body["q"], times, plus))]
    };
    let twin = || weights(&body, 7, 0);
    g.case("the opposite weights", NotNearest, weights(&body, -1, 0), twin());
    g.case("the other norm's weights", NotNearest, weights(&other, 1, 0), twin());
    g.case("weights in the other dimension too", NotNearest, weights(&body, 1, 1), twin());
    let n = |value| set("/n", value);
    g.case("no change at all", NotBlind, [n(json!([]))], twin());
    g.case("twice the change", NotBlind, [n(rows(&body["n"], 2, 0))], twin());
    g.case("a change that shows on training", NotAligned, [n(rows(&body["n"], 1, 1))], twin());
    g.case("features out of order", CertificateIndex, [Swap("/n", 0, 1)], twin());
    g.case("a feature beyond the last", CertificateIndex, [set("/n/0/0", json!(8))], twin());
    g.case("no readout for a single edit", NotNearest, [Forget("/alone/0", "y")], [Remove("/alone", 0)]);
    g.case("a readout that training sees", NotNearest, [set("/alone/0/y", json!([[0, 1]]))], [Remove("/alone", 0)]);
    g.case("a readout that stores a zero", CertificateIndex, [set("/alone/0/y/0/1", json!(0))], [Remove("/alone", 0)]);
    g.case("the change in the other norm", NotAligned, [Forget("", "n")], twin());
    g.cases
}
