"""A few real sweeps killed at random moments; `make proof` kills many (`tests/proof/test_sweep_damage.py`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.killed_sweeps import computes_again, finished, kill_groups, kill_workers


@pytest.mark.parametrize(("engine", "n_kills"), [("compiled", 9), ("reference", 6)])
def test_a_killed_sweep_goes_on_to_the_same_bytes(engine: str, n_kills: int, tmp_path: Path) -> None:
    """After `kill -9` of the group nothing whole is begun again, and the chunks are those of an undisturbed sweep."""
    found = kill_groups(tmp_path, engine, n_kills=n_kills, seed=1)
    assert found.kills >= n_kills
    assert found.kept > 0


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    """After `kill -9` of single worker processes the sweep ends by itself with the same bytes."""
    found = kill_workers(tmp_path, n_kills=5, seed=2)
    assert found.kills >= 5


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_a_sweep_that_forgets_what_is_whole_is_seen(engine: str, tmp_path: Path) -> None:
    """Gone on with as it should be a whole sweep begins nothing; where it takes no chunk for whole that is noticed."""
    whole = finished(tmp_path / "sweep", engine)
    assert finished(tmp_path / "sweep", engine) == whole
    assert not computes_again(tmp_path / "sweep")
    assert finished(tmp_path / "sweep", engine, "forgetful") == whole
    assert computes_again(tmp_path / "sweep")
