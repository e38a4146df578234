"""What it is worth to know something before deciding: perfect, partial and sample information.

Here live the values, in the user's unit of utility, from tables of runs under common random numbers. The choice and
the form of a value live in `decision`, the regression in `conditional_mean`, the maximum of noisy means in
`noisy_maximum`; what runs the actions lives in `experiment`.

A value is V - max_a E[u_a] = min_a (V - E[u_a]), V the utility with information. Its interval is
(min_a L_a, min_a U_a) of the intervals of V - E[u_a], each of which behaves well: so a near tie without
information, where the maximum does not, neither narrows it nor invents a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scenario.analysis.clusters import LEVEL, Floats, ratio_of_totals, t_interval, t_quantile
from scenario.analysis.conditional_mean import (
    N_FOLDS,
    Basis,
    Regression,
    basis_of,
    bins_of,
    coded,
    folds_of,
    named,
    posterior_means,
    regress,
)
from scenario.analysis.decision import Decision, InformationValue
from scenario.analysis.noisy_maximum import (
    Stratum,
    choices_elsewhere,
    gains_and_spread,
    share_changed,
    split_by_fact,
)
from scenario.analysis.paired import FEW, FEWEST, resamples
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    from scenario.analysis.quantities import Table

_SEED = 20240918
_N_GROUPS = 40


def expected_value_of_perfect_information(
    problem: Decision, *, fact: ArrayLike | None = None, cost: float = 0.0
) -> InformationValue:
    """Estimate E[max_a E[u_a | theta]] - max_a E[u_a], theta the parameters (and the hidden fact).

    Means over K replications are noisy and their maximum too high on average. So the point means v
    (less their mean over actions) are drawn together, m + C (v - m), until their spread is the spread B
    between points, B = Cov(v) - W / K with W the covariance within points; where v is normal that takes out
    all of the bias, else most. `floor` is what the best action by the other replications, drawn together
    to the posterior mean, earns in the replication left out. The error is a jackknife over 40 groups of
    points. With K = 1 luck cannot be told apart: the value is then of knowing everything, luck too.

    Parameters
    ----------
    problem
        The choice.
    fact
        Shape [M, K], whether the allegation is true in the run (runs of one point with the same fact are
        then replications of one case); None to leave it unknown.
    cost
        What the information costs, >= 0, in the unit of the utilities.

    Raises
    ------
    DataError
        A160 shape of fact, A163 no two runs share point and fact, A164 cost.

    References
    ----------
    Raiffa and Schlaifer 1961; Louis 1984 (means drawn together to the right spread).
    """
    u = problem.utilities
    if u.shape[1] == 1:
        chosen = u[:, 0].argmax(axis=1)
        found = _scored(_earned(u[:, 0], chosen)[:, None] - u[:, 0])
        found = replace(found, plug_in=found.raw, changes=float((chosen != _best(problem)).mean()))
        return _told(problem, "everything, luck included", found, cost=cost)
    name = "parameters" if fact is None else "parameters and fact"
    return _told(problem, name, _perfect(problem, split_by_fact(u, fact)), cost=cost)


def expected_value_of_partial_information(
    problem: Decision,
    columns: Table,
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    costs: Mapping[str, float] | None = None,
) -> tuple[InformationValue, ...]:
    """Estimate E[max_a E[u_a | X]] - max_a E[u_a] for each uncertainty or group X, the largest first.

    A regression on X (spline, or means by category) names the best action for each outer point from the
    other points only; V is what that action earns. So following noise can only lower it, never raise it.
    Intervals of V - E[u_a] as in `paired`; where the value is noise, the upper bound is at least the 97.5 %
    point of the value under the regression's posterior.

    Parameters
    ----------
    problem
        The choice.
    columns
        Table or name -> column of shape [M] (a parameter) or [M, K] (the hidden fact, anything drawn in each run).
    groups
        Name -> names of columns known together; by default each column by itself.
    costs
        Name of the group -> cost >= 0; by default nothing.

    Raises
    ------
    DataError
        A160 shapes, A161 not finite, A164 cost, A165 a group of unknown columns.

    References
    ----------
    Strong, Oakley and Brennan 2014 (regression from given data).
    """
    tables, found = named(columns), []
    for name, members in ({name: [name] for name in tables} if groups is None else groups).items():
        unknown = [member for member in members if member not in tables]
        if unknown or not len(members):
            rule = f"group {name} must name columns among {', '.join(tables)}"
            raise DataError(Problem(rule=rule, got=", ".join(unknown) or "none", code="A165"))
        chosen = {member: tables[member] for member in members}
        found.append(_partial(problem, name, chosen, cost=(costs or {}).get(name, 0.0)))
    return tuple(sorted(found, key=lambda value: -value.raw))


def expected_value_of_sample_information(
    problem: Decision, signal: ArrayLike, *, name: str = "signal", cost: float = 0.0
) -> InformationValue:
    """Estimate E[max_a E[u_a | S]] - max_a E[u_a] for a signal S simulated with the runs.

    What one more satellite pass or k more days would show is simulated in every run and summed up in few
    numbers; the rest is as for partial information. Signals of few different values are exact group means.

    Parameters
    ----------
    problem
        The choice. Actions that wait bear their loss in their own utilities.
    signal
        Shape [M] or [M, q], one per outer point; or [M, K, q], one per run.
    name, cost
        What the result calls it, and what it costs, >= 0.

    References
    ----------
    Strong, Oakley, Brennan and Breeze 2015 (regression on summaries of simulated data).
    """
    table = np.asarray(signal)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim not in (2, 3) or table.shape[-1] == 0:
        shape, rule = f"shape {table.shape}", "signal must be [M], [M, q] or [M, K, q]"
        raise DataError(Problem(rule=rule, got=shape, code="A160"))
    parts = {f"{name} {i}": table[..., i] for i in range(table.shape[-1])}
    return _partial(problem, name, parts, cost=cost)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """An estimate with its error and interval, not held at 0 yet, and what stands beside it."""

    raw: float
    error: float
    interval: tuple[float, float]
    is_noise: bool
    floor: float
    changes: float = float("nan")
    plug_in: float = float("nan")
    binned: float = float("nan")


def _told(problem: Decision, name: str, found: _Found, *, cost: float) -> InformationValue:
    """Return a value held at 0 or above, less its cost."""
    if not 0 <= cost < np.inf:
        raise DataError(Problem(rule="cost must be a finite number >= 0", got=str(cost), code="A164"))
    value, (low, high) = max(found.raw, 0.0), found.interval
    return InformationValue(
        name=name,
        unit=problem.unit,
        value=value,
        raw=found.raw,
        error=found.error,
        interval=(0.0 if found.is_noise else max(low, 0.0), max(high, 0.0)),
        is_noise=found.is_noise,
        best=problem.actions[_best(problem)],
        changes=found.changes,
        floor=found.floor,
        plug_in=found.plug_in,
        binned=found.binned,
        cost=cost,
        net=value - cost,
        n=len(problem.utilities),
    )


def _best(problem: Decision) -> int:
    """Return the best action without information."""
    return int(problem.utilities.mean(axis=(0, 1)).argmax())


def _earned(utilities: Floats, chosen: NDArray[np.intp]) -> Floats:
    """Return the utility of the chosen action of each row, shapes [..., A] and [...]."""
    return np.asarray(np.take_along_axis(utilities, chosen[..., None], axis=-1)[..., 0])


def _scored(gain: Floats) -> _Found:
    """Return the least of the mean gains over each action, shape [M, A], with intervals as in `paired`."""
    found = ratio_of_totals(gain.T, np.ones(len(gain)))
    bounds = np.array(t_interval(found))
    n_moved = np.count_nonzero(gain, axis=0)
    for a in np.flatnonzero(n_moved < FEW):
        moved = gain[gain[:, a] != 0, a]
        means = resamples(len(gain), len(moved)) @ moved / len(gain)
        bounds[:, a] = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    low, high = (float(bound) for bound in bounds.min(axis=1))
    least = int(found.estimate.argmin())
    raw, error = float(found.estimate[least]), float(found.error[least])
    is_noise = bool(n_moved.min() < FEWEST) or not low > 0
    return _Found(raw=raw, error=error, interval=(low, high), is_noise=is_noise, floor=raw)


def _perfect(problem: Decision, strata: list[Stratum]) -> _Found:
    """Return the value of knowing the case of each run."""
    u = problem.utilities
    means = (u - u.mean(axis=2, keepdims=True)).mean(axis=1)
    groups = np.random.default_rng(_SEED).permutation(len(u)) % _N_GROUPS
    everyone = np.ones(len(u))
    found = gains_and_spread(strata, means, everyone)
    left = np.array(
        [gains_and_spread(strata, means, np.where(groups == group, 0.0, 1.0)) for group in range(_N_GROUPS)]
    )
    errors = np.sqrt((_N_GROUPS - 1) * left.var(axis=0))
    low, high = found - t_quantile(_N_GROUPS) * errors, found + t_quantile(_N_GROUPS) * errors
    least, changes = int(found[:-1].argmin()), share_changed(strata, _best(problem))
    highest = sum(float(s.sizes @ s.means.max(axis=1)) for s in strata) / u[..., 0].size
    return _Found(
        raw=float(found[least]),
        error=float(errors[least]),
        interval=(float(low[:-1].min()), float(high[:-1].min())),
        is_noise=not low.min() > 0 or changes * len(u) < FEWEST,
        floor=_honest(problem, strata),
        changes=changes,
        plug_in=highest - float(means.mean(axis=0).max()),
    )


def _honest(problem: Decision, strata: list[Stratum]) -> float:
    """Return what the actions that the other replications and points prefer earn above the best one."""
    u, folds = problem.utilities, folds_of(len(problem.utilities))
    chosen = np.zeros(u.shape[:2], dtype=np.intp)
    for held in (folds == fold for fold in range(N_FOLDS)):
        for stratum in strata:
            choices = choices_elsewhere(stratum, u[held], held=held)
            chosen[held] = np.where(stratum.mask[held], choices, chosen[held])
    return float(_earned(u, chosen).mean() - u.mean(axis=(0, 1)).max())


def _partial(
    problem: Decision, name: str, tables: Mapping[str, NDArray[Any]], *, cost: float
) -> InformationValue:
    """Return the value of knowing some columns, shapes [M] or [M, K], together."""
    u, (m, k, n_actions) = problem.utilities, problem.utilities.shape
    rows, folds = u.mean(axis=1), folds_of(m)
    if any(table.ndim == 2 for table in tables.values()):
        tables = {key: np.repeat(t, k) if t.ndim == 1 else t.reshape(-1) for key, t in tables.items()}
        rows, folds = u.reshape(m * k, n_actions), np.repeat(folds, k)
    columns = [coded(key, table, n=len(rows)) for key, table in tables.items()]
    basis, apart = basis_of(columns), rows - rows.mean(axis=1, keepdims=True)
    fit = regress(apart, basis, folds)
    changes = float((fit.crossed.argmax(axis=1) != _best(problem)).mean())
    found = replace(_scored(_gain(rows, fit, n_points=m)), changes=changes, plug_in=_plug_in(fit.fitted))
    if len(columns) == 1:
        binned = regress(apart, bins_of(columns[0]), folds)
        found = replace(found, binned=float(_gain(rows, binned, n_points=m).mean(axis=0).min()))
    if found.is_noise:
        low, high = found.interval
        found = replace(found, interval=(low, max(high, _posterior_bound(apart, basis, fit, n_points=m))))
    return _told(problem, name, found, cost=cost)


def _gain(rows: Floats, fit: Regression, *, n_points: int) -> Floats:
    """Return what the rule of the other folds earns above each action in each point, shape [M, A]."""
    gain = _earned(rows, fit.crossed.argmax(axis=1))[:, None] - rows
    return np.asarray(gain.reshape(n_points, -1, rows.shape[1]).mean(axis=1))


def _plug_in(fitted: Floats) -> float:
    """Return E max - max E of fitted utilities, shape [R, A]."""
    return float(fitted.max(axis=1).mean() - fitted.mean(axis=0).max())


def _posterior_bound(apart: Floats, basis: Basis, fit: Regression, *, n_points: int) -> float:
    """Return the 97.5 % point of the plug-in value under the coefficients' posterior (Strong et al. 2014)."""
    drawn = posterior_means(apart, basis, fit, n_points=n_points)
    return float(np.quantile([_plug_in(means) for means in drawn], (1 + LEVEL) / 2))
