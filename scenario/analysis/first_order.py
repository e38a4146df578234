"""Which parameter to learn first: each one's share of an outcome's variance, from the runs there are.

Here live first-order shares and their ranking. The regression behind them lives in `conditional_mean`, the
shares of the hidden fact and of luck in `variance`; what knowing a parameter is worth to a decision lives in
`value_of_information`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from scenario.analysis.clusters import Floats, Ratio, ratio_of_totals, t_interval, t_quantile
from scenario.analysis.conditional_mean import (
    Regression,
    basis_of,
    bins_of,
    check_finite,
    check_points,
    coded,
    folds_of,
    named,
    regress,
)
from scenario.analysis.variance import variance_shares
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    from scenario.analysis.quantities import Table


@dataclass(frozen=True, kw_only=True)
class FirstOrderShare:
    """What one parameter, or all together, explain of the total variance.

    Parameters
    ----------
    name
        Name of the parameter; "all parameters" for all together.
    share
        Share of the total variance, 0 to 1; NaN where the outcome is constant.
    raw, error
        The estimate before it is held within 0 and 1, and its standard error.
    interval
        95 % interval, held within 0 and 1. At a share of 0 the lower bound is 0 nearly always.
    binned
        The same share by quantile bins (a check of the spline), raw; NaN for all together.
    rank
        1 for the parameter to learn first; 0 for all together.
    is_noise
        Whether the share cannot be told from 0.
    n
        Number of outer points.
    """

    name: str
    share: float
    raw: float
    error: float
    interval: tuple[float, float]
    binned: float
    rank: int
    is_noise: bool
    n: int


@dataclass(frozen=True, kw_only=True)
class FirstOrder:
    """First-order shares of all parameters, beside what they explain jointly.

    Parameters
    ----------
    ranked
        One share per parameter, the largest first.
    together
        Share of the additive regression on all parameters (with products of pairs up to six columns).
    parameters, parameters_interval
        The parameters' share as in `variance.variance_shares`: any function of them. NaN with one
        replication. What it has above `together` are interactions that the regression does not see.
    total
        Total variance, in the outcome's unit squared.
    n
        Number of outer points.
    """

    ranked: tuple[FirstOrderShare, ...]
    together: FirstOrderShare
    parameters: float
    parameters_interval: tuple[float, float]
    total: float
    n: int


def first_order_shares(values: ArrayLike, columns: Table) -> FirstOrder:
    """Rank parameters by S_d = Var(E[Y | X_d]) / Var(Y), estimated from given data.

    With point means y_i, their variance W_i within the point and g the cross-fitted regression,
    S = sum [a_i - (y_i - g(x_i))^2 / (1 + f / n)] / sum [a_i + W_i (K - 1) / K], a_i = (y_i - m)^2 M / (M - 1),
    f the regression's degrees of freedom and n its points: the error of the fit is taken out of the
    residuals. The interval is that of a ratio of totals over outer points. Where it holds 0 its upper
    bound is at least (sqrt(S + 2 e^2) + t e)^2, e the error of a correlation near 0: there the ratio's
    own error shrinks with the estimate. One interval per parameter: of 40 parameters without influence
    about one may be told from 0 by chance.

    Parameters
    ----------
    values
        Shape [M, K], finite: M >= 40 outer points, K replications (times as min(T, horizon)).
    columns
        Table or name -> column of shape [M]. Text, truth values and at most 12 different numbers count as
        categories. Correlated parameters share what they explain: shares may then add up to above 1.

    Raises
    ------
    DataError
        A160 shapes, A161 not finite, A162 too few points.

    References
    ----------
    Strong, Oakley and Brennan 2014 (regression from given data); Sobol 1993 (S_d).
    """
    numbers = _checked(values)
    tables = named(columns)
    if not tables:
        raise DataError(Problem(rule="columns must hold at least one parameter", got="none", code="A160"))
    codes = {name: coded(name, table, n=len(numbers)) for name, table in tables.items()}
    means, bottom = _totals(numbers)
    folds = folds_of(len(means))
    tops = [_explained(means, regress(means[:, None], basis_of([c]), folds)) for c in codes.values()]
    tops.append(_explained(means, regress(means[:, None], basis_of(list(codes.values())), folds)))
    found = ratio_of_totals(np.array(tops), bottom)
    binned = [
        _share(_explained(means, regress(means[:, None], bins_of(c), folds)), bottom) for c in codes.values()
    ]
    names = [*codes, "all parameters"]
    noise = float(means.var() / bottom.sum()) if bottom.sum() > 0 else float("nan")
    shares = [
        _read(found, i, name, binned=b, noise=noise)
        for i, (name, b) in enumerate(zip(names, [*binned, float("nan")], strict=True))
    ]
    return _told(shares, numbers, float(bottom.mean()))


def _checked(values: ArrayLike) -> Floats:
    """Return a table [M, K] of finite numbers with enough points; refuse another."""
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 2 or numbers.size == 0:
        raise DataError(Problem(rule="values must be [M, K]", got=f"shape {numbers.shape}", code="A160"))
    check_finite("values", numbers)
    check_points(len(numbers))
    return numbers


def _totals(numbers: Floats) -> tuple[Floats, Floats]:
    """Return the point means and each point's part of the total variance, shape [M] each."""
    m, k = numbers.shape
    means = numbers.mean(axis=1)
    within = numbers.var(axis=1, ddof=1) * (k - 1) / k if k > 1 else np.zeros(m)
    return means, (means - means.mean()) ** 2 * m / (m - 1) + within


def _explained(means: Floats, found: Regression) -> Floats:
    """Return each point's part of the variance that a regression explains, shape [M]."""
    m = len(means)
    rest = (means - found.crossed[:, 0]) ** 2 / (1 + found.inflation)
    return np.asarray((means - means.mean()) ** 2 * m / (m - 1) - rest)


def _share(top: Floats, bottom: Floats) -> float:
    """Return one share of totals."""
    return float(top.sum() / bottom.sum()) if bottom.sum() > 0 else float("nan")


def _read(found: Ratio, i: int, name: str, *, binned: float, noise: float) -> FirstOrderShare:
    """Return the i-th share, not ranked yet; `noise` is the squared error of a root share near 0."""
    low, high = (float(bound[i]) for bound in t_interval(found))
    raw = float(found.estimate[i])
    if not low > 0:
        root = np.sqrt(max(raw, 0.0) + 2 * noise) + t_quantile(found.n_clusters) * np.sqrt(noise)
        high = max(high, float(root**2))
    return FirstOrderShare(
        name=name,
        share=float(np.clip(raw, 0.0, 1.0)),
        raw=raw,
        error=float(found.error[i]),
        interval=(float(np.clip(low, 0.0, 1.0)), float(np.clip(high, 0.0, 1.0))),
        binned=binned,
        rank=0,
        is_noise=not low > 0,
        n=found.n_clusters,
    )


def _told(shares: list[FirstOrderShare], numbers: Floats, total: float) -> FirstOrder:
    """Return the shares ranked, beside the parameters' share of any kind."""
    *single, together = shares
    ranked = sorted(single, key=lambda share: (-np.nan_to_num(share.raw, nan=-np.inf), share.name))
    none = np.zeros(numbers.shape, dtype=bool)
    everything = variance_shares(numbers, none, np.zeros(len(numbers)))
    return FirstOrder(
        ranked=tuple(replace(share, rank=i) for i, share in enumerate(ranked, 1)),
        together=together,
        parameters=everything.parameters,
        parameters_interval=everything.intervals["parameters"],
        total=total,
        n=len(numbers),
    )
