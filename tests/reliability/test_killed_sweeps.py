"""A few real sweeps killed at random moments; `make proof` kills many (`tests/proof/test_sweep_damage.py`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.killed_sweeps import kill_groups, kill_workers


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_a_killed_sweep_goes_on_to_the_same_bytes(engine: str, tmp_path: Path) -> None:
    """After `kill -9` of the group nothing whole is made again, and the chunks are those of an undisturbed sweep."""
    found = kill_groups(tmp_path, engine, n_kills=3, seed=1)
    assert found.kills >= 3
    assert found.kept > 0


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    """After `kill -9` of single worker processes the sweep ends by itself with the same bytes."""
    found = kill_workers(tmp_path, n_kills=2, seed=2)
    assert found.kills >= 2
