from __future__ import annotations

import csv
import io
from itertools import pairwise, zip_longest

import pytest

import scenario
from scenario.engine.trajectory import KINDS, Event
from scenario.experiment.run import replay
from scenario.spec.scenario import Scenario
from scenario.ui import run_html, run_log
from scenario.ui.selection import Selection

LOG = [
    Event(0, 0.0, "start", "case", "", -1, 1.0),
    Event(1, 2.0, "item", "press", "", -1, 1.0),
    Event(2, 2.5, "received", "us", "media", 1, 0.97),
    Event(3, 2.5, "finding", "us", "", 2, 0.97),
    Event(4, 4.0, "attribution", "us", "", 3, 1.0),
    Event(5, 9.0, "adopted", "us", "designations", 4, 1.0),
    Event(6, 9.5, "adopted", "uk", "designations", 4, 1.0),
]


def _log(chosen: Scenario, experiment: int) -> list[Event]:
    """Return the log of the first replication of an experiment."""
    return replay(chosen, experiment=experiment, replication=0, seed=0)[1]


@pytest.fixture(scope="module")
def told(selection: Selection) -> run_log.Told:
    """Return the hand-made log with its words."""
    return run_log.told("A", LOG, selection.a.spec)


def test_every_kind_of_event_has_a_realm() -> None:
    """Truth, belief and what comes from outside are named by declared kinds; the rest are decisions."""
    found = {kind: run_log.realm_of(kind) for kind in KINDS}
    assert set(found.values()) == set(run_log.REALMS)
    assert found["start"] == found["shipped"] == run_log.TRUTH
    assert found["received"] == found["finding"] == run_log.BELIEF
    assert found["attribution"] == found["adopted"] == found["policy"] == run_log.DECISION
    named = run_log._OF_TRUTH | run_log._OF_BELIEF | run_log._OF_OUTSIDE
    assert named <= set(KINDS)


def test_chain_goes_back_to_the_origin() -> None:
    """The measure goes back over attribution, finding and receipt to the report, which has no cause."""
    assert [event.sequence for event in run_log.chain(LOG, 5)] == [1, 2, 3, 4, 5]
    assert [event.sequence for event in run_log.chain(LOG, 0)] == [0]


def test_every_chain_of_a_run_ends_at_an_origin(selection: Selection) -> None:
    """Of every event of a real run the chain begins without a cause, is in order, and each step names the former."""
    log = _log(selection.b, 5)
    for event in log:
        found = run_log.chain(log, event.sequence)
        assert found[0].cause == -1
        assert found[-1] is event
        assert all(later.cause == former.sequence for former, later in pairwise(found))
        assert [e.time for e in found] == sorted(e.time for e in found)


def test_effects_are_what_names_the_event_as_cause() -> None:
    """The attribution brought about two adoptions; the last adoption nothing."""
    assert [event.sequence for event in run_log.effects(LOG, 4)] == [5, 6]
    assert run_log.effects(LOG, 6) == []


# ---- parting -----------------------------------------------------------------------------------------


def _first_difference(left: list[Event], right: list[Event]) -> int | None:
    """Return the index of the first pair that is not equal, by comparing texts of all pairs."""
    pairs = list(zip_longest(map(repr, left), map(repr, right)))
    differing = [index for index, (a, b) in enumerate(pairs) if a != b]
    return differing[0] if differing else None


@pytest.mark.parametrize("experiment", range(12))
def test_parting_is_the_first_pair_that_differs(selection: Selection, experiment: int) -> None:
    """On real runs the parting is where a plain comparison of all pairs finds the first difference."""
    left, right = _log(selection.a, experiment), _log(selection.b, experiment)
    found, expected = run_log.parting(left, right), _first_difference(left, right)
    assert (None if found is None else found.n_same) == expected


def test_a_log_that_ends_parts_there() -> None:
    """Where one log goes on and the other has ended, they part at the first further event."""
    found = run_log.parting(LOG, LOG[:5])
    assert found is not None
    assert (found.n_same, found.left, found.right, found.day) == (5, LOG[5], None, 9.0)


def test_the_same_logs_never_part(selection: Selection) -> None:
    """A scenario beside itself has one trajectory, and the page calls it that by design."""
    log = _log(selection.a, 3)
    assert run_log.parting(log, _log(selection.a, 3)) is None
    runs = [run_log.told(side, log, selection.a.spec) for side in "AB"]
    html = run_html.parting_html(None, None, runs, is_same=True)
    assert "A and B never part" in html
    assert "by design" in html


def test_words_say_what_the_difference_is(selection: Selection) -> None:
    """The sentence holds both events with their dates, and the first different decision."""
    other = [*LOG[:3], Event(3, 30.25, "warning", "us", "", 2, 0.0)]
    runs = [run_log.told(side, log, selection.a.spec) for side, log in (("A", LOG), ("B", other))]
    found = run_log.parting(LOG, other)
    html = run_html.parting_html(found, run_log.parting_of_decisions(LOG, other), runs, is_same=False)
    assert "A and B part on 11 Sep 2024" in html
    assert "after 3 equal events" in html
    assert "United States reaches a finding at belief 97 %, 11 Sep 2024" in html
    assert "United States warns in public, without naming measures, 9 Oct 2024" in html
    assert "First decision that differs" in html
    assert "United States attributes the act in public (gravity 1), 13 Sep 2024" in html


def test_equal_words_tell_the_number_that_differs(selection: Selection) -> None:
    """Two beliefs that round to one text are told with the digits in which they differ."""
    other = [*LOG[:2], LOG[2]._replace(value=0.9712)]
    runs = [run_log.told(side, log, selection.a.spec) for side, log in (("A", LOG), ("B", other))]
    html = run_html.parting_html(run_log.parting(LOG, other), None, runs, is_same=False)
    assert "(0.97)" in html
    assert "(0.971)" in html


def test_first_decision_that_differs_ignores_numbers_of_events() -> None:
    """An inserted report moves the numbers of all later events and is itself no decision."""
    moved = [
        *LOG[:2],
        Event(2, 2.2, "item", "press", "", -1, 1.0),
        *(e._replace(sequence=e.sequence + 1, cause=e.cause + 1) for e in LOG[2:]),
    ]
    assert run_log.parting(LOG, moved) is not None
    assert run_log.parting_of_decisions(LOG, moved) is None


# ---- search, files, HTML -----------------------------------------------------------------------------


def test_search_holds_every_word(told: run_log.Told) -> None:
    """Words are looked for in text, cause and actor, in any order and case; kinds narrow further."""

    def found(words: str, *realms: str, has_routine: bool = True) -> list[int]:
        lines = run_log.matching(told, words=words, realms=realms, has_routine=has_routine)
        return [line.sequence for line in lines]

    assert found("kingdom ADOPTS") == [6]
    assert found("") == list(range(7))
    assert found("", has_routine=False) == [0, 3, 4, 5, 6]
    assert found("", run_log.TRUTH) == [0]
    assert found("united", run_log.BELIEF) == [2, 3]
    assert found("nobody at all") == []


def test_csv_holds_the_log_in_numbers_and_words(told: run_log.Told) -> None:
    """Each event is a row, with its realm, its words and the number of its cause."""
    rows = list(csv.DictReader(io.StringIO(run_log.log_csv(told, "e0001-r002"))))
    assert len(rows) == len(LOG)
    assert rows[4] == {
        "variant": "A",
        "run": "e0001-r002",
        "event": "4",
        "day": "4.0",
        "date": "2024-09-13",
        "realm": "decision",
        "kind": "attribution",
        "actor": "us",
        "subject": "",
        "value": "1.0",
        "cause": "3",
        "what happens": "United States attributes the act in public (gravity 1).",
        "because": "United States reaches a finding at belief 97 %",
    }
    assert rows[0]["cause"] == ""


def test_csv_holds_no_formula(selection: Selection) -> None:
    """A title that begins like a formula is a text in the file."""
    senders = selection.a.spec.senders
    evil = senders["us"].model_copy(update={"title": "=HYPERLINK(1)"})
    spec = selection.a.spec.model_copy(update={"senders": {**senders, "us": evil}})
    rows = list(csv.DictReader(io.StringIO(run_log.log_csv(run_log.told("A", LOG, spec), "e0000-r000"))))
    assert rows[4]["what happens"].startswith("'=HYPERLINK(1) attributes")


def test_html_escapes_titles(selection: Selection) -> None:
    """A title of a file that looks like markup is text in chain, list and table."""
    senders = selection.a.spec.senders
    evil = senders["us"].model_copy(update={"title": "<script>x</script>"})
    spec = selection.a.spec.model_copy(update={"senders": {**senders, "us": evil}})
    run = run_log.told("A", LOG, spec)
    html = run_html.chain_html(run, run_log.chain(LOG, 5)) + run_html.events_html(run, run.lines)
    html += run_html.effects_html(run, 4) + run_html.head_html("A", "<b>", "<i>")
    html += run_html.parting_html(run_log.parting(LOG, LOG[:4]), None, [run, run], is_same=False)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<b>" not in html


def test_hidden_fact_is_called_known_in_the_simulation_only(told: run_log.Told) -> None:
    """The line about the truth says that it is known in the simulation only."""
    html = run_html.truth_html(told)
    assert "The allegation is true in this run." in html
    assert "known in the simulation only" in html


@pytest.mark.parametrize(
    ("number", "text"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (50, "50th"), (92, "92nd")]
)
def test_ranks_in_words(number: int, text: str) -> None:
    """Ranks end as in English."""
    assert run_html.ordinal(number) == text


def test_no_run_of_the_base_case_has_an_event_of_unknown_place(selection: Selection) -> None:
    """Every event of some runs stands on a lane; a sender's on its own, the target's policy on the last."""
    from scenario.ui.run_lanes import Places, marks

    places = Places(selection.a.spec)
    senders = list(selection.a.spec.senders)
    for experiment in range(6):
        log = _log(selection.a, experiment)
        for event in log:
            lane = places.lane(event)
            assert 0 <= lane < len(places.lanes)
            if event.actor in senders:
                assert lane == 2 + senders.index(event.actor)
            if event.kind == "policy":
                assert lane == len(places.lanes) - 1
        run = run_log.told("A", log, selection.a.spec)
        drawn = marks(run, places)
        assert all(places.drawn(log[mark.sequence]) is not None for mark in drawn)
        n_attributions = len({(e.actor, int(e.time)) for e in log if e.kind == "attribution"})
        assert sum(mark.label == "attribution" for mark in drawn) == n_attributions


def test_public_names_of_the_log_are_those_of_the_engine() -> None:
    """The library's own replay gives the log that the page reads."""
    base = scenario.load("iran-russia-missiles-2024")
    assert [event.sequence for event in _log(base, 0)] == list(range(len(_log(base, 0))))
