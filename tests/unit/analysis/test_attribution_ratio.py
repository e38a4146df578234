"""The implied likelihood ratio of an attribution."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenario.analysis.attribution_ratio import implied_attribution_ratio


def table(n_true: int, k_true: int, n_false: int, k_false: int) -> pd.DataFrame:
    """Return one run per point: k of n true and false runs are attributed."""
    truth = np.arange(n_true + n_false) < n_true
    attributed = np.concatenate([np.arange(n_true) < k_true, np.arange(n_false) < k_false])
    return pd.DataFrame({"experiment": range(len(truth)), "is_true": truth, "attributed": attributed})


def test_the_ratio_is_that_of_the_shares() -> None:
    """90 of 100 true and 20 of 100 false runs attributed make 4.5, outside an assumed 1.3 to 3.5."""
    found = implied_attribution_ratio(table(100, 90, 100, 20), bounds=(1.3, 3.5))
    assert found.implied == pytest.approx(4.5)
    assert found.inside is False


def test_the_interval_is_that_of_a_risk_ratio() -> None:
    """With one run per point the interval is close to the textbook one, exp(ln RR +- 1.96 s)."""
    found = implied_attribution_ratio(table(1000, 800, 1000, 400), bounds=(1.0, 3.0))
    s = np.sqrt(1 / 800 - 1 / 1000 + 1 / 400 - 1 / 1000)
    assert found.interval == pytest.approx((2 * np.exp(-1.96 * s), 2 * np.exp(1.96 * s)), rel=2e-3)


def test_the_ends_of_the_assumed_range_lie_inside() -> None:
    """An implied ratio of 4.5 lies in 4.5 to 6 and in 1 to 4.5."""
    runs = table(100, 90, 100, 20)
    implied = float(implied_attribution_ratio(runs, bounds=(1.0, 9.0)).implied or 0)
    assert [implied_attribution_ratio(runs, bounds=b).inside for b in ((implied, 6), (1, implied))] == [
        True
    ] * 2


def test_without_false_attributions_it_cannot_be_told() -> None:
    """Where no false run is attributed the ratio is not told, and the reason is given."""
    found = implied_attribution_ratio(table(10, 5, 10, 0), bounds=(1.0, 3.0))
    assert found.implied is None
    assert found.reason != ""
