"""An app of the same frame whose pages raise: the first one our own fault, the second one the user's."""

from __future__ import annotations

from typing import NoReturn

from scenario.errors import DataError, Problem
from scenario.ui.shell import PageEntry, run_app

SECRET = "secret of /home/someone/site-packages/file.py"


def _bug(_selection: object) -> NoReturn:
    """Raise what nobody foresaw."""
    raise ValueError(SECRET)


def _problem(_selection: object) -> NoReturn:
    """Raise what is the user's to mend."""
    raise DataError(Problem(rule="the table must have rows", got="none", code="A100"))


if __name__ == "__main__":
    run_app(
        [
            PageEntry(title="Compare", path="", draw=_bug),
            PageEntry(title="One run", path="one-run", draw=_problem),
        ]
    )
