"""Names that a user may give to senders, channels and the like, and the nearest valid one to a slip."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from scenario.spec.number import DISTRIBUTIONS

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_MOST_LISTED = 12

RESERVED = frozenset({"all", "national", "base", "none", "null", "true", "false", "defaults", *DISTRIBUTIONS})
"""Words that mean something else where a name may stand."""


def is_name(text: str) -> bool:
    """Return whether a text may name an entry of a section: a letter, then letters, digits, - and _."""
    return _NAME.fullmatch(text) is not None and text not in RESERVED


def did_you_mean(wrong: str, names: Iterable[str]) -> str:
    """Return a hint that offers the nearest name, or lists the names where none is near.

    Examples
    --------
    >>> did_you_mean("ue", ["us", "eu", "uk"])
    "did you mean 'eu'?"
    """
    known = [str(name) for name in names]
    lowered = {name.lower(): name for name in reversed(known)}
    slip = wrong.lower()[:80]
    near = difflib.get_close_matches(slip, lowered, n=5, cutoff=0.5)
    if near:
        swapped_first = min(near, key=lambda name: sorted(name) != sorted(slip))
        return f"did you mean '{lowered[swapped_first]}'?"
    listed = ", ".join(known[:_MOST_LISTED]) + (", ..." if len(known) > _MOST_LISTED else "")
    return f"known here: {listed}" if known else "nothing is declared there"
