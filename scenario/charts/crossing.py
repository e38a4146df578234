"""Difference along one number before drawing: where B beats A, and the places where that turns.

Means, intervals, what is told and the crossings come from `analysis.tipping`; here they get a finding and a
text. Two numbers at once are a heat map.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from scenario.charts.columns import checked, require_distinct, require_one_of, require_order
from scenario.charts.data import Context, FigureData
from scenario.charts.heat import BETTER, sides_of
from scenario.charts.wording import number, plain
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 170
"""Most letters of the finding in a title."""


class Place(NamedTuple):
    """A crossing: its value, the ends of its 95 % interval (may be infinite), whether it is noise."""

    value: float
    low: float
    high: float
    is_noise: bool = False

    @property
    def text(self) -> str:
        """The value and its interval in words."""
        ends = (math.isfinite(self.low), math.isfinite(self.high))
        low, high = number(self.low) if ends[0] else "", number(self.high) if ends[1] else ""
        interval = {
            (True, True): f"{low} to {high}",
            (True, False): f"{low} or more",
            (False, True): f"up to {high}",
        }.get(ends, "anywhere")
        return f"{number(self.value)} ({interval})"


@dataclass(frozen=True, kw_only=True, eq=False)
class Crossing(FigureData):
    """Mean differences along a number and the told crossings of zero.

    Parameters
    ----------
    factor
        Caption of the horizontal axis, unit included.
    sides
        What a negative and a positive difference mean, in words.
    colors
        Variant whose colour a negative and a positive difference have.
    """

    factor: str
    sides: tuple[str, str]
    colors: tuple[str, str]

    @property
    def points(self) -> pd.DataFrame:
        """Rows of the table that are means."""
        return self.table[self.table["part"] == "mean"]

    @property
    def places(self) -> list[Place]:
        """The told crossings, rising."""
        rows = self.table[self.table["part"] == "crossing"]
        return [
            Place(float(row["value"]), float(row["value_lower"]), float(row["value_upper"]))
            for row in rows.to_dict("records")
        ]


def crossing_figure(
    table: pd.DataFrame,
    context: Context,
    *,
    outcome: str,
    unit: str,
    factor: str,
    text: str,
    crossings: Sequence[tuple[float, float, float, bool]] = (),
    better: str = "",
    name: str = "crossing",
) -> Crossing:
    """Describe the mean paired difference B - A along one number.

    Parameters
    ----------
    table
        One row per value, at least two: value (of the factor, each once), difference (mean B - A, in
        `unit`), lower, upper (its 95 % interval), told (1 above zero, -1 below, 0 not told from zero).
    context
        Where the numbers come from; n counts the paired runs per value; two variants.
    outcome, unit
        Meaning in words and unit (a share is given times 100, in "of 100 runs").
    factor
        Caption of the factor, unit included.
    text
        The answer in one sentence; without its "(n = ...)" and cut at 170 letters it is the title.
    crossings
        Per crossing of zero: value, low, high (its 95 % interval; infinite where it has no end), is_noise.
        Those that are noise are counted in the note and not drawn.
    better
        "higher" or "lower", so that a side can be said to win; "" where neither is better.
    name
        File name.

    Raises
    ------
    DataError
        E630 to E636 for a table or word that breaks this, E645 for a `told` that is no sign or not the sign
        of its difference, E646 for fewer than two values, E647 for a crossing outside its interval or the
        values, E648 for an empty text, E649 for one variant only.
    """
    require_one_of(better, BETTER, what="better")
    if set(context.names) != {"A", "B"}:
        _refuse("chart of a crossing must compare A and B", ", ".join(context.names), "E649")
    if not plain(text):
        _refuse("text of a crossing must be a sentence", repr(text), "E648")
    rows = _points(table)
    places = sorted(
        Place(float(v), float(low), float(high), bool(noise)) for v, low, high, noise in crossings
    )
    for place in places:
        _require_place(place, rows)
    kept = [place for place in places if not place.is_noise]
    sides, colors = sides_of(better)
    return Crossing(
        name=name,
        title=_title(outcome, text),
        measure=f"Mean paired difference B − A: {outcome}",
        unit=unit,
        note=_note(context.n, n_told=len(kept), n_noise=len(places) - len(kept)),
        alt=f"Line chart of the difference B − A along {factor}. {_title(outcome, text)}. "
        f"{_sentence(rows, kept, unit)}",
        table=_long(rows, kept),
        context=context,
        factor=factor,
        sides=sides,
        colors=colors,
    )


def _refuse(rule: str, got: str, code: str) -> None:
    """Raise the error of a rule."""
    raise DataError(Problem(rule=rule, got=got, code=code))


def _points(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a sound table, rising by value."""
    rows = checked(table, what="crossing", numbers=("value", "difference", "lower", "upper", "told"))
    require_order(rows, "lower", "upper", what="crossing")
    require_distinct(list(rows["value"]), what="values of the factor")
    if len(rows) < 2:
        _refuse("crossing table must have at least two values", f"{len(rows)} row", "E646")
    for told, difference in zip(rows["told"], rows["difference"], strict=True):
        if told not in (-1, 0, 1) or told * difference < 0:
            rule = "crossing table: told must be 1, -1 or 0, and not against the sign of its difference"
            _refuse(rule, f"{told:g} for a difference of {difference:g}", "E645")
    return rows.sort_values("value").assign(told=rows["told"].astype(int)).reset_index(drop=True)


def _require_place(place: Place, rows: pd.DataFrame) -> None:
    """Require that a crossing lies within its interval and among the values."""
    first, last = rows["value"].iloc[0], rows["value"].iloc[-1]
    if not (place.low <= place.value <= place.high and first <= place.value <= last):
        rule = f"crossing must lie within its interval and from {first:g} to {last:g}"
        _refuse(rule, f"{place.value:g} in {place.low:g} to {place.high:g}", "E647")


def _long(rows: pd.DataFrame, places: Sequence[Place]) -> pd.DataFrame:
    """Return means and told crossings under each other; is_noise says what is not told from zero."""
    import pandas as pd

    means = rows.assign(part="mean", value_lower=math.nan, value_upper=math.nan, is_noise=rows["told"] == 0)
    records = means.to_dict("records")
    records += [
        {"part": "crossing", "value": p.value, "value_lower": p.low, "value_upper": p.high, "difference": 0.0,
         "lower": math.nan, "upper": math.nan, "told": 0, "is_noise": False}
        for p in places
    ]  # fmt: skip
    columns = ["part", "value", "value_lower", "value_upper", "difference", "lower", "upper", "told"]
    return pd.DataFrame(records)[[*columns, "is_noise"]]


def _title(outcome: str, text: str) -> str:
    """Return the finding: the sentence without its n and full stop, not too long."""
    bare = re.sub(r"\s*\(n = [^)]*\)", "", plain(text)).rstrip(". ")
    finding = textwrap.shorten(bare, LONGEST, placeholder=" …")
    return f"{outcome[:1].upper()}{outcome[1:]}: {finding}"


def _note(n: int, *, n_told: int, n_noise: int) -> str:
    """Say how to read the marks."""
    mark = (
        " Mark on the zero line: where the difference turns, and its 95 % interval; an arrow: it goes on."
        if n_told
        else " No crossing of zero can be told."
    )
    several = "places" if n_noise > 1 else "place"
    further = (
        f" At {n_noise} {several} more the mean passes zero within noise: not marked." if n_noise else ""
    )
    return (
        f"Line: mean over {n:,} pairs of runs with equal luck, straight between the values; band: 95 % "
        f"interval of each mean. Filled points are told from zero; grey rings are not.{mark}{further}"
    )


def _sentence(rows: pd.DataFrame, places: Sequence[Place], unit: str) -> str:
    """Say the extremes, how many values are told, and the crossings."""
    records: list[dict[Any, Any]] = rows.to_dict("records")
    ends = [pick(records, key=lambda row: row["difference"]) for pick in (min, max)]
    low, high = (f"{number(r['difference'], sign=True)} {unit} at {number(r['value'])}" for r in ends)
    above, below = (int((rows["told"] == sign).sum()) for sign in (1, -1))
    told = f"Of {len(rows)} values {above} are told above zero, {below} below"
    marks = f" Crossing at {'; '.join(place.text for place in places)}." if places else ""
    return f"Lowest {low}; highest {high}. {told}.{marks}"
