from __future__ import annotations

import numpy as np
import pytest

from scenario.analysis.quantities import quantiles, summary
from scenario.errors import DataError

NEVER = float("nan")


def test_quantile_is_the_smallest_value_that_enough_runs_reach() -> None:
    """The median of four values is the second one, the 95 % quantile the last."""
    assert quantiles([4.0, 1.0, 3.0, 2.0], [0.25, 0.5, 0.51, 0.95]) == [1.0, 2.0, 3.0, 4.0]


def test_runs_that_never_got_there_count_in_quantiles() -> None:
    """Two of five runs never: the median is the third day, the 75 % quantile is never reached."""
    assert quantiles([10.0, NEVER, 20.0, 30.0, NEVER], [0.05, 0.5, 0.6, 0.75], never=True) == [
        10.0,
        30.0,
        30.0,
        None,
    ]


def test_exact_fractions_do_not_slip_to_the_next_value() -> None:
    """The 5 % quantile of 0..99 is 4, although 0.05 is not a binary fraction."""
    assert quantiles(np.arange(100.0), [0.05, 0.07, 0.29]) == [4.0, 6.0, 28.0]


def test_time_is_averaged_with_never_at_the_horizon() -> None:
    """Days 10, 20 and never with a horizon of 90 give the mean 40 and a never-share of one third."""
    found = summary([10.0, 20.0, NEVER], [0, 1, 2], kind="time", unit="day", horizon=90.0)
    assert found.estimate == pytest.approx(40.0)
    assert found.never == pytest.approx(1 / 3)
    assert found.quantiles == {"5": 10.0, "25": 10.0, "50": 20.0, "75": None, "95": None}


def test_only_times_have_a_never_share() -> None:
    """A count has no never-share, and keeps unit, kind and n."""
    found = summary([1, 2, 3], [0, 1, 2], kind="count", unit="events", horizon=90.0)
    assert (found.never, found.unit, found.kind, found.n, found.estimate) == (None, "events", "count", 3, 2.0)


def test_a_share_stays_within_zero_and_one() -> None:
    """One hit in 20 runs has a lower bound above 0, where the plain t interval would fall below."""
    low, high = summary(
        np.eye(20)[0] > 0, np.arange(20), kind="probability", unit="probability", horizon=1.0
    ).interval
    assert 0 < low < 0.05 < high < 0.3


def test_nan_is_refused_outside_times() -> None:
    """NaN in a count is refused with its row."""
    with pytest.raises(DataError, match=r"must be finite numbers \(got nan in row 1\)"):
        summary([1.0, NEVER], [0, 1], kind="count", unit="events", horizon=9.0)


def test_an_empty_column_is_refused() -> None:
    """No run at all is refused."""
    with pytest.raises(DataError, match=r"at least one \(got shape \(0,\)\)"):
        quantiles([], [0.5])


@pytest.mark.parametrize("horizon", [0.0, -1.0, NEVER])
def test_a_horizon_that_is_no_length_is_refused(horizon: float) -> None:
    """Zero, negative and NaN horizons are refused for times."""
    with pytest.raises(DataError, match=r"horizon must be a number of days > 0 \(got "):
        summary([1.0], [0], kind="time", unit="day", horizon=horizon)
