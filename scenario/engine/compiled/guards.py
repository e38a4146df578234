"""What a run has asked of the numbers that a lever moves, so that only what a move touches is run again.

A guarded number is read in two ways. In a comparison x < number a run only learns the answer: it would be the
same run for any number between the largest x below it and the smallest x not below it. Any other reading
pins the number: only the same value gives the same run. What is not read at all may take any value. Bars
are compared with beliefs; their guards are kept in log odds. Patience is compared with how long a response
has waited, also at the horizon; it is pinned where it ran out.

Where the guarded numbers stand in a guard table: those of the case, then those of senders, forums, measures.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from scenario.engine import rules
from scenario.engine.compiled.memory import inner
from scenario.engine.compiled.records import case_facts, guard_at

INF = float("inf")

CASE_NUMBERS = (
    "response.hold_days",
    "response.p_execute",
    "talks.p_relief",
    "talks.share",
    "talks.verification_days",
)
HOLD, EXECUTE, RELIEF, RELIEF_SHARE, VERIFICATION = range(5)
N_CASE = len(CASE_NUMBERS)

PATIENCE_NUMBER = "patience_days"
SENDER_NUMBERS = (
    *("bars.warn", "bars.attribute", "bars.dismiss", "bars.early"),
    *("prepared", "specificity", "participates", PATIENCE_NUMBER),
)
PREPARED, SPECIFICITY, PARTICIPATES, PATIENCE = range(4, 8)
N_SENDER = len(SENDER_NUMBERS)
FORUM_NUMBER, MEASURE_NUMBER = "p_veto", "share"


TINY = 1e-6
"""Log odds, or days, between which two values are not told apart; far beyond the rounding error of either."""

Floats = np.ndarray[Any, np.dtype[np.float64]]


def guarded_paths(spec: Any) -> list[str]:
    """Return the paths of a scenario's guarded numbers in the order of a guard table; "" for one left out."""
    early = {name for name, sender in spec.senders.items() if sender.bars.early is not None}
    return [
        *CASE_NUMBERS,
        *(
            f"senders.{name}.{number}" if number != "bars.early" or name in early else ""
            for name in spec.senders
            for number in SENDER_NUMBERS
        ),
        *(f"forums.{name}.{FORUM_NUMBER}" for name in spec.forums),
        *(f"measures.{name}.{MEASURE_NUMBER}" for name in spec.measures),
    ]


def holds(guard: Floats, new: Floats, *, path: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return in which runs a guard lets a number take another value without changing the run.

    Parameters
    ----------
    guard
        float64[R, 2]: the guard of one number in every run.
    new
        float64[R]: the other value.
    path
        The number's path. A bar's guard is in log odds; patience is compared with differences of times.
    """
    below, above = guard[:, 0], guard[:, 1]
    if ".bars." in path:
        values, places = np.unique(new, return_inverse=True)
        middle = np.array([rules.logit(value) for value in values.tolist()])[places]
        is_inside = (new >= TINY) & (new <= 1.0 - TINY)
    elif path.endswith(PATIENCE_NUMBER):
        middle, is_inside = new, np.ones(len(new), dtype=bool)
    else:
        return np.asarray((below < new) & (new <= above))
    is_unread = (below == -INF) & (above == INF)
    return np.asarray(is_unread | (is_inside & (below < middle - TINY) & (middle + TINY < above)))


@inner
def of_sender(s: int, kind: int) -> int:
    """Return the guard of a sender's number."""
    return N_CASE + s * N_SENDER + kind


@inner
def of_forum(w: Any, f: int) -> int:
    """Return the guard of a forum's veto."""
    return N_CASE + case_facts(w.facts_case, 0).n_senders * N_SENDER + f


@inner
def of_measure(w: Any, k: int) -> int:
    """Return the guard of a measure's share."""
    return of_forum(w, case_facts(w.facts_case, 0).n_forums + k)


@inner
def note(w: Any, g: int, x: float, is_below: bool) -> None:
    """Note the answer to x < number."""
    if w.keeps_guards:
        guard = guard_at(w.guard, g)
        if is_below:
            guard.below = max(guard.below, x)
        else:
            guard.above = min(guard.above, x)


@inner
def would_note(w: Any, g: int, x: float) -> bool:
    """Return whether the answer that x < number holds would be news."""
    return bool(w.keeps_guards) and x > guard_at(w.guard, g).below


@inner
def pin(w: Any, g: int) -> None:
    """Note that a number was read as it is."""
    if w.keeps_guards:
        guard = guard_at(w.guard, g)
        guard.below, guard.above = INF, -INF


@inner
def lay_guards(w: Any, n: int) -> None:
    """Lay the guards of a run anew: nothing was read yet."""
    for g in range(n):
        guard = guard_at(w.guard, g)
        guard.below, guard.above = -INF, INF
