"""The headline numbers of the base case at its default size, and how fast they came (`make proof`)."""

from __future__ import annotations

import time

import pytest

import scenario
from scenario.experiment.summary import summarise
from tests.proof.record import recorded

pytestmark = pytest.mark.proof

WORKERS = 2
HEADLINES = (
    "attributed",
    "attribution_day",
    "first_warning_day",
    "responded",
    "first_adopted_day",
    "joint_adoption",
    "acted_within_30d",
    "measures",
    "justified",
    "premature",
    "false_alarm",
    "missed",
    "rightly_held_back",
    "peak_pressure",
    "days_pausing",
    "quantity_shipped",
    "quantity_used",
    "quantity_net",
    "averted_by_measures_net",
    "averted_by_words_net",
    "behavioural_stop",
    "retaliations",
)


def test_headline_numbers_of_the_base_case() -> None:
    """2,500 x 4 runs with twins finish without a failure; estimates, rates, shares and pace are recorded."""
    with recorded("base-case", size={"outer": 2500, "inner": 4}, seed=0) as figure:
        case = scenario.load("iran-russia-missiles-2024")
        scenario.run(case, 4, seed=0)  # the engine is prepared once: its pace is that of later runs
        start = time.perf_counter()
        result = scenario.run(case, seed=0, workers=WORKERS)
        figure["runs_per_second_with_twins"] = round(result.n / (time.perf_counter() - start))
        figure["engine"], figure["threads"] = "compiled", WORKERS
        found = summarise(result).as_dict()
        figure["hash"] = found["hash"]
        figure["failures"] = found["failures"]
        figure["outcomes"] = {name: found["outcomes"][name] | found["variance"][name] for name in HEADLINES}
        figure["rates"] = found["rates"]
    assert figure["failures"] == 0
    assert result.n == 10_000
