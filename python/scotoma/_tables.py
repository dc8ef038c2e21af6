"""Tables and arrays as users hold them, as the files that a certificate can name.

Nothing here imports pandas, polars, pyarrow, datasets or torch: tables are read by column, arrays by ``__array__``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Iterable, Optional

from ._errors import Unreadable


def is_path(value: Any) -> bool:
    """Whether this names a file: a path, or text that ends as a file of captions does and has no line break."""
    if isinstance(value, os.PathLike):
        return True
    endings = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt", ".gz", ".zst", ".parquet")
    return isinstance(value, str) and "\n" not in value and value.lower().endswith(endings)


def paths(value: Any) -> "Optional[list[str]]":
    """The files that are meant, when files are meant."""
    if is_path(value):
        return [os.fspath(value)]
    if isinstance(value, (list, tuple)) and value and all(is_path(item) for item in value):
        return [os.fspath(item) for item in value]
    return None


def values(column: Any) -> "list[Any]":
    """The cells of a column of any table, as Python objects."""
    for name in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, name):
            return list(getattr(column, name)())
    return list(column)


def column(table: Any, name: str) -> "list[Any]":
    """One column of a DataFrame, an Arrow table, a data set, or a dict of lists."""
    try:
        return values(table[name])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Unreadable("usage", f"the table has no column {name!r}", help=_columns(table)) from error
    except Exception as error:  # polars raises a class of its own
        if type(error).__name__ == "ColumnNotFoundError":
            raise Unreadable("usage", f"the table has no column {name!r}", help=_columns(table)) from error
        raise


def names(table: Any) -> "list[Any]":
    """The names of the columns of a table; none where it is none."""
    for attribute in ("columns", "column_names", "keys"):
        found = getattr(table, attribute, None)
        if found is not None:
            return list(found() if callable(found) else found)
    return []


def _columns(table: Any) -> Optional[str]:
    found = [str(item) for item in names(table)]
    return "its columns: " + ", ".join(found[:20]) if found else None


def has_column(table: Any, name: str) -> bool:
    """Whether a table has the column."""
    return name in names(table)


def has_field(table: Any, name: str) -> bool:
    """Whether a table has the column, or a row of a list of dicts the key."""
    rows = table if isinstance(table, (list, tuple)) else ()
    return has_column(table, name) or any(isinstance(row, Mapping) and name in row for row in rows)


def pairs(captions: Any, negatives: Any, caption: str, negative: str, more: "Iterable[str]" = ()) -> "list[dict[str, Any]]":
    """One dict a row: ``caption``, ``negative``, and those of ``more`` that the table has.

    ``captions`` is a table with both columns, a list of dicts or of (caption, negative), or, with ``negatives``, a
    sequence of texts. The order and the number of rows are those of the input.
    """
    if negatives is not None:
        left, right = values(captions), values(negatives)
        if len(left) != len(right):
            raise Unreadable("usage", f"{len(left)} captions and {len(right)} negatives: one negative a caption is needed")
        return [{"caption": a, "negative": b} for a, b in zip(left, right)]
    if isinstance(captions, (list, tuple)):
        return [_pair(row, number, caption, negative, more) for number, row in enumerate(captions)]
    names = {"caption": caption, "negative": negative, **{name: name for name in more if has_column(captions, name)}}
    cells = {to: column(captions, name) for to, name in names.items()}
    return [dict(zip(cells, row)) for row in zip(*cells.values())]


def _pair(row: Any, number: int, caption: str, negative: str, more: "Iterable[str]") -> "dict[str, Any]":
    if isinstance(row, Mapping):
        kept = {name: row[name] for name in more if name in row}
        return {"caption": row.get(caption), "negative": row.get(negative), **kept}
    if isinstance(row, (list, tuple)) and len(row) == 2:
        return {"caption": row[0], "negative": row[1]}
    what = "text without a negative; pass negatives=" if isinstance(row, str) else f"a {type(row).__name__}"
    raise Unreadable("usage", f"row {number} is {what}", help="rows are dicts, (caption, negative) pairs, or two lists")


def texts(value: Any, name: str = "caption") -> "list[Any]":
    """A column of texts: a list, a series, an array, or the column ``name`` of a table or of a list of dicts."""
    if has_column(value, name):
        return column(value, name)
    found = values(value)
    return [row.get(name) if isinstance(row, Mapping) else row for row in found]


def is_text(value: Any) -> bool:
    """Whether a cell can be a caption: text that is not blank (missing cells are None, NaN or NA)."""
    return isinstance(value, str) and bool(value.strip())


def write_lines(path: Path, rows: "Iterable[dict[str, Any]]") -> str:
    """JSON Lines, one record a row; values that JSON does not know are written as text."""
    with open(path, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
    return str(path)


def write_texts(path: Path, value: Any, name: str = "caption") -> str:
    """The texts of the rows of a matrix, as a JSON list."""
    path.write_text(json.dumps(texts(value, name), ensure_ascii=False), encoding="utf-8")
    return str(path)


def write_array(path: Path, value: Any) -> str:
    """A matrix as ``.npy`` (a row a text, float16, float32 or float64 as it is); a path is passed on."""
    if isinstance(value, (str, os.PathLike)):
        return os.fspath(value)
    import numpy

    if hasattr(value, "detach"):  # a torch tensor, on whatever device
        value = value.detach().cpu()
        value = value.float() if str(value.dtype) == "torch.bfloat16" else value
    array = numpy.asarray(value)
    if array.ndim != 2:
        raise Unreadable("usage", f"a matrix has two axes, a row a text; this one has the shape {array.shape}")
    if array.dtype.kind not in "fiu":
        raise Unreadable("usage", f"a matrix of numbers is needed, not of {array.dtype}")
    kind = array.dtype if array.dtype.kind == "f" else numpy.dtype(numpy.float64)
    numpy.save(path, numpy.ascontiguousarray(array, kind.newbyteorder("<")), allow_pickle=False)
    return str(path)
