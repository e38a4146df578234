"""Comparing two variants run by run."""

from __future__ import annotations

import pytest

import scenario
from scenario.errors import SpecError
from scenario.experiment.compare import paired
from scenario.experiment.run import Result


def test_words_only_has_no_measure_and_the_same_truth(base: scenario.Scenario) -> None:
    """The variant words-only adopts nothing, and truth and attribution are the same run by run."""
    other = scenario.load(base.file, variant="words-only")
    found = scenario.compare(base, other, 40, seed=3, twins=False)
    a, b = found.paired_runs()
    assert (b["measures"] == 0).all()
    assert (a["measures"] > 0).any()
    assert (a["is_true"] == b["is_true"]).all()
    assert [change.path for change in found.changed] == ["policy.mode"]


def test_a_twin_is_the_variant_of_the_same_name(base: scenario.Scenario, small: Result) -> None:
    """What a run says of its words and silent twins is what the variants of that name ship."""
    for variant, column in (("words-only", "shipped_words"), ("silent", "shipped_silent")):
        twin = scenario.run(scenario.load(base.file, variant=variant), outer=10, inner=2, seed=7, twins=False)
        assert (twin.outcomes["quantity_shipped"] == small.outcomes[column]).all()


def test_differences_of_the_table_are_b_minus_a(base: scenario.Scenario) -> None:
    """Difference = b - a for every outcome, and the shares add up to one."""
    other = scenario.load(base.file, variant="wait-for-eu")
    found = scenario.compare(base, other, 24, seed=3, twins=False)
    for difference in found.outcomes.values():
        assert difference.difference == pytest.approx(difference.b - difference.a, abs=1e-9)
        assert difference.higher + difference.lower + difference.equal == pytest.approx(1)


def test_results_that_cannot_be_paired_are_refused(base: scenario.Scenario, small: Result) -> None:
    """Two results with different seeds are refused with the difference."""
    other = scenario.run(base, outer=10, inner=2, seed=8)
    with pytest.raises(SpecError, match=r"the same seed to be compared run by run \(got 7 and 8\)"):
        paired(small, other)


def test_only_runs_that_finished_in_both_are_compared(base: scenario.Scenario) -> None:
    """Where B lost runs, A is compared on the runs that are left."""
    limited = scenario.load(base.file, overrides={"max_events": 1000})
    found = scenario.compare(base, limited, outer=6, inner=2, seed=7, twins=False)
    assert found.n == len(found.b.outcomes) < 12
    assert found.outcomes["measures"].differ == 0
