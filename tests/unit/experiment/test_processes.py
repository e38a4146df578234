"""Processes of the reference that die."""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path

import pytest

from scenario.experiment.processes import WorkersError, worked_off, worker_pool
from scenario.experiment.run import run
from scenario.spec.load import load


def doubled(number: int, once: Path | None = None) -> int:
    """Return twice a number; die at the first time where a file says so."""
    if once is not None and not once.exists():
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def dead() -> int:
    """Die."""
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_what_a_dead_process_had_is_given_out_again(tmp_path: Path) -> None:
    """Every task comes to its result once, though the process of one of them died."""
    tasks = [partial(doubled, i, tmp_path / "died" if i == 3 else None) for i in range(8)]
    found = list(worked_off(range(8), lambda i: tasks[i], workers=2))
    assert (tmp_path / "died").exists()
    assert sorted(found) == [2 * i for i in range(8)]


def test_deaths_with_work_done_in_between_end_nothing(tmp_path: Path) -> None:
    """Four unrelated deaths, more than may come in a row, and every task comes to its result."""
    tasks = [partial(doubled, i, tmp_path / str(i) if i % 2 else None) for i in range(8)]
    found = list(worked_off(range(8), lambda i: tasks[i], workers=1))
    assert len(list(tmp_path.iterdir())) == 4
    assert sorted(found) == [2 * i for i in range(8)]


def test_work_that_no_process_survives_is_given_up_in_one_sentence() -> None:
    """After three deaths the error says what happened and how to go on, and is no bug of ours."""
    with pytest.raises(
        WorkersError, match=r"must live until .* \(got processes that died, 3 times\).\n.*--resume"
    ):
        list(worked_off([0], lambda _: dead, workers=1))


def test_a_pool_of_the_caller_that_broke_is_told() -> None:
    """Runs on processes that the caller gave, and that died, end with the same kind of error."""
    with worker_pool(1) as pool:
        pool.submit(dead)
        with pytest.raises(WorkersError, match="give the runs a new pool"):
            run(load("belarus-2020"), 4, engine="reference", pool=pool)
