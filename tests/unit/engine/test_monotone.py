"""Under common luck a number that enters one test only moves the date that this test guards one way."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from scenario.spec.load import load
from tests.unit.engine.factory import BASE_CASE, COUNCIL, minimal, runs, until

N_BASE, N_MINIMAL = 50, 150

CASES = {
    "own bar, finding": ("finding_day.us", "senders.us.bars.attribute", (0.75, 0.85, 0.95), {}),
    "own patience, adoption": (
        "adopted_day.us",
        "senders.us.patience_days",
        (0, 10, 40),
        {"senders.us.waits_for": ["uk", "eu"]},
    ),
    "veto, adoption in Council": (
        "adopted_day.eu",
        "forums.eu-council.p_veto",
        (0.0, 0.5, 0.9),
        {"forums.eu-council.off_calendar_lag.median": 10},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_own_threshold_only_delays_the_date_that_it_guards(name: str) -> None:
    """A higher bar, longer patience or likelier veto makes its own date later or equal, run by run."""
    outcome, path, values, start = CASES[name]
    days = []
    for value in values:
        case = load(BASE_CASE, overrides={**start, path: value})
        days.append([until(run.row[outcome]) for run in runs(case, N_BASE, seed=2)])
    for lower, higher in pairwise(days):
        assert [(a, b) for a, b in zip(lower, higher, strict=True) if b < a] == []
    assert days[0] != days[-1]


@pytest.mark.parametrize(
    ("outcome", "path", "values"),
    [
        ("finding_day.us", "senders.us.bars.attribute", (0.75, 0.9)),
        ("adopted_day.us", "forums.council.p_veto", (0.1, 0.6)),
        ("first_shipment_day", "threat.deterrence", (0.0, 3.0)),
    ],
)
def test_small_case_dates_move_one_way(outcome: str, path: str, values: tuple[float, float]) -> None:
    """In the minimal scenario bar, veto and deterrence delay their own dates and never advance them."""
    council: dict[str, Any] = {"forums.council": COUNCIL, "senders.us.adopts": {"designations": "council"}}
    steady: dict[str, Any] = {"target.disposition": -10, "target.reward": 10, "target.escalation_cost": 20}
    low, high = (
        [until(run.row[outcome]) for run in runs(minimal(council, steady, {path: value}), N_MINIMAL, seed=2)]
        for value in values
    )
    assert [(a, b) for a, b in zip(low, high, strict=True) if b < a] == []
    assert low != high
