"""The package as a user meets it: tables in, aligned rows out, exceptions that say what is wrong."""

import doctest
import pickle
import signal
import subprocess
import sys
import threading
import time

import pytest

import scotoma
from scotoma import _errors, _functions

PAIRS = [
    ("a red cube on a blue sphere", "a blue cube on a red sphere"),
    ("two dogs chase one ball", "one dog chases two balls"),
    ("a red cube on a blue sphere", "a blue cube on a red sphere"),  # a duplicate of the first
]


def test_examples_in_docstrings():
    for module in (scotoma, _functions):
        failed, tried = doctest.testmod(module, extraglobs={n: getattr(scotoma, n) for n in scotoma.__all__})
        assert tried > 0 and failed == 0


def tables():
    dicts = [{"caption": a, "negative": b} for a, b in PAIRS]
    columns = {"caption": [a for a, _ in PAIRS], "negative": [b for _, b in PAIRS]}
    yield "pairs", PAIRS
    yield "dicts", dicts
    yield "columns", columns
    for name, make in [("pandas", "DataFrame"), ("polars", "DataFrame"), ("pyarrow", "table")]:
        module = pytest.importorskip(name)
        yield name, getattr(module, make)(columns)


@pytest.mark.parametrize("name", ["pairs", "dicts", "columns", "pandas", "polars", "pyarrow"])
def test_rows_are_those_of_the_input(name, tmp_path):
    table = dict(tables())[name]
    result = scotoma.build(table, out=tmp_path / "out")
    assert [row["row"] for row in result.rows] == [0, 1, 2]
    assert [(row["caption"], row["negative"]) for row in result.rows] == PAIRS
    assert result.fates == ["free", "free", "free"]
    assert result.rows[0]["fate"] == result.rows[2]["fate"] and result.deficit == 2


def test_dropped_rows_keep_their_place(tmp_path):
    rows = [PAIRS[0], (None, "a dog"), ("a cat", "a cat"), ("a cat", float("nan")), PAIRS[1]]
    result = scotoma.build(rows, out=tmp_path / "out", on_bad="skip")
    assert result.fates == ["free", None, None, None, "free"]
    assert [row["dropped"] for row in result.rows][1:4] == ["no caption", "the negative equals the caption", "no negative"]
    with pytest.raises(scotoma.Unreadable, match="row 1: no caption"):
        scotoma.build(rows, out=tmp_path / "out")


def test_matrices_costs_and_results_are_those_of_the_rows_that_were_given(tmp_path):
    numpy = pytest.importorskip("numpy")
    rows = [PAIRS[0], (None, "a dog"), ("a cat", "a cat"), PAIRS[1], (["a", "list"], "a cow"), ("a cup", "a tall cup")]
    kept, nan = [0, 3, 5], float("nan")
    embeddings = numpy.random.default_rng(1).normal(size=(12, 4))
    embeddings[[1, 4, 7, 8]] = nan  # whatever stands in the row of what is dropped
    results = {"model": [True, nan, None, False, True, True]}
    prices = [3, "?", None, "2.5", 9, 1]
    table = {"caption": [a for a, _ in rows], "negative": [b for _, b in rows], "price": prices}
    card = scotoma.audit(table, embeddings=embeddings, results=results, draws=20, on_bad="skip", out=tmp_path / "all")
    few = [rows[n] for n in kept]
    less = scotoma.audit(few, embeddings=less_embeddings(embeddings, kept), draws=20, out=tmp_path / "few")
    assert [row["rho"] for row in card if row["dropped"] is None] == [row["rho"] for row in less]
    assert [row["model"] for row in card] == [1, None, None, 0, None, 1]
    mined = scotoma.mine(table, cost="price", on_bad="skip", out=tmp_path / "mined")
    assert {str(edit["cost"]) for edit in mined.ranked} == {"1", "5/2", "3"}
    train = ["a bus", None, "a tree"]
    scotoma.audit(few, train=train, embeddings=less_embeddings(embeddings, kept), train_embeddings=[[1, 0, 0, 0], [nan] * 4, [0, 1, 0, 0]],
                  draws=20, out=tmp_path / "train")


def less_embeddings(embeddings, kept):
    return embeddings[kept + [len(embeddings) // 2 + n for n in kept]]


def test_negatives_keep_the_image_of_a_table():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"caption": ["a red cube on a blue sphere", None], "image": ["1.jpg", "2.jpg"]})
    for captions in (table, table.to_dict("records")):
        made = scotoma.negatives(captions, per_caption=2)
        assert made and all(record["image"] == "1.jpg" for record in made)


def test_columns_by_name_and_a_missing_one(tmp_path):
    table = {"title": ["a cup on a book"], "foil": ["a book on a cup"]}
    assert scotoma.build(table, caption="title", negative="foil", out=tmp_path / "out").fates == ["free"]
    with pytest.raises(scotoma.Unreadable, match="no column 'caption'") as error:
        scotoma.build(table, out=tmp_path / "out")
    assert "title, foil" in error.value.help


def test_h_is_exact_and_blind(tmp_path):
    numpy = pytest.importorskip("numpy")
    result = scotoma.build(PAIRS, out=tmp_path / "out")
    dense = result.h_array()
    assert dense.shape[0] == len(result.features)
    rows = result.h
    for number in range(dense.shape[0]):
        exact = [float(entry) for entry in rows.get(number, [0] * dense.shape[1])]
        assert numpy.array_equal(dense[number], numpy.array(exact)) or dense[number].any()


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", ">f4"])
def test_arrays_of_every_width_and_order(kind, tmp_path):
    numpy = pytest.importorskip("numpy")
    captions = sorted({a for a, _ in PAIRS})
    embeddings = numpy.arange(len(captions) * 3).reshape(-1, 3).astype(kind)
    result = scotoma.build(PAIRS, embeddings=embeddings, embedding_texts=captions, out=tmp_path / "out")
    assert result.true_optimal["kind"] == "embeddings" and scotoma.verify(result.certificate)


def test_an_audit_keeps_rows_and_its_limits(tmp_path):
    numpy = pytest.importorskip("numpy")
    rng = numpy.random.default_rng(5)
    words = rng.normal(size=(12, 8))
    captions, negatives = [], []
    for n in range(120):
        a, b, c = rng.choice(12, 3, replace=False)
        captions.append(f"w{a} on w{b} of {n}")
        negatives.append(f"w{b} on w{a} of {n}" if n % 2 else f"w{a} on w{c} of {n}")
    bag = lambda text: sum(words[int(w[1:])] for w in text.split() if w[0] == "w")
    embeddings = numpy.array([bag(text) for text in captions + negatives], dtype="f4")
    right = [n % 3 > 0 for n in range(120)]
    result = scotoma.audit(
        {"caption": captions, "negative": negatives}, embeddings=embeddings, embedding_texts=captions + negatives,
        results={"model": right, "same": right}, features="bag-of-words", maps="bag-of-words", draws=50, out=tmp_path / "card",
    )
    assert [row["caption"] for row in result] == captions and len(result) == 120
    assert {row["word"] for row in result if row["operator"] == "swap"} == {"BLIND"}
    assert all(row["rho"] > 0.01 for row in result if row["operator"] == "replace")
    assert {row["meaning"].split()[0] for row in result} <= {"swap", "replace", "rewrite"}
    frame = result.to_pandas()
    assert list(frame["model"].astype(bool)) == right and frame.index[-1] == 119
    assert {"slice", "median_rho", "median_rho_low"} <= set(result.table("displacement").columns)
    with pytest.raises(KeyError, match="displacement"):
        result.table("nothing")
    assert result.page.exists() and any("does not mean wrong" in sentence for sentence in result.may_not_claim)
    assert {v["says"] for v in result.card["versus"]} <= {"no difference was seen", "too few"}
    assert "may not be taken for" in result._repr_html_()
    embeddings[7] = numpy.nan
    with pytest.raises(scotoma.Unreadable, match="row 7 of 240 is not finite"):
        scotoma.audit(list(zip(captions, negatives)), embeddings=embeddings, out=tmp_path / "bad")


def test_a_changed_certificate_is_refused(tmp_path):
    result = scotoma.build(PAIRS, out=tmp_path / "out")
    text = result.certificate.read_text()
    assert '"free":[' in text
    result.certificate.write_text(text.replace('"training":2', '"training":3'))
    with pytest.raises(scotoma.ScotomaError) as error:
        scotoma.verify(result.certificate)
    assert error.value.code and isinstance(error.value, (scotoma.DoesNotHold, scotoma.Unreadable))


def test_errors_pickle_and_say_where(tmp_path):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"caption": "a", "negative": "b"}\n{"caption": \n')
    with pytest.raises(scotoma.Unreadable) as error:
        scotoma.build(str(bad), out=tmp_path / "out")
    again = pickle.loads(pickle.dumps(error.value))
    assert type(again) is scotoma.Unreadable and again.code == error.value.code and again.line == 2
    assert str(again) == str(error.value) and "bad.jsonl:2" in str(again)
    assert isinstance(again, ValueError)


def test_every_verdict_has_a_class():
    assert {verdict: type(_errors.of_record(verdict, {"code": "c", "message": "m"})).__name__ for verdict in
            ("does-not-hold", "declined", "unreadable")} == {
        "does-not-hold": "DoesNotHold", "declined": "Declined", "unreadable": "Unreadable"}


def test_results_pickle_and_show(tmp_path):
    result = scotoma.build(PAIRS, out=tmp_path / "out")
    again = pickle.loads(pickle.dumps(result))
    assert again.fates == result.fates and "<table>" in again._repr_html_() and "deficit=2" in repr(again)


def many(count):
    return [(f"w{n} a{n % 97} b{n % 89} c{n % 83}", f"a{n % 97} w{n} c{n % 83} b{n % 89}") for n in range(count)]


def test_an_interrupt_is_answered_within_a_second(tmp_path):
    threading.Timer(0.4, lambda: signal.raise_signal(signal.SIGINT)).start()
    started = time.monotonic()
    try:
        scotoma.build(many(60_000), features="positional-pairs", out=tmp_path / "out")
    except KeyboardInterrupt:
        assert time.monotonic() - started < 5
    else:
        pytest.skip("the build ended before the interrupt")


def test_other_threads_go_on(tmp_path):
    ticks, done = [], threading.Event()

    def tick():
        while not done.wait(0.01):
            ticks.append(1)

    thread = threading.Thread(target=tick)
    thread.start()
    scotoma.build(many(4_000), out=tmp_path / "out")
    done.set()
    thread.join()
    assert len(ticks) > 5


def test_progress_is_told(tmp_path):
    told = []
    scotoma.build(many(4_000), out=tmp_path / "out", progress=lambda what, done, total: told.append((what, done, total)))
    assert told and all(isinstance(what, str) for what, _, _ in told)


def test_import_is_quick_and_needs_no_numpy():
    code = "import sys, time; t = time.perf_counter(); import scotoma; e = time.perf_counter() - t; print('numpy' in sys.modules, e)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert out[0] == "False"


def test_the_command_is_the_program():
    code = "from scotoma._command import main; import sys; sys.argv = ['scotoma', 'check', 'swap']; sys.exit(main())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0 and "swap" in run.stdout
