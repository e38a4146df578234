"""Which run: by its number, its id, or its rank in an outcome. No Streamlit here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.charts.wording import date_text, of_hundred
from scenario.charts.wording import number as number_text
from scenario.engine.faults import run_id
from scenario.spec.outcomes import Outcome, outcomes_of
from scenario.spec.scenario import Scenario
from scenario.ui import settings

if TYPE_CHECKING:
    import pandas as pd

RANKED = frozenset({"time", "duration", "count", "quantity", "index"})
"""Kinds of outcome that runs can be ranked by; of a yes or no there is no percentile."""

_ID = re.compile(r"e(\d{1,9})-r(\d{1,4})")


@dataclass(frozen=True, kw_only=True)
class Picked:
    """One run of many.

    Parameters
    ----------
    number
        From 1.
    run
        (experiment, replication).
    """

    number: int
    run: tuple[int, int]

    @property
    def id(self) -> str:
        """Return the run's id ("e0012-r003")."""
        return run_id(*self.run)


def numbered(number: int, inner: int) -> Picked:
    """Return the run of a number, counted from 1, where each outer point has `inner` replications."""
    experiment, replication = divmod(number - 1, inner)
    return Picked(number=number, run=(experiment, replication))


def parsed(text: str, *, n: int, inner: int) -> Picked | None:
    """Return the run that a text names ("49" or "e0012-r000"), None where it names none of the n runs.

    Parameters
    ----------
    text
        A number from 1 to n, or an id.
    n, inner
        Number of runs, and of replications of an outer point.
    """
    given = text.strip().lower()
    if (found := _ID.fullmatch(given)) is not None:
        experiment, replication = int(found[1]), int(found[2])
        number = experiment * inner + replication + 1 if replication < inner else 0
    else:
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
    return numbered(number, inner) if 1 <= number <= n else None


def ranked_outcomes(scenario: Scenario) -> dict[str, Outcome]:
    """Return the outcomes to rank by, under the title they have on the screen; those of the bar come first.

    Parameters
    ----------
    scenario
        Whose outcomes.
    """
    declared = outcomes_of(scenario.spec, twins=False)
    titles = {focus.label: declared[focus.column] for focus in settings.FOCUSES}
    taken = {outcome.name for outcome in titles.values()}
    for name, outcome in declared.items():
        if outcome.kind in RANKED and name not in taken:
            title = outcome.meaning[0].upper() + outcome.meaning[1:]
            titles[title if title not in titles else f"{title} ({name})"] = outcome
    return titles


def ranked(values: Any) -> Any:
    """Return the rows of a column in rising order; runs that never get there (NaN) last, equal ones as they stand.

    Parameters
    ----------
    values
        Shape [R].
    """
    column = np.asarray(values, dtype=float)
    return np.argsort(np.where(np.isnan(column), np.inf, column), kind="stable")


def row_at(values: Any, percentile: int) -> int:
    """Return the row at a percentile: the smallest value that at least so many of 100 runs do not exceed.

    Parameters
    ----------
    values
        Shape [R], R >= 1; NaN is never and ranks last.
    percentile
        0 to 100.
    """
    order = ranked(values)
    return int(order[max(-(-percentile * len(order) // 100) - 1, 0)])


def percentile_of(values: Any, row: int) -> int:
    """Return the smallest percentile, 1 to 100, that reaches the rank of a row."""
    order = ranked(values)
    rank = int(np.flatnonzero(order == row)[0]) + 1
    return 100 * (rank - 1) // len(order) + 1


def row_of(table: pd.DataFrame, run: tuple[int, int]) -> int | None:
    """Return the row of a run in an outcome table, None where the run failed."""
    found = np.flatnonzero((table["experiment"] == run[0]) & (table["replication"] == run[1]))
    return int(found[0]) if len(found) else None


def standing(values: Any, row: int, outcome: Outcome, scenario: Scenario) -> str:
    """Say what the outcome is in a run, and how many runs never get there.

    Parameters
    ----------
    values, row
        Shape [R], and which of them.
    outcome, scenario
        What is told, and of which scenario.
    """
    column = np.asarray(values, dtype=float)
    value, days = float(column[row]), scenario.spec.horizon_days
    if outcome.kind != "time":
        return f"Here: {number_text(value)} {'days' if outcome.unit == 'day' else outcome.unit}."
    never = of_hundred(float(np.isnan(column).mean()))
    if np.isnan(value):
        return (
            f"Here it never comes within {days} days, as in {never} of 100 runs; such runs rank last, in the "
            "order of their numbers."
        )
    here = f"Here: day {value:.0f}, {date_text(scenario.spec.as_of, value)}"
    if never == "0":
        return f"{here}. It comes in every run."
    return f"{here}. In {never} of 100 runs it never comes within {days} days; such runs rank last."
