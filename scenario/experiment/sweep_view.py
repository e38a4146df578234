"""A finished sweep as the questions need it: factors, policies, worlds, and outcomes experiment by experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.analysis.quantities import mean_values
from scenario.errors import DataError, Problem
from scenario.experiment.factors import Floats
from scenario.experiment.plan import Plan
from scenario.experiment.sweep_read import read_sweep
from scenario.spec.names import did_you_mean
from scenario.spec.sweep import Role

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, eq=False)
class SweepView:
    """A sweep and what it found.

    Parameters
    ----------
    about
        `Plan.about`: titles, units, kinds.
    identity
        `Plan.identity`.
    design
        One row per experiment: experiment, policy, point, luck, part, factors.
    rows
        The runs, or a summary per experiment.
    n_failed
        Runs that did not finish.
    """

    about: Mapping[str, Any]
    identity: Mapping[str, Any]
    design: pd.DataFrame
    rows: pd.DataFrame
    n_failed: int

    @property
    def factors(self) -> tuple[str, ...]:
        """Return the paths of the factors, in the order of the file; the design keeps it, the manifest does not."""
        return tuple(path for path in self.design.columns if path in self.about["factors"])

    @property
    def policies(self) -> tuple[str, ...]:
        """Return the names of the policies, the first of which is the baseline."""
        return tuple(dict.fromkeys(self.design["policy"].tolist()))

    @property
    def n_points(self) -> int:
        """Return the number of points, the same for every policy."""
        return len(self.design) // len(self.policies)

    @property
    def shares_luck(self) -> bool:
        """Return whether several points were run under the same luck."""
        luck = self.design["luck"].iloc[: self.n_points]
        return self.n_points > 1 and bool(luck.duplicated().any())

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what every answer from this sweep must tell."""
        told = []
        if self.n_failed:
            n = len(self.design) * self.n_replications
            told.append(
                f"{self.n_failed:,} of {n:,} runs failed; points and pairs that lost one are left out."
            )
        if self.n_points > 1 and self.design["luck"].nunique() == 1:
            told.append("All points share their luck: intervals hold for the luck that was drawn.")
        return tuple(told)

    def refuse_dependent_points(self) -> None:
        """Refuse designs whose points are made from each other: as worlds they would count many times.

        Raises
        ------
        DataError
            The design is sobol, morris or one-at-a-time.
        """
        kind = str(self.about["kind"])
        if kind in ("sobol", "morris", "one-at-a-time"):
            rule, hint = "worlds must be drawn one by one over the whole space", "design: latin-hypercube"
            raise DataError(Problem(rule=rule, got=kind, hint=hint, code="E327"))

    def place(self, policy: str) -> int:
        """Return the place of a policy; the first for an empty name.

        Raises
        ------
        DataError
            The sweep does not have it.
        """
        if not policy:
            return 0
        if policy not in self.policies:
            rule = f"policy must be one of {', '.join(self.policies)}"
            hint = did_you_mean(policy, self.policies)
            raise DataError(Problem(rule=rule, got=policy, hint=hint, code="E325"))
        return self.policies.index(policy)

    @property
    def is_summary(self) -> bool:
        """Return whether only summaries were kept."""
        return "replication" not in self.rows.columns

    @property
    def horizon(self) -> float:
        """Return the horizon in days."""
        return float(self.about["horizon_days"])

    @property
    def n_replications(self) -> int:
        """Return the runs of every experiment."""
        return int(self.identity["replications"])

    @property
    def seed(self) -> int:
        """Return the root seed."""
        return int(self.identity["seed"])

    @property
    def levers(self) -> tuple[str, ...]:
        """Return the factors that are ours to choose."""
        return tuple(path for path in self.factors if self.about["factors"][path].get("role") == Role.LEVER)

    def title(self, factor: str) -> str:
        """Return what a factor is called, and that it is a lever where it is one."""
        title = str(self.about["factors"][factor]["title"])
        return f"{title} (lever)" if factor in self.levers else title

    def unit(self, factor: str) -> str:
        """Return the unit of a factor, or ""."""
        return str(self.about["factors"][factor]["unit"])

    def outcome(self, name: str) -> Mapping[str, str]:
        """Return kind, unit and meaning of an outcome.

        Raises
        ------
        DataError
            The sweep does not have it.
        """
        known = self.about["outcomes"]
        if name not in known:
            rule, hint = "the outcome must be one that the sweep kept", did_you_mean(name, known)
            raise DataError(Problem(rule=rule, got=name, hint=hint, code="E321"))
        found: Mapping[str, str] = known[name]
        return found

    # ---- by experiment ---------------------------------------------------------------------------

    @cached_property
    def _edges(self) -> np.ndarray[Any, Any]:
        """Return where the rows of each experiment begin, and the end: int64[X + 1]."""
        return np.searchsorted(self.rows["experiment"].to_numpy(), np.arange(len(self.design) + 1))

    def means(self, name: str) -> Floats:
        """Return the mean of an outcome over the replications of each experiment, float64[X].

        A time counts as min(T, horizon); an experiment of which no run finished is NaN.
        """
        kind = self.outcome(name)["kind"]
        if self.is_summary:
            return self.rows[f"mean({name})"].to_numpy(dtype=np.float64)
        values = mean_values(self.rows[name].to_numpy(), kind=kind, horizon=self.horizon)
        return self._averaged(values)

    def means_under(self, policy: str, name: str) -> Floats:
        """Return the means of an outcome at all points under one policy, float64[points]."""
        return np.asarray(self.by_policy(self.means(name))[:, self.place(policy)])

    def share(self, name: str, *, low: float | None = None, high: float | None = None) -> Floats:
        """Return in which share of the replications an outcome lies within low to high, float64[X].

        A time that never comes lies above every bound. With neither bound: the share in which the outcome
        happens (a probability), or comes at all (a time).

        Raises
        ------
        DataError
            Only summaries were kept, and they do not tell this.
        """
        kind = self.outcome(name)["kind"]
        if self.is_summary:
            return self._share_from_summary(name, kind, low, high)
        values = self.rows[name].to_numpy(dtype=np.float64)
        if low is None and high is None:
            return self._averaged((~np.isnan(values) if kind == "time" else values > 0.0).astype(np.float64))
        values = np.where(np.isnan(values), np.inf, values)
        inside = (values >= (-np.inf if low is None else low)) & (
            values <= (np.inf if high is None else high)
        )
        return self._averaged(inside.astype(np.float64))

    def _share_from_summary(self, name: str, kind: str, low: float | None, high: float | None) -> Floats:
        """Return a share that a summary holds."""
        if low is None and high is None and kind in ("time", "probability"):
            if kind == "time":
                return 1.0 - self.rows[f"never({name})"].to_numpy(dtype=np.float64)
            return self.rows[f"mean({name})"].to_numpy(dtype=np.float64)
        rule, hint = "a share of runs within bounds must be asked of a sweep that kept its rows", "keep: rows"
        raise DataError(Problem(rule=rule, got=f"summaries of {name}", hint=hint, code="E322"))

    def _averaged(self, values: Floats) -> Floats:
        """Return the mean of each experiment's rows."""
        sizes = np.diff(self._edges)
        totals = np.zeros(len(sizes))
        some = sizes > 0
        totals[some] = np.add.reduceat(values, self._edges[:-1][some])
        return np.where(some, totals / np.maximum(sizes, 1), np.nan)

    def replicated(self, name: str) -> Floats:
        """Return the outcome run by run, float64[X, R]; times as min(T, horizon), NaN where a run failed.

        Raises
        ------
        DataError
            Only summaries were kept.
        """
        kind = self.outcome(name)["kind"]
        if self.is_summary:
            rule, hint = "single runs must be asked of a sweep that kept its rows", "keep: rows"
            raise DataError(Problem(rule=rule, got="summaries", hint=hint, code="E322"))
        found = np.full((len(self.design), self.n_replications), np.nan)
        places = self.rows["experiment"].to_numpy(), self.rows["replication"].to_numpy()
        found[places] = mean_values(self.rows[name].to_numpy(), kind=kind, horizon=self.horizon)
        return found

    def by_policy(self, values: Floats) -> Floats:
        """Arrange values of experiments as [points, policies, ...]."""
        shaped = values.reshape(len(self.policies), self.n_points, *values.shape[1:])
        return np.moveaxis(shaped, 0, 1)

    def points(self) -> pd.DataFrame:
        """Return the factors at the points: numbers, or categories for a factor that is a setting."""
        table = self.design.iloc[: self.n_points][list(self.factors)].reset_index(drop=True)
        for path in self.factors:
            if self.about["factors"][path]["is_structural"]:
                table[path] = table[path].astype("category")
            elif self.about["factors"][path]["kind"] == "values":
                table[path] = table[path].astype(np.float64)
        return table

    def matrix(self) -> tuple[Floats, dict[str, int]]:
        """Return the factors at the points as float64[M, D], settings by their place, and how many those have."""
        table, levels = self.points(), dict[str, int]()
        found = np.empty((len(table), len(self.factors)))
        for i, path in enumerate(self.factors):
            if self.about["factors"][path]["is_structural"]:
                known = list(self.about["factors"][path]["values"])
                found[:, i] = [known.index(value) if value in known else np.nan for value in table[path]]
                levels[path] = len(known)
            else:
                found[:, i] = table[path].to_numpy(dtype=np.float64)
        return found, levels


def view_of(folder: str | Path) -> SweepView:
    """Return the sweep that a folder holds, after a check of every byte.

    Parameters
    ----------
    folder
        The folder of a finished sweep.

    Raises
    ------
    StoreError
        There is no sweep, or it is not whole.
    """
    found = read_sweep(Path(folder))
    identity = found.manifest.identity
    return SweepView(
        about=identity["about"],
        identity=identity,
        design=found.design,
        rows=found.rows,
        n_failed=len(found.failures),
    )


def view_of_run(plan: Plan, rows: pd.DataFrame, failures: pd.DataFrame) -> SweepView:
    """Return a sweep that was run in memory."""
    return SweepView(
        about=plan.about, identity=plan.identity, design=plan.experiments(), rows=rows, n_failed=len(failures)
    )
