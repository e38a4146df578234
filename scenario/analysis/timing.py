"""Who acts when: per sender the quantiles of a date, and the share of runs in which it never comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from scenario.analysis.quantities import LEVELS, quantiles
from scenario.errors import DataError, Problem

if TYPE_CHECKING:
    import pandas as pd


def who_acts(outcomes: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return quantiles and never-share of one time column per sender.

    Parameters
    ----------
    outcomes
        One row per run.
    columns
        Label on the row ("United States") -> time column ("adopted_day.us"); the order is kept.

    Returns
    -------
    Columns label, column, n, q5, q25, q50, q75, q95 (days; NaN where never reached), never (share).
    """
    import pandas as pd

    missing = [column for column in columns.values() if column not in outcomes]
    if missing:
        raise DataError(
            Problem(rule="the outcome table must hold the time column", got=str(missing[0]), code="A114")
        )
    return pd.DataFrame([_row(label, column, outcomes[column]) for label, column in columns.items()])


def _row(label: str, column: str, times: pd.Series[float]) -> dict[str, object]:
    """Return one sender's row."""
    days = times.to_numpy(dtype=np.float64)
    found = quantiles(days, [level / 100 for level in LEVELS], never=True)
    values = {f"q{level}": np.nan if day is None else day for level, day in zip(LEVELS, found, strict=True)}
    return {"label": label, "column": column, "n": len(days), **values, "never": float(np.isnan(days).mean())}
