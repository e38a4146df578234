from __future__ import annotations

import numpy as np
import pytest

import scenario
from scenario.ui import run_pick
from scenario.ui.selection import Selection

VALUES = np.array([30.0, np.nan, 4.5, 12.0, np.nan, 12.0, 88.0])


@pytest.mark.parametrize("percentile", [0, 1, 10, 14, 15, 29, 50, 57, 58, 71, 72, 90, 100])
def test_percentile_is_that_of_numpy(percentile: int) -> None:
    """The run at a percentile has the value of numpy's inverted distribution, never counting as infinity."""
    expected = np.quantile(
        np.where(np.isnan(VALUES), np.inf, VALUES), percentile / 100, method="inverted_cdf"
    )
    found = VALUES[run_pick.row_at(VALUES, percentile)]
    assert (np.inf if np.isnan(found) else found) == expected


@pytest.mark.parametrize("column", ["attribution_day", "first_adopted_day", "quantity_net", "warnings"])
def test_percentile_of_an_outcome_is_that_of_numpy(selection: Selection, column: str) -> None:
    """On a column of the model too, at every percentile."""
    values = scenario.run(selection.a, 60, seed=0, twins=False).outcomes[column].to_numpy(dtype=float)
    filled = np.where(np.isnan(values), np.inf, values)
    found = [filled[run_pick.row_at(values, percentile)] for percentile in range(101)]
    expected = [np.quantile(filled, p / 100, method="inverted_cdf") for p in range(101)]
    assert found == expected


def test_runs_that_never_get_there_rank_last_in_the_order_of_their_numbers() -> None:
    """Never is later than every day; equal values keep their order."""
    assert run_pick.ranked(VALUES).tolist() == [2, 3, 5, 0, 6, 1, 4]


def test_rank_and_percentile_belong_together() -> None:
    """The percentile told of a run is the smallest one that picks it."""
    for row in range(len(VALUES)):
        told = run_pick.percentile_of(VALUES, row)
        assert run_pick.row_at(VALUES, told) == row
        assert told == 1 or run_pick.row_at(VALUES, told - 1) != row


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("40", 40), (" 7 ", 7), ("e0000-r000", 1), ("e0001-r002", 7), ("E0009-R003", 40)],
)
def test_number_and_id_name_a_run(text: str, number: int) -> None:
    """Runs are counted from 1; e0001-r002 is the seventh where each outer point has four replications."""
    found = run_pick.parsed(text, n=40, inner=4)
    assert found is not None
    assert found.number == number
    assert run_pick.parsed(found.id, n=40, inner=4) == found


@pytest.mark.parametrize(
    "text", ["", "0", "41", "-1", "1.5", "e0010-r000", "e0000-r004", "e1", "\u0661", "9" * 30, "nan", "=1"]
)
def test_other_texts_name_no_run(text: str) -> None:
    """What is no number from 1 to n and no id within them names nothing."""
    assert run_pick.parsed(text, n=40, inner=4) is None


def test_outcomes_to_rank_by_begin_with_those_of_the_bar(selection: Selection) -> None:
    """The first five are those of the bar; no yes-or-no outcome and no column stands there twice."""
    known = run_pick.ranked_outcomes(selection.a)
    assert [outcome.name for outcome in known.values()][:2] == ["attribution_day", "first_announced_day"]
    names = [outcome.name for outcome in known.values()]
    assert len(names) == len(set(names))
    assert "attributed" not in names


def test_standing_says_how_many_never_get_there(selection: Selection) -> None:
    """Of seven runs two never get there: 29 of 100; such a run says so, another tells its day and date."""
    outcome = run_pick.ranked_outcomes(selection.a)["Official attribution"]
    never = run_pick.standing(VALUES, 1, outcome, selection.a)
    assert never.startswith("Here it never comes within 365 days, as in 29 of 100 runs")
    here = run_pick.standing(VALUES, 3, outcome, selection.a)
    assert here.startswith("Here: day 12, 21 Sep 2024. In 29 of 100 runs it never comes")
