"""How exactly runs tell something: half-widths, and what a difference would cost to tell.

Intervals themselves live in `clusters` and `paired`, those of resampled worlds in `robustness`, the rule that says
when to stop in `stopping`, and how many runs a wanted half-width takes in `needed`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import (
    LEVEL,
    Clusters,
    Floats,
    Ratio,
    Z,
    clusters_of,
    ratio_of_totals,
    score_interval,
    t_interval,
)
from scenario.analysis.paired import FEWEST, paired_difference
from scenario.analysis.quantities import finite
from scenario.errors import DataError, Problem

KINDS = ("share", "mean", "difference")
"""What may be measured: how often, how much on average, how much more in B than in A (run by run)."""

POWER = 0.8
"""How often a difference is told that was planned for."""

_Z_POWER = 0.8416212335729143


@dataclass(frozen=True, kw_only=True)
class Precision:
    """How exactly runs tell a share, a mean or a paired difference.

    Parameters
    ----------
    kind
        "share", "mean" or "difference".
    estimate, interval, half_width
        Estimate, its 95 % interval (Wilson's for a share) and half of the interval's length; NaN with one run.
    n_runs, n_points
        Runs, and units that are independent (outer points; runs where there is only one point).
    design_effect
        Variance of the estimate over its variance if all runs were independent; NaN where all values agree.
    none_seen_below
        For a share of 0: the share lies below this (95 %, one-sided, by the rule of three); else None.
    """

    kind: str
    estimate: float
    interval: tuple[float, float]
    half_width: float
    n_runs: int
    n_points: int
    design_effect: float
    none_seen_below: float | None


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """What it would cost to tell a difference from none.

    Parameters
    ----------
    difference, interval, is_noise
        Mean of b - a, its 95 % interval, whether it cannot be told from none.
    n_runs
        Runs seen.
    runs_even, runs_likely
        Runs until the interval would exclude 0 with chance 1/2 and 0.8, if the true difference is the one
        seen; infinite if no run differs.
    runs_interval
        95 % interval of `runs_even`: the same for the ends of the difference's interval, infinite where it
        holds 0.
    smallest, smallest_likely
        The smallest difference that `n_runs` runs tell with chance 1/2 and 0.8.
    text
        One sentence.
    """

    difference: float
    interval: tuple[float, float]
    is_noise: bool
    n_runs: int
    runs_even: float
    runs_likely: float
    runs_interval: tuple[float, float]
    smallest: float
    smallest_likely: float
    text: str


def precision(values: ArrayLike, experiment: ArrayLike, *, kind: str) -> Precision:
    """Return estimate, 95 % interval and half-width with what clustering by outer point costs.

    The design effect is se^2 R / s^2, s^2 the variance of single runs (Kish 1965, section 8.2).

    Parameters
    ----------
    values
        Shape [R], finite: 0 or 1 for a share, b - a run by run for a difference; times as min(T, horizon).
    experiment
        Shape [R], the outer point of each run.
    kind
        "share", "mean" or "difference".
    """
    numbers = checked(values, kind)
    clusters = clusters_of(experiment)
    found = ratio_of_totals(clusters.totals(numbers), clusters.sizes)
    low, high = _interval(numbers, experiment, found, kind=kind)
    seen_none = kind == "share" and not numbers.any()
    return Precision(
        kind=kind,
        estimate=float(found.estimate),
        interval=(low, high),
        half_width=(high - low) / 2,
        n_runs=clusters.n_runs,
        n_points=found.n_clusters,
        design_effect=design_effect(numbers, found),
        none_seen_below=rule_of_three(found.n_clusters) if seen_none else None,
    )


def rule_of_three(n: int) -> float:
    """Return the share that none in n independent trials excludes at 95 %: 1 - 0.05^(1/n), about 3/n.

    Parameters
    ----------
    n
        Number of trials, >= 1. Source: Hanley and Lippman-Hand 1983, JAMA 249(13).
    """
    if n < 1:
        raise DataError(Problem(rule="n must be a number of trials >= 1", got=str(n), code="A158"))
    return 1.0 - float((1 - LEVEL) ** (1 / n))


def cost_to_resolve(differences: ArrayLike, experiment: ArrayLike, *, largest: float = 1.0) -> Resolution:
    """Return how many runs it would take to tell a difference from none.

    With n runs the interval excludes 0 if |d| > z S / sqrt(n), and does so with chance 0.8 if
    |d| > (z + z_0.8) S / sqrt(n) (Chow, Shao and Wang 2008, section 3.1); six units at least must differ.

    Parameters
    ----------
    differences
        Shape [R], b - a run by run (`paired.paired_values`), finite.
    experiment
        Shape [R].
    largest
        Largest possible |b - a| of one run: 1 for things that happen or not, the horizon for times. Read only
        where fewer than six units differ.
    """
    numbers = finite(differences)
    seen = paired_difference(np.zeros_like(numbers), numbers, experiment, kind="quantity", horizon=1.0)
    clusters = clusters_of(experiment)
    totals = clusters.totals(numbers)
    spread = float(ratio_of_totals(totals, clusters.sizes).error) * math.sqrt(clusters.n_runs)
    least = _least_runs(int(np.count_nonzero(totals)), clusters)
    is_rare = np.count_nonzero(totals) < FEWEST
    floor = FEWEST * largest / clusters.n_runs if is_rare else 0.0
    smallest, likely = (max(z * spread / math.sqrt(clusters.n_runs), floor) for z in (Z, Z + _Z_POWER))
    runs_even, runs_likely = (_runs(z * spread, seen.difference, least) for z in (Z, Z + _Z_POWER))
    return Resolution(
        difference=seen.difference,
        interval=seen.interval,
        is_noise=seen.noise,
        n_runs=seen.n,
        runs_even=runs_even,
        runs_likely=runs_likely,
        runs_interval=_runs_interval(Z * spread, seen.interval, least),
        smallest=smallest,
        smallest_likely=likely,
        text=_cost_text(seen.noise, runs_likely, likely, seen.n),
    )


def check_half_width(half_width: float) -> None:
    """Refuse a half-width that is no positive number."""
    if not 0 < half_width < math.inf:
        raise DataError(
            Problem(rule="half_width must be a finite number > 0", got=str(half_width), code="A157")
        )


def check_kind(kind: str) -> None:
    """Refuse a kind that is none of `KINDS`."""
    if kind not in KINDS:
        raise DataError(Problem(rule=f"kind must be one of {', '.join(KINDS)}", got=repr(kind), code="A159"))


def _check_share(numbers: Floats) -> None:
    """Refuse values of a share that are neither 0 nor 1."""
    other = (numbers != 0) & (numbers != 1)
    if other.any():
        got = str(numbers[other][0])
        raise DataError(Problem(rule="values of a share must be 0 or 1", got=got, code="A159"))


def checked(values: ArrayLike, kind: str) -> Floats:
    """Return the values as floats, fit for their kind."""
    check_kind(kind)
    numbers = finite(values)
    if kind == "share":
        _check_share(numbers)
    return numbers


def _interval(numbers: Floats, experiment: ArrayLike, found: Ratio, *, kind: str) -> tuple[float, float]:
    """Return the interval that the package gives for this kind."""
    if kind == "difference":
        zeros = np.zeros_like(numbers)
        return paired_difference(zeros, numbers, experiment, kind="quantity", horizon=1.0).interval
    low, high = score_interval(found) if kind == "share" else t_interval(found)
    return float(low), float(high)


def design_effect(numbers: Floats, found: Ratio) -> float:
    """Return the variance of the mean over that of as many independent runs."""
    n = len(numbers)
    alone = float(numbers.var(ddof=1)) / n if n > 1 else 0.0
    return float(found.error) ** 2 / alone if alone > 0 else float("nan")


def _least_runs(n_differ: int, clusters: Clusters) -> float:
    """Return the runs until six units will differ, as often as they did."""
    return FEWEST * clusters.n_runs / n_differ if n_differ else math.inf


def _runs(scaled: float, difference: float, least: float) -> float:
    """Return the whole number of runs at which scaled / sqrt(runs) falls to the difference."""
    if difference == 0 or not math.isfinite(least):
        return math.inf
    runs = max((scaled / difference) ** 2, least)
    return float(math.ceil(runs)) if math.isfinite(runs) else math.inf


def _runs_interval(scaled: float, interval: tuple[float, float], least: float) -> tuple[float, float]:
    """Return the runs for the far and the near end of the difference's interval."""
    near = 0.0 if interval[0] <= 0 <= interval[1] else min(abs(end) for end in interval)
    return _runs(scaled, max(abs(end) for end in interval), least), _runs(scaled, near, least)


def _cost_text(is_noise: bool, runs: float, smallest: float, n: int) -> str:
    """Return what it would cost, in one sentence."""
    limit = f"{n:,} runs tell a difference of {smallest:.3g} (chance {POWER:g})"
    if not is_noise:
        return f"The difference is told; {limit}."
    if math.isinf(runs):
        return f"No difference was seen, so no number of runs can be named; {limit}."
    return (
        f"If the difference seen is true, about {runs:,.0f} runs would tell it (chance {POWER:g}); {limit}."
    )
