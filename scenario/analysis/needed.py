"""How many runs a pilot says a wanted half-width takes, and how surely.

The half-width that runs have reached lives in `precision`, the rule that stops at it in `stopping`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import (
    LEVEL,
    Floats,
    Ratio,
    Z,
    clusters_of,
    ratio_of_totals,
    score_interval,
    wilson,
)
from scenario.analysis.paired import FEWEST
from scenario.analysis.precision import check_half_width, checked, design_effect, rule_of_three
from scenario.analysis.stopping import half_of
from scenario.errors import DataError, Problem


@dataclass(frozen=True, kw_only=True)
class Needed:
    """How many runs a wanted half-width takes, judged by a pilot.

    Parameters
    ----------
    half_width
        Wanted half-width, in the outcome's unit.
    n_runs, n_points
        Runs in all, and outer points with as many replications as in the pilot.
    interval
        95 % interval of `n_runs`, because the pilot knows the spread only roughly; infinite above where fewer than
        six units differ and nobody says how much they may.
    n_runs_single
        Runs in all with one replication per point: what replications of the same point cost.
    planned
        Share (for kind share) or standard deviation of one run that was planned with. A pilot that saw none
        is planned with the share that it cannot exclude.
    """

    half_width: float
    n_runs: int
    n_points: int
    interval: tuple[float, float]
    n_runs_single: int
    planned: float


def runs_needed(
    values: ArrayLike, experiment: ArrayLike, *, kind: str, half_width: float, largest: float | None = None
) -> Needed:
    """Return how many runs like those of a pilot give a wanted half-width.

    Mean and difference: the smallest M with t(M - 1) sqrt(S^2 / M + 2 L^2 / M^2) <= h, S^2 the variance of the
    means of outer points, L the largest possible deviation (`stopping`; without it the second term is left out).
    Share: the n at which Wilson's interval for the pilot's share has half-width h, times the design effect (at
    least 1; where none was seen, the number of replications per point, which is cautious).
    The interval is what Bonett's for S^2 makes of it (2006, Comput. Stat. Data Anal. 50(3): values need not be
    normal; bounded ones are covered in 95 of 100 pilots, a lognormal with sigma 1 in about 80), and for a share
    of single runs what the ends of its Wilson interval make of it. Where fewer than six units are other than 0 no
    spread is known: the interval goes from S = 0 to L times the root of the share of units that may be other than 0.

    Parameters
    ----------
    values, experiment, kind
        The pilot, as in `precision`; at least two outer points (or runs, if there is only one point).
    half_width
        Wanted half-width h > 0 in the outcome's unit; 0.02 is two points of a share.
    largest
        L > 0, as in `stopping.Stopping`; read for means and differences.
    """
    check_half_width(half_width)
    numbers, clusters = checked(values, kind), clusters_of(experiment)
    if len(clusters.sizes) < 2:
        raise DataError(Problem(rule="a pilot must have at least two runs", got="1 run", code="A157"))
    per_point = clusters.n_runs / len(clusters.sizes)
    totals = clusters.totals(numbers)
    found = ratio_of_totals(totals, clusters.sizes)
    scales = _scales(totals - found.estimate * clusters.sizes)
    if kind == "share":
        effect = design_effect(numbers, found)
        planned, runs, low, high, single = _share_plan(found, effect, scales, h=half_width)
    else:
        wanted = _Wanted(half_width, largest or 0.0)
        ends = _ends_of_spread(totals / clusters.sizes, found, scales, wanted)
        planned, runs, low, high, single = _mean_plan(numbers, found, ends, wanted)
    return Needed(
        half_width=half_width,
        n_runs=int(_whole(runs, per_point)),
        n_points=math.ceil(runs / per_point - 1e-9),
        interval=(_whole(low, per_point), _whole(high, per_point)),
        n_runs_single=math.ceil(single),
        planned=planned,
    )


def _share_plan(
    found: Ratio, effect: float, scales: Sequence[float], *, h: float
) -> tuple[float, float, float, float, float]:
    """Return planned share, runs, their range, and runs with one replication per point."""
    share = float(found.estimate)
    is_single, is_mixed = found.weight <= found.n_clusters, 0.0 < share < 1.0
    low, high = (float(end) for end in score_interval(found))
    if not is_mixed:
        effect = found.weight / found.n_clusters
        share = abs(share - rule_of_three(found.n_clusters))
    effect, single = max(effect, 1.0), _wilson_n(share, h)
    if is_mixed and not is_single:
        least, most = (single * scale**2 for scale in scales)
    else:
        least = min(_wilson_n(p, h) for p in (low, high))
        most = _wilson_n(min(max(low, 0.5), high), h)
    return share, effect * single, effect * least, effect * most, single


def _wilson_n(p: float, h: float) -> float:
    """Return the n whose Wilson interval at share p has half-width h: h^2 (n + z^2)^2 = z^2 (p q n + z^2 / 4)."""
    if h >= 0.5:
        return 1.0
    z2 = Z**2
    half_b = (z2 * p * (1 - p) - 2 * h**2 * z2) / 2
    root = math.sqrt(max(half_b**2 + h**2 * z2**2 * (0.25 - h**2), 0.0))
    return max((half_b + root) / h**2, 1.0)


@dataclass(frozen=True)
class _Wanted:
    """A half-width that is wanted, and the largest possible deviation (0 where it is not known)."""

    half_width: float
    largest: float

    def points(self, spread: float) -> float:
        """Return the smallest M with t(M - 1) sqrt(spread^2 / M + 2 L^2 / M^2) <= h, at least 2."""
        if math.isinf(spread):
            return math.inf
        m = max(math.ceil((Z * spread / self.half_width) ** 2), 2)
        while half_of(spread / math.sqrt(m), self.largest, m) > self.half_width:
            m += 1
        return m


def _ends_of_spread(
    means: Floats, found: Ratio, scales: Sequence[float], wanted: _Wanted
) -> tuple[float, float]:
    """Return the ends of the interval of the standard deviation of a unit's mean, which may be infinite above."""
    spread, n_other = float(found.error) * math.sqrt(found.n_clusters), int(np.count_nonzero(means))
    if n_other >= min(FEWEST, len(means)):
        return spread * scales[0], spread * scales[1]
    _, most = wilson(n_other, len(means))
    return 0.0, wanted.largest * math.sqrt(most) if wanted.largest else math.inf


def _mean_plan(
    numbers: Floats, found: Ratio, ends: tuple[float, float], wanted: _Wanted
) -> tuple[float, float, float, float, float]:
    """Return standard deviation of a run, runs, their range, and runs with one replication per point."""
    m, per_point = found.n_clusters, len(numbers) / found.n_clusters
    alone = float(numbers.std(ddof=1))
    runs, low, high = (
        per_point * wanted.points(spread) for spread in (float(found.error) * math.sqrt(m), *ends)
    )
    return alone, runs, low, high, wanted.points(alone)


def _whole(runs: float, per_point: float) -> float:
    """Return runs as whole points make them up, infinity as it is."""
    if math.isinf(runs):
        return runs
    return math.ceil(math.ceil(runs / per_point - 1e-9) * per_point - 1e-9)


def _scales(residuals: Floats) -> tuple[float, float]:
    """Return the ends of the standard deviation's interval over the standard deviation (Bonett 2006, eq. 3).

    The kurtosis is taken about the mean of the middle values. Fewer than six tell no kurtosis: as if normal.
    """
    from scipy.special import chdtri
    from scipy.stats import trim_mean

    m, squares = len(residuals), float((residuals**2).sum())
    if squares == 0:
        return 1.0, 1.0
    if m < FEWEST:
        low, high = (math.sqrt((m - 1) / float(chdtri(m - 1, (1 + k * LEVEL) / 2))) for k in (-1, 1))
        return low, high
    middle = float(trim_mean(residuals, 1 / (2 * math.sqrt(m - 4))))
    kurtosis = m * float(((residuals - middle) ** 4).sum()) / squares**2
    factor = m / (m - Z)
    error = factor * math.sqrt(max(kurtosis - (m - 3) / m, 0.0) / (m - 1))
    return math.sqrt(factor * math.exp(-Z * error)), math.sqrt(factor * math.exp(Z * error))
