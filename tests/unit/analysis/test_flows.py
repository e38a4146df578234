from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from scenario.analysis.flows import averted, flow_against_twins
from scenario.errors import DataError

OUTCOMES = pd.DataFrame(
    {
        "experiment": [0, 1, 2, 3],
        "quantity_net": [10.0, 20.0, 30.0, 60.0],
        "net_words": [40.0, 40.0, 40.0, 40.0],
        "net_silent": [50.0, 60.0, 70.0, 80.0],
        "averted_by_measures": [30.0, 20.0, 10.0, -20.0],
        "averted_by_measures_net": [20.0, 10.0, 5.0, -20.0],
        "averted_by_words": [10.0, 20.0, 30.0, 40.0],
        "averted_by_words_net": [5.0, 10.0, 15.0, 20.0],
    }
)


def test_each_world_has_mean_interval_and_bands() -> None:
    """In fact 10 to 60 were delivered: mean 30, median 20, 50 % band 10 to 30, 90 % band 10 to 60."""
    fact = flow_against_twins(OUTCOMES).set_index("world").loc["fact"]
    assert fact[["mean", "q5", "q25", "q50", "q75", "q95"]].tolist() == [30, 10, 10, 20, 30, 60]
    expected = stats.t.interval(0.95, 3, 30, stats.sem([10, 20, 30, 60]))
    assert (fact["lower"], fact["upper"]) == pytest.approx(expected)


def test_worlds_come_in_order() -> None:
    """The table lists fact, words and silent."""
    assert flow_against_twins(OUTCOMES)["world"].tolist() == ["fact", "words", "silent"]


def test_averted_may_be_negative() -> None:
    """A run in which the measures brought more is kept with its sign."""
    table = averted(OUTCOMES).set_index("averted")
    assert table.loc["measures, net", "q5"] == -20
    assert table.loc["measures, gross", "mean"] == 10


def test_a_table_without_twins_is_refused() -> None:
    """Without the twins' columns the message names the first missing one."""
    with pytest.raises(DataError, match=r"columns of the twins \(got no net_words\)"):
        flow_against_twins(OUTCOMES.drop(columns=["net_words", "net_silent"]))
