"""Tornado before drawing: how far each factor alone moves an outcome, against the noise of the runs.

The ends come from one-at-a-time runs with equal luck; `analysis` and `experiment` make them.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any

from scenario.charts.columns import (
    as_flags,
    checked,
    require_finite,
    require_not_negative,
    require_order,
)
from scenario.charts.data import Context, FigureData
from scenario.charts.wording import number, plural

if TYPE_CHECKING:
    import pandas as pd

MOST = 15
"""Largest number of bars; the rest are counted."""

ENDS = (
    "at_low", "at_low_lower", "at_low_upper", "at_high", "at_high_lower", "at_high_upper",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Tornado(FigureData):
    """Bars of a tornado, widest first.

    Parameters
    ----------
    outcome
        The outcome in words.
    baseline
        Outcome with every factor at its declared value.
    noise_floor
        Half-width of the band round the baseline that noise alone fills, >= 0.
    has_sign
        Whether the outcome is a difference, so that numbers carry a sign.
    n_left_out
        Number of factors that are not drawn.
    """

    outcome: str
    baseline: float
    noise_floor: float
    has_sign: bool
    n_left_out: int


def tornado_figure(
    table: pd.DataFrame,
    context: Context,
    *,
    outcome: str,
    unit: str,
    baseline: float,
    noise_floor: float,
    is_difference: bool = False,
    name: str = "tornado",
) -> Tornado:
    """Describe a tornado.

    Parameters
    ----------
    table
        One row per factor: factor, unit (of the factor), low_value, high_value (its input range: numbers
        or words), at_low, at_high (outcome at the ends, in `unit`), at_low_lower, at_low_upper,
        at_high_lower, at_high_upper (95 %), is_noise.
    context
        Where the numbers come from; n counts the runs behind one end.
    outcome, unit
        Meaning in words and unit (a share is given times 100, in "of 100 runs").
    baseline
        Outcome (or paired difference) with every factor at its declared value.
    noise_floor
        Half-width of the noise band round the baseline, in `unit`, >= 0. A bar inside it is noise.
    is_difference
        Whether the outcome is a paired difference B - A.
    name
        File name.

    Raises
    ------
    DataError
        E630 to E635 and E637 for a table or number that breaks this.
    """
    rows = checked(
        table, what="tornado", text=("factor", "unit", "low_value", "high_value", "is_noise"), numbers=ENDS
    )
    for end in ("at_low", "at_high"):
        require_order(rows, f"{end}_lower", f"{end}_upper", what="tornado")
    floor = require_not_negative(noise_floor, what="noise_floor")
    rows = _measured(rows, require_finite(baseline, what="baseline"), floor)
    shown = rows.iloc[:MOST]
    title = _title(rows, outcome=outcome, unit=unit, n=context.n)
    return Tornado(
        name=name,
        title=title,
        measure=f"One factor moved at a time: {'paired difference B − A, ' if is_difference else ''}{outcome}",
        unit=unit,
        note=_note(rows, baseline=baseline, floor=floor, unit=unit),
        alt=f"Tornado chart of {len(shown)} factors. {title}. {_sentence(shown, unit)}",
        table=shown,
        context=context,
        outcome=outcome,
        baseline=baseline,
        noise_floor=floor,
        has_sign=is_difference,
        n_left_out=len(rows) - len(shown),
    )


def range_text(row: dict[Any, Any]) -> str:
    """Return the input range of a factor ("0.05 to 0.3 per day", "10 to 40 days", "0.2 to 0.9")."""
    ends = f"{_value(row['low_value'])} to {_value(row['high_value'])}"
    return ends if row["unit"] in ("", "-", "1", "probability", "share") else f"{ends} {plural(row['unit'])}"


def _value(value: object) -> str:
    """Return an input value: a number in three digits, anything else as it is."""
    if isinstance(value, Real) and not isinstance(value, bool):
        return number(float(value))
    return str(value)


def _measured(rows: pd.DataFrame, baseline: float, floor: float) -> pd.DataFrame:
    """Return the rows with their width, noise marked, widest first (ties in the order given)."""
    ends = rows[["at_low", "at_high"]].assign(baseline=baseline)
    is_inside = ((rows[["at_low", "at_high"]] - baseline).abs() <= floor).all(axis=1)
    given = as_flags(rows["is_noise"], what="tornado table: is_noise")
    rows = rows.assign(width=ends.max(axis=1) - ends.min(axis=1), is_noise=given | is_inside)
    rows = rows.sort_values("width", ascending=False, kind="stable").reset_index(drop=True)
    return rows[["factor", "unit", "low_value", "high_value", *ENDS, "width", "is_noise"]]


def _title(rows: pd.DataFrame, *, outcome: str, unit: str, n: int) -> str:
    """Say what moves the outcome most, and how many factors do not."""
    n_noise, head = int(rows["is_noise"].sum()), outcome[:1].upper() + outcome[1:]
    if n_noise == len(rows):
        return f"{head}: none of {len(rows)} factors moves it beyond the noise of {n:,} runs"
    first = rows[~rows["is_noise"]].iloc[0]
    ends = f"from {number(first['at_low'])} to {number(first['at_high'])} {unit} over its range"
    rest = f"; {n_noise} of {len(rows)} factors are within noise" if n_noise else ""
    return f"{head}: {first['factor']} moves it most, {ends}{rest}"


def _note(rows: pd.DataFrame, *, baseline: float, floor: float, unit: str) -> str:
    """Say how to read the bars."""
    n_more = len(rows) - MOST
    more = (
        f" Not drawn: {n_more} more factors, none wider than {number(rows['width'].iloc[MOST])}."
        if n_more > 0
        else ""
    )
    return (
        "Each pair of bars: one factor set to the low and to the high end of its range (printed), all else "
        f"as declared, equal luck. Vertical line: baseline, {number(baseline)} {unit}. Shaded: noise floor, "
        f"±{number(floor)}; grey bars cannot be told from noise. Thin lines: 95 % simulation error.{more}"
    )


def _sentence(rows: pd.DataFrame, unit: str) -> str:
    """List the bars."""
    parts = [
        f"{row['factor']} ({range_text(row)}): {number(row['at_low'])} to {number(row['at_high'])}"
        f"{', noise' if row['is_noise'] else ''}"
        for row in rows.to_dict("records")
    ]
    return f"In {unit}: {'; '.join(parts)}."
