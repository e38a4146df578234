from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenario.analysis.incidence import cumulative_incidence
from scenario.errors import DataError

NEVER = float("nan")


def shares(table: pd.DataFrame, cause: str) -> list[float]:
    """One cause's shares in order of time."""
    return table.loc[table["cause"] == cause, "share"].tolist()


def test_hand_case_with_competing_causes() -> None:
    """Four runs: attributed first on day 2, dismissed first on day 3, attributed on 5, nothing."""
    table = cumulative_incidence(
        {"attributed": [2.0, 4.0, 5.0, NEVER], "dismissed": [NEVER, 3.0, 9.0, NEVER]},
        horizon=10.0,
        grid=[0, 2, 3, 4, 5, 10],
    )
    assert shares(table, "attributed") == [0, 0.25, 0.25, 0.25, 0.5, 0.5]
    assert shares(table, "dismissed") == [0, 0, 0.25, 0.25, 0.25, 0.25]
    assert shares(table, "none") == [1, 0.75, 0.5, 0.5, 0.25, 0.25]


def test_equal_times_of_different_runs_stay_equal() -> None:
    """Three runs on day 7 raise the curve at day 7 at once, not around it."""
    table = cumulative_incidence({"a": [7.0, 7.0, 7.0, 8.0]}, horizon=10.0, grid=[6.999, 7.0, 7.001])
    assert shares(table, "a") == [0, 0.75, 0.75]


def test_a_tie_of_causes_goes_to_the_one_named_first() -> None:
    """Two causes at the very same time count for the first-named one, whichever that is."""
    times = {"a": [3.0], "b": [3.0]}
    assert shares(cumulative_incidence(times, horizon=5.0, grid=[5]), "a") == [1]
    swapped = dict(reversed(times.items()))
    assert shares(cumulative_incidence(swapped, horizon=5.0, grid=[5]), "b") == [1]


def test_nothing_after_the_horizon_counts() -> None:
    """A time beyond the horizon is never."""
    assert shares(cumulative_incidence({"a": [11.0, 1.0]}, horizon=10.0, grid=[10]), "a") == [0.5]


def test_the_default_grid_is_every_day_and_the_horizon() -> None:
    """A horizon of 2.5 days gives days 0, 1, 2 and 2.5."""
    table = cumulative_incidence({"a": [1.0]}, horizon=2.5)
    assert table.loc[table["cause"] == "a", "time"].tolist() == [0, 1, 2, 2.5]


def test_clustered_intervals_are_wider_when_points_agree() -> None:
    """Runs that are the same within their point carry the information of the points only."""
    times = {"a": np.repeat([1.0, NEVER], 100)}
    alone = cumulative_incidence(times, horizon=2.0, grid=[2])
    grouped = cumulative_incidence(times, horizon=2.0, grid=[2], experiment=np.repeat(np.arange(50), 4))
    width = (grouped["upper"] - grouped["lower"])[0] / (alone["upper"] - alone["lower"])[0]
    assert width == pytest.approx(2.0, abs=0.1)


def test_a_grid_out_of_order_is_refused() -> None:
    """Falling days are refused with the days."""
    with pytest.raises(DataError, match=r"rising days within 0 to 10 \(got \[3.0, 2.0\]\)"):
        cumulative_incidence({"a": [1.0]}, horizon=10.0, grid=[3, 2])


def test_causes_of_different_length_are_refused() -> None:
    """One time against two is refused with both lengths."""
    with pytest.raises(DataError, match=r"one time per run \(got lengths \[1, 2\]\)"):
        cumulative_incidence({"a": [1.0], "b": [1.0, 2.0]}, horizon=10.0)


def test_no_cause_is_refused() -> None:
    """An empty mapping is refused."""
    with pytest.raises(DataError, match=r"at least one cause.*\(got \[\]\)"):
        cumulative_incidence({}, horizon=10.0)


def test_a_horizon_of_nothing_is_refused() -> None:
    """A horizon of 0 days is refused."""
    with pytest.raises(DataError, match=r"horizon must be a number of days > 0 \(got 0"):
        cumulative_incidence({"a": [1.0]}, horizon=0.0)


def test_experiments_must_match_the_runs() -> None:
    """Three experiments for two runs are refused."""
    with pytest.raises(DataError, match=r"one entry per run \(got 3 for 2 runs\)"):
        cumulative_incidence({"a": [1.0, 2.0]}, horizon=10.0, experiment=[0, 1, 2])
