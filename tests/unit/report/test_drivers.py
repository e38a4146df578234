"""What drives the difference: which numbers are tried, and that they are told the same each time."""

from __future__ import annotations

import scenario
from scenario.report.drivers import MOST_NUMBERS, drivers_of, shared_numbers
from scenario.report.figures import HEADLINE
from scenario.report.study import Study


def test_only_numbers_that_both_leave_to_chance_are_moved() -> None:
    """What B sets is not among them; what both draw from one distribution is."""
    a, b = (scenario.load("iran-russia-missiles-2024", variant=name) for name in ("base", "staged-joint"))
    known = shared_numbers({"A": a, "B": b})
    assert "senders.us.patience_days" not in known  # 10 days under B
    assert "senders.uk.prepared" not in known  # 1 under B
    assert "act.p_true" in known
    assert "response.hold_days" not in known  # a point under both


def test_the_same_numbers_move_the_same_each_time(small: Study) -> None:
    """Asked again with more threads, the answer is the same to the last digit."""
    again = drivers_of(small.sides, outcome=HEADLINE, workers=2)
    assert again.table.equals(small.drivers.table)
    assert again.extra == small.drivers.extra
    assert len(again.table) == MOST_NUMBERS


def test_the_figure_carries_the_hashes_of_the_report(small: Study) -> None:
    """The tornado names the scenarios that were compared, as every other figure does."""
    context = small.drivers.figures[0].context
    assert context.hashes == {key: one.hash for key, one in small.sides.scenarios.items()}
    assert (context.seed, context.n) == (0, 24)
