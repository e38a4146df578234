"""Real sweeps, killed at random moments: the whole group and then gone on with, or one worker, and left to itself."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

SCRIPT = """
import sys
from pathlib import Path
from scenario.experiment.plan import plan_of
from scenario.experiment.sweep import sweep
from scenario.experiment.sweep_chunk import Runs
from scenario.experiment.sweep_store import SweepFolder
from scenario.spec.sweep import sweep_of

chunk = Runs.chunk

def noted(runs, index, stop=None):
    if list(Path(sys.argv[1], "chunks").glob(f"{index:06d}-*.parquet")):
        Path(sys.argv[1], "again").touch()
    return chunk(runs, index, stop)

Runs.chunk = noted  # in every process of the sweep: each begins with this file
if "forgetful" in sys.argv:
    SweepFolder.missing = lambda folder: list(range(folder.manifest.n_chunks))

DATA = {
    "name": "killed", "title": "To be killed", "scenario": "iran-russia-missiles-2024",
    "design": {"kind": "latin-hypercube", "points": 24},
    "factors": {"act.p_true": {"range": [0.1, 0.9]}, "response.p_execute": {"own": True}},
}

if __name__ == "__main__":
    n = int(sys.argv[3])
    plan = plan_of(sweep_of(DATA | {"replications": n}), chunk_runs=n)
    sweep(plan, sys.argv[1], workers=2, engine=sys.argv[2], resume=True)
"""
N_CHUNKS = 24
RUNS = {"compiled": 1500, "reference": 30}
"""Runs of a chunk: a tenth to a quarter of a second of work."""

PATIENCE = 120.0


@dataclass
class Kills:
    """What killing led to: kills in mid-work, sweeps that were finished, chunks that a kill left whole."""

    kills: int = 0
    sweeps: int = 0
    kept: int = 0


def kill_groups(home: Path, engine: str, *, n_kills: int, seed: int) -> Kills:
    """Kill whole sweeps, go on with each until it is done, and hold it against an undisturbed one."""
    luck, found, whole = random.Random(seed), Kills(), finished(home / "whole", engine)
    while found.kills < n_kills:
        folder = home / f"{engine}-{found.sweeps}"
        while not _is_done(folder):
            before = _chunks(folder)
            with _running(folder, engine) as process:
                _wait_for(process, folder, len(before) + luck.randint(0, 6))
                time.sleep(luck.random() * 0.2)
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(PATIENCE)
            found.kills += process.returncode == -signal.SIGKILL
            found.kept += len(before)
            after = _chunks(folder)
            assert all(after.get(name) == told for name, told in before.items()), "a whole chunk was lost"
            assert not computes_again(folder)
        found.sweeps += 1
        assert contents(folder) == whole
    return found


def kill_workers(home: Path, *, n_kills: int, seed: int) -> Kills:
    """Kill single processes of sweeps by the reference, two of each, which end by themselves all the same."""
    luck, found, whole = random.Random(seed), Kills(), finished(home / "whole", "reference")
    while found.kills < n_kills:
        folder = home / f"worker-{found.sweeps}"
        with _running(folder, "reference") as process:
            for least in sorted(luck.sample(range(N_CHUNKS - 6), 2)):
                _wait_for(process, folder, least)
                workers = _workers(process.pid)
                if workers:
                    luck.choice(workers).kill()
                    found.kills += 1
                time.sleep(0.5)  # the next one is a worker of the new pool
            assert process.wait(PATIENCE) == 0
        assert not computes_again(folder)
        found.sweeps += 1
        assert contents(folder) == whole
    return found


def computes_again(folder: Path) -> bool:
    """Return whether a chunk was begun in a sweep's folder that was whole already."""
    return (folder / "again").exists()


def finished(folder: Path, engine: str, *words: str) -> dict[str, bytes]:
    """Run a sweep to its end undisturbed, "forgetful" of what is whole or not, and return its files."""
    with _running(folder, engine, *words) as process:
        assert process.wait(PATIENCE) == 0
    return contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the chunks of a sweep by name."""
    return {path.name: path.read_bytes() for path in sorted((folder / "chunks").iterdir())}


@contextmanager
def _running(folder: Path, engine: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a sweep into a folder, or go on with it, as a group of its own that does not outlive the block."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    script = folder.parent / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    command = [sys.executable, str(script), str(folder), engine, str(RUNS[engine]), *words]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _wait_for(process: subprocess.Popen[bytes], folder: Path, n_chunks: int) -> None:
    """Wait until so many chunks are written, or the sweep has ended."""
    deadline = time.monotonic() + PATIENCE
    while len(_chunks(folder)) < n_chunks and process.poll() is None:
        assert time.monotonic() < deadline, "the sweep must go on"
        time.sleep(0.02)


def _chunks(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the whole chunks of a folder: name -> number and time of the file."""
    found = {}
    for path in (folder / "chunks").glob("*.parquet"):
        told = path.stat()
        found[path.name] = told.st_ino, told.st_mtime_ns
    return found


def _is_done(folder: Path) -> bool:
    """Return whether every chunk is there."""
    return len(_chunks(folder)) == N_CHUNKS


def _workers(pid: int) -> list[psutil.Process]:
    """Return the processes that run chunks: what the fork server has made."""
    servers = psutil.Process(pid).children()
    return [child for server in servers for child in server.children()]
