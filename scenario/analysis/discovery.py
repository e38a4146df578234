"""When does it happen? Boxes by two methods, told on worlds that did not find them.

Scenario discovery (Bryant & Lempert 2010): a box is a few limits on factors within which an outcome is
frequent (density) and which hold much of it (coverage). The methods live in `prim` and `cart`, the words in
`discovery_words`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.cart import cart_of
from scenario.analysis.clusters import Hits, ratio_of_totals, score_interval, wilson
from scenario.analysis.prim import RULES, Rules, prim_of
from scenario.analysis.worlds import Limits, Step, Worlds, read_worlds
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["prim", "cart"]
Interval = tuple[float, float]
Search = Callable[[Worlds, Rules], Any]

STABLE = 0.5
"""A box whose set of factors comes back in fewer of the resamples is called unstable."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A box as it was found, on the worlds that found it: its density is told too high.

    Parameters
    ----------
    limits
        Restricted factor -> (low, high), both inside and infinite where open, or the set of levels it keeps.
    n
        Number of worlds inside.
    mass
        Share of all runs that lie inside, 0 to 1.
    coverage, density
        Share of all cases that lie inside, and share of the runs inside that are cases, 0 to 1.
    coverage_interval, density_interval
        95 %, Wilson's by world, as if the box had been given before: they leave out that it was searched for.
    quasi_p
        Restricted factor -> quasi-p-value of its lower and upper limit, NaN where open; a set has one, told
        twice.
    """

    limits: dict[str, Limits]
    n: int
    mass: float
    coverage: float
    density: float
    coverage_interval: Interval
    density_interval: Interval
    quasi_p: dict[str, tuple[float, float]]


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldOut:
    """What boxes found in the same way hold on worlds that did not find them (cross-validation).

    Parameters
    ----------
    density, coverage, density_interval, coverage_interval
        Pooled over the folds: each world is judged by the box that the other folds found; 95 % intervals,
        Wilson's by world. NaN where no world lies inside, or nothing ever happened.
    n
        Number of worlds inside the boxes of their folds.
    noise
        True where the density cannot be told from the overall share: the interval reaches down to it.
    limits, fold
        The box of each fold, and the fold of each world, shape [M].
    """

    density: float
    coverage: float
    density_interval: Interval
    coverage_interval: Interval
    n: int
    noise: bool
    limits: tuple[dict[str, Limits], ...]
    fold: NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Stability:
    """How far a box comes back when the worlds are drawn anew, with replacement (bootstrap).

    Parameters
    ----------
    n_resamples
        Number of draws.
    restricted, restricted_intervals
        Factor -> share of the draws whose box restricts it, 0 to 1, with Wilson's 95 % interval.
    same, same_interval
        Share of the draws whose box restricts the very same set of factors, with interval.
    edges
        Restricted number -> middle 95 % of its lower and upper limit in the draws that have this limit; NaN
        where the box is open or no draw has it. A set has none: `restricted` says how firm it is.
    """

    n_resamples: int
    restricted: dict[str, float]
    restricted_intervals: dict[str, Interval]
    same: float
    same_interval: Interval
    edges: dict[str, tuple[Interval, Interval]]

    @property
    def is_stable(self) -> bool:
        """Tell whether the same set of factors comes back in at least half of the draws."""
        return self.same >= STABLE


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one method found.

    Parameters
    ----------
    box, held_out, stability
        The box, what it holds on other worlds, and how firm it is.
    steps
        All boxes it was chosen from: PRIM's trajectory, or the nodes of the tree.
    """

    box: Box
    held_out: HeldOut
    stability: Stability
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class Discovery:
    """Scenario discovery of one outcome.

    Parameters
    ----------
    n
        Number of worlds M.
    overall, overall_interval
        Share of all runs in which it happened, 0 to 1, with Wilson's 95 % interval by world.
    is_replicated
        Whether a share lies between 0 and 1: then runs are counted, not worlds.
    ranges
        Factor -> (smallest, largest) or its levels in order.
    whole
        Names of the factors that take whole numbers only.
    prim, cart
        What each method found.
    """

    n: int
    overall: float
    overall_interval: Interval
    is_replicated: bool
    ranges: dict[str, tuple[Any, ...]]
    whole: frozenset[str]
    prim: Found
    cart: Found

    @property
    def best(self) -> Method:
        """Return the method whose held-out density is higher; PRIM where they are equal or unknown."""
        return "cart" if self.cart.held_out.density > self.prim.held_out.density else "prim"


def discover(
    x: pd.DataFrame,
    happened: ArrayLike,
    *,
    seed: int,
    weights: ArrayLike | None = None,
    rules: Rules = RULES,
    n_folds: int = 5,
    n_resamples: int = 100,
) -> Discovery:
    """Find the box in which an outcome is frequent, by PRIM and by CART.

    Worlds count as independent: luck that is shared across worlds is left out of the intervals.

    Parameters
    ----------
    x, happened, weights, rules
        As in `prim.prim`, with the same errors.
    seed
        Of the folds and the resamples, >= 0.
    n_folds
        Parts for the held-out numbers, 2 to M; 2 is half against half.
    n_resamples
        Draws for the stability, >= 1.

    Folds and resamples that cannot be are refused (A147, A148).
    """
    worlds = read_worlds(x, happened, weights=weights)
    _check_counts(len(worlds.share), n_folds=n_folds, n_resamples=n_resamples)
    everywhere = _told(worlds, np.ones(len(worlds.share), dtype=bool))
    found = {
        method: _found(worlds, find, rules, seed=seed, n_folds=n_folds, n_resamples=n_resamples)
        for method, find in (("prim", prim_of), ("cart", cart_of))
    }
    return Discovery(
        n=len(worlds.share),
        overall=everywhere["density"],
        overall_interval=everywhere["density_interval"],
        is_replicated=bool(((worlds.share > 0) & (worlds.share < 1)).any()),
        ranges={
            name: worlds.levels[name] or (float(values.min()), float(values.max()))
            for name, values in worlds.columns.items()
        },
        whole=worlds.whole,
        prim=found["prim"],
        cart=found["cart"],
    )


def _check_counts(n_worlds: int, *, n_folds: int, n_resamples: int) -> None:
    """Refuse folds and resamples that cannot be."""
    if not 2 <= n_folds <= n_worlds:
        got = f"{n_folds} folds of {n_worlds} worlds"
        raise DataError(
            Problem(rule="n_folds must lie between 2 and the number of worlds", got=got, code="A147")
        )
    if n_resamples < 1:
        raise DataError(Problem(rule="n_resamples must be at least 1", got=str(n_resamples), code="A148"))


def _found(worlds: Worlds, find: Search, rules: Rules, *, seed: int, n_folds: int, n_resamples: int) -> Found:
    """Run one method on all worlds, on the folds and on the resamples."""
    chosen = find(worlds, rules)
    step: Step = chosen.box
    told = _told(worlds, worlds.inside(step.limits))
    box = Box(limits=step.limits, mass=step.mass, quasi_p=chosen.quasi_p, **told)
    return Found(
        box=box,
        held_out=_held_out(worlds, find, rules, rng=np.random.default_rng([seed, 0]), n_folds=n_folds),
        stability=_stability(
            worlds, find, rules, box=box, rng=np.random.default_rng([seed, 1]), n_resamples=n_resamples
        ),
        steps=chosen.steps,
    )


def _told(worlds: Worlds, held: Hits) -> dict[str, Any]:
    """Return density and coverage of the worlds held, with intervals; the world is the unit."""
    cases = worlds.share * worlds.weight
    ratios = {
        "density": ratio_of_totals(cases * held, worlds.weight * held),
        "coverage": ratio_of_totals(cases * held, cases),
    }
    told: dict[str, Any] = {"n": int(held.sum())}
    for name, ratio in ratios.items():
        low, high = score_interval(ratio)
        told |= {name: float(ratio.estimate), f"{name}_interval": (float(low), float(high))}
    return told


def _held_out(
    worlds: Worlds, find: Search, rules: Rules, *, rng: np.random.Generator, n_folds: int
) -> HeldOut:
    """Judge each world by the box that the other folds found."""
    fold = rng.permutation(len(worlds.share)) % n_folds
    limits = tuple(find(worlds.rows(fold != k), rules).box.limits for k in range(n_folds))
    held = np.zeros(len(fold), dtype=bool)
    for k, box in enumerate(limits):
        held |= worlds.inside(box) & (fold == k)
    told = _told(worlds, held)
    overall = float(np.average(worlds.share, weights=worlds.weight))
    return HeldOut(**told, noise=not told["density_interval"][0] > overall, limits=limits, fold=fold)


def _stability(
    worlds: Worlds, find: Search, rules: Rules, *, box: Box, rng: np.random.Generator, n_resamples: int
) -> Stability:
    """Find the box again in worlds drawn with replacement."""
    m, n = len(worlds.share), n_resamples
    draws = [find(worlds.rows(rng.integers(0, m, m)), rules).box.limits for _ in range(n)]
    counts = {name: sum(name in limits for limits in draws) for name in worlds.columns}
    n_same = sum(set(limits) == set(box.limits) for limits in draws)
    return Stability(
        n_resamples=n,
        restricted={name: count / n for name, count in counts.items()},
        restricted_intervals={name: wilson(count, n) for name, count in counts.items()},
        same=n_same / n,
        same_interval=wilson(n_same, n),
        edges={
            name: (_edge(draws, name, limit, 0), _edge(draws, name, limit, 1))
            for name, limit in box.limits.items()
            if isinstance(limit, tuple)
        },
    )


def _edge(
    draws: Sequence[Mapping[str, Limits]], name: str, limit: tuple[float, float], face: int
) -> Interval:
    """Return the middle 95 % of one face among the draws that have it."""
    faces = [tuple(draw[name])[face] for draw in draws if name in draw]
    finite = [edge for edge in faces if math.isfinite(edge)]
    if not math.isfinite(limit[face]) or not finite:
        return math.nan, math.nan
    low, high = np.quantile(finite, (0.025, 0.975))
    return float(low), float(high)
