"""Scotoma: certified blind spots of contrastive vision-language encoders, from Python.

Every function runs the command of the same name inside this process, without the interpreter's lock, and returns its JSON with
names. Results keep the rows of the input: one row out for each row in, duplicates and dropped ones too.

>>> import scotoma
>>> result = scotoma.build([("a red cube on a blue sphere", "a blue cube on a red sphere")], out=None)
>>> result.fates
['free']
"""

from __future__ import annotations

from ._errors import Declined, DoesNotHold, ScotomaError, Unreadable
from ._functions import audit, book, build, check, compound, edits, fates, margins, mine, nearest, negatives, refute, verify
from ._native import __version__
from ._results import Answer, Audit, Result, Rows

__all__ = [
    "Answer", "Audit", "Declined", "DoesNotHold", "Result", "Rows", "ScotomaError", "Unreadable", "__version__", "audit", "book", "build",
    "check", "compound", "edits", "fates", "margins", "mine", "nearest", "negatives", "refute", "verify",
]
