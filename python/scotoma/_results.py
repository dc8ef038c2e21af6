"""What the functions return: the JSON of a command, with names, and shown as a table in a notebook."""

from __future__ import annotations

import html
import json
from fractions import Fraction
from pathlib import Path
from typing import Any, Iterator, Optional

Row = "dict[str, Any]"


class Answer:
    """The JSON object of a command, by attribute or by key; ``answer.record`` is all of it."""

    def __init__(self, record: "dict[str, Any]") -> None:
        self.record = record

    def __getattr__(self, name: str) -> Any:
        if name == "record":  # asked for before __init__ has run, while unpickling
            raise AttributeError(name)
        try:
            return self.record[name]
        except KeyError:
            raise AttributeError(f"no {name!r} here; there are {', '.join(self.record)}") from None

    def __getitem__(self, key: str) -> Any:
        return self.record[key]

    def __dir__(self) -> "list[str]":
        return [*super().__dir__(), *self.record]

    @property
    def verdict(self) -> str:
        """``holds``, ``does-not-hold``, ``declined``."""
        return str(self.record.get("verdict", "holds"))

    def __bool__(self) -> bool:
        return self.verdict == "holds"

    def __repr__(self) -> str:
        shown = [f"{key}={_short(value)}" for key, value in self._summary().items()]
        return f"{type(self).__name__}({', '.join(shown)})"

    def _summary(self) -> "dict[str, Any]":
        return {key: value for key, value in self.record.items() if not isinstance(value, (list, dict))}

    def _repr_html_(self) -> str:
        return _table(["", type(self).__name__], [[key, _short(value)] for key, value in self._summary().items()])


class Rows(Answer):
    """An answer with one row for each row of the input, in its order: ``rows``, a list of dicts."""

    def __init__(self, record: "dict[str, Any]", rows: "list[dict[str, Any]]") -> None:
        super().__init__(record)
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> "Iterator[dict[str, Any]]":
        return iter(self.rows)

    def to_pandas(self) -> Any:
        """The rows as a pandas DataFrame, indexed by the number of the row in the input."""
        import pandas

        return pandas.DataFrame(self.rows).set_index("row")

    def _repr_html_(self) -> str:
        names = ["row", *[name for name in ("caption", "negative", "operator", "fate", "joint", "dropped") if self._has(name)]]
        shown = [[row.get(name) for name in names] for row in self.rows[:20]]
        more = f"<p>and {len(self.rows) - 20} more rows</p>" if len(self.rows) > 20 else ""
        return super()._repr_html_() + _table(names, shown) + more

    def _has(self, name: str) -> bool:
        return any(row.get(name) is not None for row in self.rows)


class Result(Rows):
    """What :func:`scotoma.build` found, with the files that it wrote.

    ``rows``: one dict a row of the input, duplicates and dropped ones too: ``row``, ``caption``, ``negative``, ``operator``,
    ``steps``, ``fate`` (collapsed, identified, free), ``joint`` (blind or dropped), ``dropped`` (why the row is not an edit).
    """

    def __init__(self, record: "dict[str, Any]", rows: "list[dict[str, Any]]", out: Path) -> None:
        super().__init__(record, rows)
        self.out = out

    @property
    def fates(self) -> "list[Optional[str]]":
        """The fate of each row of the input; ``None`` where the row was dropped."""
        return [row["fate"] for row in self.rows]

    @property
    def operators(self) -> "list[Optional[str]]":
        """The operator of each row of the input."""
        return [row["operator"] for row in self.rows]

    @property
    def blind(self) -> "list[bool]":
        """Whether the encoder h is blind to the edit of each row."""
        return [row["joint"] == "blind" for row in self.rows]

    @property
    def certificate(self) -> Path:
        """The certificate, for :func:`scotoma.verify` and for the checker in plain Python."""
        return self.out / "certificate.json"

    @property
    def features(self) -> "list[str]":
        """The names of the features, in the order of the rows of h."""
        return list(self._encoder()["features"])

    @property
    def h(self) -> "dict[int, list[Fraction]]":
        """The rows of h that are not zero, exactly: feature number -> one entry a dimension of the embedding."""
        return {int(number): [Fraction(str(entry)) for entry in row] for number, row in self._encoder()["h"]}

    def h_array(self) -> Any:
        """h as a NumPy array of float64, features x width, multiplied by the ``scale`` of ``encoder.json``."""
        import numpy

        return numpy.load(self.out / "h.npy")

    def counts(self) -> "dict[str, dict[str, int]]":
        """How many rows have each fate, by operator."""
        table: "dict[str, dict[str, int]]" = {}
        for row in self.rows:
            if row["fate"] is not None:
                fates = table.setdefault(row["operator"], {"collapsed": 0, "identified": 0, "free": 0})
                fates[row["fate"]] += 1
        return table

    def _encoder(self) -> "dict[str, Any]":
        path = self.out / "encoder.json"
        if not path.exists():
            raise FileNotFoundError(f"{path}: no encoder is written where the captions themselves are obstructed")
        found: "dict[str, Any]" = json.loads(path.read_text(encoding="utf-8"))
        return found


class Audit(Rows):
    """The report card of :func:`scotoma.audit`, with the folder that it wrote.

    ``rows``: one dict a row of the input: ``operator``, ``meaning`` (the operator by what is said), ``rho``, ``word`` (BLIND,
    FAINT, SEEN), ``support``, ``unsupported``, with images ``signal``, ``bias`` and ``text_side``, each model's answer (measured); ``fate`` (certified, of the features).
    """

    def __init__(self, record: "dict[str, Any]", rows: "list[dict[str, Any]]", out: Path) -> None:
        super().__init__(record, rows)
        self.out = out

    @property
    def page(self) -> Path:
        """The report as one page that opens offline."""
        return self.out / "index.html"

    def table(self, name: str) -> Any:
        """A table of the report as a pandas DataFrame: ``displacement``, ``ladder``, ``support``, ``fates``, ``accuracy`` and others."""
        import pandas

        path = self.out / f"{name}.csv"
        known = sorted(p.stem for p in self.out.glob("*.csv"))
        if name not in known:
            raise KeyError(f"no table {name!r} in this report; there are {', '.join(known)}")
        return pandas.read_csv(path)

    def _repr_html_(self) -> str:
        names = [name for name in ("row", "caption", "negative", "operator", "rho", "word", "fate", "dropped") if name == "row" or self._has(name)]
        shown = [[row.get(name) for name in names] for row in self.rows[:20]]
        limits = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in self.record["may_not_claim"])
        return _table(names, shown) + f"<p>What this may not be taken for</p><ul>{limits}</ul>"


def _short(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else value
    return text if len(text) <= 80 else text[:79] + "…"


def _table(header: "list[str]", rows: "list[list[Any]]") -> str:
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in header)
    body = "".join(
        "<tr>" + "".join(f"<td>{'' if cell is None else html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
