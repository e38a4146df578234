"""The numbers of one result."""

from __future__ import annotations

import json

import pytest

import scenario
from scenario.experiment.run import Result
from scenario.experiment.summary import summarise


def test_the_summary_is_json_without_nan(small: Result) -> None:
    """The summary of a small study is strict JSON: what cannot be told is null."""
    text = json.dumps(summarise(small).as_dict(), allow_nan=False)
    assert json.loads(text)["n"] == 20


def test_a_probability_is_the_share_of_runs(small: Result) -> None:
    """The estimate of a probability is the share of runs in which it holds."""
    found = summarise(small)
    assert found.outcomes["attributed"].estimate == small.outcomes["attributed"].sum() / 20
    never = found.outcomes["attribution_day"].never
    assert never == pytest.approx(1 - small.outcomes["attributed"].sum() / 20)


def test_shares_of_variance_add_up_to_one(small: Result) -> None:
    """Parameters, fact and luck add up to one wherever they can be told."""
    shares = summarise(small).variance
    told = [s for s in shares.values() if s.total > 0]
    assert len(told) > 20
    for share in told:
        assert share.parameters + share.fact + share.luck == pytest.approx(1)


def test_truth_itself_is_all_fact(base: scenario.Scenario) -> None:
    """The variance of "is it true" has no share of luck: given the fact, nothing is left."""
    shares = summarise(scenario.run(base, outer=40, inner=4, seed=1, twins=False)).variance["is_true"]
    assert shares.luck == pytest.approx(0, abs=1e-12)


def test_one_replication_tells_no_shares(base: scenario.Scenario) -> None:
    """With one replication per point every outcome has its shares, and all are null."""
    told = summarise(scenario.run(base, 3, seed=1, twins=False)).as_dict()["variance"]
    assert set(told) == set(summarise(scenario.run(base, 4, seed=1, twins=False)).as_dict()["variance"])
    assert {share["luck"] for share in told.values()} == {None}
