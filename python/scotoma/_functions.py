"""The functions, one a command. Each writes its arguments as the files that the command reads, runs it, and names its answer."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Optional, Sequence, Union

from . import _tables
from ._command import Progress, option, run
from ._errors import Unreadable
from ._results import Answer, Audit, Result, Rows

Out = Union[str, "os.PathLike[str]", None]

#: Columns of a table that go along with a pair, where it has them.
_ALONG = ("id", "operator", "image", "filename")


#: What a command's table says of an edit.
_EDIT = ("operator", "steps", "fate", "joint")


class _Pairs:
    """Pairs as the files that a command reads, and which row of the input each row of the command's table is."""

    def __init__(self, folder: Path, captions: Any, negatives: Any, caption: str, negative: str, on_bad: str, more: "Sequence[str]" = ()) -> None:
        if on_bad not in ("raise", "skip"):
            raise Unreadable("usage", f"on_bad is 'raise' or 'skip', not {on_bad!r}")
        self.rows: "Optional[list[dict[str, Any]]]" = None
        self.files: "list[str]" = []
        self.reasons: "dict[int, str]" = {}
        files = _tables.paths(captions) if negatives is None else None
        if files is not None:
            self.files = files
            named = {"caption": caption, "negative": negative}
            other = [f"{part}={name}" for part, name in named.items() if name != part]
            self.columns = option("columns", ",".join(other) or None)
            return
        self.columns = []
        self.rows = _tables.pairs(captions, negatives, caption, negative, [*_ALONG, *more])
        written = []
        for number, row in enumerate(self.rows):
            reason = next((f"no {part}" for part in ("caption", "negative") if not _tables.is_text(row[part])), None)
            if reason is None and row["caption"] == row["negative"]:
                reason = "the negative equals the caption"
            # A row that is left out keeps its place: rows of matrices, costs and results are those of the table.
            written.append({**row, **{part: row[part] if _tables.is_text(row[part]) else None for part in ("caption", "negative")}})
            if reason is not None and on_bad == "raise":
                raise Unreadable("bad-record", f"row {number}: {reason}", help="on_bad='skip' leaves such rows out")
            if reason is not None:
                self.reasons[number] = reason
        if len(self.reasons) == len(written):
            raise Unreadable("no-captions", "there is no row with a caption and a negative")
        self.files = [_tables.write_lines(folder / "pairs.jsonl", written)]

    def aligned(self, table: "list[dict[str, Any]]", names: "Sequence[str]" = _EDIT) -> "list[dict[str, Any]]":
        """The rows of a command's table of edits, one for each row of the input, with the columns ``names``."""
        names = ("caption", "negative", *names)
        if self.rows is None:
            return [{"row": number, **_row(found, names)} for number, found in enumerate(table)]
        # A command keeps of equal pairs the first; all of them have its answer.
        found = {(row["caption"], row["negative"]): row for row in table}
        aligned = []
        for number, row in enumerate(self.rows):
            answer = None if number in self.reasons else found.get((row["caption"], row["negative"]))
            reason = self.reasons.get(number) or (None if answer else "not selected")
            pair = {"caption": row["caption"], "negative": row["negative"], "dropped": reason}
            aligned.append({"row": number, **_row(answer or {}, names), **pair})
        return aligned


def _row(found: "dict[str, Any]", names: "Sequence[str]") -> "dict[str, Any]":
    return {**{name: found.get(name) if found.get(name) != "" else None for name in names}, "dropped": None}


@contextmanager
def _folder() -> "Iterator[Path]":
    path = Path(tempfile.mkdtemp(prefix="scotoma-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _out(out: Out, name: str) -> Path:
    """The folder to write to; ``None`` is a new one, which stays until the system clears its temporary files."""
    return Path(tempfile.mkdtemp(prefix=f"{name}-")) if out is None else Path(out)


def _inputs(folder: Path, train: Any, features: Any, feature_texts: Any, tokenizer: str, operators: Any) -> "list[str]":
    """The options that every command over captions has."""
    options = [*option("tokenizer", tokenizer)]
    if train is not None:
        files = _tables.paths(train)
        if files is None:
            # One without text keeps its place, too: training embeddings have a row for it.
            rows = [{"caption": text if _tables.is_text(text) else None} for text in _tables.texts(train)]
            files = [_tables.write_lines(folder / "train.jsonl", rows)]
        options += option("train", files)
    if isinstance(features, str):
        options += option("features", features)
    else:
        options += option("features", _tables.write_array(folder / "features.npy", features))
    if feature_texts is not None:
        options += option("feature-texts", _texts(folder / "feature-texts.json", feature_texts))
    if operators is not None:
        options += option("edits", operators if isinstance(operators, str) else ",".join(operators))
    return options


def _encoder(folder: Path, embeddings: Any, embedding_texts: Any, width: Optional[int], seed: int) -> "list[str]":
    """The options of the true-optimal encoder."""
    options = [*option("width", width), *option("seed", seed)]
    if embeddings is not None:
        options += option("embeddings", _tables.write_array(folder / "embeddings.npy", embeddings))
        if embedding_texts is None:
            raise Unreadable("usage", "embeddings need embedding_texts, the texts of their rows")
        options += option("embedding-texts", _texts(folder / "embedding-texts.json", embedding_texts))
    return options


def _texts(path: Path, value: Any) -> str:
    if isinstance(value, (str, os.PathLike)):
        return os.fspath(value)
    return _tables.write_texts(path, value)


def build(
    captions: Any, negatives: Any = None, train: Any = None, *, caption: str = "caption", negative: str = "negative",
    features: Any = "positions", feature_texts: Any = None, tokenizer: str = "words", operators: Any = None, embeddings: Any = None,
    embedding_texts: Any = None, width: Optional[int] = None, seed: int = 1, out: Out = "scotoma-out", on_bad: str = "raise",
    progress: Progress = None,
) -> Result:
    """A text encoder that is perfect on every training caption and blind to the edits, certified; or a proof that there is none.

    ``captions``: n rows with a caption and a negative each (a DataFrame of pandas or polars, an Arrow table, a ``datasets.Dataset``,
    a dict of lists, a list of dicts or of pairs), a list of n captions with ``negatives`` beside it, or paths of files. ``train``:
    further training captions. ``features``: the name of a feature map, or a matrix with ``feature_texts``, a row a text.
    ``embeddings``: the true-optimal encoder, one row a text of ``embedding_texts``; else a random projection to ``width``
    dimensions. ``out``: the folder to write, ``None`` for a temporary one. ``on_bad``: rows without a caption or a negative, or with both
    equal, raise or are skipped; a row that is skipped keeps its place in matrices, costs and results.

    Raises :class:`Unreadable` for bad input and :class:`Declined` at a limit. An obstruction is an answer, not an error.

    >>> result = build(["a cup on a book"], ["a book on a cup"], out=None)
    >>> result.fates, result.deficit, bool(result)
    (['free'], 1, True)
    """
    folder_out = _out(out, "scotoma-out")
    with _folder() as folder:
        pairs = _Pairs(folder, captions, negatives, caption, negative, on_bad)
        record = run(
            "build", pairs.files, pairs.columns, _inputs(folder, train, features, feature_texts, tokenizer, operators),
            _encoder(folder, embeddings, embedding_texts, width, seed), option("out", folder_out), progress=progress,
        )
        with open(folder_out / "edits.tsv", encoding="utf-8", newline="") as table:
            rows = pairs.aligned(list(csv.DictReader(table, delimiter="\t")))
    return Result(record, rows, folder_out)


def fates(
    captions: Any, negatives: Any = None, train: Any = None, *, caption: str = "caption", negative: str = "negative",
    features: Any = "positions", feature_texts: Any = None, tokenizer: str = "words", on_bad: str = "raise", progress: Progress = None,
) -> "list[Optional[str]]":
    """The fate of each row: ``collapsed``, ``identified`` or ``free``; ``None`` where it was dropped. Arguments as for :func:`build`.

    >>> fates([("a cup on a book", "a book on a cup")], features="bag-of-words")
    ['collapsed']
    """
    with _folder() as folder:
        result = build(
            captions, negatives, train, caption=caption, negative=negative, features=features, feature_texts=feature_texts,
            tokenizer=tokenizer, width=1, out=folder / "out", on_bad=on_bad, progress=progress,
        )
        return result.fates


def edits(
    captions: Any, negatives: Any = None, *, caption: str = "caption", negative: str = "negative", on_bad: str = "raise"
) -> Rows:
    """What each negative does to its caption: SWAP, REPLACE, ADD, REMOVE or several, with the spans in words.

    >>> [row["operator"] for row in edits([("a red cup", "a green cup")])]
    ['replace']
    """
    with _folder() as folder:
        pairs = _Pairs(folder, captions, negatives, caption, negative, on_bad)
        record = run("edits", pairs.files, pairs.columns)
        table = record["edits"] if isinstance(record, dict) else record
        return Rows({"edits": table}, pairs.aligned(table))


def _answer(command: str, pairs: _Pairs, options: "list[str]", out: Path, progress: Progress) -> Answer:
    """The answer of a command over pairs, with the folder that it wrote."""
    record = run(command, pairs.files, pairs.columns, options, option("out", out), progress=progress)
    return Answer({**record, "out": out})


def mine(
    captions: Any, negatives: Any = None, train: Any = None, *, caption: str = "caption", negative: str = "negative",
    features: Any = "positions", feature_texts: Any = None, tokenizer: str = "words", operators: Any = None, cost: Optional[str] = None,
    budget: Any = None, out: Out = "scotoma-mined", on_bad: str = "raise", progress: Progress = None,
) -> Answer:
    """The least set of negatives (the cheapest, with ``cost``, the name of a column) after which all the edits are settled.

    ``answer.ranked`` is the set, best first; ``answer.out`` the folder with the certificate and the training file.

    >>> mine([("a cup on a book", "a book on a cup")], out=None).deficit
    1
    """
    with _folder() as folder:
        pairs = _Pairs(folder, captions, negatives, caption, negative, on_bad, [cost] if cost else ())
        options = _inputs(folder, train, features, feature_texts, tokenizer, operators)
        options += option("cost-column", cost) + option("budget", budget)
        return _answer("mine", pairs, options, _out(out, "scotoma-mined"), progress)


def nearest(
    captions: Any, negatives: Any = None, train: Any = None, *, caption: str = "caption", negative: str = "negative",
    features: Any = "positions", feature_texts: Any = None, tokenizer: str = "words", operators: Any = None, embeddings: Any = None,
    embedding_texts: Any = None, width: Optional[int] = None, seed: int = 1, rank: int = 300, time: float = 60,
    out: Out = "scotoma-nearest", on_bad: str = "raise", progress: Progress = None,
) -> Answer:
    """How far an encoder is from blindness to the edits, in the Frobenius norm and in the largest entry, certified.

    >>> nearest([("a cup on a book", "a book on a cup")], width=1, out=None).verdict
    'holds'
    """
    with _folder() as folder:
        pairs = _Pairs(folder, captions, negatives, caption, negative, on_bad)
        options = _inputs(folder, train, features, feature_texts, tokenizer, operators)
        options += _encoder(folder, embeddings, embedding_texts, width, seed) + option("rank", rank) + option("time", time)
        return _answer("nearest", pairs, options, _out(out, "scotoma-nearest"), progress)


def margins(
    captions: Any, negatives: Any = None, train: Any = None, *, caption: str = "caption", negative: str = "negative",
    features: Any = "positions", feature_texts: Any = None, tokenizer: str = "words", operators: Any = None, embeddings: Any = None,
    embedding_texts: Any = None, width: Optional[int] = None, seed: int = 1, margin: Any = 1, time: float = 60,
    out: Out = "scotoma-margins", on_bad: str = "raise", progress: Progress = None,
) -> Answer:
    """A scorer that puts every negative a margin below its caption, or an exact contradiction among a few edits.

    >>> bool(margins([("a cup on a book", "a book on a cup")], out=None))
    True
    """
    with _folder() as folder:
        pairs = _Pairs(folder, captions, negatives, caption, negative, on_bad)
        options = _inputs(folder, train, features, feature_texts, tokenizer, operators)
        options += _encoder(folder, embeddings, embedding_texts, width, seed) + option("margin", margin) + option("time", time)
        return _answer("margins", pairs, options, _out(out, "scotoma-margins"), progress)


#: What the audit says of an edit.
_AUDIT = ("operator", "meaning", "group", "fate", "rho", "word", "support", "unsupported", "signal", "bias", "text_side")


def audit(
    captions: Any, negatives: Any = None, train: Any = None, *, caption: str = "caption", negative: str = "negative",
    features: Any = "positions", tokenizer: str = "words", embeddings: Any = None, embedding_texts: Any = None,
    train_embeddings: Any = None, image_embeddings: Any = None, against: Any = None, paraphrases: Any = None, results: Any = None,
    against_image_embeddings: Any = None, group: Optional[str] = None, maps: "Union[str, Sequence[str], None]" = None,
    draws: int = 1000, seed: int = 1, time: int = 120,
    out: Out = "scotoma-audit", on_bad: str = "raise", progress: Progress = None,
) -> Audit:
    """A real encoder held against the theory: a report card with intervals, nulls, pictures, and what it may not be taken for.

    ``embeddings``: a row a text of ``embedding_texts``, or the captions and then the negatives; ``against``: another encoder's;
    ``image_embeddings``: a row a pair, or two; ``against_image_embeddings``: the other encoder's, whose answers are then held
    against those of the first. ``results``: paths of files, or a table (a dict of lists, a DataFrame) with a column of right and
    wrong a model, a row a pair. ``group``: the column whose rows belong together, such as the image.
    ``paraphrases``: a path. Other arguments as for :func:`build`.

    ``result.to_pandas()`` has a row a pair with rho, word, support and fate; ``result.table("displacement")`` the tables of the
    report; ``result.may_not_claim`` the sentences that belong to it.

    >>> pairs = [("a cup on a book", "a book on a cup"), ("a red cup", "a green cup")]
    >>> [row["word"] for row in audit(pairs, embeddings=[[1, 0], [0, 1], [1, 0], [1, 1]], out=None)]
    ['BLIND', 'SEEN']
    """
    folder_out = _out(out, "scotoma-audit")
    with _folder() as folder:
        more = [group] if group else ()
        pairs = _Pairs(folder, captions, negatives, caption, negative, on_bad, more)
        options = _inputs(folder, train, features, None, tokenizer, None)
        arrays = {
            "embeddings": embeddings, "train-embeddings": train_embeddings, "image-embeddings": image_embeddings, "against": against,
            "against-image-embeddings": against_image_embeddings,
        }
        for name, array in arrays.items():
            if array is not None:
                options += option(name, _tables.write_array(folder / f"{name}.npy", array))
        if embedding_texts is not None:
            options += option("embedding-texts", _texts(folder / "embedding-texts.json", embedding_texts))
        options += option("paraphrases", paraphrases) + option("results", _results(folder, pairs, results))
        options += option("group", group) + option("draws", draws) + option("seed", seed) + option("time", time)
        options += option("maps", maps if maps is None or isinstance(maps, str) else ",".join(maps))
        record = run("audit", pairs.files, pairs.columns, options, option("out", folder_out), progress=progress)
        with open(folder_out / "rows.csv", encoding="utf-8", newline="") as table:
            found = [_numbers(row) for row in csv.DictReader(table)]
        models = [model["name"] for model in record["card"]["models"]]
        rows = pairs.aligned(found, (*_AUDIT, *models))
    return Audit(record, rows, folder_out)


def _results(folder: Path, pairs: _Pairs, results: Any) -> "Optional[list[str]]":
    """Results as files: those that are named, or a table a row a pair."""
    files = None if results is None else _tables.paths(results)
    if results is None or files is not None:
        return files
    names = _tables.names(results)
    answers = {name: _tables.column(results, name) for name in names}
    if pairs.rows is None or any(len(column) != len(pairs.rows) for column in answers.values()):
        raise Unreadable("usage", "results are a path, or a table with a row for each row of the captions")
    rows = [
        {"caption": row["caption"], "negative": row["negative"], **{name: answers[name][number] for name in names}}
        for number, row in enumerate(pairs.rows)
        if number not in pairs.reasons
    ]
    # A missing answer may be a NaN, the one value that differs from itself.
    rows = [{key: value if value == value else None for key, value in row.items()} for row in rows]
    return [_tables.write_lines(folder / "results.jsonl", rows)]


def _numbers(row: "dict[str, str]") -> "dict[str, Any]":
    """A row of the report's table with its numbers as numbers; texts, and identifiers that look like numbers, as they are."""
    kept = ("file", "id", "operator", "meaning", "group", "fate", "word", "text_side", "caption", "negative")
    return {name: cell if name in kept or cell == "" else float(cell) for name, cell in row.items()}


def negatives(
    captions: Any, *, caption: str = "caption", operators: Any = "swap,replace,add", per_caption: int = 1, depth: int = 1, seed: int = 1,
) -> "list[dict[str, Any]]":
    """Hard negatives for plain captions: dicts with ``caption``, ``negative``, ``operator`` and the image where there is one.

    >>> len(negatives(["a red cube on a blue sphere"], per_caption=1)) <= 1
    True
    """
    import json

    with _folder() as folder:
        files = _tables.paths(captions)
        if files is None:
            rows = [{"caption": text} for text in _tables.texts(captions, caption)]
            for image in ("image", "filename"):
                if rows and _tables.has_field(captions, image):
                    for row, name in zip(rows, _tables.texts(captions, image)):
                        row[image] = name if _tables.is_text(name) else None
            rows = [row for row in rows if _tables.is_text(row["caption"])]
            files = [_tables.write_lines(folder / "captions.jsonl", rows)]
        if len(files) != 1:
            raise Unreadable("usage", "one file of captions at a time")
        path = folder / "negatives.jsonl"
        chosen = operators if isinstance(operators, str) else ",".join(operators)
        run(
            "negatives", files, option("edits", chosen), option("per-caption", per_caption), option("depth", depth),
            option("seed", seed), option("out", path),
        )
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def compound(
    caption: str, *, operators: Any = "swap", features: str = "positions", slots: str = "concepts", progress: Progress = None
) -> Answer:
    """The distinct hard negatives of a caption by depth of composition, the rank of their differences, and the horizon.

    >>> compound("a b c d", slots="tokens").verdict
    'holds'
    """
    chosen = operators if isinstance(operators, str) else ",".join(operators)
    return Answer(
        run(
            "compound", option("caption", caption), option("edits", chosen), option("features", features), option("slots", slots),
            progress=progress,
        )
    )


def check(*targets: Any, samples: int = 10, effort: int = 1) -> Answer:
    """Proofs by the kernel: names of shipped theorems, files or folders; without any, all shipped theorems.

    Raises :class:`DoesNotHold` where a proof is rejected.

    >>> check("swap").summary["holds"]
    1
    """
    answer = Answer(run("check", [os.fspath(target) for target in targets], option("samples", samples), option("effort", effort)))
    return _held(answer, "check", "a theorem is not proved, or fails on samples")


def refute(target: Any, *, drop: Optional[str] = None, seed: int = 0, budget: int = 20000, out: Out = None) -> Answer:
    """Small matrices on which a claim fails: a shipped theorem with an assumption dropped, or a ``.thm`` file.

    >>> sorted(refute("swap", drop="separated").counterexample["spaces"])
    ['Caption', 'Embed', 'Token']
    """
    return Answer(run("refute", os.fspath(target), option("drop", drop), option("seed", seed), option("budget", budget), option("out", out)))


def verify(certificate: Any, *, inputs: Out = None, progress: Progress = None) -> Answer:
    """A certificate from the raw inputs beside it, by multiplication alone. Raises :class:`DoesNotHold` where it fails.

    >>> bool(verify(build(["a cup on a book"], ["a book on a cup"], out=None).certificate))
    True
    """
    answer = Answer(run("verify", os.fspath(certificate), option("inputs", inputs), progress=progress))
    return _held(answer, "verify", "the certificate does not hold")


def book(out: Out = "scotoma-book") -> Path:
    """Writes the teaching material and returns its first page, which opens offline."""
    folder = _out(out, "scotoma-book")
    run("book", option("out", folder))
    return folder / "index.html"


def _held(answer: Answer, what: str, message: str) -> Answer:
    from ._errors import of_record

    if answer.verdict != "holds":
        raise of_record(answer.verdict, {"code": what, "message": message, "notes": [str(answer.record)[:2000]]})
    return answer
