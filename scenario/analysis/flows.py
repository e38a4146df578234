"""The flow against its twins: what was delivered in fact, with words only, and in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenario.analysis.clusters import ratio, t_interval
from scenario.analysis.quantities import LEVELS, quantiles
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd

WORLDS = {"fact": "quantity_net", "words": "net_words", "silent": "net_silent"}
"""World -> column with what was delivered net of substitution."""

AVERTED = {
    "measures, gross": "averted_by_measures",
    "measures, net": "averted_by_measures_net",
    "words, gross": "averted_by_words",
    "words, net": "averted_by_words_net",
}
"""Difference between two twins -> column; negative is allowed."""


def flow_against_twins(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return what was delivered in fact and in the two twins.

    Parameters
    ----------
    outcomes
        One row per run, with experiment, quantity_net, net_words and net_silent.

    Returns
    -------
    Columns world, n, mean, lower, upper (95 % interval of the mean), q5, q25, q50, q75, q95: the 50 %
    band is q25 to q75, the 90 % band q5 to q95, the median q50.
    """
    return _table(outcomes, WORLDS, "world")


def averted(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return what measures and words averted, run by run, gross and net of substitution.

    Columns as in `flow_against_twins`, the first one named averted. It is a difference inside the
    model, not an effect measured in the world.
    """
    return _table(outcomes, AVERTED, "averted")


def _table(outcomes: pd.DataFrame, columns: dict[str, str], head: str) -> pd.DataFrame:
    """Return one row per column."""
    import pandas as pd

    missing = [name for name in ("experiment", *columns.values()) if name not in outcomes]
    if missing:
        raise DataError(
            Problem(
                rule="the outcome table must hold the columns of the twins",
                got=f"no {missing[0]}",
                hint="run with the twins switched on",
                code="A115",
            )
        )
    points = outcomes["experiment"].to_numpy()
    return pd.DataFrame([{head: name, **_row(outcomes[column], points)} for name, column in columns.items()])


def _row(column: pd.Series[float], experiment: np.ndarray) -> dict[str, object]:
    """Return mean, interval and quantiles of one column."""
    values = column.to_numpy(dtype=np.float64)
    found = quantiles(values, [level / 100 for level in LEVELS])
    mean = ratio(values, np.ones(len(values)), experiment)
    low, high = t_interval(mean)
    bands = {f"q{level}": value for level, value in zip(LEVELS, found, strict=True)}
    return {
        "n": len(values),
        "mean": float(mean.estimate),
        "lower": float(low),
        "upper": float(high),
        **bands,
    }
