from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from scenario.analysis.conditions import Place, calendar_lag, read_condition
from scenario.errors import DataError

NEVER = float("nan")
PLACE = Place("rates.yaml", {("rates",): 3, ("rates", "x"): 4}, ("rates", "x", "given"))
OUTCOMES = pd.DataFrame(
    {
        "responded": [True, False, True, False],
        "first_day": [3.9, 10.0, NEVER, 60.0],
        "second_day": [4.1, 9.9, 5.0, NEVER],
    }
)


def holds(data: object, horizon: float = 100.0) -> list[bool]:
    """Which of the four runs meet a condition."""
    return read_condition(data, PLACE).holds(OUTCOMES, horizon).tolist()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"is": "responded"}, [True, False, True, False]),
        ({"not": {"is": "responded"}}, [False, True, False, True]),
        ({"time_within": ["first_day", 10]}, [True, True, False, False]),
        ({"time_within": ["first_day", "horizon"]}, [True, True, False, True]),
        ({"time_before_end": ["first_day", 90]}, [True, True, False, False]),
        ({"lag": {"from": "first_day", "to": "second_day"}}, [True, True, False, False]),
        ({"lag": {"from": "first_day", "to": "second_day", "low": 0}}, [True, False, False, False]),
        ({"lag": {"from": "first_day", "to": "second_day", "high": -1}}, [False, True, False, False]),
        (
            {"lag": {"from": "first_day", "to": "second_day", "low": -1, "high": 0}},
            [False, True, False, False],
        ),
        (
            {"lag": {"from": "first_day", "to": "second_day", "low": 1, "high": 1}},
            [True, False, False, False],
        ),
        ({"all": [{"is": "responded"}, {"time_within": ["first_day", 10]}]}, [True, False, False, False]),
        ({"any": [{"is": "responded"}, {"time_within": ["first_day", 10]}]}, [True, True, True, False]),
    ],
)
def test_condition_holds_for(data: dict[str, Any], expected: list[bool]) -> None:
    """Each kind of condition picks the runs that a person would pick by hand."""
    assert holds(data) == expected


def test_the_negation_of_a_time_includes_never() -> None:
    """Not attributed within the horizon holds where the time is never."""
    assert holds({"not": {"time_within": ["first_day", "horizon"]}}) == [False, False, True, False]


def test_lags_count_calendar_days() -> None:
    """Day 3.9 to 4.1 is one day, 10.0 to 9.9 minus one, and never has no lag."""
    lags = calendar_lag(OUTCOMES, "first_day", "second_day")
    assert lags[:2].tolist() == [1.0, -1.0]
    assert np.isnan(lags[2:]).all()


def test_a_condition_knows_its_columns_and_its_length() -> None:
    """Nested parts add up: all columns, the longest number of days."""
    found = read_condition(
        {"all": [{"time_within": ["first_day", 30]}, {"not": {"time_before_end": ["second_day", 180]}}]},
        PLACE,
    )
    assert (found.columns, found.days) == ({"first_day", "second_day"}, 180.0)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"exec": "import os"}, r"must hold exactly one of is, time_within"),
        ({"is": "a", "not": {"is": "b"}}, r"must hold exactly one of"),
        ("responded", r"must hold exactly one of .*\(got responded\)"),
        ({"is": 3}, r"is must be the name of an outcome column \(got 3\)"),
        ({"time_within": ["first_day"]}, r"a column and a number of days \(got \['first_day'\]\)"),
        ({"time_within": ["first_day", "soon"]}, r"time_within.1 must be a finite number \(got soon\)"),
        ({"time_within": ["first_day", float("nan")]}, r"must be a finite number \(got nan\)"),
        ({"time_before_end": ["first_day", True]}, r"must be a finite number \(got True\)"),
        ({"lag": {"from": "first_day"}}, r"must hold from and to"),
        ({"all": []}, r"a list of at least one condition \(got \[\]\)"),
    ],
)
def test_what_is_no_condition_is_refused_with_its_place(data: object, message: str) -> None:
    """Every complaint names file, line, path, rule and the value got."""
    with pytest.raises(DataError, match=rf"^rates.yaml:4: rates.x.given.*{message}"):
        read_condition(data, PLACE)
