"""Half-width against runs before drawing: how many runs make an interval as narrow as wanted.

The half-widths come from `analysis`; here they get a finding and a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenario.charts.columns import (
    as_flags,
    checked,
    require_distinct,
    require_not_negative,
    require_positive,
)
from scenario.charts.data import Context, FigureData
from scenario.charts.wording import number
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, eq=False)
class HalfWidth(FigureData):
    """A path of half-widths, measured and then projected.

    Parameters
    ----------
    wanted
        Wanted half-width, > 0.
    n_needed
        Number of runs that reaches it; 0 where it is not known.
    """

    wanted: float
    n_needed: int


def halfwidth_figure(
    table: pd.DataFrame,
    context: Context,
    *,
    outcome: str,
    unit: str,
    wanted: float,
    n_needed: int | None,
    name: str = "halfwidth",
) -> HalfWidth:
    """Describe how the half-width of a 95 % interval shrinks with the number of runs.

    Parameters
    ----------
    table
        One row per number of runs: n (> 0, each once), half_width (>= 0, in `unit`), is_projected (whether
        it was computed from fewer runs). At least one row is measured.
    context
        Where the numbers come from; `n` is the number of runs made.
    outcome, unit
        Meaning in words and unit (a share is given times 100, in "of 100 runs").
    wanted
        Wanted half-width in `unit`, > 0.
    n_needed
        Number of runs needed for it; None where it cannot be told.
    name
        File name.

    Raises
    ------
    DataError
        E630 to E637 for a table or number that breaks this, E639 for a table without a measured row.
    """
    rows = checked(table, what="half-width", text=("is_projected",), numbers=("n", "half_width"))
    rows = rows.assign(is_projected=as_flags(rows["is_projected"], what="half-width table: is_projected"))
    require_distinct(list(rows["n"]), what="numbers of runs")
    for n, half in zip(rows["n"], rows["half_width"], strict=True):
        require_positive(n, what="number of runs")
        require_not_negative(half, what="half_width")
    require_positive(wanted, what="wanted")
    if rows["is_projected"].all():
        raise DataError(
            Problem(rule="half-width table must have a measured row", got="only projected rows", code="E639")
        )
    rows = rows[["n", "half_width", "is_projected"]].sort_values("n").reset_index(drop=True)
    return _described(
        rows, context, outcome=outcome, unit=unit, wanted=wanted, n_needed=n_needed or 0, name=name
    )


def _described(
    rows: pd.DataFrame, context: Context, *, outcome: str, unit: str, wanted: float, n_needed: int, name: str
) -> HalfWidth:
    """Put the description together."""
    last = rows[~rows["is_projected"]].iloc[-1]
    title = _title(last["n"], last["half_width"], outcome=outcome, unit=unit, wanted=wanted, needed=n_needed)
    has_projection = bool(rows["is_projected"].any())
    dashed = " Ring and dashed line: projected from them, not run." if has_projection else ""
    return HalfWidth(
        name=name,
        title=title,
        measure=f"Half-width of the 95 % interval: {outcome}",
        unit=unit,
        note=(
            f"Dots: half-width over the first n runs.{dashed} Horizontal line: wanted half-width, "
            f"±{number(wanted)}. Number of runs on a scale of factors of ten; four times the runs halve the "
            "width. It is simulation error only, not uncertainty about the world."
        ),
        alt=f"Line chart of half-width against runs. {title}. {_sentence(rows, unit)}",
        table=rows,
        context=context,
        wanted=wanted,
        n_needed=n_needed,
    )


def _title(n: float, half: float, *, outcome: str, unit: str, wanted: float, needed: int) -> str:
    """Say whether the runs are enough, and if not how many are."""
    head = outcome[:1].upper() + outcome[1:]
    target = f"±{number(wanted)} {unit}"
    if half <= wanted:
        reached = f", {needed:,} would do" if 0 < needed < n else ""
        return f"{head}: {n:,.0f} runs are enough for {target}{reached}"
    if not needed:
        return f"{head}: {n:,.0f} runs give ±{number(half)}; how many give {target} cannot be told yet"
    return f"{head}: {target} takes about {needed:,} runs; {n:,.0f} give ±{number(half)}"


def _sentence(rows: pd.DataFrame, unit: str) -> str:
    """List the path."""
    parts = [
        f"{row['n']:,.0f} runs ±{number(row['half_width'])}{' (projected)' if row['is_projected'] else ''}"
        for row in rows.to_dict("records")
    ]
    return f"In {unit}: {', '.join(parts)}."
