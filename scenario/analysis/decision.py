"""A choice among actions under uncertainty, and the form in which the value of knowing something is told.

What a value is, and how it is estimated, lives in `value_of_information`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import Floats
from scenario.analysis.conditional_mean import check_finite, check_points
from scenario.errors import DataError, Problem


@dataclass(frozen=True, kw_only=True, eq=False)
class Decision:
    """A choice among actions, as `decision` checked it.

    Parameters
    ----------
    utilities
        Shape [M, K, A]: outer points, replications, actions.
    actions, unit
        Names of the A actions; unit of the utilities.
    """

    utilities: Floats
    actions: tuple[str, ...]
    unit: str


@dataclass(frozen=True, kw_only=True)
class InformationValue:
    """What knowing something before the decision is worth.

    Parameters
    ----------
    name, unit
        What is known; unit of the utilities.
    value
        Expected gain, >= 0: `raw` held at 0 or above.
    raw, error
        The estimate as it came and its Monte Carlo standard error.
    interval
        95 % interval of the value, held at 0 or above; its lower bound is 0 where `is_noise`.
    is_noise
        Whether the value cannot be told from 0: the interval reaches 0, information moves fewer than six
        outer points, or (perfect information) the points do not differ beyond luck.
    best, changes
        The best action without information, and the share of cases in which information changes it.
    floor, plug_in
        What a rule found on other data earns: at most the truth in expectation. The maximum of the means
        as they are: too high where they are noisy.
    binned
        The same by quantile bins, a check of the spline; NaN for several columns and for `perfect`.
    cost, net
        What the information costs, and value - cost (may be negative).
    n
        Number of outer points.
    """

    name: str
    unit: str
    value: float
    raw: float
    error: float
    interval: tuple[float, float]
    is_noise: bool
    best: str
    changes: float
    floor: float
    plug_in: float
    binned: float
    cost: float
    net: float
    n: int


def decision(utilities: ArrayLike, *, actions: Sequence[str], unit: str) -> Decision:
    """Declare a choice among actions.

    Parameters
    ----------
    utilities
        Shape [M, K, A], or [M, A] for one replication; finite, more is better. All actions under the same
        luck (common random numbers). M >= 40, A >= 2.
    actions, unit
        Names of the A actions, all different; unit of the utilities, as the user calls it.

    Raises
    ------
    DataError
        A160 shapes and names, A161 not finite, A162 too few points.
    """
    table, names = np.asarray(utilities, dtype=np.float64), tuple(actions)
    table = table[:, None, :] if table.ndim == 2 else table
    if table.ndim != 3 or table.size == 0:
        raise DataError(
            Problem(rule="utilities must be [M, A] or [M, K, A]", got=f"shape {table.shape}", code="A160")
        )
    if table.shape[2] < 2 or len(set(names)) != len(names) or len(names) != table.shape[2]:
        rule = f"actions must name each of the {table.shape[2]} columns once, at least two"
        raise DataError(Problem(rule=rule, got=", ".join(names) or "none", code="A160"))
    check_finite("utilities", table)
    check_points(len(table))
    return Decision(utilities=table, actions=names, unit=unit)
