"""What drives the difference: which numbers are tried, and that they are told the same each time."""

from __future__ import annotations

import scenario
from scenario.experiment.shared import shared_numbers
from scenario.report.drivers import MOST_NUMBERS, drivers_of
from scenario.report.figures import HEADLINE
from scenario.report.request import Request
from scenario.report.study import Study, study


def test_only_numbers_that_both_leave_to_chance_are_moved() -> None:
    """What B sets is not among them; what both draw from one distribution is."""
    a, b = (scenario.load("iran-russia-missiles-2024", variant=name) for name in ("base", "staged-joint"))
    known = shared_numbers({"A": a, "B": b}).same
    assert "senders.us.patience_days" not in known  # 10 days under B
    assert "senders.uk.prepared" not in known  # 1 under B
    assert "act.p_true" in known
    assert "response.hold_days" not in known  # a point under both


def test_what_evidence_left_out_of_one_side_moves_is_compared_not_moved() -> None:
    """What an item informs is not shared where B alone is without it; every other number is, and all where both are."""
    name = "iran-russia-missiles-2024"
    whole, less = scenario.load(name), scenario.load(name, without=("E05",))
    informed = {f.parameter for i in whole.ledger.items if i.id == "E05" for f in i.informs}  # type: ignore[union-attr]
    assert informed
    derived = {p: e.number.derived for p, e in shared_numbers({"A": whole}).same.items() if e.number.derived}
    moved = {path for path, parameter in derived.items() if parameter in informed}
    assert "act.p_true" in moved
    apart = shared_numbers({"A": whole, "B": less})
    assert set(apart.differing) == moved
    assert set(shared_numbers({"A": less, "B": less}).differing) == set()


def test_a_report_does_not_move_what_its_sides_know_differently() -> None:
    """With an item left out of B alone the tornado counts one number less, and does not move that one."""
    name = "iran-russia-missiles-2024"
    whole, less = scenario.load(name), scenario.load(name, without=("E05",))
    n_known, paths = [], []
    for sides in ({"A": whole, "B": less}, {"A": less, "B": less}):
        found = study(Request(scenarios=sides, n=16, figures=("incidence",)))
        n_known.append(found.drivers.extra["n_known"])
        paths.append(list(found.drivers.table["path"]))
    assert n_known[0] < n_known[1]
    assert "act.p_true" not in paths[0]


def test_a_number_that_one_side_sets_is_not_shared() -> None:
    """The probability that the act is true, set in B, is what is compared; without that it is shared."""
    a = scenario.load("belarus-2020")
    b = scenario.load("belarus-2020", overrides={"act.p_true": 0.5})
    assert "act.p_true" in shared_numbers({"A": a, "B": a}).same
    assert set(shared_numbers({"A": a, "B": b}).differing) == {"act.p_true"}


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
