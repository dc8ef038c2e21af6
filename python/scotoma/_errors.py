"""What can go wrong, as exceptions. Each carries the stable code of the command line and all that it would print."""

from __future__ import annotations

from typing import Any, Optional, Sequence


class ScotomaError(Exception):
    """A command that did not do what was asked.

    Attributes: ``code`` (stable, kebab-case), ``message``, ``file``, ``line`` (1-based), ``notes`` (further facts),
    ``help`` (what to do about it). Those that do not apply are ``None`` or empty.
    """

    def __init__(
        self,
        code: str,
        message: str,
        file: Optional[str] = None,
        line: Optional[int] = None,
        notes: Sequence[str] = (),
        help: Optional[str] = None,
    ) -> None:
        # All arguments go to Exception, which pickles by calling the class with them.
        super().__init__(code, message, file, line, tuple(notes), help)
        self.code, self.message, self.file, self.line = code, message, file, line
        self.notes, self.help = tuple(notes), help

    def __str__(self) -> str:
        place = "" if self.file is None else f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        lines = [f"{place}{self.message} [{self.code}]", *self.notes]
        return "\n".join(lines + ([f"help: {self.help}"] if self.help else []))


class DoesNotHold(ScotomaError):
    """A proof that is rejected, a certificate that fails, a claim that is refuted (exit status 1)."""


class Declined(ScotomaError):
    """Undecided within a limit that can be raised (exit status 2)."""


class Unreadable(ScotomaError, ValueError):
    """Input that cannot be read, or a call with wrong arguments (exit status 3)."""


_BY_VERDICT = {"does-not-hold": DoesNotHold, "declined": Declined, "unreadable": Unreadable}


def of_record(verdict: str, error: "dict[str, Any]") -> ScotomaError:
    """The exception for the ``error`` object of a command's JSON. The verdict decides the class, the code its meaning."""
    kind = _BY_VERDICT.get(verdict, ScotomaError)
    file, line = error.get("file"), error.get("line")
    return kind(error["code"], error["message"], file, line, error.get("notes", ()), error.get("help"))
