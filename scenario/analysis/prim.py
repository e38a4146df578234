"""The patient rule induction method: a box in which an outcome is frequent, found by small peels.

The worlds that every box method reads live in `worlds`, trees in `cart`, intervals in `discovery`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import Floats
from scenario.analysis.worlds import Limits, Step, Worlds, read_worlds
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

Move = tuple[dict[str, Limits], float, float]  # new limits, and the runs and hits that the box then holds
_OPEN = (-math.inf, math.inf)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How boxes are found and which one is chosen.

    Parameters
    ----------
    alpha, paste_alpha
        Share of the worlds inside (at the face) that a peel (a paste) moves past, 0 to 0.5 exclusive.
    min_mass
        No box holds a smaller share of all runs, 0 to 1 exclusive.
    min_coverage
        The densest box that covers at least this share of the cases is chosen, 0 to 1 exclusive.
    min_density
        Where given, 0 to 1 exclusive: the box of at least this density that covers most is chosen instead.
    chance
        A limit whose quasi-p-value lies above this is put down to chance and dropped, 0 to 1 exclusive.

    A number out of range is refused (A145).
    """

    alpha: float = 0.05
    paste_alpha: float = 0.05
    min_mass: float = 0.05
    min_coverage: float = 0.5
    min_density: float | None = None
    chance: float = 0.05

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            bound = 0.5 if name.endswith("alpha") else 1
            if value is not None and not 0 < value < bound:
                rule = f"{name} must lie between 0 and {bound:g}"
                raise DataError(Problem(rule=rule, got=str(value), code="A145"))


RULES = Rules()


@dataclass(frozen=True, kw_only=True)
class Trajectory:
    """All boxes on the way from every world to the smallest box, and the one that was chosen.

    Parameters
    ----------
    steps
        The first holds every world; then one per peel, then one per paste.
    n_peels
        Number of peels.
    chosen
        Place of the chosen step.
    box
        The chosen step without the limits that are put down to chance.
    quasi_p
        Restricted factor of `box` -> quasi-p-value of its lower and upper limit, NaN where open; a set has
        one, told twice.
    """

    steps: tuple[Step, ...]
    n_peels: int
    chosen: int
    box: Step
    quasi_p: dict[str, tuple[float, float]]


def prim(
    x: pd.DataFrame, happened: ArrayLike, *, weights: ArrayLike | None = None, rules: Rules = RULES
) -> Trajectory:
    """Find a box in which an outcome is frequent (Friedman & Fisher 1999).

    Peeling: of all faces the one whose move gains most density per run removed (Bryant & Lempert 2010: fair
    to factors of any kind) is moved inwards past a share alpha of the worlds inside, a whole number by at
    least one value, a set by one level. Pasting moves faces out again. Both stop where no move gains. Edges
    lie half-way between two worlds.

    Parameters
    ----------
    x
        M rows (worlds), P columns (factors): float, integer, boolean, text or categorical.
    happened
        Shape [M]: share of the world's replications in which it happened, 0 to 1; 0 or 1 with one each.
    weights
        Shape [M]: replications of each world, > 0; 1 each if left out.

    Raises
    ------
    DataError
        No row or column, a name twice (A140); a missing or infinite value (A141); lengths that differ (A142);
        shares outside 0 to 1 (A143); weights that are none (A144).
    """
    return prim_of(read_worlds(x, happened, weights=weights), rules)


def prim_of(worlds: Worlds, rules: Rules = RULES) -> Trajectory:
    """Find a box as `prim` does, in worlds that were read already."""
    peels = _walk(worlds, worlds.measure({}), partial(_peels, alpha=rules.alpha), min_mass=rules.min_mass)
    pastes = _walk(worlds, peels[-1], partial(_pastes, alpha=rules.paste_alpha), min_mass=0)
    steps = (*peels, *pastes[1:])
    chosen = choose(steps, rules)
    box = without_chance(worlds, steps[chosen], chance=rules.chance)
    told = quasi_p_values(worlds, box)
    return Trajectory(steps=steps, n_peels=len(peels) - 1, chosen=chosen, box=box, quasi_p=told)


def choose(steps: Sequence[Step], rules: Rules = RULES) -> int:
    """Return the place of the densest step that covers enough, or of the widest one that is dense enough.

    Ties go to more coverage (density), then to fewer factors, then to the first. Where no step is dense
    enough the densest is chosen; where nothing ever happened, the first.
    """
    by_density = [(step.density, step.coverage, -len(step.limits)) for step in steps]
    by_coverage = [(step.coverage, step.density, -len(step.limits)) for step in steps]
    if rules.min_density is None:
        wide = [place for place, step in enumerate(steps) if step.coverage >= rules.min_coverage]
        return max(wide, key=by_density.__getitem__, default=0)
    dense = [place for place, step in enumerate(steps) if step.density >= rules.min_density]
    return max(dense, key=by_coverage.__getitem__, default=by_density.index(max(by_density)))


def quasi_p_values(worlds: Worlds, box: Step) -> dict[str, tuple[float, float]]:
    """Return how easily chance alone would make each restriction (Lempert, Bryant & Bankes 2008).

    P(Binomial(n, q) >= n density), with n worlds inside and q the density without the restriction. A world
    with several replications counts once, which is cautious: its share varies less than a coin. Factors and
    values as in `Trajectory.quasi_p`.
    """
    return {name: (_quasi_p(worlds, box, name, 0), _quasi_p(worlds, box, name, 1)) for name in box.limits}


def without_chance(worlds: Worlds, box: Step, *, chance: float) -> Step:
    """Return a box without the limits whose quasi-p-value lies above `chance`, the highest dropped first."""
    while True:
        told = quasi_p_values(worlds, box)
        doubtful = [(p, name, i) for name, pair in told.items() for i, p in enumerate(pair) if p > chance]
        if not doubtful:
            return box
        box = worlds.measure(_opened(box.limits, *max(doubtful)[1:]))


def _quasi_p(worlds: Worlds, box: Step, name: str, face: int) -> float:
    """Return the quasi-p-value of one face: the tail of a binomial, of any real number of hits."""
    from scipy.special import betainc

    limit = box.limits[name]
    if isinstance(limit, tuple) and math.isinf(limit[face]):
        return math.nan
    hits = box.n * box.density
    if not hits > 0:
        return 1.0
    return float(betainc(hits, box.n - hits + 1, worlds.measure(_opened(box.limits, name, face)).density))


def _opened(limits: Mapping[str, Limits], name: str, face: int) -> dict[str, Limits]:
    """Return limits without one face of a factor; a set opens as a whole."""
    limit = limits[name]
    if isinstance(limit, tuple):
        wider = (_OPEN[0], limit[1]) if face == 0 else (limit[0], _OPEN[1])
        if wider != _OPEN:
            return {**limits, name: wider}
    return {each: kept for each, kept in limits.items() if each != name}


def _walk(
    worlds: Worlds, start: Step, moves: Callable[[Worlds, Step], Iterator[Move]], *, min_mass: float
) -> list[Step]:
    """Make the best move (the first of equals, fewest limits) again and again while the density rises."""
    steps, total = [start], float(worlds.weight.sum())
    while True:
        now = steps[-1]
        gains = [
            ((hits / runs - now.density) / abs(runs - now.mass * total), -len(limits), limits)
            for limits, runs, hits in moves(worlds, now)
            if runs >= min_mass * total and round(runs - now.mass * total, 6)
        ]
        gain, _, limits = max(gains, key=lambda each: each[:2], default=(0.0, 0, {}))
        if not gain > 0:
            return steps
        steps.append(worlds.measure(limits))


def _peels(worlds: Worlds, now: Step, *, alpha: float) -> Iterator[Move]:
    """Give every peel of a box: two faces of a number, each level of a set."""
    inner = worlds.rows(worlds.inside(now.limits))
    for name in inner.columns:
        for limit in _narrower(inner, name, now.limits.get(name), alpha):
            yield {**now.limits, name: limit}, *inner.runs_and_hits(inner.keeps(name, limit))


def _pastes(worlds: Worlds, now: Step, *, alpha: float) -> Iterator[Move]:
    """Give every paste of a box: a restricted face moved out, a level taken back."""
    for name in (each for each in worlds.columns if each in now.limits):
        limit = now.limits[name]
        others = worlds.inside({each: kept for each, kept in now.limits.items() if each != name})
        for wider in _wider(worlds, name, limit, worlds.columns[name][others], alpha):
            held = others & worlds.keeps(name, wider)
            yield {**now.limits, name: wider}, *worlds.runs_and_hits(held)


def _narrower(inner: Worlds, name: str, limit: Limits | None, alpha: float) -> Iterator[Limits]:
    """Give the limits of one factor that one peel can make."""
    if inner.levels[name]:
        levels = limit if isinstance(limit, frozenset) else frozenset(inner.levels[name])
        yield from (levels - {level} for level in inner.levels[name] if level in levels and len(levels) > 1)
        return
    low, high = limit if isinstance(limit, tuple) else _OPEN
    ordered, is_whole = np.sort(inner.columns[name]), name in inner.whole
    upper, lower = _edge(ordered, 1 - alpha), _edge(ordered, alpha)
    yield low, float(math.floor(upper)) if is_whole else upper
    yield float(math.ceil(lower)) if is_whole else lower, high


def _wider(worlds: Worlds, name: str, limit: Limits, values: Floats, alpha: float) -> Iterator[Limits]:
    """Give the limits of one factor that one paste can make, from its values where the others hold."""
    if isinstance(limit, frozenset):
        yield from (limit | {level} for level in worlds.levels[name] if level not in limit)
        return
    is_whole = name in worlds.whole
    below, above = np.sort(values[values < limit[0]]), np.sort(values[values > limit[1]])
    if len(below):
        lower = _edge(below, 1 - alpha)
        yield float(math.ceil(lower)) if is_whole else lower, limit[1]
    if len(above):
        upper = _edge(above, alpha)
        yield limit[0], float(math.floor(upper)) if is_whole else upper


def _edge(ordered: Floats, p: float) -> float:
    """Return the middle between the two values around quantile p that are not the same."""
    last = len(ordered) - 1
    low, high = math.floor(last * p), math.ceil(last * p)
    if ordered[low] == ordered[high] and p > 0.5:
        low = max(int(np.searchsorted(ordered, ordered[high], side="left")) - 1, 0)
    elif ordered[low] == ordered[high]:
        high = min(int(np.searchsorted(ordered, ordered[low], side="right")), last)
    return float((ordered[low] + ordered[high]) / 2)
