"""Boxes from a regression tree: every node of the tree is a box, the leaves share out all worlds.

Trees and boxes only; the worlds and the choice among boxes live in `prim`, held-out numbers in `discovery`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import Floats, Hits
from scenario.analysis.prim import RULES, Rules, choose, quasi_p_values, without_chance
from scenario.analysis.worlds import Limits, Step, Worlds, read_worlds

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The boxes of a tree, and the one that was chosen.

    Parameters
    ----------
    steps
        One per node, the first holding every world; a node comes before the two it splits into.
    leaves
        Places of the leaves among the steps: together they hold every world once.
    chosen
        Place of the chosen node (inner nodes too may be chosen: a leaf alone seldom covers enough).
    box
        The chosen node without the limits that are put down to chance.
    quasi_p
        As in `prim.Trajectory`.
    """

    steps: tuple[Step, ...]
    leaves: tuple[int, ...]
    chosen: int
    box: Step
    quasi_p: dict[str, tuple[float, float]]


def cart(
    x: pd.DataFrame, happened: ArrayLike, *, weights: ArrayLike | None = None, rules: Rules = RULES
) -> Tree:
    """Split the worlds by the factor that tells most, again and again (Breiman et al. 1984).

    A regression tree on the shares, weighted by replications; with shares 0 and 1 it is the tree of the Gini
    index, which is twice the variance. Numbers enter as ranks, so that no edge is rounded; an edge lies
    half-way between two worlds. Factors with levels enter one level against the rest.

    Parameters
    ----------
    x, happened, weights
        As in `prim.prim`, with the same errors.
    rules
        `min_mass` is the least mass of a leaf (at most 0.5 takes effect); the alphas play no part.
    """
    return cart_of(read_worlds(x, happened, weights=weights), rules)


def cart_of(worlds: Worlds, rules: Rules = RULES) -> Tree:
    """Grow a tree as `cart` does, in worlds that were read already."""
    nodes = list(_nodes(worlds, _grown(worlds, rules.min_mass)))
    steps = tuple(worlds.measure(limits) for limits, _ in nodes)
    chosen = choose(steps, rules)
    box = without_chance(worlds, steps[chosen], chance=rules.chance)
    leaves = tuple(place for place, (_, is_leaf) in enumerate(nodes) if is_leaf)
    found = quasi_p_values(worlds, box)
    return Tree(steps=steps, leaves=leaves, chosen=chosen, box=box, quasi_p=found)


@dataclass(frozen=True)
class _Question:
    """What one column of the tree asks: the rank of a number, or whether a factor is at a level."""

    name: str
    level: Any
    is_level: bool


def _questions(worlds: Worlds) -> list[_Question]:
    """Return the columns of the tree; two levels need one question only."""
    asked: list[_Question] = []
    for name, levels in worlds.levels.items():
        told = levels[1:] if len(levels) == 2 else levels
        asked += [_Question(name, level, True) for level in told] or [_Question(name, None, False)]
    return asked


def _answers(worlds: Worlds, question: _Question) -> Floats:
    """Return a column of the tree, shape [M]: exact in single precision, which scikit-learn works in."""
    values = worlds.columns[question.name]
    if question.is_level:
        return np.asarray(values == worlds.levels[question.name].index(question.level), dtype=np.float64)
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.float64)


def _grown(worlds: Worlds, min_mass: float) -> Any:
    """Return scikit-learn's tree; ties between factors are settled by a fixed seed."""
    from sklearn.tree import DecisionTreeRegressor

    table = np.column_stack([_answers(worlds, question) for question in _questions(worlds)])
    # A hair less, so that a leaf of exactly the least mass is not lost to rounding.
    least = min(min_mass, 0.5) * (1 - 1e-9)
    model = DecisionTreeRegressor(min_weight_fraction_leaf=least, random_state=0)
    return model.fit(table, worlds.share, sample_weight=worlds.weight).tree_


def _nodes(worlds: Worlds, tree: Any) -> Iterator[tuple[dict[str, Limits], bool]]:
    """Give the limits of every node, and whether it is a leaf: a node, then its left side, then its right."""
    questions = _questions(worlds)
    answers = [_answers(worlds, question) for question in questions]
    waiting: list[tuple[int, dict[str, Limits], Hits]] = [(0, {}, np.ones(len(worlds.share), dtype=bool))]
    while waiting:
        node, limits, held = waiting.pop()
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        yield limits, left < 0
        if left >= 0:
            column = int(tree.feature[node])
            goes_left = answers[column] <= tree.threshold[node]
            sides = _sides(worlds, questions[column], limits, held=held, goes_left=goes_left)
            waiting += [(right, sides[1], held & ~goes_left), (left, sides[0], held & goes_left)]


def _sides(
    worlds: Worlds, question: _Question, limits: dict[str, Limits], *, held: Hits, goes_left: Hits
) -> tuple[dict[str, Limits], dict[str, Limits]]:
    """Return the limits of the two sides of a split."""
    name, now = question.name, limits.get(question.name)
    if question.is_level:
        levels = now if isinstance(now, frozenset) else frozenset(worlds.levels[name])
        kept = frozenset([question.level])
        return {**limits, name: levels - kept}, {**limits, name: kept}
    values = worlds.columns[name]
    last, first = float(values[held & goes_left].max()), float(values[held & ~goes_left].min())
    edge = (last + first) / 2 if (last + first) / 2 < first else last
    below, above = edge, math.nextafter(edge, math.inf)
    if name in worlds.whole:
        below, above = float(math.floor(edge)), float(math.floor(edge) + 1)
    low, high = now if isinstance(now, tuple) else (-math.inf, math.inf)
    return {**limits, name: (low, below)}, {**limits, name: (above, high)}
