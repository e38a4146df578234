"""Processes that write a small sweep: to be killed in the middle, or to race each other for a folder.

Run as ``python -m tests.reliability.sweep_writer``: it reads what to do, forks a writer for it, tells the writer's
process id, and when asked waits for its end and tells how it ended. Importing everything once makes a writer cheap.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenario.errors import StoreError
from scenario.experiment.sweep_store import open_sweep
from tests.reliability.sweep_cases import IDENTITY, contents, design, fill, opened, stamps

PROJECT = Path(__file__).resolve().parents[2]
N_LONG = 30
"""Chunks of a sweep that lasts long enough to be killed several times."""


@dataclass
class Nursery:
    """A process that forks writers."""

    process: subprocess.Popen[str]

    def start(self, word: str) -> int:
        """Start a writer and return its process id."""
        self._say(word)
        return int(self._hear())

    def end(self) -> int:
        """Wait for the writer's end and return its exit code, negative for a signal."""
        self._say("")
        return int(self._hear())

    def _say(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def _hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Give a process that forks writers, ready to do so."""
    command = [sys.executable, "-m", "tests.reliability.sweep_writer"]
    with subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


@dataclass
class Kills:
    """What killing writers led to.

    Parameters
    ----------
    kills
        Writers that a kill ended.
    torn
        Kills that left a half-written file (`.partial`).
    sweeps
        Sweeps that came to their end in spite of them.
    """

    kills: int = 0
    torn: int = 0
    sweeps: int = 0


def check_kills(place: Nursery, home: Path, *, n_kills: int, n_sweeps: int, seed: int) -> Kills:
    """Kill writers at random moments until enough were hit; after each, nothing is lost, half, or written again."""
    rng, found = np.random.default_rng(seed), Kills()
    fill(home / "whole", n_chunks=N_LONG)
    whole = contents(home / "whole")
    while found.kills < n_kills or found.sweeps < n_sweeps:
        folder = home / f"sweep-{found.sweeps}"
        while _interrupted(place, folder, rng, found):
            pass
        assert contents(folder) == whole, f"seed {seed}, sweep {found.sweeps}"
        found.sweeps += 1
    return found


def _interrupted(place: Nursery, folder: Path, rng: np.random.Generator, found: Kills) -> bool:
    """Start a writer, kill it, look at what it left; return whether chunks are missing still."""
    before = stamps(folder)
    pid = place.start(f"write {folder}")
    _await_chunks(folder, len(before) + int(rng.integers(6)))
    time.sleep(rng.exponential(0.002))
    os.kill(pid, signal.SIGKILL)
    was_killed = place.end() == -signal.SIGKILL
    case = f"kill {found.kills} of sweep {found.sweeps}"
    found.kills += was_killed
    found.torn += was_killed and any(folder.rglob("*.partial"))
    complete = stamps(folder)
    assert before.items() <= complete.items(), f"written again before {case}"
    with opened(folder, n_chunks=N_LONG) as sweep:
        assert sweep.damaged() == [], f"half a file after {case}"
        assert N_LONG - len(sweep.missing()) == len(complete), f"lost after {case}"
    assert not list(folder.rglob("*.partial")), f"leftovers after {case}"
    return len(complete) < N_LONG


def _await_chunks(folder: Path, n: int) -> None:
    """Wait until a writer has written so many chunks, or all: a busy machine then gets its kills in mid-work too."""
    deadline = time.monotonic() + 60
    while len(stamps(folder)) < min(n, N_LONG):
        assert time.monotonic() < deadline
        time.sleep(0.0005)


def check_races(places: Sequence[Nursery], home: Path, n_races: int) -> None:
    """Let two processes begin a sweep in the same folder: one does, the other is told who holds it."""
    for n in range(n_races):
        folder, start = home / f"race-{n}", time.monotonic() + 0.03
        pids = [place.start(f"race {start} {folder}") for place in places]
        codes = [place.end() for place in places]  # the winner stays until the other has spoken
        assert sorted(codes) == [0, StoreError.exit_code], f"race {n}: {codes}"
        winner, loser = (pids[codes.index(code)] for code in (0, StoreError.exit_code))
        told = (home / f"race-{n}.{loser}").read_text(encoding="utf-8")
        assert f"process {winner} on" in told, f"race {n}: {told}"


def _write(folder: Path) -> int:
    """Begin or go on with the long sweep."""
    fill(folder, n_chunks=N_LONG)
    return 0


def _race(start: float, folder: Path) -> int:
    """Try to begin a sweep at a moment; hold it for a while, or leave beside it what was said."""
    while time.monotonic() < start:
        pass
    try:
        with open_sweep(folder, IDENTITY, design(), resume=True, n_chunks=5) as sweep:
            assert sweep.missing() == list(range(5))
            deadline = time.monotonic() + 30
            while not list(folder.parent.glob(f"{folder.name}.*")) and time.monotonic() < deadline:
                time.sleep(0.01)
    except StoreError as error:
        said = folder.parent / f"{folder.name}.{os.getpid()}"
        said.write_text(str(error), encoding="utf-8")
        return error.exit_code
    return 0


def _orphan(folder: Path) -> int:
    """Take a folder, fork a child that outlives this process, tell its number, and wait to be killed."""
    with opened(folder):
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
        (folder.parent / "child").write_text(str(child), encoding="utf-8")
        (folder.parent / "child").rename(folder.parent / "child.pid")
        time.sleep(60)
    return 0


WORDS: Mapping[str, Callable[..., int]] = {
    "write": lambda folder: _write(Path(folder)),
    "race": lambda start, folder: _race(float(start), Path(folder)),
    "orphan": lambda folder: _orphan(Path(folder)),
}


def main() -> None:
    """Fork a writer for every line read, one after the other."""
    import pandas as pd
    import pyarrow.parquet  # noqa: F401  imported once, before the first fork

    pd.DataFrame({"experiment": [0]})
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        word, *arguments = line.split()
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                code = WORDS[word](*arguments)
            finally:
                os._exit(code)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        sys.stdin.readline()  # until then the writer is not reaped, and its number is its own
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
