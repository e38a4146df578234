from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import scenario
from scenario.charts.style import THEMES
from scenario.experiment.chunk import event_table
from scenario.experiment.run import replay
from scenario.ui import figures, run_choice, run_lanes, run_log, settings, vega_run
from scenario.ui.selection import Selection, presets, shipped

Start = Callable[..., AppTest]

PRESETS = [(case.name, title) for case in shipped() for title in presets(case)]


def _html(app: AppTest) -> str:
    """Return all HTML of a page as one text."""
    return "\n".join(element.value for element in app.html)


@pytest.mark.parametrize(("case", "title"), PRESETS)
def test_every_preset_of_every_case_draws(start: Start, case: str, title: str) -> None:
    """Every preset as B draws beside A without an error, and says where they part or that they never do."""
    app = start("one-run", case=case, b=title)
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="b").value == title
    html = _html(app)
    assert " part on " in html or "never part" in html
    assert "One run: " in html
    assert 'class="chain"' in html


def test_median_run_is_that_of_the_outcome_column(start: Start) -> None:
    """The run at the 50th percentile is the one that numpy finds on the column of the same runs."""
    app = start("one-run", side="A")
    base = scenario.load("iran-russia-missiles-2024")
    days = scenario.run(base, 4, seed=0, twins=False).outcomes["attribution_day"].to_numpy()
    middle = np.quantile(np.where(np.isnan(days), np.inf, days), 0.5, method="inverted_cdf")
    expected = "never comes" if np.isinf(middle) else f"Here: day {middle:.0f}"
    assert "50th percentile of “Official attribution” in “Base case”" in _html(app)
    assert expected in _html(app)


def test_percentile_follows_the_outcome(start: Start) -> None:
    """Another outcome ranks the runs anew; the page names it."""
    app = start("one-run", side="A", percentile="100")
    app.selectbox(key="outcome").set_value("Public warnings").run()
    counts = scenario.run(scenario.load("iran-russia-missiles-2024"), 4, seed=0, twins=False).outcomes[
        "warnings"
    ]
    assert "100th percentile of “Public warnings”" in _html(app)
    assert f"Here: {counts.max()} events." in _html(app)


def test_number_and_id_are_the_same_run(start: Start) -> None:
    """Run 3 of four and e0000-r002 are one, and a run that there is not is told."""
    by_number, by_id = (_html(start("one-run", pick="Number", run=text)) for text in ("3", "e0000-r002"))
    assert "Run e0000-r002 (number 3): 1 of 4" in by_number
    assert by_number == by_id
    app = start("one-run", pick="Number", run="5")
    assert any("A run is a number from 1 to 4" in warning.value for warning in app.warning)


def test_another_run_is_another_number(start: Start) -> None:
    """“Another run” picks a run of another number, and the page tells that run's number."""
    app = start("one-run", pick="Number")
    before = app.text_input(key="run").value
    next(button for button in app.button if button.label == "Another run").click().run()
    after = app.text_input(key="run").value
    assert after != before
    assert f"(number {after}): 1 of 4" in _html(app)


def test_picking_by_number_begins_with_the_run_on_the_screen(start: Start) -> None:
    """Going from percentile to number keeps the run."""
    app = start("one-run", percentile="100")
    before = next(line for line in _html(app).splitlines() if "(number " in line)
    app.segmented_control(key="pick").set_value("Number").run()
    after = next(line for line in _html(app).splitlines() if "(number " in line)
    assert app.text_input(key="run").value == before.split("(number ")[1].split(")")[0]
    assert after.split(":")[0] == before.split(":")[0]


def test_same_scenario_never_parts(start: Start) -> None:
    """A beside itself is the same trajectory by design."""
    html = _html(start("one-run", b="Base case"))
    assert "A and B never part" in html
    assert "Same trajectory by design" in html


def test_one_variant_alone(start: Start) -> None:
    """With nothing beside it the page draws one run and says nothing of parting."""
    app = start("one-run", beside="none")
    assert not app.exception
    assert "part on" not in _html(app)
    assert app.segmented_control(key="read").options == ["B"]


def test_further_variants_can_stand_beside(start: Start) -> None:
    """C is a choice where it is picked, stands beside B, and is dropped when it goes."""
    app = start("one-run", c="Wait for the EU", beside="C")
    assert not app.exception
    assert app.segmented_control(key="beside").options == ["A", "C", "none"]
    assert "Wait for the EU" in _html(app)
    assert "B and C part on" in _html(app)
    app.selectbox(key="c").set_value("none").run()
    assert not app.exception
    assert "A and B part on" in _html(app)


def test_event_in_the_link_shows_its_causes(start: Start) -> None:
    """An event of a link is looked at; the list follows it, and its chain begins at an origin."""
    base = scenario.load("iran-russia-missiles-2024")
    _, log = replay(base, experiment=0, replication=0, seed=0)
    attributed = next(event for event in log if event.kind == "finding" and event.cause > 0)
    app = start("one-run", pick="Number", run="1", event=f"A{attributed.sequence}")
    assert app.segmented_control(key="read").value == "A"
    assert app.selectbox(key="event_picked").value == attributed.sequence
    chain = next(element.value for element in app.html if 'class="chain"' in element.value)
    assert chain.count("<li") == len(run_log.chain(log, attributed.sequence))
    assert "Origin: " in chain
    assert app.query_params["event"] == f"A{attributed.sequence}"


def test_event_of_the_list_goes_into_the_address_and_goes_with_its_run(start: Start) -> None:
    """Picking an event writes it into the address; another run has other events and drops it."""
    app = start("one-run", pick="Number", run="1")
    picked = app.selectbox(key="event_picked")
    picked.select_index(0).run()
    sequence = app.selectbox(key="event_picked").value
    assert app.query_params["event"] == f"B{sequence}"
    app.text_input(key="run").set_value("2").run()
    assert "event" not in app.query_params
    assert not app.exception


def test_an_event_that_the_run_does_not_have_is_dropped(start: Start) -> None:
    """A number beyond the log, or no event at all, is not taken; the page begins as without."""
    for text in ("A999999", "Z1", "<b>"):
        app = start("one-run", event=text)
        assert not app.exception
        assert "event" not in app.query_params
        assert app.segmented_control(key="read").value == "B"


def test_reading_the_other_run(start: Start) -> None:
    """The list changes to the other run's events."""
    app = start("one-run")
    app.segmented_control(key="read").set_value("A").run()
    assert not app.exception
    assert "All events of A" in [header.value for header in app.subheader]
    assert app.query_params["event"].startswith("A")


def test_search_narrows_the_list(start: Start) -> None:
    """Only events with the word are listed, and none at all is said."""
    app = start("one-run", pick="Number", run="1")
    app.text_input(key="search").set_value("allegation").run()
    table = next(element.value for element in app.html if 'class="plain events"' in element.value)
    assert all("allegation" in row.lower() for row in table.split("<tr")[2:])
    app.text_input(key="search").set_value("no such word").run()
    assert "No event holds these words." in _html(app)


def test_what_the_page_holds_survives_another_page(start: Start) -> None:
    """The run picked here is still picked after a look at another page."""
    app = start("one-run", pick="Number", run="3")
    here, app._page_hash = app._page_hash, calc_hash("method")
    app.run()
    assert not [widget for widget in app.text_input if widget.key == "run"]
    app._page_hash = here
    app.run()
    assert app.text_input(key="run").value == "3"
    assert "(number 3): 1 of 4" in _html(app)


def test_a_link_of_this_page_is_taken_whole(start: Start) -> None:
    """Nothing of a link that this page writes is called ignored; what it would not write is."""
    link = {"pick": "Number", "run": "e0000-r001", "side": "A", "beside": "none", "event": "A12"}
    app = start("one-run", **link, outcome="Public warnings", percentile="75")
    assert not [warning.value for warning in app.warning]
    bad = start("one-run", pick="Chance", event="12", percentile="101")
    assert all(f"“{text}” is no choice" in bad.warning[0].value for text in ("Chance", "12", "101"))


def test_link_choices_hold_what_the_page_writes(
    selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers, well-formed ids and events are choices; malformed ones are not."""
    monkeypatch.setattr(settings, "FEW", 4)
    given = {"run": ["e0000-r003", "e0009-r000"], "event": ["B7", "E7"]}
    found = run_choice.link_choices(given, selection.a)
    assert found["run"] == ["1", "2", "3", "4", "e0000-r003"]
    assert found["event"] == ["B7"]


# ---- picture -----------------------------------------------------------------------------------------


def _spec(selection: Selection, side: str, **shown: object) -> dict[str, object]:
    """Return the specification of run 0 of a side."""
    chosen = selection.sides[side]
    _, log = replay(chosen, experiment=0, replication=0, seed=0)
    data = figures.swimlane(event_table([(0, 0, log)]), selection, side=side, run=(0, 0), of=4)
    marks = run_lanes.marks(run_log.told(side, log, chosen.spec), run_lanes.Places(chosen.spec))
    highlights = vega_run.Highlights(**shown)  # type: ignore[arg-type]
    return vega_run.swimlane_spec(data, marks, THEMES["light"], side=side, shown=highlights)


def test_both_pictures_have_the_same_axes(selection: Selection) -> None:
    """Days and lanes of A and B have the same scales, so that the same day stands under itself."""
    encodings = [_spec(selection, side)["encoding"] for side in "AB"]
    assert encodings[0] == encodings[1]


def test_a_click_tells_the_number_of_the_event(selection: Selection) -> None:
    """One named selection tells the event's number; every mark carries one."""
    spec = _spec(selection, "B")
    layers = [layer for layer in spec["layer"] if "params" in layer]  # type: ignore[attr-defined]
    assert [param["name"] for param in layers[0]["params"]] == ["event"]
    assert layers[0]["params"][0]["select"]["fields"] == ["sequence"]
    assert all(isinstance(row["sequence"], int) for row in layers[0]["data"]["values"])


def test_parting_is_marked(selection: Selection) -> None:
    """A rule stands at the day where the runs part, with its words; without a parting there is none."""

    def rules(spec: dict[str, object]) -> list[object]:
        return [
            layer["data"]["values"] for layer in spec["layer"] if layer["mark"].get("strokeDash") == [5, 3]
        ]  # type: ignore[attr-defined]

    assert rules(_spec(selection, "A", part_day=12.5, part_text="part")) == [[{"day": 12.5}]]
    assert rules(_spec(selection, "A")) == []


def test_decisions_have_the_colour_of_their_side() -> None:
    """Measures in force are drawn in A's or B's colour, belief and truth in the same for both."""
    theme = THEMES["light"]
    assert vega_run.look_of("in force", theme, "A")["fill"] == "#0072B2"
    assert vega_run.look_of("in force", theme, "B")["fill"] == "#D55E00"
    for state in ("deliveries", "finding held"):
        assert vega_run.look_of(state, theme, "A") == vega_run.look_of(state, theme, "B")


def test_no_layer_is_empty(selection: Selection) -> None:
    """Every layer has data, so that a screen reader finds no picture without a name."""
    chain = [{"day": 1.0, "y": 2.0, "step": 0}]
    for shown in ({}, {"chain": chain}, {"part_day": 3.0, "part_text": "part", "part_at": []}):
        spec = _spec(selection, "A", **shown)
        assert all(layer["data"]["values"] for layer in spec["layer"])  # type: ignore[attr-defined]
