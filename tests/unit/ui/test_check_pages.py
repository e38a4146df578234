"""Checks 7, 21 and 27 where a browser would be too slow or cannot see: every page, every preset, every number."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import scenario
from scenario.ui.assumptions_page import register
from scenario.ui.selection import Case, presets, scenario_of, shipped
from tests.browser.pages import PATHS

Start = Callable[..., AppTest]


def _html(app: AppTest) -> str:
    """Return all HTML of a page as one text."""
    return "\n".join(element.value for element in app.html)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("case", shipped(), ids=lambda case: case.name)
def test_check_07_every_page_for_every_preset(start: Start, case: Case, path: str) -> None:
    """Every page draws every preset of every case as B, without an error, and ends in its footer."""
    app = start(path, case=case.name)
    for title in presets(case):
        app.selectbox(key="b").set_value(title).run()
        assert not app.exception, title
        assert not app.error, title
        assert "Model output, not a forecast." in _html(app), title


@pytest.mark.parametrize("case", shipped(), ids=lambda case: case.name)
def test_check_27_every_assumption_shows_unit_range_source_and_status(case: Case) -> None:
    """Every number of every case has unit, range, source and status; none of the scenario's is left out."""
    chosen = scenario_of(case)
    rows = register(chosen, chosen)
    declared = {chosen.declared_at.get(entry.path, entry.path) for entry in scenario.load(case.name).numbers}
    numbers = [row for row in rows if row.role != "setting"]
    assert {row.path for row in numbers} == declared
    for row in numbers:
        assert row.unit
        assert " to " in row.limits
        assert row.reason
        assert row.status.split()[-1] in ("stated", "inferred", "assumed")
