from __future__ import annotations

import pytest

import scenario
from scenario.experiment.run import Result
from scenario.ui.results import STORE, Store, compared, kept
from scenario.ui.selection import Selection


@pytest.fixture(scope="module")
def result() -> Result:
    """Return four runs of the base case."""
    return scenario.run(scenario.load("iran-russia-missiles-2024"), 4, seed=0, twins=False)


def test_store_forgets_the_least_used(result: Result) -> None:
    """A store of two keeps the two that were used last."""
    store = Store(2)
    store.put(("a", 4, False), result)
    store.put(("b", 4, False), result)
    store.get(("a", 4, False))
    store.put(("c", 4, False), result)
    assert [store.get((name, 4, False)) is not None for name in "abc"] == [True, False, True]


def test_kept_result_cannot_be_changed_from_outside(result: Result) -> None:
    """Writing into a table that the store handed out changes nothing for the next reader."""
    store = Store()
    store.put(("a", 4, False), result)
    first = store.get(("a", 4, False))
    assert first is not None
    before = first.outcomes["attribution_day"].copy()
    first.outcomes["attribution_day"] = -1.0
    first.outcomes.loc[0, "warnings"] = -7
    again = store.get(("a", 4, False))
    assert again is not None
    assert again.outcomes["attribution_day"].equals(before)
    assert again.outcomes.loc[0, "warnings"] >= 0


def test_only_what_is_missing_runs(selection: Selection) -> None:
    """With A kept only B runs, and with both kept nothing does; the numbers are those of a plain comparison."""
    STORE.clear()
    asked: list[tuple[int, int]] = []

    def note(done: int, total: int) -> None:
        asked.append((done, total))

    def go(b: scenario.Scenario) -> None:
        asked.clear()
        compared(selection.a, b, 4, twins=False, progress=note)

    go(selection.a)
    assert asked[-1] == (4, 4)
    go(selection.b)
    assert asked[-1] == (4, 4)
    go(selection.b)
    assert asked == []
    found = kept(selection.a, selection.b, 4, twins=False)
    assert found is not None
    plain = scenario.compare(selection.a, selection.b, 4, seed=0, twins=False)
    assert found.as_dict() == plain.as_dict()
    STORE.clear()
    assert kept(selection.a, selection.b, 4, twins=False) is None
