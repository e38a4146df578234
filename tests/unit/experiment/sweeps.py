"""A sweep of four experiments with two runs each, the last of which failed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from scenario.experiment.sweep_store import SweepFolder, open_sweep

IDENTITY = {"scenario": {"hash": "ab" * 32}, "seed": 0, "kept": ["day"], "chunk": 2}
DESIGN = pd.DataFrame(
    {"experiment": range(4), "policy": ["a", "b", "a", "b"], "delay": [0.5, 1.0, np.nan, 2]}
)
RUNS = pd.DataFrame(
    {
        "experiment": np.repeat(range(4), 2),
        "replication": [0, 1] * 4,
        "day": [1.5, np.nan, 3.0, 4.5, 5.0, np.inf, -0.0, 8.0],
        "who": ["us", None, "eu", "uk", "", "é", "us", "us"],
        "is_over": [True, False] * 4,
    }
)
FAILED = (3, 1, "an event before its cause")


def begin(folder: Path, *, resume: bool = False, step: int = 2, **changes: object) -> SweepFolder:
    """A sweep of four experiments, `step` per chunk."""
    return open_sweep(folder, IDENTITY | changes, DESIGN, resume=resume, n_chunks=4 // step)


def fill(sweep: SweepFolder, *, step: int = 2) -> list[Path]:
    """Write every missing chunk; the last run failed."""
    written = []
    for index in sweep.missing():
        first, last = index * step, index * step + step - 1
        here = RUNS[RUNS["experiment"].between(first, last)]
        table = here[~((here["experiment"] == 3) & (here["replication"] == 1))]
        written.append(sweep.write(index, table, [FAILED] if last == 3 else [], first, last))
    return written
