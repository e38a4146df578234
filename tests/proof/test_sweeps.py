"""Sweeps at full size: one digest from forty ways to run one, and memory that does not grow with the runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from scenario.experiment.plan import plan_of
from scenario.experiment.store import table_digest
from scenario.experiment.sweep import run_sweep
from scenario.experiment.sweep_chunk import Runs, SweepChunk
from scenario.spec.sweep import sweep_of
from tests.proof.record import PROJECT, recorded

pytestmark = pytest.mark.proof

SEED = 11
SWEEP: dict[str, Any] = {
    "name": "forty",
    "title": "Run in forty ways",
    "scenario": "iran-russia-missiles-2024",
    "seed": SEED,
    "luck": "own",
    "replications": 10,
    "design": {"kind": "latin-hypercube", "points": 16},
    "factors": {"act.p_true": {"range": [0.1, 0.9]}, "policy.demarche": {"values": [False, True]}},
    "policies": {"base": {}, "alone": {"variant": "washington-alone"}},
}
WAYS = list(product((1, 2, 3, 4), (1, 13, 50, 170, 10**6), ("compiled", "reference")))


def digests(ways: list[tuple[int, int, str]]) -> Iterator[str]:
    """Yield the digest of the rows of the sweep for each way to run it: workers, runs of a chunk, engine."""
    for workers, chunk_runs, engine in ways:
        _, rows, failures = run_sweep(
            plan_of(sweep_of(SWEEP), chunk_runs=chunk_runs), workers=workers, engine=engine
        )
        assert not len(failures)
        yield table_digest(rows)


def test_forty_ways_to_run_a_sweep_give_one_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    """One to four workers, five sizes of chunks, both engines; where rows are counted by chunk it is another one."""
    with recorded("sweep-forty-ways", size={"combinations": len(WAYS)}, seed=SEED) as figure:
        found = set(digests(WAYS))
        figure["digests"] = len(found)
        chunk = Runs.chunk

        def by_chunk(runs: Runs, index: int, *more: Any) -> SweepChunk:
            done = chunk(runs, index, *more)
            table = done.table.assign(justified=done.table["justified"].to_numpy()[::-1])
            return replace(done, table=table)

        monkeypatch.setattr(Runs, "chunk", by_chunk)
        planted = set(digests([way for way in WAYS if way[0] == 1 and way[2] == "compiled"]))
        figure["planted, rows in the order of their chunk"] = len(planted)
        assert len(WAYS) == 40
        assert len(found) == 1
        assert len(planted) > 1


MEMORY = """
import resource, sys, tempfile
from scenario.experiment.plan import plan_of
from scenario.experiment.sweep import sweep
from scenario.experiment.sweep_chunk import Runs
from scenario.spec.sweep import sweep_of

data, kept, run = {data!r}, [], Runs._run_compiled
data |= {{"keep": "summary", "replications": int(sys.argv[1]) // 32}}

def remembered(runs, *more):
    kept.append(run(runs, *more))
    return kept[-1]

if "leak" in sys.argv:
    Runs._run_compiled = remembered
with tempfile.TemporaryDirectory() as folder:
    sweep(plan_of(sweep_of(data), chunk_runs=25_000), folder, workers=1, engine="compiled")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(script: Path, n_runs: int, *words: str) -> int:
    """Return the largest memory, in KiB, of a process that runs a sweep with so many runs in chunks of 25,000."""
    command = [sys.executable, str(script), str(n_runs), *words]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


def test_memory_does_not_grow_with_the_runs(tmp_path: Path) -> None:
    """A million runs take at most 5 % more than fifty thousand; where what was run is kept they take more."""
    script = tmp_path / "memory.py"
    script.write_text(MEMORY.format(data=SWEEP), encoding="utf-8")
    with recorded("sweep-memory", size={"runs": 1_000_000}, seed=SEED) as figure:
        peak(script, 320)  # what has to be compiled is compiled here
        few, many, leak = peak(script, 50_000), peak(script, 1_000_000), peak(script, 1_000_000, "leak")
        figure |= {"50,000 runs, MiB": few // 1024, "1,000,000 runs, MiB": many // 1024}
        figure["planted, what was run is kept, MiB"] = leak // 1024
        assert many <= 1.05 * few
        assert leak > 1.05 * few
