"""Every draw has an address: what is added, cut, split or run beside it moves no other draw."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from scenario.experiment import processes, threads
from scenario.experiment import run as runner
from scenario.spec.document import parse
from scenario.spec.scenario import Scenario
from tests.unit.engine.factory import COUNCIL, ENGINES, MINIMAL, minimal, runs

FILE = parse(MINIMAL.read_text(encoding="utf-8"), file="minimal.yaml").data

INDEPENDENT = ("start", "shock", "mood", "item", "alternative_delivery", "listing")
"""Kinds of events that nothing in the model can move."""


def _copy(section: str, name: str, **other: Any) -> dict[str, Any]:
    """Return a section's entry of the minimal file with some keys changed."""
    return {**FILE[section][name], **other}


ADDITIONS: dict[str, dict[str, Any]] = {
    "a sender": {"senders.uk": _copy("senders", "us", title="a second government")},
    "a follower": {
        "senders.uk": _copy(
            "senders", "us", title="a follower", follows={"us": {"point": 1, "why": "made up"}}
        )
    },
    "a channel": {
        "groups.pictures": {"title": "pictures", "last_verdict": "none"},
        "channels.pictures": _copy("channels", "press", title="pictures", group="pictures"),
    },
    "a measure": {
        "measures.ports": _copy("measures", "designations", title="ports"),
        "senders.us.adopts": {"ports": "national", "designations": "national"},
    },
    "a supplier": {"suppliers.third": _copy("suppliers", "other", title="a third supplier")},
    "a forum": {"forums.council": COUNCIL},
    "a track": {"tracks.second": _copy("tracks", "envoys", title="more envoys leave")},
    "a shock": {"shocks.summit": _copy("shocks", "election", title="a summit")},
    "background": {"background.more": _copy("background", "listings", title="others")},
    "an exposure": {"exposures.energy": _copy("exposures", "trade", title="energy")},
}


def _untouched(case: Scenario, n: int = 40) -> list[Any]:
    """Return, run by run, everything that an addition must not move."""
    old = set(minimal().spec.channels) | {"other", "listings", "election", "target", "case"}
    return [
        [(e.time, e.kind, e.actor, e.value) for e in run.of(*INDEPENDENT) if e.actor in old]
        + [e.time for e in run.of("review") if e.subject == "scheduled"]
        + [run.row["is_true"], run.row["is_planned"]]
        for run in runs(case, n, seed=8)
    ]


@pytest.mark.parametrize("added", ADDITIONS)
def test_what_is_added_moves_no_draw_of_the_others(added: str) -> None:
    """With one more of something, truth, reports, moods, reviews, shocks and background stay to the bit."""
    assert _untouched(minimal(ADDITIONS[added])) == _untouched(minimal())


def test_one_more_silent_sender_leaves_every_log_as_it_was() -> None:
    """A sender that never speaks adds its own events; the others' events stay the same in time and value."""
    silent = _copy(
        "senders",
        "us",
        title="an onlooker",
        adopts={},
        bars={
            bar: {"point": value, "why": "made up"}
            for bar, value in (("warn", 1), ("attribute", 1), ("dismiss", 0))
        },
    )

    def logs(case: Scenario) -> list[Any]:
        return [
            [
                (e.time, e.kind, e.actor, e.subject, e.value)
                for e in run.events
                if "uk" not in (e.actor, e.subject)
            ]
            for run in runs(case, 60, seed=9)
        ]

    assert logs(minimal({"senders.uk": silent})) == logs(minimal())


def test_a_later_horizon_keeps_what_came_before() -> None:
    """A run to day 150 is the beginning of the same run to day 365, event by event."""
    short, long = (list(runs(minimal({"horizon_days": days}), 60, seed=10)) for days in (150, 365))
    for a, b in zip(short, long, strict=True):
        assert a.events == [event for event in b.events if event.time < 150.0]


# ---- chunks, workers, sizes --------------------------------------------------------------------------


def _tables(**settings: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run the minimal scenario and return outcomes and events."""
    found = runner.run(minimal(), events=True, seed=3, **settings)
    assert found.events is not None
    return found.outcomes, found.events


@pytest.mark.parametrize("engine", ENGINES)
def test_more_experiments_keep_the_first_ones(engine: str) -> None:
    """The first 10 experiments of 20 are the 10 experiments of a run of 10."""
    ten, twenty = (_tables(outer=outer, inner=2, engine=engine) for outer in (10, 20))
    for few, many in zip(ten, twenty, strict=True):
        first = many[many["experiment"] < 10].reset_index(drop=True)
        pd.testing.assert_frame_equal(few, first, check_exact=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_more_replications_keep_the_first_ones(engine: str) -> None:
    """The first of three replications is the only one of a run with one."""
    one, three = (_tables(outer=8, inner=inner, engine=engine)[0] for inner in (1, 3))
    first = three[three["replication"] == 0].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, first, check_exact=True)


def test_replications_and_experiments_have_luck_of_their_own() -> None:
    """No two runs of 10 x 4 share their moods or their reports."""
    logs = [
        tuple((event.time, event.kind) for event in run.of("mood", "item"))
        for run in runs(minimal(), 10, inner=4, seed=3)
    ]
    assert len(set(logs)) == 40


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("engine", ENGINES)
def test_chunk_size_has_no_effect(engine: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are the same to the bit whatever the size of a chunk."""
    expected = _tables(outer=30, inner=2, engine=engine)
    for module in (processes, threads):
        monkeypatch.setattr(module, "_CHUNK_RUNS", size)
    for a, b in zip(expected, _tables(outer=30, inner=2, engine=engine), strict=True):
        pd.testing.assert_frame_equal(a, b, check_exact=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_two_workers_give_the_same_tables(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are the same to the bit from one process or thread and from two."""
    for module in (processes, threads):
        monkeypatch.setattr(module, "_CHUNK_RUNS", 20)
    one, two = (_tables(outer=60, inner=2, engine=engine, workers=workers) for workers in (1, 2))
    for a, b in zip(one, two, strict=True):
        pd.testing.assert_frame_equal(a, b, check_exact=True)


def test_engines_give_the_same_tables() -> None:
    """Tables of outcomes and events are the same to the bit from either engine."""
    compiled, reference = (_tables(outer=30, inner=2, engine=engine) for engine in ENGINES)
    for a, b in zip(compiled, reference, strict=True):
        pd.testing.assert_frame_equal(a, b, check_exact=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_replay_repeats_a_run_of_a_table(engine: str) -> None:
    """Replaying experiment 7, replication 1 gives the row and the log that the table holds."""
    outcomes, events = _tables(outer=9, inner=2, engine=engine)
    row, log = runner.replay(minimal(), experiment=7, replication=1, seed=3, engine=engine)
    kept = outcomes[(outcomes["experiment"] == 7) & (outcomes["replication"] == 1)].iloc[0]
    assert {name for name, value in row.items() if value == value and kept[name] != value} == set()
    times = events[(events["experiment"] == 7) & (events["replication"] == 1)]["time"].tolist()
    assert times == [event.time for event in log]


@pytest.mark.parametrize("seed", [0, 1])
def test_seeds_differ_and_zero_is_one_of_them(seed: int) -> None:
    """Seed 0 gives its own runs, the same each time."""
    tables = [runner.run(minimal(), 20, seed=s, twins=False).outcomes for s in (seed, seed, 1 - seed)]
    assert tables[0].equals(tables[1])
    assert not tables[0].equals(tables[2])
