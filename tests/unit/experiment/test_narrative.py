"""One run in words."""

from __future__ import annotations

import datetime

import scenario
from scenario.engine.trajectory import KINDS, Event
from scenario.experiment.narrative import _SENTENCES, narrate
from scenario.experiment.run import Result, replay


def test_every_kind_of_event_has_a_sentence() -> None:
    """Each kind that an engine can log has words."""
    assert set(_SENTENCES) == set(KINDS)


def test_every_kind_that_runs_log_is_declared(small: Result) -> None:
    """The runs of the base case log declared kinds only."""
    assert small.events is not None
    assert set(small.events["kind"]) <= set(KINDS)


def test_a_hand_made_log_reads_as_told(base: scenario.Scenario) -> None:
    """Two events become two dated sentences, the second with its cause."""
    log = [
        Event(0, 0.0, "start", "case", "", -1, 1.0),
        Event(1, 1.25, "attribution", "us", "", 0, 1.0),
        Event(2, 36.5, "adopted", "eu", "designations", 1, 1.0),
    ]
    lines = narrate(log, base.spec)
    assert lines[0].text == "The allegation is true in this run."
    assert lines[1].text == "United States attributes the act in public (gravity 1)."
    assert lines[2].text == "European Union adopts designations (asset freeze, travel ban)."
    assert lines[2].date == datetime.date(2024, 10, 15)
    assert lines[2].cause == "United States attributes the act in public (gravity 1)"


def test_table_and_log_read_the_same(base: scenario.Scenario, small: Result) -> None:
    """The rows of the events table give the same words as the replayed log."""
    assert small.events is not None
    table = small.events.query("experiment == 2 and replication == 0")
    _, log = replay(base, experiment=2, replication=0, seed=7)
    assert [line.text for line in narrate(table, base.spec)] == [
        line.text for line in narrate(log, base.spec)
    ]
