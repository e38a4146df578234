"""Figure 2 before drawing: the paired difference of a variant from A as 20 dots, each one twentieth of the runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenario.analysis.paired import Paired
from scenario.charts.data import Context, FigureData
from scenario.charts.wording import number, of_hundred, plural
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

WORDS = {
    "probability": ("only under {other}", "only under A", "the same"),
    "time": ("later", "earlier", "equal"),
    "quantity": ("higher", "lower", "equal"),
}
"""Kind -> what a higher, lower and equal value under the other variant is called."""

COLUMNS = 16
"""Number of places along the axis on which dots stack."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Difference(FigureData):
    """Dots of the paired difference.

    Parameters
    ----------
    mean, interval
        Mean paired difference and its 95 % interval (simulation error).
    step
        Width of a stack in units of the axis.
    counts
        The sentence on how many runs differ.
    mean_text
        The sentence on the mean difference.
    kind
        Kind of the outcome; a probability has three places: only in A, the same, only in B.
    is_noise
        Whether the mean difference cannot be told from none.
    other
        Letter of the variant that is compared with A.
    """

    mean: float
    interval: tuple[float, float]
    step: float
    counts: str
    mean_text: str
    kind: str
    is_noise: bool
    other: str = "B"


def words(kind: str, other: str) -> tuple[str, str, str]:
    """Return what a higher, lower and equal value under a variant is called.

    >>> words("probability", "C")[0]
    'only under C'
    """
    higher, lower, equal = WORDS.get(kind, WORDS["quantity"])
    return higher.format(other=other), lower, equal


def difference_figure(
    dots: Sequence[float],
    paired: Paired,
    context: Context,
    *,
    outcome: str,
    unit: str,
    kind: str,
    name: str = "difference",
) -> Difference:
    """Describe the paired difference of one outcome.

    Parameters
    ----------
    dots
        Quantiles of the paired differences, `analysis.paired.dots`; finite, at least one.
    paired
        `analysis.paired.paired_difference` of the same outcome.
    context
        Where the numbers come from; two variants, A and another.
    outcome, unit, kind
        As declared for the outcome: meaning in words, unit, kind.
    name
        File name.

    Raises
    ------
    DataError
        If there is no dot or one is not finite.
    """
    if not dots or not all(map(math.isfinite, dots)):
        raise DataError(
            Problem(rule="dots must be finite numbers, at least one", got=str(list(dots)), code="E622")
        )
    step, other = _step(dots), list(context.names)[-1]
    title = _title(paired, context, outcome=outcome, unit=unit, kind=kind)
    counts = _counts(paired, kind, other)
    return Difference(
        name=name,
        title=title,
        measure=f"Paired difference {other} − A: {outcome}",
        unit="share of runs" if kind == "probability" else plural(unit),
        note=_note(kind, len(dots)),
        alt=f"Quantile dot plot of {len(dots)} dots. {title}. {other} and A {counts}.",
        table=_stacked(dots, step),
        context=context,
        mean=paired.difference,
        interval=paired.interval,
        step=step,
        counts=f"{other} and A {counts}",
        mean_text=_mean_text(paired, unit, kind),
        kind=kind,
        is_noise=paired.noise,
        other=other,
    )


def _step(dots: Sequence[float]) -> float:
    """Return the width of a stack: a sixteenth of the span, or of 1 where all dots agree."""
    span = max(*dots, 0.0) - min(*dots, 0.0)
    return span / COLUMNS if span > 0 else 1.0 / COLUMNS


def _stacked(dots: Sequence[float], step: float) -> pd.DataFrame:
    """Return dot, quantile, place on the axis and height in its stack; zero is a stack of its own."""
    import pandas as pd

    rows, heights = [], dict[int, int]()
    for index, value in enumerate(sorted(dots), start=1):
        nearest = math.floor(abs(value) / step + 0.5)
        place = 0 if value == 0 else int(math.copysign(max(nearest, 1), value))
        heights[place] = heights.get(place, 0) + 1
        rows.append({"dot": index, "difference": value, "drawn_at": place * step, "height": heights[place]})
    return pd.DataFrame(rows)


def _title(paired: Paired, context: Context, *, outcome: str, unit: str, kind: str) -> str:
    """Say the finding."""
    if paired.differ == 0:
        return f"The two variants do not differ in any run: {outcome}"
    other = list(context.names)[-1]
    if paired.noise:
        return f"No distinguishable difference between {other} and A: {outcome}"
    head, size = outcome[:1].upper() + outcome[1:], abs(paired.difference)
    if kind == "probability":
        way = "more" if paired.difference > 0 else "fewer"
        return f"{head}: in {of_hundred(size)} of 100 runs {way} under “{context.names[other]}”"
    higher, lower, _ = words(kind, other)
    way = higher if paired.difference > 0 else lower
    in_units = unit if number(size) == "1" else plural(unit)
    return f"{head}: on average {number(size)} {in_units} {way} under “{context.names[other]}”"


def _counts(paired: Paired, kind: str, other: str) -> str:
    """Say in how many runs the variants differ, and which way."""
    higher, lower, equal = words(kind, other)
    return (
        f"differ in {of_hundred(paired.differ)} of 100 runs: {higher} in {of_hundred(paired.higher)}, "
        f"{lower} in {of_hundred(paired.lower)}, {equal} in {of_hundred(paired.equal)}"
    )


def _mean_text(paired: Paired, unit: str, kind: str) -> str:
    """Say the mean difference and its simulation error."""
    scale, of = (100, "of 100 runs") if kind == "probability" else (1, plural(unit))
    mean, low, high = (number(scale * v, sign=True) for v in (paired.difference, *paired.interval))
    return f"Mean difference {mean} {of} (simulation error, 95 %: {low} to {high})"


def _note(kind: str, n_dots: int) -> str:
    """Say how to read the dots."""
    never = " A run in which it never comes counts with the horizon." if kind == "time" else ""
    return (
        f"Each dot stands for {of_hundred(1 / n_dots)} of 100 pairs of runs with equal luck (quantiles of "
        f"the difference, stacked).{never} Mark below the dots: mean and its 95 % simulation error."
    )
