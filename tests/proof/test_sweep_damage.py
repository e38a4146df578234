"""The store of sweeps at full size (`make proof`): 10,000 damages found, 200 kills survived, 200 races won once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.proof.record import recorded
from tests.reliability.killed_sweeps import kill_groups, kill_workers
from tests.reliability.sweep_damage import KINDS, Patient, check_blow
from tests.reliability.sweep_writer import check_kills, check_races, nursery

pytestmark = pytest.mark.proof

N_PARTS = 2
N_DAMAGES = 10_000
N_KILLS, N_SWEEPS = 200, 50
N_RACES = 200


@pytest.mark.parametrize("part", range(N_PARTS))
def test_every_damage_is_found_and_named(tmp_path: Path, part: int) -> None:
    """Half of 10,000 damages: each is named, refused, repaired; only what was hit is written again."""
    n = N_DAMAGES // N_PARTS
    patient, rng, seen = Patient(tmp_path), np.random.default_rng(part), Counter[str]()
    name = f"sweep-damage-{part + 1}-of-{N_PARTS}"
    with recorded(name, size={"damages": n, "kinds": len(KINDS)}, seed=part) as figure:
        try:
            for _ in range(n):
                seen[check_blow(patient, rng, list(KINDS))] += 1
        finally:
            figure |= {"found": seen.total(), "by_kind": dict(sorted(seen.items()))}
        assert seen.keys() == KINDS.keys()


def test_kills_lose_nothing(tmp_path: Path) -> None:
    """200 kills over 50 sweeps: the bytes are those of a sweep nobody killed; no complete chunk is written again."""
    size = {"kills": N_KILLS, "sweeps": N_SWEEPS}
    with recorded("sweep-kills", size=size, seed=0) as figure, nursery() as place:
        found = check_kills(place, tmp_path, n_kills=N_KILLS, n_sweeps=N_SWEEPS, seed=0)
        figure |= {"lost": 0, "half": 0, "written_again": 0, **vars(found)}
        assert found.torn > 0


def test_races_have_one_winner(tmp_path: Path) -> None:
    """In 200 races of two processes for a folder exactly one begins, and the other is told who holds it."""
    with (
        recorded("sweep-races", size={"races": N_RACES}, seed=0) as figure,
        nursery() as one,
        nursery() as two,
    ):
        check_races([one, two], tmp_path, N_RACES)
        figure["races_with_one_winner"] = N_RACES


N_KILLED = 70


@pytest.mark.parametrize("what", ["compiled", "reference", "worker"])
def test_real_sweeps_survive_kills(what: str, tmp_path: Path) -> None:
    """Seventy kills of whole groups, on threads and on processes, and of single workers: the same bytes in the end."""
    with recorded(f"sweep-killed-{what}", size={"kills": N_KILLED}, seed=3) as figure:
        found = (
            kill_workers(tmp_path, n_kills=N_KILLED, seed=3)
            if what == "worker"
            else kill_groups(tmp_path, what, n_kills=N_KILLED, seed=3)
        )
        kept = {} if what == "worker" else {"whole_chunks_kept": found.kept}
        figure.update({"kills": found.kills, "sweeps": found.sweeps} | kept)
        assert found.kills >= N_KILLED
