"""Runs a command of Scotoma: inside this process for the functions, with this process's streams for the shell."""

from __future__ import annotations

import json
import sys
from typing import Any, Callable, Optional, Union

from . import _native
from ._errors import Declined, of_record

Progress = Union[None, bool, Callable[[str, int, int], None]]


def main() -> int:
    """The entry point of the command ``scotoma``."""
    return _native.command(["scotoma", *sys.argv[1:]])


def run(*arguments: Any, progress: Progress = None) -> "dict[str, Any]":
    """Runs ``scotoma ARGUMENTS --json`` in this process and returns its JSON object.

    ``None`` and ``False`` arguments are left out; lists are spliced in. ``progress``: ``True`` for tqdm, or a function
    of what is being done, steps done and steps in all.

    Raises what the ``error`` of the object says; a result that is negative without an error (an obstruction, an infeasible
    program) is returned.
    """
    line = ["scotoma", "--json", "--quiet"]
    for argument in arguments:
        if isinstance(argument, (list, tuple)):
            line += [str(item) for item in argument]
        elif argument is not None and argument is not False:
            line.append(str(argument))
    call, close = _watcher(progress)
    try:
        status, output, remarks = _native.run(line, call)
    finally:
        close()
    record = json.loads(output) if output.strip() else {}
    if isinstance(record, dict) and record.get("error"):
        raise of_record(record.get("verdict", ""), record["error"])
    if not output.strip() and status:
        raise Declined("no-answer", "\n".join(remarks) or f"the command ended with {status} and said nothing")
    return record


def option(name: str, value: Any) -> "list[str]":
    """``--name value``, once for each of several values; nothing for ``None`` and ``False``; a bare flag for ``True``."""
    if value is None or value is False:
        return []
    if value is True:
        return [f"--{name}"]
    if isinstance(value, (list, tuple)):
        return [part for item in value for part in (f"--{name}", str(item))]
    return [f"--{name}", str(value)]


def _watcher(progress: Progress) -> "tuple[Optional[Callable[[str, int, int], None]], Callable[[], None]]":
    if not progress:
        return None, lambda: None
    if callable(progress):
        return progress, lambda: None
    from tqdm.auto import tqdm

    bar = tqdm(total=0, unit="step", leave=False)

    def call(what: str, done: int, total: int) -> None:
        bar.total, bar.n = total or None, done
        bar.set_description(what, refresh=False)
        bar.refresh()

    return call, bar.close
