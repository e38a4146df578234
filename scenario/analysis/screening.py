"""Which of many numbers to rank, and what each explains, on points that had no part in the choice.

Numbers picked on the points that judge them look better than they are (the winner's curse). Here half of the
points picks and the other half judges. The shares themselves live in `first_order`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scenario.analysis.clusters import Floats
from scenario.analysis.first_order import FirstOrder, first_order_shares


@dataclass(frozen=True, kw_only=True)
class Screened:
    """Shares of the numbers that a screen picked.

    Parameters
    ----------
    found
        Their shares, from the second half of the points alone.
    n_screened, n_judged
        Points of the first half, which picked, and of the second, which judged.
    """

    found: FirstOrder
    n_screened: int
    n_judged: int


def screened_shares(values: Floats, columns: Mapping[str, Floats], *, most: int) -> Screened:
    """Pick the numbers that go with the outcome most at the first half of the points; judge them at the second.

    Parameters
    ----------
    values
        Shape [M, K], finite: M >= 80 outer points in an order that says nothing, K replications.
    columns
        Name -> numbers, shape [M].
    most
        Numbers that are picked, >= 1.

    Raises
    ------
    DataError
        As `first_order_shares`, of the second half.
    """
    half = len(values) // 2
    picked = strongest(
        values[:half].mean(axis=1), {name: column[:half] for name, column in columns.items()}, most=most
    )
    found = first_order_shares(values[half:], {name: columns[name][half:] for name in picked})
    return Screened(found=found, n_screened=half, n_judged=len(values) - half)


def strongest(means: Floats, columns: Mapping[str, Floats], *, most: int) -> list[str]:
    """Return the names of the numbers that go with the outcome most, by the ranks of their values.

    A number counts by its rank correlation with the outcome or that of its distance from the middle, whichever is
    larger: the regressions of the ranking are slow, and several hundred numbers do nothing.

    Parameters
    ----------
    means
        The outcome, shape [M].
    columns
        Name -> numbers, shape [M].
    most
        Names that are returned.
    """
    from scipy.stats import rankdata

    ranks = np.array([rankdata(column) for column in columns.values()]) / len(means) - 0.5
    centred = means - means.mean()
    strength = np.zeros(len(ranks))
    for raw in (ranks, ranks**2):
        shape = raw - raw.mean(axis=1, keepdims=True)
        norm = np.sqrt((shape**2).sum(axis=1) * (centred**2).sum())
        strength = np.maximum(strength, np.abs(shape @ centred) / np.where(norm > 0, norm, np.inf))
    names = list(columns)
    return [names[i] for i in np.argsort(-strength, kind="stable")[:most]]
