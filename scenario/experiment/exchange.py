"""A finished sweep in the forms of other tools: the EMA Workbench's results, and SALib's problem and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scenario.errors import DataError, Problem
from scenario.experiment.factors import Floats
from scenario.experiment.sweep_view import SweepView

if TYPE_CHECKING:
    import pandas as pd


def to_ema(view: SweepView) -> tuple[pd.DataFrame, dict[str, Floats]]:
    """Return a sweep as the EMA Workbench gives results: `experiments, outcomes`.

    Parameters
    ----------
    view
        A sweep.

    Returns
    -------
    experiments
        One row per experiment: the factors, `scenario` (the point), `policy` and `model`. A factor at its declared
        value is NaN, or "as declared" for a setting.
    outcomes
        Name -> float64[X, R], run by run (NaN where a run failed), or float64[X], means, where only summaries were
        kept. Times count as min(T, horizon). Average over the last axis for the tools of `ema_workbench.analysis`.
    """
    table = view.design[list(view.factors)].copy()
    for path, about in view.about["factors"].items():
        if about["is_structural"]:
            table[path] = table[path].fillna("as declared").astype("category")
        else:
            table[path] = table[path].astype(np.float64)
    table["scenario"] = view.design["point"].astype(str).astype("category")
    table["policy"] = view.design["policy"].astype("category")
    table["model"] = str(view.about["scenario"])
    names = view.about["outcomes"]
    of = view.means if view.is_summary else view.replicated
    return table, {name: of(name) for name in names}


def salib_problem(view: SweepView) -> dict[str, Any]:
    """Return the factors as SALib's `problem`: num_vars, names, bounds.

    A setting counts by its place, 0 to its number of values; a factor that follows the scenario's own
    distribution has its 5 % and 95 % points as bounds.

    Raises
    ------
    DataError
        A factor of a table has one value only, which SALib cannot take.
    """
    bounds = []
    for path, about in view.about["factors"].items():
        ends = [0.0, float(len(about["values"]))] if about["is_structural"] else list(about["range"])
        if not ends[0] < ends[1]:
            rule = f"factor {path} must have a range for SALib"
            raise DataError(Problem(rule=rule, got=f"{ends[0]:g} only", code="E342"))
        bounds.append(ends)
    return {"num_vars": len(bounds), "names": list(view.factors), "bounds": bounds}


def salib_outputs(view: SweepView, outcome: str, *, policy: str = "") -> Floats:
    """Return the means of an outcome in the order in which SALib's analysis takes them, float64[points].

    A Sobol' sweep lies as SALib's: of every base row A, AB of each factor, B.
    """
    return view.means_under(policy, outcome)
