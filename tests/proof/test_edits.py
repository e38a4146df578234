"""What is added to a scenario, or asked of a sweep, moves no draw of the others (`make proof`)."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from scenario.draws import streams
from scenario.draws.philox import stream_key
from scenario.experiment.sweep import run_sweep
from scenario.spec.scenario import Scenario
from scenario.spec.sweep import sweep_of
from tests.identity.generate import loaded
from tests.proof.record import recorded
from tests.unit.engine.factory import BASE_CASE, COUNCIL, minimal
from tests.unit.engine.test_addressing import FILE, _untouched

pytestmark = pytest.mark.proof

N_EDITS, N_RUNS, SEED = 500, 10, 12
N_QUESTIONS = 500
Data = dict[str, Any]


def _insert(luck: random.Random, section: Data, name: str, entry: object) -> None:
    """Put an entry at a random place of a section."""
    entries = list(section.items())
    entries.insert(luck.randint(0, len(entries)), (name, copy.deepcopy(entry)))
    section.clear()
    section.update(entries)


def _add(luck: random.Random, data: Data, kind: str, name: str) -> None:
    """Add one thing of a kind, much like one that is there, under a name of its own."""
    section, like, changes = KINDS[kind]
    if section not in data:
        data[section] = {}
    entry = COUNCIL if kind == "a council" else FILE[section][like] | {"title": f"another: {name}"} | changes
    _insert(luck, data[section], name, entry)
    if kind == "a channel with a group":
        _insert(luck, data["groups"], f"g{name}", FILE["groups"]["leak"])
        data["channels"][name]["group"] = f"g{name}"
    if kind == "a measure":
        _insert(luck, data["senders"]["us"]["adopts"], name, "national")


FOLLOWS = {"follows": {"us": {"point": 0.5, "why": "made up"}}}
KINDS: dict[str, tuple[str, str, Data]] = {
    "a sender": ("senders", "us", {}),
    "a sender that follows": ("senders", "us", FOLLOWS),
    "a sender that waits": ("senders", "us", {"waits_for": ["us"]}),
    "a channel with a group": ("channels", "press", {}),
    "a measure": ("measures", "designations", {}),
    "a supplier": ("suppliers", "other", {}),
    "a council": ("forums", "club", {}),
    "a club": ("forums", "club", {}),
    "a track": ("tracks", "envoys", {}),
    "a shock": ("shocks", "election", {}),
    "background": ("background", "listings", {}),
    "an exposure": ("exposures", "trade", {}),
}
"""What is added -> its section, an entry like it in the minimal file, and how it differs."""


def edits(seed: int) -> list[Scenario]:
    """Return 500 scenarios: the minimal one with one to five additions, each with a name and place of its own."""
    luck, made = random.Random(seed), []
    for number in range(N_EDITS):
        data = copy.deepcopy(FILE)
        kinds = luck.choices(sorted(KINDS), k=luck.randint(1, 5))
        for i, kind in enumerate(kinds):
            _add(luck, data, kind, f"x{number}y{i}")
        made.append(loaded(data, file=f"edit {number}: {', '.join(kinds)}"))
    return made


def moved(cases: list[Scenario]) -> list[str]:
    """Return the edits after which something that they must not move is another."""
    expected = _untouched(minimal(), N_RUNS)
    return [case.file for case in cases if _untouched(case, N_RUNS) != expected]


def _by_order(self: Any, name: str) -> int:
    """Return a key by how many streams were asked for before: the fault of a generator with a state."""
    key = self[name] = stream_key(self.seed, f"stream {len(self)}")
    return key


FAULTS: dict[str, Callable[[Any, str], int]] = {"streams by order of asking": _by_order}


def test_additions_move_no_draw_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """In 500 different edits 0 draws of the other parts move; were streams counted as they come, they would."""
    with recorded("additions", size={"edits": N_EDITS, "runs": N_RUNS * N_EDITS}, seed=SEED) as figure:
        cases = edits(SEED)
        figure["different_edits"] = len({case.hash for case in cases})
        found = moved(cases)
        figure["edits_that_moved_a_draw"] = len(found)
        for name, fault in FAULTS.items():
            monkeypatch.setattr(streams._Keys, "__missing__", fault)
            figure["planted"] = {name: len(moved(cases[:100])), "edits": 100}
        assert found == []
        assert figure["different_edits"] == N_EDITS
        assert figure["planted"]["streams by order of asking"] > 50


SWEEP: Data = {
    "name": "asked",
    "title": "What is kept",
    "scenario": BASE_CASE,
    "replications": 2,
    "design": {"kind": "latin-hypercube", "points": 4},
    "factors": {"act.p_true": {"range": [0.1, 0.9]}, "response.p_execute": {"own": True}},
}


def test_an_outcome_more_or_less_moves_no_value_of_the_others() -> None:
    """Sweeps that keep 500 random choices of outcomes, twins or not, give the values of the sweep that keeps all."""
    luck = random.Random(SEED)
    with recorded("outcomes-kept", size={"choices": N_QUESTIONS}, seed=SEED) as figure:
        rows = {twins: run_sweep(sweep_of(SWEEP | {"twins": twins}), workers=1)[1] for twins in (False, True)}
        names = {twins: [c for c in table.columns if c not in KEYS] for twins, table in rows.items()}
        needing = set(names[True]) - set(names[False])  # twins are refused where no outcome asks for them
        differing = []
        for _ in range(N_QUESTIONS):
            twins = luck.random() < 0.5
            kept = luck.sample(names[twins], luck.randint(1, 8))
            if twins and not set(kept) & needing:
                kept.append(luck.choice(sorted(needing)))
            table = run_sweep(sweep_of(SWEEP | {"twins": twins, "outcomes": kept}), workers=1)[1]
            common = [name for name in kept if name in rows[True]]
            if not all(_same(table, rows[twins], kept)) or not all(_same(table, rows[True], common)):
                differing.append((twins, kept))
        figure["differences"] = len(differing)
        shifted = rows[True].assign(**{names[True][0]: rows[True][names[True][0]] + 1.0})
        assert differing == []
        assert not all(_same(shifted, rows[True], names[True][:1]))


KEYS = ("experiment", "replication")


def _same(table: pd.DataFrame, other: pd.DataFrame, names: list[str]) -> list[bool]:
    """Return, column by column, whether two tables hold the same."""
    return [table[name].equals(other[name]) for name in names]
