"""What would have to be true: the value of a factor at which B stops beating A, along one factor or over two.

It reads differences B - A that somebody else ran. Between two values of the factor the mean is drawn as a
straight line; a bend between them is not in the interval, so look at `between` and put values closer there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import Floats
from scenario.analysis.crossings import Band, Crossing, Signs, band_of, crossings_of, judged
from scenario.analysis.pareto import check_direction, percentile_interval
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Tipping:
    """Where B stops beating A along one factor.

    Parameters
    ----------
    values, means, lower, upper
        Shape [V] each: values of the factor, mean of B - A (after monotone smoothing, if asked for) and its
        95 % interval at each.
    told
        Shape [V]: 1 and -1 where the mean is told to lie above and below the target, at all values together
        (95 %); 0 where it is not.
    crossings
        All crossings of the mean, rising by value; also those that are noise.
    verdict
        "better", "worse" (B, over the whole range), "crosses" or "none told".
    text
        One sentence.
    n_worlds
        Number of independent worlds M.
    """

    values: Floats
    means: Floats
    lower: Floats
    upper: Floats
    told: Signs
    crossings: tuple[Crossing, ...]
    verdict: str
    text: str
    n_worlds: int


@dataclass(frozen=True, kw_only=True)
class TippingGrid:
    """Where B stops beating A over two factors.

    Parameters
    ----------
    x, y, mean, lower, upper, is_noise
        Shape [X, Y] for the last four: mean of B - A, its 95 % interval (for one cell), and whether the cell
        cannot be told from the target (for all cells together, so that no cell stands out by chance).
    rows
        One entry per value of y: the crossings along x. Together they are the contour.
    n_worlds
        Number of independent worlds M.
    """

    x: Floats
    y: Floats
    mean: Floats
    lower: Floats
    upper: Floats
    is_noise: NDArray[np.bool_]
    rows: tuple[Tipping, ...]
    n_worlds: int

    def table(self) -> pd.DataFrame:
        """Return x, y, mean, lower, upper, is_noise, one row per cell."""
        import pandas as pd

        x, y = np.meshgrid(self.x, self.y, indexing="ij")
        columns = {name: getattr(self, name).ravel() for name in ("mean", "lower", "upper", "is_noise")}
        return pd.DataFrame({"x": x.ravel(), "y": y.ravel()} | columns)


def tipping(
    values: ArrayLike,
    differences: ArrayLike,
    *,
    experiment: ArrayLike | None = None,
    target: float = 0.0,
    better: str = "higher",
    monotone: str | None = None,
    unit: str = "",
    labels: tuple[str, str] = ("A", "B"),
) -> Tipping:
    """Find where the mean difference B - A crosses a target along one factor.

    The interval of a crossing is {x : the 95 % interval of the mean at x holds the target}, around it; for
    curves that only rise or only fall this is the percentile interval of the crossings of resampled worlds. A
    crossing is told if the mean is told on both sides of it, judged at all values together by the largest
    deviation of the bootstrap. "Better over the whole range" needs every single interval to exclude the target.

    Parameters
    ----------
    values
        Shape [V], V >= 2, rising, finite.
    differences
        Shape [V, R], B - A of the same runs at every value (common random numbers), or [V, M], means per
        outer point; finite, times as min(T, horizon).
    experiment
        Shape [R], the outer point of each run; left out where a column is a world.
    target
        Difference at which B stops beating A (default 0), in the outcome's unit.
    better
        "higher" (default) or "lower": which outcome is better.
    monotone
        None (default: no smoothing), "rising" or "falling": the mean is known to be so. Least squares under
        that condition (Barlow et al. 1972, eq. 1.9), in every resample as well.
    unit, labels
        Unit of the factor for the sentence; names of A and B.
    """
    places = _rising(values, "values")
    table = _finite(differences, (len(places),), "differences must be [V, R], one row per value")
    check_direction(better)
    _check_options(target, monotone)
    words = _Words(target=target, better=better, unit=unit, labels=labels)
    return _tipping(places, band_of(table, experiment, target=target, monotone=monotone), words)


def tipping_grid(
    values_x: ArrayLike,
    values_y: ArrayLike,
    differences: ArrayLike,
    *,
    experiment: ArrayLike | None = None,
    target: float = 0.0,
    better: str = "higher",
    unit: str = "",
    labels: tuple[str, str] = ("A", "B"),
) -> TippingGrid:
    """Find where the mean difference B - A crosses a target over two factors.

    Parameters
    ----------
    values_x, values_y
        Shapes [X] and [Y], X >= 2, Y >= 2, rising, finite.
    differences
        Shape [X, Y, R], or [X, Y, M] with means per outer point; finite.
    experiment, target, better, unit, labels
        As in `tipping`; the unit is that of x.
    """
    x, y = _rising(values_x, "values_x"), _rising(values_y, "values_y")
    cells = _finite(differences, (len(x), len(y)), "differences must be [X, Y, R], one column per run")
    check_direction(better)
    _check_options(target, None)
    band = band_of(cells.reshape(len(x) * len(y), -1), experiment, target=target, monotone=None)
    words = _Words(target=target, better=better, unit=unit, labels=labels)
    low, high = (end.reshape(len(x), len(y)) + target for end in percentile_interval(band.draws, band.n))
    return TippingGrid(
        x=x,
        y=y,
        mean=band.means.reshape(len(x), len(y)) + target,
        lower=low,
        upper=high,
        is_noise=band.told.reshape(len(x), len(y)) == 0,
        rows=tuple(_tipping(x, band.part(slice(j, None, len(y))), words) for j in range(len(y))),
        n_worlds=band.n,
    )


@dataclass(frozen=True, kw_only=True)
class _Words:
    """What the sentence needs to know."""

    target: float
    better: str
    unit: str
    labels: tuple[str, str]

    def at(self, value: float, digits: int | None = None) -> str:
        """Return a value of the factor with its unit."""
        number = f"{value:.4g}" if digits is None else f"{value:.{digits}f}"
        return f"{number} {self.unit}".rstrip()

    def spot(self, crossing: Crossing) -> str:
        """Return a crossing with its interval, as many decimals as the interval deserves."""
        low, high = crossing.interval
        digits = min(max(-math.floor(math.log10((high - low) / 4)), 0), 12) if high > low else 3
        return f"{self.at(crossing.value, digits)} ({low:.{digits}f} to {high:.{digits}f})"

    def is_better(self, sign: int) -> bool:
        """Return whether a difference above (1) or below (-1) the target speaks for B."""
        return (sign > 0) == (self.better == "higher")

    def verb(self, sign: int) -> str:
        """Return what B does where the difference lies above or below the target."""
        b, a = self.labels[1], self.labels[0]
        if self.target:
            return f"{b} - {a} lies {'above' if sign > 0 else 'below'} {self.target:g}"
        return f"{b} is {'better' if self.is_better(sign) else 'worse'} than {a}"


def _tipping(places: Floats, band: Band, words: _Words) -> Tipping:
    """Return crossings and verdict along one factor."""
    low, high = percentile_interval(band.draws, band.n)
    crossings = judged(crossings_of(places, band), places, band.told)
    sign = 1 if (low > 0).all() else -1 if (high < 0).all() else 0
    if sign and band.is_enough.all():
        verdict = "better" if words.is_better(sign) else "worse"
        text = f"{words.verb(sign)} over the whole range, {places[0]:.4g} to {words.at(places[-1])}"
    else:
        verdict = "crosses" if any(not one.is_noise for one in crossings) else "none told"
        text = _crossing_text(crossings, words) if verdict == "crosses" else _none_text(places, band, words)
    return Tipping(
        values=places,
        means=band.means + words.target,
        lower=low + words.target,
        upper=high + words.target,
        told=band.told,
        crossings=crossings,
        verdict=verdict,
        text=f"{text} (n = {band.n:,} worlds).",
        n_worlds=band.n,
    )


def _crossing_text(crossings: Sequence[Crossing], words: _Words) -> str:
    """Return where B stops or starts to be better."""
    told = [one for one in crossings if not one.is_noise]
    spots = [words.spot(one) for one in told]
    if len(told) > 1 or words.target:
        return f"{words.labels[1]} - {words.labels[0]} crosses {words.target:g} at {', '.join(spots)}"
    below = -1 if told[0].is_rising else 1
    above = "better" if words.is_better(-below) else "worse"
    return f"{words.verb(below)} below {spots[0]}, {above} above"


def _none_text(places: Floats, band: Band, words: _Words) -> str:
    """Return where a difference is told although no crossing is."""
    head = f"No distinguishable crossing between {places[0]:.4g} and {words.at(places[-1])}"
    ends = np.flatnonzero(np.diff(band.told)) + 1
    parts = [part for part in np.split(np.arange(len(places)), ends) if band.told[part[0]]]
    said = [f"{words.verb(int(band.told[part[0]]))} at {_span(places[part], words)}" for part in parts]
    if not said:
        return f"{head}: the difference cannot be told anywhere"
    return f"{head}: {', '.join(said)}, elsewhere it cannot be told"


def _span(places: Floats, words: _Words) -> str:
    """Return one value, or the first and the last."""
    return words.at(places[0]) if len(places) == 1 else f"{places[0]:.4g} to {words.at(places[-1])}"


def _rising(values: ArrayLike, name: str) -> Floats:
    """Return values of a factor; refuse fewer than two and those that do not rise."""
    places = np.asarray(values, dtype=np.float64)
    if (
        places.ndim != 1
        or len(places) < 2
        or not np.isfinite(places).all()
        or not (np.diff(places) > 0).all()
    ):
        got = f"shape {places.shape}, {places.ravel()[:4].tolist()}"
        raise DataError(Problem(rule=f"{name} must be at least two rising numbers", got=got, code="A150"))
    return places


def _finite(differences: ArrayLike, shape: tuple[int, ...], rule: str) -> Floats:
    """Return differences; refuse another shape and NaN."""
    table = np.asarray(differences, dtype=np.float64)
    if table.shape[:-1] != shape or table.size == 0:
        raise DataError(Problem(rule=rule, got=f"shape {table.shape} for {shape} values", code="A151"))
    if not np.isfinite(table).all():
        hint = "replace a time that never came by the horizon first"
        got = "NaN or infinity"
        raise DataError(Problem(rule="differences must be finite numbers", got=got, hint=hint, code="A151"))
    return table


def _check_options(target: float, monotone: str | None) -> None:
    """Refuse a target that is no number and a smoothing that is none."""
    if not math.isfinite(target):
        raise DataError(Problem(rule="target must be a finite number", got=str(target), code="A152"))
    if monotone not in (None, "rising", "falling"):
        rule = "monotone must be None, 'rising' or 'falling'"
        raise DataError(Problem(rule=rule, got=repr(monotone), code="A152"))
