"""Shapley effects from given data: a fair share of the variance for each factor, correlated or not, and luck.

What does not live here: the design; any set of points will do, drawn from the distribution of the factors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import Floats, ratio_of_squares, t_interval
from scenario.analysis.factors import Factors, check_settings, outputs
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

EXACT = 10
"""Up to this number of factors every subset is weighed; beyond it, those along random orders."""

FEW = 300
"""Below this number of points the intervals of small effects are too narrow."""

FEWEST = 30
"""Fewest points that smoothing can work with."""

ONE_REPLICATION = (
    "There is one replication per point: the outcome is taken as a function of the factors, without luck."
)
FEW_POINTS = (
    "There are fewer than 300 points: intervals of small effects are too narrow, "
    "they hold the true value in 80 to 90 of 100 cases."
)
NOTHING_EXPLAINED = "The factors explain nothing: the points differ by no more than luck."

_DEGREE = 6.0
_POWER = 0.75
_NEIGHBOURS = (4, 8, 16, 32, 64)
_NEAR = 4
_MOST = 200
_FOLDS = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class ShapleyEffects:
    """Shares of the variance of one outcome: effects and luck add up to 1.

    Parameters
    ----------
    names
        D names of factors.
    effects, intervals
        Shapes [D] and [D, 2], share of each factor with its 95 % interval; may lie slightly below 0.
    is_noise
        Shape [D], whether the interval reaches down to 0.
    luck, luck_interval
        Share of luck with its 95 % interval; 0 and (0, 0) with one replication.
    variance
        Variance of the outcome of one run, in its unit squared.
    n, n_replications
        Number of points M and of replications K of each.
    n_subsets
        Number of subsets of factors that were weighed.
    is_exact
        Whether these are all subsets.
    doubts
        What to bear in mind, one sentence each.
    """

    names: tuple[str, ...]
    effects: Floats
    intervals: Floats
    is_noise: NDArray[np.bool_]
    luck: float
    luck_interval: tuple[float, float]
    variance: float
    n: int
    n_replications: int
    n_subsets: int
    is_exact: bool
    doubts: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """Return one row per factor and one for luck: share, bounds, and whether it is noise."""
        import pandas as pd

        bounds = np.concatenate([self.intervals, [self.luck_interval]])
        columns = {
            "effect": [*self.effects, self.luck],
            "lower": bounds[:, 0],
            "upper": bounds[:, 1],
            "noise": [*self.is_noise, self.luck_interval[0] <= 0],
        }
        return pd.DataFrame(columns, index=pd.Index([*self.names, "luck"], name="factor"))


def shapley_effects(
    x: ArrayLike, y: ArrayLike, *, factors: Factors, seed: int, n_permutations: int = 64
) -> ShapleyEffects:
    """Estimate Shapley effects (Owen 2014, eq. 3; Song, Nelson and Staum 2016).

    The worth of a subset u is c(u) = Var(E[Y | X_u]). It is the variance less the squared error of a
    smoother of Y on X_u, left out one by one and freed of the smoother's own noise by the factor 1 - h
    (leverage). The smoother is whichever errs least left out: polynomials (with levels as dummies) of rising
    degree, or nearest neighbours (Broto, Bachoc and Depecker 2020). Its bias is of second order, so each
    share is a ratio of means over points, and its interval Student's (Williamson and Feng 2020, theorem 1).
    c of all factors comes from the replications: variance between points less within / K.

    Parameters
    ----------
    x
        Shape [M, D], M >= 30 independent points drawn from the distribution of the factors.
    y
        Shape [M, K] with K replications of each point, each with luck of its own; or [M] for an outcome
        without luck. Finite.
    factors
        The columns; categorical ones have no order.
    seed
        Seed of the random orders, >= 0; without effect up to 10 factors.
    n_permutations
        Random orders for more than 10 factors, even, >= 4; their error widens the intervals.
    """
    check_settings(seed=seed, level=0.5)
    table = factors.design(x)
    numbers = outputs(y, n_points=len(table))
    _check_size(len(table), n_permutations)
    n_factors, scale = len(factors.names), float(numbers.std())
    is_exact = n_factors <= EXACT
    orders = None if is_exact else _orders(n_factors, n_permutations, seed=seed)
    coefficients = _all_subsets(n_factors) if orders is None else _along(orders)
    worths = _Worths(table, numbers / scale, factors)
    shares, totals = np.zeros((n_factors, len(table))), {0: 0.0}
    for subset, weights in coefficients.items():
        worth = worths.of(subset)
        shares += weights[:, None] * worth
        totals[subset] = float(worth.mean())
    extra = np.zeros(n_factors) if orders is None else _spread(orders, totals)
    luck = worths.within[None, :]
    found, bounds = _ratios(np.concatenate([shares, luck]), worths.total, np.append(extra, 0.0))
    return ShapleyEffects(
        names=factors.names,
        effects=found[:-1],
        intervals=bounds[:-1],
        is_noise=bounds[:-1, 0] <= 0,
        luck=float(found[-1]),
        luck_interval=(float(bounds[-1, 0]), float(bounds[-1, 1])),
        variance=float(worths.total.mean()) * scale**2,
        n=len(table),
        n_replications=numbers.shape[1],
        n_subsets=len(coefficients),
        is_exact=is_exact,
        doubts=_doubts(len(table), numbers.shape[1], float(found[:-1].sum())),
    )


def _check_size(n_points: int, n_permutations: int) -> None:
    """Refuse too few points, and a number of random orders that is odd or too small."""
    if n_points < FEWEST:
        rule = f"x must hold at least {FEWEST} points"
        raise DataError(Problem(rule=rule, got=str(n_points), code="A139"))
    if n_permutations < 4 or n_permutations % 2:
        rule = "n_permutations must be an even number >= 4"
        raise DataError(Problem(rule=rule, got=str(n_permutations), code="A138"))


def _doubts(n_points: int, n_replications: int, explained: float) -> tuple[str, ...]:
    """Return what to bear in mind."""
    found = [ONE_REPLICATION] if n_replications == 1 else []
    found += [FEW_POINTS] if n_points < FEW else []
    return tuple(found + ([NOTHING_EXPLAINED] if explained <= 0 else []))


def _ratios(parts: Floats, total: Floats, extra: Floats) -> tuple[Floats, Floats]:
    """Return mean(part) / mean(total) and its interval, shapes [C] and [C, 2]; `extra` is added variance."""
    m, weight = len(total), float(total.sum())
    found = parts.sum(axis=1) / weight
    squares = np.square(parts - found[:, None] * total).sum(axis=1)
    scale = weight / m
    squares = squares + extra / scale**2 * weight**2 * (m - 1) / m
    ratios = ratio_of_squares(found, squares, n_clusters=m, weight=weight)
    return found, np.stack(t_interval(ratios), axis=1)


def _all_subsets(n_factors: int) -> dict[int, Floats]:
    """Return what the worth of each subset (a bit mask) counts in each effect: mask -> shape [D].

    The effect of i is the sum over u without i of (|u|! (D - |u| - 1)! / D!) (c(u + i) - c(u)).
    """
    weight = [1 / (n_factors * math.comb(n_factors - 1, size)) for size in range(n_factors)]
    found = {}
    for mask in range(1, 2**n_factors):
        inside = np.array([bool(mask >> i & 1) for i in range(n_factors)])
        size = int(inside.sum())
        outside = weight[size] if size < n_factors else 0.0
        found[mask] = np.where(inside, weight[size - 1], -outside)
    return found


def _orders(n_factors: int, n_permutations: int, *, seed: int) -> NDArray[np.intp]:
    """Return random orders of the factors, each followed by its reverse, shape [permutations, D]."""
    rng = np.random.default_rng(seed)
    drawn = np.array([rng.permutation(n_factors) for _ in range(n_permutations // 2)])
    return np.stack([drawn, drawn[:, ::-1]], axis=1).reshape(-1, n_factors)


def _masks(order: NDArray[np.intp]) -> list[int]:
    """Return the subsets that grow along an order, from none to all."""
    masks = [0]
    for factor in order.tolist():
        masks.append(masks[-1] | 1 << factor)
    return masks


def _along(orders: NDArray[np.intp]) -> dict[int, Floats]:
    """Return what the worth of each subset counts in each effect, as the mean over orders."""
    found: dict[int, Floats] = {}
    n_orders, n_factors = orders.shape
    for order in orders:
        for factor, (before, after) in zip(order, pairwise(_masks(order)), strict=True):
            for mask, sign in ((before, -1.0), (after, 1.0)):
                if mask:
                    found.setdefault(mask, np.zeros(n_factors))[factor] += sign / n_orders
    return found


def _spread(orders: NDArray[np.intp], totals: dict[int, float]) -> Floats:
    """Return the variance of the mean over orders, shape [D], taking an order and its reverse as one."""
    gains = np.empty(orders.shape)
    for row, order in enumerate(orders):
        gains[row, order] = np.diff([totals[mask] for mask in _masks(order)])
    pairs = gains.reshape(len(orders) // 2, 2, -1).mean(axis=1)
    return np.asarray(pairs.var(axis=0, ddof=1) / len(pairs))


class _Worths:
    """What each point says about the worth of subsets of factors."""

    def __init__(self, table: Floats, numbers: Floats, factors: Factors) -> None:
        m, n_inner = numbers.shape
        means = numbers.mean(axis=1)
        self.within = numbers.var(axis=1, ddof=1) if n_inner > 1 else np.zeros(m)
        self._centred = means - means.mean()
        self._squares = self._centred**2 * m / (m - 1)
        self._between = self._squares - self.within / n_inner
        self.total = self._between + self.within
        self._all = 2 ** len(factors.names) - 1
        self._polynomials = _Polynomials(table, factors)
        self._places = [_places(table[:, j], c) for j, c in enumerate(factors.is_categorical)]

    def of(self, subset: int) -> Floats:
        """Return terms whose mean is Var(E[Y | X_subset]), shape [M]."""
        if subset == self._all:
            return np.asarray(self._between, dtype=np.float64)
        y = self._centred
        columns = [c for j, places in enumerate(self._places) if subset >> j & 1 for c in places]
        candidates = list(self._polynomials.left_out(y, subset))
        if subset.bit_count() <= _NEAR:
            candidates += _neighbours_left_out(y, np.stack(columns, axis=1))
        return np.asarray(self._squares - _error_of_best(candidates), dtype=np.float64)


def _error_of_best(candidates: list[tuple[Floats, Floats]]) -> Floats:
    """Return each point's squared error, freed of the smoother's noise, under the best smoother, shape [M].

    A fifth of the points takes the smoother that errs least on the other four: a smoother that is best by
    chance on a point's own error would make the factors look stronger than they are.
    """
    errors = np.array([error**2 for error, _ in candidates])
    freed = errors * (1 - np.array([leverage for _, leverage in candidates]))
    found = np.empty(errors.shape[1])
    for fold in range(_FOLDS):
        own = errors[:, fold::_FOLDS]
        best = int((errors.sum(axis=1) - own.sum(axis=1)).argmin())
        found[fold::_FOLDS] = freed[best, fold::_FOLDS]
    return found


class _Polynomials:
    """Products of Legendre polynomials (dummies for levels), simplest first.

    A product of degrees a_1, a_2, .. is as complex as (sum a_j^0.75)^(4/3), up to 6: interactions of a
    high degree are left out (Blatman and Sudret 2011, eq. 16).
    """

    def __init__(self, table: Floats, factors: Factors) -> None:
        m, n_factors = table.shape
        single = [_functions(table[:, j], c) for j, c in enumerate(factors.is_categorical)]
        chosen = sorted(_terms(n_factors, single), key=lambda term: (term[0], len(term[1]), term[1]))
        self._limit = min(_MOST, m // 3)
        self._costs = np.array([cost for cost, _ in chosen])
        self._masks = [sum(1 << j for j, _ in parts) for _, parts in chosen]
        self._columns = np.empty((m, len(chosen)))
        for place, (_, parts) in enumerate(chosen):
            self._columns[:, place] = np.prod([single[j][1][:, f] for j, f in parts], axis=0)

    def left_out(self, y: Floats, subset: int) -> Iterator[tuple[Floats, Floats]]:
        """Yield errors left out one by one and leverages, shape [M] each, for rising complexity."""
        used = [place for place, mask in enumerate(self._masks) if not mask & ~subset][: self._limit + 1]
        costs = self._costs[used]
        ends = np.flatnonzero(np.diff(costs, append=np.inf) > 1e-9) + 1
        ends = ends[ends <= self._limit]
        if not len(ends):
            return
        design = np.column_stack([np.ones(len(y)), self._columns[:, used[: ends[-1]]]])
        basis, triangle = np.linalg.qr(design)
        size = np.abs(np.diag(triangle))
        basis[:, size <= 1e-10 * np.sqrt(len(y))] = 0.0
        starts = np.concatenate([[0], ends[:-1] + 1])
        fits = np.add.reduceat(basis * (basis.T @ y), starts, axis=1).cumsum(axis=1)
        leverages = np.add.reduceat(basis**2, starts, axis=1).cumsum(axis=1)
        for fit, leverage in zip(fits.T, leverages.T, strict=True):
            if leverage.max() < 1 - 1e-6:
                yield (y - fit) / (1 - leverage), leverage


def _functions(column: Floats, is_categorical: bool) -> tuple[Floats, Floats]:
    """Return the degrees, shape [F], and the functions of one factor alone, shape [M, F]."""
    if is_categorical:
        levels = np.unique(column)[1:]
        return np.ones(len(levels)), (column[:, None] == levels).astype(np.float64)
    low, high = column.min(), column.max()
    scaled = 2 * (column - low) / (high - low) - 1 if high > low else np.zeros_like(column)
    highest = min(int(_DEGREE), len(np.unique(column)) - 1)
    values = np.polynomial.legendre.legvander(scaled, highest)[:, 1:]
    return np.arange(1.0, highest + 1), values


_Term = tuple[float, tuple[tuple[int, int], ...]]


def _terms(n_factors: int, single: list[tuple[Floats, Floats]]) -> Iterator[_Term]:
    """Yield every product that is simple enough: its complexity, and its (factor, function) pairs."""
    for size in (1, 2, 3):
        for group in combinations(range(n_factors), size):
            for picked in product(*(range(len(single[j][0])) for j in group)):
                degrees = [single[j][0][f] for j, f in zip(group, picked, strict=True)]
                cost = float(sum(degree**_POWER for degree in degrees) ** (1 / _POWER))
                if cost <= _DEGREE + 1e-9:
                    yield round(cost, 9), tuple(zip(group, picked, strict=True))


def _places(column: Floats, is_categorical: bool) -> list[Floats]:
    """Return columns in which points are near each other: ranks from 0 to 1, or a corner for each level."""
    values, inverse, counts = np.unique(column, return_inverse=True, return_counts=True)
    if is_categorical:
        return [(column == value) / math.sqrt(2) for value in values]
    return [((np.cumsum(counts) - counts / 2) / len(column))[inverse]]


def _neighbours_left_out(y: Floats, places: Floats) -> list[tuple[Floats, Floats]]:
    """Return errors of the mean of the nearest others and leverages, for rising numbers of neighbours."""
    from scipy.spatial import cKDTree

    m = len(y)
    most = min(_NEIGHBOURS[-1], m - 1)
    _, near = cKDTree(places).query(places, k=most + 1)
    last = np.argsort(near == np.arange(m)[:, None], axis=1, kind="stable")[:, :most]
    sums = np.cumsum(y[np.take_along_axis(near, last, axis=1)], axis=1)
    sizes = [k for k in _NEIGHBOURS if k <= most]
    return [(y - sums[:, k - 1] / k, np.full(m, 1 / (k + 1))) for k in sizes]
