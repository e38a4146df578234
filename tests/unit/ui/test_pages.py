from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from scenario.ui import compare_page
from scenario.ui.selection import presets, shipped

TABS = ("Timing", "Flows", "Costs", "Who acts", "All outcomes")

Start = Callable[..., AppTest]


def _html(app: AppTest) -> str:
    """Return all HTML of a page as one text."""
    return "\n".join(element.value for element in app.html)


def test_the_first_page_does_without_matplotlib() -> None:
    """The pages are imported without what only exported figures need: it would delay every start."""
    pages = ("compare", "why", "run", "assumptions", "report", "method")
    names = ", ".join(f"scenario.ui.{page}_page" for page in pages)
    source = f"import sys, scenario.ui.shell, {names}; print('matplotlib' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


@pytest.mark.parametrize("tab", TABS)
def test_every_tab(start: Start, tab: str) -> None:
    """Every tab under the comparison draws without an error."""
    app = start()
    app.session_state["detail"] = tab
    app.run()
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("tab", ["Register", "Evidence", "Derivation", "Files"])
def test_every_assumption_tab(start: Start, tab: str) -> None:
    """Every tab of the assumptions draws without an error, for a case with a ledger."""
    app = start("assumptions")
    app.session_state["assumption"] = tab
    app.run()
    assert not app.exception
    assert not app.error


def test_every_case(start: Start) -> None:
    """Every shipped case opens, with its own variants and levers."""
    app = start()
    for case in shipped():
        app.selectbox(key="case").set_value(case.name).run()
        assert not app.exception
        assert not app.error
        assert app.selectbox(key="b").value in presets(case)


def test_first_page_has_one_sentence_and_three_metrics(start: Start) -> None:
    """The first page says one finding in a sentence and shows three metrics."""
    html = _html(start())
    assert html.count('<h1 class="sentence"') == 1
    assert html.count('<section class="card') == 3


def test_same_scenario_is_no_difference_by_design(start: Start) -> None:
    """A against itself is called no difference by design, and nothing is listed as changed."""
    html = _html(start("", b="Base case"))
    assert "no difference by design" in html
    assert "Nothing: A and B are the same scenario" in html


def test_reset_and_undo(start: Start) -> None:
    """Reset puts a moved lever back in one click, and Undo moves it again."""
    app = start()
    lever = "talks.p_relief"
    before = app.slider(key=lever).value
    app.slider(key=lever).set_value(0.75).run()
    assert any("1 changed" in text.value for text in app.markdown)
    next(button for button in app.button if button.label == "Reset").click().run()
    assert app.slider(key=lever).value == before
    next(button for button in app.button if button.label == "Undo").click().run()
    assert app.slider(key=lever).value == 0.75


def test_another_preset_brings_its_own_levers(start: Start) -> None:
    """Picking another B puts every lever where that variant has it."""
    app = start()
    app.slider(key="talks.p_relief").set_value(0.75).run()
    app.selectbox(key="b").set_value("Quiet deal").run()
    assert app.slider(key="talks.p_relief").value == 0.5
    assert app.slider(key="response.hold_days").value == 30


def test_evidence_switch(start: Start) -> None:
    """Switching an item off leaves it out of B: the list in the bar holds it, and what moved is shown."""
    app = start("assumptions")
    app.session_state["assumption"] = "Evidence"
    app.run()
    app.toggle(key="item-E05").set_value(False).run()
    assert app.multiselect(key="without").value == ["E05"]
    assert "What the switches move" in "".join(text.value for text in app.markdown)
    assert not app.exception


def test_ignored_link_parts_are_named(start: Start) -> None:
    """What a link holds and the app does not take is named in a warning."""
    app = start("", b="Nonsense", colour="red")
    assert "“Nonsense” is no choice" in app.warning[0].value
    assert "“colour” is no setting" in app.warning[0].value


def test_error_shows_reference_only(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error on a page shows a reference and neither its message nor a path."""

    def broken(*_: object) -> None:
        raise ValueError("secret /home/someone/file.py")

    monkeypatch.setattr(compare_page, "comparisons_of", broken)
    app = start()
    assert "reference" in app.error[0].value
    assert "secret" not in app.error[0].value
    assert not app.exception


def test_long_run_replaces_few_runs(start: Start) -> None:
    """The long run with twins takes the place of the few runs once it is done."""
    app = start()
    assert "n = 4 pairs" in _html(app)
    next(button for button in app.button if button.label == "8 runs with twins").click().run()
    app.session_state["job"].join(60)
    app.run()
    assert "n = 8 pairs" in _html(app)
    app.session_state["detail"] = "Flows"
    app.run()
    assert "Mean net flow" in _html(app)
    assert not app.exception
    assert not app.error
