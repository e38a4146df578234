"""Tables of a sweep: runs as rows, or a summary per experiment that takes the same room for any number of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.experiment.factors import Floats
from scenario.experiment.plan import Plan
from scenario.experiment.run import DTYPES

if TYPE_CHECKING:
    import pandas as pd

Failure = tuple[int, int, str]
"""Experiment, replication, error."""

STATISTICS = ("mean", "sd", "min", "max", "never")
"""What a summary says of an outcome: of times as min(T, horizon), and the share of runs in which it never came."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some runs that finished, sorted by (experiment, replication), and those that did not.

    Parameters
    ----------
    experiment, replication
        int64[R].
    rows
        float64[R, C], the outcomes that are kept.
    failures
        Runs that did not finish.
    """

    experiment: np.ndarray[Any, np.dtype[np.int64]]
    replication: np.ndarray[Any, np.dtype[np.int64]]
    rows: Floats
    failures: list[Failure]


def rows_table(plan: Plan, parts: Sequence[Part]) -> pd.DataFrame:
    """Return the runs of all parts as one table, in the order of (experiment, replication)."""
    import pandas as pd

    experiment = np.concatenate([part.experiment for part in parts])
    replication = np.concatenate([part.replication for part in parts])
    rows = np.concatenate([part.rows for part in parts])
    if len(parts) > 1:
        order = np.lexsort((replication, experiment))
        experiment, replication, rows = experiment[order], replication[order], rows[order]
    columns: dict[str, Any] = {"experiment": experiment, "replication": replication}
    for i, (name, outcome) in enumerate(plan.declared.items()):
        columns[name] = rows[:, i].astype(DTYPES[outcome.kind])
    return pd.DataFrame(columns, copy=False)


class Tally:
    """Moments of every outcome, experiment by experiment; blocks of an experiment come in order.

    Means and squares are merged as by Chan, Golub & LeVeque (1983), Algorithms for computing the sample
    variance, equation 2.1.

    Parameters
    ----------
    plan, first, last
        The experiments first <= e < last of a plan.
    """

    def __init__(self, plan: Plan, first: int, last: int) -> None:
        size = (last - first, len(plan.declared))
        self.plan, self.first = plan, first
        self.n = np.zeros(last - first, dtype=np.int64)
        self.mean, self.squares, self.n_never = (np.zeros(size) for _ in range(3))
        self.low, self.high = np.full(size, np.inf), np.full(size, -np.inf)
        self._is_time = np.array([outcome.kind == "time" for outcome in plan.declared.values()])

    def add(self, part: Part) -> None:
        """Count the runs of a part."""
        edges = np.flatnonzero(np.diff(part.experiment)) + 1
        # NumPy adds up another layout in another order, with other last bits.
        every = np.ascontiguousarray(part.rows)
        for experiment, rows in zip(
            part.experiment[np.append(0, edges)].tolist() if len(part.rows) else [],
            np.split(every, edges),
            strict=False,
        ):
            self._add(experiment, rows)

    def _add(self, experiment: int, rows: Floats) -> None:
        """Count some runs of one experiment."""
        i, n = experiment - self.first, len(rows)
        horizon = self.plan.scenarios[int(self.plan.group[experiment])].spec.horizon_days
        never = np.isnan(rows) & self._is_time
        values = np.where(self._is_time, np.where(never, horizon, np.minimum(rows, horizon)), rows)
        before, total = int(self.n[i]), int(self.n[i]) + n
        mean = values.mean(axis=0)
        change = mean - self.mean[i]
        self.squares[i] += ((values - mean) ** 2).sum(axis=0) + change**2 * (before * n / total)
        self.mean[i] += change * (n / total)
        self.n[i] = total
        self.n_never[i] += never.sum(axis=0)
        self.low[i] = np.minimum(self.low[i], values.min(axis=0))
        self.high[i] = np.maximum(self.high[i], values.max(axis=0))

    def statistics(self) -> Floats:
        """Return the statistics, float64[X, C, S]; NaN where no run finished, and for the sd of one run."""
        n = np.where(self.n > 0, self.n, np.nan)[:, None]
        sd = np.sqrt(self.squares / np.where(n > 1, n - 1, np.nan))
        nothing = np.where(n > 0, 0.0, np.nan)
        low, high = (np.where(n > 0, ends, np.nan) for ends in (self.low, self.high))
        return np.stack([self.mean + nothing, sd, low, high, self.n_never / n], axis=2)


def summary_columns(outcomes: Sequence[str]) -> list[str]:
    """Return the columns of a summary: experiment, n, and `statistic(outcome)` for every outcome and statistic."""
    return ["experiment", "n", *(f"{name}({outcome})" for outcome in outcomes for name in STATISTICS)]


def summary_table(tally: Tally) -> pd.DataFrame:
    """Return one row per experiment."""
    import pandas as pd

    names = summary_columns(list(tally.plan.declared))
    table = pd.DataFrame(tally.statistics().reshape(len(tally.n), -1), columns=names[2:])
    table.insert(0, "n", tally.n)
    table.insert(0, "experiment", tally.first + np.arange(len(tally.n)))
    return table
