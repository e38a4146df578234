"""Twins: the same luck, less said and done; alike up to the first thing that is suppressed."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from scenario.engine.trajectory import Event
from scenario.engine.twins import Row, with_twins
from scenario.spec.load import load
from scenario.spec.scenario import Scenario
from scenario.spec.schema import Mode
from tests.unit.engine.factory import BASE_CASE, OneRun, minimal, runs

PLACEBO = {
    "target.threat_weight": 0,
    "target.pressure_weight": 0,
    "target.shock_weight": 0,
    "target.defiance": 0,
    "threat.deterrence": 0,
}
"""A target that feels neither threat nor pressure nor shock."""

ACTION = frozenset({"execution", "follow", "expulsion", "strike", "inspection"})
SPEECH = frozenset({"warning", "attribution", "retraction", "statement"})


def _prefix(a: OneRun, b: OneRun) -> int:
    """Return how many events two runs share from the start."""
    pairs = zip(a.events, b.events, strict=False)
    return next((i for i, (x, y) in enumerate(pairs) if x != y), min(len(a.events), len(b.events)))


def _departures(case: Scenario, less: Mode, more: Mode, n: int) -> Iterator[tuple[Event, float]]:
    """Yield the event at which the fuller run departs from its twin, and the twin's time at that place."""
    for a, b in zip(runs(case, n, mode=more, seed=4), runs(case, n, mode=less, seed=4), strict=True):
        place = _prefix(a, b)
        if place < len(a.events):
            yield a.events[place], b.events[place].time if place < len(b.events) else math.inf
        else:
            assert len(b.events) == place


@pytest.mark.parametrize(
    ("less", "more", "suppressed"), [(Mode.WORDS, Mode.FACTUAL, ACTION), (Mode.SILENT, Mode.WORDS, SPEECH)]
)
def test_twins_agree_up_to_the_first_suppressed_event(
    less: Mode, more: Mode, suppressed: frozenset[str]
) -> None:
    """Two twins have identical logs until the fuller one does what the other may not."""
    found = list(_departures(load(BASE_CASE), less, more, 40))
    assert len(found) > 20
    assert {event.kind for event, _ in found} <= suppressed
    assert [(event, time) for event, time in found if time < event.time] == []


@pytest.mark.parametrize("mode", [Mode.WORDS, Mode.SILENT])
def test_a_twin_holds_nothing_that_it_suppresses(mode: Mode) -> None:
    """Words holds no linked action; silent holds no word either."""
    refused = (
        ACTION | {"adopted", "in_force", "announced"} | (SPEECH | {"heard"} if mode is Mode.SILENT else set())
    )
    assert {
        event.kind for run in runs(load(BASE_CASE), 30, mode=mode) for event in run.events
    } & refused == set()


def _policies(case: Scenario, mode: Mode, outer: int, inner: int) -> list[list[tuple[float, float]]]:
    """Return the policy changes of every run as (time, policy)."""
    some = runs(case, outer, inner=inner, seed=3, mode=mode)
    return [[(event.time, event.value) for event in run.of("policy")] for run in some]


@pytest.mark.parametrize(("name", "outer", "inner"), [(BASE_CASE, 75, 4), ("minimal", 500, 1)])
def test_placebo_twins_have_the_same_policy_paths(name: str, outer: int, inner: int) -> None:
    """Where nothing said or done is felt, policies are the same in all three modes: 0 differences."""
    case = minimal(PLACEBO) if name == "minimal" else load(name, overrides=PLACEBO)
    factual = _policies(case, Mode.FACTUAL, outer, inner)
    assert sum(map(bool, factual)) > 20
    for mode in (Mode.WORDS, Mode.SILENT):
        assert [
            (a, b) for a, b in zip(factual, _policies(case, mode, outer, inner), strict=True) if a != b
        ] == []


def test_a_twin_that_is_not_run_again_gives_the_same_columns() -> None:
    """Comparing with twins that were left out gives what simulating all of them gives."""
    case = minimal()
    by_mode = {mode: list(runs(case, 120, seed=6, mode=mode)) for mode in Mode}
    n_left_out = 0
    for place, run in enumerate(by_mode[Mode.FACTUAL]):
        called: list[Mode] = []

        def one(mode: Mode, place: int = place, called: list[Mode] = called) -> tuple[Row, list[Event]]:
            called.append(mode)
            return by_mode[mode][place].row, by_mode[mode][place].events

        row, events = with_twins(one, Mode.FACTUAL)
        words, silent = (by_mode[mode][place].row for mode in (Mode.WORDS, Mode.SILENT))
        expected = {
            "shipped_words": words["quantity_shipped"],
            "shipped_silent": silent["quantity_shipped"],
            "net_words": words["quantity_net"],
            "net_silent": silent["quantity_net"],
            "averted_by_measures": words["quantity_shipped"] - run.row["quantity_shipped"],
            "averted_by_words": silent["quantity_shipped"] - words["quantity_shipped"],
            "averted_by_measures_net": words["quantity_net"] - run.row["quantity_net"],
            "averted_by_words_net": silent["quantity_net"] - words["quantity_net"],
        }
        assert {name: row[name] for name in expected} == expected
        assert events == run.events
        n_left_out += 3 - len(called)
    assert n_left_out > 20


@pytest.mark.parametrize(
    ("mode", "expected"), [(Mode.SILENT, [Mode.SILENT]), (Mode.WORDS, [Mode.WORDS, Mode.SILENT])]
)
def test_twins_are_never_fuller_than_the_run(mode: Mode, expected: list[Mode]) -> None:
    """A run of words is compared with silence only, a silent one with itself."""
    called: list[Mode] = []
    spoken = [Event(0, 1.0, "warning", "us", "", -1, 0.0)]

    def one(asked: Mode) -> tuple[Row, list[Event]]:
        called.append(asked)
        return {"quantity_shipped": 1.0, "quantity_net": 1.0}, [] if asked is Mode.SILENT else spoken

    with_twins(one, mode)
    assert called == expected
