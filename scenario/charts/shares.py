"""Chance against ignorance before drawing: how much of each outcome's variance each source makes.

The shares come from `analysis.variance`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scenario.charts.columns import checked, require_distinct, require_order
from scenario.charts.data import Context, FigureData
from scenario.charts.wording import joined, number
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

SOURCES = {"parameters": "parameters", "fact": "hidden fact", "luck": "luck"}
"""Column -> how the figure calls the source, in the order of the stack."""

ADDS_UP = 1e-6
"""How far from 1 the three shares of an outcome may add up."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shares(FigureData):
    """Stacked shares, one bar per outcome, as columns `start` and `end` of the table."""


def shares_figure(table: pd.DataFrame, context: Context, *, name: str = "shares") -> Shares:
    """Describe the shares of variance of one or more outcomes.

    Parameters
    ----------
    table
        One row per outcome: outcome, parameters, fact, luck (shares that add up to 1; an estimate may lie
        slightly outside 0 to 1), and for each source its 95 % interval, `<source>_lower`, `<source>_upper`.
        Leave out an outcome that does not vary.
    context
        Where the numbers come from.
    name
        File name.

    Raises
    ------
    DataError
        E630 to E634 for a table that breaks this, E638 for shares that do not add up to 1.
    """
    columns = [c for source in SOURCES for c in (source, f"{source}_lower", f"{source}_upper")]
    rows = checked(table, what="shares", text=("outcome",), numbers=columns)
    require_distinct(list(rows["outcome"]), what="outcomes of the shares table")
    for source in SOURCES:
        require_order(rows, f"{source}_lower", f"{source}_upper", what="shares")
    for outcome, total in zip(rows["outcome"], rows[list(SOURCES)].sum(axis=1), strict=True):
        if abs(total - 1) > ADDS_UP:
            raise DataError(
                Problem(
                    rule=f"shares of {outcome} must add up to 1",
                    got=f"{total:g}",
                    hint="leave out an outcome that does not vary",
                    code="E638",
                )
            )
    title = _title(rows)
    return Shares(
        name=name,
        title=title,
        measure="What the spread of each outcome comes from",
        unit="share of variance in percent",
        note=(
            "Parameters: numbers that study can narrow; hidden fact: whether the act took place; luck: what "
            "stays even if both were known. Lines with ticks: 95 % interval of each share (parameters and "
            "hidden fact from the left of their part, luck from the right end). Estimates may lie slightly "
            "outside 0 to 100."
        ),
        alt=f"Stacked bars, one per outcome. {title}. {_sentence(rows)}",
        table=_stacked(rows),
        context=context,
    )


def _stacked(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per part: outcome, source, share, its interval, where the part begins and ends."""
    import pandas as pd

    parts = []
    for row in rows.to_dict("records"):
        start = 0.0
        for source, title in SOURCES.items():
            end = 1.0 if source == "luck" else start + row[source]
            bounds = {"lower": row[f"{source}_lower"], "upper": row[f"{source}_upper"]}
            where = {"start": start, "end": end}
            part = {"outcome": row["outcome"], "source": title, "share": row[source]}
            parts.append(part | bounds | where)
            start = end
    return pd.DataFrame(parts)


def percent(share: float) -> str:
    """Return a share as a whole percentage.

    >>> percent(0.254), percent(-0.02)
    ('25', '−2')
    """
    return number(round(100 * share))


def _largest(row: dict[Any, Any]) -> str:
    """Return the sources that may be the largest: those whose interval reaches that of the largest estimate."""
    first = max(SOURCES, key=lambda source: float(row[source]))
    rivals = [s for s in SOURCES if row[f"{s}_upper"] >= row[f"{first}_lower"]]
    return " or ".join(SOURCES[source] for source in rivals)


def _title(rows: pd.DataFrame) -> str:
    """Say which source is the largest, for which outcomes; more than one where intervals overlap."""
    records = rows.to_dict("records")
    if len(records) <= 3:
        parts = [f"{_largest(row)} for {row['outcome']}{_amount(row)}" for row in records]
        return f"Largest source of spread: {joined(parts)}"
    counts = Counter(_largest(row) for row in records)
    parts = [f"{source} for {count} of {len(records)} outcomes" for source, count in counts.most_common()]
    return f"Largest source of spread: {joined(parts)}"


def _amount(row: dict[Any, Any]) -> str:
    """Return the largest share in brackets where one source is clearly the largest."""
    return "" if " or " in _largest(row) else f" ({percent(max(row[source] for source in SOURCES))} %)"


def _sentence(rows: pd.DataFrame) -> str:
    """List the shares."""
    parts = [
        f"{row['outcome']}: " + ", ".join(f"{title} {percent(row[s])} %" for s, title in SOURCES.items())
        for row in rows.to_dict("records")
    ]
    return f"{'; '.join(parts)}."
